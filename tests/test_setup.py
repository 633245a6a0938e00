"""The ways to install agree with one another and with what is installed, and a failure is one line."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def project(root: Path) -> dict:
    """pyproject.toml's project table."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def pins(root: Path) -> list[Requirement]:
    """Every line of the lock."""
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]


def pinned(pins: list[Requirement]) -> dict[str, set[str]]:
    """Versions of each package in the lock; several where they depend on the Python."""
    found: dict[str, set[str]] = {}
    for pin in pins:
        found.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier).removeprefix("=="))
    return found


BORN_WITH = {"pip", "setuptools"}  # an environment's own, whatever its version


def direct(project: dict, extras: set[str]) -> list[Requirement]:
    """Dependencies named in pyproject.toml."""
    lines = [*project["dependencies"], *(line for e in sorted(extras) for line in project["optional-dependencies"][e])]
    return [Requirement(line) for line in lines]


def test_every_pin_is_exact(pins: list[Requirement]) -> None:
    assert len(pins) > 100
    assert all(re.fullmatch(r"==[\w.+!]+", str(pin.specifier)) and not pin.url for pin in pins)


def test_the_lock_holds_every_direct_dependency(project: dict, pins: list[Requirement]) -> None:
    versions = pinned(pins)
    for wanted in direct(project, set(project["optional-dependencies"])):
        found = versions.get(canonicalize_name(wanted.name))
        assert found, f"{wanted.name} is not in requirements.lock: make lock"
        assert all(wanted.specifier.contains(version) for version in found), f"{wanted} against {found}: make lock"


def test_what_is_installed_is_what_is_locked(project: dict, pins: list[Requirement]) -> None:
    needed = {canonicalize_name(wanted.name) for wanted in direct(project, {"test"})}
    for pin in pins:
        if (pin.marker and not pin.marker.evaluate()) or canonicalize_name(pin.name) in BORN_WITH - needed:
            continue
        try:
            version = importlib.metadata.version(pin.name)
        except importlib.metadata.PackageNotFoundError:
            assert canonicalize_name(pin.name) not in needed, f"{pin.name} is not installed: run make"
            continue
        assert pin.specifier.contains(version), f"{pin.name} {version} is installed, {pin} is locked: run make"


def test_what_the_issue_asks_for_is_there(project: dict) -> None:
    named = {canonicalize_name(wanted.name) for wanted in direct(project, set())}
    assert {"jupyterlab", "pandas", "matplotlib", "scikit-learn", "newspaper3k", "lxml-html-clean"} <= named
    assert set(project["optional-dependencies"]) == {"test", "slavic", "cluster", "tomotopy", "bertopic", "bench"}


def test_conda_brings_python_and_pip_and_then_the_same_pins(root: Path, project: dict) -> None:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert conda == ["python" + project["requires-python"], "pip"]
    assert pip == {"pip": ["-c requirements.lock", "-e .[test]"]}


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", "environment.yml", "Makefile", "install.py"])
def test_no_index_is_named(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index|--extra-index|--find-links|(?<=[\s='\"])/\w+/\w", text)


def test_make_has_the_four_targets_and_ci_runs_the_tests(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert {"report", "test", "lab", "lock"} <= set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE))
    script = root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "make test"


@pytest.fixture
def installer(root: Path) -> ModuleType:
    """install.py as a module."""
    spec = importlib.util.spec_from_file_location("install", root / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_can_read_the_installer(root: Path) -> None:
    tree = ast.parse((root / "install.py").read_text(encoding="ascii"), feature_version=(3, 6))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert names <= set(sys.stdlib_module_names)


def test_an_old_python_is_told_what_to_install(installer: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "sys", SimpleNamespace(version_info=(3, 8, 18)))
    monkeypatch.setattr(installer.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"^install: Python 3\.11 or newer is needed, this is 3\.8\.18: install it"):
        installer.need_python()


def test_a_name_that_does_not_run_is_passed_over(installer: ModuleType, tmp_path: Path) -> None:
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    assert not installer.runs(str(shim))
    assert not installer.runs(str(tmp_path / "absent"))
    assert installer.runs(sys.executable)


def test_a_second_run_installs_nothing_until_a_pin_changes(
    installer: ModuleType, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyproject.toml", "requirements.lock", "install.py"):
        shutil.copy(root / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, place in {"ROOT": "", "VENV": ".venv", "STAMP": ".venv/installed", "PYTHON": ".venv/bin/python"}.items():
        monkeypatch.setattr(installer, name, str(tmp_path / place))
    assert not installer.done()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    (tmp_path / ".venv" / "installed").write_text(installer.fingerprint())
    assert installer.done()
    with open("requirements.lock", "a") as lock:
        lock.write("another==1.0\n")
    assert not installer.done()


def test_jieba_is_not_the_old_package_that_newspaper3k_lays_over_it(installer: ModuleType) -> None:
    import jieba

    assert Path(jieba.__file__).parent.joinpath("__init__.py").read_text(encoding="utf-8").count("class Tokenizer") == 1
    assert jieba.__version__ == importlib.metadata.version("jieba")
    assert installer.LAST[-1] == "jieba" and "--force-reinstall" in installer.LAST


def test_without_ensurepip_there_is_one_line_and_no_half_built_environment(root: Path, tmp_path: Path) -> None:
    for name in ("install.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(root / name, tmp_path)
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "ensurepip.py").write_text("raise ImportError\n")
    environment = {"PYTHONPATH": str(lacking), "PATH": "/nowhere"}
    ran = subprocess.run(
        [sys.executable, "install.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("install: this Python has no ensurepip") and len(ran.stderr.splitlines()) == 1
    assert not (tmp_path / ".venv").exists()
