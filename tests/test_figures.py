"""The figure gate lets nothing out that a reader could not weigh; charts show gaps as gaps."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import warnings
from pathlib import Path

import IPython.display
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.patches import Rectangle

from helpers.show import evidence, style
from helpers.show.charts import reprints as network
from helpers.show.charts import volume as charts
from helpers.show.evidence import Evidence, EvidenceError, caption, show
from helpers.study import load_study

ALT = "Bar chart of articles by outlet; the first bar is three times as long as the second."
WHOLE = Evidence(
    n_articles=427,
    n_originals=389,
    n_outlets=4,
    start=datetime.date(2021, 1, 5),
    end=datetime.date(2025, 12, 30),
    languages=("en", "ru"),
    exclusions="1,040 repeated bodies",
    interval="95 %, by copy cluster",
    check="described",
    gaps=0.25,
    source="study official-voices",
    measure_type="indicator",
)


@pytest.fixture(autouse=True)
def _looks() -> None:
    style.set_style()
    yield
    plt.close("all")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What a notebook would have displayed."""
    calls: list[tuple] = []
    monkeypatch.setattr(evidence, "display", lambda *data, **options: calls.append((*data, options)))
    return calls


def figure(title: str = "") -> plt.Figure:
    """A small bar chart."""
    made, axis = plt.subplots()
    axis.bar(["a", "b"], [3, 1])
    axis.set_title(title)
    return made


def test_a_whole_figure_is_shown_with_alt_text_and_escaped_caption(shown: list[tuple]) -> None:
    drawn = figure()
    source = dataclasses.replace(WHOLE, source="<script>alert(1)</script>")
    show(drawn, alt=ALT, evidence=source, title="Pyongyang speaks of alliance most")
    (data, options), (text, _) = shown
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert options["metadata"] == {"image/png": {"alt": ALT}}
    assert isinstance(text, IPython.display.HTML)
    assert text.data.startswith('<p class="evidence">427 articles, 389 of them originals (9 % copies), from 4 outlets')
    assert "<script>" not in text.data
    assert not plt.fignum_exists(drawn.number)


def test_the_caption_says_everything() -> None:
    text = caption(dataclasses.replace(WHOLE, robust="87 % of 144 universes agree in sign"))
    for part in ("5 Jan 2021 – 30 Dec 2025", "English and Russian", "1,040 repeated bodies", "95 %, by copy cluster",
                 "Not collected: 25 % of outlet-months", "described", "87 % of 144 universes", "study official-voices", "indicator"):  # fmt: skip
        assert part in text
    assert "not yet tried" in caption(WHOLE) and "detectable" not in caption(WHOLE)
    assert "Smallest detectable difference: 4.0 to 9.0 points." in caption(
        dataclasses.replace(WHOLE, smallest="4.0 to 9.0 points")
    )


NEEDED = ["n_articles", "n_originals", "n_outlets", "start", "end", "languages", "exclusions", "interval", "check",
          "gaps", "source", "measure_type"]  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
def test_nothing_may_be_forgotten(name: str, shown: list[tuple]) -> None:
    forgotten = {f.name: getattr(WHOLE, f.name) for f in dataclasses.fields(WHOLE) if f.name != name}
    with pytest.raises(EvidenceError, match=f"{name} is missing") as raised:
        show(figure(), alt=ALT, evidence=Evidence(**forgotten), title="A finding")
    assert len(str(raised.value).splitlines()) == 1
    assert not shown and not plt.get_fignums()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"n_articles": 0, "n_originals": 0}, "no article"),
        ({"n_originals": 500}, "not between 0 and n_articles"),
        ({"end": datetime.date(2020, 1, 1)}, "before start"),
        ({"check": "proven"}, "check 'proven'"),
        ({"measure_type": "feeling"}, "measure_type 'feeling'"),
        ({"measure_type": "frame"}, "needs the codebook"),
    ],
)
def test_evidence_that_cannot_be_true_is_refused(change: dict, told: str, shown: list[tuple]) -> None:
    with pytest.raises(EvidenceError, match=told):
        show(figure(), alt=ALT, evidence=dataclasses.replace(WHOLE, **change), title="A finding")
    assert not shown


