"""Who has an action today: read, and never written, since seats end by their date when no code runs.

As with objections: what an ended seat undertook is with the seat of its organisation in its role that began next; where
none did, with the one beside it; else it is vacant, and shown as that until somebody names another owner.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from artefacts.rules import acts_for
from meetings.models import Action, ActionOwner
from sdwg import clock, workdays
from sdwg.members.access import Actor
from sdwg.members.models import Seat
from sdwg.members.queries import successors


@dataclass(frozen=True)
class Owner:
    """A seat that undertook an action, and the seat that has it now: the same, its successor, or none."""

    seat: Seat
    holder: Seat | None

    @property
    def label(self) -> str:
        """The seat in whose name it stands: "Member, iDNO B"."""
        return (self.holder or self.seat).label

    @property
    def passed_on(self) -> bool:
        return self.holder is not None and self.holder.pk != self.seat.pk

    @property
    def words(self) -> str:
        """Who that is, and what became of whoever undertook it."""
        if self.holder is None:
            return f"seat vacant; {self.seat.person} left"
        return f"{self.holder.person}, in place of {self.seat.person}" if self.passed_on else str(self.holder.person)

    def is_with(self, actor: Actor) -> bool:
        """Whether ``actor`` acts for the seat that has it. No query."""
        return self.holder is not None and acts_for(actor, self.holder.pk)

    @property
    def line(self) -> str:
        """All of it on one line, for tables that leave the program."""
        return f"{self.label} ({self.words})"


def owners_of(actions: Iterable[Action], day: date) -> dict[int, list[Owner]]:
    """The owners of each of ``actions`` as they are on ``day``, by the action's id. Two queries at most."""
    rows = ActionOwner.objects.filter(action__in=[row.pk for row in actions], ended_at__isnull=True).order_by("pk")
    listed = list(rows.select_related("seat__person", "seat__organisation"))
    now_with = successors([row.seat for row in listed], day)
    found: dict[int, list[Owner]] = defaultdict(list)
    for row in listed:
        ended = row.seat.valid_to is not None and row.seat.valid_to < day
        found[row.action_id].append(Owner(row.seat, now_with.get(row.seat_id) if ended else row.seat))
    return found


def seats_with(actor: Actor) -> set[int]:
    """The seats whose actions are with ``actor``: the one they act for in everything, and those it has succeeded.

    An alternate for one meeting acts in that meeting alone, so nothing is with them. Two queries at most.
    """
    seat = actor.seat
    if seat is None or not acts_for(actor, seat.pk):
        return set()
    day = clock.today(actor.at)
    ended = Seat.objects.filter(organisation=seat.organisation_id, role=seat.role, valid_to__lt=day)
    return {seat.pk} | {pk for pk, other in successors(ended, day).items() if other.pk == seat.pk}


def owns(actor: Actor, action: Action) -> bool:
    """Whether ``action`` is with the seat ``actor`` acts for. Three queries at most."""
    return action.owners.filter(ended_at__isnull=True, seat__in=seats_with(actor)).exists()


def overdue_since(at: datetime) -> date:
    """The last day whose actions are overdue at ``at``: today from 17:00 on, and before that yesterday."""
    today = clock.today(at)
    return today if workdays.deadline(today) <= at else today - timedelta(days=1)
