"""Pages of actions: the register and its files, one action, and a page with one form for every act."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from artefacts.models import Version
from artefacts.operations import note_reading
from artefacts.states import Marking, highest
from meetings import action_sheets, operations, queries, rules
from meetings.forms import (
    ActionReasonForm,
    BringActionForm,
    ChangeActionForm,
    EvidenceForm,
    RaiseActionForm,
    ReopenActionForm,
)
from meetings.models import Action, AgendaItem, Decision, Meeting
from meetings.owning import owners_of
from meetings.queries.actions import ActionRow
from meetings.states import ActionState, ActionVerb
from meetings.views.meetings import crumbs as meeting_crumbs
from meetings.views.meetings import load_to_arrange, posted
from sdwg import clock, dates, workdays
from sdwg.audit.reads import note_all, note_read
from sdwg.files import tables
from sdwg.files.rules import PDF
from sdwg.files.views import serve, serve_made
from sdwg.forms import Form
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.members.models import Seat
from sdwg.pdf.render import render as render_pdf
from sdwg.pdf.sheets import marking_class
from sdwg.screen import Crumb
from sdwg.web import perform, status

__all__ = [
    "action_bring",
    "action_change",
    "action_close",
    "action_evidence",
    "action_file",
    "action_list",
    "action_page",
    "action_propose",
    "action_raise",
    "action_reopen",
    "action_send_back",
    "action_update",
    "action_withdraw",
]

PER_PAGE = 25
ENDINGS = (("xlsx", "a workbook"), ("csv", "CSV"), ("pdf", "PDF"))
REFERENCE = re.compile(r"SDWG-ACT-(\d{3,9})")
USUALLY = 10
"""Working days that a new action has, unless another day is chosen."""
TOOK = "took-actions"
"""The kind of read that the trail keeps of an action log that was saved."""


def load(request: Request, ref: str) -> Action:
    """The action called ``ref``, through the reader's own queryset; 404 for what they may not see."""
    named = REFERENCE.fullmatch(ref)
    found = queries.find_action(request.actor, int(named[1])) if named else None
    if found is None or found.reference != ref:
        raise Http404
    return found


def crumbs(*more: str | Action) -> list[Crumb]:
    """The way to a page of actions."""
    way = [Crumb("Actions", reverse("action-list"))]
    for step in more:
        way.append(Crumb(step) if isinstance(step, str) else Crumb(step.reference, step.get_absolute_url()))
    return way


# ------------------------------------------------------------------------------------------------------- the register


@require_safe
def action_list(request: Request) -> HttpResponse:
    """The register: what is under way first, by due date; narrowed by the address."""
    show = _show(request)
    page = Paginator(queries.action_register(request.actor, show), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "actions/list.html",
        {
            "page": page,
            "rows": queries.action_rows(request.actor, page.object_list),
            "show": show,
            "shows": list(queries.ACTION_SHOWS.items()),
            "query": f"show={show}" if show else "",
            "endings": ENDINGS,
            "may_bring": rules.can_bring_action(request.actor),
        },
    )


def _show(request: Request) -> str:
    show = request.GET.get("show", "")
    return show if show in queries.ACTION_SHOWS else ""


@require_safe
def action_file(request: Request, ending: str) -> HttpResponseBase:
    """The action log, of what the page shows: as a workbook, as CSV, or as PDF."""
    show = _show(request)
    rows = queries.action_rows(request.actor, queries.action_register(request.actor, show))
    note_all(request.actor, queries.action_readings(rows), kind=TOOK)
    name = f"sdwg-actions{f'-{show}' if show else ''}-{clock.today(request.at).isoformat()}.{ending}"
    if ending == "csv":
        return serve_made(request, action_sheets.as_csv(rows), name=name, media_type=tables.CSV)
    if ending == "xlsx":
        return serve_made(request, action_sheets.workbook(rows, request.at), name=name, media_type=tables.XLSX)
    return serve_made(request, _as_pdf(request, rows, show), name=name, media_type=PDF)


