"""The command line: one study, one report; a failure is one line."""

from __future__ import annotations

import argparse
import sys

from helpers.data.schemas import TableError
from helpers.report.build import build
from helpers.report.check import PageError
from helpers.report.codebook import write_codebook
from helpers.report.execute import NotebookError
from helpers.study import StudyError, load_study


def main(arguments: list[str] | None = None) -> int:
    """Build the report, or the codebook alone; 0 when every page was written and passed its checks."""
    parser = argparse.ArgumentParser(prog="helpers.report", description=__doc__)
    parser.add_argument("--study", required=True, help="a folder of studies/")
    parser.add_argument(
        "--codebook", action="store_true", help="only the codebook, a page for coders to read and print"
    )
    parser.add_argument("--written", action="store_true", help="only the study's own report.ipynb and the first page")
    parser.add_argument("--indicators", action="store_true", help="with --codebook: its word lists too, not for coders")
    chosen = parser.parse_args(arguments)
    if chosen.indicators and not chosen.codebook:
        parser.error("--indicators goes with --codebook")
    try:
        study = load_study(chosen.study)
        if chosen.codebook:
            path, printed = write_codebook(study, with_indicators=chosen.indicators)
            _say(f"{path.relative_to(study.root)} written; {printed}")
        else:
            build(study, say=_say, only_written=chosen.written)
    except (StudyError, TableError, NotebookError, PageError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("report: stopped; pages written before are untouched", file=sys.stderr)
        return 130
    return 0


def _say(line: str, end: str = "\n") -> None:
    print(line, end=end, flush=True)


if __name__ == "__main__":
    sys.exit(main())
