"""Putting a question, putting it again, taking it back; reopening what was endorsed, reworking what was not agreed."""

from datetime import date, datetime

from artefacts.models import Artefact, Version
from artefacts.operations import open_revision
from artefacts.operations.moving import said
from artefacts.operations.notices import members
from artefacts.rules import latest
from artefacts.states import Mover, State
from meetings import rules
from meetings.models import Decision, Determination, Meeting
from meetings.operations.decisions.conflicts import keep_conflicted_out
from meetings.operations.decisions.findings import asked_for
from meetings.operations.decisions.ground import carry, doer, everybody, go, locked, owe, short, tell
from meetings.states import DecisionState, Finding
from sdwg import dates
from sdwg.audit.acts import act
from sdwg.members.access import Actor, NotNow
from sdwg.models import Numbering
from sdwg.numbering import numbered

LONGEST_QUESTION = 400


@act
def open_decision(
    *,
    actor: Actor,
    question: str,
    version: Version | None = None,
    meeting: Meeting | None = None,
    delegated: bool = False,
    delegation_reference: str = "",
    closes_at: datetime,
) -> Decision:
    """Put ``question`` to the group, on a version that is ready or on none; the artefact goes under decision.

    ``closes_at`` is 17:00, London time, on a working day to come: positions close then by themselves. With a
    ``meeting``, its alternates speak for their seats and the chair may determine there. Raises ``Refused`` for whoever
    may not open one, ``NotNow`` for a version not ready, a second decision on its artefact, a day that does not serve.
    """
    if version is not None:
        Artefact.objects.select_for_update().get(pk=version.artefact_id)
        version = Version.objects.select_related("artefact").get(pk=version.pk)
    rules.check_can_open_decision(actor, version)
    question = short(
        said(question, "Write the question that the group decides.", "question"), "question", LONGEST_QUESTION
    )
    delegation_reference = delegation_reference.strip()
    if delegated and not delegation_reference:
        raise NotNow("Give the DAG's reference of the delegation.", "delegation_reference")
    meeting = _where_and_when(actor, meeting, closes_at)
    decision = numbered(
        Decision,
        Numbering.Register.DECISIONS,
        question=question,
        version=version,
        meeting=meeting,
        delegated=delegated,
        delegation_reference=delegation_reference if delegated else "",
        state_since=actor.at,
        closes_at=closes_at,
    )
    _put(actor, decision, "decision.opened")
    return decision


def _where_and_when(actor: Actor, meeting: Meeting | None, closes_at: datetime) -> Meeting | None:
    rules.check_deadline(closes_at, actor.at)
    if meeting is None:
        return None
    meeting = Meeting.objects.get(pk=meeting.pk)
    rules.check_meeting_takes_decisions(meeting)
    return meeting


def _put(actor: Actor, decision: Decision, verb: str) -> None:
    """Open a round: the decision, its artefact, and those who are asked."""
    decision.opened_at, decision.opened_by = actor.at, doer(actor)
    decision.closed_at = None
    go(actor, decision, DecisionState.OPEN)
    tell(
        verb,
        decision,
        closes=dates.moment(decision.closes_at),
        meeting=decision.meeting.reference if decision.meeting else "",
        version=decision.version.label if decision.version else "",
        delegated=decision.delegation_reference,
    )
    carry(actor, decision, State.UNDER_DECISION, Mover.CHAIR_OR_SECRETARIAT, "opened")
    keep_conflicted_out(actor, decision)
    owe(
        actor,
        decision,
        members(actor.at),
        rule="decision-opened",
        occurrence=f"round {decision.round}",
        subject=f"{decision}: state your position by {dates.moment(decision.closes_at)}",
        sentence=f"Please state your seat's position on {decision} by {dates.moment(decision.closes_at)}.",
        link_text="Read the question",
    )


