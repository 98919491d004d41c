"""Consultations: a window opens, responses come in, it closes by itself (P3, O3)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet

from artefacts import rules
from artefacts.models import Artefact, Comment, Consultation, DraftComment, NilReturn, Version
from artefacts.operations.moving import by_seat, carry, doer, locked, said, stamp, tell
from artefacts.operations.notices import author_people, marking_of, members, owe, spoken
from artefacts.states import CommentType, Mover, Severity, State, Verb
from sdwg import clock, workdays
from sdwg.audit.acts import act
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Grant, Seat
from sdwg.members.operations import grant


@act
def open_consultation(
    *,
    actor: Actor,
    version: Version,
    closes_on: date,
    reason_short: str = "",
    partners: Iterable[Seat] = (),
    public: bool = False,
) -> Consultation:
    """Open a window on the latest version until 17:00 on ``closes_on``; members who may read it are told.

    ``public`` opens it to the wider industry too (D2).

    An invited partner reads the version while the window is open, and no longer. Raises ``Refused`` for who may not
    open one, ``NotNow`` for a day that is no working day or too near.
    """
    artefact = locked(version.artefact_id)
    version = Version.objects.get(pk=version.pk)
    version.artefact = artefact
    invited = list(partners)
    rules.check_can_open_consultation(actor, version)
    rules.check_closing_day(actor, closes_on, reason_short)
    rules.check_invited(version, marking_of(version), invited)
    if public:
        rules.check_can_be_public(version)
    window = Consultation.objects.create(
        version=version,
        opened_at=actor.at,
        opened_by=doer(actor),
        closes_at=workdays.deadline(closes_on),
        why_short=reason_short.strip(),
        public=public,
    )
    for seat in invited:
        _invite(actor, window, seat)
    more = {"wider_industry": "yes"} if public else {}
    tell("consultation.opened", artefact, version, reason=window.why_short, closes=window.closes_at, **more)
    if artefact.state != State.IN_CONSULTATION:
        reason = f"Consultation on version {version.label} opened."
        by, verb = Mover.CHAIR_OR_SECRETARIAT, Verb.OPEN_CONSULTATION
        carry(actor, artefact, State.IN_CONSULTATION, by, verb, version, reason)
    _tell_members(actor, window, artefact, invited)
    return window


def _invite(actor: Actor, window: Consultation, seat: Seat) -> None:
    """Sight of the version until the window closes, whenever the worker looks."""
    reason = f"Invited to the consultation on {window.version.audit_ref}"
    given = grant(actor=actor, on_key=window.version.audit_key, cause_key=window.audit_key, reason=reason, seat=seat)
    given.ends_at = window.closes_at
    given.save()


def _tell_members(actor: Actor, window: Consultation, artefact: Artefact, invited: list[Seat]) -> None:
    version = window.version
    name, until = spoken(artefact), _day(window.closes_at)
    owe(
        actor,
        version,
        members(actor.at) + [seat.person for seat in invited],
        rule="consultation-opened",
        on_key=window.audit_key,
        subject=f"Consultation on {name}, version {version.label}: respond by {until}, 17:00",
        sentence=f"Please read version {version.label} of {name} and comment on it, or return that you have no "
        f"comments, by {until}, 17:00.",
        link=version.get_absolute_url(),
        link_text="Read it and respond",
    )


def _day(when: datetime) -> str:
    local = clock.london(when)
    return f"{local:%A} {local.day} {local:%B}"


@act
def extend_consultation(*, actor: Actor, consultation: Consultation, closes_on: date, reason: str) -> Consultation:
    """Let an open window close at 17:00 on a later working day, with a reason; who was told of it is told (P3).

    An invited partner reads the version until then. Raises ``Refused``, ``NotNow`` with the field.
    """
    artefact, window = locked_window(consultation)
    rules.check_can_extend(actor, window, closes_on)
    reason = said(reason, "Say why it closes later, for the record.", "reason")
    before = window.closes_at
    window.closes_at, window.why_extended = workdays.deadline(closes_on), reason
    window.save()
    invited = list(Grant.objects.filter(cause_key=window.audit_key).in_force(actor.at).select_related("seat__person"))
    for given in invited:
        given.ends_at = window.closes_at
        given.save()
    tell("consultation.extended", artefact, window.version, reason=reason, was=before, closes=window.closes_at)
    version, name, until = window.version, spoken(artefact), _day(window.closes_at)
    owe(
        actor,
        version,
        members(actor.at) + [given.seat.person for given in invited if given.seat],
        rule="consultation-extended",
        on_key=window.audit_key,
        occurrence=window.closes_at.isoformat(),
        subject=f"Consultation on {name}, version {version.label}: now until {until}, 17:00",
        sentence=f"The consultation on version {version.label} of {name} closes on {until} at 17:00, "
        f"and not on {_day(before)}: {reason}",
        link=version.get_absolute_url(),
        link_text="Read it and respond",
    )
    return window


@act
def open_to_industry(*, actor: Actor, consultation: Consultation) -> Consultation:
    """Put an open consultation on the public pages (D2). Raises ``Refused``, ``NotNow``."""
    artefact, window = locked_window(consultation)
    rules.check_can_open_to_industry(actor, window)
    window.public = True
    window.save()
    tell("consultation.made-public", artefact, window.version)
    return window


@act
def close_to_industry(*, actor: Actor, consultation: Consultation, reason: str) -> Consultation:
    """Take it off the public pages, with a reason. What was confirmed stays; what was not can be confirmed no more."""
    artefact, window = locked_window(consultation)
    rules.check_can_close_to_industry(actor, window)
    reason = said(reason, "Say why it is taken off the public pages, for the record.", "reason")
    window.public = False
    window.save()
    tell("consultation.taken-off", artefact, window.version, reason=reason)
    return window


@act
def close_consultation(*, actor: Actor, consultation: Consultation, reason: str) -> Consultation:
    """Close a window before its time, with a reason. The last one to close takes the artefact to resolving comments."""
    artefact, window = locked_window(consultation)
    rules.check_can_close_consultation(actor, window)
    reason = said(reason, "Say why it closes before its time, for the record.", "reason")
    shut(actor, window, artefact, at=actor.at, reason=reason)
    _resolve(actor, artefact, window, Mover.CHAIR, reason)
    return window


def close_due_windows(at: datetime) -> int:
    """Close every window whose time has come by ``at``; how many. What the worker's look does, as often as it likes."""
    due = Consultation.objects.filter(closed_at__isnull=True, closes_at__lte=at)
    actor = Actor.system(at)
    return sum(_close_due(actor=actor, consultation=window) for window in due)


