"""The keys of web sources: what is taken from them, and what is refused with file, line and value."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_study import CODEBOOK, EVENTS, STUDY

from helpers.study import MediaCloud, StudyError, load_study

KEY = "0123456789abcdef0123456789abcdef01234567"


def load(folder: Path, source: str, *, home: str = "https://herald.example.org/"):
    study = folder / "studies" / "small"
    study.mkdir(parents=True)
    text = STUDY.split("sources:")[0].replace("    name: Herald\n", f"    name: Herald\n    home: '{home}'\n")
    (study / "study.yml").write_text(f"{text.strip()}\nsources:\n  - {source}\n", encoding="utf-8")
    (study / "codebook.yml").write_text(CODEBOOK.strip(), encoding="utf-8")
    (study / "events.yml").write_text(EVENTS.strip(), encoding="utf-8")
    (study / "list.txt").write_text("https://herald.example.org/1\n", encoding="utf-8")
    return load_study("small", root=folder)


def test_a_web_source_carries_services_list_and_filter(tmp_path: Path) -> None:
    [source] = load(
        tmp_path,
        "{kind: web, outlet: herald, services: [gdelt, wayback, mediacloud, ccnews], addresses: list.txt, "
        "filter: terms, mediacloud: {sources: [7], collections: [9, 11], key_variable: MY_KEY}}",
    ).sources
    assert source.services == ("gdelt", "wayback", "mediacloud", "ccnews") and source.filter == "terms"
    assert source.addresses == tmp_path / "studies" / "small" / "list.txt"
    assert source.mediacloud == MediaCloud((7,), (9, 11), "MY_KEY")


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("services: [gdlet]", "service 'gdlet' is not known; did you mean 'gdelt'?"),
        ("services: [mediacloud]", "Media Cloud needs both"),
        ("mediacloud: {sources: [1]}", "Media Cloud needs both"),
        ("services: [mediacloud], mediacloud: {sources: []}", "needs 'sources' or 'collections'"),
        ("services: [mediacloud], mediacloud: {sources: [herald]}", "must be a whole number from 1"),
        (
            "services: [mediacloud], mediacloud: {sources: [1], key: x}",
            "unknown key 'key'; valid here: sources, collections, key_variable",
        ),
        ("addresses: absent.txt", "addresses 'absent.txt': no such file in the study folder"),
        ("addresses: ../list.txt", "must stay inside the study folder"),
        ("filter: subject", "filter 'subject' is not known; valid here: terms"),
        ("feeds: [herald.example.org/rss]", "must start with http:// or https://"),
    ],
)
def test_a_wrong_key_of_a_web_source_is_refused(tmp_path: Path, keys: str, wanted: str) -> None:
    with pytest.raises(StudyError) as caught:
        load(tmp_path, f"{{kind: web, outlet: herald, {keys}}}")
    assert wanted in str(caught.value) and str(caught.value).startswith("small/study.yml:")
    assert "\n" not in str(caught.value)


def test_a_key_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    for n, key in enumerate((KEY, KEY.upper(), "my_key")):
        keys = f"services: [mediacloud], mediacloud: {{sources: [1], key_variable: '{key}'}}"
        with pytest.raises(StudyError, match="never the key itself") as caught:
            load(tmp_path / str(n), f"{{kind: web, outlet: herald, {keys}}}")
        assert key not in str(caught.value)


def test_services_need_a_home_and_web_keys_a_web_source(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="give outlet 'herald' a 'home'"):
        (tmp_path / "a").mkdir()
        study = STUDY.split("sources:")[0] + "sources:\n  - {kind: web, outlet: herald, services: [gdelt]}\n"
        folder = tmp_path / "a" / "studies" / "small"
        folder.mkdir(parents=True)
        for name, text in {"study.yml": study, "codebook.yml": CODEBOOK, "events.yml": EVENTS}.items():
            (folder / name).write_text(text.strip(), encoding="utf-8")
        load_study("small", root=tmp_path / "a")
    with pytest.raises(StudyError, match="'services' is for a source of kind 'web'"):
        load(tmp_path / "b", "{kind: csv, path: list.txt, outlet: herald, services: [gdelt]}")
