"""The import rules of the house, read from the source: which room may know which, and what instruments may touch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "helpers"
INSTRUMENTS = {"extract", "copies", "text", "topics", "frames", "coding", "compare"}
ALONE = {"topics", "compare"}  # can be read and borrowed without the rest of the house
# A room imports only from rooms on lines above its own, or on the same line.
FLOORS = [
    {"extras"},
    {"text"},
    {"frames", "topics", "compare", "extract", "copies", "coding"},
    {"study"},
    {"pool", "data"},
    {"collect"},
    {"show"},
    {"pipeline"},
    {"pictures"},
    {"report"},
    {"release"},
    {"__main__"},
]
SOCKETS = {
    "socket",
    "ssl",
    "http.server",
    "http.client",
    "urllib.request",
    "requests",
    "aiohttp",
    "httpx",
    "socketserver",
}
MAY_CONNECT = {"collect"}
OUTSIDE = {"os", "io", "pathlib", "tempfile", "shutil", "subprocess", "time", "glob", "random", "sqlite3", *SOCKETS}
CLOCKS = {"now", "today", "utcnow", "monotonic"}
LONGEST_FILE, LONGEST_FUNCTION = 600, 60
VAGUE = {"told", "found", "books", "dealt"}  # say that something was got, not what it is


def modules() -> dict[str, ast.Module]:
    """Every module of the house, parsed; the key is its dotted name below ``helpers``."""
    return {
        ".".join(path.relative_to(SOURCE).with_suffix("").parts): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


MODULES = modules()


def imports(tree: ast.Module) -> Iterator[str]:
    """Dotted names that a module imports, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room is meant"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(module: str) -> str:
    """The room that a module is in."""
    return module.split(".")[0]


def rooms_known(name: str) -> set[str]:
    """Other rooms of the house that a module imports."""
    parts = (imported.split(".") for imported in imports(MODULES[name]))
    return {part[1] for part in parts if part[0] == "helpers" and len(part) > 1} - {room(name)}


def floor(name: str) -> int:
    """How far down the house a room lies."""
    return next(place for place, floor in enumerate(FLOORS) if name in floor)


def touches(tree: ast.Module, forbidden: set[str]) -> set[str]:
    """Which of the forbidden modules it imports, themselves or parts of them."""
    return {name for name in imports(tree) if any(name == f or name.startswith(f + ".") for f in forbidden)}


@pytest.mark.parametrize("name", [name for name in MODULES if name != "__init__"])
def test_a_room_knows_only_rooms_above_it(name: str) -> None:
    assert any(room(name) in floor for floor in FLOORS), f"{room(name)} has no place in FLOORS"
    upward = {other for other in rooms_known(name) if floor(other) > floor(room(name))}
    assert not upward, f"{name} imports {upward}, which lie below it"


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in ALONE])
def test_topics_and_compare_stand_alone(name: str) -> None:
    assert not rooms_known(name)


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in INSTRUMENTS])
def test_instruments_touch_no_file_no_clock_and_no_network(name: str) -> None:
    tree = MODULES[name]
    assert not touches(tree, OUTSIDE)
    assert not rooms_known(name) & {"study", "data", "collect", "pipeline", "show", "report"}
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [call.id for call in calls if isinstance(call, ast.Name) and call.id in {"open", "print", "input"}]
    assert not [call.attr for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCKS]


@pytest.mark.parametrize("name", list(MODULES))
def test_the_house_imports_the_module_and_not_the_face(name: str) -> None:
    """Faces are for readers: through one, a reader of the house could not tell where a function lies."""
    faces = {f"helpers.{room}" for room in ("compare", "topics", "frames", "coding")}
    taken = [node for node in ast.walk(MODULES[name]) if isinstance(node, ast.ImportFrom) and node.module in faces]
    files = {f"helpers.{module}" for module in MODULES}
    assert not [alias.name for node in taken for alias in node.names if f"{node.module}.{alias.name}" not in files]


@pytest.mark.parametrize("name", list(MODULES))
def test_only_collecting_opens_sockets(name: str) -> None:
    if room(name) not in MAY_CONNECT:
        assert not touches(MODULES[name], SOCKETS)


@pytest.mark.parametrize("name", list(MODULES))
def test_only_show_draws(name: str) -> None:
    if room(name) != "show":
        assert not touches(MODULES[name], {"matplotlib", "seaborn"})


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) == "show"])
def test_show_asks_for_nothing_but_frames(name: str) -> None:
    assert not rooms_known(name) & {"study", "data", "collect", "pool", "pipeline", "report"}


@pytest.mark.parametrize("name", list(MODULES))
def test_errors_are_not_swallowed(name: str) -> None:
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{name}:{node.lineno}: bare except"
            assert not all(isinstance(line, ast.Pass) for line in node.body), f"{name}:{node.lineno}: swallowed error"


def test_nothing_is_imported_in_a_circle() -> None:
    known = {f"helpers.{name.removesuffix('.__init__')}": name for name in MODULES}
    graph = {name: {known[i] for i in imports(tree) if i in known} - {name} for name, tree in MODULES.items()}
    for name, needs in graph.items():
        for other in needs:
            assert name not in reached(graph, other), f"{name} imports {other}, which leads back to it"


def reached(graph: dict[str, set[str]], start: str) -> set[str]:
    """Every module that `start` imports, and what those import."""
    seen, waiting = set(), [start]
    while waiting:
        new = graph[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen


@pytest.mark.parametrize("name", list(MODULES))
def test_files_and_functions_stay_short(name: str) -> None:
    tree = MODULES[name]
    assert max((getattr(node, "end_lineno", 0) or 0 for node in ast.walk(tree)), default=0) <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            spoken = ast.get_docstring(node, clean=False) or ""
            length = node.end_lineno - node.lineno + 1 - len(spoken.splitlines())
            assert length <= LONGEST_FUNCTION, f"{name}:{node.lineno}: {node.name} has {length} lines"


def named(tree: ast.Module) -> Iterator[str]:
    """Every variable, parameter, attribute that is set, and function of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler | ast.MatchAs):
            yield node.name or ""


@pytest.mark.parametrize("name", list(MODULES))
def test_variables_say_what_they_hold(name: str) -> None:
    assert not set(named(MODULES[name])) & VAGUE


def test_the_rules_catch_what_they_forbid() -> None:
    tree = ast.parse("import urllib.request\nfrom matplotlib import pyplot\n")
    assert touches(tree, SOCKETS) == {"urllib.request"}
    assert touches(tree, {"matplotlib"}) == {"matplotlib", "matplotlib.pyplot"}
    assert not touches(ast.parse("from urllib.parse import urlsplit"), SOCKETS)
    vague = "def dealt(found):\n    self.told = 1\n    try: pass\n    except E as books: pass\n"
    assert set(named(ast.parse(vague))) >= VAGUE
