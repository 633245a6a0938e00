"""A study's tables as the explorer takes them: the page of the report and the widget in JupyterLab have the same."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_passages
from helpers.show.explorer.payload import payload


def explorer_payload(corpus: Corpus) -> dict[str, object]:
    """The analysed items of a study with their measures, words, texts where there are any, events and gaps."""
    study, articles = corpus.study, analysed_articles(corpus)
    about = {
        "study": study.name, "title": study.title, "practice": study.practice, "level": study.analysis.coverage_level,
        "window_days": study.analysis.event_window_days,
    }  # fmt: skip
    events = [(event.id, event.title, pd.Timestamp(event.day)) for event in study.events]
    return payload(
        articles, corpus.table("measures"), corpus.table("counts"), corpus.table("daily_volume"),
        pd.DataFrame(events, columns=["id", "name", "day"]), about=about, passages=analysed_passages(corpus),
        entities={
            f"@{code}": f"{next(iter(names.values()))[0]} (by any name)" for code, names in study.entities.items()
        },
    )  # fmt: skip
