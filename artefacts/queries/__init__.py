"""What pages and documents read of artefacts. Read models of a version ask for no actor: the caller has checked."""

from artefacts.queries.history import history
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
from artefacts.queries.page import ArtefactPage, Need, VersionLine, artefact_page
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
    responses,
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
    "history",
    "impact_matrix",
    "last_window",
    "latest_version",
    "marking_of",
    "principle_matrix",
    "principles",
    "recommendations",
    "register",
    "responses",
    "waiting_for",
    "windows",
]
