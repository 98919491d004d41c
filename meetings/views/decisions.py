"""Pages of decisions. Every act has a page of its own with one form; the decision's page carries the chair's in it."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from artefacts import queries as artefact_queries
from artefacts.models import Version
from artefacts.operations import note_reading
from artefacts.queries import CommentLine
from artefacts.states import Marking, State
from meetings import operations, queries, rules
from meetings.forms import (
    AnswerForm,
    DetermineForm,
    DisputeForm,
    FindingForm,
    MaintainForm,
    OnBehalfForm,
    OpenDecisionForm,
    PositionForm,
    ReopenForm,
    RoundForm,
    WithdrawForm,
    WithdrawObjectionForm,
)
from meetings.forms.decisions import FREE
from meetings.models import Decision, Determination, Meeting, Objection
from meetings.states import LIVE, DecisionState, ObjectionState, Stance
from sdwg import clock, panels, workdays
from sdwg.forms import ConfirmForm, Form
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.members.models import Seat
from sdwg.members.reauthentication import fresh
from sdwg.screen import Crumb
from sdwg.web import perform, status

__all__ = [
    "decision_close",
    "decision_list",
    "decision_open",
    "decision_page",
    "decision_reopen",
    "decision_round",
    "decision_withdraw",
    "determine",
    "finding_dispute",
    "finding_propose",
    "objection_address",
    "objection_maintain",
    "objection_withdraw",
    "position",
    "position_on_behalf",
]

PER_PAGE = 25
REFERENCE = re.compile(r"SDWG-(?:DEC|ART)-(\d{3,9})")


# ------------------------------------------------------------------------------------------------------- what all share


def posted(request: Request) -> QueryDict | None:
    """What a form is bound to: the body of a POST, be it empty, and nothing otherwise."""
    return request.POST if request.method == "POST" else None


def load(request: Request, ref: str) -> Decision:
    """The decision called ``ref``, through the reader's own queryset; 404 for what they may not see."""
    named = REFERENCE.fullmatch(ref)
    found = queries.find_decision(request.actor, int(named[1])) if named else None
    if found is None or found.reference != ref:
        raise Http404
    return found


def load_objection(request: Request, ref: str, number: int) -> Objection:
    """An objection on a decision that its reader may see."""
    decision = load(request, ref)
    found = decision.objections.select_related("seat__organisation", "seat__person").filter(number=number).first()
    if found is None:
        raise Http404
    found.decision = decision
    return found


def load_finding(request: Request, ref: str) -> Determination:
    """The finding of the present round, or the one a form was made for, superseded or not. 404 without one."""
    decision = load(request, ref)
    named = request.POST.get("finding", "")
    found = decision.determinations.filter(pk=int(named)).first() if named.isdigit() else rules.found_on(decision)
    if found is None:
        raise Http404
    found.decision = decision
    return found


def note(request: Request, decision: Decision) -> None:
    """Write down that its reader is about to be shown what was said: it is marked as the version it is on.

    A free question is TLP:AMBER. Earlier rounds may have been on a version marked higher.
    """
    quiet = decision.version_id is not None and decision.round == 1
    marking = getattr(decision, "marking", "") if quiet else Marking.AMBER
    note_reading(request.actor, decision, marking=marking, version_sha256=decision.sha256)


def act(
    request: Request,
    decision: Decision,
    form: Form,
    work: Callable[[], object],
    *,
    may: Callable[[], None],
    done: str,
    title: str,
    submit: str,
    **context: Any,
) -> HttpResponse:
    """One act on a decision: its page, or what was done. ``may`` raises what keeps its reader from it.

    Whoever comes when it cannot be done is sent to the decision's page with the reason; a form sent too late is shown
    again with it, and keeps what was typed. ``Refused`` is the answer 403.
    """
    try:
        may()
    except NotNow as refusal:
        if request.method != "POST":
            messages.info(request, str(refusal))
            return redirect(decision)

    def perform_it() -> str:
        work()
        messages.success(request, done)
        return decision.get_absolute_url()

    answer = perform(request, form, perform_it)
    if answer:
        return answer
    note(request, decision)
    shown = {
        "decision": decision,
        "title": title,
        "form": form,
        "submit": submit,
        "about": queries.decision_title(decision),
        "marking": getattr(decision, "marking", None) or "",
        "cancel": decision.get_absolute_url(),
        "crumbs": [
            Crumb("Decisions", reverse("decision-list")),
            Crumb(decision.reference, decision.get_absolute_url()),
            Crumb(title),
        ],
        **context,
    }
    return render(request, "decisions/act.html", shown, status=status(form))


