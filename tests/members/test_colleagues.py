"""Colleagues of a seat: they read for it up to TLP:AMBER, draft its comments, and act in nothing."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from artefacts import operations as artefact_operations
from artefacts.models import Comment, DraftComment, Version
from artefacts.states import Marking
from meetings.recipients import recipients
from sdwg.audit.models import AuditEvent
from sdwg.members import operations, queries
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Person, Role, Seat
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.meetings import make as meetings
from tests.members import make
from tests.members.make import TODAY, TOMORROW

SECRET = "canary of a draft"


def colleague(cast: Cast, of: str = "idno", address: str = "reader@sdwg.example", **more: object) -> Seat:
    """Somebody whom a member has added, as ``cast.actor("reader")``."""
    seat = operations.add_colleague(
        actor=cast.actor(of),
        display_name="Reader",
        address=address,
        **more,  # type: ignore[arg-type]
    )
    cast.people["reader"], cast.seats["reader"] = seat.person, seat
    return seat


def test_a_colleague_reads_as_far_as_amber_and_no_further(cast: Cast) -> None:
    colleague(cast)
    organisation = cast.seat("idno").organisation
    reads = {
        marking: Version.objects.visible_to(cast.actor("reader"))
        .filter(pk=artefacts.version(cast, title=marking, marking=marking, **named).pk)
        .exists()
        for marking, named in (
            (Marking.GREEN, {}),
            (Marking.AMBER, {}),
            (Marking.STRICT, {"organisations": [organisation]}),
            (Marking.RED, {"people": ["idno"]}),
        )
    }
    assert reads == {Marking.GREEN: True, Marking.AMBER: True, Marking.STRICT: False, Marking.RED: False}


def test_they_never_act(cast: Cast) -> None:
    colleague(cast)
    window = artefacts.consultation(cast)
    reader = cast.actor("reader")
    with pytest.raises(Refused, match="Colleagues draft comments; the member sends them"):
        artefact_operations.comment(actor=reader, consultation=window, text="-")
    with pytest.raises(Refused):
        artefact_operations.return_nil(actor=reader, consultation=window)
    with pytest.raises(Refused):
        operations.add_colleague(actor=reader, display_name="Another", address="another@sdwg.example")
    assert cast.person("reader") not in [row.person for row in recipients(meetings.scheduled(cast), cast.at)]


def test_an_account_is_made_and_invited_or_an_account_without_a_seat_is_used(cast: Cast) -> None:
    seat = colleague(cast)
    assert seat.person.invitations.exists()
    assert seat.label == "Colleague, iDNO B"
    known = operations.add_colleague(
        actor=cast.actor("agent"), display_name="", address="OUTSIDER@sdwg.example", valid_to=TOMORROW
    )
    assert known.person == cast.person("outsider")
    assert Person.objects.filter(display_name="").count() == 0


def test_a_colleague_is_out_with_whoever_added_them(cast: Cast) -> None:
    colleague(cast)
    secretariat, member = cast.actor("secretariat"), cast.person("idno")
    operations.close_account(actor=secretariat, person=member, reason="Left")
    assert not cast.actor("reader").may_enter
    operations.open_account(actor=secretariat, person=member, reason="Back")
    assert cast.actor("reader").may_enter

    operations.end_seat(actor=secretariat, seat=cast.seat("idno"), last_day=TODAY - timedelta(days=1))
    assert not cast.actor("reader").may_enter


def test_whoever_typed_somebody_else_s_address_is_not_added_in_their_place(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.person("outsider"), email="reader@sdwg.example", primary=False)
    assert colleague(cast).person != cast.person("outsider")


def test_nobody_with_a_seat_elsewhere_is_added(cast: Cast) -> None:
    before = Seat.objects.count()
    for address in ("agent@sdwg.example", "idno@sdwg.example"):
        with pytest.raises(NotNow, match="Ask the secretariat"):
            colleague(cast, address=address)
    with pytest.raises(NotNow, match="Give the name"):
        operations.add_colleague(actor=cast.actor("idno"), display_name=" ", address="new@sdwg.example")
    with pytest.raises(NotNow, match="past"):
        colleague(cast, valid_to=TODAY - timedelta(days=1))
    assert Seat.objects.count() == before
    assert not EmailAddress.objects.filter(email__in=["new@sdwg.example", "reader@sdwg.example"]).exists()


@pytest.mark.parametrize("name", ["secretariat", "observer", "chair", "partner"])
def test_only_a_member_has_colleagues(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="A member adds colleagues"):
        colleague(cast, of=name)


def test_the_alternate_adds_none_for_the_member(cast: Cast) -> None:
    make.alternate(cast)
    with pytest.raises(Refused, match="for their own seat"):
        colleague(cast, of="alternate")


def test_they_go_when_the_member_says_so_and_with_the_member(cast: Cast) -> None:
    first = colleague(cast)
    make.later(cast, 1)
    with pytest.raises(Refused):
        operations.end_seat(actor=cast.actor("agent"), seat=first, last_day=TODAY)
    operations.end_seat(actor=cast.actor("idno"), seat=first, last_day=TODAY)
    assert not cast.actor("reader").may_enter

    second = colleague(cast, address="second@sdwg.example")
    make.later(cast, 1)
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=TOMORROW)
    second.refresh_from_db()
    assert second.valid_to == TOMORROW
    assert not cast.actor("reader").may_enter


def test_no_colleague_outlasts_a_seat_that_has_an_end(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("idno"), last_day=TOMORROW)
    with pytest.raises(NotNow, match="Your own seat ends on 1 December 2026"):
        colleague(cast)
    assert colleague(cast, valid_to=TOMORROW).valid_to == TOMORROW


def test_the_secretariat_appoints_none(cast: Cast) -> None:
    with pytest.raises(Refused, match="added by the member"):
        make.seat(cast, cast.person("outsider"), Role.COLLEAGUE, "iDNO B")


def test_a_draft_is_seen_by_the_seat_and_its_colleagues_alone(cast: Cast) -> None:
    colleague(cast)
    window = artefacts.consultation(cast)
    url = f"{window.version.artefact.get_absolute_url()}0.1/review/"
    reader = cast.client("reader")
    before = AuditEvent.objects.count()
    answer = reader.post(url.replace("review", "drafts"), {"text": SECRET, "type": "technical", "severity": "high"})
    assert answer.status_code == 302

    draft = DraftComment.objects.get()
    assert AuditEvent.objects.count() == before
    assert SECRET in reader.get(url).content.decode()
    assert SECRET in cast.client("idno").get(url).content.decode()
    for name in ("agent", "chair", "secretariat", "analyst", "architect", "auditor"):
        client = cast.client(name)
        assert SECRET not in client.get(url).content.decode(), name
        assert client.post(f"{url.replace('review', 'drafts')}{draft.pk}/discard/").status_code == 404
    assert DraftComment.objects.exists()


def test_the_member_sends_it_and_it_is_a_comment_of_the_seat(cast: Cast) -> None:
    colleague(cast)
    window = artefacts.consultation(cast)
    draft = artefact_operations.draft_comment(
        actor=cast.actor("reader"), consultation=window, text=SECRET, section="5.2", severity="high"
    )
    url = f"{window.version.artefact.get_absolute_url()}0.1/"
    member = cast.client("idno")
    page = member.get(f"{url}review/?draft={draft.pk}").content.decode()
    assert f'name="draft" value="{draft.pk}"' in page
    typed = {"text": SECRET, "type": "technical", "severity": "high", "section": "5.2", "draft": draft.pk}
    member.post(f"{url}comment/", typed)

    made = Comment.objects.get()
    assert (made.text, made.seat, made.acting_as) == (SECRET, cast.seat("idno"), "Member, iDNO B")
    assert not DraftComment.objects.exists()


def test_nobody_uses_the_draft_of_another_seat(cast: Cast) -> None:
    window = artefacts.consultation(cast)
    draft = artefact_operations.draft_comment(actor=cast.actor("idno"), consultation=window, text=SECRET)
    url = f"{window.version.artefact.get_absolute_url()}0.1/"
    agent = cast.client("agent")
    assert SECRET not in agent.get(f"{url}review/?draft={draft.pk}").content.decode()
    agent.post(f"{url}comment/", {"text": "Ours.", "type": "technical", "severity": "low", "draft": draft.pk})
    assert DraftComment.objects.get() == draft


def test_drafts_end_with_the_window(cast: Cast) -> None:
    colleague(cast)
    window = artefacts.consultation(cast)
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    with pytest.raises(NotNow, match="closed"):
        artefact_operations.draft_comment(actor=cast.actor("reader"), consultation=window, text=SECRET)


def test_the_page(cast: Cast) -> None:
    member = cast.client("idno")
    page = member.post("/members/colleagues/", {"display_name": "Reader", "address": "nonsense"})
    assert page.status_code == 422
    assert "Reader" in page.content.decode()
    typed = {"display_name": "Reader", "address": "reader@sdwg.example"}
    page = member.post("/members/colleagues/", typed, follow=True)
    assert "Reader may read for your seat from now on." in page.content.decode()
    assert [line.seat.person.display_name for line in queries.colleagues(cast.actor("idno"))] == ["Reader"]
    assert cast.client("observer").get("/members/colleagues/").status_code == 403
