"""The reviewing desk: pages and words for whoever may read the version, and comments their seat may still change."""

import io
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import default_storage
from PIL import Image, ImageChops

from artefacts import operations, queries, rules
from artefacts.models import Comment, Consultation, Version
from artefacts.states import Answer, Kind, Marking
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.files import pages, stamps
from sdwg.files.models import PageImage, PageWords, StoredFile
from sdwg.files.operations import sweep
from sdwg.members.access import NotNow, Refused
from sdwg.members.operations import exclude
from tests.artefacts import make
from tests.artefacts.test_counts import cost
from tests.artefacts.test_pages import once, send, text
from tests.cast import Cast

HERE = "/artefacts/SDWG-ART-001/0.1/"
REVIEW = f"{HERE}review/"
IMAGE = f"{HERE}page/1/800.webp"
WORDS = f"{HERE}page/1/"
OUTLINE = f"{HERE}outline/"
PARTS = (IMAGE, WORDS, OUTLINE)


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


# --------------------------------------------------------------------------------------------------- who sees the pages


@pytest.mark.parametrize("name", ["partner", "observer", "dag", "outsider"])
@pytest.mark.parametrize("path", PARTS)
def test_of_amber_nobody_else_gets_a_page(cast: Cast, name: str, path: str) -> None:
    make.version(cast)
    answer = cast.client(name).get(path)
    assert answer.status_code in {302, 404}
    assert (answer.status_code == 302) is (name == "outsider")
    assert AuditRead.objects.count() == 0


@pytest.mark.parametrize("path", PARTS)
def test_whoever_is_excluded_gets_no_page(cast: Cast, path: str) -> None:
    version = make.version(cast)
    client = cast.client("idno")
    assert client.get(path).status_code == 200
    exclude(
        actor=cast.actor("chair"),
        person=cast.person("idno"),
        on_key=version.audit_key,
        cause_key="conflict:1",
        reason="A conflict of interest.",
    )
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("how", [{"marking": Marking.RED}, {"kind": Kind.PROCUREMENT}])
def test_what_is_read_by_name_has_pages_for_the_named_alone(cast: Cast, how: dict[str, Any]) -> None:
    make.version(cast, people=["idno"], **how)
    for path in PARTS:
        assert cast.client("idno").get(path).status_code == 200
        for name in ("agent", "architect", "observer", "auditor"):
            assert cast.client(name).get(path).status_code == 404, (name, path)


def test_an_invited_partner_reads_the_pages_until_the_window_closes(cast: Cast) -> None:
    version = make.version(cast)
    client = cast.client("partner")
    assert client.get(IMAGE).status_code == 404
    window = operations.open_consultation(
        actor=cast.actor("secretariat"),
        version=version,
        closes_on=rules.earliest_close(cast.at),
        partners=[cast.seat("partner")],
    )
    assert client.get(IMAGE).status_code == 200
    make.pass_to(cast, window.closes_at + timedelta(minutes=1))
    assert client.get(IMAGE).status_code == 404
    assert client.get(WORDS).status_code == 404


@pytest.mark.parametrize(
    "path", ["page/0/", "page/4/", "page/4/800.webp", "page/1/801.webp", "page/1/99999.webp", "page/99999999999/"]
)
def test_there_is_no_other_page_and_no_other_width(cast: Cast, path: str) -> None:
    make.version(cast, pages=3)
    assert cast.client("idno").get(HERE + path).status_code == 404
    assert not PageImage.objects.exists()


# ----------------------------------------------------------------------------------------------------- reading is noted


def reads(name: str = "") -> list[str]:
    rows = AuditRead.objects.order_by("pk")
    return list((rows.filter(person__display_name=name) if name else rows).values_list("kind", flat=True))


def test_a_visit_is_written_down_once_however_many_pages_are_read(cast: Cast) -> None:
    version = make.version(cast)
    client = cast.client("idno")
    client.get(REVIEW)
    for number in (1, 2, 3):
        client.get(f"{HERE}page/{number}/")
        client.get(f"{HERE}page/{number}/800.webp")
    client.get(OUTLINE)
    assert list(AuditRead.objects.values_list("kind", "on_key", "version_sha256")) == [
        ("opened", version.audit_key, version.sha256)
    ]


