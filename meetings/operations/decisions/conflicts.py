"""Conflicts of interest: declared, recorded by the chair, ended; and what each does to the positions of its seats."""

from collections.abc import Iterable

from django.urls import reverse

from artefacts.models import Artefact
from artefacts.operations.moving import locked as locked_artefact
from artefacts.operations.moving import said
from artefacts.operations.notices import holders
from meetings import rules
from meetings.models import Decision, Position
from meetings.operations.decisions.ground import doer, locked, short, tell
from meetings.rules.conflicts import Thing
from meetings.states import PUT, ObjectionState, Stance
from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.mail.operations import queue
from sdwg.members import operations as members
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Conflict, Organisation, Person, Role, Seat

LONGEST_REASON = 300


@act
def declare_conflict(*, actor: Actor, thing: Thing, reason: str) -> Conflict:
    """Declare a conflict of interest of the seat's organisation in ``thing``; of a programme role's holder alone.

    The positions of the organisation's seats read "conflicted" from now on. What the declaring seat objects, or took
    over, is withdrawn where its declarer speaks for it. It takes sight only where the chair says so, and at once of
    whoever holds a programme role, the chair included: a deputy then presides. Raises ``Refused`` and ``NotNow``.
    """
    thing, decisions = _locked(actor, thing)
    rules.check_can_declare_conflict(actor, thing)
    organisation, person = rules.who_declares(actor)
    conflict = _begin(actor, thing, organisation, person, reason, declared=True, takes_sight=person is not None)
    _keep_out(actor, decisions, [conflict])
    _tell_chair(actor, conflict)
    return conflict


@act
def record_conflict(
    *,
    actor: Actor,
    thing: Thing,
    organisation: Organisation | None = None,
    person: Person | None = None,
    affiliates: Iterable[Organisation] = (),
    takes_sight: bool,
    reason: str,
) -> list[Conflict]:
    """Record, as the chair, a conflict of interest in ``thing`` of an organisation or a person, and of its affiliates.

    What was in force for one of them is replaced. Objections stand until their seats withdraw them: nobody's is
    silenced by it. Whoever it is about is told, by reference alone. Raises ``Refused`` and ``NotNow``.
    """
    thing, decisions = _locked(actor, thing)
    rules.check_can_record_conflict(actor, thing)
    if (organisation is None) == (person is None):
        raise NotNow("Choose whose conflict of interest it is.", "whose")
    others = [body for body in affiliates if body != organisation]
    found: list[Conflict] = []
    for body in [organisation, *others] if organisation else [None]:
        former = rules.conflicts_in(thing).in_force().filter(organisation=body, person=None if body else person)
        for row in former.filter(on_key=thing.audit_key):
            if body == organisation and row.takes_sight == takes_sight:
                raise NotNow(f"{row.whose} has this conflict of interest on record already.", "whose")
            _end(actor, row, "Replaced by another record")
        of = found[0] if found else None
        found.append(
            _begin(actor, thing, body, person, reason, declared=False, takes_sight=takes_sight, affiliate_of=of)
        )
    _keep_out(actor, decisions, found)
    for row in found:
        _tell_covered(actor, row, "The chair recorded")
    return found


@act
def end_conflict(*, actor: Actor, conflict: Conflict, reason: str) -> Conflict:
    """End a conflict of interest, with a reason: sight comes back, and seats state positions again."""
    conflict = Conflict.objects.select_for_update(of=("self",)).with_names().get(pk=conflict.pk)
    rules.check_can_end_conflict(actor, conflict)
    _end(actor, conflict, said(reason, "Say why it ends, for the record.", "reason"))
    _tell_covered(actor, conflict, "The chair ended")
    return conflict


def keep_conflicted_out(actor: Actor, decision: Decision) -> None:
    """At the opening of a round: whoever is in conflict already reads "conflicted" from its first moment."""
    _keep_out(actor, [decision], rules.conflicts_in(decision).in_force())


def _locked(actor: Actor, thing: Thing) -> tuple[Thing, list[Decision]]:
    """``thing``, and the decisions before the group that it bears on, locked: decisions first, then the artefact."""
    if isinstance(thing, Decision):
        decision = locked(actor, thing)
        return decision, [decision] if decision.state in PUT else []
    put = Decision.objects.filter(version__artefact=thing, state__in=PUT)
    list(put.select_for_update(of=("self",)).order_by("pk"))
    artefact: Artefact = locked_artefact(thing.pk)
    return artefact, list(put.select_related("version__artefact", "meeting").order_by("pk"))


