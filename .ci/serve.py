"""Runs web server, worker and scheduler together: `serve.py demo`, `serve.py demo --reset`, `serve.py run`.

Starts all three, waits until each answers, prints where to go, and stops everything it started when it is told to
(Ctrl-C, SIGTERM, a closed terminal) or when one of the three dies. Run by the Python of the virtual environment.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

ROOT = Path(__file__).resolve().parent.parent
MADE_BY_US = ".made-by-sdwg"
FOLDERS = ("run", "log", "files", "mail", "broker/queue", "broker/control")
DATABASE = ("sdwg.sqlite3", "sdwg.sqlite3-wal", "sdwg.sqlite3-shm", "sdwg.sqlite3-journal")
REMOVABLE = (*DATABASE, "run", "log", "files", "mail", "broker", "static", "heads")
PATIENCE = 90  # seconds for all three to answer
FAREWELL = 15  # seconds to stop politely
SET_HERE = frozenset({"SDWG_DEMO", "SDWG_DEBUG", "SDWG_BIND"})
"""What the caller's environment says of these counts for nothing: the mode is named, and it listens on loopback."""
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never asked through a proxy


class Stop(Exception):
    """Somebody asked for an end."""


def stop_with(sentence: str) -> NoReturn:
    print("\n" + sentence, file=sys.stderr, flush=True)
    sys.exit(1)


def asked_to_stop(number: int, frame: FrameType | None) -> None:
    raise Stop


# ------------------------------------------------------------------------------------------------------ the place


@dataclass(frozen=True)
class Place:
    """Where this run keeps its data and which port it answers on."""

    mode: str
    data: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        env = {name: value for name, value in os.environ.items() if name not in SET_HERE}
        env.update(SDWG_DATA=str(self.data), SDWG_PORT=str(self.port), PYTHONUNBUFFERED="1")
        env["DJANGO_SETTINGS_MODULE"] = "sdwg.settings"
        env.update({"SDWG_DEMO": "1"} if self.mode == "demo" else {"SDWG_DEBUG": "1", "SDWG_RELOAD": "1"})
        return env


def place(mode: str) -> Place:
    port = os.environ.get("SDWG_PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop_with(f"SDWG_PORT={port} is not a port; name one between 1 and 65535.")
    default = ROOT / "var" if mode == "demo" else ROOT / "var" / "dev"
    return Place(mode, Path(os.environ.get("SDWG_DATA") or default).resolve(), int(port))


def claim(here: Place) -> IO[str]:
    """Makes the folders and takes the lock that keeps a second run off the same data."""
    os.umask(0o077)
    strange = (here.data / "sdwg.sqlite3").exists() and not (here.data / MADE_BY_US).exists()
    if here.mode == "demo" and strange and os.environ.get("SDWG_DATA"):
        stop_with(
            f"{here.data} holds a database that the demonstration did not make; name another folder in SDWG_DATA."
        )
    for folder in FOLDERS:
        (here.data / folder).mkdir(parents=True, exist_ok=True)
    (here.data / MADE_BY_US).write_text(f"{here.mode}\n")
    lock = (here.data / "run" / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stop_with(f"It is running already on the data in {here.data}; stop that one first.")
    return lock


def port_is_free(here: Place) -> None:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", here.port))
        except OSError as reason:
            stop_with(
                f"Port {here.port} cannot be used ({reason.strerror}); choose another, "
                f"for example: SDWG_PORT={min(here.port + 1, 65535)} make {here.mode}"
            )


def reset(here: Place) -> None:
    """Removes what the demonstration made in its folder, by name, and nothing else."""
    if os.environ.get("DATABASE_URL"):
        stop_with("DATABASE_URL is set; drop and create that database yourself, then run make demo.")
    if os.environ.get("SDWG_DATA") and here.data.exists() and not (here.data / MADE_BY_US).exists():
        stop_with(f"{here.data} was not made by the demonstration; nothing was removed.")
    with claim(here):
        for name in REMOVABLE:
            path = here.data / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    print(f"Removed the demonstration's database, files, mail and queues in {here.data}.", flush=True)


# -------------------------------------------------------------------------------------------------- the processes


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_lines(self, count: int = 15) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join(f"    {line}" for line in lines)


def die_with_parent() -> Callable[[], None] | None:
    """On Linux a child is told to stop when this process is killed outright."""
    if sys.platform != "linux":
        return None
    import ctypes

    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, signal.SIGTERM) and None


def start(here: Place, name: str, command: list[str]) -> Child:
    log = here.data / "log" / f"{name}.log"
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=here.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )
    return Child(name, process, log)


