"""Read models of decisions.

For documents (a DAG dossier, a pack's control sheet): ``record_of(decision, at) -> DecisionRecord``, see
``records``: the question, ``hearings`` by constituency with every position verbatim, ``objections`` with their life,
``finding`` and the ``earlier`` ones with their disputes. No actor: the caller has checked that its reader may read
the decision.
"""

from meetings.queries.decisions.leaving import inherited, on_seat_end
from meetings.queries.decisions.page import DecisionPage, consequences, decision_page, decision_title, find_decision
from meetings.queries.decisions.records import (
    DecisionRecord,
    DisputeRecord,
    FindingRecord,
    ObjectionRecord,
    ObjectionStep,
    record_of,
)
from meetings.queries.decisions.register import (
    DecisionRow,
    altered_rounds,
    decision_register,
    decision_rows,
    on_artefact,
    on_marking,
    on_meeting,
)
from meetings.queries.decisions.waiting import waiting_for as waiting_for

__all__ = [
    "DecisionPage",
    "DecisionRecord",
    "DecisionRow",
    "DisputeRecord",
    "FindingRecord",
    "ObjectionRecord",
    "ObjectionStep",
    "altered_rounds",
    "consequences",
    "decision_page",
    "decision_register",
    "decision_rows",
    "decision_title",
    "find_decision",
    "inherited",
    "on_artefact",
    "on_marking",
    "on_meeting",
    "on_seat_end",
    "record_of",
]
