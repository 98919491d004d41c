"""Artefacts in any state, made by the operations that people use; for the tests of every app.

Each builder takes the cast and returns what it made, freshly read. The analyst writes, the secretariat opens the
consultation, large-supplier comments, idno returns nil, the chair validates. Builders that need time move the cast's
moment and the clock on: ``cast.at`` is later afterwards.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from artefacts import comment_sheets, industry, operations, sheets
from artefacts.models import (
    AnyEntry,
    Artefact,
    Baseline,
    Comment,
    Consultation,
    DesignArea,
    DesignPrinciple,
    PublicComment,
    Recommendation,
    ValidationDelegation,
    Version,
    VersionMarking,
)
from artefacts.states import Alignment, Answer, Impact, Kind, Marking, Mover, State
from sdwg import clock, workdays
from sdwg.audit.acts import Machine, act, record
from sdwg.files import tables
from sdwg.files.models import StagedUpload, StoredFile
from sdwg.files.operations import stage, store_made
from sdwg.members.models import Constituency, Organisation, Person, Seat
from tests.cast import Cast, make_pdf, pdf_of
from tests.replay import replayed

TITLE = "Interface Code of Connection"


@replayed
def stored(cast: Cast, *, pages: int = 3, words: str = "Security design", texts: Sequence[str] = ()) -> StoredFile:
    """A real small PDF in the store, with ``texts`` on its pages if given; equal ones are the same file."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as made:
        made.write(pdf_of(texts) if texts else make_pdf(pages, words))
        made.flush()
        return store_made(Path(made.name), at=cast.at)


@act
def _listed(*, actor: Machine, entry: AnyEntry) -> None:
    entry.save()
    record(f"{entry.kind}.entered", on=entry)


def principles(number: int = 2) -> list[DesignPrinciple]:
    """At least ``number`` illustrative principles in the register; all of them."""
    for place in range(DesignPrinciple.objects.count() + 1, number + 1):
        made = DesignPrinciple(reference=f"P-{place:02d}", title=f"Principle {place}", illustrative=True)
        _listed(actor=Machine(clock.now()), entry=made)
    return list(DesignPrinciple.objects.all())


def recommendation(number: int = 1) -> Recommendation:
    """The recommendation AWG-R-<number>."""
    reference = f"AWG-R-{number:02d}"
    if not Recommendation.objects.filter(reference=reference).exists():
        made = Recommendation(reference=reference, text=f"Recommendation {number}")
        _listed(actor=Machine(clock.now()), entry=made)
    return Recommendation.objects.get(reference=reference)


def area(number: int = 1) -> DesignArea:
    """The design area DA-<number>."""
    reference = f"DA-{number:02d}"
    if not DesignArea.objects.filter(reference=reference).exists():
        made = DesignArea(reference=reference, title=f"Area {number}", position=number)
        _listed(actor=Machine(clock.now()), entry=made)
    return DesignArea.objects.get(reference=reference)


def table(cast: Cast, *rows: tuple[str, ...], by: str = "analyst") -> StagedUpload:
    """An upload of recommendations by ``by`` that waits to be confirmed: a new one, if no rows are given."""
    out = io.StringIO()
    csv.writer(out).writerows([sheets.COLUMNS, *(rows or [("AWG-R-77", "Tabled", "Issue 2")])])
    return stage(
        ContentFile(out.getvalue().encode()),
        name="recommendations.csv",
        person=cast.person(by),
        at=cast.at,
        inspector=partial(tables.inspect, header=sheets.COLUMNS),
    )


def comment_table(cast: Cast, window: Consultation, *rows: tuple[str, ...], by: str = "idno") -> StagedUpload:
    """An upload of comments on an open window by ``by`` that waits to be confirmed: one new one, if none are given."""
    made = window.version
    above = [("Comments on", made.audit_ref), ("SHA-256", made.sha256), ("Marking", "")]
    out = io.StringIO()
    csv.writer(out).writerows(
        [*above, comment_sheets.COLUMNS, *(rows or [("", "5.2", "1", "", "", "", "Tabled.", "")])]
    )
    return stage(
        ContentFile(out.getvalue().encode()),
        name="comments.csv",
        person=cast.person(by),
        at=cast.at,
        inspector=lambda path, *, name: tables.inspect_laid_out(path, name=name, layout=comment_sheets.LAYOUT)[0],
    )


