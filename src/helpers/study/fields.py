"""The kinds of value that a study folder holds, and what is said of a value that is none of them.

pydantic walks the files and knows the line of nothing; `helpers.study.yaml_lines` knows the lines.  `read` puts the two
together: every complaint is one line with the file, the line, the value and what to do.
"""

from __future__ import annotations

import dataclasses
import datetime
import zoneinfo
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError, ValidationInfo, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from helpers.study.yaml_lines import Entry, KeyPath, nearest, shown
from helpers.text.study_patterns import PatternError, compiled

NAME = "{name}"  # at the start of a complaint: the dotted path of keys


def fault(said: str, *below: str | int) -> PydanticCustomError:
    """A complaint about a value, or about what lies `below` it.

    >>> str(fault("{name} must be text, not 3", "title"))
    '{name} must be text, not 3'
    """
    return PydanticCustomError("study", "{said}", {"said": said, "below": below})


def read(entry: Entry, kind: Any, **known: Any) -> Any:
    """An entry as an object of `kind`, or the complaint that stands first in the file.

    Parameters
    ----------
    entry : Entry
    kind : type
        A dataclass under `keyed`, or any other type that pydantic reads.
    **known
        What the checks may ask for: the names that `choice` looks up, the study folder, …

    Raises
    ------
    StudyError
        With file, line, value and what to do.
    """
    try:
        return _reader(kind).validate_python(entry.value, context=known)
    except ValidationError as error:
        faults = [_complaint(entry, one) for one in error.errors(include_url=False)]
    path, said = min(faults, key=lambda one: entry.document.line(one[0]))
    raise entry.document.error(path, said)


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _complaint(entry: Entry, error: ErrorDetails) -> tuple[KeyPath, str]:
    """Where something is wrong, and the sentence."""
    context = error.get("ctx", {})
    path = (*entry.path, *(key for key in error["loc"] if key != "[key]"), *context.get("below", ()))
    name, value = ".".join(map(str, path)) or entry.document.path.name, error["input"]
    if error["type"] == "study":
        return path, context["said"].replace(NAME, name, 1)
    if error["type"] == "tuple_type":
        return path, f"{name} must be a list, not {shown(value)}"
    if error["type"] == "dict_type":
        return path, f"{name} must be a mapping (key: value), not {shown(value)}"
    return path, f"{name}: {shown(value)}: {error['msg']}"


def keyed(*given: str) -> Callable[[type], type]:
    """A dataclass that is read from a mapping: a wrong or missing key is refused, the nearest right one named.

    Parameters
    ----------
    *given : str
        Fields that no file holds, because the house fills them in.
    """

    def decorate(kind: type) -> type:
        kind.__pydantic_config__ = ConfigDict(arbitrary_types_allowed=True)
        kind._keys = model_validator(mode="before")(classmethod(lambda cls, data: with_keys(cls, data, given)))
        return kind

    return decorate


def with_keys(kind: type, data: Any, given: tuple[str, ...] = ()) -> Any:
    """The mapping, if it has no key but those of a dataclass, and all that are needed."""
    if not isinstance(data, Mapping):
        if data is None:
            raise fault(f"{NAME} is empty; copy what studies/template has there, and change it")
        raise fault(f"{NAME} must be a mapping (key: value), not {shown(data)}")
    fields = [field for field in dataclasses.fields(kind) if field.name not in given]
    for key in data:
        one_of(key, [field.name for field in fields], key)
    for field in fields:
        if field.name not in data and field.default is field.default_factory is dataclasses.MISSING:
            raise fault(f"{NAME} has no {field.name!r}; add it")
    return data


def one_of(key: Any, valid: Iterable[str], *below: str | int) -> Any:
    """The key, if a mapping may have it."""
    names = list(valid)
    if key not in names:
        decimal = " (write decimals with a point)" if isinstance(key, int) else ""
        raise fault(f"unknown key {shown(key)}{decimal}; {nearest(key, names)}", *below)
    return key


def one_key(valid: Iterable[str]) -> BeforeValidator:
    """A key of a mapping that may have these."""
    return BeforeValidator(lambda value: one_of(value, valid))


