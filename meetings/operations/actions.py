"""The verbs of actions: raise, change, update, propose closing, close, send back, open again, withdraw (S3, S7)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from artefacts.models import Version
from artefacts.operations.moving import by_seat, doer, said
from artefacts.states import Marking
from meetings import rules
from meetings.models import Action, ActionOwner, ActionUpdate, AgendaItem, Decision, Meeting
from meetings.operations.meetings import reasoned
from meetings.owning import Owner, owners_of
from meetings.states import ActionState, ActionVerb
from sdwg import clock, dates
from sdwg.audit.acts import act, record
from sdwg.files.models import StoredFile
from sdwg.mail.operations import queue
from sdwg.members.access import Actor, NotNow, readers
from sdwg.members.models import Alternate, Seat
from sdwg.models import Numbering
from sdwg.numbering import numbered

__all__ = [
    "Evidence",
    "bring_action",
    "change_action",
    "close_action",
    "propose_closing",
    "raise_action",
    "reopen_action",
    "send_action_back",
    "update_action",
    "withdraw_action",
]

LONGEST = 2 * rules.ACTION_TEXT


@dataclass(frozen=True)
class Evidence:
    """What is said of an action, and what shows it: words, the address of a page, a file; each may be missing."""

    text: str = ""
    link: str = ""
    file: StoredFile | None = None
    file_name: str = ""


# ------------------------------------------------------------------------------------------------------------- raising


@act
def raise_action(
    *,
    actor: Actor,
    meeting: Meeting,
    text: str,
    owners: Collection[Seat],
    due: date,
    item: AgendaItem | None = None,
    decision: Decision | None = None,
    version: Version | None = None,
) -> Action:
    """Give seats something to do, in a meeting or after it. Its owners are told; it is carried forward until settled.

    What it hangs on says who reads it. Raises ``Refused``, or ``NotNow`` beside the field that makes it none.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    rules.check_can_raise_action(actor, meeting)
    rules.check_hangs_on(actor, meeting, item, decision, version)
    hangs_on = {"meeting": meeting, "item": item, "decision": decision, "version": version}
    return _made(actor, "action.raised", text, owners, due, hangs_on)


@act
def bring_action(*, actor: Actor, text: str, owners: Collection[Seat], due: date, before: str) -> Action:
    """An action that a group which already exists had open; ``before`` says where it was raised ("SDWG 9")."""
    rules.check_can_bring_action(actor)
    before = said(before, "Say where it was raised, for example SDWG 9 of 12 March 2026.", "before")
    return _made(actor, "action.brought", text, owners, due, {"before": _short(before, "before", 120)})


def _made(actor: Actor, verb: str, text: str, owners: Collection[Seat], due: date, hangs_on: dict[str, Any]) -> Action:
    words = _short(said(text, "Say what is to be done.", "text"), "text", rules.ACTION_TEXT)
    rules.check_owners(owners, clock.today(actor.at))
    rules.check_due(actor, due)
    action = numbered(
        Action,
        Numbering.Register.ACTIONS,
        text=words,
        due=due,
        state_since=actor.at,
        raised_by=doer(actor),
        raised_as=actor.label,
        raised_at=actor.at,
        **hangs_on,
    )
    for seat in owners:
        ActionOwner.objects.create(action=action, seat=seat, named_at=actor.at)
    rules.check_owners_read_it(actor, action, owners)
    record(verb, on=action, version_sha256=_sha256(action), note={"due": dates.day(due), **_where(action)})
    _tell(actor, action, "raised", f"{action} is yours", f"You have an action, {action}, due {dates.day(due)}.")
    return action


def _where(action: Action) -> dict[str, str]:
    found = {"at": action.meeting.reference if action.meeting else action.before}
    return found | ({"decision": action.decision.reference} if action.decision else {})


# -------------------------------------------------------------------------------------------------------- while it runs


