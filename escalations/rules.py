"""Who puts what to the DAG, who records what it decided, and when: pairs of ``check_can_x`` and ``can_x``.

Rights go with the seat somebody is acting for: what is recorded is what was allowed. The first part states facts that
rules, pages and operations share.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from artefacts.models import Artefact, Version, VersionMarking
from artefacts.rules import (
    acting_role,
    check_never_worked_on,
    confirmable_until,
    held,
    latest,
    open_to_readers_of,
    reads,
    sees,
)
from artefacts.states import Kind, Marking, State
from escalations.models import Condition, DagMeeting, Dossier, Outcome, PriorApproval, Submission
from escalations.states import (
    BEFORE,
    DossierState,
    PriorState,
    Result,
    SubmissionKind,
    SubmissionState,
    effect_of,
    results_for,
)
from meetings.models import Decision, Determination
from meetings.states import Finding
from sdwg import clock, dates, workdays
from sdwg.members.access import Actor, NotNow, Refused, allowed, only_chair
from sdwg.members.models import Role, Seat

FINDING_FOR: dict[str, str] = {
    SubmissionKind.APPROVAL: Finding.CONSENSUS,
    SubmissionKind.ESCALATION: Finding.NO_CONSENSUS,
}
"""What the group must have found before the chair submits."""
FURTHEST = timedelta(days=731)
"""How far ahead the DAG's calendar is kept."""
LONGEST_QUESTION = 400
LONGEST_REFERENCE = 60


# ------------------------------------------------------------------------------------------------------------- facts


def marking_of(version: Version) -> str:
    """The marking of ``version`` in force today. One query."""
    rows = VersionMarking.objects.filter(version=version, ends_at__isnull=True)
    return rows.values_list("marking", flat=True).get()


def by_reference_only(version: Version | None) -> bool:
    """Whether the DAG is given the reference alone: its liaison is never granted TLP:RED or procurement support."""
    if version is None:
        return False
    return version.artefact.kind == Kind.PROCUREMENT or marking_of(version) == Marking.RED


def held_versions(version: Version, decision: Decision | None, at: datetime) -> list[Version]:
    """The versions that the dossier of ``version`` may tell of, oldest first, itself last.

    Those with comments, and those on which earlier rounds of ``decision`` were. What was said on an earlier version is
    its readers': where those are fewer than the readers of the submitted one, its comments stay out, and the dossier
    says so; what was said in a round on it is opened by whoever reads that version alone.
    """
    chain = Version.objects.filter(artefact=version.artefact_id, order__lte=version.order).order_by("order")
    rows: list[Any] = open_to_readers_of(version, chain.annotate(said=Count("comments")), at)
    rounds = set(decision.earlier_versions.values_list("pk", flat=True)) if decision else set()
    return [row for row in rows if row.pk == version.pk or row.said or row.pk in rounds]


def liaisons(at: datetime) -> list[Seat]:
    """The DAG liaison's seats in force at ``at``, of people who can sign in."""
    seats = Seat.objects.filter(role=Role.LIAISON, person__is_active=True).current(clock.today(at))
    return list(seats.with_names())


def finding_on(decision: Decision) -> Determination | None:
    """What the chair determined on ``decision``, as it stands; ``None`` while nothing is determined."""
    found = decision.determinations.filter(determined_at__isnull=False, superseded_at__isnull=True)
    return found.order_by("-round").first()


def decided_on(version: Version) -> Decision | None:
    """The newest decision on ``version`` that ended in consensus or in no consensus."""
    found = Determination.objects.filter(
        decision__version=version,
        determined_at__isnull=False,
        superseded_at__isnull=True,
        finding__in=FINDING_FOR.values(),
    ).select_related("decision")
    newest = found.order_by("-determined_at", "-pk").first()
    return newest.decision if newest else None


