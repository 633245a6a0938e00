"""What may be known of a language: the keys of its file, with their types; docs/adding-a-language.md explains them."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

Pieces = tuple[str, ...]  # a list, or words in one string; in most places alternatives of a regular expression
Table = Mapping[str, str]
Numbers = Mapping[str, int]
Lists = Mapping[str, Pieces]


@dataclass(frozen=True)
class Words:
    """Function words, and how words become lemmas."""

    analyser: str = ""  # simplemma, or own: then the language's module has `pairs`
    source: str = ""
    stop: Pieces = ()
    reporting: Pieces = ()
    frame: Pieces = ()
    prefixes: Pieces = ()
    glued: Pieces = ()
    fold: Table = field(default_factory=dict)
    corrected: Table = field(default_factory=dict)
    linking: str = ""
    verb_ending: str = ""


@dataclass(frozen=True)
class Names:
    """Names that a segmenter is told, and how names are inflected."""

    known: Pieces = ()
    states: Pieces = ()
    nobody: Pieces = ()
    endings: Pieces = ()
    consonants: str = ""
    hard_endings: Pieces = ()
    soft_endings: Pieces = ()
    adjectives: Pieces = ()
    conjunctions: Pieces = ()


@dataclass(frozen=True)
class Sentences:
    """What ends no sentence though a full stop follows it, and what beside capitals may begin one."""

    abbreviations: Pieces = ()
    begins: str = ""


@dataclass(frozen=True)
class Speech:
    """How speech is marked, and its speaker named."""

    marks: Pieces = ()
    dashes: bool = False
    personal: Pieces = ()
    said: Pieces = ()
    impersonal: Pieces = ()
    parts: Table = field(default_factory=dict)
    after: Pieces = ()
    before: Pieces = ()
    leads: Pieces = ()
    pronouns: Pieces = ()
    things: Pieces = ()
    offices: Pieces = ()
    states: Pieces = ()
    genitive: str = ""
    title_before: Pieces = ()
    title_after: Pieces = ()
    title_end: Pieces = ()
    title_start: Pieces = ()
    questions: Pieces = ()
    labels: Pieces = ()
    inline_labels: Pieces = ()
    measured: Table = field(default_factory=dict)


@dataclass(frozen=True)
class Agencies:
    """News agencies as the language writes them, and how it credits them."""

    forms: Lists = field(default_factory=dict)
    announces: Pieces = ()
    signed_off: str = ""
    place_words: Pieces = ()
    no_place: Pieces = ()
    datelines: Table = field(default_factory=dict)
    reporters: Pieces = ()
    year_words: Pieces = ()
    after_name: Pieces = ()
    after_signature: Pieces = ()
    in_brackets: Pieces = ()
    rights: Pieces = ()
    by: Pieces = ()
    of: Pieces = ()
    former: Pieces = ()


@dataclass(frozen=True)
class Dates:
    """How a day and a time are written, and told from now."""

    months: Numbers = field(default_factory=dict)
    eras: Numbers = field(default_factory=dict)
    zones: Table = field(default_factory=dict)
    halves: Pieces = ()
    late: Pieces = ()
    night: Pieces = ()
    noon: Pieces = ()
    of: Pieces = ()
    elided: str = ""
    ordinals: Pieces = ()
    at: Pieces = ()
    weekdays: Pieces = ()
    year_words: Pieces = ()
    signs: Table = field(default_factory=dict)
    clock: str = ""
    prefix: str = ""
    units: Table = field(default_factory=dict)
    one: Pieces = ()
    ago: Pieces = ()
    joined_ago: Pieces = ()
    before: Pieces = ()
    now: Pieces = ()
    days: Table = field(default_factory=dict)
    labels: Pieces = ()


@dataclass(frozen=True)
class Byline:
    """How an article is signed."""

    leads: Pieces = ()
    joined_leads: Pieces = ()
    agencies: Pieces = ()
    tails: Pieces = ()
    joins: Pieces = ()
    roles: Pieces = ()
    role_of: Pieces = ()
    no_names: Pieces = ()
    signed: Pieces = ()
    classes: Pieces = ()


@dataclass(frozen=True)
class Page:
    """What a page says around its article."""

    paywall: Pieces = ()
    consent: Pieces = ()
    date_labels: Pieces = ()
    date_classes: Pieces = ()
    changed: Pieces = ()
    sites: Pieces = ()
    comment_forms: Pieces = ()
    empty_sources: Pieces = ()
    scripts: Pieces = ()
    read_on: Pieces = ()


@dataclass(frozen=True)
class Genre:
    """What tells an item's genre, by genre: in its title, and in the path of its address."""

    title: Lists = field(default_factory=dict)
    address: Lists = field(default_factory=dict)


