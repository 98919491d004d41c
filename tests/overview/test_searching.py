"""The search page: what each reader finds, what is written down, and that rights come first."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from artefacts import operations
from artefacts.states import Marking
from sdwg import clock
from sdwg.audit.models import AuditRead
from sdwg.members.models import Role
from sdwg.members.operations import appoint
from sdwg.overview import searching
from tests.artefacts import make
from tests.artefacts.test_pages import text
from tests.cast import Cast
from tests.decisions import make as decisions
from tests.meetings import make as meetings


def titles(cast: Cast, name: str, words: str, kind: str = "") -> list[str]:
    results = searching.look_for(cast.actor(name), words, kind)
    return [hit.title for one in results.found for hit in one.hits]


def read_version(cast: Cast, words: str = "Keys rest in hardware modules.", **how: object) -> object:
    version = make.version(cast, texts=("Contents", words), **how)
    operations.read_texts()
    return version


def test_a_document_is_found_by_its_words_with_page_and_passage(cast: Cast) -> None:
    read_version(cast)
    hit = searching.look_for(cast.actor("idno"), "hardware").found[0].hits[0]
    assert hit.title == "SDWG-ART-001 0.1 Interface Code of Connection"
    assert (hit.place, hit.url) == ("Page 2", "/artefacts/SDWG-ART-001/0.1/review/#page-2")
    assert ("hardware", True) in hit.passages
    page = text(cast.client("idno").get("/search/?q=hardware"))
    assert "In documents" in page
    assert "Page 2" in page


@pytest.mark.parametrize(
    ("name", "sees"), [("idno", True), ("chair", True), ("secretariat", False), ("grid", False), ("observer", False)]
)
def test_what_is_read_by_name_is_found_by_those_named(cast: Cast, name: str, sees: bool) -> None:
    version = read_version(cast, title="Attack paths", marking=Marking.RED, people=["idno"])
    make.comment(cast, make.consultation(cast, version, by="chair"), "idno", text="The hardware is named.")  # type: ignore[arg-type]
    assert bool(titles(cast, name, "hardware")) == sees
    assert bool(titles(cast, name, "attack")) == sees


def test_a_reader_whose_sight_ends_finds_nothing(cast: Cast) -> None:
    version = read_version(cast)
    assert titles(cast, "grid", "hardware")
    make.remark(cast, version, Marking.RED)  # type: ignore[arg-type]
    assert titles(cast, "grid", "hardware") == []


def test_passages_from_amber_up_are_written_down_once(cast: Cast) -> None:
    read_version(cast)
    read_version(cast, "Hardware is open.", title="Open", marking=Marking.GREEN)
    titles(cast, "idno", "hardware")
    row = AuditRead.objects.get(kind="found")
    assert (row.on_ref, row.acting_as) == ("SDWG-ART-001 0.1", "Member, iDNO B")


def test_a_reference_leads_to_its_page(cast: Cast) -> None:
    decision = decisions.open_decision(cast)
    make.recommendation(7)
    for words in ("SDWG-ART-001", "art 1", "sdwg art-001"):
        assert searching.look_for(cast.actor("idno"), words).named[0].url == "/artefacts/SDWG-ART-001/"
    assert searching.look_for(cast.actor("idno"), "DEC-1").named[0].url == decision.get_absolute_url()
    assert searching.look_for(cast.actor("idno"), "awg-r-07").named[0].title == "AWG-R-07 Recommendation 7"
    assert searching.look_for(cast.actor("idno"), "art 99").named == []


def test_everything_the_group_says_is_found(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, text="Zebra crossing", section="Zebra")
    decision = decisions.open_decision(cast, question="Does the zebra stand?")
    decisions.objected(cast, decision)
    decisions.state(cast, decision, "grid", "concern", text="A zebra concern.")
    meetings.series(cast, invited=True, title="Zebra mornings", first_day=date(2027, 3, 3))
    found = {one.kind for one in searching.look_for(cast.actor("idno"), "zebra").found}
    assert found == {"comments", "decisions", "positions", "series"}
    assert {one.kind for one in searching.look_for(cast.actor("idno"), "january freeze").found} >= {"objections"}


def test_one_kind_alone_shows_more_of_it(cast: Cast) -> None:
    window = make.consultation(cast)
    for number in range(8):
        make.comment(cast, window, text=f"Zebra {number}")
    everything = searching.look_for(cast.actor("idno"), "zebra").found[0]
    assert (len(everything.hits), everything.more) == (5, True)
    alone = searching.look_for(cast.actor("idno"), "zebra", "comments").found[0]
    assert (len(alone.hits), alone.more) == (8, False)
    page = text(cast.client("idno").get("/search/?q=zebra&kind=comments"))
    assert "Search in everything" in page


def test_the_results_alone_come_while_somebody_types(cast: Cast) -> None:
    make.registered(cast, title="Zebra Crossing")
    answer = cast.client("idno").get("/search/?q=zeb", headers={"HX-Request": "true"})
    assert answer.content.decode().startswith('<div class="results" id="results"')
    assert "HX-Request" in answer.headers["Vary"]
    assert "Zebra Crossing" in text(answer)


def test_what_is_typed_and_what_is_found_is_shown_as_text(cast: Cast) -> None:
    make.comment(cast, make.consultation(cast), text="<script>alert('zebra')</script> zebra")
    page = cast.client("idno").get("/search/", {"q": "zebra <b>"}).content.decode()
    assert "&lt;b&gt;" in page
    assert "<script>alert" not in page
    words = text(cast.client("idno").get("/search/", {"q": "zebra"}))
    assert "zebra" in words.replace("zebra: search", ""), "PostgreSQL's passages leave out what looks like a tag"


@pytest.mark.parametrize("asked", ["unheard", "un-\0heard", "²", "_"])
def test_nothing_found_says_so(cast: Cast, asked: str) -> None:
    page = text(cast.client("idno").get("/search/", {"q": asked}))
    assert "Nothing of what you may see has these words." in page


def test_nothing_asked_asks_nothing(cast: Cast) -> None:
    assert "leads to its page" in text(cast.client("idno").get("/search/"))
    assert cast.client("outsider").get("/search/?q=x").status_code == 302


def test_thirty_hits_cost_what_one_does(cast: Cast) -> None:
    window = make.consultation(cast)
    costs = []
    for number in (1, 3, 30):
        while window.comments.count() < number:
            make.comment(cast, window, text="Zebra crossing", page=1)
        with CaptureQueriesContext(connection) as captured:
            searching.look_for(cast.actor("idno"), "zebra")
        costs.append(len(captured))
    assert costs[0] == costs[1] == costs[2]


def test_people_are_found_by_name_organisation_and_seat(cast: Cast) -> None:
    name, page = cast.person("idno").display_name, f"/members/{cast.person('idno').public_id}/"
    for words, kind in ((name, "people"), ("iDNO B", "organisations"), ("industry-expert member", "seats")):
        found = searching.look_for(cast.actor("grid"), words, kind).found[0].hits
        assert page in [hit.url for hit in found], words
    assert "Member, iDNO B" in searching.look_for(cast.actor("grid"), name, "people").found[0].hits[0].place
    assert not titles(cast, "chair", cast.person("idno").address())


def test_nobody_finds_people_whom_the_register_does_not_show_them(cast: Cast) -> None:
    name = cast.person("outsider").display_name
    assert titles(cast, "secretariat", name, "people") == [name]
    assert titles(cast, "idno", name, "people") == []
    appoint(
        actor=cast.actor("secretariat"),
        person=cast.person("outsider"),
        organisation=cast.seat("auditor").organisation,
        role=Role.AUDITOR,
        valid_from=clock.today(cast.at),
    )
    assert titles(cast, "idno", "auditor", "seats") == [f"{cast.person('auditor')}, Auditor, Audit Body F"]


def test_a_summary_is_found_by_whoever_reads_the_latest_version(cast: Cast) -> None:
    first = make.version(cast, summary="Zebra crossings.")
    assert titles(cast, "idno", "zebra") == [f"SDWG-ART-001 {make.TITLE}"]
    assert AuditRead.objects.filter(kind="found", on_ref="SDWG-ART-001 0.1").exists()
    make.version(cast, first.artefact, marking=Marking.STRICT, organisations=[cast.seat("grid").organisation])
    assert titles(cast, "idno", "zebra") == []
    assert titles(cast, "grid", "zebra") == [f"SDWG-ART-001 {make.TITLE}"]
    assert titles(cast, "idno", "connection", "artefacts") == [f"SDWG-ART-001 {make.TITLE}"]


def test_what_the_wider_industry_said_is_found_by_readers_until_it_is_hidden(cast: Cast) -> None:
    window = make.public_window(cast)
    made = make.from_industry(cast, window, text="A zebra stands there.")
    make.sent_in(cast, window, text="Another zebra.")
    hit = searching.look_for(cast.actor("idno"), "zebra").found[0].hits[0]
    assert (hit.title, hit.place) == ("W1 on SDWG-ART-001 0.1", "Outside Reader, Meter Maker M (wider industry)")
    assert hit.url == "/artefacts/SDWG-ART-001/0.1/dispositions/?show=industry#industry-1"
    make.remark(cast, window.version, Marking.RED)
    assert titles(cast, "idno", "zebra") == []
    operations.hide_public_comment(actor=cast.actor("chair"), comment=made, reason="Abuse.")
    assert titles(cast, "chair", "zebra") == []