def kind_for(decision: Decision) -> str:
    """What a determined decision goes to the DAG as: a consensus on a version for approval, no consensus to be settled.

    A consensus on a free question asks nothing of the DAG and goes for information.
    """
    finding = finding_on(decision)
    if finding and finding.finding == Finding.NO_CONSENSUS:
        return SubmissionKind.ESCALATION
    return SubmissionKind.APPROVAL if decision.version_id else SubmissionKind.INFORMATION


def late_for_papers(at: datetime, dag_meeting: DagMeeting | None) -> bool:
    """Whether the papers' deadline of ``dag_meeting`` has passed at ``at``."""
    return dag_meeting is not None and at > dag_meeting.papers_due_at


def latest_outcome(submission: Submission) -> Outcome | None:
    """The last record of what the DAG decided on ``submission`` that nothing supersedes, reported or in force."""
    return submission.outcomes.filter(superseded_at__isnull=True).order_by("recorded_at", "pk").last()


def tabled(meeting: DagMeeting | None) -> str:
    """Where something is put, as the trail says it: "DAG of Wed 13 Jan 2027", "DAG, by correspondence"."""
    return f"DAG of {dates.day(meeting.date)}" if meeting else "DAG, by correspondence"


def said(outcome: Outcome) -> str:
    """ "Approved (DAG-2026-12, Wed 9 Dec 2026), recorded by DAG Liaison": an outcome, told to whoever came second."""
    verb = "transcribed" if outcome.transcribed else "recorded"
    words = f"{outcome.get_result_display()} ({outcome.dag_reference}, {dates.day(outcome.decided_on)})"
    return f"{words}, {verb} by {outcome.recorded_as}"


def standing(submission: Submission) -> str:
    """Why nothing more can be done to a submission that is over; empty while it lies with the DAG."""
    if submission.state == SubmissionState.ANSWERED:
        outcome = latest_outcome(submission)
        return f"{submission} has its outcome already: {said(outcome)}." if outcome else f"{submission} is answered."
    if submission.state == SubmissionState.WITHDRAWN:
        return f"{submission} was withdrawn on {dates.day(submission.state_since)}."
    return f"{submission} has not been submitted yet." if submission.state == SubmissionState.DRAFT else ""


# ------------------------------------------------------------------------------------------------------- DAG meetings


def check_can_keep_calendar(actor: Actor) -> None:
    """Chair and secretariat keep the DAG's calendar; second Wednesdays are in it by themselves."""
    if acting_role(actor) not in {Role.CHAIR, Role.SECRETARIAT}:
        raise Refused("The secretariat keeps the DAG's calendar. Ask it to add the meeting.")


def can_keep_calendar(actor: Actor) -> bool:
    return allowed(check_can_keep_calendar, actor)


def check_dag_day(day: date, at: datetime) -> None:
    """A working day, today or later, that is not in the calendar yet."""
    if day < clock.today(at):
        raise NotNow("That day has passed. Name the day of a DAG meeting to come.", "date")
    if day > clock.today(at) + FURTHEST:
        raise NotNow("That is more than two years ahead. Look at the year.", "date")
    if not workdays.is_working(day):
        raise NotNow(f"{dates.day(day)} is no working day. Name a working day.", "date")
    if DagMeeting.objects.filter(date=day).exists():
        raise NotNow(f"The DAG meeting of {dates.day(day)} is in the calendar already.", "date")


# --------------------------------------------------------------------------------------------------------- submitting


def check_can_submit(actor: Actor, kind: str, decision: Decision | None, version: Version | None) -> None:
    """The chair submits: a consensus for approval, no consensus as an escalation, anything for information."""
    only_chair(actor, "Only the chair submits to the DAG. The chair finds it under “your move”.")
    if version and not reads(actor, version):
        raise Refused("A conflict of interest keeps this version from you, so you cannot submit it.")
    if decision is None and version is None:
        raise NotNow("A submission is about a decision or a version. Start from the page of one.")
    if decision and version and decision.version_id != version.pk:
        raise NotNow(f"{decision} is not about {version}.")
    if kind != SubmissionKind.INFORMATION:
        _check_decided(kind, decision)
        _check_not_with_dag(kind, decision, version)
        _check_industry_heard(actor.at, version)
    elif version and version.artefact.state == State.WITHDRAWN:
        raise NotNow(f"{version.artefact} is withdrawn; there is nothing to tell the DAG of it.")


