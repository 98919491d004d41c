"""The registers of recommendations and principles, with their coverage."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from artefacts import queries
from sdwg.members.middleware import Request


@require_safe
def recommendation_list(request: Request) -> HttpResponse:
    """What the AWG recommended and which artefacts answer it (R1, O1)."""
    rows = queries.recommendations(request.actor)
    context = {
        "rows": rows,
        "unlinked": sum(not row.artefacts for row in rows),
        "ready": sum(row.ready_to_build for row in rows),
    }
    return render(request, "artefacts/recommendations.html", context)


@require_safe
def principle_list(request: Request) -> HttpResponse:
    """The design principles and how the artefacts stand to them (O2)."""
    rows = queries.principles(request.actor)
    return render(request, "artefacts/principles.html", {"rows": rows})
