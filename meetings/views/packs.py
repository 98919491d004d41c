"""Pages of packs."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from meetings import contents, operations, queries, rules
from meetings.forms import CirculateForm
from meetings.models import Meeting, Paper
from meetings.queries.packs import PackView
from meetings.states import PackState
from meetings.views.meetings import crumbs, load, load_to_arrange, posted
from sdwg import clock, dates, workdays
from sdwg.audit.reads import note_read
from sdwg.files.views import serve, serve_path
from sdwg.forms import ConfirmForm, Form
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.screen import Fact
from sdwg.templatetags.sdwg import short_hash
from sdwg.web import perform, status

__all__ = ["circulate_pack", "order_pack", "pack_file", "pack_page", "pack_progress", "paper_file"]


def _view(request: Request, meeting: Meeting) -> PackView:
    """The pack of a meeting for this reader; 404 while there is none for them."""
    view = queries.pack_for(request.actor, meeting)
    if view is None:
        raise Http404
    return view


@require_safe
def pack_page(request: Request, key: str) -> HttpResponse:
    """The pack: to its recipients what is in it and their copy, to those who arrange it the build and the receipts.

    Opening it is written down for a recipient, once (S5).
    """
    meeting = load(request, key)
    view = queries.pack_for(request.actor, meeting)
    if view is None and not rules.arranges(request.actor):
        raise Http404
    if view and view.number and not view.opened_at and request.method == "GET":
        operations.opened(actor=request.actor, pack=view.pack)
        view = _view(request, meeting)
    return _pack_page(request, meeting, view, ConfirmForm())


def _pack_page(request: Request, meeting: Meeting, view: PackView | None, form: Form) -> HttpResponse:
    pack, arranges = view.pack if view else None, rules.arranges(request.actor)
    out = bool(pack and pack.circulated_at)
    ready = pack if pack and pack.state in (PackState.BUILT, PackState.CIRCULATED) else None
    before = arranges and not out
    return render(
        request,
        "meetings/pack.html",
        {
            "meeting": meeting,
            "crumbs": crumbs(meeting, "Pack"),
            "view": view,
            "pack": pack,
            "out": out,
            "form": form,
            "arranges": arranges,
            "lines": queries.lines(request.actor, ready) if ready else [],
            "lint": queries.lint(request.actor, meeting) if before else [],
            "stale": bool(before and ready and not queries.is_current(ready, contents.read(meeting, request.at))),
            "receipts": queries.receipts(pack) if arranges and out and pack else [],
            "may_order": rules.can_order_pack(request.actor, meeting),
            "by": queries.pack_by(meeting, *workdays.kept()) if before else None,
            "facts": _facts(request, view) if view else [],
            "progress_url": reverse("pack-progress", args=[meeting.key]),
        },
        status=status(form),
    )


def _facts(request: Request, view: PackView) -> list[Fact]:
    pack, today = view.pack, clock.today(request.at)
    moments = (
        ("Starts", pack.meeting.starts_at),
        ("Ordered", None if pack.circulated_at else pack.ordered_at),
        ("Built", pack.built_at),
        ("Circulated", pack.circulated_at),
        ("You opened it", view.opened_at),
        ("You took it", view.downloaded_at),
    )
    found = [Fact("Meeting", pack.meeting.reference, pack.meeting.get_absolute_url())]
    found += [Fact(label, dates.moment(at, today)) for label, at in moments if at]
    if pack.manifest_digest:
        found += [Fact("Pages", view.pages), Fact("Manifest", short_hash(pack.manifest_digest))]
    return found


@require_POST
def order_pack(request: Request, key: str) -> HttpResponse:
    """Ask the worker for a pack."""
    meeting = load_to_arrange(request, key)
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.order_pack(actor=request.actor, meeting=meeting)
        return reverse("pack", args=[meeting.key])

    return perform(request, form, work) or _pack_page(request, meeting, queries.pack_for(request.actor, meeting), form)


@require_safe
def pack_progress(request: Request, key: str) -> HttpResponse:
    """How far the build is; when it is done, the page loads itself again."""
    view = _view(request, load_to_arrange(request, key))
    if not view.under_way:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"percent": view.pack.progress, "stage": view.pack.stage, "url": request.path}
    return render(request, "meetings/progress.html", context)


def circulate_pack(request: Request, key: str) -> HttpResponse:
    """Who gets it and what each copy withholds; then it is sent, once."""
    meeting = load_to_arrange(request, key)
    view = _view(request, meeting)
    form = CirculateForm(posted(request))

    def work() -> str:
        operations.circulate(actor=request.actor, pack=view.pack, seen=form.cleaned_data["seen"])
        return reverse("pack", args=[meeting.key])

    answer = perform(request, form, work)
    if answer:
        return answer
    built = view.pack.state == PackState.BUILT
    rows, seen = queries.to_circulate(meeting, view.pack, request.at) if built else ([], "")
    form.initial["seen"] = seen
    if form.is_bound:  # the page is shown again, so what it shows is what the next press sends
        form.data = {**request.POST.dict(), "seen": seen}
    return render(
        request,
        "meetings/circulate.html",
        {
            "meeting": meeting,
            "crumbs": crumbs(meeting, "Circulate the pack"),
            "form": form,
            "pack": view.pack,
            "pages": view.pages,
            "rows": rows,
            "built": built,
            "withheld": sum(bool(row.withheld) for row in rows),
            "lint": queries.lint(request.actor, meeting) if built else [],
            "consequences": [
                f"{len(rows)} people each get one mail with a link and no attachment.",
                "Every copy gets its number, and carries its reader's name.",
                "The pack is never rebuilt, and the agenda stays as it is.",
                "Alternates nominated for this meeting act for their seats from now on.",
            ],
        },
        status=status(form),
    )


@require_safe
def pack_file(request: Request, key: str) -> HttpResponseBase:
    """The reader's own copy, made now, by today's markings. That they take it is written before its first byte."""
    meeting = load(request, key)
    view = _view(request, meeting)
    try:
        made = operations.make_copy(actor=request.actor, pack=view.pack)
    except NotNow as refusal:
        raise Http404 from refusal
    return serve_path(request, made, name=f"sdwg-{meeting.key}-pack.pdf")


@require_safe
def paper_file(request: Request, pk: int) -> HttpResponseBase:
    """A paper that is a file of its own, for those who may read it."""
    shown = Paper.objects.visible_to(request.actor).standing().filter(version=None, item__removed_at=None)
    paper = shown.filter(pk=pk).select_related("file", "item__meeting").first()
    if paper is None or paper.file is None:
        raise Http404
    note_read(request.actor, key=paper.audit_key, ref=paper.audit_ref, version_sha256=paper.file.sha256)
    return serve(request, paper.file, name=f"{paper.title}.pdf")
