"""Writes the smallest APK: a zip with a manifest in Android's binary XML."""

from __future__ import annotations

import io
import struct
import zipfile

NONE = 0xFFFFFFFF
IDS = {"versionCode": 0x0101021B, "versionName": 0x0101021C, "label": 0x01010001, "name": 0x01010003}
"""Attributes that Android knows by number; their strings come first in the pool."""


def chunk(kind: int, head: bytes, body: bytes = b"") -> bytes:
    """Return a chunk; `head` is what stands in its header after the common eight bytes."""
    return struct.pack("<HHI", kind, 8 + len(head), 8 + len(head) + len(body)) + head + body


def string_pool(strings: list[str], *, utf8: bool) -> bytes:
    data, offsets = b"", []
    for text in strings:
        offsets.append(len(data))
        if utf8:
            raw = text.encode()
            data += bytes([len(text), len(raw)]) + raw + b"\0"
        else:
            data += struct.pack("<H", len(text)) + text.encode("utf-16-le") + b"\0\0"
    data += b"\0" * (-len(data) % 4)
    head = struct.pack("<5I", len(strings), 0, (1 << 8) if utf8 else 0, 28 + 4 * len(strings), 0)
    return chunk(0x0001, head, struct.pack(f"<{len(offsets)}I", *offsets) + data)


def manifest(
    package: str,
    *,
    code: int = 1,
    version: str = "1.0",
    label: str = "Tiny",
    activity: str = ".Main",
    utf8: bool = True,
) -> bytes:
    """Return AndroidManifest.xml."""
    names = [*IDS, "package", "manifest", "application", "activity"]
    strings = [*names, package, version, label, activity]

    def attribute(name: str, value: str | int) -> bytes:
        if isinstance(value, int):
            return struct.pack("<IIIHBBI", NONE, strings.index(name), NONE, 8, 0, 0x10, value)
        at = len(names) + strings[len(names) :].index(value)
        return struct.pack("<IIIHBBI", NONE, strings.index(name), at, 8, 0, 0x03, at)

    def start(name: str, /, **attributes: str | int) -> bytes:
        body = b"".join(attribute(key, value) for key, value in attributes.items())
        extended = struct.pack("<IIHHHHHH", NONE, strings.index(name), 20, 20, len(attributes), 0, 0, 0)
        return chunk(0x0102, struct.pack("<II", 1, NONE), extended + body)

    def end(name: str) -> bytes:
        return chunk(0x0103, struct.pack("<II", 1, NONE), struct.pack("<II", NONE, strings.index(name)))

    body = (
        string_pool(strings, utf8=utf8)
        + chunk(0x0180, b"", struct.pack(f"<{len(IDS)}I", *IDS.values()))
        + start("manifest", package=package, versionCode=code, versionName=version)
        + start("application", label=label)
        + start("activity", name=activity)
        + end("activity")
        + end("application")
        + end("manifest")
    )
    return chunk(0x0003, b"", body)


def apk(xml: bytes | None, extra: bytes = b"") -> bytes:
    """Return an APK around a manifest; None: without one. `extra`: something bulky beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if xml is not None:
            archive.writestr("AndroidManifest.xml", xml)
        archive.writestr("classes.dex", b"dex" + extra)
    return out.getvalue()
