"""Leaving: whoever may not enter any more is out at the next request, and here loses what would wait for them.

Sessions, invitations, nominations and mail end in the transaction that is the reason. Where nobody presses a button,
because a seat ends by its date, the worker looks each minute, and delivery asks for each message. What they did stays.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.mail import operations as mail
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import Actor, leavers
from sdwg.members.models import Alternate, Invitation, Person, Seat
from sdwg.members.operations.alternates import take_back, tell_member

SEAT_ENDED = "The seat it stands in for has ended."
NOT_SENT = "Not sent: the person has left the group."
FORGOTTEN_AFTER = timedelta(days=1)
"""How long where somebody was signed in is kept after the session is gone: address and browser are personal data."""


def why_no_mail(message: OutboxMessage, at: datetime) -> str:
    """Why a message is not sent to whoever has left; asked at delivery (``sdwg.mail.late``). One query."""
    return NOT_SENT if message.person_id and leavers(at).filter(pk=message.person_id).exists() else ""


def see_out(actor: Actor, people: Iterable[Person]) -> None:
    """End what waits for those of ``people`` who have left by now; part of the caller's act.

    Whoever stood in for one of them and has no other way in has left too.
    """
    left = list(leavers(actor.at).filter(pk__in=[person.pk for person in people]))
    for person in left:
        ended = _end_ways_in(actor, person)
        if any(ended.values()):
            record("person.seen-out", on=person, note={name: number for name, number in ended.items() if number})


def _end_ways_in(actor: Actor, person: Person) -> dict[str, int]:
    invitations = Invitation.objects.filter(person=person, spent_at=None, revoked_at=None)
    by_or_of_them = _standing(actor).filter(Q(person=person) | Q(seat__person=person))
    nominations = _end_nominations(actor, by_or_of_them, f"{person.display_name} has left.")
    for row in nominations:
        if row.person_id == person.pk:
            tell_member(actor, row, "is no longer available")
    see_out(actor, [row.person for row in nominations if row.person_id != person.pk])
    return {
        "sessions": end_sessions(person),
        "invitations": invitations.update(revoked_at=actor.at),
        "nominations": len(nominations),
        "messages": mail.withhold(person=person, why=NOT_SENT, at=actor.at),
    }


def end_sessions(person: Person) -> int:
    """Sign ``person`` out everywhere; how many sessions there were. Reads them all: a session hides whose it is."""
    UserSession.objects.filter(user=person).delete()
    rows = Session.objects.all().iterator()
    theirs = [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) == str(person.pk)]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)


def end_stand_ins(actor: Actor, seat: Seat) -> None:
    """End the nominations for a seat that is over; who has no other way in is out. Part of the caller's act."""
    ended = _end_nominations(actor, _standing(actor).filter(seat=seat), SEAT_ENDED)
    see_out(actor, [row.person for row in ended])


def _end_nominations(actor: Actor, rows: QuerySet[Alternate], reason: str) -> list[Alternate]:
    locked = rows.select_for_update(of=("self",)).select_related("person", "seat__person", "seat__organisation")
    ended = list(locked.order_by("pk"))
    for row in ended:
        take_back(row, actor, reason)
    return ended


def _standing(actor: Actor) -> QuerySet[Alternate]:
    return Alternate.objects.standing(actor.at)


def see_out_leavers(at: datetime) -> None:
    """What nobody pressed a button for: seats and nominations that ended by their date. Each person is an act."""
    actor = Actor.system(at)
    _end_by_date(actor=actor)
    sessions = UserSession.objects.filter(user=OuterRef("pk"))
    # Whoever is invited anew after leaving is about to come back: that link is let alone.
    outlived = Invitation.objects.filter(
        person=OuterRef("pk"), spent_at=None, revoked_at=None, made_at__date__lte=F("person__seats__valid_to")
    )
    for person in leavers(at).filter(Exists(sessions) | Exists(outlived)):
        _see_out_one(actor=actor, person=person)


@act
def _end_by_date(*, actor: Actor) -> None:
    over = _standing(actor).filter(seat__valid_to__lt=clock.today(actor.at))
    see_out(actor, [row.person for row in _end_nominations(actor, over, SEAT_ENDED)])


@act
def _see_out_one(*, actor: Actor, person: Person) -> None:
    see_out(actor, [person])


def forget_sessions(real_at: datetime) -> None:
    """Delete sessions that ran out, and where they were; ``real_at`` is real time, by which sessions run."""
    Session.objects.filter(expire_date__lt=real_at).delete()
    gone = UserSession.objects.filter(last_seen_at__lt=real_at - FORGOTTEN_AFTER)
    gone.exclude(session_key__in=Session.objects.values("session_key")).delete()
