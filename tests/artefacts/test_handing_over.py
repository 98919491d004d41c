"""An artefact changes hands: for an author whose seat has ended, and what the new one then reads and does."""

from datetime import timedelta

import pytest

from artefacts import operations, rules
from artefacts.models import Artefact, Version
from artefacts.queries import waiting_for
from artefacts.states import Kind, Marking, State
from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from sdwg.members.operations import end_seat
from tests.artefacts import make
from tests.cast import Cast

WHY = "Their seat ended."


def handed(
    cast: Cast, artefact: Artefact, to: str = "architect", by: str = "secretariat", reason: str = WHY
) -> Artefact:
    seat = cast.seat(to)
    return operations.hand_over(actor=cast.actor(by), artefact=artefact, author=seat, owner=seat, reason=reason)


def without_author(cast: Cast, artefact: Artefact) -> None:
    """Its author's seat ends today; it is tomorrow."""
    end_seat(actor=cast.actor("secretariat"), seat=artefact.author, last_day=clock.today(cast.at), reason="Left")
    make.pass_to(cast, cast.at + timedelta(days=1))


def test_an_artefact_whose_author_left_goes_on_with_another(cast: Cast) -> None:
    artefact = make.resolving(cast, author="agent")
    without_author(cast, artefact)
    titles = [row.title for row in waiting_for(cast.actor("secretariat"))]
    assert f"Name another author and owner of {artefact.title}" in titles
    assert f"Name another author and owner of {artefact.title}" in [
        row.title for row in waiting_for(cast.actor("chair"))
    ]

    handed(cast, artefact, to="idno")

    artefact = make.assessed(cast, make.answered(cast, make.fresh(artefact)))
    operations.make_ready(actor=cast.actor("idno"), artefact=artefact)
    assert make.fresh(artefact).state == State.READY
    assert [row.title for row in waiting_for(cast.actor("secretariat")) if "author" in row.title] == []


def test_it_is_on_record_with_the_reason(cast: Cast) -> None:
    artefact = handed(cast, make.registered(cast))
    event = AuditEvent.objects.get(verb="artefact.handed-over")
    assert (event.acting_as, event.reason, event.on_key) == ("Secretariat", WHY, artefact.audit_key)
    assert event.note["author"] == cast.seat("architect").label
    assert event.note["author before"] == cast.seat("analyst").label


def test_both_are_told(cast: Cast) -> None:
    handed(cast, make.version(cast).artefact)
    told = OutboxMessage.objects.filter(rule__endswith="handed-over")
    assert {row.person for row in told} == {cast.person("analyst"), cast.person("architect")}


@pytest.mark.parametrize(
    "how",
    [
        {"marking": Marking.RED, "people": ["idno"]},
        {"marking": Marking.STRICT},
        {"kind": Kind.PROCUREMENT, "people": ["idno"]},
    ],
    ids=["red", "strict", "procurement"],
)
def test_the_new_author_reads_every_version(cast: Cast, how: dict[str, object]) -> None:
    if how.get("marking") == Marking.STRICT:
        how = {**how, "organisations": [cast.seat("idno").organisation]}
    artefact = make.version(cast, **how).artefact
    make.version(cast, artefact, **{key: how[key] for key in how if key != "kind"})
    assert not Version.objects.visible_to(cast.actor("agent")).exists()
    handed(cast, artefact, to="agent", by="chair")
    assert Version.objects.visible_to(cast.actor("agent")).count() == 2
    assert rules.writes(cast.actor("agent"), make.fresh(artefact))


def test_the_former_author_is_no_named_reader_any_more_and_that_is_told(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.RED, people=["idno"])
    handed(cast, version.artefact, to="architect", by="chair")
    named = {row.person for row in version.readers.filter(ends_at=None)}
    assert named == {cast.person("idno"), cast.person("architect")}
    assert not Version.objects.visible_to(cast.actor("analyst")).exists()
    assert AuditEvent.objects.get(verb="version.marked").reason == WHY


def test_the_secretariat_names_no_author_who_would_be_shown_something_by_that(cast: Cast) -> None:
    body = cast.seat("idno").organisation
    artefact = make.version(cast, marking=Marking.STRICT, organisations=[body]).artefact
    with pytest.raises(NotNow, match="may not read every version"):
        handed(cast, artefact, to="agent")
    handed(cast, artefact, to="idno")


def test_what_waited_for_the_former_author_is_void(cast: Cast) -> None:
    version = make.version(cast)
    waits = operations.remark(actor=cast.actor("chair"), version=version, marking=Marking.GREEN, reason="Harmless.")
    assert waits
    handed(cast, version.artefact)
    waits.refresh_from_db()
    assert (waits.confirmed, waits.settled_as) == (False, "Secretariat")


def test_of_red_the_chair_alone_names_the_author(cast: Cast) -> None:
    artefact = make.version(cast, marking=Marking.RED, people=["idno"]).artefact
    with pytest.raises(Refused, match="the chair names its author"):
        handed(cast, artefact)
    handed(cast, artefact, by="chair")


@pytest.mark.parametrize("who", ["analyst", "idno", "observer"])
def test_nobody_else_does(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="The chair or the secretariat"):
        handed(cast, make.registered(cast), by=who)


def test_a_withdrawn_one_stays_where_it_is(cast: Cast) -> None:
    artefact = make.withdrawn(cast)
    with pytest.raises(NotNow, match="is withdrawn"):
        handed(cast, artefact)
    assert waiting_for(cast.actor("chair")) == []


@pytest.mark.parametrize(
    ("to", "reason", "field"), [("architect", " ", "reason"), ("analyst", WHY, "author"), ("partner", WHY, "author")]
)
def test_what_is_refused(cast: Cast, to: str, reason: str, field: str) -> None:
    artefact = make.registered(cast, kind=Kind.PROCUREMENT)
    with pytest.raises(NotNow) as refusal:
        handed(cast, artefact, to=to, reason=reason)
    assert refusal.value.field == field
    assert make.fresh(artefact).author == cast.seat("analyst")


def test_by_its_page(cast: Cast) -> None:
    artefact = make.version(cast).artefact
    client, here = cast.client("secretariat"), f"{artefact.get_absolute_url()}hand-over/"
    assert here in client.get(artefact.get_absolute_url()).content.decode()
    seat = cast.seat("architect").pk
    refused = client.post(here, {"author": seat, "owner": seat, "reason": ""})
    assert refused.status_code == 422
    assert client.post(here, {"author": seat, "owner": seat, "reason": WHY}).url == artefact.get_absolute_url()  # type: ignore[attr-defined]
    assert make.fresh(artefact).author_id == seat
    assert here not in cast.client("analyst").get(artefact.get_absolute_url()).content.decode()
