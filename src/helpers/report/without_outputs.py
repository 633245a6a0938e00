"""A notebook's file as it is committed: no outputs, no counts, nothing that a kernel or an editor writes of itself.

A script as well, which git runs on every notebook (`helpers.report.lab`): standard library only, so that it starts at once.
"""

from __future__ import annotations

import json
import sys

PASSING = ("execution", "collapsed", "scrolled", "ExecuteTime", "jupyter", "trusted")  # of a cell
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}


def without_outputs(text: str) -> str:
    """The file of a notebook without outputs; what is no notebook is given back as it is.

    >>> cell = {"cell_type": "code", "execution_count": 3, "metadata": {"scrolled": True}, "outputs": [{}], "source": "1"}
    >>> bare = json.loads(without_outputs(json.dumps({"cells": [cell], "metadata": {"widgets": {}}})))
    >>> bare["cells"], bare["metadata"]
    ([{'cell_type': 'code', 'execution_count': None, 'metadata': {}, 'outputs': [], 'source': '1'}], {})
    """
    try:
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
            for name in PASSING:
                cell["metadata"].pop(name, None)
        metadata = notebook["metadata"]
        metadata.pop("widgets", None)
        if metadata.get("kernelspec", {}).get("name") == KERNEL["name"]:
            metadata["kernelspec"] = KERNEL
        if metadata.get("language_info", {}).get("name") == LANGUAGE["name"]:
            metadata["language_info"] = LANGUAGE
    except (ValueError, LookupError, TypeError, AttributeError):
        return text
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8", newline="")
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    sys.stdout.write(without_outputs(sys.stdin.read()))
