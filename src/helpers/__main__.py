"""Commands on a study, ``python -m helpers``: one for each step from a list of outlets to a folder to be shared."""

from __future__ import annotations

import contextlib
import datetime
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from helpers.extras import needs

needs("share", "typer")

import typer

if TYPE_CHECKING:  # each command imports what it needs: help is there at once
    from helpers.pipeline import Corpus
    from helpers.study import Study

ABOUT = """
A study is a folder below studies/: a question, outlets, events and a codebook.

\b
In the order in which a study needs them:
  draft-study  an export or a list of articles becomes a study folder
  check        do the addresses of its outlets answer?
  collect      ask the web for pages, politely
  run          make the tables
  report       make tables and pages, and open reports/STUDY/index.html
  code         what to do before people code frames
  release      a folder and zip that hold no text
  rehydrate    fetch the texts of a release again
  site         everything that was built, as one static site

\b
Of the project itself:
  licences     of the packages that it runs on
"""
EXITS = """
Ends with 0 when it did what it says; 1 with one line that names file, row and what to do; 2 for a command that was
written wrongly; 130 when it was interrupted (what was finished before stays).
"""
app = typer.Typer(
    help=ABOUT, epilog=EXITS, add_completion=False, no_args_is_help=True, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
StudyName = Annotated[str, typer.Argument(metavar="STUDY", help="a folder below studies/, such as press")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="say what would be done, and do nothing")]


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit code, as `EXITS` explains."""
    given = sys.argv[1:] if arguments is None else arguments
    name = next((word for word in given if not word.startswith("-")), "helpers")
    try:
        app(given, prog_name="python -m helpers")
    except SystemExit as ended:
        if ended.code == 130:
            _complain(name, "stopped; what was finished before is untouched")
        return int(ended.code or 0)
    except (ValueError, RuntimeError, OSError) as error:
        _complain(name, _one_line(error))
        return 1
    return 0


def _one_line(error: Exception) -> str:
    """What an error says, in one line that turns nothing on a terminal; a fault of the disk with the file's name."""
    said = str(error)
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror + (f": {error.filename}" if error.filename else "")
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in " ".join(said.split()))


def _complain(command: str, why: str) -> None:
    print(f"{command}: {why}", file=sys.stderr)


@app.command()
def draft_study(
    name: Annotated[str, typer.Argument(help="of the new folder below studies/")],
    export: Annotated[Path, typer.Argument(help="CSV, JSON lines or Parquet, a row an article")],
    column: Annotated[
        list[str],
        typer.Option(
            metavar="FIELD=NAME",
            help="which column holds text, published, outlet, title, address, byline, section or id",
        ),
    ] = [],  # noqa: B006
    date_format: Annotated[str, typer.Option(metavar="FORM", help="how dates are written, such as '%d.%m.%Y'")] = "",
    state: Annotated[
        list[str],
        typer.Option(
            metavar="CODE=LANGUAGE:NAME",
            help="one of the two states, such as 'KOR=en:South Korea,Seoul;ko:한국'; two, or none for the template's",
        ),
    ] = [],  # noqa: B006
    dry_run: DryRun = False,
) -> None:
    """Write a study folder for an export, to be edited.

    Reads the export; writes studies/NAME/ and a copy of the export below data/raw/NAME/.

    \b
    python -m helpers draft-study mine articles.csv
    python -m helpers draft-study mine articles.csv --column text=Body --date-format %d.%m.%Y
    """
    from helpers.study import draft, find_root

    states = dict(_state(one) for one in state)
    if state and len(states) != 2:
        raise typer.BadParameter("give two states, or none", param_hint="--state")
    draft.check_name(name)
    options = {"columns": dict(_pair(one) for one in column), "date_format": date_format, "states": states}
    with _elsewhere(find_root(), name) if dry_run else contextlib.nullcontext(find_root()) as root:
        print("\n".join(draft.draft_study(name, export, root=root, **options)))
        if dry_run:
            print(f"\nNothing was written. studies/{name}/study.yml would be:\n")
            print((root / "studies" / name / "study.yml").read_text(encoding="utf-8"))


@contextlib.contextmanager
def _elsewhere(root: Path, name: str):
    """A checkout that is thrown away, with the template and what stands in the way of the name."""
    import shutil

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(root / "studies" / "template", folder / "studies" / "template")
        for taken in ("studies", "data/raw"):
            if (root / taken / name).exists():
                (folder / taken / name).mkdir(parents=True)
        yield folder


