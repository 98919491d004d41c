"""The answers page as each reader has it: validated together, contested, last words, duplicates, still to do."""

import re

from artefacts import operations
from artefacts.models import Comment, Consultation, Disposition, LastWord
from artefacts.states import Answer
from sdwg import clock, workdays
from sdwg.members.operations import exclude
from tests.artefacts import make
from tests.artefacts.test_counts import page_cost
from tests.artefacts.test_pages import FIRST, ONE, text
from tests.artefacts.test_settling import answered_all, three_proposed
from tests.cast import Cast

PAGE = f"{FIRST}dispositions/"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_the_chair_sees_how_many_are_validated_together_and_does_it_once(cast: Cast) -> None:
    version = three_proposed(cast)
    chair = cast.client("chair")
    page = chair.get(PAGE).content.decode()
    assert "Validate all 3" in page
    form = {"seen": hidden(page, "seen"), "once": hidden(page, "once")}
    for _ in range(2):
        assert chair.post(f"{PAGE}validate/", form).status_code == 302
    assert Disposition.objects.filter(comment__version=version, validated_at__isnull=False).count() == 3
    assert "3 answers are validated." in text(chair.get(PAGE))
    assert "Validate all" not in text(cast.client("analyst").get(PAGE))


def test_what_changed_meanwhile_is_refused_with_a_sentence(cast: Cast) -> None:
    three_proposed(cast)
    refused = cast.client("chair").post(f"{PAGE}validate/", {"seen": "another"})
    assert refused.status_code == 422
    assert "The answers are other ones since you loaded this page." in text(refused)


def test_a_commenter_contests_beside_the_answer(cast: Cast) -> None:
    three_proposed(cast)
    member = cast.client("medium-supplier")
    assert "What is wrong with the answer" in text(member.get(f"{PAGE}?contest=1"))
    refused = member.post(f"{PAGE}1/contest/", {"c1-why": ""})
    assert refused.status_code == 422
    assert member.post(f"{PAGE}1/contest/", {"c1-why": "5.2 names no payer."}).status_code == 302
    words = text(cast.client("chair").get(PAGE))
    assert "Contested by Member, Medium Supplier A" in words
    assert "Validate all 2" in words
    assert "1 is contested and validated one by one" in words
    assert "What is wrong" not in text(cast.client("idno").get(f"{PAGE}?contest=2"))


def test_the_commenter_finds_theirs_and_says_the_last_word(cast: Cast) -> None:
    make.validated(cast)
    member = cast.client("large-supplier")
    page = text(member.get(f"{PAGE}?show=mine"))
    assert "Your last word" in page
    refused = member.post(f"{PAGE}1/last-word/", {"c1-word": "maintained", "c1-text": ""})
    assert refused.status_code == 422
    assert "Say why the answer does not settle it." in text(refused)
    assert member.post(f"{PAGE}1/last-word/", {"c1-word": "live-with"}).status_code == 302
    assert LastWord.objects.get().word == "live-with"
    words = text(cast.client("analyst").get(PAGE))
    assert "Can live with it" in words
    assert "Last word of Member, Large Supplier A" in words
    assert "Yours" not in words


def test_silence_is_waited_for_and_then_shown(cast: Cast) -> None:
    comment = make.validated(cast)
    assert "last word is waited for until Mon 14 Dec" in text(cast.client("idno").get(PAGE))
    assert comment.disposition.validated_at
    make.pass_to(cast, workdays.deadline(workdays.add(clock.today(comment.disposition.validated_at), 11)))
    assert "No reply" in text(cast.client("idno").get(PAGE))


def test_the_author_links_a_duplicate(cast: Cast) -> None:
    make.responded(cast, make.consultation(cast))
    analyst, first = cast.client("analyst"), Comment.objects.get(number=1)
    assert "1 on 0.1, Member, Large Supplier A: Say who pays." in text(analyst.get(f"{PAGE}?same=3"))
    assert analyst.post(f"{PAGE}3/same/", {"c3-of": first.pk}).status_code == 302
    assert "Says the same as comment 1." in text(analyst.get(PAGE))
    refused = analyst.post(f"{PAGE}1/same/", {"c1-of": Comment.objects.get(number=2).pk})
    assert refused.status_code == 422
    assert "Others are duplicates of comment 1." in text(refused)
    operations.withdraw_comment(actor=cast.actor("large-supplier"), comment=Comment.objects.get(number=2))
    gone = analyst.post(f"{PAGE}2/same/", {"c2-of": first.pk})
    assert gone.status_code == 422
    assert "Comment 2 was withdrawn" in text(gone)


