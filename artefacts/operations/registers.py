"""The registers: AWG recommendations, design principles, design areas; and what the artefacts have to do with them.

An entry is reworded and retired with a reason, put out of scope with one (S1), and never deleted. What ties an artefact
to an entry is told on the artefact, since whoever may not know of the artefact may not know of the tie.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping

from django.db import IntegrityError, transaction

from artefacts import rules
from artefacts.models import (
    ENTRIES,
    LINKS,
    LONGEST_REASON,
    AnyEntry,
    Artefact,
    DesignArea,
    Recommendation,
    Scoped,
)
from artefacts.operations.moving import locked, said, tell
from sdwg import clock
from sdwg.audit.acts import act, record
from sdwg.members.access import Actor, NotNow

WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "recommendation": (("text", "Write down what the AWG recommends."), ("source", "")),
    "principle": (("title", "Give it a title."), ("text", "")),
    "area": (("title", "Give it a title."), ("text", "")),
}
"""The words of each kind of entry, with the sentence that asks for what may not be left out."""


@act
def enter(*, actor: Actor, kind: str, reference: str, words: Mapping[str, str], illustrative: bool = False) -> AnyEntry:
    """Add an entry to the register of ``kind`` from today; an area comes last (R1, P2, S1).

    A principle binds from now on the versions that are not ready. Raises ``Refused``, and ``NotNow`` for a reference
    that is taken or is none, or words that are missing.
    """
    rules.check_can_enter(actor)
    reference = reference.strip()
    rules.check_reference(kind, reference)
    given: dict[str, object] = dict(_words(kind, words))
    if kind == DesignArea.kind:
        given["position"] = max((area.position for area in _areas_in_order()), default=0) + 1
    if illustrative and kind != Recommendation.kind:
        given["illustrative"] = True
    made: AnyEntry = ENTRIES[kind](reference=reference, listed_from=clock.today(actor.at))
    for name, value in given.items():
        setattr(made, name, value)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as taken:
        raise NotNow(f"Somebody has just entered {reference}. Look at it first.", "reference") from taken
    record(f"{kind}.entered", on=made)
    return made


def _words(kind: str, words: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for name, sentence in WORDS[kind]:
        value = words.get(name, "")
        yield name, said(value, sentence, name) if sentence else value.strip()


def wording(entry: AnyEntry) -> str:
    """What the entry says, as a digest in hexadecimal: of two that are equal, the words are."""
    said_now = [getattr(entry, name) for name, _ in WORDS[entry.kind]]
    return hashlib.sha256(json.dumps(said_now).encode()).hexdigest()


@act
def reword(
    *, actor: Actor, entry: AnyEntry, words: Mapping[str, str], reason: str, seen: str | None = None
) -> AnyEntry:
    """Put it in other words, with a reason; what it said before stays in its history.

    ``seen`` is the ``wording`` that was changed: another one by now is not replaced unseen. Raises ``NotNow`` then, and
    when nothing differs.
    """
    entry = _locked(entry)
    rules.check_can_change(actor, entry)
    if seen is not None and seen != wording(entry):
        raise NotNow(
            f"{entry.reference} was reworded since you loaded this page. Look at what it says now, then press again if "
            "your words are to stand."
        )
    given = dict(_words(entry.kind, words))
    changed = [name for name, value in given.items() if getattr(entry, name) != value]
    if not changed:
        raise NotNow("Every word is as it was. Change something, or leave the page.")
    reason = _why(reason, "Say why it is changed, for the record.")
    for name in changed:
        setattr(entry, name, given[name])
    entry.save()
    record(f"{entry.kind}.reworded", on=entry, reason=reason, note={"changed": ", ".join(changed)})
    return entry


@act
def retire(*, actor: Actor, entry: AnyEntry, reason: str) -> AnyEntry:
    """Take it off the register from today; what was said of it while it was there stays."""
    entry = _locked(entry)
    rules.check_can_change(actor, entry)
    entry.why_retired = _why(reason, "Say why it is retired, for the record.")
    entry.retired_on = clock.today(actor.at)
    entry.save()
    record(f"{entry.kind}.retired", on=entry, reason=entry.why_retired)
    return entry


@act
def restore(*, actor: Actor, entry: AnyEntry, reason: str) -> AnyEntry:
    """Take its retirement back, with a reason: it is listed from today, and binds nothing that was ready before."""
    entry = _locked(entry)
    rules.check_can_restore(actor, entry)
    reason = _why(reason, "Say why it is listed again, for the record.")
    entry.listed_from, entry.retired_on, entry.why_retired = clock.today(actor.at), None, ""
    entry.save()
    record(f"{entry.kind}.listed-again", on=entry, reason=reason)
    return entry


@act
def rescope(*, actor: Actor, entry: AnyEntry, in_scope: bool, reason: str) -> AnyEntry:
    """Put it out of the group's scope, or back into it; either with a reason (S1)."""
    entry = _locked(entry)
    rules.check_can_scope(actor, entry)
    assert isinstance(entry, Scoped)  # noqa: S101 (the rule refuses others)
    if entry.in_scope == in_scope:
        raise NotNow(f"{entry.reference} is {'in' if in_scope else 'out of'} scope already.")
    reason = _why(reason, "Say why, for the record: what is out of scope is listed with its reason.")
    entry.out_of_scope_on, entry.why_out_of_scope = (None, "") if in_scope else (clock.today(actor.at), reason)
    entry.save()
    record(f"{entry.kind}.{'taken-into-scope' if in_scope else 'put-out-of-scope'}", on=entry, reason=reason)
    return entry


