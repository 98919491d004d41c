"""`make mutate`: how many small wrong changes to the rules the tests notice. By hand; an hour or two for all of them.

Every file of rules is changed in one place at a time, in a fork of one warm process that holds the test database in
memory, and the tests that run that very statement are run, the quickest first, until one fails. `ARGS='--sample 60'`
takes that many mutants of each file (`--seed` others); `ONLY=members` the files whose path contains the word. What
survives is printed with its line, and the share killed per file is written to `var/mutate.json`, as `make bench` does.
"""

import argparse
import ast
import gc
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutate.mutants import Mutant, constants, functions, mutants, mutated, watched

ROOT = Path(__file__).resolve().parents[2]
GOAL = 90
"""Per cent of the mutants of each file that must be noticed."""
RULES = {
    "sdwg/members/rules.py": ("tests/members",),
    "sdwg/members/access.py": ("tests/members", "tests/artefacts/test_reading.py"),
    "sdwg/files/rules.py": ("tests/files",),
    "sdwg/overview/rules.py": ("tests/overview",),
    "artefacts/rules.py": ("tests/artefacts",),
    "meetings/rules/actions.py": ("tests/meetings",),
    "meetings/rules/attendance.py": ("tests/meetings",),
    "meetings/rules/conflicts.py": ("tests/decisions",),
    "meetings/rules/decisions.py": ("tests/decisions",),
    "meetings/rules/guests.py": ("tests/meetings",),
    "meetings/rules/meetings.py": ("tests/meetings",),
    "meetings/rules/packs.py": ("tests/meetings",),
    "escalations/rules.py": ("tests/escalations",),
}
"""The files of rules, and the tests that answer for each; the rows of its app in ``test_checks.py`` are added."""
LEFT_OUT = (
    "test_look",
    "concurrency",
    "together",
    "several_at_once",
    "invariants",
    "test_demo",
    "bomb",
    "test_counts",
    "inspector",
)
"""Words in the names of tests that ask of speed, looks or several processes, not of a rule."""
LONGEST = 120
"""Seconds a test may take with a mutant; one that takes longer never ends, and has noticed it."""


@dataclass
class File:
    """One file of rules and what became of its mutants."""

    path: str
    module: ModuleType
    source: str
    tests: dict[int, list[pytest.Item]] = field(default_factory=lambda: defaultdict(list))
    took: dict[pytest.Item, float] = field(default_factory=dict)
    killers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    run: int = 0
    of: int = 0
    survivors: list[tuple[Mutant, int]] = field(default_factory=list)

    @property
    def figure(self) -> float:
        return round(100 * (self.run - len(self.survivors)) / self.run, 1) if self.run else 100.0

    def tests_of(self, mutant: Mutant) -> list[pytest.Item]:
        """The tests that run the changed statement, known killers of that function first, then the quickest."""
        used = constants(ast.parse(self.source)).get(mutant.function, {mutant.statement})
        lines = used or self.tests.keys()  # a constant that only others use
        found = list(dict.fromkeys(item for line in sorted(lines) for item in self.tests.get(line, ())))
        known = self.killers[mutant.function]
        return sorted(found, key=lambda item: (id(item) not in known, self.took[item]))


def found(module: ModuleType, qualname: str) -> FunctionType | None:
    """The plain function behind a name in a module, under whatever decorates it."""
    holder: Any = module
    for part in qualname.split("."):
        holder = vars(holder).get(part)
        for inner in ("fget", "func", "__func__"):
            holder = getattr(holder, inner, None) or holder
    while hasattr(holder, "__wrapped__"):
        holder = holder.__wrapped__
    return holder if isinstance(holder, FunctionType) else None


def swap(module: ModuleType, code: Any) -> None:
    """Give every function of ``module`` the code it has in ``code``; whoever imported it runs that from now on."""
    for part in functions(code):
        function = found(module, part.co_qualname)
        if function and function.__code__.co_firstlineno == part.co_firstlineno:
            function.__code__ = part


def rebind(module: ModuleType, mutant: Mutant, code: Any) -> None:
    """Put the changed constant of ``module`` in the place of the one that everybody imported."""
    names: dict[str, Any] = {
        "__name__": module.__name__,
        "__file__": module.__file__,
        "__package__": module.__package__,
    }
    exec(code, names)
    old, new = vars(module)[mutant.function], names[mutant.function]
    for other in list(sys.modules.values()):
        for name, value in list(vars(other).items()) if isinstance(other, ModuleType) else ():
            if value is old:
                setattr(other, name, new)


