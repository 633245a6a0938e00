"""From time of publication to the outlet-week a unit belongs to.

In: times, outlets, time zones.  Out: labels to cluster on.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def local_days(published: pd.Series, outlet: pd.Series, timezone: Mapping[str, str] | str) -> pd.Series:
    """The day on which each article appeared where its outlet is.

    Parameters
    ----------
    published : Series of tz-aware timestamps, shape (n,); may hold NaT.
    outlet : Series of str, same index.
    timezone : one IANA name for all, or a mapping from outlet to name.

    Returns
    -------
    Series of naive midnights (datetime64), same index; NaT where `published` is.

    Raises
    ------
    ValueError
        Times without zone, or an outlet without time zone.

    >>> when = pd.Series(pd.to_datetime(["2024-06-18T16:00:00Z"]))
    >>> local_days(when, pd.Series(["kcna"]), {"kcna": "Asia/Pyongyang"}).dt.strftime("%Y-%m-%d").tolist()
    ['2024-06-19']
    """
    if getattr(published.dtype, "tz", None) is None:
        raise ValueError("published has no time zone; store times as UTC with zone")
    days = pd.Series(pd.NaT, index=published.index, dtype="datetime64[ns]")
    for name in sorted(outlet.unique()):
        if not isinstance(timezone, str) and name not in timezone:
            raise ValueError(f"outlet {name!r} has no time zone; known: {', '.join(sorted(timezone))}")
        zone = timezone if isinstance(timezone, str) else timezone[name]
        mine = (outlet == name).to_numpy()
        local = published[mine].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
        days[mine] = local.astype("datetime64[ns]")
    return days


def outlet_weeks(published: pd.Series, outlet: pd.Series, timezone: Mapping[str, str] | str) -> pd.Series:
    """Label of the outlet and ISO week (of the outlet's own day) of each article.

    Undated articles of an outlet share one label, since nothing shows that they are independent.

    >>> when = pd.Series(pd.to_datetime(["2024-12-29T16:00:00Z", "2024-12-29T16:00:00Z", None]))
    >>> zones = {"kcna": "Asia/Pyongyang", "wh": "America/New_York"}
    >>> outlet_weeks(when, pd.Series(["kcna", "wh", "wh"]), zones).tolist()
    ['kcna 2025-W01', 'wh 2024-W52', 'wh undated']
    """
    iso = local_days(published, outlet, timezone).dt.isocalendar()
    week = iso["year"].astype("string") + "-W" + iso["week"].astype("string").str.zfill(2)
    return (outlet.astype("string") + " " + week.fillna("undated")).astype(object)
