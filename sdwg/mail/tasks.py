"""What the worker does for outgoing mail, each minute and whenever something was queued."""

from celery import shared_task

from sdwg import clock
from sdwg.celery import wake
from sdwg.mail import operations

AT_ONCE = 200
"""Messages a task sends before it lets other work have its turn."""


@shared_task
def drain() -> None:
    """Send what is due; empty what is old."""
    at = clock.now()
    if operations.deliver(at=at, limit=AT_ONCE) == AT_ONCE:
        wake(operations.DRAIN)
    operations.purge(at=at)
