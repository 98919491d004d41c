"""Who records who came to a meeting, and who reads what the members have contributed (S4, S7)."""

from collections.abc import Mapping

from meetings.attendance import Place
from meetings.models import Meeting
from meetings.rules.meetings import only_arrangers
from meetings.states import MeetingState, Presence
from sdwg.members.access import Actor, NotNow, Refused, allowed

__all__ = [
    "ATTENDED",
    "can_read_contribution",
    "can_record_attendance",
    "check_can_read_contribution",
    "check_can_record_attendance",
    "check_marks",
]

ATTENDED = (MeetingState.IN_SESSION, MeetingState.HELD)
"""States in which attendance is recorded and corrected: from the opening on. Issued minutes are a state beyond them."""


def check_can_record_attendance(actor: Actor, meeting: Meeting) -> None:
    """Raises for everybody but the chair and the secretariat, and before the meeting has been opened (S3, S4)."""
    only_arrangers(actor)
    if meeting.state not in ATTENDED:
        raise NotNow(
            f"{meeting} is {meeting.get_state_display().lower()}: attendance is recorded from its opening on, "
            "by what happened and not by who said they would come."
        )


def can_record_attendance(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_record_attendance, actor, meeting)


def check_marks(expected: Mapping[int, Place], marks: Mapping[int, str]) -> None:
    """Raises unless each of ``marks`` (seat id -> mark) can be so, beside the field of its seat ("seat-7").

    An alternate counts once: for one seat at a meeting. Where one was nominated for this very meeting and their window
    was open when it began, they alone count, and the member does not.
    """
    counted: dict[int, Place] = {}
    for pk, place in expected.items():
        mark = marks.get(pk, place.mark)
        alternate = place.alternate_of(mark)
        if pk in marks and mark == Presence.MEMBER and place.alone:
            raise NotNow(
                f"{place.alone.person} was the alternate for this meeting when it began, and only the alternate is "
                "counted. Where the member came after all, the nomination is withdrawn first.",
                f"seat-{pk}",
            )
        if pk in marks and mark not in {value for value, _ in place.marks()}:
            raise NotNow("That cannot be recorded for this seat. Load the page again.", f"seat-{pk}")
        if alternate and (other := counted.setdefault(alternate.person_id, place)) is not place:
            raise NotNow(
                f"{alternate.person} is recorded for {other.seat.label} too. An alternate counts once at a meeting.",
                f"seat-{pk}",
            )
    if unknown := sorted(marks.keys() - expected.keys()):
        raise NotNow(f"{len(unknown)} of these seats was not in force on the day of the meeting. Load the page again.")


def check_can_read_contribution(actor: Actor) -> None:
    """Whoever reads TLP:AMBER by standing: programme roles, members and who stands in for them now, the auditor."""
    if not actor.reads_amber:
        raise Refused(
            "What each seat has contributed is read by the programme roles, members, alternates in force and the "
            "auditor. Ask the secretariat."
        )


def can_read_contribution(actor: Actor) -> bool:
    return allowed(check_can_read_contribution, actor)
