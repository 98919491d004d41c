"""The registers of recommendations, principles and design areas: their lists, their entries, what artefacts answer."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from artefacts import operations, queries, rules, sheets
from artefacts.forms import EntryForm, EntryLinkForm, LinkForm, PlaceForm, RewordForm
from artefacts.models import ENTRIES, AnyEntry, DesignArea, DesignPrinciple, Recommendation
from artefacts.views.loading import gate, load, sent, title_of, way_to
from sdwg import clock, dates
from sdwg.files import tables
from sdwg.files.views import serve_made
from sdwg.forms import Form, ReasonForm
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.screen import Button, Crumb, Fact
from sdwg.web import perform, status

ON_A_PAGE = 50
LISTS = {"recommendation": "recommendation-list", "principle": "principle-list", "area": "area-list"}
NAMES = {"recommendation": "Recommendations", "principle": "Principles", "area": "Design areas"}
LEADS = {
    "recommendation": "What the AWG recommended, and the artefacts that take it down to a level to build from. "
    "Ready to build: each of them has a baseline. Counted is what you may see.",
    "area": "The areas of the end-to-end design, and the artefacts that design their security. "
    "Designed: each of them has a baseline. Counted is what you may see.",
}


def _crumbs(kind: str, *more: Crumb) -> list[Crumb]:
    return [Crumb(NAMES[kind], reverse(LISTS[kind])), *more] if more else [Crumb(NAMES[kind])]


# ----------------------------------------------------------------------------------------------------------- the lists


@require_safe
def recommendation_list(request: Request) -> HttpResponse:
    """What the AWG recommended and which artefacts answer it (R1, O1)."""
    return _covered(request, "recommendation")


@require_safe
def area_list(request: Request) -> HttpResponse:
    """The areas of the end-to-end design and which artefacts design their security (S1)."""
    return _covered(request, "area")


def _covered(request: Request, kind: str) -> HttpResponse:
    found = queries.register_of(request.actor, kind, show=request.GET.get("show", ""))
    page = Paginator(found.lines, ON_A_PAGE).get_page(request.GET.get("page", "1"))
    listed = [line.reference for line in found.lines if line.entry.retired_on is None]
    context = {
        "kind": kind,
        "name": NAMES[kind],
        "lead": LEADS[kind],
        "here": reverse(LISTS[kind]),
        "register": found,
        "page": page,
        "buttons": _list_buttons(request, kind, imports=kind == Recommendation.kind),
        "keeps": rules.keeps_registers(request.actor),
        "moves": kind == DesignArea.kind and not found.show and rules.keeps_registers(request.actor),
        "ends": (listed[0], listed[-1]) if listed else ("", ""),
        "empty": EMPTY[kind],
    }
    return render(request, "artefacts/covered.html", context)


EMPTY = {
    "recommendation": "Nothing has been entered yet. The analyst or the architect enters what the AWG recommends.",
    "area": "Nothing has been entered yet. The analyst or the architect enters the areas of the end-to-end design.",
}


def _list_buttons(request: Request, kind: str, *, imports: bool = False) -> list[Button]:
    if not rules.keeps_registers(request.actor):
        return []
    more = [Button("Import a table", reverse("recommendation-import"))] if imports else []
    return [Button(f"Enter a {ENTRIES[kind].called}", reverse("entry-add", args=[kind])), *more]


@require_safe
def principle_list(request: Request) -> HttpResponse:
    """The design principles and how the artefacts stand to them (O2)."""
    rows = queries.principles(request.actor)
    context = {
        "rows": [row for row in rows if not row.retired],
        "retired": [row for row in rows if row.retired],
        "buttons": _list_buttons(request, DesignPrinciple.kind),
    }
    return render(request, "artefacts/principles.html", context)


@require_safe
def register_file(request: Request, kind: str, ending: str) -> HttpResponseBase:
    """A register as a table: what its page shows, narrowed as it is."""
    if kind == DesignPrinciple.kind:
        table = sheets.of_principles(queries.principles(request.actor))
    else:
        found = queries.register_of(request.actor, kind, show=request.GET.get("show", ""))
        table = sheets.of_register(found)
    return _served(request, table, f"{NAMES[kind].lower().replace(' ', '-')}", ending)


def _served(request: Request, table: sheets.Table, name: str, ending: str) -> HttpResponseBase:
    day = clock.today(request.at).isoformat()
    content = table.as_csv() if ending == "csv" else table.as_workbook(request.at)
    media_type = tables.CSV if ending == "csv" else tables.XLSX
    return serve_made(request, content, name=f"{name}-{day}.{ending}", media_type=media_type)


# --------------------------------------------------------------------------------------------------------- the matrices


@require_safe
def matrix(request: Request, kind: str) -> HttpResponse:
    """The traceability matrix: recommendations or design areas by artefacts, with the gaps in words (R1, S1)."""
    found = queries.matrix(request.actor, kind, **_narrowed(request))
    context = {
        "kind": kind,
        "name": NAMES[kind],
        "called": ENTRIES[kind].called,
        "matrix": found,
        "page": Paginator(found.rows, ON_A_PAGE).get_page(request.GET.get("page", "1")),
        "verdicts": found.register.counts,
        "query": urlencode({name: value for name, value in _narrowed(request).items() if value}),
        "crumbs": _crumbs(kind, Crumb("Matrix")),
    }
    return render(request, "artefacts/matrix.html", context)


def _narrowed(request: Request) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("show", "state")}


@require_safe
def matrix_file(request: Request, kind: str, ending: str) -> HttpResponseBase:
    """The matrix as a table, narrowed as its page is, and its gaps."""
    found = queries.matrix(request.actor, kind, **_narrowed(request))
    return _served(request, sheets.of_matrix(found), f"{NAMES[kind].lower().replace(' ', '-')}-matrix", ending)


# ------------------------------------------------------------------------------------------------------------ one entry


def load_entry(kind: str, ref: str) -> AnyEntry:
    """The entry of that reference. Registers are TLP:GREEN: whoever is in reads them."""
    found: AnyEntry | None = ENTRIES[kind].objects.filter(reference=ref).first()
    if found is None:
        raise Http404
    return found


@require_safe
def entry(request: Request, kind: str, ref: str) -> HttpResponse:
    """An entry: what it says, what answers it, what is still needed, and how it came here."""
    found = load_entry(kind, ref)
    known = queries.design_artefacts(request.actor)
    context: dict[str, Any] = {
        "entry": found,
        "kind": kind,
        "crumbs": _crumbs(kind, Crumb(found.reference)),
        "facts": _facts(request, found),
        "events": queries.entry_history(request.actor, found, known),
        "buttons": _entry_buttons(request, found),
        "exits": _exits(request, found),
    }
    if isinstance(found, DesignPrinciple):
        (context["line"],) = queries.principles(request.actor, found)
        return render(request, "artefacts/principle.html", context)
    context["line"] = queries.line_of(found, queries.parts_of(found, known))
    return render(request, "artefacts/entry.html", context)


def _facts(request: Request, found: AnyEntry) -> list[Fact]:
    today = clock.today(request.at)
    facts = []
    if isinstance(found, Recommendation):
        facts.append(Fact("Source", found.source or "Not stated"))
    if first := queries.listed_since(found, request.at):
        facts.append(Fact("Listed since", first))
    if scope := queries.scope_of(found):
        facts.append(Fact("Scope", scope))
    if not isinstance(found, DesignPrinciple) and found.out_of_scope_on:
        facts.append(Fact("Out of scope since", dates.day(found.out_of_scope_on, today)))
        facts.append(Fact("Why", found.why_out_of_scope))
    if found.retired_on:
        facts += [Fact("Retired", dates.day(found.retired_on, today)), Fact("Why", found.why_retired)]
    if getattr(found, "illustrative", False):
        facts.append(Fact("Standing", "Illustrative"))
    return facts


def _entry_buttons(request: Request, found: AnyEntry) -> list[Button]:
    """What is done most: linking, by whoever writes an artefact; rewording, by the keepers."""
    place, buttons = [found.kind, found.reference], []
    if found.kind != DesignPrinciple.kind and found.retired_on is None and rules.may_write_artefacts(request.actor):
        buttons.append(Button("Link artefacts", reverse("entry-link", args=place)))
    if rules.can_change(request.actor, found):
        buttons.append(Button("Reword it", reverse("entry-reword", args=place)))
    return buttons


def _exits(request: Request, found: AnyEntry) -> list[Button]:
    """What is done seldom: scope, retirement and its end."""
    place, exits = [found.kind, found.reference], []
    if rules.can_scope(request.actor, found):
        into = not getattr(found, "in_scope", True)
        words = "Take it into scope" if into else "Put it out of scope"
        exits.append(Button(words, reverse("entry-scope", args=place)))
    if rules.can_change(request.actor, found):
        exits.append(Button("Retire it", reverse("entry-retire", args=place)))
    if rules.can_restore(request.actor, found):
        exits.append(Button("List it again", reverse("entry-restore", args=place)))
    return exits


def _form_page(request: Request, form: Form, crumbs: list[Crumb], **words: Any) -> HttpResponse:
    return render(request, "artefacts/entry_form.html", {"form": form, "crumbs": crumbs, **words}, status=status(form))


def enter(request: Request, kind: str) -> HttpResponse:
    """A new entry."""
    gate(request, reverse(LISTS[kind]), rules.check_can_enter)
    form = EntryForm(sent(request), kind=kind)

    def work() -> str:
        words = {name: form.cleaned_data[name] for name in form.words}
        reference = form.cleaned_data["reference"]
        made = operations.enter(actor=request.actor, kind=kind, reference=reference, words=words)
        messages.success(request, f"{made.reference} is in the register.")
        return made.get_absolute_url()

    called = ENTRIES[kind].called
    binds = ["Versions that are not ready yet are assessed against it too."] if kind == DesignPrinciple.kind else []
    return perform(request, form, work) or _form_page(
        request,
        form,
        _crumbs(kind, Crumb(f"Enter a {called}")),
        heading=f"Enter a {called}",
        submit="Enter it",
        cancel=reverse(LISTS[kind]),
        consequences=binds,
    )


def reword(request: Request, kind: str, ref: str) -> HttpResponse:
    """Other words for an entry, with a reason."""
    found = load_entry(kind, ref)
    back = gate(request, found.get_absolute_url(), rules.check_can_change, found)
    if back:
        return back
    initial = {name: getattr(found, name) for name in RewordForm.names(kind)}
    form = RewordForm(sent(request), kind=kind, initial={**initial, "seen": operations.wording(found)})

    def work() -> str:
        words = {name: form.cleaned_data[name] for name in form.words}
        reason, seen = form.cleaned_data["reason"], form.cleaned_data["seen"] or None
        try:
            entry = operations.reword(actor=request.actor, entry=found, words=words, reason=reason, seen=seen)
        except NotNow:
            # The page that says so is about what the entry says now.
            form.data = {**dict(form.data.items()), "seen": operations.wording(load_entry(kind, ref))}
            raise
        return entry.get_absolute_url()

    return perform(request, form, work) or _act_page(
        request, found, form, "Reword it", consequences=["What it said before stays in its history."]
    )


def _act_page(request: Request, found: AnyEntry, form: Form, heading: str, **words: Any) -> HttpResponse:
    crumbs = _crumbs(found.kind, Crumb(found.reference, found.get_absolute_url()), Crumb(heading))
    words = {"submit": heading, "cancel": found.get_absolute_url(), **words}
    return _form_page(request, form, crumbs, heading=heading, reference=found.reference, lead=found.heading, **words)


def _reasoned(
    request: Request,
    found: AnyEntry,
    check: Callable[..., None],
    do: Callable[[str], AnyEntry],
    heading: str,
    consequences: Iterable[str],
    **words: Any,
) -> HttpResponse:
    """A form that asks why, and does one thing."""
    back = gate(request, found.get_absolute_url(), check, found)
    if back:
        return back
    form = ReasonForm(sent(request))
    return perform(request, form, lambda: do(form.cleaned_data["reason"]).get_absolute_url()) or _act_page(
        request, found, form, heading, consequences=list(consequences), **words
    )


def retire(request: Request, kind: str, ref: str) -> HttpResponse:
    """Off the register, with a reason."""
    found = load_entry(kind, ref)

    def do(reason: str) -> AnyEntry:
        return operations.retire(actor=request.actor, entry=found, reason=reason)

    does = {
        "recommendation": "It counts no more, neither as a gap nor as ready to build.",
        "principle": "Versions that are not ready yet are no longer assessed against it.",
        "area": "It counts no more, neither as a gap nor as designed.",
    }
    consequences = (does[kind], "What was recorded of it stays, and it is listed as retired with the reason.")
    return _reasoned(request, found, rules.check_can_change, do, "Retire it", consequences, danger=True)


def restore(request: Request, kind: str, ref: str) -> HttpResponse:
    """Back in the register, with a reason."""
    found = load_entry(kind, ref)

    def do(reason: str) -> AnyEntry:
        return operations.restore(actor=request.actor, entry=found, reason=reason)

    consequences = ("It counts again, with the artefacts that were linked to it.",)
    if kind == DesignPrinciple.kind:
        consequences = ("Versions that are not ready yet are assessed against it again.",)
    return _reasoned(request, found, rules.check_can_restore, do, "List it again", consequences)


def rescope(request: Request, kind: str, ref: str) -> HttpResponse:
    """Out of scope or back in, with a reason (S1)."""
    found = load_entry(kind, ref)
    into = not getattr(found, "in_scope", True)

    def do(reason: str) -> AnyEntry:
        return operations.rescope(actor=request.actor, entry=found, in_scope=into, reason=reason)

    heading = "Take it into scope" if into else "Put it out of scope"
    consequences = (
        ["It is a gap again until artefacts answer it."]
        if into
        else ["It is listed as out of scope, with your reason, to everybody.", "It is neither a gap nor to be built."]
    )
    return _reasoned(request, found, rules.check_can_scope, do, heading, consequences)


@require_POST
def move_area(request: Request, ref: str) -> HttpResponse:
    """One place up or down."""
    found = load_entry(DesignArea.kind, ref)
    form = PlaceForm(request.POST)

    def work() -> str:
        assert isinstance(found, DesignArea)  # noqa: S101 (it was asked for by its kind)
        operations.move_area(actor=request.actor, area=found, by=form.cleaned_data["by"])
        return f"{reverse('area-list')}#{found.reference}"

    return perform(request, form, work) or _refused(request, form)


def _refused(request: Request, form: Form) -> HttpResponse:
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))
    answer = _covered(request, DesignArea.kind)
    answer.status_code = status(form)
    return answer


# ---------------------------------------------------------------------------------------------------------------- links


def link_entry(request: Request, kind: str, ref: str) -> HttpResponse:
    """Which artefacts answer an entry, of those the reader writes."""
    found = load_entry(kind, ref)
    rules.check_can_link_any(request.actor)
    among = queries.linkable(request.actor)
    form = EntryLinkForm(sent(request), entry=found, among=among)

    def work() -> str:
        data = form.cleaned_data
        operations.link_entry(
            actor=request.actor,
            entry=found,
            artefacts=data["artefacts"],
            among=among,
            reason=data["reason"],
            seen=data["seen"],
        )
        return found.get_absolute_url()

    return perform(request, form, work) or _act_page(
        request, found, form, "Link artefacts", submit="Record the links", consequences=LINKING
    )


LINKING = [
    "The matrix and “ready to build” follow at once.",
    "It is told in the history of each artefact that changes.",
]


def link_artefact(request: Request, ref: str) -> HttpResponse:
    """Which recommendations and design areas an artefact answers."""
    found = load(request, ref)
    back = gate(request, found.get_absolute_url(), rules.check_can_link, found)
    if back:
        return back
    form = LinkForm(sent(request), artefact=found)

    def work() -> str:
        given = {name: form.cleaned_data[name] for name in ("recommendations", "areas", "reason")}
        return operations.link(actor=request.actor, artefact=found, seen=form.seen(), **given).get_absolute_url()

    return perform(request, form, work) or _form_page(
        request,
        form,
        way_to(found, "What it answers"),
        heading="What it answers",
        reference=found.reference,
        lead=title_of(found),
        submit="Record the links",
        cancel=found.get_absolute_url(),
        consequences=LINKING,
    )
