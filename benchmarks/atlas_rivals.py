"""What each estimator says of a world's corpus: ours, and those that others use, each as its authors have it.

An `Answer` holds arrays: of one estimate, or of one for each word.  Written anew from the papers, nobody's code:
the doubly robust pseudo-outcome of design-based supervised learning (Egami, Hinck, Stewart & Wei 2023), CR1 (Liang &
Zeger 1986 with the usual correction), the method of composition (Treier & Jackman 2008), Fightin' Words (Monroe,
Colaresi & Quinn 2008).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import coverage_shares
import numpy as np
import pandas as pd
from atlas_worlds import START, Coded, Kinds, Level, Press, Topics, Words, World
from scipy import sparse, stats

from helpers.compare.corrected_shares import corrected_differences
from helpers.compare.differences import KIND, differences, means
from helpers.compare.keyness import keyness
from helpers.compare.mean_difference import plain_difference
from helpers.topics.matching import match_topics, refit_shares
from helpers.topics.topic_model import TopicModel

OURS = "ours"
TWO_WAYS = ["story", "outlet_week"]
FITS, FOLDS = coverage_shares.FITS, 5


@dataclass(frozen=True)
class Answer:
    """Limits, p and estimates, shape (n,); of words, whether any is called at q ≤ .05, and the truth of each."""

    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    estimate: np.ndarray
    any_called: float = np.nan
    truth: np.ndarray | None = None


Answers = dict[str, Answer]


def answers(world: World, rng: np.random.Generator) -> Answers:
    """What every estimator that the world has says of one corpus of it."""
    if isinstance(world, Topics):
        return _of_topics(world, rng)
    if isinstance(world, Words):
        return _of_words(world, *world.draw(rng))
    frame = world.draw(rng)
    if isinstance(world, Kinds):
        return _of_kinds(frame)
    if isinstance(world, Coded):
        return _of_coded(frame, rng)
    return _of_level(frame) if isinstance(world, Level) else _of_press(world, frame)


def _of_press(world: Press, frame: pd.DataFrame) -> Answers:
    """A difference of two outlets; where the press has a trend, of the window that both share."""
    asked = {"value": "value", "group": "outlet", "clusters": TWO_WAYS, "day": "day"}
    if world.slope:
        asked["window"] = "common"
    ours = {OURS: _row(differences(frame, memory=True, **asked))}
    ours["ours, weeks independent"] = _row(differences(frame, **asked))
    if world.slope:
        dated = frame.assign(month=frame["day"].dt.strftime("%Y-%m"))
        ours["ours, within month"] = _row(differences(dated, memory=True, within=["month"], **asked))
    return ours | _plain(frame["value"].to_numpy(), frame)


def _of_level(frame: pd.DataFrame) -> Answers:
    """The mean of one outlet."""
    asked = {"value": "value", "group": "outlet", "clusters": TWO_WAYS}
    ours = {OURS: _row(means(frame, day="day", **asked)), "ours, weeks independent": _row(means(frame, **asked))}
    return ours | _plain(frame["value"].to_numpy(), frame)


def _of_kinds(frame: pd.DataFrame) -> Answers:
    """A difference of kinds, of which the outlets at hand are some."""
    asked = {"value": "value", "group": "kind", "clusters": "outlet_week"}
    ours = {
        OURS: _row(differences(frame, estimand=KIND, unit="outlet", **asked)),
        "ours, these outlets": _row(differences(frame, **asked)),
    }
    y, side = frame["value"].to_numpy(), frame["side"].to_numpy()
    return ours | _plain(y, frame) | {"CR1 by outlet": cr1(y, side, frame["outlet"].to_numpy())}


def _of_coded(frame: pd.DataFrame, rng: np.random.Generator) -> Answers:
    """A difference of shares of which some passages are coded."""
    table = corrected_differences(frame, group="outlet", clusters=TWO_WAYS, day="day").query("method == 'corrected'")
    side, week = frame["side"].to_numpy(), frame["outlet_week"].to_numpy()
    outcome = pseudo_outcome(frame, rng)
    coded = frame["code"].notna().to_numpy()
    return {
        OURS: _row(table),
        "DSL, i.i.d.": cr1(outcome, side, np.arange(len(side)), normal=True),
        "DSL, by week": cr1(outcome, side, week, normal=True),
        "classifier alone, i.i.d.": ols(frame["value"].to_numpy(), side),
        "codes alone, i.i.d.": ols(frame["code"].to_numpy()[coded], side[coded]),
    }


def _of_topics(world: Topics, rng: np.random.Generator) -> Answers:
    """A difference of the first topic's share, the topics found in the corpus."""
    shares = coverage_shares.Shares(world.weeks, world.shocks)
    counts, first, week, beta = coverage_shares.corpus(shares, rng, world.effect)
    model = TopicModel(coverage_shares.TOPICS, seed=1).fit(counts)
    topic = int(match_topics(beta, model.topic_term).set_index("a")["b"][0])
    again = refit_shares(
        lambda csr: TopicModel(coverage_shares.TOPICS, seed=1).fit(csr), counts, model.topic_term, fits=FITS, rng=rng
    )
    frame = pd.DataFrame({"value": model.doc_topic[:, topic], "outlet": np.where(first, "a", "b"), "outlet_week": week})
    frame = frame.assign(side=(~first).astype(int), day=pd.Timestamp("2024-01-01") + pd.to_timedelta(
        7 * (week % world.weeks), unit="D"))  # fmt: skip
    fits = pd.DataFrame(again[:, :, topic].T, columns=[f"fit {number}" for number in range(FITS)])
    asked = {"value": "value", "group": "outlet", "clusters": "outlet_week", "day": "day", "memory": True}
    ours = _row(differences(pd.concat([frame, fits], axis=1), fits=list(fits), **asked))
    composed = composition([plain_difference(fits[name].to_numpy(), first) for name in fits], frame)
    return {OURS: ours, "composition, i.i.d.": composed} | _plain(frame["value"].to_numpy(), frame)


