"""The page of a decision on which 40 seats have spoken."""

from typing import Any

from bench.frame import bench
from bench.pages import prepared, ratio

SEATS = 40


@bench("decision page with 40 positions against the floor", unit="x CPU", goal="<= 3")
def decision_page() -> float:
    """The page as one of the forty reads it, positions open, four objections standing."""
    with prepared():
        decision, reader = forty_positions()
        rows = decision.positions.values_list("seat__organisation__name", "stance", "text", "acting_as")
        return ratio(reader, decision.get_absolute_url(), rows.all)


def forty_positions() -> tuple[Any, Any]:
    """A decision on a version, with 40 positions; and one of those who stated them."""
    from datetime import timedelta

    from artefacts.models import Artefact, Version, VersionMarking
    from artefacts.states import Marking, State
    from meetings.models import Decision, Objection, Position
    from meetings.states import DecisionState, Stance
    from sdwg import clock
    from sdwg.files.models import StoredFile
    from sdwg.members.models import Constituency, Organisation, Person, Role, Seat

    at = clock.now()
    people = Person.objects.bulk_create(
        [Person(display_name=f"Person {n}", password="!", created_at=at) for n in range(SEATS + 1)]
    )
    kinds = list(Constituency.objects.all())
    bodies = Organisation.objects.bulk_create(
        [Organisation(name=f"Organisation {n}", constituency=kinds[n % len(kinds)]) for n in range(SEATS)]
    )
    given = {"role": Role.MEMBER, "valid_from": clock.today(at), "proposed_by": people[SEATS], "proposed_at": at}
    given |= {"confirmed_by": people[SEATS], "confirmed_at": at}
    seats = Seat.objects.bulk_create(
        [Seat(person=person, organisation=body, **given) for person, body in zip(people, bodies, strict=False)]
    )
    [stored] = StoredFile.objects.bulk_create(
        [StoredFile(sha256="5b" * 32, size=9, media_type="application/pdf", pages=3, stored_at=at)]
    )
    [artefact] = Artefact.objects.bulk_create(
        [
            Artefact(
                number=1,
                title="Interface Code of Connection",
                owner=seats[0],
                author=seats[0],
                state=State.UNDER_DECISION,
                state_since=at,
                registered_at=at,
                registered_by=people[0],
            )
        ]
    )
    [version] = Version.objects.bulk_create(
        [
            Version(
                artefact=artefact,
                order=1,
                label="0.1",
                file=stored,
                file_name="code.pdf",
                sha256=stored.sha256,
                uploaded_by=people[0],
                uploaded_for="Author",
                uploaded_at=at,
            )
        ]
    )
    VersionMarking.objects.bulk_create(
        [VersionMarking(version=version, marking=Marking.AMBER, starts_at=at, set_by=people[0])]
    )
    [decision] = Decision.objects.bulk_create(
        [
            Decision(
                number=1,
                question="Does the group endorse this version, to go to the DAG for approval?",
                version=version,
                state=DecisionState.OPEN,
                state_since=at,
                opened_at=at,
                opened_by=people[0],
                closes_at=at + timedelta(days=7),
            )
        ]
    )
    stances = (Stance.OBJECT, *[Stance.SUPPORT, Stance.LIVE_WITH, Stance.CONCERN] * 3)
    said = "A yearly renewal in the January change freeze would put forty points at risk."
    Position.objects.bulk_create(
        [
            Position(
                decision=decision,
                seat=seat,
                person=seat.person,
                acting_as=seat.label,
                round=1,
                stance=stances[n % 10],
                text=said,
                stated_at=at,
                version_sha256=version.sha256,
            )
            for n, seat in enumerate(seats)
        ]
    )
    Objection.objects.bulk_create(
        [
            Objection(
                decision=decision,
                seat=seat,
                number=n // 10 + 1,
                round=1,
                clause="6.3.2",
                reason=said,
                would_resolve="24 months.",
                raised_by=seat.person,
                raised_as=seat.label,
                raised_at=at,
            )
            for n, seat in enumerate(seats)
            if n % 10 == 0
        ]
    )
    return decision, seats[1].person
