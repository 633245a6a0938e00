"""Dates that only their file as a whole makes certain: 03/04/2024 beside 25/04/2024 is the 3rd of April."""

from __future__ import annotations

from collections.abc import Mapping

from helpers.extract.date_forms import FORMS, MixedForms, UndecidedForm, common_form, day_as, deciding


def form_of(places: Mapping[str, str]) -> tuple[str, str]:
    """The form in which dates are written, and which of them tells; or no form, and why.

    Parameters
    ----------
    places : mapping of date to place
        Where each stands first, such as ``line 14``.

    Returns
    -------
    (str, str)
        A `strptime` form, and a clause that says how it is known; a blank form, and a message.

    >>> form_of({"03/04/2024": "line 2", "25/04/2024": "line 14"})
    ('%d/%m/%Y', "dates are written %d/%m/%Y, as '25/04/2024' in line 14 shows")
    >>> form_of({"03/04/2024": "line 2"})[1].partition(";")[0]
    "'03/04/2024' can be read in two ways, and no date of the file tells which"
    >>> form_of({"25/04/2024": "line 2", "04/26/2024": "line 3"})[1].partition(":")[0]
    "'25/04/2024' (line 2) and '04/26/2024' (line 3) contradict one another"
    """
    dates = list(places)
    try:
        form = common_form(dates)
        if not form:  # some are dates in no form, which is no reason to lose the others
            dates = [one for one in dates if any(day_as(one, form) is not None for form in FORMS)]
            form = common_form(dates) if dates else ""
    except UndecidedForm as error:
        a, b = error.forms
        return "", (
            f"{dates[0]!r} can be read in two ways, and no date of the file tells which; write "
            f"date_format: {a!r} or {b!r} under columns in study.yml"
        )
    except MixedForms as error:
        one, other = error.values
        return "", (
            f"{one!r} ({places[one]}) and {other!r} ({places[other]}) contradict one another: write all dates in one "
            "form, best 2024-06-19, or cut the file in two, each a source with its own date_format"
        )
    if not form:
        return "", f"{next(iter(places))!r} is not a day that exists; write it as 2024-06-19"
    shows = deciding(dates, form)
    return form, f"dates are written {form}" + (f", as {shows!r} in {places[shows]} shows" if shows else "")
