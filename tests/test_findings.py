"""Findings: the verdict in worlds where each condition turns it, the choice of cards, and what they say."""

from __future__ import annotations

import math
from dataclasses import replace

import built
import pandas as pd
import pytest

from helpers.compare.attention import fortnights
from helpers.compare.verdict import Interval, Universes, Verdict, verdict, verdict_of_change
from helpers.data.schemas import NUMBER, SCHEMAS, TEXT, WHOLE
from helpers.pipeline.finding_choice import FEWEST_CARDS, FEWEST_ITEMS, MOST_CARDS, chosen
from helpers.pipeline.finding_rows import universes_of
from helpers.show.card_words import WHY, headline, why
from helpers.show.cards import cards_html, finding_table, rests
from helpers.show.first_words import answer, cannot_say
from helpers.study import Study

NAN = float("nan")
MAIN, CLEAR, WIDE = Interval(-0.2, -0.3, -0.1), Interval(-0.18, -0.3, -0.05), Interval(-0.15, -0.4, 0.1)
ALL = Universes(n=200, same_sign=0.97, clear_of_zero=0.7, p_joint=0.03, sign=-1)
SURE = {"q": 0.01, "planned": True, "controls": {"topic": CLEAR, "month": CLEAR}, "whole": CLEAR, "universes": ALL}


def test_where_everything_agrees_it_is_clear() -> None:
    assert verdict(MAIN, **SURE) == Verdict("clear", "all")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"q": 0.06}, ("hangs on choices", "looks"), id="not among all that was planned"),
        pytest.param({"q": 0.06, "planned": False}, ("cannot tell", "looks"), id="nor among all that was not"),
        pytest.param({"q": NAN}, ("hangs on choices", "looks"), id="no q"),
        pytest.param({"controls": {"topic": Interval(0.1, -0.1, 0.3)}}, ("hangs on choices", "topic"), id="topic turns it"),
        pytest.param({"controls": {"topic": Interval(-0.04, -0.15, 0.07)}}, ("hangs on choices", "topic"), id="shrinks it"),
        pytest.param({"controls": {"month": Interval(0.0, -0.3, 0.3)}}, ("hangs on choices", "month"), id="month empties it"),
        pytest.param({"controls": {"topic": WIDE, "month": WIDE}}, ("clear", "all"), id="wide controls of its sign"),
        pytest.param({"controls": {"topic": Interval(0.5)}}, ("clear", "all"), id="a control without an interval"),
        pytest.param({"whole": Interval(0.1, 0.05, 0.2)}, ("hangs on choices", "window"), id="another in the whole period"),
        pytest.param({"universes": replace(ALL, same_sign=0.89)}, ("hangs on choices", "universes"), id="not nearly all"),
        pytest.param({"universes": replace(ALL, sign=1)}, ("hangs on choices", "universes"), id="all of the other sign"),
        pytest.param({"universes": replace(ALL, p_joint=0.06)}, ("clear", "all"), id="by chance, but clear themselves"),
        pytest.param(
            {"universes": replace(ALL, p_joint=0.06, clear_of_zero=0.4)}, ("hangs on choices", "universes"), id="by chance"
        ),
        pytest.param({"universes": None}, ("clear", "controls"), id="none run, controls clear"),
        pytest.param(
            {"universes": None, "controls": {"topic": WIDE}, "whole": WIDE}, ("hangs on choices", "unchecked"), id="none run"
        ),
    ],
)  # fmt: skip
def test_one_condition_turns_a_clear_difference(change: dict, expected: tuple[str, str]) -> None:
    assert verdict(MAIN, **SURE | change) == expected


