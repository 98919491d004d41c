"""What changed between two versions, on a page: for who may read both, and for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.db.models.functions import Now
from django.test import Client

from artefacts import operations, queries
from artefacts.models import Artefact, Comparison, Version
from artefacts.states import Alignment, Answer, Impact, Marking
from sdwg.audit.models import AuditRead
from sdwg.files import texts
from sdwg.files.models import FileText, PageText
from sdwg.members.models import Constituency
from tests.artefacts import make
from tests.artefacts.test_counts import cost
from tests.cast import Cast

FIRST = (
    "1 Entry\nA party connects through systems of its own.\nIt names one officer.",
    "2 Keys\nA key is kept for ninety days.\nRenewal opens ten days before.",
    "3 Alarms\nAlarms are seen within fifteen minutes.",
)
SECOND = (
    "1 Entry\nA party connects through systems of its own.\nIt names one officer.",
    "2 Keys\nA key is kept for sixty days.\nRenewal opens ten days before.",
    "4 Backups\nShares are held by five custodians of different bodies.",
    "3 Alarms\nAlarms are seen within fifteen minutes.",
)


def two(cast: Cast, artefact: Artefact | None = None, later: dict[str, Any] | None = None, **how: Any) -> Version:
    """Two versions whose texts the worker has read and compared; the later one."""
    first = make.version(cast, artefact, texts=FIRST, **how)
    second = make.version(cast, first.artefact, texts=SECOND, **(later or how))
    operations.read_texts()
    return second


def changes(client: Client, artefact: Artefact, query: str = "") -> Tag:
    answer = client.get(f"{artefact.get_absolute_url()}changes/{query}")
    assert answer.status_code == 200, answer.status_code
    main = BeautifulSoup(answer.content, "lxml").main
    assert main
    return main


def flat(page: Tag) -> str:
    return " ".join(page.get_text(" ").split())


def test_it_says_what_changed_in_figures_and_words(cast: Cast) -> None:
    page = changes(cast.client("idno"), two(cast).artefact)
    told = flat(page)
    assert "What changed from 0.1 to 0.2" in told
    assert "1 of 4 pages changed, 1 added" in told
    assert [tag.get_text() for tag in page.select("article ins")] == [
        "[added: sixty]",
        "[added: 4 Backups]",
        "[added: Shares are held by five custodians of different bodies.]",
    ]
    assert [tag.get_text() for tag in page.select("article del")] == ["[removed: ninety]"]
    assert "Page 1 as before" in told
    assert "Page 4 as before (page 3 of 0.1)" in told
    assert "fifteen minutes" not in told, "what is as before is collapsed"


def test_it_leads_from_change_to_change(cast: Cast) -> None:
    page = changes(cast.client("idno"), two(cast).artefact)
    ids = [tag["id"] for tag in page.select("article")]
    assert ids == ["page-2", "page-3"]
    jumps = [str(link["href"]) for link in page.select(".jumps a")]
    assert [href.partition("#")[2] for href in jumps] == ids
    assert [str(link["href"]) for link in page.select("article a") if link.get_text() == "Next change"] == jumps[1:]


def test_many_changes_come_in_screens_and_every_jump_leads_to_its_own(cast: Cast) -> None:
    many = 45
    first = make.version(cast, texts=[f"Page {n} says one thing about keys" for n in range(many)])
    make.version(cast, first.artefact, texts=[f"Page {n} says another thing about keys" for n in range(many)])
    operations.read_texts()
    client, seen = cast.client("idno"), []
    for screen in (1, 2, 3):
        page = changes(client, first.artefact, f"?page={screen}")
        found = [str(tag["id"]) for tag in page.select("article")]
        hrefs = [str(link["href"]) for link in page.select(".jumps a")]
        assert [href.partition("#")[2] for href in hrefs if f"page={screen}#" in href] == found
        seen += found
    assert seen == [f"page-{number}" for number in range(1, many + 1)]


def test_a_removed_page_is_shown_as_one(cast: Cast) -> None:
    first = make.version(cast, texts=SECOND)
    make.version(cast, first.artefact, texts=FIRST)
    operations.read_texts()
    page = changes(cast.client("idno"), first.artefact)
    assert "1 of 3 pages changed, 1 removed" in flat(page)
    assert "Page 3 of 0.1 removed" in flat(page)
    assert page.select_one("#was-3 del")


# --------------------------------------------------------------------------------------------------- which two versions


def test_any_two_can_be_chosen_in_either_order(cast: Cast) -> None:
    artefact = two(cast).artefact
    make.version(cast, artefact, texts=(*SECOND, "5 Annex"))
    operations.read_texts()
    client = cast.client("idno")
    assert "from 0.2 to 0.3" in flat(changes(client, artefact))
    assert "from 0.1 to 0.3" in flat(changes(client, artefact, "?since=0.1"))
    assert "from 0.1 to 0.2" in flat(changes(client, artefact, "?to=0.2"))
    there, back = (changes(client, artefact, f"?{query}") for query in ("since=0.1&to=0.3", "since=0.3&to=0.1"))
    assert [str(tag) for tag in there.select("article")] == [str(tag) for tag in back.select("article")]


def test_the_same_one_twice_is_answered_beside_the_field(cast: Cast) -> None:
    artefact = two(cast).artefact
    answer = cast.client("idno").get(f"{artefact.get_absolute_url()}changes/?since=0.1&to=0.1")
    assert answer.status_code == 422
    assert b"Choose two different versions." in answer.content


def test_without_a_second_version_there_is_nothing_to_compare(cast: Cast) -> None:
    artefact = make.version(cast).artefact
    assert "one version that you may read" in flat(changes(cast.client("idno"), artefact))
    assert "/changes/" not in cast.client("idno").get(artefact.get_absolute_url()).content.decode()


# ---------------------------------------------------------------------------------------------------------- what I read


def test_whoever_read_an_earlier_version_is_told_what_changed_since(cast: Cast) -> None:
    artefact = two(cast).artefact
    make.version(cast, artefact, texts=SECOND[:3])
    operations.read_texts()
    client, url = cast.client("idno"), artefact.get_absolute_url()
    assert "You read" not in flat(BeautifulSoup(client.get(url).content, "lxml"))
    client.get(f"{url}0.1/file/")
    for path in ("", "0.3/review/"):
        told = flat(BeautifulSoup(client.get(f"{url}{path}").content, "lxml"))
        assert "You read 0.1; 1 of 3 pages changed, 1 added, 1 removed in 0.3." in told
    assert "You read" not in flat(BeautifulSoup(client.get(url).content, "lxml")), "by now 0.3 is read too"
    assert "from 0.1 to 0.3" not in flat(changes(cast.client("agent"), artefact)), "another read nothing"


@pytest.mark.parametrize(
    ("who", "path", "is_read"),
    [
        ("idno", "review/", True),
        ("idno", "file/", True),
        ("idno", "dispositions/", False),
        ("idno", "assessment/", False),
        ("analyst", "assessment/", False),
        ("chair", "marking/", False),
    ],
)
def test_what_was_said_of_a_version_is_not_the_version(cast: Cast, who: str, path: str, is_read: bool) -> None:
    artefact = two(cast).artefact
    client, url = cast.client(who), artefact.get_absolute_url()
    assert client.get(f"{url}0.1/{path}").status_code == 200
    assert AuditRead.objects.filter(person=cast.person(who)).exists(), "it is on record all the same"
    assert ("You read 0.1" in flat(BeautifulSoup(client.get(url).content, "lxml"))) == is_read


def test_the_newest_version_read_counts_however_it_was_read(cast: Cast) -> None:
    artefact = two(cast).artefact
    make.version(cast, artefact, texts=SECOND[:3])
    operations.read_texts()
    client, url = cast.client("idno"), artefact.get_absolute_url()
    changes(client, artefact, "?since=0.1&to=0.2")
    client.get(f"{url}0.1/file/")
    assert "You read 0.2;" in flat(BeautifulSoup(client.get(url).content, "lxml"))


SCANS = ("", "", "")


@pytest.mark.parametrize(
    ("earlier", "later", "notice", "summary"),
    [
        (
            (*FIRST, "", ""),
            (*FIRST, "", "", ""),
            "You read 0.1; none of 3 pages changed in 0.2; 3 pages have no text and were not compared.",
            "none of 3 pages changed; 3 pages have no text and were not compared",
        ),
        (
            (*FIRST, ""),
            SECOND,
            "1 added in 0.2; 1 page of the earlier version has no text and was not compared.",
            "1 added; 1 page of the earlier version has no text and was not compared",
        ),
        (SCANS, FIRST, "You read 0.1; no page could be compared. See", "No page could be compared: one of the two"),
        (FIRST, SCANS, "You read 0.1; no page could be compared. See", "No page could be compared: one of the two"),
    ],
)
def test_no_page_is_said_to_be_unchanged_that_was_not_compared(
    cast: Cast, earlier: tuple[str, ...], later: tuple[str, ...], notice: str, summary: str
) -> None:
    artefact = make.version(cast, texts=earlier).artefact
    make.version(cast, artefact, texts=later)
    operations.read_texts()
    client, url = cast.client("idno"), artefact.get_absolute_url()
    client.get(f"{url}0.1/file/")
    assert notice in flat(BeautifulSoup(client.get(url).content, "lxml"))
    assert summary in flat(changes(client, artefact))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"settled": True, "trouble": "long"}, "You read 0.1; 0.2 could not be compared with it."),
        ({"settled": False}, "You read 0.1. See"),
    ],
)
def test_no_figure_is_given_where_nothing_was_compared(cast: Cast, state: dict[str, Any], said: str) -> None:
    artefact = two(cast).artefact
    Comparison.objects.update(**state, found={}, changed=0, added=0)
    client, url = cast.client("idno"), artefact.get_absolute_url()
    client.get(f"{url}0.1/file/")
    assert said in flat(BeautifulSoup(client.get(url).content, "lxml"))
    told = flat(changes(client, artefact))
    assert "none of" not in told
    assert ("one of them is too long" in told) == state["settled"]


def test_the_version_read_last_is_the_default_to_start_from(cast: Cast) -> None:
    artefact = two(cast).artefact
    make.version(cast, artefact, texts=SECOND[:3])
    operations.read_texts()
    client = cast.client("idno")
    client.get(f"{artefact.get_absolute_url()}0.1/file/")
    assert "from 0.1 to 0.3" in flat(changes(client, artefact))


def test_comparing_is_on_record_for_both_versions(cast: Cast) -> None:
    artefact = two(cast).artefact
    changes(cast.client("idno"), artefact)
    reads = AuditRead.objects.filter(person=cast.person("idno"), kind="compared")
    assert sorted(reads.values_list("on_ref", flat=True)) == [f"{artefact} 0.1", f"{artefact} 0.2"]


# ------------------------------------------------------------------------------------------------ comments, assessments


def test_comments_on_the_earlier_version_say_what_became_of_their_page(cast: Cast) -> None:
    first = make.version(cast, texts=FIRST)
    window = make.consultation(cast, first)
    as_before = make.comment(cast, window, page=3, section="", text="Fifteen is long.")
    on_page = make.comment(cast, window, page=2, section="", text="Ninety is long.", proposed_change="Sixty")
    quoting = make.comment(cast, window, page=None, section="", quoted="kept for\nninety days", text="Quoted.")
    in_section = make.comment(cast, window, page=None, section="3", text="In a section.")
    nowhere = make.comment(cast, window, page=None, section="Annex", text="Nowhere.")
    operations.propose_disposition(actor=cast.actor("analyst"), comment=on_page, answer=Answer.ACCEPTED)
    make.version(cast, first.artefact, texts=SECOND)
    operations.read_texts()
    page = changes(cast.client("idno"), first.artefact)
    rows = [[" ".join(cell.get_text(" ").split()) for cell in row.select("td, th")] for row in page.select("tbody tr")]
    found = {row[0]: (row[-2], row[-1]) for row in rows}
    assert found == {
        str(on_page.number): ("Accepted waits for validation", "Page 2 changed"),
        str(quoting.number): ("Waiting", "Page 2 changed"),
        str(as_before.number): ("Waiting", "Page 4 as before"),
        str(in_section.number): ("Waiting", "Page 4 as before"),
        str(nowhere.number): ("Waiting", "–"),
    }
    assert [row[0] for row in rows][:2] == [str(on_page.number), str(quoting.number)]
    assert "5, 2 on pages that changed" in flat(page)
    assert page.select_one('td a[href$="#page-2"]')


def test_the_page_of_a_comment_is_sought_in_a_bounded_part_of_a_text(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody waits for it: no page takes the longer for a longer document."""
    first = make.version(cast, texts=FIRST)
    window = make.consultation(cast, first)
    near = make.comment(cast, window, page=None, section="", quoted="names one officer", text="Near.")
    far = make.comment(cast, window, page=None, section="3", quoted="", text="Far.")
    later = make.version(cast, first.artefact, texts=SECOND)
    operations.read_texts()
    sizes = PageText.objects.filter(of=first.file_id).order_by("number").values_list("text", flat=True)
    read: list[str] = []
    words_of = queries.changes.words_of
    monkeypatch.setattr(queries.changes, "SEARCHED", sum(map(len, sizes)) - 1)
    monkeypatch.setattr(queries.changes, "words_of", lambda text: read.append(text) or words_of(text))
    told = {row.comment.number: row.kind for row in queries.changes_page(*both(cast, later)).comments}
    assert told == {near.number: "same", far.number: "unknown"}
    assert sizes[2] not in read


