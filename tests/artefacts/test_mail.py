"""Who is told what, once, and never a title that is not open."""

from datetime import date

import pytest

from artefacts import operations
from artefacts.states import Answer, Kind, Marking
from sdwg.mail.models import OutboxMessage
from tests.artefacts import make
from tests.artefacts.test_registering import standing_in
from tests.cast import Cast

MEMBERS = {"elexon", "smart-dcc", "large-supplier", "medium-supplier", "small-supplier", "agent", "idno", "grid"}


def told(cast: Cast, rule: str) -> list[str]:
    """The names of those who are owed a message of the rule, one for each message."""
    names = {person.pk: name for name, person in cast.people.items()}
    rows = OutboxMessage.objects.filter(rule=f"artefacts.{rule}").order_by("pk")
    return [names[row.person_id] for row in rows]


def test_members_who_may_read_it_are_told_of_a_consultation(cast: Cast) -> None:
    make.consultation(cast)
    assert sorted(told(cast, "consultation-opened")) == sorted(MEMBERS | {"it-provider"})
    message = OutboxMessage.objects.filter(rule="artefacts.consultation-opened")[0]
    assert message.subject.startswith("[SDWG] [TLP:AMBER] Consultation on SDWG-ART-001 Interface Code of Connection")
    assert "by Monday 14 December, 17:00" in message.text
    assert "/artefacts/SDWG-ART-001/0.1/review/" in message.text


def test_an_alternate_in_force_and_an_invited_partner_are_told_too(cast: Cast) -> None:
    standing_in(cast, "idno")
    version = make.version(cast)
    operations.open_consultation(
        actor=cast.actor("chair"),
        version=version,
        closes_on=date(2026, 12, 14),
        partners=[cast.seat("partner")],
    )
    assert {"alternate", "partner"} <= set(told(cast, "consultation-opened"))


@pytest.mark.parametrize(("kind", "marking"), [(Kind.DESIGN, Marking.RED), (Kind.PROCUREMENT, Marking.AMBER)])
def test_a_mail_about_what_is_read_by_name_has_no_title_and_goes_to_the_named(
    cast: Cast, kind: str, marking: str
) -> None:
    make.resolving_by_name(cast, kind=kind, marking=marking, title="Canary Criteria")
    assert told(cast, "consultation-opened") == ["idno"]
    rows = OutboxMessage.objects.all()
    assert {row.rule for row in rows} == {"artefacts.consultation-opened", "artefacts.consultation-closed"}
    assert not any("Canary" in row.subject + row.text + row.html for row in rows)


def test_the_author_is_told_that_the_window_has_closed(cast: Cast) -> None:
    make.resolving(cast)
    assert told(cast, "consultation-closed") == ["analyst"]


def test_the_chair_is_told_once_when_every_comment_has_an_answer(cast: Cast) -> None:
    artefact = make.resolving(cast)
    comments = list(artefact.versions.get().comments.all())
    for place, comment in enumerate(comments, start=1):
        assert told(cast, "dispositions-proposed") == []
        operations.propose_disposition(
            actor=cast.actor("analyst"), comment=comment, answer=Answer.REJECTED, reason=f"No, {place}."
        )
    assert told(cast, "dispositions-proposed") == ["chair"]
    operations.propose_disposition(actor=cast.actor("analyst"), comment=comments[0], answer=Answer.ACCEPTED)
    assert told(cast, "dispositions-proposed") == ["chair"]


def test_the_author_is_told_once_when_every_answer_is_validated(cast: Cast) -> None:
    make.answered(cast, make.resolving(cast))
    assert told(cast, "dispositions-validated") == ["analyst"]


def test_closing_again_tells_nobody_again(cast: Cast) -> None:
    artefact = make.resolving(cast)
    operations.close_due_windows(cast.at)
    assert told(cast, "consultation-closed") == ["analyst"]
    assert artefact.versions.get().consultations.get().closed_at
