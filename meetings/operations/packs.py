"""The verbs of packs (S3, S5): order, build, circulate, open, and make a reader's own copy.

A build is a row. The worker takes it for ``LEASE`` of the database's time, says how far it is, and renews the lease as
it goes; a worker that dies leaves a lease that runs out, and the next one begins the same build again. The file is
stored before the row says that it is there, and circulated packs are never rebuilt.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Max

from artefacts.operations import note_reading
from artefacts.operations.moving import doer
from artefacts.states import Marking, highest
from meetings import contents, rules
from meetings.binding import Step, bind, manifest_of
from meetings.contents import OWN_PAGES, Contents, key_of, marking_of, number_of
from meetings.models import Meeting, Pack, PackCopy, Paper, PaperQuerySet
from meetings.operations.windows import open_windows
from meetings.recipients import Recipient, readable, recipients, shown_as
from meetings.states import MeetingState, PackState
from sdwg import dates, leases
from sdwg.audit import chain
from sdwg.audit.acts import act, record
from sdwg.audit.reads import note_read
from sdwg.celery import wake
from sdwg.files.models import StoredFile
from sdwg.files.operations import local_path, store_made
from sdwg.mail.operations import queue
from sdwg.members.access import Actor, NotNow
from sdwg.pdf.assemble import CannotAssemble
from sdwg.pdf.copies import reader_copy
from sdwg.pdf.pagemap import PageMap
from sdwg.pdf.render import CannotRender

__all__ = ["build_due_packs", "circulate", "make_copy", "opened", "order_pack"]

LOOK = "meetings.tasks.look"
LEASE = timedelta(minutes=2)
"""Longer than the longest piece of work between two renewals; a build whose worker died waits this long."""
ATTEMPTS = 5
"""How often a build may kill its worker before it is given up."""


class LeaseLost(Exception):
    """The lease ran out and another worker has the build: this one stops, having changed nothing."""


# ------------------------------------------------------------------------------------------------------------- to order


@act
def order_pack(*, actor: Actor, meeting: Meeting) -> Pack:
    """Ask the worker for a pack. One built before, and not circulated, is replaced by it."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    rules.check_can_order_pack(actor, meeting)
    for built in meeting.packs.filter(state=PackState.BUILT):
        built.state = PackState.REPLACED
        built.save()
    last = meeting.packs.filter(letter="").aggregate(last=Max("build"))["last"] or 0
    pack = Pack.objects.create(
        meeting=meeting, build=last + 1, ordered_by=doer(actor), ordered_at=actor.at, stage="Waiting for the worker"
    )
    record("pack.ordered", on=pack, note={"build": pack.build})
    wake(LOOK)
    return pack


# ------------------------------------------------------------------------------------------------------------- to build


def build_due_packs(at: datetime) -> int:
    """Build what is ordered, or was left half-built by a worker that died; how many were taken. For the worker."""
    taken = 0
    while pack := _lease_one():
        taken += 1
        try:
            _build(pack, Actor.system(at))
        except LeaseLost:
            continue
    return taken


def _lease_one() -> Pack | None:
    """Take the next build for ``LEASE``, so that nobody else does; the attempt counts from here."""
    due = Pack.objects.filter(state__in=[PackState.ORDERED, PackState.BUILDING]).order_by("ordered_at", "pk")
    lease = leases.take(due, LEASE, state=PackState.BUILDING, progress=0)
    return Pack.objects.select_related("meeting__presiding__organisation").get(lease=lease) if lease else None


def _build(pack: Pack, actor: Actor) -> None:
    """One build from its rows to its file. Raises ``LeaseLost``."""
    lease = pack.lease
    assert lease  # noqa: S101 (just taken)
    if pack.attempts > ATTEMPTS:
        why = f"The build was begun {ATTEMPTS} times and never came to its end. Take a paper off and order it again."
        _give_up(actor=actor, pack=pack, lease=lease, why=why)
        return

    def step(progress: int, stage: str) -> None:
        renewed = Pack.objects.filter(pk=pack.pk, lease=lease, state=PackState.BUILDING)
        if not renewed.update(progress=progress, stage=stage[:120], leased_until=leases.until(LEASE)):
            raise LeaseLost

    step(5, "Reading the agenda")
    try:
        _bind(pack, actor, lease, step)
    except (CannotAssemble, CannotRender) as broken:
        why = broken.sentence if isinstance(broken, CannotAssemble) else str(broken)
        _give_up(actor=actor, pack=pack, lease=lease, why=why)


