"""What a mutant changes: small faults that a tired author could make, one at a time, listed in a fixed order.

Messages' words, docstrings, type hints, decorators and logging are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

BOUNDARY = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
NEGATION = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
}
SPEECH = {"warn", "debug", "info", "warning", "error", "exception", "print"}  # calls whose words no test should hold
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Mutation:
    """One change of a parsed module, and how to make it."""

    function: str  # the outermost function's qualified name; "" for a constant of the module
    first: int  # its first line, decorators included
    line: int
    column: str  # and where it ends
    operator: str
    change: str
    reach: tuple[int, int]  # a test reaches the mutant that runs one of these lines
    apply: Callable[[], None]

    def key(self) -> tuple[str, str, str, str]:
        """What stays when lines above the function move: function, place in it, operator, change."""
        return self.function, f"{self.line - self.first}:{self.column}", self.operator, self.change


def mutations(tree: ast.Module) -> Iterator[Mutation]:
    """All mutations of a module, in the order of its text; `apply` changes the tree itself.

    >>> tree = ast.parse("def half(x, up=True):\\n    return x / 2")
    >>> [(one.operator, one.change) for one in mutations(tree)]  # doctest: +NORMALIZE_WHITESPACE
    [('default', 'up: True to False'), ('return', 'None'), ('arithmetic', '/ to *'), ('constant', '2 to 3'),
     ('constant', '2 to 1')]
    """
    yield from _body(tree.body, "", None)


def _body(body: list[ast.stmt], name: str, outer: ast.stmt | None) -> Iterator[Mutation]:
    for place, node in enumerate(body):
        if isinstance(node, FUNCTIONS):
            inner = outer or node
            yield from _defaults(node, f"{name}{node.name}" if outer is None else name, inner, outer is None)
            yield from _body(node.body, f"{name}{node.name}" if outer is None else name, inner)
        elif isinstance(node, ast.ClassDef):
            yield from _body(node.body, f"{name}{node.name}." if outer is None else name, outer)
        elif outer is not None:
            yield from _statement(body, place, node, name, outer)
        elif isinstance(node, ast.Assign) and not name and _number(node.value):
            yield from _in_expression(node.value, "", node, (node.lineno, node.lineno), node, "value")


def _defaults(node: ast.stmt, name: str, outer: ast.stmt, outermost: bool) -> Iterator[Mutation]:
    """Defaults of the outermost function, which can be changed without running its definition again."""
    if not outermost:
        return
    arguments, reach = node.args, (node.body[0].lineno, node.body[-1].end_lineno)
    names = [one.arg for one in arguments.posonlyargs + arguments.args][-len(arguments.defaults) or None :]
    pairs = [(arguments.defaults, place, named) for place, named in enumerate(names) if arguments.defaults]
    pairs += [(arguments.kw_defaults, place, one.arg) for place, one in enumerate(arguments.kwonlyargs)]
    for values, place, named in pairs:
        value = values[place]
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
            other = _others(value.value)[0]
            change = partial(values.__setitem__, place, ast.copy_location(ast.Constant(other), value))
            text = f"{named}: {value.value} to {other}"
            yield _made(name, outer, value, "default", text, reach, change)


def _statement(body: list[ast.stmt], place: int, node: ast.stmt, name: str, outer: ast.stmt) -> Iterator[Mutation]:
    headers = [field for field in ("test", "iter", "items", "subject") if hasattr(node, field)]
    inner = [field for field in ("body", "orelse", "finalbody") if isinstance(getattr(node, field, None), list)]
    if not inner and not isinstance(node, ast.Match):
        reach = (node.lineno, node.end_lineno)
        if _removable(node):
            change = partial(body.__setitem__, place, ast.copy_location(ast.Pass(), node))
            text = "".join(ast.unparse(node).split("\n"))[:60]
            yield _made(name, outer, node, "statement removed", text, reach, change)
        if isinstance(node, ast.Return) and node.value and not _is(node.value, None):
            nothing = ast.copy_location(ast.Constant(None), node.value)
            yield _made(name, outer, node, "return", "None", reach, partial(setattr, node, "value", nothing))
        if not isinstance(node, ast.Raise | ast.Assert | ast.Import | ast.ImportFrom):
            yield from _children(node, name, outer, reach)
        return
    for field in headers:
        value = getattr(node, field)
        last = max(one.end_lineno for one in ast.walk(node if isinstance(value, list) else value) if _placed(one))
        reach = (node.lineno, node.lineno if isinstance(value, list) else last)
        if isinstance(value, list):
            for one in value:
                yield from _children(one, name, outer, reach)
        else:
            yield from _in_expression(value, name, outer, reach, node, field)
    for field in inner:
        yield from _body(getattr(node, field), name, outer)
    for handler in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
        yield from _body(handler.body, name, outer)


def _children(node: ast.AST, name: str, outer: ast.stmt, reach: tuple[int, int]) -> Iterator[Mutation]:
    for field, value in ast.iter_fields(node):
        if field == "annotation":
            continue
        for place, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(one, ast.expr):
                slot = (value, place) if place is not None else (node, field)
                yield from _in_expression(one, name, outer, reach, *slot)
            elif isinstance(one, ast.comprehension | ast.keyword):
                yield from _children(one, name, outer, reach)


def _in_expression(
    node: ast.expr, name: str, outer: ast.stmt, reach: tuple[int, int], holder: object, slot: str | int
) -> Iterator[Mutation]:
    """Mutations of an expression that stands in `holder` under `slot`."""

    def put(new: ast.expr) -> Callable[[], None]:
        new = ast.fix_missing_locations(ast.copy_location(new, node))
        return (
            partial(holder.__setitem__, slot, new) if isinstance(holder, list) else partial(setattr, holder, slot, new)
        )

    make = partial(_made, name, outer, node, reach=reach)
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SPEECH:
        return
    negated = isinstance(holder, ast.If | ast.IfExp | ast.While) and slot == "test"
    if negated and not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield make("condition", "not", apply=put(ast.UnaryOp(ast.Not(), node)))
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for operator, table in (("boundary", BOUNDARY), ("negation", NEGATION)):
            if new := table.get(type(node.ops[0])):
                text = f"{SIGNS[type(node.ops[0])]} to {SIGNS[new]}"
                yield make(operator, text, apply=partial(node.ops.__setitem__, 0, new()))
    elif isinstance(node, ast.BinOp) and (new := ARITHMETIC.get(type(node.op))) and not (_text(node.left, node.right)):
        text = f"{SIGNS[type(node.op)]} to {SIGNS[new]}"
        yield make("arithmetic", text, apply=partial(setattr, node, "op", new()))
    elif isinstance(node, ast.BoolOp):
        new, text = (ast.Or, "and to or") if isinstance(node.op, ast.And) else (ast.And, "or to and")
        yield make("boolean", text, apply=partial(setattr, node, "op", new()))
    elif isinstance(node, ast.UnaryOp):
        yield make(
            "boolean" if isinstance(node.op, ast.Not | ast.Invert) else "arithmetic",
            "sign off",
            apply=put(node.operand),
        )
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        for other in _others(node.value):
            yield make("constant", f"{node.value} to {other}", apply=put(ast.Constant(other)))
    elif isinstance(node, ast.Slice):
        for end in ("lower", "upper"):
            if getattr(node, end) is not None:
                yield make("slice", f"{end} dropped", apply=partial(setattr, node, end, None))
    elif isinstance(node, ast.Call):
        for place, keyword in enumerate(node.keywords):
            if keyword.arg:
                yield make("argument dropped", keyword.arg, apply=partial(node.keywords.__delitem__, place))
    yield from _children(node, name, outer, reach)


def _made(
    name: str, outer: ast.stmt, node: ast.AST, operator: str, change: str, reach: tuple, apply: Callable
) -> Mutation:
    first = min([outer.lineno, *(one.lineno for one in getattr(outer, "decorator_list", []))])
    return Mutation(
        name, first, node.lineno, f"{node.col_offset}-{node.end_col_offset}", operator, change, reach, apply
    )


def _others(value: float) -> list[float]:
    """Numbers to put in a number's place: 0 and 1 change places, others go one up and one down."""
    if isinstance(value, bool):
        return [not value]
    return [1 - value] if value in (0, 1) else [value + 1, value - 1]


def _removable(node: ast.stmt) -> bool:
    """Statements without which the rest still runs: calls, changes in place, filters of a name, raises, jumps."""
    if isinstance(node, ast.Expr):
        speech = isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") in SPEECH
        return not speech and not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        again = isinstance(target, ast.Name) and any(_named(one, target.id) for one in ast.walk(node.value))
        return again or isinstance(target, ast.Subscript | ast.Attribute)
    return isinstance(node, ast.AugAssign | ast.Raise | ast.Continue | ast.Break | ast.Delete)


def _named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _placed(node: ast.AST) -> bool:
    return hasattr(node, "end_lineno")


def _text(*nodes: ast.expr) -> bool:
    return any(
        isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and isinstance(one.value, str))
        for one in nodes
    )
