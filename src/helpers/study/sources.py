"""The keys of a source of kind web: its lists, the services that are asked, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.study.model import MediaCloud, Outlet
from helpers.study.yaml_lines import Entry

SERVICES = ("gdelt", "mediacloud", "wayback", "ccnews")
FILTERS = ("terms",)
LISTS = ("feeds", "sitemaps", "front")
WEB_KEYS = (*LISTS, "addresses", "services", "mediacloud", "filter")


def read_web(parts: Mapping[str, Entry], folder: Path, outlets: Mapping[str, Outlet]) -> dict[str, Any]:
    """The fields of `Source` that say where on the web an outlet's addresses come from.

    Parameters
    ----------
    parts : mapping of key to Entry
        Of a source whose keys are known.
    folder : Path
        The study folder, in which an address list lies.
    outlets : mapping of id to Outlet

    Raises
    ------
    StudyError
        With file, line and value.
    """
    given = [name for name in WEB_KEYS if name in parts]
    if given and parts["kind"].value != "web":
        raise parts[given[0]].error(f"{given[0]!r} is for a source of kind 'web'; leave it out, or change the kind")
    found: dict[str, Any] = {name: parts[name].texts() for name in LISTS if name in parts}
    for name in found:
        for child in parts[name].children():
            child.web_address()
    if "addresses" in parts:
        found["addresses"] = _address_list(parts["addresses"], folder)
    if "filter" in parts:
        found["filter"] = parts["filter"].choice(FILTERS, "filter")
    if "services" in parts:
        found["services"] = _services(parts, outlets)
    if "mediacloud" in parts:
        found["mediacloud"] = _mediacloud(parts["mediacloud"])
    if ("mediacloud" in parts) != ("mediacloud" in found.get("services", ())):
        place = parts.get("mediacloud") or parts["services"]
        raise place.error(
            "Media Cloud needs both: 'mediacloud' among the services, and a key 'mediacloud' with its sources or "
            "collections"
        )
    return found


def _address_list(entry: Entry, folder: Path) -> Path:
    name = entry.text()
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise entry.error(f"addresses {name!r} must stay inside the study folder; copy the file there")
    if not (folder / name).is_file():
        raise entry.error(f"addresses {name!r}: no such file in the study folder; put one address a line in it")
    return folder / name


def _services(parts: Mapping[str, Entry], outlets: Mapping[str, Outlet]) -> tuple[str, ...]:
    found = tuple(child.choice(SERVICES, "service") for child in parts["services"].children())
    outlet = parts["outlet"].value if "outlet" in parts else None
    if found and (outlet not in outlets or not outlets[outlet].home):
        raise parts["services"].error(f"services are asked by home page; give outlet {outlet!r} a 'home'")
    return found


def _mediacloud(entry: Entry) -> MediaCloud:
    parts = entry.mapping((), ["sources", "collections", "key_variable"])
    numbers = {
        name: tuple(child.number(int, 1, 10**12) for child in parts[name].children())
        for name in ("sources", "collections")
        if name in parts
    }
    if not any(numbers.values()):
        raise entry.error("mediacloud needs 'sources' or 'collections': their numbers in Media Cloud's directory")
    variable = parts["key_variable"].text() if "key_variable" in parts else MediaCloud.key_variable
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{2,40}", variable) or re.fullmatch(r"[A-F0-9]{20,}", variable):
        # The value is not repeated: it may be the key.
        raise parts["key_variable"].error(
            "key_variable must name an environment variable in capitals, such as MEDIACLOUD_KEY; never the key itself"
        )
    return MediaCloud(key_variable=variable, **numbers)
