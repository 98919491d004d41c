"""Verification: whatever somebody edits with the triggers off is found, and said where."""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sdwg.audit import anchor, chain, reads, verify
from sdwg.audit.acts import Machine
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.members.models import Organisation
from tests.audit.make import AT, MACHINE, list_organisation, rename, sql, tell, without_triggers

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 30)
EVENTS, HISTORY, READS = "audit_auditevent", "members_historicalorganisation", "audit_auditread"


@pytest.fixture(autouse=True)
def heads(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "heads"


@pytest.fixture
def trail() -> list[Organisation]:
    """Five events: three bodies listed, one renamed, one thing told."""
    bodies = [list_organisation(actor=MACHINE, name=name) for name in ("A", "B", "C")]
    rename(actor=MACHINE, body=bodies[1], name="B2")
    tell(actor=MACHINE)
    return bodies


def found(anchored: tuple[int, str] | None = None) -> list[str]:
    return list(verify.breaks(anchored))


def rehash(start: int) -> None:
    """What a careful forger does: make the chain fit again from ``start`` on."""
    previous = AuditEvent.objects.get(seq=start - 1).hash if start > 1 else chain.GENESIS
    for event in AuditEvent.objects.filter(seq__gte=start):
        event.previous_hash = previous
        previous = event.hash = chain.event_hash(event)
        AuditEvent.objects.filter(seq=event.seq).update(previous_hash=event.previous_hash, hash=event.hash)


def test_a_trail_that_nobody_touched_holds(trail: list[Organisation]) -> None:
    assert found() == []
    assert found(chain.head()) == []


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'x'",
        "reason = 'x'",
        "person_name = 'x'",
        "at = '2026-01-01 00:00:00+00'",
        "on_key = 'x'",
        "acting_as = 'x'",
    ],
)
def test_an_edited_event_is_found(trail: list[Organisation], change: str) -> None:
    with without_triggers(EVENTS):
        sql(f"UPDATE {EVENTS} SET {change} WHERE seq = 2")
        assert any(
            line.startswith("Event 2 (") and line.endswith("was changed after it was written.") for line in found()
        )


def test_an_edited_note_is_found(trail: list[Organisation]) -> None:
    with without_triggers(EVENTS):
        AuditEvent.objects.filter(seq=2).update(note={"more": 1})
        assert found() == ["Event 2 (organisation.listed B) was changed after it was written."]


def test_an_event_edited_and_hashed_again_is_found_at_the_next(trail: list[Organisation]) -> None:
    with without_triggers(EVENTS):
        event = AuditEvent.objects.get(seq=2)
        event.reason = "Another"
        AuditEvent.objects.filter(seq=2).update(reason="Another", hash=chain.event_hash(event))
        assert found() == ["Event 3 does not follow the event before it."]


def test_a_deleted_event_is_found(trail: list[Organisation]) -> None:
    with without_triggers(EVENTS):
        sql(f"DELETE FROM {EVENTS} WHERE seq = 5")
        tell(actor=MACHINE)
        assert found() == []  # the tail alone needs the head that is kept outside
        sql(f"DELETE FROM {EVENTS} WHERE seq = 3")
        lines = found()
        assert "Event 3 is missing: after 2 comes 4." in lines
        assert "Event 4 does not follow the event before it." in lines
        assert any("belong to no event" in line for line in lines)


def test_events_in_another_order_are_found(trail: list[Organisation]) -> None:
    with without_triggers(EVENTS):
        for old, new in ((2, 99), (3, 2), (99, 3)):
            sql(f"UPDATE {EVENTS} SET seq = %s WHERE seq = %s", new, old)
        lines = found()
        assert "Event 2 does not follow the event before it." in lines
        assert any(line.startswith("Event 2 (") for line in lines)


def test_a_cut_tail_is_found_by_the_head_kept_outside(trail: list[Organisation]) -> None:
    head = chain.head()
    with without_triggers(EVENTS):
        sql(f"DELETE FROM {EVENTS} WHERE seq > 4")
        assert found() == []
        assert found(head) == ["The tail was cut: event 5 was anchored outside and is not here."]


