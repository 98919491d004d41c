"""What becomes of comments beside their answers: contested, validated together, last words, duplicates, versions."""

from datetime import timedelta

import pytest

from artefacts import operations, queries, rules
from artefacts.models import Comment, Disposition, LastWord, Version
from artefacts.states import Answer, Word
from sdwg import clock, workdays
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import NotNow, Refused
from sdwg.members.operations import end_seat
from tests.artefacts import make
from tests.artefacts.test_mail import told
from tests.artefacts.test_waiting import waiting
from tests.cast import Cast
from tests.members import make as members


def three_proposed(cast: Cast) -> Version:
    """Two comments of large-supplier and one of medium-supplier, each with a proposed answer."""
    window = make.responded(cast, make.consultation(cast))
    for row in window.comments.all():
        operations.propose_disposition(
            actor=cast.actor("analyst"), comment=row, answer=Answer.CLARIFIED, reason="Clarified in 5.2."
        )
    return window.version


def answer_to(version: Version, number: int) -> Disposition:
    return Disposition.objects.select_related("comment__version__artefact").get(
        comment__version=version, comment__number=number
    )


# ------------------------------------------------------------------------------------------------- contested, together


def test_the_chair_validates_together_what_nobody_contests(cast: Cast) -> None:
    version = three_proposed(cast)
    operations.contest(actor=cast.actor("medium-supplier"), disposition=answer_to(version, 1), why="It is not in 5.2.")

    assert operations.validate_uncontested(actor=cast.actor("chair"), version=version) == 2

    assert [answer_to(version, number).validated_at is None for number in (1, 2, 3)] == [True, False, False]
    assert AuditEvent.objects.filter(verb="disposition.validated").count() == 2
    assert operations.validate_uncontested(actor=cast.actor("chair"), version=version) == 0


def test_what_was_not_shown_is_not_validated_together(cast: Cast) -> None:
    version = three_proposed(cast)
    rows = [(row.id, row.proposed_at) for row in queries.comment_log(version) if row.proposed_at]
    seen = operations.shown(rows)
    cast.at += timedelta(minutes=1)
    operations.propose_disposition(
        actor=cast.actor("analyst"),
        comment=answer_to(version, 3).comment,
        answer=Answer.REJECTED,
        reason="Out of scope.",
    )
    with pytest.raises(NotNow, match="other ones since you loaded"):
        operations.validate_uncontested(actor=cast.actor("chair"), version=version, seen=seen)
    assert not Disposition.objects.filter(validated_at__isnull=False).exists()


def test_a_contested_answer_is_the_chairs_to_know_and_another_answer_takes_it_back(cast: Cast) -> None:
    version = three_proposed(cast)
    answer = operations.contest(
        actor=cast.actor("large-supplier"), disposition=answer_to(version, 3), why="The release is not named."
    )
    assert (answer.contested_as, answer.contested_why) == ("Member, Large Supplier A", "The release is not named.")
    letter = OutboxMessage.objects.get(rule="artefacts.disposition-contested")
    assert letter.person == cast.person("chair")
    with pytest.raises(NotNow, match="Member, Large Supplier A contests"):
        operations.contest(actor=cast.actor("medium-supplier"), disposition=answer_to(version, 3), why="Me too.")

    again = {"actor": cast.actor("analyst"), "comment": answer.comment}
    operations.propose_disposition(**again, answer=Answer.CLARIFIED, reason=" Clarified in 5.2. ")
    assert answer_to(version, 3).contested_at, "the same answer once more"
    operations.propose_disposition(**again, answer=Answer.PART, reason="Release 2.")
    assert answer_to(version, 3).contested_at is None


def test_the_answer_to_a_withdrawn_comment_is_not_contested(cast: Cast) -> None:
    made = make.proposed(cast)
    operations.withdraw_comment(actor=cast.actor("large-supplier"), comment=made)
    with pytest.raises(NotNow, match="Comment 1 was withdrawn"):
        operations.contest(actor=cast.actor("large-supplier"), disposition=made.disposition, why="No.")
    assert not OutboxMessage.objects.filter(rule="artefacts.disposition-contested").exists()


