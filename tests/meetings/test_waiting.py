"""What waits for whom: the next meeting's deadlines, the pack to read, the meeting to open and to close."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import operations
from meetings.queries import meetings as queries
from sdwg import clock
from tests.artefacts.make import pass_to
from tests.cast import Cast
from tests.meetings.make import MORNING, NOON, add_item, circulated, draft, in_session, scheduled, series

PACK_BY = clock.at_london(date(2026, 12, 9), time(17))
"""Five working days before Wednesday 16 December, at 17:00."""


def titles(cast: Cast, name: str) -> list[str]:
    return [row.title for row in queries.waiting_for(cast.actor(name))]


def test_the_secretariat_is_led_from_invitation_to_circulation(cast: Cast) -> None:
    meeting, seen = draft(cast), []

    def note() -> None:
        (row,) = queries.waiting_for(cast.actor("secretariat"))
        assert row.button
        assert row.due == PACK_BY
        seen.append((row.title, row.button.label))

    note()
    operations.invite(actor=cast.actor("secretariat"), meeting=meeting)
    note()
    add_item(cast, meeting, "Keys")
    note()
    pack = operations.order_pack(actor=cast.actor("secretariat"), meeting=meeting)
    note()
    operations.build_due_packs(cast.at)
    note()
    pack.refresh_from_db()
    operations.circulate(actor=cast.actor("secretariat"), pack=pack)

    assert seen == [
        ("Invite to SDWG 1", "Send the invitations"),
        ("Build the agenda of SDWG 1", "Build the agenda"),
        ("Circulate the pack of SDWG 1", "Order the pack"),
        ("Circulate the pack of SDWG 1", "See the build"),
        ("Circulate the pack of SDWG 1", "Circulate the pack"),
    ]
    assert titles(cast, "secretariat") == ["Read the pack of SDWG 1"]


def test_everybody_with_a_copy_reads_the_pack_until_they_have_opened_it(cast: Cast) -> None:
    pack = circulated(cast)

    (row,) = queries.waiting_for(cast.actor("idno"))
    assert (row.title, row.due, row.url) == ("Read the pack of SDWG 1", MORNING, "/meetings/1/pack/")
    operations.opened(actor=cast.actor("idno"), pack=pack)
    assert titles(cast, "idno") == []
    assert titles(cast, "observer") == ["Read the pack of SDWG 1"]
    assert titles(cast, "outsider") == []


def test_the_chair_opens_the_meeting_when_it_is_time_and_closes_it(cast: Cast) -> None:
    pack = circulated(cast)
    operations.opened(actor=cast.actor("chair"), pack=pack)
    assert titles(cast, "chair") == []

    pass_to(cast, MORNING - timedelta(hours=2))
    assert titles(cast, "chair") == []
    pass_to(cast, MORNING - timedelta(minutes=30))
    assert titles(cast, "chair") == ["Open SDWG 1"]
    pass_to(cast, MORNING)
    operations.open_meeting(actor=cast.actor("chair"), meeting=pack.meeting)
    assert titles(cast, "chair") == ["Close SDWG 1"]
    pass_to(cast, NOON)
    operations.close_meeting(actor=cast.actor("chair"), meeting=pack.meeting)
    assert titles(cast, "chair") == []


def test_a_series_that_nears_its_end_is_prolonged(cast: Cast) -> None:
    series(cast, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=5")
    assert "Prolong “Regular meetings”" not in titles(cast, "secretariat")

    pass_to(cast, MORNING + timedelta(days=1))

    assert titles(cast, "secretariat")[-1] == "Prolong “Regular meetings”"


def test_a_meeting_in_session_was_opened_by_the_chair_with_its_pack_out(cast: Cast) -> None:
    meeting = in_session(cast)

    assert (meeting.state, meeting.opened_at, cast.at) == ("in-session", MORNING, MORNING)


@pytest.mark.parametrize("name", ["secretariat", "chair", "idno"])
def test_what_waits_takes_the_same_queries_for_1_3_and_30_meetings(cast: Cast, name: str) -> None:
    counts, made = [], 0
    for wanted in (1, 3, 30):
        for number in range(made, wanted):
            made += 1
            (draft if number % 2 else scheduled)(cast, days=7 * number)
        actor = cast.actor(name)
        with CaptureQueriesContext(connection) as seen:
            queries.waiting_for(actor)
        counts.append(len(seen))

    assert len(set(counts)) == 1, counts
