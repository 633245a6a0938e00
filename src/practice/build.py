"""From a seed to the whole world: every page of every host, and the tables of what was planted in them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import pandas as pd

from practice import truth, world
from practice.effects import truth_effects
from practice.listings import not_found, site_pages
from practice.pages import Article, Page, article_page, section
from practice.stories import Story
from practice.traces import all_stories

_RELATED = 3  # titles in a list of most read


@dataclass(frozen=True)
class World:
    """An invented press, ready to be served.

    Attributes
    ----------
    seed : int
    outlets : tuple of str
        Who is on the web, in the order of `practice.world.OUTLETS`.
    pages : mapping of (host, path) to Page
    truth : mapping of table name (``truth_articles`` …) to DataFrame
    now : datetime
        The practice study's own clock.
    missing : mapping of host to Page
        What each host answers for a path it does not have.
    """

    seed: int
    outlets: tuple[str, ...]
    pages: Mapping[tuple[str, str], Page]
    truth: Mapping[str, pd.DataFrame]
    now: datetime = world.NOW
    missing: Mapping[str, Page] = field(default_factory=dict)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host, in the order of the outlets."""
        return tuple(world.OUTLETS[outlet].host for outlet in self.outlets)

    @property
    def sha256(self) -> str:
        """One hash over every page: address, status, headers and bytes."""
        digest = hashlib.sha256()
        for (host, path), page in sorted(self.pages.items()):
            digest.update(f"{host}{path} {page.status} {page.headers} {len(page.body)}\n".encode() + page.body)
        return digest.hexdigest()


def build(*, seed: int = world.SEED, languages: Collection[str] = world.LANGUAGES) -> World:
    """Make the practice study's world; the same seed gives the same bytes on any machine.

    Parameters
    ----------
    seed : int
        Another seed draws another year of the same outlets, with the same shares planted.
    languages : collection of str
        A smaller press: only outlets of these languages are on the web, each with the very articles that it has in the
        whole one, and the truth is about them alone.  Who copies whom stays whole, for nobody copies over languages.

    Returns
    -------
    World

    >>> made = build(languages=["en"])
    >>> made.pages["www.karvosk-herald.invalid", "/"].status, len(made.truth["truth_articles"])
    (200, 246)
    """
    outlets = {name: outlet for name, outlet in world.OUTLETS.items() if outlet.language in languages}
    articles = [article for article in _articles(all_stories(seed)) if article.story.outlet in outlets]
    pages: dict[tuple[str, str], Page] = {}
    kinds: dict[tuple[str, str], str] = {}
    for outlet in outlets.values():
        ours = [article for article in articles if article.story.outlet == outlet.id]
        for article in ours:
            place = (outlet.host, article.path)
            pages[place], kinds[place] = article_page(article), _kind(article)
        for path, (kind, page) in site_pages(outlet, ours).items():
            pages[outlet.host, path], kinds[outlet.host, path] = page, kind
    missing = {outlet.host: not_found(outlet) for outlet in outlets.values()}
    tables = _tables(articles, pages, kinds, languages)
    return World(
        seed, tuple(outlets), MappingProxyType(pages), MappingProxyType(tables), missing=MappingProxyType(missing)
    )


def _kind(article: Article) -> str:
    if not article.reachable:
        return "failing"
    return "slow" if article.delay else "article" if article.story.topic in world.TOPICS else "background"


def _tables(
    articles: list[Article],
    pages: dict[tuple[str, str], Page],
    kinds: dict[tuple[str, str], str],
    languages: Collection[str],
) -> dict[str, pd.DataFrame]:
    about, passages = truth.truth_articles(articles), truth.truth_passages(articles)
    owners = {outlet.host: outlet.id for outlet in world.OUTLETS.values()}
    served = [
        {"address": f"http://{host}{path}", "outlet": owners[host], "kind": kinds[host, path],
         "status": page.status, "delay": page.delay, "sha256": hashlib.sha256(page.body).hexdigest()}
        for (host, path), page in sorted(pages.items())
    ]  # fmt: skip
    return {
        "truth_articles": about,
        "truth_passages": passages,
        "truth_effects": truth_effects(about, passages),
        "truth_topics": truth.truth_topics(languages),
        "truth_boilerplate": truth.truth_boilerplate(articles),
        "truth_pages": pd.DataFrame(served),
    }


def _articles(stories: list[Story]) -> list[Article]:
    """Give every story its place, its faults and its list of most read."""
    faults = {place: fault for fault, places in world.DATE_FAULTS.items() for place in places}
    counters, articles = dict.fromkeys(world.OUTLETS, 0), []
    for story in stories:
        counters[story.outlet] += 1
        own = (story.outlet, story.number)
        articles.append(
            Article(
                story,
                f"/{section(story)}/{counters[story.outlet]:04d}.html",
                date_fault=faults.get(own, "none"),
                charset_fault=world.CHARSET_FAULTS.get(own, "none"),
                flags=(("ai_disclosed", "no_source") if own in world.MACHINE_WRITTEN else ())
                + (("metered",) if own in world.METERED else ()),
                delay=world.SLOW if own == world.SLOW_PAGE else 0.0,
            )
        )
    return _with_related(articles)


def _with_related(articles: list[Article]) -> list[Article]:
    """Add to every article its outlet's most read of the quarter: the same few under unrelated addresses."""
    lists: dict[tuple[str, int, int], list[tuple[str, str]]] = {}
    for article in articles:
        entries = lists.setdefault(_quarter(article), [])
        if article.story.kind == "background" and len(entries) < _RELATED:
            entries.append((article.path, article.title))
    placed = []
    for a in articles:
        related = tuple(lists[_quarter(a)])
        placed.append(Article(a.story, a.path, a.date_fault, a.charset_fault, a.flags, a.delay, related))
    return placed


def _quarter(article: Article) -> tuple[str, int, int]:
    published = article.story.published
    return article.story.outlet, published.year, (published.month - 1) // 3