def test_whoever_narrows_the_comments_is_still_reading_and_opening_it_again_is_not(cast: Cast) -> None:
    make.consultation(cast)
    client = cast.client("idno")
    client.get(REVIEW)
    client.get(f"{REVIEW}?severity=high")
    client.post(f"{HERE}comment/", {"text": ""})
    assert reads() == ["opened"]
    client.get(REVIEW)
    assert reads() == ["opened", "opened"]
    cast.client("agent").get(f"{REVIEW}?severity=high")
    assert reads() == ["opened"] * 3


def test_what_was_open_and_is_not_any_more_is_written_down_within_a_visit(cast: Cast) -> None:
    version = make.version(cast, marking=Marking.GREEN)
    client = cast.client("idno")
    client.get(REVIEW)
    client.get(IMAGE)
    assert reads() == []
    make.remark(cast, version, Marking.AMBER)
    client.get(IMAGE)
    client.get(WORDS)
    assert reads() == ["opened"]


@pytest.mark.parametrize("path", PARTS)
def test_a_page_without_the_desk_is_a_visit_of_its_own(cast: Cast, path: str) -> None:
    make.version(cast)
    client = cast.client("idno")
    for _ in range(2):
        assert client.get(path).status_code == 200
    assert reads() == ["opened"]
    cast.at += timedelta(hours=9)
    make.pass_to(cast, cast.at)
    client.get(path)
    assert reads() == ["opened", "opened"]


def test_another_version_is_another_visit_and_what_is_open_is_not_noted(cast: Cast) -> None:
    first = make.version(cast)
    make.version(cast, first.artefact)
    make.version(cast, title="Threat Model", marking=Marking.GREEN)
    client = cast.client("idno")
    client.get(IMAGE)
    client.get(IMAGE.replace("0.1", "0.2"))
    client.get(IMAGE.replace("001", "002"))
    assert reads() == ["opened", "opened"]


# ----------------------------------------------------------------------------------------------- pictures, words, names


def test_a_page_is_drawn_once_at_a_width_and_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.version(cast, marking=Marking.GREEN)
    first = cast.client("idno").get(IMAGE)
    assert first["Content-Type"] == "image/webp"
    assert first["Cache-Control"] == "private, no-store"
    assert picture(first.content).size == (800, 1132)
    monkeypatch.setattr(pages, "told", lambda *asked, **more: pytest.fail("drawn again"))
    assert cast.client("agent").get(IMAGE).content == first.content
    row = PageImage.objects.get()
    default_storage.delete(row.image.path)
    monkeypatch.undo()
    assert cast.client("agent").get(IMAGE).content == first.content


def test_from_amber_up_a_picture_has_its_readers_name_in_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    laid_out = stamps._laid_out
    monkeypatch.setattr(stamps, "_laid_out", lambda words: said.append(words) or laid_out(words))
    make.version(cast, marking=Marking.GREEN)
    version = make.version(cast, title="Threat Model")
    amber = IMAGE.replace("001", "002")
    bare = picture(cast.client("idno").get(IMAGE).content)
    mine, theirs = (cast.client(name).get(amber) for name in ("idno", "agent"))
    assert mine["Cache-Control"] == theirs["Cache-Control"] == "private, no-store"
    kept = PageImage.objects.get(of=version.file)
    with default_storage.open(kept.image.path) as file:
        nobodys = picture(file.read())
    assert nobodys.size == bare.size
    for answer in (mine, theirs):
        marked = ImageChops.difference(picture(answer.content), nobodys).convert("L").point(lambda by: 255 * (by > 24))
        left, top, right, bottom = marked.getbbox()  # type: ignore[misc]
        assert top < 300 < 900 < bottom  # across the page, and at its foot
        assert right - left > 400
    assert mine.content != theirs.content
    assert [words.partition(" – ")[0] for words in said] == [
        f"{cast.person(name).display_name}, {cast.actor(name).label}" for name in ("idno", "agent")
    ]
    assert said[0].endswith("– Mon 30 Nov 2026, 09:20")


