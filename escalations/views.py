"""The DAG's pages: the forward plan, what is submitted, its dossier, what the DAG decided."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artefacts.models import Artefact, Version
from artefacts.operations import note_reading
from artefacts.rules import latest
from artefacts.states import Marking, State
from escalations import operations, queries, rules
from escalations.forms import (
    DOES,
    ConfirmOutcomeForm,
    DagMeetingForm,
    DischargeForm,
    OutcomeForm,
    PriorApprovalForm,
    PriorReasonForm,
    SubmitForm,
)
from escalations.models import Condition, DagMeeting, Dossier, Outcome, PriorApproval, Submission
from escalations.states import BEFORE, DossierState, SubmissionKind, SubmissionState
from escalations.timeline import timeline
from meetings.models import Decision
from sdwg import clock, dates
from sdwg.audit.reads import note_read
from sdwg.files.views import serve
from sdwg.forms import ConfirmForm, Form, ReasonForm
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.members.reauthentication import fresh
from sdwg.screen import Button, Crumb, Fact
from sdwg.web import perform, status

PER_PAGE = 50
read_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _crumbs(*steps: tuple[str, str]) -> list[Crumb]:
    return [Crumb("DAG", reverse("dag")), *(Crumb(*step) for step in steps)]


def _found(request: Request, ref: str) -> Submission:
    """The submission called ``ref``, if its envelope is the reader's to see. Raises ``Http404``."""
    number = ref.removeprefix("SDWG-DAG-")
    return get_object_or_404(queries.submissions(request.actor).select_related("dossier__file"), number=int(number))


def _posted(request: Request) -> QueryDict | None:
    """What a form is bound to: the body of a POST, be it empty, and nothing otherwise."""
    return request.POST if request.method == "POST" else None


def _not_now(request: Request, goal: str, check: Callable[..., None], *args: Any) -> HttpResponse | None:
    """A form that the state does not allow is not shown: back to ``goal``, with the sentence. ``Refused`` passes.

    One that was sent is answered by the operation, beside what was typed, or by the address it led to before.
    """
    try:
        check(*args)
    except NotNow as refusal:
        if request.method == "POST":
            return None
        messages.warning(request, str(refusal))
        return redirect(goal)
    return None


def _note(request: Request, found: Submission) -> None:
    """Write down that its reader is about to be shown what is put to the DAG; an envelope tells nothing of it."""
    if found.readable:  # type: ignore[attr-defined]
        rounds = found.decision is not None and found.decision.round > 1
        marking = Marking.AMBER if found.version is None or rounds else rules.marking_of(found.version)
        note_reading(request.actor, found, marking=marking, version_sha256=found.version_sha256)


# -------------------------------------------------------------------------------------------------------- forward plan


@require_safe
def dag(request: Request) -> HttpResponse:
    """The forward plan: planned against actual, the DAG's meetings, what was submitted; for the chair, what is owed."""
    actor = request.actor
    plan = queries.forward_plan(actor)
    page = Paginator(queries.submissions(actor), PER_PAGE).get_page(request.GET.get("page"))
    today = clock.today(request.at)
    context = {
        "crumbs": _crumbs(("Forward plan", "")),
        "lead": _next_dag(plan.meetings, request.at),
        "plan": plan,
        "timeline": timeline(plan, today),
        "sittings": queries.sittings(actor, plan),
        "owed": queries.owed(actor),
        "page": page,
        "rows": queries.rows(page.object_list),
        "buttons": _calendar_buttons(request),
    }
    return render(request, "escalations/dag.html", context)


def _next_dag(meetings: list[DagMeeting], at: datetime) -> str:
    today = clock.today(at)
    following = next((row for row in meetings if row.date >= today), None)
    if following is None:
        return "No DAG meeting is in the calendar yet."
    due = dates.moment(following.papers_due_at, today)
    papers = f"its papers were due {due}" if rules.late_for_papers(at, following) else f"papers by {due}"
    return f"Next DAG: {dates.day(following.date, today)}; {papers}."


def _calendar_buttons(request: Request) -> list[Button]:
    if rules.can_keep_calendar(request.actor):
        return [Button("Add a DAG meeting", reverse("dag-meeting-add"))]
    return []


