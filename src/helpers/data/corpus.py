"""A study with its tables: each is there and fresh, or made when it is asked for, and read once in a process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from helpers.data import store, tables
from helpers.data.provenance import Watched, file_hash
from helpers.data.schemas import TableError
from helpers.data.store import Recipe, Recipes
from helpers.study import Study

ABOUT = ["outlet", "outlet_name", "country", "groups", "day", "month", "copy_cluster", "outlet_week", "is_original",
         "analysed"]  # fmt: skip
"""What passages get from their articles, beside the study's own columns."""


class Corpus:
    """A study's tables by name: ``corpus.articles``, ``corpus.estimates``, or ``corpus.table("estimates")``.

    `docs/data.md` has every table and column.  ``articles`` and ``passages`` come with outlet, groups, day, clusters
    and the study's own columns; ``analysed`` marks the articles that comparisons are about: relevant, in the period,
    not left out for a flag.

    Parameters
    ----------
    study : Study
    recipes : mapping from table to Recipe
    may_ask : bool
        Whether tables may be made that need the network or a person.
    refresh : bool
        Whether pages that are held are asked for again, on condition that they changed.
    say : callable
        Told, a line at a time, what is being made.
    """

    def __init__(
        self,
        study: Study,
        recipes: Recipes,
        *,
        may_ask: bool = False,
        refresh: bool = False,
        say: Callable[[str], None] = store.to_standard_error,
    ) -> None:
        self.study, self.recipes, self.may_ask, self.refresh, self.say = study, recipes, may_ask, refresh, say
        self.checked: set[str] = set()  # modules whose tables were found fresh
        self._frames: dict[str, pd.DataFrame] = {}
        self._contents: dict[str, str] = {}

    def table(self, name: str) -> pd.DataFrame:
        """A table as its schema has it; whoever changes what is given changes a copy.

        Raises
        ------
        TableError
            No such table, or one that needs the network or a person first.
        """
        self._have(name)
        return self._read(name)

    def _have(self, *names: str) -> None:
        """Tables fresh, before they are read."""
        store.ensure(self, names)

    def __getattr__(self, name: str) -> pd.DataFrame:
        own = isinstance(getattr(type(self), name, None), property)  # which failed: it must not become another table
        if name.startswith("_") or name not in self.recipes or own:
            raise AttributeError(f"a corpus has no {name!r}; its tables are: {', '.join(sorted(self.recipes))}")
        return self.table(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.recipes})  # what Tab offers

    @property
    def articles(self) -> pd.DataFrame:
        """The ``articles`` table with the study's own columns in place of ``covariates``."""
        self._have("articles")
        return self._once("articles with covariates", lambda: _spread(self._read("articles")))

    @property
    def passages(self) -> pd.DataFrame:
        """The ``passages`` table with outlet, groups, day, clusters and the study's own columns of their articles."""
        self._have("articles", "passages")
        return self._once("passages with articles", self._passages)

    def _passages(self) -> pd.DataFrame:
        articles, passages = self.articles, self._read("passages")
        own = [name for name in _own(self.study) if name in articles]
        about = articles[["article_id", *ABOUT, *own]]
        return tables.join(passages, about, "article_id")

    def content(self, name: str) -> str:
        """SHA-256 of a table's file; blank where there is none."""
        if name not in self._contents:
            path = self.study.processed / f"{name}.parquet"
            self._contents[name] = file_hash(path) if path.exists() else ""
        return self._contents[name]

    def forget(self, name: str) -> None:
        """Read a table anew when it is asked for next: it was made again."""
        self._contents.pop(name, None)
        self._frames.pop(name, None)
        if name in ("articles", "passages"):
            self._frames.pop("articles with covariates", None)
            self._frames.pop("passages with articles", None)

    def renew(self) -> None:
        """Look at every table again when it is asked for next."""
        self.checked.clear()
        self._contents.clear()
        self._frames.clear()

    def watched(self, recipe: Recipe) -> _Making:
        """The same corpus as a maker sees it: tables that it may read, and a study that notes what is read of it."""
        return _Making(self, recipe)

    def _read(self, name: str) -> pd.DataFrame:
        return self._once(name, lambda: tables.read(self.study.processed, name))

    def _once(self, name: str, load: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = load()
        return self._frames[name].copy(deep=False)  # pandas copies what is written to, and only then


class _Making(Corpus):
    """A corpus in the hands of one maker: tables that its recipe does not name are closed to it."""

    def __init__(self, corpus: Corpus, recipe: Recipe) -> None:
        allowed = {"may_ask": corpus.may_ask, "refresh": corpus.refresh, "say": corpus.say}
        super().__init__(Watched(corpus.study), corpus.recipes, **allowed)
        self._frames, self._contents, self._needs, self._module = (
            corpus._frames, corpus._contents, recipe.needs, recipe.module,
        )  # fmt: skip

    def _have(self, *names: str) -> None:
        for name in names:
            if name not in self._needs:
                raise TableError(f"{self._module} reads {name!r} without needing it: add it to its recipe")


def _own(study: Any) -> Iterable[str]:
    """Names of the study's own columns."""
    return getattr(study, "covariates", None) or ()


def _spread(articles: pd.DataFrame) -> pd.DataFrame:
    """Articles with a column for each of the study's own, missing where an article has none."""
    own = pd.DataFrame([json.loads(text) for text in articles["covariates"]], index=articles.index)
    doubled = [name for name in own if name in articles]
    if doubled:
        raise TableError(f"the study's own column {doubled[0]!r} has the name of a column of articles; rename it")
    return pd.concat([articles.drop(columns="covariates"), own], axis=1)
