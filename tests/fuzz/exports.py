"""What researchers bring: tables of exports, JSON, JSON lines, Markdown, WARC files; whatever the program that wrote them."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from fuzz.pages import HTML
from fuzz.parts import ADDRESS, ANY, DATE, DATES, JSON, SENTENCE, WORDS, as_bytes, as_json, damaged, long
from fuzz.run import Target, one_line
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from helpers.collect.archive_items import ItemReader, Reading
from helpers.collect.archive_rows import FileFault, Layout, archive_rows
from helpers.collect.files import read_rows
from helpers.collect.imports import ImportFault, read_source
from helpers.collect.imports_warc import read_warc
from helpers.study.export_rows import Export, guess_columns
from helpers.study.export_scan import scan
from helpers.study.yaml_lines import StudyError

OUTLETS = {"quay": "UTC", "pier": "Asia/Seoul"}
COLUMNS = {"text": "text", "published": "date", "outlet": "outlet", "title": "title", "address": "url"}
# Heads of exports: by hand, Media Cloud, Factiva, LexisNexis.
HEADS = (
    ("url", "outlet", "date", "title", "text"),
    ("id", "indexed_date", "language", "media_name", "media_url", "publish_date", "title", "url", "text"),
    ("Accession Number", "Headline", "Publication Date", "Source", "Full Text", "Word Count"),
    ("Title", "Published date", "Publication", "Hlead", "Body", "Byline", "Section"),
    ("текст", "дата", "заголовок"), ("text", "text", "date"), ("a",), ("\ufefftext", "date"),
)  # fmt: skip
CELL = (
    WORDS
    | SENTENCE
    | st.sampled_from(["quay", "pier", "Quay ", "", "\x00", '"', "a\nb", "=1+1", "<p>One</p><p>Two</p>"])
)
TOKENS = ('"', '""', ",", ";", "\t", "\n", "\r", "\r\n", "\x00", "sep=;\n", "{", "}", "[", "]", ":", "null", "NaN", "\\ud800", "# ", "## ", "---\n", "- [a](http://x)\n",
          "quay", "&#", "'", "\ufeff", "Document ", "&a &a [*a]", "<p>", "1e999", "\x1f\x8b")  # fmt: skip


def _csv(drawn: tuple[tuple[str, ...], list[list[str]], str, str]) -> str:
    head, rows, delimiter, end = drawn
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
    writer.writerow(head)
    for row in rows:
        writer.writerow((row * len(head))[: len(head)])
    return file.getvalue()


ROW = st.builds(
    lambda url, outlet, date, title, text: [url, outlet, date, title, text],
    ADDRESS, st.sampled_from(["quay", "pier", "quay", "Quey"]), DATE, WORDS, st.lists(SENTENCE, max_size=3).map(" ".join) | CELL,
)  # fmt: skip
TABLE = st.tuples(
    st.just(HEADS[0]), st.lists(ROW, max_size=6), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n", "\r"])
).map(_csv)
FOREIGN = st.tuples(st.sampled_from(HEADS), st.lists(st.lists(CELL | DATE, min_size=1, max_size=9), max_size=6),
                    st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"])).map(_csv)  # fmt: skip
RECORD = st.fixed_dictionaries({}, optional={"text": JSON | SENTENCE, "date": DATE | JSON, "outlet": st.sampled_from(["quay", "pier"]) | JSON,
                                             "title": JSON, "url": ADDRESS | JSON, "source": JSON})  # fmt: skip
JSONL = st.lists((RECORD | JSON).map(as_json), max_size=6).map("\n".join)
DOCUMENT = (
    st.lists(RECORD | JSON, max_size=5)
    | st.dictionaries(st.sampled_from(["items", "data"]) | ANY, st.lists(RECORD, max_size=4))
    | JSON
).map(as_json)
FRONT_MATTER = st.sampled_from(["", "---\ndate: 2031-01-05\ntitle: a\n---\n", "---\n- a\n---\n", "---\n&a [*a]\n---\n", "---\ndate: 2031-02-31\n---\n", "---\n? [a]\n: b\n---\n",
                                "---\na: !!binary x\n---\n", "---\na: !!python/object:x {}\n---\n", "---\na: 0000-00-00 99:99:99\n---\n", "---\na: !!int x\n---\n", "---\n" + "[" * 3000 + "\n---\n",
                                "---\na: 1:2:3:4:5\n---\n", "---\n<<: x\n---\n", "---\na: !!timestamp x\n---\n", "---\n{[a]: b}\n---\n"])  # fmt: skip
MARKDOWN = st.tuples(
    FRONT_MATTER,
    st.lists(
        st.sampled_from(TOKENS)
        | WORDS
        | st.sampled_from(["\n## ", "\n# ", "\n[a](http://quay.invalid/1)\n", "\n***\n"]),
        max_size=10,
    ),
).map(lambda d: d[0] + "".join(d[1]))


@contextmanager
def file_of(body: bytes, name: str) -> Iterator[Path]:
    """A file of its own for one input."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(body)
        yield path


