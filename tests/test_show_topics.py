"""Topics as sentences and tables: what is no subject is said, what is of few articles is said, and nothing breaks on none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.show.topics import (
    bracketed,
    model_sentences,
    package_sentences,
    remarks,
    strand_sentences,
    strand_table,
    topic_findings,
    universe_sentences,
    universe_table,
)

TOPICS = pd.DataFrame(
    {
        "language": ["en", "en", "ru"], "topic": ["en-01", "en-02", "ru-01"],
        "topic_name": ["‘grain, barley, wheat’", "Indo-Pacific", "‘зерно, урожай, ячмень’"],
        "called": ["", "outlet: kcna", "week: 2024-W25"], "strand": ["s01", "", "s01"], "package": ["p01", "p01", ""],
    }
)  # fmt: skip
ARTICLES = pd.DataFrame({"language": ["en"] * 90 + ["ru"] * 300 + ["uk"] * 46, "outlet": "kcna", "outlet_name": "KCNA"})
LANGUAGES = ["en", "ru", "uk"]


def quality(**unassigned: float) -> pd.DataFrame:
    rows = [
        (topic[:2], topic, quantity, value, value - 0.1, value + 0.1)
        for topic, share, stable in (("en-01", 0.7, 0.9), ("en-02", 0.3, 0.4), ("ru-01", 1.0, 0.5))
        for quantity, value in (("prevalence", share), ("stability over samples", stable))
    ]
    rows += [("en", "all", f"unassigned {outlet}", share, np.nan, np.nan) for outlet, share in unassigned.items()]
    rows.append(("uk", "none", "articles", 46.0, np.nan, np.nan))
    return pd.DataFrame(rows, columns=["language", "topic", "quantity", "value", "low", "high"])


def test_a_language_is_told_with_its_size_what_is_left_out_and_a_caution() -> None:
    english, russian, ukrainian = model_sentences(ARTICLES, quality(kcna=0.02), LANGUAGES, fewest=60)
    assert english.startswith("- English: 2 topics from 90 relevant articles.")
    assert "kept with equal shares: KCNA 2\N{NO-BREAK SPACE}%" in english and "These are few" in english
    assert "None is left out" in russian and "few" not in russian
    assert ukrainian.endswith("no topics, for there are 46 relevant articles, and topics of fewer than 60 are noise.")
    assert "None is left out" in model_sentences(ARTICLES, quality(kcna=0.0), ["en"], fewest=60)[0]


def test_what_is_no_subject_is_called_that() -> None:
    called = pd.Series(["", "outlet: kcna", "week: 2024-W25", "wire story", "boilerplate: kcna", "outlet: gone"])
    assert remarks(called, {"kcna": "KCNA"}).tolist() == [
        "", "carried by one outlet, KCNA", "carried by one week, that of 17\N{NO-BREAK SPACE}Jun\N{NO-BREAK SPACE}2024", "one wire story", "boilerplate of KCNA",
        "carried by one outlet, gone",
    ]  # fmt: skip
    told = "\n".join(topic_findings(ARTICLES, TOPICS, quality(), LANGUAGES, fewest=60))
    assert (
        "Indo-Pacific (carried by one outlet, KCNA) and ‘зерно, урожай, ячмень’ (carried by one week, that of" in told
    )


def test_findings_name_the_largest_topics_and_how_many_are_steady() -> None:
    told = "\n".join(topic_findings(ARTICLES, TOPICS, quality(), LANGUAGES, fewest=60)).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert (
        "more than one outlet, week or story, by mean share of an article: ‘grain, barley, wheat’ (70 %, 60 % to 80 %)."
        in told
    )
    assert "Largest in Russian, by mean share of an article: ‘зерно, урожай, ячмень’" in told  # there is no other
    assert "2 of 3 topics keep at least half" in told  # .9 and .5


def test_packages_and_strands_are_named_by_their_topics() -> None:
    english, russian = package_sentences(TOPICS, LANGUAGES)
    assert english.endswith("1 package: ‘grain, barley, wheat’ with Indo-Pacific.")
    assert "no package" in russian
    assert strand_sentences(TOPICS) == [
        "2 of 3 topics in 2 languages are found again in another language.",
        "A language in disguise, or a matter of its press alone: Indo-Pacific.",
    ]
    assert "nothing to align" in strand_sentences(TOPICS[TOPICS["language"] == "en"])[0]


def test_a_strand_stands_with_its_concepts_and_what_tells_its_language() -> None:
    links = pd.DataFrame(
        {
            "topic_a": ["en-01", "en-02"],
            "topic_b": "ru-01",
            "aligned": [True, False],
            "concepts": ["grain, tariff", "x"],
        }
    )
    signal = pd.DataFrame({"topic": ["s01"], "auc": [0.51], "low": [0.4], "high": [0.62], "verdict": [""]})
    row = strand_table(TOPICS, links, signal).iloc[0]
    assert row[["strand", "English", "Russian", "concepts", "tells language (AUC)", "verdict"]].tolist() == [
        "s01", "‘grain, barley, wheat’", "‘зерно, урожай, ячмень’", "grain, tariff", "0.51 [0.40, 0.62]", "–",
    ]  # fmt: skip


def test_numbers_of_topics_count_only_where_the_topic_is_found_again() -> None:
    numbers = pd.DataFrame(
        {"measure": ["en-01"] * 3 + ["en-02"] * 2, "overlap": [1.0, 0.5, 0.4, 1.0, 0.6],
         "estimate": [0.1, 0.2, -0.3, 0.1, -0.1]}
    )  # fmt: skip
    first, second = universe_sentences(numbers)
    assert first.startswith("1 topic of 2 are found again")
    assert second.startswith("For 1 of 2 topics the difference")  # en-01's other sign is of another topic
    assert universe_sentences(numbers.assign(estimate=np.nan)) == [first]


def test_a_topic_without_a_second_outlet_has_no_difference() -> None:
    fate = pd.DataFrame(
        [{"measure": "en-01", "group_name": "", "reference_name": "", "fewest": 5, "most": 6, "n": 2, "again": 2,
          "known": np.nan, "up": np.nan, "clear": np.nan, "min": np.nan, "max": np.nan}]
    )  # fmt: skip
    row = universe_table(fate, pd.Series({"en-01": "grain"})).iloc[0]
    assert row["difference"] == "one outlet alone has enough articles"
    assert row["points"] == "–" and row["same sign"] == "0 of 0"


def test_nothing_to_show_is_said() -> None:
    none = TOPICS.iloc[:0]
    told = topic_findings(ARTICLES, none, quality().tail(1), ["uk"], fewest=60)
    assert len(told) == 1 and "no topics" in told[0]
    assert package_sentences(none, LANGUAGES) == [] and bracketed(quality().iloc[:0]).empty
    assert universe_sentences(pd.DataFrame()) == ["No language has enough articles for topics."]
    assert universe_table(pd.DataFrame(), pd.Series(dtype=str))["topic"].item() == "no language has enough articles"


@pytest.mark.parametrize(("percent", "shown"), [(False, "−"), (True, "-5\N{NO-BREAK SPACE}% [-10 to 0]")])
def test_limits_stand_in_brackets(percent: bool, shown: str) -> None:
    rows = pd.DataFrame({"value": [-0.05], "low": [-0.1], "high": [0.0]})
    assert bracketed(rows, percent=percent).item() in (shown, "-0.05 [-0.10, 0.00]")
