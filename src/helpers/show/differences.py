"""Levels and differences as a reader meets them: tables, titles and sentences, by rule from rows of `estimates`.

Groups of outlets are told as these outlets, unless their difference as kinds of outlet is clear of zero.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.show.sentences import MINUS, NBSP, about, capital, chance, count, finding, interval, points, share

FEW = "too few to tell"  # in the place of an interval
FEW_ARTICLES = 10  # fewer are not drawn, and lead no title
COMPARISON = ["kind", "measure", "side", "group", "reference"]
PERIOD, KIND = "period", "kind of outlet"
LEVEL = 0.05  # of q, for what no plan named


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
    ['20.0 (10.0 to 30.0)', '−10.0 (too few to tell)', '–']
    >>> with_limits(rows.head(1), scale=1, digits=2).tolist()
    ['0.20 (0.10 to 0.30)']
    """

    def text(number: float) -> str:
        return f"{scale * number:{sign}.{digits}f}".replace("-", MINUS)

    def with_interval(estimate: float, low: float, high: float) -> str:
        if pd.isna(estimate):
            return "–"
        return f"{text(estimate)} ({f'{text(low)} to {text(high)}' if pd.notna(low) else FEW})"

    values = rows[[value, "low", "high"]].astype(float).itertuples(index=False, name=None)
    return pd.Series([with_interval(*row) for row in values], index=rows.index, dtype=object)


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
            "measure": rows["measure_name"].map(about),
            "outlets": pair_names(rows),
            "points (interval)": with_limits(rows, sign="+"),
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


def difference_sentences(
    rows: pd.DataFrame, others: pd.DataFrame, *, estimates: pd.DataFrame, item: str = "article"
) -> list[str]:
    """One bullet for each difference (`finding`), those that are clear of zero first; or how large one could still be.

    Parameters
    ----------
    rows : DataFrame
        Rows of ``estimates`` to be told: planned ones, and those that are clear.
    others : DataFrame
        Every other difference that was estimated.
    estimates : DataFrame
        All of ``estimates``, for what stands beside a difference: that of the whole period, that of kinds of outlet.
    item : str
        What is counted on both sides.
    """
    if len(rows):
        beside = estimates[(estimates["voice"] == "all") & (estimates["items"] == "all")]
        beside = dict(iter(beside[beside["reference"] != ""].groupby(COMPARISON)))
        none, clear = estimates.iloc[:0], (rows["low"] > 0) | (rows["high"] < 0)
        ordered = pd.concat([rows[clear], rows[~clear]])
        return [_bullet(row, beside.get(tuple(row[COMPARISON]), none), item) for _, row in ordered.iterrows()]
    known = others[others["low"].notna()]
    if known.empty:
        return ["- No two outlets could be compared: too few clusters, or no measure that both may be compared by."]
    most = points(float(known[["low", "high"]].abs().to_numpy().max()), sign=False)
    n = count(len(known), "difference")
    return [f"- None of {n} is clear of zero once all are counted; the widest interval leaves room for {most}."]


def _bullet(row: pd.Series, beside: pd.DataFrame, item: str) -> str:
    """A difference as it leads, and after it only what says otherwise, or says it of kinds of outlet, too."""
    kinds = beside[(beside["estimand"] == KIND) & (beside["window"] == row["window"])]
    whole = beside[(beside["window"] == PERIOD) & (beside["estimand"] != KIND)].dropna(subset="estimate")
    more = []
    if row["side"] == "group" and _clear(row):
        more.append(kind_sentence(kinds.iloc[0] if len(kinds) else None))
    if row["window"] != PERIOD and len(whole) and whole["estimate"].iloc[0] * row["estimate"] < 0:
        more.append(f"Over the whole period it lies the other way: {with_limits(whole, sign='+').iloc[0]}.")
    also = "" if row["planned"] else "exploratory"
    return " ".join([f"- {finding(row, item=item, also=also)}", *more])


def _clear(row: pd.Series) -> bool:
    """Whether an interval lies on one side of zero."""
    return bool(row["low"] > 0 or row["high"] < 0)


def kind_sentence(row: pd.Series | None) -> str:
    """What outlets as the units say of a difference of two groups.

    >>> row = pd.Series({"estimate": 0.1, "low": 0.02, "high": 0.18, "n_outlets": 8, "note": ""})
    >>> kind_sentence(row).replace(NBSP, " ")
    'It holds of their kind, too: +2.0 to +18.0 points, 8 outlets.'
    >>> kind_sentence(pd.Series({**row, "low": float("nan"), "note": "3 outlets a side cannot show p ≤ .05"}))
    'Of their kind nothing follows: 3 outlets a side cannot show p ≤ .05.'
    """
    if row is None:
        return "Of their kind nothing follows: too few outlets."
    if pd.isna(row["low"]):
        return f"Of their kind nothing follows: {row['note'] or 'too few outlets'}."
    numbers = f"{interval(row['low'], row['high'])}{NBSP}points, {row['n_outlets']} outlets"
    return f"It holds of their kind, too: {numbers}." if _clear(row) else f"Of their kind it cannot be told: {numbers}."


