"""Home: what waits for me, by deadline, and nothing for whoever is not signed in."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artefacts.models import Artefact
from sdwg.overview import queries
from sdwg.screen import Button, Waiting
from tests.artefacts import make
from tests.cast import Cast


def test_an_anonymous_reader_sees_a_welcome_and_nothing_of_the_work(cast: Cast) -> None:
    made = make.in_consultation(cast)
    page = cast.anonymous().get("/").content.decode()
    assert "Sign in" in page
    assert made.title not in page


def test_a_member_sees_the_open_consultation_and_its_deadline(cast: Cast) -> None:
    window = make.in_consultation(cast)
    page = cast.client("idno").get("/").content.decode()
    assert window.reference in page
    assert "things wait for you" in page or "One thing waits for you" in page


def test_rows_stand_under_late_today_and_later(cast: Cast) -> None:
    rows = [
        Waiting("Late one", "/", cast.at - timedelta(hours=1), button=Button("Go", "/")),
        Waiting("Today one", "/", cast.at + timedelta(hours=2)),
        Waiting("Later one", "/", cast.at + timedelta(days=9)),
        Waiting("Some day", "/", None),
    ]
    with patch.object(queries, "SOURCES", (lambda actor: list(reversed(rows)),)):
        home = queries.home(cast.actor("chair"))
    assert [(group.heading, [row.title for row in group.rows]) for group in home.groups] == [
        ("Late", ["Late one"]),
        ("Today", ["Today one"]),
        ("Later", ["Later one"]),
        ("When you can", ["Some day"]),
    ]
    assert (home.count, home.late, home.first_due) == (4, 1, cast.at + timedelta(hours=2))


@pytest.mark.parametrize("name", ["idno", "chair", "secretariat"])
def test_the_number_of_queries_does_not_grow_with_what_waits(cast: Cast, name: str) -> None:
    client = cast.client(name)
    counts = []
    for wanted in (1, 3, 30):
        while Artefact.objects.count() < wanted:
            make.in_consultation(cast, title=f"Document {Artefact.objects.count()}")
        client.get("/")
        with CaptureQueriesContext(
            connection,
        ) as ran:
            client.get("/")
        counts.append(len(ran))
    assert counts[0] == counts[1] == counts[2], counts
