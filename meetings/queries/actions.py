"""Read models of actions: the register and what is mine, one action's page, what waits, what passes on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from meetings import rules
from meetings.models import Action, ActionOwner, ActionQuerySet, ActionUpdate, Meeting
from meetings.owning import Owner, overdue_since, owners_of, seats_with
from meetings.states import UNDER_WAY, ActionState, ActionVerb, MeetingState
from sdwg import clock, dates, workdays
from sdwg.audit.reads import Reading
from sdwg.members.access import Actor
from sdwg.members.models import Role, Seat
from sdwg.members.queries import heir, successors
from sdwg.screen import Band, Button, Event, Fact, Panel, PassesOn, Waiting

__all__ = [
    "ACTION_SHOWS",
    "ActionPage",
    "ActionRow",
    "action_page",
    "action_readings",
    "action_register",
    "action_rows",
    "find_action",
    "on_meeting_actions",
    "on_seat_end_actions",
    "suggested_review",
]

A = ActionState
ACTION_SHOWS: dict[str, str] = {
    "open": "Under way",
    "overdue": "Overdue",
    "mine": "Mine",
    "closing": "Closing proposed",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
}
"""What the register shows, by the word in its address; nothing for every action."""
QUIET = ("CLEAR", "GREEN")


@dataclass(frozen=True)
class ActionRow:
    """One action in a list, as its reader may see it. ``due_at`` is 17:00 of its day; ``shape`` that of its state."""

    id: int
    reference: str
    url: str
    text: str
    raised_at: str
    raised_url: str
    on: str
    owners: list[Owner]
    due: date
    due_at: datetime
    state: str
    state_label: str
    overdue: bool
    mine: bool
    marking: str
    latest: str
    latest_at: datetime | None
    sha256: str

    @property
    def owner_lines(self) -> list[str]:
        """Its owners for tables that leave the program."""
        return [owner.line for owner in self.owners]

    @property
    def shape(self) -> str:
        return "late" if self.overdue else self.state

    @property
    def word(self) -> str:
        """The state as lists say it."""
        return "Overdue" if self.overdue else self.state_label

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY


def action_register(actor: Actor, show: str = "") -> ActionQuerySet:
    """The actions ``actor`` may read, what is under way first, by due date; then what is settled, newest first."""
    rows = Action.objects.visible_to(actor)
    if show == "open":
        rows = rows.under_way()
    elif show == "overdue":
        rows = rows.overdue(overdue_since(actor.at))
    elif show == "mine":
        rows = rows.under_way().filter(pk__in=_with(seats_with(actor)))
    elif show:
        rows = rows.filter(state=A.DONE if show == "closed" else show)
    last = ActionUpdate.objects.filter(action=OuterRef("pk")).exclude(text="").order_by("-number")
    settled = Case(When(state__in=UNDER_WAY, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        rows.marked()
        .annotate(
            latest=Subquery(last.values("text")[:1]), latest_at=Subquery(last.values("made_at")[:1]), settled=settled
        )
        .order_by("settled", F("settled_at").desc(nulls_last=True), "due", "number")
    )


def _with(seats: Iterable[int]) -> QuerySet[Any]:
    """The actions that these seats own, as far as they are named today."""
    rows = ActionOwner.objects.filter(seat__in=seats, ended_at__isnull=True).order_by()
    return rows.values("action")


def action_rows(actor: Actor, found: Iterable[Action]) -> list[ActionRow]:
    """``found``, of ``action_register``, as rows. At most two queries beside it."""
    listed = list(found)
    owners = owners_of(listed, clock.today(actor.at)) if listed else {}
    return [_row(actor, action, owners.get(action.pk, [])) for action in listed]


def _row(actor: Actor, action: Action, owners: list[Owner]) -> ActionRow:
    told = vars(action)
    meeting = action.meeting
    version = action.version
    names = [str(thing) for thing in (action.decision, version.audit_ref if version else None) if thing]
    return ActionRow(
        id=action.pk,
        reference=action.reference,
        url=action.get_absolute_url(),
        text=action.text,
        raised_at=meeting.reference if meeting else action.before,
        raised_url=meeting.get_absolute_url() if meeting else "",
        on=", ".join(names),
        owners=owners,
        due=action.due,
        due_at=workdays.deadline(action.due),
        state=action.state,
        state_label=str(action.get_state_display()),
        overdue=action.state == A.OPEN and action.due <= overdue_since(actor.at),
        mine=action.state in UNDER_WAY and any(owner.is_with(actor) for owner in owners),
        marking=action.marking,
        latest=told.get("latest") or "",
        latest_at=told.get("latest_at"),
        sha256=version.sha256 if version else "",
    )


def action_readings(rows: Iterable[ActionRow]) -> list[Reading]:
    """What is written down as read when these rows leave as a file: those that are TLP:AMBER or above."""
    return [Reading(f"action:{row.id}", row.reference, row.sha256) for row in rows if row.marking not in QUIET]


def find_action(actor: Actor, number: int) -> Action | None:
    """The action with this number, if it is there for ``actor``. One query."""
    return action_register(actor).filter(number=number).first()


# ---------------------------------------------------------------------------------------------------------- one action


@dataclass(frozen=True)
class ActionPage:
    """The page of one action: the row, whose move it is, every entry in its life, what its reader may do."""

    row: ActionRow
    heading: str
    band: Band | None
    entries: list[ActionUpdate]
    events: list[Event]
    facts: list[Fact]
    buttons: list[Button]


ICONS = {
    ActionVerb.UPDATED: "bubble",
    ActionVerb.CHANGED: "calendar",
    ActionVerb.PROPOSED: "half",
    ActionVerb.SENT_BACK: "arrow-back",
    ActionVerb.CLOSED: "disc-tick",
    ActionVerb.REOPENED: "loop",
    ActionVerb.WITHDRAWN: "ring-slash",
}


def action_page(actor: Actor, action: Action) -> ActionPage:
    """Everything its page shows to ``actor``; ``action`` is of ``action_register``. A constant number of queries."""
    (row,) = action_rows(actor, [action])
    entries = list(action.updates.select_related("file").order_by("-number"))
    raised = Event("flag", "Raised", action.raised_at, action.raised_as)
    told = [
        Event(ICONS[ActionVerb(entry.verb)], str(entry.get_verb_display()), entry.made_at, entry.acting_as)
        for entry in entries
    ]
    return ActionPage(
        row,
        in_brief(action.text),
        _band(actor, action, row),
        entries,
        [*told, raised],
        _facts(action, row),
        _buttons(actor, action, row),
    )


def in_brief(text: str, letters: int = 90) -> str:
    """The beginning of what is to be done, on one line: for headings and lists of what waits."""
    line = " ".join(text.split())
    return line if len(line) <= letters else f"{line[: letters - 1].rstrip()}…"


def _url(name: str, action: Action) -> str:
    return reverse(name, args=[action.reference])


def _band(actor: Actor, action: Action, row: ActionRow) -> Band | None:
    """Whose move it is."""
    arranges = rules.arranges(actor)
    if action.state == A.PROPOSED:
        button = Button("Close it", _url("action-close", action)) if arranges else None
        back = Button("Send it back", _url("action-send-back", action)) if arranges else None
        whose = actor.label if arranges else "the secretariat"
        return Band(arranges, whose, "close it, or send it back", None, "Its owner says that it is done.", button, back)
    if action.state != A.OPEN:
        return None
    vacant = [owner for owner in row.owners if owner.holder is None]
    if row.mine:
        done = Button("Propose closing", _url("action-propose", action))
        update = Button("Say how far it is", _url("action-update", action))
        return Band(True, actor.label, "do it, and say so here", row.due_at, "", done, update)
    if vacant and len(vacant) == len(row.owners):
        button = Button("Name another owner", _url("action-change", action)) if arranges else None
        why = "The seat that undertook it is vacant."
        return Band(arranges, actor.label if arranges else "the secretariat", "name an owner", None, why, button)
    whose = ", ".join(owner.label for owner in row.owners if owner.holder)
    return Band(False, whose, "do it", row.due_at)


def _facts(action: Action, row: ActionRow) -> list[Fact]:
    found = [Fact("Raised at", row.raised_at, row.raised_url)]
    if action.item:
        found.append(Fact("Item", action.item.title))
    if action.decision:
        found.append(Fact("Decision", action.decision.reference, action.decision.get_absolute_url()))
    if action.version:
        found.append(Fact("About", action.version.audit_ref, action.version.artefact.get_absolute_url()))
    found.append(Fact("Readers", _readers(action)))
    return found


def _readers(action: Action) -> str:
    if action.is_closed:
        return "Those who may read what the chair has restricted"
    if action.version or action.decision:
        return "Those who may read what it hangs on"
    return "Every seat"


def _buttons(actor: Actor, action: Action, row: ActionRow) -> list[Button]:
    """What its reader may do beside the band's; only what its state leaves open is asked."""
    if action.state in UNDER_WAY:
        said_so = row.mine and action.state == A.OPEN
        may = not said_so and rules.can_update_action(actor, action)
        found = [Button("Say how far it is", _url("action-update", action))] if may else []
        if not rules.arranges(actor):
            return found
        found += [Button("Change owners or date", _url("action-change", action))]
        if action.state == A.OPEN:
            found.append(Button("Close it", _url("action-close", action)))
        return [*found, Button("Withdraw it", _url("action-withdraw", action))]
    if rules.can_reopen_action(actor, action):
        return [Button("Open it again", _url("action-reopen", action))]
    return []


