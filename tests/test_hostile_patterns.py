"""Texts that repeat one thing a hundred thousand times take what a text of that length takes: no pattern runs away."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from helpers.copies.headlines import bare_headline
from helpers.copies.recurring_lines import recurring_lines
from helpers.copies.recurring_runs import recurring_runs
from helpers.extract.encoding import decode
from helpers.extract.normalise import normalise
from helpers.extract.titles import without_site
from helpers.text.sentences import sentences
from helpers.text.tokens import tokens

LENGTH = 60_000
SECONDS = 3.0  # of this process; what ran away took minutes


def of_an_outlet(find):
    def on(text: str):
        texts = pd.Series([text, f"{text} x"] * 2, index=list("abcd"))
        return find(texts, pd.Series("quay", index=texts.index))

    return on


READERS = {
    normalise: "\\", of_an_outlet(recurring_lines): "aA한", of_an_outlet(recurring_runs): "a.A",
    bare_headline: " \n", lambda text: without_site(text, [text], ("Quay",)): ("- ", ": "),
    lambda text: list(sentences(text)): (".", "A. "), lambda text: tokens(text, "en"): "a",
    lambda text: decode(text.encode() + b"\xc0\xc1\xc2"): ("<", "<script"),
}  # fmt: skip


@pytest.mark.parametrize(("read", "unit"), [(read, unit) for read, units in READERS.items() for unit in units])
def test_no_pattern_runs_away(read, unit: str) -> None:
    begun = time.process_time()
    read(unit * (LENGTH // len(unit)))
    assert time.process_time() - begun < SECONDS
