"""Conflicts of interest: who declares or records one, what it takes away, and that it wins over everything."""

from datetime import timedelta
from typing import Any

import pytest

from artefacts.models import Artefact, Version
from artefacts.states import Marking
from meetings import operations
from meetings.hearing import heard
from meetings.models import Decision
from meetings.states import ObjectionState, Stance
from sdwg import clock
from sdwg.audit.verify import breaks
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Conflict, Organisation, Role
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.meetings import make as meetings
from tests.members import make as people

WHY = "Its parent company sells the platform that is compared here."


def body(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def record(cast: Cast, thing: Any, name: str = "iDNO B", *, sight: bool = True, **more: Any) -> list[Conflict]:
    more = more or {"organisation": body(name)}
    return operations.record_conflict(actor=cast.actor("chair"), thing=thing, takes_sight=sight, reason=WHY, **more)


def artefact_of(decision: Decision) -> Artefact:
    assert decision.version
    return decision.version.artefact


def stances(decision: Decision) -> dict[str, str]:
    return dict(decision.positions.values_list("seat__organisation__name", "stance"))


def told(name: str, cast: Cast) -> list[str]:
    rows = OutboxMessage.objects.filter(person=cast.person(name), rule__startswith="decisions.conflict")
    return [f"{row.subject} {row.text}" for row in rows]


def test_a_declared_conflict_makes_the_position_conflicted_and_withdraws_the_seat_s_objection(cast: Cast) -> None:
    objection = make.objected(cast)
    decision = objection.decision
    operations.declare_conflict(actor=cast.actor("idno"), thing=artefact_of(decision), reason=WHY)

    assert stances(decision) == {"iDNO B": Stance.CONFLICTED}
    objection.refresh_from_db()
    assert objection.state == ObjectionState.WITHDRAWN
    with pytest.raises(NotNow, match="reads “conflicted”"):
        make.state(cast, decision, "idno", Stance.SUPPORT)
    with pytest.raises(NotNow, match="reads “conflicted”"):
        operations.state_on_behalf(
            actor=cast.actor("secretariat"), decision=decision, seat=cast.seat("idno"), stance=Stance.SUPPORT
        )
    assert Version.objects.visible_to(cast.actor("idno")).filter(pk=decision.version_id)
    kind = next(row for row in heard(decision, cast.at) if row.short_name == "iDNOs")
    assert not kind.heard
    assert "iDNO B declares a conflict of interest" in told("chair", cast)[0]


def test_an_alternate_for_one_meeting_withdraws_no_objection_elsewhere(cast: Cast) -> None:
    objection = make.objected(cast)
    meeting = meetings.scheduled(cast)
    window = (cast.at, cast.at + timedelta(days=30))
    nomination = people.nomination(cast, "idno", "alternate", window, meeting.audit_key, meeting.reference)
    members.accept_nomination(actor=cast.actor("alternate"), alternate=nomination)
    operations.declare_conflict(actor=cast.actor("alternate"), thing=objection.decision, reason=WHY)

    objection.refresh_from_db()
    assert objection.state == ObjectionState.RAISED
    assert objection.decision.positions.get().on_behalf


def test_a_successor_s_conflict_withdraws_what_passed_to_it(cast: Cast) -> None:
    objection = make.objected(cast)
    today = clock.today(cast.at)
    members.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=today - timedelta(days=1))
    cast.people["successor"] = people.joined(cast)
    people.seat(cast, cast.person("successor"), of="iDNO B", valid_from=today)
    operations.declare_conflict(actor=cast.actor("successor"), thing=objection.decision, reason=WHY)

    objection.refresh_from_db()
    assert objection.state == ObjectionState.WITHDRAWN


def test_one_that_the_chair_records_silences_no_objection(cast: Cast) -> None:
    objection = make.objected(cast)
    record(cast, objection.decision)

    objection.refresh_from_db()
    assert objection.state == ObjectionState.RAISED
    position = objection.decision.positions.get()
    assert (position.stance, position.on_behalf) == (Stance.CONFLICTED, True)
    assert position.acting_as == "Chair, because of a conflict of interest"


def test_it_hides_the_artefact_with_all_that_hangs_on_it_from_everybody_it_covers(cast: Cast) -> None:
    decision = make.open_decision(cast)
    artefact = artefact_of(decision)
    nomination = people.nomination(cast, "idno", "alternate", (cast.at, cast.at + timedelta(days=30)))
    members.accept_nomination(actor=cast.actor("alternate"), alternate=nomination)
    assert Decision.objects.visible_to(cast.actor("alternate")).filter(pk=decision.pk)

    record(cast, artefact)
    for name in ("idno", "alternate"):
        client = cast.client(name)
        for url in (
            artefact.get_absolute_url(),
            f"{artefact.get_absolute_url()}0.1/review/",
            decision.get_absolute_url(),
            f"/decisions/conflicts/{artefact.reference}/",
        ):
            assert client.get(url).status_code == 404, url
        assert artefact.title not in client.get("/artefacts/").content.decode()
        assert artefact.reference in client.get("/decisions/conflicts/").content.decode()
    assert cast.client("agent").get(artefact.get_absolute_url()).status_code == 200
    assert artefact.title not in "".join(told("idno", cast))
    assert artefact.reference in told("idno", cast)[0]


