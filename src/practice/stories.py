"""Articles before they are pages: who publishes what and when, in which frames, and what copies an agency.

Everything is drawn from one seed; each outlet and each wire has a stream of its own, so that adding one
leaves the others as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import numpy as np

from practice import world
from practice.sentences import Sentence, draw, look_up
from practice.world import BACKGROUND, FRAMES, TOPICS, PracticeOutlet

_ANCHORS, BODIES, _TITLES = 7, 9, 4  # templates a topic has (words.en.yml)
OTHER_CAPITAL = (2,)  # pages about other things never name both states


@dataclass(frozen=True)
class Voice:
    """What one voice says in a paragraph: its sentences, its frame, and whose indicator is in the words.

    `kind` is one of ``plain hit miss decoy guarded``; `indicator` is the frame whose indicator fires.
    """

    sentences: tuple[Sentence, ...]
    frame: str | None = None
    indicator: str | None = None
    kind: str = "plain"


@dataclass(frozen=True)
class Paragraph:
    """What the outlet says and, perhaps, whom it quotes."""

    outlet: Voice
    quote: Voice | None = None
    said: Sentence | None = None
    on_pair: bool = True
    language: str | None = None  # None: the article's


@dataclass(frozen=True)
class Story:
    """One article to be published; `number` counts the outlet's own on the pair (-1: not one of them)."""

    outlet: str
    language: str
    published: datetime
    topic: str
    title: Sentence
    paragraphs: tuple[Paragraph, ...]
    number: int = -1
    kind: str = "own"  # own | copy | translation | lifted | background | series | flood
    origin: str = "own"  # own, an agency, or for a lifted article the outlet that wrote it
    cluster: str = ""
    copy_kind: str = "none"
    credit: str = "none"
    byline: int | None = None
    mention: str | None = None
    translation_of: str | None = None


def drawn_stories(seed: int) -> list[Story]:
    """What every outlet writes and copies from the wires; `practice.traces` adds the rest.

    Parameters
    ----------
    seed : int

    Returns
    -------
    list of Story
    """
    stories: list[Story] = []
    for i, outlet in enumerate(world.OUTLETS.values()):
        rng = np.random.default_rng([seed, 1, i])
        stories += _own(rng, outlet) + _background(rng, outlet)
    for i, wire in enumerate(world.WIRES):
        stories += _copies(np.random.default_rng([seed, 2, i]), *wire)
    return stories


def _own(rng: np.random.Generator, outlet: PracticeOutlet) -> list[Story]:
    """Articles on the pair that the outlet writes itself."""
    frame_shocks, topic_shocks = (
        _shocks(rng, world.FRAME_SHOCK, FRAMES),
        _shocks(rng, world.TOPIC_SHOCK, TOPICS),
    )
    stories, n = [], world.N_OWN[outlet.language]
    for i in range(n):
        published = moment(rng, outlet, (i + rng.random()) / n)
        week = _week(published)
        topic = _pick(rng, np.array(outlet.topics) * topic_shocks[week], TOPICS)
        shares = np.array(world.frame_shares(outlet, published.astimezone(outlet.zone).date()))
        paragraphs = _paragraphs(rng, topic, shares, frame_shocks[week])
        if (outlet.id, i) in world.DIGESTS:
            paragraphs += tuple(_aside(rng) for _ in range(3))
        agency = sorted(world.AGENCIES)[i % 2] if (outlet.id, i) in world.MENTIONS else None
        if agency:
            paragraphs = (paragraphs[0], _mentioning(rng, paragraphs[1]), *paragraphs[2:])
        if (outlet.id, i) in world.FOREIGN:
            paragraphs += (replace(_aside(rng), language=world.FOREIGN[outlet.id, i]),)
        stories.append(
            Story(
                outlet.id, outlet.language, published, topic, _title(rng, topic), paragraphs, number=i,
                mention=agency, cluster=f"{outlet.id}-{i:02d}",
                byline=None if i % world.NO_BYLINE == 6 else int(rng.integers(6)),
            )
        )  # fmt: skip
    return stories


