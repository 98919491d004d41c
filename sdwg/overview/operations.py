"""Putting the Terms of Reference in force, version by version (T0)."""

from datetime import date

from django.db.models import Max

from sdwg.audit.acts import act, record
from sdwg.files.models import StoredFile
from sdwg.members.access import Actor
from sdwg.overview.models import TermsVersion
from sdwg.overview.rules import check_can_adopt_terms, check_new_terms


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
