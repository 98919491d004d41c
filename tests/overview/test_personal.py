"""The personal-data report: complete by construction, for its person and the secretariat, and on record when read."""

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from artefacts.states import Marking
from meetings.states import Stance
from sdwg import clock
from sdwg.audit import reads, verify
from sdwg.audit.models import AuditRead, HistoryRow
from sdwg.members import operations
from sdwg.members.models import Person
from sdwg.overview import personal
from tests.cast import Cast
from tests.decisions import make
from tests.decisions.test_leaving import NAMED
from tests.members import make as members
from tests.members.test_leaving import close, end, owed, sent, signed_in


def path(cast: Cast, name: str, of: str = "person-data") -> str:
    return reverse(of, args=[cast.person(name).public_id])


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def report(cast: Cast, name: str, reader: str = "") -> personal.Report:
    return personal.report(cast.actor(reader or name), cast.person(name))


def numbers(found: personal.Report) -> dict[str, int]:
    return {kind.name: kind.number for kind in (*found.listed, *found.traces)}


def test_every_column_that_refers_to_a_person_is_in_the_report() -> None:
    relations = (
        field for field in Person._meta.get_fields(include_hidden=True) if field.auto_created and not field.concrete
    )
    columns = {
        f"{relation.related_model._meta.label}.{relation.field.name}"  # type: ignore[union-attr]
        for relation in relations
        if not issubclass(relation.related_model, HistoryRow)  # type: ignore[arg-type]
    }
    traced = {f"{trace.model}.{trace.column}" for trace in personal.TRACES}
    assert columns == traced | personal.LISTED
    assert not traced & personal.LISTED


def test_it_counts_what_somebody_did_and_lists_how_they_are_reached(cast: Cast) -> None:
    decision = make.open_decision(cast)
    make.say(cast, decision, idno=Stance.OBJECT)
    members.nomination(cast, by="idno", window=(cast.at, cast.at + timedelta(days=3)))
    signed_in(cast.person("idno"))
    owed(cast.person("idno"))
    sent()

    found = report(cast, "idno")

    told = numbers(found)
    expected = {"Mail addresses": 1, "Where they are signed in": 1, "Seats": 1, "Positions stated": 1}
    expected |= {"Objections raised": 1, "Alternates nominated": 1, "Nominations, by and of them": 1}
    assert {name: told[name] for name in expected} == expected
    (address,) = next(kind for kind in found.listed if kind.key == "addresses").lines
    assert (address.what, address.detail) == ("idno@sdwg.example", "primary, confirmed")
    acts = next(kind for kind in found.listed if kind.key == "acts").lines
    assert (f"Position stated: {decision}", decision.get_absolute_url()) in [(line.what, line.url) for line in acts]
    mail = next(kind for kind in found.listed if kind.key == "mail").lines
    assert "Accepted by the mail server, to idno@sdwg.example" in [line.detail for line in mail]
    stated = next(kind for kind in found.traces if kind.name == "Positions stated")
    assert stated.first == stated.last == decision.positions.get().stated_at


@pytest.mark.parametrize("of", ["person-data", "person-data-file"])
def test_it_is_their_own_and_the_secretariats_and_not_there_for_others(cast: Cast, of: str) -> None:
    for name, status in (("idno", 200), ("secretariat", 200), ("chair", 404), ("auditor", 404), ("agent", 404)):
        assert cast.client(name).get(path(cast, "idno", of)).status_code == status, name


@pytest.mark.parametrize("of", ["person-data", "person-data-file"])
def test_that_somebody_else_read_it_is_on_record_and_their_own_reading_is_not(cast: Cast, of: str) -> None:
    cast.client("idno").get(path(cast, "idno", of))
    cast.client("chair").get(path(cast, "idno", of))
    assert not AuditRead.objects.exists()

    cast.client("secretariat").get(path(cast, "idno", of))

    (read,) = AuditRead.objects.all()
    assert (read.person, read.kind, read.on_key) == (
        cast.person("secretariat"),
        personal.READ,
        cast.person("idno").audit_key,
    )
    assert "Who else opened this report" in words(cast.client("idno").get(path(cast, "idno")))
    reads.seal(actor=cast.actor("secretariat"))
    assert list(verify.breaks()) == []


def test_without_the_record_of_the_read_nobody_else_gets_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(AuditRead.objects, "create", fails)
    client = cast.client("secretariat")
    with pytest.raises(OSError, match="disk"):
        client.get(path(cast, "idno"))


def test_the_file_says_the_same_and_holds_every_line(cast: Cast) -> None:
    for number in range(personal.SHOWN + 5):
        owed(cast.person("idno"), occurrence=str(number))
    client = cast.client("idno")
    assert f"The last {personal.SHOWN} of {personal.SHOWN + 5}." in words(client.get(path(cast, "idno")))

    answer = client.get(path(cast, "idno", "person-data-file"))

    assert answer["Content-Disposition"] == 'attachment; filename="sdwg-personal-data.json"'
    assert "no-store" in answer["Cache-Control"]
    found = json.loads(answer.content)
    assert found["person"]["name"] == "Idno"
    (mail,) = (kind for kind in found["held"] if kind["kind"] == "Mail to them")
    assert (mail["number"], len(mail["rows"])) == (personal.SHOWN + 5,) * 2


def test_what_the_secretariat_may_not_read_is_counted_and_not_named(cast: Cast) -> None:
    version = make.ready_version(cast, marking=Marking.RED, people=NAMED, title="The canary ceremony")
    decision = make.open_decision(cast, on=version, question="Does the canary sing?")
    make.say(cast, decision, idno=Stance.OBJECT)

    for of in ("person-data", "person-data-file"):
        told = words(cast.client("secretariat").get(path(cast, "idno", of)))
        assert "canary" not in told
        assert f"{decision.reference}, restricted" in told
        assert "Position stated" not in told
    assert f"Position stated: {decision.reference}" in words(cast.client("idno").get(path(cast, "idno")))


def test_a_connected_provider_is_in_the_report_and_goes_with_a_redaction(cast: Cast) -> None:
    who = cast.person("idno")
    SocialAccount.objects.create(user=who, provider="company", uid="number-1234")
    (line,) = next(kind for kind in report(cast, "idno").listed if kind.key == "providers").lines
    assert line.what == "company, as number number-1234"

    end(cast, "idno", clock.today(cast.at) - timedelta(days=1))
    close(cast, "idno")
    operations.redact(actor=cast.actor("secretariat"), person=who, reason="Asked")
    assert not SocialAccount.objects.exists()


def test_of_a_redacted_leaver_the_record_is_there_and_no_address(cast: Cast) -> None:
    make.say(cast, make.open_decision(cast), idno=Stance.SUPPORT)
    signed_in(cast.person("idno"))
    end(cast, "idno", clock.today(cast.at) - timedelta(days=1))
    close(cast, "idno")
    operations.redact(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Asked")
    told = numbers(report(cast, "idno", "secretariat"))
    assert (told["Mail addresses"], told["Where they are signed in"], told["Positions stated"]) == (0, 0, 1)
    assert "idno@sdwg.example" not in words(cast.client("secretariat").get(path(cast, "idno")))


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_it_costs_the_same_at_any_size(cast: Cast, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        owed(cast.person("idno"), occurrence=str(number))
    actor = cast.actor("secretariat")
    with django_assert_num_queries(QUERIES):
        personal.report(actor, cast.person("idno"))


QUERIES = 113