@require_safe
def dag_meeting(request: Request, day: date) -> HttpResponse:
    """One DAG meeting: its papers' deadline, what is put to it, what is planned for it."""
    meeting = get_object_or_404(DagMeeting, date=day)
    put = queries.submissions(request.actor).filter(dag_meeting=meeting).exclude(state=SubmissionState.WITHDRAWN)
    plan = queries.forward_plan(request.actor)
    today = clock.today(request.at)
    due = dates.moment(meeting.papers_due_at, today)
    late = rules.late_for_papers(request.at, meeting)
    context = {
        "crumbs": _crumbs((dates.day(day, today), "")),
        "heading": f"DAG meeting of {dates.day(day, today)}",
        "lead": f"{'Its papers were due' if late else 'Papers by'} {due}.",
        "meeting": meeting,
        "facts": [
            Fact("Day", dates.day(day)),
            Fact("Papers due", dates.moment(meeting.papers_due_at)),
            Fact("State", "Cancelled" if meeting.cancelled_at else "Over" if day < today else "To come"),
        ],
        "rows": queries.rows(put),
        "planned": [row for row in plan.rows if row.planned == day],
    }
    return render(request, "escalations/dag_meeting.html", context)


@read_or_post
def dag_meeting_add(request: Request) -> HttpResponse:
    """A DAG meeting on another day than a second Wednesday."""
    rules.check_can_keep_calendar(request.actor)
    form = DagMeetingForm(_posted(request))

    def work() -> str:
        meeting = operations.add_dag_meeting(actor=request.actor, date=form.cleaned_data["date"])
        messages.success(request, f"The DAG meeting of {dates.day(meeting.date)} is in the calendar.")
        return meeting.get_absolute_url()

    context = {"crumbs": _crumbs(("Add a DAG meeting", "")), "form": form}
    return perform(request, form, work) or render(
        request, "escalations/dag_meeting_add.html", context, status=status(form)
    )


# ---------------------------------------------------------------------------------------------------------- submitting


@fresh
@read_or_post
def submit(request: Request) -> HttpResponse:
    """The form that says what will happen and to whom, and then does it."""
    asked = request.POST if request.method == "POST" else request.GET
    decision, version, kind = _subject(request, asked.get("decision", ""), asked.get("artefact", ""))
    home = decision.get_absolute_url() if decision else reverse("dag")
    back = _not_now(request, home, rules.check_can_submit, request.actor, kind, decision, version)
    if back:
        return back
    form = SubmitForm(
        _posted(request),
        tablings=queries.tablings(request.at),
        today=clock.today(request.at),
        initial={
            "decision": asked.get("decision", ""),
            "artefact": asked.get("artefact", ""),
            "question": decision.question if decision else "",
        },
    )

    def work() -> str:
        made = operations.submit(
            actor=request.actor,
            kind=kind,
            version=version,
            decision=decision,
            question=form.cleaned_data["question"],
            statement=form.cleaned_data["statement"],
            **form.chosen(),
        )
        messages.success(request, f"{made.reference} is with the DAG. Its dossier is being built.")
        return made.get_absolute_url()

    answer = perform(request, form, work)
    if answer:
        return answer
    context = _submit_context(request, form, kind, decision, version)
    note_reading(
        request.actor,
        decision or version,  # type: ignore[arg-type]
        marking=context["marking"] if version and (decision is None or decision.round == 1) else Marking.AMBER,
        version_sha256=version.sha256 if version else "",
    )
    return render(request, "escalations/submit.html", context, status=status(form))


def _subject(request: Request, decision: str, artefact: str) -> tuple[Decision | None, Version | None, str]:
    """What is to be submitted, as far as its reader may read it, and as what. Raises ``Http404``."""
    if decision:
        number = decision.removeprefix("SDWG-DEC-")
        if not number.isdecimal():
            raise Http404
        visible = Decision.objects.visible_to(request.actor).select_related("version__artefact")
        found = get_object_or_404(visible, number=int(number))
        return found, found.version, rules.kind_for(found)
    number = artefact.removeprefix("SDWG-ART-")
    if not number.isdecimal():
        raise Http404
    versions = Version.objects.visible_to(request.actor).select_related("artefact")
    version = versions.filter(artefact__number=int(number)).order_by("-order").first()
    if version is None:
        raise Http404
    about = rules.decided_on(version) if version.artefact.state in BEFORE.values() else None
    return about, version, rules.kind_for(about) if about else SubmissionKind.INFORMATION


