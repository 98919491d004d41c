"""Pages of meetings, attendance, packs, decisions and actions."""

from meetings.views.actions import *  # noqa: F403
from meetings.views.attendance import *  # noqa: F403
from meetings.views.calendar import *  # noqa: F403
from meetings.views.conflicts import *  # noqa: F403
from meetings.views.decisions import *  # noqa: F403
from meetings.views.guests import *  # noqa: F403
from meetings.views.meetings import *  # noqa: F403
from meetings.views.packs import *  # noqa: F403
from meetings.views.series import *  # noqa: F403
