"""The direction of imports, as pyproject.toml states it, and that the statement covers all of ours."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("sdwg", "artefacts", "meetings", "escalations")
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def imported(path: Path) -> Iterator[str]:
    """Full names of what a module imports, relative imports resolved."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def test_nothing_imports_against_the_direction() -> None:
    told = lint(ROOT)
    assert told.returncode == 0, told.stdout + told.stderr


def test_audit_imports_nothing_of_ours() -> None:
    found = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in (ROOT / "sdwg" / "audit").rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] in OURS and not name.startswith("sdwg.audit")
    }
    assert found == set()


def test_every_package_of_ours_is_in_the_contract() -> None:
    layers = " ".join(CONTRACTS["house"]["layers"]).replace(":", " ").split()
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"sdwg"}
    packages |= {f"sdwg.{path.parent.name}" for path in ROOT.glob("sdwg/*/apps.py")}
    assert packages <= set(layers)
    assert packages <= set(CONTRACTS["app"]["containers"])


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("artefacts/models.py", "from meetings import states"),
        ("sdwg/members/models.py", "import artefacts.states"),
        ("sdwg/audit/models.py", "import sdwg.clock"),
        ("meetings/rules.py", "from meetings import operations"),
        ("escalations/models.py", "import sdwg.overview.queries"),
    ],
)
def test_an_import_against_the_direction_is_found(tmp_path: Path, module: str, line: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    houses = [name.replace(".", "/") for name in CONTRACTS["app"]["containers"]]
    for house in [*houses, "sdwg/pdf", "sdwg"]:
        (tmp_path / house).mkdir(parents=True, exist_ok=True)
        for name in ("__init__", "states", "models", "rules", "operations", "queries"):
            (tmp_path / house / f"{name}.py").touch()
    for name in " ".join(CONTRACTS["house"]["layers"]).replace(":", " ").replace("|", " ").split():
        path = tmp_path / name.replace(".", "/")
        if not path.exists():
            path.with_suffix(".py").touch()
    clean = lint(tmp_path)
    assert clean.returncode == 0, clean.stdout + clean.stderr

    (tmp_path / module).write_text(line + "\n")

    assert lint(tmp_path).returncode == 1


@pytest.mark.parametrize("tool", ["tests.mutate.__main__", "bench.__main__", "bench.drill"])
def test_a_tool_that_is_run_by_hand_starts(tool: str) -> None:
    """No test runs them whole, so that nothing else would say that they cannot be imported any more."""
    told = subprocess.run(
        [sys.executable, "-c", f"import {tool}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
