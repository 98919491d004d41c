"""DAG meetings, submissions and their dossiers, outcomes and conditions; what was approved before this system.

Only an outcome approves anything, or the liaison's word that there was one before (D1).
"""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from artefacts.models import Version
from artefacts.states import Marking
from escalations.states import LIVE, DossierState, PriorState, Result, SubmissionKind, SubmissionState
from meetings.models import Decision
from sdwg.audit.models import history_of
from sdwg.files.models import StoredFile
from sdwg.members.access import Actor
from sdwg.members.models import Person


class DagMeetingQuerySet(models.QuerySet["DagMeeting"]):
    def after(self, day: date) -> Self:
        """Those later than the London date ``day`` that are to take place, the next first."""
        return self.filter(date__gt=day, cancelled_at__isnull=True).order_by("date")

    def coming(self, day: date) -> Self:
        """Those on the London date ``day`` or later that are to take place, the next first."""
        return self.filter(date__gte=day, cancelled_at__isnull=True).order_by("date")


class DagMeeting(models.Model):
    """A meeting of the Design Advisory Group: second Wednesdays by default, papers five working days before."""

    date = models.DateField(unique=True)
    papers_due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = DagMeetingQuerySet.as_manager()

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
        """Submissions whose content ``actor`` may read: the version's readers, or those of the free question.

        The liaison reads by grants, which a marking of TLP:RED silences. Drafts are the chair's and the secretariat's.
        """
        if actor.machine:
            return self
        if not actor.may_enter:
            return self.none()
        shown = Q(version__in=Version.objects.visible_to(actor).values("pk"))
        shown |= Q(version__isnull=True, decision__in=Decision.objects.visible_to(actor).values("pk"))
        return self.filter(shown)._allowed(actor)

    def listed_for(self, actor: Actor) -> Self:
        """Submissions whose envelope ``actor`` may see, each with ``readable``: whether its content is theirs too.

        An envelope is reference, kind, state, DAG meeting and outcome; no title, question, statement or dossier. It
        lets the secretariat and the liaison do their part on a submission that is marked TLP:RED.
        """
        readable = self.model._default_manager.all().visible_to(actor)
        marked = self.annotate(readable=Exists(readable.filter(pk=OuterRef("pk"))))
        if actor.machine:
            return marked
        if not actor.may_enter:
            return marked.none()
        if actor.is_chair or actor.is_secretariat:
            return marked._allowed(actor)
        return marked.filter(Q(readable=True) | Q(pk__in=actor.granted("submission")))._allowed(actor)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def _allowed(self, actor: Actor) -> Self:
        """Without what a conflict of interest takes from ``actor``, and without other people's drafts."""
        hidden = Q(pk__in=actor.excluded("submission")) | Q(decision__in=actor.excluded("decision"))
        hidden |= Q(version__in=actor.excluded("version")) | Q(version__artefact__in=actor.excluded("artefact"))
        drafts = Q() if actor.is_chair or actor.is_secretariat else ~Q(state=SubmissionState.DRAFT)
        return self.filter(drafts).exclude(hidden)


class Submission(models.Model):
    """What is put to the DAG, SDWG-DAG-001: for approval, as an escalation, or for information (D1, D3).

    ``version_sha256`` is pinned when it is submitted. The dossier is built by the worker from the state at submission.
    ``late_for_papers``: it was submitted after the papers' deadline of the DAG meeting chosen then.
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
    late_for_papers = models.BooleanField(default=False)
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
            models.CheckConstraint(
                condition=Q(state=SubmissionState.DRAFT)
                | Q(dag_meeting__isnull=False, by_correspondence=False)
                | Q(dag_meeting__isnull=True, by_correspondence=True),
                name="submitted_to_a_meeting_or_by_correspondence",
            ),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.DRAFT) | Q(version__isnull=True) | ~Q(version_sha256=""),
                name="submitted_version_is_pinned",
            ),
            models.CheckConstraint(
                condition=~Q(state=SubmissionState.WITHDRAWN) | ~Q(withdrawn_reason=""),
                name="submission_withdrawn_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=LIVE) & ~Q(kind=SubmissionKind.INFORMATION),
                name="one_live_submission_a_version",
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(state__in=LIVE) & ~Q(kind=SubmissionKind.INFORMATION),
                name="one_live_submission_a_decision",
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

    @property
    def on_version(self) -> bool:
        return self.version_id is not None


class Dossier(models.Model):
    """The PDF that goes with a submission, and its build by the worker.

    ``holds`` are the ids of the versions whose comments are in it, fixed when it is ordered: whoever reads it may read
    each of them. ``manifest_digest`` covers what went into it; the PDF's last page prints it.
    """

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="dossier")
    state = models.CharField(max_length=12, choices=DossierState.choices, default=DossierState.ORDERED)
    ordered_at = models.DateTimeField()
    progress = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True)
    holds = models.JSONField(default=list, blank=True)
    manifest_digest = models.CharField(max_length=64, blank=True)
    marking = models.CharField(max_length=12, choices=Marking.choices, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    built_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False),
                name="dossier_lease_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=DossierState.BUILT) | Q(file__isnull=False, built_at__isnull=False),
                name="built_dossier_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"Dossier of {self.submission}"

    @property
    def holding(self) -> str:
        """``holds``, as the trail notes it."""
        return " ".join(str(pk) for pk in self.holds)

    @property
    def audit_key(self) -> str:
        return f"dossier:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.submission.reference} dossier"


class Outcome(models.Model):
    """What the DAG decided, with its reference and date.

    The liaison's record takes effect at once; one transcribed by the secretariat is "reported" until the liaison (or,
    where there is none, the chair) confirms it. A reported one that was wrong is superseded by the next record.
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
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    class Meta:
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(confirmed_at__isnull=False, superseded_at__isnull=True) & ~Q(result=Result.DEFERRED),
                name="one_final_outcome_a_submission",
            ),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(confirmed_at__isnull=True, superseded_at__isnull=True),
                name="one_reported_outcome_a_submission",
            ),
            models.CheckConstraint(
                condition=Q(transcribed=True) | Q(confirmed_at__isnull=False),
                name="outcome_of_the_liaison_takes_effect_at_once",
            ),
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
    def is_reported(self) -> bool:
        """Transcribed, and waiting for the confirmation without which it has no effect."""
        return self.confirmed_at is None and self.superseded_at is None

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.superseded_at is None

    @property
    def audit_key(self) -> str:
        return f"outcome:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.submission.reference} outcome"


