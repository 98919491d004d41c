"""Several at the same moment: numbers stay unique, a nil return is one, a window closes once, a move is made once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest
from django.db import connection, connections, transaction

from artefacts import operations
from artefacts.models import Artefact, Comment, DesignArea, NilReturn
from artefacts.states import State
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow
from tests.artefacts import make
from tests.artefacts.test_registers import AWG, entered, shown
from tests.cast import Cast

AT_ONCE = 4
ONE_WRITER = "the embedded database has one writer at a time, and threads of a test do not share it"
pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason=ONE_WRITER)


def together(work: Callable[[int], object]) -> list[object]:
    """``work(0)`` to ``work(3)`` at the same moment, each on a connection of its own; what came of each."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> object:
        start.wait()
        try:
            return work(number)
        except NotNow as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def events(verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


@pytest.mark.django_db(transaction=True)
def test_what_comes_to_a_window_together_is_received_one_by_one(cast: Cast) -> None:
    window = make.consultation(cast)
    names = ("agent", "grid", "elexon", "smart-dcc")

    together(lambda number: make.comment(cast, window, names[number]))
    together(lambda number: operations.return_nil(actor=cast.actor("idno"), consultation=window))
    closed = together(lambda number: operations.close_due_windows(window.closes_at))

    assert sorted(Comment.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert (NilReturn.objects.count(), events("comment.nil")) == (1, 1)
    assert (closed.count(0), closed.count(1), events("consultation.closed")) == (3, 1, 1)
    assert list(verify.breaks()) == []


@pytest.mark.django_db(transaction=True)
def test_of_those_who_move_it_together_one_does_and_the_others_are_told(cast: Cast) -> None:
    artefact = make.version(cast).artefact
    together(lambda number: make.registered(cast, title=f"Document {number}"))
    assert sorted(Artefact.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]

    def withdraw(number: int) -> object:
        return operations.withdraw(actor=cast.actor("chair"), artefact=artefact, reason=f"Reason {number}.")

    outcomes = together(withdraw)
    assert sum(isinstance(outcome, NotNow) for outcome in outcomes) == AT_ONCE - 1
    assert (make.fresh(artefact).state, events("artefact.moved")) == (State.WITHDRAWN, 1)


@pytest.mark.django_db(transaction=True)
def test_areas_entered_together_have_places_of_their_own(cast: Cast) -> None:
    entered(cast, "area", "DA-00")
    together(lambda number: entered(cast, "area", f"DA-0{number + 1}"))
    assert sorted(DesignArea.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_linked_to_what_is_retired_at_the_same_moment(cast: Cast) -> None:
    """Whoever comes second sees what the first did: a link before the retirement, or a refusal after it."""
    entry, artefacts = entered(cast), [make.registered(cast, title=f"Document {number}") for number in range(3)]

    def work(number: int) -> object:
        if number == 3:
            return operations.retire(actor=cast.actor("analyst"), entry=entry, reason="Merged.")
        artefact = artefacts[number]
        return operations.link_entry(actor=cast.actor("analyst"), entry=entry, artefacts=[artefact], among=artefacts)

    outcomes = together(work)
    assert not isinstance(outcomes[3], NotNow)
    order = list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True))
    assert "artefact.linked" not in order[order.index("recommendation.retired") :]
    assert list(verify.breaks()) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_in_the_registers_waits_for_whoever_links_to_an_entry(cast: Cast) -> None:
    """A link holds the rows that it points to, as a foreign key does, while the registers are worked on."""
    entry, first, second = entered(cast), entered(cast, "area", "DA-01"), entered(cast, "area", "DA-02")
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for row in (entry, first):
                cursor.execute(f"SELECT pk.id FROM {row._meta.db_table} AS pk FOR KEY SHARE")
            held.set()
            done.wait(60)
        connections.close_all()

    linking = Thread(target=hold)
    linking.start()
    try:
        assert held.wait(30)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        assert "Reworded." in shown(cast, ("AWG-R-01", "In two ways.", ""))[2]
        words = {**AWG, "text": "In three ways."}
        operations.reword(actor=cast.actor("analyst"), entry=entry, words=words, reason="A second issue.")
        operations.move_area(actor=cast.actor("analyst"), area=second, by=-1)  # type: ignore[arg-type]
    finally:
        done.set()
        linking.join()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")
    assert list(verify.breaks()) == []
