"""Every call of a ``check_…`` is load-bearing: the registry of attempts that one check alone refuses.

An app adds rows in ``tests/<app>/refusals.py``::

    @refusal(operations.end_seat, "check_can_end_seat")
    def nobody_ends_their_own_seat(cast: Cast) -> Attempt:
        return lambda: operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("secretariat"), last_day=DAY)

``test_checks.py`` finds every such call in the program and asks for a row; it then runs the row twice, with the program
as it is (refused) and with that one call deleted from its function (no longer refused in those words).
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from sdwg.members.access import NotNow, Refused
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("sdwg", "artefacts", "meetings", "escalations")

REFUSALS = (Refused, NotNow)
"""How a check refuses."""

Attempt = Callable[[], object]
Setting = Callable[[Cast], Attempt]


@dataclass(frozen=True)
class Site:
    """One call: the function it is in, the check it calls, and which of several calls of that check it is."""

    function: str
    check: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.function} calls {self.check}" + (f", call {self.nth}" if self.nth > 1 else "")


@dataclass(frozen=True)
class Refusal:
    """One row: a setting that returns a forbidden attempt, and the call that refuses it."""

    site: Site
    setting: Setting

    def __str__(self) -> str:
        return f"{self.site}: {self.setting.__name__.replace('_', ' ')}"


ROWS: list[Refusal] = []


def name_of(function: Callable[..., Any]) -> str:
    """The full name of a function, whatever it is decorated with."""
    plain = inspect.unwrap(function)
    return f"{plain.__module__}.{plain.__qualname__}"


def refusal(function: Callable[..., Any] | str, check: str, nth: int = 1) -> Callable[[Setting], Setting]:
    """Register a setting: it builds what it needs from the cast and returns the attempt that ``check`` must refuse.

    ``function`` is where the call stands (the function itself, or its full name), ``nth`` which of several calls of the
    same check in it. The attempt makes its actor afresh, because it is run twice.
    """
    site = Site(function if isinstance(function, str) else name_of(function), check, nth)

    def register(setting: Setting) -> Setting:
        ROWS.append(Refusal(site, setting))
        return setting

    return register


def allowed(page: Any) -> None:
    """Raise ``Refused`` for a page that is one: for attempts that go through HTTP."""
    if page.status_code in {403, 422}:
        raise Refused(f"answered with {page.status_code}")


@cache
def rows() -> list[Refusal]:
    """All rows of all apps."""
    for path in sorted((ROOT / "tests").glob("*/refusals.py")):
        if path.parent.name != "architecture":
            import_module(f"tests.{path.parent.name}.refusals")
    return ROWS


def called(node: ast.AST) -> str:
    """The name of the check that ``node`` calls; empty when it calls none."""
    if not isinstance(node, ast.Call):
        return ""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name if name.lstrip("_").startswith("check_") else ""


def calls(source: str, module: str, ours: frozenset[str]) -> Iterator[tuple[Site, ast.Call]]:
    """Every call, in ``source``, of a check of ours that stands in a function."""

    def walk(node: ast.AST, inside: tuple[str, ...], counted: dict[str, int]) -> Iterator[tuple[Site, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
                yield from walk(child, (*inside, child.name), {})
                continue
            if inside and (check := called(child)) in ours:
                counted[check] = counted.get(check, 0) + 1
                yield Site(".".join((module, *inside)), check, counted[check]), child  # type: ignore[misc]
            yield from walk(child, inside, counted)

    yield from walk(ast.parse(source), (), {})


def modules() -> Iterator[tuple[str, str]]:
    """Name and source of every module of ours."""
    for house in HOUSES:
        for path in sorted((ROOT / house).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text()


def checks_of_ours() -> frozenset[str]:
    """The names of the checks that the rules of our apps define."""
    return frozenset(
        node.name
        for name, source in modules()
        if "rules" in name.split(".")
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.lstrip("_").startswith("check_")
    )


def sites() -> list[Site]:
    """Every call of a check of ours in the program."""
    ours = checks_of_ours()
    return [site for name, source in modules() for site, _ in calls(source, name, ours)]


class _Delete(ast.NodeTransformer):
    def __init__(self, call: ast.Call) -> None:
        self.call = call

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if (node.lineno, node.col_offset) == (self.call.lineno, self.call.col_offset) and called(node):
            return ast.copy_location(ast.Constant(None), node)
        return self.generic_visit(node)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from _codes(part)


def _function(module: Any, qualname: str) -> FunctionType:
    found = module
    for part in qualname.split("."):
        found = getattr(found, part)
    plain = inspect.unwrap(found)
    assert isinstance(plain, FunctionType), f"{qualname} is no plain function"
    return plain


@contextmanager
def deleted(site: Site) -> Iterator[None]:
    """The program with that one call deleted from its function, and nothing else changed."""
    name, qualname = _split(site.function)
    module = import_module(name)
    path = Path(str(module.__file__))
    source = path.read_text()
    call = next(call for found, call in calls(source, name, frozenset({site.check})) if found == site)
    tree = ast.fix_missing_locations(_Delete(call).visit(ast.parse(source)))
    function = _function(module, qualname)
    intact = function.__code__
    mutant = next(code for code in _codes(compile(tree, str(path), "exec")) if code.co_qualname == qualname)
    function.__code__ = mutant
    try:
        yield
    finally:
        function.__code__ = intact


def _split(full: str) -> tuple[str, str]:
    parts = full.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:cut])
        path = ROOT.joinpath(*parts[:cut])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            return name, ".".join(parts[cut:])
    raise LookupError(f"{full} is no function of ours.")
