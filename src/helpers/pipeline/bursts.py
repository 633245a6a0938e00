"""Daily volumes to spells found without dates, and to each outlet's first report after every event."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.bursts import bursts as find_bursts
from helpers.compare.bursts import near_events
from helpers.compare.volume import as_soon, first_report
from helpers.data import tables
from helpers.data.corpus import load_corpus, observed_days
from helpers.pipeline.event_estimates import daily_volumes
from helpers.study import Study

COUNTED = {"relevant": True, "collected": False}  # originals that bear on the pair; all originals collected


def bursts(study: Study) -> pd.DataFrame:
    """Write ``spells``: bursts and lulls of each outlet's originals, relevant and all collected, with events near them.

    A burst of what was collected is the outlet's, or the collection's; one of relevant items alone is the subject's.

    Returns
    -------
    DataFrame: the ``spells`` table, as written
    """
    days, rows = {event.id: event.day for event in study.events}, [tables.empty("spells")]
    for counted, relevant in COUNTED.items():
        for outlet, daily in daily_volumes(study, relevant_only=relevant).items():
            rng = np.random.default_rng(study.analysis.seed)
            found = find_bursts(daily["day"], daily["count"].to_numpy(), daily["observed"].to_numpy(), rng=rng)
            near = [" ".join(names) for names in near_events(found, days)]
            found = found.assign(outlet=outlet, counted=counted, events=near)
            for end in ("first_day", "last_day"):
                found[end] = found[end].dt.strftime("%Y-%m-%d") if len(found) else found[end].astype(str)
            rows.append(found.rename(columns={"items": "n_items", "n_bins": "n_weeks"}))
    tables.write(study.processed, "spells", pd.concat([part for part in rows if len(part)] or rows, ignore_index=True))
    return tables.read(study.processed, "spells")


def first_reports(study: Study) -> pd.DataFrame:
    """Write ``first_reports``: days from each event to each outlet's next relevant item, copies included.

    Returns
    -------
    DataFrame: the ``first_reports`` table, as written
    """
    corpus, reach = load_corpus(study, relevant_only=True), study.analysis.event_window_days
    observed = {outlet: _spans(observed_days(study, outlet)) for outlet in study.outlets}
    daily = daily_volumes(study, originals_only=False)
    listed, rows = [event.day for event in study.events], [tables.empty("first_reports")]
    for event in study.events:
        found = first_report(
            corpus, day="day", group="outlet", event_day=event.day, window_days=reach, observed=observed
        )
        usual = []
        for row in found.itertuples():
            one = daily[row.group]
            series = one["day"], one["count"].to_numpy(), one["observed"].to_numpy()
            known = row.status == "reported" and not row.at_most
            options = {"listed": listed, "window_days": reach}
            usual.append(as_soon(*series, lag_days=int(row.lag_days), **options) if known else (np.nan, 0))
        found["usual"], found["n_quiet"] = zip(*usual, strict=True)
        first = found["first_day"].dt.strftime("%Y-%m-%d")
        found["first_day"] = first.astype(object).where(found["first_day"].notna(), None)
        rows.append(found.rename(columns={"group": "outlet", "n_reports": "n_items"}).assign(event=event.id))
    tables.write(study.processed, "first_reports", pd.concat(rows[1:] or rows, ignore_index=True))
    return tables.read(study.processed, "first_reports")


def _spans(observed: pd.Series) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """First and last day of each run of collected days."""
    days = observed.index[observed.to_numpy(bool)]
    runs = (days.to_series().diff() != pd.Timedelta(days=1)).cumsum()
    return [(part.index[0], part.index[-1]) for _, part in days.to_series().groupby(runs)]
