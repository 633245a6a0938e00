"""A release holds counts and no text: what may leave is a list, every file is looked through, and a find is refused."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
import zipfile
from pathlib import Path

import built
import nbformat
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline import open_corpus
from helpers.pipeline.shared import export_counts
from helpers.release import folder as release_folder
from helpers.release.contents import from_counts, without_text, write_project, write_study
from helpers.release.folder import ReleaseError, make_release, texts_of
from helpers.release.scan import Fault, fault_of, faults, visible
from helpers.report.build import README, _links, find_chapters, find_report
from helpers.report.glossary import SOURCE
from helpers.report.links import dead
from helpers.report.page import markdown_renderer
from helpers.study import Study, load_study
from helpers.text.word_runs import WordRuns

TEXT = "The grain ships left the quay of Dornaval before the storm came in."
STOLEN = "left the quay of Dornaval before"  # six words of it
RUNS = WordRuns([TEXT])


def quiet(line: str) -> None:
    """A `say` that says nothing."""


def test_five_words_are_anybodys_and_six_are_the_texts() -> None:
    assert RUNS.first(f"… {STOLEN} it …").words == STOLEN
    assert RUNS.first(STOLEN.rsplit(" ", 1)[0]) is None
    assert RUNS.first(STOLEN.upper().replace(" ", " – ")).words.startswith("LEFT")
    named = WordRuns([TEXT], names=["quay of Dornaval"])
    assert named.first(STOLEN) is None and named.first(f"ships {STOLEN} the") is not None


def plant_csv(path: Path) -> None:
    path.write_text(f"id,note\n1,fine\n2,{STOLEN}\n")


def plant_split(path: Path) -> None:
    first, second = STOLEN[:13].strip(), STOLEN[13:].strip()
    path.write_text(f"a,b\n{first},{second}\n")


def plant_notebook(path: Path) -> None:
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text=f"x\n{STOLEN}\n")])
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("a"), cell]), path)


def plant_row(path: Path) -> None:
    pq.write_table(pa.table({"id": [1, 2], "note": ["", STOLEN]}), path)


def plant_metadata(path: Path) -> None:
    pq.write_table(pa.table({"id": [1]}).replace_schema_metadata({"source": STOLEN}), path)


def plant_field_metadata(path: Path) -> None:
    field = pa.field("id", pa.int64(), metadata={"label": STOLEN})
    pq.write_table(pa.table([[1]], schema=pa.schema([field])), path)


@pytest.mark.parametrize(
    ("name", "plant", "place"),
    [
        ("codes.csv", plant_csv, "row 3, note"),
        ("split.csv", plant_split, "row 2"),
        ("07-compare.ipynb", plant_notebook, "output of cell 2"),
        ("ledger.parquet", plant_row, "row 2, note"),
        ("meta.parquet", plant_metadata, "metadata 'source'"),
        ("field.parquet", plant_field_metadata, "metadata of id"),
        ("page.html", lambda path: path.write_text("<p>a\n<p title='x'>left <b>the quay</b> of Dornaval before"), "line 2"),
        ("alt.html", lambda path: path.write_text(f'<img alt="{STOLEN}">'), "line"),
        ("comment.html", lambda path: path.write_text(f"<p>a</p>\n<!-- {STOLEN} -->"), "line 2"),
        ("data.html", lambda path: path.write_text(f'<i data-say="{STOLEN}">'), "line 1"),
        ("script.html", lambda path: path.write_text(f"<script>x='{STOLEN.replace('q', chr(92) + 'u0071')}'</script>"), "line"),
        ("codebook.yml", lambda path: path.write_text(f"a: 1\nexample: {STOLEN}\n"), "line 2"),
    ],
)  # fmt: skip
def test_a_planted_run_is_seen_wherever_it_stands(tmp_path: Path, name: str, plant, place: str) -> None:
    plant(tmp_path / name)
    [fault] = faults(tmp_path, RUNS)
    assert fault.file == name and fault.place.startswith(place) and "words of an item" in fault.what
    assert "\n" not in str(fault)


def test_an_address_is_shared_and_a_slug_in_it_is_no_text(tmp_path: Path) -> None:
    slug = STOLEN.lower().replace(" ", "-")
    (tmp_path / "a.csv").write_text(f"address\nhttps://herald.invalid/2031/{slug}.html\n")
    assert not list(faults(tmp_path, RUNS))


def test_keys_links_and_what_cannot_be_read_are_seen(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n")
    (tmp_path / "config.yml").write_text("contact: a\napi_key: 'abcd1234efgh5678ijkl9012'\n")
    (tmp_path / "print.pdf").write_bytes(b"%PDF-1.7\n\xff\xfe\x80")
    (tmp_path / "elsewhere").symlink_to("/etc/hostname")
    seen = {fault.file: fault.what for fault in faults(tmp_path, RUNS)}
    assert set(seen) == {".env", "config.yml", "print.pdf", "elsewhere"}
    assert "key or password" in seen["config.yml"] and "abcd1234" not in str(seen)
    assert {fault.file for fault in faults(tmp_path, WordRuns([]))} == {".env", "config.yml", "elsewhere"}


def test_text_columns_that_nobody_allowed_are_emptied() -> None:
    frame = tables.empty("articles")
    emptied = without_text("articles", frame)[1]
    assert {"title", "byline", "section", "text", "origin_evidence", "sha256"} == set(emptied)
    assert set(without_text("ledger", tables.empty("ledger"))[1]) >= {"detail"}


def without_codebook(corpus: Corpus) -> WordRuns:
    """Runs of the study's texts but for those that its codebook quotes: the invented press took its words from there."""
    runs = texts_of(corpus)
    quoted = (corpus.study.folder / "codebook.yml").read_text(encoding="utf-8")
    short, long = runs._windows(*runs._read(quoted, learn=False)[:2])
    runs._short, runs._long = np.setdiff1d(runs._short, short), np.setdiff1d(runs._long, long)
    return runs