def _check_decided(kind: str, decision: Decision | None) -> None:
    """The group has found what this kind of submission needs, on these bytes, and the artefact stands where it says."""
    if decision is None:
        raise NotNow("Only what the group has decided goes to the DAG for approval. Open a decision on it first.")
    finding = finding_on(decision)
    if finding is None:
        raise NotNow(f"Nothing is determined on {decision} yet. The chair determines first, and then submits.")
    if finding.finding != FINDING_FOR[kind]:
        way = "an escalation" if finding.finding == Finding.NO_CONSENSUS else "a submission for approval"
        raise NotNow(f"The finding on {decision} is “{finding.get_finding_display()}”: it goes to the DAG as {way}.")
    version = decision.version
    if version is None:
        if kind == SubmissionKind.APPROVAL:
            raise NotNow("The DAG approves versions. A consensus on a free question goes to it for information.")
        return
    if finding.version_sha256 and finding.version_sha256 != version.sha256:
        raise NotNow(f"{decision} was determined on other bytes than {version} has. Reopen the decision.")
    if version.artefact.state not in {BEFORE[kind], State.WITH_DAG}:
        raise NotNow(
            f"{version.artefact} is “{version.artefact.get_state_display()}”. Only what is "
            f"“{BEFORE[kind].label}” goes to the DAG this way."
        )


def _check_not_with_dag(kind: str, decision: Decision | None, version: Version | None) -> None:
    """One submission at a time, and no second escalation of a free question the DAG has answered."""
    others = Submission.objects.exclude(kind=SubmissionKind.INFORMATION)
    mine = others.filter(decision=decision) | (others.filter(version=version) if version else others.none())
    live = mine.filter(state=SubmissionState.SUBMITTED).first()
    if live:
        raise NotNow(f"It is with the DAG already, as {live}. Withdraw that first, with a reason.")
    if version and version.artefact.state == State.WITH_DAG:
        raise NotNow(f"{version.artefact} is with the DAG already.")
    answered = None if version else mine.filter(state=SubmissionState.ANSWERED).first()
    if answered:
        raise NotNow(f"The DAG has answered this question already, in {answered}. Open a new decision.")


def _check_industry_heard(at: datetime, version: Version | None) -> None:
    """No comment from the wider industry that was sent in time is still on its way into the dossier (D2)."""
    if version and held(version.artefact_id):
        raise NotNow(
            "The secretariat still has to release what came from the wider industry. Submit it then: its dossier tells "
            "the DAG how many there were."
        )
    until = confirmable_until(version.artefact_id, at) if version else None
    if until:
        raise NotNow(
            f"What the wider industry sent before the close can still be confirmed, until {dates.day(until)} at "
            f"{clock.london(until):%H:%M}. Submit it then: its dossier tells the DAG how many there were."
        )


def can_submit(actor: Actor, kind: str, decision: Decision | None, version: Version | None) -> bool:
    return allowed(check_can_submit, actor, kind, decision, version)


def check_tabling(at: datetime, dag_meeting: DagMeeting | None, by_correspondence: bool) -> None:
    """A DAG meeting that is to come, or by correspondence. Late for its papers is allowed, and said."""
    if (dag_meeting is None) != by_correspondence:
        raise NotNow("Choose one DAG meeting, or “by correspondence”.", "tabled_for")
    if dag_meeting is None:
        return
    if dag_meeting.cancelled_at:
        raise NotNow(f"The DAG meeting of {dates.day(dag_meeting.date)} is cancelled. Choose another.", "tabled_for")
    if dag_meeting.date < clock.today(at):
        raise NotNow(f"The DAG meeting of {dates.day(dag_meeting.date)} is over. Choose one to come.", "tabled_for")


