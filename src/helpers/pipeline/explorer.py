"""A study's tables as the explorer takes them: the page of the report and the widget in JupyterLab have the same."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_passages
from helpers.show.explorer.payload import payload


def explorer_payload(corpus: Corpus, findings: pd.DataFrame | None = None) -> dict[str, object]:
    """The analysed items of a study with their measures, words, texts where there are any, events and gaps.

    With the table ``findings`` the explorer opens on the measure of the first of them that has one, and knows of which
    measures outlets were compared on shared days; without, it opens on the commonest measure.
    """
    study, articles = corpus.study, analysed_articles(corpus)
    about = {
        "study": study.name, "title": study.title, "practice": study.practice, "level": study.analysis.coverage_level,
        "window_days": study.analysis.event_window_days, **of_findings(findings),
    }  # fmt: skip
    events = [(event.id, event.title, pd.Timestamp(event.day)) for event in study.events]
    return payload(
        articles, corpus.table("measures"), corpus.table("counts"), corpus.table("daily_volume"),
        pd.DataFrame(events, columns=["id", "name", "day"]), about=about, passages=analysed_passages(corpus),
        entities={
            f"@{code}": f"{next(iter(names.values()))[0]} (by any name)" for code, names in study.entities.items()
        },
    )  # fmt: skip


def of_findings(findings: pd.DataFrame | None) -> dict[str, list[str]]:
    """Measures of the findings that a report shows, in their order, and those by which outlets or groups were compared.

    >>> rows = {"kind": ["volume", "indicator", "topic"], "measure": ["volume", "AID", "t1"], "place": [1, 0, 2]}
    >>> of_findings(pd.DataFrame(rows | {"about": ["attention", "difference", "commonest"]}))
    {'opens': ['volume:volume', 'topic:t1'], 'shared': ['indicator:AID']}
    >>> of_findings(None)
    {'opens': [], 'shared': []}
    """
    if findings is None or findings.empty:
        return {"opens": [], "shared": []}
    keyed = findings.assign(key=findings["kind"].astype(str) + ":" + findings["measure"].astype(str))
    opens = keyed[keyed["place"] > 0].sort_values("place", kind="stable")["key"]
    shared = keyed.loc[keyed["about"] == "difference", "key"]
    return {"opens": list(dict.fromkeys(opens)), "shared": sorted(set(shared))}