def _submit_context(
    request: Request, form: Form, kind: str, decision: Decision | None, version: Version | None
) -> dict[str, Any]:
    by_reference = rules.by_reference_only(version)
    consequences = queries.recipients(request.actor, version, by_reference)
    if version and kind != SubmissionKind.INFORMATION:
        consequences.insert(0, f"{version.artefact} goes from “{version.artefact.get_state_display()}” to “With DAG”.")
    if version:
        consequences.insert(0, f"Version {version.label} is submitted as it is now (SHA-256 {version.sha256[:12]}…).")
    consequences.append("A dossier is built: the question, your statement, and all that the group said.")
    return {
        "crumbs": _crumbs((queries.LABELS[kind], "")),
        "form": form,
        "heading": queries.LABELS[kind],
        "decision": decision,
        "about": version.audit_ref if version else str(decision),
        "facts": _submit_facts(decision, version),
        "finding": rules.finding_on(decision) if decision else None,
        "marking": rules.marking_of(version) if version else "",
        "consequences": consequences,
        "cancel": decision.get_absolute_url() if decision else reverse("dag"),
        "submit": queries.LABELS[kind],
    }


def _submit_facts(decision: Decision | None, version: Version | None) -> list[Fact]:
    facts = []
    if version:
        facts.append(Fact("Artefact", version.artefact.title, version.artefact.get_absolute_url()))
        facts.append(Fact("Version", version.label, version.get_absolute_url()))
        facts.append(Fact("SHA-256", f"{version.sha256[:12]}…"))
        if version.artefact.planned_dag_date:
            facts.append(Fact("Planned for the DAG", dates.day(version.artefact.planned_dag_date)))
    if decision:
        facts.append(Fact("Decision", decision.reference, decision.get_absolute_url()))
        facts.append(Fact("Delegated by the DAG", decision.delegation_reference or "No"))
    return facts


# ---------------------------------------------------------------------------------------------------- one submission


@require_safe
def submission(request: Request, ref: str) -> HttpResponse:
    """One submission: whose move it is, what is asked, its dossier, what the DAG decided, what happened."""
    found = _found(request, ref)
    _note(request, found)
    shown = queries.page(request.actor, found)
    context = {
        "crumbs": _crumbs((found.reference, "")),
        "shown": shown,
        "submission": found,
        "dossier": found.dossier,
        "order": ConfirmForm(),
        "withheld": queries.WITHHELD,
        "open_conditions": sum(row.discharged_at is None for row, _ in shown.conditions),
    }
    return render(request, "escalations/submission.html", context)


@require_safe
def dossier_progress(request: Request, ref: str) -> HttpResponse:
    """How far the dossier is: the fragment that the submission's page asks for each second."""
    found = _found(request, ref)
    shown = queries.page(request.actor, found)
    context = {"shown": shown, "submission": found, "dossier": found.dossier, "order": ConfirmForm()}
    return render(request, "escalations/_dossier.html", context)


@require_safe
def dossier_file(request: Request, ref: str) -> HttpResponseBase:
    """The dossier, as an attachment. That it was read is written before the first byte."""
    found = _found(request, ref)
    dossier: Dossier = found.dossier
    if dossier.state != DossierState.BUILT or dossier.file is None:
        raise Http404
    if not rules.can_read_dossier(request.actor, found, dossier):
        raise Http404
    note_read(
        request.actor,
        key=dossier.audit_key,
        ref=dossier.audit_ref,
        version_sha256=found.version_sha256,
        kind="downloaded",
    )
    return serve(request, dossier.file, name=f"{found.reference}-dossier.pdf")


@require_POST
def dossier_order(request: Request, ref: str) -> HttpResponse:
    """Have a dossier built again that could not be built."""
    found = _found(request, ref)
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.order_dossier(actor=request.actor, submission=found)
        messages.success(request, "The dossier is ordered again.")
        return found.get_absolute_url()

    return perform(request, form, work) or _refused(request, found, form)


def _refused(request: Request, found: Submission, form: Form) -> HttpResponse:
    for sentence in form.non_field_errors():
        messages.warning(request, str(sentence))
    return redirect(found)


