"""`getprop`: the phone's properties, and the facts about the build that a measurement records."""

from __future__ import annotations

import re
from dataclasses import dataclass

from traces.errors import InputFileError
from traces.text.dress import read_text
from traces.text.fields import not_a


@dataclass(frozen=True, slots=True)
class BuildFacts:
    """Which phone and build this is.

    Attributes:
        sdk: API level, e.g. 34.
        release: Android version as printed, e.g. "14".
        build_type: `user`, `userdebug` or `eng`; "" where not printed.
        fingerprint: the build's fingerprint; "" where not printed.
        soc: the chip's name as the build gives it; "" where not printed.
        skin: the vendor's system and its version, e.g. "HyperOS OS2.0.2.0"; "" for none known.
        emulator: whether the build is an emulator's.
    """

    sdk: int
    release: str
    manufacturer: str
    brand: str
    model: str
    device: str
    build_type: str
    fingerprint: str
    soc: str
    skin: str
    emulator: bool


_OPENING = re.compile(r"\[([^\]]+)\]: \[(.*)")
_PLACES = ("", "system.", "vendor.", "odm.", "product.", "system_ext.")
_SKINS = (
    ("HyperOS", "ro.mi.os.version.name"),
    ("MIUI", "ro.miui.ui.version.name"),
    ("HarmonyOS", "hw_sc.build.platform.version"),
    ("EMUI", "ro.build.version.emui"),
    ("MagicOS", "ro.build.version.magic"),
    ("One UI", "ro.build.version.oneui"),
    ("ColorOS", "ro.build.version.oplusrom"),
    ("ColorOS", "ro.build.version.opporom"),
    ("OriginOS", "ro.vivo.os.build.display.id"),
)


def parse_getprop(data: bytes | str, source: str = "this getprop output") -> dict[str, str]:
    """Return all properties; values may hold line ends and be empty.

    Raises:
        InputFileError: no line reads `[key]: [value]`.
    """
    text = read_text(data)
    found: dict[str, str] = {}
    key, value = "", ""
    for line in text.split("\n"):
        if opening := _OPENING.match(line):
            key, value = opening[1], opening[2]
        elif key:
            value += "\n" + line
        if key and value.endswith("]"):
            found[key] = value[:-1]
            key = ""
    if not found:
        raise not_a("the output of getprop", text, source, "Give the output of `getprop`.")
    return found


def build_facts(properties: dict[str, str], source: str = "this getprop output") -> BuildFacts:
    """Pick the facts about phone and build out of the properties.

    Raises:
        InputFileError: the API level is missing.
    """
    sdk = _first(properties, "ro.build.version.sdk", "ro.{}build.version.sdk")
    if not re.fullmatch(r"[0-9]{1,3}", sdk):
        raise InputFileError(
            f"{source} has no API level (ro.build.version.sdk).",
            next_step="Run `getprop` on the phone again.",
        )
    hardware = properties.get("ro.hardware", "") + properties.get("ro.boot.hardware", "")
    return BuildFacts(
        sdk=int(sdk),
        release=_first(properties, "ro.build.version.release", "ro.{}build.version.release"),
        manufacturer=_first(properties, "ro.product.manufacturer", "ro.product.{}manufacturer"),
        brand=_first(properties, "ro.product.brand", "ro.product.{}brand"),
        model=_first(properties, "ro.product.model", "ro.product.{}model"),
        device=_first(properties, "ro.product.device", "ro.product.{}device"),
        build_type=_first(properties, "ro.build.type", "ro.{}build.type"),
        fingerprint=_first(properties, "ro.build.fingerprint", "ro.{}build.fingerprint"),
        soc=_soc(properties),
        skin=_skin(properties),
        emulator="1" in {properties.get("ro.kernel.qemu"), properties.get("ro.boot.qemu")}
        or any(name in hardware for name in ("ranchu", "goldfish", "cutf_cvm")),
    )


def _first(properties: dict[str, str], key: str, pattern: str) -> str:
    """Return a property, or its copy of another partition where a filtered list lacks it."""
    if properties.get(key):
        return properties[key]
    return next((value for place in _PLACES if (value := properties.get(pattern.format(place)))), "")


def _soc(properties: dict[str, str]) -> str:
    maker, model = properties.get("ro.soc.manufacturer", ""), properties.get("ro.soc.model", "")
    return f"{maker} {model}".strip() or properties.get("ro.board.platform", "")


def _skin(properties: dict[str, str]) -> str:
    return next((f"{name} {properties[key]}" for name, key in _SKINS if properties.get(key)), "")