def both(cast: Cast, later: Version) -> tuple[Version, Version]:
    found = queries.versions_to_compare(cast.actor("idno"), later.artefact)
    return found[-1], found[0]


def test_what_is_assessed_otherwise_is_shown_and_nothing_else(cast: Cast) -> None:
    one, other = make.principles(2)
    kind = Constituency.objects.all()[0]
    analyst, client = cast.actor("analyst"), cast.client("idno")
    first = make.version(cast, texts=FIRST)

    def assess(version: Version, alignment: str, why: str, impact: str, text: str) -> None:
        cells = {one.pk: (alignment, why), other.pk: (Alignment.ALIGNED, "")}
        operations.assess(actor=analyst, version=version, principles=cells, impacts={kind.pk: (impact, text)})

    assess(first, Alignment.ALIGNED, "", Impact.SOME, "Systems change.")
    later = make.version(cast, first.artefact, texts=SECOND)
    assert "Version 0.2 has not been assessed yet." in flat(changes(client, later.artefact))
    assess(later, Alignment.ALIGNED, "", Impact.SOME, "Systems change.")
    assert "assessed as before" in flat(changes(client, later.artefact))
    assess(later, Alignment.DEPARTS, "Sixty days cost more.", Impact.NIL, "None after all.")
    told = flat(changes(client, later.artefact))
    assert "2 assessed otherwise" in told
    assert f"{one} Aligned Departs Sixty days cost more." in told
    assert "Impact Systems change. No impact None after all." in told
    assert str(other) not in told