def _of_words(world: Words, counts: np.ndarray, frame: pd.DataFrame) -> Answers:
    """Log-odds of every word that ours tests; where texts are of many outlets, whole outlets are permuted."""
    matrix, names = sparse.csr_matrix(counts), list(range(counts.shape[1]))
    target = (frame["side"] == 0).to_numpy()
    ways = {OURS: frame[["story", "outlet_week"]] if world.copies else frame["outlet_week"]}
    if world.outlets > 1:
        ways = {OURS: frame["outlet"], "ours, weeks permuted": frame["outlet_week"]}
    elif world.rho:
        ways["ours, four weeks permuted"] = frame["month"]
        ways["ours, weeks independent"] = frame["outlet_week"]
    said, tested = {}, np.ones(counts.shape[1] - 1, bool)
    day = START + pd.to_timedelta(7 * frame["week"], unit="D")
    for name, clusters in ways.items():
        dated = {"day": day} if name == OURS and world.outlets == 1 else {}
        table = keyness(matrix, target, ~target, terms=names, clusters=clusters, **dated).loc[names[:-1]]
        tested = table["tested"].to_numpy(bool) if name == OURS else tested
        said[name] = _worded(table, tested)
    said["Fightin' Words"] = fightin_words(counts, target, tested)
    return {name: replace(answer, truth=world.truth[tested]) for name, answer in said.items()}


def _worded(table: pd.DataFrame, tested: np.ndarray) -> Answer:
    """Words of `keyness`: limits by clusters, p by permutation."""
    delta, p = table["delta"].to_numpy()[tested], table["p"].to_numpy()[tested]
    reach = stats.t.ppf(0.975, table["dof"].to_numpy()[tested]) * table["se"].to_numpy()[tested]
    reach = np.where((table["method"] == "refused").to_numpy()[tested], np.nan, reach)
    return Answer(delta - reach, delta + reach, p, delta, float((table["q"].to_numpy()[tested] <= 0.05).any()))


def fightin_words(counts: np.ndarray, target: np.ndarray, tested: np.ndarray) -> Answer:
    """Eqs. 15 to 22 of Monroe, Colaresi & Quinn (2008), with a prior of .01 a word."""
    a, b = (counts[side].sum(axis=0) + 0.01 for side in (target, ~target))
    delta = np.log(a / (a.sum() - a)) - np.log(b / (b.sum() - b))
    delta, se = delta[:-1][tested], np.sqrt(1 / a + 1 / b)[:-1][tested]
    p = 2 * stats.norm.sf(np.abs(delta) / se)
    ranked = np.sort(p) * len(p) / np.arange(1, len(p) + 1) if len(p) else np.ones(1)
    return Answer(delta - 1.96 * se, delta + 1.96 * se, p, delta, float((ranked <= 0.05).any()))