def _background(rng: np.random.Generator, outlet: PracticeOutlet) -> list[Story]:
    """Articles on anything but the pair."""
    stories, n = [], world.N_BACKGROUND[outlet.language]
    for i in range(n):
        published = moment(rng, outlet, (i + rng.random()) / n)
        subject = BACKGROUND[int(rng.integers(len(BACKGROUND)))]
        order = rng.permutation(len(look_up(("background", subject, "body"), "en")))
        said = [_on_other_things(rng, subject, int(k)) for k in order[:6]]
        paragraphs = tuple(Paragraph(Voice(tuple(said[k : k + 2])), on_pair=False) for k in (0, 2, 4))
        title = draw(rng, ("background", subject, "titles", int(rng.integers(2))), keep_off=OTHER_CAPITAL)
        stories.append(
            Story(
                outlet.id, outlet.language, published, subject, title, paragraphs, kind="background",
                cluster=f"{outlet.id}-b{i:02d}", byline=int(rng.integers(6)),
            )
        )  # fmt: skip
    return stories


def _copies(
    rng: np.random.Generator, agency: str, language: str, n_stories: int, turns: tuple[tuple[str, ...], ...]
) -> list[Story]:
    """Copies of an agency's stories; the outlets of a turn print in order, every second time in reverse."""
    stories, frame_shocks = [], _shocks(rng, world.FRAME_SHOCK, FRAMES)
    code = world.AGENCIES[agency]
    kinds = credits = int(rng.integers(4))
    for i in range(n_stories):
        day = int((i + rng.random()) / n_stories * ((world.END - world.START).days - 4))
        sent = datetime.combine(world.START + timedelta(days=day), time(4), UTC)
        topic = _pick(rng, np.array(code.topics), TOPICS)
        paragraphs = _paragraphs(rng, topic, np.array(code.frames), frame_shocks[_week(sent)], n=5)
        original = Story(
            "", language, sent, topic, _title(rng, topic), paragraphs, kind="copy", origin=agency,
            cluster=f"wire-{agency.lower()}-{language}-{i:02d}",
        )  # fmt: skip
        turn = turns[i % len(turns)]
        for order, outlet in enumerate(turn[::-1] if i % 2 else turn):
            after = timedelta(hours=2 + 7 * order, minutes=int(rng.integers(60)))
            kind, credit = world.COPY_KINDS[kinds % 4], world.CREDITS[credits % 4]
            stories.append(_copy(rng, replace(original, outlet=outlet, published=sent + after), kind, credit))
            kinds, credits = kinds + 1, credits + (2 if credits % 16 == 15 else 1)
        kinds += 1  # so that no outlet always gets the same kind of copy
    return stories


