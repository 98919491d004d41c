"""Registering, and uploading versions with their markings and readers."""

from datetime import timedelta
from typing import Any

import pytest

from artefacts import operations, rules
from artefacts.models import Artefact, Version, VersionReader
from artefacts.states import Kind, Marking, State
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Alternate
from tests.artefacts import make
from tests.cast import Cast


def test_an_artefact_is_a_draft_with_the_next_number(cast: Cast) -> None:
    first, second = make.registered(cast), make.registered(cast, title="Certificate Policy")
    assert (first.reference, second.reference) == ("SDWG-ART-001", "SDWG-ART-002")
    assert second.state == State.DRAFT
    event = AuditEvent.objects.get(verb="artefact.registered", on_key=second.audit_key)
    assert event.acting_as == "Design Business Analyst"
    assert "Certificate" not in str(event.note)


def test_a_member_registers_what_it_writes(cast: Cast) -> None:
    artefact = make.registered(cast, author="idno", by="idno")
    assert artefact.author == cast.seat("idno")


@pytest.mark.parametrize("name", ["chair", "secretariat", "observer", "dag", "auditor", "outsider"])
def test_others_register_nothing(cast: Cast, name: str) -> None:
    assert not rules.can_register(cast.actor(name))
    with pytest.raises(Refused):
        make.registered(cast, by=name)


@pytest.mark.parametrize(("author", "owner"), [("observer", "analyst"), ("dag", "analyst"), ("analyst", "auditor")])
def test_who_can_write_and_own_is_limited(cast: Cast, author: str, owner: str) -> None:
    with pytest.raises(NotNow):
        make.registered(cast, author=author, owner=owner, by="analyst")
    assert not Artefact.objects.exists()


def test_procurement_support_is_not_a_partners(cast: Cast) -> None:
    with pytest.raises(NotNow, match="not open to partners"):
        make.registered(cast, author="partner", by="partner", kind=Kind.PROCUREMENT)


def test_recommendations_are_linked(cast: Cast) -> None:
    artefact = make.registered(cast, recommendations=[make.recommendation(4), make.recommendation(7)])
    assert [link.recommendation.reference for link in artefact.recommendation_links.all()] == ["AWG-R-04", "AWG-R-07"]


# ----------------------------------------------------------------------------------------------------------- uploading


def test_a_version_keeps_bytes_label_marking_and_who(cast: Cast) -> None:
    version = make.version(cast)
    assert (version.label, version.order, version.sha256) == ("0.1", 1, version.file.sha256)
    assert version.uploaded_for == "Design Business Analyst"
    assert version.markings.get(ends_at=None).marking == Marking.AMBER
    event = AuditEvent.objects.get(verb="version.uploaded")
    assert event.version_sha256 == version.sha256
    assert event.note == {"version": "0.1", "marking": "AMBER", "pages": 3}


@pytest.mark.parametrize("label", ["", "1", "0.1.2", "v0.1", "0.1 ", "01.1", "1.1234", "٠.١", "1٠.1"])
def test_a_label_is_two_numbers(cast: Cast, label: str) -> None:
    artefact = make.registered(cast)
    with pytest.raises(NotNow) as refusal:
        rules.check_label(artefact, label)
    assert refusal.value.field == "label"


@pytest.mark.parametrize(("last", "label"), [("0.2", "0.2"), ("0.10", "0.9"), ("1.0", "0.99")])
def test_a_label_is_greater_than_the_last(cast: Cast, last: str, label: str) -> None:
    artefact = make.version(cast, label=last).artefact
    with pytest.raises(NotNow, match="greater label"):
        make.version(cast, artefact, label=label)
    assert Version.objects.count() == 1


def test_the_form_proposes_the_next_label(cast: Cast) -> None:
    artefact = make.registered(cast)
    assert rules.next_label(artefact) == "0.1"
    make.version(cast, artefact, label="0.9")
    assert rules.next_label(artefact) == "0.10"


def test_the_same_bytes_are_no_new_version(cast: Cast) -> None:
    version = make.version(cast)
    with pytest.raises(NotNow, match="byte for byte") as refusal:
        _again(cast, version)
    assert refusal.value.field == "file"


def test_equal_bytes_are_not_mentioned_to_who_may_not_read_the_other_version(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.RED, people=["idno"])
    clear = make.version(cast, version.artefact, marking=Marking.AMBER, pages=5)
    assert clear.label == "0.2"
    assert _again(cast, version, by="architect").label == "0.3"


def _again(cast: Cast, version: Version, by: str = "analyst") -> Version:
    return operations.upload(
        actor=cast.actor(by),
        artefact=version.artefact,
        stored=version.file,
        file_name="again.pdf",
        label="0.3",
        change_note="Nothing",
        marking=Marking.AMBER,
    )


def test_a_later_version_says_what_changed(cast: Cast) -> None:
    artefact = make.version(cast).artefact
    with pytest.raises(NotNow, match=r"what changed since 0\.1"):
        operations.upload(
            actor=cast.actor("analyst"),
            artefact=artefact,
            stored=make.stored(cast, words="Second"),
            file_name="x.pdf",
            label="0.2",
            change_note="  ",
            marking=Marking.AMBER,
        )