def check_words(question: str, statement: str) -> None:
    """The DAG is asked one question, and the chair says why (D3)."""
    if not question.strip():
        raise NotNow("Say in one sentence what the DAG is asked.", "question")
    if len(question) > LONGEST_QUESTION:
        raise NotNow(f"The question is longer than {LONGEST_QUESTION} characters; the statement has room.", "question")
    if not statement.strip():
        raise NotNow("The DAG needs the chair's statement: what was weighed, and what is asked of it.", "statement")


def check_can_withdraw(actor: Actor, submission: Submission, reason: str = "-") -> None:
    """The chair withdraws, with a reason, what has no outcome and no report of one."""
    only_chair(actor, "Only the chair withdraws a submission. Ask the chair.")
    if submission.state != SubmissionState.SUBMITTED:
        raise NotNow(standing(submission))
    outcome = latest_outcome(submission)
    if outcome and outcome.is_reported:
        raise NotNow(f"An outcome is reported: {said(outcome)}. It is confirmed, or corrected by a new record, first.")
    if not reason.strip():
        raise NotNow("Say why it is withdrawn. The DAG and the group read it.", "reason")


def can_withdraw(actor: Actor, submission: Submission) -> bool:
    return allowed(check_can_withdraw, actor, submission)


# ----------------------------------------------------------------------------------------------------------- outcomes


def check_can_record(actor: Actor, submission: Submission) -> None:
    """The liaison records at once; the secretariat transcribes, and somebody else confirms."""
    if acting_role(actor) not in {Role.LIAISON, Role.SECRETARIAT}:
        raise Refused(
            "The DAG liaison records what the DAG decided. The secretariat may transcribe it from the DAG's minutes."
        )
    if submission.state != SubmissionState.SUBMITTED:
        raise NotNow(standing(submission))


def can_record(actor: Actor, submission: Submission) -> bool:
    return allowed(check_can_record, actor, submission)


def transcribes(actor: Actor) -> bool:
    """Whether what they record waits for somebody else's confirmation."""
    return acting_role(actor) != Role.LIAISON


def check_known(submission: Submission, after: Outcome | None) -> None:
    """Whoever records knows the last record there is: two at once cannot both be the next."""
    latest = latest_outcome(submission)
    if latest and (after is None or after.pk != latest.pk):
        raise NotNow(f"Meanwhile there is another record: {said(latest)}. Look at it before you record one after it.")
    if after and latest is None:
        raise NotNow("The record you looked at is no longer in force. Load the page again.")


def check_result(
    submission: Submission,
    result: str,
    decided: date,
    dag_reference: str,
    words: str,
    conditions: Sequence[str],
    due: date | None,
) -> None:
    """A result that the DAG can give to such a submission, with its reference, its reasons, its conditions."""
    if effect_of(submission.kind, submission.on_version, result) is None:
        possible = ", ".join(one.label for one in results_for(submission.kind, submission.on_version))
        raise NotNow(f"The DAG cannot give that to this submission. It can be: {possible}.", "result")
    if not dag_reference.strip():
        raise NotNow("Give the DAG's own reference: its minute, or its decision number.", "dag_reference")
    if len(dag_reference) > LONGEST_REFERENCE:
        raise NotNow(f"The reference has at most {LONGEST_REFERENCE} characters.", "dag_reference")
    if result in {Result.REJECTED, Result.ANSWERED} and not words.strip():
        raise NotNow("Give the DAG's words: the group works from them.", "words")
    wanted = [text for text in conditions if text.strip()]
    if result == Result.CONDITIONS and not wanted:
        raise NotNow("Write at least one condition: without one it is simply approved.", "conditions")
    if result != Result.CONDITIONS and (wanted or due):
        raise NotNow(f"“{Result.CONDITIONS.label}” has conditions, and nothing else has.", "conditions")
    if due and due < decided:
        raise NotNow("Conditions cannot be due before the day on which the DAG made them.", "conditions_due")


