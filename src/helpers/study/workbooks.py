"""Workbooks of spreadsheets, told apart from the text that their name may promise, and the names of their sheets.

They are not read: a sheet saved as CSV says what its owner sees, in the open, and is the same with every reader.
"""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

PACKED, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENTS = {"xl/workbook.xml": "Excel", "content.xml": "OpenDocument"}  # where each kind names its sheets
SHEET = re.compile(r"<(?:\w+:)?(?:sheet\s(?:[^<>]*\s)?|table\s(?:[^<>]*\s)?table:)name=\"([^\"]*)\"")
MOST_READ = 2_000_000  # characters of such a list
SHOWN = 10


def workbook(path: Path) -> str:
    """What a file is, and what to do, if it is a workbook; blank for any other.

    Parameters
    ----------
    path : Path
        Whatever its name says.
    """
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        start = file.read(8)
    if start == OLD:
        return _said("an Excel workbook of the old kind", [])
    if not start.startswith(PACKED):
        return ""
    try:
        with zipfile.ZipFile(path) as packed:
            for name, kind in CONTENTS.items():
                if name in packed.namelist():
                    with packed.open(name) as file:
                        listed = file.read(MOST_READ).decode("utf-8", "replace")
                    return _said(f"an {kind} workbook", [html.unescape(one) for one in SHEET.findall(listed)])
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return "a damaged zip file, or a damaged workbook; open it, and save the sheet as CSV in UTF-8"
    return "a zip file; unpack it"


def _said(what: str, sheets: list[str]) -> str:
    some = ", ".join(sheet[:40] for sheet in sheets[:SHOWN]) + (", …" if len(sheets) > SHOWN else "")
    which = f" (sheets: {some})" if sheets else ""
    return f"{what}{which}, whatever its name says; open it, and save the sheet with the articles as CSV in UTF-8"
