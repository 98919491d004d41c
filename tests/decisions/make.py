"""Decisions at every stage of their lives, made by the operations that make them; for the tests of every app.

Each builder takes the cast and returns what it made, freshly read. Builders that need time move the cast's moment and
the clock on: ``cast.at`` is later afterwards. ``version`` of the decision has its artefact; ``on=None`` asks freely.
"""

from datetime import datetime, timedelta
from typing import Any

from artefacts import operations as artefact_operations
from artefacts.models import Artefact, Version
from meetings import operations
from meetings.models import Decision, Determination, Meeting, Objection, Position
from meetings.states import Finding, ObjectionState, Stance
from sdwg import clock, workdays
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.replay import replayed

QUESTION = "Does the group endorse this version, with a certificate life of 12 months, to go to the DAG for approval?"
OBJECTION = {
    "text": "Small networks renew by hand. A yearly renewal in the January change freeze would put 40 points at risk.",
    "clause": "6.3.2, certificate life",
    "would_resolve": "24 months for parties with fewer than 50 certificates.",
}
CONCERN = "The cost of automated renewal before 2028."
REASONS = "The group agrees on the policy except clause 6.3.2. The remaining difference is the renewal window."
ANSWER = "Clause 6.3.2 now offers a window of 60 days, on page 2."
NEW = "a new artefact"


@replayed
def ready_version(cast: Cast, **version_of: Any) -> Version:
    """The newest version of an artefact that is ready."""
    return newest(artefacts.ready(cast, **version_of))


def newest(artefact: Artefact) -> Version:
    return Version.objects.select_related("artefact").filter(artefact=artefact).order_by("-order")[0]


@replayed
def next_version_ready(cast: Cast, artefact: Artefact, **version_of: Any) -> Version:
    """A new version of an artefact that was ready, consulted on and ready again. Time has passed."""
    window = artefacts.consultation(cast, artefacts.version(cast, artefact, **version_of))
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    artefact_operations.close_due_windows(cast.at)
    assessed = artefacts.assessed(cast, artefacts.fresh(artefact))
    artefact_operations.make_ready(actor=cast.actor(artefacts.name_of(cast, assessed.author)), artefact=assessed)
    return newest(assessed)


def deadline(cast: Cast, days: int = 5) -> datetime:
    """17:00, ``days`` working days from the cast's moment."""
    return workdays.deadline(workdays.add(workdays.effective_day(cast.at), days))


@replayed
def open_decision(
    cast: Cast,
    *,
    on: Version | str | None = NEW,
    meeting: Meeting | None = None,
    delegated: str = "",
    by: str = "chair",
    question: str = QUESTION,
    days: int = 5,
    **version_of: Any,
) -> Decision:
    """A question open for positions; on a new artefact's ready version, on the one given, or free for ``on=None``."""
    version = ready_version(cast, **version_of) if isinstance(on, str) else on
    decision = operations.open_decision(
        actor=cast.actor(by),
        question=question,
        version=version,
        meeting=meeting,
        delegated=bool(delegated),
        delegation_reference=delegated,
        closes_at=deadline(cast, days),
    )
    return fresh(decision)


@replayed
def at_meeting(cast: Cast, **asked: Any) -> Decision:
    """An open decision put to a meeting of today, which is in session."""
    version = None if asked.get("on", NEW) is None else ready_version(cast)
    starts_at = cast.at + timedelta(hours=1)
    secretariat = cast.actor("secretariat")
    meeting = operations.schedule(
        actor=secretariat, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), day_off=True
    )
    operations.invite(actor=secretariat, meeting=meeting)
    decision = open_decision(cast, **{"on": version, **asked}, meeting=meeting)
    artefacts.pass_to(cast, starts_at)
    operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Called at short notice.")
    return fresh(decision)


@replayed
def say(cast: Cast, decision: Decision, **stances: str) -> None:
    """What seats say: ``say(cast, decision, idno=Stance.OBJECT, large_supplier=Stance.SUPPORT)``."""
    for name, stance in stances.items():
        state(cast, decision, name.replace("_", "-"), stance)


@replayed
def state(cast: Cast, decision: Decision, name: str, stance: str, **words: str) -> Position:
    """The position of one seat, with the words its stance needs."""
    if stance == Stance.OBJECT:
        words = OBJECTION | words
    elif stance == Stance.CONCERN:
        words = {"text": CONCERN} | words
    return operations.state_position(actor=cast.actor(name), decision=decision, stance=stance, **words)


@replayed
def objected(cast: Cast, decision: Decision | None = None, by: str = "idno") -> Objection:
    """An objection just raised."""
    decision = decision or open_decision(cast)
    state(cast, decision, by, Stance.OBJECT)
    return Objection.objects.select_related("decision", "seat").get(decision=decision, seat=cast.actor(by).seat)


