"""Charts of estimates show their intervals, or say that there are none."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.show import charts, set_style
from helpers.show.drawing import around


@pytest.fixture(autouse=True)
def _looks():
    set_style()
    yield
    plt.close("all")


def test_a_refused_interval_is_said_not_drawn():
    table = pd.DataFrame({"measure_name": "x", "outlet_name": ["a", "b"], "estimate": [0.2, 0.3], "low": [0.1, np.nan],
                          "high": [0.4, np.nan]})  # fmt: skip
    figure, axis = charts.dots(table, y="measure_name", colour="outlet_name", label="share")
    faces = [line.get_markerfacecolor() for line in axis.lines if line.get_marker() in ("o", "s")]
    assert [face == "white" for face in faces] == [False, True]
    assert around(figure).notes == ["Open: no interval."]


def test_an_outlet_has_its_own_colour_wherever_it_stands():
    set_style(["a", "b"], colours={"b": "#123456"})
    table = pd.DataFrame({"measure_name": "x", "outlet_name": ["b"], "estimate": [0.2], "low": [0.1], "high": [0.4]})
    _, axis = charts.dots(table, y="measure_name", colour="outlet_name", label="share")
    assert axis.lines[0].get_color() == "#123456"


def universes(**columns):
    return pd.DataFrame(columns | {"low": 0.0, "high": 0.5})


def test_a_specification_curve_sorts_universes_with_their_choices():
    table = universes(k=[8, 5], v=["all", "own"], estimate=[0.3, 0.1], main=False)
    _, (curve, choices) = charts.specification_curve(table, choices=["k", "v"], label="difference")
    assert [label.get_text() for label in choices.get_yticklabels()] == ["k: 5", "k: 8", "v: all", "v: own"]
    assert np.unique(choices.lines[0].get_xdata()[:2]).tolist() == [0]  # k=5 made the smallest estimate
    assert curve.get_ylabel() == "difference"


def test_the_main_analysis_is_ruled_at_its_place_in_the_curve():
    table = universes(k=[8, 5, 6], estimate=[0.3, 0.1, 0.2], main=[True, False, False])
    _, axes = charts.specification_curve(table, choices=["k"], label="difference")
    for axis in axes:
        ruled = [line for line in axis.lines if line.get_linewidth() == 1.0 and set(line.get_xdata()) == {2}]
        assert len(ruled) == 1
    assert "Red rule: the main analysis." in around(axes[0].figure).notes[0]


def test_small_curves_share_one_scale():
    table = universes(pair=["a", "a", "b"], estimate=[0.1, 0.2, 0.3], main=[True, False, True])
    _, axes = charts.small_curves(table, panel="pair", label="difference")
    assert axes[0].get_shared_y_axes().joined(axes[0], axes[1])


def test_keyness_fills_only_what_survives_the_false_discovery_rate():
    table = pd.DataFrame({"term": ["a", "b"], "delta": [1.0, -1.0], "z": [5.0, -1.0], "q": [0.001, 0.5]})
    _, axis = charts.keyness(table.assign(target_name="A", reference_name="B"))
    faces = [line.get_markerfacecolor() for line in axis.lines if line.get_marker() in ("o", "s")]
    assert faces[0] != "white" and faces[1] == "white"
    assert around(axis.figure).notes[0].startswith("Right of zero: words that A uses more; left: B.")