@pytest.mark.parametrize(
    ("main", "change", "expected"),
    [
        pytest.param(WIDE, {"whole": WIDE, "universes": None}, ("cannot tell", "open"), id="nothing is clear"),
        pytest.param(WIDE, {"whole_q": 0.01}, ("hangs on choices", "window"), id="only the whole period"),
        pytest.param(WIDE, {"whole_q": 0.2, "universes": replace(ALL, clear_of_zero=0.2)}, ("cannot tell", "open"),
                     id="the whole period by chance"),
        pytest.param(WIDE, {"whole": WIDE}, ("hangs on choices", "universes"), id="most universes"),
        pytest.param(Interval(-0.2), {}, ("cannot tell", "no interval"), id="no interval"),
    ],
)  # fmt: skip
def test_what_holds_zero_hangs_on_choices_only_where_something_else_is_clear(main, change, expected) -> None:
    assert verdict(main, **SURE | {"whole_q": NAN} | change) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("clear", "quiet dates")),
        ({"q": 0.2}, ("cannot tell", "looks")),
        ({"before": CLEAR}, ("hangs on choices", "under way")),
        ({"step": Interval(0.1, 0.05, 0.2)}, ("hangs on choices", "trend")),
        ({"step": Interval(-0.1, -0.3, 0.1)}, ("hangs on choices", "trend")),
        ({"step": Interval(NAN)}, ("hangs on choices", "unchecked")),
        ({"placebo": 0.2}, ("hangs on choices", "quiet dates")),
        ({"placebo": None}, ("hangs on choices", "unchecked")),
    ],
)
def test_one_condition_turns_a_clear_change(change: dict, expected: tuple[str, str]) -> None:
    given = {
        "q": 0.01,
        "before": Interval(0.0, -0.1, 0.1),
        "step": Interval(-0.1, -0.2, -0.05),
        "placebo": 0.04,
    } | change
    assert verdict_of_change(MAIN, **given) == expected


def test_the_order_of_the_sides_turns_the_sign_of_the_universes() -> None:
    rows = pd.DataFrame({"kind": "indicator", "measure": "AID", "side": "outlet", "group": "a", "reference": "b",
                         "estimate": [0.2, 0.1, None], "low": [0.1, -0.1, None], "high": 0.3, "p_joint": 0.04})  # fmt: skip
    agreed = universes_of(rows)
    there, back = agreed["indicator", "AID", "outlet", "a", "b"], agreed["indicator", "AID", "outlet", "b", "a"]
    assert (there.n, there.same_sign, there.clear_of_zero, there.sign) == (2, 1.0, 0.5, 1)
    assert (back.n, back.same_sign, back.sign) == (2, 1.0, -1)


def test_a_fortnight_is_counted_in_outlets_that_were_there() -> None:
    days = pd.date_range("2031-01-01", periods=160)
    series = pd.DataFrame({"day": days, "on": [0] * 100 + [4] * 14 + [0] * 26 + [5] * 14 + [0] * 6, "all": 40})
    daily = pd.concat([series.assign(outlet=name) for name in "abc"])
    absent = series[series["day"] < days[100]].assign(outlet="d", on=9)  # did not see the fortnight
    [row] = fortnights(pd.concat([daily, absent]), {"pact": days[100]}, items="on", of="all").to_dict("records")
    assert (row["share"], row["n_outlets"], row["outlets_up"], row["n_items"]) == (0.1, 3, 1.0, 168)
    assert row["busiest_else"] == pytest.approx(0.125) and row["usual"] == pytest.approx(70 / (146 * 40))
    assert fortnights(daily.query("outlet != 'c'"), {"pact": days[100]}, items="on", of="all").empty


def candidate(number: int, **given: object) -> dict[str, object]:
    """A row of `findings` that may be shown, and differs from others in measure and sides."""
    row = {name: "" for name, kind in SCHEMAS["findings"].columns.items() if kind == TEXT}
    row |= {name: NAN for name, kind in SCHEMAS["findings"].columns.items() if kind == NUMBER}
    row |= {name: 40 for name, kind in SCHEMAS["findings"].columns.items() if kind == WHOLE}
    row |= {"about": "difference", "kind": "indicator", "measure": f"M{number}", "measure_name": f"Measure {number} (indicator)",
            "side": "outlet", "group": f"a{number}", "group_name": f"Gazette {number}", "reference": f"b{number}",
            "reference_name": f"Post {number}", "unit": "share", "estimate": 0.2, "low": 0.1, "high": 0.3, "level": 0.95,
            "level_group": 0.36, "level_group_low": 0.3, "level_group_high": 0.4, "level_reference": 0.16, "same_sign": 0.97,
            "clear_of_zero": 0.7, "p_joint": 0.03, "p": 0.001, "q": 0.01, "planned": False, "sure": "clear", "why": "all",
            "checks": "described", "n_universes": 198}  # fmt: skip
    return row | given


