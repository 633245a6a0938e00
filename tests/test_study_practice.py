"""The practice study from HTTP to report, held against what was planted in it; built once (`built`)."""

import dataclasses

import built
import numpy as np
import pandas as pd
import pytest
from some import some

from helpers.copies.reprints import reprints
from helpers.data import ledger
from helpers.extract.lines import held
from helpers.pipeline import open_corpus
from helpers.pipeline.audit_sample import audit_sample
from helpers.pipeline.measure_checks import Gate
from practice.scores.nearest import planted_for

LANGUAGES = ("en", "ru", "uk", "ko", "zh")


def scores(practice, notebook):
    rows = practice.scores
    return rows[rows["notebook"] == notebook].set_index("quantity")


def test_every_notebook_shows_what_it_recovered(practice):
    for path in some(practice.study.reports.glob("0*.html")):
        assert "Recovered against planted" in path.read_text(encoding="utf-8"), path.name
    assert set(practice.scores["notebook"]) == {
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
def test_what_was_planted_is_recovered(practice, notebook, quantity):
    assert scores(practice, notebook).loc[quantity, "recovered"] >= 0.95


def test_topic_differences_keep_their_size_and_no_subject_is_called_boilerplate(practice):
    rows = scores(practice, "04-topics")["recovered"]
    assert 0.8 <= rows["slope of topic differences on the realised ones"] <= 1.2
    for tag in LANGUAGES:
        assert rows[f"planted topics found ({tag})"] == 5
        assert rows[f"subjects called boilerplate or a wire story ({tag})"] == 0


def test_topics_of_five_languages_are_one_strand_each_and_no_language_in_disguise(practice):
    nearest = planted_for(practice.topic_terms, practice.truth_topics).set_index("topic")["planted"]
    strands = practice.topics.assign(planted=lambda t: t["topic"].map(nearest)).groupby("strand")
    assert list(strands.size()) == [5] * 5
    assert (strands["planted"].nunique() == 1).all() and (strands["language"].nunique() == 5).all()
    assert (practice.topic_languages["verdict"] == "").all()


def test_boilerplate_is_gone_from_all_but_a_page_in_a_hundred(practice):
    left = scores(practice, "02-clean").loc["articles with a recurring line left in"]
    assert left["recovered"] <= 0.01 * left["n"]


@pytest.mark.parametrize("notebook", ["04-topics", "05-frames", "06-validate", "07-compare", "08-events"])
def test_intervals_hold_the_planted_values_about_as_often_as_they_say(practice, notebook):
    rows = scores(practice, notebook).dropna(subset=["low"])
    inside = (rows["verdict"] == "inside the interval").mean()
    assert inside >= 0.90, f"{inside:.2f} of {len(rows)}"


def test_the_failed_month_is_a_gap_and_not_a_silence(practice):
    gaps = practice.volume[~practice.volume["observed"]]
    assert list(zip(gaps["outlet"], gaps["month"], strict=True)) == [("tarvenski-vestnik", "2030-01")]


def test_copies_make_a_difference_that_originals_do_not_show(practice):
    rows = practice.estimates.query(
        "kind == 'indicator' and measure == 'LEGALITY' and voice == 'all' and window == 'period' "
        "and group == 'sundrel-gazette' and reference == 'brack-strait-post'"
    ).set_index("items")["estimate"]
    assert rows["all"] - rows["originals"] > 0.03


def test_universes_hold_what_was_planted_and_find_nothing_where_nothing_was(practice):
    rows = scores(practice, "09-robustness")
    held = rows[rows.index.str.startswith("universes that hold the planted difference")]
    assert len(held) == 6 and (held["recovered"] >= 0.5).all()
    [none] = rows[rows.index.str.startswith("universes with a clear sign where none was planted")].itertuples()
    assert "LEGALITY" in none.Index and none.recovered < 0.5
    turned = rows[rows.index.str.startswith("universes clearly against the planted sign")]
    assert len(turned) > 10 and (turned["recovered"] < 0.5).all()


def test_a_language_whose_indicators_are_broken_is_held_back_by_name(practice, broken):
    sound, worse = verdicts(practice), verdicts(broken)
    with_ko = sorted(pair for pair in sound if "ko" in pair)
    assert with_ko == [("en", "ko"), ("ko", "zh"), ("ru", "ko"), ("uk", "ko")]
    for pair in with_ko:  # no frame is let through
        assert all("recall differ" in why and "Korean" in why for why in worse[pair].values())
    assert any(why == "" for pair in with_ko for why in sound[pair].values())
    for pair in set(sound) - set(with_ko):  # every other pair is judged as before
        assert worse[pair] == sound[pair]


def verdicts(corpus):
    """Why each frame's indicators may not be compared across each pair of languages; blank where they may."""
    gate, spoken = Gate(corpus.measure_checks), corpus.study.languages
    pairs = [(a, b) for i, a in enumerate(spoken) for b in spoken[i + 1 :]]
    return {pair: {code: gate("indicator", code, pair) for code in corpus.study.codebook.frames} for pair in pairs}


@pytest.fixture(scope="module")
def broken(practice, tmp_path_factory):
    """The same study whose indicators in one language are cut down to the last."""
    study = built.copied(practice.study, tmp_path_factory.mktemp("broken"))
    frames = {
        code: dataclasses.replace(frame, indicators={**frame.indicators, "ko": frame.indicators["ko"][-1:]})
        for code, frame in study.codebook.frames.items()
    }
    return open_corpus(dataclasses.replace(study, codebook=dataclasses.replace(study.codebook, frames=frames)))


def test_the_truth_is_read_by_nothing_but_scores(practice):
    assert len(practice.truth_articles) >= 300
    for path in some((practice.study.root / "notebooks").glob("*.ipynb")):
        assert "truth_" not in path.read_text(encoding="utf-8"), path.name
    for name, recipe in practice.recipes.items():
        if any(need.startswith("truth_") for need in recipe.needs):
            assert recipe.module.startswith("practice."), name


def test_an_audit_sets_articles_of_every_outlet_beside_their_pages(practice):
    sample = audit_sample(practice, np.random.default_rng(5), n=20)
    assert len(sample) == 20 and set(sample["outlet"]) == set(practice.study.outlets)
    for row in sample.itertuples():
        paragraphs = row.text.split("\n\n")
        assert all(held(paragraphs, "\n".join(row.source)))  # nothing is in the study that its page does not show
        assert not all(held(row.source, row.text))  # every page carries more than its article
    pd.testing.assert_frame_equal(sample, audit_sample(practice, np.random.default_rng(5), n=20))
    assert not sample["address"].equals(audit_sample(practice, np.random.default_rng(6), n=20)["address"])


def test_the_way_from_found_to_analysed_only_narrows(practice):
    entries, articles = practice.ledger, practice.articles
    of_items = entries[~entries["outcome"].str.startswith(ledger.LIST_FAILED)]
    asked = of_items[of_items["stage"] == "collect"]
    steps = pd.DataFrame(
        {
            "found": asked.groupby("outlet").size(),
            "collected": asked[asked["outcome"] == ledger.KEPT].groupby("outlet").size(),
            "articles": articles.groupby("outlet").size(),
            "relevant": articles[articles["relevant"]].groupby("outlet").size(),
            "analysed": articles[articles["analysed"]].groupby("outlet").size(),
            "originals": articles[articles["analysed"] & articles["is_original"]].groupby("outlet").size(),
        }
    )
    assert (steps.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None) and steps.notna().all(axis=None)
    ledger.balance(entries, "collect", "clean")


def test_who_prints_whom_is_told_of_every_credited_story(practice):
    copies = practice.copies
    links = reprints(copies, practice.articles.set_index("article_id")["outlet"])
    credited = ~copies["origin"].isin(["own", "unknown"])
    assert links.loc[links["kind"] == "agency", "n_articles"].sum() == credited.sum() > 0
