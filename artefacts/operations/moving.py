"""What every operation here stands on: the row locked, the one place where a state changes, and required words."""

from datetime import datetime
from typing import Any

from artefacts.models import Artefact, Version
from artefacts.states import Mover, State, Verb, move
from sdwg.audit.acts import record
from sdwg.members.access import Actor, NotNow, Refused
from sdwg.members.models import Person


class IllegalMove(RuntimeError):
    """An operation asked for a move that is not in the table."""


def doer(actor: Actor) -> Person:
    """The person who acts. Raises ``Refused`` for nobody and for the program."""
    if actor.person is None:
        raise Refused("Somebody has to do this for a seat.")
    return actor.person


def locked(pk: int) -> Artefact:
    """The artefact, locked until the transaction ends; whatever concerns it waits here, in one order."""
    Artefact.objects.select_for_update().get(pk=pk)
    return Artefact.objects.select_related(
        "author__person", "author__organisation", "owner__person", "owner__organisation"
    ).get(pk=pk)


def by_seat(actor: Actor) -> dict[str, Any]:
    """Who did it, for which seat, through which nomination: what every contribution carries."""
    return {"person": doer(actor), "seat": actor.seat, "alternate": actor.alternate, "acting_as": actor.label}


def said(text: str, sentence: str, field: str) -> str:
    """``text`` without blanks around it. Raises ``NotNow`` with ``sentence`` when nothing is left."""
    text = text.strip()
    if not text:
        raise NotNow(sentence, field)
    return text


def note_of(version: Version | None, **more: Any) -> dict[str, Any]:
    """What an event on an artefact notes: the version's label, plain words and numbers; never a member's text."""
    return {**({"version": version.label} if version else {}), **more}


def tell(verb: str, artefact: Artefact, version: Version | None, *, reason: str = "", **more: Any) -> None:
    """Record ``verb`` on the artefact, pinned to the version's hash: one key holds an artefact's whole history."""
    record(
        verb,
        on=artefact,
        reason=reason,
        version_sha256=version.sha256 if version else "",
        note=note_of(version, **more),
    )


def carry(
    actor: Actor,
    artefact: Artefact,
    to: State,
    by: Mover,
    verb: Verb,
    version: Version | None,
    reason: str,
    **more: Any,
) -> None:
    """Move a locked artefact. The only code that changes ``Artefact.state``; every move is recorded on the artefact.

    Raises ``IllegalMove`` for one that the table of ``states`` does not give to this mover and this operation: the
    rules refuse it, in a sentence, before it comes here.
    """
    legal = move(artefact.state, to, by)
    if legal is None or legal.verb != verb:
        raise IllegalMove(f"{artefact}: {artefact.state} to {to} by {by} in {verb}")
    source = artefact.state
    artefact.state, artefact.state_since = to, actor.at
    artefact.save()
    tell("artefact.moved", artefact, version, reason=reason, **{**more, "from": source, "to": to.value, "by": by.value})


def stamp(when: datetime | None) -> str:
    """A moment as forms carry it, to say which state of a thing was looked at; empty for none."""
    return when.isoformat() if when else ""
