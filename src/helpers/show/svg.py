"""A matplotlib figure as SVG that belongs to its page: letters as text in the page's fonts, ink as the page's ink.

Widths are measured with DejaVu Sans, which is wider than the fonts that a page is set in (system-ui, Segoe UI, Noto
Sans, Helvetica), and with Noto Sans CJK for Hangul and Han: what fits there fits with every reader.  Lines of a broken
label are placed one by one by their own anchor, so that they stay aligned in any font.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.show.colours import by_day, by_night
from helpers.show.style import INK, OKABE_ITO

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "figure", "svg.image_inline": True}
NUMBER = re.compile(r"-?\d+\.\d+")
COLOUR = re.compile(r"#[0-9a-f]{6}")
USED = re.compile(r"#([A-Za-z][\w.-]*)")
LONGEST = 1000  # letters of an attribute that may refer to something: longer ones are paths and pictures
MISSING_GLYPH = re.compile(r"Glyph \d+ .*missing from")
INK_LIGHT = int(INK[1:3], 16)  # grey from 0 to 255
SHADE, SHADED = "shade", OKABE_ITO[0].lower()  # gid of a picture that is one colour, more or less, and that colour
SMOOTH = 300  # columns of such a picture, beyond which they are narrower than a pixel
HALO = "halo"  # gid of a text that keeps clear of what lies below it
ALIGN = {"left": 0.0, "center": 0.5, "right": 1.0}


def inline(figure: Figure, *, label: str, kind: str) -> tuple[str, set[str]]:
    """The figure as one ``<svg role="img">`` element, and the colours of its series as they are in the day.

    Parameters
    ----------
    figure : Figure
    label : str
        What a reader who cannot see it is told.
    kind : str
        Class of the element: which drawing it is.

    A character that none of our fonts has is drawn by the reader's, for letters stay text; only its width is a guess.

    >>> import matplotlib.pyplot as plt
    >>> figure, axis = plt.subplots()
    >>> _ = axis.plot([1, 2], color="#0072B2")
    >>> text, colours = inline(figure, label="A line that rises", kind="page")
    >>> text[:47], colours, "#ffffff" in text
    ('<svg role="img" aria-label="A line that rises" ', {'#0072b2'}, False)
    >>> plt.close(figure)
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        written = _written(figure)
    for warning in caught:
        if not MISSING_GLYPH.search(str(warning.message)):
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    root = ElementTree.fromstring(written)
    wide, tall = (root.get(side).removesuffix("pt") for side in ("width", "height"))
    colours: set[str] = set()
    page = "f" + hashlib.sha256((label + kind + written).encode()).hexdigest()[:8]
    ids = _ids(root, page)
    inside = "".join(_element(child, ids, colours) for child in root)
    box = f"0 0 {_short(wide)} {_short(tall)}"
    return (
        f'<svg role="img" aria-label="{_escaped(label)}" class="{kind}" viewBox="{box}" '
        f'fill="currentColor" stroke-linejoin="round">{inside}</svg>',  # what is black has no fill of its own
        colours,
    )


def _written(figure: Figure) -> str:
    """What matplotlib writes; the same figure gives the same text."""
    buffer = io.StringIO()
    with mpl.rc_context(SETTINGS):
        with _broken_lines(figure):
            figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


@contextlib.contextmanager
def _broken_lines(figure: Figure) -> Iterator[None]:
    """For a while, every line of a broken, level text is a text of its own, with the anchor of the whole."""
    if not (broken := [text for text in _texts(figure) if "\n" in text.get_text() and not text.get_rotation() % 360]):
        yield
        return
    figure.draw_without_rendering()  # where the lines stand is known only then
    figure.set_layout_engine("none")
    lines = [line for text in broken for line in _lines(figure, text)]
    for text in broken:
        text.set_visible(False)
    yield
    for line in lines:
        line.remove()
    for text in broken:
        text.set_visible(True)


def _texts(figure: Figure) -> list[Text]:
    """All that is written on the figure; axes that are off have no ticks to ask for."""
    texts = list(figure.texts)
    for axis in figure.axes:
        if axis.get_visible():
            texts += [*axis.texts, axis.title, axis._left_title]
        if axis.get_visible() and axis.axison:
            texts += [axis.xaxis.label, axis.yaxis.label, *axis.get_xticklabels(), *axis.get_yticklabels()]
    return [text for text in texts if text.get_visible()]


def _lines(figure: Figure, text: Text) -> list[Text]:
    """The lines of a text, each where it stood."""
    box = text.get_window_extent().transformed(figure.transFigure.inverted())
    side, words = text.get_horizontalalignment(), text.get_text().split("\n")
    return [
        figure.text(
            box.x0 + ALIGN[side] * box.width, box.y1 - (place + 0.5) * box.height / len(words), line, ha=side,
            va="center", fontproperties=text.get_fontproperties(), color=text.get_color(), gid=text.get_gid(),
        )
        for place, line in enumerate(words)
    ]  # fmt: skip


def _ids(root: ElementTree.Element, prefix: str) -> dict[str, str]:
    """A short name, unique on a page, for each id that something refers to."""
    words = " ".join(value for node in root.iter() for value in node.attrib.values() if len(value) < LONGEST)
    known = {node.get("id") for node in root.iter()}
    return {own: f"{prefix}{place}" for place, own in enumerate(dict.fromkeys(USED.findall(words))) if own in known}


