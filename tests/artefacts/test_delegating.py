"""The chair lets somebody else validate the answers on one artefact: who, what, and until when."""

from datetime import timedelta

import pytest

from artefacts import operations, queries, rules
from artefacts.models import Disposition, ValidationDelegation
from artefacts.states import Answer, Marking
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Seat
from tests.artefacts import make
from tests.artefacts.test_industry import press, read
from tests.artefacts.test_mail import told
from tests.artefacts.test_settling import answer_to, three_proposed
from tests.artefacts.test_waiting import waiting
from tests.cast import Cast

ONE = "/artefacts/SDWG-ART-001/"
ANSWERS = f"{ONE}0.1/dispositions/"


def test_the_delegate_validates_one_and_together_and_it_says_so(cast: Cast) -> None:
    version = three_proposed(cast)
    architect = cast.actor("architect")
    with pytest.raises(Refused):
        operations.validate_disposition(actor=architect, disposition=answer_to(version, 1))
    chair, sent = cast.client("chair"), {**press(), "seat": cast.seat("architect").pk, "reason": "I am away."}
    for _ in range(2):
        assert chair.post(f"{ONE}delegate/", sent).status_code == 302
    assert ValidationDelegation.objects.count() == 1
    assert told(cast, "validation-delegated") == ["architect"]
    assert "Validation delegated to" in read(cast.client("idno"), ONE)
    assert [url for title, url in waiting(cast, "architect") if title.startswith("Validate 3 answers")] == [ANSWERS]
    assert "Validate all 3" in read(cast.client("architect"), ANSWERS)
    done = operations.validate_disposition(actor=architect, disposition=answer_to(version, 1))
    assert done.validated_as == f"{cast.seat('architect').label}, delegate of the chair"
    assert operations.validate_uncontested(actor=architect, version=version) == 2
    assert AuditEvent.objects.get(verb="validation.delegated").reason == "I am away."
    assert list(verify.breaks()) == []


def test_the_delegate_is_told_with_the_chair_of_what_waits_and_what_is_contested(cast: Cast) -> None:
    window = make.consultation(cast)
    comment = make.comment(cast, window)
    make.delegated(cast, window.version.artefact)
    proposed = operations.propose_disposition(
        actor=cast.actor("analyst"), comment=comment, answer=Answer.CLARIFIED, reason="In 5.2."
    )
    operations.contest(actor=cast.actor("large-supplier"), disposition=proposed, why="It is not.")
    assert sorted(told(cast, "dispositions-proposed")) == ["architect", "chair"]
    assert sorted(told(cast, "disposition-contested")) == ["architect", "chair"]


def test_nobody_validates_what_they_proposed_delegate_or_not(cast: Cast) -> None:
    version = three_proposed(cast)
    make.delegated(cast, version.artefact)
    Disposition.objects.filter(comment__number=1).update(proposed_by=cast.person("architect"))
    architect = cast.actor("architect")
    with pytest.raises(Refused, match="You proposed this answer"):
        operations.validate_disposition(actor=architect, disposition=answer_to(version, 1))
    assert operations.validate_uncontested(actor=architect, version=version) == 2
    assert not answer_to(version, 1).validated_at


def test_who_becomes_author_meanwhile_validates_no_more(cast: Cast) -> None:
    version = three_proposed(cast)
    make.delegated(cast, version.artefact)
    operations.hand_over(
        actor=cast.actor("chair"),
        artefact=version.artefact,
        author=cast.seat("architect"),
        owner=cast.seat("analyst"),
        reason="The work changes hands.",
    )
    with pytest.raises(Refused):
        operations.validate_uncontested(actor=cast.actor("architect"), version=version)
    assert not [row for row in waiting(cast, "architect") if row[0].startswith("Validate")]


@pytest.mark.parametrize("how", ["taken back", "its day is over", "its seat is over"])
def test_it_ends(cast: Cast, how: str) -> None:
    version = three_proposed(cast)
    made = make.delegated(cast, version.artefact)
    yesterday = clock.today(cast.at) - timedelta(days=1)
    if how == "taken back":
        chair = cast.client("chair")
        assert chair.post(f"{ONE}delegate/end/", {**press(), "reason": " "}).status_code == 422
        assert chair.post(f"{ONE}delegate/end/", {**press(), "reason": "Back again."}).status_code == 302
        assert AuditEvent.objects.get(verb="validation.taken-back").reason == "Back again."
        assert told(cast, "validation-delegated") == ["architect", "architect"]
    elif how == "its day is over":
        ValidationDelegation.objects.update(until=yesterday)
    else:
        Seat.objects.filter(pk=made.seat_id).update(valid_to=yesterday)
    assert rules.delegation_of(version.artefact_id, cast.at) is None
    assert "Validation delegated to" not in read(cast.client("idno"), ONE).partition("History")[0]
    with pytest.raises(Refused):
        operations.validate_uncontested(actor=cast.actor("architect"), version=version)
    if how != "its seat is over":
        assert rules.can_delegate(cast.actor("chair"), version.artefact)


def test_it_goes_to_one_who_may_read_and_does_not_answer(cast: Cast) -> None:
    amber, red = three_proposed(cast).artefact, make.version(cast, marking=Marking.RED, people=["idno"]).artefact
    for artefact, name, why in (
        (amber, "analyst", "another seat validates"),
        (amber, "idno", "analyst or an architect"),
        (red, "architect", "may not read version"),
    ):
        with pytest.raises(NotNow, match=why):
            make.delegated(cast, artefact, name)
    make.delegated(cast, amber)
    with pytest.raises(NotNow, match="already"):
        make.delegated(cast, amber)
    page = queries.artefact_page(cast.actor("idno"), make.fresh(amber))
    assert page.delegation
