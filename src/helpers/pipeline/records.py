"""From what was collected to records: one row an item, whatever it came from."""

from __future__ import annotations

import pandas as pd

from helpers.collect.imports import RECORDS, Imported, read_source
from helpers.pipeline.archives import has_archives, read_archives
from helpers.pipeline.extracted import WARC, read_archive
from helpers.study import Source, Study

FILES = ("jsonl", "csv", "parquet", "html")


def read_records(study: Study) -> pd.DataFrame:
    """Every item that the collect stage kept, in a fixed order: by time, then address.

    All texts stand in memory at once: some 60 MB for 10,000 articles of 600 words.

    Returns
    -------
    DataFrame, columns `RECORDS`, and for archived pages ``refused`` and ``refusal_detail`` (see `read_archive`)
    """
    blocks = [read_file(study, source).records for source in study.sources if source.kind in FILES]
    if has_archives(study):
        blocks.append(read_archives(study)[RECORDS])
    if any(source.kind in WARC for source in study.sources):
        blocks.append(read_archive(study))
    records = pd.concat([block for block in blocks if len(block)] or [pd.DataFrame(columns=RECORDS)], ignore_index=True)
    return records.sort_values(["published", "address", "page_id"], kind="stable", ignore_index=True)


def read_file(study: Study, source: Source) -> Imported:
    """Records and faults of one export."""
    return read_source(
        source.path, source.kind, source.fields, outlets=study.timezones, outlet=source.outlet,
        extractor=study.analysis.extractor, covariates=study.covariate_columns(source), called=study.outlets_by_name,
        headlines=study.headlines,
    )  # fmt: skip