@fresh
@read_or_post
def withdraw(request: Request, ref: str) -> HttpResponse:
    """The chair takes a submission back, with a reason."""
    found = _found(request, ref)
    back = _not_now(request, found.get_absolute_url(), rules.check_can_withdraw, request.actor, found)
    if back:
        return back
    form = ReasonForm(_posted(request))

    def work() -> str:
        reason = form.cleaned_data["reason"]
        operations.withdraw_submission(actor=request.actor, submission=found, reason=reason)
        messages.success(request, f"{found.reference} is withdrawn.")
        return found.get_absolute_url()

    consequences = ["The DAG’s liaison can no longer read it, and is told that it is withdrawn."]
    if found.version and found.kind in BEFORE:
        consequences.insert(0, f"{found.version.artefact} is “{State(BEFORE[found.kind]).label}” again, on your list.")
    context = {
        "crumbs": _crumbs((found.reference, found.get_absolute_url()), ("Withdraw", "")),
        "form": form,
        "submission": found,
        "consequences": consequences,
    }
    answer = perform(request, form, work)
    if answer:
        return answer
    _note(request, found)
    return render(request, "escalations/withdraw.html", context, status=status(form))


# ------------------------------------------------------------------------------------------------------------ outcomes


@fresh
@read_or_post
def outcome_record(request: Request, ref: str) -> HttpResponse:
    """The liaison records what the DAG decided; the secretariat transcribes it."""
    found = _found(request, ref)
    back = _not_now(request, found.get_absolute_url(), rules.check_can_record, request.actor, found)
    if back:
        return back
    latest = rules.latest_outcome(found)
    form = OutcomeForm(_posted(request), submission=found, latest=latest, at=request.at)

    def work() -> str:
        outcome = operations.record_outcome(actor=request.actor, submission=found, **form.outcome())
        told = "is reported; the DAG liaison confirms it" if outcome.transcribed else "is recorded"
        messages.success(request, f"The outcome of {found.reference} {told}.")
        return found.get_absolute_url()

    transcribes = rules.transcribes(request.actor)
    verb = "Transcribe" if transcribes else "Record"
    context = {
        "crumbs": _crumbs((found.reference, found.get_absolute_url()), (f"{verb} the outcome", "")),
        "form": form,
        "submission": found,
        "title": queries.title_of(found, found.readable),  # type: ignore[attr-defined]
        "heading": f"{verb} the outcome of {found.reference}",
        "latest": latest,
        "said": rules.said(latest) if latest else "",
        "consequences": _outcome_consequences(transcribes),
        "submit": f"{verb} it",
    }
    answer = perform(request, form, work)
    if answer:
        return answer
    _note(request, found)
    return render(request, "escalations/outcome.html", context, status=status(form))


def _outcome_consequences(transcribes: bool) -> list[str]:
    if transcribes:
        return [
            "It shows as “reported” and has no effect yet.",
            "The DAG liaison (where there is none, the chair) is asked to confirm it; you cannot confirm it yourself.",
        ]
    return [
        "It has effect at once, as the chosen result says.",
        "The chair, the author and the members who may read the version are told by mail.",
    ]


@fresh
@read_or_post
def outcome_confirm(request: Request, ref: str) -> HttpResponse:
    """The second person of two makes a reported outcome take effect."""
    found = _found(request, ref)
    outcome = rules.latest_outcome(found)
    if outcome is None:
        raise Http404
    back = _not_now(request, found.get_absolute_url(), rules.check_can_confirm, request.actor, outcome)
    if back:
        return back
    form = ConfirmOutcomeForm(_posted(request), initial={"outcome": outcome.pk})

    def work() -> str:
        seen = found.outcomes.filter(pk=form.cleaned_data["outcome"]).first() or outcome
        operations.confirm_outcome(actor=request.actor, outcome=seen)
        messages.success(request, f"The outcome of {found.reference} has taken effect.")
        return found.get_absolute_url()

    context = {
        "crumbs": _crumbs((found.reference, found.get_absolute_url()), ("Confirm the outcome", "")),
        "form": form,
        "submission": found,
        "outcome": outcome,
        "shown": queries.page(request.actor, found),
        "conditions": list(outcome.conditions.all()),
        "consequences": _confirm_consequences(outcome),
    }
    answer = perform(request, form, work)
    if answer:
        return answer
    _note(request, found)
    return render(request, "escalations/confirm.html", context, status=status(form))


def _confirm_consequences(outcome: Outcome) -> list[str]:
    return [DOES[outcome.result], "The chair, the author and the members who may read it are told by mail."]


