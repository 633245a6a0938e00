"""What ships of headlines: results that rest on it are the same, and no headline can be read back from it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from archived import write
from some import some
from test_study import CODEBOOK, EVENTS, STUDY

from helpers.data import tables
from helpers.pipeline import open_corpus
from helpers.pipeline.recipes import SHARED
from helpers.pipeline.shared import export_counts
from helpers.study import Study, load_study
from helpers.text.disclosure import candidate_ranks, in_address, released
from helpers.text.rare_terms import LEAST_ITEMS, LEAST_OUTLETS, LEAST_STORIES
from helpers.text.tokens import lemmas

OUTLETS = ("herald", "post", "gazette", "courier")
SOURCE = """
  - kind: archive
    path: feeds
    glob: "*.json"
    columns: {address: link, title: title, standfirst: lead, published: date}
    outlets: {herald.invalid: herald, post.invalid: post, gazette.invalid: gazette, courier.invalid: courier}
    background: 1
"""
VERBS = ("send", "sell", "lend", "promise", "ship", "deny", "weigh", "restore")
THINGS = ("grain", "timber", "ferries", "pianos", "granite", "lanterns", "beehives", "turbines", "umbrellas", "saddles")
PLACES = ("Quayside", "Mirefield", "Osterholm", "Larkrise", "Dunmore", "Brackwater", "Vellmar", "Tidewell", "Ashcombe")
ENDS = (
    "Officials call the shipment routine.", "Nobody at the harbour would say who paid.",
    "The choir of the customs house sang.", "Fishermen watched from the mole.", "A second convoy is expected.",
)  # fmt: skip


def headlines(n: int = 240) -> list[dict[str, str]]:
    """Invented items of four outlets over a year; every third names both states, and one is under its address twice."""
    rng = np.random.default_rng(7)
    items = []
    for i in range(n):
        outlet = OUTLETS[i % 4]
        verb, thing, place = rng.choice(VERBS), rng.choice(THINGS), rng.choice(PLACES)
        named = "Borland to {} Tarvia {} at {}" if i % 3 == 0 else "Council to {} {} {} near {}"
        who = () if i % 3 == 0 else (rng.choice(PLACES),)
        title = named.format(verb, *who, thing, place)
        day = pd.Timestamp("2030-01-01") + pd.Timedelta(days=int(rng.integers(0, 360)))
        items.append({
            "link": f"http://{outlet}.invalid/{i}", "title": title, "lead": f"{rng.choice(ENDS)} Number {i} of many.",
            "date": f"{day:%Y-%m-%d}T12:00:00+00:00",
        })  # fmt: skip
    return [*items, items[0] | {"title": "Borland keeps one lighthouse from Tarvia", "lead": "Storm lamps burn."}]


def study_of(root: Path, sources: str) -> Study:
    folder = root / "studies" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    outlets = "".join(
        f"  {name}: {{name: {name.title()}, country: XAA, language: en, timezone: Europe/London}}\n" for name in OUTLETS
    )
    head = STUDY.split("outlets:")[0] + "unit: headline\noutlets:\n" + outlets + "sources:" + sources
    for name, text in {"study.yml": head, "codebook.yml": CODEBOOK, "events.yml": EVENTS}.items():
        (folder / name).write_text(text.strip() + "\n", encoding="utf-8")
    return load_study("small", root=root)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The study with its headlines, what it ships, and the study that comes as what was shipped."""
    root = tmp_path_factory.mktemp("headlines")
    study = study_of(root, SOURCE)
    write(study.raw / "feeds" / "2030.json", headlines())
    texts = open_corpus(study)
    held = {name: texts.table(name) for name in (*SHARED, "articles", "indicator_measures", "indicator_hits", "volume")}
    folder = root / "shipped"
    export_counts(texts, folder)
    again = root / "again"
    raw = again / "data" / "raw" / "small"
    raw.mkdir(parents=True)
    folder.rename(raw / "counts")
    counts = study_of(again, "\n  - {kind: counts, path: counts}\n")
    return held, counts.raw / "counts", open_corpus(counts)


def test_what_rests_on_shipped_counts_is_what_rests_on_the_texts(made) -> None:
    held, _, shipped = made
    for name in ("indicator_measures", "indicator_hits", "volume"):
        pd.testing.assert_frame_equal(shipped.table(name), held[name])
    same = ["article_id", "relevant", "analysed", "copy_cluster", "share_copied", "is_original", "n_words", "day"]
    pd.testing.assert_frame_equal(shipped.table("articles")[same], held["articles"][same])
    assert held["indicator_hits"]["article_id"].nunique() > 0


