"""A study's codebook as read from its file, with the frames of the one that it extends."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from helpers.frames.codebook import (
    BY_LANGUAGE,
    Codebook,
    CodebookError,
    KeyPath,
    Lemmas,
    extend_codebook,
    parse_codebook,
)
from helpers.study.yaml_lines import Document, nearest, read_yaml, shown


def read_codebook(
    path: Path, *, languages: Iterable[str], entities: Collection[str], lemmas: Lemmas | None = None
) -> Codebook:
    """Read and check a codebook.yml, and those that ``extends`` leads to.

    Parameters
    ----------
    path : Path
        ``studies/<name>/codebook.yml``; ``extends`` names another folder of ``studies``.
    languages : iterable of str
    entities : collection of str
    lemmas : callable, optional
        From text and language to lemmas with breaks.

    Raises
    ------
    StudyError
        With the file and the line of the codebook in which the fault stands.
    """
    own, *bases = documents = _chain(path)
    try:
        mapping = documents[-1].data
        for document in reversed(documents[:-1]):
            own, mapping = document, extend_codebook(document.data, mapping)
        return parse_codebook(mapping, languages=languages, entities=entities, lemmas=lemmas)
    except CodebookError as error:
        place = tuple(error.path)
        home = next((one for one in (own, *bases) if _holds(one, place)), own)
        raise home.error(place, error.message) from None


def _chain(path: Path) -> list[Document]:
    """The file, and in turn those that are extended."""
    documents = [read_yaml(path)]
    seen = [path.parent.name]
    while isinstance(documents[-1].data, dict) and "extends" in documents[-1].data:
        entry = documents[-1].at(("extends",))
        name, studies = entry.value, path.parent.parent
        if name in seen:
            circle = " → ".join([*seen, str(name)])
            raise entry.error(f"extends {name!r} goes round in a circle ({circle}); take one of them out")
        have = sorted(other.parent.name for other in studies.glob("*/codebook.yml") if other.parent.name not in seen)
        if name not in have:
            raise entry.error(f"extends {shown(name)}: no such study with a codebook.yml; {nearest(name, have)}")
        documents.append(read_yaml(studies / name / "codebook.yml"))
        seen.append(name)
    return documents


def _holds(document: Document, place: KeyPath) -> bool:
    """Whether the value at `place` was taken from this file: a key of a frame, or one language of it."""
    depth = 4 if len(place) > 2 and place[2] in BY_LANGUAGE else 3
    return place[:depth] in document.lines
