"""One function a chart: a frame and the names of its columns in, ``(figure, axes)`` out.

The caller says what is found as the title when it hands the figure to `helpers.show.show`.  Names are read from the
frame, colours from `helpers.show.set_style`.  Only this room imports matplotlib.
"""

from helpers.show.charts.bars import bars
from helpers.show.charts.calendar import calendar
from helpers.show.charts.estimates import dots, dumbbells
from helpers.show.charts.event_study import event_study
from helpers.show.charts.funnel import funnel
from helpers.show.charts.group_panels import group_panels
from helpers.show.charts.keyness import keyness
from helpers.show.charts.multiverse import small_curves, specification_curve
from helpers.show.charts.reprints import reprints
from helpers.show.charts.robustness import robustness
from helpers.show.charts.timeline import steps, timeline
from helpers.show.charts.topic_map import topic_map
from helpers.show.charts.topic_number import topic_number
from helpers.show.charts.topic_prevalence import topic_prevalence
from helpers.show.charts.topic_terms import topic_terms

__all__ = [
    "bars", "calendar", "dots", "dumbbells", "event_study", "funnel", "group_panels", "keyness", "reprints",
    "robustness", "small_curves", "specification_curve", "steps", "timeline", "topic_map", "topic_number",
    "topic_prevalence", "topic_terms",
]  # fmt: skip
