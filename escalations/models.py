"""DAG meetings, submissions and their dossiers, outcomes and conditions. Only an outcome approves anything (D1)."""

from typing import Self

from django.db import models
from django.db.models import Q

from artefacts.models import Version
from artefacts.states import Marking
from escalations.states import DossierState, Result, SubmissionKind, SubmissionState
from meetings.models import Decision
from sdwg.audit.models import history_of
from sdwg.files.models import StoredFile
from sdwg.members.access import Actor
from sdwg.members.models import Person


class DagMeeting(models.Model):
    """A meeting of the Design Advisory Group: second Wednesdays by default, papers five working days before."""

    date = models.DateField(unique=True)
    papers_due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    class Meta:
        ordering = ["date"]

    def __str__(self) -> str:
        return f"DAG {self.date.isoformat()}"

    @property
    def audit_key(self) -> str:
        return f"dag-meeting:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return str(self)

    def get_absolute_url(self) -> str:
        return f"/dag/meetings/{self.date.isoformat()}/"


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, actor: Actor) -> Self:
        """Submissions whose version (or question) ``actor`` may read; drafts are the chair's and the secretariat's."""
        if actor.machine:
            return self
        if not actor.may_enter:
            return self.none()
        shown = Q(version__in=Version.objects.visible_to(actor).values("pk"))
        shown |= Q(version__isnull=True, decision__in=Decision.objects.visible_to(actor).values("pk"))
        shown |= Q(pk__in=actor.granted("submission"))
        if not (actor.is_chair or actor.is_secretariat):
            shown &= ~Q(state=SubmissionState.DRAFT)
        return self.filter(shown).exclude(pk__in=actor.excluded("submission"))


class Submission(models.Model):
    """What is put to the DAG, SDWG-DAG-001: for approval, as an escalation, or for information (D1, D3).

    ``version_sha256`` is pinned when it is submitted. The dossier is built by the worker from the state at submission.
    """

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=12, choices=SubmissionKind.choices)
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions")
    dag_meeting = models.ForeignKey(
        DagMeeting, null=True, blank=True, on_delete=models.PROTECT, related_name="submissions"
    )
    by_correspondence = models.BooleanField(default=False)
    question = models.CharField(max_length=400)
    statement = models.TextField(help_text="The chair's statement to the DAG.")
    state = models.CharField(max_length=12, choices=SubmissionState.choices, default=SubmissionState.DRAFT)
    state_since = models.DateTimeField()
    version_sha256 = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    history = history_of()

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=False) | Q(decision__isnull=False), name="submission_is_about_something"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="submitted_by_somebody_at_some_time",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=["draft", "submitted"]) & ~Q(kind="information"),
                name="one_live_submission_a_version",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"SDWG-DAG-{self.number:03d}"

    @property
    def audit_key(self) -> str:
        return f"submission:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return f"/dag/{self.reference}/"


class Dossier(models.Model):
    """The PDF that goes with a submission, and its build by the worker."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="dossier")
    state = models.CharField(max_length=12, choices=DossierState.choices, default=DossierState.ORDERED)
    ordered_at = models.DateTimeField()
    progress = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=120, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    marking = models.CharField(max_length=12, choices=Marking.choices, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    built_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Dossier of {self.submission}"

    @property
    def audit_key(self) -> str:
        return f"dossier:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.submission.reference} dossier"


class Outcome(models.Model):
    """What the DAG decided, with its reference and date.

    The liaison's record takes effect at once; one transcribed by the secretariat is "reported" until the liaison (or,
    where there is none, the chair) confirms it.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="outcomes")
    result = models.CharField(max_length=12, choices=Result.choices)
    dag_reference = models.CharField(max_length=60)
    decided_on = models.DateField()
    by_correspondence = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_as = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_as = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    transcribed = models.BooleanField(default=False)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    history = history_of()

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="outcome_confirmed_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(transcribed=False)
                | Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=models.F("recorded_by")),
                name="transcribed_outcome_confirmed_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.get_result_display()}"

    @property
    def audit_key(self) -> str:
        return f"outcome:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.submission.reference} outcome"


class Condition(models.Model):
    """A work-off item of a conditional approval: what must be done, until its evidence is accepted."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    due = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    discharged_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    discharged_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "number"], name="one_condition_a_number"),
            models.CheckConstraint(condition=~Q(text=""), name="condition_has_its_words"),
            models.CheckConstraint(
                condition=Q(discharged_by__isnull=True, discharged_at__isnull=True)
                | Q(discharged_by__isnull=False, discharged_at__isnull=False),
                name="discharged_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Condition {self.number} of {self.outcome.submission}"

    @property
    def audit_key(self) -> str:
        return f"condition:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.outcome.submission.reference} condition {self.number}"
