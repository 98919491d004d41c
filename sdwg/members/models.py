"""Who the group is: constituencies, organisations, people, dated seats, alternates, and what gives or takes sight.

Rights come from the seats that are valid *today* and from nothing else (M1 to M4).
"""

import uuid
from datetime import date, datetime
from typing import Any, Self

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from sdwg.audit.models import history_of


class ConstituencyQuerySet(models.QuerySet["Constituency"]):
    def listed(self, day: date) -> Self:
        """The constituencies of ``day``, in the order of the Terms of Reference."""
        return self.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=day), listed_from__lte=day)


class Constituency(models.Model):
    """A kind of party (M4). The thirteen of the Terms of Reference are seeded in its words; more may follow.

    Never deleted: a retired one stays with what was recorded while it was listed. It keeps no history table; what its
    events noted is compared with the row (``queries.altered_constituencies``).
    """

    name = models.CharField(max_length=120, unique=True)
    short_name = models.CharField(max_length=24)
    position = models.PositiveSmallIntegerField(unique=True)
    listed_from = models.DateField()
    retired_on = models.DateField(null=True, blank=True)

    objects = ConstituencyQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "constituencies"

    def __str__(self) -> str:
        return self.name

    @property
    def audit_key(self) -> str:
        return f"constituency:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.short_name

    def as_noted(self) -> dict[str, str | int]:
        """All of it, as an event notes it."""
        retired = self.retired_on.isoformat() if self.retired_on else ""
        words: dict[str, str | int] = {"name": self.name, "short": self.short_name, "place": self.position}
        return {**words, "from": self.listed_from.isoformat(), "retired": retired}


