"""What the worker looks for."""

from celery import shared_task

from artefacts import operations
from sdwg import clock


@shared_task
def look() -> None:
    """Close the consultations that are due, and forget who wrote from the wider industry."""
    at = clock.now()
    operations.close_due_windows(at)
    operations.forget_senders(at)


@shared_task
def read_texts() -> None:
    """Read the text of what was uploaded, and compare it with the versions before."""
    operations.read_texts()
