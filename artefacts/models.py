"""Security design artefacts and their review: recommendations, versions, consultations, comments, assessments.

An artefact lives between meetings and knows neither meeting nor DAG. What a reader may see of it follows from two
questions: is its *envelope* theirs (reference, title, owner, state: TLP:GREEN metadata, except for RED and
procurement), and is a *version's content* theirs (its marking today, its readers, procurement, grants, exclusions).
"""

import uuid
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Value, When
from django.urls import reverse

from artefacts.states import (
    Alignment,
    Answer,
    CommentType,
    Impact,
    Kind,
    Marking,
    PublicState,
    Severity,
    State,
    Word,
)
from sdwg import clock
from sdwg.audit.models import history_of
from sdwg.files.models import StoredFile
from sdwg.members.access import Actor
from sdwg.members.models import Alternate, Constituency, Organisation, Person, Seat

RESTRICTED = "Restricted"
LONGEST_REASON = 1_000
"""Characters in the reason for which an entry of a register is retired or out of scope."""


FROM_THE_START = date(2000, 1, 1)
"""Since when an entry is listed that was there before anybody noted the day."""


class EntryQuerySet(models.QuerySet[Any]):
    def listed(self, day: date) -> Self:
        """What is in its register on ``day`` (a London date)."""
        return self.filter(listed_on(day))


def listed_on(day: date) -> Q:
    """The condition under which an entry is in its register on ``day``."""
    return Q(listed_from__lte=day) & (Q(retired_on__isnull=True) | Q(retired_on__gt=day))


