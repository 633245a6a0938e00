"""Lemmas kept between runs: the same study with and without them, and nothing stale."""

from __future__ import annotations

import json

import built
import pytest

from helpers.study import known_lemmas, load_study
from helpers.study.known_lemmas import FILE, KnownLemmas


def test_a_study_is_the_same_whether_its_lemmas_were_kept_or_not(tmp_path, monkeypatch) -> None:
    root = built.workshop(tmp_path)
    first = load_study("practice", root=root)
    assert (root / "data" / "interim" / FILE).exists()

    def refuse(*arguments: object, **options: object) -> list[str]:
        raise AssertionError(f"asked again: {arguments}")

    monkeypatch.setattr(known_lemmas, "lemmas", refuse)
    assert load_study("practice", root=root).codebook == first.codebook


@pytest.mark.parametrize("kept", ["", "{", '{"version": "other", "lemmas": {"en": {"ships": ["wrong"]}}}', "[]"])
def test_what_is_cut_off_or_older_is_asked_again(tmp_path, kept) -> None:
    path = tmp_path / FILE
    path.write_text(kept, encoding="utf-8")
    known = KnownLemmas(path)
    assert known("ships", "en") == ["ship"]
    known.keep()
    assert json.loads(path.read_text(encoding="utf-8"))["lemmas"] == {"en": {"ships": ["ship"]}}


def test_a_folder_that_cannot_be_written_to_costs_nothing_but_time(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    known = KnownLemmas(tmp_path / "file" / FILE)
    assert known("ships", "en") == ["ship"]
    known.keep()
