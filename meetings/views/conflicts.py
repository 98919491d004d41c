"""Pages of conflicts of interest: those in one artefact or decision, and all that somebody may know of."""

import re
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artefacts.models import Artefact
from meetings import operations, queries, rules
from meetings.forms import DeclareConflictForm, EndConflictForm, RecordConflictForm
from meetings.rules.conflicts import Thing
from meetings.views.decisions import load as load_decision
from sdwg.forms import Form
from sdwg.members.middleware import Request
from sdwg.screen import Crumb
from sdwg.web import perform, status

__all__ = ["conflict_declare", "conflict_end", "conflict_list", "conflict_record", "conflicts"]

PER_PAGE = 25
ARTEFACT = re.compile(r"SDWG-ART-(\d{3,9})")


def load(request: Request, ref: str) -> Thing:
    """The artefact or decision called ``ref``, through the reader's own queryset; 404 for what they may not see."""
    named = ARTEFACT.fullmatch(ref)
    if named is None:
        return load_decision(request, ref)
    found = Artefact.objects.visible_to(request.actor).numbered(int(named[1])).first()
    if found is None or found.reference != ref:
        raise Http404
    return found


@require_safe
def conflicts(request: Request, ref: str) -> HttpResponse:
    """The conflicts of interest in one artefact or decision, and the forms that add one."""
    return _page(request, load(request, ref))


def _page(request: Request, thing: Thing, form: Form | None = None) -> HttpResponse:
    actor = request.actor
    declare: Form | None = None
    if rules.can_declare_conflict(actor, thing):
        declare = form if isinstance(form, DeclareConflictForm) else DeclareConflictForm(auto_id="id_declare_%s")
    record: Form | None = None
    if rules.can_record_conflict(actor, thing):
        fresh = partial(RecordConflictForm, actor=actor, auto_id="id_record_%s")
        record = form if isinstance(form, RecordConflictForm) else fresh()
    organisation, _ = rules.who_declares(actor)
    context = {
        "thing": thing,
        "lines": queries.conflict_lines(actor, rules.conflicts_in(thing)),
        "declare": declare,
        "record": record,
        "body": organisation,
        "form": form,
        "crumbs": [Crumb(thing.reference, thing.get_absolute_url()), Crumb("Conflicts of interest")],
    }
    return render(request, "decisions/conflicts.html", context, status=status(form) if form else 200)


@require_POST
def conflict_declare(request: Request, ref: str) -> HttpResponse:
    """Declare one for the seat one acts for."""
    thing = load(request, ref)
    form = DeclareConflictForm(request.POST, auto_id="id_declare_%s")

    def work() -> str:
        made = operations.declare_conflict(actor=request.actor, thing=thing, reason=form.cleaned_data["reason"])
        messages.success(request, f"The conflict of interest of {made.whose} in {made.on_ref} is on record.")
        return reverse("conflict-list") if made.takes_sight else reverse("conflicts", args=[thing.reference])

    return perform(request, form, work) or _page(request, thing, form)


@require_POST
def conflict_record(request: Request, ref: str) -> HttpResponse:
    """The chair records one for others."""
    thing = load(request, ref)
    form = RecordConflictForm(request.POST, actor=request.actor, auto_id="id_record_%s")

    def work() -> str:
        made = operations.record_conflict(actor=request.actor, thing=thing, **form.given())
        messages.success(request, f"The conflict of interest of {made[0].whose} is on record. They are told by mail.")
        return reverse("conflicts", args=[thing.reference])

    return perform(request, form, work) or _page(request, thing, form)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_end(request: Request, pk: int) -> HttpResponse:
    """The chair ends one, with a reason."""
    found = get_object_or_404(queries.conflicts_for(request.actor), pk=pk)
    rules.check_can_end_conflict(request.actor, found)
    form = EndConflictForm(request.POST if request.method == "POST" else None)

    def work() -> str:
        operations.end_conflict(actor=request.actor, conflict=found, reason=form.cleaned_data["reason"])
        messages.success(request, f"The conflict of interest of {found.whose} in {found.on_ref} has ended.")
        return reverse("conflict-list")

    context = {
        "form": form,
        "conflict": found,
        "crumbs": [Crumb("Conflicts of interest", reverse("conflict-list")), Crumb("End one")],
    }
    return perform(request, form, work) or render(request, "decisions/conflict_end.html", context, status=status(form))


@require_safe
def conflict_list(request: Request) -> HttpResponse:
    """All that its reader may know of, newest first."""
    page = Paginator(queries.conflicts_for(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": queries.conflict_lines(request.actor, page.object_list, link=True),
        "crumbs": [Crumb("Decisions", reverse("decision-list")), Crumb("Conflicts of interest")],
        "all": request.actor.may_read_trail,
    }
    return render(request, "decisions/conflict_list.html", context)
