"""Packs: built by the worker, circulated once, opened and taken by their readers, each of whom gets their own copy."""

import re
from collections.abc import Callable
from datetime import time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artefacts import operations as review
from meetings import contents, operations, queries
from meetings.models import Meeting, Pack, PackCopy
from meetings.operations import packs
from meetings.recipients import recipients
from meetings.states import MeetingState, PackState
from meetings.tasks import look
from sdwg import clock
from sdwg.audit.acts import Machine, act, record
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.audit.verify import breaks
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Alternate, Person, Seat
from tests.artefacts import make as artefacts
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.meetings.make import MORNING, add_item, circulated, pack_built, scheduled, with_agenda
from tests.meetings.reading import bookmarks, decoded, words


def ordered(cast: Cast, meeting: Meeting) -> Pack:
    return operations.order_pack(actor=cast.actor("secretariat"), meeting=meeting)


def copy_for(cast: Cast, pack: Pack, name: str) -> bytes:
    """What ``name`` downloads today."""
    answer = cast.client(name).get(f"/meetings/{pack.meeting.key}/pack/file/")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    assert answer["Content-Type"] == "application/pdf"
    return content


# ------------------------------------------------------------------------------------------------------------- building


def test_an_ordered_pack_is_built_from_the_agenda(cast: Cast) -> None:
    pack = pack_built(cast, artefacts.version(cast, pages=2))

    assert (pack.state, pack.progress, pack.marking) == (PackState.BUILT, 100, "AMBER")
    assert pack.page_map["pages"] == 3 + 1 + 2 + 1  # cover, contents, agenda; control sheet; paper; last page
    assert pack.manifest_digest
    assert list(breaks()) == []


def test_only_one_pack_is_built_at_a_time(cast: Cast) -> None:
    meeting = scheduled(cast)
    ordered(cast, meeting)

    with pytest.raises(NotNow, match="is being built"):
        ordered(cast, meeting)


def test_a_pack_ordered_again_replaces_the_one_before(cast: Cast) -> None:
    first = pack_built(cast, meeting=scheduled(cast))
    second = pack_built(cast, meeting=first.meeting)

    first.refresh_from_db()
    assert (first.state, second.state) == (PackState.REPLACED, PackState.BUILT)
    assert (first.build, second.build) == (1, 2)


def test_a_paper_that_cannot_be_placed_stops_the_build_with_its_name_and_reason(cast: Cast) -> None:
    version = artefacts.version(cast, title="Key ceremony")
    meeting = with_agenda(cast, version)
    kept = Path(default_storage.path(version.file.path))
    content = kept.read_bytes()
    kept.write_bytes(b"no PDF")
    pack = ordered(cast, meeting)

    operations.build_due_packs(cast.at)
    kept.write_bytes(content)  # the store outlives the test, and keeps equal bytes once

    pack.refresh_from_db()
    assert (pack.state, pack.file) == (PackState.FAILED, None)
    assert pack.failure.startswith("Item 2, paper 1: Key ceremony cannot be placed")
    page = cast.client("secretariat").get("/meetings/1/pack/").content.decode()
    assert "Item 2, paper 1: Key ceremony cannot be placed" in page
    assert ordered(cast, meeting).build == 2


def test_a_paper_whose_file_is_lost_stops_the_build(cast: Cast) -> None:
    version = artefacts.version(cast, title="Lost paper")
    meeting = with_agenda(cast, version)
    default_storage.delete(version.file.path)
    pack = ordered(cast, meeting)

    operations.build_due_packs(cast.at)

    pack.refresh_from_db()
    assert (pack.state, "Lost paper" in pack.failure, "missing" in pack.failure) == (PackState.FAILED, True, True)


def test_a_restricted_paper_that_cannot_be_placed_is_named_by_its_reference(cast: Cast) -> None:
    version = artefacts.version(cast, title="Xylophone", marking="RED", people=("architect",))
    meeting = with_agenda(cast, version)
    default_storage.delete(version.file.path)
    pack = ordered(cast, meeting)

    operations.build_due_packs(cast.at)

    pack.refresh_from_db()
    assert version.artefact.reference in pack.failure
    assert "Xylophone" not in pack.failure


