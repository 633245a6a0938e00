"""What a room shows: every name is there, bears one meaning whatever was imported first, and works on a plain frame."""

from __future__ import annotations

import importlib
import subprocess
import sys
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from helpers.compare import CLUSTERS, benjamini_hochberg, difference, differences, keyness, mean, means, ratios
from helpers.compare.differences import COLUMNS, row

FACES = ["compare", "topics", "frames", "coding", "text", "extract", "copies"]
WANTED = {
    "compare": {
        "means", "differences", "ratios", "corrected_shares", "corrected_differences", "keyness", "word_shift",
        "event_study", "event_profile", "placebo_rank", "segmented", "volume_change", "first_report", "bursts",
        "multiverse", "smallest_detectable", "benjamini_hochberg", "local_days", "outlet_weeks", "CLUSTERS",
    },
    "topics": {"TopicModel", "artefacts", "align", "cooccurrence", "assign_labels", "worth", "top_terms"},
    "frames": {"parse_codebook", "score", "rates", "lint", "predict"},
    "coding": {"krippendorff_alpha", "by_frame", "draw", "units", "precision"},
    "text": {"count_terms", "dtm", "split_voices", "Aliases", "relevant", "tokens", "lemmas", "sentences"},
    "extract": {"extract_article", "read_metadata", "parse_date", "decode", "detect_language", "normalise"},
    "copies": {"find_copies", "reprints", "recurring_lines", "credit"},
}  # fmt: skip


@pytest.mark.parametrize("room", FACES)
def test_every_name_of_a_face_is_there(room: str) -> None:
    face = importlib.import_module(f"helpers.{room}")
    assert face.__all__ == sorted(face.__all__) == sorted(dir(face))
    assert set(face.__all__) >= WANTED[room]
    for name in face.__all__:
        assert name == "CLUSTERS" or getattr(face, name).__module__.startswith(f"helpers.{room}.")
        assert f"`{name}`" in face.__doc__, f"{name} is not told in the docstring of {room}"


@pytest.mark.parametrize("room", [*FACES, "text", "extract", "copies", "report"])
def test_a_function_keeps_its_name_when_its_file_was_imported_first(room: str) -> None:
    code = (
        f"import importlib, pkgutil, helpers.{room} as face\n"
        "for found in pkgutil.iter_modules(face.__path__):\n"
        "    importlib.import_module(f'{face.__name__}.{found.name}')\n"
        "assert not [name for name in face.__all__ if type(getattr(face, name)).__name__ == 'module']"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def rates() -> pd.DataFrame:
    """Two measures of three outlets that cover the same events; labels are plain text."""
    rng, rows = np.random.default_rng(3), []
    for event, outlet in ((event, outlet) for event in range(40) for outlet in "ABC"):
        for measure in ("conflict", "economy"):
            value = rng.poisson(3 + "ABC".index(outlet)) / 10 + (event % 5) / 10
            rows.append(
                (measure, f"outlet {outlet}", f"event {event}", f"story {event // 2}", f"{outlet} w{event % 13}", value)
            )
    columns = ["measure_name", "outlet_name", "event", *CLUSTERS, "value"]
    return pd.DataFrame(rows, columns=columns)


def test_means_of_every_measure_in_one_line_are_those_of_factorised_clusters_to_the_last_digit() -> None:
    table = rates()
    levels = table.groupby("measure_name").apply(means, value="value", group="outlet_name", clusters=CLUSTERS)
    assert levels.index.get_level_values("measure_name").unique().tolist() == ["conflict", "economy"]
    coded = table.assign(**{way: pd.factorize(table[way], sort=True)[0] for way in CLUSTERS})
    for keys, part in coded.groupby(["measure_name", "outlet_name"]):
        wanted = row(mean(part["value"].to_numpy(), clusters=part[CLUSTERS])) | {"p": np.nan}
        got = levels.loc[keys[0]].query("group == @keys[1]")[COLUMNS].iloc[0].to_dict()
        assert pd.Series(got).equals(pd.Series(wanted)[COLUMNS])


@pytest.mark.parametrize("kind", [str, "category", object])
def test_differences_within_events_are_those_of_factorised_clusters_to_the_last_digit(kind: object) -> None:
    table = rates().query("measure_name == 'economy'")
    table = table.astype({way: kind for way in [*CLUSTERS, "event", "outlet_name"]})
    pairs = [("outlet A", "outlet B"), ("outlet C", "outlet A")]
    options = {"value": "value", "group": "outlet_name", "clusters": CLUSTERS}
    found = differences(table, pairs=pairs, within=["event"], **options)
    coded = table.assign(**{way: pd.factorize(table[way].astype(str), sort=True)[0] for way in CLUSTERS})
    for name, (one, two) in enumerate(pairs):
        part = coded[coded["outlet_name"].isin([one, two])]
        strata = pd.factorize(part["event"].astype(str), sort=True)[0]
        first = (part["outlet_name"] == one).to_numpy()
        wanted = difference(part["value"].to_numpy(), first, clusters=part[CLUSTERS], strata=strata)
        assert (found.estimate[name], found.low[name], found.p[name]) == (wanted.estimate, wanted.low, wanted.p)
    assert found.q.tolist() == benjamini_hochberg(found.p.to_numpy()).tolist()
    assert found["note"].eq("").all()
    wide = differences(table, pairs=pairs, **options)
    assert ((wide.high - wide.low) > (found.high - found.low)).all()
    assert len(ratios(table, **options)) == len(list(combinations("ABC", 2)))


def test_keyness_of_a_frame_of_counts_is_that_of_its_matrix() -> None:
    rng = np.random.default_rng(4)
    counts = pd.DataFrame(rng.poisson(2, (60, 5)), columns=list("abcde"), index=[f"text {i}" for i in range(60)])
    outlet = pd.Series(["x", "y", "z"] * 20, index=counts.index)
    counts["a"] += 6 * outlet.eq("x")
    clusters = pd.DataFrame(
        {"story": [f"s{i}" for i in range(60)], "week": [f"{o}{i % 11}" for i, o in enumerate(outlet)]}
    )
    clusters.index = counts.index
    table = keyness(counts, outlet == "x", outlet == "y", clusters=clusters)
    codes = clusters.apply(lambda way: pd.factorize(way, sort=True)[0]).reset_index(drop=True)
    again = keyness(
        counts.to_numpy(), outlet.to_numpy() == "x", outlet.to_numpy() == "y", terms=list("abcde"), clusters=codes,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    assert table.index[0] == "a" and table.q.iloc[0] < 0.05
    with pytest.raises(ValueError, match="rows of counts and of a group or clusters differ"):
        keyness(counts, outlet[::-1] == "x", outlet == "y", clusters=clusters)
    with pytest.raises(ValueError, match="terms is missing"):
        keyness(counts.to_numpy(), outlet == "x", outlet == "y", clusters=clusters)
