"""Whatever is wrong in a study folder stops with file, line, value and the nearest valid one."""

import textwrap

import pytest

from helpers.study import StudyError, load_study

STUDY = """
title: Two outlets
question: Do they differ?
contact: mailto:someone@example.org
languages: [en, ru]
period: {start: 2030-01-01, end: 2030-12-31}
pair: [XAA, XBB]
entities:
  XAA: {en: [Borland], ru: [Борландия]}
  XBB: {en: [Tarvia], ru: [Тарвия]}
outlets:
  herald:
    name: Herald
    country: XAA
    language: en
    timezone: Europe/London
sources:
  - {kind: csv, path: rows.csv, outlet: herald, columns: {address: url}}
"""
CODEBOOK = """
version: 1
frames:
  TRADE:
    name: Trade
    tier: issue
    definition: {problem: Goods do not move, cause: Tariffs, judgement: Wasteful, remedy: Sign}
    include: [Any mention of goods]
    exclude: [Sport]
    source: written for this test
    indicators: {en: [grain], ru: [зерно]}
    examples: {en: {positive: [Grain is sold.], negative: [A match is played.]}}
"""
EVENTS = """
- id: summit
  date: 2030-05-01
  title: A summit
  kind: summit
  actors: [XAA, XBB]
  names: {en: [summit]}
  source: {publisher: Herald, title: A summit, address: "https://herald.invalid/1", checked: 2030-06-01}
"""


@pytest.fixture
def folder(tmp_path):
    """A checkout with one small valid study in it."""
    folder = tmp_path / "studies" / "small"
    folder.mkdir(parents=True)
    for name, text in {"study.yml": STUDY, "codebook.yml": CODEBOOK, "events.yml": EVENTS}.items():
        (folder / name).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return folder


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def load(folder):
    return load_study("small", root=folder.parents[1])


def test_a_valid_study_is_read_whole(folder):
    study = load(folder)
    assert study.outlets["herald"].edition == "en"
    assert study.pair == ("XAA", "XBB")
    assert [(event.id, event.names) for event in study.events] == [("summit", {"en": ("summit",)})]
    assert list(study.codebook.frames) == ["TRADE"]
    with pytest.raises(AttributeError):
        study.title = "another"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "version: 1\nframes:\n"])
