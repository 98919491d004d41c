"""The register of seats, one person, one seat, one nomination; accounts and their invitations."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sdwg import clock, panels, screen
from sdwg.audit.reads import note_read
from sdwg.files import tables
from sdwg.files.models import StagedUpload
from sdwg.files.views import serve_made
from sdwg.forms import ConfirmForm, Form, ReasonForm
from sdwg.members import invitations, occasions, operations, queries, rules, sheets
from sdwg.members.access import NotNow, Refused
from sdwg.members.forms import (
    ColleagueForm,
    ConstituencyForm,
    DeputyForm,
    EndSeatForm,
    ImportConfirmForm,
    ImportForm,
    NominateForm,
    OrganisationForm,
    PasswordForm,
    PersonForm,
    PlaceForm,
    ReturnForm,
    SeatForm,
    rows_of,
)
from sdwg.members.middleware import SEAT_KEY, Request
from sdwg.members.models import PRIVILEGED_ROLES, Alternate, Constituency, Invitation, Person, Role, Seat
from sdwg.members.reauthentication import fresh
from sdwg.web import perform, status

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _crumbs(*steps: tuple[str, str]) -> list[screen.Crumb]:
    return [screen.Crumb("Members", reverse("member-list")), *(screen.Crumb(*step) for step in steps)]


# --------------------------------------------------------------------------------------------------------- the register


@require_safe
def register(request: Request) -> HttpResponse:
    """Who holds which seat today, by constituency, with the gaps."""
    buttons = []
    if rules.can_keep_people(request.actor):
        buttons = [
            screen.Button("Appoint", reverse("seat-appoint")),
            screen.Button("Add a person", reverse("person-make")),
            screen.Button("Add an organisation", reverse("organisation-make")),
            screen.Button("Constituencies", reverse("constituency-list")),
            screen.Button("Import and export", reverse("member-import")),
        ]
    elif request.actor.member_seat and not request.actor.alternate:
        buttons = [
            screen.Button("Nominate an alternate", reverse("nominate")),
            screen.Button("Colleagues", reverse("colleague-list")),
        ]
    found = queries.register(request.actor)
    if rules.names_deputy(request.actor) or (rules.can_keep_people(request.actor) and found.chair_is_vacant):
        buttons.append(screen.Button("Name a deputy", reverse("deputy-name")))
    context = {
        "register": found,
        "buttons": buttons,
        "panels": panels.panels("register", request.actor, None),
    }
    return render(request, "members/register.html", context)


@require_POST
def act_for(request: Request) -> HttpResponse:
    """Choose for which of their seats somebody acts; a choice that is not theirs changes nothing."""
    wanted = request.POST.get("seat", "")
    held = {str(seat.pk): seat for seat in request.actor.held}
    if wanted in held:
        request.session[SEAT_KEY] = held[wanted].pk
        messages.success(request, f"You act for {held[wanted].label}.")
    else:
        messages.error(request, "You do not act for that seat now. Nothing was changed.")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "home")


# --------------------------------------------------------------------------------------------------------------- people


@require_safe
def member(request: Request, public_id: UUID) -> HttpResponse:
    """One person: their seats, whom they stand in for, and who stands in for them."""
    return _member_page(request, _person(request, public_id))


def _person(request: Request, public_id: UUID) -> Person:
    return get_object_or_404(queries.people_for(request.actor), public_id=public_id)


def _member_page(request: Request, person: Person, form: Form | None = None) -> HttpResponse:
    actor = request.actor
    found = queries.member(actor, person)
    keeps = rules.can_keep_people(actor)
    account = None
    if rules.can_close_account(actor, person) or rules.can_open_account(actor, person):
        account = form if isinstance(form, ReasonForm) else _account_form(person)(auto_id="id_account_%s")
    context = {
        "found": found,
        "person": person,
        "crumbs": _crumbs((person.display_name, "")),
        "closed_label": "" if person.is_active else "Account closed",
        "keeps": keeps,
        "address": invitations.address_of(person) if keeps else "",
        "invitation_good": bool(found.invitation and found.invitation.is_good(request.at)),
        "can_invite": rules.can_invite(actor, person),
        "can_revoke": found.invitation is not None and rules.can_revoke_invitation(actor, found.invitation),
        "account_form": account,
        "can_redact": rules.can_redact(actor, person),
        "redacted": not person.is_active and keeps and rules.needs_address(person),
        "form": form,
        "is_me": person.pk == actor.person_id,
        "can_nominate": person.pk == actor.person_id and any(seat.role == "member" for seat in actor.seats),
    }
    return render(request, "members/member.html", context, status=status(form) if form else 200)


def _account_form(person: Person) -> type[ReasonForm]:
    """What closing or opening an account asks for: an address too, where theirs was removed."""
    return ReturnForm if not person.is_active and rules.needs_address(person) else ReasonForm


def _on_person(request: Request, public_id: UUID, form: Form, work: Callable[[Person], str]) -> HttpResponse:
    """Do one thing to an account and say what was done; a refusal shows the person's page."""
    person = _person(request, public_id)

    def done() -> str:
        messages.success(request, work(person))
        return reverse("member", args=[person.public_id])

    return perform(request, form, done) or _member_page(request, person, form)


