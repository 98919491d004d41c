"""The verbs: the DAG's calendar, what is submitted, its dossier, what the DAG decides and has decided before."""

from escalations.operations.calendar import add_dag_meeting, ensure_dag_meetings
from escalations.operations.dossiers import build_due_dossiers, order_dossier
from escalations.operations.outcomes import confirm_outcome, discharge_condition, record_outcome
from escalations.operations.prior import (
    confirm_prior_approval,
    record_prior_approval,
    refuse_prior_approval,
    share_prior_approvals,
    withdraw_prior_approval,
)
from escalations.operations.submissions import share, submit, withdraw_submission

__all__ = [
    "add_dag_meeting",
    "build_due_dossiers",
    "confirm_outcome",
    "confirm_prior_approval",
    "discharge_condition",
    "ensure_dag_meetings",
    "order_dossier",
    "record_outcome",
    "record_prior_approval",
    "refuse_prior_approval",
    "share",
    "share_prior_approvals",
    "submit",
    "withdraw_prior_approval",
    "withdraw_submission",
]
