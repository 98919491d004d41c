"""Half a year of the group's work, as stories that run beside each other in the order of their moments.

A story is a generator: it yields the moment at which it goes on. ``tell`` always lets the earliest go first, so that the audit
trail reads in the order in which things would have happened. Every step is one of the program's own operations.
"""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from artefacts import industry
from artefacts import operations as review
from artefacts.models import (
    Artefact,
    Comment,
    Consultation,
    DesignArea,
    DesignPrinciple,
    PublicComment,
    Recommendation,
    Version,
)
from artefacts.states import Alignment, Answer, CommentType, Impact, Kind, Marking, Severity
from escalations import operations as dag
from escalations.models import DagMeeting, Submission
from escalations.operations.calendar import second_wednesdays
from escalations.states import Result, SubmissionKind
from meetings import guests
from meetings import operations as group
from meetings.models import Decision, Guest, Meeting, Objection
from meetings.states import Finding, ItemType, Presence, Stance
from sdwg import clock, workdays
from sdwg.files import operations as files
from sdwg.members import operations as members
from sdwg.members.access import Actor, actor_for
from sdwg.members.models import Constituency
from sdwg.overview.demo.documents import (
    AREAS,
    BY_KEY,
    COMMERCIAL,
    COVERS,
    PHYSICAL,
    PRINCIPLES,
    RECOMMENDATIONS,
    RETIRED,
    REWORDED,
    SECOND_DRAFTS,
)
from sdwg.overview.demo.group import Group
from sdwg.pdf.render import render

Story = Iterator[datetime]


def tell(stories: Iterable[Story]) -> None:
    """Let every story go on, the earliest first, until all are told."""
    waiting = [(at, number, story) for number, story in enumerate(stories) if (at := next(story, None))]
    heapq.heapify(waiting)
    while waiting:
        _, number, story = heapq.heappop(waiting)
        if following := next(story, None):
            heapq.heappush(waiting, (following, number, story))


@dataclass
class Calendar:
    """The group's working days round the day on which the demonstration is loaded."""

    loaded_at: datetime
    holidays: workdays.Calendar = field(default_factory=workdays.bank_holidays)

    @property
    def today(self) -> date:
        return clock.today(self.loaded_at)

    def day(self, offset: int) -> date:
        """The working day ``offset`` working days from today; 0 is today, or the next one on a day off."""
        step = workdays.add if offset > 0 else workdays.before
        start = workdays.on_or_after(self.today, holidays=self.holidays)
        return step(start, abs(offset), holidays=self.holidays)

    def at(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """A London time on ``day(offset)``; never later than now, for what the demonstration says has happened."""
        moment = clock.at_london(self.day(offset), time(hour, minute))
        return min(moment, self.loaded_at) if offset <= 0 else moment

    def open_until(self) -> date:
        """The first working day whose 17:00 has not passed."""
        return workdays.effective_day(self.loaded_at, holidays=self.holidays)


@dataclass
class World:
    """What the stories share: the people, the calendar, and the meetings that they meet at."""

    people: Group
    days: Calendar
    meetings: dict[str, Meeting] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)

    def actor(self, name: str, at: datetime) -> Actor:
        return actor_for(self.people.people[name], at)

    def last_dag(self) -> date:
        """The DAG's last meeting before today."""
        found = DagMeeting.objects.filter(date__lt=self.days.today).order_by("-date").first()
        assert found
        return found.date

    def next_dag(self) -> DagMeeting:
        """The DAG's next meeting whose papers are not yet due, if there is one soon; else the next."""
        coming = DagMeeting.objects.filter(date__gt=self.days.today).order_by("date")
        return coming.filter(papers_due_at__gt=self.days.loaded_at).first() or coming[0]


