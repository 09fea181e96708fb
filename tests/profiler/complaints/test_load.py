"""The catalogue: people's own files win, mistakes are named all at once with their lines."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from profiler.complaints import complaint, list_complaints
from profiler.complaints.load import GROUP
from profiler.complaints.understand import understand
from traces.errors import InputFileError, UsageError

GOOD = """\
id: panel-flickers
name: {en: panel flickers, zh: 面板闪烁}
claim: {en: The panel flickers., zh: 面板会闪。}
scenario: keyboard-popup
metric: hitch_ms
unit: ms
margin: 16
decides: {en: a, zh: 甲}
shows: {en: b, zh: 乙}
cannot_show: {en: c, zh: 丙}
recognised_by:
  about: [[my-panel]]
  faults: [jump]
concepts:
  topics:
    my-panel: {zh: [面板], en: [panel*]}
"""


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("SILKY_COMPLAINTS", str(tmp_path))
    return tmp_path


def test_the_eight_complaints_of_the_catalogue_are_whole():
    names = list(list_complaints())
    assert names[0] == "keyboard-popup-not-smooth"
    assert len(names) == 8
    margins = {complaint(name).id: complaint(name).margin for name in names}
    assert margins["keyboard-popup-not-smooth"] == 8.3
    assert {margins[name] for name in ("keyboard-slow-to-come", "typing-lags", "sending-slow")} == {"vsync"}
    assert complaint("keyboard-slow-to-come").margin_on(11.1) == 11.1


def test_an_own_complaint_joins_the_catalogue_with_its_own_words(own):
    (own / "panel-flickers.yaml").write_text(GOOD)
    assert list(list_complaints())[-1] == "panel-flickers"
    catalogue = [complaint(name) for name in list_complaints()]
    assert understand("面板闪烁得厉害", catalogue).meant.id == "panel-flickers"
    assert understand("The panels flicker", catalogue).meant.id == "panel-flickers"


def test_an_own_complaint_replaces_a_built_in_one_in_its_place(own):
    (own / "typing-lags.yaml").write_text(GOOD.replace("panel-flickers", "typing-lags", 1))
    assert complaint("typing-lags").margin == 16.0
    assert list(list_complaints())[3] == "typing-lags"


def test_plug_ins_bring_a_folder(own, monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plug-in")
    (folder / "panel-flickers.yaml").write_text(GOOD)
    entry = EntryPoint("mine", "somewhere:FOLDER", GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: folder)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [entry] if group == GROUP else [])
    assert complaint("panel-flickers").path.parent == folder


def test_all_mistakes_are_named_with_their_lines(own):
    file = own / "panel-flickers.yaml"
    file.write_text(
        GOOD.replace("unit: ms", "unit: parsecs")
        .replace("margin: 16", "margin: -1")
        .replace("shows:", "show:")
    )
    with pytest.raises(InputFileError) as error:
        complaint("panel-flickers")
    for said in (f"{file}:6: unit", f"{file}:7: margin", "show: Extra", "shows: Field required"):
        assert said in str(error.value)


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ("about: [[my-panel]]", "about: [[my-panels]]", 12, "no concept 'my-panels'"),
        ("faults: [jump]", "faults: [jumps]", 13, "no concept 'jumps'"),
        ("id: panel-flickers", "id: other", 1, "differs from the file's name"),
        ("unit: ms\nmargin: 16", "unit: share\nmargin: vsync", 1, "one vsync is a time"),
    ],
)
def test_mistakes_that_show_when_the_parts_are_seen_together(own, before, after, line, said):
    file = own / "panel-flickers.yaml"
    file.write_text(GOOD.replace(before, after))
    with pytest.raises(InputFileError, match=said) as error:
        complaint("panel-flickers")
    assert f"{file}:{line}:" in str(error.value)


def test_an_unknown_complaint_names_what_is_near():
    with pytest.raises(UsageError, match="Did you mean typing-lags"):
        complaint("typing-lag")
