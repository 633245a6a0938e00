"""What says of a release what it is: RO-Crate, DataCite, CITATION.cff, README and checksums."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

from helpers.study import Study

CHECKSUMS = "checksums.sha256"
CRATE, CRATE_VERSION = "ro-crate-metadata.json", "1.2"
DATA_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CODE_LICENCE = "https://opensource.org/license/mit"
UNKNOWN = ":unav"  # DataCite's word for a value that is not known
FORMATS = {
    ".parquet": "application/vnd.apache.parquet", ".csv": "text/csv", ".yml": "application/yaml",
    ".md": "text/markdown",
    ".html": "text/html", ".ipynb": "application/x-ipynb+json", ".json": "application/json", ".py": "text/x-python",
    ".pdf": "application/pdf", ".svg": "image/svg+xml", ".css": "text/css", ".js": "text/javascript",
    ".gz": "application/gzip", ".cff": "application/yaml",
}  # fmt: skip
MEANING = {
    "tables": "a derived table; docs/data.md has its columns",
    "data": "counts that tables are made from",
    "studies": "the study: question, outlets, codebook, events, codes",
    "notebooks": "the analysis",
    "reports": "the report",
    "src": "the programs",
}


@dataclass(frozen=True)
class About:
    """What a release says of itself beside what the study says: the day of publication, and who made it."""

    date: datetime.date
    authors: tuple[dict[str, str], ...]
    version: str

    @property
    def names(self) -> list[str]:
        """Names of the authors, family name first where they have one."""
        return [author.get("name") or _person(author) for author in self.authors]


def about(root: Path, date: datetime.date) -> About:
    """Authors and version as the project's CITATION.cff has them."""
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    return About(date, tuple(cited["authors"]), str(cited["version"]))


def write_papers(study: Study, folder: Path, said: About, *, left_out: Iterable[str], text_shared: bool) -> None:
    """Write everything that describes the files below `folder`, checksums last."""
    (folder / "README.md").write_text(_readme(study, said, list(left_out), text_shared), encoding="utf-8")
    citation = yaml.safe_dump(_citation(study, said), allow_unicode=True, sort_keys=False, width=120)
    (folder / "CITATION.cff").write_text(citation, encoding="utf-8")
    (folder / "datacite.json").write_text(_json(datacite(study, said, _size(folder))), encoding="utf-8")
    _write_crate(study, folder, said)
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def datacite(study: Study, said: About, size: str) -> dict[str, object]:
    """The study's data in DataCite's metadata schema 4; whoever registers a DOI fills in it and the publisher."""
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "identifiers": [],
        "creators": [_creator(author) for author in said.authors],
        "titles": [{"title": study.title, "lang": "en"}],
        "publisher": {"name": UNKNOWN},
        "publicationYear": str(said.date.year),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Counts, codes and estimates of news coverage"},
        "subjects": [{"subject": word} for word in ("framing", "news", "content analysis", *study.pair)],
        "dates": [
            {"date": f"{study.start}/{study.end}", "dateType": "Coverage"},
            {"date": f"{said.date}", "dateType": "Issued"},
        ],
        "language": "en",
        "sizes": [size],
        "formats": sorted({FORMATS[ending] for ending in (".parquet", ".csv", ".ipynb", ".html")}),
        "version": said.version,
        "rightsList": [
            {
                "rights": "Creative Commons Attribution 4.0 International", "rightsUri": DATA_LICENCE,
                "rightsIdentifier": "CC-BY-4.0", "rightsIdentifierScheme": "SPDX",
            },
            {"rights": "MIT License (programs)", "rightsUri": CODE_LICENCE, "rightsIdentifier": "MIT",
             "rightsIdentifierScheme": "SPDX"},
        ],
        "descriptions": [{"description": study.question, "descriptionType": "Abstract", "lang": "en"}],
    }  # fmt: skip


def _creator(author: dict[str, str]) -> dict[str, str]:
    if "name" in author:
        return {"name": author["name"], "nameType": "Organizational"}
    return {
        "name": _person(author), "nameType": "Personal", "givenName": author.get("given-names", ""),
        "familyName": author.get("family-names", ""),
    }  # fmt: skip


def _person(author: dict[str, str]) -> str:
    return f"{author.get('family-names', '')}, {author.get('given-names', '')}".strip(", ")


def _citation(study: Study, said: About) -> dict[str, object]:
    return {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": study.title,
        "abstract": study.question,
        "authors": list(said.authors),
        "version": said.version,
        "date-released": said.date,
        "license": ["CC-BY-4.0", "MIT"],
    }


def _write_crate(study: Study, folder: Path, said: About) -> None:
    """Every file with its hash and format, as an RO-Crate."""
    crate = ROCrate(version=CRATE_VERSION)
    crate.name, crate.description = study.title, study.question
    crate.datePublished = f"{said.date}"
    root = crate.root_dataset
    root["temporalCoverage"] = f"{study.start}/{study.end}"
    root["inLanguage"] = list(study.languages)
    root["keywords"] = ["framing", "news", "content analysis"]
    root["version"] = said.version
    licence = {"@type": "CreativeWork", "name": "Creative Commons Attribution 4.0 International"}
    root["license"] = crate.add(ContextEntity(crate, DATA_LICENCE, properties=licence))
    makers = [
        ContextEntity(crate, f"#maker-{place}", properties={
            "@type": "Organization" if "name" in author else "Person", "name": name})
        for place, (author, name) in enumerate(zip(said.authors, said.names, strict=True), start=1)
    ]  # fmt: skip
    root["creator"] = [crate.add(maker) for maker in makers]
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        own = {"name": name, "sha256": _sha256(path), "contentSize": str(path.stat().st_size)}
        own |= {"encodingFormat": FORMATS.get(path.suffix, "text/plain")}
        if name.split("/")[0] in MEANING:
            own["description"] = MEANING[name.split("/")[0]]
        crate.add_file(str(path), dest_path=name, properties=own)
    written = crate.metadata.generate()
    (folder / CRATE).write_text(_json(written), encoding="utf-8")


def _readme(study: Study, said: About, left_out: list[str], text_shared: bool) -> str:
    held = "the texts, which were written for the practice study," if text_shared else "counts of words, no text,"
    left = "\n".join(f"- {name}" for name in left_out) or "- nothing"
    return f"""# {study.title}

{study.question}

Published {said.date}, version {said.version}, by {"; ".join(said.names)}. This folder holds {held} and what was made of
them. Data: CC BY 4.0. Programs: MIT. Words of outlets belong to their publishers.

| folder | what is in it |
|---|---|
| `reports/{study.name}/` | the report: open `index.html` |
| `tables/` | every derived table as Parquet; `docs/data.md` explains each column, `docs/methods.md` each estimator |
| `data/raw/{study.name}/` | what the tables are made from |
| `studies/{study.name}/` | question, outlets, codebook, events, codes, data statement |
| `notebooks/`, `src/`, `*.lock` | the analysis, its programs, and the versions and hashes of libraries |
| `{CRATE}`, `datacite.json`, `CITATION.cff`, `{CHECKSUMS}` | what describes the rest |

```
sha256sum --check --quiet {CHECKSUMS}      # whether a file was changed on its way
make report STUDY={study.name}             # makes every table and page again
make rehydrate STUDY={study.name}          # asks the addresses for the texts, and says which are gone or changed
```

Left out, because it holds texts, notes or what nobody asked to share:

{left}
"""


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _size(folder: Path) -> str:
    return f"{sum(path.stat().st_size for path in _files(folder)) / 1e6:.1f} MB"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