def _bind(pack: Pack, actor: Actor, lease: UUID, step: Step) -> None:
    found = contents.read(pack.meeting, actor.at)
    manifest = manifest_of(found, chain.head())
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="sdwg-pack-")))
        out = folder / "pack.pdf"
        files = _fetch(found, opened, step)
        page_map = bind(found, files, manifest, build=pack.build, at=pack.ordered_at, out=out, step=step)
        step(90, "Storing the pack")
        stored = store_made(out, at=actor.at, pages=page_map.pages)
    pack.page_map, pack.manifest_digest, pack.inputs = page_map.as_json(), manifest.digest, found.inputs
    pack.marking = found.marking
    _finish(actor=actor, pack=pack, lease=lease, stored=stored)


def _fetch(found: Contents, opened: ExitStack, step: Step) -> list[Path]:
    """The papers' files as paths. Raises ``CannotAssemble`` for one that the store does not have."""
    files = []
    for number, paper in enumerate(found.papers, 1):
        step(5 + 30 * number // len(found.papers), f"Fetching paper {number} of {len(found.papers)}")
        try:
            files.append(opened.enter_context(local_path(paper.file)))
        except OSError as missing:
            raise CannotAssemble(paper.name, "its file cannot be read from the store.") from missing
    return files


@act
def _finish(*, actor: Actor, pack: Pack, lease: UUID, stored: StoredFile) -> None:
    row = _held(pack, lease)
    row.page_map, row.manifest_digest, row.inputs = pack.page_map, pack.manifest_digest, pack.inputs
    row.marking, row.file, row.built_at = pack.marking, stored, actor.at
    row.state, row.progress, row.stage = PackState.BUILT, 100, "Built"
    row.lease = row.leased_until = None
    row.save()
    note = {
        "build": row.build,
        "pages": pack.page_map["pages"],
        "sha256": stored.sha256,
        "manifest": row.manifest_digest,
    }
    record("pack.built", on=row, note=note)


@act
def _give_up(*, actor: Actor, pack: Pack, lease: UUID, why: str) -> None:
    row = _held(pack, lease)
    row.state, row.failure, row.stage = PackState.FAILED, why, "Not built"
    row.lease = row.leased_until = None
    row.save()
    record("pack.failed", on=row, note={"build": row.build})


def _held(pack: Pack, lease: UUID) -> Pack:
    """The row, locked, if the lease is still ours. Raises ``LeaseLost``."""
    row = Pack.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=pack.pk)
    if row.lease != lease:
        raise LeaseLost
    return row


# --------------------------------------------------------------------------------------------------------- to circulate


@act
def circulate(*, actor: Actor, pack: Pack, seen: str | None = None) -> Pack:
    """Send the pack out, once: a numbered copy and a mail with one link for everybody; the meeting's pack is issued.

    The windows of the alternates nominated for the meeting open now and close two working days after it (S4).
    ``seen`` is the digest of the list that was shown (``recipients.shown_as``): another one by now is refused.
    """
    meeting = Meeting.objects.select_for_update().get(pk=pack.meeting_id)
    pack = Pack.objects.select_for_update().get(pk=pack.pk)
    pack.meeting = meeting
    rules.check_can_circulate(actor, pack, contents.read(meeting, actor.at).inputs)
    found, papers = recipients(meeting, actor.at), list(_papers(pack))
    shown = readable([row.actor for row in found], papers)
    if seen is not None and seen != shown_as(pack, found, shown):
        raise NotNow(
            "Who gets the pack, or what a copy withholds, is not what this page showed. Look at the list again, then "
            "circulate it."
        )
    pack.state, pack.circulated_at, pack.circulated_by = PackState.CIRCULATED, actor.at, actor.person
    pack.save()
    source, meeting.state = meeting.state, MeetingState.PACK_ISSUED
    meeting.save()
    open_windows(actor, meeting, actor.at)
    PackCopy.objects.bulk_create(
        PackCopy(pack=pack, person=row.person, seat=row.seat, acting_as=row.label, number=number)
        for number, row in enumerate(found, 1)
    )
    record("meeting.moved", on=meeting, note={"from": source, "to": meeting.state.value})
    record("pack.circulated", on=pack, note={"build": pack.build, "copies": len(found)})
    for row in found:
        _announce(actor, pack, row, [marking_of(paper) for paper in papers if paper.pk in shown[row.person.pk]])
    return pack


