"""What universes agree on is worded by shares; what changes nothing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.compare import summarise
from helpers.show.multiverse import (
    choice_name,
    choice_table,
    effect_sentence,
    robustness_sentences,
    threshold_sentence,
    topic_sentences,
    universe_sentence,
)

NAMES = {"measure_name": "Alliance (indicator)", "group_name": "A", "reference_name": "B"}


def agreement(**changed):
    """One comparison of eight universes, all clear of zero."""
    universes = pd.DataFrame({"voice": ["all", "outlet"] * 4, "estimate": 0.2, "low": 0.1, "high": 0.3}).assign(
        **changed
    )
    return pd.DataFrame([NAMES | summarise(universes) | {"main": universes["estimate"].iloc[0], "p_joint": 0.18}])


def test_findings_are_worded_by_shares():
    (told,) = robustness_sentences(agreement(), plan="planned")
    assert told == (
        "- Alliance (indicator), A beside B (planned): holds; 100 % of 8 universes agree in sign "
        "(by chance so many in 18 % of permuted weeks), 100 % with an interval clear of zero, 0 % without interval."
    )
    assert "most intervals hold zero" in robustness_sentences(agreement(low=-0.1), plan="planned")[0]
    half = agreement(estimate=np.where(np.arange(8) % 2, 0.21, -0.2))
    assert "hangs on the choices" in robustness_sentences(half, plan="exploratory")[0]
    assert "(exploratory)" in robustness_sentences(half, plan="exploratory")[0]
    turned = agreement().assign(main=-0.1)
    assert "; the main analysis has the other sign." in robustness_sentences(turned, plan="planned")[0]
    assert robustness_sentences(agreement().head(0), plan="planned") == [
        "- No planned comparison can be estimated here, so there is nothing to vary."
    ]


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
        "voice matters most; from *all* to *outlet* the difference rises by 20.0 points"
    )
    assert effect_sentence(moved.head(0)) == "no choice moves it."
    assert choice_name("measure") == "way of counting"


def test_failed_and_refused_universes_are_counted():
    rows = pd.DataFrame({"measure": "a", "estimate": [0.2, np.nan], "low": [0.1, np.nan]})
    rows = rows.assign(note=["", "failed: ValueError: nothing to see"])
    assert universe_sentence(rows, by=["measure"]) == (
        "2 universes over 1 comparison. 1 without interval. 1 failed, the first so: failed: ValueError: nothing to see."
    )
    assert "no universes" in universe_sentence(rows.head(0), by=["measure"])
    assert "no threshold to vary" in threshold_sentence(0)