def check_date(submission: Submission, decided: date, by_correspondence: bool, at: datetime) -> None:
    """The DAG meeting's date has come, or the DAG decided by correspondence; never in the future (London dates)."""
    today = clock.today(at)
    if decided > today:
        raise NotNow("The DAG cannot have decided on a day that has not come.", "decided_on")
    if submission.submitted_at and decided < clock.today(submission.submitted_at):
        day = dates.day(submission.submitted_at)
        raise NotNow(f"It was submitted on {day}; the DAG cannot have decided before.", "decided_on")
    if by_correspondence:
        return
    meeting = submission.dag_meeting
    if meeting is None:
        raise NotNow("It was submitted by correspondence. Tick that the DAG decided so.", "by_correspondence")
    day = dates.day(meeting.date)
    if meeting.cancelled_at:
        raise NotNow(f"The DAG meeting of {day} is cancelled; only a decision by correspondence can be recorded.")
    if meeting.date > today:
        raise NotNow(
            f"The DAG meeting of {day} has not come. Until then only a decision by correspondence can be recorded, "
            "with its date and reference.",
            "decided_on",
        )
    if decided < meeting.date:
        raise NotNow(
            f"It is tabled for the DAG meeting of {day}. An earlier decision was one by correspondence.", "decided_on"
        )


def check_can_confirm(actor: Actor, outcome: Outcome) -> None:
    """The liaison (where there is none, the chair) confirms what somebody else transcribed."""
    _check_speaks_for_dag(actor, "confirms a transcribed outcome")
    if outcome.superseded_at:
        raise NotNow("That record was replaced by another one. Load the page again.")
    if outcome.confirmed_at:
        raise NotNow(f"It is in force already: {said(outcome)}, confirmed by {outcome.confirmed_as}.")
    if outcome.recorded_by_id == actor.person_id:
        raise Refused("Nobody confirms an outcome that they transcribed themselves. Ask a second person.")
    if outcome.submission.state != SubmissionState.SUBMITTED:
        raise NotNow(standing(outcome.submission))


def can_confirm(actor: Actor, outcome: Outcome) -> bool:
    return allowed(check_can_confirm, actor, outcome)


def check_can_discharge(actor: Actor, condition: Condition) -> None:
    """The liaison (where there is none, the chair) accepts the evidence that a condition is met."""
    _check_speaks_for_dag(actor, "accepts the evidence of a condition")
    if condition.discharged_at:
        raise NotNow(
            f"{condition} was discharged on {dates.day(condition.discharged_at)} by {condition.discharged_as}."
        )
    if not condition.outcome.is_in_force:
        raise NotNow("The outcome with this condition is not in force, so there is nothing to discharge.")


def can_discharge(actor: Actor, condition: Condition) -> bool:
    return allowed(check_can_discharge, actor, condition)


def can_speak_for_dag(actor: Actor) -> bool:
    """Whether what they accept counts as the DAG's: its liaison, or the chair while nobody holds that seat."""
    return allowed(_check_speaks_for_dag, actor, "")


def check_evidence(condition: Condition, evidence: str, version: Version | None) -> None:
    """Evidence in words; where the text had to change, the new version by name."""
    if not evidence.strip():
        raise NotNow("Say what shows that the condition is met.", "evidence")
    if version is None:
        return
    approved = condition.outcome.submission.version
    if approved is None or version.artefact_id != approved.artefact_id or version.order <= approved.order:
        raise NotNow("Name a version of the same artefact that is newer than the approved one.", "version")


def _check_speaks_for_dag(actor: Actor, what: str) -> None:
    if acting_role(actor) == Role.LIAISON:
        return
    only_chair(actor, f"The DAG liaison {what}; where there is none, the chair does.")
    if liaisons(actor.at):
        raise Refused(f"The DAG liaison {what}. The chair does only while nobody holds that seat.")


