"""Tables that are there and fresh, or made: once, from what they say they were made from, whole or not at all."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from house import House

from helpers.data import store, tables
from helpers.data.schemas import TableError
from helpers.data.store import Recipe, recipes
from helpers.pipeline import recipes as listed

ALL = ["phrases", "boilerplate", "flags"]
QUIET = {"say": lambda line: None}


@pytest.fixture
def house(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("HELPERS_QUIET", "1")
    return House(root, tmp_path)


def test_what_is_asked_for_is_made_upstream_first_and_only_once(house: House) -> None:
    corpus = house.open()
    assert corpus.flags["flag"].tolist() == ["corpus"]
    assert corpus.copies["origin"].tolist() == ["20240619"] and corpus.flags is not corpus.flags
    assert house.made() == ALL
    assert len(house.open().flags) == 1 and house.made() == []


def test_who_changes_a_table_that_was_given_changes_a_copy(house: House) -> None:
    corpus = house.open()
    given = corpus.flags
    given["flag"] = "other"
    given.loc[0, "evidence"] = "other"
    assert corpus.flags.loc[0, ["flag", "evidence"]].tolist() == ["corpus", ""]


def test_a_second_writer_is_refused(house: House) -> None:
    one = Recipe(("phrases",), "here")
    with pytest.raises(TableError, match="'phrases' has two writers: here and there"):
        recipes(one, Recipe(("flags", "phrases"), "there"))


def test_no_table_of_the_house_has_two_writers_or_none() -> None:
    again = recipes(*dict.fromkeys(listed.MADE.values()))
    assert again == listed.MADE
    for name, recipe in again.items():
        assert name in recipe.writes


def test_a_need_that_nothing_writes_and_a_table_without_a_schema_are_refused() -> None:
    with pytest.raises(TableError, match="here needs 'flags', which nothing writes"):
        recipes(Recipe(("phrases",), "here", ("flags",)))
    with pytest.raises(TableError, match="'nothing' of here has no schema"):
        recipes(Recipe(("nothing",), "here"))


def test_recipes_in_a_circle_are_named(house: House) -> None:
    round_ = recipes(Recipe(("phrases",), "one", ("flags",)), Recipe(("flags",), "two", ("phrases",)))
    with pytest.raises(TableError, match="one needs two needs one: a circle"):
        house.open(recipes=round_).table("phrases")


def test_an_unknown_table_names_those_there_are(house: House) -> None:
    with pytest.raises(TableError, match="no table is called 'flagz'; there are: boilerplate, copies, flags, phrases"):
        house.open().table("flagz")
    with pytest.raises(AttributeError, match="a corpus has no 'flagz'; its tables are: boilerplate"):
        _ = house.open().flagz


def test_another_setting_makes_what_read_it_and_no_more(house: House) -> None:
    _ = house.open().flags
    house.made()
    study = dataclasses.replace(house.study, analysis=dataclasses.replace(house.study.analysis, seed=1))
    assert house.open(study=study).copies["origin"].tolist() == ["1"] and house.made() == ["flags"]
    study = dataclasses.replace(house.study, title="Another title")
    assert house.open(study=study).copies["origin"].tolist() == ["20240619"] and house.made() == ["flags"]
    _ = house.open(study=dataclasses.replace(study, title="A third")).flags
    assert house.made() == []


def test_another_file_makes_what_rests_on_it(house: House) -> None:
    _ = house.open().flags
    house.made()
    house.origin("codebook")
    assert house.open().flags["flag"].tolist() == ["codebook"]
    assert house.made() == ALL


def test_what_comes_out_as_before_goes_no_further(house: House) -> None:
    """The file has another ending, the phrases are the same: nothing below them is made again."""
    before = house.open().flags
    house.made()
    house.origin("corpus and more")
    pd.testing.assert_frame_equal(house.open().flags, before)
    assert house.made() == ["phrases"]


def test_other_code_makes_its_table_again(house: House) -> None:
    _ = house.open().flags
    house.made()
    source = (house.checkout / house.package / "boilerplate.py").read_text()
    house.write("boilerplate", source + "\n# the same, said otherwise\n")
    _ = house.open().flags
    assert house.made() == ["boilerplate"]
    house.write("boilerplate", source.replace('"outlet": "a"', '"outlet": "b"'))
    assert house.open().boilerplate["outlet"].tolist() == ["b"]
    _ = house.open().flags
    assert house.made() == ["boilerplate", "flags"]


@pytest.mark.parametrize(
    "harm", ["half written", "truncated", "changed", "no note", "half a note", "a list", "a note of old"]
)
def test_what_is_not_as_it_was_written_is_made_again(house: House, harm: str) -> None:
    before = house.open().flags
    house.made()
    path, note = house.file("flags"), house.note("flags")
    whole = path.read_bytes()
    if harm == "half written":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "truncated":
        path.write_bytes(b"")
    elif harm == "changed":
        tables.write(house.study.processed, "flags", before.assign(flag="typed in by hand"))
    elif harm == "no note":
        note.unlink()
    elif harm == "half a note":
        note.write_text(note.read_text()[:40])
    elif harm == "a list":
        note.write_text("[1, 2]")
    else:
        held = json.loads(note.read_text())
        note.write_text(json.dumps({key: held[key] for key in ("study", "sha256", "schema", "settings")}))
    pd.testing.assert_frame_equal(house.open().flags, before)
    assert house.made() == ["flags"] and path.read_bytes() == whole


def test_tables_of_another_version_are_made_again(house: House) -> None:
    _ = house.open().flags
    house.made()
    note = json.loads(house.note("boilerplate").read_text())
    house.note("boilerplate").write_text(json.dumps(note | {"schema": "an older one"}))
    _ = house.open().flags
    assert house.made() == ["boilerplate"]


def test_tables_of_another_study_are_made_again(house: House) -> None:
    _ = house.open().flags
    house.made()
    other = dataclasses.replace(house.study, name="other")
    shutil.copytree(house.study.processed, other.processed)
    for folder in (other.folder, other.interim):
        folder.mkdir(parents=True)
    (other.folder / "origin.txt").write_text("theirs")
    assert house.open(study=other).flags["flag"].tolist() == ["theirs"]
    assert (other.interim / "log").read_text().split() == ALL


def test_tables_that_were_copied_in_without_their_notes_are_made_again(house: House) -> None:
    _ = house.open().flags
    house.made()
    shutil.rmtree(house.study.processed / ".made")
    _ = house.open().flags
    assert house.made() == ALL


def test_a_maker_that_reads_what_it_does_not_need_is_stopped(house: House) -> None:
    few = recipes(
        *(recipe for name, recipe in house.recipes.items() if name in ("phrases", "boilerplate")),
        Recipe(("flags", "copies"), house.module("flags")),
    )
    corpus = house.open(recipes=few)
    _ = corpus.boilerplate  # read before, and so in the process's memory
    with pytest.raises(TableError, match=r"makers\d+\.flags reads 'boilerplate' without needing it"):
        _ = corpus.flags


@pytest.mark.parametrize("read", ["articles", "passages"])
def test_articles_and_passages_are_closed_to_makers_that_do_not_need_them(house: House, read: str) -> None:
    """Also when a notebook of the same process has them in memory with the study's own columns."""
    house.write("flags", f"def make(corpus):\n    return corpus.{read}")
    corpus = house.open()
    _ = corpus.boilerplate
    corpus._frames["articles with covariates"] = corpus._frames["passages with articles"] = pd.DataFrame({"a": [1]})
    with pytest.raises(TableError, match="without needing it"):
        _ = corpus.flags


