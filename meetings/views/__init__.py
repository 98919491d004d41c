"""Pages of meetings, packs and decisions."""

from meetings.views.decisions import *  # noqa: F403
from meetings.views.guests import *  # noqa: F403
from meetings.views.meetings import *  # noqa: F403
from meetings.views.packs import *  # noqa: F403
