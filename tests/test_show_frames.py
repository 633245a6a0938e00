"""Shares of frames in words: hidden where coders agree too little, and told with what they rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.show.frames import agreed, agreement_findings, error_table, frame_findings, guarded_shares, three_ways

AGREEMENT = pd.DataFrame(
    {"frame": ["AID", "WAR", "LAW"], "language": "en", "alpha": [0.9, 0.81, 0.7], "low": [0.85, 0.7199, 0.5],
     "n_units": 40, "n_coders": 2}
)  # fmt: skip
ARTICLES = pd.DataFrame({"outlet": ["a"] * 4 + ["b"] * 4, "is_original": [True] * 6 + [False] * 2})
VOLUME = pd.DataFrame({"outlet": list("aabb"), "observed": [True, True, True, False]})


def plain(cells: pd.Series) -> pd.Series:
    """Cells with plain spaces."""
    return cells.str.replace("\N{NO-BREAK SPACE}", " ")


def shares(**given) -> pd.DataFrame:
    rows = [
        {"measure": code, "measure_name": code.capitalize(), "language": "en", "group": "a", "group_name": "A",
         "reference": reference, "reference_name": reference.upper(), "method": method, "source": "classifier",
         "estimate": 0.2 + off, "low": 0.1 + off, "high": 0.3 + off, "level": 0.95, "n_coded": 40, "n_passages": 1200,
         "r2": 0.5}
        for code in ("AID", "WAR", "LAW") for reference in ("", "b")
        for method, off in (("raw", 0.1 if code == "WAR" else 0.02), ("coded", 0.0), ("corrected", 0.0))
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(**given)


def test_a_share_is_shown_marked_or_hidden_as_coders_agree() -> None:
    rows = shares().query("method == 'corrected' and reference == ''")
    cells = dict(zip(rows["measure"], plain(guarded_shares(agreed(rows, AGREEMENT))), strict=True))
    assert cells == {
        "AID": "20 % (10 % to 30 %)", "WAR": "20 % (10 % to 30 %) (tentative, α = .81, at least .719)",
        "LAW": "hidden (α = .7, at least .5 only; .667 is needed)",
    }  # fmt: skip
    nobody = agreed(rows, AGREEMENT.iloc[:0])
    assert set(guarded_shares(nobody)) == {"hidden (α not known)"} and set(nobody["verdict"]) == {"not known"}


def test_a_share_without_interval_or_number_says_so() -> None:
    rows = shares(low=np.nan).query("method == 'corrected' and reference == '' and measure == 'AID'")
    assert plain(guarded_shares(agreed(rows, AGREEMENT))).item() == "20 % (too few to tell)"
    assert guarded_shares(agreed(rows.assign(estimate=np.nan), AGREEMENT)).item() == "–"


def test_findings_tell_codes_copies_gaps_and_what_is_hidden() -> None:
    told = frame_findings(shares().query("method == 'corrected'"), AGREEMENT, ARTICLES, VOLUME)
    assert told[0].replace("\N{NO-BREAK SPACE}", " ") == (
        "- Aid, as people coded it: more at A than at B (difference +10.0 to +30.0 points; 40 of 1,200 passages coded; "
        "25 % copies, 25 % of months not collected)."
    )
    assert "only tentatively" in told[1] and told[2].startswith("- 2 of 2 differences in coded frames are clear")
    assert told[-1] == "- 1 difference not shown: coders agree too little, or it is not known."


def test_differences_that_cross_zero_are_told_by_what_they_rule_out() -> None:
    rows = shares(low=-0.1).query("method == 'corrected'")
    told = frame_findings(rows, AGREEMENT, ARTICLES, VOLUME)
    assert (
        told[0].startswith("- 0 of 2")
        and told[1] == "- Half of the others rule out one larger than 30.0\N{NO-BREAK SPACE}points."
    )
    for nothing in (rows.iloc[:0], rows.assign(low=np.nan), rows[rows["measure"] == "LAW"]):
        assert (
            "no passage has been coded by people who agree" in frame_findings(nothing, AGREEMENT, ARTICLES, VOLUME)[0]
        )


def test_the_worst_told_difference_comes_first_and_hides_what_coders_do_not_share() -> None:
    table = three_ways(shares().query("reference == 'b'"), AGREEMENT)
    assert table["frame"].tolist()[0] == "War" and table["outlets"].iloc[0] == "A − B"
    law = table.set_index("frame").loc["Law"]
    assert law["raw"] == "+22.0 (+12.0 to +32.0)" and law["corrected"].startswith("hidden (α = .7, at least .5")
    assert law["coded passages"] == "40 of 1,200" and law["explained"] == "50\N{NO-BREAK SPACE}%"
    assert len(three_ways(shares().query("reference == 'b'"), AGREEMENT, n=1)) == 1
    assert three_ways(shares().iloc[:0], AGREEMENT).empty


def test_errors_span_the_outlets() -> None:
    rows = [
        ("Aid", "en", outlet, quantity, value, 0.1, 0.9, 30)
        for outlet, value in (("all", 0.5), ("a", 0.4), ("b", 0.75)) for quantity in ("precision", "recall")
    ]  # fmt: skip
    names = ["measure_name", "language", "outlet", "quantity", "value", "low", "high", "n"]
    errors = pd.DataFrame(rows, columns=names)
    row = error_table(errors).replace("\N{NO-BREAK SPACE}", " ", regex=True).iloc[0]
    assert row["precision"] == "50 % (10 % to 90 %)" and row["recall by outlet"] == "40 % to 75 %" and row["n"] == 30
    assert error_table(errors[errors["outlet"] != "b"]).iloc[0]["recall by outlet"] == "–"


@pytest.mark.parametrize("lows", [[0.9, 0.7, 0.1, np.nan]])
def test_agreement_is_counted_by_verdict_on_the_lower_limit(lows: list[float]) -> None:
    told = agreement_findings(pd.DataFrame({"alpha": 0.95, "low": lows}))[0]
    assert (
        "Of 4 pairs" in told
        and "reliably on 1" in told
        and "1 are tentative" in told
        and "1 hidden" in told
        and "on 1 is not known" in told
    )
    assert "no share of a frame" in agreement_findings(AGREEMENT.iloc[:0])[0]
