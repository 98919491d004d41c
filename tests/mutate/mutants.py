"""Small wrong changes to a file of rules: where they can be made, and a function's code with one of them made.

A mutant is what a hurried hand could write: a comparison turned or moved by one, a condition dropped or denied, ``and``
for ``or``, a refusal that is not raised, a role or a state missing from a list, a day more or less. The sentence inside
a ``raise`` is left alone, and so are annotations and defaults: they are no rules.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPPOSITES = {"any": "all", "all": "any", "min": "max", "max": "min", "filter": "exclude", "exclude": "filter"}
LISTED = frozenset({"acts_as", "has", "frozenset"})
"""Calls whose arguments are a list of roles or states."""
NARROWED = frozenset({"filter", "exclude", "Q", "Condition"})
"""Calls whose keywords are conditions."""
Function = ast.FunctionDef
Place = tuple[ast.AST, str, int | None]


@dataclass
class Mutant:
    """One change; ``make`` makes it in the tree it was found in. A test must run the line ``statement`` to meet it."""

    function: str
    statement: int
    line: int
    told: str
    make: Callable[[], None]


def mutants(tree: ast.Module) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines; always the same for the same source."""
    found = []
    for function, place, statement in _places(tree):
        for told, new in _changes(_at(place)):
            found.append(Mutant(function, statement, _at(place).lineno, told, _maker(place, new)))
    return found


def mutated(source: str, path: str, number: int) -> tuple[Mutant, CodeType]:
    """The ``number``-th mutant of ``source`` and the module's code with it made."""
    tree = ast.parse(source)
    mutant = mutants(tree)[number]
    mutant.make()
    return mutant, compile(ast.fix_missing_locations(tree), path, "exec")


def watched(source: str, path: str) -> CodeType:
    """The module's code in which every statement of a function first adds its line to ``_seen``."""
    tree = ast.parse(source)
    for node in [node for node in ast.walk(tree) if isinstance(node, Function)]:
        _watch(node.body)
    return compile(ast.fix_missing_locations(tree), path, "exec")


def functions(code: CodeType) -> Iterator[CodeType]:
    """The code of each function of a module and of each method of its classes, not of what stands inside those."""
    for part in code.co_consts:
        if isinstance(part, CodeType) and "<locals>" not in part.co_qualname and part.co_name.isidentifier():
            if part.co_flags & 1:  # CO_OPTIMIZED: a function, not the body of a class
                yield part
            else:
                yield from functions(part)


def constants(tree: ast.Module) -> dict[str, set[int]]:
    """The names a module assigns at its top -> the lines of the statements in functions that use them."""
    names = {name.id: set[int]() for node in tree.body for name in _assigned(node)}
    for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
        for statement in ast.walk(function):
            if isinstance(statement, ast.stmt) and not isinstance(statement, Function):
                for used in ast.walk(statement):
                    if isinstance(used, ast.Name) and used.id in names:
                        names[used.id].add(statement.lineno)
    return names


def _assigned(node: ast.stmt) -> list[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target for target in targets if isinstance(target, ast.Name) and target.id != "__all__"]


def _watch(body: list[ast.stmt]) -> None:
    for statement in list(body):
        for part in ("body", "orelse", "finalbody"):
            _watch(getattr(statement, part, []) if not isinstance(statement, (Function, ast.ClassDef)) else [])
        for handler in getattr(statement, "handlers", []):
            _watch(handler.body)
    body[:] = [made for old in body for made in (ast.parse(f"_seen.add({old.lineno})").body[0], old)]


def _at(place: Place) -> ast.AST:
    parent, field, index = place
    here = getattr(parent, field)
    return here if index is None else here[index]  # type: ignore[no-any-return]


def _maker(place: Place, new: ast.AST) -> Callable[[], None]:
    def make() -> None:
        parent, field, index = place
        ast.copy_location(new, _at(place))
        if index is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[index] = new

    return make


