"""The program as a newcomer starts it: web server, worker and scheduler as processes, on a database of its own.

Started by the same script as ``make demo``, on SQLite, or on the PostgreSQL server and the Redis the suite was given.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 400
ASIDE = """
import contextlib, io, json, sys, traceback
import django
django.setup()
for line in sys.stdin:
    said, done = io.StringIO(), True
    with contextlib.redirect_stdout(said):
        try:
            exec(json.loads(line), {})
        except Exception:
            done = False
            traceback.print_exc(file=said)
    print(json.dumps([done, said.getvalue()]), flush=True)
"""


@dataclass
class Stack:
    """The running program."""

    address: str
    data: Path
    environment: dict[str, str]
    aside: subprocess.Popen[str]
    """A Python beside the servers, on their settings and database, that runs what ``python`` is given."""

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` beside the servers, on their database."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            text=True,
            capture_output=True,
            check=check,
        )

    def python(self, code: str) -> str:
        """What ``code`` prints, run with the servers' settings."""
        assert self.aside.stdin
        assert self.aside.stdout
        self.aside.stdin.write(json.dumps(code) + "\n")
        self.aside.stdin.flush()
        done, said = json.loads(self.aside.stdout.readline())
        assert done, said
        return str(said)

    def mails(self) -> list[str]:
        """Every message that was delivered, as text. One file holds several where one second delivered them."""
        files = sorted((self.data / "mail").glob("*.log"))
        return [mail for path in files for mail in path.read_text().split(f"{'-' * 79}\n")[:-1]]


@contextmanager
def running(data: Path, mode: str = "demo") -> Iterator[Stack]:
    """A demonstration under ``data``, or with ``mode="run"`` an empty group; gone afterwards with its database."""
    with _database() as url:
        port = _free_port()
        environment = {
            name: value for name, value in os.environ.items() if name not in {"SDWG_DEMO", "SDWG_DEBUG", "DATABASE_URL"}
        }
        environment |= {
            "SDWG_DATA": str(data),
            "SDWG_PORT": str(port),
            "SDWG_DEMO" if mode == "demo" else "SDWG_DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "sdwg.settings",
        }
        environment |= {"DATABASE_URL": url} if url else {}
        log = data / "stack.log"
        data.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, ".ci/serve.py", mode],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _await(process, log, mode)
            with _aside(environment) as aside:
                yield Stack(f"http://127.0.0.1:{port}", data, environment, aside)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@contextmanager
def _aside(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", ASIDE]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()


def _await(process: subprocess.Popen[bytes], log: Path, mode: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while "Ctrl-C stops everything" not in log.read_text():
        assert process.poll() is None, f"make {mode} ended by itself:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"make {mode} does not answer:\n{log.read_text()}"
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def _database() -> Iterator[str]:
    """The address of a fresh database on the suite's PostgreSQL server; empty for SQLite."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield ""
        return
    name = f"sdwg_stack_{secrets.token_hex(4)}"
    server = urlsplit(given)._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlsplit(given)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
