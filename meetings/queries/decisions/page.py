"""The page of one decision: whose move, who was heard, what is still needed, what recording a finding will do."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from artefacts.models import VersionMarking
from meetings.hearing import Hearing, Stated
from meetings.models import Decision, Objection
from meetings.queries.decisions.may import May, anchor, may, objection_url, url
from meetings.queries.decisions.moves import band
from meetings.queries.decisions.records import DecisionRecord, ObjectionRecord, history, record_of, rows_of
from meetings.queries.decisions.words import history_lines, listed, mark, sentence, told
from meetings.states import LIVE, DecisionState, Finding, MeetingState, ObjectionState
from sdwg import clock, dates
from sdwg.members.access import Actor
from sdwg.screen import Band, Button, Event, Fact, Mark, Need, Step

D = DecisionState
BECOMES: dict[str, str] = {
    Finding.CONSENSUS: "endorsed; the chair can then submit it to the DAG for approval",
    Finding.NO_CONSENSUS: "not agreed",
    Finding.ADJOURNED: "ready; a new version can be uploaded, and the next round is opened when it is ready again",
}


@dataclass(frozen=True)
class Line:
    """What one seat said, as the table shows it. ``value`` is the stance, or "re-confirm" for an earlier round's."""

    words: str
    value: str
    text: str
    more: str


@dataclass(frozen=True)
class Row:
    """One constituency in the table of who was heard."""

    constituency: str
    mine: bool
    lines: tuple[Line, ...]
    silent: str
    vacant: bool
    commented: bool


@dataclass(frozen=True)
class Card:
    """An objection, its life, and what its reader can do with it."""

    objection: ObjectionRecord
    anchor: str
    life: tuple[Step, ...]
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class DecisionPage:
    """Everything the page shows, in words."""

    decision: Decision
    record: DecisionRecord
    marking: str
    title: str
    band: Band | None
    told: list[str]
    marks: list[Mark]
    rows: list[Row]
    cards: list[Card]
    needs: list[Need]
    facts: list[Fact]
    events: list[Event]
    buttons: list[Button]
    can: May


def find_decision(actor: Actor, number: int) -> Decision | None:
    """The decision of that number, if ``actor`` may read it, with ``marking``: its version's of today."""
    marking = VersionMarking.objects.filter(version=OuterRef("version"), ends_at__isnull=True).values("marking")[:1]
    rows = Decision.objects.visible_to(actor).annotate(marking=Subquery(marking))
    return rows.select_related("version__artefact", "meeting").filter(number=number).first()


def decision_title(decision: Decision) -> str:
    """What a page about a decision is headed: the artefact and version, or that it is a free question."""
    if decision.version:
        return f"{decision.version.artefact.title}, version {decision.version.label}"
    return "A question to the group"


def decision_page(actor: Actor, decision: Decision) -> DecisionPage:
    """The page of ``decision``, which ``actor`` may read. A constant number of queries."""
    rows = rows_of(decision)
    events = list(history(decision).exclude(verb__startswith="position."))
    record = record_of(decision, actor.at, rows=rows, events=events)
    can = may(actor, decision, rows, record)
    live = decision.state in LIVE
    return DecisionPage(
        decision=decision,
        record=record,
        marking=getattr(decision, "marking", None) or "",
        title=decision_title(decision),
        band=band(decision, record, can),
        told=told(record.hearings),
        marks=[mark(row) for row in record.hearings],
        rows=[_row(row, can.constituency) for row in record.hearings],
        cards=[
            _card(row, shown, can, live=live) for row, shown in zip(rows.objections, record.objections, strict=True)
        ],
        needs=_needs(record) if live else [],
        facts=_facts(actor, decision),
        events=history_lines(events),
        buttons=_buttons(decision, can),
        can=can,
    )


def _buttons(decision: Decision, can: May) -> list[Button]:
    """What else the reader may do, beside the title."""
    offered = (
        (can.record, "Record on behalf", "position-on-behalf"),
        (can.reopen, "Reopen", "decision-reopen"),
        (can.withdraw, "Withdraw the question", "decision-withdraw"),
    )
    return [Button(label, url(name, decision)) for allowed, label, name in offered if allowed]


def _row(row: Hearing, constituency: str) -> Row:
    lines = [Line(sentence(said), said.stance, said.text, _by_whom(said)) for said in row.stated]
    lines += [
        Line(
            f"{said.name}, {'its seat has ended' if said.ended else 'to re-confirm'}",
            "re-confirm",
            "",
            f"{said.label} in an earlier round. Not counted as heard.",
        )
        for said in row.to_confirm
    ]
    return Row(
        row.constituency, row.constituency == constituency, tuple(lines), listed(row.silent), row.vacant, row.commented
    )


