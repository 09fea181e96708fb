"""Keys of the on-screen keyboard, a person's times on them, and the send button."""

from __future__ import annotations

from statistics import median

import pytest

from devices.driver.screen.hierarchy import Node
from devices.driver.screen.keys import (
    LETTERS,
    guessed_keys,
    holds_han,
    offers,
    shows_nine_keys,
    told_candidate,
    told_keys,
)
from devices.driver.screen.send_button import find_send
from devices.driver.script.typist import PINYIN, UNHURRIED, latin_text, message, pinyin_words


def node(
    description: str = "",
    *,
    text: str = "",
    package: str = "a.b",
    at=(0, 0),
    name: str = "",
    cls: str = "View",
):
    x, y = at
    return Node(name, cls, package, text, "", description, (x, y, x + 10, y + 10), True, True, True)


KEYBOARD = [node(letter, package="k", at=(10 * i, 50)) for i, letter in enumerate(LETTERS.upper())]
FIELD = node(cls="android.widget.EditText", at=(0, 1000))


def test_keys_are_told_by_the_keyboards_own_window():
    keys = told_keys([*KEYBOARD, node("空格", package="k", at=(5, 90)), node("q", at=(900, 900))], "k")
    assert keys is not None
    assert keys.at["a"] == (5, 55)
    assert keys.at["q"] == (165, 55)
    assert keys.at[" "] == (10, 95)
    assert keys.can_type("hello you")
    assert not keys.can_type("hello, you")


def test_candidates_are_told_above_the_keys_the_first_at_the_left():
    keys = told_keys([*KEYBOARD, node("Space", package="k", at=(5, 90))], "k")
    assert keys is not None
    strip = [
        node(text=text, package="k", at=(x, 10)) for text, x in (("拟好", 60), ("你好", 5), ("nihao", 90))
    ]
    assert told_candidate(strip, "k", keys) == (10, 15)
    assert told_candidate([node(text="发送", package="k", at=(5, 200))], "k", keys) is None
    assert told_candidate([node(text="你好", at=(5, 10))], "k", keys) is None
    assert offers(strip, "k", keys, "plan")
    assert not offers([node(text="plane", package="k", at=(5, 10))], "k", keys, "plan")


def test_nine_keys_are_told_from_a_key_a_letter():
    nine = [node(text=f"{n} {name}", package="k") for n, name in enumerate(("ABC", "DEF", "GHI", "PQRS"), 2)]
    assert shows_nine_keys(nine, "k")
    assert not shows_nine_keys(nine, "other")
    assert not shows_nine_keys(KEYBOARD, "k")


def test_pinyin_is_whole_words_of_at_least_so_many_letters():
    assert pinyin_words(6) == (("nihao", "你好"), ("jintian", "今天"))
    assert all(set(word) <= set(LETTERS) and holds_han(meaning) for word, meaning in PINYIN)


@pytest.mark.parametrize("missing", [0, 25])
def test_a_keyboard_that_does_not_name_all_keys_is_not_trusted(missing):
    keys = KEYBOARD[:missing] + KEYBOARD[missing + 1 :]
    assert told_keys([*keys, node("Space", package="k")], "k") is None
    assert told_keys(KEYBOARD, "k") is None


def test_guessed_keys_stand_in_aosps_rows_between_suggestions_and_navigation_bar():
    keys = guessed_keys(1080, 2400, 800, 420)
    assert keys.can_type(LETTERS + " ")
    assert [keys.at[letter][0] for letter in "qpalzm"] == [54, 1026, 108, 972, 216, 864]
    rows = [keys.at[letter][1] for letter in "qaz "]
    assert rows == sorted(rows)
    assert 1600 + 105 < rows[0] < rows[-1] < 2400 - 63


def test_times_are_a_persons_and_the_same_for_a_seed():
    text = latin_text(300)
    times = UNHURRIED.times(text, "1")
    assert times == UNHURRIED.times(text, "1") != UNHURRIED.times(text, "2")
    assert 0.07 < median(hold for hold, _ in times) < 0.09
    assert all(0.045 <= hold <= 0.18 and gap >= 0.06 for hold, gap in times)
    assert 2.5 < len(times) / sum(hold + gap for hold, gap in times) < 3.5


def test_messages_differ():
    assert len({message(index) for index in range(800)}) == 800
    assert set("".join(map(message, range(800)))) <= set(LETTERS + " ")


def test_the_send_button_is_found_by_its_name_before_its_id():
    by_name, by_id = node("发送", at=(900, 1000)), node(name="a.b:id/btn_send", at=(800, 1000))
    found = find_send((FIELD, by_id, by_name), FIELD, "a.b")
    assert found is not None
    assert (found.node, found.by) == (by_name, "its name")
    found = find_send((FIELD, by_id), FIELD, "a.b")
    assert found is not None
    assert (found.node, found.by) == (by_id, "its id")


def test_what_is_only_near_the_field_is_no_send_button():
    others = (node("Voice input", at=(900, 1000)), node("Send feedback", package="other", at=(900, 990)))
    assert find_send((FIELD, *others), FIELD, "a.b") is None
    assert find_send((FIELD, node(text="发送给朋友", at=(1, 1))), FIELD, "a.b") is None
