"""What is counted and compared in an outlet's items: paragraphs of articles, or headlines with what stands under them.

A headline item is its headline and standfirst, one passage; no body is looked for.  A study may hold outlets of both
units; they are compared only within one.
"""

from __future__ import annotations

from collections.abc import Mapping

from helpers.study.sources import Source
from helpers.study.yaml_lines import Entry

PARAGRAPH, HEADLINE = "paragraph", "headline"
UNITS = (PARAGRAPH, HEADLINE)
ROWS = ("jsonl", "csv", "parquet", "archive")  # kinds of source that give headlines
PAGES = ("web", "warc", "html")


def check_units(sources: Entry, given: tuple[Source, ...], units: Mapping[str, str]) -> None:
    """Whether each source gives what the unit of its outlets needs.

    Parameters
    ----------
    sources : Entry
        ``sources`` of study.yml, to say where.
    given : tuple of Source
    units : mapping of outlet to unit

    Raises
    ------
    StudyError
        Headlines are asked of pages, texts of a source without texts, or a column is mapped that nothing would read.
    """
    for place, source in enumerate(given):
        named = (source.outlet,) if source.outlet else tuple(dict.fromkeys(source.outlets.values()))
        here = {outlet: units[outlet] for outlet in named or units}
        if said := _unfit(source, here, named=bool(named)):
            raise sources.child(place).error(said)


def _unfit(source: Source, units: dict[str, str], *, named: bool) -> str:
    """What is wrong with a source for outlets of these units; blank if nothing is."""
    headline = next((outlet for outlet, unit in units.items() if unit == HEADLINE), "")
    paragraph = next((outlet for outlet, unit in units.items() if unit == PARAGRAPH), "")
    if source.kind in PAGES and headline:
        return (
            f"a source of kind {source.kind!r} gives pages, and {headline!r} is of unit 'headline': read its headlines "
            f"from {', '.join(ROWS)}, or name an outlet of unit 'paragraph' as the source's 'outlet'"
        )
    if source.kind not in ROWS:
        return ""
    columns = source.columns
    bare = "text" not in columns and ("standfirst" in columns or source.kind == "archive")
    if bare and paragraph and (named or not headline):
        return (
            f"no column for 'text', so its items are headlines, and {paragraph!r} is of unit 'paragraph': write "
            "`unit: headline` in study.yml, or under that outlet, or say which column holds the text"
        )
    if "text" in columns and not paragraph:
        return "'text' is not read where the unit is 'headline'; map what stands under the headline as 'standfirst'"
    if "standfirst" in columns and not headline:
        return "'standfirst' is read where the unit is 'headline'; write `unit: headline`, or map the text itself"
    return "a headline needs a column map for 'title'" if headline and "title" not in columns else ""
