"""Krippendorff's alpha: published answers, properties, and an interval that covers."""

import numpy as np
import pandas as pd
import pytest

from helpers.coding.agreement import LEVELS, agreement, by_frame, by_pair, guarded, krippendorff_alpha, settled

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
    assert (first.n_units, first.n_values, first.verdict) == (11, 40, "unreliable")  # alpha .8, of eleven units


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


def test_the_package_of_the_field_gives_the_same_alpha():
    oracle = pytest.importorskip("krippendorff", reason="krippendorff is not installed: pip install '.[test]'")
    rng = np.random.default_rng(9)
    for level in LEVELS:
        for seed in range(4):
            codes = pd.DataFrame(rng.integers(1, 4 + seed, size=(30, 2 + seed)).astype(float))
            codes = codes.mask(rng.random(codes.shape) < 0.2)
            known = oracle.alpha(reliability_data=codes.T.to_numpy(), level_of_measurement=level)
            assert krippendorff_alpha(codes, level=level) == pytest.approx(known)


def labelled(rng, *, stories=60, per_story=6, miss=0.1):
    """Two coders on passages of stories that are easy or hard together; half of the stories are hard."""
    rows = []
    for story in range(stories):
        hard = 0.45 if story % 2 else 0.0
        for position in range(per_story):
            truth = rng.random() < 0.5
            for coder in ("ann", "ben"):
                value = float(truth != (rng.random() < hard + miss * (1 - hard)))
                rows.append((f"s{story}", position, "LEGALITY", coder, value, "en" if story < stories / 2 else "ko"))
    return pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value", "language"])


def test_a_row_a_frame_and_language_and_what_nobody_judged_twice_is_not_known():
    rng = np.random.default_rng(3)
    codes = labelled(rng, stories=12)
    alone = codes[codes["coder"] == "ann"].assign(frame="ALONE")
    found = by_frame(pd.concat([codes, alone]), rng=rng, by=["language"], n_draws=100)
    assert found[["frame", "language"]].values.tolist() == [[f, x] for f in ("ALONE", "LEGALITY") for x in ("en", "ko")]
    assert found.loc[found["frame"] == "ALONE", ["n_units", "verdict"]].values.tolist() == [[0, "not known"]] * 2
    one = codes[codes["language"] == "ko"].pivot(index=["article_id", "position"], columns="coder", values="value")
    assert found["alpha"].iloc[-1] == pytest.approx(krippendorff_alpha(one))


def test_a_coder_who_reads_otherwise_shows_in_the_pairs():
    rng = np.random.default_rng(4)
    codes = labelled(rng, miss=0.0)
    odd = codes[codes["coder"] == "ann"].assign(coder="eve", value=rng.integers(0, 2, size=360).astype(float))
    same = codes[codes["coder"] == "ann"].assign(coder="ann2")
    found = by_pair(pd.concat([codes, odd, same]), rng=rng, n_draws=50).set_index(["coder", "other"])["alpha"]
    assert len(found) == 6 and found["ann", "ann2"] == 1.0
    assert abs(found["ann", "eve"]) < 0.15 < found["ann", "ben"]
    assert by_pair(codes.iloc[:0], rng=rng, by=["language"]).empty


def test_passages_of_one_story_are_drawn_together():
    """A whole story is either agreed on or opposed: 40 stories of 25 passages say no more than 40 passages."""
    rng = np.random.default_rng(5)
    rows = []
    for story in range(40):
        value, apart = story % 2, rng.random() < 0.2
        for position in range(25):
            rows.append((f"s{story}", position, "X", "ann", float(value)))
            rows.append((f"s{story}", position, "X", "ben", float(value != apart)))
    codes = pd.DataFrame(rows, columns=["article_id", "position", "frame", "coder", "value"]).assign(
        story=lambda t: t["article_id"]
    )
    units, stories = (by_frame(codes, rng=np.random.default_rng(1), clusters=c).iloc[0] for c in (None, "story"))
    assert units["alpha"] == stories["alpha"]
    ratio = (stories["high"] - stories["low"]) / (units["high"] - units["low"])
    assert ratio == pytest.approx(5, rel=0.2)  # the root of 25