def prepare(patch: pytest.MonkeyPatch) -> None:
    """Tables are there; and the codebook of the invented press may be shared."""
    patch.setattr(release_folder, "make_tables", lambda corpus: [])
    patch.setattr(release_folder, "texts_of", without_codebook)


def test_a_codebook_that_quotes_an_item_is_seen(small_practice: Study) -> None:
    runs = texts_of(open_corpus(small_practice, say=quiet))
    assert "words of an item" in fault_of(small_practice.folder / "codebook.yml", runs)[1]


@pytest.fixture(scope="module")
def withheld(small_practice: Study, tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Path]:
    """A release of the small practice study as if its texts were somebody else's, with words planted in what is cleaned."""
    study = built.copied(small_practice, tmp_path_factory.mktemp("release"))
    for name in ("src", "LICENSE", "CITATION.cff", "requirements.lock"):
        (study.root / name).symlink_to(built.ROOT / name)
    corpus = open_corpus(study, say=quiet)
    text = corpus.table("cleaned")["text"].iloc[0]
    run = " ".join(text.split()[:12])
    notes = study.folder / "coding" / "frames" / "judged-anna.csv"
    notes.parent.mkdir(parents=True)
    with notes.open("w", newline="") as handle:
        csv.writer(handle).writerows([["article_id", "note"], ["a1", run]])
    (study.folder / "private.txt").write_text(run)
    (study.folder / ".env").write_text("TOKEN=1")
    path = study.root / "notebooks" / "01-collect.ipynb"
    notebook = nbformat.read(path, as_version=4)
    last = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    last.outputs = [nbformat.v4.new_output("stream", text=run)]
    nbformat.write(notebook, path)
    study.reports.mkdir(parents=True)
    (study.reports / "index.html").write_text("<h1>Pages</h1>")
    (study.reports / "03-describe.html").write_text(f"<p>{run}</p>")
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        make_release(study, say=quiet, with_text=False)
    return study, study.root / "release" / "practice"


