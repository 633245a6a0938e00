"""What every outlet had first after each event, as the page of one event side by side takes it: one frame an event."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles
from helpers.study import Event
from helpers.text.languages import name_of

COLUMNS = ["outlet", "outlet_name", "status", "lag_days", "at_most", "n_items", "n_missing_days", "usual", "n_quiet"]
SOON = 6  # days after an event's own that tell how big it was


@dataclass(frozen=True)
class EventReports:
    """An event, its outlets by name, and how many items they had in the window."""

    event: Event
    rows: pd.DataFrame
    window_days: int
    biggest: bool = False

    @property
    def n_items(self) -> int:
        """Items of all outlets in the window."""
        return int(self.rows["n_items"].sum())


def event_reports(corpus: Corpus) -> list[EventReports]:
    """Every event of a study; of the one with most items in its first week `biggest` is true (the earlier of two).

    Columns of `rows` are those of ``first_reports`` named in `COLUMNS`, then group, language, language_name, and of the
    first item address, title, published, day, timed (whether its hour is known) and after_first (hours after the first
    outlet whose hour is known; missing where it is not), and place in the order in which the first items came.
    """
    study, reports, articles = corpus.study, corpus.table("first_reports"), analysed_articles(corpus)
    leading, window = study.leading_groups, study.analysis.event_window_days
    outlets = pd.DataFrame(
        [(key, leading.get(key, ""), one.language, name_of(one.language)) for key, one in study.outlets.items()],
        columns=["outlet", "group", "language", "language_name"],
    )
    made = []
    for event in study.events:
        mine = reports.loc[reports["event"] == event.id, COLUMNS]
        first = first_items(articles, pd.Timestamp(event.day), window)
        rows = mine.merge(outlets, how="left", on="outlet", validate="one_to_one")
        rows = rows.merge(first, how="left", on="outlet", validate="one_to_one")
        made.append(EventReports(event, _in_order(rows), window))
    days = [(articles["day"] - pd.Timestamp(event.day)).dt.days for event in study.events]
    n_soon = [int(lag.between(0, SOON).sum()) for lag in days]  # a whole window would count the next event's items, too
    most = max(range(len(made)), key=lambda place: (n_soon[place], -place), default=None)
    return [EventReports(one.event, one.rows, window, place == most) for place, one in enumerate(made)]


def first_items(articles: pd.DataFrame, event_day: pd.Timestamp, window_days: int) -> pd.DataFrame:
    """Each outlet's first item from the event's day to `window_days` later; of one day, those with an hour go first.

    >>> articles = pd.DataFrame({"outlet": ["a", "a"], "day": pd.to_datetime(["2030-05-02", "2030-05-01"]),
    ...     "published": pd.to_datetime(["2030-05-02T09:00Z", "2030-05-01T07:00Z"]), "article_id": ["x", "y"],
    ...     "date_precision": "time", "address": ["https://a.invalid/2", "https://a.invalid/1"], "title": None})
    >>> first_items(articles, pd.Timestamp("2030-05-01"), 14)[["outlet", "address", "after_first"]].values.tolist()
    [['a', 'https://a.invalid/1', 0.0]]
    """
    lag = (articles["day"] - event_day).dt.days
    inside = articles[lag.between(0, window_days)]
    inside = inside.assign(timed=inside["date_precision"].isin(["time", "hour"])).assign(
        late=lambda rows: ~rows["timed"]
    )
    first = inside.sort_values(["day", "late", "published", "article_id"]).drop_duplicates("outlet")
    known = first["published"].where(first["timed"])
    hours = (known - known.min()).dt.total_seconds() / 3600
    return first.assign(after_first=hours)[["outlet", "address", "title", "published", "day", "timed", "after_first"]]


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """By name; ``place`` is the order by lag, then hour, then name, in which outlets that carried nothing come last."""
    rank = rows["status"].map({"reported": 0, "none in the window": 1}).fillna(2)
    by = rows.assign(rank=rank, name=rows["outlet_name"].str.casefold())
    by = by.sort_values(["rank", "lag_days", "after_first", "name"], na_position="last", kind="stable")
    by = by.assign(place=range(len(by))).sort_values("name", kind="stable")
    return by.drop(columns=["rank", "name"]).reset_index(drop=True)
