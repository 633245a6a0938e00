"""Exercises of 06-validate: agreement by percentage, by alpha, and where it matters."""

from __future__ import annotations

import pandas as pd

from helpers.data.corpus import Corpus
from practice.exercises.answers import RATIO, SHARE, Exercise, Slip
from practice.frame_coders import FALSE, MISS

FRAME = "DANGER"


def judgements(corpus: Corpus) -> pd.DataFrame:
    """English passages that both coders judged for one frame, a column a coder."""
    codes = corpus.codes.merge(corpus.articles[["article_id", "language"]], on="article_id", validate="many_to_one")
    codes = codes.query(f"frame == {FRAME!r} and language == 'en'")
    return codes.pivot(index=["article_id", "position"], columns="coder", values="value").dropna()


def agreement(corpus: Corpus) -> float:
    """Share of passages on which both say the same."""
    one, other = judgements(corpus).to_numpy().T
    return float((one == other).mean())


def alpha(corpus: Corpus) -> float:
    """Krippendorff's alpha as the study's table has it."""
    rows = corpus.frame_agreement.query(f"frame == {FRAME!r} and language == 'en'")
    return float(rows["alpha"].iloc[0])


def agreement_where_seen(corpus: Corpus) -> float:
    """Of passages in which either saw the frame, those in which both did."""
    both = judgements(corpus).sum(axis=1)
    return float((both == 2).sum() / (both > 0).sum())


def unseen(corpus: Corpus) -> float:
    """Of passages in which one coder sees a frame, the share in which the other does not, by their given skill."""
    place = ["address", "position"]
    said = corpus.table("truth_passages").query("relevant")
    framed = said.dropna(subset="frame").drop_duplicates([*place, "frame"])
    share = len(framed) / (len(said.drop_duplicates(place)) * len(corpus.study.codebook.frames))
    false = FALSE / len(corpus.study.codebook.frames)
    seen = share * (1 - MISS) + (1 - share) * false
    return float((share * (1 - MISS) * MISS + (1 - share) * false * (1 - false)) / seen)


def disagreement(corpus: Corpus) -> float:
    """Share of all judgements in which they differ, of passages without the frame too."""
    wide = corpus.codes.pivot(index=["article_id", "position", "frame"], columns="coder", values="value").dropna()
    one, other = wide.to_numpy().T
    return float((one != other).mean())


EXERCISES = (
    Exercise(
        SHARE,
        agreement,
        within=0.002,
        slips=(
            Slip("That is alpha: agreement beyond chance comes next.", alpha),
            Slip(
                "You left out passages in which neither saw the frame: they agree there too.",
                agreement_where_seen,
            ),
        ),
    ),
    Exercise(
        RATIO,
        alpha,
        within=0.005,
        slips=(
            Slip(
                "That is plain agreement: what would chance reach, both drawing from one bag?",
                agreement,
            ),
        ),
    ),
    Exercise(
        SHARE,
        unseen,
        within=0.03,
        slips=(
            Slip(
                "Most passages have no frame to overlook: keep those in which the first coder saw it.",
                disagreement,
            ),
        ),
    ),
)
