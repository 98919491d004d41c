"""Actions: raised, updated, closed with evidence; with a seat whoever sits on it; seen by whom, and carried how far."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from artefacts.states import Kind, Marking
from meetings import contents, operations, rules
from meetings.models import Action, ActionUpdate, Meeting
from meetings.operations import Evidence
from meetings.owning import overdue_since, owners_of
from meetings.queries import waiting_for
from meetings.queries.actions import REVIEW
from meetings.states import ACTION_MOVES, ActionState
from sdwg import clock, workdays
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.audit.verify import breaks
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Role
from sdwg.overview.operations import set_next_number
from tests.architecture.test_canaries import unpacked
from tests.artefacts import make as artefacts
from tests.artefacts.make import pass_to
from tests.cast import Cast, make_pdf
from tests.decisions import make as decisions
from tests.decisions.test_leaving import appoint, end, seat_page
from tests.decisions.test_lists import counted
from tests.meetings import make
from tests.meetings.reading import words
from tests.members import make as seats

DONE = Evidence("The volumes are with the secretariat.")
WHY = "The audit comes first."


def fresh(action: Action) -> Action:
    return Action.objects.marked().get(pk=action.pk)


def page(cast: Cast, who: str, action: Action, path: str = "") -> str:
    answer = cast.client(who).get(action.get_absolute_url() + path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split("<main")[1].split())


def told(rule: str) -> set[str]:
    """Who was owed a mail by this rule."""
    return {str(row.person) for row in OutboxMessage.objects.filter(rule=f"actions.{rule}").select_related("person")}


def moves(cast: Cast, who: str) -> list[str]:
    """What of actions waits for somebody."""
    return [row.title for row in waiting_for(cast.actor(who)) if row.reference.startswith("SDWG-ACT")]


def change(cast: Cast, action: Action, *owners: str, due: date | None = None, seen: int | None = None) -> Action:
    return operations.change_action(
        actor=cast.actor("secretariat"),
        action=action,
        owners=[cast.seat(name) for name in owners],
        due=due or fresh(action).due,
        reason=WHY,
        seen=seen,
    )


def send_back(cast: Cast, action: Action) -> Action:
    return operations.send_action_back(actor=cast.actor("secretariat"), action=action, reason=WHY)


def reopen(cast: Cast, action: Action) -> Action:
    due = workdays.add(clock.today(cast.at), 5)
    return operations.reopen_action(actor=cast.actor("secretariat"), action=action, due=due, reason=WHY)


def withdraw(cast: Cast, action: Action) -> Action:
    return operations.withdraw_action(actor=cast.actor("secretariat"), action=action, reason=WHY)


# ------------------------------------------------------------------------------------------------------------ its life


def test_it_is_raised_updated_proposed_and_closed_with_evidence(cast: Cast) -> None:
    action = make.action(cast, "idno", "agent")
    assert (action.reference, action.state, told("raised")) == ("SDWG-ACT-001", "open", {"Idno", "Agent"})
    assert make.DO in OutboxMessage.objects.filter(rule="actions.raised")[0].text
    operations.update_action(actor=cast.actor("agent"), action=action, evidence=Evidence("Half of it is there."))
    make.proposed(cast, action, "idno")
    make.closed(cast, action)

    action = fresh(action)
    assert (action.state, action.settled_at) == (ActionState.DONE, cast.at)
    said = [(row.verb, row.acting_as) for row in action.updates.all()]
    assert said == [
        ("updated", "Member, Supplier Agent A"), ("proposed", "Member, iDNO B"), ("closed", "Secretariat"),
    ]  # fmt: skip
    verbs = AuditEvent.objects.filter(on_key=action.audit_key).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["action.raised", "action.updated", "action.moved", "action.moved"]
    shown = page(cast, "observer", action)
    for words_ in ("Half of it is there.", "Sent on Friday.", "It is in the minutes.", "TLP:GREEN"):
        assert words_ in shown
    assert list(breaks()) == []


def test_it_is_sent_back_closed_opened_again_and_withdrawn_and_its_owners_hear_why(cast: Cast) -> None:
    action = make.action(cast)
    make.proposed(cast, action)
    send_back(cast, action)
    assert fresh(action).state == ActionState.OPEN
    make.closed(cast, make.proposed(cast, action), by="chair")
    pass_to(cast, cast.at + timedelta(days=30))
    again = reopen(cast, action)
    assert (again.state, again.settled_at, again.due > clock.today(cast.at)) == ("open", None, True)
    withdraw(cast, action)
    for rule in ("sent-back", "reopened", "withdrawn"):
        assert told(rule) == {"Idno"}
    assert "Was due" in page(cast, "idno", action), "the day before it was opened again stays"


ACTS: dict[str, tuple[Callable[[Cast, Action], object], str]] = {
    "propose": (lambda cast, action: make.proposed(cast, action), "closing"),
    "close": (lambda cast, action: make.closed(cast, action), "done"),
    "send back": (send_back, "open"),
    "open again": (reopen, "open"),
    "withdraw": (withdraw, "withdrawn"),
}
REACHED: dict[str, Callable[[Cast, Action], object]] = {
    "open": lambda cast, action: None,
    "closing": lambda cast, action: make.proposed(cast, action),
    "done": lambda cast, action: make.closed(cast, action),
    "withdrawn": withdraw,
}


@pytest.mark.parametrize("state", REACHED)
def test_every_act_does_what_the_table_says_and_no_other(cast: Cast, state: str) -> None:
    action = make.action(cast)
    REACHED[state](cast, action)
    for name, (act, target) in ACTS.items():
        legal = any((move.source, move.target) == (state, target) for move in ACTION_MOVES)
        legal &= name != "send back" or state == "closing"
        legal &= name != "open again" or state == "done"
        kept = list(Action.objects.filter(pk=action.pk).values())
        if legal:
            with transaction.atomic():
                act(cast, fresh(action))
                assert fresh(action).state == target, name
                transaction.set_rollback(True)
        else:
            with pytest.raises(NotNow):
                act(cast, fresh(action))
        assert list(Action.objects.filter(pk=action.pk).values()) == kept


# --------------------------------------------------------------------------------------------------------- who may what


@pytest.mark.parametrize("who", ["analyst", "idno", "partner", "observer", "dag", "auditor"])
def test_chair_and_secretariat_alone_raise_and_settle(cast: Cast, who: str) -> None:
    action = make.proposed(cast, make.action(cast))
    actor = cast.actor(who)
    attempts: list[Callable[[], object]] = [
        lambda: make.action(cast, meeting=action.meeting, by=who),
        lambda: operations.close_action(actor=actor, action=action, evidence=DONE),
        lambda: operations.send_action_back(actor=actor, action=action, reason=WHY),
        lambda: operations.withdraw_action(actor=actor, action=action, reason=WHY),
        lambda: operations.change_action(
            actor=actor, action=action, owners=[cast.seat("agent")], due=action.due, reason=WHY
        ),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()
    if who != "idno":
        with pytest.raises(Refused, match="updated by its owners"):
            operations.update_action(actor=actor, action=action, evidence=DONE)
        with pytest.raises(Refused, match="Its owners propose"):
            operations.propose_closing(actor=actor, action=action, evidence=DONE)


def test_an_alternate_for_a_period_acts_as_such_and_one_for_a_meeting_does_not(cast: Cast) -> None:
    action = make.action(cast, "large-supplier", "idno")
    seats.alternate(cast)
    row = seats.nomination(cast, "idno", "outsider", window=None, for_key=action.meeting.audit_key, for_ref="SDWG 1")  # type: ignore[union-attr]
    members.accept_nomination(actor=cast.actor("outsider"), alternate=row)

    operations.update_action(actor=cast.actor("alternate"), action=action, evidence=DONE)
    entry = ActionUpdate.objects.get()
    assert (entry.acting_as, entry.seat) == (
        "Alternate, alternate for Member, Large Supplier A",
        cast.seat("large-supplier"),
    )
    assert moves(cast, "alternate") == moves(cast, "large-supplier") == [make.DO]
    with pytest.raises(Refused, match="updated by its owners"):
        operations.update_action(actor=cast.actor("outsider"), action=action, evidence=DONE)
    assert moves(cast, "outsider") == []
    change(cast, action, "large-supplier")
    assert "Alternate" in told("changed")


# ------------------------------------------------------------------------------------------------------------ bad input


def test_what_is_refused_when_it_is_raised_names_its_field(cast: Cast) -> None:
    meeting = make.opened(cast)
    today = clock.today(cast.at)
    end(cast, "grid")
    refused: list[tuple[str, str, dict[str, Any]]] = [
        ("due", "overdue at once", {"due": today - timedelta(days=1)}),
        ("due", "Look at the year", {"due": date(2099, 1, 1)}),
        ("owners", "nobody owns", {"owners": []}),
        ("owners", "has ended", {"owners": [cast.seat("grid")]}),
        ("owners", "owns no action", {"owners": [cast.seat("observer")]}),
        ("text", "Say what is to be done", {"text": "  \n "}),
        ("text", "At most 2,000 letters; these are 5,000", {"text": "x" * 5000}),
        ("item", "no item of", {"item": make.scheduled(cast).items.first()}),
        ("version", "not yours to read", {"version": artefacts.version(cast, marking="RED", people=["idno"])}),
    ]
    for field, sentence, given in refused:
        facts = {"text": make.DO, "owners": [cast.seat("idno")], "due": today + timedelta(days=9), **given}
        cast.seat("grid").refresh_from_db()
        with pytest.raises(NotNow, match=sentence) as refusal:
            operations.raise_action(actor=cast.actor("secretariat"), meeting=meeting, **facts)
        assert refusal.value.field == field
    with pytest.raises(NotNow, match="from its opening on"):
        make.action(cast, meeting=make.scheduled(cast))
    assert not Action.objects.exists()


def test_today_is_a_day_until_five_o_clock(cast: Cast) -> None:
    meeting = make.opened(cast)
    assert make.action(cast, meeting=meeting, days=0).due == clock.today(cast.at)
    pass_to(cast, clock.at_london(clock.today(cast.at), time(17)))
    with pytest.raises(NotNow, match="overdue at once"):
        make.action(cast, meeting=meeting, days=0)


@pytest.mark.parametrize("given", [Evidence(), Evidence("  \n")])
def test_nothing_is_closed_without_words_or_evidence(cast: Cast, given: Evidence) -> None:
    action = make.action(cast)
    with pytest.raises(NotNow, match="Say what was done"):
        operations.propose_closing(actor=cast.actor("idno"), action=action, evidence=given)
    with pytest.raises(NotNow, match="No owner has shown"):
        operations.close_action(actor=cast.actor("chair"), action=action, evidence=given)
    with pytest.raises(NotNow, match="Say how far"):
        operations.update_action(actor=cast.actor("idno"), action=action, evidence=given)
    with pytest.raises(NotNow, match="begins with https"):
        operations.update_action(actor=cast.actor("idno"), action=action, evidence=Evidence(link="javascript:alert(1)"))
    with pytest.raises(NotNow, match="Say why"):
        operations.withdraw_action(actor=cast.actor("chair"), action=action, reason=" ")


def test_what_is_typed_is_kept_escaped_and_refused_beside_its_field(cast: Cast) -> None:
    meeting = make.opened(cast)
    client, url = cast.client("secretariat"), f"{meeting.get_absolute_url()}actions/raise/"
    hostile = "<script>alert(1)</script>"
    sent = {"text": hostile, "due": "2026-11-01", "owners": [str(cast.seat("idno").pk)], "once": str(uuid4())}
    answer = client.post(url, sent)
    shown = answer.content.decode()
    assert (answer.status_code, "overdue at once" in shown) == (422, True)
    assert "&lt;script&gt;alert(1)" in shown
    assert hostile not in shown
    assert re.search(rf'value="{cast.seat("idno").pk}"[^>]*checked', shown)
    too_long = client.post(url, {**sent, "text": "x" * 5000, "due": "2026-12-31"})
    assert (too_long.status_code, "at most 2000 characters" in too_long.content.decode()) == (422, True)

    first = client.post(url, {**sent, "due": "2026-12-31"})
    again = client.post(url, {**sent, "due": "2026-12-31"})
    assert first["Location"] == again["Location"] == "/actions/SDWG-ACT-001/"
    assert Action.objects.count() == 1
    assert hostile not in client.get(first["Location"]).content.decode()


def test_a_file_alone_is_evidence_and_whoever_reads_the_action_can_save_it(cast: Cast) -> None:
    action = make.action(cast)
    url, sent = f"{action.get_absolute_url()}propose/", {"seen": str(action.revision), "once": str(uuid4())}
    upload = SimpleUploadedFile("Letter.pdf", make_pdf(1, "The letter"), "application/pdf")
    assert cast.client("idno").post(url, {**sent, "file": upload}).status_code == 302
    assert fresh(action).state == ActionState.PROPOSED
    assert "Letter.pdf" in page(cast, "secretariat", action, "close/")
    answer = cast.client("observer").get(f"{action.get_absolute_url()}evidence/1/")
    assert "The letter" in words(b"".join(answer))  # type: ignore[arg-type]
    assert 'filename="Letter.pdf"' in answer["Content-Disposition"]


def test_of_two_people_at_once_the_second_sees_what_the_first_did_and_keeps_their_words(cast: Cast) -> None:
    action = make.action(cast)
    client, url = cast.client("secretariat"), f"{action.get_absolute_url()}change/"
    (seen,) = re.findall(r'name="seen" value="(\d+)"', client.get(url).content.decode())
    other = change(cast, action, "agent")
    sent = {"owners": [str(cast.seat("grid").pk)], "due": "2026-12-31", "reason": "Typed at length", "seen": seen}
    late = client.post(url, {**sent, "once": str(uuid4())})
    shown = late.content.decode()
    assert late.status_code == 422
    assert "was changed since you loaded this page" in shown
    assert "Typed at length" in shown
    assert "Member, Supplier Agent A" in shown
    (seen,) = re.findall(r'name="seen" value="(\d+)"', shown)
    assert int(seen) == fresh(other).revision
    assert client.post(url, {**sent, "seen": seen, "once": str(uuid4())}).status_code == 302
    assert [owner.seat for owner in owners_of([action], clock.today(cast.at))[action.pk]] == [cast.seat("grid")]


def test_a_change_that_changes_nothing_is_none(cast: Cast) -> None:
    action = make.action(cast)
    with pytest.raises(NotNow, match="already"):
        change(cast, action, "idno")


def test_an_old_day_and_old_owners_stay_and_everybody_concerned_is_told(cast: Cast) -> None:
    action = make.action(cast)
    was = action.due
    change(cast, action, "agent", due=was + timedelta(days=3))
    entry = ActionUpdate.objects.get()
    assert (entry.due_was, entry.owners_was, entry.text) == (was, "Member, iDNO B (Idno)", WHY)
    shown = page(cast, "agent", action)
    assert "Was due Mon 14 Dec" in shown
    assert "Was with Member, iDNO B (Idno)." in shown
    assert WHY in shown
    assert told("changed") == {"Idno", "Agent"}


# ----------------------------------------------------------------------------------------------- whose it is, by and by


def test_a_successor_inherits_it_and_acts_for_it(cast: Cast) -> None:
    action = make.action(cast)
    end(cast, "idno")
    appoint(cast, "outsider")
    assert moves(cast, "outsider") == [make.DO]
    assert "Outsider, in place of Idno" in page(cast, "chair", action)
    assert 'class="mine"' in cast.client("outsider").get("/actions/?show=mine").content.decode()
    make.proposed(cast, action, "outsider")
    assert moves(cast, "secretariat") == ["Close SDWG-ACT-001, or send it back"]


def test_one_whose_seat_is_vacant_is_never_lost(cast: Cast) -> None:
    action = make.action(cast)
    assert "Action SDWG-ACT-001, due Mon 14 Dec 2026" in seat_page(cast)
    assert "Shown as vacant until another owner is named" in seat_page(cast)
    end(cast, "idno")
    assert moves(cast, "secretariat") == ["Seat vacant: nobody has SDWG-ACT-001"]
    for where in ("/actions/", "/actions/?show=open", action.get_absolute_url()):
        assert "seat vacant; Idno left" in cast.client("agent").get(where).content.decode()
    change(cast, action, "agent")
    assert moves(cast, "secretariat") == []
    assert moves(cast, "agent") == [make.DO]


def test_a_programme_role_passes_its_actions_to_whoever_comes_next(cast: Cast) -> None:
    action = make.action(cast, "analyst")
    end(cast, "analyst")
    assert moves(cast, "secretariat") == ["Seat vacant: nobody has SDWG-ACT-001"]
    seats.seat(cast, cast.person("outsider"), Role.ANALYST, "MHHS Programme", valid_from=clock.today(cast.at))
    assert moves(cast, "outsider") == [make.DO]
    operations.update_action(actor=cast.actor("outsider"), action=action, evidence=DONE)


def test_it_says_beforehand_to_whom_it_passes(cast: Cast) -> None:
    make.action(cast)
    tomorrow = clock.today(cast.at) + timedelta(days=1)
    appoint(cast, "outsider", valid_from=tomorrow, why_second="A handover.")
    assert "Passes to Outsider from" in seat_page(cast)


# ------------------------------------------------------------------------------------------------------- who sees it


def begin(cast: Cast, meeting: Meeting) -> Meeting:
    pass_to(cast, meeting.starts_at)
    return operations.open_meeting(actor=cast.actor("chair"), meeting=meeting, no_pack_reason="Short notice.")


def of_a_closed_meeting(cast: Cast, text: str) -> Action:
    meeting = make.scheduled(cast)
    operations.restrict_meeting(actor=cast.actor("chair"), meeting=meeting, seats=[cast.seat("idno")], reason="Tender")
    return make.action(cast, "idno", meeting=begin(cast, meeting), text=text)


def of_a_red_version(cast: Cast, text: str) -> Action:
    version = artefacts.version(cast, marking=Marking.RED, people=["idno"])
    return make.action(cast, "idno", text=text, version=version)


def of_procurement(cast: Cast, text: str) -> Action:
    version = artefacts.version(cast, kind=Kind.PROCUREMENT, people=["idno"])
    return make.action(cast, "idno", text=text, version=version)


def of_a_strict_decision(cast: Cast, text: str) -> Action:
    version = decisions.ready_version(cast)
    artefacts.remark(cast, version, Marking.STRICT)
    decision = decisions.open_decision(cast, on=version)
    return make.action(cast, "analyst", text=text, decision=decision)


@pytest.mark.parametrize(
    ("made", "marking", "hears"),
    [
        (of_a_closed_meeting, "AMBER", "idno"),
        (of_a_red_version, "RED", "idno"),
        (of_procurement, "AMBER", "idno"),
        (of_a_strict_decision, "AMBER+STRICT", "analyst"),
    ],
)
def test_it_is_heard_of_by_those_alone_who_may_read_what_it_hangs_on(
    cast: Cast, made: Callable[[Cast, str], Action], marking: str, hears: str
) -> None:
    """A canary: on every page, in every file, in mail and by searching, of a member who is not entitled to it."""
    action = made(cast, "canaryaction volumes")
    stored = artefacts.stored(cast, words="canaryaction evidence")
    given = Evidence("canaryaction update", "https://canaryaction.example/", stored, "canaryaction.pdf")
    operations.update_action(actor=cast.actor("chair"), action=action, evidence=given)
    acts = ("", "update/", "propose/", "change/", "close/", "send-back/", "reopen/", "withdraw/", "evidence/1/")
    own = [f"{action.get_absolute_url()}{path}" for path in acts]
    meeting = action.meeting
    assert meeting
    lists = ["/actions/", "/", "/terms-of-reference/", "/search/?q=act+1", "/search/?q=volumes"]
    for who in ("agent", "observer", "partner"):
        client = cast.client(who)
        for url in own:
            assert client.get(url).status_code == 404, url
            assert client.post(url).status_code in (404, 405), url
        for url in [*lists, meeting.get_absolute_url(), "/actions/log.csv", "/actions/log.xlsx"]:
            answer = client.get(url)
            content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
            heard = unpacked(content)
            assert "SDWG-ACT-001" not in heard, url
            assert "canaryaction" not in heard, url
    assert "SDWG-ACT" not in words(b"".join(cast.client("agent").get("/actions/log.pdf")))  # type: ignore[arg-type]
    assert not OutboxMessage.objects.filter(text__contains="canaryaction").exclude(person=cast.person(hears)).exists()

    heard = cast.client(hears).get(action.get_absolute_url()).content.decode()
    assert "canaryaction update" in heard
    assert f"TLP:{marking}" in heard
    assert AuditRead.objects.filter(on_key=action.audit_key, person=cast.person(hears), kind="opened").exists()
    assert cast.client(hears).get(f"{action.get_absolute_url()}evidence/1/").status_code == 200


def test_of_a_closed_item_chair_and_secretariat_alone_hear(cast: Cast) -> None:
    meeting = make.scheduled(cast)
    item = make.add_item(cast, meeting, "Tender")
    operations.restrict_item(actor=cast.actor("chair"), item=item, restricted=True, reason="It names a supplier.")
    action = make.action(cast, "secretariat", meeting=begin(cast, meeting), text="canaryaction", item=item)
    assert fresh(action).marking == Marking.AMBER
    for who in ("idno", "analyst", "auditor", "observer"):
        assert cast.client(who).get(action.get_absolute_url()).status_code == 404
        assert "canaryaction" not in cast.client(who).get(meeting.get_absolute_url()).content.decode()
    assert "canaryaction" in page(cast, "secretariat", action)
    assert "canaryaction" not in OutboxMessage.objects.get(rule="actions.raised").text


def test_nobody_is_made_owner_of_what_they_may_not_read(cast: Cast) -> None:
    version = artefacts.version(cast, marking=Marking.RED, people=["idno"])
    with pytest.raises(NotNow, match="Member, Supplier Agent A may not read") as refusal:
        make.action(cast, "idno", "agent", version=version)
    assert refusal.value.field == "owners"
    action = make.action(cast, "idno", version=version)
    with pytest.raises(NotNow, match="may not read"):
        operations.change_action(
            actor=cast.actor("chair"), action=action, owners=[cast.seat("agent")], due=action.due, reason=WHY
        )


# ------------------------------------------------------------------------------------------- lists, files, other pages


def overdue(cast: Cast, *owners: str, **facts: Any) -> Action:
    """An action that was due the working day before. Time has passed."""
    action = make.action(cast, *owners, days=1, **facts)
    pass_to(cast, workdays.deadline(action.due) + timedelta(hours=20))
    return action


def test_the_register_shows_what_is_asked_for_and_an_overdue_one_stands_out(cast: Cast) -> None:
    late = overdue(cast)
    meeting = late.meeting
    mine = make.action(cast, "agent", meeting=meeting, text="Second")
    proposed = make.proposed(cast, make.action(cast, meeting=meeting, text="Third"))
    done = make.closed(cast, make.action(cast, meeting=meeting, text="Fourth"))
    gone = withdraw(cast, make.action(cast, meeting=meeting, text="Fifth"))
    expected = {
        "": [late, mine, proposed, done, gone],
        "open": [late, mine, proposed],
        "overdue": [late],
        "mine": [mine],
        "closing": [proposed],
        "closed": [done],
        "withdrawn": [gone],
        "nonsense": [late, mine, proposed, done, gone],
    }
    for show, found in expected.items():
        shown = cast.client("agent").get(f"/actions/?show={show}").content.decode()
        assert set(re.findall(r'class="reference" href="/actions/(SDWG-ACT-\d+)/', shown)) == {
            str(row) for row in found
        }
    assert "Overdue" in page(cast, "idno", late)
    (row,) = [row for row in waiting_for(cast.actor("idno")) if row.reference == str(late)]
    assert row.due
    assert row.due < cast.at
    assert overdue_since(cast.at) >= late.due


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "@sum", "-2+3"])
def test_no_cell_of_a_file_is_a_live_formula(cast: Cast, text: str) -> None:
    action = make.action(cast, text=text)
    operations.update_action(actor=cast.actor("idno"), action=action, evidence=Evidence(text))
    answers = {end: b"".join(cast.client("agent").get(f"/actions/log.{end}")) for end in ("csv", "xlsx", "pdf")}  # type: ignore[arg-type]
    (header, row) = csv.reader(io.StringIO(answers["csv"].decode("utf-8-sig")))
    found = dict(zip(header, row, strict=True))
    assert (found["Action"], found["Latest update"]) == (f"'{text}", f"'{text}")
    assert (found["Owners"], found["Due"]) == ("Member, iDNO B (Idno)", action.due.isoformat())
    cells = [cell for line in load_workbook(BytesIO(answers["xlsx"])).active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "d", "n"}
    assert f"'{text}" in [cell.value for cell in cells]
    printed = words(answers["pdf"])
    assert "SDWG-ACT-001" in printed
    assert text in printed
    assert "TLP:GREEN" in printed


def test_a_file_is_what_the_page_shows_and_its_reading_is_on_record(cast: Cast) -> None:
    version = artefacts.version(cast, marking=Marking.AMBER)
    make.action(cast, "idno", version=version)
    make.closed(cast, make.action(cast, meeting=Meeting.objects.get(), text="Another"))
    shown = b"".join(cast.client("idno").get("/actions/log.csv?show=open")).decode()  # type: ignore[arg-type]
    assert "SDWG-ACT-001" in shown
    assert "SDWG-ACT-002" not in shown
    assert AuditRead.objects.get(kind="took-actions").on_ref == "SDWG-ACT-001"


def test_it_is_carried_forward_to_each_later_meeting_until_it_is_settled(cast: Cast) -> None:
    action = make.action(cast)
    later = make.opened(cast)
    make.closed(cast, action)
    after = make.scheduled(cast)

    def carried(meeting: Meeting) -> bool:
        shown = cast.client("agent").get(meeting.get_absolute_url()).content.decode()
        return "Carried forward to it" in shown and "SDWG-ACT-001" in shown

    first = cast.client("agent").get(action.meeting.get_absolute_url()).content.decode()  # type: ignore[union-attr]
    assert "Raised at this meeting" in first
    assert "SDWG-ACT-001" in first
    assert carried(later)
    assert not carried(after)
    assert "actions/raise/" in cast.client("chair").get(later.get_absolute_url()).content.decode()
    assert "actions/raise/" not in cast.client("agent").get(later.get_absolute_url()).content.decode()


def test_the_agenda_is_offered_their_review_until_it_has_it(cast: Cast) -> None:
    overdue(cast)
    meeting = make.scheduled(cast)
    client, url = cast.client("secretariat"), f"{meeting.get_absolute_url()}agenda/"
    shown = client.get(url).content.decode()
    assert "1 under way, 1 overdue" in shown
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown.split('id="review"')[1]))
    assert client.post(f"{url}add/", sent).status_code == 302
    assert meeting.items.filter(title=REVIEW).exists()
    assert "Put their review on the agenda" not in client.get(url).content.decode()


def test_the_pack_prints_the_log_of_what_every_reader_may_see(cast: Cast) -> None:
    action = make.action(cast, "idno", "agent")
    operations.update_action(actor=cast.actor("idno"), action=action, evidence=Evidence("Half of it is there."))
    make.action(cast, meeting=action.meeting, text="canaryaction", version=artefacts.version(cast))
    done = make.closed(cast, make.action(cast, meeting=action.meeting, text="Third"))
    operations.close_meeting(actor=cast.actor("chair"), meeting=action.meeting)  # type: ignore[arg-type]
    end(cast, "agent")
    pack = make.pack_built(cast, meeting=make.scheduled(cast))
    printed = words(b"".join(cast.client("secretariat").get(f"{pack.get_absolute_url()}file/")))  # type: ignore[arg-type]
    for told_ in ("Action log", "SDWG-ACT-001", "Half of it is there.", "seat vacant", str(done), "Closed"):
        assert told_ in printed
    assert "canaryaction" not in printed
    assert [part["title"] for part in pack.page_map["parts"]][:4] == ["Cover", "Contents", "Agenda", "Action log"]
    change(cast, action, "idno")
    assert pack.inputs != contents.read(pack.meeting, cast.at).inputs, "it is built again before it goes out"


def test_a_pack_without_actions_has_no_log(cast: Cast) -> None:
    found = contents.read(make.scheduled(cast), cast.at)
    assert found.actions == ()


def test_a_conflict_that_takes_sight_keeps_an_action_off_the_pages_that_everybody_gets(cast: Cast) -> None:
    version = artefacts.version(cast, marking=Marking.GREEN)
    make.action(cast, "idno", version=version)
    meeting = make.scheduled(cast)
    assert len(contents.read(meeting, cast.at).actions) == 1
    operations.record_conflict(
        actor=cast.actor("chair"),
        thing=version.artefact,
        organisation=cast.seat("agent").organisation,
        takes_sight=True,
        reason="A parent.",
    )
    assert contents.read(meeting, cast.at).actions == ()


def test_a_group_brings_what_it_had_open_and_its_next_number(cast: Cast) -> None:
    set_next_number(actor=cast.actor("secretariat"), register="actions", number=41)
    client = cast.client("secretariat")
    assert "bring an action from before this system" in client.get("/opening-balance/").content.decode()
    sent = {"text": make.DO, "before": "SDWG 9, 12 March 2026", "owners": [str(cast.seat("idno").pk)],
            "due": "2026-12-31", "once": str(uuid4())}  # fmt: skip
    assert client.post("/actions/bring/", {**sent, "before": " "}).status_code == 422
    assert client.post("/actions/bring/", sent)["Location"] == "/actions/SDWG-ACT-041/"
    assert "SDWG 9, 12 March 2026" in page(cast, "observer", Action.objects.get())
    assert moves(cast, "idno") == [make.DO]
    with pytest.raises(Refused, match="brought in by the secretariat"):
        operations.bring_action(
            actor=cast.actor("chair"), text="x", owners=[cast.seat("idno")], due=date(2026, 12, 31), before="SDWG 9"
        )


def test_it_is_found_by_its_words_its_updates_and_its_reference(cast: Cast) -> None:
    action = make.action(cast, text="Send the xylophone volumes")
    operations.update_action(actor=cast.actor("idno"), action=action, evidence=Evidence("The zither is missing."))
    for asked in ("xylophone", "zither", "act-1"):
        assert action.get_absolute_url() in cast.client("agent").get("/search/", {"q": asked}).content.decode()


def test_lists_ask_the_same_for_1_3_and_30(cast: Cast) -> None:
    meeting = make.opened(cast)
    end(cast, "grid")
    here = ("/actions/", "/actions/?show=mine", "/", meeting.get_absolute_url(), "/actions/log.csv")
    counts = []
    for wanted in (1, 3, 30):
        while Action.objects.count() < wanted:
            action = make.action(cast, "idno", "agent", meeting=meeting)
        operations.update_action(actor=cast.actor("idno"), action=action, evidence=DONE)
        counts.append([counted(cast, who, url) for who in ("secretariat", "idno") for url in here])
    assert counts[0] == counts[1] == counts[2], counts


def test_at_no_moment_is_it_both_open_and_settled(cast: Cast) -> None:
    """The database says so too, whoever writes to it."""
    action = make.action(cast)
    for change_ in ({"state": "done"}, {"settled_at": datetime(2026, 12, 1, tzinfo=cast.at.tzinfo)}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Action.objects.filter(pk=action.pk).update(**change_)


def test_of_the_same_rights_the_pages_offer_what_the_rules_allow(cast: Cast) -> None:
    action = make.action(cast)
    for who, offered in (("idno", True), ("agent", False), ("secretariat", True)):
        assert rules.can_update_action(cast.actor(who), fresh(action)) is offered
        assert ("/update/" in page(cast, who, action)) is offered
