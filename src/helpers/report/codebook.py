"""The codebook as a page that coders read and print: what each frame means, when to code it, its version.

The indicators are not on it unless they are asked for.  A coder who knows the list codes its words, and then
codes and indicators agree because one was made from the other: error measured against such codes would come out
too small.
"""

from __future__ import annotations

from pathlib import Path

from helpers.frames.codebook import TIERS, Frame
from helpers.report.page import page
from helpers.report.pdf import print_pdf
from helpers.report.stage import publish
from helpers.show.style import set_style
from helpers.study import Study
from helpers.text.languages import LANGUAGES, name_of

NAME = "codebook"
HEADINGS = {"generic": "Generic frames, found in any issue", "issue": "Frames of this issue"}
FUNCTIONS = {"problem": "What is the matter", "cause": "Who or what caused it", "judgement": "How it is judged",
             "remedy": "What is to be done"}  # fmt: skip
RULES = {"include": "Code it when", "exclude": "Do not code it for", "boundary": "On the border"}


def codebook_page(study: Study, *, with_indicators: bool = False) -> str:
    """One self-contained page with every frame of a study's codebook.

    Parameters
    ----------
    study : Study
    with_indicators : bool
        Add the word lists, for authors of the codebook; a page for coders does without.

    Returns
    -------
    str
        HTML without script or remote asset; everything from the codebook is escaped.
    """
    frames = study.codebook.frames.values()
    tiers = [(HEADINGS[tier], [_entry(study, frame) for frame in frames if frame.tier == tier]) for tier in TIERS]
    tiers = [(heading, entries) for heading, entries in tiers if entries]
    return page(
        study.root / "templates", "codebook.html.j2", study=study, title="Codebook", tiers=tiers,
        names={code: name_of(code) for code in LANGUAGES},
        contents=[(3, entry["slug"], entry["frame"].name) for _, entries in tiers for entry in entries],
        with_indicators=with_indicators,
    )  # fmt: skip


def write_codebook(study: Study, *, with_indicators: bool = False) -> tuple[Path, str]:
    """Write ``codebook.html`` among the study's reports, and print it.

    With indicators the page is ``codebook-indicators.html``, so that it is not handed to coders by mistake.

    Returns
    -------
    (Path, str)
        The page, and the line that tells whether a PDF was printed.

    Raises
    ------
    PageError
        Something in the codebook cannot be on a page; the page that was there before stays.
    """
    study.reports.mkdir(parents=True, exist_ok=True)
    set_style(study.outlets)
    name = f"{NAME}-indicators" if with_indicators else NAME
    path = publish(study.reports / f"{name}.html", codebook_page(study, with_indicators=with_indicators))
    return path, print_pdf(path)


def _entry(study: Study, frame: Frame) -> dict[str, object]:
    """One frame as the template reads it."""
    return {
        "frame": frame,
        "slug": frame.code.lower().replace("_", "-"),
        "definition": [(label, frame.definition[part]) for part, label in FUNCTIONS.items()],
        "rules": [(label, getattr(frame, key)) for key, label in RULES.items() if getattr(frame, key)],
        "examples": [(lang, frame.examples[lang]) for lang in study.languages if lang in frame.examples],
        "indicators": [(lang, frame.indicators[lang]) for lang in study.languages if frame.indicators.get(lang)],
    }
