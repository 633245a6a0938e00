"""The gate of every figure: no evidence, no publication.

A figure leaves with its alt text and a caption that says what it rests on, or it raises.
"""

from __future__ import annotations

import base64
import datetime
import html
import io
import re
import textwrap
import warnings
from dataclasses import dataclass

import matplotlib.pyplot as plt
from IPython.display import HTML, display
from matplotlib.figure import Figure

from helpers.show import sentences as prose
from helpers.text.languages import name_of

CHECKS = {
    "described": "described (counted, not yet held against coders)",
    "agrees": "agrees (coders agree, Krippendorff's α ≥ .800)",
    "tentative": "tentative (coders agree, Krippendorff's α .667–.800)",
    "corrected": "corrected (adjusted for the measured error of the classifier)",
}
MEASURES = ("indicator", "topic", "frame", "count")
FRAME = re.compile(r"\bfram(?:e|es|ed|ing)\b|фрейм|프레임", re.IGNORECASE)
SHORTEST_ALT = 40  # characters beyond the title: kind of chart, axes, what to see
LONGEST_LINE = 82  # characters of a title that fit the width of a figure
MISSING_GLYPH = re.compile(r"Glyph (\d+) .*missing from")


class EvidenceError(ValueError):
    """A figure that may not be published; the message is one line and names what is missing."""


@dataclass(frozen=True)
class Evidence:
    """What a figure rests on.  Everything is left open here so that the gate can name what was forgotten.

    Attributes
    ----------
    n_articles, n_originals, n_outlets : int
        Articles shown, those of them that copy no other, and outlets.
    start, end : date
        First and last day of the articles shown.
    languages : tuple of str
        BCP 47.
    exclusions, interval, source : str
        What was left out; what the bars mean ("none: every item is counted" where there are none); where from.
    check : str
        A key of `CHECKS`.
    measure_type : str
        One of `MEASURES`; ``frame`` needs a `codebook`.
    unit : str
        ``article``; or ``item`` for what was collected, before copies are told apart: it has no `n_originals`.
    robust : str, optional
        How many universes agree, once that was computed.
    gaps : float
        Share of outlet-months of the period in which nothing was collected.
    smallest : str
        Smallest difference that the clusters at hand would show, where differences are shown.
    codebook : str, optional
        Version of the codebook that a coded frame was coded with.
    """

    n_articles: int | None = None
    n_originals: int | None = None
    n_outlets: int | None = None
    start: datetime.date | None = None
    end: datetime.date | None = None
    languages: tuple[str, ...] = ()
    exclusions: str = ""
    interval: str = ""
    check: str = ""
    robust: str | None = None
    gaps: float | None = None
    smallest: str = ""
    source: str = ""
    kind: str = "figure"
    unit: str = "article"
    measure_type: str = ""
    codebook: str | None = None


def problems(evidence: Evidence) -> list[str]:
    """What is missing from `evidence` or cannot be true; empty when it is complete.

    >>> problems(Evidence(n_articles=3, n_originals=4, n_outlets=1))[0]
    'start is missing'
    """
    needed = ("n_articles", "n_originals", "n_outlets", "start", "end", "languages", "exclusions", "interval",
              "check", "gaps", "source", "measure_type")  # fmt: skip
    if evidence.unit == "item":
        needed = tuple(name for name in needed if name != "n_originals")
    found = [f"{name} is missing" for name in needed if getattr(evidence, name) in (None, "", ())]
    if found:
        return found
    if evidence.n_articles < 1 or evidence.n_outlets < 1:
        found.append("it shows no article of any outlet")
    if evidence.unit == "item" and evidence.n_originals is not None:
        found.append("items have no n_originals: copies are not told apart yet")
    elif evidence.unit != "item" and not 0 <= evidence.n_originals <= evidence.n_articles:
        found.append(f"n_originals {evidence.n_originals} is not between 0 and n_articles {evidence.n_articles}")
    if evidence.end < evidence.start:
        found.append(f"end {evidence.end} is before start {evidence.start}")
    if not 0 <= evidence.gaps <= 1:
        found.append(f"gaps {evidence.gaps:g} is no share")
    if evidence.check not in CHECKS:
        found.append(f"check {evidence.check!r} is not one of {', '.join(CHECKS)}")
    if evidence.measure_type not in MEASURES:
        found.append(f"measure_type {evidence.measure_type!r} is not one of {', '.join(MEASURES)}")
    if evidence.measure_type == "frame" and not evidence.codebook:
        found.append("measure_type 'frame' needs the codebook it was coded with")
    return found


