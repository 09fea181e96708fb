"""The file form of a complaint: strict, with all mistakes reported at once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
MetricName = Annotated[str, StringConstraints(pattern=r"^[a-z][\w.]{0,60}$")]


class Strict(BaseModel):
    """No field that isn't known, no value of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True)


class BothFile(Strict):
    """A text in both languages."""

    en: Text
    zh: Text


class WordsFile(Strict):
    """Words of a concept; English ones are stems of words, `scroll*`, or several words."""

    en: list[Text] = []
    zh: list[Text] = []

    @model_validator(mode="after")
    def _not_empty(self) -> WordsFile:
        if not (self.en or self.zh):
            raise ValueError("give words in en, in zh, or in both")
        return self


class FaultFile(Strict):
    """Words that say that something is bad in this way, and words that say that it is good."""

    bad: WordsFile
    good: WordsFile | None = None


class LexiconFile(Strict):
    """Concepts that sentences speak of."""

    topics: dict[Name, WordsFile] = {}
    faults: dict[Name, FaultFile] = {}
    plain: WordsFile | None = None
    """Words that change nothing of what a sentence is about."""


class PerhapsFile(Strict):
    """Topics that, with one of these faults, could be meant as the complaint."""

    topics: Annotated[list[Name], Field(min_length=1)]
    faults: Annotated[list[Name], Field(min_length=1)]


class HearingFile(Strict):
    """How the complaint is recognised in a sentence."""

    about: Annotated[list[Annotated[list[Name], Field(min_length=1)]], Field(min_length=1)]
    faults: Annotated[list[Name], Field(min_length=1)]
    perhaps: list[Name] = []
    perhaps_about: list[PerhapsFile] = []
    unless: list[Name] = []
    phrases: list[Text] = []


class ComplaintFile(Strict):
    """One complaint."""

    id: Name
    name: BothFile
    claim: BothFile
    scenario: Name
    metric: MetricName
    unit: Literal["ms", "ms/s", "share", "count"]
    margin: (
        Literal["vsync"] | Annotated[float, Field(gt=0, allow_inf_nan=False)] | Annotated[int, Field(gt=0)]
    )
    direction: Literal["more-is-worse"] = "more-is-worse"
    beside: list[MetricName] = []
    decides: BothFile
    shows: BothFile
    cannot_show: BothFile
    recognised_by: HearingFile
    concepts: LexiconFile = LexiconFile()
    """Concepts of its own, beside those of the common lexicon."""

    @model_validator(mode="after")
    def _vsyncs_are_times(self) -> ComplaintFile:
        if self.margin == "vsync" and self.unit != "ms":
            raise ValueError(f"a margin of one vsync is a time, but the unit is {self.unit}")
        return self
