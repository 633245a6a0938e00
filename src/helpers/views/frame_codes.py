"""Coding of frames as a reader sees it: the draw, who judged what, agreement, and shares behind a gate."""

from __future__ import annotations

import pandas as pd

from helpers.coding.judgement import ADJUDICATED
from helpers.data import tables
from helpers.pipeline.codes import code_losses, disagreements
from helpers.pipeline.coding_sample import read_sample
from helpers.show import sentences as prose
from helpers.study import Study

VERDICTS = {"unreliable": "hidden", "not known": "not known"}


def coding_plan(plan: pd.DataFrame) -> pd.DataFrame:
    """How many passages each language needs for the intervals that are wanted, and how many are drawn."""
    names = {"n_passages": "passages", "n_units": "copies once", "n_articles": "articles", "for_alpha": "for α",
             "for_share": "for a share"}  # fmt: skip
    return plan.rename(columns=names)


def coding_state(study: Study) -> list[str]:
    """What was drawn, who has judged how much of it, what does not count and why, and what is in dispute."""
    drawn = read_sample(study)
    if drawn.empty:
        return ["No passage has been drawn for coders: what people see in these texts is not known."]
    passages = tables.read(study.processed, "passages")
    strata = prose.count(drawn["stratum"].nunique(), "stratum", "strata")
    sentences = [
        f"{prose.count(len(drawn), 'passage')} drawn from {strata}, draw `{drawn['draw'].iloc[0]}`; chances of being "
        f"drawn {drawn['probability'].min():.2f} to {drawn['probability'].max():.2f}."
    ]
    if tables.read(study.processed, "coding_sample").empty:
        sentences.append(
            "The passages changed since: chances are not known, and no share rests on codes until `stages.draw_sample` "
            "draws again; what is coded is kept."
        )
    codes = tables.read(study.processed, "codes")
    people = codes[codes["coder"] != ADJUDICATED]
    if people.empty and not passages["text"].notna().any():
        sentences.append("They wait: this study holds no text, and who has the texts can code them.")
    elif people.empty:
        sentences.append("Nobody has judged them yet.")
    else:
        each = people.drop_duplicates(["article_id", "position", "coder"])["coder"].value_counts(sort=False)
        sentences.append(f"{prose.count(len(each), 'coder')} judged {prose.listing([f'{n:,}' for n in each])} of them.")
    for row in code_losses(study).groupby("reason", sort=True)["n_codes"].sum().items():
        sentences.append(f"{prose.count(int(row[1]), 'code')} enter no figure: {row[0]}.")
    apart = disagreements(study).drop_duplicates(["article_id", "position", "frame"])
    if len(apart):
        what = prose.count(len(apart), "judgement")
        sentences.append(f"Coders differ in {what} of a frame in a passage; {int(apart['settled'].sum())} are settled.")
    return sentences


def frame_agreement(study: Study, agreement: pd.DataFrame) -> pd.DataFrame:
    """Agreement on each frame by language; a frame whose coders agree too little is marked hidden."""
    return pd.DataFrame(
        {
            "frame": [study.codebook.frames[code].name for code in agreement["frame"]],
            "language": agreement["language"],
            "α": agreement["alpha"],
            "low": agreement["low"],
            "high": agreement["high"],
            "seen in": agreement["share"].map(prose.share, na_action="ignore"),
            "passages": agreement["n_units"],
            "coders": agreement["n_coders"],
            "verdict": agreement["verdict"].replace(VERDICTS),
        }
    )


def agreement_findings(agreement: pd.DataFrame) -> list[str]:
    """How many frames may be shown, whole or marked, and how many are hidden."""
    if agreement.empty:
        return ["- No passage was judged by two coders: agreement is not known, and no share of a frame is shown."]
    said = agreement["verdict"].value_counts()
    n = {kind: int(said.get(kind, 0)) for kind in ("reliable", "tentative", "unreliable", "not known")}
    return [
        f"- Of {prose.count(len(agreement), 'pair')} of frame and language, coders agree reliably (α ≥ .800) on "
        f"{n['reliable']}; {n['tentative']} are tentative (.667 to .800), {n['unreliable']} hidden (below .667), and "
        f"agreement on {n['not known']} is not known."
    ]
