"""The ways to install agree with one another and with what is installed, and a failure is one line."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
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


LOCKS = ("requirements.lock", "build.lock", "newspaper3k.lock", "benchmarks/requirements.lock")


def entries(path: Path) -> dict[Requirement, list[str]]:
    """Each pin of a lock, with its hashes."""
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    parts = [line.split(" --hash=") for line in lines if line.strip() and not line.lstrip().startswith("#")]
    return {Requirement(pin): [one.strip() for one in hashes] for pin, *hashes in parts}


@pytest.fixture(scope="module")
def pins(root: Path) -> list[Requirement]:
    """Every pin of the lock that `make` installs."""
    return list(entries(root / "requirements.lock"))


def pinned(pins: list[Requirement]) -> dict[str, set[str]]:
    """Versions of each package in the lock; several where they depend on the Python."""
    found: dict[str, set[str]] = {}
    for pin in pins:
        found.setdefault(canonicalize_name(pin.name), set()).add(str(pin.specifier).removeprefix("=="))
    return found


BORN_WITH = {"pip", "setuptools"}  # an environment's own, whatever its version


def direct(project: dict, extras: set[str]) -> list[Requirement]:
    """Dependencies named in pyproject.toml, those of extras that an extra names included."""
    waiting, seen, found = sorted(extras), set(), [Requirement(line) for line in project["dependencies"]]
    while waiting:
        extra = waiting.pop()
        if extra in seen:
            continue
        seen.add(extra)
        for wanted in map(Requirement, project["optional-dependencies"][extra]):
            if wanted.name == project["name"]:
                waiting += sorted(wanted.extras)
            else:
                found.append(wanted)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_exact_and_has_its_hashes(root: Path, name: str) -> None:
    locked = entries(root / name)
    assert len(locked) > (100 if name.endswith("requirements.lock") else 2)
    for pin, hashes in locked.items():
        assert re.fullmatch(r"==[\w.+!]+", str(pin.specifier)) and not pin.url
        assert hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in hashes), f"{pin}: make lock"


def test_the_locks_hold_every_direct_dependency(root: Path, project: dict) -> None:
    groups = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    wanted = {
        "requirements.lock": direct(project, {"all", "test"}),
        "benchmarks/requirements.lock": direct(project, set(project["optional-dependencies"])),
        "build.lock": [*map(Requirement, groups["build"]), *map(Requirement, groups["axe"])],
    }
    for name, asked in wanted.items():
        versions = pinned(list(entries(root / name)))
        for one in asked:
            held = versions.get(canonicalize_name(one.name))
            assert held, f"{one.name} is not in {name}: make lock"
            assert all(one.specifier.contains(version) for version in held), f"{one} against {held}: make lock"


def test_the_locks_agree(root: Path, pins: list[Requirement]) -> None:
    main, everything = pinned(pins), pinned(list(entries(root / "benchmarks" / "requirements.lock")))
    assert {name: everything.get(name) for name in main} == main, "make lock"
    for name, versions in pinned(list(entries(root / "build.lock"))).items():
        assert main.get(name, versions) == versions, f"{name}: make lock"


def test_newspaper3k_stands_apart_and_brings_nothing_that_the_rest_has(root: Path, pins: list[Requirement]) -> None:
    apart = pinned(list(entries(root / "newspaper3k.lock")))
    assert "newspaper3k" in apart and not set(apart) & set(pinned(pins))
    assert "jieba3k" not in {*apart, *pinned(pins)}


def test_locks_are_written_from_the_first_and_share_no_package_with_the_one_apart(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("lock", root / "lock.py")
    locks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(locks)
    written = {}
    monkeypatch.chdir(root)
    monkeypatch.setattr(locks, "lock", lambda output, *what: written.update({output: what}))
    monkeypatch.setattr(sys, "argv", ["lock.py", "--upgrade"])
    locks.main()
    assert set(written) == set(LOCKS) and all("--upgrade" in what for what in written.values())
    assert {"--no-emit-package=numpy", "--no-emit-package=lxml"} <= set(written["newspaper3k.lock"])
    monkeypatch.setattr(sys, "argv", ["lock.py", "--upgrad"])
    with pytest.raises(SystemExit, match=r"^lock: --upgrad is not --upgrade, the only option$"):
        locks.main()


def test_what_is_gpl_is_for_tests_alone(project: dict) -> None:
    extras = project["optional-dependencies"]
    holds = {extra for extra in extras if "krippendorff" in {one.name for one in direct(project, {extra})}}
    assert holds == {"test"}


def test_what_is_installed_is_what_is_locked(project: dict, pins: list[Requirement]) -> None:
    needed = {canonicalize_name(wanted.name) for wanted in direct(project, {"all", "test"})}
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
    named = {canonicalize_name(wanted.name) for wanted in direct(project, {"all"})}
    assert {"jupyterlab", "pandas", "matplotlib", "scikit-learn"} <= named
    extras = set(project["optional-dependencies"])
    assert extras == {
        "text", "study", "collect", "coding", "report", "notebooks", "share", "all", "slavic", "test", "bench",
    }  # fmt: skip
    apart = {"all", "slavic", "test", "bench"}
    assert {canonicalize_name(wanted.name) for wanted in direct(project, extras - apart)} == named


BASE = {"numpy", "pandas", "scipy", "scikit-learn", "lazy-loader", "pyyaml", "ruptures", "threadpoolctl"}
INSTRUMENTS = """
import sys

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Refused())
import importlib, pkgutil
import helpers
for room in ("compare", "topics"):
    face = importlib.import_module(f"helpers.{room}")
    [getattr(face, name) for name in face.__all__]
