"""The shell's tokens: operators, and words made of literal and expanding parts."""

from __future__ import annotations

from dataclasses import dataclass

OPERATORS = ("&&", "||", ";;", ">>", ">&", "<&", "&>", "<<", ";", "&", "|", "(", ")", "<", ">", "\n")
_SPECIAL_NAMES = "?$!#@*0123456789"
_SPECIAL_MARKS = frozenset("?$!#@*")


class ShellSyntaxError(Exception):
    """The text is not a shell program."""


class IncompleteError(ShellSyntaxError):
    """The text ends inside a quote or a compound command: more lines may complete it."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands as it is; quoted text is neither split nor globbed."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name`, `${name}` or `${name<operator><word>}`."""

    name: str
    quoted: bool = False
    operator: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class CommandSubstitution:
    """`$(...)` or backquotes."""

    source: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$((...))`."""

    source: str
    quoted: bool = False


Part = Literal | Parameter | CommandSubstitution | Arithmetic


@dataclass(frozen=True, slots=True)
class Word:
    """One word, before expansion."""

    parts: tuple[Part, ...]

    @property
    def plain(self) -> str | None:
        """The text if nothing in the word is quoted or expands, else None (only such words are keywords)."""
        if any(not isinstance(part, Literal) or part.quoted for part in self.parts):
            return None
        return "".join(part.text for part in self.parts if isinstance(part, Literal))


@dataclass(frozen=True, slots=True)
class Operator:
    """A control or redirection operator; `descriptor` is the number in front of a redirection."""

    text: str
    descriptor: int | None = None


Token = Word | Operator


class Lexer:
    """Cuts shell text into tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def tokens(self) -> list[Token]:
        """Return all tokens.

        Raises:
            ShellSyntaxError: Bad `${}`.
            IncompleteError: An open quote or substitution.
        """
        found: list[Token] = []
        while self._skip_blanks():
            operator = self._operator()
            found.append(operator if operator is not None else self._word())
        return found

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._text[at] if at < len(self._text) else ""

    def _skip_blanks(self) -> bool:
        while True:
            if self._peek() in (" ", "\t", "\r") and self._peek():
                self._at += 1
            elif self._text.startswith("\\\n", self._at):
                self._at += 2
            elif self._peek() == "#":
                while self._peek() not in ("", "\n"):
                    self._at += 1
            else:
                return self._at < len(self._text)

    def _operator(self) -> Operator | None:
        digits = 0
        while self._peek(digits).isascii() and self._peek(digits).isdigit():
            digits += 1
        descriptor = None
        if digits and self._peek(digits) in ("<", ">") and self._peek(digits):
            descriptor = int(self._text[self._at : self._at + digits])
            self._at += digits
        for text in OPERATORS:
            if self._text.startswith(text, self._at):
                self._at += len(text)
                return Operator(text, descriptor)
        return None

    def _word(self) -> Word:
        parts: list[Part] = []
        plain: list[str] = []

        def flush() -> None:
            if plain:
                parts.append(Literal("".join(plain)))
                plain.clear()

        while (char := self._peek()) and char not in " \t\r\n;&|()<>":
            if char == "\\":
                flush()
                if self._peek(1) != "\n":
                    parts.append(Literal(self._peek(1), quoted=True))
                self._at += 2
            elif char == "'":
                flush()
                parts.append(Literal(self._single(), quoted=True))
            elif char == '"':
                flush()
                parts.extend(self._double())
            elif char in "$`":
                flush()
                parts.append(self._expansion(quoted=False))
            else:
                plain.append(char)
                self._at += 1
        flush()
        return Word(tuple(parts))

    def _single(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise IncompleteError("no closing quote")
        text = self._text[self._at + 1 : end]
        self._at = end + 1
        return text

    def _double(self) -> list[Part]:
        self._at += 1
        parts: list[Part] = []
        plain: list[str] = []
        while (char := self._peek()) != '"':
            if not char:
                raise IncompleteError("no closing quote")
            if char == "\\" and self._peek(1) in ("$", "`", '"', "\\", "\n") and self._peek(1):
                plain.append("" if self._peek(1) == "\n" else self._peek(1))
                self._at += 2
            elif char in "$`":
                parts.append(Literal("".join(plain), quoted=True))
                plain.clear()
                parts.append(self._expansion(quoted=True))
            else:
                plain.append(char)
                self._at += 1
        self._at += 1
        parts.append(Literal("".join(plain), quoted=True))
        return parts

    def _expansion(self, *, quoted: bool) -> Part:
        if self._peek() == "`":
            return CommandSubstitution(self._backquoted(), quoted)
        following = self._peek(1)
        if following == "(":
            arithmetic = self._peek(2) == "("
            source = self._balanced(2)
            if arithmetic and source.endswith(")"):
                return Arithmetic(source[1:-1], quoted)
            return CommandSubstitution(source, quoted)
        if following == "{":
            return self._braced(quoted)
        return self._named(quoted)

    def _named(self, quoted: bool) -> Part:
        following = self._peek(1)
        if following and following in _SPECIAL_NAMES:
            self._at += 2
            return Parameter(following, quoted)
        name = self._name(self._at + 1)
        self._at += 1 + len(name)
        return Parameter(name, quoted) if name else Literal("$", quoted)

    def _name(self, start: int) -> str:
        end = start
        while end < len(self._text) and (self._text[end].isalnum() or self._text[end] == "_"):
            if end == start and self._text[end].isdigit():
                break
            end += 1
        return self._text[start:end]

    def _backquoted(self) -> str:
        end = self._text.find("`", self._at + 1)
        if end < 0:
            raise IncompleteError("no closing quote")
        source = self._text[self._at + 1 : end]
        self._at = end + 1
        return source

    def _balanced(self, skip: int) -> str:
        """Return the text up to the parenthesis that closes the one before `skip`; quotes inside are kept."""
        depth = 1
        at = self._at + skip
        while at < len(self._text):
            char = self._text[at]
            if char == "\\":
                at += 1
            elif char in "'\"":
                at = self._quote_end(at)
            elif char == "(":
                depth += 1
            elif char == ")":
                depth -= 1
                if depth == 0:
                    source = self._text[self._at + skip : at]
                    self._at = at + 1
                    return source
            at += 1
        raise IncompleteError("no closing parenthesis")

    def _quote_end(self, start: int) -> int:
        quote = self._text[start]
        at = start + 1
        while at < len(self._text):
            if self._text[at] == "\\" and quote == '"':
                at += 1
            elif self._text[at] == quote:
                return at
            at += 1
        raise IncompleteError("no closing quote")

    def _braced(self, quoted: bool) -> Parameter:
        end = self._text.find("}", self._at)
        if end < 0:
            raise IncompleteError("no closing brace")
        inner = self._text[self._at + 2 : end]
        self._at = end + 1
        if inner.startswith("#") and len(inner) > 1:
            return Parameter(inner[1:], quoted, "length")
        name = inner[:1] if inner[:1] in _SPECIAL_MARKS else self._leading_name(inner)
        rest = inner[len(name) :]
        if not name:
            raise ShellSyntaxError(f"${{{inner}}}: bad substitution")
        if not rest:
            return Parameter(name, quoted)
        for operator in (":-", ":=", ":+", ":?", "%%", "##", "-", "=", "+", "?", "%", "#"):
            if rest.startswith(operator):
                return Parameter(name, quoted, operator, rest[len(operator) :])
        raise ShellSyntaxError(f"${{{inner}}}: bad substitution")

    @staticmethod
    def _leading_name(text: str) -> str:
        end = 0
        if text[:1].isdigit():  # ${12}: the twelfth argument
            return text[: len(text) - len(text.lstrip("0123456789"))]
        while end < len(text) and (text[end].isalnum() or text[end] == "_"):
            end += 1
        return text[:end]
