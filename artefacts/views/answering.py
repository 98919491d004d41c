"""The dispositions page: every comment on a version with its answer, the form to propose one, the chair's button."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from artefacts import operations, queries, rules
from artefacts.forms import DispositionForm, ValidateForm
from artefacts.models import Comment, Disposition, Version
from artefacts.queries import CommentLine
from artefacts.states import OPEN_TO_ANSWERS
from artefacts.views.loading import gate, load_version, note, title_of, way_to
from sdwg.forms import Form
from sdwg.members.middleware import Request
from sdwg.members.models import Role
from sdwg.web import perform, status

SHOWN = {"": "All", "waiting": "Waiting", "proposed": "Proposed", "validated": "Validated"}


@require_safe
def dispositions(request: Request, ref: str, label: str) -> HttpResponse:
    """All comments on a version and what becomes of them, narrowed by the address."""
    return _page(request, load_version(request, ref, label))


def _page(request: Request, version: Version, refused: Form | None = None, number: int | None = None) -> HttpResponse:
    """The page, with the form of one comment that was refused on it. Its reading is written down first."""
    note(request, version, "saw-answers")
    comments = queries.comment_log(version)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    chosen = [row for row in comments if not show or row.state == show or row.number == number]
    cards = [_card(request, version, row, refused if row.number == number else None) for row in chosen]
    here = reverse("dispositions", args=[version.artefact.reference, version.label])
    tabs = [
        (name, f"{here}?show={value}" if value else here, _count(comments, value), value == show)
        for value, name in SHOWN.items()
    ]
    context = {
        "version": version,
        "artefact": version.artefact,
        "title": title_of(version.artefact),
        "crumbs": way_to(version.artefact, f"Answers to the comments on {version.label}"),
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "cards": cards,
        "tabs": tabs,
        "total": len(comments),
        "form": refused,
    }
    return render(request, "artefacts/dispositions.html", context, status=status(*([refused] if refused else [])))


def _count(comments: list[CommentLine], state: str) -> int:
    return sum(not state or row.state == state for row in comments)


def _card(request: Request, version: Version, row: CommentLine, refused: Form | None) -> dict[str, Any]:
    """One comment: what the reader may do about it. A given answer is changed behind a link."""
    artefact, actor = version.artefact, request.actor
    is_open = artefact.state in OPEN_TO_ANSWERS
    answers = is_open and rules.answers(actor, artefact)
    changing = request.GET.get("change") == str(row.number) or isinstance(refused, DispositionForm)
    validates = is_open and rules.acting_role(actor) == Role.CHAIR and row.state == "proposed"
    return {
        "row": row,
        "form": (refused if isinstance(refused, DispositionForm) else _form(row))
        if answers and (row.state == "waiting" or changing)
        else None,
        "may_change": answers and row.state != "waiting" and not changing,
        "validate": _validating(row) if validates and row.proposed_by != actor.person_id else None,
        "own_proposal": validates and row.proposed_by == actor.person_id,
    }


def _form(row: CommentLine, data: Any = None) -> DispositionForm:
    hidden = {"seen": operations.stamp(row.proposed_at), "words_of": operations.stamp(row.edited_at)}
    initial = {"answer": row.answer, "reason": row.reason, **hidden} if row.answer else hidden
    return DispositionForm(data, prefix=f"c{row.number}", initial=initial)


def _validating(row: CommentLine) -> ValidateForm:
    seen = row.proposed_at.isoformat() if row.proposed_at else ""
    return ValidateForm(prefix=f"c{row.number}", initial={"proposed_at": seen})


def _comment(version: Version, number: int) -> Comment:
    return get_object_or_404(Comment, version=version, number=number)


def propose(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """The answer to one comment."""
    version = load_version(request, ref, label)
    comment = _comment(version, number)
    if request.method != "POST":
        return redirect("dispositions", ref, label)
    gate(request, version.artefact.get_absolute_url(), rules.check_can_propose, comment)
    form = DispositionForm(request.POST, prefix=f"c{number}")

    def work() -> str:
        data = form.cleaned_data
        given = {"answer": data["answer"], "reason": data["reason"]}
        for name in ("seen", "words_of"):
            given[name] = data[name] if form.add_prefix(name) in form.data else None
        stands = Disposition.objects.filter(comment=comment).first()
        form.data = {
            **request.POST.dict(),
            form.add_prefix("seen"): operations.stamp(stands.proposed_at if stands else None),
            form.add_prefix("words_of"): operations.stamp(comment.edited_at),
        }
        operations.propose_disposition(actor=request.actor, comment=comment, **given)
        return _next(request, version, number)

    return perform(request, form, work) or _page(request, version, form, number)


def validate(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """The chair's word on one answer."""
    version = load_version(request, ref, label)
    disposition = get_object_or_404(Disposition, comment=_comment(version, number))
    if request.method != "POST":
        return redirect("dispositions", ref, label)
    form = ValidateForm(request.POST, prefix=f"c{number}")

    def work() -> str:
        seen = form.cleaned_data["proposed_at"]
        operations.validate_disposition(actor=request.actor, disposition=disposition, seen=seen)
        return _next(request, version, number)

    return perform(request, form, work) or _page(request, version, form, number)


def _next(request: Request, version: Version, number: int) -> str:
    """The page at the comment just dealt with, so that the next one is in view."""
    return f"{reverse('dispositions', args=[version.artefact.reference, version.label])}#comment-{number}"
