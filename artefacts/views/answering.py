"""The dispositions page: every comment with its answer and last word, and what each reader may do about them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from artefacts import operations, queries, rules
from artefacts.forms import (
    ContestForm,
    DispositionForm,
    DuplicateForm,
    LastWordForm,
    PublicAnswerForm,
    ResolvesForm,
    ValidateForm,
    ValidateTogetherForm,
)
from artefacts.models import Comment, Disposition, Version
from artefacts.queries import CommentLine
from artefacts.states import OPEN_TO_ANSWERS, OPEN_TO_LAST_WORDS
from artefacts.views.loading import gate, load_version, note, sent, title_of, way_to
from sdwg import clock, workdays
from sdwg.forms import Form
from sdwg.members.middleware import Request
from sdwg.web import perform, status

SHOWN = {
    "": "All",
    "waiting": "Waiting",
    "proposed": "Proposed",
    "validated": "Validated",
    "todo": "Still to do",
    "mine": "Yours",
    "industry": "Wider industry",
}


@require_safe
def dispositions(request: Request, ref: str, label: str) -> HttpResponse:
    """All comments on a version and what becomes of them, narrowed by the address."""
    return _page(request, load_version(request, ref, label))


def _page(
    request: Request,
    version: Version,
    refused: Form | None = None,
    number: int | None = None,
    *,
    public: tuple[int, PublicAnswerForm] | None = None,
) -> HttpResponse:
    """The page, with the form of one comment that was refused on it. Its reading is written down first.

    ``public`` is the refused form of a comment from the wider industry, and its number.
    """
    note(request, version, "saw-answers")
    comments = queries.comment_log(version)
    industry = queries.public_comments(version)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    mine = {row.number for row in comments if rules.speaks_for(request.actor, row.seat)}
    chosen = [row for row in comments if row.number == number or _shows(row, show, mine)]
    desk = _Desk(request, version, comments, workdays.kept() if any(row.validated_at for row in chosen) else None)
    cards = [desk.card(row, refused if row.number == number else None) for row in chosen]
    here = reverse("dispositions", args=[version.artefact.reference, version.label])
    tabs = [
        (
            name,
            f"{here}?show={value}" if value else here,
            sum(_shows(row, value, mine) for row in comments),
            value == show,
        )
        for value, name in SHOWN.items()
        if (value != "mine" or mine) and value != "industry"
    ]
    if industry:
        tabs.append((SHOWN["industry"], f"{here}?show=industry", len(industry), show == "industry"))
    together = [row for row in comments if desk.together(row)]
    context = {
        "version": version,
        "artefact": version.artefact,
        "title": title_of(version.artefact),
        "crumbs": way_to(version.artefact, f"Answers to the comments on {version.label}"),
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "cards": cards,
        "tabs": tabs,
        "total": len(comments),
        "show": show,
        "industry": _industry(request, version, industry, public) if show in {"", "industry"} else [],
        "form": refused or (public[1] if public else None),
        "together": _together(together) if together else None,
        "number_together": len(together),
        "contested": sum(row.state == "proposed" and bool(row.contested_at) for row in comments),
    }
    forms = [form for form in (refused, public[1] if public else None) if form is not None]
    return render(request, "artefacts/dispositions.html", context, status=status(*forms))


def _industry(
    request: Request, version: Version, rows: list[queries.PublicLine], refused: tuple[int, PublicAnswerForm] | None
) -> list[dict[str, Any]]:
    """What came from the wider industry, with the answer's form for the author: said without a query a row."""
    answers, hides = rules.answers_industry(request.actor, version.artefact), rules.runs_consultations(request.actor)
    cards = []
    for row in rows:
        form = refused[1] if refused and refused[0] == row.number else None
        may_answer = answers and not row.hidden
        answering = may_answer and (form or not row.answer or request.GET.get("answer") == str(row.number))
        cards.append(
            {
                "row": row,
                "form": (form or _public_form(row)) if answering else None,
                "may_change": may_answer and not answering,
                "may_hide": hides and not row.hidden,
                "may_show": hides and row.hidden,
            }
        )
    return cards


def _public_form(row: queries.PublicLine, data: Any = None) -> PublicAnswerForm:
    initial = {"answer": row.answer, "reason": row.reason, "seen": operations.stamp(row.answered_at)}
    return PublicAnswerForm(data, prefix=f"w{row.number}", initial=initial)


def _shows(row: CommentLine, show: str, mine: set[int]) -> bool:
    if show == "todo":
        return row.promised and not row.resolved_in
    return not show or row.state == show or (show == "mine" and row.number in mine)


