"""The text of versions, read and compared by the worker as soon as they are uploaded.

No act of anybody's: what is made here follows from the bytes, and is made again when it is lost.
"""

from dataclasses import asdict
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from artefacts.comparing import EDITION, TooLong, compare
from artefacts.models import Comparison, Version
from sdwg.celery import wake
from sdwg.files import texts
from sdwg.files.models import FileText, PageText, StoredFile, TextState

LOOK = "artefacts.tasks.read_texts"
AT_ONCE = 100
"""Versions without a text that one look asks for."""


def want_text(stored: StoredFile) -> None:
    """Ask for the text of a file just uploaded; the worker is woken when that is committed."""
    texts.want(stored)
    wake(LOOK)


def read_texts() -> None:
    """Ask for the texts of versions uploaded before texts were read, read what is asked for, and compare."""
    asked = FileText.objects.filter(stored=OuterRef("pk"))
    versions = Version.objects.filter(file=OuterRef("pk"))
    for stored in StoredFile.objects.filter(Exists(versions), ~Exists(asked)).order_by("-pk")[:AT_ONCE]:
        texts.want(stored)
    texts.read_due()
    while pair := _pairs().first():
        _compare(*pair)


def _pairs() -> "QuerySet[Any, tuple[int, int]]":
    """The files of two versions of an artefact, the earlier first, whose texts are read and not compared.

    The newest first: those are waited for.
    """
    known = Comparison.objects.filter(earlier=OuterRef("was"), later=OuterRef("file"), edition=EDITION)
    read = FileText.objects.filter(state=TextState.READ)
    pairs: QuerySet[Any] = Version.objects.annotate(
        was=F("artefact__versions__file"), was_order=F("artefact__versions__order")
    )
    both = pairs.filter(Exists(read.filter(stored=OuterRef("file"))), Exists(read.filter(stored=OuterRef("was"))))
    new = both.filter(~Exists(known), was_order__lt=F("order")).order_by("-uploaded_at", "-was_order")
    return new.values_list("was", "file")


def _compare(earlier: int, later: int) -> None:
    """One comparison, kept; two workers at the same one keep the same."""
    values: dict[str, object] = {"edition": EDITION, "found": {}, "changed": 0, "added": 0, "removed": 0}
    before, after = _pages(earlier), _pages(later)
    try:
        changes = compare(before, after)
    except TooLong:
        pass
    else:
        values |= {kind: changes.count(kind) for kind in ("changed", "added", "removed")}
        values["found"] = asdict(changes)
    Comparison.objects.update_or_create(earlier_id=earlier, later_id=later, defaults={**values, "pages": len(after)})


def _pages(stored: int) -> list[str]:
    return list(PageText.objects.filter(of=stored).order_by("number").values_list("text", flat=True))
