"""Shares of frames that rest on what people coded: with the passages behind them, three ways, and in sentences.

Every number is behind the gate of agreement: where coders agree too little on a frame it is hidden, by rule.
"""

from __future__ import annotations

import math

import pandas as pd

from helpers.coding.agreement import guarded, verdict
from helpers.coding.judgement import ADJUDICATED
from helpers.data import tables
from helpers.data.corpus import gap_share, load_corpus
from helpers.pipeline.codes import settled_codes
from helpers.pipeline.frame_shares import CLASSIFIER, check_state
from helpers.show import sentences as prose
from helpers.study import Study

SHOWN = ("reliable", "tentative")
BEHIND = 3  # passages shown behind a share
UNIT = ["article_id", "position", "frame"]
KEYS = ["measure", "language", "group", "reference"]


def alphas(study: Study) -> dict[tuple[str, str], float]:
    """Agreement of coders by measure and language."""
    checks = tables.read(study.processed, "measure_checks")
    known = checks[checks["quantity"] == "alpha"]
    return dict(zip(zip(known["measure"], known["language"], strict=True), known["value"], strict=True))


def frame_cells(study: Study, shares: pd.DataFrame) -> pd.DataFrame:
    """Corrected share of each frame in each outlet as shown, for `helpers.show.coded_passages`.

    Parameters
    ----------
    study : Study
    shares : DataFrame
        The ``frame_shares`` table.
    """
    rows, agreed = _of_classifier(shares, "corrected"), alphas(study)
    rows = rows[rows["reference"] == ""]
    order = [f"frame:{code}" for code in study.codebook.frames]
    rows = rows.sort_values(["measure", "group"], key=lambda c: c.map((order + list(study.outlets)).index))
    codes = rows["measure"].str.removeprefix("frame:")
    told = [
        guarded(_limits(row), agreed.get((row["measure"], row["language"]), math.nan)) for _, row in rows.iterrows()
    ]
    return pd.DataFrame(
        {
            "frame": codes.to_numpy(),
            "outlet": rows["group"].to_numpy(),
            "frame_name": [study.codebook.frames[code].name for code in codes],
            "outlet_name": [study.outlets[outlet].name for outlet in rows["group"]],
            "share": told,
        }
    )


def frame_levels(study: Study, shares: pd.DataFrame) -> pd.DataFrame:
    """Corrected shares that may be shown, as rows for a picture of levels; check state beside each."""
    rows, agreed = _of_classifier(shares, "corrected"), alphas(study)
    rows = rows[(rows["reference"] == "") & rows["low"].notna()]
    said = _verdicts(rows, agreed)
    states = [
        "tentative" if one == "tentative" else check_state(study, row.measure, [row.language])
        for one, row in zip(said, rows.itertuples(index=False), strict=True)
    ]
    rows = rows.assign(checks=states)[said.isin(SHOWN)]
    return rows.rename(columns={"measure": "quantity"}).reset_index(drop=True)


def frame_title(study: Study, levels: pd.DataFrame) -> str:
    """The highest corrected share in a figure, in words."""
    row = levels.loc[levels["estimate"].idxmax()]
    name = study.codebook.frames[row["quantity"].removeprefix("frame:")].name
    outlet = study.outlets[row["group"]].name
    return f"Frame seen most: {name} in {outlet}, {prose.share(row['estimate'])} of passages"


def three_ways(study: Study, shares: pd.DataFrame, n: int = 12) -> pd.DataFrame:
    """Differences by predictions alone, by codes alone and by both; those first that predictions alone tell worst."""
    between = shares[(shares["source"] == CLASSIFIER) & (shares["reference"] != "")]
    wide = {method: part.set_index(KEYS) for method, part in between.groupby("method")}
    if not wide:
        return pd.DataFrame(columns=["frame", "outlets", "raw", "coded", "corrected"])
    both, agreed = wide["corrected"], alphas(study)
    off = (wide["raw"]["estimate"] - both["estimate"]).abs().sort_values(ascending=False, kind="stable").head(n)
    rows = [
        {
            "frame": study.codebook.frames[key[0].removeprefix("frame:")].name,
            "outlets": f"{study.outlets[key[2]].name} {prose.MINUS} {study.outlets[key[3]].name}",
            "raw": _points(wide["raw"].loc[key]),
            "coded": guarded(_points(wide["coded"].loc[key]), agreed.get(key[:2], math.nan)),
            "corrected": guarded(_points(both.loc[key]), agreed.get(key[:2], math.nan)),
            "coded passages": f"{int(both.loc[key, 'n_coded']):,} of {int(both.loc[key, 'n_passages']):,}",
            "explained": prose.share(both.loc[key, "r2"]) if pd.notna(both.loc[key, "r2"]) else "–",
        }
        for key in off.index
    ]
    return pd.DataFrame(rows)


