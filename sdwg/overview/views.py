"""Home, the trail, the Terms of Reference, and the demonstration's date."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

import escalations.queries
from artefacts.queries import public_consultations
from artefacts.states import Marking
from meetings.models import Action
from meetings.rules import can_bring_action
from sdwg import clock, dates, screen, workdays
from sdwg.audit import chain
from sdwg.audit.reads import note_read
from sdwg.celery import LOOKS, wake
from sdwg.files.views import serve
from sdwg.forms import ConfirmForm, Form
from sdwg.mail import operations
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from sdwg.members.middleware import Request
from sdwg.members.models import Person
from sdwg.members.rules import check_can_tend_mail
from sdwg.models import Numbering
from sdwg.overview import clauses, evidence, numbers, outgoing, personal, queries, searching, trail
from sdwg.overview import operations as terms
from sdwg.overview.forms import MoveDateForm, NumberForm, TermsForm, TrailFilter
from sdwg.overview.models import TermsVersion, cited
from sdwg.overview.rules import (
    can_adopt_terms,
    can_number,
    can_read_personal_data,
    check_can_adopt_terms,
    check_can_number,
    check_can_see_opening,
)
from sdwg.pdf import render as pdf
from sdwg.web import perform, status

PER_PAGE = 50
LATELY_WITHHELD = 20
"""How many messages that nobody has to see to are shown: the last ones."""


@require_safe
@login_not_required
def home(request: Request) -> HttpResponse:
    """What waits for me, by deadline. Whoever is not signed in sees a welcome and nothing of the group's work."""
    if not request.actor.may_enter:
        return render(request, "overview/welcome.html", {"consultations": public_consultations(request.at)})
    return render(request, "overview/home.html", {"home": queries.home(request.actor)})


@require_safe
def search(request: Request) -> HttpResponse:
    """One box over everything its reader may see; the results alone for htmx, while somebody types."""
    results = searching.look_for(request.actor, request.GET.get("q", ""), request.GET.get("kind", ""))
    template = "overview/_results.html" if getattr(request, "htmx", False) else "overview/search.html"
    answer = render(request, template, {"results": results, "kinds": searching.SOURCES})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


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
    events = trail.trail(
        request.actor,
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
            "entries": trail.entries(request.actor, page.object_list, list(TermsVersion.objects.all())),
            "head": chain.head(),
            "asked": asked.urlencode(),
        },
        status=200 if form.is_valid() else 422,
    )


@require_safe
def outgoing_mail(request: Request) -> HttpResponse:
    """What the program could not send, with why, and what to do about it."""
    return _mail_page(request)


