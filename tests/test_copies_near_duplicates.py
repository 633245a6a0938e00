"""Copies by controlled edits of invented stories, whose they are, and stories that only look alike."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pandas as pd
import pytest

from helpers.copies.near_duplicates import find_copies, repeated_bodies
from helpers.copies.pairs import postings, shared_pairs
from helpers.copies.reprints import reprints
from helpers.copies.shingles import hashed_words, shingle_hashes
from helpers.copies.stories import COLUMNS

NOUNS = (
    "crane quay barge ferry depot tariff tender harvest meadow turbine orchard viaduct pension ballot kitchen piano "
    "glacier satellite ledger clinic hamlet museum archive tunnel reactor pilot sailor teacher farmer judge"
).split()
VERBS = "opened closed painted measured questioned delayed repaired inherited praised counted moved lost sold".split()
ADJECTIVES = "northern quiet ancient costly borrowed empty green disputed narrow public broken distant early".split()
START = pd.Timestamp("2024-06-01T08:00Z")


def sentence(rng: np.random.Generator) -> str:
    groups = (ADJECTIVES, NOUNS, VERBS, ADJECTIVES, NOUNS, ADJECTIVES, NOUNS, VERBS, NOUNS)
    a, b, c, d, e, f, g, h, i = (rng.choice(group) for group in groups)
    return f"The {a} {b} {c} a {d} {e} while the {f} {g} {h} every {i}."


def story(rng: np.random.Generator, n: int = 24) -> list[str]:
    return [sentence(rng) for _ in range(n)]


def edited(sentences: list[str], kind: str, rng: np.random.Generator) -> list[str]:
    if kind == "trimmed":
        return sentences[: len(sentences) // 2]
    if kind == "reheadlined":
        return [sentence(rng), *sentences[1:]]
    if kind == "rewritten":
        new = set(rng.choice(len(sentences), size=round(0.3 * len(sentences)), replace=False).tolist())
        return [sentence(rng) if i in new else s for i, s in enumerate(sentences)]
    return sentences


def corpus(rows: list[tuple[str, str, float, str, str | None]]) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Series from (id, text, days after the start, outlet, byline)."""
    frame = pd.DataFrame(rows, columns=["id", "text", "days", "outlet", "byline"]).set_index("id")
    frame["byline"] = frame["byline"].astype(object).where(frame["byline"].notna(), None)
    return frame["text"], START + pd.to_timedelta(frame["days"], unit="D"), frame["outlet"], frame["byline"]


def copies(rows: list, **options: object) -> pd.DataFrame:
    settings = {"window_days": 7, "containment": 0.3, **options}
    return find_copies(*corpus(rows), **settings).set_index("article_id")  # type: ignore[arg-type]


def test_controlled_edits_are_found_and_nothing_else() -> None:
    rng = np.random.default_rng(11)
    rows, truth, kinds = [], {}, {}
    for k in range(120):
        body, day = story(rng), float(rng.uniform(0, 300))
        for i, kind in enumerate(["original", "verbatim", "trimmed", "reheadlined", "rewritten"]):
            name = f"s{k:03d}-{i}"
            text = body if kind == "original" else edited(body, kind, rng)
            rows.append((name, " ".join(text), day + 0.2 * i, f"outlet-{i}", None))
            truth[name], kinds[name] = k, kind
    got = copies(rows)
    found = {
        pair for _, ids in got.groupby("copy_cluster").groups.items() for pair in itertools.combinations(sorted(ids), 2)
    }
    planted = {(a, b) for a, b in itertools.combinations(sorted(truth), 2) if truth[a] == truth[b]}
    assert len(found & planted) / len(found) >= 0.99  # precision
    assert len(found & planted) / len(planted) >= 0.99  # recall
    for kind, least in {"verbatim": 1.0, "trimmed": 1.0, "reheadlined": 0.9, "rewritten": 0.3}.items():
        assert got.loc[[name for name in kinds if kinds[name] == kind], "share_copied"].min() >= least
    assert got["is_original"].tolist() == [kinds[name] == "original" for name in got.index]
    assert list(find_copies(*corpus(rows[:2]), window_days=7, containment=0.3).columns) == COLUMNS


