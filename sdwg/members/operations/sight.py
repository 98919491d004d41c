"""Grants and exclusions: how the apps above give or take sight of one object, and take it back with its cause.

They have checked their actor; here is only what the trail and ``visible_to`` need.
"""

from typing import TypeVar

from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.models import Exclusion, Grant, Person, Seat, Sight

Row = TypeVar("Row", Grant, Exclusion)


@act
def grant(
    *,
    actor: Actor,
    on_key: str,
    cause_key: str,
    reason: str,
    person: Person | None = None,
    seat: Seat | None = None,
) -> Grant:
    """Show the object ``on_key`` ("version:12") to a person or a seat from now on, because of ``cause_key``.

    Raises ``ValueError`` unless exactly one of ``person`` and ``seat`` is given. The same grant twice is one row.
    """
    return _give(Grant, "sight.granted", actor, on_key, cause_key, reason, person, seat)


@act
def exclude(
    *,
    actor: Actor,
    on_key: str,
    cause_key: str,
    reason: str,
    person: Person | None = None,
    seat: Seat | None = None,
) -> Exclusion:
    """Hide the object ``on_key`` from a person or a seat from now on; it wins over every grant."""
    return _give(Exclusion, "sight.taken", actor, on_key, cause_key, reason, person, seat)


@act
def withdraw_grants(*, actor: Actor, cause_key: str) -> int:
    """End the grants that ``cause_key`` was the reason of; how many they were."""
    return _end(Grant, "sight.grant-ended", actor, cause_key)


@act
def withdraw_exclusions(*, actor: Actor, cause_key: str) -> int:
    """End the exclusions that ``cause_key`` was the reason of; how many they were."""
    return _end(Exclusion, "sight.exclusion-ended", actor, cause_key)


def _give(
    model: type[Row],
    verb: str,
    actor: Actor,
    on_key: str,
    cause_key: str,
    reason: str,
    person: Person | None,
    seat: Seat | None,
) -> Row:
    if (person is None) == (seat is None):
        raise ValueError("Sight is given to, or taken from, a person or a seat: exactly one of them.")
    found = model.objects.filter(on_key=on_key, cause_key=cause_key, person=person, seat=seat, ends_at=None).first()
    if found:
        kept: Row = found
        return kept
    row = model.objects.create(
        on_key=on_key, cause_key=cause_key, reason=reason[:300], person=person, seat=seat, starts_at=actor.at
    )
    record(verb, on=row, reason=reason, note=_note(row))
    return row


def _end(model: type[Grant] | type[Exclusion], verb: str, actor: Actor, cause_key: str) -> int:
    rows = model.objects.select_for_update(of=("self",)).filter(cause_key=cause_key, ends_at=None)
    ended = list(rows.select_related("person", "seat__organisation", "seat__person").order_by("pk"))
    for row in ended:
        row.ends_at = actor.at
        row.save()
        record(verb, on=row, note=_note(row))
    return len(ended)


def _note(row: Sight) -> dict[str, str]:
    whose = row.person.display_name if row.person else row.seat.label if row.seat else ""
    return {"whose": whose, "cause": row.cause_key}
