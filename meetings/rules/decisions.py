"""Who may do what on a decision, and when (D3): pairs of ``check_can_x`` and ``can_x``, after the facts they share.

Members state positions, each for its seat; the programme facilitates and states none. The chair alone finds and
determines, and never against an objection that stands. Every rule takes a decision that its actor may read.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from artefacts.models import Artefact, Version
from artefacts.rules import acting_role, is_author, latest, open_to_readers_of, reads
from artefacts.states import State
from meetings import hearing
from meetings.models import Decision, Determination, Meeting, Objection
from meetings.rules.conflicts import check_seat_is_free
from meetings.states import (
    LIVE,
    STANDING,
    DecisionState,
    Finding,
    MeetingState,
    ObjectionState,
    Stance,
    decision_move,
    objection_move,
)
from sdwg import clock, dates, workdays
from sdwg.members.access import Actor, NotNow, Refused, allowed, only_chair
from sdwg.members.models import PROGRAMME_ROLES, Alternate, Role, Seat
from sdwg.members.queries import successors

__all__ = [
    "TAKES_DECISIONS",
    "can_address_objection",
    "can_close_positions",
    "can_determine",
    "can_dispute",
    "can_give_last_word",
    "can_open_decision",
    "can_open_round",
    "can_propose_finding",
    "can_record_on_behalf",
    "can_reopen_endorsed",
    "can_state_position",
    "can_withdraw_decision",
    "check_can_address_objection",
    "check_can_close_positions",
    "check_can_determine",
    "check_can_dispute",
    "check_can_find",
    "check_can_give_last_word",
    "check_can_open_decision",
    "check_can_open_round",
    "check_can_propose_finding",
    "check_can_read_decision",
    "check_can_record_on_behalf",
    "check_can_reopen_endorsed",
    "check_can_state_position",
    "check_can_withdraw_decision",
    "check_deadline",
    "check_meeting_takes_decisions",
    "found_on",
    "live_decision_on",
    "meeting_key",
    "member_seat",
    "owned",
    "settled_at_meeting",
    "speaks_for",
    "speaks_on",
    "stated_at",
    "why_no_consensus",
]

TAKES_DECISIONS: tuple[str, ...] = (MeetingState.SCHEDULED, MeetingState.PACK_ISSUED, MeetingState.IN_SESSION)
"""States of a meeting that a decision can be put to."""


# ------------------------------------------------------------------------------------------------------------- facts


def meeting_key(decision: Decision) -> str:
    """The key under which alternates are nominated for the decision's meeting; empty for one by correspondence."""
    return f"meeting:{decision.meeting_id}" if decision.meeting_id else ""


def _stand_ins(seat_id: int | None, at: datetime) -> dict[str, Alternate]:
    """Who stands in for a seat at ``at``, by what for: the key of a meeting, or nothing for a period. One query."""
    rows = Alternate.objects.in_force(at).filter(seat=seat_id).select_related("person")
    return {row.for_key: row for row in rows}


def _stand_in(found: dict[str, Alternate], decision: Decision) -> Alternate | None:
    """Whoever alone speaks for their seat on ``decision``: the alternate for its meeting, else the one for a period."""
    return found.get(meeting_key(decision)) or found.get("")


def stand_in(seat: Seat, decision: Decision, at: datetime) -> Alternate | None:
    """Whoever alone speaks for ``seat`` on ``decision``, while somebody stands in for it there (S4)."""
    return _stand_in(_stand_ins(seat.pk, at), decision)


def speaks_for(actor: Actor, seat: Seat, decision: Decision) -> bool:
    """Whether ``actor``, acting for ``seat`` now, is the one who speaks for it on ``decision``.

    There is never more than one: the alternate for its meeting, or else the one for a period, or else the holder.
    """
    return actor.seat_id == seat.pk and bool(speaks_on(actor, [decision]))


def speaks_on(actor: Actor, decisions: Iterable[Decision]) -> list[Decision]:
    """Those of ``decisions`` on which ``actor`` speaks for the seat they act for, as ``speaks_for`` says. One query."""
    found = _stand_ins(actor.seat_id, actor.at)
    speaker = {row: _stand_in(found, row) for row in decisions}
    if actor.alternate:
        return [row for row, one in speaker.items() if one and one.person_id == actor.person_id]
    return [row for row, one in speaker.items() if one is None]