def test_the_order_of_articles_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    body = story(rng)
    rows = [
        (f"a{i}", " ".join(edited(body, kind, rng)), i, f"o{i}", None)
        for i, kind in enumerate(["", "trimmed", "rewritten"])
    ]
    rows += [(f"b{i}", " ".join(story(rng)), i, f"o{i}", None) for i in range(4)]
    pd.testing.assert_frame_equal(copies(rows), copies(rows[::-1]))


def test_copies_far_apart_in_time_are_two_stories() -> None:
    rng = np.random.default_rng(4)
    text = " ".join(story(rng))
    got = copies([("a", text, 0, "x", None), ("b", text, 8, "y", None)])
    assert got["is_original"].all()
    assert not copies([("a", text, 0, "x", None), ("b", text, 7, "y", None)])["is_original"].all()


def test_an_undated_article_is_compared_with_all_and_is_not_first() -> None:
    text = " ".join(story(np.random.default_rng(5)))
    texts, published, outlets, bylines = corpus([("a", text, 0, "x", None), ("b", text, 90, "y", None)])
    got = find_copies(texts, published.where(published.index != "a"), outlets, bylines, window_days=7, containment=0.3)
    assert got["copy_cluster"].tolist() == ["b", "b"]


def test_two_stories_do_not_chain_through_a_third() -> None:
    rng = np.random.default_rng(6)
    first, second = story(rng), story(rng)
    both = first[:12] + second[:12]  # a round-up of the two
    got = copies(
        [
            ("a", " ".join(first), 0, "x", None),
            ("b", " ".join(second), 0.5, "y", None),
            ("c", " ".join(both), 1, "z", None),
        ]
    )
    assert got.loc["a", "copy_cluster"] != got.loc["b", "copy_cluster"]
    assert got.loc["c", "copy_cluster"] in ("a", "b")


def test_a_copy_of_a_copy_leads_to_the_original() -> None:
    rng = np.random.default_rng(7)
    body = story(rng)
    once = edited(body, "rewritten", rng)
    twice = edited(once, "rewritten", rng)
    got = copies(
        [("a", " ".join(body), 0, "x", None), ("b", " ".join(once), 1, "y", None), ("c", " ".join(twice), 2, "z", None)]
    )
    assert got["copy_cluster"].tolist() == ["a", "a", "a"]


def test_an_outlets_set_phrases_are_no_copy() -> None:
    rng = np.random.default_rng(8)
    phrase = "The spokesman of the ministry answered a question put by a reporter of the agency on the following day."
    rows = [(f"a{i}", f"{phrase} {sentence(rng)} {sentence(rng)}", 6.0 * i, "x", None) for i in range(12)]
    assert copies(rows)["is_original"].all()


def test_a_long_name_repeated_in_short_reports_is_no_copy() -> None:
    rng = np.random.default_rng(13)
    name = "a delegation of the ministry of harbours of the northern provinces led by its first vice minister Mara Lon"
    rows = [("a", f"{name} arrived. {sentence(rng)}", 0, "x", None)]
    rows += [(f"b{i}", f"{name} came. {' '.join(story(rng, 4))}", 1 + i, "x", None) for i in range(3)]
    assert copies(rows)["is_original"].all()


