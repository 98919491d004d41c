"""What the worker does for the trail each minute."""

from celery import shared_task

from sdwg import clock
from sdwg.audit import anchor, reads
from sdwg.audit.acts import Machine


@shared_task
def look() -> None:
    """Chain the reads written since the last look, and anchor the head once a day."""
    at = clock.now()
    reads.seal(actor=Machine(at))
    anchor.anchor(clock.today(at))
