"""Mail that was not sent is seen: by whom, what of it, and what they can do about it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.mail.operations import deliver, purge, queue
from sdwg.members.operations import exclude
from tests.artefacts import make
from tests.cast import Cast

SUBJECT = "Wombat counting is open"
WORDS = "550 5.1.1 No such mailbox"


def owed(cast: Cast, to: str = "idno", *, on_key: str = "", marking: str = "TLP:AMBER", n: int = 0) -> OutboxMessage:
    with transaction.atomic():
        made = queue(
            rule="test",
            on_key=on_key or f"seat:{n}",
            person=cast.person(to),
            subject=SUBJECT,
            template="notice",
            context={"sentence": "Please count.", "link": "/"},
            marking=marking,
            at=cast.at,
        )
    assert made
    return made


def failed(cast: Cast, to: str = "idno", **about: object) -> OutboxMessage:
    message = owed(cast, to, **about)  # type: ignore[arg-type]
    OutboxMessage.objects.filter(pk=message.pk).update(quarantined_at=cast.at, attempts=5, last_error=WORDS)
    return message


def seen(cast: Cast, who: str, path: str = "/mail/") -> str:
    page = cast.client(who).get(path)
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize("who", ["analyst", "idno", "observer", "dag", "auditor"])
def test_nobody_but_secretariat_and_chair_tends_it(cast: Cast, who: str) -> None:
    message = failed(cast)
    client = cast.client(who)
    assert client.get("/mail/").status_code == 403
    for act in ("retry", "leave"):
        assert client.post(f"/mail/{message.pk}/{act}/").status_code == 403
    assert "/mail/" not in client.get("/").content.decode()
    assert OutboxMessage.objects.to_tend().count() == 1


@pytest.mark.parametrize("who", ["secretariat", "chair"])
def test_a_failure_waits_for_them_with_the_server_s_words(cast: Cast, who: str) -> None:
    failed(cast)
    assert "One message was not sent" in seen(cast, who, "/")
    page = seen(cast, who)
    assert SUBJECT in page
    assert WORDS in page
    assert cast.person("idno").display_name in page


def test_one_withheld_for_want_of_an_address_is_there_too(cast: Cast) -> None:
    cast.person("idno").emailaddress_set.update(verified=False)
    owed(cast)
    deliver(at=cast.at)
    assert "the person has no confirmed address" in seen(cast, "secretariat")


def test_what_was_sent_or_waits_is_only_counted(cast: Cast) -> None:
    owed(cast)
    page = seen(cast, "secretariat")
    assert SUBJECT not in page
    assert "1 waits in the queue" in " ".join(page.split())
    deliver(at=cast.at)
    assert "1 was accepted by the mail server" in " ".join(seen(cast, "secretariat").split())
    assert "not sent" not in seen(cast, "secretariat", "/")


def test_it_is_tried_again_and_that_is_on_record(cast: Cast) -> None:
    message = failed(cast)
    client = cast.client("secretariat")
    assert client.post(f"/mail/{message.pk}/retry/").status_code == 302
    deliver(at=cast.at)
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.ACCEPTED
    event = AuditEvent.objects.get(verb="mail.put-back")
    assert (event.acting_as, event.on_ref) == ("Secretariat", f"Mail {message.pk}")
    again = client.post(f"/mail/{message.pk}/retry/")
    assert again.status_code == 422
    assert "Somebody has seen to this message already." in again.content.decode()


def test_it_is_left_and_waits_for_nobody(cast: Cast) -> None:
    message = failed(cast)
    assert cast.client("chair").post(f"/mail/{message.pk}/leave/").status_code == 302
    message.refresh_from_db()
    assert (message.text, message.html, message.last_error) == ("", "", WORDS)
    assert "not sent" not in seen(cast, "secretariat", "/")


def test_there_is_none_of_that_number(cast: Cast) -> None:
    for act in ("retry", "leave"):
        assert cast.client("secretariat").post(f"/mail/4711/{act}/").status_code == 404


def test_whoever_may_read_a_red_version_is_not_told_with_it(cast: Cast) -> None:
    version = make.version(cast, marking="RED", people=["idno"])
    failed(cast, on_key=version.audit_key, marking="TLP:RED")
    page = seen(cast, "secretariat")
    assert SUBJECT not in page
    assert "A message marked TLP:RED" in page
    assert SUBJECT in seen(cast, "chair")


def test_nor_to_whom_it_goes(cast: Cast) -> None:
    version = make.version(cast, marking="RED", people=["idno"])
    failed(cast, on_key=version.audit_key, marking="TLP:RED")
    name = cast.person("idno").display_name
    assert name not in seen(cast, "secretariat").split("Not sent")[1]
    assert name in seen(cast, "chair")


def test_a_chair_whom_a_conflict_keeps_from_it_learns_nothing_here(cast: Cast) -> None:
    version = make.version(cast)
    failed(cast, on_key=version.audit_key)
    exclude(
        actor=cast.actor("chair"),
        on_key=version.artefact.audit_key,
        cause_key="conflict:1",
        reason="A conflict of interest.",
        person=cast.person("chair"),
    )
    assert SUBJECT not in seen(cast, "chair")


def test_it_is_not_sent_again_to_whoever_may_not_read_it_by_now(cast: Cast) -> None:
    version = make.version(cast)
    message = failed(cast, "agent", on_key=version.audit_key)
    make.remark(cast, version, "RED")
    answer = cast.client("chair").post(f"/mail/{message.pk}/retry/")
    assert answer.status_code == 422
    assert "may not read what it is about any more" in answer.content.decode()
    assert cast.client("chair").post(f"/mail/{message.pk}/leave/").status_code == 302


def test_what_waits_is_not_sent_to_whoever_lost_sight_of_it_meanwhile(cast: Cast) -> None:
    version = make.version(cast)
    message, other = owed(cast, on_key=version.audit_key), owed(cast, "agent", on_key=version.audit_key)
    exclude(
        actor=cast.actor("chair"),
        on_key=version.artefact.audit_key,
        cause_key="conflict:1",
        reason="A conflict of interest.",
        organisation=cast.seat("idno").organisation,
    )
    deliver(at=cast.at)

    message.refresh_from_db()
    other.refresh_from_db()
    assert (message.state, message.text) == (OutboxMessage.State.SUPPRESSED, "")
    assert message.last_error == "Not sent: the person may not read what it is about any more."
    assert other.state == OutboxMessage.State.ACCEPTED


def test_what_the_server_said_goes_too_after_ninety_days(cast: Cast) -> None:
    message = failed(cast)
    cast.client("chair").post(f"/mail/{message.pk}/leave/")
    purge(at=cast.at + timedelta(days=91))
    message.refresh_from_db()
    assert message.last_error == ""
    assert purge(at=cast.at + timedelta(days=92)) == 0


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    client = cast.client("secretariat")
    counts = []
    for number in range(1, 31):
        failed(cast, n=number)
        if number in {1, 3, 30}:
            client.get("/mail/")
            with CaptureQueriesContext(connection) as ran:
                client.get("/mail/")
            counts.append(len(ran))
    assert counts[0] == counts[1] == counts[2], counts
