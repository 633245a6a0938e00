"""Who prints whose stories, from the table of copies."""

from __future__ import annotations

import pandas as pd

COLUMNS = ["source", "kind", "outlet", "n_articles", "share_copied"]


def reprints(copies: pd.DataFrame, outlets: pd.Series) -> pd.DataFrame:
    """Which outlet prints stories of which agency or outlet, how many, and how much of them.

    Parameters
    ----------
    copies : DataFrame
        As from `helpers.copies.near_duplicates.find_copies`.
    outlets : Series of str, indexed by article_id

    Returns
    -------
    DataFrame with columns source, kind, outlet, n_articles, share_copied, most articles first
        `source` is an agency (`kind` "agency"), whoever the article was taken from; or, where none is credited, the
        outlet that had the story first ("first seen").  `share_copied` is the mean over articles that had an
        earlier version among those collected, missing where none had: an agency's own text may not be.

    Raises
    ------
    ValueError
        An article has no outlet.

    >>> table = pd.DataFrame({
    ...     "article_id": ["a", "b", "c"], "copy_cluster": ["a", "a", "c"], "share_copied": [0.0, 0.9, 0.0],
    ...     "is_original": [True, False, True], "origin": ["own", "unknown", "TASS"], "evidence": ["", "", ""]})
    >>> reprints(table, pd.Series({"a": "herald", "b": "post", "c": "post"})).values.tolist()
    [['TASS', 'agency', 'post', 1, nan], ['herald', 'first seen', 'post', 1, 0.9]]
    """
    rows = copies.assign(
        outlet=copies["article_id"].map(outlets), first=copies["copy_cluster"].map(outlets), kind="first seen"
    )
    lost = rows["outlet"].isna() | rows["first"].isna()
    if lost.any():
        raise ValueError(f"article {rows.loc[lost, 'article_id'].iloc[0]!r} has no outlet: give one for every article")
    credited = ~rows["origin"].isin(["own", "unknown"])
    rows["source"] = rows["origin"].where(credited, rows["first"])
    rows["kind"] = rows["kind"].where(~credited, "agency")
    taken = credited | (~rows["is_original"] & (rows["outlet"] != rows["first"]))
    rows["share_copied"] = rows["share_copied"].where(rows["copy_cluster"] != rows["article_id"])
    groups = rows[taken].groupby(["source", "kind", "outlet"], as_index=False)
    table = groups.agg(n_articles=("article_id", "size"), share_copied=("share_copied", "mean"))
    return table.sort_values(
        ["n_articles", "source", "kind", "outlet"], ascending=[False, True, True, True], ignore_index=True
    )[COLUMNS]
