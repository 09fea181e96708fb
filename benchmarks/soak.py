"""Rounds by the hundred on a phone on which things go wrong by chance: is anything lost, wrong, or left behind?

Runs of all sorts of scenarios are made by `silky run` in processes of their own, with faults drawn by a seed.
Runs that end early are gone on with (`--resume`); with --kill some are ended by SIGKILL at a random moment. Held
against what the simulated phone really did:

- no valid round is lost: what was valid once is in the bundle, whole, and each run reaches its planned rounds;
- no number is wrong: pop-ups of valid rounds are compared with the truth (benchmarks/held_to_truth.py), the
  other interactions' begins with its touches, and their times on screen with what it presented then;
- nothing is left: no setting, file, program or forward on the phone, no process or journal on this computer.

    python benchmarks/soak.py --rounds 500 --seed 1 [--kill 20] [--every 300] [--keep FOLDER]

Exit code 0: all of it holds. 1: something does not; it is printed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from faulty_phone import FaultyPhone, children, faulty_phone
from held_to_truth import TruthCheck

from devices.simulated.faults import KINDS, RandomFaults
from traces.bundle import Bundle, is_bundle
from traces.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator


SCENARIOS = (
    ("keyboard-popup", 2),
    ("keyboard-popup", 2),
    ("keyboard-hide", 2),
    ("typing", 6),
    ("scroll", 2),
    ("return", 1),
    ("launch", 1),
)
"""What is measured, and how many interactions a round has."""
APPS = ("demo-smooth", "demo-heavy", "demo-jumpy")
MOST_TURNS = 12
"""So often a run is gone on with before it counts as stuck."""
ROUNDS = 20
MOST_SECONDS = 900
"""How long one run may take here; a busy computer is slow."""
SPEED = 40
SILKY = (sys.executable, "-m", "profiler.cli")
OK_CODES = (0, 2, 4)


@dataclass
class Found:
    """What a soak found."""

    rounds: int = 0
    void: int = 0
    runs: int = 0
    turns: int = 0
    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def bad(self, what: str) -> None:
        """Take something that must not be."""
        self.broken.append(what)
        print(f"BROKEN  {what}", flush=True)


class Soak:
    """One soak.

    Args:
        phone: where it happens.
        folder: for the bundles.
        seed: of the plans and the faults.
        every_s: mean phone seconds between faults.
        kills: how often silky is killed at all.
        rounds: valid rounds to reach.
    """

    def __init__(
        self, phone: FaultyPhone, folder: Path, *, seed: int, every_s: float, kills: int, rounds: int
    ) -> None:
        self._phone = phone
        self._folder = folder
        self._random = random.Random(f"soak/{seed}")
        self._seed = seed
        self._every_s = every_s
        self._kills = kills
        self._rounds = rounds
        self._seen: dict[str, str] = {}
        self.found = Found()
        self.truth = TruthCheck(phone.truth, self.found.bad)

    def run(self) -> Found:
        """Make runs until the rounds are reached."""
        found = self.found
        while found.rounds < self._rounds and found.runs < self._rounds:
            found.runs += 1
            self._one_run(found.runs)
        return found

    def _one_run(self, number: int) -> None:
        scenario, popups = self._random.choice(SCENARIOS)
        app = self._random.choice(APPS)
        rounds = min(ROUNDS, self._rounds - self.found.rounds)
        path = self._folder / f"{number:03}-{scenario}"
        words = ["--scenario", scenario, "--app", app, "--rounds", str(rounds), "--popups", str(popups)]
        # an update ends a run for good: only some may see one
        kinds = [kind for kind in KINDS if kind != "app-update" or number % UPDATES == 0]
        start = ["run", *words, "--no-reference", "--out", str(path)]
        # what the faults of the run before changed for good is not this run's business
        self._phone.calm()
        self._reset()
        before = self._phone.settled()
        self._phone.before = before
        self._seen = {}
        self._phone.running.faults_by_chance(
            RandomFaults(self._seed * 10_000 + number, kinds, self._every_s), host=self._phone.host
        )
        code = 4
        for turn in range(MOST_TURNS):
            calm = turn >= MOST_TURNS - 3
            if calm:
                self._phone.calm()
                self._reset()
            self.found.turns += 1
            code = self._silky(*(["run", "--resume", str(path)] if is_bundle(path) else start))
            self._keep_count(path)
            self.found.ends[f"exit {code}"] += 1
            if is_bundle(path) and Bundle.open(path).manifest.finished:
                break
            if code == UPDATED:
                break
        self._end(path, code)

    def _silky(self, *words: str) -> int:
        """Run silky in a process of its own, perhaps killed; hold its end to what may be."""
        kill_after = None
        if self._kills > self.found.kills and self._random.random() < KILL_CHANCE:
            kill_after = self._random.uniform(0.5, 6.0)
        log = self._folder / "last.log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [*SILKY, *words, "--patience", "5", "--json"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
            )  # fmt: skip
            try:
                code = process.wait(kill_after or MOST_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                if kill_after is None:
                    self.found.bad(f"silky {' '.join(words)} did not end within {MOST_SECONDS} s")
                self.found.kills += 1
                return -signal.SIGKILL
        text = log.read_text(errors="replace")
        if code not in OK_CODES or "Traceback" in text:
            self.found.bad(f"silky {' '.join(words)} ended with {code}: {text[-1500:]}")
        elif code and not self._acts(text):
            self.found.bad(f"exit {code} without a sentence to act on: {text[-500:]}")
        return UPDATED if "was updated during the run" in text else code

    @staticmethod
    def _acts(text: str) -> bool:
        lines = [line for line in text.strip().splitlines() if line.strip()]
        at = next((n for n, line in enumerate(lines) if line.startswith("Error: ")), None)
        return "No valid round" in text or (at is not None and at + 1 < len(lines))

    def _keep_count(self, path: Path) -> None:
        """See that what is in the bundle is whole, and that no round that was valid has gone."""
        if not is_bundle(path):
            return
        try:
            bundle = Bundle.open(path)
        except InputFileError as error:
            self.found.bad(f"{path.name} can't be read: {error.what}")
            return
        now = {}
        for entry in bundle.journal:
            for name, digest in entry.files.items():
                file = path / "rounds" / entry.folder / name
                if not file.is_file() or sha256(file.read_bytes()).hexdigest() != digest:
                    self.found.bad(f"{path.name}: {entry.folder}/{name} is not whole")
            if not entry.void:
                now[entry.folder] = entry.files["capture.json"]
        for folder, digest in self._seen.items():
            if now.get(folder) != digest:
                self.found.bad(f"{path.name}: the valid round {folder} is lost")
        self._seen = now

    def _end(self, path: Path, code: int) -> None:
        """Restore what a run left, and hold the run to all that is promised."""
        self._phone.calm()
        self._settle()
        for _ in range(3):
            done = subprocess.run(
                [*SILKY, "restore"], capture_output=True, text=True, timeout=120, check=False
            )
            if done.returncode == 0:
                break
            time.sleep(1.0)
        else:
            self.found.bad(
                f"{path.name}: silky restore ends with {done.returncode}: {done.stdout}{done.stderr}"
            )
        changed = {str(one.fault.kind) for one in self._phone.running.happened()}
        self.found.faults.update(self._new_faults())
        left = [one for one in self._phone.left() if not self._by_fault(one, changed)]
        if left:
            self.found.bad(f"{path.name}: left behind: {'; '.join(left)}")
        if not is_bundle(path):
            self.found.bad(f"{path.name}: no bundle after {MOST_TURNS} turns")
            return
        bundle = Bundle.open(path)
        valid = [entry for entry in bundle.journal if not entry.void and entry.round]
        self.found.void += sum(bool(entry.void) for entry in bundle.journal)
        numbers = {entry.round for entry in valid}
        if len(valid) != len(numbers):
            self.found.bad(f"{path.name}: a round counts twice")
        spent = Counter(
            e.round for e in bundle.journal if e.void and not e.void[0].startswith("The attempt broke off")
        )
        short = [n for n in range(1, bundle.manifest.rounds + 1) if n not in numbers and spent[n] < 3]
        if short and code != UPDATED:
            self.found.bad(f"{path.name}: rounds {short} were never made (exit {code})")
        self.found.rounds += len(numbers)
        self.truth.check(bundle)

    def _settle(self) -> None:
        """Let faults that pass pass: the phone's time goes on by itself."""
        end = time.monotonic() + 65 / SPEED
        while time.monotonic() < end:
            time.sleep(0.05)

    def _reset(self) -> None:
        """Do what a person would after a fault that stays: unlock, first keyboard, cool, full rate."""

        def mend(phone: object) -> None:
            world = phone.world  # type: ignore[attr-defined]
            world.screen_on, world.locked, world.thermal_status = True, False, 0
            world.set_ime("sim.keyboard/.SimKeyboard")
            world.request_mode(120.0)
            # whoever looks at the phone closes the dialog that lies there
            world.inject_key(BACK_KEY, lambda: None)

        self._phone.running.do(mend)
        self._settle()

    def _new_faults(self) -> Iterator[str]:
        every = [str(one.fault.kind) for one in self._phone.running.happened()]
        known = sum(self.found.faults.values())
        yield from every[known:]

    @staticmethod
    def _by_fault(left: str, changed: set[str]) -> bool:
        """Whether the fault itself changed this for good, as a keyboard that somebody chose."""
        return "keyboard-switch" in changed and (
            "default_input_method" in left or left.startswith("keyboard:")
        )


