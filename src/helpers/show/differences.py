"""Levels and differences as a reader meets them: tables, titles and sentences, by rule from rows of `estimates`.

Groups of outlets are told as these outlets, unless their difference as kinds of outlet is clear of zero.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.show.sentences import MINUS, chance, count, finding, points, share

FEW_ARTICLES = 30  # fewer make an interval wide, and lead no title
COMPARISON = ["kind", "measure", "side", "group", "reference"]
PERIOD, KIND = "period", "kind of outlet"


def with_limits(
    rows: pd.DataFrame, *, value: str = "estimate", scale: float = 100, digits: int = 1, sign: str = ""
) -> pd.Series:
    """Estimates with their intervals, as text: in points of shares, which are multiplied by 100.

    What is no share (words, items a day, a ratio) is asked for with ``scale=1``.

    Parameters
    ----------
    rows : DataFrame
        Columns `value`, ``low``, ``high``.
    value : str
        The column of the estimate.
    scale : float
        What the numbers are multiplied by: 100 makes points of shares, 1 leaves them as they are.
    digits : int
        After the point.
    sign : {"", "+"}
        Whether a plus is written.

    >>> rows = pd.DataFrame({"estimate": [0.2, -0.1, None], "low": [0.1, None, None], "high": [0.3, None, None]})
    >>> with_limits(rows).tolist()
    ['20.0 (10.0 to 30.0)', '−10.0 (no interval)', '–']
    >>> with_limits(rows.head(1), scale=1, digits=2).tolist()
    ['0.20 (0.10 to 0.30)']
    """

    def text(number: float) -> str:
        return f"{scale * number:{sign}.{digits}f}".replace("-", MINUS)

    def with_interval(estimate: float, low: float, high: float) -> str:
        if pd.isna(estimate):
            return "–"
        return f"{text(estimate)} ({f'{text(low)} to {text(high)}' if pd.notna(low) else 'no interval'})"

    values = rows[[value, "low", "high"]].astype(float).itertuples(index=False, name=None)
    return pd.Series([with_interval(*row) for row in values], index=rows.index, dtype=object)


def with_support(rows: pd.DataFrame) -> pd.Series:
    """As `with_limits`, in points; where there is no interval, the articles that stand on each side in its place.

    >>> rows = pd.DataFrame({"estimate": [0.2, 0.0], "low": [0.1, None], "high": [0.3, None], "n_group": [9, 8],
    ...                      "n_reference": [9, 1]})
    >>> with_support(rows).tolist()
    ['+20.0 (+10.0 to +30.0)', '+0.0 (no interval: 8 + 1 articles)']
    """
    texts = [
        f"{text.removesuffix(')')}: {one:,} + {two:,} articles)" if text.endswith("(no interval)") else text
        for text, one, two in zip(with_limits(rows, sign="+"), rows["n_group"], rows["n_reference"], strict=True)
    ]
    return pd.Series(texts, index=rows.index, dtype=object)


def pair_names(rows: pd.DataFrame) -> pd.Series:
    """Who is compared with whom: the names of both sides with a minus between them.

    >>> pair_names(pd.DataFrame({"group_name": ["KCNA"], "reference_name": ["The White House"]})).tolist()
    ['KCNA − The White House']
    """
    return rows["group_name"] + f" {MINUS} " + rows["reference_name"]


def difference_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Differences in points with interval, q and ratio; what they rest on; how far checked, and whether planned.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates`` with a reference.
    """
    copies = 1 - rows["n_originals"] / rows["n_articles"].where(rows["n_articles"] > 0)
    table = pd.DataFrame(
        {
            "measure": rows["measure_name"],
            "outlets": pair_names(rows),
            "points (interval)": with_limits(rows),
            "q": rows["q"].map(chance),
            "times (interval)": _times(rows),
            "detectable": 100 * rows["smallest"],
            "articles (copies); clusters": [
                f"{n:,} ({'–' if pd.isna(part) else share(part)}); {clusters:,}"
                for n, part, clusters in zip(rows["n_articles"], copies, rows["n_clusters"], strict=True)
            ],
            "a side: articles; clusters": sides(rows),
            "state": rows["checks"] + rows["planned"].map({True: ", planned", False: ", exploratory"}),
            "note": rows["note"],
        }
    )
    return table if table["note"].any() else table.drop(columns="note")


def sides(rows: pd.DataFrame) -> list[str]:
    """What stands on each side of a difference: articles, and clusters.

    >>> sides(pd.DataFrame({"n_group": [74], "n_reference": 1021, "clusters_group": 13, "clusters_reference": 10}))
    ['74 + 1,021; 13 + 10']
    """
    support = rows[["n_group", "n_reference", "clusters_group", "clusters_reference"]]
    return [f"{a:,} + {b:,}; {c:,} + {d:,}" for a, b, c, d in support.itertuples(index=False, name=None)]