@read_or_post
def make_person(request: Request) -> HttpResponse:
    """A new account, and its invitation."""
    rules.check_can_keep_people(request.actor)
    form = PersonForm(request.POST or None)

    def work() -> str:
        typed = form.cleaned_data
        person = operations.make_person(
            actor=request.actor, display_name=typed["display_name"], address=typed["address"]
        )
        messages.success(request, f"{person}’s account is made; the invitation is on its way. Now appoint them.")
        return reverse("seat-appoint") + f"?person={person.public_id}"

    return perform(request, form, work) or _form_page(
        request,
        form,
        "Add a person",
        "Make the account",
        "An invitation, good for seven days, is mailed to the address. An account has no rights by itself: appoint the "
        "person to a seat, or let a member nominate them.",
    )


@read_or_post
def make_organisation(request: Request) -> HttpResponse:
    """A company or body to hold seats."""
    rules.check_can_keep_people(request.actor)
    form = OrganisationForm(request.POST or None, actor=request.actor)

    def work() -> str:
        organisation = operations.make_organisation(
            actor=request.actor, name=form.cleaned_data["name"], constituency=form.cleaned_data["constituency"]
        )
        messages.success(request, f"{organisation} is in the list.")
        return reverse("seat-appoint") + f"?organisation={organisation.pk}"

    return perform(request, form, work) or _form_page(request, form, "Add an organisation", "Add it")


# ---------------------------------------------------------------------------------------------------- import and export


@read_or_post
def import_people(request: Request) -> HttpResponse:
    """A table to look at, the template for it, and the list as it is now. Nothing is changed here."""
    rules.check_can_keep_people(request.actor)
    sent = request.method == "POST"
    form = ImportForm(request.POST if sent else None, request.FILES if sent else None, actor=request.actor)
    return perform(
        request, form, lambda: reverse("member-import-preview", args=[form.cleaned_data["file"].token])
    ) or render(
        request,
        "members/import.html",
        {"form": form, "crumbs": _crumbs(("Import and export", "")), "columns": sheets.EXPLAINED},
        status=status(form),
    )


