"""The pages of decisions in a browser: read by axe and looked at for width, by those who see most and least of them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from meetings import operations
from meetings.models import Decision
from meetings.states import Finding, Stance
from sdwg.members import operations as members
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.screens.conftest import Screens, screens  # noqa: F401
from tests.screens.test_look import look

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of every page that is looked at, for whoever wants to see them."""


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def everything_on_it(cast: Cast) -> Decision:
    """A decision as full as they come: heard, answered, maintained, recorded on behalf, spoken on by an alternate."""
    decision = make.at_meeting(cast, delegated="DAG-D-041", days=3)
    meeting = decision.meeting
    assert meeting
    nomination = members.nominate(
        actor=cast.actor("large-supplier"),
        seat=cast.seat("large-supplier"),
        person=cast.person("alternate"),
        for_key=meeting.audit_key,
        for_ref=meeting.reference,
        window_from=cast.at,
        window_to=make.deadline(cast, 6),
    )
    members.accept_nomination(actor=cast.actor("alternate"), alternate=nomination)
    make.say(
        cast,
        decision,
        alternate=Stance.SUPPORT,
        medium_supplier=Stance.CONCERN,
        small_supplier=Stance.LIVE_WITH,
        it_provider=Stance.CONFLICTED,
        agent=Stance.OBJECT,
    )
    objection = make.addressed(cast, make.objected(cast, decision))
    operations.maintain_objection(actor=cast.actor("idno"), objection=objection, last_word="60 days is not 90.")
    operations.withdraw_objection(
        actor=cast.actor("agent"), objection=decision.objections.get(seat=cast.seat("agent")), last_word="Answered."
    )
    operations.state_on_behalf(
        actor=cast.actor("secretariat"),
        decision=decision,
        seat=cast.seat("grid"),
        stance=Stance.ABSTAIN,
        text="By phone.",
    )
    return decision


def look_as(sit: Callable[..., Screens], who: str, *paths: str) -> list[str]:
    return look_seen(sit(who), who, *paths)


def look_seen(seen: Screens, who: str, *paths: str) -> list[str]:
    """What is wrong with ``paths``; with PICTURES, the pictures are kept under names that begin with ``who``."""
    wrong = look(seen, list(paths))
    if PICTURES:
        with seen.browser() as show:
            for path in paths:
                for width, scheme in ((1440, "light"), (320, "light"), (1440, "dark")):
                    name = f"{who}{path.replace('/', '-')[:80]}{width}-{scheme}.png"
                    show(path, width, scheme).screenshot(path=str(Path(PICTURES) / name), full_page=True)
    return wrong


def test_while_it_is_open(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    decision = everything_on_it(cast)
    own, ref = decision.get_absolute_url(), [decision.reference]
    answer = reverse("objection-address", args=[*ref, decision.objections.get(seat=cast.seat("idno")).number])
    assert look_as(screens, "idno", own, "/decisions/", reverse("position", args=ref)) == []
    assert look_as(screens, "chair", answer) == []
    assert look_as(screens, "alternate", own) == []


def test_when_positions_are_closed(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    decision = make.closed(cast, everything_on_it(cast))
    assert (
        look_as(screens, "chair", decision.get_absolute_url(), reverse("finding-propose", args=[decision.reference]))
        == []
    )


def test_when_a_finding_is_proposed_and_disputed(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    finding = make.proposed(cast, everything_on_it(cast))
    own, ref = finding.decision.get_absolute_url(), [finding.decision.reference]
    operations.dispute(actor=cast.actor("agent"), determination=finding, text="Our objection was answered in part.")
    artefacts.pass_to(cast, finding.dispute_until)
    assert look_as(screens, "chair", own, reverse("determine", args=ref)) == []


def test_when_it_is_determined(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    decision = make.adjourned(cast, marking="GREEN")
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    make.state(cast, make.fresh(decision), "large-supplier", Stance.SUPPORT)
    decision = make.determined(cast, make.proposed(cast, make.fresh(decision), Finding.CONSENSUS))
    own = decision.get_absolute_url()
    assert look_as(screens, "observer", own) == []


def test_when_one_is_opened(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    version = make.ready_version(cast)
    assert look_as(screens, "chair", f"/decisions/open/?artefact={version.artefact.reference}") == []


def test_conflicts_of_interest(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    decision = make.open_decision(cast)
    why = "Its parent company sells the platform that this version names, and would gain by it."
    operations.declare_conflict(actor=cast.actor("it-provider"), thing=decision, reason=why)
    bodies = [cast.seat(name).organisation for name in ("agent", "grid")]
    first, _ = operations.record_conflict(
        actor=cast.actor("chair"),
        thing=decision,
        organisation=bodies[0],
        affiliates=bodies,
        takes_sight=True,
        reason=why,
    )
    here, listed = reverse("conflicts", args=[decision.reference]), reverse("conflict-list")
    end = reverse("conflict-end", args=[first.pk])
    assert look_as(screens, "chair", here, listed, end, decision.get_absolute_url()) == []
    assert look_as(screens, "idno", here) == []
    assert look_as(screens, "agent", listed) == []