@act
def _close_due(*, actor: Actor, consultation: Consultation) -> bool:
    """Close one window that is due, unless somebody was quicker; whether it was closed here."""
    artefact, window = locked_window(consultation)
    if window.closed_at or window.closes_at > actor.at:
        return False
    shut(actor, window, artefact, at=window.closes_at)
    _resolve(actor, artefact, window, Mover.PROGRAM, f"The consultation on version {window.version.label} closed.")
    return True


def open_windows(artefact: Artefact) -> QuerySet[Consultation]:
    """The windows on any version of it that are not yet closed."""
    return Consultation.objects.filter(version__artefact=artefact, closed_at__isnull=True).select_related("version")


def shut(actor: Actor, window: Consultation, artefact: Artefact, *, at: datetime, reason: str = "") -> None:
    """Close a locked window as at ``at``, end what it let partners read, and tell the author."""
    window.closed_at, window.why_early = at, reason
    window.save()
    for given in Grant.objects.filter(cause_key=window.audit_key).in_force(actor.at):
        given.ends_at = actor.at
        given.save()
    version = window.version
    tell("consultation.closed", artefact, version, reason=reason, comments=window.comments.standing().count())
    name = spoken(artefact)
    owe(
        actor,
        version,
        author_people(artefact, actor.at),
        rule="consultation-closed",
        on_key=window.audit_key,
        subject=f"Consultation on {name}, version {version.label} has closed",
        sentence=f"The consultation on version {version.label} of {name} has closed; its comments are yours to answer.",
        link=f"/artefacts/{artefact.reference}/{version.label}/dispositions/",
        link_text="Answer the comments",
        why="you act for its author",
    )


def _resolve(actor: Actor, artefact: Artefact, window: Consultation, by: Mover, reason: str) -> None:
    """When no window of the artefact is open any more, its comments are to be resolved."""
    if artefact.state == State.IN_CONSULTATION and not open_windows(artefact).exists():
        carry(actor, artefact, State.RESOLVING, by, Verb.CLOSE, window.version, reason)


def locked_window(consultation: Consultation) -> tuple[Artefact, Consultation]:
    """Artefact and window, both locked, in the order in which everybody locks them."""
    artefact = locked(Version.objects.values_list("artefact_id", flat=True).get(pk=consultation.version_id))
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    window = Consultation.objects.select_related("version__file").get(pk=consultation.pk)
    window.version.artefact = artefact
    return artefact, window


@act
def comment(
    *,
    actor: Actor,
    consultation: Consultation,
    text: str,
    type: str = CommentType.TECHNICAL,
    severity: str = Severity.MEDIUM,
    page: int | None = None,
    section: str = "",
    quoted: str = "",
    proposed_change: str = "",
    draft: DraftComment | None = None,
) -> Comment:
    """Make a comment for the actor's seat. It counts if received before the window closes, whatever the state says.

    A nil return of the same seat is replaced by it, and the ``draft`` it was made from is gone. Raises ``Refused`` or
    ``NotNow`` as ``rules`` say.
    """
    artefact, window = locked_window(consultation)
    rules.check_can_respond(actor, window)
    rules.check_page(window.version, page)
    words = _words(text, type, severity, page, section, quoted, proposed_change)
    version = window.version
    made = Comment.objects.create(
        version=version,
        consultation=window,
        number=(version.comments.aggregate(last=Max("number"))["last"] or 0) + 1,
        received_at=actor.at,
        **words,
        **by_seat(actor),
    )
    if draft:
        DraftComment.objects.visible_to(actor).filter(pk=draft.pk, seat=actor.seat).delete()
    replaced = _replace_nil(actor, window)
    more = {"replaced": "nil return"} if replaced else {}
    tell("comment.made", artefact, version, comment=made.number, severity=severity, **more)
    return made


