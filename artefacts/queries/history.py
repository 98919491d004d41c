"""The history of an artefact, from the trail: who, for which seat, when, on which hash, why; as its reader may know."""

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import datetime

from artefacts.models import Artefact
from artefacts.states import Marking, State, in_words
from sdwg.audit.models import AuditEvent
from sdwg.screen import Event

SHOWN = (
    "artefact.registered",
    "artefact.moved",
    "version.uploaded",
    "version.assessed",
    "consultation.opened",
    "consultation.closed",
    "consultation.made-public",
    "consultation.taken-off",
    "artefact.handed-over",
    "artefact.linked",
    "validation.delegated",
    "validation.taken-back",
    "version.marked",
    "version.marking-proposed",
    "version.marking-declined",
    "conflict.declared",
    "conflict.recorded",
    "conflict.ended",
)
"""Comments and answers are on a page of their own; the audit page has everything."""


def trail(artefact: Artefact) -> list[AuditEvent]:
    """The events of ``artefact`` that its page tells, newest first. One query."""
    return list(AuditEvent.objects.filter(on_key=artefact.audit_key, verb__in=SHOWN).order_by("-seq"))


def history(rows: Iterable[AuditEvent], readable: Container[str], *, named: bool = True) -> list[Event]:
    """``rows`` of ``trail`` in words.

    ``readable`` holds the labels of the versions whose content the reader may read: of the others it is said that
    something happened, and neither on which version nor why. Without ``named`` nobody is named either: whoever sees a
    bare envelope does not learn who writes it.
    """
    events = [_event(row, readable) for row in rows]
    return events if named else [replace(event, who="") for event in events]


def entered(rows: Iterable[AuditEvent]) -> list[tuple[str, datetime]]:
    """The states of the present revision and when each was entered, the present one first."""
    found: list[tuple[str, datetime]] = []
    for row in rows:
        if row.verb == "artefact.moved":
            found.append((str(row.note["to"]), row.at))
        elif row.verb == "artefact.registered":
            found.append((State.DRAFT.value, row.at))
        if found and found[-1][0] == State.DRAFT:
            break
    return found


def _event(row: AuditEvent, readable: Container[str]) -> Event:
    label = str(row.note.get("version", ""))
    is_open = not label or label in readable
    said = label if row.verb == "artefact.moved" else ""
    pinned = f"{f'Version {said}, ' if said else ''}SHA-256 {_short(row.version_sha256)}" if label else ""
    notes = [row.reason, pinned] if is_open else ["Restricted"]
    named = row.person_name and row.person_name.lower() not in row.acting_as.lower()
    who = f"{row.person_name}, {row.acting_as}" if named else row.acting_as
    return Event(
        icon=_icon(row),
        text=_text(row, label if is_open else ""),
        at=row.at,
        who=who,
        note=" ".join(note for note in notes if note),
    )


def _icon(row: AuditEvent) -> str:
    icons = {
        "artefact.registered": "document",
        "artefact.moved": str(row.note.get("to", "")),
        "version.uploaded": "upload",
        "version.assessed": "pencil",
        "consultation.opened": "mail",
        "consultation.closed": "clock",
        "consultation.made-public": "people",
        "consultation.taken-off": "lock",
        "artefact.handed-over": "loop",
        "artefact.linked": "branch",
        "validation.delegated": "people",
        "validation.taken-back": "loop",
        "version.marked": "lock",
        "version.marking-proposed": "lock",
        "version.marking-declined": "lock",
        "conflict.declared": "conflicted",
        "conflict.recorded": "conflicted",
        "conflict.ended": "ring-tick",
    }
    return icons[row.verb]


def _text(row: AuditEvent, label: str) -> str:
    version = f"Version {label}" if label else "A version"
    if row.verb == "artefact.moved":
        return _moved(row)
    if row.verb == "version.uploaded":
        marking = row.note.get("marking", "")
        return f"{version} uploaded{f', {Marking(marking).label}' if label and marking else ''}"
    if row.verb == "version.assessed":
        return f"{version} assessed"
    if row.verb == "consultation.opened":
        wider = ", to the wider industry too" if row.note.get("wider_industry") else ""
        return f"Consultation opened{f' on {label}' if label else ''}{wider}"
    if row.verb == "consultation.made-public":
        return f"Consultation{f' on {label}' if label else ''} opened to the wider industry"
    if row.verb == "consultation.taken-off":
        return f"Consultation{f' on {label}' if label else ''} taken off the public pages"
    if row.verb == "consultation.closed":
        return f"Consultation closed{f' on {label}' if label else ''}"
    if row.verb == "artefact.handed-over":
        return "Another author or owner"
    if row.verb == "validation.delegated":
        return f"Validation delegated to {row.note['to']}"
    if row.verb == "validation.taken-back":
        return "Delegated validation taken back"
    if row.verb == "artefact.linked":
        return _linked(row) if label or not row.note.get("version") else "Another place in the registers"
    if row.verb.startswith("version.mark"):
        return _marked(row, version, named=bool(label))
    if row.verb.startswith("conflict."):
        return f"Conflict of interest of {row.note['whose']} {row.verb.partition('.')[2]}"
    return "Registered"


def _marked(row: AuditEvent, version: str, *, named: bool) -> str:
    """ "Version 0.1 marked TLP:RED"; what it was marked is for its readers."""
    to = f" {Marking(str(row.note['to'])).label}" if named and "to" in row.note else ""
    if row.verb == "version.marked":
        return f"{version} marked{to}"
    done = "proposed" if row.verb == "version.marking-proposed" else "declined"
    return f"{version}: wider marking{to} {done}"


def _linked(row: AuditEvent) -> str:
    """ "Linked to AWG-R-01; no longer to DA-02"."""
    said = [("linked to", row.note["linked"]), ("no longer to", row.note["unlinked"])]
    words = "; ".join(f"{how} {references}" for how, references in said if references)
    return f"{words[0].upper()}{words[1:]}"


def _moved(row: AuditEvent) -> str:
    source, target = str(row.note.get("from", "")), str(row.note.get("to", ""))
    return f"{State(target).label}, from {in_words(source)}"


def _short(sha256: str) -> str:
    return f"{sha256[:4]} {sha256[4:8]}…" if sha256 else ""