@replayed
def addressed(cast: Cast, objection: Objection | None = None) -> Objection:
    """An objection the chair has answered."""
    objection = objection or objected(cast)
    operations.address_objection(actor=cast.actor("chair"), objection=objection, answer=ANSWER)
    return Objection.objects.select_related("decision", "seat").get(pk=objection.pk)


@replayed
def closed(cast: Cast, decision: Decision | None = None, **asked: Any) -> Decision:
    """Closed for positions by themselves, at the deadline. Time has passed."""
    decision = decision or open_decision(cast, **asked)
    artefacts.pass_to(cast, max(cast.at, decision.closes_at))
    operations.close_due_decisions(cast.at)
    return fresh(decision)


@replayed
def proposed(
    cast: Cast, decision: Decision | None = None, finding: str = Finding.NO_CONSENSUS, **words: Any
) -> Determination:
    """A finding the chair has proposed."""
    decision = decision or heard(cast)
    if decision.state == "open":
        decision = closed(cast, decision)
    words = {"reasons": REASONS, **words}
    if finding == Finding.ADJOURNED:
        by = clock.today(cast.at) + timedelta(days=14)
        words = {"awaited": "Version 0.2 with a renewal window", "awaited_by": by, **words}
    return operations.propose_finding(actor=cast.actor("chair"), decision=decision, finding=finding, **words)


@replayed
def determined(cast: Cast, finding: Determination) -> Decision:
    """Determined after the two working days. Time has passed."""
    artefacts.pass_to(cast, max(cast.at, finding.dispute_until))
    operations.determine(actor=cast.actor("chair"), determination=finding)
    return fresh(finding.decision)


@replayed
def heard(cast: Cast, **asked: Any) -> Decision:
    """An open decision on which some seats have spoken, nobody against it."""
    decision = open_decision(cast, **asked)
    say(cast, decision, large_supplier=Stance.SUPPORT, small_supplier=Stance.LIVE_WITH, medium_supplier=Stance.CONCERN)
    return decision


@replayed
def consensus(cast: Cast, **asked: Any) -> Decision:
    """Determined: consensus. Its artefact is endorsed. Time has passed."""
    return determined(
        cast, proposed(cast, heard(cast, **asked), Finding.CONSENSUS, reasons="Nobody stands against it.")
    )


@replayed
def consensus_in_two_rounds(cast: Cast) -> Decision:
    """Determined: consensus, in a second round on a newer version. Time has passed."""
    decision = adjourned(cast)
    assert decision.version
    next_version_ready(cast, decision.version.artefact)
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=deadline(cast))
    decision = fresh(decision)
    say(cast, decision, large_supplier=Stance.SUPPORT, idno=Stance.SUPPORT)
    return determined(cast, proposed(cast, decision, Finding.CONSENSUS, reasons="Nobody stands against it."))


@replayed
def no_consensus(cast: Cast, **asked: Any) -> Decision:
    """Determined: no consensus, idno's objection O-1 being maintained. Its artefact is not agreed. Time has passed."""
    decision = heard(cast, **asked)
    objection = addressed(cast, objected(cast, decision))
    operations.maintain_objection(
        actor=cast.actor("idno"), objection=objection, last_word="60 days still overlaps the freeze."
    )
    return determined(cast, proposed(cast, decision, Finding.NO_CONSENSUS))


@replayed
def adjourned(cast: Cast, **asked: Any) -> Decision:
    """Determined: adjourned. Its artefact is ready. Time has passed."""
    return determined(cast, proposed(cast, heard(cast, **asked), Finding.ADJOURNED))


@replayed
def withdrawn(cast: Cast, **asked: Any) -> Decision:
    """Taken back by the chair."""
    decision = open_decision(cast, **asked)
    operations.withdraw_decision(actor=cast.actor("chair"), decision=decision, reason="Asked too early.")
    return fresh(decision)


def fresh(decision: Decision) -> Decision:
    """The decision as it is in the database now."""
    return Decision.objects.select_related("version__artefact", "meeting").get(pk=decision.pk)


def only_finding(decision: Decision) -> Determination:
    """The finding in force."""
    return decision.determinations.select_related("decision").get(round=decision.round, superseded_at__isnull=True)


@act
def _stands_again(*, actor: Actor, objection: Objection) -> None:
    objection.state = ObjectionState.RAISED
    objection.last_word, objection.last_word_as, objection.last_word_at = "", "", None
    objection.save()
    record("objection.raised", on=objection.decision, note={"objection": objection.reference})


def stands_again(cast: Cast, objection: Objection) -> None:
    """An objection that stands although positions are closed, which no operation makes: the last check's own case."""
    _stands_again(actor=cast.actor("chair"), objection=Objection.objects.get(pk=objection.pk))
