"""What pages show of conflicts of interest."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from artefacts.models import Artefact
from meetings import rules
from meetings.models import Decision
from meetings.rules.conflicts import Thing
from sdwg.members.access import Actor
from sdwg.members.models import Conflict, ConflictQuerySet
from sdwg.screen import Button, Panel

__all__ = ["ConflictLine", "conflict_lines", "conflicts_for", "on_thing"]


@dataclass(frozen=True)
class ConflictLine:
    """One conflict as a table shows it; ``url`` leads to what it is in, where its reader may see that."""

    conflict: Conflict
    how: str
    takes: str
    url: str = ""
    end: Button | None = None


def conflicts_for(actor: Actor) -> ConflictQuerySet:
    """Those that ``actor`` may know of: chair, secretariat and auditor all, anybody else those that cover them.

    Each is named by the reference of what it is in, whoever may not see that included.
    """
    rows = Conflict.objects.with_names()
    if actor.may_read_trail:
        return rows
    return rows.filter(Q(organisation__in=actor.organisation_ids) | Q(person=actor.person))


def conflict_lines(actor: Actor, rows: Iterable[Conflict], *, link: bool = False) -> list[ConflictLine]:
    """``rows`` in words; with ``link`` the way to what each is in. Two queries at most."""
    found = list(rows)
    urls = _urls(actor, found) if link else {}
    return [
        ConflictLine(
            row,
            _how(row),
            "Position and sight" if row.takes_sight else "Position",
            urls.get(row.on_key, ""),
            Button("End it", reverse("conflict-end", args=[row.pk])) if rules.can_end_conflict(actor, row) else None,
        )
        for row in found
    ]


def _how(row: Conflict) -> str:
    made = f"Declared by {row.made_as}" if row.declared else f"Recorded by {row.made_as}"
    return f"{made}, as an affiliate of {row.affiliate_of.whose}" if row.affiliate_of else made


def _urls(actor: Actor, rows: list[Conflict]) -> dict[str, str]:
    keys: dict[str, set[int]] = {"artefact": set(), "decision": set()}
    for row in rows:
        kind, _, number = row.on_key.partition(":")
        keys[kind].add(int(number))
    seen: list[Thing] = []
    if keys["artefact"]:
        seen += Artefact.objects.visible_to(actor).filter(pk__in=keys["artefact"])
    if keys["decision"]:
        seen += Decision.objects.visible_to(actor).filter(pk__in=keys["decision"])
    return {thing.audit_key: thing.get_absolute_url() for thing in seen}


def on_thing(actor: Actor, thing: Thing) -> Panel:
    """What the page of an artefact or a decision shows of them: those in force, and the way to the rest. One query."""
    rows = list(rules.conflicts_in(thing).in_force())
    return Panel(
        "Conflicts of interest",
        "decisions/conflict_panel.html",
        {"rows": rows, "url": reverse("conflicts", args=[thing.reference])},
    )
