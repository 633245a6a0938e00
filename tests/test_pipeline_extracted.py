"""Archived pages to records: a bad page costs one row, a second run costs next to nothing, and nothing is lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import hostile
import misbehaving
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.collect import extraction
from helpers.collect.answers import Answer
from helpers.collect.archive import Archive
from helpers.collect.extraction import Page, extract_page, extract_pages
from helpers.data import ledger, tables
from helpers.data import parts as parts_module
from helpers.data.parts import Parts
from helpers.pipeline import extracted as extracting
from helpers.pipeline.extracted import EXTRA, FILE, SCHEMA, extract_archive, read_archive
from helpers.pool import Outcome
from helpers.study import Source, Study, StudyError, load_study

NOW = dt.datetime(2031, 5, 1, tzinfo=dt.UTC)
HEADERS = (("Content-Type", "text/html; charset=utf-8"),)
OUTLET = "harbour-post"


def good(i: int) -> bytes:
    """An invented page, another for each number."""
    body = "".join(f"<p>On day {i} the harbour office counted {i + j} ships and wrote it down.</p>" for j in range(9))
    return (
        f"<html lang='en'><head><title>Ships on day {i}</title></head><body><article><h1>Ships on day {i}</h1>"
        f"{body}</article></body></html>"
    ).encode()


def archive(folder: Path, outlet: str, bodies: dict[str, bytes]) -> pd.DataFrame:
    """Pages of one outlet, asked for under ``/<name>``; the rows of the pages table."""
    with Archive(folder, outlet) as held:
        for name, body in bodies.items():
            held.add(Answer(f"http://{outlet}.invalid/{name}", "fetched", NOW, 200, HEADERS, body))
        return held.pages()


def pages_of(folder: Path, rows: pd.DataFrame) -> list[Page]:
    return [
        Page(row.page_id, row.outlet, folder / row.archive, int(row.offset), row.address, retrieved=NOW)
        for row in rows.itertuples()
    ]


@pytest.fixture
def study(root: Path, tmp_path: Path) -> Study:
    """The practice study elsewhere, with twelve archived pages."""
    study = dataclasses.replace(load_study("practice", root=root), root=tmp_path)
    outlet = next(iter(study.outlets))
    enter(study, archive(study.raw / "warc", outlet, {f"{i}": good(i) for i in range(12)}))
    return study


def enter(study: Study, pages: pd.DataFrame) -> None:
    tables.write(study.processed, "pages", pages)
    rows = pages.rename(columns={"page_id": "id"}).assign(outcome=ledger.KEPT, month=None)
    tables.write(study.processed, "collect_ledger", ledger.entries("collect", rows))


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses of the pages that are really extracted, here in this process, which is quicker for a few."""
    asked: list[str] = []

    def extract_here(pages):
        for page in pages:
            asked.append(page.address)
            try:
                yield page, extract_page(page), True
            except ValueError as error:
                yield page, extraction._lost(page, Outcome(None, "failed", str(error))), False

    monkeypatch.setattr(extracting, "extract_pages", extract_here)
    return asked


def test_hostile_pages_cost_one_row_each_and_leave_the_good_ones_as_they_were(tmp_path: Path) -> None:
    bad = hostile.pages()
    names = list(bad)
    mixed = {f"good-{i}": good(i) for i in range(len(names))} | {f"bad-{i}": bad[n] for i, n in enumerate(names)}
    rows = archive(tmp_path, "quay", mixed)
    found = {
        page.address.rpartition("/")[2]: record
        for page, record, _ in extract_pages(pages_of(tmp_path, rows), seconds=8)
    }
    alone = {page.address.rpartition("/")[2]: page for page in pages_of(tmp_path, rows)}
    assert set(found) == set(mixed)
    for i in range(0, len(names), 9):
        assert found[f"good-{i}"] == extract_page(alone[f"good-{i}"])
    for i, name in enumerate(names):
        assert found[f"good-{i}"]["text"].count("\n\n") == 8, name
        record = found[f"bad-{i}"]
        assert bool(record["text"]) != bool(record["refused"]), name
    pa.Table.from_pylist(list(found.values()), schema=SCHEMA)


