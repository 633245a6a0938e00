"""Everything that is tried, by name, with what was kept for it."""

from __future__ import annotations

from dataclasses import replace

from fuzz import exports, lists, pages, shown, studies
from fuzz.kept import KEPT
from fuzz.run import Target

TARGETS: dict[str, Target] = {
    target.name: replace(target, kept=KEPT.get(target.name, ()))
    for room in (pages, lists, exports, studies, shown)
    for target in room.TARGETS
}
if unknown := sorted(set(KEPT) - set(TARGETS)):
    raise ValueError(f"fuzz/kept.py: no target is called {unknown[0]!r}")
