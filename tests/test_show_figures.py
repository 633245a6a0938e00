"""The figure gate lets nothing out that a reader could not weigh; charts show gaps as gaps."""

from __future__ import annotations

import dataclasses
import datetime
import re
import warnings
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.patches import Rectangle

from helpers.show import drawing, evidence, style
from helpers.show.basis import exclusions, gaps, rests_on
from helpers.show.charts import bars, calendar, dots, reprints, timeline
from helpers.show.evidence import COUNTED, Evidence, EvidenceError, caption, evidence_of, show
from helpers.study import load_study

ALT = "Bar chart of articles by outlet; the first bar is three times as long as the second."
WHOLE = Evidence(
    n_articles=427,
    n_originals=389,
    n_outlets=4,
    start=datetime.date(2021, 1, 5),
    end=datetime.date(2025, 12, 30),
    languages=("en", "ru"),
    interval="95 %, by copy cluster",
    check="described",
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
    scraped = dataclasses.replace(WHOLE, interval="<script>alert(1)</script>")
    show(drawn, alt=ALT, evidence=scraped, title="Pyongyang speaks of alliance most")
    ((data, options),) = shown
    made = data["text/html"]
    assert options == {"raw": True} and data["text/plain"] == ALT
    assert made.startswith('<figure class="chart">') and made.count(f'<svg role="img" aria-label="{ALT}"') == 2
    assert '<p class="chart-title"><bdi>Pyongyang speaks of alliance most</bdi></p>' in made
    assert "<summary>What this rests on</summary><p>427 articles, 389 of them originals (9\xa0% copies), of 4" in made
    assert "<script>" not in made
    assert not plt.get_fignums()


def test_a_drawing_is_letters_and_ink_of_its_page(shown: list[tuple]) -> None:
    drawn, axis = plt.subplots()
    axis.plot([1, 2], [1, 2], marker="o", markerfacecolor="white", color="#0072B2")
    axis.set_xlabel("Мост & 다리")
    show(drawn, alt=ALT, evidence=WHOLE, title="A finding")
    made = shown[0][0]["text/html"]
    root = ElementTree.fromstring(re.search(r"<svg role.*?</svg>", made)[0])
    texts = [text.text for text in root.iter("text")]
    assert "Мост & 다리" in texts
    assert "fill:currentColor" in made and "var(--chart-paper,#fff)" in made and "var(--c0072b2,#0072b2)" in made
    assert not re.search(r"(?:fill|stroke):#", made)  # no ground, no ink and no series of its own
    assert "--c0072b2:light-dark(#0072b2,#" in made and "font-family:'DejaVu" not in made


def test_hostile_words_are_words_in_every_part(shown: list[tuple]) -> None:
    evil = "</title></svg><script>alert(1)</script>\"'&"
    drawn, axis = plt.subplots()
    axis.set_xlabel(evil)
    drawing.key(drawn, {evil: drawing.Mark("#0072B2", "o", "")})
    drawing.note(drawn, evil)
    show(drawn, alt=ALT + evil, evidence=WHOLE, title=evil)
    made = shown[0][0]["text/html"]
    assert "<script" not in made and made.count("&lt;script&gt;") == 7  # title, key, note, and twice label and axis


def test_a_chart_is_drawn_again_for_a_phone(shown: list[tuple]) -> None:
    made, _ = timeline(monthly(), y="n", label="articles a month")
    show(made, alt=ALT, evidence=WHOLE, title="A finding")
    boxes = re.findall(r'class="(page|phone)" viewBox="0 0 ([\d.]+)', shown[0][0]["text/html"])
    assert boxes == [("page", "518.4"), ("phone", "252")]
    assert drawing.sheet() is drawing.PAGE


def test_ids_of_two_figures_do_not_meet(shown: list[tuple]) -> None:
    for height in (2.0, 3.0):
        made, axis = plt.subplots(figsize=(7.2, height))
        axis.plot([1, 2], [1, 2], "o", color="#0072B2")
        show(made, alt=ALT, evidence=WHOLE, title="A finding")
    own = [re.findall(r' id="([^"]+)"', data["text/html"]) for data, _ in shown]
    assert own[0] and len(set(own[0] + own[1])) == len(own[0] + own[1])
    for data, _ in shown:
        referred = set(re.findall(r'(?:href="|url\()#([\w]+)', data["text/html"]))
        assert referred <= set(re.findall(r' id="([^"]+)"', data["text/html"]))


def test_outlets_of_few_items_are_named_and_not_drawn() -> None:
    rows = pd.DataFrame({"measure": "x", "outlet": list("abc"), "estimate": 0.2, "low": 0.1, "high": 0.3,
                         "n_articles": [40, 9, 10]})  # fmt: skip
    made, axis = dots(rows, y="measure", colour="outlet", label="share")
    assert len([line for line in axis.lines if line.get_marker() in style.MARKERS]) == 2
    assert drawing.around(made).notes == ["Not drawn, with fewer than 10 articles: b (9)."]
    assert [name for name, _ in drawing.around(made).key] == ["a", "c"]
    alone, axis = dots(rows.assign(n_articles=3), y="measure", colour="outlet", label="share")
    assert not drawing.around(alone).notes  # nobody has more: all are drawn


def test_what_may_not_be_compared_stands_in_panels_of_its_own() -> None:
    rows = pd.DataFrame({"measure": "x", "outlet": ["a", "б"], "language": ["English", "Russian"], "estimate": 0.2,
                         "low": 0.1, "high": 0.3})  # fmt: skip
    made, _ = dots(rows, y="measure", colour="outlet", label="share", panel="language")
    assert [axis.get_title(loc="left") for axis in made.axes] == ["English", "Russian"]
    assert all(len(axis.lines) == 2 for axis in made.axes)


def test_the_caption_says_what_is_the_figures_own() -> None:
    text = caption(dataclasses.replace(WHOLE, robust="87 % of 144 universes agree in sign"))
    for part in ("427 articles, 389 of them originals (9\xa0% copies), of 4 outlets", "5\xa0Jan\xa02021 – 30\xa0Dec\xa02025",
                 "English and Russian", "95\xa0%, by copy cluster", "described", "87\xa0% of 144 universes", "Indicator"):  # fmt: skip
        assert part in text
    assert "detectable" not in caption(WHOLE) and "Robust" not in caption(WHOLE)
    assert "Smallest detectable difference: 4.0 to 9.0\xa0points." in caption(
        dataclasses.replace(WHOLE, smallest="4.0 to 9.0 points")
    )
    assert "bars" not in caption(dataclasses.replace(WHOLE, measure_type="count", interval=COUNTED))
    assert "Indicator, described; no bars: counts." in caption(dataclasses.replace(WHOLE, interval="none: counts"))
    assert len(caption(WHOLE).split()) < 40


ARTICLES = pd.DataFrame(
    {
        "outlet": ["kcna", "kcna", "tass"],
        "outlet_name": ["KCNA", "KCNA", "TASS <b>"],
        "language": ["ko", "ko", "ru"],
        "day": pd.to_datetime(["2024-01-05", None, "2024-03-01"]),
        "is_original": [True, False, True],
    }
)


def test_evidence_is_read_from_the_articles_shown() -> None:
    made = evidence_of(ARTICLES)
    assert evidence.problems(made) == []
    assert (made.n_articles, made.n_originals, made.n_outlets, made.languages) == (3, 2, 2, ("ko", "ru"))
    assert (made.start, made.end) == (datetime.date(2024, 1, 5), datetime.date(2024, 3, 1))
    with pytest.raises(ValueError, match="a figure of no article"):
        evidence_of(ARTICLES.iloc[:0])


def test_evidence_of_estimates_takes_the_weakest_check_and_the_range_of_what_could_be_seen() -> None:
    rows = pd.DataFrame(
        {"kind": "topic", "checks": ["agrees", "described"], "smallest": [0.04, 0.09], "level": 0.95}
    )  # fmt: skip
    made = evidence_of(ARTICLES, rows)
    assert (made.check, made.measure_type, made.smallest) == ("described", "topic", "4.0 to 9.0 points")
    assert evidence_of(ARTICLES, rows.assign(block_weeks=1.4)).interval.endswith("resemble their neighbours")
    assert made.interval.startswith("95 %") and evidence_of(ARTICLES, rows, check="agrees").check == "agrees"


def test_items_that_know_only_their_month_span_it() -> None:
    items = ARTICLES.drop(columns=["day", "is_original"]).assign(month=["2024-01", None, "2024-02"])
    made = evidence_of(items, unit="item")
    assert (made.start, made.end) == (datetime.date(2024, 1, 1), datetime.date(2024, 2, 29))
    assert evidence.problems(made) == []


def test_what_a_page_rests_on_is_folded_escaped_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = []
    monkeypatch.setattr("helpers.show.basis.display", lambda thing: pages.append(thing.data))
    ledger = pd.DataFrame(
        {"stage": ["collect", "collect", "clean", "clean"], "outcome": ["kept", "timed_out", "kept", "no_text"]}
    )
    volume = pd.DataFrame({"outlet": "kcna", "outlet_name": "KCNA", "observed": [True, True, True, False]})
    rests_on(ARTICLES, ledger, volume, source="study x", codebook="version 3")
    (page,) = pages
    assert page.startswith('<details class="basis"><summary>This page rests on 3 articles') and "<b>" not in page
    for part in ("1 no text", "25\xa0% of outlet-months (KCNA 25\xa0%)", "described: counted", "version 3", "study x"):
        assert part in page
    assert "timed out" not in page  # lost while collecting, which is told where items are
    assert exclusions(ledger, unit="item") == "1 timed out"
    assert gaps(volume.assign(observed=True), ["kcna"]) == "0\xa0% of outlet-months"


NEEDED = ["n_articles", "n_originals", "n_outlets", "start", "end", "languages", "interval", "check", "measure_type"]


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


@pytest.mark.parametrize("title", ["Freeze Frame writes most", "The Frame Agreement moved nobody", "FRAMES by outlet"])
@pytest.mark.parametrize("kind", ["topic", "indicator", "count"])
def test_a_name_that_holds_the_word_frame_stops_no_figure(title: str, kind: str, shown: list[tuple]) -> None:
    show(figure(title), alt=ALT, evidence=dataclasses.replace(WHOLE, measure_type=kind))
    assert shown[0][0]["text/html"].count(title) == 1


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
    assert shown[0][0]["text/html"].count("Pyongyang leads") == 1  # not in the drawings as well


def test_a_character_that_no_font_has_is_left_to_the_readers(shown: list[tuple]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        show(figure("Hieroglyph \U00013000 \U0010fffd"), alt=ALT, evidence=WHOLE, title="A finding")
    assert shown[0][0]["text/html"].count("Hieroglyph \U00013000 \U0010fffd</text>") == 2


def test_hangul_han_and_cyrillic_are_drawn(shown: list[tuple]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        show(figure("북러 관계 俄朝关系 Єднання Россия $1 and $2"), alt=ALT, evidence=WHOLE, title="A finding")
    assert shown[0][0]["text/html"].count("북러 관계 俄朝关系 Єднання Россия $1 and $2</text>") == 2


def test_the_same_figure_gives_the_same_bytes(shown: list[tuple]) -> None:
    for _ in range(2):
        show(figure(), alt=ALT, evidence=WHOLE, title="A finding")
    assert shown[0][0] == shown[1][0]


def test_a_missing_font_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    latin = [entry for entry in font_manager.fontManager.ttflist if "CJK" not in entry.name]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", latin)
    monkeypatch.setattr(style, "cjk_font", lambda: None)
    with pytest.warns(UserWarning, match="no font has Hangul and Han: install"):
        style.set_style()


def test_outlets_differ_in_colour_and_in_grey() -> None:
    marks = style.outlet_marks(list("abcdefgh"))
    for part in ("colour", "marker", "hatch"):
        values = [getattr(mark, part) for mark in marks.values()]
        assert len(set(values)) == len(values)


def test_an_outlet_looks_the_same_in_every_figure(root: Path) -> None:
    study = load_study("official-voices", root=root)
    names = [outlet.name for outlet in study.outlets.values()]
    style.set_style(study.outlets)
    alone = style.marks_for([names[-1], "somebody else"])
    assert alone[names[-1]] == style.outlet_marks(names)[names[-1]]
    assert alone["somebody else"].colour not in {mark.colour for mark in style.outlet_marks(names).values()}
    style.set_style(ARTICLES, colours={"KCNA": "#123456"})
    assert style.marks_for(["KCNA"])["KCNA"].colour == "#123456"


def test_a_calendar_hatches_gaps_and_writes_zero_as_zero() -> None:
    rows = pd.DataFrame(
        {"outlet_name": ["a", "a", "a", "b"], "month": ["2024-08", "2024-09", "2024-11", "2024-11"],
         "n": [3, 0, 7, 0], "observed": [True, True, True, False]}
    )  # fmt: skip
    _, axis = calendar(rows, value="n", label="articles")
    gaps = [patch for patch in axis.patches if isinstance(patch, Rectangle)]
    assert sum(box.get_width() for box in gaps) == 1 + 4  # October of a; every month of b, which was never observed
    assert [text.get_text() for text in axis.texts] == ["3", "0", "7"]


def monthly() -> pd.DataFrame:
    months = [f"2024-{month:02}" for month in range(1, 6)]
    a = pd.DataFrame({"month": months, "outlet_name": "a", "n": [1, 2, np.nan, 4, 5]})
    return pd.concat([a, a.assign(outlet_name="b", n=5.0), a.assign(outlet_name="never", n=np.nan)])


def test_a_timeline_breaks_at_gaps_and_names_events_inside_it() -> None:
    events = pd.DataFrame({"day": pd.to_datetime(["2024-03-01", "2030-01-01"]), "name": ["treaty", "beyond"]})
    _, axis = timeline(monthly(), y="n", label="articles a month", events=events)
    assert np.isnan(axis.lines[0].get_ydata()).sum() == 1
    words = [text.get_text() for text in axis.texts]
    assert {"a", "b", "1"} == set(words)  # who never published is not named
    assert drawing.around(axis.figure).notes == ["Rules: 1 treaty (1\xa0Mar\xa02024)."]
    assert axis.get_ylim()[0] == 0


def test_many_events_are_all_ruled_and_some_named() -> None:
    days = pd.date_range("2024-01-20", "2024-05-10", periods=20)
    events = pd.DataFrame({"day": days, "name": [f"event {place}" for place in range(20)]})
    _, axis = timeline(monthly(), y="n", label="articles a month", events=events)
    rules = [line for line in axis.lines if line.get_color() == "#8C8C8C"]
    numbers = [text for text in axis.texts if text.get_text().isdigit()]
    assert len(rules) == 20 and len(numbers) == 7
    assert drawing.around(axis.figure).notes[0].count("event ") == 7


def test_a_timeline_draws_months_at_their_middle_and_only_where_something_is_known() -> None:
    rows = pd.concat([monthly(), pd.DataFrame({"month": ["2024-09"], "outlet_name": "a", "n": np.nan})])
    _, axis = timeline(rows, y="n", label="articles a month")
    days = axis.lines[0].get_xdata()
    assert (days[0].day, days[-1].month) == (15, 5)


def test_term_bars_are_longest_first_in_every_panel() -> None:
    table = pd.DataFrame({"topic": ["1", "1", "2", "2"], "term": ["a", "b", "c", "d"], "weight": [1, 2, 4, 3]})
    _, axes = bars(table, x="weight", y="term", label="weight", panel="topic")
    assert [[t.get_text() for t in axis.get_yticklabels()] for axis in axes] == [["b", "a"], ["c", "d"]]


def test_items_are_not_called_originals_before_copies_are_told_apart() -> None:
    items = dataclasses.replace(WHOLE, unit="item", n_originals=None)
    assert evidence.problems(items) == []
    assert caption(items).startswith("427 items of 4 outlets")
    assert evidence.problems(dataclasses.replace(items, n_originals=427)) != []


def test_lines_of_a_network_arrive_apart_and_carry_their_number() -> None:
    links = pd.DataFrame(
        {"source": ["TASS", "연합뉴스", "The Post"], "kind": ["agency", "agency", "first seen"], "outlet_name": "вестник",
         "n_articles": [40, 2, 1]}
    )  # fmt: skip
    figure, axis = reprints(links)
    heights = {text.get_text(): text.get_position()[1] for text in axis.texts}
    assert set(heights) == {"TASS", "연합뉴스", "The Post", "вестник", "40", "2", "1"}
    assert heights["40"] < heights["2"] < heights["1"]
    widths = [patch.get_linewidth() for patch in axis.patches]
    assert widths[0] > widths[1] >= widths[2] > 0
    assert len({str(patch.get_linestyle()) for patch in axis.patches}) == 2  # an agency's line is whole
    show(figure, title="43 articles", alt=ALT, evidence=WHOLE)


def test_names_at_the_ends_of_lines_stay_near_them_and_apart() -> None:
    rows = pd.concat([monthly().query("outlet_name == 'a'").assign(outlet_name=f"outlet {place}") for place in "123"])
    _, axis = timeline(rows, y="n", label="articles a month")
    heights = sorted(text.xy[1] for text in axis.texts)
    assert sum(heights) / 3 == pytest.approx(5)
    assert np.diff(heights).min() > 0.2


def test_black_is_ink_too(shown: list[tuple]) -> None:
    drawn, axis = plt.subplots()
    axis.plot([1, 2], [1, 2], "o", color="#000000")
    axis.set_xlabel("black", color="#000000")
    show(drawn, alt=ALT, evidence=WHOLE, title="A finding")
    made = shown[0][0]["text/html"]
    assert made.count('fill="currentColor"') == 2 and "#000" not in made  # both drawings; nothing is black of its own


def test_a_calendar_is_a_mask_and_no_white_picture(shown: list[tuple]) -> None:
    rows = pd.DataFrame({"outlet_name": "a", "month": ["2024-08", "2024-10"], "n": [3, 0]})
    made, _ = calendar(rows, value="n", label="articles")
    show(made, alt=ALT, evidence=WHOLE, title="A finding")
    html = shown[0][0]["text/html"]
    masks = re.findall(r'<mask id="(\w+)"', html)
    assert len(set(masks)) == 2 and all(f'mask="url(#{mask})"' in html for mask in masks)
    assert "image-rendering:pixelated" in html
