"""What a table was made from: settings that were read, files, code, each as a hash that is the same anywhere."""

from __future__ import annotations

import dataclasses
import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.data import provenance
from helpers.data.provenance import LARGE, Watched, code_hash, file_hash, files_hash, setting
from helpers.study import load_study

STUDIES = ("official-voices", "practice", "template", "world-press")


@pytest.fixture(params=STUDIES)
def study(root: Path, request):
    return load_study(request.param, root=root)


def test_every_setting_of_every_study_has_a_hash(study) -> None:
    for name in sorted({field.name for field in dataclasses.fields(study)} - provenance.PLACES - provenance.PARTS):
        assert setting(study, name)
    for part in provenance.PARTS:
        for field in dataclasses.fields(getattr(study, part)):
            assert setting(study, f"{part}.{field.name}")


def test_a_setting_hashes_the_same_wherever_the_checkout_lies(study, tmp_path: Path) -> None:
    for name in ("sources", "known_volume", "outlets"):
        moved = getattr(study, name)
        if name == "known_volume":
            moved = tuple(dataclasses.replace(v, path=tmp_path / v.path.relative_to(study.root)) for v in moved)
        elif name == "sources":
            moved = tuple(
                dataclasses.replace(s, path=tmp_path / s.path.relative_to(study.root)) if s.path else s for s in moved
            )
        elsewhere = dataclasses.replace(study, root=tmp_path, **{name: moved})
        assert setting(elsewhere, name) == setting(study, name)


def test_settings_of_analysis_are_noted_one_by_one(root: Path) -> None:
    seen = Watched(load_study("practice", root=root))
    _ = seen.analysis.seed, seen.pair, seen.processed, seen.name
    assert seen.noted == {"analysis.seed", "pair"}


def test_what_a_method_or_a_property_reads_is_noted(root: Path) -> None:
    seen = Watched(load_study("practice", root=root))
    assert seen.called("karvosk-herald") == "The Karvosk Herald"
    assert seen.noted == {"outlets"}
    seen = Watched(load_study("practice", root=root))
    assert len(seen.groups) == 2 and seen.noted == {"groups"}


def test_another_value_is_another_hash_and_an_absent_one_is_told(root: Path) -> None:
    study = load_study("practice", root=root)
    longer = dataclasses.replace(study.period, end=study.end + datetime.timedelta(days=1))
    later = dataclasses.replace(study, period=longer)
    assert setting(study, "end") != setting(later, "end") and setting(study, "start") == setting(later, "start")
    assert setting(study, "no_such") == setting(study, "analysis.no_such") == "absent"


def test_a_value_of_an_unknown_kind_is_refused_and_not_hashed_by_its_address(root: Path) -> None:
    study = dataclasses.replace(load_study("practice", root=root), shares=object())
    with pytest.raises(TypeError, match="a setting of type object has no hash"):
        setting(study, "shares")


def test_files_and_folders_count_by_name_and_content(tmp_path: Path) -> None:
    folder = tmp_path / "coding"
    before = files_hash([folder, tmp_path / "a.csv"], tmp_path)
    folder.mkdir()
    assert files_hash([folder, tmp_path / "a.csv"], tmp_path) == before  # an empty folder holds nothing
    (folder / "one.csv").write_text("1")
    one = files_hash([folder, tmp_path / "a.csv"], tmp_path)
    (folder / "one.csv").rename(folder / "two.csv")
    two = files_hash([folder, tmp_path / "a.csv"], tmp_path)
    (folder / "two.csv").write_text("2")
    assert len({before, one, two, files_hash([folder], tmp_path)}) == 4


def test_a_large_file_is_known_by_its_size_time_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LARGE + 1)
    before = files_hash([path], tmp_path)
    os.utime(path, (1, 1))
    assert files_hash([path], tmp_path) != before


def test_code_is_hashed_with_everything_of_the_house_that_it_imports() -> None:
    sources, libraries = provenance._closure("helpers.pipeline.keyness")
    assert {"helpers.pipeline.keyness", "helpers.compare.keyness", "helpers.data.schemas"} <= set(sources)
    assert "helpers.report.build" not in sources and not any(name.startswith("practice") for name in sources)
    assert {"numpy", "pandas"} <= libraries


def test_code_hashes_the_same_in_another_process(root: Path) -> None:
    source = "from helpers.data.provenance import code_hash; print(code_hash('helpers.pipeline.keyness'))"
    told = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True,
                          env=os.environ | {"PYTHONPATH": str(root / "src"), "PYTHONHASHSEED": "7"})  # fmt: skip
    assert told.stdout.strip() == code_hash("helpers.pipeline.keyness")


def test_imports_over_several_lines_and_inside_functions_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "from helpers.data import (\n    ledger as books,\n    tables,\n)\n"
        "import numpy as np, scipy.sparse\n\ndef f():\n    from practice.world import NOW\n    import helpers.study\n"
    )
    assert set(provenance._imports(path)) == {
        "helpers.data", "helpers.data.ledger", "helpers.data.tables", "numpy", "scipy.sparse", "practice.world",
        "practice.world.NOW", "helpers.study",
    }  # fmt: skip


def test_a_file_hash_is_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert file_hash(tmp_path / "a") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
