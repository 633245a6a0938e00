"""What every service is asked, and what it gives: one shape for all of them."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from courlan import extract_domain

from helpers.collect.answers import Answer

Terms = Mapping[str, Mapping[str, tuple[str, ...]]]  # language → entity → its names
Period = tuple[dt.date, dt.date]

_EDITION_PATH = re.compile(
    r"^/(?:[a-z]{2}(?:[-_][a-z]{2})?|eng|rus|ukr|kor|jpn|chn|esp|fra|deu|ara|"
    r"english|russian|korean|chinese|japanese|arabic|spanish|french|german|ukrainian)(?=/|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Services:
    """Where services are, and how often each may be asked.

    Attributes
    ----------
    gdelt, mediacloud, wayback, ccnews : str
        Addresses of their interfaces.
    gdelt_pace, wayback_pace, ccnews_pace : float
        Seconds between two requests.  GDELT asks for one every 5 seconds and counts by its own clock; the Internet
        Archive for no more than one a second.
    mediacloud_rate : int
        Requests a minute at most; the service may name fewer.
    held : dict
        Answers that are the same for every outlet of a run, by address.
    """

    gdelt: str = "https://api.gdeltproject.org/api/v2/doc/doc"
    mediacloud: str = "https://search.mediacloud.org/api/"
    wayback: str = "https://web.archive.org/cdx/search/cdx"
    ccnews: str = "https://data.commoncrawl.org/"
    gdelt_pace: float = 6.0
    wayback_pace: float = 1.5
    ccnews_pace: float = 1.0
    mediacloud_rate: int = 10
    held: dict[str, Answer] = field(default_factory=dict, repr=False, compare=False)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False, compare=False)


@dataclass(frozen=True)
class Query:
    """What is asked of a service for one outlet.

    Attributes
    ----------
    home : str
        The outlet's home page: its host, and its path where that names an edition.
    period : (date, date)
    language : str
        Of the outlet, BCP 47.
    terms : mapping of language to mapping of entity to names
    speaks_for : str
        Entity whose own voice the outlet is: its articles need name only the other one.
    timezone : str
        IANA zone of the outlet, for days without a time.
    hosts : tuple of str
        Further hosts of the outlet.
    """

    home: str
    period: Period
    language: str = ""
    terms: Terms = field(default_factory=dict)
    speaks_for: str = ""
    timezone: str = "UTC"
    hosts: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The outlet's host, without the prefix that a site uses for itself.

        >>> Query("https://www.quay.invalid/en/", period=()).host
        'quay.invalid'
        """
        return site_of(self.home)

    @property
    def domains(self) -> tuple[str, ...]:
        """The names under which a service may file the outlet: its host, and the registered domain above it.

        >>> Query("https://en.quay.co.kr/", period=()).domains
        ('en.quay.co.kr', 'quay.co.kr')
        """
        return tuple(dict.fromkeys(name for name in (self.host, extract_domain(self.home)) if name))

    @property
    def path(self) -> str:
        """The part of the home page's path that names an edition, or nothing.

        >>> Query("https://quay.invalid/en/news", period=()).path, Query("https://quay.invalid/news", period=()).path
        ('/en', '')
        """
        match = _EDITION_PATH.match(urlsplit(self.home).path)
        return match.group() if match else ""

    def names(self, language: str) -> list[tuple[str, ...]]:
        """Names in a language of each entity that an article must name; none where the study has none."""
        groups = self.terms.get(language, {})
        return [names for entity, names in groups.items() if names and entity != self.speaks_for]

    def other_edition(self, address: str) -> str:
        """Why an address that a service gives is another edition's, or nothing.

        >>> query = Query("https://www.quay.invalid/en/", period=())
        >>> query.other_edition("https://quay.invalid/en/1"), query.other_edition("https://ru.quay.invalid/1")
        ('', 'host ru.quay.invalid, not quay.invalid')
        """
        site = site_of(address)
        if any(site == host or site.endswith(f".{host}") for host in self.hosts):
            return ""
        if site != self.host:
            return f"host {site}, not {self.host}"
        path = urlsplit(address).path
        if self.path and not f"{path}/".lower().startswith(f"{self.path}/".lower()):
            return f"path does not begin with {self.path}/"
        return ""


class Listed(NamedTuple):
    """One address as a list or a service gives it."""

    address: str
    stated: dt.datetime | None = None
    words: str = ""


@dataclass
class Listing:
    """What a service gave, and where it could not answer, or not to the end."""

    rows: list[Listed] = field(default_factory=list)
    failed: list[Answer] = field(default_factory=list)


def site_of(address: str) -> str:
    """The host of an address without the prefixes that a site uses for itself.

    >>> site_of("https://www.quay.invalid/a"), site_of("https://ru.quay.invalid/a")
    ('quay.invalid', 'ru.quay.invalid')
    """
    return re.sub(r"^(?:www|m|amp)\d?\.", "", (urlsplit(address).hostname or "").rstrip("."))
