"""Dates and names as a reader finds them: microdata, time elements, the lines about the headline, the address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache

from lxml.html import HtmlElement

from helpers.extract.bylines import MAX_BYLINE, author_names
from helpers.extract.dates import Dated, date_words, parse_date, relative_date, visible_date
from helpers.extract.jsonld import plain
from helpers.text.languages import either

MAX_DATE_LINE = 90  # characters; a longer line is text that mentions a date
NEAR = 60  # elements after the headline among which its date and byline stand
MAX_ELEMENTS = 400  # of an article, that are looked at for a date
_NOT_BYLINE = re.compile(
    r"bio|avatar|image|photo|related|comment|social|share|teaser|caption|description|card|(?:^|\s)(?:label|sticky)",
    re.IGNORECASE,
)
_BLOCKS = frozenset("p span time div li small dd dt td em strong b i a ul section header footer".split())
_WHOLE = frozenset(("article", "main", "body", "html"))
_ASIDE = frozenset(("aside", "nav", "footer"))
_ASIDE_CLASS = re.compile(
    r"related|recommend|popular|trending|most[-_]?(?:read|view)|sidebar|latest|more[-_]?(?:news|stories|articles)|"
    r"other[-_]?(?:news|stories|articles)|read[-_]?(?:also|next|more)|news[-_]?list|(?:^|[\s_-])comments?(?:$|[\s_-])",
    re.IGNORECASE,
)
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/\-_.]|\d{0,6}[/.?]|$)")


@cache
def _words(name: str) -> re.Pattern[str]:
    """Words of all languages by which a page shows its date or its author."""
    form, flags = {
        "byline class": (
            r"(?:^|[\s_-]|[a-z](?=[A-Z]))(?:by-?line|authors?(?:[\s_-]?names?)?|Authors?(?:Names?)?|signature|writer|"
            rf"reporter|journalist|{either('byline', 'classes')})(?:$|[\s_-]|List|Item)",
            0,
        ),
        "date class": (rf"date|time|publish|data-?line|info|meta|{either('page', 'date_classes')}", re.IGNORECASE),
        "date label": (rf"(?:{either('page', 'date_labels')})\W", re.IGNORECASE),
        "changed": (either("page", "changed"), re.IGNORECASE),
        "signed": (either("byline", "signed"), 0),
    }[name]
    return re.compile(form, flags)


def page_dates(tree: HtmlElement, timezone: str, retrieved: dt.datetime | None) -> Iterator[tuple[str, object]]:
    """Dates in the order of trust: (itemprop, time, visible or relative; a value or an instant with precision)."""
    for element in tree.iterfind(".//*[@itemprop]"):
        if element.tag != "meta" and "datePublished" in element.get("itemprop", "").split():
            yield "itemprop", element.get("content") or element.get("datetime") or plain(element.text_content()[:200])
    heading = _heading(tree)
    yield from (("time", value) for value in _times(tree, heading))
    lines = list(_lines_near(tree, heading))
    plain_lines = [line for line in lines if not _words("changed").search(line)]
    for line in (*(line for line in lines if line in plain_lines or _published_part(line) != line), *lines):
        if is_date_line(line, timezone):
            yield "visible", visible_date(_published_part(line), timezone) or visible_date(line, timezone)
            return
    for line in plain_lines:
        if dated := relative_date(line, retrieved, timezone):
            yield "relative", dated
            return


def is_date_line(line: str, timezone: str) -> bool:
    """Whether a line is there to tell a date."""
    return len(line) <= MAX_DATE_LINE and date_words(line) <= 6 and visible_date(line, timezone) is not None


def address_date(address: str, timezone: str) -> Dated | None:
    """The day that an address is filed under.

    >>> address_date("https://quay.invalid/2024/06/19/long-day", "UTC")
    (datetime.datetime(2024, 6, 19, 0, 0, tzinfo=datetime.timezone.utc), 'day')
    """
    if not (match := _ADDRESS_DATE.search(address)):
        return None
    try:
        return parse_date("-".join(match.groups()), timezone)
    except ValueError:
        return None  # the 31st of a short month is a number, not a day


def page_authors(tree: HtmlElement) -> list[str]:
    """What the byline near the headline says: itemprop or rel author first, then an element named after authors."""
    heading = _heading(tree)
    near = [element for element in _around(tree, heading) if not _NOT_BYLINE.search(element.get("class") or "")]
    marked = [e for e in near if "author" in f"{e.get('itemprop', '')} {e.get('rel', '')}".lower().split()]
    named = [e for e in near if _words("byline class").search(f"{e.get('class', '')} {e.get('id', '')}".strip())]
    for group in (marked, named):
        said: list[str] = []
        first: HtmlElement | None = None
        for element in group:
            inside = any(other is not element and other in group for other in element.iterdescendants())
            text = _spaced(element)
            if not inside and text and len(text) <= MAX_BYLINE and author_names(text):
                parent = element.getparent()
                above = parent.getparent()  # none behind a page's end, where a second one begins
                place = parent if above is None or above.tag in _WHOLE else above
                if said and place is not first:
                    break  # a list of other stories has authors too
                said, first = [*said, text], place
        if said:
            return said[:6]
    led = (plain(element.text_content()[: 2 * MAX_BYLINE]) for element in near)
    return next(([line] for line in led if len(line) <= 80 and _words("signed").match(line) and author_names(line)), [])


def _spaced(element: HtmlElement) -> str:
    """Text of an element, its children parted by commas so that two names in two links stay two."""
    parts = [part for text in element.itertext() if (part := plain(text))]
    links = [plain(child.text_content()) for child in element.iter("a") if plain(child.text_content())]
    return ", ".join(links) if len(links) > 1 and all(len(link) < 60 for link in links) else " ".join(parts)


def _heading(tree: HtmlElement) -> HtmlElement | None:
    headings = list(tree.iter("h1"))
    inside = [h for h in headings if next(h.iterancestors("article", "main"), None) is not None]
    lesser = [] if headings else list(tree.iterfind(".//article//h2"))[:1] or list(tree.iter("h2"))[:1]
    return next((h for h in (*inside, *headings, *lesser) if h.text_content().strip()), None)


def _around(tree: HtmlElement, heading: HtmlElement | None) -> list[HtmlElement]:
    """Elements that follow the headline, then those before it in the same part of the page."""
    if heading is None:
        return []
    after = heading.xpath(f"following::*[position() <= {NEAR}]")
    before = heading.xpath("preceding::*[position() <= 20]")
    above = set(heading.iterancestors())
    return [element for element in (*after, *before) if element.tag in _BLOCKS and not _is_aside(element, above)]


def _is_aside(element: HtmlElement, above: set[HtmlElement]) -> bool:
    """Whether an element stands in a part of the page that tells of other stories, and not around the headline."""
    for part in (element, *element.iterancestors()):
        if part in above:
            return False
        if part.tag in _ASIDE or _ASIDE_CLASS.search(f"{part.get('class', '')} {part.get('id', '')}"):
            return True
    return False


def _times(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[str]:
    """``datetime`` of time elements of the article, those near its headline first, changes left out."""
    near = [element for element in _around(tree, heading) if element.tag == "time"]
    inside = list(tree.iterfind(".//article//time[@datetime]"))
    everywhere = tree.findall(".//time[@datetime]")
    # Several outside the article are a list of other stories.
    for element in (*near, *inside, *(everywhere if len(everywhere) == 1 else [])):
        said = f"{element.get('class', '')} {element.get('itemprop', '')} {element.getparent().get('class', '')}"
        before = f"{element.getparent().text or ''} {plain(element.text_content()[:200])}"
        if element.get("datetime") and not _words("changed").search(said) and not _words("changed").search(before):
            yield element.get("datetime")


def _lines_near(tree: HtmlElement, heading: HtmlElement | None) -> Iterator[str]:
    """Short lines just after and before the headline, then any in an element of the article named after a date."""
    for element in _around(tree, heading):
        text = plain(element.text_content()[: 4 * MAX_DATE_LINE])
        if text and len(text) <= 2 * MAX_DATE_LINE:
            yield text
    for element in tree.iter("li", "dd", "p"):
        if len(element) <= 3 and _words("date label").match(text := plain(element.text_content()[:MAX_DATE_LINE])):
            yield text
    for i, element in enumerate(tree.iterfind(".//article//*[@class]")):
        if i > MAX_ELEMENTS:
            return
        if _words("date class").search(element.get("class")):
            yield plain(element.text_content()[: 2 * MAX_DATE_LINE])


def _published_part(line: str) -> str:
    """A line that tells two dates, up to the one of the last change."""
    match = _words("changed").search(line)
    return line[: match.start()] if match and match.start() > 8 else line