class Killed(BaseException):
    """A worker dies here: nothing it would have done afterwards happens."""


def let_the_lease_run_out(pack: Pack) -> None:
    Pack.objects.filter(pk=pack.pk).update(leased_until=Now() - timedelta(seconds=1))


def test_a_build_whose_worker_died_half_way_is_resumed_by_the_next(cast: Cast) -> None:
    pack = ordered(cast, with_agenda(cast, artefacts.version(cast)))
    with patch("meetings.operations.packs.store_made", side_effect=Killed), pytest.raises(Killed):
        operations.build_due_packs(cast.at)
    pack.refresh_from_db()
    assert (pack.state, pack.progress, pack.stage) == (PackState.BUILDING, 90, "Storing the pack")

    assert operations.build_due_packs(cast.at) == 0  # its lease still runs
    let_the_lease_run_out(pack)
    assert operations.build_due_packs(cast.at) == 1

    pack.refresh_from_db()
    assert pack.failure == ""
    assert (pack.state, pack.attempts, pack.progress) == (PackState.BUILT, 2, 100)


def test_a_worker_that_lost_its_lease_changes_nothing(cast: Cast) -> None:
    pack = ordered(cast, with_agenda(cast, artefacts.version(cast)))
    built: list[int] = []

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        if not built:
            built.append(1)
            let_the_lease_run_out(pack)
            operations.build_due_packs(cast.at)  # somebody else takes it and finishes it
        return store_made(*args, **kwargs)

    store_made = packs.store_made
    with patch("meetings.operations.packs.store_made", side_effect=overtaken):
        operations.build_due_packs(cast.at)

    pack.refresh_from_db()
    assert (pack.state, pack.attempts) == (PackState.BUILT, 2)
    assert AuditEvent.objects.filter(verb="pack.built").count() == 1


def test_a_build_that_always_kills_its_worker_is_given_up(cast: Cast) -> None:
    pack = ordered(cast, scheduled(cast))
    for _ in range(packs.ATTEMPTS):
        with patch("meetings.operations.packs.contents.read", side_effect=Killed), pytest.raises(Killed):
            operations.build_due_packs(cast.at)
        let_the_lease_run_out(pack)

    operations.build_due_packs(cast.at)

    pack.refresh_from_db()
    assert (pack.state, "5 times" in pack.failure) == (PackState.FAILED, True)


def test_the_look_of_the_worker_builds_what_is_ordered(cast: Cast) -> None:
    pack = ordered(cast, scheduled(cast))

    look()

    pack.refresh_from_db()
    assert pack.state == PackState.BUILT


def test_the_page_shows_the_progress_and_loads_itself_when_it_is_done(cast: Cast) -> None:
    pack, client = ordered(cast, scheduled(cast)), cast.client("secretariat")
    Pack.objects.filter(pk=pack.pk).update(progress=40, stage="Laying out")

    page = client.get("/meetings/1/pack/").content.decode()
    fragment = client.get("/meetings/1/pack/progress/").content.decode()
    operations.build_due_packs(cast.at)
    done = client.get("/meetings/1/pack/progress/")

    assert 'hx-get="/meetings/1/pack/progress/"' in page
    assert "Refresh" in page
    assert "Laying out" in fragment
    assert done["HX-Refresh"] == "true"
    assert cast.client("idno").get("/meetings/1/pack/progress/").status_code == 403


# ---------------------------------------------------------------------------------------------------------- circulation


def test_a_circulated_pack_is_with_every_recipient_and_the_meeting_has_its_pack(cast: Cast) -> None:
    pack = circulated(cast, artefacts.version(cast))

    copies = list(pack.copies.all())
    assert (pack.state, pack.meeting.state) == (PackState.CIRCULATED, MeetingState.PACK_ISSUED)
    assert {copy.person_id for copy in copies} == {seat.person_id for seat in cast.seats.values()}
    assert [copy.number for copy in copies] == list(range(1, len(cast.seats) + 1))
    assert list(breaks()) == []


