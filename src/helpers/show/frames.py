"""Shares of frames that rest on what people coded, as sentences and cells: the house's tables in, words out.

Every number is behind the gate of agreement: where coders agree too little on a frame it is hidden, by rule.
"""

from __future__ import annotations

import pandas as pd

from helpers.coding.agreement import guarded, verdict
from helpers.show import sentences as prose
from helpers.show.differences import FEW
from helpers.text.languages import name_of

SHOWN = ("reliable", "tentative")
STATES = {"reliable": "corrected", "tentative": "tentative"}  # check state of a corrected share, by verdict
KEYS = ["measure", "measure_name", "language", "group", "group_name", "reference", "reference_name"]
UNIT = ["article_id", "position", "frame"]


def agreed(shares: pd.DataFrame, agreement: pd.DataFrame) -> pd.DataFrame:
    """Shares of frames beside the agreement of the coders that they rest on.

    Adds ``alpha``, the lower limit of its interval ``alpha_low``, and the ``verdict`` on that limit.

    Parameters
    ----------
    shares : DataFrame
        Rows of ``frame_shares``.
    agreement : DataFrame
        The ``frame_agreement`` table.

    >>> shares = pd.DataFrame({"measure": ["AID", "WAR"], "language": "en", "estimate": [0.2, 0.1]})
    >>> agreement = pd.DataFrame({"frame": ["AID"], "language": "en", "alpha": [0.9], "low": [0.82]})
    >>> agreed(shares, agreement)["verdict"].tolist()
    ['reliable', 'not known']
    """
    known = agreement[["frame", "language", "alpha", "low"]]
    known = known.rename(columns={"frame": "measure", "low": "alpha_low"}).astype({"alpha": float, "alpha_low": float})
    rows = shares.merge(known, on=["measure", "language"], how="left", validate="many_to_one")
    return rows.assign(verdict=rows["alpha_low"].map(verdict).astype(object))


def guarded_shares(rows: pd.DataFrame) -> pd.Series:
    """Each share with its interval, marked or hidden as its coders agree.

    Parameters
    ----------
    rows : DataFrame
        Columns ``estimate``, ``low``, ``high``, ``alpha``, ``alpha_low``.

    >>> row = {"estimate": [0.2], "low": [0.1], "high": [0.3], "alpha": [0.7], "alpha_low": [0.5]}
    >>> guarded_shares(pd.DataFrame(row)).tolist()
    ['hidden (α = .7, at least .5 only; .667 is needed)']
    """
    cells = [guarded(share_of(row), row.alpha, row.alpha_low) for row in rows.itertuples()]
    return pd.Series(cells, index=rows.index, dtype=object)


def share_of(row: tuple) -> str:
    """A share with its interval."""
    if pd.isna(row.estimate):
        return "–"
    limits = FEW if pd.isna(row.low) else f"{prose.share(row.low)} to {prose.share(row.high)}"
    return f"{prose.share(row.estimate)} ({limits})"


def points_of(row: tuple) -> str:
    """A difference of shares in points, with its interval."""
    if pd.isna(row.estimate):
        return "–"
    point, low, high = (f"{100 * value:+.1f}".replace("-", prose.MINUS) for value in (row.estimate, row.low, row.high))
    return f"{point} ({FEW})" if pd.isna(row.low) else f"{point} ({low} to {high})"


def three_ways(shares: pd.DataFrame, agreement: pd.DataFrame, *, n: int = 12) -> pd.DataFrame:
    """Differences by predictions alone, by codes alone and by both; those first that predictions alone tell worst.

    Parameters
    ----------
    shares : DataFrame
        Differences in ``frame_shares``, of one source, by all three methods.
    agreement : DataFrame
        The ``frame_agreement`` table.
    n : int
        Rows.
    """
    rows = agreed(shares, agreement)
    wide = {method: part.set_index(KEYS) for method, part in rows.groupby("method")}
    if not wide:
        return pd.DataFrame(columns=["frame", "outlets", "raw", "coded", "corrected"])
    both = wide["corrected"]
    off = (wide["raw"]["estimate"] - both["estimate"]).abs().sort_values(ascending=False, kind="stable").head(n)
    both, coded, raw = (wide[method].loc[off.index].reset_index() for method in ("corrected", "coded", "raw"))
    return pd.DataFrame(
        {
            "frame": both["measure_name"],
            "outlets": both["group_name"] + f" {prose.MINUS} " + both["reference_name"],
            "raw": [points_of(row) for row in raw.itertuples()],
            "coded": [guarded(points_of(row), row.alpha, row.alpha_low) for row in coded.itertuples()],
            "corrected": [guarded(points_of(row), row.alpha, row.alpha_low) for row in both.itertuples()],
            "coded passages": [f"{row.n_coded:,} of {row.n_passages:,}" for row in both.itertuples()],
            "explained": [prose.share(r2) if pd.notna(r2) else "–" for r2 in both["r2"]],
        }
    )


