"""Screens as the chat apps show them, written from public descriptions of those apps (docs/driver.md), not from
what the finder looks for: each knows where its places really are.

A screen is a tree of views; `Screen.places` maps target -> bounds. Everything is laid out in dp.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

Bounds = tuple[int, int, int, int]
DP = 3


@dataclass(frozen=True)
class View:
    cls: str
    bounds: Bounds
    children: tuple[View, ...] = ()
    id: str = ""
    text: str = ""
    desc: str = ""
    hint: str = ""
    tap: bool = False
    scroll: bool = False
    focused: bool = False
    enabled: bool = True
    password: bool = False
    package: str | None = None


@dataclass(frozen=True)
class App:
    """What is known of one app's chat, zh/en pairs; ids as in public dumps, empty where there are none."""

    name: str
    package: str
    compose: bool = False
    field_id: str = ""
    field_desc: tuple[str, str] = ("", "")
    hint: tuple[str, str] = ("发消息或按住说话", "Message")
    send_id: str = ""
    send: tuple[str, str] = ("发送", "Send")
    send_is_text: bool = False
    list_id: str = ""
    list_class: str = "androidx.recyclerview.widget.RecyclerView"
    voice: bool = True
    toggle_id: str = ""
    toggle: tuple[str, str] = ("", "")
    tools_below: tuple[tuple[str, str], ...] = ()
    """Chips on a row of their own below the field, where the send button then stands too."""
    left: tuple[tuple[str, str], ...] = ()
    right: tuple[tuple[str, str], ...] = (("更多", "More"),)
    new_chat: tuple[str, str] = ("新对话", "New chat")
    back: tuple[str, str] = ("返回", "Back")
    chips: tuple[tuple[str, str], ...] = ()
    """Suggestions above the bar."""


