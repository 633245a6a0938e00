"""docs/own-study.md followed to the letter: its files are written, its commands run, on invented outlets."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from test_collect_warc import File

from helpers.__main__ import main
from helpers.pipeline import Corpus, open_corpus
from helpers.study import load_study

BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = ["signed a treaty of friendship", "sent troops and shells to one another", "broke a resolution of the council"]
STORY = "".join(
    f"<p>Borland and Tarvia {said}, officials said on day {n}, and nobody knew what it would cost.</p>"
    for n, said in enumerate(SAID)
)


def section(root: Path, heading: str) -> list[tuple[str, str, str]]:
    """The blocks below a heading, up to the next: language, file name, text."""
    text = (root / "docs" / "own-study.md").read_text(encoding="utf-8")
    found = re.search(rf"^#+ {heading}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, heading
    return BLOCK.findall(found.group(1))


@pytest.fixture
def checkout(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout with the template, where commands find themselves."""
    shutil.copytree(root / "studies" / "template", tmp_path / "studies" / "template")
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def more(name: str, text: str) -> str:
    """A layout's two rows again and again, with other numbers, so that there is something to count."""
    head, *rows = text.splitlines()
    own = re.compile(r"(?<=a)\d(?=,)|^\d(?=,)|(?<=/)\d$|\d{4}$")
    return "\n".join([head, *(own.sub(str(1000 + n), row) for n, row in enumerate(20 * rows))]) + "\n"


def follow(blocks: list[tuple[str, str, str]]) -> list[str]:
    """Write each file, run each command; which studies were asked of the network stays for the caller."""
    asked = []
    for language, name, text in blocks:
        if name:
            Path(name).write_text(more(name, text) if language == "csv" else text, encoding="utf-8")
        elif language == "python":
            exec(text, {})
        elif language == "console":
            for line in text.splitlines():
                asked += run(shlex.split(line))
    return asked


def run(words: list[str]) -> list[str]:
    """One line of a console; what needs the network, or builds a whole report, is given back."""
    if words[:3] == [".venv/bin/python", "-m", "helpers"]:
        if words[3] in ("check", "collect"):
            return [" ".join(words[3:])]
        assert main(words[3:]) == 0
    elif words[:2] == ["mkdir", "-p"]:
        Path(words[2]).mkdir(parents=True)
    elif words[:2] == ["cp", "-r"]:
        shutil.copytree(words[2], words[3])
    elif words[0] == "cp":
        shutil.copy(words[1], words[2])
    else:
        assert words[:2] == ["make", "report"], words
        return [" ".join(words)]
    return []


def helped(command: str) -> object:
    """How asking a command for help ends, which says whether there is such a command."""
    try:
        return main([command, "--help"])
    except SystemExit as ended:
        return ended.code


def opened(name: str, checkout: Path) -> Corpus:
    return open_corpus(load_study(name, root=checkout), say=lambda line: None)


@pytest.mark.parametrize(
    ("heading", "name", "unit", "fields"),
    [
        ("Media Cloud", "mine-mediacloud", "headline", {"outlet": "media_name", "title": "title", "id": "id"}),
        ("LexisNexis", "mine-lexisnexis", "paragraph", {"outlet": "Newspaper", "text": "Article", "byline": "Author"}),
        ("Factiva", "mine-factiva", "paragraph", {"outlet": "SN", "text": "text", "title": "HD", "id": "AN"}),
        ("Anything else", "mine", "paragraph", {"outlet": "paper", "text": "words", "date_format": "%d/%m/%Y"}),
    ],
)
def test_an_export_becomes_a_study_that_is_counted(
    heading: str, name: str, unit: str, fields: dict[str, str], root: Path, checkout: Path
) -> None:
    assert not follow(section(root, heading))
    corpus = opened(name, checkout)
    source = corpus.study.sources[0]
    assert corpus.study.unit == unit and corpus.study.pair == ("XAA", "XBB")
    assert {field: source.columns[field] for field in fields} == fields
    assert len(corpus.study.outlets) == 2 and set(corpus.collect_ledger["outcome"]) == {"kept"}
    assert corpus.articles["analysed"].sum() >= 2 and corpus.articles["outlet"].nunique() == 2
    assert set(corpus.counts["term"]) >= {"@XAA", "@XBB", "treaty"}
    assert (corpus.indicator_measures["value"] > 0).any()
    if heading == "Factiva":
        text = "\n".join(corpus.articles["text"])
        assert "signed a treaty of friendship" in text and "come into force" in text  # both of its fields


def test_web_archives_become_a_study(root: Path, checkout: Path) -> None:
    file = File()
    for n in range(3):
        for host in ("harbour.example", "valley.example", "elsewhere.example"):
            page = f"<html><title>Story {n} of {host}</title><body><article>{STORY} {n}</article></body></html>"
            file.add(f"/2030/05/0{n + 1}/story-{n}", page.encode(), host=host, date=f"2030-05-0{n + 2}T10:00:00Z")
    file.save(checkout / "pages.warc.gz")
    assert not follow(section(root, "You have WARC files"))
    corpus = opened("mine-warc", checkout)
    assert corpus.pages["outlet"].value_counts().to_dict() == {"harbour": 3, "valley": 3}
    assert corpus.articles["analysed"].any() and set(corpus.articles["outlet"]) <= {"harbour", "valley"}


def test_a_list_of_outlets_becomes_a_study_that_may_be_checked_and_collected(
    root: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = follow(section(root, "You have a list of outlets"))
    assert asked == ["check mine-web", "collect mine-web"]
    study = load_study("mine-web", root=checkout)
    assert [source.kind for source in study.sources] == ["web", "web"] and set(study.outlets) == {"harbour", "valley"}
    for line in asked:
        assert helped(line.split()[0]) == 0 and line.split()[0] in capsys.readouterr().out


def test_the_plan_of_the_page_is_read_and_the_last_command_is_the_report(root: Path, checkout: Path) -> None:
    follow(section(root, "You have a list of outlets"))
    blocks = section(root, "Check, then run")
    (plan,) = [text for language, _, text in blocks if language == "yaml"]
    path = checkout / "studies" / "mine-web" / "study.yml"
    path.write_text(path.read_text(encoding="utf-8") + plan, encoding="utf-8")
    study = load_study("mine-web", root=checkout)
    assert study.plan and study.plan.comparisons[0].measure == "ALLIANCE"
    assert follow([block for block in blocks if block[0] == "console"]) == ["make report STUDY=mine"]
