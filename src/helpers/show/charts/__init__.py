"""One function a chart: a frame and the names of its columns in, ``(figure, axes)`` out.

The caller says what is found as the title when it hands the figure to `helpers.show.show`.  Names are read from the
frame, colours from `helpers.show.set_style`.  Only this room imports matplotlib.
"""

from helpers.show.charts.bars import bars
from helpers.show.charts.calendar import calendar
from helpers.show.charts.funnel import funnel
from helpers.show.charts.reprints import reprints
from helpers.show.charts.timeline import timeline

__all__ = ["bars", "calendar", "funnel", "reprints", "timeline"]
