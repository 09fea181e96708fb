"""docs/architecture.md shows the tree as it is."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("traces", "devices", "profiler")


def shown_tree() -> set[str]:
    """The paths that the page's tree names."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    tree = page.split("## The tree")[1].split("```")[1]
    parents: list[tuple[int, str]] = []
    shown: set[str] = set()
    for line in tree.splitlines():
        indent = len(line) - len(line.lstrip())
        names = re.match(r"\s*((?:[\w.]+/?\s)+)", line + " ")
        if not line.strip() or names is None:
            continue
        parents = [(depth, name) for depth, name in parents if depth < indent]
        folder = "".join(name for _, name in parents)
        words = [word for word in names.group(1).split() if word.endswith(("/", ".py"))]
        shown |= {folder + word for word in words}
        if len(words) == 1 and words[0].endswith("/"):
            parents.append((indent, words[0]))
    return shown


def test_every_path_in_the_tree_exists() -> None:
    tree = shown_tree()
    assert len(tree) > 30
    assert [path for path in sorted(tree) if not (ROOT / path).exists()] == []


def test_every_folder_of_the_packages_is_in_the_tree() -> None:
    tree = shown_tree()
    folders = {
        f"{package}/{child.name}/"
        for package in PACKAGES
        for child in (ROOT / package).iterdir()
        if child.is_dir() and not child.name.startswith((".", "__"))
    }
    assert sorted(folders - tree) == []
