"""Recommendations from a table: tried to see what it would do, then carried out whole or not at all (R1).

Every row goes through the operations of the pages and so through their rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from artefacts import rules
from artefacts.models import Recommendation
from artefacts.operations.registers import enter, reword
from sdwg.audit.acts import act, record
from sdwg.files import plans
from sdwg.files.cells import plain
from sdwg.files.plans import Effect, Source, tried
from sdwg.members.access import Actor, NotNow, Refused

KINDS = {
    "entered": ("recommendation is entered", "recommendations are entered"),
    "reworded": ("recommendation is reworded", "recommendations are reworded"),
}
"""What a row can do, for one and for several."""


@dataclass(frozen=True)
class RecommendationRow:
    """A row of the table as it was read; ``refusal`` says what could not be, and then nothing else counts."""

    number: int
    reference: str = ""
    text: str = ""
    source: str = ""
    refusal: str = ""


Line = plans.Line[RecommendationRow]
Plan = plans.Plan[RecommendationRow]


@dataclass(frozen=True)
class Register:
    """The register as a whole, as an event's object."""

    audit_key: str = "recommendations:all"
    audit_ref: str = "Recommendations"


def preview_recommendations(*, actor: Actor, rows: Sequence[RecommendationRow], source: Source) -> Plan:
    """What ``rows`` would do at the actor's moment. Nothing of it remains."""
    return tried(lambda: _carried_out(actor, rows, source, "Tried"), actor=actor)


@act
def import_recommendations(
    *, actor: Actor, rows: Sequence[RecommendationRow], source: Source, seen: str, reason: str = ""
) -> Plan:
    """Do what ``rows`` say, all of it, if it is what was ``seen``: the digest of the plan that was shown.

    ``reason`` says why what is there is reworded. Raises ``NotNow`` otherwise, and when any row is refused or none does
    anything: then nothing has happened. Rows that are missing take nothing away.
    """
    rules.check_can_enter(actor)
    plan = _carried_out(actor, rows, source, reason.strip() or "Not said")
    if plan.digest != seen:
        raise NotNow("What this table does has changed since it was shown. Look at it again before you confirm.")
    if plan.refused:
        raise NotNow("Rows are refused, and a table is imported whole or not at all.")
    if not plan.changing:
        raise NotNow("There is nothing to change.")
    if plan.counts["reworded"] and not reason.strip():
        raise NotNow("Say why recommendations are reworded, for the record.", "reason")
    note = {"file": source.name, "rows": len(plan.lines), **plan.counts}
    record("recommendations.imported", on=Register(), version_sha256=source.sha256, note=note)
    return plan


def _carried_out(actor: Actor, rows: Sequence[RecommendationRow], source: Source, reason: str) -> Plan:
    rows_there = Recommendation.objects.select_for_update(no_key=True).order_by("pk")  # linking does not wait for it
    known = {row.reference: row for row in rows_there}
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row.reference, row.number)
    lines = tuple(_line(actor, row, known.get(row.reference), first[row.reference], reason) for row in rows)
    return Plan(source, lines, (), KINDS)


def _line(actor: Actor, row: RecommendationRow, found: Recommendation | None, first: int, reason: str) -> Line:
    on = (found.pk, found.text, found.source) if found else ()
    if row.refusal:
        return Line(row, refusal=row.refusal)
    if first != row.number:
        return Line(row, refusal=f"{row.reference} stands in row {first} already.")
    if found and (plain(found.text), plain(found.source)) == (row.text, row.source):
        return Line(row, on=on)
    try:
        return Line(row, (_done(actor, row, found, reason),), on=on)
    except (Refused, NotNow) as refusal:
        return Line(row, refusal=str(refusal), on=on)


def _done(actor: Actor, row: RecommendationRow, found: Recommendation | None, reason: str) -> Effect:
    words = {"text": row.text, "source": row.source}
    if found is None:
        enter(actor=actor, kind=Recommendation.kind, reference=row.reference, words=words)
        return Effect("entered", "A new recommendation.")
    was = [
        f"The {name} was: {getattr(found, name) or 'nothing'}" for name in words if getattr(found, name) != words[name]
    ]
    reword(actor=actor, entry=found, words=words, reason=reason)
    return Effect("reworded", " ".join(["Reworded.", *was]), shape="superseded")
