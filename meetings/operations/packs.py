"""The verbs of packs (S3, S5): order, build, circulate, open, and make a reader's own copy.

A build is a row. The worker takes it for ``LEASE`` of the database's time, says how far it is, and renews the lease as it
goes; a worker that dies leaves a lease that runs out, and the next one begins the same build again. The file is stored
before the row says that it is there, and circulated packs are never rebuilt.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Max

from artefacts.states import Marking, highest
from meetings import contents, rules
from meetings.contents import OWN_PAGES, number_of
from meetings.models import Meeting, Pack, PackCopy, Paper, PaperQuerySet
from meetings.recipients import Recipient, readable, recipients
from meetings.states import MeetingState, PackState
from sdwg import clock, dates, workdays
from sdwg.audit.acts import act, record
from sdwg.celery import wake
from sdwg.mail.operations import queue
from sdwg.members.access import Actor
from sdwg.members.models import Alternate
from sdwg.members.operations import set_window

__all__ = ["circulate", "open_late_windows", "opened", "order_pack"]

LOOK = "meetings.tasks.look"
LEASE = timedelta(minutes=2)
"""Longer than the longest piece of work between two renewals; a build whose worker died waits this long."""
ATTEMPTS = 5
"""How often a build may kill its worker before it is given up."""
WATCHED = (Marking.AMBER, Marking.STRICT, Marking.RED)
"""Markings whose reading is on record, paper by paper."""


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
        meeting=meeting, build=last + 1, ordered_by=actor.person, ordered_at=actor.at, stage="Waiting for the worker"
    )
    record("pack.ordered", on=pack, note={"build": pack.build})
    wake(LOOK)
    return pack


# --------------------------------------------------------------------------------------------------------- to circulate


@act
def circulate(*, actor: Actor, pack: Pack) -> Pack:
    """Send the pack out, once: a numbered copy and a mail with one link for everybody; the meeting's pack is issued.

    The windows of the alternates nominated for the meeting open now and close two working days after it (S4).
    """
    meeting = Meeting.objects.select_for_update().get(pk=pack.meeting_id)
    pack = Pack.objects.select_for_update().get(pk=pack.pk)
    pack.meeting = meeting
    rules.check_can_circulate(actor, pack, contents.read(meeting).inputs)
    pack.state, pack.circulated_at, pack.circulated_by = PackState.CIRCULATED, actor.at, actor.person
    pack.save()
    source, meeting.state = meeting.state, MeetingState.PACK_ISSUED
    meeting.save()
    _open_windows(actor, pack)
    found = recipients(meeting, actor.at)
    PackCopy.objects.bulk_create(
        PackCopy(pack=pack, person=row.person, seat=row.seat, acting_as=row.label, number=number)
        for number, row in enumerate(found, 1)
    )
    record("meeting.moved", on=meeting, note={"from": source, "to": meeting.state.value})
    record("pack.circulated", on=pack, note={"build": pack.build, "copies": len(found)})
    papers = list(_papers(pack))
    shown = readable([row.actor for row in found], papers)
    for row in found:
        _announce(actor, pack, row, [_marking(paper) for paper in papers if paper.pk in shown[row.person.pk]])
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


def _open_windows(actor: Actor, pack: Pack) -> None:
    meeting = pack.meeting
    last_day = workdays.add(clock.today(meeting.starts_at), workdays.periods()["alternate-after"])
    assert pack.circulated_at  # noqa: S101 (it is out)
    set_window(
        actor=actor,
        for_key=meeting.audit_key,
        window_from=pack.circulated_at,
        window_to=workdays.deadline(last_day),
    )


@act
def open_late_windows(*, actor: Actor) -> int:
    """Open the windows of alternates who were nominated after the pack went out; for how many meetings. For the worker."""
    out = Pack.objects.filter(letter="", state=PackState.CIRCULATED).select_related("meeting")
    late = Alternate.objects.filter(revoked_at=None, window_from=None).exclude(for_key="")
    keys = set(late.values_list("for_key", flat=True))
    packs = [pack for pack in out.filter(meeting__in=_numbers(keys)) if pack.meeting.audit_key in keys]
    for pack in packs:
        _open_windows(actor, pack)
    return len(packs)


def _numbers(keys: set[str]) -> list[int]:
    return [int(key.partition(":")[2]) for key in keys if key.startswith("meeting:")]


# -------------------------------------------------------------------------------------------------------------- to read


def opened(*, actor: Actor, pack: Pack) -> None:
    """Write down that a recipient opened the pack for the first time: a receipt, which keeps no history (S5)."""
    if pack.circulated_at:
        PackCopy.objects.filter(pack=pack, person=actor.person, opened_at=None).update(opened_at=actor.at)


def _inside(pack: Pack) -> list[int]:
    """The papers whose pages are in the pack, by the page map: whatever has become of the agenda since."""
    return [number_of(part["paper"]) for part in pack.page_map["parts"] if part["paper"]]


def _papers(pack: Pack) -> PaperQuerySet:
    """Those papers, each with its version's marking of today."""
    return contents.with_sheets(Paper.objects.filter(pk__in=_inside(pack)))


def _marking(paper: Paper) -> str:
    return paper.version.marking if paper.version else paper.marking
