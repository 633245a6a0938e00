"""The codebook: what parses, and what is refused and where."""

import copy

import pytest

from helpers.frames.codebook import CodebookError, parse_codebook

ENTITIES = {"RUS": {"en": ("Russia",)}, "PRK": {"en": ("DPRK",)}}
BOOK = {
    "version": 2,
    "frames": {
        "ALLIANCE": {
            "name": "Alliance and treaty",
            "tier": "issue",
            "definition": {"problem": "a", "cause": "b", "judgement": "c", "remedy": "d"},
            "include": ["pacts"],
            "source": "written for this test",
            "indicators": {
                "en": ["strategic partnerships", "treaty", {"all": ["allies", "@PRK"], "none": ["exercise"]}],
                "ru": ["стратегическое партнёрство"],
            },
            "examples": {
                "en": {
                    "positive": ["They signed treaties.", "An ally of the DPRK spoke."],
                    "negative": ["Rain fell.", "The DPRK and its ally held an exercise."],
                }
            },
        }
    },
}


def changed(path, value):
    """The codebook with the value at a path of keys replaced; None removes the key."""
    book = copy.deepcopy(BOOK)
    place = book
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return book


def test_indicators_become_terms_as_counts_has_them():
    book = parse_codebook(BOOK, languages=["en", "ru"], entities=ENTITIES)
    assert [one.all for _, one in book.indicators("en")] == [
        ("strategic partnership",),
        ("treaty",),
        ("ally", "@PRK"),
    ]
    assert book.phrases("en") == ("strategic partnership",)
    assert book.phrases("ru") == ("стратегический партнерство",)
    assert list(book.frames) == ["ALLIANCE"] and book.version == 2


def test_a_language_the_study_does_not_have_is_left_out():
    book = parse_codebook(BOOK, languages=["en"])
    assert book.indicators("ru") == ()


FRAME = ("frames", "ALLIANCE")


@pytest.mark.parametrize(
    ("path", "value", "where", "words"),
    [
        (("frame",), {}, ("frame",), "did you mean 'frames'"),
        (("version",), "two", ("version",), "'two' is not a whole number"),
        (("frames", "alliance"), {}, ("frames", "alliance"), "ALLIANCE"),
        ((*FRAME, "indicator"), {}, (*FRAME, "indicator"), "did you mean 'indicators'"),
        (("frames",), {}, ("frames",), "there is no frame; copy one from studies/template/codebook.yml"),
        ((*FRAME, "source"), None, FRAME, "'source' is missing"),
        ((*FRAME, "tier"), "general", (*FRAME, "tier"), "generic, issue"),
        ((*FRAME, "definition", "remedy"), None, (*FRAME, "definition"), "'remedy' is missing"),
        ((*FRAME, "indicators"), ["treaty"], (*FRAME, "indicators"), "without a language"),
        ((*FRAME, "indicators", "rus"), ["x"], (*FRAME, "indicators", "rus"), "did you mean 'ru'"),
        (
            (*FRAME, "indicators", "ru", 0),
            "раз два три четыре пять",
            (*FRAME, "indicators", "ru", 0, "all", 0),
            "5 words",
        ),
        (
            (*FRAME, "indicators", "en", 1),
            "pact, treaty",
            (*FRAME, "indicators", "en", 1, "all", 0),
            "punctuation",
        ),
        (
            (*FRAME, "indicators", "en", 1),
            "@PKR",
            (*FRAME, "indicators", "en", 1, "all", 0),
            "did you mean '@PRK'",
        ),
        (
            (*FRAME, "indicators", "en", 2),
            {"none": ["x"]},
            (*FRAME, "indicators", "en", 2),
            "'all' is missing",
        ),
        (
            (*FRAME, "indicators", "en", 2),
            {"all": ["x"], "non": []},
            (*FRAME, "indicators", "en", 2, "non"),
            "'none'",
        ),
        (
            (*FRAME, "indicators", "en", 2),
            {"all": ["x"], "none": ["x"]},
            (*FRAME, "indicators", "en", 2),
            "never fire",
        ),
        ((*FRAME, "indicators", "en", 2), 7, (*FRAME, "indicators", "en", 2), "not a mapping"),
        ((*FRAME, "examples", "en", "positive"), "x", (*FRAME, "examples", "en", "positive"), "not a list"),
    ],
)
def test_a_fault_is_named_with_its_path(path, value, where, words):
    with pytest.raises(CodebookError) as caught:
        parse_codebook(changed(path, value), languages=["en", "ru"], entities=ENTITIES)
    assert caught.value.path == where
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
