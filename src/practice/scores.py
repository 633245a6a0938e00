"""What the practice study's notebooks recovered, held against what was planted."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd

from helpers.compare.differences import differences
from helpers.data import tables
from helpers.data.corpus import CLUSTERS, load_corpus, voices
from helpers.pipeline.frame_shares import CLASSIFIER
from helpers.pipeline.indicator_measures import fired, fits_of, topic_shares
from helpers.pipeline.measure_checks import judged_passages
from helpers.pipeline.topic_multiverse import AGAIN
from helpers.pipeline.topic_prevalence import topic_frames, topic_levels
from helpers.study import Study
from practice import read_truth, score, score_frames, score_topics, score_universes, score_words
from practice.coding_rehearsal import score_coders
from practice.intrusion_rehearsal import rehearse
from practice.uncleaned import uncleaned

TRUTH = ["articles", "passages", "effects", "topics", "boilerplate", "pages"]


def scores(study: Study, notebook: str | None = None) -> pd.DataFrame:
    """Score one notebook against the truth and keep it in ``scores``; without a notebook, read all that are kept.

    Raises
    ------
    ValueError
        The study is not the practice study: its truth is unknown.
    """
    if not study.practice:
        raise ValueError(f"study {study.name!r} has no planted truth to be scored against")
    kept = (
        tables.read(study.processed, "scores") if tables.exists(study.processed, "scores") else tables.empty("scores")
    )
    if notebook is None:
        return kept
    rows = _SCORERS[notebook](study, _truth(study)).assign(notebook=notebook)
    tables.write(study.processed, "scores", pd.concat([kept[kept["notebook"] != notebook], rows], ignore_index=True))
    return rows[kept.columns]


def _truth(study: Study) -> dict[str, pd.DataFrame]:
    return {f"truth_{name}": read_truth(study.processed, f"truth_{name}") for name in TRUTH}


def _collected(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    books, pages = tables.read(study.processed, "ledger"), tables.read(study.processed, "pages")
    return score.collected(books, truth["truth_articles"], pages)


def _cleaned(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    read = [tables.read(study.processed, name) for name in ("articles", "copies", "boilerplate")]
    return score.cleaned(*read, truth)


def _described(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return score.described(voices(study), truth)


def _topics(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Topics, articles, shares by outlet, and what topics are called, beside what was planted."""
    addresses = load_corpus(study).set_index("article_id")["address"]
    terms, shares = tables.read(study.processed, "topics"), topic_shares(study)
    if terms.empty:
        return pd.DataFrame(columns=score.COLUMNS)
    nearest = score_topics.planted_for(terms, truth)
    planted = nearest.set_index("topic")["planted"]
    options = {"value": "share", "group": "outlet", "clusters": CLUSTERS, "level": study.analysis.coverage_level}
    languages = nearest["language"].unique()
    levels = pd.concat([topic_levels(study, language) for language in languages])
    between = pd.concat(
        differences(frame, fits=fits_of(frame), **options).assign(topic=topic)
        for language in languages
        for topic, frame in topic_frames(study, language)
    )
    levels, between = (table.assign(planted=table["topic"].map(planted)) for table in (levels, between))
    found = [
        score_topics.topics(nearest, shares, addresses, truth),
        score_topics.topic_shares(levels.rename(columns={"outlet": "group"}), between, truth["truth_effects"]),
        score_topics.artefacts(uncleaned(study)),
    ]
    return pd.concat(found, ignore_index=True)


