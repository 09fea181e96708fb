"""From which API level on `cmd` knows a service, and a service's shell command a verb."""

from __future__ import annotations

_SERVICES = {
    "input": 31,
    "uimode": 29,
    "thermalservice": 29,
    "input_method": 28,
    "display": 28,
    "settings": 25,
}
_VERBS = {
    ("display", "set-user-preferred-display-mode"): 33,
    ("display", "clear-user-preferred-display-mode"): 33,
    ("display", "get-user-preferred-display-mode"): 33,
    ("notification", "set_dnd"): 29,
    ("power", "set-fixed-performance-mode-enabled"): 30,
}


def has_service(name: str, sdk: int) -> bool:
    """Whether `cmd NAME` finds the service."""
    return sdk >= _SERVICES.get(name, 0)


def has_verb(name: str, verb: str, sdk: int) -> bool:
    """Whether the service's shell command knows the verb."""
    return sdk >= _VERBS.get((name, verb), 0)
