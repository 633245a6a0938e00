"""Passages to code: known chances, copies once, larger draws that hold smaller ones, and how many are enough."""

import shutil

import numpy as np
import pandas as pd
import pytest
from coded import coded_study

from helpers.coding import sample
from helpers.coding.agreement import agreement
from helpers.pipeline import coding_sample as sampling


def passages(rng, n=600):
    """Passages of three outlets and two languages over a year, every tenth a copy of the one before."""
    outlet = rng.choice(["a", "b", "c"], size=n, p=[0.6, 0.3, 0.1])
    rows = pd.DataFrame(
        {
            "article_id": [f"t{i // 3:04d}" for i in range(n)],
            "position": np.arange(n) % 3,
            "outlet": outlet,
            "language": np.where(outlet == "c", "ru", "en"),
            "month": [f"2029-{m:02d}" for m in rng.integers(1, 13, size=n)],
            "copy_cluster": [f"t{i // 3:04d}" for i in range(n)],
            "published": pd.Timestamp("2029-01-01", tz="UTC") + pd.to_timedelta(np.arange(n), unit="h"),
            "signature": [f"s{i}" for i in range(n)],
        }
    )
    copied = np.arange(9, n, 10)
    for column in ("copy_cluster", "signature"):
        rows.loc[copied, column] = rows.loc[copied - 1, column].to_numpy()
    return rows


ROWS = passages(np.random.default_rng(1))


def test_every_passage_has_a_known_chance_and_the_chances_add_up():
    drawn = sample.draw(ROWS, {"en": 120, "ru": 40}, seed=1)
    once = sample.once_each(ROWS)
    assert set(drawn["stratum"]) == set(once["stratum"])
    assert drawn["probability"].between(0, 1, inclusive="right").all()
    for stratum, part in drawn.groupby("stratum"):
        size = int((once["stratum"] == stratum).sum())
        assert (part["n_stratum"] == size).all() and np.allclose(part["probability"], len(part) / size)
        assert len(part) >= min(sample.MINIMUM, size)
    assert (1 / drawn["probability"]).sum() == pytest.approx(len(once))
    assert drawn["draw"].nunique() == 1 and drawn["draw"].iloc[0].startswith("1-")


@pytest.mark.parametrize("n_seeds", [40, pytest.param(200, marks=pytest.mark.long)])
def test_over_many_seeds_a_passage_is_drawn_as_often_as_its_chance_says(n_seeds):
    small = ROWS.iloc[:120]
    once = sample.once_each(small)
    hits = pd.Series(0.0, index=pd.MultiIndex.from_frame(once[sample.KEY]))
    for seed in range(n_seeds):
        drawn = sample.draw(small, {"en": 40, "ru": 8}, seed=seed)
        hits[pd.MultiIndex.from_frame(drawn[sample.KEY])] += 1 / n_seeds
        chance = drawn.groupby("stratum")["probability"].first()
    wanted = once["stratum"].map(chance).to_numpy()
    off = (hits.to_numpy() - wanted) / np.sqrt(wanted * (1 - wanted) / n_seeds + 1e-9)
    assert np.abs(off).max() < 4.2 and np.abs(off[wanted < 1]).mean() == pytest.approx(0.8, abs=0.15)


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_draw_holds_the_smaller_one(seed):
    before: set = set()
    for n in (10, 60, 61, 62, 63, 150, 400, 5000):
        drawn = sample.draw(ROWS, {"en": n}, seed=seed)
        keys = set(drawn[sample.KEY].itertuples(index=False, name=None))
        assert before <= keys
        before = keys
    assert len(before) == int((sample.once_each(ROWS)["language"] == "en").sum())


def test_a_copied_passage_is_drawn_once_and_a_changed_one_is_its_own():
    found = sample.units(ROWS)
    assert found["first"].sum() == found["unit"].nunique() == len(ROWS) - 60
    drawn = sample.draw(ROWS, {"en": 5000, "ru": 5000}, seed=1)
    texts = drawn.merge(ROWS, on=sample.KEY)
    assert not texts.duplicated(["copy_cluster", "signature"]).any()
    blank = ROWS.assign(signature="")
    assert sample.units(blank)["first"].all()


