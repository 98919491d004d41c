"""The demonstration group: loads on any day, shows what it should, and leaves a trail that holds."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from artefacts.models import Artefact, Baseline
from artefacts.states import Kind, Marking, State
from escalations.models import Submission
from meetings.models import Action, Meeting, Series
from meetings.owning import overdue_since
from meetings.states import ActionState, MeetingState, SeriesState
from sdwg import clock, dates
from sdwg.audit import verify
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import actor_for
from sdwg.members.models import Person

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
ACCOUNTS = (
    *("chair", "secretariat", "analyst", "architect", "dag", "auditor", "partner", "observer", "alternate"),
    *("large-supplier", "medium-supplier", "small-supplier", "idno", "agent", "it-provider"),
)


def load(at: datetime) -> None:
    clock.set_now(at)
    call_command("load_demo", verbosity=0)


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(datetime(2026, 12, 27, 22, 5, tzinfo=LONDON), id="a Sunday night between the holidays"),
        pytest.param(datetime(2027, 4, 14, 17, 30, tzinfo=LONDON), id="the evening of a DAG meeting, in summer time"),
    ],
)
def test_it_loads_on_any_day_once_and_the_trail_holds(at: datetime) -> None:
    load(at)
    assert list(verify.breaks()) == []
    assert set(Artefact.objects.values_list("state", flat=True)) == set(State.values)
    assert Artefact.objects.filter(kind=Kind.PROCUREMENT).exists()
    assert Artefact.objects.filter(versions__markings__marking=Marking.RED).exists()
    assert Meeting.objects.filter(state=MeetingState.PACK_ISSUED).exists()
    assert set(Action.objects.values_list("state", flat=True)) == set(ActionState.values)
    assert Action.objects.overdue(overdue_since(at)).exists()
    assert not Action.objects.filter(state_since__gt=at).exists()
    assert Submission.objects.filter(state="submitted").exists()
    regular = Series.objects.get(state=SeriesState.RUNNING).meetings.filter(state=MeetingState.SCHEDULED)
    assert [dates.hour(row.starts_at) for row in regular.order_by("starts_at")] == ["10:00"] * 2 + ["13:00"] + [
        "10:00"
    ] * 9
    assert Baseline.objects.before_system().get().version.prior_approvals.get().state == "confirmed"
    assert not Artefact.objects.filter(state_since__gt=at).exists()
    for name in ACCOUNTS:
        person = Person.objects.get(emailaddress__email=f"{name}@sdwg.example")
        assert actor_for(person, at).may_enter, name

    before = (Person.objects.count(), Artefact.objects.count(), OutboxMessage.objects.count())
    call_command("load_demo", verbosity=0)
    assert (Person.objects.count(), Artefact.objects.count(), OutboxMessage.objects.count()) == before


def test_it_is_not_loaded_into_a_real_installation(settings: object) -> None:
    settings.TESTING = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="SDWG_DEMO=1 only"):
        call_command("load_demo")
