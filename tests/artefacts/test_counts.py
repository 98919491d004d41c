"""Pages cost the same number of queries whatever lies behind them."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artefacts import operations, queries
from artefacts.models import Consultation
from artefacts.states import Answer
from sdwg.members.access import Actor
from tests.artefacts import make
from tests.cast import Cast

NAMES = ("large-supplier", "medium-supplier", "small-supplier", "agent", "idno", "grid")


def cost(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def page_cost(cast: Cast, name: str, path: str) -> int:
    client = cast.client(name)
    client.get(path)
    return cost(lambda: client.get(path))


def fill(cast: Cast, number: int) -> None:
    """``number`` artefacts in consultation, each answering a recommendation, assessed, with comments by a few."""
    have = Consultation.objects.count()
    principle = make.principles(1)[0]
    for place in range(have + 1, number + 1):
        window = make.consultation(
            cast,
            title=f"Document {place}",
            pages=1,
            recommendations=list({make.recommendation(1), make.recommendation(place)}),
            areas=list({make.area(1), make.area(place)}),
        )
        make.comment(cast, window, NAMES[place % len(NAMES)], page=1)
        actor, cells = cast.actor("analyst"), {principle.pk: ("aligned", "")}
        operations.assess(actor=actor, version=window.version, principles=cells, impacts={})


LISTS = (
    "/artefacts/",
    "/consultations/",
    "/recommendations/",
    "/principles/",
    "/design-areas/",
    "/recommendations/matrix/",
    "/design-areas/matrix/",
    "/recommendations/matrix.xlsx",
    "/design-areas/list.csv",
    "/recommendations/AWG-R-01/",
    "/design-areas/DA-01/",
    "/principles/P-01/",
)


@pytest.mark.parametrize("name", ["idno", "partner", "chair"])
def test_every_list_costs_the_same_with_1_3_and_30_rows(cast: Cast, name: str) -> None:
    costs = []
    for number in (1, 3, 30):
        fill(cast, number)
        costs.append([page_cost(cast, name, path) for path in LISTS])
    assert costs[0] == costs[1] == costs[2]
    assert max(costs[0]) <= 12 + 6  # 6 for session, person, clock, seats, nominations and the frame


@pytest.mark.parametrize("name", ["analyst", "chair", "secretariat", "idno"])
def test_what_waits_costs_the_same_with_1_3_and_30_things(cast: Cast, name: str) -> None:
    actor = cast.actor(name)
    costs = []
    for number in (1, 3, 30):
        fill(cast, number)
        for window in Consultation.objects.filter(comments__disposition=None).distinct():
            for comment in window.comments.filter(disposition=None):
                analyst = cast.actor("analyst")
                operations.propose_disposition(actor=analyst, comment=comment, answer=Answer.ACCEPTED)
        make.version(cast, title=f"Draft {number}")
        fresh: Actor = cast.actor(name)
        costs.append(cost(lambda fresh=fresh: queries.waiting_for(fresh)))
    assert actor.person
    assert len(set(costs)) == 1, costs


def with_comments(cast: Cast, number: int) -> Consultation:
    window = make.consultation(cast)
    for place in range(number):
        make.comment(cast, window, NAMES[place % len(NAMES)])
    return window


PAGES = ("", "0.1/review/", "0.1/dispositions/", "0.1/assessment/")


@pytest.mark.parametrize("name", ["analyst", "chair", "idno", "observer"])
def test_the_pages_of_an_artefact_cost_the_same_with_1_3_and_30_comments(cast: Cast, name: str) -> None:
    window = with_comments(cast, 1)
    url = window.version.artefact.get_absolute_url()
    costs = []
    for number in (0, 2, 27):
        for place in range(number):
            make.comment(cast, window, NAMES[place % len(NAMES)])
        costs.append([page_cost(cast, name, url + path) for path in PAGES])
    assert costs[0] == costs[1] == costs[2]


def test_the_artefacts_page_costs_the_same_with_1_3_and_30_versions(cast: Cast) -> None:
    artefact = make.version(cast, pages=1).artefact
    costs = [page_cost(cast, "analyst", artefact.get_absolute_url())]
    for number in (2, 27):
        for _ in range(number):
            make.version(cast, artefact, pages=1)
        costs.append(page_cost(cast, "analyst", artefact.get_absolute_url()))
    assert len(set(costs)) == 1, costs


@pytest.mark.parametrize("name", ["analyst", "chair", "idno"])
def test_the_artefacts_page_takes_ten_queries(cast: Cast, name: str) -> None:
    artefact = with_comments(cast, 5).version.artefact
    actor = cast.actor(name)
    assert cost(lambda: queries.artefact_page(actor, artefact)) <= 10
