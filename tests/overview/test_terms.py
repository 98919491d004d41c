"""The Terms of Reference: its versions (T0), its clauses, and figures that other ways of counting agree with."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import artefacts.operations
from artefacts.models import Artefact, Comment, Consultation
from artefacts.states import State
from escalations.models import Submission
from meetings.models import Decision, Pack
from sdwg import clock, workdays
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Constituency, Seat
from sdwg.overview import operations
from sdwg.overview.clauses import PARTS
from sdwg.overview.evidence import SOURCES, Figure, evidence
from sdwg.overview.models import TermsVersion
from tests.artefacts import make
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.escalations import make as escalations
from tests.meetings import make as meetings

HERE = "/terms-of-reference/"
TODAY = date(2026, 11, 30)


def adopt(cast: Cast, by: str = "chair", **given: Any) -> TermsVersion:
    words = {"status": "approved", "effective_from": TODAY, "note": "Approved by the DAG.", **given}
    return operations.adopt_terms(actor=cast.actor(by), **words)


def page(cast: Cast, who: str = "idno", path: str = HERE) -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# ------------------------------------------------------------------------------------------------------- the document


def test_a_record_made_under_version_one_still_cites_it_after_version_two(cast: Cast) -> None:
    make.registered(cast)
    adopt(cast, effective_from=TODAY + timedelta(days=1))
    make.pass_to(cast, cast.at + timedelta(days=1))
    make.registered(cast, title="Another")

    shown = page(cast, "auditor", "/audit/")

    second, first = shown.split("Artefact registered")[1:3]
    assert "Terms of reference version 2, approved" in second
    assert "Terms of reference version 1, draft" in first
    assert "version 2, approved" in page(cast).split("The clauses")[0]
    assert list(breaks()) == []


def test_what_was_done_earlier_on_the_day_still_cites_the_one_before(cast: Cast) -> None:
    make.registered(cast)
    make.pass_to(cast, cast.at + timedelta(hours=1))
    adopt(cast)
    make.registered(cast, title="Another")
    second, first = page(cast, "auditor", "/audit/").split("Artefact registered")[1:3]
    assert "Terms of reference version 2, approved" in second
    assert "Terms of reference version 1, draft" in first


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"effective_from": date(2062, 11, 30)}, "effective_from"),
        ({"status": "final"}, "status"),
        ({"note": " "}, "note"),
        ({"effective_from": TODAY - timedelta(days=1)}, "effective_from"),
    ],
)
def test_what_is_refused(cast: Cast, given: dict[str, Any], field: str) -> None:
    with pytest.raises(NotNow) as refusal:
        adopt(cast, **given)
    assert refusal.value.field == field
    assert TermsVersion.objects.count() == 1


def test_a_version_begins_within_a_year_and_a_day(cast: Cast) -> None:
    with pytest.raises(NotNow, match="at the latest"):
        adopt(cast, effective_from=TODAY + timedelta(days=367))
    adopt(cast, effective_from=TODAY + timedelta(days=366))


def test_no_version_begins_before_one_there_is(cast: Cast) -> None:
    adopt(cast, effective_from=TODAY + timedelta(days=9))
    with pytest.raises(NotNow, match="Version 2 begins on"):
        adopt(cast, effective_from=TODAY + timedelta(days=9))


@pytest.mark.parametrize("who", ["secretariat", "analyst", "idno", "dag"])
def test_only_the_chair_puts_one_in_force(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="The chair puts"):
        adopt(cast, by=who)
    client = cast.client(who)
    assert "Put another version in force" not in client.get(HERE).content.decode()
    assert client.post(HERE, {"status": "approved"}).status_code == 403


def test_by_its_page_with_its_document(cast: Cast) -> None:
    client = cast.client("chair")
    sent = {"status": "approved", "effective_from": TODAY.isoformat(), "note": "Approved by the DAG."}
    assert client.post(HERE, {**sent, "note": ""}).status_code == 422
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.cast import make_pdf

    content = make_pdf(2, "Terms of Reference")
    file = SimpleUploadedFile("terms.pdf", content, "application/pdf")
    assert client.post(HERE, {**sent, "file": file}).status_code == 302
    kept = cast.client("observer").get(f"{HERE}2/file/")
    assert b"".join(kept.streaming_content) == content  # type: ignore[attr-defined]
    assert cast.client("observer").get(f"{HERE}1/file/").status_code == 404


@pytest.mark.parametrize("change", [{"status": "approved"}, {"effective_from": date(2020, 1, 1)}, {"note": "x"}])
@pytest.mark.parametrize("number", [1, 2])
def test_one_edited_behind_the_program_s_back_is_found(cast: Cast, change: dict[str, Any], number: int) -> None:
    adopt(cast, status="draft")
    TermsVersion.objects.filter(number=number).update(**change)
    (line,) = breaks()
    assert f"The Terms of Reference {number}" in line


def test_as_a_document(cast: Cast) -> None:
    answer = cast.client("idno").get(f"{HERE}document/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


# -------------------------------------------------------------------------------------------------------- the evidence


def figures(cast: Cast, number: str, who: str = "chair") -> dict[str, Figure]:
    return {row.label: row for row in evidence(cast.actor(who))[number]}


def value(cast: Cast, number: str, label: str, who: str = "chair") -> str | int:
    return figures(cast, number, who)[label].value


def test_every_clause_has_its_evidence_and_every_evidence_its_clause() -> None:
    clauses = [clause.number for part in PARTS for clause in part.clauses]
    assert clauses == list(dict.fromkeys(clauses))
    assert set(clauses) == set(SOURCES)


def test_the_figures_are_what_another_way_of_counting_gives(cast: Cast) -> None:
    """Counted here from the trail, from Python over whole tables, or from what this test did."""
    make.recommendation(1)
    make.area(2)
    make.approved(cast, recommendations=[make.recommendation(2)], areas=[make.area(1)])
    decision = decisions.no_consensus(cast, title="Key ceremony")
    escalations.submit(cast, decision)
    window = make.consultation(cast, make.version(cast, title="Threat model"))
    make.comment(cast, window, "idno")
    meetings.circulated(cast)

    assert (
        value(cast, "R1", "Recommendations in scope")
        == AuditEvent.objects.filter(verb="recommendation.entered").count()
    )
    assert value(cast, "R1", "Ready to build") == 1
    assert value(cast, "R1", "Answered by no artefact you may see") == "AWG-R-01"
    assert value(cast, "S1", "Design areas in scope") == AuditEvent.objects.filter(verb="area.entered").count() == 2
    assert value(cast, "S1", "Designed") == 1
    assert value(cast, "S1", "Answered by no artefact you may see") == "DA-02"
    assert "Out of scope, each with its reason" not in figures(cast, "S1")
    told = AuditEvent.objects.filter(verb="consultation.opened").count()
    closed = AuditEvent.objects.filter(verb="consultation.closed").count()
    assert value(cast, "P3", "Consultations open") == told - closed == 1
    assert value(cast, "P3", "Consultations closed") == closed
    assert value(cast, "D1", "Baselines in force") == 1
    assert value(cast, "D2", "Submissions in twelve months") == len(list(Submission.objects.all())) == 1
    assert value(cast, "D3", "No consensus") == sum(row.state == "determined" for row in Decision.objects.all()) == 1
    assert value(cast, "D3", "Consensus") == 0
    assert value(cast, "D3", "Escalated to the DAG") == AuditEvent.objects.filter(verb="submission.submitted").count()
    assert value(cast, "D3", "Objections that stand") == 1
    assert "No consensus not yet escalated" not in figures(cast, "D3")
    sitting = {seat.organisation.constituency_id for seat in Seat.objects.all() if seat.role == "member"}
    assert value(cast, "M4", "Constituencies listed") == Constituency.objects.count() == 13
    assert value(cast, "M4", "With a Member seat") == len(sitting)
    assert str(value(cast, "M4", "Gaps")).count(",") == 13 - len(sitting) - 1
    assert value(cast, "S1", "Artefacts, without withdrawn ones") == len(list(Artefact.objects.all()))
    assert value(cast, "S1", "Approved") == sum(row.state == State.APPROVED for row in Artefact.objects.all()) == 1
    assert value(cast, "S3", "Packs circulated") == sum(pack.circulated_at is not None for pack in Pack.objects.all())
    by_members = [row for row in Comment.objects.select_related("seat") if row.seat.role == "member"]
    assert value(cast, "S7", "Comments by members") == len(by_members)
    assert value(cast, "S7", "Positions stated") == AuditEvent.objects.filter(verb="position.stated").count()
    assert value(cast, "S8", "Meetings open to every seat") == 1


def test_what_is_out_of_scope_or_retired_is_no_gap(cast: Cast) -> None:
    """Counted here from the trail."""
    artefacts.operations.rescope(actor=cast.actor("chair"), entry=make.area(1), in_scope=False, reason="Not ours.")
    artefacts.operations.retire(actor=cast.actor("analyst"), entry=make.area(2), reason="Merged.")
    make.registered(cast, areas=[make.area(3)])
    verbs = [event.verb for event in AuditEvent.objects.all()]
    gone = verbs.count("area.put-out-of-scope") + verbs.count("area.retired")
    assert value(cast, "S1", "Design areas in scope") == verbs.count("area.entered") - gone == 1
    assert value(cast, "S1", "Out of scope, each with its reason") == "DA-01"
    assert "Answered by no artefact you may see" not in figures(cast, "S1")
    assert value(cast, "S1", "Designed") == 0


def test_attendance_and_contributions_are_what_another_way_of_counting_gives(cast: Cast) -> None:
    """Counted here from the trail, and from Python over whole tables."""
    meetings.held(cast, idno="member", agent="apologies", grid="absent")
    meetings.held(cast, idno="member", agent="member")
    decisions.no_consensus(cast, author="idno")
    make.consultation(cast)

    members = [seat for seat in Seat.objects.all() if seat.role == "member"]
    told = [words for event in AuditEvent.objects.filter(verb="attendance.recorded") for words in event.note.values()]
    there = told.count("The member")
    assert value(cast, "S4", "Seats present at the meetings of twelve months") == f"{there} of {2 * len(members)}"
    assert value(cast, "S4", "Of these by an alternate") == 0
    unrecorded = figures(cast, "S4")["Seats whose attendance nobody recorded"]
    assert (unrecorded.value, unrecorded.warning) == (2 * len(members) - len(told), True)
    (window,) = [row for row in Consultation.objects.all() if row.closed_at]
    said = {row.seat_id for row in Comment.objects.all() if row.consultation_id == window.pk}
    said |= {row.seat_id for row in window.nil_returns.all()}
    assert value(cast, "S7", "Answers to the consultations of twelve months") == f"{len(said)} of {len(members)}"
    spoken = {event.seat_id for event in AuditEvent.objects.filter(verb="position.stated")}
    assert value(cast, "S7", "Positions on the decisions of twelve months") == f"{len(spoken)} of {len(members)}"
    own = [row for row in Artefact.objects.all() if {row.owner_id, row.author_id} & {seat.pk for seat in members}]
    assert value(cast, "S7", "Artefacts that members own or write") == len(own) == 1
    assert "Of these by an alternate" not in figures(cast, "S4", "observer")


def test_actions_are_counted_and_an_overdue_one_is_listed(cast: Cast) -> None:
    """S7, counted here from the trail and from Python over the whole table."""
    late = meetings.action(cast, days=1)
    meetings.proposed(cast, meetings.action(cast, meeting=late.meeting, days=1, text="Another"))
    meetings.closed(cast, meetings.action(cast, meeting=late.meeting, text="A third"))
    assert "Overdue" not in figures(cast, "S7")
    make.pass_to(cast, workdays.deadline(late.due))
    told = list(AuditEvent.objects.filter(verb="action.moved").values_list("note__to", flat=True))
    raised = AuditEvent.objects.filter(verb="action.raised").count()
    assert value(cast, "S7", "Actions under way") == raised - told.count("done") == 2
    assert value(cast, "S7", "Actions closed in twelve months") == told.count("done") == 1
    assert figures(cast, "S7")["Overdue"] == Figure("Overdue", str(late), "/actions/?show=overdue", warning=True)


def test_withdrawn_artefacts_and_those_without_a_date_are_said_apart(cast: Cast) -> None:
    make.withdrawn(cast)
    make.registered(cast, planned_dag_date=TODAY + timedelta(days=60), title="Threat model")
    make.registered(cast, title="Key ceremony")
    decision = decisions.consensus(cast)
    assert value(cast, "S1", "Artefacts, without withdrawn ones") == 3
    assert value(cast, "S1", "Withdrawn") == 1
    assert value(cast, "P3", "With a date planned for the DAG") == 1
    assert "On the way to the DAG without a date" not in figures(cast, "P3")
    escalations.submit(cast, decision)
    assert value(cast, "P3", "With a date planned for the DAG") == 1
    assert figures(cast, "P3")["On the way to the DAG without a date"] == Figure(
        "On the way to the DAG without a date", 1, "/dag/", warning=True
    )


def test_a_no_consensus_that_was_not_escalated_warns(cast: Cast) -> None:
    decisions.no_consensus(cast)
    assert figures(cast, "D3")["No consensus not yet escalated"].warning
    assert "No consensus not yet escalated : 1" in page(cast, "chair")


def test_a_late_pack_warns(cast: Cast) -> None:
    meeting = meetings.scheduled(cast)
    make.pass_to(cast, meeting.starts_at - timedelta(days=2))
    meetings.circulated(cast, meeting=meeting)
    assert value(cast, "S3", "Packs later than their notice period") == 1


def test_figures_count_what_their_reader_may_see(cast: Cast) -> None:
    make.consultation(cast, make.version(cast, marking="RED", people=["idno"]))
    assert value(cast, "P3", "Consultations open", "idno") == 1
    assert value(cast, "P3", "Consultations open", "agent") == 0
    assert value(cast, "S1", "Artefacts, without withdrawn ones", "agent") == 0


def test_a_vacant_programme_role_warns(cast: Cast) -> None:
    assert value(cast, "M1–M3", "Chair") == cast.person("chair").display_name
    Seat.objects.filter(pk=cast.seat("architect").pk).update(valid_to=clock.today(cast.at) - timedelta(days=1))
    assert figures(cast, "M1–M3")["Design Market Architect"] == Figure(
        "Design Market Architect", "Vacant", "/members/", warning=True
    )


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    client = cast.client("chair")
    counts = []
    for wanted in (1, 3, 30):
        while Consultation.objects.count() < wanted:
            title = f"Document {Artefact.objects.count()}"
            make.consultation(cast, make.version(cast, title=title, recommendations=[make.recommendation(1)]))
        client.get(HERE)
        with CaptureQueriesContext(connection) as ran:
            client.get(HERE)
        counts.append(len(ran))
    assert counts[0] == counts[1] == counts[2], counts


def test_no_clause_leads_where_its_reader_may_not_go(cast: Cast) -> None:
    for who in ("observer", "idno", "chair"):
        client = cast.client(who)
        body = client.get(HERE).content.decode().split("<main")[1]
        for url in set(re.findall(r'href="(/[^"#?]*)"', body)):
            assert client.get(url).status_code == 200, (who, url)
