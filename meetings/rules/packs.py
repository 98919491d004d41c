"""Who may order, circulate and read a pack, and when (S3, S5)."""

from meetings.models import Meeting, Pack
from meetings.rules.meetings import AGENDA_OPEN, arranges, only_arrangers
from meetings.states import MeetingState, PackState
from sdwg import clock
from sdwg.dates import moment
from sdwg.members.access import Actor, NotNow, Refused, allowed

__all__ = [
    "can_circulate",
    "can_order_pack",
    "can_read_pack",
    "check_can_circulate",
    "check_can_order_pack",
    "check_can_read_pack",
]

UNDER_WAY = (PackState.ORDERED, PackState.BUILDING)


def check_can_order_pack(actor: Actor, meeting: Meeting) -> None:
    """Raises once a pack is out, while one is being built, and for other people."""
    only_arrangers(actor)
    if meeting.state not in AGENDA_OPEN:
        raise NotNow(
            f"{meeting} is {meeting.get_state_display().lower()}. A pack that was circulated is never rebuilt."
            if meeting.state == MeetingState.PACK_ISSUED
            else f"{meeting} is {meeting.get_state_display().lower()}: no pack is built for it."
        )
    if meeting.packs.filter(state__in=UNDER_WAY).exists():
        raise NotNow("A pack is being built. Wait until it is done; then order it again if the agenda has changed.")


def check_can_circulate(actor: Actor, pack: Pack, inputs: str) -> None:
    """Raises unless ``pack`` is built from the agenda as it stands (its digest is ``inputs``) and was not sent out."""
    only_arrangers(actor)
    if pack.circulated_at:
        raise NotNow(f"The pack went out on {moment(pack.circulated_at)}. It is circulated once.")
    if pack.meeting.state == MeetingState.DRAFT:
        raise NotNow(f"Nobody is invited to {pack.meeting} yet. Send the invitations first.")
    if pack.meeting.state != MeetingState.SCHEDULED:
        raise NotNow(f"{pack.meeting} is {pack.meeting.get_state_display().lower()}: no pack is circulated for it.")
    if clock.today(actor.at) > clock.today(pack.meeting.starts_at):
        raise NotNow(f"{pack.meeting} was to start on {moment(pack.meeting.starts_at)}. Nothing is sent out any more.")
    if pack.state != PackState.BUILT:
        raise NotNow(f"This pack is {pack.get_state_display().lower()}: there is nothing to circulate. Order it again.")
    if pack.inputs != inputs:
        raise NotNow("The agenda or a paper has changed since this pack was built. Order it again, then circulate it.")


def check_can_read_pack(actor: Actor, pack: Pack) -> None:
    """Raises unless the pack is out, or is built and read by those who arrange it, before they send it."""
    if pack.circulated_at:
        return
    if not arranges(actor):
        raise Refused("This pack has not been circulated.")
    if pack.state != PackState.BUILT:
        raise NotNow("There is no file yet: the pack is not built.")


def can_order_pack(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_order_pack, actor, meeting)


def can_circulate(actor: Actor, pack: Pack, inputs: str) -> bool:
    return allowed(check_can_circulate, actor, pack, inputs)


def can_read_pack(actor: Actor, pack: Pack) -> bool:
    return allowed(check_can_read_pack, actor, pack)
