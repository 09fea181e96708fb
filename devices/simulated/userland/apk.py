"""What a package manager reads of an APK: its manifest, in Android's binary XML.

Source: frameworks/base libs/androidfw ResourceTypes.h (ResChunk_header, ResStringPool, ResXMLTree_*).
"""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass, field

MANIFEST = "AndroidManifest.xml"
_XML, _STRINGS, _RESOURCES, _START = 0x0003, 0x0001, 0x0180, 0x0102
_UTF8 = 1 << 8
_STRING, _REFERENCE = 0x03, 0x01
_NONE = 0xFFFFFFFF
_LABEL, _NAME, _CODE, _VERSION = 0x01010001, 0x01010003, 0x0101021B, 0x0101021C
_ATTRIBUTES = {_LABEL: "label", _NAME: "name", _CODE: "versionCode", _VERSION: "versionName"}
"""Attributes are known by their resource ids; their names may be stripped."""


class BadApkError(Exception):
    """It can't be installed: PackageManager's code and why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Apk:
    """What the manifest says."""

    package: str
    version_code: int = 0
    version_name: str = ""
    label: str = ""
    activity: str = ".MainActivity"
    """Its first activity."""


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str | int] = field(default_factory=dict)


def read_apk(data: bytes) -> Apk:
    """Read an APK.

    Raises:
        BadApkError: it is none, or its manifest can't be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            manifest = archive.read(MANIFEST)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise BadApkError("INSTALL_PARSE_FAILED_NOT_APK", "Failed to parse base.apk") from error
    except KeyError as error:
        raise BadApkError("INSTALL_PARSE_FAILED_UNEXPECTED_EXCEPTION", f"{MANIFEST} is missing") from error
    try:
        elements = _elements(manifest)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError) as error:
        raise BadApkError("INSTALL_PARSE_FAILED_BAD_MANIFEST", "Corrupt XML binary file") from error
    return _apk(elements)


def _apk(elements: list[_Element]) -> Apk:
    head = next((one for one in elements if one.name == "manifest"), None)
    package = "" if head is None else str(head.attributes.get("package", ""))
    if head is None or "." not in package:
        raise BadApkError("INSTALL_PARSE_FAILED_BAD_PACKAGE_NAME", f"Invalid manifest package: {package!r}")
    label = _first(elements, "application").get("label")
    code = head.attributes.get("versionCode", 0)
    return Apk(
        package=package,
        version_code=code if isinstance(code, int) else 0,
        version_name=str(head.attributes.get("versionName", "")),
        label=label if isinstance(label, str) else package.rsplit(".", 1)[-1],
        activity=str(_first(elements, "activity").get("name", ".MainActivity")),
    )


def _first(elements: list[_Element], name: str) -> dict[str, str | int]:
    return next((one.attributes for one in elements if one.name == name), {})


def _elements(data: bytes) -> list[_Element]:
    kind, head, _ = struct.unpack_from("<HHI", data)
    if kind != _XML:
        raise ValueError("no binary XML")
    strings: list[str] = []
    ids: tuple[int, ...] = ()
    found: list[_Element] = []
    at = head
    while at + 8 <= len(data):
        kind, head, size = struct.unpack_from("<HHI", data, at)
        if size < 8:
            raise ValueError("an empty chunk")
        if kind == _STRINGS:
            strings = _strings(data[at : at + size])
        elif kind == _RESOURCES:
            ids = struct.unpack_from(f"<{(size - head) // 4}I", data, at + head)
        elif kind == _START:
            found.append(_element(data[at : at + size], head, strings, ids))
        at += size
    return found


def _element(chunk: bytes, head: int, strings: list[str], ids: tuple[int, ...]) -> _Element:
    _, name, start, size, count = struct.unpack_from("<IIHHH", chunk, head)
    element = _Element(strings[name])
    for index in range(count):
        at = head + start + index * size
        _, key, raw, _, _, kind, value = struct.unpack_from("<IIIHBBI", chunk, at)
        known = _ATTRIBUTES.get(ids[key]) if key < len(ids) else None
        text = strings[raw] if raw != _NONE else strings[value] if kind == _STRING else None
        if kind != _REFERENCE:
            element.attributes[known or strings[key]] = value if text is None else text
    return element


def _strings(chunk: bytes) -> list[str]:
    count, _, flags, start, _ = struct.unpack_from("<5I", chunk, 8)
    head = struct.unpack_from("<H", chunk, 2)[0]
    offsets = struct.unpack_from(f"<{count}I", chunk, head)
    return [_string(chunk, start + offset, utf8=bool(flags & _UTF8)) for offset in offsets]


def _string(chunk: bytes, at: int, *, utf8: bool) -> str:
    if utf8:
        at += 2 if chunk[at] & 0x80 else 1  # the length in characters
        size = chunk[at]
        at += 1
        if size & 0x80:
            size = (size & 0x7F) << 8 | chunk[at]
            at += 1
        return chunk[at : at + size].decode()
    units = int(struct.unpack_from("<H", chunk, at)[0])
    at += 2
    if units & 0x8000:
        units = (units & 0x7FFF) << 16 | int(struct.unpack_from("<H", chunk, at)[0])
        at += 2
    return chunk[at : at + 2 * units].decode("utf-16-le")
