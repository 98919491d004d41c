"""The list of constituencies (M4): more are added, put in another order, retired, and never deleted."""

from django.db.models import Max

from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.models import Constituency
from sdwg.members.rules import (
    check_can_keep_constituencies,
    check_can_list_constituency,
    check_can_relist_constituency,
    check_can_retire_constituency,
)


@act
def list_constituency(*, actor: Actor, name: str, short_name: str) -> Constituency:
    """Add a kind of party, last in the list, from today: it binds versions that are not ready yet."""
    _lock()
    check_can_list_constituency(actor, name, short_name)
    last = Constituency.objects.aggregate(last=Max("position"))["last"] or 0
    made = Constituency.objects.create(
        name=name.strip(), short_name=short_name.strip(), position=last + 1, listed_from=clock.today(actor.at)
    )
    _tell("constituency.listed", made)
    return made


@act
def move_constituency(*, actor: Actor, constituency: Constituency, by: int) -> Constituency:
    """Move it up (``by=-1``) or down (``by=1``) in the list; at the ends nothing happens."""
    rows = _lock()
    check_can_keep_constituencies(actor)
    at = next(place for place, row in enumerate(rows) if row.pk == constituency.pk)
    to = min(max(at + by, 0), len(rows) - 1)
    moved, other = rows[at], rows[to]
    if moved.pk != other.pk:
        (moved.position, other.position), free = (other.position, moved.position), rows[-1].position + 1
        Constituency.objects.filter(pk=moved.pk).update(position=free)  # places are unique
        other.save()
        moved.save()
        for row in (moved, other):
            _tell("constituency.moved", row)
    return moved


@act
def retire_constituency(*, actor: Actor, constituency: Constituency, reason: str) -> Constituency:
    """Take it off the list from today; what was recorded while it was listed stays. Nobody may hold a seat for it."""
    _lock()
    row = Constituency.objects.get(pk=constituency.pk)
    check_can_retire_constituency(actor, row, reason)
    row.retired_on = clock.today(actor.at)
    row.save()
    _tell("constituency.retired", row, reason.strip())
    return row


@act
def relist_constituency(*, actor: Actor, constituency: Constituency) -> Constituency:
    """Take its retirement back: it is listed as it was, and binds versions that are not ready yet."""
    _lock()
    row = Constituency.objects.get(pk=constituency.pk)
    check_can_relist_constituency(actor, row)
    row.retired_on = None
    row.save()
    _tell("constituency.listed-again", row)
    return row


def _lock() -> list[Constituency]:
    """The list in its order, locked: read again, because whoever was waited for may have changed the order."""
    list(Constituency.objects.select_for_update().order_by("pk"))
    return list(Constituency.objects.order_by("position"))


def _tell(verb: str, row: Constituency, reason: str = "") -> None:
    record(verb, on=row, reason=reason, note=row.as_noted())
