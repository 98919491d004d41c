"""The rules of decisions at their edges: each condition by itself, in the case that only it decides."""

from datetime import timedelta
from typing import Any

import pytest

from meetings import operations
from meetings.models import Decision, Objection
from meetings.rules import decisions as rules
from meetings.states import Stance
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Role
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.decisions.test_alternates import nominated
from tests.meetings import make as meetings
from tests.members import make as people


def free(cast: Cast, **asked: Any) -> Decision:
    return make.open_decision(cast, on=None, **asked)


def test_a_meeting_that_was_closed_settles_nothing_more_that_day(cast: Cast) -> None:
    decision = make.at_meeting(cast, on=None)
    assert rules.settled_at_meeting(decision, cast.at)
    operations.close_meeting(actor=cast.actor("chair"), meeting=decision.meeting)
    assert not rules.settled_at_meeting(make.fresh(decision), cast.at)


def test_the_alternate_of_one_seat_silences_no_other(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    nominated(cast, meeting)
    decision = free(cast, meeting=meeting)
    assert rules.stand_in(cast.seat("large-supplier"), decision, cast.at)
    assert rules.stand_in(cast.seat("idno"), decision, cast.at) is None
    assert make.state(cast, decision, "idno", Stance.SUPPORT).seat == cast.seat("idno")


def test_a_member_who_acts_for_another_seat_is_told_which_to_choose(cast: Cast) -> None:
    who = cast.person("idno")
    observer = people.seat(cast, who, Role.OBSERVER, "Observer Body E")
    with pytest.raises(Refused, match="Choose your Member seat"):
        rules.member_seat(cast.actor("idno", seat_id=observer.pk), "state positions")
    with pytest.raises(Refused, match="Members, or their alternates, state positions"):
        rules.member_seat(cast.actor("observer"), "state positions")


def test_an_objection_of_a_seat_that_ended_goes_to_its_own_organisation(cast: Cast) -> None:
    objection = make.objected(cast, free(cast))
    members.end_seat(
        actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=cast.at.date() - timedelta(days=1)
    )
    ended = Objection.objects.select_related("seat").get(pk=objection.pk)
    successor = people.seat(cast, cast.person("outsider"), of="iDNO B")
    assert rules.owned(successor, [ended], cast.at) == [ended]
    assert rules.owned(cast.seat("agent"), [ended], cast.at) == []


def test_an_objection_to_a_free_question_is_answered_by_the_chair_alone(cast: Cast) -> None:
    objection = make.objected(cast, free(cast))
    with pytest.raises(Refused, match="answered by the chair or by the author"):
        rules.check_can_address_objection(cast.actor("analyst"), objection)
    rules.check_can_address_objection(cast.actor("chair"), objection)


def test_what_was_found_on_a_free_question_is_not_reopened(cast: Cast) -> None:
    decision = make.consensus(cast, on=None)
    with pytest.raises(NotNow, match="only an endorsed version is reopened"):
        rules.check_can_reopen_endorsed(cast.actor("chair"), decision)


def test_whoever_may_not_read_the_next_version_opens_no_round_on_it(cast: Cast) -> None:
    decision = make.open_decision(cast)
    red = artefacts.version(cast, marking="RED", people=["architect"])
    with pytest.raises(Refused, match="not open to you"):
        rules._check_next_version(cast.actor("secretariat"), decision, red)