def frame_findings(study: Study, shares: pd.DataFrame, n: int = 8) -> list[str]:
    """Corrected differences clear of zero, largest first; how large the others could be; or that none is known."""
    rows = _of_classifier(shares, "corrected")
    rows = rows[(rows["reference"] != "") & rows["low"].notna()]
    agreed = alphas(study)
    said = _verdicts(rows, agreed)
    shown = said.isin(SHOWN)
    rows, hidden = rows.assign(state=said.replace({"reliable": "corrected"}))[shown], int((~shown).sum())
    if rows.empty:
        return ["- No share of a frame is known: no passage has been coded by people who agree."]
    clear = (rows["low"] > 0) | (rows["high"] < 0)
    first = rows[clear].assign(size=rows["estimate"].abs()).sort_values("size", ascending=False, kind="stable").head(n)
    corpus = load_corpus(study, relevant_only=True)
    told = [_sentence(study, corpus, row) for _, row in first.iterrows()]
    chance = (1 - rows["level"].iloc[0]) * len(rows)
    told.append(
        f"- {int(clear.sum())} of {prose.count(len(rows), 'difference')} of frames are clear of zero, unadjusted; "
        f"where nothing differed about {chance:.0f} would be."
    )
    most = rows.loc[~clear, ["low", "high"]].abs().max(axis=1)
    if len(most):
        told.append(f"- Half of the others rule out one larger than {prose.points(float(most.median()), sign=False)}.")
    if hidden:
        told.append(f"- {prose.count(hidden, 'difference')} not shown: coders agree too little, or it is not known.")
    return told


def _sentence(study: Study, corpus: pd.DataFrame, row: pd.Series) -> str:
    """One corrected difference, with the copies, gaps and codes it rests on."""
    outlets = [row["group"], row["reference"]]
    copies = 1 - corpus.loc[corpus["outlet"].isin(outlets), "is_original"].mean()
    name = study.codebook.frames[row["measure"].removeprefix("frame:")].name
    return (
        f"- {name} (frame): {study.outlets[row['group']].name} {_points(row)} points beside "
        f"{study.outlets[row['reference']].name} ({row['n_coded']:,} of {row['n_passages']:,} passages coded; "
        f"{prose.share(copies)} copies, {prose.share(gap_share(study, outlets))} of outlet-months not collected, "
        f"`{row['state']}`, exploratory)."
    )


def frame_errors(study: Study) -> pd.DataFrame:
    """How the classifier errs on passages whose codes it did not see: a row a frame and language, outlets beside."""
    errors = tables.read(study.processed, "frame_errors")
    errors = errors[(errors["source"] == CLASSIFIER) & errors["quantity"].isin(["precision", "recall"])]
    rows = []
    for (measure, language), part in errors.groupby(["measure", "language"], sort=False):
        whole = part[part["outlet"] == "all"].set_index("quantity")
        row = {"frame": study.codebook.frames[measure.removeprefix("frame:")].name, "language": language}
        for quantity in whole.index:
            row[quantity] = _limits(whole.loc[quantity].rename({"value": "estimate"}))
            each = part[(part["quantity"] == quantity) & (part["outlet"] != "all")].dropna(subset=["value"])
            row[f"{quantity} by outlet"] = (
                f"{prose.share(each['value'].min())} to {prose.share(each['value'].max())}" if len(each) > 1 else "–"
            )
        rows.append(row | {"n": int(whole["n"].max())})
    return pd.DataFrame(rows)


def coded_passages(study: Study, most: int = BEHIND) -> pd.DataFrame:
    """Passages in which a frame was coded, `most` of each frame and outlet, for `helpers.show.coded_passages`.

    Those that most coders saw first, then the earliest.
    """
    codes = tables.read(study.processed, "codes")
    people = codes[codes["current"] & (codes["coder"] != ADJUDICATED)]
    seen = people.groupby(UNIT).agg(
        n_seen=("value", "sum"), judged=("judged", "max"), fingerprint=("fingerprint", "last")
    )
    marked = people[people["start"].notna()].drop_duplicates(UNIT).set_index(UNIT)[["start", "end"]]
    settled = settled_codes(study)[[*UNIT, "value", "n_coders", "settled"]]
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


def _of_classifier(shares: pd.DataFrame, method: str) -> pd.DataFrame:
    return shares[(shares["source"] == CLASSIFIER) & (shares["method"] == method)].reset_index(drop=True)


def _verdicts(rows: pd.DataFrame, agreed: dict[tuple[str, str], float]) -> pd.Series:
    """What the coders' agreement allows of each row."""
    keys = zip(rows["measure"], rows["language"], strict=True)
    return pd.Series([verdict(agreed.get(key, math.nan)) for key in keys], index=rows.index, dtype=object)


def _limits(row: pd.Series) -> str:
    if pd.isna(row["estimate"]):
        return "–"
    limits = "no interval" if pd.isna(row["low"]) else f"{prose.share(row['low'])} to {prose.share(row['high'])}"
    return f"{prose.share(row['estimate'])} ({limits})"


def _points(row: pd.Series) -> str:
    if pd.isna(row["estimate"]):
        return "–"
    told = [f"{100 * row[name]:+.1f}".replace("-", prose.MINUS) for name in ("estimate", "low", "high")]
    return f"{told[0]} (no interval)" if pd.isna(row["low"]) else f"{told[0]} ({told[1]} to {told[2]})"
