"""What a newcomer mistypes, and what a stranger's study may hold: one line that says where and what to do, each time."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
import yaml

from helpers.__main__ import main
from helpers.collect.imports import Imported, ImportFault, read_source
from helpers.study import StudyError, load_study, yaml_lines
from helpers.study.export_rows import Export

OUTLETS = {"herald": "UTC", "post": "UTC"}
COLUMNS = {"text": "text", "published": "date", "outlet": "outlet"}
BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 13)}]\n" for n in range(1, 12))
YAML = {
    "aliases that multiply": (BOMB.encode(), ":5: aliases (*name) make more values of this than can be"),
    "an alias of itself": (b"a: &a [*a]\n", ":1: an alias (*name) stands for what it is itself a part of"),
    "an alias of nothing": (b"a: *b\n", ":1: not valid YAML: nothing is marked &name for this *name"),
    "a tab": (b"a:\n\tb: 1\n", ":2: not valid YAML: a tab stands here; indent with spaces"),
    "a colon": (b"a: b\nc: d: e\n", ":2: not valid YAML: a colon makes a key here"),
    "an open quotation mark": (b"a: 1\nb: 'c\nd: 2\n", ":2: not valid YAML: a quotation mark opens here and never closes"),
    "a key twice": (b"a: 1\nb: 2\na: 3\n", ":3: key 'a' stands twice"),
    "two documents": (b"a: 1\n---\nb: 2\n", ":2: not valid YAML: '---' begins a second document"),
    "a merge": (b"a: 1\n<<: {b: 2}\n", ":2: not valid YAML: '<<' is not read; write the keys out"),
    "UTF-16": ("a: 1\n".encode("utf-16"), ": saved as UTF-16; save it as UTF-8"),
    "cp1252": ("a: 1\nb: Café\n".encode("cp1252"), ":2: byte 0xe9 is not UTF-8"),
    "an unseen character": (b'a: "b\\x01"\n', ":1: character U+0001 stands in a text"),
    "half a surrogate": (b'a: "b\\ud800"\n', ":1: character U+D800 stands in a text"),
    "brackets": (b"a: " + b"[" * 9000 + b"]" * 9000, ": nested too deeply"),
    "blocks": ("\n".join(" " * n + "a:" for n in range(1500)).encode(), ": nested too deeply"),
    "too much": (b"# " + b"x" * yaml_lines.LARGEST, ": more than 2,000,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("fast", [True, False], ids=["libyaml", "pure"])
@pytest.mark.parametrize("name", YAML)
def test_yaml_that_cannot_be_read_is_one_line(name: str, fast: bool, tmp_path: Path, monkeypatch) -> None:
    body, said = YAML[name]
    (tmp_path / "study.yml").write_bytes(body)
    if not fast:
        monkeypatch.setattr(yaml_lines, "_is_plain", lambda source: False)
    begun = time.process_time()
    with pytest.raises(StudyError) as caught:
        yaml_lines.read_yaml(tmp_path / "study.yml")
    assert str(caught.value).startswith(f"{tmp_path.name}/study.yml{said}") and "\n" not in str(caught.value)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("fast", [True, False], ids=["libyaml", "pure"])
def test_aliases_that_repeat_a_little_a_mark_and_windows_lines_are_read(
    fast: bool, tmp_path: Path, monkeypatch
) -> None:
    if not fast:
        monkeypatch.setattr(yaml_lines, "_is_plain", lambda source: False)
    (tmp_path / "study.yml").write_bytes(b"\xef\xbb\xbfa: &a [1, 2]\r\nb: [*a, *a]\r\n")
    document = yaml_lines.read_yaml(tmp_path / "study.yml")
    assert document.data == {"a": [1, 2], "b": [[1, 2], [1, 2]]} and document.line(("b",)) == 2


def mine(folder: Path, root: Path, **changes: object) -> Path:
    """A copy of the template called ``mine``, with its export; `changes` are keys of study.yml."""
    target = folder / "checkout" / "studies" / "mine"
    target.mkdir(parents=True)
    for path in (root / "studies" / "template").iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    given = yaml.safe_load((target / "study.yml").read_text(encoding="utf-8")) | changes
    (target / "study.yml").write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (target / "articles.csv").write_text("url,outlet,date,headline,text\nhttps://a.example/1,daily,2024-06-19,A,B\n")
    return target


@pytest.mark.parametrize("name", ["../../mine", "..", ".", "/etc", "mine/", "mine/../mine", "m\x1bine", "", "mnie"])
@pytest.mark.parametrize("command", ["run", "report", "export", "release", "draft-study"])
def test_a_study_is_a_folder_below_studies_and_nothing_else(
    name: str, command: str, root: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    target = mine(tmp_path, root)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "study.yml").write_bytes((target / "study.yml").read_bytes())
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path / "checkout"))
    if command == "draft-study" and name == "mnie":
        return
    more = {"export": [str(tmp_path / "out")], "draft-study": [str(target / "articles.csv"), "--dry-run"]}
    assert main([command, name, *more.get(command, [])]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and said.startswith(f"{command}: study ") and "\x1b" not in said
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("shared", ["/etc", "../mine", "..", "mine/../template"])
def test_what_is_shared_or_extended_is_a_study(shared: str, root: Path, tmp_path: Path) -> None:
    target = mine(tmp_path, root, shares=shared)
    with pytest.raises(StudyError, match=r"^mine/study.yml:\d+: shares .*: no such study"):
        load_study("mine", root=tmp_path / "checkout")
    mine(tmp_path / "b", root)
    book = tmp_path / "b" / "checkout" / "studies" / "mine" / "codebook.yml"
    book.write_text(f"extends: {shared}\n" + book.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(StudyError, match=r"^mine/codebook.yml:1: extends .*: no such study"):
        load_study("mine", root=tmp_path / "b" / "checkout")
    assert target.exists()


def test_an_export_may_be_no_link_out_of_the_study(root: Path, tmp_path: Path) -> None:
    target = mine(tmp_path, root)
    export = target / "articles.csv"
    export.rename(tmp_path / "secret.csv")
    export.symlink_to(tmp_path / "secret.csv")
    with pytest.raises(StudyError, match=r"^mine/study.yml:\d+: path 'articles.csv' is a link that leads out of the"):
        load_study("mine", root=tmp_path / "checkout")
    export.unlink()
    export.symlink_to(export)
    with pytest.raises(StudyError, match="is a link that leads to itself"):
        load_study("mine", root=tmp_path / "checkout")
    export.unlink()
    (target / "own.csv").write_bytes((tmp_path / "secret.csv").read_bytes())
    export.symlink_to(target / "own.csv")
    assert load_study("mine", root=tmp_path / "checkout").sources[0].path == export


def test_a_saved_page_may_be_no_link_out_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "pages" / "herald"
    folder.mkdir(parents=True)
    (tmp_path / "secret.html").write_text("<p>The quay was counted by nobody but the crane itself that day.</p>" * 9)
    (folder / "a.html").symlink_to(tmp_path / "secret.html")
    read = read_source(tmp_path / "pages", "html", {}, outlets=OUTLETS)
    assert len(read.records) == 0 and read.faults["reason"].tolist() == ["bad_row"]
    assert "a link that leads out of the folder" in read.faults["detail"][0]
    assert read.faults["place"].tolist() == ["page herald/a.html"]


def read(folder: Path, dates: list[str], *, text: str = "words of the quay", **options: str) -> Imported:
    """An export with a row a date; texts of three lines, so that rows and lines differ."""
    rows = [f'herald,{date},"{text}\n\nand on {place}"' for place, date in enumerate(dates)]
    (folder / "rows.csv").write_text("outlet,date,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return read_source(folder / "rows.csv", "csv", COLUMNS | options, outlets=OUTLETS)


def test_one_date_tells_the_order_of_all(tmp_path: Path) -> None:
    read_so = read(tmp_path, ["03.04.2020", "2020-05-01", "25.02.2020", "01.12.2020"])
    assert read_so.records["published"].dt.date.astype(str).tolist() == [
        "2020-04-03", "2020-05-01", "2020-02-25", "2020-12-01",
    ]  # fmt: skip
    assert read_so.form_said == "dates are written %d.%m.%Y, as '25.02.2020' in line 8 shows"
    assert len(read_so.deduced) == 3 and read_so.faults.empty
    american = read(tmp_path, ["03/04/2020 10:30", "02/25/2020 23:10"]).records
    assert american["published"].dt.strftime("%m-%d %H:%M").tolist() == ["03-04 10:30", "02-25 23:10"]
    assert american["date_precision"].tolist() == ["time", "time"]


def test_dates_that_contradict_one_another_or_tell_nothing_are_named_by_line(tmp_path: Path) -> None:
    with pytest.raises(ImportFault) as caught:
        read(tmp_path, ["03/04/2020", "25/02/2020", "12/31/2020"])
    assert "'25/02/2020' (line 5) and '12/31/2020' (line 8) contradict one another" in str(caught.value)
    with pytest.raises(ImportFault) as caught:
        read(tmp_path, ["03/04/2020", "04/05/2020"])
    assert "rows.csv, line 2, column 'date': '03/04/2020' can be read in two ways" in str(caught.value)
    assert "date_format: '%d/%m/%Y' or '%m/%d/%Y'" in str(caught.value)
    few = read(tmp_path, ["2020-02-25"] * 9 + ["03/04/2020"])
    assert few.faults[["reason", "place"]].values.tolist() == [["bad_date", "line 29"]] and len(few.records) == 9


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (["last Tuesday"] * 3, "'last Tuesday' is not a date in a known form; write it as 2024-06-19"),
        (["45000", "45001"], "45000 is a spreadsheet's count of days (2023-03-15); format the column as a date"),
        (["31.31.2020"] * 3, "'31.31.2020' is not a day that exists"),
    ],
)
def test_dates_that_are_none_say_what_they_are(dates: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ImportFault) as caught:
        read(tmp_path, dates)
    assert f"rows.csv, line 2, column 'date': {said}" in str(caught.value)


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("outlet,date,body", "herald,2020-02-25,words", "no column 'text' (for text); the file has outlet, date, body"),
        ("outlet,date,Text", "herald,2020-02-25,words", "no column 'text' (for text); did you mean 'Text'?"),
        ("outlet,date,text", "Herald,2020-02-25,words", "rows.csv, line 2, column 'outlet': outlet 'Herald' is not in "
         "study.yml; did you mean 'herald'? it has herald, post"),
        ("outlet,date,text", ",2020-02-25,words", "rows.csv, line 2, column 'outlet': names no outlet; fill it in"),
        ("outlet,date,text", "gazette,2020-02-25,words", "outlet 'gazette' is not in study.yml; it has herald, post"),
        ("outlet,date,text", "", "rows.csv: no rows in this file"),
    ],
)  # fmt: skip
def test_what_a_table_lacks_is_named(head: str, row: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(ImportFault) as caught:
        read_source(tmp_path / "rows.csv", "csv", COLUMNS, outlets=OUTLETS)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_how_a_spreadsheet_separates_and_encodes_is_seen(mark: str, encoding: str, tmp_path: Path) -> None:
    rows = [["outlet", "date", "text"], ["herald", "2020-02-25", "A café by the quay – “naïve”, said the crane"]]
    quoted = "\n".join(mark.join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "rows.csv").write_bytes(quoted.encode(encoding))
    read_so = read_source(tmp_path / "rows.csv", "csv", COLUMNS, outlets=OUTLETS)
    assert read_so.records["text"].tolist() == [rows[1][2]]


def test_a_file_of_another_name_beside_it_is_offered(tmp_path: Path) -> None:
    (tmp_path / "articles.csv").write_text("a\n")
    with pytest.raises(ImportFault, match=r"^Articles.csv: no such file at .*; did you mean 'articles.csv'\?"):
        read_source(tmp_path / "Articles.csv", "csv", COLUMNS, outlets=OUTLETS)


def packed(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return path


def test_a_workbook_is_called_one_with_its_sheets(tmp_path: Path) -> None:
    sheets = '<sheets><sheet name="Articles &amp; more" sheetId="1"/><sheet state="hidden" name="Notes"/></sheets>'
    books = {
        "an Excel workbook (sheets: Articles & more, Notes)": packed(tmp_path / "a.csv", xl__workbook_xml=sheets),
        "an OpenDocument workbook (sheets: Items)": packed(
            tmp_path / "b.csv", content_xml='<table:table table:style-name="x" table:name="Items">'
        ),
        "an Excel workbook of the old kind": tmp_path / "c.csv",
        "a zip file; unpack it": packed(tmp_path / "d.csv", a="b"),
        "a damaged zip file": tmp_path / "e.xlsx",
    }
    (tmp_path / "c.csv").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    (tmp_path / "e.xlsx").write_bytes(b"PK\x03\x04" + bytes(99))
    for said, path in books.items():
        with pytest.raises(ImportFault) as caught:
            read_source(path, "csv", COLUMNS, outlets=OUTLETS)
        assert str(caught.value).startswith(f"{path.name}: {said}") and "\n" not in str(caught.value)
        with pytest.raises(StudyError) as drafted:
            Export(path)
        assert str(drafted.value) == str(caught.value)
