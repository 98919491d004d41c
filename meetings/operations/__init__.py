"""The verbs of meetings, attendance, packs, decisions and actions.

The worker calls ``build_due_packs`` and ``close_due_decisions``.
"""

from meetings.operations.actions import *  # noqa: F403
from meetings.operations.attendance import *  # noqa: F403
from meetings.operations.calendar import *  # noqa: F403
from meetings.operations.changing import *  # noqa: F403
from meetings.operations.decisions import *  # noqa: F403
from meetings.operations.guests import *  # noqa: F403
from meetings.operations.meetings import *  # noqa: F403
from meetings.operations.packs import *  # noqa: F403
from meetings.operations.restrictions import *  # noqa: F403
from meetings.operations.series import *  # noqa: F403
from meetings.operations.windows import *  # noqa: F403