def test_tables_that_were_not_promised_are_refused(house: House) -> None:
    house.write("boilerplate", "def make(corpus):\n    return {'lines': corpus.phrases}")
    with pytest.raises(TableError, match=r"boilerplate made \['lines'\], and should make \['boilerplate'\]"):
        _ = house.open().boilerplate
    assert not house.file("boilerplate").exists()


def test_what_needs_the_network_says_which_notebook(house: House) -> None:
    asked = dataclasses.replace(house.recipes["phrases"], notebook="01-collect")
    known = {**house.recipes, "phrases": asked}
    with pytest.raises(TableError, match=r"^phrases of 'practice' is not there yet: run 01-collect\.ipynb first$"):
        _ = house.open(recipes=known).flags
    assert house.made() == []
    assert len(house.open(recipes=known, may_ask=True).phrases) == 2 and house.made() == ["phrases"]
    house.origin("codebook")  # whether to ask again is for a person to say
    assert house.open(recipes=known).flags["flag"].tolist() == ["corpus"] and house.made() == ["boilerplate", "flags"]


def test_a_maker_that_fails_leaves_what_was_there(house: House) -> None:
    _ = house.open().flags
    before = {path: path.read_bytes() for path in house.study.processed.rglob("*") if path.is_file()}
    house.write("flags", "def make(corpus):\n    raise ValueError('no such luck')")
    with pytest.raises(ValueError, match="no such luck"):
        _ = house.open().flags
    assert {path: path.read_bytes() for path in house.study.processed.rglob("*") if path.is_file()} == before


def test_stopped_between_two_tables_of_one_maker_both_are_made_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = house.open().flags
    house.made()
    house.origin("codebook")
    write = tables.write

    def stopped(folder: Path, name: str, frame: pd.DataFrame) -> Path:
        if name == "copies":
            raise KeyboardInterrupt
        return write(folder, name, frame)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(tables, "write", stopped)
        _ = house.open().flags
    assert house.made() == ALL
    assert house.open().flags["flag"].tolist() == ["codebook"]
    assert house.made() == ["flags"]