def test_the_mails_have_one_link_no_attachment_and_the_marking_of_the_readers_own_copy(cast: Cast) -> None:
    circulated(cast, artefacts.version(cast, title="Key ceremony", marking="AMBER"))

    mails = {mail.person_id: mail for mail in OutboxMessage.objects.filter(rule="pack-circulated")}
    assert len(mails) == len(cast.seats)
    idno, observer = mails[cast.person("idno").pk], mails[cast.person("observer").pk]
    assert idno.subject == "[SDWG] [TLP:AMBER] Pack of SDWG 1, Wed 16 Dec 2026, 10:00"
    assert observer.subject == "[SDWG] [TLP:GREEN] Pack of SDWG 1, Wed 16 Dec 2026, 10:00"
    assert idno.text.count("http") == 1
    assert "/meetings/1/pack/" in idno.text
    assert not any("Key ceremony" in mail.text + mail.html + mail.subject for mail in mails.values())
    assert not hasattr(OutboxMessage, "attachments")


def seen(client: Client) -> str:
    """The digest of the list on the page from which meeting 1's pack is circulated."""
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', client.get("/meetings/1/pack/circulate/").content.decode())
    assert found
    return found[1]


def arrives(cast: Cast) -> None:
    take_seat(cast, "newcomer", like="observer")


def is_deactivated(cast: Cast) -> None:
    Person.objects.filter(pk=cast.person("idno").pk).update(is_active=False)


@pytest.mark.parametrize("meanwhile", [arrives, is_deactivated])
def test_it_goes_to_the_people_the_page_showed_or_to_nobody(cast: Cast, meanwhile: Callable[[Cast], None]) -> None:
    pack = pack_built(cast, artefacts.version(cast))
    client = cast.client("secretariat")
    shown = seen(client)
    meanwhile(cast)

    for stale in ({"seen": shown}, {}):
        answer = client.post("/meetings/1/pack/circulate/", stale)
        assert answer.status_code == 422
        assert "is not what this page showed" in answer.content.decode()
    assert not OutboxMessage.objects.filter(rule="pack-circulated").exists()

    now = re.search(r'name="seen" value="([0-9a-f]{64})"', answer.content.decode())
    assert now
    assert now[1] != shown
    assert client.post("/meetings/1/pack/circulate/", {"seen": now[1]}).status_code == 302
    assert PackCopy.objects.filter(pack=pack).exists()


def test_nothing_is_circulated_after_the_day_of_the_meeting(cast: Cast) -> None:
    pack = pack_built(cast, meeting=scheduled(cast))
    pass_to(cast, pack.meeting.starts_at + timedelta(days=5))
    with pytest.raises(NotNow, match="Nothing is sent out any more"):
        operations.circulate(actor=cast.actor("secretariat"), pack=pack)


def test_a_pack_is_circulated_once_however_often_the_button_is_pressed(cast: Cast) -> None:
    pack = pack_built(cast, meeting=scheduled(cast))
    client = cast.client("secretariat")
    press = {"once": "7b0f4f0a-8f6e-4f5c-9d6b-2f6f6a3f1c11", "seen": seen(client)}

    answers = [client.post("/meetings/1/pack/circulate/", press) for _ in range(3)]
    other = client.post("/meetings/1/pack/circulate/", {"once": ""})

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert (other.status_code, "It is circulated once." in other.content.decode()) == (422, True)
    assert OutboxMessage.objects.filter(rule="pack-circulated").count() == len(cast.seats)
    assert PackCopy.objects.filter(pack=pack).count() == len(cast.seats)


def test_the_names_and_what_is_withheld_are_shown_before_anything_is_sent(cast: Cast) -> None:
    pack_built(cast, artefacts.version(cast, marking="AMBER"))

    page = cast.client("secretariat").get("/meetings/1/pack/circulate/").content.decode()

    for seat in cast.seats.values():
        assert seat.person.display_name in page
    assert page.count("Item 2, paper 1") == 3  # partner, observer and the DAG's liaison
    assert not OutboxMessage.objects.filter(rule="pack-circulated").exists()


