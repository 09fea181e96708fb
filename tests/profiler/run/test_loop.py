from __future__ import annotations

import dataclasses

import pytest

from profiler.run.errors import RunInterruptedError
from profiler.run.loop import RunLoop
from profiler.run.manifest import compiled_unlike
from profiler.run.same import Conditions
from traces.bundle import Bundle
from traces.capture import AppFacts, ComplaintPlan, PhoneState, RoundCapture
from traces.errors import PhoneError, UsageError


def never_void(capture, folder):
    return ()


@pytest.fixture
def loop(session, plan, tmp_path, watcher, clock):
    def make(judge=never_void, **changes):
        return RunLoop(
            session,
            dataclasses.replace(plan, **changes),
            tmp_path / "run",
            judge,
            observer=watcher,
            clock=clock,
        )

    return make


def test_all_rounds_are_captured_in_order_and_kept(loop, session, tmp_path):
    outcome = loop().run()

    captured = [call[1:3] for call in session.calls if call[0] == "capture"]
    assert captured == [
        ("a", 0), ("b", 0), ("field", 0),
        ("a", 1), ("b", 1), ("field", 1),
        ("b", 2), ("field", 2), ("a", 2),
    ]  # fmt: skip
    assert outcome.valid == {"a": 2, "b": 2, "field": 2}
    bundle = Bundle.open(tmp_path / "run")
    assert [(c.app, c.round) for c in bundle.captures] == captured
    assert bundle.trace_path(bundle.captures[4]).read_text() == "b 1 1"
    assert bundle.warnings == ()


def test_the_manifest_holds_plan_phone_and_what_was_set(loop, session, tmp_path):
    loop().run()

    manifest = Bundle.open(tmp_path / "run").manifest
    assert manifest.finished
    assert manifest.order == (("a", "b", "field"), ("b", "field", "a"))
    assert [app.profile for app in manifest.apps if app.reference] == ["field"]
    assert manifest.settings_changed == {"system/screen_off_timeout": ("30000", "1800000")}
    assert manifest.warnings == ("The phone is charging.",)
    assert manifest.capture_config == "buffers: ..."
    assert manifest.device_before == manifest.device_after == {"global/zen_mode": "0", "compile/k": "speed"}
    assert session.calls[0] == ("check_start", None, None)
    assert session.calls[-1] == ("restore",)


def test_planned_keyboard_and_rate_are_asked_for_at_the_start(loop, session):
    loop(ime="k/.Other", refresh_hz=90.0).run()
    assert session.calls[0] == ("check_start", "k/.Other", 90.0)


def test_a_void_round_is_repeated_at_once_kept_and_counted(loop, session, watcher, tmp_path):
    session.script = {5: ("The trace lost data.",)}

    outcome = loop().run()

    mine = [c[1:] for c in session.calls if c[0] == "capture"][3:7]
    assert mine == [("a", 1, 1), ("b", 1, 1), ("b", 1, 2), ("field", 1, 1)]
    journal = Bundle.open(tmp_path / "run").journal
    assert [(e.folder, e.void) for e in journal if e.void] == [("005-b-r1-a1", ("The trace lost data.",))]
    assert ("captured", "005-b-r1-a1", ("The trace lost data.",)) in watcher.heard
    assert outcome.valid["b"] == 2


def test_what_the_analysis_finds_void_is_repeated_too(loop, tmp_path):
    def judge(capture, folder):
        assert (folder / capture.trace).is_file()
        return ("No slide seen.",) if (capture.app, capture.round, capture.attempt) == ("a", 2, 1) else ()

    loop(judge).run()

    journal = Bundle.open(tmp_path / "run").journal
    assert [(e.app, e.round, e.attempt, e.void) for e in journal[-2:]] == [
        ("a", 2, 1, ("No slide seen.",)),
        ("a", 2, 2, ()),
    ]


def test_after_three_attempts_the_run_goes_on(loop, session, watcher):
    outcome = loop(lambda capture, _: ("No slide seen.",) if capture.app == "a" else ()).run()

    attempts = [c[2:] for c in session.calls if c[:2] == ("capture", "a")]
    assert attempts == [(r, k) for r in (0, 1, 2) for k in (1, 2, 3)]
    assert outcome.valid == {"a": 0, "b": 2, "field": 2}
    assert ("step_done", "a", 1, False) in watcher.heard


