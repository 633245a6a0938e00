"""Claims about events are told by rule, and the picture around events leaves open what is not known."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.show.charts.event_study import event_study
from helpers.views.events import claims, verdict

ROW = pd.Series({"quantity": "indicator:X", "group": "a", "window": "event:e", "estimate": 0.2, "q": 0.01})


def checks(**changed):
    """The four checks of one change, nothing speaking against it."""
    lines = {
        "slope before": {"value": 0.0, "low": -0.1, "high": 0.1, "p": 0.9, "rank": 0},
        "level change": {"value": 0.2, "low": 0.1, "high": 0.3, "p": 0.01, "rank": 0},
        "slope change": {"value": 0.0, "low": -0.1, "high": 0.1, "p": 0.9, "rank": 0},
        "placebo": {"value": 0.2, "low": np.nan, "high": np.nan, "p": 0.02, "rank": 1},
    }
    for name, values in changed.items():
        lines[name.replace("_", " ")] |= values
    return pd.DataFrame(
        [{"check": name, "quantity": "indicator:X", "group": "a", "event": "e"} | line for name, line in lines.items()]
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "stands"),
        ({"slope_before": {"low": 0.05}}, "doubtful: it was under way before"),
        ({"level_change": {"value": -0.1}}, "doubtful: beside the trend it turns round"),
        ({"level_change": {"low": -0.05}}, "doubtful: beside the trend it is not clear of zero"),
        ({"placebo": {"p": 0.3}}, "doubtful: quiet dates change as much in 30 %"),
        ({"placebo": {"rank": 0, "p": np.nan}}, "stands; could not be asked: quiet dates"),
        ({"slope_before": {"low": np.nan, "high": np.nan}}, "stands; could not be asked: trend"),
    ],
)
def test_a_verdict_names_what_speaks_against_a_change(changed, told):
    assert verdict(ROW, checks(**changed)) == told
    assert verdict(ROW.replace({0.01: 0.2}), checks(**changed)) == "not clear of zero once all changes are counted"


def test_claims_are_the_clear_changes_or_the_nearest_to_it():
    rows = pd.DataFrame(
        {
            "quantity": "volume", "group": list("abcde"), "window": "event:e", "low": [0.1, 0.2, -1, np.nan, -2],
            "p": [0.001, 0.01, 0.5, np.nan, 0.6], "q": [0.01, 0.04, 0.6, np.nan, 0.6],
        }
    )  # fmt: skip
    assert claims(rows).group.tolist() == ["a", "b"]
    assert claims(rows.assign(q=rows.q + 0.1)).group.tolist() == ["a", "b", "c"]


def profiles(n_events=2):
    """Four weeks around some events for two outlets; one week a gap, one without limits."""
    rows = [
        {"event": f"e{e}", "group": group, "middle": 7.0 * week + 3.5, "estimate": 1.0, "low": 0.5, "high": 2.0,
         "gap": False}
        for e in range(n_events) for group in "ab" for week in (-2, -1, 0, 1)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.loc[0, ["estimate", "low", "high"]], table.loc[0, "gap"] = np.nan, True
    table.loc[1, ["low", "high"]] = np.nan
    return table


def test_a_gap_is_hatched_and_a_week_without_limits_is_hollow():
    figure, axes = event_study(profiles(), label="items a day")
    assert axes.shape == (2, 2) and axes[0, 0].get_shared_y_axes().joined(axes[0, 0], axes[0, 1])
    hatched = [[len([p for p in axis.patches if p.get_hatch()]) for axis in row] for row in axes]
    assert hatched == [[1, 0], [0, 0]]
    hollow = [line for line in axes[0, 0].lines if line.get_markerfacecolor() == "white"]
    assert np.isfinite(hollow[0].get_ydata()).sum() == 1
    assert all(0 in line.get_xdata() for line in axes[0, 0].lines if len(set(line.get_xdata())) == 1)
    plt.close(figure)
    with pytest.raises(ValueError, match="not 13 events by 2 groups"):
        event_study(profiles(13), label="items a day")
