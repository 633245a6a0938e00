"""No page of a report speaks in codes: every offence is listed with its surroundings."""

from __future__ import annotations

import re

import built
import pytest
from page_words import offences, text_of
from some import some

from helpers.study import Study

PAGES = "0[1-9]-*.html"  # those of the collection; a study's own report is its writer's
SAID = re.compile(r"Answer\.\s+(.+?)\s+Caveat\.")
UNSAID = "Computed under"  # what the line says in JupyterLab


@pytest.fixture(scope="module", params=["press", "practice"])
def study(request: pytest.FixtureRequest) -> Study:
    return built.built(request.param)


def codes_of(study: Study) -> list[str]:
    """Ids of outlets and frames that are no words, so that a page that shows one shows an id."""
    return [code for code in (*study.outlets, *study.codebook.frames) if not code.islower() or "-" in code]


def test_no_page_shows_a_code_an_id_or_a_number_parted_from_its_unit(study: Study) -> None:
    codes = codes_of(study)
    pages = {path.name: path.read_text(encoding="utf-8") for path in sorted(study.reports.glob(PAGES))}
    assert len(pages) == 9
    shown = [f"{name}: {offence}" for name, page in pages.items() for offence in offences(page, ids=codes)]
    assert not shown, "\n".join(shown)


def test_every_page_answers_its_question_in_a_sentence_or_two(study: Study) -> None:
    for path in some(sorted(study.reports.glob(PAGES))):
        (answer,) = SAID.findall(text_of(path.read_text(encoding="utf-8")))
        assert UNSAID not in answer, path.name
        assert 1 <= len(re.findall(r"[.!?](?=\s|$)", answer)) <= 4, f"{path.name}: {answer}"


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<p>said of @RUS</p>", "an internal token"),
        ("<p>CHINA_PLACE fires</p>", "a code in capitals"),
        ("<td>heldout_fit</td>", "a name with an underscore"),
        ("<td>en-03 missile</td>", "a topic by its number"),
        ("<td>nan</td>", "not a number"),
        ("<p>19.1 either way</p>", "an interval by half of it"),
        ("<p>34 % of them</p>", "a break before a unit"),
        ("<p>p = .03</p>", "a break before a unit"),
        ("<td>faad5adfc3af9965</td>", "a hash"),
        ("<p>Language ko: 3</p>", "a language by its code"),
        ("<p>beside daily-mail</p>", "an id"),
    ],
)
def test_each_offence_is_seen(page: str, what: str) -> None:
    assert [offence.partition(": ")[0] for offence in offences(page, ids=["daily-mail"])] == [what]


def test_names_of_files_addresses_code_and_words_in_any_script_are_no_offence() -> None:
    page = (
        "<p>34\N{NO-BREAK SPACE}% of ‘грузы, 파병’, see <code>a_b</code>, 08-events and data_statement.md</p>"
        "<pre>x_y = nan</pre><a href='https://press.invalid/en-01'>https://press.invalid/en-01</a><p>None of 9; e@x.org</p>"
    )
    assert offences(page, ids=["press-one"]) == []