def verdict_counts(sure: pd.Series, *, plan: str = "planned") -> str:
    """How many comparisons are clear, hang on choices, or cannot be told, as `findings` has it.

    Parameters
    ----------
    sure : Series
        A word of `helpers.compare.verdict` a comparison.
    plan : {"planned", "exploratory"}

    >>> verdict_counts(pd.Series(["hangs on choices", "hangs on choices", "cannot tell"]))
    'Of 3 planned comparisons 0 are clear, 2 hang on choices, and of 1 these data cannot tell.'
    """
    clear, hangs, cannot = ((sure == word).sum() for word in ("clear", "hangs on choices", "cannot tell"))
    return (
        f"Of {count(len(sure), f'{plan} comparison')} {clear} {'is' if clear == 1 else 'are'} clear, "
        f"{hangs} {'hangs' if hangs == 1 else 'hang'} on choices, and of {cannot} these data cannot tell."
    )


def difference_answer(
    planned: pd.DataFrame, others: pd.DataFrame, *, findings: pd.DataFrame, item: str = "article"
) -> str:
    """What became of the planned differences, and how many of the others are clear once all are counted.

    Parameters
    ----------
    planned, others : DataFrame
        Rows of ``estimates``: those of the plan that could be estimated, and every other one.
    findings : DataFrame
        The table of that name: how sure each planned one is.
    item : str
        What is counted on both sides.

    >>> key = {"kind": "indicator", "measure": ["X", "Y"], "side": "outlet", "group": "a", "reference": "b"}
    >>> rows = pd.DataFrame(key | {"measure_name": "Alliance (indicator)", "group_name": "A", "reference_name": "B",
    ...                      "q": 0.01, "estimate": [0.2, 0.1], "low": [0.1, -0.1], "high": 0.3, "ratio": 3.0,
    ...                      "note": "", "n_group": 9, "n_reference": 9})
    >>> sure = pd.DataFrame(key | {"about": "difference", "sure": "cannot tell"})
    >>> difference_answer(rows.tail(1), rows.head(0), findings=sure)
    'Of 1 planned comparison 0 are clear, 0 hang on choices, and of 1 these data cannot tell.'
    >>> difference_answer(rows, rows.head(1), findings=sure)[90:144]
    'By its own interval alone 1 lies on one side of zero. '
    """
    if planned.empty and not others["low"].notna().any():
        return "No two outlets could be compared, so nothing is said of how they differ."
    sure = planned.merge(findings[findings["about"] == "difference"], on=COMPARISON, how="left", suffixes=("", "_"))
    clear = planned[(planned["low"] > 0) | (planned["high"] < 0)]
    said = [verdict_counts(sure["sure"].fillna("cannot tell"))] if len(planned) else []
    if len(clear):
        n = f"{len(clear)} {'lies' if len(clear) == 1 else 'lie'}"
        first = finding(clear.sort_values("q", kind="stable").iloc[0], item=item)
        said.append(f"By {'its' if len(clear) == 1 else 'their'} own interval alone {n} on one side of zero. {first}")
    if len(others):
        n = int((others["q"] <= LEVEL).sum())
        some = f"{n:,} of {len(others):,} {'is' if n == 1 else 'are'}" if n else f"none of {len(others):,} is"
        said.append(f"Of the differences that no plan named, {some} clear once all are counted.")
    return " ".join(said)


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

    >>> rows = {"measure_name": "Alliance", "group_name": ["a", "b"], "estimate": [0.2, 0.9], "n_articles": [40, 3]}
    >>> level_title(pd.DataFrame(rows)).replace(NBSP, " ")
    'Highest: Alliance in a, 20 % of passages (n = 40)'
    """
    enough = levels[levels["n_articles"] >= FEW_ARTICLES]
    row = levels.loc[(enough if len(enough) else levels)["estimate"].idxmax()]
    n = f"(n{NBSP}={NBSP}{int(row['n_articles']):,})"
    return f"Highest: {about(row['measure_name'])} in {row['group_name']}, {share(row['estimate'])} of passages {n}"


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
    ]


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
        f"- {capital(group)} beside {reference}: "
        f"{count(part['measure_name'].nunique(), 'difference is', 'differences are')} "
        "not told, since the two share no time from which both have articles."
        for (group, reference), part in rows.groupby(["group_name", "reference_name"], sort=True)
    ]
