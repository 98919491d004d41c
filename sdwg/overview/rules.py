"""Who puts a version of the Terms of Reference in force, and from when (T0); from where a register counts on."""

from datetime import date, timedelta

from sdwg import clock, dates
from sdwg.members.access import Actor, NotNow, Refused, allowed, only_chair
from sdwg.members.models import Person, Role
from sdwg.overview.models import TermsStatus, TermsVersion
from sdwg.overview.numbers import Count

FURTHEST = timedelta(days=366)
"""How far ahead a version may begin: a mistyped year would shut the way for every later one."""

GREATEST = 9_999
"""The greatest number that can be set: what is mistyped by a digit or two is caught, and references stay short."""


def check_can_adopt_terms(actor: Actor) -> None:
    """The chair, who answers for them."""
    only_chair(actor, "The chair puts a version of the Terms of Reference in force. Ask the chair.")


def can_adopt_terms(actor: Actor) -> bool:
    return allowed(check_can_adopt_terms, actor)


def can_read_personal_data(actor: Actor, person: Person) -> bool:
    """The person themselves, and the secretariat, which keeps the accounts; to anybody else the report is not there."""
    return actor.person_id == person.pk or actor.acts_as(Role.SECRETARIAT)


def check_new_terms(actor: Actor, status: str, effective_from: date, note: str) -> None:
    """From today at the earliest, and after every version there is: what was done was done under the one before."""
    if status not in TermsStatus.values:
        raise NotNow("Say whether it is a draft or approved.", "status")
    if not note.strip():
        raise NotNow("Say what is new in it, for the record.", "note")
    today = clock.today(actor.at)
    if effective_from < today:
        raise NotNow(f"It begins today, {dates.day(today)}, at the earliest.", "effective_from")
    if effective_from > today + FURTHEST:
        raise NotNow(
            f"It begins by {dates.day(today + FURTHEST)} at the latest. Put it in force when that is near.",
            "effective_from",
        )
    last = TermsVersion.objects.order_by("effective_from").last()
    if last and effective_from <= last.effective_from:
        raise NotNow(
            f"Version {last.number} begins on {dates.day(last.effective_from)}; this one later.", "effective_from"
        )


# -------------------------------------------------------------------------------------------------- the opening balance


def check_can_see_opening(actor: Actor) -> None:
    """What a group that already exists brings: the secretariat's to enter, the chair's to see."""
    if not actor.acts_as(Role.SECRETARIAT, Role.CHAIR):
        raise Refused("The secretariat enters what the group brings with it; the chair sees it.")


def can_see_opening(actor: Actor) -> bool:
    return allowed(check_can_see_opening, actor)


def check_can_number(actor: Actor) -> None:
    """The secretariat, alone: a number gives nobody anything, and can be set anew until it is used."""
    if not actor.acts_as(Role.SECRETARIAT):
        raise Refused("The secretariat sets from where a register counts on. Ask the secretariat.")


def can_number(actor: Actor) -> bool:
    return allowed(check_can_number, actor)


def check_next_number(count: Count, number: int) -> None:
    """Greater than every number in use, and within reason."""
    if number < 1:
        raise NotNow("Numbers begin with 1.", "number")
    if number <= count.last:
        raise NotNow(f"{count.last_reference} is in use. The next one gets {count.last + 1} at the least.", "number")
    if number > GREATEST:
        raise NotNow(f"{GREATEST:,} is the greatest number that can be set. Is there a digit too many?", "number")
    if number == count.next:
        raise NotNow(f"The next one gets {number} already.", "number")
