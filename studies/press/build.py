"""Rebuild the shared counts of this study from headlines and texts: import, clean, count, export.

The items are not part of the project.  Put the files that ``study.yml`` names into a folder of your own, with the files
of all items by day beside them (``*-items-by-day.csv.gz``; columns outlet, day, items), then

    python studies/press/build.py FOLDER

writes ``data/raw/press/counts/`` and ``studies/press/items-by-day.csv.gz``.  The same files give the same bytes.
"""

from __future__ import annotations

import sys

from helpers.pipeline.build_counts import build

if __name__ == "__main__":
    sys.exit(build("press", __doc__, by_day="*-items-by-day.csv.gz"))
