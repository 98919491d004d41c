"""Brings database, static files and demonstration data up to date, in one process because starting is what costs.

Run by `.ci/serve.py` with the environment of the servers. Leaves `run/accounts.json` for it in the demonstration.
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdwg.settings")
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as sentence:
        sys.exit(f"SDWG does not start: {sentence}")
    from django.conf import settings
    from django.core.management import call_command

    migrate(call_command)
    call_command("createcachetable", verbosity=0)
    if not settings.WHITENOISE_USE_FINDERS:
        static(call_command, Path(settings.STATIC_ROOT), settings.DATA_DIR / "run" / "static.digest")
    if settings.DEMO:
        demonstration(call_command, settings.DATA_DIR / "run" / "accounts.json")


def migrate(call_command: Any) -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        print(f"Database: migrations to apply: {len(waiting)} ...", flush=True)
        call_command("migrate", verbosity=0, interactive=False)


def static(call_command: Any, target: Path, stamp: Path) -> None:
    """Collects the static files when one of them, or the lock that brings the others, has changed."""
    hashed = hashlib.sha256((ROOT / "requirements" / "runtime.txt").read_bytes())
    for path in sorted(path for path in (ROOT / "static").rglob("*") if path.is_file()):
        hashed.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    wanted = hashed.hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and (target / "staticfiles.json").exists():
        return
    print("Static files: collecting ...", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(wanted)


def demonstration(call_command: Any, target: Path) -> None:
    from django.conf import settings
    from django.core.management import get_commands

    target.unlink(missing_ok=True)
    if "load_demo" not in get_commands():
        print("There is no demonstration group to load yet (manage.py load_demo is missing): nobody can sign in.")
        return
    call_command("load_demo")
    target.write_text(json.dumps({"password": settings.DEMO_PASSWORD, "accounts": accounts()}))


def accounts() -> list[tuple[str, str]]:
    """Address of each demonstration account, and the seats it holds."""
    from allauth.account.models import EmailAddress

    from sdwg.members.models import Seat

    seats: dict[int, list[str]] = {}
    for seat in Seat.objects.with_names().order_by("pk"):
        seats.setdefault(seat.person_id, []).append(str(seat))
    addresses = EmailAddress.objects.filter(email__endswith="@sdwg.example", primary=True).order_by("user_id")
    return [(address.email, "; ".join(seats.get(address.user_id, ["no seat of its own"]))) for address in addresses]


if __name__ == "__main__":
    main()
