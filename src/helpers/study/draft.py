"""A study folder drafted from an export: everything that the file tells, and a word at what it does not."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from helpers.study.export_rows import Export, guess_columns
from helpers.study.export_scan import Scan, Speaker, scan
from helpers.study.read import load_study
from helpers.study.yaml_lines import StudyError, read_yaml, shown
from helpers.text.languages import LANGUAGES

UNKNOWN = ("XXX", "UTC")  # no state's code: ISO 3166 leaves XAA to XZZ to whoever needs one
# Where an outlet sits by the end of its host, if anywhere; .com tells nothing.
PLACES = {"ru": ("RUS", "Europe/Moscow"), "kr": ("KOR", "Asia/Seoul"), "kp": ("PRK", "Asia/Pyongyang"),
          "cn": ("CHN", "Asia/Shanghai"), "jp": ("JPN", "Asia/Tokyo"), "ua": ("UKR", "Europe/Kyiv"),
          "uk": ("GBR", "Europe/London"), "tw": ("TWN", "Asia/Taipei"), "hk": ("HKG", "Asia/Hong_Kong"),
          "fr": ("FRA", "Europe/Paris"), "de": ("DEU", "Europe/Berlin")}  # fmt: skip
MAX_EMPTY = 0.9  # share of rows without text beyond which an export holds headlines, as the importer would refuse it
FEW_TEXTS = 0.8  # of an outlet's texts must be in the language that it is given
NO_TEXT = (
    "No column holds texts: the unit is the headline with what stands under it; else say which with --column text=NAME."
)
States = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Drafted:
    """One outlet of the draft, with what is to be checked."""

    id: str
    name: str
    language: str
    place: tuple[str, str]
    remark: str


def draft_study(
    name: str,
    path: Path,
    *,
    root: Path,
    columns: Mapping[str, str] | None = None,
    date_format: str = "",
    states: States | None = None,
) -> list[str]:
    """Write ``studies/<name>/`` for an export, and copy the export below ``data/raw/<name>/``.

    Parameters
    ----------
    name : str
        Of the new folder.
    path : Path
        The export: CSV, JSON lines or Parquet.
    root : Path
        The checkout.
    columns : mapping of field to column, optional
        Where the names of the columns do not tell.
    date_format : str, optional
        A `strptime` form, where the dates do not tell.
    states : mapping of code to language to names, optional
        The two states whose relation is studied; the template's when left out.

    Returns
    -------
    list of str
        What was found, and what to do next.

    Raises
    ------
    StudyError
        The folder is there already, or the export cannot be used; one line with file, row and value.
    """
    check_name(name)
    folder = root / "studies" / name
    if folder.exists():
        raise StudyError(f"studies/{name} is there already; nothing is overwritten: take another name, or move it away")
    export = Export(path)
    mapped = guess_columns(export, columns or {})
    seen = scan(export, mapped, LANGUAGES, date_format)
    if "title" in mapped and seen.lost.get("without text", (0, ""))[0] > MAX_EMPTY * seen.n_rows:
        mapped = guess_columns(export, columns or {}, headlines=True)
        seen = scan(export, mapped, LANGUAGES, date_format)
    if "outlet" not in mapped:
        _check_one_host(path.name, seen)
    if not seen.ids_unique:
        mapped.pop("id", None)
    outlets = _outlets(seen, path.name)
    template = read_yaml(root / "studies" / "template" / "study.yml").data
    text = _study_yml(name, export, mapped, seen, outlets, template, states or {})
    folder.mkdir(parents=True)
    try:
        (folder / "study.yml").write_text(text, encoding="utf-8")
        for file in ("codebook.yml", "events.yml"):
            shutil.copyfile(root / "studies" / "template" / file, folder / file)
        (folder / "README.md").write_text(_readme(root, export, seen, outlets), encoding="utf-8")
        copied = _copy(path, root / "data" / "raw" / name)
        load_study(name, root=root)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return _told(name, export, mapped, seen, outlets, copied, list(states or {}) or template["pair"])


def check_name(name: str) -> None:
    """Refuse a name that is none for a folder, or would lead out of ``studies/``."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise StudyError(f"study name {shown(name)}: lower-case letters, digits and hyphens only")