@pytest.mark.parametrize("title", ["The alliance frame grows", "How outlets framed it", "FRAMES by outlet"])
@pytest.mark.parametrize("kind", ["topic", "indicator", "count"])
def test_only_a_coded_frame_may_be_called_one(title: str, kind: str, shown: list[tuple]) -> None:
    with pytest.raises(EvidenceError, match="title says 'frame'"):
        show(figure(), alt=ALT, evidence=dataclasses.replace(WHOLE, measure_type=kind), title=title)
    with pytest.raises(EvidenceError, match="title says 'frame'"):
        show(figure(title), alt=ALT, evidence=dataclasses.replace(WHOLE, measure_type=kind))
    coded = dataclasses.replace(WHOLE, measure_type="frame", codebook="version 1", check="agrees")
    show(figure(), alt=ALT, evidence=coded, title=title)
    assert shown


def test_a_timeframe_is_no_frame(shown: list[tuple]) -> None:
    show(figure(), alt=ALT, evidence=WHOLE, title="The timeframe of the coverage")
    assert shown


@pytest.mark.parametrize("alt", ["", "   ", "Pyongyang leads", "Pyongyang speaks of alliance most. A chart."])
def test_alt_text_must_say_more_than_the_title(alt: str, shown: list[tuple]) -> None:
    with pytest.raises(EvidenceError, match="alt text"):
        show(figure(), alt=alt, evidence=WHOLE, title="Pyongyang speaks of alliance most")
    assert not shown


def test_a_title_is_needed_and_may_be_the_figures_own(shown: list[tuple]) -> None:
    with pytest.raises(EvidenceError, match="title is missing"):
        show(figure(), alt=ALT, evidence=WHOLE)
    show(figure("Pyongyang leads"), alt=ALT, evidence=WHOLE)
    assert shown


def test_a_character_that_no_font_has_stops_the_figure(shown: list[tuple]) -> None:
    with pytest.raises(EvidenceError, match=r"no font has .* \(U\+13000\)"):
        show(figure(), alt=ALT, evidence=WHOLE, title="Hieroglyph \U00013000")
    assert not shown


