"""The command line: help that teaches and is there at once, exit codes, dry runs, and the commands of README and docs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import __main__ as commands
from helpers.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/commands.md", "studies/world-press/README.md")
NAMES = ("draft-study", "check", "collect", "run", "tables", "report", "code", "export", "release", "rehydrate", "lab",
         "site")  # fmt: skip
HEAVY = {"pandas", "numpy", "pyarrow", "matplotlib", "rich", "helpers.study", "helpers.pipeline"}


def test_help_is_there_at_once_and_imports_nothing_heavy() -> None:
    code = "import sys; from helpers.__main__ import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    begun = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begun
    assert not HEAVY & set(ended.stderr.split())
    assert all(name in ended.stdout for name in NAMES) and "130 when it was" in ended.stdout
    assert seconds < 5  # on a machine that is busy; alone it takes a quarter of a second


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_and_those_that_write_or_ask_a_dry_run(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert name == "tables" or "--dry-run" in said
    assert name in ("tables", "lab") or f"python -m helpers {name}" in said  # an example


def test_exit_codes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tables", "prss"]) == 1
    assert capsys.readouterr().err.startswith("tables: study 'prss' has no folder") and capsys.readouterr().err == ""
    assert main(["tabels", "press"]) == 2
    assert "Did you mean 'tables'?" in capsys.readouterr().err

    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "_study", interrupted)
    assert main(["check", "press"]) == 130
    assert capsys.readouterr().err == "check: stopped; what was finished before is untouched\n"


def test_an_error_is_one_line_whatever_its_kind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(name: str) -> None:
        raise OSError("No space left\non device")

    monkeypatch.setattr(commands, "_study", full)
    assert main(["release", "press"]) == 1
    assert capsys.readouterr().err == "release: No space left on device\n"


def test_a_dry_run_of_a_draft_shows_it_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    shutil.copytree(ROOT / "studies" / "template", tmp_path / "studies" / "template")
    monkeypatch.setenv("COVERAGE_ROOT", str(tmp_path))
    export = tmp_path / "articles.csv"
    export.write_text(
        "date,text,outlet\n" + "2031-01-02,Averland and Borrovia met by the lake and talked of grain.,quay\n" * 3
    )
    before = sorted(tmp_path.rglob("*"))
    assert main(["draft-study", "mine", str(export), "--dry-run"]) == 0
    assert "Nothing was written" in capsys.readouterr().out and sorted(tmp_path.rglob("*")) == before
    (tmp_path / "studies" / "mine").mkdir()
    assert main(["draft-study", "mine", str(export), "--dry-run"]) == 1
    assert "is there already" in capsys.readouterr().err


def commands_of(page: str) -> list[str]:
    """Every command that a page tells a reader to type, in blocks and in lines."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [
        line.split("  #")[0].strip()
        for block in re.findall(r"^```\n(.*?)^```", text, re.M | re.S)
        for line in block.splitlines()
    ]
    inline = re.findall(r"`((?:make|\.venv/bin/python|cp|git) [^`\n]+|make)`", text)
    starts = ("make", ".venv/bin/python", "cp ", "git ")
    return list(dict.fromkeys(line for line in [*blocks, *inline] if line.startswith(starts)))


EVERY = sorted({line for page in PAGES for line in commands_of(page)})


def test_the_pages_name_commands() -> None:
    assert len(EVERY) > 15 and {"make report", "make lab", "make site"} <= set(EVERY)


@pytest.mark.parametrize("line", EVERY)
def test_every_command_of_the_pages_is_one(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A make target exists, and its recipe parses; a subcommand takes these words; a script is there.

    What they do is run by the tests of each: test_study_*, test_release, test_site, test_rehydrate, test_lab.
    """
    words = shlex.split(line)
    if words[0] == "make":
        target = [word for word in words[1:] if "=" not in word] or ["install"]
        recipe = subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True)
        assert recipe.returncode == 0, (target, recipe.stderr)
        named = re.findall(r"-m helpers (.*)", recipe.stdout)
        assert all(parses(shlex.split(one), capsys) for one in named), named
    elif words[:3] == [".venv/bin/python", "-m", "helpers"]:
        assert "COMMAND" in words or parses(words[3:], capsys), line
    elif words[0].startswith(".venv"):
        assert (ROOT / words[1]).exists(), line
    elif words[0] == "cp":
        assert (ROOT / words[-2]).exists()


def parses(words: list[str], capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether the command line takes these words, shown by what it says to one more that it cannot take."""
    assert main([*words, "--no-such-option"]) == 2
    said = capsys.readouterr().err
    return "No such option: --no-such-option" in said
