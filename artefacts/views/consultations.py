"""Windows: the list with what I have and have not done, opening one, closing one early."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from artefacts import operations, queries, rules
from artefacts.forms import ExtendForm, OpenConsultationForm
from artefacts.operations.notices import members, readers
from artefacts.views.loading import gate, load_envelope, sent, title_of, way_to
from sdwg import clock, workdays
from sdwg.forms import ReasonForm
from sdwg.members.middleware import Request
from sdwg.web import perform, status


@require_safe
def consultation_list(request: Request) -> HttpResponse:
    """The windows open to me, and those that were."""
    is_open, closed = queries.windows(request.actor)
    owed = sum(row.can_respond for row in is_open)
    lead = "Windows on versions you may read. Each closes by itself at 17:00; what is received before counts."
    context = {"open": is_open, "closed": closed, "owed": owed, "lead": lead}
    return render(request, "artefacts/consultations.html", context)


def open_consultation(request: Request, ref: str, label: str) -> HttpResponse:
    """A window on this version."""
    version = load_envelope(request, ref, label)
    back = gate(request, version.artefact.get_absolute_url(), rules.check_can_open_consultation, version)
    if back:
        return back
    marking = queries.marking_of(version)
    initial = {"closes_on": rules.earliest_close(request.at)}
    form = OpenConsultationForm(sent(request), actor=request.actor, version=version, marking=marking, initial=initial)

    def work() -> str:
        data = form.cleaned_data
        operations.open_consultation(
            actor=request.actor,
            version=version,
            closes_on=data["closes_on"],
            reason_short=data.get("reason_short", ""),
            partners=data.get("partners", ()),
            public=data["public"],
        )
        return version.artefact.get_absolute_url()

    told = readers(version, members(request.at), request.at)
    named = rules.reads(request.actor, version)
    context = {
        "form": form,
        "version": version,
        "artefact": version.artefact,
        "title": title_of(version.artefact),
        "marking": marking,
        "crumbs": way_to(version.artefact, f"Consultation on {version.label}"),
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "told": told,
        "named": named,
        "consequences": [
            "The artefact is in consultation until the last day at 17:00.",
            f"{_people(len(told))} told by mail at once{', by name beside this form' if named else ''}.",
        ],
    }
    return perform(request, form, work) or render(
        request, "artefacts/consultation_open.html", context, status=status(form)
    )


def _people(number: int) -> str:
    return "One person is" if number == 1 else f"{number or 'No'} people are"


def close_consultation(request: Request, ref: str, label: str) -> HttpResponse:
    """Close it before its time, with a reason."""
    version = load_envelope(request, ref, label)
    window = queries.last_window(version)
    if window is None:
        return redirect("artefact", ref)
    window.version = version
    back = gate(request, version.artefact.get_absolute_url(), rules.check_can_close_consultation, window)
    if back:
        return back
    form = ReasonForm(sent(request))

    def work() -> str:
        reason = form.cleaned_data["reason"]
        operations.close_consultation(actor=request.actor, consultation=window, reason=reason)
        return version.artefact.get_absolute_url()

    context = {
        "form": form,
        "version": version,
        "artefact": version.artefact,
        "title": title_of(version.artefact),
        "crumbs": way_to(version.artefact, "Close the consultation early"),
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "window": window,
        "consequences": [
            "No comment is received any more; what was received counts.",
            "The author is told, and the comments are theirs to answer.",
        ],
    }
    return perform(request, form, work) or render(
        request, "artefacts/consultation_close.html", context, status=status(form)
    )


def extend_consultation(request: Request, ref: str, label: str) -> HttpResponse:
    """Let it close on a later day, with a reason."""
    version = load_envelope(request, ref, label)
    window = queries.last_window(version)
    if window is None:
        return redirect("artefact", ref)
    window.version = version
    back = gate(request, version.artefact.get_absolute_url(), rules.check_can_extend, window)
    if back:
        return back
    first = workdays.add(clock.today(window.closes_at), 5)
    form = ExtendForm(sent(request), initial={"closes_on": first}, public=window.public)

    def work() -> str:
        data = form.cleaned_data
        operations.extend_consultation(
            actor=request.actor, consultation=window, closes_on=data["closes_on"], reason=data["reason"]
        )
        if data.get("public"):
            operations.open_to_industry(actor=request.actor, consultation=window)
        return version.artefact.get_absolute_url()

    told = readers(version, members(request.at), request.at)
    context = {
        "form": form,
        "version": version,
        "artefact": version.artefact,
        "crumbs": way_to(version.artefact, "Extend the consultation"),
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "window": window,
        "consequences": [
            "Comments are received until 17:00 on the new last day. What was received stays.",
            f"{_people(len(told))} told by mail at once, with your reason; so is an invited partner.",
        ],
    }
    return perform(request, form, work) or render(
        request, "artefacts/consultation_extend.html", context, status=status(form)
    )
