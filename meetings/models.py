"""Meetings, agendas, packs; decisions, positions, objections, determinations; actions.

A record here points down at what it touched (an artefact's version) and knows nothing of the DAG above it.
"""

import uuid
from datetime import UTC, date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from artefacts.models import BySeat, Version, VersionMarking
from artefacts.states import Kind, Marking, highest
from meetings.states import (
    STANDING,
    TO_COME,
    UNDER_WAY,
    UNSEEN,
    WITH_GUESTS,
    ActionState,
    ActionVerb,
    DecisionState,
    Finding,
    GuestState,
    ItemType,
    MeetingState,
    ObjectionState,
    OffDay,
    PackState,
    Presence,
    SeriesState,
    Stance,
)
from sdwg import clock
from sdwg.audit.models import history_of
from sdwg.files.models import StoredFile
from sdwg.members.access import Actor
from sdwg.members.models import Alternate, Exclusion, Person, Seat

IN_CALENDARS = uuid.UUID("2364d789-bd86-4cff-b675-c5ea3b21c19f")
"""The namespace of the UIDs of meetings."""


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, actor: Actor) -> Self:
        """Scheduled meetings for every seat (S8: open, unless the chair restricts one); drafts for those who draft."""
        if actor.machine or actor.is_chair or actor.is_secretariat:
            return self
        shown = self.exclude(state__in=UNSEEN)
        if not actor.may_enter:
            return shown.none()
        granted, hidden = actor.granted("meeting"), actor.excluded("meeting")
        shown = shown.filter(Q(restricted=False) | Q(pk__in=granted)) if granted else shown.filter(restricted=False)
        return shown.exclude(pk__in=hidden) if hidden else shown

    def with_guests(self) -> Self:
        """Meetings at which a guest may be: people are invited, it is not cancelled, the chair left it open (S8)."""
        return self.filter(restricted=False, state__in=WITH_GUESTS)

    def public(self, at: datetime) -> Self:
        """What the public list shows at ``at``: open meetings that have not begun (S8)."""
        return self.with_guests().filter(state__in=TO_COME, starts_at__gt=at)


class SeriesQuerySet(models.QuerySet["Series"]):
    def visible_to(self, actor: Actor) -> Self:
        """Series of which they see a meeting; planned and discarded ones for those who arrange them."""
        if actor.machine or actor.is_chair or actor.is_secretariat:
            return self
        seen = Meeting.objects.visible_to(actor).filter(series=OuterRef("pk"))
        return self.filter(Exists(seen), state=SeriesState.RUNNING)