def test_a_chain_written_anew_is_found_by_the_head_kept_outside(trail: list[Organisation]) -> None:
    head = chain.head()
    with without_triggers(EVENTS):
        AuditEvent.objects.filter(seq=2).update(reason="Another")
        rehash(2)
        assert found() == []
        assert found(head) == ["Event 5 is not the one whose hash was anchored outside."]


@pytest.mark.parametrize("column", ["name = 'X'", "history_type = '-'", "history_date = '2026-01-01 00:00:00+00'"])
def test_an_edited_history_row_is_found(trail: list[Organisation], column: str) -> None:
    with without_triggers(HISTORY):
        sql(f"UPDATE {HISTORY} SET {column} WHERE name = 'A'")
        assert any(
            line == "The history of event 1 (organisation.listed A) was changed after it was written "
            f"(rows now in {HISTORY})."
            for line in found()
        )


def test_a_deleted_history_row_is_found(trail: list[Organisation]) -> None:
    with without_triggers(HISTORY):
        sql(f"DELETE FROM {HISTORY} WHERE name = 'A'")
        lines = found()
        assert any("(rows now in no table)" in line for line in lines)
        assert any("has no history" in line for line in lines)


def test_an_invented_history_row_is_found(trail: list[Organisation]) -> None:
    with without_triggers(HISTORY):
        sql(
            f"INSERT INTO {HISTORY} (id, act, name, history_date, history_type) "
            f"SELECT id, act, 'Z', history_date, '~' FROM {HISTORY} WHERE name = 'A'"
        )
        assert any("The history of event 1" in line for line in found())


@pytest.mark.parametrize(
    "edit",
    [
        lambda: sql("UPDATE members_organisation SET name = 'X' WHERE name = 'A'"),
        lambda: Organisation.objects.filter(name="A").update(name="X"),
        lambda: Organisation.objects.bulk_update([_renamed()], ["name"]),
    ],
)
def test_a_row_edited_behind_the_programs_back_is_found(trail: list[Organisation], edit: Callable[[], object]) -> None:
    edit()
    pk = trail[0].pk
    assert found() == [f"The organisation {pk} (X) differs from its history in name: it was edited behind its back."]


def _renamed() -> Organisation:
    body = Organisation.objects.get(name="A")
    body.name = "X"
    return body


def test_a_row_added_or_removed_behind_the_programs_back_is_found(trail: list[Organisation]) -> None:
    Organisation.objects.bulk_create([Organisation(name="Z")])
    sql("DELETE FROM members_organisation WHERE name = 'C'")
    lines = found()
    assert any("(Z) has no history" in line for line in lines)
    assert f"The organisation {trail[2].pk} was deleted behind the program's back." in lines


def test_all_that_is_found_is_told_not_only_the_first(trail: list[Organisation]) -> None:
    Organisation.objects.filter(name="A").update(name="X")
    with without_triggers(EVENTS, HISTORY):
        sql(f"UPDATE {EVENTS} SET reason = 'x' WHERE seq = 5")
        sql(f"UPDATE {HISTORY} SET name = 'Y' WHERE name = 'C'")
        assert len(found()) == 4


# ---------------------------------------------------------------------------------------------------------------- reads


def opened(number: int) -> None:
    reads.note_read(MACHINE, key=f"version:{number}", ref="SDWG-ART-001", version_sha256="a" * 64)


def age_reads() -> None:
    """As if the reads had been written two minutes ago."""
    with without_triggers(READS):
        for row in AuditRead.objects.all():
            AuditRead.objects.filter(pk=row.pk).update(written_at=row.written_at - timedelta(minutes=2))


def test_reads_join_the_chain_in_batches() -> None:
    for number in range(3):
        opened(number)
    assert reads.seal(actor=MACHINE) == 0  # too fresh
    age_reads()

    assert reads.seal(actor=Machine(AT)) == 3
    assert reads.seal(actor=MACHINE) == 0
    opened(4)
    age_reads()
    assert reads.seal(actor=MACHINE) == 1

    first, second = AuditEvent.objects.filter(verb="reads.sealed")
    assert (first.note["count"], second.note["count"]) == (3, 1)
    assert second.note["first"] == first.note["last"] + 1
    assert found() == []


