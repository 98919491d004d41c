"""Who is told what. A title is said only where it is open to every seat: never of TLP:RED or procurement support."""

from collections.abc import Iterable
from datetime import datetime

from artefacts.models import Artefact, ValidationDelegation, Version, VersionMarking
from artefacts.states import Kind, Marking
from sdwg import clock
from sdwg.mail.operations import queue
from sdwg.members import access
from sdwg.members.access import Actor
from sdwg.members.models import Alternate, Person, Role, Seat
from sdwg.members.queries import people_of
from sdwg.visitors import Visitor


def spoken(artefact: Artefact) -> str:
    """How a mail names it: reference and title, or the reference alone where the title is not open to every seat."""
    red = VersionMarking.objects.filter(version__artefact=artefact, ends_at__isnull=True, marking=Marking.RED)
    if artefact.kind == Kind.PROCUREMENT or red.exists():
        return artefact.reference
    return f"{artefact.reference} {artefact.title}"


def marking_of(version: Version) -> Marking:
    """The marking in force today."""
    return Marking(version.markings.get(ends_at__isnull=True).marking)


def readers(version: Version, people: Iterable[Person], at: datetime) -> list[Person]:
    """Those of ``people`` who may read the version, each once."""
    return access.readers(lambda actor: Version.objects.visible_to(actor).filter(pk=version.pk), people, at)


def members(at: datetime) -> list[Person]:
    """Everybody who holds a Member seat today or stands in for one now."""
    seats = Seat.objects.current(clock.today(at)).members().select_related("person")
    standing_in = Alternate.objects.in_force(at).filter(seat__in=seats.values("pk")).select_related("person")
    return [seat.person for seat in seats] + [alternate.person for alternate in standing_in]


def holders(role: Role, at: datetime) -> list[Person]:
    """Everybody who acts in ``role`` today; for the chair a deputy, while there is one."""
    return people_of(role, clock.today(at))


def validators(artefact: Artefact, at: datetime) -> list[Person]:
    """Who validates the answers on it: the chair, and whom the chair delegates it to."""
    named = ValidationDelegation.objects.in_force(at).filter(artefact=artefact).select_related("seat__person")
    return [*holders(Role.CHAIR, at), *(row.seat.person for row in named)]


def author_people(artefact: Artefact, at: datetime) -> list[Person]:
    """The author, while their seat is in force, and who stands in for them for a period."""
    return speakers([artefact.author_id], at)


def speakers(seats: Iterable[int], at: datetime) -> list[Person]:
    """Who holds those of ``seats`` (ids) that are in force, and who stands in for them for a period. Two queries."""
    rows = Seat.objects.current(clock.today(at)).filter(pk__in=seats)
    standing_in = Alternate.objects.in_force(at).filter(seat__in=rows.values("pk"), for_key="")
    return [seat.person for seat in rows.select_related("person")] + [
        alternate.person for alternate in standing_in.select_related("person")
    ]


def owe(
    actor: Actor | Visitor,
    version: Version,
    people: Iterable[Person],
    *,
    rule: str,
    on_key: str,
    subject: str,
    sentence: str,
    link: str,
    link_text: str,
    more: str = "",
    why: str = "",
    occurrence: str = "",
) -> None:
    """Owe each of ``people`` who may read the version one message, once for this rule, key and occurrence."""
    marking = marking_of(version).label
    for person in readers(version, people, actor.at):
        queue(
            rule=f"artefacts.{rule}",
            on_key=on_key,
            person=person,
            occurrence=occurrence,
            subject=subject,
            template="notice",
            context={"sentence": sentence, "more": more, "link": link, "link_text": link_text, "why": why},
            marking=str(marking),
            at=actor.at,
        )
