"""Every check that is not a test, one line each; all are run, and any that fails fails the whole.

`make check ARGS=types` runs the checks whose name contains the word.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LOCKS = ("installer", "runtime", "development")
HOST = re.compile(r"[a-z]+://|--(?:extra-)?index-url|--find-links|--trusted-host|^-i ", re.IGNORECASE | re.MULTILINE)
PRODUCTION = {
    "SDWG_SECRET_KEY": "a-key-for-this-check-only-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SDWG_AUDIT_KEY": "another-key-for-this-check-only-0123456789-ABCDEFGHIJKLMNOPQRST",
    "SDWG_HOSTS": "sdwg.example",
    "SDWG_URL": "https://sdwg.example",
    "SDWG_MAIL_URL": "smtp://sdwg:password@mail.example:587",
    "SDWG_MAIL_FROM": "SDWG secretariat <secretariat@sdwg.example>",
    "DATABASE_URL": "postgres://sdwg:password@database.example:5432/sdwg",
    "REDIS_URL": "redis://broker.example:6379/0",
}
FOLDER = Path(tempfile.gettempdir())
Answer = tuple[bool, str]


def environment(**more: str) -> dict[str, str]:
    """The caller's environment without any SDWG setting, so that a check says the same everywhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SDWG_")}
    for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        kept.pop(name, None)
    return {**kept, "SDWG_DATA": str(FOLDER), **more}


def run(*command: str, **more: str) -> Answer:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(**more),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode == 0, done.stdout


def tool(name: str, *arguments: str) -> Answer:
    return run(str(BIN / name), *arguments, SDWG_DEBUG="1")


def manage(*arguments: str) -> Answer:
    return run(sys.executable, "manage.py", *arguments, SDWG_DEBUG="1")


def templates() -> Answer:
    return run(sys.executable, ".ci/templates.py", SDWG_DEBUG="1")


def deployment() -> Answer:
    """Django's own deployment checks, on settings like those of a real installation."""
    return run(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)


def pinned(text: str) -> set[str]:
    return {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)}


def asked_for(text: str) -> set[str]:
    return {name.lower().replace("_", "-") for name in re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", text, re.MULTILINE)}


def locks() -> Answer:
    """Every package pinned by hash, everything asked for in the lock, and no host named in any of them."""
    faults = []
    for name in LOCKS:
        source = (ROOT / "requirements" / f"{name}.in").read_text()
        lock = (ROOT / "requirements" / f"{name}.txt").read_text()
        for text, path in ((source, f"{name}.in"), (lock, f"{name}.txt")):
            if HOST.search(text):
                faults.append(f"requirements/{path} names a host or an index")
        missing = sorted(asked_for(source) - pinned(lock))
        if missing:
            faults.append(f"requirements/{name}.txt lacks {', '.join(missing)}: run make lock")
        entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
        faults += [f"{name}.txt: no hash for {entry.split()[0]}" for entry in entries if "--hash=sha256:" not in entry]
    return not faults, "\n".join(faults)


def audit() -> Answer:
    """Known weaknesses in what we install. A service that cannot be asked is said loudly and is no failure."""
    lock = "requirements/development.txt"
    command = [str(BIN / "pip-audit"), "--disable-pip", "--require-hashes", "-r", lock, "-f", "json"]
    command += ["--progress-spinner", "off", "--timeout", "20"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except ValueError:
        unreachable = re.search(r"ServiceError|Connection|Max retries|timed? ?out|resolve", done.stderr)
        if unreachable:
            return True, "*** COULD NOT ASK: the vulnerability service cannot be reached; no dependency was audited."
        return False, done.stderr
    weak = [f"{d['name']} {d['version']}: {v['id']}" for d in dependencies for v in d.get("vulns", [])]
    unasked = sum("skip_reason" in dependency for dependency in dependencies)
    told = weak
    if unasked:
        told = [
            *weak,
            f"*** COULD NOT ASK about {unasked} of {len(dependencies)} packages: the service does not know them.",
        ]
    return not weak, "\n".join(told)


CHECKS: dict[str, Callable[[], Answer]] = {
    "format": lambda: tool("ruff", "format", "--check", "--output-format", "concise", "."),
    "lint": lambda: tool("ruff", "check", "--output-format", "concise", "."),
    "types": lambda: tool("mypy"),
    "migrations": lambda: manage("makemigrations", "--check", "--dry-run"),
    "templates": templates,
    "imports": lambda: tool("lint-imports", "--no-logo"),
    "deployment": deployment,
    "locks": locks,
    "audit": audit,
}


def shown(lines: list[str], most: int = 60) -> str:
    """Indented, and cut where nobody would read on; ARGS= runs one check alone, the tool itself tells the rest."""
    more = [f"... and {len(lines) - most} lines more"] if len(lines) > most else []
    return "\n".join(f"    {line}" for line in [*lines[:most], *more])


def main() -> int:
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    failed = []
    for name, check in CHECKS.items():
        if word not in name:
            continue
        began = time.monotonic()
        good, told = check()
        print(f"{name:<12}{'ok' if good else 'FAILED':<8}{time.monotonic() - began:5.1f} s", flush=True)
        if told.strip() and (not good or "***" in told):
            print(shown(told.strip().splitlines()), flush=True)
        if not good:
            failed.append(name)
    print(f"\nFailed: {', '.join(failed)}." if failed else "\nEvery check holds.")
    return 1 if failed else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sdwg-check-") as made:
        FOLDER = Path(made)
        sys.exit(main())
