"""Articles planted for what they show beside their words: translations, lifted texts, a template, a flood.

Each draws from a generator of its own, so that what the outlets write themselves stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import numpy as np

from practice import world
from practice.sentences import Sentence, draw, look_up
from practice.stories import BODIES, OTHER_CAPITAL, Paragraph, Story, Voice, drawn_stories, moment
from practice.world import BACKGROUND, TOPICS, PracticeOutlet


def all_stories(seed: int) -> list[Story]:
    """Every article of the world, in the order of publication.

    Parameters
    ----------
    seed : int

    Returns
    -------
    list of Story
    """
    stories = drawn_stories(seed)
    stories += _translated(stories) + _lifted(stories)
    for i, outlet in enumerate(world.SERIES):
        stories += _series(np.random.default_rng([seed, 3, i]), world.OUTLETS[outlet])
    stories += _flood(np.random.default_rng([seed, 4]), world.OUTLETS[world.FLOOD[0]])
    return sorted(
        stories, key=lambda story: (story.published, story.outlet, story.kind, story.cluster, story.copy_kind)
    )


def _translated(stories: list[Story]) -> list[Story]:
    """Wire stories said again in another language, credited each time in another way."""
    whole = {story.cluster: story for story in stories if story.copy_kind == "verbatim"}
    made = []
    for i, (cluster, outlet) in enumerate(world.TRANSLATED):
        language = world.OUTLETS[outlet].language
        made.append(
            replace(
                whole[cluster], outlet=outlet, language=language, kind="translation", copy_kind="none",
                published=whole[cluster].published + timedelta(hours=9 + i), credit=world.CREDITS[i % 4],
                cluster=f"{cluster}-{language}", translation_of=cluster,
            )
        )  # fmt: skip
    return made


def _lifted(stories: list[Story]) -> list[Story]:
    """Own articles of one outlet under another's name, a day later."""
    own = {(story.outlet, story.number): story for story in stories if story.kind == "own"}
    return [
        replace(
            own[outlet, i], outlet=taker, number=-1, kind="lifted", origin=outlet, copy_kind="verbatim", byline=2,
            published=own[outlet, i].published + timedelta(hours=26),
        )
        for outlet, i, taker in world.LIFTED
    ]  # fmt: skip


def _series(rng: np.random.Generator, outlet: PracticeOutlet) -> list[Story]:
    """One bulletin printed every two months with another ship, captain and numbers put in."""
    stories = []
    for i in range(world.N_SERIES):
        slots = (("captain", i), ("ship", i))
        said = [Sentence(("background", "landing", "body", k), (), slots, 15 + 35 * k + 5 * i) for k in range(3)]
        stories.append(
            Story(
                outlet.id, outlet.language, moment(rng, outlet, (i + 0.5) / world.N_SERIES), "landing",
                Sentence(("background", "landing", "titles", 0), (), slots, 15),
                tuple(Paragraph(Voice((one,)), on_pair=False) for one in said),
                kind="series", cluster=f"{outlet.id}-s{i:02d}", byline=1,
            )
        )  # fmt: skip
    return stories


def _flood(rng: np.random.Generator, outlet: PracticeOutlet) -> list[Story]:
    """A day with far more items than people write, each of sentences that no other of them has."""
    _, day, n = world.FLOOD
    places = [("topics", topic, "body", k) for topic in TOPICS for k in range(BODIES)]
    places += [
        ("background", subject, "body", k)
        for subject in BACKGROUND
        for k in range(len(look_up(("background", subject, "body"), "en")))
    ]
    order, stories = rng.permutation(len(places)), []
    for i in range(n):
        said = [draw(rng, places[int(k)], keep_off=OTHER_CAPITAL) for k in order[3 * i : 3 * i + 3]]
        subject = BACKGROUND[int(rng.integers(len(BACKGROUND)))]
        sent = datetime.combine(day, time(6), outlet.zone) + timedelta(minutes=35 * i + int(rng.integers(30)))
        stories.append(
            Story(
                outlet.id, outlet.language, sent.astimezone(UTC), subject,
                draw(rng, ("background", subject, "titles", int(rng.integers(2))), keep_off=OTHER_CAPITAL),
                tuple(Paragraph(Voice((one,)), on_pair=False) for one in said),
                kind="flood", cluster=f"{outlet.id}-f{i:02d}", byline=5,
            )
        )  # fmt: skip
    return stories
