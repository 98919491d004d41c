"""The worker's application and the one list of what runs when.

The database is the truth: due work and outgoing mail are rows. Celery only says "look", every minute and on commit, to
code that finds out for itself what is due. A message may be lost, come late or come twice, and nothing is lost or done
twice for it.
"""

import logging
import os
import time
from dataclasses import dataclass
from typing import Any

from celery import Celery
from celery.beat import BeatLazyFunc
from celery.signals import beat_embedded_init, beat_init
from django.db import transaction
from kombu.exceptions import KombuError
from kombu.transport import TRANSPORT_ALIASES

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdwg.settings")
TRANSPORT_ALIASES["filesystem"] = "sdwg.broker:Transport"

LOOKS = (
    "sdwg.mail.tasks.drain",  # deliver what is due, purge old bodies
    "sdwg.tasks.look",  # chain the reads, anchor the head once a day
    "sdwg.members.tasks.look",  # end what waits for whoever left by date; forget old sessions
    "sdwg.files.tasks.look",  # sweep what no row refers to
    "artefacts.tasks.look",  # close the windows that are due
    "artefacts.tasks.read_texts",  # read the text of uploaded versions, compare them
    "meetings.tasks.look",  # resume pack builds
    "escalations.tasks.look",  # resume dossier builds
)
"""Each is a task that takes nothing, finds out by itself what is due, and does nothing when nothing is."""

HEARTBEAT = "sdwg.tasks.beat"
EVERY = 60
"""Seconds between two looks."""
STALE = 600
"""Seconds after which a message that nobody took is dropped; the next look does its work."""
PAUSE = 30
"""Seconds for which a process does not try again a broker that did not answer it."""


def _real_now() -> str:
    from sdwg import clock  # the clock needs the models, which are not there yet when Django imports this

    return clock.real_now().isoformat()


app = Celery("sdwg")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    name: {"task": name, "schedule": EVERY, "kwargs": kwargs, "options": {"expires": STALE}}
    for name, kwargs in [*((look, {}) for look in LOOKS), (HEARTBEAT, {"sent_at": BeatLazyFunc(_real_now)})]
}


def wake(name: str) -> None:
    """Once the transaction is committed, ask the worker to run the task ``name`` now instead of within a minute.

    Never fails: without a broker it logs a warning, and the next look does the work. Asking twice in a transaction asks
    once.
    """
    ring = Ring(name)
    connection = transaction.get_connection()
    if all(waiting != ring for _, waiting, _ in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


@dataclass(frozen=True)
class Ring:
    """What ``wake`` leaves to be called after the commit; two for the same task are equal."""

    name: str

    def __call__(self) -> None:
        send(self.name)


class Line:
    """Whether this process may try the broker: a silent one is left alone, so that no request waits twice for it."""

    silent_until = 0.0


def send(name: str, **kwargs: Any) -> bool:
    """Put one message on the broker, without retrying; whether it was taken. Expires after ``STALE`` seconds."""
    if time.monotonic() < Line.silent_until:
        return False
    try:
        app.send_task(name, kwargs=kwargs, retry=False, expires=STALE, ignore_result=True)
    except (KombuError, OSError) as reason:
        Line.silent_until = time.monotonic() + PAUSE
        logger.warning("The broker did not take %s (%s); it is looked for within a minute.", name, reason)
        return False
    return True


@beat_init.connect
@beat_embedded_init.connect
def look_at_once(**kwargs: Any) -> None:
    """When the scheduler starts, everything is looked at, not a minute later; so both answering is soon proved."""
    send(HEARTBEAT, sent_at=_real_now())
    for name in LOOKS:
        send(name)
