"""Read models of packs: where a build stands, what is in a pack for one reader, who gets it, who has opened it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery

from artefacts.models import Comment, Version
from artefacts.states import Severity
from meetings import contents
from meetings.contents import Contents
from meetings.models import Meeting, Pack, PackCopy, Paper
from meetings.queries.meetings import Agenda, agenda, pack_by
from meetings.recipients import Recipient, readable, recipients, shown_as
from meetings.rules import arranges
from meetings.states import ItemType, PackState
from sdwg import clock, dates, workdays
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import differs
from sdwg.members.access import Actor

__all__ = [
    "Line",
    "PackView",
    "Withholding",
    "altered_packs",
    "is_current",
    "lines",
    "lint",
    "pack_for",
    "receipts",
    "to_circulate",
]

UNDER_WAY = (PackState.ORDERED, PackState.BUILDING)


@dataclass(frozen=True)
class PackView:
    """A meeting's pack for one reader: their own copy's number and receipts, and how many have opened theirs."""

    pack: Pack
    copies: int
    opened: int
    number: int | None
    opened_at: datetime | None
    downloaded_at: datetime | None

    @property
    def under_way(self) -> bool:
        return self.pack.state in UNDER_WAY

    @property
    def pages(self) -> int:
        return int(self.pack.page_map.get("pages", 0))


def pack_for(actor: Actor, meeting: Meeting) -> PackView | None:
    """The circulated pack; for those who arrange the meeting, until then, the latest build. At most two queries."""
    packs = meeting.packs.filter(letter="")
    if not arranges(actor):
        packs = packs.filter(circulated_at__isnull=False)
    pack = packs.order_by(F("circulated_at").desc(nulls_last=True), "-build").first()
    if pack is None:
        return None
    pack.meeting = meeting
    copies = PackCopy.objects.filter(pack=pack).order_by() if pack.circulated_at else PackCopy.objects.none()
    rows = list(copies.values_list("person", "number", "opened_at", "downloaded_at"))
    number, opened_at, downloaded_at = next((row[1:] for row in rows if row[0] == actor.person_id), (None, None, None))
    opened = sum(row[2] is not None for row in rows)
    return PackView(pack, len(rows), opened, number, opened_at, downloaded_at)


@dataclass(frozen=True)
class Line:
    """One line of a pack's contents as one reader may see it: ``level`` 1 for a paper, ``page`` its label."""

    title: str
    page: str
    level: int
    withheld: bool


def lines(actor: Actor, pack: Pack) -> list[Line]:
    """The contents of a built pack, and what this reader's copy would withhold today. One query, or two."""
    parts = pack.page_map.get("parts", [])
    prefix = pack.page_map.get("prefix", "")
    inside = [contents.number_of(part["paper"]) for part in parts if part["paper"]]
    shown = readable([actor], Paper.objects.filter(pk__in=inside)).get(actor.person_id or 0, set()) if inside else set()
    hidden: set[int] = set()
    if excluded := actor.excluded("artefact"):
        hidden = set(Paper.objects.filter(pk__in=inside, version__artefact__in=excluded).values_list("pk", flat=True))
    return [
        Line(
            contents.RESTRICTED_PAPER
            if part["paper"] and contents.number_of(part["paper"]) in hidden
            else part["title"],
            f"{prefix}{part['first'] + 1}",
            part["level"],
            bool(part["paper"]) and contents.number_of(part["paper"]) not in shown,
        )
        for part in parts
    ]


def receipts(pack: Pack) -> QuerySet[PackCopy]:
    """The distribution register of a pack: every copy, its reader, and when they opened and took it."""
    return pack.copies.select_related("person").order_by("number")


@dataclass(frozen=True)
class Withholding:
    """What the page shows before anything is sent: a recipient and the papers that are not in their copy."""

    number: int
    recipient: Recipient
    withheld: list[str]


