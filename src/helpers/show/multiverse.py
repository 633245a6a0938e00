"""What universes agree on, in titles and sentences made by rule; numbers come from frames made with `summarise`."""

from __future__ import annotations

import pandas as pd

from helpers.show.sentences import count, points, share

NEARLY_ALL, MOST = 0.9, 0.5  # shares of universes by which a finding is worded
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


def moved_most(effects: pd.DataFrame) -> str:
    """Which choice moves the answer most, with its share of the variance.

    Parameters
    ----------
    effects : DataFrame
        The ``by_choice`` of `helpers.compare.summarise`.

    >>> moved_most(pd.DataFrame({"variance_share": [0.5]}, index=["n_topics"]))
    'number of topics (50 %)'
    """
    if effects.empty:
        return "–"
    return f"{choice_name(effects.index[0])} ({share(effects['variance_share'].iloc[0])})"


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
        f"{choice_name(effects.index[0])} matters most; from *{first['lowest']}* to *{first['highest']}* the "
        f"difference rises by {points(first['swing'], sign=False)}, all else alike "
        f"({share(first['variance_share'])} of the variance; {share(rest)} lies in choices together)."
    )


def robustness(agreement: pd.Series) -> str:
    """How many universes of one comparison agree in sign.

    >>> robustness(pd.Series({"same_sign": 0.87, "n_universes": 64, "n_missing": 0}))
    '87 % of 64 universes agree in sign'
    """
    n = int(agreement["n_universes"] - agreement["n_missing"])
    return f"{share(agreement['same_sign'])} of {n} universes agree in sign"


def robustness_sentences(agreement: pd.DataFrame, *, plan: str) -> list[str]:
    """One bullet a comparison, by rule: it holds, keeps its direction, or hangs on the choices.

    Parameters
    ----------
    agreement : DataFrame
        One row a comparison: ``measure_name``, ``group_name``, ``reference_name``, ``main`` (the estimate of the main
        analysis) and what `helpers.compare.summarise` says of its universes.
    plan : {"planned", "exploratory"}
    """
    sentences = []
    for _, row in agreement.iterrows():
        turned = pd.notna(row["main"]) and (row["main"] > 0) - (row["main"] < 0) != row["sign"]
        sentences.append(
            f"- {row['measure_name']}, {row['group_name']} beside {row['reference_name']} ({plan}): {_verdict(row)}; "
            f"{robustness(row)}, {share(row['clear_of_zero'])} with an interval clear of zero, "
            f"{share(row['refused'])} refused{'; the main analysis has the other sign' if turned else ''}."
        )
    return sentences or ["- No planned comparison can be estimated here, so there is nothing to vary."]


def _verdict(row: pd.Series) -> str:
    """What one may say of a comparison, by two shares."""
    if row["same_sign"] < NEARLY_ALL:
        return "its direction hangs on the choices"
    return "holds" if row["clear_of_zero"] >= MOST else "keeps its direction, but most intervals hold zero"


def topic_sentences(topics: pd.DataFrame) -> list[str]:
    """How many topics are found again in most universes, and keep the sign of their difference in nearly all of those.

    Parameters
    ----------
    topics : DataFrame
        One row a topic: ``found`` (share of universes), ``same_sign`` (among those in which it is found).

    >>> topic_sentences(pd.DataFrame({"found": [0.9, 0.2], "same_sign": [1.0, None]}))[0][:76]
    '- Topics (exploratory): 1 of 2 topics are found again in at least half of th'
    """
    if topics.empty:
        return []
    steady, known = int((topics["found"] >= MOST).sum()), topics["same_sign"].dropna()
    return [
        f"- Topics (exploratory): {steady} of {count(len(topics), 'topic')} are found again in at least half of the "
        f"universes; the difference between outlets keeps its sign in nearly all of those for "
        f"{int((known >= NEARLY_ALL).sum())} of {len(known)}."
    ]