class Series(models.Model):
    """Meetings that return by a rule: which days, at what hour of London's clocks, for how long, where, who presides.

    ``rule`` is an RRULE of RFC 5545 without a time of day, counted from ``first_day``; every rule has an end. The day a
    rule names is kept apart from the day a meeting is held on: ``off_day`` moves what falls on a weekend or a bank
    holiday, ``exceptions`` overrules that for single days (ISO day of the rule -> ISO day it is held on, or "" for left
    out). Until its meetings are made that is a plan; afterwards each meeting is a row of its own, and what stands here
    is what further ones are made with. ``minutes`` is the length; without ``presiding``, the acting chair presides.
    """

    title = models.CharField(max_length=160)
    rule = models.CharField(max_length=200)
    first_day = models.DateField()
    off_day = models.CharField(max_length=8, choices=OffDay.choices, default=OffDay.NEXT)
    exceptions = models.JSONField(default=dict, blank=True)
    starts = models.TimeField()
    minutes = models.PositiveIntegerField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    presiding = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=SeriesState.choices, default=SeriesState.DRAFT)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    history = history_of()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "series"
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="series_meetings_last")]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_key(self) -> str:
        return f"series:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"Series {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/meetings/series/{self.pk}/"


class Meeting(models.Model):
    """One meeting, regular (SDWG 14) or ad hoc (SDWG 14.1); ``ad_hoc`` is 0 for a regular one (S3).

    ``uid`` names it in calendars and ``sequence`` counts what calendars must hear of; neither ever goes back. In a
    series, ``rule_day`` is the day its rule names and ``own`` the facts that were changed for this meeting alone.
    """

    number = models.PositiveIntegerField()
    ad_hoc = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    rule_day = models.DateField(null=True, blank=True)
    own = models.JSONField(default=list, blank=True)
    title = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField(blank=True)
    presiding = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=MeetingState.choices, default=MeetingState.DRAFT)
    restricted = models.BooleanField(default=False)
    why_restricted = models.CharField(max_length=300, blank=True)
    no_pack_reason = models.CharField(max_length=300, blank=True)
    cancelled_reason = models.CharField(max_length=300, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    history = history_of()

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["number", "ad_hoc"], name="one_meeting_a_number"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(series__isnull=True, rule_day__isnull=True)
                | Q(series__isnull=False, rule_day__isnull=False, ad_hoc=0),
                name="meeting_of_a_series_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def moved(self) -> bool:
        """Whether it is held on another day than the rule of its series names."""
        return self.rule_day is not None and self.rule_day != clock.today(self.starts_at)

    @property
    def reference(self) -> str:
        """As it is said: "SDWG 14", "SDWG 14.1"."""
        return f"SDWG {self.key}"

    @property
    def uid(self) -> uuid.UUID:
        """Made of what never changes in the row and no other installation has: its key, and when it was made."""
        return uuid.uuid5(IN_CALENDARS, f"{self.pk} {self.made_at.astimezone(UTC).isoformat(timespec='microseconds')}")

    @property
    def key(self) -> str:
        """The number in paths: "14", "14.1"."""
        return f"{self.number}.{self.ad_hoc}" if self.ad_hoc else str(self.number)

    @property
    def audit_key(self) -> str:
        return f"meeting:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.reference

    @property
    def open_name(self) -> str:
        """What a document calls it whose readers are not known one by one."""
        return "a restricted meeting" if self.restricted else self.reference

    def seen_by(self, actor: Actor) -> bool:
        """Whether it is there for ``actor``, as ``visible_to`` has it for a meeting that is no draft."""
        if actor.machine or actor.is_chair or actor.is_secretariat:
            return True
        if self.pk in actor.excluded("meeting"):
            return False
        return not self.restricted or self.pk in actor.granted("meeting")

    def get_absolute_url(self) -> str:
        return f"/meetings/{self.key}/"


class Attendance(models.Model):
    """How one Member seat was represented at one meeting (S4): by its member, by an alternate, or not.

    One row a seat and meeting, so that a seat counts once, whoever came for it. A correction changes the row; what it
    said before is in its history. ``alternate`` is the nomination under which somebody came in the member's place.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="attendance")
    presence = models.CharField(max_length=12, choices=Presence.choices)
    alternate = models.ForeignKey(Alternate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_as = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    history = history_of()

    class Meta:
        ordering = ["seat__organisation__constituency__position", "seat__organisation__name", "seat"]
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="one_attendance_a_seat_and_meeting"),
            models.CheckConstraint(
                condition=Q(presence="alternate", alternate__isnull=False)
                | (~Q(presence="alternate") & Q(alternate__isnull=True)),
                name="attendance_by_an_alternate_names_them",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} at {self.meeting}: {self.words}"

    @property
    def mark(self) -> str:
        """What a form sends for it: "member", "apologies", "absent", or "alternate-7" with the nomination's number."""
        return f"{self.presence}-{self.alternate_id}" if self.alternate_id else self.presence

    @property
    def words(self) -> str:
        """As it is said: "The member", or "Deputy architect A, alternate"."""
        return f"{self.alternate.person}, alternate" if self.alternate else self.get_presence_display()


class GuestQuerySet(models.QuerySet["Guest"]):
    def admitted(self) -> Self:
        """Guests who confirmed, did not withdraw and were not refused, of meetings that have guests."""
        standing = self.filter(confirmed_at__isnull=False, withdrawn_at__isnull=True, refused_at__isnull=True)
        return standing.filter(meeting__restricted=False, meeting__state__in=WITH_GUESTS)


class Guest(models.Model):
    """Somebody without a seat who asks to be at one open meeting, and what became of it (S8).

    No account: who they are stands in this row alone, which keeps no history, so that it can be forgotten (``forget``
    in ``operations.guests``). The trail names them by number. No row holds the secret of a link: it is made from
    ``nonce`` when the mail is handed over, and known again by its SHA-256 (see ``meetings.guests``).
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="guests")
    address = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    organisation = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=500, blank=True)
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    confirm_sha256 = models.CharField(max_length=64, unique=True)
    link_sha256 = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        ordering = ["confirmed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "address"], condition=~Q(address=""), name="one_guest_an_address_and_meeting"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | Q(withdrawn_at__isnull=True, refused_at__isnull=True),
                name="guest_confirms_before_anything_else",
            ),
        ]

    def __str__(self) -> str:
        return self.audit_ref

    @property
    def audit_key(self) -> str:
        return f"guest:{self.pk}"

    @property
    def audit_ref(self) -> str:
        """How the trail calls them: never by their name, which can be forgotten."""
        return f"{self.meeting.reference} guest {self.pk}"

    @property
    def state(self) -> GuestState:
        if self.refused_at:
            return GuestState.REFUSED
        if self.withdrawn_at:
            return GuestState.WITHDRAWN
        return GuestState.EXPECTED if self.confirmed_at else GuestState.ASKED


class CalendarFeed(models.Model):
    """The secret address at which one person's calendar reads their meetings; one a person, renewed or ended.

    The secret is made from ``nonce`` (see ``meetings.calendar``) and known again by its SHA-256, so that a copy of the
    database opens nothing. What the feed shows is decided at each request. No history: the trail has who made or ended
    it and when, and no secret.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Calendar feed {self.pk}"


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def standing(self) -> Self:
        """The items that were not taken off, in order."""
        return self.filter(removed_at__isnull=True)

    def visible_to(self, actor: Actor) -> Self:
        """Items whose words ``actor`` may read: all of a meeting that is theirs, but those the chair restricted.

        A restricted item is the chair's, the secretariat's and the people's to whom it is granted; to others it is one
        line, "Restricted item".
        """
        shown = self.filter(meeting__in=Meeting.objects.visible_to(actor).values("pk"))
        if not (actor.machine or actor.is_chair or actor.is_secretariat):
            shown = shown.filter(Q(restricted=False) | Q(pk__in=actor.granted("item")))
        return shown.exclude(pk__in=actor.excluded("item"))


class AgendaItem(models.Model):
    """One row of an agenda. A restricted item reads "restricted item" to whoever may not see it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    type = models.CharField(max_length=12, choices=ItemType.choices, default=ItemType.DISCUSSION)
    objective = models.CharField(max_length=300, blank=True)
    lead = models.CharField(max_length=120, blank=True)
    minutes = models.PositiveIntegerField(default=10)
    restricted = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting} item {self.position}"

    @property
    def audit_key(self) -> str:
        return f"item:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.meeting.reference} item {self.position}"


WIDEST = (Marking.CLEAR, Marking.GREEN)
"""Markings that every seat reads."""


class PaperQuerySet(models.QuerySet["Paper"]):
    def standing(self) -> Self:
        """The papers that were not taken off, in order."""
        return self.filter(removed_at__isnull=True)

    def visible_to(self, actor: Actor) -> Self:
        """Papers whose content ``actor`` may read today: by their version, or, for a file, by the paper's own marking.

        Nobody reads a paper of an item that is closed to them, whatever its marking.
        """
        files = Q(version__isnull=True, marking__in=[*WIDEST, Marking.AMBER] if actor.reads_amber else WIDEST)
        versions = Q(version__in=Version.objects.visible_to(actor).values("pk"))
        return self.filter(files | versions, item__in=AgendaItem.objects.visible_to(actor).values("pk"))


class Paper(models.Model):
    """What an agenda item carries: an artefact version, or a file with a title and marking of its own."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="papers")
    position = models.PositiveIntegerField(default=1)
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="papers")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160, blank=True)
    marking = models.CharField(max_length=12, choices=Marking.choices, blank=True)
    asked = models.CharField(max_length=200, blank=True, help_text="What the group is asked to do with it.")
    removed_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=False, file__isnull=True, title="", marking="")
                | (Q(version__isnull=True, file__isnull=False) & ~Q(title="") & ~Q(marking="")),
                name="paper_is_a_version_or_a_titled_file",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.version)

    @property
    def audit_key(self) -> str:
        return f"paper:{self.pk}"

    @property
    def audit_ref(self) -> str:
        """Where it lies: a title may be a secret, a place is none."""
        return f"{self.item.audit_ref} paper {self.position}"