@fresh
@read_or_post
def condition_discharge(request: Request, ref: str, number: int) -> HttpResponse:
    """The liaison accepts the evidence that a condition is met."""
    found = _found(request, ref)
    conditions = Condition.objects.select_related("outcome").filter(outcome__superseded_at__isnull=True)
    condition = get_object_or_404(conditions, outcome__submission=found, number=number)
    condition.outcome.submission = found
    back = _not_now(request, found.get_absolute_url(), rules.check_can_discharge, request.actor, condition)
    if back:
        return back
    readable = Version.objects.visible_to(request.actor)
    form = DischargeForm(_posted(request), condition=condition, readable=readable)

    def work() -> str:
        operations.discharge_condition(
            actor=request.actor,
            condition=condition,
            evidence=form.cleaned_data["evidence"],
            version=form.cleaned_data["version"],
        )
        messages.success(request, f"Condition {number} of {found.reference} is discharged.")
        return found.get_absolute_url()

    left = condition.outcome.conditions.filter(discharged_at__isnull=True).exclude(pk=condition.pk).count()
    context = {
        "crumbs": _crumbs((found.reference, found.get_absolute_url()), (f"Condition {number}", "")),
        "form": form,
        "heading": f"Condition {number}: accept the evidence",
        "submission": found,
        "condition": condition,
        "readable": found.readable,  # type: ignore[attr-defined]
        "consequences": [_discharge_consequence(found, left)],
    }
    answer = perform(request, form, work)
    if answer:
        return answer
    _note(request, found)
    return render(request, "escalations/discharge.html", context, status=status(form))


def _discharge_consequence(found: Submission, left: int) -> str:
    if left:
        return f"{left} more {'condition stays' if left == 1 else 'conditions stay'} open."
    what = found.version.artefact.reference if found.version else "It"
    return f"It is the last one: {what} is approved without conditions, and its readers are told."


# ----------------------------------------------------------------------------------------- approved before this system


@fresh
@read_or_post
def prior_record(request: Request, ref: str) -> HttpResponse:
    """The secretariat records that the DAG approved the latest version before this system."""
    rows = Artefact.objects.visible_to(request.actor).numbered(int(ref.rpartition("-")[2]))
    artefact = get_object_or_404(rows)
    if artefact.reference != ref:
        raise Http404
    home = artefact.get_absolute_url()
    version = latest(artefact)
    back = _not_now(request, home, rules.check_can_record_prior, request.actor, artefact, version)
    if back or version is None:
        return back or redirect(home)
    form = PriorApprovalForm(_posted(request), initial={"version": version.pk})

    def work() -> str:
        data = form.cleaned_data
        seen = artefact.versions.filter(pk=data["version"]).first()
        if seen is None:
            raise NotNow("That version is not one of this artefact. Load the page again.")
        made = operations.record_prior_approval(
            actor=request.actor,
            version=seen,
            **{name: data[name] for name in ("dag_reference", "decided_on", "words", "covers_both")},
        )
        messages.success(request, "It is recorded, and waits to be confirmed.")
        return made.get_absolute_url()

    context = {
        "crumbs": [
            Crumb("Artefacts", reverse("artefact-list")),
            Crumb(artefact.reference, home),
            Crumb("Approved before this system"),
        ],
        "form": form,
        "artefact": artefact,
        "title": artefact.shown_title,  # type: ignore[attr-defined]
        "version": version,
        "facts": [
            Fact("Version", version.label),
            Fact("SHA-256", f"{version.sha256[:12]}…"),
            Fact("Uploaded", dates.moment(version.uploaded_at)),
            Fact("Registered here", dates.day(artefact.registered_at)),
        ],
        "consequences": _prior_consequences(request, version),
        "cancel": home,
    }
    answer = perform(request, form, work)
    return answer or render(request, "escalations/prior_record.html", context, status=status(form))


def _prior_consequences(request: Request, version: Version) -> list[str]:
    seats = rules.liaisons(request.at)
    names = ", ".join(f"{seat.person.display_name} ({seat.label})" for seat in seats)
    reads = "is told the reference alone" if rules.by_reference_only(version) else f"can read version {version.label}"
    asked = f"{names} {reads}, and is" if names else "Nobody holds the DAG liaison’s seat today, so the chair is"
    return [
        f"{asked} asked by mail to confirm it. You cannot confirm it yourself.",
        "Nothing is approved until then. No consultation opens and no version is uploaded meanwhile.",
        f"Once confirmed, {version.artefact} is approved, and version {version.label} is its baseline.",
    ]


def _found_prior(request: Request, pk: int) -> PriorApproval:
    """The record, if its envelope is the reader's to see. Raises ``Http404``."""
    found: PriorApproval = get_object_or_404(queries.prior_approvals(request.actor), pk=pk)
    return found


