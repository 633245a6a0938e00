"""Topics of separate models, one a language, found again in one another through concepts that both name.

In: doc-topic shares and how often each document uses each concept (entity codes, translated seed terms), a pair of
tables a language.  Out: which topics correspond, strands of them over several languages, and columns of shares that
tell nothing but the language.

Profiles: shrunken observed-to-expected ratios (Norén, Hopstadius & Bate 2013).  Matching: one to one (Kuhn 1955).
p values: the largest similarity under permutation (Westfall & Young 1993).  AUC: Mann & Whitney (1947), interval by
the delete-a-group jackknife (Kott 2001).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import linear_sum_assignment

from helpers.topics.engine import topic_ids

HALF = 0.5  # pseudo-count, in typical documents that use the concept; Norén et al.'s
FEWEST_CONCEPTS = 5  # 120 orders: with fewer no p value gets below .05 after the largest of a family is taken
SHOWN = 3  # concepts told with a pair
GROUPS = 20  # of clusters, left out one at a time
DISGUISE = 0.9  # lower limit of AUC from which a column is called a language
PAIRS = ["language_a", "topic_a", "language_b", "topic_b", "similarity", "p", "aligned", "concepts"]


def concept_profiles(doc_topic: np.ndarray, concepts: pd.DataFrame, *, present: float | None = None) -> pd.DataFrame:
    """How much more each topic's documents use each concept than the corpus does, as a log ratio.

    With rates r and the mean rate of a concept over the documents that use it as its unit, so that x = r / unit::

        O_tc = Σ_d θ_dt x_dc        E_tc = Σ_d θ_dt · share of documents that use c
        profile = ln((O + ½) / (E + ½))

    A language whose alias list is longer, or whose grammar repeats names, has other rates but the same x.  The
    pseudo-count is half a typical document that uses the concept: one stray mention of a rare name says little, and
    a topic or concept with little behind it has a profile near 0.

    Parameters
    ----------
    doc_topic : ndarray, shape (n_documents, n_topics)
        θ of one language's model, rows sum to 1.
    concepts : DataFrame, shape (n_documents, n_concepts)
        Rates of at least 0, such as the share of the document's words that name the concept.
    present : float, optional
        Shares below it count 0; all count when left out.

    Returns
    -------
    DataFrame, shape (n_topics, n_concepts), index ``topic`` (ids)
        A concept that no document uses is nan: whether aliases or mentions are missing cannot be told.

    Raises
    ------
    ValueError : rows that do not match, or a rate that is missing or negative

    >>> theta = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> rates = pd.DataFrame({"PRK": [0.1, 0.1, 0.0, 0.0], "UNO": [0.02, 0.02, 0.02, 0.02]})
    >>> concept_profiles(theta, rates).round(2).to_numpy().tolist()          # ln(2.5 / 1.5), ln(0.5 / 1.5)
    [[0.51, 0.0], [-1.1, 0.0]]
    """
    theta, rates = np.asarray(doc_topic, dtype=float), concepts.to_numpy(dtype=float)
    if len(theta) != len(rates):
        raise ValueError(f"{len(rates)} rows of concepts for {len(theta)} documents")
    wrong = ~(rates >= 0)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise ValueError(f"rate of concept {concepts.columns[column]!r} in row {row} is {rates[row, column]}, not >= 0")
    if present is not None:
        theta = np.where(theta >= present, theta, 0.0)
    users = (rates > 0).sum(axis=0)
    unit = np.divide(rates.sum(axis=0), users, out=np.ones(len(users)), where=users > 0)
    observed = theta.T @ (rates / unit)
    expected = np.outer(theta.sum(axis=0), users / max(len(theta), 1))
    profile = np.where(users > 0, np.log((observed + HALF) / (expected + HALF)), np.nan)
    index = pd.Index(topic_ids(theta.shape[1]), name="topic")
    return pd.DataFrame(profile, index=index, columns=concepts.columns)


def align(
    profiles: Mapping[str, pd.DataFrame], *, rng: np.random.Generator, n_permutations: int = 999, level: float = 0.05
) -> pd.DataFrame:
    """Topics of different languages that use the same concepts, for every pair of languages.

    Similarity is the correlation of two profiles over the concepts that both languages have, after each concept's
    mean over the language's topics is taken off: otherwise a name that is rare outside one topic makes all the other
    topics alike.  Partners are one to one.  p is the share of orders of the concept names in which *any* two topics
    are as similar, so that `level` bounds the chance of a single false partner among a pair of languages.

    Parameters
    ----------
    profiles : mapping of language to DataFrame
        As from `concept_profiles`; index of topics, a column a concept, named alike in all languages.
    rng : numpy Generator
    n_permutations : int
    level : float

    Returns
    -------
    DataFrame, columns ``language_a, topic_a, language_b, topic_b``, ``similarity`` (−1..1), ``p``, ``aligned``
        (p at most `level`), ``concepts`` (up to three that both use more than their corpora, most first).  A partner
        that is not ``aligned`` is only the best left.  A topic that the other language has no topic left for stands
        alone, with '' for its partner; under five shared concepts p is nan and nothing is aligned.

    Raises
    ------
    ValueError : fewer than two languages

    >>> one = pd.DataFrame(np.eye(3, 9), index=["00", "01", "02"], columns=list("abcdefghi"))
    >>> table = align({"en": one, "ru": one.iloc[::-1]}, rng=np.random.default_rng(0))
    >>> table[["topic_a", "topic_b", "concepts"]].to_numpy().tolist()
    [['00', '00', 'a'], ['01', '01', 'b'], ['02', '02', 'c']]
    """
    if len(profiles) < 2:
        raise ValueError(f"topics are aligned between languages; there is only {', '.join(profiles) or 'none'}")
    rows: list[tuple] = []
    for a, b in combinations(profiles, 2):
        rows += _partners(a, profiles[a], b, profiles[b], rng=rng, n_permutations=n_permutations, level=level)
    return pd.DataFrame(rows, columns=PAIRS).astype({"similarity": float, "p": float, "aligned": bool})


def _partners(
    a: str, left: pd.DataFrame, b: str, right: pd.DataFrame, *,
    rng: np.random.Generator, n_permutations: int, level: float,
) -> list[tuple]:  # fmt: skip
    """Rows of `align` for one pair of languages."""
    shared = [c for c in left.columns if c in right.columns and left[c].notna().all() and right[c].notna().all()]
    left, right = left[shared], right[shared]
    first, second = _standard(left.to_numpy(dtype=float)), _standard(right.to_numpy(dtype=float))
    similarity = first @ second.T
    i, j = linear_sum_assignment(similarity, maximize=True)
    p = np.full(len(i), np.nan)
    if len(shared) >= FEWEST_CONCEPTS:
        orders = np.array([rng.permutation(len(shared)) for _ in range(n_permutations)])
        p = _step_down(first, right.to_numpy(dtype=float), i, j, orders=orders)
    rows = []
    for row, column, chance in zip(i, j, p, strict=True):
        both = np.minimum(left.iloc[row], right.iloc[column])
        raised = both[both > 0].sort_values(ascending=False, kind="stable").index[:SHOWN]
        judged = similarity[row, column], chance, bool(chance <= level), ", ".join(map(str, raised))
        rows.append((a, left.index[row], b, right.index[column], *judged))
    rows += [(a, topic, b, "", np.nan, np.nan, False, "") for topic in np.delete(left.index, i)]
    rows += [(a, "", b, topic, np.nan, np.nan, False, "") for topic in np.delete(right.index, j)]
    return rows


def _step_down(first: np.ndarray, right: np.ndarray, i: np.ndarray, j: np.ndarray, *, orders: np.ndarray) -> np.ndarray:
    """p of each pair (i, j) against the largest similarity by chance among topics that no better pair has taken.

    Topics already taken keep their concept names and only the others' are permuted: profiles of a language sum to
    nothing, so what is left over when most topics have partners is somewhat alike in any two languages.
    """
    centred = right - right.mean(axis=0)
    observed = (first @ _standard(right).T)[i, j]
    free_a, free_b = np.ones(len(first), dtype=bool), np.ones(len(right), dtype=bool)
    p, before = np.empty(len(i)), 0.0
    for place in np.argsort(-observed, kind="stable"):
        permuted = np.repeat(centred[None], len(orders), axis=0)
        permuted[:, free_b] = centred[free_b][:, orders].swapaxes(0, 1)
        largest = (_standard(permuted)[:, free_b] @ first[free_a].T).max(axis=(1, 2))
        p[place] = before = max(before, (1 + (largest >= observed[place] - 1e-12).sum()) / (1 + len(orders)))
        free_a[i[place]] = free_b[j[place]] = False
    return p


def _standard(profiles: np.ndarray) -> np.ndarray:
    """Profiles, shape (…, n_topics, n_concepts), means of concepts and of topics taken off, rows of length 1 or 0."""
    if not profiles.size:
        return profiles
    values = profiles - profiles.mean(axis=-2, keepdims=True)
    values = values - values.mean(axis=-1, keepdims=True)
    length = np.linalg.norm(values, axis=-1, keepdims=True)
    return np.divide(values, length, out=np.zeros_like(values), where=length > 1e-9)


def strands(pairs: pd.DataFrame) -> pd.DataFrame:
    """Aligned topics joined over several languages, never two of one language in a strand.

    Links are taken from the most similar to the least.  One that would bring two topics of a language together is
    dropped: on the way between those two topics it is the weakest.

    Parameters
    ----------
    pairs : DataFrame
        As from `align`.

    Returns
    -------
    DataFrame, columns ``language``, ``topic``, ``strand``: ``"s01"``, … by falling size, then by first member; ''
        for a topic that has no partner.  By language and topic.

    >>> rows = [("en", "00", "ru", "00", 0.9), ("ru", "00", "ko", "00", 0.8), ("en", "01", "ko", "00", 0.7)]
    >>> pairs = pd.DataFrame(rows, columns=["language_a", "topic_a", "language_b", "topic_b", "similarity"])
    >>> strands(pairs.assign(aligned=True)).to_numpy().tolist()
    [['en', '00', 's01'], ['en', '01', ''], ['ko', '00', 's01'], ['ru', '00', 's01']]
    """
    sides = [pairs[[f"language_{side}", f"topic_{side}"]].itertuples(index=False, name=None) for side in "ab"]
    topics = sorted({topic for side in sides for topic in side if topic[1] != ""})
    member = {topic: {topic} for topic in topics}  # each topic's strand, the same set for all that are in it
    order = ["similarity", "language_a", "topic_a", "language_b", "topic_b"]
    links = pairs[pairs["aligned"]].sort_values(order, ascending=[False, True, True, True, True])
    for link in links.itertuples():
        left, right = member[link.language_a, link.topic_a], member[link.language_b, link.topic_b]
        if {language for language, _ in left}.isdisjoint(language for language, _ in right):
            left |= right
            member |= dict.fromkeys(left, left)
    several = {tuple(sorted(strand)) for strand in member.values() if len(strand) > 1}
    ranked = sorted(several, key=lambda strand: (-len(strand), strand))
    names = {topic: f"s{place:02d}" for place, strand in enumerate(ranked, start=1) for topic in strand}
    return pd.DataFrame([(*topic, names.get(topic, "")) for topic in topics], columns=["language", "topic", "strand"])


def language_signal(
    shares: pd.DataFrame, languages: pd.Series, *, clusters: pd.Series, coverage: float = 0.95
) -> pd.DataFrame:
    """How well each column of shares tells the language of a document: 1 for a language in disguise, .5 for none.

    AUC is the chance that a document of the language has more of the column than one of the other languages (ties
    count half), folded at .5; of several languages, each against the rest, the largest is told.  V is the variance
    over 20 groups of clusters left out in turn; limits are taken on the log-odds.  The lower one never exceeds
    (½ − coverage / 2)^(1/G), which is all that G clusters can show if every one of them agrees.

    Parameters
    ----------
    shares : DataFrame, shape (n_documents, n_columns)
        Missing values are left out, column by column.
    languages, clusters : Series, shape (n_documents,)
        BCP 47 tag, and copy cluster (or outlet-week …); indexed as `shares`.
    coverage : float

    Returns
    -------
    DataFrame, one row a column: ``column``, ``language``, ``higher`` (False when little of the column tells it),
        ``auc`` (.5..1), ``low``, ``high``, ``n`` (documents), ``verdict`` ('language: ru' when ``low`` is at least
        .9).  All nan and '' where one of the languages has no value; no limits where a language is in one group only.

    Raises
    ------
    ValueError : an index that differs, a document without language or cluster

    >>> shares = pd.DataFrame({"topic": [0.9] * 40 + [0.1] * 40})
    >>> signal = language_signal(shares, pd.Series(["ru"] * 40 + ["en"] * 40), clusters=pd.Series(range(80)))
    >>> signal[["auc", "low", "verdict"]].round(3).to_numpy().tolist()
    [[1.0, 0.912, 'language: ru']]
    """
    for name, series in (("languages", languages), ("clusters", clusters)):
        if not series.index.equals(shares.index):
            raise ValueError(f"{name} are not indexed as shares are")
        if series.isna().any():
            raise ValueError(f"document {series.index[series.isna()][0]!r} has no entry in {name}")
    cluster = pd.factorize(clusters, sort=True)[0]
    spoken = languages.to_numpy()
    rows = []
    for column in shares.columns:
        known = shares[column].notna().to_numpy()
        row = {"column": column, "language": "", "n": int(known.sum()), "verdict": ""}
        if languages[known].nunique() == languages.nunique() > 1:
            row |= _described(shares[column].to_numpy()[known], spoken[known], cluster[known], coverage=coverage)
        rows.append(row)
    order = ["column", "language", "higher", "auc", "low", "high", "n", "verdict"]
    return pd.DataFrame(rows).reindex(columns=order).astype({"auc": float, "low": float, "high": float})


def _described(
    values: np.ndarray, languages: np.ndarray, clusters: np.ndarray, *, coverage: float
) -> dict[str, object]:
    """The language that a column tells best, and how well."""
    raw = {name: _auc(values, languages == name) for name in sorted(set(languages))}
    language = max(raw, key=lambda name: (abs(raw[name] - 0.5), raw[name]))
    own, higher = languages == language, raw[language] >= 0.5
    auc = max(raw[language], 1 - raw[language])
    group = clusters % GROUPS
    without = np.array([_auc(values[group != g], own[group != g]) for g in np.unique(group)])
    n_groups = len(without)
    tail = (1 - coverage) / 2
    low = high = np.nan
    if n_groups > 1 and np.isfinite(without).all():
        error = np.sqrt((n_groups - 1) / n_groups * ((without - without.mean()) ** 2).sum())
        inside = np.clip(auc, 1e-9, 1 - 1e-9)
        reach = stats.t.ppf(1 - tail, n_groups - 1) * error / (inside * (1 - inside))
        centre = np.log(inside / (1 - inside))
        low, high = 1 / (1 + np.exp(np.minimum([reach - centre, -reach - centre], 700)))
        fewest = min(len(np.unique(clusters[side])) for side in (own, ~own))
        low, high = max(0.5, min(low, tail ** (1 / fewest))), max(high, auc)
    verdict = f"language: {language}" if low >= DISGUISE else ""
    return {"language": language, "higher": higher, "auc": auc, "low": low, "high": high, "verdict": verdict}


def _auc(values: np.ndarray, own: np.ndarray) -> float:
    """Chance that a document of its own has the larger value, ties half; nan without two sides."""
    if own.all() or not own.any():
        return float("nan")
    n_own, n_rest = int(own.sum()), int((~own).sum())
    return float((stats.rankdata(values)[own].sum() - n_own * (n_own + 1) / 2) / (n_own * n_rest))
