"""Plants known mistakes of frame-timing tools into a copy of the analyzer, one at a time, and runs its tests.

A fault that no test notices is a hole in the tests. Run from the checkout:

    python benchmarks/planted_faults.py [--only TEXT] [--jobs N]

Exit code 0: every fault was caught. 1: one was not, or its place in the source is gone.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("profiler", "traces", "devices", "tests", "benchmarks")
TESTS = ("tests/profiler/analysis", "tests/profiler/stats", "tests/profiler/verdict")
DECODER_TESTS = ("tests/traces/perfetto/test_timeline.py", "tests/traces/perfetto/test_recordings.py")
STATE_TESTS = ("tests/devices/driver/state",)
RUN_TESTS = ("tests/profiler/run",)
SECONDS = 300


@dataclass(frozen=True)
class Fault:
    """One mistake: in `file`, `right` becomes `wrong`."""

    name: str
    file: str
    right: str
    wrong: str
    tests: tuple[str, ...] = TESTS


FAULTS = (
    Fault(
        "off by one vsync",
        "profiler/analysis/cadence.py",
        "np.maximum(0, vsyncs - 1)",
        "np.maximum(0, vsyncs)",
    ),
    Fault(
        "rounds half to even",
        "profiler/analysis/cadence.py",
        "np.floor(gaps / periods + 0.5)",
        "np.rint(gaps / periods)",
    ),
    Fault(
        "T taken as 16.67 ms", "profiler/analysis/cadence.py", "periods = period_ns[1:]", "periods = 1e9 / 60"
    ),
    Fault(
        "T of the gap's begin",
        "profiler/analysis/cadence.py",
        "periods = period_ns[1:]",
        "periods = period_ns[:-1]",
    ),
    Fault(
        "last frame lost",
        "profiler/analysis/slide.py",
        "    times = scene.on_screen_ns[rows]\n    gaps",
        "    rows = rows[:-1]\n    times = scene.on_screen_ns[rows]\n    gaps",
    ),
    Fault(
        "fraction 0 taken for the first motion",
        "profiler/analysis/popup.py",
        '(("first_motion_ms", 1)',
        '(("first_motion_ms", 0)',
    ),
    Fault(
        "MONOTONIC taken for BOOTTIME",
        "profiler/analysis/interactions.py",
        "return Press(clocks.monotonic_to_boottime_ns(down), clocks.monotonic_to_boottime_ns(up), delivery)",
        "return Press(down, up, delivery)",
    ),
    Fault(
        "DOWN taken for UP",
        "profiler/analysis/interactions.py",
        "down, up = int(times.min()), int(times.max())",
        "down = up = int(times.min())",
    ),
    Fault(
        "delivery taken for the press",
        "profiler/analysis/interactions.py",
        "clocks.monotonic_to_boottime_ns(up), delivery)",
        "delivery, delivery)",
    ),
    Fault(
        "leash blamed on the system",
        "profiler/analysis/slide.py",
        "return MAIN_THREAD if self.synchronised else INSETS_THREAD",
        'return "system_server"',
    ),
    Fault(
        "insets thread blamed for a synchronised slide",
        "profiler/analysis/popup.py",
        '("insets", insets if asynchronous and scene.timed else None)',
        '("insets", insets if scene.timed else None)',
    ),
    Fault(
        "buffer stuffing counted as a hitch",
        "profiler/analysis/slide.py",
        "    return Motion(source, rows, times, gaps.period_ns, charged, least)\n",
        "    charged, least = _stuffed(scene, rows, charged), _stuffed(scene, rows, least)\n"
        "    return Motion(source, rows, times, gaps.period_ns, charged, least)\n\n\n"
        "def _stuffed(scene, rows, found):\n"
        "    import dataclasses\n"
        "    more = 8.3 * int((scene.frames.jank_type[rows] & 128 > 0).sum())\n"
        "    return dataclasses.replace(found, hitch_ms=found.hitch_ms + more)\n",
    ),
    Fault(
        "doFrames of all processes joined by token alone",
        "profiler/analysis/doframes.py",
        "np.flatnonzero((slices.pid == pid) & (slices.tid == pid))",
        "np.flatnonzero(slices.tid == slices.pid)",
    ),
    Fault(
        "expectations joined by token alone",
        "traces/perfetto/timeline.py",
        "same = (last >= 0) & (both_pid[source] == both_pid[order])"
        " & (both_token[source] == both_token[order])",
        "order = np.lexsort((both_token,))\n"
        "        known = order < len(self.end_ns)\n"
        "        last = np.maximum.accumulate(np.where(known, np.arange(len(order)), -1))\n"
        "        source = order[np.maximum(last, 0)]\n"
        "        same = (last >= 0) & (both_token[source] == both_token[order])",
        DECODER_TESTS,
    ),
    Fault(
        "expected slice joined by layer",
        "traces/perfetto/timeline.py",
        '    expected_start, expected_end = expectations.of(own["pid"], own["token"])\n',
        '    expected_start, expected_end = expectations.of(own["pid"], own["token"])\n'
        '    others = np.setdiff1d(np.arange(len(end_ns)), _first_of(own["pid"], own["token"]))\n'
        "    expected_start[others] = expected_end[others] = NA\n",
        DECODER_TESTS,
    ),
    Fault(
        "the row's own end taken for its time on screen",
        "profiler/analysis/scene.py",
        "shown = trace.frames.on_screen_ns()",
        "shown = trace.frames.actual_end_ns",
    ),
    Fault(
        "dropped frame counted as shown",
        "traces/tables.py",
        "(self.present_type != PresentType.DROPPED)\n",
        "(self.actual_end_ns != NA)\n",
    ),
    Fault(
        "bad present fence believed",
        "traces/tables.py",
        "& ((self.jank_type & bad_fence) != bad_fence)\n",
        "& ((self.jank_type & bad_fence) >= 0)\n",
    ),
    Fault(
        "display token 0 believed",
        "traces/tables.py",
        "& (self.display_token != 0)\n",
        "& (self.token != 0)\n",
    ),
    Fault(
        "idle drawing taken for a response",
        "profiler/analysis/popup.py",
        "restless = fps > RESTLESS_FPS",
        "restless = False",
    ),
    Fault(
        "any frame taken for a response",
        "profiler/analysis/answer.py",
        "times[(traversal >= press.delivery_ns) & (times <= end_ns)]",
        "times[(times >= press.delivery_ns) & (times <= end_ns)]",
    ),
    Fault(
        "slide of another process taken",
        "profiler/analysis/slide.py",
        "named & (table.pid == scene.pid) & ",
        "named & ",
    ),
    Fault(
        "hide slide taken for show",
        "profiler/analysis/slide.py",
        "(table.start_ns >= begin_ns) & (table.start_ns < end_ns)",
        "(table.start_ns >= begin_ns - 500 * MS) & (table.start_ns < end_ns)",
    ),
    Fault(
        "hide slide after the back key taken for show",
        "profiler/analysis/interactions.py",
        "return min(end, int(after[0])) if len(after) else end",
        "return end",
    ),
    Fault(
        "keyboard's own frames counted as app content",
        "profiler/analysis/scene.py",
        "app_rows = rows(frames.is_buffer & (frames.pid == process) & app_layers(frames, package))",
        "keys = keyboard_buffers(trace, keyboard)\n"
        "    app_rows = rows(frames.is_buffer & (app_layers(frames, package) | keys))",
    ),
    Fault(
        "union of several drawers' presents",
        "profiler/analysis/slide.py",
        "leash = _from_the_clock(scene, slide, _distinct(scene, scene.leash_rows, slide.start_ns, end))",
        "every = np.concatenate([scene.leash_rows, scene.app_rows, scene.keyboard_rows])\n"
        '    every = every[np.argsort(scene.on_screen_ns[every], kind="stable")]\n'
        "    leash = _from_the_clock(scene, slide, _distinct(scene, every, slide.start_ns, end))",
    ),
    Fault(
        "status bar's leash taken for the keyboard's",
        "profiler/analysis/scene.py",
        '"InputMethod" in name and "insets_animation" in name',
        '"insets_animation" in name',
    ),
    Fault(
        "half-rate driver at 120 Hz called a 60 Hz panel",
        "profiler/analysis/period.py",
        "before & after & (period < result)",
        "before & after & (period < 0)",
    ),
    Fault(
        "bracket on one side enough (mode change 60 to 120)",
        "profiler/analysis/period.py",
        "before & after & (period < result)",
        "(before | after) & (period < result)",
    ),
    Fault(
        "T is the active mode's whatever the panel does",
        "profiler/analysis/period.py",
        "if high - low - 1 < FEWEST_GAPS:",
        "if high - low > 0:",
    ),
    Fault(
        "late is longer than 16.67 ms",
        "profiler/analysis/answer.py",
        "    judged = overrun[overrun != NA]\n",
        "    judged = overrun[overrun != NA]\n"
        "    took = scene.frames.actual_end_ns[mine] - scene.frames.actual_start_ns[mine]\n"
        "    judged = took - 16_666_667\n",
    ),
    Fault(
        "layout frames at any time taken for an at-start jump",
        "profiler/analysis/content.py",
        "(layouts <= first + third).all()",
        "(layouts <= last + third).all()",
    ),
    Fault(
        "restless drawing taken for following",
        "profiler/analysis/content.py",
        "only_layouts = restless or not slide.synchronised",
        "only_layouts = False",
    ),
    Fault(
        "means of a round without its nulls",
        "profiler/analysis/rounds.py",
        "fmean(numbers) if len(numbers) == len(values) else None",
        "fmean(numbers) if numbers else None",
    ),
    Fault(
        "void rounds counted in",
        "profiler/analysis/run.py",
        "(r for r in mine if not r.void)",
        "(r for r in mine)",
    ),
    Fault(
        "warm-ups counted in",
        "profiler/analysis/run.py",
        "r.app == name and not r.warm_up",
        "r.app == name",
    ),
    Fault(
        "process that died overlooked",
        "profiler/analysis/state.py",
        "before.app_pid != after.app_pid",
        "False",
    ),
    Fault("heat overlooked", "profiler/analysis/state.py", "HOT = 2", "HOT = 4"),
    Fault(
        "two-sided interval's rank off by one",
        "profiler/stats/mannwhitney.py",
        "float(differences[c])",
        "float(differences[c + 1])",
    ),
    Fault("one-sided bounds at 90 %", "profiler/stats/difference.py", "ALPHA = 0.05", "ALPHA = 0.10"),
    Fault(
        "no variance taken for certainty",
        "profiler/stats/welch.py",
        "else step**2 / len(values)",
        "else 1e-12",
    ),
    Fault(
        "medians of hitches",
        "profiler/stats/welch.py",
        "    estimate = fmean(a) - fmean(b)\n    if min",
        "    from statistics import median\n    estimate = median(a) - median(b)\n    if min",
    ),
    Fault(
        "worse than zero taken for worse",
        "profiler/stats/difference.py",
        "if self.lower > margin:",
        "if self.lower > 0:",
    ),
    Fault(
        "worse than one competitor taken for reproduced",
        "profiler/verdict/judge.py",
        'if set(outcomes) == {"worse"}:',
        'if "worse" in outcomes:',
    ),
    Fault(
        "open taken for not worse",
        "profiler/verdict/judge.py",
        'if not outcomes or "open" in outcomes:',
        "if not outcomes:",
    ),
    Fault(
        "reference taken for a competitor",
        "profiler/verdict/judge.py",
        "plan.margin) for other in competitors)",
        "plan.margin) for other in (*competitors, *references))",
    ),
    Fault("void rates ignored", "profiler/verdict/evidence.py", "rate > MOST_VOID", "rate > 1"),
    Fault(
        "standstill before the animation's clock counted as a hitch",
        "profiler/analysis/slide.py",
        "return rows[1:] if early else rows",
        "return rows",
    ),
    Fault(
        "SurfaceFlinger's own word ignored",
        "profiler/analysis/period.py",
        "if told is None or not told.complete:",
        "if True:",
    ),
    Fault(
        "render rate ignored",
        "profiler/analysis/rates.py",
        "rate = float(min(now.values()))",
        'rate = float(now.get("ActiveMode", 0) or min(now.values()))',
    ),
    Fault(
        "uncertain period charged",
        "profiler/analysis/popup.py",
        "(motion.certain or name not in COUNTED)",
        "True",
    ),
    Fault(
        "sparse leash taken for a standstill",
        "profiler/analysis/slide.py",
        "return rows < FEWEST or not _many_missing(scene, slide, end, rows)",
        "return True",
    ),
    Fault(
        "the touch's own frames taken for idleness",
        "profiler/analysis/popup.py",
        "idle_fps(scene, press.down_ns)",
        "idle_fps(scene, press.up_ns)",
    ),
    Fault(
        "slide cut short taken for a whole one",
        "profiler/analysis/popup.py",
        "end > window.next_ns",
        "False",
    ),
    Fault(
        "looks at the full error each",
        "profiler/verdict/looks.py",
        "return ALPHA / len(LOOKS) if looks else ALPHA",
        "return ALPHA",
    ),
    Fault(
        "rounds after the deciding look counted",
        "profiler/verdict/looks.py",
        "judge_one(first_rounds(run, look))",
        "judge_one(run)",
    ),
    Fault(
        "acquitted by a handful of rounds",
        "profiler/verdict/compare.py",
        'outcome == "not worse" and short > 0',
        "False",
    ),
    Fault(
        "rounds without a value left out of the rule of 15 points",
        "profiler/verdict/evidence.py",
        "lost = abs(lost_rate(one, metric) - lost_rate(other, metric))",
        "lost = 0.0",
    ),
    Fault(
        "keyboards of two heights compared",
        "profiler/verdict/conditions.py",
        "MOST_HEIGHT_DIFFERENCE = 0.02",
        "MOST_HEIGHT_DIFFERENCE = 1.0",
    ),
    Fault(
        "apps compared in two themes",
        "profiler/verdict/conditions.py",
        "if len(set(usual.values())) > 1:",
        "if len(set(usual.values())) > 9:",
    ),
    Fault(
        "theme that changes in a round overlooked",
        "profiler/analysis/state.py",
        "and was != now\n    ]\n    if before.refresh_hz",
        "and False\n    ]\n    if before.refresh_hz",
    ),
    Fault(
        "stalls and means at the full error each",
        "profiler/verdict/stalls.py",
        "found.p_value <= PART_OF_ERROR * alpha",
        "found.p_value <= alpha",
    ),
    Fault(
        "stalls counted without the margin between the apps",
        "profiler/verdict/stalls.py",
        "ACCUSED_MARGINS, COMPETITOR_MARGINS = 4, 3",
        "ACCUSED_MARGINS, COMPETITOR_MARGINS = 4, 4",
    ),
    Fault(
        "Fisher's p taken for the exact error",
        "profiler/stats/boschloo.py",
        "return float(min(1.0, (within * _chances(m)).sum(axis=0).max()))",
        "return float(fisher[x, y])",
    ),
    Fault(
        "difference between apps taken for a drift",
        "profiler/verdict/drift.py",
        "[p.value - means[p.app] for p in points]",
        "[p.value for p in points]",
    ),
    Fault(
        "drawing of another process taken for the app's",
        "profiler/analysis/drawn.py",
        "drawing = (slices.pid == pid) & matching(",
        "drawing = matching(",
    ),
    Fault(
        "buffer given to the last drawing, ended or not",
        "profiler/analysis/drawn.py",
        "container(self.draw_start_ns, self.draw_end_ns, queued_ns))",
        'np.searchsorted(self.draw_start_ns, queued_ns, side="right") - 1)',
    ),
    Fault(
        "layout outside a traversal taken for a layout frame",
        "profiler/analysis/drawn.py",
        "main.start_ns[layouts[in_traversal]]",
        "main.start_ns[layouts]",
    ),
    Fault(
        "resynced slice taken for a doFrame of its own",
        "profiler/analysis/drawn.py",
        " and RESYNCED not in name",
        "",
    ),
    Fault(
        "way of reading taken for another source",
        "profiler/analysis/scored.py",
        'source.partition(" (")[0]',
        "source",
    ),
    Fault(
        "source told of a value that is not there",
        "profiler/analysis/scored.py",
        "isinstance(metrics.get(name), int | float) and source",
        "source",
    ),
    Fault(
        "source of void rounds told",
        "profiler/analysis/scored.py",
        "and not one.void and",
        "and",
    ),
    Fault(
        "setting changed before it is written down",
        "devices/driver/state/keeper.py",
        "        self._save()\n        said = self._write([(want.knob, want.value) for want in todo])\n",
        "        said = self._write([(want.knob, want.value) for want in todo])\n        self._save()\n",
        STATE_TESTS,
    ),
    Fault(
        "own value taken for what a setting was",
        "devices/driver/state/keeper.py",
        "known.was, (*known.ours",
        "present, (*known.ours",
        STATE_TESTS,
    ),
    Fault(
        "what somebody else set meanwhile overwritten",
        "devices/driver/state/keeper.py",
        "if any(same(now, value) for value in change.ours):",
        "if True:",
        STATE_TESTS,
    ),
    Fault(
        "setting that would not go back crossed out",
        "devices/driver/state/keeper.py",
        "[change for change in self._changes if change in failed]",
        "[]",
        STATE_TESTS,
    ),
    Fault(
        "settings of another computer's live run put back",
        "devices/driver/state/leftovers.py",
        "if note.may_be_live and",
        "if False and",
        STATE_TESTS,
    ),
    Fault(
        "journal of another version read",
        "devices/driver/state/journal.py",
        'if data["version"] != _VERSION:',
        "if False:",
        STATE_TESTS,
    ),
    Fault(
        "valid round measured again by a resumed run",
        "profiler/run/loop.py",
        "valid = any(not entry.void for entry in earlier)",
        "valid = False",
        RUN_TESTS,
    ),
    Fault(
        "attempts counted from one by a resumed run",
        "profiler/run/loop.py",
        "max((entry.attempt for entry in earlier), default=0)",
        "0",
        RUN_TESTS,
    ),
    Fault(
        "attempt that broke off counted as one that was void",
        "profiler/run/attempts.py",
        " and not broke_off(entry.void)",
        "",
        RUN_TESTS,
    ),
    Fault(
        "another refresh rate than before overlooked",
        "profiler/run/same.py",
        "if not _same(usual, rate):",
        "if False:",
        RUN_TESTS,
    ),
    Fault(
        "hopeless error tried again",
        "devices/driver/recovery.py",
        "isinstance(error, HopelessError | NeedsPersonError)",
        "isinstance(error, NeedsPersonError)",
        ("tests/devices/driver/test_recovery.py",),
    ),
)
UNHARMED = Fault("nothing", "profiler/analysis/drawn.py", "import numpy as np", "import numpy as np")
"""Is not noticed, or the tests fail in the copy whatever is planted."""


def plant(fault: Fault, folder: Path) -> bool:
    """Copy the packages and plant the fault; return whether its place was found exactly once."""
    for package in PACKAGES:
        shutil.copytree(
            CHECKOUT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", ".*_cache")
        )
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    target = folder / fault.file
    source = target.read_text(encoding="utf-8")
    target.write_text(source.replace(fault.right, fault.wrong), encoding="utf-8")
    return source.count(fault.right) == 1


def recordings_beside(folder: Path) -> None:
    """Let the copy find the real recordings where the checkout has them: beside itself."""
    data = CHECKOUT.parent / "shared"
    if data.is_dir():
        (folder.parent / "shared").symlink_to(data)


def unharmed(chosen: Sequence[Fault]) -> bool:
    """Whether the tests of the chosen faults pass in a copy in which none is planted; print what does not."""
    tests = tuple(sorted({test for fault in chosen for test in fault.tests}))
    done = tested(replace(UNHARMED, tests=tests))
    if done is not None and done.returncode == 0:
        return True
    print("The tests fail in the copy without any fault:", done.stdout[-2000:] if done else "not planted")
    return False


def tested(fault: Fault) -> subprocess.CompletedProcess[str] | None:
    """Run a fault's tests in a copy that has it; None if it could not be planted."""
    with tempfile.TemporaryDirectory(prefix="planted-") as temporary:
        folder = Path(temporary) / "checkout"
        folder.mkdir()
        recordings_beside(folder)
        if not plant(fault, folder):
            return None
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--no-header",
            "--tb=line",
            "--maxfail=5",
            "-n0",
        ]
        return subprocess.run(
            [*command, *fault.tests],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


def catchers(fault: Fault) -> list[str] | None:
    """Return the tests that notice a fault; None if the fault could not be planted.

    A fault that only makes the code crash is none: at least one test must fail by its own assertion.
    """
    done = tested(fault)
    if done is None:
        return None
    if not re.search(r":\d+: (?:AssertionError|assert |Failed)", done.stdout):
        return []
    return re.findall(r"^FAILED (?:\S+/)?(\S+)", done.stdout, re.MULTILINE)


def report(fault: Fault, found: list[str] | None) -> bool:
    """Print one fault's line; return whether it was caught."""
    if found is None:
        print(f"NOT PLANTED  {fault.name}: its place in {fault.file} is gone or not the only one", flush=True)
        return False
    if not found:
        print(f"MISSED       {fault.name}", flush=True)
        return False
    print(f"caught {len(found):4}  {fault.name}: {found[0]}", flush=True)
    return True


def main() -> int:
    """Plant every fault; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only faults whose name holds this text")
    parser.add_argument("--jobs", type=int, default=2, help="how many at the same time")
    asked = parser.parse_args()
    chosen = [fault for fault in FAULTS if asked.only in fault.name]
    if not unharmed(chosen):
        return 1
    with ThreadPoolExecutor(asked.jobs) as pool:
        caught = [report(*pair) for pair in zip(chosen, pool.map(catchers, chosen), strict=True)]
    print(f"{sum(caught)} of {len(chosen)} faults caught")
    return 0 if all(caught) else 1


if __name__ == "__main__":
    sys.exit(main())
