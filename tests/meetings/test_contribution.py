"""What each seat has contributed: every figure equals one counted another way, and none tells more than it should."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from artefacts import operations as review
from artefacts.models import Comment, Consultation, NilReturn
from artefacts.states import Marking
from meetings import operations, queries
from meetings.models import Attendance, Decision, Meeting, Objection, Position
from meetings.queries import Contribution, Counts, last_twelve_months
from meetings.spreadsheet import HEADINGS
from meetings.states import DecisionState, MeetingState, Presence, Stance
from sdwg import clock
from sdwg.audit.acts import act
from sdwg.audit.models import AuditEvent
from sdwg.members import operations as members
from sdwg.members.access import Actor
from sdwg.members.models import Constituency, Organisation
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.decisions.test_lists import counted, more_members
from tests.meetings import make
from tests.members import make as seats

HERE = "/meetings/contribution/"


def seen(cast: Cast, who: str = "chair", first: date | None = None, last: date | None = None) -> Contribution:
    usual = last_twelve_months(clock.today(cast.at))
    return queries.contribution(cast.actor(who), first or usual[0], last or usual[1])


def of(cast: Cast, name: str, found: Contribution | None = None) -> Counts:
    """The figures of one seat of the cast."""
    lines = [line for group in (found or seen(cast)).groups for line in group.lines]
    return next(line.counts for line in lines if line.seat.pk == cast.seat(name).pk)


def page(cast: Cast, who: str = "chair", asked: str = "") -> str:
    answer = cast.client(who).get(HERE + asked)
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1]


def sheet(cast: Cast, who: str = "chair", asked: str = "") -> Any:
    answer = cast.client(who).get(f"{HERE}file/{asked}")
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.content)).active


def rows_of(found: Any) -> dict[str, dict[str, Any]]:
    """The sheet as it is read: organisation -> heading -> value."""
    values = list(found.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(values) if row[0] == HEADINGS[0])
    named = [dict(zip(values[start], row, strict=True)) for row in values[start + 1 :]]
    return {row["Organisation"]: row for row in named if row["Meetings held"] is not None}


def some_work(cast: Cast) -> None:
    """Two meetings, a consultation that ended and one that is open, two decisions of which one is closed."""
    row = seats.alternate(cast)
    make.held(cast, idno="member", agent="apologies", large_supplier=f"alternate-{row.pk}")
    make.held(cast, idno="absent", agent="member", large_supplier="member")
    decision = decisions.open_decision(cast)  # large-supplier 2 comments, medium-supplier 1, idno nil
    decisions.say(cast, decision, large_supplier=Stance.SUPPORT, agent=Stance.ABSTAIN)
    decisions.objected(cast, decision)
    decisions.closed(cast, decision)
    decisions.objected(cast, decisions.open_decision(cast, on=None), "agent")
    window = artefacts.consultation(cast, artefacts.version(cast, author="idno", by="idno", title="Key ceremony"))
    artefacts.comment(cast, window, "agent")


def test_the_figures_are_what_another_way_of_counting_gives(cast: Cast) -> None:
    """Counted here from what this test did, and from the trail."""
    some_work(cast)
    common = {"meetings": 2, "asked": 1, "put": 1}
    expected = {
        "idno": Counts(**common, by_member=1, absent=1, answered=1, stated=1, objections=1, artefacts=1),
        "agent": Counts(**common, by_member=1, apologies=1, comments=1, stated=1, objections=1),
        "large-supplier": Counts(**common, by_member=1, by_alternate=1, answered=1, comments=2, stated=1),
        "medium-supplier": Counts(**common, answered=1, comments=1),
        "grid": Counts(**common),
    }
    found = seen(cast)
    assert {name: of(cast, name, found) for name in expected} == expected
    assert of(cast, "grid", found).unrecorded == 2
    everybody = found.counts
    told = AuditEvent.objects.filter(verb="attendance.recorded").values_list("note", flat=True)
    marks = [words for note in told for words in note.values()]
    assert everybody.attended == sum(words == "The member" or words.endswith("alternate") for words in marks) == 4
    assert everybody.comments == sum(row.seat.role == "member" for row in Comment.objects.select_related("seat")) == 4
    assert everybody.meetings == 2 * len([name for name in cast.seats if cast.seat(name).role == "member"])


def test_page_and_spreadsheet_show_the_same_figures(cast: Cast) -> None:
    some_work(cast)
    counts, rows = of(cast, "large-supplier"), rows_of(sheet(cast))
    shown = rows["Large Supplier A"]
    assert [shown[name] for name in HEADINGS[4:]] == [2, 1, 1, 0, 0, 0, 1, 1, 2, 1, 1, 0, 0, 0, 0, 0]
    assert (shown["Member"], shown["Constituency"]) == ("Large supplier", "Large Suppliers")
    (row,) = re.findall(r"<tr[^>]*><th[^>]*><a[^>]*>Large Supplier A</a>.*?</tr>", page(cast), re.S)
    told = dict(re.findall(r'data-label="([^"]+)">(.*?)</td>', row))
    assert (told["Attended"], told["By alternate"]) == (f"{counts.attended} of 2", "1")
    assert (told["Answered"], told["Comments"], told["Positions"]) == ("1 of 1", "2", "1 of 1")


def test_how_a_seat_spoke_is_nowhere(cast: Cast) -> None:
    decision = decisions.open_decision(cast, on=None)
    decisions.say(cast, decision, idno=Stance.SUPPORT)
    decisions.closed(cast, decision)
    before = page(cast, "idno")
    decision.positions.update(stance=Stance.ABSTAIN)
    assert page(cast, "idno") == before
    assert "%" not in before
    shown = re.sub(r"<[^>]+>|procurement support", " ", before)
    assert not re.search("support|can live|abstain|conflicted|vote", shown, re.I)


# ---------------------------------------------------------------------------------------------------- what is counted


def test_a_seat_answers_for_the_days_it_was_in_force(cast: Cast) -> None:
    make.held(cast, idno="member")
    artefacts.resolving(cast)
    newcomer = seats.seat(
        cast, cast.person("outsider"), valid_from=clock.today(cast.at) + timedelta(days=1), why_second="Two trades."
    )
    cast.seats["newcomer"] = newcomer
    artefacts.pass_to(cast, cast.at + timedelta(days=1))
    assert of(cast, "newcomer") == Counts()
    make.held(cast)
    assert of(cast, "newcomer") == Counts(meetings=1)
    assert "from " in page(cast)


def test_a_period_holds_what_fell_into_it(cast: Cast) -> None:
    some_work(cast)
    today = clock.today(cast.at)
    assert of(cast, "idno", seen(cast, first=date(2026, 11, 30), last=date(2026, 11, 30))).meetings == 2
    late = of(cast, "idno", seen(cast, first=date(2026, 12, 1)))
    assert (late.meetings, late.asked, late.put) == (0, 1, 1)
    assert of(cast, "agent", seen(cast, first=today)).comments == 1
    assert of(cast, "agent", seen(cast, last=today - timedelta(days=1))).comments == 0


def test_open_windows_and_withdrawn_questions_are_asked_of_nobody(cast: Cast) -> None:
    artefacts.consultation(cast)
    decisions.withdrawn(cast, on=None)
    decisions.open_decision(cast, on=None)
    assert (of(cast, "idno").asked, of(cast, "idno").put) == (0, 0)


def test_a_meeting_that_is_not_over_or_is_restricted_is_not_held(cast: Cast) -> None:
    meeting = make.opened(cast)
    assert of(cast, "idno").meetings == 0
    operations.close_meeting(actor=cast.actor("chair"), meeting=meeting)
    assert of(cast, "idno").meetings == 1
    Meeting.objects.update(restricted=True)
    assert of(cast, "idno").meetings == 0


def test_a_nil_return_and_a_comment_of_one_seat_answer_once(cast: Cast) -> None:
    window = artefacts.consultation(cast)
    review.return_nil(actor=cast.actor("agent"), consultation=window)
    artefacts.comment(cast, window, "agent")
    artefacts.comment(cast, window, "agent", text="And who checks.")
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    assert of(cast, "agent") == Counts(asked=1, answered=1, comments=2)


def test_a_comment_that_was_withdrawn_is_no_contribution(cast: Cast) -> None:
    window = artefacts.consultation(cast)
    made = artefacts.comment(cast, window, "agent")
    review.withdraw_comment(actor=cast.actor("agent"), comment=made)
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    assert of(cast, "agent") == Counts(asked=1)


def test_a_position_of_an_earlier_round_and_a_later_one_are_one_decision(cast: Cast) -> None:
    decision = decisions.consensus_in_two_rounds(cast)
    assert decision.round == 2
    assert of(cast, "large-supplier").stated == of(cast, "large-supplier").put == 1


# ------------------------------------------------------------------------------------------------ what it does not tell


@pytest.mark.parametrize("marking", [Marking.RED, Marking.STRICT])
def test_what_is_read_by_name_is_counted_for_nobody(cast: Cast, marking: str) -> None:
    given: dict[str, Any] = {"people": ["idno", "agent"]}
    if marking == Marking.STRICT:
        given = {"organisations": [cast.seat(name).organisation for name in ("idno", "agent")]}
    version = artefacts.version(cast, marking=marking, author="agent", by="agent", **given)
    window = artefacts.consultation(cast, version, by="chair")
    artefacts.comment(cast, window, "idno")
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    owned = 0 if marking == Marking.RED else 1  # the envelope of the other is every seat's to see
    for who in ("chair", "secretariat", "idno", "agent", "grid", "auditor"):
        found = seen(cast, who)
        assert of(cast, "idno", found) == Counts(), who
        assert of(cast, "agent", found) == Counts(artefacts=owned), who


def test_everybody_who_reads_it_reads_the_same(cast: Cast) -> None:
    some_work(cast)
    pages = {who: seen(cast, who).counts for who in ("chair", "secretariat", "analyst", "idno", "grid", "auditor")}
    assert len(set(pages.values())) == 1, pages


def test_a_conflict_of_interest_takes_the_question_away_and_the_sight_of_it(cast: Cast) -> None:
    artefact = artefacts.resolving(cast)
    assert of(cast, "grid").asked == 1

    @act
    def conflict(*, actor: Actor) -> None:
        given = {"on_key": artefact.audit_key, "cause_key": "conflict:1", "reason": "Declared."}
        members.exclude(actor=actor, seat=cast.seat("grid"), **given)

    conflict(actor=cast.actor("chair"))
    assert of(cast, "grid").asked == 0
    assert of(cast, "idno").asked == 1
    assert seen(cast, "grid").counts.asked == 0


@pytest.mark.parametrize("who", ["observer", "partner", "dag"])
def test_whoever_reads_no_amber_is_told_whose_it_is_and_led_nowhere(cast: Cast, who: str) -> None:
    client = cast.client(who)
    for path in (HERE, f"{HERE}file/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "read by the programme roles, members" in answer.content.decode()
    for path in ("/members/", "/meetings/", "/terms-of-reference/"):
        assert HERE not in client.get(path).content.decode()


def test_register_meetings_and_terms_of_reference_lead_here(cast: Cast) -> None:
    for path in ("/members/", "/meetings/", "/terms-of-reference/"):
        assert f'href="{HERE}"' in cast.client("idno").get(path).content.decode()


# -------------------------------------------------------------------------------------------------- gaps, period, forms


def test_a_gap_is_vacant_and_a_kind_of_party_of_later_was_not_listed_then(cast: Cast) -> None:
    later = members.list_constituency(actor=cast.actor("secretariat"), name="Aggregators", short_name="Aggregators")
    gaps = {group.name: group.gap for group in seen(cast, last=date(2026, 11, 29)).groups}
    assert gaps[later.name] == "not listed then"
    assert gaps["Meter Administrator"] == "vacant"
    assert gaps["Large Suppliers"] == ""
    assert {group.name: group.gap for group in seen(cast).groups}[later.name] == "vacant"
    assert "Not listed then" in page(cast, asked="?since=2026-01-01&until=2026-11-29")
    assert "Vacant" in page(cast)
    assert [group.name for group in seen(cast).groups] == [
        row.name for row in Constituency.objects.order_by("position")
    ]


def test_an_address_that_asks_for_no_period_shows_the_usual_one_and_one_to_come_is_empty(cast: Cast) -> None:
    make.held(cast, idno="member")
    assert "1 December 2025 to 30 November 2026" in page(cast, asked="?from=mail")
    assert of(cast, "idno", seen(cast, first=date(2027, 1, 1), last=date(2027, 1, 31))) == Counts()


def test_a_seat_that_ended_keeps_its_row_for_the_time_it_ran(cast: Cast) -> None:
    make.held(cast, grid="member")
    secretariat = cast.actor("secretariat")
    members.end_seat(actor=secretariat, seat=cast.seat("grid"), last_day=clock.today(cast.at))
    artefacts.pass_to(cast, cast.at + timedelta(days=2))
    make.held(cast)
    assert of(cast, "grid") == Counts(meetings=1, by_member=1)
    gaps = {group.name: group.gap for group in seen(cast, first=clock.today(cast.at)).groups}
    assert gaps["National Grid ESO"] == "vacant"


def test_two_seats_of_a_constituency_are_summed_in_its_row(cast: Cast) -> None:
    seats.seat(cast, cast.person("outsider"), why_second="Two trades.")
    make.held(cast, large_supplier="member")
    (group,) = [row for row in seen(cast).groups if row.name == "Large Suppliers"]
    assert (len(group.lines), group.counts) == (2, Counts(meetings=2, by_member=1))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("?since=2026-11-30&until=2026-11-01", "The last day is before the first."),
        ("?since=0026-11-30&until=2026-11-30", "Give a year between 2000 and 2099."),
        ("?since=2026-11-30", "“To” is missing."),
    ],
)
def test_a_period_that_is_none_is_refused_beside_its_field(cast: Cast, asked: str, sentence: str) -> None:
    answer = cast.client("idno").get(HERE + asked)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert sentence in shown
    assert "1 December 2025 to 30 November 2026" in shown
    assert cast.client("idno").get(f"{HERE}file/{asked}").status_code == 200


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 30), date(2025, 12, 1)),
        (date(2028, 2, 29), date(2027, 3, 1)),
        (date(2029, 2, 28), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 1, 1)),
    ],
)
def test_the_last_twelve_months(day: date, first: date) -> None:
    assert last_twelve_months(day) == (first, day)


def test_the_spreadsheet_is_of_the_period_on_the_page(cast: Cast) -> None:
    make.held(cast, idno="member")
    asked = "?since=2026-11-30&until=2026-12-31"
    (link,) = re.findall(r'href="([^"]+file/[^"]+)"', page(cast, asked=asked))
    assert unquote(link.replace("&amp;", "&")) == f"{HERE}file/{asked}"
    assert rows_of(sheet(cast, asked=asked))["iDNO B"]["By the member"] == 1
    assert rows_of(sheet(cast, asked="?since=2026-11-01&until=2026-11-29"))["iDNO B"]["Meetings held"] == 0
    assert sheet(cast).cell(row=1, column=1).value.startswith("TLP:AMBER.")


@pytest.mark.parametrize("name", ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(1)", "Bell\x07 Supplier"])
def test_no_name_becomes_a_formula(cast: Cast, name: str) -> None:
    Organisation.objects.filter(name="iDNO B").update(name=name)
    found = sheet(cast)
    (cell,) = [row[1] for row in found.iter_rows() if row[2].value == "Idno"]
    assert (cell.value, cell.data_type) == (name.replace("\x07", ""), "s")
    assert bool(cell.quotePrefix) == (name[0] in "=+-@")


# ----------------------------------------------------------------------------------------------------------- its price


def more_meetings(cast: Cast, number: int) -> None:
    """Held meetings, with everybody's attendance."""
    first = Meeting.objects.count()
    for place in range(first, first + number):
        starts = cast.at - timedelta(days=place + 1)
        made = Meeting(
            number=500 + place,
            starts_at=starts,
            ends_at=starts + timedelta(hours=1),
            state=MeetingState.HELD,
            made_by=cast.person("chair"),
            made_at=starts,
        )
        Meeting.objects.bulk_create([made])
        Attendance.objects.bulk_create(
            Attendance(
                meeting=made,
                seat=seat,
                presence=Presence.MEMBER,
                recorded_by=cast.person("chair"),
                recorded_as="Chair",
                recorded_at=cast.at,
            )
            for seat in cast.seats.values()
            if seat.role == "member"
        )


