"""Copies by controlled edits of invented stories, whose they are, and stories that only look alike."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.clean.agencies import credit, is_credit_line
from helpers.clean.copies import COLUMNS, find_copies, repeated_bodies
from helpers.clean.shingles import shared_pairs, shingle_table, without_set_phrases

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


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("MOSCOW, June 19. /TASS/. The sides met.", "TASS"),
        ("ПХЕНЬЯН, 19 июня. /ТАСС/. Стороны встретились.", "TASS"),
        ("МОСКВА, 19 июн - РИА Новости. Стороны встретились.", "RIA"),
        ("Москва. 19 июня. INTERFAX.RU - Стороны встретились.", "Interfax"),
        ("Pyongyang, June 19 (KCNA) -- The sides met.", "KCNA"),
        ("SEOUL, June 19 (Yonhap) -- The sides met.", "Yonhap"),
        ("(서울=연합뉴스) 홍길동 기자 = 양측이 만났다.", "Yonhap"),
        ("新华社平壤6月19日电 双方会晤。", "Xinhua"),
        ("【平壌共同】双方が会談した。", "Kyodo"),
        ("WASHINGTON (AP) — The sides met.", "AP"),
        ("LONDON, June 19 (Reuters) - The sides met.", "Reuters"),
        ("Seoul (dpa) - The sides met.", "dpa"),
        ("The sides met.\n\nThey left again.\n\nSource: AFP", "AFP"),
        ("Стороны встретились.\n\nИсточник: Интерфакс", "Interfax"),
        ("양측이 만났다.\n\n출처: 연합뉴스", "Yonhap"),
        ("双方会晤。\n\n来源：新华社", "Xinhua"),
        ("The sides met, and left. (Reuters)", "Reuters"),
    ],
)
def test_credits_in_each_languages_form(text: str, agency: str) -> None:
    name, evidence = credit(text, None)
    assert name == agency
    assert evidence.split(":")[0] in ("dateline", "credit")


@pytest.mark.parametrize(
    "text",
    [
        "The sides met, TASS reported on Wednesday.",
        "According to KCNA, the sides met. Reuters could not confirm it.",
        "Стороны встретились, сообщает РИА Новости.",
        "The minister told Yonhap (a Seoul agency) that nothing was signed.",
        "A map of the quay hung on the wall.\n\nThe AP exam was held in May.",
        "조선중앙통신은 양측이 만났다고 보도했다.",
    ],
)
def test_a_mention_is_not_a_credit(text: str) -> None:
    assert credit(text, None) == ("", "")


def test_bylines_credit_and_studies_name_their_own_agencies() -> None:
    assert credit("Text.", "Associated Press") == ("AP", "byline: Associated Press")
    assert credit("Text.", "Happy Apper") == ("", "")
    own = {"TARVINFORM": ("TARVINFORM", "ТАРВИНФОРМ")}
    assert credit("ДОРНАВАЛ, 3 мая. /ТАРВИНФОРМ/. Речь.", None, agencies=own)[0] == "TARVINFORM"
    assert credit("Речь.\n\n(ТАРВИНФОРМ)", None) == ("", "")
    assert is_credit_line("(ТАРВИНФОРМ)")


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


def test_blocks_give_the_same_pairs_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(12)
    bodies = [story(rng, 8) for _ in range(10)]
    texts = [" ".join(edited(bodies[i % 10], "rewritten", rng)) for i in range(60)]
    days = rng.uniform(0, 40, size=60)
    days[::9] = np.nan
    table = without_set_phrases(shingle_table(texts), days, 30)
    whole = shared_pairs(table, days, 5)
    monkeypatch.setattr("helpers.clean.shingles.BLOCK", 7)
    pd.testing.assert_frame_equal(shared_pairs(table, days, 5), whole)
    assert len(whole) > 50