def found_on(decision: Decision) -> Determination | None:
    """The finding of this round, proposed or determined, that nothing supersedes; ``None`` while there is none."""
    return decision.determinations.filter(round=decision.round, superseded_at__isnull=True).first()


def settled_at_meeting(decision: Decision, at: datetime) -> bool:
    """Whether its meeting settles ``decision`` now: in session, on its own day, and put to it before it began.

    Whoever was invited could know of the question; a meeting that nobody closed settles nothing the day after.
    """
    return decision.meeting is not None and not _why_not_at(decision, decision.meeting, at)


def _why_not_at(decision: Decision, meeting: Meeting, at: datetime) -> str:
    """Why ``meeting`` does not settle ``decision``, as a sentence; empty when it does."""
    if decision.meeting_id != meeting.pk:
        return f"{decision} is not put to {meeting}: its members were not told that it would be decided there."
    if meeting.state != MeetingState.IN_SESSION or meeting.opened_at is None:
        return f"{meeting} is {meeting.get_state_display().lower()}, not in session."
    if clock.today(at) != clock.today(meeting.starts_at):
        return f"{meeting} was on {dates.day(clock.today(meeting.starts_at))}. What it left open is settled by date."
    if decision.opened_at is None or decision.opened_at > meeting.opened_at:
        return f"{decision} was put to {meeting} after it had begun, so whoever is not there has until the deadline."
    return ""


def stated_at(decision: Decision, seat: int | None) -> str:
    """When the position of ``seat`` in this round was stated last, as ISO 8601; empty while there is none."""
    found = decision.positions.filter(seat=seat, round=decision.round).first()
    return found.stated_at.isoformat() if found else ""


def live_decision_on(artefact: Artefact) -> Decision | None:
    """The decision on ``artefact`` that is not over: there is never a second one."""
    return Decision.objects.filter(version__artefact=artefact, state__in=LIVE).first()


def why_no_consensus(decision: Decision, objections: Iterable[Objection], heard: bool) -> str:
    """Why consensus cannot be found now, as a sentence; empty when it can. ``objections`` are those of the decision."""
    standing = [objection.reference for objection in objections if objection.state in STANDING]
    if standing:
        named = " and ".join(filter(None, [", ".join(standing[:-1]), standing[-1]]))
        return f"Consensus: refused while {named} {'stands' if len(standing) == 1 else 'stand'}."
    return "" if heard else "Consensus: refused while nobody has been heard. Adjourn, and ask the members."


def _state(decision: Decision) -> str:
    return f"{decision} is {decision.get_state_display().lower()}"


def _moves(decision: Decision, target: str, done: str) -> None:
    if decision_move(decision.state, target) is None:
        raise NotNow(f"{_state(decision)}{_by_whom(decision)}, and cannot be {done} from there.")


def _by_whom(decision: Decision) -> str:
    """What has been determined, by whom and when: whoever comes second is told what the first one did."""
    finding = found_on(decision)
    if finding is None or finding.determined_at is None:
        return ""
    when = dates.moment(finding.determined_at)
    return f" ({finding.get_finding_display().lower()}, by {finding.determined_as}, {when})"


def _only_chair(actor: Actor, what: str) -> None:
    only_chair(actor, f"Only the chair {what}.")


def _chair_or_secretariat(actor: Actor, sentence: str) -> None:
    if acting_role(actor) not in {Role.CHAIR, Role.SECRETARIAT}:
        raise Refused(sentence)


def check_can_read_decision(actor: Actor, decision: Decision) -> None:
    """Everything about a decision on a version inherits the version's marking and readers."""
    if not Decision.objects.visible_to(actor).filter(pk=decision.pk).exists():
        raise Refused(f"{decision} is not open to you.")


# --------------------------------------------------------------------------------------------------------- to open one


def check_can_open_decision(actor: Actor, version: Version | None) -> None:
    """Chair or secretariat put a question: on the newest version of an artefact that is ready, or on none (D3)."""
    _chair_or_secretariat(actor, "Decisions are opened by the chair or the secretariat. Ask them to put the question.")
    if version is not None:
        if not reads(actor, version):
            raise Refused(f"The text of {version} is not open to you, so somebody else puts the question.")
        _ready(version)


def can_open_decision(actor: Actor, version: Version | None) -> bool:
    return allowed(check_can_open_decision, actor, version)


