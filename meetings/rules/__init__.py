"""Who may do what here, and when: pairs of ``check_can_x`` and ``can_x``. Each module's ``__all__`` says what is public."""

from meetings.rules.decisions import *  # noqa: F403
from meetings.rules.meetings import *  # noqa: F403
from meetings.rules.packs import *  # noqa: F403
