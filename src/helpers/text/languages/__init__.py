"""Everything known of a language, in one file a language: ``<code>.yml`` here, and ``<code>.py`` where it takes code.

Which languages exist is which files are here.  A file is read when its language is first asked for; what several
languages share (a page is read before its language is known) is asked of all with `pieces` and `either`.
``others.yml`` holds what is known of languages in which pages are read and no study is made.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import ModuleType
from typing import Any

import yaml

from helpers.text.languages.model import Language, read

__all__ = [
    "LANGUAGES", "Language", "add_folder", "alphabet", "codes", "either", "filled", "language", "merged", "name_of",
    "pieces", "read_in_pages",
]  # fmt: skip

FIRST = ("en", "ru", "uk", "ko", "zh")  # the order in which tables and reports name them; any further ones by code
_OTHERS = "others.yml"
_FOLDERS: list[Traversable] = [files(__name__)]
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every value a string: "no" and "on" are words here


@cache
def codes() -> tuple[str, ...]:
    """Languages that a study can be in, in fixed order.

    >>> codes()[:5]
    ('en', 'ru', 'uk', 'ko', 'zh')
    """
    names = {file.name for folder in _FOLDERS for file in folder.iterdir()}
    there = {name.removesuffix(".yml") for name in names if name.endswith(".yml") and name != _OTHERS}
    return (*(code for code in FIRST if code in there), *sorted(there - set(FIRST)))


@cache
def language(code: str) -> Language:
    """What is known of a language that a study can be in.

    Parameters
    ----------
    code : str
        BCP 47, without region or script.

    Returns
    -------
    Language

    Raises
    ------
    ValueError
        There is no file of it, or its file has a key that no language has.

    >>> language("ru").name, language("ru").words.reporting[0]
    ('Russian', 'сказать')
    >>> language("rus")
    Traceback (most recent call last):
    ValueError: language 'rus' is none of en, ru, uk, ko, zh; nearest: 'ru'
    """
    if code not in codes():
        near = difflib.get_close_matches(code.split("-")[0].lower(), codes(), 1, cutoff=0.5)
        raise ValueError(
            f"language {code!r} is none of {', '.join(codes())}" + (f"; nearest: {near[0]!r}" if near else "")
        )
    file = next(folder / f"{code}.yml" for folder in reversed(_FOLDERS) if (folder / f"{code}.yml").is_file())
    return read(code, _entries(file), file.name, _rules(code))


@cache
def read_in_pages() -> tuple[Language, ...]:
    """Every language of which anything is known: those of studies, then those in which pages are only read."""
    others = _entries(files(__name__) / _OTHERS)
    own = tuple(language(code) for code in codes())
    return own + tuple(read(code, entries, _OTHERS) for code, entries in others.items() if code not in codes())


def name_of(code: str) -> str:
    """The English name of a language; the code itself where none is known.

    >>> name_of("uk"), name_of("tlh")
    ('Ukrainian', 'tlh')
    """
    return language(code).name if code in codes() else code


def pieces(section: str, key: str) -> tuple[str, ...]:
    """What each language knows under a key, one after the other, each once.

    >>> pieces("dates", "year_words")[:2]
    ('года', 'год')
    """
    values = (getattr(getattr(known, section), key) for known in read_in_pages())
    return tuple(dict.fromkeys(piece for value in values for piece in ((value,) if isinstance(value, str) else value)))


def either(section: str, key: str) -> str:
    """`pieces` as alternatives of a regular expression; one that never matches where there are none.

    >>> either("byline", "classes")
    'автор'
    """
    return "|".join(piece for piece in pieces(section, key) if piece) or "(?!)"


def merged(section: str, key: str) -> dict[str, Any]:
    """A mapping that each language has a part of; the first that has an entry keeps it."""
    entries: dict[str, Any] = {}
    for known in read_in_pages():
        for name, value in getattr(getattr(known, section), key).items():
            entries.setdefault(name, value)
    return entries


def alphabet(what: str) -> str:
    """``capitals`` or small ``letters`` of all alphabets, as ranges of a character class.

    >>> alphabet("capitals").startswith("A-Z")
    True
    """
    return "".join(dict.fromkeys(getattr(known, what) for known in read_in_pages()))


def filled(template: str, parts: dict[str, str]) -> str:
    """A pattern with its named parts put in; {2,5} is no name.

    >>> filled("^{said} (?P<name>.{2,5})", {"said": "(?:said)"})
    '^(?:said) (?P<name>.{2,5})'
    """
    return re.sub(r"\{([a-z_]+)\}", lambda match: parts[match[1]], template)


def add_folder(folder: Traversable) -> None:
    """Read languages from a further folder too, to try one before it stands here; call it before anything else.

    Parameters
    ----------
    folder : Traversable
        A `pathlib.Path` is one.  A file there goes before one of the same name here.
    """
    global LANGUAGES
    _FOLDERS.append(folder)
    __path__.insert(0, str(folder))
    for cached in (codes, language, read_in_pages):
        cached.cache_clear()
    LANGUAGES = codes()


def _entries(file: Traversable) -> Mapping[str, Any]:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # strings only: as safe as SafeLoader
    except yaml.YAMLError as error:
        raise ValueError(f"{file.name}: no YAML: {' '.join(str(error).split())}") from error


def _rules(code: str) -> ModuleType | None:
    name = f"{__name__}.{code}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


LANGUAGES: tuple[str, ...] = codes()
