"""What was planted, as tables: articles, passages, effects, words of topics, recurring lines, kinds of page.

`planted` is the parameter that a share was drawn with, `realised` what the draw gave; the difference between
the two is what an interval is for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from helpers.text.lengths import n_words
from practice import world
from practice.pages import Article, agency_name, author, body_paragraphs, boilerplate, byline, dates
from practice.sentences import Sentence, render, words
from practice.stories import Paragraph, Voice


def truth_articles(articles: list[Article]) -> pd.DataFrame:
    """One row an article, background included; `address` is the key.

    Parameters
    ----------
    articles : list of Article

    Returns
    -------
    DataFrame, shape (n_articles, 28)
        ``is_original`` is the outlet's own work; ``is_first`` the first to be printed in its copy cluster.
        ``reachable`` is false in the outlet-month that the server fails.  ``flags`` are the traces that a
        reader of the pages can show (`planted_flags`), ``translation_of`` the cluster of the wire story that
        it says in another language, ``foreign`` the language of its last paragraph where that is another one.
    """
    seen: set[str] = set()
    rows = []
    for article in sorted(articles, key=lambda a: a.story.published):
        story, shown = article.story, dates(article)
        places = (shown.jsonld, shown.og, shown.time, shown.visible, shown.relative)
        stated = [moment for moment in places if moment]
        rows.append(
            {
                "address": article.address, "outlet": story.outlet, "bloc": article.outlet.bloc,
                "language": story.language, "kind": story.kind, "relevant": story.topic in world.TOPICS,
                "published": story.published, "date_shown": stated[0] if stated else None,
                "date_fault": article.date_fault, "title": article.title, "byline": byline(article),
                "author": author(article), "section": article.section,
                "topic": story.topic if story.topic in world.TOPICS else None,
                "copy_cluster": story.cluster, "copy_kind": story.copy_kind, "origin": story.origin,
                "credit": story.credit, "mentions": story.mention, "is_original": story.origin == "own",
                "is_first": story.cluster not in seen, "flags": " ".join(planted_flags(article)),
                "translation_of": story.translation_of, "foreign": story.paragraphs[-1].language,
                "n_boilerplate_lines": len(boilerplate(article)), "charset_fault": article.charset_fault,
                "reachable": article.reachable, "text": "\n\n".join(body_paragraphs(article)),
            }
        )  # fmt: skip
        seen.add(story.cluster)
    table = pd.DataFrame(rows)
    for column in ("published", "date_shown"):
        table[column] = pd.to_datetime(table[column], utc=True).astype("datetime64[us, UTC]")
    return table.sort_values("address", ignore_index=True)


def planted_flags(article: Article) -> list[str]:
    """Traces of a page, sorted: what it declares, who is missing, what stands elsewhere, how much came at once."""
    story, flags = article.story, set(article.flags)
    if author(article) is None:
        flags.add("no_author")
    if article.date_fault == "future":
        flags.add("future_date")
    if (story.outlet, story.number) in {(outlet, i) for outlet, i, _ in world.LIFTED} or story.kind == "lifted":
        flags.add("identical_elsewhere")
    flags |= {"series": {"template"}, "flood": {"impossible_output"}}.get(story.kind, set())
    return sorted(flags)


def truth_passages(articles: list[Article]) -> pd.DataFrame:
    """One row a paragraph and voice; (`address`, `position`, `voice`) is the key.

    Returns
    -------
    DataFrame
        ``frame`` is null where none was planted; ``indicator`` is the frame whose indicator fires, null where
        none does, and ``has_indicator`` says whether any does.  ``kind``: plain, hit, miss, decoy or guarded.
        ``speaker`` is the name of whoever is quoted, ``language`` that of the paragraph; ``n_words`` is by
        `helpers.text.lengths.n_words`.
    """
    rows = []
    for article in articles:
        on_pair = [paragraph.on_pair for paragraph in article.story.paragraphs]
        for i, paragraph in enumerate(article.story.paragraphs):
            beside = i > 0 and on_pair[i - 1] and paragraph.language is None  # what is in another language is not read
            relevant = paragraph.on_pair or beside
            for name, voice in _voices(paragraph):
                rows.append(
                    {
                        "address": article.address, "position": i, "voice": name, "frame": voice.frame,
                        "has_indicator": voice.indicator is not None, "indicator": voice.indicator,
                        "kind": voice.kind, "relevant": relevant,
                        "speaker": _speaker(article, paragraph) if name == "quoted" else None,
                        "language": paragraph.language or article.story.language,
                        "n_words": sum(n_words(_said(article, s)) for s in voice.sentences),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows).sort_values(["address", "position", "voice"], ignore_index=True)


def truth_topics(languages: Collection[str] = world.LANGUAGES) -> pd.DataFrame:
    """The words that belong to each topic, as lemmas: columns topic, language, term."""
    rows = [
        {"topic": topic, "language": language, "term": term}
        for language in world.LANGUAGES
        if language in languages
        for topic in world.TOPICS
        for term in words(language)["topics"][topic]["terms"]
    ]
    return pd.DataFrame(rows)


def truth_boilerplate(articles: list[Article]) -> pd.DataFrame:
    """Lines that recur inside an outlet's articles: columns outlet, line, n_pages (reachable pages only)."""
    rows = [{"outlet": a.story.outlet, "line": line} for a in articles if a.reachable for line in boilerplate(a)]
    return pd.DataFrame(rows).groupby(["outlet", "line"]).size().rename("n_pages").reset_index()


def _voices(paragraph: Paragraph) -> Iterator[tuple[str, Voice]]:
    yield "outlet", paragraph.outlet
    if paragraph.quote:
        yield "quoted", paragraph.quote


def _said(article: Article, sentence: Sentence) -> str:
    return render(sentence, article.story.language, agency=agency_name(article))


def _speaker(article: Article, paragraph: Paragraph) -> str | None:
    """The name of whoever a paragraph quotes, without office and particles."""
    chosen = dict(paragraph.said.slots).get("who") if paragraph.said else None
    return None if chosen is None else words(article.story.language)["forms"]["speakers"][chosen]
