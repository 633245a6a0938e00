"""The archive: what goes in comes back, and a cut, a damage or a full disk is told and mended."""

from __future__ import annotations

import datetime as dt
import errno
import gc
import gzip
import warnings
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from some import some
from warcio.archiveiterator import ArchiveIterator

from helpers.collect.answers import Answer
from helpers.collect.archive import Archive, ArchiveError, read_page
from helpers.collect.manifest import write_manifest
from helpers.collect.records import pack, plain

NOW = dt.datetime(2031, 1, 10, tzinfo=dt.UTC)
HOST = "www.quay.invalid"


def answer(i: int, body: bytes = b"<p>x</p>", **fields: object) -> Answer:
    settings = {
        "status": 200,
        "headers": (("Content-Type", "text/html"), ("Content-Encoding", "gzip")),
        "body": body,
        **fields,
    }
    return Answer(f"http://{HOST}/{i}", "fetched", NOW, **settings)  # type: ignore[arg-type]


def test_what_is_archived_comes_back_and_is_warc(tmp_path: Path) -> None:
    with Archive(tmp_path, "quay") as archive:
        for i in range(5):
            archive.add(answer(i, f"<p>порт {i}</p>".encode()))
        archive.add(Answer(f"http://{HOST}/9", "timed_out", NOW, detail="after 1 s"))
        pages = archive.pages()
    for row in some(pages[pages["offset"].notna()].itertuples()):
        got = read_page(tmp_path / row.archive, int(row.offset))
        assert (got.address, got.status, got.retrieved) == (row.address, 200, NOW)
        assert got.header("Content-Length") == str(len(got.body))
    late = pages.set_index("address").loc[f"http://{HOST}/9"]
    assert late["status"] == 0 and pd.isna(late["archive"]) and pd.isna(late["offset"])
    with (tmp_path / "quay.warc.gz").open("rb") as file:
        kinds = []
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()
            kinds.append((record.rec_type, record.rec_headers.protocol))
    assert kinds == [("response", "WARC/1.1")] * 5 + [("metadata", "WARC/1.1")]
    with Archive(tmp_path, "quay") as again:
        pd.testing.assert_frame_equal(again.pages(), pages)


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        with Archive(tmp_path / name, "quay") as archive:
            for i in range(3):
                archive.add(answer(i))
    assert (tmp_path / "a" / "quay.warc.gz").read_bytes() == (tmp_path / "b" / "quay.warc.gz").read_bytes()


def test_a_file_cut_at_any_byte_keeps_every_whole_record(tmp_path: Path) -> None:
    with Archive(tmp_path, "quay") as archive:
        ends = []
        for i in range(4):
            archive.add(answer(i))
            ends.append(archive.path.stat().st_size)
    whole = (tmp_path / "quay.warc.gz").read_bytes()
    for cut in range(0, len(whole) + 1, 23):
        (tmp_path / "quay.warc.gz").write_bytes(whole[:cut])
        with Archive(tmp_path, "quay") as archive:
            n = sum(end <= cut for end in ends)
            assert len(archive.entries) == n
            for i in range(n, 4):
                archive.add(answer(i))
        assert (tmp_path / "quay.warc.gz").read_bytes() == whole


def test_damage_is_told(tmp_path: Path) -> None:
    with Archive(tmp_path, "quay") as archive:
        archive.add(answer(1))
    with pytest.raises(ArchiveError, match="no record at 7"):
        read_page(tmp_path / "quay.warc.gz", 7)
    content = zlib.decompress((tmp_path / "quay.warc.gz").read_bytes(), 31).replace(b"<p>x</p>", b"<p>y</p>")
    (tmp_path / "quay.warc.gz").write_bytes(gzip.compress(content))
    with pytest.raises(ArchiveError, match="does not match its digest"):
        read_page(tmp_path / "quay.warc.gz", 0)


def test_a_full_disk_stops_cleanly(tmp_path: Path) -> None:
    with Archive(tmp_path, "quay") as archive:
        archive.add(answer(1))
        before = archive.path.read_bytes()

        class Full:
            """A disk with room for ten bytes more."""

            def seek(self, *_: int) -> int:
                return len(before)

            def write(self, data: bytes) -> int:
                with archive.path.open("ab") as file:
                    if file.tell() > len(before):
                        raise OSError(28, "No space left on device")
                    return file.write(data[:10])

        real, archive._file = archive._file, Full()  # type: ignore[assignment]
        with pytest.raises(ArchiveError, match="No space left on device; nothing was lost, make room"):
            archive.add(answer(2))
        archive._file = real
        assert archive.path.read_bytes() == before
        archive.add(answer(2))
    with Archive(tmp_path, "quay") as again:
        assert len(again.entries) == 2 and again.cut == 0


