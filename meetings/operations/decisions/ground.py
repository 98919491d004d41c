"""What every verb of a decision stands on: the row locked, the one place where its state changes, who is told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from artefacts.operations import follow
from artefacts.operations.notices import marking_of
from artefacts.states import Kind, Marking, Mover, State
from meetings import rules
from meetings.models import Decision, Determination, Objection
from meetings.states import DecisionState, decision_move
from sdwg import clock
from sdwg.audit.acts import record
from sdwg.mail.operations import queue
from sdwg.members.access import Actor, NotNow, Refused, readers
from sdwg.members.models import Alternate, Person, Seat


def locked(actor: Actor, decision: Decision) -> Decision:
    """The decision, locked until the transaction ends. Raises ``Refused`` when its actor may not read it."""
    Decision.objects.select_for_update().get(pk=decision.pk)
    found = Decision.objects.select_related("version__artefact", "meeting").get(pk=decision.pk)
    rules.check_can_read_decision(actor, found)
    return found


def locked_objection(actor: Actor, objection: Objection) -> Objection:
    decision = locked(actor, Decision(pk=objection.decision_id))
    found = Objection.objects.select_related("seat__organisation", "seat__person").get(pk=objection.pk)
    found.decision = decision
    return found


def locked_finding(actor: Actor, determination: Determination) -> tuple[Decision, Determination]:
    decision = locked(actor, Decision(pk=determination.decision_id))
    found = Determination.objects.get(pk=determination.pk)
    found.decision = decision
    return decision, found


def go(actor: Actor, decision: Decision, to: DecisionState) -> None:
    """Move a locked decision. The only code that changes ``Decision.state``."""
    if decision_move(decision.state, to) is None:
        raise NotNow(f"{decision} is {decision.get_state_display().lower()} and cannot become {to.label.lower()}.")
    decision.state, decision.state_since = to, actor.at
    decision.save()


def carry(actor: Actor, decision: Decision, to: State, by: Mover, what: str) -> None:
    """The artefact follows the decision; the reasons stay with the decision, where its readers find them."""
    if decision.version is None:
        return
    follow(
        actor=actor,
        artefact=decision.version.artefact,
        to=to,
        by=by,
        version=decision.version,
        reason=f"{decision}, round {decision.round}: {what}",
        note={"decision": decision.reference},
        delegated=decision.delegated,
    )


def tell(verb: str, decision: Decision, *, reason: str = "", **note: Any) -> None:
    record(
        verb,
        on=decision,
        reason=reason,
        version_sha256=decision.sha256,
        note={"round": decision.round, **{key: value for key, value in note.items() if value != ""}},
    )


def short(text: str, field: str, longest: int) -> str:
    """``text``. Raises ``NotNow`` when it is longer than the column."""
    if len(text) > longest:
        raise NotNow(f"At most {longest} characters; these are {len(text)}.", field)
    return text


def doer(actor: Actor) -> Person:
    """The person who acts. Raises ``Refused`` for the program, which does nothing here that a person has to do."""
    if actor.person is None:
        raise Refused("Sign in to do this.")
    return actor.person


# ------------------------------------------------------------------------------------------------------- who is told


def everybody(at: datetime) -> list[Person]:
    """Everybody with a seat today, and whoever stands in for one now."""
    seats = Seat.objects.current(clock.today(at)).select_related("person")
    standing_in = Alternate.objects.in_force(at).filter(seat__in=seats.values("pk")).select_related("person")
    return [seat.person for seat in seats] + [alternate.person for alternate in standing_in]


def speakers(seat: Seat, decision: Decision, at: datetime) -> list[Person]:
    """Who may speak for a seat on a decision: its holder, and whoever stands in for a period or for its meeting."""
    keys = ["", *filter(None, [rules.meeting_key(decision)])]
    standing_in = Alternate.objects.in_force(at).filter(seat=seat, for_key__in=keys).select_related("person")
    return [seat.person, *(alternate.person for alternate in standing_in)]


def owe(
    actor: Actor,
    decision: Decision,
    people: Iterable[Person],
    *,
    rule: str,
    subject: str,
    sentence: str,
    link_text: str,
    occurrence: str = "",
) -> None:
    """Owe each of ``people`` who may read the decision one message; never the words of a question, only its reference.

    The question itself goes along where its artefact's title is open to every seat.
    """
    secret = False
    marking = str(Marking.AMBER.label)
    if decision.version:
        in_force = marking_of(decision.version)
        marking = str(in_force.label)
        secret = in_force == Marking.RED or decision.version.artefact.kind == Kind.PROCUREMENT
    for person in readers(lambda who: Decision.objects.visible_to(who).filter(pk=decision.pk), people, actor.at):
        queue(
            rule=f"decisions.{rule}",
            on_key=decision.audit_key,
            person=person,
            occurrence=occurrence,
            subject=subject,
            template="notice",
            context={
                "sentence": sentence,
                "more": "" if secret else f"The question: {decision.question}",
                "link": decision.get_absolute_url(),
                "link_text": link_text,
            },
            marking=marking,
            at=actor.at,
        )