def _plain(y: np.ndarray, frame: pd.DataFrame) -> Answers:
    """Least squares as if articles were independent, and clustered by outlet-week."""
    side = frame["side"].to_numpy()
    return {"OLS, i.i.d.": ols(y, side), "CR1 by week": cr1(y, side, frame["outlet_week"].to_numpy())}


def ols(y: np.ndarray, side: np.ndarray) -> Answer:
    """Mean of side 0, less that of side 1 where there is one; articles independent, of one variance.

    >>> ols(np.array([1.0, 2, 3, 4]), np.array([0, 0, 1, 1])).estimate.tolist()
    [-2.0]
    """
    estimate, load, rest = _fitted(y, side)
    dof = len(y) - len(np.unique(side))
    return _interval(estimate, np.sqrt((load**2).sum() * (rest**2).sum() / dof), dof)


def cr1(y: np.ndarray, side: np.ndarray, clusters: np.ndarray, *, normal: bool = False) -> Answer:
    """The same with the cluster-robust error: (G / (G − 1)) (n − 1) / (n − k), t with G − 1; or as it is, and normal.

    >>> bool(cr1(np.arange(8.0), np.repeat([0, 1], 4), np.arange(8)).low[0] < -4)
    True
    """
    estimate, load, rest = _fitted(y, side)
    sums = np.bincount(np.unique(clusters, return_inverse=True)[1], load * rest)
    n, g, k = len(y), len(sums), len(np.unique(side))
    if normal:
        return _interval(estimate, np.sqrt((sums**2).sum()), np.inf)
    return _interval(estimate, np.sqrt((sums**2).sum() * g / (g - 1) * (n - 1) / (n - k)), g - 1)


def _fitted(y: np.ndarray, side: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """The estimate, the weight of each article in it, and what is left of each."""
    first = side == 0
    load = np.where(first, 1 / max(first.sum(), 1), -1 / max((~first).sum(), 1))
    middle = np.where(first, y[first].mean(), y[~first].mean() if (~first).any() else 0.0)
    return float(load @ y), load, y - middle


def _interval(estimate: float, se: float, dof: float) -> Answer:
    reach = (stats.t.ppf(0.975, dof) if np.isfinite(dof) else stats.norm.ppf(0.975)) * se
    t = abs(estimate) / se if se > 0 else 0.0 if estimate == 0 else np.inf
    p = 2 * (stats.t.sf(t, dof) if np.isfinite(dof) else stats.norm.sf(t))
    return Answer(*(np.array([value], dtype=float) for value in (estimate - reach, estimate + reach, p, estimate)))


def composition(fits: list[float], frame: pd.DataFrame) -> Answer:
    """The method of composition: the spread of fits, and the variance of independent articles within one."""
    within = ols(frame["value"].to_numpy(), frame["side"].to_numpy())
    se = float(within.high[0] - within.low[0]) / 2 / stats.t.ppf(0.975, len(frame) - 2)
    return _interval(float(np.mean(fits)), np.sqrt(se**2 + np.var(fits, ddof=1) * (1 + 1 / len(fits))), np.inf)


def pseudo_outcome(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """The design-adjusted outcome g + R / π (Y − g), with g cross-fitted by least squares on prediction and outlet."""
    code, chance = frame["code"].to_numpy(), frame["probability"].to_numpy()
    coded = np.isfinite(code)
    known = np.column_stack([np.ones(len(frame)), frame["prediction"], frame["side"]]).astype(float)
    fold, guess = rng.permutation(len(frame)) % FOLDS, np.empty(len(frame))
    for number in range(FOLDS):
        learned = coded & (fold != number)
        beta = np.linalg.lstsq(known[learned], code[learned], rcond=None)[0]
        guess[fold == number] = known[fold == number] @ beta
    return guess + np.where(coded, (np.where(coded, code, 0.0) - guess) / chance, 0.0)


def _row(table: pd.DataFrame) -> Answer:
    """The one row of a table of ours; of coded shares, which have no p, whether the limits leave zero out."""
    low, high, estimate = (table[name].to_numpy(dtype=float) for name in ("low", "high", "estimate"))
    outside = np.where((low > 0) | (high < 0), 0.0, 1.0)
    return Answer(low, high, table["p"].to_numpy(float) if "p" in table else outside, estimate)