ASK = """
import sys
sys.path[:0] = [{checkout!r}, {tests!r}, {source!r}]
import dataclasses
from pathlib import Path
from helpers.data.corpus import Corpus
from helpers.data.store import Recipe, recipes
from helpers.study import load_study
study = dataclasses.replace(load_study("practice", root=Path({root!r})), root=Path({checkout!r}))
known = recipes(Recipe(("phrases",), {module!r}, files=lambda study: [study.folder / "origin.txt"]))
print(Corpus(study, known).phrases["origin"].iloc[0])
"""
SLOW = """
import pandas as pd, time

def make(corpus):
    with (corpus.study.interim / "log").open("a") as file:
        file.write("phrases\\n")
    time.sleep(1.0)
    origin = (corpus.study.folder / "origin.txt").read_text()
    return pd.DataFrame({"language": "en", "phrase": list(corpus.study.pair), "origin": origin.split()[0]})
"""


def asking(house: House, root: Path) -> subprocess.Popen:
    """Another process that asks for ``phrases``."""
    source = ASK.format(checkout=str(house.checkout), tests=str(root / "tests"), source=str(root / "src"),
                        root=str(root), module=house.module("phrases"))  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_two_processes_that_ask_at_once_make_it_once(house: House, root: Path) -> None:
    house.write("phrases", SLOW)
    both = [asking(house, root) for _ in range(2)]
    assert [process.communicate(timeout=60)[0].strip() for process in both] == ["corpus"] * 2
    assert house.made() == ["phrases"]


def test_killed_in_the_middle_the_old_table_stands_and_the_next_who_asks_makes_it(house: House, root: Path) -> None:
    house.write("phrases", SLOW)
    _ = house.open().phrases
    old = house.file("phrases").read_bytes()
    house.made()
    house.origin("codebook")
    process = asking(house, root)
    log, end = house.study.interim / "log", time.monotonic() + 30
    while not log.read_text() and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert house.file("phrases").read_bytes() == old and house.made() == ["phrases"]
    assert house.open().phrases["origin"].tolist() == ["codebook"] * 2
    assert house.made() == ["phrases"]


def test_what_a_killed_process_left_unfinished_is_swept_up(house: House) -> None:
    house.study.processed.mkdir(parents=True)
    (house.study.processed / ".phrases-abc123").write_bytes(b"half a table")
    _ = house.open().phrases
    assert sorted(path.name for path in house.study.processed.iterdir()) == [".made", "phrases.parquet"]


def test_progress_is_told_and_can_be_silenced(house: House, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write("phrases", SLOW)
    _ = house.open().phrases
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("HELPERS_QUIET")
    house.origin("codebook")
    _ = house.open().phrases
    assert capsys.readouterr().err == "phrases: being made …\nphrases: made in 1 s\n"


def test_a_maker_computes_on_one_thread_whoever_asks(house: House) -> None:
    """With more, sums have other last digits, and a table would not be the same bytes in a notebook and in a report."""
    house.write("boilerplate", ONE_THREAD)
    assert house.open().boilerplate["n_articles"].tolist() == [1]


ONE_THREAD = """
import numpy as np, pandas as pd
from threadpoolctl import threadpool_info

def make(corpus):
    threads = max(library["num_threads"] for library in threadpool_info())
    rows = corpus.phrases.head(1)
    return pd.DataFrame({"outlet": "a", "line": rows["origin"], "kind": "x", "n_articles": threads})
"""


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_cannot_be_written_is_one_line_and_leaves_what_was_there(
    house: House, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    _ = house.open().flags
    before = {path: path.read_bytes() for path in house.study.processed.rglob("*.parquet")}
    house.origin("codebook")

    def half(table: object, place: str, **_: object) -> None:
        Path(place).write_bytes(b"PAR1")
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(tables.pq, "write_table", half)
        with pytest.raises(TableError, match=rf"\.parquet: {os.strerror(code)}; what was there stands: make room"):
            _ = house.open().flags
    assert {path: path.read_bytes() for path in house.study.processed.rglob("*.parquet")} == before
    assert not [path for path in house.study.processed.iterdir() if path.name.startswith(".") and path.is_file()]
    assert house.open().flags["flag"].tolist() == ["codebook"]


def test_the_next_run_sweeps_up_but_not_beside_a_table_that_is_being_made(house: House) -> None:
    _ = house.open().flags
    folder, known = house.study.processed, house.open().recipes
    left = [folder / name for name in (".flags-abc", ".phrases-abc", ".made/.flags.json.12")]
    for path in left:
        path.write_bytes(b"half")
    with store._locked(folder, known["phrases"]):
        store.sweep(folder, known)
    assert [path.exists() for path in left] == [False, True, False]
    store.sweep(folder, known)
    assert not left[1].exists() and house.file("phrases").exists()