def _as_pdf(request: Request, rows: list[ActionRow], show: str) -> bytes:
    marking = highest([Marking.GREEN, *(row.marking for row in rows)])
    context = {
        "rows": rows,
        "sheet": f"sheet {marking_class(marking, landscape=True)}",
        "shown": queries.ACTION_SHOWS.get(show, "Every action"),
        "reader": request.actor.label,
        "moment": dates.whole_moment(request.at),
    }
    return render_pdf(
        "pdf/action_log.html",
        context,
        title="SDWG action log",
        at=request.at,
        marking=marking,
        head="Security Design Working Group",
        document="Action log",
    )


# --------------------------------------------------------------------------------------------------------- one action


@require_safe
def action_page(request: Request, ref: str) -> HttpResponse:
    """An action: what is to be done, by whom, until when, and every entry in its life."""
    action = load(request, ref)
    shown = queries.action_page(request.actor, action)
    _note(request, action)
    context = {"shown": shown, "row": shown.row, "action": action, "crumbs": crumbs(action.reference)}
    return render(request, "actions/action.html", context)


def _note(request: Request, action: Action) -> None:
    sha256 = action.version.sha256 if action.version else ""
    note_reading(request.actor, action, marking=action.marking, version_sha256=sha256)


@require_safe
def action_evidence(request: Request, ref: str, number: int) -> HttpResponseBase:
    """A file that was given as evidence, for whoever may read the action."""
    action = load(request, ref)
    entry = action.updates.filter(number=number, file__isnull=False).select_related("file").first()
    if entry is None or entry.file is None:
        raise Http404
    note_read(request.actor, key=action.audit_key, ref=action.audit_ref, version_sha256=entry.file.sha256)
    return serve(request, entry.file, name=entry.file_name or f"{ref}-{number}.pdf")


# ------------------------------------------------------------------------------------------------------------- raising


def _seats(request: Request) -> QuerySet[Seat]:
    """Who may own an action, in the order in which people look for them."""
    seats = Seat.objects.current(clock.today(request.at)).filter(role__in=rules.OWNER_ROLES, person__is_active=True)
    return seats.with_names().order_by("role", "organisation__name", "pk")


def action_raise(request: Request, key: str) -> HttpResponse:
    """An action of a meeting; its item in the address is chosen already."""
    meeting = load_to_arrange(request, key)
    if request.method != "POST" and not rules.can_raise_action(request.actor, meeting):
        messages.info(request, f"{meeting} has not been opened: actions are raised in it, or after it.")
        return redirect(meeting)
    items = AgendaItem.objects.standing().visible_to(request.actor).filter(meeting=meeting).order_by("position", "pk")
    form = RaiseActionForm(
        posted(request),
        seats=_seats(request),
        items=items,
        versions=_versions(request, meeting),
        decisions=Decision.objects.visible_to(request.actor).filter(meeting=meeting).order_by("number"),
        initial={"due": _usual_day(request), "item": request.GET.get("item", "")},
    )

    def work() -> str:
        action = operations.raise_action(actor=request.actor, meeting=meeting, **form.given())
        messages.success(request, f"{action} is raised, and its owners are told.")
        return action.get_absolute_url()

    return perform(request, form, work) or render(
        request,
        "meetings/form.html",
        {
            "meeting": meeting,
            "form": form,
            "crumbs": meeting_crumbs(meeting, "Raise an action"),
            "title": "Raise an action",
            "submit": "Raise it",
            "cancel": meeting.get_absolute_url(),
            "consequences": [
                "Its owners get a mail, and their alternates for a period too.",
                "It is carried forward to every later meeting until it is closed or withdrawn.",
            ],
        },
        status=status(form),
    )