APPS = (
    App("doubao", "com.larus.nova", field_id="input_text", hint=("发消息或按住说话...", "Message or hold to talk"),
        send_id="action_send", list_id="message_list", toggle_id="action_input",
        toggle=("文本输入", "Text input"), left=(("拍照", "Camera"),), new_chat=("创建新对话", "New chat"),
        chips=(("AI 创作", "Create"), ("打电话", "Call"))),
    App("deepseek", "com.deepseek.chat", compose=True, hint=("发消息或按住说话", "Message DeepSeek"), list_class="android.view.View",
        toggle=("切换到文字输入", "Switch to text input"), tools_below=(("深度思考", "DeepThink"), ("联网搜索", "Search")),
        new_chat=("开启新对话", "New chat")),
    App("qwen", "com.aliyun.tongyi", field_id="chat_edit", hint=("发消息...", "Ask Qwen anything"), send_is_text=True,
        list_class="android.widget.ListView", chips=(("有问题问千问", "Ask about news"), ("搜索", "Search")),
        new_chat=("新建对话", "New chat")),
    App("yuanbao", "com.tencent.hunyuan.app.chat", field_id="edConversationInput", hint=("有问题，尽管问", "Ask me anything"),
        send_id="fl_slot_send_stop", send=("", ""), list_id="chat_recycler_view",
        tools_below=(("DeepSeek", "DeepSeek"), ("联网搜索", "Web search"))),
    App("kimi", "com.moonshot.kimichat", compose=True, hint=("尽管问，带图也行", "Ask anything"),
        send=("发送讯息", "Send message"), toggle=("切换至文字输入", "Switch to text"), list_class="android.view.View",
        new_chat=("开启新会话", "New conversation")),
    App("chatgpt", "com.openai.chatgpt", compose=True, field_desc=("消息", "Message"), hint=("询问任何问题", "Ask anything"),
        voice=False, left=(("添加", "Add"),), right=(("听写", "Dictate"),), list_class="android.view.View"),
    App("gemini", "com.google.android.googlequicksearchbox", field_id="assistant_robin_chat_input_text",
        hint=("问问 Gemini", "Ask Gemini"), send_id="assistant_robin_send_button", voice=False,
        list_id="assistant_robin_chat_history_list", right=(("麦克风", "Microphone"),)),
    App("claude", "com.anthropic.claude", compose=True, hint=("回复 Claude", "Reply to Claude"), voice=False,
        tools_below=(("添加", "Add"), ("模型", "Model")), list_class="android.view.View"),
    App("wechat", "com.tencent.mm", hint=("", ""), send_is_text=True, list_class="android.widget.ListView",
        toggle=("切换到键盘", "Switch to keyboard"), left=(("切换到按住说话", "Switch to hold to talk"),),
        right=(("表情", "Stickers"), ("更多功能按钮", "More"))),
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """How the screen is shown."""

    state: str = "plain"
    ids: str = "present"  # present, obfuscated, none
    english: bool = False
    shape: str = "portrait"  # portrait, landscape, large-font
    dark: bool = False


@dataclass(frozen=True)
class Screen:
    app: App
    layout: Layout
    windows: tuple[View, ...]
    kind: str
    """chat, voice, drawer, dialog, login, unknown."""
    places: dict[str, Bounds] = field(default_factory=dict)

    def xml(self) -> str:
        rotation = 1 if self.layout.shape == "landscape" else 0
        inner = "".join(_xml(window, self.app.package) for window in self.windows)
        return f'<?xml version="1.0" encoding="UTF-8"?><hierarchy rotation="{rotation}">{inner}</hierarchy>'


CHATS = (
    "plain",
    "text",
    "keyboard",
    "keyboard-window",
    "search-too",
    "talkative",
    "empty",
    "web-chat",
    "draft",
    "bar-only",
)
OTHERS = ("voice", "drawer", "drawer-over", "update", "privacy", "notification", "notification-alone", "crash",
          "login-sheet", "login", "login-code", "search-only", "web-page", "settings", "comments", "chat-list", "form")  # fmt: skip


def layouts() -> Iterator[tuple[App, Layout]]:
    """Every app in every layout that it can have."""
    for app, state, ids, english, shape in itertools.product(
        APPS,
        (*CHATS, *OTHERS),
        ("present", "obfuscated", "none"),
        (False, True),
        ("portrait", "landscape", "large-font"),
    ):
        if state == "voice" and not app.voice:
            continue
        if state == "bar-only" and not app.hint[0]:
            continue
        yield app, Layout(state, ids, english, shape)


def make(app: App, layout: Layout) -> Screen:
    """Draw one screen."""
    return _Maker(app, layout).screen()


class _Maker:
    def __init__(self, app: App, layout: Layout) -> None:
        self.app, self.layout = app, layout
        self.wide = layout.shape == "landscape"
        self.w, self.h = (2400, 1080) if self.wide else (1080, 2400)
        self.scale = 1.35 if layout.shape == "large-font" else 1.0
        self.top, self.nav = 24 * DP, 24 * DP
        self.keyboard = 0
        if layout.state.startswith("keyboard"):
            self.keyboard = 190 * DP if self.wide else 290 * DP
        self.bottom = self.h - self.nav if not self.keyboard else self.h - self.keyboard
        self.places: dict[str, Bounds] = {}

    def say(self, pair: tuple[str, str]) -> str:
        return pair[1] if self.layout.english else pair[0]

    def dp(self, value: float, grows: bool = True) -> int:
        return int(value * DP * (self.scale if grows else 1))

    def view(self, cls: str, bounds: Bounds, *children: View, own_id: str = "", **more: object) -> View:
        if "." not in cls:
            cls = f"android.view.{cls}" if cls in ("View", "ViewGroup") else f"android.widget.{cls}"
        if self.app.compose and cls.startswith(
            ("android.widget.Image", "android.widget.Frame", "android.widget.Linear")
        ):
            cls = "android.view.View"
        shown = {"present": own_id, "obfuscated": own_id and f"a{len(own_id):x}{ord(own_id[0]) % 10}"}.get(
            self.layout.ids, ""
        )
        if self.app.compose:
            shown = ""
        named = f"{self.app.package}:id/{shown}" if shown else ""
        return View(cls, bounds, tuple(children), id=named, **more)  # type: ignore[arg-type]

    def icon(
        self, left: int, top: int, desc: str, own_id: str = "icon", size: float = 40, **more: object
    ) -> View:
        side = self.dp(size, grows=False)
        return self.view(
            "ImageView", (left, top, left + side, top + side), desc=desc, tap=True, own_id=own_id, **more
        )

    # -- parts

    def title(self, name: str = "") -> View:
        high = self.dp(56, grows=False)
        back = self.icon(0, self.top, self.say(self.app.back), "back")
        new = self.icon(self.w - 48 * DP, self.top, self.say(self.app.new_chat), "new")
        self.places["back"], self.places["new_chat"] = back.bounds, new.bounds
        text = self.view(
            "TextView",
            (60 * DP, self.top, self.w - 60 * DP, self.top + high),
            text=name or self.app.name,
            own_id="title",
        )
        return self.view(
            "ViewGroup", (0, self.top, self.w, self.top + high), back, text, new, own_id="title_bar"
        )

    def messages(self, top: int, bottom: int, said: tuple[str, ...], *, truth: bool = True) -> View:
        rows, at = [], top
        for text in said:
            high = self.dp(52)
            if at + high > bottom:
                break
            bubble = self.view(
                "TextView", (16 * DP, at, int(self.w * 0.85), at + high), text=text, tap=True, own_id="bubble"
            )
            rows.append(self.view("ViewGroup", (0, at, self.w, at + high), bubble, own_id="row"))
            at += high
        bounds = (0, top, self.w, bottom)
        if truth:
            self.places["messages"] = bounds
        return self.view(
            self.app.list_class, bounds, *rows, own_id=self.app.list_id or "list", scroll=bool(rows) or True
        )

    def bar(self) -> View:
        app, state = self.app, self.layout.state
        text = {"text": "你好", "draft": "draft 明天的会"}.get(state, "")
        high = self.dp(56)
        tools = self.dp(44) if app.tools_below else 0
        top = self.bottom - high - tools - 8 * DP
        parts: list[View] = []
        left, right = 8 * DP, self.w - 8 * DP
        for pair in app.left:
            parts.append(self.icon(left, top + 8 * DP, self.say(pair), "left_icon"))
            left += 44 * DP
        row = top + high if tools else top + 8 * DP
        place = self.w - 48 * DP
        buttons = list(app.right)
        if text:
            name, width = self.say(app.send), (64 if app.send_is_text else 40) * DP
            bounds = (self.w - 8 * DP - width, row, self.w - 8 * DP, row + 40 * DP)
            parts.append(
                self.view("Button", bounds, text=name, tap=True, own_id="btn_x")
                if app.send_is_text
                else self.view("ImageView", bounds, desc=name, tap=True, own_id=app.send_id or "x")
            )
            self.places["send"] = bounds
            buttons, place = buttons[:-1], place - width - 8 * DP
        for pair in reversed(buttons):
            parts.append(self.icon(place, row, self.say(pair), "right_icon"))
            place -= 44 * DP
        if not tools:
            right = place + 40 * DP
        for index, pair in enumerate(app.tools_below):
            at = 8 * DP + index * self.dp(100)
            parts.append(
                self.view(
                    "TextView",
                    (at, row, at + self.dp(92), row + 36 * DP),
                    text=self.say(pair),
                    tap=True,
                    own_id="chip",
                )
            )
        hint = self.say(app.hint)
        bounds = (left, top + 4 * DP, right, top + high - 4 * DP)
        self.places["input"] = bounds
        if state == "bar-only":
            inner = self.view(
                "TextView",
                (
                    left + 12 * DP,
                    top + 12 * DP,
                    min(left + self.dp(220), right - 12 * DP),
                    top + high - 12 * DP,
                ),
                text=hint,
                own_id="hint",
            )
            parts.append(self.view("View", bounds, inner, tap=True, own_id="fake_field"))
        elif app.compose:
            inner = (
                ()
                if text
                else (
                    self.view(
                        "TextView",
                        (
                            left + 12 * DP,
                            top + 12 * DP,
                            min(left + self.dp(220), right - 12 * DP),
                            top + high - 12 * DP,
                        ),
                        text=hint,
                    ),
                )
            )
            parts.append(
                self.view(
                    "EditText",
                    bounds,
                    *inner,
                    text=text,
                    desc=self.say(app.field_desc),
                    tap=True,
                    focused=bool(self.keyboard),
                )
            )
        else:
            parts.append(
                self.view(
                    "EditText",
                    bounds,
                    text=text or hint,
                    hint=hint,
                    own_id=app.field_id or "field",
                    tap=True,
                    focused=bool(self.keyboard),
                )
            )
        return self.view("LinearLayout", (0, top, self.w, self.bottom), *parts, own_id="bar")

    def voice_bar(self) -> View:
        top = self.bottom - self.dp(56) - 8 * DP
        hold = self.view("TextView", (56 * DP, top, self.w - 108 * DP, self.bottom - 8 * DP),
                         text=self.say(("按住说话", "Hold to talk")), tap=True, own_id="speak_normal")  # fmt: skip
        toggle = self.icon(
            self.w - 100 * DP, top + 8 * DP, self.say(self.app.toggle), self.app.toggle_id or "t"
        )
        more = self.icon(self.w - 52 * DP, top + 8 * DP, self.say(self.app.right[-1]), "more")
        self.places = {"toggle": toggle.bounds}
        return self.view("LinearLayout", (0, top, self.w, self.bottom), hold, toggle, more, own_id="bar")

    def chips(self, bar_top: int) -> list[View]:
        made, left = [], 8 * DP
        for pair in self.app.chips:
            wide = self.dp(110)
            made.append(
                self.view(
                    "TextView",
                    (left, bar_top - self.dp(40), left + wide, bar_top - 4 * DP),
                    text=self.say(pair),
                    tap=True,
                    own_id="chip",
                )
            )
            left += wide + 8 * DP
        return made

    def root(self, *children: View) -> View:
        whole = (0, 0, self.w, self.h)
        return View(
            "android.widget.FrameLayout",
            whole,
            (View("android.widget.FrameLayout", whole, tuple(children), id="android:id/content"),),
        )

    # -- screens

    def screen(self) -> Screen:
        state = self.layout.state
        if state in CHATS:
            return self.done("chat", self.chat(), *self.around())
        return getattr(self, "do_" + state.replace("-", "_"))()  # type: ignore[no-any-return]

    def around(self) -> tuple[View, ...]:
        bar = View("android.widget.FrameLayout", (0, 0, self.w, 24 * DP), (
            View("android.widget.TextView", (0, 0, 200, 72), text="12:00", package="com.android.systemui"),
        ), package="com.android.systemui")  # fmt: skip
        made = [bar]
        if self.layout.state == "keyboard-window":
            top = self.h - self.keyboard
            keys = tuple(
                View("android.view.View", (column * self.w // 10, top + 150 + row * 150, (column + 1) * self.w // 10, top + 300 + row * 150),
                     desc=name, tap=True, package="com.google.android.inputmethod.latin")
                for row, line in enumerate(("qwertyuiop", "asdfghjkl"))
                for column, name in enumerate(line)
            )  # fmt: skip
            extra = View("android.view.View", (self.w - 200, self.h - 150, self.w, self.h - 20), desc=self.say(("发送", "Send")), tap=True,
                         package="com.google.android.inputmethod.latin")  # fmt: skip
            search = View("android.view.View", (0, top, 150, top + 140), desc=self.say(("搜索", "Search")), tap=True,
                          package="com.google.android.inputmethod.latin")  # fmt: skip
            made.append(
                View(
                    "android.widget.FrameLayout",
                    (0, top, self.w, self.h),
                    (search, *keys, extra),
                    package="com.google.android.inputmethod.latin",
                )
            )
        return tuple(made)

    def done(self, kind: str, *windows: View) -> Screen:
        return Screen(self.app, self.layout, windows, kind, self.places)

    def chat(self) -> View:
        state = self.layout.state
        said: tuple[str, ...] = ("你好", "Hello", "1 + 1 = 2") * 3
        if state == "talkative":
            said = (
                "发消息给我",
                "Message me",
                "登录",
                "Log in",
                "发送",
                "按住说话",
                "同意并继续",
                "有新版本，要更新吗？",
                "Not now",
            ) * 2
        if state in ("empty", "web-chat"):
            said = ()
        head = self.title()
        bar = self.voice_bar() if state == "voice" else self.bar()
        start, end = head.bounds[3], bar.bounds[1]
        extra: list[View] = []
        if state == "search-too":
            box = (60 * DP, start + 4 * DP, self.w - 60 * DP, start + self.dp(40))
            extra.append(
                self.view(
                    "EditText",
                    box,
                    hint=self.say(("搜索对话", "Search chats")),
                    text=self.say(("搜索对话", "Search chats")),
                    tap=True,
                    own_id="search_box",
                )
            )
            start += self.dp(44)
        chips = [] if self.keyboard else self.chips(end)
        if chips:
            end -= self.dp(44)
        body = self.messages(
            start, max(end, start), said, truth=state != "empty" and end - start > self.h * 0.25
        )
        if state == "web-chat":
            page = self.view("android.webkit.WebView", (0, self.top, self.w, self.h - self.nav),
                             self.view("View", body.bounds, self.view("TextView", (0, start, self.w, start + 150), text=self.say(("今天有什么新闻", "What is new")))),
                             replace(bar, id=""))  # fmt: skip
            self.places.pop("messages", None)
            self.places.pop("new_chat", None)
            self.places.pop("back", None)
            return self.root(page)
        return self.root(head, *extra, body, *chips, bar)

    def do_voice(self) -> Screen:
        root = self.chat()
        keep = {"toggle": self.places["toggle"]}
        self.places = keep
        return self.done("voice", root, *self.around())

    def drawer(self) -> View:
        right = int(self.w * (0.55 if self.wide else 0.8))
        rows = [
            self.view(
                "TextView",
                (16 * DP, self.top, right - 16 * DP, self.top + self.dp(48)),
                text=self.say(self.app.new_chat),
                tap=True,
                own_id="create",
            )
        ]
        for index, text in enumerate(
            (
                ("历史对话", "History"),
                ("旅行计划", "Trip"),
                ("问问豆包怎么做饭", "Ask about cooking"),
                ("设置", "Settings"),
            )
        ):
            top = self.top + self.dp(56 + 56 * index)
            if top + self.dp(48) < self.h:
                rows.append(
                    self.view(
                        "TextView",
                        (16 * DP, top, right - 16 * DP, top + self.dp(48)),
                        text=self.say(text),
                        tap=True,
                        own_id="item",
                    )
                )
        return self.view("LinearLayout", (0, 0, right, self.h), *rows, own_id="cv_drawer")

    def do_drawer(self) -> Screen:
        panel = self.drawer()
        self.places = {}
        return self.done("drawer", self.root(panel), *self.around())

    def do_drawer_over(self) -> Screen:
        inner = self.chat()
        panel = self.drawer()
        self.places = {}
        return self.done("drawer", View(inner.cls, inner.bounds, (*inner.children, panel)), *self.around())

    def dialog(
        self, words: tuple[str, str], no: tuple[str, str], yes: tuple[str, str], package: str | None = None
    ) -> View:
        wide = min(self.w - 48 * DP, 400 * DP)
        left, high = (self.w - wide) // 2, self.dp(190)
        top = (self.h - high) // 2
        text = View(
            "android.widget.TextView",
            (left + 48, top + 24, left + wide - 48, top + high // 2),
            text=self.say(words),
            package=package,
        )
        y, middle = top + high - self.dp(56), left + wide // 2
        buttons = [
            View(
                "android.widget.Button",
                (at, y, at + wide // 2 - 24, y + self.dp(48)),
                text=self.say(pair),
                tap=True,
                package=package,
            )
            for at, pair in ((left + 12, no), (middle + 12, yes))
            if pair[0]
        ]
        self.places = {"no": buttons[0].bounds}
        return View(
            "android.widget.FrameLayout",
            (left, top, left + wide, top + high),
            (text, *buttons),
            package=package,
        )

    def do_update(self) -> Screen:
        inner = self.chat()
        panel = self.dialog(
            ("发现新版本 9.1，建议更新", "A new version is available"),
            ("以后再说", "Later"),
            ("立即更新", "Update now"),
        )
        if self.layout.ids == "none":
            return self.done("dialog", panel, inner, *self.around())
        return self.done("dialog", View(inner.cls, inner.bounds, (*inner.children, panel)), *self.around())

    def do_privacy(self) -> Screen:
        panel = self.dialog(
            ("请阅读用户协议与隐私政策", "Please read our privacy policy"),
            ("不同意", "Disagree"),
            ("同意", "Agree"),
        )
        self.places = {}
        return self.done("dialog", self.root(panel), *self.around())

    def do_notification(self) -> Screen:
        inner = self.chat()
        panel = self._permission()
        return self.done("dialog", panel, inner, *self.around())

    def do_notification_alone(self) -> Screen:
        return self.done("dialog", self._permission(), *self.around())

    def _permission(self) -> View:
        words = (f"允许{self.app.name}向您发送通知？", f"Allow {self.app.name} to send you notifications?")
        return self.dialog(
            words, ("不允许", "Don\u2019t allow"), ("允许", "Allow"), "com.android.permissioncontroller"
        )

    def do_crash(self) -> Screen:
        inner = self.chat()
        panel = self.dialog(
            (f"{self.app.name} 无响应", f"{self.app.name} isn't responding"),
            ("关闭应用", "Close app"),
            ("等待", "Wait"),
            "android",
        )
        self.places = {}
        return self.done("dialog", panel, inner, *self.around())

    def do_login_sheet(self) -> Screen:
        inner = self.chat()
        top = int(self.h * 0.5)
        sheet = View("android.widget.LinearLayout", (0, top, self.w, self.h), (
            View("android.widget.TextView", (0, top, self.w, top + self.dp(48)), text=self.say(("登录后继续对话", "Log in to go on"))),
            View("android.widget.Button", (90, top + self.dp(60), self.w - 90, top + self.dp(110)), text=self.say(("一键登录", "Log in")), tap=True),
        ))  # fmt: skip
        self.places = {}
        return self.done("login", View(inner.cls, inner.bounds, (*inner.children, sheet)), *self.around())

    def do_login(self) -> Screen:
        low = self.h - self.dp(150)
        button = self.view(
            "Button",
            (60, low, self.w - 60, low + self.dp(48)),
            text=self.say(("本机号码一键登录", "Continue with Google")),
            tap=True,
            own_id="login",
        )
        agree = self.view(
            "TextView",
            (60, low + self.dp(56), self.w - 60, low + self.dp(90)),
            text=self.say(("我已阅读并同意用户协议和隐私政策", "You agree to our terms")),
            tap=True,
        )
        name = self.view(
            "TextView", (60, self.h // 3, self.w - 60, self.h // 3 + self.dp(40)), text=self.app.name
        )
        return self.done("login", self.root(name, button, agree), *self.around())

    def do_login_code(self) -> Screen:
        middle = self.h // 2
        phone = self.view(
            "EditText",
            (60, middle, self.w - 60, middle + self.dp(48)),
            hint=self.say(("请输入手机号", "Phone number")),
            text=self.say(("请输入手机号", "Phone number")),
            tap=True,
            own_id="input_phone",
        )
        code = self.view(
            "EditText",
            (60, middle + self.dp(56), self.w - 60, middle + self.dp(104)),
            hint=self.say(("请输入验证码", "Enter the verification code")),
            tap=True,
            own_id="input_code",
        )
        go = self.view(
            "Button",
            (60, middle + self.dp(112), self.w - 60, middle + self.dp(160)),
            text=self.say(("下一步", "Next")),
            tap=True,
            own_id="go",
        )
        return self.done("login", self.root(phone, code, go), *self.around())

    def _page(self, *views: View) -> Screen:
        self.places = {}
        return self.done("unknown", self.root(*views), *self.around())

    def do_search_only(self) -> Screen:
        box = (60 * DP, self.top, self.w - 20 * DP, self.top + self.dp(48))
        word = self.say(("搜索", "Search"))
        return self._page(self.view("EditText", box, hint=word, text=word, tap=True, own_id="search_src_text"),
                          self.messages(box[3], self.h - self.nav, ("旅行", "做饭", "发消息", "Message")))  # fmt: skip

    def do_web_page(self) -> Screen:
        url = self.view(
            "EditText",
            (60 * DP, self.top, self.w - 60 * DP, self.top + self.dp(48)),
            text="example.com/news",
            tap=True,
            own_id="url_bar",
        )
        page = self.view("android.webkit.WebView", (0, self.top + self.dp(48), self.w, self.h - self.nav),
                         self.view("TextView", (0, 400, self.w, 500), text=self.say(("文章", "An article"))),
                         self.view("EditText", (0, 550, self.w, 650), hint=self.say(("搜索", "Search")), tap=True), scroll=True)  # fmt: skip
        return self._page(url, page)

    def do_settings(self) -> Screen:
        rows, at = [], self.top + self.dp(56)
        for pair in (
            ("输入法设置", "Keyboard"),
            ("字号", "Text size"),
            ("语音", "Voice"),
            ("消息通知", "Message alerts"),
            ("退出", "Leave"),
        ):
            rows.append(
                self.view(
                    "TextView",
                    (0, at, self.w, at + self.dp(52)),
                    text=self.say(pair),
                    tap=True,
                    own_id="item",
                )
            )
            at += self.dp(52)
        return self._page(self.title(), *[row for row in rows if row.bounds[3] <= self.h])

    def do_comments(self) -> Screen:
        top = self.bottom - self.dp(56)
        word = self.say(("写评论…", "Add a comment"))
        edit = self.view(
            "EditText",
            (24, top, self.w - 300, self.bottom - 12),
            hint=word,
            text=word,
            tap=True,
            own_id="comment_box",
        )
        return self._page(
            self.title(),
            self.messages(self.top + 200, top, ("好", "Nice") * 3, truth=False),
            edit,
            self.icon(self.w - 160, top, self.say(("点赞", "Like"))),
        )

    def do_chat_list(self) -> Screen:
        high, names = self.dp(64), ("文件传输助手", "Alice", "Bob")
        rows = self.messages(self.top + 200, self.h - self.nav - high, names, truth=False)
        step = self.w // 4
        tabs = [
            self.view(
                "TextView",
                (index * step, self.h - self.nav - high, (index + 1) * step, self.h - self.nav),
                text=self.say(pair),
                tap=True,
                own_id="tab",
            )
            for index, pair in enumerate(
                (("对话", "Chats"), ("发现", "Discover"), ("消息", "Messages"), ("我", "Me"))
            )
        ]
        return self._page(self.title(), rows, *tabs)

    def do_form(self) -> Screen:
        made, at = [], self.top + self.dp(60)
        for pair in (("标题", "Title"), ("地点", "Place"), ("备注", "Comment")):
            word = self.say(pair)
            made.append(
                self.view(
                    "EditText",
                    (60, at, self.w - 60, at + self.dp(48)),
                    hint=word,
                    text=word,
                    tap=True,
                    own_id="entry",
                )
            )
            at += self.dp(60)
        return self._page(self.title(), *made)


def _xml(view: View, package: str) -> str:
    own = view.package or package
    flags = {
        "clickable": view.tap,
        "focusable": view.tap,
        "enabled": view.enabled,
        "scrollable": view.scroll,
        "focused": view.focused,
        "password": view.password,
    }
    left, top, right, bottom = view.bounds
    parts = {"text": view.text, "resource-id": view.id, "class": view.cls, "package": own, "content-desc": view.desc, "hint": view.hint,
             "bounds": f"[{left},{top}][{right},{bottom}]"} | {name: str(flag).lower() for name, flag in flags.items()}  # fmt: skip
    said = " ".join(f"{name}={quoteattr(value)}" for name, value in parts.items())
    return f"<node {said}>{''.join(_xml(child, own) for child in view.children)}</node>"
