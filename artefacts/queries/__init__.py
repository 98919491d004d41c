"""What pages and documents read of artefacts. Read models of a version ask for no actor: the caller has checked."""

from artefacts.queries.history import entered, history, trail
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
    responses,
    version_before,
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
    "entered",
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
    "trail",
    "version_before",
    "waiting_for",
    "windows",
]
