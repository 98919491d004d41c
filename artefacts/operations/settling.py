"""What becomes of comments beside their answers: duplicates, what is contested, last words, and where it is done."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from artefacts import rules
from artefacts.models import Comment, Disposition, LastWord, Version
from artefacts.operations.answering import tell_author, tell_commenters, validate
from artefacts.operations.moving import by_seat, doer, locked, said, tell
from artefacts.operations.notices import owe, spoken, validators
from artefacts.states import Word
from sdwg.audit.acts import act
from sdwg.members.access import Actor, NotNow


def shown(answers: Iterable[tuple[int, datetime]]) -> str:
    """What the chair was shown of answers to validate together: comment ids and when each was proposed, digested."""
    rows = sorted((comment, proposed.isoformat()) for comment, proposed in answers)
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]


@act
def validate_uncontested(*, actor: Actor, version: Version, seen: str | None = None) -> int:
    """Validate every answer on ``version`` that nobody contests and somebody else proposed; how many.

    ``seen`` is ``shown`` of what was on the page: other answers by now are refused, all unvalidated. Each validation
    is an event of its own. Raises ``Refused``, ``NotNow``.
    """
    artefact = locked(version.artefact_id)
    version = Version.objects.get(pk=version.pk)
    version.artefact = artefact
    rules.check_can_validate_together(actor, version)
    rows = list(rules.uncontested(actor, version).select_related("comment").order_by("comment__number"))
    if seen is not None and rows and seen != shown((row.comment_id, row.proposed_at) for row in rows):
        raise NotNow("The answers are other ones since you loaded this page. Read them, then validate them.")
    for row in rows:
        row.comment.version = version
        validate(actor, artefact, row)
    if rows:
        tell_author(actor, artefact, version)
        tell_commenters(actor, artefact, version, rows)
    return len(rows)


@act
def contest(*, actor: Actor, disposition: Disposition, why: str) -> Disposition:
    """Pull an answer out of those that are validated together, saying why; whoever validates it is told.

    Whoever commented on the version may. Another answer proposed takes it back. Raises ``Refused``, ``NotNow``.
    """
    artefact = locked(disposition.comment.version.artefact_id)
    disposition = Disposition.objects.select_related("comment__version").get(pk=disposition.pk)
    comment = disposition.comment
    comment.version.artefact = artefact
    rules.check_can_contest(actor, disposition)
    why = said(why, "Say what is wrong with the answer.", "why")
    disposition.contested_by, disposition.contested_as = doer(actor), actor.label
    disposition.contested_at, disposition.contested_why = actor.at, why
    disposition.save()
    tell("disposition.contested", artefact, comment.version, comment=comment.number)
    name, version = spoken(artefact), comment.version
    owe(
        actor,
        version,
        validators(artefact, actor.at),
        rule="disposition-contested",
        on_key=f"disposition:{disposition.pk}",
        occurrence=disposition.proposed_at.isoformat(),
        subject=f"The answer to comment {comment.number} on {name}, version {version.label}, is contested",
        sentence=f"{actor.label} contests the proposed answer to comment {comment.number} on version {version.label} "
        f"of {name}.",
        link=f"/artefacts/{artefact.reference}/{version.label}/dispositions/#comment-{comment.number}",
        link_text="Read why, and the answer",
        why="you validate the answers",
    )
    return disposition


@act
def say_last_word(*, actor: Actor, comment: Comment, word: str, text: str = "", seen: str | None = None) -> LastWord:
    """The commenter's last word on the validated answer: of their seat, with why where it is maintained.

    Said again it replaces what was said; its history keeps both. ``seen`` is when the answer that was read was
    validated (ISO 8601): another one by now is refused. Raises ``Refused``, ``NotNow``.
    """
    artefact = locked(comment.version.artefact_id)
    comment = Comment.objects.select_related("version", "disposition", "seat").get(pk=comment.pk)
    comment.version.artefact = artefact
    rules.check_can_say_last_word(actor, comment)
    answered = comment.disposition.validated_at
    assert answered  # noqa: S101 (checked above)
    if seen is not None and seen != answered.isoformat():
        raise NotNow(
            f"The answer to comment {comment.number} is another one since you loaded this page. Read it first."
        )
    if word not in Word.values:
        raise NotNow("Choose your last word.", "word")
    if word == Word.MAINTAINED:
        text = said(text, "Say why the answer does not settle it.", "text")
    last = LastWord.objects.filter(comment=comment).first() or LastWord(comment=comment)
    if (last.pk and last.word, last.text, last.on_answer_of) == (word, text.strip(), answered):
        return last
    for name, value in by_seat(actor).items():
        setattr(last, name, value)
    last.word, last.text, last.said_at, last.on_answer_of = word, text.strip(), actor.at, answered
    last.save()
    tell("comment.last-word", artefact, comment.version, comment=comment.number, word=word)
    return last


@act
def mark_duplicate(*, actor: Actor, comment: Comment, of: Comment | None) -> Comment:
    """Say that ``comment`` says the same as ``of``; with ``None`` that it stands for itself. Each keeps its answer.

    Raises ``Refused``, ``NotNow`` with the field ``of``.
    """
    artefact = locked(comment.version.artefact_id)
    comment = Comment.objects.select_related("version").get(pk=comment.pk)
    comment.version.artefact = artefact
    of = Comment.objects.select_related("version").get(pk=of.pk) if of else None
    rules.check_can_mark_duplicate(actor, comment, of)
    if comment.duplicate_of_id == (of.pk if of else None):
        return comment
    comment.duplicate_of = of
    comment.save()
    named = {"of": f"{of.version.label} comment {of.number}"} if of else {}
    tell(
        "comment.duplicate" if of else "comment.no-duplicate",
        artefact,
        comment.version,
        comment=comment.number,
        **named,
    )
    return comment


@act
def resolve_in(*, actor: Actor, version: Version, comments: Iterable[Comment]) -> int:
    """Say which accepted, part-accepted and carried-forward comments ``version`` resolves; how many are new to it.

    ``comments`` are all that it resolves of those that the actor reads: one left out is open again. Raises ``Refused``,
    ``NotNow``.
    """
    artefact = locked(version.artefact_id)
    version = Version.objects.get(pk=version.pk)
    version.artefact = artefact
    rules.check_can_resolve_in(actor, version)
    wanted = {row.pk for row in comments}
    may = {row.pk: row for row in rules.resolvable_in(actor, version)}
    if wanted - may.keys():
        raise NotNow("Choose comments whose validated answer promises another text, on an earlier version.", "comments")
    changed = 0
    for row in may.values():
        resolved = row.pk in wanted
        if resolved == (row.resolved_in_id == version.pk):
            continue
        row.resolved_in = version if resolved else None
        row.save()
        verb = "comment.resolved" if resolved else "comment.reopened"
        tell(verb, artefact, version, comment=row.number, on=row.version.label)
        changed += resolved
    return changed