@pytest.mark.parametrize("level", LEVELS)
def test_weights_on_coincidences_are_the_same_as_units_drawn_again(level):
    """A bootstrap by hand: alpha of a table whose rows were drawn with replacement."""
    rng = np.random.default_rng(6)
    codes = pd.DataFrame(rng.integers(1, 4, size=(40, 3)).astype(float))
    by_hand = [
        krippendorff_alpha(codes.iloc[rng.integers(0, 40, size=40)].reset_index(drop=True), level=level)
        for _ in range(400)
    ]
    found = agreement(codes, rng=rng, level=level, n_draws=4000)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(by_hand, [0.025, 0.975])), abs=0.05)


def test_what_rests_on_coders_is_hidden_marked_or_shown_by_their_agreement():
    assert guarded("21 %", 0.9, 0.54) == "hidden (α = .9, at least .54 only; .667 is needed)"
    assert guarded("21 %", 0.9, 0.667) == "21 % (tentative, α = .9, at least .667)"
    assert guarded("21 %", 0.9, 0.7999) == "21 % (tentative, α = .9, at least .799)"
    assert guarded("21 %", 0.9, 0.8) == "21 %"
    assert guarded("21 %", 1.0, -0.1) == "hidden (α = 1, at least -.1 only; .667 is needed)"


@pytest.mark.parametrize(
    ("n", "low", "said"), [(10, 0.415, "unreliable"), (20, 0.672, "tentative"), (40, 0.826, "reliable")]
)
def test_few_passages_without_a_disagreement_do_not_show_that_there_is_none(n, low, said):
    """Half of the values are 1: chance disagrees on n / (2 n - 1) of 2 n values, and on at most 1 - .025^(1/n) of n."""
    codes = pd.DataFrame({"ann": [0, 1] * (n // 2), "ben": [0, 1] * (n // 2)})
    found = agreement(codes, rng=np.random.default_rng(1), n_draws=50)
    assert found.low == pytest.approx(1 - (1 - 0.025 ** (1 / n)) / (n / (2 * n - 1)))
    assert (found.low, found.verdict) == (pytest.approx(low, abs=0.02), said)


def test_where_nothing_varies_no_limit_is_known():
    codes = pd.DataFrame({"ann": [0] * 30, "ben": [0] * 30})
    found = agreement(codes, rng=np.random.default_rng(1), n_draws=50)
    assert np.isnan(found.low) and found.verdict == "not known"


@pytest.mark.parametrize(("right", "by_point"), [(0.9, (0.25, 0.55))])
def test_a_frame_below_the_line_is_rarely_shown(right, by_point):
    """Coders right with chance .9 have alpha .64, below .667: by the point it is shown a third of the time or more."""
    rng, shown, pointed = np.random.default_rng(8), 0, 0
    for _ in range(200):
        truth = rng.integers(0, 2, size=100)
        codes = pd.DataFrame({coder: np.where(rng.random(100) < right, truth, 1 - truth) for coder in "ab"})
        found = agreement(codes, rng=rng, n_draws=200)
        shown, pointed = shown + (found.verdict != "unreliable"), pointed + (found.alpha >= 0.667)
    assert by_point[0] < pointed / 200 < by_point[1] and shown / 200 <= 0.05


def test_what_is_settled_is_adjudicated_or_unanimous():
    rows = [
        ("a", 0, "ann", 1.0), ("a", 0, "ben", 0.0), ("a", 0, "adjudicated", 0.0),
        ("b", 0, "ann", 1.0), ("b", 0, "ben", 1.0),
        ("c", 0, "ann", 1.0), ("c", 0, "ben", NONE),
        ("d", 0, "ann", NONE), ("e", 0, "ann", 0.0), ("e", 0, "ben", 1.0), ("e", 0, "adjudicated", NONE),
    ]  # fmt: skip
    codes = pd.DataFrame(rows, columns=["article_id", "position", "coder", "value"]).assign(frame="X")
    found = settled(codes, adjudicated="adjudicated").set_index("article_id")
    assert found["settled"].to_dict() == {"a": "adjudicated", "b": "agreed", "c": "one coder", "d": "open", "e": "open"}
    assert found["value"].fillna(-1).to_dict() == {"a": 0, "b": 1, "c": 1, "d": -1, "e": -1}
