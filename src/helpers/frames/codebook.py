"""A codebook: frames with a definition people can apply and indicators that counts alone can answer.

Definitions follow the four functions of Entman (1993), "Framing: Toward Clarification of a Fractured
Paradigm", Journal of Communication 43(4): what the problem is, what caused it, how it is judged, what is to
be done. An indicator asks which terms stand in one passage, and which may not: never their order, so that it
gives the same answer from `counts` as from text.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.text.languages import LANGUAGES
from helpers.text.phrases import MAX_WORDS
from helpers.text.tokens import lemmas as lemmas_of

TIERS = ("generic", "issue")
FUNCTIONS = ("problem", "cause", "judgement", "remedy")
_CODE = re.compile(r"[A-Z][A-Z0-9_]*")
_FRAME_KEYS = (
    "name",
    "tier",
    "definition",
    "include",
    "exclude",
    "boundary",
    "source",
    "indicators",
    "examples",
)
_FRAME_NEEDS = ("name", "tier", "definition", "source", "indicators")
_BEGIN = "copy one from studies/template/codebook.yml and change it"
KeyPath = tuple[str | int, ...]
Lemmas = Callable[[str, str], list[str]]
BY_LANGUAGE = ("indicators", "examples")


class CodebookError(ValueError):
    """A fault in a codebook, with the path of keys that leads to it.

    >>> error = CodebookError("empty", path=("frames", "ALLIANCE", "indicators", "ru", 2))
    >>> str(error)
    'frames.ALLIANCE.indicators.ru.2: empty'
    """

    def __init__(self, problem: str, *, path: KeyPath) -> None:
        self.message = problem
        self.path = path
        super().__init__(f"{'.'.join(map(str, path)) or 'codebook'}: {problem}")


@dataclass(frozen=True)
class Indicator:
    """Terms that make a frame fire in a passage: every one of `all`, none of `none`, as `counts` has them."""

    language: str
    all: tuple[str, ...]
    none: tuple[str, ...]
    text: str  # as the codebook has it


@dataclass(frozen=True)
class Examples:
    """Invented passages that the indicators of a frame must, and must not, find."""

    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """One frame: what it means, when to code it, and the words that point to it."""

    code: str
    name: str
    tier: str
    definition: Mapping[str, str]
    source: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    boundary: tuple[str, ...] = ()
    indicators: Mapping[str, tuple[Indicator, ...]] = field(default_factory=dict)
    examples: Mapping[str, Examples] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits of what a coder reads: name, definition, rules; not indicators or examples.

        A code is kept with the fingerprint it was made under, so that an edited definition makes it stale by itself.

        >>> frame = parse_codebook(_EXAMPLE, languages=["en"]).frames["ALLIANCE"]
        >>> frame.fingerprint
        '14e58eac'
        """
        read = [self.name, dict(self.definition), self.include, self.exclude, self.boundary]
        return hashlib.sha256(json.dumps(read, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Codebook:
    """The frames of a study by code, in the order of the file, and the version codes are made under."""

    version: int
    frames: Mapping[str, Frame]

    def indicators(self, language: str) -> tuple[tuple[str, Indicator], ...]:
        """Every indicator of one language with the code of its frame."""
        frames = self.frames.values()
        return tuple((frame.code, one) for frame in frames for one in frame.indicators.get(language, ()))

    def phrases(self, language: str) -> tuple[str, ...]:
        """Lemma phrases of two to four words that must be counted for the indicators to work, sorted.

        >>> parse_codebook(_EXAMPLE, languages=["en"]).phrases("en")
        ('strategic partnership',)
        """
        terms = {term for _, one in self.indicators(language) for term in (*one.all, *one.none)}
        return tuple(sorted(term for term in terms if " " in term))


def parse_codebook(
    mapping: Mapping[str, Any] | None,
    *,
    languages: Iterable[str],
    entities: Collection[str] | None = None,
    lemmas: Lemmas | None = None,
) -> Codebook:
    """Check a codebook as read from YAML and turn its indicators into terms.

    Parameters
    ----------
    mapping : mapping
        Keys ``version`` and ``frames``, as ``docs/data.md`` describes; None, an empty file, is refused.
    languages : iterable of str
        Languages of the study; indicators and examples in any other known language are left out.
    entities : collection of str, optional
        Codes that ``@CODE`` may name; None accepts every code.
    lemmas : callable, optional
        From text and language to lemmas with breaks; whoever has asked before may remember.

    Returns
    -------
    Codebook

    Raises
    ------
    CodebookError
        A key is wrong or missing, a value has the wrong kind, an indicator has more than four words; `path`
        says where.

    >>> book = parse_codebook(_EXAMPLE, languages=["en"])
    >>> [(code, one.all, one.none) for code, one in book.indicators("en")]
    [('ALLIANCE', ('strategic partnership',), ()), ('ALLIANCE', ('ally', '@PRK'), ('exercise',))]
    """
    wanted = tuple(languages)
    if mapping is None:
        raise CodebookError(f"the codebook is empty; {_BEGIN}", path=())
    _mapping(mapping, ())
    _keys(mapping, ("version", "frames"), (), needs=("version", "frames"))
    version = mapping["version"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise CodebookError(f"version {version!r} is not a whole number from 1", path=("version",))
    if not mapping["frames"]:
        raise CodebookError(f"there is no frame; {_BEGIN}", path=("frames",))
    frames = _mapping(mapping["frames"], ("frames",))
    terms = _Terms(None if entities is None else frozenset(entities), lemmas or _lemmas)
    return Codebook(version, {str(code): _frame(str(code), frames[code], wanted, terms) for code in frames})


def extend_codebook(own: Mapping[str, Any] | None, base: Mapping[str, Any] | None) -> dict[str, Any]:
    """A codebook that extends another, with all its frames: those of `base`, changed as `own` says, then new ones.

    Parameters
    ----------
    own : mapping
        Keys ``version``, ``extends``, and optional ``leave_out`` (codes of `base`) and ``frames``.  A frame that `base`
        has is given in part: a key replaces the base's; of indicators and examples, a language replaces that language.
    base : mapping
        Keys ``version`` and ``frames``.

    Returns
    -------
    dict of ``version`` and ``frames``, for `parse_codebook`

    Raises
    ------
    CodebookError
        A key is unknown, a code that is left out is not in `base` or is given all the same; `path` is one of `own`.

    >>> own = {"version": 1, "extends": "another", "frames": {"ALLIANCE": {"indicators": {"en": ["pact"]}}}}
    >>> frame = extend_codebook(own, _EXAMPLE)["frames"]["ALLIANCE"]
    >>> frame["name"], frame["indicators"]
    ('Alliance', {'en': ['pact']})
    """
    given = _mapping(own, ())
    _keys(given, ("version", "extends", "leave_out", "frames"), (), needs=("version",))
    old = _mapping(_mapping(base, ("extends",)).get("frames"), ("extends",))
    left_out = _texts(given.get("leave_out", []), ("leave_out",))
    new = _mapping(given.get("frames") or {}, ("frames",))
    for number, code in enumerate(left_out):
        if code not in old:
            hint = _nearest(code, [str(one) for one in old])
            raise CodebookError(f"frame {code!r} is not in {given['extends']}{hint}", path=("leave_out", number))
        if code in new:
            raise CodebookError(f"frame {code!r} is left out and given: take one of them out", path=("frames", code))
    kept = {code: frame for code, frame in old.items() if code not in left_out}
    changed = {code: _changed(kept[code], frame, ("frames", str(code))) for code, frame in new.items() if code in kept}
    return {"version": given["version"], "frames": {**kept, **new, **changed}}


def _changed(frame: Mapping[str, Any], change: object, path: KeyPath) -> dict[str, Any]:
    """A frame with what an extending codebook says of it otherwise."""
    values, before = dict(_mapping(change, path)), _mapping(frame, path)
    for key in BY_LANGUAGE:
        if isinstance(values.get(key), Mapping) and isinstance(before.get(key), Mapping):
            values[key] = {**before[key], **values[key]}
    return {**before, **values}


def _lemmas(text: str, language: str) -> list[str]:
    """Lemmas with breaks, asked of the dictionaries."""
    return lemmas_of(text, language, breaks=True)


@dataclass(frozen=True)
class _Terms:
    """How indicators become terms: the entities that they may name, and who knows lemmas."""

    entities: frozenset[str] | None
    lemmas: Lemmas


def _frame(code: str, entry: object, languages: tuple[str, ...], terms: _Terms) -> Frame:
    path: KeyPath = ("frames", code)
    if not _CODE.fullmatch(code):
        raise CodebookError(f"frame code {code!r} must be in capitals: {code.upper().replace(' ', '_')}", path=path)
    values = _mapping(entry, path)
    _keys(values, _FRAME_KEYS, path, needs=_FRAME_NEEDS)
    if values["tier"] not in TIERS:
        raise CodebookError(f"tier {values['tier']!r} is not one of {', '.join(TIERS)}", path=(*path, "tier"))
    definition = _mapping(values["definition"], (*path, "definition"))
    _keys(definition, FUNCTIONS, (*path, "definition"), needs=FUNCTIONS)
    indicators = _by_language(values["indicators"], (*path, "indicators"), languages)
    examples = _by_language(values.get("examples", {}), (*path, "examples"), languages)
    return Frame(
        code=code,
        name=_text(values["name"], (*path, "name")),
        tier=values["tier"],
        definition={part: _text(definition[part], (*path, "definition", part)) for part in FUNCTIONS},
        source=_text(values["source"], (*path, "source")),
        **{key: _texts(values.get(key, []), (*path, key)) for key in ("include", "exclude", "boundary")},
        indicators={
            language: _indicators(entries, (*path, "indicators", language), language, terms)
            for language, entries in indicators.items()
        },
        examples={language: _examples(entry, (*path, "examples", language)) for language, entry in examples.items()},
    )


def _by_language(value: object, path: KeyPath, languages: tuple[str, ...]) -> dict[str, Any]:
    """The entries of the study's languages; a list here means that somebody forgot to say which language."""
    if isinstance(value, list):
        raise CodebookError(f"a list without a language; put it under one of {', '.join(languages)}", path=path)
    values = _mapping(value, path)
    _keys(values, LANGUAGES, path, what="language")
    return {language: values[language] for language in languages if language in values}


def _indicators(value: object, path: KeyPath, language: str, terms: _Terms) -> tuple[Indicator, ...]:
    if not isinstance(value, list):
        raise CodebookError(f"{value!r} is not a list of indicators", path=path)
    indicators = []
    for number, entry in enumerate(value):
        here = (*path, number)
        rule = {"all": [entry]} if isinstance(entry, str) else _mapping(entry, here)
        _keys(rule, ("all", "none"), here, needs=("all",))
        read = {
            key: tuple(
                _term(text, (*here, key, i), language, terms)
                for i, text in enumerate(_texts(rule.get(key, []), (*here, key)))
            )
            for key in ("all", "none")
        }
        if not read["all"]:
            raise CodebookError("an indicator needs at least one term under all", path=here)
        if clash := set(read["all"]) & set(read["none"]):
            raise CodebookError(f"{min(clash)!r} stands under all and none: it can never fire", path=here)
        text = entry if isinstance(entry, str) else _rule_text(rule)
        indicators.append(Indicator(language, read["all"], read["none"], text))
    return tuple(indicators)


def _rule_text(rule: Mapping[str, Any]) -> str:
    guards = "".join(f" − {text}" for text in rule.get("none", []))
    return " + ".join(rule["all"]) + guards


def _term(text: str, path: KeyPath, language: str, terms: _Terms) -> str:
    """A term as `counts` holds it: an entity, one lemma, or a phrase of lemmas."""
    if text.startswith("@"):
        if terms.entities is not None and text[1:] not in terms.entities:
            raise CodebookError(f"entity {text!r} is unknown{_nearest(text[1:], terms.entities, '@')}", path=path)
        return text
    words = terms.lemmas(text, language)
    if not words:
        raise CodebookError(f"indicator {text!r} holds no word", path=path)
    if "" in words:
        raise CodebookError(f"indicator {text!r} holds punctuation, which no phrase is read across", path=path)
    if len(words) > MAX_WORDS:
        raise CodebookError(f"indicator {text!r} has {len(words)} words; at most {MAX_WORDS}", path=path)
    return " ".join(words)


def _examples(value: object, path: KeyPath) -> Examples:
    values = _mapping(value, path)
    _keys(values, ("positive", "negative"), path)
    return Examples(**{key: _texts(values.get(key, []), (*path, key)) for key in ("positive", "negative")})


def _mapping(value: object, path: KeyPath) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CodebookError(f"{value!r} is not a mapping of keys to values", path=path)
    return value


def _keys(
    values: Mapping[str, Any],
    known: Collection[str],
    path: KeyPath,
    *,
    needs: Iterable[str] = (),
    what: str = "key",
) -> None:
    for key in values:
        if key not in known:
            raise CodebookError(f"unknown {what} {key!r}{_nearest(str(key), known)}", path=(*path, key))
    for key in needs:
        if key not in values:
            raise CodebookError(f"the {what} {key!r} is missing", path=path)


def _text(value: object, path: KeyPath) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CodebookError(f"{value!r} is not a text", path=path)
    return value.strip()


def _texts(value: object, path: KeyPath) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise CodebookError(f"{value!r} is not a list", path=path)
    return tuple(_text(entry, (*path, number)) for number, entry in enumerate(value))


def _nearest(value: str, known: Collection[str], mark: str = "") -> str:
    close = difflib.get_close_matches(value, sorted(known), n=1, cutoff=0.5)
    if close:
        return f"; did you mean {mark + close[0]!r}?"
    return f"; use one of {', '.join(mark + one for one in sorted(known))}"


_EXAMPLE = {  # for the examples above: the smallest codebook there can be
    "version": 1,
    "frames": {
        "ALLIANCE": {
            "name": "Alliance",
            "tier": "issue",
            "definition": dict.fromkeys(FUNCTIONS, "as agreed"),
            "source": "written for this docstring",
            "indicators": {"en": ["strategic partnership", {"all": ["ally", "@PRK"], "none": ["exercise"]}]},
        }
    },
}
