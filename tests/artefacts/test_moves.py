"""The whole matrix of an artefact's life: from every state, every operation in every role; the table and no more."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from django.db import transaction

from artefacts import operations
from artefacts.models import Artefact, Baseline, Consultation
from artefacts.operations.moving import IllegalMove, carry
from artefacts.states import MOVES, Mover, State, Verb, in_words
from sdwg import clock, workdays
from sdwg.audit.acts import act
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor, NotNow, Refused
from tests.artefacts import make
from tests.cast import Cast

ROLES = ("chair", "secretariat", "analyst", "architect", "idno", "partner", "observer", "dag", "auditor", "outsider")
WHO = {
    Verb.OPEN_CONSULTATION: {"chair", "secretariat"},
    Verb.CLOSE: {"chair"},
    Verb.UPLOAD: {"analyst", "architect"},
    Verb.MAKE_READY: {"analyst"},
    Verb.OPEN_REVISION: {"analyst"},
    Verb.WITHDRAW: {"chair"},
}
"""Who makes a move: the analyst wrote the artefact."""

Act = Callable[[Actor, Artefact], object]


def primed(cast: Cast, state: State) -> Artefact:
    """An artefact in ``state`` that lacks nothing for any move from there."""
    artefact = make.IN_STATE[state](cast)
    if state != State.RESOLVING:
        return artefact
    return make.assessed(cast, make.version(cast, make.answered(cast, artefact)).artefact)


def _open(actor: Actor, artefact: Artefact) -> object:
    day = workdays.add(clock.today(actor.at), 12)
    version = artefact.versions.order_by("-order")[0]
    return operations.open_consultation(actor=actor, version=version, closes_on=day)


def _close(actor: Actor, artefact: Artefact) -> object:
    window = Consultation.objects.filter(version__artefact=artefact).order_by("opened_at").last()
    if window is None:
        return None
    return operations.close_consultation(actor=actor, consultation=window, reason="All is said.")


def _upload(actor: Actor, artefact: Artefact) -> object:
    return operations.upload(
        actor=actor,
        artefact=artefact,
        stored=make.stored(Cast(actor.at), words="Another"),
        file_name="another.pdf",
        label="7.7",
        change_note="Another",
        marking="AMBER",
    )


OPERATIONS: dict[Verb, Act] = {
    Verb.OPEN_CONSULTATION: _open,
    Verb.CLOSE: _close,
    Verb.UPLOAD: _upload,
    Verb.MAKE_READY: lambda actor, artefact: operations.make_ready(actor=actor, artefact=artefact),
    Verb.OPEN_REVISION: lambda actor, artefact: operations.open_revision(actor=actor, artefact=artefact),
    Verb.WITHDRAW: lambda actor, artefact: operations.withdraw(actor=actor, artefact=artefact, reason="Overtaken."),
}


def target(attempt: Callable[[], object], artefact: Artefact) -> str:
    """The state that ``attempt`` leaves behind; whatever it did is undone."""
    with transaction.atomic():
        with suppress(Refused, NotNow), transaction.atomic():
            attempt()
        state = Artefact.objects.get(pk=artefact.pk).state
        transaction.set_rollback(True)
    return state


def from_table(source: State, verb: Verb) -> set[str]:
    return {move.target for move in MOVES if move.source == source and move.verb == verb}


@pytest.mark.parametrize("source", State)
def test_every_operation_in_every_role_makes_the_moves_of_the_table_and_no_other(cast: Cast, source: State) -> None:
    artefact = primed(cast, source)
    for verb, name in product(OPERATIONS, ROLES):
        actor = cast.actor(name)
        reached = target(lambda verb=verb, actor=actor: OPERATIONS[verb](actor, artefact), artefact)
        expected = from_table(source, verb) if name in WHO[verb] else set()
        assert reached == next(iter(expected), source.value), (verb, name)


@pytest.mark.parametrize("source", State)
def test_an_artefact_follows_the_moves_of_the_table_and_no_other(cast: Cast, source: State) -> None:
    artefact = primed(cast, source)
    chair = cast.actor("chair")
    legal = {(move.target, move.by) for move in MOVES if move.source == source and move.verb == Verb.FOLLOW}
    for to, by in product(State, Mover):
        reached = target(
            lambda to=to, by=by: operations.follow(actor=chair, artefact=artefact, to=to, by=by, reason="As found."),
            artefact,
        )
        assert reached == (to if (to, by) in legal else source), (to, by)


@pytest.mark.parametrize("source", State)
def test_nothing_but_an_outcome_on_what_is_with_the_dag_approves(cast: Cast, source: State) -> None:
    artefact = primed(cast, source)
    assert target(lambda: make.baseline(cast, artefact), artefact) == (
        State.APPROVED if source == State.WITH_DAG else source
    )
    assert target(lambda: make.baseline(cast, artefact, conditional=True), artefact) == (
        State.CONDITIONS if source == State.WITH_DAG else source
    )
    met = target(lambda: operations.discharge(actor=cast.actor("dag"), artefact=artefact, reason="Met."), artefact)
    assert met == (State.APPROVED if source == State.CONDITIONS else source)


@pytest.mark.parametrize("source", State)
def test_nothing_but_a_draft_never_worked_on_was_approved_before_this_system(cast: Cast, source: State) -> None:
    artefact = primed(cast, source)
    reached = target(lambda: make.baseline(cast, artefact, before_system=True), artefact)
    assert reached == (State.APPROVED if source == State.DRAFT else source)


def test_a_draft_that_comes_back_from_the_group_was_not_approved_before_this_system(cast: Cast) -> None:
    artefact = make.approved(cast)
    operations.open_revision(actor=cast.actor("analyst"), artefact=artefact)
    make.version(cast, artefact)
    assert target(lambda: make.baseline(cast, make.fresh(artefact), before_system=True), artefact) == State.DRAFT


def test_every_way_to_an_approval_but_that_one_begins_with_a_consultation() -> None:
    """So a baseline without a consultation before it was approved before this system: what ``before_system`` reads."""
    from_draft = {(move.target, move.by) for move in MOVES if move.source == State.DRAFT}
    assert from_draft == {
        (State.IN_CONSULTATION, Mover.CHAIR_OR_SECRETARIAT),
        (State.APPROVED, Mover.OUTCOME),
        (State.WITHDRAWN, Mover.CHAIR),
    }


def test_only_two_operations_approve() -> None:
    approving = {move.verb for move in MOVES if move.target in {State.APPROVED, State.CONDITIONS}}
    assert approving == {Verb.APPROVE, Verb.DISCHARGE}
    assert {move.by for move in MOVES if move.verb in approving} == {Mover.OUTCOME}


def assignments() -> Iterator[tuple[str, str]]:
    """Where a line of the program writes an artefact's state."""
    root = Path(operations.__file__).resolve().parents[2]
    writes = re.compile(
        r"\bartefact\.state\b[^=\n]*[^=!<>\n]=[^=]|artefact\.state = |\bArtefact\.objects\b.*\.update\("
    )
    for house in ("artefacts", "meetings", "escalations", "sdwg"):
        for path in (root / house).rglob("*.py"):
            for line in path.read_text().splitlines():
                if writes.search(line):
                    yield path.name, line.strip()


