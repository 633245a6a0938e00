"""From a notebook that was run to a page: Markdown, formulas, code folded, contents, one frame around all."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import mistune
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from latex2mathml import exceptions
from latex2mathml.converter import convert
from markupsafe import Markup
from mistune.plugins.math import math
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from helpers.report.check import PageError
from helpers.report.languages import mark_languages
from helpers.report.links import Links, slug
from helpers.show import sentences
from helpers.show.plain import isolated, straight, tidy
from helpers.study import Study

HARMLESS = re.compile(r"</?(?:sub|sup|br|kbd|em|strong|small)\s*/?>", re.IGNORECASE)
FORMULA = re.compile(r"[\\^_=]|^\w$")  # what makes "$…$" a formula, and not two prices in one sentence
NO_FORMULA = (
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
)  # what latex2mathml raises of what is none: its own, and those of the parser beneath
TAKEN = ("main", "notebooks", "statement", "study")  # ids of our own templates
STYLE = re.compile(r"<style>[^<]*</style>\n?")
HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)


class _Renderer(mistune.HTMLRenderer):
    """Markdown as HTML: headings can be linked to, formulas are MathML, raw HTML is shown as text.

    Parameters
    ----------
    links : Links
        Where links may lead.
    used : dict
        How often each heading's id stands on the page, shared by all that write to it.
    output : bool
        What cells said, which may quote what was scraped: links lead to the web or to pages that are there, and an
        image is its alt text.
    """

    def __init__(self, links: Links, used: dict[str, int], *, output: bool = False) -> None:
        super().__init__(escape=False)  # entities stay; tags are handled below
        self.links, self.used, self.output = links, used, output

    def text(self, text: str) -> str:
        """Words, in which what is written from right to left keeps its direction to itself."""
        return isolated(straight(super().text(text)), before="<bdi>", after="</bdi>")

    def heading(self, text: str, level: int, **attributes: object) -> str:
        """A heading with an id made of its words."""
        name = slug(html.unescape(re.sub(r"<[^>]+>", "", text)))
        self.used[name] = self.used.get(name, 0) + 1
        number = f"-{self.used[name]}" if self.used[name] > 1 else ""
        return f'<h{level} id="{name}{number}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """A link that works where the page is read, or its words."""
        return self.links.tag(text, url, output=self.output)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """As it is written, to be found by the page's check; in what cells said, its words."""
        return mistune.escape(text) if self.output else super().image(text, url, title)

    def inline_html(self, html: str) -> str:
        """Only tags that cannot carry anything; everything else is shown as it is written."""
        return html if HARMLESS.fullmatch(html) else mistune.escape(html)

    def block_html(self, html: str) -> str:
        """Shown as it is written."""
        return f"<p>{mistune.escape(html.strip())}</p>\n"

    def inline_math(self, text: str) -> str:
        """A formula in a line."""
        return self._formula(text, "inline") if FORMULA.search(text) else f"${mistune.escape(text)}$"

    def block_math(self, text: str) -> str:
        """A formula on its own."""
        return f'<div class="formula">{self._formula(text, "block")}</div>\n'

    def _formula(self, text: str, display: str) -> str:
        """MathML; what is no formula is shown as it is written where data may have written it, and else refused."""
        try:
            return convert(text, display=display)
        except NO_FORMULA:
            if self.output:
                return mistune.escape(f"${text}$")
            source = "/".join(self.links.source.parts[-2:]) if self.links.source else "this text"
            raise PageError(
                f"{source}: ${' '.join(text.split())[:60]}$ is no formula that can be read; close its braces, or write "
                "\\$ for a dollar"
            ) from None


def markdown_renderer(
    links: Links | None = None, *, used: dict[str, int] | None = None, output: bool = False
) -> Callable[[str], str]:
    """A function from Markdown to HTML; heading ids are unique among all it is given.

    Parameters
    ----------
    links, used, output
        As of the page's renderer; without them no page of the collection is known.

    >>> render = markdown_renderer()
    >>> render("## Data"), render("## Data")
    ('<h2 id="data">Data</h2>\\n', '<h2 id="data-2">Data</h2>\\n')
    >>> render("from $5 to $6 <script>")
    '<p>from $5 to $6 &lt;script&gt;</p>\\n'
    >>> "<math" in render("a share $\\\\theta_k$")
    True
    >>> markdown_renderer(output=True)("[so](#data) ![a flag](https://post.invalid/x.png)")
    '<p>so a flag</p>\\n'
    """
    renderer = _Renderer(links or Links(), dict.fromkeys(TAKEN, 1) if used is None else used, output=output)
    markdown = mistune.create_markdown(
        renderer=renderer, plugins=["table", "strikethrough", "footnotes", "def_list", math]
    )
    renderer.register("inline_math", lambda self, text: self.inline_math(text))
    renderer.register("block_math", lambda self, text: self.block_math(text))
    return lambda text: markdown(straight(text))


