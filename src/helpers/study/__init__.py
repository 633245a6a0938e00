"""A study folder, read and checked: one question, its outlets, sources, events and codebook."""

from helpers.study.model import Analysis, Comparison, Event, Outlet, Plan, Source, Study
from helpers.study.read import find_root, load_study
from helpers.study.yaml_lines import StudyError

__all__ = [
    "Analysis",
    "Comparison",
    "Event",
    "Outlet",
    "Plan",
    "Source",
    "Study",
    "StudyError",
    "find_root",
    "load_study",
]
