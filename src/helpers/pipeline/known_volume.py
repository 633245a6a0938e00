"""True numbers of items that a study brings in files (`known_volume` of study.yml), by outlet and month or day."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd

from helpers.study import Study, StudyError, Volume
from helpers.study.yaml_lines import nearest

BY_MONTH, BY_DAY = ["month", "n_items"], ["outlet", "day", "n_items"]
FORMS = {"month": r"\d{4}-(?:0[1-9]|1[0-2])", "day": r"\d{4}-\d{2}-\d{2}"}
MOST = 10**12  # items of a day: more is a fault of writing


@dataclass
class KnownVolume:
    """Items by outlet: a Series indexed by month (``2024-08``), or one indexed by day (midnight, without a zone)."""

    months: dict[str, pd.Series] = field(default_factory=dict)
    days: dict[str, pd.Series] = field(default_factory=dict)


def known_volume(study: Study) -> KnownVolume:
    """Every file of `known_volume`, checked row by row.

    A file of one outlet has the columns month and n_items; a file of many has outlet, day and n_items, the outlet by
    id, by name, or by a host that is its home or stands under `outlets` of a source.  Hosts of one outlet are added up.

    Raises
    ------
    StudyError
        Other columns, an unknown outlet, a bad day or number, or a day twice: with the file, the row and the value.
    """
    known, places = KnownVolume(), outlet_names(study)
    for volume in study.known_volume:
        rows = _rows(volume)
        if volume.outlet:
            blocks, into = {volume.outlet: rows.set_index("month")["n_items"]}, known.months
        else:
            by_day = rows.assign(day=pd.to_datetime(rows["day"]), outlet=_outlets(volume.path, rows, places))
            totals = by_day.groupby(["outlet", "day"])["n_items"].sum()
            blocks, into = {key: part.droplevel("outlet") for key, part in totals.groupby("outlet")}, known.days
        for outlet in blocks:
            if outlet in known.months or outlet in known.days:
                raise StudyError(
                    f"{volume.path.name}: outlet {outlet!r} stands in another file of known_volume; have it in one"
                )
        into.update(blocks)
    return known


def outlet_names(study: Study) -> dict[str, str]:
    """Every word by which a file may call an outlet: its id, its name, its home's host, and what the sources call it.

    >>> from types import SimpleNamespace as Made
    >>> herald = Made(home="https://www.herald.example/news")
    >>> study = Made(outlets={"herald": herald}, outlets_by_name={"The Herald": "herald"},
    ...              sources=[Made(outlets={"edition.herald.example": "herald"})])
    >>> sorted(outlet_names(study))
    ['The Herald', 'edition.herald.example', 'herald', 'herald.example']
    """
    hosts = {urlsplit(outlet.home).hostname or "": key for key, outlet in study.outlets.items()}
    names = {host.removeprefix("www."): key for host, key in hosts.items() if host}
    for source in study.sources:
        names |= source.outlets
    return names | study.outlets_by_name | {key: key for key in study.outlets}


def _rows(volume: Volume) -> pd.DataFrame:
    """The rows of one file, if each is one that can be used."""
    path, expected = volume.path, BY_MONTH if volume.outlet else BY_DAY
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, EOFError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise StudyError(f"{path.name}: cannot be read as CSV: {str(error).splitlines()[0]}") from None
    if list(rows.columns) != expected:
        raise StudyError(
            f"{path.name}: columns {list(rows.columns)} must be {', '.join(BY_MONTH)} (one outlet, named in study.yml) "
            f"or {', '.join(BY_DAY)} (no outlet in study.yml); here: {', '.join(expected)}"
        )
    when = "month" if volume.outlet else "day"
    well = rows[when].str.fullmatch(FORMS[when]) & pd.to_datetime(rows[when], errors="coerce").notna()
    _refuse(path, rows, ~well, when, f"is no {when}; write it {'YYYY-MM' if volume.outlet else 'YYYY-MM-DD'}")
    whole = rows["n_items"].str.fullmatch(r"\d{1,12}")
    _refuse(path, rows, ~whole, "n_items", f"must be a whole number from 0 to {MOST:,}")
    key = [column for column in expected if column != "n_items"]
    _refuse(path, rows, rows.duplicated(key), when, f"stands twice{'' if volume.outlet else ' for its outlet'}; add up")
    return rows.assign(n_items=rows["n_items"].astype("int64"))


def _refuse(path: Path, rows: pd.DataFrame, wrong: pd.Series, column: str, why: str) -> None:
    """Stop at the first row that is wrong; the head of the file is row 1."""
    if wrong.any():
        place = int(wrong.to_numpy().argmax())
        raise StudyError(f"{path.name}, row {place + 2}: {column} {rows[column].iloc[place]!r} {why}")


def _outlets(path: Path, rows: pd.DataFrame, places: dict[str, str]) -> pd.Series:
    outlets = rows["outlet"].map(places)
    if outlets.isna().any():
        place = int(outlets.isna().to_numpy().argmax())
        said = rows["outlet"].iloc[place]
        raise StudyError(
            f"{path.name}, row {place + 2}: outlet {said!r} is none of study.yml; {nearest(said, sorted(places))}"
        )
    return outlets
