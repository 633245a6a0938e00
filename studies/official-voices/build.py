"""Rebuild the shared counts of this study from the texts: import, clean, count, export.

The texts are not part of the project.  Put the four files that ``study.yml`` names into a folder of your own (their
addresses are in ``study.yml``), then

    python studies/official-voices/build.py FOLDER

writes ``data/raw/official-voices/counts/``.  The same files give the same bytes.
"""

from __future__ import annotations

import sys

from helpers.pipeline.build_counts import build

if __name__ == "__main__":
    sys.exit(build("official-voices", __doc__))
