"""What was planted, as tables: articles, passages, effects, words of topics, recurring lines, kinds of page.

`planted` is the parameter that a share was drawn with, `realised` what the draw gave; the difference between
the two is what an interval is for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from helpers.text.lengths import n_words
from practice import world
from practice.pages import Article, agency_name, author, body_paragraphs, boilerplate, byline, dates
from practice.sentences import Sentence, render, words
from practice.stories import Paragraph, Voice

SCOPES = ("all", "originals", "first")
EFFECT_KEY = ["kind", "measure", "side", "group", "reference", "event", "span", "voice", "scope"]
_KINDS = ("planted", "realised", "indicator_planted", "indicator_realised")


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
    """One row a paragraph and voice; (`address`, `paragraph`, `voice`) is the key.

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
                        "address": article.address, "paragraph": i, "voice": name, "frame": voice.frame,
                        "has_indicator": voice.indicator is not None, "indicator": voice.indicator,
                        "kind": voice.kind, "relevant": relevant,
                        "speaker": _speaker(article, paragraph) if name == "quoted" else None,
                        "language": paragraph.language or article.story.language,
                        "n_words": sum(n_words(_said(article, s)) for s in voice.sentences),
                    }
                )  # fmt: skip
    return pd.DataFrame(rows).sort_values(["address", "paragraph", "voice"], ignore_index=True)


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


