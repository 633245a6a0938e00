"""What a study's first page says in words, by rule from its findings: the answer, and what cannot be said."""

from __future__ import annotations

from math import comb

import pandas as pd

from helpers.show import sentences as prose
from helpers.show.card_words import headline
from helpers.show.sentences import about

UNITS = "are compared each within its own"  # in the note of a comparison of headlines with articles
INTENT = (
    "- **Why they differ**: a difference in words is no proof of intent, "
    "and a change after an event is not yet its effect."
)


def answer(findings: pd.DataFrame, n_items: int, *, item: str = "article", passage: str = "passage") -> list[str]:
    """Two sentences by rule that answer a study's question: what stands out, and whether outlets differ.

    >>> empty = pd.DataFrame({"place": [], "about": [], "planned": [], "sure": []})
    >>> answer(empty, 0)
    ['There is nothing to analyse yet.']
    >>> answer(empty, 12)
    ['12 articles bear on the question.', 'No two sides could be compared.']
    """
    if not n_items:
        return ["There is nothing to analyse yet."]
    first = _first(findings, n_items, item, passage)
    return [first, _second(findings, passage)]


def planted(scores: pd.DataFrame) -> str:
    """How much of what was planted the intervals hold; blank where nothing has an interval.

    Parameters
    ----------
    scores : DataFrame
        Of an invented study: what was planted beside what was recovered, with a ``verdict``.

    >>> planted(pd.DataFrame({"verdict": ["inside the interval"] * 3 + ["outside the interval", "recovered"]}))
    'What was planted is known here: of 4 quantities with an interval, 3 lie inside it.'
    """
    inside, outside = ((scores["verdict"] == f"{where} the interval").sum() for where in ("inside", "outside"))
    n = prose.count(int(inside + outside), "quantity", "quantities")
    lie = "lies" if inside == 1 else "lie"
    return f"What was planted is known here: of {n} with an interval, {inside:,} {lie} inside it." if inside else ""


def _first(findings: pd.DataFrame, n_items: int, item: str, passage: str) -> str:
    """How much there was: the fortnight that stands out, else the commonest list of words, else the number of items."""
    for about_it, words in (("attention", "clear"), ("commonest", "hangs"), ("commonest", "clear")):
        rows = findings[(findings["about"] == about_it) & (findings["place"] > 0)]
        rows = rows[[str(sure).startswith(words) for sure in rows["sure"]]]
        if len(rows):
            return headline(rows.iloc[0], passage)
    return f"{prose.count(n_items, item)} bear{'s' if n_items == 1 else ''} on the question."


def _second(findings: pd.DataFrame, passage: str) -> str:
    """Whether sides differ: the largest of the clear ones, or that none is."""
    between = findings[findings["about"] == "difference"]
    if between.empty:
        return "No two sides could be compared."
    kind = "planned difference" if between["planned"].any() else "difference"
    asked = between[between["planned"]] if between["planned"].any() else between
    clear = asked[asked["sure"] == "clear"]
    shown = between[(between["place"] > 0) & (between["sure"] == "clear")].sort_values("place")
    n = prose.count(len(asked), kind)
    if clear.empty and shown.empty:
        hangs = int((asked["sure"] == "hangs on choices").sum())
        some = f"; {hangs:,} {'hangs' if hangs == 1 else 'hang'} on choices of analysis" if hangs else ""
        return f"Of {n} between outlets none is clear{some}."
    lead = f"Of {n} between outlets {'one is' if len(clear) == 1 else f'{len(clear):,} are'} clear"
    if shown.empty:
        return f"{lead}."
    row = shown.iloc[0]
    return f"{lead}; the first: {headline(row, passage)}"


def cannot_say(findings: pd.DataFrame, *, n_planned: int = 0) -> list[str]:
    """What was asked and cannot be said, by reason: a bullet each.

    Parameters
    ----------
    findings : DataFrame
        The table of that name.
    n_planned : int
        How many differences the plan asks for; those that `findings` lacks had no article on a side.
    """
    between, bullets = findings[findings["about"] == "difference"], []
    open_ = between[between["planned"] & (between["place"] == 0) & (between["sure"] == "cannot tell")]
    if len(open_):
        named = [f"{about(row.measure_name)}, {row.group_name} and {row.reference_name}" for row in open_.itertuples()]
        bullets.append(f"- **Also planned, and not to be told from no difference**: {'; '.join(named)}.")
    if lacking := n_planned - int(between["planned"].sum()):
        n = prose.count(lacking, "planned difference")
        bullets.append(f"- **Nothing to compare**: {n}, since a side has no article that its measure could be told of.")
    units = between["note"].str.contains(UNITS, regex=False)
    for why_not, rows in {
        "**No day in common**, so that what differs may be the times": between[between["why"] == "no overlap"],
        "**Other languages**, whose lists of words err otherwise, or nobody knows how": between[
            (between["why"] == "held back") & ~units
        ],
        "**Other texts**, headlines beside articles": between[(between["why"] == "held back") & units],
    }.items():
        pairs = rows[["group_name", "reference_name"]].drop_duplicates().itertuples(index=False, name=None)
        if len(rows):
            bullets.append(f"- {why_not}: {_some([f'{one} with {two}' for one, two in pairs], 'pair')}.")
    few = between[between["why"] == "no interval"]
    if len(few):
        bullets.append(
            f"- **Too few to tell**: {prose.count(len(few), 'difference')}, each of too few items or weeks on a side."
        )
    looks = findings[findings["why"] == "looks"]
    looks = looks[~looks["planned"]]
    if len(looks):
        n = prose.count(len(looks), "unplanned one", "unplanned ones")
        bullets.append(
            f"- **What chance brings**: {n} look clear alone, and do not among all that were asked with them."
        )
    if findings.empty:
        return bullets or ["- **Nothing was compared**: too few articles, or nobody to compare them with."]
    return [*bullets, INTENT]


def n_pairs(plan: object) -> int:
    """How many differences a study's plan asks for, its sides in pairs; 0 without one.

    >>> from types import SimpleNamespace as Made
    >>> n_pairs(Made(comparisons=[Made(groups=("a", "b", "c")), Made(groups=("a", "b"))])), n_pairs(None)
    (4, 0)
    """
    return sum(comb(len(one.groups), 2) for one in plan.comparisons) if plan else 0


def _some(names: list[str], noun: str, most: int = 3) -> str:
    """The first names and how many more there are."""
    if len(names) <= most:
        return "; ".join(names)
    return f"{'; '.join(names[:most])}; and {prose.count(len(names) - most, f'other {noun}')}"
