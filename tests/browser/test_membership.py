"""Coming and going in headless Chromium, with passkeys and the real worker: founded, invited, stood in for, gone."""

import quopri
import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from sdwg import clock
from tests.browser.visitor import BrowserVisitor, Seen, chromium
from tests.stack import Stack, running

pytestmark = pytest.mark.browser
PASSWORD = "a-password-of-a-journey"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
QUESTION = "Is the register of certificates kept by each participant?"
OPEN_DECISION = """
from sdwg import clock
from sdwg.members.access import actor_for
from sdwg.members.models import Role, Seat
from meetings import operations
from sdwg import workdays
at = clock.now()
chair = actor_for(Seat.objects.get(role=Role.CHAIR).person, at)
closes_at = workdays.deadline(workdays.add(workdays.effective_day(at), 5))
print(operations.open_decision(actor=chair, question=%r, version=None, meeting=None, closes_at=closes_at).reference)
"""
A_WEEK_AGO = """
from datetime import timedelta
from sdwg import clock
from sdwg.members.models import Seat
Seat.objects.update(valid_from=clock.today(clock.now()) - timedelta(days=7))
"""


class Newcomer(BrowserVisitor):
    """Somebody with a browser of their own and a key in it, who comes by the link of their invitation."""

    def __init__(self, browser: Browser, address: str, name: str, link: str, seen: Seen) -> None:
        self.address, self.name, self.seen, self._status = address, "a newcomer", seen, 200
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        self.tab = self.context.new_page()
        self.tab.on("console", self._console)
        self.tab.on("pageerror", lambda error: seen.complaints.append(f"{self.tab.url}: {error}"))
        keys = self.context.new_cdp_session(self.tab)
        keys.send("WebAuthn.enable")
        keys.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        self.open(link)
        assert self.has_button("Set my password"), f"{name}: {self.text}"
        self.press("Set my password", password=PASSWORD, again=PASSWORD)
        assert self.heading == "Sign in", self.text
        self.press("Continue", login=f"{name}@group.example", password=PASSWORD)
        self.open("/members/")
        assert self.heading == "Set up an authenticator app", "a password alone leads nowhere else"
        self.follow("Use a passkey instead")
        self.press("Add it", passwordless="on")
        assert self.heading == "Recovery codes"
        self.name = name
        self.open("/")

    def sign_in_again(self) -> None:
        """Out, and in by the key alone."""
        self.tab.get_by_role("button", name="Sign out").first.click()
        self.tab.wait_for_url("**/account/login/**")
        self.tab.get_by_role("button", name="Sign in with a passkey").click()
        self.tab.wait_for_url(lambda url: urlsplit(url).path == "/")


@pytest.fixture
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The program with nobody in it, as a real installation begins: a second factor is asked for."""
    with running(tmp_path_factory.mktemp("installation"), mode="run") as started:
        yield started


@pytest.fixture
def arrive(installation: Stack) -> Iterator[Callable[[str, str], Newcomer]]:
    """``arrive("member", link)``: at localhost, since no key is good for an address of figures."""
    with chromium() as browser:
        address, seen = installation.address.replace("127.0.0.1", "localhost"), Seen()
        yield lambda name, link: Newcomer(browser, address, name, link, seen)
        assert seen.violations == []
        assert seen.complaints == []


def founded(installation: Stack) -> str:
    """The secretary's link."""
    people = [f"--{role}={role.title()} <{role}@group.example>" for role in ("chair", "secretariat", "liaison")]
    told = installation.manage("bootstrap_group", *people).stdout
    return str(re.search(r"Secretariat: http://[^/]+(\S+)", told)[1])  # type: ignore[index]


def invited(installation: Stack, name: str) -> str:
    """The link that the worker mailed to ``name``."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for mail in installation.mails():
            text = quopri.decodestring(mail.encode()).decode(errors="replace")
            if f"To: {name}@group.example" in text and (found := re.search(r"/members/invitation/[\w:.-]+/", text)):
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no invitation for {name} was mailed")


def test_from_the_founding_to_somebody_leaving(installation: Stack, arrive: Callable[[str, str], Newcomer]) -> None:
    secretary = arrive("secretariat", founded(installation))

    secretary.open("/members/organisations/new/")
    secretary.press("Add it", name="iDNO B", constituency=chosen(secretary, "constituency", "Independent"))
    for name in ("member", "substitute"):
        secretary.open("/members/people/new/")
        secretary.press("Make the account", display_name=name.title(), address=f"{name}@group.example")
    secretary.open("/members/seats/new/")
    organisation = chosen(secretary, "organisation", "iDNO B")
    secretary.press("Appoint", person=chosen(secretary, "person", "Member"), role="member", organisation=organisation)
    seat = urlsplit(secretary.url).path
    member = arrive("member", invited(installation, "member"))
    assert member.heading == "Your move"
    member.sign_in_again()
    installation.python(A_WEEK_AGO)

    member.open("/members/nominate/")
    today = clock.today(clock.real_now())
    until = (today + timedelta(days=7)).isoformat()
    member.press("Nominate", person=chosen(member, "person", "Substitute"), last_day=until)
    substitute = arrive("substitute", invited(installation, "substitute"))
    substitute.open(urlsplit(member.url).path)
    substitute.press("Accept")
    decision = installation.python(OPEN_DECISION % QUESTION).strip()
    substitute.open(f"/decisions/{decision}/position/")
    substitute.press("Record my position", stance="support")
    member.open(f"/decisions/{decision}/")
    assert "Substitute, alternate for Member, iDNO B" in member.text

    secretary.open(seat)
    secretary.press("Set the last day", last_day=(today - timedelta(days=1)).isoformat(), reason="Left the company.")
    for gone in (member, substitute):
        gone.open("/members/")
        assert gone.heading == "Sign in"
        gone.open(f"/decisions/{decision}/")
        assert gone.heading == "Sign in"
    secretary.open(f"/decisions/{decision}/")
    assert "Substitute, alternate for" in secretary.text


def chosen(visitor: BrowserVisitor, field: str, words: str) -> str:
    """The value of the choice that reads ``words``."""
    option = visitor.tab.locator(f'select[name="{field}"] option').filter(has_text=words).first
    return str(option.get_attribute("value"))
