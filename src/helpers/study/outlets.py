"""Outlets as a study file has them: who speaks, from where, and on what each of these facts rests."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, model_validator

from helpers.study.fields import (
    Day,
    Language,
    Span,
    Text,
    Texts,
    Timezone,
    WebAddress,
    choice,
    chosen,
    day,
    fault,
    in_order,
    keyed,
    one_key,
    pattern,
    text,
)
from helpers.study.sources import CARRIED
from helpers.study.units import UNITS

SAMPLING = ("census", "keyword", "random", "unknown")
ACCESS = ("open", "metered", "paywalled", "mirror", "unknown")
FACTS = ("country", "city", "language", "timezone", "home", "ownership", "access", "feeds", "sitemaps", "front")
UNVERIFIED = "unverified"


def _shaped(form: str, said: str) -> BeforeValidator:
    """Text of a form; `said` holds ``{value}``."""

    def check(value: Any) -> str:
        if not re.fullmatch(form, text(value)):
            raise fault(said.replace("{value}", repr(value)))
        return text(value)

    return BeforeValidator(check)


def _collected(spans: tuple[Span, ...]) -> tuple[tuple[datetime.date, datetime.date], ...]:
    return tuple((span.start, span.end) for span in spans)


def _voices(voices: Mapping[str, str]) -> Mapping[str, str]:
    for label in voices:
        pattern(label, "transcript label", label)
    return voices


def _own_covariates(values: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
    for name in values:
        chosen(name, [one for one in info.context["covariates"] if one not in CARRIED], "covariate", name)
    return values


def _host(value: str) -> str:
    host = value.lower().removeprefix("www.")
    if not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*", host):
        raise fault(f"host {value!r} is not the name of one; write it alone, such as 'herald.example'")
    return host


@keyed()
@dataclass(frozen=True)
class Seen:
    """A list of others that holds an address, and the day of which that was seen."""

    list: Text
    date: Day


@keyed("id")
@dataclass(frozen=True)
class Outlet:
    """Who speaks: one edition of one outlet."""

    name: Text
    country: Annotated[str, _shaped("[A-Z]{3}", "country {value} is not an ISO 3166 code of three capitals, like RUS")]
    language: Language
    timezone: Timezone
    id: str = ""
    edition: Text = ""
    home: WebAddress = ""
    hosts: tuple[Annotated[Text, AfterValidator(_host)], ...] = ()
    city: Text = ""
    ownership: Text = "unknown"
    access: Annotated[str, choice("access", ACCESS)] = "unknown"
    speaks_for: Annotated[str | None, choice("entity", "entities")] = None
    sampling: Annotated[str, choice("sampling", SAMPLING)] = "unknown"
    collected: Annotated[
        tuple[Annotated[Span, AfterValidator(lambda span: in_order(span, "collected"))], ...],
        AfterValidator(_collected),
    ] = ()
    colour: Annotated[str | None, _shaped("#[0-9A-Fa-f]{6}", "colour {value} must look like '#0072B2'")] = None
    group: Text = ""
    unit: Annotated[str, choice("unit", UNITS)] = ""  # the study's where it is blank
    covariates: Annotated[Mapping[str, Text], AfterValidator(_own_covariates)] = field(default_factory=dict)
    strip: tuple[Annotated[Text, AfterValidator(lambda value: pattern(value, "strip"))], ...] = ()
    keep: Texts = ()
    transcript_voices: Annotated[
        Mapping[str, Annotated[str, choice("voice", ("outlet", "quoted"))]], AfterValidator(_voices)
    ] = field(default_factory=dict)
    facts: Mapping[Annotated[str, one_key(FACTS)], Text] = field(default_factory=dict)
    seen_in: Mapping[WebAddress, Seen] = field(default_factory=dict)
    # the day on which the outlet's addresses were seen to answer
    verified: Annotated[
        datetime.date | None, BeforeValidator(lambda value: None if value == UNVERIFIED else day(value))
    ] = None

    @model_validator(mode="after")
    def _edition(self) -> Outlet:
        return self if self.edition else replace(self, edition=self.language)


def named(outlets: Mapping[str, Outlet]) -> dict[str, Outlet]:
    """Outlets that know their own id."""
    for key in outlets:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", key):
            raise fault(f"outlet id {key!r}: lower-case letters, digits and hyphens only", key)
    return {key: replace(outlet, id=key) for key, outlet in outlets.items()}
