"""Counts: known answers, phrases, nothing written that could be read back, the same after a round trip."""

import numpy as np
import pandas as pd
import pytest

from helpers.data import tables
from helpers.frames.codebook import parse_codebook
from helpers.frames.indicators import score
from helpers.text.counts import background_totals, choose_phrases, count_terms, dtm, scan_for_runs
from helpers.text.tokens import tokens
from helpers.text.voices import GAP, split_voices

ENTITIES = {
    "RUS": {"en": ("Russia", "Russian", "Moscow"), "ru": ("Россия", "российский", "Москва")},
    "PRK": {"en": ("North Korea", "DPRK"), "ru": ("КНДР", "Северная Корея")},
}
BOOK = {
    "version": 1,
    "frames": {
        "ALLIANCE": {
            "name": "Alliance",
            "tier": "issue",
            "definition": {"problem": "a", "cause": "b", "judgement": "c", "remedy": "d"},
            "source": "written for this test",
            "indicators": {
                "en": ["strategic partnership", {"all": ["sign", "@PRK"], "none": ["exercise"]}],
                "ru": ["стратегическое партнёрство", {"all": ["договор", "@PRK"], "none": ["учение"]}],
            },
        }
    },
}
WORDS = {
    "en": "Russia signed a strategic partnership with North Korea , the DPRK held exercises treaties".split(),
    "ru": "Россия подписала договор о стратегическом партнёрстве с КНДР , и Москва провела учения .".split(),
}


def passage(*texts, language="en"):
    return pd.DataFrame(
        {
            "article_id": [f"a{i}" for i in range(len(texts))],
            "position": 0,
            "language": language,
            "text": texts,
        }
    )


