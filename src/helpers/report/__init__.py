"""Run a study's notebooks in order and write what they say as pages: ``python -m helpers report NAME``."""

import lazy_loader

from helpers.extras import needs

needs("report", "jinja2", "matplotlib", "nbclient", "nbconvert", "latex2mathml")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={"build": ["build"], "check": ["check_page"], "execute": ["NotebookError", "execute"]},
)
