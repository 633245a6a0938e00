"""What a sceptic asks of a change around an event: was it under way before, and do quiet dates change as much?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.compare.clusters import CLUSTERS, outlet_weeks
from helpers.compare.days import SHORTEST
from helpers.compare.event_study import segmented
from helpers.compare.placebo import ENOUGH_PLACEBOS, Placebo, placebo_rank
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.event_windows import collected_days, daily_counts, indicator_values, windows
from helpers.pipeline.names import VOLUME, sided

TERMS = ("level change", "slope before", "slope change")


@dataclass(frozen=True)
class _Series:
    """One measure of one outlet or group: its rows, the column of its values, how they cluster, and the days seen."""

    rows: pd.DataFrame
    value: str
    clusters: str | list[str]
    observed: pd.Series
    place: dict[str, str]


def make(corpus: Corpus) -> pd.DataFrame:
    """``event_checks``: segmented regression and placebo rank of every change that ``event_estimates`` can hold."""
    study, daily = corpus.study, corpus.table("daily_volume")
    collected, series = collected_days(study, daily), []
    for outlet, one in daily_counts(daily, "n_relevant_originals").items():
        one = one[one["observed"]].assign(count=lambda rows: rows["count"].astype(float))
        if len(one):
            week = outlet_weeks(one["day"].dt.tz_localize("UTC"), pd.Series(outlet, index=one.index), "UTC")
            place = {"kind": "volume", "measure": "volume", "measure_name": VOLUME, "group": outlet}
            series.append(_Series(one.assign(week=week), "count", "week", collected[outlet], place))
    keys = ["kind", "measure", "measure_name", "outlet"]
    for names, part in indicator_values(corpus).groupby(keys, sort=True):
        place = dict(zip([*keys[:-1], "group"], names, strict=True))
        series.append(_Series(part[["day", "value", *CLUSTERS]], "value", CLUSTERS, collected[place["group"]], place))
    register, level = windows(study), study.analysis.coverage_level
    rows = pd.DataFrame([row for one in series for row in _checked(one, register, level)])
    return tables.stack("event_checks", [sided(rows, study, ("group",))] if len(rows) else [])


def _checked(one: _Series, register: pd.DataFrame, level: float) -> list[dict[str, object]]:
    """All checks of one series, an event after another; events without an article near have none."""
    checks, days = [], one.rows["day"].to_numpy().astype("datetime64[D]")
    for event in register[register["window_days"] > 0].itertuples():
        offset = (days - np.datetime64(event.day, "D")).astype(int)  # of no day: far outside every window
        inside = (offset >= -event.window_days) & (offset < event.window_days)
        if not inside.any():
            continue
        near = one.rows[inside]
        place = one.place | {"event": event.event, "event_name": event.event_name}
        options = {"day": "day", "value": one.value, "event_day": event.day, "observed": one.observed}
        lines = segmented(near, clusters=one.clusters, window_days=event.window_days, level=level, **options)
        for line in lines.set_index("quantity").loc[list(TERMS)].itertuples():
            numbers = {"value": line.estimate, "low": line.low, "high": line.high, "p": line.p}
            size = {"n_rows": int(line.n_articles), "note": line.note, "rank": 0, "n_placebos": 0, "n_apart": 0}
            checks.append(place | numbers | size | {"check": line.Index})
        quiet = _quiet(
            one.rows, window_days=event.window_days, listed=register["day"].to_numpy(),
            counts=one.place["kind"] == "volume", **options,
        )  # fmt: skip
        numbers = {key: getattr(quiet, key) for key in ("rank", "n_placebos", "n_apart", "p", "note")}
        limits = {"value": quiet.change, "low": float("nan"), "high": float("nan"), "n_rows": len(near)}
        checks.append(place | numbers | limits | {"check": "placebo"})
    return checks


def _quiet(rows: pd.DataFrame, *, window_days: int, **options: object) -> Placebo:
    """The rank over the event's window, or over a half or a quarter of it where longer windows leave no quiet dates."""
    best: Placebo | None = None
    for days in (window_days, window_days // 2, window_days // 4):
        if best is None or (best.n_placebos < ENOUGH_PLACEBOS and days >= SHORTEST):
            rank = placebo_rank(rows, window_days=days, **options)
            if best is None or (rank.rank and rank.n_placebos > best.n_placebos):
                best = rank if days == window_days else replace(rank, note=f"{days} days a side; {rank.note}")
    return best
