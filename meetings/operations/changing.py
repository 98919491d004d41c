"""The verbs that change meetings that are arranged, one of them or a series from here on, and that put it back (S3).

What has begun is reached by none of them. A meeting that was changed alone stays as it was changed, unless it is asked
for. Who was invited is told of all that one act changed in one mail.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from meetings import rules
from meetings.models import Meeting, Series
from meetings.operations import letters
from meetings.operations.meetings import (
    CANCELLED,
    CHANGED,
    POSTPONED,
    REINSTATED,
    call_off,
    chairing,
    during,
    locked,
    move,
    put_back_on,
    reasoned,
    tell,
    timed,
)
from meetings.operations.windows import move_windows
from meetings.overtaken import OF_MEETING, OF_SERIES, refuse_overtaken
from meetings.states import TO_COME, DecisionState, MeetingState, Scope
from sdwg import clock, dates
from sdwg.audit.acts import act, record
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Seat

__all__ = [
    "Done",
    "cancel",
    "change",
    "discard",
    "last_change",
    "postpone",
    "take_back",
    "undo",
]

SHARED = ("starts", "minutes", "place", "link", "presiding")
"""The facts that a series gives its meetings."""
SHOWN = {"starts_at", "ends_at", "title", "place", "link"}
"""What stands in people's calendars."""
TIMES = ("starts_at", "ends_at")


