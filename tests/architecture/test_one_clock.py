"""No module but the clock asks what time it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("sdwg", "artefacts", "meetings", "escalations")
CLOCK = Path("sdwg/clock.py")
ALWAYS = {"now", "utcnow", "localtime", "localdate", "gmtime"}
OF_THESE = {("date", "today"), ("datetime", "today"), ("time", "time"), ("time", "time_ns")}
AUTOMATIC = {"auto_now", "auto_now_add"}


def modules() -> Iterator[Path]:
    for house in HOUSES:
        yield from (path for path in sorted((ROOT / house).rglob("*.py")) if path.relative_to(ROOT) != CLOCK)


def askings(source: str) -> Iterator[int]:
    """Lines that ask anything but the clock for the time: called, passed on or imported."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and asks(owner(node.value), node.attr):
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and any(asks(str(node.module), alias.name) for alias in node.names):
            yield node.lineno
        if isinstance(node, ast.keyword) and node.arg in AUTOMATIC:
            yield node.value.lineno


def asks(owner: str, name: str) -> bool:
    return (owner, name) in OF_THESE or (name in ALWAYS and owner not in {"clock", "sdwg.clock"})


def owner(node: ast.expr) -> str:
    """``datetime`` for ``datetime`` and for ``dt.datetime``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_no_module_but_the_clock_asks_what_time_it_is() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}" for path in modules() for line in askings(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "timezone.now()",
        "timezone.localdate()",
        "models.DateTimeField(default=timezone.now)",
        "from django.utils.timezone import now",
        "time.time()",
        "from time import time",
        "dt.now()",
        "when = models.DateTimeField(auto_now_add=True)",
    ],
)
def test_asking_is_found(line: str) -> None:
    assert list(askings(line)) == [1]


@pytest.mark.parametrize(
    "line", ["clock.now()", "clock.today(at)", "time.monotonic()", "local.time()", "from sdwg.clock import now"]
)
def test_what_is_no_asking_is_let_through(line: str) -> None:
    assert list(askings(line)) == []
