"""The verbs: the DAG's calendar, what is submitted, its dossier, and what the DAG decides."""

from escalations.operations.calendar import add_dag_meeting, ensure_dag_meetings
from escalations.operations.dossiers import build_due_dossiers, order_dossier
from escalations.operations.outcomes import confirm_outcome, discharge_condition, record_outcome
from escalations.operations.submissions import share, submit, withdraw_submission

__all__ = [
    "add_dag_meeting",
    "build_due_dossiers",
    "confirm_outcome",
    "discharge_condition",
    "ensure_dag_meetings",
    "order_dossier",
    "record_outcome",
    "share",
    "submit",
    "withdraw_submission",
]
