"""The documents say what the code does: every table, column and key has its row, and no row is left over."""

import dataclasses
import importlib
import re
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from helpers.data.schemas import SCHEMAS
from helpers.frames import codebook
from helpers.pipeline.shared import MANIFEST
from helpers.study import Analysis, Outlet, Source, Study, sources
from practice.build import build
from practice.schemas import SCORES
from practice.schemas import TRUTH as PLANTED

DOCS = Path(__file__).parents[1] / "docs"
DATA, METHODS = ((DOCS / name).read_text(encoding="utf-8") for name in ("data.md", "methods.md"))
TYPES = {
    pa.string(): "text",
    pa.int64(): "whole",
    pa.float64(): "number",
    pa.bool_(): "yes/no",
    pa.timestamp("ns"): "day",
}
TRUTH = build().truth
HOUSE = {name: schema for name, schema in SCHEMAS.items() if name not in {*SCORES, *PLANTED}}
ROOMS = ("extract", "copies", "text", "topics", "frames", "coding", "compare")


def part(heading: str, document: str = DATA) -> str:
    """The text below a heading, up to the next one."""
    found = re.search(rf"^#+ `?{re.escape(heading)}`?\n(.*?)(?=^#+ |\Z)", document, re.MULTILINE | re.DOTALL)
    assert found, f"no heading {heading!r}"
    return found.group(1)


