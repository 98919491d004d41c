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
