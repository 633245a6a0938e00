"""The two pages that a reader can ask things of: the explorer, and one event side by side in every outlet.

Each is one file without anything remote.  Its policy names the script that it carries by hash, and no other runs.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from helpers.data.corpus import Corpus
from helpers.pipeline.event_reports import event_reports
from helpers.pipeline.explorer import explorer_payload
from helpers.report.page import page
from helpers.show import sentences
from helpers.show.explorer import assets
from helpers.show.explorer.payload import as_json
from helpers.study import Study

EXPLORER, EVENTS = "explorer", "events"
MOST_HOURS = 72  # after the first outlet, up to which hours are told
USUAL = 0.05  # of the quiet days with an item as soon, from which an item tells little of the event


def explorer_page(corpus: Corpus) -> tuple[str, str]:
    """The page with the explorer, and the part of it that is script and data."""
    return page_of(corpus.study, explorer_payload(corpus, corpus.table("findings")))


def page_of(study: Study, made: Mapping[str, object]) -> tuple[str, str]:
    """The same for what `helpers.show.explorer.payload.payload` made of any frames."""
    data = as_json(made)
    inside = f'<script type="application/json" id="explorer-data">{data}</script>\n{_script(assets.page_script())}'
    text = _page(study, "explorer.html.j2", "Explore the items", assets.page_script(), inside, css=assets.style())
    return text, inside


def events_page(corpus: Corpus) -> tuple[str, str]:
    """The page with every outlet's first item after each event, and the part of it that is script."""
    inside = _script(assets.events_script())
    text = _page(
        corpus.study, "events.html.j2", "Same event, side by side", assets.events_script(), inside,
        reports=event_reports(corpus), said_day=sentences.day, usual=said_usual, soon=USUAL, lag=said_lag,
        link=web_address, bare=bare_address,
    )  # fmt: skip
    return text, inside


def said_lag(row: NamedTuple) -> str:
    """When an outlet's first item came, as precisely as is known: its day after the event's, and hours after the first.

    >>> from types import SimpleNamespace as Row
    >>> said_lag(Row(lag_days=0.0, at_most=False, after_first=3.2))
    'same day, 3\xa0h after the first'
    >>> said_lag(Row(lag_days=2.0, at_most=True, after_first=float("nan")))
    'within 2\xa0days; not collected before'
    """
    days, after = int(row.lag_days), row.after_first
    if row.at_most:
        return f"within {max(days, 1)}\u00a0day{'s' * (days > 1)}; not collected before"
    said = "same day" if days == 0 else f"{sentences.count(days, 'day')} later".replace(" ", "\u00a0", 1)
    if after == 0:
        return f"{said}, the first"
    if not 0 < after <= MOST_HOURS:
        return said
    return (
        f"{said}, {after:.0f}\u00a0h after the first"
        if after >= 1
        else f"{said}, {60 * after:.0f}\u00a0min after the first"
    )


def web_address(address: str) -> str:
    """An address that may be a link; blank for anything but the web's own.

    >>> web_address("https://herald.example/a"), web_address("javascript:alert(1)")
    ('https://herald.example/a', '')
    """
    return address if address.lower().startswith(("http://", "https://")) else ""


def bare_address(address: str) -> str:
    """An address as one reads it out: host and path; of a record in a file, which record it is.

    >>> bare_address("https://www.herald.example/a?utm_source=feed#top")
    'herald.example/a'
    >>> bare_address("evening.jsonl.gz#474"), bare_address("evening")
    ("no address; record 474 of the archive's file", 'no address')
    """
    if web_address(address):
        return re.sub(r"^https?://(www\.)?|[?#].*$", "", address, flags=re.IGNORECASE | re.DOTALL).rstrip("/")
    record = re.search(r"#(\d+)$", address)
    return f"no address; record {record[1]} of the archive's file" if record else "no address"


def said_usual(usual: float) -> str:
    """On how many of ten quiet days an item came as soon; blank where it was not asked.

    >>> said_usual(0.0), said_usual(0.38), said_usual(float("nan"))
    ('no quiet day had an item as soon', '4 quiet days in 10 have an item as soon', '')
    >>> said_usual(0.04), said_usual(1.0)
    ('1 quiet day in 25 has an item as soon', 'every quiet day has an item as soon')
    """
    if not usual >= 0:
        return ""
    days = round(10 * usual)
    if usual == 0:
        return "no quiet day had an item as soon"
    if usual == 1:
        return "every quiet day has an item as soon"
    if days == 10:
        return "nearly every quiet day has an item as soon"
    if days < 2:
        return f"1 quiet day in {round(1 / usual)} has an item as soon"
    return f"{days} quiet days in 10 have an item as soon"


def script_hash(source: str) -> str:
    """What a content security policy calls a script.

    >>> script_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode('ascii')}'"


def _script(source: str) -> str:
    """A module of the page's own; nothing in it may end the element."""
    if "</script" in source.lower():
        raise ValueError(
            "a script of the explorer holds '</script', which would end it on the page; write it otherwise"
        )
    return f'<script type="module">{source}</script>'


def _page(study: Study, template: str, title: str, source: str, inside: str, **values: object) -> str:
    styled = {name: Markup(value) if name == "css" else value for name, value in values.items()}
    return page(
        study.root / "templates", template, study=study, title=title, scripts=f"script-src {script_hash(source)}; ",
        inside=Markup(inside), **styled,
    )  # fmt: skip


def write_pages(corpus: Corpus, publish: Callable[[Path, str, str], Path]) -> list[Path]:
    """``explorer.html`` and, for a study with events, ``events.html`` among the study's reports.

    Parameters
    ----------
    corpus : Corpus
    publish : callable taking a path, a text and the part of it that is not to be checked as text
        `helpers.report.build.publish`.
    """
    made = {EXPLORER: explorer_page, EVENTS: events_page}
    if not corpus.study.events:
        made.pop(EVENTS)
    return [publish(corpus.study.reports / f"{name}.html", *make(corpus)) for name, make in made.items()]
