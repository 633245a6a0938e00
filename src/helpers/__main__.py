"""Commands for a study that is yet to be: ``python -m helpers draft-study mine articles.csv``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from helpers.study import StudyError, find_root
from helpers.study.draft import draft_study


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it did what it says, 1 with one line when it could not."""
    parser = argparse.ArgumentParser(prog="helpers", description=__doc__)
    commands = parser.add_subparsers(required=True)
    draft = commands.add_parser("draft-study", help="write a study folder for an export, to be edited")
    draft.add_argument("name", help="of the new folder below studies/")
    draft.add_argument("export", type=Path, help="CSV, JSON lines or Parquet, a row an article")
    draft.add_argument(
        "--column",
        action="append",
        default=[],
        type=_pair,
        metavar="FIELD=NAME",
        help="which column holds text, published, outlet, title, address, byline, section or id",
    )
    draft.add_argument("--date-format", default="", metavar="FORM", help="how dates are written, such as '%%d.%%m.%%Y'")
    draft.add_argument(
        "--state",
        action="append",
        default=[],
        type=_state,
        metavar="CODE=LANGUAGE:NAME,NAME",
        help="one of the two states, such as 'KOR=en:South Korea,Seoul;ko:한국'; give two (left out: the template's)",
    )
    chosen = parser.parse_args(arguments)
    if chosen.state and len(dict(chosen.state)) != 2:
        parser.error("--state: give two states, or none")
    try:
        told = draft_study(
            chosen.name, chosen.export, root=find_root(), columns=dict(chosen.column), date_format=chosen.date_format,
            states=dict(chosen.state),
        )  # fmt: skip
    except StudyError as error:
        print(f"draft-study: {error}", file=sys.stderr)
        return 1
    print("\n".join(told))
    return 0


def _pair(written: str) -> tuple[str, str]:
    key, mark, value = written.partition("=")
    if not mark or not key or not value:
        raise argparse.ArgumentTypeError(f"{written!r} is not written FIELD=NAME")
    return key, value


def _state(written: str) -> tuple[str, dict[str, list[str]]]:
    code, names = _pair(written)
    languages = [part.partition(":") for part in names.split(";")]
    if not all(mark for _, mark, _ in languages):
        raise argparse.ArgumentTypeError(f"{written!r} is not written CODE=LANGUAGE:NAME,NAME")
    return code, {language.strip(): [n.strip() for n in given.split(",")] for language, _, given in languages}


if __name__ == "__main__":
    sys.exit(main())
