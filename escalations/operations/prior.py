"""What the DAG approved before this system: recorded by the secretariat, in effect once the liaison confirms (D1)."""

from datetime import date, datetime

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from artefacts.models import Artefact, Version
from artefacts.operations import approve
from artefacts.operations.moving import doer
from escalations.models import PriorApproval
from escalations.operations import letters
from escalations.rules import (
    by_reference_only,
    check_can_confirm_prior,
    check_can_record_prior,
    check_can_refuse_prior,
    check_can_withdraw_prior,
    check_prior,
    cited,
    liaisons,
)
from escalations.states import PriorState
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.models import Grant, Seat
from sdwg.members.operations import grant, withdraw_grants


@act
def record_prior_approval(
    *,
    actor: Actor,
    version: Version,
    dag_reference: str,
    decided_on: date,
    words: str = "",
    covers_both: bool = False,
) -> PriorApproval:
    """Record that the DAG approved ``version`` before this system. Nothing is approved until it is confirmed.

    The liaison can read the version, and is asked to confirm; meanwhile it stays as it is. ``covers_both``: the DAG's
    reference stands for another version too. Raises ``Refused``, ``NotNow``.
    """
    artefact = Artefact.objects.select_for_update().get(pk=version.artefact_id)
    version = Version.objects.get(pk=version.pk)
    version.artefact = artefact
    check_can_record_prior(actor, artefact, version)
    check_prior(actor, version, dag_reference, decided_on, covers_both)
    prior = PriorApproval.objects.create(
        version=version,
        version_sha256=version.sha256,
        dag_reference=dag_reference.strip(),
        decided_on=decided_on,
        words=words.strip(),
        recorded_by=doer(actor),
        recorded_as=actor.label,
        recorded_at=actor.at,
    )
    _tell("prior-approval.recorded", prior, prior.words)
    _share(actor, prior, liaisons(actor.at))
    letters.prior_recorded(actor.at, prior)
    return prior


@act
def confirm_prior_approval(*, actor: Actor, prior: PriorApproval) -> PriorApproval:
    """Confirm it: the artefact is approved, the version its baseline. Raises ``Refused``, ``NotNow``."""
    row = _locked(prior)
    check_can_confirm_prior(actor, row)
    _settle(actor, row, PriorState.CONFIRMED, "")
    _tell("prior-approval.confirmed", row, row.words)
    approve(
        actor=actor,
        artefact=row.version.artefact,
        version=row.version,
        dag_reference=row.dag_reference,
        approved_on=row.decided_on,
        reason=f"Approved before this system, {cited(row)}.",
        before_system=True,
    )
    letters.prior_confirmed(actor.at, row)
    return row


@act
def refuse_prior_approval(*, actor: Actor, prior: PriorApproval, reason: str) -> PriorApproval:
    """Refuse it, with a reason: the artefact is a draft as before. Raises ``Refused``, ``NotNow``."""
    row = _locked(prior)
    check_can_refuse_prior(actor, row, reason)
    _settle(actor, row, PriorState.REFUSED, reason.strip())
    _tell("prior-approval.refused", row, row.settled_reason)
    withdraw_grants(actor=actor, cause_key=row.audit_key)
    letters.prior_refused(actor.at, row)
    return row


@act
def withdraw_prior_approval(*, actor: Actor, prior: PriorApproval, reason: str) -> PriorApproval:
    """Take back what was recorded wrongly; the liaison no longer reads it. Raises ``Refused``, ``NotNow``."""
    row = _locked(prior)
    check_can_withdraw_prior(actor, row, reason)
    _settle(actor, row, PriorState.WITHDRAWN, reason.strip())
    _tell("prior-approval.withdrawn", row, row.settled_reason)
    letters.prior_withdrawn(actor.at, row)  # before whoever was asked loses sight of it
    withdraw_grants(actor=actor, cause_key=row.audit_key)
    return row


def _locked(prior: PriorApproval) -> PriorApproval:
    """The row, locked after its artefact: whatever concerns an artefact waits there."""
    artefact = Artefact.objects.select_for_update().get(versions=prior.version_id)
    row = PriorApproval.objects.select_for_update(of=("self",)).select_related("version").get(pk=prior.pk)
    row.version.artefact = artefact
    return row


def _settle(actor: Actor, row: PriorApproval, state: PriorState, reason: str) -> None:
    row.state = state
    row.settled_by, row.settled_as, row.settled_at = doer(actor), actor.label, actor.at
    row.settled_reason = reason
    row.save()


def _tell(verb: str, prior: PriorApproval, reason: str) -> None:
    note = {"version": prior.version.label, "dag_reference": prior.dag_reference, "decided_on": prior.decided_on}
    record(verb, on=prior, reason=reason, version_sha256=prior.version_sha256, note=note)


# --------------------------------------------------------------------------------------------------------------- sight


def keys_of(prior: PriorApproval) -> list[str]:
    """What the liaison is granted: the envelope always, the version unless it is TLP:RED or procurement support."""
    return [prior.audit_key, *([] if by_reference_only(prior.version) else [prior.version.audit_key])]


def _share(actor: Actor, prior: PriorApproval, seats: list[Seat]) -> int:
    """Give ``seats`` sight of ``prior``, where they have none yet; how many rows were written."""
    cause = prior.audit_key
    has = set(Grant.objects.in_force(actor.at).filter(cause_key=cause).values_list("seat", "on_key"))
    missing = [(seat, key) for seat in seats for key in keys_of(prior) if (seat.pk, key) not in has]
    reason = f"{prior.version.artefact} is recorded as approved by the DAG before this system."
    for seat, key in missing:
        grant(actor=actor, on_key=key, cause_key=cause, reason=reason, seat=seat)
    return len(missing)


def share_prior_approvals(*, at: datetime) -> int:
    """Give whoever is the DAG's liaison today sight of what waits or stands; how many rows that took. Harmless twice.

    A liaison appointed later, or the content of a version whose TLP:RED was lifted, is reached this way.
    """
    seats = liaisons(at)
    rows = PriorApproval.objects.filter(state__in=(PriorState.WAITING, PriorState.CONFIRMED)).annotate(
        key=Concat(Value("prior-approval:"), Cast("pk", CharField())),
        text_key=Concat(Value("version:"), Cast("version_id", CharField())),
    )
    lacks = Q(pk__in=[])
    for seat in seats:
        given = Grant.objects.in_force(at).filter(seat=seat, cause_key=OuterRef("key")).order_by()
        lacks |= ~Exists(given.filter(on_key=OuterRef("key"))) | ~Exists(given.filter(on_key=OuterRef("text_key")))
    lacking = rows.filter(lacks).select_related("version__artefact")
    return sum(_share_late(actor=Actor.system(at), prior=prior, seats=seats) for prior in lacking)


@act
def _share_late(*, actor: Actor, prior: PriorApproval, seats: list[Seat]) -> int:
    row = _locked(prior)
    if row.state not in {PriorState.WAITING, PriorState.CONFIRMED}:
        return 0
    given = _share(actor, row, seats)
    if given and row.state == PriorState.WAITING:
        letters.prior_recorded(actor.at, row)
    return given
