"""The audit trail: one chained event per state change, the reads of restricted content, and the base of all history.

Nothing here can be changed or deleted once written: triggers on both databases refuse it (see ``triggers``), and the
chain shows where anybody went round them (see ``verify``).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from simple_history.models import HistoricalRecords

from sdwg.audit import acts


class AuditEvent(models.Model):
    """One state change: who, for which seat, what, when, on which bytes, why; chained to the one before it.

    ``seq`` runs without gaps from 1. ``history_digest`` covers every history row the same act wrote, so that an edited
    history row breaks the chain too. Names are copied as they were: the trail must read the same in ten years.
    """

    seq = models.BigIntegerField(primary_key=True)
    act = models.UUIDField(db_index=True)
    at = models.DateTimeField(db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=200, blank=True)
    seat_id = models.BigIntegerField(null=True)
    acting_as = models.CharField(max_length=300)
    verb = models.CharField(max_length=60)
    on_key = models.CharField(max_length=60, db_index=True)
    on_ref = models.CharField(max_length=60, blank=True)
    version_sha256 = models.CharField(max_length=64, blank=True)
    reason = models.TextField(blank=True)
    note = models.JSONField(default=dict, blank=True)
    history_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.on_ref or self.on_key}"


class AuditRead(models.Model):
    """One reading of content marked AMBER or above: inserted before the content is served, never after.

    Batches of these join the chain every minute as an event of their own (see ``reads.seal``).
    """

    at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now())
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    on_key = models.CharField(max_length=60, db_index=True)
    on_ref = models.CharField(max_length=60, blank=True)
    version_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.acting_as} {self.kind} {self.on_ref}"


class HistoryRow(models.Model):
    """What every history table adds to its columns: the act that wrote the row.

    Time, person and reason come from the act and from nowhere else, because simple-history's own instance attributes
    stick to the instance and would be written again by the next person's change.

    Raises ``acts.OutsideAct`` when a history-kept row is saved outside an act: the change then does not happen.
    """

    act = models.UUIDField(db_index=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        current = acts.current()
        self.act = current.act.id
        history: Any = self
        history.history_date = current.actor.at
        history.history_user_id = current.actor.person_id
        super().save(*args, **kwargs)
        current.act.rows.append(self)


def history_of(**options: Any) -> HistoricalRecords:
    """The history manager of a model that people change; use as ``history = history_of()``."""
    return HistoricalRecords(bases=[HistoryRow], cascade_delete_history=False, **options)
