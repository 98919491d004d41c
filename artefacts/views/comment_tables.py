"""Comments as tables: the template a seat fills in offline, what it would do, once and whole; and the log of all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from artefacts import comment_sheets, operations, queries, rules
from artefacts.forms import CommentTableForm, ImportConfirmForm, comments_of
from artefacts.models import Artefact, Comment, Consultation, Version
from artefacts.operations import CommentPlan
from artefacts.states import highest
from artefacts.views.loading import gate, load, load_version, note, sent, title_of, way_to, why_not
from sdwg import dates
from sdwg.files import tables
from sdwg.files.models import StagedUpload
from sdwg.files.plans import Source
from sdwg.files.rules import PDF
from sdwg.files.views import serve_made
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.members.models import Role
from sdwg.pdf.render import render as render_pdf
from sdwg.pdf.sheets import marking_class
from sdwg.web import perform, status

TAKEN = "took-comments"
"""The kind of read that the trail keeps of a file of comments."""
ON_A_PDF = 120_000
"""Letters that one PDF holds, as ``queries.in_parts`` weighs them: about three seconds in which its reader waits."""

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _window(version: Version) -> Consultation:
    """The consultation on the version. Raises ``Http404`` where there was none: there is nothing to fill in."""
    window = queries.last_window(version)
    if window is None:
        raise Http404
    window.version = version
    return window


def _drafts(request: Request) -> bool:
    """Whether what is sent becomes drafts."""
    return rules.acting_role(request.actor) == Role.COLLEAGUE


@read_or_post
def import_comments(request: Request, ref: str, label: str) -> HttpResponse:
    """A table of comments to look at, and the template for it. Nothing is stored here."""
    version = load_version(request, ref, label)
    window = _window(version)
    away = gate(request, version.get_absolute_url(), rules.check_can_fill_in, window)
    if away:
        return away
    form = CommentTableForm(sent(request), request.FILES or None, actor=request.actor, version=version)

    def work() -> str:
        closed = why_not(rules.check_can_fill_in, request.actor, window)
        if closed:
            raise NotNow(closed)
        return reverse("comment-import-preview", args=[ref, label, form.cleaned_data["file"].token])

    context = {
        **_about(request, version, window, "Comments from a table"),
        "form": form,
        "columns": comment_sheets.EXPLAINED,
    }
    answer = perform(request, form, work)
    return answer or render(request, "artefacts/comment_import.html", context, status=status(form))


def _about(request: Request, version: Version, window: Consultation, heading: str) -> dict[str, Any]:
    return {
        "version": version,
        "artefact": version.artefact,
        "window": window,
        "drafts": _drafts(request),
        "heading": heading,
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "crumbs": way_to(version.artefact, f"Version {version.label}", "Comments from a table"),
    }


@read_or_post
def preview_comments(request: Request, ref: str, label: str, token: UUID) -> HttpResponse:
    """What the table would do, row by row; then it is done, once and whole, as the seat's comments."""
    version = load_version(request, ref, label)
    window = _window(version)
    staged = get_object_or_404(StagedUpload.objects.select_related("stored"), token=token, person=request.actor.person)
    try:
        rows = comments_of(tables.read_laid_out(staged.stored, comment_sheets.LAYOUT), version)
    except (NotNow, OSError):
        messages.error(request, "The file is no longer kept. Nothing was recorded; choose it again.")
        return redirect("comment-import", ref, label)
    form = ImportConfirmForm(sent(request))
    source = Source(staged.name, staged.stored.sha256)
    given: dict[str, Any] = {"actor": request.actor, "consultation": window, "rows": rows, "source": source}

    def work() -> str:
        done = operations.import_comments(**given, seen=form.cleaned_data["seen"])
        messages.success(request, f"From {staged.name}: {', '.join(done.sums)}.")
        return f"{version.get_absolute_url()}#{'drafts' if _drafts(request) else 'comments'}"

    answer = perform(request, form, work)
    return answer or _preview_page(request, form, version, window, operations.preview_comments(**given))


def _preview_page(
    request: Request, form: ImportConfirmForm, version: Version, window: Consultation, plan: CommentPlan
) -> HttpResponse:
    context = {
        **_about(request, version, window, "What this table does"),
        "plan": plan,
        "form": form.shown(plan.digest, 0),
        "closed": why_not(rules.check_can_fill_in, request.actor, window),
        "consequences": [f"{words[0].upper()}{words[1:]}." for words in plan.sums],
    }
    return render(request, "artefacts/comment_preview.html", context, status=status(form))


