"""ImeTracker's log lines and history; a cancelled follow-up is not a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from traces.errors import InputFileError
from traces.text.ime_history import parse_ime_history
from traces.text.imetracker import ImeEnd, ime_requests, parse_imetracker_log

if TYPE_CHECKING:
    from pathlib import Path


def line(second: float, tag: str, what: str) -> str:
    return f"08-23 17:53:{second:06.3f}   733   733 I ImeTracker: {tag}: {what}\n"


SHOW = "onRequestShow at ORIGIN_CLIENT reason SHOW_SOFT_INPUT fromUser true"
HIDE = "onRequestHide at ORIGIN_CLIENT reason HIDE_SOFT_INPUT fromUser false"


def test_a_request_is_joined_with_its_end():
    log = line(18.503, "com.app:c44d264a", SHOW) + line(18.815, "com.app:c44d264a", "onShown")
    (request,) = ime_requests(parse_imetracker_log(log))
    assert (request.component, request.show, request.end) == ("com.app", True, ImeEnd.SHOWN)
    assert (request.origin, request.reason, request.duration_ms) == ("ORIGIN_CLIENT", "SHOW_SOFT_INPUT", 312)


def test_cancelled_because_another_is_under_way_is_superseded_not_failed():
    log = (
        line(1, "com.app:a", SHOW)
        + line(1.01, "com.app:b", SHOW)
        + line(1.05, "com.app:b", "onCancelled at PHASE_SERVER_WAIT_IME")
        + line(1.3, "com.app:a", "onShown")
    )
    first, second = ime_requests(parse_imetracker_log(log))
    assert (first.end, first.superseded) == (ImeEnd.SHOWN, False)
    assert (second.end, second.superseded, second.failed) == (ImeEnd.CANCELLED, True, False)


def test_cancelled_because_the_keyboard_is_there_already_is_superseded():
    log = line(1, "com.app:a", SHOW) + line(1.1, "com.app:a", "onCancelled at PHASE_CLIENT_APPLY_ANIMATION")
    (request,) = ime_requests(parse_imetracker_log(log))
    assert request.superseded


def test_cancelled_with_nothing_in_its_place_is_not_superseded():
    log = (
        line(1, "com.app:a", SHOW)
        + line(1.1, "com.app:a", "onCancelled at PHASE_SERVER_WAIT_IME")
        + line(1, "com.other:b", SHOW)
        + line(2, "com.other:b", "onShown")
    )
    request, _ = ime_requests(parse_imetracker_log(log))
    assert (request.end, request.superseded, request.failed) == (ImeEnd.CANCELLED, False, False)


def test_failures_and_time_outs_are_failures():
    log = (
        line(1, "com.app:a", SHOW)
        + line(1.1, "com.app:a", "onFailed at PHASE_SERVER_CLIENT_FOCUSED")
        + line(2, "com.app:b", HIDE)
        + line(12, "com.app:b", "setFinished at PHASE_SERVER_WAIT_IME with STATUS_TIMEOUT")
    )
    first, second = ime_requests(parse_imetracker_log(log))
    assert (first.end, first.phase, first.failed) == (ImeEnd.FAILED, "PHASE_SERVER_CLIENT_FOCUSED", True)
    assert (second.end, second.show, second.failed) == (ImeEnd.TIMED_OUT, False, True)


def test_a_time_out_of_16_has_words_of_its_own():
    log = line(1, "com.app:a", SHOW) + line(11, "com.app:a", "onTimeout at PHASE_SERVER_WAIT_IME")
    (request,) = ime_requests(parse_imetracker_log(log))
    assert (request.end, request.phase, request.failed) == (ImeEnd.TIMED_OUT, "PHASE_SERVER_WAIT_IME", True)


def test_16_names_user_and_display_and_hands_animations_of_the_apps_own_over():
    asked = "onRequestUser at ORIGIN_CLIENT reason CONTROL_WINDOW_INSETS_ANIMATION fromUser false userId 0 displayId 0"
    dispatched = line(1, "com.app:a", asked) + line(1.05, "com.app:a", "onDispatched")
    (open_ended,) = ime_requests(parse_imetracker_log(dispatched))
    assert (open_ended.end, open_ended.show, open_ended.duration_ms) == (ImeEnd.SUCCEEDED, None, 50)
    (finished,) = ime_requests(
        parse_imetracker_log(dispatched + line(1.4, "com.app:a", "onUserFinished shown"))
    )
    assert (finished.end, finished.show, finished.duration_ms) == (ImeEnd.SHOWN, True, 400)
    assert finished.reason == "CONTROL_WINDOW_INSETS_ANIMATION"


def test_a_log_that_starts_late_still_knows_what_was_shown():
    (request,) = ime_requests(parse_imetracker_log("I/ImeTracker( 12): com.app:ff: onShown\n"))
    assert (request.show, request.reason, request.duration_ms) == (True, None, None)


def test_a_time_with_a_year_and_one_across_midnight():
    log = (
        f"2026-01-01 23:59:59.900 10 11 I ImeTracker: com.app:a: {SHOW}\n"
        "2026-01-02 00:00:00.200 10 11 I ImeTracker: com.app:a: onShown\n"
    )
    (request,) = ime_requests(parse_imetracker_log(log))
    assert request.duration_ms == 300


def test_a_log_without_imetracker_is_refused():
    with pytest.raises(InputFileError, match="ImeTracker"):
        parse_imetracker_log("08-23 17:53:18.503 1 1 I ActivityManager: hello\n")


@pytest.mark.data
def test_formats_of_14_15_16_and_honor(recordings: Path):
    log = (recordings / "ime/logcat/imetracker_formats_by_version_EXCERPT.log").read_bytes()
    events = parse_imetracker_log(log)
    assert len(events) == 9
    assert events[0].pid == 17_492
    assert [event.from_user for event in events[:2]] == [None, False]
    assert {event.wall_ms for event in events} == {None}, "the brief format has no time"
    ends = [(r.component, r.show, r.end, r.superseded) for r in ime_requests(events)]
    assert ends == [
        ("com.example.ecomxfirebase", True, ImeEnd.OPEN, False),
        ("com.example.lms_mobile_flutter", True, ImeEnd.SHOWN, False),
        ("com.example.lms_mobile_flutter", True, ImeEnd.CANCELLED, True),
        ("com.example.lms_mobile_flutter", False, ImeEnd.OPEN, False),
        ("com.meditrack.app.meditrack", True, ImeEnd.CANCELLED, True),
        ("com.yuluo.kissu", True, ImeEnd.OPEN, False),
    ]


@pytest.mark.data
def test_samsung_one_ui(recordings: Path):
    (event,) = parse_imetracker_log(
        (recordings / "ime/logcat/samsung_oneui_ime_show_EXCERPT.log").read_bytes()
    )
    assert (event.tag, event.event, event.at) == (
        "com.example.hsmik:bc46a023",
        "onRequestShow",
        "ORIGIN_CLIENT",
    )


@pytest.mark.data
def test_a_real_pop_up_with_three_requests_has_no_failure(recordings: Path):
    log = (recordings / "ime/logcat/yuva_logs_full.ime_lines_filtered.log").read_bytes()
    requests = ime_requests(parse_imetracker_log(log))
    assert [(r.show, r.end, r.superseded, r.duration_ms) for r in requests] == [
        (True, ImeEnd.CANCELLED, True, 54),
        (True, ImeEnd.CANCELLED, True, 47),
        (True, ImeEnd.CANCELLED, True, 48),
        (False, ImeEnd.HIDDEN, False, 234),
        (False, ImeEnd.CANCELLED, True, 2),
    ]
    assert not any(request.failed for request in requests)
    assert requests[1].reason == "ATTACH_NEW_INPUT"


HISTORY_14_FIRST = (
    "    ImeTrackerService#History.mLiveEntries:\n"
    "    ImeTrackerService#History.mEntries:\n"
    "    ImeTrackerService#History #3:\n"
    "     startTime=2024-02-03 10:11:12.345\n"
    "     duration=311ms\n"
    "     type=TYPE_SHOW     status=STATUS_SUCCESS     origin=ORIGIN_CLIENT_SHOW_SOFT_INPUT"
    "     reason=SHOW_SOFT_INPUT     phase=PHASE_CLIENT_ANIMATION_FINISHED_SHOW"
    "     requestWindowName=com.app/com.app.Main$_6    ImeTrackerService#History #4:\n"
    "     startTime=2024-02-03 10:11:20.000\n"
    "     duration=9ms\n"
    "     type=TYPE_HIDE     status=STATUS_CANCEL     origin=ORIGIN_SERVER_HIDE_INPUT"
    "     reason=HIDE_SOFT_INPUT     phase=PHASE_SERVER_SHOULD_HIDE     requestWindowName=not set\n"
)
HISTORY_14 = """\
    ImeTrackerService#History.mLiveEntries: 1 elements
     #13 TYPE_HIDE - STATUS_RUN - com.app:11 (0ms):
       startTime=2026-06-10 09:02:50.000 ORIGIN_CLIENT
       reason=HIDE_SOFT_INPUT PHASE_SERVER_WAIT_IME
       requestWindowName=not set
    ImeTrackerService#History.mEntries: 1 elements
     #12 TYPE_SHOW - STATUS_SUCCESS - com.app:5bd1e995 (312ms):
       startTime=2026-06-10 09:02:44.062 ORIGIN_CLIENT
       reason=SHOW_SOFT_INPUT PHASE_CLIENT_ANIMATION_FINISHED_SHOW
       requestWindowName=com.app/com.app.Main
