"""How much of its own news each outlet gave to a subject after a day, beside its other days: counted, not estimated.

In: items on the subject and items of all subjects by outlet and day.  Out: one row a day that was asked about.  Only
outlets that were collected on nearly every day of the fortnight, and long enough outside of it, are counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

DAYS = 14
FEWEST_DAYS = 13  # of the fortnight, collected
FEWEST_OTHERS = 100  # other collected days
FEWEST_ITEMS = 30  # on the subject in the fortnight
FEWEST_OUTLETS = 3
COLUMNS = ["event", "share", "usual", "busiest_else", "n_items", "n_others", "n_outlets", "outlets_up"]


def fortnights(daily: pd.DataFrame, days: Mapping[str, pd.Timestamp], *, items: str, of: str) -> pd.DataFrame:
    """The fortnight from each of some days, beside the other days of the same outlets.

    Parameters
    ----------
    daily : DataFrame
        One row an outlet and collected day: outlet, day, and the two columns of counts.
    days : mapping from event to its day
    items, of : str
        Columns: items on the subject, and items of all subjects.

    Returns
    -------
    DataFrame, one row an event with enough items and outlets: event, share (of all items in the fortnight), usual (on
        the other days), busiest_else (the highest of any fourteen days that hold no day of it), n_items, n_others (on
        the subject on the other days), n_outlets, outlets_up (share of them that gave more than usual).

    >>> days = pd.date_range("2024-01-01", periods=140)
    >>> one = pd.DataFrame({"day": days, "on": [5] * 14 + [0, 1] * 63, "all": 50})
    >>> daily = pd.concat([one.assign(outlet=name) for name in "abc"])
    >>> row = fortnights(daily, {"summit": days[0]}, items="on", of="all").iloc[0]
    >>> row[["share", "usual", "n_items", "n_outlets", "outlets_up"]].astype(float).tolist()
    [0.1, 0.01, 210.0, 3.0, 1.0]
    """
    daily = daily.reset_index(drop=True)
    rows = [_fortnight(daily, event, pd.Timestamp(day), items, of) for event, day in days.items()]
    return pd.DataFrame([row for row in rows if row], columns=COLUMNS)


def _fortnight(daily: pd.DataFrame, event: str, day: pd.Timestamp, items: str, of: str) -> dict[str, object] | None:
    """One row of `fortnights`; None where too little was collected."""
    inside = daily["day"].between(day, day + pd.Timedelta(days=DAYS - 1))
    seen = inside.groupby(daily["outlet"]).agg(["sum", "size"])
    kept = seen.index[(seen["sum"] >= FEWEST_DAYS) & (seen["size"] - seen["sum"] >= FEWEST_OTHERS)]
    part = daily[daily["outlet"].isin(kept)]
    within = inside[part.index]
    sums = part.groupby(["outlet", within.rename("inside")])[[items, of]].sum()
    if len(kept) < FEWEST_OUTLETS or sums.xs(True, level="inside")[items].sum() < FEWEST_ITEMS:
        return None
    shares = (sums[items] / sums[of].where(sums[of] > 0)).unstack()
    total = sums.groupby(level="inside").sum()
    return {
        "event": event, "share": total.loc[True, items] / total.loc[True, of],
        "usual": total.loc[False, items] / total.loc[False, of],
        "busiest_else": _busiest(part[~within], day, items, of),
        "n_items": int(total.loc[True, items]), "n_others": int(total.loc[False, items]), "n_outlets": len(kept),
        "outlets_up": float((shares[True] > shares[False]).mean()),
    }  # fmt: skip


def _busiest(others: pd.DataFrame, day: pd.Timestamp, items: str, of: str) -> float:
    """The highest share of any fourteen days before, or after, the fortnight, on which half as much ran as usually."""
    sums, best = others.groupby("day")[[items, of]].sum(), 0.0
    usual = DAYS * sums[of].mean()
    for part in (sums[sums.index < day], sums[sums.index > day]):
        if len(part):
            calendar = part.reindex(pd.date_range(part.index.min(), part.index.max()), fill_value=0)
            rolled = calendar.rolling(DAYS).sum().dropna()
            rolled = rolled[rolled[of] >= usual / 2]
            best = max(best, float((rolled[items] / rolled[of]).max()) if len(rolled) else 0.0)
    return best
