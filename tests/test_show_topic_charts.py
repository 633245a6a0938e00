"""Figures of topics: three rankings beside one another, a map without words on words, gaps that stay gaps."""

from __future__ import annotations

import datetime
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Circle, Rectangle

from helpers.show import evidence, style
from helpers.show.charts import lettering as words
from helpers.show.charts import topic_map, topic_prevalence, topic_terms
from helpers.show.charts.topic_terms import DISCS
from helpers.show.drawing import around
from helpers.show.evidence import Evidence, show

ALT = "A chart of invented topics with their terms, long enough to say what its axes are and what to see."
WHOLE = Evidence(
    n_articles=9, n_originals=9, n_outlets=2, start=datetime.date(2024, 1, 1), end=datetime.date(2024, 6, 1),
    languages=("ru",), interval="95 %", check="described", measure_type="topic",
)  # fmt: skip
LEXICON = {
    "ru": "сельскохозяйственный достопримечательность железнодорожный военнослужащий сотрудничество договор мост",
    "ko": "정상회담 군사협력 우크라이나 특수부대 미사일 제재 조약",
    "zh": "伙伴关系 军事合作 国防部长 特种部队 安理会 条约 制裁",
    "en": "comprehensive-strategic-partnership ammunition cosmodrome grain summit treaty bridge",
}


@pytest.fixture(autouse=True)
def _looks(monkeypatch: pytest.MonkeyPatch) -> None:
    style.set_style()
    monkeypatch.setattr(evidence, "display", lambda *data, **options: None)
    yield
    plt.close("all")


