"""The tables that stages hand to one another: their columns, their keys, and reading, writing and joining them.

Every table is Parquet, sorted by its key and checked against its schema on the way in and out.  No pandas
metadata is written, so the same rows give the same bytes.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

TEXT, WHOLE, NUMBER, YES_NO = pa.string(), pa.int64(), pa.float64(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")


class TableError(ValueError):
    """A table that breaks its schema; the message is one line and names the column or the keys."""


@dataclass(frozen=True)
class Schema:
    """Columns of a table in order, which of them are its key, and which may be empty."""

    key: tuple[str, ...]
    columns: dict[str, pa.DataType]
    nullable: frozenset[str] = frozenset()

    @property
    def arrow(self) -> pa.Schema:
        """The same as an Arrow schema."""
        return pa.schema([pa.field(n, t, nullable=n in self.nullable) for n, t in self.columns.items()])


def _schema(key: str, nullable: str = "", **columns: pa.DataType) -> Schema:
    return Schema(tuple(key.split()), columns, frozenset(nullable.split()))


SCHEMAS: dict[str, Schema] = {
    "pages": _schema(
        "page_id", "final_address retrieved sha256 archive offset", page_id=TEXT, outlet=TEXT, address=TEXT,
        final_address=TEXT, retrieved=INSTANT, status=WHOLE, sha256=TEXT, archive=TEXT, offset=WHOLE,
    ),
    "articles": _schema(
        "article_id", "title byline section published text", article_id=TEXT, outlet=TEXT, edition=TEXT,
        language=TEXT, address=TEXT, title=TEXT, byline=TEXT, section=TEXT, published=INSTANT, date_source=TEXT,
        date_precision=TEXT, date_conflict=YES_NO, n_words=WHOLE, sha256=TEXT, relevant=YES_NO, flags=TEXT, text=TEXT,
    ),
    "passages": _schema(
        "article_id position", "speaker text", article_id=TEXT, position=WHOLE, paragraph=WHOLE, language=TEXT,
        voice=TEXT, speaker=TEXT, relevant=YES_NO, n_words=WHOLE, text=TEXT,
    ),
    "copies": _schema(
        "article_id", article_id=TEXT, copy_cluster=TEXT, share_copied=NUMBER, is_original=YES_NO, origin=TEXT,
        evidence=TEXT,
    ),
    "counts": _schema("article_id position term", article_id=TEXT, position=WHOLE, term=TEXT, count=WHOLE),
    "background": _schema("outlet language month term", outlet=TEXT, language=TEXT, month=TEXT, term=TEXT, count=WHOLE),
    "phrases": _schema("language phrase", language=TEXT, phrase=TEXT, origin=TEXT),
    "volume": _schema(
        "outlet month", "n_published", outlet=TEXT, month=TEXT, n_published=WHOLE, n_collected=WHOLE,
        n_relevant=WHOLE, observed=YES_NO,
    ),
    "boilerplate": _schema("outlet line kind", outlet=TEXT, line=TEXT, kind=TEXT, n_articles=WHOLE),
    "flags": _schema("article_id flag", article_id=TEXT, flag=TEXT, evidence=TEXT),
    "measures": _schema("article_id measure voice", article_id=TEXT, measure=TEXT, voice=TEXT, value=NUMBER),
    "topics": _schema(
        "language topic rank", "relevance", language=TEXT, topic=TEXT, rank=WHOLE, term=TEXT, weight=NUMBER,
        frex=NUMBER, relevance=NUMBER,
    ),
    "topic_notes": _schema(
        "language topic", language=TEXT, topic=TEXT, called=TEXT, label=TEXT, reason=TEXT, strand=TEXT, package=TEXT,
        x=NUMBER, y=NUMBER,
    ),
    "topic_documents": _schema(
        "language topic place", language=TEXT, topic=TEXT, place=WHOLE, article_id=TEXT, share=NUMBER, position=WHOLE,
    ),
    "topic_fits": _schema("article_id measure fit", article_id=TEXT, measure=TEXT, fit=WHOLE, value=NUMBER),
    "topic_links": _schema(
        "language_a topic_a language_b topic_b", "similarity p", language_a=TEXT, topic_a=TEXT, language_b=TEXT,
        topic_b=TEXT, similarity=NUMBER, p=NUMBER, aligned=YES_NO, concepts=TEXT,
    ),
    "topic_edges": _schema(
        "language topic_a topic_b", "expected lift low high p q", language=TEXT, topic_a=TEXT, topic_b=TEXT,
        together=WHOLE, expected=NUMBER, lift=NUMBER, low=NUMBER, high=NUMBER, p=NUMBER, q=NUMBER,
    ),
    "topic_languages": _schema(
        "topic", "auc low high", topic=TEXT, language=TEXT, auc=NUMBER, low=NUMBER, high=NUMBER, n=WHOLE,
        verdict=TEXT,
    ),
    "topic_quality": _schema(
        "language topic quantity", "low high", language=TEXT, topic=TEXT, quantity=TEXT, value=NUMBER, low=NUMBER,
        high=NUMBER,
    ),
    "topic_range": _schema(
        "language n_topics quantity", "value low high", language=TEXT, n_topics=WHOLE, quantity=TEXT, value=NUMBER,
        low=NUMBER, high=NUMBER,
    ),
    "evidence": _schema(
        "article_id position measure indicator", article_id=TEXT, position=WHOLE, measure=TEXT, indicator=TEXT
    ),
    "coding_sample": _schema(
        "article_id position", article_id=TEXT, position=WHOLE, draw=TEXT, stratum=TEXT, n_stratum=WHOLE,
        probability=NUMBER,
    ),
    "codes": _schema(
        "article_id position frame coder", "value start end", article_id=TEXT, position=WHOLE, frame=TEXT, coder=TEXT,
        value=NUMBER, start=WHOLE, end=WHOLE, fingerprint=TEXT, current=YES_NO, judged=INSTANT,
    ),
    "frame_shares": _schema(
        "measure source language group reference method", "estimate low high power_reference r2", measure=TEXT,
        source=TEXT, language=TEXT, group=TEXT, reference=TEXT, method=TEXT, estimate=NUMBER, low=NUMBER, high=NUMBER,
        level=NUMBER, n_passages=WHOLE, n_coded=WHOLE, n_clusters=WHOLE, power=NUMBER, power_reference=NUMBER,
        r2=NUMBER, note=TEXT,
    ),
    "frame_errors": _schema(
        "measure source language outlet quantity", "value low high", measure=TEXT, source=TEXT, language=TEXT,
        outlet=TEXT, quantity=TEXT, value=NUMBER, low=NUMBER, high=NUMBER, n=WHOLE,
    ),
    "keyness": _schema(
        "language target reference term", "p q", language=TEXT, target=TEXT, reference=TEXT, term=TEXT, delta=NUMBER,
        se=NUMBER, z_model=NUMBER, z=NUMBER, p=NUMBER, q=NUMBER, n_target=WHOLE, n_reference=WHOLE,
        clusters_target=WHOLE, clusters_reference=WHOLE, method=TEXT, note=TEXT,
    ),
    "estimates": _schema(
        "quantity group reference window voice items", "estimate low high p q smallest ratio ratio_low ratio_high",
        quantity=TEXT, group=TEXT, reference=TEXT, window=TEXT, voice=TEXT, items=TEXT, estimate=NUMBER, low=NUMBER,
        high=NUMBER, level=NUMBER, p=NUMBER, q=NUMBER, smallest=NUMBER, ratio=NUMBER, ratio_low=NUMBER,
        ratio_high=NUMBER, n_articles=WHOLE, n_originals=WHOLE, n_clusters=WHOLE, method=TEXT,
        checks=TEXT, note=TEXT, planned=YES_NO,
    ),
    "event_checks": _schema(
        "quantity group event check", "value low high p", quantity=TEXT, group=TEXT, event=TEXT, check=TEXT,
        value=NUMBER, low=NUMBER, high=NUMBER, p=NUMBER, rank=WHOLE, n_placebos=WHOLE, n_apart=WHOLE, n_rows=WHOLE,
        note=TEXT,
    ),
    "first_reports": _schema(
        "event outlet", "first_day lag_days usual", event=TEXT, outlet=TEXT, first_day=TEXT, lag_days=NUMBER,
        status=TEXT, at_most=YES_NO, n_items=WHOLE, n_missing_days=WHOLE, usual=NUMBER, n_quiet=WHOLE,
    ),
    "spells": _schema(
        "outlet counted first_day", "around", outlet=TEXT, counted=TEXT, kind=TEXT, first_day=TEXT, last_day=TEXT,
        n_weeks=WHOLE, n_items=WHOLE, level=NUMBER, around=NUMBER, events=TEXT, note=TEXT,
    ),
    "measure_checks": _schema(
        "measure language quantity", "value low high", measure=TEXT, language=TEXT, quantity=TEXT, value=NUMBER,
        low=NUMBER, high=NUMBER, n=WHOLE, source=TEXT,
    ),
    "checks": _schema(
        "outlet role address", "newest n_both crawl_delay", outlet=TEXT, role=TEXT, address=TEXT, outcome=TEXT,
        detail=TEXT, status=WHOLE, kind=TEXT, n_items=WHOLE, newest=INSTANT, n_both=WHOLE, usable=YES_NO, robots=TEXT,
        crawl_delay=NUMBER, robots_sitemaps=TEXT, retrieved=INSTANT, seconds=NUMBER,
    ),
    "universes": _schema(
        "quantity group reference universe", "estimate low high overlap", quantity=TEXT, group=TEXT, reference=TEXT,
        universe=TEXT, main=YES_NO, estimate=NUMBER, low=NUMBER, high=NUMBER, scale=NUMBER, overlap=NUMBER, note=TEXT,
    ),
    "ledger": _schema("stage id", "month", stage=TEXT, id=TEXT, outlet=TEXT, month=TEXT, outcome=TEXT, detail=TEXT),
    "scores": _schema(
        "notebook quantity", "recovered low high", notebook=TEXT, quantity=TEXT, planted=NUMBER, recovered=NUMBER,
        low=NUMBER, high=NUMBER, n=WHOLE, verdict=TEXT,
    ),
}  # fmt: skip


def conform(name: str, frame: pd.DataFrame) -> pa.Table:
    """`frame` as the Arrow table that its schema promises, sorted by key.

    Raises
    ------
    TableError
        A column is missing or unknown, a value has the wrong type or is empty where it may not be, or a key is
        doubled.

    >>> rows = pd.DataFrame({"article_id": ["b", "a"], "position": 0, "term": "treaty", "count": 2})
    >>> conform("counts", rows).column("article_id").to_pylist()
    ['a', 'b']
    """
    schema = SCHEMAS[name]
    missing = [column for column in schema.columns if column not in frame.columns]
    unknown = [column for column in frame.columns if column not in schema.columns]
    if missing or unknown:
        raise TableError(f"{name}: missing columns {missing}, unknown columns {unknown}")
    doubled = frame.loc[frame.duplicated(list(schema.key), keep=False), list(schema.key)]
    if len(doubled):
        raise TableError(f"{name}: {len(doubled)} rows share a key, first {tuple(doubled.iloc[0])}")
    ordered = frame.sort_values(list(schema.key), kind="stable")
    arrays = [_array(name, column, ordered[column], schema) for column in schema.columns]
    return pa.Table.from_arrays(arrays, schema=schema.arrow)


def _array(name: str, column: str, values: pd.Series, schema: Schema) -> pa.Array:
    """One column in its promised type."""
    if column not in schema.nullable and values.isna().any():
        row = values.index[values.isna()][0]
        raise TableError(f"{name}.{column}: empty in row {row}, where a value is needed")
    if schema.columns[column] == INSTANT and getattr(values.dtype, "tz", None) is None and values.notna().any():
        raise TableError(f"{name}.{column}: times have no zone; convert them to UTC first")
    try:
        array = pa.Array.from_pandas(values, type=schema.columns[column], safe=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise TableError(f"{name}.{column}: {str(error).splitlines()[0]}") from None
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def write(folder: Path, name: str, frame: pd.DataFrame) -> Path:
    """Check `frame` and write it to ``folder/name.parquet``, whole or not at all."""
    table = conform(name, frame)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
    os.close(handle)
    try:
        pq.write_table(table, temporary, compression="zstd", version="2.6")
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read ``folder/name.parquet`` and check it.

    Raises
    ------
    TableError
        The file is absent (the stage before has not run), or its columns are not the promised ones.
    """
    path = folder / f"{name}.parquet"
    if not path.exists():
        raise TableError(f"{path.name}: not in {folder.name}; run the notebook that writes it first")
    table = pq.read_table(path)
    if table.schema.remove_metadata() != SCHEMAS[name].arrow:
        raise TableError(f"{path.name}: columns {table.schema.names} are not those of the table {name!r}; rebuild it")
    return table.to_pandas()