def random_passages(seed, n=200):
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        language = ("en", "ru")[number // 3 % 2]
        text = " ".join(rng.choice(WORDS[language], size=rng.integers(1, 40)))
        rows.append((f"{number // 3:04d}", number % 3, language, text))
    return pd.DataFrame(rows, columns=["article_id", "position", "language", "text"])


def test_singles_add_up_to_the_length_of_the_passage():
    passages = random_passages(1)
    counts = count_terms(passages, entities=ENTITIES, phrases=["strategic partnership"])
    singles = counts[~counts["term"].str.contains(" |@")]
    found = singles.groupby(["article_id", "position"])["count"].sum()
    lengths = [len(tokens(text, language)) for language, text in zip(passages.language, passages.text, strict=True)]
    expected = pd.Series(lengths, index=pd.MultiIndex.from_frame(passages[["article_id", "position"]]))
    expected = expected[expected > 0]
    pd.testing.assert_series_equal(found, expected.sort_index(), check_names=False)


def test_phrases_are_not_read_across_punctuation_and_entities_are_counted_each_time():
    counts = count_terms(
        passage("A strategic, partnership. Strategic partnerships of the DPRK and North Korea"),
        entities=ENTITIES,
        phrases=["strategic partnership"],
    ).set_index("term")["count"]
    assert counts["strategic partnership"] == 1
    assert counts["@PRK"] == 2
    assert counts["korea"] == counts["the"] == 1


def test_counts_do_not_depend_on_the_order_of_rows_or_words_lists():
    passages = random_passages(2)
    first = count_terms(passages, entities=ENTITIES, phrases=["strategic partnership", "hold exercise"])
    shuffled = passages.sample(frac=1, random_state=1)
    second = count_terms(shuffled, entities=ENTITIES, phrases=["hold exercise", "strategic partnership"])
    pd.testing.assert_frame_equal(first, second)


def test_background_is_the_sum_of_what_it_is_made_of():
    passages = random_passages(3)
    months = pd.Series(["2024-08", "2024-09"] * (len(passages) // 2))
    total = background_totals(passages.assign(outlet="o", month=months), entities=ENTITIES)
    counts = count_terms(passages, entities=ENTITIES)
    pd.testing.assert_series_equal(
        total.groupby("term")["count"].sum(), counts.groupby("term")["count"].sum(), check_names=False
    )


def test_a_missing_text_a_repeated_key_and_a_long_phrase_are_refused():
    with pytest.raises(ValueError, match="1 rows without text"):
        count_terms(passage("x", None), entities={})
    twice = pd.concat([passage("x"), passage("y")])
    with pytest.raises(ValueError, match=r"'a0'.*stands twice"):
        count_terms(twice, entities={})
    with pytest.raises(ValueError, match="5 words"):
        count_terms(passage("x"), entities={}, phrases=["a b c d e"])


def test_phrases_need_enough_distinct_articles_and_a_copy_counts_once():
    texts = [f"Word{number} of the comprehensive strategic partnership treaty, they say" for number in range(12)]
    passages = passage(*texts, "a rice farm", "rice again", "the farm", "a treaty", "strategic depth")
    assert choose_phrases(passages, min_articles=12) == ["comprehensive strategic partnership treaty"]
    copies = pd.Series({"a0": "story", "a1": "story"})
    assert choose_phrases(passages, copies, min_articles=12) == []
    assert choose_phrases(passages, copies, min_articles=11) == ["comprehensive strategic partnership treaty"]
    assert choose_phrases(passages, min_articles=12, max_words=2, at_most=1) == ["comprehensive strategic"]


def test_no_phrase_begins_or_ends_with_a_function_word_or_number():
    texts = [f"the end of the war in 2024 and the end of the line {number}" for number in range(12)]
    chosen = choose_phrases(passage(*texts), min_articles=10, min_npmi=-1.0)
    assert "end of the war" in chosen
    assert not any(phrase.split()[side] in ("the", "of", "in", "2024", "and") for phrase in chosen for side in (0, -1))


def test_words_that_meet_by_chance_are_no_phrase():
    rng = np.random.default_rng(4)
    words = [f"w{chr(97 + i)}x" for i in range(6)]
    texts = [" ".join(rng.choice(words, size=60)) for _ in range(40)]
    assert choose_phrases(passage(*texts)) == []


def test_the_scan_finds_runs_in_every_disguise_and_passes_what_may_be_shared():
    texts = ["Russia signed a strategic partnership with North Korea."]
    phrases = ["strategic partnership"]
    counts = count_terms(passage(*texts), entities=ENTITIES, phrases=phrases)
    assert scan_for_runs(counts["term"], texts, language="en", phrases=phrases) == []
    leaks = [
        "signed a",
        "sign a",
        "north-korea",
        "North_Korea",
        "a strategic partnership",
        "seen: signed a treaty",
    ]
    assert scan_for_runs([*leaks, "korea north"], texts, language="en", phrases=phrases) == sorted(leaks)


def test_dtm_known_answer_options_and_order():
    counts = count_terms(
        pd.concat([passage("The treaty, the treaty in 2024 with Russia"), passage("x", "A treaty")[1:]]),
        entities=ENTITIES,
    )
    matrix, index, vocabulary = dtm(counts, language="en", drop={"russia"})
    assert (matrix.toarray().tolist(), index["article_id"].tolist(), vocabulary) == (
        [[2.0], [1.0]],
        ["a0", "a1"],
        ["treaty"],
    )
    assert "@RUS" in dtm(counts, singles_only=False)[2]
    assert dtm(counts, min_documents=2)[2] == ["treaty"]
    again = dtm(counts.sample(frac=1, random_state=3))
    first = dtm(counts)
    assert (first[0] != again[0]).nnz == 0 and first[2] == again[2]
    with pytest.raises(ValueError, match="unit 'word'"):
        dtm(counts, unit="word")


def test_a_unit_whose_terms_are_all_left_out_keeps_its_row():
    counts = count_terms(passage("treaty", "the"), entities={})
    matrix, index, _ = dtm(counts, language="en")
    assert matrix.shape == (2, 1) and index["article_id"].tolist() == ["a0", "a1"]


@pytest.mark.parametrize("seed", range(3))
def test_counts_written_and_read_back_give_the_same_matrix_and_the_same_scores(seed, tmp_path):
    passages = random_passages(10 + seed)
    passages["voice"] = np.where(np.arange(len(passages)) % 3, "outlet", "quoted")
    book = parse_codebook(BOOK, languages=["en", "ru"])
    phrases = [phrase for language in ("en", "ru") for phrase in book.phrases(language)]
    counts = count_terms(passages, entities=ENTITIES, phrases=phrases)
    tables.write(tmp_path, "counts", counts)
    back = tables.read(tmp_path, "counts")
    for unit in ("article", "passage"):
        before, after = dtm(counts, unit=unit), dtm(back, unit=unit)
        assert before[2] == after[2]
        assert before[1].to_numpy().tolist() == after[1].to_numpy().tolist()
        assert before[0].shape == after[0].shape and (before[0] != after[0]).nnz == 0
    languages = passages.drop_duplicates("article_id").set_index("article_id")["language"]
    first, second = score(counts, book, languages), score(back, book, languages)
    assert len(first) > 5
    assert first.to_numpy().tolist() == second.to_numpy().tolist()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "“We will stand with our friends,” said Kim. He called the strategic “partnership of two free states” good.",
        ),
        ("ru", "«Мы построим новый мост до зимы, — сказал Толен. — И построим его сами». Потом он уехал в порт."),
        ("uk", "— Ми збудуємо новий міст до зими,— каже Толен,— і пустимо потяги."),
        ("ko", "김정은은 “우리는 친구들을 버리지 않을 것이다”라고 말했다."),
        ("zh", "托伦说：“我们将永远与我们的朋友站在一起。”他随后离开了港口。"),
    ],
)
def test_counts_of_the_voices_add_up_to_those_of_the_paragraph(language, text):
    (passage,) = split_voices(text)
    place = {"article_id": "a", "position": 0, "language": language}
    rows = [place | {"voice": one.voice, "text": one.text} for one in passage.speech]
    spoken = pd.DataFrame(rows).groupby([*place, "voice"])["text"].agg(GAP.join).reset_index()
    assert set(spoken["voice"]) == {"outlet", "quoted"}
    options = {"entities": {}, "phrases": ["strategic partnership", "our friend", "kim he", "friend say"]}
    apart = count_terms(spoken, **options).groupby("term")["count"].sum()
    whole = count_terms(pd.DataFrame([place | {"text": text}]), **options).set_index("term")["count"]
    assert apart.to_dict() == whole.to_dict()
    assert set(whole.index[whole.index.str.contains(" ")]) == ({"our friend"} if language == "en" else set())
