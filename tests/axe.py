"""Accessibility of a page as axe-core sees it, in the Chromium of `browser`.

axe-core comes as a file of the package axe-playwright-python; its own driver is not used, for `browser` drives one
already, and the package is not imported, for it would want Playwright.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from browser import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
# Of what one template made many times a few are looked at: contrasts of thousands of cells take minutes.
ALIKE = ["tbody > tr:nth-child(n+4)", "[data-alike]"]
MARK = """document.querySelectorAll(".highlight").forEach((code, place) => place > 5 && code.setAttribute("data-alike", ""));
document.querySelectorAll(".documents > details").forEach((part, place) => place > 2 && part.setAttribute("data-alike", ""))
"""
RUN = """axe.run({exclude: EXCLUDED}, {runOnly: RULES, resultTypes: ["violations"], preload: false, elementRef: false})
  .then(found => JSON.stringify(found.violations.map(one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 160),
    one.nodes[0].any.concat(one.nodes[0].all, one.nodes[0].none).map(check => check.message).join("; ").slice(0, 240)])))
"""


@cache
def script() -> str:
    """The source of axe-core; the test is skipped where it is not installed."""
    package = find_spec("axe_playwright_python")
    if package is None:
        pytest.skip("axe-core (axe-playwright-python) is not installed: accessibility is not checked")
    return Path(package.submodule_search_locations[0], "axe.min.js").read_text(encoding="utf-8")


def look(page: Page, path: Path, *, device: str = "desktop", scheme: str = "light", unfolded: bool = False) -> None:
    """Open a file as on a device, by day or night, with everything that folds open or as it comes."""
    width, height = WIDTHS[device]
    page.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
             mobile=device == "phone")  # fmt: skip
    page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.ask("Page.navigate", url=path.as_uri())
    page.wait(f"document.readyState === 'complete' && location.href === {path.as_uri()!r}")
    if unfolded:
        page.run("document.querySelectorAll('details').forEach(part => part.open = true)")


def violations(page: Page, *, contrast: bool = True, rest: bool = True) -> list[tuple[str, int, str, str]]:
    """What axe-core finds on the page that is open: rule, elements, the first of them, and why.

    Contrasts depend on day and night alone, all else on the device and on what is folded; either can be left out.
    """
    if not page.run("typeof axe !== 'undefined'"):
        page.run(script() + "; true")
    page.run(MARK)
    rules = {"type": "tag", "values": TAGS} if rest else {"type": "rule", "values": ["color-contrast"]}
    asked = RUN.replace("EXCLUDED", json.dumps([[one] for one in ALIKE])).replace("RULES", json.dumps(rules))
    if not contrast:
        asked = asked.replace("preload: false", 'preload: false, rules: {"color-contrast": {enabled: false}}')
    return [tuple(one) for one in json.loads(page.run(asked))]
