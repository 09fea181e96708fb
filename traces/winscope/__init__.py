"""Winscope recordings: the keyboard's state, where its layers stood, input events.

Both forms are read: packets of a Perfetto trace (Android 14+: `android.inputmethod`,
`android.input.inputevent`, `android.surfaceflinger.layers`), and the older files of Winscope itself (`.pb`,
`.winscope`: InputMethodClients, InputMethodManagerService, InputMethodService, layers). Such traces need a
development build; silky records none, but people have them.
"""

from __future__ import annotations

from traces.winscope.reader import Winscope, is_winscope_file, read_winscope

__all__ = ["Winscope", "is_winscope_file", "read_winscope"]
