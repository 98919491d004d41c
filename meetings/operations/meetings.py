"""The verbs of meetings and their agendas (S2, S3): schedule, invite, arrange the agenda, open, close, cancel."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from artefacts.models import Version
from artefacts.operations.moving import doer
from meetings import rules
from meetings.models import AgendaItem, Meeting, Paper
from meetings.operations import letters
from meetings.operations.windows import open_windows
from meetings.recipients import invited
from meetings.states import DecisionState, ItemType, MeetingState
from sdwg import clock, dates, workdays
from sdwg.audit.acts import act, record
from sdwg.files.models import StoredFile
from sdwg.mail.operations import queue
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Person, Seat
from sdwg.members.operations import withdraw_nominations
from sdwg.models import Numbering
from sdwg.numbering import next_number

__all__ = [
    "CLOSING",
    "OPENING",
    "add_item",
    "add_paper",
    "cancel",
    "change",
    "change_item",
    "close_meeting",
    "invite",
    "move_item",
    "open_meeting",
    "reinstate",
    "remove_item",
    "remove_paper",
    "restrict_item",
    "schedule",
]

OPENING = "Welcome, apologies and the competition-law reminder"
CLOSING = "Any other business and next meeting"
TRIES = 5
"""How often a number is taken again when somebody else took it at the same moment."""


# ----------------------------------------------------------------------------------------------------------- a meeting


@act
def schedule(
    *,
    actor: Actor,
    starts_at: datetime,
    ends_at: datetime,
    title: str = "",
    place: str = "",
    link: str = "",
    ad_hoc: bool = False,
) -> Meeting:
    """Make a draft meeting with its number, its opening and its closing item; the chair's seat presides (S2).

    A regular meeting takes the next number; an ad hoc one is numbered after the regular meeting before it (14.1).
    Raises ``NotNow`` for times that make no meeting, and for an ad hoc meeting with none before it.
    """
    rules.check_can_schedule(actor, starts_at, ends_at)
    chair = Seat.objects.chairing(clock.today(starts_at)).first()
    facts = {"title": title.strip(), "place": place.strip(), "link": link.strip(), "presiding": chair}
    meeting = _numbered(actor, ad_hoc, {"starts_at": starts_at, "ends_at": ends_at, **facts})
    record("meeting.scheduled", on=meeting, note={"starts": dates.moment(starts_at), "place": meeting.place})
    _put(meeting, 1, OPENING, ItemType.INFORMATION, "Everybody is named, and the rules are heard", "Chair", 5)
    _put(meeting, 2, CLOSING, ItemType.DISCUSSION, "Anything else is heard, and the next date agreed", "Chair", 5)
    return meeting


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
) -> Meeting:
    """Change when and where a meeting is, before its pack is out. Its number stays; who was invited is told."""
    meeting = locked(meeting)
    rules.check_can_change(actor, meeting)
    rules.check_can_schedule(actor, starts_at, ends_at)
    before = (meeting.starts_at, meeting.ends_at, meeting.place, meeting.link)
    meeting.starts_at, meeting.ends_at = starts_at, ends_at
    meeting.title, meeting.place, meeting.link = title.strip(), place.strip(), link.strip()
    meeting.save()
    record("meeting.changed", on=meeting, note={"starts": dates.moment(starts_at), "place": meeting.place})
    after = (meeting.starts_at, meeting.ends_at, meeting.place, meeting.link)
    if meeting.state == MeetingState.SCHEDULED and before != after:
        sentence = f"{meeting} has changed: it is now on {said(meeting)}."
        _tell(actor, meeting, "meeting-changed", f"{meeting} has changed", sentence, occurrence=actor.at.isoformat())
        if before[:2] != after[:2]:
            letters.tell_guests(meeting, f"{meeting} is now on {during(meeting)}.", "", actor.at)
    return meeting


@act
def invite(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Send the invitations: draft becomes scheduled, and every seat that may see it gets a mail (S3, S4)."""
    meeting = locked(meeting)
    rules.check_can_invite(actor, meeting)
    _move(meeting, MeetingState.SCHEDULED)
    sentence = f"You are invited to {meeting} of the Security Design Working Group, on {said(meeting)}."
    days = dates.working_days(workdays.periods()["pack"])
    more = f"The agenda is on the meeting's page; the pack follows at least {days} before the meeting."
    _tell(actor, meeting, "meeting-invitation", f"{meeting}, {dates.moment(meeting.starts_at)}", sentence, more)
    return meeting