@act
def change_action(
    *, actor: Actor, action: Action, owners: Collection[Seat], due: date, reason: str, seen: int | None = None
) -> Action:
    """Name other owners, or another day. What it was before stays and is shown; everybody concerned is told why.

    A seat that has ended may be kept by naming its successor, which makes it theirs for good. ``seen`` is the revision
    that the form showed: another by now is not overwritten.
    """
    action = _locked(actor, action)
    rules.check_can_change_action(actor, action)
    why = _short(reasoned(reason), "reason", LONGEST)
    _fresh(action, seen)
    rules.check_owners(owners, clock.today(actor.at))
    rows = {row.seat_id: row for row in action.owners.filter(ended_at__isnull=True)}
    named = {seat.pk for seat in owners}
    if due == action.due and named == set(rows):
        raise NotNow("These are its owners and its day already.")
    if due != action.due:
        rules.check_due(actor, due)
    before, had = action.due, owners_of([action], clock.today(actor.at))[action.pk]
    for pk, row in rows.items():
        if pk not in named:
            row.ended_at = actor.at
            row.save()
    for seat in owners:
        if seat.pk not in rows:
            ActionOwner.objects.create(action=action, seat=seat, named_at=actor.at)
    rules.check_owners_read_it(actor, action, owners)
    action.due = due
    action.revision += 1
    action.save()
    others = named != set(rows)
    _entry(
        actor,
        action,
        ActionVerb.CHANGED,
        Evidence(why),
        due_was=before if due != before else None,
        owners_was="; ".join(owner.line for owner in had) if others else "",
    )
    note = {"due": dates.day(due), **({"due was": dates.day(before)} if due != before else {})}
    record("action.changed", on=action, version_sha256=_sha256(action), note={**note, "other owners": str(others)})
    _tell(actor, action, "changed", f"{action} has changed", f"{action} has changed: it is due {dates.day(due)}.", had)
    return action


@act
def update_action(*, actor: Actor, action: Action, evidence: Evidence) -> Action:
    """Say how far it is; for the seat acted for, the alternate in force as such."""
    action = _locked(actor, action)
    rules.check_can_update_action(actor, action)
    _says(evidence, "Say how far it is.")
    _entry(actor, action, ActionVerb.UPDATED, evidence)
    record("action.updated", on=action, version_sha256=_sha256(action))
    return action


@act
def propose_closing(*, actor: Actor, action: Action, evidence: Evidence, seen: int | None = None) -> Action:
    """An owner says that it is done, with what shows it; the secretariat closes it."""
    action = _locked(actor, action)
    rules.check_can_propose_closing(actor, action)
    _fresh(action, seen)
    _says(evidence, "Say what was done, or give the link or the file that shows it.")
    _go(actor, action, ActionState.PROPOSED, ActionVerb.PROPOSED, evidence)
    return action


# ------------------------------------------------------------------------------------------------------------ settling


@act
def close_action(*, actor: Actor, action: Action, evidence: Evidence, seen: int | None = None) -> Action:
    """It is done. Where no owner has shown it, whoever closes it does."""
    action = _locked(actor, action)
    rules.check_can_close_action(actor, action)
    _fresh(action, seen)
    if action.state == ActionState.OPEN:
        _says(evidence, "No owner has shown that it is done: say what was, or give the link or the file that shows it.")
    _go(actor, action, ActionState.DONE, ActionVerb.CLOSED, evidence)
    return action


@act
def send_action_back(*, actor: Actor, action: Action, reason: str, seen: int | None = None) -> Action:
    """What was shown is not enough: it is open as before, and its owners are told why."""
    action = _locked(actor, action)
    rules.check_can_send_action_back(actor, action)
    why = _short(reasoned(reason), "reason", LONGEST)
    _fresh(action, seen)
    _go(actor, action, ActionState.OPEN, ActionVerb.SENT_BACK, Evidence(why))
    _tell(actor, action, "sent-back", f"{action} is sent back", f"{action} is not closed yet, and is yours again.")
    return action


@act
def reopen_action(*, actor: Actor, action: Action, due: date, reason: str, seen: int | None = None) -> Action:
    """A closed action turns out not to be done: it is open again, until another day."""
    action = _locked(actor, action)
    rules.check_can_reopen_action(actor, action)
    why = _short(reasoned(reason), "reason", LONGEST)
    _fresh(action, seen)
    rules.check_due(actor, due)
    before, action.due = action.due, due
    _go(actor, action, ActionState.OPEN, ActionVerb.REOPENED, Evidence(why), due_was=before)
    _tell(actor, action, "reopened", f"{action} is open again", f"{action} is open again, due {dates.day(due)}.")
    return action