"""
HISTORY_15 = """\
  mImeTrackerService#History:
    mLiveEntries: 1 elements
      #13 TYPE_HIDE - STATUS_RUN - com.keyboard:11 (0ms):
        startTime=2026-06-10 09:02:50.000 ORIGIN_IME
        reason=HIDE_SOFT_INPUT_BY_BACK_KEY PHASE_SERVER_WAIT_IME
        requestWindowName=not set
    mEntries: 1 elements
      #12 TYPE_SHOW - STATUS_SUCCESS - com.app:5bd1e995 (312ms):
        startTime=2026-06-10 09:02:44.062 ORIGIN_CLIENT
        reason=SHOW_SOFT_INPUT PHASE_CLIENT_ANIMATION_FINISHED_SHOW
        requestWindowName=com.app/com.app.Main
"""
HISTORY_16 = """\
      mActiveEntries: 0 elements
      mCompletedEntries: 2 elements
        #1 TYPE_SHOW - STATUS_SUCCESS - com.app:5bd1e995 (312ms):
          startTime=2026-06-10 09:02:44.062 (timestamp=94524) ORIGIN_CLIENT
          reason=SHOW_SOFT_INPUT PHASE_CLIENT_ANIMATION_FINISHED_SHOW
          requestWindowName=com.app/com.app.Main
        #2 TYPE_SHOW - STATUS_TIMEOUT - com.app:77 (10001ms):
          startTime=2026-06-10 09:03:44.062 (timestamp=154524) ORIGIN_CLIENT
          reason=SHOW_SOFT_INPUT PHASE_SERVER_WAIT_IME lastProgressTime=2026-06-10 09:03:44.162
          requestWindowName=not set
