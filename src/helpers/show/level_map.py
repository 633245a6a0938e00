"""Many outlets on one page: a table of levels, an outlet a row and a measure a column, darker for more.

A number stands in each cell, its interval and articles behind it: under the pointer, and in a folded table with a file.
A cell of few articles is hatched and holds no number, for nobody should read one there.  Outlets stand by group, each
group's own level above them; languages that may not be compared stand in tables of their own.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from IPython.display import HTML, display
from jinja2 import Environment
from markupsafe import Markup

from helpers.show.plain import breakable, in_line, plain
from helpers.show.sentences import count, listing, say, share
from helpers.show.tables import boxed, folded_html
from helpers.text.languages import name_of

FEW = 10  # articles, below which a cell holds no number
PALEST, DARKEST = 0.03, 0.55  # opacity of a level of none, and of the highest: ink must stay readable on it
COLOUR = "0 114 178"
MOST = 16  # measures that fit beside one another, on a phone too; more stand in tables of their own
_TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<table class="levels" role="table" style="--n:{{ columns | length }}">
<caption>{{ caption }}</caption>
<thead role="rowgroup">
<tr role="row"><th scope="col" role="columnheader" class="words">outlet</th>
<th scope="col" role="columnheader" class="n">{{ item }}s</th>
{% for name in columns %}
<th scope="col" role="columnheader" class="measure"><span>{{ name|safe }}</span></th>
{% endfor %}
</tr>
</thead>
{% for group in groups %}
<tbody role="rowgroup">
{% for name, n, cells, kind in group %}
<tr role="row"{% if kind %} class="{{ kind }}"{% endif %}>
{% if not n %}
<th scope="rowgroup" role="rowheader" class="words" colspan="{{ columns | length + 2 }}">{{ name }}</th>
{% else %}
<th scope="row" role="rowheader" class="words">{{ name }}</th><td role="cell" class="n">{{ n }}</td>
{% endif %}
{% for text, title, style in cells %}
<td role="cell" title="{{ title }}"{% if style %} style="{{ style }}"{% else %} class="few"{% endif %}>{{ text }}</td>
{% endfor %}
</tr>
{% endfor %}
</tbody>
{% endfor %}
</table>""")


def show_levels(levels: pd.DataFrame, caption: str, *, few: int = FEW, item: str = "article") -> None:
    """Show levels of many outlets, a table a language, and under it, folded, every level with its interval.

    A language in which no outlet has `few` articles has no table: one line names it.

    Parameters
    ----------
    levels : DataFrame
        One row an outlet, or a group, and measure: ``measure_name``, ``group_name``, ``side`` (``outlet`` or
        ``group``), ``kind_name`` (the outlet's group, or the group itself), ``language``, ``estimate``, ``low``,
        ``high``, ``n_articles``.
    caption : str
    few : int
        Articles, below which a cell holds no number.
    item : str
        What is counted: an article, or a headline (`helpers.show.units.words`).
    """
    read = set(levels.loc[levels["n_articles"] >= few, "language"])
    spoken = [language for language in dict.fromkeys(levels["language"]) if language in read]
    for language, part in levels[~levels["language"].isin(spoken)].groupby("language", sort=False):
        named = part.loc[part["side"] == "outlet", "group_name"].unique()
        have = "has" if len(named) == 1 else "have"
        say(f"{name_of(language)}: no table, because {listing(named)} {have} fewer than {count(few, item)}.")
    for language in spoken:
        part = levels[levels["language"] == language]
        named = f"{caption}, {name_of(language)}" if len(spoken) > 1 else caption
        display(HTML(levels_html(part, named, few=few, item=item)))


def by_group(levels: pd.DataFrame, outlets: Mapping[str, object], groups: Mapping[str, str]) -> pd.DataFrame:
    """Levels of outlets with the group and the language of each, group by group; other groups' levels are left out.

    Parameters
    ----------
    levels : DataFrame
        ``group``: an outlet's id, or a group's name.
    outlets : mapping of id to what has a ``language``
    groups : mapping of id to the one group of each

    >>> outlets = {"a": type("Outlet", (), {"language": "en"}), "b": type("Outlet", (), {"language": "ko"})}
    >>> levels, groups = pd.DataFrame({"group": ["b", "a", "GBR"]}), {"a": "state", "b": "private"}
    >>> by_group(levels, outlets, groups).to_numpy().tolist()
    [['a', 'state', 'en'], ['b', 'private', 'ko']]
    """
    spoken = {key: outlet.language for key, outlet in outlets.items()}
    spoken |= {name: spoken[key] for key, name in reversed(list(groups.items()))}
    rows = levels.assign(kind_name=levels["group"].map(dict(groups)).fillna(levels["group"]))
    rows = rows[rows["kind_name"].isin(list(groups.values()))].assign(language=levels["group"].map(spoken))
    kinds, places = list(dict.fromkeys(groups.values())), [*groups.values(), *groups]
    order = pd.DataFrame({"kind": rows["kind_name"].map(kinds.index), "place": rows["group"].map(places.index)})
    return rows.loc[order.sort_values(["kind", "place"], kind="stable").index]


