"""The verbs of who the group is: people and invitations, seats, alternates, and the rows that give or take sight."""

from sdwg.files.plans import Source
from sdwg.members.operations.alternates import (
    accept_nomination,
    nominate,
    revoke_nomination,
    set_window,
    withdraw_nominations,
)
from sdwg.members.operations.colleagues import add_colleague
from sdwg.members.operations.constituencies import (
    list_constituency,
    move_constituency,
    relist_constituency,
    retire_constituency,
)
from sdwg.members.operations.founding import Founder, GroupExists, bootstrap
from sdwg.members.operations.imports import Plan, Row, import_people, preview
from sdwg.members.operations.people import (
    accept_invitation,
    close_account,
    invite,
    make_organisation,
    make_person,
    open_account,
    redact,
    revoke_invitation,
)
from sdwg.members.operations.seats import appoint, confirm_seat, decline_seat, end_seat, name_deputy
from sdwg.members.operations.sight import exclude, grant, withdraw_exclusions, withdraw_grants

__all__ = [
    "Founder",
    "GroupExists",
    "Plan",
    "Row",
    "Source",
    "accept_invitation",
    "accept_nomination",
    "add_colleague",
    "appoint",
    "bootstrap",
    "close_account",
    "confirm_seat",
    "decline_seat",
    "end_seat",
    "exclude",
    "grant",
    "import_people",
    "invite",
    "list_constituency",
    "make_organisation",
    "make_person",
    "move_constituency",
    "name_deputy",
    "nominate",
    "open_account",
    "preview",
    "redact",
    "relist_constituency",
    "retire_constituency",
    "revoke_invitation",
    "revoke_nomination",
    "set_window",
    "withdraw_exclusions",
    "withdraw_grants",
    "withdraw_nominations",
]
