"""Who may read a version is changed: narrowed by one person, widened by two, and shown before it is done."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artefacts import operations
from artefacts.models import Remarking, Version, VersionMarking
from artefacts.operations.marking import effect_of, readers_of, wanted_for
from artefacts.queries import waiting_for
from artefacts.states import Kind, Marking
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from tests.artefacts import make
from tests.cast import Cast

WHY = "It names attack paths."


def mark(cast: Cast, version: Version, marking: str, by: str = "chair", **more: Any) -> Remarking | None:
    people = [cast.person(name) for name in more.pop("people", ())]
    organisations = [cast.seat(name).organisation for name in more.pop("organisations", ())]
    given = {"reason": WHY, "people": people, "organisations": organisations, **more}
    return operations.remark(actor=cast.actor(by), version=version, marking=marking, **given)


def reads(cast: Cast, version: Version, *names: str) -> list[bool]:
    return [Version.objects.visible_to(cast.actor(name)).filter(pk=version.pk).exists() for name in names]


def test_narrower_takes_effect_at_once(cast: Cast) -> None:
    version = make.version(cast)
    assert mark(cast, version, Marking.RED, people=["idno"]) is None
    assert reads(cast, version, "chair", "analyst", "idno", "agent", "secretariat") == [True, True, True, False, False]
    old, new = version.markings.order_by("starts_at", "pk")
    assert (old.marking, old.ends_at, new.marking, new.reason) == (Marking.AMBER, cast.at, Marking.RED, WHY)
    event = AuditEvent.objects.get(verb="version.marked")
    assert (event.reason, event.note["from"], event.note["to"]) == (WHY, "AMBER", "RED")
    assert list(breaks()) == []


def test_wider_waits_for_the_second_person(cast: Cast) -> None:
    version = make.version(cast)
    waits = mark(cast, version, Marking.GREEN)
    assert waits
    assert reads(cast, version, "observer") == [False]
    assert [row.title for row in waiting_for(cast.actor("analyst"))][-1].startswith("More people would read")
    assert OutboxMessage.objects.get(rule__endswith="marking-proposed").person == cast.person("analyst")

    operations.settle_remarking(actor=cast.actor("analyst"), remarking=waits, confirm=True)

    assert reads(cast, version, "observer") == [True]
    kept = VersionMarking.objects.get(version=version, ends_at=None)
    assert (kept.marking, kept.set_by, kept.reason) == (Marking.GREEN, cast.person("analyst"), WHY)


def test_what_the_author_proposes_the_chair_confirms(cast: Cast) -> None:
    version = make.version(cast)
    waits = mark(cast, version, Marking.GREEN, by="analyst")
    assert waits
    assert any("More people would read" in row.title for row in waiting_for(cast.actor("chair")))
    for who in ("analyst", "architect", "secretariat", "idno"):
        with pytest.raises(Refused):
            operations.settle_remarking(actor=cast.actor(who), remarking=waits, confirm=True)
    operations.settle_remarking(actor=cast.actor("chair"), remarking=waits, confirm=True)
    assert reads(cast, version, "partner") == [True]


def test_the_chair_does_not_confirm_what_the_chair_proposed(cast: Cast) -> None:
    waits = mark(cast, make.version(cast), Marking.GREEN)
    assert waits
    with pytest.raises(Refused, match="the author confirms this"):
        operations.settle_remarking(actor=cast.actor("chair"), remarking=waits, confirm=True)


@pytest.mark.parametrize("who", ["chair", "analyst"])
def test_either_declines_it_with_a_reason(cast: Cast, who: str) -> None:
    version = make.version(cast)
    waits = mark(cast, version, Marking.GREEN)
    assert waits
    with pytest.raises(NotNow) as refusal:
        operations.settle_remarking(actor=cast.actor(who), remarking=waits, confirm=False, reason=" ")
    assert refusal.value.field == "reason"
    operations.settle_remarking(actor=cast.actor(who), remarking=waits, confirm=False, reason="Not yet.")
    assert reads(cast, version, "observer") == [False]
    with pytest.raises(NotNow, match="It was declined by"):
        operations.settle_remarking(actor=cast.actor("analyst"), remarking=waits, confirm=True)


def test_one_more_named_reader_is_wider_and_one_fewer_is_not(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.RED, people=["idno", "agent"])
    assert mark(cast, version, Marking.RED, people=["idno"]) is None
    assert reads(cast, version, "agent") == [False]
    waits = mark(cast, version, Marking.RED, people=["idno", "grid"])
    assert waits
    operations.settle_remarking(actor=cast.actor("analyst"), remarking=waits, confirm=True)
    assert reads(cast, version, "grid", "idno", "analyst") == [True, True, True]


def test_a_higher_marking_that_shows_it_to_somebody_new_is_wider(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.STRICT, organisations=[cast.seat("idno").organisation])
    assert mark(cast, version, Marking.RED, people=["agent"]), "agent could not read it before"


def test_procurement_is_read_by_name_whatever_the_marking(cast: Cast) -> None:
    version = make.version(cast, kind=Kind.PROCUREMENT, people=["idno"])
    assert mark(cast, version, Marking.AMBER, people=["idno", "agent"])
    with pytest.raises(NotNow, match="waits for its second person"):
        mark(cast, version, Marking.AMBER, people=["idno"])


@pytest.mark.parametrize("who", ["secretariat", "architect", "idno", "partner", "observer", "auditor"])
def test_nobody_else_changes_it(cast: Cast, who: str) -> None:
    version = make.version(cast, marking=Marking.GREEN)
    with pytest.raises(Refused):
        mark(cast, version, Marking.RED, by=who, people=["idno"])


@pytest.mark.parametrize(
    ("marking", "more", "field"),
    [
        (Marking.AMBER, {}, "marking"),
        (Marking.RED, {}, "people"),
        (Marking.STRICT, {}, "organisations"),
        (Marking.GREEN, {"people": ["idno"]}, "people"),
        (Marking.RED, {"people": ["outsider"]}, "people"),
        (Marking.RED, {"people": ["idno"], "reason": " "}, "reason"),
        (Marking.RED, {"people": ["idno"], "reason": "x" * 301}, "reason"),
        ("PINK", {}, "marking"),
    ],
)
def test_what_is_refused_changes_nothing(cast: Cast, marking: str, more: dict[str, Any], field: str) -> None:
    version = make.version(cast)
    before = readers_of(version)
    with pytest.raises(NotNow) as refusal:
        mark(cast, version, marking, **more)
    assert refusal.value.field == field
    assert readers_of(version) == before


def test_what_a_change_would_do_is_tried_and_leaves_nothing(cast: Cast) -> None:
    version = make.version(cast)
    actor = cast.actor("chair")
    before = readers_of(version)
    wanted = wanted_for(actor, version, Marking.RED, [cast.person("idno")], [])
    effect = effect_of(actor, version, wanted)
    assert readers_of(version) == before
    assert (effect.gains, effect.wider) == ((), False)
    assert set(effect.loses) >= {cast.person(name).display_name for name in ("agent", "secretariat", "auditor")}
    assert not set(effect.loses) & {cast.person(name).display_name for name in ("chair", "analyst", "idno")}


# --------------------------------------------------------------------------------------------------------------- pages


def seen_on(page: Any) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]*)"', page.content.decode())
    assert found
    return found[1]


def here(version: Version) -> str:
    return f"{version.artefact.get_absolute_url()}{version.label}/marking/"


def answer(cast: Cast, client: Client, version: Version, act: str, **more: Any) -> Any:
    """Answer what the page of ``version`` shows to ``client`` now."""
    shown = client.get(here(version)).content.decode()
    found = re.search(r'name="remarking" value="([0-9]+)"', shown)
    digest = re.search(r'name="seen" value="([0-9a-f]+)"', shown)
    waits = found[1] if found else str(Remarking.objects.latest("pk").pk)
    return client.post(f"{here(version)}{act}/", {"remarking": waits, "seen": digest[1] if digest else "", **more})


def sent(cast: Cast, client: Client, version: Version, **more: Any) -> Any:
    data = {"marking": "RED", "people": [str(cast.person("idno").public_id)], "reason": WHY, **more}
    return client.post(here(version), data)


def test_the_page_shows_whom_it_concerns_and_then_does_it(cast: Cast) -> None:
    version = make.version(cast)
    client = cast.client("chair")
    shown = sent(cast, client, version)
    assert shown.status_code == 200
    words = shown.content.decode()
    assert cast.person("agent").display_name in words.split("No longer read it:")[1].split("</li>")[0]
    assert readers_of(version).marking == Marking.AMBER

    assert sent(cast, client, version, seen=seen_on(shown)).status_code == 302
    assert readers_of(version).marking == Marking.RED


def test_what_is_in_force_already_is_refused_where_it_was_chosen(cast: Cast) -> None:
    version = make.version(cast)
    client = cast.client("chair")
    for seen in ("", "0" * 64):
        page = client.post(here(version), {"marking": "AMBER", "reason": WHY, "seen": seen})
        assert page.status_code == 422
        assert "That is its marking, and those are its readers." in page.content.decode()


def test_who_gains_or_loses_is_what_was_shown_or_nothing_happens(cast: Cast) -> None:
    version = make.version(cast)
    client = cast.client("chair")
    shown = sent(cast, client, version)
    cast.person("agent").__class__.objects.filter(pk=cast.person("agent").pk).update(is_active=False)
    again = sent(cast, client, version, seen=seen_on(shown))
    assert again.status_code == 422
    assert "is not what this page showed" in again.content.decode()
    assert sent(cast, client, version, seen=seen_on(again)).status_code == 302


def test_the_second_person_answers_on_the_page(cast: Cast) -> None:
    version = make.version(cast)
    mark(cast, version, Marking.GREEN)
    chair, analyst, idno = (cast.client(name) for name in ("chair", "analyst", "idno"))
    shown = analyst.get(here(version)).content.decode()
    assert "Confirm it" in shown
    assert cast.person("observer").display_name in shown.split("Read it as well:")[1].split("</li>")[0]
    assert "Confirm it" not in chair.get(here(version)).content.decode()
    assert "Until then nothing changes" in idno.get(here(version)).content.decode()
    assert answer(cast, chair, version, "confirm").status_code == 403
    assert sent(cast, chair, version).status_code == 422, "one change at a time"
    assert answer(cast, analyst, version, "decline", reason="").status_code == 422
    assert analyst.post(f"{here(version)}confirm/").status_code == 422, "nothing was shown"
    assert answer(cast, analyst, version, "confirm").status_code == 302
    assert reads(cast, version, "observer") == [True]
    assert answer(cast, analyst, version, "confirm").status_code == 422


def test_what_is_confirmed_is_the_proposal_that_was_shown(cast: Cast) -> None:
    version = make.version(cast)
    first = mark(cast, version, Marking.GREEN)
    assert first
    analyst = cast.client("analyst")
    shown = {"remarking": first.pk, "seen": seen_on(analyst.get(here(version)))}
    operations.settle_remarking(actor=cast.actor("chair"), remarking=first, confirm=False, reason="Wider still.")
    mark(cast, version, Marking.CLEAR)
    stale = analyst.post(f"{here(version)}confirm/", shown)
    assert stale.status_code == 422
    assert "It was declined by Chair already." in stale.content.decode()
    assert readers_of(version).marking == Marking.AMBER


def test_and_whoever_gains_by_it_is_who_was_shown(cast: Cast) -> None:
    version = make.version(cast)
    mark(cast, version, Marking.GREEN)
    analyst = cast.client("analyst")
    waits = Remarking.objects.get()
    shown = {"remarking": waits.pk, "seen": seen_on(analyst.get(here(version)))}
    cast.person("observer").__class__.objects.filter(pk=cast.person("observer").pk).update(is_active=False)
    assert "is not what this page showed" in analyst.post(f"{here(version)}confirm/", shown).content.decode()
    assert answer(cast, analyst, version, "confirm").status_code == 302


def test_an_invited_partner_no_longer_reads_what_is_read_by_name(cast: Cast) -> None:
    version = make.version(cast)
    operations.open_consultation(
        actor=cast.actor("chair"), version=version, closes_on=date(2026, 12, 14), partners=[cast.seat("partner")]
    )
    assert reads(cast, version, "partner") == [True]
    wanted = wanted_for(cast.actor("chair"), version, Marking.STRICT, [], [cast.seat("idno").organisation])
    assert cast.person("partner").display_name in effect_of(cast.actor("chair"), version, wanted).loses
    assert reads(cast, version, "partner") == [True], "tried, and undone"
    mark(cast, version, Marking.STRICT, organisations=["idno"])
    assert reads(cast, version, "partner") == [False]


def test_procurement_that_organisations_are_named_on_can_be_changed(cast: Cast) -> None:
    body = cast.seat("idno").organisation
    version = make.version(
        cast, kind=Kind.PROCUREMENT, marking=Marking.STRICT, people=["idno", "agent"], organisations=[body]
    )
    page = cast.client("chair").get(here(version)).content.decode()
    assert 'name="organisations"' in page


def test_whoever_reads_the_version_sees_its_record_and_nobody_else(cast: Cast) -> None:
    version = make.version(cast)
    mark(cast, version, Marking.RED, people=["idno"])
    page = cast.client("idno").get(here(version)).content.decode()
    assert WHY in page
    assert "See whom it concerns" not in page
    for name in ("agent", "secretariat", "observer"):
        assert cast.client(name).get(here(version)).status_code == 404
    assert "marked TLP:RED" not in cast.client("secretariat").get(version.artefact.get_absolute_url()).content.decode()


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    version = make.version(cast)
    client = cast.client("idno")
    counts = []
    for number in range(1, 31):
        make.remark(cast, version, Marking.AMBER)
        if number in {1, 3, 30}:
            client.get(here(version))
            with CaptureQueriesContext(connection) as ran:
                client.get(here(version))
            counts.append(len(ran))
    assert counts[0] == counts[1] == counts[2], counts
