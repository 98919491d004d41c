"""Who is told what: those who may read the decision, once, and never the words of what is restricted."""

import pytest

from meetings import operations
from meetings.models import Decision
from meetings.states import Finding, Stance
from sdwg.mail.models import OutboxMessage
from tests.artefacts import make as artefacts
from tests.cast import PEOPLE, Cast
from tests.decisions import make

MEMBERS = {name.replace("-", " ").capitalize() for name, role, *_ in PEOPLE if role == "member"}
PROGRAMME = {"Chair", "Secretariat", "Analyst", "Architect"}
NAMED = ["idno", "large-supplier", "medium-supplier"]


def told(rule: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(rule=f"decisions.{rule}").select_related("person"))


def names(rule: str) -> set[str]:
    return {message.person.display_name for message in told(rule)}


def test_members_are_asked_for_their_position(cast: Cast) -> None:
    make.open_decision(cast)
    assert names("decision-opened") == MEMBERS
    message = told("decision-opened")[0]
    assert message.subject == "[SDWG] [TLP:AMBER] SDWG-DEC-001: state your position by Tue 22 Dec 2026, 17:00"
    assert make.QUESTION in message.text
    assert "/decisions/SDWG-DEC-001/" in message.text


def test_an_objection_is_told_to_chair_and_author(cast: Cast) -> None:
    make.objected(cast)
    assert names("objection-raised") == {"Chair", "Analyst"}


def test_a_proposed_finding_is_told_to_members(cast: Cast) -> None:
    make.proposed(cast)
    assert names("finding-proposed") == MEMBERS


@pytest.mark.parametrize(
    ("marking", "everybody"),
    [
        ("AMBER", MEMBERS | PROGRAMME | {"Auditor"}),
        ("GREEN", MEMBERS | PROGRAMME | {"Auditor", "Partner", "Observer", "Dag"}),
    ],
)
def test_what_is_determined_is_told_to_everybody_who_may_read(cast: Cast, marking: str, everybody: set[str]) -> None:
    make.consensus(cast, marking=marking)
    assert names("decision-determined") == everybody


def test_it_does_not_travel_by_mail_what_somebody_said(cast: Cast) -> None:
    make.no_consensus(cast)
    everything = " ".join(f"{row.subject} {row.text}" for row in OutboxMessage.objects.filter(rule__startswith="decis"))
    for words in (make.OBJECTION["text"], make.REASONS, make.CONCERN, make.ANSWER):
        assert words not in everything


def spoken_of(decision: Decision) -> str:
    about = OutboxMessage.objects.filter(on_key=decision.audit_key)
    return " ".join(f"{row.subject} {row.text} {row.html}" for row in about)


def test_of_a_red_version_a_mail_says_the_reference_alone(cast: Cast) -> None:
    decision = make.open_decision(cast, marking="RED", people=NAMED, title="Canary", question="Is the canary well?")
    make.state(cast, decision, "idno", Stance.OBJECT)
    make.determined(cast, make.proposed(cast, decision, Finding.NO_CONSENSUS))

    assert names("decision-opened") == {"Idno", "Large supplier", "Medium supplier"}
    assert names("decision-determined") == {"Chair", "Analyst", "Idno", "Large supplier", "Medium supplier"}
    assert "SDWG-DEC-001" in spoken_of(decision)
    assert "anary" not in spoken_of(decision)


def test_nor_of_procurement_support(cast: Cast) -> None:
    decision = make.open_decision(
        cast, kind="procurement", people=NAMED, title="Canary", question="Is the canary well?"
    )
    assert names("decision-opened") == {"Idno", "Large supplier", "Medium supplier"}
    assert "anary" not in spoken_of(decision)


def test_another_round_and_another_finding_are_told_again(cast: Cast) -> None:
    decision = make.adjourned(cast, on=None)
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    make.say(cast, make.fresh(decision), idno=Stance.SUPPORT)
    make.determined(cast, make.proposed(cast, make.fresh(decision), Finding.CONSENSUS))
    for rule in ("decision-opened", "finding-proposed", "decision-determined"):
        assert len([row for row in told(rule) if row.person == cast.person("idno")]) == 2, rule


def test_a_withdrawn_question_asks_nothing_more(cast: Cast) -> None:
    make.withdrawn(cast, on=None)
    assert names("decision-withdrawn") == MEMBERS


def test_reopening_is_told_to_everybody(cast: Cast) -> None:
    decision = make.consensus(cast)
    assert decision.version
    artefact = artefacts.fresh(decision.version.artefact)
    operations.reopen_endorsed(actor=cast.actor("chair"), artefact=artefact, reason="Clause 4.")
    assert names("decision-reopened") == MEMBERS | PROGRAMME | {"Auditor"}
