"""Differences, levels and words are told by rule, with both levels and the interval as it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.show.differences import difference_answer, difference_table, held_back_sentences, level_title
from helpers.show.differences import difference_sentences as told_of
from helpers.show.keyness import keyness_sentences, keyness_title


def difference_sentences(*rows, **options):
    """Sentences whose no-break spaces are plain, so that they can be read here."""
    return [plain(sentence) for sentence in told_of(*rows, **options)]


def plain(text):
    """A text with plain spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def row(**changed):
    """One planned difference, clear of zero."""
    names = {"kind": "indicator", "measure": "X", "measure_name": "Alliance", "group_name": "A", "reference_name": "B",
             "side": "outlet", "group": "a", "reference": "b", "estimand": "these outlets", "voice": "all",
             "items": "all", "window": "common window, one rule"}  # fmt: skip
    size = {"n_articles": 1200, "n_originals": 900, "n_clusters": 40, "smallest": 0.04, "level": 0.95, "n_group": 700,
            "n_reference": 500, "clusters_group": 21, "clusters_reference": 19}  # fmt: skip
    values = {
        "estimate": -0.2,
        "low": -0.3,
        "high": -0.1,
        "q": 0.0004,
        "ratio": 0.5,
        "ratio_low": 0.4,
        "ratio_high": 0.7,
    }
    return names | size | values | {"checks": "described", "planned": True, "note": ""} | changed


def test_a_table_of_differences_says_what_each_rests_on():
    table = difference_table(pd.DataFrame([row(), row(ratio=np.nan, low=np.nan, high=np.nan, planned=False)]))
    assert table.drop(columns="measure").iloc[0].tolist() == [
        "A − B", "−20.0 (−30.0 to −10.0)", "< .001", "0.50 (0.40 to 0.70)", 4.0, "1,200 (25\N{NO-BREAK SPACE}%); 40",
        "700 + 500; 21 + 19", "described, planned",
    ]  # fmt: skip
    assert table.iloc[1][["points (interval)", "times (interval)", "state"]].tolist() == [
        "−20.0 (too few to tell)", "–", "described, exploratory",
    ]  # fmt: skip
    assert "note" in difference_table(pd.DataFrame([row(note="3 articles without a value left out")]))


def test_sentences_tell_both_levels_and_a_direction_only_when_clear():
    rows = pd.DataFrame([row(low=-0.3, high=0.1), row(planned=False)])
    clear, vague = difference_sentences(rows, rows.head(0), estimates=rows, item="headline")
    assert clear == (
        "- Alliance: less at A, 20 % against 40 % at B (difference −30.0 to −10.0 points; 700 and 500 headlines; "
        "exploratory)."
    )
    assert vague == (
        "- Alliance: cannot tell; 20 % at A, 40 % at B (difference −30.0 to +10.0 points; 700 and 500 headlines)."
    )


def test_levels_are_told_where_they_are_known_and_never_made_up():
    rows = pd.DataFrame(
        [row(ratio=np.nan), row(ratio=np.nan, estimate=0.2, low=0.1, high=0.3, note="one side is all 0")]
    )
    unknown, zero = difference_sentences(rows, rows.head(0), estimates=rows)
    assert unknown == "- Alliance: less at A than at B (difference −30.0 to −10.0 points; 700 and 500 articles)."
    assert zero.startswith("- Alliance: more at A, 20 % against 0 % at B")


def test_an_answer_has_the_verdicts_of_the_findings_and_then_the_interval_alone():
    clear, vague = pd.DataFrame([row()]), pd.DataFrame([row(low=-0.3, high=0.1, q=0.4)])
    both = pd.concat([vague, clear])
    both["measure"] = ["X", "Y"]
    sure = both.assign(about="difference", sure=["cannot tell", "hangs on choices"])
    assert plain(difference_answer(both, vague, findings=sure)).startswith(
        "Of 2 planned comparisons 0 are clear, 1 hangs on choices, and of 1 these data cannot tell. "
        "By its own interval alone 1 lies on one side of zero. Alliance: less"
    )
    assert difference_answer(vague, clear, findings=sure) == (
        "Of 1 planned comparison 0 are clear, 0 hang on choices, and of 1 these data cannot tell. "
        "Of the differences that no plan named, 1 of 1 is clear once all are counted."
    )
    assert "nothing is said" in difference_answer(clear.head(0), clear.head(0), findings=sure)


