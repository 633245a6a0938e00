"""A notebook as it is committed: no outputs, no counts, nothing that a kernel or an editor writes of itself."""

from __future__ import annotations

import json
from typing import Any

PASSING = ("execution", "collapsed", "scrolled", "ExecuteTime", "jupyter", "trusted")  # of a cell
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """The same notebook, changed in place.

    >>> cell = {"cell_type": "code", "execution_count": 3, "metadata": {"scrolled": True}, "outputs": [{}]}
    >>> bare = without_outputs({"cells": [cell], "metadata": {"language_info": {"name": "python", "version": "3"}}})
    >>> bare["cells"], bare["metadata"]
    ([{'cell_type': 'code', 'execution_count': None, 'metadata': {}, 'outputs': []}],
     {'language_info': {'name': 'python'}})
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        for name in PASSING:
            cell["metadata"].pop(name, None)
    metadata = notebook["metadata"]
    metadata.pop("widgets", None)
    if metadata.get("kernelspec", {}).get("name") == KERNEL["name"]:
        metadata["kernelspec"] = dict(KERNEL)
    if metadata.get("language_info", {}).get("name") == LANGUAGE["name"]:
        metadata["language_info"] = dict(LANGUAGE)
    return notebook


def bare_file(text: str) -> str:
    """The file of a notebook without outputs."""
    return json.dumps(without_outputs(json.loads(text)), indent=1, ensure_ascii=False) + "\n"
