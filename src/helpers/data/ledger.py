"""Where every page and article went: by stage, reason, outlet and month.

Each stage enters every item that reached it once, with outcome ``kept`` or the reason it was lost, so that the
numbers kept and lost at a stage add up to what came in.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

KEPT = "kept"
UNDATED = "undated"  # analysed, but on no day: in levels and words, in nothing over time
LIST_FAILED = "list_failed:"  # before the reason: the row stands for a list of addresses, not for an item
COLUMNS = ["stage", "id", "outlet", "month", "outcome", "detail"]
STAGES = ["collect", "clean", "count"]


class LedgerError(ValueError):
    """Books that do not balance; the message is one line and names the first item missing or unexplained."""


def entries(stage: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Ledger rows of one stage from a frame with `id`, `outlet`, `published` (or `month`), `outcome`, `detail`.

    >>> rows = pd.DataFrame({"id": ["p1"], "outlet": ["kcna"], "month": ["2024-08"], "outcome": ["kept"]})
    >>> entries("clean", rows).iloc[0].tolist()
    ['clean', 'p1', 'kcna', '2024-08', 'kept', '']
    """
    rows = frame.assign(stage=stage)
    if "month" not in rows:
        rows["month"] = months(rows["published"])
    if "detail" not in rows:
        rows["detail"] = ""
    return rows[COLUMNS].reset_index(drop=True)


def months(published: pd.Series, timezone: str = "UTC") -> pd.Series:
    """The month of each time as ``2024-08``, empty where the time is unknown.

    >>> months(pd.Series(pd.to_datetime(["2024-08-31T23:30Z", None])), "Europe/Moscow").tolist()
    ['2024-09', None]
    """
    local = published.dt.tz_convert(timezone)
    return local.dt.strftime("%Y-%m").astype(object).where(published.notna(), None)


def local_months(rows: pd.DataFrame, timezones: Mapping[str, str]) -> pd.Series:
    """The month of each row (`outlet`, `published`) in its outlet's own zone, empty where undated."""
    parts = [months(part["published"], timezones[str(outlet)]) for outlet, part in rows.groupby("outlet")]
    return pd.concat(parts).reindex(rows.index) if parts else pd.Series(index=rows.index, dtype=object)


def balance(ledger: pd.DataFrame, before: str, after: str) -> None:
    """Every item kept by stage `before` must be in stage `after`, and nothing else.

    Raises
    ------
    LedgerError
        An item vanished, or appeared from nowhere.
    """
    out = set(ledger.loc[(ledger["stage"] == before) & (ledger["outcome"] == KEPT), "id"])
    into = set(ledger.loc[ledger["stage"] == after, "id"])
    if out != into:
        example = sorted(out ^ into)[0]
        side = "vanished after" if example in out else f"is in {after!r} but never left"
        raise LedgerError(f"{len(out ^ into)} items do not balance; {example!r} {side} {before!r}")


def summary(ledger: pd.DataFrame, by: str = "outlet") -> pd.DataFrame:
    """Items by stage and outcome (rows) and `by` (columns), stages in order, ``kept`` first."""
    table = ledger.pivot_table(
        index=["stage", "outcome"], columns=by, values="id", aggfunc="count", fill_value=0, dropna=False
    )
    table = table.loc[table.sum(axis=1) > 0].astype(int)
    table["all"] = table.sum(axis=1)
    table.columns.name = None
    order = sorted(table.index, key=lambda row: (STAGES.index(row[0]), row[1] != KEPT, row[1]))
    return table.loc[order]


def funnel(ledger: pd.DataFrame) -> pd.DataFrame:
    """Items that came in and were kept, stage by stage; lists that could not be read are no items."""
    ledger = ledger[~ledger["outcome"].str.startswith(LIST_FAILED)]
    grouped = ledger.groupby("stage")["outcome"]
    table = pd.DataFrame({"came_in": grouped.size(), "kept": grouped.apply(lambda o: int((o == KEPT).sum()))})
    table = table.reindex([stage for stage in STAGES if stage in table.index])
    table["lost"] = table["came_in"] - table["kept"]
    return table
