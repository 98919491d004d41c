"""Overview pages in a browser: read by axe and looked at for width, by those who see most and least of them."""

from collections.abc import Callable
from typing import Any

import pytest

from artefacts import operations as artefact_operations
from sdwg.overview import operations
from tests.artefacts import make
from tests.cast import Cast
from tests.decisions.test_look import look_as
from tests.escalations import make as escalations
from tests.overview.test_outgoing_mail import failed
from tests.screens.conftest import Screens, screens  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def without_second_factor(settings: Any) -> None:
    settings.MFA_REQUIRED = False


def test_your_move_the_trail_and_what_was_not_sent(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    make.ready(cast)
    version = make.version(cast, title="Threat Model", marking="RED", people=["idno"])
    failed(cast, "agent")
    failed(cast, on_key=version.audit_key, marking="TLP:RED")
    assert look_as(screens, "secretariat", "/", "/audit/", "/mail/") == []
    assert look_as(screens, "chair", "/terms-of-reference/") == []
    assert look_as(screens, "idno", "/", "/terms-of-reference/") == []
    assert look_as(screens, "observer", "/") == []


def test_the_opening_balance(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    operations.set_next_number(actor=cast.actor("secretariat"), register="meetings", number=41)
    escalations.prior_confirmed(cast)
    escalations.prior(cast, dag_reference="DAG-2025-18")
    assert look_as(screens, "secretariat", "/opening-balance/", "/opening-balance/numbers/artefacts/") == []
    assert look_as(screens, "chair", "/opening-balance/") == []


def test_search(screens: Callable[..., Screens], cast: Cast) -> None:  # noqa: F811
    make.version(cast, texts=("Contents", "Every party renews its certificates before they expire. " * 30))
    artefact_operations.read_texts()
    window = make.consultation(cast, title="Certificate Policy")
    for number in range(7):
        make.comment(cast, window, text=f"Certificates of sort {number} expire at night. " * 4)
    found = "/search/?q=certificates+expire"
    assert look_as(screens, "idno", found, f"{found}&kind=comments", "/search/", "/search/?q=unheard") == []
