"""Who speaks for a seat (S4): its holder, or an alternate; at their meeting the alternate for it alone."""

from datetime import timedelta

import pytest

from meetings import operations
from meetings.models import Decision, Meeting
from meetings.states import Stance
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Alternate
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.meetings import make as meetings


def nominated(cast: Cast, meeting: Meeting | None, name: str = "alternate") -> Alternate:
    """``name`` stands in for large-supplier, from now: at that meeting, or for a period."""
    nomination = members.nominate(
        actor=cast.actor("large-supplier"),
        seat=cast.seat("large-supplier"),
        person=cast.person(name),
        for_key=meeting.audit_key if meeting else "",
        for_ref=meeting.reference if meeting else "",
        window_from=cast.at,
        window_to=cast.at + timedelta(days=30),
    )
    return members.accept_nomination(actor=cast.actor(name), alternate=nomination)


def asked(cast: Cast, meeting: Meeting | None) -> Decision:
    return make.open_decision(cast, on=None, meeting=meeting)


def test_at_their_meeting_the_alternate_speaks(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    nominated(cast, meeting)
    decision = asked(cast, meeting)

    position = make.state(cast, decision, "alternate", Stance.SUPPORT)

    assert position.seat == cast.seat("large-supplier")
    assert position.acting_as == "Alternate, alternate for Member, Large Supplier A"
    assert position.alternate


def test_and_the_principal_does_not(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    nominated(cast, meeting)
    decision = asked(cast, meeting)
    with pytest.raises(Refused, match="Alternate speaks for your seat on what SDWG 1 decides until Wed 30 Dec"):
        make.state(cast, decision, "large-supplier", Stance.SUPPORT)


def test_what_the_alternate_said_is_the_seat_s_one_position(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    decision = asked(cast, meeting)
    make.state(cast, decision, "large-supplier", Stance.ABSTAIN)
    nominated(cast, meeting)
    make.state(cast, decision, "alternate", Stance.SUPPORT)
    assert [row.stance for row in decision.positions.all()] == ["support"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_on_anything_else_the_principal_speaks_and_the_alternate_does_not(cast: Cast, elsewhere: bool) -> None:
    nominated(cast, meetings.scheduled(cast))
    decision = asked(cast, meetings.scheduled(cast, days=7) if elsewhere else None)

    with pytest.raises(Refused, match="Your nomination is for SDWG 1; SDWG-DEC-001 is not put to that meeting"):
        make.state(cast, decision, "alternate", Stance.SUPPORT)
    make.state(cast, decision, "large-supplier", Stance.SUPPORT)


def test_before_the_window_the_principal_speaks(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    alternate = nominated(cast, meeting)
    early = alternate.window_from
    assert early
    members.set_window(
        actor=cast.actor("secretariat"),
        for_key=meeting.audit_key,
        window_from=early + timedelta(days=3),
        window_to=early + timedelta(days=20),
    )
    decision = asked(cast, meeting)
    make.state(cast, decision, "large-supplier", Stance.SUPPORT)
    artefacts.pass_to(cast, early + timedelta(days=3))
    with pytest.raises(Refused):
        make.state(cast, decision, "large-supplier", Stance.ABSTAIN)


@pytest.mark.parametrize("at_a_meeting", [False, True])
def test_one_for_a_period_speaks_on_everything(cast: Cast, at_a_meeting: bool) -> None:
    nominated(cast, None)
    decision = asked(cast, meetings.scheduled(cast) if at_a_meeting else None)
    make.state(cast, decision, "alternate", Stance.SUPPORT)
    with pytest.raises(Refused, match="Alternate speaks for your seat on everything until Wed 30 Dec"):
        make.state(cast, decision, "large-supplier", Stance.ABSTAIN)
    assert [row.stance for row in decision.positions.all()] == ["support"]


def test_at_its_meeting_the_one_for_the_meeting_speaks_and_not_the_one_for_the_period(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    nominated(cast, meeting, "outsider")
    nominated(cast, None)
    at_the_meeting, elsewhere = asked(cast, meeting), asked(cast, None)

    make.state(cast, at_the_meeting, "outsider", Stance.SUPPORT)
    with pytest.raises(Refused, match="Outsider speaks for this seat on what SDWG 1 decides"):
        make.state(cast, at_the_meeting, "alternate", Stance.ABSTAIN)
    make.state(cast, elsewhere, "alternate", Stance.ABSTAIN)


def test_the_alternate_gives_the_last_word_and_disputes_too(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    nominated(cast, meeting)
    decision = asked(cast, meeting)
    make.state(cast, decision, "alternate", Stance.OBJECT)
    objection = make.addressed(cast, decision.objections.get())
    with pytest.raises(Refused):
        operations.withdraw_objection(actor=cast.actor("large-supplier"), objection=objection)
    operations.maintain_objection(actor=cast.actor("alternate"), objection=objection, last_word="Still.")
    finding = make.proposed(cast, make.closed(cast, decision))
    dispute = operations.dispute(actor=cast.actor("alternate"), determination=finding, text="It is not what I said.")
    assert dispute.seat == cast.seat("large-supplier")
    with pytest.raises((NotNow, Refused)):
        operations.dispute(actor=cast.actor("large-supplier"), determination=finding, text="Nor I.")


def test_whoever_is_told_of_their_seat_is_whoever_may_speak(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    nominated(cast, meeting)
    decision = asked(cast, meeting)
    make.state(cast, decision, "alternate", Stance.OBJECT)
    make.addressed(cast, decision.objections.get())
    told = OutboxMessage.objects.filter(rule="decisions.objection-addressed")
    assert {row.person.display_name for row in told} == {"Alternate", "Large supplier"}
