"""Who declares a conflict of interest, who records one for others, and what it takes away (1-domain)."""

from django.db.models import Q

from artefacts.models import Artefact
from artefacts.rules import sees
from meetings.models import Decision
from sdwg.members.access import Actor, NotNow, Refused, allowed, only_chair
from sdwg.members.models import Conflict, ConflictQuerySet, Organisation, Person, Role, Seat

__all__ = [
    "can_declare_conflict",
    "can_end_conflict",
    "can_record_conflict",
    "check_can_declare_conflict",
    "check_can_end_conflict",
    "check_can_record_conflict",
    "check_seat_is_free",
    "conflicts_in",
    "in_conflict",
    "keys_of",
    "who_declares",
]

Thing = Artefact | Decision
"""What a conflict of interest is in. One in an artefact is one in every decision on it."""
FOR_A_BODY = frozenset({Role.MEMBER, Role.PARTNER, Role.OBSERVER})
"""Whose conflict is their organisation's; whoever else has a seat has it alone."""


def keys_of(thing: Thing) -> list[str]:
    """The keys under which a conflict in ``thing`` may stand."""
    keys = [thing.audit_key]
    if isinstance(thing, Decision) and thing.version:
        keys.append(thing.version.artefact.audit_key)
    return keys


def conflicts_in(thing: Thing) -> ConflictQuerySet:
    """The conflicts in ``thing``, those that ended included."""
    return Conflict.objects.filter(on_key__in=keys_of(thing)).with_names()


def in_conflict(seat: Seat, decision: Decision) -> Conflict | None:
    """The conflict in force that keeps ``seat`` from stating a position on ``decision``, if there is one."""
    whose = Q(organisation=seat.organisation_id) | Q(person=seat.person_id)
    return conflicts_in(decision).in_force().filter(whose).first()


def who_declares(actor: Actor) -> tuple[Organisation | None, Person | None]:
    """Whose conflict ``actor`` declares: their organisation's, or their own. Both ``None`` for whoever has no seat.

    For a body with a constituency its Member seat speaks; an observer of the same body declares their own.
    """
    if actor.seat is None:
        return None, None
    body = actor.seat.organisation
    if actor.seat.role == Role.MEMBER or (actor.seat.role in FOR_A_BODY and body.constituency_id is None):
        return body, None
    return None, actor.person


def check_can_declare_conflict(actor: Actor, thing: Thing) -> None:
    """Anybody with a seat, of what they may see, once."""
    _demand_sight(actor, thing)
    organisation, person = who_declares(actor)
    if organisation is None and person is None:
        raise Refused("A conflict of interest is declared for a seat. You hold none.")
    standing = conflicts_in(thing).in_force().filter(organisation=organisation, person=person).first()
    if standing:
        raise NotNow(f"{standing.whose} has a conflict of interest in {standing.on_ref} already.")


def can_declare_conflict(actor: Actor, thing: Thing) -> bool:
    return allowed(check_can_declare_conflict, actor, thing)


def check_can_record_conflict(actor: Actor, thing: Thing) -> None:
    """The chair records one for others, and says whether it takes sight."""
    only_chair(actor, "Only the chair records a conflict of interest for others. You can declare your own.")
    _demand_sight(actor, thing)


def can_record_conflict(actor: Actor, thing: Thing) -> bool:
    return allowed(check_can_record_conflict, actor, thing)


def check_can_end_conflict(actor: Actor, conflict: Conflict) -> None:
    """The chair, or a deputy, ends one, but for their own."""
    only_chair(actor, "Only the chair ends a conflict of interest. Ask the chair.")
    if conflict.person_id == actor.person_id or conflict.organisation_id in actor.organisation_ids:
        raise Refused("Nobody ends a conflict of interest of their own.")
    if conflict.ends_at:
        raise NotNow("This conflict of interest has ended already.")


def can_end_conflict(actor: Actor, conflict: Conflict) -> bool:
    return allowed(check_can_end_conflict, actor, conflict)


def check_seat_is_free(seat: Seat, decision: Decision) -> None:
    """A seat of an organisation in conflict states nothing: its position reads "conflicted"."""
    conflict = in_conflict(seat, decision)
    if conflict:
        raise NotNow(
            f"{conflict.whose} has a conflict of interest in {conflict.on_ref}, so its position on {decision} reads "
            "“conflicted”. The chair can end the conflict."
        )


def _demand_sight(actor: Actor, thing: Thing) -> None:
    seen = (
        sees(actor, thing)
        if isinstance(thing, Artefact)
        else Decision.objects.visible_to(actor).filter(pk=thing.pk).exists()
    )
    if not seen:
        raise Refused(f"{thing} is not open to you.")
