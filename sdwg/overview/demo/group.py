"""The people of the demonstration: named by role, one password, an address each."""

from dataclasses import dataclass, field
from datetime import date

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Discipline, Organisation, Person, Role, Seat

D = Discipline
PROGRAMME = "MHHS Programme"


@dataclass(frozen=True)
class Account:
    """One account: its name in addresses, who it is, and the seat it holds; no role for somebody who only stands in."""

    name: str
    display_name: str
    role: Role | None = None
    organisation: str = ""
    constituency: str = ""
    discipline: str = ""


ACCOUNTS: tuple[Account, ...] = (
    Account("chair", "Chair", Role.CHAIR, PROGRAMME),
    Account("secretariat", "Secretariat", Role.SECRETARIAT, PROGRAMME),
    Account("analyst", "Design business analyst", Role.ANALYST, PROGRAMME, "", D.ANALYST),
    Account("architect", "Design market architect", Role.ARCHITECT, PROGRAMME, "", D.MARKET_ARCHITECT),
    Account("large-supplier", "Security architect A", Role.MEMBER, "Large Supplier A", "Large Suppliers", D.SOLUTION_ARCHITECT),
    Account("medium-supplier", "Business analyst B", Role.MEMBER, "Medium Supplier B", "Medium Suppliers", D.ANALYST),
    Account("small-supplier", "Security lead C", Role.MEMBER, "Small Supplier C", "Small Suppliers", D.EXPERT),
    Account("idno", "Network security lead D", Role.MEMBER, "iDNO B", "Independent Distribution", D.EXPERT),
    Account("agent", "Agent architect E", Role.MEMBER, "Supplier Agent E", "Supplier Agents", D.MARKET_ARCHITECT),
    Account("it-provider", "Solution architect F", Role.MEMBER, "IT Service Provider C", "IT Service Providers", D.SOLUTION_ARCHITECT),
    Account("alternate", "Deputy architect A"),
    Account("partner", "Partner architect G", Role.PARTNER, "Architecture Partner G", "", D.SOLUTION_ARCHITECT),
    Account("observer", "Observer H", Role.OBSERVER, "Observer Body H"),
    Account("dag", "DAG liaison", Role.LIAISON, "Design Advisory Group"),
    Account("auditor", "Auditor J", Role.AUDITOR, "Audit Body J"),
    Account("elexon", "Central systems representative", Role.MEMBER, "Elexon", "Elexon", D.SOLUTION_ARCHITECT),
    Account("smart-dcc", "Smart metering representative", Role.MEMBER, "Smart DCC", "Smart DCC", D.SOLUTION_ARCHITECT),
    Account("grid", "System operator representative", Role.MEMBER, "National Grid ESO", "National Grid ESO", D.MARKET_ARCHITECT),
)  # fmt: skip


@dataclass
class Group:
    """Everybody, by the name of the account."""

    people: dict[str, Person] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)


@act
def found(*, actor: Actor, since: date) -> Group:
    """The whole group, seated since ``since``. Privileged seats are confirmed by a second person, as everywhere."""
    group = Group()
    hashed = make_password(settings.DEMO_PASSWORD)
    for account in ACCOUNTS:
        person = Person.objects.create(display_name=account.display_name, created_at=actor.at, password=hashed)
        EmailAddress.objects.create(user=person, email=f"{account.name}@sdwg.example", primary=True, verified=True)
        record("person.made", on=person)
        group.people[account.name] = person
    for account in ACCOUNTS:
        if account.role:
            group.seats[account.name] = _seat(actor, group, account, account.role, since)
    return group


def _seat(actor: Actor, group: Group, account: Account, role: Role, since: date) -> Seat:
    kind = Constituency.objects.get(name__startswith=account.constituency) if account.constituency else None
    body, _ = Organisation.objects.get_or_create(name=account.organisation, defaults={"constituency": kind})
    confirmer = {Role.CHAIR: "dag"}.get(role, "chair")
    seat = Seat.objects.create(
        person=group.people[account.name],
        organisation=body,
        role=role,
        discipline=account.discipline,
        valid_from=since,
        proposed_by=group.people["dag" if account.name == "secretariat" else "secretariat"],
        proposed_at=actor.at,
        confirmed_by=group.people[confirmer],
        confirmed_at=actor.at,
    )
    record("seat.started", on=seat)
    return seat
