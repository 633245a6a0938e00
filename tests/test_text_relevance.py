"""Which paragraphs are about the pair."""

import pandas as pd

from helpers.text.relevance import entities_named, reach, relevant

PAIR = ("RUS", "PRK")


def table(*rows):
    return pd.DataFrame(rows, columns=["article_id", "position", "named"])


def test_both_names_make_a_paragraph_core_and_its_neighbours_adjacent():
    passages = table(
        ("a", 0, set()),
        ("a", 1, {"RUS", "PRK"}),
        ("a", 2, {"KOR"}),
        ("a", 3, set()),
        ("b", 2, {"RUS"}),
    )
    assert reach(passages, pair=PAIR).tolist() == ["adjacent", "core", "adjacent", "none", "none"]


def test_an_outlet_that_speaks_for_one_state_need_only_name_the_other():
    passages = table(("a", 0, {"PRK"}), ("b", 0, {"RUS"}), ("c", 0, {"RUS"}), ("d", 0, {"RUS"}))
    speaks_for = {"a": "PRK", "b": "PRK", "c": None, "d": "USA"}
    assert relevant(passages, pair=PAIR, speaks_for=speaks_for).tolist() == [False, True, False, False]


def test_an_index_of_any_kind_and_order_is_kept():
    passages = table(("a", 1, set()), ("a", 0, {"RUS", "PRK"})).set_index(pd.Index([9, 4]))
    assert reach(passages, pair=PAIR).to_dict() == {9: "adjacent", 4: "core"}


def test_no_passage_gives_no_verdict():
    assert reach(table(), pair=PAIR).empty


def test_names_are_found_in_each_language():
    passages = pd.DataFrame({"language": ["en", "ru"], "text": ["Moscow called", "Визит в КНДР"]})
    entities = {"RUS": {"en": ("Moscow",)}, "PRK": {"ru": ("КНДР",)}}
    assert [sorted(named) for named in entities_named(passages, entities=entities)] == [["RUS"], ["PRK"]]