def test_the_order_of_rows_and_other_languages_do_not_matter():
    one = sample.draw(ROWS, {"en": 80}, seed=3)
    other = sample.draw(ROWS.sample(frac=1, random_state=2), {"ru": 10, "en": 80}, seed=3)
    mine = other[other["stratum"].str.contains(":en:")].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, mine)
    with pytest.raises(ValueError, match="no passage is in 'ko'"):
        sample.draw(ROWS, {"ko": 3}, seed=3)


def test_no_month_stands_alone_with_too_few():
    sizes = sample.once_each(ROWS).groupby("stratum").size()
    assert sizes.min() >= sample.LEAST
    few = ROWS.iloc[:3]
    assert sample.strata(few).nunique() == few.groupby(["outlet", "language"]).ngroups


def test_shares_are_estimated_without_bias_however_strata_are_weighted():
    once = sample.once_each(ROWS)
    carries = pd.Series(
        np.random.default_rng(4).random(len(once)) < 0.1 + 0.5 * (once["outlet"] == "b"), index=once.index
    )
    truth, keyed = carries.mean(), once.assign(carries=carries)
    found = []
    for seed in range(150):
        drawn = sample.draw(ROWS, {"en": 60, "ru": 30}, seed=seed).merge(keyed[[*sample.KEY, "carries"]], on=sample.KEY)
        found.append((drawn["carries"] / drawn["probability"]).sum() / len(once))
    assert np.mean(found) == pytest.approx(truth, abs=3 * np.std(found) / np.sqrt(150))


def test_as_many_as_the_formula_says_give_the_interval_that_was_wanted():
    """Two coders of equal skill on a frame that a tenth of the passages carry; alpha by formula is .8."""
    rng, share, miss, false = np.random.default_rng(6), 0.1, 0.10, 0.0113
    seen = share * (1 - miss) + (1 - share) * false
    apart = 2 * (share * miss * (1 - miss) + (1 - share) * false * (1 - false))
    alpha = 1 - apart / (2 * seen * (1 - seen))
    n = sample.passages_for_alpha(0.1, alpha=alpha, share=seen)
    alphas, halves = [], []
    for _ in range(60):
        truth = rng.random(n) < share
        codes = pd.DataFrame({c: np.where(truth, rng.random(n) > miss, rng.random(n) < false) * 1 for c in "ab"})
        found = agreement(codes, rng=rng, n_draws=200)
        alphas.append(found.alpha)
        halves.append((found.high - found.low) / 2)
    assert alpha == pytest.approx(0.8, abs=0.02)
    assert 1.96 * np.std(alphas) == pytest.approx(0.1, abs=0.03) and np.mean(halves) == pytest.approx(0.1, abs=0.015)


def test_how_many_are_enough_refuses_what_has_no_answer():
    assert sample.passages_for_share(0.03, population=0) == 0
    assert sample.passages_for_share(0.05, population=40) <= 40
    assert sample.passages_for_share(0.05, design_effect=2.0) == 769
    for told, words in (({"half_width": 0}, "half-width"), ({"half_width": 0.1, "coverage": 1}, "coverage")):
        with pytest.raises(ValueError, match=words):
            sample.passages_for_share(**told)
    with pytest.raises(ValueError, match="no alpha"):
        sample.passages_for_alpha(0.1, share=0)
    with pytest.raises(ValueError, match="minimum"):
        sample.allocate(pd.Series({"a": 2}), 1, minimum=0)


