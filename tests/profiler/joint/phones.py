"""Runs of made-up phones, judged as real ones are."""

from __future__ import annotations

from dataclasses import replace

from profiler.joint.codes import run_code
from profiler.joint.folder import phone_label
from profiler.joint.model import PhoneEntry
from profiler.report.inputs import ReportInput
from profiler.verdict.judge import judge
from tests.profiler.manifests import app, manifest, run
from traces.capture import ComplaintPlan

BAD, GOOD = [30.0, 32.0, 31.0, 29.0, 30.0, 31.0], [0.0, 0.5, 0.0, 0.4, 0.0, 0.3]
UNSURE = [0.0, 40.0, 0.0, 1.0, 30.0, 0.0]


def phone(
    model: str,
    rounds: dict[str, list[float]],
    *,
    judged: bool = True,
    against: tuple[str, ...] = ("b", "c"),
    fail_if_reproduced: bool = False,
    versions: dict[str, str] | None = None,
    **facts: object,
) -> PhoneEntry:
    """A phone on which app `a` is accused; `rounds` are the round means of hitch_ms by app."""
    plain = manifest(*rounds)
    named = tuple(replace(one, version_name=(versions or {}).get(one.profile, "1.0")) for one in plain.apps)
    key = f"{sum(map(ord, model)):06x}" * 2
    plan = ComplaintPlan("keyboard-popup-not-smooth", "a", against, "hitch_ms", 8.3)
    made = replace(
        plain,
        phone=replace(plain.phone, **{"model": model, "serial_hash": key, "simulated": False, **facts}),
        apps=named,
        complaint=plan if judged else None,
    )
    result = run(*(app(name, hitches) for name, hitches in rounds.items()))
    verdict = judge(result, plan, popups_per_round=5) if judged else None
    data = ReportInput(made, (), result, verdict, bundle=f"runs/{model.lower()}")
    code = run_code(data, fail_if_reproduced=fail_if_reproduced)
    return PhoneEntry(phone_label(model, key), code, data, data.bundle)


def failed(label: str, code: int = 4) -> PhoneEntry:
    """A phone that gave nothing."""
    return PhoneEntry(label, code, None, "", f"Phone {label} can't be used.", "Unlock it.")
