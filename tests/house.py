"""A small house for tests of the store: a package of makers, written anew for each test, and recipes over it."""

from __future__ import annotations

import dataclasses
import itertools
import sys
import textwrap
from pathlib import Path

from helpers.data.corpus import Corpus
from helpers.data.provenance import _imports, _source, code_hash
from helpers.data.store import Recipe, recipes
from helpers.study import load_study

NUMBERS = itertools.count()
PHRASES = """
import pandas as pd
from pathlib import Path

def make(corpus):
    with (corpus.study.interim / "log").open("a") as file:
        file.write("phrases\\n")
    origin = (corpus.study.folder / "origin.txt").read_text()
    return pd.DataFrame({"language": "en", "phrase": list(corpus.study.pair), "origin": origin.split()[0]})
"""
BOILERPLATE = """
import pandas as pd

def make(corpus):
    with (corpus.study.interim / "log").open("a") as file:
        file.write("boilerplate\\n")
    rows = corpus.phrases
    return pd.DataFrame({"outlet": "a", "line": rows["origin"], "kind": rows["phrase"], "n_articles": 1}).head(1)
"""
FLAGS = """
import pandas as pd

def make(corpus):
    with (corpus.study.interim / "log").open("a") as file:
        file.write("flags\\n")
    lines = corpus.boilerplate
    flags = pd.DataFrame({"article_id": ["x"], "flag": lines["line"].tolist(), "evidence": ""})
    copies = pd.DataFrame({"article_id": ["x"], "copy_cluster": "x", "share_copied": 0.0, "is_original": True,
                           "origin": str(corpus.study.analysis.seed), "evidence": ""})
    return {"flags": flags, "copies": copies}
"""


class House:
    """Three makers one above the other (``phrases``, ``boilerplate``, ``flags copies``) in a checkout of their own."""

    def __init__(self, root: Path, checkout: Path) -> None:
        self.checkout, self.package = checkout, f"makers{next(NUMBERS)}"
        self.study = dataclasses.replace(load_study("practice", root=root), root=checkout)
        for folder in (self.study.folder, self.study.interim, checkout / self.package):
            folder.mkdir(parents=True)
        (checkout / self.package / "__init__.py").touch()
        for name, source in (("phrases", PHRASES), ("boilerplate", BOILERPLATE), ("flags", FLAGS)):
            self.write(name, source)
        self.origin("corpus")
        self.recipes = recipes(
            Recipe(("phrases",), self.module("phrases"), files=lambda study: [study.folder / "origin.txt"]),
            Recipe(("boilerplate",), self.module("boilerplate"), ("phrases",)),
            Recipe(("flags", "copies"), self.module("flags"), ("boilerplate",)),
        )

    def module(self, name: str) -> str:
        """Dotted name of a maker."""
        return f"{self.package}.{name}"

    def write(self, name: str, source: str) -> None:
        """Give a maker its source, as an editor and a new process would."""
        path = self.checkout / self.package / f"{name}.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        sys.modules.pop(self.module(name), None)
        for kept in (code_hash, _imports, _source):
            kept.cache_clear()

    def origin(self, text: str) -> None:
        """Edit the file that ``phrases`` is made from."""
        (self.study.folder / "origin.txt").write_text(text, encoding="utf-8")

    def open(self, **options: object) -> Corpus:
        """The corpus as a new process would open it."""
        return Corpus(options.pop("study", self.study), options.pop("recipes", self.recipes), **options)

    def made(self) -> list[str]:
        """What was made since this was asked last, in order."""
        log = self.study.interim / "log"
        names = log.read_text().split() if log.exists() else []
        log.write_text("")
        return names

    def file(self, name: str) -> Path:
        """Where a table lies."""
        return self.study.processed / f"{name}.parquet"

    def note(self, name: str) -> Path:
        """Where it stands what a table was made from."""
        return self.study.processed / ".made" / f"{name}.json"
