"""The verbs of meetings and their agendas (S2, S3): schedule, invite, arrange the agenda, open, close, cancel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from meetings.states import ItemType, MeetingState
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
    presiding: Seat | None = None,
    ad_hoc: bool = False,
    day_off: bool = False,
) -> Meeting:
    """Make a draft meeting with its number, its opening and its closing item (S3).

    A regular meeting takes the next number; an ad hoc one is numbered after the regular meeting before it (14.1).
    ``presiding`` is the chair's or a deputy's seat; without it, that of whoever acts as the chair on the day (S2).
    Raises ``NotNow`` for times that make no meeting, for a day off without ``day_off``, and for an ad hoc meeting with
    none before it.
    """
    timed(actor, starts_at, ends_at, presiding, day_off)
    facts = {"title": title.strip(), "place": place.strip(), "link": link.strip(), "presiding": presiding}
    return draft_meeting(actor, ad_hoc, {"starts_at": starts_at, "ends_at": ends_at, **facts})


def timed(actor: Actor, starts_at: datetime, ends_at: datetime, presiding: Seat | None, day_off: bool) -> None:
    """Raises ``NotNow`` unless a meeting can be at that time, on that day, with that seat presiding."""
    rules.check_can_schedule(actor, starts_at, ends_at)
    rules.check_working_day(starts_at, workdays.bank_holidays(), day_off)
    rules.check_presides(presiding, starts_at)


def draft_meeting(actor: Actor, ad_hoc: bool, facts: dict[str, Any]) -> Meeting:
    """A draft with its number and its two standing items; the caller has checked when it is. Part of its act."""
    facts = {**facts, "presiding": facts["presiding"] or chairing(facts["starts_at"])}
    meeting = _numbered(actor, ad_hoc, facts)
    record("meeting.scheduled", on=meeting, note={"starts": dates.moment(meeting.starts_at), "place": meeting.place})
    _put(meeting, 1, OPENING, ItemType.INFORMATION, "Everybody is named, and the rules are heard", "Chair", 5)
    _put(meeting, 2, CLOSING, ItemType.DISCUSSION, "Anything else is heard, and the next date agreed", "Chair", 5)
    return meeting


def chairing(starts_at: datetime) -> Seat | None:
    """The seat of whoever acts as the chair on that day (S2)."""
    return Seat.objects.chairing(clock.today(starts_at)).first()


@act
def invite(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Send the invitations: draft becomes scheduled, and every seat that may see it gets a mail (S3, S4)."""
    meeting = locked(meeting)
    rules.check_can_invite(actor, meeting)
    invited_to(actor, meeting)
    tell(actor, [meeting], INVITATION, what_follows())
    return meeting


def what_follows() -> str:
    """What an invitation says of agenda and pack."""
    days = dates.working_days(workdays.periods()["pack"])
    return f"The agenda is on the meeting's page; the pack follows at least {days} before the meeting."


