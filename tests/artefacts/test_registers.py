"""The registers: what is entered, reworded, retired, put out of scope, linked; what the matrices say to whom."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from openpyxl import Workbook, load_workbook

from artefacts import operations, queries
from artefacts.models import (
    AnyEntry,
    AreaLink,
    Artefact,
    DesignArea,
    DesignPrinciple,
    Recommendation,
    RecommendationLink,
)
from artefacts.states import Alignment, Impact, Kind, Marking
from sdwg.audit.acts import Machine
from sdwg.audit.models import AuditEvent
from sdwg.audit.verify import breaks
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Constituency
from tests.artefacts import make
from tests.artefacts.test_pages import text
from tests.cast import Cast

AWG = {"text": "Every party connects in one way.", "source": "Issue 1, clause 2"}


def entered(cast: Cast, kind: str = "recommendation", reference: str = "AWG-R-01", by: str = "analyst") -> AnyEntry:
    words = AWG if kind == "recommendation" else {"title": "Metering", "text": "Meters."}
    return operations.enter(actor=cast.actor(by), kind=kind, reference=reference, words=words)


# ------------------------------------------------------------------------------------------------------------- entries


@pytest.mark.parametrize("kind", ["recommendation", "principle", "area"])
def test_a_life_of_an_entry_is_told_and_verifies(cast: Cast, kind: str) -> None:
    analyst = cast.actor("analyst")
    entry = entered(cast, kind, "X-1")
    name = "text" if kind == "recommendation" else "title"
    words = {**AWG, "title": "Metering", "text": "Meters.", name: "Other words."}
    operations.reword(actor=analyst, entry=entry, words=words, reason="A second issue.")
    operations.retire(actor=analyst, entry=entry, reason="Merged.")
    operations.restore(actor=analyst, entry=entry, reason="Parted again.")

    told = AuditEvent.objects.filter(on_key=entry.audit_key).order_by("seq").values_list("verb", "reason", "on_ref")
    assert list(told) == [
        (f"{kind}.entered", "", "X-1"),
        (f"{kind}.reworded", "A second issue.", "X-1"),
        (f"{kind}.retired", "Merged.", "X-1"),
        (f"{kind}.listed-again", "Parted again.", "X-1"),
    ]
    page = text(cast.client("observer").get(entry.get_absolute_url()))
    before = "Every party connects in one way." if kind == "recommendation" else "Metering"
    assert f"A second issue. The {name} was: {before}" in page
    assert "Design Business Analyst" in page
    assert list(breaks()) == []


def test_what_an_entry_said_before_is_quoted_as_it_was(cast: Cast) -> None:
    words = {"text": "Ports 1..1023 are closed, and so on...", "source": "Issue 1"}
    analyst = cast.actor("analyst")
    entry = operations.enter(actor=analyst, kind="recommendation", reference="AWG-R-01", words=words)
    operations.reword(actor=analyst, entry=entry, words=AWG, reason="A second issue.")
    page = text(cast.client("observer").get(entry.get_absolute_url()))
    assert f"The text was: {words['text']} The source was: Issue 1." in page


@pytest.mark.parametrize(
    ("model", "change", "field"),
    [
        (Recommendation, {"text": "Nothing of the kind."}, "text"),
        (Recommendation, {"source": "Nowhere"}, "source"),
        (DesignPrinciple, {"title": "Another"}, "title"),
        (DesignArea, {"position": 9}, "position"),
    ],
)
def test_words_edited_behind_the_program_s_back_are_found(
    cast: Cast, model: Any, change: dict[str, Any], field: str
) -> None:
    entered(cast, model.kind, "X-1")
    assert list(breaks()) == []
    model.objects.update(**change)
    (line,) = breaks()
    assert f"differs from its history in {field}" in line


def test_an_entry_added_or_taken_away_behind_its_back_is_found(cast: Cast) -> None:
    entered(cast)
    Recommendation.objects.all()._raw_delete("default")
    Recommendation.objects.bulk_create([Recommendation(reference="AWG-R-99", text="Smuggled")])
    found = "\n".join(breaks())
    assert "has no history" in found
    assert "was deleted behind the program's back" in found


@pytest.mark.parametrize("reference", ["", "awg-r-01", "AWG R 01", "-A", "A-", "ADD/IT", "A" * 21])
def test_a_reference_is_one_that_people_can_say(cast: Cast, reference: str) -> None:
    with pytest.raises(NotNow) as refusal:
        entered(cast, reference=reference)
    assert refusal.value.field == "reference"
    assert not Recommendation.objects.exists()


def test_two_entries_of_a_register_have_two_references(cast: Cast) -> None:
    entered(cast)
    with pytest.raises(NotNow, match="already"):
        entered(cast)
    assert entered(cast, "area", "AWG-R-01").pk


@pytest.mark.parametrize("verb", ["reword", "retire", "restore", "rescope"])
def test_nothing_changes_without_a_reason(cast: Cast, verb: str) -> None:
    entry = entered(cast)
    if verb == "restore":
        operations.retire(actor=cast.actor("analyst"), entry=entry, reason="Merged.")
    acts: dict[str, Callable[[], AnyEntry]] = {
        "reword": lambda: operations.reword(
            actor=cast.actor("analyst"), entry=entry, words={**AWG, "text": "Other."}, reason=" "
        ),
        "retire": lambda: operations.retire(actor=cast.actor("analyst"), entry=entry, reason=" "),
        "restore": lambda: operations.restore(actor=cast.actor("analyst"), entry=entry, reason=" "),
        "rescope": lambda: operations.rescope(actor=cast.actor("chair"), entry=entry, in_scope=False, reason=" "),
    }
    number = AuditEvent.objects.count()
    with pytest.raises(NotNow) as refusal:
        acts[verb]()
    assert refusal.value.field == "reason"
    assert AuditEvent.objects.count() == number


def test_the_database_itself_keeps_no_scope_without_a_reason(cast: Cast) -> None:
    entered(cast, "area", "DA-01")
    for change in ({"out_of_scope_on": cast.at.date()}, {"why_out_of_scope": "Because."}, {"why_retired": "Because."}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DesignArea.objects.update(**change)


@pytest.mark.parametrize("who", ["secretariat", "idno", "observer", "chair", "dag", "auditor", "partner"])
def test_only_analyst_and_architect_keep_the_registers(cast: Cast, who: str) -> None:
    entry, client = entered(cast, by="architect"), cast.client(who)
    page = client.get(entry.get_absolute_url()).content.decode()
    for path in ("reword/", "retire/"):
        assert path not in page
        assert client.get(f"{entry.get_absolute_url()}{path}").status_code == 403
    with pytest.raises(Refused):
        entered(cast, reference="AWG-R-02", by=who)


@pytest.mark.parametrize("who", ["secretariat", "analyst", "architect", "idno"])
def test_only_the_chair_says_what_is_out_of_scope(cast: Cast, who: str) -> None:
    entry = entered(cast)
    with pytest.raises(Refused, match="said by the chair"):
        operations.rescope(actor=cast.actor(who), entry=entry, in_scope=False, reason="Not ours.")
    assert "Put it out of scope" not in text(cast.client(who).get(entry.get_absolute_url()))


def test_out_of_scope_is_listed_with_its_reason_and_is_no_gap(cast: Cast) -> None:
    entry = entered(cast, "area", "DA-01")
    client = cast.client("chair")
    assert client.post(f"{entry.get_absolute_url()}scope/", {"reason": ""}).status_code == 422
    assert client.post(f"{entry.get_absolute_url()}scope/", {"reason": "Smart metering keeps it."}).status_code == 302
    page = text(cast.client("idno").get("/design-areas/"))
    assert "Out of scope Smart metering keeps it." in page
    assert queries.matrix(cast.actor("idno"), "area").unanswered == ()
    with pytest.raises(NotNow, match="already"):
        operations.rescope(actor=cast.actor("chair"), entry=entry, in_scope=False, reason="Again.")
    operations.rescope(actor=cast.actor("chair"), entry=entry, in_scope=True, reason="It is ours after all.")
    (gap,) = queries.matrix(cast.actor("idno"), "area").unanswered
    assert gap.reference == "DA-01"


def test_a_principle_binds_from_the_day_it_is_listed_and_no_version_of_before(cast: Cast) -> None:
    approved = make.approved(cast, title="Approved")
    draft = make.version(cast, title="Draft")
    made = entered(cast, "principle", "P-77")
    client = cast.client("analyst")
    assert made.reference not in text(client.get(f"{approved.get_absolute_url()}0.1/assessment/"))
    assert made.reference in text(client.get(f"{draft.get_absolute_url().replace('review', 'assessment')}"))


def test_what_a_ready_version_says_outlives_the_retirement_of_a_principle(cast: Cast) -> None:
    """Neither retiring one, nor listing it again, adds a blank cell to what is assessed."""
    analyst = cast.actor("analyst")
    late = entered(cast, "principle", "P-77")
    artefact = make.resolving(cast)
    operations.retire(actor=cast.actor("analyst"), entry=late, reason="Merged.")
    artefact = make.answered(cast, artefact)
    version = artefact.versions.get()
    kept = make.principles(2)
    operations.assess(
        actor=cast.actor("analyst"),
        version=version,
        principles={row.pk: (Alignment.ALIGNED, "") for row in kept if row != late},
        impacts={row.pk: (Impact.SOME, "It builds.") for row in Constituency.objects.all()},
    )
    operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)

    def shown() -> list[str]:
        page = queries.artefact_page(cast.actor("idno"), Artefact.objects.visible_to(cast.actor("idno")).get())
        assert [row.reference for row in page.principles if not row.value] == []
        words = text(cast.client("idno").get(f"{artefact.get_absolute_url()}0.1/assessment/"))
        assert "Not assessed" not in words
        assert late.reference not in words
        return [row.reference for row in page.principles]

    before = shown()
    operations.restore(actor=cast.actor("analyst"), entry=late, reason="Parted again.")
    late.refresh_from_db()
    assert late.listed_from == cast.at.date() > analyst.at.date()
    assert shown() == before
    operations.retire(actor=cast.actor("analyst"), entry=kept[0], reason="Merged.")
    assert shown() == before


def test_readers_of_an_assessment_see_the_principles_that_it_is_still_owed(cast: Cast) -> None:
    version = make.resolving(cast).versions.get()
    made = entered(cast, "principle", "P-77")
    here = f"{version.artefact.get_absolute_url()}0.1/assessment/"
    assert made.reference in text(cast.client("idno").get(here))
    operations.retire(actor=cast.actor("analyst"), entry=made, reason="Merged.")
    assert made.reference not in text(cast.client("idno").get(here))


def test_areas_are_put_in_order(cast: Cast) -> None:
    analyst = cast.actor("analyst")
    first, second, third = (entered(cast, "area", f"DA-0{number}") for number in (1, 2, 3))
    operations.retire(actor=analyst, entry=second, reason="Merged.")
    client = cast.client("analyst")
    client.post("/design-areas/DA-03/move/", {"by": "-1"})
    assert [row.reference for row in DesignArea.objects.filter(retired_on=None)] == ["DA-03", "DA-01"]
    assert client.post("/design-areas/DA-03/move/", {"by": "-1"}).status_code == 302
    assert client.post("/design-areas/DA-02/move/", {"by": "1"}).status_code == 422
    assert [row.reference for row in DesignArea.objects.filter(retired_on=None)] == ["DA-03", "DA-01"]
    assert (first.pk, third.pk) != (0, 0)
    assert list(breaks()) == []


def test_areas_of_one_place_are_parted_when_one_is_moved(cast: Cast) -> None:
    """Two that were entered at once could have the same place: moving one moves it all the same."""
    for number in (1, 2, 3):
        make._listed(
            actor=Machine(cast.at),
            entry=DesignArea(reference=f"DA-0{number}", title="Area", position=min(number, 2)),
        )
    operations.move_area(actor=cast.actor("analyst"), area=DesignArea.objects.get(reference="DA-03"), by=-1)
    rows = list(DesignArea.objects.values_list("reference", "position"))
    assert rows == [("DA-01", 1), ("DA-03", 2), ("DA-02", 3)]
    assert set(AuditEvent.objects.filter(verb="area.moved").values_list("on_ref", flat=True)) == {"DA-02", "DA-03"}
    assert list(breaks()) == []


def test_the_first_area_goes_no_further_up_and_the_last_no_further_down(cast: Cast) -> None:
    for number in (1, 2, 3):
        entered(cast, "area", f"DA-0{number}")
    operations.retire(actor=cast.actor("analyst"), entry=DesignArea.objects.get(reference="DA-03"), reason="Merged.")
    page = cast.client("analyst").get("/design-areas/").content.decode()
    assert page.count('value="-1" disabled>Up') == page.count('value="1" disabled>Down') == 1
    assert page.index('value="-1" disabled>') < page.index('value="1" disabled>')
    assert page.index('id="DA-02"') < page.index('value="1" disabled>')


def test_by_the_pages(cast: Cast) -> None:
    client = cast.client("analyst")
    typed = {"reference": "AWG-R-05", "text": "Sign it.", "source": "Issue 1"}
    assert "capitals" in text(client.post("/recommendations/add/", {**typed, "reference": "r 5"}))
    assert client.post("/recommendations/add/", typed)["Location"] == "/recommendations/AWG-R-05/"
    here = "/recommendations/AWG-R-05/"
    unchanged = client.post(f"{here}reword/", {**typed, "reason": "None."})
    assert unchanged.status_code == 422
    assert client.post(f"{here}reword/", {**typed, "text": "Seal it.", "reason": "Issue 2."})["Location"] == here
    assert client.post(f"{here}retire/", {"reason": "Merged."})["Location"] == here
    assert client.get(f"{here}reword/", follow=True).redirect_chain == [(here, 302)]
    assert "Retired" in text(client.get(here))
    assert client.post(f"{here}list-again/", {"reason": "Parted."})["Location"] == here
    assert client.get("/recommendations/NOWHERE/").status_code == 404


def test_somebody_else_s_words_are_not_replaced_unseen(cast: Cast) -> None:
    entry, client = entered(cast), cast.client("analyst")
    here = f"{entry.get_absolute_url()}reword/"
    loaded = fields_of(client.get(here))
    operations.reword(actor=cast.actor("architect"), entry=entry, words={**AWG, "text": "Seal it."}, reason="Issue 2.")

    mine = {**AWG, "text": "Sign it."}
    refused = client.post(here, {**loaded, **mine, "reason": "Issue 3."})
    assert refused.status_code == 422
    assert "AWG-R-01 was reworded since you loaded this page." in text(refused)
    assert "Sign it." in refused.content.decode()
    assert Recommendation.objects.get().text == "Seal it."

    assert client.post(here, {**loaded, **mine, "reason": ""}).status_code == 422
    assert client.post(here, {**loaded, **mine, "reason": "Issue 3."}).status_code == 422
    assert client.post(here, {**fields_of(refused), **mine, "reason": "Issue 3."}).status_code == 302
    assert Recommendation.objects.get().text == "Sign it."


# --------------------------------------------------------------------------------------------------------------- links


def test_an_artefact_is_linked_from_either_side(cast: Cast) -> None:
    artefact, one, two = make.registered(cast), make.recommendation(1), make.recommendation(2)
    area = make.area(1)
    client = cast.client("analyst")
    here = f"{artefact.get_absolute_url()}links/"
    client.post(here, {"recommendations": [one.pk], "areas": [area.pk]})
    client.post(f"{two.get_absolute_url()}artefacts/", {"artefacts": [artefact.pk]})
    assert {row.recommendation_id for row in RecommendationLink.objects.all()} == {one.pk, two.pk}
    assert AreaLink.objects.get().area == area

    refused = client.post(f"{two.get_absolute_url()}artefacts/", {"artefacts": []})
    assert refused.status_code == 422
    assert f"Say why {artefact.reference} no longer answers {two.reference}" in text(refused)
    client.post(here, {"recommendations": [two.pk], "areas": [area.pk], "reason": "Split in two."})
    assert RecommendationLink.objects.get().recommendation == two
    (first, *_, last) = AuditEvent.objects.filter(verb="artefact.linked", on_key=artefact.audit_key).order_by("seq")
    assert first.note == {"linked": "AWG-R-01, DA-01", "unlinked": ""}
    assert (last.note, last.reason) == ({"linked": "", "unlinked": "AWG-R-01"}, "Split in two.")
    page = text(client.get(artefact.get_absolute_url()))
    assert "Linked to AWG-R-01, DA-01" in page
    assert "No longer to AWG-R-01 Split in two." in page
    assert "SDWG-ART-001 no longer linked" in text(client.get(one.get_absolute_url()))
    assert list(breaks()) == []


def fields_of(answer: Any) -> dict[str, str]:
    """The hidden fields of the form on a page, as a browser sends them back."""
    form = answer.context["form"]
    return {field.html_name: field.value() for field in form.hidden_fields() if field.name != "once"}


def test_what_somebody_else_linked_meanwhile_stays(cast: Cast) -> None:
    """Two pages are open at once; each does what its reader changed on it, and nothing else."""
    artefact, other = make.registered(cast), make.registered(cast, title="Other")
    one, two, three = (make.recommendation(number) for number in (1, 2, 3))
    operations.link(actor=cast.actor("analyst"), artefact=artefact, recommendations=[one], areas=[])
    client = cast.client("analyst")
    here, there = f"{artefact.get_absolute_url()}links/", f"{two.get_absolute_url()}artefacts/"
    by_artefact, by_entry = fields_of(client.get(here)), fields_of(client.get(there))
    architect = cast.actor("architect")
    operations.link(actor=architect, artefact=artefact, recommendations=[two], areas=[], reason="Moved.")

    assert client.post(here, {**by_artefact, "recommendations": [one.pk, three.pk]}).status_code == 302
    assert client.post(there, {**by_entry, "artefacts": [other.pk]}).status_code == 302
    ties = RecommendationLink.objects.values_list("artefact__title", "recommendation__reference")
    assert sorted(ties) == [(make.TITLE, "AWG-R-02"), (make.TITLE, "AWG-R-03"), ("Other", "AWG-R-02")]
    told = AuditEvent.objects.filter(verb="artefact.linked", on_key=artefact.audit_key).order_by("-seq")[0]
    assert told.note == {"linked": "AWG-R-03", "unlinked": ""}

    refused = client.post(there, {**fields_of(client.get(there)), "artefacts": [other.pk]})
    assert refused.status_code == 422
    operations.link(actor=architect, artefact=other, recommendations=[], areas=[], reason="Moved.")
    again = {**fields_of(refused), "artefacts": [other.pk], "reason": "Split."}
    assert client.post(there, again).status_code == 302
    assert [row.recommendation for row in RecommendationLink.objects.all()] == [three]


def test_members_link_their_own_and_nobody_else_s(cast: Cast) -> None:
    own = make.registered(cast, title="Own", author="idno", by="idno")
    other = make.registered(cast, title="Other")
    entry = make.recommendation(1)
    client = cast.client("idno")
    form = client.get(f"{entry.get_absolute_url()}artefacts/").content.decode()
    assert own.reference in form
    assert other.reference not in form
    assert client.post(f"{entry.get_absolute_url()}artefacts/", {"artefacts": [other.pk]}).status_code == 422
    assert client.post(f"{entry.get_absolute_url()}artefacts/", {"artefacts": [own.pk]}).status_code == 302
    assert client.get(f"{other.get_absolute_url()}links/").status_code == 403
    assert RecommendationLink.objects.get().artefact == own


@pytest.mark.parametrize("verb", ["retire", "rescope"])
def test_nothing_new_answers_what_is_retired_or_out_of_scope(cast: Cast, verb: str) -> None:
    held, late, entry = make.registered(cast), make.registered(cast, title="Late"), make.recommendation(1)
    analyst, chair = cast.actor("analyst"), cast.actor("chair")
    operations.link(actor=analyst, artefact=held, recommendations=[entry], areas=[])
    if verb == "retire":
        operations.retire(actor=analyst, entry=entry, reason="Merged.")
    else:
        operations.rescope(actor=chair, entry=entry, in_scope=False, reason="Not ours.")
    entry.refresh_from_db()
    operations.link(actor=analyst, artefact=held, recommendations=[entry], areas=[])
    for attempt in (
        lambda: operations.link(actor=analyst, artefact=late, recommendations=[entry], areas=[]),
        lambda: operations.link_entry(actor=analyst, entry=entry, artefacts=[held, late], among=[held, late]),
    ):
        with pytest.raises(NotNow, match="so nothing new answers it"):
            attempt()
    assert RecommendationLink.objects.get().artefact == held


@pytest.mark.parametrize("verb", ["retire", "rescope"])
def test_what_was_open_when_the_page_was_shown_is_asked_again(cast: Cast, verb: str) -> None:
    """The entry in hand is as it was read; it has been retired, or put out of scope, since."""
    artefact, entry = make.registered(cast), make.recommendation(1)
    stale, analyst = make.recommendation(1), cast.actor("analyst")
    if verb == "retire":
        operations.retire(actor=analyst, entry=entry, reason="Merged.")
    else:
        operations.rescope(actor=cast.actor("chair"), entry=entry, in_scope=False, reason="Not ours.")
    for attempt in (
        lambda: operations.link(actor=analyst, artefact=artefact, recommendations=[stale], areas=[]),
        lambda: operations.link_entry(actor=analyst, entry=stale, artefacts=[artefact], among=[artefact]),
        lambda: make.registered(cast, title="Late", recommendations=[stale]),
    ):
        with pytest.raises(NotNow, match="so nothing new answers it"):
            attempt()
    assert not RecommendationLink.objects.exists()
    assert Artefact.objects.count() == 1


# ------------------------------------------------------------------------------------------- coverage and the matrices


def test_ready_to_build_when_every_artefact_that_answers_it_has_a_baseline(cast: Cast) -> None:
    entry = make.recommendation(1)
    make.approved(cast, title="Approved", recommendations=[entry])
    line = queries.coverage(cast.actor("idno"), "recommendation")[0]
    assert (line.ready_to_build, line.needs) == (True, "1 of 1 approved")
    make.registered(cast, title="Draft", recommendations=[entry])
    make.withdrawn(cast, title="Withdrawn", recommendations=[entry])
    line = queries.coverage(cast.actor("idno"), "recommendation")[0]
    assert (line.verdict, line.needs) == ("started", "1 of 2 approved")
    page = text(cast.client("idno").get(entry.get_absolute_url()))
    assert "Not ready yet" in page
    assert "Baseline 0.1, approved by the DAG." in page
    assert "Draft. Nothing of it is approved yet." in page


def test_the_matrix_says_each_cell_and_lists_the_gaps_in_words(cast: Cast) -> None:
    one, two = make.recommendation(1), make.recommendation(2)
    approved = make.approved(cast, title="Approved", recommendations=[one])
    loose = make.registered(cast, title="Loose")
    found = queries.matrix(cast.actor("idno"), "recommendation")
    assert [part.reference for part in found.columns] == [approved.reference, loose.reference]
    assert [[cell and cell.words for cell in row.cells] for row in found.rows] == [["Baseline 0.1", None], [None, None]]
    page = text(cast.client("idno").get("/recommendations/matrix/"))
    assert "1 recommendation without an artefact, 1 artefact without a recommendation" in page
    assert f"{two.reference} Recommendation 2 No artefact that you may see answers it." in page
    assert f"{loose.reference} Loose It answers no recommendation in scope." in page
    narrowed = queries.matrix(cast.actor("idno"), "recommendation", show="gap", state="draft")
    assert [row.line.reference for row in narrowed.rows] == [two.reference]
    assert [part.reference for part in narrowed.columns] == [loose.reference]
    assert len(narrowed.unanswered) == len(narrowed.answers_nothing) == 1


def test_a_long_matrix_has_pages_and_leaves_whole(cast: Cast) -> None:
    for number in range(1, 53):
        make.recommendation(number)
    make.registered(cast, title="Loose")
    client = cast.client("idno")
    first = client.get("/recommendations/matrix/?show=gap").content.decode()
    assert first.count('<th scope="row">') == 50
    assert 'href="?show=gap&amp;page=2"' in first
    assert "52 by 1" in first
    second = client.get("/recommendations/matrix/?show=gap&page=2").content.decode()
    assert second.count('<th scope="row">') == 2
    assert 'href="/recommendations/matrix.csv?show=gap"' in second
    whole = b"".join(client.get("/recommendations/matrix.csv?show=gap&page=2")).decode()  # type: ignore[arg-type]
    assert "AWG-R-01" in whole
    assert "AWG-R-52" in whole


HIDDEN = [{"marking": Marking.RED, "people": ["idno"]}, {"kind": Kind.PROCUREMENT, "people": ["idno"]}]
WHERE = (
    "/recommendations/",
    "/recommendations/list.csv",
    "/recommendations/matrix/",
    "/recommendations/matrix.csv",
    "/recommendations/AWG-R-01/",
    "/design-areas/",
    "/design-areas/matrix/",
    "/design-areas/DA-01/",
)


@pytest.mark.parametrize("hidden", HIDDEN, ids=["red", "procurement"])
@pytest.mark.parametrize("who", ["agent", "observer", "secretariat", "partner"])
def test_what_is_hidden_changes_nothing_that_others_see(cast: Cast, hidden: dict[str, Any], who: str) -> None:
    """The pages and downloads are, letter by letter, what they were before there was such an artefact."""
    entry, area = make.recommendation(1), make.area(1)
    make.approved(cast, recommendations=[entry], areas=[area])

    def seen() -> list[str]:
        client = cast.client(who)
        answers = [client.get(path) for path in WHERE]
        return [
            text(answer) if not answer.streaming else b"".join(answer).decode()  # type: ignore[arg-type,attr-defined]
            for answer in answers
        ]

    before = seen()
    version = make.version(cast, title="Secret", recommendations=[entry], areas=[area], **hidden)
    assert seen() == before
    if version.artefact.kind == Kind.DESIGN:
        operations.link(
            actor=cast.actor("analyst"), artefact=version.artefact, recommendations=[], areas=[], reason="x"
        )
        assert seen() == before


def test_the_named_and_the_chair_count_it(cast: Cast) -> None:
    entry = make.recommendation(1)
    make.approved(cast, recommendations=[entry])
    make.version(cast, title="Secret", recommendations=[entry], marking=Marking.RED, people=["idno"])
    for who, needs in (("idno", "1 of 2 approved"), ("chair", "1 of 2 approved"), ("agent", "1 of 1 approved")):
        assert queries.coverage(cast.actor(who), "recommendation")[0].needs == needs, who


# ----------------------------------------------------------------------------------------------------------- downloads


def rows_in(answer: Any, sheet: str) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(b"".join(answer)))
    return [tuple(cell.value for cell in row) for row in book[sheet].iter_rows()]


def test_the_matrix_leaves_as_a_workbook_without_a_live_formula(cast: Cast) -> None:
    words = {"text": '=HYPERLINK("http://elsewhere.example")', "source": "@SUM(A1)"}
    operations.enter(actor=cast.actor("analyst"), kind="recommendation", reference="AWG-R-01", words=words)
    two = make.recommendation(2)
    artefact = make.registered(cast, title="+cmd|' /C calc'!A1", recommendations=[two])
    answer = cast.client("idno").get("/recommendations/matrix.xlsx")
    content = b"".join(answer)  # type: ignore[arg-type]
    book = load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert [cell.coordinate for cell in row if cell.data_type == "f"] == []
            assert not [cell.value for cell in row if str(cell.value).startswith(("=", "+", "@", "-"))]
    matrix = [tuple(cell.value for cell in row) for row in book["Matrix"].iter_rows()]
    assert matrix[0] == ("Reference", "What it says", "Standing", artefact.reference)
    assert matrix[2] == ("AWG-R-02", "Recommendation 2", "Not ready yet", "Draft")
    assert [row[0] for row in book["Gaps"].iter_rows(min_row=2, values_only=True)] == ["AWG-R-01"]
    listed = rows_in(cast.client("idno").get("/recommendations/list.xlsx?show=gap"), "Register")
    assert [row[0] for row in listed] == ["Reference", "AWG-R-01"]
    csv = b"".join(cast.client("idno").get("/principles/list.csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert csv.startswith("Reference,Principle,")


# -------------------------------------------------------------------------------------------------------------- import


def table(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    book = Workbook()
    sheet: Any = book.active
    for row in (("Reference", "Text", "Source"), *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("awg.xlsx", out.getvalue())


def shown(cast: Cast, *rows: tuple[str, ...], by: str = "analyst") -> tuple[Any, str, str]:
    """The client, the address of the preview, and its page in words."""
    client = cast.client(by)
    address = client.post("/recommendations/import/", {"file": table(*rows)})["Location"]
    return client, address, text(client.get(address))


def digest_on(client: Any, address: str) -> str:
    return str(client.get(address).context["form"]["seen"].value())


def test_a_table_is_shown_row_by_row_and_stored_once_it_is_confirmed(cast: Cast) -> None:
    entered(cast)
    rows = (("AWG-R-01", "In two ways.", ""), ("AWG-R-02", "Sign it.", "Issue 2"))
    number = AuditEvent.objects.count()
    client, address, page = shown(cast, *rows)
    assert "2 rows: 2 to carry out, 0 with nothing to change, 0 refused. Nothing has been stored." in page
    assert "The text was: Every party connects in one way." in page
    assert (Recommendation.objects.count(), AuditEvent.objects.count()) == (1, number)

    seen = digest_on(client, address)
    assert client.post(address, {"seen": seen}).status_code == 422
    assert Recommendation.objects.count() == 1
    assert client.post(address, {"seen": seen, "reason": "Issue 2."})["Location"] == "/recommendations/"
    assert list(Recommendation.objects.values_list("reference", "text", "source")) == [
        ("AWG-R-01", "In two ways.", ""),
        ("AWG-R-02", "Sign it.", "Issue 2"),
    ]
    event = AuditEvent.objects.get(verb="recommendations.imported")
    assert event.note == {"file": "awg.xlsx", "rows": 2, "entered": 1, "reworded": 1}
    assert "there is nothing to import" in shown(cast, *rows)[2]
    assert list(breaks()) == []


def test_one_refused_row_refuses_the_table(cast: Cast) -> None:
    rows = (("AWG-R-01", "Good.", ""), ("r 2", "Bad.", ""), ("AWG-R-01", "Twice.", ""), ("AWG-R-03", "", ""),
            ("AWG-R-04", "Long.", "x" * 201))  # fmt: skip
    client, address, page = shown(cast, *rows)
    assert "5 rows: 1 to carry out, 0 with nothing to change, 4 refused" in page
    for sentence in ("capitals and figures", "stands in row 2 already", "Write down what", "at most 200 letters"):
        assert sentence in page
    assert client.post(address, {"seen": digest_on(client, address)}).status_code == 422
    assert not Recommendation.objects.exists()


def test_what_changed_since_it_was_shown_is_shown_anew(cast: Cast) -> None:
    entry = entered(cast)
    client, address, _ = shown(cast, ("AWG-R-01", "In two ways.", ""))
    seen = digest_on(client, address)
    words = {**AWG, "text": "Somebody else's words."}
    operations.reword(actor=cast.actor("architect"), entry=entry, words=words, reason="Another issue.")
    refused = client.post(address, {"seen": seen, "reason": "Issue 2."})
    assert refused.status_code == 422
    assert "has changed since it was shown" in text(refused)
    assert Recommendation.objects.get().text == "Somebody else's words."


def test_a_preview_is_its_uploader_s_alone(cast: Cast) -> None:
    _, address, _ = shown(cast, ("AWG-R-01", "Good.", ""))
    assert cast.client("architect").get(address).status_code == 404
    assert cast.client("idno").get(address).status_code == 403
