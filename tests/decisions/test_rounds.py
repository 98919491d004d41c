"""What was said in an earlier round, on another version, stays with those who may read both."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from artefacts.states import Marking
from escalations.models import Dossier
from escalations.rules import can_read_dossier
from meetings import operations, rules
from meetings.models import Decision
from meetings.states import Finding, Stance
from sdwg.audit.verify import breaks
from sdwg.members.access import NotNow
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.escalations import make as escalations

NAMED = ["idno", "large-supplier", "medium-supplier"]


def adjourned(cast: Cast, **version_of: object) -> Decision:
    """An adjourned question, objected to by idno. Time has passed."""
    decision = make.open_decision(cast, **version_of)
    make.say(cast, decision, large_supplier=Stance.SUPPORT, medium_supplier=Stance.CONCERN)
    make.objected(cast, decision)
    return make.determined(cast, make.proposed(cast, decision, Finding.ADJOURNED))


def again(cast: Cast, decision: Decision) -> Decision:
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    return make.fresh(decision)


def sees(cast: Cast, name: str, decision: Decision) -> bool:
    return Decision.objects.visible_to(cast.actor(name)).filter(pk=decision.pk).exists()


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"marking": "RED", "people": NAMED}, {"marking": "AMBER"}),
        ({"marking": "RED", "people": NAMED}, {"marking": "RED", "people": [*NAMED, "agent"]}),
    ],
)
def test_a_question_does_not_go_on_to_a_version_that_more_people_read(
    cast: Cast, first: dict[str, object], then: dict[str, object]
) -> None:
    decision = adjourned(cast, **first)
    assert decision.version
    make.next_version_ready(cast, decision.version.artefact, **then)

    with pytest.raises(NotNow, match=r"0\.2 may be read by people who may not read .* 0\.1, on which the question"):
        again(cast, decision)
    assert not rules.can_open_round(cast.actor("chair"), decision)
    page = cast.client("chair").get(decision.get_absolute_url()).content.decode()
    assert "Open round 2" not in page


def test_it_goes_on_to_one_that_fewer_people_read(cast: Cast) -> None:
    decision = adjourned(cast)
    assert decision.version
    make.next_version_ready(cast, decision.version.artefact, marking="RED", people=NAMED)
    decision = again(cast, decision)
    assert sees(cast, "idno", decision)
    assert not sees(cast, "agent", decision)


def test_raising_the_marking_of_an_earlier_round_hides_what_was_said_in_it(cast: Cast) -> None:
    decision = adjourned(cast)
    first = decision.version
    assert first
    make.next_version_ready(cast, first.artefact)
    decision = again(cast, decision)
    assert list(decision.earlier_versions.all()) == [first]
    assert sees(cast, "agent", decision)

    artefacts.remark(cast, first, Marking.RED)

    assert not sees(cast, "agent", decision)
    client = cast.client("agent")
    assert client.get(decision.get_absolute_url()).status_code == 404
    trail = client.get(reverse("audit"), {"ref": decision.reference}).content.decode()
    assert "Objection raised" not in trail
    assert sees(cast, "chair", decision), "who reads every version still sees it"


def test_what_fewer_people_read_by_now_goes_to_the_dag_all_the_same_and_to_their_eyes_alone(cast: Cast) -> None:
    """Or a delegated no consensus could end nowhere (D3)."""
    decision = make.consensus_in_two_rounds(cast)
    artefacts.remark(cast, decision.earlier_versions.get(), Marking.RED)

    submission = escalations.submit(cast, decision)

    assert not can_read_dossier(cast.actor("dag"), submission, submission.dossier)
    assert not sees(cast, "dag", decision)
    assert can_read_dossier(cast.actor("chair"), submission, submission.dossier)


def test_its_readers_page_says_which_decision_goes_with_it(cast: Cast) -> None:
    decision = adjourned(cast)
    first = decision.version
    assert first
    page = f"{first.artefact.get_absolute_url()}0.1/marking/"
    assert "An earlier round of" not in cast.client("chair").get(page).content.decode()
    make.next_version_ready(cast, first.artefact)
    again(cast, decision)
    assert decision.reference in cast.client("chair").get(page).content.decode()


def test_a_round_edited_behind_the_program_s_back_is_found(cast: Cast) -> None:
    decision = make.consensus_in_two_rounds(cast)
    assert list(breaks()) == []
    decision.earlier_versions.clear()
    (line,) = breaks()
    assert line.startswith("The earlier versions of SDWG-DEC-001 are not those of its history")


def test_decisions_of_before_are_filled_in_from_their_history(cast: Cast) -> None:
    decision = make.consensus_in_two_rounds(cast)
    first = decision.earlier_versions.get()
    decision.earlier_versions.clear()
    import_module("meetings.migrations.0003_earlier_versions_of_rounds").fill(apps, None)
    assert decision.earlier_versions.get() == first


def test_the_liaison_reads_every_round_until_one_is_red(cast: Cast) -> None:
    submission = escalations.submit(cast, make.consensus_in_two_rounds(cast))
    decision, dossier = submission.decision, Dossier.objects.get(submission=submission)
    assert decision
    assert sees(cast, "dag", decision)
    assert can_read_dossier(cast.actor("dag"), submission, dossier)

    artefacts.remark(cast, decision.earlier_versions.get(), Marking.RED)

    assert not sees(cast, "dag", decision)
    assert not can_read_dossier(cast.actor("dag"), submission, dossier)