def test_a_pack_built_before_the_agenda_changed_is_not_circulated(cast: Cast) -> None:
    pack = pack_built(cast, meeting=scheduled(cast))
    add_item(cast, pack.meeting, "Late item")

    with pytest.raises(NotNow, match="has changed since this pack was built"):
        operations.circulate(actor=cast.actor("secretariat"), pack=pack)
    assert "has changed since this pack was built" in cast.client("chair").get("/meetings/1/pack/").content.decode()


def test_a_pack_whose_paper_got_another_marking_is_not_circulated(cast: Cast) -> None:
    version = artefacts.version(cast, marking="GREEN")
    pack = pack_built(cast, version)
    artefacts.remark(cast, version, "AMBER")

    with pytest.raises(NotNow, match="has changed since this pack was built"):
        operations.circulate(actor=cast.actor("secretariat"), pack=pack)


def test_nothing_is_circulated_for_a_draft_or_before_it_is_built(cast: Cast) -> None:
    meeting = operations.schedule(
        actor=cast.actor("secretariat"), starts_at=MORNING, ends_at=MORNING + timedelta(hours=2)
    )
    pack = pack_built(cast, meeting=meeting)
    with pytest.raises(NotNow, match="Nobody is invited"):
        operations.circulate(actor=cast.actor("secretariat"), pack=pack)
    operations.invite(actor=cast.actor("secretariat"), meeting=meeting)
    again = ordered(cast, meeting)
    for old in (pack, again):
        with pytest.raises(NotNow, match="nothing to circulate"):
            operations.circulate(actor=cast.actor("secretariat"), pack=old)


def test_a_circulated_pack_is_never_rebuilt_and_its_agenda_stays(cast: Cast) -> None:
    pack = circulated(cast)

    with pytest.raises(NotNow, match="never rebuilt"):
        ordered(cast, pack.meeting)
    with pytest.raises(NotNow, match="stays as it is"):
        add_item(cast, pack.meeting, "Late item")


def test_short_notice_is_said_and_does_not_block(cast: Cast) -> None:
    meeting = scheduled(cast)
    late = cast.actor("secretariat", MORNING - timedelta(days=6))  # Thursday 10 December: four working days before
    assert queries.lint(cast.actor("secretariat"), meeting) == []

    (told,) = queries.lint(late, meeting)

    assert told.startswith("Sent now, the pack is out 4 working days before the meeting; the notice period is 5")
    pack = pack_built(cast, meeting=meeting)
    operations.circulate(actor=late, pack=pack)


def test_what_looks_wrong_with_an_agenda_is_said(cast: Cast) -> None:
    artefact = artefacts.resolving(cast)
    version = artefact.versions.get()
    meeting = scheduled(cast)
    add_item(cast, meeting, "Decide", type="decision", minutes=140)
    add_item(cast, meeting, "Old text", version)
    artefacts.version(cast, artefact)

    told = queries.lint(cast.actor("secretariat"), meeting)

    assert "The agenda is 40 minutes over the slot of 120." in told
    assert "Item 2 asks for a decision and has no paper." in told
    assert f"{version.audit_ref} is not the newest version of its artefact." in told
    assert f"{version.audit_ref} has comments of high severity without a validated answer." in told


def test_a_severe_comment_that_was_withdrawn_is_no_trouble(cast: Cast) -> None:
    window = artefacts.consultation(cast)
    made = artefacts.comment(cast, window, severity="high")
    meeting = scheduled(cast)
    add_item(cast, meeting, "Its text", window.version)
    said = f"{window.version.audit_ref} has comments of high severity without a validated answer."
    assert said in queries.lint(cast.actor("secretariat"), meeting)
    review.withdraw_comment(actor=cast.actor("large-supplier"), comment=made)
    assert said not in queries.lint(cast.actor("secretariat"), meeting)


def test_that_papers_of_a_restricted_item_go_to_nobody_is_said(cast: Cast) -> None:
    meeting = with_agenda(cast, artefacts.version(cast))
    item = meeting.items.standing()[1]
    chair = cast.actor("chair")
    operations.restrict_item(actor=chair, item=item, restricted=True, reason="It names a supplier.")
    (told,) = queries.lint(chair, meeting)
    assert told.startswith("Item 2 is restricted, so its papers are in no copy")


