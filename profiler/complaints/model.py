"""What a complaint is, once its YAML file has been checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.complaints.lexicon import Word

VSYNC = "vsync"
"""As a margin: one vsync of the recorded mode."""


class Said(NamedTuple):
    """The same thing said in English and in Chinese."""

    en: str
    zh: str

    def get(self, lang: str) -> str:
        """Return the words in `lang`, `en` or `zh`."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Hearing:
    """By which concepts a sentence is recognised as this complaint; see `profiler.complaints.understand`."""

    about: tuple[tuple[str, ...], ...]
    """Topics: all concepts of one of the groups must be spoken of."""
    faults: frozenset[str]
    """Kinds of fault that are this complaint."""
    perhaps: frozenset[str]
    """Kinds of fault that could be meant as this complaint: then a person is asked."""
    perhaps_about: tuple[tuple[frozenset[str], frozenset[str]], ...]
    """Topics and faults that could, with nothing clearer beside them, be meant as this complaint."""
    unless: frozenset[str]
    """Concepts beside which it is not recognised without asking."""
    words: tuple[Word, ...]
    """Of concepts that only this complaint brings."""
    phrases: tuple[str, ...]
    """Whole sentences that are this complaint, in either language."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A claim about one app, against others, and what decides it."""

    id: str
    name: Said
    claim: Said
    """In a person's words."""
    scenario: str
    """What is done to the apps; this version may not be able to drive it."""
    primary_metric: str
    unit: str
    margin: float | str
    """The difference that matters, in `unit`, or `VSYNC`. More is worse in every primary metric."""
    secondary_metrics: tuple[str, ...]
    """Shown beside the verdict; they decide nothing."""
    decides: Said
    """The rule, in words."""
    shows: Said
    """What the metric can show."""
    cannot_show: Said
    hearing: Hearing
    path: Path

    @property
    def text_en(self) -> str:
        """The claim in English."""
        return self.claim.en

    @property
    def text_zh(self) -> str:
        """The claim in Chinese."""
        return self.claim.zh

    def margin_on(self, period_ms: float) -> float:
        """Return the margin on a phone whose vsync takes `period_ms`, in `unit`."""
        return period_ms if isinstance(self.margin, str) else self.margin