class Organisation(models.Model):
    """A company or body, of one constituency; the programme itself has none."""

    name = models.CharField(max_length=120, unique=True)
    constituency = models.ForeignKey(
        Constituency, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    history = history_of()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_key(self) -> str:
        return f"organisation:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.name[:60]


class PersonManager(BaseUserManager["Person"]):
    """Made by operations only; there is no open sign-up."""

    def in_the_record(self) -> "models.QuerySet[Person]":
        """Whoever the group has had to do with: a seat that took effect, now or once, or a nomination."""
        seats = Seat.objects.filter(person=OuterRef("pk"), confirmed_at__isnull=False)
        nominations = Alternate.objects.filter(person=OuterRef("pk"))
        return self.filter(Exists(seats) | Exists(nominations))


class Person(AbstractBaseUser):
    """An account. Everything refers to a person by id and display name; the address lives in allauth's table alone.

    Never deleted, only deactivated. Keeps no history: what people do to accounts is in the trail, and secrets are not.
    """

    last_login = None
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    display_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "public_id"
    REQUIRED_FIELDS = ["display_name"]

    objects = PersonManager()

    class Meta:
        ordering = ["display_name"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.display_name

    @property
    def audit_key(self) -> str:
        return f"person:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.display_name[:60]

    def address(self) -> str:
        """The verified primary address, or an empty string. One query."""
        found = EmailAddress.objects.filter(user=self, verified=True, primary=True).first()
        return found.email if found else ""


class Role(models.TextChoices):
    """What a seat is. The first five are programme roles; they facilitate and state no position."""

    CHAIR = "chair", "Chair"
    DEPUTY = "deputy", "Deputy for the chair"
    SECRETARIAT = "secretariat", "Secretariat"
    ANALYST = "analyst", "Design Business Analyst"
    ARCHITECT = "architect", "Design Market Architect"
    MEMBER = "member", "Member"
    COLLEAGUE = "colleague", "Colleague"
    PARTNER = "partner", "Architecture Partner"
    OBSERVER = "observer", "Observer"
    LIAISON = "liaison", "DAG Liaison"
    AUDITOR = "auditor", "Auditor"


APPOINTED = tuple(role for role in Role if role not in {Role.DEPUTY, Role.COLLEAGUE})
"""Roles whose seats the secretariat appoints; a deputy is the chair's, a colleague the member's."""
PROGRAMME_ROLES = frozenset({Role.CHAIR, Role.DEPUTY, Role.SECRETARIAT, Role.ANALYST, Role.ARCHITECT})
PRIVILEGED_ROLES = frozenset({Role.CHAIR, Role.SECRETARIAT, Role.LIAISON, Role.AUDITOR})


class Discipline(models.TextChoices):
    """The mix the Terms of Reference ask for (S6)."""

    ANALYST = "business-analyst", "Business analyst"
    MARKET_ARCHITECT = "market-architect", "Market architect"
    SOLUTION_ARCHITECT = "solution-architect", "Solution architect"
    EXPERT = "industry-expert", "Industry subject matter expert"


class SeatQuerySet(models.QuerySet["Seat"]):
    def current(self, day: date) -> Self:
        """Seats in force on ``day`` (a London date; both ends inclusive), confirmed where they need a second person."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day, confirmed_at__isnull=False
        )

    def pending(self) -> Self:
        """Proposed, and nobody has confirmed or declined it."""
        return self.filter(confirmed_at__isnull=True, declined_at__isnull=True)

    def standing(self) -> Self:
        """Confirmed or still pending: what a new seat may collide with."""
        return self.filter(declined_at__isnull=True)

    def overlapping(self, start: date, end: date | None) -> Self:
        """Seats that run on some day between ``start`` and ``end`` (both inclusive; no end is for ever)."""
        meets = self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=start))
        return meets if end is None else meets.filter(valid_from__lte=end)

    def members(self) -> Self:
        return self.filter(role=Role.MEMBER)

    def chairing(self, day: date) -> Self:
        """Who acts as the chair on ``day``: the deputy while there is one, and otherwise the chair (S2)."""
        deputies = Seat.objects.current(day).filter(role=Role.DEPUTY, person__is_active=True)
        chairs = Q(role=Role.CHAIR) & ~Exists(deputies)
        return self.current(day).filter(Q(pk__in=deputies.values("pk")) | chairs)

    def with_names(self) -> Self:
        """Load what a seat needs to name itself: no query a row."""
        return self.select_related("person", "organisation__constituency")


class Seat(models.Model):
    """A person in a role for an organisation, between two dates.

    A privileged seat (chair, secretariat, DAG liaison, auditor) takes effect when a second person has confirmed it,
    unless it is declined first; for the others proposer and confirmer are the same and the two moments too. The first
    seats of an installation have neither proposer nor confirmer. A colleague's names the Member seat that added them
    and never outlasts it: they read for it up to TLP:AMBER, draft its comments, and act in nothing.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=16, choices=Role.choices)
    discipline = models.CharField(max_length=20, choices=Discipline.choices, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)
    why_second = models.CharField(
        max_length=300, blank=True, help_text="Why this organisation has a second Member seat in its constituency."
    )
    colleague_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="colleagues")
    history = history_of()

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["role", "organisation__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="seat_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["role"],
                condition=Q(role="chair", valid_to__isnull=True, confirmed_at__isnull=False),
                name="one_open_ended_chair",
            ),
            models.CheckConstraint(
                condition=Q(role="colleague", colleague_of__isnull=False)
                | (~Q(role="colleague") & Q(colleague_of__isnull=True)),
                name="colleague_of_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(declined_at__isnull=True, declined_by__isnull=True)
                | Q(declined_at__isnull=False, declined_by__isnull=False, confirmed_at__isnull=True),
                name="seat_declined_by_somebody_and_not_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(confirmed_at__isnull=False),
                name="seat_confirmed_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(PRIVILEGED_ROLES))
                | Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("proposed_by")),
                name="privileged_seat_takes_two_people",
            ),
            models.CheckConstraint(
                condition=(Q(proposed_by__isnull=True) | ~Q(proposed_by=F("person")))
                & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person"))),
                name="nobody_makes_a_seat_of_their_own",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_pending(self) -> bool:
        """Proposed, and nobody has confirmed or declined it."""
        return self.confirmed_at is None and self.declined_at is None

    def runs_on(self, day: date) -> bool:
        """Whether it is in force on ``day``, a London date; what ``current`` asks the database."""
        return (
            self.confirmed_at is not None and self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)
        )

    @property
    def label(self) -> str:
        """How the seat is spoken of: "Member, iDNO B" or "Design Business Analyst"."""
        if self.role in PROGRAMME_ROLES or self.role == Role.LIAISON:
            return self.get_role_display()
        return f"{self.get_role_display()}, {self.organisation.name}"

    @property
    def audit_key(self) -> str:
        return f"seat:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.label[:60]


class AlternateQuerySet(models.QuerySet["Alternate"]):
    def standing(self, at: datetime) -> Self:
        """Nominations neither revoked nor over: their person may sign in."""
        return self.filter(Q(window_to__isnull=True) | Q(window_to__gt=at), revoked_at__isnull=True)

    def in_force(self, at: datetime) -> Self:
        """Nominations whose window is open at ``at``: their person acts for the seat."""
        return self.standing(at).filter(accepted_at__lte=at, window_from__lte=at)

    def of_running_seats(self, day: date) -> Self:
        """Nominations by seats that run on ``day`` or will: with the seat ends what stands in for it."""
        ends = Q(seat__valid_to__isnull=True) | Q(seat__valid_to__gte=day)
        return self.filter(ends, seat__confirmed_at__isnull=False)


