"""People and seats as a table: shown row by row, carried out whole or not at all, and never a second time."""

import csv
import io
import tempfile
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.files import table_reader
from sdwg.files.cells import guarded
from sdwg.files.models import StagedUpload, StoredFile
from sdwg.files.tables import TableRow
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations, sheets
from sdwg.members.access import NotNow, Refused
from sdwg.members.forms import rows_of
from sdwg.members.models import APPOINTED, Constituency, Discipline, Invitation, Organisation, Person, Role, Seat
from sdwg.members.operations import Plan, Row, Source
from tests.cast import AT, Cast, gather
from tests.decisions.test_concurrency import at_once
from tests.members import make
from tests.members.make import TODAY, TOMORROW
from tests.members.test_pages import text

SOURCE = Source("people.xlsx", "a" * 64)
LONG = "x" * 121


def row(
    person: str = "Newcomer",
    address: str = "newcomer@sdwg.example",
    organisation: str = "Large Supplier B",
    constituency: str = "Large Suppliers",
    role: str = "Member",
    discipline: str = "Business analyst",
    first_day: str = "2026-12-01",
    last_day: str = "",
    why: str = "",
) -> tuple[str, ...]:
    """A row as it stands in the table; by itself, a newcomer's seat for an organisation that is not listed yet."""
    return (person, address, organisation, constituency, role, discipline, first_day, last_day, why)


def alone(person: str = "", address: str = "", organisation: str = "", constituency: str = "") -> tuple[str, ...]:
    return row(person, address, organisation, constituency, "", "", "")


def held(cast: Cast, who: str, **changes: str) -> tuple[str, ...]:
    """The row of a seat there is, as it is exported, but for ``changes``."""
    seat = cast.seat(who)
    kind = seat.organisation.constituency
    given = {
        "person": seat.person.display_name,
        "address": f"{who}@sdwg.example",
        "organisation": seat.organisation.name,
        "constituency": kind.name if kind else "",
        "role": seat.get_role_display(),
        "discipline": seat.get_discipline_display() if seat.discipline else "",
        "first_day": seat.valid_from.isoformat(),
    }
    return row(**(given | changes))


def rows(*table: Sequence[str]) -> list[Row]:
    return rows_of([TableRow(number, tuple(cells)) for number, cells in enumerate(table, 2)])


def shown(cast: Cast, *table: Sequence[str]) -> Plan:
    return operations.preview(actor=cast.actor("secretariat"), rows=rows(*table), source=SOURCE)


def imported(
    cast: Cast, *table: Sequence[str], seen: str | None = None, invites: bool | None = False, by: str = "secretariat"
) -> Plan:
    seen = shown(cast, *table).digest if seen is None else seen
    return operations.import_people(actor=cast.actor(by), rows=rows(*table), source=SOURCE, seen=seen, invites=invites)


def refusals(plan: Plan) -> list[tuple[int, str]]:
    return [(line.row.number, line.refusal) for line in plan.refused]


def everything() -> tuple[int, ...]:
    """How much of everything there is."""
    models = (Person, Organisation, Seat, Invitation, AuditEvent, OutboxMessage, Seat.history.model)
    return tuple(model._default_manager.count() for model in models)


# ---------------------------------------------------------------------------------------------------- what a table does


def test_a_preview_says_what_each_row_does_and_stores_nothing(cast: Cast) -> None:
    before = everything()
    plan = shown(cast, held(cast, "idno"), row(), alone(organisation="Meter Body"), row(role="Observer", first_day="x"))

    assert everything() == before
    assert [line.row.number for line in plan.unchanged] == [2]
    assert [effect.words for line in plan.changing for effect in line.effects] == [
        "A new account: Newcomer.",
        "A new organisation: Large Supplier B, under Large Suppliers.",
        "A seat: Member, Large Supplier B (Business analyst), from 1 December 2026.",
        "A new organisation: Meter Body, without a constituency.",
    ]
    assert refusals(plan) == [(5, "First day: This is no date. Write it as 2026-11-30 or 30/11/2026.")]


