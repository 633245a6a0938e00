"""The README's answer and figure, from the tables and the page of `press`: ``.venv/bin/python docs/readme.py``.

Writes docs/answer-light.svg and docs/answer-dark.svg, and the block between the README's two marks; a test compares
all three with what the tables say.  ``make report`` comes first.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd

from helpers.data.corpus import Corpus

ROOT = Path(__file__).resolve().parents[1]
YEAR = ("2023-03-01", "2023-12-31")
BEGIN, END = "<!-- answer: docs/readme.py -->", "<!-- end of answer -->"
INKS = {"light": ("#1f2328", "#59636e", "#0072B2"), "dark": ("#f0f6fc", "#9198a1", "#56B4E9")}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 720, 300, 40, 62, 262
FONTS = "system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"
FEEDS_READ = 200  # days of the year on which a feed has to have been read


def weeks(corpus: Corpus) -> tuple[pd.DataFrame, int]:
    """Items on the two states and all items by week of 2023, of feeds that were read throughout; and their number.

    As the report's first figure has it: English-language feeds that were read on every day of the summit's fortnight.
    """
    happened = {event.id: pd.Timestamp(event.day) for event in corpus.study.events}
    start, end = happened["trip-reported"], happened["kim-leaves-russia"]
    english = corpus.articles.query("analysed and language == 'en'")[["outlet"]].drop_duplicates()
    feeds = corpus.daily_volume.query("observed and n_published > 0 and @YEAR[0] <= day <= @YEAR[1]").merge(english)
    read = feeds.assign(summit=feeds["day"].between(start, end)).groupby("outlet")["summit"].agg(["sum", "size"])
    kept = read.index[(read["sum"] == (end - start).days + 1) & (read["size"] >= FEEDS_READ)]
    feeds = feeds[feeds["outlet"].isin(kept)].assign(week=feeds["day"].dt.to_period("W").dt.start_time)
    sums = feeds.groupby("week")[["n_relevant", "n_published"]].sum()
    days = sums.reindex(pd.date_range(sums.index.min(), sums.index.max(), freq="7D"))  # a week nobody read is a gap
    return days.assign(share=1000 * days["n_relevant"] / days["n_published"]), len(kept)


def words(table: pd.DataFrame, n_feeds: int) -> tuple[str, str, str]:
    """Title, subtitle and alternative text, as far as the numbers bear them.

    Raises
    ------
    ValueError
        No two weeks in a row stand out: the title would not be true.
    """
    top = table["share"].nlargest(2).index.sort_values()
    rest = table["share"].drop(top)
    if top[1] - top[0] != pd.Timedelta(days=7) or table["share"][top].mean() < 3 * rest.max():
        raise ValueError("docs/readme.py: no fortnight stands out in the weeks of 2023; give the figure another title")
    name = f"{top[0]:%B}"
    title = f"The partnership was news for two weeks of {name} 2023"
    subtitle = f"Items on Russia and North Korea in 1,000 items of {n_feeds} English-language newsrooms’ feeds, by week"
    alt = (
        f"Bars, one a week from March to December 2023: {table['share'][top[0]]:.1f} and {table['share'][top[1]]:.1f} "
        f"items in 1,000 in the weeks from {top[0]:%-d} and {top[1]:%-d %B}, {rest.median():.1f} in the usual week, "
        f"{rest.max():.1f} in the highest other one."
    )
    return title, subtitle, alt


def drawing(table: pd.DataFrame, n_feeds: int, theme: str) -> str:
    """The figure as SVG in the inks of a theme."""
    ink, faint, bar = INKS[theme]
    title, subtitle, alt = words(table, n_feeds)
    most = table["share"].max()
    step = (WIDTH - LEFT - 8) / len(table)
    top = table["share"].nlargest(2).index
    rows = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{html.escape(alt)}" font-family="{FONTS}">',
        f'<text x="0" y="18" font-size="16" font-weight="600" fill="{ink}">{html.escape(title)}</text>',
        f'<text x="0" y="40" font-size="13" fill="{faint}">{html.escape(subtitle)}</text>',
    ]
    for value in range(0, int(most) + 1, 2 if most < 10 else 5):
        y = BOTTOM - (BOTTOM - TOP) * value / most
        rows.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH}" stroke="{faint}" stroke-opacity=".35"/>')
        rows.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" font-size="12" text-anchor="end" fill="{faint}">{value}</text>'
        )
    month = 0
    for place, (week, row) in enumerate(table.iterrows()):
        x = LEFT + place * step
        if pd.notna(row["share"]):
            height = (BOTTOM - TOP) * row["share"] / most
            full = "1" if week in top else ".55"
            rows.append(
                f'<rect x="{x + 1:.1f}" y="{BOTTOM - height:.1f}" width="{step - 2:.1f}" height="{height:.1f}" '
                f'fill="{bar}" fill-opacity="{full}"/>'
            )
        if week.month != month and week.day <= 7:
            rows.append(f'<text x="{x:.1f}" y="{BOTTOM + 20}" font-size="12" fill="{faint}">{week:%b}</text>')
        month = week.month
    first = LEFT + table.index.get_loc(top.min()) * step - 8
    note = f"{table['n_relevant'][top].sum():.0f} items in two weeks,"
    rest = f"{table['n_relevant'].drop(top).sum():.0f} in the other {table['share'].notna().sum() - 2}"
    rows += [
        f'<text x="{first:.1f}" y="{y}" font-size="13" text-anchor="end" fill="{ink}">{text}</text>'
        for y, text in ((TOP + 24, note), (TOP + 42, rest))
    ]
    return "\n".join([*rows, "</svg>"]) + "\n"


def answer(page: str) -> str:
    """The answer that a report's first page opens with, in two sentences; what is bold there is bold here.

    >>> answer('<section class="first"><p><strong>One is</strong>: so. Two&#39;s not. Three.</p></section>')
    "**One is**: so. Two's not."
    """
    first = re.search(r'<section class="first".*?>(.*?)</section>', page, re.DOTALL)
    inside = first[1] if first else page[page.index("<main") :]
    paragraph = re.search(r"<p>(.*?)</p>", inside, re.DOTALL)
    bold = re.sub(r"</?strong>", "**", paragraph[1] if paragraph else "")
    plain = " ".join(html.unescape(re.sub(r"<[^>]+>", "", bold)).split(" "))
    return " ".join(re.split(r"(?<=[.!?])\s+", re.sub(r"[\n\t ]+", " ", plain).strip())[:2])


def block(corpus: Corpus) -> str:
    """What stands between the README's marks."""
    page = (corpus.study.reports / "index.html").read_text(encoding="utf-8")
    alt = words(*weeks(corpus))[2]
    return f"""{BEGIN}
> {answer(page)}

<picture>
<source media="(prefers-color-scheme: dark)" srcset="docs/answer-dark.svg">
<img src="docs/answer-light.svg" alt="{html.escape(alt)}" width="720">
</picture>
{END}"""


def with_block(readme: str, text: str) -> str:
    """A README with another block between its marks."""
    return readme[: readme.index(BEGIN)] + text + readme[readme.index(END) + len(END) :]


def main() -> None:
    """Write figure and block."""
    from helpers.pipeline import open_corpus

    corpus = open_corpus("press")
    for theme in INKS:
        (ROOT / "docs" / f"answer-{theme}.svg").write_text(drawing(*weeks(corpus), theme), encoding="utf-8")
    path = ROOT / "README.md"
    path.write_text(with_block(path.read_text(encoding="utf-8"), block(corpus)), encoding="utf-8")


if __name__ == "__main__":
    main()
