"""A made-up German study from texts to counts, run in a process of its own with `tests/languages` added."""

from __future__ import annotations

from pathlib import Path

from helpers.text import languages

languages.add_folder(Path(__file__).parent)  # before anything else reads a language


STATES = {
    "RUS": {"de": ("Russland", "russisch", "Moskau", "Putin", "Russe")},
    "PRK": {"de": ("Nordkorea", "nordkoreanisch", "Pjöngjang", "Kim Jong Un")},
}
TEXT = """Russlands Präsident und Nordkoreas Machthaber Kim Jong Un haben am 19. Juni einen Vertrag unterzeichnet. Die Straßen in Pjöngjang waren z. B. gesperrt.

„Wir werden unsere Freunde niemals im Stich lassen“, sagte der russische Außenminister Iwan Petrow in Moskau.

»Die Verträge dienen dem Frieden in der ganzen Region«, so Kim Jong Uns Sprecherin.

Die sogenannte „Partnerschaft“ wurde kritisiert. Am Ufer wuchs das Gras."""