def test_a_pulled_cable_loses_only_the_round_at_hand(loop, session, tmp_path):
    session.script = {5: PhoneError("Fake went away.", next_step="Plug it in.")}

    with pytest.raises(PhoneError) as failed:
        loop().run()

    path = tmp_path / "run"
    assert failed.value.exit_code == 4
    assert failed.value.what.startswith(f"Fake went away. Kept in {path}: 4 rounds.")
    assert "not restored yet (Fake is gone): run `silky restore`" in failed.value.what
    assert failed.value.next_step.startswith("Plug it in. ")
    assert f"silky run --resume {path}" in failed.value.next_step
    bundle = Bundle.open(path)
    assert not bundle.manifest.finished
    assert len(bundle.captures) == 4
    assert "did not finish" in bundle.warnings[0]
    assert bundle.warnings[1] == "005-b-r1-a1 was being captured when the run stopped and was left out."


def test_ctrl_c_keeps_what_is_captured_and_restores(loop, session, tmp_path):
    session.script = {4: KeyboardInterrupt()}

    with pytest.raises(RunInterruptedError) as stopped:
        loop().run()

    assert stopped.value.exit_code == 2
    assert session.set == {}
    bundle = Bundle.open(tmp_path / "run")
    assert len(bundle.captures) == 3
    assert "The run was stopped by Ctrl-C." in bundle.manifest.warnings


def test_a_failure_of_the_tool_itself_still_restores_the_phone(loop, session, tmp_path):
    def broken(capture, folder):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        loop(broken).run()
    assert session.set == {}
    assert not Bundle.open(tmp_path / "run").manifest.finished


def test_a_phone_that_refuses_to_start_leaves_no_bundle(loop, session, tmp_path):
    def refuse(*args, **kwargs):
        raise PhoneError("Fake is locked.", next_step="Unlock it.")

    session.check_start = refuse
    with pytest.raises(PhoneError, match=r"^Fake is locked\. Unlock it\.$"):
        loop().run()
    assert not (tmp_path / "run").exists()
    assert session.calls == [("restore",)]


def test_a_phone_that_can_not_be_recorded_is_refused_before_anything_is_set(loop, session, tmp_path):
    session.records = False
    with pytest.raises(PhoneError, match="no perfetto"):
        loop().run()
    assert not (tmp_path / "run").exists()
    assert session.calls == [("restore",)]


def test_what_others_set_during_a_run_is_told(loop, session, tmp_path):
    restore = session.restore

    def meanwhile():
        session.device["global/zen_mode"] = "2"
        return restore()

    session.restore = meanwhile
    loop().run()
    manifest = Bundle.open(tmp_path / "run").manifest
    assert "global/zen_mode was 0 before the run and is 2 after it." in manifest.warnings


def test_a_phone_that_is_gone_has_no_values_after_the_run(loop, session, tmp_path):
    session.script = {4: PhoneError("Fake went away.")}
    with pytest.raises(PhoneError):
        loop().run()
    manifest = Bundle.open(tmp_path / "run").manifest
    assert manifest.device_before
    assert manifest.device_after == {}


def test_apps_that_are_not_compiled_alike_are_told():
    def facts(label, compiled, *, reference=False):
        return AppFacts(label, label, label, "1", 1, compiled, reference)

    assert (
        compiled_unlike([facts("A", "speed"), facts("B", "speed"), facts("F", "verify", reference=True)])
        == []
    )
    assert compiled_unlike([facts("A", "speed"), facts("B", None)]) == []
    [told] = compiled_unlike([facts("A", "speed"), facts("B", "verify")])
    assert told.startswith("The apps are not compiled alike (A speed, B verify)")


def test_a_phone_too_old_for_the_scenario_is_refused_before_anything_is_set(loop, session):
    session.facts_now = dataclasses.replace(session.facts_now, sdk=25, android="7.1")
    with pytest.raises(PhoneError, match=r"runs Android 7\.1"):
        loop().run()
    assert ("check_start", None, None) not in session.calls


def test_a_cut_off_run_goes_on_where_it_stopped(loop, session, watcher, tmp_path):
    session.script = {5: ("The trace lost data.",), 7: PhoneError("Fake went away.")}
    with pytest.raises(PhoneError):
        loop().run()
    done = len(session.calls)
    session.unplugged = False

    outcome = loop().resume()

    again = [c[1:] for c in session.calls[done:] if c[0] == "capture"]
    assert again == [("field", 1, 1), ("b", 2, 1), ("field", 2, 1), ("a", 2, 1)]
    assert outcome.valid == {"a": 2, "b": 2, "field": 2}
    bundle = Bundle.open(tmp_path / "run")
    assert bundle.warnings == ()
    assert bundle.manifest.finished
    assert [c.folder.split("-")[0] for c in bundle.captures] == [f"{n:03d}" for n in range(1, 11)]
    assert any(w.startswith("Resumed on ") for w in bundle.manifest.warnings)