def _together(rows: list[CommentLine]) -> ValidateTogetherForm:
    seen = operations.shown([(row.id, row.proposed_at) for row in rows if row.proposed_at])
    return ValidateTogetherForm(initial={"seen": seen})


class _Desk:
    """What one reader may do about each comment of a version, without a query for any of them."""

    def __init__(
        self,
        request: Request,
        version: Version,
        comments: list[CommentLine],
        kept: tuple[workdays.Calendar, dict[str, int]] | None,
    ) -> None:
        self.request, self.version, self.kept = request, version, kept
        self.actor, state = request.actor, version.artefact.state
        self.is_open = state in OPEN_TO_ANSWERS
        self.answers = self.is_open and rules.answers(self.actor, version.artefact)
        named = rules.delegation_of(version.artefact_id, self.actor.at) if self.is_open else None
        self.validates = self.is_open and rules.validates(self.actor, version.artefact, named)
        comments_here = self.actor.seat_id in {row.seat_id for row in comments}
        self.contests = self.is_open and comments_here and rules.acting_role(self.actor) in rules.COMMENTERS
        self.replies = state in OPEN_TO_LAST_WORDS and rules.acting_role(self.actor) in rules.COMMENTERS
        self.today = clock.today(request.at)

    def together(self, row: CommentLine) -> bool:
        """Whether it is among those that are validated at once."""
        waits = row.state == "proposed" and not row.contested_at
        return self.validates and waits and row.proposed_by != self.actor.person_id

    def card(self, row: CommentLine, refused: Form | None) -> dict[str, Any]:
        """One comment with its forms. What was said already is changed behind a link."""
        changing = self._asked("change", row) or isinstance(refused, DispositionForm)
        validates = self.validates and row.state == "proposed"
        may_contest = self.contests and row.state == "proposed" and not row.contested_at
        contesting = may_contest and (self._asked("contest", row) or isinstance(refused, ContestForm))
        may_reply = self.replies and row.state == "validated" and rules.speaks_for(self.actor, row.seat)
        replying = may_reply and (not row.word or self._asked("reply", row) or isinstance(refused, LastWordForm))
        linking = self.answers and (self._asked("same", row) or isinstance(refused, DuplicateForm))
        until = rules.last_word_until(row.validated_at, self.kept) if row.validated_at and not row.word else None
        return {
            "row": row,
            "form": (refused if isinstance(refused, DispositionForm) else _form(row))
            if self.answers and (row.state == "waiting" or changing)
            else None,
            "may_change": self.answers and row.state != "waiting" and not changing,
            "validate": _validating(row) if validates and row.proposed_by != self.actor.person_id else None,
            "own_proposal": validates and row.proposed_by == self.actor.person_id,
            "contest": _or(refused, ContestForm, lambda: ContestForm(prefix=_prefix(row))) if contesting else None,
            "may_contest": may_contest and not contesting,
            "reply": _or(refused, LastWordForm, lambda: _reply(row)) if replying else None,
            "may_reply": may_reply and not replying,
            "same": _or(refused, DuplicateForm, lambda: _same(self.request, self.version, row)) if linking else None,
            "may_link": self.answers and not linking,
            "until": until if until and until >= self.today else None,
            "silent": until is not None and until < self.today,
        }

    def _asked(self, what: str, row: CommentLine) -> bool:
        return self.request.GET.get(what) == str(row.number)


def _or(refused: Form | None, kind: type[Form], made: Callable[[], Form]) -> Form:
    return refused if isinstance(refused, kind) else made()


def _prefix(row: CommentLine | Comment) -> str:
    return f"c{row.number}"


def _reply(row: CommentLine) -> LastWordForm:
    seen = row.validated_at.isoformat() if row.validated_at else ""
    return LastWordForm(prefix=_prefix(row), initial={"word": row.word, "text": row.word_text, "seen": seen})


def _same(request: Request, version: Version, row: CommentLine | Comment, data: Any = None) -> DuplicateForm:
    """The other comments on the artefact that this one can repeat."""
    readable = Version.objects.visible_to(request.actor).filter(artefact=version.artefact)
    others = Comment.objects.standing().filter(version__in=readable.values("pk"), duplicate_of__isnull=True)
    comments = others.exclude(pk=row.id).select_related("version").order_by("-version__order", "number")
    current = Comment.objects.filter(pk=row.id).values_list("duplicate_of", flat=True).first()
    return DuplicateForm(data, comments=comments, prefix=_prefix(row), initial={"of": current})


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
    """The chair's word on one answer, or the delegate's."""
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