# ----------------------------------------------------------------------------------------------------------- alternates


def nominate(cast: Cast, meeting: Meeting, *, accept: bool = True) -> Alternate:
    row = members.nominate(
        actor=cast.actor("large-supplier"),
        seat=cast.seat("large-supplier"),
        person=cast.person("alternate"),
        for_key=meeting.audit_key,
        for_ref=meeting.reference,
    )
    return members.accept_nomination(actor=cast.actor("alternate"), alternate=row) if accept else row


def test_an_alternate_gets_a_copy_and_acts_from_circulation_until_two_working_days_after(cast: Cast) -> None:
    meeting = with_agenda(cast, artefacts.version(cast))
    row = nominate(cast, meeting)
    assert not cast.actor("alternate").alternates

    pack = circulated(cast, meeting=meeting)

    row.refresh_from_db()
    assert (row.window_from, row.window_to) == (cast.at, clock.at_london(MORNING.date() + timedelta(2), time(17)))
    copy = pack.copies.get(person=cast.person("alternate"))
    assert copy.acting_as == "Alternate, alternate for Member, Large Supplier A"
    assert cast.actor("alternate").alternates
    mail = OutboxMessage.objects.get(rule="pack-circulated", person=cast.person("alternate"))
    assert mail.subject.startswith("[SDWG] [TLP:AMBER]")


def test_an_alternate_who_has_not_accepted_gets_a_copy_without_what_needs_a_seat(cast: Cast) -> None:
    meeting = with_agenda(cast, artefacts.version(cast))
    nominate(cast, meeting, accept=False)
    pack = pack_built(cast, meeting=meeting)

    (row,) = [row for row in recipients(meeting, cast.at) if row.person == cast.person("alternate")]
    assert row.waits
    shown, _ = queries.to_circulate(meeting, pack, cast.at)
    assert next(line.withheld for line in shown if line.recipient.waits) == ["Item 2, paper 1"]
    operations.circulate(actor=cast.actor("secretariat"), pack=pack)
    mail = OutboxMessage.objects.get(rule="pack-circulated", person=cast.person("alternate"))
    assert "once you have accepted" in mail.text


def test_an_alternate_nominated_after_circulation_gets_their_window_from_the_worker(cast: Cast) -> None:
    pack = circulated(cast, artefacts.version(cast))
    row = nominate(cast, pack.meeting)
    assert row.window_from is None

    look()

    row.refresh_from_db()
    assert row.window_from == pack.circulated_at
    assert copy_for(cast, pack, "alternate")
    assert pack.copies.get(person=cast.person("alternate")).number == len(cast.seats) + 1


# ------------------------------------------------------------------------------------------------------------- receipts


def test_opening_the_page_is_written_down_once_for_a_recipient(cast: Cast) -> None:
    pack, client = circulated(cast), cast.client("idno")

    client.head("/meetings/1/pack/")
    assert pack.copies.get(person=cast.person("idno")).opened_at is None
    client.get("/meetings/1/pack/")
    clock.set_now(cast.at + timedelta(hours=1))
    client.get("/meetings/1/pack/")

    copy = pack.copies.get(person=cast.person("idno"))
    assert (copy.opened_at, copy.downloaded_at) == (cast.at, None)
    receipts = cast.client("secretariat").get("/meetings/1/pack/").content.decode()
    assert "opened by 2 of 17" in receipts  # the secretariat just has, too
    assert "Receipts" not in client.get("/meetings/1/pack/").content.decode()


def test_taking_a_copy_is_written_before_its_first_byte(cast: Cast) -> None:
    pack = circulated(cast, artefacts.version(cast))
    content = copy_for(cast, pack, "idno")

    copy = pack.copies.get(person=cast.person("idno"))
    reads = AuditRead.objects.filter(person=cast.person("idno"))
    assert {(read.kind, read.on_ref) for read in reads} == {
        ("downloaded", "SDWG 1 pack"), ("in-pack", "SDWG-ART-001 0.1")
    }  # fmt: skip
    assert copy.downloaded_at == cast.at
    assert copy.sha256 == digest(content)


