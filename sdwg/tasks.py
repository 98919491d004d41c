"""The program's own looks: the heartbeat, and the trail, which is below everything and may not ask the clock itself."""

from datetime import datetime

from celery import shared_task

from sdwg import clock
from sdwg.audit import anchor, reads
from sdwg.audit.acts import Machine
from sdwg.models import Heartbeat


@shared_task
def beat(sent_at: str) -> None:
    """Write that the worker answers, now, and that the scheduler did when it sent this: end to end, by doing it.

    ``sent_at`` is an ISO time: a message left from an earlier run must not vouch for today's scheduler.
    """
    moments = {Heartbeat.Component.BEAT: datetime.fromisoformat(sent_at), Heartbeat.Component.WORKER: clock.real_now()}
    for component, at in moments.items():
        Heartbeat.objects.update_or_create(component=component, defaults={"at": at})


@shared_task
def look() -> None:
    """Chain the reads written since the last look, and anchor the head of the trail once a day."""
    at = clock.now()
    reads.seal(actor=Machine(at))
    anchor.anchor(clock.today(at))