def picked(*rows: dict[str, object], called: dict[str, str] | None = None) -> list[str]:
    """Measures of the cards, in their order."""
    table = chosen(pd.DataFrame(rows), called)
    assert ((table["place"] > 0) == (table["passed_over"] == "")).all()
    return table[table["place"] > 0].sort_values("place")["measure"].tolist()


OPEN = {"sure": "cannot tell", "why": "open", "low": -0.1, "high": 0.5}


def test_planned_go_first_and_one_place_is_kept_for_what_was_asked_in_vain() -> None:
    unplanned = [candidate(number, estimate=0.9) for number in range(5)]
    planned = [candidate(number, planned=True) for number in range(10, 14)]
    vain = [candidate(20, planned=True, **OPEN), candidate(21, planned=True, **OPEN | {"high": 0.1})]
    cards = picked(*unplanned, *planned, *vain)
    assert cards == ["M10", "M11", "M12", "M0", "M21"]  # the narrower interval; clear ones before it
    assert len(cards) == MOST_CARDS


def test_the_larger_and_the_broader_of_unplanned_ones_lead() -> None:
    assert picked(candidate(1), candidate(2, estimate=-0.4), candidate(3, side="group", estimate=0.1))[:2] == [
        "M3",
        "M2",
    ]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"estimate": 0.04}, "smaller than 5 points"),
        ({"n_group": FEWEST_ITEMS - 1}, "fewer than 10 items on a side"),
        ({"kind": "topic", "measure": "en-01"}, "the topic is no subject (outlet)"),
        ({"kind": "topic", "measure": "en-02"}, "the topic is no subject (boilerplate)"),
        ({"measure": "M1"}, "its measure, its sides or its event are shown already"),
        ({"group": "b1", "reference": "a1"}, "its measure, its sides or its event are shown already"),
        (OPEN, "not planned, and not clear"),
        ({"sure": "cannot tell", "why": "held back", "planned": True}, "held back"),
    ],
)
def test_what_is_no_card_says_why(given: dict[str, object], reason: str) -> None:
    others = [candidate(number, estimate=0.5, planned=number < 3) for number in (1, 2, 3)]
    called = {"en-01": "outlet: Gazette", "en-02": "boilerplate"}
    table = chosen(pd.DataFrame([*others, candidate(9, **given)]), called)
    assert table["place"].tolist()[-1] == 0 and table["passed_over"].tolist()[-1] == reason


def test_a_tiny_planned_difference_is_shown_and_no_outlet_a_third_time_unless_planned() -> None:
    assert picked(candidate(1, planned=True, estimate=0.01)) == ["M1"]
    same = [candidate(number, group="a", reference=f"b{number}", estimate=0.5 - number / 100) for number in range(3)]
    assert picked(*same) == ["M0", "M1"]
    assert len(picked(*[row | {"planned": True} for row in same])) == 3


def test_where_little_is_left_differences_of_most_items_fill_up() -> None:
    rows = [candidate(number, n_group=20 + number, n_reference=20 + number, **OPEN) for number in range(5)]
    assert picked(*rows) == ["M4", "M3", "M2"] and FEWEST_CARDS == 3
    assert picked(candidate(1, sure="cannot tell", why="no interval", low=NAN)) == []
    assert chosen(pd.DataFrame(columns=list(candidate(1))))["place"].tolist() == []


