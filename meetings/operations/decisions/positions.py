"""Stating positions, for one's own seat or on behalf of one; the objections they raise, and the life of those."""

from datetime import datetime

from django.db.models import Max

from artefacts.operations.moving import said
from artefacts.operations.notices import author_people, holders
from meetings import rules
from meetings.models import Decision, Objection, Position
from meetings.operations.decisions.ground import doer, locked, locked_objection, owe, short, speakers, tell
from meetings.states import ObjectionState, Stance
from sdwg import clock
from sdwg.audit.acts import act
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Role, Seat
from sdwg.members.queries import successors

LONGEST_CLAUSE = 120


@act
def state_position(
    *,
    actor: Actor,
    decision: Decision,
    stance: str,
    text: str = "",
    clause: str = "",
    would_resolve: str = "",
    round: int | None = None,
    seen: str | None = None,
) -> Position:
    """State, or change, the position of the seat ``actor`` acts for, pinned to the version's hash (S7).

    Concern and object need ``text``; object names the ``clause`` and what ``would_resolve`` it, and raises an
    objection. A seat that objected and states anything else withdraws its objection. ``round`` is the round the words
    were written for: a later one may be on other bytes and is refused. ``seen`` is when the position that was looked at
    was stated (ISO 8601; empty for none): another one by now, from a second window, is not replaced. Raises ``Refused``
    for whoever states no position, ``NotNow`` when positions are not open or words are missing.
    """
    decision = locked(actor, decision)
    rules.check_can_state_position(actor, decision)
    _same_round(decision, round)
    seat = rules.member_seat(actor, "state a position")
    if seen is not None and seen != rules.stated_at(decision, seat.pk):
        raise NotNow(
            "The position of your seat was stated or changed since you loaded this page, and is not replaced unseen. "
            "Read it on the decision's page, then press again if this one is to stand."
        )
    words = _words(stance, text, clause, would_resolve)
    return _state(actor, decision, seat, stance, words, said_as=actor.label)


@act
def state_on_behalf(
    *,
    actor: Actor,
    decision: Decision,
    seat: Seat,
    stance: str,
    text: str = "",
    clause: str = "",
    would_resolve: str = "",
    round: int | None = None,
) -> Position:
    """Write down, marked, what a seat told the secretariat; the seat is told by mail and may replace it by its own.

    An objection that stands in the seat's own words keeps them: the position says what was told, without a ``clause``.
    ``round`` is the round the words were written for. Raises ``Refused`` for anybody but the secretariat, ``NotNow``
    where the seat has stated a position itself, or where an objection would be withdrawn or reworded that is not the
    secretariat's to withdraw or reword.
    """
    decision = locked(actor, decision)
    rules.check_can_record_on_behalf(actor, decision)
    _same_round(decision, round)
    seat = Seat.objects.with_names().get(pk=seat.pk)
    _may_be_recorded(actor, decision, seat, stance)
    own = _in_its_own_words(decision, _standing(decision, seat, actor.at))
    if own and stance == Stance.OBJECT:
        _leave_alone(own, seat, clause, would_resolve)
        words = _words(Stance.CONCERN, text, "", "")
    else:
        words = _words(stance, text, clause, would_resolve)
    said_as = f"{actor.label}, on behalf of {seat.label}"
    position = _state(actor, decision, seat, stance, words, said_as=said_as, on_behalf=True, own=own)
    owe(
        actor,
        decision,
        speakers(seat, decision, actor.at),
        rule="position-recorded",
        occurrence=f"seat {seat.pk} {actor.at.isoformat()}",
        subject=f"{decision}: a position was recorded on your behalf",
        sentence=f"{actor.label} recorded a position on {decision} on behalf of {seat.label}. "
        "If it is not what you said, state your own: it replaces this one.",
        link_text="Read what was recorded",
    )
    return position


def _may_be_recorded(actor: Actor, decision: Decision, seat: Seat, stance: str) -> None:
    if not Seat.objects.members().current(clock.today(actor.at)).filter(pk=seat.pk).exists():
        raise NotNow(f"{seat.label} is no Member seat today, and states no position.", "seat")
    rules.check_seat_is_free(seat, decision)
    if decision.positions.filter(seat=seat, round=decision.round, on_behalf=False).exists():
        raise NotNow(f"{seat.label} has stated its own position. It is not replaced on its behalf.", "seat")
    standing = _standing(decision, seat, actor.at)
    if standing and stance != Stance.OBJECT:
        raise NotNow(f"{standing.reference} is withdrawn by {seat.label} itself, not on its behalf.", "stance")