@act
def open_round(
    *,
    actor: Actor,
    decision: Decision,
    closes_at: datetime,
    version: Version | None = None,
    meeting: Meeting | None = None,
) -> Decision:
    """Put an adjourned question again, as round n+1, on the newest version of its artefact, which is ready.

    Positions of the round before are to be confirmed; objections stand until their seats withdraw them. ``version`` may
    name the version expected; another one by now is refused. Raises ``Refused`` and ``NotNow``.
    """
    decision = locked(actor, decision)
    rules.check_can_open_round(actor, decision)
    if decision.version:
        newest = latest(decision.version.artefact) or decision.version
        if version is not None and version.pk != newest.pk:
            raise NotNow(f"{newest} is the newest version by now. Look at it, then open the round.", "version")
        if newest.pk != decision.version_id:
            decision.earlier_versions.add(decision.version)
            decision.version = newest
    decision.meeting = _where_and_when(actor, meeting, closes_at)
    decision.round += 1
    decision.closes_at = closes_at
    _put(actor, decision, "decision.round-opened")
    return decision


@act
def withdraw_decision(*, actor: Actor, decision: Decision, reason: str) -> Decision:
    """Take the question back, with a reason; its artefact, where it is under decision, is ready again."""
    decision = locked(actor, decision)
    rules.check_can_withdraw_decision(actor, decision)
    decision.withdrawn_reason = said(reason, "Say why it is withdrawn, for the record.", "reason")
    was_put = decision.state != DecisionState.ADJOURNED
    go(actor, decision, DecisionState.WITHDRAWN)
    tell("decision.withdrawn", decision, reason=decision.withdrawn_reason)
    if was_put:
        carry(actor, decision, State.READY, Mover.DETERMINATION, "withdrawn")
    owe(
        actor,
        decision,
        members(actor.at),
        rule="decision-withdrawn",
        subject=f"{decision} is withdrawn",
        sentence=f"The chair withdrew {decision}. Nothing more is asked of you on it.",
        link_text="Read why",
    )
    return decision


@act
def reopen_endorsed(
    *, actor: Actor, artefact: Artefact, reason: str, awaited: str = "", awaited_by: date | None = None
) -> Determination:
    """Take an endorsed version back to ready. A new record, adjourned, supersedes the consensus; both stay published.

    The next round is then opened as after any adjournment. Raises ``NotNow`` while the DAG has it: the submission is
    withdrawn first.
    """
    endorsed = Decision.objects.filter(version__artefact=artefact, state=DecisionState.DETERMINED).order_by(
        "-closed_at"
    )
    decision = endorsed.first()
    if decision is None:
        raise NotNow(f"{artefact} was not endorsed by a decision.")
    decision = locked(actor, decision)
    rules.check_can_reopen_endorsed(actor, decision)
    reason = said(reason, "Say why it is reopened, for the record.", "reason")
    if awaited.strip() or awaited_by:
        awaited, awaited_by = asked_for(actor, Finding.ADJOURNED, awaited, awaited_by)
    former = decision.determinations.get(round=decision.round, superseded_at__isnull=True)
    former.superseded_at = actor.at
    former.save()
    finding = Determination.objects.create(
        decision=decision,
        round=decision.round,
        finding=Finding.ADJOURNED,
        reasons=reason,
        awaited=awaited,
        awaited_by=awaited_by,
        proposed_by=doer(actor),
        proposed_as=actor.label,
        proposed_at=actor.at,
        dispute_until=actor.at,
        determined_by=doer(actor),
        determined_as=actor.label,
        determined_at=actor.at,
        version_sha256=decision.sha256,
        heard=former.heard,
        supersedes=former,
    )
    go(actor, decision, DecisionState.ADJOURNED)
    tell("decision.reopened", decision, reason=reason, finding=finding.finding)
    carry(actor, decision, State.READY, Mover.CHAIR, "reopened")
    owe(
        actor,
        decision,
        everybody(actor.at),
        rule="decision-reopened",
        occurrence=f"finding {finding.pk}",
        subject=f"{decision} is reopened",
        sentence=f"The chair reopened {decision}: its consensus is superseded, and the next round will be opened.",
        link_text="Read why",
    )
    return finding


@act
def rework(*, actor: Actor, artefact: Artefact, reason: str) -> Artefact:
    """Take what was not agreed back to draft, by its author, with a reason; never what the DAG had delegated (D3)."""
    reason = said(reason, "Say what will be reworked.", "reason")
    return open_revision(actor=actor, artefact=artefact, reason=reason)