@act
def reinstate(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Take a cancellation back, until the meeting would start: it is where it was, its pack out or not.

    Who was invited is told. Nominations that the cancellation withdrew are made again by their principals.
    """
    meeting = locked(meeting)
    rules.check_can_reinstate(actor, meeting)
    put_back_on(actor, meeting)
    more = "Alternates who were nominated for it are nominated again."
    tell(actor, [meeting], REINSTATED, more)
    return meeting


def call_off(actor: Actor, meeting: Meeting, reason: str) -> None:
    """Cancel a locked meeting, withdraw nominations for it, and tell its guests; the caller tells everybody else."""
    meeting.cancelled_reason = reason
    meeting.sequence += 1
    move(meeting, MeetingState.CANCELLED, reason)
    withdraw_nominations(actor=actor, for_key=meeting.audit_key, reason=f"{meeting} is cancelled.")
    ended = "Your personal link leads nowhere, unless the meeting takes place after all: then you are told."
    letters.tell_guests(meeting, f"{meeting}, on {during(meeting)}, is cancelled.", ended, actor.at)


def put_back_on(actor: Actor, meeting: Meeting) -> None:
    """Take the cancellation of a locked meeting back and tell its guests; the caller tells everybody else."""
    meeting.cancelled_reason = ""
    meeting.sequence += 1
    out = meeting.packs.filter(letter="", circulated_at__isnull=False).exists()
    move(meeting, MeetingState.PACK_ISSUED if out else MeetingState.SCHEDULED)
    sentence = f"{meeting} takes place after all, on {during(meeting)}. Your personal link works again."
    letters.tell_guests(meeting, sentence, "", actor.at)


def invited_to(actor: Actor, meeting: Meeting) -> None:
    """Make a locked draft one to which people are invited; the caller tells them."""
    meeting.invited_at = actor.at
    move(meeting, MeetingState.SCHEDULED)


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
    move(meeting, MeetingState.IN_SESSION, meeting.no_pack_reason)
    return meeting


@act
def close_meeting(*, actor: Actor, meeting: Meeting) -> Meeting:
    """End a meeting that is in session."""
    meeting = locked(meeting)
    rules.check_can_close(actor, meeting)
    meeting.closed_at = actor.at
    move(meeting, MeetingState.HELD)
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


def move(meeting: Meeting, target: MeetingState, reason: str = "") -> None:
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


@dataclass(frozen=True)
class News:
    """What mails say of meetings: of one, of several at once, and of each as one line."""

    rule: str
    subject: str
    sentence: str
    several: str
    line: str = "{meeting}: {said}"
    once: bool = False

    def of(self, form: str, meeting: Meeting) -> str:
        return form.format(meeting=meeting, said=said(meeting), moment=dates.moment(meeting.starts_at))


INVITATION = News(
    "meeting-invitation",
    "{meeting}, {moment}",
    "You are invited to {meeting} of the Security Design Working Group, on {said}.",
    "You are invited to {count} meetings of the Security Design Working Group",
    once=True,
)
CHANGED = News(
    "meeting-changed",
    "{meeting} has changed",
    "{meeting} has changed: it is now on {said}.",
    "{count} meetings have changed",
)
POSTPONED = News(
    "meeting-changed",
    "{meeting} is on another date",
    "{meeting} is on another date: it is now on {said}.",
    "{count} meetings are on other dates",
)
CANCELLED = News(
    "meeting-cancelled",
    "{meeting} is cancelled",
    "{meeting}, on {said}, is cancelled.",
    "{count} meetings are cancelled",
)
REINSTATED = News(
    "meeting-reinstated",
    "{meeting} takes place after all",
    "{meeting} takes place after all, on {said}.",
    "{count} meetings take place after all",
)


def tell(actor: Actor, meetings: Sequence[Meeting], news: News, more: str = "") -> None:
    """One mail to everybody who may come to one of ``meetings`` and can see it, about all that they can see."""
    people: dict[int, tuple[Person, list[Meeting]]] = {}
    for meeting in sorted(meetings, key=lambda row: row.starts_at):
        for person in invited(meeting, actor.at):
            people.setdefault(person.pk, (person, []))[1].append(meeting)
    for person, theirs in people.values():
        _mail(actor, person, theirs, news, more)


def _mail(actor: Actor, person: Person, meetings: Sequence[Meeting], news: News, more: str) -> None:
    first, several = meetings[0], len(meetings) > 1
    about = first.series if several and first.series else first
    subject = news.several.format(count=len(meetings)) if several else news.of(news.subject, first)
    lines = "\n".join(news.of(news.line, meeting) for meeting in meetings) if several else ""
    queue(
        rule=news.rule,
        on_key=about.audit_key,
        person=person,
        occurrence=""
        if news.once and not several
        else f"{actor.at.isoformat()}#{sum(row.sequence for row in meetings)}",
        subject=subject,
        template="notice",
        context={
            "sentence": f"{subject}." if several else news.of(news.sentence, first),
            "more": "\n\n".join(part for part in (lines, more) if part),
            "link": about.get_absolute_url(),
            "link_text": f"Open {about}",
            "why": "you hold a seat in the group, or stand in for one",
        },
        at=actor.at,
    )