def ranked(language: str = "ru", n_topics: int = 3, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    lexicon, rows = LEXICON[language].split() * 2, []
    for topic in range(n_topics):
        beta = np.sort(rng.dirichlet(np.ones(len(lexicon))))[::-1]
        for rank, value in enumerate(beta, 1):
            rows.append((topic, rank, f"{lexicon[rank - 1]}{rank // 8 or ''}", value, rng.random(), rng.random()))
    table = pd.DataFrame(rows, columns=["topic_name", "rank", "term", "weight", "frex", "relevance"])
    return table.assign(
        topic_name=[f"{topic:02d} {lexicon[0]}, {lexicon[1]}, {lexicon[2]}" for topic in table["topic_name"]]
    )


def inside_and_apart(figure: plt.Figure, *, apart: bool = True) -> None:
    """No visible text leaves the figure; no two texts of one axis lie on one another."""
    figure.draw_without_rendering()
    page = figure.bbox
    for axis in figure.axes:
        boxes = [(t.get_text(), t.get_window_extent()) for t in axis.texts if t.get_text()]
        boxes += [(t.get_text(), t.get_window_extent()) for t in [axis.title, axis._left_title] if t.get_text()]
        for text, box in boxes:
            assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1, text
        for (one, a), (two, b) in itertools.combinations(boxes if apart else [], 2):
            across = min(a.x1, b.x1) - max(a.x0, b.x0)
            up = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert not (across > 1.5 and up > 1.5), f"{one!r} lies on {two!r}"


def texts(axis: plt.Axes, gid: str) -> list[str]:
    return [text.get_text() for text in axis.texts if text.get_gid() == gid]


def test_bars_are_by_probability_and_others_are_named_with_their_place() -> None:
    table = pd.DataFrame(
        {"topic_name": "00", "rank": [1, 2, 3, 4], "term": ["state", "ally", "treaty", "grain"],
         "weight": [0.4, 0.3, 0.2, 0.1], "frex": [0.1, 0.2, 0.9, 0.8], "relevance": [0.9, 0.2, 0.1, 0.8]}
    )  # fmt: skip
    _, (axis,) = topic_terms(table.sample(frac=1, random_state=0), limit=2)
    assert texts(axis, "term") == ["state", "ally"]
    assert texts(axis, "instead") == ["FREX: treaty 1, grain 2", "relevance: grain 2"]
    filled = [line for line in axis.lines if line.get_marker() == "o" and line.get_markerfacecolor() != "white"]
    assert len(filled) == 1  # only "state", by relevance
    widths = [bar.get_width() for bar in axis.patches]
    assert widths[0] / widths[1] == pytest.approx(0.4 / 0.3)


def test_ties_are_settled_by_rank() -> None:
    table = pd.DataFrame(
        {"topic_name": "00", "rank": [2, 1], "term": ["b", "a"], "weight": 0.1, "frex": 0, "relevance": 0}
    )
    _, (axis,) = topic_terms(table)
    assert texts(axis, "term") == ["a", "b"]


@pytest.mark.parametrize("language", list(LEXICON))
@pytest.mark.parametrize("n_topics", [1, 12])
def test_terms_fit_in_every_script(language: str, n_topics: int) -> None:
    figure, axes = topic_terms(ranked(language, n_topics))
    assert len(axes) == n_topics
    inside_and_apart(figure)
    for axis in axes:
        bars = [bar for bar in axis.patches if bar.get_width() > 0]
        assert max(bar.get_x() + bar.get_width() for bar in bars) < axis.get_xlim()[1] - DISCS[0]
    if n_topics == 1:  # no script lacks a letter
        show(figure, title="Terms " * 20, alt=ALT, evidence=WHOLE)


@pytest.mark.parametrize("n_topics", [0, 13])
def test_too_many_topics_are_refused(n_topics: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 12 topics, not {n_topics}"):
        topic_terms(ranked(n_topics=n_topics) if n_topics else ranked().iloc[:0])
    with pytest.raises(ValueError, match=f"1 to 12 topics, not {n_topics}"):
        topic_prevalence(monthly(n_topics=n_topics) if n_topics else monthly().iloc[:0])


def test_hostile_terms_are_words_in_one_line() -> None:
    table = ranked().assign(term="\u202e<b>\n" + "щ" * 100_000)
    figure, axes = topic_terms(table)
    assert {text[:3] for text in texts(axes[0], "term")} == {"<b>"}
    assert all(text.endswith("…") and len(text) < 40 for text in texts(axes[0], "term"))
    inside_and_apart(figure)


def on_map(n_topics: int, language: str = "ru", seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    lexicon = LEXICON[language].split()
    return pd.DataFrame(
        {
            "topic_name": [f"{i:02d} {', '.join(rng.choice(lexicon, 3, replace=False))}" for i in range(n_topics)],
            "x": rng.normal(0, 1, n_topics),
            "y": rng.normal(0, 1, n_topics),
            "share": rng.dirichlet(np.full(n_topics, 2.0)),
            "package": [("", "союз", "군사 협력", "trade")[i % 4] for i in range(n_topics)],
        }
    )


@pytest.mark.parametrize(
    ("language", "n_topics"), [("en", 1), ("ko", 2), ("ko", 8), ("zh", 12), ("ru", 12), ("en", 12)]
)
def test_labels_of_a_map_keep_off_one_another(language: str, n_topics: int) -> None:
    figure, _ = topic_map(on_map(n_topics, language, n_topics), kept=0.5)
    inside_and_apart(figure)


def test_topics_at_one_place_are_all_named() -> None:
    points = on_map(8).assign(x=0.0, y=0.0)
    figure, axis = topic_map(points)
    assert len(axis.texts) == 8
    inside_and_apart(figure)


def test_area_is_share_and_packages_differ_without_colour() -> None:
    points = on_map(4).assign(share=[0.4, 0.3, 0.2, 0.1])
    figure, axis = topic_map(points, kept=0.62)
    circles = [patch for patch in axis.patches if isinstance(patch, Circle)]
    areas = np.array([circle.radius**2 for circle in circles])  # the largest is drawn first
    np.testing.assert_allclose(areas / areas[0], [1, 0.75, 0.5, 0.25])
    assert len({circle.get_hatch() for circle in circles}) == 4
    told = " ".join([text.get_text() for text in figure.texts] + around(figure).notes)
    assert "Distances are approximate" in told and "62\xa0%" in told
    assert all(name in told for name in ("союз", "군사 협력", "trade"))


def test_edges_are_wider_for_more_and_lie_below() -> None:
    points = on_map(3)
    a, b, c = points["topic_name"]
    edges = pd.DataFrame({"a": [a, b], "b": [b, c], "strength": [1.0, 0.5]})
    figure, axis = topic_map(points, edges=edges, edge_label="articles with both")
    wide, narrow = [line for line in axis.lines if line.get_zorder() == 1]
    assert wide.get_linewidth() == 2 * narrow.get_linewidth()
    assert "articles with both" in around(figure).notes[0]
    with pytest.raises(ValueError, match="'99 none', which is not on the map"):
        topic_map(points, edges=edges.assign(b="99 none"))


@pytest.mark.parametrize(
    ("change", "told"),
    [({"x": np.nan}, "no place"), ({"share": -0.1}, "no share"), ({"topic_name": "00"}, "on the map twice")],
)
def test_a_map_refuses_what_has_no_place(change: dict, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        topic_map(on_map(3).assign(**change))
    with pytest.raises(ValueError, match="one topic at least"):
        topic_map(on_map(3).iloc[:0])


def monthly(n_topics: int = 2, outlets: tuple[str, ...] = ("a", "b"), n_months: int = 6) -> pd.DataFrame:
    months = pd.date_range("2024-01-01", periods=n_months, freq="MS")
    rows = list(itertools.product([f"{i:02d} договор" for i in range(n_topics)], outlets, months))
    table = pd.DataFrame(rows, columns=["topic_name", "outlet_name", "month"])
    return table.assign(estimate=0.2, low=0.1, high=0.3, n=20)


def hatched(axis: plt.Axes) -> set[tuple[float, float]]:
    """Months and lanes (from below) that are hatched."""
    boxes = [p for p in axis.patches if isinstance(p, Rectangle) and p.get_hatch()]
    return {(box.get_x() + 0.5 + month, box.get_y()) for box in boxes for month in range(int(box.get_width()))}


def drawn(axis: plt.Axes) -> list[np.ndarray]:
    """Lines with marks on them: intervals have none."""
    marked = [line for line in axis.lines if line.get_marker() and line.get_linestyle() == "-"]
    return [line.get_ydata() for line in marked if len(line.get_ydata()) > 2]


def test_gaps_are_hatched_in_the_lane_of_their_outlet_and_break_the_line() -> None:
    table = monthly(1)
    table = table.drop(table.index[1])  # February of a is absent
    table.loc[(table["outlet_name"] == "b") & (table["month"] == "2024-03-01"), ["estimate", "low", "high"]] = np.nan
    _, (axis,) = topic_prevalence(table)
    assert hatched(axis) == {(1, 1), (2, 0)}  # a is the upper lane
    b, a = drawn(axis)
    assert np.flatnonzero(np.isnan(a)).tolist() == [1] and np.flatnonzero(np.isnan(b)).tolist() == [2]


def test_a_month_collected_without_an_article_is_no_gap_and_no_zero() -> None:
    table = monthly(1, ("a",)).assign(gap=False)
    table.loc[2, ["estimate", "low", "high"]] = np.nan
    table.loc[2, "n"] = 0
    table.loc[4, "gap"] = True  # whatever its estimate says
    _, (axis,) = topic_prevalence(table)
    assert hatched(axis) == {(4, 0)}
    (line,) = drawn(axis)
    assert np.flatnonzero(np.isnan(line)).tolist() == [2, 4]


def test_few_articles_are_hollow_and_off_the_line() -> None:
    table = monthly(1, ("a",))
    table.loc[3, ["n", "estimate", "high"]] = [4, 0.9, 1.0]
    _, (axis,) = topic_prevalence(table)
    (line,) = drawn(axis)
    assert np.flatnonzero(np.isnan(line)).tolist() == [3]
    (hollow,) = [line for line in axis.lines if line.get_markerfacecolor() == "white"]
    assert np.flatnonzero(~np.isnan(hollow.get_ydata())).tolist() == [3]


def test_all_panels_have_one_scale() -> None:
    table = monthly(2, ("a",))
    table.loc[table["topic_name"] == "01 договор", ["estimate", "low", "high"]] /= 10
    _, (large, small) = topic_prevalence(table)
    assert np.nanmax(drawn(large)[0]) == pytest.approx(10 * np.nanmax(drawn(small)[0]))


def test_events_are_numbered_in_order_and_keyed_once() -> None:
    days = [datetime.date(2024, 5, 20), datetime.date(2024, 5, 18), datetime.date(2030, 1, 1)]
    events = pd.DataFrame({"day": days, "name": ["Второе", "첫째", "x"]})
    figure, axes = topic_prevalence(monthly(3), events=events)
    for axis in axes:
        numbers = [text for text in axis.texts]
        assert [text.get_text() for text in numbers] == ["1", "2"]
    assert around(figure).notes[-1] == "Rules: 1 첫째 (18\xa0May\xa02024); 2 Второе (20\xa0May\xa02024)."
    inside_and_apart(figure)


@pytest.mark.parametrize(("n_topics", "n_outlets", "n_months"), [(1, 1, 1), (5, 2, 12), (8, 4, 24), (12, 6, 60)])
def test_panels_over_time_fit(n_topics: int, n_outlets: int, n_months: int) -> None:
    names = ("Karvosk Herald", "Вестник Востока", "로동신문", "人民日报", "Yonhap", "РИА Новости")[:n_outlets]
    table = monthly(n_topics, names, n_months).assign(
        topic_name=lambda t: t["topic_name"] + " достопримечательность, 군사협력" * 3
    )
    events = pd.DataFrame({"day": datetime.date(2024, 1, 3 + i), "name": f"событие {i} " * 9} for i in range(8))
    figure, axes = topic_prevalence(table, events=events)
    assert len(axes) == n_topics
    inside_and_apart(figure)
    show(figure, title="Topics hardly change", alt=ALT, evidence=WHOLE)


def test_a_month_may_stand_only_once() -> None:
    table = monthly(1, ("a",))
    with pytest.raises(ValueError, match="2024-01 of 'a' stands twice under topic '00 договор'"):
        topic_prevalence(pd.concat([table, table.head(1)]))


@pytest.mark.parametrize("kind", ["terms", "map", "time"])
def test_the_same_table_gives_the_same_bytes(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict] = []
    monkeypatch.setattr(evidence, "display", lambda data, **options: calls.append(data))
    for _ in range(2):
        figure, _axes = {
            "terms": lambda: topic_terms(ranked()),
            "map": lambda: topic_map(on_map(8)),
            "time": lambda: topic_prevalence(monthly()),
        }[kind]()
        show(figure, title="A finding", alt=ALT, evidence=WHOLE)
    assert calls[0] == calls[1] and "<svg" in calls[0]["text/html"]


def test_words_are_cut_to_inches() -> None:
    figure = plt.figure()
    for text in ("сельскохозяйственный" * 3, "군사협력" * 9, "伙伴关系" * 9):
        short = words.cut(figure, text, size=8, room=1.0)
        assert 0.8 < words.width(figure, short, size=8) <= 1.0
        lines = words.wrapped(figure, [text[:6]] * 30, size=8, room=1.5, most=2)
        assert len(lines) == 2 and lines[1].endswith("…")
        assert all(words.width(figure, line, size=8) <= 1.5 for line in lines)
    assert words.plain("a\u202eb\u0000c\ud800 \n d") == "abc d"
