"""Dispositions: the author proposes an answer to each comment; the chair, or the chair's delegate, validates it."""

from collections.abc import Sequence

from artefacts import rules
from artefacts.models import Artefact, Comment, Disposition, Version
from artefacts.operations.moving import doer, locked, said, stamp, tell
from artefacts.operations.notices import author_people, owe, speakers, spoken, validators
from artefacts.states import Answer
from sdwg import clock, dates
from sdwg.audit.acts import act
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Role, Seat
from sdwg.members.queries import successors


@act
def propose_disposition(
    *,
    actor: Actor,
    comment: Comment,
    answer: str,
    reason: str = "",
    seen: str | None = None,
    words_of: str | None = None,
) -> Disposition:
    """Propose what becomes of a comment. All but "accepted", which means exactly as proposed, need a reason.

    Proposed again it waits for validation again; its history keeps what it said before. Another answer takes a contest
    back, the same one does not. ``seen`` is when the answer
    that was looked at was proposed (ISO 8601; empty for none): another one by now is not replaced unseen. Nor are other
    words answered than those that were read: ``words_of`` is when they were last changed (empty for never). When no
    comment of the version waits for an answer any more, the chair is told, and the chair's delegate.
    """
    artefact = locked(comment.version.artefact_id)
    comment = Comment.objects.select_related("version").get(pk=comment.pk)
    comment.version.artefact = artefact
    rules.check_can_propose(actor, comment)
    if answer not in Answer.values:
        raise NotNow("Choose an answer.", "answer")
    if answer != Answer.ACCEPTED:
        label = Answer(answer).label
        reason = said(reason, f"“{label}” needs a reason. Only “Accepted”, exactly as proposed, has none.", "reason")
    if words_of is not None and words_of != stamp(comment.edited_at):
        raise NotNow(f"Comment {comment.number} was changed since you loaded this page. Read it, then answer it.")
    said_before = Disposition.objects.filter(comment=comment).first()
    if seen is not None and seen != (said_before.proposed_at.isoformat() if said_before else ""):
        raise NotNow(
            f"Comment {comment.number} was answered since you loaded this page. Look at that answer, then press again "
            "if yours is to stand."
        )
    disposition = said_before or Disposition(comment=comment)
    if (disposition.answer, disposition.reason) != (answer, reason.strip()):  # the same once more settles no contest
        disposition.contested_by, disposition.contested_as = None, ""
        disposition.contested_at, disposition.contested_why = None, ""
    disposition.answer, disposition.reason = answer, reason.strip()
    disposition.proposed_by, disposition.proposed_as, disposition.proposed_at = doer(actor), actor.label, actor.at
    disposition.validated_by, disposition.validated_as, disposition.validated_at = None, "", None
    disposition.save()
    tell("disposition.proposed", artefact, comment.version, comment=comment.number, answer=answer)
    _tell_validators(actor, artefact, comment.version)
    return disposition


@act
def validate_disposition(*, actor: Actor, disposition: Disposition, seen: str | None = None) -> Disposition:
    """Validate an answer that somebody else proposed. When every comment's is validated, the author is told.

    ``seen`` is when the answer that was read was proposed, as ISO 8601: another one by now is refused, unvalidated.
    """
    artefact = locked(disposition.comment.version.artefact_id)
    disposition = Disposition.objects.select_related("comment__version").get(pk=disposition.pk)
    version = disposition.comment.version
    version.artefact = artefact
    rules.check_can_validate(actor, disposition)
    if seen is not None and seen != disposition.proposed_at.isoformat():
        raise NotNow(
            f"The answer to comment {disposition.comment.number} is another one since you loaded this page. "
            "Read it, then validate it."
        )
    if disposition.validated_at:
        return disposition
    validate(actor, artefact, disposition)
    tell_author(actor, artefact, version)
    tell_commenters(actor, artefact, version, [disposition])
    return disposition


def validate(actor: Actor, artefact: Artefact, disposition: Disposition) -> None:
    """The chair's word on one answer, or the delegate's, which was checked; of a locked artefact."""
    label = actor.label if rules.acting_role(actor) == Role.CHAIR else f"{actor.label}, delegate of the chair"
    disposition.validated_by, disposition.validated_as, disposition.validated_at = actor.person, label, actor.at
    disposition.save()
    comment = disposition.comment
    tell("disposition.validated", artefact, comment.version, comment=comment.number, answer=disposition.answer)


def _tell_validators(actor: Actor, artefact: Artefact, version: Version) -> None:
    if version.comments.standing().filter(disposition__isnull=True).exists():
        return
    name = spoken(artefact)
    owe(
        actor,
        version,
        validators(artefact, actor.at),
        rule="dispositions-proposed",
        on_key=version.audit_key,
        occurrence=clock.today(actor.at).isoformat(),
        subject=f"Answers to the comments on {name}, version {version.label}, wait for you",
        sentence=f"Every comment on version {version.label} of {name} has a proposed answer; please validate them.",
        link=f"/artefacts/{artefact.reference}/{version.label}/dispositions/",
        link_text="Read and validate the answers",
        why="you validate the answers",
    )


def tell_author(actor: Actor, artefact: Artefact, version: Version) -> None:
    """Tell whoever acts for the author when every answer on the version is validated."""
    if version.comments.standing().filter(disposition__validated_at__isnull=True).exists():
        return
    name = spoken(artefact)
    owe(
        actor,
        version,
        author_people(artefact, actor.at),
        rule="dispositions-validated",
        on_key=version.audit_key,
        occurrence=clock.today(actor.at).isoformat(),
        subject=f"Every answer to the comments on {name}, version {version.label}, is validated",
        sentence=f"Every answer to the comments on version {version.label} of {name} is validated.",
        link=artefact.get_absolute_url(),
        link_text="See what it still needs",
        why="you act for its author",
    )


def tell_commenters(actor: Actor, artefact: Artefact, version: Version, validated: Sequence[Disposition]) -> None:
    """Ask whoever speaks for the seats of these comments for their last word: once a day for a version.

    For a Member seat that has ended its successor in the organisation speaks.
    """
    today = clock.today(actor.at)
    seats = Seat.objects.filter(pk__in={row.comment.seat_id for row in validated})
    heirs = successors(seats, today)
    people = speakers({seat.pk for seat in [*seats, *heirs.values()]}, actor.at)
    name, until = spoken(artefact), dates.day(rules.last_word_until(actor.at), today)
    owe(
        actor,
        version,
        people,
        rule="last-word-asked",
        on_key=version.audit_key,
        occurrence=clock.today(actor.at).isoformat(),
        subject=f"Your comments on {name}, version {version.label}, are answered",
        sentence=f"Comments of yours on version {version.label} of {name} have their validated answers. "
        f"Please say by {until} whether they settle what you said.",
        link=f"/artefacts/{artefact.reference}/{version.label}/dispositions/?show=mine",
        link_text="Read the answers, and say your last word",
    )
