"""Stories as news pages: header, navigation, article, aside, footer, and the faults planted in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from practice import world
from practice.sentences import look_up, quoted, render, words
from practice.stories import Paragraph, Story

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """What the server answers: a status, headers, bytes, and how many seconds it waits first."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0


@dataclass(frozen=True)
class Dates:
    """Which instants a page shows where; absent where it shows none."""

    jsonld: datetime | None = None
    og: datetime | None = None
    time: datetime | None = None
    visible: datetime | None = None
    relative: datetime | None = None  # a day so many days before the study's clock


@dataclass(frozen=True)
class Article:
    """A story with its place on the site and the faults planted in its page."""

    story: Story
    path: str
    date_fault: str = "none"
    charset_fault: str = "none"
    flags: tuple[str, ...] = ()  # of what the page itself shows
    delay: float = 0.0
    related: tuple[tuple[str, str], ...] = field(default=())

    @property
    def outlet(self) -> world.PracticeOutlet:
        """The outlet that prints it."""
        return world.OUTLETS[self.story.outlet]

    @property
    def address(self) -> str:
        """Full address."""
        return self.outlet.address(self.path)

    @property
    def title(self) -> str:
        """Headline in the article's language."""
        return render(self.story.title, self.story.language)

    @property
    def section(self) -> str:
        """Section of the site it stands in."""
        return section(self.story)

    @property
    def reachable(self) -> bool:
        """Whether the server ever gives it out: not in the month of failure."""
        local = self.story.published.astimezone(self.outlet.zone)
        return (self.story.outlet, f"{local:%Y-%m}") != world.GAP


def mark(language: str) -> str:
    """The line that says that all is invented, in English and in the page's language.

    >>> mark("ru")
    'Invented for practice / Выдумано для упражнения'
    """
    return " / ".join(dict.fromkeys(words(code)["mark"] for code in ("en", language)))


def section(story: Story) -> str:
    """The section of the site a story belongs to."""
    group = "topics" if story.topic in world.TOPICS else "background"
    return look_up((group, story.topic, "section"), story.language)


def agency_name(article: Article) -> str:
    """The name, in the article's language, of the agency that it copies or mentions; empty if neither."""
    code = article.story.mention or article.story.origin
    return world.AGENCIES[code].names[article.story.language] if code in world.AGENCIES else ""


def author(article: Article) -> str | None:
    """Who signs: a correspondent, the agency, or nobody."""
    story = article.story
    if story.origin in world.AGENCIES:
        return agency_name(article) if story.credit == "byline" else None
    return None if story.byline is None else words(story.language)["forms"]["correspondents"][story.byline]


def byline(article: Article) -> str | None:
    """The line that says who signs, as the language has it."""
    name = author(article)
    forms = words(article.story.language)["forms"]
    form = forms["by_agency" if article.story.origin in world.AGENCIES else "by"]
    return name and form.replace("<name>", name)


def body_paragraphs(article: Article) -> list[str]:
    """The article's own words, a paragraph each: dateline and credit line included, boilerplate not."""
    story = article.story
    lines = [_paragraph(paragraph, article) for paragraph in story.paragraphs]
    if story.credit == "dateline":
        local = story.published.astimezone(article.outlet.zone)
        forms = words(story.language)["forms"]
        city = forms["city"][world.AGENCIES[story.origin].country]
        lines[0] = _filled(forms["dateline"], local, story.language, city=city, agency=agency_name(article)) + lines[0]
    if story.credit == "credit":
        lines.append(words(story.language)["forms"]["credit"].replace("<agency>", agency_name(article)))
    return lines


def _paragraph(paragraph: Paragraph, article: Article) -> str:
    language = paragraph.language or article.story.language
    said = [render(s, language, agency=agency_name(article)) for s in paragraph.outlet.sentences]
    if paragraph.quote and paragraph.said:
        said += [quoted(s, paragraph.said, language) for s in paragraph.quote.sentences]
    return ("" if language == "zh" else " ").join(said)


