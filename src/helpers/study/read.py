"""Read and check a study folder.

`study.yml`, `codebook.yml` and `events.yml` are the only configuration there is.  Whatever is wrong in them
stops here, with the file, the line, the value and the nearest valid one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from helpers.extract.flags import FLAGS
from helpers.frames.codebook import Codebook, CodebookError, parse_codebook
from helpers.study.model import Analysis, Comparison, Event, Outlet, Plan, Source, Study, Universes
from helpers.study.outlets import read_outlet
from helpers.study.sharing import read_chain
from helpers.study.sources import WEB_KEYS, read_web
from helpers.study.topics import read_concepts, read_labels
from helpers.study.universes import read_universes
from helpers.study.yaml_lines import Document, Entry, StudyError, read_yaml
from helpers.text.languages import LANGUAGES

SOURCE_KINDS = ("web", "warc", "counts", "jsonl", "csv", "parquet", "html")
FIELDS = ("address", "published", "title", "text", "outlet", "byline", "section", "id", "language", "date_format")
EXTRACTORS = ("trafilatura", "newspaper3k")
COUNTRY = re.compile(r"[A-Z]{3}|UN|EU|NATO|[A-Z]+\.[A-Z0-9]+")  # ISO 3166, bodies without such a code; TREATY.2024


def find_root(start: Path | None = None) -> Path:
    """The checkout: `COVERAGE_ROOT` if set, else the nearest folder upwards that holds ``studies/``."""
    if os.environ.get("COVERAGE_ROOT"):
        return Path(os.environ["COVERAGE_ROOT"]).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "studies").is_dir():
            return folder
    raise StudyError(f"{here}: no folder 'studies' here or above; start from inside the checkout")


def load_study(name: str, *, root: Path | None = None) -> Study:
    """Read and check ``studies/<name>/``.

    Parameters
    ----------
    name : str
        The folder's name.
    root : Path, optional
        The checkout; found from the working directory when left out.

    Raises
    ------
    StudyError
        With file, line, value and the nearest valid value.
    """
    root = root or find_root()
    folder = root / "studies" / name
    if not folder.is_dir():
        have = sorted(p.name for p in (root / "studies").iterdir() if (p / "study.yml").exists())
        raise StudyError(f"study {name!r} has no folder studies/{name}; there are: {', '.join(have) or 'none'}")
    chain = read_chain(folder)
    top = (
        chain.documents[0]
        .at()
        .mapping(
            ["title", "question", "contact", "languages", "period", "pair", "outlets", "sources"],
            ["entities", "shares", "practice", "analysis", "plan", "known_volume", "labels", "concepts", "universes"],
        )
    )
    languages = _languages(top["languages"])
    entities = _entities(chain.entry("entities"), languages, name)
    outlets = {key: read_outlet(key, entry, languages, entities) for key, entry in top["outlets"].items()}
    period = top["period"].mapping(["start", "end"])
    start, end = period["start"].date(), period["end"].date()
    if end < start:
        raise period["end"].error(f"period ends {end} before it starts {start}")
    codebook = _codebook(chain.file("codebook.yml"), languages, entities)
    analysis = _analysis(top["analysis"]) if "analysis" in top else Analysis()
    return Study(
        name=name,
        root=root,
        title=top["title"].text(),
        question=top["question"].text(),
        contact=top["contact"].text(),
        languages=languages,
        start=start,
        end=end,
        pair=_pair(top["pair"], entities),
        entities=entities,
        outlets=outlets,
        sources=tuple(_source(e, folder, root / "data" / "raw" / name, outlets) for e in top["sources"].children()),
        analysis=analysis,
        codebook=codebook,
        events=_events(chain.file("events.yml"), entities),
        plan=_plan(top["plan"], outlets, codebook) if "plan" in top else None,
        practice=top["practice"].flag() if "practice" in top else False,
        known_volume=_known_volume(top["known_volume"], folder, outlets) if "known_volume" in top else {},
        shares=top["shares"].text() if "shares" in top else "",
        labels=read_labels(top["labels"], languages) if "labels" in top else (),
        concepts=read_concepts(chain.entry("concepts"), languages) if chain.has("concepts") else {},
        universes=read_universes(top["universes"], analysis) if "universes" in top else Universes(),
    )


def _languages(entry: Entry) -> tuple[str, ...]:
    found = tuple(child.choice(LANGUAGES, "language") for child in entry.children())
    if not found or len(set(found)) < len(found):
        raise entry.error(f"languages {list(found)} must be one or more of {', '.join(LANGUAGES)}, each once")
    return found


def _entities(entry: Entry, languages: tuple[str, ...], study: str) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for code, names in entry.items():
        if not COUNTRY.fullmatch(code):
            raise names.error(f"entity {code!r} is no ISO 3166 code (RUS), UN, EU or NATO, nor like TREATY.2024")
        found[code] = {language: child.texts() for language, child in names.mapping((), LANGUAGES).items()}
        lacking = [language for language in languages if not found[code].get(language)]
        if lacking:
            raise names.error(f"entity {code} has no names in {lacking[0]!r}, a language of study {study!r}; add them")
    _check_aliases(entry)
    return found


def _check_aliases(entry: Entry) -> None:
    """A slip that can be seen as written; what only lemmas show is told when passages are counted."""
    owners: dict[tuple[str, str], str] = {}
    for code, names in entry.items():
        for language, aliases in names.items():
            for child in aliases.children():
                alias = child.text()
                if not any(character.isalnum() for character in alias):
                    raise child.error(f"alias {alias!r} of {code} ({language}) holds no word; take it out")
                owner = owners.setdefault((language, alias.casefold()), code)
                if owner != code and not alias.startswith("&"):
                    raise child.error(
                        f"alias {alias!r} ({language}) belongs to both {owner} and {code}; keep it in one, or mark it "
                        f"'&' where it names both"
                    )


def _pair(entry: Entry, entities: Mapping[str, object]) -> tuple[str, str]:
    codes = [child.choice(entities, "entity") for child in entry.children()]
    if len(codes) != 2 or codes[0] == codes[1]:
        raise entry.error(f"pair {codes} must be two different entities")
    return codes[0], codes[1]


def _source(entry: Entry, folder: Path, raw: Path, outlets: Mapping[str, Outlet]) -> Source:
    parts = entry.mapping(["kind"], ["path", "outlet", "address", "licence", "columns", *WEB_KEYS])
    kind = parts["kind"].choice(SOURCE_KINDS, "source kind")
    if kind != "web" and "path" not in parts:
        raise entry.error(f"a source of kind {kind!r} needs a 'path'")
    columns = {
        name: child.text()
        for name, child in (parts["columns"].mapping((), FIELDS) if "columns" in parts else {}).items()
    }
    if kind not in ("counts", "warc") and "outlet" not in parts and "outlet" not in columns:
        raise entry.error("a source needs 'outlet', or a column map that says which column holds it")
    return Source(
        kind=kind,
        path=_path(parts["path"], folder, raw) if "path" in parts else None,
        outlet=parts["outlet"].choice(outlets, "outlet") if "outlet" in parts else None,
        address=parts["address"].text() if "address" in parts else "",
        licence=parts["licence"].text() if "licence" in parts else "",
        columns=columns,
        **read_web(parts, folder, outlets),
    )


def _path(entry: Entry, folder: Path, raw: Path) -> Path:
    """Below the study folder if it is there, else below its raw data; never outside the two."""
    name = entry.text()
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise entry.error(f"path {name!r} must stay inside the study folder; copy the file there")
    return raw / name if (raw / name).exists() and not (folder / name).exists() else folder / name


def _analysis(entry: Entry) -> Analysis:
    checks = {
        "n_topics": lambda e: e.number(int, 2, 200),
        "topic_range": _topic_range,
        "seed": lambda e: e.number(int, 0, 2**32 - 1),
        "min_documents": lambda e: e.number(int, 1, 10_000),
        "copies_window_days": lambda e: e.number(int, 0, 3650),
        "copies_containment": lambda e: e.number(float, 0.05, 1),
        "coverage_level": lambda e: e.number(float, 0.5, 0.999),
        "event_window_days": lambda e: e.number(int, 3, 730),
        "extractor": lambda e: e.choice(EXTRACTORS, "extractor"),
        "agencies": lambda e: {name: child.texts() for name, child in e.items()},
        "doubtful": _flags,
        "leave_out": _flags,
    }
    return Analysis(**{name: checks[name](child) for name, child in entry.mapping((), checks).items()})


def _flags(entry: Entry) -> tuple[str, ...]:
    return tuple(child.choice(FLAGS, "flag") for child in entry.children())


def _topic_range(entry: Entry) -> tuple[int, int]:
    numbers = [child.number(int, 2, 200) for child in entry.children()]
    if len(numbers) != 2 or numbers[0] > numbers[1]:
        raise entry.error(f"topic_range {numbers} must be [fewest, most]")
    return numbers[0], numbers[1]


def _plan(entry: Entry, outlets: Mapping[str, Outlet], codebook: Codebook) -> Plan:
    parts = entry.mapping(["dated", "comparisons"])
    comparisons = []
    measures = [f"indicator:{code}" for code in codebook.frames]
    for child in parts["comparisons"].children():
        item = child.mapping(["measure", "groups"])
        groups = tuple(e.choice(outlets, "outlet") for e in item["groups"].children())
        comparisons.append(Comparison(item["measure"].choice(measures, "measure"), groups))
    return Plan(parts["dated"].date(), tuple(comparisons))


def _known_volume(entry: Entry, folder: Path, outlets: Mapping[str, Outlet]) -> dict[str, Path]:
    found = {}
    for child in entry.children():
        parts = child.mapping(["outlet", "path"])
        path = folder / parts["path"].text()
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            raise parts["path"].error(f"path {parts['path'].value!r}: no such file in the study folder")
        found[parts["outlet"].choice(outlets, "outlet")] = path
    return found


def _codebook(path: Path, languages: tuple[str, ...], entities: Mapping[str, object]) -> Codebook:
    document: Document = read_yaml(path)
    try:
        return parse_codebook(document.data, languages=languages, entities=list(entities))
    except CodebookError as error:
        raise document.error(tuple(error.path), error.message) from None


def _events(path: Path, entities: Mapping[str, object]) -> tuple[Event, ...]:
    seen: dict[str, Entry] = {}
    events = []
    document = read_yaml(path)
    for entry in document.at().children() if document.data is not None else []:
        parts = entry.mapping(["id", "date", "title", "kind", "actors", "source"])
        source = parts["source"].mapping(["publisher", "title", "address", "checked"])
        if parts["id"].text() in seen:
            raise parts["id"].error(f"event id {parts['id'].value!r} stands twice; keep one")
        seen[parts["id"].text()] = entry
        events.append(
            Event(
                id=parts["id"].text(),
                day=parts["date"].date(),
                title=parts["title"].text(),
                kind=parts["kind"].text(),
                actors=tuple(e.choice(entities, "actor") for e in parts["actors"].children()),
                publisher=source["publisher"].text(),
                source_title=source["title"].text(),
                address=source["address"].web_address(),
                checked=source["checked"].date(),
            )
        )
    return tuple(sorted(events, key=lambda event: (event.day, event.id)))
