"""The codebook: what parses, and what is refused and where."""

import copy

import pytest

from helpers.frames.codebook import CodebookError, extend_codebook, parse_codebook

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


@pytest.mark.parametrize(
    ("path", "value", "where", "words"),
    [
        (("version",), 0, ("version",), "0 is not a whole number from 1"),
        (("version",), True, ("version",), "True is not a whole number"),
        ((*FRAME, "indicators", "en"), "treaty", (*FRAME, "indicators", "en"), "'treaty' is not a list of indicators"),
        ((*FRAME, "indicators", "en", 0), {"all": []}, (*FRAME, "indicators", "en", 0), "at least one term under all"),
        ((*FRAME, "indicators", "en", 1), " ", (*FRAME, "indicators", "en", 1, "all", 0), "' ' is not a text"),
        ((*FRAME, "name"), 7, (*FRAME, "name"), "7 is not a text"),
        ((*FRAME, "tier"), "xyz", (*FRAME, "tier"), "'xyz' is not one of generic, issue"),
        ((*FRAME, "qqqq"), 1, (*FRAME, "qqqq"), "unknown key 'qqqq'; use one of boundary, definition, examples"),
        ((*FRAME, "indicators", "en", 1), "@ZZ", (*FRAME, "indicators", "en", 1, "all", 0), "use one of @PRK, @RUS"),
        ((*FRAME, "examples", "en", "negative", 0), "", (*FRAME, "examples", "en", "negative", 0), "'' is not a text"),
    ],
)
def test_what_is_next_to_right_is_named_too(path, value, where, words):
    with pytest.raises(CodebookError) as caught:
        parse_codebook(changed(path, value), languages=["en", "ru"], entities=ENTITIES)
    assert caught.value.path == where and words in str(caught.value)


def test_four_words_are_a_phrase_and_a_term_without_words_is_none():
    def read(text, words):
        book = changed((*FRAME, "indicators", "en"), [text])
        return parse_codebook(book, languages=["en"], entities=ENTITIES, lemmas=lambda *_: words)

    assert read("a b c d", list("abcd")).phrases("en") == ("a b c d",)
    with pytest.raises(CodebookError, match="has 5 words; at most 4"):
        read("a b c d e", list("abcde"))
    with pytest.raises(CodebookError, match="indicator '…' holds no word"):
        read("…", [])
    with pytest.raises(CodebookError, match="the codebook is empty") as caught:
        parse_codebook(None, languages=["en"])
    assert caught.value.path == ()
    unknown = changed((*FRAME, "indicators", "en"), ["@ANY"])
    assert parse_codebook(unknown, languages=["en"]).indicators("en")[0][1].all == (
        "@ANY",
    )  # no entities to hold it to


def test_a_book_that_extends_another_keeps_leaves_out_and_changes():
    base = {
        "version": 9,
        "frames": {name: dict(BOOK["frames"]["ALLIANCE"], name=name) for name in ("AID", "TRADE", "WAR")},
    }
    own = {"version": 2, "extends": "other", "leave_out": ["AID"]}
    own["frames"] = {"WAR": {"name": "War", "examples": {"ru": {}}}, "PEACE": {"name": "Peace"}}
    book = extend_codebook(own, base)
    assert book["version"] == 2 and list(book["frames"]) == ["TRADE", "WAR", "PEACE"]
    assert book["frames"]["WAR"]["name"] == "War" and book["frames"]["PEACE"] == {"name": "Peace"}
    assert set(book["frames"]["WAR"]["examples"]) == {"en", "ru"}
    assert book["frames"]["WAR"]["indicators"] == BOOK["frames"]["ALLIANCE"]["indicators"]
    with pytest.raises(CodebookError, match="'AIDE' is not in other; did you mean 'AID'") as caught:
        extend_codebook(own | {"leave_out": ["TRADE", "AIDE"]}, base)
    assert caught.value.path == ("leave_out", 1)
    with pytest.raises(CodebookError, match="'WAR' is left out and given") as caught:
        extend_codebook(own | {"leave_out": ["WAR"]}, base)
    assert caught.value.path == ("frames", "WAR")
    with pytest.raises(CodebookError, match="'version' is missing"):
        extend_codebook({"extends": "other"}, base)
    assert list(extend_codebook({"version": 1, "extends": "other"}, base)["frames"]) == ["AID", "TRADE", "WAR"]
