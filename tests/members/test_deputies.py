"""A deputy presides in the chair's place for a time, and the chair does not act meanwhile (S2)."""

from datetime import date, timedelta

import pytest

from artefacts.models import Version
from artefacts.states import Marking
from meetings import operations as meetings
from meetings.states import Finding, Stance
from sdwg import clock
from sdwg.members import operations, queries, rules
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Role, Seat
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.members import make
from tests.members.make import TODAY, TOMORROW

LATER = date(2026, 12, 4)


def deputy(cast: Cast, who: str = "analyst", valid_from: date | None = None, valid_to: date | None = None) -> Seat:
    valid_from = valid_from or clock.today(cast.at)
    valid_to = valid_to or valid_from + timedelta(days=4)
    seat = operations.name_deputy(
        actor=cast.actor("chair"), person=cast.person(who), valid_from=valid_from, valid_to=valid_to
    )
    cast.seats["deputy"] = seat
    return seat


def leave(cast: Cast) -> None:
    """The chair's seat falls vacant."""
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=TODAY - timedelta(days=1))


def test_a_deputy_determines_as_the_chair_and_the_chair_cannot(cast: Cast) -> None:
    decision = decisions.closed(cast, decisions.heard(cast))
    day = clock.today(cast.at)
    deputy(cast, valid_to=day + timedelta(days=7))
    words = {"finding": Finding.CONSENSUS, "reasons": "Nobody stands against it."}

    with pytest.raises(Refused, match=rf"Analyst is your deputy until {rules.words(day + timedelta(days=7))}"):
        meetings.propose_finding(actor=cast.actor("chair"), decision=decision, **words)
    finding = meetings.propose_finding(actor=cast.actor("analyst"), decision=decision, **words)
    artefacts.pass_to(cast, finding.dispute_until)
    meetings.determine(actor=cast.actor("analyst"), determination=finding)
    finding.refresh_from_db()
    assert finding.determined_as == "Deputy for the chair"


def test_the_deputy_reads_what_the_chair_reads_and_only_in_that_time(cast: Cast) -> None:
    red = artefacts.version(cast, marking=Marking.RED, people=["idno"])
    read = Version.objects.filter(pk=red.pk)
    assert not read.visible_to(cast.actor("architect"))

    deputy(cast, "architect", TOMORROW, LATER)
    assert not read.visible_to(cast.actor("architect"))
    make.later(cast, 1)
    assert read.visible_to(cast.actor("architect"))
    assert read.visible_to(cast.actor("chair"))
    make.later(cast, 4)
    assert not read.visible_to(cast.actor("architect"))
    assert cast.actor("chair").role == Role.CHAIR


def test_who_is_told_is_whoever_acts_as_the_chair(cast: Cast) -> None:
    assert queries.people_of(Role.CHAIR, TODAY) == [cast.person("chair")]
    deputy(cast)
    assert queries.people_of(Role.CHAIR, TODAY) == [cast.person("analyst")]

    operations.close_account(actor=cast.actor("secretariat"), person=cast.person("analyst"), reason="Left")
    assert queries.people_of(Role.CHAIR, TODAY) == [cast.person("chair")]
    assert cast.actor("chair").role == Role.CHAIR


def test_the_chair_takes_the_chair_back_by_ending_the_deputy_s_seat(cast: Cast) -> None:
    seat = deputy(cast)
    make.later(cast, 1)
    operations.end_seat(actor=cast.actor("chair"), seat=seat, last_day=TODAY)

    assert cast.actor("chair").role == Role.CHAIR
    assert not cast.actor("analyst").is_chair


def test_a_deputy_names_no_deputy(cast: Cast) -> None:
    deputy(cast)
    assert not rules.can_name_deputy(cast.actor("analyst"))
    assert rules.can_name_deputy(cast.actor("chair"))


@pytest.mark.parametrize("name", ["secretariat", "architect", "idno", "dag"])
def test_nobody_else_names_one_while_there_is_a_chair(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="The chair names a deputy"):
        operations.name_deputy(
            actor=cast.actor(name), person=cast.person("analyst"), valid_from=TODAY, valid_to=TOMORROW
        )


