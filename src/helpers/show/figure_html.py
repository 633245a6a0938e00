"""A figure as a piece of HTML that is right on our pages, in JupyterLab, in VS Code and in any nbconvert page.

It carries the few rules that it needs.  Letters and lines are the page's own ink, the ground is the page's own ground;
colours of series are lighter on a dark page.  Which of two drawings is seen is a matter of the width there is for it.
"""

from __future__ import annotations

import html

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.show.drawing import PAGE, PHONE, Mark, around, letters, on
from helpers.show.plain import straight
from helpers.show.svg import inline, variables

NARROWEST = 600  # pixels of room below which the phone's drawing is seen
STYLE = """
figure.chart{container-type:inline-size;margin:1.4em 0 1.8em;color:inherit;text-align:left;
--chart-paper:var(--paper,var(--jp-layout-color0,var(--vscode-editor-background,Canvas)));
font-family:var(--sans,system-ui,"Segoe UI","Noto Sans","DejaVu Sans","Noto Sans CJK KR","Apple SD Gothic Neo",
"Malgun Gothic",sans-serif)}
[data-jp-theme-light=false] figure.chart,.vscode-dark figure.chart{color-scheme:dark}
figure.chart svg{display:block;width:100%;height:auto;overflow:visible;background:none}
figure.chart svg text{font-family:inherit;white-space:pre}
figure.chart .halo text{paint-order:stroke;stroke:var(--chart-paper);stroke-width:2.4px}
figure.chart>svg.phone{display:none;max-width:460px}
figure.chart p,figure.chart ul{margin:0 0 .5em;padding:0}
figure.chart .chart-title{font-size:1.06rem;font-weight:700;line-height:1.32;text-wrap:balance;overflow-wrap:anywhere}
figure.chart .chart-key{display:flex;flex-wrap:wrap;gap:.1em 1.1em;list-style:none;font-size:.8rem;line-height:1.5}
figure.chart .chart-key li{margin:0;padding:0}
figure.chart .chart-key svg{display:inline-block;width:2em;height:.8em;vertical-align:-.05em;margin-right:.35em}
figure.chart .chart-note,figure.chart details{font-size:.76rem;line-height:1.45;opacity:.85;overflow-wrap:anywhere}
figure.chart .chart-note{margin-top:.5em}
figure.chart summary{cursor:pointer}
@media print{figure.chart{color-scheme:light;container-type:normal;break-inside:avoid;break-after:auto}
figure.chart p{break-after:avoid}
figure.chart details::details-content{content-visibility:visible;display:block}}
"""
CHOICE = f"""
@container (max-width:{NARROWEST - 1}px){{figure.chart>svg.page{{display:none}}figure.chart>svg.phone{{display:block}}}}
"""
SHAPES = {
    "o": '<circle cx="10" cy="4" r="3.2"/>',
    "s": '<path d="M7 1h6v6h-6z"/>',
    "^": '<path d="M10 .4l3.6 6.6h-7.2z"/>',
    "v": '<path d="M10 7.6l3.6-6.6h-7.2z"/>',
    "D": '<path d="M10 0l4 4-4 4-4-4z"/>',
    "P": '<path d="M8.6 .6h2.8v2h2v2.8h-2v2h-2.8v-2h-2v-2.8h2z"/>',
    "X": '<path d="M8 0l2 2 2-2 2 2-2 2 2 2-2 2-2-2-2 2-2-2 2-2-2-2z"/>',
    "*": '<path d="M10 0l1.1 2.8 3 .2-2.3 1.9.8 2.9-2.6-1.6-2.6 1.6.8-2.9-2.3-1.9 3-.2z"/>',
    "|": '<path d="M9.2 0h1.6v8h-1.6z"/>',
}


def figure_html(figure: Figure, *, title: str, alt: str, evidence: str) -> str:
    """A figure with all that stands around it; `figure` is spent.

    >>> figure, axis = plt.subplots()
    >>> made = figure_html(figure, title="A <b> rises", alt="A line", evidence="9 articles.")
    >>> made[:37], made.count("<svg role"), "A &lt;b&gt; rises" in made
    ('<figure class="chart"><style>figure.c', 2, True)
    >>> plt.close(figure)
    """
    words = around(figure)
    _without(figure, title)
    page, colours = inline(figure, label=alt, kind="page")
    phone, more = inline(_narrow(figure, title), label=alt, kind="phone")
    key = "".join(f"<li>{_sample(mark)}<bdi>{html.escape(name)}</bdi></li>" for name, mark in words.key)
    used = colours | more | {mark.colour.lower() for _, mark in words.key}
    made = "".join(
        [
            f'<figure class="chart"><style>{STYLE.strip()}{CHOICE.strip()}{_named(used)}</style>'.replace("\n", ""),
            f'<p class="chart-title"><bdi>{html.escape(title)}</bdi></p>',
            f'<ul class="chart-key">{key}</ul>' if key else "",
            page,
            phone,
            *(f'<p class="chart-note"><bdi>{html.escape(text)}</bdi></p>' for text in words.notes),
            f'<details class="evidence"><summary>What this rests on</summary><p>{html.escape(evidence)}</p></details>',
            "</figure>",
        ]
    )
    return straight(made)


def _named(colours: set[str]) -> str:
    """The rule that knows the colours of series, where the browser can tell day from night."""
    return f"@supports (color:light-dark(red,red)){{figure.chart{{{variables(colours)}}}}}" if colours else ""


def _sample(mark: Mark) -> str:
    """How somebody is drawn, beside the name in the key."""
    colour = mark.colour.lower()
    return (
        f'<svg viewBox="0 0 20 8" aria-hidden="true" style="fill:var(--c{colour[1:]},{colour})">'
        f'<path d="M0 3.4h20v1.2h-20z"/>{SHAPES.get(mark.marker, "")}</svg>'
    )


def _narrow(figure: Figure, title: str) -> Figure:
    """The figure drawn again for a phone, or narrowed where nobody knows how to draw it again."""
    with on(PHONE):
        if again := around(figure).again:
            drawn, _ = again()
            _without(drawn, title)
            plt.close(drawn)
            return drawn
        height = figure.get_figheight() * (1 + PHONE.width / PAGE.width)
        figure.set_layout_engine("constrained")
        figure.set_size_inches(PHONE.width, height)
        for text in figure.findobj(Text):
            text.set_fontsize(letters(min(text.get_fontsize(), 8.4)))
    return figure


def _without(figure: Figure, title: str) -> None:
    """The figure without its title, which the page says."""
    if figure.get_suptitle() == title:
        figure.suptitle("")
    for axis in figure.axes:
        for place in ("left", "center"):
            if axis.get_title(loc=place) == title:
                axis.set_title("", loc=place)
