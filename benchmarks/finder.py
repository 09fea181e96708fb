"""How often the chat finder names the right place, by app and by what the screen shows.

The screens are drawn from public descriptions of the apps (tests/devices/driver/screen/chat_layouts.py), not recorded.

    python benchmarks/finder.py
    python benchmarks/finder.py --damaged    # 15 % of the views missing, bounds up to 6 px off
"""

from __future__ import annotations

import collections
import random
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from devices.driver.screen.chatscreen import read_chat_screen
from devices.driver.screen.hierarchy import parse_hierarchy
from tests.devices.driver.screen.chat_layouts import layouts, make
from tests.devices.driver.screen.chat_scores import STEP, Score, scores, touched_next, within

SEED = 20261125


def main() -> None:
    """Print both tables."""
    done = scores()
    for title, key in (("app", lambda one: one.app), ("screen", lambda one: one.layout.state)):
        print(f"| {title} | place there | named | none there | left alone | wrong touches | parts named |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for name in dict.fromkeys(map(key, done)):
            print(_row(name, [one for one in done if key(one) == name]))
        print(_row("all", done), end="\n\n")


def damaged() -> None:
    """Print how a quarter of the screens fares in four damaged copies each."""
    chance = random.Random(SEED)
    count: collections.Counter[str] = collections.Counter()
    for app, layout in layouts():
        if chance.random() > 0.25:
            continue
        screen = make(app, layout)
        place = screen.places.get(STEP.get(screen.kind, ""))
        nodes = parse_hierarchy(screen.xml())
        for _ in range(4):
            moved = (
                replace(node, bounds=tuple(side + chance.randint(-6, 6) for side in node.bounds))
                for node in nodes[1:]
                if chance.random() > 0.15
            )
            touched = touched_next(read_chat_screen([nodes[0], *moved], app.package))
            right = touched is not None and place is not None and within(touched.center, place)
            count["screens"] += 1
            count["place there"] += place is not None
            count["named"] += right
            count["wrong touches"] += touched is not None and not right
            count["of these a text field under something"] += (
                touched is not None and not right and touched.editable and screen.kind in _COVERED
            )
    for name, number in count.items():
        print(f"{name:<40}{number:>6}")


_COVERED = ("dialog", "login", "drawer")


def _row(name: str, some: list[Score]) -> str:
    there, rest = [one for one in some if one.there], [one for one in some if not one.there]
    parts = f"{sum(one.parts_right for one in some)}/{sum(one.parts_there for one in some)}"
    cells = (name, len(there), sum(one.right for one in there), len(rest), sum(one.right for one in rest))
    return f"| {' | '.join(map(str, cells))} | {sum(one.wrong_tap for one in some)} | {parts} |"


if __name__ == "__main__":
    if "--damaged" in sys.argv[1:]:
        damaged()
    else:
        main()
