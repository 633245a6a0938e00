"""Headlines as the unit: an export, lines of JSON and an archive to measures; two units in one study; what is refused."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from archived import LINES, TWO, write
from test_study import CODEBOOK, EVENTS, STUDY

from helpers.collect.imports import ImportFault
from helpers.data.corpus import Corpus
from helpers.pipeline import open_corpus
from helpers.pipeline.audit_sample import audit_sample
from helpers.pipeline.multiverse import choices_for, comparisons
from helpers.pipeline.universe_rows import materials
from helpers.study import Study, StudyError, load_study

HEADS = [
    "Borland and Tarvia sign a pact on grain",
    "Tarvia sends envoys to Borland for the feast",
    "Borland's ships carry wheat for Tarvia by night",
    "Envoys of Tarvia and Borland meet at the bridge",
    "Borland thanks Tarvia for coal and timber",
]
UNDER = [
    "Ship {0} leaves on Monday. Continue reading...",
    "<p>It was said &amp; written in {0}.</p>",
    "",
    "Feast {0} is in May.",
]
COLUMNS = {"address": "url", "outlet": "paper", "title": "headline", "standfirst": "lead", "published": "day"}


def rows_of(n: int = 120, outlets: tuple[str, ...] = ("herald", "post")) -> list[dict[str, str]]:
    """Headlines of two outlets over the days of a year, some of them of neither state."""
    rng, rows = np.random.default_rng(4), []
    for i in range(n):
        head = HEADS[int(rng.integers(5))] if i % 6 else LINES[1]
        rows.append(
            {
                "url": f"http://{outlets[i % 2]}.invalid/{i}",
                "paper": outlets[i % 2],
                "headline": f"{head}, {['first', 'second', 'third'][i % 3]} part {i}",
                "lead": UNDER[int(rng.integers(4))].format(i),
                "day": f"2030-{i % 12 + 1:02}-{i % 28 + 1:02}",
            }
        )
    return rows


def study_of(root: Path, source: str, *, unit: str = "unit: headline\n", outlets: str = TWO) -> Study:
    folder = root / "studies" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    text = STUDY.split("outlets:")[0] + f"{unit}outlets:\n{outlets}sources:\n  - {source}\n"
    for name, content in {"study.yml": text, "codebook.yml": CODEBOOK, "events.yml": EVENTS}.items():
        (folder / name).write_text(content.strip() + "\n", encoding="utf-8")
    return load_study("small", root=root)


def put(root: Path, rows: list[dict[str, str]], name: str = "heads.csv") -> Path:
    path = root / "studies" / "small" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        if name.endswith("csv"):
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def opened(study: Study) -> Corpus:
    return open_corpus(study, say=lambda line: None)


def source(kind: str = "csv", path: str = "heads.csv", columns: dict[str, str] | None = None) -> str:
    return json.dumps({"kind": kind, "path": path, "columns": columns or COLUMNS})


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    put(tmp_path, rows_of())
    return opened(study_of(tmp_path, source()))


def test_headline_and_standfirst_are_the_only_passage(corpus: Corpus) -> None:
    articles, passages = corpus.articles, corpus.passages
    assert len(articles) == 120 and set(articles["unit"]) == {"headline"}
    assert passages["position"].eq(0).all() and len(passages) == 120
    texts = set(articles["text"])
    assert not any("Continue reading" in text or "<" in text or "&amp;" in text for text in texts)
    assert sum(". It was said & written in " in text for text in texts) > 20
    named = articles["title"].str.contains("Borland") & articles["title"].str.contains("Tarvia")
    assert articles.set_index("article_id")["relevant"].equals(
        named.set_axis(articles["article_id"]).rename("relevant")
    )
    assert articles["language"].eq("en").all() and articles["flags"].eq("").all()


def test_an_indicator_fires_in_a_headline_or_does_not(corpus: Corpus) -> None:
    values = corpus.measures.query("kind == 'indicator' and voice == 'all'")
    assert len(values) and set(values["value"]) <= {0.0, 1.0} and values["n_passages"].eq(1).all()
    assert not corpus.estimates.empty and corpus.table("one_rule_measures")["n_passages"].dropna().eq(1).all()


def test_lines_of_json_give_the_same(tmp_path: Path, corpus: Corpus) -> None:
    again = tmp_path / "again"
    put(again, rows_of(), "heads.jsonl")
    other = opened(study_of(again, source("jsonl", "heads.jsonl")))
    assert other.articles["text"].tolist() == corpus.articles["text"].tolist()


def test_an_archive_of_both_units_reads_each_by_its_own(tmp_path: Path) -> None:
    outlets = TWO + "    unit: headline\n"  # the post's; the herald has articles
    told = {
        "address": "url",
        "outlet": "paper",
        "title": "headline",
        "standfirst": "lead",
        "text": "body",
        "published": "day",
    }
    archive = {"kind": "archive", "path": "kept", "glob": "*.json", "columns": told, "background": 1}
    study = study_of(tmp_path, json.dumps(archive), unit="", outlets=outlets)
    rows = [row | {"body": f"{row['headline']}.\n\nSo it was said in {n}."} for n, row in enumerate(rows_of(12))]
    rows += [
        rows[0] | {"url": "http://herald.invalid/x", "body": ""},
        rows[1] | {"url": "http://post.invalid/y", "body": ""},
    ]
    rows[-1] |= {"headline": "Borland and Tarvia", "lead": ""}
    write(study.raw / "kept" / "a.json", rows)
    corpus = opened(study)
    by = corpus.archive_volume.groupby(["outlet", "outcome"])["n_items"].sum()
    assert by["herald", "empty_text"] == 1 and ("post", "empty_text") not in by.index
    articles = corpus.articles.set_index("outlet")
    assert set(articles.loc["herald", "unit"]) == {"paragraph"} and set(articles.loc["post", "unit"]) == {"headline"}
    assert articles.loc["herald", "text"].str.contains("\n\nSo it was said in ").all()
    assert not articles.loc["post", "text"].str.contains("So it was said").any()
    sample = audit_sample(corpus, np.random.default_rng(1), n=6)
    heads = sample[sample["outlet_name"] == "Post"]
    assert [source[0] for source in heads["source"]] == heads["title"].tolist()


def test_a_row_with_neither_headline_nor_standfirst_is_empty(tmp_path: Path) -> None:
    rows = rows_of(30)
    rows[3] |= {"headline": "", "lead": "<br/>"}
    rows[4] |= {"headline": ""}
    rows[5] |= {"lead": ""}
    put(tmp_path, rows)
    corpus = opened(study_of(tmp_path, source()))
    outcomes = corpus.collect_ledger["outcome"].value_counts()
    assert outcomes["empty_text"] == (1 if rows[4]["lead"] else 2) and outcomes["kept"] >= 28
    [detail] = corpus.collect_ledger.query("outcome == 'empty_text'")["detail"].head(1)
    assert detail == "heads.csv, line 5: no headline"


def test_the_same_headline_again_is_a_repeat_and_a_shared_standfirst_is_none(tmp_path: Path) -> None:
    rows = rows_of(40)
    rows[10] = rows[8] | {"url": "http://herald.invalid/other"}
    rows[12] |= {"lead": "A word on the harvest."}
    rows[14] |= {"lead": "A word on the harvest."}
    put(tmp_path, rows)
    corpus = opened(study_of(tmp_path, source()))
    assert corpus.clean_ledger["outcome"].value_counts().to_dict() == {"kept": 39, "repeat_of_body": 1}
    assert corpus.articles["text"].str.contains("A word on the harvest").sum() == 2


def test_a_line_under_every_headline_goes_and_is_listed(tmp_path: Path) -> None:
    rows = [row | {"lead": "All the news of the quay."} for row in rows_of(24)]
    for n, row in enumerate(rows):
        row["headline"] = (HEADS + LINES)[n % 9]
    put(tmp_path, rows)
    corpus = opened(study_of(tmp_path, source()))
    assert not corpus.cleaned["text"].str.contains("news of the quay").any()
    assert set(corpus.boilerplate["kind"]) == {"standfirst"}


def test_outlets_of_two_units_are_not_compared(tmp_path: Path) -> None:
    outlets = (
        TWO
        + "    unit: headline\n  gazette:\n    name: Gazette\n    country: XAA\n    language: en\n    timezone: UTC\n"
    )
    rows = rows_of(90, ("herald", "gazette"))
    bodies = [row | {"body": f"{row['headline']}.\n\nNobody asked."} for row in rows]
    put(tmp_path, bodies, "bodies.csv")
    put(tmp_path, rows_of(60, ("post", "post")))
    told = {"address": "url", "outlet": "paper", "title": "headline", "text": "body", "published": "day"}
    more = source("csv", "bodies.csv", told)
    heads = {
        "kind": "csv",
        "path": "heads.csv",
        "outlet": "post",
        "columns": {k: v for k, v in COLUMNS.items() if k != "outlet"},
    }
    study = study_of(tmp_path, f"{more}\n  - {json.dumps(heads)}", unit="", outlets=outlets)
    corpus = opened(dataclasses.replace(study, groups_from=("language",)))
    rows = corpus.estimates.query("kind == 'indicator'")
    pairs = rows.query("reference != '' and window == 'period' and side == 'outlet'")
    across = pairs[pairs["group"].eq("post") | pairs["reference"].eq("post")]
    assert len(across) and across["estimate"].isna().all() and set(across["method"]) == {"held back"}
    assert across["note"].str.contains("Post is counted in headlines and .* in paragraphs", regex=True).all()
    within = pairs[~pairs.index.isin(across.index)]
    assert within["estimate"].notna().any()
    assert not (rows["side"] == "group").any()  # the group of one language holds both units
    keyness = corpus.table("keyness")
    assert not (keyness[["target", "reference"]] == "post").any(axis=None)
    assert not (corpus.table("detectable")[["group", "reference"]] == "post").any(axis=None)


@pytest.mark.parametrize(
    ("unit", "given", "message"),
    [
        ("", {"columns": COLUMNS}, "no column for 'text', so its items are headlines"),
        ("unit: headline\n", {"columns": COLUMNS | {"text": "body"}}, "'text' is not read where the unit is 'headline'"),
        ("unit: headline\n", {"columns": {"outlet": "p", "published": "d"}}, "a headline needs a column map for 'title'"),
        ("", {"columns": COLUMNS | {"text": "body"}}, "'standfirst' is read where the unit is 'headline'"),
        ("unit: headlines\n", {"columns": COLUMNS}, "unit 'headlines' is not known; did you mean 'headline'?"),
        ("unit: headline\n", {"kind": "html", "outlet": "post"}, "a source of kind 'html' gives pages"),
        ("unit: headline\n", {"kind": "web", "outlet": "post", "path": None, "feeds": ["http://post.invalid/rss"]},
         "a source of kind 'web' gives pages, and 'post' is of unit 'headline'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_unit_is_refused_in_one_line(
    tmp_path: Path, unit: str, given: dict[str, object], message: str
) -> None:
    made = {"kind": "csv", "path": "heads.csv"} | given
    with pytest.raises(StudyError) as caught:
        study_of(tmp_path, json.dumps({key: value for key, value in made.items() if value is not None}), unit=unit)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_an_id_that_stands_for_two_headlines_is_refused(tmp_path: Path) -> None:
    put(tmp_path, [row | {"no": "7"} for row in rows_of(4)])
    with pytest.raises(ImportFault, match="id '7' stands for another text"):
        _ = opened(study_of(tmp_path, source(columns=COLUMNS | {"id": "no"}))).pages


def test_passing_genres_are_a_universe_and_may_be_left_out(tmp_path: Path) -> None:
    rows = rows_of(120)
    for row in rows[::5]:
        row["url"] = row["url"].replace(".invalid/", ".invalid/live/")
    put(tmp_path, rows)
    study = study_of(tmp_path, source())
    corpus = opened(study)
    assert corpus.articles["genre"].value_counts().to_dict() == {"": 96, "live": 24}
    wanted = comparisons(corpus)
    [first, *_] = materials(corpus, wanted)
    choices = choices_for(study, "indicator", first)
    assert choices["genres"] == ["in", "out"] and choices["min_passages"] == [1]
    without = opened(
        dataclasses.replace(study, analysis=dataclasses.replace(study.analysis, leave_out_genres=("live",)))
    )
    assert not without.articles.query("genre == 'live'")["analysed"].any()
    counted = without.ledger.query("stage == 'count'")["outcome"].value_counts()
    assert counted["genre"] == (corpus.articles["genre"].eq("live") & corpus.articles["relevant"]).sum()
