"""Who read what: content marked TLP:AMBER or above is given to nobody before that is written down."""

from artefacts.states import QUIET
from sdwg.audit.acts import Auditable
from sdwg.audit.reads import note_read
from sdwg.members.access import Actor


def note_reading(actor: Actor, on: Auditable, *, marking: str, version_sha256: str = "", kind: str = "opened") -> None:
    """Write down that ``actor`` is about to be shown ``on``, which is marked ``marking``; nothing for an open marking.

    One insert, before the first byte. Nobody catches its failure: nothing is shown then.
    """
    if marking not in QUIET:
        note_read(actor, key=on.audit_key, ref=on.audit_ref, version_sha256=version_sha256, kind=kind)
