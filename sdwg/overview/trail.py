"""The audit trail as its reader may see it: what an event is about, and whether its content is theirs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet

from artefacts.models import Artefact, Comment, Consultation, PublicComment, Version
from escalations.models import Condition, Dossier, Outcome, PriorApproval, Submission
from meetings.models import (
    Action,
    AgendaItem,
    Decision,
    Determination,
    Guest,
    Meeting,
    Objection,
    Pack,
    Paper,
    Position,
)
from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import differs
from sdwg.members.access import Actor
from sdwg.members.models import Person
from sdwg.overview.models import FIRST, TermsVersion, cited

Readable = Callable[[Actor], QuerySet[Any]]


def _on_versions(model: type[Model], path: str) -> Readable:
    """Rows of ``model`` that hang on a version whose content the reader may read."""
    return lambda actor: model._default_manager.filter(
        **{f"{path}__in": Version.objects.visible_to(actor).values("pk")}
    )


def _on_decisions(model: type[Model], path: str) -> Readable:
    return lambda actor: model._default_manager.filter(
        **{f"{path}__in": Decision.objects.visible_to(actor).values("pk")}
    )


def _on_submissions(model: type[Model], path: str) -> Readable:
    return lambda actor: model._default_manager.filter(
        **{f"{path}__in": Submission.objects.visible_to(actor).values("pk")}
    )


def _whole_artefacts(actor: Actor) -> QuerySet[Artefact]:
    """Artefacts of which ``actor`` may read every version: what is said of them may quote any."""
    hidden = Version.objects.exclude(pk__in=Version.objects.visible_to(actor).values("pk"))
    return Artefact.objects.visible_to(actor).exclude(pk__in=hidden.values("artefact"))


READABLE: Mapping[str, Readable] = {
    "artefact": _whole_artefacts,
    "version": lambda actor: Version.objects.visible_to(actor),
    "consultation": _on_versions(Consultation, "version"),
    "comment": _on_versions(Comment, "version"),
    "public-comment": _on_versions(PublicComment, "consultation__version"),
    "meeting": lambda actor: Meeting.objects.visible_to(actor),
    "guest": lambda actor: Guest.objects.filter(meeting__in=Meeting.objects.visible_to(actor).values("pk")),
    "item": lambda actor: AgendaItem.objects.visible_to(actor),
    "paper": lambda actor: Paper.objects.visible_to(actor),
    "pack": lambda actor: Pack.objects.filter(meeting__in=Meeting.objects.visible_to(actor).values("pk")),
    "decision": lambda actor: Decision.objects.visible_to(actor),
    "position": _on_decisions(Position, "decision"),
    "action": lambda actor: Action.objects.visible_to(actor),
    "objection": _on_decisions(Objection, "decision"),
    "determination": _on_decisions(Determination, "decision"),
    "submission": lambda actor: Submission.objects.visible_to(actor),
    "dossier": _on_submissions(Dossier, "submission"),
    "outcome": _on_submissions(Outcome, "submission"),
    "prior-approval": lambda actor: PriorApproval.objects.visible_to(actor),
    "condition": _on_submissions(Condition, "outcome__submission"),
}
"""What an event can be about, and which of those a reader may read. Other kinds (seats, people) have no marking."""


def readable(actor: Actor, keys: Iterable[str]) -> set[str]:
    """Those of ``keys`` ("artefact:7") whose content ``actor`` may read. One query for each kind there is."""
    wanted: dict[str, set[int]] = {}
    found = set()
    for key in set(keys):
        kind, _, number = key.partition(":")
        if kind in READABLE and number.isdigit():
            wanted.setdefault(kind, set()).add(int(number))
        else:
            found.add(key)
    for kind, numbers in wanted.items():
        rows = READABLE[kind](actor).filter(pk__in=numbers).values_list("pk", flat=True)
        found |= {f"{kind}:{number}" for number in rows}
    return found


@dataclass(frozen=True)
class Entry:
    """One event, as its reader may see it: ``restricted`` hides everything but number, moment and reference.

    ``terms`` cites the Terms of Reference it was made under (T0).
    """

    event: AuditEvent
    restricted: bool
    terms: str = ""

    @property
    def what(self) -> str:
        """The verb in words: "artefact.moved" reads "Artefact moved"."""
        return self.event.verb.replace(".", " ").replace("-", " ").capitalize()

    @property
    def details(self) -> list[tuple[str, str]]:
        """The note, in words, and the Terms of Reference."""
        noted = [(str(key).replace("_", " "), str(value)) for key, value in self.event.note.items() if value != ""]
        return [*noted, *([("terms of reference", self.terms)] if self.terms else [])]


def entries(actor: Actor, events: Iterable[AuditEvent], terms: list[TermsVersion]) -> list[Entry]:
    """``events`` as ``actor`` may see them, each citing the one of ``terms`` it was made under."""
    listed = list(events)
    open_keys = readable(actor, (event.on_key for event in listed))
    return [Entry(event, event.on_key not in open_keys, cited(terms, event.at)) for event in listed]


def trail(
    actor: Actor, *, ref: str = "", person: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[AuditEvent]:
    """The trail, newest first, narrowed by reference, a person's public id, and London dates (both inclusive).

    Asked for one person, it leaves out what ``actor`` may not read: a restricted entry hides who acted.
    """
    events = AuditEvent.objects.order_by("-seq")
    if ref:
        events = events.filter(on_ref__istartswith=ref.strip())
    if since:
        events = events.filter(at__gte=clock.at_london(since, datetime.min.time()))
    if until:
        events = events.filter(at__lt=clock.at_london(date.fromordinal(until.toordinal() + 1), datetime.min.time()))
    if person:
        events = events.filter(person__in=Person.objects.filter(public_id=person))
        keys = events.order_by().values_list("on_key", flat=True).distinct()
        events = events.filter(on_key__in=readable(actor, keys))
    return events


def altered_terms() -> Iterable[str]:
    """Versions of the Terms of Reference that are not what their events say, a sentence each; for ``verify_audit``."""
    events = {event.on_key: event for event in AuditEvent.objects.filter(verb="terms.adopted")}
    for row in TermsVersion.objects.select_related("file"):
        event = events.pop(row.audit_key, None)
        if event:
            yield from differs(event, str(row), row.as_noted())
        elif row.as_noted() != FIRST:
            yield f"The {row} is neither the first nor told of by an event."
    for event in events.values():
        yield f"The {event.on_ref} of event {event.seq} was deleted behind the program's back."