def registers(world: World) -> Story:
    """The AWG's recommendations, the principles and the design areas, which the demonstration calls illustrative."""
    at = world.days.at(-90, 10)
    yield at
    analyst = world.actor("analyst", at)
    for reference, text in RECOMMENDATIONS:
        words = {"text": text, "source": "Illustrative"}
        review.enter(actor=analyst, kind="recommendation", reference=reference, words=words)
    for kind, rows in (("principle", PRINCIPLES), ("area", AREAS)):
        for reference, title, text in rows:
            words = {"title": title, "text": text}
            review.enter(actor=analyst, kind=kind, reference=reference, words=words, illustrative=True)
    yield world.days.at(-70, 11)
    recommendation = Recommendation.objects.get(reference=COMMERCIAL)
    chair = world.actor("chair", world.days.at(-70, 11))
    why = "What parties pay is settled by the industry codes. The group designs the controls, not their price."
    review.rescope(actor=chair, entry=recommendation, in_scope=False, reason=why)
    area = DesignArea.objects.get(reference=PHYSICAL)
    why = "Meters and communications hubs are secured under the smart metering arrangements, which stay as they are."
    review.rescope(actor=chair, entry=area, in_scope=False, reason=why)
    principle = DesignPrinciple.objects.get(reference=RETIRED)
    why = "It says of every control what P-03 says of each: the group asks once."
    review.retire(actor=world.actor("analyst", world.days.at(-70, 11)), entry=principle, reason=why)
    yield world.days.at(-40, 14)
    words = {"text": REWORDED[1], "source": "Illustrative, second issue"}
    review.reword(
        actor=world.actor("analyst", world.days.at(-40, 14)),
        entry=Recommendation.objects.get(reference=REWORDED[0]),
        words=words,
        reason="The AWG put it in other words in its second issue.",
    )


# ------------------------------------------------------------------------------------------------ one artefact's life


@dataclass(frozen=True)
class Remark:
    """A comment somebody makes, and what becomes of it."""

    by: str
    text: str
    answer: Answer = Answer.ACCEPTED
    reason: str = ""
    section: str = ""
    severity: Severity = Severity.MEDIUM
    type: CommentType = CommentType.TECHNICAL
    change: str = ""


@dataclass(frozen=True)
class Life:
    """One artefact's way: when it is registered (working days from today), what is said of it, how far it gets."""

    key: str
    starts: int
    author: str = "analyst"
    marking: Marking = Marking.AMBER
    kind: Kind = Kind.DESIGN
    people: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    nil: tuple[str, ...] = ()
    until: str = "ready"
    """draft, before (this system: the DAG approved it then), withdrawn, consultation, resolving or ready."""
    label: str = "0.1"
    closes: int | None = None
    public: bool = False
    """Whether its consultation is open to the wider industry, of whom two write."""


def artefact(world: World, life: Life) -> Story:
    """From registration to wherever ``life`` lets it go."""
    days, document = world.days, BY_KEY[life.key]
    yield days.at(life.starts, 9, 30)
    author = world.actor(life.author, days.at(life.starts, 9, 30))
    assert author.seat
    made = review.register(
        actor=author,
        title=document.title,
        summary=document.summary,
        kind=life.kind,
        owner=author.seat,
        author=author.seat,
        recommendations=list(Recommendation.objects.filter(reference__in=document.recommendations)),
        areas=list(DesignArea.objects.filter(reference__in=COVERS.get(life.key, ()))),
    )
    yield days.at(life.starts, 11)
    version = _upload(world, life, made, days.at(life.starts, 11))
    world.versions[life.key] = version
    if life.until == "draft":
        return
    if life.until == "before":
        yield from _approved_before(world, life, version)
        return
    if life.until == "withdrawn":
        yield days.at(life.starts + 3, 15)
        why = "The group agreed that accreditation covers it; nothing is left for a document of ours."
        review.withdraw(actor=world.actor("chair", days.at(life.starts + 3, 15)), artefact=made, reason=why)
        return
    yield from _consult(world, life, version)
    if life.until == "consultation":
        return
    yield from _resolve(world, life, version)


