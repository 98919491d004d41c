"""Registering an artefact, uploading its versions, opening a revision, withdrawing it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from artefacts import rules
from artefacts.models import (
    LINKS,
    Artefact,
    DesignArea,
    Recommendation,
    Version,
    VersionMarking,
    VersionReader,
)
from artefacts.operations.consulting import open_windows, shut
from artefacts.operations.marking import void_remarkings
from artefacts.operations.moving import carry, doer, locked, said, tell
from artefacts.operations.notices import author_people, owe, spoken
from artefacts.operations.registers import demand_open
from artefacts.operations.texts import want_text
from artefacts.states import Kind, Marking, Mover, State, Verb
from sdwg.audit.acts import act
from sdwg.files.models import StoredFile
from sdwg.members.access import Actor, NotNow
from sdwg.members.models import Organisation, Person, Seat
from sdwg.models import Numbering
from sdwg.numbering import next_number


@act
def register(
    *,
    actor: Actor,
    title: str,
    summary: str,
    kind: str,
    owner: Seat,
    author: Seat,
    recommendations: Iterable[Recommendation] = (),
    areas: Iterable[DesignArea] = (),
    planned_dag_date: date | None = None,
) -> Artefact:
    """Enter a document into the register, as a draft without a version (R1, P1, S1).

    Raises ``Refused`` for who may not register, ``NotNow`` for seats that cannot own or write it and for entries that
    are retired or out of scope.
    """
    rules.check_can_register(actor)
    rules.check_named_seats(actor, kind, owner, author)
    title = said(title, "Give it a title.", "title")
    if kind not in Kind.values:
        raise NotNow("Choose what kind of document it is.", "kind")
    artefact = Artefact.objects.create(
        number=_next_number(),
        title=title,
        summary=summary.strip(),
        kind=kind,
        owner=owner,
        author=author,
        state=State.DRAFT,
        state_since=actor.at,
        planned_dag_date=planned_dag_date,
        registered_at=actor.at,
        registered_by=doer(actor),
    )
    answered: list[Recommendation | DesignArea] = [*recommendations, *areas]
    demand_open(answered)
    for entry in answered:
        LINKS[entry.kind].objects.create(artefact=artefact, **{entry.kind: entry})
    tell(
        "artefact.registered",
        artefact,
        None,
        owner=owner.label,
        author=author.label,
        answers=", ".join(entry.reference for entry in answered),
    )
    return artefact


def _next_number() -> int:
    """The register's next, with the first row locked, so that two who register at once get two numbers."""
    Artefact.objects.select_for_update().order_by("number").first()
    return next_number(Numbering.Register.ARTEFACTS, Artefact.objects.aggregate(last=Max("number"))["last"])


@act
def upload(
    *,
    actor: Actor,
    artefact: Artefact,
    stored: StoredFile,
    file_name: str,
    label: str,
    change_note: str,
    marking: str,
    people: Iterable[Person] = (),
    organisations: Iterable[Organisation] = (),
) -> Version:
    """Add a version: immutable bytes under a greater label, with its marking and readers. Ready goes back to resolving.

    The author is always among the named readers. Raises ``Refused`` or ``NotNow`` as ``rules`` say.
    """
    artefact = locked(artefact.pk)
    named, bodies = list(people), list(organisations)
    rules.check_can_upload(actor, artefact)
    rules.check_label(artefact, label)
    rules.check_readers(artefact, marking, named, bodies)
    rules.check_named_people(artefact, named, actor.at)
    previous = rules.latest(artefact)
    if previous:
        change_note = said(change_note, f"Say what changed since {previous.label}.", "change_note")
    _refuse_same_bytes(actor, artefact, stored)
    version = Version.objects.create(
        artefact=artefact,
        order=previous.order + 1 if previous else 1,
        label=label,
        file=stored,
        file_name=file_name[:200],
        sha256=stored.sha256,
        change_note=change_note.strip(),
        uploaded_by=doer(actor),
        uploaded_for=actor.label,
        uploaded_at=actor.at,
    )
    VersionMarking.objects.create(version=version, marking=marking, starts_at=actor.at, set_by=doer(actor))
    want_text(stored)
    _name_readers(actor, version, marking, named, bodies)
    tell("version.uploaded", artefact, version, marking=marking, pages=stored.pages)
    if artefact.state == State.READY:
        reason = f"Version {label} was uploaded."
        carry(actor, artefact, State.RESOLVING, Mover.AUTHOR, Verb.UPLOAD, version, reason)
    return version


def _refuse_same_bytes(actor: Actor, artefact: Artefact, stored: StoredFile) -> None:
    """Equal bytes are mentioned only to somebody who may read the other version."""
    same = Version.objects.visible_to(actor).filter(artefact=artefact, sha256=stored.sha256).first()
    if same:
        raise NotNow(f"This is the file of version {same.label}, byte for byte. Upload the changed one.", "file")


