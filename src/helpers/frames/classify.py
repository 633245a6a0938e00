"""A classifier of each frame, trained on what people coded, whose predictions never saw the code they stand beside.

In: features of every passage (any matrix), codes of some, groups that must not be parted.  Out: a calibrated
probability and a yes or no for every passage and frame; and how these err (`classifier_errors`).

Method: ridge regression in its dual form on class-balanced codes, which on words does what a linear support vector
machine does and has a closed form; scores become probabilities by Platt's (1999) sigmoid, fitted on scores of inner
folds, as is the threshold of yes and no, which is where F1 is largest.  A passage whose group holds coded passages is
predicted by the model of the fold that left its group out, all others by the mean of the folds.

Precision, recall and F1 are weighted shares (F1 that of hits among the passages that either side names, hits counted
twice), so all have the interval of a share over clusters.  Passages weigh by one over their chance of having been
drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import expit, logit
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from helpers.compare.clusters import cluster_ols
from helpers.compare.corrected_shares import weighted_share

FOLDS, INNER_FOLDS = 5, 4
FEWEST_OF_A_KIND = 5  # coded passages with, and without, a frame below which it gets no classifier
PENALTY = 1.0  # of the ridge; rows of features have length 1
WORDS, SIGNS = (1, 2), (3, 5)  # lengths of word and of character sequences
LARGEST_GROUP = 1 / 3  # of coded passages: with a larger group, folds are too unequal to compare
QUANTITIES = ("precision", "recall", "f1", "brier", "calibration")
COLUMNS = ["quantity", "value", "low", "high", "n"]


@dataclass(frozen=True)
class Predictions:
    """What was predicted, shapes (n_passages, n_frames), and by frame why a classifier could not be had."""

    probability: np.ndarray
    label: np.ndarray
    notes: tuple[str, ...]
    fold: np.ndarray  # that left a passage's group out; -1 where all predicted it, and for a constant


def text_features(texts: Sequence[str]) -> sparse.csr_matrix:
    """Word and character sequences as TF-IDF, each kind of length 1 a passage; in any script.

    >>> text_features(["arms for oil", "oil for arms", "a treaty"]).shape[0]
    3
    """
    kinds = (
        TfidfVectorizer(ngram_range=WORDS, sublinear_tf=True, token_pattern=r"(?u)\b\w+\b"),
        TfidfVectorizer(analyzer="char_wb", ngram_range=SIGNS, sublinear_tf=True, min_df=2 if len(texts) > 50 else 1),
    )
    return stacked(*(kind.fit_transform(texts) for kind in kinds))


def count_features(counts: sparse.spmatrix) -> sparse.csr_matrix:
    """Counts of terms as TF-IDF of length 1 a passage: all there is where text may not be shared.

    >>> count_features(sparse.csr_matrix([[2, 0], [0, 1]])).toarray().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    rows = sparse.csr_matrix(counts, dtype=float)
    if rows.shape[1] == 0:  # no content word in any passage
        return sparse.csr_matrix((rows.shape[0], 1))
    return stacked(TfidfTransformer(sublinear_tf=True).fit_transform(rows))


def stacked(*features: sparse.spmatrix | np.ndarray, weights: Sequence[float] | None = None) -> sparse.csr_matrix:
    """Kinds of features side by side, each of length 1 a passage: words, indicators, an encoder's vectors.

    Parameters
    ----------
    features : matrices of n rows; a matrix of embeddings is one like any other.
    weights : how much each kind counts; equal by default.

    >>> stacked(np.array([[3.0, 4.0]]), np.array([[2.0]])).toarray().round(3).tolist()
    [[0.424, 0.566, 0.707]]
    """
    shares = np.sqrt(np.asarray(weights if weights is not None else np.ones(len(features)), dtype=float))
    kinds = [normalize(sparse.csr_matrix(one)) * share for one, share in zip(features, shares, strict=True)]
    return sparse.csr_matrix(sparse.hstack(kinds) / np.sqrt((shares**2).sum()))


