"""Approved before this system: recorded by the secretariat, confirmed by the liaison, marked so everywhere (D1)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import escalations.queries
from artefacts import operations as review
from artefacts.models import Artefact, Baseline, Version
from artefacts.states import Kind, State
from escalations import operations
from escalations.models import PriorApproval
from escalations.states import PRIOR_MOVES, PriorState, Result
from meetings.operations import record_conflict
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.acts import Machine, act, record
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Grant, Role, Seat
from sdwg.overview.evidence import evidence
from tests.artefacts import make as artefacts
from tests.cast import PEOPLE, Cast
from tests.escalations import make
from tests.escalations.test_submitting import appoint_liaison
from tests.members import make as members

S = PriorState
EVERYBODY = [name for name, *_ in PEOPLE]


def state(prior: PriorApproval) -> str:
    return Artefact.objects.get(versions=prior.version_id).state


def words_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def page(cast: Cast, who: str, path: str) -> str:
    answer = cast.client(who).get(path)
    assert answer.status_code == 200, (who, path, answer.status_code)
    return words_of(answer)


def settle(cast: Cast, prior: PriorApproval, to: str, by: str = "") -> PriorApproval:
    """Let it end as ``to``, by whoever ends it so."""
    if to == S.CONFIRMED:
        return operations.confirm_prior_approval(actor=cast.actor(by or "dag"), prior=prior)
    if to == S.REFUSED:
        return operations.refuse_prior_approval(actor=cast.actor(by or "dag"), prior=prior, reason="It was deferred.")
    return operations.withdraw_prior_approval(
        actor=cast.actor(by or "secretariat"), prior=prior, reason="The wrong version."
    )


# -------------------------------------------------------------------------------------------------------- what it does


def test_until_it_is_confirmed_nothing_is_approved(cast: Cast) -> None:
    prior = make.prior(cast)
    assert prior.state == S.WAITING
    assert state(prior) == State.DRAFT
    assert not Baseline.objects.exists()
    assert list(verify.breaks()) == []


def test_confirmed_the_version_is_the_baseline_with_the_dags_reference_and_day(cast: Cast) -> None:
    prior = make.prior_confirmed(cast)
    assert state(prior) == State.APPROVED
    baseline = Baseline.objects.get()
    assert (baseline.version, baseline.dag_reference) == (prior.version, "DAG-2025-17")
    assert baseline.approved_on == date(2025, 11, 12)
    assert list(Baseline.objects.before_system()) == [baseline]
    moved = AuditEvent.objects.get(verb="artefact.moved")
    assert moved.acting_as == "DAG Liaison"
    assert moved.version_sha256 == prior.version_sha256 == prior.version.sha256
    assert moved.reason == "Approved before this system, DAG-2025-17 of Wed 12 Nov 2025."
    assert list(verify.breaks()) == []


def test_what_the_dag_approves_through_here_is_not_from_before(cast: Cast) -> None:
    make.approved(cast)
    assert not Baseline.objects.before_system().exists()
    assert "before this system" not in page(cast, "idno", "/artefacts/")


def test_a_revision_of_it_goes_the_usual_way_and_the_old_baseline_stays_from_before(cast: Cast) -> None:
    prior = make.prior_confirmed(cast)
    artefact = prior.version.artefact
    review.open_revision(actor=cast.actor("analyst"), artefact=artefact)
    window = artefacts.consultation(cast, artefacts.version(cast, artefact))
    assert window.version.order == 2
    assert list(Baseline.objects.before_system()) == [Baseline.objects.get()]
    seen = page(cast, "idno", artefact.get_absolute_url())
    assert "0.1, approved before this system, DAG-2025-17 of Wed 12 Nov 2025" in seen
    assert "Resolving comments" in seen


ENDS = [to for _, to in PRIOR_MOVES]


@pytest.mark.parametrize("first", ENDS)
@pytest.mark.parametrize("then", ENDS)
def test_what_is_settled_stays_so(cast: Cast, first: str, then: str) -> None:
    prior = settle(cast, make.prior(cast), first)
    assert state(prior) == (State.APPROVED if first == S.CONFIRMED else State.DRAFT)
    with pytest.raises(NotNow, match="Nothing is left to do"):
        settle(cast, prior, then)
    assert list(verify.breaks()) == []


@pytest.mark.parametrize("ended", [S.REFUSED, S.WITHDRAWN])
def test_after_a_refusal_or_a_withdrawal_it_can_be_recorded_anew(cast: Cast, ended: str) -> None:
    prior = settle(cast, make.prior(cast), ended)
    again = settle(cast, make.prior(cast, prior.version, dag_reference="DAG-2025-18"), S.CONFIRMED)
    assert state(again) == State.APPROVED


# ---------------------------------------------------------------------------------------------------------- who may


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_secretariat_records_and_nobody_else(cast: Cast, who: str) -> None:
    version = make.registered_before(cast)
    if who == "secretariat":
        assert make.prior(cast, version, by=who).recorded_as == "Secretariat"
        return
    with pytest.raises(Refused, match="The secretariat records"):
        make.prior(cast, version, by=who)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("to", ENDS)
def test_who_settles_it(cast: Cast, who: str, to: str) -> None:
    prior = make.prior(cast)
    if who == ("secretariat" if to == S.WITHDRAWN else "dag"):
        assert settle(cast, prior, to, by=who).state == to
        return
    with pytest.raises(Refused):
        settle(cast, prior, to, by=who)
    assert state(prior) == State.DRAFT


@pytest.mark.parametrize("to", [S.CONFIRMED, S.REFUSED])
def test_without_a_liaison_the_chair_settles_it(cast: Cast, to: str) -> None:
    make.no_liaison(cast)
    prior = make.prior(cast)
    assert "Please confirm" in OutboxMessage.objects.get(person=cast.person("chair"), on_key=prior.audit_key).subject
    assert settle(cast, prior, to, by="chair").state == to


@act
def liaison_too(*, actor: Machine, cast: Cast) -> Seat:
    """The seat of the DAG's liaison for whoever holds the secretariat's already."""
    seat = Seat.objects.create(
        person=cast.person("secretariat"),
        organisation=cast.seat("dag").organisation,
        role=Role.LIAISON,
        valid_from=clock.today(actor.at),
        proposed_by=cast.person("chair"),
        proposed_at=actor.at,
        confirmed_by=cast.person("dag"),
        confirmed_at=actor.at,
    )
    record("seat.started", on=seat)
    return seat


@pytest.mark.parametrize("to", [S.CONFIRMED, S.REFUSED])
def test_nobody_settles_what_they_recorded_themselves(cast: Cast, to: str) -> None:
    prior = make.prior(cast)
    seat = liaison_too(actor=Machine(cast.at), cast=cast)
    actor = cast.actor("secretariat", seat_id=seat.pk)
    assert actor.role == Role.LIAISON
    verb = operations.confirm_prior_approval if to == S.CONFIRMED else operations.refuse_prior_approval
    given = {} if to == S.CONFIRMED else {"reason": "Not so."}
    with pytest.raises(Refused, match=r"themselves|yourself"):
        verb(actor=actor, prior=prior, **given)


def test_where_the_recorder_is_the_only_liaison_the_chair_is_the_second_person(cast: Cast) -> None:
    make.no_liaison(cast)
    liaison_too(actor=Machine(cast.at), cast=cast)
    prior = make.prior(cast)
    assert told(cast, prior, "prior-approval-recorded") == {"chair"}
    assert settle(cast, prior, S.CONFIRMED, by="chair").state == S.CONFIRMED


def test_the_database_keeps_confirmer_and_recorder_apart_and_one_record_a_version(cast: Cast) -> None:
    prior = make.prior(cast)
    by = {"settled_by": cast.person("secretariat"), "settled_at": cast.at}
    with pytest.raises(IntegrityError), transaction.atomic():
        PriorApproval.objects.filter(pk=prior.pk).update(state=S.CONFIRMED, **by)
    with pytest.raises(IntegrityError), transaction.atomic():
        PriorApproval.objects.filter(pk=prior.pk).update(state=S.WITHDRAWN, **by)
    prior.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        PriorApproval.objects.bulk_create([prior])


# ----------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"dag_reference": " "}, "dag_reference", "Give the DAG's own reference"),
        ({"dag_reference": "D" * 61}, "dag_reference", "at most 60 characters"),
        ({"decided_on": date(2026, 12, 1)}, "decided_on", "a day that has not come"),
        ({"decided_on": date(2027, 12, 1)}, "decided_on", "a day that has not come"),
    ],
)
def test_what_is_missing_or_cannot_be(cast: Cast, given: dict[str, Any], field: str, sentence: str) -> None:
    version = make.registered_before(cast)
    with pytest.raises(NotNow, match=sentence) as refused:
        make.prior(cast, version, **given)
    assert refused.value.field == field


def test_the_day_it_was_registered_is_the_last_that_was_before(cast: Cast) -> None:
    version = make.registered_before(cast)
    registered = clock.today(cast.at)
    artefacts.pass_to(cast, cast.at + timedelta(days=3))
    with pytest.raises(NotNow, match="was registered here on Mon 30 Nov") as refused:
        make.prior(cast, version, decided_on=registered + timedelta(days=1))
    assert refused.value.field == "decided_on"
    assert make.prior(cast, version, decided_on=registered).decided_on == registered


@pytest.mark.parametrize("how", ["waiting", "confirmed", "outcome"])
def test_a_reference_in_use_for_another_version_is_asked_about(cast: Cast, how: str) -> None:
    if how == "outcome":
        make.approved(cast)
    elif how == "waiting":
        make.prior(cast)
    else:
        make.prior_confirmed(cast)
    version = make.registered_before(cast)
    reference = f" {(make.REFERENCE if how == 'outcome' else make.BEFORE_REFERENCE).lower()}"
    with pytest.raises(NotNow, match="is already the DAG's reference for another version") as refused:
        make.prior(cast, version, dag_reference=reference)
    assert refused.value.field == "covers_both"
    prior = make.prior(cast, version, dag_reference=reference, covers_both=True)
    assert "is the DAG’s reference for another version here too" in page(cast, "dag", prior.get_absolute_url())


def test_nobody_learns_from_a_reference_that_something_closed_to_them_was_approved_under_it(cast: Cast) -> None:
    closed = make.prior_confirmed(cast, make.registered_before(cast, **SECRETS["RED"]))
    version = make.registered_before(cast)
    prior = make.prior(cast, version, dag_reference=closed.dag_reference, covers_both=True)
    sentence = "is the DAG’s reference for another version here too"
    assert sentence in page(cast, "secretariat", prior.get_absolute_url())
    assert sentence not in page(cast, "agent", prior.get_absolute_url())


def test_the_reference_of_a_record_that_was_withdrawn_is_free(cast: Cast) -> None:
    settle(cast, make.prior(cast), S.WITHDRAWN)
    assert make.prior(cast).state == S.WAITING


def test_a_second_record_waits_for_the_first(cast: Cast) -> None:
    prior = make.prior(cast)
    with pytest.raises(NotNow, match="waits already: DAG-2025-17 of Wed 12 Nov 2025, recorded by Secretariat"):
        make.prior(cast, prior.version, dag_reference="DAG-2025-18")


@pytest.mark.parametrize("source", [row for row in State if row != State.DRAFT])
def test_what_the_group_has_worked_on_was_not_approved_before(cast: Cast, source: State) -> None:
    artefact = artefacts.IN_STATE[source](cast)
    with pytest.raises(NotNow, match=r"was consulted on here|no fresh draft"):
        make.prior(cast, artefact.versions.order_by("-order")[0])


def test_it_is_recorded_on_the_latest_version(cast: Cast) -> None:
    first = make.registered_before(cast)
    artefacts.version(cast, first.artefact)
    with pytest.raises(NotNow, match=r"0\.1 is not the latest version of SDWG-ART-001\. Record it on 0\.2\."):
        make.prior(cast, first)


def test_without_a_version_the_page_says_what_comes_first(cast: Cast) -> None:
    made = artefacts.registered(cast)
    answer = cast.client("secretariat").get(f"/dag/before/record/{made.reference}/", follow=True)
    assert answer.redirect_chain == [(made.get_absolute_url(), 302)]
    assert "has no version yet" in words_of(answer)


@pytest.mark.parametrize("to", [S.REFUSED, S.WITHDRAWN])
def test_an_end_has_its_reason(cast: Cast, to: str) -> None:
    prior = make.prior(cast)
    by = "dag" if to == S.REFUSED else "secretariat"
    verb = "refuse" if to == S.REFUSED else "withdraw"
    answer = cast.client(by).post(f"{prior.get_absolute_url()}{verb}/", {"reason": "  "})
    assert answer.status_code == 422
    assert PriorApproval.objects.get().state == S.WAITING


# -------------------------------------------------------------------------------------------------- while it waits


HELD = "waits to be confirmed"


def acts(cast: Cast, version: Version) -> Iterator[tuple[str, Any]]:
    artefact = version.artefact
    yield "a consultation", lambda: artefacts.consultation(cast, version)
    yield "a version", lambda: artefacts.version(cast, artefact)
    yield "a withdrawal", lambda: review.withdraw(actor=cast.actor("chair"), artefact=artefact, reason="Overtaken.")


@pytest.mark.parametrize("what", [0, 1, 2], ids=["a consultation", "a version", "a withdrawal"])
@pytest.mark.parametrize("ended", [S.REFUSED, S.WITHDRAWN])
def test_while_it_waits_the_artefact_stays_as_it_is(cast: Cast, what: int, ended: str) -> None:
    prior = make.prior(cast)
    _, attempt = list(acts(cast, prior.version))[what]
    with pytest.raises(NotNow, match=HELD):
        attempt()
    settle(cast, prior, ended)
    attempt()


def test_while_it_waits_nobody_is_asked_to_open_a_consultation_on_it(cast: Cast) -> None:
    artefacts.version(cast, title="Threat model")
    prior = make.prior(cast)
    home = page(cast, "secretariat", "/")
    assert "Open a consultation on Threat model" in home
    assert f"Open a consultation on {prior.version.artefact.title}" not in home
    seen = page(cast, "secretariat", prior.version.artefact.get_absolute_url())
    assert "Now with the DAG liaison:" in seen
    assert "confirm that the DAG approved it before this system" in seen
    assert "Open a consultation" not in seen
    form = reverse("consultation-open", args=[prior.version.artefact.reference, "0.1"])
    assert HELD in words_of(cast.client("secretariat").get(form, follow=True))


# ------------------------------------------------------------------------------------------------------ who is told


def told(cast: Cast, prior: PriorApproval, rule: str) -> set[str]:
    names = {person.pk: name for name, person in cast.people.items()}
    rows = OutboxMessage.objects.filter(rule=rule, on_key=prior.audit_key)
    return {names[row.person_id] for row in rows if row.person_id}


def test_the_liaison_is_asked_and_secretariat_and_author_are_told(cast: Cast) -> None:
    prior = make.prior(cast)
    assert told(cast, prior, "prior-approval-recorded") == {"dag"}
    settle(cast, prior, S.CONFIRMED)
    assert told(cast, prior, "prior-approval-confirmed") == {"secretariat", "analyst"}


def test_no_mail_says_what_it_is_called_and_none_goes_to_whoever_it_is_hidden_from(cast: Cast) -> None:
    prior = make.prior(cast)
    second = members.second_secretariat(cast)
    record_conflict(
        actor=cast.actor("chair"),
        thing=prior.version.artefact,
        person=second,
        takes_sight=True,
        reason="A former employer.",
    )
    settle(cast, prior, S.CONFIRMED)
    mails = OutboxMessage.objects.filter(on_key=prior.audit_key)
    assert second.pk not in {mail.person_id for mail in mails}
    title = prior.version.artefact.title
    assert mails.exists()
    assert not [mail.rule for mail in mails if title in f"{mail.subject} {mail.text} {mail.html}"]


def test_of_a_refusal_too_and_the_liaison_of_a_withdrawal(cast: Cast) -> None:
    prior = settle(cast, make.prior(cast), S.REFUSED)
    assert told(cast, prior, "prior-approval-refused") == {"secretariat", "analyst"}
    again = settle(cast, make.prior(cast, prior.version), S.WITHDRAWN)
    assert told(cast, again, "prior-approval-withdrawn") == {"dag"}


def test_it_waits_on_the_liaisons_page_and_a_refusal_on_the_secretariats(cast: Cast) -> None:
    prior = make.prior(cast)
    waits = "Confirm that the DAG approved SDWG-ART-001 0.1 before this system"
    assert waits in page(cast, "dag", "/")
    assert waits not in page(cast, "secretariat", "/")
    assert waits not in page(cast, "chair", "/")
    settle(cast, prior, S.REFUSED)
    assert waits not in page(cast, "dag", "/")
    refused = "The approval of SDWG-ART-001 0.1 before this system was refused"
    assert refused in page(cast, "secretariat", "/")
    make.prior(cast, prior.version)
    assert refused not in page(cast, "secretariat", "/")


def test_a_refusal_leaves_the_list_once_the_group_works_on_it(cast: Cast) -> None:
    prior = settle(cast, make.prior(cast), S.REFUSED)
    artefacts.consultation(cast, prior.version)
    assert "was refused" not in page(cast, "secretariat", "/")


def test_without_a_liaison_it_waits_on_the_chairs_page(cast: Cast) -> None:
    make.no_liaison(cast)
    make.prior(cast)
    assert "Confirm that the DAG approved SDWG-ART-001 0.1" in page(cast, "chair", "/")


# ------------------------------------------------------------------------------------------------------------ sight


def reads(cast: Cast, who: str, version: Version) -> bool:
    return Version.objects.visible_to(cast.actor(who)).filter(pk=version.pk).exists()


def test_the_liaison_reads_what_they_confirm_and_no_longer_once_it_ends_without_effect(cast: Cast) -> None:
    version = make.registered_before(cast)
    assert not reads(cast, "dag", version)
    prior = make.prior(cast, version)
    assert reads(cast, "dag", version)
    settle(cast, prior, S.REFUSED)
    assert not reads(cast, "dag", version)
    assert cast.client("dag").get(prior.get_absolute_url()).status_code == 404
    again = make.prior(cast, version)
    settle(cast, again, S.WITHDRAWN)
    assert not reads(cast, "dag", version)
    settle(cast, make.prior(cast, version), S.CONFIRMED)
    assert reads(cast, "dag", version)


def test_a_later_liaison_reads_it_too_and_is_asked(cast: Cast) -> None:
    make.no_liaison(cast)
    prior = make.prior(cast)
    appoint_liaison(cast, "outsider")
    assert not reads(cast, "outsider", prior.version)
    assert operations.share_prior_approvals(at=cast.at) == 2
    assert operations.share_prior_approvals(at=cast.at) == 0
    assert reads(cast, "outsider", prior.version)
    assert "outsider" in told(cast, prior, "prior-approval-recorded")
    assert operations.confirm_prior_approval(actor=cast.actor("outsider"), prior=prior).state == S.CONFIRMED
    assert list(verify.breaks()) == []


def test_what_ended_without_effect_is_shown_to_no_later_liaison(cast: Cast) -> None:
    settle(cast, make.prior(cast), S.WITHDRAWN)
    make.no_liaison(cast)
    appoint_liaison(cast, "outsider")
    assert operations.share_prior_approvals(at=cast.at) == 0


SECRETS: dict[str, dict[str, Any]] = {
    "RED": {"marking": "RED", "people": ["idno"], "title": "Canary of keys"},
    "procurement": {"kind": Kind.PROCUREMENT, "people": ["idno"], "title": "Canary of partners"},
}


@pytest.mark.parametrize("kind", SECRETS)
def test_of_what_is_closed_the_liaison_confirms_the_reference_alone(cast: Cast, kind: str) -> None:
    version = make.registered_before(cast, **SECRETS[kind])
    prior = make.prior(cast, version, words="A canary in words.")
    assert not reads(cast, "dag", version)
    client = cast.client("dag")
    for path in ("", "confirm/", "refuse/"):
        seen = words_of(client.get(f"{prior.get_absolute_url()}{path}"))
        assert "SDWG-ART-001" in seen
        assert "anary" not in seen
        assert prior.version_sha256[:12] not in seen
    assert client.post(f"{prior.get_absolute_url()}confirm/", {}).status_code == 302
    assert state(prior) == State.APPROVED
    assert not reads(cast, "dag", version)


def surfaces(cast: Cast, prior: PriorApproval, who: str) -> Iterator[tuple[str, str]]:
    """Every page on which a record, or what it is about, may be told of, and what was mailed."""
    client = cast.client(who)
    own, ref = prior.get_absolute_url(), prior.version.artefact.reference
    paths = [own, *(f"{own}{verb}/" for verb in ("confirm", "refuse", "withdraw")), f"/dag/before/record/{ref}/"]
    paths += ["/", "/dag/", "/artefacts/", f"/artefacts/{ref}/", "/opening-balance/", "/terms-of-reference/"]
    paths += [f"/audit/?ref={ref}", f"/members/{cast.person('secretariat').public_id}/data/"]
    for path in paths:
        for method in (client.get, client.post):
            answer = method(path, {"reason": "", "dag_reference": ""}) if method == client.post else method(path)
            yield path, words_of(answer)
    for row in OutboxMessage.objects.filter(person=cast.person(who)):
        yield "mail", f"{row.subject} {row.text} {row.html}"


@pytest.mark.parametrize("ended", [S.WAITING, S.CONFIRMED, S.REFUSED])
@pytest.mark.parametrize(
    ("how", "entitled"),
    [
        ({"marking": "AMBER"}, {"secretariat", "idno", "agent", "dag", "auditor"}),
        ({"marking": "AMBER+STRICT"}, {"secretariat", "idno", "dag"}),
        (SECRETS["RED"], {"idno"}),
        (SECRETS["procurement"], {"secretariat", "idno"}),
    ],
    ids=["amber", "strict", "red", "procurement"],
)
def test_a_canary_in_the_dags_words_is_heard_by_readers_of_the_version_alone(
    cast: Cast, how: dict[str, Any], entitled: set[str], ended: str
) -> None:
    given = dict(how)
    if given.get("marking") == "AMBER+STRICT":
        given["organisations"] = [cast.seat("idno").organisation]
    version = make.registered_before(cast, **given)
    prior = make.prior(cast, version, words="A wombat in words.")
    if ended != S.WAITING:
        settle(cast, prior, ended)
    heard = {
        who
        for who in ("secretariat", "idno", "agent", "partner", "observer", "dag", "auditor")
        if any("wombat" in seen or "Canary" in seen for _, seen in surfaces(cast, prior, who))
    }
    assert heard == entitled - ({"dag"} if ended == S.REFUSED else set())


def test_a_conflict_of_interest_hides_the_record(cast: Cast) -> None:
    prior = make.prior(cast)
    record_conflict(
        actor=cast.actor("chair"),
        thing=prior.version.artefact,
        organisation=cast.seat("agent").organisation,
        takes_sight=True,
        reason="A parent company.",
    )
    assert cast.client("agent").get(prior.get_absolute_url()).status_code == 404
    assert cast.client("idno").get(prior.get_absolute_url()).status_code == 200


def test_who_read_it_is_on_record(cast: Cast) -> None:
    prior = make.prior(cast)
    page(cast, "dag", prior.get_absolute_url())
    read = AuditRead.objects.get(on_key=prior.audit_key)
    assert (read.person, read.version_sha256) == (cast.person("dag"), prior.version_sha256)


# ------------------------------------------------------------------------------------------------------------ pages


def sent(seen: Version, **given: Any) -> dict[str, Any]:
    told = {"version": seen.pk, "dag_reference": "DAG-2025-17", "decided_on": "2025-11-12", "words": "Approved."}
    return {**told, **given}


def test_from_the_artefacts_page_to_the_approval(cast: Cast) -> None:
    version = make.registered_before(cast)
    home, form = version.artefact.get_absolute_url(), f"/dag/before/record/{version.artefact.reference}/"
    secretariat, liaison = cast.client("secretariat"), cast.client("dag")
    assert form in words_of(secretariat.get(home))
    for who in ("chair", "analyst", "idno"):
        assert form not in page(cast, who, home)
    shown = words_of(secretariat.get(form))
    assert "Dag (DAG Liaison) can read version 0.1, and is asked by mail to confirm it." in shown
    assert "Conditions that are still open do not go here" in shown
    answer = secretariat.post(form, sent(version), follow=True)
    prior = PriorApproval.objects.get()
    assert answer.redirect_chain == [(prior.get_absolute_url(), 302)]
    assert "Recorded, not in force" in words_of(answer)
    asked = words_of(liaison.get(prior.get_absolute_url()))
    assert "Your move, DAG Liaison:</strong> confirm that the DAG approved it before this system" in asked
    confirm = f"{prior.get_absolute_url()}confirm/"
    assert "goes from “Draft” to “Approved”" in words_of(liaison.get(confirm))
    ticket = {"once": str(uuid4())}
    first, second = liaison.post(confirm, ticket), liaison.post(confirm, ticket)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"] == prior.get_absolute_url()
    assert AuditEvent.objects.filter(verb="prior-approval.confirmed").count() == 1
    seen = page(cast, "idno", home)
    for told in (
        "Version 0.1 is the baseline, approved before this system",
        "0.1, approved before this system, DAG-2025-17 of Wed 12 Nov 2025",
        "it was approved before this system",
        "Approved, from draft",
        "Approved before this system, DAG-2025-17 of Wed 12 Nov 2025. Version 0.1",
    ):
        assert told in seen, told
    assert "Endorsed" not in seen
    assert "baseline 0.1, approved before this system" in page(cast, "idno", "/artefacts/")
    assert "Approved before this system" in page(cast, "idno", "/dag/")
    assert "Approved before this system" in page(cast, "chair", "/opening-balance/")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"dag_reference": ""}, "“The DAG’s reference” is missing."),
        ({"dag_reference": "D" * 61}, "60"),
        ({"decided_on": ""}, "“Decided on” is missing."),
        ({"decided_on": "12 thirteen"}, "date"),
        ({"decided_on": "0203-01-01"}, "Give a year between 2000 and 2099."),
        ({"decided_on": "2026-12-01"}, "a day that has not come"),
        ({"version": "999999"}, "Load the page again"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(cast: Cast, given: dict[str, str], sentence: str) -> None:
    version = make.registered_before(cast)
    form = f"/dag/before/record/{version.artefact.reference}/"
    answer = cast.client("secretariat").post(form, sent(version, words="As minuted.", **given))
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert "As minuted." in words_of(answer)
    assert not PriorApproval.objects.exists()


def test_a_version_uploaded_meanwhile_is_not_recorded_unseen(cast: Cast) -> None:
    version = make.registered_before(cast)
    artefacts.version(cast, version.artefact)
    form = f"/dag/before/record/{version.artefact.reference}/"
    answer = cast.client("secretariat").post(form, sent(version))
    assert answer.status_code == 422
    assert "0.1 is not the latest version" in words_of(answer)


def test_whoever_comes_second_is_told_what_the_first_did(cast: Cast) -> None:
    prior = settle(cast, make.prior(cast), S.CONFIRMED)
    client = cast.client("dag")
    for verb in ("confirm", "refuse"):
        answer = client.get(f"{prior.get_absolute_url()}{verb}/", follow=True)
        assert answer.redirect_chain == [(prior.get_absolute_url(), 302)]
        assert "It was confirmed on Mon 30 Nov 2026 by DAG Liaison." in words_of(answer)
    answer = client.post(f"{prior.get_absolute_url()}confirm/", {})
    assert answer.status_code == 422
    assert "Nothing is left to do on it." in words_of(answer)


@pytest.mark.parametrize("path", ["/dag/before/9999/", "/dag/before/record/SDWG-ART-999/"])
def test_what_is_not_there(cast: Cast, path: str) -> None:
    assert cast.client("secretariat").get(path).status_code == 404


def test_the_forward_plan_says_so_and_does_not_call_it_late(cast: Cast) -> None:
    prior = make.prior_confirmed(cast)
    (row,) = escalations.queries.forward_plan(cast.actor("idno")).rows
    assert (row.actual, row.status, row.words) == (prior.decided_on, "done", "Approved before this system")


def test_the_figures_are_what_another_way_of_counting_gives(cast: Cast) -> None:
    make.prior_confirmed(cast)
    make.prior_confirmed(cast, dag_reference="DAG-2025-18")
    make.approved(cast)
    make.prior(cast, dag_reference="DAG-2025-19")
    figures = {row.label: row.value for row in evidence(cast.actor("idno"))["D1"]}
    confirmed = AuditEvent.objects.filter(verb="prior-approval.confirmed").count()
    recorded = AuditEvent.objects.filter(verb="prior-approval.recorded").count()
    outcomes = AuditEvent.objects.filter(verb="submission.outcome-recorded", note__result=Result.APPROVED.label).count()
    assert figures["Of these approved before this system"] == confirmed == 2
    assert figures["Baselines in force"] == confirmed + outcomes == 3
    assert figures["Recorded as approved before, not confirmed yet"] == recorded - confirmed == 1
    assert "On the way to the DAG without a date" not in {row.label for row in evidence(cast.actor("idno"))["P3"]}


@pytest.mark.parametrize("who", ["secretariat", "dag", "idno"])
def test_pages_cost_the_same_with_1_3_and_30_records(cast: Cast, who: str) -> None:
    client, costs = cast.client(who), []
    kept = make.prior(cast)
    paths = ["/", "/dag/", "/artefacts/", kept.get_absolute_url(), kept.version.artefact.get_absolute_url()]
    for number in (1, 3, 30):
        while PriorApproval.objects.count() < number:
            make.prior(cast, dag_reference=f"DAG-{PriorApproval.objects.count()}")
        cost = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as ran:
                client.get(path)
            cost.append(len(ran))
        costs.append(cost)
    assert costs[0] == costs[1] == costs[2], costs


@pytest.mark.parametrize(
    "change", [{"dag_reference": "DAG-2025-99"}, {"decided_on": date(2025, 1, 1)}, {"words": "More."}]
)
def test_one_edited_behind_the_program_s_back_is_found(cast: Cast, change: dict[str, Any]) -> None:
    make.prior_confirmed(cast)
    PriorApproval.objects.update(**change)
    (line,) = verify.breaks()
    assert "prior approval" in line


def test_grants_end_with_their_cause(cast: Cast) -> None:
    prior = make.prior(cast)
    assert Grant.objects.in_force(cast.at).filter(cause_key=prior.audit_key).count() == 2
    settle(cast, prior, S.WITHDRAWN)
    assert not Grant.objects.in_force(cast.at).filter(cause_key=prior.audit_key).exists()
