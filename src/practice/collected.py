"""``pages`` and ``collect_ledger`` of the practice study: its web is served on loopback and collected like any other.

What was planted in each passage goes to ``judged_passages.csv`` among the raw data, as if people had judged it: the
house validates its indicators against such a file and asks nobody who judged.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers.collect.session import Limits
from helpers.data.corpus import Corpus
from helpers.pipeline.pages import collected
from helpers.study import Study
from practice import world
from practice.build import World, build
from practice.site import serve

JUDGED = "judged_passages.csv"
SOURCE = "planted truth"


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Pages asked for over loopback at the world's own clock, and only those that are not in the archive."""
    made = build(languages=corpus.study.languages)
    write_judged(made, corpus.study.raw / JUDGED)
    with served(made) as options:
        return collected(corpus, options)


@contextlib.contextmanager
def web(study: Study) -> Iterator[dict[str, object]]:
    """Options of the collector while the press of a study is on the web: address book, clock, limits."""
    with served(build(languages=study.languages)) as options:
        yield options


@contextlib.contextmanager
def served(made: World) -> Iterator[dict[str, object]]:
    """The same for a world that is there."""
    with serve(made) as site:
        limits = Limits(pace=0.0, seconds=world.TIMEOUT, wait=0.01, rest=0.0)
        yield {"practice": True, "resolver": site.resolve, "clock": lambda: made.now, "limits": limits}


def write_judged(made: World, path: Path) -> None:
    """Every passage with the frames that were planted in it, a line each, and one with a blank where none was."""
    rows = made.truth["truth_passages"][["address", "position", "frame"]].drop_duplicates()
    alone = ~rows.duplicated(["address", "position"], keep=False)
    rows = rows[alone | rows["frame"].notna()]
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.assign(source=SOURCE).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def files(study: Study) -> list[Path]:
    """What is written besides tables: without it, pages are collected again."""
    return [study.raw / "warc", study.raw / JUDGED]
