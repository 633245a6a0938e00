"""The press study as shipped: counts whole and small, and no sentence of any outlet in any file of it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from helpers.data import tables
from helpers.pipeline import Corpus
from helpers.pipeline.known_volume import known_volume
from helpers.pipeline.recipes import SHARED
from helpers.report import check_page
from helpers.study import Study, load_study
from helpers.text.rare_terms import LEAST_ITEMS

RUN = 6  # words in a row that are an outlet's and no accident
LARGEST = 3_000_000  # bytes of all that ships
WORDS = re.compile(r"\w+")


@pytest.fixture(scope="module")
def study(root: Path) -> Study:
    return load_study("press", root=root)


def shipped_files(study: Study) -> list[Path]:
    folders = (study.raw, study.folder)
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


def values(study: Study) -> Iterator[tuple[str, str]]:
    """Every text in every file of the study but addresses, with where it stands."""
    for path in shipped_files(study):
        if path.suffix == ".parquet":
            table = tables.read(path.parent, path.stem)
            for column in table.columns:
                if not (pd.api.types.is_numeric_dtype(table[column]) or column == "address"):
                    yield from ((f"{path.name}.{column}", str(value)) for value in table[column].dropna().unique())
        elif path.suffix == ".gz":
            yield path.name, gzip.decompress(path.read_bytes()).decode()
        elif path.suffix in (".yml", ".md", ".csv", ".ipynb"):
            yield path.name, re.sub(r"https?://\S+", "", path.read_text(encoding="utf-8"))


def test_counts_are_small_and_hold_no_text(study: Study) -> None:
    assert sum(path.stat().st_size for path in study.raw.rglob("*")) < LARGEST
    folder = study.raw / "counts"
    cleaned = tables.read(folder, "cleaned")
    assert cleaned[["title", "byline", "section", "text"]].isna().all().all()
    assert tables.read(folder, "speech")[["speaker", "text"]].isna().all().all()
    mine = cleaned["outlet"].isin(list(study.headlines))
    assert (cleaned.loc[mine, "sha256"] == "").all()
    assert not (set(cleaned.loc[mine, "page_id"].str.partition("-")[0]) - set(cleaned["article_id"]))
    for name in SHARED:
        table = tables.read(folder, name)
        for column in table.columns:
            if not pd.api.types.is_numeric_dtype(table[column]) and (name, column) != ("collect_ledger", "detail"):
                longest = table[column].dropna().astype(str).str.count(" ").max()
                assert not longest > 5, (name, column)


def test_rare_words_are_added_up_over_enough_items(study: Study) -> None:
    rare = tables.read(study.raw / "counts", "rare_terms")
    assert len(rare) and (rare["n_items"] >= LEAST_ITEMS).all()


def test_items_by_day_are_of_the_outlets_of_the_study(study: Study) -> None:
    known = known_volume(study)
    assert set(known.days) == set(study.outlets) and not known.months
    assert all(items.index.is_unique and (items >= 0).all() for items in known.days.values())


def test_no_run_of_words_of_an_item_stands_in_any_file(study: Study, coverage_data: Path) -> None:
    runs = set()
    for path in sorted((coverage_data / "press").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for item in map(json.loads, lines):
                for text in (item["title"], item.get("standfirst") or item.get("text") or ""):
                    words = WORDS.findall(text.casefold())
                    runs |= {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    for where, value in values(study):
        words = WORDS.findall(value.casefold())
        ours = [words[i : i + RUN] for i in range(len(words) - RUN + 1)]
        taken = [run for run in ours if tuple(run) in runs]
        assert not taken, (where, " ".join(taken[0]))


def test_every_page_is_there_and_passes_its_checks(press: Corpus) -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in press.study.reports.glob("*.html")}
    assert {"index.html", "report.html", "report-with-code.html", "07-compare.html"} <= set(pages) and len(pages) == 16
    checked = {name: check_page(page) for name, page in pages.items()}
    assert (
        checked.pop("explorer.html") == checked.pop("events.html") == ["<script> is in it"]
    )  # each its own, named by hash
    assert not any(checked.values())


def test_the_first_page_leads_with_the_finding_and_its_picture(press: Corpus) -> None:
    page = (press.study.reports / "index.html").read_text(encoding="utf-8")
    lead = page[page.index("<main") : page.index('id="notebooks"')]
    assert "For two weeks of 2023 the partnership was news" in lead and lead.count('<figure class="chart">') == 1
    assert "Code</summary>" not in lead


def test_every_planned_comparison_has_a_row_and_thirty_outlets_make_no_pairs(press: Corpus) -> None:
    rows = press.estimates.query("kind == 'indicator' and voice == 'all' and items == 'all' and reference != ''")
    lead = rows.query("window == 'common window, one rule' and estimand == 'these outlets'")
    assert (
        lead.query("planned and method != 'no overlap'").groupby(["measure", "group", "reference"]).size().eq(1).all()
    )
    assert lead["planned"].sum() == len(press.study.plan.comparisons)
    pairs = lead.query("side == 'outlet'")[["group", "reference"]].drop_duplicates()
    assert len(pairs) == 3 and lead.query("side == 'rest'")["group"].nunique() > 10


def test_the_hole_in_the_archives_is_a_hole_and_no_zero(press: Corpus) -> None:
    daily = press.daily_volume
    hole = daily[daily["day"].between("2024-01-15", "2025-05-31") & (daily["outlet"] != "cctv")]
    assert not hole["observed"].any() and hole["n_published"].isna().all()
    assert daily.query("outlet == 'cctv' and day == '2024-06-19'")["observed"].all()
