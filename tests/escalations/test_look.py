"""The DAG's pages in a browser: read by axe and looked at for width, by those who see most and least of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from escalations.models import Dossier
from escalations.states import Result
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.decisions.test_look import look_as
from tests.escalations import make
from tests.escalations.test_pages import plan_for, url
from tests.screens.conftest import Screens, screens  # noqa: F401

pytestmark = pytest.mark.browser
MEMBERS = ["large-supplier", "medium-supplier", "small-supplier", "idno"]


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def test_the_forward_plan(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    first = make.approved(cast, title="Security Non-Functional Requirements of the End-to-End Design")
    plan_for(cast, first, date(2027, 1, 13))
    second = make.submitted(cast, title="PKI Certificate Policy")
    plan_for(cast, second, date(2027, 1, 13))
    third = make.submitted(cast, marking="RED", people=MEMBERS, title="Key ceremony secrets", by_correspondence=True)
    plan_for(cast, third, date(2027, 3, 10))
    decisions.no_consensus(cast, on=None, question="Which organisation keeps the root key of the test environments?")
    decisions.consensus(cast, title="Identity and Access Management")
    make.calendar(cast)
    artefacts.pass_to(cast, cast.at + timedelta(hours=2))
    assert look_as(screens, "chair", "/dag/") == []
    assert look_as(screens, "secretariat", "/dag/", "/dag/meetings/add/", url("submission", third)) == []
    assert second.dag_meeting
    assert look_as(screens, "idno", "/dag/", second.dag_meeting.get_absolute_url()) == []
    assert look_as(screens, "observer", "/dag/") == []


def test_the_submit_form(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    decision = decisions.no_consensus(cast, delegated="DAG-D-41")
    soonest = make.next_dag(cast)
    artefacts.pass_to(cast, soonest.papers_due_at + timedelta(minutes=5))
    assert look_as(screens, "chair", f"/dag/submit/?decision={decision.reference}") == []


def test_a_submission_and_its_outcome(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    submission = make.escalated(cast, delegated="DAG-D-41")
    make.built(cast, submission)
    own = submission.get_absolute_url()
    assert look_as(screens, "chair", own, url("submission-withdraw", submission)) == []
    make.met(cast, submission)
    assert look_as(screens, "dag", own, url("outcome-record", submission)) == []
    make.record(cast, submission, Result.CONDITIONS, by="secretariat", conditions_due=date(2027, 3, 1))
    assert look_as(screens, "dag", own, url("outcome-confirm", submission)) == []
    assert look_as(screens, "secretariat", own) == []


def test_conditions(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    submission = make.conditional(cast)
    Dossier.objects.update(state="failed", failure="SDWG-ART-001 0.1 cannot be placed: it is encrypted.")
    assert look_as(screens, "dag", submission.get_absolute_url(), url("condition-discharge", submission, 1)) == []
    assert look_as(screens, "chair", submission.get_absolute_url()) == []


def test_approved_before_this_system(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    done = make.prior_confirmed(cast, artefacts.version(cast, title="Security Classification of Settlement Data"))
    waits = make.prior(cast, artefacts.version(cast, title="Security Principles"), covers_both=True)
    fresh = artefacts.version(cast, title="Key Ceremony")
    own, home = waits.get_absolute_url(), waits.version.artefact.get_absolute_url()
    form = f"/dag/before/record/{fresh.artefact.reference}/"
    assert look_as(screens, "secretariat", home, form, f"{own}withdraw/") == []
    assert look_as(screens, "dag", own, f"{own}confirm/", f"{own}refuse/", "/") == []
    assert look_as(screens, "idno", done.version.artefact.get_absolute_url(), "/artefacts/") == []
