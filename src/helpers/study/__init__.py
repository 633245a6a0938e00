"""A study folder, read and checked: one question, its outlets, sources, events and codebook."""

from helpers.extras import needs

needs("study", "pydantic", "pyarrow")

from helpers.study.analysis import Analysis
from helpers.study.events import Event
from helpers.study.outlets import Outlet
from helpers.study.plan import Comparison, Plan
from helpers.study.read import find_root, load_study
from helpers.study.sources import MediaCloud, Source
from helpers.study.study import Study, Volume
from helpers.study.universes import Universes
from helpers.study.yaml_lines import StudyError

__all__ = [
    "Analysis",
    "Comparison",
    "Event",
    "MediaCloud",
    "Outlet",
    "Plan",
    "Source",
    "Study",
    "StudyError",
    "Universes",
    "Volume",
    "find_root",
    "load_study",
]
