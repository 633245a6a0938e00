"""Codes to and from files of other tools: CSV (``.csv``), Label Studio (``.json``) and doccano (``.jsonl``).

A file of Label Studio or doccano holds the passages' words: it is as private as the texts are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from helpers.coding import code_formats as formats
from helpers.coding.judgement import Judgement
from helpers.coding.sample import KEY
from helpers.data.coding_files import coder_name, read_judgements, save_judgements
from helpers.data.corpus import Corpus
from helpers.pipeline.coder_desks import Clock, passages_with_text
from helpers.pipeline.coding_sample import frames_folder, read_sample
from helpers.pipeline.intrusion_tasks import utc_now
from helpers.study import Study

Coded = formats.Coded
KINDS = (".csv", ".json", ".jsonl")


def export_codes(corpus: Corpus, path: Path, *, coder: str | None = None, texts: pd.DataFrame | None = None) -> Path:
    """Write the drawn passages and what was judged of them, for Label Studio or doccano; or the codes alone, as CSV.

    Parameters
    ----------
    corpus : Corpus
        Of a study whose passages were drawn.
    path : Path
        Its ending says for which tool. Beside a ``.json`` file the labelling interface is written too, as ``.xml``.
    coder : str, optional
        Only this coder's judgements; doccano needs one. A coder who has judged nothing gives passages to be judged.
    texts : as `helpers.pipeline.coder_desks.frame_desk`

    Raises
    ------
    ValueError
        An unknown ending, no text, or doccano without a coder.
    """
    path, study = Path(path), corpus.study
    kind = _kind(path)
    said = read_judgements(frames_folder(study), coder=coder)
    if kind == ".csv":
        judged = said["judged"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        _write(path, formats.to_csv(said.assign(judged=judged)))
        return path
    words = _words(corpus, texts)
    said = said[pd.MultiIndex.from_frame(said[KEY]).isin(list(words))]
    coded = [_coded(passage, who, rows) for (*passage, who), rows in said.groupby([*KEY, "coder"], sort=False)]
    if kind == ".jsonl":
        if coder is None:
            raise ValueError("doccano has a file a coder; name one with coder=")
        _write(path, formats.to_doccano(words, coded))
        return path
    _write(path, formats.to_label_studio(words, coded))
    names = {code: frame.name for code, frame in study.codebook.frames.items()}
    _write(path.with_suffix(".xml"), formats.label_studio_config(names))
    return path


def import_codes(
    corpus: Corpus,
    path: Path,
    *,
    coder: str | None = None,
    coders: Mapping[str, str] | None = None,
    texts: pd.DataFrame | None = None,
    clock: Clock = utc_now,
) -> int:
    """Add the judgements of a file to the study's own; how many passages were judged in it.

    What the file does not say is taken as it is now: the definitions that were read are the present ones, the time is
    this. So import before the codebook is edited again. Importing a file twice changes nothing.

    Parameters
    ----------
    corpus, path, texts : as `export_codes`
    coder : str, optional
        Whose file it is: needed for doccano; for Label Studio, who made annotations that name nobody.
    coders : mapping, optional
        From Label Studio's users (number or address) to names of coders.
    clock : callable

    Raises
    ------
    ValueError
        One line that names file, row and value; nothing of the file is then saved.
    """
    path, study = Path(path), corpus.study
    kind, frames = _kind(path), list(study.codebook.frames)
    content = path.read_text(encoding="utf-8")
    versions = {code: frame.fingerprint for code, frame in study.codebook.frames.items()}
    if kind == ".csv":
        rows = formats.from_csv(content, file=path.name, frames=frames)
        return _save_rows(study, path.name, rows, versions, clock)
    given = {"file": path.name, "texts": _words(corpus, texts), "frames": frames}
    if kind == ".json":
        named = {**({"": coder} if coder else {}), **(coders or {})}
        coded = formats.from_label_studio(content, coders=named, **given)
    elif coder is None:
        raise ValueError(f"{path.name}: doccano has a file a coder; say whose it is with coder=")
    else:
        coded = formats.from_doccano(content, coder=coder, **given)
    hashes = _hashes(study)
    by: dict[str, list] = {}
    for passage, who, seen, unsure in coded:
        asked = frozenset(versions) if unsure else frozenset()
        judgement = Judgement(versions, {} if unsure else dict(sorted(seen.items())), asked)
        by.setdefault(coder_name(who), []).append(((*passage, hashes[passage]), judgement))
    for who, judged in by.items():
        save_judgements(frames_folder(study), judged, coder=who, when=clock())
    return len(coded)


def _save_rows(study: Study, file: str, rows: pd.DataFrame, versions: Mapping[str, str], clock: Callable) -> int:
    """Rows of a CSV file as judgements, those of one coder and time together."""
    hashes, now = _hashes(study), clock()
    blank = rows["fingerprint"] == ""
    rows = rows.assign(fingerprint=rows["fingerprint"].mask(blank, rows["frame"].map(versions)))
    rows["judged"] = pd.to_datetime(
        rows["judged"].mask(rows["judged"] == "", now.isoformat()), utc=True, format="ISO8601"
    )
    rows["coder"] = rows["coder"].map(coder_name)
    saved: list[tuple[str, pd.Timestamp, list]] = []
    for (who, when), part in rows.groupby(["coder", "judged"], sort=False):
        judged = []
        for passage, one in part.groupby(KEY, sort=False):
            if passage not in hashes:
                raise formats.FormatError(file, f"{passage[0]}, {passage[1]}", "no drawn passage has this key")
            seen = one[one["value"] == 1]
            spans = [
                None if pd.isna(a) or pd.isna(b) else (int(a), int(b))
                for a, b in zip(seen["start"], seen["end"], strict=True)
            ]
            unsure = frozenset(one.loc[one["value"].isna(), "frame"])
            asked = dict(zip(one["frame"], one["fingerprint"], strict=True))
            judged.append(
                ((*passage, hashes[passage]), Judgement(asked, dict(zip(seen["frame"], spans, strict=True)), unsure))
            )
        saved.append((who, when, judged))
    for who, when, judged in saved:
        save_judgements(frames_folder(study), judged, coder=who, when=when.to_pydatetime())
    return int(rows.drop_duplicates([*KEY, "coder"]).shape[0])


def _coded(passage: list, who: str, rows: pd.DataFrame) -> Coded:
    seen = rows[rows["value"] == 1]
    spans = [None if pd.isna(a) else (int(a), int(b)) for a, b in zip(seen["start"], seen["end"], strict=True)]
    return (passage[0], passage[1]), who, dict(zip(seen["frame"], spans, strict=True)), bool(rows["value"].isna().all())


def _words(corpus: Corpus, texts: pd.DataFrame | None) -> dict[tuple[str, int], str]:
    """The words of the drawn passages."""
    drawn = read_sample(corpus.study)[KEY].merge(passages_with_text(corpus, texts), on=KEY, how="inner")
    if drawn.empty:
        raise ValueError(f"study {corpus.study.name!r} has no drawn passage with text; draw some, or give texts=")
    return {(a, int(p)): text for a, p, text in drawn[[*KEY, "text"]].itertuples(index=False, name=None)}


def _hashes(study: Study) -> dict[tuple[str, int], str]:
    drawn = read_sample(study)
    return {(a, int(p)): text for a, p, text in drawn[[*KEY, "text"]].itertuples(index=False, name=None)}


def _kind(path: Path) -> str:
    if path.suffix not in KINDS:
        raise ValueError(f"{path.name}: ends in none of {', '.join(KINDS)} (CSV, Label Studio, doccano)")
    return path.suffix


def _write(path: Path, content: str) -> None:
    """Whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(content, encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