def commands(here: Place) -> dict[str, list[str]]:
    celery = ["celery", "-A", "sdwg"]
    quietly = ["--without-gossip", "--without-mingle", "--concurrency", "1", "--loglevel", "INFO"]
    schedule = ["--schedule", str(here.data / "run" / "beat"), "--pidfile", "", "--loglevel", "INFO"]
    return {
        "web": ["gunicorn", "--config", str(ROOT / "gunicorn.conf.py")],
        "worker": [*celery, "worker", *quietly],
        "scheduler": [*celery, "beat", *schedule],
    }


@contextlib.contextmanager
def running(here: Place) -> Iterator[list[Child]]:
    """The three processes; all of them, and what they started, are gone when this is left."""
    children: list[Child] = []
    try:
        for name, command in commands(here).items():
            children.append(start(here, name, command))
        yield children
    finally:
        print("\nStopping ...", flush=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_all(children)


def stop_all(children: list[Child]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + FAREWELL
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


def check_alive(children: list[Child]) -> None:
    for child in children:
        code = child.process.poll()
        if code is not None:
            print(
                f"\nThe {child.name} stopped by itself (code {code}). Its last lines, from {child.log}:\n", flush=True
            )
            print(child.last_lines(), flush=True)
            sys.exit(1)


# ------------------------------------------------------------------------------------------------- until they answer


def web_answers(here: Place) -> str:
    """An empty string when ready, else what it said."""
    try:
        with DIRECT.open(f"{here.address}/readyz", timeout=5):
            return ""
    except urllib.error.HTTPError as answer:
        return f"/readyz answers {answer.code}: {answer.read(2000).decode(errors='replace')}"
    except OSError as reason:
        return f"/readyz does not answer: {reason}"


def jobs_answer(here: Place, since: datetime) -> str:
    """An empty string when worker and scheduler have both answered after ``since``, else what is missing."""
    asked = subprocess.run(
        [sys.executable, "manage.py", "await_worker", "--timeout", "2", "--since", since.isoformat()],
        cwd=ROOT,
        env=here.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0:
        return ""
    if "Unknown command" in asked.stderr:
        print("Whether worker and scheduler answer cannot be asked yet (manage.py await_worker is missing).")
        return ""
    said = (asked.stderr or asked.stdout).strip().splitlines()
    return said[-1] if said else "worker and scheduler have not answered"


def wait_for(ask: Callable[[], str], children: list[Child]) -> None:
    deadline = time.monotonic() + PATIENCE
    while answer := ask():
        check_alive(children)
        if time.monotonic() > deadline:
            stop_with(f"After {PATIENCE} seconds not everything answered. {answer}")
        time.sleep(0.3)


def greet(here: Place) -> None:
    print(f"\nSDWG is running at {here.address}\n")
    accounts = here.data / "run" / "accounts.json"
    if here.mode == "demo" and accounts.exists():
        held = json.loads(accounts.read_text())
        width = max((len(address) for address, _ in held["accounts"]), default=0)
        for address, seats in held["accounts"]:
            print(f"  {address:<{width}}  {seats}")
        print(f"\nPassword: {held['password']}\n")
    if here.mode == "run":
        print(f"The first people: SDWG_DEBUG=1 SDWG_DATA={here.data} {sys.executable} manage.py bootstrap_group --help")
    print(f"Mail that would have been sent: {here.data / 'mail'}\nLogs: {here.data / 'log'}\nCtrl-C stops everything.")
    sys.stdout.flush()


def serve(here: Place) -> None:
    with claim(here):
        port_is_free(here)
        ready = subprocess.run([sys.executable, ".ci/prepare.py"], cwd=ROOT, env=here.environment(), check=False)
        if ready.returncode:
            stop_with("The database could not be made ready (above: why); nothing was started.")
        since = datetime.now(UTC)
        with running(here) as children:
            wait_for(lambda: web_answers(here), children)
            wait_for(lambda: jobs_answer(here, since), children)
            greet(here)
            while True:
                check_alive(children)
                time.sleep(0.5)


def main() -> None:
    mode, *rest = sys.argv[1:] or ["demo"]
    here = place(mode)
    if "--reset" in rest:
        reset(here)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, asked_to_stop)
    try:
        serve(here)
    except Stop:
        print("Stopped.", flush=True)


if __name__ == "__main__":
    main()