# ------------------------------------------------------------------------------------------------------------- reading


@require_safe
def decision_list(request: Request) -> HttpResponse:
    """The register, newest first, narrowed by state."""
    state = request.GET.get("state", "")
    state = state if state in DecisionState.values else ""
    page = Paginator(queries.decision_register(request.actor, state), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "decisions/list.html",
        {
            "page": page,
            "rows": queries.decision_rows(request.actor, page.object_list),
            "state": state,
            "states": [choice for choice in DecisionState.choices if choice[0] != DecisionState.DRAFT],
            "query": f"state={state}" if state else "",
            "may_open": rules.can_open_decision(request.actor, None),
        },
    )


@require_safe
def decision_page(request: Request, ref: str) -> HttpResponse:
    """A decision: the question, who was heard, objections, what is still needed, the determination."""
    decision = load(request, ref)
    note(request, decision)
    shown = queries.decision_page(request.actor, decision)
    finding = shown.record.finding
    form: Form | None = None
    if decision.state == DecisionState.CLOSED and shown.can.propose:
        form = _finding_form(decision, shown.can.why_no_consensus, None)
    elif decision.state == DecisionState.PROPOSED and shown.can.determine and finding:
        form = DetermineForm(None, finding=finding)
    return render(
        request,
        "decisions/decision.html",
        {
            "shown": shown,
            "decision": decision,
            "record": shown.record,
            "act_form": form,
            "consequences": queries.consequences(decision, finding.finding) if finding else [],
            "panels": panels.panels("decision", request.actor, decision),
            "crumbs": [Crumb("Decisions", reverse("decision-list")), Crumb(decision.reference)],
        },
    )


# ------------------------------------------------------------------------------------------------------------- opening


def decision_open(request: Request) -> HttpResponse:
    """Put a question: on a version that is ready, named in the address or chosen, or on none."""
    rules.check_can_open_decision(request.actor, None)
    versions, meetings = list(_ready_versions(request)), list(_meetings_to_come(request))
    form = OpenDecisionForm(
        posted(request),
        versions=versions,
        meetings=meetings,
        today=clock.today(request.at),
        initial=_proposed(request, versions, meetings),
    )

    def work() -> str:
        decision = operations.open_decision(actor=request.actor, **form.given())
        messages.success(request, f"{decision} is open. Members are told by mail.")
        return decision.get_absolute_url()

    answer = perform(request, form, work)
    return answer or render(
        request,
        "decisions/open.html",
        {
            "form": form,
            "crumbs": [Crumb("Decisions", reverse("decision-list")), Crumb("Open a decision")],
            "consequences": [
                "The artefact is under decision; no new version can be uploaded meanwhile.",
                "Every member who may read it is asked for a position, by mail.",
            ],
        },
        status=status(form),
    )


def _ready_versions(request: Request) -> QuerySet[Version]:
    """The newest versions of artefacts that are ready, that the reader may read, and that no decision is on."""
    ready = Version.objects.visible_to(request.actor).filter(artefact__state=State.READY)
    later = Version.objects.filter(artefact=OuterRef("artefact"), order__gt=OuterRef("order"))
    taken = Decision.objects.filter(state__in=LIVE, version__artefact=OuterRef("artefact"))
    newest = ready.exclude(Exists(later)).exclude(Exists(taken))
    return newest.select_related("artefact").order_by("artefact__number")


def _meetings_to_come(request: Request) -> QuerySet[Meeting]:
    shown = Meeting.objects.visible_to(request.actor).filter(state__in=rules.TAKES_DECISIONS)
    return shown.order_by("starts_at")


def _proposed(request: Request, versions: list[Version], meetings: list[Meeting]) -> dict[str, Any]:
    """What the form begins with: the artefact and the meeting of the address, and a day that leaves time to answer."""
    about = next((row for row in versions if row.artefact.reference == request.GET.get("artefact")), None)
    where = next((row for row in meetings if row.key == request.GET.get("meeting")), None)
    if about:
        question = f"Does the group endorse {about.artefact.title}, version {about.label}, to go to the DAG?"
    return {
        "version": str(about.pk) if about else None if versions else FREE,
        "question": question if about else "",
        "meeting": str(where.pk) if where else "",
        "closes_on": _closing_day(request, where),
    }


