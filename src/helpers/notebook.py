"""What every notebook needs: a study with its looks, sentences with computed numbers, captioned tables, evidence.

Notebooks hold the argument; whatever two of them would write twice is here.
"""

from __future__ import annotations

import html

import pandas as pd
from IPython.display import HTML, Markdown, display

from helpers.data import ledger, tables
from helpers.data.corpus import gap_share, load_corpus
from helpers.extract.lines import held
from helpers.show import sentences as prose
from helpers.show.evidence import CHECKS, Evidence
from helpers.show.style import set_style
from helpers.study import Study, load_study
from practice import score
from practice.scores import scores

__all__ = [
    "evidence_for", "evidence_of", "evidence_of_items", "open_study", "say", "show_audit", "show_scores", "table",
]  # fmt: skip

MOST_LINES, MOST_SIGNS = 60, 400  # lines of a page, and characters of a line, that an audit shows
WIDE = 7  # columns from which a table is set small
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
    wide = " wide" if frame.shape[1] >= WIDE else ""
    body = frame.to_html(
        index=index,
        escape=True,
        border=0,
        na_rep="–",
        float_format=lambda value: f"{value:,.{digits}f}".replace("-", prose.MINUS),
        classes=f"table{wide}",
    )
    body = body.replace("<thead>", f"<caption>{html.escape(caption)}</caption>\n<thead>", 1)
    kinds = [_kind(frame[column]) for column in frame.columns]
    body = _aligned(body, kinds) if not index and frame.columns.is_unique else body
    display(HTML(body))


def yaml_lines(lines: str) -> None:
    """Show lines that can be copied to a study's file."""
    display(Markdown(f"```yaml\n{lines.replace('```', '')}\n```"))


def _kind(values: pd.Series) -> str:
    """What a column holds, as the page sets it: words to the left, days in one line, numbers to the right."""
    if pd.api.types.is_numeric_dtype(values):
        return ""
    days = values.astype(str).str.fullmatch(r"(\d{4}-\d\d-\d\d)?").all()
    return "words day" if days and len(values) else "words"


def _aligned(body: str, kinds: list[str]) -> str:
    """Cells marked with what their column holds."""
    lines, place = [], 0
    for line in body.split("\n"):
        cell = line.lstrip()
        place = 0 if cell.startswith("<tr") else place
        if cell.startswith(("<td>", "<th>")):
            if kinds[place]:
                line = line.replace(cell[:3], f'{cell[:3]} class="{kinds[place]}"', 1)
            place += 1
        lines.append(line)
    return "\n".join(lines)


def show_audit(sample: pd.DataFrame, study: Study) -> None:
    """Show articles beside their sources, one folded block an article; everything in them is escaped.

    What the source shows and the study left out is struck; what the study has and the source does not show is marked
    as inserted.

    Parameters
    ----------
    sample : DataFrame
        As from `helpers.pipeline.audit`.
    study : Study
    """
    if sample.empty:
        say("This study holds no text, so no source can stand beside its article; its data statement says where it is.")
        return
    blocks = [_audited(row, study) for row in sample.itertuples()]
    blocks[0] = blocks[0].replace("<details", "<details open", 1)
    display(HTML("\n".join(blocks)))


def _audited(row: tuple, study: Study) -> str:
    title, byline, text = ("" if pd.isna(value) else value for value in (row.title, row.byline, row.text))
    paragraphs = text.split("\n\n")
    kept = held(row.source, "\n".join((title, byline, text)))
    shown = held(paragraphs, "\n".join(row.source))
    when = "undated" if pd.isna(row.published) else f"{row.published:%Y-%m-%d %H:%M} UTC, from {row.date_source}"
    left = _lines(row.source, kept, "del") or "<p>The source could not be read again within its bounds.</p>"
    facts = "".join(f"<p>{html.escape(line)}</p>" for line in (title or "no title", byline or "no byline", when))
    name = html.escape(f"{study.outlets[row.outlet].name}: {title or row.address}")
    return (
        f'<details class="audit"><summary>{name} ({sum(kept):,} of {prose.count(len(kept), "line")} kept)</summary>'
        f"<p><code>{html.escape(row.address)}</code></p>"
        '<table><thead><tr><th class="words">the source shows</th><th class="words">the study has</th></tr></thead>'
        f'<tbody><tr><td class="words">{left}</td>'
        f'<td class="words">{facts}<hr>{_lines(paragraphs, shown, "ins")}</td></tr></tbody></table></details>'
    )


def _lines(lines: list[str], plain: list[bool], tag: str) -> str:
    """Lines as paragraphs, those that are not plain inside an element, up to a bound."""
    cut = [line if len(line) <= MOST_SIGNS else line[:MOST_SIGNS] + "…" for line in lines[:MOST_LINES]]
    parts = [
        html.escape(line) if same else f"<{tag}>{html.escape(line)}</{tag}>"
        for line, same in zip(cut, plain, strict=False)
    ]
    more = len(lines) - len(cut)
    return "".join(f"<p>{part}</p>" for part in parts) + (
        f"<p>… and {prose.count(more, 'line')} more</p>" if more else ""
    )


def evidence_of(study: Study, articles: pd.DataFrame, **details: str | None) -> Evidence:
    """The evidence line of a figure made from `articles`.

    Parameters
    ----------
    study : Study
    articles : DataFrame
        Rows of `load_corpus` that the figure shows.
    details : interval, check, measure_type, source, robust, smallest, exclusions
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
        "gaps": gap_share(study, articles["outlet"].unique()),
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
    """The evidence line of a figure of estimates: the relevant articles of the outlets that it shows.

    Its check state is the weakest of the measures shown; the smallest detectable difference is told where differences
    are shown.
    """
    corpus = load_corpus(study, relevant_only=True)
    shown = set(estimates["group"]) | set(estimates["reference"])
    computed = {"interval": f"{100 * study.analysis.coverage_level:.0f} %, by copy cluster and outlet-week"}
    if "checks" in estimates:
        computed["check"] = min(estimates["checks"], key=list(CHECKS).index)
    if "smallest" in estimates and estimates["smallest"].notna().any():
        sizes = 100 * estimates["smallest"].dropna()
        computed["smallest"] = f"{sizes.min():.1f} to {sizes.max():.1f} points"
    return evidence_of(study, corpus[corpus["outlet"].isin(shown)], **(computed | details))


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
        gaps=gap_share(study, study.outlets),
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
