"""Claims about events are told by rule, and the picture around events leaves open what is not known."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.show.charts.event_study import event_study
from helpers.show.event_study import change_answer, change_sentences, change_table, claim_table, claims, verdict

PLACE = {"kind": "indicator", "measure": "X", "side": "outlet", "group": "a", "event": "e"}
NAMES = {
    "measure_name": "X (indicator)",
    "group_name": "A",
    "event_name": "Treaty",
    "event_day": pd.Timestamp("2024-06-19"),
}
ROW = pd.Series(PLACE | NAMES | {"estimate": 0.2, "low": 0.1, "high": 0.3, "level": 0.95, "n_articles": 40, "p": 0.001,
                                 "q": 0.01, "note": ""})  # fmt: skip


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
        [{"check": name, "n_placebos": 9, "n_apart": 5, "note": ""} | PLACE | line for name, line in lines.items()]
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "clear"),
        ({"slope_before": {"low": 0.05}}, "hangs on choices: it was under way before"),
        ({"level_change": {"value": -0.1}}, "hangs on choices: beside the trend it turns round"),
        ({"level_change": {"low": -0.05}}, "hangs on choices: beside the trend it is not clear of zero"),
        (
            {"placebo": {"p": 0.3}},
            "hangs on choices: other dates change as much (p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}.30)",
        ),
        ({"placebo": {"rank": 0, "p": np.nan}}, "hangs on choices: could not be asked: quiet dates"),
        ({"slope_before": {"low": np.nan, "high": np.nan}}, "hangs on choices: could not be asked: trend"),
    ],
)
def test_a_verdict_names_what_speaks_against_a_change(changed, told):
    assert verdict(ROW, checks(**changed)) == told
    assert (
        verdict(pd.concat([ROW.drop("q"), pd.Series({"q": 0.2})]), checks(**changed))
        == "cannot tell: not clear of zero once all changes are counted"
    )


def test_claims_are_the_clear_changes_or_the_nearest_to_it():
    rows = pd.DataFrame(
        {
            "kind": "volume", "measure": "volume", "group": list("abcde"), "event": "e", "low": [0.1, 0.2, -1, np.nan, -2],
            "p": [0.001, 0.01, 0.5, np.nan, 0.6], "q": [0.01, 0.04, 0.6, np.nan, 0.6],
        }
    )  # fmt: skip
    assert claims(rows).group.tolist() == ["a", "b"]
    assert claims(rows.assign(q=rows.q + 0.1)).group.tolist() == ["a", "b", "c"]


def test_a_claim_stands_beside_what_was_asked_of_it():
    table = claim_table(ROW.to_frame().T, checks(placebo={"rank": 2, "p": 0.3}))
    assert table.iloc[0].tolist() == [
        "Treaty; A: X", "+20.0 (+10.0 to +30.0)", "+0.0 (−10.0 to +10.0)", "+20.0 (+10.0 to +30.0)",
        "2 of 10 (5 quiet windows apart)", "hangs on choices: other dates change as much (p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}.30)",
    ]  # fmt: skip
    assert claim_table(ROW.to_frame().T.head(0), checks()).empty


def test_a_table_of_changes_names_an_event_once_and_events_by_their_titles():
    note = "9,999 arrangements, drawn; told together with 'visit'"
    rows = pd.DataFrame([ROW, pd.concat([ROW.drop("note"), pd.Series({"note": note})])])
    table = change_table(rows.astype({"event_day": "datetime64[ns]"}), {"visit": "A visit"})
    assert table["event"].tolist() == ["Treaty", ""] and table["day"].tolist() == ["2024-06-19", ""]
    assert table["note"].tolist() == ["", "told together with “A visit”"]


def test_changes_are_told_by_rule_and_never_none_of_none():
    rows = pd.DataFrame([ROW])
    told = [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in change_sentences(rows, item="headline")]
    assert told == ["- After “Treaty”, X rose at A (+10.0 to +30.0 points; q = .010; 40 headlines)."]
    assert change_answer(rows).startswith("1 of 1 change around events is clear once all are counted. After “Treaty”")
    vague = rows.assign(low=-0.1, q=0.5)
    assert change_sentences(vague)[0] == "- None of 1 change is clear of zero once all are counted."
    assert "the vaguest leaves room for 30.0\N{NO-BREAK SPACE}points" in change_sentences(vague)[1]
    assert "an event's mark cannot be told from" in change_answer(vague)
    refused = rows.assign(low=np.nan, high=np.nan, q=np.nan)
    assert [line[:41] for line in change_sentences(refused)] == ["- 1 change could not be estimated: too few"[:41]]
    assert "could be observed" in change_answer(refused)
    assert "None of 0" not in " ".join(change_sentences(rows.head(0)) + change_sentences(refused))


def profiles(n_events=2):
    """Four weeks around some events for two outlets; one week a gap, one without limits."""
    rows = [
        {"event_name": f"e{e}", "event_day": pd.Timestamp("2024-06-19"), "group_name": group, "middle": 7.0 * week + 3.5, "estimate": 1.0, "low": 0.5, "high": 2.0,
         "gap": False}
        for e in range(n_events) for group in "ab" for week in (-2, -1, 0, 1)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.loc[0, ["estimate", "low", "high"]], table.loc[0, "gap"] = np.nan, True
    table.loc[1, ["low", "high"]] = np.nan
    return table


def test_a_gap_is_hatched_and_a_week_without_limits_is_hollow():
    figure, axes = event_study(profiles(), label="items a day")
    assert axes.shape == (2, 2) and axes[0, 0].get_ylim() == axes[0, 1].get_ylim()
    hatched = [[len([p for p in axis.patches if p.get_hatch()]) for axis in row] for row in axes]
    assert hatched == [[1, 0], [0, 0]]
    hollow = [line for line in axes[0, 0].lines if line.get_markerfacecolor() == "white"]
    assert np.isfinite(hollow[0].get_ydata()).sum() == 1
    assert all(0 in line.get_xdata() for line in axes[0, 0].lines if len(set(line.get_xdata())) == 1)
    plt.close(figure)
    with pytest.raises(ValueError, match="not 13 events by 2 groups"):
        event_study(profiles(13), label="items a day")
