"""Every check of the overview pages holds something up: one attempt each that this check alone refuses."""

from datetime import timedelta
from typing import Any

from sdwg.members.access import Refused
from sdwg.overview import operations
from tests.architecture.refusals import Attempt, allowed, refusal
from tests.cast import Cast
from tests.overview.test_outgoing_mail import failed
from tests.overview.test_terms import TODAY, adopt


def no_right(page: Any) -> None:
    """Raise ``Refused`` for the answer 403, and not for a form that is shown again."""
    if page.status_code == 403:
        raise Refused("answered with 403")


@refusal("sdwg.overview.views._mail_page", "check_can_tend_mail")
def members_do_not_read_what_was_not_sent(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/mail/"))


@refusal("sdwg.overview.views._tend", "check_can_tend_mail")
def members_send_nothing_again(cast: Cast) -> Attempt:
    message, client = failed(cast), cast.client("idno")
    return lambda: allowed(client.post(f"/mail/{message.pk}/retry/"))


@refusal(operations.adopt_terms, "check_can_adopt_terms")
def the_secretariat_puts_no_terms_in_force(cast: Cast) -> Attempt:
    return lambda: adopt(cast, by="secretariat")


@refusal(operations.adopt_terms, "check_new_terms")
def no_terms_begin_yesterday(cast: Cast) -> Attempt:
    return lambda: adopt(cast, effective_from=TODAY - timedelta(days=1))


@refusal("sdwg.overview.views.terms_of_reference", "check_can_adopt_terms")
def nobody_else_s_form_is_looked_at(cast: Cast) -> Attempt:
    client = cast.client("secretariat")
    return lambda: no_right(client.post("/terms-of-reference/", {"status": "final"}))


@refusal("sdwg.overview.views.opening_balance", "check_can_see_opening")
def members_do_not_see_the_opening_balance(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/opening-balance/"))


@refusal("sdwg.overview.views.number_set", "check_can_number")
def the_chair_gets_no_form_for_a_number(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("chair").get("/opening-balance/numbers/artefacts/"))


@refusal(operations.set_next_number, "check_can_number")
def the_chair_sets_no_number(cast: Cast) -> Attempt:
    return lambda: operations.set_next_number(actor=cast.actor("chair"), register="artefacts", number=42)


@refusal(operations.set_next_number, "check_next_number")
def no_number_is_set_in_the_millions(cast: Cast) -> Attempt:
    return lambda: operations.set_next_number(actor=cast.actor("secretariat"), register="artefacts", number=10_000_000)