def _approved_before(world: World, life: Life, version: Version) -> Story:
    """The secretariat finds it in the DAG's minutes of a year ago; the liaison confirms."""
    days = world.days
    recorded, confirmed = days.at(life.starts, 15), days.at(life.starts + 1, 11, 20)
    year_before = days.day(life.starts) - timedelta(days=365)
    yield recorded
    prior = dag.record_prior_approval(
        actor=world.actor("secretariat", recorded),
        version=version,
        dag_reference="DAG-D-012",
        decided_on=next(second_wednesdays(year_before, days.day(life.starts))),
        words="Approved as tabled. Documents of the security design name the class of what they protect.",
    )
    yield confirmed
    dag.confirm_prior_approval(actor=world.actor("dag", confirmed), prior=prior)


def _upload(world: World, life: Life, made: Artefact, at: datetime, label: str = "", note: str = "") -> Version:
    document, second = BY_KEY[life.key], bool(label)
    if second:
        document = replace(document, sections=SECOND_DRAFTS[life.key][1])
    label = label or life.label
    pdf = render(
        "pdf/demonstration.html",
        {"document": document, "label": label, "head": "MHHS Programme", "marking_class": ""},
        title=document.title,
        at=at,
        marking=life.marking,
    )
    with tempfile.NamedTemporaryFile(suffix=".pdf") as draft:
        draft.write(pdf)
        draft.flush()
        stored = files.store_made(Path(draft.name), at=at)
    return review.upload(
        actor=world.actor(life.author, at),
        artefact=made,
        stored=stored,
        file_name=f"{document.title.lower().replace(' ', '-')}-{label}.pdf",
        label=label,
        change_note=note or ("First draft for the group." if life.until != "before" else "As the DAG approved it."),
        marking=life.marking,
        people=[world.people.people[name] for name in life.people],
    )


def _consult(world: World, life: Life, version: Version) -> Story:
    days = world.days
    opens = life.starts + 1
    yield days.at(opens)
    closes = (
        days.open_until()
        if life.closes is None and life.until == "consultation"
        else days.day(life.closes or opens + 10)
    )
    window = review.open_consultation(
        actor=world.actor("secretariat", days.at(opens)), version=version, closes_on=closes, public=life.public
    )
    if life.public:
        yield from _outsiders(world, life, window, days.at(opens + 1, 11))
    for number, remark in enumerate(life.remarks):
        yield days.at(opens + 2 + number, 14, 10)
        _comment(world, window, remark, days.at(opens + 2 + number, 14, 10))
    for name in life.nil:
        yield days.at(opens + 6, 16)
        review.return_nil(actor=world.actor(name, days.at(opens + 6, 16)), consultation=window)
    if life.until != "consultation":
        yield workdays.deadline(closes) + timedelta(minutes=1)
        review.close_due_windows(at=workdays.deadline(closes) + timedelta(minutes=1))


def _outsiders(world: World, life: Life, window: Consultation, at: datetime) -> Story:
    """Two people of the wider industry comment, and confirm a little later. The secretariat releases what they say.

    While the consultation is open, the second still waits for that.
    """
    said = (
        ("Reader of a trade body", "Trade Body G", "Say whether a party may bring its own testers."),
        ("Reader of a university", "University H", "Name the years in which the tests are repeated."),
    )
    for name, organisation, text in said:
        yield at
        words = {"name": name, "organisation": organisation, "text": text, "section": "1"}
        review.send_public_comment(consultation=window, address="reader@visitor.example", page=1, at=at, **words)
        at += timedelta(minutes=20)
        yield at
        sent = PublicComment.objects.get(consultation=window, confirmed_at=None)
        made = review.confirm_public_comment(secret=industry.confirming_secret(sent.nonce), at=at)
        if life.until == "consultation" and name == said[-1][0]:
            return
        at += timedelta(minutes=30)
        yield at
        secretariat = world.actor("secretariat", at)
        review.release_public_comments(actor=secretariat, version=window.version, comments=[made.pk])


def _comment(world: World, window: Consultation, remark: Remark, at: datetime) -> Comment:
    return review.comment(
        actor=world.actor(remark.by, at),
        consultation=window,
        text=remark.text,
        type=remark.type,
        severity=remark.severity,
        section=remark.section,
        proposed_change=remark.change,
    )


