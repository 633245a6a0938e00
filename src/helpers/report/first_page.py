"""What a study's first page says by rule, from its tables: the answer, the cards, what cannot be said, how to cite."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from helpers.data.corpus import Corpus
from helpers.show.cards import cards_html
from helpers.show.first_words import answer, cannot_say, n_pairs, planted
from helpers.show.sentences import span
from helpers.show.units import words
from helpers.study import Study

CITATION = "CITATION.cff"


@dataclass(frozen=True)
class FirstPage:
    """Parts of the first page; Markdown, but for the cards, which are HTML.

    Attributes
    ----------
    answer : tuple of str
        Two sentences; of an invented study one before them, on what was recovered.
    cards : str
    cannot : tuple of str
        Bullets.
    dated : str
        First and last day of what was analysed.
    citation : str
        Who is to be cited for what.
    """

    answer: tuple[str, ...]
    cards: str
    cannot: tuple[str, ...]
    dated: str
    citation: str


def first_page(corpus: Corpus) -> FirstPage:
    """The first page of a study whose tables are made."""
    articles, findings = corpus.articles.query("analysed"), corpus.findings
    called = words(articles[articles["language"] == articles["language"].mode().max()])  # most of what cards are about
    dated = span(articles["day"])
    known = [planted(corpus.table("scores"))] if corpus.study.practice else []
    said = [*filter(None, known), *answer(findings, len(articles), item=called.item, passage=called.passage)]
    return FirstPage(
        answer=tuple(said),
        cards=cards_html(findings, item=called.passage), dated=dated,
        cannot=tuple(cannot_say(findings, n_planned=n_pairs(corpus.study.plan))),
        citation=citation(corpus.study, dated),
    )  # fmt: skip


def citation(study: Study, dated: str) -> str:
    """How to cite a study: the study and what its data cover, and the project that computed it, with its version.

    Parameters
    ----------
    study : Study
    dated : str
        What the data cover.
    """
    project = _project(study.root / CITATION)
    return f"{study.title}. Study “{study.name}”, data of {dated}.{' In: ' + project if project else ''}"


def _project(path: Path) -> str:
    """Authors, title and version of the project, as its citation file has them; blank without one."""
    if not path.exists():
        return ""
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = [
        author.get("name") or f"{author.get('family-names')}, {author.get('given-names')}"
        for author in given["authors"]
    ]
    return f"{'; '.join(names)}: {given['title']}. Version {given['version']}."
