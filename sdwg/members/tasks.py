"""What the worker does for people, each minute."""

from celery import shared_task

from sdwg import clock
from sdwg.members.operations import leaving


@shared_task
def look() -> None:
    """See out whoever left by date, and forget where sessions were that have run out."""
    leaving.see_out_leavers(clock.now())
    leaving.forget_sessions(clock.real_now())
