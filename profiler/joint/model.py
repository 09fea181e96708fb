"""Several phones side by side: each with its own run and verdict, none of them pooled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.joint.codes import worst
from profiler.report.catalog import HEADLINE
from profiler.report.kinds import without_popups

if TYPE_CHECKING:
    from profiler.analysis.results import AppResult, Comparison
    from profiler.report.inputs import ReportInput
    from traces.capture import ComplaintPlan


@dataclass(frozen=True, slots=True)
class PhoneEntry:
    """One phone of a joint report."""

    label: str
    code: int
    """Exit code that its run would have had alone."""
    data: ReportInput | None = None
    """What it measured; None: nothing."""
    bundle: str = ""
    what: str = ""
    """Why it broke off or can't be read, if so."""
    next_step: str = ""

    @property
    def outcome(self) -> str | None:
        """Its verdict; None where no complaint was judged, or nothing measured."""
        return self.data.verdict.outcome if self.data and self.data.verdict else None

    def app(self, name: str) -> AppResult | None:
        """Return what it measured of an app."""
        apps = self.data.result.apps if self.data else ()
        return next((app for app in apps if app.app == name), None)

    def comparison(self, metric: str, competitor: str) -> Comparison | None:
        """Return its comparison of the accused with a competitor."""
        every = self.data.all_comparisons() if self.data else ()
        return next((c for c in every if (c.metric, c.competitor) == (metric, competitor)), None)


@dataclass(frozen=True, slots=True)
class JointReport:
    """All phones of a joint report, in the order of the command line."""

    phones: tuple[PhoneEntry, ...]
    path: str = ""
    """The joint folder, if they come from one."""

    def measured(self) -> list[tuple[PhoneEntry, ReportInput]]:
        """Return the phones that have something to show."""
        return [(phone, phone.data) for phone in self.phones if phone.data is not None]

    @property
    def code(self) -> int:
        """The exit code of all together."""
        return worst(phone.code for phone in self.phones)

    @property
    def simulated(self) -> bool:
        """Whether any of the phones is simulated."""
        return any(data.manifest.phone.simulated for _, data in self.measured())

    @property
    def scenario(self) -> str | None:
        """The scenario, the same for all."""
        return next((data.manifest.scenario for _, data in self.measured()), None)

    def questions(self) -> list[ComplaintPlan]:
        """Return the complaints that were judged, as they differ in more than the margin."""
        found: dict[tuple[object, ...], ComplaintPlan] = {}
        for _, data in self.measured():
            plan = data.manifest.complaint
            if plan is not None and data.verdict is not None:
                found.setdefault((plan.id, plan.accused, frozenset(plan.against), plan.primary_metric), plan)
        return list(found.values())

    @property
    def question(self) -> ComplaintPlan | None:
        """The one complaint that every judged phone was asked; None: none, or several."""
        asked = self.questions()
        return asked[0] if len(asked) == 1 else None

    def apps(self) -> list[tuple[str, str]]:
        """Return (profile, label) of every measured app: accused first, references last."""
        found: dict[str, str] = {}
        rank: dict[str, tuple[bool, bool]] = {}
        for _, data in self.measured():
            for app in data.apps():
                found.setdefault(app.app, app.label or app.app)
                rank.setdefault(app.app, (app.reference, app.app != data.accused))
        return sorted(found.items(), key=lambda item: rank[item[0]])

    def metrics(self) -> list[str]:
        """Return the metrics to lay side by side, the deciding one first."""
        question = self.question
        names = [question.primary_metric] if question else []
        for _, data in self.measured():
            if without_popups(data):
                names += [name for app in data.apps() for name in app.means if "." in name]
            else:
                names += HEADLINE
            if data.verdict is not None:
                names += [c.metric for c in data.verdict.primary]
        have = {name for _, data in self.measured() for app in data.apps() for name in app.means}
        return [name for name in dict.fromkeys(names) if name in have]
