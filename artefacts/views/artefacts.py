"""The register, an artefact's page, and the forms that register, upload, make ready, revise and withdraw."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST, require_safe

from artefacts import operations, queries, rules
from artefacts.forms import DelegateForm, HandOverForm, RegisterForm, UploadForm
from artefacts.models import Artefact, Version
from artefacts.queries import ArtefactPage
from artefacts.states import Kind, Marking, State
from artefacts.views.loading import gate, load, sent, title_of, way_to
from artefacts.views.moves import band, exits, steps
from sdwg import clock, dates, panels
from sdwg.forms import ConfirmForm, Form, ReasonForm
from sdwg.members.middleware import Request
from sdwg.members.models import Role
from sdwg.screen import Button, Crumb, Fact
from sdwg.web import perform, status

READERS = {
    Marking.CLEAR: "Anyone; here whoever is signed in",
    Marking.GREEN: "Anyone who is signed in",
    Marking.AMBER: "Programme and member seats, alternates in force, the auditor",
    Marking.STRICT: "Programme roles, and the organisations named on it",
    Marking.RED: "The people named on it, its author, the chair",
}
BY_NAME = "The chair, the secretariat and the people named on it"


@require_safe
def artefact_list(request: Request) -> HttpResponse:
    """The register, narrowed to a state by the address."""
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    found = queries.register(request.actor, state=state, page=request.GET.get("page", "1"))
    context = {
        "register": found,
        "chosen": State(state).label if state else "",
        "buttons": [Button("Register an artefact", reverse("artefact-register"))]
        if rules.can_register(request.actor)
        else [],
    }
    return render(request, "artefacts/list.html", context)


def register(request: Request) -> HttpResponse:
    """A new document for the register."""
    gate(request, reverse("artefact-list"), rules.check_can_register)
    form = RegisterForm(sent(request), actor=request.actor)

    def work() -> str:
        data = form.cleaned_data
        names = ("title", "summary", "kind", "owner", "author", "recommendations", "areas", "planned_dag_date")
        given = {name: data[name] for name in names}
        return operations.register(actor=request.actor, **given).get_absolute_url()

    context = {"form": form, "crumbs": [Crumb("Artefacts", reverse("artefact-list")), Crumb("Register an artefact")]}
    return perform(request, form, work) or render(request, "artefacts/register.html", context, status=status(form))


# --------------------------------------------------------------------------------------------------- an artefact's page


@require_safe
def artefact(request: Request, ref: str) -> HttpResponse:
    """An artefact: where it stands, whose move it is, what it still needs, and how it came here."""
    return artefact_page(request, load(request, ref))


def artefact_page(request: Request, found: Artefact, form: Form | None = None) -> HttpResponse:
    """The page, with the ``form`` of an act that was refused on it."""
    page = queries.artefact_page(request.actor, found)
    added = panels.panels("artefact", request.actor, found)
    context = {
        "page": page,
        "artefact": found,
        "title": title_of(found),
        "crumbs": way_to(found),
        "lead": _lead(request, page),
        "since_read": _since_read(page),
        "comparable": sum(line.readable for line in page.versions) > 1,
        "elsewhere": page.tally.total - page.tally_consulted.total,
        "identity_note": _identity(page),
        "band": next((panel.band for panel in added if panel.band), None) or band(request.actor, page),
        "steps": steps(page),
        "exits": exits(page),
        "needs": _needs(request, page),
        "facts": _facts(page),
        "panels": added,
        "mine": _constituency(request),
        "may_upload": rules.writes(request.actor, found) and rules.open_to_versions(found),
        "may_extend": page.is_open and page.consulted is not None and rules.may_extend(request.actor),
        "may_publish": _may_publish(request, page),
        "unreleased": queries.unreleased_on(found) if page.window and rules.reads_held(request.actor) else "",
        "may_resolve": page.reads_latest and page.tally.total > 0 and rules.answers(request.actor, found),
        "may_hand_over": rules.may_hand_over(request.actor, found),
        "may_delegate": rules.acting_role(request.actor) == Role.CHAIR
        and page.latest is not None
        and found.state != State.WITHDRAWN,
        "may_link": getattr(found, "titled", True) and rules.may_link(request.actor, found),
        "may_withdraw": rules.may_withdraw(request.actor, found),
        "once": ConfirmForm()["once"].value(),
        "form": form,
    }
    return render(request, "artefacts/artefact.html", context, status=status(form) if form else 200)


def _may_publish(request: Request, page: queries.ArtefactPage) -> bool:
    """Whether the link that puts its consultation on the public pages, or takes it off them, is theirs."""
    if page.window is None or page.consulted is None or not rules.runs_consultations(request.actor):
        return False
    clear = page.consulted.marking == Marking.CLEAR and page.artefact.kind == Kind.DESIGN
    return page.window.public or (clear and page.is_open)


def _lead(request: Request, page: queries.ArtefactPage) -> str:
    """The summary: no metadata, so it is read by whoever reads the latest version; before one, at TLP:AMBER."""
    found, actor = page.artefact, request.actor
    draft = page.latest is None and getattr(found, "titled", True)
    amber = actor.reads_amber or rules.is_own(actor, found)
    return found.summary if page.reads_latest or (draft and amber) else ""


def _since_read(page: queries.ArtefactPage) -> queries.SinceRead | None:
    """What changed since the newest version that the reader has read; nothing when that is the newest they may read."""
    readable = [line for line in page.versions if line.readable]
    read = next((line for line in readable if line.was_read), None)
    if read is None or read is readable[0]:
        return None
    return queries.since(read.version, readable[0].version)


def _constituency(request: Request) -> int | None:
    seat = request.actor.seat
    return seat.organisation.constituency_id if seat else None


def _identity(page: ArtefactPage) -> str:
    if page.latest is None:
        return "No version yet"
    if not page.reads_latest:
        return ""
    working = f"Working version {page.latest.label}"
    if page.baseline and page.baseline.version_id == page.latest.version.pk:
        return f"Version {page.latest.label} is the baseline{', approved before this system' * page.before_system}"
    return f"{working}; baseline {page.baseline.version.label}" if page.baseline else f"{working}; nothing approved yet"


def _needs(request: Request, page: ArtefactPage) -> list[dict[str, Any]]:
    """The checklist, while it matters, each line with the way to its work."""
    if page.state not in {State.DRAFT, State.IN_CONSULTATION, State.RESOLVING} or not page.reads_latest:
        return []
    if page.latest is None:
        return []
    ref, label = page.artefact.reference, page.latest.label
    log = reverse("dispositions", args=[ref, page.consulted.label]) if page.consulted else ""
    cells = reverse("assessment", args=[ref, label])
    verb = "Fill it" if rules.writes(request.actor, page.artefact) else "See it"
    links = ((log, "See the answers"), (f"{cells}#principles", verb), (f"{cells}#impacts", verb))
    return [{"need": need, "url": url, "do": do} for need, (url, do) in zip(page.needs, links, strict=True)]


def _facts(page: ArtefactPage) -> list[Fact]:
    found = page.artefact
    if not getattr(found, "titled", True):
        return [Fact("Pages", page.latest.version.file.pages if page.latest else "–")]
    facts = [
        Fact("Owner", found.owner.label),
        Fact("Author", found.author.label),
        Fact("Kind", found.get_kind_display()),
    ]
    if page.delegation:
        until = page.delegation.until
        ends = f", until {dates.day(until, clock.today(page.at))}" if until else ""
        facts.append(Fact("Validation delegated to", f"{page.delegation.seat.label}{ends}"))
    facts += [
        Fact(words, format_html_join(", ", '<a href="{}" title="{}">{}</a>', links))
        for words, kind in (("Answers", "recommendation"), ("Covers", "area"))
        if (
            links := [
                (reverse("entry", args=[kind, row.reference]), row.text, row.reference)
                for row in page.answers
                if row.kind == kind
            ]
        )
    ]
    if found.planned_dag_date:
        facts.append(Fact("Planned for the DAG", dates.day(found.planned_dag_date, clock.today(page.at))))
    if page.baseline:
        approved = dates.day(page.baseline.approved_on, clock.today(page.at))
        how = f"approved before this system, {page.baseline.dag_reference} of" if page.before_system else ""
        cited = f"{how or f'{page.baseline.dag_reference},'} {approved}"
        facts.append(Fact("Baseline", f"{page.baseline.version.label}, {cited}"))
    if page.latest and page.reads_latest:
        readers = BY_NAME if found.kind == Kind.PROCUREMENT else READERS[Marking(page.latest.marking)]
        facts += [Fact("Pages", page.latest.version.file.pages or "–"), Fact("Readers", readers)]
    return facts


# ------------------------------------------------------------------------------------------------------- acts on one


def upload(request: Request, ref: str) -> HttpResponse:
    """The next version."""
    found = load(request, ref)
    back = gate(request, found.get_absolute_url(), rules.check_can_upload, found)
    if back:
        return back
    previous = queries.latest_version(found)
    form = UploadForm(
        sent(request),
        request.FILES or None,
        actor=request.actor,
        artefact=found,
        first=previous is None,
        initial={"label": rules.next_label(found), **as_before(request, previous)},
    )

    def work() -> str:
        data = form.cleaned_data
        kept = data["file"]
        version = operations.upload(
            actor=request.actor,
            artefact=found,
            stored=kept.stored,
            file_name=kept.name,
            **{name: data[name] for name in ("label", "change_note", "marking", "people", "organisations")},
        )
        return version.artefact.get_absolute_url()

    context = {
        "form": form,
        "artefact": found,
        "title": title_of(found),
        "crumbs": way_to(found, "Upload a version"),
        "procurement": found.kind == Kind.PROCUREMENT,
        "consequences": _upload_does(found),
    }
    return perform(request, form, work) or render(request, "artefacts/upload.html", context, status=status(form))


def as_before(request: Request, previous: Version | None) -> dict[str, Any]:
    """The marking and the readers of the version before, as what is proposed for the next one."""
    if previous is None or not queries.can_read(request.actor, previous):
        return {}
    readers = previous.readers.filter(ends_at__isnull=True)
    return {
        "marking": queries.marking_of(previous),
        "organisations": list(readers.exclude(organisation=None).values_list("organisation", flat=True)),
        "people": list(readers.exclude(person=None).values_list("person__public_id", flat=True)),
    }


def _upload_does(found: Artefact) -> list[str]:
    lines = ["The file is kept as it is, with its SHA-256. A version is not edited afterwards."]
    if found.state == State.READY:
        lines.append("The artefact goes from ready back to resolving comments, and is assessed anew.")
    return lines


@require_POST
def make_ready(request: Request, ref: str) -> HttpResponse:
    """Everything is met: ready."""
    found = load(request, ref)
    form = ConfirmForm(request.POST)

    def work() -> str:
        return operations.make_ready(actor=request.actor, artefact=found).get_absolute_url()

    return perform(request, form, work) or artefact_page(request, found, form)


@require_POST
def open_revision(request: Request, ref: str) -> HttpResponse:
    """Back to draft, for a new revision or for rework."""
    found = load(request, ref)
    form = ConfirmForm(request.POST)

    def work() -> str:
        return operations.open_revision(actor=request.actor, artefact=found).get_absolute_url()

    return perform(request, form, work) or artefact_page(request, found, form)


def hand_over(request: Request, ref: str) -> HttpResponse:
    """Another author, another owner."""
    found = load(request, ref)
    back = gate(request, found.get_absolute_url(), rules.check_can_hand_over, found)
    if back:
        return back
    form = HandOverForm(sent(request), artefact=found, at=request.at)

    def work() -> str:
        given = {name: form.cleaned_data[name] for name in ("author", "owner", "reason")}
        return operations.hand_over(actor=request.actor, artefact=found, **given).get_absolute_url()

    context = {
        "form": form,
        "artefact": found,
        "title": title_of(found),
        "crumbs": way_to(found, "Hand it over"),
        "consequences": [
            "What waits for its author waits for the new one, who may read every version of it.",
            "What was written and answered stays with whoever did it.",
        ],
    }
    return perform(request, form, work) or render(request, "artefacts/hand_over.html", context, status=status(form))


def delegate_validation(request: Request, ref: str) -> HttpResponse:
    """Another seat validates the answers beside the chair."""
    found = load(request, ref)
    back = gate(request, found.get_absolute_url(), rules.check_can_delegate, found)
    if back:
        return back
    form = DelegateForm(sent(request), artefact=found, at=request.at)

    def work() -> str:
        given = {name: form.cleaned_data[name] for name in ("seat", "until", "reason")}
        operations.delegate_validation(actor=request.actor, artefact=found, **given)
        return found.get_absolute_url()

    context = {
        "form": form,
        "artefact": found,
        "title": title_of(found),
        "heading": "Delegate validation",
        "submit": "Delegate it",
        "crumbs": way_to(found, "Delegate validation"),
        "consequences": [
            "That seat validates answers that somebody else proposed. You go on validating too.",
            "It ends with the day you give, with the seat, or when you take it back. Whoever holds the seat is told.",
        ],
    }
    return perform(request, form, work) or render(request, "artefacts/delegate.html", context, status=status(form))


def take_back_validation(request: Request, ref: str) -> HttpResponse:
    """The chair alone validates again."""
    found = load(request, ref)
    back = gate(request, found.get_absolute_url(), rules.check_can_take_back, found)
    if back:
        return back
    form = ReasonForm(sent(request))

    def work() -> str:
        reason = form.cleaned_data["reason"]
        operations.take_back_validation(actor=request.actor, artefact=found, reason=reason)
        return found.get_absolute_url()

    context = {
        "form": form,
        "artefact": found,
        "title": title_of(found),
        "heading": "Take the validation back",
        "submit": "Take it back",
        "crumbs": way_to(found, "Take the validation back"),
        "consequences": ["What was validated stays. Whoever holds the seat is told."],
    }
    return perform(request, form, work) or render(request, "artefacts/delegate.html", context, status=status(form))


def withdraw(request: Request, ref: str) -> HttpResponse:
    """Out of the group's work, with a reason."""
    found = load(request, ref)
    back = gate(request, found.get_absolute_url(), rules.check_can_withdraw, found)
    if back:
        return back
    form = ReasonForm(sent(request))

    def work() -> str:
        reason = form.cleaned_data["reason"]
        return operations.withdraw(actor=request.actor, artefact=found, reason=reason).get_absolute_url()

    context = {
        "form": form,
        "artefact": found,
        "title": title_of(found),
        "crumbs": way_to(found, "Withdraw it"),
        "consequences": [
            "It leaves the group’s work for good; what was said about it stays on record.",
            *(["Its open consultation closes."] if found.state == State.IN_CONSULTATION else []),
        ],
    }
    return perform(request, form, work) or render(request, "artefacts/withdraw.html", context, status=status(form))