def test_a_confirmed_table_is_carried_out_by_the_operations_of_the_pages_as_one_act(cast: Cast) -> None:
    plan = imported(cast, row(), alone("Second", "Second@sdwg.example"))

    seat = Seat.objects.get(person__display_name="Newcomer")
    assert (seat.label, seat.valid_from, seat.proposed_by) == (
        "Member, Large Supplier B",
        TOMORROW,
        cast.person("secretariat"),
    )
    assert Person.objects.filter(display_name="Second").exists()
    newest = AuditEvent.objects.order_by("-seq")[:5]
    assert [event.verb for event in newest] == [
        "people.imported",
        "person.made",
        "seat.started",
        "organisation.listed",
        "person.made",
    ]
    assert len({event.act for event in newest}) == 1
    assert newest[0].version_sha256 == SOURCE.sha256
    assert newest[0].note == {"file": "people.xlsx", "rows": 2, "account": 2, "organisation": 1, "seat": 1}
    assert plan.sums == ["2 accounts are made", "1 organisation is listed", "1 seat is given"]


def test_new_accounts_are_invited_when_it_is_said_and_not_otherwise(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Say whether the new accounts are invited now"):
        imported(cast, row(), invites=None)
    imported(cast, row(), invites=False)
    assert not Invitation.objects.exists()
    imported(cast, alone("Second", "second@sdwg.example"), invites=True)
    assert Invitation.objects.get().person.display_name == "Second"
    assert OutboxMessage.objects.filter(rule="person.invited").count() == 1


def test_a_privileged_seat_is_only_proposed_and_waits_for_its_second_person(cast: Cast) -> None:
    plan = imported(
        cast, row(role="Auditor", organisation="Audit Body F", constituency=""), held(cast, "idno"), invites=True
    )

    seat = Seat.objects.pending().get()
    assert plan.counts["proposal"] == 1
    assert plan.told == ("Chair is asked by mail to confirm what is proposed.",)
    assert OutboxMessage.objects.get(rule="seat.confirm").person == cast.person("chair")
    with pytest.raises(Refused):
        operations.confirm_seat(actor=cast.actor("secretariat"), seat=seat)
    assert operations.confirm_seat(actor=cast.actor("chair"), seat=seat).confirmed_at


def test_a_last_day_ends_a_seat_and_the_successor_may_stand_before_it_in_the_table(cast: Cast) -> None:
    successor = row("New chair", "new@sdwg.example", "MHHS Programme", "", "Chair", "", "2027-01-01")
    plan = imported(cast, successor, held(cast, "chair", last_day="31/12/2026"))

    assert [effect.kind for line in plan.lines for effect in line.effects] == ["account", "proposal", "end"]
    ended = Seat.objects.get(pk=cast.seat("chair").pk)
    assert ended.valid_to == date(2026, 12, 31)
    assert AuditEvent.objects.get(verb="seat.ended").reason == "Imported from a table."
    assert Seat.objects.pending().get().person.display_name == "New chair"


def test_rows_find_what_rows_before_them_made(cast: Cast) -> None:
    second = row("Second", "second@sdwg.example", why="Two sites")
    plan = imported(cast, row(), second, row(role="Observer", discipline=""))

    assert plan.counts == {"account": 2, "organisation": 1, "seat": 3}
    assert Organisation.objects.filter(name="Large Supplier B").count() == 1
    assert [len(line.effects) for line in plan.lines] == [3, 2, 1]


EVERY_KIND = (
    row(),
    row(
        "Second", "SECOND@sdwg.example", "large supplier b", "large suppliers", first_day="01/12/2026", why="Two sites"
    ),
    row("Third", "third@sdwg.example", "Audit Body F", "", "auditor", "", "1 December 2026", "31 Dec 2026"),
    alone("Fourth", "fourth@sdwg.example"),
    alone(organisation="Meter Body", constituency="METER administrator"),
)


def test_a_second_upload_changes_nothing(cast: Cast) -> None:
    table = (*EVERY_KIND, held(cast, "grid", last_day=TODAY.isoformat()))
    imported(cast, *table)
    before = everything()

    again = shown(cast, *table)
    assert (again.changing, refusals(again)) == ([], [])
    with pytest.raises(NotNow, match="nothing to change"):
        imported(cast, *table)
    assert everything() == before
    make.later(cast, 3)  # a first day that is past by now is no new seat
    assert not [*shown(cast, *table).changing, *shown(cast, *table).refused]


NAMES = st.text(min_size=1, max_size=12).filter(lambda name: guarded(name) and "\0" not in name)
NAMES |= st.sampled_from(
    ["=1+1", "'=x", "-", "@a,b;c", '"quoted"', "Zoë\nŁukasz", "007", "2026-11-30", "#N/A", " x  y "]
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(NAMES, st.sampled_from(["", *APPOINTED]), st.integers(0, 60), st.none() | st.integers(60, 99), NAMES),
        min_size=1,
        max_size=4,
    ),
    bodies=st.lists(NAMES, min_size=1, max_size=2, unique_by=lambda name: guarded(name).casefold()),
)
def test_whatever_is_exported_changes_nothing_when_it_comes_back(
    cast: Cast, people: list[tuple[str, str, int, int | None, str]], bodies: list[str]
) -> None:
    with transaction.atomic():
        secretariat = cast.actor("secretariat")
        kind = Constituency.objects.first()
        made = [
            operations.make_organisation(actor=secretariat, name=f"{name} Ltd", constituency=kind) for name in bodies
        ]
        for number, (name, role, first, last, why) in enumerate(people):
            who = make.person(cast, name, f"p{number}@sdwg.example")
            if role and role != Role.CHAIR:
                operations.appoint(
                    actor=secretariat,
                    person=who,
                    organisation=made[number % len(made)],
                    role=role,
                    valid_from=TODAY + timedelta(days=first),
                    valid_to=TODAY + timedelta(days=last) if last else None,
                    discipline=Discipline.EXPERT,
                    why_second=f"{why}.",
                )
        table = sheets.rows(secretariat)
        for content in (sheets.as_csv(table), sheets.as_workbook(table, secretariat)):
            plan = operations.preview(actor=secretariat, rows=rows_of(read(content)), source=SOURCE)
            assert refusals(plan) == []
            assert plan.changing == []
        transaction.set_rollback(True)


