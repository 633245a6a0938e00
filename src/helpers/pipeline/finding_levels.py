"""What stands on each side of a finding: the level before the difference, of the same articles."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.against_rest import REST, beside_rest, collected_of
from helpers.compare.clusters import CLUSTERS
from helpers.compare.differences import means
from helpers.compare.support import in_common
from helpers.data.corpus import Corpus
from helpers.pipeline.event_windows import MOST_OF_A_GROUP, collected_days, daily_counts, indicator_values
from helpers.pipeline.measure_checks import Gate
from helpers.pipeline.measures import with_articles
from helpers.pipeline.names import GROUP
from helpers.pipeline.pooled_groups import pooled
from helpers.pipeline.rests import comparable, rests

LEVELS = [f"level_{side}{end}" for side in ("group", "reference") for end in ("", "_low", "_high")]
BEFORE = "before"


def with_levels(corpus: Corpus, rows: pd.DataFrame, wanted: pd.Series) -> pd.DataFrame:
    """Findings with the levels of both sides, for those that are wanted and have none yet."""
    rows = rows.assign(**{name: rows[name] if name in rows else np.nan for name in LEVELS})
    asked = rows[wanted & rows["level_group"].isna() & rows["estimate"].notna()]
    ways = {"difference": _of_sides, "event": _around_events}
    for about, part in asked.groupby("about"):
        for key, levels in ways[about](corpus, part).items():
            rows.loc[key, list(levels)] = list(levels.values())
    return rows


def _levels(corpus: Corpus, part: pd.DataFrame, sides: tuple[str, str]) -> dict[str, float]:
    """Mean of each side with its interval."""
    level = corpus.study.analysis.coverage_level
    table = means(part, value="value", group="outlet", clusters=CLUSTERS, day="day", level=level).set_index("group")
    names = {"group": sides[0], "reference": sides[1]}
    ends = {"": "estimate", "_low": "low", "_high": "high"}
    known = [side for side, name in names.items() if name in table.index]
    return {
        f"level_{side}{end}": float(table.loc[names[side], column]) for side in known for end, column in ends.items()
    }


def _of_sides(corpus: Corpus, part: pd.DataFrame) -> dict[object, dict[str, float]]:
    """Levels of outlets and groups on the days that both sides share, by one rule."""
    study, gate = corpus.study, Gate(corpus.table("measure_checks"))
    values = corpus.table("one_rule_measures")
    values = with_articles(corpus, values[(values["voice"] == "all") & values["measure"].isin(part["measure"])])
    collected = collected_days(study, corpus.table("daily_volume"), least=MOST_OF_A_GROUP)
    levels = {}
    for row in part.itertuples():
        mine, ran = values[(values["kind"] == row.kind) & (values["measure"] == row.measure)], collected
        pair = (row.group, row.reference)
        if row.side == "group":
            pair, blocks = tuple(f"{GROUP}{name}" for name in pair), pooled(study, gate, mine)
            mine = pd.concat(blocks, ignore_index=True)
        elif row.side == "rest":
            others = comparable(study, gate, row.kind, row.measure, row.group, rests(study)[row.group][1])
            pair = (row.group, f"{REST}{row.reference}")
            mine = beside_rest(mine, group="outlet", name=row.group, others=others, rest=pair[1])
            ran = collected_of(collected, others, pair[1])
        shared = in_common(mine, group="outlet", pair=pair, day="day", collected=ran)
        levels[row.Index] = _levels(corpus, shared, pair)
    return levels


def _around_events(corpus: Corpus, part: pd.DataFrame) -> dict[object, dict[str, float]]:
    """Levels after an event and before it: of a rate among articles, of a volume among collected days."""
    rates, daily = indicator_values(corpus), daily_counts(corpus.table("daily_volume"), "n_relevant_originals")
    levels, days = {}, {event.id: pd.Timestamp(event.day) for event in corpus.study.events}
    for row in part.itertuples():
        key = f"{GROUP}{row.group}" if row.side == "group" else row.group
        if row.kind == "volume":
            seen = daily[row.group]
            values = seen[seen["observed"].astype(bool)].rename(columns={"count": "value"})
        else:
            values = rates[(rates["measure"] == row.measure) & (rates["outlet"] == key)]
        since = (values["day"] - days[row.event]).dt.days
        inside = values[since.between(-row.window_days, row.window_days - 1)]
        after = (inside["day"] >= days[row.event]).to_numpy()
        sides = inside.assign(outlet=np.where(after, "after", BEFORE))
        if row.kind == "volume":
            level = sides.groupby("outlet")["value"].mean()
            levels[row.Index] = {"level_group": level.get("after"), "level_reference": level.get(BEFORE)}
        else:
            levels[row.Index] = _levels(corpus, sides, ("after", BEFORE))
    return levels