class Run:
    """Takes the place of pytest's loop: every test once, watched; then the mutants, a fork each."""

    def __init__(self, paths: list[str], sample: int, seed: int, processes: int) -> None:
        self.paths, self.sample, self.random, self.processes = paths, sample, random.Random(seed), processes
        self.files: list[File] = []
        self.items: list[pytest.Item] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        apps = tuple(path.removesuffix(".py").replace("/", ".").partition(".rules")[0] for path in self.paths)
        items[:] = [item for item in items if self._answers(item, apps)]

    @staticmethod
    def _answers(item: pytest.Item, apps: tuple[str, ...]) -> bool:
        row = getattr(item, "callspec", None) and item.callspec.params.get("row")  # type: ignore[attr-defined]
        if "test_checks.py" in item.nodeid:
            return bool(row) and row.site.function.startswith(apps)
        slow = any(word in item.nodeid.partition("[")[0] for word in LEFT_OUT)
        return not slow and "browser" not in item.keywords and "stack" not in getattr(item, "fixturenames", ())

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        self.files = [self._file(path) for path in self.paths]
        self._watch_all()
        gc.freeze()
        for file in self.files:
            self._mutate(file)
        return True

    @staticmethod
    def _file(path: str) -> File:
        name = path.removesuffix(".py").replace("/", ".")
        module = import_module(name)
        file = File(path, module, (ROOT / path).read_text())
        vars(module)["_seen"] = set()
        swap(module, watched(file.source, path))
        return file

    def _watch_all(self) -> None:
        """Run every test once and keep which statements of which file it ran."""
        began = time.monotonic()
        for item, following in zip(self.items, [*self.items[1:], self.items[0]], strict=True):
            for file in self.files:
                vars(file.module)["_seen"].clear()
            start = time.monotonic()
            if not passes(item, following):
                print(f"not asked, it fails without any mutant: {item.nodeid}", flush=True)
                continue
            for file in self.files:
                file.took[item] = time.monotonic() - start
                for line in vars(file.module)["_seen"]:
                    file.tests[line].append(item)
        print(f"{len(self.items)} tests in {time.monotonic() - began:.0f} s without a mutant", flush=True)

    def _mutate(self, file: File) -> None:
        began = time.monotonic()
        numbers = list(range(len(mutants(ast.parse(file.source)))))
        file.of = len(numbers)
        if self.sample and self.sample < len(numbers):
            numbers = sorted(self.random.sample(numbers, self.sample))
        running: dict[int, tuple[Mutant, list[pytest.Item], int]] = {}
        for number in numbers:
            mutant, code = mutated(file.source, file.path, number)
            tests = file.tests_of(mutant)
            ours, theirs = os.pipe()
            if (pid := os.fork()) == 0:
                os.close(ours)
                self._try(file, mutant, code, tests, theirs)
            os.close(theirs)
            running[pid] = (mutant, tests, ours)
            if len(running) == self.processes:
                self._reap(file, running)
        while running:
            self._reap(file, running)
        print(f"{told(file)}; {time.monotonic() - began:.0f} s", flush=True)
        for mutant, asked in file.survivors:
            print(f"  {file.path}:{mutant.line} {mutant.function} ({asked} tests)\n      {mutant.told}", flush=True)

    def _try(self, file: File, mutant: Mutant, code: Any, tests: list[pytest.Item], answer: int) -> None:
        """In the fork: make the change, run the tests until one fails, and say which. Does not return."""
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        if mutant.function.isupper():
            rebind(file.module, mutant, code)
        else:
            swap(file.module, code)
        for forget in (False, True):  # first with what was built before the change, which is quick; then without it
            if forget:
                import_module("tests.replay").forget()  # its models want the settings that pytest makes
            for number, item in enumerate(tests):
                signal.alarm(LONGEST)
                if not passes(item, tests[number + 1] if number + 1 < len(tests) else item):
                    os.write(answer, str(number).encode())
                    os._exit(0)
        os._exit(0)

    def _reap(self, file: File, running: dict[int, tuple[Mutant, list[pytest.Item], int]]) -> None:
        pid, status = os.wait()
        mutant, tests, answer = running.pop(pid)
        killer = os.read(answer, 16)
        os.close(answer)
        file.run += 1
        if killer:
            known = file.killers[mutant.function]
            known.append(id(tests[int(killer)]))
        elif status == 0:
            file.survivors.append((mutant, len(tests)))


def passes(item: pytest.Item, following: pytest.Item) -> bool:
    """Whether the test passes, its set-up and tear-down included; what ``following`` needs stays set up."""
    from _pytest.runner import runtestprotocol

    return all(not report.failed for report in runtestprotocol(item, nextitem=following, log=False))


def told(file: File) -> str:
    extent = "all" if file.run == file.of else f"a sample of {file.of}"
    return f"{file.path}: {file.run - len(file.survivors)} of {file.run} killed ({file.figure} %; {extent})"


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutate")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each file; 0 for all")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    paths = [path for path in RULES if os.environ.get("ONLY", "") in path]
    for name in ("DATABASE_URL", "REDIS_URL", "SDWG_DEMO", "SDWG_DEBUG"):
        os.environ.pop(name, None)
    run = Run(paths, chosen.sample, chosen.seed, chosen.processes)
    with tempfile.TemporaryDirectory(prefix="sdwg-mutate-") as folder:
        os.environ |= {"SDWG_DATA": folder, "SDWG_LOG_LEVEL": "CRITICAL"}
        tests = list(dict.fromkeys(test for path in paths for test in RULES[path]))
        code = pytest.main(
            [*tests, "tests/architecture/test_checks.py", "-q", "-s", "-p", "no:cacheprovider", "-W", "ignore"], [run]
        )
    if not run.files:
        print(f"Nothing was run (pytest: {code}); the files are {', '.join(RULES)}.")
        return 1
    results = [
        {"name": file.path, "figure": file.figure, "unit": "% killed", "goal": f">= {GOAL}", "ok": file.figure >= GOAL}
        for file in run.files
    ]
    (ROOT / "var").mkdir(exist_ok=True)
    (ROOT / "var" / "mutate.json").write_text(json.dumps(results, indent=2) + "\n")
    print()
    for file in run.files:
        print(told(file), "holds" if file.figure >= GOAL else "short")
    return 0


if __name__ == "__main__":
    sys.exit(main())