def truth_effects(articles: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Shares of topics and frames, differences between outlets and changes at events, over what can be collected.

    Parameters
    ----------
    articles, passages : DataFrame
        As `truth_articles` and `truth_passages` give them.

    Returns
    -------
    DataFrame
        Key: kind (``indicator`` or ``topic``), measure, side, group, reference, event, span, voice, scope.  ``side`` is
        ``outlet``, or ``group`` for all outlets of a bloc.  With a ``reference`` a row is the difference of two
        outlets.  ``span`` is ``all``, or at an ``event`` what stands ``before`` it, ``after`` it, and the ``change``
        from one to the other.

        ``planted`` is the mean parameter of the passages in the cell (for topics, of the articles), ``realised`` the
        share of passages that carry the frame, ``realised_articles`` the mean over articles of that share;
        ``indicator_planted``, ``indicator_realised`` and ``indicator_articles`` the same of passages in which its
        indicators fire.
    """
    wide, counted = _wide(articles, passages), articles[articles.relevant & articles.reachable]
    rows = [row for scope in SCOPES for row in _cells(_scoped(wide, scope), scope)]
    rows += [row for scope in SCOPES for row in _topics(_scoped(counted, scope), scope)]
    return pd.DataFrame(rows).sort_values(EFFECT_KEY, ignore_index=True)


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


def _parameters(outlet: str, origin: str, published: pd.Timestamp, voice: str) -> np.ndarray:
    """The shares of each frame that a passage was drawn with, shocks apart."""
    if origin not in world.AGENCIES:
        place = world.OUTLETS[outlet if origin == "own" else origin]
        shares = np.array(world.frame_shares(place, published.tz_convert(place.zone).date()))
    else:
        shares = np.array(world.AGENCIES[origin].frames)
    return shares * np.array(world.QUOTE_FACTOR) if voice == "quoted" else shares


def _wide(articles: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Relevant, reachable passages, with each frame's parameters and whether it is there and shows."""
    kept = ["address", "outlet", "bloc", "origin", "published", "is_original", "is_first"]
    about = articles.loc[articles.relevant & articles.reachable, kept]
    spoken = passages.loc[passages.relevant, ["address", "voice", "frame", "indicator"]]
    table = spoken.merge(about, on="address", validate="many_to_one")
    rows = zip(table.outlet, table.origin, table.published, table.voice, strict=True)
    shares = np.array([_parameters(*row) for row in rows])
    null = 1 - shares.sum(axis=1, keepdims=True)
    shown = shares * (1 - world.MISS_RATE) + null * world.DECOY_RATE / len(world.FRAMES)
    for i, frame in enumerate(world.FRAMES):
        table[f"planted {frame}"], table[f"indicator_planted {frame}"] = shares[:, i], shown[:, i]
        table[f"realised {frame}"] = (table.frame == frame).astype(float)
        table[f"indicator_realised {frame}"] = (table.indicator == frame).astype(float)
    return table


def _scoped(table: pd.DataFrame, scope: str) -> pd.DataFrame:
    return table if scope == "all" else table[table["is_original" if scope == "originals" else "is_first"]]


def _groups(table: pd.DataFrame) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    for side, column in (("outlet", "outlet"), ("group", "bloc")):
        for group, rows in table.groupby(column):
            yield {"side": side, "group": str(group), "reference": ""}, rows


def _cells(table: pd.DataFrame, scope: str) -> Iterator[dict[str, object]]:
    """Frame shares of one scope: by outlet and bloc, by voice, over the whole period and around events."""
    for voice in ("all", "outlet", "quoted"):
        spoken = table if voice == "all" else table[table.voice == voice]
        said = {"kind": "indicator", "voice": voice, "scope": scope}
        for group, rows in _groups(spoken):
            yield from _levels(said | group | {"event": "", "span": "all"}, rows)
            for event in world.EVENTS:
                day = pd.Timestamp(event.day, tz="UTC")
                before = rows[(rows.published < day) & (rows.published >= day - world.EVENT_WINDOW)]
                after = rows[(rows.published >= day) & (rows.published < day + world.EVENT_WINDOW)]
                place = said | group | {"event": event.id}
                yield from _levels(place | {"span": "before"}, before)
                yield from _levels(place | {"span": "after"}, after)
                yield from _differences(place | {"span": "change"}, after, before)
        for one, other in world.COMPARED:
            pair = [spoken[spoken.outlet == outlet] for outlet in (one, other)]
            if all(map(len, pair)):
                place = said | {"side": "outlet", "group": one, "reference": other, "event": "", "span": "all"}
                yield from _differences(place, *pair)


def _levels(place: dict[str, str], rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    for frame, shares in _shares(rows).items():
        yield place | {"measure": frame} | shares | {"n_passages": len(rows), "n_articles": rows.address.nunique()}


def _differences(place: dict[str, str], one: pd.DataFrame, other: pd.DataFrame) -> Iterator[dict[str, object]]:
    theirs, n_articles = _shares(other), one.address.nunique() + other.address.nunique()
    for frame, ours in _shares(one).items():
        difference = {name: ours[name] - theirs[frame][name] for name in ours}
        yield (
            place | {"measure": frame} | difference | {"n_passages": len(one) + len(other), "n_articles": n_articles}
        )


def _shares(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Shares of every frame in a cell, over passages and as a mean over articles."""
    columns = [f"{kind} {frame}" for kind in _KINDS for frame in world.FRAMES]
    values, (codes, _) = rows[columns].to_numpy(), pd.factorize(rows.address)
    sizes = np.bincount(codes) if len(rows) else np.zeros(0)
    means = [np.bincount(codes, column) / sizes if len(rows) else sizes for column in values.T]
    passages = dict(zip(columns, values.mean(axis=0) if len(rows) else np.full(len(columns), np.nan), strict=True))
    articles = dict(zip(columns, [m.mean() if len(m) else np.nan for m in means], strict=True))
    return {
        frame: {
            "planted": passages[f"planted {frame}"],
            "realised": passages[f"realised {frame}"],
            "realised_articles": articles[f"realised {frame}"],
            "indicator_planted": passages[f"indicator_planted {frame}"],
            "indicator_realised": passages[f"indicator_realised {frame}"],
            "indicator_articles": articles[f"indicator_realised {frame}"],
        }
        for frame in world.FRAMES
    }


def _topics(articles: pd.DataFrame, scope: str) -> Iterator[dict[str, object]]:
    """Topic shares of articles by outlet."""
    for outlet, rows in articles.groupby("outlet"):
        for i, topic in enumerate(world.TOPICS):
            chances = [
                (world.AGENCIES.get(origin) or world.OUTLETS[outlet if origin == "own" else origin]).topics[i]
                for origin in rows.origin
            ]
            realised = float((rows.topic == topic).mean())
            yield {
                "kind": "topic", "measure": topic, "side": "outlet", "group": outlet, "reference": "", "event": "",
                "span": "all", "voice": "all", "scope": scope,
                "planted": float(np.mean(chances)), "realised": realised, "realised_articles": realised,
                "indicator_planted": np.nan, "indicator_realised": np.nan, "indicator_articles": np.nan,
                "n_passages": 0, "n_articles": len(rows),
            }  # fmt: skip