def rows(text: str) -> dict[str, list[str]]:
    """The rows of the tables in a text whose first cell is a name in code type: name to the other cells."""
    found: dict[str, list[str]] = {}
    lines = re.findall(r"^\| `.*\|$", text, re.MULTILINE)
    for line in lines:  # none in a table of something else: whoever asks says which rows there are
        name, *cells = (cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|")))
        assert name.strip("`") not in found, f"{name} has two rows"
        found[name.strip("`")] = cells
    return found


def tables(text: str) -> list[dict[str, list[str]]]:
    """The rows of each table in a text."""
    return [rows(table) for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]


def test_every_table_has_a_heading_and_no_heading_names_another():
    below = DATA[DATA.index("\n## Tables") : DATA.index("\n## Study files")]
    assert sorted(re.findall(r"^### `(\w+)`$", below, re.MULTILINE)) == sorted(HOUSE)
    overview = re.findall(r"^\| \[`(\w+)`\]\(#\w+\)", below, re.MULTILINE)
    assert sorted(overview) == sorted(HOUSE)


@pytest.mark.parametrize("table", HOUSE)
def test_every_column_has_a_row_with_its_type_and_whether_it_may_be_empty(table):
    schema, text = SCHEMAS[table], part(table)
    told = tables(text)[0]
    assert list(told) == list(schema.columns)
    for column, (kind, meaning, empty) in told.items():
        assert kind == TYPES.get(schema.columns[column], "time"), column
        assert meaning, column
        assert (empty == "never") == (column not in schema.nullable), column
    key = re.search(r"^Key: (.*?)\.", text.strip()).group(1)
    assert tuple(re.findall(r"`(\w+)`", key)) == schema.key


def test_analysis_keys_stand_with_their_defaults():
    told = rows(part("analysis"))
    fields = {field.name for field in dataclasses.fields(Analysis)}
    assert set(told) == fields
    for name, (_, default, _) in told.items():
        real = getattr(Analysis(), name)
        assert yaml.safe_load(default) == (list(real) if isinstance(real, tuple) else real), name


@pytest.mark.parametrize(
    ("heading", "kind", "elsewhere"),
    [
        ("outlets", Outlet, {"id"}),
        ("study.yml", Study, {"name", "root", "codebook", "events"}),
    ],
)
def test_keys_of_study_and_outlets_are_those_of_the_model(heading, kind, elsewhere):
    fields = dataclasses.fields(kind)
    told = tables(part(heading))[0]
    assert set(told) == {field.name for field in fields} - elsewhere
    required = {field.name for field in fields if field.default is field.default_factory is dataclasses.MISSING}
    assert {name for name, (_, default, _) in told.items() if default == "required"} <= required


def test_keys_of_sources_and_their_columns():
    keys, fields = tables(part("sources"))
    assert set(keys) == {field.name for field in dataclasses.fields(Source)}
    assert set(fields) == set(sources.FIELDS)


def test_keys_of_frames():
    [told] = tables(part("codebook.yml"))
    assert set(told) == set(codebook._FRAME_KEYS)
    assert {name for name, cells in told.items() if cells[1] == "required"} == set(codebook._FRAME_NEEDS)


def test_keys_of_events_are_those_of_the_shipped_file():
    told = rows(part("events.yml"))
    shipped = yaml.safe_load((DOCS.parent / "studies/practice/events.yml").read_text(encoding="utf-8"))
    assert set(told) == set(shipped[0])
    assert all(f"`{key}`" in told["source"][2] for key in shipped[0]["source"])


def test_manifest_columns():
    assert list(rows(part("manifest.csv"))) == MANIFEST


@pytest.mark.parametrize("table", sorted(TRUTH))
def test_truth_columns(table):
    told = rows(part(table))
    assert set(told) == set(TRUTH[table].columns) == set(PLANTED[table].columns)
    assert {column for column, cells in told.items() if cells[1] != "never"} == PLANTED[table].nullable


def test_the_key_that_a_truth_table_is_said_to_have_is_one():
    for table, frame in TRUTH.items():
        key = re.findall(r"`(\w+)`", re.search(r"^Key: (.*?)\.", part(table).strip()).group(1))
        assert not frame.duplicated(key).any(), table
        assert tuple(key) == PLANTED[table].key


def test_columns_of_scores():
    named = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", part("scores"), re.MULTILINE)))
    assert named == list(SCORES["scores"].columns)
    assert all(schema == SCORES["scores"] for schema in SCORES.values())


def test_what_methods_names_exists():
    names = sorted(set(re.findall(rf"`((?:{'|'.join(ROOMS)})(?:\.\w+)+)`", METHODS)))
    assert len(names) > 40
    for name in names:
        room, module, *rest = name.split(".")
        thing = importlib.import_module(f"helpers.{room}.{module}")
        for attribute in rest:
            thing = getattr(thing, attribute)


@pytest.mark.parametrize("room", ["compare", "topics"])
def test_every_instrument_of_inference_is_in_methods(room):
    folder = DOCS.parent / "src/helpers" / room
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert modules <= set(re.findall(rf"`{room}\.(\w+)", METHODS))


def test_every_citation_has_a_reference_and_every_reference_is_cited():
    text, listed = METHODS.split("\n## References\n")
    references = set(re.findall(r"^- ([^\W\d_]+)[^(\n]*\((\d{4})\)", listed, re.MULTILINE))
    flat = re.sub(r"\s+", " ", text)
    for surname, year in sorted(references):
        assert re.search(rf"{surname}(?:[^.;:|]|et al\.){{0,60}}\b{year}\b", flat), f"{surname} {year} is not cited"
    cited = re.findall(r"([A-Z][\w']+)(?: et al\.|(?:, [A-Z][\w']+)* & [A-Z]\w+)? \(?((?:19|20)\d\d)\b", flat)
    names = {surname: {year for other, year in references if other == surname} for surname, _ in references}
    for surname, year in cited:
        assert year in names.get(surname, ()), f"{surname} {year} is not in the references"


@pytest.mark.parametrize("document", [DATA, METHODS], ids=["data", "methods"])
def test_links_within_a_page_lead_to_a_heading(document):
    headings = re.findall(r"^#+ (.*)$", document, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([\w-]+)\)", document)) <= anchors


def test_how_often_intervals_hold_is_what_the_benchmark_wrote():
    """The table of the methods page is the benchmark's own, line by line, and not a trial's."""
    begin, end = "<!-- intervals: benchmarks/coverage.md -->", "<!-- end of intervals -->"
    quoted = METHODS[METHODS.index(begin) + len(begin) : METHODS.index(end)].strip().splitlines()
    page = (DOCS.parent / "benchmarks" / "coverage.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in quoted) > 20
    assert [line for line in quoted if line not in page] == []
    assert int(re.search(r"([\d,]+) corpora a world", "\n".join(page))[1].replace(",", "")) >= 500


def test_how_long_weeks_remember_is_what_the_benchmark_wrote():
    begin, end = "<!-- memory: benchmarks/memory.md -->", "<!-- end of memory -->"
    quoted = METHODS[METHODS.index(begin) + len(begin) : METHODS.index(end)].strip().splitlines()
    page = (DOCS.parent / "benchmarks" / "memory.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in quoted) > 20
    assert [line for line in quoted if line not in page] == []


def test_the_atlas_is_what_the_benchmark_wrote():
    begin, end = "<!-- atlas: benchmarks/atlas.md -->", "<!-- end of atlas -->"
    quoted = METHODS[METHODS.index(begin) + len(begin) : METHODS.index(end)].strip().splitlines()
    page = (DOCS.parent / "benchmarks" / "atlas.md").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("| ") for line in quoted) > 80
    assert [line for line in quoted if line not in page] == []
    assert (DOCS.parent / "benchmarks" / "atlas.svg").exists()