def _resolve(world: World, life: Life, version: Version) -> Story:
    """Dispositions, the assessment, ready; a life that stays with resolving comments leaves the last one open."""
    days = world.days
    start = life.starts + 12
    comments = list(version.comments.order_by("number"))
    staying = life.until == "resolving"
    for comment, remark in zip(comments[: -1 if staying else None], life.remarks, strict=False):
        yield days.at(start, 11)
        given = review.propose_disposition(
            actor=world.actor(life.author, days.at(start, 11)),
            comment=comment,
            answer=remark.answer,
            reason=remark.reason,
        )
        if not staying:
            yield days.at(start, 15)
            review.validate_disposition(actor=world.actor("chair", days.at(start, 15)), disposition=given)
    if staying:
        yield from _revise(world, life, version)
        return
    yield days.at(start + 1, 10)
    principles = {
        principle.pk: (Alignment.ALIGNED, "") for principle in DesignPrinciple.objects.filter(retired_on__isnull=True)
    }
    impacts = {
        kind.pk: (Impact.SOME, f"{kind.short_name} change their systems and their operating procedures.")
        if kind.position % 3
        else (Impact.NIL, "Nothing changes for them: the interface is the same on their side.")
        for kind in Constituency.objects.all()
    }
    author = world.actor(life.author, days.at(start + 1, 10))
    review.assess(actor=author, version=version, principles=principles, impacts=impacts)
    yield days.at(start + 1, 16)
    review.make_ready(actor=world.actor(life.author, days.at(start + 1, 16)), artefact=version.artefact)


def _revise(world: World, life: Life, version: Version) -> Story:
    """A second draft, each of the two with its assessment; a member had read the first one."""
    at = world.days.at(life.starts + 13, 10)
    yield at
    reader = world.actor("large-supplier", at)
    review.note_reading(reader, version, marking=life.marking, version_sha256=version.sha256, kind="downloaded")
    _assess_one(world, life, version, at, "The retention of raw readings waits for an answer.")
    at = world.days.at(life.starts + 14, 10)
    yield at
    second = _upload(world, life, version.artefact, at, "0.2", SECOND_DRAFTS[life.key][0])
    _assess_one(world, life, second, at)


def _assess_one(world: World, life: Life, version: Version, at: datetime, departs: str = "") -> None:
    """What is assessed so far: one principle, and what the version means for one constituency."""
    minimal = DesignPrinciple.objects.get(reference="P-05")
    suppliers = Constituency.objects.order_by("position")[0]
    review.assess(
        actor=world.actor(life.author, at),
        version=version,
        principles={minimal.pk: (Alignment.DEPARTS if departs else Alignment.ALIGNED, departs)},
        impacts={
            suppliers.pk: (Impact.NIL, "Retention follows rules that bind them already.")
            if departs
            else (Impact.SOME, "They answer requests of customers within one month.")
        },
    )


# ------------------------------------------------------------------------------------------------------- the meetings


