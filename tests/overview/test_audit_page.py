"""The audit page: for chair, secretariat and auditor; what its reader may not read stays "restricted"."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artefacts import operations
from artefacts.states import Marking
from sdwg.overview import trail
from tests.artefacts import make
from tests.cast import Cast

SECRET = "Zirconium embargo"


@pytest.mark.parametrize(
    ("name", "status"),
    [("chair", 200), ("secretariat", 200), ("auditor", 200), ("idno", 403), ("observer", 403), ("dag", 403)],
)
def test_who_reads_the_trail(cast: Cast, name: str, status: int) -> None:
    assert cast.client(name).get("/audit/").status_code == status


def test_it_lists_who_did_what_on_which_bytes(cast: Cast) -> None:
    version = make.version(cast)
    page = cast.client("auditor").get("/audit/").content.decode()
    assert version.artefact.reference in page
    assert version.sha256[:4] in page
    assert "Design Business Analyst" in page


def test_events_about_what_a_reader_may_not_read_are_restricted(cast: Cast) -> None:
    artefact = make.version(cast, marking=Marking.RED, people=["idno"]).artefact
    operations.withdraw(actor=cast.actor("chair"), artefact=artefact, reason=SECRET)
    for name, sees in (("chair", True), ("secretariat", False), ("auditor", False)):
        page = cast.client(name).get("/audit/").content.decode()
        assert artefact.reference in page
        assert (SECRET in page) is sees, name
        assert ("Restricted" in page) is not sees, name


def test_the_filter_narrows_and_keeps_what_was_typed(cast: Cast) -> None:
    one, other = make.registered(cast, title="One"), make.registered(cast, title="Other")
    page = cast.client("chair").get("/audit/", {"ref": other.reference}).content.decode()
    assert other.reference in page
    assert one.reference not in page.replace(other.reference, "")


def test_a_filter_that_ends_before_it_begins_is_refused_beside_the_field(cast: Cast) -> None:
    answer = cast.client("chair").get("/audit/", {"since": "2026-11-02", "until": "2026-11-01"})
    assert answer.status_code == 422
    assert "The last day is before the first." in answer.content.decode()


@pytest.mark.parametrize("asked", [{"until": "9999-12-31"}, {"since": "0001-01-01"}, {"person": "zzz"}])
def test_an_absurd_filter_is_refused_beside_the_field(cast: Cast, asked: dict[str, str]) -> None:
    answer = cast.client("chair").get("/audit/", asked)
    assert answer.status_code == 422
    assert "UUID" not in answer.content.decode()


def test_every_kind_of_object_with_a_marking_is_asked_for(cast: Cast) -> None:
    make.ready(cast)
    actor = cast.actor("chair")
    for kind, shown in trail.READABLE.items():
        assert shown(actor).filter(pk=0).count() == 0, kind


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    client = cast.client("chair")
    counts = []
    for wanted in (1, 3, 30):
        for number in range(wanted):
            make.version(cast, make.registered(cast, title=f"{wanted} {number}"))
        client.get("/audit/")
        with CaptureQueriesContext(connection) as ran:
            client.get("/audit/")
        counts.append(len(ran))
    assert counts[0] == counts[1] == counts[2], counts
