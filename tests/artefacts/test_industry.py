"""Consultations of the wider industry (D2): what anybody sees and sends, what becomes of it, and when it ends."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from artefacts import industry, operations, queries, rules, tasks
from artefacts.models import Consultation, PublicComment
from artefacts.states import Answer, Kind, Marking
from sdwg import clock, workdays
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.mail import operations as outbox
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from sdwg.models import Ticket
from sdwg.redaction import redact
from tests.artefacts import make
from tests.artefacts.make import PUBLIC, from_industry, pass_to, public_window, released, sent_in
from tests.artefacts.test_mail import told
from tests.artefacts.test_waiting import waiting
from tests.cast import Cast
from tests.meetings.reading import words

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
LISTED, HERE = "/public/consultations/", "/public/consultations/SDWG-ART-001/"
DOCUMENT = f"{HERE}0.1/document/"
ANSWERS = "/artefacts/SDWG-ART-001/0.1/dispositions/"
SWITCH = "/artefacts/SDWG-ART-001/0.1/consultation/public/"


@pytest.fixture
def window(cast: Cast) -> Consultation:
    """A consultation on a TLP:CLEAR version, open to the wider industry."""
    return public_window(cast)


def delivered() -> list[Any]:
    with override_settings(EMAIL_BACKEND=LOCMEM):
        mail.outbox = []
        outbox.deliver(at=clock.now())
        return [sent for sent in mail.outbox if sent.to[0].endswith("industry.example")]


def link_in(message: Any) -> str:
    """The path that the one link of a mail leads to."""
    return next(line for line in message.body.splitlines() if line.startswith("http")).partition("8000")[2]


def form(**changes: Any) -> dict[str, Any]:
    return {**PUBLIC, "website": "", **press(), **changes}


def press() -> dict[str, str]:
    return {"once": str(uuid4())}


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def answered(cast: Cast, comment: PublicComment, reason: str = "P-256 is named in 2.1.") -> PublicComment:
    return operations.answer_public_comment(
        actor=cast.actor("analyst"), comment=comment, answer=Answer.CLARIFIED, reason=reason
    )


# ----------------------------------------------------------------------------------------------------- what is public


def test_anybody_sees_the_open_public_consultations_and_takes_the_document(cast: Cast, window: Consultation) -> None:
    make.consultation(cast, marking=Marking.CLEAR, title="Not for all")
    for path in ("/", LISTED):
        page = read(cast.anonymous(), path)
        assert HERE in page
        assert make.TITLE in page
        assert "Not for all" not in page
    page = read(cast.anonymous(), HERE)
    assert "What a party must meet" in page
    assert 'name="text"' in page
    assert f'href="{LISTED}"' in read(cast.anonymous(), "/account/login/")
    answer = cast.anonymous().get(DOCUMENT)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert answer["Cache-Control"] == "private, no-store"
    assert "no-store" in cast.anonymous().get(HERE)["Cache-Control"]


@pytest.mark.parametrize(
    "how",
    [
        {"marking": Marking.GREEN},
        {"marking": Marking.AMBER},
        {"marking": Marking.RED, "people": ["idno"]},
        {"kind": Kind.PROCUREMENT, "people": ["idno"], "marking": Marking.CLEAR},
    ],
)
def test_only_a_clear_security_design_can_be_public(cast: Cast, how: dict[str, Any]) -> None:
    made = make.version(cast, **how)
    last = workdays.add(workdays.effective_day(cast.at), 12).isoformat()
    there = f"{made.artefact.get_absolute_url()}0.1/consultation/"
    answer = cast.client("chair").post(there, {**press(), "closes_on": last, "public": "on"})
    assert answer.status_code == 422
    assert 'id="id_public_error"' in answer.content.decode()
    window = make.consultation(cast, made, by="chair")
    with pytest.raises(NotNow):
        operations.open_to_industry(actor=cast.actor("chair"), consultation=window)
    Consultation.objects.update(public=True)
    assert queries.public_consultations(cast.at) == []
    for path in (HERE, DOCUMENT):
        assert cast.anonymous().get(path).status_code == 404
        assert cast.anonymous().post(path, form()).status_code in {404, 405}


def test_a_consultation_is_opened_to_the_wider_industry_at_once_or_later_and_taken_off(cast: Cast) -> None:
    made = make.version(cast, marking=Marking.CLEAR)
    last = workdays.add(workdays.effective_day(cast.at), 12).isoformat()
    secretariat, here = cast.client("secretariat"), "/artefacts/SDWG-ART-001/0.1/consultation/"
    assert secretariat.post(here, {**press(), "closes_on": last, "public": "on"}).status_code == 302
    assert made.consultations.get().public
    assert cast.client("idno").get(SWITCH).status_code == 403
    assert secretariat.post(SWITCH, {**press(), "reason": " "}).status_code == 422
    assert secretariat.post(SWITCH, {**press(), "reason": "A rival bid."}).status_code == 302
    assert cast.anonymous().get(HERE).status_code == 404
    assert secretariat.post(SWITCH, press()).status_code == 302
    assert cast.anonymous().get(HERE).status_code == 200
    verbs = AuditEvent.objects.filter(verb__in=["consultation.made-public", "consultation.taken-off"]).order_by("seq")
    assert list(verbs.values_list("verb", "reason")) == [
        ("consultation.taken-off", "A rival bid."),
        ("consultation.made-public", ""),
    ]
    page = read(secretariat, "/artefacts/SDWG-ART-001/")
    assert "taken off the public pages" in page
    assert "A rival bid." in page
    assert "Take it off the public pages" in page


@pytest.mark.parametrize(("marking", "status"), [(Marking.CLEAR, 302), (Marking.GREEN, 422)])
def test_one_that_is_extended_can_be_opened_with_it_or_neither_happens(cast: Cast, marking: str, status: int) -> None:
    window = make.consultation(cast, marking=marking)
    later = workdays.add(clock.today(window.closes_at), 3).isoformat()
    sent = {**press(), "closes_on": later, "reason": "The industry is asked too.", "public": "on"}
    answer = cast.client("secretariat").post("/artefacts/SDWG-ART-001/0.1/consultation/extend/", sent)
    assert answer.status_code == status
    after = Consultation.objects.get()
    assert (after.public, after.closes_at != window.closes_at) == (status == 302, status == 302)
    assert ('id="id_public_error"' in answer.content.decode()) is (status == 422)


def narrowed(cast: Cast, window: Consultation) -> None:
    operations.remark(
        actor=cast.actor("chair"), version=window.version, marking=Marking.GREEN, reason="It names attack paths."
    )


def red_beside(cast: Cast, window: Consultation) -> None:
    make.version(cast, window.version.artefact, marking=Marking.RED, people=["idno"])


def taken_off(cast: Cast, window: Consultation) -> None:
    operations.close_to_industry(actor=cast.actor("chair"), consultation=window, reason="A rival bid.")


@pytest.mark.parametrize("how", [narrowed, red_beside, taken_off])
def test_what_is_public_no_more_is_gone_at_the_next_request(
    cast: Cast, window: Consultation, how: Callable[[Cast, Consultation], None]
) -> None:
    waiting = reverse(
        "public-comment-confirm", args=[industry.confirming_secret(sent_in(cast, window, text="Xylophone").nonce)]
    )
    done = from_industry(cast, window)
    delivered()
    assert read(cast.anonymous(), waiting)
    how(cast, window)
    sent_in_vain = cast.anonymous().post(HERE, form())
    assert sent_in_vain.status_code == 404
    for path in (HERE, DOCUMENT, waiting):
        assert make.TITLE not in read(cast.anonymous(), path, 404)
        assert "Xylophone" not in read(cast.anonymous(), path, 404)
    assert cast.anonymous().post(waiting, press()).status_code == 404
    for path in ("/", LISTED):
        assert make.TITLE not in read(cast.anonymous(), path)
    answered(cast, done)
    assert delivered() == [], "nobody outside hears any more of what is not public"
    with pytest.raises(NotNow):
        operations.send_public_comment(consultation=window, at=cast.at, **PUBLIC)


def test_the_summary_is_the_latest_version_s_and_goes_with_it(cast: Cast, window: Consultation) -> None:
    make.version(cast, window.version.artefact, marking=Marking.AMBER)
    page = read(cast.anonymous(), HERE)
    assert make.TITLE in page
    assert "What a party must meet" not in page
    assert cast.anonymous().get(f"{HERE}0.2/document/").status_code == 404


def test_unknown_and_closed_to_all_are_the_same(cast: Cast, window: Consultation) -> None:
    make.consultation(cast, marking=Marking.CLEAR)
    unknown = read(cast.anonymous(), "/public/consultations/SDWG-ART-099/", 404)
    for ref in ("SDWG-ART-002", "SDWG-ART-0001"):
        assert read(cast.anonymous(), f"/public/consultations/{ref}/", 404) == unknown


# ------------------------------------------------------------------------------------------------ the way of a comment


def test_a_comment_is_sent_confirmed_released_answered_and_published(cast: Cast, window: Consultation) -> None:
    browser = Client()
    asked = browser.post(HERE, form())
    assert asked["Location"] == f"{LISTED}sent/"
    assert "Look into your mail" in read(browser, asked["Location"])
    (first,) = delivered()
    assert first.to == [PUBLIC["address"]]
    assert "Say which curve." in read(browser, link_in(first))
    assert queries.public_comments(window.version) == [], "reading the page confirms nothing"
    sent_at = clock.now()

    clock.advance(timedelta(hours=3))
    pressed = press()
    assert {browser.post(link_in(first), pressed)["Location"] for _ in range(3)} == {f"{LISTED}confirmed/"}
    assert browser.post(link_in(first), press()).status_code == 404, "another press finds a link that was used"
    assert queries.public_comments(window.version) == [], "nor is it read by others before its release"
    released(cast, PublicComment.objects.select_related("consultation__version").get())
    (line,) = queries.public_comments(window.version)
    assert (line.label, line.who) == ("W1", "Outside Reader, Meter Maker M (wider industry)")
    assert line.received_at == sent_at
    for path in (ANSWERS, "/artefacts/SDWG-ART-001/0.1/review/"):
        page = read(cast.client("observer"), path)
        assert "From the wider industry" in page
        assert "Outside Reader, Meter Maker M (wider industry)" in page
    assert "Say which curve." not in read(browser, HERE)

    author = cast.client("analyst")
    there = reverse("public-comment-answer", args=["SDWG-ART-001", "0.1", 1])
    bare = author.post(there, {**press(), "w1-answer": "rejected", "w1-reason": " "})
    assert bare.status_code == 422
    assert 'id="id_w1-reason_error"' in bare.content.decode()
    assert cast.client("idno").post(there, {**press(), "w1-answer": "accepted"}).status_code == 403
    answer = author.post(there, {**press(), "w1-answer": "part", "w1-reason": "In 2.1."})
    assert answer["Location"] == f"{ANSWERS}#industry-1"
    (told,) = delivered()
    assert "answered: accepted in part" in told.body
    assert "In 2.1." in told.body
    assert link_in(told) == HERE
    assert "In 2.1." not in read(browser, HERE), "answers are published after the close"

    pass_to(cast, window.closes_at)
    page = read(browser, HERE)
    for told_there in ("1 comment", "Meter Maker M", "Say which curve.", "Accepted in part", "In 2.1."):
        assert told_there in page
    assert "Outside Reader" not in page
    assert [row.who for found in queries.public_rounds("SDWG-ART-001", clock.now()) for row in found.answered] == [""]
    assert 'name="text"' not in page
    assert browser.post(HERE, form(text="Kept words")).status_code == 422
    verbs = AuditEvent.objects.filter(verb__startswith="public-comment.").order_by("seq")
    assert [(row.verb, row.acting_as) for row in verbs] == [
        ("public-comment.confirmed", f"Sender of wider-industry comment {line.id}"),
        ("public-comment.released", cast.actor("secretariat").label),
        ("public-comment.answered", cast.actor("analyst").label),
    ]


def test_what_is_typed_stands_in_no_mail_trail_or_log_and_is_text_on_every_page(
    cast: Cast, window: Consultation
) -> None:
    evil = '<a href="https://evil.example">click</a>'
    browser = Client()
    browser.post(HERE, form(name=evil, organisation=evil, text=evil, proposed_change=evil))
    (first,) = delivered()
    page = read(browser, link_in(first))
    browser.post(link_in(first), press())
    answered(cast, released(cast, PublicComment.objects.select_related("consultation__version").get()))
    (second,) = delivered()
    for sent in (first, second):
        assert "evil" not in str(sent.message())
        assert "Outside" not in str(sent.message())
    secret = link_in(first).strip("/").rpartition("/")[2]
    for model in (PublicComment, OutboxMessage, AuditEvent, Ticket):
        assert not any(secret in str(row) for row in model.objects.values()), model
    assert secret not in redact(f'GET "{link_in(first)}" 404')
    assert not any("evil" in str(row) for row in AuditEvent.objects.values())
    pass_to(cast, window.closes_at)
    for shown in (page, read(cast.client("idno"), ANSWERS), read(browser, HERE)):
        assert "&lt;a href=" in shown
        assert '<a href="https://evil' not in shown


def test_the_personal_page_is_told_to_nobody_and_kept_by_nobody(cast: Cast, window: Consultation) -> None:
    good = industry.confirming_secret(sent_in(cast, window).nonce)
    for secret, status in ((good, 200), ("guessed", 404)):
        answer = Client().get(reverse("public-comment-confirm", args=[secret]))
        assert answer.status_code == status
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_the_answer_is_the_same_whoever_sends(cast: Cast, window: Consultation) -> None:
    addresses = ("new@industry.example", "reader@industry.example", "idno@sdwg.example")
    from_industry(cast, window)
    answers = {
        (answer.status_code, answer["Location"], tuple(sorted(answer.headers)))
        for address in addresses
        for website in ("", "https://spam.example")
        for answer in [Client().post(HERE, form(address=address, website=website))]
    }
    assert len(answers) == 1
    assert PublicComment.objects.count() == 4, "what a program filled in is not kept"


def test_one_address_gets_ten_mails_a_day_and_one_network_sends_twenty_an_hour(
    cast: Cast, window: Consultation
) -> None:
    answers = [Client().post(HERE, form()) for _ in range(12)]
    assert {answer["Location"] for answer in answers} == {f"{LISTED}sent/"}
    assert len(delivered()) == 10
    codes = [Client().post(HERE, form(address=f"a{n}@industry.example")).status_code for n in range(9)]
    assert codes == [302] * 8 + [429]
    last = Client().post(HERE, form(text="Kept words")).content.decode()
    assert "Too many requests" in last
    assert "Kept words" in last


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "reader@industry.example\nBcc: all@industry.example"),
        ("name", " \u202e "),
        ("text", ""),
        ("text", "x" * 10_001),
        ("page", "4"),
        ("type", "praise"),
        ("section", "x" * 61),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(
    cast: Cast, window: Consultation, field: str, value: str
) -> None:
    answer = Client().post(HERE, form(**{field: value}))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not PublicComment.objects.exists()


def test_it_counts_if_it_was_sent_before_the_close_and_confirmed_within_two_days(
    cast: Cast, window: Consultation
) -> None:
    pass_to(cast, window.closes_at - timedelta(minutes=1))
    in_time, idle = sent_in(cast, window), sent_in(cast, window)
    pass_to(cast, window.closes_at)
    with pytest.raises(NotNow):
        sent_in(cast, window)
    operations.close_due_windows(cast.at)
    pass_to(cast, in_time.sent_at + timedelta(days=2) - timedelta(seconds=1))
    kept = operations.confirm_public_comment(secret=industry.confirming_secret(in_time.nonce), at=cast.at)
    assert (kept.confirmed_at, kept.sent_at) == (cast.at, in_time.sent_at)
    pass_to(cast, idle.sent_at + timedelta(days=2))
    with pytest.raises(NotNow):
        operations.confirm_public_comment(secret=industry.confirming_secret(idle.nonce), at=cast.at)


def test_who_sent_it_is_forgotten_in_time(cast: Cast, window: Consultation) -> None:
    kept = from_industry(cast, window)
    sent_in(cast, window, address="idle@industry.example")
    clock.set_now(cast.at + timedelta(days=2))
    tasks.look()
    assert list(PublicComment.objects.values_list("address", flat=True)) == [PUBLIC["address"]]
    clock.set_now(window.closes_at + timedelta(days=90))
    tasks.look()
    kept.refresh_from_db()
    assert kept.address == PUBLIC["address"]
    clock.set_now(window.closes_at + timedelta(days=90, seconds=1))
    tasks.look()
    kept.refresh_from_db()
    assert (kept.address, kept.name, kept.organisation) == ("", PUBLIC["name"], PUBLIC["organisation"])
    assert list(verify.breaks()) == []


# -------------------------------------------------------------------------------------------------------- inside


def test_they_count_for_no_constituency_and_hold_nothing_up(cast: Cast, window: Consultation) -> None:
    make.responded(cast, window)
    before = queries.consultation_summary(window.version)
    assert before is not None
    from_industry(cast, window)
    sent_in(cast, window)
    after = queries.consultation_summary(window.version)
    assert after is not None
    assert (after.comments, after.responses, after.from_programme) == (
        before.comments,
        before.responses,
        before.from_programme,
    )
    assert (before.from_industry, after.from_industry) == (0, 1)
    page = queries.artefact_page(cast.actor("analyst"), make.fresh(window.version.artefact))
    assert page.tally.total == before.comments
    pass_to(cast, window.closes_at)
    operations.close_due_windows(cast.at)
    artefact = make.assessed(cast, make.answered(cast, make.fresh(window.version.artefact)))
    assert rules.can_make_ready(cast.actor("analyst"), artefact)
    operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)
    done = answered(cast, PublicComment.objects.get(number=1))
    assert done.answer == Answer.CLARIFIED, "the author answers after ready too"


def test_an_answer_that_changed_meanwhile_is_not_replaced_unseen(cast: Cast, window: Consultation) -> None:
    made = from_industry(cast, window)
    answered(cast, made)
    author = cast.client("analyst")
    there = reverse("public-comment-answer", args=["SDWG-ART-001", "0.1", 1])
    late = author.post(there, {**press(), "w1-answer": "accepted", "w1-seen": ""})
    assert late.status_code == 422
    assert "was answered since you loaded this page" in late.content.decode()
    made.refresh_from_db()
    assert made.answer == Answer.CLARIFIED
    seen = operations.stamp(made.answered_at)
    assert author.post(there, {**press(), "w1-answer": "accepted", "w1-seen": seen}).status_code == 302
    made.refresh_from_db()
    assert (made.answer, made.reason) == (Answer.ACCEPTED, "")


def test_abuse_is_hidden_with_a_reason_and_its_words_are_nowhere(cast: Cast, window: Consultation) -> None:
    make.comment(cast, window, "idno")
    from_industry(cast, window, name="Canary name", organisation="Canary body", text="Canary text", section="Canary")
    answered(cast, PublicComment.objects.get())
    there = reverse("public-comment-hide", args=["SDWG-ART-001", "0.1", 1])
    assert cast.client("analyst").get(there).status_code == 403
    secretariat = cast.client("secretariat")
    assert "Canary text" in read(secretariat, there)
    assert secretariat.post(there, {**press(), "reason": " "}).status_code == 422
    assert secretariat.post(there, {**press(), "reason": "Insults."}).status_code == 302
    pass_to(cast, window.closes_at)
    texts = [read(cast.anonymous(), HERE)]
    for name in ("idno", "analyst", "chair"):
        for path in (ANSWERS, f"{ANSWERS}?show=industry", "/artefacts/SDWG-ART-001/0.1/review/"):
            texts.append(read(cast.client(name), path))
            assert "Hidden for abuse" in texts[-1]
            assert "Insults." in texts[-1]
    pdf = cast.client("idno").get("/artefacts/SDWG-ART-001/0.1/comments.pdf")
    texts.append(words(b"".join(pdf.streaming_content)))  # type: ignore[attr-defined]
    texts += [str(row) for row in workbook(cast)["0.1 wider industry"].values]
    assert not [text for text in texts if "Canary" in text]
    event = AuditEvent.objects.get(verb="public-comment.hidden")
    assert event.reason == "Insults."
    with pytest.raises(NotNow):
        answered(cast, PublicComment.objects.get(), "Another.")


def test_what_was_hidden_by_mistake_is_shown_again_with_a_reason(cast: Cast, window: Consultation) -> None:
    made = answered(cast, from_industry(cast, window, text="Canary text"))
    operations.hide_public_comment(actor=cast.actor("secretariat"), comment=made, reason="Insults.")
    there = reverse("public-comment-show", args=["SDWG-ART-001", "0.1", 1])
    assert f'href="{there}"' not in read(cast.client("idno"), ANSWERS)
    chair = cast.client("chair")
    assert f'href="{there}"' in read(chair, ANSWERS)
    assert "Canary text" in read(chair, there)
    assert chair.post(there, {**press(), "reason": " "}).status_code == 422
    assert chair.post(there, {**press(), "reason": "It is blunt, and no insult."}).status_code == 302
    for page in (read(cast.client("idno"), ANSWERS), read(cast.client("analyst"), ANSWERS)):
        assert "Canary text" in page
        assert "P-256 is named in 2.1." in page
    event = AuditEvent.objects.get(verb="public-comment.shown")
    assert (event.reason, event.person_name) == ("It is blunt, and no insult.", cast.person("chair").display_name)
    assert list(verify.breaks()) == []
    operations.hide_public_comment(actor=cast.actor("secretariat"), comment=made, reason="It is one.")
    assert list(verify.breaks()) == []


def test_author_and_owner_are_told_once_a_day_and_it_waits_for_them(cast: Cast) -> None:
    window = public_window(cast, owner="architect")
    for _ in range(2):
        from_industry(cast, window)
    assert sorted(told(cast, "industry-commented")) == ["analyst", "architect"]
    assert not [row for row in waiting(cast, "analyst") if "wider industry" in row[0]]
    pass_to(cast, cast.at + timedelta(days=1))
    made = from_industry(cast, window)
    assert sorted(told(cast, "industry-commented")) == ["analyst", "analyst", "architect", "architect"]
    pass_to(cast, window.closes_at)
    mine = (f"Answer 3 comments of the wider industry on {make.TITLE}", f"{ANSWERS}?show=industry")
    assert mine in waiting(cast, "analyst")
    assert mine in waiting(cast, "architect")
    answered(cast, made)
    operations.hide_public_comment(actor=cast.actor("chair"), comment=PublicComment.objects.all()[0], reason="Abuse.")
    assert mine[0].replace("3 comments", "1 comment") in dict(waiting(cast, "analyst"))


def workbook(cast: Cast) -> Any:
    answer = cast.client("idno").get("/artefacts/SDWG-ART-001/0.1/comments.xlsx")
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def test_the_log_has_them_apart(cast: Cast, window: Consultation) -> None:
    make.comment(cast, window, "idno")
    assert workbook(cast).sheetnames == ["0.1 comments", "0.1 nil returns"]
    answered(cast, from_industry(cast, window))
    book = workbook(cast)
    assert book.sheetnames == ["0.1 comments", "0.1 nil returns", "0.1 wider industry"]
    rows = [row for row in book["0.1 wider industry"].values if row[0] == "W1"]
    assert [row[1] for row in rows] == ["Outside Reader, Meter Maker M (wider industry)"]
    assert not any("wider industry" in str(cell) for row in book["0.1 comments"].values for cell in row)
    pdf = cast.client("idno").get("/artefacts/SDWG-ART-001/0.1/comments.pdf")
    told = " ".join(words(b"".join(pdf.streaming_content)).split())  # type: ignore[attr-defined]
    assert "From the wider industry" in told
    assert "Say which curve." in told


def test_a_long_log_has_all_of_them_in_its_parts(cast: Cast, window: Consultation) -> None:
    make.comment(cast, window, "idno")
    for _ in range(5):
        from_industry(cast, window, text="x" * 900)
    logs = queries.comment_logs(queries.versions_of(cast.actor("idno"), window.version.artefact))
    parts = queries.in_parts(logs, 3_000)
    labels = [[line.label for log in part for line in log.industry] for part in parts]
    assert labels == [["W1"], ["W2"], ["W3"], ["W4"], ["W5"]]
    assert [log.span for part in parts for log in part][-1] == "none of 1"


@pytest.mark.parametrize("change", [{"text": "Other."}, {"answer": "rejected"}, {"hidden_at": None, "hidden_by": None}])
def test_what_is_changed_behind_the_program_s_back_is_found(
    cast: Cast, window: Consultation, change: dict[str, Any]
) -> None:
    made = answered(cast, from_industry(cast, window))
    operations.hide_public_comment(actor=cast.actor("chair"), comment=made, reason="Insults.")
    sent_in(cast, window)
    assert list(verify.breaks()) == []
    PublicComment.objects.filter(pk=made.pk).update(**change)
    assert [line for line in verify.breaks() if "0.1 W1" in line]
    PublicComment.objects.filter(pk=made.pk).delete()
    assert [line for line in verify.breaks() if made.audit_key in line]


def test_rights_of_the_rules(cast: Cast, window: Consultation) -> None:
    made = from_industry(cast, window)
    for name in ("idno", "analyst", "observer"):
        with pytest.raises(Refused):
            operations.hide_public_comment(actor=cast.actor(name), comment=made, reason="-")
        with pytest.raises(Refused):
            operations.close_to_industry(actor=cast.actor(name), consultation=window, reason="-")
    with pytest.raises(Refused):
        operations.answer_public_comment(actor=cast.actor("chair"), comment=made, answer=Answer.ACCEPTED)


def test_every_page_costs_the_same_with_1_3_and_30_of_them(cast: Cast, window: Consultation) -> None:
    make.comment(cast, window, "idno")
    paths = [ANSWERS, f"{ANSWERS}?show=industry", "/artefacts/SDWG-ART-001/0.1/review/", "/artefacts/SDWG-ART-001/"]
    paths += ["/artefacts/SDWG-ART-001/0.1/comments/", "/artefacts/SDWG-ART-001/0.1/comments.xlsx"]
    costs = []
    for number in (1, 2, 27):
        for _ in range(number):
            answered(cast, from_industry(cast, window))
        row = [cost(cast.client(name), path) for name in ("analyst", "secretariat", "idno") for path in paths]
        clock.set_now(window.closes_at)
        row.append(cost(Client(), HERE))
        clock.set_now(cast.at)
        costs.append(row)
    assert costs[0] == costs[1] == costs[2]


def test_the_public_list_costs_the_same_with_1_3_and_30_of_them(cast: Cast, window: Consultation) -> None:
    costs = []
    for number in (0, 2, 27):
        for _ in range(number):
            public_window(cast, pages=1)
        costs.append([cost(Client(), path) for path in ("/", LISTED, HERE)])
    assert costs[0] == costs[1] == costs[2]


def cost(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)
