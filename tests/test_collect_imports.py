"""Exports in: every format gives the same records, and every mistake one line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.collect.imports import FAULTS, RECORDS, Imported, ImportFault, read_source

OUTLETS = {"herald": "Europe/Moscow", "post": "Asia/Seoul"}
COLUMNS = {
    "address": "url",
    "published": "date",
    "title": "headline",
    "text": "body",
    "outlet": "source",
    "byline": "author",
}
ROWS = [
    {"url": f"http://a.invalid/{i}", "date": f"2024-06-{10 + i}", "headline": f"Title {i}", "body": f"Text of {i}.",
     "source": ["herald", "post"][i % 2], "author": "" if i else "Ada Byron"}
    for i in range(6)
]  # fmt: skip


def write(folder: Path, kind: str, rows: list[dict]) -> Path:
    path = folder / f"rows.{kind}"
    if kind == "jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    elif kind == "jsonl.gz":
        path.write_bytes(gzip.compress("\n".join(json.dumps(row) for row in rows).encode()))
    elif kind == "csv":
        pd.DataFrame(rows).to_csv(path, index=False)
    else:
        pd.DataFrame(rows).to_parquet(path)
    return path


def read(path: Path, kind: str = "jsonl", columns: dict[str, str] | None = None, **options: object) -> Imported:
    return read_source(path, kind, COLUMNS if columns is None else columns, outlets=OUTLETS, **options)  # type: ignore[arg-type]


def test_every_format_gives_the_same_records(tmp_path: Path) -> None:
    got = {
        kind: read(write(tmp_path, kind, ROWS), kind.split(".")[0], name="rows")
        for kind in ("jsonl", "jsonl.gz", "csv", "parquet")
    }
    for one in got.values():
        pd.testing.assert_frame_equal(one.records, got["jsonl"].records)
        assert list(one.faults.columns) == FAULTS and one.faults.empty
    records = got["jsonl"].records
    assert list(records.columns) == RECORDS
    assert records["page_id"].is_unique
    assert records["published"].tolist()[0] == pd.Timestamp("2024-06-09T21:00Z")
    assert records["byline"].tolist()[0] == "Ada Byron" and records["byline"].isna().sum() == 5
    assert set(records["date_precision"]) == {"day"} and set(records["date_source"]) == {"export"}


def test_keys_stay_when_rows_are_added(tmp_path: Path) -> None:
    before = read(write(tmp_path, "jsonl", ROWS)).records["page_id"].tolist()
    assert (
        read(write(tmp_path, "jsonl", [dict(ROWS[0], url="http://a.invalid/new"), *ROWS]))
        .records["page_id"]
        .tolist()[1:]
        == before
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_spreadsheets_in_the_wild(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "rows.csv"
    body = "Стороны подписали договор, как и ожидалось.\nИ уехали."
    frame = pd.DataFrame([dict(ROWS[0], body=body)])
    path.write_bytes(frame.to_csv(index=False, sep=delimiter, lineterminator="\r\n").encode(encoding))
    assert read(path, "csv").records["text"].tolist() == [body]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {**COLUMNS, "text": "boddy"},
            "rows.jsonl: no column 'boddy' (for text); did you mean 'body'? the file has url, date",
        ),
        (
            {k: v for k, v in COLUMNS.items() if k != "text"},
            "rows.jsonl: columns says nothing of 'text'; add `text: <column>`",
        ),
        ({**COLUMNS, "auther": "x"}, "rows.jsonl: columns has no field 'auther'; did you mean"),
        ({k: v for k, v in COLUMNS.items() if k != "outlet"}, "rows.jsonl: columns says nothing of 'outlet'"),
    ],
)
def test_wrong_column_maps(tmp_path: Path, columns: dict[str, str], message: str) -> None:
    with pytest.raises(ImportFault) as caught:
        read(write(tmp_path, "jsonl", ROWS), columns=columns)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"date": "03/04/2024"},
            "rows.jsonl, line 1, column 'date': '03/04/2024' can be read in two ways, and no date of the file tells which",
        ),
        (
            {"source": "Herld"},
            "rows.jsonl, line 1, column 'source': outlet 'Herld' is not in study.yml; did you mean 'herald'?",
        ),
        ({"body": "  "}, "rows.jsonl, line 1, column 'body': no text; so in 6 of 6 rows"),
    ],
)
def test_mistakes_in_every_row_stop_with_one_line(tmp_path: Path, change: dict[str, str], message: str) -> None:
    with pytest.raises(ImportFault) as caught:
        read(write(tmp_path, "jsonl", [{**row, **change} for row in ROWS]))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_mistake_in_one_row_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows = [dict(ROWS[0], url=f"http://a.invalid/{i}") for i in range(20)]
    rows[3] = {**rows[3], "body": ""}
    rows[5] = {**rows[5], "date": "31 June 2024"}
    rows[7] = {**rows[7], "date": None}
    path = write(tmp_path, "jsonl", rows)
    path.write_text(path.read_text(encoding="utf-8") + '\n{"url": \n\n[1]', encoding="utf-8")
    got = read(path)
    assert len(got.records) == 18
    assert got.faults[["row", "reason", "value"]].values.tolist() == [
        [4, "empty_text", ""], [6, "bad_date", "31 June 2024"], [21, "bad_row", '{"url": '], [23, "bad_row", "[1]"],
    ]  # fmt: skip
    assert not set(got.faults["id"]) & set(got.records["page_id"])
    assert got.records["published"].isna().sum() == 1
    assert got.records.loc[got.records["published"].isna(), "date_source"].tolist() == ["none"]


def test_duplicate_ids(tmp_path: Path) -> None:
    columns = {**COLUMNS, "id": "key"}
    rows = [{**row, "key": f"k{i}"} for i, row in enumerate(ROWS)]
    same = read(write(tmp_path, "jsonl", [*rows, rows[2]]), columns=columns)
    assert same.faults[["row", "reason", "value"]].values.tolist() == [[7, "duplicate_id", "k2"]]
    with pytest.raises(
        ImportFault, match=r"line 7, column 'key': id 'k2' stands for another text in line 3; give each article its own"
    ):
        read(write(tmp_path, "jsonl", [*rows, {**rows[1], "key": "k2"}]), columns=columns)


def test_a_date_format_reads_what_is_ambiguous(tmp_path: Path) -> None:
    path = write(tmp_path, "csv", [{**row, "date": "03/04/2024"} for row in ROWS])
    got = read(path, "csv", {**COLUMNS, "date_format": "%d/%m/%Y"})
    assert got.records["published"].tolist()[0] == pd.Timestamp("2024-04-02T21:00Z")


def test_numbers_of_every_kind_are_epochs(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "date": value} for value in (1718755200000, 1718755200, "1718755200000", 1718755200.0)]
    assert set(read(write(tmp_path, "jsonl", rows)).records["published"]) == {pd.Timestamp("2024-06-19T00:00Z")}


def test_one_outlet_for_the_whole_file(tmp_path: Path) -> None:
    columns = {k: v for k, v in COLUMNS.items() if k != "outlet"}
    assert set(read(write(tmp_path, "jsonl", ROWS), columns=columns, outlet="post").records["outlet"]) == {"post"}


def test_files_that_are_not_what_they_should_be(tmp_path: Path) -> None:
    with pytest.raises(ImportFault, match="no such file"):
        read(tmp_path / "absent.csv", "csv")
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"a": 1}' * 100)[:-9])
    with pytest.raises(ImportFault, match="cut off or damaged"):
        read(tmp_path / "cut.jsonl.gz")
    (tmp_path / "x.parquet").write_bytes(b"not parquet at all")
    with pytest.raises(ImportFault, match="not a Parquet file"):
        read(tmp_path / "x.parquet", "parquet")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ImportFault, match="no rows"):
        read(tmp_path / "empty.csv", "csv")
    with pytest.raises(ImportFault, match="kind html for a folder"):
        read(tmp_path, "csv")
    with pytest.raises(ImportFault, match="'xlsx' is not one of"):
        read(tmp_path / "empty.csv", "xlsx")


def test_rows_of_another_length_are_reported(tmp_path: Path) -> None:
    path = write(tmp_path, "csv", [dict(ROWS[0], url=f"http://a.invalid/{i}") for i in range(20)])
    path.write_text(path.read_text() + "only,three,cells\n", encoding="utf-8")
    got = read(path, "csv")
    assert (len(got.records), got.faults["reason"].tolist()) == (20, ["bad_row"])
    assert "3 cells where the header has 6" in got.faults["detail"].tolist()[0]


def test_a_folder_of_saved_pages(tmp_path: Path) -> None:
    text = "".join(
        f"<p>Sentence {i} of a story about cranes, long enough to be taken for the body of a page.</p>"
        for i in range(9)
    )
    html = (
        f"<html><head><title>T</title></head><body><article><h1>T</h1><p>19 June 2024</p>{text}</article></body></html>"
    )
    (tmp_path / "herald").mkdir()
    (tmp_path / "herald" / "one.html").write_text("<!-- saved from url=(0020)http://a.invalid/one -->" + html)
    (tmp_path / "herald" / "two.htm").write_bytes(html.encode())
    (tmp_path / "herald" / "none.html").write_text("")
    (tmp_path / "herald" / "notes.txt").write_text("not a page")
    got = read(tmp_path, "html", {}, name="saved")
    assert got.records[["outlet", "address", "title"]].values.tolist() == [
        ["herald", "http://a.invalid/one", "T"], ["herald", "herald/two.htm", "T"],
    ]  # fmt: skip
    assert set(got.records["date_source"]) == {"visible"}
    assert got.records["published"].tolist()[0] == pd.Timestamp("2024-06-18T21:00Z")
    assert got.faults[["reason", "outlet"]].values.tolist() == [["not_html", "herald"]]


BARE = {key: column for key, column in COLUMNS.items() if key in ("address", "published", "title", "text")}
TEXTS = ["Совет порта решил купить два крана.", 'Ещё один абзац; с точкой с запятой, запятой и "кавычками".']


def odd(folder: Path, name: str, body: bytes, kind: str = "csv") -> Imported:
    (folder / name).write_bytes(body)
    return read(folder / name, kind, BARE, outlet="herald")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("n_packed", [0, 1, 2])
def test_odd_tables_read_the_same(tmp_path: Path, delimiter: str, encoding: str, n_packed: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(BARE.values())
    for i in range(40):
        writer.writerow([f"http://a.invalid/{i}", "2024-06-19", "Порт", " ".join(TEXTS)])
    body = out.getvalue().encode(encoding)
    for _ in range(n_packed):
        body = gzip.compress(body)
    got = odd(tmp_path, "odd.csv", body)
    assert got.faults.empty and set(got.records["text"]) == {" ".join(TEXTS)}


def test_nul_bytes_and_a_huge_row_spoil_nothing_else(tmp_path: Path) -> None:
    huge = "слово " * 1_500_000
    rows = [{"url": f"http://a.invalid/{i}", "date": "2024-06-19", "headline": "T", "body": "text"} for i in range(30)]
    rows[3]["body"], rows[5]["headline"] = huge, "nul\x00byte"
    columns = {"address": "url", "published": "date", "title": "headline", "text": "body"}
    jsonl = tmp_path / "huge.jsonl"
    jsonl.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    table = tmp_path / "huge.csv"
    pd.DataFrame(rows).to_csv(table, index=False)
    packed = tmp_path / "huge.parquet"
    pd.DataFrame(rows).to_parquet(packed)
    for path in (jsonl, table, packed):
        got = read(path, path.suffix[1:], columns, outlet="herald")
        assert len(got.records) == 30, path
        assert got.records["text"].str.len().max() > 8_000_000


def test_many_rows_are_read_one_after_the_other(tmp_path: Path) -> None:
    from helpers.collect.files import read_rows

    path = tmp_path / "many.jsonl.gz"
    line = json.dumps({"url": "http://a.invalid/1", "body": "x" * 300}) + "\n"
    path.write_bytes(gzip.compress(line.encode() * 60_000))
    size = len(line) * 60_000
    tracemalloc.start()
    assert sum(1 for _ in read_rows(path, "jsonl")) == 60_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3.5 * size  # the file's bytes, its text and what is read of it; never a row each beside them


TABLE = "".join(f"http://a.org/{i},2031-01-0{i},text {i}\n" for i in range(1, 9))
MAP = {"text": "text", "published": "date", "address": "url"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("url,date,text\n" + 'http://a.org/x,2031-01-01,"open\n' + TABLE, "line 2: a quotation mark opens"),
        ("url,date,text\n" + TABLE + 'http://a.org/x,"2031-01-01,open\n' + TABLE, "line 10: a quotation mark opens"),
        ("url,date,text,text\nhttp://a.org/1,2031-01-01,a,b\n", "column 'text' stands 2 times"),
    ],
)
def test_a_table_that_would_lose_rows_in_silence_is_refused(tmp_path: Path, body: str, message: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(ImportFault, match=message) as told:
        read_source(path, "csv", MAP, outlets={"quay": "UTC"}, outlet="quay")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("before", ["\n\n", "sep=,\n", "\ufeffsep=,\r\n"])
def test_what_spreadsheets_put_before_the_header_is_no_header(tmp_path: Path, before: str) -> None:
    path = tmp_path / "export.csv"
    path.write_text(before + "url,date,text\n" + TABLE, encoding="utf-8")
    got = read_source(path, "csv", MAP, outlets={"quay": "UTC"}, outlet="quay")
    assert len(got.records) == 8 and got.faults.empty


def test_values_of_odd_types_are_text_or_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    odd = [["One.", "Two."], {"html": "x"}, "half a pair \ud800", "infinite"]
    dates = ["2031-01-01", "2031-01-01", "2031-01-01", float("inf")]
    rows = [{"text": text, "date": day} for text, day in zip(odd, dates, strict=True)]
    rows += [{"text": "plain", "date": "2031-01-01"}] * 20
    path.write_text("\n".join(json.dumps(row) for row in rows))
    got = read_source(path, "jsonl", {"text": "text", "published": "date"}, outlets={"quay": "UTC"}, outlet="quay")
    assert got.records["text"].tolist()[:3] == ["One.\n\nTwo.", "half a pair ?", "plain"]
    assert got.faults[["row", "reason"]].values.tolist() == [[2, "bad_row"], [4, "bad_date"]]


def test_parquet_of_bytes_is_text_and_of_an_unknown_zone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "export.parquet"
    columns = {"text": "text", "published": "date"}
    pq.write_table(pa.table({"text": pa.array(["café".encode()]), "date": ["2031-01-01"]}), path)
    got = read_source(path, "parquet", columns, outlets={"quay": "UTC"}, outlet="quay")
    assert got.records["text"].tolist() == ["café"]
    pq.write_table(pa.table({"text": ["a"], "date": pa.array([1], pa.timestamp("s", tz="Mars/X"))}), path)
    with pytest.raises(ImportFault, match="not a Parquet file that can be read"):
        read_source(path, "parquet", columns, outlets={"quay": "UTC"}, outlet="quay")


def test_covariates_travel_with_their_record_whatever_the_format(tmp_path: Path) -> None:
    rows = [
        {**row, "desk": desk, "ev": ev} for row, desk, ev in zip(ROWS, ["World", "", None] * 2, range(6), strict=True)
    ]
    for kind in ("jsonl", "csv", "parquet"):
        got = read(write(tmp_path, kind, rows), kind, covariates={"section_of": "desk", "event": "ev"})
        assert got.records["covariates"].tolist()[:2] == ['{"event": "0", "section_of": "World"}', '{"event": "1"}'], (
            kind
        )
    assert set(read(write(tmp_path, "csv", rows), "csv").records["covariates"]) == {"{}"}


def test_a_covariate_that_the_file_has_not_is_told_with_the_nearest_column(tmp_path: Path) -> None:
    with pytest.raises(ImportFault) as caught:
        read(write(tmp_path, "csv", ROWS), "csv", covariates={"lean": "authr"})
    assert str(caught.value).startswith(
        "rows.csv: no column 'authr' (for lean); did you mean 'author'? the file has url"
    )
    assert "`lean: null` if it has none" in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_may_call_an_outlet_by_its_name(tmp_path: Path) -> None:
    rows = [{**row, "source": {"herald": "The Herald", "post": "post"}[row["source"]]} for row in ROWS]
    got = read(write(tmp_path, "csv", rows), "csv", called={"The Herald": "herald"})
    assert set(got.records["outlet"]) == {"herald", "post"}
