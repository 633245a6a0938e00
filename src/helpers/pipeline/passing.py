"""Headlines of a study that name its two states in passing, for whoever judges or flags them."""

from __future__ import annotations

import pandas as pd

from helpers.extract.headlines import standfirst_of
from helpers.study import Study
from helpers.text.passing import in_passing

FLAG = "in_passing"


def passing_headlines(study: Study, articles: pd.DataFrame) -> pd.Series:
    """Why each headline that names both states is not about the two.

    Parameters
    ----------
    study : Study
    articles : DataFrame
        Rows of ``cleaned``; those of outlets whose unit is the paragraph are passed over, and those whose outlet speaks
        for one of the states, since what it says of the other it says for its own.

    Returns
    -------
    Series of str, indexed by article_id, of those that name both in passing
    """
    speaks = {key for key, outlet in study.outlets.items() if outlet.speaks_for in study.pair}
    rows = articles[articles["outlet"].isin(study.headlines) & ~articles["outlet"].isin(speaks)]
    rows = rows.set_index("article_id")[["language", "title", "text", "genre"]].fillna("")
    rows["standfirst"] = [standfirst_of(*pair) for pair in zip(rows["title"], rows["text"], strict=True)]
    reasons = in_passing(rows, entities=study.entities, pair=study.pair)
    return reasons[reasons != ""]