@act
def move_area(*, actor: Actor, area: DesignArea, by: int) -> DesignArea:
    """Move an area up (``by=-1``) or down (``by=1``) among those listed; at the ends nothing happens.

    Every area has a place of its own afterwards, whatever it had before.
    """
    every = _areas_in_order()
    rows = [row for row in every if row.retired_on is None]
    moved = next((row for row in rows if row.pk == area.pk), None) or DesignArea.objects.get(pk=area.pk)
    rules.check_can_change(actor, moved)
    at = rows.index(moved)
    to = min(max(at + by, 0), len(rows) - 1)
    if at == to:
        return moved
    one, other = every.index(moved), every.index(rows[to])
    every[one], every[other] = every[other], every[one]
    for place, row in enumerate(every, start=1):
        if row == moved or row.position != place:
            row.position = place
            row.save()
            record("area.moved", on=row, note={"place": place})
    return moved


def _areas_in_order() -> list[DesignArea]:
    """Every area by its place, locked: read again, because whoever was waited for may have changed the order."""
    list(DesignArea.objects.select_for_update(no_key=True).order_by("pk"))
    return list(DesignArea.objects.all())


@act
def link(
    *,
    actor: Actor,
    artefact: Artefact,
    recommendations: Iterable[Recommendation],
    areas: Iterable[DesignArea],
    reason: str = "",
    seen: Mapping[str, Collection[int]] | None = None,
) -> Artefact:
    """Say which recommendations and design areas the artefact answers: these, and no others (R1, S1).

    ``seen`` are the numbers of the entries, by kind, that were linked when the page was shown: what differs from it is
    done, and what somebody else linked or took away meanwhile stays so. Taking one away needs a reason. Raises
    ``NotNow`` when a new one is retired or out of scope.
    """
    artefact = locked(artefact.pk)
    rules.check_can_link(actor, artefact)
    wanted: list[AnyEntry] = [*recommendations, *areas]
    held: list[AnyEntry] = [
        *(row.recommendation for row in artefact.recommendation_links.select_related("recommendation")),
        *(row.area for row in artefact.area_links.select_related("area")),
    ]
    known = held if seen is None else [entry for entry in {*held, *wanted} if entry.pk in seen.get(entry.kind, ())]
    added = [entry for entry in wanted if entry not in held and entry not in known]
    demand_open(added)
    _relink(artefact, added, [entry for entry in held if entry in known and entry not in wanted], reason)
    return artefact


@act
def link_entry(
    *,
    actor: Actor,
    entry: AnyEntry,
    artefacts: Iterable[Artefact],
    among: Iterable[Artefact],
    reason: str = "",
    seen: Collection[int] | None = None,
) -> AnyEntry:
    """Say which of ``among`` answer the entry: ``artefacts``, and none of the others. The same from the other side.

    ``seen`` are the numbers of the artefacts that were linked to it when the page was shown.
    """
    wanted = {artefact.pk for artefact in artefacts}
    ties = LINKS[entry.kind].objects.filter(**{entry.kind: entry.pk})
    held = set(ties.values_list("artefact_id", flat=True))
    before = held if seen is None else seen
    changed = [pk for pk in sorted(row.pk for row in among) if (pk in wanted) != (pk in before)]
    rows = [locked(pk) for pk in changed]
    for artefact in rows:
        rules.check_can_link(actor, artefact)
    entry = _locked(entry)
    held = set(ties.values_list("artefact_id", flat=True))
    if wanted.intersection(changed) - held:
        demand_open([entry], "artefacts")
    for artefact in rows:
        if (artefact.pk in held) != (artefact.pk in wanted):
            _relink(artefact, *(([], [entry]) if artefact.pk in held else ([entry], [])), reason)
    return entry


def demand_open(entries: Iterable[AnyEntry], field: str = "") -> None:
    """Lock ``entries`` as they are now, so that something new can answer them.

    Raises ``NotNow`` for one that is retired or out of scope, beside ``field`` or that of its register.
    """
    for entry in sorted(entries, key=lambda row: (row.kind, row.pk)):
        now, beside = _locked(entry), field or f"{entry.kind}s"
        if now.retired_on is not None:
            raise NotNow(f"{now.reference} is retired, so nothing new answers it.", beside)
        if isinstance(now, Scoped) and not now.in_scope:
            raise NotNow(f"{now.reference} is out of scope, so nothing new answers it.", beside)


def _relink(artefact: Artefact, added: Iterable[AnyEntry], removed: Iterable[AnyEntry], reason: str) -> None:
    """Write the ties of a locked artefact, and tell it."""
    new, gone = list(added), list(removed)
    if gone:
        names = ", ".join(entry.reference for entry in gone)
        reason = _why(reason, f"Say why {artefact} no longer answers {names}, for the record.")
    for entry in new:
        LINKS[entry.kind].objects.create(artefact=artefact, **{entry.kind: entry})
    for entry in gone:
        LINKS[entry.kind].objects.get(artefact=artefact, **{entry.kind: entry}).delete()
    if new or gone:
        note = {"linked": _references(new), "unlinked": _references(gone)}
        tell("artefact.linked", artefact, rules.latest(artefact), reason=reason.strip(), **note)


def _references(entries: Iterable[AnyEntry]) -> str:
    return ", ".join(entry.reference for entry in entries)


def _why(reason: str, sentence: str) -> str:
    reason = said(reason, sentence, "reason")
    if len(reason) > LONGEST_REASON:
        raise NotNow(f"A reason has at most {LONGEST_REASON:,} letters.", "reason")
    return reason


def _locked(entry: AnyEntry) -> AnyEntry:
    """The entry as it is now, locked against its keepers; artefacts are linked to it meanwhile."""
    found: AnyEntry = ENTRIES[entry.kind].objects.select_for_update(no_key=True).get(pk=entry.pk)
    return found
