"""The main job from end to end, at plain HTTP, without JavaScript: a draft becomes the baseline."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cast import make_pdf
from tests.journeys import line
from tests.journeys.line import Walk
from tests.journeys.visitor import Upload, Visitor
from tests.stack import Stack

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def walk(stack: Stack) -> Walk:
    return Walk(stack, lambda name: Visitor(stack.address, name))


def test_from_a_draft_to_a_dag_outcome(walk: Walk) -> None:
    first, second = line.stage_one(walk)
    line.stage_two(walk, first, second)

    # The history says who, for which seat, when, on which hash, why.
    member = walk.person("idno")
    member.open(f"/artefacts/{first}/")
    line.shows(member, "Draft", "In consultation", "Resolving comments", "Under decision")
    line.shows(member, "Not agreed", "With DAG", "Approved")
    line.shows(member, "Design Business Analyst", "Secretariat", "Chair", "DAG Liaison")

    # The trail holds, and says where it breaks once a row is edited behind its back.
    assert "The audit trail holds" in walk.stack.manage("verify_audit").stdout
    number = int(first[-3:])
    behind = f"from artefacts.models import Artefact; Artefact.objects.filter(number={number}).update(title='Other')"
    walk.stack.python(behind)
    broken = walk.stack.manage("verify_audit", check=False)
    assert broken.returncode
    assert "differs from its history in title" in broken.stderr
    walk.stack.python(
        "from artefacts.models import Artefact\n"
        f"row = Artefact.objects.get(number={number})\n"
        "Artefact.objects.filter(pk=row.pk).update(title=row.history.first().title)"
    )
    assert "The audit trail holds" in walk.stack.manage("verify_audit").stdout


def test_every_recipient_of_a_pack_has_a_mail_with_a_link_and_no_attachment(walk: Walk) -> None:
    mails = [mail for mail in walk.stack.mails() if "pack" in mail.lower()]
    assert mails
    assert not any("application/pdf" in mail for mail in mails)
    assert any("/meetings/" in mail for mail in mails)


def test_a_members_copy_of_the_pack_is_a_pdf_with_bookmarks(walk: Walk) -> None:
    member = walk.person("large-supplier")
    assert isinstance(member, Visitor)
    page = member.open(f"/meetings/{walk.meeting}/pack/file/")
    assert page.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(page.body))
    assert reader.outline
    assert "TLP:AMBER" in reader.pages[0].extract_text()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("draft.pdf", b"", "empty"),
        ("draft.pdf", b"<html>not a pdf</html>", "PDF"),
        ("draft.pdf", make_pdf(2)[:300], "PDF"),
    ],
    ids=["empty", "disguised", "broken"],
)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_kept(
    walk: Walk, name: str, content: bytes, sentence: str
) -> None:
    analyst = walk.person("analyst")
    assert isinstance(analyst, Visitor)
    count = "from sdwg.files.models import StoredFile; print(StoredFile.objects.count())"
    before = walk.stack.python(count)
    analyst.open("/artefacts/SDWG-ART-015/upload/")
    page = analyst.press("Upload it", file=Upload(name, content), label="0.2", change_note="Kept words")
    assert page.status == 422
    assert sentence in page.text
    assert "Kept words" in page.text
    assert walk.stack.python(count) == before


@pytest.mark.needs_data
@pytest.mark.skipif(not DATA.exists(), reason="documents beside the repository are not there: ../shared/data")
def test_a_real_document_is_taken_with_its_pages_counted(walk: Walk) -> None:
    pdf = (DATA / "asvs-5.0.0-en.pdf").read_bytes()
    reference = line.registers(walk, "Verification requirements", pdf, "asvs-5.0.0-en.pdf")
    analyst = walk.person("analyst")
    analyst.open(f"/artefacts/{reference}/0.1/review/")
    line.shows(analyst, f"{len(PdfReader(BytesIO(pdf)).pages)} pages")


def test_what_may_not_be_seen_and_what_is_not_there_answer_alike(walk: Walk) -> None:
    observer = walk.person("observer")
    assert isinstance(observer, Visitor)
    hidden = observer.open("/artefacts/SDWG-ART-013/")
    absent = observer.open("/artefacts/SDWG-ART-999/")
    assert (hidden.status, absent.status) == (404, 404)
    assert hidden.text == absent.text
