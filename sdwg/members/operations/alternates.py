"""Alternates (S4): nominated by the member, in force from their own acceptance, within the window."""

from datetime import datetime, timedelta

from django.urls import reverse

from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.mail.operations import queue
from sdwg.members.access import Actor
from sdwg.members.models import Alternate, Person, Seat
from sdwg.members.rules import (
    check_can_accept_nomination,
    check_can_nominate,
    check_can_revoke_nomination,
    words,
)

INSTANT = timedelta(microseconds=1)
"""A window's end is the first moment after it; this much earlier is its last day."""


@act
def nominate(
    *,
    actor: Actor,
    seat: Seat,
    person: Person,
    for_key: str = "",
    for_ref: str = "",
    window_from: datetime | None = None,
    window_to: datetime | None = None,
) -> Alternate:
    """Ask ``person`` to stand in for ``seat``: for a period, or for one meeting.

    A period has an empty ``for_key`` and both ends of its window, and covers every act of the seat. A meeting's key is
    "meeting:<pk>" and ``for_ref`` what people call it; its window may be set later (``set_window``).
    """
    seat = Seat.objects.select_for_update(of=("self",)).select_related("person", "organisation").get(pk=seat.pk)
    person = Person.objects.select_for_update().get(pk=person.pk)  # who is given no seat of their own meanwhile
    alternate = Alternate(
        seat=seat,
        person=person,
        for_key=for_key,
        for_ref=for_ref,
        nominated_at=actor.at,
        window_from=window_from,
        window_to=window_to,
    )
    check_can_nominate(actor, alternate)
    assert actor.person  # noqa: S101 (the rule asked)
    alternate.nominated_by = actor.person
    alternate.save()
    record("alternate.nominated", on=alternate, note=_note(alternate))
    queue(
        rule="alternate.nominated",
        on_key=alternate.audit_key,
        person=person,
        subject=f"You are asked to stand in for {seat.label}",
        template="notice",
        context={
            "sentence": f"{seat.person.display_name} asks you to stand in for {seat.label}, {when(alternate)}.",
            "more": "It counts once you have accepted.",
            "link": reverse("nomination", args=[alternate.pk]),
            "why": "a member of the group nominated you",
        },
        at=actor.at,
    )
    return alternate


@act
def accept_nomination(*, actor: Actor, alternate: Alternate) -> Alternate:
    """The nominated person's yes. In force from now or from the window's beginning, whichever is later."""
    alternate = _locked(alternate)
    check_can_accept_nomination(actor, alternate)
    alternate.accepted_at = actor.at
    alternate.save()
    record("alternate.accepted", on=alternate, note=_note(alternate))
    tell_member(actor, alternate, "has accepted")
    return alternate


@act
def revoke_nomination(*, actor: Actor, alternate: Alternate, reason: str = "") -> Alternate:
    """Withdrawn by the member or the secretariat, or stepped down from by the alternate; over at once."""
    alternate = _locked(alternate)
    check_can_revoke_nomination(actor, alternate)
    take_back(alternate, actor, reason)
    if actor.person_id == alternate.person_id:
        tell_member(actor, alternate, "has stepped down")
    return alternate


@act
def set_window(*, actor: Actor, for_key: str, window_from: datetime, window_to: datetime) -> int:
    """Give the standing nominations for a meeting their window; how many they were.

    For the apps above, who decide when (from the pack's issue to 17:00 two working days after the meeting) and have
    checked their actor. A meeting that moves sets it again.
    """
    rows = list(_standing_for(for_key))
    for alternate in rows:
        alternate.window_from, alternate.window_to = window_from, window_to
        alternate.save()
        record("alternate.window-set", on=alternate, note=_note(alternate))
    return len(rows)


@act
def withdraw_nominations(*, actor: Actor, for_key: str, reason: str) -> int:
    """Withdraw what stands for a meeting that will not be; for the apps above, who have checked their actor."""
    rows = list(_standing_for(for_key))
    for alternate in rows:
        take_back(alternate, actor, reason)
    return len(rows)


def when(alternate: Alternate) -> str:
    """For what or when, as sentences have it: "for meeting 12", "from 4 December 2026 to 8 January 2027"."""
    if alternate.for_key:
        return f"for {alternate.for_ref}"
    assert alternate.window_from  # noqa: S101 (a period has a window)
    assert alternate.window_to  # noqa: S101
    first, last = clock.today(alternate.window_from), clock.today(alternate.window_to - INSTANT)
    return f"from {words(first)} to {words(last)}"


def _standing_for(for_key: str) -> list[Alternate]:
    rows = Alternate.objects.select_for_update(of=("self",)).filter(for_key=for_key, revoked_at=None)
    return list(rows.select_related("person", "seat__person", "seat__organisation").order_by("pk"))


def _locked(alternate: Alternate) -> Alternate:
    rows = Alternate.objects.select_for_update(of=("self",)).select_related(
        "person", "seat__person", "seat__organisation"
    )
    return rows.get(pk=alternate.pk)


def take_back(alternate: Alternate, actor: Actor, reason: str) -> None:
    """End a locked nomination, whoever is behind it; part of the caller's act."""
    alternate.revoked_at = actor.at
    alternate.save()
    record("alternate.revoked", on=alternate, reason=reason, note=_note(alternate))


def _note(alternate: Alternate) -> dict[str, str]:
    return {
        "alternate": alternate.person.display_name,
        "seat": alternate.seat.label,
        "from": alternate.window_from.isoformat() if alternate.window_from else "",
        "to": alternate.window_to.isoformat() if alternate.window_to else "",
    }


def tell_member(actor: Actor, alternate: Alternate, what: str) -> None:
    """Owe the member a mail: who stands in for them "has accepted" or "has stepped down"."""
    queue(
        rule="alternate.answered",
        on_key=alternate.audit_key,
        person=alternate.seat.person,
        occurrence=actor.at.isoformat(),
        subject="Your alternate",
        template="notice",
        context={
            "sentence": f"{alternate.person.display_name} {what} as your alternate {when(alternate)}.",
            "link": reverse("nomination", args=[alternate.pk]),
        },
        at=actor.at,
    )
