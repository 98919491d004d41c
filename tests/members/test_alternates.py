"""Alternates (S4): nominated by the member, in force by their own acceptance within the window, never beyond it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations, queries
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Role
from tests.cast import AT, Cast
from tests.members import make

MEETING = {"for_key": "meeting:12", "for_ref": "meeting 12", "window": None}


def test_before_acceptance_the_nominated_may_enter_and_acts_for_nobody(cast: Cast) -> None:
    make.nomination(cast)

    actor = cast.actor("alternate")
    assert actor.may_enter
    assert actor.seat is None
    assert not actor.reads_amber


def test_after_acceptance_they_act_for_the_seat_and_everything_says_so(cast: Cast) -> None:
    make.alternate(cast)

    actor = cast.actor("alternate")
    assert actor.acts_for(cast.seat("large-supplier").pk)
    assert actor.member_seat == cast.seat("large-supplier")
    assert actor.label == "Alternate, alternate for Member, Large Supplier A"
    assert actor.roles == frozenset()


def test_a_nomination_counts_from_its_window_and_not_before(cast: Cast) -> None:
    row = make.nomination(cast, window=(AT + timedelta(days=1), AT + timedelta(days=2)))
    operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)

    assert cast.actor("alternate").alternate is None
    make.later(cast, 1)
    assert cast.actor("alternate").alternate == row
    make.later(cast, 1)
    assert not cast.actor("alternate").may_enter


def test_acceptance_does_not_reach_back(cast: Cast) -> None:
    row = make.alternate(cast)

    assert row.window_from is not None
    assert row.window_from < AT
    assert cast.actor("alternate", AT - timedelta(minutes=1)).alternate is None


def test_a_nomination_for_a_meeting_waits_for_its_window(cast: Cast) -> None:
    row = make.nomination(cast, **MEETING)
    operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)
    assert cast.actor("alternate").may_enter
    assert cast.actor("alternate").alternate is None

    told = operations.set_window(
        actor=cast.actor("secretariat"), for_key="meeting:12", window_from=AT, window_to=AT + timedelta(days=9)
    )

    assert told == 1
    assert cast.actor("alternate").alternate == row
    assert AuditEvent.objects.filter(on_key=row.audit_key, verb="alternate.window-set").count() == 1


def test_a_meeting_that_is_cancelled_takes_its_nominations_with_it(cast: Cast) -> None:
    make.nomination(cast, **MEETING)

    operations.withdraw_nominations(actor=cast.actor("secretariat"), for_key="meeting:12", reason="Cancelled")

    assert not cast.actor("alternate").may_enter


@pytest.mark.parametrize("name", ["secretariat", "chair", "agent", "analyst"])
def test_only_the_member_nominates(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="their own alternate"):
        operations.nominate(
            actor=cast.actor(name),
            seat=cast.seat("large-supplier"),
            person=cast.person("alternate"),
            window_from=AT,
            window_to=AT + timedelta(days=1),
        )


def test_an_alternate_nominates_nobody(cast: Cast) -> None:
    make.alternate(cast)
    with pytest.raises(Refused):
        operations.nominate(
            actor=cast.actor("alternate"),
            seat=cast.seat("large-supplier"),
            person=cast.person("outsider"),
            window_from=AT,
            window_to=AT + timedelta(days=1),
        )


@pytest.mark.parametrize("name", ["analyst", "partner", "observer"])
def test_other_roles_have_no_alternates(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="Member seats"):
        make.nomination(cast, by=name)


@pytest.mark.parametrize("name", ["idno", "chair", "secretariat", "architect", "dag", "auditor", "large-supplier"])
def test_members_and_those_who_state_no_position_stand_in_for_nobody(cast: Cast, name: str) -> None:
    with pytest.raises(NotNow) as refusal:
        make.nomination(cast, to=name)
    assert refusal.value.field == "person"


def test_whoever_got_a_member_seat_meanwhile_cannot_accept(cast: Cast) -> None:
    row = make.nomination(cast)
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("agent"), last_day=make.TODAY)

    with pytest.raises(NotNow, match="stands in for another"):
        make.seat(cast, cast.person("alternate"), of="Supplier Agent A", valid_from=make.TOMORROW)
    operations.revoke_nomination(actor=cast.actor("alternate"), alternate=row)
    make.seat(cast, cast.person("alternate"), of="Supplier Agent A", valid_from=make.TOMORROW)


def test_one_alternate_at_a_time_for_a_period(cast: Cast) -> None:
    make.nomination(cast)
    with pytest.raises(NotNow, match="part of that time"):
        make.nomination(cast, to="outsider", window=(AT + timedelta(days=3), AT + timedelta(days=30)))

    make.nomination(cast, to="outsider", window=(make.PERIOD[1], make.PERIOD[1] + timedelta(days=1)))


def test_one_alternate_for_a_meeting(cast: Cast) -> None:
    first = make.nomination(cast, **MEETING)
    with pytest.raises(NotNow, match="already"):
        make.nomination(cast, to="outsider", **MEETING)

    operations.revoke_nomination(actor=cast.actor("large-supplier"), alternate=first)
    make.nomination(cast, to="outsider", **MEETING)


@pytest.mark.parametrize(
    ("window", "field"),
    [
        ((AT + timedelta(days=2), AT + timedelta(days=1)), "last_day"),
        ((AT - timedelta(days=2), AT - timedelta(days=1)), "last_day"),
        (None, "first_day"),
    ],
)
def test_a_period_without_sense_is_refused(cast: Cast, window: tuple[datetime, datetime] | None, field: str) -> None:
    with pytest.raises(NotNow) as refusal:
        make.nomination(cast, window=window)
    assert refusal.value.field == field


def test_the_seats_end_is_the_nominations_end(cast: Cast) -> None:
    make.alternate(cast)
    yesterday = make.TODAY - timedelta(days=1)
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("large-supplier"), last_day=yesterday)

    assert not cast.actor("alternate").may_enter


def test_nobody_else_accepts(cast: Cast) -> None:
    row = make.nomination(cast)
    for name in ("large-supplier", "secretariat", "outsider"):
        with pytest.raises(Refused):
            operations.accept_nomination(actor=cast.actor(name), alternate=row)


@pytest.mark.parametrize("name", ["large-supplier", "alternate", "secretariat"])
def test_member_alternate_and_secretariat_end_it_at_once(cast: Cast, name: str) -> None:
    row = make.alternate(cast)
    operations.revoke_nomination(actor=cast.actor(name), alternate=row)

    assert not cast.actor("alternate").may_enter
    with pytest.raises(NotNow, match="withdrawn"):
        operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)


def test_others_do_not_end_it(cast: Cast) -> None:
    row = make.alternate(cast)
    for name in ("agent", "chair"):
        with pytest.raises(Refused):
            operations.revoke_nomination(actor=cast.actor(name), alternate=row)


def test_whoever_stands_in_for_two_chooses_for_which(cast: Cast) -> None:
    make.alternate(cast)
    make.alternate(cast, by="agent")

    actor = cast.actor("alternate", seat_id=cast.seat("agent").pk)
    assert actor.seat == cast.seat("agent")
    assert {seat.pk for seat in actor.held} == {cast.seat("agent").pk, cast.seat("large-supplier").pk}
    assert cast.actor("alternate", seat_id=cast.seat("idno").pk).seat == cast.seat("large-supplier")


def test_the_nominated_finds_it_among_what_waits_and_in_the_mail(cast: Cast) -> None:
    row = make.nomination(cast)

    (waiting,) = queries.waiting_for(cast.actor("alternate"))
    assert waiting.title == "Stand in for Member, Large Supplier A"
    mail = OutboxMessage.objects.get(rule="alternate.nominated", on_key=row.audit_key)
    assert "from 30 November 2026 to 11 December 2026" in mail.text
    operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)
    assert queries.waiting_for(cast.actor("alternate")) == []
    assert OutboxMessage.objects.filter(rule="alternate.answered", person=cast.person("large-supplier")).exists()


def test_the_database_refuses_a_period_without_a_window(cast: Cast) -> None:
    row = make.nomination(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(window_from=None, window_to=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(window_to=None)


def test_an_observer_may_stand_in_and_chooses_the_hat(cast: Cast) -> None:
    row = make.nomination(cast, to="observer", window=(AT, datetime(2026, 12, 4, tzinfo=UTC)))
    operations.accept_nomination(actor=cast.actor("observer"), alternate=row)

    actor = cast.actor("observer")
    assert actor.has(Role.OBSERVER)
    assert len(actor.held) == 2


def test_a_year_nobody_lives_to_is_refused(cast: Cast) -> None:
    page = cast.client("idno").post(
        "/members/nominate/",
        {
            "seat": cast.seat("idno").pk,
            "person": str(cast.person("outsider").public_id),
            "first_day": cast.at.date().isoformat(),
            "last_day": "9999-12-31",
        },
    )
    assert page.status_code == 422
    assert "Give a year between 2000 and 2099." in page.content.decode()


def test_whoever_stands_in_for_two_accepts_as_themselves(cast: Cast) -> None:
    first = operations.nominate(
        actor=cast.actor("large-supplier"),
        seat=cast.seat("large-supplier"),
        person=cast.person("alternate"),
        window_from=cast.at,
        window_to=cast.at + timedelta(days=30),
    )
    operations.accept_nomination(actor=cast.actor("alternate"), alternate=first)
    second = operations.nominate(
        actor=cast.actor("idno"),
        seat=cast.seat("idno"),
        person=cast.person("alternate"),
        window_from=cast.at,
        window_to=cast.at + timedelta(days=30),
    )
    assert cast.client("alternate").post(f"/members/nominations/{second.pk}/accept/").status_code == 302
    event = AuditEvent.objects.filter(verb="alternate.accepted").latest("seq")
    assert (event.acting_as, event.seat_id) == (cast.person("alternate").display_name, None)
