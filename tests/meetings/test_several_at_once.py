"""Workers killed outright, and people who press the same button at the same moment: as processes, on one database."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
GROUP = """
from sdwg import clock
from tests.artefacts import make as artefacts
from tests.cast import AT, gather
from tests.meetings import make
clock.set_now(AT)
cast = gather(AT)
"""
FILL = GROUP + "meeting = make.with_agenda(cast, artefacts.version(cast))\n"
ORDER = """
from meetings import operations
operations.order_pack(actor=cast.actor("secretariat"), meeting=meeting)
"""
BUILD = """
import time
from datetime import timedelta
from meetings import operations
from meetings.operations import packs
from tests.cast import AT
packs.LEASE = timedelta(seconds=3)
bind = packs.bind
def slowly(*args, **kwargs):
    print("building", flush=True)
    if sys.argv[1] == "die":
        time.sleep(60)
    return bind(*args, **kwargs)
packs.bind = slowly
deadline = time.monotonic() + 30
while not operations.build_due_packs(AT) and time.monotonic() < deadline:
    time.sleep(0.2)
"""
PRESS = """
from meetings import operations
from meetings.models import Meeting
from sdwg.members.access import NotNow, actor_for
from sdwg.members.models import Person
from tests.cast import AT
person = Person.objects.get(display_name="Secretariat")
print("ready", flush=True)
sys.stdin.readline()
try:
    operations.order_pack(actor=actor_for(person, AT), meeting=Meeting.objects.get())
    print("ordered", flush=True)
except NotNow as refusal:
    print(refusal, flush=True)
"""
TELL = """
from meetings.models import Pack
from sdwg.audit.models import AuditEvent
for pack in Pack.objects.all():
    print(pack.state, pack.attempts, bool(pack.file), AuditEvent.objects.filter(verb="pack.built").count())
"""


def database_url() -> str:
    """The suite's own database, where processes can share it; empty for the embedded one, which gets a file."""
    if connection.vendor != "postgresql":
        return ""
    place = connection.settings_dict
    return f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


@pytest.fixture
def run(tmp_path: Path, transactional_db: None) -> Any:
    """Starts a piece of code as a process with a database and a store of its own; ``run(code, *words)``."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "SDWG_DEMO"}}
    kept |= {"SDWG_DATA": str(tmp_path), "SDWG_DEBUG": "1", "DATABASE_URL": database_url()}
    kept |= {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "sdwg.settings")}
    if not kept["DATABASE_URL"]:
        command = [sys.executable, "manage.py", "migrate", "--run-syncdb", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=kept, check=True)

    def start(code: str, *words: str) -> subprocess.Popen[str]:
        # The clock may be stopped in tests only, which pytest's being imported is the sign of.
        command = [sys.executable, "-c", f"import sys, pytest, django; django.setup()\n{code}", *words]
        return subprocess.Popen(command, cwd=ROOT, env=kept, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    return start


def told(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return out.strip()


def test_a_worker_killed_outright_leaves_a_pack_that_the_next_one_builds(run: Any, tmp_path: Path) -> None:
    told(run(FILL + ORDER))
    worker = run(BUILD, "die")
    assert worker.stdout.readline() == "building\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert told(run(TELL)) == "building 1 False 0"

    told(run(BUILD, "live"))

    assert told(run(TELL)) == "built 2 True 1"
    assert not [path for path in tmp_path.rglob("*") if "partial" in path.name]


def test_two_workers_at_once_build_a_pack_once(run: Any) -> None:
    told(run(FILL + ORDER))
    workers = [run(BUILD.replace("deadline = time.monotonic() + 30", "deadline = 0"), "live") for _ in range(2)]

    building = "".join(told(worker) for worker in workers)

    assert building == "building"
    assert told(run(TELL)) == "built 1 True 1"


def test_a_pack_ordered_by_four_at_once_is_ordered_once(run: Any) -> None:
    told(run(FILL))
    people = [run(PRESS) for _ in range(4)]
    for person in people:
        assert person.stdout.readline() == "ready\n"
    for person in people:
        person.stdin.write("go\n")
        person.stdin.flush()

    answers = sorted(told(person) for person in people)

    assert answers.count("ordered") == 1
    assert sum("is being built" in answer for answer in answers) == 3
    assert told(run(TELL)) == "ordered 0 False 0"
