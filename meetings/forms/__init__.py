"""Forms of meetings, attendance and decisions."""

from meetings.forms.attendance import *  # noqa: F403
from meetings.forms.conflicts import *  # noqa: F403
from meetings.forms.decisions import *  # noqa: F403
from meetings.forms.guests import *  # noqa: F403
from meetings.forms.meetings import *  # noqa: F403
from meetings.forms.series import *  # noqa: F403
