"""What the group's own records say to each clause of the Terms of Reference: numbers with their pages, and warnings.

Every figure counts what its reader may see, so that two readers may see two numbers and nobody learns of anything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q
from django.urls import reverse

import artefacts.queries
import escalations.queries
import meetings.queries
import meetings.rules
import sdwg.members.queries
from artefacts.models import Artefact, Baseline, Comment, Consultation, NilReturn, Version
from artefacts.states import Kind, Marking, State
from escalations.models import PriorApproval, Submission, SubmissionQuerySet
from escalations.states import SubmissionKind, SubmissionState
from meetings.models import (
    Action,
    AgendaItem,
    Decision,
    Determination,
    Guest,
    Meeting,
    Objection,
    Pack,
    PackCopy,
    Position,
)
from meetings.owning import overdue_since
from meetings.states import UNSEEN, ActionState, Finding, MeetingState
from sdwg import clock, workdays
from sdwg.members.access import Actor
from sdwg.members.models import Alternate, Role, Seat
from sdwg.overview.models import TermsVersion

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Figure:
    """One piece of evidence: what, how many (or who), the page that shows it; ``warning`` when it needs somebody."""

    label: str
    value: str | int
    url: str = ""
    warning: bool = False


Evidence = Callable[[Actor], Iterable[Figure]]


def evidence(actor: Actor) -> dict[str, list[Figure]]:
    """The figures by clause. A constant number of queries."""
    return {number: list(source(actor)) for number, source in SOURCES.items()}


def _terms(actor: Actor) -> Iterable[Figure]:
    now = TermsVersion.objects.in_force(clock.today(actor.at)).first()
    if now:
        yield Figure("In force", f"{now.citation}, since {now.effective_from:%-d %B %Y}")


def _recommendations(actor: Actor) -> Iterable[Figure]:
    yield from _covered(actor, "recommendation", "Recommendations in scope", "Ready to build")


def _covered(actor: Actor, kind: str, counted: str, done: str) -> Iterable[Figure]:
    """How far the register of ``kind`` has come; what is out of scope counts neither as a gap nor as done."""
    register, url, matrix = (
        artefacts.queries.register_of(actor, kind),
        reverse(f"{kind}-list"),
        reverse("matrix", args=[kind]),
    )
    yield Figure(counted, sum(line.counts for line in register.lines), url)
    yield Figure(done, sum(line.ready_to_build for line in register.lines), f"{url}?show=ready-to-build")
    gaps = [line.reference for line in register.lines if line.verdict == "gap"]
    if gaps:
        yield Figure("Answered by no artefact you may see", ", ".join(gaps), matrix, warning=True)
    out = [line.reference for line in register.lines if line.verdict == "out-of-scope"]
    if out:
        yield Figure("Out of scope, each with its reason", ", ".join(out), f"{url}?show=out-of-scope")


def _principles(actor: Actor) -> Iterable[Figure]:
    rows, url = artefacts.queries.principles(actor), reverse("principle-list")
    yield Figure("Principles in use", sum(not row.retired for row in rows), url)
    yield Figure("Stated departures", sum(len(row.departs) for row in rows), url)
    seen = Artefact.objects.visible_to(actor).filter(kind=Kind.PROCUREMENT)
    papers = seen.count()
    if papers:
        yield Figure("Procurement papers open to you", papers, reverse("artefact-list"))


def _consultations(actor: Actor) -> Iterable[Figure]:
    rows = Consultation.objects.visible_to(actor)
    is_open = Q(closed_at__isnull=True, closes_at__gt=actor.at)
    url = reverse("consultation-list")
    yield Figure("Consultations open", rows.filter(is_open).count(), url)
    yield Figure("Consultations closed", rows.exclude(is_open).count(), url)
    plan = escalations.queries.forward_plan(actor)
    yield Figure("With a date planned for the DAG", sum(row.planned is not None for row in plan.rows), reverse("dag"))
    undated = sum(row.planned is None and row.actual is None for row in plan.rows)
    if undated:
        yield Figure("On the way to the DAG without a date", undated, reverse("dag"), warning=True)
    if plan.late:
        yield Figure("Later than planned", plan.late, reverse("dag"), warning=True)


def _approval(actor: Actor) -> Iterable[Figure]:
    put, url = Submission.objects.listed_for(actor), reverse("dag")
    yield Figure("Submitted for approval", _real(put).filter(kind=SubmissionKind.APPROVAL).count(), url)
    readable = Version.objects.visible_to(actor).order_by().values("pk")
    standing = Baseline.objects.filter(superseded_at__isnull=True, version__in=readable)
    yield Figure("Baselines in force", standing.count(), reverse("artefact-list"))
    before = standing.before_system().count()
    if before:
        yield Figure("Of these approved before this system", before, reverse("artefact-list"))
    waiting = PriorApproval.objects.listed_for(actor).waiting().count()
    if waiting:
        yield Figure("Recorded as approved before, not confirmed yet", waiting, reverse("artefact-list"), warning=True)


def _ongoing(actor: Actor) -> Iterable[Figure]:
    put = _real(Submission.objects.listed_for(actor)).filter(submitted_at__gte=actor.at - YEAR)
    yield Figure("Submissions in twelve months", put.count(), reverse("dag"))
    public = Version.objects.visible_to(actor).filter(Q(marking=Marking.CLEAR))
    yield Figure("Versions open to wider industry", public.count(), reverse("artefact-list"))


def _real(rows: SubmissionQuerySet) -> SubmissionQuerySet:
    return rows.exclude(state__in=(SubmissionState.DRAFT, SubmissionState.WITHDRAWN))


def _escalation(actor: Actor) -> Iterable[Figure]:
    seen = Decision.objects.visible_to(actor).order_by().values("pk")
    found = Determination.objects.filter(
        decision__in=seen, determined_at__isnull=False, superseded_at__isnull=True, decision__round=F("round")
    )
    url = reverse("decision-list")
    yield Figure("Consensus", found.filter(finding=Finding.CONSENSUS).count(), url)
    yield Figure("No consensus", found.filter(finding=Finding.NO_CONSENSUS).count(), url)
    put = _real(Submission.objects.listed_for(actor)).filter(kind=SubmissionKind.ESCALATION)
    yield Figure("Escalated to the DAG", put.count(), reverse("dag"))
    yield Figure("Objections that stand", Objection.objects.standing().filter(decision__in=seen).count(), url)
    owed = escalations.queries.unescalated(actor)
    if owed:
        yield Figure("No consensus not yet escalated", len(owed), reverse("dag"), warning=True)


def _programme(actor: Actor) -> Iterable[Figure]:
    seats = Seat.objects.current(clock.today(actor.at)).filter(role__in=(Role.CHAIR, Role.ANALYST, Role.ARCHITECT))
    holders: dict[str, list[str]] = {}
    for seat in seats.with_names():
        holders.setdefault(seat.role, []).append(seat.person.display_name)
    for role in (Role.CHAIR, Role.ANALYST, Role.ARCHITECT):
        names = holders.get(role, [])
        yield Figure(str(role.label), ", ".join(names) or "Vacant", reverse("member-list"), warning=not names)


def _constituencies(actor: Actor) -> Iterable[Figure]:
    day, url = clock.today(actor.at), reverse("member-list")
    rows = [row for row in sdwg.members.queries.constituencies(day) if row.is_listed]
    gaps = [row.constituency.short_name for row in rows if not row.seats]
    yield Figure("Constituencies listed", len(rows), url)
    yield Figure("With a Member seat", len(rows) - len(gaps), url)
    if gaps:
        yield Figure("Gaps", ", ".join(gaps), url, warning=True)


def _artefacts(actor: Actor) -> Iterable[Figure]:
    rows, url = Artefact.objects.visible_to(actor), reverse("artefact-list")
    withdrawn = rows.filter(state=State.WITHDRAWN).count()
    yield Figure("Artefacts, without withdrawn ones", rows.exclude(state=State.WITHDRAWN).count(), url)
    yield Figure("Approved", rows.filter(state__in=(State.APPROVED, State.CONDITIONS)).count(), url)
    if withdrawn:
        yield Figure("Withdrawn", withdrawn, url)
    yield from _covered(actor, "area", "Design areas in scope", "Designed")


def _chaired(actor: Actor) -> Iterable[Figure]:
    held = Meeting.objects.visible_to(actor).filter(opened_at__isnull=False)
    url = reverse("meeting-list")
    yield Figure("Meetings opened", held.count(), url)
    alone = held.filter(presiding__isnull=True).count()
    yield Figure("Without a presiding chair", alone, url, warning=bool(alone))


def _services(actor: Actor) -> Iterable[Figure]:
    seen, url = Meeting.objects.visible_to(actor), reverse("meeting-list")
    known = seen.exclude(state__in=(*UNSEEN, MeetingState.CANCELLED))
    yield Figure("Regular meetings", known.filter(ad_hoc=0).count(), url)
    yield Figure("Ad hoc meetings", known.exclude(ad_hoc=0).count(), url)
    out = list(Pack.objects.filter(letter="", circulated_at__isnull=False, meeting__in=seen).select_related("meeting"))
    holidays, periods = workdays.kept()
    late = sum(pack.circulated_at > meetings.queries.pack_by(pack.meeting, holidays, periods) for pack in out)  # type: ignore[operator]
    yield Figure("Packs circulated", len(out), url)
    if late:
        yield Figure("Packs later than their notice period", late, url, warning=True)


def _alternates(actor: Actor) -> Iterable[Figure]:
    rows = Alternate.objects.standing(actor.at).of_running_seats(clock.today(actor.at))
    yield Figure("Nominations that stand", rows.count(), reverse("member-list"))
    yield Figure("Acting now", Alternate.objects.in_force(actor.at).count(), reverse("member-list"))
    if not meetings.rules.can_read_contribution(actor):
        return
    url, year = reverse("contribution"), meetings.queries.last_twelve_months(clock.today(actor.at))
    counts = meetings.queries.attendance_in(actor, *year)
    yield Figure("Seats present at the meetings of twelve months", f"{counts.attended} of {counts.meetings}", url)
    yield Figure("Of these by an alternate", counts.by_alternate, url)
    if counts.unrecorded:
        yield Figure("Seats whose attendance nobody recorded", counts.unrecorded, url, warning=True)


def _prepared(actor: Actor) -> Iterable[Figure]:
    begun = Meeting.objects.visible_to(actor).filter(opened_at__isnull=False)
    copies = PackCopy.objects.filter(pack__meeting__in=begun, pack__letter="")
    opened = copies.filter(opened_at__lte=F("pack__meeting__starts_at"))
    yield Figure("Copies for meetings held", copies.count(), reverse("meeting-list"))
    yield Figure("Opened before the start", opened.count(), reverse("meeting-list"))


def _mix(actor: Actor) -> Iterable[Figure]:
    mix = sdwg.members.queries.mix_of(sdwg.members.queries.current_seats(clock.today(actor.at)))
    yield Figure("Disciplines", mix.words, reverse("member-list"))
    if mix.warning:
        yield Figure("Missing", mix.warning, reverse("member-list"), warning=True)


def _contributions(actor: Actor) -> Iterable[Figure]:
    readable = Version.objects.visible_to(actor).order_by().values("pk")
    seen = Decision.objects.visible_to(actor).order_by().values("pk")
    by_members = Q(seat__role=Role.MEMBER)
    url = reverse("consultation-list")
    yield Figure(
        "Comments by members", Comment.objects.standing().filter(by_members, version__in=readable).count(), url
    )
    nil = NilReturn.objects.filter(by_members, consultation__version__in=readable, replaced_at__isnull=True)
    yield Figure("Nil returns", nil.count(), url)
    said = Position.objects.filter(by_members, decision__in=seen)
    yield Figure("Positions stated", said.count(), reverse("decision-list"))
    actions, page = Action.objects.visible_to(actor), reverse("action-list")
    yield Figure("Actions under way", actions.under_way().count(), f"{page}?show=open")
    late = actions.overdue(overdue_since(actor.at)).order_by("number")
    if references := ", ".join(row.reference for row in late):
        yield Figure("Overdue", references, f"{page}?show=overdue", warning=True)
    closed = actions.filter(state=ActionState.DONE, settled_at__gte=actor.at - YEAR)
    yield Figure("Actions closed in twelve months", closed.count(), f"{page}?show=closed")
    if not meetings.rules.can_read_contribution(actor):
        return
    page, year = reverse("contribution"), meetings.queries.last_twelve_months(clock.today(actor.at))
    counts = meetings.queries.work_in(actor, *year)
    yield Figure("Answers to the consultations of twelve months", f"{counts.answered} of {counts.asked}", page)
    yield Figure("Positions on the decisions of twelve months", f"{counts.stated} of {counts.put}", page)
    yield Figure("Artefacts that members own or write", counts.artefacts, page)


def _open_to_all(actor: Actor) -> Iterable[Figure]:
    seen, url = Meeting.objects.visible_to(actor), reverse("meeting-list")
    known = seen.exclude(state__in=UNSEEN)
    yield Figure("Meetings open to every seat", known.filter(restricted=False).count(), url)
    expected = Guest.objects.filter(meeting__in=seen, confirmed_at__isnull=False, refused_at__isnull=True)
    yield Figure(
        "Guests who came or will", expected.filter(withdrawn_at__isnull=True).count(), reverse("public-meetings")
    )
    restricted = known.filter(restricted=True).count()
    if restricted:
        yield Figure("Restricted by the chair", restricted, url)
    closed = AgendaItem.objects.standing().filter(meeting__in=seen, restricted=True).count()
    yield Figure("Items restricted by the chair", closed, url)


SOURCES: Mapping[str, Evidence] = {
    "T0": _terms,
    "R1": _recommendations,
    "P2": _principles,
    "P3": _consultations,
    "D1": _approval,
    "D2": _ongoing,
    "D3": _escalation,
    "M1–M3": _programme,
    "M4": _constituencies,
    "S1": _artefacts,
    "S2": _chaired,
    "S3": _services,
    "S4": _alternates,
    "S5": _prepared,
    "S6": _mix,
    "S7": _contributions,
    "S8": _open_to_all,
}
"""Who counts for which clause, by the clause's first number."""