def test_no_copy_is_given_when_the_reading_cannot_be_written(cast: Cast) -> None:
    circulated(cast, artefacts.version(cast))

    broken = patch("meetings.operations.packs.note_read", side_effect=OSError("full"))
    with broken, pytest.raises(OSError, match="full"):
        cast.client("idno").get("/meetings/1/pack/file/")

    assert PackCopy.objects.get(person=cast.person("idno")).downloaded_at is None


def test_who_may_see_the_meeting_and_was_no_recipient_gets_the_next_number(cast: Cast) -> None:
    pack = circulated(cast, artefacts.version(cast))
    take_seat(cast, "outsider", like="idno")

    assert "Copy 18 for Outsider" in words(copy_for(cast, pack, "outsider"))
    assert pack.copies.get(person=cast.person("outsider")).number == 18
    assert list(breaks()) == []


def test_before_circulation_those_who_arrange_it_take_a_preview_and_nobody_else_anything(cast: Cast) -> None:
    pack = pack_built(cast, meeting=scheduled(cast))

    assert "Preview, not circulated, for Secretariat" in words(copy_for(cast, pack, "secretariat"))
    assert not pack.copies.exists()
    for name in ("idno", "observer", "auditor", "analyst"):
        assert cast.client(name).get("/meetings/1/pack/").status_code == 404
        assert cast.client(name).get("/meetings/1/pack/file/").status_code == 404
    with pytest.raises(Refused, match="has not been circulated"):
        operations.make_copy(actor=cast.actor("idno"), pack=pack)


# -------------------------------------------------------------------------------------------------------- what is in it


@pytest.fixture
def rich(cast: Cast) -> Pack:
    """A pack with an AMBER, a GREEN and a RED paper, a restricted item, and an item without a paper."""
    meeting = scheduled(cast, place="Online")
    amber = artefacts.version(cast, title="Interface code", pages=2)
    green = artefacts.version(cast, title="Certificate profiles", marking="GREEN", pages=1)
    red = artefacts.version(cast, title="Xylophone", marking="RED", people=("architect",), pages=3)
    add_item(cast, meeting, "Code and profiles", amber, green)
    add_item(cast, meeting, "Forward plan")
    add_item(cast, meeting, "Closed matter", red)
    tender = add_item(cast, meeting, "Glockenspiel", artefacts.version(cast, title="Marimba", marking="GREEN"))
    operations.restrict_item(actor=cast.actor("chair"), item=tender, restricted=True, reason="Commercial")
    return circulated(cast, meeting=meeting)


def test_the_packs_order_labels_bookmarks_and_markings(cast: Cast, rich: Pack) -> None:
    content = copy_for(cast, rich, "chair")
    pages = words(content).split("\f")[:-1]

    assert [page_of(page) for page in pages] == [
        ("Cover", 1), ("Contents", 2), ("Agenda", 3),
        ("Item 2, paper 1", 4), ("Item 2, paper 1", 5), ("Item 2, paper 1", 6),
        ("Item 2, paper 2", 7), ("Item 2, paper 2", 8),
        ("Item 4, paper 1", 9), *(("Item 4, paper 1", page) for page in (10, 11, 12)),
        ("Item 5", 13), ("How to check this pack", 14),
    ]  # fmt: skip
    assert [marking_of(page) for page in pages] == [
        *["GREEN"] * 4, "AMBER", "AMBER", *["GREEN"] * 3, *["RED"] * 3, "GREEN", "GREEN",
    ]  # fmt: skip
    assert "SDWG-ART-001 0.1 page 2 of 2" in pages[5]
    assert bookmarks(content) == [
        ("Cover", 1), ("Contents", 2), ("Agenda", 3),
        ("1 Welcome, apologies and the competition-law reminder", 3),
        ("2 Code and profiles", 4), ("Paper 1: Interface code", 4), ("Paper 2: Certificate profiles", 7),
        ("3 Forward plan", 3),
        ("4 Closed matter", 9), ("Paper 1: Restricted paper SDWG-ART-003", 9),
        ("5 Restricted item", 13),
        ("6 Any other business and next meeting", 3),
        ("How to check this pack", 14),
    ]  # fmt: skip
    assert rich.manifest_digest in "".join(pages[13].split())


