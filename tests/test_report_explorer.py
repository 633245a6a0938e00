"""The explorer and the page of one event, as a reader has them in a real browser; their numbers are those of `means`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browser import Page, chromium

from helpers.compare.clusters import CLUSTERS, FEW_DOF
from helpers.compare.differences import means
from helpers.pipeline import Corpus
from helpers.pipeline.analysed import analysed_articles
from helpers.report.build import publish
from helpers.report.explorer import write_pages
from helpers.show.explorer.payload import _in_order

ENOUGH_BYTES = 3_000_000
FAULTS = """window.faults = [];
addEventListener("error", (event) => faults.push(event.message));
addEventListener("securitypolicyviolation", (event) => faults.push(`policy: ${event.violatedDirective}`));"""
ESTIMATES = """(asked => asked.map(({measure, voice, rows}) => {
    const { columns, estimator } = document.querySelector(".explorer").explorer;
    const one = estimator.mean(columns.measured(measure, voice), Uint32Array.from(rows), WEEKS);
    return [one.estimate, one.low, one.high, one.dof, one.n, one.clusters, one.method, one.note]
        .map(value => Number.isFinite(value) || typeof value === "string" ? value : null);
}))"""
SUMMARY = "document.querySelector('.explorer .summary').textContent"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory):
    """One browser for all pages of this file, which notes whatever goes wrong on a page."""
    with chromium(tmp_path_factory.mktemp("browser"), "about:blank") as page:
        page.ask("Page.enable")
        page.ask("Page.addScriptToEvaluateOnNewDocument", source=FAULTS)
        yield page


@pytest.fixture(scope="module")
def pages(press: Corpus, practice: Corpus, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The pages of two studies, written anew."""
    folder = tmp_path_factory.mktemp("pages")

    def elsewhere(study: str):
        return lambda path, text, own: publish(folder / f"{study}-{path.name}", text, own)

    written = [path for corpus in (press, practice) for path in write_pages(corpus, elsewhere(corpus.study.name))]
    return {path.stem: path for path in written}


def opened(browser: Page, path: Path, chosen: str = "") -> Page:
    """The browser at a page, when it has shown what it has to show."""
    browser.ask("Page.navigate", url="about:blank")
    browser.ask("Page.navigate", url=f"file://{path}{'#' if chosen else ''}{chosen}")
    browser.wait("document.readyState === 'complete' && location.protocol === 'file:'")
    return browser


def selections(corpus: Corpus, n: int) -> tuple[list[dict], list[pd.DataFrame]]:
    """Periods of some outlets, a measure and a voice, drawn at random: as the script takes them, and as frames."""
    rng, items = np.random.default_rng(17), _in_order(analysed_articles(corpus))
    by = ["kind", "measure", "voice"]
    known = {key: part["value"] for key, part in corpus.measures.set_index("article_id").groupby(by)}
    keys, asked, frames = sorted(known), [], []
    while len(asked) < n:
        kind, measure, voice = key = keys[rng.integers(len(keys))]
        outlets = rng.permutation(items["outlet"].unique())[: rng.choice([1, 1, 2, 5, 12, 40])]
        first = int(rng.integers(len(items)))
        period = [(0, len(items)), (first, first + 9), tuple(np.sort(rng.integers(0, len(items), 2)))][rng.integers(3)]
        rows = [
            place
            for place in range(period[0], min(period[1] + 1, len(items)))
            if items["outlet"].iloc[place] in outlets
        ]
        frame = items.iloc[rows].assign(value=items["article_id"].iloc[rows].map(known[key]), all="all")
        if len(frame) and frame["value"].notna().any():
            asked.append({"measure": f"{kind}:{measure}", "voice": voice, "rows": rows})
            frames.append(frame)
    return asked, frames


