"""The frame of both: finds the rows, runs the chosen ones, judges them, prints a line each and writes the JSON.

Whether a row holds is computed from its figure and its goal and never written by hand. A row that falls short is a
result; only a row that breaks makes the run fail.
"""

import importlib
import json
import operator
import os
import pkgutil
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import bench as package

ROOT = Path(__file__).resolve().parent.parent
COMPARISONS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}
Measure = Callable[[], float]


@dataclass(frozen=True)
class Row:
    """One thing measured: ``goal`` is a comparison and a number, such as ``<= 3``, in ``unit``."""

    name: str
    unit: str
    goal: str
    measure: Measure

    def holds(self, figure: float) -> bool:
        sign, number = self.goal.split()
        return COMPARISONS[sign](figure, float(number))


@dataclass(frozen=True)
class Result:
    """What the JSON holds of a row; ``figure`` is None where the row broke."""

    name: str
    figure: float | None
    unit: str
    goal: str
    ok: bool


ROWS: dict[str, list[Row]] = {"bench": [], "drill": []}


def _register(kind: str, name: str, unit: str, goal: str) -> Callable[[Measure], Measure]:
    sign, number = goal.split()
    if sign not in COMPARISONS:
        raise ValueError(f"{name}: the goal {goal!r} must be <=, >= or == and a number")
    float(number)
    if any(row.name == name for row in ROWS[kind]):
        raise ValueError(f"{name}: there is a row of that name already")

    def decorate(measure: Measure) -> Measure:
        ROWS[kind].append(Row(name, unit, goal, measure))
        return measure

    return decorate


def bench(name: str, *, unit: str, goal: str) -> Callable[[Measure], Measure]:
    """Registers a row of `make bench`. Raises ``ValueError`` for a goal that cannot be computed."""
    return _register("bench", name, unit, goal)


def drill(name: str, *, unit: str, goal: str) -> Callable[[Measure], Measure]:
    """Registers a row of `make drill`. Raises ``ValueError`` for a goal that cannot be computed."""
    return _register("drill", name, unit, goal)


def folder(name: str) -> Path:
    """An empty-able place for a row's own data, `var/<name>/`, never the data of the demonstration."""
    made = ROOT / "var" / name
    made.mkdir(parents=True, exist_ok=True)
    return made


def find_rows() -> None:
    """Imports every `rows_*.py` beside this file; importing registers."""
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        if module.name.startswith("rows_"):
            importlib.import_module(f"bench.{module.name}")


def run_row(row: Row) -> Result:
    """Measures and judges one row; what breaks is told in full and counts as not held."""
    print(f"{row.name} ...", flush=True)
    began = time.monotonic()
    try:
        figure = round(float(row.measure()), 4)
    except Exception:  # whatever breaks one row must not keep the others from being measured
        traceback.print_exc()
        return Result(row.name, None, row.unit, row.goal, ok=False)
    print(f"  measured in {time.monotonic() - began:.1f} s", flush=True)
    return Result(row.name, figure, row.unit, row.goal, row.holds(figure))


def closing_line(result: Result, width: int) -> str:
    told = "broke" if result.figure is None else "holds" if result.ok else "short"
    figure = "-" if result.figure is None else f"{result.figure:g}"
    return f"{result.name:<{width}}  {figure:>10} {result.unit:<12} goal {result.goal:<10} {told}"


def main(kind: str) -> int:
    """Runs the rows whose name contains ``ONLY``, all without it. Returns 1 only when a row broke or none matched."""
    os.environ.setdefault("SDWG_DEBUG", "1")
    os.environ.setdefault("SDWG_DATA", str(folder(kind)))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdwg.settings")
    find_rows()
    only = os.environ.get("ONLY", "")
    chosen = [row for row in ROWS[kind] if only in row.name]
    if not chosen:
        print(f"No row's name contains {only!r}. There are: {', '.join(row.name for row in ROWS[kind])}.")
        return 1
    results = [run_row(row) for row in chosen]
    target = ROOT / "var" / f"{kind}.json"
    target.write_text(json.dumps([vars(result) for result in results], indent=2) + "\n")
    width = max(len(result.name) for result in results)
    print()
    for result in results:
        print(closing_line(result, width))
    print(f"Written to {target.relative_to(ROOT)}")
    return 1 if any(result.figure is None for result in results) else 0
