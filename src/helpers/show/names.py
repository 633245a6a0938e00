"""Words for what tables hold as codes: entities, indicators, and the reasons why an item was lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

ENTITY = re.compile(r"@([A-Z0-9]+(?:\.[A-Z0-9]+)*)")
REASONS = {
    "consent_page": "a consent page in its place",
    "counted": "only counted, as background",
    "damaged": "in a damaged part of the archive",
    "duplicate": "listed twice",
    "empty_text": "without text",
    "gone": "taken down",
    "in_passing": "naming the pair in passing",
    "not_relevant": "not about the pair",
    "only_site_lines": "only lines of the site",
    "other_outlet": "of no outlet of the study",
    "pattern_too_slow": "a pattern of the study takes too long on it",
    "paywalled": "behind a paywall",
    "redirected": "led elsewhere",
    "refused_address": "an address that is not asked",
    "repeat_of_address": "the same address again",
    "repeat_of_body": "the same text again",
    "robots_refused": "not open to robots",
    "server_error": "the server failed",
    "timed_out": "no answer in time",
}


def reason(outcome: str) -> str:
    """Why an item was lost, in words.

    >>> reason("other_outlet"), reason("http_error")
    ('of no outlet of the study', 'http error')
    """
    return REASONS.get(outcome, outcome.replace("_", " "))


def entity_name(entities: Mapping[str, Mapping[str, Sequence[str]]], code: str) -> str:
    """What an entity is called: its first name in English, else in the first language that has one, else its code.

    >>> entity_name({"RUS": {"ru": ["Россия"], "en": ["Russia"]}, "XLD": {"ko": ["로드마리아"]}}, "RUS")
    'Russia'
    """
    names = entities.get(code, {})
    first = names.get("en") or next(iter(names.values()), None)
    return str(first[0]).removeprefix("&") if first else code


def indicator_words(indicator: str, entities: Mapping[str, Mapping[str, Sequence[str]]]) -> str:
    """An indicator as a reader reads it: the words that must meet, then those that must not.

    >>> indicator_words("sanction + @UN − relief − @JPN", {"UN": {"en": ["United Nations"]}, "JPN": {"en": ["Japan"]}})
    '“sanction” with “United Nations”, not beside “relief” or “Japan”'
    >>> indicator_words("밀착", {})
    '“밀착”'
    """
    wanted, *guards = ENTITY.sub(lambda code: entity_name(entities, code[1]), indicator).split(" − ")
    met = " with ".join(f"“{term}”" for term in wanted.split(" + "))
    barred = [f"“{guard}”" for guard in guards]
    spared = f"{', '.join(barred[:-1])} or {barred[-1]}" if len(barred) > 1 else "".join(barred)
    return f"{met}, not beside {spared}" if barred else met