def test_a_card_tells_levels_first_then_how_sure_and_why() -> None:
    rows = chosen(pd.DataFrame([candidate(1, planned=True), candidate(2, planned=True, level_group=0.0, **OPEN)]))
    html = cards_html(rows).replace("\u00a0", " ")
    first, second = html.split('<section class="card">')[1:]
    assert "4 passages in 10 at Gazette 1, 1 in 6 at Post 1." in first and "Clear." in first
    assert "97 % of 198 other analyses agree in direction" in first and "+20.0 points (+10.0 to +30.0)" in first
    assert "No passage at Gazette 2" in second and "Cannot tell." in second and "−10.0 to +50.0 points" in second
    assert html.count("How sure:") == 1 and 'role="img" aria-label="Measure 1: 4 passages' in first
    assert "nan" not in html and "(indicator)" not in html


def test_names_on_a_card_are_no_markup_and_bear_their_language() -> None:
    row = candidate(1, planned=True, group_name='<img src=x onerror="x">', reference_name="도르나발신문")
    html = cards_html(chosen(pd.DataFrame([row])))
    assert "<img" not in html and "&lt;img" in html and '<bdi lang="ko">도르나발신문</bdi>' in html


def test_every_reason_has_a_sentence() -> None:
    for code in ("all", "universes", "open", "looks", "window", "quiet dates", "lists", "counted", *WHY):
        for sure in ("clear", "hangs on choices", "cannot tell"):
            text = why(
                pd.Series(candidate(1, why=code, sure=sure, period_estimate=0.1, period_low=0.05, period_high=0.2))
            )
            assert (text.endswith(".") and "nan" not in text and code not in ("all", "open")) or len(text) > 20


def test_the_answer_is_two_sentences_and_says_what_is_clear_only_where_it_is() -> None:
    rows = chosen(pd.DataFrame([candidate(1, planned=True), candidate(2, planned=True, **OPEN)]))
    first, second = answer(rows, 30)
    assert first == "30 articles bear on the question."
    assert second.startswith("Of 2 planned differences between outlets one is clear; the first: Measure 1: 4 passages")
    none = chosen(pd.DataFrame([candidate(2, planned=True, **OPEN)]))
    assert answer(none, 30)[1] == "Of 1 planned difference between outlets none is clear."


def test_what_cannot_be_said_comes_with_its_reason() -> None:
    refused = {"sure": "cannot tell", "low": NAN, "high": NAN, "estimate": NAN}
    rows = chosen(pd.DataFrame([
        *(candidate(number, planned=True, **OPEN) for number in range(4)),
        candidate(5, why="no overlap", **refused), candidate(6, why="held back", note="recall not known in en", **refused),
        candidate(7, why="no interval", **refused), candidate(8, **OPEN | {"why": "looks"}),
    ]))  # fmt: skip
    said = "\n".join(cannot_say(rows))
    assert "Gazette 5 with Post 5" in said and "Gazette 6 with Post 6" in said and "1 difference, " in said
    assert said.count("Measure ") == 2 and "1 unplanned one" in said  # the planned ones that are no cards
    assert cannot_say(rows.iloc[:0]) == [
        "- **Nothing was compared**: too few articles, or nobody to compare them with."
    ]
    assert "2 planned differences" in "".join(cannot_say(rows, n_planned=6))


def test_findings_of_the_practice_study_stand_on_the_estimates(small_practice: Study) -> None:
    small = built.corpus_of(small_practice)
    rows = small.findings
    cards = rows[rows["place"] > 0].sort_values("place")
    assert FEWEST_CARDS <= len(cards) <= MOST_CARDS and cards["place"].tolist() == list(range(1, len(cards) + 1))
    planned = rows[rows["planned"]]
    assert len(planned) == len(small.study.plan.comparisons) and cards["planned"].any()
    shown = rows[rows["level_group"].notna() & (rows["about"] != "commonest")]
    assert ((shown["level_group"] - shown["level_reference"] - shown["estimate"]).abs() < 1e-9).all()
    assert {"difference", "event", "commonest"} <= set(rows["about"]) and set(rows["sure"]) <= {
        "clear",
        "hangs on choices",
        "cannot tell",
    }
    for _, row in cards.iterrows():
        assert "nan" not in f"{headline(row)} {why(row)} {rests(row)}" and not math.isnan(row["level_group"])
    assert "nan" not in finding_table(planned).to_string()
