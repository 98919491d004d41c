"""Pages of people in a browser: read by axe and looked at for width, by those who see most and least of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse

from artefacts import operations as artefact_operations
from sdwg import clock
from sdwg.members import operations
from sdwg.members.models import Constituency, Role
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.decisions.test_look import look_as
from tests.members import make
from tests.members.test_colleagues import colleague
from tests.screens.conftest import Screens, screens  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def test_the_register_and_its_constituencies(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    secretariat, retired = cast.actor("secretariat"), Constituency.objects.get(short_name="I&C Suppliers")
    operations.retire_constituency(actor=secretariat, constituency=retired, reason="Merged.")
    vacant = Constituency.objects.get(short_name="Meter Administrator")
    here = "/members/constituencies/"
    pages = ("/members/", here, f"{here}{vacant.pk}/retire/", "/members/seats/new/", "/members/people/new/")
    assert look_as(screens, "secretariat", *pages) == []
    assert look_as(screens, "idno", "/members/", "/members/nominate/") == []


def test_a_table_before_it_is_imported(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    good = make.table(
        cast,
        (
            "Newcomer",
            "newcomer@sdwg.example",
            "Large Supplier B",
            "Large Suppliers",
            "Member",
            "",
            "2026-12-01",
            "",
            "",
        ),
        ("Second auditor", "second-auditor@sdwg.example", "Audit Body F", "", "Auditor", "", "2026-12-01", "", ""),
        ("Idno", "idno@sdwg.example", "iDNO B", "", "Member", "", "2026-09-01", "2027-03-31", ""),
        ("Grid", "grid@sdwg.example", "National Grid ESO", "", "Member", "", "2026-09-01", "", ""),
    )
    bad = make.table(
        cast,
        ("Newcomer", "newcomer@sdwg.example", "Large Supplier A", "", "Member", "", "2026-12-01", "", ""),
        (
            "Second",
            "an-address-that-is-rather-long@a-house-that-is-rather-long.sdwg.example",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ),
    )
    previews = [reverse("member-import-preview", args=[staged.token]) for staged in (good, bad)]
    assert look_as(screens, "secretariat", "/members/import/", *previews) == []


def test_a_person_a_seat_and_a_nomination(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    pending = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    person = f"/members/{cast.person('outsider').public_id}/"
    assert look_as(screens, "secretariat", person, f"/members/seats/{pending.pk}/") == []
    assert look_as(screens, "chair", f"/members/seats/{pending.pk}/") == []


def test_those_who_stand_in_and_those_who_read_along(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    """The chair's deputies, the colleagues of a member, and what a colleague drafts: seen by both, sent by one."""
    window = artefacts.consultation(cast)
    reader = colleague(cast)
    artefact_operations.draft_comment(actor=cast.actor("reader"), consultation=window, text="Ninety days is short.")
    review = window.version.get_absolute_url()
    assert look_as(screens, "chair", "/members/seats/deputy/") == []
    assert look_as(screens, "idno", "/members/colleagues/", review) == []
    assert look_as(screens, "reader", "/", review, f"/members/seats/{reader.pk}/") == []


def test_a_seat_that_is_to_end_and_a_leaver(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    """What passes on and what is left vacant, the objection of an ended seat, mail withheld, contact details."""
    decision = decisions.addressed(cast).decision
    decisions.addressed(cast, decisions.objected(cast, decision, "agent"))
    decisions.addressed(cast, decisions.objected(cast, decision, "large-supplier"))
    author, idno = (f"/members/seats/{cast.seat(name).pk}/" for name in ("analyst", "idno"))
    assert look_as(screens, "secretariat", author, idno) == []
    yesterday = clock.today(cast.at) - timedelta(days=1)
    for name in ("idno", "agent"):
        operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat(name), last_day=yesterday)
    make.seat(cast, cast.person("outsider"), of="Supplier Agent A", valid_from=clock.today(cast.at))
    operations.close_account(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Left the company.")
    leaver = f"/members/{cast.person('idno').public_id}/"
    assert look_as(screens, "chair", decision.get_absolute_url(), "/") == []
    with override_settings(DEMO=True):
        pages = (leaver, f"{leaver}contact-details/", f"{leaver}data/", "/mail/", "/account/email/")
        assert look_as(screens, "secretariat", *pages) == []
