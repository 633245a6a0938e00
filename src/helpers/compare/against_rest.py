"""Each group beside the others of its kind: as many contrasts as there are groups, where pairs would be their square.

In: one row an article with its outlet and what kind of outlet that is.  Out: one row an outlet, with its mean minus
that of the rest of its kind.

The others stand together as one side, each article counting once; the outlet itself is not among them.  So a contrast
says how this outlet stands out from its neighbours, not how any two of them differ.  Days are shared when the outlet
was collected and at least one of the others was: with a dozen feeds hardly a day is without one that failed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from helpers.compare.differences import benjamini_hochberg, differences

REST = "rest:"  # before the name of a kind, where a group may stand too


def against_rest(
    frame: pd.DataFrame,
    *,
    group: str,
    of: str,
    collected: Mapping[str, pd.Series] | None = None,
    **options: object,
) -> pd.DataFrame:
    """Mean of each group minus the mean of the rest of its kind.

    Parameters
    ----------
    frame : DataFrame
        One row an article.
    group, of : str
        Columns: the group, and its kind; every article of a group has the same kind.
    collected : mapping from group to Series of bool indexed by day, optional
        For the common window: the days on which each group was collected.
    options : value, clusters, window, day, memory, fits, level, …
        As in `helpers.compare.differences.differences`.

    Returns
    -------
    DataFrame, one row a group that has others of its kind, in sorted order: group, reference (the kind), n_others, and
        the columns of `differences`; q over these rows.

    Raises
    ------
    ValueError
        A group is of two kinds.

    >>> outlets, kinds = list("abcd") * 6, ["state", "state", "private", "state"] * 6
    >>> articles = pd.DataFrame({"outlet": outlets, "kind": kinds, "rate": [1.0, 2.0, 9.0, 4.0] * 6, "week": range(24)})
    >>> table = against_rest(articles, value="rate", group="outlet", of="kind", clusters="week")
    >>> table[["group", "reference", "n_others", "estimate"]].values.tolist()
    [['a', 'state', 2, -2.0], ['b', 'state', 2, -0.5], ['d', 'state', 2, 2.5]]
    """
    kinds = frame[[group, of]].drop_duplicates().dropna().sort_values(group)
    if kinds[group].duplicated().any():
        twice = kinds.loc[kinds[group].duplicated(), group].iloc[0]
        raise ValueError(f"{group} {twice!r} is of two kinds in {of!r}; give each one")
    blocks = []
    for name, kind in kinds.itertuples(index=False, name=None):
        others = [other for other in kinds.loc[kinds[of] == kind, group] if other != name]
        if others:
            rest = f"{REST}{kind}"
            rows = beside_rest(frame, group=group, name=name, others=others, rest=rest)
            ran = collected_of(collected, others, rest)
            contrast = differences(rows, group=group, pairs=[(name, rest)], collected=ran, **options)
            blocks.append(contrast.assign(reference=kind, n_others=len(others)))
    if not blocks:
        return pd.DataFrame(columns=["group", "reference", "n_others"])
    table = pd.concat(blocks, ignore_index=True)
    return table.assign(q=benjamini_hochberg(table["p"].to_numpy(dtype=float)))


def beside_rest(frame: pd.DataFrame, *, group: str, name: str, others: Collection[str], rest: str) -> pd.DataFrame:
    """The articles of a group and of others, these under one label.

    >>> frame = pd.DataFrame({"outlet": list("abcd")})
    >>> beside_rest(frame, group="outlet", name="a", others=["b", "d"], rest="the rest")["outlet"].tolist()
    ['a', 'the rest', 'the rest']
    """
    rows = frame[frame[group].isin([name, *others])]
    return rows.assign(**{group: rows[group].where(rows[group] == name, rest)})


def collected_of(
    collected: Mapping[str, pd.Series] | None, others: Collection[str], rest: str
) -> Mapping[str, pd.Series] | None:
    """Days of collection with those of the rest: days on which at least one of the others was collected.

    >>> days = pd.date_range("2024-01-01", periods=3)
    >>> ran = {"a": pd.Series([True, False, False], days), "b": pd.Series([False, False, True], days)}
    >>> collected_of(ran, ["a", "b"], "rest")["rest"].tolist()
    [True, False, True]
    """
    known = [collected[other] for other in others if collected is not None and other in collected]
    return collected if not known else {**collected, rest: pd.concat(known, axis=1).fillna(False).any(axis=1)}
