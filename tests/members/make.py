"""Builders of members' things, by the operations that make them for real."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.core.files.base import ContentFile

from sdwg import clock
from sdwg.files import tables
from sdwg.files.models import StagedUpload
from sdwg.files.operations import stage
from sdwg.members import operations, sheets
from sdwg.members.models import Alternate, Invitation, Organisation, Person, Role, Seat
from tests.cast import Cast
from tests.replay import replayed

TODAY = date(2026, 11, 30)
TOMORROW = date(2026, 12, 1)
PERIOD = (datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 12, 12, tzinfo=UTC))
"""From before the cast's moment to the end of Friday 11 December 2026."""


@replayed
def person(cast: Cast, name: str = "Newcomer", address: str = "newcomer@sdwg.example") -> Person:
    """An account that was made and invited, and has not joined."""
    return operations.make_person(actor=cast.actor("secretariat"), display_name=name, address=address)


@replayed
def joined(cast: Cast, name: str = "Newcomer", address: str = "newcomer@sdwg.example") -> Person:
    """An account whose person has accepted the invitation."""
    made = person(cast, name, address)
    operations.accept_invitation(secret=secret(made), password="half-hourly-secret", at=cast.at)
    made.refresh_from_db()
    return made


def secret(invited: Person) -> str:
    """The secret of somebody's newest invitation, as their mail has it."""
    from sdwg.members import invitations

    return invitations.secret_of(invited.invitations.get(spent_at=None, revoked_at=None).nonce)


def invitation(invited: Person) -> Invitation:
    return invited.invitations.order_by("-pk")[0]


def organisation(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


@replayed
def seat(
    cast: Cast,
    who: Person,
    role: Role = Role.MEMBER,
    of: str = "Large Supplier A",
    valid_from: date = TODAY,
    valid_to: date | None = None,
    why_second: str = "",
    by: str = "secretariat",
) -> Seat:
    """A seat that ``by`` appointed."""
    return operations.appoint(
        actor=cast.actor(by),
        person=who,
        organisation=organisation(of),
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        why_second=why_second,
    )


def second_secretariat(cast: Cast) -> Person:
    """A confirmed second member of the secretariat."""
    who = joined(cast, "Second secretary", "second@sdwg.example")
    proposed = seat(cast, who, Role.SECRETARIAT, "MHHS Programme")
    operations.confirm_seat(actor=cast.actor("chair"), seat=proposed)
    cast.people["second"] = who
    return who


def table(cast: Cast, *rows: tuple[str, ...], by: str = "secretariat") -> StagedUpload:
    """An upload of ``by`` that waits to be confirmed: an observer to be, if no rows are given."""
    today = clock.today(cast.at).isoformat()
    observer = ("Tabled", "tabled@sdwg.example", "Observer Body E", "", "Observer", "", today, "", "")
    out = io.StringIO()
    csv.writer(out).writerows([sheets.COLUMNS, *(rows or [observer])])
    return stage(
        ContentFile(out.getvalue().encode()),
        name="people.csv",
        person=cast.person(by),
        at=cast.at,
        inspector=partial(tables.inspect, header=sheets.COLUMNS),
    )


@replayed
def nomination(
    cast: Cast,
    by: str = "large-supplier",
    to: str = "alternate",
    window: tuple[datetime, datetime] | None = PERIOD,
    for_key: str = "",
    for_ref: str = "",
) -> Alternate:
    """A nomination that nobody has answered: for a period, or with a key for a meeting."""
    start, end = window or (None, None)
    return operations.nominate(
        actor=cast.actor(by),
        seat=cast.seat(by),
        person=cast.person(to),
        for_key=for_key,
        for_ref=for_ref,
        window_from=start,
        window_to=end,
    )


@replayed
def alternate(cast: Cast, by: str = "large-supplier", to: str = "alternate") -> Alternate:
    """An alternate in force for a period."""
    return operations.accept_nomination(actor=cast.actor(to), alternate=nomination(cast, by, to))


@replayed
def later(cast: Cast, days: int) -> datetime:
    """Move the clock and the cast ``days`` on."""
    cast.at = clock.set_now(cast.at + timedelta(days=days))
    return cast.at