def _note_prior(request: Request, found: PriorApproval) -> None:
    if found.readable:  # type: ignore[attr-defined]
        marking = rules.marking_of(found.version)
        note_reading(request.actor, found, marking=marking, version_sha256=found.version_sha256)


def _prior_crumbs(found: PriorApproval, *more: str) -> list[Crumb]:
    artefact = found.version.artefact
    here = Crumb("Approved before this system", found.get_absolute_url() if more else "")
    return [Crumb("DAG", reverse("dag")), Crumb(artefact.reference), here, *(Crumb(label) for label in more)]


@require_safe
def prior(request: Request, pk: int) -> HttpResponse:
    """One record: what the DAG approved before this system, whose move it is, what happened."""
    found = _found_prior(request, pk)
    _note_prior(request, found)
    context = {
        "crumbs": _prior_crumbs(found),
        "shown": queries.prior_page(request.actor, found),
        "prior": found,
        "version": found.version,
    }
    return render(request, "escalations/prior.html", context)


@fresh
@read_or_post
def prior_confirm(request: Request, pk: int) -> HttpResponse:
    """The second person of two: the artefact is approved."""
    version = _found_prior(request, pk).version
    return _settle_prior(
        request,
        pk,
        rules.check_can_confirm_prior,
        ConfirmForm(_posted(request)),
        lambda found, form: operations.confirm_prior_approval(actor=request.actor, prior=found),
        heading="Confirm what the DAG approved before this system",
        lead="The secretariat recorded it. Compare it with the DAG’s minutes before you confirm.",
        submit="Confirm it",
        done="It is confirmed, and approved.",
        consequences=[
            f"{version.artefact} goes from “Draft” to “Approved”, and version {version.label} is its baseline.",
            "Everywhere it reads “approved before this system”, with the DAG’s reference and date.",
            "The secretariat and its author are told by mail.",
        ],
    )


@fresh
@read_or_post
def prior_refuse(request: Request, pk: int) -> HttpResponse:
    """The record is wrong: nothing is approved."""
    return _settle_prior(
        request,
        pk,
        rules.check_can_refuse_prior,
        PriorReasonForm(_posted(request)),
        lambda found, form: operations.refuse_prior_approval(
            actor=request.actor, prior=found, reason=form.cleaned_data["reason"]
        ),
        heading="Refuse the record",
        lead="The DAG did not approve this version, or not so.",
        submit="Refuse it",
        done="It is refused. Nothing is approved.",
        danger=True,
        goal=reverse("dag"),
        consequences=[
            "Nothing is approved; the artefact is a draft, as before.",
            "The secretariat and its author are told by mail, and read why.",
            "If you saw the record only to confirm it, you see it no longer.",
        ],
    )


@fresh
@read_or_post
def prior_withdraw(request: Request, pk: int) -> HttpResponse:
    """The secretariat takes back what it recorded wrongly."""
    return _settle_prior(
        request,
        pk,
        rules.check_can_withdraw_prior,
        PriorReasonForm(_posted(request)),
        lambda found, form: operations.withdraw_prior_approval(
            actor=request.actor, prior=found, reason=form.cleaned_data["reason"]
        ),
        heading="Withdraw the record",
        lead="For what was recorded wrongly. It can be recorded anew afterwards.",
        submit="Withdraw it",
        done="It is withdrawn. Nothing is approved.",
        danger=True,
        consequences=[
            "Nothing is approved; the artefact is a draft, as before.",
            "Whoever was asked to confirm it is told.",
        ],
    )


def _settle_prior(
    request: Request,
    pk: int,
    check: Callable[..., None],
    form: Form,
    act: Callable[[PriorApproval, Form], object],
    *,
    done: str,
    goal: str = "",
    **context: Any,
) -> HttpResponse:
    """The page on which a record that waits is confirmed, refused or withdrawn."""
    found = _found_prior(request, pk)
    back = _not_now(request, found.get_absolute_url(), check, request.actor, found)
    if back:
        return back

    def work() -> str:
        act(found, form)
        messages.success(request, done)
        return goal or found.get_absolute_url()

    answer = perform(request, form, work)
    if answer:
        return answer
    _note_prior(request, found)
    context |= {
        "crumbs": _prior_crumbs(found, context["submit"]),
        "form": form,
        "prior": found,
        "version": found.version,
        "shown": queries.prior_page(request.actor, found),
    }
    return render(request, "escalations/prior_settle.html", context, status=status(form))
