"""Who may read a version: what is in force, what a change would do, and the second person's answer."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from artefacts import operations, queries, rules
from artefacts.forms import DeclineForm, RemarkForm, SettleForm
from artefacts.models import Remarking, Version
from artefacts.operations.marking import Effect, check_changes, effect_of, wanted_for, wanted_in
from artefacts.queries import marking_of
from artefacts.views.artefacts import as_before
from artefacts.views.loading import gate, load_version, note, sent, title_of, way_to
from sdwg import panels
from sdwg.forms import Form
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.web import perform, status


def marking(request: Request, ref: str, label: str) -> HttpResponse:
    """The marking and the readers; for whoever may change them the form, and before it acts what it would do."""
    version = load_version(request, ref, label)
    here = reverse("version-marking", args=[ref, label])
    if request.method == "POST":
        gate(request, here, rules.check_can_remark, version)
    elif not rules.can_remark(request.actor, version):
        return _page(request, version)
    form = RemarkForm(
        sent(request), actor=request.actor, artefact=version.artefact, initial=as_before(request, version)
    )
    if not form.is_valid():
        return _page(request, version, form)
    data = form.cleaned_data
    if not data["seen"]:
        return _preview(request, version, form)

    def work() -> str:
        given = {name: data[name] for name in ("marking", "people", "organisations", "reason", "seen")}
        operations.remark(actor=request.actor, version=version, **given)
        return here

    return perform(request, form, work) or _preview(request, version, form)


def _preview(request: Request, version: Version, form: RemarkForm) -> HttpResponse:
    """The same form with what it would do, which is what the next press does."""
    if set(form.errors) - {NON_FIELD_ERRORS}:  # what was refused beside a field has no effect to show
        return _page(request, version, form)
    data = form.cleaned_data
    try:
        rules.check_can_remark(request.actor, version)
        wanted = wanted_for(request.actor, version, data["marking"], data["people"], data["organisations"])
        check_changes(version, wanted)
        effect = effect_of(request.actor, version, wanted)
    except NotNow as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, version, form)
    posted = request.POST.copy()
    posted["seen"] = effect.digest
    form.data = posted
    return _page(request, version, form, effect)


def _waits(version: Version) -> Remarking | None:
    found = version.remarkings.filter(settled_at__isnull=True).select_related("proposed_by").first()
    if found:
        found.version = version
    return found


def _page(
    request: Request,
    version: Version,
    form: Form | None = None,
    effect: Effect | None = None,
    answered: SettleForm | None = None,
) -> HttpResponse:
    note(request, version, "saw-marking")
    actor, waits = request.actor, _waits(version)
    may_confirm = waits is not None and rules.can_settle_remarking(actor, waits)
    if waits and may_confirm:
        effect = effect_of(actor, version, wanted_in(waits))
    shown_now = {"remarking": waits.pk if waits else None, "seen": effect.digest if waits and effect else ""}
    may_decline = waits is not None and rules.can_settle_remarking(actor, waits, False)
    typed = {**shown_now, "reason": answered.data.get("reason", "")} if isinstance(answered, DeclineForm) else shown_now
    context = {
        "version": version,
        "artefact": version.artefact,
        "crumbs": way_to(version.artefact, f"Who may read {version.label}"),
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "record": queries.readers_record(version),
        "waits": waits,
        "wanted": queries.wanted_by(waits) if waits else [],
        "effect": effect,
        "form": form or answered,
        "remark": form,
        "confirm": SettleForm(initial=shown_now) if may_confirm else None,
        "decline": DeclineForm(initial=typed) if may_decline else None,
        "panels": panels.panels("marking", actor, version),
        "procurement": version.artefact.kind == "procurement",
        "marking": marking_of(version),
    }
    shown = [row for row in (form, answered) if row is not None]
    return render(request, "artefacts/marking.html", context, status=status(*shown))


def _settle(request: Request, ref: str, label: str, form: SettleForm, *, confirm: bool) -> HttpResponse:
    version = load_version(request, ref, label)
    here = reverse("version-marking", args=[ref, label])
    if request.method != "POST":
        return redirect(here)

    def work() -> str:
        data = form.cleaned_data
        shown = get_object_or_404(version.remarkings, pk=data["remarking"])
        given = {"seen": data["seen"]} if confirm else {"reason": data["reason"]}
        operations.settle_remarking(actor=request.actor, remarking=shown, confirm=confirm, **given)
        return here

    return perform(request, form, work) or _page(request, version, answered=form)


def confirm_marking(request: Request, ref: str, label: str) -> HttpResponse:
    """The second person says yes to what was shown: it takes effect."""
    return _settle(request, ref, label, SettleForm(sent(request)), confirm=True)


def decline_marking(request: Request, ref: str, label: str) -> HttpResponse:
    """Either says no, and why."""
    return _settle(request, ref, label, DeclineForm(sent(request)), confirm=False)
