"""What was planted, cell by cell: shares of topics and frames, differences between outlets, changes at events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from practice import world

SCOPES = {"all": "", "originals": "is_original", "first": "is_first"}  # which printings, by the column that marks them
EFFECT_KEY = ["kind", "measure", "side", "group", "reference", "event", "span", "voice", "scope"]
KINDS = ("planted", "realised", "indicator_planted", "indicator_realised")
OF_ARTICLES = {"realised": "realised_articles", "indicator_realised": "indicator_articles"}
SIDES = {"outlet": "outlet", "group": "bloc"}


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

        In ``all`` voices a passage is a paragraph, and carries a frame when either of its voices does; in one voice it
        is what that voice says.  ``planted`` is the mean parameter of the passages in the cell (for topics, of the
        articles), ``realised`` the share of passages that carry the frame, ``realised_articles`` the mean over
        articles of that share; ``indicator_planted``, ``indicator_realised`` and ``indicator_articles`` the same of
        passages in which its indicators fire.
    """
    spoken, counted = _passages(articles, passages), articles[articles.relevant & articles.reachable]
    rows: list[dict[str, object]] = []
    for scope, column in SCOPES.items():
        rows += _cells(spoken.where(spoken.cut[column]) if column else spoken, scope)
        rows += _topics(counted[counted[column]] if column else counted, scope)
    return pd.DataFrame(rows).sort_values(EFFECT_KEY, ignore_index=True)


def _parameters(outlet: str, origin: str, published: pd.Timestamp, voice: str) -> np.ndarray:
    """The shares of each frame that a passage was drawn with, shocks apart."""
    if origin not in world.AGENCIES:
        place = world.OUTLETS[outlet if origin == "own" else origin]
        shares = np.array(world.frame_shares(place, published.tz_convert(place.zone).date()))
    else:
        shares = np.array(world.AGENCIES[origin].frames)
    return shares * np.array(world.QUOTE_FACTOR) if voice == "quoted" else shares


@dataclass(frozen=True)
class _Passages:
    """Passages of a cell as arrays: what was planted in each, which article it stands in, and what cells are cut by.

    Every paragraph is there once in ``all`` voices and once in each of those that speak in it: cut by ``voice`` first.
    """

    values: np.ndarray  # (kinds of share × frames, n)
    article: np.ndarray
    cut: dict[str, np.ndarray]

    def where(self, rows: np.ndarray) -> _Passages:
        """Some of them."""
        values = np.compress(rows, self.values, axis=1)  # row by row in memory, on which the last digit of means rests
        return _Passages(values, self.article[rows], {name: by[rows] for name, by in self.cut.items()})

    @property
    def n_articles(self) -> int:
        """How many articles they stand in."""
        return len(np.unique(self.article))

    def shares(self) -> np.ndarray:
        """Shares of every kind and frame over passages, and as a mean over articles: (2, kinds × frames)."""
        if not len(self.article):
            return np.full((2, len(self.values)), np.nan)
        codes, _ = pd.factorize(self.article)
        sizes = np.bincount(codes)
        of_articles = [(np.bincount(codes, column) / sizes).mean() for column in self.values]
        return np.array([self.values.mean(axis=1), of_articles])


def _passages(articles: pd.DataFrame, passages: pd.DataFrame) -> _Passages:
    """Relevant, reachable passages, with each frame's parameters and whether it is there and shows."""
    kept = ["address", "outlet", "bloc", "origin", "published", "is_original", "is_first"]
    about = articles.loc[articles.relevant & articles.reachable, kept]
    spoken = passages.loc[passages.relevant, ["address", "position", "voice", "frame", "indicator"]]
    table = spoken.merge(about, on="address", validate="many_to_one")
    rows = zip(table.outlet, table.origin, table.published, table.voice, strict=True)
    shares = np.array([_parameters(*row) for row in rows])
    null = 1 - shares.sum(axis=1, keepdims=True)
    shown = shares * (1 - world.MISS_RATE) + null * world.DECOY_RATE / len(world.FRAMES)
    there, fires = (np.array([table[column] == frame for frame in world.FRAMES]) for column in ("frame", "indicator"))
    values = np.vstack([shares.T, there.astype(float), shown.T, fires.astype(float)])
    values, table = _with_paragraphs(values, table)
    cut = {name: table[name].to_numpy() for name in ("outlet", "bloc", "voice", "published", "is_original", "is_first")}
    return _Passages(np.ascontiguousarray(values), pd.factorize(table.address)[0], cut)


def _with_paragraphs(values: np.ndarray, table: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """The voices of each paragraph, and below them each paragraph once: there is in it what is in either voice.

    Voices draw their frames apart, so the chance that neither has one is the product.
    """
    number = table.groupby(["address", "position"], sort=False).ngroup().to_numpy()
    lacking = np.ones((len(values), number.max() + 1))
    np.multiply.at(lacking, (slice(None), number), 1 - values)
    paragraphs = table.drop_duplicates(["address", "position"]).assign(voice="all")
    return np.hstack([values, 1 - lacking]), pd.concat([table, paragraphs], ignore_index=True)


def _cells(passages: _Passages, scope: str) -> Iterator[dict[str, object]]:
    """Frame shares of one scope: by outlet and bloc, by voice, over the whole period and around events."""
    for voice in ("all", "outlet", "quoted"):
        spoken = passages.where(passages.cut["voice"] == voice)
        place = {"kind": "indicator", "voice": voice, "scope": scope, "reference": "", "event": "", "span": "all"}
        for side, column in SIDES.items():
            for group in sorted(set(spoken.cut[column])):
                rows = spoken.where(spoken.cut[column] == group)
                here = place | {"side": side, "group": group}
                yield from _levels(here, rows)
                yield from _around_events(here, rows)
        for one, other in world.COMPARED:
            pair = [spoken.where(spoken.cut["outlet"] == outlet) for outlet in (one, other)]
            if all(len(rows.article) for rows in pair):
                yield from _differences(place | {"side": "outlet", "group": one, "reference": other}, *pair)


def _around_events(place: dict[str, str], rows: _Passages) -> Iterator[dict[str, object]]:
    for event in world.EVENTS:
        day, published = pd.Timestamp(event.day, tz="UTC"), rows.cut["published"]
        before = rows.where((published < day) & (published >= day - world.EVENT_WINDOW))
        after = rows.where((published >= day) & (published < day + world.EVENT_WINDOW))
        here = place | {"event": event.id}
        yield from _levels(here | {"span": "before"}, before)
        yield from _levels(here | {"span": "after"}, after)
        yield from _differences(here | {"span": "change"}, after, before)


def _levels(place: dict[str, str], rows: _Passages) -> Iterator[dict[str, object]]:
    n = {"n_passages": len(rows.article), "n_articles": rows.n_articles}
    yield from _by_frame(place | n, rows.shares())


def _differences(place: dict[str, str], one: _Passages, other: _Passages) -> Iterator[dict[str, object]]:
    n = {"n_passages": len(one.article) + len(other.article), "n_articles": one.n_articles + other.n_articles}
    yield from _by_frame(place | n, one.shares() - other.shares())


def _by_frame(place: dict[str, object], shares: np.ndarray) -> Iterator[dict[str, object]]:
    """A row a frame of what `_Passages.shares` gave."""
    of_passages, of_articles = shares.reshape(2, len(KINDS), len(world.FRAMES))
    for i, frame in enumerate(world.FRAMES):
        whole = dict(zip(KINDS, of_passages[:, i], strict=True))
        means = {name: of_articles[KINDS.index(kind), i] for kind, name in OF_ARTICLES.items()}
        yield place | {"measure": frame} | whole | means


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