def test_the_time_on_a_page_is_that_of_the_visit(cast: Cast) -> None:
    make.version(cast)
    client = cast.client("idno")
    client.get(REVIEW)
    first = client.get(IMAGE).content
    make.pass_to(cast, cast.at + timedelta(minutes=5))
    assert client.get(IMAGE).content == first
    client.get(REVIEW)
    assert client.get(IMAGE).content != first


def test_the_words_of_a_page_come_with_their_places_and_its_comments(cast: Cast) -> None:
    window = make.consultation(cast, texts=("One officer\nis named.", "Keys"))
    first = make.comment(cast, window, page=1, quoted="is named")
    make.comment(cast, window, page=2)
    gone = make.comment(cast, window, page=1)
    operations.withdraw_comment(actor=cast.actor("large-supplier"), comment=gone)
    answer = cast.client("idno").get(WORDS)
    found = answer.json()
    assert [[word[4] for word in line] for line in found["lines"]] == [["One", "officer"], ["is", "named."]]
    assert (found["width"], found["height"]) == (595.3, 841.9)
    x, y, width, height, _ = found["lines"][0][0]
    assert 70 < x < 75
    assert 841.9 - 720 - 20 < y < 841.9 - 720
    assert 20 < width < 40
    assert 8 < height < 24
    assert found["comments"] == [[first.number, "is named"]]
    assert answer["Cache-Control"] == "private, no-store"
    assert PageWords.objects.get().number == 1


def test_the_outline_is_that_of_the_file(cast: Cast) -> None:
    make.version(cast)
    assert cast.client("idno").get(OUTLINE).json() == {"entries": []}


@pytest.mark.parametrize(
    "told",
    [
        b'{"trouble": "unreadable"}\n',
        b'{"width": 1, "height": 20000}\n' + b"x" * 60_000,
        b'{"width": 800, "height": 3}\nshort',
        b"[]\n",
        b"",
    ],
)
def test_what_does_not_add_up_is_not_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch, told: bytes) -> None:
    make.version(cast)
    monkeypatch.setattr(pages, "told", lambda *asked, **more: told)
    answer = cast.client("idno").get(IMAGE)
    assert (answer.status_code, answer.json()) == (422, {"trouble": "unshown"})
    assert not PageImage.objects.exists()


def test_too_many_at_once_are_asked_to_come_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.version(cast)
    monkeypatch.setattr(pages, "QUEUE", 0.01)
    with pages.AT_ONCE, pages.AT_ONCE:
        answer = cast.client("idno").get(IMAGE)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert cast.client("idno").get(IMAGE).status_code == 200


def test_pictures_go_when_they_are_old_too_much_or_their_file_goes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = make.stored(cast, pages=3)
    for number in (1, 2, 3):
        pages.image(stored, number, 800, at=cast.at + timedelta(hours=number))
    pages.words(stored, 1)
    size = sum(PageImage.objects.values_list("image__size", flat=True))
    monkeypatch.setattr(pages, "TRIMMED", 1)
    monkeypatch.setattr(pages, "MOST_BYTES", size)
    pages.trim(cast.at)
    assert PageImage.objects.count() == 3
    monkeypatch.setattr(pages, "MOST_BYTES", size - 1)
    for _ in range(2):
        pages.trim(cast.at)
    assert [row.number for row in PageImage.objects.order_by("number")] == [2, 3]
    pages.trim(cast.at + timedelta(days=30, hours=2, minutes=1))
    assert [row.number for row in PageImage.objects.all()] == [3]
    later = cast.at + timedelta(days=3)
    for _ in range(2):
        sweep(at=later, real=later)
    assert not PageImage.objects.exists()
    assert not PageWords.objects.exists()
    assert not StoredFile.objects.exists()


# ------------------------------------------------------------------------------------------------ changing, withdrawing


