"""Traces of every article, with the words or the count that earned each: the ``flags`` table."""

from __future__ import annotations

import pandas as pd

from helpers.compare.days import local_days
from helpers.copies.agencies import credit
from helpers.extract.flags import flags, identical_elsewhere, impossible_output, template_flags
from helpers.study import Study

COLUMNS = ["article_id", "flag", "evidence"]
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
    found = [
        dict(_stated(seen)) | dict(flags(text, byline=byline, title=title, check_author=bool(signed[outlet])))
        for text, byline, title, outlet, seen in rows.itertuples(index=False)
    ]
    return pd.Series([sorted(one.items()) for one in found], index=records.index, dtype=object)


def _stated(seen: str | None) -> list[tuple[str, str]]:
    pairs = [line.partition("\t") for line in (seen or "").split("\n") if line.strip()]
    return [(flag.strip(), evidence.strip()) for flag, _, evidence in pairs]


def corpus_flags(study: Study, kept: pd.DataFrame) -> pd.DataFrame:
    """Every flag of every article that is kept, those that only the corpus as a whole can show among them.

    Parameters
    ----------
    study : Study
    kept : DataFrame
        `article_id`, `outlet`, `published`, `byline`, `text` cleaned, and `traces` as from `page_flags`.

    Returns
    -------
    DataFrame, columns article_id, flag, evidence
    """
    rows = kept.set_index("article_id")
    agencies = study.analysis.agencies or None
    texts, outlets, bylines = (
        rows["text"],
        rows["outlet"],
        rows["byline"].astype(object).where(rows["byline"].notna(), None),
    )
    credits = [credit(text, byline, agencies=agencies)[0] for text, byline in zip(texts, bylines, strict=True)]
    credited = pd.Series([name != "" for name in credits], index=rows.index)
    days = local_days(rows["published"], outlets, study.timezones)
    moulds = [template_flags(part) for _, part in texts.groupby(outlets, sort=True)]
    found = {
        "identical_elsewhere": identical_elsewhere(texts, outlets, credited),
        "impossible_output": impossible_output(days, outlets, bylines),
        "template": pd.concat(moulds).reindex(rows.index) if moulds else pd.Series(dtype=object),
    }
    told = [(article, flag, words) for article, pairs in rows["traces"].items() for flag, words in pairs]
    told += [(article, flag, words) for flag, s in found.items() for article, words in s[s != ""].items()]
    return pd.DataFrame(told, columns=COLUMNS).sort_values(["article_id", "flag"], ignore_index=True)


def names(flagged: pd.DataFrame, articles: pd.Series) -> list[str]:
    """Flags of each article in one string, sorted, with a space between.

    >>> flagged = pd.DataFrame({"article_id": ["a", "a"], "flag": ["no_author", "ai_disclosed"], "evidence": ["", "x"]})
    >>> names(flagged, pd.Series(["a", "b"]))
    ['ai_disclosed no_author', '']
    """
    joined = flagged.sort_values("flag").groupby("article_id")["flag"].agg(" ".join)
    return [joined.get(article, "") for article in articles]