def test_it_wins_over_being_named_and_over_being_the_author(cast: Cast) -> None:
    red = artefacts.version(cast, marking=Marking.RED, people=["idno"], author="agent")
    read = Version.objects.filter(pk=red.pk)
    assert read.visible_to(cast.actor("idno"))
    assert read.visible_to(cast.actor("agent"))

    record(cast, red.artefact)
    record(cast, red.artefact, "Supplier Agent A")
    assert not read.visible_to(cast.actor("idno"))
    assert not read.visible_to(cast.actor("agent"))


def test_it_covers_a_seat_that_begins_later(cast: Cast) -> None:
    decision = make.open_decision(cast)
    record(cast, artefact_of(decision))
    newcomer = people.joined(cast)
    people.seat(cast, newcomer, of="iDNO B", valid_from=clock.today(cast.at), why_second="Handing over")
    cast.people["newcomer"] = newcomer

    assert not Decision.objects.visible_to(cast.actor("newcomer")).filter(pk=decision.pk)


def test_a_chair_in_conflict_sees_nothing_and_the_deputy_presides(cast: Cast) -> None:
    decision = make.closed(cast, make.heard(cast))
    artefact = artefact_of(decision)
    day = clock.today(cast.at)
    members.name_deputy(
        actor=cast.actor("chair"), person=cast.person("architect"), valid_from=day, valid_to=day + timedelta(days=9)
    )
    conflict = operations.declare_conflict(actor=cast.actor("chair"), thing=artefact, reason=WHY)

    assert cast.client("chair").get(artefact.get_absolute_url()).status_code == 404
    assert cast.client("secretariat").get(artefact.get_absolute_url()).status_code == 200
    finding = operations.propose_finding(
        actor=cast.actor("architect"), decision=decision, finding="consensus", reasons="Nobody stands against it."
    )
    assert finding.proposed_as == Role.DEPUTY.label
    with pytest.raises(Refused, match="your deputy"):
        operations.end_conflict(actor=cast.actor("chair"), conflict=conflict, reason="-")
    operations.end_conflict(actor=cast.actor("architect"), conflict=conflict, reason="Shares sold.")
    assert cast.client("chair").get(artefact.get_absolute_url()).status_code == 200