def _closing_day(request: Request, meeting: Meeting | None) -> Any:
    """The meeting's day, if it is a working day to come; else five working days from today."""
    holidays = workdays.bank_holidays()
    if meeting:
        day = clock.london(meeting.starts_at).date()
        if workdays.is_working(day, holidays=holidays) and workdays.deadline(day) > request.at:
            return day
    return workdays.add(workdays.effective_day(request.at, holidays=holidays), 5, holidays=holidays)


def decision_round(request: Request, ref: str) -> HttpResponse:
    """Open the next round of an adjourned question."""
    decision = load(request, ref)
    meetings = list(_meetings_to_come(request))
    initial = {"closes_on": _closing_day(request, None)}
    form = RoundForm(posted(request), meetings=meetings, today=clock.today(request.at), initial=initial)
    following = decision.round + 1
    return act(
        request,
        decision,
        form,
        lambda: operations.open_round(actor=request.actor, decision=decision, **form.given()),
        may=partial(rules.check_can_open_round, request.actor, decision),
        done=f"Round {following} is open. Members are told by mail.",
        title=f"Open round {following}",
        submit=f"Open round {following}",
        consequences=[
            "The question is put on the newest version of its artefact, which goes under decision.",
            "What was said in an earlier round is to be confirmed. Objections stand until their seats withdraw them.",
        ],
    )


def decision_withdraw(request: Request, ref: str) -> HttpResponse:
    """Take the question back."""
    decision = load(request, ref)
    form = WithdrawForm(posted(request))
    return act(
        request,
        decision,
        form,
        lambda: operations.withdraw_decision(
            actor=request.actor, decision=decision, reason=form.cleaned_data["reason"]
        ),
        may=partial(rules.check_can_withdraw_decision, request.actor, decision),
        done=f"{decision} is withdrawn.",
        title="Withdraw the question",
        submit="Withdraw the question",
        danger=True,
        consequences=["Its artefact is ready again.", "Members are told by mail. What they said stays on record."],
    )


@fresh
def decision_reopen(request: Request, ref: str) -> HttpResponse:
    """Take an endorsed version back to ready."""
    decision = load(request, ref)
    if decision.version is None:
        raise Http404
    artefact = decision.version.artefact
    form = ReopenForm(posted(request))
    return act(
        request,
        decision,
        form,
        lambda: operations.reopen_endorsed(
            actor=request.actor,
            artefact=artefact,
            reason=form.cleaned_data["reason"],
            awaited=form.cleaned_data["awaited"],
            awaited_by=form.cleaned_data["awaited_by"],
        ),
        may=partial(rules.check_can_reopen_endorsed, request.actor, decision),
        done=f"{decision} is reopened.",
        title="Reopen what was endorsed",
        submit="Reopen it",
        danger=True,
        consequences=[
            f"{artefact} is ready again, and no longer endorsed.",
            "A new record supersedes the consensus; both stay published.",
            "Everybody who may read it is told by mail.",
        ],
    )


# ----------------------------------------------------------------------------------------------------------- positions


def position(request: Request, ref: str) -> HttpResponse:
    """State a position, or change it, for the seat acted for."""
    decision = load(request, ref)
    maintained = _maintained(request, decision)
    form = PositionForm(posted(request), initial=_stated(request, decision, maintained))

    def work() -> object:
        seen = form.cleaned_data["seen"] if "seen" in form.data else None
        form.data = {**request.POST.dict(), "seen": rules.stated_at(decision, request.actor.seat_id)}
        round = form.cleaned_data["round"]
        return operations.state_position(actor=request.actor, decision=decision, round=round, seen=seen, **form.given())

    return act(
        request,
        decision,
        form,
        work,
        may=partial(rules.check_can_state_position, request.actor, decision),
        done="Your position is recorded. You can change it until positions close.",
        title="State your position",
        lead=f"As {request.actor.label}.",
        submit="Record my position",
        with_question=True,
        maintained=maintained,
        consequences=[
            "It is published under your seat, word for word, to whoever may read this decision.",
            "An objection blocks consensus until you withdraw it; any other stance withdraws one you raised.",
            *queries.inherited(request.actor, decision),
        ],
    )


