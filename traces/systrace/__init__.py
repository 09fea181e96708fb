"""Text traces of `atrace` and `systrace` (Android 8 and older have no Perfetto): translated to trace packets.

The text is ftrace's own. Its lines become the packets that Perfetto would have written of the same events, so
that one decoder, with one set of rules, reads both.
"""

from __future__ import annotations

from traces.systrace.source import is_systrace, packets_of

__all__ = ["is_systrace", "packets_of"]
