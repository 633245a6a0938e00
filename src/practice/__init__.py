"""The practice study: an invented press with a known truth, built from a seed and served on loopback.

`build` makes the world, `serve` puts it on the web, `write_truth` keeps what was planted, for the
notebooks to score themselves against.
"""

from practice.build import World, build
from practice.pages import Page
from practice.site import Site, serve
from practice.store import read_truth, write_truth
from practice.world import AGENCIES, EVENTS, FRAMES, NOW, OUTLETS, TIMEOUT, TOPICS

__all__ = [
    "AGENCIES", "EVENTS", "FRAMES", "NOW", "OUTLETS", "TIMEOUT", "TOPICS", "Page", "Site", "World", "build",
    "read_truth", "serve", "write_truth",
]  # fmt: skip
