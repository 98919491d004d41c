"""Forms of meetings, attendance, decisions and actions."""

from meetings.forms.actions import *  # noqa: F403
from meetings.forms.attendance import *  # noqa: F403
from meetings.forms.conflicts import *  # noqa: F403
from meetings.forms.decisions import *  # noqa: F403
from meetings.forms.guests import *  # noqa: F403
from meetings.forms.meetings import *  # noqa: F403
from meetings.forms.series import *  # noqa: F403