class Pack(models.Model):
    """The PDF circulated for a meeting, and its build. ``letter`` is empty for the pack, "A", "B" … for supplements.

    ``progress`` is 0 to 100 and ``stage`` says what is being done; both are written while the worker builds.
    ``page_map`` is the one source of page numbers, labels, bookmarks and footers (see ``sdwg.pdf``). ``inputs`` is the
    digest of the agenda and the papers it was built from: when it is no longer theirs, the pack is out of date.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="packs")
    letter = models.CharField(max_length=2, blank=True)
    build = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=PackState.choices, default=PackState.ORDERED)
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    progress = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=120, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
    inputs = models.CharField(max_length=64, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    marking = models.CharField(max_length=12, choices=Marking.choices, blank=True)
    page_map = models.JSONField(default=dict, blank=True)
    manifest_digest = models.CharField(max_length=64, blank=True)
    built_at = models.DateTimeField(null=True, blank=True)
    circulated_at = models.DateTimeField(null=True, blank=True)
    circulated_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["letter", "build"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "letter", "build"], name="one_pack_a_build"),
            models.UniqueConstraint(
                fields=["meeting", "letter"],
                condition=Q(circulated_at__isnull=False),
                name="one_circulated_pack_a_letter",
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state__in=["ordered", "building"]), name="one_build_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(circulated_at__isnull=True, circulated_by__isnull=True)
                | Q(circulated_at__isnull=False, circulated_by__isnull=False),
                name="pack_circulated_by_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.audit_ref

    @property
    def audit_key(self) -> str:
        return f"pack:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return f"{self.meeting.reference} supplement {self.letter}" if self.letter else f"{self.meeting.reference} pack"

    def get_absolute_url(self) -> str:
        return f"/meetings/{self.meeting.key}/pack/"


class PackCopy(models.Model):
    """One recipient of a circulated pack: their copy number, and when they first opened and downloaded it (S5)."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="copies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    acting_as = models.CharField(max_length=300)
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField(null=True, blank=True)
    downloaded_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "person"], name="one_copy_a_person"),
            models.UniqueConstraint(fields=["pack", "number"], name="one_copy_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.pack} copy {self.number}"


DECISION_IS_OF = (
    (("pk",), "decision"),
    (("version", "earlier_versions"), "version"),
    (("version__artefact",), "artefact"),
)
"""By what paths an exclusion from a kind of object takes a decision away."""


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, actor: Actor) -> Self:
        """Decisions on versions whose content ``actor`` may read, and free questions for every seat but observers.

        What was said in every round is on the page, so the versions of earlier rounds are theirs to read too. A grant
        of the decision itself is silenced by a marking of TLP:RED on any of them. Drafts are the chair's and the
        secretariat's.
        """
        return actor.once_for(self, "decisions", self._visible_to)

    def _visible_to(self, actor: Actor) -> Self:
        if actor.machine:
            return self
        if not actor.may_enter:
            return self.none()
        readable = Version.objects.visible_to(actor).order_by().values("pk")
        rounds = Decision.earlier_versions.through.objects
        closed = rounds.filter(decision=OuterRef("pk")).exclude(version__in=readable)
        shown = Q(version__in=readable) & ~Q(Exists(closed))
        if actor.reads_amber:
            shown |= Q(version__isnull=True)
        granted = actor.granted("decision")
        if granted:
            red = VersionMarking.objects.filter(ends_at__isnull=True, marking=Marking.RED).order_by().values("version")
            was_red = rounds.filter(decision=OuterRef("pk"), version__in=red)
            shown |= Q(pk__in=granted) & ~Q(version__in=red) & ~Q(Exists(was_red))
        if not (actor.is_chair or actor.is_secretariat):
            shown &= ~Q(state=DecisionState.DRAFT)
        found = self.filter(shown)
        for paths, kind in DECISION_IS_OF:
            hidden = actor.excluded(kind)
            for path in paths if hidden else ():  # an exclusion wins over a grant
                found = found.exclude(**{f"{path}__in": hidden})
        return found