@pytest.mark.parametrize(
    "text",
    [
        "양측은 항구에서 새로운 협력 조약에 서명했으며 대표단은 철도역을 둘러보고 돌아갔다고 특파원이 전했다.",
        "双方在港口签署了新的合作条约，代表团第二天参观了粮仓和火车站之后返回首都，记者从现场发回了这一报道。",
    ],
)
def test_scripts_without_spaces_go_by_characters(text: str) -> None:
    trimmed = text[: 2 * len(text) // 3]
    got = copies([("a", text, 0, "x", None), ("b", trimmed, 1, "y", None), ("c", text[::-1], 1, "z", None)])
    assert got["copy_cluster"].tolist() == ["a", "a", "c"]


def test_origin_comes_from_the_credit_or_from_the_copy_that_bears_one() -> None:
    rng = np.random.default_rng(9)
    wire, other, third = (" ".join(story(rng)) for _ in range(3))
    got = copies(
        [
            ("a", f"MOSCOW, June 1. /TASS/. {wire}", 0, "tass", None),
            ("b", wire, 1, "post", None),
            ("c", other, 0, "post", "Ada Byron"),
            ("d", other, 1, "herald", None),
            ("e", third, 1, "herald", None),
        ]
    )
    assert got["origin"].to_dict() == {"a": "own", "b": "TASS", "c": "own", "d": "unknown", "e": "own"}
    assert got.loc["b", "evidence"] == "same story in a (tass), dateline: MOSCOW, June 1. /TASS/"
    assert got.loc["d", "evidence"] == "first seen in c (post)"


def test_a_credit_settles_who_was_first_at_the_same_time() -> None:
    text = " ".join(story(np.random.default_rng(10)))
    got = copies([("a", text, 0, "post", None), ("b", text, 0, "herald", "Reuters")])
    assert got["copy_cluster"].tolist() == ["b", "b"]


def test_repeats_within_an_outlet_are_told_from_copies() -> None:
    texts = pd.Series({"a": "One story.\n\nTold.", "b": "One  story — told", "c": "One story.\n\nTold.", "d": ""})
    outlets = pd.Series({"a": "x", "b": "x", "c": "y", "d": "x"})
    assert repeated_bodies(texts, outlets) == {"b": "a"}
    published = pd.Series(pd.to_datetime(["2024-06-02", "2024-06-01", None, None], utc=True), index=texts.index)
    assert repeated_bodies(texts, outlets, published=published) == {"a": "b"}


@pytest.mark.parametrize("text", ["", "Too short."])
def test_texts_without_shingles_are_their_own(text: str) -> None:
    got = copies([("a", text, 0, "x", None), ("b", text, 0, "y", None)])
    assert got["is_original"].all()
    assert (got["share_copied"] == 0).all()


def test_wrong_options_are_named() -> None:
    rows = [("a", "x", 0, "x", None), ("a", "y", 0, "x", None)]
    with pytest.raises(ValueError, match="'a' occurs twice"):
        copies(rows)
    with pytest.raises(ValueError, match="containment"):
        copies(rows[:1], containment=0)


def index_of(texts: list[str], days: np.ndarray, window: float = 5) -> pd.DataFrame:
    return shared_pairs(postings(hashed_words(texts), days, window), days, window, least=1)


def edited_bodies(rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
    bodies = [story(rng, 8) for _ in range(10)]
    texts = [" ".join(edited(bodies[i % 10], "rewritten", rng)) for i in range(60)]
    days = np.sort(rng.uniform(0, 40, size=60))
    days[52:] = np.nan
    return texts, days


def test_shared_runs_are_those_of_plain_sets() -> None:
    texts, days = edited_bodies(np.random.default_rng(12))
    found = index_of(texts, days, 30)  # longer than a third of the period: no run is a set phrase
    runs = []
    for text in texts:
        words = re.findall(r"\w+", text.lower())
        runs.append({tuple(words[k : k + 5]) for k in range(len(words) - 4)})
    expected = {
        (i, j): len(runs[i] & runs[j])
        for i, j in itertools.combinations(range(60), 2)
        if runs[i] & runs[j] and not abs(days[i] - days[j]) > 30
    }
    assert {(a, b): n for a, b, n in found.itertuples(index=False)} == expected
    assert len(expected) > 100


def test_blocks_give_the_same_pairs_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts, days = edited_bodies(np.random.default_rng(12))
    whole = index_of(texts, days)
    monkeypatch.setattr("helpers.copies.pairs.PAIRS_AT_ONCE", 50)
    pd.testing.assert_frame_equal(index_of(texts, days), whole)
    assert len(whole) > 50


def test_word_hashes_agree_with_a_plain_reading_whatever_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        "Ünïcode «слова» О’Neil x_1 42",
        "",
        "two—words\nнова",
        "두 나라가 2024년",
        "二人が会談 OK",
        "   ",
        "a 😀 b",
        "١٢ é",
    ]
    expected = []
    for text in texts:
        words = re.findall(r"\w+", text.lower())
        signs = len(re.findall(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]", "".join(words)))
        expected.append(list("".join(words)) if signs > 0.3 * len("".join(words)) and signs else words)
    whole = hashed_words(texts)
    assert np.diff(whole.bounds).tolist() == [len(words) for words in expected]
    flat = [word for words in expected for word in words]
    assert len(set(zip(flat, whole.codes.tolist(), strict=True))) == len(set(flat)) == len(set(whole.codes.tolist()))
    monkeypatch.setattr("helpers.copies.shingles.CHUNK", 3)
    np.testing.assert_array_equal(hashed_words(texts).codes, whole.codes)


def test_a_run_does_not_cross_from_one_text_to_the_next() -> None:
    words = hashed_words(["a b c", "d e f g h", "i", "j k l m n o"])
    assert shingle_hashes(words)[1].tolist() == [3, 9, 10]


def exchanged(words: list[str], share: float, rng: np.random.Generator, other: list[str]) -> str:
    out = list(words)
    for i in rng.choice(len(out), size=round(share * len(out)), replace=False).tolist():
        out[i] = other[int(rng.integers(len(other)))]
    return " ".join(out)


@pytest.mark.parametrize("korean", [False, True])
def test_a_copy_with_a_third_of_its_words_exchanged_is_found(korean: bool) -> None:
    rng = np.random.default_rng(14)
    syllables = [chr(code) for code in range(0xAC00, 0xAC00 + 9000, 30)]
    lexicon = ["".join(rng.choice(syllables, size=int(rng.integers(2, 5)))) for _ in range(900)] if korean else None
    lexicon = lexicon or [f"{a}{b}" for a in NOUNS for b in NOUNS]
    bodies = [[str(word) for word in rng.choice(lexicon, size=120)] for _ in range(40)]
    rows = [(f"a{i:02d}", " ".join(body), 0.1 * i, "x", None) for i, body in enumerate(bodies)]
    rows += [
        (f"b{i:02d}", exchanged(body, 0.3, rng, lexicon), 4 + 0.05 * i, "y", None) for i, body in enumerate(bodies)
    ]
    got = copies(rows)
    led = [got.loc[f"b{i:02d}", "copy_cluster"] == f"a{i:02d}" for i in range(40)]
    assert np.mean(led) >= 0.9
    assert got.loc[[f"a{i:02d}" for i in range(40)], "is_original"].all()


def test_the_same_words_in_another_order_are_no_copy() -> None:
    rng = np.random.default_rng(15)
    body = " ".join(story(rng, 12)).split()
    shuffled = list(rng.permutation([" ".join(body[i : i + 5]) for i in range(0, len(body), 5)]))
    mixed = [word for run in shuffled[::2] for word in run.split()] + " ".join(story(rng, 6)).split()
    got = copies([("a", " ".join(body), 0, "x", None), ("b", " ".join(rng.permutation(mixed)), 1, "y", None)])
    assert got["is_original"].all()


def test_a_report_that_holds_a_short_bulletin_is_its_own_work_in_the_same_story() -> None:
    rng = np.random.default_rng(16)
    bulletin, rest = story(rng, 4), story(rng, 30)
    rows = [
        ("a", " ".join(bulletin), 0, "x", None),
        ("b", " ".join([*bulletin, *rest]), 1, "y", None),
        ("c", " ".join([*bulletin, *rest[:20]]), 2, "z", None),
    ]
    got = copies(rows)
    assert got["copy_cluster"].tolist() == ["a", "a", "a"]
    assert got["is_original"].tolist() == [True, True, False]  # c is taken from b
    assert 0.05 < got.loc["b", "share_copied"] < 0.3
    assert got.loc["c", "share_copied"] > 0.95


def test_a_round_up_that_comes_first_does_not_make_two_stories_one() -> None:
    rng = np.random.default_rng(17)
    first, second = story(rng), story(rng)
    rows = [
        ("r", " ".join(first[:9] + second[:9]), 0, "x", None),
        ("s", " ".join(first), 1, "y", None),
        ("t", " ".join(second), 2, "z", None),
        ("u", " ".join(second[:20]), 3, "x", None),
    ]
    got = copies(rows)["copy_cluster"]
    assert got["s"] != got["t"] == got["u"]


def test_the_longer_of_two_at_the_same_time_is_the_original() -> None:
    body = story(np.random.default_rng(18))
    got = copies([("a", " ".join(body[:12]), 0, "x", None), ("b", " ".join(body), 0, "y", None)])
    assert got["copy_cluster"].tolist() == ["b", "b"]


def test_every_article_that_is_no_original_holds_enough_of_another() -> None:
    rng = np.random.default_rng(19)
    lexicon, rows = [f"{a}{b}" for a in NOUNS for b in NOUNS], []
    for k in range(40):
        body = rng.choice(lexicon, size=int(rng.integers(40, 400)))
        for i in range(4):
            part = [*body[: int(rng.integers(20, len(body) + 1))], *rng.choice(lexicon, size=int(rng.integers(0, 300)))]
            rows.append((f"{k}-{i}", " ".join(part), float(rng.uniform(0, 6)), f"o{i}", None))
    got = copies(rows)
    assert (got.loc[~got["is_original"], "share_copied"] >= 0.3).all()
    first = got.index == got["copy_cluster"]
    assert (got.loc[first, "share_copied"] == 0).all()
    assert got.loc[first, "is_original"].all()
    assert (got["is_original"] & ~first).any()


def test_many_prints_of_one_story_are_one_story() -> None:
    body = story(np.random.default_rng(20))
    rows = [(f"{i:03d}", " ".join(body[: 24 - i % 5]), 0.01 * i, f"o{i % 9}", None) for i in range(220)]
    assert set(copies(rows)["copy_cluster"]) == {"000"}


def test_reprints_count_who_prints_whom() -> None:
    rng = np.random.default_rng(21)
    one, two = " ".join(story(rng)), " ".join(story(rng))
    rows = [
        ("a", f"MOSCOW, June 1. /TASS/. {one}", 0, "tass", None), ("b", one, 1, "post", None),
        ("c", two, 0, "herald", None), ("d", two, 1, "post", None), ("e", two, 2, "herald", None),
        ("f", "SEOUL, June 1 (Yonhap) -- Nothing else is known of it.", 0, "post", None),
    ]  # fmt: skip
    table = reprints(find_copies(*corpus(rows), window_days=7, containment=0.3), corpus(rows)[2])
    assert table[["source", "kind", "outlet", "n_articles"]].values.tolist() == [
        ["TASS", "agency", "post", 1], ["Yonhap", "agency", "post", 1], ["herald", "first seen", "post", 1],
    ]  # fmt: skip
    assert table["share_copied"].isna().tolist() == [False, True, False]
    with pytest.raises(ValueError, match="'f' has no outlet"):
        reprints(find_copies(*corpus(rows), window_days=7, containment=0.3), corpus(rows[:5])[2])
