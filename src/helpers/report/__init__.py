"""Run a study's notebooks in order and write what they say as pages: ``python -m helpers.report --study NAME``."""

from helpers.report.build import build
from helpers.report.check import check_page
from helpers.report.execute import NotebookError, execute

__all__ = ["NotebookError", "build", "check_page", "execute"]
