"""What a sceptic asks of a change around an event: was it under way before, and do quiet dates change as much?"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from helpers.compare.clusters import outlet_weeks
from helpers.compare.days import SHORTEST
from helpers.compare.event_study import event_profile, segmented
from helpers.compare.placebo import ENOUGH_PLACEBOS, Placebo, placebo_rank
from helpers.compare.volume import volume_profile
from helpers.data import tables
from helpers.data.corpus import CLUSTERS
from helpers.pipeline.event_estimates import collected_days, daily_volumes, indicator_values, windows
from helpers.study import Study

TERMS = ("level change", "slope before", "slope change")


def event_checks(study: Study) -> pd.DataFrame:
    """Write ``event_checks``: segmented regression and placebo rank of every change that ``estimates`` can hold.

    Returns
    -------
    DataFrame: the ``event_checks`` table, as written
    """
    rows = [tables.empty("event_checks")]
    collected = collected_days(study)
    for outlet, daily in daily_volumes(study).items():
        daily = daily[daily["observed"]].assign(count=lambda table: table["count"].astype(float))
        if len(daily):
            week = outlet_weeks(daily["day"].dt.tz_localize("UTC"), pd.Series(outlet, index=daily.index), "UTC")
            rows.append(_checked(study, daily.assign(week=week), "volume", outlet, "count", "week", collected[outlet]))
    for (measure, group), part in indicator_values(study).groupby(["measure", "outlet"], sort=True):
        rows.append(_checked(study, part, str(measure), str(group), "value", CLUSTERS, collected[str(group)]))
    tables.write(study.processed, "event_checks", pd.concat(rows, ignore_index=True))
    return tables.read(study.processed, "event_checks")


def _checked(
    study: Study,
    rows: pd.DataFrame,
    quantity: str,
    group: str,
    value: str,
    clusters: str | list[str],
    observed: pd.Series,
) -> pd.DataFrame:
    """All checks of one quantity in one group, an event after another; events without article near have none."""
    found = []
    register = windows(study)
    for event in register[register["window_days"] > 0].itertuples():
        offset = (rows["day"] - event.day).dt.days
        near = rows[offset.between(-event.window_days, event.window_days - 1)]
        if near.empty:
            continue
        place = {"quantity": quantity, "group": group, "event": event.event}
        options = {"day": "day", "value": value, "event_day": event.day, "window_days": event.window_days}
        lines = segmented(
            near, clusters=clusters, observed=observed, level=study.analysis.coverage_level, **options
        ).set_index("quantity")
        blank = {"rank": 0, "n_placebos": 0, "n_apart": 0}
        for term in TERMS:
            line = lines.loc[term]
            told = {"value": line["estimate"], "n_rows": int(line["n_articles"]), "note": line["note"]}
            found.append(place | blank | told | {"check": term} | {key: line[key] for key in ("low", "high", "p")})
        quiet = _quiet(rows, window_days=event.window_days, day="day", value=value, event_day=event.day,
                       listed=list(register["day"]), observed=observed, counts=quantity == "volume")  # fmt: skip
        numbers = {key: getattr(quiet, key) for key in ("rank", "n_placebos", "n_apart", "p", "note")}
        limits = {"value": quiet.change, "low": float("nan"), "high": float("nan"), "n_rows": len(near)}
        found.append(place | numbers | limits | {"check": "placebo"})
    return pd.DataFrame(found)


def _quiet(rows: pd.DataFrame, *, window_days: int, **options: object) -> Placebo:
    """The rank over the event's window, or over a half or a quarter of it where longer windows leave no quiet dates."""
    best: Placebo | None = None
    for days in (window_days, window_days // 2, window_days // 4):
        if best is None or (best.n_placebos < ENOUGH_PLACEBOS and days >= SHORTEST):
            found = placebo_rank(rows, window_days=days, **options)
            if best is None or (found.rank and found.n_placebos > best.n_placebos):
                best = found if days == window_days else replace(found, note=f"{days} days a side; {found.note}")
    return best


def event_profiles(study: Study, quantity: str, events: list[str], groups: list[str]) -> pd.DataFrame:
    """Week by week around some events: the volume or an indicator's rate, by outlet or group.

    Returns
    -------
    DataFrame: event, group, bin, middle (days since the event), estimate, low, high, n, gap
    """
    register, level = windows(study).set_index("event"), study.analysis.coverage_level
    reach = study.analysis.event_window_days
    values = indicator_values(study) if quantity != "volume" else None
    volumes = daily_volumes(study) if quantity == "volume" else {}
    collected, blocks = collected_days(study), []
    for event in events:
        day = register.loc[event, "day"]
        for group in groups:
            if quantity == "volume":
                daily = _together(study, group, volumes, collected[group])
                found = volume_profile(
                    daily["day"], daily["count"].to_numpy(), daily["observed"].to_numpy(), event_day=day,
                    window_days=reach, level=level,
                )  # fmt: skip
                blocks.append(found.assign(event=event, group=group))
                continue
            part = values[(values["measure"] == quantity) & (values["outlet"] == group)]
            if len(part):
                clusters = CLUSTERS if group.startswith("group:") else "copy_cluster"
                found = event_profile(
                    part, day="day", value="value", event_day=day, window_days=reach, clusters=clusters, by="outlet",
                    observed=collected, level=level,
                )  # fmt: skip
                blocks.append(found.assign(event=event, group=group))
    return pd.concat(blocks, ignore_index=True)


def _together(study: Study, group: str, volumes: dict[str, pd.DataFrame], observed: pd.Series) -> pd.DataFrame:
    """Daily volume of an outlet, or of the outlets of a group on the days on which all were collected."""
    outlets = study.groups[group.removeprefix("group:")] if group.startswith("group:") else (group,)
    counts = sum(volumes[outlet].set_index("day")["count"] for outlet in outlets)
    return pd.DataFrame({"day": observed.index, "count": counts.to_numpy(), "observed": observed.to_numpy()})
