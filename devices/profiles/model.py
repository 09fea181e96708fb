"""What is needed to drive one chat app, once its YAML file has been checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Selector:
    """Picks nodes of a window hierarchy; all given parts must hold.

    `resource_id` may start with `:id/`, then the app's own package is put before it. `text` and
    `description` are compared whole, the `*_contains` forms and `hint` by containment. An empty text field
    shows its hint as `text` in the dumps of many versions, so `hint` is looked for in both attributes.
    """

    resource_id: str | None = None
    class_name: str | None = None
    text: str | None = None
    text_contains: str | None = None
    hint: str | None = None
    description: str | None = None
    description_contains: str | None = None

    def describe(self) -> str:
        """Return the selector as a person would write it."""
        names = {
            "id": self.resource_id,
            "class": self.class_name,
            "text": self.text,
            "text containing": self.text_contains,
            "hint containing": self.hint,
            "description": self.description,
            "description containing": self.description_contains,
        }
        return ", ".join(f"{name} '{value}'" for name, value in names.items() if value is not None)


@dataclass(frozen=True, slots=True)
class Launch:
    """How the app comes to the front: by component, by intent action, or (neither) by its launcher entry."""

    activity: str | None = None
    """`package/class`, or a class of the profile's package."""
    action: str | None = None


@dataclass(frozen=True, slots=True)
class AppProfile:
    """One measured app."""

    name: str
    label: str
    label_zh: str | None
    packages: tuple[str, ...]
    """In order of likelihood; the first that is installed is taken (vendors rename the system ones)."""
    launch: Launch
    input: tuple[Selector, ...]
    """The input field, best selector first; a generic search follows when none matches."""
    before_input: tuple[Selector, ...]
    """Tapped, when the input field is not there: leaves a voice mode, opens the input bar."""
    dismiss: tuple[Selector, ...]
    """Buttons of known dialogs that are tapped away outside measured windows."""
    reference: bool
    """True for a system text field that is measured along, so that phone and app can be told apart."""
    confidence: str
    """A: seen on real devices by several independent sources; B: one real device; C: one source."""
    sources: tuple[str, ...]
    notes: str
    path: Path
    also_called: tuple[str, ...] = ()
    """Other names that people use, in any language; accepted on the command line."""

    @property
    def package(self) -> str:
        """The first package."""
        return self.packages[0]

    @property
    def called(self) -> tuple[str, ...]:
        """Everything that people call this app: profile name, labels, other names, packages."""
        labels = (self.label, self.label_zh or "", *self.also_called, *self.packages)
        return tuple(dict.fromkeys((self.name, *(label for label in labels if label))))
