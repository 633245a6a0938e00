"""WARC files that others made: every way in which they differ from ours, in one pass and in little memory."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import numpy as np
import pandas as pd
import pytest
import zstandard
from loopback import HOST, STORY
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from helpers.collect.archive import Archive, page_key, read_page
from helpers.collect.imports import ImportFault
from helpers.collect.imports_warc import Sites, WarcPage, read_warc
from helpers.collect.records import pack
from helpers.data import ledger
from helpers.pipeline.pages import failed_lists, import_warc
from helpers.study import Source, load_study

HOMES = {"quay": f"http://{HOST}/", "pier": "http://pier.invalid/en/", "pier-ru": "http://pier.invalid/ru/"}
BODY = f"<html><title>T</title><body>{STORY}</body></html>".encode()
HTML = [("Content-Type", "text/html; charset=utf-8")]


class File:
    """A WARC file in the making."""

    def __init__(self, *, packed: bool = True) -> None:
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=packed, warc_version="1.0")

    def add(
        self, path: str, body: bytes = BODY, *, host: str = HOST, kind: str = "response", status: str = "200 OK",
        headers: list[tuple[str, str]] = HTML, date: str = "2031-01-05T10:00:00Z", protocol: str = "HTTP/1.1",
    ) -> File:  # fmt: skip
        http = (
            StatusAndHeaders(status, headers, protocol=protocol) if kind in ("response", "revisit", "request") else None
        )
        self.writer.write_record(
            self.writer.create_warc_record(
                f"http://{host}{path}", kind, payload=io.BytesIO(body), length=len(body), http_headers=http,
                warc_headers_dict={"WARC-Date": date},
            )
        )  # fmt: skip
        return self

    def save(self, path: Path) -> Path:
        path.write_bytes(self.out.getvalue())
        return path


def read(path: Path, **options: object) -> dict[str, WarcPage]:
    found = list(read_warc(path, **{"homes": HOMES, **options}))  # type: ignore[arg-type]
    return {page.address.split(".invalid", 1)[-1]: page for page in found}


def chunked(body: bytes) -> bytes:
    return b"".join(b"%x;x=y\r\n%s\r\n" % (len(p), p) for p in (body[:9], body[9:500], body[500:])) + b"0\r\n\r\n"


@pytest.mark.parametrize("packed", [True, False])
def test_every_kind_of_record_has_its_outcome_and_pages_come_out_of_their_packings(
    tmp_path: Path, packed: bool
) -> None:
    file = File(packed=packed)
    file.add("", b"software: x\r\n", kind="warcinfo").add("/ok", kind="request", body=b"").add(
        "/ok", b"a: b", kind="metadata"
    )
    file.add("/ok").add("/two", protocol="HTTP/2.0", status="200")
    file.add("/gzip", gzip.compress(BODY), headers=[*HTML, ("Content-Encoding", "gzip")])
    file.add("/unpacked", headers=[*HTML, ("Content-Encoding", "gzip")])  # the header was left, the coding was not
    file.add("/deflate", zlib.compress(BODY), headers=[*HTML, ("content-encoding", "deflate")])
    file.add("/chunks", chunked(BODY), headers=[*HTML, ("Transfer-Encoding", "chunked")])
    file.add(
        "/both",
        chunked(gzip.compress(BODY)),
        headers=[*HTML, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")],
    )
    file.add("/plain", headers=[*HTML, ("Transfer-Encoding", "chunked")])  # likewise
    file.add("/image", b"\x89PNG", headers=[("Content-Type", "image/png")])
    file.add("/gone", status="410 Gone").add("/moved", b"", status="301 Moved", headers=[("Location", "/ok")])
    file.add("/again", b"", kind="revisit").add("/ok", date="2031-01-06T10:00:00Z")
    file.add("/early", date="2030-12-31T23:00:00Z")
    file.add("/bomb", zlib.compress(bytes(50_000_000)), headers=[*HTML, ("Content-Encoding", "deflate")])
    file.add("/damaged", gzip.compress(BODY)[:-20], headers=[*HTML, ("Content-Encoding", "gzip")])
    file.add("/wall", b"<html><p>One line.</p><p>Subscribe to continue reading</p></html>")
    for i in range(300):
        file.add(f"/{i}", b"elsewhere", host=f"www{i % 7}.other.invalid")
    path = file.save(tmp_path / "CC-NEWS-x.warc.gz")
    period = (dt.date(2031, 1, 1), dt.date(2031, 1, 31))
    found = list(read_warc(path, homes=HOMES, period=period))
    kept = {page.address.rsplit("/", 1)[-1]: page for page in found if page.outcome == "kept"}
    assert set(kept) == {"ok", "two", "gzip", "unpacked", "deflate", "chunks", "both", "plain"}
    for page in kept.values():
        assert page.file == path.name
        assert read_page(path, page.offset).body == BODY
    assert sorted((p.address.rsplit("/", 1)[-1], p.outcome) for p in found if p.outcome != "kept") == sorted([
        ("image", "not_html"), ("gone", "gone"), ("moved", "redirected"), ("again", "revisit"), ("ok", "repeat_of_address"),
        ("early", "outside_period"), ("bomb", "too_large"), ("damaged", "damaged"), ("wall", "paywalled"),
        (path.name, "other_sites"), (path.name, "no_page"),
    ])  # fmt: skip
    assert [p.detail for p in found[-2:]] == ["300 records of other sites", "3 records that are no answer of a site"]
    assert len({page.page_id for page in found}) == len(found)


def test_a_file_that_was_cut_anywhere_gives_what_stands_before_the_cut(tmp_path: Path) -> None:
    file, ends = File(), []
    for i in range(6):
        ends.append(
            file.add(f"/{i}", BODY + bytes(np.random.default_rng(i).integers(97, 123, 900).astype(np.uint8))).out.tell()
        )
    whole = file.save(tmp_path / "a.warc.gz").read_bytes()
    rng = np.random.default_rng(6)
    for cut in [*rng.integers(20, len(whole), 40), *ends]:
        path = tmp_path / "cut.warc.gz"
        path.write_bytes(whole[:cut])
        n_whole = sum(end <= cut for end in ends)
        try:
            found = list(read_warc(path, homes=HOMES))
        except ImportFault:
            assert n_whole == 0
            continue
        kept = [page for page in found if page.outcome == "kept"]
        assert len(kept) in (n_whole, n_whole + 1)  # the last may be there but for the end of its gzip member
        assert {page.outcome for page in found} <= {"kept", "cut_off", "damaged", "other_sites", "no_page"}
        for page in kept[:n_whole]:
            assert read_page(path, page.offset).status == 200


def test_a_byte_that_changed_in_a_record_is_found_by_its_digest(tmp_path: Path) -> None:
    path = File(packed=False).add("/1").add("/2").save(tmp_path / "a.warc")
    path.write_bytes(path.read_bytes().replace(b"cranes", b"planes", 1))
    found = read(path)
    assert (found["/1"].outcome, found["/2"].outcome) == ("damaged", "kept")


def many(n: int, *, packed: bool = True) -> tuple[bytes, list[int]]:
    """A file of n pages, and where each of them ends."""
    file, rng = File(packed=packed), np.random.default_rng(7)
    ends = [file.add(f"/{i}", BODY + bytes(rng.integers(97, 123, 900).astype(np.uint8))).out.tell() for i in range(n)]
    return file.out.getvalue(), ends


@pytest.mark.parametrize("packed", [True, False])
def test_one_flipped_byte_anywhere_costs_one_record_which_the_ledger_names(tmp_path: Path, packed: bool) -> None:
    whole, ends = many(20, packed=packed)
    path, rng = tmp_path / ("a.warc.gz" if packed else "a.warc"), np.random.default_rng(6)
    places = [0, 1, 2, ends[3], ends[3] + 1, ends[3] + 2, ends[3] - 1, *rng.integers(0, len(whole), 40).tolist()]
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        found = list(read_warc(path, homes=HOMES))
        kept = [page for page in found if page.outcome == "kept"]
        assert len(kept) >= 19, place
        damaged = [page for page in found if page.outcome != "kept"]
        assert len(kept) + len(damaged) == 20, place
        for page in kept:
            assert read_page(path, page.offset).status == 200
        for page in damaged:
            assert page.outcome in ("damaged", "no_page", "other_sites"), place
            assert page.detail


def test_a_stretch_of_zeros_is_told_with_its_bytes_and_the_rest_is_read(tmp_path: Path) -> None:
    whole, ends = many(12)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(whole[: ends[2]] + bytes(ends[6] - ends[2]) + whole[ends[6] :])
    found = list(read_warc(path, homes=HOMES))
    assert [page.address[-3:] for page in found if page.outcome == "kept"] == [
        "d/0", "d/1", "d/2", "d/7", "d/8", "d/9", "/10", "/11",
    ]  # fmt: skip
    [lost] = [page for page in found if page.outcome != "kept"]
    assert (lost.outcome, lost.outlet) == ("damaged", "")
    assert lost.detail.startswith(f"bytes {ends[2]} to {ends[6] - 1} cannot be read")


@pytest.mark.parametrize("trained", [False, True])
def test_records_in_zstandard_frames_are_read_with_the_dictionary_of_their_file(tmp_path: Path, trained: bool) -> None:
    whole, ends = many(30, packed=False)
    records = [whole[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    words, head = None, b""
    if trained:
        words = zstandard.train_dictionary(4000, records * 20)
        packed = zstandard.compress(words.as_bytes())
        head = b"\x5d\x2a\x4d\x18" + len(packed).to_bytes(4, "little") + packed
    frames = [zstandard.ZstdCompressor(dict_data=words, write_checksum=True).compress(one) for one in records]
    path = tmp_path / "a.warc.zst"
    path.write_bytes(head + b"".join(frames))
    found = list(read_warc(path, homes=HOMES))
    assert [page.outcome for page in found] == ["kept"] * 30
    assert all(read_page(path, page.offset).body.startswith(BODY) for page in found)
    place = len(head) + sum(map(len, frames[:9])) + len(frames[9]) // 2
    body = path.read_bytes()
    path.write_bytes(body[:place] + bytes([body[place] ^ 0x55]) + body[place + 1 :])
    found = list(read_warc(path, homes=HOMES))
    assert sorted(page.outcome for page in found) == ["damaged"] + ["kept"] * 29


def test_a_wacz_is_read_where_it_lies(tmp_path: Path) -> None:
    one, two = many(3)[0], File(packed=False).add("/plain").out.getvalue()
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}", zipfile.ZIP_DEFLATED)
        archive.writestr("archive/data.warc.gz", one)
        archive.writestr("archive/more.warc", two)
        archive.writestr("pages/pages.jsonl", "{}", zipfile.ZIP_DEFLATED)
    found = list(read_warc(tmp_path, homes=HOMES))
    assert [(page.file, page.outcome) for page in found] == [("crawl.wacz", "kept")] * 4
    assert all(read_page(path, page.offset).body.startswith(BODY) for page in found)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.warc", two)
    with pytest.raises(ImportFault, match="packed once more; unzip it"):
        list(read_warc(path, homes=HOMES))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datapackage.json", "{}")
    with pytest.raises(ImportFault, match="holds no WARC file"):
        list(read_warc(path, homes=HOMES))
    path.write_bytes(b"PK\x03\x04" + bytes(200))
    with pytest.raises(ImportFault, match="cannot be opened as a zip file"):
        list(read_warc(path, homes=HOMES))


def test_an_answer_that_is_not_a_page_is_none(tmp_path: Path) -> None:
    file = File().add("/whole").add("/part", status="206 Partial Content").add("/nothing", b"", status="204 No Content")
    file.add("/choices", status="300 Multiple Choices").add("/later", status="202 Accepted")
    file.add("/brotli", brotli.compress(BODY), headers=[*HTML, ("Content-Encoding", "br")])
    path = file.save(tmp_path / "a.warc.gz")
    found = read(path)
    assert {name: page.outcome for name, page in found.items()} == {
        "/whole": "kept", "/part": "partial", "/nothing": "no_content", "/choices": "no_content",
        "/later": "no_content", "/brotli": "kept",
    }  # fmt: skip
    assert found["/part"].detail == "206"
    assert read_page(path, found["/brotli"].offset).body == BODY


def test_files_that_are_no_warc_are_told(tmp_path: Path) -> None:
    for name, body in {
        "a.warc": b"",
        "b.warc.gz": b"\x1f\x8b nothing",
        "c.warc": b"<html>",
        "d.warc.gz": gzip.compress(b""),
    }.items():
        (tmp_path / name).write_bytes(body)
        with pytest.raises(ImportFault, match=name):
            list(read_warc(tmp_path / name, homes=HOMES))
    one = File(packed=False).add("/1").add("/2").out.getvalue()
    (tmp_path / "e.warc.gz").write_bytes(gzip.compress(one))
    with pytest.raises(ImportFault, match="packed as one piece"):
        list(read_warc(tmp_path / "e.warc.gz", homes=HOMES))
    with pytest.raises(ImportFault, match="no such file"):
        list(read_warc(tmp_path / "absent.warc", homes=HOMES))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportFault, match="no file ending in"):
        list(read_warc(tmp_path / "empty", homes=HOMES))


def test_a_folder_is_read_in_the_order_of_names_and_one_outlet_may_own_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    File().add("/1").save(tmp_path / "b.warc.gz")
    File(packed=False).add("/1").add("/2", host="elsewhere.invalid").save(tmp_path / "in" / "a.warc")
    found = list(read_warc(tmp_path, homes=HOMES, outlet="pier"))
    assert [(page.file, page.outlet, page.outcome) for page in found] == [
        ("b.warc.gz", "pier", "kept"), ("in/a.warc", "pier", "repeat_of_address"), ("in/a.warc", "pier", "kept"),
    ]  # fmt: skip


def test_an_address_belongs_to_the_outlet_below_whose_home_it_lies() -> None:
    sites = Sites({**HOMES, "deep": "https://www.deep.quay.invalid/index.html", "none": ""})
    for address, outlet in {
        "http://quay.invalid/ru/1": "quay", "https://m.quay.invalid/": "quay", "http://sport.quay.invalid/1": "quay",
        "http://deep.quay.invalid/1": "deep", "http://pier.invalid/ru/1": "pier-ru", "http://pier.invalid/en/1": "pier",
        "http://pier.invalid/zh/1": None, "http://notquay.invalid/": None, "http://[broken/": None, "": None,
    }.items():  # fmt: skip
        assert sites.outlet(address) == outlet, address


def test_our_own_archive_can_be_imported(tmp_path: Path) -> None:
    from test_collect_archive import answer

    with Archive(tmp_path, "quay") as archive:
        archive.add(answer(1, BODY))
    [page] = read_warc(tmp_path / "quay.warc.gz", homes=HOMES)
    assert (page.outcome, page.outlet, read_page(tmp_path / "quay.warc.gz", page.offset).body) == ("kept", "quay", BODY)
    assert pack(answer(1)) == pack(answer(1))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    import tracemalloc

    rng, peaks = np.random.default_rng(1), []
    for n in (12, 72):
        file = File()
        for i in range(n):
            file.add(f"/{i}", BODY + rng.bytes(20_000), host=HOST if i % 6 == 0 else "other.invalid")
        path = file.save(tmp_path / f"{n}.warc.gz")
        tracemalloc.start()
        assert sum(page.outcome == "kept" for page in read_warc(path, homes=HOMES)) == n / 6
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 300_000


def test_a_source_of_this_kind_gives_pages_and_one_ledger_row_each(root: Path, tmp_path: Path) -> None:
    study = load_study("practice", root=root)
    outlet = next(iter(study.outlets.values()))
    host = urlsplit(outlet.home).hostname
    file = File().add("/1", host=host, date="2029-01-05T10:00:00Z").add("/2", host=host).add("/3", host="other.invalid")
    file.add("/1", host=host).add("/4", b"", host=host, status="500 no")
    source = Source(kind="warc", path=file.save(tmp_path / "x.warc.gz"))
    taken = {page_key(outlet.id, f"http://{host}/2")}  # as if the web source had it
    pages, books = import_warc(study, source, taken)
    assert not books["id"].duplicated().any()
    assert dict(books["outcome"].value_counts()) == {
        "kept": 1, "repeat_of_address": 1, "outside_period": 1, "server_error": 1, "other_sites": 1,
    }  # fmt: skip
    assert list(books.loc[books["outcome"] == "kept", "id"]) == list(pages["page_id"])
    assert set(books.loc[books["outcome"] == "other_sites", "outlet"]) == {"unknown"}
    assert len(taken) == 2


def test_lists_that_failed_stand_in_the_ledger_and_are_no_items() -> None:
    columns = ["outlet", "address", "outcome", "detail"]
    rows = [
        ("quay", "http://a/feed", "gone", "410"),
        ("quay", "http://a/feed", "gone", ""),
        ("pier", "http://a/feed", "timed_out", "x"),
    ]
    books = ledger.entries("collect", failed_lists(pd.DataFrame(rows, columns=columns)))
    assert books["outcome"].tolist() == ["list_failed:gone", "list_failed:timed_out"]
    assert books["id"].is_unique and books["id"].str.startswith("http://a/feed").all()
    items = pd.DataFrame([("collect", "p", "quay", None, "kept", "")], columns=ledger.COLUMNS)
    assert ledger.funnel(pd.concat([books, items])).loc["collect"].tolist() == [1, 1, 0]
