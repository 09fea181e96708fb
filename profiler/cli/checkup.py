"""What `silky doctor` looks at: this computer, then the phone, without changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from devices.driver.state.vendor_menus import Words
from traces.errors import PhoneError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devices.driver.phone import Phone
    from devices.driver.session import PhoneSession
    from devices.driver.state.cooling import ThermalGate

_NOTHING = Words("", "")
OURS = ("profiler", "devices", "traces")
"""Top-level packages of silky; other distributions have such names too."""
_OWN_ENVIRONMENT = Words("Install silky into an environment of its own.", "请把 silky 安装到独立的虚拟环境。")


@dataclass(frozen=True, slots=True)
class Check:
    """One line; texts in both languages."""

    state: Literal["ok", "will set", "warning", "needs you"]
    key: str
    """Stable name."""
    detail: Words
    next_step: Words = _NOTHING
    label: Words | None = None
    """The name for people; None: the stable one."""
    command: str = ""
    """For the phone's shell."""

    def as_dict(self, lang: str = "en") -> dict[str, str]:
        """Return it for JSON, in a language; `state` and `key` are the same in all."""
        return {
            "state": self.state,
            "key": self.key,
            "name": self.name(lang),
            "detail": self.detail.text(lang),
            "next_step": self.next_step.text(lang),
            "command": self.command,
        }

    def name(self, lang: str) -> str:
        """Return the name for people."""
        return self.label.text(lang) if self.label else self.key


def host_checks() -> list[Check]:
    """Look at this computer."""
    from devices.adb.server import AdbServer, adb_program
    from profiler.run.manifest import tool_version

    server = AdbServer.from_environment()
    checks = [
        Check("ok", "silky", Words(f"version {tool_version()}", f"版本 {tool_version()}")),
        Check(
            "ok",
            "adb",
            Words(
                f"{adb_program()}, server at {server.address}",
                f"{adb_program()}，服务器 {server.address}",
            ),
        ),
    ]
    return [*checks, _decoding(), *clashes(packages_distributions())]


def _decoding() -> Check:
    from traces.perfetto.compiled import why_not

    why = why_not()
    if not why:
        return Check("ok", "decoding", Words("by compiled loops", "由编译的循环解码"))
    return Check(
        "ok", "decoding", Words(f"by numpy alone, more slowly: {why}", f"仅用 numpy 解码（较慢）：{why}")
    )


def clashes(
    providers: Mapping[str, list[str]], installed_at: Mapping[str, Path] | None = None
) -> list[Check]:
    """Warn of other distributions that bring packages of the same names.

    Args:
        providers: top-level package -> distributions that bring it.
        installed_at: where silky's packages were imported from; None: looked up.
    """
    found = []
    for name in OURS:
        others = sorted(set(providers.get(name, [])) - {"silky"})
        if others:
            found.append(
                Check(
                    "warning",
                    f"package {name}",
                    Words(
                        f"also brought by the distribution {', '.join(others)}: one overwrites the other.",
                        f"发行包 {', '.join(others)} 也带有同名包：会互相覆盖。",
                    ),
                    _OWN_ENVIRONMENT,
                )
            )
    places = {path.parent for path in (installed_at or _places()).values()}
    if len(places) > 1:
        folders = ", ".join(sorted(map(str, places)))
        found.append(
            Check(
                "needs you",
                "packages",
                Words(
                    f"silky's parts come from different folders: {folders}.",
                    f"silky 的各部分来自不同的文件夹：{folders}。",
                ),
                _OWN_ENVIRONMENT,
            )
        )
    return found


def phone_checks(
    session: PhoneSession, planned_ime: str | None, gate: ThermalGate | None = None
) -> list[Check]:
    """Look at the phone."""
    from devices.driver.state.looking import look
    from devices.driver.state.table import state_rows

    facts, phone = session.facts(), session.phone
    rates = "/".join(f"{hz:g}" for hz in facts.modes_hz)
    name = f"{facts.manufacturer} {facts.model}"
    checks = [
        Check(
            "ok",
            "phone",
            Words(
                f"{'SIMULATED, ' if facts.simulated else ''}{name}, serial {phone.serial}",
                f"{'SIMULATED（模拟手机），' if facts.simulated else ''}{name}，序列号 {phone.serial}",
            ),
            label=Words("phone", "手机"),
        ),
        _version(facts.sdk, facts.android),
        Check(
            "ok",
            "display",
            Words(
                f"{facts.width} x {facts.height}, {facts.active_hz:g} Hz of {rates} Hz",
                f"{facts.width} x {facts.height}，当前 {facts.active_hz:g} Hz，支持 {rates} Hz",
            ),
            label=Words("display", "屏幕模式"),
        ),
    ]
    for left in session.leftovers:
        texts = [left.sentence(phone)] if left.changes else []
        texts += [Words(text, text) for text in left.messages]
        checks += [
            Check("warning", "earlier run", text, label=Words("earlier run", "上次测量")) for text in texts
        ]
    checks += [
        Check(row.state, row.key, row.detail, row.next_step, row.label, row.command)
        for row in state_rows(look(phone, planned_ime, gate))
    ]
    return checks + list(_tools(phone)) + list(_connection(phone))


