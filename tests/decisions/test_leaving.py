"""What a seat leaves behind when it ends: its objections pass to one successor or are listed "seat vacant"."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from artefacts.states import Marking
from meetings import hearing, operations, rules
from meetings.models import Decision, Objection
from meetings.queries import record_of, waiting_for
from meetings.states import Finding, ObjectionState, Stance
from sdwg import clock, dates
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Role, Seat
from sdwg.members.queries import successors
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.decisions import make

NAMED = ["idno", "large-supplier", "medium-supplier", "small-supplier"]


def end(cast: Cast, name: str, last_day: date | None = None) -> None:
    """End the seat of ``name`` at once, or with ``last_day``."""
    yesterday = clock.today(cast.at) - timedelta(days=1)
    members.end_seat(actor=cast.actor("secretariat"), seat=cast.seat(name), last_day=last_day or yesterday)


def appoint(cast: Cast, name: str, of: str = "idno", valid_from: date | None = None, why_second: str = "") -> Seat:
    """Give ``name`` a Member seat of the organisation of ``of``."""
    return members.appoint(
        actor=cast.actor("secretariat"),
        person=cast.person(name),
        organisation=cast.seat(of).organisation,
        role=Role.MEMBER,
        valid_from=valid_from or clock.today(cast.at),
        why_second=why_second,
    )


def state_of(objection: Objection) -> str:
    return Objection.objects.get(pk=objection.pk).state


def page(cast: Cast, name: str, decision: Decision) -> str:
    return " ".join(cast.client(name).get(decision.get_absolute_url()).content.decode().split())


# ---------------------------------------------------------------------------------------------------------- a successor


def test_an_objection_passes_to_the_successor_and_the_page_says_from_whom_to_whom(cast: Cast) -> None:
    objection = make.addressed(cast)
    end(cast, "idno")
    appoint(cast, "outsider")

    shown = page(cast, "chair", objection.decision)
    assert "Raised by Idno for iDNO B; now with Outsider." in shown
    assert "Seat vacant" not in shown
    assert "Withdraw O-1" in page(cast, "outsider", objection.decision)
    form = cast.client("outsider").get(reverse("position", args=[objection.decision.reference])).content.decode()
    assert "O-1, which Idno raised for iDNO B, is with your seat now" in form
    titles = [row.title for row in waiting_for(cast.actor("outsider"))]
    assert any(title.startswith("Withdraw or maintain O-1") for title in titles)
    operations.maintain_objection(actor=cast.actor("outsider"), objection=objection, last_word="It still does.")
    assert state_of(objection) == ObjectionState.MAINTAINED


def test_an_answer_is_told_to_whom_the_objection_is_with(cast: Cast) -> None:
    objection = make.objected(cast)
    end(cast, "idno")
    appoint(cast, "outsider")
    operations.address_objection(actor=cast.actor("chair"), objection=objection, answer=make.ANSWER)
    told = OutboxMessage.objects.filter(rule="decisions.objection-addressed")
    assert [row.person.display_name for row in told] == ["Outsider"]


def test_a_successor_that_withdraws_it_says_so_for_its_own_seat(cast: Cast) -> None:
    objection = make.addressed(cast)
    said = objection.decision.positions.get()
    end(cast, "idno")
    appoint(cast, "outsider")

    operations.withdraw_objection(actor=cast.actor("outsider"), objection=objection, last_word="60 days will do.")

    assert state_of(objection) == ObjectionState.WITHDRAWN
    kept, own = objection.decision.positions.order_by("stated_at", "pk")
    assert (kept.stance, kept.text, kept.person) == (Stance.OBJECT, said.text, cast.person("idno"))
    assert (own.stance, own.person) == (Stance.LIVE_WITH, cast.person("outsider"))
    row = next(row for row in hearing.heard(objection.decision, cast.at) if row.short_name == "iDNOs")
    assert [(said.stance, said.ended) for said in row.stated] == [(Stance.LIVE_WITH, False)], "a seat has one stance"


def test_what_an_ended_seat_said_counts_until_its_successor_speaks(cast: Cast) -> None:
    decision = make.open_decision(cast)
    make.say(cast, decision, idno=Stance.SUPPORT)
    end(cast, "idno")
    row = next(row for row in hearing.heard(decision, cast.at) if row.short_name == "iDNOs")
    assert [(said.stance, said.ended) for said in row.stated] == [(Stance.SUPPORT, True)]
    assert "The seat has ended since." in page(cast, "chair", decision)

    appoint(cast, "outsider")
    make.say(cast, decision, outsider=Stance.CONCERN)

    row = next(row for row in hearing.heard(decision, cast.at) if row.short_name == "iDNOs")
    assert [said.stance for said in row.stated] == [Stance.CONCERN]


def test_nobody_is_waited_for_to_confirm_what_an_ended_seat_said(cast: Cast) -> None:
    decision = make.open_decision(cast)
    make.say(cast, decision, idno=Stance.SUPPORT)
    decision = make.determined(cast, make.proposed(cast, decision, Finding.ADJOURNED))
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    assert "iDNO B to re-confirm" in page(cast, "chair", decision)
    end(cast, "idno")
    shown = page(cast, "chair", decision)
    assert "iDNO B, its seat has ended" in shown
    assert "iDNO B to re-confirm" not in shown
    appoint(cast, "outsider")
    make.say(cast, make.fresh(decision), outsider=Stance.SUPPORT)
    assert "iDNO B, its seat has ended" not in page(cast, "chair", decision)


def test_of_two_seats_of_an_organisation_one_succeeds(cast: Cast) -> None:
    objection = make.addressed(cast)
    beside = appoint(cast, "alternate", why_second="Two networks.")
    with pytest.raises(Refused, match="belongs to Member, iDNO B"):
        operations.withdraw_objection(actor=cast.actor("alternate"), objection=objection)

    pass_to(cast, cast.at + timedelta(days=1))
    end(cast, "idno", clock.today(cast.at) - timedelta(days=1))
    objection.refresh_from_db()
    assert rules.owned(beside, [objection], cast.at) == [objection], "the organisation goes on speaking by it"
    after = appoint(cast, "outsider", why_second="The leaver's successor.")

    assert rules.owned(after, [objection], cast.at) == [objection]
    assert rules.owned(beside, [objection], cast.at) == []
    with pytest.raises(Refused, match="belongs to Member, iDNO B"):
        operations.withdraw_objection(actor=cast.actor("alternate"), objection=objection)


def test_it_passes_on_again_when_the_successor_leaves_too(cast: Cast, django_assert_num_queries: Any) -> None:
    ended = cast.seat("idno")
    end(cast, "idno")
    cast.seats["second"] = appoint(cast, "outsider")
    pass_to(cast, cast.at + timedelta(days=3))
    end(cast, "second")
    third = appoint(cast, "alternate")
    ended.refresh_from_db()
    with django_assert_num_queries(1):
        assert successors([ended], clock.today(cast.at)) == {ended.pk: third}
    with django_assert_num_queries(0):
        assert successors([third, cast.seat("agent")], clock.today(cast.at)) == {}


# ---------------------------------------------------------------------------------------------------------- seat vacant


def test_an_objection_without_a_successor_stands_and_is_listed_seat_vacant(cast: Cast) -> None:
    objection = make.addressed(cast)
    end(cast, "idno")

    shown = page(cast, "chair", objection.decision)
    assert "Raised by Idno for iDNO B; seat vacant." in shown
    assert "O-1 is withdrawn by iDNO B, whose seat is vacant" in shown
    (record,) = record_of(objection.decision, cast.at).objections
    assert record.vacant
    assert record.standing
    titles = [row.title for row in waiting_for(cast.actor("chair"))]
    assert [title for title in titles if title.startswith("Seat vacant: O-1 on ")]
    make.closed(cast, objection.decision)
    with pytest.raises(NotNow, match="refused while O-1 stands"):
        operations.propose_finding(
            actor=cast.actor("chair"), decision=objection.decision, finding=Finding.CONSENSUS, reasons="All agree."
        )


def test_one_that_nobody_answered_says_in_the_chairs_list_that_its_seat_is_vacant(cast: Cast) -> None:
    make.objected(cast)
    end(cast, "idno")
    (row,) = [row for row in waiting_for(cast.actor("chair")) if row.title.startswith("Answer O-1")]
    assert row.detail.startswith("iDNO B, seat vacant, objects.")


def test_the_chairs_list_costs_the_same_for_one_vacant_seat_or_three(
    cast: Cast, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    decision = make.open_decision(cast)
    make.addressed(cast, make.objected(cast, decision))
    end(cast, "idno")
    chair = cast.actor("chair")
    with django_assert_max_num_queries(40) as counted:
        waiting_for(chair)
    for name in ("agent", "large-supplier"):
        make.addressed(cast, make.objected(cast, decision, name))
        end(cast, name)
    chair = cast.actor("chair")
    with django_assert_num_queries(len(counted)):
        rows = waiting_for(chair)
    assert sum(row.title.startswith("Seat vacant") for row in rows) == 3


# ------------------------------------------------------------------------------------------------------ said beforehand


def seat_page(cast: Cast, name: str = "idno", by: str = "secretariat") -> str:
    answer = cast.client(by).get(f"/members/seats/{cast.seat(name).pk}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_a_seat_is_ended_its_page_says_what_is_left_vacant_or_passes_to_whom(cast: Cast) -> None:
    decision = make.objected(cast).decision
    other = make.open_decision(cast, on=None)
    shown = seat_page(cast)
    assert f"Objection O-1 on {decision}" in shown
    assert "Stands, listed “seat vacant”" in shown
    assert f"A position on {other}, not yet stated" in shown
    assert "Nobody is asked for it" in shown

    start = clock.today(cast.at) + timedelta(days=2)
    appoint(cast, "outsider", valid_from=start, why_second="The successor.")

    shown = seat_page(cast)
    assert f"Passes to Outsider from {dates.day(start)}" in shown
    assert "seat vacant”</" not in shown.partition("What passes on")[2]
    assert "What passes on" not in seat_page(cast, by="agent"), "whoever may not end it is told nothing"


def test_documents_of_a_leaver_are_named_and_wait_for_another_author(cast: Cast) -> None:
    version = make.ready_version(cast)
    shown = seat_page(cast, "analyst")
    assert f"{version.artefact.reference} {version.artefact.title}: author and owner" in shown
    assert "Waits until chair or secretariat name another" in shown


def test_what_the_secretariat_may_not_read_is_not_named_to_it(cast: Cast) -> None:
    version = make.ready_version(cast, marking=Marking.RED, people=NAMED)
    make.objected(cast, make.open_decision(cast, on=version))
    assert "O-1" not in seat_page(cast)
    assert version.artefact.title not in seat_page(cast, "analyst")