def test_an_earlier_version_that_was_not_assessed_is_said_to_be(cast: Cast) -> None:
    later = two(cast)
    cells = {row.pk: (Alignment.ALIGNED, "") for row in make.principles(1)}
    operations.assess(actor=cast.actor("analyst"), version=later, principles=cells, impacts={})
    assert "Version 0.1 was not assessed." in flat(changes(cast.client("idno"), later.artefact))


# ------------------------------------------------------------------------------------------------ the state of the text


def test_a_text_says_how_far_it_is(cast: Cast) -> None:
    version = make.version(cast, texts=("1 Entry", "", ""))
    url = version.get_absolute_url()
    client = cast.client("idno")
    assert "Its text is being read." in client.get(url).content.decode()
    operations.read_texts()
    assert "2 of 3 pages have no text (scanned or drawn)." in client.get(url).content.decode()
    FileText.objects.update(state="failed", trouble="long")
    assert "could not be read: it holds more text than any document needs." in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("waiting", "The text of 0.1 is being read."),
        ("failed", "The text of 0.1 could not be read: it was begun 3 times"),
    ],
)
def test_what_is_not_compared_says_why_and_shows_the_rest(cast: Cast, state: str, said: str) -> None:
    artefact = make.resolving(cast)
    make.version(cast, artefact)
    FileText.objects.filter(stored=artefact.versions.get(label="0.1").file).update(state=state, trouble="died")
    FileText.objects.exclude(stored=artefact.versions.get(label="0.1").file).update(state="read", pages=3)
    told = flat(changes(cast.client("idno"), artefact))
    assert said in told
    assert "Which release?" in told


