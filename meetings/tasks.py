"""What the worker looks for: packs to build, alternates' windows to open, decisions whose time is up."""

from celery import shared_task

from meetings import operations
from sdwg import clock
from sdwg.members.access import Actor


@shared_task
def look() -> None:
    """Close the decisions that are due, open windows for late nominations, forget guests, and build what is ordered.

    The builds come last: a long one must not keep the rest waiting.
    """
    at = clock.now()
    operations.close_due_decisions(at)
    operations.open_late_windows(actor=Actor.system(at))
    operations.forget(at)
    operations.build_due_packs(at)
