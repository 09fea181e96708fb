"""The dress that a dump comes in: encodings, line ends, and what adb says before the content.

Dumps are saved by people and shells: PowerShell redirects write UTF-16 or a UTF-8 BOM, a Windows adb turns
LF into CR CR LF, old adb prints its own warnings into the stream. None of it is content.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PROBE_BYTES = 4096
_RETURNS = re.compile(r"(\r+)(\n?)")
_CHATTER = re.compile(
    r"""\s*(?:$
    |\*\ daemon\ .*
    |-\ waiting\ for\ .*
    |adb\ server\ (?:version|is\ out\ of\ date).*
    |adb:\ warning.*
    |(?:CANNOT\ LINK\ EXECUTABLE|WARNING:\ linker:|WARNING:\ [Gg]eneric\ atomic).*
    )$""",
    re.VERBOSE,
)


def decode(data: bytes) -> str:
    """Decode UTF-8, UTF-16 or UTF-32, with or without BOM; undecodable bytes become U+FFFD."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, errors="replace")
    return data.decode(_encoding_without_bom(data), errors="replace")


def _encoding_without_bom(data: bytes) -> str:
    """Tell UTF-16 by where the NULs of its ASCII characters stand; everything else is UTF-8."""
    probe = data[: _PROBE_BYTES & ~1]
    pairs = len(probe) // 2
    if pairs == 0:
        return "utf-8"
    even = probe[0::2].count(0) / pairs
    odd = probe[1::2].count(0) / pairs
    if odd > 0.5 and even < 0.1:
        return "utf-16-le"
    if even > 0.5 and odd < 0.1:
        return "utf-16-be"
    return "utf-8"


def undress(text: str) -> str:
    """Return the text with LF line ends, without NULs, BOMs, and adb's own lines before the content."""
    text = text.replace("\x00", "").replace("\ufeff", "")
    if "\r" in text:
        text = _RETURNS.sub(lambda found: "\n" if found[2] else "\n" * len(found[1]), text)
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        if not _CHATTER.match(line):
            break
        start = end + 1 if end >= 0 else len(text)
    # leading blank lines alone are content of some dumps, but carry nothing
    return text[start:]


def read_text(data: bytes | str) -> str:
    """Return the text of a dump in any dress. Never raises.

    Args:
        data: the bytes as saved or received, or text that was decoded before.

    Returns:
        Text with LF line ends, starting at the first line of content.
    """
    return undress(data if isinstance(data, str) else decode(data))