@dataclass
class Done:
    """What an act reached: the meetings it changed, which of their facts, and why it left others as they were."""

    meetings: list[Meeting] = field(default_factory=list)
    facts: dict[int, set[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def apply(self, meeting: Meeting, facts: Mapping[str, Any]) -> bool:
        """Write what differs; whether anything did. What calendars show raises the sequence once people have it."""
        changed = {name for name, value in facts.items() if getattr(meeting, name) != value}
        if not changed:
            return False
        for name in changed:
            setattr(meeting, name, facts[name])
        meeting.sequence += bool(changed & SHOWN) and meeting.state != MeetingState.DRAFT
        meeting.save()
        self.meetings.append(meeting)
        self.facts[meeting.pk] = changed
        return True

    @property
    def words(self) -> str:
        """One sentence, and one for each that was left."""
        count = len(self.meetings)
        first = f"{self.meetings[0]} is changed." if count == 1 else f"{count} meetings are changed."
        return " ".join([first, *self.left])


# ------------------------------------------------------------------------------------------------------------ to change


@act
def change(
    *,
    actor: Actor,
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime,
    title: str = "",
    place: str = "",
    link: str = "",
    presiding: Seat | None = None,
    day_off: bool = False,
    scope: str = Scope.ONE,
    own_too: bool = False,
    seen: str | None = None,
) -> Done:
    """Change when and where a meeting is and who presides, before its pack is out. Number and UID stay.

    Of the others that ``scope`` reaches, what differs from this meeting as it was is changed in the same way: the hour,
    the length, the place, the link, who presides. The day and the topic are each meeting's own. ``seen`` is the token
    of the form (``meetings.overtaken``). Who was invited is told.
    """
    series, rows = reached(meeting, scope)
    meeting = rows.pop(meeting.pk)
    rules.check_can_change(actor, meeting)
    refuse_overtaken(meeting, seen, OF_MEETING)
    same_day = clock.today(starts_at) == clock.today(meeting.starts_at)
    timed(actor, starts_at, ends_at, presiding, day_off or same_day)
    if series and not same_day:
        raise NotNow(
            "A day is changed for one meeting alone. For another rhythm, cancel this meeting and all later ones, and "
            "plan a new series.",
            "scope",
        )
    facts: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "title": title.strip(),
        "place": place.strip(),
        "link": link.strip(),
        "presiding": presiding or chairing(starts_at),
    }
    changed, done = _differing(meeting, facts), Done()
    done.apply(meeting, {**facts, "own": _own(meeting, changed, presiding, alone=series is None)})
    if series and changed:
        wanted: dict[str, Any] = {name: facts[name] for name in ("place", "link") if name in changed}
        _follow(actor, done, rows.values(), changed, wanted, meeting, presiding, own_too)
        _from_now_on(series, changed, wanted, meeting, presiding)
        record("series.changed", on=series, note={"meetings": len(done.meetings), "scope": str(scope)})
    for row in done.meetings:
        record("meeting.changed", on=row, note={"starts": dates.moment(row.starts_at), "place": row.place})
    _tell_changed(actor, done)
    return done


def _own(meeting: Meeting, changed: Set[str], presiding: Seat | None, *, alone: bool) -> list[str]:
    """The facts that are a meeting's own after a change: what is changed for it alone, and no longer what follows.

    Who presides by default follows the day, and is nobody's own.
    """
    if meeting.series_id is None:
        return []
    if not alone:
        return sorted(set(meeting.own) - changed)
    return sorted(set(meeting.own) | (changed if presiding else changed - {"presiding"}))


def _follow(
    actor: Actor,
    done: Done,
    rows: Iterable[Meeting],
    changed: Set[str],
    wanted: Mapping[str, Any],
    like: Meeting,
    presiding: Seat | None,
    own_too: bool,
) -> None:
    """Change the others of a series in the same way, but for what was changed for one of them alone."""
    begins, length = clock.london(like.starts_at).time(), like.ends_at - like.starts_at
    for row in rows:
        if not rules.may_still_change(row, actor.at):
            if row.state == MeetingState.PACK_ISSUED and row.starts_at > actor.at:
                done.left.append(f"{row} stays as it is: its pack is out.")
            continue
        kept = set() if own_too else set(row.own) & changed
        if kept:
            done.left.append(f"{row} keeps what was changed for it alone.")
        facts = {name: value for name, value in wanted.items() if name not in kept}
        starts_at, lasts = row.starts_at, row.ends_at - row.starts_at
        if "starts" in changed and "starts" not in kept:
            starts_at = clock.at_london(clock.today(row.starts_at), begins)
        if "minutes" in changed and "minutes" not in kept:
            lasts = length
        facts |= {"starts_at": starts_at, "ends_at": starts_at + lasts}
        if "presiding" in changed and "presiding" not in kept:
            holds = presiding and presiding.runs_on(clock.today(starts_at))
            facts["presiding"] = presiding if holds else chairing(starts_at)
        if facts["starts_at"] <= actor.at:
            done.left.append(f"{row} keeps its time: at that hour it would have begun.")
            continue
        done.apply(row, {**facts, "own": sorted(set(row.own) - (changed - kept))})


def _from_now_on(
    series: Series, changed: Set[str], wanted: Mapping[str, Any], like: Meeting, presiding: Seat | None
) -> None:
    """What further meetings of the series are made with."""
    facts = dict(wanted)
    if "starts" in changed:
        facts["starts"] = clock.london(like.starts_at).time()
    if "minutes" in changed:
        facts["minutes"] = _minutes(like)
    if "presiding" in changed:
        facts["presiding"] = presiding
    for name, value in facts.items():
        setattr(series, name, value)
    series.save()


@act
def postpone(
    *,
    actor: Actor,
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    day_off: bool = False,
    seen: str | None = None,
) -> Meeting:
    """Move a meeting to which people are invited, its pack out or not: number and UID stay, everybody is told why.

    With the pack out, alternates nominated for it act until two working days after the new date (S4).
    """
    meeting = locked(meeting)
    rules.check_can_postpone(actor, meeting)
    refuse_overtaken(meeting, seen, OF_MEETING)
    why = reasoned(reason)
    timed(actor, starts_at, ends_at, None, day_off)
    own = sorted({*meeting.own, "starts"}) if meeting.series_id else meeting.own
    if not Done().apply(meeting, {"starts_at": starts_at, "ends_at": ends_at, "own": own}):
        raise NotNow("That is when it is now. Give the new time.", "day")
    _chaired(meeting)
    record(
        "meeting.postponed", on=meeting, reason=why, note={"starts": dates.moment(starts_at), "place": meeting.place}
    )
    _moved(actor, meeting)
    kept = "\n\nThe pack you have stays good; its cover names the earlier date." if meeting.state != TO_COME[0] else ""
    tell(actor, [meeting], POSTPONED, f"Reason: {why}{kept}")
    letters.tell_guests(meeting, f"{meeting} is now on {during(meeting)}.", "", actor.at)
    return meeting


# ------------------------------------------------------------------------------------------------ to cancel, to discard


@act
def cancel(*, actor: Actor, meeting: Meeting, reason: str, scope: str = Scope.ONE) -> Done:
    """Cancel a meeting with a reason, or those of its series that ``scope`` reaches; who was invited is told.

    Drafts among the others are discarded: nobody heard of them.
    """
    series, rows = reached(meeting, scope)
    meeting = rows.pop(meeting.pk)
    rules.check_can_cancel(actor, meeting)
    why, done = reasoned(reason), Done()
    for row in (meeting, *rows.values()):
        if row is not meeting and row.starts_at <= actor.at:
            continue
        if row.state in TO_COME:
            call_off(actor, row, why)
            done.meetings.append(row)
        elif row.state == MeetingState.DRAFT:
            move(row, MeetingState.DISCARDED)
            done.left.append(f"{row} was a draft, and is discarded.")
    if series:
        record("series.cancelled", on=series, reason=why, note={"meetings": len(done.meetings)})
    more = f"Reason: {why}"
    if any(row.decisions.filter(state=DecisionState.OPEN).exists() for row in done.meetings):
        more += "\n\nWhat was put to it stays open until its own deadline, and is decided by correspondence."
    tell(actor, done.meetings, CANCELLED, more)
    return done


@act
def discard(*, actor: Actor, meeting: Meeting, scope: str = Scope.ONE) -> Done:
    """Discard a draft, or every draft of its series that ``scope`` reaches. Nobody heard of it, and nobody is told.

    Its number is not given again: the trail would have two meetings of one name.
    """
    series, rows = reached(meeting, scope)
    meeting = rows.pop(meeting.pk)
    rules.check_can_discard(actor, meeting)
    done = Done([meeting, *(row for row in rows.values() if row.state == MeetingState.DRAFT)])
    for row in done.meetings:
        move(row, MeetingState.DISCARDED)
    if series:
        record("series.discarded-drafts", on=series, note={"meetings": len(done.meetings)})
    return done


@act
def take_back(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Make a discarded meeting a draft again, until it would start."""
    meeting = locked(meeting)
    rules.check_can_take_back(actor, meeting)
    move(meeting, MeetingState.DRAFT)
    return meeting


# -------------------------------------------------------------------------------------------------------------- to undo


def last_change(thing: Meeting | Series) -> AuditEvent | None:
    """The last act on a meeting or a series that ``undo`` can take back. One query.

    What moved it from one state to another is undone too, unless it only went on: invitations are not unsent.
    """
    told = (
        AuditEvent.objects.filter(on_key=thing.audit_key, verb__regex=r"^(meeting|series)\.").order_by("-seq").first()
    )
    return told if told and rules.undoes(told.verb, told.note) else None


@act
def undo(*, actor: Actor, thing: Meeting | Series, seen: str | None = None) -> Done:
    """Put back what the last act on ``thing`` changed, on every meeting it changed: facts from history, states by their
    own way back. ``seen`` is the number of the event that was shown.

    A fact that was changed again since stays as it is now; so does a meeting that has begun, or whose pack went out
    since. Undoing is itself a change that can be undone. Who was invited is told. Raises ``NotNow`` where nothing is
    left to put back.
    """
    event = last_change(thing)
    rules.check_can_undo(actor, event)
    assert event  # noqa: S101 (the rule has looked)
    if seen is not None and seen != str(event.seq):
        raise NotNow("Something was changed here since you loaded this page. Read what it was, then undo that.")
    series = _put_series_back(actor, event.act)
    done, on = Done(), []
    for meeting, was, became in _touched(event.act):
        if _put_back(actor, done, meeting, was, became):
            on.append(meeting)
    if not (done.meetings or series):
        raise NotNow(" ".join(["Nothing is left to put back.", *done.left]))
    if series:
        record("series.put-back", on=series, note={"meetings": len(done.meetings), "undoes": event.seq})
    tell(actor, on, REINSTATED, "Alternates who were nominated for it are nominated again.")
    _tell_changed(actor, done, "What was announced last is taken back.")
    return done


def _put_back(actor: Actor, done: Done, meeting: Meeting, was: Any, became: Any) -> bool:
    """Put one meeting back as it was, as far as nobody changed it since; whether it takes place again."""
    begun = meeting.starts_at <= actor.at
    if begun or (meeting.state not in rules.AGENDA_OPEN and meeting.state != became.state):
        done.left.append(
            f"{meeting} stays: it {'has begun' if begun else f'is {meeting.get_state_display().lower()}'} by now."
        )
        return False
    if meeting.state == became.state != was.state:
        done.meetings.append(meeting)
        if meeting.state == MeetingState.DISCARDED:
            move(meeting, MeetingState.DRAFT)
            return False
        put_back_on(actor, meeting)
        return True
    names = ("title", "place", "link", "own")
    facts = {name: getattr(was, name) for name in names if _stands(meeting, was, became, name)}
    if _stands(meeting, was, became, "presiding_id"):
        facts["presiding"] = Seat.objects.filter(pk=was.presiding_id).first()
    if any(getattr(was, name) != getattr(became, name) for name in TIMES):
        if all(getattr(meeting, name) == getattr(became, name) for name in TIMES) and was.starts_at > actor.at:
            facts |= {name: getattr(was, name) for name in TIMES}
        else:
            done.left.append(f"{meeting} keeps its time: it was changed again, or the earlier one has passed.")
    if done.apply(meeting, facts):
        record("meeting.put-back", on=meeting, note={"starts": dates.moment(meeting.starts_at), "place": meeting.place})
        if "starts_at" in facts:
            _moved(actor, meeting)
    return False


def _stands(row: Any, was: Any, became: Any, name: str) -> bool:
    """Whether the act changed this, and nobody has changed it again."""
    return bool(getattr(was, name) != getattr(became, name) == getattr(row, name))


def _touched(act_id: UUID) -> list[tuple[Meeting, Any, Any]]:
    """Every meeting that an act changed, locked, with its history row before the act and its last one of the act."""
    of_act: dict[int, list[Any]] = {}
    for row in Meeting.history.filter(act=act_id).order_by("history_id"):
        of_act.setdefault(row.id, []).append(row)
    found = []
    for meeting in Meeting.objects.select_for_update().filter(pk__in=of_act).order_by("pk"):
        first, last = of_act[meeting.pk][0], of_act[meeting.pk][-1]
        was = meeting.history.filter(history_id__lt=first.history_id).order_by("-history_id").first()
        if was:
            found.append((meeting, was, last))
    return found


def _put_series_back(actor: Actor, act_id: UUID) -> Series | None:
    """What the act changed of a series itself, put back unless it was changed again; the series, if anything was."""
    last = Series.history.filter(act=act_id).order_by("-history_id").first()
    if last is None:
        return None
    series = Series.objects.select_for_update().get(pk=last.id)
    first = Series.history.filter(act=act_id, id=series.pk).order_by("history_id").first()
    was = series.history.filter(history_id__lt=first.history_id).order_by("-history_id").first() if first else None
    if was is None:
        return None
    names = [name for name in OF_SERIES if _stands(series, was, last, name)]
    for name in names:
        setattr(series, name, getattr(was, name))
    if names:
        series.save()
    return series if names else None


# ------------------------------------------------------------------------------------------------------------- helpers


def reached(meeting: Meeting, scope: str) -> tuple[Series | None, dict[int, Meeting]]:
    """The series, where more than one meeting is meant, and the meetings in question by id, all locked.

    The series is locked first, then the meetings by number: two who change it at once wait for each other.
    """
    if scope == Scope.ONE or not meeting.series_id:
        return None, {meeting.pk: locked(meeting)}
    series = Series.objects.select_for_update().get(pk=meeting.series_id)
    rows = {row.pk: row for row in series.meetings.select_for_update(of=("self",)).order_by("pk")}
    this = rows[meeting.pk]
    if scope == Scope.LATER:
        rows = {pk: row for pk, row in rows.items() if row.starts_at >= this.starts_at}
    return series, rows


def _differing(meeting: Meeting, facts: Mapping[str, Any]) -> set[str]:
    """Which of the facts that a series gives are others than ``meeting`` has now."""
    found = {
        "starts": meeting.starts_at != facts["starts_at"],
        "minutes": meeting.ends_at - meeting.starts_at != facts["ends_at"] - facts["starts_at"],
        "place": meeting.place != facts["place"],
        "link": meeting.link != facts["link"],
        "presiding": meeting.presiding_id != (facts["presiding"].pk if facts["presiding"] else None),
    }
    return {name for name in SHARED if found[name]}


def _tell_changed(actor: Actor, done: Done, more: str = "") -> None:
    """Tell who was invited of what they see changed; of who presides, and of drafts, nobody hears."""
    told = [row for row in done.meetings if row.state in TO_COME and done.facts.get(row.pk, set()) & SHOWN]
    tell(actor, told, CHANGED, more)
    for row in told:
        if done.facts[row.pk] & {"starts_at", "ends_at"}:
            letters.tell_guests(row, f"{row} is now on {during(row)}.", "", actor.at)


def _chaired(meeting: Meeting) -> None:
    """Whoever acts as the chair on the new day presides, where the seat that was to does not run then."""
    if not (meeting.presiding and meeting.presiding.runs_on(clock.today(meeting.starts_at))):
        meeting.presiding = chairing(meeting.starts_at)
        meeting.save()


def _moved(actor: Actor, meeting: Meeting) -> None:
    """Alternates whose window is open act until after the new date."""
    if meeting.state == MeetingState.PACK_ISSUED:
        move_windows(actor, meeting)


def _minutes(meeting: Meeting) -> int:
    return int((meeting.ends_at - meeting.starts_at) / timedelta(minutes=1))