def _maintained(request: Request, decision: Decision) -> list[CommentLine]:
    """The seat's comments whose answer did not settle them: each is offered as the beginning of an objection."""
    version = decision.version
    if version is None or request.method == "POST":
        return []
    return artefact_queries.maintained(request.actor, version.artefact)


def _stated(request: Request, decision: Decision, maintained: list[CommentLine]) -> dict[str, Any]:
    """What the seat has said so far: the form begins with it, or with the maintained comment that was chosen."""
    chosen = next((row for row in maintained if str(row.id) == request.GET.get("comment")), None)
    if chosen:
        return _stated(request, decision, []) | {
            "stance": Stance.OBJECT,
            "text": f"{chosen.text}\n\n{chosen.word_text}",
            "clause": chosen.place,
            "would_resolve": chosen.proposed_change,
        }
    said = decision.positions.filter(seat=request.actor.seat_id, round=decision.round).first()
    objection = decision.objections.standing().filter(seat=request.actor.seat_id).first()
    return {
        "round": decision.round,
        "seen": said.stated_at.isoformat() if said else "",
        "stance": said.stance if said else None,
        "text": said.text if said else objection.reason if objection else "",
        "clause": objection.clause if objection else "",
        "would_resolve": objection.would_resolve if objection else "",
    }


def position_on_behalf(request: Request, ref: str) -> HttpResponse:
    """Write down what a seat told the secretariat."""
    decision = load(request, ref)
    own = decision.positions.filter(round=decision.round, on_behalf=False).values("seat")
    seats = Seat.objects.members().current(clock.today(request.at)).exclude(pk__in=own).with_names()
    form = OnBehalfForm(posted(request), seats=seats, initial={"round": decision.round})
    return act(
        request,
        decision,
        form,
        lambda: operations.state_on_behalf(
            actor=request.actor,
            decision=decision,
            seat=form.cleaned_data["seat"],
            round=form.cleaned_data["round"],
            **form.given(),
        ),
        may=partial(rules.check_can_record_on_behalf, request.actor, decision),
        done="The position is recorded, and its seat is told.",
        title="Record a position on behalf of a seat",
        submit="Record it",
        with_question=True,
        consequences=[
            "It is marked as recorded on its behalf, and the seat is told by mail.",
            "What a seat stated itself is never replaced, nor an objection of its own reworded or withdrawn; what it "
            "states later replaces this.",
        ],
    )


# ---------------------------------------------------------------------------------------------------------- objections


def objection_address(request: Request, ref: str, number: int) -> HttpResponse:
    """Say what changed for an objection, and where."""
    objection = load_objection(request, ref, number)
    form = AnswerForm(posted(request), initial={"answer": objection.answer})
    return act(
        request,
        objection.decision,
        form,
        lambda: operations.address_objection(
            actor=request.actor, objection=objection, answer=form.cleaned_data["answer"]
        ),
        may=partial(rules.check_can_address_objection, request.actor, objection),
        done=f"{objection.reference} is answered. Its seat is told.",
        title=f"Answer {objection.reference}",
        submit="Record the answer",
        objection=objection,
        consequences=["Its seat is told by mail, and withdraws or maintains it. Until it is withdrawn, it stands."],
    )


def objection_maintain(request: Request, ref: str, number: int) -> HttpResponse:
    """Its seat says that it stands."""
    objection = load_objection(request, ref, number)
    form = MaintainForm(posted(request))
    return act(
        request,
        objection.decision,
        form,
        lambda: operations.maintain_objection(
            actor=request.actor, objection=objection, last_word=form.cleaned_data["last_word"]
        ),
        may=partial(rules.check_can_give_last_word, request.actor, objection, ObjectionState.MAINTAINED),
        done=f"{objection.reference} is maintained.",
        title=f"Maintain {objection.reference}",
        submit=f"Maintain {objection.reference}",
        objection=objection,
        consequences=[f"{objection.reference} stands, and consensus is refused while it does."],
    )