def test_no_word_of_an_item_is_in_a_release(withheld: tuple[Study, Path]) -> None:
    study, place = withheld
    runs = without_codebook(open_corpus(study, say=quiet))
    assert runs and not list(faults(place, runs))
    assert fault_of(study.reports / "03-describe.html", runs)
    names = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    assert "reports/practice/index.html" in names and "reports/practice/03-describe.html" not in names
    assert not {name for name in names if name.endswith((".env", "private.txt", ".warc.gz"))}
    assert (place / "studies/practice/coding/frames/judged-anna.csv").read_text() == "article_id,note\na1,\n"
    readme = (place / "README.md").read_text()
    assert "03-describe.html (line 1)" in readme and "private.txt" in readme


def test_counts_estimates_programs_and_papers_are_in_a_release(withheld: tuple[Study, Path]) -> None:
    _, place = withheld
    for name in ("tables/estimates.parquet", "tables/codes.parquet", "data/raw/practice/counts/counts.parquet",
                 "notebooks/07-compare.ipynb", "requirements.lock", "src/helpers/__main__.py", "CITATION.cff",
                 "studies/practice/study.yml"):  # fmt: skip
        assert (place / name).exists(), name
    lines = (place / "checksums.sha256").read_text().splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)
    files = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
    assert set(files) == {*listed, "checksums.sha256"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == value for name, value in listed.items())
    crate = json.loads((place / "ro-crate-metadata.json").read_text())
    about = {entity["@id"]: entity for entity in crate["@graph"]}
    assert about["ro-crate-metadata.json"]["conformsTo"]["@id"] == "https://w3id.org/ro/crate/1.2"
    assert crate["@context"] == "https://w3id.org/ro/crate/1.2/context"
    root = about["./"]
    assert {"name", "description", "datePublished", "license"} <= set(root)
    assert about["tables/estimates.parquet"]["sha256"] == listed["tables/estimates.parquet"]
    assert {part["@id"] for part in root["hasPart"]} >= {name for name in listed if name != "ro-crate-metadata.json"}


