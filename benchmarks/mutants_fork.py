"""One mutant put in the place of what was loaded, in a process of its own."""

from __future__ import annotations

import ast
import functools
import gc
import os
import signal
import sys
import types
from pathlib import Path

from mutants_operators import mutations

HELPERS = Path(__file__).parents[1] / "src" / "helpers"


def exchange(path: Path, number: int) -> int:
    """Put a mutant's code into the functions that were loaded, a constant's value wherever its name was imported to."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    chosen = list(mutations(tree))[number]
    chosen.apply()
    if not chosen.function:
        node = next(one for one in tree.body if one.lineno == chosen.line)
        name = node.targets[0].id
        modules = [one for named, one in sys.modules.items() if named.startswith("helpers.") and name in vars(one)]
        for one in modules:
            setattr(one, name, ast.literal_eval(node.value))
        return len(modules)
    place = (str(path), chosen.function, chosen.first)
    new = next(one for one in inside(compile(tree, str(path), "exec")) if where(one) == place)
    functions = loaded().get(place, [])
    for function in functions:
        if chosen.operator == "default":
            change_default(function, *chosen.change.split(": "))
        else:
            function.__code__ = new
    return len(functions)


def readers(file: Path, path: Path, line: int) -> set[tuple[str, int]]:
    """The lines of a file that read the constant that stands at a line of `path`."""
    name = next(one.targets[0].id for one in ast.parse(path.read_text(encoding="utf-8")).body if one.lineno == line)
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {(str(file), one.lineno) for one in nodes if isinstance(one, ast.Name) and one.id == name}


def change_default(function: types.FunctionType, name: str, change: str) -> None:
    """Another default for one argument."""
    value = ast.literal_eval(change.split(" to ")[1])
    if name in (function.__kwdefaults__ or {}):
        function.__kwdefaults__[name] = value
        return
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    place = names.index(name) - len(names) + len(function.__defaults__)
    function.__defaults__ = (*function.__defaults__[:place], value, *function.__defaults__[place + 1 :])


@functools.cache
def loaded() -> dict[tuple[str, str, int], list[types.FunctionType]]:
    """The functions of the rooms by file, name and first line, wherever they were put."""
    functions: dict[tuple[str, str, int], list[types.FunctionType]] = {}
    for one in gc.get_objects():
        if isinstance(one, types.FunctionType) and one.__code__.co_filename.startswith(str(HELPERS)):
            functions.setdefault(where(one.__code__), []).append(one)
    return functions


def inside(code: types.CodeType) -> list[types.CodeType]:
    """All code objects of a module."""
    return [code, *(deep for one in code.co_consts if isinstance(one, types.CodeType) for deep in inside(one))]


def where(code: types.CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def fork(work: object, *arguments: object) -> int:
    """A process that does one thing and leaves nothing behind."""
    child = os.fork()
    if child:
        return child
    try:
        work(*arguments)
        os._exit(0)
    except BaseException as error:  # a mutant may raise anything, also where pytest does not expect it
        print(repr(error), file=sys.__stderr__)
        os._exit(1)


def kill(child: int) -> None:
    """End a mutant and what it started."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)
