"""Putting the Terms of Reference in force, version by version (T0); setting from where a register counts on."""

from datetime import date

from django.db.models import Max

from artefacts.operations.moving import doer
from sdwg.audit.acts import act, record
from sdwg.files.models import StoredFile
from sdwg.members.access import Actor
from sdwg.members.models import Role, Seat
from sdwg.models import Numbering
from sdwg.overview.models import TermsVersion
from sdwg.overview.numbers import count_of
from sdwg.overview.rules import check_can_adopt_terms, check_can_number, check_new_terms, check_next_number


@act
def adopt_terms(
    *, actor: Actor, status: str, effective_from: date, note: str, stored: StoredFile | None = None
) -> TermsVersion:
    """The next version, in force from ``effective_from``, a London date. Raises ``Refused`` and ``NotNow``."""
    check_can_adopt_terms(actor)
    list(TermsVersion.objects.select_for_update())
    check_new_terms(actor, status, effective_from, note)
    made = TermsVersion.objects.create(
        number=(TermsVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
        status=status,
        effective_from=effective_from,
        note=note.strip(),
        file=stored,
        adopted_by=actor.person,
        adopted_as=actor.label,
        adopted_at=actor.at,
    )
    record("terms.adopted", on=made, note=made.as_noted())
    return made


@act
def set_next_number(*, actor: Actor, register: str, number: int) -> Numbering:
    """The next one of ``register`` gets ``number``; a group that already exists goes on where it was.

    Whoever takes a number at this moment may take the one it was. Raises ``Refused``, ``NotNow``.
    """
    check_can_number(actor)
    list(Seat.objects.select_for_update().filter(role=Role.SECRETARIAT).order_by("pk"))  # one after the other
    row = Numbering.objects.select_for_update().filter(register=register).first() or Numbering(register=register)
    count = count_of(register)
    check_next_number(count, number)
    before = count.next
    row.next, row.set_by, row.set_as, row.set_at = number, doer(actor), actor.label, actor.at
    row.save()
    record("numbering.set", on=row, note={"from": before, "to": number})
    return row