@pytest.mark.parametrize("name", ["idno", "grid", "secretariat", "chair", "observer", "analyst"])
def test_who_did_not_comment_contests_nothing(cast: Cast, name: str) -> None:
    answer = make.proposed(cast).disposition
    with pytest.raises(Refused):
        operations.contest(actor=cast.actor(name), disposition=answer, why="No.")


def test_a_validated_answer_is_contested_no_more(cast: Cast) -> None:
    answer = make.validated(cast).disposition
    with pytest.raises(NotNow, match="last word is yours"):
        operations.contest(actor=cast.actor("large-supplier"), disposition=answer, why="No.")


# ----------------------------------------------------------------------------------------------------------- last words


def test_the_commenter_is_asked_for_a_last_word_and_says_it(cast: Cast) -> None:
    comment = make.validated(cast)
    letter = OutboxMessage.objects.get(rule="artefacts.last-word-asked")
    assert letter.person == cast.person("large-supplier")
    until = workdays.add(clock.today(cast.at), 10)
    due = [row.due for row in queries.waiting_for(cast.actor("large-supplier")) if "settles your comment" in row.title]
    assert due == [workdays.deadline(until)]

    operations.say_last_word(actor=cast.actor("large-supplier"), comment=comment, word=Word.SATISFIED)

    row = queries.comment_log(comment.version)[0]
    assert (row.word, row.word_as) == ("satisfied", "Member, Large Supplier A")
    assert not [row for row in queries.waiting_for(cast.actor("large-supplier")) if "settles" in row.title]
    assert AuditEvent.objects.get(verb="comment.last-word").note["word"] == "satisfied"


def test_after_ten_working_days_nobody_is_asked_any_more(cast: Cast) -> None:
    comment = make.validated(cast)
    assert comment.disposition.validated_at
    until = rules.last_word_until(comment.disposition.validated_at)
    make.pass_to(cast, workdays.deadline(workdays.add(until, 1)))
    assert not [row for row in queries.waiting_for(cast.actor("large-supplier")) if "settles" in row.title]


def test_maintained_says_why_and_words_change_until_they_stand(cast: Cast) -> None:
    comment, actor = make.validated(cast), cast.actor("large-supplier")
    with pytest.raises(NotNow) as refusal:
        operations.say_last_word(actor=actor, comment=comment, word=Word.MAINTAINED, text=" ")
    assert refusal.value.field == "text"
    with pytest.raises(NotNow) as refusal:
        operations.say_last_word(actor=actor, comment=comment, word="perhaps")
    assert refusal.value.field == "word"
    operations.say_last_word(actor=actor, comment=comment, word=Word.LIVE_WITH)
    said = operations.say_last_word(actor=actor, comment=comment, word=Word.MAINTAINED, text="5.2 names no payer.")
    operations.say_last_word(actor=actor, comment=comment, word=Word.MAINTAINED, text="5.2 names no payer.")
    assert list(said.history.order_by("history_id").values_list("word", flat=True)) == ["live-with", "maintained"]


def test_a_last_word_is_said_to_the_answer_that_was_read_and_to_no_other(cast: Cast) -> None:
    comment = make.validated(cast)
    assert comment.disposition.validated_at
    seen = comment.disposition.validated_at.isoformat()
    operations.say_last_word(actor=cast.actor("large-supplier"), comment=comment, word=Word.SATISFIED, seen=seen)
    cast.at += timedelta(hours=1)
    again = operations.propose_disposition(
        actor=cast.actor("analyst"), comment=comment, answer=Answer.REJECTED, reason="Not after all."
    )
    operations.validate_disposition(actor=cast.actor("chair"), disposition=again)
    assert queries.comment_log(comment.version)[0].word == ""
    with pytest.raises(NotNow, match="another one since you loaded"):
        operations.say_last_word(actor=cast.actor("large-supplier"), comment=comment, word=Word.SATISFIED, seen=seen)