def test_attempts_made_before_the_cut_count(loop, session):
    session.script = {4: ("void",), 5: ("void",), 6: PhoneError("Fake went away.")}
    with pytest.raises(PhoneError):
        loop().run()
    session.unplugged = False
    done = len(session.calls)
    loop().resume()
    assert next(c[1:] for c in session.calls[done:] if c[0] == "capture") == ("a", 1, 3)


@pytest.mark.parametrize("change", ["phone", "app", "plan", "finished"])
def test_a_run_does_not_go_on_in_another_set_up(loop, session, change):
    if change != "finished":
        session.script = {5: PhoneError("Fake went away.")}
        with pytest.raises(PhoneError):
            loop().run()
    else:
        loop().run()
    session.unplugged = False
    if change == "phone":
        session.facts_now = dataclasses.replace(session.facts_now, serial_hash="1" * 12)
    if change == "app":
        session.version = 2
    with pytest.raises(UsageError, match="is finished" if change == "finished" else f"the {change}"):
        loop(**({"popups": 3} if change == "plan" else {})).resume()


def test_the_observer_hears_the_run(loop, watcher):
    loop().run()
    assert watcher.heard[:3] == [
        ("started", "Fake", 9),
        ("note", "The phone is charging."),
        ("attempt", "a", 0, 1),
    ]
    assert watcher.heard[3] == ("captured", "001-a-r0-a1", ())
    assert watcher.heard[-1][0] == "finished"


def test_the_cost_counts_what_goes_beyond_the_phones_own_time(loop, tmp_path):
    cost = loop().run().cost
    assert cost.wall == 9 * 6.0
    assert cost.popups == 45
    assert cost.steps == {"script": 36.0, "pull": 9.0, "prepare": 9.0, "judge": 0.0}
    assert cost.overhead_per_popup == pytest.approx((54.0 - 36.0) / 45)
    assert Bundle.open(tmp_path / "run").captures[0].host_seconds["prepare"] == 1.0


def test_a_keyboard_that_is_switched_in_between_stops_the_run(loop, session, tmp_path, monkeypatch):
    """Rounds with different keyboards can't stand side by side, and nothing will switch it back."""
    state = session.read_state()

    def switched(package=None, *, rest=0):
        return dataclasses.replace(state, ime_id="k/.Other") if session.captures >= 4 else state

    monkeypatch.setattr(session, "read_state", switched)
    with pytest.raises(PhoneError, match=r"changed to k/\.Other during the run") as stopped:
        loop().run()

    assert "adb shell ime set k/.I" in stopped.value.next_step
    bundle = Bundle.open(tmp_path / "run")
    assert len(bundle.captures) == 4
    assert bundle.captures[3].void == ("The keyboard is k/.Other; the run began with k/.I.",)


def test_a_keyboard_that_is_chosen_back_soon_costs_an_attempt_and_not_the_run(
    loop, session, tmp_path, monkeypatch
):
    state, given = session.read_state(), []

    def switched(package=None, *, rest=0):
        if session.captures == 4:
            given.append(rest)
        away = session.captures == 4 and sum(given) < 5
        return dataclasses.replace(state, ime_id="k/.Other") if away else state

    monkeypatch.setattr(session, "read_state", switched)
    assert loop().run().valid["a"] == 2
    assert given == [0, 0, 2, 4]
    bundle = Bundle.open(tmp_path / "run")
    assert bundle.captures[3].void == ("The keyboard is k/.Other; the run began with k/.I.",)
    assert not any(one.void for one in bundle.captures[4:])


def test_another_refresh_rate_than_in_the_apps_rounds_before_voids(loop, session, tmp_path, monkeypatch):
    state = session.read_state()

    def rate(package=None):
        return dataclasses.replace(state, refresh_hz=60.0 if session.captures in (4, 5) else 120.0)

    monkeypatch.setattr(session, "read_state", rate)
    outcome = loop().run()

    void = {c.folder: c.void for c in Bundle.open(tmp_path / "run").captures if c.void}
    reason = "The refresh rate is 60 Hz; usual for this app: 120 Hz."
    assert void == {"004-a-r1-a1": (reason,), "005-a-r1-a2": (reason,)}
    assert outcome.valid["a"] == 2