def objection_withdraw(request: Request, ref: str, number: int) -> HttpResponse:
    """Its seat no longer objects."""
    objection = load_objection(request, ref, number)
    form = WithdrawObjectionForm(posted(request))
    return act(
        request,
        objection.decision,
        form,
        lambda: operations.withdraw_objection(
            actor=request.actor,
            objection=objection,
            last_word=form.cleaned_data["last_word"],
            stance=form.cleaned_data["stance"],
        ),
        may=partial(rules.check_can_give_last_word, request.actor, objection, ObjectionState.WITHDRAWN),
        done=f"{objection.reference} is withdrawn.",
        title=f"Withdraw {objection.reference}",
        submit=f"Withdraw {objection.reference}",
        objection=objection,
        consequences=[f"{objection.reference} no longer blocks consensus; it stays on record as withdrawn."],
    )


# ------------------------------------------------------------------------------------------------------------ findings


def decision_close(request: Request, ref: str) -> HttpResponse:
    """Close positions: the chair, at the meeting or when every seat has spoken."""
    decision = load(request, ref)
    return act(
        request,
        decision,
        ConfirmForm(posted(request)),
        lambda: operations.close_positions(actor=request.actor, decision=decision),
        may=partial(rules.check_can_close_positions, request.actor, decision),
        done="Positions are closed.",
        title="Close positions",
        submit="Close positions",
        consequences=["No position is stated or changed any more in this round.", "You then propose a finding."],
    )


def finding_propose(request: Request, ref: str) -> HttpResponse:
    """Propose what the group has found, or another finding than the one proposed."""
    decision = load(request, ref)
    shown = queries.decision_page(request.actor, decision)
    form = _finding_form(decision, shown.can.why_no_consensus, posted(request))
    again = decision.state == DecisionState.PROPOSED
    return act(
        request,
        decision,
        form,
        lambda: operations.propose_finding(
            actor=request.actor,
            decision=decision,
            **{name: form.cleaned_data[name] for name in ("finding", "reasons", "awaited", "awaited_by")},
        ),
        may=partial(rules.check_can_propose_finding, request.actor, decision),
        done="The finding is proposed. Members are told by mail.",
        title="Propose another finding" if again else "Propose a finding",
        submit="Propose it",
        told=shown.told,
        consequences=_when_proposed(decision, request.at),
    )


def _finding_form(decision: Decision, why: str, data: QueryDict | None) -> FindingForm:
    on_version = decision.version_id is not None
    return FindingForm(data, why_no_consensus=why, delegated=decision.delegated, on_version=on_version)


def _when_proposed(decision: Decision, at: datetime) -> list[str]:
    lines = ["Nothing moves yet: every member is told by mail, and any seat can dispute it for two working days."]
    if rules.settled_at_meeting(decision, at):
        lines.append(f"{decision.meeting} is in session: you may determine it at once if no seat disputes it.")
    return lines


def finding_dispute(request: Request, ref: str) -> HttpResponse:
    """A member seat says that the proposed finding is wrong."""
    finding = load_finding(request, ref)
    form = DisputeForm(posted(request), initial={"finding": finding.pk})
    return act(
        request,
        finding.decision,
        form,
        lambda: operations.dispute(actor=request.actor, determination=finding, text=form.cleaned_data["text"]),
        may=partial(rules.check_can_dispute, request.actor, finding),
        done="Your dispute is recorded beside the finding.",
        title="Dispute the proposed finding",
        lead=f"As {request.actor.label}.",
        submit="Dispute it",
        found=queries.decision_page(request.actor, finding.decision).record.finding,
        consequences=[
            "Your words are published beside the finding, and the chair is told.",
            "It is not determined before the two working days are over; the chair keeps or amends the reasons.",
        ],
    )


@fresh
def determine(request: Request, ref: str) -> HttpResponse:
    """The chair's determination: what it will do is listed before the button is pressed."""
    finding = load_finding(request, ref)
    decision = finding.decision
    shown = queries.decision_page(request.actor, decision)
    record = shown.record.finding
    if record is None:
        raise Http404
    form = DetermineForm(posted(request), finding=record)
    where = decision.meeting if shown.can.at_meeting else None
    return act(
        request,
        decision,
        form,
        lambda: operations.determine(
            actor=request.actor,
            determination=finding,
            at_meeting=where,
            reasons=form.cleaned_data.get("reasons"),
        ),
        may=partial(rules.check_can_determine, request.actor, finding, where),
        done=f"{decision} is determined: {record.label.lower()}.",
        title=f"Determine: {record.label.lower()}",
        submit=f"Record {record.label.lower()}",
        found=record,
        consequences=queries.consequences(decision, record.finding),
    )
