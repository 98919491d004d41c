"""A table of recommendations: shown row by row, then carried out once and whole."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from artefacts import operations, rules, sheets
from artefacts.forms import ImportConfirmForm, ImportForm, rows_of
from artefacts.operations import Plan
from artefacts.views.loading import sent
from sdwg.files import tables
from sdwg.files.models import StagedUpload
from sdwg.files.plans import Source
from sdwg.files.views import serve_made
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.screen import Crumb
from sdwg.web import perform, status

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb("Recommendations", reverse("recommendation-list")), *more]


@read_or_post
def import_recommendations(request: Request) -> HttpResponse:
    """A table to look at, and the template for it. Nothing is changed here."""
    rules.check_can_enter(request.actor)
    form = ImportForm(sent(request), request.FILES or None, actor=request.actor)
    context = {"form": form, "crumbs": _crumbs(Crumb("Import a table")), "columns": sheets.EXPLAINED}
    return perform(
        request, form, lambda: reverse("recommendation-import-preview", args=[form.cleaned_data["file"].token])
    ) or render(request, "artefacts/import.html", context, status=status(form))


@read_or_post
def import_preview(request: Request, token: UUID) -> HttpResponse:
    """What the table would do, row by row; then it is done, once and whole."""
    rules.check_can_enter(request.actor)
    staged = get_object_or_404(StagedUpload.objects.select_related("stored"), token=token, person=request.actor.person)
    try:
        rows = rows_of(tables.read(staged.stored, sheets.COLUMNS))
    except (NotNow, OSError):
        messages.error(request, "The file is no longer kept. Nothing was changed; choose it again.")
        return redirect("recommendation-import")
    form = ImportConfirmForm(sent(request))
    given: dict[str, Any] = {
        "actor": request.actor,
        "rows": rows,
        "source": Source(staged.name, staged.stored.sha256),
    }

    def work() -> str:
        data = form.cleaned_data
        done = operations.import_recommendations(**given, seen=data["seen"], reason=data.get("reason", ""))
        messages.success(request, f"Imported from {staged.name}: {', '.join(done.sums)}.")
        return reverse("recommendation-list")

    answer = perform(request, form, work)
    return answer or _preview_page(request, form, operations.preview_recommendations(**given))


def _preview_page(request: Request, form: ImportConfirmForm, plan: Plan) -> HttpResponse:
    context = {
        "plan": plan,
        "form": form.shown(plan.digest, plan.counts["reworded"]),
        "consequences": [f"{words[0].upper()}{words[1:]}." for words in plan.sums],
        "crumbs": _crumbs(Crumb("Import a table", reverse("recommendation-import")), Crumb("Preview")),
    }
    return render(request, "artefacts/import_preview.html", context, status=status(form))


@require_safe
def import_template(request: Request) -> HttpResponseBase:
    """The workbook with the headings and nothing below them."""
    rules.check_can_enter(request.actor)
    content = sheets.TEMPLATE.as_workbook(request.at)
    return serve_made(request, content, name="recommendations-template.xlsx", media_type=tables.XLSX)
