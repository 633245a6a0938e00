"""The gate of every figure: no evidence, no publication.

What all figures of a page rest on is said once, folded, by `helpers.show.basis.rests_on`; a figure leaves with its alt
text and one line of its own, or it raises.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import display
from matplotlib.figure import Figure

from helpers.show import sentences as prose
from helpers.show.figure_html import figure_html
from helpers.show.units import words
from helpers.text.languages import name_of

CHECKS = {
    "described": "counted, not yet held against coders",
    "agrees": "coders agree, lower limit of Krippendorff's α ≥ .800",
    "tentative": "coders agree, lower limit of Krippendorff's α .667–.800",
    "corrected": "adjusted for the measured error of the classifier",
}
COUNTED = "none: every item is counted"
MEASURES = ("indicator", "topic", "frame", "count")
SHORTEST_ALT = 40  # characters beyond the title: kind of chart, axes, what to see


class EvidenceError(ValueError):
    """A figure that may not be published; the message is one line and names what is missing."""


@dataclass(frozen=True)
class Evidence:
    """What one figure rests on, beyond what `rests_on` says once for its page.

    Everything is left open here so that the gate can name what was forgotten.

    Attributes
    ----------
    n_articles, n_originals, n_outlets : int
        Articles shown, those of them that copy no other, and outlets.
    start, end : date
        First and last day of the articles shown.
    languages : tuple of str
        BCP 47.
    interval : str
        What the bars mean; `COUNTED` where there are none because every item is counted.
    check : str
        A key of `CHECKS`.
    measure_type : str
        One of `MEASURES`; ``frame`` needs a `codebook`.
    smallest : str
        Smallest difference that the clusters at hand would show, where differences are shown.
    robust : str, optional
        How many universes agree, once that was computed.
    unit : str
        What the page calls an item (`helpers.show.units`); or ``item`` for what was collected, before copies are told
        apart: it has no `n_originals`.
    codebook : str, optional
        Version of the codebook that a coded frame was coded with.
    """

    n_articles: int | None = None
    n_originals: int | None = None
    n_outlets: int | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None
    languages: tuple[str, ...] = ()
    interval: str = ""
    check: str = ""
    measure_type: str = ""
    smallest: str = ""
    robust: str | None = None
    kind: str = "figure"
    unit: str = "article"
    codebook: str | None = None


def evidence_of(articles: pd.DataFrame, estimates: pd.DataFrame | None = None, **details: str | None) -> Evidence:
    """The evidence of a figure, from the articles that it shows and, where it shows estimates, from those.

    Parameters
    ----------
    articles : DataFrame
        Rows of `articles` that the figure shows: ``outlet``, ``language``, ``day`` (or ``month``), and, unless `unit`
        is ``item``, ``is_original``.
    estimates : DataFrame, optional
        Rows of `estimates` or `event_estimates` that the figure shows.  The check state is the weakest of theirs, the
        smallest detectable difference their range, the interval that of their ``level``.
    details : interval, check, measure_type, smallest, robust, unit, codebook
        Win over what was computed.

    Raises
    ------
    ValueError
        There is no article.

    >>> day = pd.Timestamp("2024-08-01")
    >>> rows = pd.DataFrame({"outlet": "kcna", "language": "en", "day": [day, day], "is_original": [True, False]})
    >>> caption(evidence_of(rows)).replace("\N{NO-BREAK SPACE}", " ")[:70]
    '2 articles, 1 of them originals (50 % copies), of 1 outlet, 1 Aug 2024'
    """
    if articles.empty:
        raise ValueError("a figure of no article has no evidence; filter less, or say in words that there is none")
    details["unit"] = unit = details.get("unit") or words(articles).item
    computed = {"interval": COUNTED, "check": "described", "measure_type": "count"}
    if estimates is not None:
        computed |= _of_estimates(estimates)
    first, last = _span(articles)
    return Evidence(
        n_articles=len(articles),
        n_originals=None if unit == "item" else int(articles["is_original"].sum()),
        n_outlets=articles["outlet"].nunique(),
        start=first,
        end=last,
        languages=tuple(sorted(set(articles["language"]))),
        **{**computed, **details},
    )


def _of_estimates(estimates: pd.DataFrame) -> dict[str, str]:
    """What estimates say of themselves."""
    known = {"interval": f"{100 * estimates['level'].max():.0f} %, by copy cluster and outlet-week"}
    if "block_weeks" in estimates and estimates["block_weeks"].notna().any():
        known["interval"] += ", wider for weeks that resemble their neighbours"
    if "kind" in estimates and estimates["kind"].nunique() == 1:
        known["measure_type"] = {"volume": "count"}.get(estimates["kind"].iloc[0], estimates["kind"].iloc[0])
    if "checks" in estimates:
        known["check"] = min(estimates["checks"], key=list(CHECKS).index)
    if "smallest" in estimates and estimates["smallest"].notna().any():
        sizes = 100 * estimates["smallest"].dropna()
        known["smallest"] = f"{sizes.min():.1f} to {sizes.max():.1f} points"
    return known


def _span(rows: pd.DataFrame) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last day; of rows that know only their month, the month's ends."""
    if "day" in rows:
        known = rows["day"].dropna()
        return (known.min().date(), known.max().date()) if len(known) else (None, None)
    months = pd.PeriodIndex(rows["month"].dropna(), freq="M")
    return months.min().start_time.date(), months.max().end_time.date()


