"""The shell's grammar: tokens to a tree of commands."""

from __future__ import annotations

from devices.simulated.userland.shell.tree import (
    AndOr,
    Command,
    Compound,
    For,
    Function,
    If,
    Loop,
    Pipeline,
    Redirect,
    Sequence,
    Simple,
)
from devices.simulated.userland.shell.words import (
    IncompleteError,
    Lexer,
    Literal,
    Operator,
    ShellSyntaxError,
    Token,
    Word,
)

_REDIRECTIONS = ("<", ">", ">>", ">&", "<&", "&>")
_RESERVED_ENDS = frozenset({"then", "else", "elif", "fi", "do", "done", "}"})


def parse(text: str) -> Sequence:
    """Parse a program.

    Raises:
        ShellSyntaxError: Not a program.
        IncompleteError: It ends too early.
    """
    return _Parser(Lexer(text).tokens()).program()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def program(self) -> Sequence:
        sequence = self._sequence(frozenset())
        if self._at < len(self._tokens):
            raise self._unexpected()
        return sequence

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next_operator(self, *texts: str) -> bool:
        token = self._peek()
        return isinstance(token, Operator) and token.text in texts

    def _next_keyword(self, *names: str) -> bool:
        token = self._peek()
        return isinstance(token, Word) and token.plain in names

    def _unexpected(self) -> ShellSyntaxError:
        token = self._peek()
        if token is None:
            return IncompleteError("syntax error: unexpected EOF")
        name = token.text if isinstance(token, Operator) else (token.plain or "word")
        return ShellSyntaxError(f"syntax error: unexpected '{name.replace(chr(10), 'newline')}'")

    def _skip_newlines(self) -> None:
        while self._next_operator("\n"):
            self._at += 1

    def _expect_keyword(self, name: str) -> None:
        self._skip_newlines()
        if not self._next_keyword(name):
            raise self._unexpected()
        self._at += 1

    def _sequence(self, ends: frozenset[str]) -> Sequence:
        items: list[tuple[Command, bool]] = []
        while True:
            while self._next_operator("\n"):
                self._at += 1
            token = self._peek()
            if token is None or self._next_operator(")") or (ends and self._next_keyword(*ends)):
                return Sequence(tuple(items))
            command = self._and_or()
            background = self._next_operator("&")
            items.append((command, background))
            if self._next_operator(";", "&", "\n"):
                self._at += 1
            elif self._peek() is not None and not self._next_operator(")"):
                raise self._unexpected()

    def _and_or(self) -> Command:
        left = self._pipeline()
        while self._next_operator("&&", "||"):
            token = self._tokens[self._at]
            assert isinstance(token, Operator)
            self._at += 1
            self._skip_newlines()
            left = AndOr(left, token.text, self._pipeline())
        return left

    def _pipeline(self) -> Command:
        negated = False
        while self._next_keyword("!"):
            negated = not negated
            self._at += 1
        parts = [self._command()]
        while self._next_operator("|"):
            self._at += 1
            self._skip_newlines()
            parts.append(self._command())
        return parts[0] if len(parts) == 1 and not negated else Pipeline(tuple(parts), negated)

    def _command(self) -> Command:
        if self._next_operator("("):
            self._at += 1
            body = self._sequence(frozenset())
            if not self._next_operator(")"):
                raise self._unexpected()
            self._at += 1
            return Compound(body, subshell=True, redirects=self._redirects())
        if self._next_keyword("{"):
            self._at += 1
            body = self._sequence(frozenset({"}"}))
            self._expect_keyword("}")
            return Compound(body, subshell=False, redirects=self._redirects())
        if self._next_keyword("if"):
            return self._if()
        if self._next_keyword("while", "until"):
            return self._loop()
        if self._next_keyword("for"):
            return self._for()
        return self._function() or self._simple()

    def _function(self) -> Function | None:
        """Parse `name() { ... }`, None if something else follows."""
        name, *brackets = self._tokens[self._at : self._at + 3]
        if [getattr(token, "text", None) for token in brackets] != ["(", ")"]:
            return None
        plain = name.plain if isinstance(name, Word) else None
        if not plain:
            return None
        self._at += 3
        self._skip_newlines()
        return Function(plain, self._command())

    def _if(self) -> If:
        branches: list[tuple[Sequence, Sequence]] = []
        self._at += 1
        while True:
            condition = self._sequence(frozenset({"then"}))
            self._expect_keyword("then")
            branches.append((condition, self._sequence(frozenset({"elif", "else", "fi"}))))
            if not self._next_keyword("elif"):
                break
            self._at += 1
        otherwise = None
        if self._next_keyword("else"):
            self._at += 1
            otherwise = self._sequence(frozenset({"fi"}))
        self._expect_keyword("fi")
        return If(tuple(branches), otherwise, self._redirects())

    def _loop(self) -> Loop:
        until = self._next_keyword("until")
        self._at += 1
        condition = self._sequence(frozenset({"do"}))
        body = self._do_group()
        return Loop(condition, body, until, self._redirects())

    def _do_group(self) -> Sequence:
        self._expect_keyword("do")
        body = self._sequence(frozenset({"done"}))
        self._expect_keyword("done")
        return body

    def _for(self) -> For:
        self._at += 1
        token = self._peek()
        name = token.plain if isinstance(token, Word) else None
        if not name:
            raise self._unexpected()
        self._at += 1
        words: list[Word] = []
        if self._next_keyword("in"):
            self._at += 1
            while isinstance(word := self._peek(), Word):
                words.append(word)
                self._at += 1
        while self._next_operator(";", "\n"):
            self._at += 1
        return For(name, tuple(words), self._do_group(), self._redirects())

    def _simple(self) -> Simple:
        assignments: list[tuple[str, Word]] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while (token := self._peek()) is not None:
            if isinstance(token, Operator):
                if token.text not in _REDIRECTIONS:
                    break
                redirects.extend(self._redirect(token))
                continue
            if not words and token.plain in _RESERVED_ENDS:
                raise self._unexpected()
            self._at += 1
            assignment = None if words else _assignment(token)
            if assignment:
                assignments.append(assignment)
            else:
                words.append(token)
        if not (words or assignments or redirects):
            raise self._unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while self._next_operator(*_REDIRECTIONS):
            token = self._peek()
            assert isinstance(token, Operator)
            found.extend(self._redirect(token))
        return tuple(found)

    def _redirect(self, operator: Operator) -> list[Redirect]:
        self._at += 1
        target = self._peek()
        if not isinstance(target, Word):
            raise self._unexpected()
        self._at += 1
        if operator.text == "&>":
            duplicate = Redirect(">&", 2, Word((Literal("1"),)))
            return [Redirect(">", 1, target), duplicate]
        default = 0 if operator.text.startswith("<") else 1
        descriptor = default if operator.descriptor is None else operator.descriptor
        return [Redirect(operator.text, descriptor, target)]


def _assignment(word: Word) -> tuple[str, Word] | None:
    """Return name and value if the word is `name=value`."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal) or first.quoted or "=" not in first.text:
        return None
    name, _, rest = first.text.partition("=")
    if not name.isidentifier() or not name.isascii():
        return None
    return name, Word((Literal(rest), *word.parts[1:]))
