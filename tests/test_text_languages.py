"""A language is one file: what is there is known, faults are named, and a sixth one needs nothing else."""

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.data import provenance
from helpers.text import languages
from helpers.text.languages import LANGUAGES, language, model


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_what_the_house_asks_of_it(code):
    known = language(code)
    assert known.code == code and known.name and known.script
    assert known.words.analyser == "simplemma" or (known.words.analyser == "own" and known.rule("pairs"))
    assert known.words.stop and known.words.source and known.words.reporting
    assert known.speech.marks and known.speech.said and known.speech.after
    assert known.agencies.forms and known.agencies.announces
    assert known.dates.units and known.dates.days.keys() == {"0", "1", "2"}
    assert known.page.paywall and known.page.comment_forms and known.page.empty_sources
    assert known.machine.subject


def alone(code: str) -> subprocess.CompletedProcess[str]:
    """Python in a process of its own."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_no_file_is_read_before_its_language_is_asked_for():
    ran = alone(
        "import helpers.text.counts, helpers.text.languages as known\n"
        "assert known.language.cache_info().currsize == 0\n"
        "from helpers.text.tokens import lemmas\n"
        "lemmas('Treaties', 'en'); assert known.language.cache_info().currsize == 1"
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_hash_of_code_holds_every_file_of_every_language():
    sources, _ = provenance._closure("helpers.text.counts")
    files = {path.name for path in sources.values() if path.parent.name == "languages"}
    assert {f"{code}.yml" for code in LANGUAGES} | {"others.yml", "en.py", "ko.py", "ru.py", "zh.py"} <= files


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"dates": {}}, "xx.yml: a language needs a name"),
        ({"name": "X", "dats": {}}, "xx.yml: 'dats' is no key of a language; nearest: 'dates'"),
        ({"name": "X", "dates": {"eras": {"juche": "long ago"}}}, "xx.yml: eras.juche cannot be 'long ago'"),
        ({"name": "X", "speech": {"leads": {"a": "b"}}}, "xx.yml: leads cannot be {'a': 'b'}"),
        ({"name": "X", "speech": ["said"]}, "xx.yml: 'speech' holds keys with values, not ['said']"),
    ],
)
def test_a_fault_in_a_file_is_named(entries, message):
    with pytest.raises(ValueError) as caught:
        model.read("xx", entries, "xx.yml")
    assert str(caught.value) == message


def test_what_several_languages_share_is_asked_of_all_and_each_stands_once():
    assert languages.pieces("dates", "year_words")[:2] == ("года", "год")
    assert len(set(languages.pieces("byline", "roles"))) == len(languages.pieces("byline", "roles"))
    assert languages.either("dates", "clock") == "Uhr"


def test_the_page_on_adding_a_language_has_every_key_and_no_other():
    page = (Path(__file__).parents[1] / "docs" / "adding-a-language.md").read_text(encoding="utf-8")
    keys = page[page.index("## Keys") : page.index("### `<code>.py`")]
    known = {field.name: field for field in dataclasses.fields(model.Language)}
    sections = {name for name, field in known.items() if dataclasses.is_dataclass(field.default_factory)}
    told = {}
    for part in re.split(r"^### ", keys, flags=re.MULTILINE):
        rows = [row.split("|")[1] for row in part.splitlines() if row.startswith("| `")]
        told[part.split("\n")[0]] = set(re.findall(r"`(\w+)`", " ".join(rows)))
    own = told.pop("## Keys")
    assert own == set(known) - sections - {"code", "rules"}
    assert told == {
        name: {field.name for field in dataclasses.fields(known[name].default_factory)} for name in sections
    }


def test_a_sixth_language_is_one_file_from_an_export_to_counts(root, tmp_path):
    script = Path(__file__).parent / "languages" / "tried.py"
    ran = subprocess.run([sys.executable, script, tmp_path, root], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "languages": ["de"],
        "articles": 60,
        "published": "2024-01-01 14:05:00+00:00",
        "detected": ["de"],
        "speakers": ["Iwan Petrow", "Nordkoreas Botschafter Kim Min"],
        "relevant": 1.0,
        "entities": {"@PRK": 200, "@RUS": 120},  # a sentence that a third of the articles share is the site's
        "lemmas": ["vertrag", "nordkoreanisch", "russland", "unterzeichnen"],
        "dates": ["2024-01-19T08:30:00+00:00", None, "2024-06-19T12:05:00+00:00"],
        "authors": ["Ada Byron", "Jana Groß"],
        "credit": ["dpa", "dateline: BERLIN, 19. Juni (dpa)"],
        "machine": "Dieser Text wurde mit Hilfe von künstlicher Intelligenz erstellt.",
    }