def opened(cast: Cast, **how: Any) -> tuple[Consultation, Comment]:
    window = make.consultation(cast, **how)
    return window, make.comment(cast, window, "idno", text="Say who pays.")


def test_a_seat_changes_its_comment_and_its_history_keeps_what_it_said(cast: Cast) -> None:
    _, made = opened(cast)
    client = cast.client("idno")
    page = client.get(f"{REVIEW}?edit=1")
    assert "Change comment 1" in text(page)
    assert "Say who pays." in page.content.decode()
    sent = {"once": once(page), "seen": "", "text": "Say when.", "type": "question", "severity": "low", "page": 2}
    assert client.post(f"{HERE}comments/1/edit/", sent).url == f"{REVIEW}?comment=1#comment-1"
    made.refresh_from_db()
    assert (made.text, made.severity, made.page, made.edited_at) == ("Say when.", "low", 2, cast.at)
    assert [row.text for row in made.history.order_by("history_id")] == ["Say who pays.", "Say when."]
    assert AuditEvent.objects.get(verb="comment.edited").note["comment"] == 1
    assert "changed Mon 30 Nov, 09:20" in text(cast.client("agent").get(REVIEW))


def test_words_that_somebody_else_of_the_seat_changed_are_not_lost_unseen(cast: Cast) -> None:
    _, made = opened(cast)
    client = cast.client("idno")
    sent = {"once": once(client.get(f"{REVIEW}?edit=1")), "seen": "", "type": "technical", "severity": "high"}
    operations.edit_comment(actor=cast.actor("idno"), comment=made, text="Say when.")
    page = client.post(f"{HERE}comments/1/edit/", {**sent, "text": "Say where."})
    assert page.status_code == 422
    assert "Comment 1 was changed since you loaded this page" in text(page)
    assert "Say where." in page.content.decode()
    again = {**sent, "once": once(page), "seen": once(page, "seen"), "text": "Say where."}
    assert client.post(f"{HERE}comments/1/edit/", again).status_code == 302
    made.refresh_from_db()
    assert made.text == "Say where."


def test_the_same_words_change_nothing(cast: Cast) -> None:
    _, made = opened(cast)
    same = {name: getattr(made, name) for name in ("text", "type", "severity", "page", "section", "quoted")}
    operations.edit_comment(actor=cast.actor("idno"), comment=made, **same)
    assert Comment.objects.get().edited_at is None
    assert not AuditEvent.objects.filter(verb="comment.edited").exists()


@pytest.mark.parametrize(("name", "error"), [("agent", Refused), ("chair", Refused), ("analyst", Refused)])
def test_nobody_touches_the_comment_of_another_seat(cast: Cast, name: str, error: type[Exception]) -> None:
    _, made = opened(cast)
    for work, more in ((operations.edit_comment, {"text": "Nothing."}), (operations.withdraw_comment, {})):
        with pytest.raises(error, match="another seat’s, which alone"):
            work(actor=cast.actor(name), comment=made, **more)  # type: ignore[operator]
    assert cast.client(name).post(f"{HERE}comments/1/withdraw/").status_code == 403
    assert "Withdraw comment" not in text(cast.client(name).get(REVIEW))
    assert "Change comment" not in text(cast.client(name).get(f"{REVIEW}?edit=1"))


def test_after_the_window_closes_a_comment_stays(cast: Cast) -> None:
    window, made = opened(cast)
    make.pass_to(cast, window.closes_at)
    for work, more in ((operations.edit_comment, {"text": "Nothing."}), (operations.withdraw_comment, {})):
        with pytest.raises(NotNow, match="closed on"):
            work(actor=cast.actor("idno"), comment=made, **more)  # type: ignore[operator]
    page = cast.client("idno").post(f"{HERE}comments/1/withdraw/")
    assert page.status_code == 422
    assert "Nothing more can be received" in text(page)


