"""Stating positions: for one's own seat, pinned to the version's hash, never by the programme's roles (S7)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from artefacts import operations as review
from artefacts.models import Version
from meetings import hearing, operations
from meetings.models import Decision, Position
from meetings.states import Finding, ObjectionState, Stance
from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make


def stances(decision: Decision) -> list[tuple[str, str, bool]]:
    rows = decision.positions.order_by("seat__organisation__name", "round")
    return [(row.seat.organisation.name, row.stance, row.on_behalf) for row in rows]


def test_a_position_is_pinned_to_the_version_s_bytes(cast: Cast) -> None:
    decision = make.open_decision(cast)
    position = make.state(cast, decision, "idno", Stance.SUPPORT)

    assert decision.version
    assert position.version_sha256 == decision.version.sha256
    told = AuditEvent.objects.get(verb="position.stated")
    assert (told.on_ref, told.acting_as, told.version_sha256) == (
        "SDWG-DEC-001",
        "Member, iDNO B",
        decision.version.sha256,
    )


def test_a_changed_mind_is_one_row_with_history(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    for stance in (Stance.SUPPORT, Stance.ABSTAIN, Stance.LIVE_WITH):
        position = make.state(cast, decision, "idno", stance)

    assert stances(decision) == [("iDNO B", "live-with", False)]
    assert [row.stance for row in position.history.order_by("history_id")] == ["support", "abstain", "live-with"]


def test_the_trail_names_a_stance_and_never_a_member_s_words(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    make.state(cast, decision, "idno", Stance.OBJECT)
    notes = str(list(AuditEvent.objects.values_list("note", "reason")))
    assert "'stance': 'object'" in notes
    assert make.OBJECTION["text"] not in notes


@pytest.mark.parametrize("who", ["chair", "secretariat", "analyst", "architect"])
def test_programme_roles_state_none(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="Programme roles facilitate"):
        make.state(cast, make.open_decision(cast), who, Stance.SUPPORT)


@pytest.mark.parametrize("who", ["partner", "observer", "dag", "auditor"])
def test_nor_does_anybody_who_is_no_member(cast: Cast, who: str) -> None:
    decision = make.open_decision(cast, marking="CLEAR")
    with pytest.raises(Refused, match="Members, or their alternates, state a position"):
        make.state(cast, decision, who, Stance.SUPPORT)


def test_nor_does_a_member_who_may_not_read_the_version(cast: Cast) -> None:
    decision = make.open_decision(cast, marking="RED", people=["idno", "large-supplier", "medium-supplier"])
    make.state(cast, decision, "idno", Stance.SUPPORT)
    with pytest.raises(Refused, match="SDWG-DEC-001 is not open to you"):
        make.state(cast, decision, "agent", Stance.SUPPORT)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"stance": Stance.CONCERN, "text": " "}, "text"),
        ({"stance": Stance.OBJECT, **make.OBJECTION, "text": ""}, "text"),
        ({"stance": Stance.OBJECT, **make.OBJECTION, "clause": ""}, "clause"),
        ({"stance": Stance.OBJECT, **make.OBJECTION, "clause": "x" * 121}, "clause"),
        ({"stance": Stance.OBJECT, **make.OBJECTION, "would_resolve": " "}, "would_resolve"),
        ({"stance": "maybe"}, "stance"),
    ],
)
def test_a_concern_and_an_objection_have_their_words(cast: Cast, words: dict[str, Any], field: str) -> None:
    decision = make.open_decision(cast, on=None)
    with pytest.raises(NotNow) as refusal:
        operations.state_position(actor=cast.actor("idno"), decision=decision, **words)
    assert refusal.value.field == field
    assert not Position.objects.exists()


def test_the_deadline_holds_whether_or_not_the_worker_has_looked(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    artefacts.pass_to(cast, decision.closes_at)
    make.state(cast, decision, "idno", Stance.SUPPORT)
    artefacts.pass_to(cast, decision.closes_at.replace(second=1))
    with pytest.raises(NotNow, match="closed on Mon 7 Dec 2026, 17:00"):
        make.state(cast, decision, "agent", Stance.SUPPORT)


def test_none_is_stated_once_positions_are_closed(cast: Cast) -> None:
    decision = make.closed(cast, on=None)
    with pytest.raises(NotNow, match="positions are stated while it is open"):
        make.state(cast, decision, "idno", Stance.SUPPORT)


def test_words_for_an_earlier_round_are_not_taken_for_this_one(cast: Cast) -> None:
    decision = make.adjourned(cast)
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    with pytest.raises(NotNow, match="Round 2 was opened since you loaded this page"):
        operations.state_position(actor=cast.actor("idno"), decision=decision, stance=Stance.SUPPORT, round=1)


def test_the_database_keeps_one_position_a_seat_and_round(cast: Cast) -> None:
    position = make.state(cast, make.open_decision(cast, on=None), "idno", Stance.SUPPORT)
    position.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Position.objects.bulk_create([position])


# ----------------------------------------------------------------------------------------------------------- on behalf


def on_behalf(
    cast: Cast, decision: Decision, seat: str = "idno", stance: str = Stance.SUPPORT, **words: Any
) -> Position:
    return operations.state_on_behalf(
        actor=cast.actor("secretariat"), decision=decision, seat=cast.seat(seat), stance=stance, **words
    )


def test_the_secretariat_records_what_it_was_told_and_the_seat_hears_of_it(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    position = on_behalf(cast, decision)

    assert position.on_behalf
    assert position.acting_as == "Secretariat, on behalf of Member, iDNO B"
    told = OutboxMessage.objects.get(rule="decisions.position-recorded")
    assert told.person == cast.person("idno")
    assert "state your own: it replaces this one" in told.text


def test_the_seat_s_own_replaces_it(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    on_behalf(cast, decision)
    make.state(cast, decision, "idno", Stance.ABSTAIN)
    assert stances(decision) == [("iDNO B", "abstain", False)]


def test_it_never_replaces_what_the_seat_stated(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    make.state(cast, decision, "idno", Stance.ABSTAIN)
    with pytest.raises(NotNow, match="has stated its own position"):
        on_behalf(cast, decision)
    assert stances(decision) == [("iDNO B", "abstain", False)]


def test_it_never_withdraws_an_objection(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    on_behalf(cast, decision, stance=Stance.OBJECT, **make.OBJECTION)
    with pytest.raises(NotNow, match="O-1 is withdrawn by Member, iDNO B itself"):
        on_behalf(cast, decision)
    assert decision.objections.get().state == ObjectionState.RAISED


def next_round(cast: Cast, decision: Decision) -> Decision:
    finding = make.proposed(cast, decision, Finding.ADJOURNED)
    decision = make.determined(cast, finding)
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    return make.fresh(decision)


def test_an_objection_in_the_seat_s_own_words_keeps_them_in_the_next_round(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    before = make.addressed(cast, make.objected(cast, decision))
    decision = next_round(cast, decision)

    position = on_behalf(cast, decision, stance=Stance.OBJECT, text="It still stands, we were told by phone.")

    assert (position.text, position.on_behalf, position.round) == ("It still stands, we were told by phone.", True, 2)
    kept = decision.objections.get()
    assert (kept.reason, kept.clause, kept.raised_as, kept.state, kept.answer) == (
        make.OBJECTION["text"],
        make.OBJECTION["clause"],
        "Member, iDNO B",
        ObjectionState.ADDRESSED,
        before.answer,
    )


@pytest.mark.parametrize("field", ["clause", "would_resolve"])
def test_it_is_not_reworded_on_its_behalf(cast: Cast, field: str) -> None:
    decision = make.open_decision(cast, on=None)
    make.objected(cast, decision)
    decision = next_round(cast, decision)
    with pytest.raises(NotNow, match="O-1 stands in Member, iDNO B’s own words") as refusal:
        on_behalf(cast, decision, stance=Stance.OBJECT, text="As before.", **{field: "Something else"})
    assert refusal.value.field == field
    assert not decision.positions.filter(round=2).exists()


def test_one_that_was_recorded_on_its_behalf_is_reworded_so(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    on_behalf(cast, decision, stance=Stance.OBJECT, **make.OBJECTION)
    on_behalf(cast, decision, stance=Stance.OBJECT, **{**make.OBJECTION, "clause": "7.1"})
    assert decision.objections.get().clause == "7.1"


def test_words_for_an_earlier_round_are_not_recorded_for_this_one(cast: Cast) -> None:
    decision = next_round(cast, make.heard(cast, on=None))
    url = reverse("position-on-behalf", args=[decision.reference])
    sent = {"seat": cast.seat("idno").pk, "stance": Stance.SUPPORT, "round": 1}
    answer = cast.client("secretariat").post(url, sent)
    assert answer.status_code == 422
    assert "Round 2 was opened since you loaded this page" in answer.content.decode()


@pytest.mark.parametrize("who", ["chair", "analyst", "idno", "agent"])
def test_nobody_else_records_on_behalf(cast: Cast, who: str) -> None:
    decision = make.open_decision(cast, on=None)
    with pytest.raises(Refused, match="Only the secretariat"):
        operations.state_on_behalf(
            actor=cast.actor(who), decision=decision, seat=cast.seat("idno"), stance=Stance.SUPPORT
        )


def test_nobody_but_a_member_is_recorded(cast: Cast) -> None:
    with pytest.raises(NotNow, match="is no Member seat today"):
        on_behalf(cast, make.open_decision(cast, on=None), "observer")


# ------------------------------------------------------------------------------------------------------ who was heard


def test_who_was_heard_is_told_by_constituency_in_the_order_of_the_terms_of_reference(cast: Cast) -> None:
    decision = make.open_decision(cast)
    make.say(cast, decision, idno=Stance.OBJECT, large_supplier=Stance.SUPPORT, it_provider=Stance.CONFLICTED)

    told = {row.short_name: row for row in hearing.heard(decision, cast.at)}

    assert list(told)[:3] == ["Elexon", "Smart DCC", "Large Suppliers"]
    assert len(told) == 13
    assert [name for name, row in told.items() if row.heard] == ["Large Suppliers", "iDNOs"]
    assert [name for name, row in told.items() if row.vacant] == [
        "I&C Suppliers",
        "Ind. Supplier Agents",
        "DNOs",
        "Meter Administrator",
    ]
    assert told["IT Service Providers"].stated[0].label == "Conflicted"
    assert told["iDNOs"].stated[0].text == make.OBJECTION["text"]
    assert told["iDNOs"].stated[0].objection == "O-1"
    assert told["Elexon"].silent == ("Elexon",)
    assert [name for name, row in told.items() if row.commented] == ["Large Suppliers", "Medium Suppliers"]


def test_whoever_withdrew_their_comment_was_not_heard_by_it(cast: Cast) -> None:
    window = artefacts.consultation(cast)
    made = artefacts.comment(cast, window, "idno")
    artefacts.comment(cast, window, "agent")
    review.withdraw_comment(actor=cast.actor("idno"), comment=made)
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    review.close_due_windows(cast.at)
    artefact = artefacts.fresh(window.version.artefact)
    artefacts.assessed(cast, artefacts.answered(cast, artefact))
    review.make_ready(actor=cast.actor("analyst"), artefact=artefact)
    decision = make.open_decision(cast, on=Version.objects.get(pk=window.version_id))
    told = {row.short_name: row for row in hearing.heard(decision, cast.at)}
    assert [name for name, row in told.items() if row.commented] == ["Supplier Agents"]


def test_it_is_two_queries_and_one_for_objections(cast: Cast, django_assert_num_queries: Any) -> None:
    decision = make.heard(cast)
    with django_assert_num_queries(3):
        hearing.heard(decision, cast.at)


def test_what_is_frozen_thaws_the_same(cast: Cast) -> None:
    decision = make.heard(cast)
    rows = hearing.heard(decision, cast.at)
    assert hearing.frozen([row.as_json() for row in rows]) == rows
