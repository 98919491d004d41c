"""Who may read a version: its marking and its readers, changed (1-domain, "Who may read what").

What narrows takes one person: the chair, or the analyst or architect whose own it is. What shows a version to anybody
who may not read it today takes the chair and the author.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from artefacts import rules
from artefacts.models import Artefact, Remarking, Version, VersionMarking, VersionReader
from artefacts.operations.moving import doer, locked, said, tell
from artefacts.operations.notices import author_people, holders, owe, spoken
from artefacts.states import Kind, Marking
from sdwg.audit.acts import act
from sdwg.audit.chain import digest
from sdwg.members.access import Actor, NotNow, everybody, who_sees
from sdwg.members.models import Grant, Organisation, Person, Role, SightQuerySet

LONGEST_REASON = 300
CLOSED = frozenset({Marking.STRICT, Marking.RED})
"""Markings under which nobody reads by an invitation to a consultation."""


@dataclass(frozen=True)
class Readers:
    """A marking with all that is named beside it, the author included."""

    marking: str
    people: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Effect:
    """What a change does: whose sight it gives or takes today, and whether it needs a second person."""

    gains: tuple[str, ...]
    loses: tuple[str, ...]
    wider: bool

    @property
    def digest(self) -> str:
        """What a page has shown of it."""
        return digest([list(self.gains), list(self.loses), self.wider])


def readers_of(version: Version) -> Readers:
    """The marking and the names of today."""
    rows = list(version.readers.filter(ends_at__isnull=True))
    return Readers(
        version.markings.get(ends_at__isnull=True).marking,
        frozenset(row.person_id for row in rows if row.person_id),
        frozenset(row.organisation_id for row in rows if row.organisation_id),
    )


def invited(version: Version, at: datetime) -> SightQuerySet:
    """The grants of those who were invited to a consultation on it: not for what is read by name."""
    windows = [window.audit_key for window in version.consultations.all()]
    return Grant.objects.filter(cause_key__in=windows).in_force(at)


def wanted_in(remarking: Remarking) -> Readers:
    """What somebody proposed."""
    return Readers(remarking.marking, frozenset(remarking.people), frozenset(remarking.organisations))


def check_changes(version: Version, wanted: Readers) -> None:
    """Raise ``NotNow`` when ``wanted`` is what is in force."""
    if wanted == readers_of(version):
        raise NotNow("That is its marking, and those are its readers. Nothing would change.", "marking")


def effect_of(actor: Actor, version: Version, wanted: Readers) -> Effect:
    """What ``wanted`` would do, tried out and undone: everybody with a seat or a nomination is asked before and after.

    Wider is also a lower marking that nobody gains by today, because somebody may tomorrow. Some fifteen queries.
    """
    names: dict[int | None, str] = {}

    def reading() -> set[int]:
        actors = everybody(actor.at)  # anew each time: grants are part of what is tried
        names.update({row.person_id: row.person_name for row in actors})
        seen = who_sees(lambda row: Version.objects.visible_to(row).filter(pk=version.pk), actors)
        return {pk for pk, found in seen.items() if found}

    before = reading()
    with transaction.atomic():
        VersionMarking.objects.filter(version=version, ends_at__isnull=True).update(marking=wanted.marking)
        VersionReader.objects.filter(version=version, ends_at__isnull=True).update(ends_at=actor.at)
        if wanted.marking in CLOSED:
            invited(version, actor.at).update(ends_at=actor.at)
        VersionReader.objects.bulk_create(
            VersionReader(version=version, starts_at=actor.at, set_by=doer(actor), **named) for named in _rows(wanted)
        )
        after = reading()
        transaction.set_rollback(True)
    order = list(Marking.values)
    lower = order.index(wanted.marking) < order.index(readers_of(version).marking)
    gains, loses = (sorted(names[pk] for pk in found if pk) for found in (after - before, before - after))
    return Effect(tuple(gains), tuple(loses), lower or bool(gains))


def _rows(wanted: Readers) -> Iterable[dict[str, int]]:
    yield from ({"person_id": pk} for pk in sorted(wanted.people))
    yield from ({"organisation_id": pk} for pk in sorted(wanted.organisations))


def wanted_for(
    actor: Actor, version: Version, marking: str, people: Iterable[Person], organisations: Iterable[Organisation]
) -> Readers:
    """What is asked for, with the author added where readers are named. Raises ``NotNow`` as at an upload."""
    named, bodies = list(people), list(organisations)
    artefact = version.artefact
    rules.check_readers(artefact, marking, named, bodies)
    rules.check_named_people(artefact, named, actor.at)
    by_name = marking == Marking.RED or artefact.kind == Kind.PROCUREMENT
    pks = {row.pk for row in named} | ({artefact.author.person_id} if by_name else set())
    firms = {row.pk for row in bodies} | ({artefact.author.organisation_id} if marking == Marking.STRICT else set())
    return Readers(marking, frozenset(pks), frozenset(firms))


@act
def remark(
    *,
    actor: Actor,
    version: Version,
    marking: str,
    people: Iterable[Person] = (),
    organisations: Iterable[Organisation] = (),
    reason: str,
    seen: str | None = None,
) -> Remarking | None:
    """Change who may read a version: at once where nobody gains, else proposed to the second of chair and author.

    ``seen`` is the digest of the effect that was shown; another one by now is refused. Returns what waits, or ``None``
    when it is done. Raises ``Refused`` and ``NotNow``.
    """
    artefact = locked(version.artefact_id)
    version = Version.objects.get(pk=version.pk)
    version.artefact = artefact
    rules.check_can_remark(actor, version)
    wanted = wanted_for(actor, version, marking, people, organisations)
    check_changes(version, wanted)
    reason = said(reason, "Say why, for the record.", "reason")
    if len(reason) > LONGEST_REASON:
        raise NotNow(f"At most {LONGEST_REASON} characters; these are {len(reason)}.", "reason")
    effect = effect_of(actor, version, wanted)
    if seen is not None and seen != effect.digest:
        raise NotNow("Who gains or loses sight is not what this page showed. Look again, then change it.")
    if not effect.wider:
        _apply(actor, version, wanted, reason)
        return None
    waits = Remarking.objects.create(
        version=version,
        marking=wanted.marking,
        people=sorted(wanted.people),
        organisations=sorted(wanted.organisations),
        reason=reason,
        by_chair=rules.acting_role(actor) == Role.CHAIR,
        proposed_by=doer(actor),
        proposed_as=actor.label,
        proposed_at=actor.at,
    )
    tell("version.marking-proposed", artefact, version, reason=reason, to=wanted.marking)
    _ask(actor, waits)
    return waits


def _ask(actor: Actor, waits: Remarking) -> None:
    artefact, version = waits.version.artefact, waits.version
    name = spoken(artefact)
    owe(
        actor,
        version,
        author_people(artefact, actor.at) if waits.by_chair else holders(Role.CHAIR, actor.at),
        rule="marking-proposed",
        on_key=version.audit_key,
        occurrence=actor.at.isoformat(),
        subject=f"{name}, version {version.label}: more people would read it",
        sentence=f"{waits.proposed_as} proposes to show version {version.label} of {name} to more people. "
        "It takes your confirmation.",
        link=f"{artefact.get_absolute_url()}{version.label}/marking/",
        link_text="See whom, and answer",
        why="it takes the chair and the author",
    )


@act
def settle_remarking(
    *, actor: Actor, remarking: Remarking, confirm: bool, reason: str = "", seen: str | None = None
) -> Remarking:
    """Confirm a wider marking, which takes effect, or decline it, with a reason. By the second of chair and author.

    ``seen`` is the digest of the effect that was shown to whoever confirms; another one by now is refused.
    """
    artefact = locked(remarking.version.artefact_id)
    row = Remarking.objects.select_related("version").get(pk=remarking.pk)
    row.version.artefact = artefact
    rules.check_can_settle_remarking(actor, row, confirm)
    row.settled_by, row.settled_as, row.settled_at, row.confirmed = doer(actor), actor.label, actor.at, confirm
    row.save()
    if confirm:
        people = Person.objects.filter(pk__in=row.people)
        rules.check_named_people(artefact, people, actor.at)
        if seen is not None and seen != effect_of(actor, row.version, wanted_in(row)).digest:
            raise NotNow("Who gains or loses sight is not what this page showed. Look again, then confirm it.")
        _apply(actor, row.version, wanted_in(row), row.reason)
    else:
        words = said(reason, "Say why not, for the record.", "reason")
        tell("version.marking-declined", artefact, row.version, reason=words, to=row.marking)
    return row


def void_remarkings(actor: Actor, artefact: Artefact, reason: str) -> None:
    """Decline what waits on versions of ``artefact``: its author, who would read or confirm it, is another one now."""
    for row in Remarking.objects.filter(version__artefact=artefact, settled_at__isnull=True).select_related("version"):
        row.settled_by, row.settled_as, row.settled_at = doer(actor), actor.label, actor.at
        row.save()
        tell("version.marking-declined", artefact, row.version, reason=reason, to=row.marking)


def _apply(actor: Actor, version: Version, wanted: Readers, reason: str) -> None:
    """End what is in force and differs, begin what is new; a wider one that waited on other ground is void."""
    before = readers_of(version)
    if before.marking != wanted.marking:
        current = version.markings.get(ends_at__isnull=True)
        current.ends_at = actor.at
        current.save()
        VersionMarking.objects.create(
            version=version, marking=wanted.marking, starts_at=actor.at, set_by=doer(actor), reason=reason
        )
    for row in version.readers.filter(ends_at__isnull=True):
        if row.person_id not in wanted.people and row.organisation_id not in wanted.organisations:
            row.ends_at = actor.at
            row.save()
    for pk in sorted(wanted.people - before.people):
        VersionReader.objects.create(version=version, person_id=pk, starts_at=actor.at, set_by=doer(actor))
    for pk in sorted(wanted.organisations - before.organisations):
        VersionReader.objects.create(version=version, organisation_id=pk, starts_at=actor.at, set_by=doer(actor))
    if wanted.marking in CLOSED:
        for given in invited(version, actor.at):
            given.ends_at = actor.at
            given.save()
    named = len(wanted.people) + len(wanted.organisations)
    changed = {"from": before.marking, "to": wanted.marking, "named": named}
    tell("version.marked", version.artefact, version, reason=reason, **changed)