def _table(kind: str) -> Callable[[tuple[bytes, bool]], None]:
    """Every row becomes a record or a fault, each with its place; else one line says why the file cannot be read."""

    def check(drawn: tuple[bytes, bool]) -> None:
        body, is_packed = drawn
        with file_of(gzip.compress(body) if is_packed else body, f"export.{kind}") as path:
            try:
                rows = list(read_rows(path, kind, error=ImportFault))
                made = read_source(path, kind, COLUMNS, outlets=OUTLETS, covariates={"own": "title"})
            except ImportFault as error:
                one_line(error)
                return
            assert len(made.records) + len(made.faults) == len(rows), "a row became neither record nor fault"
            assert made.records["page_id"].is_unique and set(made.records["outlet"]) <= set(OUTLETS)
            assert (made.records["text"] != "").all()
            assert all(isinstance(json.loads(said), dict) for said in made.records["covariates"])
            pa.Table.from_pandas(made.records)
            again = read_source(path, kind, COLUMNS, outlets=OUTLETS, covariates={"own": "title"})
            assert again.records.equals(made.records) and again.faults.equals(made.faults)

    return check


def table_comes_back(rows: list[list[str]]) -> None:
    """What was written as CSV is read as it was, whatever its cells hold."""
    with file_of(_csv((HEADS[0], rows, ",", "\n")).encode(), "export.csv") as path:
        read = [list(row.values.values()) for row in read_rows(path, "csv")]
    assert read == [row for row in rows if any(cell.strip() for cell in row)]


def drafted(body: bytes) -> None:
    """An export that nobody described is looked through, or one line says what is wrong with it."""
    for name in ("export.csv", "export.jsonl"):
        with file_of(body, name) as path:
            try:
                export = Export(path)
                scan(export, guess_columns(export, {}), ("en", "ko", "ru", "zh"))
            except StudyError as error:
                one_line(error)


READING = Reading(
    "a", {"title": "title", "text": "text", "address": "url", "published": "date"}, {"quay.invalid": "quay"}, {"quay": "Asia/Seoul", "pier": "UTC"},
    {"quay": "en", "pier": "ko"}, ("XAV", "XBO"), (dt.date(2030, 1, 1), dt.date(2032, 1, 1)), path_date="%Y-%m-%d",
)  # fmt: skip
PAIR = {"XAV": {"en": ("Averland",)}, "XBO": {"en": ("Borrovia",)}}


def archived(drawn: tuple[bytes, str, str, int, bool]) -> None:
    """Every row of an archive's file has one outcome; a file that cannot be read says so in one line."""
    body, ending, records, heading, is_packed = drawn
    reader = ItemReader(READING, PAIR)
    with file_of(gzip.compress(body) if is_packed else body, f"2031-01-05.{ending}") as path:
        try:
            for row in archive_rows(path, Layout(records, heading)):
                assert row.number >= 1 and (row.fault is None or "\n" not in row.fault[2])
                item = reader.item(row, path.name)
                if not item.outcome:
                    assert -(2**63) <= item.key < 2**63
                    reader.settle(item, row)
                assert item.outcome and "\n" not in item.detail
                json.dumps([item.outlet, item.value, item.record], ensure_ascii=False).encode()
        except FileFault as error:
            one_line(error)


