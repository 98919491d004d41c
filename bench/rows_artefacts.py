"""The pages of an artefact on which 200 comments were made, and the register of 200 artefacts."""

from typing import Any

from bench.frame import bench
from bench.pages import prepared, ratio, whole

COMMENTS = 200
LOGGED = 2_000
SEATS = 13
ARTEFACTS = 200


@bench("artefact page with 200 comments against the floor", unit="x CPU", goal="<= 3")
def artefact_page() -> float:
    """As one of the commenters reads it, the consultation closed. The floor renders the 200 comments as rows."""
    with prepared():
        version, reader = commented()
        return ratio(reader, version.artefact.get_absolute_url(), _rows(version).all)


@bench("reviewing page with 200 comments against the floor", unit="x CPU", goal="<= 3")
def reviewing_page() -> float:
    """The page that shows every one of the comments with its answer."""
    with prepared():
        version, reader = commented()
        return ratio(reader, version.get_absolute_url(), _rows(version).all)


@bench("register of 200 artefacts against the floor", unit="x CPU", goal="<= 3")
def register() -> float:
    """Its first page, of 50 rows, as a member reads it."""
    with prepared():
        from artefacts.models import Artefact
        from artefacts.queries.lists import ON_A_PAGE

        _, reader = commented(artefacts=ARTEFACTS)
        rows = Artefact.objects.values_list("number", "title", "state", "author__organisation__name")[:ON_A_PAGE]
        return ratio(reader, "/artefacts/", rows.all)


@bench("search among 2,000 comments against the floor", unit="x CPU", goal="<= 3")
def searching() -> float:
    """A search that finds every comment, of which the best 30 are shown; the floor renders 30 as rows."""
    with prepared():
        version, reader = commented(comments=LOGGED)
        return ratio(reader, "/search/?q=renew+twenty&kind=comments", _rows(version)[:30].all)


