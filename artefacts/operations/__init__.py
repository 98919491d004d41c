"""The verbs of artefacts: each is one act, done whole or not at all, by an actor for a seat at one moment.

``follow``, ``approve`` and ``discharge`` are for the apps above, whose records an artefact follows.
"""

from artefacts.operations.answering import propose_disposition, validate_disposition
from artefacts.operations.assessing import assess, make_ready
from artefacts.operations.consulting import (
    close_consultation,
    close_due_windows,
    close_to_industry,
    comment,
    discard_draft,
    draft_comment,
    edit_comment,
    extend_consultation,
    open_consultation,
    open_to_industry,
    return_nil,
    withdraw_comment,
)
from artefacts.operations.delegating import delegate_validation, take_back_validation
from artefacts.operations.filling_in import CommentPlan, CommentRow, import_comments, preview_comments
from artefacts.operations.following import approve, discharge, follow
from artefacts.operations.importing import Plan, RecommendationRow, import_recommendations, preview_recommendations
from artefacts.operations.industry import (
    answer_public_comment,
    confirm_public_comment,
    forget_senders,
    hide_public_comment,
    refuse_public_comment,
    release_public_comments,
    send_public_comment,
    show_public_comment,
)
from artefacts.operations.marking import remark, settle_remarking
from artefacts.operations.moving import stamp
from artefacts.operations.reading import note_reading
from artefacts.operations.registering import hand_over, open_revision, register, upload, withdraw
from artefacts.operations.registers import (
    WORDS,
    enter,
    link,
    link_entry,
    move_area,
    rescope,
    restore,
    retire,
    reword,
    wording,
)
from artefacts.operations.settling import (
    contest,
    mark_duplicate,
    resolve_in,
    say_last_word,
    shown,
    validate_uncontested,
)
from artefacts.operations.texts import read_texts

__all__ = [
    "WORDS",
    "CommentPlan",
    "CommentRow",
    "Plan",
    "RecommendationRow",
    "answer_public_comment",
    "approve",
    "assess",
    "close_consultation",
    "close_due_windows",
    "close_to_industry",
    "comment",
    "confirm_public_comment",
    "contest",
    "delegate_validation",
    "discard_draft",
    "discharge",
    "draft_comment",
    "edit_comment",
    "enter",
    "extend_consultation",
    "follow",
    "forget_senders",
    "hand_over",
    "hide_public_comment",
    "import_comments",
    "import_recommendations",
    "link",
    "link_entry",
    "make_ready",
    "mark_duplicate",
    "move_area",
    "note_reading",
    "open_consultation",
    "open_revision",
    "open_to_industry",
    "preview_comments",
    "preview_recommendations",
    "propose_disposition",
    "read_texts",
    "refuse_public_comment",
    "register",
    "release_public_comments",
    "remark",
    "rescope",
    "resolve_in",
    "restore",
    "retire",
    "return_nil",
    "reword",
    "say_last_word",
    "send_public_comment",
    "settle_remarking",
    "show_public_comment",
    "shown",
    "stamp",
    "take_back_validation",
    "upload",
    "validate_disposition",
    "validate_uncontested",
    "withdraw",
    "withdraw_comment",
    "wording",
]
