"""The log of comments: all that was said and what became of it, as a workbook and as PDF, for whoever may read it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from artefacts import operations, queries
from artefacts.models import Artefact, Consultation
from artefacts.queries.comment_log import EACH
from artefacts.states import Answer, Marking
from sdwg.audit.models import AuditRead
from tests.artefacts import make
from tests.artefacts.test_counts import NAMES, page_cost
from tests.artefacts.test_pages import text
from tests.cast import Cast
from tests.meetings.reading import words
from tests.members.make import alternate

ONE = "/artefacts/SDWG-ART-001/"
FIRST = f"{ONE}0.1/"


def answered(cast: Cast, **version_of: Any) -> Consultation:
    """Comments by a seat, an alternate and the architect, one changed, two answered; nil returns, one replaced."""
    window = make.consultation(cast, **version_of)
    for name in ("agent", "idno"):
        operations.return_nil(actor=cast.actor(name), consultation=window)
    first = make.comment(cast, window, "idno", quoted="shall", proposed_change="may", text="One.\n\nIn two paragraphs.")
    alternate(cast)
    make.comment(cast, window, "alternate", text="=1+1", section="5.10")
    make.pass_to(cast, cast.at + timedelta(hours=1))
    said = {"text": "One.\n\nIn other words.", "type": "technical", "severity": "low", "proposed_change": "may"}
    operations.edit_comment(actor=cast.actor("idno"), comment=first, section="5.2", **said)
    third = make.comment(cast, window, "architect", type="question", page=None)
    analyst = cast.actor("analyst")
    given = operations.propose_disposition(actor=analyst, comment=first, answer=Answer.REJECTED, reason="Out of scope.")
    operations.validate_disposition(actor=cast.actor("chair"), disposition=given)
    operations.propose_disposition(actor=analyst, comment=third, answer=Answer.ACCEPTED)
    return window


def taken(cast: Cast, name: str, path: str) -> bytes:
    answer = cast.client(name).get(path)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def test_the_workbook_has_who_when_where_what_and_what_became_of_it(cast: Cast) -> None:
    window = answered(cast)
    book = load_workbook(io.BytesIO(taken(cast, "agent", f"{FIRST}comments.xlsx")))
    assert book.sheetnames == ["0.1 comments", "0.1 nil returns"]
    for sheet in book.worksheets:
        above = {line[0].value: line[1].value for line in sheet.iter_rows(max_row=6)}
        assert (above["Comments on"], above["SHA-256"], above["Marking"]) == (
            "SDWG-ART-001 0.1",
            window.version.sha256,
            "TLP:AMBER",
        )
        assert above["Read"] == "As Member, Supplier Agent A may read it, Monday 30 November 2026, 10:20, London"
        assert sheet.oddHeader.left.text == "SDWG-ART-001 0.1"
        assert sheet.oddHeader.right.text == "TLP:AMBER"
        assert sheet.oddFooter.left.text == f"SHA-256 {window.version.sha256}"
    said, nil = ([[cell.value for cell in line] for line in sheet.iter_rows(min_row=7)] for sheet in book.worksheets)
    lines = [dict(zip(said[0], line, strict=True)) for line in said[1:]]
    first = lines[0]
    assert first["Constituency"] == cast.seat("idno").organisation.constituency.name
    assert (first["Organisation"], first["Seat"], first["Person"]) == ("iDNO B", "Member, iDNO B", "Idno")
    assert (f"{first['Received']:%H:%M}", f"{first['Changed']:%H:%M}") == ("09:20", "10:20")
    assert (first["Comment"], first["Proposed change"], first["Severity"]) == ("One.\n\nIn other words.", "may", "Low")
    assert (first["Disposition"], first["Reason"]) == ("Rejected", "Out of scope.")
    assert (first["Proposed by"], first["Validated by"]) == ("Design Business Analyst", "Chair")
    assert lines[1]["Seat"] == "Alternate, alternate for Member, Large Supplier A"
    assert (lines[1]["Comment"], lines[1]["Section"], lines[1]["Disposition"]) == ("'=1+1", "5.10", None)
    assert (lines[2]["Disposition"], lines[2]["Proposed by"], lines[2]["Validated by"]) == (
        "Accepted",
        "Design Business Analyst",
        None,
    )
    assert [(line[1], line[5]) for line in nil[1:]] == [
        ("Supplier Agent A", None),
        ("iDNO B", "Replaced by a comment, Monday 30 November 2026, 09:20"),
    ]


def test_no_cell_is_a_live_formula(cast: Cast) -> None:
    window = make.consultation(cast)
    live = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"]
    for words_ in live:
        make.comment(cast, window, text=words_, quoted=words_, proposed_change=words_, section=words_)
    book = load_workbook(io.BytesIO(taken(cast, "idno", f"{FIRST}comments.xlsx")))
    cells = [cell for sheet in book.worksheets for line in sheet.iter_rows() for cell in line if cell.value]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    texts = [cell.value for cell in cells if cell.data_type == "s" and "1" in cell.value]
    assert len([value for value in texts if value.startswith("'")]) == 4 * len(live)


def test_the_pdf_says_the_same_with_reference_hash_and_marking_on_every_page(cast: Cast) -> None:
    window = answered(cast)
    for _ in range(30):
        make.comment(cast, window, "grid", text="A long remark. " * 40)
    pages = words(taken(cast, "agent", f"{FIRST}comments.pdf")).split("\f")[:-1]
    assert len(pages) > 2
    for page in pages:
        assert page.count("TLP:AMBER") >= 2
        assert f"SDWG-ART-001 0.1, SHA-256 {window.version.sha256}" in page
    whole = " ".join(" ".join(pages).split())
    assert f"SDWG-ART-001 0.1: {window.version.artefact.title}" in whole
    assert "Alternate, alternate for" in whole
    assert "Out of scope." in whole
    assert "not validated yet" in whole
    assert "Replaced by a comment" in whole
    assert "Reviewed, no comments" in whole


def test_a_long_log_is_cut_into_parts_that_hold_all_of_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artefacts.views.comment_tables.ON_A_PDF", 2 * (EACH + 30))
    window = make.consultation(cast)
    for number in range(5):
        make.comment(cast, window, text=f"Remark {number}")
    operations.return_nil(actor=cast.actor("agent"), consultation=window)
    page = cast.client("idno").get(f"{FIRST}comments/")
    assert "PDF, part 2 of 3 0.1: 3 to 4 of 5" in text(page)
    client = cast.client("idno")
    told = [words(b"".join(client.get(f"{FIRST}comments.pdf?part={part}").streaming_content)) for part in (1, 2, 3)]
    assert [[number for number in range(5) if f"Remark {number}" in one] for one in told] == [[0, 1], [2, 3], [4]]
    assert ["Reviewed, no comments" in one for one in told] == [True, False, False]
    for part in ("0", "4", "x", "²"):
        assert client.get(f"{FIRST}comments.pdf?part={part}").status_code == 404
    one_heavy = queries.in_parts(
        queries.comment_logs(queries.versions_of(cast.actor("idno"), window.version.artefact)), 1
    )
    assert [len(log.comments) for part in one_heavy for log in part] == [1] * 5


def test_a_last_word_weighs_as_what_it_answers_does(cast: Cast) -> None:
    """Thirty last words of ten thousand letters took a PDF's reader as long as thirty such comments."""
    comment = make.validated(cast)
    actor = cast.actor("large-supplier")
    operations.say_last_word(actor=actor, comment=comment, word="maintained", text="No. " * 500)
    make.comment(cast, comment.consultation, text="Short.")
    logs = queries.comment_logs([*queries.versions_of(actor, comment.version.artefact)])
    parts = queries.in_parts(logs, 2 * (EACH + 50))
    assert [[line.said.number for log in part for line in log.comments] for part in parts] == [[1], [2]]


