"""The verbs of artefacts: each is one act, done whole or not at all, by an actor for a seat at one moment.

``follow``, ``approve`` and ``discharge`` are for the apps above, whose records an artefact follows.
"""

from artefacts.operations.answering import propose_disposition, validate_disposition
from artefacts.operations.assessing import assess, make_ready
from artefacts.operations.consulting import (
    close_consultation,
    close_due_windows,
    comment,
    discard_draft,
    draft_comment,
    open_consultation,
    return_nil,
)
from artefacts.operations.following import approve, discharge, follow
from artefacts.operations.marking import remark, settle_remarking
from artefacts.operations.reading import note_reading
from artefacts.operations.registering import hand_over, open_revision, register, upload, withdraw
from artefacts.operations.texts import read_texts

__all__ = [
    "approve",
    "assess",
    "close_consultation",
    "close_due_windows",
    "comment",
    "discard_draft",
    "discharge",
    "draft_comment",
    "follow",
    "hand_over",
    "make_ready",
    "note_reading",
    "open_consultation",
    "open_revision",
    "propose_disposition",
    "read_texts",
    "register",
    "remark",
    "return_nil",
    "settle_remarking",
    "upload",
    "validate_disposition",
    "withdraw",
]
