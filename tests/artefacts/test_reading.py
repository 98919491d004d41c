"""Who may read what: the table of markings, role by role, for content and for envelopes."""

import pytest

from artefacts import operations
from artefacts.models import Artefact, Version
from artefacts.states import Kind, Marking
from sdwg.audit.acts import act
from sdwg.members.access import Actor
from sdwg.members.operations import exclude, grant
from tests.artefacts import make
from tests.artefacts.test_registering import standing_in
from tests.cast import Cast

PROGRAMME = {"chair", "secretariat", "analyst", "architect"}
MEMBERS = {"large-supplier", "idno", "agent"}
OTHERS = {"partner", "observer", "dag", "auditor"}
SEATED = PROGRAMME | MEMBERS | OTHERS
EVERYBODY = SEATED | {"outsider"}


def reading(cast: Cast, version: Version) -> set[str]:
    """The names of those who may read the version."""
    rows = Version.objects.filter(pk=version.pk)
    return {name for name in EVERYBODY if rows.visible_to(cast.actor(name)).exists()}


def seeing(cast: Cast, artefact: Artefact) -> dict[str, str]:
    """What each who sees the envelope may call it."""
    found = {}
    for name in EVERYBODY:
        row = Artefact.objects.visible_to(cast.actor(name)).filter(pk=artefact.pk).first()
        if row:
            found[name] = vars(row)["shown_title"]
    return found


@pytest.mark.parametrize(
    ("marking", "readers"),
    [
        (Marking.CLEAR, EVERYBODY),
        (Marking.GREEN, SEATED),
        (Marking.AMBER, PROGRAMME | MEMBERS | {"auditor"}),
    ],
)
def test_content_is_read_by_the_seats_of_its_marking(cast: Cast, marking: str, readers: set[str]) -> None:
    version = make.version(cast, marking=marking)
    assert reading(cast, version) == readers
    assert seeing(cast, version.artefact) == dict.fromkeys(SEATED, make.TITLE)


def test_strict_is_read_by_the_programme_and_the_organisations_named(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.STRICT, organisations=[cast.seat("idno").organisation])
    assert reading(cast, version) == PROGRAMME | {"idno"}
    assert set(seeing(cast, version.artefact)) == SEATED


def test_red_is_read_by_the_named_the_author_and_the_chair(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.RED, people=["idno"])
    assert reading(cast, version) == {"chair", "analyst", "idno"}
    assert seeing(cast, version.artefact) == {
        **dict.fromkeys(("chair", "analyst", "idno"), make.TITLE),
        "secretariat": "Restricted",
    }


def test_procurement_support_is_read_by_chair_secretariat_and_the_named(cast: Cast) -> None:
    version = make.version(cast, kind=Kind.PROCUREMENT, people=["idno"])
    assert reading(cast, version) == {"chair", "secretariat", "analyst", "idno"}
    assert seeing(cast, version.artefact) == dict.fromkeys(("chair", "secretariat", "analyst", "idno"), make.TITLE)


def test_red_procurement_support_shows_the_secretariat_its_envelope(cast: Cast) -> None:
    version = make.version(cast, kind=Kind.PROCUREMENT, marking=Marking.RED, people=["idno"])
    assert reading(cast, version) == {"chair", "analyst", "idno"}
    assert seeing(cast, version.artefact)["secretariat"] == "Restricted"


def test_procurement_support_without_a_version_is_its_authors_too(cast: Cast) -> None:
    artefact = make.registered(cast, kind=Kind.PROCUREMENT)
    assert set(seeing(cast, artefact)) == {"chair", "secretariat", "analyst"}


def test_a_red_draft_does_not_hide_the_amber_version_after_it(cast: Cast) -> None:
    red = make.version(cast, marking=Marking.RED, people=["idno"])
    amber = make.version(cast, red.artefact)
    assert "agent" not in reading(cast, red)
    assert "agent" in reading(cast, amber)
    assert seeing(cast, red.artefact)["agent"] == make.TITLE
    assert "observer" not in seeing(cast, red.artefact)


def test_a_partner_reads_amber_of_its_own(cast: Cast) -> None:
    artefact = make.registered(cast, author="partner", owner="analyst", by="partner")
    version = make.version(cast, artefact, by="partner")
    assert "partner" in reading(cast, version)


def test_an_alternate_reads_amber_and_never_red(cast: Cast) -> None:
    amber = make.version(cast)
    red = make.version(cast, title="Threat Model", marking=Marking.RED, people=["idno"])
    standing_in(cast, "idno")
    readable = Version.objects.visible_to(cast.actor("alternate"))
    assert set(readable) == {amber}
    assert red not in readable


@act
def _given(*, actor: Actor, version: Version, cast: Cast) -> None:
    grant(actor=actor, on_key=version.audit_key, cause_key="submission:1", reason="Submitted.", seat=cast.seat("dag"))


def test_a_grant_shows_amber_and_neither_red_nor_procurement(cast: Cast) -> None:
    amber = make.version(cast)
    red = make.version(cast, title="Threat Model", marking=Marking.RED, people=["idno"])
    bought = make.version(cast, title="Criteria", kind=Kind.PROCUREMENT, people=["idno"])
    for version in (amber, red, bought):
        _given(actor=cast.actor("chair"), version=version, cast=cast)
    assert set(Version.objects.visible_to(cast.actor("dag"))) == {amber}


@pytest.mark.parametrize("name", ["chair", "analyst", "idno"])
def test_an_exclusion_wins_over_everything(cast: Cast, name: str) -> None:
    version = make.version(cast, marking=Marking.RED, people=["idno"])

    @act
    def conflict(*, actor: Actor) -> None:
        exclude(
            actor=actor,
            on_key=version.artefact.audit_key,
            cause_key="conflict:1",
            reason="Declared.",
            seat=cast.seat(name),
        )

    conflict(actor=cast.actor("chair"))
    assert name not in reading(cast, version)
    assert name not in seeing(cast, version.artefact)


def test_a_partner_reads_an_open_consultation_it_is_invited_to_and_no_longer(cast: Cast) -> None:
    version = make.version(cast)
    window = make.consultation(cast, version)
    assert "partner" not in reading(cast, version)
    other = make.version(cast, title="Certificate Policy")
    invited = operations.open_consultation(
        actor=cast.actor("secretariat"),
        version=other,
        closes_on=window.closes_at.date(),
        partners=[cast.seat("partner")],
    )
    assert "partner" in reading(cast, other)
    cast.at = invited.closes_at  # 17:00, before the worker has looked
    assert "partner" not in reading(cast, other)


def test_a_leaver_reads_nothing_at_the_next_request(cast: Cast) -> None:
    version = make.version(cast)
    from sdwg.audit.acts import record

    @act
    def leave(*, actor: Actor) -> None:
        seat = cast.seat("idno")
        seat.valid_to = actor.at.date().replace(day=29)
        seat.save()
        record("seat.ended", on=seat)

    leave(actor=cast.actor("secretariat"))
    assert "idno" not in reading(cast, version)
