"""Simulated coders of frames in the practice study: planted frames in, files of judgements out."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd

from helpers.coding.agreement import by_frame
from helpers.coding.judgement import Judgement
from helpers.coding.sample import KEY
from helpers.data.frame_judgements import read_judgements, save_judgements
from helpers.pipeline.coding_sample import draw_sample, read_sample, rehearsal_folder, third_of_each
from helpers.pipeline.measure_checks import judged_passages
from helpers.study import Study
from practice import NOW
from practice.frame_coders import CODERS, judge, scored


def simulate_coders(study: Study) -> None:
    """Draw a third of each language and let two coders of known skill judge it, each in a file as people have.

    Their files lie in ``data/processed/<study>/coding-frames`` and are made anew each time: they are nobody's work.

    Raises
    ------
    ValueError
        The study is not the practice study.
    """
    if not study.practice:
        raise ValueError(f"study {study.name!r} is real; only people may judge its passages")
    folder = rehearsal_folder(study)
    if folder.exists():
        shutil.rmtree(folder)
    draw_sample(study, third_of_each(study))
    drawn = _planted(study)
    versions = {code: frame.fingerprint for code, frame in study.codebook.frames.items()}
    passages = list(drawn[[*KEY, "text"]].itertuples(index=False, name=None))
    for place, coder in enumerate(CODERS):
        rng = np.random.default_rng([study.analysis.seed, 7, place])
        seen = judge(drawn["planted"].tolist(), list(versions), rng=rng)
        said = [Judgement(versions, dict.fromkeys(sorted(codes))) for codes in seen]
        save_judgements(folder, zip(passages, said, strict=True), coder=coder, when=NOW)


def score_coders(study: Study) -> pd.DataFrame:
    """Agreement of the simulated coders on each frame, all languages together, beside what their skill must give."""
    simulate_coders(study)
    drawn = _planted(study)
    judged = read_judgements(rehearsal_folder(study))
    found = by_frame(judged, rng=np.random.default_rng([study.analysis.seed, 8]))
    shares = pd.Series({code: float((drawn["planted"] == code).mean()) for code in study.codebook.frames})
    return scored(found, shares)


def _planted(study: Study) -> pd.DataFrame:
    """The drawn passages with the frame that was planted in each, blank where none was."""
    truth = judged_passages(study)[[*KEY, "planted"]]
    drawn = read_sample(study).merge(truth, on=KEY, how="inner", validate="one_to_one")
    return drawn.assign(planted=drawn["planted"].fillna("").astype(str))
