"""What a decision says for ever: the question, who was heard, objections with their life, findings with their disputes.

``record_of(decision, at)`` is what the decision's page, a pack's control sheet and a DAG dossier (D3) are made of.
Frozen values in words, dates and addresses; no actor: whoever calls has checked that its reader may read the decision.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from meetings import hearing
from meetings.hearing import Hearing
from meetings.models import Decision, Determination, Objection
from meetings.states import STANDING, DecisionState, Finding, ObjectionState
from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.members.models import Seat
from sdwg.members.queries import successors


@dataclass(frozen=True)
class ObjectionStep:
    """One moment in the life of an objection: ``label`` is "Raised", "Addressed" …, ``state`` the state it went to."""

    label: str
    state: str
    at: datetime
    who: str


@dataclass(frozen=True)
class ObjectionRecord:
    """One objection, verbatim. ``version_sha256`` is what it was raised on; ``standing`` says that it blocks consensus.

    ``steps`` is its whole life, oldest first. ``raised_by`` is the name of whoever raised it. ``seat_ended`` says that
    its seat is no more; ``now_with`` is then who holds the one that speaks for it, empty while that is vacant.
    """

    pk: int
    reference: str
    number: int
    seat: str
    name: str
    clause: str
    reason: str
    would_resolve: str
    state: str
    state_label: str
    standing: bool
    seat_ended: bool
    now_with: str
    round: int
    version_sha256: str
    raised_by: str
    raised_as: str
    raised_at: datetime
    answer: str
    answered_as: str
    answered_at: datetime | None
    last_word: str
    last_word_as: str
    last_word_at: datetime | None
    steps: tuple[ObjectionStep, ...]

    @property
    def vacant(self) -> bool:
        """Whether nobody can withdraw it, though it stands: its seat ended and its organisation has no other."""
        return self.standing and self.seat_ended and not self.now_with

    @property
    def whose(self) -> str:
        """Who raised it, and with whom it is now, where it stands and its seat has ended; else empty."""
        if not (self.standing and self.seat_ended):
            return ""
        with_whom = f"now with {self.now_with}" if self.now_with else "seat vacant"
        return f"Raised by {self.raised_by} for {self.name}; {with_whom}"


@dataclass(frozen=True)
class DisputeRecord:
    """What a seat said against a proposed finding, verbatim."""

    seat: str
    said_as: str
    text: str
    at: datetime


@dataclass(frozen=True)
class FindingRecord:
    """A finding of the chair: proposed, and determined when ``determined_at`` is set.

    ``amended_reasons`` are what became of ``reasons`` after a dispute: both are published. ``at_meeting`` is the
    meeting's reference ("SDWG 14") where it was determined there. ``superseded_at``: a later record took its place.
    """

    pk: int
    round: int
    finding: str
    label: str
    reasons: str
    amended_reasons: str
    awaited: str
    awaited_by: date | None
    proposed_as: str
    proposed_at: datetime
    dispute_until: datetime
    disputes: tuple[DisputeRecord, ...]
    determined_as: str
    determined_at: datetime | None
    at_meeting: str
    version_sha256: str
    superseded_at: datetime | None


@dataclass(frozen=True)
class DecisionRecord:
    """A decision in its present round. ``finding`` is the one in force; ``earlier`` are superseded ones and other
    rounds'.

    ``hearings`` are the constituencies in the order of the Terms of Reference: frozen once determined, else as it
    stands now; each has ``constituency``, ``heard``, ``vacant``, ``commented``, ``silent`` and ``stated`` (``name``,
    ``seat``, ``stance``, ``label``, ``text`` verbatim, ``said_as``, ``on_behalf``, ``at``).
    """

    reference: str
    question: str
    delegated: bool
    delegation_reference: str
    state: str
    state_label: str
    round: int
    version: str
    version_sha256: str
    meeting: str
    opened_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None
    withdrawn_reason: str
    hearings: tuple[Hearing, ...]
    objections: tuple[ObjectionRecord, ...]
    finding: FindingRecord | None
    earlier: tuple[FindingRecord, ...]

    @property
    def determined(self) -> bool:
        """Whether the finding in force is determined."""
        return self.finding is not None and self.finding.determined_at is not None

    @property
    def standing(self) -> tuple[ObjectionRecord, ...]:
        """The objections that block consensus."""
        return tuple(row for row in self.objections if row.standing)

    @property
    def consensus(self) -> bool:
        return self.determined and self.finding is not None and self.finding.finding == Finding.CONSENSUS


UNFOUND = frozenset({DecisionState.DRAFT, DecisionState.OPEN, DecisionState.CLOSED})
"""In its first round a decision in these states has no finding yet."""


@dataclass(frozen=True)
class Rows:
    """The rows a record is made of: every objection and finding, and the finding in force in this round."""

    objections: list[Objection]
    findings: list[Determination]
    finding: Determination | None


def rows_of(decision: Decision) -> Rows:
    """Read them, each knowing ``decision`` itself. Two queries, and two more where something is disputed."""
    objections = list(decision.objections.select_related("seat__organisation", "raised_by"))
    findings: list[Determination] = []
    if decision.round > 1 or decision.state not in UNFOUND:
        rows = decision.determinations.select_related("at_meeting")
        findings = list(rows.prefetch_related("disputes__seat__organisation"))
    for row in objections:
        row.decision = decision
    for finding in findings:
        finding.decision = decision
    in_force = (row for row in findings if row.superseded_at is None and row.round == decision.round)
    return Rows(objections, findings, next(in_force, None))


def record_of(
    decision: Decision, at: datetime, *, rows: Rows | None = None, events: Iterable[AuditEvent] | None = None
) -> DecisionRecord:
    """The record of ``decision`` as it reads at ``at``. Constant queries, at most seven beside the decision's own.

    ``rows`` and ``events`` (its history, oldest first) are given where the caller has read them.
    """
    rows = rows or rows_of(decision)
    finding = rows.finding
    if finding and finding.determined_at:
        hearings = hearing.frozen(finding.heard)
    else:
        hearings = hearing.heard(decision, at, rows.objections)
    lives = _lives(history(decision) if events is None else events)
    now_with = successors([row.seat for row in rows.objections], clock.today(at))
    return DecisionRecord(
        reference=decision.reference,
        question=decision.question,
        delegated=decision.delegated,
        delegation_reference=decision.delegation_reference,
        state=decision.state,
        state_label=str(DecisionState(decision.state).label),
        round=decision.round,
        version=str(decision.version) if decision.version else "",
        version_sha256=decision.sha256,
        meeting=decision.meeting.open_name if decision.meeting else "",
        opened_at=decision.opened_at,
        closes_at=decision.closes_at,
        closed_at=decision.closed_at,
        withdrawn_reason=decision.withdrawn_reason,
        hearings=tuple(hearings),
        objections=tuple(
            _objection(row, lives[row.reference], now_with.get(row.seat_id), at) for row in rows.objections
        ),
        finding=_finding(finding) if finding else None,
        earlier=tuple(_finding(row) for row in rows.findings if row is not finding),
    )


def history(decision: Decision) -> QuerySet[AuditEvent]:
    """Everything that happened to ``decision``, oldest first."""
    return AuditEvent.objects.filter(on_key=decision.audit_key).order_by("seq")


STEPS = {
    "objection.raised": ObjectionState.RAISED,
    "objection.reworded": ObjectionState.RAISED,
    "objection.addressed": ObjectionState.ADDRESSED,
    "objection.maintained": ObjectionState.MAINTAINED,
    "objection.withdrawn": ObjectionState.WITHDRAWN,
}


def _lives(events: Iterable[AuditEvent]) -> dict[str, list[ObjectionStep]]:
    """By reference of the objection ("O-1"): what happened to it."""
    lives: dict[str, list[ObjectionStep]] = defaultdict(list)
    for event in events:
        state = STEPS.get(event.verb)
        if state:
            label = "Put in other words" if event.verb == "objection.reworded" else str(state.label)
            lives[event.note["objection"]].append(ObjectionStep(label, state.value, event.at, event.acting_as))
    return lives


def _objection(row: Objection, steps: list[ObjectionStep], now_with: Seat | None, at: datetime) -> ObjectionRecord:
    return ObjectionRecord(
        pk=row.pk,
        reference=row.reference,
        number=row.number,
        seat=row.seat.label,
        name=row.seat.organisation.name,
        clause=row.clause,
        reason=row.reason,
        would_resolve=row.would_resolve,
        state=row.state,
        state_label=str(ObjectionState(row.state).label),
        standing=row.state in STANDING,
        seat_ended=hearing.has_ended(row.seat, at),
        now_with=now_with.person.display_name if now_with else "",
        round=row.round,
        version_sha256=row.version_sha256,
        raised_by=row.raised_by.display_name,
        raised_as=row.raised_as,
        raised_at=row.raised_at,
        answer=row.answer,
        answered_as=row.answered_as,
        answered_at=row.answered_at,
        last_word=row.last_word,
        last_word_as=row.last_word_as,
        last_word_at=row.last_word_at,
        steps=tuple(steps),
    )


def _finding(row: Determination) -> FindingRecord:
    return FindingRecord(
        pk=row.pk,
        round=row.round,
        finding=row.finding,
        label=str(Finding(row.finding).label),
        reasons=row.reasons,
        amended_reasons=row.amended_reasons,
        awaited=row.awaited,
        awaited_by=row.awaited_by,
        proposed_as=row.proposed_as,
        proposed_at=row.proposed_at,
        dispute_until=row.dispute_until,
        disputes=tuple(
            DisputeRecord(said.seat.label, said.acting_as, said.text, said.disputed_at) for said in row.disputes.all()
        ),
        determined_as=row.determined_as,
        determined_at=row.determined_at,
        at_meeting=row.at_meeting.open_name if row.at_meeting else "",
        version_sha256=row.version_sha256,
        superseded_at=row.superseded_at,
    )
