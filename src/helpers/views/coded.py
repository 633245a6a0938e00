"""What people coded, and the shares that rest on it, as tables and sentences made from what stages write."""

from __future__ import annotations

import pandas as pd

from helpers import prose, tables
from helpers.coding.agreement import RELIABLE, TENTATIVE
from helpers.coding.judgements import ADJUDICATED
from helpers.stages.judging import code_losses, settled_codes
from helpers.study import Study

BEHIND = 3  # passages shown behind a share
UNIT = ["article_id", "position", "frame"]


def coding_state(study: Study) -> list[str]:
    """How many passages are drawn and coded, by how many people, and what does not count; or that they wait."""
    sample, codes = tables.read(study.processed, "coding_sample"), tables.read(study.processed, "codes")
    if sample.empty:
        return ["No passage is drawn for coding yet."]
    drawn = prose.count(len(sample), "passage")
    people = codes[codes["current"] & (codes["coder"] != ADJUDICATED)]
    if people.empty:
        told = [f"{drawn} are drawn, each with a known chance, and wait: nobody has coded them."]
    else:
        n = len(people.drop_duplicates(["article_id", "position"]))
        coders = prose.count(people["coder"].nunique(), "coder")
        told = [f"{drawn} are drawn, each with a known chance; {coders} judged {n:,} of them."]
    lost = code_losses(study)
    return told + [
        f"- {prose.count(int(rows['n_codes'].sum()), 'code')} left out: {reason}."
        for reason, rows in lost.groupby("reason", sort=True)
    ]


def alpha_told(alpha: float, low: float, high: float) -> str:
    """Agreement as it is shown, by rule: below .667 the frame's number is hidden, below .800 it is tentative.

    >>> alpha_told(0.54, 0.4, 0.7), alpha_told(0.7, 0.6, 0.8), alpha_told(0.9, 0.8, 1.0)
    ('α = .54 (.40 to .70): hidden, below .667', 'α = .70 (.60 to .80): tentative', 'α = .90 (.80 to 1.00)')
    """
    if pd.isna(alpha):
        return "no α: nothing was coded twice, or nothing varies"
    limits = "" if pd.isna(low) else f" ({_bare(low)} to {_bare(high)})"
    told = f"α = {_bare(alpha)}{limits}"
    if alpha < TENTATIVE:
        return f"{told}: hidden, below {TENTATIVE:.3f}".replace("0.", ".")
    return f"{told}: tentative" if alpha < RELIABLE else told


def _bare(value: float) -> str:
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def agreement_table(study: Study, found: pd.DataFrame) -> pd.DataFrame:
    """Agreement of coders by frame, a column a language.

    Parameters
    ----------
    study : Study
    found : DataFrame
        As from `helpers.stages.check_codes`.
    """
    rows = found.assign(
        frame=[study.codebook.frames[code].name for code in found["frame"]],
        told=[alpha_told(*each) for each in zip(found["alpha"], found["low"], found["high"], strict=True)],
    )
    rows["told"] = rows["told"] + "; n = " + rows["n_units"].astype(str)
    table = rows.pivot(index="frame", columns="language", values="told")
    names = [frame.name for frame in study.codebook.frames.values() if frame.name in table.index]
    columns = [language for language in study.languages if language in table.columns]
    table = table.loc[names, columns].fillna("not coded").reset_index()
    table.columns.name = None
    return table


def coded_passages(study: Study, most: int = BEHIND) -> pd.DataFrame:
    """Passages in which a frame was coded, `most` of each frame and outlet, for `helpers.figures.coded_passages`.

    Those that most coders saw first, then the earliest.
    """
    codes = tables.read(study.processed, "codes")
    people = codes[codes["current"] & (codes["coder"] != ADJUDICATED)]
    seen = people.groupby(UNIT).agg(
        n_seen=("value", "sum"), judged=("judged", "max"), fingerprint=("fingerprint", "last")
    )
    marked = people[people["start"].notna()].drop_duplicates(UNIT).set_index(UNIT)[["start", "end"]]
    settled = settled_codes(study)
    rows = settled[settled["value"] == 1].merge(seen.join(marked).reset_index(), on=UNIT, how="left")
    articles = tables.read(study.processed, "articles")[["article_id", "outlet", "title", "address", "published"]]
    rows = tables.join(rows, articles, "article_id")
    passages = tables.read(study.processed, "passages")[["article_id", "position", "text"]]
    rows = tables.join(rows, passages, ["article_id", "position"])
    order = rows.sort_values(
        ["frame", "outlet", "n_seen", "published", "article_id", "position"],
        ascending=[True, True, False, True, True, True], kind="stable",
    )  # fmt: skip
    return order.groupby(["frame", "outlet"], sort=False).head(most).reset_index(drop=True)
