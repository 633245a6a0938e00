"""The practice study from HTTP to report, held against what was planted in it."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from chain import analyse, gather
from practice.score_topics import planted_for

from helpers import pipeline as stages
from helpers import views
from helpers.data import tables
from helpers.extract.lines import held
from helpers.pipeline.counts import MIN_ARTICLES, import_counts
from helpers.report.build import build
from helpers.study import Source, load_study
from helpers.text.phrases import scan_for_runs
from helpers.text.tokens import lemmas
from practice import read_truth

LANGUAGES = ("en", "ru", "uk", "ko", "zh")
ANALYSED = [
    "topics",
    "topic_quality",
    "topic_notes",
    "topic_links",
    "topic_documents",
    "topic_range",
    "measures",
    "evidence",
    "estimates",
    "keyness",
    "universes",
]


@pytest.fixture(scope="module")
def study(workshop):
    """practice with every page of its report built in a workshop."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COVERAGE_ROOT", str(workshop))
        study = load_study("practice", root=workshop)
        build(study, say=lambda *a, **k: None)
        yield study


@pytest.fixture(scope="module")
def again(root, tmp_path_factory):
    """The same study collected, cleaned and counted a second time, elsewhere and without notebooks."""
    elsewhere = dataclasses.replace(load_study("practice", root=root), root=tmp_path_factory.mktemp("again"))
    gather(elsewhere)
    return elsewhere


def scores(study, notebook):
    rows = tables.read(study.processed, "scores")
    return rows[rows["notebook"] == notebook].set_index("quantity")


def test_every_notebook_shows_what_it_recovered(study):
    for path in study.reports.glob("0*.html"):
        assert "Recovered against planted" in path.read_text(encoding="utf-8"), path.name
    assert set(tables.read(study.processed, "scores")["notebook"]) == {
        "01-collect", "02-clean", "03-describe", "04-topics", "05-frames", "06-validate", "07-compare", "08-events",
        "09-robustness",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("notebook", "quantity"),
    [
        ("01-collect", "articles fetched: recall"),
        ("02-clean", "dates right where the page gives one"),
        ("02-clean", "conflicting dates flagged"),
        ("02-clean", "pairs that copy one story: recall"),
        ("02-clean", "pairs that copy one story: precision"),
        ("02-clean", "origin of credited stories"),
        ("02-clean", "own stories not credited to an agency"),
        ("02-clean", "relevant articles: recall"),
        ("02-clean", "relevant articles: precision"),
        ("02-clean", "flag ai_disclosed: recall"),
        *(("04-topics", f"articles whose largest topic is the planted one ({tag})") for tag in LANGUAGES),
        *(("04-topics", f"wire story topics called by name ({tag})") for tag in LANGUAGES),
        ("04-topics", "boilerplate topics called by name (en)"),
        ("05-frames", "passages where an indicator was planted (en): recall"),
        ("05-frames", "passages where an indicator was planted (ru): recall"),
    ],
)
def test_what_was_planted_is_recovered(study, notebook, quantity):
    assert scores(study, notebook).loc[quantity, "recovered"] >= 0.95


def test_topic_differences_keep_their_size_and_no_subject_is_called_boilerplate(study):
    rows = scores(study, "04-topics")["recovered"]
    assert 0.8 <= rows["slope of topic differences on the realised ones"] <= 1.2
    for tag in LANGUAGES:
        assert rows[f"planted topics found ({tag})"] == 5
        assert rows[f"subjects called boilerplate or a wire story ({tag})"] == 0


def test_topics_of_five_languages_are_one_strand_each_and_no_language_in_disguise(study):
    truth = {name: read_truth(study.processed, name) for name in ("truth_topics",)}
    nearest = planted_for(tables.read(study.processed, "topics"), truth).set_index("topic")["planted"]
    notes = tables.read(study.processed, "topic_notes")
    strands = notes.assign(planted=notes["topic"].map(nearest)).groupby("strand")
    assert list(strands.size()) == [5] * 5
    assert (strands["planted"].nunique() == 1).all() and (strands["language"].nunique() == 5).all()
    assert (tables.read(study.processed, "topic_languages")["verdict"] == "").all()


