"""The one form in which the dates of a file are written, where each alone can be read day first or month first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from helpers.extract.dates import parse_date

FORMS = tuple(
    f"{order.replace('-', mark)}{time}"
    for order in ("%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%Y%m%d")
    for mark in "/.-"
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
)


class UndecidedForm(ValueError):
    """Several forms fit every value, and read some of them as different days.

    Attributes
    ----------
    forms : (str, str)
        Two of them.
    """

    def __init__(self, *forms: str) -> None:
        super().__init__(f"no date tells whether {forms[0]!r} or {forms[1]!r} is meant")
        self.forms = forms


class MixedForms(ValueError):
    """No form fits every value, and two values have none in common.

    Attributes
    ----------
    values : (value, value)
    """

    def __init__(self, *values: Any) -> None:
        super().__init__(f"{values[0]!r} and {values[1]!r} are written in different forms")
        self.values = values


def day_as(value: Any, form: str) -> dt.date | None:
    """The day that a value names, None if it names none in that form; a blank form is any that needs no saying."""
    try:
        return parse_date(value, "UTC", date_format=form or None)[0].date()
    except (ValueError, OverflowError):
        return None


def common_form(values: Iterable[Any]) -> str:
    """The form in which every value is a date; blank where some value is a date in none.

    Raises
    ------
    UndecidedForm
        Day first or month first: no value tells.
    MixedForms
        Values contradict one another.

    >>> common_form(["03.04.2024", "25.02.2024"])
    '%d.%m.%Y'
    >>> common_form(["03/04/2024", "25/02/2024", "02/25/2024"])
    Traceback (most recent call last):
    helpers.extract.date_forms.MixedForms: '25/02/2024' and '02/25/2024' are written in different forms
    """
    values = list(values)
    left = FORMS
    for value in values:  # most forms go at the first value
        remaining = tuple(form for form in left if day_as(value, form) is not None)
        if not remaining:
            if (other := _contradicted(value, values)) is not None:
                raise MixedForms(*other)
            return ""
        left = remaining
    readings = {form: [day_as(value, form) for value in values] for form in left}
    if other := next((form for form in left if readings[form] != readings[left[0]]), ""):
        raise UndecidedForm(left[0], other)
    return left[0]


def _contradicted(value: Any, values: list[Any]) -> tuple[Any, Any] | None:
    """A pair of values that no form has in common, `value` one of them; None if it is a date in no form."""
    fitting = [form for form in FORMS if day_as(value, form) is not None]
    if not fitting and day_as(value, "") is None:
        return None
    forms = fitting or FORMS
    differs = [other for other in values if any(day_as(other, form) is not None for form in forms) != bool(fitting)]
    return (differs[0], value) if differs else None


def deciding(values: Iterable[Any], form: str) -> Any:
    """The first value that cannot be read with day and month the other way round; None if there is none.

    >>> deciding(["03.04.2024", "25.02.2024"], "%d.%m.%Y")
    '25.02.2024'
    """
    turned = form.translate(str.maketrans("dm", "md"))
    return next((value for value in values if day_as(value, turned) is None), None)