# ------------------------------------------------------------------------------------------------------ on other pages


def on_meeting_actions(actor: Actor, meeting: Meeting) -> Panel:
    """What a meeting's page shows of actions: those raised at it, and those that were open when it began.

    At most three queries; none where the page knows that the group has no action.
    """
    raised = Q(meeting=meeting)
    begins = meeting.opened_at or (actor.at if actor.at > meeting.starts_at else meeting.starts_at)
    open_then = Q(settled_at__isnull=True) | Q(settled_at__gte=begins)
    carried = Q(raised_at__lt=begins) & open_then & ~raised
    there_are = getattr(meeting, "has_actions", True)  # the page has asked already
    is_on = there_are and meeting.state not in (MeetingState.DRAFT, MeetingState.CANCELLED)
    rows = action_rows(actor, action_register(actor).filter(raised | carried)) if is_on else []
    here = [row for row in rows if row.raised_url == meeting.get_absolute_url()]
    button = None
    if meeting.state in rules.ATTENDED and rules.can_raise_action(actor, meeting):
        button = Button("Raise an action", reverse("action-raise", args=[meeting.key]))
    panel = {"raised": here, "carried": [row for row in rows if row not in here], "button": button}
    return Panel("Actions", "actions/panel.html", panel)


REVIEW = "Review of open actions"
"""What the item is called under which a meeting goes through them."""


