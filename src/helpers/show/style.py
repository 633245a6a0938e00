"""The looks that every figure shares: size, fonts, and one colour, marker and hatch for each outlet.

Colours: Okabe & Ito (2008), "Color Universal Design", which stay apart for readers who do not see red or green.
Markers and hatches carry the same difference in grey.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from cycler import cycler
from matplotlib import font_manager

from helpers.show.drawing import PAGE, Mark
from helpers.show.tables import as_tables
from helpers.text.languages import language

WIDTH = PAGE.width  # inches, the measure of the page
HEIGHT = 3.6
DPI = 160
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C8C8C")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\", "oo", "++", "--")
MOST_COLOURS = 7  # outlets that can be told apart by colour
INK, PALE = "#222222", "#B8B8B8"
FONT_PACKAGE, FONT_FILE = "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"
BOLD = 700


_marks: dict[str, Mark] = {}  # of the outlets that `set_style` was told of


def set_style(
    outlets: pd.DataFrame | Mapping[str, object] | Iterable[object] = (),
    *,
    colours: Mapping[str, str] | None = None,
    languages: Sequence[str] = (),
    groups: Mapping[str, str] | None = None,
) -> None:
    """Set matplotlib's defaults and one colour, marker and hatch for each outlet in every figure that follows.

    Han characters take the shapes of the first of `languages` that is Korean or Chinese, Korean ones otherwise.  A
    warning of one line tells when Hangul and Han cannot be drawn.

    Parameters
    ----------
    outlets : DataFrame, mapping or iterable
        Names in the order of the palette; a frame with ``outlet_name`` (and ``language``); or a study's own
        `outlets`, which know their name, language and, where one was chosen, colour.
    colours : mapping of name to colour, optional
        Colours that were chosen; they win over the palette.
    languages : sequence of str
        BCP 47; taken from `outlets` when left out.
    groups : mapping of outlet's id to group, optional
        More than `MOST_COLOURS` outlets of a study are coloured by group, and told apart by their names.

    >>> set_style(["KCNA", "the Kremlin"], colours={"KCNA": "#B03060"})
    >>> marks_for(["the Kremlin", "KCNA"])["KCNA"]
    Mark(colour='#B03060', marker='o', hatch='')
    >>> set_style()
    >>> mpl.rcParams["figure.figsize"], mpl.rcParams["font.family"]
    ([7.2, 3.6], ['DejaVu Sans', 'Noto Sans CJK KR'])
    """
    names, chosen, spoken = _outlets(outlets)
    if groups and len(names) > MOST_COLOURS and isinstance(outlets, Mapping):
        chosen = _by_group(outlets, groups) | chosen
        names += [group for group in dict.fromkeys(groups.values()) if group not in names]
    _marks.clear()
    _marks.update(outlet_marks(names, colours={**chosen, **(colours or {})}))
    mpl.rcParams.update(mpl.rcParamsDefault | {"backend": mpl.rcParams["backend"]})
    mpl.rcParams.update(
        {
            "figure.figsize": (WIDTH, HEIGHT),
            "figure.dpi": 100,
            "savefig.dpi": DPI,
            "figure.facecolor": "white",
            "figure.constrained_layout.use": True,
            "font.family": [
                "DejaVu Sans",
                *_cjk_families(languages or spoken),
            ],  # names, not a generic: only names fall back
            "font.size": 9,
            "axes.titlesize": 10.5,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.labelsize": 9,
            "axes.labelcolor": INK,
            "axes.edgecolor": PALE,
            "axes.linewidth": 0.8,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.unicode_minus": True,
            "axes.prop_cycle": cycler(color=OKABE_ITO, marker=MARKERS),
            "xtick.color": INK,
            "ytick.color": INK,
            "xtick.labelsize": 8,
            "ytick.labelsize": 8,
            "text.color": INK,
            "text.parse_math": False,  # a scraped "$" is a dollar
            "legend.frameon": False,
            "lines.linewidth": 1.6,
            "lines.markersize": 5,
            "hatch.linewidth": 0.5,
            "grid.color": "#E4E4E4",
            "grid.linewidth": 0.6,
        }
    )
    as_tables()  # frames that end a cell


def _outlets(outlets: object) -> tuple[list[str], dict[str, str], list[str]]:
    """Names, colours that were chosen, and languages, from whatever names outlets."""
    if isinstance(outlets, pd.DataFrame):
        spoken = list(outlets["language"].unique()) if "language" in outlets else []
        return list(outlets["outlet_name"].unique()), {}, spoken
    listed = list(outlets.values() if isinstance(outlets, Mapping) else outlets)
    names = [getattr(outlet, "name", outlet) for outlet in listed]
    colours = {name: getattr(outlet, "colour", None) for name, outlet in zip(names, listed, strict=True)}
    languages = [getattr(outlet, "language", None) for outlet in listed]
    return names, {name: colour for name, colour in colours.items() if colour}, [code for code in languages if code]


def _by_group(outlets: Mapping[str, object], groups: Mapping[str, str]) -> dict[str, str]:
    """A colour for each group, by its place, and for each outlet's name that of its group."""
    known = list(dict.fromkeys(groups.values()))
    palette = OKABE_ITO[:MOST_COLOURS]
    own = {group: palette[place % len(palette)] for place, group in enumerate(known)}
    return own | {
        getattr(outlet, "name", outlet): own.get(groups.get(key, ""), PALE) for key, outlet in outlets.items()
    }


