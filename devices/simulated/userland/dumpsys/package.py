"""`dumpsys package` (services pm/PackageManagerService)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import component_short, identity_hash, service, user_of

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone
    from devices.simulated.world import PackageInfo


def apk_path(package: str) -> str:
    """Return where a package's APK lies."""
    salt = identity_hash(package)
    return f"/data/app/~~{salt}Q==/{package}-{salt}g==/base.apk"


def compile_state(phone: Phone, package: PackageInfo) -> tuple[str, str]:
    """Return a package's compiler filter and the reason it was compiled for."""
    return phone.state.compile_filters.get(package.name, (package.compile_filter, "install"))


def _dexopt(phone: Phone, package: PackageInfo) -> str:
    filter_name, reason = compile_state(phone, package)
    return (
        f"  [{package.name}]\n    path: {apk_path(package.name)}\n"
        f"      arm64: [status={filter_name}] [reason={reason}] [primary-abi]\n"
    )


@service("package")
def package(phone: Phone, args: list[str]) -> str:
    """Print one package, or the dexopt state of all."""
    names = [arg for arg in args if not arg.startswith("-")]
    packages = {one.name: one for one in phone.world.packages()}
    if names[:1] == ["dexopt"]:
        wanted = [packages[name] for name in names[1:] if name in packages] or list(packages.values())
        return "Dexopt state:\n" + "".join(_dexopt(phone, one) for one in wanted)
    found = packages.get(names[0]) if names else None
    if names and found is None:
        return f"Unable to find package: {names[0]}\n"
    shown = [found] if found is not None else list(packages.values())
    return "".join(_details(phone, one) for one in shown)


def _details(phone: Phone, one: PackageInfo) -> str:
    salt = identity_hash(one.name)
    sdk = phone.world.persona.sdk
    resolvers = "".join(
        f"      {action}:\n        {salt} {component_short(one.launcher)} filter {identity_hash(action)}\n"
        for action in ("android.intent.action.MAIN", *one.actions)
    )
    return (
        f"Activity Resolver Table:\n  Non-Data Actions:\n{resolvers}\n"
        f"Packages:\n  Package [{one.name}] ({salt}):\n"
        f"    userId={one.uid}\n    pkg=Package{{{salt} {one.name}}}\n"
        f"    codePath={apk_path(one.name).removesuffix('/base.apk')}\n"
        f"    versionCode={one.version_code} minSdk=24 targetSdk={sdk}\n"
        f"    versionName={one.version_name}\n"
        f"    dataDir=/data/user/0/{one.name}\n"
        f"    primaryCpuAbi=arm64-v8a\n"
        f"    User 0: ceDataInode=1 installed=true hidden=false suspended=false stopped=false "
        f"notLaunched=false enabled=0\n"
        f"\nDexopt state:\n{_dexopt(phone, one)}\n"
        f"Compiler stats:\n  [{one.name}]\n    (No recorded stats)\n"
    )


def user_name(one: PackageInfo) -> str:
    """Return the package's user as `u0a123`."""
    return user_of(one.uid)