def test_the_log_of_an_artefact_holds_the_versions_its_reader_may_read(cast: Cast) -> None:
    first = answered(cast)
    second = make.version(cast, first.version.artefact, marking=Marking.RED, people=["idno"])
    open_ = make.consultation(cast, second, by="chair")
    make.comment(cast, open_, "idno", text="Only for the named.")
    files = {name: taken(cast, name, f"{ONE}comments.xlsx") for name in ("idno", "agent")}
    books = {name: load_workbook(io.BytesIO(content)) for name, content in files.items()}
    assert books["agent"].sheetnames == ["0.1 comments", "0.1 nil returns"]
    assert books["idno"].sheetnames == [*books["agent"].sheetnames, "0.2 comments", "0.2 nil returns"]
    assert "Only for the named" in words(taken(cast, "idno", f"{ONE}comments.pdf"))
    assert "TLP:RED" not in words(taken(cast, "agent", f"{ONE}comments.pdf"))
    assert cast.client("agent").get(f"{ONE}0.2/comments.pdf").status_code == 404
    assert cast.client("partner").get(f"{ONE}comments.xlsx").status_code == 404
    reads = AuditRead.objects.filter(kind="took-comments")
    assert set(reads.filter(person=cast.person("agent")).values_list("on_ref", flat=True)) == {"SDWG-ART-001 0.1"}


