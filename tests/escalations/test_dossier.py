"""The dossier: what it says, in which order, marked on every page; built by the worker, whatever happens to it."""

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.functions import Now

from artefacts import industry
from artefacts import operations as artefact_operations
from artefacts.models import PublicComment
from artefacts.states import Marking
from escalations import operations
from escalations.models import Dossier, Submission
from escalations.operations import dossiers
from escalations.states import DossierState
from meetings.states import Finding, Stance
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.files.models import StoredFile
from sdwg.members.access import NotNow, Refused
from sdwg.members.operations import end_seat
from tests.artefacts import make as artefacts
from tests.cast import Cast, make_pdf
from tests.decisions import make as decisions
from tests.escalations import make
from tests.meetings.reading import words
from tests.pdf.make import check

HOSTILE = (
    "<script>alert(1)</script> <img src='file:///etc/passwd'> {{ content.marking }} {% now 'Y' %} & \"quoted\"\n\n"
    f"{'W' * 600}\n\nمرحبا بكم في المجموعة \u202e turned \u202c \x01 end"
)


def read(dossier: Dossier) -> pypdf.PdfReader:
    """The dossier's file, once ``qpdf --check`` has found nothing."""
    assert dossier.file
    path = Path(default_storage.path(dossier.file.path))
    check(path)
    return pypdf.PdfReader(path)


def pages(dossier: Dossier) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in read(dossier).pages]


def content(dossier: Dossier) -> bytes:
    """The bytes in the store."""
    assert dossier.file
    with default_storage.open(dossier.file.path) as file:
        return bytes(file.read())


def titles(outline: list[Any]) -> Iterator[str]:
    for entry in outline:
        if isinstance(entry, list):
            yield from titles(entry)
        else:
            yield str(entry.title)


@pytest.fixture
def escalated(cast: Cast) -> Submission:
    """No consensus on a version that answers two recommendations, delegated by the DAG, put to its next meeting."""
    links = [artefacts.recommendation(1), artefacts.recommendation(2)]
    return make.escalated(cast, delegated="DAG-D-41", recommendations=links)


# -------------------------------------------------------------------------------------------------------- what it says

ORDER = (
    "Control sheet",
    "Question and statement",
    "Determination",
    "Positions",
    "Objections",
    "Consultation",
    "Comment log",
    "Principles and impacts",
    "Recommendations",
    "SDWG-ART-001 0.1",
    "Timeline",
    "Hashes",
)


def test_its_bookmarks_footers_and_labels_follow_the_order(cast: Cast, escalated: Submission) -> None:
    reader = read(make.built(cast, escalated))
    assert tuple(titles(reader.outline)) == ORDER

    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    count = len(texts)
    parts = []
    for number, text in enumerate(texts, start=1):
        part = next(part for part in ORDER if f"SDWG-DAG-001 dossier – {part} – page {number} of {count}" in text)
        parts.append(part)
    assert parts == sorted(parts, key=ORDER.index)
    assert set(parts) == set(ORDER)
    assert reader.page_labels == [str(number) for number in range(1, count + 1)]


@pytest.mark.parametrize("marking", [Marking.GREEN, Marking.AMBER, Marking.STRICT])
def test_every_page_carries_the_marking_twice(cast: Cast, marking: Marking) -> None:
    organisations = [seat.organisation for seat in cast.seats.values() if seat.role == "member"]
    asked = {"organisations": organisations} if marking == Marking.STRICT else {}
    dossier = make.built(cast, make.submitted(cast, marking=marking, **asked))
    assert dossier.marking == marking
    for text in pages(dossier):
        assert text.count(marking.label) >= 2


def test_it_says_what_the_dag_has_to_know(cast: Cast, escalated: Submission) -> None:
    text = " ".join(pages(make.built(cast, escalated)))
    assert escalated.version
    for said in (
        make.QUESTION,
        "The group agrees on all but clause 6.3.2.",
        "The DAG is asked to settle the renewal window.",
        "The DAG of Wed 13 Jan 2027",
        "DAG-D-41",
        "No consensus",
        decisions.REASONS,
        escalated.version.sha256,
        "AWG-R-01",
        "AWG-R-02",
        "Principle 1",
        "What Large Suppliers has to build.",
        "Say who pays.",
        "Clarified in 5.2.",
        "20 working days",
        "Nil return",
        "SDWG-DEC-001 determined: No consensus",
        "SDWG-DAG-001 submitted, DAG of Wed 13 Jan 2027",
    ):
        assert said in text, said