def test_boilerplate_is_gone_from_all_but_a_page_in_a_hundred(study):
    left = scores(study, "02-clean").loc["articles with a recurring line left in"]
    assert left["recovered"] <= 0.01 * left["n"]


@pytest.mark.parametrize("notebook", ["04-topics", "05-frames", "06-validate", "07-compare", "08-events"])
def test_intervals_hold_the_planted_values_about_as_often_as_they_say(study, notebook):
    rows = scores(study, notebook).dropna(subset=["low"])
    inside = (rows["verdict"] == "inside the interval").mean()
    assert inside >= 0.90, f"{inside:.2f} of {len(rows)}"


def test_the_failed_month_is_a_gap_and_not_a_silence(study):
    volume = tables.read(study.processed, "volume")
    gaps = volume[~volume["observed"]]
    assert list(zip(gaps["outlet"], gaps["month"], strict=True)) == [("tarvenski-vestnik", "2030-01")]


def test_copies_make_a_difference_that_originals_do_not_show(study):
    estimates = tables.read(study.processed, "estimates")
    rows = estimates[
        (estimates["quantity"] == "indicator:LEGALITY") & (estimates["voice"] == "all")
        & (estimates["window"] == "period")
        & (estimates["group"] == "sundrel-gazette") & (estimates["reference"] == "brack-strait-post")
    ].set_index("items")["estimate"]  # fmt: skip
    assert rows["all"] - rows["originals"] > 0.03


def test_universes_hold_what_was_planted_and_find_nothing_where_nothing_was(study):
    rows = scores(study, "09-robustness")
    held = rows[rows.index.str.startswith("universes that hold the planted difference")]
    assert len(held) == 6 and (held["recovered"] >= 0.5).all()
    [none] = rows[rows.index.str.startswith("universes with a clear sign where none was planted")].itertuples()
    assert "LEGALITY" in none.Index and none.recovered < 0.5
    turned = rows[rows.index.str.startswith("universes clearly against the planted sign")]
    assert len(turned) > 10 and (turned["recovered"] < 0.5).all()


def test_a_second_run_gives_the_same_bytes(study, again):
    names = sorted(path.name for path in again.processed.iterdir())
    assert "counts.parquet" in names and "articles.parquet" in names
    for name in names:
        assert (study.processed / name).read_bytes() == (again.processed / name).read_bytes(), name


def test_a_second_collection_asks_for_no_page_again(again):
    before = {path.name: path.read_bytes() for path in (again.raw / "warc").iterdir()}
    stages.collect(again)
    assert {path.name: path.read_bytes() for path in (again.raw / "warc").iterdir()} == before


def test_a_language_whose_indicators_are_broken_is_held_back_by_name(again, tmp_path):
    frames = {
        code: dataclasses.replace(frame, indicators={**frame.indicators, "ko": frame.indicators["ko"][-1:]})
        for code, frame in again.codebook.frames.items()
    }
    verdicts = []
    for name, book in (("sound", again.codebook), ("broken", dataclasses.replace(again.codebook, frames=frames))):
        study = dataclasses.replace(again, root=tmp_path / name, codebook=book)
        study.processed.mkdir(parents=True)
        for path in again.processed.glob("*.parquet"):
            (study.processed / path.name).write_bytes(path.read_bytes())
        stages.indicators(study)
        stages.check_measures(study)
        verdicts.append(views.gates(study))
    sound, broken = verdicts
    with_ko = broken["languages"].str.contains("ko")
    assert set(broken.loc[with_ko, "languages"]) == {"en and ko", "ru and ko", "uk and ko", "ko and zh"}
    reasons = broken.loc[with_ko, "verdict"]
    assert reasons.str.contains(r"recall differs between .*\bko\b").all()  # no frame is let through
    assert (sound.loc[sound["languages"].str.contains("ko"), "verdict"] == "let through").any()
    pd.testing.assert_frame_equal(  # every other pair is judged as before
        broken[~with_ko].reset_index(drop=True),
        sound[~sound["languages"].str.contains("ko")].reset_index(drop=True),
    )