def test_pages_that_hang_swell_or_kill_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"hang": "timed_out", "swell": "too_much_memory", "die": "crashed", "fault": "crashed"}
    bodies = {}
    for i, name in enumerate(named):
        bodies |= {f"{i}": good(i), name: good(100 + i)}
    rows = archive(tmp_path, "quay", bodies)
    monkeypatch.setattr(extraction, "extract_page", misbehaving.extract_or_misbehave)
    pages = pages_of(tmp_path, rows)
    found = list(extract_pages(pages, processes=2, seconds=10, memory=300 << 20))
    assert [page for page, *_ in found] == pages
    for page, record, lasting in found:
        name = page.address.rpartition("/")[2]
        assert record["refused"] == named.get(name, "")
        assert lasting == (name not in named)
        assert name in named or record == extract_page(page)
        assert bool(record["refusal_detail"]) == (name in named)


def test_a_damaged_record_is_one_unreadable_page(study: Study, count: list[str]) -> None:
    pages = tables.read(study.processed, "pages").sort_values("offset")
    path = study.raw / "warc" / pages["archive"].iloc[0]
    content = bytearray(path.read_bytes())
    content[pages["offset"].iloc[5] + 40] ^= 0xFF
    path.write_bytes(content)
    records = read_archive(study).set_index("page_id")
    assert len(records) == 12
    lost = records[records["refused"] != ""]
    assert lost.index.tolist() == [pages["page_id"].iloc[5]]
    assert lost["refused"].tolist() == ["unreadable"]
    assert path.name in lost["refusal_detail"].iloc[0]


def test_a_second_run_extracts_only_what_changed(study: Study, count: list[str], monkeypatch) -> None:
    first = read_archive(study)
    before = (study.interim / FILE).read_bytes()
    assert len(count) == 12
    count.clear()
    assert read_archive(study).equals(first) and not count
    assert (study.interim / FILE).read_bytes() == before

    outlet = next(iter(study.outlets))
    enter(study, archive(study.raw / "warc", outlet, {"3": good(300), "new": good(500)}))
    changed = read_archive(study)
    assert sorted(address.rpartition("/")[2] for address in count) == ["3", "new"]
    assert len(changed) == 13 and "300" in " ".join(changed["text"])
    count.clear()

    kept = tables.read(study.processed, "pages").iloc[2:]
    enter(study, kept)
    assert read_archive(study)["page_id"].tolist() == kept["page_id"].tolist() and not count

    monkeypatch.setattr(extracting, "code_version", lambda: "another extractor")
    assert len(read_archive(study)) == len(count) == 11


def test_an_interrupted_run_goes_on_from_where_it_was(study: Study, count: list[str], monkeypatch) -> None:
    through = extracting.extract_pages

    def interrupted(pages):
        for i, found in enumerate(through(pages)):
            if i == 7:
                raise KeyboardInterrupt
            yield found

    monkeypatch.setattr(extracting, "extract_pages", interrupted)
    with pytest.raises(KeyboardInterrupt):
        extract_archive(study)
    assert pq.read_metadata(study.interim / FILE).num_rows == 7
    assert [path.name for path in study.processed.iterdir() if path.name.startswith(".")] == []
    monkeypatch.setattr(extracting, "extract_pages", through)
    count.clear()
    assert len(read_archive(study)) == 12
    assert len(count) == 5


def test_a_failure_is_tried_again_and_a_missing_archive_stops_with_one_line(study: Study, count: list[str]) -> None:
    path = next((study.raw / "warc").iterdir())
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    assert read_archive(study)["refused"].tolist().count("unreadable") == 1
    path.write_bytes(whole)
    count.clear()
    assert (read_archive(study)["refused"] == "").all() and len(count) == 1
    path.unlink()
    with pytest.raises(StudyError, match="is not in practice/warc"):
        read_archive(study)


def test_a_warc_file_of_others_is_read_where_it_lies(study: Study, count: list[str], tmp_path: Path) -> None:
    folder, outlet = tmp_path / "crawls", next(iter(study.outlets))
    theirs = archive(folder / "2031", "theirs", {"x": good(700)}).assign(outlet=outlet, archive="2031/theirs.warc.gz")
    study = dataclasses.replace(study, sources=(*study.sources, Source("warc", path=folder)))
    enter(study, pd.concat([tables.read(study.processed, "pages"), theirs], ignore_index=True))
    records = read_archive(study)
    assert len(records) == 13 and records["text"].str.contains("On day 700").sum() == 1