def _announce(actor: Actor, pack: Pack, recipient: Recipient, markings: Sequence[str]) -> None:
    """One mail: a link and no attachment, in the subject the highest marking of what this reader's copy holds."""
    meeting = pack.meeting
    more = "Your nomination as alternate counts once you have accepted it." if recipient.waits else ""
    queue(
        rule="pack-circulated",
        on_key=pack.audit_key,
        person=recipient.person,
        subject=f"Pack of {meeting}, {dates.moment(meeting.starts_at)}",
        template="notice",
        context={
            "sentence": f"The pack of {meeting} is out. Please read it before the meeting starts, on "
            f"{dates.moment(meeting.starts_at)} (London time).",
            "more": more,
            "link": pack.get_absolute_url(),
            "link_text": "Read the pack",
            "why": f"you are {recipient.label}",
        },
        marking=Marking(highest([OWN_PAGES, *markings])).label,
        at=actor.at,
    )


# -------------------------------------------------------------------------------------------------------------- to read


def opened(*, actor: Actor, pack: Pack) -> None:
    """Write down that a recipient opened the pack for the first time: a receipt, which keeps no history (S5).

    Nobody is a recipient before it is circulated.
    """
    PackCopy.objects.filter(pack=pack, person=actor.person, opened_at=None).update(opened_at=actor.at)


def make_copy(*, actor: Actor, pack: Pack) -> Path:
    """The reader's own copy, as a file of which the caller disposes: what they may not read today is one page.

    It carries their name and number on every page. That it is given is written before anybody has a byte of it; when
    that fails, there is no copy. Whoever may see the meeting and was no recipient gets the next number. Before
    circulation those who arrange the meeting get a preview without one.
    """
    rules.check_can_read_pack(actor, pack)
    assert pack.file  # noqa: S101 (it is built)
    papers = list(_papers(pack))
    shown = readable([actor], papers).get(actor.person_id or 0, set())
    copy = _copy_of(actor=actor, pack=pack) if pack.circulated_at else None
    with ExitStack() as failed:
        out = _room()
        failed.callback(out.unlink, missing_ok=True)
        with local_path(pack.file) as source:
            reader_copy(
                source,
                out,
                page_map=PageMap.from_json(pack.page_map),
                withheld={key_of(pk) for pk in _inside(pack) if pk not in shown},
                name=actor.person_name,
                number=copy.number if copy else 0,
            )
        _note_reading(actor, pack, [paper for paper in papers if paper.pk in shown])
        if copy:
            _receipt(actor, copy, out)
        failed.pop_all()
    return out


def _room() -> Path:
    handle, name = tempfile.mkstemp(prefix="sdwg-copy-", suffix=".pdf")
    os.close(handle)
    return Path(name)


@act
def _copy_of(*, actor: Actor, pack: Pack) -> PackCopy:
    """The reader's copy in the distribution register; the next number for whoever came after it was circulated."""
    found = PackCopy.objects.filter(pack=pack, person=actor.person).first()
    if found:
        return found
    pack = Pack.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=pack.pk)
    number = (pack.copies.aggregate(last=Max("number"))["last"] or 0) + 1
    copy, made = PackCopy.objects.get_or_create(
        pack=pack,
        person=actor.person,
        defaults={"seat": actor.seat, "acting_as": actor.label, "number": number},
    )
    if made:
        record("pack.copy-numbered", on=pack, note={"copy": copy.number, "for": copy.acting_as})
    return copy


def _note_reading(actor: Actor, pack: Pack, papers: Sequence[Paper]) -> None:
    """One line for the pack, and one for every paper in it whose reading is on record."""
    note_read(actor, key=pack.audit_key, ref=pack.audit_ref, kind="downloaded")
    for paper in papers:
        if paper.version:
            sha256 = paper.version.sha256
            note_reading(actor, paper.version, marking=marking_of(paper), version_sha256=sha256, kind="in-pack")


def _receipt(actor: Actor, copy: PackCopy, out: Path) -> None:
    with out.open("rb") as made:
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    PackCopy.objects.filter(pk=copy.pk).update(downloaded_at=actor.at, sha256=sha256)
    PackCopy.objects.filter(pk=copy.pk, opened_at=None).update(opened_at=actor.at)


def _inside(pack: Pack) -> list[int]:
    """The papers whose pages are in the pack, by the page map: whatever has become of the agenda since."""
    return [number_of(part["paper"]) for part in pack.page_map["parts"] if part["paper"]]


def _papers(pack: Pack) -> PaperQuerySet:
    """Those papers, each with its version's marking of today."""
    return contents.with_sheets(Paper.objects.filter(pk__in=_inside(pack)))
