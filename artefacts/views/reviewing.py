"""The reviewing desk: the document, the comments beside it, a composer, "no comments"; and the file itself."""

import json
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from artefacts import operations, queries, rules
from artefacts.forms import CommentForm
from artefacts.models import Comment, Consultation, Version
from artefacts.states import Severity
from artefacts.views.desk import visit
from artefacts.views.loading import gate, load_version, note, title_of, way_to, why_not
from sdwg import clock, dates
from sdwg.files.views import serve
from sdwg.forms import ConfirmForm, Form
from sdwg.members.middleware import Request
from sdwg.web import perform, status

WORDS = ("text", "proposed_change", "page", "section", "quoted", "type", "severity")
"""What a comment and a draft of one consist of."""
FEW = 10
"""Comments from the wider industry beside the document; all of them are with the answers."""


@require_safe
def review(request: Request, ref: str, label: str) -> HttpResponse:
    """The document's facts, what has been said about it, and what I have to say."""
    return _page(request, load_version(request, ref, label))


def _page(
    request: Request,
    version: Version,
    form: CommentForm | None = None,
    nil: ConfirmForm | None = None,
    *,
    changing: Comment | None = None,
    withdrawing: tuple[int, ConfirmForm] | None = None,
) -> HttpResponse:
    """The page, with a form that was refused on it. Its reading is written down first, as a visit.

    Whoever narrows the comments, or sends a form again, is still reading.
    """
    visit(request, version, anew=request.method in {"GET", "HEAD"} and not request.GET)
    window = queries.last_window(version)
    asked = queries.Asked.of(request.GET.dict())
    if withdrawing or changing:
        asked = replace(asked, comment=withdrawing[0] if withdrawing else changing.number if changing else None)
    shown = queries.desk(request.actor, version, asked)
    refusal, may_draft = _rights(request, window)
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
        "desk": shown,
        "cards": [_card(request, row, not refusal and window is not None, withdrawing) for row in shown.rows],
        "severities": Severity.choices,
        "seat": request.actor.seat_id,
        "sizes": json.dumps(_runs(version.file.page_sizes)),
        "base": reverse("version-review", args=[version.artefact.reference, version.label]).removesuffix("review/"),
        "drafts": queries.drafts(request.actor, version),
        "industry": queries.public_comments(version),
        "few": FEW,
        **_mine(request, window, shown, form, nil, refusal, may_draft, changing),
    }
    refused: list[Form] = [sent for sent in (form, nil, withdrawing[1] if withdrawing else None) if sent is not None]
    if withdrawing:
        context["form"] = withdrawing[1]
    return render(request, "artefacts/review.html", context, status=status(*refused))


def _runs(sizes: list[list[float]]) -> list[list[float]]:
    """The sizes of the pages as runs of equal ones, ``[width, height, how many]``: a document has few."""
    return [[*size, len(list(run))] for size, run in groupby(sizes)]


def _rights(request: Request, window: Consultation | None) -> tuple[str, bool]:
    """Why I may not respond (empty where I may), and whether I may draft."""
    if window is None:
        return "", False
    return why_not(rules.check_can_respond, request.actor, window), rules.can_draft(request.actor, window)


def _card(
    request: Request, row: queries.CommentLine, may_respond: bool, refused: tuple[int, ConfirmForm] | None
) -> dict[str, Any]:
    """One comment, and what its own seat may still do about it: said without a query a row."""
    mine = may_respond and row.seat_id == request.actor.seat_id and row.state != "withdrawn"
    form = refused[1] if refused and refused[0] == row.number else ConfirmForm()
    return {"row": row, "may_edit": mine and row.state == "waiting", "withdraw": form if mine else None}


def _mine(
    request: Request,
    window: Consultation | None,
    shown: queries.Desk,
    form: CommentForm | None,
    nil: ConfirmForm | None,
    refusal: str,
    may_draft: bool,
    changing: Comment | None,
) -> dict[str, object]:
    """Whether I may respond, what my seat has returned, and the forms for it."""
    if window is None:
        return {"form": form or nil}
    if refusal and may_draft:
        return {"form": form, "composer": form or CommentForm(), "may_draft": True}
    if refusal:
        return {"form": form or nil, "why_not": refusal}
    changing = changing or (None if form else _to_change(request, window))
    returned = window.nil_returns.filter(seat=request.actor.seat, replaced_at__isnull=True).first()
    return {
        "may_respond": True,
        "may_draft": may_draft,
        "changing": changing,
        "composer": form or (_as_it_is(changing) if changing else _composer(request, window)),
        "form": form or nil,
        "nil_returned": returned,
        "nil_form": None if shown.mine or returned else ConfirmForm(),
    }


def _to_change(request: Request, window: Consultation) -> Comment | None:
    """The comment of ``?edit=7``, where it is one that I may change."""
    asked = request.GET.get("edit", "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6:
        return None
    found = Comment.objects.filter(consultation=window, seat=request.actor.seat_id, number=asked).first()
    if found is None:
        return None
    found.consultation = window
    return found if rules.can_edit_comment(request.actor, found) else None


def _as_it_is(comment: Comment) -> CommentForm:
    """The form with the words of a comment in it."""
    words = {name: getattr(comment, name) for name in WORDS}
    return CommentForm(initial=words | {"seen": operations.stamp(comment.edited_at)})


def _composer(request: Request, window: Consultation) -> CommentForm:
    """An empty form, or one that begins with a draft of the seat's (``?draft=12``)."""
    asked = request.GET.get("draft", "")
    drafts = queries.drafts(request.actor, window.version)
    draft = next((row for row in drafts if str(row.pk) == asked and row.seat_id == request.actor.seat_id), None)
    if draft is None:
        return CommentForm(initial={"page": queries.Asked.of(request.GET.dict()).at})
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
        return f"{there}?comment={made.number}#comment-{made.number}"

    return perform(request, form, work) or _page(request, version, form=form)


def edit_comment(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """A comment of my seat in other words. What may be sent is asked of its rule; the form is on the page."""
    version = load_version(request, ref, label)
    comment = _comment(version, number)
    there = reverse("version-review", args=[ref, label])
    if request.method != "POST":
        return redirect(f"{there}?edit={number}#compose")
    gate(request, there, rules.check_can_edit_comment, comment)
    form = CommentForm(request.POST)

    def work() -> str:
        given = {name: form.cleaned_data[name] for name in WORDS}
        seen = form.cleaned_data["seen"]
        form.data = {**request.POST.dict(), "seen": operations.stamp(comment.edited_at)}
        operations.edit_comment(actor=request.actor, comment=comment, seen=seen, **given)
        return f"{there}?comment={number}#comment-{number}"

    return perform(request, form, work) or _page(request, version, form=form, changing=comment)


def withdraw_comment(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """A comment of my seat, withdrawn."""
    version = load_version(request, ref, label)
    comment = _comment(version, number)
    there = reverse("version-review", args=[ref, label])
    if request.method != "POST":
        return redirect(f"{there}?comment={number}#comment-{number}")
    gate(request, there, rules.check_can_withdraw_comment, comment)
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.withdraw_comment(actor=request.actor, comment=comment)
        return f"{there}?comment={number}#comment-{number}"

    return perform(request, form, work) or _page(request, version, withdrawing=(number, form))


def _comment(version: Version, number: int) -> Comment:
    found = get_object_or_404(Comment.objects.select_related("consultation"), version=version, number=number)
    found.consultation.version = version
    return found


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