def _ready(version: Version) -> None:
    artefact = version.artefact
    if artefact.state != State.READY:
        raise NotNow(
            f"{artefact} is {artefact.get_state_display().lower()}: a decision is opened on a version that is ready.",
            "version",
        )
    if artefact.versions.filter(order__gt=version.order).exists():
        raise NotNow(f"{version} is not the newest version. A decision is opened on the newest one.", "version")
    live = live_decision_on(artefact)
    if live:
        raise NotNow(
            f"{_state(live)}, on this artefact. Open its round {live.round + 1}, or withdraw it first.", "version"
        )


def check_meeting_takes_decisions(meeting: Meeting) -> None:
    """A question is put to a meeting that people know of and that is not over."""
    if meeting.state not in TAKES_DECISIONS:
        raise NotNow(
            f"{meeting} is {meeting.get_state_display().lower()}: a decision is put to a meeting to come.", "meeting"
        )


def check_deadline(closes_at: datetime, at: datetime) -> None:
    """Positions close at 17:00 London time on a working day to come."""
    day = clock.london(closes_at).date()
    if not workdays.is_working(day) or closes_at != workdays.deadline(day):
        raise NotNow("Positions close at 17:00 on a working day. Choose a working day.", "closes_on")
    if closes_at <= at:
        raise NotNow(f"{dates.moment(closes_at)} is past. Choose a day on which 17:00 is to come.", "closes_on")


# ----------------------------------------------------------------------------------------------------------- positions


def check_can_state_position(actor: Actor, decision: Decision) -> None:
    """Members state positions, each for its seat, until the deadline (S4, S7); the programme's roles state none."""
    seat = member_seat(actor, "state a position")
    _speaks(actor, seat, decision)
    _open(actor, decision)
    check_seat_is_free(seat, decision)


def can_state_position(actor: Actor, decision: Decision) -> bool:
    return allowed(check_can_state_position, actor, decision)


def check_can_record_on_behalf(actor: Actor, decision: Decision) -> None:
    """The secretariat writes down what a seat told it, until the deadline; marked, and the seat is told."""
    if acting_role(actor) != Role.SECRETARIAT:
        raise Refused("Only the secretariat records a position on behalf of a seat.")
    _open(actor, decision)


def can_record_on_behalf(actor: Actor, decision: Decision) -> bool:
    return allowed(check_can_record_on_behalf, actor, decision)


def member_seat(actor: Actor, what: str) -> Seat:
    """The Member seat ``actor`` acts for. Raises ``Refused`` with who does it instead."""
    if actor.member_seat:
        return actor.member_seat
    if any(seat.role == Role.MEMBER for seat in actor.held):
        raise Refused(f"Members {what}. Choose your Member seat at the foot of the menu, then come back.")
    if actor.seat and actor.seat.role in PROGRAMME_ROLES:
        raise Refused(f"Programme roles facilitate; members, or their alternates, {what}.")
    raise Refused(f"Members, or their alternates, {what}.")


def _speaks(actor: Actor, seat: Seat, decision: Decision) -> None:
    if speaks_for(actor, seat, decision):
        return
    alternate = stand_in(seat, decision, actor.at)
    if actor.alternate and alternate is None:
        raise Refused(
            f"Your nomination is for {actor.alternate.for_ref}; {decision} is not put to that meeting. "
            f"{seat.label} speaks for itself on it."
        )
    assert alternate  # noqa: S101 (somebody else speaks)
    until = f" until {dates.moment(alternate.window_to)}" if alternate.window_to else ""
    whose = "this" if actor.alternate else "your"
    what = f"on what {decision.meeting} decides" if alternate.for_key else "on everything"
    raise Refused(f"{alternate.person} speaks for {whose} seat {what}{until}.")


def _open(actor: Actor, decision: Decision) -> None:
    if decision.state != DecisionState.OPEN:
        raise NotNow(f"{_state(decision)}{_by_whom(decision)}: positions are stated while it is open.")
    if actor.at > decision.closes_at:
        raise NotNow(f"Positions on {decision} closed on {dates.moment(decision.closes_at)}.")


# ---------------------------------------------------------------------------------------------------------- objections


def check_can_address_objection(actor: Actor, objection: Objection) -> None:
    """The chair or the author says what changed for it, and where."""
    artefact = objection.decision.version.artefact if objection.decision.version else None
    if acting_role(actor) != Role.CHAIR and not (artefact and is_author(actor, artefact)):
        raise Refused("An objection is answered by the chair or by the author.")
    _objection_moves(objection, ObjectionState.ADDRESSED)


