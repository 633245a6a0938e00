"""Try what arrives from outside with new inputs: ``PYTHONPATH=src:tests python -m fuzz --examples 5000``.

So many of each target.  One that fails is reported with the smallest input that was met, to be put into `fuzz.kept`,
and the others are tried all the same.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
import time
import traceback

from fuzz.run import run
from fuzz.targets import TARGETS

HANGS = 600  # seconds after which a target that cannot be stopped ends the run, with the place where it hangs


def main() -> int:
    """Run the targets asked for; 1 if one failed."""
    asked = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    asked.add_argument("--examples", type=int, default=500, help="inputs of each target")
    asked.add_argument("--start", type=int, default=1, help="where the inputs begin: another number, other inputs")
    asked.add_argument("--only", default="", help="targets whose name holds this")
    given = asked.parse_args()
    failed = 0
    for name, target in TARGETS.items():
        if given.only not in name:
            continue
        faulthandler.dump_traceback_later(HANGS + given.examples, exit=True)
        begun = time.process_time()
        try:
            said = f"{run(target, given.examples, start=given.start):>8,} inputs"
        except Exception as error:
            failed += 1
            said = f"failed: {type(error).__name__}"
            traceback.print_exception(error, file=sys.stdout)
        faulthandler.cancel_dump_traceback_later()
        print(f"{name:<28} {said} {time.process_time() - begun:7.1f} s", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