@act
def withdraw_action(*, actor: Actor, action: Action, reason: str, seen: int | None = None) -> Action:
    """Nobody has to do it any more. It stays on record with the reason."""
    action = _locked(actor, action)
    rules.check_can_withdraw_action(actor, action)
    why = _short(reasoned(reason), "reason", LONGEST)
    _fresh(action, seen)
    _go(actor, action, ActionState.WITHDRAWN, ActionVerb.WITHDRAWN, Evidence(why))
    _tell(actor, action, "withdrawn", f"{action} is withdrawn", f"{action} is withdrawn: you need not do it any more.")
    return action


# ------------------------------------------------------------------------------------------------ what each stands on


def _locked(actor: Actor, action: Action) -> Action:
    """The action, locked until the transaction ends. Raises ``Refused`` when its actor may not read it."""
    Action.objects.select_for_update().get(pk=action.pk)
    found = Action.objects.marked().get(pk=action.pk)
    rules.check_can_read_action(actor, found)
    return found


def _fresh(action: Action, seen: int | None) -> None:
    if seen is not None and seen != action.revision:
        raise NotNow(
            f"{action} was changed since you loaded this page: it is {action.get_state_display().lower()}, due "
            f"{dates.day(action.due)}. Look at it above, then press again if yours is to stand."
        )


def _go(
    actor: Actor, action: Action, to: ActionState, verb: ActionVerb, evidence: Evidence, due_was: date | None = None
) -> None:
    """Move a locked action. The only code that changes ``Action.state``."""
    source, action.state, action.state_since = action.state, to, actor.at
    action.settled_at = actor.at if to in (ActionState.DONE, ActionState.WITHDRAWN) else None
    action.revision += 1
    action.save()
    _entry(actor, action, verb, evidence, due_was=due_was)
    note = {"from": source, "to": to.value, **({"due": dates.day(action.due)} if due_was else {})}
    record("action.moved", on=action, version_sha256=_sha256(action), note=note)


def _entry(actor: Actor, action: Action, verb: ActionVerb, evidence: Evidence, **more: Any) -> None:
    last = action.updates.aggregate(last=Max("number"))["last"] or 0
    if evidence.link and not evidence.link.startswith(("https://", "http://")):
        raise NotNow("A link begins with https:// or http://.", "link")
    ActionUpdate.objects.create(
        action=action,
        number=last + 1,
        verb=verb,
        text=_short(evidence.text.strip(), "text", LONGEST),
        link=_short(evidence.link, "link", 500),
        file=evidence.file,
        file_name=evidence.file_name[:200],
        made_at=actor.at,
        **by_seat(actor),
        **more,
    )


def _says(evidence: Evidence, sentence: str) -> None:
    if not (evidence.text.strip() or evidence.link or evidence.file):
        raise NotNow(sentence, "text")


def _short(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise NotNow(f"At most {longest:,} letters; these are {len(text):,}.", field)
    return text


def _sha256(action: Action) -> str:
    return action.version.sha256 if action.version else ""


def _tell(actor: Actor, action: Action, rule: str, subject: str, sentence: str, also: Sequence[Owner] = ()) -> None:
    """Owe a mail to whoever has the action, their alternates for a period included, and to whoever had it (``also``).

    Nobody is told of what they may not read or did themselves; the words go along where every seat may know them.
    """
    marked = Action.objects.marked().get(pk=action.pk)
    owners = [*owners_of([marked], clock.today(actor.at))[marked.pk], *also]
    seats = {owner.holder.pk: owner.holder for owner in owners if owner.holder}
    standing_in = Alternate.objects.in_force(actor.at).filter(seat__in=seats, for_key="").select_related("person")
    people = [*(seat.person for seat in seats.values()), *(row.person for row in standing_in)]
    for person in readers(lambda who: Action.objects.visible_to(who).filter(pk=action.pk), people, actor.at):
        if person.pk == actor.person_id:
            continue
        queue(
            rule=f"actions.{rule}",
            on_key=action.audit_key,
            person=person,
            occurrence=str(action.revision),
            subject=subject,
            template="notice",
            context={
                "sentence": sentence,
                "more": "" if marked.is_secret else f"The action: {marked.text}",
                "link": action.get_absolute_url(),
                "link_text": "Open the action",
                "why": "your seat owns it, or owned it",
            },
            marking=str(Marking(marked.marking).label),
            at=actor.at,
        )
