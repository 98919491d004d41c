"""Who puts a version of the Terms of Reference in force, and from when (T0)."""

from datetime import date, timedelta

from sdwg import clock, dates
from sdwg.members.access import Actor, NotNow, allowed, only_chair
from sdwg.members.models import Person, Role
from sdwg.overview.models import TermsStatus, TermsVersion

FURTHEST = timedelta(days=366)
"""How far ahead a version may begin: a mistyped year would shut the way for every later one."""


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