@require_safe
def comment_template(request: Request, ref: str, label: str) -> HttpResponseBase:
    """The workbook to fill in, with what the seat has commented so far."""
    version = load_version(request, ref, label)
    window = _window(version)
    away = gate(request, version.get_absolute_url(), rules.check_can_fill_in, window)
    if away:
        return away
    note(request, version, TAKEN)
    actor = request.actor
    seat = rules.drafting_seat(actor) if _drafts(request) else actor.seat_id
    own = Comment.objects.filter(version=version, seat=seat).order_by("number")
    content = comment_sheets.template(version, own, seat=actor.label, until=window.ends_at, at=request.at)
    name = f"{ref}-{label}-comment-template.xlsx"
    return serve_made(request, content, name=name, media_type=tables.XLSX)


# -------------------------------------------------------------------------------------------------------------- the log


@require_safe
def comments_log(request: Request, ref: str, label: str) -> HttpResponse:
    """Where the log of a version is taken from: a workbook, and as many PDFs as it takes."""
    version = load_version(request, ref, label)
    return _log_page(request, version.artefact, [version], f"Version {label}")


@require_safe
def artefact_comments(request: Request, ref: str) -> HttpResponse:
    """The same for all versions of an artefact that the reader may read."""
    artefact = load(request, ref)
    return _log_page(request, artefact, _versions(request, artefact), "All versions")


def _versions(request: Request, artefact: Artefact) -> list[Version]:
    """Those that the reader may read. Raises ``Http404`` for none."""
    versions = queries.versions_of(request.actor, artefact)
    if not versions:
        raise Http404
    return versions


def _log_page(request: Request, artefact: Artefact, versions: list[Version], which: str) -> HttpResponse:
    logs = queries.comment_logs(versions)
    context = {
        "artefact": artefact,
        "file": request.path.rstrip("/"),
        "marking": highest([log.marking for log in logs]),
        "lead": f"{title_of(artefact)}. {which}",
        "logs": logs,
        "parts": queries.in_parts(logs, ON_A_PDF),
        "total": sum(log.total for log in logs),
        "crumbs": way_to(artefact, "Comment log"),
    }
    return render(request, "artefacts/comment_log.html", context)


@require_safe
def comments_file(request: Request, ref: str, label: str, ending: str) -> HttpResponseBase:
    """Every comment on a version and what became of it, as a workbook or as PDF."""
    version = load_version(request, ref, label)
    return _log(request, version.artefact, [version], f"{ref}-{label}-comments", ending)


@require_safe
def artefact_comments_file(request: Request, ref: str, ending: str) -> HttpResponseBase:
    """The same for all versions of an artefact that the reader may read."""
    artefact = load(request, ref)
    return _log(request, artefact, _versions(request, artefact), f"{ref}-comments", ending)


def _log(request: Request, artefact: Artefact, versions: list[Version], name: str, ending: str) -> HttpResponseBase:
    logs = queries.comment_logs(versions)
    title = title_of(artefact)
    if ending == "xlsx":
        _note(request, versions)
        made = comment_sheets.log(logs, title=title, reader=request.actor.label, at=request.at)
        return serve_made(request, made, name=f"{name}.xlsx", media_type=tables.XLSX)
    parts = queries.in_parts(logs, ON_A_PDF)
    asked = request.GET.get("part", "1")
    if asked not in {str(number) for number in range(1, len(parts) + 1)}:
        raise Http404
    part = parts[int(asked) - 1]
    _note(request, [log.version for log in part])
    context = {
        "artefact": artefact,
        "called": title,
        "logs": [(log, marking_class(log.marking, landscape=True)) for log in part],
        "part": int(asked),
        "parts": len(parts),
        "reader": request.actor.label,
        "moment": dates.whole_moment(request.at),
    }
    made = render_pdf(
        "pdf/comment_log.html",
        context,
        title=f"{artefact.reference} comment log",
        at=request.at,
        marking=highest([log.marking for log in part]),
        head="Security Design Working Group",
        document="Comment log",
    )
    name = f"{name}-{asked}" if len(parts) > 1 else name
    return serve_made(request, made, name=f"{name}.pdf", media_type=PDF)


def _note(request: Request, versions: list[Version]) -> None:
    for version in versions:
        note(request, version, TAKEN)
