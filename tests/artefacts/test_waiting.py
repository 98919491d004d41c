"""Your move: what waits for whom, with its due moment and its one button."""

from collections.abc import Callable

import pytest

from artefacts import operations, queries
from artefacts.models import Artefact, Comment
from artefacts.states import Answer, Marking
from sdwg.members.access import Actor
from tests.artefacts import make
from tests.artefacts.test_registering import standing_in
from tests.cast import Cast


def waiting(cast: Cast, name: str) -> list[tuple[str, str]]:
    """Title and button of everything that waits for ``name``."""
    return [(row.title, row.button.url if row.button else "") for row in queries.waiting_for(cast.actor(name))]


def test_an_open_window_waits_for_a_member_until_it_has_responded(cast: Cast) -> None:
    window = make.consultation(cast)
    row = queries.waiting_for(cast.actor("idno"))[0]
    assert (row.title, row.due) == ("Comment on Interface Code of Connection, version 0.1", window.closes_at)
    assert row.button
    assert row.button.url == "/artefacts/SDWG-ART-001/0.1/review/"
    operations.return_nil(actor=cast.actor("idno"), consultation=window)
    make.comment(cast, window, "agent")
    assert waiting(cast, "idno") == waiting(cast, "agent") == []
    assert len(waiting(cast, "grid")) == 1


def test_a_window_past_its_time_waits_for_nobody(cast: Cast) -> None:
    window = make.consultation(cast)
    cast.at = window.closes_at
    assert waiting(cast, "idno") == []


def test_it_waits_for_the_alternate_too_and_says_for_which_seat(cast: Cast) -> None:
    make.consultation(cast)
    standing_in(cast, "idno")
    assert len(waiting(cast, "alternate")) == len(waiting(cast, "idno")) == 1


def test_it_waits_for_an_invited_partner_alone(cast: Cast) -> None:
    version = make.version(cast)
    operations.open_consultation(
        actor=cast.actor("chair"),
        version=version,
        closes_on=make.workdays.add(cast.at.date(), 10),
        partners=[cast.seat("partner")],
    )
    assert len(waiting(cast, "partner")) == 1
    make.consultation(cast, title="Certificate Policy")
    assert len(waiting(cast, "partner")) == 1


def test_what_somebody_may_not_read_waits_for_them_nowhere(cast: Cast) -> None:
    make.consultation(cast, marking=Marking.RED, people=["idno"])
    assert waiting(cast, "agent") == []
    assert len(waiting(cast, "idno")) == 1


def test_the_author_has_one_thing_to_do_next_at_every_stage(cast: Cast) -> None:
    artefact = make.registered(cast)
    assert waiting(cast, "analyst") == [
        ("Upload the first version of Interface Code of Connection", "/artefacts/SDWG-ART-001/upload/")
    ]
    version = make.version(cast, artefact)
    assert waiting(cast, "analyst") == []
    assert waiting(cast, "secretariat")[0][1] == "/artefacts/SDWG-ART-001/0.1/consultation/"

    window = make.responded(cast, make.consultation(cast, version))
    assert waiting(cast, "analyst") == waiting(cast, "secretariat") == []
    cast.at = window.closes_at
    assert waiting(cast, "analyst")[0] == (
        "Answer 3 comments on Interface Code of Connection",
        "/artefacts/SDWG-ART-001/0.1/dispositions/",
    )
    operations.close_due_windows(cast.at)
    for comment in Comment.objects.all():
        operations.propose_disposition(
            actor=cast.actor("analyst"), comment=comment, answer=Answer.REJECTED, reason="No."
        )
    assert waiting(cast, "analyst")[0][1] == "/artefacts/SDWG-ART-001/0.1/assessment/"
    assert waiting(cast, "chair") == [
        ("Validate 3 answers to comments on Interface Code of Connection", "/artefacts/SDWG-ART-001/0.1/dispositions/")
    ]
    make.assessed(cast, artefact)
    assert waiting(cast, "analyst") == []
    for comment in Comment.objects.all():
        operations.validate_disposition(actor=cast.actor("chair"), disposition=comment.disposition)
    assert waiting(cast, "chair") == []
    assert waiting(cast, "analyst") == [("Make Interface Code of Connection ready", "/artefacts/SDWG-ART-001/")]


def _returned(cast: Cast) -> Artefact:
    return make.returned(cast)


def _revised(cast: Cast) -> Artefact:
    return operations.open_revision(actor=cast.actor("analyst"), artefact=make.approved(cast))


@pytest.mark.parametrize(
    ("build", "title"),
    [
        (_returned, "Open a new revision of Interface Code of Connection"),
        (_revised, "Upload the next version of Interface Code of Connection"),
    ],
)
def test_what_comes_back_waits_for_its_author(cast: Cast, build: Callable[[Cast], Artefact], title: str) -> None:
    build(cast)
    assert [row[0] for row in waiting(cast, "analyst")] == [title]
    assert waiting(cast, "architect") == []


@pytest.mark.parametrize("name", ["observer", "dag", "auditor", "outsider", "partner"])
def test_nothing_waits_for_these(cast: Cast, name: str) -> None:
    make.version(cast)
    make.consultation(cast, title="Certificate Policy")
    make.resolving(cast, title="Threat Model")
    assert waiting(cast, name) == []


def test_nothing_waits_for_the_program(cast: Cast) -> None:
    assert queries.waiting_for(Actor.system(cast.at)) == []
