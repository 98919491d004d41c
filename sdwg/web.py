"""How a view performs an act: once for each form shown, whole or not at all, refusals beside what they concern."""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from sdwg.forms import Form
from sdwg.members.access import NotNow
from sdwg.members.middleware import Handler, Request
from sdwg.models import Ticket


def once(handler: Handler) -> Handler:
    """A form that arrives again leads where it led: its first arrival may have changed what the form is asked about."""

    def middleware(request: HttpRequest) -> HttpResponse:
        led = _led(cast(Request, request)) if request.method == "POST" and hasattr(request, "actor") else None
        return led or handler(request)

    return middleware


def _led(request: Request) -> HttpResponseRedirect | None:
    """Where this person's form led when it arrived before; ``None`` for one that arrives for the first time."""
    if request.actor.person is None:
        return None
    try:
        posted = request.POST
    except OSError:  # whoever sent it broke off
        return None
    sent = [value for name, value in posted.items() if name == "once" or name.endswith("-once")]
    tickets = [ticket for value in sent if (ticket := _number(str(value)))]
    if not tickets:
        return None
    before = Ticket.objects.filter(number__in=tickets, person=request.actor.person).exclude(address="").first()
    return redirect(before.address) if before else None


def _number(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def perform(request: Request, form: Form, work: Callable[[], str]) -> HttpResponseRedirect | None:
    """Do ``work`` once for this ``form`` and redirect to the address it returns; ``None`` when the form is refused.

    ``work`` runs in one transaction with the ticket that makes a repeated POST find the first one's address. A
    ``NotNow`` undoes everything and puts its sentence beside the field it names, or on top; what was typed stays in the
    form. ``Refused`` passes through: it is the answer 403.
    """
    if request.method != "POST":
        return None
    if not form.is_valid():
        return _led(request)  # the same form may have been done since this request began
    ticket: UUID | None = form.cleaned_data.get("once")
    try:
        with transaction.atomic():
            if ticket is None:
                return redirect(work())
            # Whoever comes second waits here for the first to commit, and is then told where it went.
            row, is_first = Ticket.objects.get_or_create(
                number=ticket, defaults={"person_id": request.actor.person_id, "at": request.at}
            )
            if is_first:
                row.address = work()
                row.save(update_fields=["address"])
            elif row.person_id != request.actor.person_id:
                raise NotNow("This form was not made for you. Load the page again.")
            return redirect(row.address)
    except NotNow as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def status(*forms: Form) -> int:
    """The status of a page with ``forms`` on it: 422 when what was sent to one of them is refused, else 200."""
    return 422 if any(form.is_bound and form.errors for form in forms) else 200