def _check_one_host(file: str, seen: Scan) -> None:
    hosts = sorted({host.removeprefix("www.") for host in seen.speakers[""].hosts})
    if len(hosts) > 1:
        raise StudyError(
            f"{file}: no column names the outlet, and addresses are of {len(hosts)} hosts ({', '.join(hosts[:5])}, …); "
            "add such a column, or say which it is with --column outlet=NAME"
        )


def _copy(path: Path, raw: Path) -> bool:
    target = raw / path.name
    if target.exists() and target.samefile(path):
        return False
    if target.exists():
        raise StudyError(f"data/raw/{raw.name}/{path.name} is there already; move it away, or name the study otherwise")
    raw.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    return True


def _outlets(seen: Scan, file: str) -> dict[str, Drafted]:
    """Outlets by what the file calls them, the largest first."""
    called = sorted(seen.speakers, key=lambda one: (-seen.speakers[one].n_rows, one))
    own = [one for one in called if re.fullmatch(r"[a-z][a-z0-9-]*", one)]
    taken = set(own)
    spoken = {one: _language(seen.speakers[one]) for one in called}
    read = [language for language, _ in spoken.values() if language in LANGUAGES]
    if not read and any(language for language, _ in spoken.values()):
        raise StudyError(
            f"{file}: no outlet's texts are in {', '.join(LANGUAGES)}, the languages that a study can read; check "
            "which column holds the text"
        )
    main = read[0] if read else LANGUAGES[0]
    outlets = {}
    for number, one in enumerate(called, 1):
        key = one
        if one not in own:
            stem = _slug(one or file.partition(".")[0]) or f"outlet-{number}"
            key = next(k for k in (stem, *(f"{stem}-{n}" for n in range(2, 9999))) if k not in taken)
            taken.add(key)
        language, remark = spoken[one]
        place, where = _place(seen.speakers[one])
        remark = f"{seen.speakers[one].n_rows:,} rows; check {where}{remark}"
        outlets[one] = Drafted(
            key, one or file.partition(".")[0], language if language in LANGUAGES else main, place, remark
        )
    return outlets


