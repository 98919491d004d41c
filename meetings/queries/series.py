"""Read models of series, lists of meetings, and a meeting's deadlines, each in a constant number of queries."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from meetings import rhythm
from meetings.models import Meeting, Pack, Series
from meetings.overtaken import OF_MEETING
from meetings.queries.meetings import COMING, Agenda, listed, notice_by, pack_by
from meetings.rules import arranges
from meetings.states import UNSEEN, ItemType, MeetingState, SeriesState
from sdwg import clock, dates, workdays
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor
from sdwg.screen import Button, Need

__all__ = [
    "Month",
    "PutBack",
    "SeriesRow",
    "by_month",
    "deadlines",
    "discarded",
    "past",
    "put_back",
    "series_listed",
    "upcoming",
]


# ------------------------------------------------------------------------------------------------------------ the lists


@dataclass(frozen=True)
class Month:
    """The meetings of one month of London's calendar."""

    name: str
    meetings: list[Meeting]


def upcoming(actor: Actor) -> QuerySet[Meeting]:
    """Meetings that come, next first; those that were cancelled too, until they would have begun. One query."""
    off = Q(state=MeetingState.CANCELLED, starts_at__gt=actor.at)
    return listed(actor).filter(Q(state__in=COMING) | off).select_related("series").order_by("starts_at", "pk")


def past(actor: Actor) -> QuerySet[Meeting]:
    """Meetings that were, last first."""
    off = Q(state=MeetingState.CANCELLED, starts_at__gt=actor.at)
    rows = listed(actor).exclude(state__in=(*COMING, MeetingState.DISCARDED)).exclude(off)
    return rows.order_by("-starts_at", "-pk")


def discarded(actor: Actor) -> QuerySet[Meeting]:
    """Drafts that were discarded and could be taken back, for those who discard them."""
    rows = listed(actor).filter(state=MeetingState.DISCARDED, starts_at__gt=actor.at)
    return rows.order_by("starts_at", "pk") if arranges(actor) else rows.none()


def by_month(rows: Iterable[Meeting]) -> list[Month]:
    """Meetings in order of their start, month by month."""
    days = ((clock.today(row.starts_at), row) for row in rows)
    return [
        Month(f"{dates.WHOLE_MONTHS[month - 1]} {year}", [row for _, row in found])
        for (year, month), found in groupby(days, key=lambda pair: (pair[0].year, pair[0].month))
    ]


@dataclass(frozen=True)
class SeriesRow:
    """A series as lists have it: its rhythm in words, how many meetings are to come, and the next and the last."""

    series: Series
    rhythm: str
    hours: str
    ahead: int
    next_at: datetime | None
    last_at: datetime | None


def series_listed(actor: Actor) -> list[SeriesRow]:
    """The series that ``actor`` sees a meeting of, those to come first; plans for those who make them. One query."""
    seen = Meeting.objects.visible_to(actor).filter(starts_at__gt=actor.at).exclude(state=MeetingState.DISCARDED)
    ahead = Q(meetings__in=seen.order_by().values("pk")) & ~Q(meetings__state=MeetingState.CANCELLED)
    rows = Series.objects.visible_to(actor).annotate(
        ahead=Count("meetings", filter=ahead),
        next_at=Min("meetings__starts_at", filter=ahead),
        last_at=Max("meetings__starts_at", filter=ahead),
    )
    found = [_series_row(row) for row in rows if row.state != SeriesState.DISCARDED]
    return sorted(found, key=lambda row: (row.next_at is None, row.next_at or row.series.made_at))


def _series_row(series: Series) -> SeriesRow:
    extra = vars(series)
    length = f"{series.starts:%H:%M}, {series.minutes} minutes"
    return SeriesRow(series, rhythm.in_words(series.rule), length, extra["ahead"], extra["next_at"], extra["last_at"])


# ------------------------------------------------------------------------------------------------------------ deadlines


