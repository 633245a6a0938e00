"""What universes agree on is worded by shares; what changes nothing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare import summarise
from helpers.show.multiverse import (
    choice_name,
    choice_table,
    effect_sentence,
    in_order,
    robustness_answer,
    robustness_sentences,
    threshold_sentence,
    topic_sentences,
    universe_sentence,
    with_verdicts,
)

NAMES = {"measure_name": "Alliance (indicator)", "group_name": "A", "reference_name": "B"}


def agreement(sure="clear", **changed):
    """One comparison of eight universes, all clear of zero."""
    universes = pd.DataFrame({"voice": ["all", "outlet"] * 4, "estimate": 0.2, "low": 0.1, "high": 0.3}).assign(
        **changed
    )
    main = universes.iloc[0]
    beside = {"main": main["estimate"], "p_joint": 0.18}
    return pd.DataFrame([NAMES | summarise(universes) | beside | {"sure": sure}])


def test_findings_are_worded_by_the_verdict_of_the_findings_and_what_chance_would_do():
    sure = ("cannot tell", "hangs on choices", "clear")
    first, second, third = robustness_sentences(pd.concat([agreement(sure=word) for word in sure]))
    assert first.replace("\N{NO-BREAK SPACE}", " ") == (
        "- Alliance, A beside B: clear. 100 % of 8 analyses point the same way, as chance alone would have it in 18 % of "
        "draws; 100 % are clear of zero."
    )
    assert ": hangs on choices. " in second and ": cannot tell. " in third
    turned = robustness_sentences(agreement(sure="clear").assign(main=-0.1))[0]
    assert turned.endswith("; the main analysis points the other way.")
    none = agreement(sure="clear").head(0)
    assert robustness_sentences(none) == ["- No planned comparison can be estimated here, so there is nothing to vary."]
    assert robustness_answer(none) == robustness_sentences(none)[0].removeprefix("- ")


KEY = {"kind": "indicator", "measure": "LAW", "side": "outlet", "group": "a", "reference": "b"}


def test_a_comparison_has_the_word_of_the_findings_and_none_of_its_own():
    planned = pd.DataFrame([KEY, KEY | {"measure": "WAR"}])
    known = planned.head(1).assign(about="difference", sure="hangs on choices")
    event = known.assign(about="event", sure="clear")
    assert with_verdicts(planned, pd.concat([event, known]))["sure"].tolist() == ["hangs on choices", "cannot tell"]


def test_universes_take_the_order_of_sides_that_the_findings_have():
    rows = pd.DataFrame([KEY | {"group_name": "A", "reference_name": "B", "estimate": 0.2, "low": -0.1, "high": 0.4}])
    same = pd.DataFrame([KEY | {"about": "difference"}])
    other = pd.DataFrame([KEY | {"about": "difference", "group": "b", "reference": "a"}])
    pd.testing.assert_frame_equal(in_order(rows, same), rows)
    turned = in_order(rows, other).iloc[0]
    assert (turned["group_name"], turned["reference_name"]) == ("B", "A")
    assert turned[["estimate", "low", "high"]].tolist() == [-0.2, -0.4, 0.1]


def test_topics_that_nobody_could_look_for_are_not_told_of():
    assert topic_sentences(pd.DataFrame({"found": [], "same_sign": []})) == []


def test_an_option_that_changes_nothing_is_said():
    options = pd.DataFrame(
        [("flagged", "a hint", "in", ""), ("flagged", "a hint", "out", "they go"), ("threshold", "score", 0.5, "")],
        columns=["choice", "why", "option", "reason"],
    )
    table = choice_table(options, pd.DataFrame({"flagged": ["in", "in"]})).set_index("choice")
    assert table.loc["flagged", "changes nothing here"] == "out" and "threshold" not in table.index
    assert table.loc["flagged", "options, the main one first"] == "in; out: they go"


def test_a_choice_is_told_with_its_options_or_that_none_moves_the_answer():
    moved = agreement(estimate=[0.1, 0.3] * 4)["by_choice"].iloc[0]
    assert effect_sentence(moved).startswith(
        "voice matters most; from “all” to “outlet” the difference rises by 20.0\N{NO-BREAK SPACE}points"
    )
    assert effect_sentence(moved.head(0)) == "no choice moves it."
    assert choice_name("measure") == "way of counting"


def test_failed_and_refused_universes_are_counted():
    rows = pd.DataFrame({"measure": "a", "estimate": [0.2, np.nan], "low": [0.1, np.nan]})
    rows = rows.assign(note=["", "failed: ValueError: nothing to see"])
    assert universe_sentence(rows, by=["measure"]) == (
        "2 analyses of 1 comparison. 1 has no interval. 1 failed, the first so: failed: ValueError: nothing to see."
    )
    assert "nothing to vary" in universe_sentence(rows.head(0), by=["measure"])
    assert "no threshold to vary" in threshold_sentence(0)
