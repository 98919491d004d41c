"""Every check of the overview pages holds something up: one attempt each that this check alone refuses."""

from tests.architecture.refusals import Attempt, allowed, refusal
from tests.cast import Cast
from tests.overview.test_outgoing_mail import failed


@refusal("sdwg.overview.views._mail_page", "check_can_tend_mail")
def members_do_not_read_what_was_not_sent(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/mail/"))


@refusal("sdwg.overview.views._tend", "check_can_tend_mail")
def members_send_nothing_again(cast: Cast) -> Attempt:
    message, client = failed(cast), cast.client("idno")
    return lambda: allowed(client.post(f"/mail/{message.pk}/retry/"))
