"""Tables keep what their schema promises, and joins lose nothing."""

import pandas as pd
import pytest

from helpers.data import ledger, tables
from helpers.data.tables import TableError


def counts(**changes):
    rows = {"article_id": ["b", "a"], "position": [0, 0], "voice": "outlet", "term": ["treaty", "ally"]}
    return pd.DataFrame({**rows, "count": [2, 1], **changes})


def test_what_is_written_is_read_back_sorted_by_key(tmp_path):
    tables.write(tmp_path, "counts", counts())
    assert tables.read(tmp_path, "counts")["article_id"].tolist() == ["a", "b"]


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path):
    first = tables.write(tmp_path / "1", "counts", counts()).read_bytes()
    second = tables.write(tmp_path / "2", "counts", counts().iloc[::-1]).read_bytes()
    assert first == second


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (counts().drop(columns="term"), "missing columns"),
        (counts().assign(extra=1), "unknown columns"),
        (counts(term=["treaty", None]), "counts.term: empty"),
        (counts(count=[1.5, 1]), "counts.count"),
        (counts(article_id=["a", "a"], term=["x", "x"]), "share a key"),
    ],
)
def test_a_frame_that_breaks_its_schema_is_refused_and_nothing_is_written(tmp_path, frame, words):
    with pytest.raises(TableError, match=words):
        tables.write(tmp_path, "counts", frame)
    assert list(tmp_path.iterdir()) == []


def test_times_without_a_zone_are_refused():
    rows = pd.DataFrame([dict.fromkeys(tables.SCHEMAS["articles"].columns, "x")]).assign(
        published=pd.Timestamp("2030-01-01"), n_words=1, relevant=True, date_conflict=False
    )
    with pytest.raises(TableError, match="no zone"):
        tables.conform("articles", rows)


def test_a_file_with_other_columns_is_refused(tmp_path):
    tables.write(tmp_path, "counts", counts())
    (tmp_path / "counts.parquet").rename(tmp_path / "measures.parquet")
    with pytest.raises(TableError, match="not those of the table 'measures'"):
        tables.read(tmp_path, "measures")


def test_a_join_names_the_rows_it_would_lose_or_double():
    left = pd.DataFrame({"article_id": ["a", "b"]})
    with pytest.raises(TableError, match="1 rows find no partner, first b"):
        tables.join(left, pd.DataFrame({"article_id": ["a"], "origin": ["own"]}), "article_id")
    with pytest.raises(TableError, match="stand twice on the right, first a"):
        tables.join(left, pd.DataFrame({"article_id": ["a", "a", "b"], "origin": "own"}), "article_id")


def test_the_ledger_balances_or_says_what_is_missing():
    row = {"outlet": "herald", "month": "2030-01"}
    found = ledger.entries(
        "collect", pd.DataFrame([{**row, "id": i, "outcome": o} for i, o in [("p", "kept"), ("q", "gone")]])
    )
    kept = ledger.entries("clean", pd.DataFrame([{**row, "id": "p", "outcome": "kept"}]))
    books = pd.concat([found, kept])
    ledger.balance(books, "collect", "clean")
    assert ledger.funnel(books)["lost"].tolist() == [1, 0]
    with pytest.raises(ledger.LedgerError, match="'p' vanished"):
        ledger.balance(found, "collect", "clean")
