"""The verbs of restricted meetings: open to all, unless the chair determines otherwise (S8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meetings import rules
from meetings.models import Meeting
from meetings.operations import letters
from meetings.operations.changing import reached
from meetings.operations.meetings import reasoned
from meetings.recipients import invited
from meetings.states import MeetingState, Scope
from sdwg import dates
from sdwg.audit.acts import act, record
from sdwg.mail.operations import queue
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Person, Seat
from sdwg.members.operations import grant, withdraw_grants

__all__ = ["open_to_all", "restrict_meeting"]


@dataclass(frozen=True)
class Before:
    """A meeting, and who was invited to it before the chair closed it or opened it."""

    meeting: Meeting
    people: dict[int, Person]


@act
def restrict_meeting(
    *, actor: Actor, meeting: Meeting, seats: Sequence[Seat], reason: str, scope: str = Scope.ONE
) -> Meeting:
    """Close a meeting to everybody but ``seats``, the chair and the secretariat, or change who stays (S8).

    Of its series too, as far as ``scope`` reaches. To everybody else it is as if it did not exist. Who was invited and
    does not stay is told, and so are the guests, whose links end; who had not been and stays is invited.
    """
    _, rows = reached(meeting, scope)
    meeting = rows.pop(meeting.pk)
    rules.check_can_restrict_meeting(actor, meeting)
    if not seats:
        raise NotNow("Name the seats that stay.", "seats")
    why, before = reasoned(reason), []
    for row in (meeting, *_to_come(rows.values(), actor)):
        before.append(Before(row, _invited(row, actor)))
        sentence = f"{row} is no longer open to guests: the chair has restricted it. Your personal link has ended."
        letters.tell_guests(row, sentence, "", actor.at)
        withdraw_grants(actor=actor, cause_key=_cause(row))
        for seat in seats:
            grant(actor=actor, on_key=row.audit_key, cause_key=_cause(row), reason=why, seat=seat)
        row.restricted, row.why_restricted = True, why
        row.save()
        record("meeting.restricted", on=row, reason=why, note={"seats": len(seats)})
    _tell_who_changed(actor, before)
    return meeting


@act
def open_to_all(*, actor: Actor, meeting: Meeting, reason: str, scope: str = Scope.ONE) -> Meeting:
    """Open a restricted meeting to every seat again, and those of its series that ``scope`` reaches; who had been left
    out is invited, and guests may come again.
    """
    _, rows = reached(meeting, scope)
    meeting = rows.pop(meeting.pk)
    rules.check_can_open_to_all(actor, meeting)
    why, before = reasoned(reason), []
    for row in (meeting, *(row for row in _to_come(rows.values(), actor) if row.restricted)):
        before.append(Before(row, _invited(row, actor)))
        withdraw_grants(actor=actor, cause_key=_cause(row))
        row.restricted, row.why_restricted = False, ""
        row.save()
        record("meeting.opened-to-all", on=row, reason=why)
    _tell_who_changed(actor, before)
    for row in (found.meeting for found in before):
        letters.tell_guests(row, f"{row} is open to guests again: your personal link works once more.", "", actor.at)
    return meeting


def _to_come(rows: Iterable[Meeting], actor: Actor) -> list[Meeting]:
    return [row for row in rows if row.state in rules.RESTRICTABLE and row.starts_at > actor.at]


def _tell_who_changed(actor: Actor, before: Sequence[Before]) -> None:
    """A mail to everybody who was invited and is not now, and the other way round; nobody hears of a draft."""
    out: dict[int, list[Meeting]] = {}
    asked: dict[int, list[Meeting]] = {}
    people: dict[int, Person] = {}
    for was in before:
        if was.meeting.state == MeetingState.DRAFT:
            continue
        now = _invited(was.meeting, actor)
        people |= was.people | now
        for pk in was.people.keys() - now.keys():
            out.setdefault(pk, []).append(was.meeting)
        for pk in now.keys() - was.people.keys():
            asked.setdefault(pk, []).append(was.meeting)
    for pk, meetings in sorted(out.items()):
        when = _listed(meetings)
        _mail(actor, people[pk], meetings, f"The chair has restricted {when}, and you are not asked to it.", "")
    for pk, meetings in sorted(asked.items()):
        _mail(actor, people[pk], meetings, f"You are invited to {_listed(meetings)}.", meetings[0].get_absolute_url())


def _listed(meetings: Sequence[Meeting]) -> str:
    return "; ".join(f"{meeting}, on {dates.moment(meeting.starts_at)}" for meeting in meetings)


def _mail(actor: Actor, person: Person, meetings: Sequence[Meeting], sentence: str, link: str) -> None:
    queue(
        rule="meeting-restricted",
        on_key=meetings[0].audit_key,
        person=person,
        occurrence=actor.at.isoformat(),
        subject=f"{meetings[0]}: who comes has changed",
        template="notice",
        context={
            "sentence": sentence,
            "link": link,
            "link_text": f"Open {meetings[0]}",
            "why": "you hold a seat in the group, or stand in for one",
        },
        at=actor.at,
    )


def _invited(meeting: Meeting, actor: Actor) -> dict[int, Person]:
    return {person.pk: person for person in invited(meeting, actor.at)}


def _cause(meeting: Meeting) -> str:
    return f"restriction:{meeting.pk}"
