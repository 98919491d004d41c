"""What is mailed to guests of meetings. Nothing that they typed is in it; a personal link is made at delivery."""

from datetime import datetime

from meetings.guests import ADMITTED, CONFIRM, TOLD
from meetings.models import Guest, Meeting
from sdwg import dates
from sdwg.mail import late
from sdwg.mail.operations import queue


def ask_to_confirm(guest: Guest, at: datetime) -> None:
    """The mail whose link confirms."""
    meeting = guest.meeting
    sentence = (
        f"Somebody asked with your address to attend {meeting} as a guest. Confirm within two days that it was you."
    )
    more = "If you did not ask for this, do nothing: nobody is expected, and what was typed is deleted."
    _write(guest, CONFIRM, f"Confirm that you want to attend {meeting}", sentence, more, "Confirm here", at)


def admit(guest: Guest, at: datetime) -> None:
    """The mail with the personal link."""
    meeting = guest.meeting
    sentence = f"You are expected as a guest at {meeting}, on {dates.moment(meeting.starts_at)} (London time)."
    more = (
        "Your personal link shows the agenda and the papers that are open to guests, until five working days after the "
        "meeting. Please do not pass it on. The secretariat tells you how to join."
    )
    _write(guest, ADMITTED, f"You are expected at {meeting}", sentence, more, "Open the agenda", at)


def tell(guest: Guest, subject: str, sentence: str, more: str, at: datetime) -> None:
    """What became of the guest, or of their meeting."""
    _write(guest, TOLD, subject, sentence, more, "See the open meetings", at)


def tell_guests(meeting: Meeting, sentence: str, more: str, at: datetime) -> None:
    """Tell the guests who are expected at ``meeting`` what became of it; of a restricted one they hear nothing.

    Part of the caller's act.
    """
    if meeting.restricted:
        return
    standing = Guest.objects.filter(meeting=meeting, confirmed_at__isnull=False, withdrawn_at=None, refused_at=None)
    for guest in standing.exclude(address="").select_related("meeting"):
        tell(guest, f"{meeting}: a change for its guests", sentence, more, at)


def _write(guest: Guest, rule: str, subject: str, sentence: str, more: str, link_text: str, at: datetime) -> None:
    """One mail to a guest. Nothing that they typed is in it: the address could be a stranger's, the words anybody's."""
    queue(
        rule=rule,
        on_key=guest.audit_key,
        person=None,
        occurrence=at.isoformat(),
        subject=subject,
        template="notice",
        context={
            "sentence": sentence,
            "more": more,
            "link": late.LINK,
            "link_text": link_text,
            "why": f"this address was given to attend {guest.meeting} as a guest",
        },
        at=at,
    )