def _times(rows: pd.DataFrame) -> list[str]:
    """How many times as much, with its interval."""
    times = []
    for ratio, low, high in rows[["ratio", "ratio_low", "ratio_high"]].itertuples(index=False, name=None):
        inner = f" ({low:.2f} to {high:.2f})" if pd.notna(low) else ""
        times.append(f"{ratio:.2f}{inner}" if pd.notna(ratio) else "–")
    return times


def difference_sentences(rows: pd.DataFrame, others: pd.DataFrame, *, estimates: pd.DataFrame) -> list[str]:
    """One bullet for each difference, by rule (`finding`); where there is none, how large one could be.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates`` to be told, in this order: planned ones, and those that are clear.
    others : DataFrame
        Every other difference that was estimated.
    estimates : DataFrame
        All of ``estimates``, for what stands beside a difference: that of the whole period, that of kinds of outlet.
    """
    if len(rows):
        beside = estimates[(estimates["voice"] == "all") & (estimates["items"] == "all")]
        beside = dict(iter(beside[beside["reference"] != ""].groupby(COMPARISON)))
        none = estimates.iloc[:0]
        return [_bullet(row, beside.get(tuple(row[COMPARISON]), none)) for _, row in rows.iterrows()]
    known = others[others["low"].notna()]
    if known.empty:
        return ["- No two outlets could be compared: too few clusters, or no measure that both may be compared by."]
    most = points(float(known[["low", "high"]].abs().to_numpy().max()), sign=False)
    n = count(len(known), "difference")
    return [f"- None of {n} is clear of zero once all are counted; the widest interval leaves room for {most}."]


def _bullet(row: pd.Series, beside: pd.DataFrame) -> str:
    """A difference as it leads, and after it what the others say of it."""
    kinds = beside[(beside["estimand"] == KIND) & (beside["window"] == row["window"])]
    as_kinds = "" if row["side"] != "group" else kind_sentence(kinds.iloc[0] if len(kinds) else None)
    if row["side"] == "group" and not (len(kinds) and _clear(kinds.iloc[0])):
        named = {side: f"these outlets of {row[side]}" for side in ("group_name", "reference_name")}
        row = pd.Series({**row, **named})
    whole = beside[(beside["window"] == PERIOD) & (beside["estimand"] != KIND)].dropna(subset="estimate")
    footnote = ""
    if row["window"] != PERIOD and len(whole):
        footnote = f"Whole period, each by its own rule: {with_limits(whole, sign='+').iloc[0]}."
    return " ".join(filter(None, [f"- {finding(row, rests=rests(row))}", as_kinds, footnote]))


def _clear(row: pd.Series) -> bool:
    """Whether an interval lies on one side of zero."""
    return bool(row["low"] > 0 or row["high"] < 0)


def kind_sentence(row: pd.Series | None) -> str:
    """What outlets as the units say of a difference of two groups.

    >>> row = pd.Series({"estimate": 0.1, "low": 0.02, "high": 0.18, "n_outlets": 8, "note": ""})
    >>> kind_sentence(row)
    'As kinds of outlet: +10.0 (+2.0 to +18.0) points, 8 outlets.'
    >>> kind_sentence(pd.Series({**row, "low": float("nan"), "note": "3 outlets a side cannot show p ≤ .05"}))
    'Of their kinds nothing follows: 3 outlets a side cannot show p ≤ .05.'
    """
    if row is None:
        return "Of their kinds nothing follows: too few outlets."
    if pd.isna(row["low"]):
        return f"Of their kinds nothing follows: {row['note'] or 'too few outlets'}."
    numbers = f"{with_limits(row.to_frame().T, sign='+').iloc[0]} points, {row['n_outlets']} outlets"
    return f"As kinds of outlet: {numbers}." if _clear(row) else f"Of their kinds it is not clear: {numbers}."


def rests(row: pd.Series) -> str:
    """What a difference rests on: copies, what stands on each side, what could be detected, the check, and the plan.

    >>> row = pd.Series({"n_articles": 10, "n_originals": 9, "smallest": 0.04, "checks": "described", "planned": True,
    ...                  "n_group": 6, "n_reference": 4, "clusters_group": 3, "clusters_reference": 3})
    >>> rests(row)
    '10 % copies, 6 + 4 articles, 3 + 3 clusters, detectable 4.0, `described`, planned'
    """
    parts = [
        f"{share(1 - row['n_originals'] / row['n_articles'])} copies",
        f"{row['n_group']:,} + {row['n_reference']:,} articles",
        f"{row['clusters_group']:,} + {row['clusters_reference']:,} clusters",
    ]
    if pd.notna(row["smallest"]):
        parts.append(f"detectable {100 * row['smallest']:.1f}")
    return ", ".join([*parts, f"`{row['checks']}`", "planned" if row["planned"] else "exploratory"])