class Decision(models.Model):
    """A question put to the group (D3), SDWG-DEC-001: on a version or free, at a meeting or by correspondence.

    ``closes_at`` is the one stored deadline for positions, shown the same everywhere. ``round`` counts from 1: an
    adjourned decision is opened again as the next round, perhaps on a newer version; ``version`` is that of this round,
    ``earlier_versions`` those of the rounds before where they were others.
    """

    number = models.PositiveIntegerField(unique=True)
    question = models.CharField(max_length=400)
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    earlier_versions = models.ManyToManyField(Version, related_name="+", blank=True)
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    delegated = models.BooleanField(default=False)
    delegation_reference = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=12, choices=DecisionState.choices, default=DecisionState.DRAFT)
    state_since = models.DateTimeField()
    round = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField(db_index=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    history = history_of()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(delegated=False, delegation_reference="")
                | (Q(delegated=True) & ~Q(delegation_reference="")),
                name="delegation_has_its_reference",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_by__isnull=True, state="draft")
                | (Q(opened_at__isnull=False, opened_by__isnull=False) & ~Q(state="draft")),
                name="decision_opened_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""), name="withdrawn_decision_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"SDWG-DEC-{self.number:03d}"

    @property
    def sha256(self) -> str:
        """What positions are pinned to: the bytes of the version, or nothing for a free question."""
        return self.version.sha256 if self.version else ""

    @property
    def audit_key(self) -> str:
        return f"decision:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return f"/decisions/{self.reference}/"


