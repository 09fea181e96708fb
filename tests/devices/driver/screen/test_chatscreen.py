"""A chat is known by its looks: on screens of nine apps drawn in many layouts, on real dumps, on what is none."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from devices.driver.screen.chatscreen import Kind, appeared_send, chat_rows, read_chat_screen
from devices.driver.screen.hierarchy import parse_hierarchy
from tests.devices.driver.screen.chat_layouts import APPS, CHATS, Layout, Screen, layouts, make
from tests.devices.driver.screen.chat_scores import STEP, Score, scores, touched_next, within


@pytest.fixture(scope="module")
def measured() -> list[Score]:
    """Every state of every app; ids and shapes dealt out over them, so that each pair is met (1 of 5 screens)."""
    every = list(layouts())
    return scores(every[index] for index in range(len(every)) if index % 5 == 0)


def by_name(name):
    return next(app for app in APPS if app.name == name)


def look(app, layout):
    screen = make(app, layout)
    return screen, read_chat_screen(parse_hierarchy(screen.xml()), app.package)


def test_the_right_place_is_named_on_nearly_all_screens_that_have_it(measured):
    there = [one for one in measured if one.there]
    assert len(there) > 400
    missed = {(one.app, one.layout.state) for one in there if not one.right}
    assert sum(one.right for one in there) / len(there) >= 0.95, missed


def test_a_dialog_whose_words_are_not_known_is_told_by_its_window_and_nothing_is_touched():
    """As Android draws one: a window of the app's own in the middle, with a text and two buttons."""
    app = by_name("doubao")
    chat = make(app, Layout()).xml()
    right = max(int(n) for n in re.findall(r"\]\[(\d+),", chat))

    def node(cls, left, top, width, height, text="", inner=""):
        bounds = f"[{left},{top}][{left + width},{top + height}]"
        flags = f'class="android.widget.{cls}" package="{app.package}" text="{text}" bounds="{bounds}"'
        return f'<node {flags} enabled="true" clickable="{str(cls == "Button").lower()}">{inner}</node>'

    words = node("TextView", 140, 900, right - 280, 100, "新しいバージョンがあります")
    buttons = node("Button", 140, 1100, 300, 100, "後で") + node(
        "Button", right - 440, 1100, 300, 100, "今すぐ"
    )
    over = node("FrameLayout", 100, 850, right - 200, 400, "", words + buttons)
    assert read_chat_screen(parse_hierarchy(chat), app.package).kind is Kind.CHAT
    seen = read_chat_screen(parse_hierarchy(chat.replace("</hierarchy>", f"{over}</hierarchy>")), app.package)
    assert (seen.kind, touched_next(seen)) == (Kind.DIALOG, None)


def test_the_texts_in_a_chats_list_are_counted():
    app = by_name("doubao")
    full = chat_rows(parse_hierarchy(make(app, Layout("talkative")).xml()), app.package)
    empty = chat_rows(parse_hierarchy(make(app, Layout("empty")).xml()), app.package)
    assert full is not None
    assert full > (empty or 0)
    assert chat_rows(parse_hierarchy(make(app, Layout("login")).xml()), app.package) is None


def test_nothing_wrong_is_ever_named(measured):
    assert sum(not one.there for one in measured) > 400
    assert [(one.app, one.layout, one.named) for one in measured if one.wrong_tap] == []


def test_the_chats_other_parts_are_named(measured):
    assert sum(one.parts_right for one in measured) / sum(one.parts_there for one in measured) >= 0.95


def test_what_is_missed_are_voice_modes_whose_button_has_no_name(measured):
    missed = {(one.app, one.layout.state) for one in measured if one.there and not one.right}
    assert missed <= {("qwen", "voice"), ("yuanbao", "voice")}


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("update", "update"),
        ("privacy", "privacy"),
        ("notification", "notification"),
        ("notification-alone", "notification"),
        ("crash", "crash"),
        ("login-sheet", "login"),
    ],
)
@pytest.mark.parametrize("english", [False, True])
def test_what_lies_on_top_is_told_by_its_kind(state, kind, english):
    _, seen = look(by_name("doubao"), Layout(state, english=english))
    assert seen.overlay is not None
    assert seen.overlay.kind == kind
    assert seen.input is None


def test_terms_are_a_persons_to_agree_to():
    _, seen = look(by_name("kimi"), Layout("privacy"))
    assert seen.kind is Kind.DIALOG
    assert seen.overlay is not None
    assert seen.overlay.dismiss is None


