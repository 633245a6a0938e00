"""Records to articles with clean text: ``cleaned``, ``boilerplate``, and ``clean_ledger`` with every record once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.copies.near_duplicates import repeated_bodies
from helpers.copies.recurring_lines import line_key, recurring_lines, strip_lines, strip_trailer
from helpers.copies.recurring_runs import keys_of, recurring_runs, strip_runs
from helpers.copies.repeats import first_of_same, teasers
from helpers.copies.standfirsts import bare_standfirsts, idle_standfirsts, standfirst_runs
from helpers.data import ledger, tables
from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS
from helpers.extract.glued_words import learn_joins, split_joins
from helpers.extract.headlines import headline_text
from helpers.extract.language import spoken_language
from helpers.extract.normalise import normalise
from helpers.pipeline.flags import page_flags
from helpers.pipeline.records import read_records
from helpers.study import Study
from helpers.text.genre import genre
from helpers.text.lengths import n_words
from helpers.text.study_patterns import PatternTooSlow, StudyPatterns

LEFT_IN = "left in"  # in ``boilerplate``: not cut, but so often the same that somebody should look
LEFT_SHARE, LEFT_LEAST = 0.05, 5  # of an outlet's paragraphs, and articles
PATTERN_TOO_SLOW = "pattern_too_slow"  # outcome of an item that a pattern of the study could not be held against
ID_LENGTH = 16  # hexadecimal digits: two articles of a million share an id with a chance below 1 in 10 million


def article_id(outlet: str, edition: str, address: str, text: str = "") -> str:
    """Stable key of an article: a hash of outlet, edition and canonical address.

    `text` is given only for an article under an address that an earlier one, with another text, stands under.

    >>> article_id("kcna", "en", "http://www.kcna.kp/en/article/1")
    '6187a63a4c2951cb'
    """
    key = f"{outlet}\n{edition}\n{address}" + (f"\n{hashlib.sha256(text.encode()).hexdigest()}" if text else "")
    return hashlib.sha256(key.encode()).hexdigest()[:ID_LENGTH]


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Every record as an article with clean text, or in the ledger with the reason why it is none."""
    study, records = corpus.study, read_records(corpus.study)
    if records.empty:  # 01-collect says why
        return {name: tables.stack(name, []) for name in ("cleaned", "boilerplate", "clean_ledger")}
    records, boilerplate = _normalised(study, records)
    for row in records[records["refused"] == PATTERN_TOO_SLOW].drop_duplicates("refusal_detail").itertuples():
        corpus.say(
            f"{row.outlet}, {row.address}: {row.refusal_detail}; the item is left out, clean_ledger has them all"
        )
    outcome, detail = _outcome(study, records)
    kept = records[outcome == ledger.KEPT]
    rows = records.rename(columns={"page_id": "id"}).assign(outcome=outcome, detail=detail)
    rows["detail"] = rows["detail"].where(rows["outcome"] != ledger.KEPT, rows["article_id"])
    rows["month"] = ledger.local_months(rows, study.timezones)
    return {
        "cleaned": kept[list(SCHEMAS["cleaned"].columns)],
        "boilerplate": boilerplate,
        "clean_ledger": ledger.entries("clean", rows),
    }


