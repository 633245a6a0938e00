"""Pages of ours: whatever words stand in them, they are words. Each is read back by a parser that reads as browsers do."""

from __future__ import annotations

import base64
import csv
import dataclasses
import html
import io
import json
import re
from functools import cache
from pathlib import Path

import lxml.html
import matplotlib.pyplot as plt
import pandas as pd
from fuzz.parts import ADDRESS, ANY, DATE, HOSTILE, SENTENCE, WORDS, damaged, long
from fuzz.run import Target, one_line
from hypothesis import strategies as st
from test_findings import candidate
from test_show_explorer import made

from helpers.report.check import PageError, check_page
from helpers.report.codebook import codebook_page
from helpers.report.explorer import page_of
from helpers.report.page import markdown_renderer
from helpers.show import svg, take_along
from helpers.show.cards import cards_html
from helpers.show.documents import document_browser, linked
from helpers.show.explorer.payload import as_json
from helpers.show.figure_html import figure_html
from helpers.show.markup import as_html, as_markdown, as_text
from helpers.show.plain import plain
from helpers.show.style import set_style
from helpers.show.tables import frame_html, table_html
from helpers.study import Study, load_study

ROOT = Path(__file__).parents[2]
OURS = {
    "a", "abbr", "b", "bdi", "br", "caption", "circle", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figure", "g", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "kbd", "li", "line",
    "nav", "ol", "p", "path", "pre", "section", "small", "span", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "text", "th", "thead", "tr", "ul", "wbr", "blockquote",
    "defs", "use", "rect", "polygon", "polyline", "clippath", "tspan", "desc", "title", "marker", "ellipse", "metadata",
}  # fmt: skip
MATHS = {
    "math",
    "mi",
    "mn",
    "mo",
    "mrow",
    "mfrac",
    "msup",
    "msub",
    "msubsup",
    "mtext",
    "msqrt",
    "mover",
    "munder",
    "munderover",
    "mtable",
    "mtr",
    "mtd",
    "mspace",
    "mstyle",
    "mroot",
    "mpadded",
    "menclose",
    "mphantom",
}
SCHEMES = ("https://", "http://", "data:text/csv;", "#", "mailto:")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", re.IGNORECASE)  # another scheme, or another host


def dead(text: str, *, allowed: frozenset[str] | set[str] = frozenset(), scripts: int = 0) -> None:
    """Nothing on a page does anything: no element but ours, no handler, no address but of the web."""
    tree = lxml.html.document_fromstring(f"<!DOCTYPE html><body>{text}</body>" if "<body" not in text else text)
    n = 0
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in (
            "html",
            "body",
            "head",
            "meta",
            "link",
            "header",
            "footer",
            "main",
            "article",
        ):
            continue
        if element.tag == "script":
            n += 1
            continue
        assert element.tag in OURS | MATHS | set(allowed), f"<{element.tag}> is on the page"
        for name, value in element.attrib.items():
            assert not name.startswith("on"), f"<{element.tag}> has {name}"
            if name in ("href", "src", "xlink:href", "action", "formaction", "srcset", "data"):
                asked = re.sub(r"^[\x00-\x20]+|[\t\r\n]", "", value)  # as a browser reads it
                assert asked.startswith(SCHEMES) or not ELSEWHERE.match(asked), f"{name} leads to {value[:80]!r}"
            if name == "style":
                assert "url(" not in value.replace("url(#", "") and "expression" not in value, value
    assert n == scripts, f"{n} scripts"
    assert not re.search("[\u202a-\u202e]", tree.text_content()), "direction turned"


def sentences(said: list[str]) -> None:
    """A sentence takes its own few marks and no others, in HTML, in Markdown and in plain text."""
    shown, marked, text = as_html(said), as_markdown(said), as_text(said)
    dead(shown)
    assert set(re.findall(r"<(\w+)", shown)) <= {"p", "ul", "ol", "li", "strong", "em", "code", "bdi"}
    dead(markdown_renderer(output=True)(marked))
    assert len(marked.split("\n")) == len(text.split("\n")) == max(len(said), 1)


CELL = (
    st.none()
    | WORDS
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.sampled_from(
        [pd.NaT, "−1.5 (−2 to 3)", "0.1 (0 to 1)", f"{'9' * 400} (1 to 2)", "1 (0 to 1) x", "5 (no interval)"]
    )
)
NAME = WORDS | st.sampled_from(["n", "note", "outlet", "points (interval)", "ratio", "share", "p", "q", "estimate"])