@replayed
def registered(
    cast: Cast,
    *,
    title: str = TITLE,
    kind: str = Kind.DESIGN,
    author: str = "analyst",
    owner: str = "",
    by: str = "",
    summary: str = "What a party must meet before its systems may connect.",
    recommendations: Iterable[Recommendation] = (),
    areas: Iterable[DesignArea] = (),
    planned_dag_date: date | None = None,
) -> Artefact:
    """A draft without a version. ``author``, ``owner`` and ``by`` are names of the cast."""
    return operations.register(
        actor=cast.actor(by or (author if author in {"analyst", "architect"} else "analyst")),
        title=title,
        summary=summary,
        kind=kind,
        owner=cast.seat(owner or author),
        author=cast.seat(author),
        recommendations=recommendations,
        areas=areas,
        planned_dag_date=planned_dag_date,
    )


@replayed
def version(
    cast: Cast,
    artefact: Artefact | None = None,
    *,
    label: str = "",
    marking: str = Marking.AMBER,
    people: Iterable[str] = (),
    organisations: Iterable[Organisation] = (),
    pages: int = 3,
    texts: Sequence[str] = (),
    by: str = "",
    **registering: Any,
) -> Version:
    """The next version of ``artefact`` (of a new one without it), with a file of its own."""
    artefact = fresh(artefact) if artefact else registered(cast, **registering)
    label = label or _next(artefact)
    names: list[Person] = [cast.person(name) for name in people]
    return operations.upload(
        actor=cast.actor(by or name_of(cast, artefact.author)),
        artefact=artefact,
        stored=stored(cast, pages=pages, words=f"{artefact.reference} {label}", texts=texts),
        file_name=f"{artefact.reference}-{label}.pdf",
        label=label,
        change_note=f"What {label} changes",
        marking=marking,
        people=names,
        organisations=organisations,
    )


def _next(artefact: Artefact) -> str:
    return f"0.{artefact.versions.count() + 1}"


@replayed
def consultation(
    cast: Cast, made: Version | None = None, *, by: str = "secretariat", **version_of: Any
) -> Consultation:
    """An open window on ``made`` (on a new version without it), for the usual period."""
    made = made or version(cast, **version_of)
    usual = workdays.periods()["consultation"]
    closes_on = workdays.add(workdays.effective_day(cast.at), usual)
    return operations.open_consultation(actor=cast.actor(by), version=made, closes_on=closes_on)


@replayed
def in_consultation(cast: Cast, **version_of: Any) -> Artefact:
    """An artefact in consultation, nobody having responded."""
    return fresh(consultation(cast, **version_of).version.artefact)


@replayed
def comment(cast: Cast, window: Consultation, by: str = "large-supplier", **words: Any) -> Comment:
    """One comment of ``by`` on an open window."""
    words = {"text": "Say who pays.", "section": "5.2.1", "page": 1, "severity": "high", **words}
    return operations.comment(actor=cast.actor(by), consultation=window, **words)


PUBLIC = {
    "name": "Outside Reader",
    "address": "reader@industry.example",
    "organisation": "Meter Maker M",
    "section": "2.1",
    "page": 1,
    "type": "technical",
    "text": "Say which curve.",
    "proposed_change": "P-256",
}
"""What somebody from the wider industry types."""


@replayed
def public_window(cast: Cast, made: Version | None = None, **version_of: Any) -> Consultation:
    """A consultation that is open to the wider industry."""
    window = consultation(cast, made, **({} if made else {"marking": Marking.CLEAR, **version_of}))
    operations.open_to_industry(actor=cast.actor("secretariat"), consultation=window)
    return Consultation.objects.select_related("version__artefact", "version__file").get(pk=window.pk)


def sent_in(cast: Cast, window: Consultation, **typed: Any) -> PublicComment:
    """A comment from the wider industry that nobody has confirmed."""
    operations.send_public_comment(consultation=window, at=cast.at, **{**PUBLIC, **typed})
    return PublicComment.objects.select_related("consultation__version__artefact").latest("pk")


def held_from_industry(cast: Cast, window: Consultation, **typed: Any) -> PublicComment:
    """A comment from the wider industry that its sender has confirmed, and that waits for its release."""
    made = sent_in(cast, window, **typed)
    return operations.confirm_public_comment(secret=industry.confirming_secret(made.nonce), at=cast.at)