@act
def cancel(*, actor: Actor, meeting: Meeting, reason: str) -> Meeting:
    """Cancel a meeting with a reason; who was invited is told."""
    meeting = locked(meeting)
    rules.check_can_cancel(actor, meeting)
    meeting.cancelled_reason = reasoned(reason)
    _move(meeting, MeetingState.CANCELLED, meeting.cancelled_reason)
    sentence = f"{meeting}, on {said(meeting)}, is cancelled."
    withdraw_nominations(actor=actor, for_key=meeting.audit_key, reason=f"{meeting} is cancelled.")
    more = f"Reason: {reason.strip()}"
    if meeting.decisions.filter(state=DecisionState.OPEN).exists():
        more += "\n\nWhat was put to it stays open until its own deadline, and is decided by correspondence."
    occurrence = actor.at.isoformat()
    _tell(actor, meeting, "meeting-cancelled", f"{meeting} is cancelled", sentence, more, occurrence)
    ended = "Your personal link leads nowhere, unless the meeting takes place after all: then you are told."
    letters.tell_guests(meeting, f"{meeting}, on {during(meeting)}, is cancelled.", ended, actor.at)
    return meeting


@act
def reinstate(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Take a cancellation back, until the meeting would start: it is where it was, its pack out or not.

    Who was invited is told. Nominations that the cancellation withdrew are made again by their principals.
    """
    meeting = locked(meeting)
    rules.check_can_reinstate(actor, meeting)
    meeting.cancelled_reason = ""
    out = meeting.packs.filter(letter="", circulated_at__isnull=False).exists()
    _move(meeting, MeetingState.PACK_ISSUED if out else MeetingState.SCHEDULED)
    sentence = f"{meeting} takes place after all, on {said(meeting)}."
    more = "Alternates who were nominated for it are nominated again."
    occurrence = actor.at.isoformat()
    _tell(actor, meeting, "meeting-reinstated", f"{meeting} takes place after all", sentence, more, occurrence)
    sentence = f"{meeting} takes place after all, on {during(meeting)}. Your personal link works again."
    letters.tell_guests(meeting, sentence, "", actor.at)
    return meeting


@act
def open_meeting(*, actor: Actor, meeting: Meeting, no_pack_reason: str = "") -> Meeting:
    """Put a meeting in session; whoever holds the chair's seat presides (S2). Without a pack, with the reason why.

    Without one, the alternates nominated for it act for their seats from now on.
    """
    meeting = locked(meeting)
    rules.check_can_open(actor, meeting, no_pack_reason)
    meeting.presiding, meeting.opened_at = actor.seat, actor.at
    if meeting.state == MeetingState.SCHEDULED:
        meeting.no_pack_reason = no_pack_reason.strip()
        open_windows(actor, meeting, actor.at)
    _move(meeting, MeetingState.IN_SESSION, meeting.no_pack_reason)
    return meeting


@act
def close_meeting(*, actor: Actor, meeting: Meeting) -> Meeting:
    """End a meeting that is in session."""
    meeting = locked(meeting)
    rules.check_can_close(actor, meeting)
    meeting.closed_at = actor.at
    _move(meeting, MeetingState.HELD)
    return meeting


# ----------------------------------------------------------------------------------------------------------- its agenda


@act
def add_item(
    *,
    actor: Actor,
    meeting: Meeting,
    title: str,
    type: str,
    objective: str = "",
    lead: str = "",
    minutes: int = 10,
) -> AgendaItem:
    """Put an item on the agenda: last, but before the closing item."""
    meeting = locked(meeting)
    rules.check_can_add_item(actor, meeting)
    items = list(meeting.items.standing())
    closing = items[-1] if items and items[-1].title == CLOSING else None
    item = _put(meeting, len(items) + (0 if closing else 1), title, type, objective, lead, minutes)
    if closing:
        _place(closing, len(items) + 1)
    return item


@act
def change_item(
    *, actor: Actor, item: AgendaItem, title: str, type: str, objective: str, lead: str, minutes: int
) -> AgendaItem:
    """Change the words, the kind or the time of an item."""
    item = _locked_item(item)
    rules.check_can_change_item(actor, item)
    item.title, item.type, item.objective, item.lead = title.strip(), type, objective.strip(), lead.strip()
    item.minutes = minutes
    item.save()
    record("item.changed", on=item, note={"item": item.title, "minutes": item.minutes})
    return item


@act
def move_item(*, actor: Actor, item: AgendaItem, by: int) -> AgendaItem:
    """Move an item up (``by=-1``) or down (``by=1``); at the end of the agenda nothing happens."""
    item = _locked_item(item)
    rules.check_can_change_item(actor, item)
    items = list(item.meeting.items.standing())
    at = next(index for index, row in enumerate(items) if row.pk == item.pk)
    to = min(max(at + by, 0), len(items) - 1)
    if to == at:
        return item
    items.insert(to, items.pop(at))
    for position, row in enumerate(items, 1):
        _place(row, position)
    item.refresh_from_db()
    record("item.moved", on=item, note={"item": item.title, "from": at + 1, "to": to + 1})
    return item


@act
def remove_item(*, actor: Actor, item: AgendaItem) -> None:
    """Take an item off the agenda; the row and its papers stay in the history."""
    item = _locked_item(item)
    rules.check_can_change_item(actor, item)
    item.removed_at = actor.at
    item.save()
    for position, row in enumerate(item.meeting.items.standing(), 1):
        _place(row, position)
    record("item.removed", on=item, note={"item": item.title})


@act
def restrict_item(*, actor: Actor, item: AgendaItem, restricted: bool, reason: str) -> AgendaItem:
    """Close an item to everybody but the chair, the secretariat and people granted it, or open it again (S8)."""
    item = _locked_item(item)
    rules.check_can_restrict_item(actor, item)
    why = reasoned(reason)
    if item.restricted != restricted:
        item.restricted = restricted
        item.save()
        record("item.restricted" if restricted else "item.opened", on=item, reason=why)
    return item


@act
def add_paper(
    *,
    actor: Actor,
    item: AgendaItem,
    version: Version | None = None,
    stored: StoredFile | None = None,
    title: str = "",
    marking: str = "",
    asked: str = "",
) -> Paper:
    """Attach an artefact's version, or a file with a title and a marking of its own. Exactly one of the two."""
    item = _locked_item(item)
    if (version is None) == (stored is None):
        raise NotNow("A paper is a version of an artefact or a file: choose one of the two.", "version")
    rules.check_can_add_paper(actor, item, version, marking, title)
    last = item.papers.standing().aggregate(last=Max("position"))["last"] or 0
    own = {"file": stored, "title": title.strip(), "marking": marking} if stored else {"version": version}
    paper = Paper.objects.create(item=item, position=last + 1, asked=asked.strip(), **own)
    record("paper.added", on=item, version_sha256=_sha256(paper), note={"paper": named(paper)})
    return paper


@act
def remove_paper(*, actor: Actor, paper: Paper) -> None:
    """Take a paper off its item, and number the ones after it anew."""
    item = _locked_item(paper.item)
    paper = item.papers.select_related("version__artefact", "file").get(pk=paper.pk)
    rules.check_can_remove_paper(actor, paper)
    paper.removed_at = actor.at
    paper.save()
    for position, row in enumerate(item.papers.standing(), 1):
        if row.position != position:
            row.position = position
            row.save()
    record("paper.removed", on=item, version_sha256=_sha256(paper), note={"paper": named(paper)})


# ------------------------------------------------------------------------------------------------------------- helpers


def during(meeting: Meeting) -> str:
    """When, as mails say it: "Wed 9 Dec 2026, 10:00 to 12:00 (London time)"."""
    return f"{dates.moment(meeting.starts_at)} to {dates.hour(meeting.ends_at)} (London time)"


def said(meeting: Meeting) -> str:
    """When and where: "Wed 9 Dec 2026, 10:00 to 12:00 (London time), Online"."""
    return f"{during(meeting)}, {meeting.place}" if meeting.place else during(meeting)


def named(paper: Paper) -> str:
    """How the trail calls a paper: a version by its reference alone, which is never a secret."""
    return paper.version.audit_ref if paper.version else paper.title


def _sha256(paper: Paper) -> str:
    if paper.version:
        return paper.version.sha256
    return paper.file.sha256 if paper.file else ""


def locked(meeting: Meeting) -> Meeting:
    """The meeting, locked: agenda, pack and state of one meeting are changed by one person at a time."""
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _locked_item(item: AgendaItem) -> AgendaItem:
    meeting = Meeting.objects.select_for_update().get(pk=item.meeting_id)
    locked = AgendaItem.objects.select_for_update().get(pk=item.pk)
    locked.meeting = meeting
    return locked


def reasoned(reason: str) -> str:
    """``reason`` without blanks around it. Raises ``NotNow`` where there is none."""
    if not reason.strip():
        raise NotNow("Say why: the reason goes on record.", "reason")
    return reason.strip()


def _move(meeting: Meeting, target: MeetingState, reason: str = "") -> None:
    source, meeting.state = meeting.state, target
    meeting.save()
    record("meeting.moved", on=meeting, reason=reason, note={"from": source, "to": target.value})


def _put(meeting: Meeting, position: int, title: str, type: str, objective: str, lead: str, minutes: int) -> AgendaItem:
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=position,
        title=title.strip(),
        type=type,
        objective=objective.strip(),
        lead=lead.strip(),
        minutes=minutes,
    )
    record("item.added", on=item, note={"item": item.title, "minutes": item.minutes})
    return item


