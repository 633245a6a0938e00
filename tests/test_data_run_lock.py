"""One run a study at a time: the second is told who is at work, and a run that was killed holds nobody up."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import __main__ as commands
from helpers.data import run_lock
from helpers.data.run_lock import RunError, one_run
from helpers.pipeline import open_corpus
from helpers.study import load_study

HOLD = """
import sys
from pathlib import Path
from helpers.data.run_lock import one_run
with one_run(Path(sys.argv[1]), "quay", "python -m helpers collect quay", say=print):
    print("at work", flush=True)
    sys.stdin.read()
"""


def take(folder: Path, lines: list[str]):
    return one_run(folder, "quay", "python -m helpers run quay", say=lines.append)


def test_the_second_is_told_who_is_at_work_and_after_a_kill_the_next_takes_over(tmp_path: Path) -> None:
    lines: list[str] = []
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "quay"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    with other:
        assert other.stdout.readline() == "at work\n"
        with pytest.raises(RunError) as refused, take(tmp_path / "quay", lines):
            pass
        said = str(refused.value)
        assert said.startswith(f"quay: `python -m helpers collect quay` (process {other.pid} on ") and "\n" not in said
        assert "since 20" in said and said.endswith("is at work; wait until it has ended, or end it first")
        with take(tmp_path / "pier", lines):
            pass
        assert lines == []
        other.send_signal(signal.SIGKILL)
    with take(tmp_path / "quay", lines):
        assert len(lines) == 1 and f"process {other.pid}" in lines[0] and "did not come to its end" in lines[0]
    with take(tmp_path / "quay", lines):
        pass
    assert len(lines) == 1


def test_the_key_is_the_folder_however_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "quay").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "quay")
    with take(tmp_path / "quay", []), pytest.raises(RunError), take(tmp_path / "link", []):
        pass


@pytest.mark.parametrize("said", ["", "{", "[1]", '{"command": 1}', "\x00"])
def test_a_broken_note_of_the_holder_is_no_obstacle(tmp_path: Path, said: str) -> None:
    (tmp_path / run_lock.HOLDER).write_text(said)
    lines: list[str] = []
    with take(tmp_path, lines):
        pass
    assert lines == []


def test_a_disk_without_locks_is_told_and_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(run_lock.FileLock, "acquire", none_here)
    lines: list[str] = []
    with take(tmp_path, lines):
        assert len(lines) == 1 and "knows no locks" in lines[0]


def test_commands_refuse_in_one_line_and_sweep_up_after_a_killed_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    study = dataclasses.replace(load_study("practice", root=root), root=tmp_path)
    corpus = open_corpus(study)
    monkeypatch.setattr(commands, "_study", lambda _: study)
    monkeypatch.setattr("helpers.pipeline.open_corpus", lambda *_, **__: corpus)
    for heavy, name in (("build", "build"), ("codebook", "write_codebook")):  # they are not come to, and slow to import
        monkeypatch.setitem(sys.modules, f"helpers.report.{heavy}", SimpleNamespace(**{name: None}))
    study.processed.mkdir(parents=True)
    (study.processed / ".counts-abc123").write_bytes(b"PAR1")
    study.reports.mkdir(parents=True)
    (study.reports / ".page-abc").write_text("<html>")
    with take(study.interim, []):
        for command in ("collect", "run", "report"):
            assert commands.main([command, "practice"]) == 1
            said = capsys.readouterr().err
            assert said.count("\n") == 1 and "is at work; wait until it has ended" in said, said
    monkeypatch.setattr("helpers.pipeline.all_tables.make_tables", lambda *_: [])
    monkeypatch.setattr("helpers.pipeline.analysed.without_articles", lambda _: "")
    assert commands.main(["run", "practice"]) == 0
    assert [path.name for path in study.processed.iterdir()] == [".made"]
    assert list(study.reports.iterdir()) == []
