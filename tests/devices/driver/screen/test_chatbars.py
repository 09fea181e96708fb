"""A bar to write in is known by how it is built, whatever it says; a menu over a chat is known on wide screens too."""

from __future__ import annotations

import pytest

from devices.driver.screen.chatscreen import ChatScreen, Kind, read_chat_screen
from devices.driver.screen.hierarchy import parse_hierarchy
from tests.devices.driver.screen.chat_scores import touched_next

PACKAGE = "net.example.talk"
WIDE, HIGH = 1080, 2340


def node(
    bounds: tuple[int, int, int, int], *inner: str, cls: str = "View", text: str = "", **flags: bool
) -> str:
    a, b, c, d = bounds
    said = " ".join(f'{name}="{str(on).lower()}"' for name, on in flags.items())
    head = f'<node class="android.widget.{cls}" package="{PACKAGE}" text="{text}" bounds="[{a},{b}][{c},{d}]" {said} '
    return f'{head}enabled="true">{"".join(inner)}</node>'


def screen(*parts: str, wide: int = WIDE, high: int = HIGH) -> ChatScreen:
    whole = node((0, 0, wide, high), *parts, cls="FrameLayout")
    return read_chat_screen(parse_hierarchy(f'<hierarchy rotation="0">{whole}</hierarchy>'), PACKAGE)


def messages(left: int = 0, right: int = WIDE, end: int = 2080) -> str:
    row = node((left + 40, 300, right - 40, 420), cls="TextView", text="A word")
    return node((left, 200, right, end), row, cls="ListView", scrollable=True)


def bar(says: str, *buttons: str) -> str:
    return node((150, 2110, 800, 2250), cls="TextView", text=says, clickable=True) + "".join(buttons)


def icon(left: int, says: str = "") -> str:
    return node((left, 2110, left + 120, 2250), cls="ImageView", text=says, clickable=True)


@pytest.mark.parametrize("says", ["Anything on your mind?", "今天想聊点什么？", "Tell me more…", "想问就问"])
def test_a_bar_with_icons_that_wants_an_answer_is_touched(says):
    seen = screen(messages(), bar(says, icon(20), icon(820), icon(950)))
    assert seen.kind is Kind.CHAT
    assert touched_next(seen).text == says


@pytest.mark.parametrize(
    ("says", "buttons"),
    [
        ("Chat deleted. Undo?", (icon(950, "Undo"),)),
        ("Rate this app?", (icon(820, "No"), icon(950, "Yes"))),
        ("Get more answers?", ()),
        ("Hold to talk…", (icon(20), icon(950))),
        ("Continue", (icon(20), icon(950))),
        ("Now playing", (icon(820), icon(950))),
    ],
)
def test_a_notice_a_button_and_a_bar_for_the_voice_are_not(says, buttons):
    assert touched_next(screen(messages(), bar(says, *buttons))) is None


def field(left: int, right: int) -> str:
    return node((left, 1420, right, 1540), cls="EditText", text="Message", clickable=True)


def menu(left: int, right: int, rows: int = 4) -> str:
    some = (
        node(
            (left + 20, 100 + 120 * n, right - 20, 200 + 120 * n),
            cls="TextView",
            text=f"Row {n}",
            clickable=True,
        )
        for n in range(rows)
    )
    return node((left, 0, right, 1600), *some)


@pytest.mark.parametrize("side", [(0, 720), (1840, 2560)])
def test_a_menu_over_a_chat_on_a_tablet_is_closed_first(side):
    chat = messages(0, 2560, 1400) + field(40, 2500)
    seen = screen(chat, menu(*side), wide=2560, high=1600)
    assert (seen.kind, touched_next(seen)) == (Kind.DRAWER, None)


def test_a_pane_beside_a_chat_on_a_tablet_is_no_menu_over_it():
    chat = messages(640, 2560, 1400) + field(700, 2500)
    for parts in ((menu(0, 640), chat), (chat, menu(0, 640))):
        seen = screen(*parts, wide=2560, high=1600)
        assert (seen.kind, touched_next(seen).text) == (Kind.CHAT, "Message")


def test_a_narrow_index_at_the_edge_is_no_menu():
    seen = screen(messages(0, 2560, 1400), field(40, 2400), menu(2500, 2560), wide=2560, high=1600)
    assert seen.kind is Kind.CHAT