def test_the_contents_and_the_agenda_name_the_pages(cast: Cast, rich: Pack) -> None:
    pages = words(copy_for(cast, rich, "idno")).split("\f")

    lines = [" ".join(line.split()) for line in (pages[1] + pages[2]).splitlines()]
    assert "Paper 2: Certificate profiles (SDWG-ART-002 0.1) TLP:GREEN 7" in lines
    assert any(line.startswith("4 Closed matter") and line.endswith(" 9") for line in lines)
    assert "Wednesday 16 December 2026, 10:00 to 12:00" in pages[2]


CANARIES = {"SDWG-ART-003 0.1 page", "SDWG-ART-004", "Xylophone", "Glockenspiel", "Marimba"}


@pytest.mark.parametrize(("name", "hidden"), [
    ("idno", CANARIES),
    ("observer", CANARIES | {"SDWG-ART-001 0.1 page"}),
    ("secretariat", CANARIES),
    ("chair", CANARIES - {"SDWG-ART-003 0.1 page"}),
    ("architect", CANARIES - {"SDWG-ART-003 0.1 page"}),
])  # fmt: skip
def test_a_copy_holds_no_word_that_its_reader_may_not_read(cast: Cast, rich: Pack, name: str, hidden: set[str]) -> None:
    content = copy_for(cast, rich, name)
    everything = words(content) + decoded(content)

    assert {canary for canary in CANARIES | {"SDWG-ART-001 0.1 page"} if canary in everything} == (
        (CANARIES | {"SDWG-ART-001 0.1 page"}) - hidden
    )
    assert ("This paper is withheld" in everything) == bool(hidden & {"SDWG-ART-003 0.1 page", "SDWG-ART-001 0.1 page"})


def test_a_withheld_paper_leaves_one_page_and_the_numbers_agree(cast: Cast, rich: Pack) -> None:
    pages = words(copy_for(cast, rich, "idno")).split("\f")[:-1]

    assert len(pages) == 12
    assert [page_of(page)[1] for page in pages] == [*range(1, 11), 13, 14]


def test_a_later_copy_obeys_the_marking_of_its_day(cast: Cast) -> None:
    version = artefacts.version(cast, marking="GREEN")
    pack = circulated(cast, version)
    assert "SDWG-ART-001 0.1 page" in words(copy_for(cast, pack, "observer"))

    artefacts.remark(cast, version, "AMBER")

    assert "SDWG-ART-001 0.1 page" not in words(copy_for(cast, pack, "observer"))
    assert "SDWG-ART-001 0.1 page" in words(copy_for(cast, pack, "idno"))


def test_a_paper_that_is_a_file_is_read_by_its_own_marking(cast: Cast) -> None:
    meeting = scheduled(cast)
    item = add_item(cast, meeting, "Slides")
    stored = artefacts.stored(cast, words="Slides of the day")
    operations.add_paper(
        actor=cast.actor("secretariat"), item=item, stored=stored, title="Slides", marking="AMBER", asked="Read"
    )
    paper = item.papers.get()
    with pytest.raises(NotNow, match="cannot be TLP:RED"):
        operations.add_paper(
            actor=cast.actor("chair"), item=item, stored=stored, title="Secret", marking="RED", asked="Read"
        )

    pack = circulated(cast, meeting=meeting)

    assert "Slides of the day" in words(copy_for(cast, pack, "idno"))
    assert "Slides of the day" not in words(copy_for(cast, pack, "observer"))
    assert cast.client("idno").get(f"/meetings/papers/{paper.pk}/").status_code == 200
    assert cast.client("observer").get(f"/meetings/papers/{paper.pk}/").status_code == 404


def test_procurement_goes_by_its_reference_alone(cast: Cast) -> None:
    version = artefacts.version(
        cast, title="Xylophone tender", kind="procurement", people=("architect",), marking="AMBER"
    )
    found = contents.read(with_agenda(cast, version), cast.at)

    (paper,) = found.papers
    assert (paper.title, paper.reference, paper.restricted) == ("Restricted paper", version.artefact.reference, True)
    assert "Xylophone" not in str(found)


