"""Every letter of every chart can be read on a phone and on a page, in its figure and off the others: in Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from test_show_topic_charts import monthly as topic_months
from test_show_topic_charts import on_map, ranked

from helpers.show import charts, style
from helpers.show.figure_html import figure_html
from tests.browser import Page, chromium

PROBE = Path(__file__).with_name("figure_probe.js").read_text(encoding="utf-8")
NAMES = ["The Karvosk Herald", "Вестник Тарвоска", "카르보스크 신문", "塔尔沃邮报", "Tarvo Today", "Sundot Gazette"]
MEASURES = [
    "Friendship of an age",
    "Защита и взаимная помощь государств",
    "Danger to the whole region",
    "상호 방위 조약",
]
EVENTS = pd.DataFrame(
    {"day": pd.to_datetime(["2024-02-03", "2024-02-05", "2024-04-01"]), "name": ["Pact", "Мост", "다리"]}
)


def levels() -> pd.DataFrame:
    """Every measure in every outlet, with limits that reach far."""
    rows = pd.DataFrame(itertools.product(MEASURES, NAMES), columns=["measure", "outlet"])
    value = np.linspace(0.05, 0.7, len(rows))
    return rows.assign(estimate=value, low=value - 0.05, high=value + 0.25, n_articles=40,
                       language=np.where(rows["outlet"].isin(NAMES[:3]), "English", "한국어"))  # fmt: skip


def months(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (f"2024-{month:02}", name, float(place + month))
            for place, name in enumerate(names)
            for month in range(1, 13)
        ],
        columns=["month", "outlet_name", "n"],
    )


def profiles() -> pd.DataFrame:
    rows = itertools.product(
        ["The pact of Karvosk is signed", "Мост открыт", "다리가 열리다", "Horses"], NAMES[:3], [-10, -3, 4, 11]
    )
    table = pd.DataFrame(rows, columns=["event_name", "group_name", "middle"])
    return table.assign(
        event_day=pd.Timestamp("2024-06-19"), estimate=0.2, low=0.1, high=0.3, gap=table["middle"] == 11
    )


def universes(n: int) -> pd.DataFrame:
    value = np.linspace(-0.2, 0.4, n)
    pair = np.where(np.arange(n) % 2 == 0, f"{MEASURES[1]}\n{NAMES[0]} − {NAMES[1]}", "Danger\nA − B")
    return pd.DataFrame({"estimate": value, "low": value - 0.1, "high": value + 0.1, "main": np.arange(n) == 9,
                         "fewest passages in an article": np.arange(n) % 3, "window": "common window by one rule",
            "way of counting": np.where(np.arange(n) % 2, "hits per 1,000 words", "share of passages"),
                         "pair": pair})  # fmt: skip


def words() -> pd.DataFrame:
    terms = ["сельскохозяйственный", "treaty", "정상회담", "伙伴关系", "bridge"]
    return pd.DataFrame({"term": terms, "delta": [2.0, 1.0, 0.5, -1.0, -2.0], "z": [4, 3, 1, -2, -4], "q": 0.01,
                         "target_name": NAMES[0], "reference_name": NAMES[1]})  # fmt: skip


def links() -> pd.DataFrame:
    rows = pd.DataFrame(itertools.product(NAMES, NAMES), columns=["source", "outlet_name"]).query(
        "source != outlet_name"
    )
    return rows.assign(kind="first seen", n_articles=np.arange(len(rows)) + 1)


def strengths() -> pd.DataFrame:
    called = [f"{measure}\n{NAMES[0]} − {NAMES[1]}" for measure in MEASURES]
    return pd.DataFrame({"called": called, "robustness": 0.3, "robustness_limit": 0.2, "topic": 0.1, "month": 0.05})


def topics_by_number() -> pd.DataFrame:
    rows = itertools.product(["coherence", "heldout_fit", "stability"], range(5, 13))
    return pd.DataFrame(rows, columns=["quantity", "n_topics"]).assign(value=0.1234, low=0.1, high=0.2)


DOTS = {"y": "measure", "colour": "outlet", "label": "share of an article's relevant passages", "percent": True}
DRAWN: dict[str, Callable[[], tuple[plt.Figure, object]]] = {
    "bars": lambda: charts.bars(words(), x="z", y="term", label="times counted", panel="target_name"),
    "calendar": lambda: charts.calendar(months(NAMES), value="n", label="items"),
    "dots": lambda: charts.dots(levels(), **DOTS),
    "dots in panels": lambda: charts.dots(levels(), panel="language", **DOTS),
    "dumbbells": lambda: charts.dumbbells(
        levels().drop_duplicates("outlet"), y="outlet", start="low", end="high", names=("June", "July"),
        label="items on the two states in 1,000 items of the outlet's own feed",
    ),
    "event study": lambda: charts.event_study(profiles(), label="relevant originals a day", percent=True),
    "funnel": lambda: charts.funnel(
        pd.DataFrame({"stage": ["became articles", "are analysed"], "kept": [123_456, 700], "lost": [4, 122_756]})
    ),
    "group panels": lambda: charts.group_panels(
        levels().head(6).assign(kind_name=["a newspaper, English", "통신사"] * 3, whole=0.2), y="outlet", label="share"
    ),
    "keyness": lambda: charts.keyness(words()),
    "reprints": lambda: charts.reprints(links()),
    "robustness": lambda: charts.robustness(strengths(), y="called", benchmarks={"topic": "main topic", "month": "month"}),
    "small curves": lambda: charts.small_curves(universes(40), panel="pair", label="difference, points"),
    "specification curve": lambda: charts.specification_curve(
        universes(40), choices=["fewest passages in an article", "window", "way of counting"], label="difference, points"
    ),
    "steps": lambda: charts.steps(
        pd.DataFrame({"day": pd.date_range("2024-01-01", periods=120), "n": np.arange(120.0)}), x="day", y="n",
        label="of 1,000 items", events=EVENTS,
    ),
    "lines": lambda: charts.timeline(months(NAMES[:3]), y="n", label="relevant articles a month", events=EVENTS),
    "lanes": lambda: charts.timeline(months(NAMES), y="n", label="relevant articles a month", events=EVENTS),
    "map": lambda: charts.topic_map(on_map(8), kept=0.5),
    "number": lambda: charts.topic_number(topics_by_number(), chosen=8),
    "prevalence": lambda: charts.topic_prevalence(topic_months(3, tuple(NAMES[:3]), 24), events=EVENTS),
    "terms": lambda: charts.topic_terms(ranked("ru", 3)),
}  # fmt: skip


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Page]:
    """One page with every chart, in the frame of a report."""
    folder = tmp_path_factory.mktemp("figures")
    style.set_style(NAMES)
    figures = [
        figure_html(draw()[0], title=name, alt=f"Chart: {name}", evidence="9 articles.") for name, draw in DRAWN.items()
    ]
    plt.close("all")
    sheet = (root / "templates" / "report" / "style.css").read_text(encoding="utf-8")
    head = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{sheet}</style>'
    path = folder / "figures.html"
    path.write_text(
        f'{head}<div class="frame"><nav class="aside"></nav><main>{"".join(figures)}</main></div>', encoding="utf-8"
    )
    with chromium(folder, path.as_uri()) as page:
        page.wait("document.readyState === 'complete' && document.querySelectorAll('figure.chart').length")
        yield page


@pytest.mark.parametrize("width", [390, 1280])
def test_letters_are_large_inside_and_apart(opened: Page, width: int) -> None:
    opened.ask("Emulation.setDeviceMetricsOverride", width=width, height=1600, deviceScaleFactor=1, mobile=False)
    assert opened.run("document.querySelectorAll('figure.chart').length") == len(DRAWN)
    assert opened.run(PROBE) == []
    wide = opened.run("document.documentElement.scrollWidth")
    assert wide <= width


def test_which_drawing_is_seen_is_a_matter_of_room(opened: Page) -> None:
    seen = "[...document.querySelectorAll('figure.chart svg[role=img]')].filter(s => s.getBoundingClientRect().width).map(s => s.getAttribute('class'))"
    for width, kind, media in ((390, "phone", ""), (1280, "page", ""), (390, "page", "print")):
        opened.ask("Emulation.setDeviceMetricsOverride", width=width, height=1600, deviceScaleFactor=1, mobile=False)
        opened.ask("Emulation.setEmulatedMedia", media=media)
        assert set(opened.run(seen)) == {kind}


def test_ink_follows_the_page_at_night(opened: Page) -> None:
    script = "getComputedStyle(document.querySelector('figure.chart svg.page text')).fill"
    ground = "getComputedStyle(document.querySelector('figure.chart')).getPropertyValue('--chart-paper').trim()"
    told = {}
    for scheme in ("light", "dark"):
        opened.ask("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": scheme}])
        told[scheme] = opened.run(script), opened.run(ground)
    assert told["light"] == ("rgb(29, 31, 33)", "#fdfdfb")
    assert told["dark"] == ("rgb(223, 226, 229)", "#16181b")
