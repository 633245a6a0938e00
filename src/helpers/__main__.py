"""Commands on a study: ``python -m helpers draft-study mine articles.csv``; check, collect, make, tables, export."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from helpers.data.schemas import TableError
from helpers.data.store import ordered, stale
from helpers.pipeline import Corpus, invented, open_corpus
from helpers.study import StudyError, find_root, load_study
from helpers.study.draft import draft_study


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it did what it says, 1 with one line when it could not."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command == "draft-study" and chosen.state and len(dict(chosen.state)) != 2:
        parser.error("--state: give two states, or none")
    try:
        chosen.run(chosen)
    except (StudyError, TableError, ValueError) as error:
        print(f"{chosen.command}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    draft = commands.add_parser("draft-study", help="write a study folder for an export, to be edited")
    draft.add_argument("name", help="of the new folder below studies/")
    draft.add_argument("export", type=Path, help="CSV, JSON lines or Parquet, a row an article")
    column = "which column holds text, published, outlet, title, address, byline, section or id"
    draft.add_argument("--column", action="append", default=[], type=_pair, metavar="FIELD=NAME", help=column)
    draft.add_argument("--date-format", default="", metavar="FORM", help="how dates are written, such as '%%d.%%m.%%Y'")
    state = "one of the two states, such as 'KOR=en:South Korea,Seoul;ko:한국'; give two (left out: the template's)"
    draft.add_argument("--state", action="append", default=[], type=_state, metavar="CODE=LANGUAGE:NAME", help=state)
    draft.set_defaults(run=_draft)
    check = commands.add_parser("check", help="try every address that a study names, once; nothing is stored")
    collect = commands.add_parser("collect", help="ask the web for what is not in the archive yet")
    collect.add_argument("--refresh", action="store_true", help="ask also whether pages that are held changed")
    make = commands.add_parser("make", help="make tables that are missing or stale, and what they need")
    listed = commands.add_parser("tables", help="list a study's tables, and which of them are stale and why")
    export = commands.add_parser("export", help="write counts and metadata that may be shared, without texts")
    for command, run in ((check, _check), (collect, _collect), (make, _make), (listed, _tables), (export, _export)):
        command.add_argument("study", help="a folder below studies/")
        command.set_defaults(run=run)
    make.add_argument("tables", nargs="*", help="all tables, if left out")
    export.add_argument("folder", type=Path)
    return parser


def _draft(chosen: argparse.Namespace) -> None:
    lines = draft_study(
        chosen.name, chosen.export, root=find_root(), columns=dict(chosen.column), date_format=chosen.date_format,
        states=dict(chosen.state),
    )  # fmt: skip
    print("\n".join(lines))


def _check(chosen: argparse.Namespace) -> None:
    from helpers.pipeline.address_checks import check_addresses, report_lines  # brings the collector along

    study = load_study(chosen.study)
    world = invented(study)
    with world.web(study) if world else contextlib.nullcontext({}) as web:
        print("\n".join(report_lines(check_addresses(study, web), study.outlets)))


def _collect(chosen: argparse.Namespace) -> None:
    from helpers.pipeline.pages import collect

    print(f"collect: {len(collect(open_corpus(chosen.study), refresh=chosen.refresh)):,} pages")


def _make(chosen: argparse.Namespace) -> None:
    from helpers.pipeline.all_tables import make_tables

    corpus = open_corpus(chosen.study)
    made = make_tables(corpus, chosen.tables or None)
    print(f"make: {', '.join(made) or 'everything was fresh'}")


def _tables(chosen: argparse.Namespace) -> None:
    corpus = open_corpus(chosen.study)
    print("\n".join(_states(corpus)))


def _states(corpus: Corpus) -> list[str]:
    """A line a table: its name, and whether it is fresh; what stands below a stale one is not looked at."""
    lines, waiting = [], set()
    for recipe in ordered(corpus.recipes, corpus.recipes):
        below = sorted(waiting.intersection(recipe.needs))
        why = f"waits for {below[0]}" if below else stale(corpus, recipe)
        waiting |= set(recipe.writes) if why else set()
        lines += [f"{name:<20} {why or 'fresh'}" for name in recipe.writes]
    return lines


def _export(chosen: argparse.Namespace) -> None:
    from helpers.pipeline.shared import export_counts

    print(export_counts(open_corpus(chosen.study), chosen.folder))


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