def memory_sentence(rows: pd.DataFrame) -> str:
    """By how much weeks that resemble their neighbours widen intervals: said once, for all of them.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates``: ``block_weeks``, ``low``.

    >>> memory_sentence(pd.DataFrame({"block_weeks": [1.2, 1.0, 4.0, None], "low": [0.1, 0.2, None, None]}))
    "An outlet's weeks resemble their neighbours: for half of these intervals at least 1.2 weeks count as one, at most \
4.0, and each is wider for it. One has no interval, since too few weeks are left."
    """
    known = rows[rows["block_weeks"].notna()]
    if known.empty:
        return "Whether an outlet's weeks resemble their neighbours could not be measured."
    middle, most = known["block_weeks"].median(), known["block_weeks"].max()
    refused = int(known["low"].isna().sum())
    few = f"{'One has' if refused == 1 else f'{refused:,} have'} no interval, since too few weeks are left."
    return (
        f"An outlet's weeks resemble their neighbours: for half of these intervals at least {middle:.1f} weeks count "
        f"as one, at most {most:.1f}, and each is wider for it.{' ' + few if refused else ''}"
    )


def robustness_sentence(rows: pd.DataFrame, benchmarks: Mapping[str, str]) -> str:
    """How many differences a trait as strong as each known one would explain away.

    Parameters
    ----------
    rows : DataFrame
        As `helpers.compare.sensitivity` gives them.
    benchmarks : mapping from column to what a reader calls it

    >>> rows = pd.DataFrame({"robustness": [0.3, 0.1], "topic": [None, 0.2], "month": 0.0})
    >>> robustness_sentence(rows, {"topic": "main topic", "month": "month"})
    'A trait as strong as main topic would explain away 1 of 1 difference, one as strong as month 0 of 2'
    """
    parts = []
    for column, name in benchmarks.items():
        known = rows.dropna(subset=column)
        parts.append((name, int((known[column] >= known["robustness"]).sum()), len(known)))
    (name, n, of), *others = parts
    lead = f"A trait as strong as {name} would explain away {n:,} of {count(of, 'difference')}"
    return ", ".join([lead, *(f"one as strong as {name} {n:,} of {of:,}" for name, n, of in others)])


def plan_sentence(wanted: int, estimated: int, *, dated: object = None) -> str:
    """When the plan was dated, and how much of it could be estimated.

    >>> plan_sentence(4, 3, dated="2026-11-23")
    'The plan is dated 2026-11-23: 4 comparisons, of which 3 can be estimated here.'
    """
    if dated is None:
        return "This study has no plan, so every comparison below is exploratory."
    return f"The plan is dated {dated}: {count(wanted, 'comparison')}, of which {estimated} can be estimated here."


def level_title(levels: pd.DataFrame) -> str:
    """The highest level in a figure, in words; outlets of a handful of articles do not lead.

    >>> level_title(pd.DataFrame({"measure_name": "Alliance", "group_name": ["a", "b"], "estimate": [0.2, 0.9],
    ...                           "n_articles": [40, 3]}))
    'Highest: Alliance in a, 20 % of passages'
    """
    enough = levels[levels["n_articles"] >= FEW_ARTICLES]
    row = levels.loc[(enough if len(enough) else levels)["estimate"].idxmax()]
    return f"Highest: {row['measure_name']} in {row['group_name']}, {share(row['estimate'])} of passages"


def held_back_sentences(rows: pd.DataFrame) -> list[str]:
    """Comparisons that are not shown, by reason.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates`` that were held back: ``kind``, ``measure``, ``note``.
    """
    return [
        f"- {count(len(part), 'comparison')} of {count(len(part[['kind', 'measure']].drop_duplicates()), 'measure')} "
        f"held back: {reason}."
        for reason, part in rows.groupby("note", sort=True)
    ] or ["No comparison was held back."]


def no_overlap_sentences(rows: pd.DataFrame) -> list[str]:
    """Pairs that share no time, so that their difference is not told.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates`` of the method ``no overlap``.

    >>> rows = pd.DataFrame({"group_name": ["A", "A"], "reference_name": "B", "measure_name": ["x", "y"]})
    >>> no_overlap_sentences(rows)
    ['- A beside B: 2 differences are not told, since the two share no time from which both have articles.']
    """
    return [
        f"- {group} beside {reference}: {count(part['measure_name'].nunique(), 'difference is', 'differences are')} "
        "not told, since the two share no time from which both have articles."
        for (group, reference), part in rows.groupby(["group_name", "reference_name"], sort=True)
    ]
