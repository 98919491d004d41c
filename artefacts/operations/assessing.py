"""Assessments: how a version stands to each principle and what it means for each constituency; and ready (P2, O2)."""

from collections.abc import Mapping

from artefacts import rules
from artefacts.models import Artefact, ImpactAssessment, PrincipleAssessment, Version
from artefacts.operations.moving import carry, doer, locked, said, tell
from artefacts.states import Alignment, Impact, Mover, State, Verb
from sdwg import clock
from sdwg.audit.acts import act
from sdwg.members.access import Actor, NotNow


@act
def assess(
    *,
    actor: Actor,
    version: Version,
    principles: Mapping[int, tuple[str, str]],
    impacts: Mapping[int, tuple[str, str]],
) -> Version:
    """Write cells of the two matrices: principle id to (alignment, why), constituency id to (impact, words).

    What is not named stays as it is. A departure says why; every impact has words, a nil its reason. Raises ``NotNow``,
    naming the field ``why_<id>`` or ``text_<id>``, and writes nothing.
    """
    artefact = locked(version.artefact_id)
    version = Version.objects.get(pk=version.pk)
    version.artefact = artefact
    rules.check_can_assess(actor, version)
    changed = _assess_principles(actor, version, principles)
    stated = _assess_impacts(actor, version, impacts)
    if changed or stated:
        tell("version.assessed", artefact, version, principles=changed, constituencies=stated)
    return version


def _assess_principles(actor: Actor, version: Version, cells: Mapping[int, tuple[str, str]]) -> int:
    known = {row.pk: row for row in rules.listed_principles(clock.today(actor.at))}
    kept = {row.principle_id: row for row in version.principle_assessments.all()}
    changed = 0
    for pk, (alignment, why) in cells.items():
        if pk not in known or alignment not in Alignment.values:
            raise NotNow("Choose how the version stands to a principle of the register.", f"alignment_{pk}")
        why = why.strip()
        if alignment == Alignment.DEPARTS:
            why = said(why, f"Say why it departs from {known[pk].reference}.", f"why_{pk}")
        cell = kept.get(pk) or PrincipleAssessment(version=version, principle=known[pk])
        if (cell.alignment, cell.why) == (alignment, why):
            continue
        cell.alignment, cell.why, cell.assessed_by, cell.assessed_at = alignment, why, doer(actor), actor.at
        cell.save()
        changed += 1
    return changed


def _assess_impacts(actor: Actor, version: Version, cells: Mapping[int, tuple[str, str]]) -> int:
    known = {row.pk: row for row in rules.listed_constituencies(clock.today(actor.at))}
    kept = {row.constituency_id: row for row in version.impact_assessments.all()}
    changed = 0
    for pk, (impact, text) in cells.items():
        if pk not in known or impact not in Impact.values:
            raise NotNow("Choose what the version means for a constituency that is listed.", f"impact_{pk}")
        wanted = "Say what the impact is" if impact == Impact.SOME else "Say why there is none"
        text = said(text, f"{wanted} for {known[pk].name}.", f"text_{pk}")
        cell = kept.get(pk) or ImpactAssessment(version=version, constituency=known[pk])
        if (cell.impact, cell.text) == (impact, text):
            continue
        cell.impact, cell.text, cell.assessed_by, cell.assessed_at = impact, text, doer(actor), actor.at
        cell.save()
        changed += 1
    return changed


@act
def make_ready(*, actor: Actor, artefact: Artefact) -> Artefact:
    """From resolving comments to ready, when every comment has a validated answer and no cell is blank.

    Raises ``NotNow`` with everything that is missing.
    """
    artefact = locked(artefact.pk)
    rules.check_can_make_ready(actor, artefact)
    carry(
        actor,
        artefact,
        State.READY,
        Mover.AUTHOR,
        Verb.MAKE_READY,
        rules.latest(artefact),
        "All that is needed is met.",
    )
    return artefact
