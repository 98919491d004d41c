"""The chair lets another seat validate the answers on one artefact, and takes that back."""

from datetime import date

from artefacts import rules
from artefacts.models import Artefact, ValidationDelegation
from artefacts.operations.moving import doer, locked, said, tell
from artefacts.operations.notices import owe, spoken
from sdwg import dates
from sdwg.audit.acts import act
from sdwg.members.access import Actor
from sdwg.members.models import Seat


@act
def delegate_validation(
    *, actor: Actor, artefact: Artefact, seat: Seat, reason: str, until: date | None = None
) -> ValidationDelegation:
    """Let ``seat`` validate the answers on the artefact, to the end of ``until`` (a London date) or until taken back.

    Its holder is told, and validates by the same rules as the chair, who goes on validating too. Raises ``Refused``,
    ``NotNow``.
    """
    artefact = locked(artefact.pk)
    rules.check_can_delegate(actor, artefact)
    seat = Seat.objects.with_names().select_related("person").get(pk=seat.pk)
    rules.check_delegate(artefact, seat, until, actor.at)
    made = ValidationDelegation.objects.create(
        artefact=artefact,
        seat=seat,
        until=until,
        reason=said(reason, "Say why, for the record.", "reason"),
        given_by=doer(actor),
        given_as=actor.label,
        given_at=actor.at,
    )
    ends = {"until": until.isoformat()} if until else {}
    tell("validation.delegated", artefact, rules.latest(artefact), reason=made.reason, to=seat.label, **ends)
    by = f"until {dates.day(until)}" if until else "until it is taken back"
    _tell_delegate(actor, made, f"The chair lets you validate the answers on {spoken(artefact)} {by}.")
    return made


@act
def take_back_validation(*, actor: Actor, artefact: Artefact, reason: str) -> ValidationDelegation:
    """End the delegation that is in force, with a reason. What was validated stays. Raises ``Refused``, ``NotNow``."""
    artefact = locked(artefact.pk)
    rules.check_can_take_back(actor, artefact)
    row = rules.delegation_of(artefact.pk, actor.at)
    assert row is not None  # noqa: S101 (the check says that there is one)
    row.ended_by, row.ended_as, row.ended_at = doer(actor), actor.label, actor.at
    row.ended_why = said(reason, "Say why, for the record.", "reason")
    row.save()
    tell("validation.taken-back", artefact, rules.latest(artefact), reason=row.ended_why, to=row.seat.label)
    _tell_delegate(actor, row, f"The chair validates the answers on {spoken(artefact)} again. Yours stand.")
    return row


def _tell_delegate(actor: Actor, row: ValidationDelegation, sentence: str) -> None:
    version = rules.latest(row.artefact)
    if version is None:
        return
    owe(
        actor,
        version,
        [row.seat.person],
        rule="validation-delegated",
        on_key=f"delegation:{row.pk}",
        occurrence="taken back" if row.ended_at else "",
        subject=f"Who validates the answers on {spoken(row.artefact)}",
        sentence=sentence,
        link=row.artefact.get_absolute_url(),
        link_text="See where it stands",
        why="the chair named your seat",
    )
