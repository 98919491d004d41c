"""Two at the same moment, on PostgreSQL: exactly one is done, and the other is told what the first one did."""

from collections.abc import Callable
from threading import Barrier, Event, Thread
from time import sleep

import pytest
from django.db import connection, connections, transaction

from artefacts import operations as artefact_operations
from artefacts.operations.moving import locked as locked_artefact
from artefacts.states import Marking, State
from meetings import operations
from meetings.models import Decision, Determination
from meetings.states import DecisionState, Finding, ObjectionState, Stance
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow
from tests.artefacts import make as artefacts
from tests.cast import AT, Cast, gather
from tests.decisions import make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the embedded database has one writer at a time"),
]


@pytest.fixture
def group(transactional_db: None) -> Cast:
    clock.set_now(AT)
    return gather(AT)


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each of them ended in: "done", or the sentence it was refused with."""
    start = Barrier(len(acts))
    ends: dict[int, str] = {}

    def run(number: int, work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
            ends[number] = "done"
        except NotNow as refusal:
            ends[number] = str(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number, work)) for number, work in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [ends[number] for number in range(len(acts))]


def test_of_two_determinations_one_is_made(group: Cast) -> None:
    finding = make.proposed(group)
    artefacts.pass_to(group, finding.dispute_until)
    chairs = [group.actor("chair") for _ in range(4)]

    ends = at_once(*[lambda actor=actor: operations.determine(actor=actor, determination=finding) for actor in chairs])

    assert ends.count("done") == 1
    told = next(end for end in ends if end != "done")
    assert "is determined (no consensus, by Chair" in told
    assert AuditEvent.objects.filter(verb="decision.determined").count() == 1
    assert AuditEvent.objects.filter(verb="artefact.moved", note__to=State.NOT_AGREED).count() == 1
    assert list(verify.breaks()) == []


def test_of_two_questions_on_one_version_one_is_put(group: Cast) -> None:
    version = make.ready_version(group)
    ends = at_once(*[lambda who=who: make.open_decision(group, on=version, by=who) for who in ("chair", "secretariat")])
    assert ends.count("done") == 1
    assert Decision.objects.count() == 1


def test_two_free_questions_get_two_numbers(group: Cast) -> None:
    ends = at_once(*[lambda: make.open_decision(group, on=None) for _ in range(4)])
    assert ends == ["done"] * 4
    assert sorted(Decision.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_two_objections_get_two_numbers(group: Cast) -> None:
    decision = make.open_decision(group, on=None)
    seats = ("idno", "agent", "elexon", "grid")
    assert at_once(*[lambda who=who: make.state(group, decision, who, Stance.OBJECT) for who in seats]) == ["done"] * 4
    assert sorted(decision.objections.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_an_objection_and_a_closing_leave_no_consensus_with_an_objection(group: Cast) -> None:
    decision = make.heard(group, on=None)
    artefacts.pass_to(group, decision.closes_at)
    chair = group.actor("chair")

    def close_and_propose() -> Determination:
        operations.close_positions(actor=chair, decision=decision)
        return operations.propose_finding(
            actor=chair, decision=decision, finding=Finding.CONSENSUS, reasons="All agree."
        )

    at_once(close_and_propose, lambda: make.state(group, decision, "idno", Stance.OBJECT))

    standing = decision.objections.filter(state=ObjectionState.RAISED).exists()
    proposed = make.fresh(decision).state == DecisionState.PROPOSED
    assert standing != proposed


def test_a_conflict_waits_for_what_is_done_to_its_artefact_and_holds_no_version_meanwhile(group: Cast) -> None:
    decision = make.open_decision(group)
    version = decision.version
    assert version
    chair, locked = group.actor("chair"), Event()

    def remark() -> None:
        with transaction.atomic():
            locked_artefact(version.artefact_id)
            locked.set()
            sleep(0.5)
            artefact_operations.remark(
                actor=group.actor("chair"),
                version=version,
                marking=Marking.RED,
                people=[group.person("idno")],
                reason="It names a weakness.",
            )

    def declare() -> None:
        locked.wait(10)
        operations.record_conflict(
            actor=chair,
            thing=version.artefact,
            organisation=group.seat("idno").organisation,
            takes_sight=True,
            reason="-",
        )

    assert at_once(remark, declare) == ["done", "done"]