def from_industry(cast: Cast, window: Consultation, **typed: Any) -> PublicComment:
    """A comment from the wider industry that the secretariat has released."""
    return released(cast, held_from_industry(cast, window, **typed))


def released(cast: Cast, made: PublicComment) -> PublicComment:
    """The comment, released by the secretariat."""
    version = made.consultation.version
    (done,) = operations.release_public_comments(actor=cast.actor("secretariat"), version=version, comments=[made.pk])
    return done


def delegated(cast: Cast, artefact: Artefact, to: str = "architect") -> ValidationDelegation:
    """The chair lets ``to`` validate the answers on the artefact."""
    return operations.delegate_validation(
        actor=cast.actor("chair"), artefact=artefact, seat=cast.seat(to), reason="The chair is away."
    )


@replayed
def proposed(cast: Cast, window: Consultation | None = None) -> Comment:
    """A comment of large-supplier whose answer, "clarified", waits for the chair."""
    made = comment(cast, window or consultation(cast))
    reason = "Clarified in 5.2."
    operations.propose_disposition(actor=cast.actor("analyst"), comment=made, answer=Answer.CLARIFIED, reason=reason)
    return Comment.objects.select_related("version", "disposition").get(pk=made.pk)


@replayed
def validated(cast: Cast, window: Consultation | None = None) -> Comment:
    """The same, validated by the chair: the last word is large-supplier's."""
    made = proposed(cast, window)
    operations.validate_disposition(actor=cast.actor("chair"), disposition=made.disposition)
    return Comment.objects.select_related("version", "disposition").get(pk=made.pk)


@replayed
def responded(cast: Cast, window: Consultation) -> Consultation:
    """Two comments by large-supplier, one by medium-supplier, a nil return by idno."""
    comment(cast, window)
    comment(cast, window, text="Within twenty working days.", proposed_change="20 working days", severity="medium")
    comment(cast, window, "medium-supplier", text="Which release?", type="question", severity="low", page=None)
    operations.return_nil(actor=cast.actor("idno"), consultation=window)
    return window


@replayed
def resolving(cast: Cast, **version_of: Any) -> Artefact:
    """An artefact whose window has closed by itself, with the comments of ``responded`` unanswered. Time has passed."""
    window = responded(cast, consultation(cast, **version_of))
    pass_to(cast, window.closes_at + timedelta(minutes=1))
    operations.close_due_windows(cast.at)
    return fresh(window.version.artefact)


@replayed
def resolving_by_name(cast: Cast, **version_of: Any) -> Artefact:
    """The same for one that is read by name: idno is named, comments, and nobody else could."""
    window = consultation(cast, people=["idno"], **version_of)
    comment(cast, window, "idno")
    pass_to(cast, window.closes_at + timedelta(minutes=1))
    operations.close_due_windows(cast.at)
    return fresh(window.version.artefact)


@replayed
def answered(cast: Cast, artefact: Artefact) -> Artefact:
    """Every comment on it with a validated answer."""
    author = cast.actor(name_of(cast, artefact.author))
    for row in Comment.objects.standing().filter(version__artefact=artefact, disposition__isnull=True):
        answer = Answer.ACCEPTED if row.proposed_change else Answer.CLARIFIED
        reason = "" if row.proposed_change else "Clarified in 5.2."
        disposition = operations.propose_disposition(actor=author, comment=row, answer=answer, reason=reason)
        operations.validate_disposition(actor=cast.actor("chair"), disposition=disposition)
    return fresh(artefact)


@replayed
def assessed(cast: Cast, artefact: Artefact) -> Artefact:
    """Every cell of its latest version filled."""
    last = artefact.versions.order_by("-order")[0]
    operations.assess(
        actor=cast.actor(name_of(cast, artefact.author)),
        version=last,
        principles={row.pk: (Alignment.ALIGNED, "") for row in principles()},
        impacts={row.pk: (Impact.SOME, f"What {row.name} has to build.") for row in Constituency.objects.all()},
    )
    return fresh(artefact)


@replayed
def ready(cast: Cast, **version_of: Any) -> Artefact:
    """An artefact that is ready: consulted on, answered, assessed. Time has passed."""
    artefact = assessed(cast, answered(cast, resolving(cast, **version_of)))
    operations.make_ready(actor=cast.actor(name_of(cast, artefact.author)), artefact=artefact)
    return fresh(artefact)


