"""What the worker does for the file store, each minute."""

from celery import shared_task

from sdwg import clock
from sdwg.files import operations, pages


@shared_task
def look() -> None:
    """Forget pictures of pages that nobody needs kept, and sweep what no row refers to."""
    at = clock.now()
    pages.trim(at)
    operations.sweep(at=at, real=clock.real_now())