def test_a_resumed_run_keeps_the_rate_that_it_began_with(loop, session, tmp_path, monkeypatch):
    state, hz = session.read_state(), [120.0]
    monkeypatch.setattr(
        session, "read_state", lambda package=None: dataclasses.replace(state, refresh_hz=hz[0])
    )
    session.script = {5: PhoneError("Fake went away.")}
    with pytest.raises(PhoneError):
        loop().run()
    session.unplugged, hz[0] = False, 60.0

    outcome = loop().resume()

    assert outcome.valid == {"a": 1, "b": 0, "field": 0}


def test_an_odd_rate_in_a_warm_up_costs_repetitions_and_not_the_run():
    def broken(app_round, hz):
        state = PhoneState(refresh_hz=hz)
        capture = RoundCapture("f", "a", "p", app_round, 1, None, None, (), state, state)
        return bool(conditions.broken_by(capture))

    conditions = Conditions(None)
    assert not broken(0, 60.0)
    assert [broken(1, 120.0), broken(1, 120.0), broken(1, 120.0)] == [True, True, False]
    assert [broken(2, 120.0), broken(3, 60.0), broken(3, 120.0)] == [False, True, False]


@pytest.mark.parametrize(
    ("trait", "first", "other", "said"),
    [
        ("theme", "light", "dark", "The theme is dark; the run began with light."),
        ("font_scale", 1.0, 1.3, "The font scale is 1.3; the run began with 1."),
        ("rotation", 0, 1, "The orientation is 90°; the run began with 0°."),
        ("density_dpi", 420, 480, "The display density is 480 dpi; the run began with 420 dpi."),
    ],
)
def test_another_appearance_than_the_runs_first_round_breaks_a_round_of_any_app(trait, first, other, said):
    def broken(app, app_round, value):
        state = PhoneState(**{trait: value})
        return conditions.broken_by(RoundCapture("f", app, "p", app_round, 1, None, None, (), state, state))

    conditions = Conditions(None)
    assert broken("a", 0, other) == (), "a warm-up sets nothing"
    assert broken("a", 1, first) == ()
    assert broken("b", 1, None) == (), "not told is no other"
    assert broken("b", 1, other) == (said,)
    assert broken("b", 1, first) == ()


class TestLooks:
    """A run that goes on until it is decided."""

    def run(self, session, plan, path, outcomes):
        complaint = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "hitch_ms", 8.3, (2, 3, 4))
        planned = dataclasses.replace(plan, rounds=4, complaint=complaint)
        seen = []

        def look(bundle_path):
            bundle = Bundle.open(bundle_path)
            seen.append((len(bundle.captures), bundle.manifest.complaint.looks, bundle.manifest.looks))
            return outcomes[len(seen) - 1]

        RunLoop(session, planned, path, never_void, look=look).run()
        return seen, Bundle.open(path)

    def test_it_ends_at_the_look_that_decides(self, session, plan, tmp_path):
        seen, bundle = self.run(session, plan, tmp_path / "run", ["cannot tell", "reproduced"])
        assert [captures for captures, _, _ in seen] == [9, 12], (
            "warm-ups and two, then three rounds of three apps"
        )
        assert max(capture.round for capture in bundle.captures) == 3
        assert bundle.manifest.finished
        assert bundle.manifest.looks == ((2, "cannot tell"), (3, "reproduced"))

    def test_plan_and_looks_are_in_the_bundle_before_the_next_look(self, session, plan, tmp_path):
        seen, _ = self.run(session, plan, tmp_path / "run", ["cannot tell", "cannot tell", "partly"])
        assert [(planned, taken) for _, planned, taken in seen] == [
            ((2, 3, 4), ()),
            ((2, 3, 4), ((2, "cannot tell"),)),
            ((2, 3, 4), ((2, "cannot tell"), (3, "cannot tell"))),
        ]

    def test_without_a_look_it_runs_to_its_end(self, session, plan, tmp_path):
        complaint = ComplaintPlan("keyboard-popup-not-smooth", "a", ("b",), "hitch_ms", 8.3, (1,))
        RunLoop(session, dataclasses.replace(plan, complaint=complaint), tmp_path / "run", never_void).run()
        assert Bundle.open(tmp_path / "run").manifest.looks == ()
