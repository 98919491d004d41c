"""Who plans a series and makes its meetings, and which plans make meetings at all (S3)."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from meetings.models import Meeting, Series
from meetings.rhythm import MOST, Held, check_hours, why_off
from meetings.rules.meetings import AGENDA_OPEN, FURTHEST, only_arrangers
from meetings.states import TO_COME, MeetingState, SeriesState
from sdwg import clock, dates
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor, NotNow, allowed
from sdwg.members.models import Seat

__all__ = [
    "can_change_plan",
    "can_discard",
    "can_invite_series",
    "can_postpone",
    "can_prolong",
    "can_take_back",
    "check_can_change_plan",
    "check_can_discard",
    "check_can_invite_series",
    "check_can_plan",
    "check_can_postpone",
    "check_can_prolong",
    "check_can_take_back",
    "check_can_undo",
    "check_days",
    "check_presides",
    "check_working_day",
    "may_still_change",
    "undoes",
]


def check_can_plan(actor: Actor) -> None:
    """Raises ``Refused`` for whoever arranges no meetings."""
    only_arrangers(actor)


def check_can_change_plan(actor: Actor, series: Series) -> None:
    """Raises for other people, and once its meetings are made: then each of them is changed, or all from one on."""
    only_arrangers(actor)
    if series.state == SeriesState.DISCARDED:
        raise NotNow(f"“{series}” was discarded. Undo that first.")
    if series.state == SeriesState.RUNNING:
        raise NotNow(f"The meetings of “{series}” are made. Change one of them, and say for which the change is.")


def check_can_prolong(actor: Actor, series: Series) -> None:
    """Raises for other people, and for a series whose meetings are not made yet: there the plan is changed."""
    only_arrangers(actor)
    if series.state != SeriesState.RUNNING:
        raise NotNow(f"“{series}” is {series.get_state_display().lower()}: its meetings are not made yet.")


def check_can_invite_series(actor: Actor, drafts: Sequence[Meeting]) -> None:
    """Raises for other people, and where no draft of the series lies ahead."""
    only_arrangers(actor)
    if not drafts:
        raise NotNow("The invitations to every meeting of this series that lies ahead are out.")


def check_days(held: Sequence[Held], starts: time, minutes: int, at: datetime, end: str = "until") -> None:
    """Raises ``NotNow``, beside the field that is to be changed, for a plan that makes no meetings, or too many.

    ``end`` is the field that ends it.
    """
    days = sorted(row.on for row in held if row.on)
    if len(held) > MOST:
        raise NotNow(
            f"This makes more than {MOST} meetings. Give an earlier end: a series is prolonged when it nears it.",
            end,
        )
    if not days:
        raise NotNow("This makes no meeting: no such day comes between the first day and the end.", end)
    if clock.at_london(days[0], starts) <= at:
        raise NotNow(
            f"Its first meeting would be on {dates.day(days[0])} at {starts:%H:%M}, which has passed. Begin later.",
            "first_day",
        )
    if clock.at_london(days[-1], starts) > at + FURTHEST:
        raise NotNow("A series reaches at most two years ahead. Give an earlier end, and prolong it in time.", end)
    ends = datetime.combine(days[0], starts) + timedelta(minutes=minutes)
    if ends.date() != days[0]:
        raise NotNow("A meeting ends on the day on which it starts. Begin earlier, or make it shorter.", "minutes")
    for day in days:
        check_hours(day, ("starts", starts), ("minutes", ends.time()))


def check_working_day(starts_at: datetime, holidays: Container[date], day_off: bool) -> None:
    """Raises ``NotNow`` for a day on which the group does not work, unless it was said that it is held all the same."""
    day = clock.today(starts_at)
    if not day_off and (why := why_off(day, holidays)):
        raise NotNow(f"{dates.day(day)} is {why}. Choose another day, or tick that it is held all the same.", "day")


def check_presides(seat: Seat | None, starts_at: datetime) -> None:
    """Raises ``NotNow`` for a seat that does not run on the day."""
    day = clock.today(starts_at)
    if seat and not seat.runs_on(day):
        raise NotNow(f"{seat.label} does not hold that seat on {dates.day(day)}. Choose who does.", "presiding")


def check_can_postpone(actor: Actor, meeting: Meeting) -> None:
    """Raises unless people are invited to the meeting and it has not begun; its pack may be out."""
    only_arrangers(actor)
    if meeting.state not in TO_COME:
        way = "Change its date instead." if meeting.state == MeetingState.DRAFT else "Its date stays."
        raise NotNow(f"{meeting} is {meeting.get_state_display().lower()}, and is not postponed. {way}")


def check_can_discard(actor: Actor, meeting: Meeting) -> None:
    """Raises unless the meeting is a draft: nobody heard of it."""
    only_arrangers(actor)
    if meeting.state == MeetingState.DISCARDED:
        raise NotNow(f"{meeting} is discarded already.")
    if meeting.state != MeetingState.DRAFT:
        raise NotNow(
            f"{meeting} is {meeting.get_state_display().lower()}: people know of it. Cancel it, with a reason."
        )


def check_can_take_back(actor: Actor, meeting: Meeting) -> None:
    """Raises unless the meeting is discarded and would not have begun."""
    only_arrangers(actor)
    if meeting.state != MeetingState.DISCARDED:
        raise NotNow(f"{meeting} is {meeting.get_state_display().lower()}: it was not discarded.")
    if meeting.starts_at <= actor.at:
        raise NotNow(f"{meeting} was to start on {dates.moment(meeting.starts_at)}. Schedule another one.")


def check_can_undo(actor: Actor, event: AuditEvent | None) -> None:
    """Raises for other people, and where nothing was changed that could be put back."""
    only_arrangers(actor)
    if event is None:
        raise NotNow("Nothing was changed here that could be undone.")


UNDOABLE = ("changed", "postponed", "put-back", "cancelled", "discarded", "discarded-drafts")


def undoes(verb: str, note: Mapping[str, Any]) -> bool:
    """Whether an act on a meeting or a series, as the trail has it, can be taken back: invitations are not unsent."""
    if verb == "meeting.moved":
        return note["to"] in {MeetingState.CANCELLED, MeetingState.DISCARDED}
    return verb.partition(".")[2] in UNDOABLE


def may_still_change(meeting: Meeting, at: datetime) -> bool:
    """Whether a change of several meetings reaches this one: its pack is not out and it lies ahead."""
    return meeting.state in AGENDA_OPEN and meeting.starts_at > at


def can_change_plan(actor: Actor, series: Series) -> bool:
    return allowed(check_can_change_plan, actor, series)


def can_prolong(actor: Actor, series: Series) -> bool:
    return allowed(check_can_prolong, actor, series)


def can_invite_series(actor: Actor, drafts: Sequence[Meeting]) -> bool:
    return allowed(check_can_invite_series, actor, drafts)


def can_postpone(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_postpone, actor, meeting)


def can_discard(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_discard, actor, meeting)


def can_take_back(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_take_back, actor, meeting)
