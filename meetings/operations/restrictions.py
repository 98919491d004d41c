"""The verbs of restricted meetings: open to all, unless the chair determines otherwise (S8)."""

from collections.abc import Sequence

from meetings import rules
from meetings.models import Meeting
from meetings.operations import letters
from meetings.operations.meetings import locked, reasoned
from meetings.recipients import invited
from meetings.states import MeetingState
from sdwg import dates
from sdwg.audit.acts import act, record
from sdwg.mail.operations import queue
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Person, Seat
from sdwg.members.operations import grant, withdraw_grants

__all__ = ["open_to_all", "restrict_meeting"]


@act
def restrict_meeting(*, actor: Actor, meeting: Meeting, seats: Sequence[Seat], reason: str) -> Meeting:
    """Close a meeting to everybody but ``seats``, the chair and the secretariat, or change who stays (S8).

    To everybody else it is as if it did not exist. Who was invited and does not stay is told, and so are the guests,
    whose links end; who had not been and stays is invited.
    """
    meeting = locked(meeting)
    rules.check_can_restrict_meeting(actor, meeting)
    if not seats:
        raise NotNow("Name the seats that stay.", "seats")
    why, before = reasoned(reason), _invited(meeting, actor)
    sentence = f"{meeting} is no longer open to guests: the chair has restricted it. Your personal link has ended."
    letters.tell_guests(meeting, sentence, "", actor.at)
    withdraw_grants(actor=actor, cause_key=_cause(meeting))
    for seat in seats:
        grant(actor=actor, on_key=meeting.audit_key, cause_key=_cause(meeting), reason=why, seat=seat)
    meeting.restricted, meeting.why_restricted = True, why
    meeting.save()
    record("meeting.restricted", on=meeting, reason=why, note={"seats": len(seats)})
    _tell_who_changed(actor, meeting, before)
    return meeting


@act
def open_to_all(*, actor: Actor, meeting: Meeting, reason: str) -> Meeting:
    """Open a restricted meeting to every seat again; who had been left out is invited, and guests may come again."""
    meeting = locked(meeting)
    rules.check_can_open_to_all(actor, meeting)
    before = _invited(meeting, actor)
    withdraw_grants(actor=actor, cause_key=_cause(meeting))
    meeting.restricted, meeting.why_restricted = False, ""
    meeting.save()
    record("meeting.opened-to-all", on=meeting, reason=reasoned(reason))
    _tell_who_changed(actor, meeting, before)
    letters.tell_guests(
        meeting, f"{meeting} is open to guests again: your personal link works once more.", "", actor.at
    )
    return meeting


def _tell_who_changed(actor: Actor, meeting: Meeting, before: dict[int, Person]) -> None:
    """A mail to everybody who was invited and is not now, and the other way round; nobody hears of a draft."""
    if meeting.state == MeetingState.DRAFT:
        return
    now = _invited(meeting, actor)
    when = dates.moment(meeting.starts_at)
    for people, sentence, link in (
        (
            before.keys() - now.keys(),
            f"The chair has restricted {meeting}, on {when}, and you are not asked to it.",
            "",
        ),
        (now.keys() - before.keys(), f"You are invited to {meeting}, on {when}.", meeting.get_absolute_url()),
    ):
        for pk in sorted(people):
            queue(
                rule="meeting-restricted",
                on_key=meeting.audit_key,
                person=(before | now)[pk],
                occurrence=actor.at.isoformat(),
                subject=f"{meeting}: who comes has changed",
                template="notice",
                context={
                    "sentence": sentence,
                    "link": link,
                    "link_text": f"Open {meeting}",
                    "why": "you hold a seat in the group, or stand in for one",
                },
                at=actor.at,
            )


def _invited(meeting: Meeting, actor: Actor) -> dict[int, Person]:
    return {person.pk: person for person in invited(meeting, actor.at)}


def _cause(meeting: Meeting) -> str:
    return f"restriction:{meeting.pk}"
