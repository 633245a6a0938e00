"""What a student answered beside what is right: a sentence that says right, or what is off and what it looks like.

The right answer and what typical slips would give are computed from the study's tables and its truth, never stored; so
a hint is given where the answer is what that slip gives.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from numbers import Real

from helpers.data.corpus import Corpus

OPEN = "Not answered yet: put your answer in the place of `None` and run the cell again."
SHARE, COUNT, RATIO, INTERVAL, NAMES, LABELS = KINDS = ("share", "count", "ratio", "interval", "names", "labels")
ASKED = {
    SHARE: "one share, such as 0.25",
    COUNT: "one number of things, such as 12",
    RATIO: "one number, such as 1.5",
    INTERVAL: "two numbers, the lower limit first, such as (0.1, 0.3)",
    NAMES: "a set of names, such as {'one', 'other'}",
    LABELS: "a dictionary from each topic to its subject",
}
NUMBERS = {SHARE, COUNT, RATIO, INTERVAL}


@dataclass(frozen=True)
class Slip:
    """A typical error: what it gives, and what to say to whoever made it."""

    hint: str
    gives: Callable[[Corpus], object]


@dataclass(frozen=True)
class Exercise:
    """One exercise: the kind of its answer, what is right, how near is near enough, and slips that are known."""

    kind: str
    right: Callable[[Corpus], object]
    within: float = 0.0
    slips: tuple[Slip, ...] = ()


def verdict(exercise: Exercise, corpus: Corpus, answer: object) -> str:
    """What is to be said of an answer.

    Parameters
    ----------
    exercise : Exercise
    corpus : Corpus
        Of an invented study, whose truth is known.
    answer : object
        Whatever the student left there; None is no answer.

    >>> one = Exercise(SHARE, lambda corpus: 0.2, 0.01, (Slip("Did you count copies?", lambda corpus: 0.3),))
    >>> verdict(one, None, None).split(":")[0], verdict(one, None, 0.205)
    ('Not answered yet', 'Right: 20.5 %; by the key it is 20.0 %.')
    >>> verdict(one, None, 0.3)
    'Off by 10.0 points, too large. Did you count copies?'
    >>> verdict(one, None, 20)
    'The size is right, the unit is not: a share from 0 to 1 is asked, not a percentage.'
    """
    if answer is None:
        return OPEN
    given = _read(exercise.kind, answer)
    if given is None:
        return f"This cannot be read as an answer: {ASKED[exercise.kind]} is asked, not {_shown(answer)}."
    right = _read(exercise.kind, exercise.right(corpus))
    if _same(exercise.kind, given, right, exercise.within):
        return _praise(exercise, given, right)
    off = _off(exercise.kind, given, right, corpus)
    hint = _hint(exercise, given, corpus)
    return f"{off} {hint}" if hint else _by_form(exercise, given, right) or off


def _hint(exercise: Exercise, given: object, corpus: Corpus) -> str:
    """What to say of the slip whose answer is nearest to the one given; blank where none is near enough."""
    results = [(slip.hint, _read(exercise.kind, slip.gives(corpus))) for slip in exercise.slips]
    near = [(hint, result) for hint, result in results if _same(exercise.kind, given, result, exercise.within)]
    if exercise.kind in NUMBERS:
        near.sort(key=lambda one: sum(abs(a - b) for a, b in zip(given, one[1], strict=True)))
    return near[0][0] if near else ""


def _read(kind: str, answer: object) -> object:
    """An answer in the form in which its kind is compared; None where it is of another form."""
    if kind == NAMES:
        many = [answer] if isinstance(answer, str) else answer
        return frozenset(map(str, many)) if isinstance(many, Collection) else None
    if kind == LABELS:
        return dict(answer) if isinstance(answer, Mapping) else None
    if kind == INTERVAL:
        ends = tuple(answer) if isinstance(answer, Collection) and not isinstance(answer, str | Mapping) else ()
        return tuple(map(float, ends)) if len(ends) == 2 and all(map(_is_number, ends)) else None
    return (float(answer),) if _is_number(answer) else None


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and value == value  # not nan


def _shown(answer: object) -> str:
    """What was given, by its type where it is long."""
    return f"`{answer!r}`" if len(repr(answer)) < 30 and "`" not in repr(answer) else f"a {type(answer).__name__}"


def _same(kind: str, one: object, other: object, within: float) -> bool:
    if kind not in NUMBERS:
        return one == other
    return all(abs(a - b) <= within + 1e-9 for a, b in zip(one, other, strict=True))


def _praise(exercise: Exercise, given: object, right: object) -> str:
    if exercise.kind not in NUMBERS:
        return f"Right: {', '.join(sorted(map(str, given)))}." if exercise.kind == NAMES else "Right, all of them."
    said, there = (" to ".join(_number(exercise.kind, value) for value in values) for values in (given, right))
    return f"Right: {said}." if said == there else f"Right: {said}; by the key it is {there}."


def _number(kind: str, value: float) -> str:
    if kind in (SHARE, INTERVAL):
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if kind == COUNT else f"{value:.2f}"


def _off(kind: str, given: object, right: object, corpus: Corpus) -> str:
    """How far, or in what, an answer is off."""
    if kind == NAMES:
        return _names_off(given, right, corpus)
    if kind == LABELS:
        wrong = sorted(str(key) for key in right if given.get(key) != right[key])
        return f"{len(right) - len(wrong)} of {len(right)} are right. Read the words again of: {', '.join(wrong)}."
    if kind == INTERVAL:
        if given[0] > given[1]:
            return "The lower limit comes first."
        wide, wanted = given[1] - given[0], right[1] - right[0]
        return f"Your interval is {_number(kind, wide)[:-2]} points wide, the right one {_number(kind, wanted)[:-2]}."
    far = given[0] - right[0]
    size = f"{100 * abs(far):.1f} points" if kind == SHARE else _number(kind, abs(far))
    return f"Off by {size}, too {'large' if far > 0 else 'small'}."


def _names_off(given: frozenset[str], right: frozenset[str], corpus: Corpus) -> str:
    """What is missing from a set of names and what should not be in it, and where a name was only written otherwise."""
    ids = {key: outlet.name for key, outlet in corpus.study.outlets.items()} if corpus is not None else {}
    if frozenset(ids.get(name, name) for name in given) == right:
        return "These are ids: give the names, as in the column `outlet_name`."
    if {name.casefold() for name in given} == {name.casefold() for name in right}:
        return "Right but for capitals: write names as the tables do."
    return f"{len(given & right)} of {len(right)} are there, and {len(given - right)} that should not be."


def _by_form(exercise: Exercise, given: object, right: object) -> str:
    """Errors that one sees in the number alone: a percentage for a share, a sign turned; blank where it is neither."""
    if exercise.kind not in (SHARE, INTERVAL):
        return ""
    if _same(exercise.kind, tuple(value / 100 for value in given), right, exercise.within):
        return "The size is right, the unit is not: a share from 0 to 1 is asked, not a percentage."
    if _same(exercise.kind, tuple(-value for value in reversed(given)), right, exercise.within):
        return "The size is right, the sign is not: which side did you take from which?"
    return ""