def test_one_line_of_the_program_changes_a_state() -> None:
    assert list(assignments()) == [("moving.py", "artefact.state, artefact.state_since = to, actor.at")]


def test_a_move_that_is_not_in_the_table_is_not_carried_out(cast: Cast) -> None:
    artefact = make.resolving(cast)

    @act
    def approve(*, actor: Actor) -> None:
        carry(actor, artefact, State.APPROVED, Mover.OUTCOME, Verb.APPROVE, None, "")

    with pytest.raises(IllegalMove):
        approve(actor=cast.actor("chair"))
    assert make.fresh(artefact).state == State.RESOLVING


def test_every_move_is_recorded_with_who_for_which_seat_on_which_bytes_and_why(cast: Cast) -> None:
    artefact = make.endorsed(cast)
    last = artefact.versions.get()
    events = list(AuditEvent.objects.filter(on_key=artefact.audit_key, verb="artefact.moved").order_by("seq"))
    assert [(event.note["from"], event.note["to"]) for event in events] == [
        ("draft", "in-consultation"),
        ("in-consultation", "resolving"),
        ("resolving", "ready"),
        ("ready", "under-decision"),
        ("under-decision", "endorsed"),
    ]
    assert [event.acting_as for event in events[:3]] == ["Secretariat", "The program", "Design Business Analyst"]
    assert {event.version_sha256 for event in events} == {last.sha256}
    assert all(event.reason for event in events)


