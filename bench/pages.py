"""A page against the floor: a bare view with session, user and one query that renders the same number of rows.

Both go through the whole middleware and the same template engine, on the same database, in the same process. Nothing
stays in the database: what a row needs is written in a transaction that is taken back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ROUNDS = 9
REQUESTS = 12
FLOOR = """<!doctype html><html lang="en-GB"><title>Floor</title><h1>{{ user.display_name }}</h1><table>
{% for row in rows %}<tr><td>{{ row.0 }}</td><td>{{ row.1 }}</td><td>{{ row.2 }}</td><td>{{ row.3 }}</td></tr>
{% endfor %}</table></html>"""
Rows = Callable[[], Any]
ROWS: dict[str, Rows] = {}
"""What the floor asks the database: one query, by the name of its page."""


@contextmanager
def prepared() -> Iterator[None]:
    """The program on the database of the bench, brought up to date; what is written inside is taken back."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction
    from django.test import override_settings

    call_command("migrate", verbosity=0)
    with override_settings(DEBUG=False, MFA_REQUIRED=False, ROOT_URLCONF="bench.floor"), transaction.atomic():
        yield
        transaction.set_rollback(True)


def whole(answer: Any) -> bytes:
    """All that was answered; a file is sent as it is read."""
    content: bytes = b"".join(answer) if answer.streaming else answer.content
    return content


def ratio(person: Any, url: str, rows: Rows) -> float:
    """Processor time of ``url`` as ``person`` sees it, as a multiple of the floor's with as many ``rows`` (a query)."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    ROWS["floor"] = rows
    times: dict[str, list[float]] = {"/floor/": [], url: []}
    for path in times:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        print(f"  {path}: {len(whole(answer)):,} bytes")
    for _ in range(ROUNDS):
        for path, spent in times.items():
            began = time.process_time()
            for _ in range(REQUESTS):
                whole(client.get(path))
            spent.append(time.process_time() - began)
    return min(times[url]) / min(times["/floor/"])