def test_datacite_and_citation_have_what_their_schemas_ask_for(withheld: tuple[Study, Path]) -> None:
    study, place = withheld
    said = json.loads((place / "datacite.json").read_text())
    assert {"creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"} <= set(said)
    assert said["types"]["resourceTypeGeneral"] == "Dataset" and said["publicationYear"] == str(study.end.year)
    assert all(creator["name"] and creator["nameType"] for creator in said["creators"])
    cited = yaml.safe_load((place / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= set(cited) and cited["type"] == "dataset"


def test_what_was_released_is_a_study_that_reads_its_counts(withheld: tuple[Study, Path]) -> None:
    study, place = withheld
    again = load_study("practice", root=place)
    assert [source.kind for source in again.sources] == ["counts"]
    corpus = open_corpus(dataclasses.replace(again, practice=False), say=quiet)
    before = open_corpus(study, say=quiet)
    pd.testing.assert_frame_equal(corpus.table("counts"), before.table("counts"))
    assert corpus.table("cleaned")["text"].isna().all()


def test_the_same_study_gives_the_same_bytes(withheld: tuple[Study, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    study, place = withheld
    prepare(monkeypatch)
    path = place.with_suffix(".zip")
    first = hashlib.sha256(path.read_bytes()).hexdigest()
    make_release(study, say=quiet, with_text=False)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == first
    assert all(name.startswith("practice/") for name in zipfile.ZipFile(path).namelist())


def test_a_dry_run_looks_through_everything_and_writes_nothing(
    withheld: tuple[Study, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, place = withheld
    prepare(monkeypatch)

    def fill(corpus: Corpus, folder: Path, runs: WordRuns, *, with_text: bool) -> list[str]:
        folder.mkdir()
        (folder / "a.csv").write_text("id\n1\n")
        return ["b.csv"]

    monkeypatch.setattr(release_folder, "_fill", fill)
    before, lines = place.with_suffix(".zip").read_bytes(), []
    assert make_release(study, say=lines.append, with_text=False, dry_run=True) is None
    assert "left out: b.csv" in lines and lines[-1].endswith("6 files would be written; nothing was")
    assert place.with_suffix(".zip").read_bytes() == before and (place / "tables").exists()


def test_words_in_a_file_that_a_person_wrote_refuse_the_release(
    withheld: tuple[Study, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, place = withheld
    prepare(monkeypatch)
    readme, before = study.folder / "README.md", place.with_suffix(".zip").read_bytes()
    kept = readme.read_text()
    text = open_corpus(study, say=quiet).table("cleaned")["text"].iloc[0]
    readme.write_text("# Statement\n\nAs one wrote: " + " ".join(text.split()[:12]))
    try:
        with pytest.raises(
            ReleaseError, match=r"^practice is not released: studies/practice/README\.md, line 3: words of"
        ):
            make_release(study, say=quiet, with_text=False)
    finally:
        readme.write_text(kept)
    assert place.with_suffix(".zip").read_bytes() == before


def test_only_an_invented_studys_texts_may_go_along(small_practice: Study) -> None:
    with pytest.raises(ReleaseError, match="not this project's to share"):
        make_release(dataclasses.replace(small_practice, practice=False), say=quiet, with_text=True)


def test_an_export_holds_no_fragment_of_a_row_that_could_not_be_read(small_practice: Study, tmp_path: Path) -> None:
    study = built.copied(small_practice, tmp_path)
    corpus = open_corpus(study, say=quiet)
    ledger = corpus.table("collect_ledger")
    ledger.loc[ledger.index[0], "detail"] = f"mine.csv, row 7: 'published' is no date ('{STOLEN}')"
    ledger.loc[ledger.index[1], "detail"] = f"neither title nor address names one of the two: {STOLEN}"
    corpus._frames["collect_ledger"] = ledger
    export_counts(corpus, tmp_path / "counts")
    details = tables.read(tmp_path / "counts", "collect_ledger")["detail"].head(2).tolist()
    assert sorted(details) == ["", "mine.csv, row 7"]
    assert not list(faults(tmp_path / "counts", RUNS))


def test_study_yml_reads_counts_and_keeps_what_it_read_as_comment() -> None:
    study = load_study("practice", root=built.ROOT)
    text = "title: a\nsources:\n  - {kind: csv, path: a.csv}\n\n  # a note\nanalysis:\n  seed: 1\n"
    given = yaml.safe_load(from_counts(text, study))
    assert [source["kind"] for source in given["sources"]] == ["counts"] and given["analysis"] == {"seed": 1}
    assert "# - {kind: csv, path: a.csv}" in from_counts(text, study).replace("  #   -", "  # -")


def test_what_a_reader_sees_of_a_page_is_compared() -> None:
    assert visible("<!-- no --><script>no</script><p>yes</p>").split() == ["yes"]
    assert str(Fault("a.csv", "row 2", "words")) == "a.csv, row 2: words"


def test_the_pages_of_a_report_find_inside_a_release_what_they_link_to(tmp_path: Path) -> None:
    write_project(built.ROOT, tmp_path)
    for name in ("practice", "press", "world-press"):
        study = load_study(name, root=built.ROOT)
        write_study(study, tmp_path, with_text=study.practice)
        again = dataclasses.replace(study, root=tmp_path)
        chapters, own = find_chapters(again), find_report(again)
        for source in (*(one.path for one in [*chapters, own] if one), again.folder / README, tmp_path / SOURCE):
            links = _links(again, chapters, source)
            pages = dict.fromkeys(links.pages | {"explorer.html", "events.html"})
            assert dead({source.name: headless(markdown_renderer(links)(markdown(source)))}, pages) == [], source


def markdown(source: Path) -> str:
    written = source.read_text(encoding="utf-8")
    if source.suffix != ".ipynb":
        return written
    return "\n\n".join(cell.source for cell in nbformat.reads(written, 4).cells if cell.cell_type == "markdown")


def headless(page: str) -> str:
    """Without the headings that links lead to, which are looked at when pages are built."""
    return re.sub(r'href="([^"#]*)#[^"]*"', lambda link: f'href="{link[1]}"' if link[1] else "", page)
