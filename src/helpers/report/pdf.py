"""The report on paper, where Chromium is there to print it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from helpers.report.links import for_paper
from helpers.show.style import cjk_font

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LONGEST = 120  # seconds
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)


def find_browser() -> str | None:
    """The first Chromium on the path."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def print_pdf(page: Path) -> str:
    """Print `page` to a PDF of the same name beside it; returns the line to tell.

    Page numbers, running head and date are the style sheet's margin boxes, which Chromium draws from 131 on; an older
    one prints without them.

    A PDF is a convenience: whatever keeps it from being made is told and stops nothing, and an older one is
    removed so that it cannot be taken for the new one.
    """
    target = page.with_suffix(".pdf")
    target.unlink(missing_ok=True)
    browser = find_browser()
    if browser is None:
        return f"no {target.name}: Chromium is not installed (print {page.name} from any browser instead)"
    with tempfile.TemporaryDirectory() as folder:
        made, paper = Path(folder) / target.name, Path(folder) / page.name
        paper.write_text(for_paper(page.read_text(encoding="utf-8")), encoding="utf-8")
        # Chromium refuses its sandbox to root, as in containers; everyone else keeps it.
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [
            browser,
            *FLAGS,
            *root,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={made}",
            paper.as_uri(),
        ]
        try:
            ran = subprocess.run(
                command, capture_output=True, text=True, timeout=LONGEST, env=os.environ | _fonts(Path(folder))
            )
        except subprocess.TimeoutExpired:
            return f"no {target.name}: {Path(browser).name} did not finish within {LONGEST} s"
        if not made.exists():
            last = (ran.stderr.strip().splitlines() or ["no message"])[-1]
            return f"no {target.name}: {Path(browser).name} failed ({last[:120]})"
        shutil.move(made, target)
    return f"{target.name} printed with {Path(browser).name}"


def _fonts(folder: Path) -> dict[str, str]:
    """A font configuration that adds the packaged Hangul and Han to whatever the system has."""
    font = cjk_font()
    if font is None:
        return {}
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{escape(str(font.parent))}</dir><cachedir>{escape(str(folder / 'cache'))}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(file)}
