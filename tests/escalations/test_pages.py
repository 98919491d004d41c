"""The DAG's pages, through HTTP: who sees what, what a form does, what a refusal says, how many queries it takes."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from artefacts.models import Artefact
from artefacts.states import State
from escalations import operations
from escalations.models import DagMeeting, Dossier, Outcome, Submission
from escalations.states import Result, SubmissionState
from sdwg import clock
from sdwg.audit.models import AuditRead
from tests.artefacts import make as artefacts
from tests.cast import PEOPLE, Cast
from tests.decisions import make as decisions
from tests.escalations import make
from tests.escalations.test_submitting import state_of

MEMBERS = ["large-supplier", "medium-supplier", "small-supplier", "idno"]


def text_of(response: Any) -> str:
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return text_of(response)


def url(name: str, submission: Submission, *more: Any) -> str:
    return reverse(name, args=[submission.reference, *more])


FORMS = ["submission-withdraw", "outcome-record", "outcome-confirm"]
PAGES = ["submission", "dossier-progress", "dossier-file", *FORMS]


# ------------------------------------------------------------------------------------------------------------ who sees


@pytest.mark.parametrize("name", [row[0] for row in PEOPLE])
def test_everybody_with_a_seat_sees_the_forward_plan(cast: Cast, name: str) -> None:
    make.submitted(cast)
    words = page(cast.client(name), "/dag/")
    assert "Forward plan to the DAG" in words
    assert ("SDWG-DAG-001" in words) == (name not in {"partner", "observer"})


@pytest.mark.parametrize("name", ["partner", "observer"])
def test_whoever_may_not_read_the_version_finds_no_submission(cast: Cast, name: str) -> None:
    submission = make.reported(cast).submission
    client = cast.client(name)
    for path in PAGES:
        assert client.get(url(path, submission)).status_code == 404, path


def test_nobody_signed_out_sees_anything(cast: Cast) -> None:
    submission = make.submitted(cast)
    for path in ["/dag/", url("submission", submission), url("dossier-file", submission), "/dag/submit/"]:
        assert cast.anonymous().get(path).status_code == 302


@pytest.mark.parametrize(
    "path", ["/dag/SDWG-DAG-009/", "/dag/9/", "/dag/meetings/2026-12-10/", "/dag/meetings/2026-02-31/"]
)
def test_what_is_not_there_is_404(cast: Cast, path: str) -> None:
    make.calendar(cast)
    assert cast.client("chair").get(f"/dag/{path}").status_code == 404


@pytest.mark.parametrize("name", ["idno", "analyst", "auditor", "secretariat", "dag"])
def test_a_reader_who_may_not_act_is_told_so(cast: Cast, name: str) -> None:
    submission = make.reported(cast).submission
    client = cast.client(name)
    allowed = {"secretariat": {"outcome-record"}, "dag": {"outcome-record", "outcome-confirm"}}.get(name, set())
    for path in FORMS:
        expected = 200 if path in allowed else 403
        assert client.get(url(path, submission)).status_code == expected, path
        assert client.post(url(path, submission), {}).status_code == (422 if path in allowed else expected), path


def test_of_a_red_one_secretariat_and_liaison_see_the_envelope(cast: Cast) -> None:
    submission = make.submitted(cast, marking="RED", people=MEMBERS, title="Key ceremony secrets")
    for name in ("secretariat", "dag"):
        client = cast.client(name)
        words = page(client, url("submission", submission))
        assert "SDWG-DAG-001" in words
        assert "not open to you" in words
        for secret in ("Key ceremony", make.QUESTION, "all but clause", "SHA-256"):
            assert secret not in words
            assert secret not in page(client, "/dag/")
            assert secret not in page(
                client, submission.dag_meeting.get_absolute_url() if submission.dag_meeting else ""
            )
    assert url("submission", submission) not in page(cast.client("agent"), "/dag/")
    assert cast.client("agent").get(url("submission", submission)).status_code == 404


# ----------------------------------------------------------------------------------------------------------- submitting


def submit_form(cast: Cast, **given: Any) -> dict[str, Any]:
    return {"tabled_for": make.next_dag(cast).pk, "question": make.QUESTION, "statement": make.STATEMENT, **given}


def test_the_form_says_what_will_happen_and_to_whom(cast: Cast) -> None:
    decision = decisions.no_consensus(cast)
    make.calendar(cast)
    words = page(cast.client("chair"), f"/dag/submit/?decision={decision.reference}")
    assert "Escalate to the DAG" in words
    assert "SDWG-ART-001 goes from “Not agreed” to “With DAG”." in words
    assert "Dag (DAG Liaison) is told by mail, and can read SDWG-ART-001 0.1" in words
    assert decision.question in words
    assert decisions.REASONS in words
    assert "DAG meeting of Wed 13 Jan" in words


def test_of_a_red_one_it_says_that_the_liaison_gets_the_reference_alone(cast: Cast) -> None:
    decision = decisions.consensus(cast, marking="RED", people=MEMBERS)
    words = page(cast.client("chair"), f"/dag/submit/?decision={decision.reference}")
    assert "Dag (DAG Liaison) is told the reference." in words


def test_late_for_the_papers_it_warns_and_lets_you(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    soonest = make.next_dag(cast)
    artefacts.pass_to(cast, soonest.papers_due_at + timedelta(minutes=1))
    client = cast.client("chair")
    assert "Late: its papers were due" in page(client, f"/dag/submit/?decision={decision.reference}")
    sent = submit_form(cast, decision=decision.reference, tabled_for=soonest.pk)
    assert client.post("/dag/submit/", sent).status_code == 302
    assert Submission.objects.get().late_for_papers


def test_submitting(cast: Cast) -> None:
    decision = decisions.no_consensus(cast)
    client = cast.client("chair")
    answer = client.post("/dag/submit/", submit_form(cast, decision=decision.reference), follow=True)
    submission = Submission.objects.get()
    assert answer.redirect_chain == [(submission.get_absolute_url(), 302)]
    words = text_of(answer)
    assert "SDWG-DAG-001 is with the DAG." in words
    assert "Now with the DAG: decide on Wed 13 Jan 2027." in words
    assert "Waiting for the worker" in words
    assert state_of(submission) == State.WITH_DAG


def test_submitting_by_the_artefact(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    assert decision.version
    client = cast.client("chair")
    asked = f"/dag/submit/?artefact={decision.version.artefact.reference}"
    assert "Submit for approval" in page(client, asked)
    sent = submit_form(cast, artefact=decision.version.artefact.reference, tabled_for="correspondence")
    assert client.post("/dag/submit/", sent).status_code == 302
    assert Submission.objects.get().decision == decision


def test_information_by_the_artefact(cast: Cast) -> None:
    version = artefacts.version(cast)
    client = cast.client("chair")
    assert "Submit for information" in page(client, f"/dag/submit/?artefact={version.artefact.reference}")
    assert client.post("/dag/submit/", submit_form(cast, artefact=version.artefact.reference)).status_code == 302
    assert Submission.objects.get().kind == "information"


def test_the_same_press_twice_submits_once(cast: Cast) -> None:
    decision = decisions.no_consensus(cast)
    client = cast.client("chair")
    sent = submit_form(cast, decision=decision.reference, once=str(uuid4()))
    first, second = client.post("/dag/submit/", sent), client.post("/dag/submit/", sent)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"statement": ""}, "“The chair’s statement” is missing."),
        ({"question": ""}, "“The question to the DAG” is missing."),
        ({"tabled_for": "9999"}, "Choose a DAG meeting to come"),
        ({"tabled_for": ""}, "“Put to the DAG” is missing."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(cast: Cast, given: dict[str, str], sentence: str) -> None:
    decision = decisions.no_consensus(cast)
    answer = cast.client("chair").post("/dag/submit/", submit_form(cast, decision=decision.reference, **given))
    assert answer.status_code == 422
    words = text_of(answer)
    assert words.count(sentence) == 2
    assert "Nothing was submitted" in words
    kept = make.STATEMENT if "question" in given else make.QUESTION
    assert kept.split("\n")[0] in words
    assert not Submission.objects.exists()


def test_what_is_with_the_dag_already_shows_no_form(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert submission.decision
    answer = cast.client("chair").get(f"/dag/submit/?decision={submission.decision.reference}", follow=True)
    assert answer.redirect_chain[0][0] == submission.decision.get_absolute_url()
    assert "It is with the DAG already, as SDWG-DAG-001." in text_of(answer)


@pytest.mark.parametrize(
    "asked", ["", "?decision=SDWG-DEC-009", "?decision=x", "?artefact=SDWG-ART-009", "?artefact=²"]
)
def test_nothing_is_submitted_about_what_is_not_there(cast: Cast, asked: str) -> None:
    assert cast.client("chair").get(f"/dag/submit/{asked}").status_code == 404


def test_a_member_gets_no_form(cast: Cast) -> None:
    decision = decisions.no_consensus(cast)
    answer = cast.client("idno").get(f"/dag/submit/?decision={decision.reference}")
    assert answer.status_code == 403
    assert "Only the chair submits to the DAG." in text_of(answer)


def test_withdrawing(cast: Cast) -> None:
    submission = make.submitted(cast)
    client = cast.client("chair")
    path = url("submission-withdraw", submission)
    assert "SDWG-ART-001 is “Endorsed” again, on your list." in page(client, path)
    assert client.post(path, {"reason": ""}).status_code == 422
    words = text_of(client.post(path, {"reason": "A clause was missed."}, follow=True))
    assert "SDWG-DAG-001 is withdrawn." in words
    assert "A clause was missed." in words


# ------------------------------------------------------------------------------------------------------------- outcomes


def outcome_form(cast: Cast, **given: Any) -> dict[str, Any]:
    day = clock.today(cast.at).isoformat()
    return {"result": "approved", "dag_reference": "DAG-D-57", "decided_on": day, "words": "Agreed.", **given}


def test_the_liaison_records_and_it_has_effect_at_once(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    client = cast.client("dag")
    assert "Your move, DAG Liaison: record what the DAG decided" in page(client, url("submission", submission))
    answer = client.post(url("outcome-record", submission), outcome_form(cast), follow=True)
    words = text_of(answer)
    assert "The outcome of SDWG-DAG-001 is recorded." in words
    assert "In force" in words
    assert state_of(submission) == State.APPROVED


def test_only_the_results_it_can_have_are_offered(cast: Cast) -> None:
    free = make.escalated(cast, on=None)
    make.met(cast, free)
    form = cast.client("dag").get(url("outcome-record", free)).content.decode()
    offered = set(re.findall(r'name="result" value="([a-z]+)"', form))
    assert offered == {"deferred", "answered"}
    assert 'name="conditions"' not in form


def test_the_secretariat_transcribes_and_the_liaison_confirms(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    secretariat = cast.client("secretariat")
    assert "has no effect yet" in page(secretariat, url("outcome-record", submission))
    words = text_of(secretariat.post(url("outcome-record", submission), outcome_form(cast), follow=True))
    assert "is reported; the DAG liaison confirms it." in words
    assert "Reported, not in force" in words
    assert state_of(submission) == State.WITH_DAG

    dag = cast.client("dag")
    assert "confirm the outcome that was transcribed" in page(dag, url("submission", submission))
    outcome = Outcome.objects.get()
    words = text_of(dag.post(url("outcome-confirm", submission), {"outcome": outcome.pk}, follow=True))
    assert "has taken effect" in words
    assert state_of(submission) == State.APPROVED


def test_confirming_what_was_replaced_meanwhile_confirms_nothing(cast: Cast) -> None:
    seen = make.reported(cast)
    make.record(cast, seen.submission, Result.REJECTED, by="secretariat")
    answer = cast.client("dag").post(url("outcome-confirm", seen.submission), {"outcome": seen.pk})
    assert answer.status_code == 422
    assert "replaced by another" in text_of(answer)
    assert state_of(seen.submission) == State.WITH_DAG


def test_whoever_comes_second_is_told_in_the_form_and_keeps_what_they_typed(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    make.record(cast, submission)
    answer = cast.client("dag").post(
        url("outcome-record", submission), outcome_form(cast, result="rejected", words="Change clause 6.")
    )
    assert answer.status_code == 422
    words = text_of(answer)
    assert "has its outcome already: Approved" in words
    assert "Change clause 6." in words


def test_the_same_press_twice_records_once(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    client, sent = cast.client("dag"), outcome_form(cast, once=str(uuid4()))
    answers = [client.post(url("outcome-record", submission), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Outcome.objects.count() == 1


def test_conditions_are_one_a_line(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    sent = outcome_form(cast, result="conditions", conditions="First.\n\n Second. \n", conditions_due="2027-03-01")
    words = text_of(cast.client("dag").post(url("outcome-record", submission), sent, follow=True))
    assert [row.text for row in make.conditions(submission)] == ["First.", "Second."]
    assert "accept the evidence of 2 conditions by Mon 1 Mar, 17:00" in words


def test_a_condition_is_discharged_on_a_new_version(cast: Cast) -> None:
    submission = make.conditional(cast)
    assert submission.version
    later = artefacts.version(cast, submission.version.artefact)
    operations.share(at=cast.at)
    client = cast.client("dag")
    path = url("condition-discharge", submission, 1)
    assert "SDWG-ART-001 0.2" in page(client, path)
    assert client.post(path, {"evidence": ""}).status_code == 422
    assert client.post(path, {"evidence": "Page 3.", "version": later.pk}).status_code == 302
    words = text_of(client.post(url("condition-discharge", submission, 2), {"evidence": "None needed."}, follow=True))
    assert "Discharged" in words
    assert state_of(submission) == State.APPROVED


def test_an_outcome_before_its_day_is_refused_beside_the_date(cast: Cast) -> None:
    submission = make.submitted(cast)
    answer = cast.client("dag").post(url("outcome-record", submission), outcome_form(cast))
    assert answer.status_code == 422
    assert 'id="id_decided_on_error"' in answer.content.decode()
    assert "has not come" in text_of(answer)


@pytest.mark.parametrize("name", ["outcome-record", "submission-withdraw", "outcome-confirm"])
def test_a_form_the_state_does_not_allow_leads_back_with_the_reason(cast: Cast, name: str) -> None:
    submission = make.approved(cast)
    who = "chair" if name == "submission-withdraw" else "dag"
    answer = cast.client(who).get(url(name, submission), follow=True)
    assert answer.redirect_chain == [(submission.get_absolute_url(), 302)]
    assert "Approved" in text_of(answer)


# --------------------------------------------------------------------------------------------------------- the dossier


def test_the_dossier_is_downloaded_and_that_is_written_first(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.built(cast, submission)
    answer = cast.client("dag").get(url("dossier-file", submission))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="SDWG-DAG-001-dossier.pdf"'
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    read = AuditRead.objects.get(on_key=f"dossier:{Dossier.objects.get().pk}")
    assert (read.person, read.kind, read.version_sha256) == (
        cast.person("dag"),
        "downloaded",
        submission.version_sha256,
    )


def test_when_the_read_cannot_be_written_nothing_is_served(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    submission = make.submitted(cast)
    make.built(cast, submission)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise OSError("The trail does not answer.")

    monkeypatch.setattr("escalations.views.note_read", broken)
    client = cast.client("dag")
    client.raise_request_exception = False
    answer = client.get(url("dossier-file", submission))
    assert answer.status_code == 500
    assert b"%PDF" not in answer.content


def test_a_dossier_not_built_yet_is_not_there(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert cast.client("chair").get(url("dossier-file", submission)).status_code == 404
    assert "Waiting for the worker" in page(cast.client("chair"), url("dossier-progress", submission))


def test_the_fragment_becomes_the_download(cast: Cast) -> None:
    submission = make.submitted(cast)
    client = cast.client("chair")
    waiting = client.get(url("dossier-progress", submission)).content.decode()
    assert "hx-get" in waiting
    make.built(cast, submission)
    built = client.get(url("dossier-progress", submission)).content.decode()
    assert "hx-get" not in built
    assert url("dossier-file", submission) in built


def test_a_marking_raised_to_red_closes_the_dossier(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.built(cast, submission)
    assert submission.version
    artefacts.remark(cast, submission.version, "RED")
    for name in ("dag", "idno", "secretariat"):
        assert cast.client(name).get(url("dossier-file", submission)).status_code == 404
    assert cast.client("chair").get(url("dossier-file", submission)).status_code == 200


def test_a_dossier_with_comments_on_a_version_made_red_is_closed_to_the_liaison(cast: Cast) -> None:
    artefact = artefacts.resolving(cast)
    artefacts.answered(cast, artefact)
    version = decisions.next_version_ready(cast, artefact)
    submission = make.submit(cast, decisions.consensus(cast, on=version))
    make.built(cast, submission)
    assert cast.client("dag").get(url("dossier-file", submission)).status_code == 200

    artefacts.remark(cast, artefact.versions.get(label="0.1"), "RED")

    assert cast.client("dag").get(url("dossier-file", submission)).status_code == 404
    assert "Not open to you" in page(cast.client("dag"), url("submission", submission))


def test_a_failed_build_is_ordered_again_from_the_page(cast: Cast) -> None:
    submission = make.submitted(cast)
    Dossier.objects.update(state="failed", failure="SDWG-ART-001 0.1 cannot be placed: it is encrypted.")
    client = cast.client("secretariat")
    assert "it is encrypted" in page(client, url("submission", submission))
    words = text_of(client.post(url("dossier-order", submission), {}, follow=True))
    assert "The dossier is ordered again." in words
    assert (
        text_of(client.post(url("dossier-order", submission), {}, follow=True)).count("only when its build failed") == 1
    )
    assert cast.client("idno").post(url("dossier-order", submission), {}).status_code == 403


# --------------------------------------------------------------------------------------------------- plan and calendar


def test_the_forward_plan_says_planned_against_actual(cast: Cast) -> None:
    approved = make.approved(cast)
    plan_for(cast, approved, date(2026, 12, 9))
    words = page(cast.client("idno"), "/dag/")
    assert "One meeting late" in words
    assert "Wed 9 Dec 2026" in words
    assert "1 artefact, 1 late" in words


def test_on_the_planned_day_it_is_on_time(cast: Cast) -> None:
    approved = make.approved(cast)
    plan_for(cast, approved, date(2027, 1, 13))
    assert "Approved, on time" in page(cast.client("idno"), "/dag/")


def plan_for(cast: Cast, submission: Submission, day: date) -> None:
    from sdwg.audit.acts import act, record
    from sdwg.members.access import Actor

    assert submission.version
    artefact = Artefact.objects.get(pk=submission.version.artefact_id)

    @act
    def plan(*, actor: Actor) -> None:
        artefact.planned_dag_date = day
        artefact.save()
        record("artefact.planned", on=artefact)

    plan(actor=cast.actor("secretariat"))


def test_the_chairs_red_list_and_nobody_elses(cast: Cast) -> None:
    decision = decisions.no_consensus(cast)
    make.calendar(cast)
    artefacts.pass_to(cast, cast.at + timedelta(minutes=1))
    words = page(cast.client("chair"), "/dag/")
    assert f"Escalate to the DAG: {decision.question}" in words
    assert "Late" in words
    assert "Owed to the DAG" not in page(cast.client("secretariat"), "/dag/")


def test_one_dag_meeting(cast: Cast) -> None:
    submission = make.submitted(cast)
    assert submission.dag_meeting
    words = page(cast.client("idno"), submission.dag_meeting.get_absolute_url())
    assert "DAG meeting of Wed 13 Jan" in words
    assert "SDWG-DAG-001" in words


def test_the_secretariat_adds_a_dag_meeting(cast: Cast) -> None:
    client = cast.client("secretariat")
    assert client.post("/dag/meetings/add/", {"date": "2026-12-25"}).status_code == 422
    words = text_of(client.post("/dag/meetings/add/", {"date": "2026-12-29"}, follow=True))
    assert "The DAG meeting of Tue 29 Dec 2026 is in the calendar." in words
    assert cast.client("idno").get("/dag/meetings/add/").status_code == 403


def test_the_artefacts_page_shows_its_way_through_the_dag(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    assert decision.version
    artefact = decision.version.artefact.get_absolute_url()
    assert "Submit for approval" in page(cast.client("chair"), artefact)
    assert "Submit for approval" not in page(cast.client("secretariat"), artefact)
    make.submit(cast, decision)
    assert "SDWG-DAG-001" in page(cast.client("idno"), artefact)


def test_the_decisions_page_leads_to_the_dag(cast: Cast) -> None:
    decision = decisions.no_consensus(cast)
    words = cast.client("chair").get(decision.get_absolute_url()).content.decode()
    assert f"/dag/submit/?decision={decision.reference}" in words
    submission = make.submit(cast, decision)
    assert submission.reference in page(cast.client("idno"), decision.get_absolute_url())


# -------------------------------------------------------------------------------------------------------------- queries


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def owe(cast: Cast, number: int) -> None:
    """``number`` more no consensus on free questions, which the chair has not escalated."""
    asked = [decisions.open_decision(cast, on=None, question=f"Question {place}?") for place in range(number)]
    for decision in asked:
        decisions.state(cast, decision, "idno", "object")
    decisions.closed(cast, asked[-1])
    findings = [decisions.proposed(cast, decisions.fresh(decision)) for decision in asked]
    for finding in findings:
        decisions.determined(cast, finding)


@pytest.mark.parametrize("name", ["chair", "dag", "idno"])
def test_lists_take_as_many_queries_for_thirty_as_for_one(cast: Cast, name: str) -> None:
    counts: list[list[int]] = []
    for more in (1, 2, 27):
        owe(cast, more)
        for _ in range(more):
            make.informed(cast, artefacts.version(cast), dag_meeting=None, by_correspondence=True)
            make.informed(cast, artefacts.version(cast))
        client = cast.client(name)
        day = DagMeeting.objects.filter(submissions__isnull=False).distinct().order_by("date")[0]
        counts.append([queries(client, path) for path in ("/dag/", day.get_absolute_url())])
    assert counts[0] == counts[1] == counts[2]
    assert max(counts[0]) <= 30


def test_a_submission_takes_as_many_queries_with_many_outcomes_and_conditions(cast: Cast) -> None:
    submission = make.submitted(cast)
    make.met(cast, submission)
    make.record(cast, submission, Result.CONDITIONS, conditions=["One."])
    client = cast.client("dag")
    one = queries(client, url("submission", submission))

    many = make.submitted(cast, title="Another")
    for _ in range(3):
        make.met(cast, many)
        make.record(cast, many, Result.DEFERRED, dag_reference=f"DAG-{uuid4().hex[:6]}")
    make.met(cast, many)
    make.record(cast, many, Result.CONDITIONS, conditions=[f"Condition {number}." for number in range(30)])
    assert make.fresh(many).state == SubmissionState.ANSWERED
    assert queries(client, url("submission", many)) == one
    assert one <= 25


# --------------------------------------------------------------------------------------------------- showing who one is


@pytest.mark.parametrize(
    ("name", "who"),
    [("outcome-record", "dag"), ("submission-withdraw", "chair"), ("submission-make", "chair")],
)
def test_binding_acts_ask_for_the_password_again(cast: Cast, settings: Any, name: str, who: str) -> None:
    submission = make.submitted(cast)
    person = cast.person(who)
    person.set_password("a-long-enough-secret")
    person.save()
    path = "/dag/submit/?artefact=SDWG-ART-001" if name == "submission-make" else url(name, submission)
    client = cast.client(who)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))

    settings.DEMO = True
    assert client.get(path).status_code in {200, 302}
    assert not client.get(path).get("Location", "").startswith(reverse("account_reauthenticate"))


def test_what_was_sent_is_carried_out_after_the_password(cast: Cast) -> None:
    decision = decisions.no_consensus(cast)
    person = cast.person("chair")
    person.set_password("a-long-enough-secret")
    person.save()
    client = cast.client("chair")
    sent = submit_form(cast, decision=decision.reference, once=str(uuid4()))
    asked = client.post("/dag/submit/", sent)
    assert asked.status_code == 302
    assert not Submission.objects.exists()

    after: Callable[..., Any] = client.post
    answer = after(asked["Location"], {"password": "a-long-enough-secret"}, follow=True)

    assert Submission.objects.get().statement == make.STATEMENT
    assert answer.redirect_chain[-1][0] == "/dag/SDWG-DAG-001/"


# ---------------------------------------------------------------------------------------------------------------- reads


def reads_of(submission: Submission) -> list[str]:
    return list(AuditRead.objects.filter(on_key=submission.audit_key).values_list("acting_as", flat=True))


def test_reading_a_submission_is_written_down(cast: Cast) -> None:
    submission = make.submitted(cast)
    for who, name in (("dag", "submission"), ("dag", "outcome-record"), ("chair", "submission-withdraw")):
        assert cast.client(who).get(url(name, submission)).status_code == 200
    assert reads_of(submission) == ["DAG Liaison"] * 2 + ["Chair"]


def test_seeing_the_envelope_alone_is_no_reading(cast: Cast) -> None:
    submission = make.submitted(
        cast, marking="RED", people=["idno", "large-supplier", "medium-supplier", "small-supplier"]
    )
    assert cast.client("secretariat").get(url("submission", submission)).status_code == 200
    assert reads_of(submission) == []


def test_whoever_is_about_to_submit_has_read_the_decision(cast: Cast) -> None:
    decision = decisions.consensus(cast)
    cast.client("chair").get(reverse("submission-make"), {"decision": decision.reference})
    read = AuditRead.objects.get(on_key=decision.audit_key)
    assert (read.acting_as, read.version_sha256) == ("Chair", decision.sha256)
