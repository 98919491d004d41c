"""The page of a meeting with 30 agenda items, each with a paper, its pack circulated."""

from typing import Any

from bench.frame import bench
from bench.pages import prepared, ratio

ITEMS = 30


@bench("meeting page with 30 items, each with a paper, against the floor", unit="x CPU", goal="<= 3")
def meeting_page() -> float:
    """The page as a member reads it who has opened the pack."""
    with prepared():
        meeting, reader = thirty_items()
        rows = meeting.items.values_list("position", "title", "objective", "lead")
        return ratio(reader, meeting.get_absolute_url(), rows.all)


@bench("meeting page with 30 items, each with a paper: queries", unit="queries", goal="<= 12")
def meeting_queries() -> float:
    """Of one request, signed in; the same whatever the number of items (tests/meetings/test_pages.py)."""
    with prepared():
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        meeting, reader = thirty_items()
        client = Client(headers={"host": "localhost"})
        client.force_login(reader, "allauth.account.auth_backends.AuthenticationBackend")
        client.get(meeting.get_absolute_url())
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(meeting.get_absolute_url())
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")
        return len(seen)


def thirty_items() -> tuple[Any, Any]:
    """A meeting with its pack out, and one of its recipients."""
    from datetime import timedelta

    from artefacts.models import Artefact, Version, VersionMarking
    from artefacts.states import Kind, Marking, State
    from meetings.models import AgendaItem, Meeting, Pack, PackCopy, Paper
    from meetings.states import ItemType, MeetingState, PackState
    from sdwg import clock
    from sdwg.files.models import StoredFile
    from sdwg.members.models import Constituency, Organisation, Person, Role, Seat

    at = clock.now()
    reader, other = Person.objects.bulk_create(
        [Person(display_name=name, password="!", created_at=at) for name in ("Reader", "Other")]
    )
    kind = Constituency.objects.first()
    [body] = Organisation.objects.bulk_create([Organisation(name="iDNO of the bench", constituency=kind)])
    given = {"valid_from": clock.today(at), "proposed_by": other, "proposed_at": at, "confirmed_by": other}
    [seat] = Seat.objects.bulk_create(
        [Seat(person=reader, organisation=body, role=Role.MEMBER, confirmed_at=at, **given)]
    )
    facts = {"owner": seat, "author": seat, "state": State.READY, "state_since": at, "registered_at": at}
    artefacts = Artefact.objects.bulk_create(
        [
            Artefact(number=n + 1, title=f"Artefact {n}", kind=Kind.DESIGN, registered_by=reader, **facts)
            for n in range(ITEMS)
        ]
    )
    files = StoredFile.objects.bulk_create(
        [
            StoredFile(sha256=f"{n:064x}", size=9, media_type="application/pdf", pages=20, stored_at=at)
            for n in range(ITEMS)
        ]
    )
    about = {"order": 1, "label": "0.1", "file_name": "a.pdf", "uploaded_by": reader, "uploaded_for": "Author"}
    versions = Version.objects.bulk_create(
        [
            Version(artefact=artefact, file=file, sha256=file.sha256, uploaded_at=at, **about)
            for artefact, file in zip(artefacts, files, strict=True)
        ]
    )
    VersionMarking.objects.bulk_create(
        [VersionMarking(version=version, marking=Marking.AMBER, starts_at=at, set_by=reader) for version in versions]
    )
    starts = at + timedelta(days=7)
    [meeting] = Meeting.objects.bulk_create(
        [
            Meeting(
                number=1,
                starts_at=starts,
                ends_at=starts + timedelta(hours=6),
                state=MeetingState.PACK_ISSUED,
                made_by=other,
                made_at=at,
                place="Online",
            )
        ]
    )
    said = {"objective": "Find whether the group agrees", "lead": "Design Business Analyst", "minutes": 12}
    items = AgendaItem.objects.bulk_create(
        [
            AgendaItem(meeting=meeting, position=n + 1, title=f"Interface {n}", type=ItemType.DECISION, **said)
            for n in range(ITEMS)
        ]
    )
    papers = Paper.objects.bulk_create(
        [Paper(item=item, version=version) for item, version in zip(items, versions, strict=True)]
    )
    parts = [
        {"key": f"control-{n}", "title": "", "footer": "", "level": 1, "paper": f"paper-{paper.pk}", "first": n * 21}
        for n, paper in enumerate(papers)
    ]
    [pack] = Pack.objects.bulk_create(
        [
            Pack(
                meeting=meeting,
                state=PackState.CIRCULATED,
                ordered_by=other,
                ordered_at=at,
                circulated_at=at,
                circulated_by=other,
                manifest_digest="ab" * 32,
                page_map={"pages": ITEMS * 21, "prefix": "", "parts": parts},
            )
        ]
    )
    PackCopy.objects.bulk_create(
        [PackCopy(pack=pack, person=reader, seat=seat, acting_as=seat.label, number=1, opened_at=at)]
    )
    return meeting, reader