def test_dissent_stands_word_for_word_under_its_constituency(cast: Cast, escalated: Submission) -> None:
    text = next(page for page in pages(make.built(cast, escalated)) if "Positions, by constituency" in page)
    before, _, after = text.partition("Independent Distribution Network Operators")
    assert f"iDNO B: object (O-1) Member, iDNO B, 14 Dec 2026, 17:01 {decisions.OBJECTION['text']}" in after
    assert "Large Supplier A: support" in before
    assert f"Medium Supplier A: concern Member, Medium Supplier A, 14 Dec 2026, 17:01 {decisions.CONCERN}" in before


def test_objections_come_with_their_whole_life(cast: Cast, escalated: Submission) -> None:
    text = next(page for page in pages(make.built(cast, escalated)) if "Objections, and what" in page)
    for said in (
        "O-1, Member, iDNO B: maintained",
        decisions.OBJECTION["clause"],
        decisions.OBJECTION["would_resolve"],
        decisions.ANSWER,
        "60 days still overlaps the freeze.",
    ):
        assert said in text


def test_an_objection_whose_seat_is_vacant_says_so(cast: Cast) -> None:
    decision = decisions.no_consensus(cast, delegated="DAG 41, item 3")
    end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=clock.today(cast.at) - timedelta(days=1))
    text = " ".join(" ".join(pages(make.built(cast, make.submit(cast, decision)))).split())
    assert "O-1, Member, iDNO B: maintained, seat vacant" in text
    assert "Raised by Idno for iDNO B; seat vacant." in text


def test_nothing_is_counted(cast: Cast, escalated: Submission) -> None:
    positions = next(page for page in pages(make.built(cast, escalated)) if "Positions, by constituency" in page)
    assert not re.search(r"%|majority|vote|in favour|\d+ (support|object|concern|heard)", positions)


def test_the_version_itself_is_in_it(cast: Cast, escalated: Submission) -> None:
    texts = pages(make.built(cast, escalated))
    inside = [text for text in texts if "SDWG-ART-001 0.1 page" in text]
    assert ["SDWG-ART-001 0.1 page 1 of 3" in inside[0], len(inside)] == [True, 3]


def test_the_last_page_prints_the_digest_of_the_manifest(cast: Cast, escalated: Submission) -> None:
    dossier = make.built(cast, escalated)
    last = pages(dossier)[-1].replace(" ", "")
    entry = AuditEvent.objects.get(verb="submission.submitted")
    assert dossier.manifest_digest in last
    assert entry.hash in last
    assert escalated.version_sha256 in last


def test_the_same_submission_gives_the_same_bytes(cast: Cast, escalated: Submission) -> None:
    first = make.built(cast, escalated)
    again(first)
    cast.at += timedelta(days=40)
    second = make.built(cast, escalated)
    assert first.file == second.file
    assert first.manifest_digest == second.manifest_digest
    assert StoredFile.objects.filter(pages=len(pages(second))).count() == 1


def test_what_happens_later_is_not_in_it(cast: Cast, escalated: Submission) -> None:
    first = make.built(cast, escalated)
    make.answered(cast, "deferred", escalated)
    again(first)
    assert make.built(cast, escalated).manifest_digest == first.manifest_digest


def test_members_text_is_escaped_and_wraps(cast: Cast) -> None:
    decision = decisions.open_decision(cast)
    decisions.state(cast, decision, "idno", Stance.OBJECT, text=HOSTILE, clause="<b>6</b>", would_resolve=HOSTILE)
    found = decisions.determined(cast, decisions.proposed(cast, decision, Finding.NO_CONSENSUS, reasons=HOSTILE))
    dossier = make.built(cast, make.submit(cast, found, statement=HOSTILE, question="<i>Why?</i> " + "x" * 300))

    text = " ".join(words(content(dossier)).split())
    assert text.count("<script>alert(1)</script>") >= 4
    assert "{{ content.marking }} {% now 'Y' %}" in text
    assert "root:" not in text
    assert "".join(text.split()).count("W" * 600) >= 4
    assert [(width, right) for width, right in edges(dossier) if right > width - 30] == []


def edges(dossier: Dossier) -> list[tuple[float, float]]:
    """For each word: the width of its page, and where it ends, in points."""
    assert dossier.file
    path = default_storage.path(dossier.file.path)
    told = subprocess.run(["pdftotext", "-bbox", path, "-"], check=True, capture_output=True, text=True).stdout
    found = []
    for page in told.split("<page width=")[1:]:
        width = float(page.split('"')[1])
        found += [(width, float(edge)) for edge in re.findall(r'xMax="([\d.]+)"', page)]
    return found


def test_a_free_question_has_a_dossier_without_a_version(cast: Cast) -> None:
    dossier = make.built(cast, make.escalated(cast, on=None))
    assert tuple(titles(read(dossier).outline)) == (*ORDER[:5], "Timeline", "Hashes")
    assert dossier.marking == Marking.AMBER