def read(content: bytes) -> list[TableRow]:
    """The rows of an exported table, as the reader reads them."""
    with tempfile.NamedTemporaryFile() as made:
        made.write(content)
        made.flush()
        found = table_reader.look(Path(made.name), 1_000, len(sheets.COLUMNS))
    assert found[0][1] == list(sheets.COLUMNS)
    return [TableRow(number, tuple(cells)) for number, cells in found[1:]]


# ------------------------------------------------------------------------------------------------------ what is refused

ALONE = {
    "a person without an address": (alone("Newcomer"), "“Address” is missing."),
    "a seat without a first day": (row(first_day=""), "“First day” is missing."),
    "a seat of nobody": (row("", ""), "“Person” is missing."),
    "a constituency alone": (alone(constituency="Large Suppliers"), "“Organisation” is missing."),
    "a person with an organisation and no role": (row(role="", discipline="", first_day=""), "“Role” is missing."),
    "no mail address": (row(address="newcomer"), "Address: Enter a valid email address."),
    "a long name": (row(organisation=LONG), "Organisation: Ensure this value has at most 120 characters"),
    "an unknown role": (row(role="Membr"), "Role: “Membr” is none of: Chair, Secretariat"),
    "an unknown discipline": (row(discipline="Poet"), "Discipline: “Poet” is none of: Business analyst"),
    "an unknown constituency": (row(constituency="Bakers"), "There is no constituency “Bakers”."),
    "no date": (row(first_day="31/11/2026"), "First day: This is no date."),
    "a mistyped year": (row(last_day="2206-11-30"), "Last day: Give a year between 2000 and 2099."),
    "a day that is past": (row(first_day="2026-11-29"), "A seat starts today, 30 November 2026, at the earliest."),
    "an end before the start": (row(last_day="2026-11-30"), "The last day comes before the first."),
    "a Member seat without a constituency": (row(constituency=""), "belongs to no constituency"),
    "a second Member seat without a reason": (
        row(organisation="Large Supplier A"),
        "Large Supplier A has a Member seat in that time, Large supplier's.",
    ),
    "a reason for what is no Member seat": (row(role="Observer", why="x"), "Only a Member seat has a reason"),
    "a second chair": (row(role="Chair", organisation="MHHS Programme", constituency=""), "Chair is the chair without"),
    "another name for an address": (row(address="idno@sdwg.example"), "This address is Idno’s."),
    "another constituency": (row(organisation="iDNO B"), "iDNO B is recorded under Independent Distribution"),
    "a constituency for the programme": (row(organisation="MHHS Programme"), "MHHS Programme has none."),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_row_is_refused_in_a_sentence(cast: Cast, name: str) -> None:
    cells, sentence = ALONE[name]
    plan = shown(cast, cells)
    assert [number for number, _ in refusals(plan)] == [2]
    assert sentence in refusals(plan)[0][1]


def test_a_seat_there_is_changes_in_nothing_but_its_last_day(cast: Cast) -> None:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("grid"), last_day=date(2027, 1, 31))
    make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    waiting = row(
        "Outsider", "outsider@sdwg.example", "Audit Body F", "", "Auditor", "", TODAY.isoformat(), "2027-01-01"
    )
    said = refusals(
        shown(
            cast,
            held(cast, "idno", discipline="Business analyst"),
            held(cast, "elexon", why="Two sites"),
            held(cast, "grid"),
            held(cast, "grid", last_day="2027-02-28"),
            held(cast, "agent", last_day="2026-11-01"),
            held(cast, "agent", first_day="2026-12-01", why="Again"),
            waiting,
        )
    )
    assert [sentence.split(". ")[0] for _, sentence in said] == [
        "The discipline of this seat is recorded as “Industry subject matter expert”, and a table does not change it.",
        "Why this is a second seat is recorded otherwise, and a table does not change it.",
        "This seat ends on 31 January 2027",
        "The same stands in row 4 already.",
        "Its last day is 29 November 2026 at the earliest",
        "Agent holds or awaits this seat already in that time.",
        "This seat is not in force and not to come.",
    ]


