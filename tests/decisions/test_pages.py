"""The pages of decisions, through HTTP: who sees what, what a form does, what a refusal says."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from artefacts import operations as artefact_operations
from artefacts.states import State
from meetings import operations
from meetings.models import Decision, Determination, Objection, Position
from meetings.states import DecisionState, Finding, ObjectionState, Stance
from sdwg.audit.models import AuditRead
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.decisions import make
from tests.meetings import make as meetings


def text_of(response: Any) -> str:
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page(cast: Cast, who: str, decision: Decision) -> str:
    response = cast.client(who).get(decision.get_absolute_url())
    assert response.status_code == 200
    return text_of(response)


def once(client: Client, url: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found[1]


def test_the_page_says_who_was_heard_in_words_and_never_a_tally(cast: Cast) -> None:
    decision = make.heard(cast)
    make.objected(cast, decision)

    words = page(cast, "chair", decision)

    assert "Four of the thirteen constituencies were heard: Large Suppliers support it;" in words
    assert "Vacant: I&amp;C Suppliers, Ind. Supplier Agents, DNOs and Meter Administrator." in words
    assert "This is not a vote." in words
    assert "Consensus: refused while O-1 stands." in words
    assert make.CONCERN in words
    assert decision.sha256 in words
    assert "%" not in words


@pytest.mark.parametrize("who", ["partner", "observer", "dag"])
def test_whoever_may_not_read_the_version_finds_nothing(cast: Cast, who: str) -> None:
    decision = make.heard(cast)
    client = cast.client(who)
    for name in ("decision", "position", "determine", "finding-propose", "decision-withdraw", "finding-dispute"):
        assert client.get(reverse(name, args=[decision.reference])).status_code == 404, name
    assert decision.reference not in client.get("/decisions/").content.decode()


def test_what_does_not_exist_answers_alike(cast: Cast) -> None:
    client = cast.client("idno")
    for ref in ("SDWG-DEC-001", "SDWG-DEC-1", "SDWG-ART-001", "nonsense", "SDWG-DEC-000001"):
        assert client.get(f"/decisions/{ref}/").status_code == 404


def test_anonymous_people_are_asked_to_sign_in(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    for url in ("/decisions/", decision.get_absolute_url(), "/decisions/open/"):
        assert cast.anonymous().get(url).status_code == 302


def test_a_decision_whose_form_arrives_twice_is_opened_once_and_both_arrivals_lead_to_it(cast: Cast) -> None:
    """The first arrival takes the version off the form's list: the second is told where it went, not of a fault."""
    version = make.ready_version(cast)
    client = cast.client("chair")
    data = {
        "once": once(client, "/decisions/open/"),
        "version": version.pk,
        "question": "Does the group endorse it?",
        "meeting": "",
        "closes_on": make.deadline(cast).date().isoformat(),
    }
    first, second = (client.post("/decisions/open/", data) for _ in range(2))
    assert first.status_code == second.status_code == 302, text_of(second)
    assert first.url == second.url == Decision.objects.get().get_absolute_url()


def test_a_ticket_of_somebody_else_leads_nowhere(cast: Cast) -> None:
    version = make.ready_version(cast)
    chair = cast.client("chair")
    ticket = once(chair, "/decisions/open/")
    closes_on = make.deadline(cast).date().isoformat()
    data = {"once": ticket, "version": version.pk, "question": "Q?", "meeting": "", "closes_on": closes_on}
    assert chair.post("/decisions/open/", data).status_code == 302
    answer = cast.client("outsider").post("/decisions/open/", data)
    assert answer.get("Location", "") != Decision.objects.get().get_absolute_url()


def test_a_member_states_a_position(cast: Cast) -> None:
    decision = make.open_decision(cast)
    client, url = cast.client("idno"), reverse("position", args=[decision.reference])
    sent = {"stance": Stance.OBJECT, **make.OBJECTION, "round": 1, "once": once(client, url)}

    first, second = client.post(url, sent), client.post(url, sent)

    assert first.headers["Location"] == second.headers["Location"] == decision.get_absolute_url()
    assert Position.objects.get().stance == Stance.OBJECT
    assert Objection.objects.get().clause == make.OBJECTION["clause"]
    assert "iDNO B objects" in page(cast, "agent", decision)


