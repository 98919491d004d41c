"""What the wider industry says (D2): sent, confirmed by its sender, released, answered, hidden, forgotten."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.urls import reverse

from artefacts import industry, rules
from artefacts.models import Consultation, PublicComment, Version
from artefacts.operations.consulting import locked_window
from artefacts.operations.moving import doer, locked, said, stamp
from artefacts.operations.notices import holders, owe, speakers, spoken
from artefacts.states import Answer, CommentType, PublicState
from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.mail import late
from sdwg.mail.operations import queue
from sdwg.members.access import Actor, NotNow
from sdwg.members.invitations import sha256_of
from sdwg.members.models import Role
from sdwg.visitors import CONFIRM_WITHIN, KEPT, Visitor


@transaction.atomic
def send_public_comment(
    *,
    consultation: Consultation,
    name: str,
    address: str,
    organisation: str,
    text: str,
    type: str = CommentType.TECHNICAL,
    page: int | None = None,
    section: str = "",
    proposed_change: str = "",
    at: datetime,
) -> None:
    """Keep what was sent at ``at``, and owe ``address`` a mail whose link confirms it. Nobody reads it before that.

    It is in no trail: it could be anybody's words. Raises ``NotNow`` off the public pages and after the close.
    """
    window = (
        Consultation.objects.select_for_update(of=("self",)).select_related("version__file").get(pk=consultation.pk)
    )
    rules.check_can_send(window, at)
    rules.check_page(window.version, page)
    if type not in CommentType.values:
        raise NotNow("Choose what sort of comment it is.", "type")
    nonce = uuid.uuid4()
    made = PublicComment.objects.create(
        consultation=window,
        name=name,
        address=address.lower(),
        organisation=organisation,
        page=page,
        section=section,
        type=type,
        text=said(text, "Write the comment.", "text"),
        proposed_change=proposed_change.strip(),
        nonce=nonce,
        confirm_sha256=sha256_of(industry.confirming_secret(nonce)),
        sent_at=at,
    )
    ref = window.version.audit_ref
    _write(
        made,
        industry.CONFIRM,
        subject=f"Confirm your comment on {ref}",
        sentence=f"Somebody sent a comment on {ref} with your address. Confirm within two days that it was you: "
        "it counts from when it was sent.",
        more="If it was not you, do nothing: nobody reads it, and it is deleted.",
        link_text="Look at it and confirm",
        at=at,
    )


def confirm_public_comment(*, secret: str, at: datetime) -> PublicComment:
    """Spend the link: the address has shown whose it is, and the comment is received and waits for its release.

    Raises ``NotNow`` for a dead link.
    """
    found = industry.by_confirming(secret)
    if found is None:
        raise NotNow("This link leads nowhere any more.")
    return _confirm(actor=industry.sender(found, at), comment=found)


@act
def _confirm(*, actor: Visitor, comment: PublicComment) -> PublicComment:
    comment = _locked(comment)
    rules.check_can_confirm(comment, actor.at)
    comment.confirmed_at = actor.at
    comment.save()
    _record("public-comment.confirmed", comment)
    _tell_secretariat(actor, comment.consultation.version)
    return comment


@act
def release_public_comments(*, actor: Actor, version: Version, comments: Iterable[int]) -> list[PublicComment]:
    """Let whoever reads the version read those of ``comments`` (ids), in the order in which they were sent.

    Each gets its number and is an event of its own; author and owner are told. One that was refused can be released
    after all, and its sender is told. What is released already, or is none of the version's, stays as it is.
    """
    artefact = locked(version.artefact_id)
    version.artefact = artefact
    rules.check_can_release(actor, version)
    wanted = set(comments)
    if not wanted:
        raise NotNow("Choose at least one comment.", "comments")
    rows = PublicComment.objects.filter(pk__in=wanted, consultation__version=version, confirmed_at__isnull=False)
    done = list(rows.filter(released_at__isnull=True).select_related("consultation").order_by("sent_at", "pk"))
    for comment in done:
        comment.consultation.version = version
        _release(actor, comment)
    if done:
        _tell_author(actor, version)
    return done


def _release(actor: Actor, comment: PublicComment) -> None:
    was_refused = comment.state == PublicState.REFUSED
    last = comment.consultation.public_comments.aggregate(last=Max("number"))["last"] or 0
    comment.number = last + 1
    comment.released_by, comment.released_as, comment.released_at = doer(actor), actor.label, actor.at
    comment.hidden_by, comment.hidden_as, comment.hidden_at, comment.hidden_why = None, "", None, ""
    comment.save()
    _record("public-comment.released", comment)
    if was_refused:
        ref = comment.consultation.version.audit_ref
        _write(
            comment,
            industry.TAKEN,
            subject=f"Your comment on {ref} is released after all",
            sentence=f"Your comment on {ref} was refused before. It is released after all, and its number is "
            f"W{comment.number}.",
            more="",
            link_text="See the consultation",
            at=actor.at,
        )


@act
def refuse_public_comment(*, actor: Actor, comment: PublicComment, reason: str) -> PublicComment:
    """Refuse its release: it stays on record, chair and secretariat alone read it, and its sender is told why."""
    comment = _locked(comment)
    rules.check_can_refuse_public(actor, comment)
    reason = said(reason, "Say why. The sender is told so.", "reason")
    comment.hidden_by, comment.hidden_as, comment.hidden_at = doer(actor), actor.label, actor.at
    comment.hidden_why = reason
    comment.save()
    _record("public-comment.refused", comment, reason=reason)
    ref = comment.consultation.version.audit_ref
    _write(
        comment,
        industry.REFUSED,
        subject=f"Your comment on {ref} is not released",
        sentence=f"The secretariat does not release your comment on {ref}: nobody else reads it.",
        more=reason,
        link_text="See the consultation",
        at=actor.at,
    )
    return comment


def _tell_secretariat(actor: Visitor, version: Version) -> None:
    """Tell whoever releases it, once a day for a version however many come."""
    ref = version.audit_ref
    owe(
        actor,
        version,
        holders(Role.SECRETARIAT, actor.at),
        rule="industry-held",
        on_key=version.audit_key,
        occurrence=clock.today(actor.at).isoformat(),
        subject=f"Comments of the wider industry on {ref} wait for you",
        sentence=f"The wider industry commented on {ref}. Nobody else reads it before you release it.",
        link=reverse("public-release", args=[version.artefact.reference, version.label]),
        link_text="Read, and release or refuse",
        why="you are the secretariat",
    )


def _tell_author(actor: Actor, version: Version) -> None:
    """Tell whoever answers it, author and owner, once a day for a version however many are released."""
    artefact = version.artefact
    name = spoken(artefact)
    owe(
        actor,
        version,
        speakers({artefact.author_id, artefact.owner_id}, actor.at),
        rule="industry-commented",
        on_key=version.audit_key,
        occurrence=clock.today(actor.at).isoformat(),
        subject=f"The wider industry commented on {name}, version {version.label}",
        sentence=f"The wider industry commented on version {version.label} of {name}; it is yours to answer.",
        link=f"/artefacts/{artefact.reference}/{version.label}/dispositions/?show=industry",
        link_text="Read and answer them",
        why="you act for its author or owner",
    )


@act
def answer_public_comment(
    *, actor: Actor, comment: PublicComment, answer: str, reason: str = "", seen: str | None = None
) -> PublicComment:
    """Answer it: the answer stands at once, its sender is told, and after the close anybody reads it.

    All but "accepted" need a reason. ``seen`` is when the answer that was looked at was given (ISO 8601; empty for
    none): another one by now is not replaced unseen. Answered again in the same words, nothing happens.
    """
    comment = _locked(comment)
    rules.check_can_answer_public(actor, comment)
    if answer not in Answer.values:
        raise NotNow("Choose an answer.", "answer")
    reason = reason.strip()
    if answer != Answer.ACCEPTED:
        label = Answer(answer).label
        reason = said(reason, f"“{label}” needs a reason. Only “Accepted”, exactly as proposed, has none.", "reason")
    if seen is not None and seen != stamp(comment.answered_at):
        raise NotNow(
            f"W{comment.number} was answered since you loaded this page. Look at that answer, then press again if "
            "yours is to stand."
        )
    if (answer, reason) == (comment.answer, comment.reason):
        return comment
    comment.answer, comment.reason = answer, reason
    comment.answered_by, comment.answered_as, comment.answered_at = doer(actor), actor.label, actor.at
    comment.save()
    _record("public-comment.answered", comment, answer=answer)
    ref = comment.consultation.version.audit_ref
    _write(
        comment,
        industry.ANSWERED,
        subject=f"Your comment on {ref} is answered",
        sentence=f"Your comment W{comment.number} on {ref} is answered: {Answer(answer).label.lower()}.",
        more=reason,
        link_text="See the consultation",
        at=actor.at,
    )
    return comment


@act
def hide_public_comment(*, actor: Actor, comment: PublicComment, reason: str) -> PublicComment:
    """Hide abuse: it keeps its number, and nobody is shown its words or its sender any more."""
    comment = _locked(comment)
    rules.check_can_hide_public(actor, comment)
    reason = said(reason, "Say why it is hidden, for the record.", "reason")
    comment.hidden_by, comment.hidden_as, comment.hidden_at = doer(actor), actor.label, actor.at
    comment.hidden_why = reason
    comment.save()
    _record("public-comment.hidden", comment, reason=reason)
    return comment


@act
def show_public_comment(*, actor: Actor, comment: PublicComment, reason: str) -> PublicComment:
    """Show again what was hidden, with a reason; its answer, if it had one, stands as before."""
    comment = _locked(comment)
    rules.check_can_show_public(actor, comment)
    reason = said(reason, "Say why it is shown again, for the record.", "reason")
    comment.hidden_by, comment.hidden_as, comment.hidden_at, comment.hidden_why = None, "", None, ""
    comment.save()
    record(
        "public-comment.shown",
        on=comment,
        reason=reason,
        version_sha256=comment.consultation.version.sha256,
        note={"comment": comment.number},
    )
    return comment


def forget_senders(at: datetime) -> int:
    """Delete what nobody confirmed, and empty the addresses ``KEPT`` after their window closed; how many rows."""
    deleted, _ = PublicComment.objects.filter(confirmed_at=None, sent_at__lte=at - CONFIRM_WITHIN).delete()
    over = Q(consultation__closed_at__lt=at - KEPT) | Q(
        consultation__closed_at__isnull=True, consultation__closes_at__lt=at - KEPT
    )
    return deleted + PublicComment.objects.exclude(address="").filter(over).update(address="")


def _locked(comment: PublicComment) -> PublicComment:
    """The comment, with its window and its artefact locked in the order in which everybody locks them."""
    _, window = locked_window(comment.consultation)
    found = PublicComment.objects.get(pk=comment.pk)
    found.consultation = window
    return found


def _record(verb: str, comment: PublicComment, *, reason: str = "", **note: str) -> None:
    """Tell of it without its words; their digest lets ``altered_public_comments`` see whether they are still those."""
    version = comment.consultation.version
    sealed = {**({"comment": comment.number} if comment.number else {}), **note, "seal": industry.seals(comment)[verb]}
    record(verb, on=comment, reason=reason, version_sha256=version.sha256, note=sealed)


def _write(
    comment: PublicComment, rule: str, *, subject: str, sentence: str, more: str, link_text: str, at: datetime
) -> None:
    """One mail to a sender whose address is kept. Nothing that they typed is in it: it could be a stranger's."""
    if not comment.address:
        return
    queue(
        rule=rule,
        on_key=comment.audit_key,
        person=None,
        occurrence=at.isoformat(),
        subject=subject,
        template="notice",
        context={
            "sentence": sentence,
            "more": more,
            "link": late.LINK,
            "link_text": link_text,
            "why": f"this address was given with a comment on {comment.consultation.version.audit_ref}",
        },
        at=at,
    )