class Entry(models.Model):
    """A line of a register: never deleted, but retired from a day on, with the reason. Its words are TLP:GREEN.

    ``reference`` is what people say aloud, and stays. ``kind`` names it in addresses and in the trail, and ``called``
    in a sentence.
    """

    kind: str
    called: str
    reference = models.CharField(max_length=20, unique=True)
    listed_from = models.DateField(default=FROM_THE_START)
    retired_on = models.DateField(null=True, blank=True)
    why_retired = models.CharField(max_length=LONGEST_REASON, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference

    @property
    def heading(self) -> str:
        """What it says, in one line."""
        raise NotImplementedError

    @property
    def audit_key(self) -> str:
        return f"{self.kind}:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("entry", args=[self.kind, self.reference])


class Scoped(Entry):
    """An entry that the group can put out of its scope, with the reason (S1)."""

    out_of_scope_on = models.DateField(null=True, blank=True)
    why_out_of_scope = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        abstract = True

    @property
    def in_scope(self) -> bool:
        return self.out_of_scope_on is None


def reasoned(name: str, day: str, why: str) -> models.CheckConstraint:
    """The constraint that a day and the reason for it are both given or both not."""
    both = Q(**{f"{day}__isnull": False}) & ~Q(**{why: ""})
    return models.CheckConstraint(condition=both | Q(**{f"{day}__isnull": True, why: ""}), name=name)


class Recommendation(Scoped):
    """A recommendation of the Architecture Working Group, which artefacts take down to a level to build from (R1)."""

    kind, called = "recommendation", "recommendation"
    text = models.TextField()
    source = models.CharField(max_length=200, blank=True)
    history = history_of()

    class Meta:
        ordering = ["reference"]
        constraints = [
            reasoned("recommendation_retired_with_a_reason", "retired_on", "why_retired"),
            reasoned("recommendation_out_of_scope_with_a_reason", "out_of_scope_on", "why_out_of_scope"),
        ]

    @property
    def heading(self) -> str:
        return self.text


class DesignPrinciple(Entry):
    """A line of the principles register, against which every version is assessed (P2, O2)."""

    kind, called = "principle", "principle"
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    illustrative = models.BooleanField(default=False)
    history = history_of()

    class Meta:
        ordering = ["reference"]
        constraints = [reasoned("principle_retired_with_a_reason", "retired_on", "why_retired")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def heading(self) -> str:
        return self.title


class DesignArea(Scoped):
    """An area of the end-to-end design whose security the group designs (S1), in the order of ``position``."""

    kind, called = "area", "design area"
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    illustrative = models.BooleanField(default=False)
    history = history_of()

    class Meta:
        ordering = ["position", "reference"]
        constraints = [
            reasoned("area_retired_with_a_reason", "retired_on", "why_retired"),
            reasoned("area_out_of_scope_with_a_reason", "out_of_scope_on", "why_out_of_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def heading(self) -> str:
        return self.title


AnyEntry = Recommendation | DesignPrinciple | DesignArea
ENTRIES: dict[str, type[AnyEntry]] = {model.kind: model for model in (Recommendation, DesignPrinciple, DesignArea)}
"""The registers, by what one of their entries is called in addresses."""


class ArtefactQuerySet(models.QuerySet["Artefact"]):
    def visible_to(self, actor: Actor) -> Self:
        """Artefacts whose envelope ``actor`` may see, each with ``shown_title`` (what they may call it) and ``titled``.

        A seat sees every envelope, but for two sorts: procurement support, and an artefact with a version marked
        TLP:RED today. Those appear to the chair, to their author and to whoever may read one of their versions; the
        secretariat sees the bare envelope, ``titled`` false: reference, state, pages and marking, and nothing else.
        """
        return actor.once_for(self, "artefacts", self._visible_to)

    def _visible_to(self, actor: Actor) -> Self:
        if actor.machine:
            return self._titled()
        if not actor.may_enter:
            return self._titled().none()
        hidden = actor.excluded("artefact")
        visible = self.exclude(pk__in=hidden) if hidden else self
        if actor.is_chair:
            return visible._titled()
        red = VersionMarking.objects.filter(ends_at__isnull=True, marking=Marking.RED).order_by()
        is_red = Q(pk__in=red.values("version__artefact"))
        readable = Version.objects.visible_to(actor).order_by().values("artefact")
        titled = ~is_red & ~Q(kind=Kind.PROCUREMENT)
        titled |= Q(author__in=[seat.pk for seat in actor.seats]) | Q(pk__in=readable)
        if actor.is_secretariat:
            return visible._titled(titled | ~is_red)
        return visible.filter(titled)._titled()

    def _titled(self, condition: Q | None = None) -> Self:
        """Add ``titled`` and ``shown_title``: everywhere, or where ``condition`` holds."""
        if condition is None:
            return self.annotate(titled=Value(True), shown_title=F("title"))
        titled = Case(When(condition, then=Value(True)), default=Value(False))
        return self.annotate(titled=titled).annotate(
            shown_title=Case(When(titled=True, then=F("title")), default=Value(RESTRICTED))
        )

    def numbered(self, number: int) -> Self:
        return self.filter(number=number)


class Artefact(models.Model):
    """One security design or procurement-support document, through all its versions. Reference SDWG-ART-001."""

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=400, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DESIGN)
    owner = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="owned_artefacts")
    author = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="authored_artefacts")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    state_since = models.DateTimeField()
    planned_dag_date = models.DateField(null=True, blank=True)
    bound_for_dag = models.BooleanField(
        default=False,
        help_text="Its decision was delegated by the DAG and ended without consensus: it can only go to the DAG.",
    )
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    history = history_of()

    objects = ArtefactQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"SDWG-ART-{self.number:03d}"

    @property
    def audit_key(self) -> str:
        return f"artefact:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return f"/artefacts/{self.reference}/"


class RecommendationLink(models.Model):
    """An artefact answers a recommendation: one cell of the traceability matrix."""

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="recommendation_links")
    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="artefact_links")
    history = history_of()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["artefact", "recommendation"], name="one_link_a_cell")]

    def __str__(self) -> str:
        return f"{self.artefact} answers {self.recommendation}"


