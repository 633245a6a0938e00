"""What several exercises look up: rates of articles, and what was planted in a group of outlets."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.scores.rows import planted

GAZETTE, POST = "sundrel-gazette", "brack-strait-post"
HERALD = "karvosk-herald"


def rates(corpus: Corpus, measure: str, *, voice: str = "all") -> pd.DataFrame:
    """Analysed articles with their rate of one measure, in `value`."""
    values = corpus.measures
    values = values[(values["measure"] == measure) & (values["voice"] == voice)]
    articles = corpus.articles
    return articles[articles["analysed"]].merge(values[["article_id", "value"]], on="article_id", validate="one_to_one")


def gap(rows: pd.DataFrame, one: str, other: str) -> float:
    """Mean of one outlet's articles less that of another's."""
    level = rows.groupby("outlet")["value"].mean()
    return float(level[one] - level[other])


def truth(corpus: Corpus, kind: str, column: str, measure: str, *sides: str, **cell: str) -> float:
    """A planted level, or of two outlets the first less the second."""
    levels = planted(corpus.table("truth_effects"), kind, column, **cell)[measure]
    return float(levels[sides[0]] - (levels[sides[1]] if len(sides) > 1 else 0.0))


def outlet_names(corpus: Corpus, ids: object) -> set[str]:
    """Names of outlets by their ids."""
    return {corpus.study.outlets[one].name for one in ids}
