"""The file form of an app profile: strict, with all mistakes reported at once."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

_PACKAGE = re.compile(r"^[A-Za-z]\w*(\.[A-Za-z]\w*)+$")
_NAME = r"^[a-z0-9][a-z0-9-]{0,40}$"

Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class SelectorFile(_Strict):
    """One selector; at least one part."""

    resource_id: Annotated[str, StringConstraints(pattern=r"^([\w.]+)?:id/\w+$")] | None = None
    class_name: Text | None = Field(default=None, alias="class")
    text: Text | None = None
    text_contains: Text | None = None
    hint: Text | None = None
    description: Text | None = None
    description_contains: Text | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> SelectorFile:
        if not any(value is not None for value in self.model_dump().values()):
            raise ValueError(
                "a selector needs at least one of resource_id, class, text, hint, description ..."
            )
        return self


class LaunchFile(_Strict):
    """By component or by intent action."""

    activity: Annotated[str, StringConstraints(pattern=r"^([\w.]+/)?[\w.$]+$")] | None = None
    action: Annotated[str, StringConstraints(pattern=r"^[\w.]+$")] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> LaunchFile:
        if self.activity is not None and self.action is not None:
            raise ValueError("give activity or action, not both")
        return self


class ProfileFile(_Strict):
    """One profile."""

    name: Annotated[str, StringConstraints(pattern=_NAME)]
    label: Text
    label_zh: Text | None = None
    also_called: list[Text] = []
    package: str | list[str]
    launch: LaunchFile = LaunchFile()
    input: list[SelectorFile] = []
    before_input: list[SelectorFile] = []
    dismiss: list[SelectorFile] = []
    reference: bool = False
    confidence: Annotated[str, StringConstraints(pattern="^[ABC]$")] = "C"
    sources: list[Text] = []
    notes: str = ""

    @field_validator("package")
    @classmethod
    def _packages(cls, value: str | list[str]) -> str | list[str]:
        names = [value] if isinstance(value, str) else value
        wrong = [name for name in names if not _PACKAGE.match(name)]
        if wrong or not names:
            raise ValueError(
                f"{wrong[0] if wrong else 'an empty list'!r} is no package name like com.example.chat"
            )
        return value