def _frame(drawn: tuple[list[str], list[list[object]]]) -> pd.DataFrame:
    names, rows = [name.encode("utf-8", "replace").decode() for name in drawn[0]], drawn[1]
    return pd.DataFrame(
        [(row * len(names))[: len(names)] for row in rows],
        columns=list(dict.fromkeys(names)) if len(set(names)) == len(names) else range(len(names)),
        dtype=object,
    )


FRAME = st.tuples(
    st.lists(NAME, min_size=1, max_size=5), st.lists(st.lists(CELL, min_size=1, max_size=5), max_size=18)
).map(_frame)


def tables(drawn: tuple[pd.DataFrame, str, bool]) -> None:
    """A table of anything, its caption, its file: words, and as many rows as the frame."""
    frame, caption, is_indexed = drawn
    if is_indexed and frame.shape[1] > 1:
        first = frame.pop(frame.columns[0])
        frame.index = pd.Index([str(value).encode("utf-8", "replace").decode() for value in first], name="outlet")
    page = table_html(frame, caption)
    dead(page)
    dead(frame_html(frame))
    if len(frame):
        *_, last = lxml.html.document_fromstring(page).iter("tbody")
        assert len(last) == len(frame), "a row is not on the page"


def taken_along(frame: pd.DataFrame) -> None:
    """A file to take along has every row, and no cell that a spreadsheet computes."""
    text = take_along.written(frame)
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == len(frame) + 1
    for row in rows:
        for cell in row:
            assert not cell.lstrip(" \n").startswith(("=", "+", "@", "\t", "\r")), cell
            assert not cell.startswith("-") or re.fullmatch(r"-[\d.e+inf-]+", cell), cell
    coded = re.search(r"base64,([^\"]+)", take_along.link(frame, "x"))
    assert coded and base64.b64decode(coded[1]).decode("utf-8-sig") == text.encode("utf-8", "replace").decode()


def cards(drawn: tuple[str, str, str, str]) -> None:
    """Names on a card are words."""
    measure, one, two, why = (words.encode("utf-8", "replace").decode() for words in drawn)
    row = candidate(1, measure_name=measure, group_name=one, reference_name=two, why=why, place=1)
    dead(cards_html(pd.DataFrame([row])))


DOCUMENT = st.fixed_dictionaries({
    "topic_name": WORDS, "topic_share": st.floats(0, 1) | st.none(), "article_id": st.integers(0, 2**64).map("{:016x}".format), "published": DATE | st.none(), "outlet_name": WORDS | st.none(), "title": WORDS | st.none(),
    "address": ADDRESS | WORDS | st.none(), "share": st.floats() | st.none(), "text": WORDS | st.none(), "copies": st.integers(0, 9) | st.none()})  # fmt: skip


def documents(rows: list[dict[str, object]]) -> None:
    """What was scraped is words, and a link leads to the web alone; the same rows in another order are the same page."""
    rows = [row | {"topic_share": rows[0]["topic_share"]} for row in rows]
    page = document_browser(pd.DataFrame(rows, dtype=object))
    dead(page)
    ids = [row["article_id"] for row in rows]
    if len(set(ids)) == len(ids) and len({row["topic_name"] for row in rows}) == 1:
        assert document_browser(pd.DataFrame(rows[::-1], dtype=object)) == page
    for row in rows:
        dead(linked(row["title"], row["address"]))


@cache
def study() -> Study:
    return load_study("practice", root=ROOT)


def pages(words: list[str]) -> None:
    """A study of hostile words has a codebook's page and an explorer's; the data comes back, and no script is added."""
    title, outlet, term, address = words
    book = study().codebook
    frames = {
        code: dataclasses.replace(frame, name=title, source=outlet, include=(term, address))
        for code, frame in list(book.frames.items())[:2]
    }
    odd = dataclasses.replace(study(), title=title, question=outlet, codebook=dataclasses.replace(book, frames=frames))
    dead(codebook_page(odd, with_indicators=True), allowed={"title", "nav"})
    payload = {**made(), "title": title, "said": {outlet: [term, address]}}
    page, inside = page_of(odd, payload)
    assert inside in page
    data = re.search(r'<script type="application/json" id="explorer-data">(.*?)</script>', page, re.DOTALL)
    assert data and json.loads(data[1]) == json.loads(json.dumps(payload))
    dead(
        page.replace(inside, ""),
        allowed={
            "form",
            "input",
            "label",
            "select",
            "option",
            "button",
            "output",
            "fieldset",
            "legend",
            "noscript",
            "datalist",
            "search",
            "optgroup",
        },
    )


