"""The frame round the pages, the pages of the account, and the pages for what went wrong."""

from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client

from tests.cast import Cast

pytestmark = pytest.mark.urls("tests.screens.gallery")


def read(client: Client, path: str, status: int = 200) -> str:
    client.raise_request_exception = False
    response = client.get(path)
    assert response.status_code == status, response.headers.get("Location")
    return response.content.decode()


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def test_the_rail_says_who_i_am_and_for_which_seat(cast: Cast) -> None:
    page = read(cast.client("idno"), "/gallery/object/")
    assert "<strong>Idno</strong><br>Member, iDNO B" in page
    assert 'action="/account/logout/"' in page


def test_the_title_of_a_refused_form_begins_with_error(cast: Cast) -> None:
    assert "<title>Error: Upload a version – SDWG</title>" in read(cast.client("analyst"), "/gallery/form/")
    assert "<title>Your move – SDWG</title>" in read(cast.client("analyst"), "/gallery/home/")


@pytest.mark.parametrize("page", ["object", "home", "form", "marks"])
def test_every_page_has_one_first_heading_and_no_style_or_script_of_its_own(cast: Cast, page: str) -> None:
    written = read(cast.client("analyst"), f"/gallery/{page}/")
    assert written.count("<h1") == 1
    assert " style=" not in written
    assert "<style" not in written
    assert written.count("<script") == written.count("<script src=")


def test_the_date_can_be_moved_in_a_demonstration_only(cast: Cast, settings: Any) -> None:
    assert "+1 working day" not in read(cast.client("analyst"), "/gallery/home/")
    settings.DEMO = True
    page = read(cast.client("analyst"), "/gallery/home/")
    assert "The group’s date: <strong>Monday 30 November 2026, 09:20, London</strong>" in page
    assert 'name="step" value="working-day"' in page


def test_sign_in_says_where_the_demonstrations_accounts_are(cast: Cast, settings: Any) -> None:
    settings.DEMO = True
    page = read(Client(), "/account/login/")
    assert "<code>make demo</code>" in page
    assert "passkey" not in page


def test_a_real_sign_in_offers_a_passkey_and_says_nothing_of_a_demonstration(cast: Cast) -> None:
    page = read(Client(), "/account/login/")
    assert "Sign in with a passkey" in page
    assert "make demo" not in page


def test_a_wrong_password_is_said_on_top_and_in_the_title(cast: Cast) -> None:
    response = Client().post("/account/login/", {"login": "chair@sdwg.example", "password": "not it"})
    page = response.content.decode()
    assert "<title>Error: Sign in" in " ".join(page.split())
    assert "You are not signed in" in page
    assert "chair@sdwg.example" in page


@pytest.mark.parametrize(
    "path",
    [
        "/account/2fa/",
        "/account/email/",
        "/account/sessions/",
        "/account/logout/",
        "/account/reauthenticate/",
        "/account/password/set/",
    ],
)
def test_the_pages_of_the_account_are_in_our_frame(cast: Cast, path: str) -> None:
    person = cast.person("chair")
    if "set" not in path:
        person.set_password("a long enough one")
        person.save()
    page = read(cast.client("chair"), path)
    assert "css/sdwg.css" in page
    assert page.count("<h1") == 1
    assert " style=" not in page


@pytest.mark.parametrize("path", ["/account/password/reset/", "/account/password/reset/done/", "/account/signup/"])
def test_the_pages_before_sign_in_are_in_our_frame(cast: Cast, path: str) -> None:
    page = read(Client(), path)
    assert 'class="entrance"' in page
    assert page.count("<h1") == 1


def test_a_spent_link_says_so(cast: Cast) -> None:
    assert "This link is spent" in read(Client(), "/account/password/reset/key/1-set-password/")


# What went wrong


def test_a_refusal_names_the_rule_and_the_way_on(cast: Cast) -> None:
    page = read(cast.client("idno"), "/gallery/refused/", 403)
    assert "You may not do this" in page
    assert "Only the chair records a determination (S2)." in page


def test_what_is_not_there_and_what_is_not_mine_read_alike(cast: Cast) -> None:
    page = read(cast.client("idno"), "/nothing/here/", 404)
    assert "Nothing has this address, or it is not yours to see." in page
    assert "/nothing/here/" not in page


def test_a_mistake_of_the_program_has_a_page_that_needs_nothing(cast: Cast) -> None:
    page = read(cast.client("idno"), "/gallery/broken/", 500)
    assert "Something broke" in page
    assert "RuntimeError" not in page
    assert get_template("500.html").render() == page


def test_a_form_without_its_token_is_answered_with_what_happened(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.person("idno"), "allauth.account.auth_backends.AuthenticationBackend")
    response = client.post("/gallery/form/", {})
    assert response.status_code == 403
    assert "The form was not sent" in response.content.decode()