def meeting(
    world: World, name: str, offset: int, items: tuple[tuple[str, ItemType, int, str], ...], *, until: str
) -> Story:
    """A meeting ``offset`` working days from today; ``until``: scheduled, pack, or held."""
    days = world.days
    made = days.at(min(offset, 0) - 12, 9)
    yield made
    secretary = world.actor("secretariat", made)
    starts = clock.at_london(days.day(offset), time(10))
    scheduled = group.schedule(
        actor=secretary, starts_at=starts, ends_at=starts + timedelta(hours=2), place="Online", ad_hoc=False
    )
    group.invite(actor=secretary, meeting=scheduled)
    world.meetings[name] = scheduled
    agenda = days.at(min(offset, 0) - 7, 11)
    yield agenda
    secretary = world.actor("secretariat", agenda)
    for title, kind, minutes, key in items:
        item = group.add_item(
            actor=secretary,
            meeting=scheduled,
            title=title,
            type=kind,
            objective="Decide" if kind == ItemType.DECISION else "Discuss and note",
            lead="Design Business Analyst" if key else "Chair",
            minutes=minutes,
        )
        if key:
            group.add_paper(actor=secretary, item=item, version=world.versions[key], asked="Read before the meeting.")
    if until == "scheduled":
        return
    issue = days.at(offset - 6, 15)
    yield issue
    pack = group.order_pack(actor=world.actor("secretariat", issue), meeting=scheduled)
    group.build_due_packs(at=issue)
    pack.refresh_from_db()
    yield days.at(offset - 6, 16)
    pack = group.circulate(actor=world.actor("secretariat", days.at(offset - 6, 16)), pack=pack)
    for reader, later in (("large-supplier", -4), ("idno", -3), ("it-provider", -2)):
        yield days.at(offset + later, 9, 40)
        group.opened(actor=world.actor(reader, days.at(offset + later, 9, 40)), pack=pack)
    if until == "pack":
        return
    yield starts
    group.open_meeting(actor=world.actor("chair", starts), meeting=scheduled)
    yield starts + timedelta(hours=2)
    group.close_meeting(actor=world.actor("chair", starts + timedelta(hours=2)), meeting=scheduled)
    came = {world.people.seats[who].pk: mark for who, mark in CAME.items()}
    group.record_attendance(
        actor=world.actor("secretariat", starts + timedelta(hours=2)), meeting=scheduled, marks=came
    )


CAME = {
    **dict.fromkeys(("large-supplier", "medium-supplier", "small-supplier", "idno", "agent"), Presence.MEMBER),
    "grid": Presence.APOLOGIES,
    "smart-dcc": Presence.ABSENT,
}
"""Who comes to the meetings that are held; of two seats nobody has written it down yet."""


def fortnightly(world: World, offset: int) -> Story:
    """The group's own rhythm: every second Tuesday at 10:00, planned, made and invited to; a workshop only planned."""
    at = world.days.at(offset, 11)
    yield at
    first = world.days.day(20)
    first += timedelta(days=(1 - first.weekday()) % 7)
    common: dict[str, Any] = {
        "first_day": first,
        "starts": time(10),
        "place": "Online",
        "link": "https://join.sdwg.example/regular",
    }
    secretary = world.actor("secretariat", at)
    series = group.plan_series(
        actor=secretary,
        title="Regular meetings",
        rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=12",
        minutes=120,
        **common,
    )
    made = group.make_meetings(actor=secretary, series=series)
    group.invite_series(actor=secretary, series=series)
    yield world.days.at(offset + 1, 15)
    secretary = world.actor("secretariat", world.days.at(offset + 1, 15))
    alone = Meeting.objects.get(pk=made[2].pk)
    later = timedelta(hours=3)
    group.change(
        actor=secretary,
        meeting=alone,
        starts_at=alone.starts_at + later,
        ends_at=alone.ends_at + later,
        place="Committee room 2, and online",
        link=alone.link,
    )
    group.plan_series(
        actor=secretary, title="Drop-in on certificates", rule="FREQ=MONTHLY;BYDAY=-1TH;COUNT=6", minutes=60, **common
    )


# -------------------------------------------------------------------------------------------------------- the actions


@dataclass(frozen=True)
class Deed:
    """Something that was undertaken at a meeting: by whom, until which working day from today, and what became of it.

    ``said`` are updates, each with its working day; the last is the evidence where closing is proposed.
    """

    at: str
    raised: int
    text: str
    owners: tuple[str, ...]
    due: int
    said: tuple[tuple[int, str], ...] = ()
    until: str = "open"
    """open, moved (to another day), closing, done or withdrawn."""
    key: str = ""
    """The document it is about."""


