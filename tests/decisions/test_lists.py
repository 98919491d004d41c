"""What waits for whom, the panels of other pages, and that no list asks the database more for more rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import operations, queries
from meetings.models import Decision
from meetings.queries.decisions import waiting_for
from meetings.states import Finding, Stance
from sdwg.members import operations as members
from sdwg.members.models import Constituency, Discipline, Organisation, Person, Role, Seat
from sdwg.screen import Waiting
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.meetings import make as meetings


def waits(cast: Cast, who: str) -> list[str]:
    return [row.title for row in waiting_for(cast.actor(who))]


def only(cast: Cast, who: str) -> Waiting:
    (found,) = waiting_for(cast.actor(who))
    return found


# ----------------------------------------------------------------------------------------------------------- what waits


def test_a_position_waits_for_each_member_until_it_is_stated(cast: Cast) -> None:
    decision = make.open_decision(cast)
    row = only(cast, "idno")
    assert row.title == "State your position on Interface Code of Connection, 0.1"
    assert (row.due, row.reference) == (decision.closes_at, "SDWG-DEC-001")
    assert row.button
    assert row.button.url == "/decisions/SDWG-DEC-001/position/"

    make.state(cast, decision, "idno", Stance.SUPPORT)
    assert waits(cast, "idno") == []
    assert waits(cast, "agent") != []


def test_it_waits_for_nobody_once_the_deadline_is_past(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    artefacts.pass_to(cast, decision.closes_at + timedelta(seconds=1))
    assert waits(cast, "idno") == []


def test_nothing_waits_for_somebody_who_may_not_read_it(cast: Cast) -> None:
    make.open_decision(cast, marking="RED", people=["idno", "large-supplier", "medium-supplier"])
    assert waits(cast, "idno") != []
    assert waits(cast, "agent") == []


@pytest.mark.parametrize("who", ["secretariat", "architect", "partner", "observer", "dag", "auditor"])
def test_nothing_waits_for_whoever_states_none(cast: Cast, who: str) -> None:
    make.objected(cast)
    assert waits(cast, who) == []


def test_it_waits_for_the_alternate_and_not_for_the_principal(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    nomination = members.nominate(
        actor=cast.actor("large-supplier"),
        seat=cast.seat("large-supplier"),
        person=cast.person("alternate"),
        for_key=meeting.audit_key,
        for_ref=meeting.reference,
        window_from=cast.at,
        window_to=cast.at + timedelta(days=20),
    )
    members.accept_nomination(actor=cast.actor("alternate"), alternate=nomination)
    make.open_decision(cast, on=None, meeting=meeting, question="At the meeting?")
    make.open_decision(cast, on=None, question="By correspondence?")
    assert waits(cast, "alternate") == ["State your position on At the meeting?"]
    assert waits(cast, "large-supplier") == ["State your position on By correspondence?"]


def test_an_objection_waits_for_chair_and_author_then_for_its_seat(cast: Cast) -> None:
    objection = make.objected(cast)
    assert waits(cast, "chair") == waits(cast, "analyst") == ["Answer O-1 on Interface Code of Connection, 0.1"]
    make.addressed(cast, objection)
    assert waits(cast, "chair") == waits(cast, "analyst") == []
    assert waits(cast, "idno") == ["Withdraw or maintain O-1 on Interface Code of Connection, 0.1"]
    operations.maintain_objection(actor=cast.actor("idno"), objection=objection, last_word="Still.")
    assert waits(cast, "idno") == []


def test_a_finding_waits_for_the_chair_in_its_time(cast: Cast) -> None:
    decision = make.closed(cast, make.heard(cast))
    assert waits(cast, "chair") == ["Propose a finding on Interface Code of Connection, 0.1"]
    finding = make.proposed(cast, decision, Finding.ADJOURNED)
    assert waits(cast, "chair") == []
    artefacts.pass_to(cast, finding.dispute_until)
    assert waits(cast, "chair") == ["Determine Interface Code of Connection, 0.1"]
    make.determined(cast, finding)
    again = only(cast, "chair")
    assert again.title == "Open round 2 on Interface Code of Connection, 0.1"
    assert again.due
    assert again.due.date() == finding.awaited_by


def test_at_the_meeting_it_waits_at_once_unless_it_is_disputed(cast: Cast) -> None:
    decision = make.at_meeting(cast, on=None)
    operations.close_positions(actor=cast.actor("chair"), decision=decision)
    finding = make.proposed(cast, make.fresh(decision))
    assert [title[:9] for title in waits(cast, "chair")] == ["Determine"]
    operations.dispute(actor=cast.actor("agent"), determination=finding, text="No.")
    assert waits(cast, "chair") == []


# ------------------------------------------------------------------------------------------------------- on other pages


def test_an_artefact_that_is_ready_offers_to_open_one(cast: Cast) -> None:
    artefact = make.ready_version(cast).artefact
    for who, offered in (("chair", True), ("secretariat", True), ("analyst", False), ("idno", False)):
        panel = queries.on_artefact(cast.actor(who), artefact)
        assert (panel.context["button"] is not None) is offered, who
    make.open_decision(cast, on=make.newest(artefact))
    shown = queries.on_artefact(cast.actor("chair"), artefacts.fresh(artefact))
    assert shown.context["button"] is None
    assert [row.reference for row in shown.context["rows"]] == ["SDWG-DEC-001"]


def test_it_shows_none_to_whoever_may_not_read_them(cast: Cast) -> None:
    version = make.open_decision(cast).version
    assert version
    assert queries.on_artefact(cast.actor("observer"), version.artefact).context["rows"] == []


def test_a_meeting_shows_what_is_put_to_it(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    make.open_decision(cast, on=None, meeting=meeting)
    make.open_decision(cast, on=None)
    panel = queries.on_meeting(cast.actor("chair"), meeting)
    assert [row.reference for row in panel.context["rows"]] == ["SDWG-DEC-001"]
    assert panel.context["button"]
    words = cast.client("idno").get(meeting.get_absolute_url()).content.decode()
    assert "SDWG-DEC-001" in words


# -------------------------------------------------------------------------------------------------------- query counts


def more_members(cast: Cast, number: int) -> list[str]:
    """So many further member seats, each of an organisation of its own; their names."""
    kinds = list(Constituency.objects.all())
    names = []
    for place in range(number):
        name = f"member-{place}"
        person = Person(display_name=name, created_at=cast.at)
        person.set_unusable_password()
        person.save()
        cast.people[name] = person
        body = Organisation(name=f"Organisation {place}", constituency=kinds[place % len(kinds)])
        seat = Seat(
            person=person,
            organisation=body,
            role=Role.MEMBER,
            discipline=Discipline.EXPERT,
            valid_from=cast.at.date(),
            proposed_by=cast.people["secretariat"],
            proposed_at=cast.at,
            confirmed_by=cast.people["chair"],
            confirmed_at=cast.at,
        )
        Organisation.objects.bulk_create([body])
        Seat.objects.bulk_create([seat])
        cast.seats[name] = seat
        names.append(name)
    return names


def stances(place: int) -> Stance:
    """One objection in ten, the first seat's among them."""
    return Stance.OBJECT if place % 10 == 0 else (Stance.SUPPORT, Stance.CONCERN)[place % 2]


