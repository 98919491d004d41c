"""The verbs of series: plan one, place its dates, make its meetings, invite to them, prolong it, discard the plan (S3).

A plan is a row and makes nothing. Its meetings are made all at once, each with its number and its UID, when somebody
has looked at the dates and confirms them; ``operations.changing`` changes them afterwards.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from artefacts.operations.moving import doer
from meetings import rules
from meetings.models import Meeting, Series
from meetings.operations.meetings import INVITATION, draft_meeting, invited_to, tell, what_follows
from meetings.overtaken import OF_SERIES, refuse_overtaken
from meetings.rhythm import Held, end_of, held_days, parts_of, places
from meetings.states import MeetingState, OffDay, SeriesState
from sdwg import clock, workdays
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.models import Seat

__all__ = [
    "change_plan",
    "discard_series",
    "drafts_ahead",
    "invite_series",
    "make_meetings",
    "place_dates",
    "plan_series",
    "prolong",
]


@act
def plan_series(
    *,
    actor: Actor,
    title: str,
    rule: str,
    first_day: date,
    starts: time,
    minutes: int,
    off_day: str = OffDay.NEXT,
    place: str = "",
    link: str = "",
    presiding: Seat | None = None,
) -> Series:
    """Plan a series: nothing but the plan is made, and nobody else hears of it.

    ``rule`` is an RRULE (see ``meetings.rhythm``). Raises ``NotNow``, beside the field to change, for a plan that makes
    no meeting or too many.
    """
    rules.check_can_plan(actor)
    series = Series(
        title=title.strip(),
        rule=rule,
        first_day=first_day,
        starts=starts,
        minutes=minutes,
        off_day=off_day,
        place=place.strip(),
        link=link.strip(),
        presiding=presiding,
        made_by=doer(actor),
        made_at=actor.at,
    )
    held = _possible(actor, series)
    series.save()
    record("series.planned", on=series, note={"rule": rule, "meetings": _count(held)})
    return series


@act
def change_plan(*, actor: Actor, series: Series, seen: str | None = None, **facts: Any) -> Series:
    """Change a plan: ``facts`` as in ``plan_series``. Dates placed by hand stay where the rule still names them."""
    series = _locked(series)
    rules.check_can_change_plan(actor, series)
    refuse_overtaken(series, seen, OF_SERIES)
    for name, value in facts.items():
        setattr(series, name, value.strip() if isinstance(value, str) else value)
    named = {row.named.isoformat() for row in _possible(actor, series)}
    series.exceptions = {day: on for day, on in series.exceptions.items() if day in named}
    series.save()
    record("series.changed", on=series, note={"rule": series.rule})
    return series


@act
def place_dates(*, actor: Actor, series: Series, where: Mapping[date, str], seen: str | None = None) -> Series:
    """Overrule where days are held: ``where`` is a day the rule names -> one of ``OffDay``, or "" for by the rule."""
    series = _locked(series)
    rules.check_can_change_plan(actor, series)
    refuse_overtaken(series, seen, OF_SERIES)
    holidays = workdays.bank_holidays()
    plain = {row.named: row.on for row in held_days(series.rule, series.first_day, series.off_day, {}, holidays)}
    exceptions = {}
    for day, choice in where.items():
        on = places(day, holidays)[choice] if choice else plain.get(day)
        if day in plain and on != plain[day]:
            exceptions[day.isoformat()] = on.isoformat() if on else ""
    if exceptions == series.exceptions:
        return series
    series.exceptions = exceptions
    _possible(actor, series)
    series.save()
    record("series.changed", on=series, note={"placed": exceptions})
    return series


@act
def make_meetings(*, actor: Actor, series: Series, seen: str | None = None) -> list[Meeting]:
    """Make a draft of every date of a plan, in order, each with its number and its UID."""
    series = _locked(series)
    rules.check_can_change_plan(actor, series)
    refuse_overtaken(series, seen, OF_SERIES)
    held = _possible(actor, series)
    series.state = SeriesState.RUNNING
    series.save()
    made = _made(actor, series, held)
    record(
        "series.made", on=series, note={"meetings": len(made), "first": made[0].reference, "last": made[-1].reference}
    )
    return made


@act
def prolong(*, actor: Actor, series: Series, until: date, seen: str | None = None) -> list[Meeting]:
    """Make further meetings of a series, from its last date up to ``until``, with what stands in the series now."""
    series = _locked(series)
    rules.check_can_prolong(actor, series)
    refuse_overtaken(series, seen, OF_SERIES)
    last = series.meetings.order_by("-rule_day").values_list("rule_day", flat=True).first()
    assert last  # noqa: S101 (it runs, so it has meetings)
    parts = {name: value for name, value in parts_of(series.rule).items() if name not in {"COUNT", "UNTIL"}}
    rule = ";".join(f"{name}={value}" for name, value in (parts | {"UNTIL": f"{until:%Y%m%d}"}).items())
    held = [row for row in _held(series, rule, last) if row.named > last]
    rules.check_days(held, series.starts, series.minutes, actor.at)
    series.rule = rule
    series.save()
    made = _made(actor, series, held)
    record("series.prolonged", on=series, note={"meetings": len(made), "until": until.isoformat()})
    return made


@act
def invite_series(*, actor: Actor, series: Series) -> list[Meeting]:
    """Send the invitations to every draft of a series that lies ahead: one mail a person, with all the dates."""
    series = _locked(series)
    rows = list(drafts_ahead(series, actor.at))
    rules.check_can_invite_series(actor, rows)
    for meeting in rows:
        invited_to(actor, meeting)
    record("series.invited", on=series, note={"meetings": len(rows)})
    tell(actor, rows, INVITATION, what_follows())
    return rows


@act
def discard_series(*, actor: Actor, series: Series) -> Series:
    """Discard a plan: it made nothing. ``undo`` takes that back."""
    series = _locked(series)
    rules.check_can_change_plan(actor, series)
    series.state = SeriesState.DISCARDED
    series.save()
    record("series.discarded", on=series)
    return series


# ------------------------------------------------------------------------------------------------------------- helpers


def drafts_ahead(series: Series, at: datetime) -> Any:
    """Meetings of a series to which nobody is invited yet, next first, locked."""
    rows = series.meetings.filter(state=MeetingState.DRAFT, starts_at__gt=at)
    return rows.select_for_update(of=("self",)).order_by("starts_at")


def _locked(series: Series) -> Series:
    return Series.objects.select_for_update().get(pk=series.pk)


def _held(series: Series, rule: str = "", since: date | None = None) -> list[Held]:
    holidays = workdays.bank_holidays()
    return held_days(rule or series.rule, since or series.first_day, series.off_day, series.exceptions, holidays)


def _possible(actor: Actor, series: Series) -> list[Held]:
    """Every date of the plan. Raises ``NotNow`` where they cannot be made."""
    held, end = _held(series), "times" if end_of(series.rule)[1] else "until"
    rules.check_days(held, series.starts, series.minutes, actor.at, end)
    return held


def _count(held: Sequence[Held]) -> int:
    return sum(row.on is not None for row in held)


def _made(actor: Actor, series: Series, held: Sequence[Held]) -> list[Meeting]:
    """The drafts, in order of their days; a seat that does not run on one of them does not preside there."""
    made = []
    for row in sorted((row for row in held if row.on), key=lambda row: row.on or row.named):
        assert row.on  # noqa: S101 (filtered)
        starts_at = clock.at_london(row.on, series.starts)
        presiding = series.presiding if series.presiding and series.presiding.runs_on(row.on) else None
        facts = {
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=series.minutes),
            "place": series.place,
            "link": series.link,
            "presiding": presiding,
            "series": series,
            "rule_day": row.named,
        }
        made.append(draft_meeting(actor, False, facts))
    return made
