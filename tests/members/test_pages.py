"""The members' pages through HTTP: what each kind of person sees, and that refusals say why and keep what was typed."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sdwg.members import operations
from sdwg.members.models import Alternate, Constituency, Organisation, Person, Role, Seat
from tests.cast import Cast
from tests.meetings import make as meetings
from tests.members import make
from tests.members.make import TODAY, TOMORROW


def text(page: Any) -> str:
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def once() -> str:
    return str(uuid.uuid4())


def seat_form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "once": once(),
        "person": str(cast.person("outsider").public_id),
        "role": "observer",
        "organisation": make.organisation("Observer Body E").pk,
        "discipline": "",
        "valid_from": TODAY.isoformat(),
        "valid_to": "",
        "why_second": "",
        **changes,
    }


# --------------------------------------------------------------------------------------------------------- the register


def test_the_register_lists_the_constituencies_in_the_words_and_order_of_the_terms(cast: Cast) -> None:
    page = text(cast.client("idno").get("/members/"))
    places = [page.index(name.replace("&", "&amp;")) for name in Constituency.objects.values_list("name", flat=True)]

    assert len(places) == 13
    assert places == sorted(places)


def test_the_register_shows_the_gaps_and_the_vacancies(cast: Cast) -> None:
    operations.end_seat(
        actor=cast.actor("secretariat"), seat=cast.seat("architect"), last_day=TODAY - timedelta(days=1)
    )
    page = text(cast.client("idno").get("/members/"))

    assert page.count("No seat: a gap") == 4
    assert "Design Market Architect Vacant" in page
    assert "9 of 13 constituencies represented" in page


def test_a_missing_discipline_warns_and_blocks_nothing(cast: Cast) -> None:
    operations.end_seat(
        actor=cast.actor("secretariat"), seat=cast.seat("medium-supplier"), last_day=TODAY - timedelta(days=1)
    )
    page = text(cast.client("secretariat").get("/members/"))

    assert "No business analyst among them. The Terms of Reference ask for a mix; nothing is held up by this." in page


def test_the_mix_is_said_in_words(cast: Cast) -> None:
    page = text(cast.client("secretariat").get("/members/"))

    assert "9 Member seats: 1 business analyst, 2 market architects, 4 solution architects" in page
    assert "2 industry subject matter experts." in page
    assert "%" not in page


def test_my_own_row_is_marked(cast: Cast) -> None:
    page = cast.client("idno").get("/members/").content.decode()
    assert page.count('class="mine"') == 1


def test_only_the_secretariat_sees_its_buttons_and_the_addresses(cast: Cast) -> None:
    assert "Appoint" in text(cast.client("secretariat").get("/members/"))
    assert "Appoint" not in text(cast.client("chair").get("/members/"))
    path = reverse("member", args=[cast.person("idno").public_id])
    assert "idno@sdwg.example" in text(cast.client("secretariat").get(path))
    for name in ("chair", "agent", "auditor", "idno"):
        assert "idno@sdwg.example" not in cast.client(name).get(path).content.decode()


def test_proposals_are_known_to_whoever_proposes_confirms_or_audits(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    path = reverse("seat", args=[seat.pk])
    for name, status in {"secretariat": 200, "chair": 200, "dag": 200, "auditor": 200, "idno": 404}.items():
        assert cast.client(name).get(path).status_code == status
        assert ("Awaiting a second person" in text(cast.client(name).get("/members/"))) == (status == 200)


def test_somebody_without_seat_or_nomination_is_known_to_the_secretariat_alone(cast: Cast) -> None:
    path = reverse("member", args=[cast.person("outsider").public_id])
    assert cast.client("secretariat").get(path).status_code == 200
    assert cast.client("idno").get(path).status_code == 404
    assert cast.client("idno").get(reverse("member", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_pages_cost_the_same_at_any_size(cast: Cast, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        who = Person.objects.create(display_name=f"Extra {number}", created_at=cast.at)
        make.seat(cast, who, why_second="Many", of="Large Supplier A")
        make.seat(cast, who, Role.AUDITOR, of="Audit Body F")
        row = make.nomination(cast, window=(cast.at + timedelta(days=number), cast.at + timedelta(days=number + 1)))
        operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)
    client, member = cast.client("secretariat"), reverse("member", args=[cast.person("alternate").public_id])
    client.get("/members/")

    with django_assert_num_queries(9):
        assert client.get("/members/").status_code == 200
    with django_assert_num_queries(12):
        assert client.get(member).status_code == 200


# ------------------------------------------------------------------------------------------------------ the secretariat


def test_a_newcomer_gets_account_seat_and_password_through_the_pages(cast: Cast) -> None:
    secretariat = cast.client("secretariat")

    made = secretariat.post(
        "/members/people/new/", {"once": once(), "display_name": "Meter person", "address": "meter@sdwg.example"}
    )
    who = Person.objects.get(display_name="Meter person")
    assert made["Location"] == f"/members/seats/new/?person={who.public_id}"
    kind = Constituency.objects.get(name="Meter Administrator")
    listed = secretariat.post(
        "/members/organisations/new/", {"once": once(), "name": "Meter Administrator G", "constituency": kind.pk}
    )
    body = Organisation.objects.get(name="Meter Administrator G")
    assert listed["Location"] == f"/members/seats/new/?organisation={body.pk}"
    secretariat.post(
        "/members/seats/new/",
        seat_form(cast, person=str(who.public_id), role="member", organisation=body.pk, discipline="industry-expert"),
    )

    assert Seat.objects.get(person=who).confirmed_at == cast.at
    page = text(cast.client("idno").get("/members/"))
    assert "10 of 13 constituencies represented" in page
    assert cast.anonymous().get(reverse("invitation", args=[make.secret(who)])).status_code == 200


def test_a_button_pressed_twice_appoints_once(cast: Cast) -> None:
    form = seat_form(cast)
    client = cast.client("secretariat")

    first, second = client.post("/members/seats/new/", form), client.post("/members/seats/new/", form)

    assert first["Location"] == second["Location"]
    assert Seat.objects.filter(person=cast.person("outsider")).count() == 1


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(cast: Cast) -> None:
    page = cast.client("secretariat").post(
        "/members/seats/new/",
        seat_form(cast, role="member", organisation=make.organisation("Large Supplier A").pk),
    )

    assert page.status_code == 422
    assert "<title>Error: " in page.content.decode()
    assert "Large Supplier A has a Member seat in that time, Large supplier" in text(page)
    assert 'href="#id_why_second"' in page.content.decode()
    assert f'value="{cast.person("outsider").public_id}" selected' in page.content.decode()
    assert not Seat.objects.filter(person=cast.person("outsider")).exists()


def test_the_secretariat_is_not_offered_to_itself(cast: Cast) -> None:
    client = cast.client("secretariat")
    me = str(cast.person("secretariat").public_id)
    assert me not in client.get("/members/seats/new/").content.decode()
    assert client.post("/members/seats/new/", seat_form(cast, person=me)).status_code == 422


@pytest.mark.parametrize("path", ["/members/seats/new/", "/members/people/new/", "/members/organisations/new/"])
@pytest.mark.parametrize("name", ["chair", "idno", "observer"])
def test_others_are_told_whose_it_is(cast: Cast, path: str, name: str) -> None:
    page = cast.client(name).get(path)
    assert page.status_code == 403
    assert "The secretariat keeps the list of people and seats" in text(page)


def test_the_chair_confirms_on_the_seats_page(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    client, path = cast.client("chair"), reverse("seat", args=[seat.pk])
    assert "Your move, Chair" in text(client.get(path))
    assert "Now with Chair" in text(cast.client("secretariat").get(path))

    client.post(reverse("seat-confirm", args=[seat.pk]), {"once": once()})

    page = text(client.get(path))
    assert "Current" in page
    assert "Your move" not in page.replace("Your move ", "", 1)
    assert Seat.objects.get(pk=seat.pk).confirmed_by == cast.person("chair")


def test_declining_needs_a_reason(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    client, path = cast.client("chair"), reverse("seat-decline", args=[seat.pk])

    assert client.post(path, {"once": once(), "reason": ""}).status_code == 422
    assert client.post(path, {"once": once(), "reason": "Not independent"}).status_code == 302
    assert "Not independent" in text(client.get(reverse("seat", args=[seat.pk])))


def test_the_secretariat_confirms_nothing(cast: Cast) -> None:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    answer = cast.client("secretariat").post(reverse("seat-confirm", args=[seat.pk]), {"once": once()})
    assert answer.status_code == 403


def test_ending_a_seat_on_its_page(cast: Cast) -> None:
    seat = cast.seat("idno")
    client, path = cast.client("secretariat"), reverse("seat-end", args=[seat.pk])

    assert client.post(path, {"once": once(), "last_day": "2026-01-01", "reason": ""}).status_code == 422
    client.post(path, {"once": once(), "last_day": TOMORROW.isoformat(), "reason": "Moves on"})

    assert Seat.objects.get(pk=seat.pk).valid_to == TOMORROW
    assert "Moves on" in text(client.get(reverse("seat", args=[seat.pk])))


def test_closing_an_account_on_its_page_takes_a_reason(cast: Cast) -> None:
    client, who = cast.client("secretariat"), cast.person("idno")
    path = reverse("member-close", args=[who.public_id])
    assert client.post(path, {"once": once(), "reason": ""}).status_code == 422
    client.post(path, {"once": once(), "reason": "Lost the phone"})
    assert "Account closed" in text(client.get(reverse("member", args=[who.public_id])))
    client.post(reverse("member-open", args=[who.public_id]), {"once": once(), "reason": "Found it"})
    who.refresh_from_db()
    assert who.is_active


def test_the_invitation_is_sent_again_and_taken_back_on_the_persons_page(cast: Cast) -> None:
    who = make.person(cast)
    client, page = cast.client("secretariat"), reverse("member", args=[who.public_id])
    old = make.secret(who)

    client.post(reverse("member-invite", args=[who.public_id]))
    assert make.secret(who) != old
    client.post(reverse("member-invitation-revoke", args=[who.public_id]))

    assert "taken back" in text(client.get(page))
    assert "Nothing was recorded" in text(client.post(reverse("member-invitation-revoke", args=[who.public_id])))


# ----------------------------------------------------------------------------------------------------------- alternates


def nominated(cast: Cast, client: Client, **changes: Any) -> Any:
    form = {
        "once": once(),
        "seat": cast.seat("large-supplier").pk,
        "person": str(cast.person("alternate").public_id),
        "first_day": TODAY.isoformat(),
        "last_day": date(2026, 12, 11).isoformat(),
        **changes,
    }
    return client.post("/members/nominate/", form)


def test_a_member_nominates_and_the_alternate_accepts(cast: Cast) -> None:
    answer = nominated(cast, cast.client("large-supplier"))
    row = Alternate.objects.get()
    assert answer["Location"] == reverse("nomination", args=[row.pk])
    client = cast.client("alternate")
    assert "Accept" in text(client.get(reverse("nomination", args=[row.pk])))

    client.post(reverse("nomination-accept", args=[row.pk]), {"once": once()})

    assert cast.actor("alternate").alternate == row
    assert "Alternate stands in" in text(cast.client("idno").get("/members/"))
    assert "Alternate, alternate for Member, Large Supplier A" in text(client.get("/members/"))


def test_an_alternate_for_a_meeting_is_nominated_with_its_key(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    client, path = cast.client("large-supplier"), f"/members/nominate/?for={meeting.audit_key}"
    assert path in client.get(meeting.get_absolute_url()).content.decode()
    assert f"Nominate an alternate for {meeting.reference}" in text(client.get(path))

    seat, who = cast.seat("large-supplier").pk, str(cast.person("alternate").public_id)
    client.post(path, {"once": once(), "seat": seat, "person": who})

    row = Alternate.objects.get()
    assert (row.for_key, row.for_ref, row.window_from) == (meeting.audit_key, meeting.reference, None)


def test_a_key_in_the_address_is_worth_nothing_by_itself(cast: Cast) -> None:
    client = cast.client("large-supplier")
    for key in (meetings.draft(cast).audit_key, "meeting:999", "meeting:x", "meeting:", "version:1", "x", "meeting:²"):
        assert client.get(f"/members/nominate/?for={key}").status_code == 404


def test_the_last_day_of_a_period_counts_whole(cast: Cast) -> None:
    nominated(cast, cast.client("large-supplier"), last_day=TODAY.isoformat())
    row = Alternate.objects.get()

    assert row.window_from == cast.at
    assert row.window_to is not None
    assert row.window_to.isoformat() == "2026-12-01T00:00:00+00:00"


def test_who_cannot_stand_in_is_not_offered(cast: Cast) -> None:
    page = cast.client("large-supplier").get("/members/nominate/").content.decode()
    assert str(cast.person("outsider").public_id) in page
    for name in ("idno", "chair", "auditor", "large-supplier"):
        assert str(cast.person(name).public_id) not in page
    assert nominated(cast, cast.client("large-supplier"), person=str(cast.person("idno").public_id)).status_code == 422


def test_nobody_nominates_for_another_seat(cast: Cast) -> None:
    assert nominated(cast, cast.client("idno")).status_code == 422 or not Alternate.objects.exists()
    assert cast.client("chair").get("/members/nominate/").status_code == 403
    make.alternate(cast)
    assert cast.client("alternate").get("/members/nominate/").status_code == 403


def test_a_period_that_ends_before_it_begins_is_refused_beside_its_field(cast: Cast) -> None:
    answer = nominated(cast, cast.client("large-supplier"), last_day="2026-11-01")
    assert answer.status_code == 422
    assert 'href="#id_last_day"' in answer.content.decode()


def test_stepping_down(cast: Cast) -> None:
    row = make.alternate(cast)
    client = cast.client("alternate")
    assert "Step down" in text(client.get(reverse("nomination", args=[row.pk])))

    client.post(reverse("nomination-revoke", args=[row.pk]), {"once": once()})

    assert client.get("/members/").status_code == 302


# ------------------------------------------------------------------------------------------------------- for which seat


def test_whoever_acts_for_two_seats_chooses_and_the_choice_lasts(cast: Cast) -> None:
    make.alternate(cast)
    make.alternate(cast, by="agent")
    client = cast.client("alternate")

    answer = client.post("/members/act-for/", {"seat": cast.seat("agent").pk, "next": "/members/"})

    assert answer["Location"] == "/members/"
    assert "You act for Member, Supplier Agent A" in text(client.get("/members/"))
    assert client.session["acting_for_seat"] == cast.seat("agent").pk


@pytest.mark.parametrize("wanted", ["idno", "nonsense"])
def test_a_seat_that_is_not_theirs_changes_nothing(cast: Cast, wanted: str) -> None:
    make.alternate(cast)
    client = cast.client("alternate")
    seat = str(cast.seat("idno").pk) if wanted == "idno" else wanted

    client.post("/members/act-for/", {"seat": seat, "next": "/members/"})

    assert "acting_for_seat" not in client.session
    assert "You do not act for that seat" in text(client.get("/members/"))


@pytest.mark.parametrize("next_", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_way_back_leads_nowhere_else(cast: Cast, next_: str) -> None:
    answer = cast.client("idno").post("/members/act-for/", {"seat": cast.seat("idno").pk, "next": next_})
    assert answer["Location"] == "/"


# ------------------------------------------------------------------------------------------------- showing who one is


@pytest.mark.parametrize("name", ["seat-confirm", "seat-end", "seat-appoint", "member-close", "member-open"])
def test_who_is_in_the_group_is_changed_by_whoever_shows_who_they_are(cast: Cast, name: str) -> None:
    actor = "chair" if name == "seat-confirm" else "secretariat"
    person = cast.person(actor)
    person.set_password("a-long-enough-secret")
    person.save()
    pending = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    of_person = name.startswith("member")
    at = [] if name == "seat-appoint" else [cast.person("grid").public_id if of_person else pending.pk]
    client, path = cast.client(actor), reverse(name, args=at)

    asked = client.post(path, {"once": once()})

    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    pending.refresh_from_db()
    assert pending.confirmed_at is None
    if name == "seat-confirm":
        client.post(asked["Location"], {"password": "a-long-enough-secret", "next": path})
        pending.refresh_from_db()
        assert pending.confirmed_at
