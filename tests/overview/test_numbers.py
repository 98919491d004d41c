"""A group that already exists goes on counting where it was: each register, who sets it, and to what."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from meetings import operations as meeting_operations
from sdwg.audit import verify
from sdwg.audit.acts import act
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor, NotNow, Refused
from sdwg.models import Numbering
from sdwg.numbering import next_number
from sdwg.overview.operations import set_next_number
from sdwg.overview.rules import GREATEST
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.escalations import make as escalations
from tests.meetings import make as meetings

HERE = "/opening-balance/"
R = Numbering.Register
MADE: dict[str, Callable[[Cast], Any]] = {
    R.ARTEFACTS: lambda cast: artefacts.registered(cast),
    R.DECISIONS: lambda cast: decisions.open_decision(cast, on=None),
    R.SUBMISSIONS: lambda cast: escalations.informed(cast),
    R.MEETINGS: lambda cast: meetings.scheduled(cast),
    R.ACTIONS: lambda cast: meetings.action(cast),
}
CALLED = {
    R.ARTEFACTS: "SDWG-ART-041",
    R.DECISIONS: "SDWG-DEC-041",
    R.SUBMISSIONS: "SDWG-DAG-041",
    R.MEETINGS: "SDWG 41",
    R.ACTIONS: "SDWG-ACT-041",
}


def set_to(cast: Cast, register: str, number: int, by: str = "secretariat") -> Numbering:
    return set_next_number(actor=cast.actor(by), register=register, number=number)


def page(cast: Cast, who: str = "secretariat", path: str = HERE) -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_every_register_is_made_here() -> None:
    assert set(MADE) == set(CALLED) == set(R)


@pytest.mark.parametrize("register", R)
def test_the_next_one_gets_the_number_that_was_set_and_the_one_after_it_the_next(cast: Cast, register: str) -> None:
    assert MADE[register](cast).number == 1
    set_to(cast, register, 41)
    made = MADE[register](cast)
    assert (made.number, made.reference) == (41, CALLED[R(register)])
    assert MADE[register](cast).number == 42
    assert list(verify.breaks()) == []


def test_an_ad_hoc_meeting_bears_the_number_of_the_regular_one_before_it(cast: Cast) -> None:
    set_to(cast, R.MEETINGS, 41)
    meetings.scheduled(cast, days=1)
    assert meetings.scheduled(cast, days=9, ad_hoc=True).reference == "SDWG 41.1"


def test_one_register_leaves_the_others_alone(cast: Cast) -> None:
    set_to(cast, R.ARTEFACTS, 41)
    assert MADE[R.DECISIONS](cast).number == 1


def test_it_can_be_set_anew_until_it_is_used(cast: Cast) -> None:
    set_to(cast, R.ARTEFACTS, 410)
    set_to(cast, R.ARTEFACTS, 41)
    assert artefacts.registered(cast).number == 41
    kept = AuditEvent.objects.filter(verb="numbering.set").order_by("seq")
    assert [(row.note["from"], row.note["to"], row.acting_as) for row in kept] == [
        (1, 410, "Secretariat"),
        (410, 41, "Secretariat"),
    ]
    assert [row.next for row in Numbering.history.order_by("history_id")] == [410, 41]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (0, "Numbers begin with 1."),
        (-3, "Numbers begin with 1."),
        (1, r"SDWG-ART-002 is in use\. The next one gets 3 at the least\."),
        (2, r"SDWG-ART-002 is in use\. The next one gets 3 at the least\."),
        (3, "The next one gets 3 already"),
        (GREATEST + 1, "9,999 is the greatest number"),
        (10_000_000, "Is there a digit too many"),
        (10**30, "Is there a digit too many"),
    ],
)
def test_what_is_no_next_number_is_refused_beside_it(cast: Cast, number: int, sentence: str) -> None:
    artefacts.registered(cast)
    artefacts.registered(cast)
    with pytest.raises(NotNow, match=sentence) as refused:
        set_to(cast, R.ARTEFACTS, number)
    assert refused.value.field == "number"
    assert not Numbering.objects.exists()


def test_the_greatest_is_allowed(cast: Cast) -> None:
    assert set_to(cast, R.ARTEFACTS, GREATEST).next == GREATEST
    made = artefacts.registered(cast)
    assert cast.client("analyst").get(made.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who", ["chair", "analyst", "idno", "observer", "dag", "auditor"])
def test_nobody_but_the_secretariat_sets_one(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="The secretariat sets"):
        set_to(cast, R.ARTEFACTS, 41, by=who)
    client = cast.client(who)
    assert client.get(f"{HERE}numbers/artefacts/").status_code == 403
    assert client.post(f"{HERE}numbers/artefacts/", {"number": 41}).status_code == 403
    if who != "chair":
        assert client.get(HERE).status_code == 403
        assert HERE not in client.get("/").content.decode()


def test_the_page_says_what_is_used_and_what_comes_next(cast: Cast) -> None:
    artefacts.registered(cast)
    set_to(cast, R.SUBMISSIONS, 41)
    words = page(cast)
    assert "SDWG-ART-001</td>" in words
    assert "SDWG-ART-002</td>" in words
    assert "SDWG-DAG-041</td>" in words
    assert words.count("None yet") == 4
    assert "Mon 30 Nov" in words
    assert "/members/import/" in words
    seen = page(cast, "chair")
    assert "SDWG-DAG-041" in seen
    assert "Set it" not in seen
    assert "/members/import/" not in seen


def test_by_its_form(cast: Cast) -> None:
    client = cast.client("secretariat")
    path = f"{HERE}numbers/decisions/"
    assert 'value="1"' in page(cast, path=path)
    for typed, sentence in (
        ("", "is missing"),
        ("forty", "Give a whole number"),
        ("4.5", "Give a whole number"),
        ("0", "Numbers begin with 1"),
        ("10000000", "Is there a digit too many"),
        ("9" * 60, "Is there a digit too many"),
    ):
        answer = client.post(path, {"number": typed})
        assert answer.status_code == 422, typed
        words = answer.content.decode()
        assert sentence in words, typed
        assert f'value="{typed}"' in words or not typed
    answer = client.post(path, {"number": "41"}, follow=True)
    assert answer.redirect_chain == [(HERE, 302)]
    assert "The next one is SDWG-DEC-041." in answer.content.decode()


@pytest.mark.parametrize("register", ["comments", "Artefacts", "x"])
def test_there_is_no_other_register(cast: Cast, register: str) -> None:
    assert cast.client("secretariat").get(f"{HERE}numbers/{register}/").status_code == 404


def test_the_page_costs_the_same_with_1_3_and_30_rows(cast: Cast) -> None:
    client = cast.client("secretariat")
    costs = []
    for number in (1, 3, 30):
        while escalations.PriorApproval.objects.count() < number:
            escalations.prior(cast, dag_reference=f"DAG-{escalations.PriorApproval.objects.count()}")
        client.get(HERE)
        with CaptureQueriesContext(connection) as ran:
            client.get(HERE)
        costs.append(len(ran))
    assert len(set(costs)) == 1, costs


def test_a_number_that_was_set_behind_the_program_s_back_is_found(cast: Cast) -> None:
    set_to(cast, R.ARTEFACTS, 41)
    Numbering.objects.update(next=4)
    (line,) = verify.breaks()
    assert "numbering artefacts" in line
    assert "next" in line


def test_the_database_keeps_no_zero(cast: Cast) -> None:
    @act
    def zero(*, actor: Actor) -> None:
        Numbering.objects.create(register=R.ARTEFACTS, next=0, set_by=actor.person, set_as="-", set_at=actor.at)

    with pytest.raises(IntegrityError), transaction.atomic():
        zero(actor=cast.actor("secretariat"))


def test_a_number_in_use_is_passed_whatever_was_set(cast: Cast) -> None:
    """Two at the same moment: one sets the number that the other is just taking."""
    set_to(cast, R.ARTEFACTS, 41)
    assert next_number(R.ARTEFACTS, 41) == 42
    assert next_number(R.ARTEFACTS, None) == 41
    assert next_number(R.DECISIONS, None) == 1


def test_meetings_are_moved_and_found_under_their_number(cast: Cast) -> None:
    set_to(cast, R.MEETINGS, 41)
    meeting = meeting_operations.invite(actor=cast.actor("secretariat"), meeting=meetings.draft(cast))
    assert meeting.get_absolute_url() == "/meetings/41/"
    assert cast.client("idno").get("/meetings/41/").status_code == 200
