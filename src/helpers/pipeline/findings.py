"""Everything that could be told first, how sure each is, and which three to five of them a reader meets."""

from __future__ import annotations

import pandas as pd

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.data.schemas import NUMBER, SCHEMAS, TEXT, WHOLE
from helpers.pipeline.finding_choice import chosen
from helpers.pipeline.finding_levels import with_levels
from helpers.pipeline.finding_rows import attention, changes, commonest, differences_between


def make(corpus: Corpus) -> pd.DataFrame:
    """``findings``: one row a candidate, with its verdict, its place among the cards, or why it was passed over."""
    blocks = [make_rows(corpus) for make_rows in (differences_between, changes, attention, commonest)]
    blocks = [block for block in blocks if len(block)]
    if not blocks:
        return tables.empty("findings")
    rows = pd.concat([block.dropna(axis=1, how="all") for block in blocks], ignore_index=True)
    rows = _filled(rows, corpus.study.analysis.coverage_level)
    topics = corpus.table("topics").set_index("topic")["called"].to_dict()
    rows = chosen(rows, topics)
    rows = with_levels(corpus, rows, (rows["place"] > 0) | rows["planned"])
    return tables.stack("findings", [rows])


def _filled(rows: pd.DataFrame, level: float) -> pd.DataFrame:
    """What a sort of finding does not have: blank, none, or unknown."""
    promised = SCHEMAS["findings"].columns
    rows = rows.reindex(columns=[*rows.columns, *[name for name in promised if name not in rows]])
    texts = [name for name, kind in promised.items() if kind == TEXT]
    wholes = [name for name, kind in promised.items() if kind == WHOLE]
    numbers = [name for name, kind in promised.items() if kind == NUMBER]
    rows = rows.astype(dict.fromkeys(numbers, float))
    rows[texts] = rows[texts].astype(object).where(rows[texts].notna(), "")
    rows[wholes] = rows[wholes].fillna(0).astype(int)
    planned = rows["planned"].astype(object).map(lambda value: value is True)
    rows["event_day"] = pd.to_datetime(rows["event_day"])
    return rows.assign(planned=planned.astype(bool), level=rows["level"].fillna(level))
