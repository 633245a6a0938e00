"""Tables of results, made from `estimates` and `universes`; no number in them is typed."""

from __future__ import annotations

import math

import pandas as pd

from helpers.pipeline.estimates import WITHIN
from helpers.show import sentences as prose
from helpers.study import Study
from helpers.views.measures import name_of

SHOWN = 8  # exploratory differences a list holds


def differences(estimates: pd.DataFrame, *, planned: bool) -> pd.DataFrame:
    """Differences between outlets over the period, all voices and items, planned ones or the others."""
    whole = (estimates["window"] == "period") & (estimates["voice"] == "all") & (estimates["items"] == "all")
    shown = whole & (estimates["reference"] != "") & (estimates["planned"] == planned)
    return estimates[shown & (estimates["method"] != "held back")].reset_index(drop=True)


def clearest(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """The `n` rows with an interval whose p is smallest."""
    known = rows[rows["low"].notna()]
    return known.sort_values(["p", "quantity", "group", "reference"]).head(n)


def main_differences(estimates: pd.DataFrame) -> pd.DataFrame:
    """Planned differences, then the clearest of the others whose q is at most .05."""
    others = differences(estimates, planned=False)
    others = clearest(others[others["q"] <= 0.05], SHOWN)
    return pd.concat([differences(estimates, planned=True), others], ignore_index=True)


def levels(estimates: pd.DataFrame, *, kind: str, largest: int | None = None) -> pd.DataFrame:
    """Means by outlet of one kind of measure, all voices and items; the `largest` measures if asked."""
    whole = (estimates["window"] == "period") & (estimates["voice"] == "all") & (estimates["items"] == "all")
    whole &= (estimates["reference"] == "") & ~estimates["group"].str.startswith("group:")
    rows = estimates[whole & estimates["quantity"].str.startswith(f"{kind}:")]
    if largest is not None:
        top = rows.groupby("quantity")["estimate"].max().sort_index().nlargest(largest, keep="first").index
        rows = rows[rows["quantity"].isin(top)]
    return rows.reset_index(drop=True)


def difference_table(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Differences in points with interval, q and ratio; what they rest on; how far checked, and whether planned."""
    table = [
        {
            "measure": name_of(study, row["quantity"]),
            "outlets": f"{sides(study, row)['group']} {prose.MINUS} {sides(study, row)['reference']}",
            "points (interval)": _told(row, ""),
            "q": prose.chance(row["q"]),
            "times (interval)": _times(row),
            "detectable": 100 * row["smallest"],
            "articles (copies); clusters": f"{_articles(row)}; {row['n_clusters']:,}",
            "state": f"{row['checks']}, {'planned' if row['planned'] else 'exploratory'}",
            "note": row["note"],
        }
        for _, row in rows.iterrows()
    ]
    columns = ["measure", "outlets", "points (interval)", "q", "times (interval)", "detectable"]
    found = pd.DataFrame(table, columns=[*columns, "articles (copies); clusters", "state", "note"])
    return found if found["note"].any() else found.drop(columns="note")


def _articles(row: pd.Series) -> str:
    copies = prose.share(1 - row["n_originals"] / row["n_articles"]) if row["n_articles"] else "–"
    return f"{row['n_articles']:,} ({copies})"


def _times(row: pd.Series) -> str:
    """How many times as much, with its interval."""
    if pd.isna(row["ratio"]):
        return "–"
    inner = f" ({row['ratio_low']:.2f} to {row['ratio_high']:.2f})" if pd.notna(row["ratio_low"]) else ""
    return f"{row['ratio']:.2f}{inner}"


def alike(study: Study, estimates: pd.DataFrame, n: int = 12) -> pd.DataFrame:
    """Differences as they are beside those within topic, and within topic and month; planned ones first.

    Of the others those clearest of zero as they are; a pair that shares no topic is left out.
    """
    keys = ["quantity", "group", "reference"]
    rows = estimates[(estimates["voice"] == "all") & (estimates["items"] == "all") & (estimates["reference"] != "")]
    raw = rows[(rows["window"] == "period") & (rows["method"] != "held back")].set_index(keys)
    windows = {window: rows[rows["window"] == window].set_index(keys) for window in WITHIN}
    shared = windows[next(iter(WITHIN))]
    raw = raw[raw.index.isin(shared.index[shared["estimate"].notna()])]
    raw = raw.assign(later=~raw["planned"]).sort_values(["later", "p", *keys]).head(n)
    table = [
        {
            "measure": name_of(study, key[0]),
            "outlet": study.called(key[1]),
            "beside": study.called(key[2]),
            "plan": "planned" if row["planned"] else "exploratory",
            "as they are": _told(row, ""),
            **{
                told: f"{_told(windows[window].loc[key], '')}; n = {windows[window].loc[key, 'n_articles']}"
                for told, window in zip(("within topic", "within topic and month"), WITHIN, strict=True)
            },
        }
        for key, row in raw.iterrows()
    ]
    columns = ["measure", "outlet", "beside", "plan", "as they are", "within topic", "within topic and month"]
    return pd.DataFrame(table, columns=columns)


def families(estimates: pd.DataFrame) -> pd.DataFrame:
    """Each family of differences that is corrected together: how many, and how many are left with q at most .05."""
    rows = estimates[estimates["p"].notna() & ~estimates["window"].str.startswith("event:")]
    kind = rows["quantity"].str.split(":").str[0].rename("measures of")
    grouped = rows.groupby([kind, "window", "voice", "items"], sort=True)
    table = pd.DataFrame({
        "differences": grouped.size(),
        "p at most .05": grouped["p"].agg(lambda p: int((p <= 0.05).sum())),
        "q at most .05": grouped["q"].agg(lambda q: int((q <= 0.05).sum())),
    })  # fmt: skip
    return table.reset_index()


def sides(study: Study, row: pd.Series) -> dict[str, str]:
    """What the two sides of a difference are called."""
    return {side: study.called(row[side]) for side in ("group", "reference")}


def detectable(study: Study, power: pd.DataFrame) -> pd.DataFrame:
    """Smallest detectable difference by pair: median and range over the indicator sets, in points."""
    grouped = power.assign(points=100 * power["smallest"]).groupby(["group", "reference"])
    table = grouped["points"].agg(["min", "median", "max"])
    table["articles"], table["clusters"] = grouped["n_articles"].max(), grouped["n_clusters"].max()
    table = table.reset_index().rename(columns={"group": "outlet", "reference": "beside"})
    for side in ("outlet", "beside"):
        table[side] = [study.called(key) for key in table[side]]
    return table


def copies_matter(study: Study, estimates: pd.DataFrame, n: int = 8) -> pd.DataFrame:
    """Differences that change most when copies are left out."""
    return _beside(study, estimates, "items", "all", "originals", {"voice": "all"}, n)


def voices_matter(study: Study, estimates: pd.DataFrame, n: int = 8) -> pd.DataFrame:
    """Differences that change most when quotation is left out."""
    return _beside(study, estimates, "voice", "all", "outlet", {"items": "all"}, n)


def _beside(
    study: Study, estimates: pd.DataFrame, column: str, one: str, two: str, fixed: dict[str, str], n: int
) -> pd.DataFrame:
    keys = ["quantity", "group", "reference"]
    rows = estimates[(estimates["window"] == "period") & (estimates["reference"] != "") & estimates["estimate"].notna()]
    for name, value in fixed.items():
        rows = rows[rows[name] == value]
    sides = [rows[rows[column] == value].set_index(keys)[["estimate", "low", "high"]] for value in (one, two)]
    both = sides[0].add_suffix(f" {one}").join(sides[1].add_suffix(f" {two}"), how="inner")
    both["moved"] = (both[f"estimate {one}"] - both[f"estimate {two}"]).abs()
    both = both.sort_values("moved", ascending=False, kind="stable").head(n).reset_index()
    table = pd.DataFrame({"measure": [name_of(study, quantity) for quantity in both["quantity"]]})
    for side in ("group", "reference"):
        table["outlet" if side == "group" else "beside"] = [study.called(key) for key in both[side]]
    for value, told in ((one, one), (two, "own voice" if two == "outlet" else two)):
        table[told] = [_told(row, value) for _, row in both.iterrows()]
    return table


def _told(row: pd.Series, value: str) -> str:
    """Points with their interval; `value` is what the columns' names end with."""
    low, high = (row[f"{limit} {value}".strip()] for limit in ("low", "high"))
    inner = f"{100 * low:.1f} to {100 * high:.1f}" if not math.isnan(low) else "no interval"
    return f"{100 * row[f'estimate {value}'.strip()]:.1f} ({inner})".replace("-", prose.MINUS)
