"""Everything that is tried, by name."""

from __future__ import annotations

from fuzz import exports, lists, pages, shown, studies
from fuzz.run import Target

TARGETS: dict[str, Target] = {
    target.name: target for room in (pages, lists, exports, studies, shown) for target in room.TARGETS
}