def test_scanned_pages_are_said_to_be_not_compared(cast: Cast) -> None:
    first = make.version(cast, texts=(*FIRST, ""))
    make.version(cast, first.artefact, texts=(SECOND[0], "", "", *SECOND[1:]))
    operations.read_texts()
    told = flat(changes(cast.client("idno"), first.artefact))
    assert "Page 4 of 0.1 has no text (scanned or drawn) and is not compared." in told
    assert "Pages 2–3 of 0.2 have no text (scanned or drawn) and are not compared." in told
    assert "Pages 2–3: no text to compare" in told


def test_versions_uploaded_before_texts_were_read_are_caught_up_with(cast: Cast) -> None:
    version = two(cast)
    FileText.objects.all().delete()
    Comparison.objects.all().delete()
    operations.read_texts()
    assert PageText.objects.filter(of=version.file_id).count() == 4
    assert Comparison.objects.count() == 1
    assert texts.read_due() == 0


def lease_runs_out() -> None:
    Comparison.objects.update(leased_until=Now() - timedelta(seconds=1))


def test_a_pair_that_cannot_be_compared_is_given_up_and_blocks_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest pair comes first, and the comparer comes to no end with it."""
    artefact = two(cast).artefact
    make.version(cast, artefact, texts=SECOND[:3])
    texts.read_due()
    with monkeypatch.context() as hung:
        hung.setattr(operations.texts, "PATIENCE", 0.001)
        for _ in range(operations.texts.ATTEMPTS):
            assert operations.texts.compare_due() == 2
            assert operations.texts.compare_due() == 0, "not before its lease has run out"
            lease_runs_out()
        operations.texts.compare_due()
    assert sorted(Comparison.objects.values_list("settled", "trouble")) == [(True, ""), (True, "died"), (True, "died")]
    told = flat(changes(cast.client("idno"), artefact))
    assert "could not be compared: begun 3 times, it came to no end" in told
    assert "pages changed" not in told


def test_a_comparison_that_is_left_is_taken_up_once_its_lease_has_run_out(cast: Cast) -> None:
    make.version(cast, make.version(cast, texts=FIRST).artefact, texts=SECOND)
    texts.read_due()
    left = operations.texts._lease_one()
    assert left
    assert operations.texts._lease_one() is None, "two workers do not make the same"
    lease_runs_out()
    assert operations.texts.compare_due() == 1
    operations.texts._settle(left, trouble="failed")
    assert Comparison.objects.values_list("trouble", "attempts").get() == ("", 2)


def test_what_no_comparison_understands_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations.texts, "_pages", lambda stored: [stored])
    assert "something in them is not understood" in flat(changes(cast.client("idno"), two(cast).artefact))


def test_a_look_ends_after_a_while_and_asks_for_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    artefact = make.version(cast, texts=FIRST).artefact
    for text in (SECOND, SECOND[:3]):
        make.version(cast, artefact, texts=text)
    texts.read_due()
    woken: list[str] = []
    monkeypatch.setattr(operations.texts, "SHIFT", 0)
    monkeypatch.setattr(operations.texts, "wake", woken.append)
    assert [operations.texts.compare_due() for _ in range(4)] == [1, 1, 1, 0]
    assert woken == [operations.texts.LOOK] * 3
    assert Comparison.objects.filter(settled=True).count() == 3


def test_another_edition_of_the_rules_compares_anew(cast: Cast) -> None:
    two(cast)
    Comparison.objects.update(edition=0, changed=99)
    operations.read_texts()
    assert Comparison.objects.get().changed == 1


# --------------------------------------------------------------------------------------------------------- who may see


def test_a_version_the_reader_may_not_read_is_not_there(cast: Cast) -> None:
    artefact = two(cast, marking=Marking.AMBER, later={"marking": Marking.RED, "people": ["agent"]}).artefact
    idno = cast.client("idno")
    for query in ("?to=0.2", "?since=0.1&to=0.2"):
        assert idno.get(f"{artefact.get_absolute_url()}changes/{query}").status_code == 404
    assert "one version that you may read" in flat(changes(idno, artefact))
    assert "sixty" in flat(changes(cast.client("agent"), artefact))


def test_a_narrower_version_is_neither_compared_nor_mentioned(cast: Cast) -> None:
    body = cast.seat("agent").organisation
    artefact = two(cast, marking=Marking.AMBER, later={"marking": Marking.STRICT, "organisations": [body]}).artefact
    url = f"{artefact.get_absolute_url()}changes/"
    idno = cast.client("idno")
    for query in ("?to=0.2", "?since=0.2", "?since=0.1&to=0.2", "?since=0.2&to=0.1", "?to=9.9", "?to=x", "?since=%00"):
        assert idno.get(url + query).status_code == 404, query
    told = flat(changes(idno, artefact))
    assert "one version that you may read" in told
    assert "sixty" not in told
    assert "sixty" in flat(changes(cast.client("agent"), artefact))


def test_the_text_is_lost_with_the_sight(cast: Cast) -> None:
    later = two(cast)
    client, url = cast.client("idno"), later.artefact.get_absolute_url()
    client.get(f"{url}0.1/file/")
    assert "sixty" in flat(changes(client, later.artefact))
    chair = cast.actor("chair")
    for version in later.artefact.versions.all():
        body = [cast.seat("agent").organisation]
        operations.remark(actor=chair, version=version, marking=Marking.STRICT, organisations=body, reason="Narrower.")
    assert client.get(f"{url}changes/?since=0.1&to=0.2").status_code == 404
    assert "You read" not in client.get(url).content.decode()


# --------------------------------------------------------------------------------------------------------------- counts


def test_it_costs_the_same_with_1_3_and_30_comments_changes_and_versions(cast: Cast) -> None:
    first = make.version(cast, texts=FIRST)
    window = make.consultation(cast, first)
    actor, client = cast.actor("idno"), cast.client("idno")
    url = f"{first.artefact.get_absolute_url()}changes/"
    costs, pages = [], []
    for number in (1, 3, 30):
        for place in range(number):
            make.comment(cast, window, page=None, text=f"{number} {place}")
        make.version(cast, first.artefact, texts=[f"{text} {number} {n}" for n, text in enumerate(FIRST * number)])
        operations.read_texts()
        found = queries.versions_to_compare(actor, first.artefact)
        costs.append(cost(lambda found=found: queries.changes_page(found[-1], found[0])))
        client.get(f"{url}?since=0.1")
        pages.append(cost(lambda: client.get(f"{url}?since=0.1")))
    for _ in range(30):
        make.version(cast, first.artefact, pages=1)
    pages.append(cost(lambda: client.get(f"{url}?since=0.1&to=0.2")))
    assert len(set(costs)) == 1, costs
    assert costs[0] <= 10
    assert len(set(pages)) == 1, pages
