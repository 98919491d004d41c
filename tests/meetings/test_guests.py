"""Guests of open meetings (S8): what anybody sees, how one becomes a guest, what a guest sees, and when it ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from artefacts import operations as artefact_operations
from meetings import guests, operations, tasks
from meetings.models import Guest, Meeting, Paper
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.mail import operations as outbox
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from sdwg.models import Ticket
from sdwg.redaction import redact
from tests.artefacts import make as artefacts
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.meetings.make import GUEST, MORNING, NOON, add_item, draft, guest, guest_asked, guest_page, scheduled

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
LINK = "https://meet.example/xylophone-room"
PUBLIC = "/public/meetings/"


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """SDWG 1, open, with a joining link that nobody without a seat may see."""
    return scheduled(cast, place="Online", link=LINK, title="Marimba")


def delivered() -> list[Any]:
    with override_settings(EMAIL_BACKEND=LOCMEM):
        mail.outbox = []
        outbox.deliver(at=clock.now())
        return [sent for sent in mail.outbox if sent.to[0].endswith("visitor.example")]


def link_in(message: Any) -> str:
    """The path that the one link of a mail leads to."""
    return next(line for line in message.body.splitlines() if line.startswith("http")).partition("8000")[2]


def form(**changes: str) -> dict[str, str]:
    return {**GUEST, "website": "", "once": str(uuid4()), **changes}


def press() -> dict[str, str]:
    return {"once": str(uuid4())}


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


# ------------------------------------------------------------------------------------------------------ the public list


def test_anybody_sees_the_open_meetings_to_come_and_nothing_else_of_them(cast: Cast, meeting: Meeting) -> None:
    add_item(cast, meeting, "Glockenspiel")
    page = read(cast.anonymous(), PUBLIC)

    assert "SDWG 1" in page
    assert "Wednesday 16 December 2026" in page
    assert "10:00 to 12:00" in page
    for path in (PUBLIC, f"{PUBLIC}1/"):
        answer = cast.anonymous().get(path)
        assert not any(word in answer.content.decode() for word in ("xylophone", "Marimba", "Glockenspiel"))
        assert "ETag" not in answer
        assert "no-store" in answer["Cache-Control"]
    assert f'href="{PUBLIC}"' in read(cast.anonymous(), "/account/login/")
    assert f'href="{PUBLIC}"' in read(cast.anonymous(), "/")


@pytest.mark.parametrize(
    "place", [f"Teams: {LINK}", "www.meet.example/1", "meet.example", "dial 1234@meet.example", "Room 4, zoom.us/j/12"]
)
def test_a_place_with_an_address_in_it_reads_online(cast: Cast, place: str) -> None:
    scheduled(cast, place=place)
    page = read(cast.anonymous(), PUBLIC)
    assert "Online" in page
    assert not any(word in page for word in ("meet.example", "zoom", "1234"))


def test_what_is_not_open_or_not_to_come_is_not_there(cast: Cast) -> None:
    draft(cast)
    closed = scheduled(cast, days=1)
    operations.restrict_meeting(actor=cast.actor("chair"), meeting=closed, seats=[cast.seat("idno")], reason="Tender")
    off = scheduled(cast, days=2)
    operations.cancel(actor=cast.actor("chair"), meeting=off, reason="Flooded")
    scheduled(cast, days=-3)
    clock.set_now(MORNING - timedelta(days=2))
    anonymous = cast.anonymous()

    assert "No open meeting is planned" in read(anonymous, PUBLIC)
    unknown = read(anonymous, f"{PUBLIC}99/", 404)
    for key in ("1", "2", "3", "4", "01", "1.1"):
        assert read(anonymous, f"{PUBLIC}{key}/", 404) == unknown, key
        assert anonymous.post(f"{PUBLIC}{key}/", form()).status_code == 404
    assert not Guest.objects.exists()


# ------------------------------------------------------------------------------------------------- the way of one guest


def test_a_guest_asks_confirms_and_reads_the_open_item_and_not_the_closed_one(cast: Cast, meeting: Meeting) -> None:
    add_item(cast, meeting, "Keys", artefacts.version(cast, title="Certificate profiles", marking="GREEN"))
    closed = add_item(cast, meeting, "Xylophone tender")
    operations.restrict_item(actor=cast.actor("chair"), item=closed, restricted=True, reason="Commercial")
    browser = Client()

    asked = browser.post(f"{PUBLIC}1/", form())
    assert asked["Location"] == f"{PUBLIC}asked/"
    assert "Look into your mail" in read(browser, asked["Location"])
    (first,) = delivered()
    assert first.to == ["guest@visitor.example"]
    confirming = link_in(first)
    assert "Trade Body G" in read(browser, confirming)
    assert Guest.objects.get().state == "asked", "reading the page confirms nothing"

    confirmed = browser.post(confirming, press())
    assert confirmed["Location"] == f"{PUBLIC}confirmed/"
    (second,) = delivered()
    page = read(browser, link_in(second))
    assert "Certificate profiles" in page
    assert "Restricted item" in page
    assert "Xylophone" not in page
    paper = browser.get(f"{link_in(second)}papers/{Paper.objects.get().pk}/")
    assert b"".join(paper.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert "Guest Visitor" in read(cast.client("secretariat"), "/meetings/1/")
    assert "Guest Visitor" not in read(cast.client("idno"), "/meetings/1/")


def test_every_press_counts_once(cast: Cast, meeting: Meeting) -> None:
    browser, asking = Client(), form()
    answers = [browser.post(f"{PUBLIC}1/", asking)["Location"] for _ in range(3)]
    assert answers == [f"{PUBLIC}asked/"] * 3
    (first,) = delivered()
    pressed = press()
    assert {browser.post(link_in(first), pressed)["Location"] for _ in range(3)} == {f"{PUBLIC}confirmed/"}
    (second,) = delivered()
    assert browser.post(link_in(first), press()).status_code == 404, "another press finds a link that was used"
    assert read(browser, link_in(first), 404)
    pressed = press()
    away = f"{link_in(second)}withdraw/"
    assert {browser.post(away, pressed)["Location"] for _ in range(3)} == {PUBLIC}
    verbs = [event.verb for event in AuditEvent.objects.filter(verb__startswith="guest.")]
    assert sorted(verbs) == ["guest.confirmed", "guest.withdrew"]


def test_what_lets_somebody_in_stands_in_no_row_and_no_log(cast: Cast, meeting: Meeting) -> None:
    browser = Client()
    browser.post(f"{PUBLIC}1/", form())
    confirming = link_in(delivered()[0])
    browser.post(confirming, press())
    link = link_in(delivered()[0])
    browser.get(link)
    for path in (confirming, link):
        secret = path.strip("/").rpartition("/")[2]
        assert len(secret) == 43
        for model in (Guest, OutboxMessage, AuditEvent, AuditRead, Ticket):
            assert not any(secret in str(row) for row in model.objects.values()), model
        assert secret not in redact(f'GET "{path}papers/1/" 404')


def test_a_personal_page_is_told_to_nobody_and_kept_by_nobody(cast: Cast, meeting: Meeting) -> None:
    expected = guest(cast, meeting)
    waiting = guest_asked(cast, meeting, address="b@visitor.example")
    confirming = reverse("guest-confirm", args=[guests.confirming_secret(waiting.nonce)])
    for path, status in ((guest_page(expected), 200), (confirming, 200), (f"{PUBLIC}guest/guessed/", 404)):
        answer = Client().get(path)
        assert answer.status_code == status
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_that_a_guest_opens_the_page_and_takes_a_paper_is_recorded(cast: Cast, meeting: Meeting) -> None:
    version = artefacts.version(cast, marking="CLEAR")
    item = add_item(cast, meeting, "Keys", version)
    note = operations.add_paper(
        actor=cast.actor("chair"), item=item, stored=artefacts.stored(cast), title="Slides", marking="GREEN"
    )
    expected = guest(cast, meeting)
    here, browser = guest_page(expected), Client()

    browser.get(here)
    for paper in item.papers.all():
        answer = browser.get(f"{here}papers/{paper.pk}/")
        assert answer["Content-Disposition"].startswith("attachment")

    who = f"Guest {expected.pk} of SDWG 1"
    rows = AuditRead.objects.filter(acting_as=who).values_list("kind", "on_key", "person_id")
    assert list(rows) == [
        ("opened", expected.audit_key, None),
        ("downloaded", version.audit_key, None),
        ("downloaded", note.audit_key, None),
    ]
    assert not any("Visitor" in str(row) for model in (AuditRead, AuditEvent) for row in model.objects.values())


# ---------------------------------------------------------------------------------------------------- what nobody finds


def canaries(cast: Cast, meeting: Meeting) -> list[Paper]:
    """Papers of every marking above TLP:GREEN, a procurement paper, and a restricted item, all named by a canary."""
    idno = cast.seat("idno").organisation
    for marking, more in (
        ("AMBER", {}),
        ("AMBER+STRICT", {"organisations": (idno,)}),
        ("RED", {"people": ("idno",)}),
        ("GREEN", {"kind": "procurement", "people": ("architect",)}),
    ):
        made = artefacts.version(cast, marking=marking, title=f"Canary {marking}", **more)  # type: ignore[arg-type]
        add_item(cast, meeting, "Matters", made)
    named = artefacts.version(cast, marking="AMBER", title="Canary title")
    add_item(cast, meeting, "On the Canary Title 0.1", named, objective="Canary title agreed")
    slides = add_item(cast, meeting, "Slides")
    closed = add_item(cast, meeting, "Canary item", artefacts.version(cast, marking="CLEAR", title="Canary clear"))
    for item, marking in ((slides, "AMBER"), (closed, "GREEN")):
        operations.add_paper(
            actor=cast.actor("chair"), item=item, stored=artefacts.stored(cast), title="Canary file", marking=marking
        )
    operations.restrict_item(actor=cast.actor("chair"), item=closed, restricted=True, reason="Canary reason")
    return list(Paper.objects.all())


def test_no_public_page_and_no_page_or_mail_of_a_guest_shows_more(cast: Cast, meeting: Meeting) -> None:
    papers = canaries(cast, meeting)
    browser = Client()
    browser.post(f"{PUBLIC}1/", form())
    mails = delivered()
    confirming = link_in(mails[0])
    texts = [read(browser, confirming)]
    browser.post(confirming, press())
    mails += delivered()
    here = link_in(mails[1])
    texts += [read(browser, path) for path in ("/", "/account/login/", PUBLIC, f"{PUBLIC}1/", here)]
    for paper in papers:
        texts.append(read(browser, f"{here}papers/{paper.pk}/", 404))
        texts.append(read(browser, f"/meetings/papers/{paper.pk}/", 302))
    texts += [f"{sent.subject} {sent.body} {sent.alternatives}" for sent in mails]

    assert not [text for text in texts if "canary" in text.lower() or "xylophone" in text.lower()]
    assert texts[5].count("A paper that is not for guests") == 6
    assert "An item about a paper that is not for guests" in texts[5]
    assert "SDWG-ART-" not in texts[5]


def test_a_paper_whose_marking_is_raised_is_gone_at_the_next_request(cast: Cast, meeting: Meeting) -> None:
    version = artefacts.version(cast, marking="GREEN", title="Key ceremony")
    item = add_item(cast, meeting, "Matters", version)
    here, browser = guest_page(guest(cast, meeting)), Client()
    paper = f"{here}papers/{item.papers.get().pk}/"
    assert "Key ceremony" in read(browser, here)
    assert browser.get(paper).status_code == 200

    artefact_operations.remark(
        actor=cast.actor("chair"), version=version, marking="AMBER", reason="It names attack paths."
    )
    assert "Key ceremony" not in read(browser, here)
    assert browser.get(paper).status_code == 404


def test_a_link_opens_one_meeting_and_no_other(cast: Cast, meeting: Meeting) -> None:
    other = scheduled(cast, days=1)
    item = add_item(cast, other, "Matters", artefacts.version(cast, marking="CLEAR"))
    here = guest_page(guest(cast, meeting))
    assert Client().get(f"{here}papers/{item.papers.get().pk}/").status_code == 404
    for path in ("/meetings/", "/meetings/1/", "/meetings/1/pack/", "/artefacts/"):
        assert Client().get(path).status_code == 302


# ------------------------------------------------------------------------------------------------------ asking, refused


def test_the_answer_is_the_same_whoever_asks(cast: Cast, meeting: Meeting) -> None:
    guest(cast, meeting)
    refused = guest(cast, meeting, address="refused@visitor.example")
    operations.refuse_guest(actor=cast.actor("chair"), guest=refused, abuse=False, reason="No")
    delivered()
    clock.advance(timedelta(minutes=1))
    before = Guest.objects.get(address=GUEST["address"])
    answers = {
        (answer.status_code, answer["Location"], tuple(sorted(answer.headers)))
        for address in ("new@visitor.example", "Guest@Visitor.example", "refused@visitor.example", "idno@sdwg.example")
        for answer in [Client().post(f"{PUBLIC}1/", form(address=address, name="Mallory"))]
    }
    assert len(answers) == 1
    assert sorted(sent.to[0] for sent in delivered()) == ["guest@visitor.example", "new@visitor.example"]
    after = Guest.objects.get(address=GUEST["address"])
    assert (after.name, after.nonce, after.state) == (before.name, before.nonce, "expected")


def test_a_fourth_request_for_one_address_sends_nothing_and_looks_the_same(cast: Cast, meeting: Meeting) -> None:
    answers, sent = [], []
    for _ in range(5):
        cast.at = clock.advance(timedelta(minutes=1))
        answers.append(Client().post(f"{PUBLIC}1/", form())["Location"])
        sent += delivered()
    assert set(answers) == {f"{PUBLIC}asked/"}
    assert len(sent) == 3


def test_one_network_asks_twenty_times_an_hour(cast: Cast, meeting: Meeting) -> None:
    codes = [Client().post(f"{PUBLIC}1/", form(address=f"a{n}@visitor.example")).status_code for n in range(21)]
    assert codes == [302] * 20 + [429]
    answer = Client().post(f"{PUBLIC}1/", form(name="Kept Name"))
    assert "Too many requests" in answer.content.decode()
    assert 'value="Kept Name"' in answer.content.decode()
    assert Guest.objects.count() == 20


def test_a_program_that_fills_in_everything_asks_for_nothing(cast: Cast, meeting: Meeting) -> None:
    assert Client().post(f"{PUBLIC}1/", form(website="https://spam.example"))["Location"] == f"{PUBLIC}asked/"
    assert not Guest.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "guest@visitor.example\nBcc: all@visitor.example"),
        ("address", "nobody"),
        ("name", " \u202e "),
        ("why", ""),
        ("name", "x" * 121),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(cast: Cast, meeting: Meeting, field: str, value: str) -> None:
    answer = Client().post(f"{PUBLIC}1/", form(**{field: value}))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Guest.objects.exists()
    assert not OutboxMessage.objects.filter(rule="guest.confirm").exists()


def test_what_was_typed_is_in_no_mail_and_is_text_on_every_page(cast: Cast, meeting: Meeting) -> None:
    evil = '<a href="https://evil.example">click</a>\r\nBcc: x@evil.example'
    browser = Client()
    browser.post(f"{PUBLIC}1/", form(name=evil, organisation=evil, why=evil))
    (first,) = delivered()
    page = read(browser, link_in(first))
    browser.post(link_in(first), press())
    (second,) = delivered()
    for sent in (first, second):
        assert "evil.example" not in str(sent.message())
    assert "\n" not in Guest.objects.get().name
    for shown in (page, read(cast.client("secretariat"), "/meetings/1/")):
        assert "&lt;a href=" in shown
        assert '<a href="https://evil' not in shown


def test_the_link_that_confirms_is_good_for_two_days_and_while_the_meeting_is_open(
    cast: Cast, meeting: Meeting
) -> None:
    asked = guest_asked(cast, meeting)
    secret = guests.confirming_secret(asked.nonce)
    path = reverse("guest-confirm", args=[secret])
    later = cast.at + timedelta(days=2)
    with pytest.raises(NotNow):
        operations.confirm(secret=secret, at=later)
    clock.set_now(later)
    assert Client().get(path).status_code == Client().post(path, press()).status_code == 404
    clock.set_now(cast.at)
    assert Client().get(path).status_code == 200
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="Flooded")
    assert Client().get(path).status_code == Client().post(path, press()).status_code == 404
    assert Guest.objects.get().state == "asked"


# --------------------------------------------------------------------------------------------------------- when it ends


def test_the_secretariat_refuses_abuse_alone_and_the_chair_anything_with_a_reason(cast: Cast, meeting: Meeting) -> None:
    first, second = guest(cast, meeting), guest(cast, meeting, address="second@visitor.example")
    delivered()
    secretariat, chair = cast.client("secretariat"), cast.client("chair")
    there = f"/meetings/1/guests/{first.pk}/refuse/"
    other = secretariat.post(there, {**press(), "ground": "other", "reason": "Too many guests."})
    assert other.status_code == 403
    bare = chair.post(there, {**press(), "ground": "other", "reason": " "})
    assert bare.status_code == 422
    assert Client().get(guest_page(first)).status_code == 200

    pressed = {**press(), "ground": "other", "reason": "The room is full."}
    assert {chair.post(there, pressed)["Location"] for _ in range(2)} == {"/meetings/1/#guests"}
    secretariat.post(
        f"/meetings/1/guests/{second.pk}/refuse/", {**press(), "ground": "abuse", "reason": "A made-up name."}
    )

    for refused in (first, second):
        assert Client().get(guest_page(refused)).status_code == 404
    told = {sent.to[0]: sent.body for sent in delivered()}
    assert "refused by the chair" in told["guest@visitor.example"]
    assert "Reason: The room is full." in told["guest@visitor.example"]
    assert "refused for abuse" in told["second@visitor.example"]
    events = AuditEvent.objects.filter(verb="guest.refused").order_by("seq").values_list("on_key", "reason", "note")
    assert [(key, reason, note["ground"]) for key, reason, note in events] == [
        (first.audit_key, "The room is full.", "another"),
        (second.audit_key, "A made-up name.", "abuse"),
    ]


def test_a_guest_who_withdraws_can_ask_again(cast: Cast, meeting: Meeting) -> None:
    expected = guest(cast, meeting)
    here = guest_page(expected)
    assert Client().get(f"{here}withdraw/").status_code == 405
    Client().post(f"{here}withdraw/", press())
    assert Client().get(here).status_code == 404
    again = guest(cast, meeting)
    assert again.pk == expected.pk
    assert Client().get(guest_page(again)).status_code == 200
    assert Client().get(here).status_code == 404, "the old link stays dead"


def test_the_link_ends_at_1700_five_working_days_after_the_meeting(cast: Cast, meeting: Meeting) -> None:
    here = guest_page(guest(cast, meeting))
    pass_to(cast, MORNING)
    operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Short notice")
    pass_to(cast, NOON)
    operations.close_meeting(actor=cast.actor("chair"), meeting=meeting)
    end = clock.at_london(MORNING.date() + timedelta(days=7), NOON.time().replace(hour=17))  # Wed 23 December 2026
    clock.set_now(end - timedelta(seconds=1))
    assert "I am not coming" not in read(Client(), here)
    clock.set_now(end)
    assert Client().get(here).status_code == 404


def test_cancelling_ends_the_links_and_taking_it_back_opens_them_and_guests_are_told(
    cast: Cast, meeting: Meeting
) -> None:
    here = guest_page(guest(cast, meeting))
    delivered()
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="Xylophone trouble")
    assert Client().get(here).status_code == 404
    (told,) = delivered()
    assert "is cancelled" in told.body
    assert "Xylophone" not in told.body
    pass_to(cast, cast.at + timedelta(hours=1))
    operations.reinstate(actor=cast.actor("chair"), meeting=meeting)
    assert Client().get(here).status_code == 200
    assert "takes place after all" in delivered()[0].body


def test_a_new_date_is_told_to_guests_without_the_joining_link(cast: Cast, meeting: Meeting) -> None:
    guest(cast, meeting)
    delivered()
    starts = MORNING + timedelta(days=1)
    operations.change(
        actor=cast.actor("secretariat"),
        meeting=meeting,
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        link=LINK,
    )
    (told,) = delivered()
    assert "Thu 17 Dec" in told.body
    assert "xylophone" not in told.body


def test_who_they_were_is_forgotten_and_that_somebody_was_there_stays(cast: Cast, meeting: Meeting) -> None:
    expected = guest(cast, meeting)
    guest_asked(cast, meeting, address="idle@visitor.example")
    clock.set_now(cast.at + timedelta(days=2))
    tasks.look()
    assert list(Guest.objects.values_list("address", flat=True)) == ["guest@visitor.example"]
    clock.set_now(NOON + timedelta(days=91))
    tasks.look()
    expected.refresh_from_db()
    assert (expected.name, expected.address, expected.organisation, expected.why) == ("", "", "", "")
    assert expected.confirmed_at
    assert AuditEvent.objects.filter(on_key=expected.audit_key).exists()


def test_a_guest_let_in_or_shut_out_behind_the_program_s_back_is_found(cast: Cast, meeting: Meeting) -> None:
    refused = guest(cast, meeting)
    operations.refuse_guest(actor=cast.actor("chair"), guest=refused, abuse=False, reason="Full")
    away = guest(cast, meeting, address="away@visitor.example")
    operations.withdraw(actor=guests.visitor(away, cast.at), guest=away)
    guest_asked(cast, meeting, address="away@visitor.example")
    assert list(verify.breaks()) == []
    Guest.objects.filter(pk=refused.pk).update(refused_at=None)
    assert [line for line in verify.breaks() if "SDWG 1 guest" in line]


# ------------------------------------------------------------------------------------------------------ closed meetings


def restrict(client: Client, *seats: int, **more: str) -> Any:
    return client.post(
        "/meetings/1/restrict/", {**press(), "restricted": "yes", "seats": seats, "reason": "Tender", **more}
    )


def test_the_chair_restricts_a_meeting_and_to_everybody_else_it_is_not_there(cast: Cast, meeting: Meeting) -> None:
    here = guest_page(guest(cast, meeting))
    delivered()
    page = read(cast.client("chair"), "/meetings/1/restrict/")
    assert page.count(" checked") == len(cast.seats) - 3, "all but the observer, and chair and secretariat in any case"
    stays = [cast.seat("idno").pk, cast.seat("architect").pk]
    assert restrict(cast.client("secretariat"), *stays).status_code == 403
    assert restrict(cast.client("chair"), *stays, reason="").status_code == 422
    assert restrict(cast.client("chair")).status_code == 422
    assert restrict(cast.client("chair"), *stays)["Location"] == "/meetings/1/"

    for name in cast.seats:
        client, stayed = cast.client(name), name in {"chair", "secretariat", "idno", "architect"}
        assert client.get("/meetings/1/").status_code == (200 if stayed else 404), name
        assert ("SDWG 1" in read(client, "/meetings/")) == stayed, name
    assert Client().get(f"{PUBLIC}1/").status_code == 404
    assert Client().get(here).status_code == 404
    (told,) = delivered()
    assert "no longer open to guests" in told.body
    mails = OutboxMessage.objects.filter(rule="meeting-restricted")
    assert {mail.person for mail in mails} == {
        cast.person(name) for name in cast.seats if name not in {"chair", "secretariat", "idno", "architect"}
    }
    assert not any("Tender" in row.text for row in OutboxMessage.objects.all())
    event = AuditEvent.objects.get(verb="meeting.restricted")
    assert (event.reason, event.note["seats"]) == ("Tender", 2)


def test_who_stays_is_changed_and_the_meeting_opened_again(cast: Cast, meeting: Meeting) -> None:
    here, chair = guest_page(guest(cast, meeting)), cast.client("chair")
    restrict(chair, cast.seat("idno").pk)
    pass_to(cast, cast.at + timedelta(hours=1))
    restrict(chair, cast.seat("grid").pk)
    assert cast.client("idno").get("/meetings/1/").status_code == 404
    assert cast.client("grid").get("/meetings/1/").status_code == 200
    assert read(chair, "/meetings/1/restrict/").count(" checked") == 1

    pass_to(cast, cast.at + timedelta(hours=1))
    opened = chair.post("/meetings/1/restrict/", {**press(), "restricted": "no", "reason": "The tender is over."})
    assert opened["Location"] == "/meetings/1/"
    assert all(cast.client(name).get("/meetings/1/").status_code == 200 for name in ("idno", "grid", "observer"))
    assert Client().get(here).status_code == 200
    assert chair.post("/meetings/1/restrict/", {**press(), "restricted": "no", "reason": "Again"}).status_code == 422


def test_a_decision_names_no_meeting_that_its_reader_does_not_see(cast: Cast, meeting: Meeting) -> None:
    here = decisions.open_decision(cast, meeting=meeting).get_absolute_url()
    assert 'href="/meetings/1/"' in read(cast.client("grid"), here)
    stay = [cast.seat("idno")]
    operations.restrict_meeting(actor=cast.actor("chair"), meeting=meeting, seats=stay, reason="Tender")
    for path in (here, "/decisions/"):
        assert "SDWG 1<" not in read(cast.client("grid"), path)
        assert "SDWG 1<" in read(cast.client("idno"), path)


def test_once_it_has_begun_nobody_is_shut_out(cast: Cast, meeting: Meeting) -> None:
    pass_to(cast, MORNING)
    operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Short notice")
    with pytest.raises(NotNow, match="is in session"):
        operations.restrict_meeting(
            actor=cast.actor("chair"), meeting=meeting, seats=[cast.seat("idno")], reason="Tender"
        )
    with pytest.raises(Refused, match="by the chair, with a reason"):
        operations.open_to_all(actor=cast.actor("secretariat"), meeting=meeting, reason="Over")


# -------------------------------------------------------------------------------------------------------- what it costs


def asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def grown(cast: Cast, meeting: Meeting) -> Iterator[int]:
    """1, 3 and 30 meetings, items with papers, and guests."""
    for wanted in (1, 3, 30):
        while Meeting.objects.count() < wanted:
            scheduled(cast, days=7 * Meeting.objects.count())
        while meeting.items.count() < wanted + 2:
            number = meeting.items.count()
            add_item(
                cast, meeting, f"Item {number}", artefacts.version(cast, title=f"Artefact {number}", marking="CLEAR")
            )
        while meeting.guests.count() < wanted:
            guest(cast, meeting, address=f"guest{meeting.guests.count()}@visitor.example")
        yield wanted


def test_pages_take_the_same_queries_for_1_3_and_30(cast: Cast, meeting: Meeting) -> None:
    here = guest_page(guest(cast, meeting))
    counts = [
        (
            asked(Client(), PUBLIC),
            asked(Client(), here),
            asked(cast.client("secretariat"), "/meetings/1/"),
            asked(cast.client("chair"), "/meetings/1/restrict/"),
        )
        for _ in grown(cast, meeting)
    ]
    assert len(set(counts)) == 1, counts
    assert counts[0] == (2, 8, 13, 8), counts
