"""Lists of decisions: the register, and what hangs on an artefact or a meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import F, Prefetch, QuerySet
from django.urls import reverse

from artefacts.models import Artefact, Version
from artefacts.rules import acting_role, latest
from artefacts.states import State
from meetings import rules
from meetings.models import Decision, Determination, Meeting, Position
from meetings.states import LIVE, DecisionState, Finding
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.screen import Button, Panel

D = DecisionState
FOUND = "found"


@dataclass(frozen=True)
class DecisionRow:
    """One decision in a list. ``mine``: it waits for its reader's position. ``when`` is its next or its last moment."""

    reference: str
    url: str
    question: str
    on: str
    on_url: str
    meeting: str
    state: str
    state_label: str
    round: int
    finding: str
    finding_label: str
    when_label: str
    when: datetime | None
    mine: bool


def decision_register(actor: Actor, state: str = "") -> QuerySet[Decision]:
    """The decisions ``actor`` may read, newest first, with what a row shows of each."""
    rows = Decision.objects.visible_to(actor)
    if state:
        rows = rows.filter(state=state)
    in_force = Determination.objects.filter(superseded_at__isnull=True, determined_at__isnull=False).order_by("round")
    rows = rows.select_related("version__artefact", "meeting")
    return rows.prefetch_related(Prefetch("determinations", queryset=in_force, to_attr=FOUND))


def decision_rows(actor: Actor, found: Iterable[Decision]) -> list[DecisionRow]:
    """``found`` as rows. At most two queries beside it: where its reader has spoken, and who speaks in their place."""
    listed = list(found)
    asked = {row.pk for row in asked_of(actor, listed)}
    return [_row(actor, decision, decision.pk in asked) for decision in listed]


def _row(actor: Actor, decision: Decision, mine: bool) -> DecisionRow:
    findings: list[Determination] = getattr(decision, FOUND, [])
    finding = findings[-1] if findings and decision.state in {D.ADJOURNED, D.DETERMINED} else None
    label, when = _when(decision, finding)
    artefact = decision.version.artefact if decision.version else None
    return DecisionRow(
        reference=decision.reference,
        url=decision.get_absolute_url(),
        question=decision.question,
        on=str(decision.version) if decision.version else "",
        on_url=artefact.get_absolute_url() if artefact else "",
        meeting=decision.meeting.reference if decision.meeting and decision.meeting.seen_by(actor) else "",
        state=decision.state,
        state_label=str(D(decision.state).label),
        round=decision.round,
        finding=finding.finding if finding else "",
        finding_label=str(Finding(finding.finding).label) if finding else "",
        when_label=label,
        when=when,
        mine=mine,
    )


def _when(decision: Decision, finding: Determination | None) -> tuple[str, datetime | None]:
    if decision.state == D.OPEN:
        return "Closes", decision.closes_at
    if finding:
        return "Determined", finding.determined_at
    return str(D(decision.state).label), decision.state_since


def asked_of(actor: Actor, found: Iterable[Decision]) -> list[Decision]:
    """Those of ``found`` that are open and wait for the position of the seat ``actor`` acts for."""
    seat = actor.member_seat
    opened = [row for row in found if row.state == D.OPEN and row.closes_at >= actor.at]
    if seat is None or not opened:
        return []
    said = Position.objects.filter(seat=seat, decision__in=opened, round=F("decision__round"))
    stated = set(said.values_list("decision", flat=True))
    return [row for row in rules.speaks_on(actor, opened) if row.pk not in stated]


# ---------------------------------------------------------------------------------------------------- on other pages


def on_artefact(actor: Actor, artefact: Artefact) -> Panel:
    """What an artefact's page shows of decisions: those on its versions, and the way to open one."""
    found = decision_rows(actor, decision_register(actor).filter(version__artefact=artefact))
    version = latest(artefact) if artefact.state == State.READY and _opens(actor) else None
    button = None
    if version and rules.can_open_decision(actor, version):
        button = Button("Open a decision", f"{reverse('decision-open')}?artefact={artefact.reference}")
    return Panel(
        "Decisions",
        "decisions/panel.html",
        {"rows": found, "button": button, "empty": "No decision here that you may see."},
    )


def on_marking(actor: Actor, version: Version) -> Panel | None:
    """What the page of a version's readers shows of decisions: those that whoever loses it no longer sees, being live.

    Their rounds were on it before (``Decision.visible_to``).
    """
    rows = Decision.objects.visible_to(actor).filter(earlier_versions=version, state__in=LIVE)
    found = [(row.reference, row.get_absolute_url()) for row in rows.order_by("number")]
    if not found:
        return None
    return Panel("Decisions it bears on", "decisions/marking_panel.html", {"rows": found})


def on_meeting(actor: Actor, meeting: Meeting) -> Panel:
    """What a meeting's page shows of decisions: those put to it, and the way to put one."""
    there_are = getattr(meeting, "has_decisions", True)  # the page has asked already
    found = decision_rows(actor, decision_register(actor).filter(meeting=meeting)) if there_are else []
    button = None
    if meeting.state in rules.TAKES_DECISIONS and _opens(actor):
        button = Button("Open a decision", f"{reverse('decision-open')}?meeting={meeting.key}")
    return Panel(
        "Decisions", "decisions/panel.html", {"rows": found, "button": button, "empty": "No decision is put to it."}
    )


def _opens(actor: Actor) -> bool:
    return acting_role(actor) in {Role.CHAIR, Role.SECRETARIAT}


# ---------------------------------------------------------------------------------------------------------- evidence


def altered_rounds() -> Iterable[str]:
    """Decisions whose earlier versions are not those of their history, a sentence each; for ``verify_audit``."""
    history: Any = apps.get_model("meetings", "HistoricalDecision")
    past: dict[int, set[int]] = {}
    for pk, version in history.objects.filter(version_id__isnull=False).values_list("id", "version_id").distinct():
        past.setdefault(pk, set()).add(version)
    kept: dict[int, set[int]] = {}
    for pk, version in Decision.earlier_versions.through.objects.values_list("decision", "version"):
        kept.setdefault(pk, set()).add(version)
    for row in Decision.objects.all():
        if past.get(row.pk, set()) - {row.version_id} != kept.get(row.pk, set()):
            yield f"The earlier versions of {row} are not those of its history: they were edited behind its back."
