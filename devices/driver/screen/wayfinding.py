"""The way to an app's input field: dialogs, drawers and voice modes on it, and where a person must help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devices.driver.errors import NeedsPersonError
from devices.driver.screen.chatscreen import ChatScreen, Kind, read_chat_screen
from devices.driver.screen.hierarchy import Found, Node, find_first, find_generic
from traces.errors import PhoneError

if TYPE_CHECKING:
    from devices.profiles.model import AppProfile

TURNS = 12
PATIENCE = 3
"""Turns that the profile's own ways get before the search by looks, and that passing screens get to pass."""

BACK = "back"


@dataclass(frozen=True, slots=True)
class Step:
    """One touch on the way, or the Back key (`node` None)."""

    what: str
    """dialog, update, notification, privacy, other, toggle or drawer."""
    by: str
    node: Node | None


@dataclass(slots=True)
class Way:
    """Decides what to do next from each look at the screen; touches nothing itself.

    Args:
        profile: the app.
        package: whose windows are looked at.
        phone: the phone's name, for what is told.
        keyboard: package of the chosen keyboard.
    """

    profile: AppProfile
    package: str
    phone: str
    keyboard: str | None = None
    steps: list[Step] = field(default_factory=list)
    """What was done."""
    last: ChatScreen | None = None
    """The last look."""

    def next(self, nodes: tuple[Node, ...], turn: int) -> Found | Step | None:
        """Return the field, or the next touch, or None: wait and look again.

        Raises:
            PhoneError: only a person can go on: a login, a crash, a dialog that nothing is known of.
        """
        seen = self.last = read_chat_screen(nodes, self.package, keyboard=self.keyboard)
        late = turn >= PATIENCE
        step = self._known_dialog(nodes)
        if step is None and not self.profile.reference:
            if seen.kind in (Kind.LOGIN, Kind.DIALOG):
                return self._in_the_way(seen, late=late)
            if seen.kind is Kind.DRAWER and not self._done("drawer"):
                step = Step("drawer", "the side menu is open", None)
        if step is not None:
            return self._do(step)
        return find_first(nodes, self.profile.input, self.package) or self._onwards(nodes, seen, late=late)

    def _onwards(self, nodes: tuple[Node, ...], seen: ChatScreen, *, late: bool) -> Found | Step | None:
        """Leave a voice mode; when the profile's ways have had their turns, take the field by its looks."""
        ways = [way for way in self.profile.before_input if not self._done("toggle", way.describe())]
        toggle = find_first(nodes, ways, self.package)
        if toggle is not None:
            return self._do(Step("toggle", toggle.by, toggle.node))
        if not late:
            return None
        if self.profile.reference:
            return find_generic(nodes, self.package)
        if seen.kind is Kind.CHAT:
            return seen.input
        if seen.kind is Kind.VOICE and seen.toggle is not None and not self._done("toggle", seen.toggle.by):
            return self._do(Step("toggle", seen.toggle.by, seen.toggle.node))
        return None

    def looked_for(self) -> str:
        """Return in words what was looked for, and what was seen and not taken."""
        own = "; ".join(selector.describe() for selector in self.profile.input) or "no selector"
        seen = self.last
        if self.profile.reference or seen is None:
            return f"Looked for: {own}; then for any text field."
        not_taken = "; ".join(seen.rejected)
        rest = f" Seen, but no chat's field: {not_taken}." if not_taken else ""
        return f"Looked for: {own}; then for {', '.join(seen.looked_for)}.{rest}"

    def _known_dialog(self, nodes: tuple[Node, ...]) -> Step | None:
        for dialog in self.profile.dialogs:
            if find_first(nodes, dialog.seen, self.package) is None:
                continue
            if not dialog.dismiss:
                raise self._needs_person(dialog.kind, "")
            button = find_first(nodes, dialog.dismiss, self.package)
            if button is not None:
                return Step(dialog.kind, button.by, button.node)
        button = find_first(nodes, self.profile.dismiss, self.package)
        return Step("dialog", button.by, button.node) if button is not None else None

    def _in_the_way(self, seen: ChatScreen, *, late: bool) -> Step | None:
        overlay = seen.overlay
        button = overlay.dismiss if overlay is not None else None
        if overlay is not None and button is not None and not self._done(overlay.kind, button.by):
            return self._do(Step(overlay.kind, button.by, button.node))
        if not late:
            return None
        kind = overlay.kind if overlay is not None else "login"
        raise self._needs_person(kind, overlay.says if overlay is not None else "")

    def _needs_person(self, kind: str, says: str) -> PhoneError:
        label = self.profile.label
        if kind == "login":
            return NeedsPersonError(
                f"{label} shows its login screen on {self.phone}.",
                next_step="Log in by hand, best with a test account, open a chat, then run again.",
            )
        if kind == "crash":
            return PhoneError(
                f"{self.phone} says that something does not respond or has stopped: {says}.",
                next_step="Answer that dialog by hand; restart the phone if it comes again.",
            )
        quoted = f": '{says}'" if says else ""
        what = {"privacy": "its terms or privacy notice", "update": "an update offer"}.get(kind, "a dialog")
        # terms bind the person who agrees to them
        make = NeedsPersonError if kind == "privacy" else PhoneError
        return make(
            f"{what[0].upper()}{what[1:]} lies over {label} on {self.phone}{quoted}.",
            next_step="Answer it by hand, then run again; or name its button under `dialogs` in a copy of "
            "the profile.",
        )

    def _do(self, step: Step) -> Step:
        self.steps.append(step)
        return step

    def _done(self, what: str, by: str | None = None) -> bool:
        return any(step.what == what and by in (None, step.by) for step in self.steps)