def test_information_says_that_nothing_was_decided(cast: Cast) -> None:
    dossier = make.built(cast, make.informed(cast))
    assert "The group has taken no decision on this version" in " ".join(pages(dossier))
    assert "Determination" not in titles(read(dossier).outline)


def test_disputes_and_amended_reasons_are_both_in_it(cast: Cast) -> None:
    from meetings import operations as meetings

    finding = decisions.proposed(cast)
    meetings.dispute(actor=cast.actor("agent"), determination=finding, text="We were not asked about clause 4.")
    artefacts.pass_to(cast, finding.dispute_until)
    meetings.determine(actor=cast.actor("chair"), determination=finding, reasons="As before, and clause 4 stays open.")
    text = " ".join(pages(make.built(cast, make.submit(cast, decisions.fresh(finding.decision)))))
    for said in (decisions.REASONS, "We were not asked about clause 4.", "As before, and clause 4 stays open."):
        assert said in text


# ------------------------------------------------------------------------------------------- comments on other versions


def test_the_comments_on_earlier_versions_are_in_the_whole_log(cast: Cast) -> None:
    submission = second_version(cast)
    dossier = make.built(cast, submission)
    text = " ".join(pages(dossier))
    assert len(dossier.holds) == 2
    assert "Say who pays." in text


def test_comments_that_fewer_people_may_read_stay_out_and_it_says_so(cast: Cast) -> None:
    readers = ["large-supplier", "medium-supplier", "small-supplier", "idno"]
    submission = second_version(cast, marking=Marking.RED, people=readers)
    dossier = make.built(cast, submission)
    text = " ".join(pages(dossier))
    assert dossier.holds == [submission.version_id]
    assert "3 comments on this version are withheld" in text
    assert "Say who pays." not in text
    assert "Which release?" not in text


def test_it_says_how_many_came_from_the_wider_industry_apart_from_the_group_s(cast: Cast) -> None:
    window = artefacts.public_window(cast)
    artefacts.responded(cast, window)
    for _ in range(2):
        artefacts.from_industry(cast, window)
    artefacts.sent_in(cast, window)
    artefacts.held_from_industry(cast, window)
    submission = make.informed(cast, window.version)
    artefacts.pass_to(cast, cast.at + timedelta(minutes=1))
    artefacts.from_industry(cast, window)
    text = " ".join(pages(make.built(cast, submission)))
    assert "2 comments came from the wider industry by the time of the submission, of no constituency" in text


def test_nobody_s_confirmation_is_missed_by_a_dossier(cast: Cast) -> None:
    """Refused with the hour from which it works; confirmed meanwhile and released, it is submitted and counted."""
    decision = make.still_confirmable(cast)
    sent = PublicComment.objects.get()
    with pytest.raises(NotNow, match=f"until .* at {clock.london(sent.sent_at):%H:%M}"):
        make.submit(cast, decision)
    held = artefact_operations.confirm_public_comment(secret=industry.confirming_secret(sent.nonce), at=cast.at)
    with pytest.raises(NotNow, match="secretariat still has to release"):
        make.submit(cast, decision)
    artefacts.released(cast, held)
    text = " ".join(pages(make.built(cast, make.submit(cast, decision))))
    assert "1 comment came from the wider industry by the time of the submission" in text


def second_version(cast: Cast, **first: Any) -> Submission:
    """A consensus on 0.2 (TLP:AMBER), submitted; 0.1 was commented on."""
    artefact = artefacts.resolving(cast, **first)
    artefacts.answered(cast, artefact)
    version = decisions.next_version_ready(cast, artefact)
    return make.submit(cast, decisions.consensus(cast, on=version))


# --------------------------------------------------------------------------------------------------------- the worker


def again(dossier: Dossier) -> None:
    """As if it had never been built."""
    Dossier.objects.filter(pk=dossier.pk).update(state=DossierState.ORDERED, file=None, built_at=None, attempts=0)


