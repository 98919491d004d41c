"""Grants and exclusions: how the apps above give or take sight of one object, and take it back with its cause.

They have checked their actor; here is only what the trail and ``visible_to`` need.
"""

from typing import TypeVar

from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.models import Exclusion, Grant, Organisation, Person, Seat, Sight

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
    organisation: Organisation | None = None,
) -> Grant:
    """Show the object ``on_key`` ("version:12") to a person, a seat or an organisation because of ``cause_key``.

    Raises ``ValueError`` unless exactly one of the three is given. The same grant twice is one row.
    """
    whose = {"person": person, "seat": seat, "organisation": organisation}
    return _give(Grant, "sight.granted", actor, on_key, cause_key, reason, whose)


@act
def exclude(
    *,
    actor: Actor,
    on_key: str,
    cause_key: str,
    reason: str,
    person: Person | None = None,
    seat: Seat | None = None,
    organisation: Organisation | None = None,
) -> Exclusion:
    """Hide the object ``on_key`` from a person, a seat or an organisation; it wins over every grant."""
    whose = {"person": person, "seat": seat, "organisation": organisation}
    return _give(Exclusion, "sight.taken", actor, on_key, cause_key, reason, whose)


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
    whose: dict[str, Person | Seat | Organisation | None],
) -> Row:
    if sum(named is not None for named in whose.values()) != 1:
        raise ValueError("Sight is given to, or taken from, a person, a seat or an organisation: exactly one of them.")
    found = model.objects.filter(on_key=on_key, cause_key=cause_key, ends_at=None, **whose).first()
    if found:
        kept: Row = found
        return kept
    row = model.objects.create(on_key=on_key, cause_key=cause_key, reason=reason[:300], starts_at=actor.at, **whose)
    record(verb, on=row, reason=reason, note=_note(row))
    return row


def _end(model: type[Grant] | type[Exclusion], verb: str, actor: Actor, cause_key: str) -> int:
    rows = model.objects.select_for_update(of=("self",)).filter(cause_key=cause_key, ends_at=None)
    ended = list(rows.select_related("person", "seat__organisation", "seat__person", "organisation").order_by("pk"))
    for row in ended:
        row.ends_at = actor.at
        row.save()
        record(verb, on=row, note=_note(row))
    return len(ended)


def _note(row: Sight) -> dict[str, str]:
    named = row.seat.label if row.seat else str(row.person or row.organisation)
    return {"whose": named, "cause": row.cause_key}
