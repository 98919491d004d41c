"""What the DAG approved before this system: the record's page, what it adds to its artefact's, what it holds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from artefacts.models import Artefact
from artefacts.rules import acting_role
from escalations.models import PriorApproval
from escalations.rules import (
    can_confirm_prior,
    can_record_prior,
    can_withdraw_prior,
    cited,
    cites_elsewhere,
    liaisons,
    marking_of,
)
from escalations.states import PriorState
from sdwg import dates
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.screen import Band, Button, Event, Fact

RESTRICTED = "Restricted"


@dataclass(frozen=True)
class PriorRow:
    """One record in a list, as its reader may see it."""

    prior: PriorApproval
    title: str
    readable: bool


def prior_approvals(actor: Actor) -> QuerySet[Any]:
    """The records whose envelope ``actor`` may see, each ``readable`` or not, the newest first."""
    return PriorApproval.objects.listed_for(actor).select_related("version__artefact")


def prior_rows(actor: Actor, found: Iterable[Any]) -> list[PriorRow]:
    """``found`` (of ``prior_approvals``) as lists show them. One query more where there are any."""
    priors = list(found)
    if not priors:
        return []
    shown: QuerySet[Any] = Artefact.objects.visible_to(actor).filter(
        versions__in=[prior.version_id for prior in priors]
    )
    titles = {row.pk: row.shown_title for row in shown}
    return [PriorRow(row, titles.get(row.version.artefact_id, RESTRICTED), row.readable) for row in priors]


def held(ids: Collection[int] | None) -> dict[int, str]:
    """Artefacts with a record that waits: until it is settled they stay as they are. One query; see ``sdwg.holds``."""
    rows = PriorApproval.objects.waiting().select_related("version__artefact")
    if ids is not None:
        rows = rows.filter(version__artefact__in=ids)
    return {row.version.artefact_id: _why_held(row) for row in rows}


def _why_held(prior: PriorApproval) -> str:
    return (
        f"{prior.version.artefact} is recorded as approved by the DAG before this system, which waits to be confirmed. "
        "Until then it stays as it is; the secretariat withdraws the record if it is wrong."
    )


# ---------------------------------------------------------------------------------------------------- the record's page


@dataclass(frozen=True)
class PriorPage:
    """The page of a record, as its reader may see it."""

    prior: PriorApproval
    title: str
    readable: bool
    marking: str
    band: Band | None
    facts: list[Fact]
    cites_elsewhere: bool
    events: list[Event]


def prior_page(actor: Actor, prior: PriorApproval) -> PriorPage:
    """Everything the page of ``prior`` (one of ``prior_approvals``) shows. A constant number of queries."""
    (row,) = prior_rows(actor, [prior])
    return PriorPage(
        prior=prior,
        title=row.title,
        readable=row.readable,
        marking=marking_of(prior.version) if row.readable else "",
        band=prior_band(actor, prior),
        facts=_facts(prior, row.readable),
        cites_elsewhere=cites_elsewhere(actor, prior.version, prior.dag_reference),
        events=_history(prior),
    )


def _facts(prior: PriorApproval, readable: bool) -> list[Fact]:
    version = prior.version
    named = f"{version.artefact.reference} {version.label}"
    about = [Fact("Version", named, version.get_absolute_url()), Fact("SHA-256", f"{prior.version_sha256[:12]}…")]
    facts = [
        *(about if readable else [Fact("Artefact", version.artefact.reference)]),
        Fact("The DAG’s reference", prior.dag_reference),
        Fact("Decided on", dates.day(prior.decided_on)),
        Fact("Registered here", dates.day(version.artefact.registered_at)),
        Fact("Recorded", f"{dates.moment(prior.recorded_at)}, {prior.recorded_as}"),
    ]
    if prior.settled_at:
        facts.append(Fact(str(prior.get_state_display()), f"{dates.moment(prior.settled_at)}, {prior.settled_as}"))
    return facts


def prior_band(actor: Actor, prior: PriorApproval, *, elsewhere: bool = False) -> Band | None:
    """Whose move a record that waits is; ``elsewhere``: on its artefact's page, from which a button leads to it."""
    if prior.state != PriorState.WAITING:
        return None
    mine = can_confirm_prior(actor, prior)
    who = "the DAG liaison" if liaisons(actor.at) else "the chair"
    secondary = Button("See the record", prior.get_absolute_url()) if elsewhere else None
    if not elsewhere and mine:
        secondary = Button("Refuse it", prior_url("refuse", prior))
    elif not elsewhere and can_withdraw_prior(actor, prior):
        secondary = Button("Withdraw it", prior_url("withdraw", prior))
    return Band(
        mine=mine,
        whose=actor.label if mine else who,
        what="confirm that the DAG approved it before this system",
        why=f"Recorded as {cited(prior)}. Nothing is approved until somebody other than its recorder confirms it.",
        primary=Button("Look at it and confirm", prior_url("confirm", prior)) if mine else None,
        secondary=secondary,
    )


def prior_url(what: str, prior: PriorApproval) -> str:
    """The address at which ``what`` ("confirm", "refuse", "withdraw") is done to it."""
    return reverse(f"prior-approval-{what}", args=[prior.pk])


HAPPENED: dict[str, tuple[str, str]] = {
    # verb: (icon, words)
    "prior-approval.recorded": ("half", "Recorded as approved before this system"),
    "prior-approval.confirmed": ("approved", "Confirmed"),
    "prior-approval.refused": ("octagon-bar", "Refused"),
    "prior-approval.withdrawn": ("withdrawn", "Withdrawn"),
}
CONTENT = frozenset({"prior-approval.recorded", "prior-approval.confirmed"})
"""Whose reason is the DAG's words; why a record was ended is read by whoever sees that there is one."""


def _history(prior: PriorApproval) -> list[Event]:
    """What happened to it, newest first. The DAG's words are on the page, for those who may read them."""
    events = AuditEvent.objects.filter(on_key=prior.audit_key, verb__in=HAPPENED).order_by("-seq")
    return [_event(event) for event in events]


def _event(event: AuditEvent) -> Event:
    icon, words = HAPPENED[event.verb]
    reason = "" if event.verb in CONTENT else event.reason
    return Event(icon, words, event.at, event.acting_as, note=reason)


# ----------------------------------------------------------------------------------------------- on the artefact's page


def prior_on_artefact(
    actor: Actor, artefact: Artefact, any_there: bool
) -> tuple[list[PriorRow], Band | None, Button | None]:
    """The records of ``artefact``, whose move the one that waits is, and the secretariat's way to make one.

    Who may see which is asked where there is ``any_there`` to see.
    """
    found = prior_rows(actor, prior_approvals(actor).filter(version__artefact=artefact)) if any_there else []
    waits = next((row.prior for row in found if row.prior.state == PriorState.WAITING), None)
    band = prior_band(actor, waits, elsewhere=True) if waits else None
    button = None
    if acting_role(actor) == Role.SECRETARIAT and can_record_prior(actor, artefact):
        button = Button("Approved before this system", reverse("prior-approval-record", args=[artefact.reference]))
    return found, band, button
