"""With whom an outlet is compared: in pairs where outlets are few, else with the rest of its group.

Thirty outlets make 435 pairs, which nobody reads and q cannot tell apart; they make thirty contrasts with the rest.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from helpers.pipeline.measure_checks import Gate, held_back
from helpers.pipeline.names import GROUP
from helpers.study import Study

MOST_IN_PAIRS = 6  # outlets of one language, beyond which they are compared with the rest of their group


def in_pairs(study: Study) -> bool:
    """Whether every two outlets are compared: whether no language has more than `MOST_IN_PAIRS` of them."""
    return max(Counter(outlet.language for outlet in study.outlets.values()).values()) <= MOST_IN_PAIRS


def pairs_of(study: Study) -> list[tuple[str, str]]:
    """Pairs of outlets that are compared, in the study's order: all where outlets are few, else the plan's."""
    every = list(combinations(study.outlets, 2))
    if in_pairs(study):
        return every
    planned = {frozenset(pair) for one in (study.plan.comparisons if study.plan else ()) for pair in _apart(one.groups)}
    return [pair for pair in every if frozenset(pair) in planned]


def group_pairs_of(study: Study) -> list[tuple[str, str]]:
    """Names of groups that are compared: those drawn from one column, and those of the plan."""
    columns = study.group_columns
    planned = {frozenset(pair) for one in (study.plan.comparisons if study.plan else ()) for pair in _apart(one.groups)}
    return [
        (one, two)
        for one, two in combinations(study.groups, 2)
        if columns[one] == columns[two] or frozenset((f"{GROUP}{one}", f"{GROUP}{two}")) in planned
    ]


def rests(study: Study) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The group of each outlet and the others in it; nothing where outlets are compared in pairs.

    An outlet is in one group of the first column of ``groups_from``; those alone in theirs have no rest.
    """
    if in_pairs(study):
        return {}
    return {
        outlet: (name, tuple(other for other in study.groups[name] if other != outlet))
        for outlet, name in study.leading_groups.items()
        if len(study.groups[name]) > 1
    }


def comparable(study: Study, gate: Gate, kind: str, measure: str, outlet: str, others: tuple[str, ...]) -> list[str]:
    """Those of some outlets that a measure may be compared with, by their language and unit."""
    return [other for other in others if not held_back(study, gate, kind, measure, (outlet, other))]


def _apart(groups: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(combinations(groups, 2))
