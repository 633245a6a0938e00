"""Which terms of short texts may be shared text by text, and totals of the others over enough texts.

A headline's rare words nearly give it away.  A term that several outlets use in several stories tells little of the
wording of one; the others are added up over groups of at least `LEAST_ITEMS` texts, each text in one group, so that no
difference of two totals is one text's.  Own rule, in the manner of minimum cell sizes and of generalisation to a
coarser cell (Sweeney 2002, k-anonymity); what it leaves of a headline is measured in benchmarks/headlines_release.md.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

LEAST_STORIES = 5  # in which a common term stands; copies of one story count once
LEAST_OUTLETS = 3  # which use it, or all of its language where there are fewer
LEAST_ITEMS = 5  # over which words are added up
JOINED = r"\w[^\w\s]+\w+[^\w\s]+\w+[^\w\s]+\w"  # four words or more without a space: a slug, a name of a file
SEVERAL, ALL = "", "all"  # outlets of a cell that is not one outlet's; period of one that is of no month
CELL = ["language", "outlet", "period"]


def common_terms(counts: pd.DataFrame, *, always: Collection[str] = ()) -> pd.Series:
    """Whether the term of each row may be shared with the text it stands in.

    Parameters
    ----------
    counts : DataFrame, columns ``term``, ``language``, ``outlet``, ``copy_cluster``
        One row, or several, for each text and term.
    always : collection of str
        Terms that may be shared however rare: a public list.  So may entities (``@`` and a code).

    Returns
    -------
    Series of bool, same index

    >>> rows = pd.DataFrame({"term": ["grain"] * 5 + ["quay"] * 5, "language": "en", "outlet": [*"abcaa"] + ["a"] * 5,
    ...                      "copy_cluster": [*"12345"] * 2})
    >>> common_terms(rows).groupby(rows["term"]).first().to_dict()        # two outlets more use the first
    {'grain': True, 'quay': False}
    """
    outlets = counts.groupby("language")["outlet"].nunique().clip(upper=LEAST_OUTLETS)
    used = counts.groupby(["language", "term"])[["copy_cluster", "outlet"]].nunique()
    wide = used["outlet"] >= used.index.get_level_values("language").map(outlets)
    common = wide & (used["copy_cluster"] >= LEAST_STORIES)
    keys = pd.MultiIndex.from_frame(counts[["language", "term"]])
    listed = counts["term"].isin(list(always)) | counts["term"].str.startswith("@")
    return listed | pd.Series(common.reindex(keys).to_numpy(dtype=bool), index=counts.index)


def is_sentence(terms: pd.Series) -> pd.Series:
    """Whether a term is several words in their order, as names of pages and files are: those tell what they name.

    >>> is_sentence(pd.Series(["grain", "tit-for-tat", "grain-leaves-the-quay.jpg"])).tolist()
    [False, False, True]
    """
    return terms.str.contains(JOINED)


def cells(texts: pd.DataFrame) -> pd.DataFrame:
    """The group of texts that each text's rare words are added up in.

    An outlet's week where it holds `LEAST_ITEMS` texts; else what several outlets ran in the month; else what is left.

    Parameters
    ----------
    texts : DataFrame, columns ``language``, ``outlet``, ``day``
        One row a text; an undated one falls into what is left.

    Returns
    -------
    DataFrame, columns ``language``, ``outlet``, ``period``, same index
        ``period`` is the Monday of the week, the month, or ``all``; ``outlet`` is blank for several.  A text that is
        left with fewer than `LEAST_ITEMS` of its language has no row.

    >>> days = pd.to_datetime(["2030-05-06"] * 5 + ["2030-05-20"] * 5 + ["2030-07-01"])
    >>> texts = pd.DataFrame({"language": "en", "outlet": ["a"] * 5 + [*"abcde"] + ["a"], "day": days})
    >>> cells(texts).drop_duplicates().to_numpy().tolist()
    [['en', 'a', '2030-05-06'], ['en', '', '2030-05']]
    """
    open_texts, settled = texts[["language", "outlet", "day"]], []
    day = texts["day"]
    monday = (day - pd.to_timedelta(day.dt.day_of_week, unit="D")).dt.strftime("%Y-%m-%d")
    coarser = [(texts["outlet"], monday), (SEVERAL, day.dt.strftime("%Y-%m")), (SEVERAL, ALL)]
    for outlet, period in coarser:
        rows = texts.assign(outlet=outlet, period=period).loc[open_texts.index, CELL].dropna()
        enough = rows.groupby(CELL)["period"].transform("size") >= LEAST_ITEMS
        settled.append(rows[enough])
        open_texts = open_texts.drop(rows.index[enough])
    return pd.concat(settled).sort_index()


def cell_totals(counts: pd.DataFrame, of_texts: pd.DataFrame) -> pd.DataFrame:
    """Terms added up over the texts of each cell.

    Parameters
    ----------
    counts : DataFrame, columns ``article_id``, ``term``, ``count``
    of_texts : DataFrame as from `cells`, indexed by article_id

    Returns
    -------
    DataFrame, columns ``language``, ``outlet``, ``period``, ``n_items`` (texts of the cell), ``term``, ``count``
    """
    sizes = of_texts.groupby(CELL).size().rename("n_items").reset_index()
    rows = counts.merge(of_texts, left_on="article_id", right_index=True, validate="many_to_one")
    totals = rows.groupby([*CELL, "term"], as_index=False)["count"].sum()
    return totals.merge(sizes, on=CELL, validate="many_to_one")[[*CELL, "n_items", "term", "count"]]
