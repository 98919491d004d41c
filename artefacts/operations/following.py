"""For the apps above: an artefact follows the group's records. They check who may make the record; these, the move.

Nothing but ``approve`` and ``discharge`` approves anything. Both are called by the recording of a DAG outcome, the
first also where the DAG's liaison confirms an approval that was given before this system (D1).
"""

from datetime import date
from typing import Any

from artefacts import rules
from artefacts.models import Artefact, Baseline, Version
from artefacts.operations.moving import carry, locked
from artefacts.states import Mover, State, Verb
from sdwg.audit.acts import act
from sdwg.members.access import Actor


@act
def follow(
    *,
    actor: Actor,
    artefact: Artefact,
    to: State,
    by: Mover,
    reason: str,
    version: Version | None = None,
    note: dict[str, Any] | None = None,
    delegated: bool = False,
) -> Artefact:
    """Move the artefact as a decision, determination, submission or returning outcome says.

    ``delegated`` goes with "not agreed": the DAG had delegated the decision, so until it answers the artefact can go
    nowhere else (D3). Raises ``NotNow`` when the table has no such move; approvals are none.
    """
    artefact = locked(artefact.pk)
    rules.check_can_follow(artefact, to, by, version)
    if by == Mover.DETERMINATION:
        artefact.bound_for_dag = delegated and to == State.NOT_AGREED
    elif by == Mover.OUTCOME:
        artefact.bound_for_dag = False
    version = version or rules.latest(artefact)
    more = {key: value for key, value in (note or {}).items() if key != "version"}
    carry(actor, artefact, State(to), Mover(by), Verb.FOLLOW, version, reason, **more)
    return artefact


@act
def approve(
    *,
    actor: Actor,
    artefact: Artefact,
    version: Version,
    dag_reference: str,
    approved_on: date,
    reason: str,
    conditional: bool = False,
    before_system: bool = False,
) -> Baseline:
    """The DAG approved ``version``: it becomes the baseline and supersedes the one before (D1).

    ``before_system``: it did so before the group worked with this program, which never consulted on the artefact.
    """
    artefact = locked(artefact.pk)
    if before_system:
        rules.check_never_worked_on(artefact, version)
    else:
        rules.check_can_approve(artefact, version, conditional=conditional)
    artefact.bound_for_dag = False
    to = State.CONDITIONS if conditional else State.APPROVED
    carry(actor, artefact, to, Mover.OUTCOME, Verb.APPROVE, version, reason, dag=dag_reference)
    return _set_baseline(actor, version, dag_reference, approved_on)


@act
def discharge(*, actor: Actor, artefact: Artefact, reason: str, version: Version | None = None) -> Artefact:
    """The last condition is discharged: approved. On a named new version, that one becomes the baseline."""
    artefact = locked(artefact.pk)
    rules.check_can_discharge(artefact, version)
    current = Baseline.objects.get(artefact=artefact, superseded_at__isnull=True)
    carry(actor, artefact, State.APPROVED, Mover.OUTCOME, Verb.DISCHARGE, version or current.version, reason)
    if version is not None and version.pk != current.version_id:
        _set_baseline(actor, version, current.dag_reference, current.approved_on)
    return artefact


def _set_baseline(actor: Actor, version: Version, dag_reference: str, approved_on: date) -> Baseline:
    for former in Baseline.objects.filter(artefact=version.artefact_id, superseded_at__isnull=True):
        former.superseded_at = actor.at
        former.save()
    return Baseline.objects.create(
        artefact_id=version.artefact_id,
        version=version,
        dag_reference=dag_reference,
        approved_on=approved_on,
        recorded_at=actor.at,
    )