def _name_readers(
    actor: Actor, version: Version, marking: str, people: Iterable[Person], organisations: Iterable[Organisation]
) -> None:
    for person in people:
        _name(actor, version, person=person)
    for body in organisations:
        _name(actor, version, organisation=body)
    _name_author(actor, version, marking)


def _name_author(actor: Actor, version: Version, marking: str) -> None:
    """The author reads what they write: by name where it is read by name, through their organisation where by those."""
    author = version.artefact.author
    if marking == Marking.RED or version.artefact.kind == Kind.PROCUREMENT:
        _name(actor, version, person=author.person)
    if marking == Marking.STRICT:
        _name(actor, version, organisation=author.organisation)


def _change_author(actor: Actor, version: Version, former: Seat, reason: str) -> None:
    """The new author is a named reader where there are any, and the former one is no longer."""
    marking: str = version.marking  # type: ignore[attr-defined]
    named = version.readers.filter(ends_at__isnull=True)
    if not named.exists():
        return
    for row in named.filter(person=former.person).exclude(person=version.artefact.author.person):
        row.ends_at = actor.at
        row.save()
    _name_author(actor, version, marking)
    now = version.readers.filter(ends_at__isnull=True).count()
    changed = {"from": marking, "to": marking, "named": now}
    tell("version.marked", version.artefact, version, reason=reason, **changed)


def _name(actor: Actor, version: Version, **reader: Person | Organisation) -> None:
    """A reader on a version, unless they are one already."""
    if not VersionReader.objects.filter(version=version, ends_at__isnull=True, **reader).exists():
        VersionReader.objects.create(version=version, starts_at=actor.at, set_by=doer(actor), **reader)


@act
def hand_over(*, actor: Actor, artefact: Artefact, author: Seat, owner: Seat, reason: str) -> Artefact:
    """Name another author, another owner or both, with a reason: for a seat that ended, or work that changes hands.

    What waits for the author waits for the new one, who reads every version; whoever was author before is no longer a
    named reader, and a wider marking that waited is declined. Both are told. Raises ``Refused``, ``NotNow``.
    """
    artefact = locked(artefact.pk)
    rules.check_can_hand_over(actor, artefact)
    seats = Seat.objects.with_names().select_related("person").in_bulk([author.pk, owner.pk])
    author, owner = seats[author.pk], seats[owner.pk]
    rules.check_can_hold(artefact.kind, owner, author, actor.at)
    rules.check_may_show_all(actor, artefact, author)
    reason = said(reason, "Say why, for the record.", "reason")
    before = {"author": artefact.author, "owner": artefact.owner}
    if before == {"author": author, "owner": owner}:
        raise NotNow("Both are as they were. Choose another author or another owner.", "author")
    told = [*author_people(artefact, actor.at), author.person]
    artefact.author, artefact.owner = author, owner
    artefact.save()
    versions = list(Version.objects.marked().filter(artefact=artefact).order_by("order"))
    if before["author"] != author:
        void_remarkings(actor, artefact, reason)
        for version in versions:
            version.artefact = artefact
            _change_author(actor, version, before["author"], reason)
    words = {"author": author.label, "owner": owner.label}
    changed = {f"{name} before": seat.label for name, seat in before.items() if seat.label != words[name]}
    tell("artefact.handed-over", artefact, versions[-1] if versions else None, reason=reason, **words, **changed)
    if versions and before["author"] != author:
        name = spoken(artefact)
        owe(
            actor,
            versions[-1],
            told,
            rule="handed-over",
            on_key=artefact.audit_key,
            occurrence=actor.at.isoformat(),
            subject=f"{name} has another author",
            sentence=f"{author.label} is the author of {name} from now on.",
            link=artefact.get_absolute_url(),
            link_text="See what waits",
            why="you act for its author, or did",
        )
    return artefact


@act
def open_revision(*, actor: Actor, artefact: Artefact, reason: str = "") -> Artefact:
    """Back to draft, from approved, returned or not agreed; a baseline stays in force (D3)."""
    artefact = locked(artefact.pk)
    rules.check_can_open_revision(actor, artefact)
    version = rules.latest(artefact)
    carry(actor, artefact, State.DRAFT, Mover.AUTHOR, Verb.OPEN_REVISION, version, reason.strip())
    return artefact


@act
def withdraw(*, actor: Actor, artefact: Artefact, reason: str) -> Artefact:
    """Take it out of the group's work, with a reason; its open windows close with it."""
    artefact = locked(artefact.pk)
    rules.check_can_withdraw(actor, artefact)
    reason = said(reason, "Say why it is withdrawn, for the record.", "reason")
    for window in open_windows(artefact):
        shut(actor, window, artefact, at=min(actor.at, window.closes_at), reason=reason)
    carry(actor, artefact, State.WITHDRAWN, Mover.CHAIR, Verb.WITHDRAW, rules.latest(artefact), reason)
    return artefact