# ----------------------------------------------------------------------------------------- approved before this system


def check_can_record_prior(actor: Actor, artefact: Artefact, version: Version | None) -> None:
    """The secretariat, on the latest version of a draft the group has never worked on here; one record at a time."""
    if acting_role(actor) != Role.SECRETARIAT:
        raise Refused("The secretariat records what the DAG approved before this system. Ask the secretariat.")
    if not sees(actor, artefact):
        raise Refused(f"{artefact} is not open to you.")
    waits = PriorApproval.objects.waiting().filter(version__artefact=artefact).first()
    if waits:
        raise NotNow(
            f"A record of {artefact} waits already: {cited(waits)}, recorded by {waits.recorded_as}. "
            "It is confirmed, refused or withdrawn first."
        )
    check_never_worked_on(artefact, version)


def can_record_prior(actor: Actor, artefact: Artefact) -> bool:
    return allowed(check_can_record_prior, actor, artefact, latest(artefact))


def check_prior(actor: Actor, version: Version, dag_reference: str, decided_on: date, covers_both: bool) -> None:
    """The DAG's own reference and the day, which came before the artefact was registered here (London dates).

    A reference that stands for another version too is asked about once: one minute may approve several documents.
    """
    if not dag_reference.strip():
        raise NotNow("Give the DAG's own reference: its minute, or its decision number.", "dag_reference")
    if len(dag_reference) > LONGEST_REFERENCE:
        raise NotNow(f"The reference has at most {LONGEST_REFERENCE} characters.", "dag_reference")
    if decided_on > clock.today(actor.at):
        raise NotNow("The DAG cannot have decided on a day that has not come.", "decided_on")
    registered = clock.today(version.artefact.registered_at)
    if decided_on > registered:
        raise NotNow(
            f"{version.artefact} was registered here on {dates.day(registered)}. What the DAG decided later was not "
            "before this system: it goes to the DAG as a submission.",
            "decided_on",
        )
    if not covers_both and cites_elsewhere(actor, version, dag_reference):
        raise NotNow(
            f"“{dag_reference.strip()}” is already the DAG's reference for another version here. Put it right, or tick "
            "that the one decision approved both.",
            "covers_both",
        )


def cites_elsewhere(actor: Actor, version: Version, dag_reference: str) -> bool:
    """Whether a record that stands, and that ``actor`` may know of, gives ``dag_reference`` for another version.

    In whatever case it is written. Two queries.
    """
    same = Q(dag_reference__iexact=dag_reference.strip()) & ~Q(version=version)
    standing = (PriorState.WAITING, PriorState.CONFIRMED)
    outcomes = Outcome.objects.filter(
        dag_reference__iexact=dag_reference.strip(),
        superseded_at__isnull=True,
        submission__in=Submission.objects.listed_for(actor).order_by().values("pk"),
    )
    return (
        PriorApproval.objects.listed_for(actor).filter(same, state__in=standing).exists()
        or outcomes.exclude(submission__version=version).exists()
    )


def check_can_confirm_prior(actor: Actor, prior: PriorApproval) -> None:
    """The liaison (where there is none, the chair) confirms what somebody else recorded."""
    _check_answers_for_dag(actor, prior, "confirms what the DAG approved before this system")
    if prior.recorded_by_id == actor.person_id:
        raise Refused("Nobody confirms what they recorded themselves. Ask a second person.")
    _still_waits(prior)


def can_confirm_prior(actor: Actor, prior: PriorApproval) -> bool:
    return allowed(check_can_confirm_prior, actor, prior)


def check_can_refuse_prior(actor: Actor, prior: PriorApproval, reason: str = "-") -> None:
    """Whoever may confirm it may refuse it, with a reason; whoever recorded it withdraws it instead."""
    _check_answers_for_dag(actor, prior, "refuses a record of what the DAG approved before this system")
    if prior.recorded_by_id == actor.person_id:
        raise Refused("You recorded it yourself: the secretariat withdraws it.")
    _still_waits(prior)
    if not reason.strip():
        raise NotNow("Say what is wrong with it. The secretariat and its author read it.", "reason")