def test_what_is_promised_is_listed_until_a_version_resolves_it(cast: Cast) -> None:
    version = answered_all(cast)
    make.version(cast, version.artefact)
    analyst = cast.client("analyst")
    words = text(analyst.get(ONE))
    assert "2 answers still wait for a version" in words
    assert "1 of them carried forward." in words
    assert "Not yet in a version" in text(analyst.get(f"{PAGE}?show=todo"))
    form = text(analyst.get(f"{ONE}0.2/resolves/"))
    assert "Comment 1 on 0.1: Say who pays." in form
    assert "In 5.2." not in form
    comments = [row.pk for row in Comment.objects.filter(number__in=[1, 2])]
    assert analyst.post(f"{ONE}0.2/resolves/", {"comments": comments}).status_code == 302
    assert "still wait for a version" not in text(analyst.get(ONE))
    assert "In 0.2" in text(analyst.get(PAGE))


def test_what_was_said_of_a_version_one_does_not_read_is_neither_listed_nor_touched(cast: Cast) -> None:
    version = answered_all(cast)
    make.version(cast, version.artefact)
    resolved = Comment.objects.get(number=1)
    analyst, there = cast.client("analyst"), f"{ONE}0.2/resolves/"
    assert analyst.post(there, {"comments": [resolved.pk]}).status_code == 302
    exclude(
        actor=cast.actor("chair"),
        person=cast.person("analyst"),
        on_key=version.audit_key,
        cause_key="conflict:1",
        reason="A conflict of interest.",
    )
    assert "Say who pays." not in text(analyst.get(there))
    assert analyst.post(there, {"comments": [Comment.objects.get(number=2).pk]}).status_code == 422
    assert analyst.post(there, {}).status_code == 302
    assert Comment.objects.get(pk=resolved.pk).resolved_in


def test_a_window_is_extended_on_its_page(cast: Cast) -> None:
    window = make.consultation(cast)
    secretariat, later = cast.client("secretariat"), workdays.add(clock.today(window.closes_at), 4)
    assert "Extend the consultation" in text(secretariat.get(ONE))
    early = secretariat.post(f"{FIRST}consultation/extend/", {"closes_on": clock.today(cast.at), "reason": "Freeze."})
    assert early.status_code == 422
    assert "Choose a later day" in text(early)
    assert "Freeze." in text(early)
    done = secretariat.post(f"{FIRST}consultation/extend/", {"closes_on": later, "reason": "A change freeze."})
    assert done.status_code == 302
    assert Consultation.objects.get().closes_at == workdays.deadline(later)
    assert "Extended: A change freeze." in text(cast.client("idno").get(ONE))
    assert "Extend the consultation" not in text(cast.client("idno").get(ONE))


def test_an_assessment_carried_forward_counts_once_it_is_rechecked(cast: Cast) -> None:
    artefact = make.assessed(cast, make.answered(cast, make.resolving(cast)))
    later = make.version(cast, artefact)
    analyst = cast.client("analyst")
    page = analyst.get(f"{ONE}0.2/assessment/")
    assert text(page).count("To re-check") == 2 + 13
    sent = {name: value for name, value in _sent(page).items() if not name.startswith(("same", "all"))}
    assert analyst.post(f"{ONE}0.2/assessment/", sent).status_code == 302
    assert not later.impact_assessments.exists()
    assert "To re-check (impact in 0.1)" in text(cast.client("idno").get(f"{ONE}0.2/assessment/"))

    first = make.principles()[0]
    changed = {**sent, f"alignment_{first.pk}": "not-applicable", "all_impact": "on"}
    assert analyst.post(f"{ONE}0.2/assessment/", changed).status_code == 302
    assert later.impact_assessments.count() == 13
    assert [row.alignment for row in later.principle_assessments.all()] == ["not-applicable"]


def _sent(page: object) -> dict[str, str]:
    form = page.context["form"]  # type: ignore[attr-defined]
    return {name: form[name].value() or "" for name in form.fields if name != "once"}


def test_the_answers_page_asks_as_much_of_thirty_comments_as_of_one(cast: Cast) -> None:
    window = make.consultation(cast)
    costs = []
    for number in (1, 3, 30):
        while window.comments.count() < number:
            made = make.comment(cast, window)
            operations.propose_disposition(actor=cast.actor("analyst"), comment=made, answer=Answer.ACCEPTED)
        operations.validate_uncontested(actor=cast.actor("chair"), version=window.version)
        costs.append([page_cost(cast, name, PAGE) for name in ("chair", "large-supplier", "analyst")])
    assert costs[0] == costs[1] == costs[2]