from helpers.coding import agreement, draw, krippendorff_alpha, precision
"""


def test_the_instruments_need_nothing_but_the_base(project: dict, pins: list[Requirement]) -> None:
    assert {canonicalize_name(wanted.name) for wanted in direct(project, set())} == BASE
    others = {
        canonicalize_name(wanted.name) for wanted in direct(project, set(project["optional-dependencies"]))
    } - BASE
    modules = importlib.metadata.packages_distributions()
    blocked = {name for name, of in modules.items() if others & {canonicalize_name(one) for one in of}}
    assert {"matplotlib", "ipywidgets", "simplemma", "pyarrow", "jupyterlab"} <= blocked
    code = f"BLOCKED = {blocked!r}\n{INSTRUMENTS}"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize(
    ("package", "code", "extra"),
    [
        ("simplemma", "from helpers.frames import parse_codebook", "text"),
        ("trafilatura", "import helpers.extract.article", "text"),
        ("ipywidgets", "from helpers.coding import IntrusionDesk", "coding"),
        ("aiohttp", "import helpers.collect.fetch", "collect"),
        ("pyarrow", "from helpers.data import tables", "study"),
        ("pydantic", "from helpers.study import load_study", "study"),
        ("matplotlib", "from helpers.show import table", "report"),
        ("nbclient", "from helpers.report import build", "report"),
        ("typer", "from helpers.__main__ import main", "share"),
        ("rocrate", "from helpers.release.folder import make_release", "share"),
    ],
)
def test_a_missing_extra_is_one_line_that_names_it(project: dict, package: str, code: str, extra: str) -> None:
    absent = (
        "import importlib.util, sys\nreal = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda name, *rest: None if name == {package!r} else real(name, *rest)\n"
    )
    ran = subprocess.run([sys.executable, "-c", absent + code], capture_output=True, text=True, timeout=120)
    last = ran.stderr.splitlines()[-1]
    assert last == f"ModuleNotFoundError: {package} is not installed: install {project['name']}[{extra}]"
    assert package in {canonicalize_name(wanted.name) for wanted in direct(project, {extra})}


@pytest.mark.long
def test_a_wheel_alone_brings_the_instruments_and_not_the_practice_press(root: Path, tmp_path: Path) -> None:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    copy = tmp_path / "checkout"  # a build leaves files behind, and takes old ones in
    shutil.copytree(root / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(root / name, copy)
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", str(tmp_path), str(copy)], check=True, env=clean)
    [wheel] = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in held if not name.split("/")[0].endswith(".dist-info")} == {"helpers"}
    assert any(name.endswith(".js") for name in held)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")], check=True, env=clean)
    locked = ["--constraint", str(root / "requirements.lock")]
    install = [uv, "pip", "install", "--quiet", "--python", str(python), *locked, str(wheel)]
    subprocess.run(install, check=True, env=clean)
    code = """