def _indicators(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Planted indicator hits found, and nothing else; corrected shares beside what coders were made to see."""
    judged = judged_passages(study)
    made = truth["truth_passages"].dropna(subset=["indicator"])
    keys = ["address", "paragraph", "voice"]
    planted = set(made[[*keys, "indicator"]].itertuples(index=False, name=None))
    known = set(judged[keys].itertuples(index=False, name=None))
    hits = fired(study).merge(judged[["article_id", "position", *keys]], on=["article_id", "position"])
    found = set(hits[[*keys, "frame"]].itertuples(index=False, name=None))
    rows = []
    for language in study.languages:
        mine = set(judged.loc[judged["language"] == language, "address"])
        sides = [{key for key in side if key[0] in mine and key[:3] in known} for side in (planted, found)]
        rows += score.retrieval(f"passages where an indicator was planted ({language})", *sides)
    coded = tables.read(study.processed, "frame_shares")
    shares = score_frames.shares(coded[coded["source"] == CLASSIFIER], truth["truth_effects"])
    return pd.concat([pd.DataFrame(rows, columns=score.COLUMNS), shares], ignore_index=True)


def _errors(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Recall of each indicator set beside the planted rate of misses; simulated coders beside their skill."""
    from practice.world import MISS_RATE

    checks = tables.read(study.processed, "measure_checks")
    checks = checks[checks["quantity"] == "recall"].rename(columns={"value": "estimate"})
    rows = [
        score.interval(f"recall, {found['measure']} ({found['language']})", 1 - MISS_RATE, found, n=found["n"])
        for _, found in checks.iterrows()
    ]
    coders = [score_coders(study), rehearse(study)]
    return pd.concat([pd.DataFrame(rows, columns=score.COLUMNS), *coders], ignore_index=True)


def _compared(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    estimates, effects = tables.read(study.processed, "estimates"), truth["truth_effects"]
    whole = estimates[(estimates["window"] == "period") & (estimates["voice"] == "all")]
    between = whole[(whole["reference"] != "") & (whole["method"] != "held back")]
    levels = whole[
        (whole["reference"] == "") & (whole["items"] == "all") & whole["quantity"].str.startswith("indicator:")
    ]
    found = [score.levels(levels, effects), score.differences(between, effects)]
    found.append(score_words.words(tables.read(study.processed, "keyness"), _indicator_words(study), effects))
    return pd.concat([rows for rows in found if len(rows)], ignore_index=True)


def _indicator_words(study: Study) -> dict[str, dict[str, str]]:
    """By language: terms that are an indicator on their own, of one frame only, with that frame's code."""
    found: dict[str, dict[str, str]] = {}
    for language in study.languages:
        pairs = {(one.all[0], code) for code, one in study.codebook.indicators(language) if len(one.all) == 1}
        terms = pd.Series([term for term, _ in pairs]).value_counts()
        found[language] = {term: code for term, code in pairs if terms[term] == 1}
    return found


def _changed(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Changes of shares beside the planted ones; what was found where none was planted; bursts beside the flood."""
    from practice import world

    estimates = tables.read(study.processed, "estimates")
    around = estimates[estimates["window"].str.startswith("event:")]
    shares = around["quantity"] != "volume"
    shifted = set()
    for event in (event for event in world.EVENTS if event.shift):
        groups = [f"group:{event.bloc}", *(o for o, outlet in world.OUTLETS.items() if outlet.bloc == event.bloc)]
        shifted |= {(f"indicator:{event.frame}", group, f"event:{event.id}") for group in groups}
    outlet, day, _ = world.FLOOD
    emphasis, volume = (score.non_effects(part, shifted) for part in (around[shares], around[~shares]))
    found = [
        score.changes(around[shares], truth["truth_effects"]),
        emphasis.assign(quantity="emphasis, " + emphasis["quantity"]),
        volume.assign(quantity="volume, " + volume["quantity"]),
        score.bursts(tables.read(study.processed, "spells"), {(outlet, str(day))}),
    ]
    return pd.concat(found, ignore_index=True)


def _varied(study: Study, truth: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Differences that universes hold, zeros that they do not find, topics whose sign they do not turn."""
    table = tables.read(study.processed, "universes")
    if table.empty:
        return pd.DataFrame(columns=score.COLUMNS)
    choices = pd.DataFrame([json.loads(universe) for universe in table["universe"]], index=table.index)
    topics = table["quantity"].str.startswith("topic:")
    found = score_universes.differences(table[~topics], choices[~topics], truth["truth_effects"])
    if not topics.any():
        return found
    nearest = score_topics.planted_for(tables.read(study.processed, "topics"), truth)
    again = table[topics & (table["overlap"] >= AGAIN)]
    more = score_universes.topics(again, nearest.set_index("topic")["planted"], truth["truth_effects"])
    return pd.concat([found, more], ignore_index=True)


_SCORERS: dict[str, Callable[[Study, dict[str, pd.DataFrame]], pd.DataFrame]] = {
    "01-collect": _collected,
    "02-clean": _cleaned,
    "03-describe": _described,
    "04-topics": _topics,
    "05-frames": _indicators,
    "06-validate": _errors,
    "07-compare": _compared,
    "08-events": _changed,
    "09-robustness": _varied,
}
