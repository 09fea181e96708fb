"""What is sent: a list that a person wrote, and no message twice."""

from __future__ import annotations

import pytest

from devices.driver.script.messages import BUILT_IN, check_enough, of_round, read_messages
from traces.errors import InputFileError, UsageError


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "m.txt"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_message_a_line_in_small_letters_without_comments(written):
    assert read_messages(written("# ours\n\nTell me  a joke\nname five rivers\n")) == (
        "tell me a joke",
        "name five rivers",
    )


def test_every_mistake_is_named_by_its_line(written):
    path = written("hello\n你好\nhello\n" + "a" * 121 + "\n")
    with pytest.raises(InputFileError) as error:
        read_messages(path)
    assert str(error.value).splitlines()[0].startswith("3 mistakes in the messages")
    said = str(error.value)
    assert f"{path}:2: can't be typed: 你 好" in said
    assert f"{path}:3: stands in line 1 too" in said
    assert f"{path}:4: longer than 120 characters" in said


def test_a_file_without_a_message_or_that_is_not_there_is_an_error(written, tmp_path):
    with pytest.raises(InputFileError, match="holds no message"):
        read_messages(written("# nothing\n"))
    with pytest.raises(InputFileError, match="can't be read"):
        read_messages(tmp_path / "none.txt")


def test_no_message_is_sent_twice_in_a_run_even_where_rounds_are_repeated():
    sent = [
        text
        for number in range(7)
        for attempt in (1, 2, 3)
        for text in of_round(BUILT_IN, 2, number, attempt)
    ]
    assert len(set(sent)) == len(sent) == 42
    assert of_round(BUILT_IN, 2, 3, 1) == of_round(BUILT_IN, 2, 3, 1)


def test_a_list_that_is_too_short_for_the_rounds_is_refused():
    check_enough(["a", "b", "c"], 1, 2)
    with pytest.raises(UsageError, match="need 4 different ones; there are 3"):
        check_enough(["a", "b", "c"], 1, 3)
