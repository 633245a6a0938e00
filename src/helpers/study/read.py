"""Read and check a study folder.

`study.yml`, `codebook.yml` and `events.yml` are the only configuration there is.  Whatever is wrong in them
stops here, with the file, the line, the value and the nearest valid one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from helpers.study.analysis import Analysis
from helpers.study.codebook_file import read_codebook
from helpers.study.entities import read_entities
from helpers.study.events import read_events
from helpers.study.fields import read, with_keys
from helpers.study.groups import draw_groups
from helpers.study.known_lemmas import FILE, KnownLemmas
from helpers.study.plan import Plan
from helpers.study.sharing import read_chain
from helpers.study.study import Languages, Study, StudyFile
from helpers.study.topics import read_concepts
from helpers.study.units import check_units
from helpers.study.universes import Universes, read_universes
from helpers.study.yaml_lines import Entry, StudyError, nearest, shown


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
    studies = root / "studies"
    have = sorted(path.name for path in studies.iterdir() if path.is_dir()) if studies.is_dir() else []
    if name not in have:  # also what would lead elsewhere: ../x, /x, a name with a slash
        complete = [one for one in have if (studies / one / "study.yml").exists()]
        raise StudyError(f"study {shown(name)} has no folder below studies/; {nearest(name, complete)}")
    folder = studies / name
    chain = read_chain(folder)
    top = chain.documents[0].at()
    read(top, Annotated[Any, BeforeValidator(lambda value: with_keys(StudyFile, value))])
    languages = read(top.child("languages"), Languages)
    entities = read_entities(chain.entry("entities"), languages, name)
    names = _names(top.value) | {"languages": languages, "entities": list(entities)}
    given: StudyFile = read(top, StudyFile, folder=folder, raw=root / "data" / "raw" / name, **names)
    units = {key: outlet.unit or given.unit for key, outlet in given.outlets.items()}
    check_units(top.child("sources"), given.sources, units)
    lemmas = KnownLemmas(root / "data" / "interim" / FILE)
    known = {"languages": given.languages, "entities": list(entities), "lemmas": lemmas}
    codebook = read_codebook(chain.file("codebook.yml"), **known)
    groups = draw_groups(given.outlets, given.groups_from)
    read_apart: dict[str, Any] = {
        "entities": entities,
        "concepts": read_concepts(chain.entry("concepts"), given.languages, lemmas) if chain.has("concepts") else {},
        "plan": _plan(top, outlets=list(given.outlets), groups=list(groups), frames=list(codebook.frames)),
        "universes": _universes(top, given.analysis),
    }
    lemmas.keep()
    events = read_events(chain.file("events.yml"), list(entities))
    return Study(**vars(given) | read_apart, name=name, root=root, codebook=codebook, events=events)


def _plan(top: Entry, **known: list[str]) -> Plan | None:
    return read(top.child("plan"), Plan, **known) if "plan" in top.value else None


def _universes(top: Entry, analysis: Analysis) -> Universes:
    return read_universes(top.child("universes"), analysis) if "universes" in top.value else Universes()


def _names(top: dict[str, Any]) -> dict[str, Any]:
    """Names that one part of study.yml may use of another, as far as they can be seen before either is checked."""
    outlets = {key: value for key, value in _mapping(top["outlets"]).items() if isinstance(value, dict)}
    covariates = top.get("covariates")
    return {
        "outlets": list(_mapping(top["outlets"])),
        "homes": {key: outlet.get("home") for key, outlet in outlets.items()},
        "pair": top["pair"] if isinstance(top.get("pair"), list) else [],
        "covariates": list(covariates) if isinstance(covariates, list | dict) else [],
        "outlet_covariates": list(
            dict.fromkeys(name for outlet in outlets.values() for name in _mapping(outlet.get("covariates")))
        ),
    }


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
