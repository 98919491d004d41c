"""What the worker does for the file store, each minute."""

from celery import shared_task

from sdwg import clock
from sdwg.files import operations


@shared_task
def look() -> None:
    """Sweep what no row refers to."""
    operations.sweep(at=clock.now(), real=clock.real_now())
