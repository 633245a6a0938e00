"""What every notebook needs: a study with its looks, sentences with computed numbers, captioned tables, evidence.

Notebooks hold the argument; whatever two of them would write twice is here.
"""

from __future__ import annotations

import html

import pandas as pd
from IPython.display import HTML, Markdown, display

from helpers import ledger, prose, tables
from helpers.figures.evidence import Evidence
from helpers.figures.style import set_style
from helpers.practice import score
from helpers.stages.corpus import load_corpus
from helpers.stages.scoring import scores
from helpers.study import Study, load_study

__all__ = ["evidence_for", "evidence_of", "evidence_of_items", "open_study", "say", "show_scores", "table"]

MANY = 20  # rows of scores above which a table of verdicts stands before the misses


def open_study(name: str) -> Study:
    """Load a study and set the looks of its figures.

    Raises
    ------
    StudyError
        With the file, line and value that are wrong.
    """
    study = load_study(name)
    set_style(study)
    return study


def say(*sentences: str) -> None:
    """Show sentences whose numbers were computed, as Markdown; a line that begins with ``-`` is a bullet.

    Angle brackets are escaped: a sentence may quote what was scraped.
    """
    display(Markdown("\n".join(html.escape(sentence, quote=False) for sentence in sentences)))


def table(frame: pd.DataFrame, caption: str, *, index: bool = False, digits: int = 2) -> None:
    """Show a small table with a caption; everything in it is escaped."""
    body = frame.to_html(
        index=index,
        escape=True,
        border=0,
        na_rep="–",
        float_format=lambda value: f"{value:,.{digits}f}".replace("-", prose.MINUS),
        classes="table",
    )
    body = body.replace("<thead>", f"<caption>{html.escape(caption)}</caption>\n<thead>", 1)
    numbers = [not index and pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns]
    body = _aligned(body, numbers) if not index and frame.columns.is_unique else body
    display(HTML(body))


def _aligned(body: str, numbers: list[bool]) -> str:
    """Cells of columns that hold words marked as words, so that the page sets them to the left."""
    lines, place = [], 0
    for line in body.split("\n"):
        cell = line.lstrip()
        place = 0 if cell.startswith("<tr") else place
        if cell.startswith(("<td>", "<th>")):
            if not numbers[place]:
                line = line.replace(cell[:3], f'{cell[:3]} class="words"', 1)
            place += 1
        lines.append(line)
    return "\n".join(lines)


def evidence_of(study: Study, articles: pd.DataFrame, **details: str | None) -> Evidence:
    """The evidence line of a figure made from `articles`.

    Parameters
    ----------
    study : Study
    articles : DataFrame
        Rows of `load_corpus` that the figure shows.
    details : interval, check, measure_type, source, robust, exclusions
        Handed to `Evidence`; `exclusions` and `source` are computed when left out.
    """
    if articles.empty:
        raise ValueError("a figure of no article has no evidence; filter less, or say in words that there is none")
    known = articles["day"].dropna()
    named = [outlet.name for outlet in study.outlets.values() if outlet.id in set(articles["outlet"])]
    defaults = {
        "exclusions": exclusions(study),
        "source": f"study {study.name}: {prose.listing(named)}",
        "interval": "none: every item is counted",
        "check": "described",
        "measure_type": "count",
        "robust": None,
    }
    return Evidence(
        n_articles=len(articles),
        n_originals=int(articles["is_original"].sum()),
        n_outlets=articles["outlet"].nunique(),
        start=known.min().date(),
        end=known.max().date(),
        languages=tuple(sorted(set(articles["language"]))),
        **(defaults | details),
    )


def evidence_for(study: Study, estimates: pd.DataFrame, **details: str | None) -> Evidence:
    """The evidence line of a figure of estimates: the relevant articles of the outlets that it shows."""
    corpus = load_corpus(study, relevant_only=True)
    shown = set(estimates["group"]) | set(estimates["reference"])
    level = f"{100 * study.analysis.coverage_level:.0f} %, by copy cluster and outlet-week"
    return evidence_of(study, corpus[corpus["outlet"].isin(shown)], **({"interval": level} | details))


def evidence_of_items(study: Study) -> Evidence:
    """The evidence line of a figure of what was collected, before articles and copies are told apart."""
    books = tables.read(study.processed, "ledger")
    found = books[books["stage"] == "collect"]
    kept = found[(found["outcome"] == ledger.KEPT) & found["month"].notna()]
    months = pd.PeriodIndex(kept["month"], freq="M")
    return Evidence(
        n_articles=len(kept),
        unit="item",
        n_outlets=kept["outlet"].nunique(),
        start=months.min().start_time.date(),
        end=months.max().end_time.date(),
        languages=tuple(sorted({study.outlets[outlet].language for outlet in kept["outlet"]})),
        exclusions=f"{len(found) - len(kept):,} items lost or undated",
        interval="none: every item is counted",
        check="described",
        source=f"study {study.name}, ledger of the collect stage",
        measure_type="count",
    )


def exclusions(study: Study) -> str:
    """What was lost before analysis, by reason, from the ledger."""
    books = tables.read(study.processed, "ledger")
    lost = books[(books["outcome"] != ledger.KEPT) & (books["stage"] != "collect")]["outcome"].value_counts()
    parts = [f"{n:,} {reason.replace('_', ' ')}" for reason, n in sorted(lost.items())]
    return ", ".join(parts) or "none"


def show_scores(study: Study, notebook: str | None = None) -> None:
    """Recovered against planted, for the practice study; a sentence that says why not, for any other.

    Parameters
    ----------
    study : Study
    notebook : str, optional
        Score this notebook; left out, show what all of them scored.
    """
    if not study.practice:
        say('The truth of this study is unknown; run the notebook with `study = "practice"` to see it scored.')
        return
    rows = scores(study, notebook)
    if notebook is None:
        told = pd.crosstab(rows["notebook"], rows["verdict"]).reset_index()
        told.columns.name = None
        table(told, "Verdicts by notebook")
        return
    if len(rows) > MANY:
        table(
            score.summary(rows),
            f"Recovered against planted: {prose.count(len(rows), 'quantity', 'quantities')} by verdict",
        )
        rows = rows[~rows["verdict"].isin(["inside the interval", "recovered"])]
    table(rows.drop(columns="notebook"), "Recovered against planted", digits=3)
