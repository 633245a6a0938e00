"""Daily volumes to bursts and lulls, found without dates: weeks with far more, or fewer, items than those around."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare.bursts import bursts, near_events
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.event_windows import daily_counts

COUNTED = {"relevant": "n_relevant_originals", "collected": "n_collected_originals"}


def make(corpus: Corpus) -> pd.DataFrame:
    """``bursts``: bursts and lulls of each outlet's originals, relevant and all collected, with events near them.

    A burst of what was collected is the outlet's, or the collection's; one of relevant items alone is the subject's.
    """
    study, daily_volume = corpus.study, corpus.table("daily_volume")
    days, blocks = {event.id: event.day for event in study.events}, []
    for counted, column in COUNTED.items():
        for outlet, daily in daily_counts(daily_volume, column).items():
            rng = np.random.default_rng(study.analysis.seed)
            spells = bursts(daily["day"], daily["count"].to_numpy(), daily["observed"].to_numpy(), rng=rng)
            near = [" ".join(names) for names in near_events(spells, days)]
            for end in ("first_day", "last_day"):
                spells[end] = spells[end].dt.strftime("%Y-%m-%d") if len(spells) else spells[end].astype(str)
            about = {"outlet": outlet, "outlet_name": study.outlets[outlet].name, "counted": counted, "events": near}
            blocks.append(spells.rename(columns={"items": "n_items", "n_bins": "n_weeks"}).assign(**about))
    return tables.stack("bursts", blocks)
