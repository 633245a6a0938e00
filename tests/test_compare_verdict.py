"""The rules of a verdict at their borders: what is just enough, and what just is not."""

from __future__ import annotations

import math

import pytest

from helpers.compare.verdict import Interval, Universes, Verdict, verdict, verdict_of_change

MAIN = Interval(-0.2, -0.3, -0.1)
WEAK = Interval(-0.15, -0.4, 0.1)  # holds zero and what the main one says
OPEN = Interval(0.1, -0.2, 0.4)
HOLD = Universes(n=40, same_sign=0.95, clear_of_zero=0.6, p_joint=0.2, sign=-1.0)


def of(main=MAIN, *, q=0.01, planned=True, controls=None, **more):
    return verdict(main, q=q, planned=planned, controls=controls or {}, **more)


def test_zero_at_a_limit_is_not_left_of_it():
    assert not Interval(0.1, 0.0, 0.2).clear and not Interval(-0.1, -0.2, 0.0).clear
    assert Interval(0.1, 1e-9, 0.2).clear and Interval(-0.1, -0.2, -1e-9).clear
    assert not Interval(0.1).clear and not Interval(0.1).known and Interval(0.0, 0.0, 0.0).known


@pytest.mark.parametrize(
    ("control", "agrees"),
    [
        (Interval(-0.05, -0.08, -0.02), True),  # clear, though it does not hold -.2
        (Interval(-0.1, -0.2, 0.1), True),  # holds -.2 at its limit
        (Interval(-0.1, -0.19, 0.1), False),
        (Interval(-0.3, -0.8, 0.2), True),
        (Interval(0.1, -0.3, 0.5), False),  # holds it, but points the other way
        (Interval(0.0, -0.3, 0.3), False),  # no sign
    ],
)
def test_a_control_agrees_by_sign_and_by_limits(control, agrees):
    assert control.agrees(MAIN) is agrees
    turned = Interval(-control.estimate, -control.high, -control.low)
    assert turned.agrees(Interval(0.2, 0.1, 0.3)) is agrees  # naming the groups the other way round changes nothing


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({}, True),
        ({"same_sign": 0.9}, True),
        ({"same_sign": 0.89}, False),
        ({"clear_of_zero": 0.5}, True),
        ({"clear_of_zero": 0.49}, False),
        ({"clear_of_zero": 0.0, "p_joint": 0.05}, True),
        ({"clear_of_zero": 0.0, "p_joint": 0.051}, False),
        ({"same_sign": 0.8, "p_joint": 0.001}, False),
    ],
)
def test_universes_hold_when_nearly_all_agree_beyond_chance(change, holds):
    universes = Universes(**(vars(HOLD) | change))
    assert universes.hold is holds
    assert of(universes=universes) == (Verdict("clear", "all") if holds else Verdict("hangs on choices", "universes"))


def test_no_interval_says_nothing_and_q_at_the_line_is_enough():
    assert of(Interval(-0.2)) == ("cannot tell", "no interval")
    two = {"topic": MAIN, "month": MAIN}
    assert of(q=0.05, controls=two) == ("clear", "controls")
    assert of(q=0.0501, controls=two) == of(q=math.nan, controls=two) == ("hangs on choices", "looks")
    assert of(q=0.0501, controls=two, planned=False) == ("cannot tell", "looks")


def test_two_clear_controls_do_where_no_universes_were_run():
    none = Universes(n=0, same_sign=math.nan, clear_of_zero=math.nan, p_joint=math.nan, sign=math.nan)
    for universes in (None, none):
        assert of(controls={"topic": MAIN}, universes=universes) == ("hangs on choices", "unchecked")
        assert of(controls={"topic": MAIN, "month": WEAK}, universes=universes).why == "unchecked"
        assert of(controls={"topic": MAIN, "month": MAIN}, universes=universes).sure == "clear"
    assert of(controls={"topic": MAIN}, whole=MAIN) == ("clear", "controls")  # the whole period is one more
    assert of(controls={"topic": MAIN, "month": Interval(5.0)}).why == "unchecked"  # without limits: missing
    assert of(controls={"topic": MAIN}, whole=Interval(5.0)).why == "unchecked"