def boilerplate(article: Article) -> list[str]:
    """Lines inside the article element that recur under other addresses, in the order in which they stand."""
    forms, kinds = words(article.story.language)["forms"], article.outlet.boilerplate
    lines = [forms["newsletter"].replace("<outlet>", article.outlet.name)] if "newsletter" in kinds else []
    if "related" in kinds:
        lines += [forms["related"], *(title for _, title in article.related)]
    if "comments" in kinds or "ai_disclosed" in article.flags:
        lines.append(forms["comments"])
    return lines


def dates(article: Article) -> Dates:
    """What the page shows of its date, its planted fault included."""
    true, fault = article.story.published.astimezone(article.outlet.zone), article.date_fault
    shown = dict.fromkeys(article.outlet.dates, true)
    if fault == "missing":
        shown = {}
    if fault == "relative":
        today = world.NOW.astimezone(article.outlet.zone)
        days = (today.date() - true.date()).days
        shown = {"relative": today.replace(hour=0, minute=0) - timedelta(days=days)}
    if fault == "future":
        shown = {place: true.replace(year=true.year + 10) for place in shown if place != "visible"}
    if fault == "wrong":
        shown = {place: true if place == "visible" else true + timedelta(days=23) for place in shown}
    if fault == "conflict":
        shown["og"] = true - timedelta(days=9)
    return Dates(**shown)


def article_page(article: Article) -> Page:
    """The article as the server gives it out."""
    if not article.reachable:
        return Page(
            503,
            shell(article.outlet, "503", "<p>503</p>").encode(),
            (("Content-Type", HTML), ("Retry-After", "0")),
        )
    main = _article_html(article)
    if "metered" in article.flags:
        main += f'\n<p class="meter">{words(article.story.language)["forms"]["metered"]}</p>'
    text = shell(article.outlet, article.title, main, head=_head(article), charset=_declared(article))
    content_type = "text/html" if article.charset_fault == "undeclared" else HTML
    return stamped(_written(text, article), content_type, article.story.published, article.delay)


def _written(text: str, article: Article) -> bytes:
    """The page's bytes: UTF-8, an older charset of its language, or UTF-8 with one byte that is none."""
    if article.charset_fault in ("undeclared", "misdeclared"):
        return text.encode(world.LEGACY[article.story.language], "xmlcharrefreplace")
    body = text.encode()
    if article.charset_fault == "damaged":
        at = body.index(b"</p>", body.index(b'<div class="text">'))
        return body[:at] + b"\xff" + body[at:]
    return body


def stamped(body: bytes, content_type: str, modified: datetime | None, delay: float = 0.0) -> Page:
    """A page with its ETag and, if known, Last-Modified."""
    headers = [("Content-Type", content_type), ("ETag", f'"{hashlib.sha256(body).hexdigest()[:16]}"')]
    if modified is not None:
        headers.append(("Last-Modified", format_datetime(modified.astimezone(UTC), usegmt=True)))
    return Page(200, body, tuple(headers), delay)


def links(entries: Iterable[tuple[str, str]]) -> str:
    """A list of links."""
    rows = "\n".join(f'<li><a href="{escape(path)}">{escape(title)}</a></li>' for path, title in entries)
    return f"<ul>\n{rows}\n</ul>"


def shell(outlet: world.PracticeOutlet, title: str, main: str, *, head: str = "", charset: str = "utf-8") -> str:
    """A whole page around `main`; the mark that all is invented stands above and below."""
    forms, invented = words(outlet.language)["forms"], mark(outlet.language)
    meta = f'<meta charset="{charset}">\n' if charset else ""
    nav = links([("/", forms["nav"][0]), *((f"/archive/1.html#{i}", name) for i, name in enumerate(forms["nav"][1:]))])
    aside = "\n".join(f"<p>{escape(line)}</p>" for line in forms["aside"])
    return (
        f'<!DOCTYPE html>\n<html lang="{outlet.language}">\n<head>\n{meta}'
        f"<title>{escape(title)} | {outlet.name}</title>\n{head}</head>\n<body>\n"
        f'<header><p class="logo"><a href="/">{outlet.name}</a></p>\n<p class="mark">{invented}</p>\n'
        f"<nav>{nav}</nav></header>\n<main>\n{main}\n</main>\n<aside>{aside}</aside>\n"
        f'<footer><p class="mark">{invented}</p><p>{escape(forms["footer"])}</p></footer>\n</body>\n</html>\n'
    )