def to_circulate(meeting: Meeting, pack: Pack, at: datetime) -> tuple[list[Withholding], str]:
    """Who will get ``pack``, in the order of the copies' numbers, what each copy withholds, and the digest of it."""
    found = recipients(meeting, at)
    places = {contents.number_of(part["paper"]): part["footer"] for part in pack.page_map["parts"] if part["paper"]}
    shown = readable([row.actor for row in found], Paper.objects.filter(pk__in=places))
    rows = [
        Withholding(number, row, [place for pk, place in places.items() if pk not in shown[row.person.pk]])
        for number, row in enumerate(found, 1)
    ]
    return rows, shown_as(pack, found, shown)


def is_current(pack: Pack, found: Contents) -> bool:
    """Whether ``pack`` was built from the agenda as it stands."""
    return pack.inputs == found.inputs


# --------------------------------------------------------------------------------------------- what looks wrong with it


def lint(actor: Actor, meeting: Meeting) -> list[str]:
    """What those who arrange a meeting should know before its pack goes out: warnings, one sentence each."""
    found = agenda(actor, meeting)
    return [*_too_late(actor, meeting), *_unfit(found), *_versions(meeting)]


def _too_late(actor: Actor, meeting: Meeting) -> Iterable[str]:
    holidays, periods = workdays.kept()
    effective = workdays.effective_day(actor.at, holidays=holidays)
    left = workdays.between(effective, clock.today(meeting.starts_at), holidays=holidays)
    if left < periods["pack"]:
        by = dates.moment(pack_by(meeting, holidays, periods), clock.today(actor.at))
        yield (
            f"Sent now, the pack is out {dates.working_days(max(left, 0))} before the meeting; "
            f"the notice period is {periods['pack']}, until {by}."
        )
    if meeting.presiding is None or not meeting.presiding.runs_on(clock.today(meeting.starts_at)):
        yield "No chair presides: the chair's seat is vacant, or has passed on since the meeting was scheduled."


def _unfit(found: Agenda) -> Iterable[str]:
    if found.over > 0:
        yield f"The agenda is {found.verdict[0].lower()}{found.verdict[1:]}"
    for item in found.items:
        if item.type == ItemType.DECISION and not item.papers:
            yield f"Item {item.number} asks for a decision and has no paper."
        if item.restricted and item.papers:
            yield (
                f"Item {item.number} is restricted, so its papers are in no copy: the chair and the secretariat open "
                "them from the agenda, and show them to whoever stays in the room."
            )


def _versions(meeting: Meeting) -> Iterable[str]:
    """Papers with a newer version, and papers with comments of high severity that nobody's validated answer settles."""
    newest = Version.objects.filter(artefact=OuterRef("version__artefact")).values("artefact")
    open_comments = Comment.objects.standing().filter(
        version=OuterRef("version"), severity=Severity.HIGH, disposition__validated_at__isnull=True
    )
    papers = (
        Paper.objects.standing()
        .filter(item__meeting=meeting, item__removed_at__isnull=True, version__isnull=False)
        .select_related("version__artefact")
        .annotate(
            newest=Subquery(newest.annotate(last=Max("order")).values("last")[:1]),
            troubled=Exists(open_comments),
        )
        .order_by("item__position", "position")
    )
    for paper in papers:
        assert paper.version  # noqa: S101 (filtered)
        extra = vars(paper)
        if extra["newest"] > paper.version.order:
            yield f"{paper.version.audit_ref} is not the newest version of its artefact."
        if extra["troubled"]:
            yield f"{paper.version.audit_ref} has comments of high severity without a validated answer."


# ------------------------------------------------------------------------------------------------------------- evidence


def altered_packs() -> Iterable[str]:
    """Packs that are not what the trail says was built, a sentence each; for ``verify_audit``."""
    packs = {pack.audit_key: pack for pack in Pack.objects.select_related("meeting", "file").exclude(file=None)}
    for event in AuditEvent.objects.filter(verb="pack.built").order_by("seq"):
        pack = packs.pop(event.on_key, None)
        if pack is None or pack.file is None:
            yield f"The pack of event {event.seq} ({event.on_ref}) is gone, or its file."
            continue
        now = {"manifest": pack.manifest_digest, "sha256": pack.file.sha256, "pages": pack.page_map.get("pages")}
        yield from differs(event, f"{pack}, build {pack.build},", now)
    for pack in packs.values():
        yield f"The {pack}, build {pack.build}, has a file that no event tells of."