@pytest.mark.parametrize(
    "edit",
    [
        f"UPDATE {READS} SET acting_as = 'x' WHERE on_key = 'version:1'",
        f"DELETE FROM {READS} WHERE on_key = 'version:1'",
    ],
)
def test_an_edited_read_is_found(edit: str) -> None:
    for number in range(3):
        opened(number)
    age_reads()
    reads.seal(actor=MACHINE)
    last = AuditRead.objects.latest("pk").pk

    with without_triggers(READS):
        sql(edit)
        assert found() == [f"The reads {last - 2} to {last}, sealed by event 1, were changed."]


# ---------------------------------------------------------------------------------------------------- heads and command


def told() -> tuple[str, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue().strip(), err.getvalue().strip(), str(error)
    return out.getvalue().strip(), err.getvalue().strip(), ""


def test_the_head_is_kept_once_a_day_and_signed(trail: list[Organisation], heads: Path) -> None:
    path = anchor.anchor(DAY)
    assert path == heads / "2026-11-30.json"
    tell(actor=MACHINE)
    assert anchor.anchor(DAY) is None
    anchor.anchor(DAY + timedelta(days=1))

    assert anchor.newest() == (6, chain.head()[1])
    assert [file.name for file in sorted(heads.iterdir())] == ["2026-11-30.json", "2026-12-01.json"]


@pytest.mark.parametrize(
    "forge",
    [
        lambda kept: {**kept, "seq": 4},
        lambda kept: {**kept, "hash": "0" * 64},
        lambda kept: {**kept, "signature": "0" * 64},
        lambda kept: {**kept, "day": "2026-12-24"},
    ],
)
def test_a_forged_head_is_found(trail: list[Organisation], forge: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    path = anchor.anchor(DAY)
    assert path
    path.write_text(json.dumps(forge(json.loads(path.read_text()))))

    assert told()[2] == "The anchored head 2026-11-30.json has a signature that does not hold."


def test_an_old_head_under_a_newer_name_is_found(trail: list[Organisation], heads: Path) -> None:
    path = anchor.anchor(DAY)
    assert path
    (heads / "2026-12-05.json").write_text(path.read_text())
    assert "2026-12-05.json has a signature that does not hold" in told()[2]


def test_a_head_under_another_key_does_not_hold(trail: list[Organisation], settings: Any) -> None:
    anchor.anchor(DAY)
    settings.AUDIT_KEY = "another"
    assert "does not hold" in told()[2]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seq": 1}'])
def test_a_broken_head_is_said(trail: list[Organisation], heads: Path, text: str) -> None:
    heads.mkdir()
    (heads / "2026-11-30.json").write_text(text)
    assert told()[2] == "The anchored head 2026-11-30.json cannot be read."


def test_the_command_says_that_the_trail_holds(trail: list[Organisation]) -> None:
    head = chain.head()[1][:16]
    assert told() == (f"The audit trail holds: 5 events, head {head}, no anchored head yet.", "", "")
    anchor.anchor(DAY)
    assert told()[0] == f"The audit trail holds: 5 events, head {head}, anchored up to event 5."


def test_the_command_says_where_it_breaks(trail: list[Organisation]) -> None:
    Organisation.objects.filter(name="A").update(name="X")
    out, err, error = told()
    assert out == ""
    assert err == f"The organisation {trail[0].pk} (X) differs from its history in name: it was edited behind its back."
    assert error == "The audit trail does not hold: 1 break in 5 events."
    Organisation.objects.filter(name="C").update(name="Y")
    assert told()[2] == "The audit trail does not hold: 2 breaks in 5 events."


def test_a_cut_tail_fails_the_command(trail: list[Organisation]) -> None:
    anchor.anchor(DAY)
    with without_triggers(EVENTS):
        sql(f"DELETE FROM {EVENTS} WHERE seq = 5")
        assert "The tail was cut" in told()[1]


def test_a_thousand_events_are_verified_soon(record_property: Callable[[str, object], None]) -> None:
    for number in range(1_000):
        list_organisation(actor=MACHINE, name=f"Body {number}")
    started = time.perf_counter()
    assert found() == []
    spent = (time.perf_counter() - started) * 1000
    record_property("ms per 1000 events", round(spent))
    print(f"verify: {spent:.0f} ms for 1000 events with one history row each")
    assert spent < 10_000
