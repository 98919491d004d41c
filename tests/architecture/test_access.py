"""The access table holds: every address, asked by everybody, about every kind of object, by GET and by POST."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

from tests.architecture import access
from tests.architecture.access import Row
from tests.architecture.world import PERSONAS, World, build, kept

pytestmark = pytest.mark.django_db
ROWS = access.rows()
STATUS = {200: "page", 403: "no", 404: "hidden", 422: "refused"}
OPEN_TO_CACHES = ("healthz", "readyz")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    yield from kept(django_db_blocker, build)


def names(resolver: URLResolver | None = None) -> Iterator[str]:
    """The name of every address of the program."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern)
        else:
            yield str(pattern.name)


def answer_of(response: Any) -> str:
    """The answer in the table's words."""
    if response.status_code == 302:
        return "login" if response["Location"].startswith("/account/login") else "away"
    return STATUS.get(response.status_code, str(response.status_code))


def test_every_address_is_in_the_table() -> None:
    assert sorted(set(names()) - {row.name for row in ROWS}) == []


def test_the_table_names_no_address_twice_and_none_that_is_not_there() -> None:
    listed = [(row.name, row.object) for row in ROWS]
    assert len(listed) == len(set(listed))
    assert sorted({row.name for row in ROWS} - set(names())) == []


def test_every_row_has_its_object_and_every_object_its_row(world: World) -> None:
    assert set(world.spots) == {(row.name, row.object) for row in ROWS}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_the_answer_of_the_table(world: World, row: Row, method: str) -> None:
    spot, expected = world.spots[(row.name, row.object)], row.answers[method]
    url = spot.url(row.name)
    if not expected:
        answer = world.ask("chair", method, url, spot.data())
        assert answer.status_code == 405
        return
    found = {}
    for persona in PERSONAS:
        answer = world.ask(persona, method, url, spot.data() if method == "POST" else {})
        found[persona] = answer_of(answer)
        if answer.status_code == 200 and persona in access.GROUPS["*"] and row.name not in OPEN_TO_CACHES:
            assert "no-store" in answer["Cache-Control"], f"{persona} may keep {url}"
    assert found == expected


def test_a_row_that_leaves_somebody_out_is_no_row() -> None:
    for line in ("home | - | page: chair | -", "home | - | page: chair; no: chair * | -", "home | - | shown: * | -"):
        with pytest.raises(ValueError, match="home"):
            access._row(line)
