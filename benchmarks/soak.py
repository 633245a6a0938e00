"""Ten minutes under fire: `make soak`, or `python benchmarks/soak.py --minutes 10 --seed 1`.

Collecting at a misbehaving web (`soak_web.py`) whose runs are killed at random and whose clock jumps, and at the same
time every stage of the pipeline of a small practice study, killed once at random in each.  Then everything is compared
with runs that were left in peace.  Prints a table in Markdown; ends with 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import soak_collect

SIZE = 400  # addresses of an outlet


def main(arguments: list[str] | None = None) -> int:
    """Run, print, and say whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0, help="of collecting (default: 10)")
    parser.add_argument("--seed", type=int, default=1, help="of webs, kills and clocks (default: 1)")
    parser.add_argument("--size", type=int, default=SIZE, help=f"addresses of each of three outlets (default: {SIZE})")
    parser.add_argument("--collect-only", action="store_true", help="leave the stages of the pipeline out")
    parser.add_argument("--folder", type=Path, help="where to work, kept; else a temporary folder")
    given = parser.parse_args(arguments)
    sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))  # where the small practice study is cut
    import soak_stages

    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        folder, begun = given.folder or Path(temporary), time.monotonic()
        with ThreadPoolExecutor(2) as threads:
            stages = None if given.collect_only else threads.submit(soak_stages.soak, given.seed, folder / "stages")
            collect = threads.submit(
                soak_collect.soak, given.minutes * 60, given.seed, folder / "collect", size=given.size
            )
            parts = [part.result() for part in (collect, stages) if part]
        minutes = (time.monotonic() - begun) / 60
    faults = [fault for part in parts for fault in part.faults]
    numbers = {name: n for part in parts for name, n in part.numbers.items()}
    rows = {"minutes": f"{minutes:.1f}", "seed": str(given.seed)} | {name: f"{n:,}" for name, n in numbers.items()}
    print("\n".join(["| what | figure |", "|---|---:|", *(f"| {what} | {figure} |" for what, figure in rows.items())]))
    print("\n".join(["", *faults]) if faults else "\nNothing was lost.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