def action(world: World, deed: Deed) -> Story:
    """From the meeting that raised it to wherever it has come."""
    days, raised = world.days, world.days.at(deed.raised, 12, 30)
    yield raised
    made = group.raise_action(
        actor=world.actor("secretariat", raised),
        meeting=world.meetings[deed.at],
        text=deed.text,
        owners=[world.people.seats[name] for name in deed.owners],
        due=days.day(deed.due),
        version=world.versions[deed.key] if deed.key else None,
    )
    for number, (offset, text) in enumerate(deed.said, 1):
        at = days.at(offset, 9, 50)
        yield at
        owner, told = world.actor(deed.owners[0], at), group.Evidence(text)
        if number == len(deed.said) and deed.until in ("closing", "done"):
            group.propose_closing(actor=owner, action=made, evidence=told)
        else:
            group.update_action(actor=owner, action=made, evidence=told)
    settled = days.at(deed.said[-1][0] if deed.said else deed.raised + 3, 16)
    if deed.until in ("open", "closing"):
        return
    yield settled
    secretary = world.actor("secretariat", settled)
    if deed.until == "done":
        group.close_action(actor=secretary, action=made, evidence=group.Evidence("Seen, and filed."))
    elif deed.until == "moved":
        group.change_action(
            actor=secretary,
            action=made,
            owners=[world.people.seats[name] for name in deed.owners],
            due=days.day(deed.due + 8),
            reason="The wording needs the answers of the other small parties first.",
        )
    else:
        why = "The DAG has answered the question itself."
        group.withdraw_action(actor=secretary, action=made, reason=why)


# ------------------------------------------------------------------------------------------------------ the decisions

Say = tuple[str, Stance, str]

AGREED: tuple[Say, ...] = (
    ("large-supplier", Stance.SUPPORT, ""),
    ("medium-supplier", Stance.SUPPORT, ""),
    ("small-supplier", Stance.LIVE_WITH, "We would have liked a longer period to comply, and can live with this one."),
    ("idno", Stance.SUPPORT, ""),
    ("agent", Stance.SUPPORT, ""),
    ("it-provider", Stance.ABSTAIN, ""),
)


@dataclass(frozen=True)
class Question:
    """A question on a version, at a meeting: what is said, and what the chair finds (``None``: still open)."""

    key: str
    at: str
    """Which meeting."""
    opens: int
    """Working days from today; so is ``closes``."""
    closes: int
    says: tuple[Say, ...]
    finding: Finding | None = None
    reasons: str = ""
    delegated: str = ""
    disputed: str = ""
    clause: str = ""
    would_resolve: str = ""