def caption(evidence: Evidence) -> str:
    """The evidence as one paragraph of plain text.

    >>> import datetime
    >>> day = datetime.date(2024, 8, 1)
    >>> caption(Evidence(9, 7, 1, day, day, ("en",), "none", "95 %, by copy cluster", "described", gaps=0.25,
    ...     source="KCNA", measure_type="count"))[:78]
    '9 articles, 7 of them originals (22 % copies), from 1 outlet, 1 Aug 2024 – 1 A'
    """
    languages = prose.listing([name_of(language) for language in evidence.languages])
    originals = "copies not yet told apart" if evidence.unit == "item" else _originals(evidence)
    parts = [
        f"{prose.count(evidence.n_articles, evidence.unit)}, {originals}, "
        f"from {prose.count(evidence.n_outlets, 'outlet')}, {prose.day(evidence.start)} – {prose.day(evidence.end)}; "
        f"{languages}",
        f"Measure: {evidence.measure_type}" + (f" (codebook {evidence.codebook})" if evidence.codebook else ""),
        f"Left out: {evidence.exclusions}",
        f"Not collected: {prose.share(evidence.gaps)} of outlet-months",
        f"Interval: {evidence.interval}",
        *([f"Smallest detectable difference: {evidence.smallest}"] if evidence.smallest else []),
        f"Check: {CHECKS[evidence.check]}",
        f"Robust: {evidence.robust}" if evidence.robust else "Robustness: not yet tried",
        f"Source: {evidence.source}",
    ]
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _originals(evidence: Evidence) -> str:
    copies = prose.share(1 - evidence.n_originals / evidence.n_articles)
    return f"{evidence.n_originals:,} of them originals ({copies} copies)"


def show(figure: Figure, *, alt: str, evidence: Evidence, title: str | None = None) -> None:
    """Publish a figure with its alt text and caption, and close it.

    Parameters
    ----------
    figure : Figure
    alt : str
        Kind of chart, axes, what to see; not the title again.
    evidence : Evidence
    title : str, optional
        The finding.  Taken from the figure itself when left out.

    Raises
    ------
    EvidenceError
        Evidence, title or alt text is missing or untrue to kind, or a label has a character that no font can draw.
    """
    title = _titled(figure, title)
    found = problems(evidence) + _problems_of_words(figure, title, alt, evidence)
    if found:
        plt.close(figure)
        raise EvidenceError(f"{evidence.kind} {title[:60]!r} may not be published: {'; '.join(found)}")
    picture = _png(figure, title)
    plt.close(figure)
    data = {"image/png": base64.b64encode(picture).decode("ascii"), "text/plain": alt}
    display(data, raw=True, metadata={"image/png": {"alt": alt}})
    display(HTML(f'<p class="evidence">{html.escape(caption(evidence))}</p>'))


def _titled(figure: Figure, title: str | None) -> str:
    """The title, put on the figure unless it is there."""
    own = [axis.get_title(loc="left") or axis.get_title() for axis in figure.axes]
    if title and title not in (figure.get_suptitle(), *own):
        lines = textwrap.fill(title, LONGEST_LINE)
        figure.suptitle(lines, x=0.01, ha="left", fontsize=10.5, fontweight="bold")
    return title or figure.get_suptitle() or next((text for text in own if text), "")


def _problems_of_words(figure: Figure, title: str, alt: str, evidence: Evidence) -> list[str]:
    found = []
    titles = [
        title,
        figure.get_suptitle(),
        *(axis.get_title(loc="left") + axis.get_title() for axis in figure.axes),
    ]
    if not title.strip():
        found.append("title is missing")
    if evidence.measure_type != "frame" and any(FRAME.search(text) for text in titles):
        kind = evidence.measure_type or "nothing coded"
        found.append(f"its title says 'frame' but the measure is {kind}, not a frame coded with a codebook")
    if not alt.strip():
        found.append("alt text is missing")
    elif len(alt.casefold().replace(title.casefold(), "").strip(" .")) < SHORTEST_ALT:
        found.append(f"alt text {alt[:40]!r} repeats the title or is too short; say kind of chart, axes, what to see")
    return found


def _png(figure: Figure, title: str) -> bytes:
    """The picture; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure.savefig(buffer, format="png", metadata={"Software": None})
    missing = {match[1] for warning in caught if (match := MISSING_GLYPH.search(str(warning.message)))}
    if missing:
        plt.close(figure)
        letters = " ".join(f"{chr(int(code))!r} (U+{int(code):04X})" for code in sorted(missing, key=int)[:5])
        raise EvidenceError(f"figure {title[:60]!r} may not be published: no font has {letters}; run set_style first")
    for warning in caught:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return buffer.getvalue()