def test_the_worker_says_how_far_it_is(cast: Cast, escalated: Submission, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    step = dossiers._step

    def look(dossier: Dossier, percent: int, stage: str) -> None:
        step(dossier, percent, stage)
        row = Dossier.objects.get(pk=dossier.pk)
        seen.append((row.state, row.progress, row.stage))

    monkeypatch.setattr(dossiers, "_step", look)
    assert operations.build_due_dossiers(at=cast.at) == 1
    assert [progress for _, progress, _ in seen] == [10, 30, 70, 90]
    assert {state for state, _, _ in seen} == {DossierState.BUILDING}
    dossier = Dossier.objects.get(submission=escalated)
    assert (dossier.state, dossier.progress, dossier.lease) == (DossierState.BUILT, 100, None)
    assert list(verify.breaks()) == []


def test_nothing_is_built_twice(cast: Cast, escalated: Submission) -> None:
    make.built(cast, escalated)
    assert operations.build_due_dossiers(at=cast.at) == 0
    assert AuditEvent.objects.filter(verb="submission.dossier-built").count() == 1


class Killed(BaseException):
    """The worker dies: nothing of ours runs after it."""


def test_a_worker_that_dies_leaves_it_to_the_next_once_the_lease_is_over(
    cast: Cast, escalated: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    assemble = dossiers.assemble

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    monkeypatch.setattr(dossiers, "assemble", die)
    with pytest.raises(Killed):
        operations.build_due_dossiers(at=cast.at)
    monkeypatch.setattr(dossiers, "assemble", assemble)
    dossier = Dossier.objects.get(submission=escalated)
    assert (dossier.state, dossier.progress, dossier.file) == (DossierState.BUILDING, 70, None)
    assert operations.build_due_dossiers(at=cast.at) == 0, "somebody may still be at it"

    Dossier.objects.update(leased_until=Now() - timedelta(seconds=1))

    assert make.built(cast, escalated).attempts == 2


def test_a_worker_whose_lease_is_gone_leaves_nothing_behind(
    cast: Cast, escalated: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_made = dossiers.store_made

    def lose(*args: Any, **kwargs: Any) -> StoredFile:
        Dossier.objects.update(lease=uuid4())
        return store_made(*args, **kwargs)

    monkeypatch.setattr(dossiers, "store_made", lose)
    assert operations.build_due_dossiers(at=cast.at) == 1
    dossier = Dossier.objects.get(submission=escalated)
    assert (dossier.state, dossier.file) == (DossierState.BUILDING, None)
    assert not AuditEvent.objects.filter(verb="submission.dossier-built").exists()


def test_one_that_kills_every_worker_is_given_up(cast: Cast, escalated: Submission) -> None:
    Dossier.objects.update(attempts=dossiers.ATTEMPTS)
    operations.build_due_dossiers(at=cast.at)
    dossier = Dossier.objects.get(submission=escalated)
    assert dossier.state == DossierState.FAILED
    assert "came to no end" in dossier.failure


def write(submission: Submission, content: bytes) -> None:
    """Other bytes where the version's lie in the store."""
    assert submission.version
    path = submission.version.file.path
    default_storage.delete(path)
    default_storage.save(path, ContentFile(content))


@pytest.fixture
def failed(cast: Cast, escalated: Submission) -> Submission:
    """A submission whose version cannot be placed: its file is no PDF any more."""
    write(escalated, b"not a PDF")
    operations.build_due_dossiers(at=cast.at)
    return escalated


def test_a_version_that_cannot_be_placed_stops_the_build_and_is_named(cast: Cast, failed: Submission) -> None:
    dossier = Dossier.objects.get(submission=failed)
    assert dossier.state == DossierState.FAILED
    assert dossier.failure == "SDWG-ART-001 0.1 cannot be placed: its file cannot be read as a PDF."
    assert AuditEvent.objects.get(verb="submission.dossier-failed").reason == dossier.failure


@pytest.mark.parametrize("name", ["chair", "secretariat"])
def test_it_can_be_ordered_again(cast: Cast, failed: Submission, name: str) -> None:
    operations.order_dossier(actor=cast.actor(name), submission=failed)
    write(failed, make_pdf(3))
    assert make.built(cast, failed).attempts == 1


def test_a_member_does_not_order_it(cast: Cast, failed: Submission) -> None:
    with pytest.raises(Refused):
        operations.order_dossier(actor=cast.actor("idno"), submission=failed)


def test_what_is_built_is_not_ordered_again(cast: Cast, escalated: Submission) -> None:
    make.built(cast, escalated)
    with pytest.raises(NotNow, match="only when its build failed"):
        operations.order_dossier(actor=cast.actor("chair"), submission=escalated)


def test_the_bytes_in_the_store_are_those_that_were_recorded(cast: Cast, escalated: Submission) -> None:
    dossier = make.built(cast, escalated)
    assert dossier.file
    told = AuditEvent.objects.get(verb="submission.dossier-built")
    assert sha256(content(dossier)).hexdigest() == dossier.file.sha256 == told.note["sha256"]


# ------------------------------------------------------------------------------------------------------------- evidence


@pytest.mark.parametrize("change", [{"manifest_digest": "0" * 64}, {"holds": []}])
def test_a_dossier_edited_behind_the_program_s_back_is_found(cast: Cast, change: dict[str, Any]) -> None:
    dossier = make.built(cast, make.submitted(cast))
    assert list(verify.breaks()) == []
    Dossier.objects.filter(pk=dossier.pk).update(**change)
    (line,) = verify.breaks()
    assert line.startswith("The dossier of SDWG-DAG-001 differs from event")