def test_rows_that_say_the_same_or_want_two_chairs_name_each_other(cast: Cast) -> None:
    chair = row("New chair", "new@sdwg.example", "MHHS Programme", "", "Chair", "", "2027-01-01")
    plan = shown(
        cast,
        held(cast, "chair", last_day="2026-12-31"),
        chair,
        row("Newer", "newer@sdwg.example", "MHHS Programme", "", "Chair", "", "2027-02-01"),
        row(),
        row(last_day="2027-01-01", address="NEWCOMER@sdwg.example"),
        row("Somebody", "newcomer@sdwg.example", role="Observer"),
    )
    assert refusals(plan) == [
        (4, "Row 3 has a chair in that time too, and there is one chair at a time."),
        (6, "The same stands in row 5 already."),
        (7, "This address is Newcomer’s. A table changes no names: put the address or the name right."),
    ]


def test_nobody_imports_or_ends_a_seat_of_their_own(cast: Cast) -> None:
    make.second_secretariat(cast)
    own = row("Secretariat", "secretariat@sdwg.example", "Observer Body E", "", "Observer", "")
    ends = held(cast, "secretariat", last_day="2026-12-31")
    said = [sentence for _, sentence in refusals(shown(cast, own, ends))]

    assert said[0].startswith("Nobody makes a seat of their own.")
    assert said[1].startswith("Nobody ends a seat of their own.")
    assert shown(cast, held(cast, "secretariat")).unchanged


def test_a_closed_account_gets_no_seat(cast: Cast) -> None:
    operations.close_account(actor=cast.actor("secretariat"), person=cast.person("outsider"), reason="Left")
    plan = shown(cast, row("Outsider", "outsider@sdwg.example"))
    assert "Outsider's account is closed" in refusals(plan)[0][1]


def test_a_table_is_imported_whole_or_not_at_all(cast: Cast) -> None:
    table = (row(), row("Second", "second@sdwg.example", first_day="2026-01-01", why="x"))
    before = everything()

    with pytest.raises(NotNow, match="whole or not at all"):
        imported(cast, *table)
    assert everything() == before


