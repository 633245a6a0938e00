"""How soon each outlet has a relevant item after each event, and how soon it would have one without."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.volume import as_soon, first_report
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles
from helpers.pipeline.event_windows import daily_counts


def make(corpus: Corpus) -> pd.DataFrame:
    """``first_reports``: days from each event to each outlet's next relevant item, copies included."""
    study, articles = corpus.study, analysed_articles(corpus)
    daily = daily_counts(corpus.table("daily_volume"), "n_relevant")
    observed = {outlet: _spans(daily[outlet]) for outlet in study.outlets}
    options = {"listed": [event.day for event in study.events], "window_days": study.analysis.event_window_days}
    blocks = []
    for event in study.events:
        reports = first_report(
            articles, day="day", group="outlet", event_day=event.day, observed=observed,
            window_days=study.analysis.event_window_days,
        )  # fmt: skip
        usual = []
        for row in reports.itertuples():
            one = daily[row.group]
            series = one["day"], one["count"].to_numpy(), one["observed"].to_numpy()
            known = row.status == "reported" and not row.at_most
            usual.append(as_soon(*series, lag_days=int(row.lag_days), **options) if known else (np.nan, 0))
        reports["usual"], reports["n_quiet"] = zip(*usual, strict=True)
        first = reports["first_day"].dt.strftime("%Y-%m-%d")
        reports["first_day"] = first.astype(object).where(reports["first_day"].notna(), None)
        reports = reports.rename(columns={"group": "outlet", "n_reports": "n_items"})
        names = [study.outlets[outlet].name for outlet in reports["outlet"]]
        named = {"event": event.id, "event_name": event.title, "event_day": pd.Timestamp(event.day)}
        blocks.append(reports.assign(outlet_name=names, **named))
    return tables.stack("first_reports", blocks)


def _spans(daily: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """First and last day of each run of collected days."""
    days = daily.loc[daily["observed"], "day"]
    runs = (days.diff() != pd.Timedelta(days=1)).cumsum()
    return [(part.iloc[0], part.iloc[-1]) for _, part in days.groupby(runs)]