# ---------------------------------------------------------------------------------------------------- the cost of pages


@pytest.mark.parametrize(("name", "path"), [
    ("secretariat", "/meetings/1/pack/"), ("idno", "/meetings/1/pack/"), ("secretariat", "/meetings/1/pack/circulate/"),
    ("chair", "/meetings/1/"), ("idno", "/meetings/1/"),
])  # fmt: skip
def test_pages_of_a_pack_take_the_same_queries_for_1_3_and_30_papers_and_people(
    cast: Cast, name: str, path: str
) -> None:
    meeting, counts = scheduled(cast), []
    pack = Pack.objects.create(
        meeting=meeting, state=PackState.BUILT, ordered_by=cast.person("chair"), ordered_at=cast.at
    )
    client = cast.client(name)
    for wanted in (1, 3, 30):
        while meeting.items.count() < wanted + 2:
            number = meeting.items.count()
            add_item(cast, meeting, f"Item {number}", artefacts.version(cast, title=f"Artefact {number}"))
            take_seat(cast, f"person-{number}", like="idno")
        settle(cast, pack, out="circulate" not in path)
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))

    assert len(set(counts)) == 1, counts


# ------------------------------------------------------------------------------------------------------------- evidence


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"manifest_digest": "0" * 64}, "The SDWG 1 pack, build 1, differs from event"),
        ({"page_map": {"pages": 1}}, "The SDWG 1 pack, build 1, differs from event"),
        ({"file": None}, "(SDWG 1 pack) is gone, or its file."),
    ],
)
def test_a_pack_edited_behind_the_program_s_back_is_found(cast: Cast, change: dict[str, Any], said: str) -> None:
    pack = pack_built(cast)
    assert list(breaks()) == []
    Pack.objects.filter(pk=pack.pk).update(**change)
    (line,) = breaks()
    assert said in line


# -------------------------------------------------------------------------------------------------------------- helpers


def settle(cast: Cast, pack: Pack, *, out: bool) -> None:
    """The pack as a build would leave it, without the build: for counting queries."""
    papers = contents.read(pack.meeting, cast.at).papers
    parts: list[dict[str, Any]] = [
        {"title": paper.title, "first": at, "level": 1, "paper": paper.key, "footer": paper.place}
        for at, paper in enumerate(papers)
    ]
    pack.page_map = {"pages": len(parts), "prefix": "", "parts": parts}
    pack.inputs = contents.read(pack.meeting, cast.at).inputs
    if out:
        pack.state, pack.circulated_at, pack.circulated_by = PackState.CIRCULATED, cast.at, cast.person("chair")
        PackCopy.objects.filter(pack=pack).delete()
        for number, row in enumerate(recipients(pack.meeting, cast.at), 1):
            PackCopy.objects.create(
                pack=pack, person=row.person, seat=row.seat, acting_as=row.label, number=number, opened_at=cast.at
            )
    pack.save()


def take_seat(cast: Cast, name: str, *, like: str) -> None:
    """``name`` takes a seat like that of ``like``."""
    if name not in cast.people:
        cast.people[name] = Person.objects.create(display_name=name, created_at=cast.at)

    @act
    def seat(*, actor: Machine) -> None:
        other = cast.seat(like)
        made = Seat.objects.create(
            person=cast.person(name),
            organisation=other.organisation,
            role=other.role,
            valid_from=other.valid_from,
            proposed_by=cast.person("secretariat"),
            proposed_at=actor.at,
            confirmed_by=cast.person("secretariat"),
            confirmed_at=actor.at,
        )
        record("seat.started", on=made)

    seat(actor=Machine(cast.at))


def page_of(page: str) -> tuple[str, int]:
    """What a page's footer says: its part and its number."""
    line = next(line for line in page.splitlines() if " pack – " in line and " – page " in line)
    _, part, number = line.strip().split(" – ", 2)
    return part, int(number.split()[1])


def marking_of(page: str) -> str:
    """The marking at head and foot, which are the same."""
    found = [word.removeprefix("TLP:") for word in page.split() if word.startswith("TLP:")]
    assert found[0] == found[-1]
    return found[0]


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
