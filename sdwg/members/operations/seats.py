"""Seats: proposed, confirmed where that takes a second person, declined, ended."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.mail.operations import queue
from sdwg.members.access import Actor
from sdwg.members.models import PRIVILEGED_ROLES, Constituency, Organisation, Person, Role, Seat
from sdwg.members.operations.leaving import end_stand_ins, see_out
from sdwg.members.rules import (
    CONFIRMED_BY,
    check_can_appoint,
    check_can_confirm_seat,
    check_can_decline_seat,
    check_can_end_seat,
    names_deputy,
    words,
)


@act
def appoint(
    *,
    actor: Actor,
    person: Person,
    organisation: Organisation,
    role: Role | str,
    valid_from: date,
    valid_to: date | None = None,
    discipline: str = "",
    why_second: str = "",
) -> Seat:
    """Give ``person`` a seat. A privileged one waits for a second person; any other runs from ``valid_from``.

    So does a deputy's where there is no chair to name one.

    ``why_second`` says why an organisation has a second current Member seat, and is kept with that seat alone.
    """
    # Two appointments to one organisation wait for each other here, so that they cannot both be its only Member.
    # Its constituency is not retired meanwhile, nor is the same person given what does not go with this seat.
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    list(Constituency.objects.select_for_update().filter(organisations=organisation))
    person = Person.objects.select_for_update().get(pk=person.pk)
    seat = Seat(
        person=person,
        organisation=organisation,
        role=Role(role),
        discipline=discipline,
        valid_from=valid_from,
        valid_to=valid_to,
        proposed_by=actor.person,
        proposed_at=actor.at,
        why_second=why_second.strip() if role == Role.MEMBER else "",
    )
    check_can_appoint(actor, seat)
    if role in PRIVILEGED_ROLES or (role == Role.DEPUTY and not names_deputy(actor)):
        seat.save()
        record("seat.proposed", on=seat, note=_note(seat))
        _ask_confirmers(actor, seat)
    else:
        seat.confirmed_by, seat.confirmed_at = actor.person, actor.at
        seat.save()
        record("seat.started", on=seat, note=_note(seat))
        _tell_holder(actor, seat)
    return seat


@act
def name_deputy(*, actor: Actor, person: Person, valid_from: date, valid_to: date) -> Seat:
    """Let ``person`` act as the chair from ``valid_from`` to ``valid_to``, both inclusive (S2).

    Named by the chair; where that seat is vacant the secretariat proposes and the DAG liaison confirms. The seat
    belongs to the chair's organisation, the last chair's where there is none.
    """
    chair = Seat.objects.filter(role=Role.CHAIR, confirmed_at__isnull=False).latest("valid_from")
    return appoint(
        actor=actor,
        person=person,
        organisation=chair.organisation,
        role=Role.DEPUTY,
        valid_from=valid_from,
        valid_to=valid_to,
    )


@act
def confirm_seat(*, actor: Actor, seat: Seat) -> Seat:
    """The second person's yes: the seat is in force from its first day, or from now."""
    seat = _locked(seat)
    check_can_confirm_seat(actor, seat)
    seat.confirmed_by, seat.confirmed_at = actor.person, actor.at
    seat.save()
    record("seat.started", on=seat, note=_note(seat))
    _tell_holder(actor, seat)
    return seat


@act
def decline_seat(*, actor: Actor, seat: Seat, reason: str) -> Seat:
    """The second person's no, or the secretariat's second thought."""
    seat = _locked(seat)
    check_can_decline_seat(actor, seat)
    seat.declined_by, seat.declined_at = actor.person, actor.at
    seat.save()
    record("seat.declined", on=seat, reason=reason, note=_note(seat))
    return seat


@act
def end_seat(*, actor: Actor, seat: Seat, last_day: date, reason: str = "") -> Seat:
    """End a seat after ``last_day``, a London date; yesterday ends it at once. What was done for it stays.

    Whoever has no other way in is out with it (see ``leaving``); a later last day is seen to when it is over.
    """
    seat = _locked(seat)
    check_can_end_seat(actor, seat, last_day)
    seat.valid_to = last_day
    seat.save()
    record("seat.ended", on=seat, reason=reason, note=_note(seat))
    colleagues = Seat.objects.select_for_update(of=("self",)).filter(colleague_of=seat).overlapping(last_day, None)
    out = [seat.person]
    for colleague in colleagues.exclude(valid_to__lte=last_day).select_related("person", "organisation"):
        colleague.valid_to = max(last_day, colleague.valid_from)
        colleague.save()
        record("seat.ended", on=colleague, reason=f"{seat.label} ends", note=_note(colleague))
        out.append(colleague.person)
    if last_day < clock.today(actor.at):
        end_stand_ins(actor, seat)
        see_out(actor, out)
    return seat


def _locked(seat: Seat) -> Seat:
    """The seat as it is now, locked; with a chair's seat all of them, so that two cannot be confirmed at once."""
    related = Seat.objects.select_related("person", "organisation")
    if seat.role == Role.CHAIR:
        list(Seat.objects.select_for_update().filter(role=Role.CHAIR).order_by("pk").values_list("pk", flat=True))
    return related.select_for_update(of=("self",)).get(pk=seat.pk)


def _note(seat: Seat) -> dict[str, str]:
    return {
        "person": seat.person.display_name,
        "from": seat.valid_from.isoformat(),
        "to": seat.valid_to.isoformat() if seat.valid_to else "",
        "why_second": seat.why_second,
    }


def confirmers(actor: Actor, seat: Seat) -> QuerySet[Seat]:
    """The seats whose holders are asked to confirm ``seat``, which ``actor`` proposes."""
    seats = Seat.objects.current(clock.today(actor.at)).filter(role=CONFIRMED_BY[Role(seat.role)])
    return seats.exclude(person=actor.person).exclude(person=seat.person).select_related("person")


def _ask_confirmers(actor: Actor, seat: Seat) -> None:
    for confirmer in confirmers(actor, seat):
        queue(
            rule="seat.confirm",
            on_key=seat.audit_key,
            person=confirmer.person,
            subject=f"A seat to confirm: {seat.label}",
            template="notice",
            context={
                "sentence": f"Please confirm or decline {seat.person.display_name} as {seat.label}, "
                f"from {words(seat.valid_from)}.",
                "more": "The seat takes effect when you confirm it.",
                "link": reverse("seat", args=[seat.pk]),
            },
            at=actor.at,
        )


def _tell_holder(actor: Actor, seat: Seat) -> None:
    queue(
        rule="seat.started",
        on_key=seat.audit_key,
        person=seat.person,
        subject=f"Your seat: {seat.label}",
        template="notice",
        context={
            "sentence": f"You hold the seat {seat.label} from {words(seat.valid_from)}.",
            "link": reverse("member", args=[seat.person.public_id]),
        },
        at=actor.at,
    )