class Position(BySeat):
    """One seat's stance in one round, pinned to the version's hash.

    A changed mind is a change with history, never a second row. One recorded ``on_behalf`` has the secretariat's person
    and says so in ``acting_as``; the seat's own replaces it.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="positions")
    round = models.PositiveIntegerField()
    stance = models.CharField(max_length=12, choices=Stance.choices)
    text = models.TextField(blank=True)
    version_sha256 = models.CharField(max_length=64, blank=True)
    on_behalf = models.BooleanField(default=False)
    stated_at = models.DateTimeField()
    history = history_of()

    class Meta:
        ordering = ["seat__organisation__constituency__position", "seat__organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "seat", "round"], name="one_position_a_seat_and_round"),
            models.CheckConstraint(
                condition=~Q(stance__in=[Stance.CONCERN, Stance.OBJECT]) | ~Q(text=""),
                name="concern_and_objection_have_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.acting_as}: {self.get_stance_display()}"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def standing(self) -> Self:
        """Those that block consensus."""
        return self.filter(state__in=STANDING)


class Objection(models.Model):
    """An objection and its life. It stands, through rounds and on whatever version, until its own seat withdraws it.

    Raised in ``round`` on the bytes ``version_sha256``. ``answer`` says what changed and where; ``last_word`` is what
    its seat said when it maintained or withdrew it. Earlier words are in its history.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="objections")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="objections")
    number = models.PositiveIntegerField()
    round = models.PositiveIntegerField()
    version_sha256 = models.CharField(max_length=64, blank=True)
    clause = models.CharField(max_length=120)
    reason = models.TextField()
    would_resolve = models.TextField(help_text="What change would resolve it.")
    state = models.CharField(max_length=12, choices=ObjectionState.choices, default=ObjectionState.RAISED)
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_as = models.CharField(max_length=300)
    raised_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_as = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    last_word = models.TextField(blank=True)
    last_word_as = models.CharField(max_length=300, blank=True)
    last_word_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="one_objection_a_number"),
            models.UniqueConstraint(
                fields=["decision", "seat"],
                condition=Q(state__in=["raised", "addressed", "maintained"]),
                name="one_standing_objection_a_seat",
            ),
            models.CheckConstraint(
                condition=~(Q(clause="") | Q(reason="") | Q(would_resolve="")), name="objection_has_its_words"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True, answered_as="")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="") & ~Q(answered_as="")),
                name="objection_answered_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(last_word_at__isnull=True, last_word_as="", last_word="")
                | (Q(last_word_at__isnull=False) & ~Q(last_word_as="")),
                name="last_word_of_somebody_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} on {self.decision}"

    @property
    def reference(self) -> str:
        """As it is said within its decision: "O-1"."""
        return f"O-{self.number}"


