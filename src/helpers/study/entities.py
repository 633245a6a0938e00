"""Names of states, bodies and treaties in each language, as ``entities`` has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from helpers.study.fields import Texts, one_key, read
from helpers.study.yaml_lines import Entry
from helpers.text.languages import LANGUAGES

CODE = re.compile(r"[A-Z]{3}|UN|EU|NATO|[A-Z]+\.[A-Z0-9]+")  # ISO 3166, bodies without such a code; TREATY.2024
ENTITIES = Mapping[str, Mapping[Annotated[str, one_key(LANGUAGES)], Texts]]


def read_entities(entry: Entry, languages: tuple[str, ...], study: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Code → language → names.

    What only lemmas show of two names is told when passages are counted.

    Raises
    ------
    StudyError
        A code or a language that is none, a language of the study without names, or a name that two codes claim.
    """
    entities: dict[str, dict[str, tuple[str, ...]]] = read(entry, ENTITIES)
    owners: dict[tuple[str, str], str] = {}
    for code, names in entities.items():
        place = entry.child(code)
        if not CODE.fullmatch(code):
            raise place.error(f"entity {code!r} is no ISO 3166 code (RUS), UN, EU or NATO, nor like TREATY.2024")
        lacking = [language for language in languages if not names.get(language)]
        if lacking:
            raise place.error(f"entity {code} has no names in {lacking[0]!r}, a language of study {study!r}; add them")
        for language, aliases in names.items():
            for position, alias in enumerate(aliases):
                _check_alias(place.child(language).child(position), alias, code, language, owners)
    return entities


def _check_alias(place: Entry, alias: str, code: str, language: str, owners: dict[tuple[str, str], str]) -> None:
    if not any(character.isalnum() for character in alias):
        raise place.error(f"alias {alias!r} of {code} ({language}) holds no word; take it out")
    owner = owners.setdefault((language, alias.casefold()), code)
    if owner != code and not alias.startswith("&"):
        raise place.error(
            f"alias {alias!r} ({language}) belongs to both {owner} and {code}; keep it in one, or mark it '&' where it "
            "names both"
        )