def counted(cast: Cast, who: str, url: str) -> int:
    client = cast.client(who)
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize("who", ["chair", "idno"])
def test_the_page_asks_no_more_for_more_positions(cast: Cast, who: str) -> None:
    decision = make.open_decision(cast)
    names = more_members(cast, 30)
    asked = []
    for upto in (1, 3, 30):
        for place, name in enumerate(names[:upto]):
            if not decision.positions.filter(seat=cast.seat(name)).exists():
                make.state(cast, decision, name, stances(place))
        asked.append(counted(cast, who, decision.get_absolute_url()))
    assert len(set(asked)) == 1, asked
    assert asked[0] <= 15


@pytest.mark.parametrize("who", ["chair", "idno"])
def test_a_determined_one_asks_no_more_for_more_of_them(cast: Cast, who: str) -> None:
    asked = []
    names = more_members(cast, 30)
    for number in (1, 3, 30):
        decision = make.open_decision(cast, on=None)
        for place, name in enumerate(names[:number]):
            make.state(cast, decision, name, stances(place))
        finding = make.proposed(cast, make.closed(cast, decision))
        for name in names[:number]:
            operations.dispute(actor=cast.actor(name), determination=finding, text="We were not asked.")
        asked.append(counted(cast, who, make.determined(cast, finding).get_absolute_url()))
    assert len(set(asked)) == 1, asked


@pytest.mark.parametrize("who", ["chair", "idno"])
@pytest.mark.parametrize("where", ["/decisions/", "waiting", "panel"])
def test_the_lists_ask_no_more_for_more_rows(cast: Cast, who: str, where: str) -> None:
    meeting = meetings.scheduled(cast)
    asked = []
    for upto in (2, 4, 12):  # of each kind one, two, six
        while (number := Decision.objects.count()) < upto:
            decision = make.open_decision(cast, on=None, meeting=meeting)
            if number % 2:
                make.addressed(cast, make.objected(cast, decision))
            else:
                make.objected(cast, decision, "agent")
        asked.append(counted_where(cast, who, where, meeting))
    assert len(set(asked)) == 1, asked


def counted_where(cast: Cast, who: str, where: str, meeting: Any) -> int:
    if where.startswith("/"):
        return counted(cast, who, where)
    actor = cast.actor(who)
    with CaptureQueriesContext(connection) as seen:
        if where == "waiting":
            waiting_for(actor)
        else:
            queries.on_meeting(actor, meeting)
    return len(seen)