class Alternate(models.Model):
    """A person who stands in for one seat (S4), for one meeting (``for_key``) or, with an empty key, for a period.

    For a meeting the upper app sets the window: from the pack's issue to 17:00 two working days after the meeting.
    """

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="alternates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nominations")
    for_key = models.CharField(max_length=60, blank=True, db_index=True)
    for_ref = models.CharField(max_length=60, blank=True)
    nominated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    window_from = models.DateTimeField(null=True, blank=True)
    window_to = models.DateTimeField(null=True, blank=True)
    history = history_of()

    objects = AlternateQuerySet.as_manager()

    class Meta:
        ordering = ["nominated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "for_key"],
                condition=Q(revoked_at__isnull=True) & ~Q(for_key=""),
                name="one_alternate_a_seat_and_meeting",
            ),
            models.CheckConstraint(
                condition=Q(window_from__isnull=True, window_to__isnull=True)
                | Q(window_from__isnull=False, window_to__isnull=False, window_to__gt=F("window_from")),
                name="alternate_window_has_both_ends",
            ),
            models.CheckConstraint(
                condition=~Q(for_key="") | Q(window_from__isnull=False), name="alternate_for_a_period_has_a_window"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def is_in_force(self, at: datetime) -> bool:
        """Whether its person acts for the seat at ``at``; what ``in_force`` asks the database."""
        return (
            self.revoked_at is None
            and self.accepted_at is not None
            and self.accepted_at <= at
            and self.window_from is not None
            and self.window_from <= at
            and (self.window_to is None or self.window_to > at)
        )

    @property
    def label(self) -> str:
        """ "X, alternate for Y", as everything they do reads."""
        return f"{self.person.display_name}, alternate for {self.seat.label}"

    @property
    def audit_key(self) -> str:
        return f"alternate:{self.pk}"

    @property
    def audit_ref(self) -> str:
        return self.for_ref or "period"


class SightQuerySet(models.QuerySet[Any]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), starts_at__lte=at)

    def of(self, person_id: int, seat_ids: list[int], organisation_ids: frozenset[int]) -> Self:
        whose = Q(person_id=person_id) | Q(seat_id__in=seat_ids) | Q(organisation_id__in=organisation_ids)
        return self.filter(whose)


class Sight(models.Model):
    """A dated row about a person, a seat or an organisation and one object ("version:12"), with its cause.

    Written by an upper app. An organisation is all its seats, those to come and those who stand in for them included.
    """

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss")
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    on_key = models.CharField(max_length=60, db_index=True)
    cause_key = models.CharField(max_length=60, db_index=True)
    reason = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = SightQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, seat__isnull=True, organisation__isnull=True)
                | Q(person__isnull=True, seat__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, seat__isnull=True, organisation__isnull=False),
                name="%(class)s_of_a_person_a_seat_or_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on_key}: {self.reason}"

    @property
    def audit_key(self) -> str:
        """The object it is about: what is said of it is read by whoever may read that."""
        return self.on_key

    @property
    def audit_ref(self) -> str:
        return ""


class Grant(Sight):
    """Gives sight of one object, for as long as its cause stands."""

    history = history_of()


class Exclusion(Sight):
    """Takes sight of one object; wins over every grant, the author's and the chair's included."""

    history = history_of()


class ConflictQuerySet(models.QuerySet["Conflict"]):
    def in_force(self) -> Self:
        return self.filter(ends_at__isnull=True)

    def with_names(self) -> Self:
        """Load what a conflict needs to say whose it is: no query a row."""
        return self.select_related("organisation", "person", "affiliate_of__organisation")


class Conflict(models.Model):
    """A conflict of interest in one object ("artefact:7", "decision:3"), declared or recorded by the chair.

    It covers all seats of an organisation; of whoever holds a programme role, the DAG's or the auditor's seat the
    person alone. It makes positions read "conflicted" and, where ``takes_sight``, hides the object.
    """

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="conflicts"
    )
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="conflicts")
    affiliate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="affiliates")
    on_key = models.CharField(max_length=60, db_index=True)
    on_ref = models.CharField(max_length=60)
    declared = models.BooleanField(help_text="By somebody it covers; otherwise the chair recorded it.")
    takes_sight = models.BooleanField()
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_as = models.CharField(max_length=300)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=300, blank=True)
    why_ended = models.CharField(max_length=300, blank=True)
    history = history_of()

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, person__isnull=True)
                | Q(organisation__isnull=True, person__isnull=False),
                name="conflict_of_an_organisation_or_a_person",
            ),
            models.UniqueConstraint(
                fields=["organisation", "on_key"],
                condition=Q(ends_at__isnull=True),
                name="one_conflict_an_organisation_and_object",
            ),
            models.UniqueConstraint(
                fields=["person", "on_key"], condition=Q(ends_at__isnull=True), name="one_conflict_a_person_and_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.whose}: conflict of interest in {self.on_ref}"

    @property
    def whose(self) -> str:
        return self.organisation.name if self.organisation else str(self.person)

    @property
    def key(self) -> str:
        """What its exclusions name as their cause, and its mail as what it is about."""
        return f"conflict:{self.pk}"

    @property
    def audit_key(self) -> str:
        """The object it is about: whoever may read that reads of it."""
        return self.on_key

    @property
    def audit_ref(self) -> str:
        return self.on_ref


class Invitation(models.Model):
    """A personal link to a new account: good until ``expires_at``, spent only by the POST behind its button.

    No row holds the link's secret. It is made from ``nonce`` and a key outside the database when the mail is handed
    over, and known again by its SHA-256 (see ``invitations``).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"Invitation of {self.person}"

    def is_good(self, at: datetime) -> bool:
        """Whether its link still leads anywhere."""
        return self.spent_at is None and self.revoked_at is None and self.expires_at > at