class AreaLink(models.Model):
    """An artefact designs the security of a design area: one cell of the second matrix (S1)."""

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="area_links")
    area = models.ForeignKey(DesignArea, on_delete=models.PROTECT, related_name="artefact_links")
    history = history_of()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["artefact", "area"], name="one_link_an_area")]

    def __str__(self) -> str:
        return f"{self.artefact} covers {self.area.reference}"


LINKS: dict[str, type[RecommendationLink] | type[AreaLink]] = {"recommendation": RecommendationLink, "area": AreaLink}
"""What ties artefacts to a kind of entry; the field of its other end is called like the kind."""


def read_by_standing(actor: Actor) -> list[Marking]:
    """The markings that ``actor``, who may enter, reads whoever is named; procurement and exclusions aside."""
    standing = [Marking.CLEAR, Marking.GREEN]
    standing += [Marking.AMBER] if actor.reads_amber else []
    standing += [Marking.STRICT] if actor.is_programme else []
    standing += [Marking.RED] if actor.is_chair else []
    return standing


class VersionQuerySet(models.QuerySet["Version"]):
    def marked(self) -> Self:
        """Add ``marking``, the marking in force today."""
        in_force = FilteredRelation("markings", condition=Q(markings__ends_at__isnull=True))
        return self.annotate(in_force=in_force).annotate(marking=F("in_force__marking"))

    def visible_to(self, actor: Actor) -> Self:
        """Versions whose content ``actor`` may read, by the marking of today, its readers, grants and exclusions."""
        return actor.once_for(self, "versions", self._visible_to)

    def _visible_to(self, actor: Actor) -> Self:
        marked = self.marked()
        if actor.machine:
            return marked
        procurement = Q(artefact__kind=Kind.PROCUREMENT)
        if not actor.may_enter:
            return marked.filter(Q(marking=Marking.CLEAR) & ~procurement)
        readers = VersionReader.objects.filter(ends_at__isnull=True).order_by().values("version")
        named = Q(pk__in=readers.filter(person=actor.person))
        standing = read_by_standing(actor)
        shown = Q(marking__in=standing)  # each further marking is asked about only where standing does not give it
        if Marking.AMBER not in standing:
            held = [seat.pk for seat in actor.held]
            shown |= Q(marking=Marking.AMBER) & (Q(artefact__owner__in=held) | Q(artefact__author__in=held))
        if Marking.STRICT not in standing:
            shown |= Q(marking=Marking.STRICT) & Q(
                pk__in=readers.filter(organisation__in=actor.strict_organisation_ids)
            )
        if Marking.RED not in standing:
            shown |= Q(marking=Marking.RED) & (named | Q(artefact__author__in=[seat.pk for seat in actor.seats]))
        closed = procurement if actor.is_chair else procurement & named
        if actor.is_secretariat:
            closed |= procurement & ~Q(marking=Marking.RED)
        shown = (shown & ~procurement) | closed
        granted = actor.granted("version")
        if granted:
            shown |= Q(pk__in=granted) & ~procurement & ~Q(marking=Marking.RED)
        found = marked.filter(shown)
        for path, kind in (("pk", "version"), ("artefact", "artefact")):
            hidden = actor.excluded(kind)
            if hidden:
                found = found.exclude(**{f"{path}__in": hidden})
        return found


