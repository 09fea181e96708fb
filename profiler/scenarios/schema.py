"""The file form of a scenario: strict, with all mistakes reported at once. docs/scenarios.md."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]
Typed = Annotated[str, StringConstraints(pattern=r"^[a-z ]{1,120}$")]
Part = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
"""A part of the display's width or height."""


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Seconds = Annotated[float, BeforeValidator(_number), Field(gt=0, le=120, allow_inf_nan=False)]
BARE = ("popup", "type_message", "wait_for_rest")
"""Steps that may stand there as one word."""


class Strict(BaseModel):
    """No field that isn't known, no value of another kind."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PointFile(Strict):
    """A point of the display, in parts of it."""

    x: Part
    y: Part


class SwipeFile(Strict):
    """A finger that moves in even steps from one point to another."""

    begin: PointFile
    end: PointFile
    moves: Annotated[int, Field(ge=2, le=60)] = 6
    every: Annotated[float, BeforeValidator(_number), Field(ge=0, le=1)] = 0.004
    """Seconds between two moves; the cost of the commands comes to it."""


class RestFile(Strict):
    """Until the app is at rest."""

    quiet: Annotated[int, Field(ge=1, le=60)] = 8
    limit: Annotated[int, Field(ge=2, le=300)] = 45

    @model_validator(mode="after")
    def _in_order(self) -> RestFile:
        if self.quiet >= self.limit:
            raise ValueError("quiet is shorter than limit, or nothing is ever at rest")
        return self


class StepFile(Strict):
    """One step: exactly one of these."""

    wait: Seconds | None = None
    keyboard: Literal["up", "down"] | None = None
    tap: Literal["field", "send"] | PointFile | None = None
    swipe: SwipeFile | None = None
    key: Literal["back", "delete", "enter"] | None = None
    type: Typed | None = None
    type_message: Literal[True] | None = None
    open: Literal["launcher", "app"] | None = None
    wait_for_rest: RestFile | None = None
    popup: Literal[True] | None = None
    measure: Annotated[list[AnyStep], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one(self) -> StepFile:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"a step is one of: {', '.join(type(self).model_fields)}")
        return self

    @property
    def name(self) -> str:
        """Which step it is."""
        return next(iter(self.model_fields_set))


def _of_word(value: Any) -> Any:
    if value in BARE:
        return {value: {} if value == "wait_for_rest" else True}
    return value


AnyStep = Annotated[StepFile, BeforeValidator(_of_word)]


class ScenarioFile(Strict):
    """One scenario."""

    name: Name
    words: Words
    """What is done to the phone in a round."""
    measures: Literal["show", "hide", "key", "send", "stream", "scroll", "return", "launch"]
    repeat: Annotated[int, Field(ge=1, le=60)] = 5
    """How often the steps are done in a round, if nothing else is said."""
    app: Literal["open", "stopped"] = "open"
    """Where a round begins: the app in front and its field known, or no process of it."""
    min_sdk: Annotated[int, Field(ge=26, le=99)] = 31
    steps: Annotated[list[AnyStep], Field(min_length=1)]
    """Of one repetition."""


StepFile.model_rebuild()
