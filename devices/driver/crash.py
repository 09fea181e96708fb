"""Did the app crash during a round? The phone's own crash log, read afterwards."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.driver.phone import Phone

_DATE = re.compile(r"^\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$")


def phone_time(phone: Phone) -> str | None:
    """Return the phone's wall time as logcat takes it, `MM-DD hh:mm:ss.000`; None if `date` can't say it."""
    text = phone.shell("date '+%m-%d %H:%M:%S.000'").text.strip()
    return text if _DATE.match(text) else None


def crashes_since(phone: Phone, since: str | None, package: str) -> list[str]:
    """Return the lines of the crash and event logs that say that the app crashed or hung; [] if unknown.

    Any process of the app counts: `am_crash` and `am_anr` of the event log, the headings of Java and native
    crashes.
    """
    if since is None:
        return []
    log = phone.shell(f"logcat -d -v threadtime -b crash,events -T '{since}'", seconds=30.0).text
    process = re.escape(package) + r"(?![\w.])"
    told = re.compile(
        rf"\bam_(?:crash|anr)\b.*[\[,]{process}|AndroidRuntime: Process: {process}|>>> {process}"
    )
    return [line for line in log.splitlines() if told.search(line)]
