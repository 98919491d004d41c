"""The head of the chain, kept outside the database: one signed file a day."""

import hashlib
import hmac
import json
from datetime import date
from pathlib import Path

from django.conf import settings

from sdwg.audit import chain


def folder() -> Path:
    """Where the heads are kept."""
    return Path(settings.DATA_DIR) / "heads"


def signature(seq: int, head: str, day: str) -> str:
    """HMAC-SHA-256 over number, hash and day, under a key the database never sees."""
    return hmac.new(settings.AUDIT_KEY.encode(), f"{day} {seq} {head}".encode(), hashlib.sha256).hexdigest()


def anchor(day: date) -> Path | None:
    """Write the head as the signed file of ``day``, once; ``None`` when that day has one already."""
    path = folder() / f"{day.isoformat()}.json"
    if path.exists():
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    seq, head = chain.head()
    text = {"day": day.isoformat(), "seq": seq, "hash": head, "signature": signature(seq, head, day.isoformat())}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(text, indent=1) + "\n")
    draft.rename(path)
    return path


def newest() -> tuple[int, str] | None:
    """The newest anchored head whose signature holds; ``None`` when none is kept.

    Raises ``ValueError`` for a file whose signature does not hold.
    """
    files = sorted(folder().glob("*.json"))
    if not files:
        return None
    newest_file = files[-1]
    try:
        kept = json.loads(newest_file.read_text())
        seq, head, day = int(kept["seq"]), str(kept["hash"]), str(kept["day"])
        held = hmac.compare_digest(str(kept["signature"]), signature(seq, head, day))
    except (ValueError, KeyError, TypeError) as broken:
        raise ValueError(f"The anchored head {newest_file.name} cannot be read.") from broken
    if not held or day != newest_file.stem:
        raise ValueError(f"The anchored head {newest_file.name} has a signature that does not hold.")
    return seq, head