def _place(item: AgendaItem, position: int) -> None:
    if item.position != position:
        item.position = position
        item.save()


def _numbered(actor: Actor, ad_hoc: bool, facts: dict[str, Any]) -> Meeting:
    """The meeting with the next free number, also when two are scheduled at the same moment."""
    for number, addition in _numbers(ad_hoc, facts["starts_at"]):
        try:
            with transaction.atomic():
                return Meeting.objects.create(
                    number=number, ad_hoc=addition, made_by=doer(actor), made_at=actor.at, **facts
                )
        except IntegrityError:
            if not Meeting.objects.filter(number=number, ad_hoc=addition).exists():
                raise
    raise NotNow("Somebody else is scheduling meetings at this moment. Try again.")


def _numbers(ad_hoc: bool, starts_at: datetime) -> Iterator[tuple[int, int]]:
    for _ in range(TRIES):
        if not ad_hoc:
            last = Meeting.objects.filter(ad_hoc=0).aggregate(last=Max("number"))["last"]
            yield next_number(Numbering.Register.MEETINGS, last), 0
            continue
        before = Meeting.objects.filter(ad_hoc=0, starts_at__lte=starts_at).order_by("-starts_at", "-number").first()
        if before is None:
            raise NotNow(
                "An ad hoc meeting is numbered after the regular one before it, and there is none. "
                "Schedule it as a regular meeting.",
                "ad_hoc",
            )
        last = Meeting.objects.filter(number=before.number).aggregate(last=Max("ad_hoc"))["last"] or 0
        yield before.number, last + 1


def _tell(
    actor: Actor, meeting: Meeting, rule: str, subject: str, sentence: str, more: str = "", occurrence: str = ""
) -> None:
    """One mail to everybody who may come and can see the meeting."""
    for person in invited(meeting, actor.at):
        _mail(actor, meeting, person, rule, subject, sentence, more, occurrence)


def _mail(
    actor: Actor, meeting: Meeting, person: Person, rule: str, subject: str, sentence: str, more: str, occurrence: str
) -> None:
    queue(
        rule=rule,
        on_key=meeting.audit_key,
        person=person,
        occurrence=occurrence,
        subject=subject,
        template="notice",
        context={
            "sentence": sentence,
            "more": more,
            "link": meeting.get_absolute_url(),
            "link_text": f"Open {meeting}",
            "why": "you hold a seat in the group, or stand in for one",
        },
        at=actor.at,
    )
