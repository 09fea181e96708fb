"""The shell's tokenizer."""

from __future__ import annotations

import shlex
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulated.userland.shell.words import (
    IncompleteError,
    Lexer,
    Literal,
    Operator,
    Parameter,
    ShellSyntaxError,
    Word,
)

TEXT = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=30)


def words(source: str) -> list[Word]:
    return [token for token in Lexer(source).tokens() if isinstance(token, Word)]


def literal(word: Word) -> str:
    assert all(isinstance(part, Literal) for part in word.parts)
    return "".join(part.text for part in word.parts if isinstance(part, Literal))


@given(st.lists(TEXT, max_size=6))
def test_quoted_arguments_come_back_as_they_were(arguments: list[str]) -> None:
    assert [literal(word) for word in words(shlex.join(arguments))] == arguments


@given(TEXT)
def test_double_quotes_keep_everything_but_what_expands(text: str) -> None:
    escaped = "".join("\\" + char if char in '$`"\\' else char for char in text)
    assert [literal(word) for word in words(f'"{escaped}"')] == [text]


@given(st.text(max_size=40))
def test_any_text_gives_tokens_or_a_syntax_error_but_never_hangs(source: str) -> None:
    with suppress(ShellSyntaxError):
        assert all(isinstance(token, Word | Operator) for token in Lexer(source).tokens())


@pytest.mark.parametrize("source", ["echo 'a", 'echo "a', "echo $(ls", "echo `ls", "echo ${a", "echo $((1+"])
def test_an_open_quote_is_incomplete(source: str) -> None:
    with pytest.raises(IncompleteError):
        Lexer(source).tokens()


def test_operators_are_found_without_blanks_around_them() -> None:
    tokens = Lexer("a&&b||c;d|e&(f)>g>>h<i").tokens()
    found = [token.text for token in tokens if isinstance(token, Operator)]
    assert found == ["&&", "||", ";", "|", "&", "(", ")", ">", ">>", "<"]


def test_a_number_in_front_of_a_redirection_is_its_descriptor() -> None:
    tokens = Lexer("cmd 2>&1 12 2> err").tokens()
    assert tokens[1] == Operator(">&", 2)
    assert isinstance(tokens[3], Word)
    assert literal(tokens[3]) == "12"
    assert tokens[4] == Operator(">", 2)


def test_a_comment_ends_at_the_line() -> None:
    assert Lexer("a # b 'c\nd").tokens() == [Word((Literal("a"),)), Operator("\n"), Word((Literal("d"),))]


def test_parameters_know_their_operators() -> None:
    (word,) = words("${a:-b}$1$$x")
    assert word.parts == (Parameter("a", False, ":-", "b"), Parameter("1"), Parameter("$"), Literal("x"))
