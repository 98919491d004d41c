"""What the DAG's pages read."""

from escalations.queries.owed import Owed, unescalated, unsubmitted
from escalations.queries.pages import Page, Tabling, altered_dossiers, history, page, recipients, tablings
from escalations.queries.panels import LABELS, on_artefact, on_decision
from escalations.queries.plan import (
    WITHHELD,
    Plan,
    Planned,
    Row,
    Sitting,
    forward_plan,
    rows,
    sittings,
    submissions,
    title_of,
)
from escalations.queries.prior import (
    PriorPage,
    PriorRow,
    held,
    prior_approvals,
    prior_page,
    prior_rows,
    prior_url,
)
from escalations.queries.waiting import owed, waiting_for

__all__ = [
    "LABELS",
    "WITHHELD",
    "Owed",
    "Page",
    "Plan",
    "Planned",
    "PriorPage",
    "PriorRow",
    "Row",
    "Sitting",
    "Tabling",
    "altered_dossiers",
    "forward_plan",
    "held",
    "history",
    "on_artefact",
    "on_decision",
    "owed",
    "page",
    "prior_approvals",
    "prior_page",
    "prior_rows",
    "prior_url",
    "recipients",
    "rows",
    "sittings",
    "submissions",
    "tablings",
    "title_of",
    "unescalated",
    "unsubmitted",
    "waiting_for",
]
