"""How a view performs an act: once for each form shown, whole or not at all, refusals beside what they concern."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect

from sdwg.forms import Form
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.models import Ticket


def perform(request: Request, form: Form, work: Callable[[], str]) -> HttpResponseRedirect | None:
    """Do ``work`` once for this ``form`` and redirect to the address it returns; ``None`` when the form is refused.

    ``work`` runs in one transaction with the ticket that makes a repeated POST find the first one's address. A
    ``NotNow`` undoes everything and puts its sentence beside the field it names, or on top; what was typed stays in the
    form. ``Refused`` passes through: it is the answer 403.
    """
    if request.method != "POST" or not form.is_valid():
        return None
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
