"""The ground floor's own few tables: the clock's offset, bank holidays, periods, numbers, heartbeats, tickets."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from sdwg.audit.models import history_of


class ClockOffset(models.Model):
    """What the one clock adds to real time, in demonstration and tests only: a single row that every process reads.

    A clock that was stopped (tests do) stands at ``stopped_at`` and adds nothing.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    by = models.DurationField(default=timedelta)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_clock_offset")]

    def __str__(self) -> str:
        return f"stopped at {self.stopped_at}" if self.stopped_at else f"real time {self.by:+}"


class BankHoliday(models.Model):
    """A day the maintained calendar of England and Wales has wrong: declared at short notice, or moved."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=80)
    is_holiday = models.BooleanField(
        default=True,
        verbose_name="bank holiday",
        help_text="Cleared: an ordinary day, although the calendar lists it as a bank holiday.",
    )

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.name}"


class Period(models.Model):
    """A number of working days the group works to, editable by the secretariat; ``workdays.PERIODS`` has the defaults.

    A row exists only where the group departs from the default.
    """

    key = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveSmallIntegerField(help_text="Working days.")

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key}: {self.days}"


class Numbering(models.Model):
    """From which number on a register counts here: a group that already exists goes on where it was.

    A row exists only where the secretariat has set one. ``next`` is the least number that the next one gets;
    ``numbering.next_number`` gives it, or one more than the last used where that is greater.
    """

    class Register(models.TextChoices):
        ARTEFACTS = "artefacts", "Artefacts"
        DECISIONS = "decisions", "Decisions"
        SUBMISSIONS = "submissions", "Submissions to the DAG"
        MEETINGS = "meetings", "Regular meetings"
        ACTIONS = "actions", "Actions"

    register = models.CharField(max_length=12, choices=Register.choices, primary_key=True)
    next = models.PositiveIntegerField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_as = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    history = history_of()

    class Meta:
        ordering = ["register"]
        constraints = [models.CheckConstraint(condition=Q(next__gt=0), name="numbers_begin_with_one")]

    def __str__(self) -> str:
        return f"{self.get_register_display()} from {self.next}"

    @property
    def audit_key(self) -> str:
        return f"numbering:{self.register}"

    @property
    def audit_ref(self) -> str:
        return f"Numbers of {self.get_register_display().lower()}"


class Heartbeat(models.Model):
    """When the worker, and the scheduler through it, last answered: real time, never the demonstration's date."""

    class Component(models.TextChoices):
        WORKER = "worker", "the worker"
        BEAT = "beat", "the scheduler"

    component = models.CharField(max_length=10, choices=Component.choices, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["component"]

    def __str__(self) -> str:
        return f"{self.component} {self.at.isoformat()}"


class Ticket(models.Model):
    """One press of one button: the form's own number, and where its answer was. What makes a repeated POST harmless."""

    number = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=500)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return str(self.number)
