"""The explorer and the page of one event, as a reader has them in a real browser; their numbers are those of `means`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browser import Page, chromium

from helpers.compare.clusters import CLUSTERS
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
    const one = estimator.mean(columns.measured(measure, voice), Uint32Array.from(rows));
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
    measures = corpus.measures.set_index("article_id")
    kinds = measures[["kind", "measure", "voice"]].drop_duplicates().sort_values(["kind", "measure", "voice"])
    asked, frames = [], []
    while len(asked) < n:
        kind, measure, voice = kinds.iloc[rng.integers(len(kinds))]
        outlets = rng.permutation(items["outlet"].unique())[: rng.choice([1, 1, 2, 5, 12, 40])]
        period = np.sort(rng.integers(0, len(items), 2)) if rng.random() < 0.7 else (0, len(items) - 1)
        rows = [place for place in range(period[0], period[1] + 1) if items["outlet"].iloc[place] in outlets]
        values = measures.query("kind == @kind and measure == @measure and voice == @voice")["value"]
        frame = items.iloc[rows].assign(value=lambda part: part["article_id"].map(values), all="all")  # noqa: B023
        if frame["value"].notna().any():
            asked.append({"measure": f"{kind}:{measure}", "voice": voice, "rows": rows})
            frames.append(frame)
    return asked, frames


@pytest.mark.parametrize("study", ["press", "practice"])
def test_levels_are_those_of_means_to_the_ninth_digit(study: str, request, browser: Page, pages: dict[str, Path]):
    corpus = request.getfixturevalue(study)
    asked, frames = selections(corpus, 60)
    page = opened(browser, pages[f"{study}-explorer"])
    shown = page.run(f"{ESTIMATES}({json.dumps(asked)})")
    level, refused, notes = corpus.study.analysis.coverage_level, 0, set()
    for frame, (*numbers, n, clusters, method, note) in zip(frames, shown, strict=True):
        [row] = means(frame, value="value", group="all", clusters=CLUSTERS, level=level).to_dict("records")
        missing = int(frame["value"].isna().sum())
        left_out = f"{missing} article{'s' if missing > 1 else ''} without a value left out" if missing else ""
        assert (n, clusters, method) == (row["n_articles"], row["n_clusters"], row["method"])
        assert "; ".join(filter(None, [note, left_out])) == row["note"]
        expected = [row[name] for name in ("estimate", "low", "high", "dof")]
        for one, other in zip(numbers, expected, strict=True):
            assert (one is None and not np.isfinite(other)) or abs(one - other) <= 1e-9 * max(1.0, abs(other))
        refused += numbers[1] is None
        notes.add(method)
    assert 5 < refused < 50 and {"none", "CR2 two-way, logit"} <= notes  # both are among what was drawn


def test_every_brush_says_what_it_shows_and_keeps_it_in_the_address(browser: Page, pages: dict[str, Path]):
    page = opened(browser, pages["press-explorer"])
    assert pages["press-explorer"].stat().st_size < ENOUGH_BYTES
    assert page.run("performance.getEntriesByType('resource').length") == 0  # nothing is loaded
    page.run("document.querySelector('.explorer .chart').scrollIntoView({block: 'center'})")
    box = page.run("(r => [r.x, r.y, r.width, r.height])(document.querySelector('.explorer .chart svg').getBoundingClientRect())")
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
