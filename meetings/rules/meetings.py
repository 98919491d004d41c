"""Who may do what with a meeting and its agenda, and when (S2, S3).

Meetings, agendas and packs are arranged by the chair and the secretariat; only the chair opens and closes a meeting,
because the Terms of Reference have the Lead chair it.
"""

from datetime import datetime, timedelta

from artefacts.models import Artefact, Version
from artefacts.rules import acting_role
from artefacts.states import Marking
from meetings.models import AgendaItem, Meeting, Paper
from meetings.states import MEETING_MOVES, MeetingState
from sdwg import clock
from sdwg.dates import moment
from sdwg.members.access import Actor, NotNow, Refused, allowed, only_chair
from sdwg.members.models import Role

__all__ = [
    "AGENDA_OPEN",
    "FILE_MARKINGS",
    "arranges",
    "can_add_item",
    "can_add_paper",
    "can_arrange",
    "can_cancel",
    "can_change",
    "can_change_item",
    "can_close",
    "can_invite",
    "can_open",
    "can_reinstate",
    "can_remove_paper",
    "can_restrict_item",
    "can_schedule",
    "check_can_add_item",
    "check_can_add_paper",
    "check_can_arrange",
    "check_can_cancel",
    "check_can_change",
    "check_can_change_item",
    "check_can_close",
    "check_can_invite",
    "check_can_open",
    "check_can_reinstate",
    "check_can_remove_paper",
    "check_can_restrict_item",
    "check_can_schedule",
    "opens_at",
]

AGENDA_OPEN = (MeetingState.DRAFT, MeetingState.SCHEDULED)
"""States in which agenda and facts of a meeting may still be changed; afterwards the pack is what people hold."""
ARRANGERS = (Role.CHAIR, Role.SECRETARIAT)
FILE_MARKINGS = (Marking.CLEAR, Marking.GREEN, Marking.AMBER)
"""What a file of its own may be marked: it names no readers, and the two narrowest markings need them."""


def arranges(actor: Actor) -> bool:
    """Whether ``actor`` is acting as the chair or the secretariat: who sees drafts, builds and receipts."""
    return acting_role(actor) in ARRANGERS


def only_arrangers(actor: Actor) -> None:
    """Raises ``Refused`` for everybody but the chair and the secretariat."""
    if not arranges(actor):
        raise Refused(
            "Meetings, agendas and packs are arranged by the chair and the secretariat. " + _way_on(actor, *ARRANGERS)
        )


def presides(actor: Actor, what: str) -> None:
    """Raises ``Refused``, saying ``what`` is the chair's, for whoever does not act as the chair."""
    only_chair(actor, f"{what} {_way_on(actor, Role.CHAIR)}")


def _way_on(actor: Actor, *roles: Role) -> str:
    if actor.has(*roles):
        return "You are acting for another seat: choose the seat to act for, and try again."
    return "Ask the chair." if roles == (Role.CHAIR,) else "Ask the secretariat."


EARLIEST = timedelta(minutes=30)
"""How long before its start a meeting is opened: people dial in, and nobody who keeps to the time misses anything."""
FURTHEST = timedelta(days=731)
"""How far ahead a meeting is arranged: a mistyped year would stand in every list."""


def _moves(meeting: Meeting, target: MeetingState, done: str) -> None:
    """Raises when ``MEETING_MOVES`` knows no move to ``target``."""
    if (meeting.state, target) not in MEETING_MOVES:
        raise NotNow(f"{meeting} is {meeting.get_state_display().lower()}, and cannot be {done} from there.")


def _agenda_open(meeting: Meeting) -> None:
    if meeting.state not in AGENDA_OPEN:
        raise NotNow(
            f"{meeting} is {meeting.get_state_display().lower()}: its agenda stays as it is. "
            "What comes later is raised under any other business."
        )


def _standing(item: AgendaItem) -> None:
    _agenda_open(item.meeting)
    if item.removed_at:
        raise NotNow("This item was taken off the agenda.")


def check_can_arrange(actor: Actor) -> None:
    """What the pages ask that arrange meetings: raises ``Refused`` for whoever does not."""
    only_arrangers(actor)


def check_can_schedule(actor: Actor, starts_at: datetime, ends_at: datetime) -> None:
    """Raises ``Refused``, or ``NotNow`` for times that make no meeting."""
    only_arrangers(actor)
    if ends_at <= starts_at:
        raise NotNow("A meeting ends after it starts.", "ends")
    if clock.today(ends_at) != clock.today(starts_at):
        raise NotNow("A meeting ends on the day on which it starts.", "ends")
    if starts_at <= actor.at:
        raise NotNow(f"A meeting is arranged before it starts; it is {moment(actor.at)} now.", "day")
    if starts_at > actor.at + FURTHEST:
        raise NotNow("A meeting is arranged at most two years ahead. Look at the year.", "day")


def check_can_change(actor: Actor, meeting: Meeting) -> None:
    """Raises for other people, and once the pack is out: its cover says when and where."""
    only_arrangers(actor)
    if meeting.state not in AGENDA_OPEN:
        raise NotNow(
            f"{meeting} is {meeting.get_state_display().lower()}: when and where it is stands in what was sent out."
        )


def check_can_invite(actor: Actor, meeting: Meeting) -> None:
    """Raises unless the meeting is a draft that still lies ahead."""
    only_arrangers(actor)
    if meeting.state != MeetingState.DRAFT:
        raise NotNow(f"The invitations to {meeting} have been sent; it is {meeting.get_state_display().lower()}.")
    if meeting.starts_at <= actor.at:
        raise NotNow(
            f"{meeting} was to start on {moment(meeting.starts_at)}. Give it a date that lies ahead, then invite."
        )


