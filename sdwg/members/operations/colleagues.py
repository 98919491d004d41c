"""Colleagues of a seat: readers and drafters of its own organisation, added and taken off by its holder."""

from datetime import date

from allauth.account.models import EmailAddress
from django.db.models import Q

from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.models import Person, Role, Seat
from sdwg.members.operations.people import new_account, send_invitation
from sdwg.members.rules import check_can_add_colleague, check_can_have_colleagues


@act
def add_colleague(*, actor: Actor, display_name: str, address: str, valid_to: date | None = None) -> Seat:
    """Let somebody of the member's own organisation read for their seat up to TLP:AMBER, and draft its comments.

    Whoever has the address and no seat is added as they are; otherwise an account is made, and its person invited.
    ``valid_to`` is inclusive and no later than the seat's own. Ended as any seat (``end_seat``), and with its seat.
    Raises ``Refused`` for whoever acts for no Member seat of their own, ``NotNow``.
    """
    check_can_have_colleagues(actor)
    of = Seat.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=actor.seat_id or 0)
    # An address that somebody typed for themselves and never confirmed is not theirs.
    theirs = EmailAddress.objects.filter(Q(primary=True) | Q(verified=True), email__iexact=address.strip())
    found = theirs.select_related("user").first()
    known: Person | None = found.user if found else None
    seat = Seat(
        organisation=of.organisation,
        role=Role.COLLEAGUE,
        colleague_of=of,
        valid_from=clock.today(actor.at),
        valid_to=valid_to,
        proposed_by=actor.person,
        proposed_at=actor.at,
        confirmed_by=actor.person,
        confirmed_at=actor.at,
    )
    check_can_add_colleague(actor, of, seat, display_name, known)
    seat.person = known or new_account(display_name.strip(), address.strip(), actor.at)
    if known is None:
        record("person.made", on=seat.person)
    seat.save()
    record("seat.started", on=seat, note={"person": seat.person.display_name, "colleague of": of.label})
    if not seat.person.has_usable_password():
        send_invitation(actor, seat.person)
    return seat