def _places(tree: ast.Module) -> Iterator[tuple[str, Place, int]]:
    """Each node that may be changed, in which function (or constant), and the line of the statement it is in."""

    def walk(node: ast.AST, function: str, statement: int) -> Iterator[tuple[str, Place, int]]:
        for field, value in ast.iter_fields(node):
            if field in {"annotation", "returns", "decorator_list", "args"} and not isinstance(value, list):
                continue
            if field in {"annotation", "returns", "decorator_list", "bases"}:
                continue
            for index, child in enumerate(value) if isinstance(value, list) else ((None, value),):
                if not isinstance(child, ast.AST) or isinstance(child, (ast.JoinedStr, ast.Assert, ast.expr_context)):
                    continue
                name, line = function, child.lineno if isinstance(child, ast.stmt) else statement
                if isinstance(child, (Function, ast.ClassDef)) and not isinstance(node, Function):
                    name = f"{function}.{child.name}" if function else child.name
                elif isinstance(node, ast.Module) or (isinstance(node, ast.ClassDef) and isinstance(child, ast.stmt)):
                    if not (isinstance(node, ast.Module) and _assigned(child)):  # type: ignore[arg-type]
                        continue
                    name = _assigned(child)[0].id  # type: ignore[arg-type]
                if hasattr(child, "lineno"):
                    yield name, (node, field, index), line
                if not isinstance(child, ast.Raise):
                    yield from walk(child, name, line)

    yield from walk(tree, "", 0)


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand instead of ``node``, each with what it reads."""
    for new in _instead(node):
        yield f"{_short(node)}  ->  {_short(new)}", new


def _short(node: ast.AST) -> str:
    told = f"if {ast.unparse(node.test)}:" if isinstance(node, ast.If) else " ".join(ast.unparse(node).split())
    return told if len(told) < 110 else f"{told[:107]}..."


def _instead(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for turned in COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(node.left, [turned()], node.comparators)
    elif isinstance(node, ast.Compare):
        for at, old in enumerate(node.ops):
            for turned in COMPARISONS.get(type(old), ()):
                yield ast.Compare(node.left, [*node.ops[:at], turned(), *node.ops[at + 1 :]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        for at in range(len(node.values)):
            rest = [*node.values[:at], *node.values[at + 1 :]]
            yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Raise):
        yield ast.Pass()
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int):
            yield ast.Constant(node.value + 1)
            yield ast.Constant(node.value - 1)
    elif isinstance(node, ast.BinOp):
        if isinstance(node.op, (ast.BitOr, ast.BitAnd)):
            yield node.left
            yield node.right
        elif isinstance(node.op, (ast.Add, ast.Sub)):
            yield ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
    elif isinstance(node, (ast.Set, ast.Tuple, ast.List)) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        for at in range(len(node.elts) if len(node.elts) > 1 and all(map(_is_named, node.elts)) else 0):
            rest = [*node.elts[:at], *node.elts[at + 1 :]]
            yield ast.Set(rest) if isinstance(node, ast.Set) else type(node)(rest, ast.Load())
    elif isinstance(node, ast.Call):
        yield from _other_calls(node)
    for name in ("test", "ifs"):
        asked = getattr(node, name, None)
        if name == "test" and isinstance(asked, (ast.Name, ast.Attribute, ast.Call)):
            yield _with(node, test=ast.UnaryOp(ast.Not(), asked))
        elif name == "ifs" and asked:
            yield _with(node, ifs=[])


def _other_calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in OPPOSITES:
        turned = OPPOSITES[name]
        func = (
            ast.Attribute(node.func.value, turned, ast.Load())
            if isinstance(node.func, ast.Attribute)
            else ast.Name(turned, ast.Load())
        )
        yield _with(node, func=func)
    if name in LISTED and len(node.args) > 1:
        for at in range(len(node.args)):
            yield _with(node, args=[*node.args[:at], *node.args[at + 1 :]])
    if name in NARROWED and len(node.keywords) > 1:
        for at in range(len(node.keywords)):
            yield _with(node, keywords=[*node.keywords[:at], *node.keywords[at + 1 :]])


def _is_named(node: ast.AST) -> bool:
    """A role, a state: ``Role.CHAIR``; a list of those is a rule, other tuples are not."""
    return isinstance(node, ast.Attribute) and node.attr.isupper()


def _with(node: ast.AST, **fields: object) -> ast.AST:
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})
