"""Comments from the wider industry (D2): the secret of their link, how the trail knows them, where their mail goes.

Whoever sends one has no account. The link that confirms is made when its mail is handed over (``sdwg.visitors``).
"""

from datetime import datetime
from uuid import UUID

from django.urls import reverse

from artefacts.models import Consultation, PublicComment
from artefacts.states import PublicState
from sdwg.audit.chain import digest
from sdwg.mail import late
from sdwg.mail.models import OutboxMessage
from sdwg.members.invitations import secret_of, sha256_of
from sdwg.visitors import Visitor

CONFIRM, ANSWERED = "public-comment.confirm", "public-comment.answered"
REFUSED, TAKEN = "public-comment.refused", "public-comment.released"
RULES = (CONFIRM, ANSWERED, REFUSED, TAKEN)
"""The kinds of mail that a sender gets."""
MARK = "wider industry"
"""How an outsider's comment is marked wherever it stands."""


def sender(comment: PublicComment, at: datetime) -> Visitor:
    """Whoever sent ``comment`` as whoever acts, at ``at``."""
    return Visitor(at, f"Sender of wider-industry comment {comment.pk}")


def who_sent(comment: PublicComment) -> str:
    """ "Name, Organisation (wider industry)"."""
    return f"{comment.name}{f', {comment.organisation}' if comment.organisation else ''} ({MARK})"


def confirming_secret(nonce: UUID) -> str:
    """What the link that confirms ends in."""
    return secret_of(nonce, "artefacts.public-comment.confirm")


def by_confirming(secret: str) -> PublicComment | None:
    """What was sent with that link, whatever became of it."""
    rows = PublicComment.objects.select_related("consultation__version__artefact")
    return rows.filter(confirm_sha256=sha256_of(secret)).first()


def seals(comment: PublicComment) -> dict[str, str]:
    """By the verb of its event, the digest that the trail has of what the row says. An address is in none."""
    sent, confirmed = (when.isoformat() if when else "" for when in (comment.sent_at, comment.confirmed_at))
    words = [comment.name, comment.organisation, comment.section, comment.page, comment.type, comment.text]
    early = [comment.number] if comment.released_at and comment.released_by_id is None else []  # had it at once
    found = {"public-comment.confirmed": digest([*early, *words, comment.proposed_change, sent, confirmed])}
    if comment.released_at and not early:
        by = [comment.released_as, comment.released_at.isoformat()]
        found["public-comment.released"] = digest([comment.number, *by])
    if comment.answered_at:
        said = [comment.answer, comment.reason, comment.answered_as, comment.answered_at.isoformat()]
        found["public-comment.answered"] = digest(said)
    if comment.hidden_at:
        verb = "public-comment.hidden" if comment.released_at else "public-comment.refused"
        found[verb] = digest([comment.hidden_why, comment.hidden_as, comment.hidden_at.isoformat()])
    return found


def letter(message: OutboxMessage) -> late.Late:
    """Address and link of a mail to a sender, made at delivery; nothing once the public pages do not have it."""
    rows = PublicComment.objects.exclude(address="").filter(consultation__in=Consultation.objects.public().values("pk"))
    rows = rows.select_related("consultation__version__artefact")
    comment = rows.filter(pk=int(message.on_key.partition(":")[2])).first()
    if comment is None or (message.rule == CONFIRM and comment.confirmed_at):
        return late.Late()
    if (message.rule == REFUSED) != (comment.state == PublicState.REFUSED) or comment.state == PublicState.HIDDEN:
        return late.Late()
    if message.rule == CONFIRM:
        path = reverse("public-comment-confirm", args=[confirming_secret(comment.nonce)])
    else:
        path = reverse("public-consultation", args=[comment.consultation.version.artefact.reference])
    return late.Late(comment.address, path)