def text(value: Any, *below: str | int) -> str:
    """The value, if it is text and not empty."""
    if not isinstance(value, str) or not value.strip():
        raise fault(f"{NAME} must be text, not {shown(value)}; quote it if it is a number or yes/no", *below)
    return value.strip()


def day(value: Any) -> datetime.date:
    """The value, if it is a date."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise fault(f"{NAME}: {shown(str(value))} is not a date; write it YYYY-MM-DD") from None


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise fault(f"{NAME}: {shown(value)} must be true or false")
    return value


def _web_address(value: Any) -> str:
    """An address that starts with http:// or https:// and names a host."""
    address = text(value)
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # urlsplit's, of a bracket that never closes
        whole = False
    if not whole:
        raise fault(f"{NAME}: {shown(value)} must start with http:// or https:// and name a host")
    return address


def within(kind: type, low: float, high: float) -> BeforeValidator:
    """A number of `kind` between `low` and `high`, both included."""
    return BeforeValidator(lambda value: number(value, kind, low, high))


def number(value: Any, kind: type, low: float, high: float, *below: str | int) -> Any:
    """The value, as a number of `kind` between `low` and `high`, both included.

    >>> number(1, float, 0, 1)
    1.0
    """
    number = float(value) if kind is float and type(value) is int else value
    if type(number) is not kind or not low <= number <= high:
        what = "whole number" if kind is int else "number"
        raise fault(f"{NAME}: {shown(value)} must be a {what} from {low} to {high}", *below)
    return number


def chosen(value: Any, valid: Iterable[str], what: str, *below: str | int) -> Any:
    """The value, if it is one of `valid`."""
    names = list(valid)
    if value not in names:
        raise fault(f"{what} {shown(value)} is not known; {nearest(value, names)}", *below)
    return value


def choice(what: str, valid: Iterable[str] | str) -> BeforeValidator:
    """One of some words; or, where `valid` is a name itself, of those that the reader was told of under it."""

    def check(value: Any, info: ValidationInfo) -> Any:
        return chosen(value, info.context[valid] if isinstance(valid, str) else valid, what)

    return BeforeValidator(check)


def pattern(value: str, what: str, *below: str | int) -> str:
    """The text, if it is a regular expression; ``{title}`` in it stands for an article's title."""
    try:
        compiled(value.replace("{title}", ""))
    except PatternError as error:
        raise fault(f"{what} {shown(value)} is not a regular expression: {error}", *below) from None
    return value


def inside(name: str, key: str) -> str:
    """The name of a file, if it cannot lead out of the study folder."""
    if not name.isprintable():
        raise fault(f"{key} {shown(name)} holds a sign that is not seen; write the name anew")
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise fault(f"{key} {shown(name)} must stay inside the study folder; copy the file there")
    return name


def no_way_out(path: Path, folder: Path, said: str) -> Path:
    """The path, if it is no link that leads out of the study folder; the folder itself may be a link.

    A study may come from somebody else: a link in it could read any file of this machine into tables.
    """
    try:
        whole = path.resolve()
    except (OSError, RuntimeError):
        raise fault(f"{said} is a link that leads to itself; put the file there") from None
    if not whole.is_relative_to(folder.resolve()):
        raise fault(
            f"{said} is a link that leads out of the study folder; copy the file there, or link to it from "
            f"data/raw/{folder.name}"
        )
    return path


@cache
def _zones() -> list[str]:
    return sorted(zoneinfo.available_timezones())


Text = Annotated[str, BeforeValidator(lambda value: text(value))]
Texts = tuple[Text, ...]
Day = Annotated[datetime.date, BeforeValidator(day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
Timezone = Annotated[str, BeforeValidator(lambda value: chosen(value, _zones(), "time zone"))]
Language = Annotated[str, choice("language", "languages")]
OutletId = Annotated[str, choice("outlet", "outlets")]
Entity = Annotated[str, choice("entity", "entities")]


@keyed()
@dataclasses.dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both included."""

    start: Day
    end: Day


def in_order(span: Span, what: str) -> Span:
    """The span, if it does not end before it starts."""
    if span.end < span.start:
        raise fault(f"{what} ends {span.end} before it starts {span.start}; swap them", "end")
    return span