def test_terms_ship_by_item_only_if_many_use_them(made) -> None:
    held, folder, _ = made
    counts, articles = tables.read(folder, "counts"), held["articles"].set_index("article_id")
    assert 0 < len(counts) < len(held["counts"])
    rows = counts.join(articles[["outlet", "copy_cluster"]], on="article_id")
    book = {"grain"}  # the codebook's
    rows = rows[~rows["term"].str.startswith("@") & ~rows["term"].isin(book)]
    used = rows.groupby("term")[["outlet", "copy_cluster"]].nunique()
    assert (used["outlet"] >= LEAST_OUTLETS).all() and (used["copy_cluster"] >= LEAST_STORIES).all()


def test_rare_words_are_added_up_over_enough_items_and_none_is_lost(made) -> None:
    held, folder, _ = made
    rare, counts = tables.read(folder, "rare_terms"), tables.read(folder, "counts")
    assert (rare["n_items"] >= LEAST_ITEMS).all() and not rare["term"].str.contains(" ").any()
    singles = [rows.loc[~rows["term"].str.contains(" |@"), "count"].sum() for rows in (held["counts"], counts)]
    assert singles[0] == singles[1] + rare["count"].sum()
    assert held["rare_terms"].equals(rare)


def test_nothing_shipped_is_a_title_a_line_or_a_hash_of_one(made) -> None:
    held, folder, _ = made
    texts = [item["title"] for item in headlines()] + [item["lead"] for item in headlines()]
    bodies = [text for text in held["cleaned"]["text"]]
    hashes = {hashlib.sha256(text.encode()).hexdigest()[:16] for text in [*texts, *bodies]}
    pages = set(held["cleaned"]["page_id"])
    for name in SHARED:
        if not (folder / f"{name}.parquet").exists():
            continue
        table = tables.read(folder, name)
        for column in some(table.columns[[pd.api.types.is_string_dtype(kind) for kind in table.dtypes]]):
            values = set(table[column].dropna())
            assert not values & set(texts), (name, column)
            assert not {value[:16] for value in values} & (hashes | pages), (name, column)
            spaced = [v for v in values if v.count(" ") > 3]
            assert column == "detail" or not spaced, (name, column, spaced[:1])
    details = tables.read(folder, "collect_ledger")["detail"]
    runs = {" ".join(text.split()[i : i + 3]) for text in texts for i in range(len(text.split()) - 2)}
    assert not any(run in detail for detail in details if detail for run in runs)


def test_two_headlines_under_one_address_have_ids_that_tell_neither(made) -> None:
    held, _, _ = made
    twice = held["cleaned"].query("address == 'http://herald.invalid/0'")
    assert twice["article_id"].nunique() == 2
    for row in twice.itertuples():
        text = hashlib.sha256(row.text.encode()).hexdigest()
        guess = hashlib.sha256(f"{row.outlet}\n{row.edition}\n{row.address}\n{text}".encode()).hexdigest()[:16]
        assert guess != row.article_id


def test_background_is_of_enough_headlines(made) -> None:
    held, folder, _ = made
    background = tables.read(folder, "background")
    months = held["articles"].query("not relevant").groupby(["outlet", "month"]).size()
    for outlet, month in background[["outlet", "month"]].drop_duplicates().itertuples(index=False):
        assert month == "other" or months[outlet, month] >= LEAST_ITEMS
    assert background["count"].sum() == held["background"]["count"].sum()


def test_rivals_that_differ_in_rare_words_alone_cannot_be_told_apart(made) -> None:
    held, folder, _ = made
    articles = held["articles"].set_index("article_id")
    words = articles["text"].map(lambda text: [word for word in lemmas(text, "en") if word])
    whole, few = _bags(held["counts"]), _bags(tables.read(folder, "counts"))
    common = {term for bag in few.values() for term in bag}
    every = {word for one in words for word in one}
    decoys = {f"{key}-decoy": ["zither" if word not in common else word for word in words[key]] for key in whole}
    both = pd.concat([words[list(whole)], pd.Series(decoys)])
    texts = pd.DataFrame({"pool": [key.removesuffix("-decoy") for key in both.index], "words": both})
    lengths = {key: len(words[key]) for key in whole}
    everything = candidate_ranks(whole, texts, common=every, lengths=lengths)["rank"]
    some = candidate_ranks({key: few.get(key, {}) for key in whole}, texts, common=common, lengths=lengths)["rank"]
    assert (everything == 1).all() and (some == 1.5).all()
    had = pd.DataFrame([released(words[key], set(few.get(key, {})), language="en") for key in whole])
    assert had["whole"].sum() == 0 and 0.3 < had["words"].mean() < 0.95


def test_an_address_without_words_tells_none() -> None:
    assert in_address(["grain", "quay"], "http://herald.invalid/2030/17", language="en") == 0
    assert np.isnan(in_address(["the"], "http://herald.invalid/the", language="en"))


def _bags(counts: pd.DataFrame) -> dict[str, dict[str, int]]:
    rows = counts[~counts["term"].str.contains(" |@")]
    totals = rows.groupby(["article_id", "term"])["count"].sum()
    return {key: part.droplevel(0).to_dict() for key, part in totals.groupby(level=0)}
