"""The reviewing page: the document, its comments, a composer, "no comments"; and the document itself."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from artefacts import operations, queries, rules
from artefacts.forms import CommentForm
from artefacts.models import Consultation, Version
from artefacts.states import Severity
from artefacts.views.loading import gate, load_version, note, title_of, way_to, why_not
from sdwg import clock, dates
from sdwg.files.views import serve
from sdwg.forms import ConfirmForm, Form
from sdwg.members.middleware import Request
from sdwg.web import perform, status

WORDS = ("text", "proposed_change", "page", "section", "quoted", "type", "severity")
"""What a comment and a draft of one consist of."""


@require_safe
def review(request: Request, ref: str, label: str) -> HttpResponse:
    """The document's facts, what has been said about it, and what I have to say."""
    return _page(request, load_version(request, ref, label))


def _page(
    request: Request, version: Version, form: CommentForm | None = None, nil: ConfirmForm | None = None
) -> HttpResponse:
    """The page, with a form that was refused on it. Its reading is written down first."""
    note(request, version, "opened")
    window = queries.last_window(version)
    comments = queries.comment_log(version)
    seat = request.actor.seat_id
    context = {
        "version": version,
        "artefact": version.artefact,
        "title": title_of(version.artefact),
        "crumbs": way_to(version.artefact, f"Version {version.label}"),
        "heading": f"{title_of(version.artefact)}, version {version.label}",
        "newer": _newer(request, version),
        "text_note": queries.text_note(version),
        "since_read": queries.read_before(request.actor, version),
        "window": window,
        "window_state": "" if window is None else "open" if window.open_at(request.at) else "closed",
        "window_label": _window_label(request, window),
        "comments": comments,
        "high": sum(row.severity == Severity.HIGH for row in comments),
        "mine": [row for row in comments if row.seat_id == seat],
        "seat": seat,
        "drafts": queries.drafts(request.actor, version),
        **_mine(request, window, comments, form, nil),
    }
    refused: list[Form] = [sent for sent in (form, nil) if sent is not None]
    return render(request, "artefacts/review.html", context, status=status(*refused))


def _mine(
    request: Request,
    window: Consultation | None,
    comments: list[queries.CommentLine],
    form: CommentForm | None,
    nil: ConfirmForm | None,
) -> dict[str, object]:
    """Whether I may respond, what my seat has returned, and the forms for it."""
    if window is None:
        return {"form": form or nil}
    refusal = why_not(rules.check_can_respond, request.actor, window)
    may_draft = rules.can_draft(request.actor, window)
    if refusal and may_draft:
        return {"form": form, "composer": form or CommentForm(), "may_draft": True}
    if refusal:
        return {"form": form or nil, "why_not": refusal}
    returned = window.nil_returns.filter(seat=request.actor.seat, replaced_at__isnull=True).first()
    has_commented = any(row.seat_id == request.actor.seat_id for row in comments)
    return {
        "may_respond": True,
        "may_draft": may_draft,
        "composer": form or _composer(request, window),
        "form": form or nil,
        "nil_returned": returned,
        "nil_form": None if has_commented or returned else ConfirmForm(),
    }


def _composer(request: Request, window: Consultation) -> CommentForm:
    """An empty form, or one that begins with a draft of the seat's (``?draft=12``)."""
    asked = request.GET.get("draft", "")
    drafts = queries.drafts(request.actor, window.version)
    draft = next((row for row in drafts if str(row.pk) == asked and row.seat_id == request.actor.seat_id), None)
    if draft is None:
        return CommentForm()
    return CommentForm(initial={name: getattr(draft, name) for name in WORDS} | {"draft": draft.pk})


def _newer(request: Request, version: Version) -> Version | None:
    """The latest version, where this is another one and the reader may read it."""
    last = queries.latest_version(version.artefact)
    if last is None or last.pk == version.pk or not queries.can_read(request.actor, last):
        return None
    last.artefact = version.artefact
    return last


def _window_label(request: Request, window: Consultation | None) -> str:
    """ "Open until Fri 4 Dec, 17:00", "Closed, Fri 4 Dec, 17:00"; empty where there was no consultation."""
    if window is None:
        return ""
    ends = dates.moment(window.ends_at, clock.today(request.at))
    return f"Open until {ends}" if window.open_at(request.at) else f"Closed, {ends}"


def make_comment(request: Request, ref: str, label: str) -> HttpResponse:
    """One comment for my seat."""
    version = load_version(request, ref, label)
    window = queries.last_window(version)
    if request.method != "POST" or window is None:
        return redirect("version-review", ref, label)
    there = reverse("version-review", args=[ref, label])
    gate(request, there, rules.check_can_respond, window)
    form = CommentForm(request.POST)

    def work() -> str:
        given = {name: form.cleaned_data[name] for name in WORDS}
        drafts = {row.pk: row for row in queries.drafts(request.actor, version)}
        draft = drafts.get(form.cleaned_data["draft"] or 0)
        made = operations.comment(actor=request.actor, consultation=window, draft=draft, **given)
        return f"{there}#comment-{made.number}"

    return perform(request, form, work) or _page(request, version, form=form)


@require_POST
def make_draft(request: Request, ref: str, label: str) -> HttpResponse:
    """A draft for my seat, or for the seat whose colleague I am."""
    version = load_version(request, ref, label)
    window = queries.last_window(version)
    if window is None:
        return redirect("version-review", ref, label)
    form = CommentForm(request.POST)

    def work() -> str:
        given = {name: form.cleaned_data[name] for name in WORDS}
        operations.draft_comment(actor=request.actor, consultation=window, **given)
        return f"{reverse('version-review', args=[ref, label])}#drafts"

    return perform(request, form, work) or _page(request, version, form=form)


@require_POST
def discard_draft(request: Request, ref: str, label: str, pk: int) -> HttpResponse:
    """Throw a draft of ours away."""
    version = load_version(request, ref, label)
    draft = get_object_or_404(version.drafts.visible_to(request.actor), pk=pk)
    operations.discard_draft(actor=request.actor, draft=draft)
    return redirect("version-review", ref, label)


def return_nil(request: Request, ref: str, label: str) -> HttpResponse:
    """ "Reviewed, no comments", for my seat."""
    version = load_version(request, ref, label)
    window = queries.last_window(version)
    if request.method != "POST" or window is None:
        return redirect("version-review", ref, label)
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.return_nil(actor=request.actor, consultation=window)
        return reverse("version-review", args=[ref, label])

    return perform(request, form, work) or _page(request, version, nil=form)


@require_safe
def version_file(request: Request, ref: str, label: str) -> HttpResponseBase:
    """The document as it was uploaded, byte for byte; its reading is written down before the first of them."""
    version = load_version(request, ref, label)
    note(request, version, "downloaded")
    return serve(request, version.file, name=f"{version.artefact.reference}-{version.label}.pdf")