def _slug(name: str) -> str:
    """An id of Latin letters; blank where the name has none.

    >>> _slug("Le Café du Nord, 2nd ed."), _slug("조선일보")
    ('le-cafe-du-nord-2nd-ed', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"^[^a-z]+|-+$", "", re.sub(r"[^a-z0-9]+", "-", plain))


def _language(speaker: Speaker) -> tuple[str, str]:
    """The language of most texts, and what to check about it."""
    counts = {language: n for language, n in speaker.languages.items() if language}
    if not counts:
        return "", ", language (too little text to tell)"
    language = max(counts, key=lambda one: (counts[one], one))
    shares = ", ".join(f"{n} {one}" for one, n in sorted(counts.items(), key=lambda item: -item[1]))
    if language not in LANGUAGES:
        return language, f", language (texts look like {language}, which no study reads: they will be lost)"
    return language, f", language (of {sum(counts.values())} texts: {shares})" if counts[language] < FEW_TEXTS * sum(
        counts.values()
    ) else ""


def _place(speaker: Speaker) -> tuple[tuple[str, str], str]:
    """Country and time zone by the host of most addresses."""
    host = max(speaker.hosts, key=lambda one: (speaker.hosts[one], one), default="")
    ending = host.rpartition(".")[2]
    if ending in PLACES:
        return PLACES[ending], f"country and timezone (taken from .{ending})"
    return UNKNOWN, "country and timezone (unknown)"


def _quoted(value: str) -> str:
    return yaml.dump(value, default_style='"', allow_unicode=True, width=10**9).strip()


def _study_yml(
    name: str, export: Export, columns: Mapping[str, str], seen: Scan, outlets: Mapping[str, Drafted],
    template: Mapping[str, Any], states: States,
) -> str:  # fmt: skip
    languages = list(dict.fromkeys(one.language for one in outlets.values()))
    names = {code: names for code, names in template["entities"].items() if code not in states} | dict(states)
    entities = "".join(
        f"  {code}: {{{', '.join(f'{language}: [{_listed(given[language])}]' for language in languages)}}}\n"
        for code, given in _in_every_language(names, languages).items()
    )
    speakers = "".join(
        f"  {one.id}: {{name: {_quoted(one.name)}, country: {one.place[0]}, language: {one.language}, "
        f"timezone: {one.place[1]}, sampling: unknown}}   # {one.remark}\n"
        for one in outlets.values()
    )
    mapped = ", ".join(f"{field}: {_quoted(column)}" for field, column in columns.items())
    if seen.date_format:
        mapped += f", date_format: {_quoted(seen.date_format)}"
    owner = "" if "outlet" in columns else f"    outlet: {next(iter(outlets.values())).id}\n"
    unread = [column for column in export.columns if column not in columns.values()]
    carried = f"    # nothing reads {_listed(unread)}; to carry one along, name it under `covariates:` (docs/data.md)\n"
    pair = list(states) or template["pair"]
    unit = "" if "text" in columns else "unit: headline   # no column holds texts; check\n"
    return (
        f"# Drafted from {export.path.name}. Check what is marked so, edit what you like; docs/data.md has every key.\n"
        f"title: {_quoted(name)}   # check: heading of the report\n"
        f"question: {_quoted(template['question'])}   # check\n"
        f"contact: {template['contact']}   # check: stands in the user agent when pages are collected\n"
        f"languages: [{', '.join(languages)}]   # as found in the texts\n"
        f"period: {{start: {seen.start}, end: {seen.end}}}   # first and last day in the file\n"
        f"pair: [{', '.join(pair)}]   # check: the two states; relevant is a passage that names both\n{unit}\n"
        f"entities:   # check: their names, and those of others in the codebook\n{entities}\n"
        f"outlets:\n{speakers}\n"
        f"sources:   # left: what we call it; right: what your column is called\n"
        f"  - kind: {export.kind}\n    path: {_quoted(export.path.name)}\n    licence: not shared   # check\n{owner}"
        f"    columns: {{{mapped}}}\n{carried if unread else ''}\n"
        f"analysis: {yaml.dump(template['analysis'], default_flow_style=True, sort_keys=False, width=10**9)}"
    )


def _listed(values: Sequence[str]) -> str:
    return ", ".join(_quoted(value) for value in values)


def _in_every_language(names: States, languages: Sequence[str]) -> dict[str, dict[str, Sequence[str]]]:
    for code, given in names.items():
        for language in languages:
            if not given.get(language):
                raise StudyError(f"no names of {code} in {language!r}, a language of the export; give some")
    return {code: dict(given) for code, given in names.items()}


def _readme(root: Path, export: Export, seen: Scan, outlets: Mapping[str, Drafted]) -> str:
    template = (root / "studies" / "template" / "README.md").read_text(encoding="utf-8")
    digest = hashlib.sha256()
    with export.path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return (
        f"{template.rstrip()}\n\nDrafted from `{export.path.name}` (SHA-256 `{digest.hexdigest()}`): "
        f"{seen.n_rows:,} rows, {len(outlets)} outlets, {seen.start} to {seen.end}.\n"
    )


def _told(
    name: str, export: Export, columns: Mapping[str, str], seen: Scan, outlets: Mapping[str, Drafted], copied: bool,
    pair: Sequence[str],
) -> list[str]:  # fmt: skip
    languages = ", ".join(dict.fromkeys(one.language for one in outlets.values()))
    mapped = ", ".join(f"{field} = {column}" for field, column in columns.items())
    some = ", ".join(f"{one.name} ({seen.speakers[called].n_rows:,})" for called, one in list(outlets.items())[:5])
    more = f" and {len(outlets) - 5} more" if len(outlets) > 5 else ""
    return [
        f"{export.path.name}: {seen.n_rows:,} rows, {seen.start} to {seen.end}, in {languages}.",
        f"Columns: {mapped}." + (f" Dates are written {seen.date_format}." if seen.date_format else ""),
        f"Outlets: {some}{more}." if "outlet" in columns else f"No column names the outlet: all rows are {some}'s.",
        f"States: {' and '.join(pair)}; their names stand under entities, others are given with --state.",
        *([] if "text" in columns else [NO_TEXT]),
        *(f"{n:,} rows {reason} (first: {first})." for reason, (n, first) in seen.lost.items()),
        *([f"The file was copied to data/raw/{name}/."] if copied else []),
        f"Now edit studies/{name}/study.yml where it says check, codebook.yml and events.yml; then: "
        f"make report STUDY={name}",
    ]