def test_the_first_control_that_speaks_against_it_is_the_reason():
    assert of(controls={"month": MAIN, "topic": OPEN}, universes=HOLD) == ("hangs on choices", "topic")
    assert of(controls={"month": MAIN}, whole=OPEN, universes=HOLD) == ("hangs on choices", "window")


def test_universes_of_the_other_sign_speak_against_it():
    assert of(universes=HOLD).sure == "clear"
    assert of(universes=Universes(**(vars(HOLD) | {"sign": 1.0}))) == ("hangs on choices", "universes")
    assert of(Interval(0.2, 0.1, 0.3), universes=HOLD) == ("hangs on choices", "universes")


def test_an_open_difference_hangs_on_choices_where_others_are_clear():
    assert of(OPEN, whole=MAIN, whole_q=0.05) == ("hangs on choices", "window")
    assert of(OPEN, whole=MAIN, whole_q=0.06) == of(OPEN, whole=MAIN) == ("cannot tell", "open")
    assert of(OPEN, whole=OPEN, whole_q=0.01) == ("cannot tell", "open")
    half = Universes(**(vars(HOLD) | {"clear_of_zero": 0.5}))
    assert of(OPEN, universes=half) == ("hangs on choices", "universes")
    assert of(OPEN, universes=Universes(**(vars(HOLD) | {"clear_of_zero": 0.49}))).why == "open"
    assert of(OPEN, universes=Universes(**(vars(HOLD) | {"n": 0}))).why == "open"


STEP = Interval(0.1, 0.02, 0.2)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("clear", "quiet dates")),
        ({"placebo": 0.05, "q": 0.05}, ("clear", "quiet dates")),
        ({"placebo": 0.051}, ("hangs on choices", "quiet dates")),
        ({"placebo": None}, ("hangs on choices", "unchecked")),
        ({"q": 0.051}, ("cannot tell", "looks")),
        ({"q": math.nan}, ("cannot tell", "looks")),
        ({"main": Interval(0.2)}, ("cannot tell", "no interval")),
        ({"main": Interval(0.2, 0.0, 0.4)}, ("cannot tell", "open")),
        ({"before": Interval(-0.1, -0.2, -0.05)}, ("hangs on choices", "under way")),
        ({"before": Interval(0.0)}, ("hangs on choices", "unchecked")),
        ({"before": Interval(0.0), "placebo": 0.2}, ("hangs on choices", "quiet dates")),
        ({"step": Interval(-0.1, -0.2, -0.02)}, ("hangs on choices", "trend")),
        ({"step": Interval(0.1, 0.0, 0.2)}, ("hangs on choices", "trend")),
        ({"step": Interval(0.1, -0.1, 0.3), "placebo": 0.2}, ("hangs on choices", "trend")),
        ({"step": Interval(-0.1)}, ("hangs on choices", "unchecked")),
        ({"step": Interval(-0.1), "placebo": 0.051}, ("hangs on choices", "quiet dates")),
        ({"main": Interval(-0.2, -0.3, -0.1), "step": Interval(-0.1, -0.2, -0.02)}, ("clear", "quiet dates")),
        ({"main": Interval(-0.2, -0.3, -0.1)}, ("hangs on choices", "trend")),
    ],
)
def test_a_change_is_clear_when_nothing_else_explains_it(change, expected):
    given = {"main": Interval(0.2, 0.1, 0.3), "q": 0.01, "before": Interval(0.0, -0.1, 0.1), "step": STEP}
    given |= {"placebo": 0.01} | change
    assert verdict_of_change(given.pop("main"), **given) == expected