@read_or_post
def import_preview(request: Request, token: UUID) -> HttpResponse:
    """What the table would do, row by row; then it is done, once and whole."""
    rules.check_can_keep_people(request.actor)
    staged = get_object_or_404(StagedUpload.objects.select_related("stored"), token=token, person=request.actor.person)
    try:
        rows = rows_of(tables.read(staged.stored, sheets.COLUMNS))
    except (NotNow, OSError):
        messages.error(request, "The file is no longer kept. Nothing was changed; choose it again.")
        return redirect("member-import")
    form = ImportConfirmForm(request.POST if request.method == "POST" else None)
    given: dict[str, Any] = {
        "actor": request.actor,
        "rows": rows,
        "source": operations.Source(staged.name, staged.stored.sha256),
    }

    def work() -> str:
        seen, invites = form.cleaned_data["seen"], form.cleaned_data["invites"]
        done = operations.import_people(**given, seen=seen, invites=invites)
        messages.success(request, f"Imported from {staged.name}: {', '.join(done.sums)}.")
        return reverse("member-list")

    answer = perform(request, form, work)
    return answer or _preview_page(request, form, operations.preview(**given))


def _preview_page(request: Request, form: ImportConfirmForm, plan: operations.Plan) -> HttpResponse:
    context = {
        "plan": plan,
        "form": form.shown(plan.digest, plan.counts["account"]),
        "consequences": [*(f"{words[0].upper()}{words[1:]}." for words in plan.sums), *plan.told],
        "crumbs": _crumbs(("Import and export", reverse("member-import")), ("Preview", "")),
    }
    return render(request, "members/import_preview.html", context, status=status(form))


@require_safe
def import_template(request: Request) -> HttpResponseBase:
    """The workbook with the headings and the words that are allowed, and nobody in it."""
    rules.check_can_keep_people(request.actor)
    content = sheets.as_workbook([], request.actor)
    return serve_made(request, content, name="people-and-seats-template.xlsx", media_type=tables.XLSX)


@require_safe
def export_workbook(request: Request) -> HttpResponseBase:
    """Everybody and everything, as a workbook."""
    content = sheets.as_workbook(sheets.rows(request.actor), request.actor)
    return _exported(request, content, "xlsx", tables.XLSX)


@require_safe
def export_csv(request: Request) -> HttpResponseBase:
    """Everybody and everything, as CSV."""
    return _exported(request, sheets.as_csv(sheets.rows(request.actor)), "csv", tables.CSV)


def _exported(request: Request, content: bytes, ending: str, media_type: str) -> HttpResponseBase:
    """Addresses leave with it, so it is written who took it before the first byte."""
    everybody = sheets.Everybody()
    digest = hashlib.sha256(content).hexdigest()
    note_read(request.actor, key=everybody.audit_key, ref=everybody.audit_ref, version_sha256=digest, kind="exported")
    name = f"people-and-seats-{clock.today(request.at).isoformat()}.{ending}"
    return serve_made(request, content, name=name, media_type=media_type)


# ------------------------------------------------------------------------------------------------------- constituencies


def constituencies(request: Request) -> HttpResponse:
    """The list, in its order, with what is retired; and the form for one more."""
    form = ConstituencyForm(request.POST if request.method == "POST" else None)

    def work() -> str:
        typed = {name: form.cleaned_data[name] for name in ("name", "short_name")}
        made = operations.list_constituency(actor=request.actor, **typed)
        messages.success(request, f"{made} is listed from today.")
        return reverse("constituency-list")

    return perform(request, form, work) or _constituency_page(request, form)


def _constituency_page(request: Request, form: Form, adding: Form | None = None) -> HttpResponse:
    rules.check_can_keep_constituencies(request.actor)
    context = {
        "crumbs": _crumbs(("Constituencies", "")),
        "rows": queries.constituencies(clock.today(request.at)),
        "form": form,
        "adding": adding or (form if isinstance(form, ConstituencyForm) else ConstituencyForm()),
    }
    return render(request, "members/constituencies.html", context, status=status(form))


@require_POST
def move_constituency(request: Request, pk: int) -> HttpResponse:
    """One place up or down."""
    row = get_object_or_404(Constituency, pk=pk)
    form = PlaceForm(request.POST)

    def work() -> str:
        operations.move_constituency(actor=request.actor, constituency=row, by=form.cleaned_data["by"])
        return f"{reverse('constituency-list')}#constituency-{row.pk}"

    return perform(request, form, work) or _constituency_page(request, form)