def data_in_a_script(value: object) -> None:
    """Data inside a script element is what it was, and cannot end the element."""
    text = as_json({"a": value})
    assert "<" not in text and "\u2028" not in text and json.loads(text) == {"a": value}


def figures(drawn: tuple[str, str, str, list[str]]) -> None:
    """A figure's words are words; letters that no font has are told."""
    title, alt, evidence, names = drawn
    set_style()
    names = [plain(name, 60) for name in names]  # as charts write what is data
    figure, axis = plt.subplots(figsize=(3, 2))
    try:
        axis.barh(range(len(names)), range(len(names)), tick_label=names)
        made = figure_html(figure, title=title, alt=alt, evidence=evidence)
    except getattr(svg, "MissingGlyph", ()) as error:
        assert str(error) and "\n" not in str(error)
        return
    finally:
        plt.close("all")
    dead(made)


MARKDOWN = damaged(st.lists(WORDS | st.sampled_from(["# ", "- ", "> ", "```", "|a|b|\n|-|-|\n|", "[a](", ")", "![", "<div>", "$", "$$", "\\frac{a}{b}", "[^1]", "[^1]: ", ": ", "<br>", "&lt;", "&#x202e;", "&#8238;", "\n\n", "**", "<sub>"]), max_size=9).map("".join),
                   ["$", "`", "<", ">", "[", "](javascript:ran())", "\\", "{", "}", "<!--", "\n"])  # fmt: skip


def statement(text: str) -> None:
    """A study's own README, and what a cell said in Markdown, are pages on which nothing runs."""
    for output in (False, True):
        try:
            page = markdown_renderer(output=output)(text)
        except PageError as error:
            assert not output, "what a cell said is never refused"
            one_line(error)
            continue
        if output or not any(fault.startswith("loads") for fault in check_page(page)):  # then it is never published
            dead(page, allowed={"input"} if output else {"input", "img"})


def slow_page(text: str) -> None:
    """A page of one long piece is written in little time."""
    sentences([text])
    table_html(pd.DataFrame({"a": [text] * 3}), "Long")
    taken_along(pd.DataFrame({"a": [text]}))
    linked(text, text)
    markdown_renderer(output=True)(as_markdown([text]))
    html.escape(text)


LINE = st.tuples(
    st.sampled_from(["{}", "- {}", "1. {}", "**{}**: 5 %", "`{}`", "*{}*", "{} **", "An outlet ({}) wrote `", "-{}"]),
    WORDS | st.lists(WORDS, max_size=3).map(" ".join),
).map(lambda drawn: drawn[0].replace("{}", drawn[1]))
TOKENS = (
    "**",
    "*",
    "`",
    "[a](",
    "](",
    "<",
    ">",
    "&",
    "$",
    "|",
    "~",
    "- ",
    "1. ",
    "http://",
    "www.",
    "\\",
    "_",
    "א",
    "é́",
    "\u202e",
    "x",
    " ",
    "'",
    '"',
    "\n",
)
ONE_LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | SENTENCE | HOSTILE
TARGETS = [
    Target("sentences", st.lists(LINE, max_size=4), sentences, 40),
    Target("tables", st.tuples(FRAME, WORDS, st.booleans()), tables, 5),
    Target("files to take along", FRAME, taken_along, 8),
    Target("cards", st.tuples(WORDS, WORDS, WORDS, st.sampled_from(["all", "open", "universes", "looks"])), cards, 25),
    Target("documents", st.lists(DOCUMENT, max_size=4), documents, 8),
    Target("pages of a study", st.lists(ONE_LINE, min_size=4, max_size=4), pages, 2),
    Target("data in a script", st.recursive(st.none() | st.booleans() | st.integers() | ANY | HOSTILE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY | HOSTILE, inner, max_size=3)), data_in_a_script, 25),
    Target("figures", st.tuples(WORDS, WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=3)), figures, 1),
    Target("statements in Markdown", MARKDOWN, statement, 30),
    Target("slow pages of ours", long(TOKENS, size=50_000), slow_page, 1, seconds=4.0),
]  # fmt: skip