"""


def test_history_of_the_first_android_14():
    first, second = parse_ime_history(HISTORY_14_FIRST)
    assert (first.sequence, first.show, first.end, first.duration_ms) == (3, True, ImeEnd.SUCCEEDED, 311)
    assert (first.window, first.tag, first.active) == ("com.app/com.app.Main$_6", "", False)
    assert (second.show, second.end, second.window) == (False, ImeEnd.CANCELLED, "not set")


def test_history_of_15_tells_what_is_done_from_what_is_under_way():
    live, done = parse_ime_history(HISTORY_15)
    assert (live.active, live.end, live.show) == (True, ImeEnd.OPEN, False)
    assert (done.active, done.end, done.show) == (False, ImeEnd.SUCCEEDED, True)


def test_history_of_later_builds_of_14():
    live, done = parse_ime_history(HISTORY_14)
    assert (live.sequence, live.active, live.end) == (13, True, ImeEnd.OPEN)
    assert (done.sequence, done.active, done.end, done.duration_ms) == (12, False, ImeEnd.SUCCEEDED, 312)
    assert (done.tag, done.start_wall, done.start_boottime_ms) == (
        "com.app:5bd1e995",
        "2026-06-10 09:02:44.062",
        None,
    )


def test_history_of_16_has_boot_times():
    done, timed_out = parse_ime_history(HISTORY_16)
    assert (done.start_boottime_ms, done.phase) == (94_524, "PHASE_CLIENT_ANIMATION_FINISHED_SHOW")
    assert (timed_out.end, timed_out.phase, timed_out.duration_ms) == (
        ImeEnd.TIMED_OUT,
        "PHASE_SERVER_WAIT_IME",
        10_001,
    )


def test_below_14_there_is_no_history():
    assert parse_ime_history("  mInputShown=true\n") == ()
