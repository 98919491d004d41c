"""What the worker does for the DAG, each minute and whenever something was submitted."""

from celery import shared_task

from escalations import operations
from sdwg import clock


@shared_task
def look() -> None:
    """Keep the DAG's calendar, let its liaison read what is with it, build the dossiers that are ordered."""
    at = clock.now()
    operations.ensure_dag_meetings(at=at)
    operations.share(at=at)
    operations.share_prior_approvals(at=at)
    operations.build_due_dossiers(at=at)
