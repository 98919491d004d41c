"""How a decision is told in words and marks: never a tally, never a percentage."""

import re
from collections.abc import Iterable, Sequence

from meetings.hearing import Hearing, Stated
from meetings.states import Finding, Stance
from sdwg.audit.models import AuditEvent
from sdwg.screen import Event, Mark

NUMBERS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
SAYS: dict[str, str] = {
    Stance.SUPPORT: "supports",
    Stance.LIVE_WITH: "can live with it",
    Stance.CONCERN: "has a concern",
    Stance.OBJECT: "objects",
    Stance.ABSTAIN: "abstains",
    Stance.CONFLICTED: "is conflicted",
}
"""What one seat does: "iDNO B objects"."""
SAY: dict[str, str] = {
    Stance.SUPPORT: "support it",
    Stance.LIVE_WITH: "can live with it",
    Stance.CONCERN: "have a concern",
    Stance.OBJECT: "object",
    Stance.ABSTAIN: "abstain",
    Stance.CONFLICTED: "are conflicted",
}
"""The same of constituencies, whose names are plural: "Large Suppliers support it"."""
SHOWN_FIRST = (Stance.OBJECT, Stance.CONCERN, Stance.LIVE_WITH, Stance.SUPPORT, Stance.ABSTAIN, Stance.CONFLICTED)
"""Which stance of a constituency its mark shows where its seats differ."""
EVENTS: dict[str, tuple[str, str]] = {
    "decision.opened": ("open", "Opened for positions"),
    "decision.round-opened": ("open", "Round {round} opened"),
    "objection.raised": ("object", "{seat} objects: {objection}"),
    "objection.reworded": ("object", "{seat} puts {objection} in other words"),
    "objection.addressed": ("addressed", "{objection} answered"),
    "objection.maintained": ("maintained", "{seat} maintains {objection}"),
    "objection.withdrawn": ("ring-tick", "{seat} withdraws {objection}"),
    "decision.closed": ("closed", "Closed for positions"),
    "finding.proposed": ("proposed", "Proposed: {finding}"),
    "finding.disputed": ("triangle-line", "{seat} disputes the finding"),
    "decision.determined": ("determined", "Determined: {finding}"),
    "decision.reopened": ("adjourned", "Reopened; the consensus is superseded"),
    "decision.withdrawn": ("withdrawn", "Withdrawn"),
    "conflict.declared": ("conflicted", "Conflict of interest of {whose} declared"),
    "conflict.recorded": ("conflicted", "Conflict of interest of {whose} recorded"),
    "conflict.ended": ("ring-tick", "Conflict of interest of {whose} ended"),
}
BREAKABLE = re.compile(r"(\w{7})(\w{4,})")
"""A word too long for a cell of the strip: it may be broken here, with a hyphen."""
LINES = 20
"""Lines of history beside a decision; the audit page has them all."""


def number(count: int) -> str:
    """ "seven" for 7; digits from 21."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def sentence(row: Stated) -> str:
    """ "iDNO B objects"."""
    return f"{row.name} {SAYS[row.stance]}"


def told(hearings: Iterable[Hearing]) -> list[str]:
    """Who was heard, who was not, whose seats are vacant: a few sentences."""
    rows = list(hearings)
    heard = sum(row.heard for row in rows)
    verb = "was" if heard == 1 else "were"
    first = f"{number(heard).capitalize()} of the {number(len(rows))} constituencies {verb} heard"
    by_stance = {
        stance: [row.short_name for row in rows if any(said.stance == stance for said in row.stated)] for stance in SAY
    }
    clauses = [f"{listed(names)} {SAY[stance]}" for stance, names in by_stance.items() if names]
    found = [f"{first}: {'; '.join(clauses)}." if clauses else f"{first}."]
    for label, names in (
        ("To re-confirm", [row.short_name for row in rows if row.to_confirm]),
        ("Not heard", [row.short_name for row in rows if not row.stated and not row.to_confirm and not row.vacant]),
        ("Vacant", [row.short_name for row in rows if row.vacant and not row.stated]),
    ):
        if names:
            found.append(f"{label}: {listed(names)}.")
    return [*found, "This is not a vote."]


def mark(row: Hearing) -> Mark:
    """The cell of a constituency in the strip."""
    said = {stated.stance for stated in row.stated}
    name = BREAKABLE.sub("\\1\u00ad\\2", row.short_name)
    for stance in SHOWN_FIRST:
        if stance in said:
            return Mark(name, stance.value, stance.label, silent=not row.heard)
    if row.to_confirm:
        return Mark(name, "re-confirm", "To re-confirm", silent=True)
    if row.vacant:
        return Mark(name, "vacant", "Vacant seat", silent=True)
    return Mark(name, "not-heard", "Not heard", silent=True)


def history_lines(events: Iterable[AuditEvent]) -> list[Event]:
    """What happened, newest first; positions are in the table. ``events`` are oldest first."""
    lines = []
    for event in events:
        icon, text = EVENTS.get(event.verb, ("", ""))
        if text:
            finding = event.note.get("finding", "")
            note = event.note | {"finding": str(Finding(finding).label).lower() if finding else ""}
            lines.append(Event(icon, text.format(**note), event.at, event.acting_as))
    return lines[: -LINES - 1 : -1]
