"""Passages for people to code: how many are enough, and the draw, which is kept with the study.

The draw is ``coding/frames/sample.csv`` in the study's folder, beside what coders judged: it is made once, on purpose,
and no maker draws anew.  It is for judging measures by, so nobody may tune a measure on it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.coding import sample
from helpers.data import tables
from helpers.data.corpus import Corpus
from helpers.pipeline.analysed import analysed_articles, analysed_passages
from helpers.study import Study

COLUMNS = [*sample.DRAWN, "text"]
KINDS = {"position": int, "n_stratum": int, "probability": float}
PLAN = ["language", "n_passages", "n_units", "n_articles", "for_alpha", "for_share", "wanted", "drawn"]


def frames_folder(study: Study) -> Path:
    """Where people's judgements of frames lie, and the draw that they judge; made by hand, never rebuilt."""
    return study.folder / "coding" / "frames"


def make(corpus: Corpus) -> pd.DataFrame:
    """``coding_sample``, the draw as it was made; no rows when the passages changed since: chances are then unknown."""
    drawn = read_sample(corpus.study)
    present = len(drawn) and drawn_from(drawn, sample.once_each(population(corpus)), seed=corpus.study.analysis.seed)
    return drawn.drop(columns="text") if present else tables.empty("coding_sample")


def population(corpus: Corpus) -> pd.DataFrame:
    """Every relevant passage that may be coded, with what a draw needs to know of it.

    Where a study holds text, passages without are left out; where it holds none, all are in, and whoever has the text
    can code them. Copies are told from other passages by text, or without it by counted words.

    Returns
    -------
    DataFrame, columns of `helpers.coding.sample.NEEDED`, with ``text``
    """
    passages = analysed_passages(corpus)
    if passages["text"].notna().any():
        passages = passages[passages["text"].notna()].reset_index(drop=True)
    held = ["article_id", "outlet", "month", "published", "copy_cluster"]
    passages = tables.join(passages, analysed_articles(corpus)[held], "article_id")
    return passages.assign(signature=_signatures(corpus, passages))[[*sample.NEEDED, "text"]]


def _signatures(corpus: Corpus, passages: pd.DataFrame) -> pd.Series:
    """What printings of one passage share; blank for a passage of which nothing is known."""
    if passages["text"].notna().any():
        return passages["text"].map(sample.signature)
    counts = corpus.table("counts").groupby([*sample.KEY, "term"])["count"].sum().reset_index()
    counts["word"] = counts["term"] + "=" + counts["count"].astype(str)
    words = counts.groupby(sample.KEY)["word"].agg(" ".join).rename("words").reset_index()
    known = passages[sample.KEY].merge(words, on=sample.KEY, how="left", validate="one_to_one")["words"]
    return known.map(sample.signature, na_action="ignore").fillna("").set_axis(passages.index)


def coding_plan(
    corpus: Corpus,
    *,
    alpha_half_width: float = 0.1,
    share_half_width: float = 0.05,
    alpha: float = 0.8,
    share: float = 0.1,
    design_effect: float = 1.0,
) -> pd.DataFrame:
    """How many passages of each language to code for intervals as narrow as wanted.

    Parameters
    ----------
    corpus : Corpus
    alpha_half_width, alpha, share : of the agreement on a frame, as `helpers.coding.sample.passages_for_alpha`
    share_half_width, design_effect : of a frame's share, as `helpers.coding.sample.passages_for_share`

    Returns
    -------
    DataFrame, columns of `PLAN`, a row a language: passages, copies once (``n_units``), articles; passages for each
        purpose; ``wanted``, the larger of the two or all there are; ``drawn`` so far
    """
    passages, level = population(corpus), corpus.study.analysis.coverage_level
    once = sample.units(passages)["first"]
    for_alpha = sample.passages_for_alpha(alpha_half_width, alpha=alpha, share=share, coverage=level)
    drawn = corpus.table("coding_sample")
    drawn = drawn if len(drawn) else read_sample(corpus.study)  # of passages that changed since, it is still a draw
    options = {"share": share, "coverage": level, "design_effect": design_effect}
    rows = []
    for language, part in passages.groupby("language", sort=True):
        n = int(once[part.index].sum())
        for_share = sample.passages_for_share(share_half_width, population=n, **options)
        here = drawn["stratum"].str.split(":").str[1] == language
        size = (len(part), n, part["article_id"].nunique(), for_alpha, for_share, min(n, max(for_alpha, for_share)))
        rows.append((language, *size, int(here.sum())))
    return pd.DataFrame(rows, columns=PLAN)


