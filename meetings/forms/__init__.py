"""Forms of meetings and decisions."""

from meetings.forms.decisions import *  # noqa: F403
from meetings.forms.guests import *  # noqa: F403
from meetings.forms.meetings import *  # noqa: F403