def levels_html(levels: pd.DataFrame, caption: str, *, few: int = FEW, item: str = "article") -> str:
    """The tables of one language as a string.

    >>> row = {"measure_name": "Alliance", "side": "outlet", "kind_name": "state", "language": "en", "low": 0.1}
    >>> rows = pd.DataFrame([row | {"group_name": "A", "estimate": 0.25, "high": 0.4, "n_articles": 40},
    ...                      row | {"group_name": "B", "estimate": 0.5, "high": 0.9, "n_articles": 3}])
    >>> cells = [line for line in levels_html(rows, "Levels").splitlines() if line.startswith('<td role="cell" title')]
    >>> cells[0].replace("\N{NO-BREAK SPACE}", " ")
    '<td role="cell" title="25 % (10 % to 40 %), 40 articles" style="background:rgb(0 114 178 / .55)">25</td>'
    >>> cells[1].replace("\N{NO-BREAK SPACE}", " ")
    '<td role="cell" title="50 % (10 % to 90 %), 3 articles: too few to read" class="few"></td>'
    """
    columns = list(dict.fromkeys(levels["measure_name"]))
    parts = [columns[start : start + MOST] for start in range(0, len(columns), MOST)]
    note = f"{caption}. In per cent; hatched: fewer than {count(few, item)}; the folded table has every interval"
    maps = []
    for place, part in enumerate(parts):
        heading = note if len(parts) == 1 else f"{note} ({place + 1} of {len(parts)})"
        groups = _groups(levels, part, few, item)
        maps.append(
            _TEMPLATE.render(
                caption=Markup(in_line(heading)),
                item=item,
                columns=[breakable(_short(name)) for name in part],
                groups=groups,
            )
        )
    listed = folded_html(_with_intervals(levels), f"{caption}, with intervals", lead=[False] * len(levels))
    return boxed("\n".join(maps)) + "\n" + listed


def _groups(levels: pd.DataFrame, columns: list[str], few: int, item: str) -> list[list[tuple]]:
    """Rows of a map by group: an outlet's name, its articles, its cells, and whether it is the whole group."""
    known = levels[levels["n_articles"] >= few]["estimate"]
    most = float(known.max()) if len(known) and known.max() > 0 else 1.0
    groups = []
    for kind, part in levels.groupby("kind_name", sort=False):
        part = part.sort_values("side", kind="stable")  # the group above its outlets
        rows = [] if part["side"].eq("group").any() else [(_name(kind), "", [], "whole")]
        for (side, name), of in part.groupby(["side", "group_name"], sort=False):
            by_measure = {row.measure_name: _cell(row, most, few, item) for row in of.itertuples()}
            cells = [by_measure.get(column, ("", f"no {item}", "")) for column in columns]
            rows.append((_name(name), f"{of['n_articles'].max():,}", cells, "whole" if side == "group" else ""))
        groups.append(rows)
    return groups


def _name(words: object) -> Markup:
    return Markup(breakable(plain(words)))


def _short(measure: str) -> str:
    """A measure's name without its kind, which the caption has."""
    return plain(measure).removesuffix(" (indicator)")


def _cell(row: object, most: float, few: int, item: str) -> tuple[str, str, str]:
    """What a cell shows, what stands under it, and how dark it is; few articles show nothing."""
    inside = f" ({share(row.low)} to {share(row.high)})" if pd.notna(row.low) else " (no interval)"
    title = f"{share(row.estimate)}{inside}, {count(int(row.n_articles), item)}"
    if row.n_articles < few or pd.isna(row.estimate):
        return "", f"{title}: too few to read", ""
    dark = PALEST + (DARKEST - PALEST) * min(row.estimate / most, 1)
    return f"{100 * row.estimate:.0f}", title, f"background:rgb({COLOUR} / {f'{dark:.2f}'.lstrip('0')})"


def _with_intervals(levels: pd.DataFrame) -> pd.DataFrame:
    percent = levels[["estimate", "low", "high"]].astype(float).mul(100).round(1)
    return pd.DataFrame({"group": levels["kind_name"], "outlet": levels["group_name"],
                         "measure": levels["measure_name"].map(_short), "per cent": percent["estimate"],
                         "low": percent["low"], "high": percent["high"], "articles": levels["n_articles"]})  # fmt: skip