def groups(copy_cluster: Sequence[object], periods: Sequence[Sequence[object]], coded: np.ndarray) -> np.ndarray:
    """Groups of passages that no two folds share: one story and one period, and all that they lead to.

    Parameters
    ----------
    copy_cluster : label of each passage's story.
    periods : labels of time, from the coarsest: months, then weeks.  The first is taken that leaves at least two
        groups a fold with coded passages, none of them with more than a third of these; without one, copies alone bind.
    coded : bool, whether a passage has a code.

    Returns
    -------
    int array, shape (n_passages,)

    A story that two months print makes the months one group:

    >>> groups(["s", "s", "t", "u"], [["may", "june", "june", "july"]], np.ones(4, bool)).tolist()
    [0, 0, 1, 2]
    >>> month = np.repeat(range(20), 2)
    >>> len(set(groups(list(range(40)), [month], np.ones(40, bool)).tolist()))
    20
    """
    stories = pd.factorize(pd.Series(list(copy_cluster)).astype(str), sort=True)[0]
    for labels in periods:
        components = _components(stories, pd.factorize(pd.Series(list(labels)).astype(str), sort=True)[0])
        sizes = np.bincount(components[coded]) if coded.any() else np.zeros(1, int)
        if (sizes > 0).sum() >= 2 * FOLDS and sizes.max() <= LARGEST_GROUP * coded.sum():
            return components
    return stories


