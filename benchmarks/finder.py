"""How often the chat finder names the right place, by app and by what the screen shows.

The screens are drawn from public descriptions of the apps (tests/devices/driver/chat_layouts.py), not recorded.

    python benchmarks/finder.py
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.devices.driver.chat_scores import Score, scores


def main() -> None:
    """Print both tables."""
    done = scores()
    for title, key in (("app", lambda one: one.app), ("screen", lambda one: one.layout.state)):
        print(f"| {title} | place there | named | none there | left alone | wrong touches | parts named |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for name in dict.fromkeys(map(key, done)):
            print(_row(name, [one for one in done if key(one) == name]))
        print(_row("all", done), end="\n\n")


def _row(name: str, some: list[Score]) -> str:
    there, rest = [one for one in some if one.there], [one for one in some if not one.there]
    parts = f"{sum(one.parts_right for one in some)}/{sum(one.parts_there for one in some)}"
    cells = (name, len(there), sum(one.right for one in there), len(rest), sum(one.right for one in rest))
    return f"| {' | '.join(map(str, cells))} | {sum(one.wrong_tap for one in some)} | {parts} |"


if __name__ == "__main__":
    main()
