"""From what was collected to what is told: one file a table, each made from the ones above it (`recipes`).

A maker joins tables, calls instruments and writes; it formats nothing and computes nothing of its own.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from types import ModuleType

from helpers.data.corpus import Corpus
from helpers.pipeline.recipes import recipes_for
from helpers.study import Study, StudyError, load_study

__all__ = ["Corpus", "invented", "open_corpus"]

INVENTED = "helpers.invented"  # entry points of packages that make the world of a study whose outlets are invented


def open_corpus(study: str | Study, **options: object) -> Corpus:
    """A study's tables, each there and fresh, or made when it is asked for.

    Parameters
    ----------
    study : str or Study
        A folder below ``studies/``, or what `helpers.study.load_study` made of one.
    options : may_ask, refresh, say
        As `helpers.data.corpus.Corpus` takes them.

    Raises
    ------
    StudyError
        With the file, line and value that are wrong.
    """
    loaded = load_study(study) if isinstance(study, str) else study
    world = invented(loaded)
    more = world.recipes(loaded) if world else {}
    return Corpus(loaded, {**recipes_for(loaded), **more}, **options)


def invented(study: Study) -> ModuleType | None:
    """What makes the pages, coders and truth of an invented study: a module with ``recipes`` and ``web``, or None.

    Raises
    ------
    StudyError
        The study is invented, and nothing that is installed makes its world.
    """
    if not study.practice:
        return None
    points = list(entry_points(group=INVENTED))
    if not points:
        raise StudyError(f"study {study.name!r} is invented, and nothing installed makes its world: run make again")
    return points[0].load()