def draw_sample(corpus: Corpus, per_language: int | Mapping[str, int]) -> pd.DataFrame:
    """Draw passages to code and keep the draw; a larger one later holds what was drawn before.

    Parameters
    ----------
    corpus : Corpus
    per_language : int or mapping from language to int
        How many of each language. At least two of every stratum are drawn, so that it may become more.

    Returns
    -------
    DataFrame, columns of `COLUMNS`: as kept

    Raises
    ------
    ValueError
        Fewer are asked for than were drawn: what is coded would lose its chances.
    """
    study = corpus.study
    drawn = drawn_passages(population(corpus), per_language, seed=study.analysis.seed)
    if lost := _shrunk(read_sample(study), drawn):
        language, had, now = lost
        raise ValueError(
            f"{had} passages in {language!r} were drawn before, {now} would be now; ask for as many or more"
        )
    _write(frames_folder(study) / "sample.csv", drawn)
    return drawn


def drawn_passages(passages: pd.DataFrame, per_language: int | Mapping[str, int], *, seed: int) -> pd.DataFrame:
    """A draw from the `population`, with the hash of each passage's text: columns of `COLUMNS`."""
    spoken = sorted(passages["language"].unique())
    wanted = {language: per_language for language in spoken} if isinstance(per_language, int) else dict(per_language)
    drawn = sample.draw(passages, wanted, seed=seed)
    texts = tables.join(drawn[sample.KEY], passages[[*sample.KEY, "text"]], sample.KEY)["text"]
    return drawn.assign(text=["" if pd.isna(text) else text_hash(text) for text in texts])[COLUMNS]


def chances(corpus: Corpus) -> pd.DataFrame:
    """Every passage that may be coded, with the passage that is drawn in its place and the chance that this had.

    What a coder judged in a drawn passage holds for its copies too: they say the same words.

    Returns
    -------
    DataFrame: `population` with ``stratum``, ``probability``, ``drawn``, ``drawn_article`` and ``drawn_position`` (the
        passage itself, unless it is a copy)

    Raises
    ------
    ValueError
        Nothing was drawn, or the passages are no longer those that were drawn from: their chances are not known.
    """
    passages, drawn, study = population(corpus), corpus.table("coding_sample"), corpus.study
    if drawn.empty:
        if len(read_sample(study)):
            raise ValueError(
                f"the passages of {study.name!r} changed since some were drawn; draw again, codes are kept"
            )
        raise ValueError(f"no passages of {study.name!r} were drawn yet; draw them with draw_sample")
    once = sample.once_each(passages)
    unit = sample.units(passages)["unit"]
    chance = drawn.groupby("stratum")["probability"].first()
    keys = set(drawn[sample.KEY].itertuples(index=False, name=None))
    first = pd.DataFrame(
        {
            "unit": unit[once.index],
            "stratum": once["stratum"],
            "probability": once["stratum"].map(chance).fillna(0.0),
            "drawn": [key in keys for key in once[sample.KEY].itertuples(index=False, name=None)],
            "drawn_article": once["article_id"],
            "drawn_position": once["position"],
        }
    )
    return tables.join(passages.assign(unit=unit), first, "unit").drop(columns="unit")


def drawn_from(drawn: pd.DataFrame, once: pd.DataFrame, *, seed: int) -> bool:
    """Whether passages were drawn from these, each printing once."""
    return bool(drawn["draw"].iloc[0] == sample.name(once, seed=seed))


def read_sample(study: Study) -> pd.DataFrame:
    """The draw as it was kept, columns of `COLUMNS`; no rows where none was made.

    Raises
    ------
    ValueError
        The file is not as it was written; the message names row and value.
    """
    path = frames_folder(study) / "sample.csv"
    if not path.exists():
        return pd.DataFrame(columns=COLUMNS).astype(
            {"position": "int64", "n_stratum": "int64", "probability": "float64"}
        )
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    if rows.columns.tolist() != COLUMNS:
        raise ValueError(f"{path.name}: columns {rows.columns.tolist()} are not {COLUMNS}; put the file back as drawn")
    for column, kind in KINDS.items():
        rows[column] = [_number(path, line, column, value, kind) for line, value in enumerate(rows[column], start=2)]
    return rows


def text_hash(text: str) -> str:
    """Sixteen hexadecimal digits of a passage's text, by which a judgement knows what it is about."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _shrunk(before: pd.DataFrame, now: pd.DataFrame) -> tuple[str, int, int] | None:
    """The first language of which fewer would be drawn than were."""
    had, have = (rows["stratum"].str.split(":").str[1].value_counts() for rows in (before, now))
    have = have.reindex(had.index, fill_value=0)
    less = had[have < had].sort_index()
    return (str(less.index[0]), int(less.iloc[0]), int(have[less.index[0]])) if len(less) else None


def _number(path: Path, line: int, column: str, value: str, kind: type) -> float:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"{path.name}, line {line}: {column} {value!r} is not a number") from None


def _write(path: Path, rows: pd.DataFrame) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        rows.to_csv(unfinished, index=False, encoding="utf-8", lineterminator="\n")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
