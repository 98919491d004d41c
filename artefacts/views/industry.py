"""The wider industry (D2): public consultations for anybody; what is public, and what is abuse, for who runs them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from artefacts import industry, operations, queries, rules
from artefacts.forms import PublicCommentForm, ReleaseForm
from artefacts.models import Consultation, Version
from artefacts.views.loading import gate, load_envelope, load_version, note, sent, title_of, way_to
from sdwg.files.views import serve
from sdwg.forms import ConfirmForm, ReasonForm
from sdwg.members.middleware import Request
from sdwg.visitors import heard, personal, too_many
from sdwg.web import perform, status

read_or_post = require_http_methods(["GET", "HEAD", "POST"])
WORDS = ("name", "address", "organisation", "section", "page", "type", "text", "proposed_change")
"""What a comment from the wider industry consists of."""

# --------------------------------------------------------------------------------------------------------- for anybody


@require_safe
@login_not_required
@never_cache
def public_list(request: Request) -> HttpResponse:
    """The consultations that anybody may comment on."""
    return render(request, "artefacts/public/list.html", {"consultations": queries.public_consultations(request.at)})


def _rounds(request: Request, ref: str) -> list[queries.PublicConsultation]:
    """What is public of the artefact, the newest round first. Raises ``Http404`` for nothing."""
    found = queries.public_rounds(ref, request.at)
    if not found:
        raise Http404
    return found


@read_or_post
@login_not_required
@never_cache
@sensitive_post_parameters(*WORDS)
def public_consultation(request: Request, ref: str) -> HttpResponse:
    """The document and its facts; while it is open a form, afterwards what came and was answered. 404 for all else.

    The answer is the same whoever sends, with whatever address: what becomes of it, the owner of the address reads.
    """
    rounds = _rounds(request, ref)
    newest = rounds[0]
    form = PublicCommentForm(sent(request))
    code = too_many(request, form, "public_comment")
    acted_on = heard(request, form, "public_comment")

    def work() -> str:
        words = {name: form.cleaned_data[name] for name in WORDS}
        if acted_on:
            operations.send_public_comment(consultation=newest.window, at=request.at, **words)
        return reverse("public-comment-sent")

    context = {
        "newest": newest,
        "over": [found for found in rounds if not found.open],
        "form": form if newest.open or form.is_bound else None,
    }
    return perform(request, form, work) or render(
        request, "artefacts/public/consultation.html", context, status=code or status(form)
    )


@require_safe
@login_not_required
def public_document(request: Request, ref: str, label: str) -> HttpResponseBase:
    """The document of a public consultation, for anybody; 404 for every other."""
    found = next((found for found in _rounds(request, ref) if found.label == label), None)
    if found is None:
        raise Http404
    return serve(request, found.version.file, name=f"{found.reference}-{found.label}.pdf")


@require_safe
@login_not_required
@never_cache
def public_sent(request: Request) -> HttpResponse:
    """What comes next, the same for everybody who sent a comment."""
    return render(request, "artefacts/public/sent.html")


@require_safe
@login_not_required
@never_cache
def public_confirmed(request: Request) -> HttpResponse:
    """Where the confirmation leads."""
    return render(request, "artefacts/public/confirmed.html")


@read_or_post
@login_not_required
def public_confirm(request: Request, secret: str) -> HttpResponse:
    """The page behind the mail. Reading it changes nothing, since mail scanners follow links; its button does."""
    comment = industry.by_confirming(secret)
    form = ConfirmForm(sent(request))

    def work() -> str:
        operations.confirm_public_comment(secret=secret, at=request.at)
        return reverse("public-comment-confirmed")

    answer = perform(request, form, work)
    if answer:
        return personal(answer)
    if comment is None or not rules.can_confirm(comment, request.at):
        return personal(render(request, "artefacts/public/gone.html", status=404))
    context = {"comment": comment, "version": comment.consultation.version, "form": form}
    return personal(render(request, "artefacts/public/confirm.html", context, status=status(form)))


# ------------------------------------------------------------------------------------------ for chair and secretariat


@read_or_post
def open_to_anybody(request: Request, ref: str, label: str) -> HttpResponse:
    """Put a consultation on the public pages, or take it off them with a reason."""
    version = load_envelope(request, ref, label)
    window = queries.last_window(version)
    if window is None:
        return redirect("artefact", ref)
    window.version = version
    return _take_off(request, version, window) if window.public else _put_on(request, version, window)


def _put_on(request: Request, version: Version, window: Consultation) -> HttpResponse:
    there = version.artefact.get_absolute_url()
    back = gate(request, there, rules.check_can_open_to_industry, window)
    if back:
        return back
    form = ConfirmForm(sent(request))

    def work() -> str:
        operations.open_to_industry(actor=request.actor, consultation=window)
        messages.success(request, f"{version} is on the public pages.")
        return there

    return perform(request, form, work) or _page(
        request,
        version,
        form,
        title="Open the consultation to the wider industry",
        submit="Open it to the wider industry",
        consequences=[
            "Anybody reads the title and the document, without an account, also after the close.",
            "Anybody may comment until the close. Such comments are kept apart, and count for no constituency.",
        ],
    )


def _take_off(request: Request, version: Version, window: Consultation) -> HttpResponse:
    there = version.artefact.get_absolute_url()
    back = gate(request, there, rules.check_can_close_to_industry, window)
    if back:
        return back
    form = ReasonForm(sent(request))

    def work() -> str:
        operations.close_to_industry(actor=request.actor, consultation=window, reason=form.cleaned_data["reason"])
        messages.success(request, f"{version} is on no public page any more.")
        return there

    return perform(request, form, work) or _page(
        request,
        version,
        form,
        title="Take the consultation off the public pages",
        submit="Take it off the public pages",
        danger=True,
        consequences=[
            "Its public page and its document answer at once that there is no such page.",
            "Comments that were confirmed stay. What was not confirmed yet cannot be confirmed any more.",
        ],
    )


def _load_for_release(request: Request, ref: str, label: str) -> Version:
    """The version, for whoever reads what waits for its release. Raises ``Http404`` for everybody else."""
    version = load_version(request, ref, label)
    if not rules.reads_held(request.actor):
        raise Http404
    return version


@read_or_post
def release_public(request: Request, ref: str, label: str) -> HttpResponse:
    """What the wider industry sent and nobody else reads yet: released here, one or several at once."""
    version = _load_for_release(request, ref, label)
    held = queries.held_comments(version)
    form = ReleaseForm(sent(request), held=held)
    here = reverse("public-release", args=[ref, label])

    def work() -> str:
        chosen = form.cleaned_data["comments"]
        done = len(operations.release_public_comments(actor=request.actor, version=version, comments=chosen))
        messages.success(request, f"{done} comment{' is' if done == 1 else 's are'} released.")
        return here

    answer = perform(request, form, work)
    if answer:
        return answer
    note(request, version, "saw-answers")
    chosen = {str(pk) for pk in form["comments"].value() or ()}
    context = {
        "form": form,
        "version": version,
        "artefact": version.artefact,
        "lead": f"{title_of(version.artefact)}, version {label}",
        "crumbs": way_to(version.artefact, "From the wider industry"),
        "held": [(row, industry.who_sent(row), str(row.pk) in chosen) for row in held if not row.hidden_at],
        "refused": [(row, industry.who_sent(row), str(row.pk) in chosen) for row in held if row.hidden_at],
        "may_release": rules.can_release(request.actor, version),
        "back": version.artefact.get_absolute_url(),
    }
    return render(request, "artefacts/release.html", context, status=status(form))


@read_or_post
def refuse_public(request: Request, ref: str, label: str, pk: int) -> HttpResponse:
    """Refuse one comment from the wider industry, with the reason that its sender is told."""
    version = _load_for_release(request, ref, label)
    comment = queries.confirmed_comment(version, pk)
    if comment is None:
        raise Http404
    there = reverse("public-release", args=[ref, label])
    back = gate(request, there, rules.check_can_refuse_public, comment)
    if back:
        return back
    note(request, version, "saw-answers")
    form = ReasonForm(sent(request))

    def work() -> str:
        operations.refuse_public_comment(actor=request.actor, comment=comment, reason=form.cleaned_data["reason"])
        messages.success(request, "The comment is refused, and its sender is told.")
        return there

    return perform(request, form, work) or _page(
        request,
        version,
        form,
        title="Refuse a comment from the wider industry",
        submit="Refuse it",
        danger=True,
        quoted=comment.text,
        by=industry.who_sent(comment),
        back=there,
        consequences=[
            "Chair and secretariat alone go on reading it. It stays on record, and has no number.",
            "Its sender is told by mail, with your reason.",
        ],
    )


@read_or_post
def hide_public(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """Hide one comment from the wider industry for abuse."""
    version = load_version(request, ref, label)
    comment = queries.public_comment(version, number)
    if comment is None:
        raise Http404
    there = reverse("dispositions", args=[ref, label])
    back = gate(request, there, rules.check_can_hide_public, comment)
    if back:
        return back
    note(request, version, "saw-answers")
    form = ReasonForm(sent(request))

    def work() -> str:
        operations.hide_public_comment(actor=request.actor, comment=comment, reason=form.cleaned_data["reason"])
        return f"{there}#industry-{number}"

    return perform(request, form, work) or _page(
        request,
        version,
        form,
        title=f"Hide comment W{number}",
        submit="Hide it for abuse",
        danger=True,
        quoted=comment.text,
        by=industry.who_sent(comment),
        back=f"{there}#industry-{number}",
        consequences=[
            "Its words and its sender are shown to nobody any more, here or on the public pages; its number stays.",
            "The reason goes on record, and its readers inside see it.",
        ],
    )


@read_or_post
def show_public(request: Request, ref: str, label: str, number: int) -> HttpResponse:
    """Show again one comment from the wider industry that was hidden."""
    version = load_version(request, ref, label)
    comment = queries.public_comment(version, number)
    if comment is None:
        raise Http404
    there = reverse("dispositions", args=[ref, label])
    back = gate(request, there, rules.check_can_show_public, comment)
    if back:
        return back
    note(request, version, "saw-answers")
    form = ReasonForm(sent(request))

    def work() -> str:
        operations.show_public_comment(actor=request.actor, comment=comment, reason=form.cleaned_data["reason"])
        return f"{there}#industry-{number}"

    return perform(request, form, work) or _page(
        request,
        version,
        form,
        title=f"Show comment W{number} again",
        submit="Show it again",
        quoted=comment.text,
        by=industry.who_sent(comment),
        back=f"{there}#industry-{number}",
        consequences=[
            "Its words and its sender are shown again, here and, once it is answered, on the public pages.",
            "The reason goes on record.",
        ],
    )


def _page(
    request: Request, version: Version, form: ConfirmForm | ReasonForm, *, title: str, **context: object
) -> HttpResponse:
    """A form about what is public of a version."""
    found = {
        "form": form,
        "version": version,
        "artefact": version.artefact,
        "title": title,
        "lead": f"{title_of(version.artefact)}, version {version.label}",
        "crumbs": way_to(version.artefact, title),
        "back": version.artefact.get_absolute_url(),
        **context,
    }
    return render(request, "artefacts/industry_form.html", found, status=status(form))