def test_more_rows_than_one_request_can_carry_out_are_left_for_a_second_table(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sdwg.members.operations.imports.AT_ONCE", 1)
    plan = shown(cast, held(cast, "idno"), row(), alone("Second", "second@sdwg.example"), held(cast, "grid"))
    assert [line.row.number for line in plan.unchanged] == [2, 5]
    assert refusals(plan) == [(4, "A table carries out 1 rows at most. Leave the others for a second one.")]


def test_what_was_shown_and_would_do_something_else_by_now_is_refused(cast: Cast) -> None:
    seen = shown(cast, row()).digest
    secretariat, kind = cast.actor("secretariat"), Constituency.objects.get(name="Large Suppliers")
    operations.make_organisation(actor=secretariat, name="LARGE Supplier B", constituency=kind)
    before = everything()

    with pytest.raises(NotNow, match="has changed since it was shown"):
        imported(cast, row(), seen=seen)
    with pytest.raises(NotNow, match="has changed since it was shown"):
        imported(cast, row(first_day="2026-12-02"), seen=seen)
    assert everything() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the embedded database has one writer at a time")
def test_of_two_imports_at_the_same_moment_one_is_carried_out(transactional_db: None) -> None:
    clock.set_now(AT)
    cast = gather(AT)
    table = [row(f"New {number}", f"new-{number}@sdwg.example", why="Many") for number in range(5)]
    seen = shown(cast, *table).digest

    ends = at_once(*[lambda: imported(cast, *table, seen=seen)] * 3)

    assert ends.count("done") == 1
    assert len([end for end in ends if "has changed since it was shown" in end]) == 2
    assert Person.objects.filter(display_name__startswith="New ").count() == 5
    assert list(verify.breaks()) == []


# ---------------------------------------------------------------------------------------------------- through the pages


def uploaded(client: Client, content: bytes, name: str = "people.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/members/import/", {"once": str(uuid.uuid4()), "file": file})


def as_csv(*table: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([sheets.COLUMNS, *table])
    return out.getvalue().encode()


def seen_on(page: Any) -> str:
    return str(page.context["form"]["seen"].value())


def test_the_secretariat_uploads_looks_and_confirms_once(cast: Cast) -> None:
    client = cast.client("secretariat")
    preview = uploaded(client, as_csv(row(), held(cast, "idno")))["Location"]
    page = client.get(preview)
    words = text(page)
    assert "2 rows: 1 to carry out, 1 with nothing to change, 0 refused. Nothing has been stored." in words
    assert "Newcomer is told of the seat by mail, where the address is confirmed." in words

    unsaid = client.post(preview, {"once": str(uuid.uuid4()), "seen": seen_on(page)})
    assert unsaid.status_code == 422
    assert 'href="#id_invites_0"' in unsaid.content.decode()

    form = {"once": str(uuid.uuid4()), "seen": seen_on(page), "invites": "yes"}
    answers = [client.post(preview, form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/members/", "/members/"]
    assert "Imported from people.csv: 1 account is made, 1 organisation is listed, 1 seat is given." in text(
        client.get("/members/")
    )
    assert Invitation.objects.count() == 1

    afresh = client.post(preview, {**form, "once": str(uuid.uuid4())})
    assert afresh.status_code == 422
    assert "has changed since it was shown" in text(afresh)
    assert "Everything is there already" in text(client.get(preview))
    assert Person.objects.filter(display_name="Newcomer").count() == 1


def test_what_changed_meanwhile_is_shown_anew_and_then_confirmed(cast: Cast) -> None:
    client = cast.client("secretariat")
    preview = uploaded(client, as_csv(row()))["Location"]
    seen = seen_on(client.get(preview))
    make.person(cast)

    answer = client.post(preview, {"once": str(uuid.uuid4()), "seen": seen, "invites": "no"})
    assert answer.status_code == 422
    assert "A new account" not in text(answer)
    again = client.post(preview, {"once": str(uuid.uuid4()), "seen": seen_on(answer)})
    assert again.status_code == 302
    assert Seat.objects.filter(person__display_name="Newcomer").count() == 1


def test_refused_rows_are_shown_with_their_numbers_and_no_button(cast: Cast) -> None:
    client = cast.client("secretariat")
    page = client.get(uploaded(client, as_csv(row(), row(role="Chair")))["Location"])
    words = text(page)
    assert "1 refused" in words
    assert "Chair is the chair without an end" in words
    assert "Import it" not in words


def test_a_file_that_is_refused_leaves_nothing(cast: Cast) -> None:
    client = cast.client("secretariat")
    answers = {
        "3 is “Organization” and should be “Organisation”": as_csv(row()).replace(b"Organisation", b"Organization", 1),
        "takes for one, stands in A2, I3": as_csv(row("=1+1"), row(why="+1")),
        "more than 1,000 rows": as_csv(*[row()] * 50_000),
        "larger than 5 MB": as_csv(row()) + b"\n" * 6_000_000,
    }
    for sentence, content in answers.items():
        answer = uploaded(client, content)
        assert answer.status_code == 422
        assert sentence in text(answer)
    assert uploaded(client, b"").status_code == 422
    assert not StagedUpload.objects.exists()
    assert not StoredFile.objects.exists()


def test_an_upload_is_its_owners_alone(cast: Cast) -> None:
    preview = uploaded(cast.client("secretariat"), as_csv(row()))["Location"]
    make.second_secretariat(cast)
    assert cast.client("second").get(preview).status_code == 404
    assert cast.client("second").post(preview, {"seen": "x"}).status_code == 404


def test_an_upload_that_is_gone_is_asked_for_again(cast: Cast) -> None:
    client = cast.client("secretariat")
    preview = uploaded(client, as_csv(row()))["Location"]
    stored = StoredFile.objects.get()
    StoredFile.objects.filter(pk=stored.pk).update(sha256="0" * 64)
    answer = client.get(preview, follow=True)
    assert answer.redirect_chain == [("/members/import/", 302)]
    assert "The file is no longer kept." in text(answer)


# -------------------------------------------------------------------------------------------------------- what goes out


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_export_is_the_list_in_both_forms_and_no_cell_is_live(cast: Cast) -> None:
    operations.make_organisation(actor=cast.actor("secretariat"), name='=HYPERLINK("http://x")')
    make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    client = cast.client("secretariat")
    text_, book = body(client.get("/members/export.csv")), body(client.get("/members/export.xlsx"))

    assert read(text_) == read(book)
    lines = text_.decode("utf-8-sig").splitlines()
    assert lines[1] == "Chair,chair@sdwg.example,MHHS Programme,,Chair,,2026-09-01,,"
    assert "Outsider,outsider@sdwg.example,Audit Body F,,Auditor,,2026-11-30,," in lines
    assert "Alternate,alternate@sdwg.example,,,,,,," in lines
    assert lines[-1].startswith(",,\"'=HYPERLINK")
    cells = [cell for sheet in load_workbook(io.BytesIO(book)) for cells in sheet for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value or "x")[:1] in "=+-@"]


def test_the_template_has_the_headings_and_what_is_allowed(cast: Cast) -> None:
    book = load_workbook(io.BytesIO(body(cast.client("secretariat").get("/members/import/template.xlsx"))))
    assert [[cell.value for cell in cells] for cells in book.worksheets[0]] == [list(sheets.COLUMNS)]
    allowed = {cell.value for cells in book.worksheets[1] for cell in cells}
    assert {"Meter Administrator", "Design Business Analyst", "Market architect"} <= allowed
    assert len(book.worksheets[0].data_validations.dataValidation) == 3


def test_it_is_recorded_who_takes_the_addresses_before_they_leave(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.client("secretariat").get("/members/export.csv")
    taken = AuditRead.objects.get()
    assert (taken.kind, taken.on_key, taken.person) == ("exported", "people:all", cast.person("secretariat"))

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("full")

    monkeypatch.setattr("sdwg.members.views.note_read", broken)
    with pytest.raises(OSError, match="full"):
        cast.client("secretariat").get("/members/export.xlsx")


def test_an_ended_seat_does_not_leave_and_its_person_does(cast: Cast) -> None:
    yesterday = TODAY - timedelta(days=1)
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("grid"), last_day=yesterday)
    table = sheets.rows(cast.actor("secretariat"))
    assert [found[:5] for found in table if found[0] == "Grid"] == [("Grid", "grid@sdwg.example", None, None, None)]
    assert (None, None, "National Grid ESO", "National Grid ESO") in [found[:4] for found in table]


@pytest.mark.parametrize("number", [1, 3, 30])
def test_lists_cost_the_same_at_any_size(cast: Cast, number: int) -> None:
    for extra in range(number):
        who = make.person(cast, f"Extra {extra}", f"extra-{extra}@sdwg.example")
        make.seat(cast, who, why_second="Many")
        make.person(cast, f"More {extra}", f"more-{extra}@sdwg.example")
    secretariat = cast.actor("secretariat")
    with CaptureQueriesContext(connection) as went:
        table = sheets.rows(secretariat)
    with CaptureQueriesContext(connection) as came:
        plan = operations.preview(actor=secretariat, rows=rows_of(read(sheets.as_csv(table))), source=SOURCE)
    assert len(plan.unchanged) == len(table)
    assert len(went) == 4
    assert len(came) <= 8