def _element(node: ElementTree.Element, ids: dict[str, str], colours: set[str]) -> str:
    """One element and all below it; what shows nothing is left out."""
    tag = node.tag.removeprefix(SVG)
    if tag == "g":
        _share_style(node)
    if tag in ("metadata", "style"):
        return ""
    looks = _looks(node.get("style", ""), tag, colours)
    if tag == "path" and node.get("style") and not ({"fill", "stroke"} - {k for k, v in looks.items() if v == "none"}):
        return ""
    attributes = {}
    for name, value in node.attrib.items():
        name = name.replace(XLINK, "")
        if name == "id" and value in ids:
            attributes[name] = ids[value]
        elif name == "fill" and tag == "rect":  # the ground of a hatch
            looks |= _looks(f"fill: {value}", tag, colours)
        elif name == "href" and value[0] != "#":
            attributes[name] = "".join(value.split())
        elif name not in ("id", "style"):
            attributes[name] = _short(_renamed(value, ids))
    if tag == "text":
        attributes = _placed(attributes)
    if looks:
        attributes["style"] = ";".join(f"{name}:{_renamed(value, ids)}" for name, value in looks.items())
    if node.get("id") == HALO:
        attributes["class"] = HALO
    if node.get("id", "").startswith(SHADE):
        return _shade(attributes, f"{next(iter(ids.values()), '')}{node.get('id')}", colours)
    inside = "".join(_element(child, ids, colours) for child in node)
    inside = _escaped(node.text or "") if tag == "text" else inside
    if tag in ("g", "defs") and not inside:
        return ""
    if tag == "g" and not attributes:
        return inside
    listed = "".join(f' {name}="{_escaped(value)}"' for name, value in attributes.items())
    return f"<{tag}{listed}>{inside}</{tag}>" if inside or tag == "text" else f"<{tag}{listed}/>"


def _shade(picture: dict[str, str], name: str, colours: set[str]) -> str:
    """A picture of how thickly a series' colour is laid on, in that colour of the page's."""
    colours.add(SHADED)
    if int(picture["width"]) > SMOOTH:
        picture.pop("style", None)  # columns narrower than a pixel are averaged, not left out
    listed = "".join(f' {key}="{_escaped(value)}"' for key, value in picture.items())
    fill, _ = _named(SHADED, letters=False, colours=colours)
    return (
        f'<mask id="{name}" style="mask-type:alpha"><image{listed}/></mask>'
        f'<rect width="100%" height="100%" style="fill:{fill}" mask="url(#{name})"/>'
    )


def _share_style(group: ElementTree.Element) -> None:
    """One style for all, where every mark of a group has the same."""
    styles = {(child.tag, child.get("style")) for child in group}
    if len(group) > 1 and len(styles) == 1 and next(iter(styles))[0] == f"{SVG}use" and not group.get("style"):
        group.set("style", group[0].get("style", ""))
        for child in group:
            del child.attrib["style"]


def _renamed(value: str, ids: dict[str, str]) -> str:
    return USED.sub(lambda match: f"#{ids.get(match[1], match[1])}", value)


def _placed(attributes: dict[str, str]) -> dict[str, str]:
    """Where a text stands: x and y where it is level, else what matplotlib turned."""
    transform = attributes.get("transform", "")
    if transform.startswith("translate(") and "rotate" not in transform:
        x, y = re.findall(r"-?[\d.]+", transform)[:2]
        attributes |= {"x": x, "y": y}
    elif not transform.startswith("rotate(-0 "):
        return attributes
    return {name: value for name, value in attributes.items() if name != "transform"}


def _looks(style: str, tag: str, colours: set[str]) -> dict[str, str]:
    """A style as the page's own: ink for black, thinner ink for grey, the page's ground for white, series by name."""
    given = {
        name.strip(): value.strip() for name, _, value in (part.partition(":") for part in style.split(";")) if value
    }
    given.pop("font-family", None)
    looks: dict[str, str] = {}
    thinned: dict[str, str] = {}
    for name, value in given.items():
        if name in ("fill", "stroke") and COLOUR.fullmatch(value):
            looks[name], thin = _named(value, letters=tag == "text", colours=colours)
            if thin < 1:
                thinned[f"{name}-opacity"] = f"{thin * float(given.get(f'{name}-opacity', 1)):.2g}"
        else:
            looks[name] = _short(value)
    return looks | thinned


def _named(colour: str, *, letters: bool, colours: set[str]) -> tuple[str, float]:
    """A colour as the page's style sheet knows it, and how thin it is laid on."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    if max(red, green, blue) - min(red, green, blue) > 8:
        colours.add(colour)
        return f"var(--{'t' if letters else 'c'}{colour[1:]},{by_day(colour) if letters else colour})", 1.0
    if min(red, green, blue) >= 254:
        return "var(--chart-paper,#fff)", 1.0
    thin = min(1.0, (255 - red) / (255 - INK_LIGHT))
    return "currentColor", max(thin, 0.75) if letters else thin


def variables(colours: set[str]) -> str:
    """Custom properties for the colours of series, by day and by night; letters are darker by day.

    >>> variables({"#0072b2"})[:28]
    '--c0072b2:light-dark(#0072b2'
    """
    return "".join(
        f"--c{colour[1:]}:light-dark({colour},{by_night(colour)});"
        f"--t{colour[1:]}:light-dark({by_day(colour)},{by_night(colour)});"
        for colour in sorted(map(to_hex, colours))
    )


def _short(text: str) -> str:
    """Numbers with two decimals and white space single: nobody sees a thousandth of a point."""
    return " ".join(NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), text).split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