@pytest.mark.parametrize("day", ["day", None])  # with the memory of weeks, as the report has levels; and without
@pytest.mark.parametrize("study", ["press", "practice"])
def test_levels_are_those_of_means_to_the_ninth_digit(
    study: str, day: str | None, request, browser: Page, pages: dict[str, Path]
):
    corpus = request.getfixturevalue(study)
    asked, frames = selections(corpus, 50)
    page = opened(browser, pages[f"{study}-explorer"])
    shown = page.run(f"{ESTIMATES.replace('WEEKS', str(day is not None).lower())}({json.dumps(asked)})")
    level, refused, notes = corpus.study.analysis.coverage_level, 0, set()
    for frame, (*numbers, n, clusters, method, note) in zip(frames, shown, strict=True):
        [row] = means(frame, value="value", group="all", clusters=CLUSTERS, day=day, level=level).to_dict("records")
        missing = int(frame["value"].isna().sum())
        left_out = f"{missing} article{'s' if missing > 1 else ''} without a value left out" if missing else ""
        assert (n, clusters, method) == (row["n_articles"], row["n_clusters"], row["method"])
        few = abs(row["dof"] - FEW_DOF) < 1e-9  # whether four degrees of freedom are fewer than four is rounding
        assert few or "; ".join(filter(None, [note, left_out])) == row["note"]
        expected = [row[name] for name in ("estimate", "low", "high", "dof")]
        for one, other in zip(numbers, expected, strict=True):
            assert (one is None and not np.isfinite(other)) or abs(one - other) <= 1e-9 * max(1.0, abs(other))
        refused += numbers[1] is None
        notes.add(method)
    assert (
        5 < refused < 50 and {"none", f"CR2 two-way, logit{', weeks that remember' if day else ''}"} <= notes
    )  # both are among what was drawn


def test_every_brush_says_what_it_shows_and_keeps_it_in_the_address(browser: Page, pages: dict[str, Path]):
    page = opened(browser, pages["press-explorer"])
    assert pages["press-explorer"].stat().st_size < ENOUGH_BYTES
    assert page.run("performance.getEntriesByType('resource').length") == 0  # nothing is loaded
    page.run("document.querySelector('.explorer .chart').scrollIntoView({block: 'center'})")
    box = page.run(
        "(r => [r.x, r.y, r.width, r.height])(document.querySelector('.explorer .chart svg').getBoundingClientRect())"
    )
    before = page.run(SUMMARY)
    page.drag((box[0] + 0.3 * box[2], box[1] + 90), (box[0] + 0.42 * box[2], box[1] + 90))
    page.wait(f"{SUMMARY} !== {json.dumps(before)}")
    said, address = page.run(SUMMARY), page.run("location.hash")
    assert "from=" in address and "to=" in address and "\u00a0%" in said
    again = opened(browser, pages["press-explorer"], address.removeprefix("#"))
    assert again.run(SUMMARY) == said
    links = again.run("[...document.querySelectorAll('.explorer .items a')].map(one => one.href)")
    assert links and all(link.startswith("http") for link in links)
    assert again.run("faults") == []


def test_keys_do_what_the_mouse_does(browser: Page, pages: dict[str, Path]):
    page = opened(browser, pages["press-explorer"])
    page.run("document.querySelector('.explorer .chart').focus()")
    for _ in range(18):
        page.press("ArrowRight", "ArrowRight")
    read = page.run("document.querySelector('.explorer .readout').textContent")
    page.press("Enter")
    page.wait("location.hash.includes('from=2023-06-01') && location.hash.includes('to=2023-06-30')")
    assert read.startswith("Jun\u00a02023: ") and "collected" in read
    whole = page.run("document.querySelectorAll('.explorer .words tbody tr').length")
    page.press("Escape")
    page.wait("!location.hash.includes('from=')")
    assert whole > 0  # words of the month against the rest; of everything there is no rest
    assert page.run("document.querySelector('.explorer .words').hidden")


def test_a_gap_is_no_zero(press: Corpus, browser: Page, pages: dict[str, Path]):
    page = opened(browser, pages["press-explorer"], "in=en&of=reuters&bins=month")
    bins = page.run("document.querySelector('.explorer').explorer.bins.map(bin => [bin.name, bin.gap, bin.n])")
    daily = press.daily_volume.query("outlet == 'reuters' and observed")
    collected = {f"{day:%b}\u00a0{day:%Y}" for day in daily["day"]}
    assert {name for name, gap, _ in bins if not gap} == collected
    drawn = page.run("document.querySelectorAll('.explorer .points circle').length")
    assert drawn == sum(n > 0 for _, _, n in bins) and all(n == 0 for _, gap, n in bins if gap)


def test_a_word_is_counted_or_looked_up_or_unknown_but_never_silently_none(browser: Page, pages: dict[str, Path]):
    page = opened(browser, pages["press-explorer"], "in=en&word=zzzz")
    assert "That is not zero" in page.run(SUMMARY)
    page = opened(browser, pages["practice-explorer"], "in=en&word=trawler")
    assert page.run("document.querySelectorAll('.explorer .lines mark').length") > 0
    page = opened(browser, pages["practice-explorer"], "in=ko&word=%EC%96%B4")
    assert page.run("document.querySelector('.explorer .lines .line').lang") == "ko"