def test_records_are_those_of_this_process_whatever_the_number_of_workers(study: Study, monkeypatch) -> None:
    made = []
    monkeypatch.setattr(extracting, "code_version", lambda: "the same")
    for processes in (1, 2):
        monkeypatch.setattr(extracting, "extract_pages", lambda pages, n=processes: extract_pages(pages, processes=n))
        (study.interim / FILE).unlink(missing_ok=True)
        made.append(extract_archive(study).read_bytes())
    assert made[0] == made[1]
    records = read_archive(study)
    assert records.columns.tolist() == [*extracting.RECORDS, *EXTRA]
    assert records["page_id"].is_monotonic_increasing
    assert str(records["published"].dtype) == "datetime64[us, UTC]"
    expected = [extract_page(page) for page, _ in extracting._jobs(study)]
    assert records["text"].tolist() == [record["text"] for record in expected]
    assert records["title"].tolist() == [record["title"] for record in expected]


def test_half_a_surrogate_can_be_written(tmp_path: Path) -> None:
    body = good(1).replace(
        b"</head>", hostile.jsonld('{"@type":"NewsArticle","headline":"a \\ud800 b"}').encode() + b"</head>"
    )
    rows = archive(tmp_path, "quay", {"1": body})
    record = extract_page(*pages_of(tmp_path, rows))
    assert record["title"] and "\ud800" not in record["title"]
    for value in record.values():
        if isinstance(value, str):
            value.encode()  # raises where half a pair is left


KILLED = """
import dataclasses, sys
from pathlib import Path
from helpers.collect.extraction import extract_page
from helpers.data import parts
from helpers.pipeline import extracted
from helpers.study import load_study

def one_after_the_other(pages):
    for n, page in enumerate(pages):
        if n == int(sys.argv[3]):
            print("there", flush=True)
            sys.stdin.read()  # until this process is killed
        yield page, extract_page(page), True

parts.BATCH, extracted.extract_pages = 4, one_after_the_other
extracted.extract_archive(dataclasses.replace(load_study("practice", root=Path(sys.argv[1])), root=Path(sys.argv[2])))
"""


def test_a_run_that_is_killed_loses_no_more_than_its_last_part(study: Study, count: list[str], root: Path) -> None:
    whole = read_archive(study)
    whole_bytes = (study.interim / FILE).read_bytes()
    (study.interim / FILE).unlink()
    run = subprocess.Popen(
        [sys.executable, "-c", KILLED, root, study.root, "10"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    with run:
        assert run.stdout.readline() == b"there\n"
        run.kill()
    assert run.returncode == -signal.SIGKILL
    (study.interim / "extracting" / ".part-000003.parquet.unfinished").write_bytes(b"PAR1")
    count.clear()
    pd.testing.assert_frame_equal(read_archive(study), whole)
    assert len(count) == 4  # two parts of four pages were there
    assert (study.interim / FILE).read_bytes() == whole_bytes
    assert sorted(path.name for path in study.interim.iterdir()) == [".extracting.lock", FILE]


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "other"])
def test_what_cannot_be_read_of_the_file_is_extracted_again(study: Study, count: list[str], harm: str) -> None:
    whole, path = read_archive(study), study.interim / FILE
    sound = path.read_bytes()
    for at in np.random.default_rng(2).integers(4, len(sound), 12 if harm in ("flip", "cut") else 1):
        hurt = bytearray(sound)
        hurt[at] ^= 4
        path.write_bytes({"flip": hurt, "cut": sound[:at], "empty": b"", "other": b"a,b\n1,2\n"}[harm])
        again = read_archive(study)
        pd.testing.assert_frame_equal(again, whole)


def test_a_full_disk_stops_extraction_in_one_line_and_the_next_run_goes_on(study: Study, count, monkeypatch) -> None:
    whole = read_archive(study)
    (study.interim / FILE).unlink()

    def full(number: int, *_: object) -> None:
        if number > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    through = Parts._write_part
    monkeypatch.setattr(parts_module, "BATCH", 4)
    monkeypatch.setattr(Parts, "_write_part", lambda self, n, rows: (full(n), through(self, n, rows)))
    with pytest.raises(StudyError, match=r"extracted\.parquet: No space left on device; what was extracted is kept"):
        read_archive(study)
    monkeypatch.setattr(Parts, "_write_part", through)
    count.clear()
    pd.testing.assert_frame_equal(read_archive(study), whole)
    assert len(count) == 8