def deadlines(
    meeting: Meeting,
    agenda: Agenda,
    out: Pack | None,
    at: datetime,
    holidays: Container[date],
    periods: Mapping[str, int],
) -> list[Need]:
    """What a meeting needs and by when, in working days, with what is late at ``at``; ``out`` is its circulated pack.

    Nothing for a meeting that does not take place. No query.
    """
    if meeting.state in {MeetingState.CANCELLED, MeetingState.DISCARDED}:
        return []
    url, day = meeting.get_absolute_url(), clock.today(meeting.starts_at)
    over = meeting.state == MeetingState.HELD

    def before(key: str) -> datetime:
        return workdays.deadline(workdays.before(day, periods[key], holidays=holidays))

    def after(key: str) -> datetime:
        return workdays.deadline(workdays.add(day, periods[key], holidays=holidays))

    def need(label: str, by: datetime, done: str, todo: str, button: Button | None) -> Need:
        if done:
            return Need(label, "done", done, by)
        due = dates.due(by, at, holidays)
        return Need(
            label,
            "late" if due.status == "late" else "todo",
            todo,
            by,
            due.phrase.removeprefix(f"{dates.hour(by)}, "),
            button,
        )

    bare = [item for item in agenda.items if item.type == ItemType.DECISION and not item.papers]
    invited = (
        "" if meeting.state in UNSEEN else _sent("Sent", meeting.invited_at, notice_by(meeting, holidays, periods))
    )
    papers = f"{len(bare)} item{'' if len(bare) == 1 else 's'} for decision without a paper" if bare else ""
    came = "" if bare or len(agenda.items) <= 2 else "Every item for decision has one."
    begun = meeting.state in {MeetingState.IN_SESSION, MeetingState.HELD}
    packed = "None: it was opened without." if begun else ""
    if out:
        packed = _sent("Circulated", out.circulated_at, pack_by(meeting, holidays, periods))
    found = [
        need("Invitations", notice_by(meeting, holidays, periods), invited, "", Button("Send them", f"{url}invite/")),
        need(
            "Papers",
            before("papers"),
            came or ("" if not begun else "The meeting has begun."),
            papers or "Nothing stands on the agenda yet.",
            Button("Open the agenda", f"{url}agenda/"),
        ),
        need("Pack", pack_by(meeting, holidays, periods), packed, "", Button("Open the pack", f"{url}pack/")),
    ]
    for label, key in (("Headline report", "headline"), ("Draft minutes", "minutes")):
        due = dates.due(after(key), at, holidays)
        late = over and due.status == "late"
        found.append(
            Need(
                label,
                "late" if late else "todo",
                "",
                after(key),
                due.phrase.removeprefix("17:00, ") if over else "After the meeting",
            )
        )
    return found


def _sent(word: str, at: datetime | None, by: datetime) -> str:
    """ "Sent Fri 4 Dec 2026, 09:20, on time."; without its moment, that it was."""
    if at is None:
        return f"{word}."
    return f"{word} {dates.moment(at)}, {'on time' if at <= by else 'late'}."


# -------------------------------------------------------------------------------------------------------------- to undo


@dataclass(frozen=True)
class PutBack:
    """One meeting that an act changed, and each fact: what it is called, what it was, what it became."""

    name: str
    facts: list[tuple[str, str, str]]


def put_back(event: AuditEvent) -> list[PutBack]:
    """What undoing the act of ``event`` would put back, meeting by meeting. Three queries."""
    of_act = list(Meeting.history.filter(act=event.act).order_by("history_id"))
    last = {row.id: row for row in of_act}
    first = {row.id: row.history_id for row in reversed(of_act)}
    was: dict[int, Any] = {}
    for row in Meeting.history.filter(id__in=last).order_by("history_id"):
        if row.history_id < first[row.id]:
            was[row.id] = row
    rows = Meeting.objects.filter(pk__in=was).order_by("starts_at")
    return [PutBack(row.reference, _facts(was[row.pk], last[row.pk])) for row in rows]


def _facts(was: Any, became: Any) -> list[tuple[str, str, str]]:
    found = []
    for name, label in OF_MEETING.items():
        before, after = _said(was, name), _said(became, name)
        if before != after:
            found.append((label[:1].upper() + label[1:], before, after))
    return found


def _said(row: Any, name: str) -> str:
    value = getattr(row, name)
    if name in {"starts_at", "ends_at"}:
        return dates.moment(value)
    if name == "state":
        return MeetingState(value).label
    if name == "presiding_id":
        return row.presiding.label if row.presiding else "Nobody"
    return str(value) or "–"
