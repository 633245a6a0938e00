"""From a share to the passages behind it: a table whose cells lead to folded lists of what coders judged, as HTML.

No script, nothing remote, all of it escaped as in `documents`.  A share links to its list; the list shows the passages,
how many coders saw the frame in each, the words that they marked, and the version of the definition they read.
"""

from __future__ import annotations

import html
import re

import pandas as pd
from IPython.display import HTML, display

from helpers.coding.agreement import settled
from helpers.coding.judgement import ADJUDICATED
from helpers.show import sentences as prose
from helpers.show.documents import linked
from helpers.show.plain import escaped, in_line, plain
from helpers.show.tables import boxed

LONGEST_PASSAGE, LONGEST_NAME = 600, 120  # characters
NARROW = 30  # rem of room, below which rows are cards
BEHIND = 3  # passages shown behind a share
UNIT = ["article_id", "position", "frame"]


def passages_behind(
    codes: pd.DataFrame, passages: pd.DataFrame, articles: pd.DataFrame, *, most: int = BEHIND
) -> pd.DataFrame:
    """Passages in which a frame was coded, for `coded_shares`: those that most coders saw first, then the earliest.

    Parameters
    ----------
    codes : DataFrame
        The ``codes`` table: only those that are ``current`` count.
    passages : DataFrame
        ``article_id``, ``position``, ``text``.
    articles : DataFrame
        ``article_id``, ``outlet``, ``title``, ``address``, ``published``.
    most : int
        Of each frame and outlet.
    """
    current = codes[codes["current"]]
    people = current[current["coder"] != ADJUDICATED]
    seen = people.groupby(UNIT).agg(
        n_seen=("value", "sum"), judged=("judged", "max"), fingerprint=("fingerprint", "last")
    )
    marked = people[people["start"].notna()].drop_duplicates(UNIT).set_index(UNIT)[["start", "end"]]
    rows = settled(current, adjudicated=ADJUDICATED).query("value == 1")
    rows = rows.merge(seen.join(marked).reset_index(), on=UNIT, how="left", validate="one_to_one")
    about = articles[["article_id", "outlet", "title", "address", "published"]]
    rows = rows.merge(about, on="article_id", validate="many_to_one")
    rows = rows.merge(passages[["article_id", "position", "text"]], on=UNIT[:2], validate="many_to_one")
    order = rows.sort_values(
        ["frame", "outlet", "n_seen", "published", "article_id", "position"],
        ascending=[True, True, False, True, True, True], kind="stable",
    )  # fmt: skip
    return order.groupby(["frame", "outlet"], sort=False).head(most).reset_index(drop=True)


def show_coded_shares(shares: pd.DataFrame, passages: pd.DataFrame, caption: str) -> None:
    """Show `coded_shares` in a notebook.  Parameters as there."""
    display(HTML(boxed(coded_shares(shares, passages, caption), NARROW)))


def coded_shares(shares: pd.DataFrame, passages: pd.DataFrame, caption: str) -> str:
    """Shares by frame and outlet, each linked to coded passages.

    Parameters
    ----------
    shares : DataFrame, one row a frame and outlet
        Columns ``frame``, ``outlet`` (what links are made of), ``frame_name``, ``outlet_name``, ``share`` (as shown).
    passages : DataFrame, one row a coded passage and frame
        Columns ``frame``, ``outlet``, ``title``, ``address``, ``published``, ``text`` (may be empty), ``start``,
        ``end`` (of the marked words, may be empty), ``n_seen``, ``n_coders``, ``settled`` (how the code was settled),
        ``fingerprint``, ``judged``.
    caption : str

    Returns
    -------
    str
        HTML, in the order of the rows.

    >>> share = {"frame": "AID", "outlet": "post", "frame_name": "Aid", "outlet_name": "Post", "share": "<20 %"}
    >>> coded = {"frame": "AID", "outlet": "post", "title": "Shells", "address": "https://post.invalid/1",
    ...     "published": None, "text": "Shells were sent.", "start": 0, "end": 6, "n_seen": 2, "n_coders": 2,
    ...     "settled": "both", "fingerprint": "14e58eac", "judged": pd.Timestamp("2026-11-26", tz="UTC")}
    >>> page = coded_shares(pd.DataFrame([share]), pd.DataFrame([coded]), "Shares")
    >>> 'href="#coded-AID-post"' in page, 'id="coded-AID-post"' in page, "<mark>Shells</mark>" in page, "<20" in page
    (True, True, True, False)
    """
    lists = {key: rows for key, rows in passages.groupby(["frame", "outlet"], sort=False)}
    blocks = [
        _block(row, lists[row.frame, row.outlet])
        for row in shares.itertuples(index=False)
        if (row.frame, row.outlet) in lists
    ]
    return _table(shares, set(lists), caption) + '<div class="documents">\n' + "\n".join(blocks) + "\n</div>"