@read_or_post
def retire_constituency(request: Request, pk: int) -> HttpResponse:
    """Off the list, with a reason."""
    row = get_object_or_404(Constituency, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    rules.check_can_keep_constituencies(request.actor)

    def work() -> str:
        operations.retire_constituency(actor=request.actor, constituency=row, reason=form.cleaned_data["reason"])
        messages.success(request, f"{row} is retired.")
        return reverse("constituency-list")

    lead = "What was recorded while it was listed stays. It binds no version that becomes ready from today."
    return perform(request, form, work) or _form_page(request, form, f"Retire {row}", "Retire it", lead)


@require_POST
def relist_constituency(request: Request, pk: int) -> HttpResponse:
    """Its retirement is taken back."""
    row = get_object_or_404(Constituency, pk=pk)
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.relist_constituency(actor=request.actor, constituency=row)
        return reverse("constituency-list")

    return perform(request, form, work) or _constituency_page(request, form)


def _form_page(request: Request, form: Form, heading: str, submit: str, lead: str = "") -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "submit": submit,
        "lead": lead,
        "crumbs": _crumbs((heading, "")),
        "cancel": reverse("member-list"),
    }
    return render(request, "members/form.html", context, status=status(form))


@require_POST
def invite(request: Request, public_id: UUID) -> HttpResponse:
    """A new link; the one before leads nowhere."""

    def work(person: Person) -> str:
        operations.invite(actor=request.actor, person=person)
        return f"A new invitation to {person} is on its way. The link before it leads nowhere now."

    return _on_person(request, public_id, ConfirmForm(request.POST), work)


@require_POST
def revoke_invitation(request: Request, public_id: UUID) -> HttpResponse:
    """Take the link back."""

    def work(person: Person) -> str:
        newest = person.invitations.first()
        if newest is None:
            raise NotNow("There is no invitation to take back.")
        operations.revoke_invitation(actor=request.actor, invitation=newest)
        return f"The invitation to {person} is taken back."

    return _on_person(request, public_id, ConfirmForm(request.POST), work)


@require_POST
@fresh
def close_account(request: Request, public_id: UUID) -> HttpResponse:
    """Out at the next request."""
    form = ReasonForm(request.POST, auto_id="id_account_%s")

    def work(person: Person) -> str:
        operations.close_account(actor=request.actor, person=person, reason=form.cleaned_data["reason"])
        return f"{person}’s account is closed. What they did stays as it was."

    return _on_person(request, public_id, form, work)


@require_POST
@fresh
def open_account(request: Request, public_id: UUID) -> HttpResponse:
    """In again."""
    form = _account_form(_person(request, public_id))(request.POST, auto_id="id_account_%s")

    def work(person: Person) -> str:
        typed = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        operations.open_account(actor=request.actor, person=person, **typed)
        return f"{person}’s account is open again."

    return _on_person(request, public_id, form, work)


@fresh
@read_or_post
def redact(request: Request, public_id: UUID) -> HttpResponse:
    """What is removed of a leaver, and what stays; then once, with a reason."""
    person = _person(request, public_id)
    rules.check_can_keep_people(request.actor)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def work() -> str:
        operations.redact(actor=request.actor, person=person, reason=form.cleaned_data["reason"])
        messages.success(request, f"{person}’s contact details are removed. What they did stays as it was.")
        return reverse("member", args=[person.public_id])

    context = {
        "person": person,
        "form": form,
        "kept": queries.contact_details(person),
        "crumbs": _crumbs((person.display_name, reverse("member", args=[person.public_id])), ("Contact details", "")),
        "may": rules.can_redact(request.actor, person),
    }
    return perform(request, form, work) or render(request, "members/redact.html", context, status=status(form))


