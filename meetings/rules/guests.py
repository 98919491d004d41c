"""Who may be a guest of a meeting, who refuses one, and who restricts a meeting (S8)."""

from datetime import datetime

from meetings.models import Guest, Meeting
from meetings.rules.meetings import only_arrangers, presides
from meetings.states import TO_COME, GuestState, MeetingState
from sdwg.members.access import Actor, NotNow, allowed
from sdwg.visitors import CONFIRM_WITHIN

__all__ = [
    "RESTRICTABLE",
    "can_confirm",
    "can_refuse_guest",
    "can_restrict_meeting",
    "check_can_ask",
    "check_can_confirm",
    "check_can_open_to_all",
    "check_can_refuse_guest",
    "check_can_restrict_meeting",
    "check_can_withdraw",
]

RESTRICTABLE = (MeetingState.DRAFT, *TO_COME)
"""States in which the chair closes a meeting or opens it again: before it begins."""


def check_can_ask(meeting: Meeting, at: datetime) -> None:
    """Raises ``NotNow`` unless the meeting is on the public list at ``at``."""
    if not Meeting.objects.public(at).filter(pk=meeting.pk).exists():
        raise NotNow("This meeting takes no guests any more.")


def check_can_confirm(guest: Guest | None, at: datetime) -> None:
    """Raises ``NotNow`` for a link that was used, is too old, or leads to a meeting that takes no guests."""
    if guest is None or guest.confirmed_at or guest.asked_at + CONFIRM_WITHIN <= at:
        raise NotNow("This link leads nowhere any more.")
    check_can_ask(guest.meeting, at)


def check_can_withdraw(guest: Guest) -> None:
    """Raises ``NotNow`` unless the guest is expected."""
    if guest.state != GuestState.EXPECTED:
        raise NotNow("This link leads nowhere any more.")


def check_can_refuse_guest(actor: Actor, guest: Guest, abuse: bool = True) -> None:
    """Raises unless those who arrange the meeting refuse somebody expected: the secretariat only for abuse."""
    only_arrangers(actor)
    if guest.state != GuestState.EXPECTED:
        raise NotNow(f"{guest} is {guest.state.label.lower()}: nobody is left to refuse.")
    if not abuse:
        presides(actor, "The secretariat refuses abuse alone. A guest is refused for anything else by the chair.")


def check_can_restrict_meeting(actor: Actor, meeting: Meeting) -> None:
    """Raises for everybody but the chair (S8: open, unless otherwise determined), and once it has begun."""
    presides(actor, "A meeting is restricted, or opened again, by the chair, with a reason.")
    if meeting.state not in RESTRICTABLE:
        raise NotNow(f"{meeting} is {meeting.get_state_display().lower()}: who could come is not changed any more.")


def check_can_open_to_all(actor: Actor, meeting: Meeting) -> None:
    """As for restricting it; and only a restricted meeting is opened."""
    check_can_restrict_meeting(actor, meeting)
    if not meeting.restricted:
        raise NotNow(f"{meeting} is open to every seat already.")


def can_confirm(guest: Guest | None, at: datetime) -> bool:
    return allowed(check_can_confirm, guest, at)


def can_refuse_guest(actor: Actor, guest: Guest) -> bool:
    """Whether the button appears: whoever arranges the meeting refuses at least abuse."""
    return allowed(check_can_refuse_guest, actor, guest)


def can_restrict_meeting(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_restrict_meeting, actor, meeting)