def _copy(rng: np.random.Generator, story: Story, kind: str, credit: str) -> Story:
    """One copy: whole, cut by two fifths, under another title, or with 30 % of its sentences replaced."""
    paragraphs, title = story.paragraphs, story.title
    if kind == "trimmed":
        paragraphs = paragraphs[: -(-3 * len(paragraphs) // 5)]
    if kind in ("reheadlined", "partly"):
        title = _title(rng, story.topic, other_than=story.title)
    if kind == "partly":
        paragraphs = _rewritten(rng, story.topic, paragraphs)
    return replace(story, title=title, paragraphs=paragraphs, copy_kind=kind, credit=credit)


def _rewritten(rng: np.random.Generator, topic: str, paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Replace 30 % of the sentences by others of the topic; those with a frame stay, as does the truth."""
    total = sum(len(p.outlet.sentences) + (1 if p.quote else 0) for p in paragraphs)
    places = [
        (i, k) for i, p in enumerate(paragraphs) for k, s in enumerate(p.outlet.sentences) if s.path[0] == "topics"
    ]
    chosen = rng.permutation(len(places))[: min(len(places), round(0.3 * total))]
    result = list(paragraphs)
    for at in sorted(int(c) for c in chosen):
        i, k = places[at]
        sentences = list(result[i].outlet.sentences)
        group = sentences[k].path[2]
        size = _ANCHORS if group == "anchors" else BODIES
        other = (int(sentences[k].path[3]) + 1 + int(rng.integers(size - 1))) % size
        sentences[k] = draw(rng, ("topics", topic, group, other))
        result[i] = replace(result[i], outlet=replace(result[i].outlet, sentences=tuple(sentences)))
    return tuple(result)


def _paragraphs(
    rng: np.random.Generator, topic: str, shares: np.ndarray, shocks: np.ndarray, *, n: int | None = None
) -> tuple[Paragraph, ...]:
    """Four to six paragraphs; each names both states, and each voice in it draws a frame of its own."""
    n = n or int(rng.integers(4, 7))
    anchors, bodies = rng.permutation(_ANCHORS), rng.permutation(BODIES)
    paragraphs = []
    for i in range(n):
        opening = draw(rng, ("topics", topic, "anchors", int(anchors[i])))
        more = draw(rng, ("topics", topic, "body", int(bodies[i])))
        extra = _voice(rng, shares, shocks)
        outlet = replace(extra, sentences=(opening, *extra.sentences, more))
        if rng.random() >= world.QUOTE_RATE:
            paragraphs.append(Paragraph(outlet))
            continue
        quote = _voice(rng, shares * np.array(world.QUOTE_FACTOR), shocks)
        if not quote.sentences:
            said = draw(rng, ("topics", topic, "body", int(bodies[(i + n) % BODIES])))
            quote = replace(quote, sentences=(said,))
        paragraphs.append(Paragraph(outlet, quote, draw(rng, ("said", int(rng.integers(3))))))
    return tuple(paragraphs)


def _voice(rng: np.random.Generator, shares: np.ndarray, shocks: np.ndarray) -> Voice:
    """Draw whether a voice carries a frame, in which kind of sentence; none if there is nothing to add."""
    weights = np.append(shares * shocks, 1 - shares.sum())
    edges = np.cumsum(weights / weights.sum())
    at = int(np.searchsorted(edges, rng.random(), side="right"))
    chance = rng.random()
    if at < len(FRAMES):
        frame = FRAMES[at]
        kind = "miss" if chance < world.MISS_RATE else "hit"
        return Voice((_framing(rng, frame, kind),), frame, frame if kind == "hit" else None, kind)
    frame = FRAMES[int(rng.integers(len(FRAMES)))]
    if chance < world.DECOY_RATE:
        return Voice((_framing(rng, frame, "decoy"),), None, frame, "decoy")
    if chance < world.DECOY_RATE + world.GUARDED_RATE:
        return Voice((_framing(rng, frame, "guarded"),), None, None, "guarded")
    return Voice(())


def _framing(rng: np.random.Generator, frame: str, kind: str) -> Sentence:
    return draw(rng, ("frames", frame, kind, int(rng.integers(len(look_up(("frames", frame, kind), "en"))))))


def _aside(rng: np.random.Generator) -> Paragraph:
    subject = BACKGROUND[int(rng.integers(len(BACKGROUND)))]
    order = rng.permutation(len(look_up(("background", subject, "body"), "en")))[:2]
    return Paragraph(Voice(tuple(_on_other_things(rng, subject, int(k)) for k in order)), on_pair=False)


def _on_other_things(rng: np.random.Generator, subject: str, at: int) -> Sentence:
    return draw(rng, ("background", subject, "body", at), keep_off=OTHER_CAPITAL)


def _mentioning(rng: np.random.Generator, paragraph: Paragraph) -> Paragraph:
    sentences = (*paragraph.outlet.sentences, draw(rng, ("mention", 0)))
    return replace(paragraph, outlet=replace(paragraph.outlet, sentences=sentences))


def _title(rng: np.random.Generator, topic: str, *, other_than: Sentence | None = None) -> Sentence:
    options = [i for i in range(_TITLES) if other_than is None or i != other_than.path[3]]
    return draw(rng, ("topics", topic, "titles", options[int(rng.integers(len(options)))]))


def _shocks(rng: np.random.Generator, deviation: float, over: tuple[str, ...]) -> dict[tuple[int, int], np.ndarray]:
    """Log-normal factors with mean one for every ISO week, shared by all that an outlet writes in it."""
    weeks = sorted({_week(datetime.combine(world.START + timedelta(days=d), time(12), UTC)) for d in range(-7, 373)})
    draws = np.exp(deviation * rng.standard_normal((len(weeks), len(over))) - deviation**2 / 2)
    return dict(zip(weeks, draws, strict=True))


def _week(moment: datetime) -> tuple[int, int]:
    return moment.isocalendar()[:2]


def _pick(rng: np.random.Generator, weights: np.ndarray, names: tuple[str, ...]) -> str:
    return names[
        int(np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(), side="right").clip(0, len(names) - 1))
    ]


def moment(rng: np.random.Generator, outlet: PracticeOutlet, at: float) -> datetime:
    """A minute of the outlet's day from six on, `at` being the fraction of the period gone."""
    day = world.START + timedelta(days=int(at * ((world.END - world.START).days + 1)))
    clock = time(6 + int(rng.integers(16)), int(rng.integers(60)))
    return datetime.combine(day, clock, outlet.zone).astimezone(UTC)
