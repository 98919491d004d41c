"""Which versions somebody may compare, which of them they read last, and how far the worker is with their text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from artefacts.comparing import EDITION
from artefacts.models import Artefact, Comparison, Version
from sdwg.audit.models import AuditRead
from sdwg.files.models import FileText, TextState
from sdwg.files.texts import why_not
from sdwg.members.access import Actor

READING = ("opened", "downloaded", "in-pack")
"""Kinds of reads that say that somebody had a version before them."""
CHANGES = ("changed", "added", "removed")
"""What may have happened to a page, or as what one is counted."""


def _was_read(actor: Actor) -> Exists:
    """Whether ``actor`` had a version before them: on record for what is marked TLP:AMBER and above."""
    key = Concat(Value("version:"), Cast(OuterRef("pk"), CharField()))
    return Exists(AuditRead.objects.filter(person=actor.person_id, kind__in=READING, on_key=key).order_by())


def versions_to_compare(actor: Actor, artefact: Artefact) -> list[Version]:
    """The versions that ``actor`` may read, the newest first, with ``was_read`` and the state of their text.

    One query.
    """
    rows = Version.objects.visible_to(actor).filter(artefact=artefact).annotate(was_read=_was_read(actor))
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


def since_read(
    actor: Actor, artefact: Artefact, later: Version, versions: Iterable[int] | None = None
) -> SinceRead | None:
    """What changed up to ``later`` since the version that ``actor`` read last before it; ``None`` when they read none.

    ``versions`` are those they may read, where that is known; ``later`` is one of them, and when it is read itself
    there is nothing to tell. One query.
    """
    rows: QuerySet[Version] = Version.objects.visible_to(actor)
    if versions is not None:
        rows = Version.objects.filter(pk__in=list(versions))
    found = Comparison.objects.filter(earlier=OuterRef("file"), later=later.file_id, edition=EDITION)
    figures = {f"with_{name}": Subquery(found.values(name)[:1]) for name in ("pages", *CHANGES)}
    read = rows.filter(_was_read(actor), artefact=artefact, order__lte=later.order)
    row = read.annotate(**figures).order_by("-order").first()
    if row is None or row.pk == later.pk:
        return None
    return SinceRead(row.label, later.label, changes_url(row, later, artefact), _since(vars(row)))


def _since(row: Mapping[str, int | None]) -> str:
    pages, changed, added, removed = (row[f"with_{name}"] for name in ("pages", *CHANGES))
    return "" if pages is None else figures_of(pages, changed or 0, added or 0, removed or 0)


def read_before(actor: Actor, version: Version) -> SinceRead | None:
    """The same for a version's own page, which they are reading now: since the one read before it. One query."""
    earlier = Version.objects.visible_to(actor).filter(order__lt=version.order).order_by()
    mine = earlier.filter(artefact=version.artefact_id).values_list("pk", flat=True)
    return since_read(actor, version.artefact, version, mine) if version.order > 1 else None


def changes_url(earlier: Version, later: Version, artefact: Artefact) -> str:
    query = urlencode({"since": earlier.label, "to": later.label})
    return f"{reverse('version-changes', args=[artefact.reference])}?{query}"


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
