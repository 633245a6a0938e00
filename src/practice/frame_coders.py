"""Simulated coders of frames, whose skill is known: planted frames in, what a coder sees out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from practice.scores.rows import frame, interval

CODERS = ("simulated-1", "simulated-2")
MISS = 0.06  # a planted frame that a coder does not see
FALSE = 0.02  # a passage in which a coder sees a frame that is not there, any of them


def judge(
    planted: Sequence[Collection[str]], frames: Sequence[str], *, rng: np.random.Generator
) -> list[frozenset[str]]:
    """The frames that one coder sees in each passage.

    Parameters
    ----------
    planted : sequence of collections of str
        The frames that were planted in each passage.
    frames : sequence of str
        All frames of the codebook.
    rng : numpy Generator

    >>> seen = judge([{"SHIELD"}] * 1000, ["SHIELD", "DANGER"], rng=np.random.default_rng(1))
    >>> sum("SHIELD" in each for each in seen), sum("DANGER" in each for each in seen)
    (953, 22)
    """
    missed, erred = rng.random((len(planted), len(frames))) < MISS, rng.random(len(planted)) < FALSE
    others = rng.integers(0, 2**31, size=len(planted))
    judged = []
    for there, miss, err, pick in zip(planted, missed, erred, others, strict=True):
        seen = {code for code, lost in zip(frames, miss, strict=True) if code in there and not lost}
        absent = [code for code in frames if code not in there]
        judged.append(frozenset(seen | ({absent[pick % len(absent)]} if err and absent else set())))
    return judged


def expected_alpha(share: float, n_frames: int) -> float:
    """Alpha of two such coders on one frame, for many passages.

    Parameters
    ----------
    share : float in [0, 1]
        Passages in which the frame was planted.
    n_frames : int
        Frames of the codebook; a false one is each of those alike that are not in the passage (taken to be all).

    >>> round(expected_alpha(0.1, 5), 3)
    0.895
    """
    hit, false = 1 - MISS, FALSE / n_frames
    apart = 2 * (share * hit * MISS + (1 - share) * false * (1 - false))
    seen = share * hit + (1 - share) * false
    return 1 - apart / (2 * seen * (1 - seen))


def scored(agreement: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Agreement of the simulated coders on each frame beside what their skill must give.

    Parameters
    ----------
    agreement : DataFrame
        Rows of `helpers.coding.agreement.by_frame`, one a frame.
    shares : Series, indexed by frame
        Of the coded passages in which it was planted.

    Returns
    -------
    DataFrame, columns of `practice.scores.rows.COLUMNS`
    """
    rows = [
        interval(
            f"agreement of coders, {one['frame']}",
            expected_alpha(float(shares[one["frame"]]), len(shares)),
            one.rename({"alpha": "estimate"}),
            n=int(one["n_units"]),
        )
        for _, one in agreement.iterrows()
    ]
    return frame(rows)
