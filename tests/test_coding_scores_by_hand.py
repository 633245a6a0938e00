"""Scores of intrusion tasks and sizes of samples, by hand, from published tables and beside scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.coding.intrusion import CANT_TELL, TOPIC
from helpers.coding.intrusion_scores import codes, precision, proportion, topic_log_odds
from helpers.coding.sample import (
    allocate,
    draw,
    number,
    passages_for_alpha,
    passages_for_share,
    signature,
    strata,
    units,
)


def test_one_answer_a_task_has_the_limits_of_clopper_and_pearson():
    for hits, n, level in ((8, 10, 0.95), (0, 7, 0.9), (7, 7, 0.9), (1, 40, 0.99)):
        exact = stats.binomtest(hits, n).proportion_ci(level, method="exact")
        share, low, high = proportion(np.arange(n) < hits, np.arange(n), coverage=level)
        assert (share, low, high) == pytest.approx((hits / n, exact.low, exact.high))


def test_answers_to_one_task_are_worth_what_their_variance_says():
    hits = np.array([1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1])
    tasks = np.repeat([7, 3, 9, 5], 3)
    sums = np.array([hits[tasks == one].sum() - 3 * hits.mean() for one in (7, 3, 9, 5)])
    variance = 4 / 3 * (sums**2).sum() / 144
    n = hits.mean() * (1 - hits.mean()) / variance
    assert 4 < n < 12
    share, low, high = proportion(hits, tasks)
    expected = stats.beta.ppf([0.025, 0.975], [share * n, share * n + 1], [n - share * n + 1, n - share * n])
    assert (low, high) == pytest.approx(tuple(expected))
    spread = proportion(np.array([1, 0, 0, 1, 0, 1, 1, 0]), np.repeat(range(4), 2))  # tasks alike: each counts once
    assert spread[1:] == pytest.approx(stats.beta.ppf([0.025, 0.975], [2, 3], [3, 2]).tolist())
    single = proportion(np.array([1, 0, 1]), np.zeros(3))
    assert single[1:] == pytest.approx(stats.beta.ppf([0.025, 0.975], [2 / 3, 5 / 3], [4 / 3, 1 / 3]).tolist())
    for coverage in (0.0, 1.0):
        with pytest.raises(ValueError, match="give a share between 0 and 1"):
            proportion(hits, tasks, coverage=coverage)
    with pytest.raises(ValueError, match="no answers"):
        proportion(np.array([]), np.array([]))


def tasks():
    """Three tasks of five options and one model; two coders."""
    key = pd.DataFrame(
        {"task": ["t1", "t2", "t3"], "kind": "word_intrusion", "model": "m", "topic": ["00", "00", "01"]}
    )
    key["options"] = [tuple("abcde")] * 3
    key["intruder"] = ["a", "b", "c"]
    answers = pd.DataFrame({"task": ["t1", "t2", "t3"] * 2, "coder": ["ann"] * 3 + ["ben"] * 3})
    return key, answers.assign(answer=["a", "b", "d", "a", CANT_TELL, "c"])


def test_precision_counts_models_coders_and_topics():
    key, answers = tasks()
    table = precision(answers, key).set_index(["topic", "coder"])
    assert table["n_answers"].tolist() == [6, 3, 3, 4, 2] and table["n_found"].tolist() == [4, 2, 2, 3, 1]
    assert table["n_tasks"].tolist() == [3, 3, 3, 2, 1] and table["n_unsure"].tolist() == [1, 0, 1, 1, 0]
    assert table["precision"].to_numpy() == pytest.approx([4 / 6, 2 / 3, 2 / 3, 3 / 4, 1 / 2])
    assert (table["chance"] == 0.2).all()
    p = [stats.binom.sf(found - 1, n, 0.2) for found, n in zip(table["n_found"], table["n_answers"], strict=True)]
    assert table["p"].to_numpy() == pytest.approx(p)
    assert table["q"].isna().tolist() == [True] * 3 + [False] * 2
    assert table["q"].to_numpy()[3:] == pytest.approx(stats.false_discovery_control(p[3:]))
    by_answer = stats.binomtest(3, 4).proportion_ci(0.95, method="exact")  # of a topic: further coders
    assert tuple(table[["low", "high"]].iloc[3]) == pytest.approx((by_answer.low, by_answer.high))
    more = pd.concat([answers, pd.DataFrame({"task": ["t9"], "coder": ["ann"], "answer": ["zz"]})])
    pd.testing.assert_frame_equal(precision(more, key), precision(answers, key))  # a task that the key does not have
    assert precision(answers.head(0), key).empty
    with pytest.raises(ValueError, match="coder 'ann' answered task 't1' twice"):
        precision(pd.concat([answers, answers.head(1)]), key)
    with pytest.raises(ValueError, match="task 't1': 'z' is none of the options"):
        precision(answers.assign(answer="z"), key)
    key["options"] = [tuple("abcde"), tuple("abcd"), tuple("abcde")]
    with pytest.raises(ValueError, match="different numbers of options"):
        precision(answers, key)


def test_codes_are_places_of_the_options():
    key, answers = tasks()
    table = codes(answers, key)
    assert table.loc["t2"].tolist()[0] == 1.0 and np.isnan(table.loc["t2", "ben"])
    assert table.loc["t3"].tolist() == [3.0, 2.0]


def test_topic_log_odds_weigh_tasks_alike_and_draw_whole_tasks():
    key = pd.DataFrame({"task": ["s", "t"], "kind": TOPIC, "model": "m", "topic": "00", "intruder": ["x", "z"]})
    key["options"], key["shares"] = [("x", "y", "z"), ("x", "y", "z")], [(0.1, 0.3, 0.6), (0.5, 0.3, 0.2)]
    answers = pd.DataFrame({"task": ["s", "s", "s", "t", "t"], "coder": list("abcab")})
    answers["answer"] = ["x", "y", "z", "z", CANT_TELL]
    row = topic_log_odds(answers, key, rng=np.random.default_rng(1), n_draws=4000).iloc[0]
    of_s = (0 + np.log(0.1 / 0.3) + np.log(0.1 / 0.6)) / 3
    assert (row.n_tasks, row.n_answers) == (2, 4) and row.log_odds == pytest.approx(of_s / 2)
    assert (row.low, row.high) == pytest.approx((of_s, 0.0))  # two tasks: a fourth of the draws has one of them twice
    guess = [
        np.mean([np.log(one[0] / share) for share in one[1]])
        for one in ((0.1, key["shares"][0]), (0.2, key["shares"][1]))
    ]
    assert row.guessing == pytest.approx(np.mean(guess))
    middle = topic_log_odds(answers, key, rng=np.random.default_rng(1), n_draws=4000, coverage=0.4).iloc[0]
    assert (middle.low, middle.high) == pytest.approx((of_s / 2, of_s / 2))


def test_sizes_are_cochrans_and_bloch_and_kraemers():
    z = stats.norm.ppf(0.975)
    assert passages_for_share(0.03) == 1068 and passages_for_share(0.05, coverage=0.99) == 664  # the usual tables
    assert passages_for_share(0.05, population=1000) == 278  # Krejcie & Morgan (1970)
    assert passages_for_share(0.05, population=0) == 0 and passages_for_share(0.05, population=1) == 1
    assert passages_for_share(0.05, design_effect=2.0) == np.ceil(2 * z**2 * 0.25 / 0.0025)
    assert passages_for_share(0.05, share=0.0) == 0
    for alpha, share in ((0.6, 0.3), (0.0, 0.5)):
        variance = (1 - alpha) * ((1 - alpha) * (1 - 2 * alpha) + alpha * (2 - alpha) / (2 * share * (1 - share)))
        assert passages_for_alpha(0.1, alpha=alpha, share=share) == np.ceil(z**2 * variance / 0.01)
    for call in (
        lambda: passages_for_share(0.0),
        lambda: passages_for_share(1.0),
        lambda: passages_for_share(0.1, coverage=1.0),
    ):
        with pytest.raises(ValueError, match="give a"):
            call()
    for share in (0.0, 1.0):
        with pytest.raises(ValueError, match="has no alpha"):
            passages_for_alpha(0.1, share=share)


def test_months_are_joined_until_four_are_together():
    def spans(*sizes):
        months = [f"2029-{number:02d}" for number, size in enumerate(sizes, start=1) for _ in range(size)]
        return strata(pd.DataFrame({"outlet": "a", "language": "en", "month": months})).unique().tolist()

    assert spans(4, 4) == ["a:en:2029-01", "a:en:2029-02"]
    assert spans(3, 1, 4) == ["a:en:2029-01..2029-02", "a:en:2029-03"]
    assert spans(4, 3) == ["a:en:2029-01..2029-02"] and spans(3) == ["a:en:2029-01"]
    assert spans(4, 5, 2, 1) == ["a:en:2029-01", "a:en:2029-02..2029-04"]
    rows = pd.DataFrame(
        {"outlet": ["a", "b"] * 4, "language": ["en"] * 4 + ["ko"] * 4, "month": "2029-01"}, index=range(8, 0, -1)
    )
    assert strata(rows)[8] == "a:en:2029-01" and strata(rows)[1] == "b:ko:2029-01"


def test_seats_are_websters_and_never_below_the_minimum():
    sizes = pd.Series({"c": 530, "a": 240, "b": 160, "d": 70})
    assert allocate(sizes, 10, minimum=1).to_dict() == {"a": 2, "b": 2, "c": 5, "d": 1}  # Balinski & Young's way
    assert allocate(sizes, 0, minimum=3).tolist() == [3] * 4 and allocate(sizes, 99_999).sum() == 1000
    assert allocate(pd.Series({"a": 1, "b": 9}), 4, minimum=2).to_dict() == {"a": 1, "b": 3}
    for n in range(4, 60):
        assert (allocate(sizes, n + 1) >= allocate(sizes, n)).all() and allocate(sizes, n).sum() == max(
            n, allocate(sizes, 0).sum()
        )
    with pytest.raises(ValueError, match="minimum is 0"):
        allocate(sizes, 9, minimum=0)


def test_a_copied_passage_is_one_unit_and_the_first_printed_is_drawn():
    when = pd.to_datetime(
        ["2029-07-03", "2029-07-01", "2029-07-02", "2029-07-01", "2029-07-01", "2029-07-01"], utc=True
    )
    rows = pd.DataFrame({"article_id": list("abcdef"), "position": 0, "copy_cluster": ["k", "k", "k", "m", "m", "m"],
                         "published": when, "signature": ["s", "s", "t", "s", "", ""]}, index=[9, 8, 7, 6, 5, 4])  # fmt: skip
    table = units(rows)
    assert table.index.tolist() == rows.index.tolist()
    assert table["unit"].nunique() == 5 and table.loc[9, "unit"] == table.loc[8, "unit"]
    assert table["first"].tolist() == [False, True, True, True, True, True]
    tied = units(rows.assign(published=when[0]))
    assert tied["first"].tolist()[:2] == [True, False]  # then by name
    assert signature("Ａ  B\n") == signature("a b") != signature("ab")


def test_chances_are_seats_over_units_and_a_draw_of_more_keeps_what_it_had():
    n = 40
    rows = pd.DataFrame(
        {"article_id": [f"{i:02d}" for i in range(n)], "position": 0, "outlet": ["a"] * 30 + ["b"] * 10}
    )
    rows = rows.assign(
        language="en",
        month="2029-07",
        copy_cluster=rows["article_id"],
        signature="",
        published=pd.Timestamp("2029-07-01", tz="UTC"),
    )
    few, more = draw(rows, {"en": 8}, seed=3), draw(rows, {"en": 20}, seed=3)
    seats = allocate(pd.Series({"a": 30, "b": 10}), 20)
    for name, part in more.groupby(more["stratum"].str[0]):
        assert len(part) == seats[name] and (part["probability"] == seats[name] / part["n_stratum"]).all()
        lowest = sorted(rows.loc[rows["outlet"] == name, "article_id"], key=lambda one: number(3, one, 0))
        assert set(part["article_id"]) == set(lowest[: seats[name]])
    assert (
        set(few["article_id"]) <= set(more["article_id"])
        and more["n_stratum"].tolist() == [30] * seats["a"] + [10] * seats["b"]
    )
    assert set(draw(rows, {"en": 20}, seed=4)["article_id"]) != set(more["article_id"])
    assert few["draw"].nunique() == 1 and few["draw"][0] == more["draw"][0] and few["draw"][0].startswith("3-")
    assert 0 <= number(1, "x", 2) < 1 and number(1, "x", 2) != number(1, "x", 3)
    with pytest.raises(ValueError, match="no passage is in 'ko'"):
        draw(rows, {"en": 3, "ko": 1}, seed=1)
