"""What silky takes out of Winscope recordings, as columns. Times are int64 ns on BOOTTIME unless said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from traces.tables import NA, Ints, Strings, Table

if TYPE_CHECKING:
    from typing import Any, Self

    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

NAN = float("nan")


@dataclass(frozen=True)
class WinscopeTable(Table):
    """A table that may hold columns of float64 too; NaN marks a missing one."""

    @classmethod
    def of_rows(cls, rows: list[tuple[Any, ...]]) -> Self:
        """Build from rows in the order of the fields."""
        columns = list(zip(*rows, strict=True)) if rows else [() for _ in cls.__dataclass_fields__]
        made: dict[str, Any] = {}
        for (name, field), values in zip(cls.__dataclass_fields__.items(), columns, strict=True):
            kind = {"Ints": np.int64, "Bools": np.bool_, "Strings": np.object_, "Floats": np.float64}
            made[name] = np.asarray(values, dtype=kind[str(field.type)])
        return cls(**made)


@dataclass(frozen=True)
class ImeStateTable(WinscopeTable):
    """One row per entry that one of the three sides of the keyboard wrote, by time.

    Attributes:
        time_ns: when it was written.
        side: `client` (the app that is typed into), `manager` (system_server), `service` (the keyboard).
        call: the call that wrote it.
        window: client: the app's window; manager: the window that the keyboard serves; None if unknown.
        shown: 1 or 0, `NA` where the entry does not say. Client: the keyboard's insets are visible to the
            app; manager: `inputShown` (asked for, says nothing about pixels); service: its window is visible.
        requested: 1 or 0, `NA`: client: the app wants it visible; service: a show was requested.
        top_px: upper edge of the keyboard's insets frame (client), `NA` where not told.
        fraction: how far the slide is, 0 to 1 (client, while the app runs an insets animation), NaN without.
    """

    time_ns: Ints
    side: Strings
    call: Strings
    window: Strings
    shown: Ints
    requested: Ints
    top_px: Ints
    fraction: Floats

    def changes(self, side: str) -> ImeStateTable:
        """Return the rows of a side at which `shown` changed, its first known state included."""
        own = self.where((self.side == side) & (self.shown != NA))
        changed = np.ones(len(own), dtype=np.bool_)
        changed[1:] = own.shown[1:] != own.shown[:-1]
        return own.where(changed)


@dataclass(frozen=True)
class LayerPositionTable(WinscopeTable):
    """Where a layer stood when SurfaceFlinger composed: the slide as really shown, if it is the keyboard's.

    Attributes:
        time_ns: when the snapshot was taken.
        vsync_id: SurfaceFlinger's vsync id (the display frame's token), `NA` where not told.
        layer_id, layer: SurfaceFlinger's id and the name with `#id`.
        x, y: px on the display, of the layer's origin.
        width, height: px on the display; NaN for layers without bounds (leashes).
        alpha: 0 to 1.
        missed: snapshots that were lost just before this one.
    """

    time_ns: Ints
    vsync_id: Ints
    layer_id: Ints
    layer: Strings
    x: Floats
    y: Floats
    width: Floats
    height: Floats
    alpha: Floats
    missed: Ints


@dataclass(frozen=True)
class InputTable(WinscopeTable):
    """One row per event that the dispatcher saw.

    Attributes:
        time_ns: when it was traced; `NA` where its clock can't be converted.
        event_time_ns: when it happened, BOOTTIME; `NA` likewise.
        event_time_monotonic_ns: the same as the platform keeps it (`eventTimeNano`).
        event_id: joins it with `deliverInputEvent ... id=0x...`.
        kind: `motion` or `key`.
        action: MotionEvent's masked action (0 down, 1 up, 2 move, 3 cancel) or KeyEvent's.
        source: InputDevice source bits, 0x1002 a touch screen.
        device_id: which device.
        key_code: `NA` for motions.
        x, y: of the first pointer, NaN without.
    """

    time_ns: Ints
    event_time_ns: Ints
    event_time_monotonic_ns: Ints
    event_id: Ints
    kind: Strings
    action: Ints
    source: Ints
    device_id: Ints
    key_code: Ints
    x: Floats
    y: Floats