def _same_round(decision: Decision, round: int | None) -> None:
    """Words written for an earlier round may be about other bytes."""
    if round is not None and round != decision.round:
        on = f", on {decision.version}" if decision.version else ""
        raise NotNow(
            f"Round {decision.round} was opened since you loaded this page{on}. Read it, then state the position."
        )


def _in_its_own_words(decision: Decision, objection: Objection | None) -> Objection | None:
    """``objection``, unless it was worded on behalf of its seat, which has not spoken for itself since."""
    if objection is None:
        return None
    own = decision.positions.filter(seat=objection.seat_id, round__gte=objection.round, on_behalf=False)
    return objection if own.exists() else None


def _leave_alone(objection: Objection, seat: Seat, clause: str, would_resolve: str) -> None:
    if clause.strip() not in {"", objection.clause}:
        field = "clause"
    elif would_resolve.strip() not in {"", objection.would_resolve}:
        field = "would_resolve"
    else:
        return
    raise NotNow(
        f"{objection.reference} stands in {seat.label}’s own words, and is not reworded on its behalf. Leave this "
        "empty, and put what you were told into the words of the position.",
        field,
    )


def _words(stance: str, text: str, clause: str, would_resolve: str) -> dict[str, str]:
    """What a stance has to come with, without blanks around it."""
    if stance not in Stance.values:
        raise NotNow("Choose one of the six stances.", "stance")
    words = {"text": text.strip(), "clause": clause.strip(), "would_resolve": would_resolve.strip()}
    if stance == Stance.OBJECT:
        words["clause"] = short(said(clause, "Name the clause you object to.", "clause"), "clause", LONGEST_CLAUSE)
        words["text"] = said(text, "Say why you object.", "text")
        words["would_resolve"] = said(would_resolve, "Say what change would resolve it.", "would_resolve")
    elif stance == Stance.CONCERN:
        words["text"] = said(text, "Say what your concern is.", "text")
    return words


def _state(
    actor: Actor,
    decision: Decision,
    seat: Seat,
    stance: str,
    words: dict[str, str],
    *,
    said_as: str,
    on_behalf: bool = False,
    own: Objection | None = None,
) -> Position:
    """One row a seat and round: made, or changed with its history. ``own`` is an objection that keeps its words."""
    position = decision.positions.filter(seat=seat, round=decision.round).first()
    before = position.stance if position else ""
    position = position or Position(decision=decision, seat=seat, round=decision.round)
    position.person, position.alternate = doer(actor), None if on_behalf else actor.alternate
    position.acting_as, position.on_behalf = said_as, on_behalf
    position.stance, position.text = stance, words["text"]
    position.version_sha256, position.stated_at = decision.sha256, actor.at
    position.save()
    verb = "position.recorded" if on_behalf else "position.changed" if before else "position.stated"
    tell(verb, decision, seat=seat.label, stance=stance, **({"before": before} if before else {}))
    standing = _standing(decision, seat, actor.at)
    if stance == Stance.OBJECT and own is None:
        _object(actor, decision, seat, standing, words, said_as)
    elif stance != Stance.OBJECT and standing:
        _last_word(actor, standing, ObjectionState.WITHDRAWN, words["text"])
    return position


# ------------------------------------------------------------------------------------------------------ objections


def _standing(decision: Decision, seat: Seat, at: datetime) -> Objection | None:
    """The objection that stands and is ``seat``'s: its own, or that of an ended seat that it succeeds."""
    rows = decision.objections.standing().select_related("seat").filter(seat__organisation=seat.organisation_id)
    mine = rules.owned(seat, rows, at)
    return next((row for row in mine if row.seat_id == seat.pk), mine[0] if mine else None)


