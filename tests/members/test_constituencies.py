"""The list of constituencies (M4): extended, ordered, retired; what is ready is not bound by what came later."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.members import operations
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Constituency
from tests.cast import Cast

HERE = "/members/constituencies/"
HEAT = {"name": "Heat Network Operators", "short_name": "Heat networks"}


def listed(cast: Cast, by: str = "secretariat", **names: str) -> Constituency:
    return operations.list_constituency(actor=cast.actor(by), **{**HEAT, **names})


def short_names() -> list[str]:
    return list(Constituency.objects.order_by("position").values_list("short_name", flat=True))


def vacant() -> Constituency:
    return Constituency.objects.get(short_name="I&C Suppliers")


def test_one_more_comes_last_and_counts_from_today(cast: Cast) -> None:
    made = listed(cast)
    assert short_names()[-1] == "Heat networks"
    assert (made.position, made.listed_from) == (14, date(2026, 11, 30))
    assert made in Constituency.objects.listed(date(2026, 11, 30))
    assert made not in Constituency.objects.listed(date(2026, 11, 29))
    assert list(breaks()) == []


def test_they_are_put_in_order_and_stop_at_the_ends(cast: Cast) -> None:
    heat, secretariat = listed(cast), cast.actor("secretariat")
    operations.move_constituency(actor=secretariat, constituency=heat, by=1)
    assert short_names()[-1] == "Heat networks"
    for _ in range(20):
        operations.move_constituency(actor=secretariat, constituency=heat, by=-1)
    assert short_names()[:2] == ["Heat networks", "Elexon"]
    assert sorted(Constituency.objects.values_list("position", flat=True)) == list(range(1, 15))
    assert list(breaks()) == []


def test_a_retired_one_stays_and_can_be_listed_again(cast: Cast) -> None:
    secretariat, row = cast.actor("secretariat"), vacant()
    operations.retire_constituency(actor=secretariat, constituency=row, reason="Merged into another.")
    assert row not in Constituency.objects.listed(date(2026, 11, 30))
    assert row in Constituency.objects.listed(date(2026, 11, 29))
    assert AuditEvent.objects.get(verb="constituency.retired").reason == "Merged into another."
    operations.relist_constituency(actor=secretariat, constituency=row)
    assert row in Constituency.objects.listed(date(2026, 11, 30))
    assert list(breaks()) == []


def test_one_for_which_somebody_sits_is_not_retired(cast: Cast) -> None:
    row = cast.seat("idno").organisation.constituency
    assert row
    with pytest.raises(NotNow, match="holds the seat Member, iDNO B for it"):
        operations.retire_constituency(actor=cast.actor("secretariat"), constituency=row, reason="-")


def test_nobody_is_appointed_for_a_retired_one(cast: Cast) -> None:
    secretariat, row = cast.actor("secretariat"), vacant()
    body = operations.make_organisation(actor=secretariat, name="I&C Supplier A", constituency=row)
    operations.retire_constituency(actor=secretariat, constituency=row, reason="Merged.")
    given = {
        "person": cast.person("outsider"),
        "organisation": body,
        "role": "member",
        "valid_from": date(2026, 11, 30),
    }
    with pytest.raises(NotNow, match=r"is retired\. List it again first") as refusal:
        operations.appoint(actor=secretariat, **given)
    assert refusal.value.field == "organisation"
    operations.relist_constituency(actor=secretariat, constituency=row)
    operations.appoint(actor=secretariat, **given)


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({"name": " "}, "name"),
        ({"short_name": ""}, "short_name"),
        ({"name": "large SUPPLIERS"}, "name"),
        ({"short_name": "elexon"}, "short_name"),
    ],
)
def test_names_are_given_and_used_once(cast: Cast, names: dict[str, str], field: str) -> None:
    with pytest.raises(NotNow) as refusal:
        listed(cast, **names)
    assert refusal.value.field == field
    assert Constituency.objects.count() == 13


@pytest.mark.parametrize("who", ["chair", "analyst", "idno", "dag", "auditor"])
def test_only_the_secretariat_keeps_the_list(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="The secretariat keeps"):
        listed(cast, by=who)
    client, row = cast.client(who), vacant()
    assert client.get(HERE).status_code == 403
    for act in ("move", "retire", "list-again"):
        assert client.post(f"{HERE}{row.pk}/{act}/", {"by": "1", "reason": "-"}).status_code == 403
    assert short_names().index("I&C Suppliers") == 5


def test_what_is_refused_twice(cast: Cast) -> None:
    secretariat, row = cast.actor("secretariat"), vacant()
    with pytest.raises(NotNow, match="is listed"):
        operations.relist_constituency(actor=secretariat, constituency=row)
    with pytest.raises(NotNow) as refusal:
        operations.retire_constituency(actor=secretariat, constituency=row, reason=" ")
    assert refusal.value.field == "reason"
    operations.retire_constituency(actor=secretariat, constituency=row, reason="Merged.")
    with pytest.raises(NotNow, match="was retired on 30 November 2026"):
        operations.retire_constituency(actor=secretariat, constituency=row, reason="Merged.")


def test_by_its_page(cast: Cast) -> None:
    client, row = cast.client("secretariat"), vacant()
    refused = client.post(HERE, {"name": "Heat Network Operators", "short_name": "Elexon"})
    assert refused.status_code == 422
    assert "Heat Network Operators" in refused.content.decode()
    assert client.post(HERE, HEAT).status_code == 302
    assert client.post(f"{HERE}{row.pk}/move/", {"by": "-1"}).status_code == 302
    assert short_names().index("I&C Suppliers") == 4
    assert client.post(f"{HERE}{row.pk}/move/", {"by": "7"}).status_code == 422
    assert client.post(f"{HERE}{row.pk}/retire/", {"reason": ""}).status_code == 422
    assert client.post(f"{HERE}{row.pk}/retire/", {"reason": "Merged."}).status_code == 302
    assert "Retired" in client.get(HERE).content.decode()
    assert client.post(f"{HERE}{row.pk}/list-again/").status_code == 302
    assert client.post(f"{HERE}4711/move/", {"by": "1"}).status_code == 404


@pytest.mark.parametrize("change", [{"name": "Everybody"}, {"position": 99}, {"retired_on": date(2026, 1, 1)}])
@pytest.mark.parametrize("told", [False, True], ids=["seeded", "told of"])
def test_one_edited_behind_the_program_s_back_is_found(cast: Cast, change: dict[str, object], told: bool) -> None:
    row = listed(cast) if told else vacant()
    Constituency.objects.filter(pk=row.pk).update(**change)
    (line,) = breaks()
    assert f"The constituency {row.pk}" in line


def test_the_number_of_queries_does_not_grow(cast: Cast) -> None:
    client = cast.client("secretariat")
    counts = []
    for wanted in (14, 17, 44):
        while Constituency.objects.count() < wanted:
            number = Constituency.objects.count()
            listed(cast, name=f"Kind {number}", short_name=f"K{number}")
        client.get(HERE)
        with CaptureQueriesContext(connection) as ran:
            client.get(HERE)
        counts.append(len(ran))
    assert counts[0] == counts[1] == counts[2], counts