@pytest.mark.parametrize("name", ["idno", "medium-supplier", "chair", "analyst", "secretariat"])
def test_nobody_says_the_last_word_of_another_seat(cast: Cast, name: str) -> None:
    comment = make.validated(cast)
    with pytest.raises(Refused, match="for Member, Large Supplier A to say"):
        operations.say_last_word(actor=cast.actor(name), comment=comment, word=Word.SATISFIED)


def test_there_is_none_before_the_chair_has_spoken_nor_after_the_group_has(cast: Cast) -> None:
    comment = make.proposed(cast)
    with pytest.raises(NotNow, match="not validated yet"):
        operations.say_last_word(actor=cast.actor("large-supplier"), comment=comment, word=Word.SATISFIED)
    decided = Comment.objects.filter(version__artefact=make.endorsed(cast), seat=cast.seat("large-supplier"))[0]
    with pytest.raises(NotNow, match="until the group has decided"):
        operations.say_last_word(actor=cast.actor("large-supplier"), comment=decided, word=Word.SATISFIED)


def test_the_successor_of_an_ended_seat_says_it(cast: Cast) -> None:
    comment = make.validated(cast)
    today = clock.today(cast.at)
    members.seat(cast, cast.person("outsider"), valid_from=today, why_second="They hand over.")
    with pytest.raises(Refused):
        operations.say_last_word(actor=cast.actor("outsider"), comment=comment, word=Word.SATISFIED)
    end_seat(actor=cast.actor("secretariat"), seat=cast.seat("large-supplier"), last_day=today, reason="Moved on.")
    make.pass_to(cast, cast.at + timedelta(days=1))
    asked = "/artefacts/SDWG-ART-001/0.1/dispositions/?show=mine"
    assert asked in dict(waiting(cast, "outsider")).values()
    said = operations.say_last_word(actor=cast.actor("outsider"), comment=comment, word=Word.SATISFIED)
    assert said.acting_as == "Member, Large Supplier A"
    assert asked not in dict(waiting(cast, "outsider")).values()


def test_the_successor_of_an_ended_seat_is_asked_for_it(cast: Cast) -> None:
    comment, today = make.proposed(cast), clock.today(cast.at)
    members.seat(cast, cast.person("outsider"), valid_from=today, why_second="They hand over.")
    end_seat(actor=cast.actor("secretariat"), seat=cast.seat("large-supplier"), last_day=today, reason="Moved on.")
    make.pass_to(cast, cast.at + timedelta(days=1))
    operations.validate_disposition(actor=cast.actor("chair"), disposition=comment.disposition)
    assert told(cast, "last-word-asked") == ["outsider"]


# ----------------------------------------------------------------------------------------------------------- duplicates


def test_a_comment_is_linked_to_the_one_it_repeats(cast: Cast) -> None:
    window = make.responded(cast, make.consultation(cast))
    first, second, third = window.comments.order_by("number")
    analyst = cast.actor("analyst")
    operations.mark_duplicate(actor=analyst, comment=third, of=first)
    assert [row.repeats for row in queries.comment_log(window.version)] == ["", "", "comment 1"]
    for comment, of, why in ((second, third, "is a duplicate itself"), (first, second, "Others are duplicates")):
        with pytest.raises(NotNow, match=why) as refusal:
            operations.mark_duplicate(actor=analyst, comment=comment, of=of)
        assert refusal.value.field == "of"
    with pytest.raises(NotNow, match="no duplicate of itself"):
        operations.mark_duplicate(actor=analyst, comment=second, of=second)
    operations.withdraw_comment(actor=cast.actor("medium-supplier"), comment=third)
    with pytest.raises(NotNow, match="Comment 3 was withdrawn"):
        operations.mark_duplicate(actor=analyst, comment=third, of=None)
    operations.mark_duplicate(actor=analyst, comment=first, of=second)
    operations.mark_duplicate(actor=analyst, comment=first, of=None)
    assert Comment.objects.get(pk=first.pk).duplicate_of is None