@dataclass(frozen=True)
class ReviewSuggestion:
    """The item that an agenda lacks: how many actions are under way, and how many of them are overdue."""

    under_way: int
    overdue: int
    title: str = REVIEW

    @property
    def minutes(self) -> int:
        """Two for each, as far as one item goes."""
        return min(max(5, 2 * self.under_way), 30)


def suggested_review(actor: Actor, titles: Collection[str]) -> ReviewSuggestion | None:
    """The standing item for actions, where there are some and none of ``titles`` is its. One query."""
    last = overdue_since(actor.at)
    rows = list(Action.objects.visible_to(actor).under_way().values_list("state", "due"))
    if not rows or REVIEW in titles:
        return None
    return ReviewSuggestion(len(rows), sum(state == A.OPEN and due <= last for state, due in rows))


def on_seat_end_actions(actor: Actor, seat: Seat) -> Panel | None:
    """The actions under way that are with ``seat``, and who has them when it ends; of those ``actor`` may read."""
    today = clock.today(actor.at)
    before = Seat.objects.filter(organisation=seat.organisation_id, role=seat.role, valid_to__lt=today)
    own = {seat.pk} | {pk for pk, other in successors(before, today).items() if other.pk == seat.pk}
    rows = Action.objects.visible_to(actor).under_way().filter(pk__in=_with(own)).order_by("due", "number")
    listed = list(rows)
    if not listed:
        return None
    other = heir(seat, today)
    later = f" from {dates.day(other.valid_from)}" if other and other.valid_from > today else ""
    becomes = f"Passes to {other.person}{later}" if other else "Shown as vacant until another owner is named"
    told = [
        PassesOn(f"Action {row.reference}, due {dates.day(row.due)}", row.get_absolute_url(), becomes, other is None)
        for row in listed
    ]
    return Panel("What passes on: actions", "members/parts/passes_on.html", {"rows": told})


# ---------------------------------------------------------------------------------------------------------- your move


def waiting_for(actor: Actor) -> list[Waiting]:
    """What is to be done by the seat acted for; for the secretariat, what is to be closed and what nobody has.

    At most three queries for an owner, and three more for the secretariat.
    """
    own = seats_with(actor)
    rows: list[Waiting] = []
    if own:
        mine = Action.objects.visible_to(actor).filter(state=A.OPEN, pk__in=_with(own)).order_by("due", "number")
        rows += [_mine(row) for row in mine.select_related("meeting")]
    if actor.acts_as(Role.SECRETARIAT):
        rows += _to_settle(actor)
    return rows


def _mine(action: Action) -> Waiting:
    where = action.meeting.reference if action.meeting else action.before
    return Waiting(
        title=in_brief(action.text),
        url=action.get_absolute_url(),
        due=workdays.deadline(action.due),
        reference=action.reference,
        detail=f"Raised at {where}.",
        button=Button("Update action", action.get_absolute_url()),
    )


def _to_settle(actor: Actor) -> list[Waiting]:
    rows = list(Action.objects.visible_to(actor).under_way().order_by("due", "number"))
    owners = owners_of(rows, clock.today(actor.at)) if rows else {}
    found = []
    for row in rows:
        url, reference = row.get_absolute_url(), row.reference
        if row.state == A.PROPOSED:
            button = Button("Look at the evidence", url)
            found.append(Waiting(f"Close {row}, or send it back", url, None, reference, in_brief(row.text), button))
        elif not any(owner.holder for owner in owners.get(row.pk, [])):
            change = Button("Name an owner", reverse("action-change", args=[reference]))
            due = workdays.deadline(row.due)
            found.append(Waiting(f"Seat vacant: nobody has {row}", url, due, reference, in_brief(row.text), change))
    return found