def _versions(request: Request, meeting: Meeting) -> QuerySet[Version]:
    """The papers of the meeting that its reader may read."""
    papers = Version.objects.visible_to(request.actor).filter(
        papers__item__meeting=meeting, papers__removed_at=None, papers__item__removed_at=None
    )
    return papers.select_related("artefact").order_by("artefact__number", "-order").distinct()


def _usual_day(request: Request) -> Any:
    return workdays.add(clock.today(request.at), USUALLY)


def action_bring(request: Request) -> HttpResponse:
    """An action that the group had open before this system."""
    rules.check_can_bring_action(request.actor)
    form = BringActionForm(posted(request), seats=_seats(request), initial={"due": _usual_day(request)})

    def work() -> str:
        action = operations.bring_action(actor=request.actor, **form.given())
        messages.success(request, f"{action} is recorded, and its owners are told.")
        return action.get_absolute_url()

    return perform(request, form, work) or render(
        request,
        "actions/bring.html",
        {
            "form": form,
            "crumbs": crumbs("From before this system"),
            "consequences": ["Every seat reads it.", "Its owners get a mail."],
        },
        status=status(form),
    )


# --------------------------------------------------------------------------------------------------- what is done to it


def _act(
    request: Request,
    action: Action,
    form: Form,
    work: Callable[[int | None], object],
    *,
    may: Callable[[], None],
    done: str,
    title: str,
    submit: str,
    **context: Any,
) -> HttpResponse:
    """One act on an action: its page, or what was done. ``may`` raises what keeps its reader from it.

    ``work`` is given the revision that the form was made for. A form that comes too late shows what the action is now,
    keeps what was typed, and may be sent again.
    """
    try:
        may()
    except NotNow as refusal:
        if request.method != "POST":
            messages.info(request, str(refusal))
            return redirect(action)

    def perform_it() -> str:
        seen = form.cleaned_data.get("seen")
        sent = request.POST.copy()
        sent["seen"] = str(action.revision)
        form.data = sent
        work(seen)
        messages.success(request, done)
        return action.get_absolute_url()

    answer = perform(request, form, perform_it)
    if answer:
        return answer
    (row,) = queries.action_rows(request.actor, [action])
    _note(request, action)
    proposed = action.state == ActionState.PROPOSED
    shown = {
        "action": action,
        "row": row,
        "form": form,
        "title": title,
        "submit": submit,
        "cancel": action.get_absolute_url(),
        "crumbs": crumbs(action, title),
        "last": action.updates.filter(verb=ActionVerb.PROPOSED).last() if proposed else None,
        **context,
    }
    return render(request, "actions/act.html", shown, status=status(form))


def _evidence(request: Request, action: Action, label: str) -> EvidenceForm:
    files = request.FILES if request.method == "POST" else None
    initial = {"seen": action.revision}
    return EvidenceForm(
        posted(request), files, person=request.actor.person, at=request.at, label=label, initial=initial
    )


def _reason(request: Request, action: Action) -> ActionReasonForm:
    return ActionReasonForm(posted(request), initial={"seen": action.revision})


def action_update(request: Request, ref: str) -> HttpResponse:
    """How far it is."""
    action = load(request, ref)
    form = _evidence(request, action, "How far it is")
    return _act(
        request,
        action,
        form,
        lambda seen: operations.update_action(actor=request.actor, action=action, evidence=form.evidence()),
        may=partial(rules.check_can_update_action, request.actor, action),
        done="The update is recorded.",
        title="Say how far it is",
        submit="Record the update",
        lead=f"As {request.actor.label}.",
    )


def action_propose(request: Request, ref: str) -> HttpResponse:
    """An owner shows that it is done."""
    action = load(request, ref)
    form = _evidence(request, action, "What was done")
    return _act(
        request,
        action,
        form,
        lambda seen: operations.propose_closing(
            actor=request.actor, action=action, evidence=form.evidence(), seen=seen
        ),
        may=partial(rules.check_can_propose_closing, request.actor, action),
        done="Closing is proposed. The secretariat looks at it.",
        title="Propose closing",
        submit="Propose closing",
        lead=f"As {request.actor.label}. Words, a link or a file: one of them is needed.",
        consequences=["The secretariat closes it, or sends it back with a reason."],
    )


