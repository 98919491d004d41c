"""Home, the trail, the Terms of Reference, and the demonstration's date."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from sdwg import clock, workdays
from sdwg.audit import chain
from sdwg.celery import LOOKS, wake
from sdwg.members.access import Refused
from sdwg.members.middleware import Request
from sdwg.overview import clauses, queries
from sdwg.overview.forms import MoveDateForm, TrailFilter

PER_PAGE = 50


@require_safe
@login_not_required
def home(request: Request) -> HttpResponse:
    """What waits for me, by deadline. Whoever is not signed in sees a welcome and nothing of the group's work."""
    if not request.actor.may_enter:
        return render(request, "overview/welcome.html")
    return render(request, "overview/home.html", {"home": queries.home(request.actor)})


@require_safe
def audit(request: Request) -> HttpResponse:
    """The trail, as its reader may see it: chair, secretariat and auditor."""
    if not request.actor.may_read_trail:
        raise Refused(
            "The audit trail is read by the chair, the secretariat and the auditor. Every page has its history."
        )
    form = TrailFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    person = chosen.get("person")
    events = queries.trail(
        ref=chosen.get("ref", ""),
        person=str(person.public_id) if person else "",
        since=chosen.get("since"),
        until=chosen.get("until"),
    )
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    return render(
        request,
        "overview/audit.html",
        {
            "form": form,
            "page": page,
            "entries": queries.entries(request.actor, page.object_list),
            "head": chain.head(),
            "asked": asked.urlencode(),
        },
        status=200 if form.is_valid() else 422,
    )


@require_safe
def terms_of_reference(request: Request) -> HttpResponse:
    """The clauses, and what the program does for each."""
    return render(request, "overview/terms_of_reference.html", {"parts": clauses.PARTS})


@require_POST
def demo_move_date(request: Request) -> HttpResponse:
    """Move the group's date on, in a demonstration only, and look at once for what has become due."""
    form = MoveDateForm(request.POST)
    if not settings.DEMO or not form.is_valid():
        raise Http404
    today = clock.today(request.at)
    step = form.cleaned_data["step"]
    with transaction.atomic():
        at = clock.advance_to(today + timedelta(days=1) if step == "day" else workdays.add(today, 1))
        for name in LOOKS:
            wake(name)
    messages.success(request, f"The group's date is now {clock.london(at):%A %-d %B %Y, %H:%M}.")
    back = form.cleaned_data["next"]
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "home")
