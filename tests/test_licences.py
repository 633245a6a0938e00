"""Licences: none that binds what is given away, each read from what the package says, and the page that lists them."""

from __future__ import annotations

import re
from email.message import Message
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.__main__ import main
from helpers.release import licences


@pytest.fixture(scope="module")
def named() -> dict[str, str]:
    """The licences of what is installed here."""
    return licences.licences()


def test_no_package_that_we_run_on_is_gpl_agpl_or_unknown(named: dict[str, str]) -> None:
    assert len(named) > 100 and {"numpy", "jupyterlab", "trafilatura", "typer", "newspaper3k"} <= set(named)
    assert licences.refused(named) == []


def test_tools_of_the_tests_are_not_among_them(named: dict[str, str]) -> None:
    assert version("krippendorff") and not {"krippendorff", "pytest", "ruff", "uv", "axe-playwright-python"} & set(
        named
    )


def test_the_page_is_what_is_installed(root: Path, named: dict[str, str]) -> None:
    """The page is of the Python that the locks are made for; a package that a marker leaves out here may be missing."""
    written = (root / licences.PAGE).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([\w.-]+) \| (.+) \|$", written.split("| package | licence |")[1], flags=re.MULTILINE))
    absent = set(rows) - set(named)
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    pins = [Requirement(line.rstrip(" \\")) for line in re.findall(r"^[\w.-]+==.*", lock, flags=re.MULTILINE)]
    left_out = {canonicalize_name(pin.name) for pin in pins if pin.marker and not pin.marker.evaluate()}
    assert absent <= left_out, "run: .venv/bin/python -m helpers licences --write"
    assert licences.page(dict(sorted((named | {name: rows[name] for name in absent}).items()))) == written, (
        "run: .venv/bin/python -m helpers licences --write"
    )


def stated(*lines: tuple[str, str]) -> SimpleNamespace:
    """A package that says this of itself."""
    metadata = Message()
    for name, value in lines:
        metadata.add_header(name, value)
    return SimpleNamespace(metadata=metadata)


TROVE = "License :: OSI Approved :: "


@pytest.mark.parametrize(
    ("lines", "licence", "accepted"),
    [
        ([("License-Expression", "MIT"), ("License", "GPL")], "MIT", True),
        ([("License", "Apache License, Version 2.0")], "Apache-2.0", True),
        ([("License", "mit")], "MIT", True),
        ([("License", "Permission is hereby granted " * 9), ("Classifier", TROVE + "MIT License")], "MIT", True),
        ([("Classifier", TROVE + "GNU Affero General Public License v3")], "GNU Affero General Public License v3", False),
        ([("License", "GPLv3"), ("Classifier", TROVE + "GNU General Public License v3 (GPLv3)")],
         "GNU General Public License v3 (GPLv3)", False),
        ([("License", "UNKNOWN")], "unknown", False),
        ([("License", "")], "unknown", False),
        ([("License-Expression", "GPL-3.0-or-later")], "GPL-3.0-or-later", False),
        ([("License-Expression", "LicenseRef-Proprietary")], "LicenseRef-Proprietary", False),
        ([("License-Expression", "(MIT OR GPL-2.0-only) AND AGPL-3.0-only")], "(MIT OR GPL-2.0-only) AND AGPL-3.0-only",
         False),
    ],
)  # fmt: skip
def test_a_licence_is_what_the_package_says(lines: list[tuple[str, str]], licence: str, accepted: bool) -> None:
    read = licences.licence(stated(*lines))
    assert (read, licences.accepted(read)) == (licence, accepted)


def test_a_package_that_may_not_be_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(licences, "licences", lambda: {"kind": "MIT", "strict": "AGPL-3.0-only", "mute": "unknown"})
    assert main(["licences"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line == "licences: not among the licences that are accepted: strict: AGPL-3.0-only; mute: unknown"
