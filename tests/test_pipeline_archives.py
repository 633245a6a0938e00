"""From study.yml to tables: the recipes of docs/archives.md, the ledger that adds up, denominators by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import archived
import numpy as np
import pandas as pd
import pytest
import yaml
from archived import feed_days, study_of, write

from helpers.data import ledger, tables
from helpers.pipeline import open_corpus
from helpers.pipeline.archive_volume import collected_days, published
from helpers.pipeline.audit_sample import audit_sample
from helpers.pipeline.recipes import recipes_for
from helpers.pipeline.shared import export_counts
from helpers.study import StudyError

SOURCE = """
kind: archive
path: feeds
glob: "2030/*/*/*_entries.json"
records: entries
columns: {address: link, title: title, standfirst: description, published: date_published}
outlets: {herald.invalid: herald, post.invalid: post}
background: 0.5
"""
RECIPES: dict[str, tuple[Callable[[Path], int], dict[str, str]]] = {
    "RSS-Link-Database-2023": (feed_days, {"herald.invalid": "herald", "post.invalid": "post"}),
    "RSS-Link-Database-2025": (
        lambda folder: feed_days(folder, wrapped=False),
        {"herald.invalid": "herald", "post.invalid": "post"},
    ),
    "north-korea-news": (archived.snapshots, {}),
    "xin-wen-lian-bo": (archived.markdown_days, {}),
    "ktitan-public": (archived.country_lists, {"hd": "herald", "pst": "post"}),
    "wh-briefings": (archived.pages_with_front_matter, {}),
}
KEPT = {"RSS-Link-Database-2023": 6, "RSS-Link-Database-2025": 6}


def recipe_blocks(root: Path) -> dict[str, dict]:
    """The sources that docs/archives.md shows, by their path."""
    text = (root / "docs" / "archives.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]
    sources = [source for block in blocks if isinstance(block, dict) for source in block.get("sources", ())]
    return {source["path"]: source for source in sources if source["kind"] == "archive"}


def test_each_recipe_is_tried(root: Path) -> None:
    assert set(recipe_blocks(root)) == set(RECIPES)


@pytest.mark.parametrize("name", list(RECIPES))
def test_a_recipe_reads_an_archive_in_its_layout(root: Path, tmp_path: Path, name: str) -> None:
    source, (make, outlets) = recipe_blocks(root)[name], RECIPES[name]
    invented = {"outlets": outlets} if outlets else {"outlet": "herald"}
    source = {key: value for key, value in source.items() if key not in ("outlet", "outlets")} | invented
    study = study_of(tmp_path, yaml.safe_dump(source | {"keep": "both", "background": 1}, allow_unicode=True))
    n_items = make(study.raw / name)
    corpus = open_corpus(study)
    volume = corpus.archive_volume
    by = volume.groupby("outcome")["n_items"].sum()
    assert volume["n_items"].sum() == n_items
    assert set(by.index) <= {"kept", "background", "duplicate"} and by["kept"] == KEPT.get(name, 1)
    assert volume["day"].notna().all() and set(volume["day"].dt.year) == {2030}
    records = corpus.cleaned
    assert records["published"].notna().all() and records["title"].notna().all()
    [named] = records.loc[records["title"].str.startswith("Borland"), "text"].head(1)
    assert "Borland and Tarvia sign for grain" in named and "<" not in named and "](" not in named
    assert records["address"].str.startswith("http://").all()


def test_the_ledger_adds_up_and_says_what_was_only_counted(tmp_path: Path) -> None:
    study = study_of(tmp_path, SOURCE)
    n_items = feed_days(study.raw / "feeds")
    write(study.raw / "feeds/2030/05/2030-05-02/x_entries.json", [{"title": "a", "link": "b", "description": ""}, 3])
    corpus = open_corpus(study)
    volume, entries = corpus.archive_volume, corpus.collect_ledger
    assert volume["n_items"].sum() == n_items + 2
    kept = volume.loc[volume["outcome"].isin(["kept", "background"]), "n_items"].sum()
    assert (entries["outcome"] == ledger.KEPT).sum() == len(corpus.pages) == kept
    sampled = entries["detail"].str.startswith("background: drawn from the rest with a share of 0.5").sum()
    assert sampled == volume.loc[volume["outcome"] == "background", "n_items"].sum()
    told = entries[entries["outcome"] == "counted"].set_index("outlet")["detail"]
    numbers = volume[volume["outcome"] == "counted"].groupby("outlet")["n_items"].sum()
    assert {outlet: int(detail.split()[0]) for outlet, detail in told.items()} == numbers.to_dict()
    [bad] = entries.loc[entries["outcome"] == "bad_row", "detail"]
    assert bad == "feeds/2030/05/2030-05-02/x_entries.json, item 2: item 2 is not a JSON object ('3')"
    assert set(corpus.ledger["outcome"]) >= {"kept", "counted", "other_outlet", "bad_row", "not_relevant"}


def test_denominators_come_by_themselves(tmp_path: Path) -> None:
    study = study_of(tmp_path, SOURCE.replace("background: 0.5", "background: 0"))
    feed_days(study.raw / "feeds", days=20)
    corpus = open_corpus(study)
    months = corpus.volume.set_index(["outlet", "month"])
    assert months.loc[("herald", "2030-05"), "n_published"] == 80
    assert months.loc[("herald", "2030-05"), "n_relevant"] == 20
    assert not months.loc[("herald", "2030-06"), "observed"] and pd.isna(
        months.loc[("herald", "2030-06"), "n_published"]
    )
    days = corpus.daily_volume.set_index(["outlet", "day"])
    here = days.loc["post"]
    assert here["n_published"].sum() == 80 and here["observed"].sum() == 20
    assert here.loc["2030-05-03", "n_published"] == 4 and pd.isna(here.loc["2030-06-03", "n_published"])


def test_a_gap_is_long_for_its_outlet() -> None:
    days = pd.date_range("2030-01-01", periods=120)
    rng = np.random.default_rng(1)
    daily = pd.Series(rng.poisson(40, 120), index=days)
    daily.iloc[50:53], daily.iloc[70] = 0, 1  # a stray item on a day without collection
    rare = pd.Series(rng.poisson(0.2, 120), index=days)
    assert np.flatnonzero(~collected_days(daily)).tolist() == [50, 51, 52, 70]
    assert collected_days(rare).mean() > 0.9
    assert not collected_days(pd.Series(0, index=days)).any()


def test_the_tables_are_fresh_until_the_archive_changes(tmp_path: Path) -> None:
    study = study_of(tmp_path, SOURCE)
    feed_days(study.raw / "feeds", days=1)
    assert published(open_corpus(study).archive_volume).sum() == 8
    feed_days(study.raw / "feeds", days=2)
    made: list[str] = []
    corpus = open_corpus(study, say=made.append)
    assert published(corpus.archive_volume).sum() == 16 and len(corpus.pages) > 2
    path = study.processed / "archive_volume.parquet"
    before = path.stat().st_mtime_ns
    write(study.raw / "feeds" / "README.md", "what the glob does not name changes nothing")
    assert published(open_corpus(study).archive_volume).sum() == 16
    assert path.stat().st_mtime_ns == before


def test_counts_that_are_shared_keep_their_denominators(tmp_path: Path) -> None:
    study = study_of(tmp_path, SOURCE)
    feed_days(study.raw / "feeds")
    corpus = open_corpus(study)
    counts = study.raw / "counts"
    export_counts(corpus, counts)
    shared = study_of(tmp_path, "{kind: counts, path: counts}")
    assert "archive_volume" in recipes_for(shared)["archive_volume"].writes
    again = open_corpus(shared)
    assert again.archive_volume.equals(tables.read(counts, "archive_volume"))
    assert again.volume["n_published"].sum() == 24


def test_a_link_out_of_the_study_folder_is_refused(tmp_path: Path) -> None:
    study = study_of(tmp_path, SOURCE)
    feed_days(tmp_path / "elsewhere")
    (study.folder / "feeds").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StudyError, match="is a link that leads out of the study folder"):
        study_of(tmp_path, SOURCE)
    (study.folder / "feeds").unlink()
    study.raw.mkdir(parents=True)
    (study.raw / "feeds").symlink_to(tmp_path / "elsewhere")
    assert open_corpus(study_of(tmp_path, SOURCE)).archive_volume["n_items"].sum() == 24


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("glob: ", "globs: ", "unknown key 'globs'; did you mean 'glob'?"),
        ('"2030/*/*/*_entries.json"', "../x.json", "must stay below the archive's folder"),
        ('"2030/*/*/*_entries.json"', '"*.txt"', "files that end in 'txt' cannot be read; valid here: json, jsonl"),
        ("herald.invalid: herald", "herald.invalid: herld", "outlet 'herld' is not known; did you mean 'herald'?"),
        ("herald.invalid: herald", "'http://herald.invalid/': herald", "is an address; write the host alone"),
        ("background: 0.5", "background: 50", "must be a number from 0 to 1"),
        ("background: 0.5", "keep: eiter", "keep 'eiter' is not known; did you mean 'either'?"),
        ("background: 0.5", "path_date: '%Y'", "must hold %Y, %m and %d, each once"),
        ("background: 0.5", "heading: 9", "must be a whole number from 1 to 6"),
        (", published: date_published", "", "an archive needs a date: 'published' under columns, or 'path_date'"),
        ("title: title, standfirst: description", "byline: by", "an archive needs a column map for 'title' or 'text'"),
        ("standfirst: description", "standfirst: description, text: body", "'standfirst' is read where the unit is 'headline'"),
        ("path: feeds", "path: ../feeds", "must stay inside the study folder"),
        ("kind: archive", "kind: archiv", "did you mean 'archive'?"),
        ("kind: archive", "kind: csv", "'glob' is for a source of kind 'archive'"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in SOURCE
    with pytest.raises(StudyError) as caught:
        study_of(tmp_path, SOURCE.replace(old, new))
    assert message in str(caught.value) and re.match(r"small/study.yml:\d+: ", str(caught.value))


def test_an_article_stands_beside_what_its_archive_has(tmp_path: Path) -> None:
    study = study_of(tmp_path, SOURCE.replace("background: 0.5", "background: 1"))
    feed_days(study.raw / "feeds")
    sample = audit_sample(open_corpus(study), np.random.default_rng(1), n=5)
    assert len(sample) == 5
    for row in sample.itertuples():
        assert row.source[0] == row.title and row.text.startswith(row.title)
    assert {len(source) for source in sample["source"]} <= {1, 2}  # the headline, and a standfirst where there is one
