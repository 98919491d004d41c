"""Recording who came to a meeting, seat by seat (S3, S4)."""

from collections.abc import Mapping

from artefacts.operations.moving import doer
from meetings import rules
from meetings.attendance import as_recorded, places
from meetings.models import Attendance, Meeting
from meetings.states import Presence
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor, NotNow

__all__ = ["record_attendance"]


@act
def record_attendance(*, actor: Actor, meeting: Meeting, marks: Mapping[int, str], seen: str | None = None) -> Meeting:
    """Record, or correct, how Member seats were represented: ``marks`` is seat id -> mark, as ``Place.marks`` has them.

    Seats left out stay as they are; nothing is taken back, only corrected, and the history keeps what it said. ``seen``
    is the digest of what was recorded when the form was shown: another by now, from a second window, is not replaced.
    Raises ``Refused`` for whoever arranges no meetings, ``NotNow`` before the opening and for marks that cannot be.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    rules.check_can_record_attendance(actor, meeting)
    expected = {place.seat.pk: place for place in places(meeting, actor.at)}
    if seen is not None and seen != as_recorded(expected.values()):
        raise NotNow(
            "Attendance was recorded since you loaded this page, and is not replaced unseen. "
            "Read it on the meeting's page, then press again if yours is to stand."
        )
    rules.check_marks(expected, marks)
    changed: dict[str, str] = {}
    for pk, place in expected.items():
        mark = marks.get(pk, place.mark)
        if mark == place.mark:
            continue
        before = f"; was: {place.row.words}" if place.row else ""
        row = place.row or Attendance(meeting=meeting, seat=place.seat)
        row.alternate = place.alternate_of(mark)
        row.presence = Presence.ALTERNATE if row.alternate else mark
        row.recorded_by, row.recorded_as, row.recorded_at = doer(actor), actor.label, actor.at
        row.save()
        changed[place.label] = f"{row.words}{before}"
    if changed:
        record("attendance.recorded", on=meeting, note=changed)
    return meeting
