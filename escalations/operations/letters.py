"""What is mailed, and to whom. A mail names references and leads to a page; what is restricted has no title in it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from artefacts.models import Version
from artefacts.states import Marking
from escalations.models import Outcome, Submission
from escalations.rules import by_reference_only, liaisons
from meetings.models import Decision
from sdwg import clock, dates
from sdwg.mail.operations import queue
from sdwg.members.access import actor_for
from sdwg.members.models import Person, Role, Seat

GREEN = f"TLP:{Marking.GREEN}"
"""References, titles and states are metadata; a mail holds nothing else."""


def subject_of(submission: Submission) -> str:
    """What a mail may call the matter: "SDWG-ART-004 PKI Certificate Policy 0.2", or the reference alone."""
    version = submission.version
    if version is None:
        return str(submission.decision)
    if by_reference_only(version):
        return version.artefact.reference
    return f"{version.artefact.reference} {version.artefact.title} {version.label}"


def tabled(submission: Submission) -> str:
    """Where it is put: "for the DAG of Wed 9 Dec 2026", or "by correspondence"."""
    if submission.dag_meeting is None:
        return "by correspondence"
    return f"for the DAG of {dates.day(submission.dag_meeting.date)}"


def submitted(at: datetime, submission: Submission, seats: Iterable[Seat]) -> None:
    """To the liaison: a link, no attachment."""
    kind = submission.get_kind_display().lower()
    _send(
        at,
        "submission-made",
        submission,
        (seat.person for seat in seats),
        subject=f"{submission.reference} is with you, {tabled(submission)}",
        sentence=f"The SDWG submits {subject_of(submission)} ({kind}), {tabled(submission)}.",
        more="Its dossier is on the page of the submission. What the DAG decides is recorded there too.",
        why="you are the DAG's liaison to the group",
    )


def withdrawn(at: datetime, submission: Submission, seats: Iterable[Seat]) -> None:
    """To the liaison, who no longer has sight of it."""
    _send(
        at,
        "submission-withdrawn",
        submission,
        (seat.person for seat in seats),
        subject=f"{submission.reference} is withdrawn",
        sentence=f"The chair has withdrawn {submission.reference} ({subject_of(submission)}); nothing is asked.",
        link="/dag/",
        why="you are the DAG's liaison to the group",
    )


def reported(at: datetime, outcome: Outcome) -> None:
    """To whoever can confirm it: the liaison, or the chair where there is none."""
    seats = liaisons(at) or list(_seats(at, Role.CHAIR))
    submission = outcome.submission
    _send(
        at,
        "outcome-reported",
        submission,
        (seat.person for seat in seats),
        occurrence=str(outcome.pk),
        subject=f"Please confirm the outcome of {submission.reference}",
        sentence=f"The secretariat has transcribed an outcome of {submission.reference}. It waits for your confirmation.",
        why="somebody other than the secretariat confirms what the DAG decided",
    )


def in_effect(at: datetime, outcome: Outcome) -> None:
    """To the chair, the author, and the members who may read what was decided on."""
    submission = outcome.submission
    result = outcome.get_result_display()
    _send(
        at,
        "outcome-in-effect",
        submission,
        readers(at, submission),
        occurrence=str(outcome.pk),
        subject=f"The DAG's outcome on {submission.reference}: {result}",
        sentence=f"The DAG has decided on {subject_of(submission)}: {result} ({outcome.dag_reference}).",
        why="you may read what was decided on",
    )


def discharged(at: datetime, outcome: Outcome) -> None:
    """To the same people, when the last condition is met."""
    submission = outcome.submission
    _send(
        at,
        "conditions-discharged",
        submission,
        readers(at, submission),
        subject=f"The conditions of {submission.reference} are discharged",
        sentence=f"Every condition on {subject_of(submission)} is met; it is approved ({outcome.dag_reference}).",
        why="you may read what was decided on",
    )


def readers(at: datetime, submission: Submission) -> list[Person]:
    """Chair, author and members, as far as they may read the version or the question."""
    author = Seat.objects.none()
    if submission.version:
        author = Seat.objects.filter(pk=submission.version.artefact.author_id).current(clock.today(at))
    seats = _seats(at, Role.CHAIR, Role.MEMBER) | author.with_names()
    people = {seat.person_id: seat.person for seat in seats if seat.person.is_active}
    return [person for person in people.values() if _reads(at, person, submission)]


def _seats(at: datetime, *roles: Role) -> QuerySet[Seat]:
    return Seat.objects.filter(role__in=roles).current(clock.today(at)).with_names()


def _reads(at: datetime, person: Person, submission: Submission) -> bool:
    actor = actor_for(person, at)
    if submission.version_id:
        return Version.objects.visible_to(actor).filter(pk=submission.version_id).exists()
    return Decision.objects.visible_to(actor).filter(pk=submission.decision_id).exists()


def _send(
    at: datetime,
    rule: str,
    submission: Submission,
    people: Iterable[Person],
    *,
    subject: str,
    sentence: str,
    why: str,
    more: str = "",
    link: str = "",
    occurrence: str = "",
) -> None:
    context = {
        "sentence": sentence,
        "more": more,
        "link": link or submission.get_absolute_url(),
        "link_text": "Open the forward plan" if link else "Open the submission",
        "why": why,
    }
    for person in people:
        queue(
            rule=rule,
            on_key=submission.audit_key,
            person=person,
            occurrence=occurrence,
            subject=subject,
            template="notice",
            context=context,
            marking=GREEN,
            at=at,
        )
