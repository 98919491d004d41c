"""The heartbeat: proof, end to end, that scheduler, broker, worker and database work together."""

from datetime import datetime

from celery import shared_task

from sdwg import clock
from sdwg.models import Heartbeat


@shared_task
def beat(sent_at: str) -> None:
    """Write that the worker answers, now, and that the scheduler did when it sent this.

    ``sent_at`` is an ISO time: a message left from an earlier run must not vouch for today's scheduler.
    """
    moments = {Heartbeat.Component.BEAT: datetime.fromisoformat(sent_at), Heartbeat.Component.WORKER: clock.real_now()}
    for component, at in moments.items():
        Heartbeat.objects.update_or_create(component=component, defaults={"at": at})