@pytest.mark.parametrize("name", ["chair", "secretariat", "large-supplier", "architect"])
def test_duplicates_are_the_authors_to_mark(cast: Cast, name: str) -> None:
    first, second, _ = make.responded(cast, make.consultation(cast)).comments.order_by("number")
    with pytest.raises(Refused):
        operations.mark_duplicate(actor=cast.actor(name), comment=second, of=first)


# --------------------------------------------------------------------------------------------------- done in a version


def answered_all(cast: Cast) -> Version:
    """Comment 1 carried forward, 2 accepted, 3 clarified; validated. The version."""
    window = make.responded(cast, make.consultation(cast))
    given = ((1, Answer.CARRIED, "With release 2."), (2, Answer.ACCEPTED, ""), (3, Answer.CLARIFIED, "In 5.2."))
    for number, answer, reason in given:
        row = window.comments.get(number=number)
        operations.propose_disposition(actor=cast.actor("analyst"), comment=row, answer=answer, reason=reason)
    operations.validate_uncontested(actor=cast.actor("chair"), version=window.version)
    make.pass_to(cast, window.closes_at + timedelta(minutes=1))
    operations.close_due_windows(cast.at)
    return window.version


def test_what_an_answer_promises_waits_for_the_version_that_resolves_it(cast: Cast) -> None:
    version = answered_all(cast)
    assert [row.number for row in rules.work_off(version.artefact_id)] == [1]
    later = make.version(cast, version.artefact)
    assert [row.number for row in rules.resolvable_in(cast.actor("analyst"), later)] == [1, 2]
    page = queries.artefact_page(cast.actor("analyst"), make.fresh(version.artefact))
    assert (page.tally.owed, page.tally.carried) == (1, 1)

    both = list(rules.resolvable_in(cast.actor("analyst"), later))
    assert operations.resolve_in(actor=cast.actor("analyst"), version=later, comments=both) == 2
    assert operations.resolve_in(actor=cast.actor("analyst"), version=later, comments=both) == 0
    assert [row.resolved_in for row in queries.comment_log(version)] == ["0.2", "0.2", ""]
    assert not rules.work_off(version.artefact_id).exists()

    operations.resolve_in(actor=cast.actor("analyst"), version=later, comments=both[1:])
    assert [row.number for row in rules.work_off(version.artefact_id)] == [1]
    assert AuditEvent.objects.filter(verb="comment.reopened").count() == 1


def test_a_version_resolves_nothing_that_was_not_promised(cast: Cast) -> None:
    version = answered_all(cast)
    later = make.version(cast, version.artefact)
    with pytest.raises(NotNow, match="promises another text"):
        operations.resolve_in(actor=cast.actor("analyst"), version=later, comments=version.comments.filter(number=3))
    with pytest.raises(Refused):
        operations.resolve_in(actor=cast.actor("chair"), version=later, comments=[])


def test_the_history_of_a_last_word_is_kept_and_verified(cast: Cast) -> None:
    comment = make.validated(cast)
    operations.say_last_word(actor=cast.actor("large-supplier"), comment=comment, word=Word.SATISFIED)
    assert LastWord.objects.get().history.count() == 1
    assert list(verify.breaks()) == []
    LastWord.objects.update(word=Word.LIVE_WITH)
    assert list(verify.breaks()), "a word changed behind the program's back is noticed"


# ------------------------------------------------------------------------------------------------------------ extending


