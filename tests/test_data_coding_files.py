"""Coders' files: the last word counts, what was taken back does not, and a broken line spoils no other."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from helpers.coding.intrusion import KINDS, NO_ANSWER
from helpers.data.coding_files import ANSWERS, append, coder_name, moment, read_answers, read_lines, save_answer

KIND = KINDS[0]


def said(folder: Path, coder: str, task: str, answer: str, second: int = 0) -> Path:
    when = datetime.datetime(2031, 1, 5, 12, 0, second, tzinfo=datetime.UTC)
    return save_answer(folder, KIND, coder=coder, task=task, answer=answer, judged=when)


def test_the_last_answer_counts_and_one_taken_back_does_not(tmp_path: Path) -> None:
    for second, (coder, task, answer) in enumerate(
        [
            ("Ann", "t1", "quay"),
            ("ann", "t2", "pier"),
            ("ben", "t1", "moor"),
            ("ann", "t1", "pier"),
            ("ann", "t2", NO_ANSWER),
        ]
    ):
        said(tmp_path, coder, task, answer, second)
    table = read_answers(tmp_path, KIND)
    assert table[["task", "coder", "answer"]].values.tolist() == [["t1", "ann", "pier"], ["t1", "ben", "moor"]]
    assert table["judged"].dt.second.tolist() == [3, 2] and table.index.tolist() == [0, 1]
    assert read_answers(tmp_path, KIND, coder="BEN")["coder"].tolist() == ["ben"]
    assert read_answers(tmp_path, KIND, coder="eve").empty and read_answers(tmp_path, KINDS[1]).empty
    said(tmp_path, "ann", "t2", "moor", 9)
    assert len(read_answers(tmp_path, KIND, coder="ann")) == 2


def test_a_line_that_was_left_unfinished_stays_alone(tmp_path: Path) -> None:
    path = said(tmp_path, "ann", "t1", "quay")
    whole = path.read_bytes()
    path.write_bytes(whole + b't2,word,ann,"pi')
    said(tmp_path, "ann", "t3", "moor")
    assert read_answers(tmp_path, KIND)["task"].tolist() == ["t1", "t3"]
    path.write_bytes(whole.replace(b"12:00:00Z", b"12:00"))
    assert read_answers(tmp_path, KIND).empty  # no whole time
    path.write_bytes(whole.replace(b",ann,", b",ben,"))
    with pytest.raises(ValueError, match=r"holds a line of .* by 'ben'; move it to that coder's file"):
        read_answers(tmp_path, KIND)


def test_a_new_file_has_its_head_once(tmp_path: Path) -> None:
    path = append(tmp_path / "deep" / "one.csv", ["a", "b"], [["1", "x,y"]])
    append(path, ["a", "b"], [["2", ""], ["3", "z"]])
    assert path.read_text() == 'a,b\n1,"x,y"\n2,\n3,z\n' and read_lines(path) == [["1", "x,y"], ["2", ""], ["3", "z"]]
    assert said(tmp_path, "ann", "t1", "quay").read_text().splitlines()[0] == ",".join(ANSWERS)


def test_names_and_times_are_written_one_way(tmp_path: Path) -> None:
    east = datetime.timezone(datetime.timedelta(hours=9))
    assert moment(datetime.datetime(2031, 1, 5, 12, 0, 1, 999, tzinfo=east)) == "2031-01-05T03:00:01Z"
    with pytest.raises(ValueError, match="has no zone"):
        moment(datetime.datetime(2031, 1, 5))
    assert coder_name("ÉVE-2") == "éve-2" and coder_name("a" * 40) == "a" * 40
    for name in ("", "-a", "two words", "a/b", "a" * 41):
        with pytest.raises(ValueError, match="must be one word"):
            coder_name(name)
    with pytest.raises(ValueError, match="is not one line of words"):
        said(tmp_path, "ann", "t1", "two\nlines")
    with pytest.raises(ValueError, match="kind 'guess' is not one of"):
        read_answers(tmp_path, "guess")