def problems(evidence: Evidence) -> list[str]:
    """What is missing from `evidence` or cannot be true; empty when it is complete.

    >>> problems(Evidence(n_articles=3, n_originals=4, n_outlets=1))[0]
    'start is missing'
    """
    needed = ("n_articles", "n_originals", "n_outlets", "start", "end", "languages", "interval", "check",
              "measure_type")  # fmt: skip
    if evidence.unit == "item":
        needed = tuple(name for name in needed if name != "n_originals")
    wrong = [f"{name} is missing" for name in needed if getattr(evidence, name) in (None, "", ())]
    if wrong:
        return wrong
    if evidence.n_articles < 1 or evidence.n_outlets < 1:
        wrong.append("it shows no article of any outlet")
    if evidence.unit == "item" and evidence.n_originals is not None:
        wrong.append("items have no n_originals: copies are not told apart yet")
    elif evidence.unit != "item" and not 0 <= evidence.n_originals <= evidence.n_articles:
        wrong.append(f"n_originals {evidence.n_originals} is not between 0 and n_articles {evidence.n_articles}")
    if evidence.end < evidence.start:
        wrong.append(f"end {evidence.end} is before start {evidence.start}")
    if evidence.check not in CHECKS:
        wrong.append(f"check {evidence.check!r} is not one of {', '.join(CHECKS)}")
    if evidence.measure_type not in MEASURES:
        wrong.append(f"measure_type {evidence.measure_type!r} is not one of {', '.join(MEASURES)}")
    if evidence.measure_type == "frame" and not evidence.codebook:
        wrong.append("measure_type 'frame' needs the codebook it was coded with")
    return wrong


def caption(evidence: Evidence) -> str:
    """The evidence as one line of plain text; what every figure of a page shares stands in `rests_on`."""
    languages = prose.listing(name_of(language) for language in evidence.languages)
    counted = prose.count(evidence.n_articles, evidence.unit)
    originals = "" if evidence.unit == "item" else f", {_originals(evidence)},"
    codebook = f" (codebook {evidence.codebook})" if evidence.codebook else ""
    parts = [
        f"{counted}{originals} of {prose.count(evidence.n_outlets, 'outlet')}, "
        f"{prose.day(evidence.start)} – {prose.day(evidence.end)}; {languages}"
    ]
    if evidence.measure_type == "count" and evidence.interval == COUNTED:
        parts.append("Every item is counted")
    else:
        bars = "no bars" + evidence.interval.removeprefix("none")
        bars = bars if evidence.interval.startswith("none") else f"bars: {evidence.interval}"
        parts.append(f"{evidence.measure_type.capitalize()}{codebook}, {evidence.check}; {bars}")
    if evidence.smallest:
        parts.append(f"Smallest detectable difference: {evidence.smallest}")
    if evidence.robust:
        parts.append(f"Robust: {evidence.robust}")
    return prose.unbroken(". ".join(part.rstrip(".") for part in parts) + ".")


def _originals(evidence: Evidence) -> str:
    copies = prose.share(1 - evidence.n_originals / evidence.n_articles)
    return f"{evidence.n_originals:,} of them originals ({copies} copies)"


def show(figure: Figure, *, alt: str, evidence: Evidence, title: str | None = None) -> None:
    """Publish a figure, drawn for the page and for the phone, with its title, alt text and evidence, and close it.

    One output of HTML: the title as text, the drawing as SVG, and the evidence folded below it.  Its plain text is the
    alt text.

    Parameters
    ----------
    figure : Figure
        From a chart of `helpers.show.charts`, which can draw itself again for a phone; any other is narrowed.
    alt : str
        Kind of chart, axes, what to see; not the title again.
    evidence : Evidence
    title : str, optional
        The finding.  Taken from the figure itself when left out.

    Raises
    ------
    EvidenceError
        Evidence, title or alt text is missing.  What names and labels say is data, and stops no figure: that a notebook
        calls only coded frames so is held by a test of its source.
    """
    own = [figure.get_suptitle(), *(axis.get_title(loc="left") or axis.get_title() for axis in figure.axes)]
    title = title or next((text for text in own if text), "")
    wrong = problems(evidence) + _problems_of_words(title, alt)
    called = f"{evidence.kind} {title[:60]!r}"
    if wrong:
        plt.close(figure)
        raise EvidenceError(f"{called} may not be published: {'; '.join(wrong)}")
    try:
        made = figure_html(figure, title=title, alt=alt, evidence=caption(evidence))
    finally:
        plt.close(figure)
    display({"text/html": made, "text/plain": alt}, raw=True)


def _problems_of_words(title: str, alt: str) -> list[str]:
    wrong = []
    if not title.strip():
        wrong.append("title is missing")
    if not alt.strip():
        wrong.append("alt text is missing")
    elif len(alt.casefold().replace(title.casefold(), "").strip(" .")) < SHORTEST_ALT:
        wrong.append(f"alt text {alt[:40]!r} repeats the title or is too short; say kind of chart, axes, what to see")
    return wrong