@never_cache
@login_not_required
@sensitive_post_parameters()
@read_or_post
def invitation(request: Request, secret: str) -> HttpResponse:
    """The page of a personal link. Reading it changes nothing, since mail scanners follow links; its button does."""
    found = Invitation.objects.select_related("person").filter(secret_sha256=invitations.sha256_of(secret)).first()
    good = found is not None and found.is_good(request.at) and found.person.is_active
    response = _good_invitation(request, found, secret) if found and good else _no_invitation(request)
    response["Referrer-Policy"] = "strict-origin"  # never the link; with no-referrer, browsers' forms have no Origin
    return response


def _good_invitation(request: Request, found: Invitation, secret: str) -> HttpResponse:
    form = PasswordForm(request.POST or None, person=found.person)

    def work() -> str:
        operations.accept_invitation(secret=secret, password=form.cleaned_data["password"], at=request.at)
        messages.success(request, "Your password is set. Sign in with it.")
        return reverse("account_login")

    return perform(request, form, work) or render(
        request, "members/invitation.html", {"form": form, "person": found.person}, status=status(form)
    )


def _no_invitation(request: Request) -> HttpResponse:
    return render(request, "members/no_invitation.html", status=404)


# ---------------------------------------------------------------------------------------------------------------- seats


@read_or_post
@fresh
def appoint(request: Request) -> HttpResponse:
    """Give somebody a seat."""
    rules.check_can_keep_people(request.actor)
    asked = {name: request.GET[name] for name in ("person", "organisation", "role") if name in request.GET}
    form = SeatForm(request.POST or None, initial=asked, actor=request.actor)

    def work() -> str:
        typed = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        seat = operations.appoint(actor=request.actor, **typed)
        if seat.is_pending:
            messages.success(
                request, f"{seat.person} is proposed. The seat takes effect when a second person confirms it."
            )
        else:
            messages.success(request, f"{seat.person} holds the seat {seat.label} from {rules.words(seat.valid_from)}.")
        return reverse("seat", args=[seat.pk])

    return perform(request, form, work) or _form_page(
        request,
        form,
        "Appoint somebody to a seat",
        "Appoint",
        "One Member seat for each organisation. Chair, Secretariat, DAG Liaison and Auditor wait for a second person: "
        "the chair, and for the chair’s own seat the DAG liaison.",
    )


@read_or_post
def name_deputy(request: Request) -> HttpResponse:
    """Who presides, determines and escalates in the chair's place for a time."""
    rules.check_can_name_deputy(request.actor)
    form = DeputyForm(request.POST or None, actor=request.actor)

    def work() -> str:
        typed = form.cleaned_data
        seat = operations.name_deputy(
            actor=request.actor, person=typed["person"], valid_from=typed["valid_from"], valid_to=typed["valid_to"]
        )
        takes_effect = " once the DAG liaison confirms it" if seat.is_pending else ""
        messages.success(request, f"{seat.person} is deputy from {rules.words(seat.valid_from)}{takes_effect}.")
        return reverse("seat", args=[seat.pk])

    return perform(request, form, work) or _form_page(
        request, form, "Name a deputy for the chair", "Name the deputy", DEPUTY_LEAD
    )


DEPUTY_LEAD = (
    "The deputy presides, determines and escalates “as deputy for the chair”, and reads what the chair reads. "
    "The chair goes on reading in that time and does not act as the chair."
)


@require_safe
def seat(request: Request, pk: int) -> HttpResponse:
    """One seat: who, in which role, since when, by whom, and what happened to it."""
    return _seat_page(request, _seat(request, pk))


def _seat(request: Request, pk: int) -> Seat:
    return get_object_or_404(queries.seats_for(request.actor), pk=pk)