@replayed
def under_decision(cast: Cast, **version_of: Any) -> Artefact:
    """Under decision, as far as artefacts know: without the decision that the apps above would have made."""
    return followed(cast, ready(cast, **version_of), State.UNDER_DECISION, Mover.CHAIR_OR_SECRETARIAT)


@replayed
def endorsed(cast: Cast, **version_of: Any) -> Artefact:
    """Endorsed, without the determination above."""
    return followed(cast, under_decision(cast, **version_of), State.ENDORSED, Mover.DETERMINATION)


@replayed
def not_agreed(cast: Cast, *, delegated: bool = False, **version_of: Any) -> Artefact:
    """Not agreed, without the determination above."""
    artefact = under_decision(cast, **version_of)
    return followed(cast, artefact, State.NOT_AGREED, Mover.DETERMINATION, delegated=delegated)


@replayed
def with_dag(cast: Cast, **version_of: Any) -> Artefact:
    """With the DAG, without the submission above."""
    return followed(cast, endorsed(cast, **version_of), State.WITH_DAG, Mover.SUBMISSION)


@replayed
def approved(cast: Cast, *, conditional: bool = False, **version_of: Any) -> Artefact:
    """Approved (with conditions, if so asked), without the outcome above."""
    artefact = with_dag(cast, **version_of)
    baseline(cast, artefact, conditional=conditional)
    return fresh(artefact)


@replayed
def baseline(cast: Cast, artefact: Artefact, *, conditional: bool = False, before_system: bool = False) -> Baseline:
    """The DAG's approval of the latest version."""
    return operations.approve(
        actor=cast.actor("dag"),
        artefact=artefact,
        version=artefact.versions.order_by("-order")[0],
        dag_reference="DAG-D-31",
        approved_on=clock.today(cast.at),
        reason="The DAG approved it.",
        conditional=conditional,
        before_system=before_system,
    )


@replayed
def returned(cast: Cast, **version_of: Any) -> Artefact:
    """Returned by the DAG, without the outcome above."""
    return followed(cast, with_dag(cast, **version_of), State.RETURNED, Mover.OUTCOME, actor="dag")


@replayed
def withdrawn(cast: Cast, **version_of: Any) -> Artefact:
    """Withdrawn by the chair from draft."""
    artefact = version(cast, **version_of).artefact
    return fresh(operations.withdraw(actor=cast.actor("chair"), artefact=artefact, reason="Overtaken."))


@replayed
def followed(
    cast: Cast, artefact: Artefact, to: State, by: Mover, *, actor: str = "chair", delegated: bool = False
) -> Artefact:
    """The artefact after a record above moved it."""
    operations.follow(
        actor=cast.actor(actor), artefact=artefact, to=to, by=by, reason="As the group found.", delegated=delegated
    )
    return fresh(artefact)


IN_STATE = {
    State.DRAFT: lambda cast: version(cast).artefact,
    State.IN_CONSULTATION: in_consultation,
    State.RESOLVING: resolving,
    State.READY: ready,
    State.UNDER_DECISION: under_decision,
    State.ENDORSED: endorsed,
    State.NOT_AGREED: not_agreed,
    State.WITH_DAG: with_dag,
    State.APPROVED: approved,
    State.CONDITIONS: lambda cast: approved(cast, conditional=True),
    State.RETURNED: returned,
    State.WITHDRAWN: withdrawn,
}
"""A builder for every state there is."""


@replayed
def pass_to(cast: Cast, at: datetime) -> None:
    """Let time pass until ``at`` for the cast and for every process."""
    cast.at = clock.set_now(at)


def fresh(artefact: Artefact) -> Artefact:
    """The artefact as it is in the database now."""
    return Artefact.objects.select_related("author__person", "owner__person").get(pk=artefact.pk)


def name_of(cast: Cast, seat: Seat) -> str:
    """The cast's name of a seat."""
    return next(name for name, other in cast.seats.items() if other.pk == seat.pk)


@act
def _remark(*, actor: Machine, version: Version, marking: str, by: Person) -> None:
    old = VersionMarking.objects.get(version=version, ends_at=None)
    old.ends_at = actor.at
    old.save()
    VersionMarking.objects.create(version=version, marking=marking, starts_at=actor.at, set_by=by, reason="Test")
    record("version.marked", on=version.artefact)


@replayed
def remark(cast: Cast, version: Version, marking: str) -> None:
    """A version gets another marking from now on."""
    _remark(actor=Machine(cast.at), version=version, marking=marking, by=cast.person("chair"))