@pytest.mark.parametrize("state", ["plain", "voice"])
def test_a_card_with_buttons_among_the_messages_is_no_dialog(state):
    app = by_name("doubao")
    card = (
        f'<node class="android.view.ViewGroup" package="{app.package}" bounds="[60,600][1020,1400]">'
        f'<node text="要更新到新版本吗？" class="android.widget.TextView" package="{app.package}" '
        'bounds="[100,650][980,750]"/>'
        f'<node text="以后再说" class="android.widget.Button" package="{app.package}" clickable="true" '
        'bounds="[100,1200][500,1350]"/></node>'
    )
    bar = '<node text="" resource-id="com.larus.nova:id/bar"'
    xml = make(app, Layout(state)).xml()
    assert xml.count(bar) == 1
    seen = read_chat_screen(parse_hierarchy(xml.replace(bar, card + bar)), app.package)
    assert seen.overlay is None
    assert touched_next(seen) is not None


@pytest.mark.parametrize("state", ["login", "login-code", "login-sheet"])
def test_a_login_is_a_login(state):
    assert look(by_name("yuanbao"), Layout(state))[1].kind is Kind.LOGIN


def test_a_search_is_no_chat_and_it_is_said_why():
    _, seen = look(by_name("doubao"), Layout("search-only"))
    assert (seen.kind, seen.input) == (Kind.UNKNOWN, None)
    assert seen.rejected == ("搜索: it is for a search",)


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_the_theme_does_not_matter(app):
    assert make(app, Layout()).xml() == make(app, Layout(dark=True)).xml()


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
@pytest.mark.parametrize("ids", ["obfuscated", "none"])
def test_a_send_button_without_a_name_is_the_one_that_appears_with_the_text(app, ids):
    nameless = replace(app, send=("", ""), send_id="", send_is_text=False)
    empty, full = (make(nameless, Layout(state, ids)) for state in ("plain", "text"))
    found = appeared_send(parse_hierarchy(empty.xml()), parse_hierarchy(full.xml()), app.package)
    assert found is not None
    assert within(found.node.center, full.places["send"])


def test_the_keyboards_own_keys_are_not_the_apps():
    screen, seen = look(by_name("wechat"), Layout("keyboard-window", "none"))
    assert seen.input is not None
    assert within(seen.input.node.center, screen.places["input"])
    assert seen.send is None  # the keyboard has a key of that name


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_damaged_screens_get_nothing_wrong_touched(app):
    """Views missing at random, bounds a little off: the place or nothing, and no other."""
    chance = random.Random(f"damage {app.name}")
    for state in (*CHATS, "search-only", "web-page", "settings", "comments", "chat-list", "form"):
        screen = make(app, Layout(state, chance.choice(("obfuscated", "none")), chance.random() < 0.5))
        nodes = parse_hierarchy(screen.xml())
        for _ in range(8):
            kept = [nodes[0], *(_moved(node, chance) for node in nodes[1:] if chance.random() > 0.15)]
            _nothing_wrong(screen, read_chat_screen(kept, app.package))


def _moved(node, chance):
    return replace(node, bounds=tuple(side + chance.randint(-4, 4) for side in node.bounds))


def _nothing_wrong(screen: Screen, seen):
    touched = touched_next(seen)
    place = screen.places.get(STEP.get(screen.kind, ""))
    assert touched is None or (place is not None and within(touched.center, place)), (
        screen.layout,
        touched,
    )


@pytest.mark.parametrize("package", ["com.larus.nova", "android"])
def test_a_real_crash_dialog_is_no_chat(recordings, package):
    nodes = parse_hierarchy((recordings / "hierarchy" / "vivo_ui_dump.xml").read_text(encoding="utf-8"))
    seen = read_chat_screen(nodes, package)
    assert touched_next(seen) is None
    if package != "android":
        assert seen.overlay is not None
        assert seen.overlay.kind == "crash"


def test_a_real_calendar_form_is_no_chat(recordings):
    nodes = parse_hierarchy((recordings / "hierarchy" / "watergod_uidump.xml").read_text(encoding="utf-8"))
    seen = read_chat_screen(nodes, "com.huawei.calendar")
    assert touched_next(seen) is None
    assert seen.rejected == ("标题: it asks for something else",)
