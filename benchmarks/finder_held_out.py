"""How often the chat finder names the right place on screens that it was not made for.

`finder.py` measures it on drawings that were at hand while it was written. These were drawn afterwards by somebody
who had not read the finder, with other builds of a chat, other proportions, eight languages, tablets and foldables,
and the finder must not be changed after their figures, or they are held out no longer.

    python benchmarks/finder_held_out.py
    python benchmarks/finder_held_out.py --misses    # each screen on which it was wrong
    python benchmarks/finder_held_out.py --second    # Chinese and English in other words
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from devices.driver.screen.chatscreen import read_chat_screen
from devices.driver.screen.hierarchy import parse_hierarchy
from tests.devices.driver.screen.chat_scores import touched_next, within

PACKAGE = "net.example.talk"
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Words:
    """What one language writes on a chat; RTL languages mirror the bar."""

    hint: str
    send: str
    voice: str
    """On the bar that listens while it is held."""
    type_instead: str
    new: str
    older: str
    later: str
    now: str
    update: str
    deny: str
    allow: str
    notify: str
    agree: str
    terms: str
    phone: str
    login: str
    search: str
    rtl: bool = False


LANGUAGES = {
    "zh": Words("想问什么都可以", "发送", "按住 说话", "键盘", "新话题", "历史对话", "以后再说", "立即更新",
                "发现新版本", "不允许", "允许", "允许发送通知吗？", "同意并继续", "用户协议与隐私政策", "请输入手机号", "登录", "搜索历史"),
    "zh-TW": Words("輸入訊息", "傳送", "按住說話", "切換鍵盤", "新對話", "聊天紀錄", "稍後", "立即更新",
                   "有可用的更新", "不允許", "允許", "要允許傳送通知嗎？", "同意", "服務條款與隱私權政策", "手機號碼", "登入", "搜尋"),
    "en": Words("How can I help?", "Send", "Hold to talk", "Keyboard", "Start over", "Your chats", "Remind me later", "Update now",
                "A new version is available", "Don't allow", "Allow", "Allow Talk to send you notifications?", "Agree and continue",
                "Terms of use and privacy policy", "Phone number", "Log in", "Search chats"),
    "ja": Words("メッセージを入力", "送信", "長押しで話す", "キーボード", "新しいチャット", "履歴", "後で", "今すぐ更新",
                "新しいバージョンがあります", "許可しない", "許可", "通知の送信を許可しますか？", "同意する", "利用規約とプライバシー", "電話番号",
                "ログイン", "検索"),
    "ko": Words("메시지 입력", "보내기", "눌러서 말하기", "키보드", "새 채팅", "기록", "나중에", "지금 업데이트",
                "새 버전이 있습니다", "허용 안함", "허용", "알림을 보내도록 허용할까요?", "동의", "이용약관 및 개인정보처리방침", "전화번호",
                "로그인", "검색"),
    "de": Words("Nachricht schreiben", "Senden", "Zum Sprechen halten", "Tastatur", "Neuer Chat", "Verlauf", "Später", "Aktualisieren",
                "Neue Version verfügbar", "Nicht zulassen", "Zulassen", "Benachrichtigungen zulassen?", "Zustimmen",
                "Nutzungsbedingungen und Datenschutz", "Telefonnummer", "Anmelden", "Suchen"),
    "es": Words("Escribe un mensaje", "Enviar", "Mantén para hablar", "Teclado", "Chat nuevo", "Historial", "Más tarde", "Actualizar",
                "Hay una versión nueva", "No permitir", "Permitir", "¿Permitir notificaciones?", "Aceptar",
                "Términos y privacidad", "Número de teléfono", "Iniciar sesión", "Buscar"),
    "ar": Words("اكتب رسالة", "إرسال", "اضغط للتحدث", "لوحة المفاتيح", "محادثة جديدة", "السجل", "لاحقًا", "تحديث الآن",
                "يتوفر إصدار جديد", "عدم السماح", "السماح", "السماح بالإشعارات؟", "موافق", "الشروط والخصوصية", "رقم الهاتف",
                "تسجيل الدخول", "بحث", rtl=True),
}  # fmt: skip
SECOND = {
    "zh, reworded": Words("有什么我能帮你的吗？", "发送消息", "按住讲话", "文字输入", "新建会话", "最近聊天", "下次再说", "马上升级",
                          "有新版本可用啦", "拒绝", "去开启", "开启消息通知，不错过回复", "我已阅读并同意", "服务协议和隐私条款", "手机号",
                          "一键登录", "搜索聊天"),
    "zh, short": Words("说说你的想法…", "发送", "按住说话", "切换键盘", "新会话", "历史", "暂不更新", "去更新", "版本升级", "不允许", "始终允许",
                       "是否允许“对话”发送通知", "同意", "隐私政策", "请输入手机号码", "登录", "搜索"),
    "en, reworded": Words("What's on your mind?", "Send message", "Press and hold to speak", "Use keyboard", "New conversation",
                          "Recents", "Maybe later", "Get the update", "Time to update", "No thanks", "Turn on",
                          "Turn on notifications", "Accept", "Our terms and privacy notice", "Mobile number", "Sign in",
                          "Search your chats"),
    "en, short": Words("Say anything…", "Send", "Hold to talk", "Keyboard", "New chat", "History", "Skip", "Update", "Update required",
                       "Don’t allow", "Allow", "Allow Talk to send you notifications?", "Agree", "Privacy policy", "Phone",
                       "Log in", "Search"),
}  # fmt: skip
"""Worded anew after the finder was changed for what the first languages showed; `--second` draws these. They were
written down before that change."""
SHAPES = {
    # width, height, px of a dp, font scale
    "720x1600": (720, 1600, 2.0, 1.0),
    "1440x3200": (1440, 3200, 4.0, 1.0),
    "large font": (1080, 2340, 2.75, 1.8),
    "landscape": (2340, 1080, 2.75, 1.0),
    "tablet": (2560, 1600, 2.0, 1.0),
    "foldable": (2208, 1840, 2.625, 1.15),
}
BUILDS = ("views", "compose", "flutter", "react", "web", "card")
STATES = ("greeting", "long", "keyboard", "draft", "invites", "voice", "menu", "update", "consent", "notify",
          "login", "search", "profile")  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """One screen."""

    xml: str
    target: Box | None
    """What is to be touched next; None: nothing."""


@dataclass
class Canvas:
    """Draws one screen, in dp."""

    words: Words
    build: str
    width: float
    height: float
    px: float
    font: float
    parts: list[str] = field(default_factory=list)

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        if self.words.rtl:
            left, right = self.width - right, self.width - left
        a, b, c, d = (round(side * self.px) for side in (left, top, right, bottom))
        return a, b, c, d

    def node(
        self,
        cls: str,
        box: Box,
        inner: str = "",
        *,
        text: str = "",
        desc: str = "",
        hint: str = "",
        name: str = "",
        tap: bool = False,
        scroll: bool = False,
        focused: bool = False,
        enabled: bool = True,
        package: str = PACKAGE,
    ) -> str:
        flags = {"clickable": tap, "focusable": tap, "enabled": enabled, "scrollable": scroll, "focused": focused,
                 "password": False}  # fmt: skip
        said = {"text": text, "resource-id": f"{package}:id/{name}" if name else "", "class": cls, "package": package,
                "content-desc": desc, "hint": hint, "bounds": f"[{box[0]},{box[1]}][{box[2]},{box[3]}]"}  # fmt: skip
        said |= {key: str(value).lower() for key, value in flags.items()}
        return f"<node {' '.join(f'{k}={quoteattr(v)}' for k, v in said.items())}>{inner}</node>"

    @property
    def plain(self) -> str:
        return {"views": "android.widget.FrameLayout", "react": "android.view.ViewGroup"}.get(
            self.build, "android.view.View"
        )

    @property
    def label_class(self) -> str:
        return "android.view.View" if self.build in ("flutter", "web") else "android.widget.TextView"

    def label(self, text: str, box: Box, *, tap: bool = False) -> str:
        if self.build == "flutter":
            return self.node(self.label_class, box, desc=text, tap=tap)
        return self.node(self.label_class, box, text=text, tap=tap)

    def button(self, says: str, box: Box, *, name: str = "", enabled: bool = True) -> str:
        cls = "android.widget.ImageView" if self.build == "views" else "android.widget.Button"
        name = name if self.build in ("views", "react") else ""
        if self.build == "compose":  # a clickable View around an icon that says what it does
            icon = self.node("android.view.View", box, desc=says)
            return self.node("android.view.View", box, icon, tap=True, enabled=enabled)
        return self.node(cls, box, desc=says, tap=True, name=name, enabled=enabled)

    def editor(self, box: Box, hint: str, text: str, *, focused: bool, name: str = "composer") -> str:
        shown = text or hint
        if self.build == "compose":
            inner = "" if text else self.node("android.widget.TextView", box, text=hint)
            return self.node("android.widget.EditText", box, inner, text=text, tap=True, focused=focused)
        own = name if self.build in ("views", "react") else ""
        said = text if self.build in ("flutter", "web") else shown
        return self.node(
            "android.widget.EditText", box, text=said, hint=hint, tap=True, focused=focused, name=own
        )

    def window(self) -> str:
        whole = self.box(0, 0, self.width, self.height)
        inner = "".join(self.parts)
        if self.build == "web":
            inner = self.node("android.webkit.WebView", whole, inner, scroll=True)
        elif self.build == "compose":
            inner = self.node("androidx.compose.ui.platform.ComposeView", whole, inner)
        return self.node("android.widget.FrameLayout", whole, inner)


def draw(language: str, shape: str, build: str, state: str) -> Drawn:
    """Return a screen; landscape, tablet and foldable show the menu beside the chat where they are wide."""
    width, height, px, font = SHAPES[shape]
    canvas = Canvas((LANGUAGES | SECOND)[language], build, width / px, height / px, px, font)
    whole: dict[str, Callable[[Canvas], Box | None]] = {
        "login": login, "search": search, "profile": profile,
    }  # fmt: skip
    over: dict[str, Callable[[Canvas], tuple[str, Box | None]]] = {
        "update": update, "consent": consent, "notify": notify, "menu": menu,
    }  # fmt: skip
    other = ""
    if state in whole:
        target = whole[state](canvas)
    else:
        left = 300.0 if shape in ("tablet", "foldable") else 0.0
        target = chat(canvas, state, left)
        if state in over:
            drawn, target = over[state](canvas)
            if state == "menu":
                canvas.parts.append(drawn)
            else:
                other = drawn
    if state == "keyboard":
        other += keyboard(canvas)
    rotation = 1 if width > height else 0
    text = f'<?xml version="1.0" encoding="UTF-8"?><hierarchy rotation="{rotation}">{canvas.window()}{other}</hierarchy>'
    return Drawn(text, target)


def chat(c: Canvas, state: str, left: float) -> Box | None:
    """Draw title, list and bar; return where the field, or what opens it, is."""
    words, bar = c.words, (48 + 14 * c.font)
    top, right = 28.0, c.width - 6
    bottom = c.height - 20 - (c.height * 0.42 if state == "keyboard" else 0)
    if left:
        rows = [
            c.label(f"{words.older} {n}", c.box(12, 60 + 56 * n, left - 12, 104 + 56 * n), tap=True)
            for n in range(6)
        ]
        c.parts.append(c.node(c.plain, c.box(0, top, left, c.height), "".join(rows), scroll=True))
    head = c.button(words.older, c.box(left + 8, top, left + 48, top + 44), name="nav")
    head += c.label("Talk", c.box(left + 60, top + 4, left + 160, top + 40))
    head += c.button(words.new, c.box(right - 44, top, right, top + 44), name="fresh")
    c.parts.append(head)
    tools = 40.0 if c.build == "card" else 0.0
    begin = bottom - bar - tools - 12
    c.parts.append(listing(c, state, left, top + 52, begin))
    return composer(c, state, (left + 10, begin, right - 4, bottom), bar)


def listing(c: Canvas, state: str, left: float, top: float, end: float) -> str:
    if state == "greeting":
        lines = [c.label("Talk", c.box(left + 60, top + 40, c.width - 60, top + 90))]
        for n in range(3):
            at = top + 110 + 52 * n
            if at + 44 < end:
                lines.append(
                    c.label(f"{c.words.hint} {n + 1}", c.box(left + 24, at, c.width - 24, at + 44), tap=True)
                )
        return c.node(c.plain, c.box(left, top, c.width, end), "".join(lines))
    row = 40 * c.font
    count = max(1, int((end - top) // (row + 8)))
    lines = [
        c.label(
            f"{c.words.update}. {n}",
            c.box(left + 16 + 60 * (n % 2), top + n * (row + 8), c.width - 16, top + n * (row + 8) + row),
        )
        for n in range(count)
    ]
    cls = {"views": "androidx.recyclerview.widget.RecyclerView", "react": "android.widget.ScrollView"}.get(
        c.build, c.plain
    )
    return c.node(cls, c.box(left, top, c.width, end), "".join(lines), scroll=True)


def composer(c: Canvas, state: str, area: tuple[float, float, float, float], bar: float) -> Box:
    left, top, right, _ = area
    words, side = c.words, 44.0
    line = top + 6
    before = c.button("+", c.box(left, line, left + side, line + bar), name="attach")
    if c.build == "card":  # the text above, tools below it, in one card
        box = c.box(left + 8, line, right - 8, line + bar)
        row = line + bar + 2
        tools = c.button("+", c.box(left + 8, row, left + 48, row + 36))
        tools += c.label("Pro", c.box(left + 56, row, left + 110, row + 36), tap=True)
        tools += c.button(words.send, c.box(right - 48, row, right - 8, row + 36), enabled=state == "draft")
    else:
        box = c.box(left + side, line, right - 2 * side, line + bar)
        end = words.send if state == "draft" else words.voice
        tools = before + c.button("☺", c.box(right - 2 * side, line, right - side, line + bar), name="face")
        tools += c.button(
            end, c.box(right - side, line, right, line + bar), name="go" if state == "draft" else "mic"
        )
    if state == "voice":
        talk = c.label(words.voice, box, tap=True)
        at = c.box(left, line, left + side, line + bar)
        inner = c.button(words.type_instead, at, name="to_text") + talk
        c.parts.append(c.node(c.plain, c.box(*area), inner))
        return at
    if state == "invites":
        inner = c.label(words.hint, box, tap=True)
    else:
        text = "abc" if state == "draft" else ""
        inner = c.editor(box, words.hint, text, focused=state in ("keyboard", "draft"))
    c.parts.append(c.node(c.plain, c.box(*area), inner + tools))
    return box


def keyboard(c: Canvas) -> str:
    top, package = c.height * 0.58, "com.vendor.inputmethod"
    keys = [
        c.node(
            "android.view.View",
            c.box(
                n % 10 * c.width / 10,
                top + 40 + n // 10 * 48,
                (n % 10 + 1) * c.width / 10,
                top + 88 + n // 10 * 48,
            ),
            desc="qwertyuiopasdfghjklzxcvbnm"[n],
            tap=True,
            package=package,
        )
        for n in range(26)
    ]
    return c.node(
        "android.widget.FrameLayout", c.box(0, top, c.width, c.height), "".join(keys), package=package
    )


def card(
    c: Canvas, says: tuple[str, ...], buttons: tuple[str, ...], package: str, *, low: bool
) -> tuple[str, list[Box]]:
    """Draw a dialog in the middle, or a sheet at the end of the screen; return it and its buttons."""
    wide, high = min(c.width - 48, 420.0), 60.0 + 40 * c.font * len(says) + 56
    left = (c.width - wide) / 2
    top = c.height - high - 16 if low else (c.height - high) / 2
    inner = "".join(
        c.node("android.widget.TextView", c.box(left + 20, top + 16 + 40 * c.font * n, left + wide - 20, top + 16 + 40 * c.font * (n + 1)),
               text=text, package=package)
        for n, text in enumerate(says)
    )  # fmt: skip
    boxes = []
    for n, name in enumerate(buttons):
        step = (wide - 32) / len(buttons)
        box = c.box(left + 16 + n * step, top + high - 60, left + 8 + (n + 1) * step, top + high - 12)
        boxes.append(box)
        inner += c.node("android.widget.Button", box, text=name, tap=True, package=package)
    return c.node(
        "android.widget.FrameLayout", c.box(left, top, left + wide, top + high), inner, package=package
    ), boxes


def update(c: Canvas) -> tuple[str, Box | None]:
    drawn, boxes = card(c, (c.words.update, "2.7.1"), (c.words.later, c.words.now), PACKAGE, low=False)
    return drawn, boxes[0]


def consent(c: Canvas) -> tuple[str, Box | None]:
    """Terms are for a person: nothing is touched."""
    return card(c, (c.words.terms, c.words.terms), (c.words.agree,), PACKAGE, low=True)[0], None


def notify(c: Canvas) -> tuple[str, Box | None]:
    package = "com.google.android.permissioncontroller"
    drawn, boxes = card(c, (c.words.notify,), (c.words.allow, c.words.deny), package, low=False)
    return drawn, boxes[1]


def menu(c: Canvas) -> tuple[str, Box | None]:
    """The side menu over the chat: Back closes it, nothing is touched."""
    wide = min(c.width * 0.82, 360.0)
    rows = c.editor(c.box(12, 40, wide - 12, 84), c.words.search, "", focused=False, name="find")
    rows += "".join(
        c.label(f"{c.words.older} {n}", c.box(12, 100 + 52 * n, wide - 12, 148 + 52 * n), tap=True)
        for n in range(8)
    )
    return c.node(c.plain, c.box(0, 0, wide, c.height), rows, scroll=True), None


def login(c: Canvas) -> None:
    middle = c.height * 0.35
    c.parts.append(c.label("Talk", c.box(40, middle - 80, c.width - 40, middle - 30)))
    c.parts.append(
        c.editor(c.box(32, middle, c.width - 32, middle + 52), c.words.phone, "", focused=True, name="mobile")
    )
    c.parts.append(c.label(c.words.login, c.box(32, middle + 80, c.width - 32, middle + 128), tap=True))
    c.parts.append(c.label(c.words.terms, c.box(32, middle + 140, c.width - 32, middle + 172), tap=True))


def search(c: Canvas) -> None:
    c.parts.append(c.editor(c.box(52, 30, c.width - 16, 76), c.words.search, "", focused=True, name="query"))
    rows = "".join(
        c.label(f"{c.words.older} {n}", c.box(16, 96 + 56 * n, c.width - 16, 144 + 56 * n), tap=True)
        for n in range(4)
    )
    c.parts.append(c.node(c.plain, c.box(0, 84, c.width, c.height), rows, scroll=True))


def profile(c: Canvas) -> None:
    for n in range(3):
        c.parts.append(c.label(f"Name {n}", c.box(16, 60 + 90 * n, c.width - 16, 84 + 90 * n)))
        c.parts.append(
            c.editor(
                c.box(16, 86 + 90 * n, c.width - 16, 134 + 90 * n),
                "…",
                f"abc {n}",
                focused=n == 0,
                name=f"line{n}",
            )
        )
    c.parts.append(c.label("OK", c.box(c.width - 96, c.height - 70, c.width - 16, c.height - 24), tap=True))


def screens() -> Iterator[tuple[tuple[str, str, str, str], Drawn]]:
    """Yield every screen with its name."""
    languages = SECOND if "--second" in sys.argv[1:] else LANGUAGES
    for name in itertools.product(languages, SHAPES, BUILDS, STATES):
        yield name, draw(*name)


@dataclass(frozen=True)
class Score:
    """How one screen went."""

    name: tuple[str, str, str, str]
    there: bool
    right: bool
    wrong: bool


def scored() -> list[Score]:
    """Return how every screen went."""
    found = []
    for name, drawn in screens():
        touched = touched_next(read_chat_screen(parse_hierarchy(drawn.xml), PACKAGE))
        hit = touched is not None and drawn.target is not None and within(touched.center, drawn.target)
        left_alone = touched is None and drawn.target is None
        found.append(
            Score(name, drawn.target is not None, hit or left_alone, touched is not None and not hit)
        )
    return found


def main() -> None:
    """Print the tables, or what went wrong."""
    done = scored()
    if "--misses" in sys.argv[1:]:
        for one in done:
            if not one.right:
                print("wrong touch" if one.wrong else "not found  ", *one.name, sep="\t")
        return
    for at, title in enumerate(("language", "shape", "build", "screen")):
        print(
            f"| {title} | place there | named | none there | left alone | wrong touches |\n|---|---:|---:|---:|---:|---:|"
        )
        for name in dict.fromkeys(one.name[at] for one in done):
            _row(name, [one for one in done if one.name[at] == name])
        _row("all", done)
        print()


def _row(name: str, some: list[Score]) -> None:
    there, rest = [one for one in some if one.there], [one for one in some if not one.there]
    counts = (
        len(there),
        sum(o.right for o in there),
        len(rest),
        sum(o.right for o in rest),
        sum(o.wrong for o in some),
    )
    print(f"| {name} | {' | '.join(map(str, counts))} |")


if __name__ == "__main__":
    main()