class Determination(models.Model):
    """The chair's finding on one round, with reasons (D3): proposed, open to dispute, determined.

    ``heard`` freezes who was heard, by constituency in their order, as ``meetings.hearing.Hearing.as_json`` gives it:
    never a vote. ``version_sha256`` is what was decided on. Once determined it is never changed: a later record
    supersedes it. ``amended_reasons`` are what the chair made of ``reasons`` after a dispute; both are published.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="determinations")
    round = models.PositiveIntegerField()
    finding = models.CharField(max_length=12, choices=Finding.choices)
    reasons = models.TextField()
    amended_reasons = models.TextField(blank=True)
    awaited = models.CharField(max_length=300, blank=True)
    awaited_by = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_as = models.CharField(max_length=300)
    proposed_at = models.DateTimeField()
    dispute_until = models.DateTimeField()
    determined_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    determined_as = models.CharField(max_length=300, blank=True)
    determined_at = models.DateTimeField(null=True, blank=True)
    at_meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="determinations"
    )
    version_sha256 = models.CharField(max_length=64, blank=True)
    heard = models.JSONField(default=list, blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(determined_by__isnull=True, determined_at__isnull=True, determined_as="")
                | (Q(determined_by__isnull=False, determined_at__isnull=False) & ~Q(determined_as="")),
                name="determined_by_somebody_at_some_time",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="determination_has_reasons"),
            models.CheckConstraint(
                condition=Q(awaited="", awaited_by__isnull=True)
                | (Q(finding="adjourned", awaited_by__isnull=False) & ~Q(awaited="")),
                name="what_is_awaited_has_its_date",
            ),
            models.UniqueConstraint(
                fields=["decision", "round"], condition=Q(superseded_at__isnull=True), name="one_finding_a_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} round {self.round}: {self.get_finding_display()}"

    @property
    def final_reasons(self) -> str:
        """The reasons that stand: as amended after a dispute, else as proposed."""
        return self.amended_reasons or self.reasons


class Dispute(BySeat):
    """A member seat says that a proposed finding is wrong; published with it, whatever the chair makes of it."""

    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="disputes")
    text = models.TextField()
    disputed_at = models.DateTimeField()
    history = history_of()

    class Meta:
        ordering = ["disputed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["determination", "seat"], name="one_dispute_a_seat"),
            models.CheckConstraint(condition=~Q(text=""), name="dispute_has_its_words"),
        ]

    def __str__(self) -> str:
        return f"{self.acting_as} disputes {self.determination}"


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, actor: Actor) -> Self:
        """Actions of meetings, items, decisions and versions that are all ``actor``'s to read.

        One that hangs on nothing narrower was given before every seat (S8), and is read by every seat.
        """
        return actor.once_for(self, "actions", self._visible_to)

    def _visible_to(self, actor: Actor) -> Self:
        if actor.machine:
            return self
        if not actor.may_enter:
            return self.none()
        found = self
        for path, rows in (
            ("meeting", Meeting.objects.visible_to(actor)),
            ("item", AgendaItem.objects.visible_to(actor)),
            ("decision", Decision.objects.visible_to(actor)),
            ("version", Version.objects.visible_to(actor)),
        ):
            seen: models.QuerySet[Any] = rows.order_by()
            found = found.filter(Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__in": seen.values("pk")}))
        return found

    def for_everybody(self, at: datetime) -> Self:
        """Those that every seat reads at ``at``: what our own pages of a pack may print, for they are in every copy."""
        quiet = Version.objects.marked().filter(Q(marking__in=WIDEST)).exclude(artefact__kind=Kind.PROCUREMENT)
        red = VersionMarking.objects.filter(ends_at__isnull=True, marking=Marking.RED).order_by()
        quiet = quiet.exclude(artefact__in=red.values("version__artefact"))
        hidden: dict[str, set[int]] = {}
        for key in Exclusion.objects.in_force(at).values_list("on_key", flat=True):
            kind, _, number = key.partition(":")
            hidden.setdefault(kind, set()).add(int(number))
        quiet = quiet.exclude(Q(pk__in=hidden.get("version", ())) | Q(artefact__in=hidden.get("artefact", ())))
        return self.filter(
            Q(meeting__isnull=True) | (Q(meeting__restricted=False) & ~Q(meeting__in=hidden.get("meeting", ()))),
            Q(item__isnull=True) | (Q(item__restricted=False) & ~Q(item__in=hidden.get("item", ()))),
            Q(version__isnull=True) | Q(version__in=quiet.order_by().values("pk")),
            decision__isnull=True,
        )

    def under_way(self) -> Self:
        """Neither closed nor withdrawn: what is carried forward."""
        return self.filter(state__in=UNDER_WAY)

    def overdue(self, last: date) -> Self:
        """Open, and due on ``last`` (see ``owning.overdue_since``) or before; what is proposed waits for others."""
        return self.filter(state=ActionState.OPEN, due__lte=last)

    def marked(self) -> Self:
        """Add what ``Action.marking`` is made of."""
        in_force = VersionMarking.objects.filter(ends_at__isnull=True).order_by()
        return self.select_related("meeting", "item", "decision__version__artefact", "version__artefact").annotate(
            own_marking=Subquery(in_force.filter(version=OuterRef("version")).values("marking")[:1]),
            decided_on=Subquery(in_force.filter(version=OuterRef("decision__version")).values("marking")[:1]),
        )


class Action(models.Model):
    """Something that seats have undertaken, SDWG-ACT-001: raised at a meeting, perhaps on an item, decision, version.

    What it hangs on says who reads it. ``before`` is where a group that existed before this system had raised it, and
    then there is no meeting. ``due`` is a London day; it is over at 17:00. ``revision`` counts what changed it:
    a form carries it, so that nobody's change is overwritten unseen. ``settled_at`` is when it was closed or withdrawn.
    """

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    item = models.ForeignKey(AgendaItem, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    version = models.ForeignKey(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="actions")
    before = models.CharField(max_length=120, blank=True)
    due = models.DateField(db_index=True)
    state = models.CharField(max_length=12, choices=ActionState.choices, default=ActionState.OPEN)
    state_since = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_as = models.CharField(max_length=300)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "number"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="action_has_its_words"),
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, before="")
                | (Q(meeting__isnull=True, item__isnull=True) & ~Q(before="")),
                name="action_raised_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closing"], settled_at__isnull=True)
                | Q(state__in=["done", "withdrawn"], settled_at__isnull=False),
                name="action_settled_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"SDWG-ACT-{self.number:03d}"

    @property
    def marking(self) -> str:
        """TLP:GREEN, or what it hangs on where that is narrower; read with ``marked``."""
        read, put = vars(self), self.decision
        apart = put is not None and (put.version_id is None or put.round > 1)
        narrow = [Marking.AMBER] if self.is_closed or apart else []
        parts = [Marking.GREEN, *narrow, read["own_marking"], read["decided_on"]]
        return highest([part for part in parts if part])

    @property
    def is_closed(self) -> bool:
        """Whether the chair has restricted its meeting or its item."""
        return any(row is not None and row.restricted for row in (self.meeting, self.item))

    @property
    def is_secret(self) -> bool:
        """Whether its words stay out of mail: a restricted meeting or item, TLP:RED, procurement support."""
        versions = [self.version, self.decision.version if self.decision else None]
        procurement = any(row.artefact.kind == Kind.PROCUREMENT for row in versions if row)
        return self.is_closed or procurement or self.marking == Marking.RED

    @property
    def audit_key(self) -> str:
        return f"action:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return f"/actions/{self.reference}/"


class ActionOwner(models.Model):
    """A seat that undertook an action, from when until when. Who has it today is read: see ``meetings.owning``."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="owners")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="owned_actions")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    history = history_of()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "seat"], condition=Q(ended_at__isnull=True), name="one_ownership_a_seat"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat} owns {self.action}"


class ActionUpdate(BySeat):
    """One entry in the life of an action: what was said or done, by whom, for which seat, and the evidence for it.

    ``due_was`` and ``owners_was`` are what a change replaced, so that an old date is never lost.
    """

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="updates")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=12, choices=ActionVerb.choices)
    text = models.TextField(blank=True)
    link = models.URLField(max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    due_was = models.DateField(null=True, blank=True)
    owners_was = models.TextField(blank=True)
    made_at = models.DateTimeField()
    history = history_of()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="one_entry_a_number"),
            models.CheckConstraint(
                condition=~Q(text="", link="", file__isnull=True) | Q(verb="closed"), name="entry_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action}, entry {self.number}"
