"""Read models of decisions.

For documents (a DAG dossier, a pack's control sheet): ``record_of(decision, at) -> DecisionRecord``, see
``records``: the question, ``hearings`` by constituency with every position verbatim, ``objections`` with their life,
``finding`` and the ``earlier`` ones with their disputes. No actor: the caller has checked that its reader may read
the decision.
"""

from meetings.queries.decisions.records import (
    DecisionRecord,
    DisputeRecord,
    FindingRecord,
    ObjectionRecord,
    ObjectionStep,
    record_of,
)
from sdwg.members.access import Actor
from sdwg.screen import Waiting

__all__ = [
    "DecisionRecord",
    "DisputeRecord",
    "FindingRecord",
    "ObjectionRecord",
    "ObjectionStep",
    "record_of",
]


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for ``actor`` here."""
    return []