def _version(sdk: int, android: str) -> Check:
    detail = f"{android} (API level {sdk})"
    if sdk >= 31:
        return Check("ok", "Android", Words(detail, detail))
    return Check(
        "needs you",
        "Android",
        Words(f"{detail}: older than 12", f"{detail}：低于 12"),
        Words("Use a newer phone or emulator.", "请使用更新的手机或模拟器。"),
    )


def _connection(phone: Phone) -> Iterator[Check]:
    """Tell what is known to end adb on phones of this vendor."""
    from devices.driver.state.vendor_menus import vendor_of

    known = vendor_of(phone.build.manufacturer).connection
    if known is not None:
        yield Check("ok", "adb stays on", known, label=Words("if adb is lost", "如果 adb 断开"))


def _tools(phone: Phone) -> Iterator[Check]:
    from devices.driver.injectors.abilities import NO_MARKS, ONE_TIME
    from devices.driver.injectors.input import check_injected, find_marker
    from devices.driver.injectors.probe import panel_of, probe
    from devices.driver.state.reading import read_state
    from devices.driver.state.vendor_menus import refused_switch

    perfetto = phone.shell("command -v perfetto").text.strip()
    if perfetto:
        yield Check("ok", "perfetto", Words(perfetto, perfetto))
        yield from _frame_times(phone)
    else:
        yield Check(
            "needs you",
            "perfetto",
            Words("there is no perfetto on this phone", "手机上没有 perfetto"),
            Words("Some vendors remove it; use another phone.", "部分厂商删除了它；请换一台手机。"),
        )
    marker, label = find_marker(phone), Words("trace marks", "轨迹标记")
    if marker:
        yield Check("ok", "trace marks", Words(marker, marker), label=label)
    else:
        no_marks = Words(NO_MARKS, "shell 不能写 trace_marker：靠输入事件本身区分各次按压。")
        yield Check("warning", "trace marks", no_marks, label=label)
    label = Words("touches", "模拟触摸")
    found = probe(phone, panel_of(read_state(phone)))
    if found.injector.device:
        name = found.injector.name
        refused = (
            Words("", "")
            if found.allowed
            else Words("; `input` itself is refused (INJECT_EVENTS)", "；`input` 本身被拒绝（INJECT_EVENTS）")
        )
        by = Words(f"by a virtual touch screen ({name}){refused.en}", f"使用虚拟触摸屏（{name}）{refused.zh}")
        yield Check("ok", "touches", by, label=label)
        return
    try:
        # KEYCODE_UNKNOWN does nothing, but needs the same permission as a touch
        check_injected(phone, phone.shell("input keyevent 0"))
    except PhoneError as error:
        yield Check(
            "needs you",
            "touches",
            Words(error.what, f"手机不允许 adb 模拟触摸：{error.what}"),
            Words(error.next_step, refused_switch(phone.build.manufacturer).zh),
            label,
        )
    else:
        if found.injector.presses:
            yield Check("ok", "touches", Words("allowed", "允许"), label=label)
        else:
            one_time = Words(ONE_TIME, "没有 input motionevent：按下与抬起的时间相同。")
            yield Check("warning", "touches", one_time, label=label)


def _frame_times(phone: Phone) -> Iterator[Check]:
    """Tell where the phone's tracing service says that it has no FrameTimeline; silence tells nothing."""
    sources, label = phone.shell("perfetto --query").text, Words("frame times", "帧时间")
    if "android.surfaceflinger.frametimeline" in sources:
        yield Check("ok", "frame times", Words("FrameTimeline", "FrameTimeline"), label=label)
    elif "linux.ftrace" in sources:
        yield Check(
            "needs you",
            "frame times",
            Words(
                "SurfaceFlinger offers no FrameTimeline: nothing on screen can be timed",
                "SurfaceFlinger 不提供 FrameTimeline：无法得知画面何时上屏",
            ),
            Words(
                "Use a phone with Android 12 or newer; `silky doctor --deep` tells what this one can give.",
                "请使用 Android 12 或更新的手机；`silky doctor --deep` 会说明这台手机能提供什么。",
            ),
            label,
        )


def _places() -> dict[str, Path]:
    import devices
    import profiler
    import traces

    files = {module.__name__: module.__file__ for module in (profiler, devices, traces)}
    return {name: Path(file).resolve().parent for name, file in files.items() if file}