def test_a_draw_is_kept_and_outlives_a_rebuilt_folder(tmp_path):
    corpus = coded_study(tmp_path)
    drawn = sampling.draw_sample(corpus, 20)
    assert (drawn["text"].str.len() == 16).all() and not drawn["article_id"].str.endswith("copy").any()
    path = corpus.study.folder / "coding" / "frames" / "sample.csv"
    kept = path.read_bytes()
    shutil.rmtree(corpus.study.processed)
    coded_study(tmp_path)
    pd.testing.assert_frame_equal(sampling.read_sample(corpus.study), drawn, check_dtype=False)
    sampling.draw_sample(corpus, 20)
    assert path.read_bytes() == kept
    more = sampling.draw_sample(corpus, {"en": 30, "ru": 20, "ko": 20, "zh": 20})
    assert set(drawn["article_id"] + drawn["position"].astype(str)) <= set(
        more["article_id"] + more["position"].astype(str)
    )
    with pytest.raises(ValueError, match=r"30 passages in 'en' were drawn before, 20 would be"):
        sampling.draw_sample(corpus, 20)


def test_without_text_the_draw_waits_and_knows_copies_by_their_counts(tmp_path):
    corpus = coded_study(tmp_path, text=False)
    drawn = sampling.draw_sample(corpus, 1000)
    assert (drawn["text"] == "").all() and not drawn["article_id"].str.endswith("copy").any()
    assert len(drawn) == 4 * 3 * 6 * 3
    assert corpus.codes.empty and len(corpus.coding_sample) == len(drawn)


def test_chances_reach_every_passage_and_its_copies(tmp_path):
    corpus = coded_study(tmp_path)
    with pytest.raises(ValueError, match="no passages of 'made' were drawn yet"):
        sampling.chances(corpus)
    sampling.draw_sample(corpus, 20)
    found = sampling.chances(corpus)
    assert (found["probability"] > 0).all() and len(found) == 4 * 3 * (6 * 3 + 1)
    copy = found[found["article_id"] == "ko-08-copy"].iloc[0]
    original = found[(found["article_id"] == "ko-08-0") & (found["position"] == 0)].iloc[0]
    assert (copy["drawn_article"], copy["drawn_position"]) == ("ko-08-0", 0)
    assert copy["probability"] == original["probability"] and copy["drawn"] == original["drawn"]
    assert len(corpus.coding_sample)
    coded_study(tmp_path, per_month=7)
    with pytest.raises(ValueError, match="changed since"):
        sampling.chances(corpus)
    assert corpus.coding_sample.empty  # nothing is weighed by chances that nobody knows


def test_a_plan_says_what_each_language_needs(tmp_path):
    corpus = coded_study(tmp_path)
    plan = sampling.coding_plan(corpus, share_half_width=0.1).set_index("language")
    assert (plan["n_passages"] == 57).all() and (plan["n_units"] == 54).all() and (plan["drawn"] == 0).all()
    assert (plan["wanted"] == 54).all() and (plan["for_alpha"] == 401).all()
    sampling.draw_sample(corpus, {"ko": 12})
    assert sampling.coding_plan(corpus).set_index("language")["drawn"].to_dict() == {
        "en": 0,
        "ko": 12,
        "ru": 0,
        "zh": 0,
    }


def test_a_draw_that_somebody_edited_is_refused_by_name(tmp_path):
    corpus = coded_study(tmp_path)
    sampling.draw_sample(corpus, 10)
    path = sampling.frames_folder(corpus.study) / "sample.csv"
    whole = path.read_text(encoding="utf-8")
    lines = whole.splitlines()
    path.write_text("\n".join([lines[0], lines[1].replace(":2029", ":2029", 1).rsplit(",", 2)[0] + ",often,x"]) + "\n")
    with pytest.raises(ValueError, match=r"sample.csv, line 2: probability 'often'"):
        sampling.read_sample(corpus.study)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="put the file back"):
        sampling.read_sample(corpus.study)


def test_a_number_is_the_same_in_every_process_and_spread_evenly():
    assert sample.number(20240619, "0044e37da12b5f70", 4) == 0.07926453602441773
    numbers = np.array([sample.number(1, f"a{i}", p) for i in range(400) for p in range(5)])
    assert np.abs(np.sort(numbers) - (np.arange(2000) + 0.5) / 2000).max() < 0.04
