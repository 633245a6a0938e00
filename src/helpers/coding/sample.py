"""Which passages people code: relevant passages in, how many are enough and a stratified draw out.

Every passage has a known chance of being drawn, above 0. A passage's number is a hash of seed and key and never
changes (permanent random numbers: Ohlsson 1995, in Business Survey Methods, ch. 9), and a stratum gives its smallest
numbers, so that of two draws from the same passages the larger holds the smaller, and no code is lost.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np
import pandas as pd

MINIMUM = 2  # drawn of each stratum: one tells nothing about how the stratum varies
LEAST = 4  # own rule: a month with fewer units is taken together with the next
KEY = ["article_id", "position"]
NEEDED = [*KEY, "outlet", "language", "month", "copy_cluster", "published", "signature"]
DRAWN = [*KEY, "draw", "stratum", "n_stratum", "probability"]


def passages_for_share(
    half_width: float,
    *,
    share: float = 0.5,
    population: int | None = None,
    coverage: float = 0.95,
    design_effect: float = 1.0,
) -> int:
    """Passages to code for an interval of a share that reaches `half_width` to each side.

    Cochran (1977), Sampling Techniques, eqs. 4.4 and 4.5: n0 = z² p (1 - p) / h², n = n0 / (1 + (n0 - 1) / N); times a
    design effect (Kish 1965, Survey Sampling) where passages of one article resemble each other.

    Parameters
    ----------
    half_width : float in (0, 1)
    share : float in [0, 1]
        What is expected; .5 needs most.
    population : int, optional
        Passages that could be drawn; never more are asked for.
    coverage : float in (0, 1)
    design_effect : float, at least 1

    >>> passages_for_share(0.05), passages_for_share(0.05, population=500), passages_for_share(0.05, share=0.1)
    (385, 218, 139)
    """
    variance = share * (1 - share) * design_effect
    n = _z(coverage) ** 2 * variance / _width(half_width) ** 2
    if population is not None:
        n = min(n / (1 + (n - 1) / population), population) if population else 0
    return math.ceil(n - 1e-9)


def passages_for_alpha(half_width: float, *, alpha: float = 0.8, share: float = 0.1, coverage: float = 0.95) -> int:
    """Passages that two coders must both code for an interval of alpha that reaches `half_width` to each side.

    Alpha of two coders and a yes/no code is, but for a term of order 1/n, the intraclass kappa of Bloch & Kraemer
    (1989), Biometrics 45(1), whose large-sample variance is
    (1 - κ) {(1 - κ)(1 - 2κ) + κ (2 - κ) / (2 p (1 - p))} / n.

    Parameters
    ----------
    half_width : float in (0, 1)
    alpha : float in [0, 1)
        What is expected.
    share : float in (0, 1)
        Of passages that carry the frame; the rarer it is, the more are needed.
    coverage : float in (0, 1)

    >>> passages_for_alpha(0.1), passages_for_alpha(0.1, share=0.5), passages_for_alpha(0.1, share=0.05)
    (401, 139, 768)
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}; a frame that no passage has, or every one, has no alpha")
    spread = (1 - alpha) * ((1 - alpha) * (1 - 2 * alpha) + alpha * (2 - alpha) / (2 * share * (1 - share)))
    return math.ceil(_z(coverage) ** 2 * spread / _width(half_width) ** 2)


def signature(words: str) -> str:
    """What two printings of one passage have in common: its words without case, width of signs and white space.

    >>> signature("The Pact  is signed.") == signature("the pact is\\nsigned.")
    True
    """
    return hashlib.sha256(" ".join(unicodedata.normalize("NFKC", words).casefold().split()).encode()).hexdigest()[:16]


def units(passages: pd.DataFrame) -> pd.DataFrame:
    """Each passage with the one that is drawn in its place: itself, or of a copied passage the first printed.

    A passage is copied when one in an article of the same copy cluster has the same signature. What
    a copy changed is a passage of its own.

    Parameters
    ----------
    passages : DataFrame, columns of `NEEDED`
        A blank signature is like no other.

    Returns
    -------
    DataFrame with the same rows in the same order: ``unit`` (its number), ``first`` (whether the row is drawn for it)

    >>> rows = pd.DataFrame({"article_id": ["b", "a"], "position": 0, "copy_cluster": "c",
    ...                      "published": pd.to_datetime(["2029-07-02", "2029-07-01"], utc=True), "signature": "s"})
    >>> units(rows).values.tolist()
    [[0, False], [0, True]]
    """
    same = ["copy_cluster", "signature"]
    alone = passages["signature"] == ""
    own = passages["article_id"].str.cat(passages["position"].astype(str), sep=":")
    labels = passages[same].assign(alone=own.where(alone, ""))
    unit = labels.groupby([*same, "alone"], sort=True).ngroup()
    order = passages.assign(unit=unit).sort_values(["unit", "published", *KEY])
    first = pd.Series(~order["unit"].duplicated(), index=order.index).reindex(passages.index)
    return pd.DataFrame({"unit": unit, "first": first})


def strata(passages: pd.DataFrame, *, least: int = LEAST) -> pd.Series:
    """The stratum of each row: outlet, language and month, with months that hold few rows taken together.

    Months of an outlet and language are joined in order until `least` rows are together; what is left over at the end
    goes to the stratum before it. Only the passages decide, never how many are drawn.

    >>> rows = pd.DataFrame({"outlet": "a", "language": "en", "month": ["2029-07"] * 3 + ["2029-08"] * 4 + ["2029-10"]})
    >>> strata(rows).unique().tolist(), strata(rows, least=3).unique().tolist()
    (['a:en:2029-07..2029-10'], ['a:en:2029-07', 'a:en:2029-08..2029-10'])
    """
    labels = pd.Series("", index=passages.index, dtype=object)
    for (outlet, language), part in passages.groupby(["outlet", "language"], sort=True):
        names = _spans(part["month"].value_counts().sort_index(), least)
        labels[part.index] = f"{outlet}:{language}:" + part["month"].map(names)
    return labels


