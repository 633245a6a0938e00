"""Whose an address is: an article belongs to the outlet on whose host it ends, whoever listed it or led to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from helpers.collect.services.model import site_of

OTHER_SITE = "other_site"
Rank = tuple[int, int]  # length of the host, length of the path; the largest has it


class Owners:
    """Hosts of the outlets that are collected side by side.

    An outlet has the host of its home page without ``www.``, ``m.`` or ``amp.``, every host below it, and those that
    the study names for it.  Where two outlets have a host, it is the one with the longer host, or the one below whose
    home page the address lies.  An outlet of which no host is known has whatever is not another's.

    Parameters
    ----------
    homes : mapping of outlet id to addresses
        Home pages; an address that is blank says nothing.
    hosts : mapping of outlet id to hosts, optional

    >>> homes = {"quay": ["https://www.quay.invalid/"], "quay-ru": ["https://quay.invalid/ru/"]}
    >>> owners = Owners(homes, {"quay": ["pier.invalid"]})
    >>> owners.why_not("quay", "https://amp.quay.invalid/1"), owners.why_not("quay", "http://news.pier.invalid/1")
    ('', '')
    >>> owners.why_not("quay", "https://quay.invalid/ru/1"), owners.why_not("quay-ru", "https://quay.invalid/ru/1")
    ('quay.invalid/ru/ is of outlet quay-ru', '')
    >>> owners.why_not("quay", "https://notquay.invalid/1")
    'notquay.invalid is no host of the outlet; if it is, name it under hosts in study.yml'
    """

    def __init__(self, homes: Mapping[str, Iterable[str]], hosts: Mapping[str, Iterable[str]] | None = None) -> None:
        places = {(site_of(home), _folder(home), outlet) for outlet, own in homes.items() for home in own if home}
        named = {(site_of(f"//{host}"), "/", outlet) for outlet, own in (hosts or {}).items() for host in own}
        self._places = sorted(places | named)
        self._known = {outlet for _, _, outlet in self._places}

    def why_not(self, outlet: str, address: str) -> str:
        """Why an address is not the outlet's, or nothing if it is."""
        try:
            ranks = self._ranks(address)
        except ValueError:
            return ""  # not an address: whoever asks for it is told
        best = max(ranks.values(), default=None)
        if best is None:
            if outlet not in self._known:
                return ""
            return f"{site_of(address)} is no host of the outlet; if it is, name it under hosts in study.yml"
        owners = [owner for owner, rank in sorted(ranks.items()) if rank == best]
        if outlet in owners:
            return ""
        folder = max((path for _, path, owner in self._places if owner == owners[0]), key=len) if best[1] > 0 else ""
        return f"{site_of(address)}{folder} is of outlet {owners[0]}"

    def _ranks(self, address: str) -> dict[str, Rank]:
        """How closely an address lies to each outlet that has its host."""
        site, path = site_of(address), f"{urlsplit(address).path}/"
        ranks: dict[str, Rank] = {}
        for host, folder, outlet in self._places:
            if site == host or site.endswith(f".{host}"):
                length = 0 if folder == "/" else len(folder) if path.startswith(folder) else -1
                ranks[outlet] = max(ranks.get(outlet, (0, -1)), (len(host), length))
        return ranks


def _folder(home: str) -> str:
    """The path below which an outlet's home page lies.

    >>> _folder("https://quay.invalid"), _folder("https://quay.invalid/en"), _folder("https://quay.invalid/ru/index.html")
    ('/', '/en/', '/ru/')
    """
    *above, last = urlsplit(home).path.strip("/").split("/")
    return "/".join(["", *above, *([last] if last and "." not in last else []), ""])


def page_of(address: str) -> str:
    """What is one page under every scheme and prefix of its site.

    >>> page_of("https://www.quay.invalid/1?a=2")
    'quay.invalid/1?a=2'
    """
    parts = urlsplit(address)
    return f"{site_of(address)}{parts.path}{'?' if parts.query else ''}{parts.query}"