class _Exporter(HTMLExporter):
    """The body of a page from a notebook, through templates/report."""

    def __init__(self, folder: Path, links: Links, *, with_code: bool) -> None:
        settings = Config()
        settings.TagRemovePreprocessor.enabled = True
        settings.TagRemovePreprocessor.remove_cell_tags = {"remove-cell", "parameters"}
        settings.TagRemovePreprocessor.remove_input_tags = {"remove-input"}
        settings.TagRemovePreprocessor.remove_all_outputs_tags = {"remove-output"}
        used = dict.fromkeys(TAKEN, 1)
        self.written = markdown_renderer(links, used=used)
        self.said = markdown_renderer(links, used=used, output=True)
        super().__init__(
            config=settings,
            template_name="report",
            extra_template_basedirs=[str(folder)],
            exclude_input=not with_code,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
        )

    def default_filters(self):  # a generator of pairs, as the class above has it
        """The stock filters, with our own Markdown."""
        yield from super().default_filters()
        yield "markdown2html", self.written
        yield "said2html", self.said
        yield "unfolded", unfolded


def unfolded(source: str) -> str:
    """A solution's Markdown without the fold that it has in JupyterLab; the page has one of its own.

    >>> unfolded("<details><summary>Solution</summary>\\n\\nTwo.\\n\\n</details>")
    'Two.'
    """
    return re.sub(r"\A<details><summary>Solution</summary>\s*(.*?)\s*</details>\s*\Z", r"\1", source, flags=re.DOTALL)


def body(notebook: NotebookNode, templates: Path, *, with_code: bool = True, links: Links | None = None) -> str:
    """The inside of a page from a notebook with outputs."""
    return _once(_Exporter(templates, links or Links(), with_code=with_code).from_notebook_node(notebook)[0])


def _once(inside: str) -> str:
    """Style sheets that outputs bring along, for they stand alone in JupyterLab, once each."""
    seen: set[str] = set()
    return STYLE.sub(lambda sheet: "" if sheet[0] in seen or seen.add(sheet[0]) else sheet[0], inside)


def contents(inside: str) -> list[tuple[int, str, str]]:
    """Second- and third-level headings as (level, id, text).

    >>> contents('<h1 id="a">A</h1><h2 id="b">B &amp; <em>c</em></h2>')
    [(2, 'b', 'B & c')]
    """
    return [
        (int(level), slug, html.unescape(re.sub(r"<[^>]+>", "", text))) for level, slug, text in HEADING.findall(inside)
    ]


def page(templates: Path, template: str, *, study: Study, **values: object) -> str:
    """A whole page of `study`: `template` of templates/report around `values`."""
    environment = Environment(
        loader=FileSystemLoader(templates / "report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=tidy,
    )  # fmt: skip
    environment.filters["css_string"] = css_string
    style = (templates / "report" / "style.css").read_text(encoding="utf-8")
    dated = (
        f"Period asked for: {sentences.day(study.start)} to {sentences.day(study.end)}"
        if hasattr(study, "start")
        else ""
    )
    whole = environment.get_template(template).render(
        style=Markup(style + _code_colours()), study=study, dated=dated, **values
    )
    return mark_languages(whole)


def _code_colours() -> str:
    """Colours of the folded code, by day and by night: of pygments' styles those with contrast 4.5 on our ground."""
    day = HtmlFormatter(style="xcode").get_style_defs(".highlight")
    night = HtmlFormatter(style="lightbulb").get_style_defs(".highlight")
    both = f"{day}\n@media screen and (prefers-color-scheme: dark) {{\n{night}\n}}\n"
    return re.sub(r"(\.highlight \{) background: [^;]+;", r"\1", both)


def css_string(words: str) -> Markup:
    """Words as a string of a style sheet, which can end neither itself nor the sheet.

    >>> css_string('Press </style> "1"')
    Markup('"Press \\\\3c /style> \\\\22 1\\\\22 "')
    """
    safe = "".join(f"\\{ord(sign):x} " if sign in '\\"<&' or sign < " " else sign for sign in words)
    return Markup(f'"{safe}"')


def title_of(notebook: NotebookNode) -> str:
    """The question that a notebook asks: its first H1.

    >>> import nbformat
    >>> title_of(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# How do outlets differ?")]))
    'How do outlets differ?'
    """
    for cell in notebook.cells:
        for line in cell.source.splitlines() if cell.cell_type == "markdown" else []:
            if line.startswith("# "):
                return line[2:].strip()
    return "Untitled"