def test_a_maintained_comment_is_offered_as_an_objection(cast: Cast) -> None:
    version = make.ready_version(cast)
    comment = version.comments.filter(seat=cast.seat("large-supplier")).first()
    assert comment
    member = cast.actor("large-supplier")
    artefact_operations.say_last_word(actor=member, comment=comment, word="maintained", text="Nobody is named.")
    decision = make.open_decision(cast, on=version)
    url = reverse("position", args=[decision.reference])

    client = cast.client("large-supplier")
    assert "Object with it" in text_of(client.get(url))
    form = client.get(f"{url}?comment={comment.pk}").context["form"]
    assert form.initial["stance"] == Stance.OBJECT
    assert form.initial["text"] == f"{comment.text}\n\nNobody is named."
    assert form.initial["clause"] == "Page 1, section 5.2.1"
    other = cast.client("idno").get(f"{url}?comment={comment.pk}")
    assert "Object with it" not in text_of(other)
    assert not other.context["form"].initial["text"]


def test_what_is_missing_is_said_beside_it_and_what_was_typed_is_kept(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    client, url = cast.client("idno"), reverse("position", args=[decision.reference])
    answer = client.post(url, {"stance": "object", "text": "It is too short.", "round": 1})

    assert answer.status_code == 422
    words = text_of(answer)
    assert "Name the clause you object to." in words
    assert "It is too short." in answer.content.decode()
    assert answer.content.decode().count("<title>Error: ") == 1
    assert not Position.objects.exists()


def test_the_form_begins_with_what_the_seat_has_said(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    make.state(cast, decision, "idno", Stance.OBJECT)
    shown = cast.client("idno").get(reverse("position", args=[decision.reference])).content.decode()
    assert make.OBJECTION["would_resolve"] in shown
    assert re.search(r'value="object"[^>]*checked', shown)


def test_whoever_comes_too_late_is_told_so(cast: Cast) -> None:
    decision = make.closed(cast, on=None)
    client, url = cast.client("idno"), reverse("position", args=[decision.reference])
    assert "positions are stated while it is open" in text_of(client.get(url, follow=True))
    answer = client.post(url, {"stance": "support", "round": 1})
    assert answer.status_code == 422
    assert "positions are stated while it is open" in text_of(answer)


@pytest.mark.parametrize(
    ("who", "sentence"), [("chair", "Programme roles facilitate"), ("auditor", "Members, or their")]
)
def test_whoever_states_none_is_told_who_does(cast: Cast, who: str, sentence: str) -> None:
    decision = make.open_decision(cast)
    client, url = cast.client(who), reverse("position", args=[decision.reference])
    for answer in (client.get(url), client.post(url, {"stance": "support", "round": 1})):
        assert answer.status_code == 403
        assert sentence in text_of(answer)


def test_the_secretariat_records_on_behalf(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None)
    make.state(cast, decision, "agent", Stance.SUPPORT)
    client, url = cast.client("secretariat"), reverse("position-on-behalf", args=[decision.reference])
    shown = client.get(url).content.decode()
    assert "Member, iDNO B" in shown
    assert "Member, Supplier Agent A" not in shown, "it has stated its own"
    client.post(url, {"seat": cast.seat("idno").pk, "stance": "support", "round": 1})
    assert "Secretariat, on behalf of Member, iDNO B" in page(cast, "idno", decision)


def test_the_life_of_an_objection_in_the_browser(cast: Cast) -> None:
    objection = make.objected(cast)
    ref = [objection.decision.reference, 1]
    assert "Answer O-1" in page(cast, "chair", objection.decision)

    cast.client("analyst").post(reverse("objection-address", args=ref), {"answer": make.ANSWER})
    assert make.ANSWER in page(cast, "idno", objection.decision)
    cast.client("idno").post(reverse("objection-maintain", args=ref), {"last_word": "Still in the freeze."})
    assert "Maintained" in page(cast, "idno", objection.decision)
    cast.client("idno").post(reverse("objection-withdraw", args=ref), {"stance": "live-with", "last_word": "Well."})

    assert Objection.objects.get().state == ObjectionState.WITHDRAWN
    assert "iDNO B can live with it" in page(cast, "idno", objection.decision)
    assert cast.client("idno").get(reverse("objection-address", args=[ref[0], 9])).status_code == 404


def test_the_chair_proposes_and_determines_at_the_meeting(cast: Cast) -> None:
    decision = make.at_meeting(cast, delegated="DAG-D-041")
    make.state(cast, decision, "idno", Stance.OBJECT)
    client, ref = cast.client("chair"), [decision.reference]

    client.post(reverse("decision-close", args=ref))
    refused = client.post(reverse("finding-propose", args=ref), {"finding": "consensus", "reasons": "All agree."})
    assert refused.status_code == 422
    assert "Consensus: refused while O-1 stands." in text_of(refused)
    client.post(reverse("finding-propose", args=ref), {"finding": "no-consensus", "reasons": make.REASONS})
    shown = page(cast, "chair", decision)
    assert "SDWG-DEC-001 becomes “no consensus”, on SDWG-ART-001 0.1 only." in shown
    assert "it can only go there, as an escalation" in shown
    finding = Determination.objects.get()
    client.post(reverse("determine", args=ref), {"finding": finding.pk})

    assert make.fresh(decision).state == DecisionState.DETERMINED
    assert artefacts.fresh(decision.version.artefact).state == State.NOT_AGREED  # type: ignore[union-attr]
    assert make.REASONS in page(cast, "idno", decision)


def test_a_second_determination_is_told_of_the_first(cast: Cast) -> None:
    finding = make.proposed(cast)
    artefacts.pass_to(cast, finding.dispute_until)
    client, url = cast.client("chair"), reverse("determine", args=[finding.decision.reference])
    forms = [{"finding": finding.pk, "once": once(client, url)} for _ in range(2)]
    assert client.post(url, forms[0]).status_code == 302
    late = client.post(url, forms[1])
    assert late.status_code == 422
    assert "is determined (no consensus, by Chair" in text_of(late)


def test_a_form_for_a_finding_that_was_replaced_determines_nothing(cast: Cast) -> None:
    first = make.proposed(cast)
    second = make.proposed(cast, make.fresh(first.decision), Finding.CONSENSUS, reasons="They were heard again.")
    artefacts.pass_to(cast, second.dispute_until)
    answer = cast.client("chair").post(reverse("determine", args=[first.decision.reference]), {"finding": first.pk})
    assert answer.status_code == 422
    assert "Another finding is proposed by now." in text_of(answer)
    assert make.fresh(first.decision).state == DecisionState.PROPOSED


def test_a_dispute_and_the_amended_reasons_are_both_published(cast: Cast) -> None:
    finding = make.proposed(cast)
    ref = [finding.decision.reference]
    cast.client("agent").post(
        reverse("finding-dispute", args=ref), {"finding": finding.pk, "text": "We were not asked."}
    )
    artefacts.pass_to(cast, finding.dispute_until)
    cast.client("chair").post(
        reverse("determine", args=ref), {"finding": finding.pk, "reasons": "Supplier Agent A was asked."}
    )
    words = page(cast, "idno", finding.decision)
    for said in ("We were not asked.", make.REASONS, "Supplier Agent A was asked."):
        assert said in words


def test_determining_asks_for_the_password_again(cast: Cast, settings: Any) -> None:
    finding = make.proposed(cast)
    artefacts.pass_to(cast, finding.dispute_until)
    chair = cast.person("chair")
    chair.set_password("a-long-enough-password")
    chair.save()
    client, url = cast.client("chair"), reverse("determine", args=[finding.decision.reference])
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 1.0}]
    session.save()

    asked = client.post(url, {"finding": finding.pk})
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert make.fresh(finding.decision).state == DecisionState.PROPOSED
    resumed = client.post(asked.headers["Location"], {"password": "a-long-enough-password", "next": url})

    assert resumed.headers["Location"] == finding.decision.get_absolute_url()
    assert make.fresh(finding.decision).state == DecisionState.DETERMINED