def _object(
    actor: Actor, decision: Decision, seat: Seat, standing: Objection | None, words: dict[str, str], said_as: str
) -> None:
    """Raise an objection; or, where one of the seat stands, put it in new words, which ask for a new answer."""
    named = {"clause": words["clause"], "reason": words["text"], "would_resolve": words["would_resolve"]}
    if standing and all(getattr(standing, field) == value for field, value in named.items()):
        return
    verb = "objection.reworded" if standing else "objection.raised"
    last = decision.objections.aggregate(last=Max("number"))["last"] or 0
    objection = standing or Objection(decision=decision, seat=seat, number=last + 1)
    for field, value in named.items():
        setattr(objection, field, value)
    objection.seat, objection.round, objection.version_sha256 = seat, decision.round, decision.sha256
    objection.raised_by, objection.raised_as, objection.raised_at = doer(actor), said_as, actor.at
    objection.state = ObjectionState.RAISED
    objection.answer, objection.answered_by, objection.answered_as, objection.answered_at = "", None, "", None
    objection.last_word, objection.last_word_as, objection.last_word_at = "", "", None
    objection.save()
    tell(verb, decision, objection=objection.reference, seat=seat.label)
    author = author_people(decision.version.artefact, actor.at) if decision.version else []
    owe(
        actor,
        decision,
        [*holders(Role.CHAIR, actor.at), *author],
        rule="objection-raised",
        occurrence=f"{objection.reference} {actor.at.isoformat()}",
        subject=f"{decision}: objection {objection.reference} by {seat.label}",
        sentence=f"{seat.label} objects on {decision}. Consensus is refused while {objection.reference} stands: "
        "please say what changes for it, and where, or why nothing does.",
        link_text=f"Read {objection.reference} and answer it",
    )


@act
def address_objection(*, actor: Actor, objection: Objection, answer: str) -> Objection:
    """Say, as chair or author, what changed for an objection, and where; its seat then withdraws or maintains it."""
    objection = locked_objection(actor, objection)
    rules.check_can_address_objection(actor, objection)
    objection.answer = said(answer, "Say what changed, and where.", "answer")
    objection.answered_by, objection.answered_as, objection.answered_at = actor.person, actor.label, actor.at
    objection.last_word, objection.last_word_as, objection.last_word_at = "", "", None
    objection.state = ObjectionState.ADDRESSED
    objection.save()
    decision = objection.decision
    tell("objection.addressed", decision, objection=objection.reference, seat=objection.seat.label)
    now_with = successors([objection.seat], clock.today(actor.at)).get(objection.seat_id, objection.seat)
    owe(
        actor,
        decision,
        speakers(now_with, decision, actor.at),
        rule="objection-addressed",
        occurrence=f"{objection.reference} {actor.at.isoformat()}",
        subject=f"{decision}: {objection.reference} is answered, and waits for your last word",
        sentence=f"{actor.label} answered your objection {objection.reference} on {decision}. "
        "Please withdraw it or maintain it.",
        link_text="Read the answer",
    )
    return objection


@act
def maintain_objection(*, actor: Actor, objection: Objection, last_word: str) -> Objection:
    """Its seat says why the answer does not resolve it: it goes on standing."""
    objection = locked_objection(actor, objection)
    rules.check_can_give_last_word(actor, objection, ObjectionState.MAINTAINED)
    last_word = said(last_word, "Say why the answer does not resolve it.", "last_word")
    _last_word(actor, objection, ObjectionState.MAINTAINED, last_word)
    return objection


@act
def withdraw_objection(
    *, actor: Actor, objection: Objection, last_word: str = "", stance: str = Stance.LIVE_WITH
) -> Objection:
    """Its seat no longer objects, in whatever round; its position, where it reads object, becomes ``stance``.

    A successor states ``stance`` for its own seat, where it has stated none: what was said for the ended one stays.
    Possible until the chair has determined, also while positions are closed. Raises ``Refused`` for any other seat.
    """
    objection = locked_objection(actor, objection)
    rules.check_can_give_last_word(actor, objection, ObjectionState.WITHDRAWN)
    if stance == Stance.OBJECT:
        raise NotNow("Whoever withdraws an objection no longer objects. Choose another stance.", "stance")
    words = _words(stance, last_word, "", "")
    decision = objection.decision
    seat = rules.member_seat(actor, "withdraw what they objected")
    of_seats = decision.positions.filter(round=decision.round, stance=Stance.OBJECT)
    own = of_seats.filter(seat=seat).exists() if seat == objection.seat else _without_a_word(decision, seat)
    if own and of_seats.filter(seat=objection.seat).exists():
        _state(actor, decision, seat, stance, words, said_as=actor.label)
    else:
        _last_word(actor, objection, ObjectionState.WITHDRAWN, words["text"])
    return Objection.objects.get(pk=objection.pk)


def _without_a_word(decision: Decision, seat: Seat) -> bool:
    return not decision.positions.filter(seat=seat, round=decision.round).exists()


def _last_word(actor: Actor, objection: Objection, state: ObjectionState, word: str) -> None:
    objection.state = state
    objection.last_word, objection.last_word_as, objection.last_word_at = word, actor.label, actor.at
    objection.save()
    tell(f"objection.{state.value}", objection.decision, objection=objection.reference, seat=objection.seat.label)
