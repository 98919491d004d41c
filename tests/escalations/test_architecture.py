"""Nothing but the recording of a DAG outcome approves anything (D1)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOUSES = ("sdwg", "artefacts", "meetings", "escalations")
APPROVING = {"approve", "discharge"}
OURS = "escalations/operations/"
THEIRS = "artefacts/operations/"


def uses(source: str) -> Iterator[tuple[str, int]]:
    """Where ``approve`` or ``discharge`` of the artefacts is imported, or reached through their module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("artefacts.operations"):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name in APPROVING)
        if isinstance(node, ast.Attribute) and node.attr in APPROVING:
            yield node.attr, node.lineno


def modules() -> Iterator[tuple[str, str]]:
    for house in HOUSES:
        for path in sorted((ROOT / house).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()


def test_approve_and_discharge_are_called_from_the_operations_of_escalations_alone() -> None:
    found = {path for path, source in modules() if any(uses(source)) and not path.startswith(THEIRS)}
    assert found == {f"{OURS}outcomes.py", f"{OURS}prior.py"}


def test_nothing_but_the_artefacts_own_operations_writes_a_baseline() -> None:
    """Models define it, and read models (which save nothing) may fill one from a join."""
    found = {path for path, source in modules() if "Baseline.objects.create" in source or "Baseline(" in source}
    reading = {path for path, source in modules() if path.startswith("artefacts/queries/") and ".save(" not in source}
    assert {path for path in found - reading if "migrations" not in path} <= {
        "artefacts/models.py",
        f"{THEIRS}following.py",
    }


@pytest.mark.parametrize(
    "line",
    [
        "from artefacts.operations import approve",
        "from artefacts.operations.following import discharge as done",
        "artefacts.operations.approve(actor=actor)",
        "operations.discharge",
    ],
)
def test_such_a_use_is_found(line: str) -> None:
    assert list(uses(line))