def test_an_answer_that_came_early_waits_for_its_turn(tmp_path: Path) -> None:
    with Archive(tmp_path / "plain", "quay") as archive:
        for i in range(4):
            archive.add(answer(i))
    with Archive(tmp_path / "killed", "quay") as archive:
        archive.add(answer(0))
        for i in (3, 2):
            archive.add_early(answer(i))
        assert list(archive.entries) == [f"http://{HOST}/0"]
    with (tmp_path / "killed" / "quay.ahead").open("ab") as file:
        file.write(pack(answer(9))[:200])  # the start of one more
    with Archive(tmp_path / "killed", "quay") as archive:
        assert sorted(archive.early) == [f"http://{HOST}/{i}" for i in (2, 3)]
        archive.add(answer(1))
        for i in (2, 3):
            archive.take(f"http://{HOST}/{i}")
    names = ("plain", "killed")
    first, second = ((tmp_path / name / "quay.warc.gz").read_bytes() for name in names)
    assert first == second
    assert not (tmp_path / "killed" / "quay.ahead").exists()


def test_an_early_answer_is_not_lost_when_the_clock_was_set_back(tmp_path: Path) -> None:
    failed = replace(answer(1), outcome="server_error", status=503, retrieved=NOW)
    had = replace(answer(1), retrieved=NOW - dt.timedelta(days=400))
    with Archive(tmp_path, "quay") as archive:
        archive.add(failed)
        archive.add_early(had)
        archive.add_early(answer(2))
        ahead = (tmp_path / "quay.ahead").read_bytes()
        archive.take(answer(2).address)
    (tmp_path / "quay.ahead").write_bytes(ahead)  # as a kill after the turn of the second leaves it
    with Archive(tmp_path, "quay") as archive:
        assert list(archive.early) == [had.address]
        assert archive.take(had.address).outcome == had.outcome


def test_answers_that_came_early_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpers.collect.archive._COMPACT", 5_000)
    rng, largest = np.random.default_rng(1), 0
    with Archive(tmp_path, "quay") as archive:
        archive.add_early(answer(999))
        for i in range(60):
            archive.add_early(answer(i, rng.bytes(600)))
            archive.take(f"http://{HOST}/{i}")
            largest = max(largest, (tmp_path / "quay.ahead").stat().st_size)
        assert len(archive.entries) == 60 and list(archive.early) == [f"http://{HOST}/999"]
    assert largest < 8_000


def test_a_failed_refresh_does_not_lose_the_page(tmp_path: Path) -> None:
    with Archive(tmp_path, "quay") as archive:
        held = archive.add(answer(1))
        later = NOW + dt.timedelta(days=9)
        assert archive.add(Answer(f"http://{HOST}/1", "timed_out", later)) == held
        assert archive.add(Answer(f"http://{HOST}/1", "gone", later, status=410)).outcome == "gone"


@pytest.mark.parametrize("harm", ["flip", "zeros", "hole"])
def test_damage_costs_the_record_it_hit_and_no_other(tmp_path: Path, harm: str) -> None:
    rng = np.random.default_rng(5)
    words = rng.permuted(np.array(list("abcdefghijklmnopqrstuvwxyz    " * 60)))
    with Archive(tmp_path, "quay") as archive:
        for i in range(6):
            archive.add(answer(i, body="".join(rng.permuted(words)).encode()))
        places = {entry.offset: address for address, entry in archive.entries.items()}
    path = tmp_path / "quay.warc.gz"
    whole, n_named = path.read_bytes(), 0
    for at in rng.integers(0, len(whole), 80):
        hurt = bytearray(whole)
        if harm == "flip":
            hurt[at] ^= 1 << int(rng.integers(8))
        elif harm == "zeros":
            hurt[at : at + 40] = bytes(len(hurt[at : at + 40]))
        else:
            del hurt[at : at + 40]
        path.write_bytes(hurt)
        with Archive(tmp_path, "quay") as archive:
            sound = {a for a, entry in archive.entries.items() if entry.offset is not None}
            missing = set(places.values()) - sound
            hit = {places[max(p for p in places if p <= one)] for one in (at, min(at + 39, len(whole) - 1))}
            assert missing <= hit
            assert len(missing) <= len(archive.damaged) + bool(archive.cut) + (harm != "flip")
            n_named += sum(one.address in missing for one in archive.damaged)
            for address in sound:
                assert read_page(path, archive.entries[address].offset).address == address
            for address in sorted(missing):
                archive.add(answer(int(address.rpartition("/")[2])))
            assert not [one for one in archive.damaged if one.address in missing]
        with Archive(tmp_path, "quay") as archive:
            assert {a for a, e in archive.entries.items() if e.offset is not None} >= set(places.values())
    assert n_named > 40, "the head of most records is sound, and says which page they held"
    path.write_bytes(whole + bytes(4096))
    with Archive(tmp_path, "quay") as archive:
        assert len(archive.entries) == 6 and archive.cut == 4096 and not archive.damaged


