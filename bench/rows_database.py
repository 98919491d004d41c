"""The embedded database, with the settings the application uses."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.frame import drill, folder

KILLS = 20
PAIR = "BEGIN IMMEDIATE; INSERT INTO side VALUES ('left'); INSERT INTO side VALUES ('right'); COMMIT;"
WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.executescript(sys.argv[2])
print("writing", flush=True)
while True:
    connection.executescript(sys.argv[3])
"""


def application_pragmas() -> str:
    """The pragmas of the embedded database, as the settings give them."""
    from django.conf import settings

    return str(settings.DATABASES["default"]["OPTIONS"]["init_command"])


@drill("embedded database: half-written pairs after 20 kills of the writer", unit="pairs", goal="== 0")
def half_written_pairs() -> float:
    """Two rows in one transaction, the writer killed outright: never one without the other, nor a broken file."""
    with tempfile.TemporaryDirectory(dir=folder("drill")) as made:
        path = Path(made) / "pairs.sqlite3"
        with sqlite3.connect(path) as connection:
            connection.executescript(f"{application_pragmas()} CREATE TABLE side (name TEXT);")
        connection.close()
        for kill in range(KILLS):
            command = [sys.executable, "-c", WRITER, str(path), application_pragmas(), PAIR]
            writer = subprocess.Popen(command, stdout=subprocess.PIPE)
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.005 * (kill % 7))
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait()
            writer.stdout.close()
        return half_written(path)


def half_written(path: Path) -> int:
    """Raises ``RuntimeError`` when the drill proved nothing or the file is broken."""
    connection = sqlite3.connect(path)
    counts = dict(connection.execute("SELECT name, count(*) FROM side GROUP BY name").fetchall())
    verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    if verdict != "ok" or not counts:
        raise RuntimeError(f"integrity: {verdict}; rows: {counts}")
    return int(abs(counts.get("left", 0) - counts.get("right", 0)))
