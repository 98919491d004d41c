"""Acts: rows, history and events together, or nothing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from sdwg.audit.acts import Machine, NothingRecorded, OutsideAct, act, record
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.members import operations
from sdwg.members.models import Organisation, Seat
from tests.audit.make import AT, MACHINE, Thing, list_organisation, rename, sql, tell, together
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.all())


def test_an_act_writes_row_history_and_event_as_one() -> None:
    body = list_organisation(actor=MACHINE, name="iDNO B", size=3)

    (event,) = events()
    row = body.history.get()
    assert (event.seq, event.verb, event.on_key, event.on_ref) == (
        1,
        "organisation.listed",
        f"organisation:{body.pk}",
        "iDNO B",
    )
    assert (event.at, event.acting_as, event.reason, event.note) == (AT, "The program", "It exists", {"size": 3})
    assert (row.act, row.history_date, row.history_user) == (event.act, AT, None)


def test_who_and_for_which_seat_are_copied(cast: Cast) -> None:
    actor = cast.actor("idno")
    tell(actor=actor)

    event = events()[-1]
    assert (event.person_id, event.person_name) == (cast.person("idno").pk, "Idno")
    assert (event.seat_id, event.acting_as) == (cast.seat("idno").pk, "Member, iDNO B")


def test_the_person_of_one_change_does_not_stick_to_the_next(cast: Cast) -> None:
    body = list_organisation(actor=cast.actor("secretariat"), name="iDNO Z")
    rename(actor=cast.actor("chair"), body=body, name="iDNO Y")
    rename(actor=MACHINE, body=body, name="iDNO X")

    people = [row.history_user_id for row in body.history.order_by("history_id")]
    assert people == [cast.person("secretariat").pk, cast.person("chair").pk, None]


def test_a_row_saved_outside_an_act_is_not_saved() -> None:
    with pytest.raises(OutsideAct), transaction.atomic():
        Organisation.objects.create(name="iDNO B")
    assert not Organisation.objects.filter(name="iDNO B").exists()


def test_nothing_can_be_recorded_outside_an_act() -> None:
    with pytest.raises(OutsideAct):
        record("thing.told", on=Thing())


def test_a_change_that_no_event_tells_of_is_undone() -> None:
    @act
    def silently(*, actor: Machine) -> None:
        Organisation.objects.create(name="iDNO B")

    with pytest.raises(NothingRecorded, match=r"members\.HistoricalOrganisation"):
        silently(actor=MACHINE)
    assert not Organisation.objects.filter(name="iDNO B").exists()
    assert events() == []


def test_an_act_that_finds_its_work_done_records_nothing() -> None:
    @act
    def idle(*, actor: Machine) -> str:
        return "nothing to do"

    assert idle(actor=MACHINE) == "nothing to do"
    assert events() == []


def test_an_act_within_an_act_joins_it(cast: Cast) -> None:
    before = AuditEvent.objects.count()

    def work() -> None:
        list_organisation(actor=cast.actor("secretariat"), name="One")
        list_organisation(actor=MACHINE, name="Two")
        tell(actor=cast.actor("chair"))

    together(actor=cast.actor("analyst"), work=work)

    told = events()[before:]
    assert len({event.act for event in told}) == 1
    assert len({event.history_digest for event in told}) == 1
    assert [event.acting_as for event in told] == ["Secretariat", "The program", "Chair"]
    assert list(breaks()) == []


def test_an_inner_act_that_fails_and_is_caught_leaves_nothing() -> None:
    def fails() -> None:
        tell(actor=MACHINE)
        list_organisation(actor=MACHINE, name="Gone")
        raise ValueError("no")

    def work() -> None:
        list_organisation(actor=MACHINE, name="Kept")
        with pytest.raises(ValueError, match="no"):
            together(actor=MACHINE, work=fails)

    together(actor=MACHINE, work=work)

    assert [event.on_ref for event in events()] == ["Kept"]
    assert not Organisation.objects.filter(name="Gone").exists()
    assert list(breaks()) == []


def test_rows_undone_by_a_savepoint_are_not_covered() -> None:
    def work() -> None:
        list_organisation(actor=MACHINE, name="Kept")
        with pytest.raises(IntegrityError):
            twice()

    def twice() -> None:
        with transaction.atomic():
            Organisation.objects.create(name="Undone")
            Organisation.objects.create(name="Kept")

    together(actor=MACHINE, work=work)

    assert Organisation.objects.filter(name__in=["Kept", "Undone"]).count() == 1
    assert list(breaks()) == []


def test_an_act_that_fails_writes_nothing_and_the_next_one_is_clean() -> None:
    def work() -> None:
        list_organisation(actor=MACHINE, name="Gone")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        together(actor=MACHINE, work=work)
    list_organisation(actor=MACHINE, name="Kept")

    assert [(event.seq, event.on_ref) for event in events()] == [(1, "Kept")]
    assert list(breaks()) == []


def refuse_inserts(table: str) -> None:
    """The disk is full, the right is gone: ``table`` takes no more rows."""
    if connection.vendor == "postgresql":
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql(f'ALTER TABLE "{table}" ADD CONSTRAINT full_up CHECK (false) NOT VALID')
    else:
        sql(f"CREATE TRIGGER full_up BEFORE INSERT ON \"{table}\" BEGIN SELECT RAISE(ABORT, 'full'); END")


@pytest.mark.parametrize("table", ["members_historicalseat", "audit_auditevent"])
def test_when_history_cannot_be_written_the_change_does_not_happen(cast: Cast, table: str) -> None:
    refuse_inserts(table)
    with pytest.raises(DatabaseError), transaction.atomic():
        operations.end_seat(
            actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=(AT + timedelta(days=3)).date()
        )

    assert Seat.objects.get(pk=cast.seat("idno").pk).valid_to is None
    assert not AuditEvent.objects.filter(verb="seat.ended").exists()
