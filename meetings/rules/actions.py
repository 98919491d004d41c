"""Who may do what with an action, and when (S3, S7): chair and secretariat raise and close, its owners do it."""

from collections.abc import Collection, Iterable
from datetime import date

from artefacts.models import Version
from meetings.models import Action, AgendaItem, Decision, Meeting
from meetings.owning import owns
from meetings.rules.attendance import ATTENDED
from meetings.rules.meetings import FURTHEST, arranges
from meetings.states import UNDER_WAY, ActionState, action_move
from sdwg import clock, workdays
from sdwg.dates import moment
from sdwg.members.access import Actor, NotNow, Refused, allowed, readers
from sdwg.members.models import Role, Seat

__all__ = [
    "ACTION_TEXT",
    "OWNER_ROLES",
    "can_bring_action",
    "can_change_action",
    "can_close_action",
    "can_propose_closing",
    "can_raise_action",
    "can_reopen_action",
    "can_send_action_back",
    "can_update_action",
    "can_withdraw_action",
    "check_can_bring_action",
    "check_can_change_action",
    "check_can_close_action",
    "check_can_propose_closing",
    "check_can_raise_action",
    "check_can_read_action",
    "check_can_reopen_action",
    "check_can_send_action_back",
    "check_can_update_action",
    "check_can_withdraw_action",
    "check_due",
    "check_hangs_on",
    "check_owners",
    "check_owners_read_it",
]

OWNER_ROLES = (
    *(Role.CHAIR, Role.SECRETARIAT, Role.ANALYST, Role.ARCHITECT),
    *(Role.MEMBER, Role.PARTNER, Role.LIAISON),
)
"""Roles whose seats can undertake something: those who work in the group, and not those who watch it."""
ACTION_TEXT = 2000
"""Letters an action has at most, and an entry in its life twice as many."""
A = ActionState


def _only_those_who_arrange(actor: Actor, what: str) -> None:
    if not arranges(actor):
        on = actor.has(Role.CHAIR, Role.SECRETARIAT)
        way = "You are acting for another seat: choose the seat to act for, and try again." if on else ""
        raise Refused(f"{what} by the chair and the secretariat. {way or 'Ask the secretariat.'}")


def _moves(action: Action, target: ActionState, done: str) -> None:
    """Raises when ``ACTION_MOVES`` knows no move to ``target``."""
    if action_move(action.state, target) is None:
        raise NotNow(f"{action} is {action.get_state_display().lower()}, and cannot be {done} from there.")


# ------------------------------------------------------------------------------------------------------------- raising


def check_can_raise_action(actor: Actor, meeting: Meeting) -> None:
    """Raises for everybody but the chair and the secretariat, and before the meeting has been opened (S3)."""
    _only_those_who_arrange(actor, "Actions are raised")
    if meeting.state not in ATTENDED:
        raise NotNow(
            f"{meeting} is {meeting.get_state_display().lower()}: an action is raised in a meeting or after it, "
            "from its opening on."
        )


def check_can_bring_action(actor: Actor) -> None:
    """Raises for everybody but the secretariat: what a group that already exists had open before this system."""
    if actor.role != Role.SECRETARIAT or actor.alternate:
        raise Refused("Actions from before this system are brought in by the secretariat. Ask the secretariat.")


def check_hangs_on(
    actor: Actor, meeting: Meeting, item: AgendaItem | None, decision: Decision | None, version: Version | None
) -> None:
    """Raises unless the item is one of the meeting's, and all of them are ``actor``'s to read."""
    if item and not AgendaItem.objects.standing().visible_to(actor).filter(pk=item.pk, meeting=meeting).exists():
        raise NotNow(f"That is no item of {meeting} which you may read.", "item")
    if decision and not Decision.objects.visible_to(actor).filter(pk=decision.pk).exists():
        raise NotNow("That decision is not yours to read, so an action cannot name it. Ask the chair.", "decision")
    if version and not Version.objects.visible_to(actor).filter(pk=version.pk).exists():
        raise NotNow("That version is not yours to read, so an action cannot name it. Ask the chair.", "version")


def check_owners(seats: Collection[Seat], day: date) -> None:
    """Raises unless somebody owns it, and every owner is a seat in force on ``day`` that works in the group."""
    if not seats:
        raise NotNow("Name who does it: an action that nobody owns is done by nobody.", "owners")
    for seat in seats:
        if seat.valid_to and seat.valid_to < day:
            raise NotNow(f"The seat of {seat.person} ({seat.label}) has ended. Name its successor.", "owners")
        if not seat.runs_on(day):
            raise NotNow(f"The seat of {seat.person} ({seat.label}) is not in force yet. Name somebody else.", "owners")
        if seat.role not in OWNER_ROLES:
            raise NotNow(f"{seat.label} watches the group's work, and owns no action. Name somebody else.", "owners")


