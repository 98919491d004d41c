"""Seats: who makes them, who confirms, and what never happens (M1 to M4)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations, queries
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Organisation, Role, Seat
from tests.cast import Cast
from tests.members import make
from tests.members.make import TODAY, TOMORROW


def events(seat: Seat) -> list[str]:
    return list(AuditEvent.objects.filter(on_key=seat.audit_key).order_by("seq").values_list("verb", flat=True))


def test_a_member_seat_counts_from_its_first_day(cast: Cast) -> None:
    who = make.joined(cast)
    seat = make.seat(cast, who, valid_from=TOMORROW, why_second="Two systems")
    cast.people["new"] = who

    assert not cast.actor("new").may_enter
    make.later(cast, 1)
    assert cast.actor("new").member_seat == seat


def test_a_seat_counts_through_its_last_day(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=TODAY)

    assert cast.actor("idno").may_enter
    make.later(cast, 1)
    assert not cast.actor("idno").may_enter


def test_a_seat_that_ended_yesterday_is_out_at_once(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=TODAY - timedelta(days=1))

    assert not cast.actor("idno").may_enter


@pytest.mark.parametrize("name", ["chair", "analyst", "large-supplier", "partner", "observer", "dag", "auditor"])
def test_only_the_secretariat_appoints(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="secretariat"):
        make.seat(cast, cast.person("outsider"), Role.OBSERVER, "Observer Body E", by=name)


def test_nobody_makes_a_seat_of_their_own(cast: Cast) -> None:
    with pytest.raises(Refused, match="of their own"):
        make.seat(cast, cast.person("secretariat"), Role.OBSERVER, "Observer Body E")


def test_nobody_ends_a_seat_of_their_own(cast: Cast) -> None:
    make.second_secretariat(cast)
    with pytest.raises(Refused, match="of their own"):
        operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("secretariat"), last_day=TODAY)


def test_the_chair_ends_the_secretariats_seats_and_no_others(cast: Cast) -> None:
    make.second_secretariat(cast)
    operations.end_seat(actor=cast.actor("chair"), seat=cast.seat("secretariat"), last_day=TODAY)

    with pytest.raises(Refused):
        operations.end_seat(actor=cast.actor("chair"), seat=cast.seat("idno"), last_day=TODAY)


def test_the_last_secretariat_stays(cast: Cast) -> None:
    with pytest.raises(NotNow, match="no secretariat"):
        operations.end_seat(actor=cast.actor("chair"), seat=cast.seat("secretariat"), last_day=TODAY)


def test_somebody_stays_who_can_confirm_the_chair_or_the_liaison(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("dag"), last_day=TODAY)

    with pytest.raises(NotNow, match="neither chair nor DAG liaison"):
        operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=TODAY)


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.LIAISON, Role.AUDITOR])
def test_a_privileged_seat_takes_effect_when_the_chair_confirms(cast: Cast, role: Role) -> None:
    cast.people["new"] = who = make.joined(cast)
    seat = make.seat(cast, who, role, "MHHS Programme")
    assert seat.is_pending
    assert not cast.actor("new").may_enter

    operations.confirm_seat(actor=cast.actor("chair"), seat=seat)

    assert cast.actor("new").roles == {role}
    assert events(seat) == ["seat.proposed", "seat.started"]


def test_the_chairs_seat_is_confirmed_by_the_liaison(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=TODAY)
    cast.people["new"] = who = make.joined(cast)
    seat = make.seat(cast, who, Role.CHAIR, "MHHS Programme", valid_from=TOMORROW)

    with pytest.raises(Refused, match="DAG Liaison"):
        operations.confirm_seat(actor=cast.actor("chair"), seat=seat)
    operations.confirm_seat(actor=cast.actor("dag"), seat=seat)

    make.later(cast, 1)
    assert cast.actor("new").is_chair
    assert not cast.actor("chair").may_enter


def test_whoever_proposed_does_not_confirm(cast: Cast) -> None:
    """Somebody who holds the secretariat's seat and the chair's is still one person."""
    second = make.second_secretariat(cast)
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=TODAY)
    chair = make.seat(cast, second, Role.CHAIR, "MHHS Programme", valid_from=TOMORROW)
    operations.confirm_seat(actor=cast.actor("dag"), seat=chair)
    make.later(cast, 1)
    secretariat = Seat.objects.get(person=second, role=Role.SECRETARIAT)
    auditor = operations.appoint(
        actor=cast.actor("second", seat_id=secretariat.pk),
        person=cast.person("outsider"),
        organisation=make.organisation("Audit Body F"),
        role=Role.AUDITOR,
        valid_from=TOMORROW,
    )

    assert cast.actor("second").acts_as(Role.CHAIR)
    with pytest.raises(Refused, match="a second person"):
        operations.confirm_seat(actor=cast.actor("second"), seat=auditor)


def test_nobody_confirms_a_seat_of_their_own(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("chair"), Role.AUDITOR, "Audit Body F")

    with pytest.raises(Refused, match="of their own"):
        operations.confirm_seat(actor=cast.actor("chair"), seat=seat)


def test_the_database_refuses_one_person_as_both(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=cast.seat("auditor").pk).update(confirmed_by=cast.person("secretariat"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=cast.seat("auditor").pk).update(confirmed_by=cast.person("auditor"))


@pytest.mark.parametrize(("start", "refused"), [(TODAY, True), (date(2026, 12, 12), True), (date(2026, 12, 13), False)])
def test_there_is_one_chair_on_any_day(cast: Cast, start: date, refused: bool) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=date(2026, 12, 12))
    who = make.joined(cast)

    if refused:
        with pytest.raises(NotNow, match="one chair at a time"):
            make.seat(cast, who, Role.CHAIR, "MHHS Programme", valid_from=start)
    else:
        seat = make.seat(cast, who, Role.CHAIR, "MHHS Programme", valid_from=start)
        operations.confirm_seat(actor=cast.actor("dag"), seat=seat)


def test_of_two_proposed_chairs_one_is_confirmed(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=TODAY)
    first = make.seat(cast, cast.person("outsider"), Role.CHAIR, "MHHS Programme", valid_from=TOMORROW)
    second = make.seat(cast, cast.person("analyst"), Role.CHAIR, "MHHS Programme", valid_from=TOMORROW)
    operations.confirm_seat(actor=cast.actor("dag"), seat=first)

    with pytest.raises(NotNow, match="one chair at a time"):
        operations.confirm_seat(actor=cast.actor("dag"), seat=second)


def test_a_declined_seat_never_takes_effect(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    operations.decline_seat(actor=cast.actor("chair"), seat=seat, reason="Not independent")

    with pytest.raises(NotNow):
        operations.confirm_seat(actor=cast.actor("chair"), seat=seat)
    assert not cast.actor("outsider").may_enter
    assert AuditEvent.objects.get(on_key=seat.audit_key, verb="seat.declined").reason == "Not independent"


def test_an_organisation_has_one_member_seat_unless_it_is_said_why(cast: Cast) -> None:
    with pytest.raises(NotNow, match="has a Member seat") as refusal:
        make.seat(cast, cast.person("outsider"))
    assert refusal.value.field == "why_second"

    seat = make.seat(cast, cast.person("outsider"), why_second="Cryptography is theirs alone")

    assert seat.why_second == "Cryptography is theirs alone"
    assert AuditEvent.objects.get(on_key=seat.audit_key).note["why_second"] == "Cryptography is theirs alone"


def test_the_successor_follows_the_day_after(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("large-supplier"), last_day=TODAY)

    make.seat(cast, cast.person("outsider"), valid_from=TOMORROW)


def test_an_organisation_without_a_constituency_has_no_member_seat(cast: Cast) -> None:
    with pytest.raises(NotNow, match="no constituency"):
        make.seat(cast, cast.person("outsider"), of="MHHS Programme")


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(TODAY - timedelta(days=1), None, "valid_from"), (TOMORROW, TODAY, "valid_to")],
)
def test_dates_that_make_no_sense_are_refused(cast: Cast, start: date, end: date | None, field: str) -> None:
    with pytest.raises(NotNow) as refusal:
        make.seat(cast, cast.person("outsider"), Role.OBSERVER, "Observer Body E", valid_from=start, valid_to=end)
    assert refusal.value.field == field


def test_the_same_seat_is_not_held_twice(cast: Cast) -> None:
    with pytest.raises(NotNow, match="already"):
        make.seat(cast, cast.person("observer"), Role.OBSERVER, "Observer Body E")


@pytest.mark.parametrize("last_day", [TODAY - timedelta(days=2), date(2027, 1, 2)])
def test_a_seat_ends_neither_earlier_than_yesterday_nor_later_than_it_did(cast: Cast, last_day: date) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=date(2027, 1, 1))

    with pytest.raises(NotNow) as refusal:
        operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=last_day)
    assert refusal.value.field == "last_day"


def test_every_change_of_a_seat_is_told_and_kept(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    operations.confirm_seat(actor=cast.actor("chair"), seat=seat)
    operations.end_seat(actor=cast.actor("secretariat"), seat=seat, last_day=TODAY, reason="Handed over")

    assert events(seat) == ["seat.proposed", "seat.started", "seat.ended"]
    assert [row.history_type for row in seat.history.order_by("history_id")] == ["+", "~", "~"]
    told = AuditEvent.objects.get(on_key=seat.audit_key, verb="seat.started")
    assert (told.person_name, told.acting_as) == ("Chair", "Chair")


def test_the_confirmer_is_asked_by_mail_and_the_holder_told(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    asked = OutboxMessage.objects.get(rule="seat.confirm", on_key=seat.audit_key)
    assert asked.person_id == cast.person("chair").pk
    assert f"/members/seats/{seat.pk}/" in asked.text

    operations.confirm_seat(actor=cast.actor("chair"), seat=seat)

    assert OutboxMessage.objects.get(rule="seat.started", on_key=seat.audit_key).person == cast.person("outsider")


def test_the_confirmer_finds_it_among_what_waits(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")

    (row,) = queries.waiting_for(cast.actor("chair"))
    assert row.title == "Confirm Outsider as Auditor, Audit Body F"
    assert queries.waiting_for(cast.actor("dag")) == []
    operations.confirm_seat(actor=cast.actor("chair"), seat=seat)
    assert queries.waiting_for(cast.actor("chair")) == []


def test_names_of_organisations_are_used_once(cast: Cast) -> None:
    with pytest.raises(NotNow, match="already"):
        operations.make_organisation(actor=cast.actor("secretariat"), name="large supplier a ")
    made = operations.make_organisation(
        actor=cast.actor("secretariat"),
        name="Meter Administrator G",
        constituency=queries.vacant_constituencies(TODAY)[-1],
    )
    assert Organisation.objects.get(pk=made.pk).constituency is not None


def test_rights_go_with_the_seat_one_acts_for(cast: Cast) -> None:
    """Somebody of the secretariat who also observes does nothing as an observer: the trail says what was allowed."""
    second = make.second_secretariat(cast)
    observer = make.seat(cast, second, Role.OBSERVER, "Observer Body E")
    as_observer = cast.actor("second", seat_id=observer.pk)

    with pytest.raises(Refused, match="choose the seat to act for"):
        operations.make_organisation(actor=as_observer, name="New Body")
    operations.make_organisation(actor=cast.actor("second"), name="New Body")