def test_the_demonstration_does_not_ask(cast: Cast, settings: Any) -> None:
    settings.DEMO = True
    finding = make.proposed(cast)
    artefacts.pass_to(cast, finding.dispute_until)
    chair = cast.person("chair")
    chair.set_password("a-long-enough-password")
    chair.save()
    url = reverse("determine", args=[finding.decision.reference])
    answer = cast.client("chair").post(url, {"finding": finding.pk})
    assert answer.headers["Location"] == finding.decision.get_absolute_url()


# ------------------------------------------------------------------------------------------------------------- opening


def test_the_secretariat_opens_one_from_the_artefact_s_page(cast: Cast) -> None:
    version = make.ready_version(cast)
    meeting = meetings.scheduled(cast, days=21)
    client = cast.client("secretariat")
    url = f"/decisions/open/?artefact={version.artefact.reference}&meeting={meeting.key}"
    shown = client.get(url).content.decode()
    assert re.search(rf'name="version" value="{version.pk}"[^>]*checked', shown)
    assert "Does the group endorse Interface Code of Connection, version 0.1" in shown

    answer = client.post(
        "/decisions/open/",
        {
            "version": version.pk,
            "question": "Endorse it?",
            "meeting": meeting.pk,
            "closes_on": "2026-12-29",
            "delegated": "on",
            "delegation_reference": "DAG-D-041",
        },
    )

    decision = Decision.objects.get()
    assert answer.headers["Location"] == decision.get_absolute_url()
    assert (decision.version, decision.meeting, decision.delegation_reference) == (version, meeting, "DAG-D-041")
    assert decision.closes_at.isoformat() == "2026-12-29T17:00:00+00:00"


