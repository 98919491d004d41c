"""The pages, through HTTP: the way to ready without scripts, refusals beside what they concern, reads noted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from artefacts import operations
from artefacts.models import Artefact, Comment, Consultation, Disposition, NilReturn, Version
from artefacts.states import Kind, Marking, State
from sdwg import clock
from sdwg.audit.models import AuditRead
from sdwg.members.models import Constituency
from tests.artefacts import make
from tests.cast import Cast, make_pdf

ONE = "/artefacts/SDWG-ART-001/"
FIRST = f"{ONE}0.1/"


def text(page: Any) -> str:
    """A page's words, without tags and with single blanks."""
    plain = re.sub(r"<[^>]+>", " ", page.content.decode())
    return " ".join(plain.split())


def once(page: HttpResponse, name: str = "once") -> str:
    """The ticket of the form on a page, or what else it carries hidden."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())
    assert found, "the form has no ticket"
    return found[1]


def send(client: Client, form: str, to: str = "", **data: Any) -> Any:
    """Open the page ``form`` and send what it has, with ``data``, to ``to`` or to itself."""
    return client.post(to or form, {"once": once(client.get(form)), **data})


def test_a_document_goes_from_the_register_to_ready_by_pages_alone(cast: Cast) -> None:
    principle = make.principles(1)[0]
    analyst, secretariat, chair = cast.client("analyst"), cast.client("secretariat"), cast.client("chair")

    made = send(
        analyst,
        "/artefacts/register/",
        title="Interface Code of Connection",
        summary="",
        kind="design",
        author=cast.seat("analyst").pk,
        owner=cast.seat("analyst").pk,
    )
    assert (made.status_code, made.url) == (302, ONE)
    assert "Upload a version" in text(analyst.get(ONE))

    file = SimpleUploadedFile("icoc.pdf", make_pdf(4), content_type="application/pdf")
    page = send(analyst, f"{ONE}upload/", file=file, label="0.1", change_note="First draft", marking="AMBER", people=[])
    assert page.url == ONE
    version = Version.objects.get()
    assert (version.file.pages, version.file_name) == (4, "icoc.pdf")

    assert send(secretariat, f"{FIRST}consultation/", closes_on="2026-12-14").url == ONE
    idno, agent = cast.client("idno"), cast.client("agent")
    said = send(
        idno,
        f"{FIRST}review/",
        f"{FIRST}comment/",
        text="Say who pays.",
        page=2,
        type="technical",
        severity="high",
    )
    assert said.url == f"{FIRST}review/?comment=1#comment-1"
    assert send(agent, f"{FIRST}review/", f"{FIRST}no-comments/").url == f"{FIRST}review/"

    make.pass_to(cast, Consultation.objects.get().closes_at + timedelta(minutes=1))
    operations.close_due_windows(cast.at)

    answers = f"{FIRST}dispositions/"
    ticket = once(analyst.get(answers), "c1-once")
    page = analyst.post(
        f"{answers}1/", {"c1-once": ticket, "c1-answer": "clarified", "c1-reason": "The operator pays."}
    )
    assert page.url == f"{answers}#comment-1"
    shown = chair.get(answers)
    sent = {"c1-once": once(shown, "c1-once"), "c1-proposed_at": once(shown, "c1-proposed_at")}
    assert chair.post(f"{answers}1/validate/", sent).status_code == 302

    assert "not assessed" in text(analyst.get(ONE)).lower()
    cells = {f"alignment_{principle.pk}": "aligned"}
    for place in Constituency.objects.all():
        cells |= {f"impact_{place.pk}": "nil", f"text_{place.pk}": "Nothing changes for them."}
    assert send(analyst, f"{FIRST}assessment/", **cells).url == f"{FIRST}assessment/"

    assert send(analyst, ONE, f"{ONE}ready/").url == ONE
    assert Artefact.objects.get().state == State.READY
    history = text(analyst.get(ONE))
    assert "Ready, from resolving comments" in history
    assert "The program" in history


def test_a_second_window_replaces_no_answer_unseen(cast: Cast) -> None:
    make.resolving(cast)
    client, answers = cast.client("analyst"), f"{FIRST}dispositions/"
    client.get(answers)
    sent = {"c1-answer": "clarified", "c1-reason": "The operator pays.", "c1-seen": ""}
    assert client.post(f"{answers}1/", sent).status_code == 302
    page = client.post(f"{answers}1/", {**sent, "c1-answer": "rejected", "c1-reason": "Nobody pays."})
    assert page.status_code == 422
    assert "Comment 1 was answered since you loaded this page" in text(page)
    assert Disposition.objects.get().answer == "clarified"
    again = {**sent, "c1-answer": "rejected", "c1-reason": "Nobody pays.", "c1-seen": once(page, "c1-seen")}
    assert client.post(f"{answers}1/", again).status_code == 302
    assert Disposition.objects.get().answer == "rejected"


def test_what_is_validated_is_the_answer_that_was_read(cast: Cast) -> None:
    artefact = make.resolving(cast)
    comment = Comment.objects.filter(version__artefact=artefact, number=1).get()
    analyst, chair = cast.actor("analyst"), cast.client("chair")
    operations.propose_disposition(actor=analyst, comment=comment, answer="clarified", reason="The operator pays.")
    answers = f"{FIRST}dispositions/"
    sent = {"c1-proposed_at": once(chair.get(answers), "c1-proposed_at")}
    make.pass_to(cast, cast.at + timedelta(minutes=1))
    operations.propose_disposition(
        actor=cast.actor("analyst"), comment=comment, answer="rejected", reason="Nobody pays."
    )

    for stale in (sent, {}):
        page = chair.post(f"{answers}1/validate/", stale)
        assert page.status_code == 422
        assert "The answer to comment 1 is another one since you loaded this page" in text(page)
        assert "Nobody pays." in text(page)
    assert Disposition.objects.get().validated_at is None

    now = {"c1-proposed_at": once(chair.get(answers), "c1-proposed_at")}
    assert chair.post(f"{answers}1/validate/", now).status_code == 302
    assert Disposition.objects.get().validated_as == "Chair"


# ------------------------------------------------------------------------------------------------------------- refusals


def test_a_refused_comment_is_kept_and_refused_beside_its_field(cast: Cast) -> None:
    make.consultation(cast, pages=3)
    page = send(
        cast.client("idno"),
        f"{FIRST}review/",
        f"{FIRST}comment/",
        text="Say who pays.",
        page=9,
        type="technical",
        severity="low",
    )
    assert page.status_code == 422
    assert "The document has 3 pages." in text(page)
    assert "Say who pays." in page.content.decode()
    assert "<title>Error: " in page.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_sent_after_the_window_is_refused_and_kept(cast: Cast) -> None:
    window = make.consultation(cast)
    client = cast.client("idno")
    ticket = once(client.get(f"{FIRST}review/"))
    clock.set_now(window.closes_at)
    page = client.post(
        f"{FIRST}comment/", {"once": ticket, "text": "Too late.", "type": "technical", "severity": "low"}
    )
    assert page.status_code == 422
    assert "closed on Monday 14 December at 17:00" in text(page)
    assert not Comment.objects.exists()


def test_a_comment_sent_twice_is_made_once(cast: Cast) -> None:
    make.consultation(cast)
    client = cast.client("idno")
    data = {"once": once(client.get(f"{FIRST}review/")), "text": "Once.", "type": "technical", "severity": "low"}
    first, second = (client.post(f"{FIRST}comment/", data) for _ in range(2))
    assert first.url == second.url == f"{FIRST}review/?comment=1#comment-1"
    assert Comment.objects.count() == 1


def test_a_second_nil_return_of_an_open_page_changes_nothing(cast: Cast) -> None:
    make.consultation(cast)
    client = cast.client("idno")
    tickets = [once(client.get(f"{FIRST}review/")) for _ in range(2)]
    for ticket in tickets:
        assert client.post(f"{FIRST}no-comments/", {"once": ticket}).status_code == 302
    assert NilReturn.objects.count() == 1


def test_a_refused_upload_keeps_its_file(cast: Cast) -> None:
    make.version(cast)
    client = cast.client("analyst")
    file = SimpleUploadedFile("next.pdf", make_pdf(2, "Next"), content_type="application/pdf")
    data = {"label": "0.1", "change_note": "Second", "marking": "AMBER"}
    page = send(client, f"{ONE}upload/", file=file, **data)
    assert page.status_code == 422
    assert "Give this one a greater label." in text(page)
    kept = re.search(r'name="file-kept" value="([^"]+)"', page.content.decode())
    assert kept
    page = client.post(f"{ONE}upload/", {"once": once(page), "file-kept": kept[1], **data, "label": "0.2"})
    assert page.status_code == 302
    assert Version.objects.get(label="0.2").file_name == "next.pdf"


@pytest.mark.parametrize("content", [b"MZ\x90 not a pdf", b"", b"%PDF-1.7 broken"])
def test_a_file_that_is_none_leaves_nothing_behind(cast: Cast, content: bytes) -> None:
    make.registered(cast)
    file = SimpleUploadedFile("bad.pdf", content, content_type="application/pdf")
    page = send(cast.client("analyst"), f"{ONE}upload/", file=file, label="0.1", marking="AMBER")
    assert page.status_code == 422
    assert not Version.objects.exists()


def test_an_assessment_names_every_cell_that_is_half_filled(cast: Cast) -> None:
    make.version(cast)
    principle = make.principles(1)[0]
    first, second = Constituency.objects.all()[:2]
    page = send(
        cast.client("analyst"),
        f"{FIRST}assessment/",
        **{f"alignment_{principle.pk}": "departs", f"impact_{first.pk}": "nil", f"text_{second.pk}": "Rebuilt."},
    )
    assert page.status_code == 422
    words = text(page)
    assert f"Say why it departs from {principle.reference}." in words
    assert "Say why there is none for Elexon" in words
    assert "Choose what it means for Smart DCC" in words
    assert "Rebuilt." in words


def test_an_assessment_proposes_what_was_said_of_the_version_before(cast: Cast) -> None:
    artefact = make.assessed(cast, make.answered(cast, make.resolving(cast)))
    make.version(cast, artefact)
    page = text(cast.client("analyst").get(f"{ONE}0.2/assessment/"))
    assert "What Large Suppliers has to build." in page
    assert "0 of 13 recorded" in page


def test_ready_refused_says_what_is_missing_on_the_artefacts_page(cast: Cast) -> None:
    make.resolving(cast)
    page = cast.client("analyst").post(f"{ONE}ready/")
    assert page.status_code == 422
    assert "3 of 3 comments have no validated answer" in text(page)


FORMS = [
    ("/artefacts/register/", {"analyst", "architect", "idno", "partner"}),
    (f"{ONE}upload/", {"analyst", "architect"}),
    (f"{ONE}withdraw/", {"chair"}),
    (f"{FIRST}consultation/", {"chair", "secretariat"}),
]


@pytest.mark.parametrize(("path", "allowed"), FORMS)
def test_a_form_is_shown_and_taken_from_those_it_is_for(cast: Cast, path: str, allowed: set[str]) -> None:
    make.version(cast, marking=Marking.GREEN)
    for name in ("chair", "secretariat", "analyst", "architect", "idno", "partner", "observer", "dag", "auditor"):
        client = cast.client(name)
        assert client.get(path).status_code == (200 if name in allowed else 403), name
        assert client.post(path, {}).status_code == (422 if name in allowed else 403), name


ACTS = [
    (f"{FIRST}comment/", {"chair", "analyst", "architect", "idno"}),
    (f"{FIRST}dispositions/1/", {"analyst"}),
    (f"{FIRST}assessment/", {"analyst", "architect"}),
    (f"{FIRST}consultation/close/", {"chair"}),
]


@pytest.mark.parametrize(("path", "allowed"), ACTS)
def test_an_act_is_taken_from_those_it_is_for(cast: Cast, path: str, allowed: set[str]) -> None:
    window = make.consultation(cast, marking=Marking.GREEN)
    make.comment(cast, window)
    bad = {"page": "x", f"alignment_{make.principles(1)[0].pk}": "maybe"}
    for name in ("chair", "secretariat", "analyst", "architect", "idno", "partner", "observer", "dag", "auditor"):
        assert cast.client(name).post(path, bad).status_code == (422 if name in allowed else 403), name


@pytest.mark.parametrize("path", [f"{ONE}ready/", f"{ONE}revision/"])
def test_a_get_never_acts(cast: Cast, path: str) -> None:
    make.version(cast)
    assert cast.client("analyst").get(path).status_code == 405


@pytest.mark.parametrize("path", [f"{FIRST}comment/", f"{FIRST}no-comments/", f"{FIRST}dispositions/1/"])
def test_a_link_to_an_act_leads_to_its_page(cast: Cast, path: str) -> None:
    make.comment(cast, make.consultation(cast))
    assert cast.client("analyst").get(path).status_code == 302
    assert Comment.objects.count() == 1


def test_a_form_opened_at_the_wrong_moment_leads_back_with_the_sentence(cast: Cast) -> None:
    make.endorsed(cast)
    page = cast.client("analyst").get(f"{ONE}upload/", follow=True)
    assert page.redirect_chain == [(ONE, 302)]
    assert "its text stays as it is. The chair takes it back to ready, with a reason, first." in text(page)


# --------------------------------------------------------------------------------------------------- what is not theirs


PATHS = (ONE, f"{ONE}upload/", f"{FIRST}review/", f"{FIRST}file/", f"{FIRST}dispositions/", f"{FIRST}assessment/")


@pytest.mark.parametrize("path", PATHS)
def test_what_is_unknown_and_what_is_forbidden_look_alike(cast: Cast, path: str) -> None:
    make.version(cast, kind=Kind.PROCUREMENT, people=["idno"])
    client = cast.client("agent")
    forbidden, unknown = client.get(path), client.get(path.replace("001", "077"))
    assert forbidden.status_code == unknown.status_code == 404
    hidden = re.compile(r"SDWG-ART-\d+|[0-9a-f-]{36}|[A-Za-z0-9]{32,}")
    assert hidden.sub("", text(forbidden)) == hidden.sub("", text(unknown))


@pytest.mark.parametrize("ref", ["SDWG-ART-1", "SDWG-ART-0001", "sdwg-art-001", "SDWG-ART-001x", "SDWG-ART-9999999"])
def test_a_reference_is_spelt_as_it_is_said(cast: Cast, ref: str) -> None:
    make.version(cast)
    assert cast.client("chair").get(f"/artefacts/{ref}/").status_code == 404


def test_nobody_reads_without_signing_in(cast: Cast) -> None:
    make.version(cast, marking=Marking.CLEAR)
    for path in ("/artefacts/", "/consultations/", "/recommendations/", "/principles/", *PATHS):
        page = cast.anonymous().get(path)
        assert page.status_code == 302
        assert page.url.startswith("/account/login/")


# ---------------------------------------------------------------------------------------------------------------- reads


@pytest.mark.parametrize(
    ("path", "kind"),
    [("review", "opened"), ("dispositions", "saw-answers"), ("assessment", "saw-assessment"), ("file", "downloaded")],
)
def test_reading_amber_is_written_down_first(cast: Cast, path: str, kind: str) -> None:
    version = make.version(cast)
    page = cast.client("idno").get(f"{FIRST}{path}/")
    assert page.status_code == 200
    read = AuditRead.objects.get()
    assert (read.person, read.kind, read.on_key) == (cast.person("idno"), kind, version.audit_key)
    assert (read.acting_as, read.version_sha256) == ("Member, iDNO B", version.sha256)


def test_reading_green_is_not(cast: Cast) -> None:
    make.version(cast, marking=Marking.GREEN)
    cast.client("idno").get(f"{FIRST}review/")
    assert not AuditRead.objects.exists()


def test_content_is_not_served_when_its_reading_cannot_be_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.version(cast)
    client = cast.client("idno")
    client.raise_request_exception = False

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(AuditRead.objects, "create", fail)
    for path in ("file", "review"):
        page = client.get(f"{FIRST}{path}/")
        assert page.status_code == 500
        assert b"%PDF" not in page.content


def test_the_document_comes_as_it_was_uploaded(cast: Cast) -> None:
    version = make.version(cast)
    page = cast.client("idno").get(f"{FIRST}file/")
    content = b"".join(page.streaming_content)
    assert content == make_pdf(3, "SDWG-ART-001 0.1")
    assert len(content) == version.file.size
    assert page.headers["Content-Disposition"] == 'attachment; filename="SDWG-ART-001-0.1.pdf"'
    assert "sandbox" in page.headers["Content-Security-Policy"]


# ------------------------------------------------------------------------------------------------------------ as of now


def test_between_five_and_the_workers_look_pages_say_closed(cast: Cast) -> None:
    window = make.responded(cast, make.consultation(cast))
    clock.set_now(window.closes_at + timedelta(seconds=30))
    analyst = cast.client("analyst")
    page = text(analyst.get(ONE))
    assert "answer 3 comments" in page
    assert "Resolving comments" in page
    assert "0.1 closed, Mon 14 Dec, 17:00" in page
    assert "Closed, Mon 14 Dec, 17:00" in text(analyst.get(f"{FIRST}review/"))
    assert "Resolving comments" in text(analyst.get("/artefacts/"))
    assert "In consultation" not in text(analyst.get("/artefacts/?state=resolving")).replace("In consultation 0", "")
    assert "SDWG-ART-001" in text(analyst.get("/artefacts/?state=resolving"))
    assert "No consultation is open to you." in text(analyst.get("/consultations/"))
    assert Artefact.objects.get().state == State.IN_CONSULTATION


def test_the_register_is_narrowed_by_its_address(cast: Cast) -> None:
    make.version(cast)
    make.consultation(cast, title="Certificate Policy")
    client = cast.client("idno")
    assert "Certificate Policy" not in text(client.get("/artefacts/?state=draft"))
    assert "Certificate Policy" in text(client.get("/artefacts/?state=in-consultation"))
    assert "Certificate Policy" in text(client.get("/artefacts/?state=nonsense&page=99"))


def test_the_list_of_windows_says_what_i_have_done(cast: Cast) -> None:
    first = make.consultation(cast)
    second = make.consultation(cast, title="Certificate Policy")
    make.consultation(cast, title="Threat Model")
    make.comment(cast, first, "idno")
    operations.return_nil(actor=cast.actor("idno"), consultation=second)
    page = text(cast.client("idno").get("/consultations/"))
    assert "3, 1 without your response" in page
    for words in ("You commented", "You returned no comments", "Not yet"):
        assert page.count(words) == 1


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_page_for_everybody(cast: Cast, state: State) -> None:
    make.IN_STATE[state](cast)
    for name in ("analyst", "chair", "idno", "observer"):
        page = cast.client(name).get(ONE)
        assert page.status_code == 200
        assert str(state.label) in text(page)
        assert 'aria-current="step"' in page.content.decode()


def test_a_recommendation_without_an_artefact_is_flagged_and_one_with_a_baseline_is_ready_to_build(cast: Cast) -> None:
    first, second, _ = (make.recommendation(number) for number in (1, 2, 3))
    make.approved(cast, recommendations=[first])
    make.version(cast, title="Certificate Policy", recommendations=[second])
    page = text(cast.client("idno").get("/recommendations/"))
    assert "All 3 Without an artefact 1 Not ready yet 1 Ready to build 1" in page
    assert "0 of 1 approved" in page
    assert "1 of 1 approved" in page
