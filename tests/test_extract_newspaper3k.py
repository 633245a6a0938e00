"""newspaper3k reads pages from behind everything else on the path, in a bounded process, or is missed in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers.collect.extraction import Page, extract_pages
from helpers.extract import newspaper3k
from helpers.extract.newspaper3k import newspaper_body

LINE = "The ferry to the island of Norrholm was late again, said the harbour master, who wrote down each boat. "
PAGE = f"<html><body><article>{'<p>' + LINE * 3 + '</p>'}</article></body></html>"
ADDRESS = "http://quay.invalid/x"


def test_it_replaces_nothing_that_we_import() -> None:
    code = """
import sys
from helpers.extract.newspaper3k import FOLDER, newspaper_body
before = list(sys.path)
assert "Norrholm" in newspaper_body(sys.argv[1], "http://quay.invalid/x")
assert sys.path == [*before, FOLDER]
import jieba, lxml, bs4, requests
print(*(module.__name__ for module in (jieba, lxml, bs4, requests) if module.__file__.startswith(FOLDER)))
"""
    clean = os.environ | {"PYTHONPATH": str(Path(newspaper3k.__file__).parents[2])}
    ran = subprocess.run([sys.executable, "-c", code, PAGE], env=clean, capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stdout.strip()) == (0, ""), ran.stderr


def test_a_pool_reads_pages_with_it(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(PAGE, encoding="utf-8")
    page = Page("x", "quay", tmp_path / "x.html", None, ADDRESS, extractor="newspaper3k")
    [(_, record, lasting)] = extract_pages([page], processes=1)
    assert lasting and "Norrholm" in record["text"] and not record["refused"]


def test_without_it_extraction_stops_in_one_line_and_no_page_is_blamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newspaper3k, "PathFinder", SimpleNamespace(find_spec=lambda *_: None))
    with pytest.raises(
        ValueError, match=r"^newspaper3k is not installed: run make again, or write extractor: trafilat"
    ):
        newspaper_body(PAGE, ADDRESS)
    (tmp_path / "x.html").write_text(PAGE, encoding="utf-8")
    page = Page("x", "quay", tmp_path / "x.html", None, ADDRESS, extractor="newspaper3k")
    with pytest.raises(ValueError, match=r"^newspaper3k is not installed: .* in study\.yml$"):
        list(extract_pages([page], processes=1))


def test_its_version_is_known_and_absence_is_a_version_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert newspaper3k.version().startswith("0.2")
    monkeypatch.setattr(newspaper3k, "FOLDER", str(tmp_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert newspaper3k.version() == "absent"