def test_a_day_on_which_nobody_works_is_refused_beside_the_day(cast: Cast) -> None:
    sent = {"version": "free", "question": "Why?", "closes_on": "2026-12-06"}
    answer = cast.client("chair").post("/decisions/open/", sent)
    assert answer.status_code == 422
    assert "Positions close at 17:00 on a working day" in text_of(answer)
    assert not Decision.objects.exists()


def test_a_version_that_a_decision_is_on_is_not_offered(cast: Cast) -> None:
    decision = make.adjourned(cast)
    assert decision.version
    shown = text_of(cast.client("chair").get("/decisions/open/"))
    assert decision.version.artefact.reference not in shown


@pytest.mark.parametrize("who", ["analyst", "idno", "observer", "auditor"])
def test_nobody_else_finds_the_form(cast: Cast, who: str) -> None:
    assert cast.client(who).get("/decisions/open/").status_code == 403


def test_a_round_is_opened_and_a_question_withdrawn(cast: Cast) -> None:
    decision = make.adjourned(cast)
    ref = [decision.reference]
    client = cast.client("chair")
    closes_on = make.deadline(cast).date().isoformat()
    client.post(reverse("decision-round", args=ref), {"closes_on": closes_on})
    assert make.fresh(decision).round == 2
    assert "Large Supplier A, to re-confirm" in page(cast, "idno", decision)
    client.post(reverse("decision-withdraw", args=ref), {"reason": "Overtaken by events."})
    assert make.fresh(decision).state == DecisionState.WITHDRAWN
    assert "Overtaken by events." in page(cast, "idno", decision)


def test_what_was_endorsed_is_reopened(cast: Cast) -> None:
    decision = make.consensus(cast)
    client = cast.client("chair")
    assert "Reopen" in page(cast, "chair", decision)
    client.post(reverse("decision-reopen", args=[decision.reference]), {"reason": "Clause 4 was left out."})
    assert make.fresh(decision).state == DecisionState.ADJOURNED
    words = page(cast, "idno", decision)
    assert "Clause 4 was left out." in words
    assert "superseded" in words


# ---------------------------------------------------------------------------------------------------------- whose move

MOVES: list[tuple[str, str, str]] = [
    # state, who, what the band says
    ("open", "idno", "Your move, Member, iDNO B: state your position by"),
    ("open", "chair", "Now with the members: state their positions by"),
    ("objected", "chair", "Your move, Chair: answer O-1."),
    ("objected", "analyst", "Your move, Design Business Analyst: answer O-1."),
    ("objected", "idno", "Change your position"),
    ("addressed", "idno", "Your move, Member, iDNO B: withdraw or maintain O-1."),
    ("closed", "chair", "Your move, Chair: propose what the group has found."),
    ("closed", "idno", "Now with the chair: propose what the group has found."),
    ("proposed", "idno", "Dispute it"),
    ("proposed", "chair", "Now with the members: dispute the proposed finding if it is wrong, by"),
    ("due", "chair", "Your move, Chair: determine what you proposed."),
    ("due", "idno", "Now with the chair: determine."),
    ("adjourned", "secretariat", "Your move, Secretariat: open round 2 by"),
    ("adjourned", "idno", "Now with the chair: open round 2 by"),
]


def staged(cast: Cast, stage: str) -> Decision:
    if stage in {"open", "closed", "adjourned"}:
        builders = {"open": make.open_decision, "closed": make.closed, "adjourned": make.adjourned}
        return builders[stage](cast)
    if stage in {"objected", "addressed"}:
        objection = make.objected(cast)
        return (make.addressed(cast, objection) if stage == "addressed" else objection).decision
    finding = make.proposed(cast)
    if stage == "due":
        artefacts.pass_to(cast, finding.dispute_until.replace(second=1))
    return finding.decision