def _table(shares: pd.DataFrame, listed: set[tuple[str, str]], caption: str) -> str:
    """Frames by outlets, whichever are fewer as columns."""
    down, across = sorted(("outlet", "frame"), key=lambda side: shares[side].nunique(), reverse=True)
    names = {side: dict(zip(shares[side], shares[f"{side}_name"], strict=True)) for side in (across, down)}
    cells = {(row[down], row[across]): _cell(row, listed) for row in shares.to_dict("records")}
    called = {key: plain(name, LONGEST_NAME) for key, name in names[across].items()}
    heads = "".join(_head(escaped(name)) for name in called.values())
    lines = [
        f'<tr role="row"><th scope="row" role="rowheader" class="words">{escaped(plain(name, LONGEST_NAME))}</th>'
        + "".join(
            f'<td role="cell" class="words" data-label="{html.escape(label)}">{cells.get((key, other), "–")}</td>'
            for other, label in called.items()
        )
        + "</tr>"
        for key, name in names[down].items()
    ]
    small = " small" if len(names[across]) > 5 else ""
    return (
        f'<table class="table{small} cards" role="table"><caption>{in_line(caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{_head(down)}{heads}</tr></thead>\n'
        '<tbody role="rowgroup">\n' + "\n".join(lines) + "\n</tbody></table>\n"
    )


def _head(words: str) -> str:
    return f'<th scope="col" role="columnheader" class="words">{words}</th>'


def _cell(row: dict[str, object], listed: set[tuple[str, str]]) -> str:
    share = html.escape(str(row["share"]))
    if (row["frame"], row["outlet"]) not in listed:
        return share
    return f'<a href="#{_anchor(row["frame"], row["outlet"])}">{share}</a>'


def _block(row: tuple, passages: pd.DataFrame) -> str:
    """The passages behind one share, folded; its anchor is inside, so that a browser opens it on the way there."""
    name = f"{row.frame_name}, {row.outlet_name}"
    heads = "".join(map(_head, ("date", "passage", "coders", "definition, judged")))
    body = "\n".join(_passage(one) for one in passages.itertuples(index=False))
    return (
        f"<details><summary><strong>{escaped(plain(name, LONGEST_NAME))}</strong> ({html.escape(str(row.share))}; "
        f"{prose.count(len(passages), 'passage')} shown)</summary>\n"
        f'<table class="table cards" role="table" id="{_anchor(row.frame, row.outlet)}">'
        f'<caption>Passages that were coded</caption><thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody></table></details>'
    )


def _passage(row: tuple) -> str:
    when = pd.to_datetime(row.published, errors="coerce", utc=True)
    day = "undated" if pd.isna(when) else f"{when:%Y-%m-%d}"
    judged = "" if pd.isna(row.judged) else f"{row.judged:%Y-%m-%d}"
    words = _marked(row.text, row.start, row.end)
    return (
        f'<tr role="row"><td role="cell" class="day brief" data-label="">{day}</td>'
        f'<td role="cell" class="words whole" data-label="">{linked(row.title, row.address)}{words}</td>'
        f'<td role="cell" class="words" data-label="coders">{int(row.n_seen)} of {int(row.n_coders)}, '
        f"{html.escape(row.settled)}</td>"
        f'<td role="cell" class="words" data-label="definition, judged"><code>{html.escape(row.fingerprint)}</code> '
        f"{judged}</td></tr>"
    )


def _marked(text: object, start: object, end: object) -> str:
    """The passage with the words that a coder marked; nothing where the study holds no text."""
    if not isinstance(text, str) or not text:
        return ""
    if pd.isna(start) or pd.isna(end):
        return f"<p>{escaped(plain(text, LONGEST_PASSAGE))}</p>"
    first, last = int(start), int(end)
    before, mark, after = plain(text[:first], LONGEST_PASSAGE), plain(text[first:last], LONGEST_PASSAGE), text[last:]
    spaced = [" " if re.search(r"\s$", text[:first]) else "", " " if re.match(r"\s", after) else ""]
    return (
        f"<p><bdi>{html.escape(before)}{spaced[0]}<mark>{html.escape(mark)}</mark>{spaced[1]}"
        f"{html.escape(plain(after, LONGEST_PASSAGE))}</bdi></p>"
    )


def _anchor(frame: str, outlet: str) -> str:
    return html.escape(re.sub(r"[^A-Za-z0-9_-]", "-", f"coded-{frame}-{outlet}"))
