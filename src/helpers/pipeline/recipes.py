"""Which table is made from which: the house on one page.  File = the (first) table that it writes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from helpers.data.store import Recipe, Recipes, recipes
from helpers.study import Study

FILES = ("jsonl", "csv", "parquet", "html", "warc")  # kinds of source that lie on the disk
COLLECT = "01-collect"


def _recipe(writes: str, needs: str = "", **more: object) -> Recipe:
    names = tuple(writes.split())
    return Recipe(names, f"helpers.pipeline.{names[0]}", tuple(needs.split()), **more)


def _exports(study: Study) -> list[Path]:
    """Files and folders that the study's sources name; of an archive, which may hold much else, a list of its files."""
    return [*(source.path for source in study.sources if source.path and source.kind in FILES), *_archives(study)]


def _archives(study: Study) -> list[Path]:
    if not any(source.kind == "archive" for source in study.sources):
        return []
    from helpers.pipeline.archives import archive_manifest  # what reads archives is slow to import

    return archive_manifest(study)


def _known_volume(study: Study) -> list[Path]:
    return [volume.path for volume in study.known_volume]


def _coding(study: Study) -> list[Path]:
    """What people coded, and labels that were brought."""
    return [study.folder / "coding"]


def _judged(study: Study) -> list[Path]:
    return [study.raw / "judged_passages.csv"]


def _shared(study: Study) -> list[Path]:
    return [source.path for source in study.sources if source.kind == "counts"]


MADE = recipes(
    _recipe("pages collect_ledger", files=_exports),
    _recipe("cleaned boilerplate clean_ledger", "pages collect_ledger", files=_exports),
    _recipe("passages speech", "cleaned"),
    _recipe("copies", "cleaned"),
    _recipe("flags", "cleaned"),
    _recipe("articles", "cleaned passages copies flags"),
    _recipe("counts phrases background", "articles passages speech"),
    _recipe("rare_terms", "articles counts"),
    _recipe("archive_volume", files=_archives),
    _recipe("volume", "articles collect_ledger archive_volume", files=_known_volume),
    _recipe("daily_volume", "articles volume archive_volume", files=_known_volume),
    _recipe("ledger", "articles collect_ledger clean_ledger"),
    _recipe("indicator_measures indicator_hits", "articles passages counts"),
    _recipe(
        "topics topic_terms topic_measures topic_fits topic_quality topic_documents topic_links topic_edges "
        "topic_languages",
        "articles passages counts",
    ),
    _recipe("topic_range", "articles passages counts"),
    _recipe("measures", "indicator_measures topic_measures topics"),
    _recipe("one_rule_measures", "articles passages counts indicator_hits measures topic_measures"),
    _recipe("coding_sample", "articles passages counts", files=_coding),
    _recipe("codes", "articles passages coding_sample", files=_coding),
    _recipe("frame_agreement", "articles codes"),
    _recipe("frame_shares frame_errors", "articles passages counts codes coding_sample indicator_hits", files=_coding),
    _recipe("indicator_validity", "articles passages counts codes coding_sample indicator_hits", files=_judged),
    _recipe("measure_checks", "frame_agreement indicator_validity"),
    _recipe("detectable", "articles measures measure_checks"),
    _recipe(
        "estimates",
        "articles measures one_rule_measures topic_fits measure_checks frame_shares daily_volume",
    ),
    _recipe("keyness", "articles passages counts"),
    _recipe("event_estimates", "articles measures daily_volume measure_checks frame_shares"),
    _recipe("event_checks", "articles measures daily_volume measure_checks"),
    _recipe("event_contrasts", "articles passages counts measures daily_volume measure_checks frame_shares"),
    _recipe("first_reports", "articles daily_volume"),
    _recipe("bursts", "daily_volume"),
    _recipe("multiverse", "articles measures passages counts indicator_hits measure_checks daily_volume"),
    _recipe("topic_multiverse", "articles passages counts topics topic_range"),
    _recipe(
        "findings",
        "articles measures one_rule_measures topics topic_fits measure_checks frame_shares daily_volume estimates "
        "event_estimates event_checks multiverse",
    ),
)

SHARED = (
    "cleaned", "passages", "speech", "copies", "flags", "boilerplate", "phrases", "counts", "background",
    "collect_ledger", "clean_ledger", "archive_volume", "rare_terms",
)  # fmt: skip
"""Tables that a study without texts comes with."""
OPTIONAL = frozenset({"archive_volume", "rare_terms"})
"""Those of them that are left out where they have no row."""


def recipes_for(study: Study) -> Recipes:
    """The recipes of one study: shared counts are read back, and only 01-collect may ask the web."""
    if any(source.kind == "counts" for source in study.sources):
        read = Recipe(("pages", *SHARED), "helpers.pipeline.shared", files=_shared)
        return {**{name: recipe for name, recipe in MADE.items() if name not in read.writes},
                **dict.fromkeys(read.writes, read)}  # fmt: skip
    if any(source.kind == "web" for source in study.sources):
        asked = replace(MADE["pages"], notebook=COLLECT)
        return {**MADE, **dict.fromkeys(asked.writes, asked)}
    return MADE