def _by_whom(said: Stated) -> str:
    """Who said it, where it was not the holder of the seat."""
    who = "" if said.said_as == said.seat else said.said_as
    if said.ended:
        return f"{who}. The seat has ended since." if who else "The seat has ended since."
    return who


def _card(row: Objection, shown: ObjectionRecord, can: May, *, live: bool) -> Card:
    steps = [Step(step.label, "done", "") for step in shown.steps]
    if shown.steps:
        steps[-1] = Step(shown.steps[-1].label, "current")
    if live and shown.standing:
        steps.append(Step("Then: withdrawn, or it stands", "todo"))
    buttons = []
    decision = row.decision
    if row.pk in can.settle:
        buttons.append(Button(f"Withdraw {row.reference}", objection_url("withdraw", decision, shown)))
        if row.state == ObjectionState.ADDRESSED:
            buttons.append(Button(f"Maintain {row.reference}", objection_url("maintain", decision, shown)))
    if row.pk in can.answer:
        label = f"Answer {row.reference}" if row.state == ObjectionState.RAISED else f"Answer {row.reference} anew"
        buttons.append(Button(label, objection_url("address", decision, shown)))
    return Card(shown, f"o-{row.number}", tuple(steps), tuple(buttons))


OBJECTION_WAITS: dict[str, str] = {
    ObjectionState.RAISED: "Nobody has answered it yet: the chair or the author does.",
    ObjectionState.ADDRESSED: "It is answered. Its own seat withdraws or maintains it.",
    ObjectionState.MAINTAINED: "It is maintained. It can be answered anew.",
}


VACANT = "Nobody withdraws it until a Member seat begins there. It stands."


def _needs(record: DecisionRecord) -> list[Need]:
    """What stands between this and consensus; silence can only be noted."""
    needs = [
        Need(
            f"{row.reference} is withdrawn by {row.name}{', whose seat is vacant' if row.vacant else ''}",
            "todo",
            VACANT if row.vacant else OBJECTION_WAITS[row.state],
            button=Button("See it", anchor(row)),
        )
        for row in record.standing
    ]
    again = [said.name for row in record.hearings for said in row.to_confirm if not said.ended]
    if again:
        needs.append(
            Need(f"{listed(again)} to re-confirm", "todo", "What was said in an earlier round is not counted.")
        )
    silent = [row.short_name for row in record.hearings if row.silent and not row.stated]
    vacant = [row.short_name for row in record.hearings if row.vacant and not row.stated]
    if silent or vacant:
        note = ". ".join(
            f"{label}: {listed(names)}" for label, names in (("Not heard", silent), ("Vacant", vacant)) if names
        )
        needs.append(Need("The silent constituencies are heard, or noted in the reasons", "todo", f"{note}."))
    return needs


def _facts(actor: Actor, decision: Decision) -> list[Fact]:
    today = clock.today(actor.at)
    when = [Fact("Opened", dates.moment(decision.opened_at, today))] if decision.opened_at else []
    if decision.closed_at:
        when.append(Fact("Closed", dates.moment(decision.closed_at, today)))
    elif decision.state == D.OPEN:
        when.append(Fact("Closes", dates.moment(decision.closes_at, today)))
    facts = [*when, Fact("Round", decision.round)]
    if decision.meeting and not decision.meeting.seen_by(actor):
        facts.append(Fact("Meeting", "A restricted one"))
    elif decision.meeting:
        off = decision.meeting.state == MeetingState.CANCELLED
        where = f"{decision.meeting.reference}, cancelled: by correspondence" if off else decision.meeting.reference
        facts.append(Fact("Meeting", where, decision.meeting.get_absolute_url()))
    else:
        facts.append(Fact("Meeting", "None: by correspondence"))
    if decision.version:
        artefact = decision.version.artefact
        facts.append(Fact("Artefact", artefact.reference, artefact.get_absolute_url()))
    facts.append(Fact("Delegated by the DAG", decision.delegation_reference or "No"))
    return facts


def consequences(decision: Decision, finding: str) -> list[str]:
    """What determining ``finding`` will do, line by line, before the button is pressed."""
    label = str(Finding(finding).label).lower()
    lines = [f"{decision} becomes “{label}”{f', on {decision.version} only' if decision.version else ''}."]
    if decision.version:
        lines.append(f"{decision.version.artefact} becomes {BECOMES[finding]}.")
    if finding == Finding.NO_CONSENSUS and decision.delegated:
        lines.append(
            "The DAG delegated it, so it can only go there, as an escalation. Nothing goes before you submit it."
        )
    lines.append("Who was heard is frozen with it, word for word, by constituency.")
    lines.append("Everybody who may read it is told by mail. It cannot be changed, only followed by another record.")
    return lines
