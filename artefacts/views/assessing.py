"""The assessment: one page, every principle, every constituency."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from artefacts import operations, queries, rules
from artefacts.forms import AssessmentForm
from artefacts.models import Version
from artefacts.queries import ImpactLine, MatrixLine
from artefacts.views.loading import gate, load_version, note, sent, title_of, way_to
from sdwg import clock
from sdwg.members.middleware import Request
from sdwg.web import perform, status


def assessment(request: Request, ref: str, label: str) -> HttpResponse:
    """The two matrices: to be filled by whoever may, to be read by everybody else who reads the version."""
    version = load_version(request, ref, label)
    may_assess = rules.can_assess(request.actor, version)
    if request.method != "POST" and not may_assess:
        return _read(request, version)
    gate(request, version.artefact.get_absolute_url(), rules.check_can_assess, version)
    principles, impacts = _matrices(request, version)
    before = queries.version_before(version) if may_assess else None
    form = AssessmentForm(
        sent(request),
        principles=principles,
        impacts=impacts,
        before=(queries.principle_matrix(before), queries.impact_matrix(before)) if before else ([], []),
    )

    def work() -> str:
        cells, stated = form.cells()
        operations.assess(actor=request.actor, version=version, principles=cells, impacts=stated)
        messages.success(request, "The assessment is recorded.")
        return reverse("assessment", args=[ref, label])

    answer = perform(request, form, work)
    if answer:
        return answer
    note(request, version, "saw-assessment")
    context = {**_context(version, principles, impacts), "form": form, "before": before}
    return render(request, "artefacts/assessment_form.html", context, status=status(form))


def _matrices(request: Request, version: Version) -> tuple[list[MatrixLine], list[ImpactLine]]:
    """The lines that are asked for today."""
    today = clock.today(request.at)
    return queries.principle_matrix(version, today), queries.impact_matrix(version, today)


def _read(request: Request, version: Version) -> HttpResponse:
    note(request, version, "saw-assessment")
    day = queries.assessed_as_of(version, clock.today(request.at))
    principles, impacts = queries.principle_matrix(version, day), queries.impact_matrix(version, day)
    before = queries.version_before(version) if day else None
    if before and rules.reads(request.actor, before):
        principles = queries.carried_forward(principles, queries.principle_matrix(before), before.label)
        impacts = queries.carried_forward(impacts, queries.impact_matrix(before), before.label)
    return render(request, "artefacts/assessment.html", _context(version, principles, impacts))


def _context(version: Version, principles: list[MatrixLine], impacts: list[ImpactLine]) -> dict[str, object]:
    return {
        "version": version,
        "artefact": version.artefact,
        "title": title_of(version.artefact),
        "crumbs": way_to(version.artefact, f"Assessment of {version.label}"),
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "principles": principles,
        "impacts": impacts,
        "assessed": sum(bool(row.value) for row in principles),
        "stated": sum(bool(row.value) for row in impacts),
    }
