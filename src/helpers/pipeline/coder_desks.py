"""Coders at their desk: a study's drawn passages in; a desk for one coder, or for who settles disagreements, out.

What people judge lies in ``studies/<study>/coding/frames``, in files of `helpers.data.coding_files`.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.coding.frame_desk import Card, FramesDesk
from helpers.coding.judgement import ADJUDICATED, Judgement
from helpers.coding.sample import KEY
from helpers.data.coding_files import coder_name, read_judgements, save_judgements
from helpers.data.corpus import Corpus
from helpers.pipeline.codes import disagreements, judged
from helpers.pipeline.coding_sample import frames_folder, read_sample, text_hash
from helpers.pipeline.intrusion_tasks import utc_now
from helpers.study import Study

Clock = Callable[[], datetime.datetime]


def frame_desk(
    corpus: Corpus,
    *,
    coder: str,
    language: str | None = None,
    texts: pd.DataFrame | None = None,
    clock: Clock = utc_now,
) -> FramesDesk:
    """The widget for one coder of frames, going on where it stopped.

    A passage is asked again, for the frames concerned, when the definition of one was edited since, or one was added.

    Parameters
    ----------
    corpus : Corpus
        Of a study whose passages were drawn.
    coder : str
        Each coder gets an order of their own and sees nobody else's judgements.
    language : str, optional
        Only passages in that language.
    texts : DataFrame, columns ``article_id``, ``position``, ``text``, optional
        For a study that ships no text, from whoever has it.
    clock : callable
        Gives each judgement's time, with a zone.

    Returns
    -------
    FramesDesk, which a notebook shows as the last line of a cell; a judgement is on the disk before the next passage

    Raises
    ------
    ValueError
        Nothing was drawn (in that language), the study has no text, or the name is that of settled disagreements.
    """
    name = coder_name(coder)
    if name == ADJUDICATED:
        raise ValueError(f"{ADJUDICATED!r} is who settles disagreements; open adjudication_desk")
    study = corpus.study
    drawn, notice = _drawn(corpus, language, texts)
    order = np.random.default_rng(_number(study.name, "frames", name)).permutation(len(drawn))
    drawn = drawn.iloc[order].reset_index(drop=True)
    folder, frames = frames_folder(study), study.codebook.frames
    said = read_judgements(folder, coder=name)
    versions = {code: frame.fingerprint for code, frame in frames.items()}
    said = said[said["frame"].map(versions) == said["fingerprint"]]
    known = said.groupby(KEY)["frame"].agg(set).to_dict()
    lacking = {row: [code for code in frames if code not in known.get(row, ())] for row in _keys(drawn)}
    asked = [tuple(lacking[row] or frames) for row in _keys(drawn)]
    done = [row for row in _in_order(said) if row in lacking and not lacking[row]]
    return _desk(study, drawn.assign(asked=asked), done, coder=name, folder=folder, notice=notice, clock=clock)


def adjudication_desk(corpus: Corpus, *, texts: pd.DataFrame | None = None, clock: Clock = utc_now) -> FramesDesk:
    """The widget for settling what coders see differently: their judgements side by side, without their names.

    Which coder stands first differs from passage to passage. Only the frames in dispute are asked; what is decided is
    saved as coder ``adjudicated``.

    Parameters
    ----------
    corpus, texts, clock : as `frame_desk`
    """
    study, said = corpus.study, judged(corpus)
    apart, folder = disagreements(said[said["lost"] == ""]), frames_folder(study)
    disputed = apart.groupby(KEY).agg(asked=("frame", lambda f: tuple(dict.fromkeys(f))), settled=("settled", "all"))
    drawn = passages_with_text(corpus, texts).merge(disputed.reset_index(), on=KEY, how="inner", validate="one_to_one")
    theirs = dict(list(apart.groupby(KEY)))
    drawn["others"] = [_others(row, theirs[row]) for row in _keys(drawn)]
    whole = set(_keys(drawn[drawn["settled"]]))
    done = [row for row in _in_order(read_judgements(folder, coder=ADJUDICATED)) if row in whole]
    return _desk(study, drawn, done, coder=ADJUDICATED, folder=folder, notice="", clock=clock)


def _desk(
    study: Study,
    drawn: pd.DataFrame,
    done: list[tuple[str, int]],
    *,
    coder: str,
    folder: Path,
    notice: str,
    clock: Clock,
) -> FramesDesk:
    passages = {_card_id(*row[:2]): row for row in drawn[[*KEY, "hash"]].itertuples(index=False, name=None)}
    cards = [
        Card(
            id=_card_id(row.article_id, row.position),
            text=row.text,
            asked=row.asked,
            language=row.language,
            before=row.before,
            after=row.after,
            quoted=row.quoted,
            others=getattr(row, "others", ()),
        )
        for row in drawn.itertuples()
    ]

    def save(card: str, judgement: Judgement, withdrawn: bool) -> None:
        save_judgements(folder, [(passages[card], judgement)], coder=coder, when=clock(), withdrawn=withdrawn)

    judged = [_card_id(*row) for row in done]
    return FramesDesk(cards, list(study.codebook.frames.values()), save=save, judged=judged, notice=notice)


def _drawn(corpus: Corpus, language: str | None, texts: pd.DataFrame | None) -> tuple[pd.DataFrame, str]:
    """Drawn passages with their words; and what is to be told of those that cannot be asked."""
    study = corpus.study
    drawn = read_sample(study)
    spoken = drawn["stratum"].str.split(":").str[1]
    drawn = drawn[spoken == language] if language else drawn
    if drawn.empty:
        what = f"in {language!r} " if language else ""
        raise ValueError(f"no passages {what}of {study.name!r} were drawn yet; draw them with draw_sample")
    passages = drawn.rename(columns={"text": "hash_drawn"}).merge(
        passages_with_text(corpus, texts), on=KEY, how="inner"
    )
    if passages.empty:
        raise ValueError(
            f"study {study.name!r} holds no text, and {len(drawn)} drawn passages wait for it; who has the texts gives "
            "them as texts=, a table with article_id, position and text"
        )
    same = (passages["hash_drawn"] == "") | (passages["hash_drawn"] == passages["hash"])
    lost = len(drawn) - int(same.sum())
    notice = f"{lost} drawn passages are not asked: they are gone or have another text now." if lost else ""
    return passages[same].drop(columns="hash_drawn").reset_index(drop=True), notice


def passages_with_text(corpus: Corpus, texts: pd.DataFrame | None) -> pd.DataFrame:
    """Passages with text: their words, those before and after in the article, and a hash."""
    held = corpus.table("passages").sort_values(KEY)
    if texts is not None:
        held = held.drop(columns="text").merge(texts[[*KEY, "text"]], on=KEY, how="left", validate="one_to_one")
    held = held[held["text"].notna()].reset_index(drop=True)
    by = held.groupby("article_id")["text"]
    spoken = corpus.table("articles").set_index("article_id")["language"]
    return pd.DataFrame(
        {
            "article_id": held["article_id"],
            "position": held["position"],
            "text": held["text"],
            "hash": held["text"].map(text_hash),
            "before": by.shift(1).fillna(""),
            "after": by.shift(-1).fillna(""),
            "quoted": (held["n_words_quoted"] > 0) & (held["n_words_quoted"] == held["n_words"]),
            "language": held["article_id"].map(spoken),
        }
    )


def _others(passage: tuple[str, int], rows: pd.DataFrame) -> tuple[Judgement, ...]:
    """What people said of the frames in dispute, a judgement a coder, in an order that tells nobody's name."""
    judgements = []
    for _, one in rows.groupby("coder", sort=True):
        seen = one[one["value"] == 1]
        spans = [None if pd.isna(start) else (int(start), int(end)) for start, end in seen[["start", "end"]].to_numpy()]
        unsure = frozenset(one.loc[one["value"].isna(), "frame"])
        versions = dict(zip(one["frame"], one["fingerprint"], strict=True))
        judgements.append(Judgement(versions, dict(zip(seen["frame"], spans, strict=True)), unsure))
    turn = _number(*map(str, passage))
    return tuple(judgements[(place + turn) % len(judgements)] for place in range(len(judgements)))


def _keys(rows: pd.DataFrame) -> list[tuple[str, int]]:
    return list(rows[KEY].itertuples(index=False, name=None))


def _in_order(said: pd.DataFrame) -> list[tuple[str, int]]:
    """Passages in the order in which they were last judged."""
    return list(dict.fromkeys(reversed(_keys(said))))[::-1]


def _card_id(article_id: str, position: int) -> str:
    return f"{_number(article_id, str(position)):016x}"


def _number(*words: str) -> int:
    """A number that the same words always give."""
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest()[:8], "big")
