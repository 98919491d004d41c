"""The Terms of Reference themselves, by version (T0)."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q

from sdwg import clock
from sdwg.files.models import StoredFile
from sdwg.members.models import Person

FIRST: dict[str, str | int] = {"number": 1, "status": "draft", "from": "2021-01-01", "note": "", "sha256": ""}
"""What every installation begins with: the draft that the programme published."""


class TermsStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"


class TermsQuerySet(models.QuerySet["TermsVersion"]):
    def in_force(self, day: date) -> Self:
        """Those that have begun by ``day``, a London date, the one in force first."""
        return self.filter(effective_from__lte=day).order_by("-effective_from", "-number")


class TermsVersion(models.Model):
    """One version of the Terms of Reference, in force from a day until the next one begins.

    The first, a draft, is there from the start, without a file. The chair puts the next ones in force, from today at
    the earliest, so that a record made under one goes on citing it. Never changed: its event is what it is compared to.
    """

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=8, choices=TermsStatus.choices)
    effective_from = models.DateField(unique=True)
    note = models.CharField(max_length=300, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adopted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adopted_as = models.CharField(max_length=300, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number=1, adopted_by__isnull=True, adopted_at__isnull=True)
                | Q(number__gt=1, adopted_by__isnull=False, adopted_at__isnull=False),
                name="terms_adopted_by_somebody_at_some_time",
            )
        ]

    def __str__(self) -> str:
        return f"Terms of Reference {self.number}"

    @property
    def citation(self) -> str:
        """How a record cites it: "version 2, approved"."""
        return f"version {self.number}, {self.get_status_display().lower()}"

    @property
    def audit_key(self) -> str:
        return f"terms:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return str(self)

    def as_noted(self) -> dict[str, str | int]:
        """All of it, as its event notes it."""
        return {
            "number": self.number,
            "status": self.status,
            "from": self.effective_from.isoformat(),
            "note": self.note,
            "sha256": self.file.sha256 if self.file else "",
        }


def cited(versions: list[TermsVersion], at: datetime) -> str:
    """What a record of ``at`` cites, of all ``versions`` there are; empty before the first."""
    day = clock.today(at)
    begun = [row for row in versions if row.effective_from <= day and (row.adopted_at is None or row.adopted_at <= at)]
    return max(begun, key=lambda row: (row.effective_from, row.number)).citation if begun else ""