def _begin(
    actor: Actor,
    thing: Thing,
    organisation: Organisation | None,
    person: Person | None,
    reason: str,
    *,
    declared: bool,
    takes_sight: bool,
    affiliate_of: Conflict | None = None,
) -> Conflict:
    reason = short(said(reason, "Say what the interest is, for the record.", "reason"), "reason", LONGEST_REASON)
    conflict = Conflict.objects.create(
        organisation=organisation,
        person=person,
        affiliate_of=affiliate_of,
        on_key=thing.audit_key,
        on_ref=thing.reference,
        declared=declared,
        takes_sight=takes_sight,
        reason=reason,
        made_by=doer(actor),
        made_as=actor.label,
        starts_at=actor.at,
    )
    verb = "conflict.declared" if declared else "conflict.recorded"
    record(verb, on=conflict, reason=reason, note={"whose": conflict.whose, "sight": "taken" if takes_sight else ""})
    if takes_sight:
        members.exclude(
            actor=actor,
            on_key=conflict.on_key,
            cause_key=conflict.key,
            reason=f"Conflict of interest of {conflict.whose}",
            organisation=organisation,
            person=person,
        )
    return conflict


def _end(actor: Actor, conflict: Conflict, why: str) -> None:
    conflict.ends_at, conflict.ended_as = actor.at, actor.label
    conflict.why_ended = short(why, "reason", LONGEST_REASON)
    conflict.save()
    record("conflict.ended", on=conflict, reason=why, note={"whose": conflict.whose})
    if conflict.takes_sight:
        members.withdraw_exclusions(actor=actor, cause_key=conflict.key)


def _keep_out(actor: Actor, decisions: Iterable[Decision], conflicts: Iterable[Conflict]) -> None:
    """Write "conflicted" for every Member seat of today that the conflicts cover, on decisions before the group."""
    bodies = {row.organisation_id: row for row in conflicts if row.organisation_id}
    seats = Seat.objects.members().current(clock.today(actor.at)).filter(organisation__in=bodies).with_names()
    for decision in decisions:
        for seat in seats:
            _read_conflicted(actor, decision, seat, bodies[seat.organisation_id])


def _read_conflicted(actor: Actor, decision: Decision, seat: Seat, conflict: Conflict) -> None:
    own = conflict.declared and rules.speaks_for(actor, seat, decision)
    found = decision.positions.filter(seat=seat, round=decision.round).first()
    before = found.stance if found else ""
    position = found or Position(decision=decision, seat=seat, round=decision.round)
    position.person, position.alternate = doer(actor), actor.alternate if own else None
    position.acting_as = actor.label if own else f"{actor.label}, because of a conflict of interest"
    position.on_behalf, position.stance, position.text = not own, Stance.CONFLICTED, conflict.reason
    position.version_sha256, position.stated_at = decision.sha256, actor.at
    position.save()
    tell("position.conflicted", decision, seat=seat.label, before=before)
    standing = decision.objections.standing().select_related("seat") if own else ()
    for objection in rules.owned(seat, standing, actor.at):
        objection.state, objection.last_word = ObjectionState.WITHDRAWN, conflict.reason
        objection.last_word_as, objection.last_word_at = actor.label, actor.at
        objection.save()
        tell("objection.withdrawn", decision, objection=objection.reference, seat=seat.label)


def _tell_chair(actor: Actor, conflict: Conflict) -> None:
    _tell(
        actor,
        conflict,
        holders(Role.CHAIR, actor.at),
        f"{conflict.on_ref}: a conflict of interest is declared",
        f"{conflict.whose} declares a conflict of interest in {conflict.on_ref}.",
        "Say whether it takes sight of it, if it should.",
    )


def _tell_covered(actor: Actor, conflict: Conflict, what: str) -> None:
    seats = Seat.objects.current(clock.today(actor.at)).select_related("person")
    covered = [row.person for row in seats.filter(organisation=conflict.organisation_id)]
    people = [conflict.person] if conflict.person else covered
    _tell(
        actor,
        conflict,
        people,
        f"{conflict.on_ref}: a conflict of interest",
        f"{what} a conflict of interest of {conflict.whose} in {conflict.on_ref}.",
        "You do not see it while the conflict lasts." if conflict.takes_sight and not conflict.ends_at else "",
    )


def _tell(actor: Actor, conflict: Conflict, people: Iterable[Person], subject: str, sentence: str, more: str) -> None:
    for person in people:
        queue(
            rule="decisions.conflict-ended" if conflict.ends_at else "decisions.conflict",
            on_key=conflict.key,
            person=person,
            subject=subject,
            template="notice",
            context={
                "sentence": sentence,
                "more": more,
                "link": reverse("conflict-list"),
                "link_text": "Read what is on record",
            },
            at=actor.at,
        )