def validate_together(request: Request, ref: str, label: str) -> HttpResponse:
    """The chair's word on every answer that nobody contests, or the delegate's."""
    version = load_version(request, ref, label)
    if request.method != "POST":
        return redirect("dispositions", ref, label)
    form = ValidateTogetherForm(request.POST)

    def work() -> str:
        seen = form.cleaned_data["seen"] if "seen" in form.data else None
        done = operations.validate_uncontested(actor=request.actor, version=version, seen=seen)
        messages.success(request, f"{done} answer{' is' if done == 1 else 's are'} validated.")
        return reverse("dispositions", args=[ref, label])

    return perform(request, form, work) or _page(request, version, form)


def contest(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """A commenter pulls one answer out of those that are validated together."""
    version = load_version(request, ref, label)
    disposition = get_object_or_404(Disposition, comment=_comment(version, number))
    if request.method != "POST":
        return redirect("dispositions", ref, label)
    form = ContestForm(request.POST, prefix=f"c{number}")

    def work() -> str:
        operations.contest(actor=request.actor, disposition=disposition, why=form.cleaned_data["why"])
        return _next(request, version, number)

    return perform(request, form, work) or _page(request, version, form, number)


def last_word(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """The commenter's last word on one answer."""
    version = load_version(request, ref, label)
    comment = _comment(version, number)
    if request.method != "POST":
        return redirect("dispositions", ref, label)
    form = LastWordForm(request.POST, prefix=f"c{number}")

    def work() -> str:
        data = form.cleaned_data
        seen = data["seen"] if form.add_prefix("seen") in form.data else None
        operations.say_last_word(actor=request.actor, comment=comment, word=data["word"], text=data["text"], seen=seen)
        return _next(request, version, number)

    return perform(request, form, work) or _page(request, version, form, number)


def duplicate(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """Which other comment says the same."""
    version = load_version(request, ref, label)
    comment = _comment(version, number)
    if request.method != "POST":
        return redirect("dispositions", ref, label)
    form = _same(request, version, comment, request.POST)

    def work() -> str:
        operations.mark_duplicate(actor=request.actor, comment=comment, of=form.cleaned_data["of"])
        return _next(request, version, number)

    return perform(request, form, work) or _page(request, version, form, number)


def answer_public(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """The answer to one comment from the wider industry."""
    version = load_version(request, ref, label)
    comment = queries.public_comment(version, number)
    if comment is None:
        raise Http404
    here = reverse("dispositions", args=[ref, label])
    if request.method != "POST":
        return redirect(f"{here}?answer={number}#industry-{number}")
    gate(request, version.artefact.get_absolute_url(), rules.check_can_answer_public, comment)
    form = PublicAnswerForm(request.POST, prefix=f"w{number}")

    def work() -> str:
        given = {name: form.cleaned_data[name] for name in ("answer", "reason", "seen")}
        form.data = {**request.POST.dict(), f"w{number}-seen": operations.stamp(comment.answered_at)}
        operations.answer_public_comment(actor=request.actor, comment=comment, **given)
        return f"{here}#industry-{number}"

    return perform(request, form, work) or _page(request, version, public=(number, form))


def resolves(request: Request, ref: str, label: str) -> HttpResponse:
    """Which comments on earlier versions this one resolves."""
    version = load_version(request, ref, label)
    back = gate(request, version.artefact.get_absolute_url(), rules.check_can_resolve_in, version)
    if back:
        return back
    comments = rules.resolvable_in(request.actor, version)
    resolved = [row.pk for row in comments if row.resolved_in_id == version.pk]
    form = ResolvesForm(sent(request), comments=comments, initial={"comments": resolved})

    def work() -> str:
        operations.resolve_in(actor=request.actor, version=version, comments=form.cleaned_data["comments"])
        messages.success(request, f"What {label} resolves is recorded.")
        return version.artefact.get_absolute_url()

    answer = perform(request, form, work)
    if answer:
        return answer
    note(request, version, "saw-answers")
    context = {
        "form": form,
        "version": version,
        "artefact": version.artefact,
        "crumbs": way_to(version.artefact, f"What {label} resolves"),
        "lead": f"{title_of(version.artefact)}, version {label}",
        "any": bool(comments),
    }
    return render(request, "artefacts/resolves.html", context, status=status(form))


def _next(request: Request, version: Version, number: int) -> str:
    """The page at the comment just dealt with, so that the next one is in view."""
    return f"{reverse('dispositions', args=[version.artefact.reference, version.label])}#comment-{number}"