@pytest.fixture(scope="module")
def shared(again, tmp_path_factory):
    """The same study from its shared counts alone."""
    folder = tmp_path_factory.mktemp("shared") / "counts"
    stages.export_counts(again, folder)
    counts = dataclasses.replace(again, root=folder.parent, sources=(Source(kind="counts", path=folder),))
    import_counts(counts, folder)
    for path in again.processed.glob("truth_*.parquet"):
        (counts.processed / path.name).write_bytes(path.read_bytes())
    analyse(counts)
    return counts


def test_counts_give_what_text_gives_to_the_last_digit(study, shared):
    """A second analysis, too: the first was made by the notebooks."""
    for name in ANALYSED:
        left, right = tables.read(study.processed, name), tables.read(shared.processed, name)
        pd.testing.assert_frame_equal(left, right, check_exact=True)


def test_what_is_shared_holds_no_run_of_words_beyond_the_phrase_list(again, shared):
    folder = shared.sources[0].path
    phrases = tables.read(folder, "phrases")
    corpus = tables.read(again.processed, "articles")
    terms = set(tables.read(folder, "counts")["term"]) | set(tables.read(folder, "background")["term"])
    for language in again.languages:
        texts = corpus.loc[corpus["language"] == language, "text"]
        listed = set(phrases.loc[phrases["language"] == language, "phrase"])
        others = set(phrases["phrase"]) - listed
        assert scan_for_runs(terms - others, texts, language=language, phrases=listed) == []
    articles = tables.read(folder, "articles")
    assert articles[["title", "byline", "section", "text"]].isna().all().all()
    assert tables.read(folder, "passages")[["speaker", "text"]].isna().all().all()


def test_a_shared_phrase_is_the_codebooks_or_stands_in_ten_stories(again, shared):
    phrases = tables.read(shared.sources[0].path, "phrases")
    assert (phrases["phrase"].str.count(" ") <= 3).all()
    corpus = tables.read(again.processed, "articles").merge(tables.read(again.processed, "copies"), on="article_id")
    for language, rows in phrases[phrases["origin"] == "corpus"].groupby("language"):
        part = corpus[corpus["language"] == language]
        runs = {
            cluster: " / " + " ".join(lemmas(" ".join(texts), str(language))) + " "
            for cluster, texts in part.groupby("copy_cluster")["text"]
        }
        for phrase in rows["phrase"]:
            assert sum(f" {phrase} " in run for run in runs.values()) >= MIN_ARTICLES, phrase


def test_the_truth_is_read_by_nothing_but_scores(study):
    assert len(read_truth(study.processed, "truth_articles")) >= 300
    for path in (study.root / "notebooks").glob("*.ipynb"):
        assert "truth_" not in path.read_text(encoding="utf-8"), path.name


def test_an_audit_sets_articles_of_every_outlet_beside_their_pages(study):
    sample = stages.audit(study, np.random.default_rng(5), n=20)
    assert len(sample) == 20 and set(sample["outlet"]) == set(study.outlets)
    for row in sample.itertuples():
        paragraphs = row.text.split("\n\n")
        assert all(held(paragraphs, "\n".join(row.source)))  # nothing is in the study that its page does not show
        assert not all(held(row.source, row.text))  # every page carries more than its article
    pd.testing.assert_frame_equal(sample, stages.audit(study, np.random.default_rng(5), n=20))
    assert not sample["address"].equals(stages.audit(study, np.random.default_rng(6), n=20)["address"])


def test_the_way_from_found_to_analysed_only_narrows(study):
    table = views.funnel(study).set_index("outlet")
    steps = ["found", "collected", "articles", "with a relevant passage", "analysed", "originals among them"]
    assert (table[steps].diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)
    assert table.loc["all", "found"] == (tables.read(study.processed, "ledger")["stage"] == "collect").sum()
    assert views.losses(study)["items"].sum() == table.loc["all", "found"] - table.loc["all", "collected"]


def test_who_prints_whom_is_told_of_every_credited_story(study):
    links, copies = views.reprints(study), tables.read(study.processed, "copies")
    credited = ~copies["origin"].isin(["own", "unknown"])
    assert links.loc[links["kind"] == "agency", "n_articles"].sum() == credited.sum() > 0