class Version(models.Model):
    """An immutable snapshot: the uploaded bytes, their SHA-256, a label, what changed.

    Its marking and its readers are dated rows beside it.
    """

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="versions")
    order = models.PositiveIntegerField()
    label = models.CharField(max_length=12)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    change_note = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_for = models.CharField(max_length=300)
    uploaded_at = models.DateTimeField()
    history = history_of()

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["artefact", "-order"]
        constraints = [
            models.UniqueConstraint(fields=["artefact", "label"], name="one_version_a_label"),
            models.UniqueConstraint(fields=["artefact", "order"], name="one_version_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.artefact} {self.label}"

    @property
    def audit_key(self) -> str:
        return f"version:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.artefact.reference} {self.label}"

    def get_absolute_url(self) -> str:
        return f"/artefacts/{self.artefact.reference}/{self.label}/review/"


class VersionMarking(models.Model):
    """The marking of a version, dated: exactly one is in force."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="markings")
    marking = models.CharField(max_length=12, choices=Marking.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    history = history_of()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(ends_at__isnull=True), name="one_marking_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.get_marking_display()}"


class VersionReader(models.Model):
    """A reader named on a version, dated: an organisation (TLP:AMBER+STRICT) or a person (TLP:RED, procurement)."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="readers")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    history = history_of()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="reader_is_an_organisation_or_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.organisation or self.person}"


class Remarking(models.Model):
    """Another marking, or other readers, of a version, that would show it to somebody who may not read it today.

    The chair proposes it and the author confirms, or the author proposes and the chair confirms; until then nothing
    changes. ``people`` and ``organisations`` are the ids of all that would be named.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="remarkings")
    marking = models.CharField(max_length=12, choices=Marking.choices)
    people = models.JSONField(default=list, blank=True)
    organisations = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=300)
    by_chair = models.BooleanField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_as = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_as = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)
    history = history_of()

    class Meta:
        ordering = ["proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(settled_at__isnull=True), name="one_remarking_waits_a_version"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, confirmed=False)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="remarking_settled_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False) | ~Q(settled_by=models.F("proposed_by")),
                name="wider_marking_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} to {self.get_marking_display()}"


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def before_system(self) -> Self:
        """Those of versions that the DAG approved before this system.

        What it approved since then was consulted on here first: the table of moves has no other way to an approval.
        """
        consulted = Consultation.objects.filter(
            version__artefact=OuterRef("artefact"), opened_at__lt=OuterRef("recorded_at")
        )
        return self.filter(~Exists(consulted))


class Baseline(models.Model):
    """A version the DAG approved; in force until the next one supersedes it. Made by a DAG outcome alone (D1)."""

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="baselines")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="baselines")
    dag_reference = models.CharField(max_length=60)
    approved_on = models.DateField()
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = BaselineQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["artefact"], condition=Q(superseded_at__isnull=True), name="one_baseline_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"Baseline {self.version}"


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, actor: Actor) -> Self:
        """Consultations on versions whose content ``actor`` may read."""
        return self.filter(version__in=Version.objects.visible_to(actor).values("pk"))

    def public(self) -> Self:
        """Those that anybody sees, by the markings of today: open to the wider industry, and TLP:CLEAR.

        An artefact with a TLP:RED version has a title that is not open to every seat, so it is on no public page.
        """
        now = VersionMarking.objects.filter(ends_at__isnull=True).order_by()
        shown = self.filter(public=True, version__artefact__kind=Kind.DESIGN)
        shown = shown.filter(version__in=now.filter(marking=Marking.CLEAR).values("version"))
        return shown.exclude(version__artefact__in=now.filter(marking=Marking.RED).values("version__artefact"))

    def open_at(self, at: datetime) -> Self:
        """Those that receive what is sent at ``at``."""
        return self.filter(opened_at__lte=at, closes_at__gt=at, closed_at__isnull=True)


class Consultation(models.Model):
    """A window on one version: it opens, and closes by itself at 17:00 on a working day (P3, O3)."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="consultations")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    why_short = models.TextField(blank=True, help_text="Why it was opened for less than the usual period.")
    why_early = models.TextField(blank=True, help_text="Why it was closed before its time.")
    why_extended = models.TextField(blank=True, help_text="Why it closes later than was said at first.")
    public = models.BooleanField(default=False, help_text="Open to the wider industry, on public pages.")
    history = history_of()

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["closes_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(closed_at__isnull=True), name="one_open_window_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"Consultation on {self.version}"

    @property
    def ends_at(self) -> datetime:
        """When the window closes, or closed: 17:00 on its last day, or earlier when the chair closed it."""
        return self.closed_at or self.closes_at

    def open_at(self, at: datetime) -> bool:
        """Whether something received at ``at`` counts, whatever the worker has or has not done by now."""
        return self.opened_at <= at < self.ends_at

    @property
    def audit_key(self) -> str:
        return f"consultation:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.version.audit_ref


class BySeat(models.Model):
    """Who did it, for which seat, through which nomination: what every contribution carries."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    alternate = models.ForeignKey(Alternate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=300)

    class Meta:
        abstract = True


class CommentQuerySet(models.QuerySet["Comment"]):
    def standing(self) -> Self:
        """Those that count: not withdrawn by the seat that made them."""
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, actor: Actor) -> Self:
        """Comments inherit their version's marking and readers."""
        return self.filter(version__in=Version.objects.visible_to(actor).values("pk"))


class Comment(BySeat):
    """One comment on one version. It counts if it was received before the window closes, whatever the state says.

    Until then its seat may change it or withdraw it. Withdrawn it keeps its number and its words, counts for nothing
    and needs no answer. What it said before stays in its history.

    ``resolved_in`` is the later version in which its author says it is done; ``duplicate_of`` another one that says
    the same, on whatever version of the artefact, and is no duplicate itself.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="comments")
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField(null=True, blank=True)
    section = models.CharField(max_length=60, blank=True)
    quoted = models.TextField(blank=True)
    type = models.CharField(max_length=10, choices=CommentType.choices, default=CommentType.TECHNICAL)
    severity = models.CharField(max_length=6, choices=Severity.choices, default=Severity.MEDIUM)
    text = models.TextField()
    proposed_change = models.TextField(blank=True)
    received_at = models.DateTimeField()
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates")
    resolved_in = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="resolves")
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="one_comment_a_number"),
            models.CheckConstraint(condition=~Q(duplicate_of=F("pk")), name="comment_is_no_duplicate_of_itself"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.number} on {self.version}"

    @property
    def audit_key(self) -> str:
        return f"comment:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.version.audit_ref} comment {self.number}"


class DraftCommentQuerySet(models.QuerySet["DraftComment"]):
    def visible_to(self, actor: Actor) -> Self:
        """Drafts of the seats that ``actor`` drafts for, on versions whose content they may read; nobody else's."""
        shown = Version.objects.visible_to(actor).order_by().values("pk")
        return self.filter(seat__in=actor.drafts_for, version__in=shown)


class DraftComment(models.Model):
    """What a seat and its colleagues work on before it is a comment. They alone see it: it is in no history or trail.

    Sending it makes a comment of the seat's and deletes it.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="drafts")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    page = models.PositiveIntegerField(null=True, blank=True)
    section = models.CharField(max_length=60, blank=True)
    quoted = models.TextField(blank=True)
    type = models.CharField(max_length=10, choices=CommentType.choices, default=CommentType.TECHNICAL)
    severity = models.CharField(max_length=6, choices=Severity.choices, default=Severity.MEDIUM)
    text = models.TextField()
    proposed_change = models.TextField(blank=True)

    objects = DraftCommentQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"Draft by {self.written_by}"


class Disposition(models.Model):
    """The answer to a comment: proposed by the author, validated by the chair, who did not propose it.

    A commenter who contests it pulls it out of those that are validated together: then it is validated by itself.
    """

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="disposition")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_as = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    validated_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    validated_as = models.CharField(max_length=300, blank=True)
    validated_at = models.DateTimeField(null=True, blank=True)
    contested_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    contested_as = models.CharField(max_length=300, blank=True)
    contested_at = models.DateTimeField(null=True, blank=True)
    contested_why = models.TextField(blank=True)
    history = history_of()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(contested_by__isnull=True, contested_at__isnull=True, contested_as="", contested_why="")
                | (Q(contested_by__isnull=False, contested_at__isnull=False) & ~Q(contested_as="", contested_why="")),
                name="disposition_contested_by_somebody_with_why",
            ),
            models.CheckConstraint(
                condition=Q(validated_by__isnull=True, validated_at__isnull=True, validated_as="")
                | (Q(validated_by__isnull=False, validated_at__isnull=False) & ~Q(validated_as="")),
                name="disposition_validated_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(validated_by__isnull=True) | ~Q(validated_by=F("proposed_by")),
                name="disposition_validated_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(answer=Answer.ACCEPTED) | ~Q(reason=""), name="disposition_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment}: {self.get_answer_display()}"


class DelegationQuerySet(models.QuerySet["ValidationDelegation"]):
    def in_force(self, at: datetime) -> Self:
        """Those that let their seat validate at ``at``: not taken back, not run out, of a seat that has not ended."""
        day = clock.today(at)
        held = Seat.objects.current(day).order_by().values("pk")
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), ended_at__isnull=True, seat__in=held)


class ValidationDelegation(models.Model):
    """The chair lets another seat validate the answers on one artefact, until a day (its last, in London) or for good.

    It ends with that day, with the seat, or when the chair takes it back.
    """

    artefact = models.ForeignKey(Artefact, on_delete=models.PROTECT, related_name="delegations")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True, blank=True)
    reason = models.TextField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_as = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_as = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)
    history = history_of()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["artefact", "given_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(ended_why="")),
                name="delegation_taken_back_by_somebody_with_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat} validates on {self.artefact}"


class LastWord(BySeat):
    """What the commenter says to the validated answer: satisfied, can live with it, or the comment is maintained.

    ``on_answer_of`` is when the answer it replies to was validated: to another one by now it is not yet said.
    """

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="last_word")
    word = models.CharField(max_length=10, choices=Word.choices)
    text = models.TextField(blank=True)
    said_at = models.DateTimeField()
    on_answer_of = models.DateTimeField()
    history = history_of()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(word=Word.MAINTAINED) | ~Q(text=""), name="maintained_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.comment}: {self.get_word_display()}"


class NilReturn(BySeat):
    """ "Reviewed, no comments": counts as a response of its seat, until a comment of the same seat replaces it."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="nil_returns")
    returned_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    class Meta:
        ordering = ["returned_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "seat"], condition=Q(replaced_at__isnull=True), name="one_nil_return_a_seat"
            )
        ]

    def __str__(self) -> str:
        return f"{self.acting_as}: no comments"


class PublicCommentQuerySet(models.QuerySet["PublicComment"]):
    def released(self) -> Self:
        """Those that whoever reads their version sees, the hidden ones by their number alone."""
        return self.filter(released_at__isnull=False)

    def held(self) -> Self:
        """Those that wait for their release."""
        return self.filter(confirmed_at__isnull=False, released_at__isnull=True, hidden_at__isnull=True)


class PublicComment(models.Model):
    """A comment from the wider industry (D2): of somebody without a seat, who counts for no constituency.

    It was received when it was sent, if its sender confirms it. Then chair and secretariat read it; with its release it
    gets a number, and whoever reads its version reads it. One that is ``hidden`` without a release was refused; one
    without ``released_by`` was confirmed before comments waited for a release. What nobody confirms is deleted.

    The row keeps no history, so that the address can be forgotten; name and organisation stay with the words. The trail
    names it by number and has digests of what was said, released and answered (see ``industry``).
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="public_comments")
    number = models.PositiveIntegerField(null=True, blank=True)
    address = models.EmailField(blank=True)
    name = models.CharField(max_length=120)
    organisation = models.CharField(max_length=120, blank=True)
    page = models.PositiveIntegerField(null=True, blank=True)
    section = models.CharField(max_length=60, blank=True)
    type = models.CharField(max_length=10, choices=CommentType.choices, default=CommentType.TECHNICAL)
    text = models.TextField()
    proposed_change = models.TextField(blank=True)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    confirm_sha256 = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    released_as = models.CharField(max_length=300, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_as = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hidden_as = models.CharField(max_length=300, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_why = models.TextField(blank=True)

    objects = PublicCommentQuerySet.as_manager()

    class Meta:
        ordering = ["consultation", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_public_comment_a_number"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | Q(released_at__isnull=True, hidden_at__isnull=True),
                name="public_comment_is_confirmed_before_anything_else",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False, released_at__isnull=False)
                | Q(number__isnull=True, released_at__isnull=True, released_by__isnull=True, answered_at__isnull=True),
                name="public_comment_has_its_number_with_its_release",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, answer="")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="public_comment_answered_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", Answer.ACCEPTED]) | ~Q(reason=""), name="public_answer_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(hidden_by__isnull=True, hidden_at__isnull=True)
                | (Q(hidden_by__isnull=False, hidden_at__isnull=False) & ~Q(hidden_why="")),
                name="public_comment_hidden_by_somebody_with_why",
            ),
        ]

    def __str__(self) -> str:
        return self.audit_ref

    @property
    def audit_key(self) -> str:
        return f"public-comment:{self.pk}"

    @property
    def audit_ref(self) -> str:
        """How the trail calls it: never by its sender."""
        called = f"W{self.number}" if self.number else f"wider-industry comment {self.pk}"
        return f"{self.consultation.version.audit_ref} {called}"

    @property
    def state(self) -> PublicState:
        if self.hidden_at:
            return PublicState.HIDDEN if self.released_at else PublicState.REFUSED
        if self.answered_at:
            return PublicState.ANSWERED
        if self.released_at:
            return PublicState.WAITING
        return PublicState.HELD if self.confirmed_at else PublicState.SENT


class PrincipleAssessment(models.Model):
    """One cell: how a version stands to a principle."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="principle_assessments")
    principle = models.ForeignKey(DesignPrinciple, on_delete=models.PROTECT, related_name="+")
    alignment = models.CharField(max_length=16, choices=Alignment.choices)
    why = models.TextField(blank=True)
    assessed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    history = history_of()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "principle"], name="one_assessment_a_principle"),
            models.CheckConstraint(
                condition=~Q(alignment=Alignment.DEPARTS) | ~Q(why=""), name="departure_from_a_principle_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.principle}: {self.get_alignment_display()}"


class ImpactAssessment(models.Model):
    """One cell: what a version means for a constituency. A nil is reasoned."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="impact_assessments")
    constituency = models.ForeignKey(Constituency, on_delete=models.PROTECT, related_name="+")
    impact = models.CharField(max_length=8, choices=Impact.choices)
    text = models.TextField()
    assessed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    history = history_of()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "constituency"], name="one_impact_a_constituency"),
            models.CheckConstraint(condition=~Q(text=""), name="impact_has_its_words"),
        ]

    def __str__(self) -> str:
        return f"{self.constituency}: {self.get_impact_display()}"


class Comparison(models.Model):
    """What changed in the text from one stored file to another, as ``comparing`` of this ``edition`` found it.

    It holds numbers of pages and words and no word of either text but running heads, and goes with either file.
    ``changed``, ``added`` and ``removed`` count pages; ``blank`` and ``blank_before`` those without text of the later
    and the earlier one, which are not compared. Once it is ``settled``, ``trouble`` says why nothing was found: a key
    of ``comparing.TROUBLES``. Until then a worker holds it for a lease, as it does a ``FileText``.
    """

    earlier = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    later = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    edition = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    blank = models.PositiveIntegerField(default=0)
    blank_before = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict, blank=True)
    settled = models.BooleanField(default=False, db_index=True)
    trouble = models.CharField(max_length=12, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True, unique=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["earlier", "later"], name="one_comparison_a_pair")]

    def __str__(self) -> str:
        return f"{self.earlier_id} to {self.later_id}"
