"""Rounds by the hundred on a phone on which things go wrong by chance: is anything lost, wrong, or left behind?

Runs of all sorts of scenarios are made by `silky run` in processes of their own, with faults drawn by a seed;
every fifth on two phones at once, each with faults of its own.
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

from faulty_phone import FaultyPhone, children, faulty_phone, phone_beside
from held_to_truth import TruthCheck

from devices.driver.phone import serial_hash
from devices.simulated.faults import KINDS, RandomFaults
from profiler.joint.folder import is_joint, read_joint
from traces.bundle import Bundle, is_bundle
from traces.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Collection


SCENARIOS = (
    ("keyboard-popup", 2),
    ("keyboard-popup", 2),
    ("keyboard-hide", 2),
    ("typing", 6),
    ("scroll", 2),
    ("return", 1),
    ("launch", 1),
    ("send", 2),
    ("reply-stream", 1),
)
"""What is measured, and how many interactions a round has."""
SENDING = ("send", "reply-stream")
APPS = ("demo-smooth", "demo-heavy", "demo-jumpy")
MOST_TURNS = 12
"""So often a run is gone on with before it counts as stuck."""
ROUNDS = 20
MOST_SECONDS = 900
"""How long one run may take here; a busy computer is slow."""
SPEED = 40
SILKY = (sys.executable, "-m", "profiler.cli")
OK_CODES = (0, 2, 4)


@dataclass(frozen=True)
class Asked:
    """One run, of one phone or of two at once.

    Attributes:
        path: of its bundle; of two phones, of the folder with both.
        words: of the command line that begins it.
        phones: where it happens.
    """

    path: Path
    words: tuple[str, ...]
    phones: tuple[FaultyPhone, ...]

    @property
    def begun(self) -> bool:
        """Whether there is something to go on with."""
        return is_bundle(self.path) if len(self.phones) == 1 else is_joint(self.path)

    @property
    def bundles(self) -> list[tuple[FaultyPhone, Path]]:
        """The phones, and where their bundles are or will be."""
        if len(self.phones) == 1:
            return [(self.phones[0], self.path)]
        there = {serial_hash(phone.serial): phone for phone in self.phones}
        members = read_joint(self.path).members if self.begun else ()
        return [(there[one.serial_hash], self.path / one.folder) for one in members]

    @property
    def finished(self) -> bool:
        """Whether all its phones are through."""
        paths = [path for _, path in self.bundles]
        return bool(paths) and all(is_bundle(p) and Bundle.open(p).manifest.finished for p in paths)


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
        phones: where it happens: most runs on the first, some on all at once.
        folder: for the bundles.
        seed: of the plans and the faults.
        every_s: mean phone seconds between faults.
        kills: how often silky is killed at all.
        rounds: valid rounds to reach.
    """

    def __init__(
        self,
        phones: tuple[FaultyPhone, ...],
        folder: Path,
        *,
        seed: int,
        every_s: float,
        kills: int,
        rounds: int,
    ) -> None:
        self._phones = phones
        self._folder = folder
        self._random = random.Random(f"soak/{seed}")
        self._seed = seed
        self._every_s = every_s
        self._kills = kills
        self._rounds = rounds
        self._seen: dict[Path, dict[str, str]] = {}
        self._known = dict.fromkeys([phone.serial for phone in phones], 0)
        self.found = Found()
        self.truths = {phone.serial: TruthCheck(phone.truth, self.found.bad) for phone in phones}

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
        together = number % TOGETHER == 0
        phones = self._phones if together else self._phones[:1]
        rounds = max(1, min(ROUNDS, self._rounds - self.found.rounds) // len(phones))
        path = self._folder / f"{number:03}-{scenario}"
        words = ["--scenario", scenario, "--app", app, "--rounds", str(rounds), "--popups", str(popups)]
        # an update ends a run for good: only some may see one
        kinds = [kind for kind in KINDS if kind != "app-update" or (number % UPDATES == 0 and not together)]
        if together:
            words += ["--device", *(phone.serial for phone in phones)]
        sending = ["--yes-send"] if scenario in SENDING else []
        asked = Asked(path, ("run", *words, *sending, "--no-reference", "--out", str(path)), phones)
        # what the faults of the run before changed for good is not this run's business
        self._calm()
        self._seen = {}
        for order, phone in enumerate(self._phones):
            phone.before = phone.settled()
            self.truths[phone.serial].begin()
            if phone in phones:
                chance = RandomFaults(self._seed * 10_000 + number + order * 5_000, kinds, self._every_s)
                phone.running.faults_by_chance(chance, host=phone.host)
        code = 4
        for turn in range(MOST_TURNS):
            if turn >= MOST_TURNS - 3:
                self._calm()
            self.found.turns += 1
            code = self._silky(
                asked, *(("run", "--resume", str(path), *sending) if asked.begun else asked.words)
            )
            for _, bundle in asked.bundles:
                self._keep_count(bundle)
            self.found.ends[f"exit {code}"] += 1
            if asked.finished or code == UPDATED:
                break
        self._end(asked, code)

    def _calm(self) -> None:
        """Let nothing more happen on any phone, and do what a person would."""
        for phone in self._phones:
            phone.calm()
            self._mend(phone)
        self._settle()

    def _silky(self, asked: Asked, *words: str) -> int:
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
        elif code and not self._acts(text) and not self._each_acts(asked):
            self.found.bad(f"exit {code} without a sentence to act on: {text[-500:]}")
        return UPDATED if "was updated during the run" in text else code

    @staticmethod
    def _acts(text: str) -> bool:
        lines = [line for line in text.strip().splitlines() if line.strip()]
        at = next((n for n, line in enumerate(lines) if line.startswith("Error: ")), None)
        return "No valid round" in text or (at is not None and at + 1 < len(lines))

    @staticmethod
    def _each_acts(asked: Asked) -> bool:
        """Whether each phone of a joint run that failed says what to do."""
        if len(asked.phones) == 1 or not asked.begun:
            return False
        failed = [one for one in read_joint(asked.path).members if one.code]
        return bool(failed) and all(one.next_step or "No valid round" in one.what for one in failed)

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
        for folder, digest in self._seen.get(path, {}).items():
            if now.get(folder) != digest:
                self.found.bad(f"{path.name}: the valid round {folder} is lost")
        self._seen[path] = now

    def _end(self, asked: Asked, code: int) -> None:
        """Restore what a run left, and hold the run to all that is promised."""
        for phone in asked.phones:
            phone.calm()
        self._settle()
        for phone in asked.phones:
            self._restore(asked.path.name, phone)
        for phone in self._phones:
            kinds = [str(one.fault.kind) for one in phone.running.happened()]
            self.found.faults.update(kinds[self._known[phone.serial] :])
            self._known[phone.serial] = len(kinds)
            left = [one for one in phone.left() if not self._by_fault(one, set(kinds))]
            if left:
                self.found.bad(f"{asked.path.name}: left behind: {'; '.join(left)}")
        if not asked.bundles:
            self.found.bad(f"{asked.path.name}: nothing was begun in {MOST_TURNS} turns")
        for phone, path in asked.bundles:
            self._hold(path, self.truths[phone.serial], code)

    def _restore(self, name: str, phone: FaultyPhone) -> None:
        for _ in range(3):
            done = subprocess.run(
                [*SILKY, "restore", "--device", phone.serial],
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
            if done.returncode == 0:
                return
            time.sleep(1.0)
        self.found.bad(f"{name}: silky restore ends with {done.returncode}: {done.stdout}{done.stderr}")

    def _hold(self, path: Path, truth: TruthCheck, code: int) -> None:
        """Hold one phone's bundle to its planned rounds and to the truth."""
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
        truth.check(bundle)

    def _settle(self) -> None:
        """Let faults that pass pass: the phone's time goes on by itself."""
        end = time.monotonic() + 65 / SPEED
        while time.monotonic() < end:
            time.sleep(0.05)

    @staticmethod
    def _mend(phone: FaultyPhone) -> None:
        """Do what a person would after a fault that stays: unlock, first keyboard, cool, full rate."""

        def mend(phone: object) -> None:
            world = phone.world  # type: ignore[attr-defined]
            world.screen_on, world.locked, world.thermal_status = True, False, 0
            world.set_ime("sim.keyboard/.SimKeyboard")
            world.request_mode(120.0)
            # whoever looks at the phone closes the dialog that lies there
            world.inject_key(BACK_KEY, lambda: None)

        phone.running.do(mend)

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
TOGETHER = 5
"""Every such run is made on all phones at once."""
UPDATES = 6
"""In every such run an app may be updated."""


def report(found: Found, truths: Collection[TruthCheck], seconds: float) -> bool:
    """Print the figures; return whether all holds."""
    print(
        f"\n{found.rounds} valid rounds and {found.void} void attempts in {found.runs} runs, {seconds:.0f} s"
    )
    print(
        f"  silky was started {found.turns} times: {dict(sorted(found.ends.items()))}; killed {found.kills} times"
    )
    print(f"  faults that came: {sum(found.faults.values())}: {dict(sorted(found.faults.items()))}")
    print(
        f"  {sum(one.popups for one in truths)} pop-ups and {sum(one.others for one in truths)} other "
        f"interactions, {sum(one.compared for one in truths)} numbers compared with the truth; "
        f"largest difference of a time {max(one.off for one in truths):.3f} vsyncs"
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
        with (
            faulty_phone(folder / "home", speed=SPEED, seed=asked.seed) as phone,
            phone_beside(phone, speed=SPEED, seed=asked.seed + 1_000) as beside,
        ):
            soak = Soak(
                (phone, beside),
                folder,
                seed=asked.seed,
                every_s=asked.every,
                kills=asked.kill,
                rounds=asked.rounds,
            )
            found = soak.run()
        orphans = children(os.getpid())
        if orphans:
            found.bad(f"processes are left: {'; '.join(sorted(orphans))}")
        good = report(found, soak.truths.values(), time.monotonic() - began)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
