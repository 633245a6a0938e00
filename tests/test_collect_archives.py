"""News archives in: every format, every outcome, nothing outside the folder, nothing twice, and on where it stopped."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
from pathlib import Path

import pytest
from archived import LINES, feed_days, write

from helpers.collect import archive_rows as formats
from helpers.collect.archive_items import ItemReader, Reading, _parsed
from helpers.collect.archive_rows import FileFault, Layout, archive_rows
from helpers.collect.archive_store import Archive, ArchiveStore
from helpers.collect.files import Row
from helpers.collect.imports import ImportFault
from helpers.extract.dates import parse_date
from helpers.extract.headlines import headline_text

ENTITIES = {"XAA": {"en": ("Borland",)}, "XBB": {"en": ("Tarvia",)}}
COLUMNS = {"address": "link", "title": "title", "standfirst": "description", "published": "date_published"}


def reading(**more: object) -> Reading:
    given = {
        "name": "a",
        "columns": COLUMNS,
        "outlets": {"herald.invalid": "herald", "post.invalid": "post"},
        "zones": {"herald": "Europe/London", "post": "Asia/Seoul"},
        "languages": {"herald": "en", "post": "en"},
        "pair": ("XAA", "XBB"),
        "period": (dt.date(2030, 1, 1), dt.date(2030, 12, 31)),
    }
    if "text" not in more.get("columns", COLUMNS):  # type: ignore[operator]
        given["headlines"] = frozenset({"herald", "post"})
    return Reading(**given | more)  # type: ignore[arg-type]


def archive(
    folder: Path, pattern: str = "2030/*/*/*_entries.json", *, records: str = "entries", **more: object
) -> Archive:
    return Archive(folder, pattern, Layout(records), reading(**more))


def store(tmp_path: Path, *archives: Archive) -> ArchiveStore:
    return ArchiveStore(tmp_path / "interim" / "archives.sqlite", archives, ENTITIES)


def outcomes(one: ArchiveStore) -> dict[str, int]:
    return one.totals().groupby("outcome")["n_items"].sum().to_dict()


def one(path: Path, layout: Layout | None = None) -> list[Row]:
    return list(archive_rows(path, layout or Layout()))


# files


def test_the_same_rows_from_every_format(tmp_path: Path) -> None:
    rows = [{"t": line, "u": f"http://x.invalid/{n}"} for n, line in enumerate(LINES)]
    lines = "\n".join(json.dumps(row) for row in rows)
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.encode()))
    table = "t;u\n" + "\n".join(f"{row['t']};{row['u']}" for row in rows)
    files = [
        write(tmp_path / "a.json", rows),
        write(tmp_path / "b.json", {"made": 1, "x": {"items": rows}}),
        write(tmp_path / "a.ndjson", lines),
        packed,
        write(tmp_path / "a.csv", table),
    ]
    for path in files:
        assert [row.values for row in one(path, Layout("x.items"))] == rows, path.name


def test_markdown_gives_headings_or_front_matter(tmp_path: Path) -> None:
    text = "# Day\n\n## Part\n\n### One\n\nSaid.\n\n#### Inner\n\nMore.\n\n[x](http://x.invalid/1)\n\n### Two\n\n---\n\n(late)\n"
    first, second = one(write(tmp_path / "20300501.md", text), Layout(heading=3))
    assert (first.number, second.number) == (5, 15)
    assert first.values == {
        "title": "One", "section": "Part", "text": "Said.\n\n#### Inner\n\nMore.", "link": "http://x.invalid/1",
    }  # fmt: skip
    assert second.values == {"title": "Two", "section": "Part", "text": ""}
    [page] = one(write(tmp_path / "p.md", "---\ntitle: A page\nwhen: 2030-05-01\ndeep: {a: [1]}\n---\n\nBody.\n"))
    assert page.values == {"title": "A page", "when": dt.date(2030, 5, 1), "text": "Body."}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", '{"entries": [\n{"a": 1},\n', "line 3 is not JSON"),
        ("a.json", '{"rows": []}', "no list of items under 'entries'; valid here: rows"),
        ("a.json", "", "the file is empty"),
        ("a.md", "---\na: [\n---\nx\n", "what stands before the text is not YAML"),
        ("a.csv", 'a,b\n1,"2\n3,4\n', "a quotation mark opens"),
        ("a.txt", "x", "files that end in 'txt' cannot be read; valid here: json"),
        ("a.json.gz", b"\x1f\x8b\x08\x00broken", "the gzip file is cut off or damaged"),
        ("a.json", b'["\xff"]', "line 1 is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FileFault) as caught:
        one(path, Layout("entries"))
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_bounds_of_files_and_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST", 100)
    monkeypatch.setattr(formats, "LONGEST", 50)
    with pytest.raises(FileFault, match="more than 100 bytes"):
        one(write(tmp_path / "a.json", ["x" * 200]))
    bomb = tmp_path / "b.json.gz"
    bomb.write_bytes(gzip.compress(b" " * 10_000_000))
    with pytest.raises(FileFault, match="more than 100 bytes"):
        one(bomb)
    rows = one(write(tmp_path / "a.jsonl", '{"a": 1}\n{"b": "' + "x" * 200 + '"}\nnot\n{"a": 2}\n'))
    assert [row.values for row in rows if not row.fault] == [{"a": 1}, {"a": 2}]
    assert [(row.number, row.fault[0]) for row in rows if row.fault] == [(2, "bad_row"), (3, "bad_row")]
    monkeypatch.setattr(formats, "MOST", 120)
    with pytest.raises(FileFault, match="more than 120 bytes"):
        one(tmp_path / "a.jsonl")


# items


@pytest.mark.parametrize(
    ("row", "outcome", "outlet"),
    [
        ({"link": "http://news.herald.invalid/1", "title": "Borland meets Tarvia", "date_published": "2030-05-01"}, "kept", "herald"),
        ({"link": "http://herald.invalid/1", "title": "Borland", "date_published": "2030-05-01"}, "counted", "herald"),
        ({"link": "http://herald.invalid.evil.invalid/1", "title": "Borland", "date_published": "2030-05-01"}, "other_outlet", "unknown"),
        ({"link": "http://[herald.invalid/1", "title": "x", "date_published": "2030-05-01"}, "other_outlet", "unknown"),
        ({"link": "http://post.invalid/1", "title": " ", "date_published": "2030-05-01"}, "empty_text", "post"),
        ({"link": "http://post.invalid/1", "title": "x"}, "no_date", "post"),
        ({"link": "http://post.invalid/1", "title": "x", "date_published": "soon"}, "bad_date", "post"),
        ({"link": "http://post.invalid/1", "title": "x", "date_published": "2029-12-31 20:00"}, "outside_period", "post"),
        ({"link": "http://post.invalid/2030/05/03/a", "title": "x"}, "counted", "post"),
    ],
)  # fmt: skip
def test_every_row_has_one_outcome(row: dict, outcome: str, outlet: str) -> None:
    reader = ItemReader(reading(), ENTITIES)
    item = reader.item(Row(7, row), "x.json")
    if not item.outcome:
        reader.settle(item, Row(7, row))
    assert (item.outcome, item.outlet) == (outcome, outlet)
    assert (item.record is not None) == (outcome == "kept")


def test_an_item_without_text_was_published_all_the_same() -> None:
    columns = {"address": "link", "title": "title", "text": "body", "published": "day"}
    reader, row = (
        ItemReader(reading(columns=columns), ENTITIES),
        Row(1, {"link": "http://post.invalid/1", "title": "x"}),
    )
    row.values["day"] = "2030-05-01"
    item = reader.item(row, "x")
    assert not item.outcome and item.day == dt.date(2030, 5, 1)
    reader.settle(item, row)
    assert (item.outcome, item.record) == ("empty_text", None)


def test_days_are_the_outlets_own_and_a_day_stays_a_day() -> None:
    reader = ItemReader(reading(timezone="America/New_York", path_date="%Y%m%d"), ENTITIES)
    cases = {"2030-05-01 20:00": "2030-05-02", "2030-05-01": "2030-05-01", "2030-05-01T20:00:00+00:00": "2030-05-02"}
    for stated, day in cases.items():
        row = Row(1, {"link": "http://post.invalid/1", "title": "x", "date_published": stated})
        assert reader.item(row, "20290101.json").day.isoformat() == day, stated
    item = reader.item(Row(1, {"link": "http://post.invalid/1", "title": "x"}), "a/20300504-20309999.json")
    assert (item.day.isoformat(), item.date_source, item.precision) == ("2030-05-04", "path", "day")


@pytest.mark.parametrize(
    "value", ["2023-01-01 23:14:08+00:00", "2025-08-07T19:38:56+09:00", "2024-06-19T22:38:37", "2024-06-19 00:00:00"]
)
def test_the_short_way_to_a_date_ends_where_the_long_one_does(value: str) -> None:
    assert _parsed(value, "Asia/Seoul", None)[0] == parse_date(value, "Asia/Seoul")[0]


def test_what_an_item_must_name_is_the_studys_to_say() -> None:
    def outcome(title: str, **more: object) -> str:
        reader, row = (
            ItemReader(reading(**more), ENTITIES),
            Row(1, {"link": "http://post.invalid/1", "title": title, "date_published": "2030-05-01"}),
        )
        item = reader.item(row, "x")
        reader.settle(item, row)
        return item.outcome

    assert outcome("Tarvia counts sheep") == "counted"
    assert outcome("Tarvia counts sheep", keep="either") == outcome("Tarvia counts sheep", keep="XBB") == "kept"
    assert outcome("Tarvia counts sheep", keep="XAA") == "counted"
    assert outcome("Tarvia counts sheep", speaks_for={"post": "XAA"}) == "kept"
    assert outcome("Sheep are counted", background=1.0) == "background"


def test_names_and_paths_tell_outlets_apart() -> None:
    places = {"herald.invalid": "herald", "herald.invalid/south": "post", "hd": "herald"}
    reader = ItemReader(reading(outlets=places, columns=COLUMNS | {"outlet": "source.name"}), ENTITIES)
    for row, outlet in (
        ({"link": "http://herald.invalid/south/1"}, "post"),
        ({"link": "http://herald.invalid/southern/1"}, "herald"),
        ({"link": "http://other.invalid/1", "source": {"name": "hd"}}, "herald"),
        ({"link": "http://other.invalid/1", "source": {"name": "nobody"}}, "unknown"),
    ):
        assert reader.item(Row(1, row | {"title": "x", "date_published": "2030-05-01"}), "x").outlet == outlet, row


def test_headline_and_standfirst_are_one_paragraph() -> None:
    assert headline_text("Is it so?", "It is.") == "Is it so? It is."
    assert headline_text("两港重开", "船已离港。") == "两港重开。船已离港。"
    assert headline_text("", "It is.") == headline_text("It is.", "") == "It is."


# the whole


def test_every_item_is_counted_once_and_only_once(tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    n_items = feed_days(folder)
    extra = [
        "nonsense",
        {"link": "http://www.herald.invalid/1/0", "title": f"{LINES[0]} again, part 1", "date_published": "2030-05-09 10:00:00+00:00"},
        {"link": "http://elsewhere.invalid/1", "title": "x", "date_published": "2030-05-09"},
        {"link": "http://post.invalid/9", "title": "x", "date_published": "soon"},
    ]  # fmt: skip
    write(folder / "2030/05/2030-05-09/z_entries.json", extra)
    write(folder / "2030/05/2030-05-09/y_entries.json", "[1,")
    with store(tmp_path, archive(folder, background=0.5)) as held:
        held.read()
        totals, faults = held.totals(), held.faults()
        assert totals["n_items"].sum() == n_items + len(extra)
        by = outcomes(held)
        assert by.pop("background") + by.pop("counted") == 18
        assert by == {"kept": 6, "duplicate": 1, "other_outlet": 1, "bad_date": 1, "bad_row": 1}
        kept = list(held.records())
        assert sum(outcome == "kept" for _, outcome, _ in kept) == 6
        assert {(record["title"], record["text"]) for _, outcome, record in kept if outcome == "kept"} >= {
            (
                "Borland and Tarvia sign for grain again, part 1",
                "Ships left at noon.",
            )  # a headline, and what is under it
        }
    places = faults.set_index("outcome")[["path", "row"]].apply(tuple, axis=1).to_dict()
    last = "2030/05/2030-05-09/"
    assert places == {"bad_file": (f"{last}y_entries.json", 0), "bad_row": (f"{last}z_entries.json", 1), "bad_date": (f"{last}z_entries.json", 4)}  # fmt: skip


def test_the_same_sample_whatever_else_is_read(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    feed_days(first, days=3)
    feed_days(second, days=6, wrapped=False)

    def sampled(folder: Path, name: str) -> set[str]:
        with ArchiveStore(tmp_path / name, [archive(folder, background=0.5)], ENTITIES) as held:
            held.read()
            return {record["page_id"] for _, outcome, record in held.records() if outcome == "background"}

    small, large = sampled(first, "a.sqlite"), sampled(second, "b.sqlite")
    assert small and small == {key for key in large if key in small} and small < large


def test_it_goes_on_where_it_stopped_and_reads_no_file_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "feeds"
    feed_days(folder)
    read: list[str] = []
    whole = formats.archive_rows

    def noting(path: Path, layout: Layout) -> object:
        if len(read) == 3 and "stop" not in os.environ.get("NOTED", ""):
            os.environ["NOTED"] = "stop"
            raise KeyboardInterrupt
        read.append(path.name)
        return whole(path, layout)

    monkeypatch.setenv("NOTED", "")
    monkeypatch.setattr("helpers.collect.archive_store.archive_rows", noting)
    monkeypatch.setattr("helpers.collect.archive_store.SECONDS", 0.0)
    with store(tmp_path, archive(folder)) as held:
        with pytest.raises(KeyboardInterrupt):
            held.read()
        held.read()
        assert len(read) == 6  # three before the interruption, three after it
        before = held.totals()
        held.read()
        assert len(read) == 6
        changed = write(folder / "2030/05/2030-05-03/zz_entries.json", [])
        held.read()
        assert len(read) == 7 and before.equals(held.totals())
        changed.unlink()
        os.utime(folder / "2030/05/2030-05-01/http...www.herald.invalid.rss_entries.json")
        held.read()
        assert len(read) == 7  # touched, and the same
        write(folder / "2030/05/2030-05-02/http...www.herald.invalid.rss_entries.json", [])
        held.read()
        assert len(read) == 11 and held.totals()["n_items"].sum() == 20  # from the changed file on


def test_a_fresh_database_gives_the_same_as_one_that_grew(tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    feed_days(folder, days=1)
    with store(tmp_path, archive(folder, background=0.5)) as grown:
        grown.read()
        feed_days(folder, days=4)
        grown.read()
        with ArchiveStore(tmp_path / "fresh.sqlite", grown.archives, ENTITIES) as fresh:
            fresh.read()
            assert fresh.totals().equals(grown.totals()) and list(fresh.records()) == list(grown.records())
            names = [held.manifest().read_bytes() for held in (fresh, grown)]
            assert names[0] == names[1] and len(names[0].splitlines()) == 8


def test_an_item_of_two_archives_counts_in_the_first(tmp_path: Path) -> None:
    for name in ("one", "two"):
        feed_days(tmp_path / name, days=1)
    both = [archive(tmp_path / name, name=name) for name in ("one", "two")]
    with store(tmp_path, *both) as held:
        held.read()
        table = held.totals().groupby(["archive", "outcome"])["n_items"].sum().to_dict()
    assert table == {("one", "kept"): 2, ("one", "counted"): 6, ("two", "duplicate"): 8}


def test_no_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "feeds"
    feed_days(folder, days=1)
    secret = write(
        tmp_path / "secret" / "a_entries.json",
        [{"link": "http://post.invalid/s", "title": "secret", "date_published": "2030-05-01"}],
    )
    (folder / "2030/05/2030-05-01/a_entries.json").symlink_to(secret)
    (folder / "2030/05/2030-05-05").symlink_to(secret.parent)
    with store(tmp_path, archive(folder)) as held:
        held.read()
        assert held.totals()["n_items"].sum() == 8
        assert set(held.faults()["detail"]) == {"a link that leads out of the archive's folder; it is not read"}
        assert len(held.faults()) == 2 and "outside the folder" in held.manifest().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"columns": COLUMNS | {"title": "titel"}}, "has 'titel' (for title): say under `columns` in study.yml which it is; did you mean 'title'?"),
        ({"columns": COLUMNS | {"byline": "auhtor"}}, "no item has 'auhtor' (for byline); say under `columns` in study.yml which it is, or take"),
        ({"outlets": {"quay.invalid": "post"}}, "none of 24 items can be used, 24 for other_outlet: herald.invalid (12), post.invalid (12)"),
        ({"columns": COLUMNS | {"published": "title"}}, "none of 24 items can be used, 24 for bad_date: 2030/05"),
    ],
)  # fmt: skip
def test_a_map_that_fits_nothing_stops_with_one_line(tmp_path: Path, more: dict, message: str) -> None:
    feed_days(tmp_path / "feeds")
    with store(tmp_path, archive(tmp_path / "feeds", **more)) as held, pytest.raises(ImportFault) as caught:
        held.read()
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_folder_or_file_says_what_to_do(tmp_path: Path) -> None:
    with store(tmp_path, archive(tmp_path / "none")) as held, pytest.raises(ImportFault, match="no folder"):
        held.read()
    feed_days(tmp_path / "feeds")
    with store(tmp_path, archive(tmp_path / "feeds", "news/*.json")) as held, pytest.raises(ImportFault) as caught:
        held.read()
    assert "no file fits the glob 'news/*.json'; the folder holds 2030" in str(caught.value)


def test_memory_does_not_grow_with_the_number_of_items(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "big" / "a.jsonl"
    path.parent.mkdir()

    def peak(n: int) -> int:
        with path.open("w") as file:
            for i in range(n):
                row = {
                    "link": f"http://post.invalid/{i}",
                    "title": f"Sheep {i % 40}",  # words recur, and those known are kept
                    "description": "",
                    "date_published": "2030-05-01",
                }
                file.write(json.dumps(row) + "\n")
        with ArchiveStore(tmp_path / f"{n}.sqlite", [archive(path.parent, "*.jsonl")], ENTITIES) as held:
            tracemalloc.start()
            held.read()
            assert held.totals()["n_items"].sum() == n
            size = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return size

    peak(50)  # what is loaded once
    assert peak(4000) < peak(1000) + 200_000


def test_a_column_may_stand_in_few_items(tmp_path: Path) -> None:
    feed_days(tmp_path / "feeds", days=3)
    late = max((tmp_path / "feeds").rglob("*.json"))
    content = json.loads(late.read_text(encoding="utf-8"))
    content["entries"][-1]["author"] = "Ada Quill"
    late.write_text(json.dumps(content), encoding="utf-8")
    with store(tmp_path, archive(tmp_path / "feeds", columns=COLUMNS | {"byline": "author"})) as held:
        held.read()
        assert held.totals()["n_items"].sum() == 24
    with store(tmp_path, archive(tmp_path / "feeds", columns=COLUMNS | {"byline": "author"})) as held:
        held.read()  # nothing is read again, and what was seen is remembered
