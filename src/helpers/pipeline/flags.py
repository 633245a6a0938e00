"""Clean articles to ``flags``: traces of each, with the words or the count that earned it."""

from __future__ import annotations

import json

import pandas as pd

from helpers.compare.days import local_days
from helpers.copies.agencies import credit
from helpers.data.corpus import Corpus
from helpers.extract.flags import flags, identical_elsewhere, impossible_output, template_flags
from helpers.pipeline.passing import FLAG, passing_headlines

COLUMNS = ["article_id", "flag", "evidence"]
OF_HEADLINES = (
    "ai_disclosed",
    "identical_elsewhere",
    "no_title",
    FLAG,
)  # the others are about bodies, or whole outputs
SIGNED_SHARE = 0.5  # of an outlet's articles: where fewer are signed, a missing author tells nothing


def page_flags(records: pd.DataFrame) -> pd.Series:
    """What each record shows by itself, read before its trailer is cut, for the trailer holds the evidence.

    Parameters
    ----------
    records : DataFrame
        `text` normalised, `byline`, `title`, `outlet`, and `flags`: what extraction saw on the page, one
        ``flag<TAB>evidence`` a line.

    Returns
    -------
    Series of list of (flag, evidence), same index
    """
    signed = records["byline"].notna().groupby(records["outlet"]).mean() >= SIGNED_SHARE
    rows = records[["text", "byline", "title", "outlet", "flags"]].astype(object)
    rows = rows.where(rows.notna(), None)
    evidence = [
        dict(_stated(seen)) | dict(flags(text, byline=byline, title=title, check_author=bool(signed[outlet])))
        for text, byline, title, outlet, seen in rows.itertuples(index=False)
    ]
    return pd.Series([sorted(one.items()) for one in evidence], index=records.index, dtype=object)


def _stated(seen: str | None) -> list[tuple[str, str]]:
    pairs = [line.partition("\t") for line in (seen or "").split("\n") if line.strip()]
    return [(flag.strip(), evidence.strip()) for flag, _, evidence in pairs]


def make(corpus: Corpus) -> pd.DataFrame:
    """Every flag of every article, those that only the corpus as a whole can show among them."""
    study, rows = corpus.study, corpus.cleaned.set_index("article_id")
    agencies = study.analysis.agencies or None
    texts, outlets = rows["text"], rows["outlet"]
    bylines = rows["byline"].astype(object).where(rows["byline"].notna(), None)
    credits = [credit(text, byline, agencies=agencies)[0] for text, byline in zip(texts, bylines, strict=True)]
    credited = pd.Series([name != "" for name in credits], index=rows.index)
    days = local_days(rows["published"], outlets, study.timezones)
    moulds = [template_flags(part) for _, part in texts.groupby(outlets, sort=True)]
    corpus_flags = {
        "identical_elsewhere": identical_elsewhere(texts, outlets, credited),
        "impossible_output": impossible_output(days, outlets, bylines),
        FLAG: passing_headlines(study, corpus.cleaned),
        "template": pd.concat(moulds).reindex(rows.index) if moulds else pd.Series(dtype=object),
    }
    traces = rows["traces"].map(json.loads)
    seen = [(article, flag, words) for article, pairs in traces.items() for flag, words in pairs]
    seen += [(article, flag, words) for flag, s in corpus_flags.items() for article, words in s[s != ""].items()]
    rows = pd.DataFrame(seen, columns=COLUMNS)
    headline = rows["article_id"].map(outlets).isin(study.headlines)
    return rows[~headline | rows["flag"].isin(OF_HEADLINES)]