def _warc(drawn: list[tuple[str, str, bytes, str, str]], is_packed: bool) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=is_packed, warc_version="1.0")
    for path, kind, body, status, date in drawn:
        http = StatusAndHeaders(status, [("Content-Type", "text/html"), ("Location", "http://[")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                f"http://quay.invalid/{path}", kind, payload=io.BytesIO(body), length=len(body),
                http_headers=http if kind in ("response", "revisit") else None, warc_headers_dict={"WARC-Date": date},
            )
        )  # fmt: skip
    return out.getvalue()


PLACE = st.sampled_from(["1", "2", "[", "%zz", "é", ":99999/", ""])
CAPTURE = st.tuples(PLACE, st.sampled_from(["response", "response", "revisit", "warcinfo"]),
                    HTML.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=50),
                    st.sampled_from(["200 OK", "404", "301 Moved", "abc", "999999999999 x", "", "-1 x"]),
                    st.sampled_from(["2031-01-05T10:00:00Z", "2031", "x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2031-01-05T10:00:00"]))  # fmt: skip
WRONG = st.lists(st.tuples(st.floats(0, 1), st.sampled_from([b"\x00", b"\r\n", b"WARC/1.0\r\n", b"Content-Length: -5\r\n", b"Content-Length: 99999999999999999999\r\n",
                                                             b"\xff", b"\x1f\x8b\x08", b"", b"WARC-Date: x\r\n", b"Transfer-Encoding: chunked\r\n"])), max_size=4)  # fmt: skip


def warc(drawn: tuple[list[tuple[str, str, bytes, str, str]], bool, list[tuple[float, bytes]]]) -> None:
    """Whatever a WARC file holds, each page has an outcome and a key of its own; or one line says why it is none."""
    captures, is_packed, wrong = drawn
    body = _warc(captures, is_packed)
    for place, piece in wrong:
        at = int(place * len(body))
        body = body[:at] + piece + body[at + 1 :]
    with file_of(body, "a.warc.gz" if is_packed else "a.warc") as path:
        try:
            pages = list(
                read_warc(
                    path, homes={"quay": "http://quay.invalid/"}, period=(dt.date(2030, 1, 1), dt.date(2032, 1, 1))
                )
            )
        except ImportFault as error:
            one_line(error)
            return
        assert len({page.page_id for page in pages}) == len(pages)
        assert all(page.outcome and "\n" not in page.detail for page in pages)
        if not wrong:
            assert sum(page.outcome != "other_sites" for page in pages)


def slow_table(text: str) -> None:
    """A long export of one piece is read in little time, whatever it is taken for."""
    body = text.encode("utf-8", "replace")
    for kind in ("csv", "jsonl"):
        _table(kind)((body, False))
    for ending in ("json", "jsonl", "csv", "md"):
        archived((body, ending, "", 2, False))
    drafted(body)


TEXT = as_bytes(damaged(TABLE, TOKENS))
FOREIGN_BYTES = as_bytes(damaged(FOREIGN | JSONL, TOKENS)) | st.binary(max_size=200)
ANYTHING = as_bytes(damaged(DOCUMENT | JSONL | TABLE | MARKDOWN, TOKENS)) | st.binary(max_size=200)

TARGETS = [
    Target("CSV exports", st.tuples(TEXT, st.booleans()), _table("csv"), 20),
    Target("JSON lines", st.tuples(as_bytes(damaged(JSONL, TOKENS)), st.booleans()), _table("jsonl"), 25),
    Target("CSV comes back", st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n\t'), max_size=20), min_size=5, max_size=5), max_size=4),
           table_comes_back, 40),
    Target("exports nobody described", FOREIGN_BYTES, drafted, 10),
    Target("news archives", st.tuples(ANYTHING, st.sampled_from(["json", "jsonl", "csv", "md", "xlsx"]), st.sampled_from(["", ".", "items", "data.items"]),
                                      st.integers(0, 3), st.booleans()), archived, 30),
    Target("WARC files", st.tuples(st.lists(CAPTURE, max_size=4), st.booleans(), WRONG), warc, 12),
    Target("slow exports", long((*TOKENS, *DATES[:3])), slow_table, 1, seconds=6.0),
]  # fmt: skip