def can_address_objection(actor: Actor, objection: Objection) -> bool:
    return allowed(check_can_address_objection, actor, objection)


def check_can_give_last_word(actor: Actor, objection: Objection, word: str) -> None:
    """Its own seat (or that seat's successor) withdraws or maintains it: ``word`` is the state it goes to."""
    seat = member_seat(actor, "withdraw or maintain what they objected")
    if not owned(seat, [objection], actor.at):
        raise Refused(
            f"{objection.reference} belongs to {objection.seat.label}: nobody else withdraws or maintains it."
        )
    _speaks(actor, seat, objection.decision)
    _objection_moves(objection, word)


def can_give_last_word(actor: Actor, objection: Objection, word: str) -> bool:
    return allowed(check_can_give_last_word, actor, objection, word)


def owned(seat: Seat, objections: Iterable[Objection], at: datetime) -> list[Objection]:
    """Those of ``objections`` that ``seat`` speaks for: its own, and those of ended seats that it succeeds.

    One query, where one of its organisation's seats has ended.
    """
    rows = [row for row in objections if row.seat.organisation_id == seat.organisation_id]
    now_with = successors([row.seat for row in rows], clock.today(at))
    return [row for row in rows if now_with.get(row.seat_id, row.seat).pk == seat.pk]


def _objection_moves(objection: Objection, target: str) -> None:
    decision = objection.decision
    if decision.state not in LIVE:
        raise NotNow(f"{_state(decision)}{_by_whom(decision)}: {objection.reference} stays as it was then.")
    if objection_move(objection.state, target) is None:
        way = "it is answered first" if objection.state == ObjectionState.RAISED else "its seat has spoken"
        raise NotNow(f"{objection.reference} is {objection.get_state_display().lower()}: {way}.")


# ------------------------------------------------------------------------------------------------------------ findings


def check_can_close_positions(actor: Actor, decision: Decision) -> None:
    """They close by themselves at the deadline; before it, the chair at the meeting, or when every seat has spoken."""
    if actor.machine:
        due = actor.at >= decision.closes_at
    else:
        _only_chair(actor, "closes positions; they close by themselves at their deadline")
        due = actor.at >= decision.closes_at or settled_at_meeting(decision, actor.at)
    _moves(decision, DecisionState.CLOSED, "closed")
    if not (due or hearing.all_stated(decision, clock.today(actor.at))):
        where = f", or at {decision.meeting} while it is in session" if decision.meeting_id else ""
        raise NotNow(
            f"Positions stay open until {dates.moment(decision.closes_at)}, so that nobody is cut short. The chair "
            f"closes them earlier when every seat has stated its own{where}."
        )


def can_close_positions(actor: Actor, decision: Decision) -> bool:
    return allowed(check_can_close_positions, actor, decision)


def check_can_propose_finding(actor: Actor, decision: Decision) -> None:
    """The chair proposes a finding once positions are closed, and may replace a proposal until it is determined."""
    _only_chair(actor, "proposes a finding")
    if decision.state != DecisionState.PROPOSED:
        _moves(decision, DecisionState.PROPOSED, "found on")


def can_propose_finding(actor: Actor, decision: Decision) -> bool:
    return allowed(check_can_propose_finding, actor, decision)


def check_can_find(decision: Decision, finding: str) -> None:
    """Consensus is refused while an objection stands, whatever version it was raised on, and while nobody was heard."""
    if finding == Finding.CONSENSUS:
        stated = decision.positions.filter(round=decision.round).exclude(stance=Stance.CONFLICTED)
        why = why_no_consensus(decision, decision.objections.all(), stated.exists())
        if why:
            raise NotNow(why, "finding")


def check_can_dispute(actor: Actor, finding: Determination) -> None:
    """Any member seat may say, within two working days, that a proposed finding is wrong."""
    seat = member_seat(actor, "dispute a finding")
    _speaks(actor, seat, finding.decision)
    if finding.determined_at or finding.superseded_at or finding.decision.state != DecisionState.PROPOSED:
        raise NotNow(
            f"{_state(finding.decision)}{_by_whom(finding.decision)}: there is no proposed finding to dispute."
        )
    if actor.at > finding.dispute_until:
        raise NotNow(f"A finding can be disputed for two working days: until {dates.moment(finding.dispute_until)}.")
    if any(dispute.seat_id == seat.pk for dispute in finding.disputes.all()):
        raise NotNow("Your seat has disputed this finding already; your words stand beside it.")


