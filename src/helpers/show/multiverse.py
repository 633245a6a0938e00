"""What universes agree on, in titles and sentences made by rule; numbers come from frames made with `summarise`."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.show.differences import COMPARISON, verdict_counts
from helpers.show.sentences import about, capital, count, points, share

CLEAR, HANGS, OPEN = "clear", "hangs on choices", "cannot tell"
FAILED = "failed: "  # how the note of a universe begins whose computation raised
NONE = "–"
NEARLY_ALL, MOST = 0.9, 0.5  # shares of universes by which a finding is worded; "nine of ten" says the first
WORDS = {
    "measure": "way of counting",
    "min_documents": "fewest articles a term",
    "min_passages": "fewest passages",
    "n_topics": "number of topics",
    "stop_words": "stop words",
}  # what a choice is called where its name would not do


def choice_name(choice: str) -> str:
    """A choice in words.

    >>> choice_name("n_topics"), choice_name("voice")
    ('number of topics', 'voice')
    """
    return WORDS.get(choice, choice)


def choice_table(options: pd.DataFrame, universes: pd.DataFrame) -> pd.DataFrame:
    """The declared choices, the main option first, why each option is fair, and what changes nothing here.

    Parameters
    ----------
    options : DataFrame
        One row an option, the main one of each choice first: ``choice``, ``why``, ``option``, ``reason``.
    universes : DataFrame
        One row a universe with a column for each choice that is made in any: an option that none of them has was left
        out as the same analysis.

    >>> options = pd.DataFrame({"choice": "voice", "why": "hm", "option": ["all", "outlet"], "reason": ["", "own"]})
    >>> choice_table(options, pd.DataFrame({"voice": ["all", "all"]})).iloc[0].tolist()
    ['voice', 'hm', 'all; outlet: own', 'outlet']
    """
    rows = []
    for choice, part in options.groupby("choice", sort=False):
        used = [one for one in universes[choice].unique() if one != NONE] if choice in universes else []
        if not used and choice == "threshold":  # of classifiers alone
            continue
        first, reasons = part["option"].iloc[0], dict(zip(part["option"], part["reason"], strict=True))
        shown = sorted({*part["option"], *used}, key=lambda one, first=first: (one != first, str(one).zfill(12)))
        idle = [str(option) for option in part["option"] if used and option not in used]
        rows.append(
            {
                "choice": choice,
                "why it is open": part["why"].iloc[0],
                "options, the main one first": "; ".join(
                    f"{option}: {reasons[option]}" if reasons.get(option) else str(option) for option in shown
                ),
                "changes nothing here": ", ".join(idle) or NONE,
            }
        )
    return pd.DataFrame(rows)


def threshold_sentence(n: int) -> str:
    """Whether any measure has a threshold that could be chosen otherwise.

    >>> threshold_sentence(1)
    '1 measure of a classifier is tried at several thresholds.'
    """
    if n:
        return f"{count(n, 'measure')} of a classifier {'is' if n == 1 else 'are'} tried at several thresholds."
    return "No measure here comes from a classifier, so there is no threshold to vary."


def universe_sentence(universes: pd.DataFrame, *, by: Sequence[str]) -> str:
    """How many universes there are, how many of them were refused or failed, and why some have no support.

    Parameters
    ----------
    universes : DataFrame
        Columns ``estimate``, ``low``, ``note`` and those of `by`.
    by : sequence of str
        Columns that name a comparison.

    >>> rows = pd.DataFrame({"measure": ["a", "a"], "estimate": [0.2, None], "low": [0.1, None],
    ...                      "note": ["", "no month holds articles of both sides"]})
    >>> universe_sentence(rows, by=["measure"])
    '2 analyses of 1 comparison. 1 has no interval. Without support: no month holds articles of both sides (1).'
    """
    if universes.empty:
        return "No comparison can be estimated here, so there is nothing to vary."
    comparisons, failed = len(universes[list(by)].drop_duplicates()), universes["note"].str.startswith(FAILED)
    refused = int(universes["low"].isna().sum())
    sentences = [f"{count(len(universes), 'analysis', 'analyses')} of {count(comparisons, 'comparison')}.",
            f"{refused:,} {'has' if refused == 1 else 'have'} no interval."]  # fmt: skip
    lacking = universes.loc[universes["estimate"].isna() & ~failed, "note"].value_counts().sort_index()
    if len(lacking):
        sentences.append(f"Without support: {', '.join(f'{why} ({n:,})' for why, n in lacking.items())}.")
    if failed.any():
        sentences.append(f"{int(failed.sum()):,} failed, the first so: {universes.loc[failed, 'note'].iloc[0]}.")
    return " ".join(sentences)


def moved_most(effects: pd.DataFrame) -> str:
    """Which choice moves the answer most, with its share of the variance.

    Parameters
    ----------
    effects : DataFrame
        The ``by_choice`` of `helpers.compare.summarise`.

    >>> moved_most(pd.DataFrame({"variance_share": [0.5]}, index=["period"]))
    'period (50\\xa0%)'
    """
    if effects.empty:
        return NONE
    return f"{effects.index[0]} ({share(effects['variance_share'].iloc[0])})"


def effect_sentence(effects: pd.DataFrame) -> str:
    """The choice that matters most in words: from which option to which, and by how much.

    Parameters
    ----------
    effects : DataFrame
        As in `moved_most`.
    """
    if effects.empty:
        return "no choice moves it."
    first, rest = effects.iloc[0], max(1 - effects["variance_share"].sum(), 0.0)
    return (
        f"{effects.index[0]} matters most; from “{first['lowest']}” to “{first['highest']}” the "
        f"difference rises by {points(first['swing'], sign=False)}, all else alike "
        f"({share(first['variance_share'])} of what moves; {share(rest)} lies in choices together)."
    )


def robustness(agreement: pd.Series) -> str:
    """How many analyses of one comparison point the same way.

    >>> robustness(pd.Series({"same_sign": 0.87, "n_universes": 64, "n_missing": 0}))
    '87\\xa0% of 64 analyses point the same way'
    """
    n = int(agreement["n_universes"] - agreement["n_missing"])
    return f"{share(agreement['same_sign'])} of {n:,} analyses point the same way"


def curves_title(agreement: pd.DataFrame, *, plan: str) -> str:
    """How many comparisons point one way in nearly every analysis, as a figure's title.

    >>> curves_title(pd.DataFrame({"same_sign": [1.0, 0.5]}), plan="planned")
    '1 of 2 planned comparisons points the same way in nine analyses of ten or more'
    """
    kept = int((agreement["same_sign"] >= NEARLY_ALL).sum())
    n = count(len(agreement), f"{plan} comparison")
    return f"{kept} of {n} {'points' if kept == 1 else 'point'} the same way in nine analyses of ten or more"


def robustness_sentences(agreement: pd.DataFrame) -> list[str]:
    """One bullet a comparison, by rule: it is clear, hangs on choices, or cannot be told; the clear ones first.

    Parameters
    ----------
    agreement : DataFrame
        One row a comparison: ``measure_name``, ``group_name``, ``reference_name``, ``main`` (the estimate of the main
        analysis), ``sure`` (`with_verdicts`), ``p_joint`` of the table, and what `helpers.compare.summarise` says of
        its universes.
    """
    sentences = {CLEAR: [], HANGS: [], OPEN: []}
    for _, row in agreement.iterrows():
        turned = pd.notna(row["main"]) and (row["main"] > 0) - (row["main"] < 0) != row["sign"]
        pair = f"{row['group_name']} beside {row['reference_name']}"
        sentences[row["sure"]].append(
            f"- {capital(about(row['measure_name']))}, {pair}: {row['sure']}. {robustness(row)}, as chance alone "
            f"would have it in {share(row['p_joint'])} of draws; {share(row['clear_of_zero'])} are clear of zero"
            f"{without_interval(row)}{'; the main analysis points the other way' if turned else ''}."
        )
    if agreement.empty:
        return ["- No planned comparison can be estimated here, so there is nothing to vary."]
    return [*sentences[CLEAR], *sentences[HANGS], *sentences[OPEN]]


def robustness_answer(agreement: pd.DataFrame, *, plan: str = "planned") -> str:
    """How many comparisons are clear, how many hang on choices, and of how many nothing can be told.

    Parameters
    ----------
    agreement : DataFrame
        As in `robustness_sentences`.
    plan : {"planned", "exploratory"}

    >>> robustness_answer(pd.DataFrame({"sure": ["clear", "hangs on choices"]}))
    'Of 2 planned comparisons 1 is clear, 1 hangs on choices, and of 0 these data cannot tell.'
    """
    if agreement.empty:
        return "No planned comparison can be estimated here, so there is nothing to vary."
    return verdict_counts(agreement["sure"], plan=plan)


def without_interval(row: pd.Series) -> str:
    """How many universes have no interval, and how many of them because a side, or what is held alike, is missing.

    >>> without_interval(pd.Series({"refused": 0.125, "n_missing": 36})), without_interval(pd.Series({"refused": 0.0}))
    (', 12\\xa0% have no interval (36 of them for want of support)', '')
    """
    if not row["refused"]:
        return ""
    lacking = f" ({int(row['n_missing']):,} of them for want of support)" if row["n_missing"] else ""
    return f", {share(row['refused'])} have no interval{lacking}"


def with_verdicts(agreement: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Every comparison with the word that the findings have for it, by the one rule of `helpers.compare.verdict`.

    Parameters
    ----------
    agreement : DataFrame
        As in `robustness_sentences`, without ``sure``.
    findings : DataFrame
        The table of that name. A comparison that it lacks had no estimate on shared days: nothing can be told of it.

    >>> key = {"kind": "indicator", "measure": "LAW", "side": "outlet", "group": ["a"], "reference": "b"}
    >>> known = pd.DataFrame(key | {"about": "difference", "sure": "hangs on choices"})
    >>> [with_verdicts(pd.DataFrame(key), rows)["sure"].item() for rows in (known, known.head(0))]
    ['hangs on choices', 'cannot tell']
    """
    known = findings.loc[findings["about"] == "difference", [*COMPARISON, "sure"]]
    merged = agreement.merge(known, on=COMPARISON, how="left", validate="one_to_one")
    return merged.assign(sure=merged["sure"].astype(object).where(merged["sure"].notna(), OPEN))