def decision(world: World, question: Question) -> Story:
    """From the opened question to the chair's determination at its meeting."""
    days = world.days
    at = days.at(question.opens, 10)
    yield at
    version, where = world.versions[question.key], world.meetings[question.at]
    closes = workdays.deadline(days.day(question.closes))
    asked = group.open_decision(
        actor=world.actor("chair", at),
        question=f"Does the group endorse {version.artefact.title} {version.label} for submission to the DAG?",
        version=version,
        meeting=where,
        delegated=bool(question.delegated),
        delegation_reference=question.delegated,
        closes_at=closes,
    )
    world.decisions[question.key] = asked
    for number, (name, stance, text) in enumerate(question.says):
        moment = days.at(question.opens + 1 + number // 3, 11, 5 * number)
        yield moment
        objecting = stance == Stance.OBJECT
        group.state_position(
            actor=world.actor(name, moment),
            decision=asked,
            stance=stance,
            text=text,
            clause=question.clause if objecting else "",
            would_resolve=question.would_resolve if objecting else "",
        )
    if question.finding is None:
        return
    yield from _determine(world, question, asked, where)


def _determine(world: World, question: Question, asked: Decision, where: Meeting) -> Story:
    assert question.finding
    closed = asked.closes_at + timedelta(minutes=1)
    yield closed
    group.close_due_decisions(at=closed)
    moment = where.starts_at + timedelta(minutes=40)
    if question.disputed:
        moment = world.days.at(question.closes + 1, 9, 15)
    yield moment
    found = group.propose_finding(
        actor=world.actor("chair", moment), decision=asked, finding=question.finding, reasons=question.reasons
    )
    if question.disputed:
        later = world.days.at(question.closes + 1, 11, 30)
        yield later
        group.dispute(actor=world.actor(question.disputed, later), determination=found, text=DISPUTE)
        return
    yield moment + timedelta(minutes=5)
    group.determine(actor=world.actor("chair", moment + timedelta(minutes=5)), determination=found, at_meeting=where)


DISPUTE = "Our concern on attack path 4 was answered for gateways only. The record should not say that it is met."


# ------------------------------------------------------------------------------------------------------------ the DAG


def submission(
    world: World, key: str, kind: SubmissionKind, offset: int, statement: str, result: Result | None
) -> Story:
    """What the chair puts to the DAG, and what the DAG answers, at its last meeting or not yet."""
    days = world.days
    at = days.at(offset, 14)
    yield at
    version = world.versions[key]
    target = DagMeeting.objects.get(date=world.last_dag()) if result else world.next_dag()
    asked = dag.submit(
        actor=world.actor("chair", at),
        kind=kind,
        version=version,
        decision=world.decisions[key],
        dag_meeting=target,
        question=f"Does the DAG approve {version.artefact.title} {version.label}?",
        statement=statement,
    )
    yield at + timedelta(minutes=2)
    dag.build_due_dossiers(at=at + timedelta(minutes=2))
    if result:
        yield from _outcome(world, asked, target, result)


def _outcome(world: World, asked: Submission, target: DagMeeting, result: Result) -> Story:
    moment = clock.at_london(target.date, time(16))
    yield moment
    conditions = ["State who bears the cost of early renewal.", "Align section 2 with the certificate profiles."]
    dag.record_outcome(
        actor=world.actor("dag", moment),
        submission=asked,
        result=result,
        dag_reference=f"DAG-{target.date:%Y%m}-{asked.number:02d}",
        decided_on=target.date,
        words="The DAG thanked the group." if result == Result.APPROVED else "The DAG gave its reasons in its minutes.",
        conditions=conditions if result == Result.CONDITIONS else (),
    )


def objection_answered(world: World, key: str, offset: int) -> Story:
    """The author says what would change; the seat keeps its objection for now."""
    at = world.days.at(offset, 15)
    yield at
    raised = Objection.objects.get(decision=world.decisions[key])
    answer = "Section 2 now lets a party verify with its own trust store; the wording is in the change note."
    group.address_objection(actor=world.actor("analyst", at), objection=raised, answer=answer)


def visitor(world: World, name: str, offset: int) -> Story:
    """Somebody without a seat is a guest of a later meeting; another has not confirmed yet."""
    at = world.days.at(offset, 14)
    yield at
    where = world.meetings[name]
    words = {"name": "Guest of a trade body", "organisation": "Trade Body G", "why": "Our members build gateways."}
    group.ask(meeting=where, address="guest@visitor.example", at=at, **words)
    yield at + timedelta(minutes=10)
    expected = Guest.objects.get(meeting=where, address="guest@visitor.example")
    group.confirm(secret=guests.confirming_secret(expected.nonce), at=at + timedelta(minutes=10))
    words |= {"name": "Guest of a university", "organisation": "University H", "why": "We study message signing."}
    group.ask(meeting=where, address="student@visitor.example", at=at + timedelta(minutes=10), **words)


def nomination(world: World, name: str, offset: int) -> Story:
    """Large Supplier A sends somebody else to a later meeting."""
    at = world.days.at(offset, 12)
    yield at
    where = world.meetings[name]
    nominated = members.nominate(
        actor=world.actor("large-supplier", at),
        seat=world.people.seats["large-supplier"],
        person=world.people.people["alternate"],
        for_key=where.audit_key,
        for_ref=where.reference,
    )
    yield at + timedelta(hours=1)
    members.accept_nomination(actor=world.actor("alternate", at + timedelta(hours=1)), alternate=nominated)


def conflict(world: World, name: str, offset: int) -> Story:
    """IT Service Provider C tests what it would be tested by, and says so."""
    at = world.days.at(offset, 14)
    yield at
    group.declare_conflict(
        actor=world.actor("it-provider", at),
        thing=world.versions[name].artefact,
        reason="We sell penetration tests of the kind that this scope describes.",
    )
