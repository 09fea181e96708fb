"""`pm install` and `pm uninstall`: from a file on the phone, or from stdin as `adb install` streams it.

Sources: PackageManagerShellCommand.java, adb's client/adb_install.cpp. Signatures are not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulated.userland.apk import Apk, BadApkError, read_apk
from devices.simulated.userland.filesystem import FileError
from devices.simulated.world import PackageInfo

if TYPE_CHECKING:
    from devices.simulated.userland.registry import Context

_VALUED = ("--user", "-i", "-p", "--install-location", "--abi", "--referrer", "--install-reason")


@dataclass(slots=True)
class _Wanted:
    path: str | None = None
    size: int | None = None
    replace: bool = True
    downgrade: bool = False


async def install(context: Context, args: list[str]) -> int:
    """Install one APK and say how that went."""
    try:
        wanted = _read(args)
        data = await _bytes(context, wanted)
        await context.phone.spend("install")
        apk = read_apk(data)
        _refuse(context, wanted, apk)
    except BadApkError as error:
        await context.out(f"Failure [{error.code}: {error.why}]\n")
        return 1
    except ValueError as error:
        await context.err(f"Error: {error}\n")
        return 1
    launcher = f"{apk.package}/{apk.package + apk.activity if apk.activity.startswith('.') else apk.activity}"
    info = PackageInfo(apk.package, 0, apk.version_name, apk.version_code, launcher, (), "verify", apk.label)
    context.phone.world.install_package(info)
    await context.out("Success\n")
    return 0


def _read(args: list[str]) -> _Wanted:
    wanted = _Wanted()
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg == "-S":
            if not rest or not rest[0].isdigit():
                raise ValueError("Invalid size")
            wanted.size = int(rest.pop(0))
        elif arg in _VALUED:
            rest = rest[1:]
        elif arg == "-R":
            wanted.replace = False
        elif arg in ("-d", "--allow-downgrade"):
            wanted.downgrade = True
        elif arg == "-" or not arg.startswith("-"):
            wanted.path = arg
    return wanted


async def _bytes(context: Context, wanted: _Wanted) -> bytes:
    if wanted.path is None or wanted.path == "-":
        if wanted.size is None:
            raise ValueError("must either specify a package size or an APK file")
        data = bytearray()
        while len(data) < wanted.size and (chunk := await context.stdin.read()):
            data += chunk
        if len(data) < wanted.size:
            raise BadApkError("INSTALL_FAILED_INVALID_APK", "the stream ended before its size")
        return bytes(data[: wanted.size])
    path = context.path(wanted.path)
    try:
        return context.phone.files.read(path)
    except FileError as error:
        raise ValueError(f"Unable to open file: {wanted.path}") from error


def _refuse(context: Context, wanted: _Wanted, apk: Apk) -> None:
    known = next((one for one in context.phone.world.packages() if one.name == apk.package), None)
    if known is None:
        return
    if not wanted.replace:
        why = f"Attempt to re-install {apk.package} without first uninstalling."
        raise BadApkError("INSTALL_FAILED_ALREADY_EXISTS", why)
    if apk.version_code < known.version_code and not wanted.downgrade:
        why = (
            f"Downgrade detected: Update version code {apk.version_code} is older than current "
            f"{known.version_code}"
        )
        raise BadApkError("INSTALL_FAILED_VERSION_DOWNGRADE", why)


async def uninstall(context: Context, args: list[str]) -> int:
    """Remove a package and say how that went."""
    rest = list(args)
    names = []
    while rest:
        arg = rest.pop(0)
        if arg in ("--user", "--versionCode"):
            rest = rest[1:]
        elif not arg.startswith("-"):
            names.append(arg)
    if not names:
        await context.err("Error: package name not specified\n")
        return 1
    if not context.phone.world.uninstall_package(names[0]):
        await context.out("Failure [DELETE_FAILED_INTERNAL_ERROR]\n")
        return 1
    await context.out("Success\n")
    return 0
