"""A browser of documents by topic, as HTML that folds by itself: no script, nothing remote, all of it escaped.

What was scraped is hostile: titles, passages and addresses are cut, freed of control characters (also those that turn
the direction of writing), and written as text.  Only addresses of the web become links.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from urllib.parse import urlsplit

import pandas as pd
from IPython.display import HTML, display

from helpers.show import sentences as prose
from helpers.show.plain import HIDDEN, escaped, missing, plain
from helpers.show.tables import boxed

LONGEST_TITLE, LONGEST_PASSAGE, LONGEST_NAME, LONGEST_ADDRESS = 200, 400, 120, 2000  # characters
UNSAFE = re.compile(r"[\s\\<>\"'`{}|^]")  # in an address: browsers and parsers may read it in two ways


def show_documents(documents: pd.DataFrame, *, most: int = 8) -> None:
    """Show `document_browser` in a notebook.  Parameters as there."""
    display(HTML(boxed(document_browser(documents, most=most), NARROW)))


def document_browser(documents: pd.DataFrame, *, most: int = 8) -> str:
    """The most typical documents of every topic, one folded block a topic.

    Parameters
    ----------
    documents : DataFrame, one row a document and topic
        Columns ``topic_name``, ``topic_share`` (0..1), ``article_id``, ``published`` (time or empty), ``outlet_name``,
        ``title``, ``address``, ``share`` (of the topic in the document, 0..1), ``text`` (of a passage, may be empty),
        ``copies`` (documents in its copy cluster, itself among them).
    most : int
        Documents a topic, largest share first.

    Returns
    -------
    str
        HTML; topics by name, ties by article id, so the same table gives the same bytes.

    Raises
    ------
    ValueError
        If `most` is below 1.

    >>> row = {"topic_name": "00 ally, treaty", "topic_share": 0.4, "article_id": "a1", "published": None,
    ...     "outlet_name": "Post", "title": "<b>Pact</b>", "address": "https://post.invalid/1", "share": 0.9,
    ...     "text": "A treaty was signed.", "copies": 3}
    >>> page = document_browser(pd.DataFrame([row]))
    >>> "<b>" in page, "&lt;b&gt;Pact" in page, "2 copies" in page
    (False, True, True)
    """
    if most < 1:
        raise ValueError(f"most must be 1 or more, not {most}")
    if documents.empty:
        return '<p class="documents">No topic has documents.</p>'
    without = not any(plain(passage, 1) for passage in documents["text"])
    note = "<p>This study holds no text: documents are shown without their passages.</p>" if without else ""
    topics = [plain(topic, LONGEST_NAME) for topic in documents["topic_name"]]
    blocks = [_topic(rows, most) for _, rows in documents.groupby(topics, sort=True)]
    return f'<div class="documents">{note}\n' + "\n".join(blocks) + "\n</div>"


def _topic(rows: pd.DataFrame, most: int) -> str:
    """One topic, folded: its summary, and a table of its documents."""
    shown = rows.sort_values(["share", "article_id"], ascending=[False, True], kind="stable").head(most)
    first = rows.iloc[0]
    name = plain(first["topic_name"], LONGEST_NAME)
    typical = prose.count(len(shown), "most typical article")
    summary = f"mean share {prose.share(_number(first['topic_share']))}, {typical}"
    heads = "".join(f'<th scope="col" role="columnheader" class="words">{head}</th>' for head in HEADS)
    body = "\n".join(_document(row) for row in shown.itertuples())
    return (
        f"<details><summary><strong>{escaped(name)}</strong> ({summary})</summary>\n"
        f'<table class="table cards" role="table"><caption>The most typical articles of this topic</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody></table></details>'
    )


HEADS = ("date", "outlet", "title and most typical passage", "share")
NARROW = 30  # rem of room, below which a document is a card


def _document(row: tuple) -> str:
    when = pd.to_datetime(row.published, errors="coerce", utc=True)
    day = "undated" if pd.isna(when) else when.isoformat()[:10]
    others = int(_number(row.copies, 1)) - 1
    copies = f" <small>and {prose.count(others, 'copy', 'copies')}</small>" if others > 0 else ""
    passage = plain(row.text, LONGEST_PASSAGE)
    passage = f"<p>{escaped(passage)}</p>" if passage else ""
    return (
        f'<tr role="row"><td role="cell" class="day brief" data-label="">{day}</td>'
        f'<td role="cell" class="words brief" data-label="">{escaped(plain(row.outlet_name, LONGEST_NAME))}</td>'
        f'<td role="cell" class="words whole" data-label="">{linked(row.title, row.address)}{copies}{passage}</td>'
        f'<td role="cell" class="number brief" data-label="share">{prose.share(_number(row.share))}</td></tr>'
    )


def linked(title: object, address: object) -> str:
    """The title, linked where its address is one of the web; else with the address beside it as text."""
    words = escaped(plain(title, LONGEST_TITLE) or "no title")
    address = "" if missing(address) else str(address).strip()
    if _of_the_web(address):
        return f'<a href="{html.escape(address)}" rel="noopener noreferrer nofollow">{words}</a>'
    shown = plain(address, LONGEST_TITLE)
    return f"{words} <code>{escaped(shown)}</code>" if shown else words


def _of_the_web(address: str) -> bool:
    if not 0 < len(address) <= LONGEST_ADDRESS or UNSAFE.search(address):
        return False
    if any(unicodedata.category(sign) in HIDDEN for sign in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:  # no address at all
        return False


def _number(value: object, otherwise: float = math.nan) -> float:
    return otherwise if missing(value) else float(value)
