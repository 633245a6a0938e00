"""Tables that are there and fresh, or made.

A table is asked for by its name.  It is *fresh* while everything it was made from is as it was: the tables it read, the
settings and files of the study, the code.  A table that is missing, stale, half written, of another study or of another
version is made again, what it needs first.  What needs the network or a person is not made here: the message names
the notebook.

Beside ``data/processed/<study>/<table>.parquet`` stands ``.made/<table>.json`` with what it was made from.  Why none of
the engines there are is used, docs/architecture.md says.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from threadpoolctl import threadpool_limits

from helpers.data import tables
from helpers.data.provenance import code_hash, digest, file_hash, files_hash, setting
from helpers.data.schemas import SCHEMAS, TableError

try:
    import fcntl
except ImportError:  # no such locks on Windows: two runs at once then make a table twice, each whole
    fcntl = None

MADE = ".made"
SLOW = 1.0  # seconds, from which making a table is worth a line


class Holder(Protocol):
    """What the store needs of whoever holds a study's tables (`helpers.data.corpus.Corpus`)."""

    study: Any
    recipes: Mapping[str, Recipe]
    may_ask: bool
    checked: set[str]
    say: Callable[[str], None]

    def content(self, name: str) -> str:
        """Hash of a table's file."""

    def forget(self, name: str) -> None:
        """Read a table anew when it is asked for next."""

    def watched(self, recipe: Recipe) -> Any:
        """The same as the maker of some tables sees it."""


@dataclass(frozen=True)
class Recipe:
    """How some tables are made: by ``make`` of one module, from other tables and from files.

    Attributes
    ----------
    writes : tuple of str
        The tables, which nothing else writes.
    module : str
        Where ``make(corpus)`` is: it gives the one table, or a mapping from name to table.
    needs : tuple of str
        Tables that it may read.
    files : callable, optional
        From the study to the files and folders that it reads.
    notebook : str
        Where the network or a person is needed: the notebook that makes it.
    """

    writes: tuple[str, ...]
    module: str
    needs: tuple[str, ...] = ()
    files: Callable[[Any], Iterable[Path]] | None = None
    notebook: str = ""


Recipes = Mapping[str, Recipe]


def recipes(*listed: Recipe) -> dict[str, Recipe]:
    """Recipes by the table that each writes.

    Raises
    ------
    TableError
        A table has two writers, no schema, or needs one that nothing writes.
    """
    writers: dict[str, Recipe] = {}
    for recipe in listed:
        for name in recipe.writes:
            if name in writers:
                raise TableError(f"table {name!r} has two writers: {writers[name].module} and {recipe.module}")
            if name not in SCHEMAS:
                raise TableError(f"table {name!r} of {recipe.module} has no schema")
            writers[name] = recipe
    for recipe in listed:
        for name in recipe.needs:
            if name not in writers:
                raise TableError(f"{recipe.module} needs {name!r}, which nothing writes")
    return writers


def ordered(known: Recipes, wanted: Iterable[str]) -> list[Recipe]:
    """The recipes of the wanted tables and of all that these need, upstream first.

    Raises
    ------
    TableError
        A table is not known, or recipes need one another in a circle.
    """
    done: dict[str, Recipe] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name not in known:
            raise TableError(f"no table is called {name!r}; there are: {', '.join(sorted(known))}")
        recipe = known[name]
        if recipe.module in path:
            raise TableError(f"{' needs '.join((*path, recipe.module))}: a circle")
        if recipe.module not in done:
            for need in recipe.needs:
                visit(need, (*path, recipe.module))
            done[recipe.module] = recipe

    for name in wanted:
        visit(name, ())
    return list(done.values())


def stale(corpus: Holder, recipe: Recipe) -> str:
    """Why the tables of a recipe have to be made; blank while they are fresh.  What they need must be fresh."""
    folder, now = corpus.study.processed, None  # what the tables would be made from now
    for name in recipe.writes:
        path, note = folder / f"{name}.parquet", _note(folder, name)
        if not path.exists() or note is None:
            return "not there"
        if note["study"] != corpus.study.name:
            return f"made for the study {note['study']!r}"
        if not recipe.notebook:  # whether to ask the web or people again is for a person to say
            now = now or _made_from(corpus, recipe, note["settings"])
            for what, value in now.items():
                if note.get(what) != value:
                    return {"code": "its code changed", "files": "a file it reads changed"}.get(what, f"other {what}")
        if note["schema"] != _schema(name):
            return "another version's"
        if note["sha256"] != corpus.content(name):
            return "not as it was written"
    return ""


def make(corpus: Holder, recipe: Recipe) -> None:
    """Make the tables of a recipe, whose needs are fresh, and keep what they were made from.

    Raises
    ------
    TableError
        The tables need the network or a person, or the recipe gave others than it promised.
    """
    if recipe.notebook and not corpus.may_ask:
        study = corpus.study.name
        raise TableError(f"{recipe.writes[0]} of {study!r} is not there yet: run {recipe.notebook}.ipynb first")
    seen = corpus.watched(recipe)
    maker = importlib.import_module(recipe.module).make
    with threadpool_limits(1):  # with more, sums have other last digits: a table would depend on who made it
        result = maker(seen)
    made = result if isinstance(result, Mapping) else {recipe.writes[0]: result}
    if set(made) != set(recipe.writes):
        raise TableError(f"{recipe.module} made {sorted(made)}, and should make {sorted(recipe.writes)}")
    keep(corpus, recipe, made, seen.study.noted)


