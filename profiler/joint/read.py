"""From bundles on the disk to a joint report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from profiler.joint.codes import PHONE, run_code
from profiler.joint.folder import is_joint, phone_label, read_joint
from profiler.joint.model import JointReport, PhoneEntry
from traces.bundle import Bundle, is_bundle
from traces.errors import EvidenceError, InputFileError, SilkyError, UsageError
from traces.records import from_plain, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from profiler.analysis.results import RunResult
    from profiler.report.inputs import ReportInput

    Measure = Callable[[Bundle], RunResult]

NOT_ENDED = "The run on this phone did not end."
_GO_ON = "Go on with it: silky run --resume {}."


def joint_report(
    paths: Sequence[Path], measure: Measure, *, fail_if_reproduced: bool = False
) -> tuple[JointReport, list[Bundle]]:
    """Put bundles and joint folders together.

    Args:
        paths: bundles, or folders of runs on several phones.
        measure: gives what a bundle holds; see `measured` and `derived`.
        fail_if_reproduced: how the exit codes are meant.

    Returns:
        The report, and the bundles that it shows.

    Raises:
        InputFileError: a path is neither a bundle nor such a folder.
        UsageError: the bundles hold different scenarios; a bundle is named twice.
    """
    entries: list[PhoneEntry] = []
    bundles: list[Bundle] = []
    for path in paths:
        if is_joint(path):
            for entry, bundle in _members(path, measure, fail_if_reproduced):
                entries.append(entry)
                bundles += [bundle] if bundle else []
        else:
            entry, bundle = _single(path, measure, fail_if_reproduced)
            entries.append(entry)
            bundles += [bundle] if bundle else []
    _check(entries)
    where = str(paths[0]) if len(paths) == 1 else ""
    return JointReport(tuple(_told_apart(entries)), where), bundles


def measured(jobs: int) -> Measure:
    """Return what measures a bundle again from its raw traces."""

    def measure(bundle: Bundle) -> RunResult:
        from profiler.run.findings import measure as again  # noqa: PLC0415  loads numpy and scipy

        return again(bundle, jobs=jobs)

    return measure


def derived(bundle: Bundle) -> RunResult:
    """Return what was measured right after the run, or measure again where that is not there."""
    from profiler.analysis.results import RunResult  # noqa: PLC0415

    file = bundle.path / "results" / "rounds.json"
    if file.is_file():
        result = from_plain(RunResult, parse_json(file.read_bytes(), file), file)
        if result.run_id == bundle.manifest.run_id and {r.folder for r in result.rounds} == {
            c.folder for c in bundle.captures
        }:
            return result
    return measured(1)(bundle)


def _members(
    path: Path, measure: Measure, fail_if_reproduced: bool
) -> list[tuple[PhoneEntry, Bundle | None]]:
    made: list[tuple[PhoneEntry, Bundle | None]] = []
    for member in read_joint(path).members:
        folder = path / member.folder
        ended = member.code is not None
        if not is_bundle(folder):
            what = member.what or NOT_ENDED
            step = member.next_step or _GO_ON.format(path)
            code = member.code if member.code is not None else PHONE
            made.append((PhoneEntry(member.label, code, None, "", what, step), None))
            continue
        entry, bundle = _single(folder, measure, fail_if_reproduced)
        if member.what or not ended:
            code = member.code if member.code is not None else entry.code
            step = member.next_step or _GO_ON.format(path)
            entry = PhoneEntry(
                member.label, code, entry.data, entry.bundle, member.what or entry.what or NOT_ENDED, step
            )
        made.append((entry, bundle))
    return made


def _single(path: Path, measure: Measure, fail_if_reproduced: bool) -> tuple[PhoneEntry, Bundle | None]:
    if not is_bundle(path):
        Bundle.open(path)  # says what is wrong with it
    try:
        bundle = Bundle.open(path)
    except InputFileError as error:
        return PhoneEntry(path.name, error.exit_code, None, str(path), error.what, error.next_step), None
    phone = bundle.manifest.phone
    label = phone_label(phone.model, phone.serial_hash)
    try:
        data = _data(bundle, measure)
    except SilkyError as error:
        return PhoneEntry(label, error.exit_code, None, str(path), error.what, error.next_step), None
    code = run_code(data, fail_if_reproduced=fail_if_reproduced)
    return PhoneEntry(label, code, data, str(path)), bundle


def _data(bundle: Bundle, measure: Measure) -> ReportInput:
    from profiler.run.findings import findings  # noqa: PLC0415  loads numpy and scipy

    if not bundle.captures:
        raise EvidenceError("No round was captured.", next_step=f"Measure again: {bundle.path} is empty.")
    return findings(bundle, measure(bundle))


def _check(entries: Sequence[PhoneEntry]) -> None:
    places = [Path(entry.bundle).resolve() for entry in entries if entry.bundle]
    if twice := next((path for path in places if places.count(path) > 1), None):
        raise UsageError(f"{twice} is named twice.", next_step="Name every bundle once.")
    scenarios = {entry.data.manifest.scenario: entry.bundle for entry in entries if entry.data is not None}
    if len(scenarios) > 1:
        told = "; ".join(f"{path}: {scenario}" for scenario, path in scenarios.items())
        raise UsageError(
            f"These bundles hold different scenarios ({told}).",
            next_step="Put only runs of one scenario side by side.",
        )


def _told_apart(entries: Sequence[PhoneEntry]) -> list[PhoneEntry]:
    """Give several runs of one phone their moments, so that no two are called the same."""
    labels = [entry.label for entry in entries]
    made = []
    for place, entry in enumerate(entries):
        label = entry.label
        if labels.count(label) > 1:
            created = entry.data.manifest.created[:16].replace("T", " ") if entry.data else str(place + 1)
            label = f"{label}, {created}"
        made.append(
            PhoneEntry(label, entry.code, entry.data, entry.bundle, entry.what, entry.next_step)
            if label != entry.label
            else entry
        )
    again = [entry.label for entry in made]
    return [
        entry
        if again.count(entry.label) == 1
        else PhoneEntry(
            f"{entry.label} #{place}", entry.code, entry.data, entry.bundle, entry.what, entry.next_step
        )
        for place, entry in enumerate(made, 1)
    ]
