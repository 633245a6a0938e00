"""An extractor, and a parser of lists, that hang, swell or die when an address says so, for tests of what runs them."""

from __future__ import annotations

from typing import Any

from jobs import act

from helpers.collect.extraction import Page, extract_page
from helpers.collect.list_pool import Job, parse

WAYS = {"hang": ("never give way", 0), "swell": ("allocate", 1000), "die": ("leave", 1), "fault": ("crash", 0)}


def extract_or_misbehave(page: Page) -> dict[str, Any]:
    """A page extracted, unless the end of its address is one of `WAYS`."""
    act(WAYS.get(page.address.rpartition("/")[2], ("twice", 0)))
    return extract_page(page)


def parse_or_misbehave(job: Job) -> Any:
    """A list parsed, unless the end of its address is one of `WAYS`."""
    act(WAYS.get(job.answer.address.rpartition("/")[2], ("twice", 0)))
    return parse(job)
