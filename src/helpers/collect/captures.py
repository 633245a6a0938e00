"""Pages that are gone, as the Wayback Machine has them: the capture nearest to the day of publication.

The list of captures is asked by its documented interface, and a capture itself politely like any page.  What was had
lies in a WARC file under the page's own address, with the capture's address in ``Content-Location``; a later run asks
only for the rest.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode, urljoin

from helpers.collect.answers import Answer
from helpers.collect.archive import PASSING, Archive
from helpers.collect.fetch import run
from helpers.collect.services.model import Services
from helpers.collect.session import Session
from helpers.collect.turns import FETCHED, judged

CAPTURES = "-captures"  # what the file of an outlet's captures is called after the outlet
NOT_CAPTURED = "not_captured"


@dataclass(frozen=True)
class Lost:
    """A page that its site does not give: whose, where, and when it was published."""

    outlet: str
    address: str
    published: dt.datetime | None


def fetch_captures(
    lost: Iterable[Lost], folder: Path, *, contact: str, services: Services | None = None, **options: object
) -> dict[str, str]:
    """Ask for a capture of each page that has none in the archive yet; outcome by address.

    Parameters
    ----------
    lost : iterable of Lost
    folder : Path
        Where ``<outlet>-captures.warc.gz`` are.
    contact : str
    services : Services, optional
    options : practice, resolver, clock, limits
        As of `helpers.collect.session.Session`.

    Returns
    -------
    dict
        ``fetched``, ``not_captured``, or why a capture could not be had, by the page's address.
    """
    services, by_outlet = services or Services(), {}
    for page in lost:
        by_outlet.setdefault(page.outlet, []).append(page)

    async def _all() -> dict[str, str]:
        outcomes: dict[str, str] = {}
        async with Session(contact=contact, **options) as session:
            for outlet, pages in sorted(by_outlet.items()):
                with Archive(folder, f"{outlet}{CAPTURES}") as archive:
                    for page in pages:
                        held = archive.entries.get(page.address)
                        if held is None or held.outcome in PASSING:
                            held = archive.add(await _capture(session, page, services))
                        outcomes[page.address] = held.outcome
        return outcomes

    return run(_all)


async def _capture(session: Session, page: Lost, services: Services) -> Answer:
    """The capture of one page under the page's address, or why there is none."""
    near = page.published or session.clock()
    wanted = [("url", page.address), ("closest", f"{near:%Y%m%d%H%M%S}"), ("sort", "closest"), ("limit", 1),
              ("filter", "statuscode:200"), ("fl", "timestamp,original"), ("output", "json")]  # fmt: skip
    listed = await session.ask(f"{services.wayback}?{urlencode(wanted)}", pace=services.wayback_pace)
    if listed.outcome != "ok":
        return replace(listed, address=page.address, body=b"", status=0, headers=(), detail="its captures are not told")
    stamp = _stamp(listed.body)
    if not stamp:
        return Answer(page.address, NOT_CAPTURED, listed.retrieved)
    place = urljoin(services.wayback, f"/web/{stamp}id_/{page.address}")
    answer = await session.get(place)
    judgement = judged(replace(answer, address=page.address))
    if judgement.outcome != FETCHED:
        return replace(judgement, status=0, headers=(), body=b"", detail=f"capture {stamp}")
    return replace(judgement, headers=(*answer.headers, ("Content-Location", place)))


def _stamp(body: bytes) -> str:
    """When the first capture of a list was made, 14 digits; blank without one.

    >>> _stamp(b'[["timestamp","original"],["20240620101500","http://a.invalid/1"]]')
    '20240620101500'
    """
    try:
        rows = json.loads(body.decode("utf-8", "replace") or "[]")
        stamp = str(rows[1][0])
    except (ValueError, LookupError, TypeError):
        return ""
    return stamp if len(stamp) == 14 and stamp.isdigit() else ""
