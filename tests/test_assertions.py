"""Tests can fail: no assertion that is true whatever happens, no test without one, no loop over what may be nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from some import some

HERE = Path(__file__).parent
SOUGHT = {"glob", "rglob", "iterdir", "findall", "finditer"}  # calls that give nothing where nothing is there
ANY = {"Exception", "BaseException"}
FAILING = {"raises", "warns", "fail"}
WRAPPED = {"sorted", "list", "enumerate", "set", "reversed"}


def is_given(node: ast.expr) -> bool:
    """A value that is written down and true: text, a number, or a list of something."""
    if isinstance(node, ast.Constant):
        return bool(node.value)
    return bool(getattr(node, "elts", None) or getattr(node, "keys", None)) or isinstance(node, ast.Lambda)


def is_true(test: ast.expr) -> bool:
    """Whether an assertion holds whatever happens."""
    if isinstance(test, ast.BoolOp):
        return (any if isinstance(test.op, ast.Or) else all)(map(is_true, test.values))
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        one, two = test.left, test.comparators[0]
        same = ast.dump(one) == ast.dump(two) and not any(isinstance(node, ast.Call) for node in ast.walk(one))
        counted = isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "len"
        return same or (counted and isinstance(test.ops[0], ast.GtE) and ast.unparse(two) == "0")
    if isinstance(test, ast.IfExp):  # "x if a else y" with an x that was made true elsewhere
        return any(isinstance(part, ast.Name | ast.Attribute) or is_true(part) for part in (test.body, test.orelse))
    inside = [node for node in ast.walk(test) if isinstance(node, ast.IfExp)]
    return is_given(test) or any(ast.dump(node.test) in ast.dump(_with(test, node)) for node in inside)


def _with(test: ast.expr, choice: ast.IfExp) -> ast.expr:
    """An assertion in which a choice was made for its first value."""

    class Chosen(ast.NodeTransformer):
        def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
            return choice.body if ast.dump(node) == ast.dump(choice) else node

    return Chosen().visit(ast.parse(ast.unparse(test), mode="eval").body)


def asserts(tree: ast.AST, helpers: set[str]) -> bool:
    """Whether something in a function can fail on its own account."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            return True
        if not isinstance(node, ast.Call):
            continue
        said = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if said in {*helpers, *FAILING} or "assert" in said or any(one.arg == "check" for one in node.keywords):
            return True
    return False


def may_be_nothing(iterable: ast.expr) -> bool:
    """Whether a loop goes through what was looked for, and might not be there."""
    while isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name) and iterable.func.id in WRAPPED:
        iterable = iterable.args[0]
    return isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Attribute) and iterable.func.attr in SOUGHT


def faults(source: str) -> Iterator[str]:
    """What is wrong with a file of tests, each with its line."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    helpers = {one.name for one in functions if not one.name.startswith("test_") and asserts(one, set())}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and is_true(node.test):
            yield f"{node.lineno}: cannot fail: {ast.unparse(node.test)[:80]}"
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not asserts(node, helpers):
            yield f"{node.lineno}: {node.name} asserts nothing"
        elif isinstance(node, ast.For) and may_be_nothing(node.iter) and asserts(node, helpers):
            yield f"{node.lineno}: may go through nothing: {ast.unparse(node.iter)[:80]}"
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) == "pytest.raises"
            and ast.unparse(node.args[0]) in ANY
        ):
            yield f"{node.lineno}: any fault will do: {ast.unparse(node)}"
        elif isinstance(node, ast.ExceptHandler) and all(isinstance(one, ast.Pass) for one in node.body):
            yield f"{node.lineno}: a fault is swallowed"


def test_every_assertion_can_fail() -> None:
    wrong = {path.name: list(faults(path.read_text(encoding="utf-8"))) for path in some(HERE.rglob("*.py"))}
    assert {name: lines for name, lines in wrong.items() if lines} == {}


@pytest.mark.parametrize("body", [
    "assert True", "assert 'text'", "assert (a, 'why')", "assert a == a", "assert len(a) >= 0", "assert f(a) or True", "a()", "with pytest.raises(Exception): a()",
    "assert a.endswith(b if a.endswith(b) else a[-1])", "assert (record if a in b else c == d)", "try:\n  assert a\n except ValueError:\n  pass",
    "for one in sorted(a.glob('*')):\n  assert one",
])  # fmt: skip
def test_one_that_cannot_is_found(body: str) -> None:
    assert len(list(faults(f"def test_x():\n {body}\n"))) == 1
    assert list(faults("def test_x():\n assert a == f(a if b else c)\n for one in a:\n  assert one\n")) == []