def remake(corpus: Holder, recipe: Recipe) -> None:
    """Make the tables of a recipe whether they are fresh or not."""
    ensure(corpus, recipe.needs)
    with _locked(corpus.study.processed, recipe), progress(corpus, recipe):
        make(corpus, recipe)
    corpus.checked.add(recipe.module)


def keep(corpus: Holder, recipe: Recipe, made: Mapping[str, pd.DataFrame], settings: Iterable[str]) -> None:
    """Write tables, then what each was made from: a table whose note is older is one that was not finished."""
    folder = corpus.study.processed
    origin = _made_from(corpus, recipe, {name: "" for name in settings})
    for name, frame in made.items():
        _sweep(folder, [name])  # of a run that was killed: whoever writes now is alone
        _unlink(folder / MADE / f"{name}.json")
        path = tables.write(folder, name, frame)
        corpus.forget(name)
        note = {"study": corpus.study.name, "sha256": file_hash(path), "schema": _schema(name)} | origin
        _write(folder / MADE / f"{name}.json", json.dumps(note, indent=1, sort_keys=True) + "\n")


def ensure(corpus: Holder, names: Iterable[str]) -> None:
    """Have tables fresh, whatever they need first; a line on standard error for whatever takes longer than a second."""
    for recipe in ordered(corpus.recipes, names):
        if recipe.module in corpus.checked:
            continue
        if stale(corpus, recipe):
            with _locked(corpus.study.processed, recipe):
                for name in recipe.writes:  # another process may have made it meanwhile
                    corpus.forget(name)
                if stale(corpus, recipe):
                    with progress(corpus, recipe):
                        make(corpus, recipe)
        corpus.checked.add(recipe.module)


@contextlib.contextmanager
def progress(corpus: Holder, recipe: Recipe) -> Iterator[None]:
    """Say what is being made, and what it took; nothing of what takes less than a second."""
    begun, name = time.monotonic(), ", ".join(recipe.writes[:3]) + ("…" if len(recipe.writes) > 3 else "")
    announced = threading.Timer(SLOW, corpus.say, (f"{name}: being made …",))
    announced.daemon = True
    announced.start()
    try:
        yield
    finally:
        announced.cancel()
    if time.monotonic() - begun >= SLOW:
        corpus.say(f"{name}: made in {time.monotonic() - begun:.0f} s")


def to_standard_error(line: str) -> None:
    """A line of progress; nothing where ``HELPERS_QUIET`` is set, as it is in notebooks that become pages."""
    if not os.environ.get("HELPERS_QUIET"):
        print(line, file=sys.stderr, flush=True)


def _made_from(corpus: Holder, recipe: Recipe, settings: Mapping[str, str]) -> dict[str, Any]:
    """What a recipe's tables would be made from now, given the settings that they read."""
    study = corpus.study
    return {
        "needs": {name: corpus.content(name) for name in recipe.needs},
        "settings": {name: setting(study, name) for name in sorted(settings)},
        "files": files_hash(recipe.files(study), study.root) if recipe.files else "",
        "code": code_hash(recipe.module),
    }


def _schema(name: str) -> str:
    return digest(f"{SCHEMAS[name].key} {SCHEMAS[name].arrow}")


def _note(folder: Path, name: str) -> dict[str, Any] | None:
    """What a table was made from; None where that is not known or cannot be read."""
    path = folder / MADE / f"{name}.json"
    if not path.exists():
        return None
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        return None
    whole = isinstance(note, dict) and {"study", "sha256", "schema"} <= set(note)
    return note if whole and isinstance(note.get("settings"), dict) else None


@contextlib.contextmanager
def _locked(folder: Path, recipe: Recipe, *, wait: bool = True) -> Iterator[bool]:
    """Alone in making the tables of a recipe; whether that is so, where nobody waits for it."""
    path = folder / MADE / f"{recipe.writes[0]}.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        raise tables.unwritable(path, error) from error
    with file:
        alone = True
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                alone = False
        yield alone


def sweep(folder: Path, known: Recipes) -> None:
    """Take away what killed runs left unfinished beside tables that nobody is making now."""
    if not folder.exists():
        return
    names = [path.name for path in (*folder.iterdir(), *(folder / MADE).glob(".*"))]
    for recipe in {one.module: one for one in known.values()}.values():
        starts = tuple(start for name in recipe.writes for start in (f".{name}-", f".{name}.json."))
        if any(name.startswith(starts) for name in names):
            with _locked(folder, recipe, wait=False) as alone:
                if alone:
                    _sweep(folder, recipe.writes)


def _sweep(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        for unfinished in (*folder.glob(f".{name}-*"), *(folder / MADE).glob(f".{name}.json.*")):
            _unlink(unfinished)


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise tables.unwritable(path, error) from error


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)