def check_owners_read_it(actor: Actor, action: Action, seats: Iterable[Seat]) -> None:
    """Raises when an owner may not read the action: nobody undertakes what they cannot see. Five queries."""
    people = {seat.person_id: seat for seat in seats}
    shown = readers(
        lambda who: Action.objects.visible_to(who).filter(pk=action.pk), (s.person for s in people.values()), actor.at
    )
    if closed := sorted(seat.label for pk, seat in people.items() if pk not in {person.pk for person in shown}):
        raise NotNow(
            f"{' and '.join(closed)} may not read what this action hangs on. Leave that away, or name another owner.",
            "owners",
        )


def check_due(actor: Actor, due: date) -> None:
    """Raises for a day that is over, and for one so far ahead that the year is mistyped."""
    if workdays.deadline(due) <= actor.at:
        raise NotNow(
            f"It would be overdue at once: an action is due at 17:00 of its day, and it is {moment(actor.at)} now.",
            "due",
        )
    if due > clock.today(actor.at) + FURTHEST:
        raise NotNow("An action is due within two years. Look at the year.", "due")


# ---------------------------------------------------------------------------------------------------------- its owners


def check_can_read_action(actor: Actor, action: Action) -> None:
    """Raises for whoever it is not there for."""
    if not Action.objects.visible_to(actor).filter(pk=action.pk).exists():
        raise Refused("That action is not yours to read.")


def check_can_update_action(actor: Actor, action: Action) -> None:
    """Raises unless it is under way, and the actor's seat owns it or arranges the group's work (S7)."""
    if not (arranges(actor) or owns(actor, action)):
        raise Refused(f"{action} is updated by its owners. Ask the secretariat.")
    if action.state not in UNDER_WAY:
        raise NotNow(f"{action} is {action.get_state_display().lower()}: nothing is added to it.")


def check_can_propose_closing(actor: Actor, action: Action) -> None:
    """Raises for everybody but its owners, and unless it is open."""
    if not owns(actor, action):
        raise Refused(f"Its owners propose that {action} is closed; the secretariat closes it.")
    _moves(action, A.PROPOSED, "proposed for closing")


# ------------------------------------------------------------------------------------------------------ who settles it


def check_can_change_action(actor: Actor, action: Action) -> None:
    """Raises for everybody but the chair and the secretariat, and once it is settled."""
    _only_those_who_arrange(actor, "Owners and due dates are changed")
    if action.state not in UNDER_WAY:
        raise NotNow(f"{action} is {action.get_state_display().lower()}: open it again first.")


def check_can_close_action(actor: Actor, action: Action) -> None:
    """Raises for everybody but the chair and the secretariat, and unless it is under way."""
    _only_those_who_arrange(actor, "Actions are closed")
    _moves(action, A.DONE, "closed")


def check_can_send_action_back(actor: Actor, action: Action) -> None:
    """Raises for everybody but the chair and the secretariat, and unless its closing is proposed."""
    _only_those_who_arrange(actor, "Actions are sent back")
    if action.state != A.PROPOSED:
        raise NotNow(f"{action} is {action.get_state_display().lower()}: nobody has proposed that it is closed.")


def check_can_reopen_action(actor: Actor, action: Action) -> None:
    """Raises for everybody but the chair and the secretariat, and unless it is closed."""
    _only_those_who_arrange(actor, "Actions are opened again")
    if action.state != A.DONE:
        raise NotNow(f"{action} is {action.get_state_display().lower()}, and cannot be opened again.")


def check_can_withdraw_action(actor: Actor, action: Action) -> None:
    """Raises for everybody but the chair and the secretariat, and once it is settled."""
    _only_those_who_arrange(actor, "Actions are withdrawn")
    _moves(action, A.WITHDRAWN, "withdrawn")


def can_raise_action(actor: Actor, meeting: Meeting) -> bool:
    return allowed(check_can_raise_action, actor, meeting)


def can_bring_action(actor: Actor) -> bool:
    return allowed(check_can_bring_action, actor)


def can_update_action(actor: Actor, action: Action) -> bool:
    return allowed(check_can_update_action, actor, action)


def can_propose_closing(actor: Actor, action: Action) -> bool:
    return allowed(check_can_propose_closing, actor, action)


def can_change_action(actor: Actor, action: Action) -> bool:
    return allowed(check_can_change_action, actor, action)


def can_close_action(actor: Actor, action: Action) -> bool:
    return allowed(check_can_close_action, actor, action)


def can_send_action_back(actor: Actor, action: Action) -> bool:
    return allowed(check_can_send_action_back, actor, action)


def can_reopen_action(actor: Actor, action: Action) -> bool:
    return allowed(check_can_reopen_action, actor, action)


def can_withdraw_action(actor: Actor, action: Action) -> bool:
    return allowed(check_can_withdraw_action, actor, action)
