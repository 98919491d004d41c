"""The pages of artefacts: thin, each load through the reader's own queryset, each act one call of one operation."""

from artefacts.views.answering import dispositions, propose, validate
from artefacts.views.artefacts import (
    artefact,
    artefact_list,
    hand_over,
    make_ready,
    open_revision,
    register,
    upload,
    withdraw,
)
from artefacts.views.assessing import assessment
from artefacts.views.changes import changes
from artefacts.views.comment_tables import (
    artefact_comments_file,
    comment_template,
    comments_file,
    import_comments,
    preview_comments,
)
from artefacts.views.consultations import close_consultation, consultation_list, open_consultation
from artefacts.views.importing import import_preview, import_recommendations, import_template
from artefacts.views.marking import confirm_marking, decline_marking, marking
from artefacts.views.registers import (
    area_list,
    enter,
    entry,
    link_artefact,
    link_entry,
    matrix,
    matrix_file,
    move_area,
    principle_list,
    recommendation_list,
    register_file,
    rescope,
    restore,
    retire,
    reword,
)
from artefacts.views.reviewing import discard_draft, make_comment, make_draft, return_nil, review, version_file

__all__ = [
    "area_list",
    "artefact",
    "artefact_comments_file",
    "artefact_list",
    "assessment",
    "changes",
    "close_consultation",
    "comment_template",
    "comments_file",
    "confirm_marking",
    "consultation_list",
    "decline_marking",
    "discard_draft",
    "dispositions",
    "enter",
    "entry",
    "hand_over",
    "import_comments",
    "import_preview",
    "import_recommendations",
    "import_template",
    "link_artefact",
    "link_entry",
    "make_comment",
    "make_draft",
    "make_ready",
    "marking",
    "matrix",
    "matrix_file",
    "move_area",
    "open_consultation",
    "open_revision",
    "preview_comments",
    "principle_list",
    "propose",
    "recommendation_list",
    "register",
    "register_file",
    "rescope",
    "restore",
    "retire",
    "return_nil",
    "review",
    "reword",
    "upload",
    "validate",
    "version_file",
    "withdraw",
]