def more_questions(cast: Cast, like: Consultation, number: int) -> None:
    """Windows and decisions of the past, which the idno answered, stated a position on and objects to."""
    by = {"person": cast.person("idno"), "seat": cast.seat("idno"), "acting_as": "Member, iDNO B"}
    for _ in range(number):
        window = Consultation(version=like.version, opened_by=like.opened_by)
        window.opened_at, window.closes_at, window.closed_at = like.opened_at, like.closes_at, cast.at
        Consultation.objects.bulk_create([window])
        NilReturn.objects.bulk_create([NilReturn(consultation=window, returned_at=cast.at, **by)])
        decision = Decision(number=Decision.objects.count() + 1, question="Q", state=DecisionState.CLOSED)
        decision.opened_at, decision.opened_by = cast.at, cast.person("chair")
        decision.state_since = decision.closes_at = decision.closed_at = cast.at
        Decision.objects.bulk_create([decision])
        position = Position(decision=decision, round=1, stance=Stance.ABSTAIN, stated_at=cast.at, **by)
        Position.objects.bulk_create([position])
        raised = {"clause": "1", "reason": "No.", "would_resolve": "Yes.", "raised_at": cast.at}
        objection = Objection(decision=decision, seat=cast.seat("idno"), number=1, round=1, **raised)
        objection.raised_by, objection.raised_as = cast.person("idno"), "Member, iDNO B"
        Objection.objects.bulk_create([objection])


