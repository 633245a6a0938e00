"""Week by week around events: volumes and rates, for pictures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.compare.clusters import CLUSTERS
from helpers.compare.event_study import event_profile
from helpers.compare.volume import volume_profile
from helpers.data.corpus import Corpus
from helpers.pipeline.event_windows import collected_days, daily_counts, indicator_values, windows
from helpers.pipeline.names import GROUP, sided


def event_profiles(
    corpus: Corpus, kind: str, measure: str, *, events: Sequence[str], sides: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    """The volume, or an indicator's rate, in weeks around some events, by outlet or group.

    Parameters
    ----------
    corpus : Corpus
    kind, measure : str
        As ``event_estimates`` has them.
    events : sequence of str
    sides : sequence of (side, group)
        As ``event_estimates`` has them, such as ``("outlet", "kcna")``.

    Returns
    -------
    DataFrame: event, event_name, side, group, group_name, bin, middle (days since the event), estimate, low, high, n,
        gap
    """
    study, level, reach = corpus.study, corpus.study.analysis.coverage_level, corpus.study.analysis.event_window_days
    register, daily = windows(study).set_index("event"), corpus.table("daily_volume")
    counts, collected = daily_counts(daily, "n_relevant_originals"), collected_days(study, daily)
    values = None if kind == "volume" else indicator_values(corpus).query("measure == @measure")
    blocks = []
    for event in events:
        day, name = register.loc[event, ["day", "event_name"]]
        around = {"event_day": day, "window_days": reach, "level": level}
        for side, group in sides:
            key = f"{GROUP}{group}" if side == "group" else group
            if values is None:
                days = collected[key]
                count = sum(counts[outlet]["count"].to_numpy() for outlet in study.members(key))
                found = volume_profile(days.index.to_series(), count, days.to_numpy(), **around)
            elif len(part := values[values["outlet"] == key]):
                clusters = CLUSTERS if side == "group" else "copy_cluster"
                options = {"day": "day", "value": "value", "by": "outlet", "clusters": clusters, "observed": collected}
                found = event_profile(part, **options, **around)
            else:
                continue
            blocks.append(found.assign(event=event, event_name=name, group=key))
    return sided(pd.concat(blocks, ignore_index=True), study, ("group",))
