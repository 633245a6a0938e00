"""Comparisons that were planned before their result was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, model_validator

from helpers.study.fields import Day, chosen, fault, keyed

KINDS = ("indicator",)
GROUP = "group:"  # before the name of a group, where an outlet's id may stand too


def _side(value: Any, info: ValidationInfo) -> Any:
    """An outlet's id, or ``group:<name>`` for a group by its name, written with or without ``group:``."""
    outlets, groups = info.context["outlets"], info.context["groups"]
    if isinstance(value, str) and value.startswith(GROUP):
        return GROUP + chosen(value.removeprefix(GROUP), groups, "group")
    side = chosen(value, [*outlets, *groups], "outlet or group")
    return side if side in outlets else GROUP + side


def _sides(groups: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(groups)) < max(len(groups), 2):
        raise fault(f"groups {list(groups)} must be two or more, each once")
    return groups


@keyed()
@dataclass(frozen=True)
class Comparison:
    """One measure between outlets or groups of outlets, compared in pairs.

    Attributes
    ----------
    measure : str
        Code of the measure, such as a frame's; in a file also ``indicator:<CODE>``.
    groups : tuple of str
        Ids of outlets, and ``group:<name>`` for groups.
    kind : {"indicator"}
        What kind of measure it is.
    """

    measure: str
    groups: Annotated[tuple[Annotated[str, BeforeValidator(_side)], ...], AfterValidator(_sides)]
    kind: str = KINDS[0]

    @model_validator(mode="before")
    @classmethod
    def _apart(cls, given: Any, info: ValidationInfo) -> Any:
        """Kind and code apart, however they are written."""
        if not isinstance(given, dict) or "measure" not in given:
            return given
        measure, frames = given["measure"], info.context["frames"]
        kind, joined, code = measure.rpartition(":") if isinstance(measure, str) else ("", "", measure)
        kind = chosen(kind or given.get("kind", KINDS[0]), KINDS, "kind of measure", "measure" if joined else "kind")
        return given | {"kind": kind, "measure": chosen(code, frames, "measure", "measure")}

    @property
    def quantity(self) -> str:
        """Kind and measure in one, ``indicator:<CODE>``.

        >>> Comparison("LEGALITY", ("daily", "herald")).quantity
        'indicator:LEGALITY'
        """
        return f"{self.kind}:{self.measure}"


@keyed()
@dataclass(frozen=True)
class Plan:
    """What was planned, and when."""

    dated: Day
    comparisons: tuple[Comparison, ...]
