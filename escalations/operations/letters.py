"""What is mailed, and to whom. A mail names references and leads to a page; what is restricted has no title in it."""

from collections.abc import Iterable
from datetime import datetime

from artefacts.models import Version
from artefacts.operations import notices
from artefacts.states import Marking
from escalations.models import Outcome, PriorApproval, Submission
from escalations.rules import by_reference_only, cited, liaisons, others_at_the_dag
from sdwg import dates
from sdwg.mail.operations import queue
from sdwg.members import access
from sdwg.members.models import Person, Role, Seat

GREEN = f"TLP:{Marking.GREEN}"
"""References, titles and states are metadata; a mail holds nothing else."""


def subject_of(submission: Submission) -> str:
    """What a mail may call the matter: "SDWG-ART-004 PKI Certificate Policy 0.2", or the reference alone."""
    return _named(submission.version) if submission.version else str(submission.decision)


def _named(version: Version) -> str:
    name = notices.spoken(version.artefact)
    return name if name == version.artefact.reference else f"{name} {version.label}"


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
    people = [seat.person for seat in liaisons(at)] or notices.holders(Role.CHAIR, at)
    submission = outcome.submission
    _send(
        at,
        "outcome-reported",
        submission,
        people,
        occurrence=str(outcome.pk),
        subject=f"Please confirm the outcome of {submission.reference}",
        sentence=f"The secretariat has transcribed an outcome of {submission.reference}. Please confirm it.",
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
    """Chair, author and members, as far as they may read the version; the chair and members for a free question."""
    people = [*notices.holders(Role.CHAIR, at), *notices.members(at)]
    if submission.version is None:
        return list({person.pk: person for person in people}.values())
    people += notices.author_people(submission.version.artefact, at)
    return notices.readers(submission.version, people, at)


# ----------------------------------------------------------------------------------------- approved before this system


def prior_recorded(at: datetime, prior: PriorApproval) -> None:
    """To whoever can confirm it: the liaison, or the chair where there is none."""
    people = [seat.person for seat in others_at_the_dag(prior, at)] or notices.holders(Role.CHAIR, at)
    reference = prior.version.artefact.reference
    _send(
        at,
        "prior-approval-recorded",
        prior,
        _listed(at, prior, people),
        subject=f"Please confirm that the DAG approved {reference} before this system",
        sentence=f"The secretariat has recorded that the DAG approved {_of(prior)} before this system: "
        f"{cited(prior)}. Please confirm it, or refuse it with a reason.",
        more="Nothing is approved until you do.",
        why="somebody other than the secretariat confirms what the DAG approved",
        link_text="See the record",
    )


def prior_confirmed(at: datetime, prior: PriorApproval) -> None:
    """To the secretariat and the author."""
    _send(
        at,
        "prior-approval-confirmed",
        prior,
        _keepers(at, prior),
        subject=f"{prior.version.artefact.reference} is approved, from before this system",
        sentence=f"{prior.settled_as} has confirmed that the DAG approved {_of(prior)} before this system: "
        f"{cited(prior)}. The version is the baseline.",
        why="you keep the record, or act for its author",
        link_text="See the record",
    )


def prior_refused(at: datetime, prior: PriorApproval) -> None:
    """To the secretariat and the author; why is on the page."""
    _send(
        at,
        "prior-approval-refused",
        prior,
        _keepers(at, prior),
        subject=f"{prior.version.artefact.reference} is not confirmed as approved before this system",
        sentence=f"{prior.settled_as} has refused the record that the DAG approved {_of(prior)} before this "
        f"system ({cited(prior)}). It is a draft, as before.",
        more="The reason is on the page of the record.",
        why="you keep the record, or act for its author",
        link_text="See the record",
    )


def prior_withdrawn(at: datetime, prior: PriorApproval) -> None:
    """To whoever was asked, who has nothing left to do."""
    people = [seat.person for seat in others_at_the_dag(prior, at)] or notices.holders(Role.CHAIR, at)
    reference = prior.version.artefact.reference
    _send(
        at,
        "prior-approval-withdrawn",
        prior,
        _listed(at, prior, people),
        subject=f"Nothing to confirm on {reference} any more",
        sentence=f"The secretariat has withdrawn its record that the DAG approved {_of(prior)} before this "
        "system; nothing is asked.",
        link="/dag/",
        why="you were asked to confirm it",
    )


def _keepers(at: datetime, prior: PriorApproval) -> list[Person]:
    """The secretariat, which keeps the record, and whoever acts for the author, as far as they may see it."""
    return _listed(
        at, prior, [*notices.holders(Role.SECRETARIAT, at), *notices.author_people(prior.version.artefact, at)]
    )


def _listed(at: datetime, prior: PriorApproval, people: Iterable[Person]) -> list[Person]:
    return access.readers(lambda actor: PriorApproval.objects.listed_for(actor).filter(pk=prior.pk), people, at)


def _of(prior: PriorApproval) -> str:
    """What a mail calls it: never its title, which may be closed to the recipient by the time the mail goes out."""
    reference = prior.version.artefact.reference
    return reference if by_reference_only(prior.version) else f"{reference}, version {prior.version.label},"


def _send(
    at: datetime,
    rule: str,
    about: Submission | PriorApproval,
    people: Iterable[Person],
    *,
    subject: str,
    sentence: str,
    why: str,
    more: str = "",
    link: str = "",
    link_text: str = "Open the submission",
    occurrence: str = "",
) -> None:
    context = {
        "sentence": sentence,
        "more": more,
        "link": link or about.get_absolute_url(),
        "link_text": "Open the forward plan" if link else link_text,
        "why": why,
    }
    for person in people:
        queue(
            rule=rule,
            on_key=about.audit_key,
            person=person,
            occurrence=occurrence,
            subject=subject,
            template="notice",
            context=context,
            marking=GREEN,
            at=at,
        )
