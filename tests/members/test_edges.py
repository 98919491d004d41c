"""The rules of seats and nominations at their edges: the very day, the very moment, and each condition by itself."""

from datetime import date, timedelta

import pytest

from sdwg.members import operations, rules
from sdwg.members.access import Actor, NotNow, Refused, actor_for, everybody
from sdwg.members.models import Role, Seat
from tests.cast import AT, Cast
from tests.members import make
from tests.members.make import TODAY, TOMORROW

YESTERDAY = TODAY - timedelta(days=1)


def end(cast: Cast, name: str, last_day: date = TODAY, by: str = "secretariat") -> Seat:
    return operations.end_seat(actor=cast.actor(by), seat=cast.seat(name), last_day=last_day)


# ------------------------------------------------------------------------------------------------------------ seats


def test_a_seat_is_confirmed_through_its_last_day_and_not_after(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F", valid_to=TODAY)
    rules.check_can_confirm_seat(cast.actor("chair"), seat)
    make.later(cast, 1)
    with pytest.raises(NotNow, match="would have ended on"):
        rules.check_can_confirm_seat(cast.actor("chair"), seat)


def test_a_seat_on_its_last_day_may_be_cut_short_and_one_that_ended_not(cast: Cast) -> None:
    seat = end(cast, "idno", TODAY)
    rules.check_can_end_seat(cast.actor("secretariat"), seat, YESTERDAY)
    make.later(cast, 1)
    with pytest.raises(NotNow, match="not in force"):
        rules.check_can_end_seat(cast.actor("secretariat"), seat, TODAY)


def test_a_seat_lasts_a_day_at_least(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.OBSERVER, "Observer Body E")
    with pytest.raises(NotNow, match=f"last day is {rules.words(TODAY)} at the earliest"):
        rules.check_can_end_seat(cast.actor("secretariat"), seat, YESTERDAY)
    rules.check_can_end_seat(cast.actor("secretariat"), seat, TODAY)


def test_the_button_to_end_a_seat_is_shown_to_whoever_may_and_for_a_seat_there_is(cast: Cast) -> None:
    pending = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    assert not rules.can_end_seat(cast.actor("secretariat"), pending)
    assert not rules.can_end_seat(cast.actor("idno"), cast.seat("agent"))
    assert rules.can_end_seat(cast.actor("secretariat"), cast.seat("agent"))


@pytest.mark.parametrize(("first", "last"), [("chair", "dag"), ("dag", "chair")])
def test_chair_and_liaison_do_not_both_leave(cast: Cast, first: str, last: str) -> None:
    end(cast, first)
    with pytest.raises(NotNow, match="neither chair nor DAG liaison"):
        end(cast, last)


def test_who_is_to_be_asked_is_named_as_people_say_it(cast: Cast) -> None:
    end(cast, "chair")
    seat = make.seat(cast, cast.person("outsider"), Role.CHAIR, "MHHS Programme", valid_from=TOMORROW)
    with pytest.raises(Refused, match=r"Ask the DAG Liaison\."):
        rules.check_can_confirm_seat(cast.actor("idno"), seat)


def test_a_closed_account_is_not_closed_again(cast: Cast) -> None:
    who, secretariat = cast.person("idno"), cast.actor("secretariat")
    operations.close_account(actor=secretariat, person=who, reason="Left")
    who.refresh_from_db()
    with pytest.raises(NotNow, match="closed already"):
        rules.check_can_close_account(secretariat, who)


# ------------------------------------------------------------------------------------------------------ nominations


def test_a_period_that_ends_this_moment_is_over(cast: Cast) -> None:
    with pytest.raises(NotNow, match="This time is over"):
        make.nomination(cast, window=(AT - timedelta(days=1), AT))


def test_a_period_begins_by_the_seats_last_day(cast: Cast) -> None:
    end(cast, "large-supplier", TOMORROW)
    with pytest.raises(NotNow, match="Your seat ends on"):
        make.nomination(cast, window=(AT + timedelta(days=2), AT + timedelta(days=3)))
    make.nomination(cast, window=(AT + timedelta(days=1), AT + timedelta(days=3)))


def test_a_nomination_stands_through_the_seats_last_day(cast: Cast) -> None:
    row = make.nomination(cast, window=(AT, AT + timedelta(days=9)))
    row.seat = end(cast, "large-supplier", TODAY)
    rules.check_can_accept_nomination(cast.actor("alternate"), row)
    make.later(cast, 1)
    with pytest.raises(NotNow, match="has ended"):
        rules.check_nomination_stands(cast.actor("secretariat"), row)


def test_a_member_with_two_seats_nominates_for_the_one_they_act_for(cast: Cast) -> None:
    own = cast.seat("large-supplier")
    second = make.seat(cast, own.person, of="iDNO B", why_second="Two systems")
    rules.check_can_nominate_for(cast.actor("large-supplier", seat_id=own.pk), own)
    with pytest.raises(Refused, match="choose the seat to act for"):
        rules.check_can_nominate_for(cast.actor("large-supplier", seat_id=second.pk), own)


# ----------------------------------------------------------------------------------------------------- who somebody is

AMBER = {"chair", "secretariat", "analyst", "architect", "large-supplier", "auditor"}
TRAIL = {"chair", "secretariat", "auditor"}


def test_what_a_role_reads_by_standing_alone(cast: Cast) -> None:
    names = [*AMBER, "partner", "observer", "dag"]
    assert {name for name in names if cast.actor(name).reads_amber} == AMBER
    assert {name for name in names if cast.actor(name).may_read_trail} == TRAIL
    program = Actor.system(cast.at)
    assert program.reads_amber
    assert not program.may_read_trail


def test_somebody_acts_for_their_own_seat_and_for_no_other(cast: Cast) -> None:
    idno = cast.actor("idno")
    assert idno.acts_for(cast.seat("idno").pk)
    assert not idno.acts_for(cast.seat("agent").pk)
    assert not idno.acts_for(None)


def test_nobody_and_whoever_is_shut_out_may_not_enter(cast: Cast) -> None:
    assert not actor_for(None, cast.at).may_enter
    who = cast.person("idno")
    who.is_active = False
    assert actor_for(who, cast.at).person is None


def test_everybody_is_who_holds_a_seat_or_is_nominated(cast: Cast) -> None:
    make.nomination(cast)
    found = {actor.person_name for actor in everybody(cast.at)}
    assert {"Idno", "Chair", "Alternate"} <= found
    assert "Outsider" not in found


def test_the_secretariat_takes_its_own_proposal_back_and_only_while_it_waits(cast: Cast) -> None:
    pending = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    rules.check_can_decline_seat(cast.actor("secretariat"), pending)
    with pytest.raises(NotNow, match="waits for nobody"):
        rules.check_can_decline_seat(cast.actor("secretariat"), cast.seat("idno"))


def test_a_closed_account_is_not_invited(cast: Cast) -> None:
    who = make.person(cast)
    who.is_active = False
    with pytest.raises(NotNow, match="account is closed"):
        rules.check_can_invite(cast.actor("secretariat"), who)


def test_a_period_has_a_length(cast: Cast) -> None:
    soon = AT + timedelta(days=1)
    with pytest.raises(NotNow, match="last day comes before"):
        make.nomination(cast, window=(soon, soon))


def test_mail_that_was_not_sent_is_seen_to_by_secretariat_and_chair(cast: Cast) -> None:
    assert [name for name in ("secretariat", "chair", "analyst") if rules.can_tend_mail(cast.actor(name))] == [
        "secretariat",
        "chair",
    ]
