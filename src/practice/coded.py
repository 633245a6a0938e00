"""``coding_sample`` and ``codes`` of the practice study: coders of known skill judge a third of each language.

They go through the same files as people, in a folder that is gone afterwards: it is nobody's work.  What people judged
in the study's own folder counts beside it.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.coding import sample
from helpers.coding.judgement import Judgement
from helpers.data.coding_files import read_judgements, save_judgements
from helpers.data.corpus import Corpus
from helpers.pipeline.codes import codes_of, with_losses
from helpers.pipeline.coding_sample import drawn_passages, frames_folder, population
from helpers.study import Study
from practice.frame_coders import CODERS, judge
from practice.passages import KEY, planted_passages
from practice.world import NOW


def make(corpus: Corpus) -> dict[str, pd.DataFrame]:
    """Draw a third of each language, and let the simulated coders judge what was drawn."""
    study, passages = corpus.study, population(corpus)
    drawn = drawn_passages(passages, third_of_each(passages), seed=study.analysis.seed)
    with tempfile.TemporaryDirectory() as folder:
        _judge(study, with_frames(corpus, drawn), Path(folder))
        judged = [rows for place in (Path(folder), frames_folder(study)) if len(rows := read_judgements(place))]
    rows = with_losses(study, pd.concat(judged, ignore_index=True), corpus.table("passages"))
    return {"coding_sample": drawn.drop(columns="text"), "codes": codes_of(study, rows)}


def third_of_each(passages: pd.DataFrame) -> dict[str, int]:
    """A third of what each language has, copies once, rounded up."""
    sizes = passages[sample.units(passages)["first"]].groupby("language").size()
    return {str(language): math.ceil(size / 3) for language, size in sizes.items()}


def with_frames(corpus: Corpus, drawn: pd.DataFrame) -> pd.DataFrame:
    """Drawn passages with ``frames``, the set of those that were planted in each."""
    return drawn.merge(planted_passages(corpus)[[*KEY, "frames"]], on=KEY, how="inner", validate="one_to_one")


def _judge(study: Study, drawn: pd.DataFrame, folder: Path) -> None:
    """Let every coder judge all drawn passages, each into a file of their own."""
    versions = {code: frame.fingerprint for code, frame in study.codebook.frames.items()}
    passages = list(drawn[[*KEY, "text"]].itertuples(index=False, name=None))
    for place, coder in enumerate(CODERS):
        rng = np.random.default_rng([study.analysis.seed, 7, place])
        seen = judge(drawn["frames"].tolist(), list(versions), rng=rng)
        judgements = [Judgement(versions, dict.fromkeys(sorted(codes))) for codes in seen]
        save_judgements(folder, zip(passages, judgements, strict=True), coder=coder, when=NOW)