def error_table(errors: pd.DataFrame) -> pd.DataFrame:
    """How the classifier errs on passages whose codes it did not see: a row a frame and language, outlets beside.

    Parameters
    ----------
    errors : DataFrame
        Rows of ``frame_errors``, of one source: quantities ``precision`` and ``recall``; outlet ``all`` is the whole.
    """
    rows = []
    for (name, language), part in errors.groupby(["measure_name", "language"], sort=False):
        whole = part[part["outlet"] == "all"].set_index("quantity")
        row = {"frame": name, "language": name_of(language)}
        for one in whole.rename(columns={"value": "estimate"}).itertuples():
            row[one.Index] = share_of(one)
            each = part[(part["quantity"] == one.Index) & (part["outlet"] != "all")]["value"].dropna()
            row[f"{one.Index} by outlet"] = (
                f"{prose.share(each.min())} to {prose.share(each.max())}" if len(each) > 1 else "–"
            )
        rows.append(row | {"n": int(whole["n"].max())})
    return pd.DataFrame(rows)


def frame_findings(
    shares: pd.DataFrame, agreement: pd.DataFrame, articles: pd.DataFrame, volume: pd.DataFrame, *, n: int = 8
) -> list[str]:
    """Corrected differences clear of zero, largest first; how large the others could be; or that none is known.

    Parameters
    ----------
    shares : DataFrame
        Rows of ``frame_shares``: the classifier's, corrected.
    agreement : DataFrame
        The ``frame_agreement`` table.
    articles, volume : DataFrame
        The articles that are analysed, and the ``volume`` table: how many are copies, and which months were collected.
    n : int
        Differences told one by one.
    """
    rows = agreed(shares, agreement)
    rows = rows[(rows["reference"] != "") & rows["low"].notna()]
    shown = rows["verdict"].isin(SHOWN)
    rows, n_hidden = rows[shown], int((~shown).sum())
    if rows.empty:
        return ["- No share of a frame is known: no passage has been coded by people who agree."]
    clear = (rows["low"] > 0) | (rows["high"] < 0)
    largest = rows["estimate"].abs()[clear].sort_values(ascending=False, kind="stable").head(n).index
    first = rows.loc[largest]
    sentences = [_sentence(row, articles, volume) for row in first.itertuples()]
    by_chance = (1 - rows["level"].iloc[0]) * len(rows)
    sentences.append(
        f"- {int(clear.sum())} of {prose.count(len(rows), 'difference')} in coded frames are clear of zero; no plan "
        f"named them, and where nothing differed about {by_chance:.0f} would be."
    )
    most = rows.loc[~clear, ["low", "high"]].abs().max(axis=1)
    if len(most):
        half = prose.points(float(most.median()), sign=False)
        sentences.append(f"- Half of the others rule out one larger than {half}.")
    if n_hidden:
        sentences.append(
            f"- {prose.count(n_hidden, 'difference')} not shown: coders agree too little, or it is not known."
        )
    return sentences


def _sentence(row: tuple, articles: pd.DataFrame, volume: pd.DataFrame) -> str:
    """One corrected difference, with the codes, copies and gaps it rests on."""
    two = [row.group, row.reference]
    copies = 1 - articles.loc[articles["outlet"].isin(two), "is_original"].mean()
    missing = 1 - volume.loc[volume["outlet"].isin(two), "observed"].mean()
    way = "more" if row.low > 0 else "less"
    tentative = "; coders agree only tentatively" if STATES[row.verdict] == "tentative" else ""
    return (
        f"- {row.measure_name}, as people coded it: {way} at {row.group_name} than at {row.reference_name} (difference "
        f"{prose.interval(row.low, row.high)}{prose.NBSP}points; {row.n_coded:,} of {row.n_passages:,} passages coded; "
        f"{prose.share(copies)} copies, {prose.share(missing)} of months not collected{tentative})."
    )


def agreement_findings(agreement: pd.DataFrame) -> list[str]:
    """How many frames may be shown, whole or marked, and how many are hidden, by the lower limits of α.

    >>> agreement_findings(pd.DataFrame({"low": [0.9, 0.7, 0.1, None]}))[0].split("; ")[1]
    '1 are tentative (.667 to .800), 1 hidden (below .667), and agreement on 1 is not known.'
    """
    if agreement.empty:
        return ["- No passage was judged by two coders: agreement is not known, and no share of a frame is shown."]
    said = agreement["low"].astype(float).map(verdict).value_counts()
    n = {kind: int(said.get(kind, 0)) for kind in ("reliable", "tentative", "unreliable", "not known")}
    return [
        f"- Of {prose.count(len(agreement), 'pair')} of frame and language, coders agree reliably on {n['reliable']} "
        f"(lower limit of α at least .800); {n['tentative']} are tentative (.667 to .800), "
        f"{n['unreliable']} hidden (below .667), and agreement on {n['not known']} is not known."
    ]
