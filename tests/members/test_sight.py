"""Grants and exclusions, and the actor that reads them: dated rows, and nothing else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from artefacts.models import Version
from sdwg.audit.models import AuditEvent
from sdwg.members import operations
from sdwg.members.access import Actor
from sdwg.members.models import Grant
from tests.artefacts import make as artefacts
from tests.cast import AT, Cast
from tests.members import make


def give(cast: Cast, **who: object) -> Grant:
    return operations.grant(  # type: ignore[arg-type]
        actor=cast.actor("chair"), on_key="version:7", cause_key="submission:1", reason="Submitted", **who
    )


def test_a_grant_shows_its_object_to_its_person_alone(cast: Cast) -> None:
    give(cast, person=cast.person("dag"))

    assert cast.actor("dag").granted("version") == {7}
    assert cast.actor("dag").granted("meeting") == frozenset()
    assert cast.actor("idno").granted("version") == frozenset()
    assert cast.actor("dag").excluded("version") == frozenset()


def test_a_grant_to_a_seat_reaches_whoever_acts_for_it(cast: Cast) -> None:
    give(cast, seat=cast.seat("large-supplier"))
    assert cast.actor("alternate").granted("version") == frozenset()

    make.alternate(cast)

    assert cast.actor("large-supplier").granted("version") == {7}
    assert cast.actor("alternate").granted("version") == {7}


def test_a_grant_ends_with_its_cause(cast: Cast) -> None:
    give(cast, person=cast.person("dag"))
    assert operations.withdraw_grants(actor=cast.actor("chair"), cause_key="submission:1") == 1

    assert cast.actor("dag").granted("version") == frozenset()
    assert cast.actor("dag", AT - timedelta(seconds=1)).granted("version") == frozenset()
    assert operations.withdraw_grants(actor=cast.actor("chair"), cause_key="submission:1") == 0


def test_an_exclusion_is_told_and_ends(cast: Cast) -> None:
    row = operations.exclude(
        actor=cast.actor("chair"),
        on_key="version:7",
        cause_key="conflict:1",
        reason="Bids for the work",
        seat=cast.seat("idno"),
    )

    assert cast.actor("idno").excluded("version") == {7}
    event = AuditEvent.objects.get(verb="sight.taken")
    assert (event.on_key, event.reason, event.note["whose"]) == ("version:7", row.reason, "Member, iDNO B")
    operations.withdraw_exclusions(actor=cast.actor("chair"), cause_key="conflict:1")
    assert cast.actor("idno").excluded("version") == frozenset()


def test_the_same_grant_twice_is_one_row(cast: Cast) -> None:
    assert give(cast, person=cast.person("dag")) == give(cast, person=cast.person("dag"))
    assert Grant.objects.count() == 1


def test_a_grant_is_of_a_person_or_a_seat(cast: Cast) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        give(cast)
    row = give(cast, person=cast.person("dag"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=row.pk).update(seat=cast.seat("dag"))


def test_an_actor_costs_two_queries_and_sight_one_more(cast: Cast, django_assert_num_queries: object) -> None:
    make.alternate(cast)
    give(cast, seat=cast.seat("large-supplier"))
    person = cast.person("alternate")
    from sdwg.members.access import actor_for

    with django_assert_num_queries(2):  # type: ignore[operator]
        actor = actor_for(person, cast.at)
        assert actor.label
        assert actor.organisation_ids
    with django_assert_num_queries(1):  # type: ignore[operator]
        for _ in range(3):
            actor.granted("version")
            actor.excluded("version")
            actor.granted("meeting")


def test_the_program_holds_no_seat(cast: Cast) -> None:
    actor = Actor.system(cast.at)
    assert actor.may_enter
    assert (actor.label, actor.person_id, actor.seat_id) == ("The program", None, None)
    assert not actor.is_chair


# ------------------------------------------------------------------------------------------- a query put together once


def test_what_is_asked_before_stays_asked(cast: Cast) -> None:
    for title in ("One", "Two", "Three"):
        artefacts.version(cast, title=title)
    actor = cast.actor("idno")
    first = list(Version.objects.visible_to(actor))
    assert len(first) == 3
    assert [row.pk for row in Version.objects.order_by("-pk").visible_to(actor)] == sorted(
        (row.pk for row in first), reverse=True
    )
    assert Version.objects.filter(pk=first[0].pk).visible_to(actor).count() == 1
    assert Version.objects.visible_to(actor).filter(pk=first[1].pk).count() == 1
    assert "artefact" in Version.objects.select_related("artefact").visible_to(actor)[0]._state.fields_cache
    assert Version.objects.visible_to(actor).count() == 3


def test_rows_that_come_later_are_seen(cast: Cast) -> None:
    actor = cast.actor("idno")
    assert not Version.objects.visible_to(actor).exists()
    version = artefacts.version(cast)
    assert Version.objects.visible_to(actor).get() == version
    artefacts.remark(cast, version, "RED")
    assert not Version.objects.visible_to(actor).exists()