@app.command()
def check(study: StudyName, dry_run: DryRun = False) -> None:
    """Try every address that a study names, once.

    Asks each home page, feed and sitemap as slowly as robots.txt wants, and prints what answered, how new and how many
    the items are, and how many name both states. Writes the table address_checks; stores no page, edits no study.

    \b
    python -m helpers check world-press --dry-run      # which addresses would be asked
    python -m helpers check world-press
    """
    from helpers.pipeline import invented
    from helpers.pipeline.address_checks import addresses, check_addresses, report_lines

    chosen = _study(study)
    if dry_run:
        wanted = addresses(chosen)
        print("\n".join(f"{one.outlet}: {one.role} {one.address}" for one in wanted))
        print(f"{len(wanted)} addresses would be asked, once each; nothing was")
        return
    world = invented(chosen)
    with world.web(chosen) if world else contextlib.nullcontext({}) as web:
        print("\n".join(report_lines(check_addresses(chosen, web), chosen.outlets)))


@app.command()
def collect(
    study: StudyName,
    refresh: Annotated[bool, typer.Option("--refresh", help="ask also whether pages that are held changed")] = False,
    dry_run: DryRun = False,
) -> None:
    """Ask the web for what is not in the archive yet.

    Reads feeds, sitemaps, front pages and services that studies/STUDY/study.yml names; writes WARC files below
    data/raw/STUDY/warc/. Goes on where it was interrupted.

    \b
    python -m helpers collect mine --dry-run
    python -m helpers collect mine
    """
    from helpers.pipeline import open_corpus, pages

    if dry_run:
        chosen = _study(study)
        asked = [source for source in chosen.sources if source.kind == "web"]
        print("\n".join(f"{source.outlet}: {source.places}" for source in asked))
        print(f"{len(asked)} sources would be asked; nothing was")
        return
    corpus = open_corpus(study)
    with _alone(corpus, "collect"):
        print(f"collect: {len(pages.collect(corpus, refresh=refresh)):,} pages")


@app.command()
def run(
    study: StudyName,
    tables: Annotated[list[str] | None, typer.Argument(metavar="[TABLES]", help="all tables, if left out")] = None,
    dry_run: DryRun = False,
) -> None:
    """Make tables that are missing or stale, and what they need.

    Writes data/processed/STUDY/. A table whose sources, settings and programs are as they were is left alone.

    \b
    python -m helpers run press --dry-run              # which tables are stale, and why
    python -m helpers run press estimates keyness
    """
    from helpers.pipeline import open_corpus
    from helpers.pipeline.all_tables import make_tables
    from helpers.pipeline.analysed import without_articles

    corpus = open_corpus(study)
    if dry_run:
        print("\n".join(_states(corpus, tables)))
        return
    with _alone(corpus, "run"):
        made = make_tables(corpus, tables)
    if not tables and (silent := without_articles(corpus)):
        print(f"run: {silent}")
    print(f"run: {', '.join(made) or 'everything was fresh'}")


@app.command()
def tables(study: StudyName) -> None:
    """List a study's tables, and which of them are stale and why."""
    from helpers.pipeline import open_corpus

    print("\n".join(_states(open_corpus(study))))


def _states(corpus: Corpus, names: list[str] | None = None) -> list[str]:
    """A line a table: its name, and whether it is fresh; what stands below a stale one is not looked at."""
    from helpers.data.store import ordered, stale

    lines, waiting = [], set()
    for recipe in ordered(corpus.recipes, names or corpus.recipes):
        below = sorted(waiting.intersection(recipe.needs))
        why = f"waits for {below[0]}" if below else stale(corpus, recipe)
        waiting |= set(recipe.writes) if why else set()
        lines += [f"{name:<20} {why or 'fresh'}" for name in recipe.writes]
    return lines


