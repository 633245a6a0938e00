"""Under which licences the packages stand that the project runs on, as they say themselves once they are installed.

What `make` installs besides the tests' own tools, and newspaper3k with what it needs in its own folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.extract import newspaper3k
from helpers.extras import DISTRIBUTION

EXTRA = "all"  # what make installs
PAGE = "docs/licences.md"
UNKNOWN = "unknown"
# Those that ask no more than to be named, those that keep their own files free, and those of the project itself.
ACCEPTED = re.compile(
    r"MIT(-0|-CMU)?|0BSD|BSD(-[23]-Clause)?|Apache-2\.0|ISC|PSF-2\.0|Python-2\.0|CNRI-Python|Zlib|HPND|Unlicense|CC0-1\.0"
    r"|CC-BY-4\.0|OFL-1\.1|MPL-(1\.1|2\.0)|LGPL-(2\.[01]|3\.0)(-only|-or-later)?"
)
# What the trove and older packages write, in the words of SPDX.
SPDX = {
    "apache software license": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache2.0": "Apache-2.0",
    "bsd": "BSD", "bsd license": "BSD", "mit license": "MIT", "the mit license (mit)": "MIT",
    "python software foundation license": "PSF-2.0", "isc license": "ISC", "isc license (iscl)": "ISC",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
}  # fmt: skip
LONGEST = 60  # characters of a licence's name; a longer text is the licence itself


def licences() -> dict[str, str]:
    """The licence of every package that the project runs on, by its name."""
    packages = {**_apart(), **_needed()}
    return {name: licence(one) for name, one in sorted(packages.items())}


def licence(package: Distribution) -> str:
    """The licence of an installed package in the words of SPDX, or ``unknown``.

    `License-Expression` where it has one, else a short `License`, else its classifiers, of which any may be chosen.
    """
    stated = package.metadata.get("License-Expression") or package.metadata.get("License") or ""
    if len(stated) <= LONGEST and (name := _spdx(stated)):
        return name
    classified = [line.split(" :: ")[-1] for line in package.metadata.get_all("Classifier") or []
                  if line.startswith("License :: ")]  # fmt: skip
    return " OR ".join(_spdx(name) or name for name in classified) or UNKNOWN


def refused(named: Mapping[str, str]) -> list[str]:
    """Packages whose licence is not among those accepted: GPL, AGPL, any that nobody has looked at, and none.

    >>> refused({"a": "MIT", "b": "GPL-3.0-or-later", "c": "MPL-1.1 OR GPL-2.0-only", "d": "MIT AND AGPL-3.0-only"})
    ['b: GPL-3.0-or-later', 'd: MIT AND AGPL-3.0-only']
    """
    return [f"{name}: {licence}" for name, licence in named.items() if not accepted(licence)]


def accepted(licence: str) -> bool:
    """Whether a licence is accepted: one side of each OR, both sides of each AND.

    >>> accepted("Apache-2.0 AND (MIT OR GPL-2.0-only)"), accepted("LGPL-3.0-or-later"), accepted("GPL-2.0-only")
    (True, True, False)
    >>> accepted("unknown"), accepted("")
    (False, False)
    """
    while match := re.search(r"\(([^()]*)\)", licence):
        licence = f"{licence[: match.start()]}{'MIT' if accepted(match[1]) else UNKNOWN}{licence[match.end() :]}"
    return any(
        all(ACCEPTED.fullmatch(name.strip()) for name in side.split(" AND ")) for side in licence.split(" OR ")
    )


def page(named: Mapping[str, str]) -> str:
    """The page of the documents: how many packages stand under which licence, and each."""
    counts: dict[str, int] = {}
    for one in named.values():
        counts[one] = counts.get(one, 0) + 1
    lines = [
        "# Licences of what the project runs on",
        "",
        f"{len(named)} packages, as `.venv/bin/python -m helpers licences --write` read them from what is installed; tools of the",
        "tests alone are not among them, nor is what benchmarks compare with. A GPL, an AGPL, and a licence that is not",
        "known, are refused. Versions are in `requirements.lock` and `newspaper3k.lock`.",
        "",
        "| licence | packages |",
        "|---|---|",
        *(f"| {one} | {n} |" for one, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        "",
        "| package | licence |",
        "|---|---|",
        *(f"| {name} | {one} |" for name, one in named.items()),
    ]
    return "\n".join(lines) + "\n"


def write_page(root: Path, named: Mapping[str, str]) -> None:
    """Write the page into a checkout, whole or not at all."""
    path = root / PAGE
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(page(named), encoding="utf-8")
    os.replace(unfinished, path)


def _apart() -> dict[str, Distribution]:
    return {canonicalize_name(one.name): one for one in distributions(path=[newspaper3k.FOLDER])}


def _needed() -> dict[str, Distribution]:
    """Installed packages that the project asks for with the extra, and those that they ask for, without itself."""
    waiting, seen, packages = [(DISTRIBUTION, EXTRA)], set(), {}
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            packages[name] = distribution(name)
        except PackageNotFoundError:
            raise ValueError(f"{name} is not installed: run make") from None
        for line in packages[name].requires or []:
            asked = Requirement(line)
            if asked.marker is None or asked.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(asked.name), one) for one in ("", *sorted(asked.extras))]
    del packages[DISTRIBUTION]
    return packages


def _spdx(name: str) -> str:
    """A name in the words of SPDX, empty if it is none."""
    if known := SPDX.get(name.strip().lower()):
        return known
    try:
        return canonicalize_license_expression(name.strip())
    except InvalidLicenseExpression:
        return ""