def action_change(request: Request, ref: str) -> HttpResponse:
    """Other owners, or another day."""
    action = load(request, ref)
    owners = owners_of([action], clock.today(request.at))[action.pk]
    initial = {
        "owners": [owner.holder.pk for owner in owners if owner.holder],
        "due": action.due,
        "seen": action.revision,
    }
    form = ChangeActionForm(posted(request), seats=_seats(request), initial=initial)
    return _act(
        request,
        action,
        form,
        lambda seen: operations.change_action(
            actor=request.actor,
            action=action,
            owners=list(form.cleaned_data["owners"]),
            due=form.cleaned_data["due"],
            reason=form.cleaned_data["reason"],
            seen=seen,
        ),
        may=partial(rules.check_can_change_action, request.actor, action),
        done=f"{action} is changed, and its owners are told.",
        title="Change owners or date",
        submit="Change it",
        consequences=["Owners, and those who no longer are, get a mail.", "The old owners and day stay on its page."],
    )


def action_close(request: Request, ref: str) -> HttpResponse:
    """It is done."""
    action = load(request, ref)
    proposed = action.state == ActionState.PROPOSED
    form = _evidence(request, action, "A word to add, if there is one" if proposed else "What was done")
    return _act(
        request,
        action,
        form,
        lambda seen: operations.close_action(actor=request.actor, action=action, evidence=form.evidence(), seen=seen),
        may=partial(rules.check_can_close_action, request.actor, action),
        done=f"{action} is closed.",
        title=f"Close {action}",
        submit="Close it",
        lead="" if proposed else "No owner has proposed it: say what shows that it is done.",
        consequences=["It is carried forward no longer. It can be opened again, with a reason."],
    )


def action_send_back(request: Request, ref: str) -> HttpResponse:
    """What was shown is not enough."""
    action = load(request, ref)
    form = _reason(request, action)
    return _act(
        request,
        action,
        form,
        lambda seen: operations.send_action_back(
            actor=request.actor, action=action, reason=form.cleaned_data["reason"], seen=seen
        ),
        may=partial(rules.check_can_send_action_back, request.actor, action),
        done=f"{action} is sent back, and its owners are told.",
        title=f"Send {action} back",
        submit="Send it back",
        consequences=["It is open again, due as before.", "Its owners get a mail with the reason’s page."],
    )


def action_reopen(request: Request, ref: str) -> HttpResponse:
    """It turns out not to be done."""
    action = load(request, ref)
    initial = {"seen": action.revision, "due": _usual_day(request)}
    form = ReopenActionForm(posted(request), initial=initial)
    return _act(
        request,
        action,
        form,
        lambda seen: operations.reopen_action(
            actor=request.actor,
            action=action,
            due=form.cleaned_data["due"],
            reason=form.cleaned_data["reason"],
            seen=seen,
        ),
        may=partial(rules.check_can_reopen_action, request.actor, action),
        done=f"{action} is open again, and its owners are told.",
        title=f"Open {action} again",
        submit="Open it again",
        consequences=["It is carried forward again.", "Its owners get a mail."],
    )


def action_withdraw(request: Request, ref: str) -> HttpResponse:
    """Nobody has to do it any more."""
    action = load(request, ref)
    form = _reason(request, action)
    return _act(
        request,
        action,
        form,
        lambda seen: operations.withdraw_action(
            actor=request.actor, action=action, reason=form.cleaned_data["reason"], seen=seen
        ),
        may=partial(rules.check_can_withdraw_action, request.actor, action),
        done=f"{action} is withdrawn, and its owners are told.",
        title=f"Withdraw {action}",
        submit="Withdraw it",
        danger=True,
        consequences=["Nobody has to do it any more. It stays on record, and is not opened again."],
    )
