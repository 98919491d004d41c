"""The wider industry is read by others once it is released (D2): who knows before, what waits, what is refused."""

from datetime import timedelta

import pytest
from django.urls import reverse

from artefacts import operations, queries, rules
from artefacts.models import Consultation, PublicComment
from artefacts.states import PublicState
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow
from sdwg.members.models import Seat
from tests.artefacts import make
from tests.artefacts.make import held_from_industry, pass_to, public_window
from tests.artefacts.test_industry import ANSWERS, HERE, cost, delivered, press, read, workbook
from tests.artefacts.test_mail import told
from tests.artefacts.test_waiting import waiting
from tests.cast import Cast
from tests.meetings.reading import words

RELEASE = "/artefacts/SDWG-ART-001/0.1/release/"
ONE = "/artefacts/SDWG-ART-001/"


@pytest.fixture
def window(cast: Cast) -> Consultation:
    """A consultation on a TLP:CLEAR version, open to the wider industry."""
    return public_window(cast)


def held(cast: Cast, window: Consultation, word: str = "Canary") -> PublicComment:
    said = {name: f"{word} {name}" for name in ("name", "organisation", "text", "section", "proposed_change")}
    return held_from_industry(cast, window, **said)


def release(cast: Cast, *rows: PublicComment) -> list[PublicComment]:
    version = rows[0].consultation.version
    return operations.release_public_comments(
        actor=cast.actor("secretariat"), version=version, comments=[row.pk for row in rows]
    )


def everywhere(cast: Cast, name: str) -> list[str]:
    """What ``name`` finds of the wider industry: pages, files, search and what waits for them."""
    client = cast.client(name)
    paths = [
        ANSWERS,
        f"{ANSWERS}?show=industry",
        f"{ONE}0.1/review/",
        ONE,
        f"{ONE}0.1/comments/",
        "/",
        "/search/?q=Canary",
    ]
    found = [read(client, path) for path in paths]
    pdf = client.get(f"{ONE}0.1/comments.pdf")
    found.append(words(b"".join(pdf.streaming_content)))  # type: ignore[attr-defined]
    return [*found, *(str(row) for sheet in workbook(cast) for row in sheet.values), str(waiting(cast, name))]


def test_nobody_but_chair_and_secretariat_knows_of_it_before_its_release(cast: Cast, window: Consultation) -> None:
    make.comment(cast, window, "idno")
    before = {name: everywhere(cast, name) for name in ("idno", "analyst", "auditor")}
    made = held(cast, window)
    for name, texts in before.items():
        after = everywhere(cast, name)
        assert not [text for text in after if "Canary " in text]
        assert [text.count("wider industry") for text in after] == [text.count("wider industry") for text in texts]
        assert cast.client(name).get(RELEASE).status_code == 404
    summary = queries.consultation_summary(window.version)
    assert summary
    assert summary.from_industry == 0
    assert told(cast, "industry-commented") == []
    for name in ("chair", "secretariat"):
        assert "Canary text" in read(cast.client(name), RELEASE)
        assert RELEASE in read(cast.client(name), ONE)
    (done,) = release(cast, made)
    assert (done.number, done.state) == (1, PublicState.WAITING)
    for path in (ANSWERS, f"{ONE}0.1/review/", "/search/?q=Canary"):
        assert "Canary name" in read(cast.client("idno"), path)
    assert told(cast, "industry-commented") == ["analyst"]
    held(cast, window)
    pass_to(cast, window.closes_at)
    assert queries.public_rounds("SDWG-ART-001", cast.at)[0].came == 1
    assert "Canary" not in read(cast.anonymous(), HERE)


def test_it_waits_for_the_secretariat_with_one_mail_a_day(cast: Cast, window: Consultation) -> None:
    rows = [held(cast, window) for _ in range(3)]
    assert told(cast, "industry-held") == ["secretariat"]
    assert (f"Release 3 comments of the wider industry on {make.TITLE}", RELEASE) in waiting(cast, "secretariat")
    assert not [row for row in waiting(cast, "chair") if "wider industry" in row[0]]
    release(cast, *rows)
    assert not [row for row in waiting(cast, "secretariat") if "wider industry" in row[0]]


