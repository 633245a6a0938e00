"""Colours by day and by night: a series keeps its hue and stays readable on a dark page.

Contrast: WCAG 2.2, relative luminance.
"""

from __future__ import annotations

from functools import cache

from matplotlib.colors import to_hex, to_rgb

DAY, NIGHT = "#ffffff", "#16181b"  # the grounds that colours are made to stand out from
READABLE = 4.5  # contrast of letters
STEPS = 40  # of mixing with white or black


def contrast(one: str, two: str) -> float:
    """Contrast of two colours, from 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    high, low = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@cache
def by_night(colour: str) -> str:
    """The colour, mixed with white until letters in it can be read on a dark page.

    >>> by_night("#e69f00"), contrast(by_night("#0072b2"), NIGHT) >= READABLE
    ('#e69f00', True)
    """
    return _mixed(colour, (1.0, 1.0, 1.0), NIGHT)


@cache
def by_day(colour: str) -> str:
    """The colour, mixed with black until letters in it can be read on a light page.

    >>> by_day("#0072b2"), contrast(by_day("#e69f00"), DAY) >= READABLE
    ('#0072b2', True)
    """
    return _mixed(colour, (0.0, 0.0, 0.0), DAY)


def _mixed(colour: str, towards: tuple[float, float, float], ground: str) -> str:
    for step in range(STEPS):
        part = step / STEPS
        mixed = to_hex([(1 - part) * own + part * other for own, other in zip(to_rgb(colour), towards, strict=True)])
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return to_hex(towards)


def _luminance(colour: str) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
