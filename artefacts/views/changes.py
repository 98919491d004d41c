"""What changed between any two versions that the reader may both read."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from artefacts import queries
from artefacts.forms import TwoVersionsForm
from artefacts.views.loading import load, note, title_of, way_to
from sdwg.members.middleware import Request
from sdwg.web import status


@require_safe
def changes(request: Request, ref: str) -> HttpResponse:
    """The two versions of the address; without them the newest, and the newest one read before it, or the one before.

    What is said of a version that the reader may not read is what is said of one that is not there: 404.
    """
    artefact = load(request, ref)
    versions = queries.versions_to_compare(request.actor, artefact)
    if not versions:
        raise Http404
    labels = {row.label: row for row in versions}
    asked = [request.GET.get(name, "") for name in ("since", "to")]
    if any(label and label not in labels for label in asked):
        raise Http404
    since, to = (labels.get(label) for label in asked)
    usual = queries.usual_pair(versions, to)
    context = {"artefact": artefact, "title": title_of(artefact), "crumbs": way_to(artefact, "What changed")}
    if usual is None:
        return render(request, "artefacts/changes.html", {**context, "only": versions[0]})
    chosen = {"since": (since or usual[0]).label, "to": (to or usual[1]).label}
    form = TwoVersionsForm(chosen, versions=versions)
    if not form.is_valid():
        return render(request, "artefacts/changes.html", {**context, "form": form}, status=status(form))
    earlier, later = sorted((labels[chosen["since"]], labels[chosen["to"]]), key=lambda row: row.order)
    for version in (earlier, later):
        note(request, version, "compared")
    page = queries.changes_page(earlier, later, request.GET.get("page", "1"))
    return render(request, "artefacts/changes.html", {**context, "form": form, "page": page})