def test_an_empty_codebook_says_which_file_and_what_to_do(folder, text):
    (folder / "codebook.yml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load(folder)
    assert str(caught.value).startswith("small/codebook.yml:") and "\n" not in str(caught.value)
    assert "copy one from studies/template/codebook.yml" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("study.yml", "question:", "qestion:", ["small/study.yml:2", "'qestion'", "'question'"]),
        ("study.yml", "outlet: herald,", "outlet: heralt,", ["small/study.yml:17", "'heralt'", "'herald'"]),
        ("study.yml", "end: 2030-12-31", "end: 2030-02-31", ["small/study.yml:5", "2030-02-31", "YYYY-MM-DD"]),
        ("study.yml", "Europe/London", "Europe/Londn", ["study.yml:15", "'Europe/Londn'", "'Europe/London'"]),
        ("study.yml", "language: en", "language: eng", ["study.yml:14", "'eng'"]),
        ("study.yml", "columns: {address: url}", "columns: {adress: url}", ["study.yml:17", "'adress'", "'address'"]),
        ("study.yml", "path: rows.csv", "path: ../rows.csv", ["study.yml:17", "'../rows.csv'"]),
        ("study.yml", "title: Two outlets", "title: [a", ["study.yml", "not valid YAML"]),
        ("study.yml", "    country: XAA", "    country: XAA\n    country: XBB", ["study.yml:14", "'country'", "twice"]),
        ("codebook.yml", "{en: [grain], ru: [зерно]}", "[grain]", ["codebook.yml:10", "without a language", "en, ru"]),
        ("codebook.yml", "tier: issue", "tier: isue", ["codebook.yml:5", "isue"]),
        ("events.yml", "2030-05-01", "May 2030", ["events.yml:2", "'May 2030'", "YYYY-MM-DD"]),
        ("events.yml", "[XAA, XBB]", "[XAA, XBC]", ["events.yml:5", "'XBC'"]),
        ("events.yml", "{en: [summit]}", "{eng: [summit]}", ["events.yml:6", "'eng'", "'en'"]),
        ("study.yml", "Europe/London", "[Europe/London]", ["study.yml:15", "['Europe/London']", "'Europe/London'"]),
        ("study.yml", "Europe/London", "3", ["study.yml:15", "time zone 3", "in all"]),
        ("study.yml", "title: Two outlets", "title: Two\x07outlets", ["study.yml:1", "#x0007", "delete"]),
        ("study.yml", "title: Two outlets", "title: " + "[" * 3000, ["small/study.yml", "never close"]),
        ("study.yml", "[en, ru]\nperiod", "[]\nperiod", ["study.yml:4", "one or more of en, ru"]),
        ("study.yml", "[en, ru]\nperiod", "[en, en]\nperiod", ["study.yml:4", "each once"]),
        ("study.yml", "en: [Tarvia]", "en: [borland]", ["study.yml:9", "'borland'", "XAA and XBB", "'&'"]),
        ("study.yml", "en: [Tarvia]", "en: [—]", ["study.yml:9", "'—'", "no word"]),
        (
            "study.yml",
            "    country: XAA",
            "    country: XAA\n    home: 'http://['",
            ["study.yml:14", "'http://['", "https://"],
        ),
        *(
            (
                "study.yml",
                "    country: XAA",
                f"    country: XAA\n    hosts: ['{host}']",
                ["study.yml:14", f"'{host}'", "herald.example"],
            )
            for host in ("https://herald.example.org", "herald.example.org/news", "8.8.8.8", "herald")
        ),
        (
            "study.yml",
            "    country: XAA",
            "    country: XAA\n    collected: [{start: 2030-02-01, end: 2030-01-01}]",
            ["study.yml:14", "ends 2030-01-01", "swap"],
        ),
        (
            "study.yml",
            "sources:",
            "known_volume: [{outlet: herald, path: .}]\nsources:",
            ["study.yml:16", "no such file"],
        ),
        *(
            ("study.yml", "sources:", f"labels: [{{{label}}}]\nsources:", ["study.yml:16", *told])
            for label, told in {
                "language: en, label: '', reason: why, terms: [a, b]": ["label is empty", "what the topic is about"],
                "language: en, label: x, reason: ' ', terms: [a, b]": ["reason is empty", "why it is called so"],
                "language: ko, label: x, reason: why, terms: [a, b]": ["'ko'"],
                "language: en, label: x, reason: why, terms: [a]": ["2 terms at least"],
                "language: en, label: x, terms: [a, b]": ["no 'reason'"],
            }.items()
        ),
        *(
            ("study.yml", "sources:", f"concepts: {{{concept}}}\nsources:", ["study.yml:16", *told])
            for concept, told in {
                "arms: {xx: [shell]}": ["'arms'", "'xx'"],
                "arms: {en: [heavy shell]}": ["'heavy shell'", "heavy + shell", "single words"],
                "arms: {en: [shell]}, sea: {en: [shells]}": ["'sea'", "'shell' is a term of 'arms' too"],
            }.items()
        ),
        ("study.yml", "sources:", "analysis: {seed: x}\nsources:", ["study.yml:16", "'x'", "whole number from 0 to"]),
        (
            "events.yml",
            "https://herald.invalid/1",
            "herald.invalid/1",
            ["events.yml:7", "'herald.invalid/1'", "https://"],
        ),
    ],
)
def test_each_fault_names_its_line_and_value(folder, name, old, new, expected):
    edit(folder, name, old, new)
    with pytest.raises(StudyError) as caught:
        load(folder)
    message = str(caught.value)
    assert "\n" not in message
    for part in expected:
        assert part in message


def test_an_unknown_study_lists_the_ones_there_are(folder):
    with pytest.raises(StudyError, match="small"):
        load_study("smal", root=folder.parents[1])


def test_no_is_norwegian_and_not_a_refusal(folder):
    edit(folder, "study.yml", "title: Two outlets", "title: no")
    assert load(folder).title == "no"


def test_labels_and_concepts_are_read_as_they_are_counted(folder):
    lines = (
        "labels: [{language: ru, label: Война, reason: so, terms: [солдат, фронт]}]\n"
        "concepts: {soldier: {en: [Soldiers], ru: [солдаты], ko: [병사]}}\nsources:"
    )
    edit(folder, "study.yml", "sources:", lines)
    study = load(folder)
    assert [(label.language, label.text, label.terms) for label in study.labels] == [
        ("ru", "Война", ("солдат", "фронт"))
    ]
    assert study.concepts == {"soldier": {"en": ("soldier",), "ru": ("солдат",)}}