def exists(folder: Path, name: str) -> bool:
    """Whether the table has been written."""
    return (folder / f"{name}.parquet").exists()


def empty(name: str) -> pd.DataFrame:
    """The table with no row in it."""
    return SCHEMAS[name].arrow.empty_table().to_pandas()


def join(left: pd.DataFrame, right: pd.DataFrame, on: str | list[str]) -> pd.DataFrame:
    """Add `right`'s columns to `left`, row by row: none lost, none doubled.

    Raises
    ------
    TableError
        A key of `left` is not in `right`, or stands in it twice; the message names the first keys.

    >>> articles = pd.DataFrame({"article_id": ["a", "b"], "outlet": ["kcna", "kremlin"]})
    >>> origins = pd.DataFrame({"article_id": ["b", "a"], "origin": ["own", "TASS"]})
    >>> join(articles, origins, "article_id").origin.tolist()
    ['TASS', 'own']
    """
    keys = [on] if isinstance(on, str) else list(on)
    doubled = right.loc[right.duplicated(keys), keys]
    if len(doubled):
        raise TableError(f"join on {keys}: {len(doubled)} keys stand twice on the right, first {_first(doubled)}")
    merged = left.merge(right, on=keys, how="left", validate="many_to_one", indicator="_side", sort=False)
    lost = merged.loc[merged["_side"] == "left_only", keys]
    if len(lost):
        raise TableError(f"join on {keys}: {len(lost)} rows find no partner, first {_first(lost)}")
    merged.index = left.index
    return merged.drop(columns="_side")


def _first(rows: pd.DataFrame) -> str:
    return ", ".join(str(value) for value in rows.iloc[0])
