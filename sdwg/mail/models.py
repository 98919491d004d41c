"""The outbox: every message the program owes somebody, as a row with a key that can exist once."""

from datetime import datetime
from hashlib import sha256
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

UNSETTLED = Q(accepted_at__isnull=True, quarantined_at__isnull=True, suppressed_at__isnull=True)


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def unsettled(self) -> Self:
        """Still owed: neither accepted by a mail server, nor given up, nor withheld."""
        return self.filter(UNSETTLED)

    def due(self, at: datetime) -> Self:
        """Owed, and its moment has come by the group's clock. Whether somebody is at it already, the lease says."""
        return self.unsettled().filter(next_try_at__lte=at).order_by("next_try_at", "pk")

    def to_tend(self) -> Self:
        """Given up after the last attempt, or withheld for want of a confirmed address; still with its text.

        ``last_error`` says why; ``operations.retry`` puts one back, ``operations.leave`` leaves it at that.
        """
        return self.filter(Q(quarantined_at__isnull=False) | Q(suppressed_at__isnull=False), purged_at__isnull=True)

    def withheld(self) -> Self:
        """Not sent, for good, and why: nobody has to see to these. The newest first."""
        done = self.filter(suppressed_at__isnull=False, purged_at__isnull=False).exclude(last_error="")
        return done.order_by("-suppressed_at", "-pk")


class OutboxMessage(models.Model):
    """One message to one person, owed once for (rule, object, person, occurrence).

    ``person`` is empty for somebody without an account, such as a guest of a meeting: then the object names them, and
    whoever owns the rule finds the address (see ``late``). Queued in the transaction that is its reason. The address is
    found at delivery. ``calendar`` holds the iTIP objects that go with it (see ``calendars``). "Due" is decided by the
    group's clock; the lease, which keeps two workers off one message, by the database's own.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RETRYING = "retrying", "To be tried again"
        ACCEPTED = "accepted", "Accepted by the mail server"
        FAILED = "failed", "Failed"
        SUPPRESSED = "suppressed", "Not sent"

    rule = models.CharField(max_length=60)
    on_key = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    occurrence = models.CharField(max_length=60, blank=True)
    message_id = models.CharField(max_length=320, unique=True)
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    marking = models.CharField(max_length=20, blank=True)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()
    lease = models.UUIDField(null=True, unique=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    address = models.EmailField(blank=True)
    accepted_at = models.DateTimeField(null=True)
    quarantined_at = models.DateTimeField(null=True)
    suppressed_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "on_key", "person", "occurrence"], name="mail_owed_once"),
            models.UniqueConstraint(
                fields=["rule", "on_key", "occurrence"],
                condition=Q(person__isnull=True),
                name="mail_owed_once_without_account",
            ),
            models.CheckConstraint(
                condition=Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False),
                name="mail_lease_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(quarantined_at__isnull=True, suppressed_at__isnull=True),
                name="mail_accepted_is_final",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=UNSETTLED, name="mail_due"),
            models.Index(fields=["person", "-queued_at"], name="mail_of_person"),
            models.Index(fields=["on_key"], name="mail_about"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.on_key} to {self.person_id}: {self.state.label}"

    @property
    def audit_key(self) -> str:
        return f"mail:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"Mail {self.pk}"

    @property
    def state(self) -> "OutboxMessage.State":
        """Where it stands; nothing is called accepted before a server accepted it."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.quarantined_at:
            return self.State.FAILED
        if self.suppressed_at:
            return self.State.SUPPRESSED
        return self.State.RETRYING if self.last_error else self.State.QUEUED


def message_id(rule: str, on_key: str, person_id: int | None, occurrence: str) -> str:
    """The Message-ID of a key: always the same, so that one sent twice is known for one. Too short to be folded."""
    key = "\x1f".join([rule, on_key, str(person_id), occurrence])
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{settings.MAIL_DOMAIN}>"
