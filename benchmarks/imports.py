"""What an import costs beside what it stands on: `python benchmarks/imports.py`.

Best of five new interpreters each, in CPU seconds, which a busy machine does not change; byte code is compiled by the
installation, or by the first of the five.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
RUNS = 5
SCIENCE = "import numpy, pandas, scipy"
PLOTTING = "import pandas, matplotlib.pyplot, sklearn.decomposition"
CASES = [  # what is imported first, and not counted; what is
    (SCIENCE, "import helpers.compare"),
    (SCIENCE, "from helpers.compare import means, differences"),
    (SCIENCE, "from helpers.compare import *"),
    (SCIENCE + ", sklearn.base", "from helpers.topics import *"),
    (SCIENCE, "from helpers.coding import krippendorff_alpha"),
    (SCIENCE, "from helpers.frames import *"),
    ("", "import numpy, pandas, scipy"),
    ("", PLOTTING),
]


def seconds(before: str, code: str) -> float:
    """Best of some new interpreters: CPU seconds that `code` takes after `before`."""
    timed = f"{before}\nimport time\nstart = time.process_time()\n{code}\nprint(time.process_time() - start)"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(SOURCE)
    runs = [
        subprocess.run([sys.executable, "-c", timed], env=environment, capture_output=True, text=True, check=True)
        for _ in range(RUNS)
    ]
    return min(float(run.stdout) for run in runs)


def main() -> None:
    """Print a line a case, and a notebook's imports over those of pandas, matplotlib and scikit-learn."""
    taken = {code: seconds(before, code) for before, code in CASES}
    for before, code in CASES:
        print(f"{taken[code]:6.2f} s  {code}" + (f"   (after {before})" if before else ""))
    whole = seconds("", PLOTTING + "\nfrom helpers.compare import *\nfrom helpers.topics import *")
    print(f"{whole:6.2f} s  both, with every name of compare and topics: {whole / taken[PLOTTING]:.2f} times as long")


if __name__ == "__main__":
    main()
