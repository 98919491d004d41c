"""Who may do what here, and when: pairs of ``check_can_x`` and ``can_x``; ``__all__`` of each module is public."""

from meetings.rules.actions import *  # noqa: F403
from meetings.rules.attendance import *  # noqa: F403
from meetings.rules.calendar import *  # noqa: F403
from meetings.rules.conflicts import *  # noqa: F403
from meetings.rules.decisions import *  # noqa: F403
from meetings.rules.guests import *  # noqa: F403
from meetings.rules.meetings import *  # noqa: F403
from meetings.rules.packs import *  # noqa: F403
from meetings.rules.series import *  # noqa: F403
