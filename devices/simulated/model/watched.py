"""Settings tables that tell of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Changed = Callable[[str, str, str | None], None]


class Table(dict[str, str]):
    """One settings table; `changed` hears of every write by item."""

    def __init__(self, name: str, values: Mapping[str, str], changed: Changed) -> None:
        super().__init__(values)
        self._name = name
        self._changed = changed

    def __setitem__(self, key: str, value: str) -> None:
        super().__setitem__(key, value)
        self._changed(self._name, key, value)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self._changed(self._name, key, None)

    def pop(self, key: str, *default: str) -> str:  # type: ignore[override]
        """Remove a key and tell of it."""
        known = key in self
        value = super().pop(key, *default)
        if known:
            self._changed(self._name, key, None)
        return value


class Settings(dict[str, dict[str, str]]):
    """The `global`, `secure` and `system` tables."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]], changed: Changed) -> None:
        super().__init__({name: Table(name, values, changed) for name, values in tables.items()})