HOSTILE = [
    "</script><script>window.ran = 1</script>",
    "<img src=x onerror=window.ran=1>",
    "javascript:window.ran=1",
    "<!--<script>",
    "\u2028window.ran=1\u2029 {{ 7*7 }} ${window.ran=1}",
    'a" onmouseover="window.ran=1',
]


def test_scraped_words_stay_words(practice: Corpus, browser: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = practice.table

    def hostile(name: str) -> pd.DataFrame:
        table = real(name)
        payloads = pd.Series([HOSTILE[place % len(HOSTILE)] for place in range(len(table))], index=table.index)
        for column in {"title", "address", "text", "outlet_name", "genre", "measure_name", "event_name"} & {*table}:
            table = table.assign(**{column: payloads})
        return table

    monkeypatch.setattr(practice, "table", hostile)
    monkeypatch.setattr(type(practice), "passages", property(lambda corpus: hostile("passages")))
    for path in write_pages(practice, lambda path, text, own: publish(tmp_path / path.name, text, own)):
        page = opened(browser, path, "word=window" if path.stem == "explorer" else "")
        assert page.run("window.ran === undefined") and page.run("faults.filter(one => !one.includes('policy'))") == []
        assert page.run("[...document.links].every(link => !link.href.startsWith('javascript'))")
        shown = "document.querySelector('main').textContent.includes('<img src=x onerror=window.ran=1>')"
        assert page.run(shown)


def test_an_event_side_by_side_needs_no_script_and_keeps_its_order_in_the_address(
    press: Corpus, browser: Page, pages: dict[str, Path]
):
    visible = "[...document.querySelectorAll('.event')].filter(one => one.offsetParent !== null).map(one => one.id)"
    outlets = "[...document.querySelectorAll('.event.chosen tbody tr')].map(row => row.dataset.outlet)"
    page = opened(browser, pages["press-events"])
    [shown] = page.run(visible)
    reports = press.first_reports.query("event == @shown")
    collected, gaps = (part["outlet_name"] for _, part in reports.groupby(reports["status"] == "not collected"))
    by_name = page.run(outlets)
    assert by_name == sorted(collected, key=str.casefold) and len(gaps) > 0
    named = page.run("[...document.querySelectorAll('.event.chosen .gaps bdi')].map(one => one.textContent)")
    assert sorted(named) == sorted(gaps)
    greyed = "[...document.querySelectorAll('.event.chosen tr.usual')].map(row => row.dataset.outlet)"
    assert sorted(page.run(greyed)) == sorted(reports.query("usual >= 0.05")["outlet_name"])
    page = opened(browser, pages["press-events"], f"{shown}~lag")
    lags = reports.set_index("outlet_name").loc[page.run(outlets), "lag_days"]
    assert lags.dropna().is_monotonic_increasing and lags.isna().is_monotonic_increasing
    assert sorted(page.run(outlets)) == sorted(by_name)
    page.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        other = press.study.events[0].id
        bare = opened(browser, pages["press-events"], other)
        assert bare.run(visible) == [other] and bare.run("document.querySelector('.order').offsetParent === null")
        assert opened(browser, pages["press-events"]).run(visible) == [shown]
    finally:
        page.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_the_same_tables_give_the_same_pages(practice: Corpus, pages: dict[str, Path], tmp_path: Path):
    for path in write_pages(practice, lambda path, text, own: publish(tmp_path / path.name, text, own)):
        assert path.read_bytes() == pages[f"practice-{path.stem}"].read_bytes()


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("press-explorer", 1280, "light"), ("practice-explorer", 390, "dark"), ("practice-events", 390, "light")],
)
def test_nothing_bars_a_reader_who_sees_or_moves_otherwise(
    name: str, width: int, scheme: str, browser: Page, pages: dict[str, Path]
):
    axe = pytest.importorskip("axe", reason="no axe-core among the tests")
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 400}
    browser.ask("Emulation.setDeviceMetricsOverride", **size)
    page = opened(browser, pages[name])
    page.run("document.querySelectorAll('details').forEach(part => part.open = true)")
    assert axe.violations(page) == []
    assert page.run("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    browser.ask("Emulation.clearDeviceMetricsOverride")
