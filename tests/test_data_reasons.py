"""Why a table is made again, in words; a corpus that is looked at anew; and ledgers that count by hand."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from house import House

from helpers.data import ledger, store, tables
from helpers.data.corpus import Corpus
from helpers.data.provenance import _imports, file_hash, files_hash, setting
from helpers.data.schemas import TableError, conform


@pytest.fixture
def house(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("HELPERS_QUIET", "1")
    house = House(root, tmp_path)
    _ = house.open().flags
    house.made()
    return house


def why(house: House, name: str, **options: object) -> str:
    corpus = house.open(**options)
    return store.stale(corpus, corpus.recipes[name])


def test_the_reason_is_told_and_the_first_one(house: House) -> None:
    assert [why(house, name) for name in ("phrases", "boilerplate", "flags", "copies")] == [""] * 4
    house.origin("codebook")
    assert why(house, "phrases") == "a file it reads changed" and why(house, "boilerplate") == ""
    house.origin("corpus")
    seed = dataclasses.replace(house.study, analysis=dataclasses.replace(house.study.analysis, seed=1))
    assert why(house, "copies", study=seed) == "other settings" and why(house, "phrases", study=seed) == ""
    note = json.loads(house.note("copies").read_text())
    for change, reason in (
        ({"study": "elsewhere"}, "made for the study 'elsewhere'"),
        ({"needs": {"boilerplate": "0"}}, "other needs"),
        ({"code": "0"}, "its code changed"),
        ({"schema": "0"}, "another version's"),
        ({"sha256": "0"}, "not as it was written"),
        ({"sha256": "0", "schema": "0"}, "another version's"),
    ):
        house.note("copies").write_text(json.dumps(note | change))
        assert why(house, "flags") == reason  # of the second table that one maker writes
    house.note("copies").write_text(json.dumps(note))
    assert why(house, "flags") == ""
    house.file("copies").unlink()
    assert why(house, "flags") == "not there"


def test_a_table_from_the_network_is_not_asked_for_again_for_other_settings(house: House) -> None:
    asked = {**house.recipes, "phrases": dataclasses.replace(house.recipes["phrases"], notebook="01-collect")}
    house.origin("codebook")
    assert why(house, "phrases", recipes=asked) == ""
    house.file("phrases").write_bytes(b"typed in")
    assert why(house, "phrases", recipes=asked) == "not as it was written"


def test_what_is_remade_is_made_though_it_is_fresh_and_its_needs_first(house: House) -> None:
    corpus = house.open()
    store.remake(corpus, corpus.recipes["boilerplate"])
    assert house.made() == ["boilerplate"]
    house.origin("codebook")
    corpus = house.open()
    store.remake(corpus, corpus.recipes["boilerplate"])
    assert house.made() == ["phrases", "boilerplate"] and corpus.boilerplate["line"].tolist() == ["codebook"]
    assert house.made() == []


def test_a_corpus_looks_once_until_it_is_told_to_look_anew(house: House) -> None:
    corpus = house.open()
    _ = corpus.flags
    house.origin("codebook")
    assert corpus.flags["flag"].tolist() == ["corpus"] and house.made() == []
    corpus.renew()
    assert corpus.flags["flag"].tolist() == ["codebook"] and len(house.made()) == 3
    assert corpus.content("flags") == file_hash(house.file("flags")) and corpus.content("articles") == ""
    before = corpus.content("phrases")
    tables.write(house.study.processed, "phrases", corpus.phrases.head(1))
    assert corpus.content("phrases") == before and len(corpus.phrases) == 2
    corpus.forget("phrases")
    assert corpus.content("phrases") != before and len(corpus.phrases) == 1
    assert {"flags", "copies", "phrases", "table"} <= set(dir(corpus))


def test_a_note_is_whole_or_not_there(house: House) -> None:
    note = json.loads(house.note("flags").read_text())
    assert note["sha256"] == file_hash(house.file("flags")) and note["study"] == "practice"
    assert set(note) == {"study", "sha256", "schema", "needs", "settings", "files", "code"}
    assert (
        list(note["needs"]) == ["boilerplate"] and list(note["settings"]) == ["analysis.seed"] and note["files"] == ""
    )
    for broken in ({**note, "settings": []}, {key: note[key] for key in note if key != "schema"}, {}):
        house.note("flags").write_text(json.dumps(broken))
        assert why(house, "flags") == "not there"
    assert not list(house.study.processed.glob(".flags*")) and not list(
        (house.study.processed / ".made").glob(".*.json*")
    )
    assert oct(house.file("flags").stat().st_mode & 0o777) == "0o644"


def test_what_stands_in_several_tables_is_said_in_short(capsys, monkeypatch: pytest.MonkeyPatch, house: House) -> None:
    monkeypatch.setattr(store, "SLOW", 0.0)
    lines: list[str] = []
    corpus = Corpus(house.study, house.recipes, say=lines.append)
    with store.progress(corpus, store.Recipe(tuple("abcd"), "m")):
        pass
    with store.progress(corpus, store.Recipe(tuple("abc"), "m")):
        pass
    assert {"a, b, c…: made in 0 s", "a, b, c: made in 0 s"} <= set(lines)
    store.to_standard_error("hidden")
    monkeypatch.setenv("HELPERS_QUIET", "")
    store.to_standard_error("shown")
    assert capsys.readouterr().err == "shown\n"


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=re.escape(f"phrases.parquet: not in {tmp_path.name}")):
        tables.read(tmp_path, "phrases")
    (tmp_path / "phrases.parquet").write_bytes(b"no table")
    with pytest.raises(TableError, match=r"phrases.parquet: cannot be read \("):
        tables.read(tmp_path, "phrases")
    assert (
        tables.empty("phrases").columns.tolist() == ["language", "phrase", "origin"] and tables.empty("phrases").empty
    )
    one = pd.DataFrame({"origin": "o", "phrase": ["p", "q"], "language": "en", "more": 1}, index=[5, 5])
    both = tables.stack("phrases", [one, one.head(0), one.head(1)])
    assert both.columns.tolist() == ["language", "phrase", "origin"] and both.index.tolist() == [0, 1, 2]


def test_a_join_keeps_rows_order_and_index() -> None:
    left = pd.DataFrame({"a": [2, 1, 2], "b": list("xyx"), "c": [7, 8, 9]}, index=[30, 10, 20])
    right = pd.DataFrame({"a": [1, 2, 3], "b": list("yxz"), "d": [0.1, 0.2, 0.3]})
    joined = tables.join(left, right, ["a", "b"])
    assert joined.index.tolist() == [30, 10, 20] and joined["d"].tolist() == [0.2, 0.1, 0.2]
    assert joined.columns.tolist() == ["a", "b", "c", "d"]
    with pytest.raises(TableError, match=re.escape("join on ['a', 'b']: 2 rows find no partner, first 2, x")):
        tables.join(left, right[right["a"] != 2], ["a", "b"])
    with pytest.raises(TableError, match=re.escape("join on ['a', 'b']: 1 keys stand twice on the right, first 1, y")):
        tables.join(left, pd.concat([right, right.head(1)]), ["a", "b"])


def test_rows_that_break_a_schema_are_counted_and_named() -> None:
    rows = pd.DataFrame({"language": ["en", "en", "de"], "phrase": ["p", "p", "q"], "origin": "o"})
    with pytest.raises(TableError, match=re.escape("phrases: 2 rows share a key, first ('en', 'p'")):
        conform("phrases", rows)
    with pytest.raises(TableError, match=r"phrases.origin: empty in row 7, where a value is needed"):
        conform("phrases", rows.drop(index=1).assign(origin=[None, "o"]).set_axis([7, 8]))
    with pytest.raises(TableError, match=re.escape("missing columns ['origin'], unknown columns ['more']")):
        conform("phrases", rows.drop(columns="origin").assign(more=1))


def books() -> pd.DataFrame:
    when = pd.to_datetime(["2024-01-31T20:00Z", "2024-02-01T03:00Z", None, "2024-02-09T00:00Z", "2024-02-09T00:00Z"])
    came = pd.DataFrame({"id": list("pqrst"), "outlet": ["b", "a", "a", "b", "b"], "published": when})
    collect = ledger.entries("collect", came.assign(outcome=["kept", "kept", "kept", "blocked", "list_failed: 404"]))
    clean = ledger.entries("clean", came.head(3).assign(outcome=["kept", "too_short", "kept"], detail="d"))
    return pd.concat([clean, collect], ignore_index=True)


def test_ledgers_count_items_and_lists_are_none() -> None:
    rows = books()
    assert (
        rows["month"].tolist()[:3] == ["2024-01", "2024-02", None] and rows["detail"].tolist() == ["d"] * 3 + [""] * 5
    )
    assert rows.columns.tolist() == ["stage", "id", "outlet", "month", "outcome", "detail"]
    funnel = ledger.funnel(rows)
    assert funnel.index.tolist() == ["collect", "clean"] and funnel.to_numpy().tolist() == [[4, 3, 1], [3, 2, 1]]
    table = ledger.summary(rows)
    assert table.index.tolist() == [("collect", "kept"), ("collect", "blocked"), ("collect", "list_failed: 404"),
                                    ("clean", "kept"), ("clean", "too_short")]  # fmt: skip
    assert table.columns.tolist() == ["a", "b", "all"]
    assert table.to_numpy().tolist() == [[2, 1, 3], [0, 1, 1], [0, 1, 1], [1, 1, 2], [1, 0, 1]]
    ledger.balance(rows, "collect", "clean")
    with pytest.raises(ledger.LedgerError, match="1 items do not balance; 'q' is in 'clean' but never left 'collect'"):
        ledger.balance(rows[~((rows["stage"] == "collect") & (rows["id"] == "q"))], "collect", "clean")
    with pytest.raises(ledger.LedgerError, match="2 items do not balance; 'p' vanished after 'collect'"):
        ledger.balance(rows[~((rows["stage"] == "clean") & rows["id"].isin(["p", "r"]))], "collect", "clean")


def test_a_month_is_the_outlets_own() -> None:
    when = pd.to_datetime(["2024-01-31T20:00Z", "2024-01-31T20:00Z", None])
    rows = pd.DataFrame({"outlet": ["w", "p", "w"], "published": when}, index=[9, 4, 7])
    local = ledger.local_months(rows, {"p": "Asia/Pyongyang", "w": "America/New_York"})
    assert local.index.tolist() == [9, 4, 7] and local.tolist() == ["2024-01", "2024-02", None]
    assert ledger.local_months(rows.head(0), {}).empty


def test_files_are_known_by_name_and_content_and_settings_by_value(tmp_path: Path) -> None:
    one, two = tmp_path / "a" / "one.txt", tmp_path / "b" / "one.txt"
    for path in (one, two):
        path.parent.mkdir()
        path.write_text("same")
    assert files_hash([one], tmp_path) != files_hash([two], tmp_path)
    assert files_hash([one], tmp_path / "a") == files_hash([two], tmp_path / "b")
    assert files_hash([tmp_path / "a"], tmp_path) == files_hash([one, tmp_path / "none"], tmp_path)
    assert files_hash([one, two], tmp_path) == files_hash([two, one, one], tmp_path)
    os.utime(one, (0, 0))
    assert file_hash(one) == file_hash(two)

    @dataclasses.dataclass
    class Thing:
        root: Path = tmp_path
        of: object = None

    same = [
        ({"b", "a"}, frozenset({"a", "b"})),
        ([1, 2], (1, 2)),
        (tmp_path / "a", Path("a")),
        (re.compile("x"), re.compile("x")),
    ]
    for first, second in same:
        assert setting(Thing(of=first), "of") == setting(Thing(of=second), "of")
    other = [
        ({"a": 1}, {"a": 2}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (0.1, 0.2),
        (re.compile("x"), re.compile("y")),
    ]
    for first, second in other:
        assert setting(Thing(of=first), "of") != setting(Thing(of=second), "of")
    assert setting(Thing(), "of") == setting(Thing(of=1), "of.deeper") == "absent"
    with pytest.raises(TypeError, match="a setting of type ndarray has no hash"):
        setting(Thing(of=np.ones(2)), "of")


def test_imports_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text("import os, numpy as np\nfrom helpers.text import (tokens,\n    names as n)\nfrom math import pi\n")
    expected = ["helpers.text", "helpers.text.tokens", "helpers.text.names", "math"]
    assert [name for name in _imports(path) if name not in ("os", "numpy")] == expected
    assert {"os", "numpy"} <= set(_imports(path))
