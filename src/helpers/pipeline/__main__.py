"""Run a stage from the command line: ``python -m helpers.pipeline clean mine``.

``export STUDY FOLDER`` writes counts that may be shared; ``check STUDY`` tries every address that the study names.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from helpers import pipeline as stages
from helpers.pipeline.address_checks import told
from helpers.study import load_study

STAGES = {
    "collect": stages.collect,
    "clean": stages.clean,
    "count": stages.count,
    "topics": stages.topics,
    "indicators": stages.indicators,
    "validate": stages.check_measures,
    "codes": stages.codes,
    "agreement": stages.check_codes,
    "correct": stages.correct,
    "compare": stages.compare,
    "keyness": stages.keyness,
    "events": stages.events,
    "event_checks": stages.event_checks,
    "bursts": stages.bursts,
    "first_reports": stages.first_reports,
    "universes": stages.universes,
    "topic_universes": stages.topic_grid,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one stage; 0 when it was done, 1 with one line when the study or its data are at fault."""
    parser = argparse.ArgumentParser(prog="python -m helpers.pipeline", description=__doc__.splitlines()[0])
    parser.add_argument("stage", choices=["check", *STAGES, "export"])
    parser.add_argument("study")
    parser.add_argument("folder", nargs="?", type=Path, help="with export: where the counts go")
    parser.add_argument("--refresh", action="store_true", help="with collect: ask also whether held pages changed")
    options = parser.parse_args(arguments)
    if options.stage == "export" and options.folder is None:
        parser.error("export needs a folder")
    if options.refresh and options.stage != "collect":
        parser.error("--refresh goes with collect")
    try:
        study = load_study(options.study)
        if options.stage == "export":
            print(stages.export_counts(study, options.folder))
        elif options.stage == "check":
            print("\n".join(told(stages.check(study), study.outlets)))
        elif options.refresh:
            print(f"collect: {len(stages.collect(study, refresh=True)):,} rows")
        else:
            print(f"{options.stage}: {len(STAGES[options.stage](study)):,} rows")
    except ValueError as error:
        print(f"{options.stage}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
