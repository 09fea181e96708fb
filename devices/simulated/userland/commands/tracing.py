"""perfetto: see the tracing package."""

from __future__ import annotations

from devices.simulated.userland.tracing.command import perfetto

__all__ = ["perfetto"]