def test_hangul_han_and_cyrillic_are_drawn(shown: list[tuple]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        show(figure(), alt=ALT, evidence=WHOLE, title="북러 관계 俄朝关系 Єднання Россия $1 and $2")
    assert shown


def test_the_same_figure_gives_the_same_bytes(shown: list[tuple]) -> None:
    for _ in range(2):
        show(figure(), alt=ALT, evidence=WHOLE, title="A finding")
    assert shown[0][0]["image/png"] == shown[2][0]["image/png"]


def test_a_missing_font_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = [entry for entry in font_manager.fontManager.ttflist if "CJK" not in entry.name]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", latin)
    monkeypatch.setattr(style, "cjk_font", lambda: None)
    with pytest.warns(UserWarning, match="no font has Hangul and Han: install"):
        style.set_style()


def test_outlets_differ_in_colour_and_in_grey(root: Path) -> None:
    study = load_study("official-voices", root=root)
    marks = style.outlet_marks(study)
    for part in ("colour", "marker", "hatch"):
        values = [getattr(mark, part) for mark in marks.values()]
        assert len(set(values)) == len(values)
    assert style.outlet_colours(study) == {name: mark.colour for name, mark in marks.items()}


def test_a_calendar_hatches_gaps_and_writes_zero_as_zero() -> None:
    rows = pd.DataFrame(
        {"outlet": ["a", "a", "a", "b"], "month": ["2024-08", "2024-09", "2024-11", "2024-11"],
         "n_relevant": [3, 0, 7, 0], "observed": [True, True, True, False]}
    )  # fmt: skip
    _, axis = charts.calendar(rows)
    gaps = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    assert len(gaps) == 1 + 4  # October of a; every month of b, which was never observed
    assert [text.get_text() for text in axis.texts] == ["3", "0", "7"]


def test_a_timeline_breaks_at_gaps_and_names_events_inside_it() -> None:
    days = pd.date_range("2024-01-01", periods=5, freq="MS")
    table = pd.DataFrame({"a": [1, 2, np.nan, 4, 5], "b": [5, 5, 5, 5, 5]}, index=days)
    events = [(datetime.date(2024, 3, 1), "treaty"), (datetime.date(2030, 1, 1), "beyond")]
    _, axis = charts.timeline(table, label="articles a month", events=events)
    assert np.isnan(axis.lines[0].get_ydata()).sum() == 1
    told = [text.get_text() for text in axis.texts]
    assert "treaty" in told and "beyond" not in told
    assert {"a", "b"} <= set(told)
    assert axis.get_ylim()[0] == 0


def test_a_refused_interval_is_said_not_drawn() -> None:
    table = pd.DataFrame(
        {
            "quantity": ["x", "x"],
            "group": ["a", "b"],
            "estimate": [0.2, 0.3],
            "low": [0.1, np.nan],
            "high": [0.4, np.nan],
        }
    )
    _, axis = charts.intervals(table, label="share")
    assert [text.get_text() for text in axis.texts] == ["a", "b (no interval)"]


def test_a_specification_curve_sorts_universes_with_their_choices() -> None:
    table = pd.DataFrame({"universe": ["k=8 v=all", "k=5 v=own"], "estimate": [0.3, 0.1], "low": 0.0, "high": 0.5})
    _, (curve, choices) = charts.specification_curve(table, label="difference")
    assert [label.get_text() for label in choices.get_yticklabels()] == ["k: 5", "k: 8", "v: all", "v: own"]
    assert choices.lines[0].get_xdata().tolist() == [0]  # k=5 made the smallest estimate
    assert curve.get_ylabel() == "difference"


def test_the_main_analysis_is_ruled_at_its_place_in_the_curve() -> None:
    table = pd.DataFrame({"universe": ["k=8", "k=5", "k=6"], "estimate": [0.3, 0.1, 0.2], "low": 0.0, "high": 0.5})
    _, axes = charts.specification_curve(table, label="difference", main=np.array([True, False, False]))
    for axis in axes:
        ruled = [line for line in axis.lines if line.get_linewidth() == 1.0 and set(line.get_xdata()) == {2}]
        assert len(ruled) == 1
    assert [text.get_text() for text in axes[0].texts] == ["main analysis"]


def test_term_bars_are_longest_first_in_every_panel() -> None:
    table = pd.DataFrame({"topic": ["1", "1", "2", "2"], "term": ["a", "b", "c", "d"], "weight": [1, 2, 4, 3]})
    _, axes = charts.bars(table, label="weight", panel="topic")
    assert [[t.get_text() for t in axis.get_yticklabels()] for axis in axes] == [["b", "a"], ["c", "d"]]


def test_keyness_fills_only_what_survives_the_false_discovery_rate() -> None:
    table = pd.DataFrame({"term": ["a", "b"], "delta": [1.0, -1.0], "z": [5.0, -1.0], "q": [0.001, 0.5]})
    _, axis = charts.keyness(table, target="A", reference="B")
    faces = [line.get_markerfacecolor() for line in axis.lines if line.get_marker() in ("o", "s")]
    assert faces[0] != "white" and faces[1] == "white"


def test_items_are_not_called_originals_before_copies_are_told_apart() -> None:
    items = dataclasses.replace(WHOLE, unit="item", n_originals=None)
    assert evidence.problems(items) == []
    assert caption(items).startswith("427 items, copies not yet told apart, from 4 outlets")
    assert evidence.problems(dataclasses.replace(items, n_originals=427)) != []


def test_lines_of_a_network_arrive_apart_and_carry_their_number() -> None:
    links = pd.DataFrame(
        {"source": ["TASS", "연합뉴스", "post"], "kind": ["agency", "agency", "first seen"], "outlet": "вестник",
         "n_articles": [40, 2, 1]}
    )  # fmt: skip
    figure, axis = network.reprints(links, names={"post": "The Post"})
    heights = {text.get_text(): text.get_position()[1] for text in axis.texts}
    assert set(heights) == {"TASS", "연합뉴스", "The Post", "вестник", "40", "2", "1"}
    assert heights["40"] < heights["2"] < heights["1"]
    widths = [patch.get_linewidth() for patch in axis.patches]
    assert widths[0] > widths[1] >= widths[2] > 0
    assert len({str(patch.get_linestyle()) for patch in axis.patches}) == 2  # an agency's line is whole
    show(figure, title="43 articles", alt=ALT, evidence=WHOLE)