def _seat_page(request: Request, found: Seat, form: Form | None = None) -> HttpResponse:
    actor = request.actor
    value, words = queries.state_of(found, clock.today(request.at))
    forms: dict[str, Form | None] = {
        "confirm": ConfirmForm(auto_id="id_confirm_%s") if rules.can_confirm_seat(actor, found) else None,
        "decline": ReasonForm(auto_id="id_decline_%s") if rules.can_decline_seat(actor, found) else None,
        "end": EndSeatForm(auto_id="id_end_%s") if rules.can_end_seat(actor, found) and value != "superseded" else None,
    }
    context = {
        "seat": found,
        "value": value,
        "words": words,
        "forms": {name: form if isinstance(form, type(own)) else own for name, own in forms.items() if own},
        "form": form,
        "band": _band_of_seat(request, found),
        "panels": panels.panels("seat-end", actor, found) if forms["end"] else [],
        "privileged": found.role in PRIVILEGED_ROLES,
        "crumbs": _crumbs((found.person.display_name, reverse("member", args=[found.person.public_id])), ("Seat", "")),
        "events": queries.history(found.audit_key),
    }
    return render(request, "members/seat.html", context, status=status(form) if form else 200)


def _band_of_seat(request: Request, found: Seat) -> screen.Band | None:
    if not found.is_pending:
        return None
    mine = rules.can_confirm_seat(request.actor, found)
    confirmer = rules.CONFIRMED_BY.get(Role(found.role), Role.CHAIR)
    return screen.Band(
        mine=mine,
        whose=str(confirmer.label),
        what="confirm this seat, or decline it",
        why="A seat with these rights takes effect when a second person confirms it.",
    )


def _on_seat(request: Request, pk: int, form: Form, work: Callable[[Seat], str]) -> HttpResponse:
    found = _seat(request, pk)

    def done() -> str:
        messages.success(request, work(found))
        return reverse("seat", args=[found.pk])

    return perform(request, form, done) or _seat_page(request, found, form)


@require_POST
@fresh
def confirm_seat(request: Request, pk: int) -> HttpResponse:
    """The second person's yes."""

    def work(found: Seat) -> str:
        seat = operations.confirm_seat(actor=request.actor, seat=found)
        return f"{seat.person} holds the seat {seat.label} from {rules.words(seat.valid_from)}."

    return _on_seat(request, pk, ConfirmForm(request.POST, auto_id="id_confirm_%s"), work)


@require_POST
def decline_seat(request: Request, pk: int) -> HttpResponse:
    """The second person's no."""
    form = ReasonForm(request.POST, auto_id="id_decline_%s")

    def work(found: Seat) -> str:
        operations.decline_seat(actor=request.actor, seat=found, reason=form.cleaned_data["reason"])
        return "Declined. The seat does not take effect."

    return _on_seat(request, pk, form, work)


@require_POST
@fresh
def end_seat(request: Request, pk: int) -> HttpResponse:
    """The last day of a seat."""
    form = EndSeatForm(request.POST, auto_id="id_end_%s")

    def work(found: Seat) -> str:
        typed = form.cleaned_data
        seat = operations.end_seat(actor=request.actor, seat=found, last_day=typed["last_day"], reason=typed["reason"])
        return f"The seat {seat.label} ends with {rules.words(typed['last_day'])}."

    return _on_seat(request, pk, form, work)


# ----------------------------------------------------------------------------------------------------------- colleagues


@read_or_post
def colleagues(request: Request) -> HttpResponse:
    """Those who read and draft for the seat of the member who asks, and the form that adds one."""
    rules.check_can_have_colleagues(request.actor)
    form = ColleagueForm(request.POST if request.method == "POST" else None)

    def work() -> str:
        typed = {name: form.cleaned_data[name] for name in ("display_name", "address", "valid_to")}
        seat = operations.add_colleague(actor=request.actor, **typed)
        messages.success(request, f"{seat.person} may read for your seat from now on.")
        return reverse("colleague-list")

    context = {
        "form": form,
        "lines": queries.colleagues(request.actor),
        "organisation": request.actor.member_seat.organisation if request.actor.member_seat else "",
        "crumbs": _crumbs(("Colleagues", "")),
    }
    return perform(request, form, work) or render(request, "members/colleagues.html", context, status=status(form))


