"""Comments that are written in a spreadsheet: shown row by row, taken whole or not at all, and never a second time."""

import csv
import io
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Model
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from artefacts import comment_sheets, operations
from artefacts.forms import comments_of
from artefacts.models import Comment, Consultation, DraftComment, NilReturn, Version
from artefacts.operations import CommentPlan
from artefacts.states import CommentType, Severity
from sdwg import clock
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.files import tables
from sdwg.files.models import StagedUpload
from sdwg.files.operations import stage
from sdwg.files.plans import Source
from sdwg.files.tables import TableRow
from sdwg.members.access import NotNow, Refused
from tests.artefacts import make
from tests.artefacts.test_counts import page_cost
from tests.artefacts.test_pages import text
from tests.cast import AT, Cast, gather
from tests.decisions.test_concurrency import at_once
from tests.members.make import alternate
from tests.members.test_colleagues import colleague

SOURCE = Source("comments.xlsx", "a" * 64)
FIRST = "/artefacts/SDWG-ART-001/0.1/"
TABLE = f"{FIRST}table/"


def row(
    text: str = "Say who pays.",
    no: str = "",
    section: str = "5.2",
    page: str = "1",
    quoted: str = "",
    type: str = "Technical",
    severity: str = "High",
    proposed: str = "",
) -> tuple[str, ...]:
    """A row as it stands in the table."""
    return (no, section, page, quoted, type, severity, text, proposed)


def head(version: Version) -> list[list[str]]:
    """What stands above a table for ``version``, its headings included."""
    about = [["Comments on", version.audit_ref], ["SHA-256", version.sha256], ["Marking", "TLP:AMBER"]]
    return [*about, list(comment_sheets.COLUMNS)]


def as_csv(version: Version, *table: Sequence[str], above: list[list[str]] | None = None) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([*(head(version) if above is None else above), *table])
    return out.getvalue().encode()


def rows(window: Consultation, *table: Sequence[str]) -> list[operations.CommentRow]:
    lines = [*head(window.version)[:3], *table]
    cells = [tuple(line) + ("",) * (8 - len(line)) for line in lines]
    numbers = [1, 2, 3, *range(5, 5 + len(table))]
    found = [TableRow(number, line) for number, line in zip(numbers, cells, strict=True)]
    return comments_of(found, window.version)


def shown(cast: Cast, window: Consultation, *table: Sequence[str], by: str = "idno") -> CommentPlan:
    given: dict[str, Any] = {"consultation": window, "rows": rows(window, *table), "source": SOURCE}
    return operations.preview_comments(actor=cast.actor(by), **given)


def imported(
    cast: Cast, window: Consultation, *table: Sequence[str], by: str = "idno", seen: str | None = None
) -> CommentPlan:
    seen = shown(cast, window, *table, by=by).digest if seen is None else seen
    given: dict[str, Any] = {"consultation": window, "rows": rows(window, *table), "source": SOURCE}
    return operations.import_comments(actor=cast.actor(by), **given, seen=seen)


def refusals(plan: CommentPlan) -> list[tuple[int, str]]:
    return [(line.row.number, line.refusal) for line in plan.refused]


def everything() -> tuple[int, ...]:
    models: tuple[type[Model], ...] = (Comment, DraftComment, NilReturn, AuditEvent, Comment.history.model)
    return tuple(model._default_manager.count() for model in models)


# ---------------------------------------------------------------------------------------------------- what a table does


