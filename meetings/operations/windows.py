"""When the alternates nominated for a meeting speak for their seats: from its pack until after it (S4)."""

from datetime import datetime

from django.db.models import Q

from meetings.models import Meeting
from meetings.states import MeetingState
from sdwg import clock, workdays
from sdwg.audit.acts import act
from sdwg.members.access import Actor
from sdwg.members.models import Alternate
from sdwg.members.operations import set_window

__all__ = ["open_late_windows"]


def open_windows(actor: Actor, meeting: Meeting, since: datetime) -> bool:
    """Let those nominated for ``meeting`` act from ``since`` until 17:00, two working days after it; whether that is to
    come at all.
    """
    last_day = workdays.add(clock.today(meeting.starts_at), workdays.periods()["alternate-after"])
    until = workdays.deadline(last_day)
    if since >= until:
        return False
    set_window(actor=actor, for_key=meeting.audit_key, window_from=since, window_to=until)
    return True


def move_windows(actor: Actor, meeting: Meeting) -> None:
    """Give the windows for a meeting that moved their new end; for the caller's act."""
    open_windows(actor, meeting, _since(meeting))


@act
def open_late_windows(*, actor: Actor) -> int:
    """Open the windows of alternates nominated when the pack was out, or the meeting open without one; for how many
    meetings. For the worker.
    """
    late = Alternate.objects.filter(revoked_at=None, window_from=None).exclude(for_key="")
    keys = set(late.values_list("for_key", flat=True))
    begun = Q(state=MeetingState.PACK_ISSUED) | Q(opened_at__isnull=False)
    meetings = Meeting.objects.filter(begun, pk__in=_numbers(keys)).prefetch_related("packs")
    return sum(open_windows(actor, meeting, _since(meeting)) for meeting in meetings)


def _since(meeting: Meeting) -> datetime:
    """When the meeting's pack went out; without one, when it was opened."""
    sent = next((pack.circulated_at for pack in meeting.packs.all() if pack.letter == "" and pack.circulated_at), None)
    since = sent or meeting.opened_at
    assert since  # noqa: S101 (one of the two brought it here)
    return since


def _numbers(keys: set[str]) -> list[int]:
    return [int(key.partition(":")[2]) for key in keys if key.startswith("meeting:")]
