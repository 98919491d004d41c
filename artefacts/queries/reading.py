"""Which versions somebody may compare, which of them they read last, and how far the worker is with their text."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from artefacts.comparing import CHANGES, EDITION
from artefacts.models import Artefact, Comparison, Version
from sdwg.audit.models import AuditRead
from sdwg.files.models import FileText, TextState
from sdwg.files.texts import why_not
from sdwg.members.access import Actor

READING = ("opened", "downloaded", "in-pack")
"""Kinds of reads that say that somebody had a version before them."""


def was_read(actor: Actor) -> Exists:
    """Whether ``actor`` had a version before them: on record for what is marked TLP:AMBER and above."""
    key = Concat(Value("version:"), Cast(OuterRef("pk"), CharField()))
    return Exists(AuditRead.objects.filter(person=actor.person_id, kind__in=READING, on_key=key).order_by())


def versions_to_compare(actor: Actor, artefact: Artefact) -> list[Version]:
    """The versions that ``actor`` may read, the newest first, with ``was_read`` and the state of their text.

    One query.
    """
    rows = Version.objects.visible_to(actor).filter(artefact=artefact).annotate(was_read=was_read(actor))
    found = list(rows.select_related("file__text").order_by("-order"))
    for row in found:
        row.artefact = artefact
    return found


def usual_pair(versions: Sequence[Version], later: Version | None = None) -> tuple[Version, Version] | None:
    """Which two to compare when nobody says; ``None`` where there is only one.

    ``later`` (the newest) and the one read last before it, or else the one before.
    """
    if len(versions) < 2:
        return None
    later = later or versions[0]
    before = [row for row in versions if row.order < later.order]
    read = [row for row in before if getattr(row, "was_read", False)]
    if before:
        return (read or before)[0], later
    return later, versions[versions.index(later) - 1]


@dataclass(frozen=True)
class SinceRead:
    """ "You read 0.1; 3 of 42 pages changed": the version read last, and what the worker found since."""

    read: str
    later: str
    url: str
    figures: str = ""


def since(read: Version, later: Version) -> SinceRead:
    """What changed from ``read`` to ``later``, two versions of one artefact. One query."""
    found = Comparison.objects.filter(earlier=read.file_id, later=later.file_id, edition=EDITION)
    row = found.values_list("pages", *CHANGES).first()
    return SinceRead(read.label, later.label, changes_url(read, later), figures_of(*row) if row else "")


def read_before(actor: Actor, version: Version) -> SinceRead | None:
    """What changed since the version that ``actor`` read last before ``version``; ``None`` for none. Two queries."""
    if version.order == 1:
        return None
    earlier = Version.objects.visible_to(actor).filter(artefact=version.artefact_id, order__lt=version.order)
    read = earlier.filter(was_read(actor)).order_by("-order").first()
    if read is None:
        return None
    read.artefact = version.artefact
    return since(read, version)


def changes_url(earlier: Version, later: Version) -> str:
    """The page that compares the two."""
    query = urlencode({"since": earlier.label, "to": later.label})
    return f"{reverse('version-changes', args=[later.artefact.reference])}?{query}"


def figures_of(pages: int, changed: int, added: int, removed: int) -> str:
    """ "3 of 42 pages changed, 1 added"; "no page changed"."""
    parts = [f"{changed or 'none'} of {pages} page{'s'[: pages != 1]} changed"]
    parts += [f"{added} added"] if added else []
    parts += [f"{removed} removed"] if removed else []
    return ", ".join(parts) if changed or added or removed else f"none of {pages} page{'s'[: pages != 1]} changed"


def text_note(version: Version) -> str:
    """How far the worker is with the text of a version, as a sentence; empty where all of its pages have text."""
    text: FileText | None = getattr(version.file, "text", None)
    if text is None or text.state == TextState.WAITING:
        return "Its text is being read."
    if text.state == TextState.FAILED:
        return f"Its text could not be read: {why_not(text)}."
    if text.pages and text.blank == text.pages:
        return (
            "None of its pages has text: they are scans or pictures."
            if text.pages > 1
            else ("Its page has no text: it is a scan or a picture.")
        )
    if text.blank:
        return f"{text.blank} of {text.pages} pages {'has' if text.blank == 1 else 'have'} no text (scanned or drawn)."
    return ""
