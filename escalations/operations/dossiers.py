"""Building the dossiers that are ordered: by the worker, in steps that survive its death.

A dossier is a row. The worker leases one, says how far it is, and hands the finished file to the store; a worker that
is killed leaves a lease that runs out, and another one begins again. The same submission gives the same bytes.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from escalations import dossier as contents
from escalations.models import Dossier, Submission
from escalations.rules import check_can_order_dossier
from escalations.states import DossierState
from sdwg import leases
from sdwg.audit.acts import act, record
from sdwg.celery import wake
from sdwg.files.models import StoredFile
from sdwg.files.operations import local_path, store_made
from sdwg.members.access import Actor
from sdwg.pdf.assemble import CannotAssemble, Info, assemble
from sdwg.pdf.pagemap import PageMap, Part
from sdwg.pdf.render import render_document
from sdwg.pdf.sheets import Paper, marking_class, sizes_of

logger = logging.getLogger(__name__)

LOOK = "escalations.tasks.look"
LEASE = timedelta(minutes=5)
"""How long a worker may take for one step; a dossier whose worker died waits this long."""
ATTEMPTS = 5
"""After so many builds that came to no end, a person is told instead."""
AT_ONCE = 20
"""Dossiers a look builds before it lets other work have its turn."""
WAITING = (DossierState.ORDERED, DossierState.BUILDING)


class LeaseLost(RuntimeError):
    """Somebody else builds this dossier by now: this build is given up and leaves nothing behind."""


@act
def order_dossier(*, actor: Actor, submission: Submission) -> Dossier:
    """Have a dossier built again that could not be built. Raises ``Refused``, ``NotNow``."""
    dossier = Dossier.objects.select_for_update().get(submission=submission)
    dossier.submission = submission
    check_can_order_dossier(actor, dossier)
    dossier.state = DossierState.ORDERED
    dossier.ordered_at = actor.at
    dossier.progress, dossier.stage, dossier.attempts, dossier.failure = 0, "", 0, ""
    dossier.save()
    record("submission.dossier-ordered", on=submission)
    wake(LOOK)
    return dossier


def build_due_dossiers(*, at: datetime) -> int:
    """Build what is ordered, one after the other; how many were begun. Any number of workers may do this at once."""
    begun = 0
    while begun < AT_ONCE and (dossier := lease_one()):
        begun += 1
        _build(dossier, at)
    if begun == AT_ONCE:
        wake(LOOK)
    return begun


def lease_one() -> Dossier | None:
    """Take the next dossier for ``LEASE``, so that nobody else does; ``None`` when nothing is free.

    The attempt is counted here: a dossier that kills its worker is given up too, in the end.
    """
    due = Dossier.objects.filter(state__in=WAITING).order_by("ordered_at", "pk")
    lease = leases.take(due, LEASE, state=DossierState.BUILDING)
    return Dossier.objects.select_related("submission").get(lease=lease) if lease else None


def _step(dossier: Dossier, percent: int, stage: str) -> None:
    """Say how far the build is, and hold it for another ``LEASE``. Raises ``LeaseLost``."""
    held = Dossier.objects.filter(pk=dossier.pk, lease=dossier.lease)
    if not held.update(progress=percent, stage=stage, leased_until=leases.until(LEASE)):
        raise LeaseLost(str(dossier))


def _build(dossier: Dossier, at: datetime) -> None:
    actor = Actor.system(at)
    if dossier.attempts > ATTEMPTS:
        _fail(actor=actor, dossier=dossier, sentence=f"Its build came to no end, {ATTEMPTS} times.")
        return
    try:
        with TemporaryDirectory(prefix="sdwg-dossier-") as folder:
            out = Path(folder) / "dossier.pdf"
            digest, page_map = _make(dossier, out)
            _step(dossier, 90, "Storing it")
            stored = store_made(out, at=at, pages=page_map.pages)
        _finish(actor=actor, dossier=dossier, stored=stored, digest=digest)
    except CannotAssemble as refusal:
        _fail(actor=actor, dossier=dossier, sentence=refusal.sentence)
    except LeaseLost:
        logger.warning("%s is built by somebody else by now.", dossier)


def _make(dossier: Dossier, out: Path) -> tuple[str, PageMap]:
    """Write the dossier to ``out``; the digest of what went into it, and its page map."""
    _step(dossier, 10, "Gathering what the group said")
    content = contents.gather(dossier)
    version = dossier.submission.version
    if version is None:
        return content.digest, _lay_out(dossier, content, [], out)
    with local_path(version.file) as path:
        paper = Paper(
            key="version",
            path=path,
            sizes=sizes_of(version.file.page_sizes),
            marking=dossier.marking,
            name=f"{version.artefact.reference} {version.label}",
            part=f"{version.artefact.reference} {version.label}",
        )
        return content.digest, _lay_out(dossier, content, [paper], out)


def _lay_out(dossier: Dossier, content: contents.Content, papers: list[Paper], out: Path) -> PageMap:
    _step(dossier, 30, "Laying out its pages")
    title = f"{content.reference} dossier"
    parts = [Part(row.key, row.title, footer=row.title, paper=row.paper) for row in content.sections]
    rendered = render_document(
        "pdf/dossier.html",
        {"content": content, "papers": papers, "sheet": marking_class(dossier.marking)},
        title=title,
        at=content.submitted_at,
        marking=dossier.marking,
        head="Security Design Working Group",
        document=title,
        papers=papers,
    )
    _step(dossier, 70, "Putting the version in")
    page_map = PageMap.of(rendered, parts)
    assemble(rendered, page_map, out=out, info=Info(title, at=content.submitted_at))
    return page_map


@act
def _finish(*, actor: Actor, dossier: Dossier, stored: StoredFile, digest: str) -> None:
    row = Dossier.objects.select_for_update().filter(pk=dossier.pk, lease=dossier.lease).first()
    if row is None:
        raise LeaseLost(str(dossier))
    row.state, row.progress, row.stage, row.failure = DossierState.BUILT, 100, "Built", ""
    row.file, row.manifest_digest, row.built_at = stored, digest, actor.at
    row.lease = row.leased_until = None
    row.save()
    note = {"pages": stored.pages, "sha256": stored.sha256, "manifest": digest, "holds": row.holding}
    record("submission.dossier-built", on=dossier.submission, note=note)


@act
def _fail(*, actor: Actor, dossier: Dossier, sentence: str) -> None:
    row = Dossier.objects.select_for_update().filter(pk=dossier.pk, lease=dossier.lease).first()
    if row is None:
        return
    row.state, row.failure = DossierState.FAILED, sentence
    row.lease = row.leased_until = None
    row.save()
    record("submission.dossier-failed", on=dossier.submission, reason=sentence)
