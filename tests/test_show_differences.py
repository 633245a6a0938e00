"""Differences, levels and words are told by rule, with what they rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.show.differences import difference_sentences, difference_table, held_back_sentences, level_title
from helpers.show.keyness import keyness_sentences, keyness_title


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
        "A − B", "−20.0 (−30.0 to −10.0)", "< .001", "0.50 (0.40 to 0.70)", 4.0, "1,200 (25 %); 40",
        "700 + 500; 21 + 19", "described, planned",
    ]  # fmt: skip
    assert table.iloc[1][["points (interval)", "times (interval)", "state"]].tolist() == [
        "−20.0 (no interval)", "–", "described, exploratory",
    ]  # fmt: skip
    assert "note" in difference_table(pd.DataFrame([row(note="3 articles without a value left out")]))


def test_sentences_on_differences_have_a_direction_only_when_clear():
    rows = pd.DataFrame([row(), row(low=-0.3, high=0.1)])
    clear, open_ = difference_sentences(rows, rows.head(0), estimates=rows)
    assert clear == (
        "- Alliance: A −20.0 points beside B (95 % interval −30.0 to −10.0; 1,200 articles; 25 % copies, "
        "700 + 500 articles, 21 + 19 clusters, detectable 4.0, `described`, planned)."
    )
    assert "no difference between A and B larger than 30.0 points either way" in open_


def test_where_no_difference_is_clear_the_largest_that_could_be_is_told():
    others = pd.DataFrame([row(low=-0.3, high=0.1), row(low=-0.05, high=0.45)])
    assert difference_sentences(others.head(0), others, estimates=others) == [
        "- None of 2 differences is clear of zero once all are counted; the widest interval leaves room for 45.0 points."
    ]
    none = others.head(0)
    assert "No two outlets could be compared" in difference_sentences(none, none, estimates=none)[0]


def test_the_whole_period_is_a_footnote_to_the_difference_that_leads():
    whole = row(window="period", estimate=-0.4, low=-0.5, high=-0.3)
    rows = pd.DataFrame([row(low=-0.3, high=0.1)])
    [told] = difference_sentences(rows, rows.head(0), estimates=pd.DataFrame([row(), whole]))
    assert told.startswith("- Alliance: no difference between A and B larger than 30.0 points either way")
    assert told.endswith("Whole period, each by its own rule: −40.0 (−50.0 to −30.0).")


def test_groups_are_these_outlets_unless_their_kinds_differ_clearly():
    groups = {"side": "group", "n_outlets": 8}
    rows, kind = pd.DataFrame([row(**groups)]), {"estimand": "kind of outlet", **groups}
    clear, open_, refused = (
        difference_sentences(rows, rows.head(0), estimates=pd.DataFrame([row(**groups), row(**kind | changed)]))[0]
        for changed in (
            {},
            {"high": 0.1},
            {"low": np.nan, "high": np.nan, "note": "3 outlets a side cannot show p ≤ .05"},
        )
    )
    assert clear.startswith("- Alliance: A −20.0 points beside B") and "As kinds of outlet: −20.0" in clear
    assert open_.startswith("- Alliance: these outlets of A −20.0 points beside these outlets of B")
    assert "Of their kinds it is not clear: −20.0 (−30.0 to +10.0) points, 8 outlets." in open_
    assert refused.endswith("Of their kinds nothing follows: 3 outlets a side cannot show p ≤ .05.")


def test_what_was_held_back_is_told_by_reason():
    rows = pd.DataFrame({"kind": "indicator", "measure": ["X", "X", "Y"], "note": ["recall not known"] * 2 + ["other"]})
    assert held_back_sentences(rows) == [
        "- 1 comparison of 1 measure held back: other.", "- 2 comparisons of 1 measure held back: recall not known.",
    ]  # fmt: skip
    assert held_back_sentences(rows.head(0)) == ["No comparison was held back."]


def test_an_outlet_of_few_articles_leads_no_title_unless_all_are_such():
    levels = pd.DataFrame({"measure_name": "Alliance", "group_name": ["A", "B"], "estimate": [0.9, 0.2]})
    assert level_title(levels.assign(n_articles=[3, 40])) == "Highest: Alliance in B, 20 % of passages"
    assert level_title(levels.assign(n_articles=3)) == "Highest: Alliance in A, 90 % of passages"


def test_a_refused_contrast_of_words_says_why():
    words = pd.DataFrame([{"language": "en", "side": "outlet", "target": "a", "reference": "b", "target_name": "A",
                           "reference_name": "B", "q": np.nan, "z_model": 1.0, "method": "refused", "note": "3 clusters"}])  # fmt: skip
    assert keyness_sentences(words) == ["- A beside B (en): refused, 3 clusters."]
    assert keyness_sentences(words.head(0))[0].startswith("No two outlets of one language")
    assert keyness_title(words.assign(q=0.01)) == "1 word of 1 set A and B apart at q ≤ .05"
