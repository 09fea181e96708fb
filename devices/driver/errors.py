"""Ways in which driving a phone ends that are told apart by what may help."""

from __future__ import annotations

from traces.errors import PhoneError


class NeedsPersonError(PhoneError):
    """Only somebody at the phone can go on: a login, terms to agree to, a lock screen, heat."""


class HopelessError(PhoneError):
    """What is asked for is not on this phone, or refused for good: no further attempt can help."""


class NotOnScreenError(PhoneError):
    """What is looked for is not on the screen: something may lie over it, or the app shows another page."""