def test_a_preview_says_what_each_row_does_and_stores_nothing(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    make.comment(cast, window, "idno", text="It is too short.", severity="low")
    before = everything()
    plan = shown(
        cast,
        window,
        row(no="1", section="5.2.1"),
        row("It is far too short.", "2", "5.2.1", severity=""),
        row("Which release?", type="question", severity="", page=""),
        row("", page="99", type="Rant"),
    )
    assert everything() == before
    assert [line.row.number for line in plan.unchanged] == [5]
    assert [(line.row.number, effect.words) for line in plan.changing for effect in line.effects] == [
        (6, "Changed. Comment was “It is too short.”."),
        (7, "A new comment."),
    ]
    assert refusals(plan) == [
        (
            8,
            "Page: The document has 3 pages. Type: Technical, Editorial, Question, and not “Rant”. "
            "Comment: Write the comment.",
        )
    ]


def test_what_is_confirmed_becomes_comments_of_the_seat_once(cast: Cast) -> None:
    window = make.consultation(cast)
    operations.return_nil(actor=cast.actor("idno"), consultation=window)
    make.comment(cast, window, "large-supplier")
    table = (row("One.\n\nIn two paragraphs."), row("Two.", section="", page="", quoted="shall", proposed="may"))
    imported(cast, window, *table)
    made = list(Comment.objects.filter(seat=cast.seat("idno")).order_by("number"))
    assert [(comment.number, comment.text, comment.page) for comment in made] == [
        (2, "One.\n\nIn two paragraphs.", 1),
        (3, "Two.", None),
    ]
    assert (made[1].quoted, made[1].proposed_change, made[1].severity) == ("shall", "may", "high")
    assert {comment.received_at for comment in made} == {cast.at}
    assert NilReturn.objects.get().replaced_at == cast.at
    assert list(AuditEvent.objects.order_by("-seq").values_list("verb", flat=True)[:3]) == [
        "comments.imported",
        "comment.made",
        "comment.made",
    ]
    assert list(verify.breaks()) == []

    before = everything()
    again = shown(cast, window, *table)
    assert [line.row.number for line in again.unchanged] == [5, 6]
    with pytest.raises(NotNow, match="There is nothing to change"):
        imported(cast, window, *table)
    assert everything() == before


def test_a_comment_is_changed_by_its_number_and_keeps_who_and_when(cast: Cast) -> None:
    window = make.consultation(cast)
    made = make.comment(cast, window, "idno", text="Ends with\x0b a letter no cell holds ", quoted="")
    make.pass_to(cast, cast.at + timedelta(hours=1))
    imported(cast, window, row("Ends with  a letter no cell holds", "1", "5.2.1", severity="Low"))
    changed = Comment.objects.get()
    assert (changed.severity, changed.number, changed.received_at) == ("low", 1, made.received_at)
    assert changed.text == made.text, "what is the same in the table stays letter by letter"
    assert changed.history.count() == 2
    assert AuditEvent.objects.filter(verb="comment.edited").count() == 1
    assert list(verify.breaks()) == []


def test_the_words_of_a_comment_are_not_taken_away(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    assert refusals(shown(cast, window, row("", "1"))) == [(5, "Comment: Write the comment.")]


def test_words_that_a_changed_comment_had_are_a_comment_of_their_own(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno", section="5.2")
    imported(cast, window, row("Put otherwise.", "1"), row())
    assert list(Comment.objects.order_by("number").values_list("text", flat=True)) == [
        "Put otherwise.",
        "Say who pays.",
    ]
    assert [line.row.number for line in shown(cast, window, row("Put otherwise.", "1"), row()).unchanged] == [5, 6]


def test_an_alternates_rows_are_of_the_seat_and_say_so(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "large-supplier")
    alternate(cast)
    imported(cast, window, row("Another."), row(no="1", section="5.2.1", severity="Low"), by="alternate")
    first, second = Comment.objects.order_by("number")
    assert second.seat == cast.seat("large-supplier")
    assert second.acting_as == "Alternate, alternate for Member, Large Supplier A"
    assert second.alternate is not None
    assert (first.severity, first.acting_as) == ("low", "Member, Large Supplier A")


def test_a_colleagues_rows_become_drafts_and_change_no_comment(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    cast.people["reader"] = colleague(cast).person
    own = row(no="1", section="5.2.1")
    plan = shown(cast, window, own, row("Drafted."), by="reader")
    assert [line.row.number for line in plan.unchanged] == [5]
    assert plan.counts == {"drafted": 1}
    assert refusals(shown(cast, window, row("Changed.", "1"), by="reader")) == [
        (5, "Comments that are made are changed by the member. Leave No empty to draft another one.")
    ]
    events = AuditEvent.objects.count()
    imported(cast, window, own, row("Drafted."), by="reader")
    assert DraftComment.objects.get().seat == cast.seat("idno")
    assert (Comment.objects.count(), AuditEvent.objects.count()) == (1, events)
    assert not shown(cast, window, own, row("Drafted."), by="reader").changing


# ------------------------------------------------------------------------------------------------------------ bad rows


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (row(no="2"), "Comment 2 is another seat’s, which alone changes or withdraws it."),
        (row(no="3"), "Comment 3 has an answer already, so its words stay. Make another comment, or withdraw it."),
        (row("", no="1"), "Comment 1 stands in row 6 already. Take one of the two out."),
        (row(no="9"), "No: There is no comment 9 on 0.1. Leave it empty for a new comment."),
        (row(no="x1"), "No: A whole number, such as 3, or nothing for a new comment."),
        (row(no="²"), "No: A whole number, such as 3, or nothing for a new comment."),
        (row("x" * 20_000), "Comment: At most 10,000 letters, and this has 20,000."),
        (row(page="4"), "Page: The document has 3 pages."),
        (row(page="iv"), "Page: A whole number, such as 14, or nothing for the whole document."),
        (row(section="s" * 61), "Section: At most 60 letters, and this has 61."),
        (row(severity="Grave"), "Severity: High, Medium, Low, and not “Grave”."),
        (row("First."), "It repeats row 5. Take one of the two out."),
        (row("Once more", no="1"), "Comment 1 stands in row 6 already. Take one of the two out."),
    ],
)
def test_a_bad_row_is_refused_with_a_sentence_and_the_whole_table_waits(
    cast: Cast, bad: tuple[str, ...], sentence: str
) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    make.comment(cast, window, "large-supplier")
    answered = make.comment(cast, window, "idno", text="Answered.")
    operations.propose_disposition(actor=cast.actor("analyst"), comment=answered, answer="accepted")
    table = (row("First."), row("Changed.", "1"), bad)
    assert refusals(shown(cast, window, *table)) == [(7, sentence)]
    before = everything()
    with pytest.raises(NotNow, match="imported whole or not at all"):
        imported(cast, window, *table)
    assert everything() == before


def test_what_reads_as_html_script_or_a_formula_is_words(cast: Cast) -> None:
    window = make.consultation(cast)
    said = ["<script>alert(1)</script>", "- first\n- second", "=1+1", "@SUM(1)", "مرحبا بالعالم \u202eabc", "'=x"]
    imported(cast, window, *(row(words) for words in said))
    assert list(Comment.objects.order_by("number").values_list("text", flat=True)) == said
    page = cast.client("idno").get(f"{FIRST}review/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_more_rows_than_one_request_can_carry_out_are_left_for_a_second_table(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("artefacts.operations.filling_in.AT_ONCE", 1)
    window = make.consultation(cast)
    plan = shown(cast, window, row("One."), row("Two."))
    assert refusals(plan) == [(6, "At most 1 rows of one table do something. Put this one into another table.")]


def test_what_was_shown_and_would_do_something_else_by_now_is_refused(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    table = (row("Put otherwise.", "1"),)
    seen = shown(cast, window, *table).digest
    make.comment(cast, window, "large-supplier")
    assert shown(cast, window, *table).digest == seen, "what others say changes nothing of it"
    imported(cast, window, row("Put once more.", "1"))
    with pytest.raises(NotNow, match="has changed since it was shown"):
        imported(cast, window, *table, seen=seen)


def test_what_was_shown_for_one_seat_is_not_confirmed_for_another(cast: Cast) -> None:
    window = make.consultation(cast)
    for name in ("large-supplier", "medium-supplier"):
        alternate(cast, by=name)
    first, second = (
        cast.actor("alternate", seat_id=cast.seat(name).pk) for name in ("large-supplier", "medium-supplier")
    )
    given: dict[str, Any] = {"consultation": window, "rows": rows(window, row()), "source": SOURCE}
    seen = operations.preview_comments(actor=first, **given).digest
    with pytest.raises(NotNow, match="has changed since it was shown"):
        operations.import_comments(actor=second, **given, seen=seen)
    operations.import_comments(actor=first, **given, seen=seen)
    assert Comment.objects.get().seat == cast.seat("large-supplier")


def test_a_table_is_received_when_it_is_confirmed(cast: Cast) -> None:
    window = make.consultation(cast)
    seen = shown(cast, window, row()).digest
    cast.at = window.closes_at
    with pytest.raises(NotNow, match="Nothing more can be received"):
        imported(cast, window, row(), seen=seen)
    late = shown(cast, window, row())
    assert (late.lines[0].row.text, late.changing) == ("Say who pays.", [])
    cast.at = window.closes_at - timedelta(microseconds=1)
    imported(cast, window, row(), seen=seen)
    assert Comment.objects.get().received_at < window.closes_at


@pytest.mark.parametrize("who", ["observer", "secretariat", "auditor"])
def test_who_does_not_comment_sends_no_table(cast: Cast, who: str) -> None:
    window = make.consultation(cast, marking="GREEN")
    with pytest.raises(Refused, match="Comments come from members"):
        shown(cast, window, row(), by=who)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the embedded database has one writer at a time")
def test_of_two_tables_at_the_same_moment_one_is_carried_out(transactional_db: None) -> None:
    clock.set_now(AT)
    cast = gather(AT)
    window = make.consultation(cast)
    seen = shown(cast, window, row(), row("Two.")).digest
    ends = at_once(*[lambda: imported(cast, window, row(), row("Two."), seen=seen)] * 3)
    assert ends.count("done") == 1
    assert Comment.objects.count() == 2


# --------------------------------------------------------------------------------------------------- out and back again


def template(cast: Cast, by: str = "idno") -> bytes:
    answer = cast.client(by).get(f"{TABLE}template/")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def read_back(cast: Cast, window: Consultation, content: bytes, by: str = "idno") -> CommentPlan:
    """What the workbook would do if it were uploaded as it is."""
    stored = stage(
        ContentFile(content),
        name="comments.xlsx",
        person=cast.person(by),
        at=cast.at,
        inspector=lambda path, *, name: tables.inspect_laid_out(path, name=name, layout=comment_sheets.LAYOUT)[0],
    ).stored
    found = comments_of(tables.read_laid_out(stored, comment_sheets.LAYOUT), window.version)
    return operations.preview_comments(actor=cast.actor(by), consultation=window, rows=found, source=SOURCE)


typed = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30).filter(
    lambda words: bool(words.strip())
)
anything = st.fixed_dictionaries(
    {
        "text": st.one_of(
            typed, st.sampled_from(["=1+1", "'=x", "-a\n-b", "a\r\n\r\nb", "＝1", "5.10", "true", "1e5"])
        ),
        "quoted": st.one_of(st.just(""), typed),
        "proposed_change": st.one_of(st.just(""), typed),
        "section": st.one_of(st.just(""), typed, st.sampled_from(["5.10", "3-4", "1/2", "007", "a \x85 b"])),
        "page": st.sampled_from([None, 1, 3]),
        "type": st.sampled_from(CommentType.values),
        "severity": st.sampled_from(Severity.values),
    }
)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(said=st.lists(anything, min_size=20, max_size=30))  # few tables of many rows: each is read by a process
def test_what_goes_out_and_comes_back_changes_nothing(cast: Cast, said: list[dict[str, Any]]) -> None:
    window = Consultation.objects.first() or make.consultation(cast)
    for words in said:
        operations.comment(actor=cast.actor("idno"), consultation=window, **words)
    plan = read_back(cast, window, template(cast))
    assert refusals(plan) == []
    assert [effect.words for line in plan.changing for effect in line.effects] == []
    assert len(plan.unchanged) == Comment.objects.count()


def test_the_template_says_what_it_is_for_and_offers_the_words(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno", text="=cmd|'/c calc'!A0", section="5.10")
    make.comment(cast, window, "large-supplier", text="Somebody else's")
    content = template(cast)
    book = load_workbook(io.BytesIO(content))
    sheet: Any = book.worksheets[0]
    version = window.version
    assert [[cell.value for cell in line[:2]] for line in sheet.iter_rows(max_row=3)] == [
        ["Comments on", "SDWG-ART-001 0.1"],
        ["SHA-256", version.sha256],
        ["Marking", "TLP:AMBER"],
    ]
    assert [cell.value for cell in sheet[4]] == list(comment_sheets.COLUMNS)
    assert [cell.value for cell in sheet[5]] == [
        *(1, "5.10", 1, None, "Technical", "High"),
        *("'=cmd|'/c calc'!A0", None),
    ]
    assert sheet.max_row == 5, "the comments of others are not in it"
    assert {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation} == {
        "E5:E1004": '"Technical,Editorial,Question"',
        "F5:F1004": '"High,Medium,Low"',
    }
    assert sheet.oddHeader.right.text == "TLP:AMBER"
    assert AuditRead.objects.filter(kind="took-comments", person=cast.person("idno")).count() == 1


# ---------------------------------------------------------------------------------------------------- through the pages


def uploaded(client: Client, content: bytes, name: str = "comments.csv", to: str = TABLE) -> Any:
    return client.post(to, {"once": str(uuid.uuid4()), "file": SimpleUploadedFile(name, content)})


def confirmed(client: Client, preview: str) -> Any:
    page = client.get(preview)
    form = page.context["form"]
    return client.post(preview, {"once": form["once"].value(), "seen": form["seen"].value()})


def test_a_member_downloads_fills_in_uploads_looks_and_confirms_once(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    client = cast.client("idno")
    assert f'href="{TABLE}"' in client.get(f"{FIRST}review/").content.decode()
    assert f'href="{TABLE}template/"' in client.get(TABLE).content.decode()
    book = load_workbook(io.BytesIO(template(cast)))
    sheet: Any = book.worksheets[0]
    sheet["F5"], sheet["G6"], sheet["C6"], sheet["E6"] = "Low", "First line\nsecond line", 2, "Question"
    out = io.BytesIO()
    book.save(out)
    preview = uploaded(client, out.getvalue(), "filled in.xlsx")["Location"]
    page = client.get(preview)
    assert "Changed. Severity was High." in text(page)
    assert "A new comment." in text(page)
    assert Comment.objects.count() == 1
    form = page.context["form"]
    sent = {"once": form["once"].value(), "seen": form["seen"].value()}
    done = client.post(preview, sent)
    assert (done.status_code, done.url) == (302, f"{FIRST}review/#comments")
    assert "From filled in.xlsx: 1 comment is made, 1 comment is changed." in text(client.get(done.url))
    again = client.post(preview, sent)
    assert (again.status_code, again.url) == (302, done.url)
    assert Comment.objects.count() == 2
    made = Comment.objects.get(number=2)
    assert (made.text, made.page, made.type, made.severity) == ("First line\nsecond line", 2, "question", "medium")

    second = client.get(uploaded(client, out.getvalue(), "again.xlsx")["Location"])
    assert "there is nothing to import" in text(second)


def other_version(window: Consultation) -> bytes:
    above = head(window.version)
    above[0][1] = "SDWG-ART-002 0.1"
    return as_csv(window.version, row(), above=above)


def renamed(window: Consultation) -> bytes:
    above = head(window.version)
    above[3][6] = "Remark"
    return as_csv(window.version, row(), above=above)


def other_file(window: Consultation) -> bytes:
    above = head(window.version)
    above[1][1] = "b" * 64
    return as_csv(window.version, row(), above=above)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (other_version, "This table was filled in for SDWG-ART-002 0.1, and this is SDWG-ART-001 0.1."),
        (other_file, "This table was filled in for another file than SDWG-ART-001 0.1"),
        (renamed, "heading 7 is “Remark” and should be “Comment”."),
        (
            lambda window: as_csv(window.version, row(), above=head(window.version)[3:]),
            "Row 4 has to hold the headings of the template",
        ),
        (
            lambda window: as_csv(
                window.version, row(), above=[["", ""], ["", ""], ["", ""], *head(window.version)[3:]]
            ),
            "The first 3 rows of the template say which version it is for, and here they do not.",
        ),
        (lambda window: as_csv(window.version, *[row(str(n)) for n in range(10_000)]), "more than 1,000 rows"),
        (lambda window: as_csv(window.version), "There is nothing below the headings."),
        (lambda window: b"%PDF-1.7", "nothing"),
    ],
)
def test_a_bad_table_is_refused_with_a_sentence_and_nothing_of_it_is_kept(
    cast: Cast, made: Callable[[Consultation], bytes], sentence: str
) -> None:
    window = make.consultation(cast)
    page = uploaded(cast.client("idno"), made(window))
    assert page.status_code == 422
    if sentence != "nothing":
        assert sentence in text(page)
    assert StagedUpload.objects.count() == Comment.objects.count() == 0


def test_a_table_uploaded_or_confirmed_a_second_after_the_close_says_so_and_is_shown(cast: Cast) -> None:
    window = make.consultation(cast)
    client = cast.client("idno")
    content = as_csv(window.version, row("Received in time?"))
    clock.set_now(window.closes_at - timedelta(seconds=1))
    preview = uploaded(client, content)["Location"]
    form = client.get(preview).context["form"]
    sent = {"once": form["once"].value(), "seen": form["seen"].value()}

    clock.set_now(window.closes_at + timedelta(seconds=1))
    late = uploaded(client, content)
    assert late.status_code == 422
    assert "This consultation closed on Monday 14 December at 17:00. Nothing more can be received." in text(late)
    answer = client.post(preview, sent)
    assert answer.status_code == 422
    assert "Nothing more can be received." in text(answer)
    assert "Received in time?" in text(answer), "what was written is still there"
    assert "Received in time?" in text(client.get(preview))
    assert client.get(TABLE)["Location"] == f"{FIRST}review/"
    assert client.get(f"{TABLE}template/")["Location"] == f"{FIRST}review/"
    assert Comment.objects.count() == 0


def test_a_table_is_of_who_uploaded_it_and_for_its_version(cast: Cast) -> None:
    window = make.consultation(cast)
    make.consultation(cast, title="Another")
    client = cast.client("idno")
    preview = uploaded(client, as_csv(window.version, row()))["Location"]
    assert cast.client("agent").get(preview).status_code == 404
    other = preview.replace("ART-001", "ART-002")
    assert client.get(other)["Location"] == "/artefacts/SDWG-ART-002/0.1/table/"
    assert cast.client("observer").get(preview).status_code == 404
    assert cast.client("auditor").get(TABLE).status_code == 403
    recommendations = make.table(cast, by="idno")
    assert client.get(f"{TABLE}{recommendations.token}/")["Location"] == TABLE


def test_a_colleague_reads_that_the_table_becomes_drafts(cast: Cast) -> None:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    cast.people["reader"] = colleague(cast).person
    client = cast.client("reader")
    assert "becomes drafts of your seat" in text(client.get(TABLE))
    assert read_back(cast, window, template(cast, "reader"), "reader").unchanged
    preview = uploaded(client, as_csv(window.version, row("A draft.")))["Location"]
    done = confirmed(client, preview)
    assert done["Location"] == f"{FIRST}review/#drafts"
    assert "A draft." in text(client.get(f"{FIRST}review/"))


def test_the_pages_of_a_table_cost_the_same_with_1_3_and_30_comments_there(cast: Cast) -> None:
    window = make.consultation(cast)
    costs = []
    for number in (1, 2, 27):
        for place in range(number):
            make.comment(cast, window, "idno", text=f"{number} {place}")
        costs.append([page_cost(cast, "idno", url) for url in (TABLE, f"{TABLE}template/")])
    assert costs[0] == costs[1] == costs[2]
