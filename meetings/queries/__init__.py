"""Read models of meetings, attendance, packs, decisions and actions, each in a constant number of queries."""

from meetings.queries import actions, decisions, meetings
from meetings.queries.actions import *  # noqa: F403
from meetings.queries.attendance import *  # noqa: F403
from meetings.queries.calendar import *  # noqa: F403
from meetings.queries.conflicts import *  # noqa: F403
from meetings.queries.contribution import *  # noqa: F403
from meetings.queries.decisions import *  # noqa: F403
from meetings.queries.guests import *  # noqa: F403
from meetings.queries.meetings import *  # noqa: F403
from meetings.queries.packs import *  # noqa: F403
from meetings.queries.series import *  # noqa: F403
from sdwg.members.access import Actor
from sdwg.screen import Waiting


def waiting_for(actor: Actor) -> list[Waiting]:
    """What waits for ``actor`` here: agendas and packs first, then decisions, then actions; each names its own."""
    return [*meetings.waiting_for(actor), *decisions.waiting_for(actor), *actions.waiting_for(actor)]
