"""The explorer as a widget of JupyterLab, with the script of the report's page."""

from __future__ import annotations

import anywidget
import traitlets

from helpers.show.explorer.assets import module, style


class Explorer(anywidget.AnyWidget):
    """What `mount` of the script shows, in a notebook.

    Parameters
    ----------
    payload : str
        JSON of `helpers.show.explorer.payload.payload`.
    state : str, optional
        What is chosen, as the page writes it into its address after ``#``; it follows what the reader does.
    """

    _esm = module()
    _css = style()
    payload = traitlets.Unicode().tag(sync=True)
    state = traitlets.Unicode().tag(sync=True)