@pytest.mark.parametrize(("stage", "who", "words"), MOVES)
def test_the_page_says_whose_move_it_is(cast: Cast, stage: str, who: str, words: str) -> None:
    assert words in page(cast, who, staged(cast, stage))


# ------------------------------------------------------------------------------------------------------------ the lists


def test_the_register_is_narrowed_by_state_and_marks_what_waits(cast: Cast) -> None:
    make.closed(cast, on=None, question="Is the first closed?")
    make.open_decision(cast, on=None, question="Is the second open?")
    client = cast.client("idno")
    assert "Your position is asked for." in text_of(client.get("/decisions/"))
    narrowed = text_of(client.get("/decisions/?state=closed"))
    assert "Is the first closed?" in narrowed
    assert "Is the second open?" not in narrowed
    assert "No decision is in this state." in text_of(client.get("/decisions/?state=withdrawn"))
    assert "Is the second open?" in text_of(client.get("/decisions/?state=nonsense"))


def test_an_empty_register_says_what_to_do(cast: Cast) -> None:
    assert "There is no decision that you may read." in text_of(cast.client("chair").get("/decisions/"))


def test_hostile_words_are_shown_as_words(cast: Cast) -> None:
    decision = make.open_decision(cast, on=None, question="<script>alert(1)</script>")
    operations.state_position(
        actor=cast.actor("idno"), decision=decision, stance="concern", text="<img src=x onerror=alert(2)>"
    )
    shown = cast.client("agent").get(decision.get_absolute_url()).content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


# ---------------------------------------------------------------------------------------------------------------- reads


def reads_of(decision: Decision) -> list[tuple[str, str]]:
    rows = AuditRead.objects.filter(on_key=decision.audit_key)
    return [(row.acting_as, row.version_sha256) for row in rows]


@pytest.mark.parametrize("name", ["decision", "position"])
@pytest.mark.parametrize("asked", [{}, {"on": None}], ids=["on a version", "free"])
def test_reading_a_decision_is_written_down(cast: Cast, name: str, asked: dict[str, Any]) -> None:
    decision = make.open_decision(cast, **asked)
    assert cast.client("idno").get(reverse(name, args=[decision.reference])).status_code == 200
    assert reads_of(decision) == [("Member, iDNO B", decision.sha256)]


def test_a_form_shown_again_with_its_refusal_is_a_reading_and_a_redirect_is_none(cast: Cast) -> None:
    decision = make.open_decision(cast)
    client, url = cast.client("idno"), reverse("position", args=[decision.reference])
    assert client.post(url, {"stance": "object", "round": 1}).status_code == 422
    assert len(reads_of(decision)) == 1
    assert client.post(url, {"stance": "support", "round": 1}).status_code == 302
    assert len(reads_of(decision)) == 1


def test_reading_a_decision_on_green_is_not_until_its_second_round(cast: Cast) -> None:
    decision = make.adjourned(cast, marking="GREEN")
    page(cast, "idno", decision)
    assert not reads_of(decision)
    operations.open_round(actor=cast.actor("chair"), decision=decision, closes_at=make.deadline(cast))
    page(cast, "idno", decision)
    assert len(reads_of(decision)) == 1


def test_what_cannot_be_written_down_is_not_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    decision = make.heard(cast)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(AuditRead.objects, "create", fail)
    client = cast.client("idno")
    client.raise_request_exception = False
    for name in ("decision", "position"):
        answer = client.get(reverse(name, args=[decision.reference]))
        assert answer.status_code == 500
        assert make.CONCERN not in answer.content.decode()


# ------------------------------------------------------------------------------------------------------- second windows


def test_a_second_window_replaces_no_position_unseen(cast: Cast) -> None:
    decision = make.open_decision(cast)
    client, url = cast.client("idno"), reverse("position", args=[decision.reference])

    def sent(page: Any) -> dict[str, Any]:
        found = re.search(r'name="seen" value="([^"]*)"', page.content.decode())
        return {"stance": "object", **make.OBJECTION, "round": 1, "seen": found[1] if found else ""}

    old = sent(client.get(url))
    assert client.post(url, {"stance": "support", "round": 1, "seen": old["seen"]}).status_code == 302
    refused = client.post(url, old)
    assert refused.status_code == 422
    assert "is not replaced unseen" in text_of(refused)
    assert make.OBJECTION["text"] in text_of(refused), "what was typed is kept"
    assert Position.objects.get().stance == Stance.SUPPORT
    assert client.post(url, sent(refused)).status_code == 302
    assert Position.objects.get().stance == Stance.OBJECT
