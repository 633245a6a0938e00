"""What measures, outlets and groups are called: joined into tables once, so that nothing downstream looks up an id.

While a maker computes, a group of several outlets goes under ``group:<name>`` among the outlets; `sided` tells the two
apart before anything is written.
"""

from __future__ import annotations

import pandas as pd

from helpers.compare.against_rest import REST
from helpers.study import Study
from helpers.topics.labels import QUOTE

GROUP = "group:"
VOLUME = "relevant originals a day"


def frame_name(study: Study, code: str) -> str:
    """A frame's name in the codebook."""
    return study.codebook.frames[code].name


def measure_name(study: Study, kind: str, measure: str, topic_names: pd.Series | None = None) -> str:
    """What to call a measure in a sentence; the kind stays in the name, so that an indicator is never called a frame.

    Parameters
    ----------
    study : Study
    kind, measure : str
        As tables have them.
    topic_names : Series, indexed by topic, optional
        ``topic_name`` of the table ``topics``; needed for topics.  One that only lists terms is marked as that.
    """
    if kind in ("indicator", "classifier"):
        return f"{frame_name(study, measure)} ({kind})"
    if kind == "frame":
        return frame_name(study, measure)
    if kind == "topic":
        name = topic_names[measure]
        return f"topic of {name}" if name.startswith(QUOTE) else f"{name} (topic)"
    return VOLUME if kind == "volume" else measure


def sided(rows: pd.DataFrame, study: Study, columns: tuple[str, ...] = ("group", "reference")) -> pd.DataFrame:
    """Rows with ``side`` (outlet, group, rest), and each column's bare name and what it is called."""
    sides = [_side(*keys) for keys in rows[list(columns)].itertuples(index=False, name=None)]
    named = rows.assign(side=pd.Series(sides, index=rows.index, dtype=object))
    for column in columns:
        bare = [key.removeprefix(GROUP).removeprefix(REST) for key in rows[column]]
        called = [_called(study, key) for key in rows[column]]
        named[column], named[f"{column}_name"] = pd.Series(bare, index=rows.index), pd.Series(called, index=rows.index)
    return named


def _side(*keys: str) -> str:
    """What stands on the sides: outlets, groups of outlets, or an outlet and the rest of its group."""
    if keys[-1].startswith(REST):
        return "rest"
    return "group" if keys[0].startswith(GROUP) else "outlet"


def _called(study: Study, key: str) -> str:
    if key.startswith(REST):
        return f"the other {study.called(GROUP + key.removeprefix(REST))}"
    return study.called(key) if key else ""
