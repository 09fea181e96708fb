"""`dumpsys power` (services power/PowerManagerService)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulated.userland.dumpsys.services import java_bool, service

if TYPE_CHECKING:
    from devices.simulated.userland.phone import Phone


@service("power")
def power(phone: Phone, args: list[str]) -> str:
    """Print wakefulness and power sources."""
    del args
    world = phone.world
    wakefulness = "Awake" if world.screen_on else "Asleep"
    plugged = {name: bool(world.battery.get(name, False)) for name in ("ac", "usb", "wireless")}
    plug_type = 1 if plugged["ac"] else 2 if plugged["usb"] else 4 if plugged["wireless"] else 0
    uptime = world.clocks().monotonic_ns // 1_000_000
    stay_on = world.settings.get("global", {}).get("stay_on_while_plugged_in", "0")
    level = world.battery.get("level", 100)
    suspend = "STATE_ON" if world.screen_on else "STATE_OFF"
    return (
        "POWER MANAGER (dumpsys power)\n\n"
        "Power Manager State:\n"
        f"  mSettings power_manager_constants:\n    no_cached_wake_locks=true\n"
        "  mDirty=0x0\n"
        f"  mWakefulness={wakefulness}\n"
        "  mWakefulnessChanging=false\n"
        f"  mIsPowered={java_bool(plug_type != 0)}\n"
        f"  mPlugType={plug_type}\n"
        f"  mBatteryLevel={level}\n"
        "  mDockState=0\n"
        f"  mStayOn={java_bool(bool(int(stay_on or 0) & plug_type))}\n"
        "  mProximityPositive=false\n"
        "  mBootCompleted=true\n"
        "  mSystemReady=true\n"
        f"  mHalInteractiveModeEnabled={java_bool(world.screen_on)}\n"
        f"  mLastUserActivityTime={uptime}\n"
        f"  mStayOnWhilePluggedInSetting={stay_on}\n"
        f"  mScreenOffTimeoutSetting={world.settings.get('system', {}).get('screen_off_timeout', '60000')}\n"
        f"  mLowPowerModeEnabled={java_bool(world.settings.get('global', {}).get('low_power') == '1')}\n"
        "\nDisplay Power: state={}\n".format(suspend.removeprefix("STATE_"))
    )