import pandas as pd
from helpers.compare import differences, keyness, means
articles = pd.DataFrame({"outlet": list("ab") * 12, "rate": [1.0, 2, 3, 4] * 6}).assign(week=[f"w{i}" for i in range(24)])
options = {"value": "rate", "group": "outlet", "clusters": "week"}
assert means(articles, **options)["estimate"].round(9).tolist() == [2.0, 3.0]
assert differences(articles, **options)["estimate"].round(9).tolist() == [-1.0]
counts = pd.DataFrame({"ally": [5, 4] * 4 + [1] * 8, "sanction": [1] * 8 + [4, 5] * 4})
outlet = pd.Series(["a"] * 8 + ["b"] * 8)
assert keyness(counts, outlet == "a", outlet == "b", clusters=range(16))["p"].max() < 0.01
"""
    subprocess.run(
        [str(python), "-c", code + INSTRUMENTS.replace("BLOCKED", "set()")], check=True, cwd=tmp_path, env=clean
    )


def test_conda_brings_python_and_pip_and_then_the_same_pins(root: Path, project: dict, pins: list[Requirement]) -> None:
    text = (root / "environment.yml").read_text(encoding="utf-8")
    *conda, pip = yaml.safe_load(text)["dependencies"]
    assert conda == ["python" + project["requires-python"], "pip"]
    assert pip["pip"] == ["-r requirements.lock"]  # with hashes in it, pip asks every package for one
    asked = {"jupyterlab", "ipywidgets", "pandas", "numpy", "scipy", "scikit-learn", "matplotlib"}
    assert asked <= set(pinned(pins)) and all(name in text for name in [*asked, "newspaper3k.lock", "build.lock"])


@pytest.mark.parametrize("name", ["pyproject.toml", *LOCKS, "environment.yml", "Makefile", "install.py", "lock.py"])
def test_no_index_is_named(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index|--extra-index|--find-links|(?<=[\s='\"])/\w+/\w", text)


def test_make_has_the_four_targets_and_ci_runs_the_tests(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert {"report", "test", "test-long", "lab", "lock"} <= set(
        re.findall(r"^([\w-]+):", makefile, flags=re.MULTILINE)
    )
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


def test_byte_code_is_written_even_where_python_is_told_not_to(
    installer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "good.py").write_text("answer = 1\n")
    (tmp_path / "old.py").write_text("print 'two'\n")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setattr(installer, "PYTHON", sys.executable)
    installer.compile_all([str(tmp_path)])
    made = [path.name.split(".")[0] for path in tmp_path.rglob("*.pyc")]
    assert made == ["good"]


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
    for name in installer.MADE_FROM:
        shutil.copy(root / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    for name, place in {"ROOT": "", "VENV": ".venv", "STAMP": ".venv/installed", "PYTHON": ".venv/bin/python"}.items():
        monkeypatch.setattr(installer, name, str(tmp_path / place))
    assert not installer.done()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    (tmp_path / ".venv" / "installed").write_text(installer.fingerprint())
    assert installer.done()
    for name in installer.MADE_FROM:
        before = Path(name).read_bytes()
        Path(name).write_bytes(before + b"# another\n")
        assert not installer.done()
        Path(name).write_bytes(before)


def test_jieba_is_jieba_and_newspaper3k_is_on_no_path() -> None:
    code = "import importlib.util as u, jieba; print(jieba.__version__, u.find_spec('newspaper'), u.find_spec('nltk'))"
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=clean, capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout.split() == [importlib.metadata.version("jieba"), "None", "None"]


def wheel(folder: Path, content: str) -> str:
    """A wheel of the package tiny in a folder; its hash."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("tiny.py", content)
        file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("tiny-1.0.dist-info/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("{right}", ""),
        ("{wrong}", "what was fetched is not what the lock names ("),
        ("", "the packages could not be installed: "),
    ],
)
def test_a_file_with_another_hash_or_without_one_is_refused(
    installer: ModuleType, tmp_path: Path, named: str, why: str
) -> None:
    hashes = {"wrong": wheel(tmp_path, "answer = 41\n"), "right": wheel(tmp_path, "answer = 42\n")}
    line = "tiny==1.0" + (f" --hash=sha256:{named.format(**hashes)}" if named else "")
    (tmp_path / "tiny.lock").write_text(line + "\n")
    place = ["--no-index", "--no-cache", "--find-links", str(tmp_path), "--target", str(tmp_path / "target")]
    what = [*installer.LOCKED, *place, "-r", str(tmp_path / "tiny.lock")]
    good, said = installer.command([sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable, *what])
    assert good == (not why) == (tmp_path / "target" / "tiny.py").exists()
    assert good or installer.reason(said).startswith(why)
    assert installer.is_another(said) == ("wrong" in named)


def test_every_package_comes_from_a_lock_and_is_built_by_what_is_locked(installer: ModuleType) -> None:
    *locked, own = installer.STEPS
    assert own == ["--no-deps", "--no-build-isolation", "-e", "."]
    for what in (*locked, installer.ASIDE):
        assert {"--require-hashes", "--no-deps", "--no-build-isolation"} <= set(what) and what[-2] == "-r"
        assert what[-1] in installer.MADE_FROM


def test_a_refused_file_is_not_asked_for_again_by_another_installer(
    installer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(installer, "fetch_uv", lambda: "uv")
    monkeypatch.setattr(installer, "has_pip", lambda: True)
    monkeypatch.setattr(
        installer, "command", lambda words: (asked.append(words), (False, "Hash mismatch for `a==1`"))[1]
    )
    with pytest.raises(SystemExit, match=r"^install: what was fetched is not what the lock names \(Hash mismatch for"):
        installer.install()
    assert len(asked) == 1


def test_without_newspaper3k_the_rest_is_installed_and_one_line_says_so(
    installer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    apart = tmp_path / "newspaper3k"
    monkeypatch.setattr(installer, "APART", str(apart))

    def failing(what: list) -> list:
        (apart / "newspaper").mkdir(parents=True)
        return [sys.executable, "-c", "raise SystemExit('error: could not connect')"]

    installer.set_apart(failing)
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "install: without newspaper3k, which only `extractor: newspaper3k` asks for: the packages could"
    )
    assert line.endswith("(error: could not connect); to try again, remove .venv/installed") and not apart.exists()


def test_an_environment_where_jieba3k_lies_over_jieba_is_built_anew(
    installer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "packages", lambda: str(tmp_path))
    assert not installer.mixed()
    (tmp_path / "jieba3k-0.35.1.dist-info").mkdir()
    assert installer.mixed()


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