def check_can_withdraw_prior(actor: Actor, prior: PriorApproval, reason: str = "-") -> None:
    """The secretariat, with a reason, before it is confirmed."""
    if acting_role(actor) != Role.SECRETARIAT:
        raise Refused("The secretariat withdraws what it recorded wrongly. Ask the secretariat.")
    _still_waits(prior)
    if not reason.strip():
        raise NotNow("Say why it is withdrawn, for the record.", "reason")


def can_withdraw_prior(actor: Actor, prior: PriorApproval) -> bool:
    return allowed(check_can_withdraw_prior, actor, prior)


def others_at_the_dag(prior: PriorApproval, at: datetime) -> list[Seat]:
    """The liaison's seats at ``at``, but for that of whoever recorded it."""
    return [seat for seat in liaisons(at) if seat.person_id != prior.recorded_by_id]


def _check_answers_for_dag(actor: Actor, prior: PriorApproval, what: str) -> None:
    """The liaison; the chair where there is none other than who recorded it, so that a second person is there."""
    if acting_role(actor) == Role.LIAISON:
        return
    only_chair(actor, f"The DAG liaison {what}; where there is none, the chair does.")
    if others_at_the_dag(prior, actor.at):
        raise Refused(f"The DAG liaison {what}. The chair does only while nobody holds that seat.")


def _still_waits(prior: PriorApproval) -> None:
    if prior.state != PriorState.WAITING:
        day = dates.day(prior.settled_at) if prior.settled_at else ""
        done = str(prior.get_state_display()).lower()
        raise NotNow(f"It was {done} on {day} by {prior.settled_as}. Nothing is left to do on it.")


def cited(prior: PriorApproval) -> str:
    """ "DAG-2025-17 of Wed 12 Nov 2025": the DAG's reference and the day."""
    return f"{prior.dag_reference} of {dates.day(prior.decided_on)}"


# ------------------------------------------------------------------------------------------------------------ dossier


def check_can_order_dossier(actor: Actor, dossier: Dossier) -> None:
    """Chair and secretariat have a dossier built again that could not be built."""
    if acting_role(actor) not in {Role.CHAIR, Role.SECRETARIAT}:
        raise Refused("The chair or the secretariat has the dossier built again.")
    if dossier.state != DossierState.FAILED:
        raise NotNow(f"The dossier is “{dossier.get_state_display()}”; it is built again only when its build failed.")


def can_order_dossier(actor: Actor, dossier: Dossier) -> bool:
    return allowed(check_can_order_dossier, actor, dossier)


def can_read_dossier(actor: Actor, submission: Submission, dossier: Dossier) -> bool:
    """Whether all that is in the dossier is theirs: the submission, and each version whose comments it holds.

    The submission's grant lets the liaison read comments on earlier versions too, except where one is TLP:RED today.
    What was said in an earlier round of its decision, on another version, is in it too: where that version was not as
    open as the submitted one, its own readers alone open the dossier. Four queries.
    """
    if not Submission.objects.visible_to(actor).filter(pk=submission.pk).exists():
        return False
    held = set(dossier.holds)
    if submission.decision:
        closed = set(submission.decision.earlier_versions.values_list("pk", flat=True)) - held
        if Version.objects.visible_to(actor).filter(pk__in=closed).count() != len(closed):
            return False
    shown = Version.objects.visible_to(actor).filter(pk__in=held)
    if submission.pk in actor.granted("submission"):
        open_ones = Version.objects.filter(pk__in=held).exclude(artefact__kind=Kind.PROCUREMENT)
        red = VersionMarking.objects.filter(version__in=held, ends_at__isnull=True, marking=Marking.RED)
        shown = open_ones.exclude(pk__in=red.values("version")).exclude(pk__in=actor.excluded("version"))
    return set(shown.values_list("pk", flat=True)) == held
