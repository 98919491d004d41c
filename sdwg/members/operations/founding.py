"""The first three people of a real installation: without them nobody could appoint or confirm anybody."""

from dataclasses import dataclass

from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.members import invitations
from sdwg.members.access import Actor
from sdwg.members.models import Organisation, Person, Role, Seat
from sdwg.members.operations.people import new_account, new_invitation

PROGRAMME = "MHHS Programme"
PARENT = "Design Advisory Group"


class GroupExists(Exception):
    """There are seats already; from here on people appoint and confirm each other."""


@dataclass(frozen=True)
class Founder:
    """One of the first three: their seat, and the path of the link that lets them in, to be shown once."""

    seat: Seat
    link: str


@act
def bootstrap(
    *, actor: Actor, chair: tuple[str, str], secretariat: tuple[str, str], liaison: tuple[str, str]
) -> list[Founder]:
    """Make chair, secretariat and DAG liaison, each a pair of name and address, in force from today.

    Raises ``GroupExists`` when anybody has a seat or an account. Nobody proposed or confirmed these seats: the operator
    of the installation did, and the trail says "The program".
    """
    if Seat.objects.exists() or Person.objects.exists():
        raise GroupExists("There is a group already. People are appointed on the page Members.")
    programme = Organisation.objects.create(name=PROGRAMME)
    record("organisation.listed", on=programme)
    parent = Organisation.objects.create(name=PARENT)
    record("organisation.listed", on=parent)
    return [
        _found(actor, chair, Role.CHAIR, programme),
        _found(actor, secretariat, Role.SECRETARIAT, programme),
        _found(actor, liaison, Role.LIAISON, parent),
    ]


def _found(actor: Actor, who: tuple[str, str], role: Role, organisation: Organisation) -> Founder:
    person = new_account(*who, actor.at)
    record("person.made", on=person)
    seat = Seat.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        valid_from=clock.today(actor.at),
        proposed_at=actor.at,
        confirmed_at=actor.at,
    )
    record("seat.started", on=seat, reason="First seats of the installation", note={"person": person.display_name})
    invitation = new_invitation(person, actor.at)
    record("person.invited", on=person)
    return Founder(seat, invitations.link_of(invitation))