def test_page_and_file_ask_no_more_for_more_seats_meetings_and_papers(cast: Cast) -> None:
    asked, like = [], artefacts.consultation(cast)
    for upto, more in ((1, 1), (3, 2), (30, 27)):
        more_members_beside(cast, more)
        more_meetings(cast, more)
        more_questions(cast, like, more)
        asked.append((counted(cast, "idno", HERE), counted(cast, "chair", f"{HERE}file/")))
        counts = Counts(
            meetings=upto, by_member=upto, asked=upto, answered=upto, put=upto, stated=upto, objections=upto
        )
        assert of(cast, "idno") == counts
    assert len(set(asked)) == 1, asked
    actor, period = cast.actor("chair"), last_twelve_months(clock.today(cast.at))
    with CaptureQueriesContext(connection) as ran:
        queries.contribution(actor, *period)
    assert len(ran) == 14


def test_actions_count_for_the_seat_that_has_them_and_none_that_not_every_member_reads(cast: Cast) -> None:
    meeting = make.opened(cast)
    for days in (1, 9):
        make.action(cast, "idno", "agent", meeting=meeting, days=days)
    make.closed(cast, make.action(cast, "agent", meeting=meeting))
    strict = artefacts.version(cast, marking=Marking.STRICT, organisations=[cast.seat("idno").organisation])
    make.action(cast, "idno", meeting=meeting, version=strict)
    members.end_seat(
        actor=cast.actor("secretariat"), seat=cast.seat("agent"), last_day=clock.today(cast.at) - timedelta(days=1)
    )
    new = seats.seat(cast, cast.person("outsider"), of="Supplier Agent A")
    artefacts.pass_to(cast, cast.at + timedelta(days=3))
    found = seen(cast, "idno")
    assert (of(cast, "idno", found).actions, of(cast, "idno", found).overdue) == (2, 1)
    passed = next(line.counts for group in found.groups for line in group.lines if line.seat.pk == new.pk)
    assert (passed.actions, passed.overdue, passed.done) == (2, 1, 1)
    assert (found.counts.actions, found.counts.overdue, found.counts.done) == (4, 2, 1)


def test_recording_asks_no_more_for_more_seats(cast: Cast) -> None:
    meeting, asked = make.opened(cast), []
    here = f"{meeting.get_absolute_url()}attendance/"
    for more in (1, 2, 27):
        for name in more_members_beside(cast, more):
            make.attended(cast, meeting, **{name: "member"})
        asked.append((counted(cast, "secretariat", here), counted(cast, "secretariat", meeting.get_absolute_url())))
    assert len(set(asked)) == 1, asked


def more_members_beside(cast: Cast, number: int) -> list[str]:
    """Further member seats each time, under names that are new."""
    made = more_members(cast, number)
    renamed = []
    for name in made:
        seat = cast.seats.pop(name)
        Organisation.objects.filter(pk=seat.organisation_id).update(name=f"Company {seat.pk}")
        cast.seats[f"company-{seat.pk}"] = seat
        renamed.append(f"company-{seat.pk}")
    return renamed