def _declared(article: Article) -> str:
    """The charset that the page claims in its head."""
    return "" if article.charset_fault == "undeclared" else "utf-8"


def _head(article: Article) -> str:
    shown, name = dates(article), author(article)
    tags = [
        f'<link rel="canonical" href="{article.address}">',
        f'<meta property="og:title" content="{escape(article.title)}">',
        f'<meta property="og:site_name" content="{article.outlet.name}">',
        f'<meta property="article:section" content="{article.section}">',
    ]
    if name:
        tags.append(f'<meta name="author" content="{escape(name)}">')
    if shown.og:
        tags.append(f'<meta property="article:published_time" content="{shown.og.isoformat()}">')
    if shown.jsonld:
        facts = {
            "@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title,
            "datePublished": shown.jsonld.isoformat(), "articleSection": article.section,
            "inLanguage": article.story.language,
            "publisher": {"@type": "Organization", "name": article.outlet.name},
        }  # fmt: skip
        if name:
            facts["author"] = {"@type": "Person", "name": name}
        tags.append(f'<script type="application/ld+json">{json.dumps(facts, ensure_ascii=False)}</script>')
    if "metered" in article.flags:
        free = {"@context": "https://schema.org", "@type": "NewsArticle", "isAccessibleForFree": False}
        tags.append(f'<script type="application/ld+json">{json.dumps(free)}</script>')
    return "\n".join(tags) + "\n"


def _article_html(article: Article) -> str:
    forms = words(article.story.language)["forms"]
    lines = [f"<h1>{escape(article.title)}</h1>", *_dateline(article)]
    body = [f"<p>{escape(text, quote=False)}</p>" for text in body_paragraphs(article)]
    kinds = article.outlet.boilerplate
    if "newsletter" in kinds:
        text = forms["newsletter"].replace("<outlet>", article.outlet.name)
        body.insert(2, f'<p class="letter">{escape(text, quote=False)}</p>')
    if "related" in kinds:
        body += [
            f"<h3>{forms['related']}</h3>",
            *(f'<p><a href="{p}">{escape(t)}</a></p>' for p, t in article.related),
        ]
    if "ai_disclosed" in article.flags:
        body += [f"<p>{line}</p>" for line in forms["machine"].split("|")]
    if "comments" in kinds or "ai_disclosed" in article.flags:
        body.append(
            f'<form action="/comment" method="post"><p>{forms["comments"]}</p>'
            '<textarea name="comment"></textarea><input name="email"></form>'
        )
    return "<article>\n" + "\n".join([*lines, '<div class="text">', *body, "</div>"]) + "\n</article>"


def _dateline(article: Article) -> list[str]:
    """The lines under the headline: who signs it and when."""
    shown, signed, lines = dates(article), byline(article), []
    if signed:
        lines.append(f'<p class="byline">{escape(signed)}</p>')
    if shown.relative:
        days = (world.NOW.astimezone(article.outlet.zone).date() - shown.relative.date()).days
        said = words(article.story.language)["forms"]["relative"].replace("<n>", str(days))
        lines.append(f'<p class="date">{said}</p>')
    if shown.visible:
        lines.append(f'<p class="date">{_visible(shown.visible, article.story.language)}</p>')
    if shown.time:
        text = _visible(shown.time, article.story.language)
        lines.append(f'<p class="date"><time datetime="{shown.time.isoformat()}">{text}</time></p>')
    return lines


def _visible(moment: datetime, language: str) -> str:
    return _filled(words(language)["forms"]["date"], moment, language)


def _filled(form: str, moment: datetime, language: str, **more: str) -> str:
    """A form with day, month, year and time written in, as the outlet's clock shows them."""
    month = words(language)["forms"]["months"][moment.month - 1]
    fill = {
        "day": str(moment.day),
        "month": month,
        "year": str(moment.year),
        "time": f"{moment:%H:%M}",
        **more,
    }
    for name, text in fill.items():
        form = form.replace(f"<{name}>", text)
    return form