def _words(
    text: str, type: str, severity: str, page: int | None, section: str, quoted: str, proposed_change: str
) -> dict[str, Any]:
    """What a comment says, as it is kept. Raises ``NotNow`` for one that says nothing, or not of what sort it is."""
    if type not in CommentType.values:
        raise NotNow("Choose what sort of comment it is.", "type")
    if severity not in Severity.values:
        raise NotNow("Choose how severe it is.", "severity")
    return {
        "text": said(text, "Write the comment.", "text"),
        "type": type,
        "severity": severity,
        "page": page,
        "section": section.strip(),
        "quoted": quoted.strip(),
        "proposed_change": proposed_change.strip(),
    }


@act
def edit_comment(
    *,
    actor: Actor,
    comment: Comment,
    text: str,
    type: str = CommentType.TECHNICAL,
    severity: str = Severity.MEDIUM,
    page: int | None = None,
    section: str = "",
    quoted: str = "",
    proposed_change: str = "",
    seen: str | None = None,
) -> Comment:
    """Say a comment of the actor's seat in other words, before the window closes and before it is answered.

    ``seen`` is when the words that were looked at were last changed (ISO 8601; empty for never): another holder of the
    seat may have changed them since. Words that are the same change nothing. What it said before stays in its history.
    """
    artefact, window = locked_window(comment.consultation)
    comment = Comment.objects.get(pk=comment.pk)
    comment.consultation = window
    rules.check_can_edit_comment(actor, comment)
    rules.check_page(window.version, page)
    if seen is not None and seen != stamp(comment.edited_at):
        raise NotNow(f"Comment {comment.number} was changed since you loaded this page. Look at it, then change it.")
    words = _words(text, type, severity, page, section, quoted, proposed_change)
    changed = [name for name, value in words.items() if getattr(comment, name) != value]
    if not changed:
        return comment
    for name in changed:
        setattr(comment, name, words[name])
    comment.edited_at = actor.at
    comment.save()
    tell("comment.edited", artefact, window.version, comment=comment.number, severity=severity)
    return comment


@act
def withdraw_comment(*, actor: Actor, comment: Comment) -> Comment:
    """Withdraw a comment of the actor's seat before the window closes. It stays on record and needs no answer."""
    artefact, window = locked_window(comment.consultation)
    comment = Comment.objects.get(pk=comment.pk)
    comment.consultation = window
    rules.check_can_withdraw_comment(actor, comment)
    comment.withdrawn_at = actor.at
    comment.save()
    tell("comment.withdrawn", artefact, window.version, comment=comment.number)
    return comment


@act
def draft_comment(
    *,
    actor: Actor,
    consultation: Consultation,
    text: str,
    type: str = CommentType.TECHNICAL,
    severity: str = Severity.MEDIUM,
    page: int | None = None,
    section: str = "",
    quoted: str = "",
    proposed_change: str = "",
) -> DraftComment:
    """Keep what a member or a colleague drafts for the seat; the seat and its colleagues alone see it.

    It is no comment: it counts for nothing, and the trail does not tell of it. Raises ``Refused`` or ``NotNow``.
    """
    rules.check_can_draft(actor, consultation)
    rules.check_page(consultation.version, page)
    return DraftComment.objects.create(
        version=consultation.version,
        seat_id=rules.drafting_seat(actor),
        written_by=doer(actor),
        written_at=actor.at,
        page=page,
        section=section.strip(),
        quoted=quoted.strip(),
        type=type,
        severity=severity,
        text=said(text, "Write the comment.", "text"),
        proposed_change=proposed_change.strip(),
    )


@act
def discard_draft(*, actor: Actor, draft: DraftComment) -> None:
    """Throw a draft away: whoever sees it may."""
    DraftComment.objects.visible_to(actor).filter(pk=draft.pk).delete()


def _replace_nil(actor: Actor, window: Consultation) -> bool:
    """A seat that comments has comments: its nil return stands no longer, and stays on record."""
    returned = window.nil_returns.filter(seat=actor.seat, replaced_at__isnull=True).first()
    if returned is None:
        return False
    returned.replaced_at = actor.at
    returned.save()
    return True


@act
def return_nil(*, actor: Actor, consultation: Consultation) -> NilReturn:
    """Return "reviewed, no comments" for the actor's seat. Returning it twice is returning it once.

    Raises ``NotNow`` when the seat has commented already or the window is closed.
    """
    artefact, window = locked_window(consultation)
    rules.check_can_respond(actor, window)
    rules.check_no_comment_yet(actor, window)
    standing = window.nil_returns.filter(seat=actor.seat, replaced_at__isnull=True).first()
    if standing:
        return standing
    returned = NilReturn.objects.create(consultation=window, returned_at=actor.at, **by_seat(actor))
    tell("comment.nil", artefact, window.version)
    return returned
