"""Pages of meetings and agendas: who sees what, what is refused and how, how many queries a page takes."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings import operations, queries
from meetings.models import Meeting, Paper
from meetings.operations import CLOSING, OPENING
from meetings.states import ItemType, MeetingState
from sdwg import clock
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.meetings.make import MORNING, add_item, draft, scheduled, with_agenda

EVERYBODY = ("chair", "secretariat", "analyst", "idno", "partner", "observer", "dag", "auditor")


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_seat_sees_a_scheduled_meeting_and_nobody_else_a_draft(cast: Cast, name: str) -> None:
    scheduled(cast)
    draft(cast, days=28)
    client = cast.client(name)

    listed = text(client, "/meetings/")
    assert "SDWG 1" in listed
    assert ("SDWG 2" in listed) == (name in {"chair", "secretariat"})
    assert client.get("/meetings/1/").status_code == 200
    assert client.get("/meetings/2/").status_code == (200 if name in {"chair", "secretariat"} else 404)


@pytest.mark.parametrize("path", ["/meetings/9/", "/meetings/1.1/", "/meetings/01/", "/meetings/1.0/", "/meetings/x/"])
def test_a_meeting_that_is_not_there_is_404(cast: Cast, path: str) -> None:
    scheduled(cast)

    assert cast.client("secretariat").get(path).status_code == 404


def test_nobody_signed_out_sees_a_meeting(cast: Cast) -> None:
    scheduled(cast)

    assert cast.anonymous().get("/meetings/1/").status_code == 302


def test_the_secretariat_schedules_a_meeting_in_the_browser(cast: Cast) -> None:
    form = {"day": "2026-12-16", "starts": "10:00", "ends": "12:00", "place": "Online", "once": str(uuid4())}
    answer = cast.client("secretariat").post("/meetings/schedule/", form)

    meeting = Meeting.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/meetings/1/")
    assert (meeting.starts_at, meeting.place) == (MORNING, "Online")


def test_scheduling_twice_with_one_form_makes_one_meeting(cast: Cast) -> None:
    form = {"day": "2026-12-16", "starts": "10:00", "ends": "12:00", "once": str(uuid4())}
    client = cast.client("secretariat")

    answers = [client.post("/meetings/schedule/", form) for _ in range(3)]

    assert [answer["Location"] for answer in answers] == ["/meetings/1/"] * 3
    assert Meeting.objects.count() == 1


def test_a_refused_form_keeps_what_was_typed_and_says_why(cast: Cast) -> None:
    form = {"day": "2026-12-16", "starts": "12:00", "ends": "10:00", "place": "Room 4"}
    answer = cast.client("secretariat").post("/meetings/schedule/", form)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in page
    assert "A meeting ends after it starts." in page
    assert 'value="Room 4"' in page
    assert not Meeting.objects.exists()


PAGES_TO_ARRANGE = ("change/", "invite/", "cancel/", "open/", "close/", "agenda/")
POSTS_TO_ARRANGE = ("agenda/add/", "pack/order/", "invite/", "cancel/", "open/", "close/", "change/")


@pytest.mark.parametrize("name", ["analyst", "idno", "partner", "observer", "dag", "auditor"])
def test_who_sees_a_meeting_and_does_not_arrange_it_is_told_so(cast: Cast, name: str) -> None:
    meeting = scheduled(cast)
    item = meeting.items.standing()[0]
    client = cast.client(name)

    assert client.get("/meetings/schedule/").status_code == 403
    for page in (*PAGES_TO_ARRANGE, f"agenda/{item.pk}/"):
        assert client.get(f"/meetings/1/{page}").status_code == 403
    for page in (*POSTS_TO_ARRANGE, *(f"agenda/{item.pk}/{verb}" for verb in ("", "move/", "remove/", "papers/"))):
        assert client.post(f"/meetings/1/{page}", {"title": "x", "reason": "x"}).status_code == 403
    assert [row.title for row in meeting.items.standing()] == [OPENING, CLOSING]


def test_the_agenda_is_built_in_the_browser(cast: Cast) -> None:
    meeting = scheduled(cast)
    client = cast.client("secretariat")
    form = {"title": "Keys", "type": "discussion", "objective": "Steer", "lead": "Architect", "minutes": "30"}
    answer = client.post("/meetings/1/agenda/add/", form)
    item = meeting.items.get(title="Keys")

    assert answer["Location"] == f"/meetings/1/agenda/#item-{item.pk}"
    client.post(f"/meetings/1/agenda/{item.pk}/move/", {"by": "-1"})
    assert [row.title for row in meeting.items.standing()] == ["Keys", OPENING, CLOSING]
    client.post(f"/meetings/1/agenda/{item.pk}/", {**form, "minutes": "125"})
    assert "15 minutes over the slot of 120." in text(client, "/meetings/1/agenda/")
    client.post(f"/meetings/1/agenda/{item.pk}/remove/")
    assert [row.title for row in meeting.items.standing()] == [OPENING, CLOSING]


def test_one_press_of_up_moves_an_item_once(cast: Cast) -> None:
    meeting = scheduled(cast)
    for title in ("One", "Two"):
        add_item(cast, meeting, title)
    item, press = meeting.items.get(title="Two"), {"by": "-1", "once": str(uuid4())}
    client = cast.client("secretariat")

    for _ in range(3):
        client.post(f"/meetings/1/agenda/{item.pk}/move/", press)

    assert [row.title for row in meeting.items.standing()] == [OPENING, "Two", "One", CLOSING]


def test_a_version_that_is_ready_is_suggested_and_put_on_with_its_paper(cast: Cast) -> None:
    artefact = artefacts.ready(cast, title="Certificate policy")
    meeting, version = scheduled(cast), artefact.versions.get()
    client = cast.client("secretariat")

    assert "Certificate policy" in text(client, "/meetings/1/agenda/")
    client.post(f"/meetings/1/agenda/suggested/{version.pk}/")
    again = client.post(f"/meetings/1/agenda/suggested/{version.pk}/")

    item = meeting.items.get(title="Certificate policy 0.1")
    assert item.type == ItemType.DECISION
    assert [paper.version_id for paper in item.papers.standing()] == [version.pk]
    assert again.status_code == 422
    assert "on the agenda already" in again.content.decode()


def test_a_red_version_is_suggested_to_the_secretariat_without_its_title(cast: Cast) -> None:
    artefact = artefacts.version(cast, title="Xylophone canary", marking="RED", people=("architect",)).artefact
    meeting = scheduled(cast)
    item = add_item(cast, meeting, "Closed matter", artefact.versions.get())

    for name in ("secretariat", "idno", "observer"):
        page = text(cast.client(name), "/meetings/1/")
        assert "Xylophone" not in page
        assert artefact.reference in page
    for path in ("/meetings/1/agenda/", f"/meetings/1/agenda/{item.pk}/"):
        assert "Xylophone" not in text(cast.client("secretariat"), path)
    assert "Xylophone canary" in text(cast.client("chair"), f"/meetings/1/agenda/{item.pk}/")


def test_a_restricted_item_is_one_line(cast: Cast) -> None:
    meeting = scheduled(cast)
    item = add_item(cast, meeting, "Xylophone tender", objective="Marimba", lead="Vibraphone")
    operations.restrict_item(actor=cast.actor("chair"), item=item, restricted=True, reason="Commercial")

    for name in ("idno", "observer", "partner", "auditor", "dag", "analyst"):
        page = text(cast.client(name), "/meetings/1/")
        assert "Restricted item" in page
        assert not any(word in page for word in ("Xylophone", "Marimba", "Vibraphone"))
    assert "Xylophone tender" in text(cast.client("chair"), "/meetings/1/")


def test_a_withheld_paper_has_no_link(cast: Cast) -> None:
    version = artefacts.version(cast, title="Key ceremony", marking="AMBER")
    with_agenda(cast, version)

    assert f'href="{version.get_absolute_url()}"' in text(cast.client("idno"), "/meetings/1/")
    page = text(cast.client("observer"), "/meetings/1/")
    assert f'href="{version.get_absolute_url()}"' not in page
    assert "withheld" in page


def test_the_agenda_links_the_papers_that_their_reader_may_read_and_no_others(cast: Cast) -> None:
    """What the page settles by standing agrees with the one rule of sight, for every role, marking and kind."""
    meeting = scheduled(cast)
    idno = cast.seat("idno").organisation
    readers: dict[str, dict[str, Any]] = {"RED": {"people": ("idno",)}, "AMBER+STRICT": {"organisations": (idno,)}}
    for kind in ("design", "procurement"):
        for marking in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
            named = readers.get(marking, {}) | ({"people": ("architect",)} if kind == "procurement" else {})
            made = artefacts.version(cast, marking=marking, kind=kind, title=f"{kind} {marking}", **named)
            item = add_item(cast, meeting, f"{kind} {marking}", made)
    operations.restrict_item(actor=cast.actor("chair"), item=item, restricted=True, reason="Commercial")
    slides = add_item(cast, meeting, "Slides")
    for marking in ("GREEN", "AMBER"):
        operations.add_paper(
            actor=cast.actor("chair"), item=slides, stored=artefacts.stored(cast), title=marking, marking=marking
        )

    for name in cast.seats:
        actor = cast.actor(name)
        linked = {paper.pk for row in queries.agenda(actor, meeting).items for paper in row.papers if paper.readable}
        assert linked == set(Paper.objects.visible_to(actor).values_list("pk", flat=True)), name


def test_the_chair_opens_and_closes_the_meeting_in_the_browser(cast: Cast) -> None:
    meeting = scheduled(cast)
    chair = cast.client("chair")
    early = chair.post("/meetings/1/open/", {"no_pack_reason": "Short notice"})
    assert early.status_code == 422
    clock.set_now(MORNING)
    bare = chair.post("/meetings/1/open/", {"no_pack_reason": ""})
    assert (bare.status_code, "Say why it is held without one" in bare.content.decode()) == (422, True)

    assert chair.post("/meetings/1/open/", {"no_pack_reason": "Short notice"}).status_code == 302
    assert cast.client("secretariat").post("/meetings/1/close/").status_code == 403
    assert chair.post("/meetings/1/close/").status_code == 302

    meeting.refresh_from_db()
    assert meeting.state == MeetingState.HELD
    assert "No pack" in text(cast.client("idno"), "/meetings/1/")


def asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["secretariat", "idno", "observer"])
def test_the_list_takes_the_same_queries_for_1_3_and_30_meetings(cast: Cast, name: str) -> None:
    client, counts = cast.client(name), []
    for wanted in (1, 3, 30):
        while Meeting.objects.count() < wanted:
            scheduled(cast, days=7 * Meeting.objects.count())
        counts.append(asked(client, "/meetings/"))

    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize(("name", "path"), [
    ("secretariat", "/meetings/1/"), ("idno", "/meetings/1/"), ("observer", "/meetings/1/"),
    ("secretariat", "/meetings/1/agenda/"),
])  # fmt: skip
def test_pages_take_the_same_queries_for_1_3_and_30_items(cast: Cast, name: str, path: str) -> None:
    meeting, client, counts = scheduled(cast), cast.client(name), []
    for wanted in (1, 3, 30):
        while meeting.items.count() < wanted + 2:
            number = meeting.items.count()
            add_item(cast, meeting, f"Item {number}", artefacts.version(cast, title=f"Artefact {number}"))
        counts.append(asked(client, path))

    assert len(set(counts)) == 1, counts
    assert counts[0] <= 13, counts  # one of them asks the movable clock of the tests