def test_nobody_ends_their_own(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    conflict = operations.declare_conflict(actor=cast.actor("chair"), thing=decision, reason=WHY)
    with pytest.raises(Refused, match="of their own"):
        operations.end_conflict(actor=cast.actor("chair"), conflict=conflict, reason="-")


def test_a_round_opened_later_begins_with_it(cast: Cast) -> None:
    artefact = artefacts.ready(cast)
    record(cast, artefact, sight=False)
    decision = make.open_decision(cast, on=make.newest(artefact))
    assert stances(decision) == {"iDNO B": Stance.CONFLICTED}


def test_affiliates_are_recorded_with_it_and_end_by_themselves(cast: Cast) -> None:
    decision = make.open_decision(cast)
    found = record(
        cast, decision, organisation=body("iDNO B"), affiliates=[body("Supplier Agent A"), body("iDNO B")], sight=True
    )
    assert [(row.whose, row.affiliate_of) for row in found] == [("iDNO B", None), ("Supplier Agent A", found[0])]
    assert stances(decision) == {"iDNO B": Stance.CONFLICTED, "Supplier Agent A": Stance.CONFLICTED}

    operations.end_conflict(actor=cast.actor("chair"), conflict=found[0], reason="Sold.")
    seen = Decision.objects.filter(pk=decision.pk)
    assert seen.visible_to(cast.actor("idno"))
    assert not seen.visible_to(cast.actor("agent"))


def test_the_chair_takes_sight_of_what_was_declared(cast: Cast) -> None:
    decision = make.open_decision(cast)
    declared = operations.declare_conflict(actor=cast.actor("idno"), thing=decision, reason=WHY)
    (recorded,) = record(cast, decision)

    declared.refresh_from_db()
    assert declared.why_ended == "Replaced by another record"
    assert list(Conflict.objects.in_force()) == [recorded]
    with pytest.raises(NotNow, match="on record already"):
        record(cast, decision)


def test_one_is_declared_once(cast: Cast) -> None:
    decision = make.open_decision(cast)
    operations.declare_conflict(actor=cast.actor("idno"), thing=artefact_of(decision), reason=WHY)
    with pytest.raises(NotNow, match="has a conflict of interest in SDWG-ART-001 already"):
        operations.declare_conflict(actor=cast.actor("idno"), thing=decision, reason=WHY)


def test_after_it_ends_the_seat_states_its_own_position(cast: Cast) -> None:
    decision = make.open_decision(cast)
    (conflict,) = record(cast, decision)
    operations.end_conflict(actor=cast.actor("chair"), conflict=conflict, reason="Sold.")
    assert stances(decision) == {"iDNO B": Stance.CONFLICTED}
    make.state(cast, decision, "idno", Stance.SUPPORT)
    assert stances(decision) == {"iDNO B": Stance.SUPPORT}
    assert list(breaks()) == []


@pytest.mark.parametrize("name", ["secretariat", "analyst", "idno", "observer", "dag"])
def test_only_the_chair_records_one_for_others(cast: Cast, name: str) -> None:
    decision = make.open_decision(cast, marking=Marking.GREEN)
    with pytest.raises(Refused, match="Only the chair"):
        operations.record_conflict(
            actor=cast.actor(name), thing=decision, organisation=body("iDNO B"), takes_sight=True, reason=WHY
        )


def test_the_pages(cast: Cast) -> None:
    decision = make.open_decision(cast)
    chair, member = cast.client("chair"), cast.client("idno")
    url = f"/decisions/conflicts/{decision.reference}/"
    assert "Record one for others" not in member.get(url).content.decode()
    empty = member.post(f"{url}declare/", {"reason": " "})
    assert empty.status_code == 422
    assert not Conflict.objects.exists()
    answer = member.post(f"{url}declare/", {"reason": WHY}, follow=True)
    assert "The conflict of interest of iDNO B in SDWG-DEC-001 is on record." in answer.content.decode()

    whose = f"organisation-{body('iDNO B').pk}"
    answer = chair.post(f"{url}record/", {"whose": whose, "takes_sight": "on", "reason": WHY}, follow=True)
    assert "They are told by mail" in answer.content.decode()
    assert member.get(url).status_code == 404
    assert "SDWG-DEC-001" in member.get("/decisions/conflicts/").content.decode()
    assert WHY in chair.get(decision.get_absolute_url()).content.decode()

    conflict = Conflict.objects.in_force().get()
    assert member.get(f"/decisions/conflicts/{conflict.pk}/end/").status_code == 403
    chair.post(f"/decisions/conflicts/{conflict.pk}/end/", {"reason": "Sold."})
    assert member.get(url).status_code == 200


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_pages_cost_the_same_at_any_size(cast: Cast, django_assert_num_queries: Any, number: int) -> None:
    decision = make.open_decision(cast, on=None)
    bodies = [Organisation(name=f"Body {index}") for index in range(number)]
    Organisation.objects.bulk_create(bodies)
    record(cast, decision, organisation=bodies[0], affiliates=bodies[1:])
    chair = cast.client("chair")
    for url, queries in (("/decisions/conflicts/", 9), (f"/decisions/conflicts/{decision.reference}/", 13)):
        chair.get(url)
        with django_assert_num_queries(queries):
            chair.get(url)


def test_no_page_of_a_meeting_names_it_to_whoever_lost_sight(cast: Cast) -> None:
    version = artefacts.version(cast, title="Threat Model")
    url = meetings.circulated(cast, version).meeting.get_absolute_url()
    member = cast.client("idno")
    assert "Threat Model" in member.get(f"{url}pack/").content.decode()
    record(cast, version.artefact)
    page = member.get(f"{url}pack/").content.decode()
    assert "Restricted paper" in page
    assert "Threat Model" not in page + member.get(url).content.decode()


def test_an_observer_of_the_same_body_declares_their_own(cast: Cast) -> None:
    decision = make.open_decision(cast, marking=Marking.GREEN)
    watcher = people.joined(cast)
    people.seat(cast, watcher, Role.OBSERVER, "iDNO B", clock.today(cast.at))
    cast.people["watcher"] = watcher
    make.state(cast, decision, "idno", Stance.SUPPORT)
    conflict = operations.declare_conflict(actor=cast.actor("watcher"), thing=artefact_of(decision), reason=WHY)
    assert conflict.person == watcher
    assert stances(decision) == {"iDNO B": Stance.SUPPORT}


def test_a_person_keeps_their_conflict_in_another_seat(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    operations.declare_conflict(actor=cast.actor("architect"), thing=decision, reason=WHY)
    day = clock.today(cast.at)
    people.seat(cast, cast.person("architect"), of="iDNO B", valid_from=day, why_second="Two systems.")
    members.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("architect"), last_day=day - timedelta(days=1))
    with pytest.raises((NotNow, Refused)):
        make.state(cast, decision, "architect", Stance.SUPPORT)
