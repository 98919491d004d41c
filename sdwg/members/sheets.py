"""People and seats as a table: the columns, what is in it, and the workbook or CSV that it leaves in.

The same columns go out and come back: who imports what was exported changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from sdwg import clock
from sdwg.files import sheets
from sdwg.files.tables import MOST_ROWS
from sdwg.members.access import Actor
from sdwg.members.models import APPOINTED, Constituency, Discipline, Organisation, Person, Seat
from sdwg.members.rules import check_can_keep_people

EXPLAINED = (
    ("Person", "The name by which the group knows them. The name of an account there is stays as it is."),
    ("Address", "The mail address: it says who is meant."),
    ("Organisation", "A name that is not in the list is a new organisation."),
    ("Constituency", "By its name or short name, for a new organisation that holds Member seats."),
    ("Role", "In the words of the sheet of allowed values. Chair, Secretariat, DAG Liaison and Auditor are proposed: "
     "they wait for a second person."),
    ("Discipline", "In the words of the same sheet, or nothing."),
    ("First day", "2026-11-30 or 30/11/2026; today at the earliest, for a new seat."),
    ("Last day", "Nothing for a seat without an end. A day for a seat that has none ends it with that day."),
    ("Why a second seat", "Only where the organisation has a Member seat already."),
)  # fmt: skip
"""The columns, in their order, and what stands in them."""
COLUMNS = tuple(name for name, _ in EXPLAINED)
WIDTHS = (26, 34, 30, 34, 26, 34, 13, 13, 40)
"""Of the columns, in letters."""
VALUES = "Allowed values"
ROLES = [role.value for role in APPOINTED]

Cells = tuple[str | date | None, ...]


@dataclass(frozen=True)
class Everybody:
    """The list as a whole, as an event's object."""

    audit_key: str = "people:all"
    audit_ref: str = "People and seats"


def rows(actor: Actor) -> list[Cells]:
    """A row for each seat the secretariat appoints that runs, will or is proposed; then who holds none. Four queries.

    Addresses are in it: it is the secretariat's alone.
    """
    check_can_keep_people(actor)
    today = clock.today(actor.at)
    addresses = dict(EmailAddress.objects.filter(primary=True).values_list("user_id", "email"))
    seats = list(Seat.objects.standing().overlapping(today, None).filter(role__in=ROLES).with_names())
    seats.sort(key=_place)
    holders, bodies = {seat.person_id for seat in seats}, {seat.organisation_id for seat in seats}
    found: list[Cells] = [_of_seat(seat, addresses.get(seat.person_id, "")) for seat in seats]
    for person in Person.objects.all():
        if person.pk not in holders and person.pk in addresses:
            found.append((person.display_name, addresses[person.pk], *(None,) * 7))
    for body in Organisation.objects.select_related("constituency"):
        if body.pk not in bodies:
            found.append((None, None, body.name, _constituency(body), *(None,) * 5))
    return found


def _place(seat: Seat) -> tuple[int, int, str, str, int]:
    kind = seat.organisation.constituency
    return (
        ROLES.index(seat.role),
        kind.position if kind else 0,
        seat.organisation.name,
        seat.person.display_name,
        seat.pk,
    )


def _of_seat(seat: Seat, address: str) -> Cells:
    body = seat.organisation
    words = (seat.get_role_display(), seat.get_discipline_display() if seat.discipline else None)
    days = (seat.valid_from, seat.valid_to)
    return (seat.person.display_name, address, body.name, _constituency(body), *words, *days, seat.why_second or None)


def _constituency(organisation: Organisation) -> str | None:
    return organisation.constituency.name if organisation.constituency else None


def as_csv(table: Iterable[Cells]) -> bytes:
    """The table as CSV."""
    return sheets.as_csv(COLUMNS, table)


def as_workbook(table: Iterable[Cells], actor: Actor) -> bytes:
    """The table, and a sheet of what the columns with fixed words take; the template, when the table is empty."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = Everybody.audit_ref
    sheets.add_headings(sheet, COLUMNS, WIDTHS)
    sheets.add_rows(sheet, table)
    values: Any = book.create_sheet(VALUES)
    today = clock.today(actor.at)
    listed = list(Constituency.objects.listed(today).values_list("name", flat=True))
    allowed = {
        "Constituency": listed,
        "Role": [str(role.label) for role in APPOINTED],
        "Discipline": [str(label) for label in Discipline.labels],
    }
    sheets.add_headings(values, tuple(allowed), (40, 28, 36))
    for place, (heading, words) in enumerate(allowed.items(), 1):
        for number, word in enumerate(words, 2):
            sheets.write(values.cell(number, place), word)
        _offer(sheet, COLUMNS.index(heading) + 1, place, len(words))
    return sheets.saved(book, actor.at)


def _offer(sheet: Any, place: int, source: int, count: int) -> None:
    """Let the cells of a column be chosen from the sheet of values."""
    letter = "ABC"[source - 1]
    offered = DataValidation("list", formula1=f"'{VALUES}'!${letter}$2:${letter}${count + 1}", allow_blank=True)
    column = sheet.cell(1, place).column_letter
    offered.add(f"{column}2:{column}{MOST_ROWS + 1}")
    sheet.add_data_validation(offered)