def _mail_page(request: Request, refused: Form | None = None) -> HttpResponse:
    check_can_tend_mail(request.actor)
    rows = OutboxMessage.objects.to_tend().select_related("person").order_by("queued_at", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    withheld = OutboxMessage.objects.withheld().select_related("person")
    context = {
        "page": page,
        "letters": outgoing.letters(request.actor, page.object_list),
        "withheld": outgoing.letters(request.actor, withheld[:LATELY_WITHHELD]),
        "withheld_count": withheld.count(),
        "kept_days": operations.KEPT.days,
        "outbox": outgoing.outbox(),
        "form": refused,
    }
    return render(request, "overview/outgoing_mail.html", context, status=status(refused) if refused else 200)


@require_POST
def mail_retry(request: Request, pk: int) -> HttpResponse:
    """Try a message again."""
    done = "It is in the queue again. If it is not sent, it comes back here."
    return _tend(request, pk, operations.retry, done)


@require_POST
def mail_leave(request: Request, pk: int) -> HttpResponse:
    """Leave a message unsent."""
    return _tend(request, pk, operations.leave, "It stays unsent, and its text is deleted.")


def _tend(request: Request, pk: int, work: Callable[..., bool], done: str) -> HttpResponse:
    check_can_tend_mail(request.actor)
    message = get_object_or_404(OutboxMessage, pk=pk)
    form = ConfirmForm(request.POST)

    def perform_it() -> str:
        if work is operations.retry and not outgoing.may_still_read(message, request.at):
            raise NotNow("Its recipient may not read what it is about any more. Leave it.")
        if not work(actor=request.actor, message=message):
            raise NotNow("Somebody has seen to this message already.")
        messages.success(request, done)
        return reverse("outgoing-mail")

    return perform(request, form, perform_it) or _mail_page(request, form)


# -------------------------------------------------------------------------------------------------------- personal data


@require_safe
def personal_data(request: Request, public_id: UUID) -> HttpResponse:
    """Everything that is held about a person, by kind."""
    found = _personal(request, public_id)
    context = {
        "report": found,
        "mine": found.person.pk == request.actor.person_id,
        "crumbs": [
            screen.Crumb("Members", reverse("member-list")),
            screen.Crumb(found.person.display_name, reverse("member", args=[public_id])),
            screen.Crumb("Personal data"),
        ],
        "buttons": [screen.Button("Download it", reverse("person-data-file", args=[public_id]))],
    }
    return render(request, "overview/personal.html", context)


@require_safe
def personal_data_file(request: Request, public_id: UUID) -> HttpResponse:
    """The same as one file, with every line."""
    answer = JsonResponse(
        personal.as_json(_personal(request, public_id)), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="sdwg-personal-data.json"'
    return answer


def _personal(request: Request, public_id: UUID) -> personal.Report:
    """The report; that somebody else reads it is written before they get it."""
    person = get_object_or_404(Person, public_id=public_id)
    if not can_read_personal_data(request.actor, person):
        raise Http404
    if person.pk != request.actor.person_id:
        note_read(request.actor, key=person.audit_key, ref=person.audit_ref, kind=personal.READ)
    return personal.report(request.actor, person)


# --------------------------------------------------------------------------------------------------- terms of reference


def terms_of_reference(request: Request) -> HttpResponse:
    """The document's versions; the clauses, what the program does for each, and what the records say to it."""
    may_adopt = can_adopt_terms(request.actor)
    posted = request.method == "POST"
    form = TermsForm(request.POST if posted else None, request.FILES if posted else None, actor=request.actor)

    def work() -> str:
        data = form.cleaned_data
        stored = data["file"].stored if data["file"] else None
        given = {name: data[name] for name in ("status", "effective_from", "note")}
        made = terms.adopt_terms(actor=request.actor, stored=stored, **given)
        messages.success(request, f"{made} is in force from {dates.day(made.effective_from)}.")
        return reverse("terms-of-reference")

    if posted:
        check_can_adopt_terms(request.actor)
    return perform(request, form, work) or render(
        request,
        "overview/terms_of_reference.html",
        {**_terms(request), "form": form if may_adopt else None},
        status=status(form),
    )


def _terms(request: Request) -> dict[str, Any]:
    """What the page and the document show."""
    found = evidence.evidence(request.actor)
    versions = list(TermsVersion.objects.select_related("file", "adopted_by").order_by("-number"))
    parts = [
        (part.heading, [(clause, found.get(clause.number, [])) for clause in part.clauses]) for part in clauses.PARTS
    ]
    return {"parts": parts, "versions": versions, "in_force": cited(versions, request.at)}


@require_safe
def terms_document(request: Request) -> HttpResponse:
    """The page as a PDF, with the figures its reader sees today."""
    made = pdf.render(
        "pdf/terms.html",
        {**_terms(request), "reader": request.actor.label, "moment": dates.moment(request.at)},
        title="SDWG Terms of Reference: clauses and evidence",
        at=request.at,
        marking=Marking.AMBER,
        head="Security Design Working Group",
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="sdwg-terms-of-reference.pdf"'
    return answer


@require_safe
def terms_file(request: Request, number: int) -> HttpResponseBase:
    """The document of one version, as it was uploaded."""
    version = get_object_or_404(TermsVersion.objects.select_related("file"), number=number, file__isnull=False)
    assert version.file  # noqa: S101 (filtered)
    return serve(request, version.file, name=f"sdwg-terms-of-reference-{number}.pdf")


# ----------------------------------------------------------------------------------------------------- opening balance


@require_safe
def opening_balance(request: Request) -> HttpResponse:
    """What a group that already exists brings: its next numbers, its seats, what was approved before this system."""
    check_can_see_opening(request.actor)
    found = escalations.queries.prior_approvals(request.actor)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "counts": numbers.counts(),
        "may_set": can_number(request.actor),
        "page": page,
        "rows": escalations.queries.prior_rows(request.actor, page.object_list),
        "actions": Action.objects.visible_to(request.actor).exclude(before="").count(),
        "may_bring": can_bring_action(request.actor),
    }
    return render(request, "overview/opening_balance.html", context)


def number_set(request: Request, register: str) -> HttpResponse:
    """From where a register counts on."""
    if register not in Numbering.Register.values:
        raise Http404
    check_can_number(request.actor)
    count = numbers.count_of(register)
    form = NumberForm(request.POST if request.method == "POST" else None, initial={"number": count.next})

    def work() -> str:
        row = terms.set_next_number(actor=request.actor, register=register, number=form.cleaned_data["number"])
        messages.success(request, f"The next one is {count.called(row.next)}.")
        return reverse("opening-balance")

    context = {
        "form": form,
        "count": count,
        "crumbs": [screen.Crumb("Opening balance", reverse("opening-balance")), screen.Crumb(count.register.label)],
        "consequences": [
            "Numbers in between stay unused. References given before this system do not come twice.",
            "Until the next one is made, you can set another number.",
        ],
        "cancel": reverse("opening-balance"),
    }
    return perform(request, form, work) or render(request, "overview/number.html", context, status=status(form))


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