def test_an_answered_comment_keeps_its_words_and_may_be_withdrawn(cast: Cast) -> None:
    _, made = opened(cast)
    given = operations.propose_disposition(
        actor=cast.actor("analyst"), comment=made, answer=Answer.CLARIFIED, reason="They do."
    )
    with pytest.raises(NotNow, match="has an answer already"):
        operations.edit_comment(actor=cast.actor("idno"), comment=made, text="Say when.")
    operations.withdraw_comment(actor=cast.actor("idno"), comment=made)
    with pytest.raises(NotNow, match="not needed"):
        operations.validate_disposition(actor=cast.actor("chair"), disposition=given)
    assert [row.title for row in queries.waiting_for(cast.actor("chair")) if "Validate" in row.title] == []


def test_other_words_than_those_read_are_not_answered(cast: Cast) -> None:
    _, made = opened(cast)
    analyst, answers = cast.client("analyst"), f"{HERE}dispositions/"
    page = analyst.get(answers)
    assert 'name="c1-words_of"' in page.content.decode()
    sent = {"c1-answer": "clarified", "c1-reason": "They do.", "c1-seen": "", "c1-words_of": ""}
    operations.edit_comment(actor=cast.actor("idno"), comment=made, text="Say when.")
    refused = analyst.post(f"{answers}1/", sent)
    assert refused.status_code == 422
    assert "Comment 1 was changed since you loaded this page" in text(refused)
    assert analyst.post(f"{answers}1/", sent | {"c1-words_of": once(refused, "c1-words_of")}).status_code == 302


def test_a_withdrawn_comment_stays_on_record_and_counts_for_nothing(cast: Cast) -> None:
    window, made = opened(cast)
    client = cast.client("idno")
    assert send(client, REVIEW, f"{HERE}comments/1/withdraw/").url == f"{REVIEW}?comment=1#comment-1"
    made.refresh_from_db()
    assert made.withdrawn_at == cast.at
    assert AuditEvent.objects.get(verb="comment.withdrawn").note["comment"] == 1
    page = text(client.get(REVIEW))
    assert "Say who pays." not in page
    assert "Your seat has made" not in page
    assert "No comments to make" in page
    assert "Comments 0" in page
    for path in (f"{REVIEW}?state=withdrawn", f"{REVIEW}?comment=1"):
        assert "Withdrawn by its seat" in text(cast.client("agent").get(path))
        assert "Say who pays." in text(cast.client("agent").get(path))

    version = window.version
    assert rules.readiness(version, cast.at).comments == 0
    assert queries.comment_log(version) == []
    assert queries.consultation_summary(version).comments == 0  # type: ignore[union-attr]
    assert {row.status for row in queries.responses(version)} <= {"no-response", "vacant"}
    assert "Say who pays." not in text(cast.client("analyst").get(f"{HERE}dispositions/"))
    for question in (f"{HERE}dispositions/", "/consultations/", "/artefacts/SDWG-ART-001/"):
        assert "You commented" not in text(client.get(question)), question
    assert [row.title for row in queries.waiting_for(cast.actor("idno"))] == [
        "Comment on Interface Code of Connection, version 0.1"
    ]
    with pytest.raises(NotNow, match="needs no answer"):
        operations.propose_disposition(actor=cast.actor("analyst"), comment=made, answer=Answer.ACCEPTED)
    with pytest.raises(NotNow, match="withdrawn already"):
        operations.withdraw_comment(actor=cast.actor("idno"), comment=made)
    assert operations.return_nil(actor=cast.actor("idno"), consultation=window)
    assert make.comment(cast, window, "idno").number == 2