BACK_KEY = 4
UPDATED = 200
"""Stands for the end of a run whose app was updated: it can't be gone on with."""
KILL_CHANCE = 0.4
UPDATES = 6
"""In every such run an app may be updated."""


def report(found: Found, truth: TruthCheck, seconds: float) -> bool:
    """Print the figures; return whether all holds."""
    print(
        f"\n{found.rounds} valid rounds and {found.void} void attempts in {found.runs} runs, {seconds:.0f} s"
    )
    print(
        f"  silky was started {found.turns} times: {dict(sorted(found.ends.items()))}; killed {found.kills} times"
    )
    print(f"  faults that came: {sum(found.faults.values())}: {dict(sorted(found.faults.items()))}")
    print(
        f"  {truth.popups} pop-ups and {truth.others} other interactions, {truth.compared} numbers compared with the truth; "
        f"largest difference of a time {truth.off:.3f} vsyncs"
    )
    print("nothing lost, nothing wrong, nothing left" if not found.broken else f"{len(found.broken)} BROKEN")
    for what in found.broken:
        print(f"  {what.splitlines()[0][:300]}")
    return not found.broken


def main() -> int:
    """Soak; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=500, help="valid rounds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=300.0, help="mean phone seconds between faults")
    parser.add_argument("--kill", type=int, default=0, help="how often silky is ended by SIGKILL at most")
    parser.add_argument("--keep", type=Path, help="keep bundles and truth here")
    asked = parser.parse_args()
    began = time.monotonic()
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
    with tempfile.TemporaryDirectory(prefix="silky-soak-") as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        with faulty_phone(folder / "home", speed=SPEED, seed=asked.seed) as phone:
            soak = Soak(
                phone, folder, seed=asked.seed, every_s=asked.every, kills=asked.kill, rounds=asked.rounds
            )
            found = soak.run()
        orphans = children(os.getpid())
        if orphans:
            found.bad(f"processes are left: {'; '.join(sorted(orphans))}")
        good = report(found, soak.truth, time.monotonic() - began)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