def can_dispute(actor: Actor, finding: Determination) -> bool:
    return allowed(check_can_dispute, actor, finding)


def check_can_determine(actor: Actor, finding: Determination, at_meeting: Meeting | None) -> None:
    """The chair determines: at its meeting, in session and undisputed, at once; else after the two working days."""
    _only_chair(actor, "determines what the group has found")
    decision = finding.decision
    if decision.state != DecisionState.PROPOSED or finding.superseded_at:
        now = f"{_state(decision)}{_by_whom(decision)}"
        raise NotNow(
            f"{now}. {'Another finding is proposed by now.' if finding.superseded_at else 'Nothing was changed.'}"
        )
    why = _why_not_at(decision, at_meeting, actor.at) if at_meeting else ""
    if why:
        raise NotNow(why)
    disputed = bool(finding.disputes.all())
    if actor.at < finding.dispute_until and (disputed or at_meeting is None):
        still = "It is disputed" if disputed else "Any seat may still dispute it"
        raise NotNow(f"{still}: it can be determined from {dates.moment(finding.dispute_until)}.")


def can_determine(actor: Actor, finding: Determination, at_meeting: Meeting | None) -> bool:
    return allowed(check_can_determine, actor, finding, at_meeting)


# ------------------------------------------------------------------------------------------------------------ the rest


def check_can_withdraw_decision(actor: Actor, decision: Decision) -> None:
    """The chair takes a question back, with a reason, before a finding is proposed; an adjourned one too."""
    _only_chair(actor, "withdraws a decision")
    _moves(decision, DecisionState.WITHDRAWN, "withdrawn")


def can_withdraw_decision(actor: Actor, decision: Decision) -> bool:
    return allowed(check_can_withdraw_decision, actor, decision)


def check_can_open_round(actor: Actor, decision: Decision) -> None:
    """Chair or secretariat open the next round of an adjourned decision, once its artefact is ready again."""
    _chair_or_secretariat(actor, "The next round is opened by the chair or the secretariat.")
    _moves(decision, DecisionState.OPEN, "opened")
    artefact = decision.version.artefact if decision.version else None
    if artefact and artefact.state != State.READY:
        raise NotNow(
            f"{artefact} is {artefact.get_state_display().lower()}. "
            f"Round {decision.round + 1} is opened when it is ready."
        )
    newest = latest(artefact) if artefact else None
    if newest and newest.pk != decision.version_id:
        _check_next_version(actor, decision, newest)


def _check_next_version(actor: Actor, decision: Decision, newest: Version) -> None:
    """A question goes on to another version for the eyes of those who may read every round of it, and no others'."""
    if not reads(actor, newest):
        raise Refused(f"The text of {newest} is not open to you, so somebody else opens the round.")
    earlier = Version.objects.filter(Q(pk=decision.version_id) | Q(pk__in=decision.earlier_versions.values("pk")))
    closed = set(earlier) - set(open_to_readers_of(newest, earlier, actor.at))
    if closed:
        named = max(closed, key=lambda row: row.order)
        raise NotNow(
            f"{newest} may be read by people who may not read {named}, on which the question was put before: they "
            f"would see what was said then. Withdraw {decision} and open a new decision on {newest}.",
            "version",
        )


def can_open_round(actor: Actor, decision: Decision) -> bool:
    return allowed(check_can_open_round, actor, decision)


def check_can_reopen_endorsed(actor: Actor, decision: Decision) -> None:
    """The chair takes an endorsed version back to ready, with a reason, while the DAG does not have it."""
    _only_chair(actor, "reopens what was endorsed")
    _moves(decision, DecisionState.ADJOURNED, "reopened")
    finding = found_on(decision)
    artefact = decision.version.artefact if decision.version else None
    if artefact is None or finding is None or finding.finding != Finding.CONSENSUS:
        raise NotNow(f"{_state(decision)}{_by_whom(decision)}: only an endorsed version is reopened.")
    if artefact.state != State.ENDORSED:
        raise NotNow(
            f"{artefact} is {artefact.get_state_display().lower()}. What lies with the DAG is first withdrawn from it."
        )


def can_reopen_endorsed(actor: Actor, decision: Decision) -> bool:
    return allowed(check_can_reopen_endorsed, actor, decision)
