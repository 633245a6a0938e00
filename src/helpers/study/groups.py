"""Groups of outlets, drawn from what the study says of each: its group, its country, a covariate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from helpers.study.countries import country_name
from helpers.study.outlets import Outlet
from helpers.text.languages import name_of

ATTRIBUTES = ("group", "country", "city", "language", "ownership", "access", "sampling", "speaks_for")
UNKNOWN = ("", "unknown", None)
PLURALS = {"agency": "news agencies", "broadcaster": "broadcasters", "magazine": "magazines", "newspaper": "newspapers",
           "portal": "portals", "tabloid": "tabloids"}  # fmt: skip


def value_of(outlet: Outlet, column: str) -> str:
    """What an outlet is by an attribute of its own or by a covariate; blank where nobody knows.

    >>> value_of(Outlet("Herald", "GBR", "en", "UTC", covariates={"lean": "left"}), "lean")
    'left'
    """
    value = outlet.covariates.get(column) if column not in ATTRIBUTES else getattr(outlet, column)
    return "" if value in UNKNOWN else value


def draw_groups(outlets: Mapping[str, Outlet], columns: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Ids of outlets by group.

    Parameters
    ----------
    outlets : mapping of id to Outlet
    columns : sequence of str, optional
        Attributes and covariates of outlets; one group for each value of each.  Without any, an outlet is in its
        `group`, or in its country's where it has none.

    Returns
    -------
    dict of name to ids
        A group is called by its value; by column and value (``lean: state``) where two columns share a value or an
        outlet has that id.  Outlets of several languages have no common measure, so that such a value makes a group a
        language, which its name says.

    >>> outlets = {"daily": Outlet("Daily", "GBR", "en", "UTC", id="daily", ownership="private"),
    ...            "post": Outlet("Post", "GBR", "en", "UTC", id="post", group="wires", ownership="state")}
    >>> draw_groups(outlets)
    {'GBR': ('daily',), 'wires': ('post',)}
    >>> draw_groups(outlets, ["ownership", "country"])
    {'private': ('daily',), 'state': ('post',), 'GBR': ('daily', 'post')}
    >>> outlets["ilbo"] = Outlet("Ilbo", "KOR", "ko", "UTC", id="ilbo", ownership="private")
    >>> draw_groups(outlets, ["ownership"])
    {'private, English': ('daily',), 'state': ('post',), 'private, Korean': ('ilbo',)}
    """
    return {name: ids for name, (_, ids, _) in _drawn(outlets, columns).items()}


def columns_of_groups(outlets: Mapping[str, Outlet], columns: Sequence[str] = ()) -> dict[str, str]:
    """The column that each group of `draw_groups` was drawn from, blank where there are no columns.

    Groups of one column can be held against one another; an outlet that is private and British cannot be torn in two.

    >>> outlets = {"daily": Outlet("Daily", "GBR", "en", "UTC", id="daily", ownership="private")}
    >>> columns_of_groups(outlets, ["ownership", "country"])
    {'private': 'ownership', 'GBR': 'country'}
    """
    return {name: column for name, (column, *_) in _drawn(outlets, columns).items()}


def titles_of_groups(outlets: Mapping[str, Outlet], columns: Sequence[str] = ()) -> dict[str, str]:
    """What a sentence calls each group of `draw_groups`: its outlets, in the plural.

    >>> outlets = {"daily": Outlet("Daily", "GBR", "en", "UTC", id="daily", ownership="private"),
    ...            "ilbo": Outlet("Ilbo", "KOR", "ko", "UTC", id="ilbo", ownership="private")}
    >>> titles_of_groups(outlets, ["ownership"])["private, Korean"]
    'Korean-language private outlets'
    >>> titles_of_groups(outlets, ["country"])["GBR"], titles_of_groups(outlets)["KOR"]
    ('outlets in the United Kingdom', 'outlets in South Korea')
    """
    return {name: title for name, (*_, title) in _drawn(outlets, columns).items()}


def _title(column: str, value: str, language: str = "") -> str:
    """The outlets that are something, in words; `language` where others are the same in another one."""
    spoken = f"{name_of(language)}-language " if language else ""
    match column:
        case "country":
            return f"{spoken}outlets in {country_name(value)}"
        case "city":
            return f"{spoken}outlets in {value}"
        case "language":
            return f"outlets in {name_of(value)}"
        case "":
            return f"outlets of {value}"
        case _:
            return spoken + PLURALS.get(value, f"{value} outlets")


def _by_column(column: str, value: str, language: str) -> str:
    """The outlets that are something, where another column has the same value or an outlet is called so."""
    return f"{f'{name_of(language)}-language ' if language else ''}outlets whose {column.replace('_', ' ')} is {value}"


def _drawn(outlets: Mapping[str, Outlet], columns: Sequence[str]) -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Column, ids and title of each group."""
    if not columns:
        named = {key: outlet.group or outlet.country for key, outlet in outlets.items()}
        states = {outlet.country for outlet in outlets.values() if not outlet.group}
        return {
            group: ("", tuple(key for key in outlets if named[key] == group),
                    _title("country" if group in states else "", group))
            for group in dict.fromkeys(named.values())
        }  # fmt: skip
    spoken: dict[tuple[str, str], set[str]] = {}
    members: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for column in columns:
        for key, outlet in outlets.items():
            if value := value_of(outlet, column):
                spoken.setdefault((column, value), set()).add(outlet.language)
                place = (column, value, outlet.language)
                members[place] = (*members.get(place, ()), key)
    values = [value for _, value in spoken]
    drawn = {}
    for (column, value, language), ids in members.items():
        name = f"{column}: {value}" if values.count(value) > 1 or value in outlets else value
        several = len(spoken[column, value]) > 1
        spoken_in = language if several else ""
        title = _title(column, value, spoken_in) if name == value else _by_column(column, value, spoken_in)
        drawn[f"{name}, {name_of(language)}" if several else name] = (column, ids, title)
    return drawn


def ungrouped(outlets: Mapping[str, Outlet], columns: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each outlet that a column puts in no group.

    >>> ungrouped({"daily": Outlet("Daily", "GBR", "en", "UTC", id="daily")}, ["lean"])
    ("outlet 'daily' has no lean; it is in no group of that column",)
    """
    return tuple(
        f"outlet {key!r} has no {column}; it is in no group of that column"
        for column in columns
        for key, outlet in outlets.items()
        if not value_of(outlet, column)
    )