@dataclass(frozen=True)
class Barrier:
    """What a page that answered says when it keeps its article back, judged while it is fetched."""

    pay: Pieces = ()
    consent: Pieces = ()
    machines: Pieces = ()


@dataclass(frozen=True)
class Joined:
    """A machine's disclosure in a script that parts no words."""

    this: Pieces = ()
    gap: Pieces = ()
    tools: Pieces = ()
    particles: str = ""
    made: Pieces = ()
    whole: Pieces = ()


@dataclass(frozen=True)
class Machine:
    """How a page discloses that a machine wrote it."""

    subject: Pieces = ()
    made: Pieces = ()
    noun: Pieces = ()
    this: Pieces = ()
    by: Pieces = ()
    be: Pieces = ()
    alone: Pieces = ()
    joins: Pieces = ()
    own_order: Pieces = ()
    joined: Joined = field(default_factory=Joined)


@dataclass(frozen=True)
class Language:
    """Everything that is known of a language.

    Attributes
    ----------
    code : str
        BCP 47.
    name : str
        In English.
    script : str
        latin, cyrillic, hangul, han, kana or another.
    capitals, letters : str
        Ranges of a character class; `letters` are the small ones.
    own_letters : str
        Letters that tell it from others of its script.
    font : str
        A family that has its signs, where common fonts lack them.
    columns : mapping of field to names
        What columns of exports are called.
    rules : module or None
        What takes code: ``<code>.py`` beside its file.
    """

    code: str
    name: str
    script: str = "latin"
    capitals: str = ""
    letters: str = ""
    own_letters: str = ""
    font: str = ""
    columns: Lists = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    names: Names = field(default_factory=Names)
    sentences: Sentences = field(default_factory=Sentences)
    speech: Speech = field(default_factory=Speech)
    agencies: Agencies = field(default_factory=Agencies)
    dates: Dates = field(default_factory=Dates)
    byline: Byline = field(default_factory=Byline)
    page: Page = field(default_factory=Page)
    genre: Genre = field(default_factory=Genre)
    barrier: Barrier = field(default_factory=Barrier)
    machine: Machine = field(default_factory=Machine)
    rules: ModuleType | None = None

    @property
    def is_segmented(self) -> bool:
        """Whether an analyser of its own cuts its words, so that a word alone may be cut otherwise than in a text."""
        return self.words.analyser == "own"

    def rule(self, name: str) -> Any:
        """A function or constant of its module, None where it has none."""
        return getattr(self.rules, name, None)


def read(code: str, entries: Mapping[str, Any], where: str, rules: ModuleType | None = None) -> Language:
    """A language from the entries of its file, all of whose values are strings, lists and mappings of strings.

    Raises
    ------
    ValueError
        A key that no language has, or a value of another kind; says where, and names the nearest key.

    >>> read("xx", {"name": "Example", "dates": {"at": ["um"]}}, "xx.yml").dates.at
    ('um',)
    >>> read("xx", {"name": "Example", "dats": {}}, "xx.yml")
    Traceback (most recent call last):
    ValueError: xx.yml: 'dats' is no key of a language; nearest: 'dates'
    """
    if not isinstance(entries, Mapping) or not entries.get("name"):
        raise ValueError(f"{where}: a language needs a name")
    return _filled(Language, entries, where, "a language", {"code": code, "rules": rules})


def _filled(kind: type, entries: Any, where: str, what: str, given: dict[str, Any] | None = None) -> Any:
    if not isinstance(entries, Mapping):
        raise ValueError(f"{where}: {what} holds keys with values, not {entries!r}")
    hints, values = _hints(kind), dict(given or {})
    for key, value in entries.items():
        if key not in hints or key in values:
            near = difflib.get_close_matches(key, hints, 1)
            raise ValueError(f"{where}: {key!r} is no key of {what}" + (f"; nearest: {near[0]!r}" if near else ""))
        values[key] = _value(hints[key], value, where, key)
    return kind(**values)


def _value(kind: Any, value: Any, where: str, key: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return _filled(kind, value, where, f"{key!r}")
    if kind == Pieces and isinstance(value, str | list):
        return tuple(value.split() if isinstance(value, str) else value)
    if kind in (Table, Numbers, Lists) and isinstance(value, Mapping):
        return {name: _value(typing.get_args(kind)[1], part, where, f"{key}.{name}") for name, part in value.items()}
    if kind is bool and value in ("yes", "no"):
        return value == "yes"
    if kind is int and isinstance(value, str) and value.isdigit():
        return int(value)
    if kind is str and isinstance(value, str):
        return value
    raise ValueError(f"{where}: {key} cannot be {value!r}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