def test_withdrawing_twice_by_one_press_is_done_once(cast: Cast) -> None:
    opened(cast)
    client = cast.client("idno")
    sent = {"once": once(client.get(REVIEW))}
    first, second = (client.post(f"{HERE}comments/1/withdraw/", sent) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert AuditEvent.objects.filter(verb="comment.withdrawn").count() == 1


def test_a_page_beyond_the_document_is_refused_with_a_sentence_and_nothing_typed_is_lost(cast: Cast) -> None:
    opened(cast, pages=3)
    page = send(
        cast.client("agent"), REVIEW, f"{HERE}comment/", text="Too far.", page=4, type="technical", severity="low"
    )
    assert page.status_code == 422
    assert "The document has 3 pages." in text(page)
    assert "Too far." in page.content.decode()


# ------------------------------------------------------------------------------------------------------ which comments


def numbers(page: Any) -> list[int]:
    found = BeautifulSoup(page.content, "lxml").select("article.desk-comment")
    return [int(str(tag["id"]).removeprefix("comment-")) for tag in found]


def spoken(cast: Cast) -> Version:
    window = make.consultation(cast)
    make.comment(cast, window, "agent", section="5.2.1", severity="high", page=1)
    make.comment(cast, window, "large-supplier", section="5.20", severity="low", page=2)
    make.comment(cast, window, "idno", section="Annex B", severity="high", page=None)
    make.comment(cast, window, "agent", section="5.2", severity="medium", page=2)
    for number, answer in ((1, Answer.CLARIFIED), (2, Answer.REJECTED)):
        made = Comment.objects.get(number=number)
        given = operations.propose_disposition(actor=cast.actor("analyst"), comment=made, answer=answer, reason="So.")
        if number == 2:
            operations.validate_disposition(actor=cast.actor("chair"), disposition=given)
    return window.version


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [1, 4, 2, 3]),
        ("?section=5.2", [1, 4]),
        ("?section=annex", [3]),
        ("?section=5", [1, 4, 2]),
        ("?severity=high", [1, 3]),
        ("?state=waiting", [4, 3]),
        ("?state=proposed", [1]),
        ("?state=validated", [2]),
        ("?state=withdrawn", []),
        ("?mine=1", [1, 4]),
        ("?at=2", [4, 2]),
        ("?at=2&mine=1&severity=medium", [4]),
        ("?severity=nonsense&state=nonsense&at=x&comment=-1&page=99&mine=2", [1, 4, 2, 3]),
    ],
)
def test_comments_are_narrowed_by_the_address_ones_own_first(cast: Cast, query: str, shown: list[int]) -> None:
    spoken(cast)
    assert numbers(cast.client("agent").get(REVIEW + query)) == shown


def test_a_long_list_comes_in_screens_and_a_comment_is_found_on_its_own(cast: Cast) -> None:
    window = make.consultation(cast)
    for _ in range(45):
        make.comment(cast, window, "agent", severity="low")
    mine = make.comment(cast, window, "idno")
    client = cast.client("idno")
    first = client.get(REVIEW)
    assert numbers(first) == [mine.number, *range(1, 20)]
    assert "Page 1 of 3" in text(first)
    assert numbers(client.get(f"{REVIEW}?severity=low&page=3")) == list(range(41, 46))
    assert "severity=low&amp;page=2" in client.get(f"{REVIEW}?severity=low").content.decode()
    assert 30 in numbers(client.get(f"{REVIEW}?comment=30"))


def test_the_desk_costs_the_same_with_1_3_and_30_comments_drafts_apart(cast: Cast) -> None:
    window = make.consultation(cast)
    client, costs = cast.client("idno"), []
    for more in (1, 2, 27):
        for _ in range(more):
            make.comment(cast, window, "idno", page=1, quoted="Security")
        client.get(IMAGE)
        client.get(WORDS)
        paths = (REVIEW, f"{REVIEW}?mine=1&state=waiting", f"{REVIEW}?edit=1", WORDS, IMAGE)
        costs.append([cost(lambda path=path: client.get(path)) for path in paths])  # type: ignore[misc]
    assert costs[0] == costs[1] == costs[2]


def test_without_a_script_it_says_so_and_offers_the_file(cast: Cast) -> None:
    make.consultation(cast)
    page = BeautifulSoup(cast.client("idno").get(REVIEW).content, "lxml")
    told = page.select_one("noscript")
    assert told
    assert "does not run in your browser" in told.get_text()
    assert f'href="{HERE}file/"' in str(told)
    assert page.select_one(f'form[action="{HERE}comment/"]')
