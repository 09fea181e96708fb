"""Where silky keeps what must outlive a crash, on this computer (XDG base directories)."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """Return `$XDG_STATE_HOME/silky` (default `~/.local/state/silky`), created."""
    base = os.environ.get("XDG_STATE_HOME", "")
    folder = (Path(base) if base else Path.home() / ".local" / "state") / "silky"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
