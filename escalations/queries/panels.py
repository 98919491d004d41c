"""What the DAG adds to the pages of an artefact and of a decision: its submissions, and the button that makes one."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from artefacts.models import Artefact
from artefacts.rules import acting_role, latest
from artefacts.states import State
from escalations.models import PriorApproval, Submission
from escalations.queries.plan import Row, rows, submissions
from escalations.queries.prior import prior_on_artefact
from escalations.rules import can_submit, decided_on, kind_for
from escalations.states import BEFORE, SubmissionKind
from meetings.models import Decision
from meetings.states import DecisionState
from sdwg.members.access import Actor
from sdwg.members.models import Role
from sdwg.screen import Button, Panel

LABELS: dict[str, str] = {
    SubmissionKind.APPROVAL: "Submit for approval",
    SubmissionKind.ESCALATION: "Escalate to the DAG",
    SubmissionKind.INFORMATION: "Submit for information",
}
NOTHING_YET = "Nothing submitted yet. When it is endorsed, the chair submits it from here."


def on_artefact(actor: Actor, artefact: Artefact) -> Panel | None:
    """Every submission of any version of ``artefact``, and what the DAG approved before this system.

    One query where there is neither, up to five where there is; for chair and secretariat a few more. Whether the
    reader may see a record takes longer to ask than whether there is one, and of most artefacts there is none.
    """
    there = Artefact.objects.filter(pk=artefact.pk).values_list(
        Exists(Submission.objects.filter(version__artefact=OuterRef("pk"))),
        Exists(PriorApproval.objects.filter(version__artefact=OuterRef("pk"))),
    )
    submitted, recorded = there.get()
    found = rows(submissions(actor).filter(version__artefact=artefact)) if submitted else []
    button = _for_artefact(actor, artefact) if acting_role(actor) == Role.CHAIR else None
    prior, band, record = prior_on_artefact(actor, artefact, recorded)
    context = {"rows": found, "prior": prior, "button": button or record, "empty": NOTHING_YET}
    return Panel("DAG", "escalations/panel.html", context, band)


def on_decision(actor: Actor, decision: Decision) -> Panel | None:
    """Every submission of ``decision``; nothing while it is not determined."""
    if decision.state != DecisionState.DETERMINED:
        return None
    found = rows(submissions(actor).filter(decision=decision))
    button = _for_decision(actor, decision) if acting_role(actor) == Role.CHAIR else None
    empty = "It has not gone to the DAG. The chair submits it." if button is None else "It has not gone to the DAG yet."
    return _panel(found, button, empty)


def _panel(found: list[Row], button: Button | None, empty: str) -> Panel:
    return Panel("DAG", "escalations/panel.html", {"rows": found, "button": button, "empty": empty})


def _for_decision(actor: Actor, decision: Decision) -> Button | None:
    kind = kind_for(decision)
    if not can_submit(actor, kind, decision, decision.version):
        return None
    return Button(LABELS[kind], f"{reverse('submission-make')}?decision={decision.reference}")


def _for_artefact(actor: Actor, artefact: Artefact) -> Button | None:
    """The decision's way while it is endorsed or not agreed; else its latest version, for information."""
    version = latest(artefact)
    if version is None or artefact.state == State.WITHDRAWN:
        return None
    if artefact.state in BEFORE.values():
        decision = decided_on(version)
        return _for_decision(actor, decision) if decision else None
    if not can_submit(actor, SubmissionKind.INFORMATION, None, version):
        return None
    return Button(LABELS[SubmissionKind.INFORMATION], f"{reverse('submission-make')}?artefact={artefact.reference}")
