"""Several workers at once, as processes, on the database the suite runs on: every message once."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
MESSAGES, WORKERS = 60, 4

FILL = """
from tests.mail.conftest import make_person, queue_notice
person = make_person("chair")
for n in range(int(sys.argv[1])):
    queue_notice(person, on_key=f"meeting:{n}")
"""
DRAIN = """
from sdwg.mail.operations import deliver
from tests.mail.conftest import AT
print("ready", flush=True)
sys.stdin.readline()
print(deliver(at=AT), flush=True)
"""


def database_url() -> str:
    """The suite's own database, where processes can share it; empty for the embedded one, which gets a file."""
    if connection.vendor != "postgresql":
        return ""
    place = connection.settings_dict
    return f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


@pytest.fixture
def environment(tmp_path: Path, transactional_db: None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "SDWG_DEMO"}}
    kept |= {"SDWG_DATA": str(tmp_path), "SDWG_DEBUG": "1", "DATABASE_URL": database_url()}
    kept |= {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "sdwg.settings")}
    if not kept["DATABASE_URL"]:
        command = [sys.executable, "manage.py", "migrate", "--run-syncdb", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=kept, check=True)
    return kept


def process(environment: dict[str, str], code: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", f"import sys, django; django.setup()\n{code}", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_four_workers_at_once_deliver_every_message_once(environment: dict[str, str], tmp_path: Path) -> None:
    assert process(environment, FILL, str(MESSAGES)).wait() == 0
    workers = [process(environment, DRAIN) for _ in range(WORKERS)]
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    sent = [int(worker.communicate()[0]) for worker in workers]

    written = "".join(path.read_text() for path in (tmp_path / "mail").iterdir())
    ids = Counter(line for line in written.splitlines() if line.startswith("Message-ID:"))
    assert sum(sent) == MESSAGES
    assert len(ids) == MESSAGES
    assert set(ids.values()) == {1}
    assert sum(count > 0 for count in sent) > 1, f"only one worker took part: {sent}"