# ----------------------------------------------------------------------------------------------------------- alternates


@read_or_post
def nominate(request: Request) -> HttpResponse:
    """An alternate for a period or, with ``?for=meeting:12``, for one meeting."""
    key = request.GET.get("for", "")
    occasion = occasions.find(request.actor, key)
    if key and occasion is None:
        raise Http404
    form = NominateForm(request.POST or None, actor=request.actor, occasion=occasion)
    if not form.fields["seat"].queryset.exists():  # type: ignore[attr-defined]
        raise Refused("A member nominates an alternate for their own seat. You hold no Member seat today.")

    def work() -> str:
        seat, person = form.cleaned_data["seat"], form.cleaned_data["person"]
        if occasion:
            row = operations.nominate(
                actor=request.actor, seat=seat, person=person, for_key=occasion.key, for_ref=occasion.ref
            )
        else:
            start, end = form.window()
            row = operations.nominate(actor=request.actor, seat=seat, person=person, window_from=start, window_to=end)
        messages.success(request, f"{row.person} is asked. It counts once they have accepted.")
        return reverse("nomination", args=[row.pk])

    return perform(request, form, work) or _form_page(
        request,
        form,
        f"Nominate an alternate for {occasion.ref}" if occasion else "Nominate an alternate",
        "Nominate",
        MEETING_LEAD.format(when=occasion.when) if occasion else PERIOD_LEAD,
    )


PERIOD_LEAD = (
    "Your alternate does every act of your seat in this time, and everything reads “alternate for”. "
    "For one meeting, nominate from the meeting’s page."
)
MEETING_LEAD = (
    "{when}, London. From the pack’s issue to two working days after the meeting your alternate answers the "
    "invitation, is counted, and states positions on its decisions; you still read and comment."
)


def _nomination(request: Request, pk: int) -> Alternate:
    return get_object_or_404(queries.nominations_for(request.actor), pk=pk)


@require_safe
def nomination(request: Request, pk: int) -> HttpResponse:
    """One nomination: who stands in for whom, when, and the button that is this reader's."""
    return _nomination_page(request, _nomination(request, pk))


def _nomination_page(request: Request, row: Alternate, form: Form | None = None) -> HttpResponse:
    mine = row.person_id == request.actor.person_id
    context = {
        "line": queries.nomination_line(row, request.actor),
        "row": row,
        "accept": ConfirmForm() if rules.can_accept_nomination(request.actor, row) else None,
        "revoke": ConfirmForm() if rules.can_revoke_nomination(request.actor, row) else None,
        "revoke_label": ("Step down" if row.accepted_at else "Decline") if mine else "Withdraw the nomination",
        "form": form,
        "crumbs": _crumbs(
            (row.seat.person.display_name, reverse("member", args=[row.seat.person.public_id])), ("Alternate", "")
        ),
        "events": queries.history(row.audit_key),
    }
    return render(request, "members/nomination.html", context, status=status(form) if form else 200)


def _on_nomination(request: Request, pk: int, work: Callable[..., Any], said: str) -> HttpResponse:
    row = _nomination(request, pk)
    form = ConfirmForm(request.POST)

    def done() -> str:
        mine = (
            row.person_id == request.actor.person_id
        )  # whoever stands in for several does not answer for another seat
        work(actor=request.actor.themselves if mine else request.actor, alternate=row)
        messages.success(request, said)
        return reverse("nomination", args=[row.pk])

    return perform(request, form, done) or _nomination_page(request, row, form)


@require_POST
def accept_nomination(request: Request, pk: int) -> HttpResponse:
    """The nominated person's yes."""
    return _on_nomination(request, pk, operations.accept_nomination, "Accepted.")


@require_POST
def revoke_nomination(request: Request, pk: int) -> HttpResponse:
    """Withdrawn, or stepped down from."""
    return _on_nomination(request, pk, operations.revoke_nomination, "The nomination is withdrawn.")