def in_order(universes: pd.DataFrame, findings: pd.DataFrame) -> pd.DataFrame:
    """Universes with the sides in the order of the findings, so that a difference has one sign on every page.

    Parameters
    ----------
    universes, findings : DataFrame
        The tables ``multiverse`` and ``findings``.

    >>> sides = {"kind": "indicator", "measure": "LAW", "side": "outlet"}
    >>> found = pd.DataFrame({**sides, "about": "difference", "group": ["b"], "reference": "a"})
    >>> rows = {"group": ["a"], "group_name": "A", "reference": "b", "reference_name": "B"}
    >>> rows = pd.DataFrame(sides | rows | {"estimate": 0.2, "low": 0.1, "high": 0.4})
    >>> in_order(rows, found)[["group", "reference_name", "estimate", "low", "high"]].values.tolist()
    [['b', 'A', -0.2, -0.4, -0.1]]
    """
    known = findings.loc[findings["about"] == "difference", COMPARISON]
    asked = set(known.itertuples(index=False, name=None))
    other = [*COMPARISON[:-2], "reference", "group"]
    keys = universes[other].itertuples(index=False, name=None)
    turned = pd.Series([key in asked for key in keys], index=universes.index, dtype=bool)
    rows = universes.copy()
    for one, two in (("group", "reference"), ("group_name", "reference_name")):
        rows[one], rows[two] = universes[one].mask(turned, universes[two]), universes[two].mask(turned, universes[one])
    ends = {"estimate": "estimate", "low": "high", "high": "low"}
    return rows.assign(**{end: universes[end].mask(turned, -universes[source]) for end, source in ends.items()})


def topic_sentences(topics: pd.DataFrame) -> list[str]:
    """How many topics are found again in most universes, and keep the sign of their difference in nearly all of those.

    Parameters
    ----------
    topics : DataFrame
        One row a topic: ``found`` (share of universes), ``same_sign`` (among those in which it is found).

    >>> topic_sentences(pd.DataFrame({"found": [0.9, 0.2], "same_sign": [1.0, None]}))[0][:76]
    '- Topics (exploratory): 1 of 2 topics is found again in at least half of the'
    """
    if topics.empty:
        return []
    steady, known = int((topics["found"] >= MOST).sum()), topics["same_sign"].dropna()
    n = f"{steady} of {count(len(topics), 'topic')} {'is' if steady == 1 else 'are'}"
    return [
        f"- Topics (exploratory): {n} found again in at least half of the analyses; for "
        f"{int((known >= NEARLY_ALL).sum())} of {len(known)} the difference between outlets keeps its direction in "
        "nearly all of those."
    ]
