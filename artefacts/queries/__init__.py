"""What pages and documents read of artefacts. Read models of a version ask for no actor: the caller has checked."""

from artefacts.queries.changes import ChangesPage, changes_page
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
from artefacts.queries.reading import (
    SinceRead,
    read_before,
    since,
    text_note,
    usual_pair,
    versions_to_compare,
)
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
    "ChangesPage",
    "CommentLine",
    "ImpactLine",
    "MatrixLine",
    "Need",
    "PrincipleLine",
    "RecommendationLine",
    "Register",
    "RegisterLine",
    "Response",
    "SinceRead",
    "Summary",
    "VersionLine",
    "WindowLine",
    "artefact_page",
    "can_read",
    "changes_page",
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
    "read_before",
    "readers_record",
    "recommendations",
    "register",
    "responses",
    "since",
    "text_note",
    "trail",
    "usual_pair",
    "version_before",
    "versions_to_compare",
    "waiting_for",
    "wanted_by",
    "windows",
]
