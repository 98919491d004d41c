"""Meetings as occasions for which a member nominates an alternate (S4)."""

from meetings.models import Meeting
from meetings.states import TO_COME
from sdwg import dates
from sdwg.members.access import Actor
from sdwg.members.occasions import Occasion


def meeting_to_come(actor: Actor, number: int) -> Occasion | None:
    """The meeting with this primary key, while people are invited to it and it has not begun."""
    found = Meeting.objects.visible_to(actor).filter(pk=number, state__in=TO_COME).first()
    return Occasion(found.audit_key, found.reference, dates.moment(found.starts_at)) if found else None