def test_a_bound_decision_leads_to_the_dag_alone(cast: Cast) -> None:
    artefact = make.not_agreed(cast, delegated=True)
    assert target(lambda: OPERATIONS[Verb.OPEN_REVISION](cast.actor("analyst"), artefact), artefact) == "not-agreed"
    assert target(lambda: OPERATIONS[Verb.WITHDRAW](cast.actor("chair"), artefact), artefact) == "not-agreed"
    with pytest.raises(NotNow, match="delegated by the DAG"):
        operations.open_revision(actor=cast.actor("analyst"), artefact=artefact)


def test_a_submission_that_is_withdrawn_leaves_a_bound_decision_bound(cast: Cast) -> None:
    artefact = make.not_agreed(cast, delegated=True)
    make.followed(cast, artefact, State.WITH_DAG, Mover.SUBMISSION)
    back = make.followed(cast, artefact, State.NOT_AGREED, Mover.SUBMISSION)
    assert back.bound_for_dag


def test_an_answer_of_the_dag_unbinds_it(cast: Cast) -> None:
    artefact = make.not_agreed(cast, delegated=True)
    make.followed(cast, artefact, State.WITH_DAG, Mover.SUBMISSION)
    back = make.followed(cast, artefact, State.RETURNED, Mover.OUTCOME)
    assert not back.bound_for_dag
    assert operations.open_revision(actor=cast.actor("analyst"), artefact=back).state == State.DRAFT


def test_a_decision_is_opened_on_the_latest_version(cast: Cast) -> None:
    artefact = primed(cast, State.RESOLVING)
    operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)
    first, last = artefact.versions.order_by("order")
    with pytest.raises(NotNow, match=r"0\.1 is not the latest version"):
        operations.follow(
            actor=cast.actor("chair"),
            artefact=artefact,
            to=State.UNDER_DECISION,
            by=Mover.CHAIR_OR_SECRETARIAT,
            reason="Opened.",
            version=first,
        )
    make.followed(cast, artefact, State.UNDER_DECISION, Mover.CHAIR_OR_SECRETARIAT)
    assert AuditEvent.objects.filter(verb="artefact.moved").last().version_sha256 == last.sha256  # type: ignore[union-attr]


def test_a_baseline_stays_in_force_until_the_next_one_supersedes_it(cast: Cast) -> None:
    artefact = make.approved(cast)
    first = Baseline.objects.get(artefact=artefact)
    operations.open_revision(actor=cast.actor("analyst"), artefact=artefact)
    assert Baseline.objects.get(artefact=artefact, superseded_at=None) == first

    second = make.version(cast, artefact)
    window = make.consultation(cast, second)
    make.pass_to(cast, window.closes_at + timedelta(minutes=1))
    operations.close_due_windows(cast.at)
    make.assessed(cast, artefact)
    operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)
    make.followed(cast, artefact, State.UNDER_DECISION, Mover.CHAIR_OR_SECRETARIAT)
    make.followed(cast, artefact, State.ENDORSED, Mover.DETERMINATION)
    make.followed(cast, artefact, State.WITH_DAG, Mover.SUBMISSION)
    make.baseline(cast, make.fresh(artefact))

    first.refresh_from_db()
    assert first.superseded_at == cast.at
    assert Baseline.objects.get(artefact=artefact, superseded_at=None).version == second


def test_a_condition_met_by_new_text_makes_the_new_version_the_baseline(cast: Cast) -> None:
    artefact = make.approved(cast, conditional=True)
    changed = make.version(cast, artefact)
    assert make.fresh(artefact).state == State.CONDITIONS
    operations.discharge(actor=cast.actor("dag"), artefact=artefact, reason="The clause is in.", version=changed)
    assert make.fresh(artefact).state == State.APPROVED
    assert Baseline.objects.get(artefact=artefact, superseded_at=None).version == changed


def test_states_are_said_in_mid_sentence() -> None:
    assert in_words(State.RESOLVING) == "resolving comments"
    assert in_words(State.WITH_DAG) == "with DAG"
