"""Articles beside their sources, to be looked at."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML, display

from helpers.extract.lines import held
from helpers.show.plain import escaped, plain
from helpers.show.sentences import count, say

MOST_LINES, MOST_SIGNS = 60, 400  # lines of a page, and characters of a line, that an audit shows


def show_audit(sample: pd.DataFrame) -> None:
    """Show articles beside their sources, one folded block an article; everything in them is escaped.

    What the source shows and the study left out is struck; what the study has and the source does not show is marked
    as inserted.

    Parameters
    ----------
    sample : DataFrame
        Columns ``outlet_name``, ``address``, ``title``, ``byline``, ``published``, ``date_source``, ``text``, and
        ``source`` (a list of lines).
    """
    if sample.empty:
        say("This study holds no text, so no source can stand beside its article; its data statement says where it is.")
        return
    blocks = [_audited(row) for row in sample.itertuples()]
    blocks[0] = blocks[0].replace("<details", "<details open", 1)
    display(HTML("\n".join(blocks)))


def _audited(row: tuple) -> str:
    title, byline, text = ("" if pd.isna(value) else value for value in (row.title, row.byline, row.text))
    paragraphs = text.split("\n\n")
    kept = held(row.source, "\n".join((title, byline, text)))
    shown = held(paragraphs, "\n".join(row.source))
    when = "undated" if pd.isna(row.published) else f"{row.published:%Y-%m-%d %H:%M} UTC, from {row.date_source}"
    left = _lines(row.source, kept, "del") or "<p>The source could not be read again within its bounds.</p>"
    facts = "".join(f"<p>{escaped(plain(line))}</p>" for line in (title or "no title", byline or "no byline", when))
    name = f"{escaped(plain(row.outlet_name))}: {escaped(plain(title or row.address))}"
    return (
        f'<details class="audit"><summary>{name} ({sum(kept):,} of {count(len(kept), "line")} kept)</summary>'
        f"<p><code>{escaped(plain(row.address, MOST_SIGNS))}</code></p>"
        "<div><table><caption>What the source shows beside what the study has</caption><thead><tr>"
        '<th scope="col" class="words">the source shows</th><th scope="col" class="words">the study has</th>'
        f'</tr></thead><tbody><tr><td class="words">{left}</td>'
        f'<td class="words">{facts}<hr>{_lines(paragraphs, shown, "ins")}</td></tr></tbody></table></div></details>'
    )


def _lines(lines: list[str], untouched: list[bool], tag: str) -> str:
    """Lines as paragraphs, those that are not untouched inside an element, up to a bound."""
    cut = [escaped(plain(line, MOST_SIGNS)) for line in lines[:MOST_LINES]]
    parts = [line if same else f"<{tag}>{line}</{tag}>" for line, same in zip(cut, untouched, strict=False)]
    more = len(lines) - len(cut)
    return "".join(f"<p>{part}</p>" for part in parts) + (f"<p>… and {count(more, 'line')} more</p>" if more else "")