@pytest.mark.parametrize(
    ("state", "way"),
    [
        (State.UNDER_DECISION, "adjourns or withdraws the decision"),
        (State.ENDORSED, "takes it back to ready"),
        (State.WITH_DAG, "withdraws the submission"),
        (State.NOT_AGREED, "opens it for rework"),
        (State.APPROVED, "opens a new revision"),
        (State.RETURNED, "opens a new revision"),
        (State.WITHDRAWN, "Register a new artefact"),
    ],
)
def test_an_upload_that_comes_too_late_names_the_way_on(cast: Cast, state: State, way: str) -> None:
    artefact = make.IN_STATE[state](cast)
    with pytest.raises(NotNow, match=way):
        make.version(cast, artefact)


def test_an_upload_takes_ready_back_to_resolving(cast: Cast) -> None:
    artefact = make.ready(cast)
    version = make.version(cast, artefact)
    assert make.fresh(artefact).state == State.RESOLVING
    event = AuditEvent.objects.filter(verb="artefact.moved").latest("seq")
    assert (event.reason, event.version_sha256) == ("Version 0.2 was uploaded.", version.sha256)


@pytest.mark.parametrize("name", ["analyst", "architect"])
def test_analyst_and_architect_upload_for_each_other(cast: Cast, name: str) -> None:
    assert make.version(cast, make.registered(cast, author="architect"), by=name)


def test_an_author_outside_the_programme_uploads_drafts(cast: Cast) -> None:
    artefact = make.registered(cast, author="idno", owner="analyst", by="analyst")
    assert make.version(cast, artefact, by="idno").uploaded_for == "Member, iDNO B"


def test_an_alternate_for_a_period_uploads_and_one_for_a_meeting_does_not(cast: Cast) -> None:
    artefact = make.registered(cast, author="idno", by="idno")
    standing_in(cast, "idno", for_key="meeting:1")
    with pytest.raises(Refused):
        make.version(cast, artefact, by="alternate")
    standing_in(cast, "idno", for_key="")
    assert make.version(cast, artefact, by="alternate").uploaded_for.startswith("Alternate, alternate for Member")


def standing_in(cast: Cast, seat: str, *, for_key: str = "") -> Alternate:
    """``alternate`` stands in for ``seat`` from now on, instead of whatever they did before."""
    from sdwg.audit.acts import act, record
    from sdwg.members.access import Actor

    @act
    def nominate(*, actor: Actor) -> Alternate:
        for former in Alternate.objects.filter(person=cast.person("alternate"), revoked_at=None):
            former.revoked_at = actor.at
            former.save()
        made = Alternate.objects.create(
            seat=cast.seat(seat),
            person=cast.person("alternate"),
            for_key=for_key,
            nominated_by=cast.person(seat),
            nominated_at=actor.at,
            accepted_at=actor.at,
            window_from=actor.at - timedelta(hours=1),
            window_to=actor.at + timedelta(days=90),
        )
        record("alternate.nominated", on=made)
        return made

    return nominate(actor=cast.actor(seat))


# ------------------------------------------------------------------------------------------------------------- readers


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        (Kind.DESIGN, {"marking": Marking.RED}, "people"),
        (Kind.PROCUREMENT, {"marking": Marking.AMBER}, "people"),
        (Kind.DESIGN, {"marking": Marking.STRICT}, "organisations"),
        (Kind.DESIGN, {"marking": Marking.AMBER, "people": ["idno"]}, "people"),
        (Kind.DESIGN, {"marking": "PURPLE"}, "marking"),
        (Kind.DESIGN, {"marking": Marking.RED, "people": ["outsider"]}, "people"),
        (Kind.PROCUREMENT, {"marking": Marking.AMBER, "people": ["partner"]}, "people"),
        (Kind.PROCUREMENT, {"marking": Marking.AMBER, "people": ["auditor"]}, "people"),
    ],
)
def test_a_marking_has_the_readers_it_needs_and_no_other(
    cast: Cast, kind: str, given: dict[str, Any], field: str
) -> None:
    artefact = make.registered(cast, kind=kind)
    with pytest.raises(NotNow) as refusal:
        make.version(cast, artefact, **given)
    assert refusal.value.field == field
    assert not Version.objects.exists()


def test_organisations_are_named_on_strict_alone(cast: Cast) -> None:
    body = cast.seat("idno").organisation
    with pytest.raises(NotNow, match="Leave them out"):
        make.version(cast, organisations=[body])
    version = make.version(cast, marking=Marking.STRICT, organisations=[body])
    named = set(VersionReader.objects.filter(version=version).values_list("organisation__name", flat=True))
    assert named == {"iDNO B", "MHHS Programme"}


@pytest.mark.parametrize(("kind", "marking"), [(Kind.DESIGN, Marking.RED), (Kind.PROCUREMENT, Marking.AMBER)])
def test_the_author_is_always_among_the_named(cast: Cast, kind: str, marking: str) -> None:
    version = make.version(cast, kind=kind, marking=marking, people=["idno"])
    named = {reader.person for reader in VersionReader.objects.filter(version=version)}
    assert named == {cast.person("idno"), cast.person("analyst")}