def _cjk_families(languages: Sequence[str]) -> list[str]:
    fonts = [font for code in languages if (font := language(code).font)]
    family = (fonts or [language("ko").font])[0]
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    path = cjk_font()
    if family not in known and path:
        font_manager.fontManager.addfont(path)
        known = {entry.name for entry in font_manager.fontManager.ttflist}
    _also_bold(family)
    if family not in known:
        warnings.warn(f"no font has Hangul and Han: install {FONT_PACKAGE!r} or {family!r}", stacklevel=3)
        return []
    return [family]


def _also_bold(family: str) -> None:
    """Let titles use the one weight there is; matplotlib logs a line for each of them otherwise."""
    entries = [entry for entry in font_manager.fontManager.ttflist if entry.name == family]
    if entries and all(entry.weight != BOLD for entry in entries):
        font_manager.fontManager.ttflist.append(dataclasses.replace(entries[0], weight=BOLD))


def cjk_font() -> Path | None:
    """Path of the packaged font with Hangul and Han, or None where the package is not installed.

    >>> cjk_font().name
    'NotoSansCJK-Regular.ttc'
    """
    spec = importlib.util.find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).with_name(FONT_FILE)
    return path if path.exists() else None


def outlet_marks(names: Sequence[str], *, colours: Mapping[str, str] | None = None) -> dict[str, Mark]:
    """Colour, marker and hatch of each outlet, by its place; a colour that was chosen wins.

    >>> outlet_marks(["KCNA", "TASS"])["TASS"]
    Mark(colour='#D55E00', marker='s', hatch='////')
    """
    return {
        name: Mark(
            (colours or {}).get(name, OKABE_ITO[place % len(OKABE_ITO)]),
            MARKERS[place % len(MARKERS)],
            HATCHES[place % len(HATCHES)],
        )
        for place, name in enumerate(names)
    }


def marks_for(names: Iterable[str], marks: Mapping[str, Mark] | None = None) -> dict[str, Mark]:
    """Marks for `names`: the given ones or those of `set_style`, and the next free of the palette for the rest.

    >>> set_style()
    >>> marks_for(["a", "b"])["b"].marker
    's'
    """
    names, given = list(names), dict(_marks if marks is None else marks)
    free = [i for i, colour in enumerate(OKABE_ITO) if colour not in {mark.colour for mark in given.values()}]
    free = free or list(range(len(OKABE_ITO)))
    for place, name in enumerate(name for name in names if name not in given):
        i = free[place % len(free)]
        given[name] = Mark(OKABE_ITO[i], MARKERS[i], HATCHES[i])
    return {name: given[name] for name in names}
