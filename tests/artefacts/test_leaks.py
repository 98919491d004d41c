"""Canaries: a word of what is restricted is found on no page of anybody who is not entitled to it."""

from datetime import date

import pytest

from artefacts import operations
from artefacts.models import Artefact
from artefacts.states import Answer, Kind, Marking, Mover, State
from sdwg.members.models import Constituency
from sdwg.overview.queries import lately
from tests.artefacts import make
from tests.cast import Cast

CANARY = "canary"
PATHS = (
    "",
    "upload/",
    "withdraw/",
    "0.1/review/",
    "0.1/dispositions/",
    "0.1/assessment/",
    "0.1/consultation/",
    "0.1/consultation/close/",
    "0.1/file/",
    "comments/",
    "0.1/comments/",
    "0.1/table/",
)
LISTS = (
    "/artefacts/",
    "/consultations/",
    "/recommendations/",
    "/principles/",
    "/design-areas/",
    "/recommendations/matrix/",
    "/design-areas/matrix/",
    "/recommendations/matrix.csv",
    "/design-areas/list.csv",
    "/recommendations/AWG-R-01/",
    "/design-areas/DA-01/",
    "/principles/P-01/",
    "/",
)


def sung(cast: Cast, **version_of: object) -> Artefact:
    """An artefact with a canary in everything that is typed about it, as far as "not agreed"."""
    version = make.version(
        cast,
        title=f"{CANARY} title",
        summary=f"{CANARY} summary",
        recommendations=[make.recommendation(1)],
        areas=[make.area(1)],
        **version_of,
    )
    window = make.consultation(cast, version)
    made = make.comment(
        cast,
        window,
        "idno",
        text=f"{CANARY} text",
        quoted=f"{CANARY} quoted",
        proposed_change=f"{CANARY} change",
        section=CANARY,
    )
    chair, analyst = cast.actor("chair"), cast.actor("analyst")
    operations.close_consultation(actor=chair, consultation=window, reason=f"{CANARY} early")
    answer = operations.propose_disposition(
        actor=analyst, comment=made, answer=Answer.REJECTED, reason=f"{CANARY} reason"
    )
    operations.validate_disposition(actor=chair, disposition=answer)
    operations.assess(
        actor=analyst,
        version=version,
        principles={row.pk: ("departs", f"{CANARY} why") for row in make.principles()},
        impacts={row.pk: ("impact", f"{CANARY} impact") for row in Constituency.objects.all()},
    )
    operations.make_ready(actor=analyst, artefact=version.artefact)
    for to, by in ((State.UNDER_DECISION, Mover.CHAIR_OR_SECRETARIAT), (State.NOT_AGREED, Mover.DETERMINATION)):
        operations.follow(actor=chair, artefact=version.artefact, to=to, by=by, reason=f"{CANARY} because")
    return make.fresh(version.artefact)


def heard_on(cast: Cast, name: str, artefact: Artefact) -> list[str]:
    """The pages on which ``name`` finds a canary."""
    client = cast.client(name)
    found = []
    for path in (*(f"{artefact.get_absolute_url()}{path}" for path in PATHS), *LISTS):
        page = client.get(path, follow=True)
        content = b"".join(page) if page.streaming else page.content
        if CANARY.encode() in content:
            found.append(path)
    return found


RED = {"marking": Marking.RED, "people": ["idno"]}
PROCUREMENT = {"kind": Kind.PROCUREMENT, "people": ["idno"]}


@pytest.mark.parametrize("version_of", [RED, PROCUREMENT], ids=["red", "procurement"])
@pytest.mark.parametrize("name", ["agent", "architect", "partner", "observer", "dag", "auditor"])
def test_what_is_read_by_name_is_heard_by_nobody_else(cast: Cast, version_of: dict[str, object], name: str) -> None:
    artefact = sung(cast, **version_of)
    assert heard_on(cast, name, artefact) == []
    assert artefact.reference not in cast.client(name).get("/artefacts/").content.decode()


def test_the_secretariat_sees_the_bare_envelope_of_red(cast: Cast) -> None:
    artefact = sung(cast, **RED)
    assert heard_on(cast, "secretariat", artefact) == []
    page = cast.client("secretariat").get(artefact.get_absolute_url()).content.decode()
    for words in (artefact.reference, "Restricted", "TLP:RED", "Not agreed"):
        assert words in page
    for words in ("Design Business Analyst", "Analyst,", artefact.versions.get().sha256[:4] + " "):
        assert words not in page


def test_nor_does_the_secretariat_learn_who_wrote_it(cast: Cast) -> None:
    version = make.version(cast, author="agent", by="agent", planned_dag_date=date(2027, 1, 13), **RED)
    artefact = version.artefact
    make.consultation(cast, version, by="chair")
    client = cast.client("secretariat")
    here = artefact.get_absolute_url()
    for path in (*(f"{here}{path}" for path in (*PATHS, "revision/")), *LISTS, "/dag/"):
        page = client.get(path, follow=True)
        content = b"".join(page) if page.streaming else page.content  # type: ignore[arg-type]
        assert b"Supplier Agent A" not in content, path
    for path in ("ready/", "revision/"):
        assert "Supplier Agent A" not in client.post(f"{here}{path}").content.decode(), path
    assert artefact.reference in client.get("/dag/").content.decode()
    assert [(row.artefact, row.by) for row in lately(cast.actor("secretariat"))] == [(artefact, "")]
    assert [row.by for row in lately(cast.actor("chair"))] == ["Chair"]


def test_nor_by_asking_the_trail_for_a_person(cast: Cast) -> None:
    red = make.version(cast, author="agent", by="agent", **RED).artefact
    other = make.version(cast, title="Another", author="agent", by="agent").artefact
    for name, sees in (("secretariat", False), ("auditor", False), ("chair", True)):
        page = cast.client(name).get("/audit/", {"person": str(cast.person("agent").public_id)}).content.decode()
        assert other.reference in page
        assert (red.reference in page) is sees, name


@pytest.mark.parametrize("name", ["idno", "analyst", "chair"])
def test_the_named_hear_it(cast: Cast, name: str) -> None:
    assert heard_on(cast, name, sung(cast, **RED))


@pytest.mark.parametrize("name", ["observer", "partner", "dag"])
def test_of_amber_others_know_title_and_state_alone(cast: Cast, name: str) -> None:
    artefact = sung(cast)
    client = cast.client(name)
    page = client.get(artefact.get_absolute_url()).content.decode()
    assert f"{CANARY} title" in page
    for words in ("because", "early", "text", "impact", "why", "summary"):
        assert f"{CANARY} {words}" not in page
    assert "Restricted" in page
    for path in ("0.1/review/", "0.1/dispositions/", "0.1/assessment/", "0.1/file/"):
        assert client.get(f"{artefact.get_absolute_url()}{path}").status_code == 404


def test_of_an_earlier_red_version_readers_of_the_later_one_learn_nothing(cast: Cast) -> None:
    red = make.version(cast, marking=Marking.RED, people=["idno"])
    operations.upload(
        actor=cast.actor("analyst"),
        artefact=red.artefact,
        stored=make.stored(cast, words="Open"),
        file_name="open.pdf",
        label="0.2",
        change_note="Written anew",
        marking=Marking.AMBER,
    )
    page = cast.client("agent").get(red.artefact.get_absolute_url()).content.decode()
    assert "0.2" in page
    for words in ("TLP:RED", ">0.1", "Version 0.1", red.sha256[:4] + " " + red.sha256[4:8]):
        assert words not in page
