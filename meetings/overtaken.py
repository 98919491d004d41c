"""Two people on one form: what somebody else changed since it was shown is said, and not written over.

The form carries the number of the newest history row when it was shown (``token``).
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from sdwg import dates
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow

OF_MEETING = {
    "starts_at": "its start",
    "ends_at": "its end",
    "title": "the topic",
    "place": "the place",
    "link": "the joining link",
    "presiding_id": "who presides",
    "state": "its state",
}
"""The facts of a meeting that a form changes, and what people call them."""
OF_SERIES = {
    "title": "the title",
    "rule": "the rhythm",
    "first_day": "the first day",
    "off_day": "what becomes of days off",
    "exceptions": "single dates",
    "starts": "the start",
    "minutes": "the length",
    "place": "the place",
    "link": "the joining link",
    "presiding_id": "who presides",
    "state": "its state",
}
"""The same of a series."""
SAID = ("place", "title")
"""Facts whose words are repeated; the others are named."""


def token(row: Any) -> str:
    """The number of the newest history row of a meeting or a series. One query."""
    return str(row.history.order_by("-history_id").values_list("history_id", flat=True).first() or "")


def as_shown(row: Any, seen: str) -> Any:
    """``row`` as it was when a form with ``seen`` was shown; ``None`` for a token that is none of its."""
    return row.history.filter(history_id=seen).first() if seen.isdigit() else None


def refuse_overtaken(row: Any, seen: str | None, facts: Mapping[str, str]) -> None:
    """Raises ``NotNow``, saying what and by whom, when one of ``facts`` is not as a form with ``seen`` showed it."""
    if seen is None:
        return
    was = as_shown(row, seen)
    if was is None:
        raise NotNow("This page is out of date. Load it again, and type it once more.")
    changed = [name for name in facts if getattr(was, name) != getattr(row, name)]
    if changed:
        raise NotNow(
            f"{_who(row, was, changed)} changed {_listed([_what(was, row, name, facts[name]) for name in changed])} "
            "while you were typing. What you changed yourself is kept below: press again if it is to stand."
        )


def _what(was: Model, row: Model, name: str, label: str) -> str:
    if name in SAID:
        return f"{label}, from “{getattr(was, name)}” to “{getattr(row, name)}”"
    if name in {"starts_at", "ends_at"}:
        return f"{label}, from {dates.moment(getattr(was, name))} to {dates.moment(getattr(row, name))}"
    return label


def _who(row: Any, was: Any, changed: list[str]) -> str:
    """Who changed the first of ``changed``, as they acted, and when."""
    for later in row.history.filter(history_id__gt=was.history_id).order_by("history_id"):
        if any(getattr(later, name) != getattr(was, name) for name in changed):
            event = AuditEvent.objects.filter(act=later.act).first()
            return f"{event.acting_as if event else 'Somebody'}, at {dates.hour(later.history_date)},"
    return "Somebody"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
