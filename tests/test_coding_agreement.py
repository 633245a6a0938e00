"""Krippendorff's alpha: published answers, properties, and an interval that covers."""

import numpy as np
import pandas as pd
import pytest

from helpers.coding.agreement import LEVELS, agreement, krippendorff_alpha
from helpers.coding.frame_agreement import by_frame

NONE = np.nan
FOUR_CODERS = pd.DataFrame(  # Krippendorff (2011), section C: four coders, twelve units, values missing
    {
        "a": [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
        "b": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
        "c": [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
        "d": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
    }
)


@pytest.mark.parametrize(("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_the_published_table(level, expected):
    assert round(krippendorff_alpha(FOUR_CODERS, level=level), 3) == expected


def by_pairs(codes, distance):
    """Alpha written out over pairs of values, from its definition."""
    units = [row.dropna().tolist() for _, row in codes.iterrows()]
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    n = len(values)
    observed = sum(distance(x, y) / (len(unit) - 1) for unit in units for x in unit for y in unit) / n
    expected = sum(distance(x, y) for x in values for y in values) / (n * (n - 1))
    return 1 - observed / expected


@pytest.mark.parametrize("seed", range(5))
def test_any_table_agrees_with_the_definition(seed):
    rng = np.random.default_rng(seed)
    codes = pd.DataFrame(rng.integers(1, 5, size=(15, 4)).astype(float))
    codes = codes.mask(rng.random(codes.shape) < 0.3)
    assert krippendorff_alpha(codes) == pytest.approx(by_pairs(codes, lambda x, y: x != y))
    assert krippendorff_alpha(codes, level="interval") == pytest.approx(by_pairs(codes, lambda x, y: (x - y) ** 2))


@pytest.mark.parametrize("level", LEVELS)
def test_names_of_coders_and_order_of_units_do_not_matter(level):
    shuffled = FOUR_CODERS.sample(frac=1, random_state=1)[["d", "b", "a", "c"]]
    assert krippendorff_alpha(shuffled, level=level) == pytest.approx(krippendorff_alpha(FOUR_CODERS, level=level))


def test_a_shift_and_a_scale_leave_interval_alpha_alone_and_words_do_for_nominal():
    moved = FOUR_CODERS * 7 - 3
    assert krippendorff_alpha(moved, level="interval") == pytest.approx(
        krippendorff_alpha(FOUR_CODERS, level="interval")
    )
    words = FOUR_CODERS.astype(object).map(lambda value: None if pd.isna(value) else f"code {value}")
    assert krippendorff_alpha(words) == pytest.approx(krippendorff_alpha(FOUR_CODERS))


def test_an_order_that_is_not_alphabetical_counts():
    grade = {1: "low", 2: "middle", 3: "high", 4: "higher", 5: "top"}
    words = FOUR_CODERS.astype(object).map(lambda value: None if pd.isna(value) else grade[value])
    found = krippendorff_alpha(words, level="ordinal", order=list(grade.values()))
    assert found == pytest.approx(krippendorff_alpha(FOUR_CODERS, level="ordinal"))


def test_coders_who_guess_agree_by_chance_only():
    codes = pd.DataFrame(np.random.default_rng(2).integers(0, 2, size=(4000, 2)))
    assert abs(krippendorff_alpha(codes)) < 0.04


def test_one_value_only_has_no_alpha():
    assert np.isnan(krippendorff_alpha(pd.DataFrame({"a": [1, 1], "b": [1, 1]})))


def test_the_interval_covers_the_truth():
    """Two coders, each right with probability .9 on balanced units: alpha is (2 * .9 - 1) ** 2 = .64."""
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(120):
        truth = rng.integers(0, 2, size=120)
        codes = pd.DataFrame({coder: np.where(rng.random(120) < 0.9, truth, 1 - truth) for coder in "ab"})
        found = agreement(codes, rng=rng, n_draws=200)
        covered += found.low <= 0.64 <= found.high
    assert 0.89 <= covered / 120 <= 1.0


def test_the_same_seed_gives_the_same_interval():
    first, second = (agreement(FOUR_CODERS, rng=np.random.default_rng(3), level="ordinal") for _ in range(2))
    assert first == second
    assert first.low < first.alpha < first.high
    assert (first.n_units, first.n_values, first.verdict) == (11, 40, "reliable")


@pytest.mark.parametrize(
    ("codes", "options", "words"),
    [
        (FOUR_CODERS, {"level": "ratio"}, "level 'ratio'"),
        (FOUR_CODERS, {"level": "ordinal", "order": [1, 2, 3, 4]}, "value 5"),
        (pd.DataFrame({"a": ["x", "y"], "b": ["x", "y"]}), {"level": "interval"}, "interval needs numbers"),
        (pd.DataFrame({"a": [1, 2], "b": [NONE, NONE]}), {}, "no unit has two values"),
    ],
)
def test_what_cannot_be_measured_is_refused(codes, options, words):
    with pytest.raises(ValueError, match=words):
        krippendorff_alpha(codes, **options)


def test_a_frame_coded_twice_by_one_coder_is_refused():
    codes = pd.DataFrame([("a", 0, "X", "ann", 1)] * 2, columns=["article_id", "position", "frame", "coder", "value"])
    with pytest.raises(ValueError, match="coded twice"):
        by_frame(codes, rng=np.random.default_rng(1))