def test_the_log_is_found_where_comments_are_looked_for(cast: Cast) -> None:
    artefact: Artefact = answered(cast).version.artefact
    client = cast.client("idno")
    assert f'href="{ONE}comments/"' in client.get(artefact.get_absolute_url()).content.decode()
    for page in ("review/", "dispositions/"):
        assert f'href="{FIRST}comments/"' in client.get(f"{FIRST}{page}").content.decode()
    log = client.get(f"{FIRST}comments/").content.decode()
    assert f'href="{FIRST}comments.xlsx"' in log
    assert f'href="{FIRST}comments.pdf"' in log


def test_a_version_without_a_consultation_has_an_empty_log(cast: Cast) -> None:
    make.version(cast)
    assert "None on this version" in words(taken(cast, "idno", f"{FIRST}comments.pdf"))
    assert "none" in text(cast.client("idno").get(f"{FIRST}comments/"))
    assert cast.client("idno").get(f"{FIRST}table/").status_code == 404


def test_the_files_cost_the_same_with_1_3_and_30_comments(cast: Cast) -> None:
    window = make.consultation(cast)
    costs = []
    for number in (1, 2, 27):
        for place in range(number):
            make.comment(cast, window, NAMES[place % len(NAMES)])
        paths = (f"{FIRST}comments/", f"{FIRST}comments.xlsx", f"{FIRST}comments.pdf", f"{ONE}comments.xlsx")
        costs.append([page_cost(cast, "idno", path) for path in paths])
    assert costs[0] == costs[1] == costs[2]


def test_the_answer_to_a_comment_that_was_reworded_meanwhile_is_held_back(cast: Cast) -> None:
    window = make.consultation(cast)
    made = make.comment(cast, window, "idno")
    client = cast.client("analyst")
    page = client.get(f"{FIRST}dispositions/")
    form = page.context["cards"][0]["form"]
    sent = {f"c1-{name}": form[name].value() or "" for name in ("once", "seen", "words_of")}
    said = {"text": "Say who pays what.", "type": "technical", "severity": "low"}
    operations.edit_comment(actor=cast.actor("idno"), comment=made, **said)
    answer = client.post(f"{FIRST}dispositions/1/", {**sent, "c1-answer": "accepted"})
    assert answer.status_code == 422
    assert "Comment 1 was changed since you loaded this page." in text(answer)
    form = answer.context["form"]
    again = {f"c1-{name}": form[name].value() or "" for name in ("once", "seen", "words_of")}
    assert client.post(f"{FIRST}dispositions/1/", {**again, "c1-answer": "accepted"}).status_code == 302
