"""The fixed cast of the tests: the people of the demonstration group, by the names of their accounts.

``cast.actor("chair")`` is an actor for operations, ``cast.client("chair")`` a browser that is signed in. Everybody
holds the seat that the name says; ``outsider`` has an account and no seat, ``alternate`` is nominated by nobody until
a test does it.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pikepdf
from allauth.account.models import EmailAddress
from django.db.models import Model
from django.test import Client

from sdwg.audit.acts import Machine, act, record
from sdwg.audit.models import AuditEvent
from sdwg.members.access import Actor, actor_for
from sdwg.members.middleware import SECOND_FACTOR_KEY
from sdwg.members.models import Constituency, Discipline, Organisation, Person, Role, Seat
from sdwg.overview.models import TermsVersion
from tests.replay import Path, begin

AT = datetime(2026, 11, 30, 9, 20, tzinfo=UTC)
"""Monday 30 November 2026, 09:20 in London: the moment at which the tests begin."""
SINCE = date(2026, 9, 1)
PROGRAMME = "MHHS Programme"
DAG = "Design Advisory Group"

PEOPLE: tuple[tuple[str, Role, str, str, str], ...] = (
    # account, role, organisation, constituency (the beginning of its name), discipline
    ("chair", Role.CHAIR, PROGRAMME, "", ""),
    ("secretariat", Role.SECRETARIAT, PROGRAMME, "", ""),
    ("analyst", Role.ANALYST, PROGRAMME, "", Discipline.ANALYST),
    ("architect", Role.ARCHITECT, PROGRAMME, "", Discipline.MARKET_ARCHITECT),
    ("elexon", Role.MEMBER, "Elexon", "Elexon", Discipline.SOLUTION_ARCHITECT),
    ("smart-dcc", Role.MEMBER, "Smart DCC", "Smart DCC", Discipline.SOLUTION_ARCHITECT),
    ("large-supplier", Role.MEMBER, "Large Supplier A", "Large Suppliers", Discipline.SOLUTION_ARCHITECT),
    ("medium-supplier", Role.MEMBER, "Medium Supplier A", "Medium Suppliers", Discipline.ANALYST),
    ("small-supplier", Role.MEMBER, "Small Supplier A", "Small Suppliers", Discipline.EXPERT),
    ("agent", Role.MEMBER, "Supplier Agent A", "Supplier Agents", Discipline.MARKET_ARCHITECT),
    ("idno", Role.MEMBER, "iDNO B", "Independent Distribution", Discipline.EXPERT),
    ("grid", Role.MEMBER, "National Grid ESO", "National Grid ESO", Discipline.MARKET_ARCHITECT),
    ("it-provider", Role.MEMBER, "IT Service Provider C", "IT Service Providers", Discipline.SOLUTION_ARCHITECT),
    ("partner", Role.PARTNER, "Architecture Partner D", "", Discipline.SOLUTION_ARCHITECT),
    ("observer", Role.OBSERVER, "Observer Body E", "", ""),
    ("dag", Role.LIAISON, DAG, "", ""),
    ("auditor", Role.AUDITOR, "Audit Body F", "", ""),
)
WITHOUT_SEAT = ("alternate", "outsider")
FOUNDERS = (Role.CHAIR, Role.SECRETARIAT, Role.LIAISON)
"""Nobody in the group proposed or confirmed the first three."""

WRITTEN: tuple[Any, ...] = (
    Person, EmailAddress, Organisation, Organisation.history.model, Seat, Seat.history.model, AuditEvent,
)  # fmt: skip
"""The tables that gathering writes to, in the order in which their rows refer to one another."""
_gathered: dict[tuple[Any, ...], tuple["Cast", list[list[Any]]]] = {}


@dataclass
class Cast:
    """Who is who, and the moment at which they act."""

    at: datetime
    people: dict[str, Person] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    path: Path | None = None

    def person(self, name: str) -> Person:
        return self.people[name]

    def seat(self, name: str) -> Seat:
        return self.seats[name]

    def actor(self, name: str, at: datetime | None = None, seat_id: int | None = None) -> Actor:
        """``name`` as operations need them, at ``at`` or at the cast's own moment."""
        return actor_for(Person.objects.get(pk=self.people[name].pk), at or self.at, seat_id)

    def client(self, name: str) -> Client:
        """A browser in which ``name`` is signed in, with a second factor, as a real installation asks."""
        client = Client()
        client.force_login(self.people[name], "allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[SECOND_FACTOR_KEY] = True
        session.save()
        return client

    def anonymous(self) -> Client:
        return Client()


def gather(at: datetime = AT) -> Cast:
    """The whole cast, in the database: by acts the first time, and then put back as the rows those acts wrote.

    Nearly every test begins so, and acts take ten times as long as rows. What comes next is replay.py's.
    """
    kept = (at, *_keys(Constituency), None, *_keys(TermsVersion))
    if Person.objects.exists():
        return _gather(actor=Machine(at))
    if kept not in _gathered:
        cast = _gather(actor=Machine(at))
        _gathered[kept] = (deepcopy(cast), [list(model._base_manager.all()) for model in WRITTEN])
    else:
        cast, tables = deepcopy(_gathered[kept])
        for model, rows in zip(WRITTEN, tables, strict=True):
            model._base_manager.bulk_create(rows)
    cast.path = begin(kept)
    return cast


def _keys(model: type[Model]) -> list[Any]:
    """What an emptied and seeded database numbers anew."""
    return list(model._base_manager.order_by("pk").values_list("pk", flat=True))


@act
def _gather(*, actor: Machine) -> Cast:
    cast = Cast(actor.at)
    for name in (*(row[0] for row in PEOPLE), *WITHOUT_SEAT):
        cast.people[name] = _person(name, actor.at)
    for name, role, organisation, constituency, discipline in PEOPLE:
        kind = Constituency.objects.filter(name__startswith=constituency).first() if constituency else None
        body = Organisation.objects.filter(name=organisation).first()
        body = body or Organisation.objects.create(name=organisation, constituency=kind)
        founder = role in FOUNDERS
        cast.seats[name] = seat = Seat.objects.create(
            person=cast.people[name],
            organisation=body,
            role=role,
            discipline=discipline,
            valid_from=SINCE,
            proposed_by=None if founder else cast.people["secretariat"],
            proposed_at=actor.at,
            confirmed_by=None if founder else cast.people["chair"],
            confirmed_at=actor.at,
        )
        record("seat.started", on=seat)
    return cast


def _person(name: str, at: datetime) -> Person:
    person = Person(display_name=name.replace("-", " ").capitalize(), created_at=at)
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=f"{name}@sdwg.example", primary=True, verified=True)
    return person


def make_pdf(pages: int = 2, words: str = "Security design", size: tuple[float, float] = (595.28, 841.89)) -> bytes:
    """A small real PDF; each page reads ``words`` and its number, so that extracted text shows where it went."""
    return pdf_of([f"{words} page {number} of {pages}" for number in range(1, pages + 1)], size)


def pdf_of(texts: Sequence[str], size: tuple[float, float] = (595.28, 841.89)) -> bytes:
    """A small real PDF with these texts on its pages, line by line; a page with an empty one has no text."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for text in texts:
        page: Any = pdf.add_blank_page(page_size=size)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        escaped = text.replace("(", r"\(").replace(")", r"\)").split("\n")
        lines = " 0 -20 Td ".join(f"({line}) Tj" for line in escaped if line)
        page.obj.Contents = pdf.make_stream(f"BT /F1 14 Tf 72 720 Td {lines} ET".encode("latin-1", "replace"))
    out = BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
