"""A made-up German study from texts to counts, run in a process of its own with `tests/languages` added."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from helpers.text import languages

languages.add_folder(Path(__file__).parent)  # before anything else reads a language

import pandas as pd  # noqa: E402

from helpers.copies.agencies import credit  # noqa: E402
from helpers.extract.article import extract_article  # noqa: E402
from helpers.extract.bylines import author_names  # noqa: E402
from helpers.extract.dates import parse_date, relative_date  # noqa: E402
from helpers.extract.language import detect_language  # noqa: E402
from helpers.extract.traces import ends_article, machine_line  # noqa: E402
from helpers.frames.codebook import parse_codebook  # noqa: E402
from helpers.frames.indicators import score  # noqa: E402
from helpers.text.aliases import Aliases  # noqa: E402
from helpers.text.counts import count_terms, dtm  # noqa: E402
from helpers.text.relevance import entities_named, relevant  # noqa: E402
from helpers.text.sentences import sentences  # noqa: E402
from helpers.text.tokens import lemmas, tokens  # noqa: E402
from helpers.text.voices import split_voices  # noqa: E402

STATES = {
    "RUS": {"de": ("Russland", "russisch", "Moskau", "Putin", "Russe")},
    "PRK": {"de": ("Nordkorea", "nordkoreanisch", "Pjöngjang", "Kim Jong Un")},
}
TEXT = """Russlands Präsident und Nordkoreas Machthaber Kim Jong Un haben am 19. Juni einen Vertrag unterzeichnet. Die Straßen in Pjöngjang waren z. B. gesperrt.

„Wir werden unsere Freunde niemals im Stich lassen“, sagte der russische Außenminister Iwan Petrow in Moskau.

»Die Verträge dienen dem Frieden in der ganzen Region«, so Kim Jong Uns Sprecherin.

Die sogenannte „Partnerschaft“ wurde kritisiert. Am Ufer wuchs das Gras."""