def test_where_no_difference_is_clear_the_largest_that_could_be_is_told():
    others = pd.DataFrame([row(low=-0.3, high=0.1), row(low=-0.05, high=0.45)])
    assert difference_sentences(others.head(0), others, estimates=others) == [
        "- None of 2 differences is clear of zero once all are counted; the widest interval leaves room for 45.0 points."
    ]
    none = others.head(0)
    assert "No two outlets could be compared" in difference_sentences(none, none, estimates=none)[0]


def test_the_whole_period_is_told_only_where_it_lies_the_other_way():
    rows = pd.DataFrame([row(low=-0.3, high=0.1)])
    for estimate, said in ((-0.4, False), (0.4, True)):
        whole = row(window="period", estimate=estimate, low=estimate - 0.1, high=estimate + 0.1)
        [sentence] = difference_sentences(rows, rows.head(0), estimates=pd.DataFrame([row(), whole]))
        assert sentence.endswith("Over the whole period it lies the other way: +40.0 (+30.0 to +50.0).") == said


def test_of_groups_it_is_said_what_follows_for_their_kind():
    groups = {"side": "group", "n_outlets": 8}
    rows, kind = pd.DataFrame([row(**groups)]), {"estimand": "kind of outlet", **groups}
    clear, vague, refused = (
        difference_sentences(rows, rows.head(0), estimates=pd.DataFrame([row(**groups), row(**kind | changed)]))[0]
        for changed in (
            {},
            {"high": 0.1},
            {"low": np.nan, "high": np.nan, "note": "3 outlets a side cannot show p ≤ .05"},
        )
    )
    assert clear.startswith("- Alliance: less at A") and clear.endswith(
        "of their kind, too: −30.0 to −10.0 points, 8 outlets."
    )
    assert vague.endswith("Of their kind it cannot be told: −30.0 to +10.0 points, 8 outlets.")
    assert refused.endswith("Of their kind nothing follows: 3 outlets a side cannot show p ≤ .05.")
    unclear = pd.DataFrame([row(low=-0.3, high=0.1, **groups)])
    assert "kind" not in difference_sentences(unclear, rows.head(0), estimates=pd.DataFrame([row(**kind)]))[0]


def test_what_was_held_back_is_told_by_reason():
    rows = pd.DataFrame({"kind": "indicator", "measure": ["X", "X", "Y"], "note": ["recall not known"] * 2 + ["other"]})
    assert held_back_sentences(rows) == [
        "- 1 comparison of 1 measure held back: other.", "- 2 comparisons of 1 measure held back: recall not known.",
    ]  # fmt: skip
    assert held_back_sentences(rows.head(0)) == []


def test_an_outlet_of_few_articles_leads_no_title_unless_all_are_such():
    levels = pd.DataFrame({"measure_name": "Alliance", "group_name": ["A", "B"], "estimate": [0.9, 0.2]})
    assert plain(level_title(levels.assign(n_articles=[3, 40]))) == "Highest: Alliance in B, 20 % of passages (n = 40)"
    assert plain(level_title(levels.assign(n_articles=3))) == "Highest: Alliance in A, 90 % of passages (n = 3)"


def test_a_refused_contrast_of_words_says_why():
    words = pd.DataFrame([{"language": "en", "side": "outlet", "target": "a", "reference": "b", "target_name": "A",
                           "reference_name": "B", "q": np.nan, "z_model": 1.0, "method": "refused", "note": "3 clusters"}])  # fmt: skip
    assert keyness_sentences(words) == ["- A beside B, in English: not compared, 3 clusters."]
    assert keyness_sentences(words.head(0))[0].startswith("No two outlets of one language")
    assert keyness_title(words.assign(q=0.01)) == "1 word of 1 set A and B apart once all are counted"


def test_words_that_set_two_sides_apart_come_first_and_codes_are_no_words():
    one = {"language": "en", "side": "outlet", "target": "a", "target_name": "A", "method": "permuted", "z_model": 3.0}
    rows = [
        ("b", "B", "pact", 0.01, 2.0),
        ("b", "B", "@RUS", 0.01, 3.0),
        ("b", "B", "grain", 0.02, -1.0),
        ("c", "C", "sea", 0.9, 1.0),
    ]
    words = pd.DataFrame([
        one | {"reference": key, "reference_name": name, "term": term, "q": q, "p": q, "delta": delta}
        for key, name, term, q, delta in rows
    ])  # fmt: skip
    apart, none, flagged = keyness_sentences(words)
    assert apart == "- A beside B, in English: 3 of 3 words; A says more of “pact”; B says more of “grain”."
    assert none == "- 1 other pair: no word of 1 that were tried stands out once all are counted."
    assert plain(flagged).endswith("would have flagged 100 % of them.")
