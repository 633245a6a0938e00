"""Groups of several outlets as one side: whose articles may be put together, and under what key."""

from __future__ import annotations

import pandas as pd

from helpers.pipeline.measure_checks import Gate, held_back
from helpers.pipeline.names import GROUP
from helpers.study import Study


def pooled(study: Study, gate: Gate, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The articles of each group of several outlets under the group's key, where the gate allows; outlets in ``unit``.

    Parameters
    ----------
    study : Study
    gate : Gate
    rows : DataFrame
        Of one measure, with ``kind``, ``measure`` and ``outlet``.
    """
    kind, measure = rows.iloc[0][["kind", "measure"]]
    blocks = []
    for name, outlets in study.groups.items():
        present = rows["outlet"].isin(outlets)
        if not held_back(study, gate, kind, measure, outlets) and rows.loc[present, "outlet"].nunique() > 1:
            blocks.append(rows[present].assign(unit=rows["outlet"], outlet=f"{GROUP}{name}"))
    return blocks
