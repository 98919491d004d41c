"""Pages for people without a seat (S8): the public list, the request, its confirmation, a guest's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from artefacts.rules import acting_role
from meetings import guests, operations, queries, rules
from meetings.forms import GuestForm, RefuseGuestForm
from meetings.models import Meeting, Paper
from meetings.queries.guests import public_view
from meetings.views.meetings import by_key, form_page, load_to_arrange
from sdwg import workdays
from sdwg.audit.reads import note_read
from sdwg.files.views import serve
from sdwg.forms import ConfirmForm
from sdwg.members.middleware import Request
from sdwg.members.models import Role
from sdwg.visitors import heard, personal, too_many
from sdwg.web import perform, status

__all__ = [
    "guest_confirm",
    "guest_page",
    "guest_paper",
    "guest_refuse",
    "guest_withdraw",
    "public_asked",
    "public_confirmed",
    "public_list",
    "public_meeting",
]

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


# ------------------------------------------------------------------------------------------------------ the public list


@require_safe
@login_not_required
@never_cache
def public_list(request: Request) -> HttpResponse:
    """The open meetings to come, for anybody: number, day, hours, place in words, and nothing else."""
    return render(request, "meetings/public/list.html", {"meetings": queries.public_meetings(request.at)})


@read_or_post
@login_not_required
@never_cache
@sensitive_post_parameters("name", "address", "organisation", "why")
def public_meeting(request: Request, key: str) -> HttpResponse:
    """One open meeting, and the form of whoever would like to come; 404 for every other meeting.

    The answer is the same whoever asks, with whatever address: what becomes of it, the owner of the address reads.
    """
    meeting = by_key(Meeting.objects.public(request.at), key)
    form = GuestForm(request.POST if request.method == "POST" else None)
    code = too_many(request, form, "guest")
    acted_on = heard(request, form, "guest")

    def work() -> str:
        words = {name: form.cleaned_data[name] for name in ("name", "address", "organisation", "why")}
        if acted_on:
            operations.ask(meeting=meeting, at=request.at, **words)
        return reverse("public-asked")

    context = {"meeting": public_view(meeting), "form": form}
    return perform(request, form, work) or render(
        request, "meetings/public/meeting.html", context, status=code or status(form)
    )


@require_safe
@login_not_required
@never_cache
def public_asked(request: Request) -> HttpResponse:
    """What comes next, the same for everybody who asked."""
    return render(request, "meetings/public/asked.html")


@require_safe
@login_not_required
@never_cache
def public_confirmed(request: Request) -> HttpResponse:
    """Where the confirmation leads: the personal link comes by mail, and stands in no other place."""
    return render(request, "meetings/public/confirmed.html")


# ------------------------------------------------------------------------------------------------------- personal links


@read_or_post
@login_not_required
def guest_confirm(request: Request, secret: str) -> HttpResponse:
    """The page behind the first mail. Reading it changes nothing, since mail scanners follow links; its button does."""
    guest = guests.by_confirming(secret)
    form = ConfirmForm(request.POST if request.method == "POST" else None)

    def work() -> str:
        operations.confirm(secret=secret, at=request.at)
        return reverse("public-confirmed")

    answer = perform(request, form, work)
    if answer:
        return personal(answer)
    if guest is None or not rules.can_confirm(guest, request.at):
        return _gone(request)
    context = {"guest": guest, "meeting": public_view(guest.meeting), "form": form}
    return personal(render(request, "meetings/public/confirm.html", context, status=status(form)))


@require_safe
@login_not_required
def guest_page(request: Request, secret: str) -> HttpResponse:
    """The agenda for one guest. That they open it is written down first."""
    guest = guests.by_link(secret)
    if guest is None or not queries.is_good(guest, request.at):
        return _gone(request)
    note_read(guests.visitor(guest, request.at), key=guest.audit_key, ref=guest.audit_ref)
    meeting = guest.meeting
    context = {
        "meeting": public_view(meeting),
        "agenda": queries.guest_agenda(meeting),
        "until": guests.good_until(meeting, *workdays.kept()),
        "may_withdraw": request.at < meeting.starts_at,
        "withdraw": reverse("guest-withdraw", args=[secret]),
    }
    return personal(render(request, "meetings/public/guest.html", context))


@require_POST
@login_not_required
def guest_withdraw(request: Request, secret: str) -> HttpResponse:
    """The guest does not come."""
    guest = guests.by_link(secret)
    if guest is None:
        return _gone(request)

    def work() -> str:
        operations.withdraw(actor=guests.visitor(guest, request.at), guest=guest)
        messages.success(request, f"You are no longer expected at {guest.meeting}. Your personal link has ended.")
        return reverse("public-meetings")

    answer = perform(request, ConfirmForm(request.POST), work)
    return personal(answer) if answer else _gone(request)


@require_safe
@login_not_required
def guest_paper(request: Request, secret: str, pk: int) -> HttpResponseBase:
    """A paper that the guest's agenda links at this moment; 404 for all else. Its reading is written down first."""
    guest = guests.by_link(secret)
    if guest is None or not queries.is_good(guest, request.at):
        return _gone(request)
    readable = {paper.pk for item in queries.guest_agenda(guest.meeting).items for paper in item.papers if paper.url}
    if pk not in readable:
        return _gone(request)
    paper = Paper.objects.select_related("version__artefact", "version__file", "file", "item__meeting").get(pk=pk)
    who = guests.visitor(guest, request.at)
    if paper.version:
        version = paper.version
        note_read(who, key=version.audit_key, ref=version.audit_ref, version_sha256=version.sha256, kind="downloaded")
        stored, name = version.file, f"{version.artefact.reference}-{version.label}.pdf"
    else:
        assert paper.file  # noqa: S101 (a constraint of the table)
        sha256 = paper.file.sha256
        note_read(who, key=paper.audit_key, ref=paper.audit_ref, version_sha256=sha256, kind="downloaded")
        stored, name = paper.file, f"{paper.title}.pdf"
    response = serve(request, stored, name=name)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _gone(request: Request) -> HttpResponse:
    """The same for a link that was used, refused, withdrawn or guessed, and for a paper that is not a guest's."""
    return personal(render(request, "meetings/public/gone.html", status=404))


# ----------------------------------------------------------------------------------- for those who arrange the meeting


@read_or_post
def guest_refuse(request: Request, key: str, pk: int) -> HttpResponse:
    """Refuse somebody who is expected."""
    meeting = load_to_arrange(request, key)
    guest = next((row for row in queries.guests_of(request.actor, meeting) if row.pk == pk), None)
    if guest is None:
        raise Http404
    form = RefuseGuestForm(
        request.POST if request.method == "POST" else None, chair=acting_role(request.actor) == Role.CHAIR
    )

    def work() -> str:
        abuse, reason = form.cleaned_data["ground"] == "abuse", form.cleaned_data["reason"]
        operations.refuse_guest(actor=request.actor, guest=guest, abuse=abuse, reason=reason)
        return f"{meeting.get_absolute_url()}#guests"

    return perform(request, form, work) or form_page(
        request,
        meeting,
        form,
        title=f"Refuse {guest.name}",
        submit="Refuse this guest",
        danger=True,
        lead=f"{guest.organisation or 'No organisation'}, {guest.address}",
        consequences=["Their personal link ends at once.", "They get one mail, with the reason."],
    )