def test_damage_that_reads_like_a_cut_does_not_take_what_follows_with_it(tmp_path: Path) -> None:
    with Archive(tmp_path, "quay") as archive:
        first = archive.add(answer(1))
        second = archive.add(answer(2))
    path = tmp_path / "quay.warc.gz"
    whole = path.read_bytes()
    head = whole[first.offset : second.offset][:10]  # a stored block of 60,000 bytes that swallows all there is
    path.write_bytes(head + b"\x00" + (60_000).to_bytes(2, "little") + (60_000 ^ 0xFFFF).to_bytes(2, "little") + whole)
    with Archive(tmp_path, "quay") as archive:
        assert len(archive.entries) == 2 and not archive.cut
        assert [(one.start, one.end) for one in archive.damaged] == [(0, 15)]


def test_what_is_read_back_is_what_was_written(tmp_path: Path) -> None:
    odd = answer(7, detail="two\nlines\tand  \ud800 more " * 40, headers=(("ETag", '"1"'), ("X", "порт; q=1")))
    with Archive(tmp_path, "quay") as archive:
        for one in (answer(1), odd, answer(2, status=301, headers=(("Location", "/порт"),)), answer(3, status=410)):
            archive.add(one)
        written = dict(archive.entries)
    with Archive(tmp_path, "quay") as archive:
        for address, entry in archive.entries.items():
            mine = written[address]
            assert entry == mine


def test_no_file_is_left_open(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        test_what_is_archived_comes_back_and_is_warc(tmp_path)
        gc.collect()
    assert not [warning for warning in caught if issubclass(warning.category, ResourceWarning)]


def test_the_manifest_names_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("x")
    (tmp_path / "b.jsonl").write_text("y")
    row = {"address": "http://a.invalid", "retrieved": "2031-01-10", "licence": "CC0"}
    write_manifest(tmp_path, pd.DataFrame([{**row, "file": "b.jsonl"}]))
    write_manifest(tmp_path, pd.DataFrame([{**row, "file": "a.jsonl"}]))
    write_manifest(tmp_path, pd.DataFrame([{**row, "file": "a.jsonl", "licence": "CC BY, 4.0"}]))
    lines = (tmp_path / "manifest.csv").read_text().splitlines()
    assert lines[0] == "address,retrieved,sha256,licence,file"
    assert [line.rsplit(",", 1)[1] for line in lines[1:]] == ["a.jsonl", "b.jsonl"]
    assert '"CC BY, 4.0"' in lines[1]


def test_two_runs_cannot_append_to_one_archive(tmp_path: Path) -> None:
    with Archive(tmp_path, "quay") as archive:
        archive.add(answer(1))
        with pytest.raises(ArchiveError, match="another run is collecting this outlet"):
            Archive(tmp_path, "quay")
    with Archive(tmp_path, "quay") as archive:
        assert len(archive.entries) == 1


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("a file")
    with pytest.raises(ArchiveError, match=r"quay.warc.gz: .*make room"):
        Archive(tmp_path / "warc", "quay")


def test_a_disk_that_fills_up_while_early_answers_are_put_away_stops_cleanly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("helpers.collect.archive._COMPACT", 1)
    with Archive(tmp_path, "quay") as archive:
        archive.add_early(answer(1))
        archive.add_early(answer(2))
        monkeypatch.setattr(Path, "write_bytes", _full)
        with pytest.raises(ArchiveError, match="nothing was lost"):
            archive.take(answer(1).address)
    monkeypatch.undo()
    with Archive(tmp_path, "quay") as archive:
        assert set(archive.entries) | set(archive.early) == {answer(1).address, answer(2).address}


def test_a_page_of_an_unpacked_file_costs_no_more_than_itself(tmp_path: Path) -> None:
    path = tmp_path / "plain.warc"
    first = zlib.decompress(pack(answer(1)), 31)
    path.write_bytes(first + zlib.decompress(pack(answer(2)), 31))
    with path.open("rb") as file:
        assert plain(file) == first[: -len(b"\r\n\r\n")]
    assert read_page(path, len(first)).address == answer(2).address
