"""Every table of a study, made before anybody asks: those that do not need one another side by side."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from helpers.data.corpus import Corpus
from helpers.data.store import Recipe, ensure, ordered, stale
from helpers.pipeline import open_corpus
from helpers.pipeline.analysed import nothing_to_analyse
from helpers.study import StudyError, load_study


def make_tables(corpus: Corpus, names: Iterable[str] | None = None, *, workers: int = 2) -> list[str]:
    """Have tables of a study fresh, in several processes where there is enough to do.

    Parameters
    ----------
    corpus : Corpus
    names : iterable of str, optional
        The tables wanted, whatever they need besides; all of the study's, if left out.
    workers : int
        Processes; what is written is the same for any number.

    Returns
    -------
    list of str
        The tables that were made, in the order of their recipes.

    Raises
    ------
    StudyError
        There is no article to analyse, so that every table below would be empty.
    """
    wanted = ordered(corpus.recipes, corpus.recipes if names is None else names)
    waiting = {recipe.module: recipe for recipe in wanted}
    made: list[Recipe] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running: dict[Future, Recipe] = {}
        while waiting or running:
            _check_articles(corpus, wanted, waiting)
            for recipe in _ready(corpus, waiting, running):
                if not stale(corpus, recipe):
                    corpus.checked.add(waiting.pop(recipe.module).module)
                elif len(running) < workers:
                    running[pool.submit(_make, corpus.study.name, corpus.study.root, recipe.writes[0])] = recipe
            if running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    recipe = waiting.pop(running.pop(future).module)
                    future.result()  # what went wrong there is raised here
                    for name in recipe.writes:
                        corpus.forget(name)
                    corpus.checked.add(recipe.module)
                    made.append(recipe)
    return [name for recipe in wanted if recipe in made for name in recipe.writes]


def _check_articles(corpus: Corpus, wanted: list[Recipe], waiting: dict[str, Recipe]) -> None:
    """Stop as soon as the articles are there, if more is wanted of them and none is to be analysed."""
    here = corpus.recipes["articles"].module
    below = [recipe for recipe in wanted if "articles" in recipe.needs]
    if below and here not in waiting and (why := nothing_to_analyse(corpus)):
        raise StudyError(why)


def _ready(corpus: Corpus, waiting: dict[str, Recipe], running: dict[Future, Recipe]) -> list[Recipe]:
    """Recipes whose needs are met and that nobody is at, in the order in which they were listed."""
    busy = {recipe.module for recipe in running.values()}
    return [
        recipe
        for recipe in waiting.values()
        if recipe.module not in busy and not any(corpus.recipes[need].module in waiting for need in recipe.needs)
    ]


def _make(study: str, root: Path, table: str) -> None:
    """Make one table in a process of its own; what it needs is fresh."""
    corpus = _corpus(study, root)
    corpus.renew()
    ensure(corpus, [table])


@cache
def _corpus(study: str, root: Path) -> Corpus:
    return open_corpus(load_study(study, root=root))
