"""What pages and documents read of artefacts. Read models of a version ask for no actor: the caller has checked."""

from artefacts.queries.drafts import drafts
from artefacts.queries.history import entered, history, trail
from artefacts.queries.leaving import on_seat_end
from artefacts.queries.lists import (
    PrincipleLine,
    RecommendationLine,
    Register,
    RegisterLine,
    WindowLine,
    principles,
    recommendations,
    register,
    windows,
)
from artefacts.queries.page import ArtefactPage, Need, artefact_page
from artefacts.queries.parts import VersionLine
from artefacts.queries.versions import (
    CommentLine,
    ImpactLine,
    MatrixLine,
    Response,
    Summary,
    can_read,
    comment_log,
    consultation_summary,
    impact_matrix,
    last_window,
    latest_version,
    marking_of,
    principle_matrix,
    readers_record,
    responses,
    version_before,
    wanted_by,
)
from artefacts.queries.waiting import waiting_for

__all__ = [
    "ArtefactPage",
    "CommentLine",
    "ImpactLine",
    "MatrixLine",
    "Need",
    "PrincipleLine",
    "RecommendationLine",
    "Register",
    "RegisterLine",
    "Response",
    "Summary",
    "VersionLine",
    "WindowLine",
    "artefact_page",
    "can_read",
    "comment_log",
    "consultation_summary",
    "drafts",
    "entered",
    "history",
    "impact_matrix",
    "last_window",
    "latest_version",
    "marking_of",
    "on_seat_end",
    "principle_matrix",
    "principles",
    "readers_record",
    "recommendations",
    "register",
    "responses",
    "trail",
    "version_before",
    "waiting_for",
    "wanted_by",
    "windows",
]