def test_a_window_is_extended_with_a_reason_and_everybody_is_told(cast: Cast) -> None:
    window = make.consultation(cast)
    later = workdays.add(clock.today(window.closes_at), 5)
    extended = operations.extend_consultation(
        actor=cast.actor("secretariat"), consultation=window, closes_on=later, reason="A change freeze in between."
    )
    assert extended.closes_at == workdays.deadline(later)
    assert extended.why_extended == "A change freeze in between."
    told = OutboxMessage.objects.filter(rule="artefacts.consultation-extended")
    assert told.filter(person=cast.person("idno")).exists()
    event = AuditEvent.objects.get(verb="consultation.extended")
    assert event.reason == "A change freeze in between."

    make.pass_to(cast, window.closes_at + timedelta(minutes=1))
    assert operations.close_due_windows(cast.at) == 0
    make.comment(cast, extended)


def test_an_invited_partner_reads_until_the_new_close(cast: Cast) -> None:
    version = make.version(cast)
    closes_on = workdays.add(clock.today(cast.at), 12)
    window = operations.open_consultation(
        actor=cast.actor("secretariat"), version=version, closes_on=closes_on, partners=[cast.seat("partner")]
    )
    later = workdays.add(closes_on, 5)
    operations.extend_consultation(
        actor=cast.actor("secretariat"), consultation=window, closes_on=later, reason="Holidays."
    )
    make.pass_to(cast, workdays.deadline(closes_on) + timedelta(hours=1))
    assert rules.reads(cast.actor("partner"), version)
    assert OutboxMessage.objects.filter(rule="artefacts.consultation-extended", person=cast.person("partner")).exists()


@pytest.mark.parametrize(
    ("days", "why"), [(-1, "Choose a later day"), (0, "Choose a later day"), (1, "not a working day"), (400, "a year")]
)
def test_it_closes_later_on_a_working_day_within_a_year(cast: Cast, days: int, why: str) -> None:
    version = make.version(cast)
    friday = clock.today(make.consultation(cast, version).closes_at)
    while friday.weekday() != 4:
        friday = workdays.add(friday, 1)
    window = version.consultations.get()
    if friday != clock.today(window.closes_at):
        operations.extend_consultation(
            actor=cast.actor("chair"), consultation=window, closes_on=friday, reason="To Friday."
        )
    with pytest.raises(NotNow, match=why) as refusal:
        operations.extend_consultation(
            actor=cast.actor("chair"), consultation=window, closes_on=friday + timedelta(days=days), reason="More."
        )
    assert refusal.value.field == "closes_on"


@pytest.mark.parametrize("name", ["analyst", "idno", "observer"])
def test_who_runs_no_consultation_extends_none(cast: Cast, name: str) -> None:
    window = make.consultation(cast, marking="GREEN")
    with pytest.raises(Refused):
        operations.extend_consultation(
            actor=cast.actor(name),
            consultation=window,
            closes_on=workdays.add(clock.today(window.closes_at), 1),
            reason="Please.",
        )


def test_a_closed_window_opens_no_more(cast: Cast) -> None:
    window = make.consultation(cast)
    make.pass_to(cast, window.closes_at)
    with pytest.raises(NotNow, match="next round needs a new version"):
        operations.extend_consultation(
            actor=cast.actor("chair"),
            consultation=window,
            closes_on=workdays.add(clock.today(cast.at), 3),
            reason="Late.",
        )


# ------------------------------------------------------------------------------------------------------------ withdrawn


def test_what_is_withdrawn_is_neither_validated_nor_asked_about(cast: Cast) -> None:
    version = three_proposed(cast)
    withdrawn = version.comments.get(number=3)
    operations.withdraw_comment(actor=cast.actor("medium-supplier"), comment=withdrawn)
    assert operations.validate_uncontested(actor=cast.actor("chair"), version=version) == 2
    assert not [row for row in queries.waiting_for(cast.actor("medium-supplier")) if "settle" in row.title]
    with pytest.raises(NotNow, match="was withdrawn"):
        operations.say_last_word(actor=cast.actor("medium-supplier"), comment=withdrawn, word=Word.SATISFIED)
    with pytest.raises(NotNow, match="Choose one that stands"):
        operations.mark_duplicate(actor=cast.actor("analyst"), comment=version.comments.get(number=1), of=withdrawn)
