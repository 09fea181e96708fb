"""A gate as JUnit XML, as Jenkins, GitLab and GitHub's report actions read it.

One test case a check. A failed one holds `failure`, an incomplete one `error`; a warning passes and says so
in `system-out`. Field by field within the schema of Jenkins' xUnit plug-in (junit-10.xsd).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from profiler.gates import words
from profiler.gates.model import BESIDE, FAIL, INCOMPLETE, WARN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.gates.model import Check, Gate

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(gate: Gate, *, lang: str = "en") -> str:
    """Return the document, which ends with a newline."""
    checks = [check for check in gate.checks if check.outcome != BESIDE]
    counts = _attributes(
        tests=str(len(checks)),
        failures=str(gate.count(FAIL)),
        errors=str(gate.count(INCOMPLETE)),
    )
    suite = _attributes(skipped="0", time="0", timestamp=gate.created[:19])
    name = "silky (SIMULATED)" if gate.simulated else "silky"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {_attributes(name=name)} {counts} {_attributes(time='0')}>",
        f"  <testsuite {_attributes(name=f'{name}: {gate.scenario}')} {counts} {suite}>",
        "    <properties>",
        *(
            f"      <property {_attributes(name=key, value=value)}/>"
            for key, value in (
                ("simulated", str(gate.simulated).lower()),
                ("run_id", gate.run_id),
                ("bundle", gate.bundle),
                ("phone", gate.phone),
                ("budget", gate.budget or ""),
                ("baseline", gate.baseline or ""),
            )
        ),
        "    </properties>",
    ]
    for check in checks:
        lines += _case(gate, check, lang)
    lines += ["  </testsuite>", "</testsuites>"]
    return "\n".join(lines) + "\n"


def _case(gate: Gate, check: Check, lang: str) -> Iterator[str]:
    against = "baseline" if check.kind == "baseline" else words.limit(check)
    case = _attributes(
        classname=f"silky.{check.scenario}.{check.app}", name=f"{check.metric} {against}", time="0"
    )
    said = words.said(check, lang)
    if gate.simulated:
        said += " " + words.pick(words.SIMULATED, lang)
    yield f"    <testcase {case}>"
    if check.outcome in (FAIL, INCOMPLETE):
        tag = "failure" if check.outcome == FAIL else "error"
        yield f"      <{tag} {_attributes(message=said, type=check.outcome)}>{_text(said)}</{tag}>"
    else:
        head = f"{words.pick(words.OUTCOMES[WARN], lang)}: " if check.outcome == WARN else ""
        yield f"      <system-out>{_text(head + said)}</system-out>"
    yield "    </testcase>"


def clean(text: str) -> str:
    """Return a text without what XML 1.0 can't hold: such characters are written as their code."""
    return _NOT_XML.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _text(text: str) -> str:
    return escape(clean(text))


def _attributes(**values: str) -> str:
    return " ".join(
        f"{key}={quoteattr(clean(value), {chr(10): '&#10;', chr(13): '&#13;', chr(9): '&#9;'})}"
        for key, value in values.items()
    )
