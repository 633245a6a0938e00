"""What each table holds: its columns in order, its key, and which of them may be empty.

Every table has one writer (`helpers.pipeline`).  Names that a reader needs stand beside the ids they belong to, so that
nothing downstream looks one up.  `kind` says what a measure is: ``indicator``, ``topic``, ``frame`` or ``volume``;
`side` what is compared: an ``outlet`` or a ``group`` of several.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

TEXT, WHOLE, NUMBER, YES_NO = pa.string(), pa.int64(), pa.float64(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")
DAY = pa.timestamp("ns")  # midnight of a day in the outlet's own zone


class TableError(ValueError):
    """A table that breaks its schema or cannot be had; the message is one line and says what to do."""


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


def schema(key: str, nullable: str = "", **columns: pa.DataType) -> Schema:
    """A schema from names separated by spaces, and types by name of column."""
    return Schema(tuple(key.split()), columns, frozenset(nullable.split()))


_LEDGER = schema("stage id", "month", stage=TEXT, id=TEXT, outlet=TEXT, month=TEXT, outcome=TEXT, detail=TEXT)
_VALUES = dict(article_id=TEXT, kind=TEXT, measure=TEXT, voice=TEXT, value=NUMBER)
_FACTS = dict(
    article_id=TEXT, outlet=TEXT, edition=TEXT, language=TEXT, address=TEXT, title=TEXT, byline=TEXT, section=TEXT,
    genre=TEXT, published=INSTANT, date_source=TEXT, date_precision=TEXT, date_conflict=YES_NO, n_words=WHOLE, sha256=TEXT,
    covariates=TEXT,
)  # fmt: skip
_LIMITS = dict(value=NUMBER, low=NUMBER, high=NUMBER)
_SIDES = dict(group=TEXT, group_name=TEXT, reference=TEXT, reference_name=TEXT)
_MEASURE = dict(kind=TEXT, measure=TEXT, measure_name=TEXT)
_UNIVERSES = schema(
    "kind measure side group reference universe", "estimate low high overlap p_joint", **_MEASURE, side=TEXT, **_SIDES,
    universe=TEXT, main=YES_NO, estimate=NUMBER, low=NUMBER, high=NUMBER, scale=NUMBER, overlap=NUMBER, p_joint=NUMBER,
    note=TEXT,
)  # fmt: skip

SCHEMAS: dict[str, Schema] = {
    # what was collected, and what became of it
    "pages": schema(
        "page_id", "final_address retrieved sha256 archive offset", page_id=TEXT, outlet=TEXT, address=TEXT,
        final_address=TEXT, retrieved=INSTANT, status=WHOLE, sha256=TEXT, archive=TEXT, offset=WHOLE,
    ),
    "collect_ledger": _LEDGER,
    "clean_ledger": _LEDGER,
    "ledger": _LEDGER,
    "address_checks": schema(
        "outlet role address", "newest n_both crawl_delay", outlet=TEXT, role=TEXT, address=TEXT, outcome=TEXT,
        detail=TEXT, status=WHOLE, kind=TEXT, n_items=WHOLE, newest=INSTANT, n_both=WHOLE, usable=YES_NO, robots=TEXT,
        crawl_delay=NUMBER, robots_sitemaps=TEXT, retrieved=INSTANT, seconds=NUMBER,
    ),
    # articles and their words
    "cleaned": schema(
        "article_id", "title byline section published text", **_FACTS, page_id=TEXT, traces=TEXT, text=TEXT,
    ),
    "boilerplate": schema("outlet line kind", outlet=TEXT, line=TEXT, kind=TEXT, n_articles=WHOLE),
    "passages": schema(
        "article_id position", "text", article_id=TEXT, position=WHOLE, language=TEXT, relevant=YES_NO, n_words=WHOLE,
        n_words_quoted=WHOLE, text=TEXT,
    ),
    "speech": schema(
        "article_id position place", "speaker text", article_id=TEXT, position=WHOLE, place=WHOLE, voice=TEXT,
        speaker=TEXT, n_words=WHOLE, text=TEXT,
    ),
    "copies": schema(
        "article_id", article_id=TEXT, copy_cluster=TEXT, share_copied=NUMBER, is_original=YES_NO, origin=TEXT,
        evidence=TEXT,
    ),
    "flags": schema("article_id flag", article_id=TEXT, flag=TEXT, evidence=TEXT),
    "articles": schema(
        "article_id", "title byline section published day month text", **_FACTS, unit=TEXT, outlet_name=TEXT, country=TEXT,
        groups=TEXT, day=DAY, month=TEXT, outlet_week=TEXT, copy_cluster=TEXT, share_copied=NUMBER, is_original=YES_NO,
        origin=TEXT, origin_evidence=TEXT, flags=TEXT, doubtful=YES_NO, left_out=YES_NO, in_period=YES_NO,
        relevant=YES_NO, analysed=YES_NO, text=TEXT,
    ),
    "phrases": schema("language phrase", language=TEXT, phrase=TEXT, origin=TEXT),
    "counts": schema(
        "article_id position voice term", article_id=TEXT, position=WHOLE, voice=TEXT, term=TEXT, count=WHOLE,
    ),
    "background": schema("outlet language month term", outlet=TEXT, language=TEXT, month=TEXT, term=TEXT, count=WHOLE),
    "rare_terms": schema(
        "language outlet period term", language=TEXT, outlet=TEXT, period=TEXT, n_items=WHOLE, term=TEXT, count=WHOLE,
    ),
    "archive_volume": schema(
        "archive outlet day outcome", "day", archive=TEXT, outlet=TEXT, day=DAY, outcome=TEXT, n_items=WHOLE,
    ),
    "volume": schema(
        "outlet month", "n_published", outlet=TEXT, outlet_name=TEXT, month=TEXT, n_published=WHOLE,
        n_collected=WHOLE, n_relevant=WHOLE, observed=YES_NO,
    ),
    "daily_volume": schema(
        "outlet day", "n_published", outlet=TEXT, outlet_name=TEXT, day=DAY, observed=YES_NO, n_published=WHOLE,
        n_collected=WHOLE,
        n_collected_originals=WHOLE, n_relevant=WHOLE, n_relevant_originals=WHOLE,
    ),
    # measures
    "indicator_measures": schema("article_id kind measure voice", **_VALUES, n_passages=WHOLE),
    "indicator_hits": schema(
        "article_id position voice measure indicator", article_id=TEXT, position=WHOLE, voice=TEXT, measure=TEXT,
        indicator=TEXT,
    ),
    "topic_measures": schema("article_id kind measure voice", **_VALUES),
    "measures": schema(
        "article_id kind measure voice", "n_passages", article_id=TEXT, **_MEASURE, voice=TEXT, value=NUMBER,
        n_passages=WHOLE,
    ),
    "one_rule_measures": schema(
        "article_id kind measure voice", "n_passages", article_id=TEXT, **_MEASURE, voice=TEXT, value=NUMBER,
        n_passages=WHOLE,
    ),
    "topic_fits": schema("article_id measure fit", article_id=TEXT, measure=TEXT, fit=WHOLE, value=NUMBER),
    "topic_terms": schema(
        "language topic rank", "relevance", language=TEXT, topic=TEXT, rank=WHOLE, term=TEXT, weight=NUMBER,
        frex=NUMBER, relevance=NUMBER,
    ),
    "topics": schema(
        "language topic", language=TEXT, topic=TEXT, topic_name=TEXT, called=TEXT, label=TEXT, reason=TEXT,
        strand=TEXT, package=TEXT, x=NUMBER, y=NUMBER,
    ),
    "topic_documents": schema(
        "language topic place", language=TEXT, topic=TEXT, place=WHOLE, article_id=TEXT, share=NUMBER, position=WHOLE,
    ),
    "topic_links": schema(
        "language_a topic_a language_b topic_b", "similarity p", language_a=TEXT, topic_a=TEXT, language_b=TEXT,
        topic_b=TEXT, similarity=NUMBER, p=NUMBER, aligned=YES_NO, concepts=TEXT,
    ),
    "topic_edges": schema(
        "language topic_a topic_b", "expected lift low high p q", language=TEXT, topic_a=TEXT, topic_b=TEXT,
        together=WHOLE, expected=NUMBER, lift=NUMBER, low=NUMBER, high=NUMBER, p=NUMBER, q=NUMBER,
    ),
    "topic_languages": schema(
        "topic", "auc low high", topic=TEXT, language=TEXT, auc=NUMBER, low=NUMBER, high=NUMBER, n=WHOLE,
        verdict=TEXT,
    ),
    "topic_quality": schema(
        "language topic quantity", "low high", language=TEXT, topic=TEXT, quantity=TEXT, **_LIMITS,
    ),
    "topic_range": schema(
        "language n_topics quantity", "value low high", language=TEXT, n_topics=WHOLE, quantity=TEXT, **_LIMITS,
    ),
    # codes of frames, and what they make of measures
    "coding_sample": schema(
        "article_id position", article_id=TEXT, position=WHOLE, draw=TEXT, stratum=TEXT, n_stratum=WHOLE,
        probability=NUMBER,
    ),
    "codes": schema(
        "article_id position frame coder", "value start end", article_id=TEXT, position=WHOLE, frame=TEXT,
        frame_name=TEXT, coder=TEXT, value=NUMBER, start=WHOLE, end=WHOLE, fingerprint=TEXT, current=YES_NO,
        judged=INSTANT,
    ),
    "frame_agreement": schema(
        "frame language", "alpha low high share", frame=TEXT, frame_name=TEXT, language=TEXT, alpha=NUMBER,
        low=NUMBER, high=NUMBER, n_units=WHOLE, n_values=WHOLE, n_coders=WHOLE, share=NUMBER, verdict=TEXT,
    ),
    "frame_shares": schema(
        "measure source language group reference method", "estimate low high block_weeks power_reference r2", **_MEASURE,
        source=TEXT, language=TEXT, **_SIDES, method=TEXT, estimate=NUMBER, low=NUMBER, high=NUMBER, level=NUMBER,
        block_weeks=NUMBER, n_passages=WHOLE, n_coded=WHOLE, n_clusters=WHOLE, power=NUMBER, power_reference=NUMBER,
        r2=NUMBER, note=TEXT,
    ),
    "frame_errors": schema(
        "measure source language outlet quantity", "value low high", **_MEASURE, source=TEXT, language=TEXT,
        outlet=TEXT, outlet_name=TEXT, quantity=TEXT, **_LIMITS, n=WHOLE,
    ),
    "indicator_validity": schema(
        "measure language quantity", "value low high", **_MEASURE, language=TEXT, quantity=TEXT, **_LIMITS, n=WHOLE,
        source=TEXT,
    ),
    "measure_checks": schema(
        "kind measure language quantity", "value low high", **_MEASURE, language=TEXT, quantity=TEXT, **_LIMITS,
        n=WHOLE, source=TEXT,
    ),
    # comparisons
    "detectable": schema(
        "kind measure side group reference", "smallest", **_MEASURE, side=TEXT, **_SIDES, smallest=NUMBER,
        n_articles=WHOLE, n_clusters=WHOLE, note=TEXT,
    ),
    "estimates": schema(
        "kind measure side group reference estimand window voice items",
        "estimate low high p q block_weeks smallest ratio ratio_low ratio_high effective_group effective_reference "
        "max_weight", **_MEASURE, side=TEXT, **_SIDES, estimand=TEXT,
        window=TEXT, voice=TEXT, items=TEXT, estimate=NUMBER, low=NUMBER, high=NUMBER, level=NUMBER, p=NUMBER, q=NUMBER,
        family=TEXT, block_weeks=NUMBER, smallest=NUMBER, ratio=NUMBER, ratio_low=NUMBER, ratio_high=NUMBER, n_articles=WHOLE,
        n_originals=WHOLE, n_clusters=WHOLE, n_outlets=WHOLE, n_group=WHOLE, n_reference=WHOLE, clusters_group=WHOLE,
        clusters_reference=WHOLE, effective_group=NUMBER, effective_reference=NUMBER, max_weight=NUMBER, method=TEXT,
        checks=TEXT, note=TEXT, planned=YES_NO,
    ),
    "keyness": schema(
        "language side target reference term", "p q block_weeks", language=TEXT, side=TEXT, target=TEXT, target_name=TEXT,
        reference=TEXT, reference_name=TEXT, term=TEXT, delta=NUMBER, se=NUMBER, z_model=NUMBER, z=NUMBER, p=NUMBER,
        q=NUMBER, n_target=WHOLE, n_reference=WHOLE, clusters_target=WHOLE, clusters_reference=WHOLE,
        block_weeks=NUMBER, method=TEXT, note=TEXT,
    ),
    # events
    "event_estimates": schema(
        "kind measure side group event", "estimate low high p q block_weeks", **_MEASURE, side=TEXT, group=TEXT,
        group_name=TEXT, event=TEXT, event_name=TEXT, event_day=DAY, window_days=WHOLE, estimate=NUMBER, low=NUMBER,
        high=NUMBER, level=NUMBER, p=NUMBER, q=NUMBER, family=TEXT, n_articles=WHOLE, n_originals=WHOLE,
        n_clusters=WHOLE, block_weeks=NUMBER, method=TEXT, checks=TEXT, note=TEXT,
    ),
    "event_checks": schema(
        "kind measure side group event check", "value low high p", **_MEASURE, side=TEXT, group=TEXT, group_name=TEXT,
        event=TEXT, event_name=TEXT, check=TEXT, **_LIMITS, p=NUMBER, rank=WHOLE, n_placebos=WHOLE, n_apart=WHOLE,
        n_rows=WHOLE, note=TEXT,
    ),
    "event_contrasts": schema(
        "kind measure event", "estimate low high p q pretrend_p", **_MEASURE, event=TEXT, event_name=TEXT, event_day=DAY,
        window_days=WHOLE, estimate=NUMBER, low=NUMBER, high=NUMBER, level=NUMBER, p=NUMBER, q=NUMBER, family=TEXT,
        pretrend_p=NUMBER, n_leads=WHOLE, carriers=TEXT, others=TEXT, n_carriers=WHOLE, n_others=WHOLE,
        n_articles=WHOLE, method=TEXT, checks=TEXT, note=TEXT,
    ),
    "first_reports": schema(
        "event outlet", "first_day lag_days usual", event=TEXT, event_name=TEXT, event_day=DAY, outlet=TEXT,
        outlet_name=TEXT, first_day=TEXT, lag_days=NUMBER, status=TEXT, at_most=YES_NO, n_items=WHOLE,
        n_missing_days=WHOLE, usual=NUMBER, n_quiet=WHOLE,
    ),
    "bursts": schema(
        "outlet counted first_day", "around", outlet=TEXT, outlet_name=TEXT, counted=TEXT, kind=TEXT, first_day=TEXT,
        last_day=TEXT, n_weeks=WHOLE, n_items=WHOLE, level=NUMBER, around=NUMBER, events=TEXT, note=TEXT,
    ),
    # what is put first, from all of the above
    "findings": schema(
        "about kind measure side group reference event language",
        "level_group level_group_low level_group_high level_reference level_reference_low level_reference_high estimate "
        "low high p q event_day period_estimate period_low period_high topic_estimate topic_low topic_high month_estimate month_low "
        "month_high kinds_estimate kinds_low kinds_high same_sign clear_of_zero p_joint",
        about=TEXT, **_MEASURE, side=TEXT, **_SIDES, event=TEXT, event_name=TEXT, event_day=DAY, window_days=WHOLE,
        language=TEXT, unit=TEXT,
        level_group=NUMBER, level_group_low=NUMBER, level_group_high=NUMBER, level_reference=NUMBER,
        level_reference_low=NUMBER, level_reference_high=NUMBER, estimate=NUMBER, low=NUMBER, high=NUMBER, level=NUMBER,
        p=NUMBER, q=NUMBER, family=TEXT, period_estimate=NUMBER, period_low=NUMBER, period_high=NUMBER,
        topic_estimate=NUMBER, topic_low=NUMBER, topic_high=NUMBER, month_estimate=NUMBER, month_low=NUMBER,
        month_high=NUMBER, kinds_estimate=NUMBER, kinds_low=NUMBER, kinds_high=NUMBER, n_universes=WHOLE, same_sign=NUMBER,
        clear_of_zero=NUMBER, p_joint=NUMBER, n_group=WHOLE, n_reference=WHOLE, clusters_group=WHOLE,
        clusters_reference=WHOLE, n_outlets=WHOLE, planned=YES_NO, checks=TEXT, sure=TEXT, why=TEXT, note=TEXT,
        place=WHOLE, passed_over=TEXT,
    ),
    # other defensible analyses
    "multiverse": _UNIVERSES,
    "topic_multiverse": _UNIVERSES,
}  # fmt: skip


def conform(name: str, frame: pd.DataFrame) -> pa.Table:
    """`frame` as the Arrow table that its schema promises, sorted by key.

    Raises
    ------
    TableError
        A column is missing or unknown, a value has the wrong type or is empty where it may not be, or a key is
        doubled.

    >>> rows = pd.DataFrame({"article_id": ["b", "a"], "position": 0, "voice": "outlet", "term": "treaty", "count": 2})
    >>> conform("counts", rows).column("article_id").to_pylist()
    ['a', 'b']
    """
    promised = SCHEMAS[name]
    missing = [column for column in promised.columns if column not in frame.columns]
    unknown = [column for column in frame.columns if column not in promised.columns]
    if missing or unknown:
        raise TableError(f"{name}: missing columns {missing}, unknown columns {unknown}")
    doubled = frame.loc[frame.duplicated(list(promised.key), keep=False), list(promised.key)]
    if len(doubled):
        raise TableError(f"{name}: {len(doubled)} rows share a key, first {tuple(doubled.iloc[0])}")
    ordered = frame.sort_values(list(promised.key), kind="stable")
    arrays = [_array(name, column, ordered[column], promised) for column in promised.columns]
    return pa.Table.from_arrays(arrays, schema=promised.arrow)


def _array(name: str, column: str, values: pd.Series, promised: Schema) -> pa.Array:
    """One column in its promised type."""
    if column not in promised.nullable and values.isna().any():
        row = values.index[values.isna()][0]
        raise TableError(f"{name}.{column}: empty in row {row}, where a value is needed")
    if promised.columns[column] == INSTANT and getattr(values.dtype, "tz", None) is None and values.notna().any():
        raise TableError(f"{name}.{column}: times have no zone; convert them to UTC first")
    try:
        array = pa.Array.from_pandas(values, type=promised.columns[column], safe=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise TableError(f"{name}.{column}: {str(error).splitlines()[0]}") from None
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