def _components(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Units that share either label, directly or through others."""
    n_one, n = int(one.max()) + 1, int(one.max()) + int(two.max()) + 2
    graph = sparse.coo_matrix((np.ones(len(one)), (one, n_one + two)), shape=(n, n))
    return np.unique(connected_components(graph, directed=False)[1][one], return_inverse=True)[1].ravel()


def fold_of(group: np.ndarray, coded: np.ndarray, *, n_folds: int, rng: np.random.Generator) -> np.ndarray:
    """Fold of each passage: groups go, largest first, to the fold with the fewest coded; -1 for groups without codes.

    >>> fold_of(np.array([0, 0, 1, 2]), np.array([True, False, True, False]), n_folds=2,
    ...         rng=np.random.default_rng(0)).tolist()
    [0, 0, 1, -1]
    """
    sizes = np.bincount(group[coded], minlength=int(group.max()) + 1)
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    folds, load = np.full(len(sizes), -1), np.zeros(n_folds)
    for one in order[: int((sizes > 0).sum())]:
        folds[one] = int(load.argmin())
        load[folds[one]] += sizes[one]
    names = {old: new for new, old in enumerate(pd.unique(folds[group][folds[group] >= 0]))}
    return np.array([names.get(fold, -1) for fold in folds[group]], dtype=int)


def predict(
    features: sparse.spmatrix | np.ndarray, codes: np.ndarray, *, group: np.ndarray, seed: int = 0
) -> Predictions:
    """Probability of each frame in each passage, from models that never saw the passage's group.

    Parameters
    ----------
    features : shape (n_passages, n_features), as from `text_features`, `count_features` or `stacked`.
    codes : float, shape (n_passages, n_frames), 0 to 1 and nan where not coded; above .5 counts as the frame.
    group : int, shape (n_passages,), as from `groups`.
    seed : of the order in which groups of one size go to folds; the same seed gives the same bytes.

    Raises
    ------
    ValueError
        Lengths differ.

    >>> words = np.array([[1.0, 0.0], [0.0, 1.0]] * 20)
    >>> seen = np.array([[1.0], [0.0]] * 15 + [[np.nan], [np.nan]] * 5)
    >>> predicted = predict(words, seen, group=np.arange(40) // 2)
    >>> predicted.label[-2:, 0].tolist(), predicted.notes
    ([True, False], ('',))
    """
    if not len(group) == len(codes) == features.shape[0]:
        raise ValueError(f"{features.shape[0]} rows of features, {len(codes)} of codes, {len(group)} groups")
    kernel = _kernel(features, np.flatnonzero(np.isfinite(codes).any(axis=1)))
    probability, label = np.zeros(codes.shape), np.zeros(codes.shape, bool)
    notes, fold = [], np.full(codes.shape, -1)
    for frame in range(codes.shape[1]):
        y = codes[:, frame]
        why = too_few(y)
        notes.append(why)
        if why:
            probability[:, frame] = np.nanmean(y) if np.isfinite(y).any() else 0.0
            continue
        rng = np.random.default_rng(seed)
        fold[:, frame] = fold_of(group, np.isfinite(y), n_folds=FOLDS, rng=rng)
        probability[:, frame], label[:, frame] = _one_frame(kernel, y, group, fold[:, frame], rng)
    return Predictions(probability, label, tuple(notes), fold)


def too_few(codes: np.ndarray) -> str:
    """Why a frame gets no classifier, or nothing.

    >>> too_few(np.array([1.0] * 3 + [0.0] * 40))
    '3 coded passages with the frame, 5 are needed: one constant for all'
    """
    known = codes[np.isfinite(codes)]
    for kind, n in (("with", int((known > 0.5).sum())), ("without", int((known <= 0.5).sum()))):
        if n < FEWEST_OF_A_KIND:
            return f"{n} coded passages {kind} the frame, {FEWEST_OF_A_KIND} are needed: one constant for all"
    return ""


@dataclass(frozen=True)
class _Kernel:
    """Inner products of all passages with those that have any code."""

    products: np.ndarray  # (n_passages, n_coded)
    column: np.ndarray  # of each passage among the coded; -1

    def of(self, rows: np.ndarray, trained: np.ndarray) -> np.ndarray:
        """Inner products of some passages with those that a model was trained on."""
        return self.products[np.ix_(rows, self.column[trained])]


def _kernel(features: sparse.spmatrix | np.ndarray, coded: np.ndarray) -> _Kernel:
    rows = sparse.csr_matrix(features, dtype=float)
    column = np.full(rows.shape[0], -1)
    column[coded] = np.arange(len(coded))
    return _Kernel(np.asarray((rows @ rows[coded].T).todense()), column)


def _one_frame(
    kernel: _Kernel, y: np.ndarray, group: np.ndarray, fold: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and labels of one frame."""
    everyone, votes = np.arange(len(y)), []
    probability, label = np.zeros(len(y)), np.zeros(len(y), bool)
    for one in range(int(fold.max()) + 1):
        trained = np.flatnonzero(np.isfinite(y) & (fold != one))
        slope, level, threshold = _calibrated(kernel, y, group, trained, rng)
        p = expit(slope * _scores(kernel, y, trained, everyone) + level)
        mine = fold == one
        probability[mine], label[mine] = p[mine], p[mine] >= threshold
        votes.append((p, p >= threshold))
    rest = fold < 0
    probability[rest] = np.mean([p for p, _ in votes], axis=0)[rest]
    label[rest] = (np.mean([yes for _, yes in votes], axis=0) > 0.5)[rest]
    return probability, label


def _scores(kernel: _Kernel, y: np.ndarray, trained: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Ridge scores of some passages, from a model of others; both kinds of passage weigh the same."""
    frame = y[trained] > 0.5
    if frame.all() or not frame.any():
        return np.zeros(len(asked))
    weight = np.where(frame, 0.5 / frame.mean(), 0.5 / (1 - frame.mean()))
    model = KernelRidge(alpha=PENALTY, kernel="precomputed")
    model.fit(kernel.of(trained, trained), np.where(frame, 1.0, -1.0), sample_weight=weight)
    return model.predict(kernel.of(asked, trained))


def _calibrated(
    kernel: _Kernel, y: np.ndarray, group: np.ndarray, trained: np.ndarray, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Slope and level that turn scores into probabilities, and the threshold with the largest F1; by inner folds."""
    inner = fold_of(group[trained], np.ones(len(trained), bool), n_folds=INNER_FOLDS, rng=rng)
    scores = np.zeros(len(trained))
    for one in range(int(inner.max()) + 1):
        away, here = trained[inner != one], trained[inner == one]
        scores[inner == one] = _scores(kernel, y, away, here)
    frame = y[trained] > 0.5
    share = (frame.sum() + 1) / (len(frame) + 2)
    if frame.all() or not frame.any() or np.ptp(scores) == 0:
        return 0.0, float(logit(share)), 0.5
    slope, level = _sigmoid(scores, frame)
    if slope <= 0:  # worse than nothing: everybody gets the share
        return 0.0, float(logit(share)), 0.5
    return slope, level, _threshold(expit(slope * scores + level), frame)


def _sigmoid(scores: np.ndarray, frame: np.ndarray) -> tuple[float, float]:
    """Platt's sigmoid, its targets drawn in from 0 and 1 as he does, so that few passages are not taken for certain."""
    target = np.where(frame, (frame.sum() + 1) / (frame.sum() + 2), 1 / ((~frame).sum() + 2))
    twice, weight = np.concatenate([scores, scores])[:, None], np.concatenate([target, 1 - target])
    model = LogisticRegression(C=1e4, solver="lbfgs", max_iter=500)
    model.fit(twice, np.repeat([1, 0], len(scores)), sample_weight=weight)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _threshold(probability: np.ndarray, frame: np.ndarray) -> float:
    """The probability from which yes has the largest F1; halfway to the next one below."""
    order = np.argsort(-probability, kind="stable")
    p, hits = probability[order], np.cumsum(frame[order])
    f1 = 2 * hits / (np.arange(1, len(p) + 1) + frame.sum())
    best = int(f1.argmax())
    return float((p[best] + p[best + 1]) / 2) if best + 1 < len(p) else float(p[best])


def classifier_errors(
    coded: pd.DataFrame, *, clusters: Sequence[str], by: Sequence[str] = (), level: float = 0.95
) -> pd.DataFrame:
    """Precision, recall, F1, Brier score and calibration of predictions of coded passages.

    Parameters
    ----------
    coded : DataFrame, columns ``code`` (0 to 1), ``probability`` and ``label`` (predicted), ``chance`` (of having been
        drawn), those of `clusters` and of `by`.  Predictions must not have seen the codes.
    clusters : one or two columns of labels.
    by : columns of groups, such as outlet and language.
    level : of the intervals.

    Returns
    -------
    DataFrame, columns `by` and of `COLUMNS`: `n` is how many passages a row rests on (for precision those predicted to
    have the frame, for recall those coded so, for F1 either); ``calibration`` is mean prediction minus mean code, 0
    when the classifier neither over- nor understates.  Value and limits are nan where there is no passage, limits also
    below three clusters.

    >>> passages = pd.DataFrame({"code": [1.0, 1.0, 0.0, 0.0], "probability": [0.9, 0.4, 0.6, 0.1], "chance": 0.5,
    ...                          "label": [True, False, True, False], "story": range(4)})
    >>> classifier_errors(passages, clusters=["story"])[["quantity", "value", "n"]].round(3).values.tolist()
    [['precision', 0.5, 2], ['recall', 0.5, 2], ['f1', 0.5, 3], ['brier', 0.185, 4], ['calibration', 0.0, 4]]
    """
    keys = list(by)
    parts = coded.groupby(keys, sort=True) if keys else [((), coded)]
    rows = []
    for names, part in parts:
        group = dict(zip(keys, names if isinstance(names, tuple) else (names,), strict=True))
        rows += [group | row for row in _rows(part, list(clusters), level)]
    return pd.DataFrame(rows, columns=[*keys, *COLUMNS])


def _rows(part: pd.DataFrame, clusters: list[str], level: float) -> list[dict[str, object]]:
    """The quantities of one group."""
    code, label = part["code"].to_numpy(float), part["label"].to_numpy(bool)
    load, labels = 1 / part["chance"].to_numpy(float), part[clusters].reset_index(drop=True)
    hit, named = label * code, label + code
    asked = {
        "precision": (code, label.astype(float)),
        "recall": (label.astype(float), code),
        "f1": (np.divide(2 * hit, named, out=np.zeros(len(code)), where=named > 0), named),
        "brier": ((part["probability"].to_numpy(float) - code) ** 2, np.ones(len(code))),
    }
    rows = [{"quantity": name} | _share(*one, load, labels, level) for name, one in asked.items()]
    return [*rows, {"quantity": "calibration"} | _calibration(part, load, labels, level)]


def _share(
    values: np.ndarray, counted: np.ndarray, load: np.ndarray, labels: pd.DataFrame, level: float
) -> dict[str, object]:
    """A weighted share of the passages that count."""
    kept = counted > 0
    if not kept.any():
        return {"value": np.nan, "low": np.nan, "high": np.nan, "n": 0}
    estimate = weighted_share(values[kept], (counted * load)[kept], labels[kept].reset_index(drop=True), level=level)
    return {"value": estimate.estimate, "low": estimate.low, "high": estimate.high, "n": int(kept.sum())}


def _calibration(part: pd.DataFrame, load: np.ndarray, labels: pd.DataFrame, level: float) -> dict[str, object]:
    """Mean prediction minus mean code."""
    gap = (part["probability"] - part["code"]).to_numpy(float)
    value = float(load @ gap / load.sum())
    if len(gap) < 2 or np.ptp(gap) == 0:
        return {"value": value, "low": np.nan, "high": np.nan, "n": len(gap)}
    [estimate] = cluster_ols(gap, np.ones((len(gap), 1)), clusters=labels, weights=load, level=level)
    return {"value": value, "low": estimate.low, "high": estimate.high, "n": len(gap)}