def _normalised(study: Study, records: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records with clean text and what follows from it; and the lines that were taken out.

    The text of a headline is its standfirst until it is clean, then both in one paragraph.
    """
    records = records.reset_index(drop=True)
    records["edition"] = records["outlet"].map({key: outlet.edition for key, outlet in study.outlets.items()})
    records["text"], slow = _plain(study, records)
    records["whole"] = records["text"].str.strip() != ""
    records["traces"] = [json.dumps(pairs, ensure_ascii=False) for pairs in page_flags(records)]
    headline = records["outlet"].isin(study.headlines)
    bodies, lines = _stripped(study, records[~headline])
    heads, idle = _headlines(study, records[headline])
    records["text"] = pd.concat([bodies, heads]).reindex(records.index)
    boilerplate = tables.stack("boilerplate", [lines, idle])
    records["article_id"] = _article_ids(records, study.headlines)
    records["language"] = _languages(study, records)
    facts = zip(records["title"].fillna(""), records["address"], records["language"], strict=True)
    records["genre"] = [genre(*fact) for fact in facts]
    records["n_words"] = records["text"].map(n_words).astype(int)
    records["sha256"] = [hashlib.sha256(text.encode()).hexdigest() for text in records["text"]]
    for name, blank in {"covariates": "{}", "refused": "", "refusal_detail": ""}.items():
        records[name] = records[name].fillna(blank) if name in records else blank
    for index, detail in slow.items():
        records.loc[index, ["refused", "refusal_detail"]] = PATTERN_TOO_SLOW, detail
    return records, boilerplate


def _article_ids(records: pd.DataFrame, headlines: Collection[str]) -> pd.Series:
    """A key for each record: its address's, or one of its own where another text stands under that address.

    That of a headline is made of its turn, since a hash of its words would tell them to whoever guesses.
    """
    where = ["outlet", "edition", "address"]
    ids = pd.Series([article_id(*key) for key in records[where].itertuples(index=False)], index=records.index)
    several = records[records.duplicated(where, keep=False) & (records["text"].str.strip() != "")]
    for key, group in several.groupby(where, sort=False):
        texts = group["text"].tolist()
        for row, first in zip(group.index, first_of_same(texts), strict=True):
            ids[row] = article_id(*key, f"{first}" if key[0] in headlines else texts[first]) if first else ids[row]
    return ids


def _outcome(study: Study, records: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """What became of each record, and a word on it."""
    outcome, detail = pd.Series(ledger.KEPT, index=records.index), records["refusal_detail"].copy()
    spoken = {key: outlet.language for key, outlet in study.outlets.items()}
    outcome[records["language"] != records["outlet"].map(spoken)] = "other_language"
    bare = records["text"].str.strip() == ""
    outcome[bare] = "empty_text"
    outcome[bare & records["whole"]] = "only_site_lines"  # a list of links, a form: no article
    outcome = outcome.where(records["refused"] == "", records["refused"])
    detail = detail.mask(outcome == "other_language", records["language"])
    alive = outcome == ledger.KEPT
    sharing = teasers(records["text"].where(alive, ""), records["outlet"], records["title"])
    outcome[sharing.index], detail[sharing.index] = "teaser", [f"{n} items have this text" for n in sharing]
    alive = outcome == ledger.KEPT
    outcome[alive & records["article_id"].where(alive).duplicated()] = "repeat_of_address"
    kept = records[outcome == ledger.KEPT].set_index("article_id")
    repeats = repeated_bodies(kept["text"], kept["outlet"])
    outcome[(outcome == ledger.KEPT) & records["article_id"].isin(list(repeats))] = "repeat_of_body"
    return outcome, [repeats.get(key, why) for key, why in zip(records["article_id"], detail, strict=True)]


def _plain(study: Study, records: pd.DataFrame) -> tuple[pd.Series, dict[int, str]]:
    """Text in one form, words that were glued at a join set free by what their outlet's other texts know.

    And the records whose text a pattern of the study took too long on, with the pattern; theirs is blank.
    """
    strip = {key: outlet.strip for key, outlet in study.outlets.items()}
    patterns, slow = StudyPatterns(), {}
    raw = zip(records.index, records["text"].fillna(""), records["title"].fillna(""), records["outlet"], strict=True)
    plain = {}
    for index, text, title, outlet in raw:
        try:
            plain[index] = normalise(_cut(text, title, strip[outlet], patterns))
        except PatternTooSlow as error:
            plain[index], slow[index] = "", f"strip: {error}"
    texts = pd.Series(plain, index=records.index, dtype=object)
    known = {outlet: learn_joins(part.tolist()) for outlet, part in texts.groupby(records["outlet"])}
    split = [split_joins(text, known[outlet]) for text, outlet in zip(texts, records["outlet"], strict=True)]
    return pd.Series(split, index=texts.index), slow


def _cut(text: str, title: str, strip: tuple[str, ...], patterns: StudyPatterns) -> str:
    """The text without what the study says an outlet's pages carry around it; a cut ends a paragraph.

    ``{title}`` in a pattern stands for the item's own title, however it is spaced.
    """
    heading = r"\s+".join(re.escape(word) for word in title.split())
    for pattern in strip:
        text = patterns.replaced(pattern.replace("{title}", heading), "\n\n", text, of=pattern)
    return text


def _headlines(study: Study, records: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Headlines with their standfirsts, without what is the site's under them; and that, listed."""
    if records.empty:
        return pd.Series(dtype=object), tables.empty("boilerplate")
    titles = records["title"].fillna("").map(lambda title: " ".join(normalise(title).split()))
    lines = records["text"].map(lambda text: " ".join(text.split()))
    idle = _unwanted(study, idle_standfirsts(lines, records["outlet"], titles))
    lines = bare_standfirsts(lines, records["outlet"], idle)
    runs = _unwanted(study, standfirst_runs(lines, records["outlet"], titles))
    lines = bare_standfirsts(lines, records["outlet"], runs)
    texts = [headline_text(title, line) for title, line in zip(titles, lines, strict=True)]
    listed = tables.stack("boilerplate", [idle, runs, _left_in(lines, records["outlet"])])
    return pd.Series(texts, index=records.index, dtype=object), listed


def _stripped(study: Study, records: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Text without the outlet's recurring lines and runs of words, and what follows the article; and these, listed."""
    if records.empty:
        return pd.Series(dtype=object), tables.empty("boilerplate")
    ids = pd.Index([f"{i}" for i in records.index])
    texts, outlets = records["text"].set_axis(ids), records["outlet"].set_axis(ids)
    titles = records["title"].fillna("").set_axis(ids)
    lines = recurring_lines(texts, outlets, titles=titles)
    lines = _unwanted(study, lines)
    unwanted = lines.groupby("outlet")["line"].agg(list).to_dict()
    bare = [strip_lines(t, unwanted.get(o, [])) for t, o in zip(records["text"], records["outlet"], strict=True)]
    parts = [strip_trailer(text) for text in bare]
    cut = [(outlet, line) for (_, ends), outlet in zip(parts, records["outlet"], strict=True) for line in set(ends)]
    trailers = pd.DataFrame(cut, columns=["outlet", "line"]).value_counts().rename("n_articles").reset_index()
    articles = pd.Series([text for text, _ in parts], index=ids)
    runs = _unwanted(study, recurring_runs(articles, outlets))
    of = dict(keys_of(runs))
    bare = [strip_runs(text, of.get(outlet, {})) for text, outlet in zip(articles, outlets, strict=True)]
    left = _left_in(pd.Series(bare, index=ids), outlets)
    listed = tables.stack("boilerplate", [lines, trailers.assign(kind="trailer"), runs, left])
    return pd.Series(bare, index=records.index, dtype=object), listed


def _unwanted(study: Study, lines: pd.DataFrame) -> pd.DataFrame:
    """Lines without those that the study keeps."""
    kept = {(key, line_key(line)) for key, outlet in study.outlets.items() for line in outlet.keep}
    keys = zip(lines["outlet"], lines["line"].map(line_key), strict=True)
    return lines[np.array([key not in kept for key in keys], dtype=bool)]


def _left_in(texts: pd.Series, outlets: pd.Series) -> pd.DataFrame:
    """Paragraphs that no rule took for the site's, and that are more than `LEFT_SHARE` of an outlet's."""
    paragraphs = texts.str.split("\n\n").explode()
    rows = pd.DataFrame({"outlet": outlets.reindex(paragraphs.index), "line": paragraphs, "article": paragraphs.index})
    rows = rows[rows["line"].str.strip() != ""].drop_duplicates()
    if rows.empty:
        return tables.empty("boilerplate")
    sizes = rows.groupby("outlet").size()
    often = rows.groupby(["outlet", "line"]).size().rename("n_articles").reset_index()
    often = often[(often["n_articles"] >= LEFT_LEAST) & (often["n_articles"] > LEFT_SHARE * often["outlet"].map(sizes))]
    return often.assign(kind=LEFT_IN)


def _languages(study: Study, records: pd.DataFrame) -> list[str]:
    """The language each text is in, judged openly; a text too short to tell is taken to be in its outlet's."""
    spoken = {key: outlet.language for key, outlet in study.outlets.items()}
    heard = [spoken_language(text, among=study.languages) for text in records["text"]]
    return [language or spoken[outlet] for language, outlet in zip(heard, records["outlet"], strict=True)]
