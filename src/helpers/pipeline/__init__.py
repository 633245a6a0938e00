"""From what was collected to what is told: one file a table, each made from the ones above it (`recipes`).

A maker joins tables, calls instruments and writes; it formats nothing and computes nothing of its own.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from helpers.data.corpus import Corpus
from helpers.pipeline.recipes import recipes_for
from helpers.study import Study, StudyError, load_study

__all__ = ["Corpus", "open_corpus"]

INVENTED = "helpers.invented"  # entry points that bring the recipes of a study whose world is invented


def open_corpus(study: str | Study, **options: object) -> Corpus:
    """A study's tables, each there and fresh, or made when it is asked for.

    Parameters
    ----------
    study : str or Study
        A folder below ``studies/``, or what `helpers.study.load_study` made of one.
    options : may_ask, say
        As `helpers.data.corpus.Corpus` takes them.

    Raises
    ------
    StudyError
        With the file, line and value that are wrong.
    """
    loaded = load_study(study) if isinstance(study, str) else study
    return Corpus(loaded, {**recipes_for(loaded), **_invented(loaded)}, **options)


def _invented(study: Study) -> dict[str, object]:
    """Recipes of a study whose pages, coders and truth are made up: its own package knows them."""
    if not study.practice:
        return {}
    found = list(entry_points(group=INVENTED))
    if not found:
        raise StudyError(f"study {study.name!r} is invented, and nothing installed makes its world: run make again")
    return {name: recipe for point in found for name, recipe in point.load()(study).items()}
