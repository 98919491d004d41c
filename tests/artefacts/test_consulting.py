"""Consultations: opened for long enough, closed by themselves, and what is received counts by its moment."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist

from artefacts import operations, queries, rules, tasks
from artefacts.models import Comment, Consultation, NilReturn
from artefacts.states import Marking, State
from sdwg import clock
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from tests.artefacts import make
from tests.artefacts.test_registering import standing_in
from tests.cast import Cast

USUAL = date(2026, 12, 14)
"""Ten working days after Monday 30 November 2026."""


def opened(cast: Cast, closes_on: date, *, by: str = "secretariat", why: str = "") -> Consultation:
    version = make.version(cast)
    return operations.open_consultation(actor=cast.actor(by), version=version, closes_on=closes_on, reason_short=why)


def test_it_closes_at_five_on_the_last_day(cast: Cast) -> None:
    window = opened(cast, USUAL)
    assert clock.london(window.closes_at).isoformat() == "2026-12-14T17:00:00+00:00"
    assert window.version.artefact.state == State.IN_CONSULTATION


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 11), "at least 10 working days"),
        (date(2026, 12, 19), "not a working day"),
        (date(2026, 12, 25), "not a working day"),
        (date(2026, 11, 27), "a day ahead"),
        (date(2036, 12, 15), "within a year"),
    ],
)
def test_the_secretariat_opens_for_ten_working_days_at_least(cast: Cast, day: date, words: str) -> None:
    with pytest.raises(NotNow, match=words) as refusal:
        opened(cast, day)
    assert refusal.value.field == "closes_on"
    assert not Consultation.objects.exists()


def test_after_five_counts_as_the_next_working_day(cast: Cast) -> None:
    cast.at = clock.set_now(datetime(2026, 11, 30, 17, 1, tzinfo=clock.LONDON))
    assert rules.earliest_close(cast.at) == date(2026, 12, 15)


def test_the_chair_opens_a_shorter_one_with_a_reason(cast: Cast) -> None:
    with pytest.raises(NotNow, match="Say why"):
        opened(cast, date(2026, 12, 4), by="chair")
    window = opened(cast, date(2026, 12, 4), by="chair", why="The DAG asks for it in December.")
    assert window.why_short == "The DAG asks for it in December."
    assert AuditEvent.objects.get(verb="consultation.opened").reason == window.why_short


def test_today_is_too_late_after_five(cast: Cast) -> None:
    cast.at = clock.set_now(datetime(2026, 11, 30, 17, 0, tzinfo=clock.LONDON))
    with pytest.raises(NotNow, match="17:00 on that day is past"):
        opened(cast, date(2026, 11, 30), by="chair", why="Urgent.")


def test_a_version_is_consulted_on_once(cast: Cast) -> None:
    artefact = make.resolving(cast)
    version = artefact.versions.get()
    with pytest.raises(NotNow, match="consulted on already"):
        make.consultation(cast, version)
    later = make.version(cast, artefact)
    assert make.consultation(cast, later).version == later
    assert make.fresh(artefact).state == State.IN_CONSULTATION


def test_it_opens_on_the_latest_version(cast: Cast) -> None:
    first = make.version(cast)
    make.version(cast, first.artefact)
    with pytest.raises(NotNow, match="not the latest version"):
        make.consultation(cast, first)


def test_the_secretariat_opens_one_on_red_without_reading_it(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.RED, people=["idno"])
    assert make.consultation(cast, version)
    assert not rules.reads(cast.actor("secretariat"), version)


@pytest.mark.parametrize("marking", [Marking.STRICT, Marking.RED])
def test_a_partner_is_not_invited_to_what_is_read_by_name(cast: Cast, marking: str) -> None:
    named = {"people": ["idno"]} if marking == Marking.RED else {"organisations": [cast.seat("idno").organisation]}
    version = make.version(cast, marking=marking, **named)
    with pytest.raises(NotNow, match="read by name"):
        operations.open_consultation(
            actor=cast.actor("secretariat"), version=version, closes_on=USUAL, partners=[cast.seat("partner")]
        )


# ------------------------------------------------------------------------------------------------------------- closing


def test_the_worker_closes_what_is_due_and_the_comments_are_resolved(cast: Cast) -> None:
    window = make.consultation(cast)
    clock.set_now(window.closes_at - timedelta(seconds=1))
    tasks.look()
    assert make.fresh(window.version.artefact).state == State.IN_CONSULTATION

    clock.set_now(window.closes_at + timedelta(minutes=3))
    tasks.look()
    tasks.look()

    window.refresh_from_db()
    assert window.closed_at == window.closes_at
    assert make.fresh(window.version.artefact).state == State.RESOLVING
    assert AuditEvent.objects.filter(verb="consultation.closed").count() == 1
    assert AuditEvent.objects.get(verb="consultation.closed").acting_as == "The program"


def test_the_last_of_two_windows_moves_the_artefact(cast: Cast) -> None:
    first = make.consultation(cast)
    artefact = first.version.artefact
    cast.at = clock.set_now(cast.at + timedelta(days=3))
    second = make.consultation(cast, make.version(cast, artefact))
    assert operations.close_due_windows(first.closes_at) == 1
    assert make.fresh(artefact).state == State.IN_CONSULTATION
    assert operations.close_due_windows(second.closes_at) == 1
    assert make.fresh(artefact).state == State.RESOLVING


def test_the_chair_closes_early_with_a_reason(cast: Cast) -> None:
    window = make.consultation(cast)
    with pytest.raises(NotNow, match="Say why"):
        operations.close_consultation(actor=cast.actor("chair"), consultation=window, reason=" ")
    closed = operations.close_consultation(actor=cast.actor("chair"), consultation=window, reason="All have answered.")
    assert (closed.closed_at, closed.why_early) == (cast.at, "All have answered.")
    moved = AuditEvent.objects.filter(verb="artefact.moved").latest("seq")
    assert (moved.note["by"], moved.reason) == ("chair", "All have answered.")
    with pytest.raises(NotNow, match="closed already"):
        operations.close_consultation(actor=cast.actor("chair"), consultation=window, reason="Again.")


def test_withdrawing_closes_the_window_and_moves_nothing_later(cast: Cast) -> None:
    window = make.consultation(cast)
    operations.withdraw(actor=cast.actor("chair"), artefact=window.version.artefact, reason="Overtaken.")
    assert operations.close_due_windows(window.closes_at) == 0
    assert make.fresh(window.version.artefact).state == State.WITHDRAWN
    with pytest.raises(NotNow):
        make.comment(cast, window)


# ----------------------------------------------------------------------------------------------------------- responses


@pytest.mark.parametrize("name", ["chair", "analyst", "architect", "large-supplier", "idno"])
def test_these_comment(cast: Cast, name: str) -> None:
    made = make.comment(cast, make.consultation(cast), name)
    assert (made.seat, made.acting_as, made.received_at) == (cast.seat(name), cast.seat(name).label, cast.at)


@pytest.mark.parametrize("name", ["secretariat", "partner", "observer", "dag", "auditor", "outsider", "alternate"])
def test_these_do_not(cast: Cast, name: str) -> None:
    window = make.consultation(cast, marking=Marking.CLEAR)
    assert not rules.can_respond(cast.actor(name), window)
    with pytest.raises(Refused):
        make.comment(cast, window, name)
    with pytest.raises(Refused):
        operations.return_nil(actor=cast.actor(name), consultation=window)


@pytest.mark.parametrize("for_key", ["", "meeting:1"])
def test_an_alternate_comments_for_the_seat(cast: Cast, for_key: str) -> None:
    window = make.consultation(cast)
    standing_in(cast, "idno", for_key=for_key)
    made = make.comment(cast, window, "alternate")
    assert (made.seat, made.acting_as) == (cast.seat("idno"), "Alternate, alternate for Member, iDNO B")
    assert made.alternate is not None


def test_an_invited_partner_comments(cast: Cast) -> None:
    version = make.version(cast)
    window = operations.open_consultation(
        actor=cast.actor("secretariat"), version=version, closes_on=USUAL, partners=[cast.seat("partner")]
    )
    assert make.comment(cast, window, "partner").number == 1
    operations.close_consultation(actor=cast.actor("chair"), consultation=window, reason="All is said.")
    assert not rules.reads(cast.actor("partner"), version)


def test_nobody_comments_on_what_they_may_not_read(cast: Cast) -> None:
    window = make.consultation(cast, marking=Marking.RED, people=["idno"])
    assert make.comment(cast, window, "idno")
    with pytest.raises(Refused, match="not open to you"):
        make.comment(cast, window, "agent")


@pytest.mark.parametrize(("late", "counts"), [(-1, True), (0, False), (20, False)])
@pytest.mark.parametrize("worker_looked", [True, False])
def test_what_counts_is_the_moment_of_receipt(cast: Cast, late: int, counts: bool, worker_looked: bool) -> None:
    window = make.consultation(cast)
    if worker_looked:
        operations.close_due_windows(window.closes_at + timedelta(seconds=5))
    actor = cast.actor("idno", at=window.closes_at + timedelta(seconds=late))
    if counts:
        assert operations.comment(actor=actor, consultation=window, text="In time.").number == 1
    else:
        with pytest.raises(NotNow, match="closed on Monday 14 December at 17:00"):
            operations.comment(actor=actor, consultation=window, text="Too late.")
        assert not Comment.objects.exists()


def test_a_nil_return_is_one_and_a_comment_replaces_it(cast: Cast) -> None:
    window = make.consultation(cast)
    actor = cast.actor("idno")
    first = operations.return_nil(actor=actor, consultation=window)
    assert operations.return_nil(actor=actor, consultation=window) == first
    assert AuditEvent.objects.filter(verb="comment.nil").count() == 1

    make.comment(cast, window, "idno")

    assert NilReturn.objects.get().replaced_at == cast.at
    assert AuditEvent.objects.get(verb="comment.made").note["replaced"] == "nil return"
    with pytest.raises(NotNow, match="has commented already"):
        operations.return_nil(actor=actor, consultation=window)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"text": "  "}, "text"),
        ({"type": "rant"}, "type"),
        ({"severity": "extreme"}, "severity"),
        ({"page": 0}, "page"),
        ({"page": 99}, "page"),
    ],
)
def test_a_comment_that_lacks_something_is_refused_beside_it(cast: Cast, words: dict[str, object], field: str) -> None:
    window = make.consultation(cast)
    with pytest.raises(NotNow) as refusal:
        make.comment(cast, window, **words)
    assert refusal.value.field == field
    with pytest.raises(ObjectDoesNotExist):
        Comment.objects.get()


def test_comments_are_numbered_by_version(cast: Cast) -> None:
    artefact = make.resolving(cast)
    window = make.consultation(cast, make.version(cast, artefact))
    assert make.comment(cast, window).number == 1
    assert make.comment(cast, window, "agent").number == 2


def test_what_is_said_in_a_comment_stays_out_of_the_trail(cast: Cast) -> None:
    make.comment(cast, make.consultation(cast), text="Canary in a coal mine", quoted="Canary", proposed_change="Canary")
    assert "Canary" not in str(list(AuditEvent.objects.values_list("note", "reason", "on_ref")))


# ----------------------------------------------------------------------------------------------------------- responses


def test_each_constituency_is_shown_with_what_it_returned(cast: Cast) -> None:
    artefact = make.resolving(cast)
    rows = {row.short_name: row for row in queries.responses(artefact.versions.get())}
    assert len(rows) == 13
    assert (rows["Large Suppliers"].status, rows["Large Suppliers"].comments) == ("commented", 2)
    assert rows["Large Suppliers"].by == ("Large Supplier A",)
    assert rows["iDNOs"].status == "nil-return"
    assert rows["Supplier Agents"].status == "no-response"
    assert rows["Meter Administrator"].status == "vacant"


def test_a_summary_counts_what_came_from_the_programme_apart(cast: Cast) -> None:
    window = make.responded(cast, make.consultation(cast))
    make.comment(cast, window, "architect")
    summary = queries.consultation_summary(window.version)
    assert summary is not None
    assert (summary.comments, summary.from_programme) == (4, 1)
    assert summary.named("commented") == ("Large Suppliers", "Medium Suppliers")
    assert summary.closes_at == window.closes_at
    assert queries.consultation_summary(make.version(cast, title="Another")) is None
