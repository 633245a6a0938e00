"""Everything about how often intervals hold and tests flag, in one command: `python benchmarks/coverage_all.py`.

Runs `coverage_intervals.py` and then `coverage_words.py`, which reads real texts at `COVERAGE_DATA` if they are there.
About an hour of processor time.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run both; the first that fails stops."""
    here = Path(__file__).parent
    for name in ("coverage_intervals.py", "coverage_words.py"):
        if code := subprocess.run([sys.executable, str(here / name)], check=False).returncode:
            print(f"coverage_all: {name} ended with code {code}", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