def test_where_the_seat_is_vacant_it_takes_secretariat_and_liaison(cast: Cast) -> None:
    leave(cast)
    seat = operations.name_deputy(
        actor=cast.actor("secretariat"), person=cast.person("analyst"), valid_from=TODAY, valid_to=LATER
    )
    assert seat.is_pending
    assert not cast.actor("analyst").is_chair
    with pytest.raises(Refused):
        operations.confirm_seat(actor=cast.actor("secretariat"), seat=seat)

    operations.confirm_seat(actor=cast.actor("dag"), seat=seat)
    assert cast.actor("analyst").is_chair


def test_one_deputy_at_a_time_with_a_last_day_who_states_no_position(cast: Cast) -> None:
    deputy(cast)
    with pytest.raises(NotNow, match="is named deputy until 4 December 2026"):
        deputy(cast, "architect", LATER, LATER + timedelta(days=3))
    with pytest.raises(NotNow, match="states none"):
        deputy(cast, "idno", LATER + timedelta(days=1), LATER + timedelta(days=3))
    with pytest.raises(NotNow, match="a deputy for the chair in that time"):
        make.seat(cast, cast.person("analyst"), why_second="Two systems")
    with pytest.raises(NotNow, match="watches what the chair does"):
        make.seat(cast, cast.person("analyst"), Role.AUDITOR, "MHHS Programme")
    with pytest.raises(NotNow, match="for a time"):
        operations.appoint(
            actor=cast.actor("chair"),
            person=cast.person("architect"),
            organisation=cast.seat("chair").organisation,
            role=Role.DEPUTY,
            valid_from=LATER + timedelta(days=1),
        )


@pytest.mark.parametrize(
    ("name", "why"), [("dag", "answers for the DAG"), ("auditor", "watches"), ("col", "drafts for")]
)
def test_nobody_presides_beside_a_seat_that_speaks_drafts_or_watches(cast: Cast, name: str, why: str) -> None:
    colleague = operations.add_colleague(actor=cast.actor("idno"), display_name="Col", address="col@sdwg.example")
    cast.people["col"] = colleague.person
    assert cast.person(name) not in queries.can_preside(cast.actor("chair"))
    with pytest.raises(NotNow, match=why):
        deputy(cast, name)


def test_nobody_presides_who_stands_in_for_a_member(cast: Cast) -> None:
    nomination = make.alternate(cast, to="observer")
    assert cast.person("observer") not in queries.can_preside(cast.actor("chair"))
    with pytest.raises(NotNow, match="Observer, alternate for Member, Large Supplier A: whoever presides"):
        deputy(cast, "observer")
    operations.revoke_nomination(actor=cast.actor("observer"), alternate=nomination)
    assert deputy(cast, "observer").confirmed_at


def test_a_deputy_proposed_for_a_vacant_chair_is_not_confirmed_over_a_new_one(cast: Cast) -> None:
    leave(cast)
    proposed = operations.name_deputy(
        actor=cast.actor("secretariat"), person=cast.person("analyst"), valid_from=TODAY, valid_to=LATER
    )
    cast.people["new chair"] = make.joined(cast)
    chair = make.seat(cast, cast.person("new chair"), Role.CHAIR, "MHHS Programme")
    operations.confirm_seat(actor=cast.actor("dag"), seat=chair)

    with pytest.raises(NotNow, match="There is a chair by now"):
        operations.confirm_seat(actor=cast.actor("dag"), seat=proposed)
    assert cast.actor("new chair").role == Role.CHAIR
    operations.decline_seat(actor=cast.actor("dag"), seat=proposed, reason="The chair is back.")


def test_the_page_names_one_and_the_register_shows_it(cast: Cast) -> None:
    chair = cast.client("chair")
    assert "Name a deputy" in chair.get("/members/").content.decode()
    page = chair.get("/members/seats/deputy/").content.decode()
    assert "Architect" in page
    assert "Idno" not in page

    typed = {"person": str(cast.person("analyst").public_id), "valid_from": "2026-11-30", "valid_to": "2026-12-04"}
    answer = chair.post("/members/seats/deputy/", typed, follow=True)
    assert "is deputy from 30 November 2026" in answer.content.decode()
    assert "Deputy for the chair" in cast.client("idno").get("/members/").content.decode()


def test_a_deputy_speaks_for_nobody(cast: Cast) -> None:
    decision = decisions.at_meeting(cast)
    deputy(cast)
    with pytest.raises(Refused, match="Programme roles facilitate"):
        meetings.state_position(actor=cast.actor("analyst"), decision=decision, stance=Stance.SUPPORT)
