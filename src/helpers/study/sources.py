"""Where items come from: a site with its lists and the services that are asked, a file that somebody exported, or an
archive of many files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, model_validator

from helpers.study.fields import (
    NAME,
    Text,
    Timezone,
    WebAddress,
    choice,
    chosen,
    fault,
    inside,
    keyed,
    no_way_out,
    text,
    within,
)
from helpers.study.yaml_lines import nearest, shown

KINDS = ("web", "warc", "counts", "jsonl", "csv", "parquet", "html", "archive")
TABLES = ("jsonl", "csv", "parquet", "archive")  # kinds with columns
FIELDS = (
    "address", "published", "title", "standfirst", "text", "outlet", "byline", "section", "id", "language",
    "date_format",
)  # fmt: skip
CARRIED = ("section", "byline")  # fields that articles keep in columns of that name, also when they are covariates
SERVICES = ("gdelt", "mediacloud", "wayback", "ccnews")
FILTERS = ("terms",)
WEB_KEYS = ("feeds", "sitemaps", "front", "addresses", "services", "mediacloud", "filter")
ARCHIVE_KEYS = ("glob", "records", "heading", "path_date", "timezone", "outlets", "keep", "background")
ENDINGS = {
    "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "tsv": "csv", "md": "markdown",
    "markdown": "markdown",
}  # fmt: skip
"""Endings of the files of an archive, without ``.gz``, and how such a file is read."""
BOTH, EITHER = "both", "either"
BACKGROUND = 0.02  # share of the items that name no state which is kept as a sample, unless the study says otherwise


def _path(value: Any, info: ValidationInfo) -> Path:
    """Below the study folder if it is there, else below its raw data, where archives belong; never outside the two."""
    name, folder, raw = inside(text(value), "path"), info.context["folder"], info.context["raw"]
    elsewhere = (raw / name).exists() or info.data.get("kind") == "archive"
    if elsewhere and not (folder / name).exists():
        return raw / name  # the researcher's own: a link there may lead anywhere
    return no_way_out(folder / name, folder, f"path {shown(name)}")


def _address_list(value: Any, info: ValidationInfo) -> Path:
    folder = info.context["folder"]
    path = folder / inside(text(value), "addresses")
    if not path.is_file():
        raise fault(f"addresses {value!r}: no such file in the study folder; put one address a line in it")
    return no_way_out(path, folder, f"addresses {value!r}")


def _columns(columns: Any, info: ValidationInfo) -> Any:
    """Keys are fields of the house and covariates of the study; ``null``: the file has no such covariate."""
    covariates = info.context["covariates"]
    for key, column in columns.items() if isinstance(columns, dict) else ():
        if key not in FIELDS and key not in covariates:
            raise fault(f"unknown key {key!r}; {nearest(key, [*FIELDS, *covariates])}", key)
        if key in info.context["outlet_covariates"]:
            raise fault(f"{key!r} stands under the outlets' covariates; have it there or here", key)
        if column is not None or key not in covariates:
            text(column, key)
    return columns


def _key_variable(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{2,40}", value) or re.fullmatch(r"[A-F0-9]{20,}", value):
        # The value is not repeated: it may be the key.
        raise fault(
            "key_variable must name an environment variable in capitals, such as MEDIACLOUD_KEY; never the key itself"
        )
    return value


def _glob(value: Any) -> str:
    pattern = text(value)
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise fault(f"glob {value!r} must stay below the archive's folder; begin it with a name there")
    ending = pattern.lower().removesuffix(".gz").rpartition(".")[2]
    if "*" not in ending and ending not in ENDINGS:
        raise fault(f"glob {value!r}: files that end in {ending!r} cannot be read; {nearest(ending, ENDINGS)}")
    return pattern


def _path_date(value: Any) -> str:
    form = text(value)
    if sorted(re.findall("%.?", form)) != ["%Y", "%d", "%m"]:
        raise fault(f"path_date {value!r} must hold %Y, %m and %d, each once, such as '%Y-%m-%d'")
    return form


def _host(value: Any) -> str:
    host = text(value)
    if "://" in host:
        raise fault(f"{NAME}: {host!r} is an address; write the host alone, such as 'herald.example'", host)
    return host.lower().removeprefix("www.").rstrip("/") if "." in host else host


def _keep(value: Any, info: ValidationInfo) -> str:
    return chosen(value, [BOTH, EITHER, *info.context["pair"]], "keep")


Addresses = tuple[WebAddress, ...]
Numbers = tuple[Annotated[int, within(int, 1, 10**12)], ...]


@keyed()
@dataclass(frozen=True)
class MediaCloud:
    """Where Media Cloud looks for an outlet; the key itself stands in the environment alone."""

    sources: Numbers = ()
    collections: Numbers = ()
    key_variable: Annotated[Text, AfterValidator(_key_variable)] = "MEDIACLOUD_KEY"

    @model_validator(mode="after")
    def _somewhere(self) -> MediaCloud:
        if not self.sources and not self.collections:
            raise fault("mediacloud needs 'sources' or 'collections': their numbers in Media Cloud's directory")
        return self


@keyed()
@dataclass(frozen=True)
class Source:
    """Where items come from: a site, or a file that somebody exported."""

    kind: Annotated[str, choice("source kind", KINDS)]
    path: Annotated[Path | None, BeforeValidator(_path)] = None
    outlet: Annotated[str | None, choice("outlet", "outlets")] = None
    address: Text = ""
    licence: Text = ""
    columns: Annotated[Mapping[str, str | None], BeforeValidator(_columns)] = field(default_factory=dict)
    feeds: Addresses = ()
    sitemaps: Addresses = ()
    front: Addresses = ()
    addresses: Annotated[Path | None, BeforeValidator(_address_list)] = None
    services: tuple[Annotated[str, choice("service", SERVICES)], ...] = ()
    mediacloud: MediaCloud | None = None
    filter: Annotated[str, choice("filter", FILTERS)] = ""
    glob: Annotated[str, BeforeValidator(_glob)] = ""
    records: Text = ""
    heading: Annotated[int, within(int, 1, 6)] = 0
    path_date: Annotated[str, BeforeValidator(_path_date)] = ""
    timezone: Timezone | None = None
    outlets: Mapping[Annotated[str, BeforeValidator(_host)], Annotated[str, choice("outlet", "outlets")]] = field(
        default_factory=dict
    )
    keep: Annotated[str, BeforeValidator(_keep)] = ""
    background: Annotated[float, within(float, 0, 1)] | None = None

    @property
    def fields(self) -> dict[str, str]:
        """Field → column, of the fields that every study has."""
        return {key: column for key, column in self.columns.items() if key in FIELDS and column is not None}

    @property
    def background_share(self) -> float:
        """Share of the items that are not the study's which is kept as records."""
        return BACKGROUND if self.background is None else self.background

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> Source:
        if self.kind == "archive":
            self._whole_archive(info)
        elif given := next((key for key in ARCHIVE_KEYS if getattr(self, key) not in ("", 0, None, {})), ""):
            raise fault(f"{given!r} is for a source of kind 'archive'; leave it out, or change the kind", given)
        if self.kind != "web":
            for key in WEB_KEYS:
                if getattr(self, key):
                    raise fault(f"{key!r} is for a source of kind 'web'; leave it out, or change the kind", key)
            if self.path is None:
                raise fault(f"a source of kind {self.kind!r} needs a 'path'")
        if self.kind not in ("counts", "warc", "archive") and not self.outlet and "outlet" not in self.columns:
            raise fault("a source needs 'outlet', or a column map that says which column holds it")
        if self.services and not info.context["homes"].get(self.outlet):
            raise fault(f"services are asked by home page; give outlet {self.outlet!r} a 'home'", "services")
        if (self.mediacloud is None) == ("mediacloud" in self.services):
            raise fault(
                "Media Cloud needs both: 'mediacloud' among the services, and a key 'mediacloud' with its sources or "
                "collections",
                "services" if self.mediacloud is None else "mediacloud",
            )
        carried = {name: name for name in CARRIED if name in info.context["covariates"] and self.kind in TABLES}
        return replace(self, columns=carried | dict(self.columns))

    def _whole_archive(self, info: ValidationInfo) -> None:
        """What a source of kind ``archive`` cannot do without."""
        if not self.glob:
            raise fault("an archive needs a 'glob' that says which of its files hold items, such as '20??/*/*.json'")
        if not {"title", "text"} & set(self.columns):
            raise fault("an archive needs a column map for 'title' or 'text'", "columns")
        if "published" not in self.columns and not self.path_date:
            raise fault("an archive needs a date: 'published' under columns, or 'path_date' such as '%Y-%m-%d'")
        if not (self.outlet or self.outlets or "outlet" in self.columns or any(info.context["homes"].values())):
            raise fault("an archive needs 'outlet', or 'outlets': a mapping of hosts to outlets")

    @property
    def places(self) -> str:
        """Where items are looked for, in words: kinds of list with their number, or the file that holds them.

        >>> Source("web", feeds=("http://a.invalid/rss",), services=("gdelt",)).places
        '1 feed; gdelt'
        >>> Source("counts").places             # what a study shares in place of its items
        ''
        """
        if self.kind != "web":
            return f"{self.kind}: {self.path.name}" if self.kind != "counts" else ""
        lists = {"feed": self.feeds, "sitemap": self.sitemaps, "page": self.front}
        counted = [f"{len(own)} {kind}{'s'[: len(own) != 1]}" for kind, own in lists.items() if own]
        return "; ".join([*counted, *([f"list {self.addresses.name}"] if self.addresses else []), *self.services])