def check_can_cancel(actor: Actor, meeting: Meeting) -> None:
    """Raises unless people know of the meeting and it has not begun."""
    only_arrangers(actor)
    _moves(meeting, MeetingState.CANCELLED, "cancelled")


def check_can_reinstate(actor: Actor, meeting: Meeting) -> None:
    """Raises unless the meeting is cancelled and would not have begun."""
    only_arrangers(actor)
    if meeting.state != MeetingState.CANCELLED:
        raise NotNow(f"{meeting} is {meeting.get_state_display().lower()}: there is no cancellation to take back.")
    if actor.at >= meeting.starts_at:
        raise NotNow(f"{meeting} was to start on {moment(meeting.starts_at)}. Schedule another one.")


def check_can_add_item(actor: Actor, meeting: Meeting) -> None:
    """Raises for other people, and once the pack is out."""
    only_arrangers(actor)
    _agenda_open(meeting)


def check_can_change_item(actor: Actor, item: AgendaItem) -> None:
    """Raises for other people, once the pack is out, and for an item that was taken off.

    Moving it up or down, and taking it off, are changes of it.
    """
    only_arrangers(actor)
    _standing(item)


def check_can_restrict_item(actor: Actor, item: AgendaItem) -> None:
    """Raises for everybody but the chair (S8: open, unless otherwise determined), and once the pack is out."""
    presides(actor, "An item is restricted, or opened again, by the chair, with a reason.")
    _standing(item)


def check_can_add_paper(
    actor: Actor, item: AgendaItem, version: Version | None = None, marking: str = "", title: str = ""
) -> None:
    """Raises unless the agenda is open and the paper is one: a version of an artefact they see, or a titled file."""
    only_arrangers(actor)
    _standing(item)
    if version is None:
        if not title.strip():
            raise NotNow("A file needs a title, because the agenda and the pack name it.", "title")
        if marking not in FILE_MARKINGS:
            raise NotNow(
                f"A file of its own names no readers, so it cannot be TLP:{marking or '…'}. "
                "Register it as an artefact and attach its version.",
                "marking",
            )
        return
    if not Artefact.objects.visible_to(actor).filter(pk=version.artefact_id).exists():
        raise Refused("That artefact is not yours to put on an agenda. Ask the chair.")
    if item.papers.standing().filter(version=version).exists():
        raise NotNow(f"{version.audit_ref} is a paper of this item already.", "version")


def check_can_remove_paper(actor: Actor, paper: Paper) -> None:
    """As for changing its item; and a paper is taken off once."""
    only_arrangers(actor)
    _standing(paper.item)
    if paper.removed_at:
        raise NotNow("This paper was taken off the agenda.")


def opens_at(meeting: Meeting) -> datetime:
    """From when on the chair can open it, in UTC."""
    return meeting.starts_at - EARLIEST


def check_can_open(actor: Actor, meeting: Meeting, no_pack_reason: str = "") -> None:
    """Raises unless the chair opens it, half an hour before its start or later, with its pack out or a reason (S2).

    The chair is whoever holds the chair's seat at that moment: where it has passed on since the meeting was scheduled,
    the successor presides; where it is vacant, nobody can open the meeting.
    """
    presides(actor, "The chair opens a meeting: the Terms of Reference have the Lead chair it.")
    _moves(meeting, MeetingState.IN_SESSION, "opened")
    if actor.at < opens_at(meeting):
        raise NotNow(
            f"{meeting} starts on {moment(meeting.starts_at)}, and is opened half an hour before at the earliest. "
            "To begin sooner, change its time: everybody is told."
        )
    if meeting.state == MeetingState.SCHEDULED and not no_pack_reason.strip():
        raise NotNow(
            "No pack was circulated for this meeting. Say why it is held without one; the reason goes on record.",
            "no_pack_reason",
        )


def check_can_close(actor: Actor, meeting: Meeting) -> None:
    """Raises unless the chair closes a meeting that is in session."""
    presides(actor, "The chair closes a meeting: the Terms of Reference have the Lead chair it.")
    _moves(meeting, MeetingState.HELD, "closed")


def can_arrange(actor: Actor) -> bool:
    return allowed(check_can_arrange, actor)


def can_schedule(actor: Actor, starts_at: datetime, ends_at: datetime) -> bool:
    return allowed(check_can_schedule, actor, starts_at, ends_at)


def can_change(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_change, actor, meeting)


def can_invite(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_invite, actor, meeting)


def can_cancel(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_cancel, actor, meeting)


def can_reinstate(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_reinstate, actor, meeting)


def can_add_item(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_add_item, actor, meeting)


def can_change_item(actor: Actor, item: AgendaItem) -> bool:
    return allowed(check_can_change_item, actor, item)


def can_restrict_item(actor: Actor, item: AgendaItem) -> bool:
    return allowed(check_can_restrict_item, actor, item)


def can_add_paper(actor: Actor, item: AgendaItem, version: Version) -> bool:
    return allowed(check_can_add_paper, actor, item, version)


def can_remove_paper(actor: Actor, paper: Paper) -> bool:
    return allowed(check_can_remove_paper, actor, paper)


def can_open(actor: Actor, meeting: Meeting, no_pack_reason: str = "") -> bool:
    return allowed(check_can_open, actor, meeting, no_pack_reason)


def can_close(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_close, actor, meeting)
