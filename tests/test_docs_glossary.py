"""The glossary: short, in order, each word with a link that leads somewhere; notebooks link to words that are there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from some import some

from helpers.report.build import find_chapters, publish
from helpers.report.glossary import write_glossary
from helpers.report.page import markdown_renderer
from helpers.study import load_study

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
WORD = re.compile(r"^### (.+)\n\n(.+)$", re.MULTILINE)


def anchors(path: Path) -> list[str]:
    """What the headings of a document can be linked to by."""
    heads = re.findall(r"^#+ `?(.+?)`?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]


@pytest.fixture(scope="module")
def words(root: Path) -> dict[str, str]:
    return dict(WORD.findall((root / "docs" / "glossary.md").read_text(encoding="utf-8")))


def test_words_are_in_order_and_each_is_said_in_short_sentences_with_a_link(words: dict[str, str]) -> None:
    assert list(words) == sorted(words, key=str.lower) and len(words) > 60
    for word, said in words.items():
        plain = LINK.sub("", said).rsplit(" (", 1)[0]
        assert 1 <= len(re.findall(r"[.!?](?: |$)", plain)) <= 3 and len(plain.split()) <= 60, word
        assert LINK.findall(said), word


def test_every_link_of_the_glossary_leads_somewhere(root: Path, words: dict[str, str]) -> None:
    for word, said in words.items():
        for link in some(LINK.findall(said)):
            file, _, anchor = link.partition("#")
            path = (root / "docs" / file).resolve()
            assert path.exists(), f"{word}: {link}"
            assert not anchor or anchor in anchors(path), f"{word}: {link}"


def test_notebooks_link_to_words_that_are_there_and_to_few(root: Path) -> None:
    known = anchors(root / "docs" / "glossary.md")
    for path in some(sorted((root / "notebooks").glob("*.ipynb"))):
        text = "\n".join("".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
        used = re.findall(r"\(\.\./docs/glossary\.md#([^)]+)\)", text)
        assert 1 <= len(used) <= 5 and set(used) <= set(known), f"{path.name}: {used}"


def test_the_page_has_a_place_for_every_word(root: Path, words: dict[str, str], workshop: Path) -> None:
    study = load_study("practice", root=workshop)
    study.reports.mkdir(parents=True, exist_ok=True)
    (path,) = write_glossary(study, find_chapters(study), render=markdown_renderer(used={"main": 1}), publish=publish)
    html = path.read_text(encoding="utf-8")
    assert path.name == "glossary.html"
    assert [f'id="{word.lower().replace(" ", "-")}"' in html for word in words] == [True] * len(words)
