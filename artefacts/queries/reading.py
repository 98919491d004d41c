"""Which versions somebody may compare, which of them they have read, and how far the worker is with their text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from artefacts.comparing import EDITION
from artefacts.models import Artefact, Comparison, Version
from sdwg.audit.models import AuditRead
from sdwg.files.models import FileText, TextState
from sdwg.files.texts import why_not
from sdwg.members.access import Actor

READING = ("opened", "downloaded", "in-pack", "compared")
"""Kinds of reads that say that somebody had the text of a version before them; not what others said of it."""


def was_read(actor: Actor) -> Exists:
    """Whether ``actor`` had a version before them: on record for what is marked TLP:AMBER and above.

    Of several the newest counts, whenever it was read: who looks something up in an old one knows the newer still.
    """
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

    ``later`` (the newest) and the newest read before it, or else the one before.
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
    """ "You read 0.1; 3 of 42 pages changed": an earlier version that was read, and what the worker found since.

    ``apart`` is what was not compared, as the end of a sentence; ``figures`` are empty where nothing was.
    """

    read: str
    later: str
    url: str
    figures: str = ""
    apart: str = ""


def since(read: Version, later: Version) -> SinceRead:
    """What changed from ``read`` to ``later``, two versions of one artefact. One query."""
    found = Comparison.objects.filter(earlier=read.file_id, later=later.file_id, edition=EDITION, settled=True)
    row = found.defer("found").first()
    told = SinceRead(read.label, later.label, changes_url(read, later))
    if row is None:
        return told
    if row.trouble:
        blank = row.trouble == "blank"
        return replace(
            told, apart="no page could be compared" if blank else f"{later.label} could not be compared with it"
        )
    return replace(told, figures=figures_of(row), apart=apart_of(row))


def read_before(actor: Actor, version: Version) -> SinceRead | None:
    """What changed since the newest version before ``version`` that ``actor`` read; ``None`` for none. Two queries."""
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


def figures_of(row: Comparison) -> str:
    """ "3 of 42 pages changed, 1 added"; "none of 42 pages changed": of the pages that could be compared."""
    compared = row.pages - row.blank
    parts = [f"{row.changed or 'none'} of {compared} page{'s'[: compared != 1]} changed"]
    parts += [f"{row.added} added"] if row.added else []
    parts += [f"{row.removed} removed"] if row.removed else []
    return ", ".join(parts)


def apart_of(row: Comparison) -> str:
    """ "12 pages have no text and were not compared"; empty where all pages of both were."""
    number, which = (row.blank, "") if row.blank else (row.blank_before, " of the earlier version")
    if not number:
        return ""
    if number == 1:
        return f"1 page{which} has no text and was not compared"
    return f"{number} pages{which} have no text and were not compared"


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
