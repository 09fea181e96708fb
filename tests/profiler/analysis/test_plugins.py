"""docs/architecture.md: metrics that other packages bring."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from profiler.analysis import plugins
from profiler.verdict.compare import unit
from tests.profiler.analysis.synthetic import Recording, example, ns
from traces.capture import MARKS
from traces.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.analysis.results import Value
    from profiler.analysis.scene import Scene


class Seen:
    """How long the window was, as another package would say."""

    name = "acme_window_ms"
    kind = "show"

    def measure(self, scene: Scene, begin_ns: int, end_ns: int) -> tuple[Value, str]:
        assert scene.package
        return (end_ns - begin_ns) / 1e6, "acme"


class OfAScroll(Seen):
    kind = "scroll"

    def measure(self, scene: Scene, begin_ns: int, end_ns: int) -> tuple[Value, str]:
        return None, "acme saw nothing"


class Replacing(Seen):
    name = "hitch_ms"


class OfNoKind(Seen):
    kind = "swim"


class WithItsKind(Seen):
    name = "scroll.acme_ms"


@pytest.fixture(autouse=True)
def _announced(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    entry = EntryPoint("acme", f"{__name__}:{request.param}", plugins.GROUP)
    monkeypatch.setattr(plugins, "entry_points", lambda *, group: [entry] if group == plugins.GROUP else [])
    plugins.list_metrics.cache_clear()
    yield
    plugins.list_metrics.cache_clear()


def brings(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("_announced", names, indirect=True)


@brings("Seen")
def test_a_packages_metric_stands_beside_the_pop_ups_own_and_in_the_rounds_means() -> None:
    found = example().round(1)
    popup = found.popups[0]
    assert popup.metrics["acme_window_ms"] == popup.metrics["settled_ms"]
    assert popup.sources["acme_window_ms"] == "acme"
    assert found.metrics["acme_window_ms"] == popup.metrics["settled_ms"]
    assert unit("acme_window_ms") == "ms"


@brings("OfAScroll")
def test_of_another_kind_it_has_the_kinds_name_and_null_has_its_reason() -> None:
    rec = Recording()
    rec.panel(0, 1000)
    rec.marks.append({"pid": 1, "time_ns": ns(5), "name": MARKS["scroll"], "value": 1})
    rec.press(100)
    rec.app_frame(125)
    found = rec.round(0)
    assert found.metrics["scroll.acme_window_ms"] is None
    assert found.interactions[0].reasons["acme_window_ms"] == "acme saw nothing"


@brings("Replacing")
def test_silkys_own_cannot_be_replaced() -> None:
    assert example(skipped=()).popup().metrics["hitch_ms"] == 0.0


@brings("OfNoKind", "WithItsKind", "missing")
def test_what_cannot_be_loaded_or_is_of_no_kind_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="metric acme"):
        plugins.list_metrics()