@bench("search in everything among 2,000 comments: queries", unit="queries", goal="<= 40")
def searching_everything() -> float:
    """What comes while somebody types: one query a kind, and what its hits need to be named."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with prepared():
        _, reader = commented(comments=LOGGED)
        client = Client(headers={"host": "localhost"})
        client.force_login(reader, "allauth.account.auth_backends.AuthenticationBackend")
        url = "/search/?q=renew"
        whole(client.get(url))
        with CaptureQueriesContext(connection) as captured:
            whole(client.get(url))
        return len(captured)


@bench("log of 2,000 comments as a workbook against the floor", unit="x CPU", goal="<= 12")
def comment_workbook() -> float:
    """Twenty columns of each comment and its answer, written and packed; the floor renders four as rows of a page."""
    with prepared():
        version, reader = commented(comments=LOGGED)
        return ratio(reader, f"/artefacts/{version.artefact.reference}/0.1/comments.xlsx", _rows(version).all)


@bench("log of 2,000 comments as a workbook: memory beyond one of 200", unit="MB", goal="<= 16")
def comment_workbook_memory() -> float:
    """The most that Python held at once while the file was made, the rows that were read included."""
    import tracemalloc

    from django.test import Client

    held = []
    for comments in (COMMENTS, LOGGED):
        with prepared():
            version, reader = commented(comments=comments)
            client = Client(headers={"host": "localhost"})
            client.force_login(reader, "allauth.account.auth_backends.AuthenticationBackend")
            url = f"/artefacts/{version.artefact.reference}/0.1/comments.xlsx"
            whole(client.get(url))
            tracemalloc.start()
            whole(client.get(url))
            held.append(tracemalloc.get_traced_memory()[1] / 1024**2)
            tracemalloc.stop()
    print(f"  {COMMENTS} comments {held[0]:.1f} MB, {LOGGED} comments {held[1]:.1f} MB")
    return held[1] - held[0]


@bench("log of 2,000 comments as PDF: the first part of it", unit="s CPU", goal="<= 5")
def comment_pdf() -> float:
    """One part of a log is laid out while its reader waits; there are as many parts as the log needs."""
    import time

    from django.test import Client

    with prepared():
        version, reader = commented(comments=LOGGED)
        client = Client(headers={"host": "localhost"})
        client.force_login(reader, "allauth.account.auth_backends.AuthenticationBackend")
        url = f"/artefacts/{version.artefact.reference}/0.1/comments.pdf"
        whole(client.get(url))
        began = time.process_time()
        whole(client.get(url))
        return time.process_time() - began


def _rows(version: Any) -> Any:
    return version.comments.values_list("number", "acting_as", "text", "severity")


def commented(artefacts: int = 1, comments: int = COMMENTS) -> tuple[Any, Any]:
    """A version with ``comments``, half of them answered; and one of those who made them."""
    from datetime import timedelta

    from artefacts.models import Artefact, Consultation, Version, VersionMarking
    from artefacts.states import Marking, State
    from sdwg import clock
    from sdwg.files.models import StoredFile

    at = clock.now()
    seats = _seats(at)
    [stored] = StoredFile.objects.bulk_create(
        [StoredFile(sha256="5c" * 32, size=9, media_type="application/pdf", pages=3, stored_at=at)]
    )
    made = Artefact.objects.bulk_create(
        [
            Artefact(
                number=number,
                title=f"Interface Code of Connection {number}",
                owner=seats[0],
                author=seats[0],
                state=State.RESOLVING,
                state_since=at,
                registered_at=at,
                registered_by=seats[0].person,
            )
            for number in range(1, artefacts + 1)
        ]
    )
    versions = Version.objects.bulk_create(
        [
            Version(
                artefact=artefact,
                order=1,
                label="0.1",
                file=stored,
                file_name="code.pdf",
                sha256=stored.sha256,
                uploaded_by=seats[0].person,
                uploaded_for="Author",
                uploaded_at=at,
            )
            for artefact in made
        ]
    )
    VersionMarking.objects.bulk_create(
        [
            VersionMarking(version=version, marking=Marking.AMBER, starts_at=at, set_by=seats[0].person)
            for version in versions
        ]
    )
    opened = at - timedelta(days=20)
    [window] = Consultation.objects.bulk_create(
        [
            Consultation(
                version=versions[0],
                opened_at=opened,
                opened_by=seats[0].person,
                closes_at=at - timedelta(days=5),
                closed_at=at - timedelta(days=5),
            )
        ]
    )
    _comments(versions[0], window, seats, opened, comments)
    return versions[0], seats[1].person


def _seats(at: Any) -> list[Any]:
    """A Member seat in every constituency."""
    from sdwg import clock
    from sdwg.members.models import Constituency, Organisation, Person, Role, Seat

    people = Person.objects.bulk_create(
        [Person(display_name=f"Person {n}", password="!", created_at=at) for n in range(SEATS + 1)]
    )
    kinds = list(Constituency.objects.all())[:SEATS]
    bodies = Organisation.objects.bulk_create(
        [Organisation(name=f"Organisation {kind.position}", constituency=kind) for kind in kinds]
    )
    given = {"role": Role.MEMBER, "valid_from": clock.today(at).replace(year=2020, day=1), "proposed_at": at}
    given |= {"proposed_by": people[SEATS], "confirmed_by": people[SEATS], "confirmed_at": at}
    return Seat.objects.bulk_create(
        [Seat(person=person, organisation=body, **given) for person, body in zip(people[:SEATS], bodies, strict=True)]
    )


def _comments(version: Any, window: Any, seats: list[Any], at: Any, how_many: int) -> None:
    from artefacts.models import Comment, Disposition
    from artefacts.states import Answer

    said = "Five working days is too short for parties who renew by hand; say twenty, and who bears the cost."
    comments = Comment.objects.bulk_create(
        [
            Comment(
                version=version,
                consultation=window,
                number=number,
                page=1 + number % 3,
                section=f"5.{number}",
                text=said,
                received_at=at,
                person=seats[number % SEATS].person,
                seat=seats[number % SEATS],
                acting_as=seats[number % SEATS].label,
            )
            for number in range(1, how_many + 1)
        ]
    )
    Disposition.objects.bulk_create(
        [
            Disposition(
                comment=comment,
                answer=Answer.CLARIFIED,
                reason="Clarified in 5.2.",
                proposed_by=seats[0].person,
                proposed_as="Author",
                proposed_at=at,
            )
            for comment in comments[::2]
        ]
    )