@app.command()
def report(
    study: StudyName,
    written: Annotated[bool, typer.Option("--written", help="only your own report.ipynb and the first page")] = False,
    codebook: Annotated[bool, typer.Option("--codebook", help="only the codebook, for coders to read")] = False,
    indicators: Annotated[
        bool, typer.Option("--indicators", help="with --codebook: its word lists too, not for coders")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Make the tables, run the notebooks, and write the pages.

    Writes reports/STUDY/: open index.html. Where the study has web sources, what is not held yet is asked for first.

    \b
    python -m helpers report press
    python -m helpers report press --written           # while you write studies/press/report.ipynb
    python -m helpers report world-press --codebook    # reports/world-press/codebook.html and a PDF
    """
    if indicators and not codebook:
        raise typer.BadParameter("it goes with --codebook", param_hint="--indicators")
    chosen = _study(study)
    if dry_run:
        _plan_report(chosen, written=written, codebook=codebook)
        return
    from helpers.pipeline import open_corpus
    from helpers.report.build import build
    from helpers.report.codebook import write_codebook

    if codebook:
        path, printed = write_codebook(chosen, with_indicators=indicators)
        _say(f"{path.relative_to(chosen.root)} written; {printed}")
    else:
        with _alone(open_corpus(chosen), "report"):
            build(chosen, say=_say, only_written=written)


def _plan_report(study: Study, *, written: bool, codebook: bool) -> None:
    from helpers.pipeline import open_corpus
    from helpers.report.build import find_chapters, find_report

    own = find_report(study)
    chapters = [*([own] if own else []), *([] if written else find_chapters(study))]
    names = ["the codebook"] if codebook else [chapter.source for chapter in chapters]
    stale = [] if codebook else [line for line in _states(open_corpus(study)) if not line.endswith(" fresh")]
    print("\n".join([*stale, f"{len(stale)} tables would be made; pages of {', '.join(names)}; nothing was written"]))


@app.command()
def code(
    study: StudyName,
    draw: Annotated[int, typer.Option(metavar="N", help="draw N passages of each language and keep the draw")] = 0,
    coder: Annotated[str, typer.Option(help="who sits down: a word, such as anna")] = "anna",
    dry_run: DryRun = False,
) -> None:
    """Say how many passages people should code, draw them, and how to open the desk.

    Reads the study's passages. With --draw, writes studies/STUDY/coding/frames/sample.csv; what was drawn stays drawn.

    \b
    python -m helpers code mine                        # the plan
    python -m helpers code mine --draw 400
    python -m helpers report mine --codebook           # what coders read first
    """
    from helpers.pipeline import open_corpus
    from helpers.pipeline.coding_sample import coding_plan, draw_sample, frames_folder

    corpus = open_corpus(study)
    if draw and dry_run:
        place = frames_folder(corpus.study).relative_to(corpus.study.root)
        print(f"{draw} passages of each language would be drawn and kept in {place}; nothing was")
    elif draw:
        print(f"drawn: {len(draw_sample(corpus, draw)):,} passages, kept with the study")
    print(coding_plan(corpus).to_string(index=False))
    print(f"""
wanted: passages to code, so that intervals are as narrow as planned; drawn: so far.

To code, two people each open JupyterLab (make lab), a new notebook in notebooks/, and run:

    from helpers.pipeline import open_corpus
    from helpers.pipeline.coder_desks import adjudication_desk, frame_desk
    corpus = open_corpus("{study}")
    frame_desk(corpus, coder="{coder}")      # a key a frame, Enter saves; goes on where you stopped
    adjudication_desk(corpus)             # afterwards: what coders see differently, side by side

What they judge is in corpus.codes and corpus.frame_agreement as soon as somebody asks.""")


@app.command()
def export(
    study: StudyName,
    folder: Annotated[Path, typer.Argument(help="where the counts go")],
    dry_run: DryRun = False,
) -> None:
    """Write counts and metadata that may be shared, without texts.

    What a study reads as `{kind: counts, path: counts}`. For a whole folder to hand on, see release.

    \b
    python -m helpers export mine data/raw/mine/counts
    """
    from helpers.pipeline import open_corpus
    from helpers.pipeline.shared import export_counts
    from helpers.pipeline.withheld import shareable

    corpus = open_corpus(study)
    if dry_run:
        print("\n".join(f"{name:<16} {len(table):>9,} rows" for name, table in shareable(corpus).items()))
        print(f"would be written to {folder}; nothing was")
    else:
        print(export_counts(corpus, folder))


@app.command()
def release(
    study: StudyName,
    date: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="of publication; the last day of the period if left out"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Make a folder and a zip that may be shared, or say what keeps it from being shared.

    Writes release/STUDY/ and release/STUDY.zip: counts, codes, estimates, study folder, notebooks, programs, lock,
    report, checksums, RO-Crate, DataCite and CITATION. Every file is searched for six words in a row of any item.

    \b
    python -m helpers release press --dry-run
    python -m helpers release press --date 2026-12-01
    """
    from helpers.release.folder import make_release

    make_release(_study(study), say=_say, date=date.date() if date else None, dry_run=dry_run)


@app.command()
def rehydrate(
    study: StudyName,
    most: Annotated[int, typer.Option(metavar="N", help="addresses of each outlet at most; all if left out")] = 0,
    wayback: Annotated[
        bool, typer.Option("--wayback/--no-wayback", help="ask the Wayback Machine for pages that are gone")
    ] = True,
    dry_run: DryRun = False,
) -> None:
    """Fetch the texts of a study that came as counts, and say which are the same, changed or gone.

    Asks every address as slowly as robots.txt wants; goes on where it was interrupted. Writes data/raw/STUDY/again/:
    WARC files for yourself alone, and rehydrated.csv with what became of each item.

    \b
    python -m helpers rehydrate press --dry-run
    python -m helpers rehydrate press --most 20
    """
    from helpers.pipeline import invented
    from helpers.release.again import rehydrate as fetch_again

    chosen = _study(study)
    world = None if dry_run else invented(chosen)
    with world.web(chosen) if world else contextlib.nullcontext({}) as web:
        fetch_again(chosen, say=_say, most=most or None, wayback=wayback, dry_run=dry_run, web=web)


@app.command()
def lab(dry_run: DryRun = False) -> None:
    """Open JupyterLab with studies, notebooks and README in sight.

    The project's notebooks are saved without outputs, so that running them changes nothing for git; as they look on the
    screen they are saved in data/interim/lab/.
    """
    from helpers.report.lab import lab_command, open_lab
    from helpers.study import find_root

    root = find_root()
    if dry_run:
        _say(" ".join(lab_command(root)))
        return
    open_lab(root)


@app.command()
def site(
    studies: Annotated[list[str] | None, typer.Argument(metavar="[STUDIES]", help="all that are built")] = None,
    dry_run: DryRun = False,
) -> None:
    """Put reports, documents and notebooks into one static folder for any web host.

    Reads reports/ and docs/; writes site/, whose links are relative and were all followed.

    \b
    python -m helpers site
    python -m helpers site press practice
    """
    from helpers.release.site import make_site
    from helpers.study import find_root

    make_site(find_root(), studies or None, say=_say, dry_run=dry_run)


@app.command()
def licences(
    write: Annotated[bool, typer.Option("--write", help="write docs/licences.md anew")] = False,
    dry_run: DryRun = False,
) -> None:
    """List the licences of the packages that the project runs on, or say which must not be among them.

    Read from what is installed. Ends with 1 where one is GPL, AGPL or not known.

    \b
    python -m helpers licences
    python -m helpers licences --write
    """
    from helpers.release import licences as packages
    from helpers.study import find_root

    named = packages.licences()
    if refused := packages.refused(named):
        raise ValueError(f"not among the licences that are accepted: {'; '.join(refused)}")
    if write and not dry_run:
        packages.write_page(find_root(), named)
    _say(f"{packages.PAGE} {'would be' if dry_run else 'was'} written" if write else packages.page(named).rstrip())


def _study(name: str) -> Study:
    from helpers.study import load_study

    return load_study(name)


@contextlib.contextmanager
def _alone(corpus: Corpus, command: str):
    """Nobody else at work on the study, and nothing unfinished of a run that was killed."""
    from helpers.data.run_lock import one_run
    from helpers.data.store import sweep, to_standard_error

    study = corpus.study
    words = f"python -m helpers {command} {study.name}"
    with one_run(study.interim, study.name, words, say=to_standard_error):
        sweep(study.processed, corpus.recipes)
        for unfinished in study.reports.glob(".page-*"):
            unfinished.unlink()
        yield


def _say(line: str, end: str = "\n") -> None:
    print(line, end=end, flush=True)


def _pair(written: str) -> tuple[str, str]:
    key, mark, value = written.partition("=")
    if not mark or not key or not value:
        raise typer.BadParameter(f"{written!r} is not written FIELD=NAME")
    return key, value


def _state(written: str) -> tuple[str, dict[str, list[str]]]:
    code, names = _pair(written)
    languages = [part.partition(":") for part in names.split(";")]
    if not all(mark for _, mark, _ in languages):
        raise typer.BadParameter(f"{written!r} is not written CODE=LANGUAGE:NAME,NAME")
    return code, {language.strip(): [n.strip() for n in given.split(",")] for language, _, given in languages}


if __name__ == "__main__":
    sys.exit(main())