def test_several_are_released_at_once_in_the_order_sent_and_each_once(cast: Cast, window: Consultation) -> None:
    first, other, last = (held(cast, window) for _ in range(3))
    secretariat, sent = cast.client("secretariat"), {**press(), "comments": [last.pk, first.pk]}
    for _ in range(2):
        assert secretariat.post(RELEASE, sent).status_code == 302
    assert secretariat.post(RELEASE, press()).status_code == 422
    assert release(cast, first) == []
    numbers = dict(PublicComment.objects.values_list("pk", "number"))
    assert numbers == {first.pk: 1, last.pk: 2, other.pk: None}
    events = AuditEvent.objects.filter(verb="public-comment.released")
    assert [event.on_ref for event in events] == ["SDWG-ART-001 0.1 W1", "SDWG-ART-001 0.1 W2"]
    assert list(verify.breaks()) == []
    PublicComment.objects.filter(pk=first.pk).update(released_as="Nobody")
    assert [line for line in verify.breaks() if "0.1 W1" in line]


def test_what_is_refused_stays_on_record_and_its_sender_is_told_why(cast: Cast, window: Consultation) -> None:
    made = held(cast, window)
    there = reverse("public-comment-refuse", args=["SDWG-ART-001", "0.1", made.pk])
    secretariat = cast.client("secretariat")
    assert secretariat.post(there, {**press(), "reason": " "}).status_code == 422
    sent = {**press(), "reason": "It names a person."}
    for _ in range(2):
        assert secretariat.post(there, sent).status_code == 302
    assert AuditEvent.objects.filter(verb="public-comment.refused", reason="It names a person.").count() == 1
    (letter,) = [mail for mail in delivered() if "not released" in mail.subject]
    assert "It names a person." in letter.body
    assert "Canary" not in letter.body
    assert not [text for text in everywhere(cast, "idno") if "names a person" in text or "Canary name" in text]
    assert "names a person" in read(cast.client("chair"), RELEASE)
    assert not rules.held(window.version.artefact_id)
    assert list(verify.breaks()) == []
    (done,) = release(cast, made)
    assert (done.number, done.hidden_why) == (1, "")
    assert OutboxMessage.objects.filter(rule="public-comment.released").count() == 1
    assert list(verify.breaks()) == []


def test_what_waits_keeps_it_from_ready_after_the_close(cast: Cast, window: Consultation) -> None:
    make.responded(cast, window)
    made = held(cast, window)
    pass_to(cast, window.closes_at)
    operations.close_due_windows(cast.at)
    artefact = make.assessed(cast, make.answered(cast, make.fresh(window.version.artefact)))
    analyst = cast.actor("analyst")
    with pytest.raises(NotNow, match="still has to release"):
        operations.make_ready(actor=analyst, artefact=artefact)
    assert "Make it ready" not in read(cast.client("analyst"), ONE)
    assert not [row for row in waiting(cast, "analyst") if "ready" in row[0]]
    release(cast, made)
    operations.make_ready(actor=analyst, artefact=artefact)


def test_the_chair_releases_where_no_secretariat_may(cast: Cast, window: Consultation) -> None:
    made, chair = held(cast, window), cast.actor("chair")
    assert not rules.can_release(chair, window.version)
    Seat.objects.filter(pk=cast.seat("secretariat").pk).update(valid_to=clock.today(cast.at) - timedelta(days=1))
    (done,) = operations.release_public_comments(actor=chair, version=window.version, comments=[made.pk])
    assert done.number == 1


def test_the_page_costs_the_same_with_1_3_and_30_of_them(cast: Cast, window: Consultation) -> None:
    costs = []
    for number in (1, 2, 27):
        for _ in range(number):
            held(cast, window)
        costs.append([cost(cast.client("secretariat"), path) for path in (RELEASE, "/", ONE)])
    assert costs[0] == costs[1] == costs[2]