def _spans(sizes: pd.Series, least: int) -> dict[str, str]:
    """What each month's stratum is called."""
    groups: list[list[str]] = [[]]
    held = 0
    for month, size in sizes.items():
        if held >= least:
            groups.append([])
            held = 0
        groups[-1].append(str(month))
        held += int(size)
    if held < least and len(groups) > 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return {month: group[0] if len(group) == 1 else f"{group[0]}..{group[-1]}" for group in groups for month in group}


def allocate(sizes: pd.Series, n: int, *, minimum: int = MINIMUM) -> pd.Series:
    """How many units each stratum gives: `minimum` or all it has, and the rest in proportion.

    Seats go one by one to the stratum with the largest size / (seats + 1/2) (Webster's divisors), since rounding by
    largest remainder can take a seat away when more are to be had. A larger `n` never gives a stratum less.

    Parameters
    ----------
    sizes : Series of int, indexed by stratum
    n : int
        Wanted in all; the minimum of every stratum may be more.
    minimum : int, at least 1

    >>> allocate(pd.Series({"a": 60, "b": 30, "c": 1}), 12).to_dict()
    {'a': 7, 'b': 4, 'c': 1}
    """
    if minimum < 1:
        raise ValueError(f"minimum is {minimum}; below 1 some passages could not be drawn")
    sizes = sizes.sort_index()
    base = sizes.clip(upper=minimum)
    seats = [
        (-size / (seat + 0.5), place)
        for place, size in enumerate(sizes)
        for seat in range(int(base.iloc[place]), int(size))
    ]
    given = np.array([place for _, place in sorted(seats)[: max(n - int(base.sum()), 0)]], dtype=int)
    return base + np.bincount(given, minlength=len(sizes))


def number(seed: int, article_id: str, position: int) -> float:
    """A passage's permanent random number in [0, 1).

    >>> number(1, "a", 0) == number(1, "a", 0) != number(2, "a", 0)
    True
    """
    digest = hashlib.sha256(f"{seed}\n{article_id}\n{position}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def draw(passages: pd.DataFrame, per_language: Mapping[str, int], *, seed: int) -> pd.DataFrame:
    """Passages to code, each copied passage once, with the chance that each had.

    Parameters
    ----------
    passages : DataFrame, columns of `NEEDED`
        All that may be coded.
    per_language : mapping from language to int
        How many are wanted of each language; of one that is not in it, none are drawn.
    seed : int

    Returns
    -------
    DataFrame, columns of `DRAWN`, sorted by key

    Raises
    ------
    ValueError
        A language without passages.

    >>> rows = pd.DataFrame({"article_id": list("abcdefgh"), "position": 0, "outlet": "o", "language": "en",
    ...     "month": "2029-07", "copy_cluster": list("abcdefgh"), "signature": "",
    ...     "published": pd.Timestamp("2029-07-01", tz="UTC")})
    >>> few, more = draw(rows, {"en": 2}, seed=1), draw(rows, {"en": 4}, seed=1)
    >>> few.probability.tolist(), set(few.article_id) <= set(more.article_id), len(more)
    ([0.25, 0.25], True, 4)
    """
    once = once_each(passages)
    if missing := sorted(set(per_language) - set(once["language"])):
        raise ValueError(f"no passage is in {missing[0]!r}; languages with some: {sorted(set(once['language']))}")
    once["number"] = [number(seed, a, p) for a, p in once[KEY].itertuples(index=False, name=None)]
    once["n_stratum"] = once.groupby("stratum")["stratum"].transform("size")
    blocks = [_drawn(once[once["language"] == language], n) for language, n in sorted(per_language.items())]
    drawn = pd.concat(blocks).assign(draw=name(once, seed=seed))
    return drawn[DRAWN].sort_values(KEY, ignore_index=True)


def once_each(passages: pd.DataFrame) -> pd.DataFrame:
    """The passages that can be drawn, each copied one once, with their ``stratum``."""
    once = passages[units(passages)["first"]]
    return once.assign(stratum=strata(once))


def name(once: pd.DataFrame, *, seed: int) -> str:
    """A draw's name: the seed, and a hash of the passages that could be drawn and of their strata."""
    rows = sorted((str(a), int(p), str(s)) for a, p, s in once[[*KEY, "stratum"]].itertuples(index=False, name=None))
    return f"{seed}-{hashlib.sha256(repr(rows).encode()).hexdigest()[:8]}"


def _drawn(once: pd.DataFrame, n: int) -> pd.DataFrame:
    given = allocate(once.groupby("stratum").size(), n)
    wanted = once["stratum"].map(given)
    place = once.groupby("stratum")["number"].rank(method="first")
    return once.assign(probability=wanted / once["n_stratum"])[place <= wanted]


def _z(coverage: float) -> float:
    if not 0 < coverage < 1:
        raise ValueError(f"coverage is {coverage}; give a share between 0 and 1, for example 0.95")
    return NormalDist().inv_cdf((1 + coverage) / 2)


def _width(half_width: float) -> float:
    if not 0 < half_width < 1:
        raise ValueError(f"half-width is {half_width}; give a number between 0 and 1, for example 0.1")
    return half_width