class ConditionQuerySet(models.QuerySet["Condition"]):
    def open(self) -> Self:
        """Those of outcomes in force whose evidence nobody has accepted yet."""
        return self.filter(
            discharged_at__isnull=True, outcome__confirmed_at__isnull=False, outcome__superseded_at__isnull=True
        )


class Condition(models.Model):
    """A work-off item of a conditional approval: what must be done, until its evidence is accepted.

    ``version`` is the changed text, where the condition needed one; accepting it makes it the baseline.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    due = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    discharged_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    discharged_as = models.CharField(max_length=300, blank=True)
    discharged_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "number"], name="one_condition_a_number"),
            models.CheckConstraint(condition=~Q(text=""), name="condition_has_its_words"),
            models.CheckConstraint(
                condition=Q(discharged_by__isnull=True, discharged_at__isnull=True, evidence="", version__isnull=True)
                | (Q(discharged_by__isnull=False, discharged_at__isnull=False) & ~Q(evidence="")),
                name="discharged_by_somebody_at_some_time_on_evidence",
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


class PriorApprovalQuerySet(models.QuerySet["PriorApproval"]):
    def visible_to(self, actor: Actor) -> Self:
        """Those on versions whose content ``actor`` may read: the DAG's words are theirs too."""
        return self.filter(version__in=Version.objects.visible_to(actor).values("pk"))

    def listed_for(self, actor: Actor) -> Self:
        """Those whose envelope ``actor`` may see, each with ``readable``: whether its content is theirs too.

        An envelope is the artefact's reference, version, state, the DAG's reference and date. It lets the secretariat
        and the liaison do their part on a version that is marked TLP:RED.
        """
        readable = self.model._default_manager.all().visible_to(actor)
        marked = self.annotate(readable=Exists(readable.filter(pk=OuterRef("pk"))))
        if actor.machine:
            return marked
        if not actor.may_enter:
            return marked.none()
        hidden = Q(version__in=actor.excluded("version")) | Q(version__artefact__in=actor.excluded("artefact"))
        shown = marked.exclude(hidden | Q(pk__in=actor.excluded("prior-approval")))
        if actor.is_chair or actor.is_secretariat:
            return shown
        return shown.filter(Q(readable=True) | Q(pk__in=actor.granted("prior-approval")))

    def waiting(self) -> Self:
        return self.filter(state=PriorState.WAITING)


class PriorApproval(models.Model):
    """The secretariat's record that the DAG approved a version before this system, and the liaison's word on it (D1).

    Nothing is approved by the record alone. ``version_sha256`` is pinned when it is made.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="prior_approvals")
    version_sha256 = models.CharField(max_length=64)
    dag_reference = models.CharField(max_length=60)
    decided_on = models.DateField()
    words = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=PriorState.choices, default=PriorState.WAITING)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_as = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_as = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_reason = models.TextField(blank=True)
    history = history_of()

    objects = PriorApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(state__in=(PriorState.WAITING, PriorState.CONFIRMED)),
                name="one_prior_approval_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state=PriorState.WAITING, settled_by__isnull=True, settled_at__isnull=True)
                | (~Q(state=PriorState.WAITING) & Q(settled_by__isnull=False, settled_at__isnull=False)),
                name="prior_approval_settled_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=PriorState.CONFIRMED) | ~Q(settled_by=models.F("recorded_by")),
                name="prior_approval_confirmed_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(PriorState.REFUSED, PriorState.WITHDRAWN)) | ~Q(settled_reason=""),
                name="prior_approval_ended_for_a_reason",
            ),
            models.CheckConstraint(condition=~Q(dag_reference=""), name="prior_approval_has_its_reference"),
        ]

    def __str__(self) -> str:
        return f"Prior approval of {self.version.audit_ref}"

    @property
    def audit_key(self) -> str:
        return f"prior-approval:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.version.audit_ref} prior approval"

    def get_absolute_url(self) -> str:
        return f"/dag/before/{self.pk}/"
