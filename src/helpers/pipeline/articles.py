"""``articles`` as everything downstream reads them: with outlet, groups, day, clusters, copies, flags and relevance."""

from __future__ import annotations

import json

import pandas as pd

from helpers.compare.clusters import outlet_weeks
from helpers.compare.days import local_days
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.data.schemas import SCHEMAS
from helpers.study import Study


def make(corpus: Corpus) -> pd.DataFrame:
    """One row an article: what it is, who ran it when, and whether comparisons are about it."""
    study = corpus.study
    copies = corpus.copies.rename(columns={"evidence": "origin_evidence"})
    articles = tables.join(corpus.cleaned, copies, "article_id")
    articles = articles.join(_outlets(study), on="outlet")
    articles["unit"] = articles["outlet"].map(study.unit_of)
    articles["covariates"] = _covariates(study, articles)
    articles["day"] = local_days(articles["published"], articles["outlet"], study.timezones)
    articles["month"] = articles["day"].dt.strftime("%Y-%m").astype(object).where(articles["day"].notna(), None)
    articles["outlet_week"] = outlet_weeks(articles["published"], articles["outlet"], study.timezones)
    articles["flags"] = _flags(corpus.flags, articles["article_id"])
    articles["doubtful"] = _carries(articles["flags"], study.analysis.doubtful)
    articles["left_out"] = _carries(articles["flags"], study.analysis.leave_out)
    articles["left_out"] |= articles["genre"].isin(study.analysis.leave_out_genres)
    articles["in_period"] = _in_period(articles["day"], study)
    bears = corpus.table("passages").groupby("article_id")["relevant"].any()
    articles["relevant"] = articles["article_id"].map(bears).fillna(False).astype(bool)
    no_day_known_outside = articles["in_period"] | articles["day"].isna()  # undated is not outside
    articles["analysed"] = articles["relevant"] & no_day_known_outside & ~articles["left_out"]
    return articles[list(SCHEMAS["articles"].columns)]


def _outlets(study: Study) -> pd.DataFrame:
    """Name, country and groups of each outlet; several groups stand in one text, parted by semicolons."""
    of = {key: [name for name, members in study.groups.items() if key in members] for key in study.outlets}
    rows = {
        key: {"outlet_name": outlet.name, "country": outlet.country, "groups": "; ".join(of[key])}
        for key, outlet in study.outlets.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _covariates(study: Study, articles: pd.DataFrame) -> list[str]:
    """The study's own columns of each article, those of its outlet among them, as JSON."""
    of = {key: dict(outlet.covariates) for key, outlet in study.outlets.items()}
    own = (json.loads(text) | of[outlet] for text, outlet in articles[["covariates", "outlet"]].to_numpy())
    return [json.dumps(values, ensure_ascii=False, sort_keys=True) for values in own]


def _flags(flags: pd.DataFrame, articles: pd.Series) -> pd.Series:
    """Flags of each article in one text, sorted, with a space between.

    >>> flags = pd.DataFrame({"article_id": ["a", "a"], "flag": ["no_author", "ai_disclosed"], "evidence": ["", "x"]})
    >>> _flags(flags, pd.Series(["a", "b"])).tolist()
    ['ai_disclosed no_author', '']
    """
    joined = flags.sort_values("flag").groupby("article_id")["flag"].agg(" ".join)
    return articles.map(joined).astype(object).fillna("")


def _carries(flags: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    """Whether an article carries any of the wanted flags."""
    return flags.str.split().map(lambda names: not set(wanted).isdisjoint(names)).astype(bool)


def _in_period(days: pd.Series, study: Study) -> pd.Series:
    """Whether each local day lies in the study's period; an undated article lies on no day of it."""
    inside = (days >= pd.Timestamp(study.start)) & (days <= pd.Timestamp(study.end))
    return inside & days.notna()
