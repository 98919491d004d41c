"""Answers to comments, the assessment, and ready only when all is met."""

import pytest

from artefacts import operations, queries, rules
from artefacts.models import Comment, Disposition, ImpactAssessment, PrincipleAssessment
from artefacts.states import Alignment, Answer, Impact, State
from sdwg.audit.models import AuditEvent
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Constituency
from tests.artefacts import make
from tests.artefacts.test_registering import standing_in
from tests.cast import Cast


def commented(cast: Cast, **version_of: object) -> Comment:
    return make.comment(cast, make.consultation(cast, **version_of))


def proposed(
    cast: Cast, comment: Comment, answer: str = Answer.ACCEPTED, reason: str = "", by: str = "analyst"
) -> Disposition:
    return operations.propose_disposition(actor=cast.actor(by), comment=comment, answer=answer, reason=reason)


@pytest.mark.parametrize("answer", [Answer.PART, Answer.REJECTED, Answer.CLARIFIED, Answer.CARRIED])
def test_every_answer_but_accepted_has_a_reason(cast: Cast, answer: str) -> None:
    comment = commented(cast)
    with pytest.raises(NotNow, match="needs a reason") as refusal:
        proposed(cast, comment, answer, "  ")
    assert refusal.value.field == "reason"
    assert proposed(cast, comment, answer, "It is out of scope.").reason == "It is out of scope."


def test_accepted_needs_none(cast: Cast) -> None:
    assert proposed(cast, commented(cast)).answer == Answer.ACCEPTED


def test_an_answer_is_one_of_five(cast: Cast) -> None:
    with pytest.raises(NotNow) as refusal:
        proposed(cast, commented(cast), "ignored", "Why not.")
    assert refusal.value.field == "answer"


@pytest.mark.parametrize("name", ["chair", "secretariat", "architect", "large-supplier", "observer", "partner", "dag"])
def test_the_author_answers_and_nobody_else(cast: Cast, name: str) -> None:
    with pytest.raises(Refused):
        proposed(cast, commented(cast), by=name)


def test_an_author_outside_the_programme_and_their_alternate_answer(cast: Cast) -> None:
    comment = commented(cast, artefact=make.registered(cast, author="idno", owner="analyst"))
    proposed(cast, comment, by="idno")
    standing_in(cast, "idno", for_key="meeting:3")
    with pytest.raises(Refused):
        proposed(cast, comment, by="alternate")
    standing_in(cast, "idno")
    assert proposed(cast, comment, by="alternate").proposed_as == "Alternate, alternate for Member, iDNO B"


def test_the_chair_validates_what_somebody_else_proposed(cast: Cast) -> None:
    disposition = proposed(cast, commented(cast))
    validated = operations.validate_disposition(actor=cast.actor("chair"), disposition=disposition)
    assert (validated.validated_by, validated.validated_as) == (cast.person("chair"), "Chair")
    assert operations.validate_disposition(actor=cast.actor("chair"), disposition=disposition) == validated
    assert AuditEvent.objects.filter(verb="disposition.validated").count() == 1


@pytest.mark.parametrize("name", ["analyst", "secretariat", "architect", "large-supplier", "observer"])
def test_nobody_else_validates(cast: Cast, name: str) -> None:
    disposition = proposed(cast, commented(cast))
    with pytest.raises(Refused):
        operations.validate_disposition(actor=cast.actor(name), disposition=disposition)


def test_an_answer_proposed_again_waits_again(cast: Cast) -> None:
    comment = commented(cast)
    operations.validate_disposition(actor=cast.actor("chair"), disposition=proposed(cast, comment))
    again = proposed(cast, comment, Answer.REJECTED, "On second thoughts, no.")
    assert again.validated_at is None
    kept = list(again.history.order_by("history_id").values_list("answer", "validated_as"))
    assert kept == [("accepted", ""), ("accepted", "Chair"), ("rejected", "")]


def test_answers_stand_once_it_is_ready(cast: Cast) -> None:
    artefact = make.ready(cast)
    comment = Comment.objects.filter(version__artefact=artefact)[0]
    with pytest.raises(NotNow, match="is ready"):
        proposed(cast, comment)
    with pytest.raises(NotNow, match="is ready"):
        operations.validate_disposition(actor=cast.actor("chair"), disposition=comment.disposition)


# ---------------------------------------------------------------------------------------------------------- assessment


def test_cells_are_written_one_by_one_and_only_what_changed(cast: Cast) -> None:
    version = make.version(cast)
    first, second = make.principles(2)
    place = Constituency.objects.all()[0]
    actor = cast.actor("analyst")
    cells = {first.pk: (Alignment.ALIGNED, ""), second.pk: (Alignment.DEPARTS, "No vendor offers it.")}
    operations.assess(actor=actor, version=version, principles=cells, impacts={place.pk: (Impact.NIL, "Untouched.")})
    operations.assess(actor=actor, version=version, principles=cells, impacts={})

    assert PrincipleAssessment.objects.count() == 2
    assert ImpactAssessment.objects.get().text == "Untouched."
    event = AuditEvent.objects.get(verb="version.assessed")
    assert (event.note["principles"], event.note["constituencies"]) == (2, 1)


@pytest.mark.parametrize(
    ("alignment", "why", "field"),
    [(Alignment.DEPARTS, "", "why_{}"), ("perhaps", "", "alignment_{}")],
)
def test_a_departure_says_why(cast: Cast, alignment: str, why: str, field: str) -> None:
    version = make.version(cast)
    principle = make.principles()[0]
    with pytest.raises(NotNow) as refusal:
        operations.assess(
            actor=cast.actor("analyst"), version=version, principles={principle.pk: (alignment, why)}, impacts={}
        )
    assert refusal.value.field == field.format(principle.pk)
    assert not PrincipleAssessment.objects.exists()


@pytest.mark.parametrize("impact", [Impact.SOME, Impact.NIL])
def test_every_impact_has_words_and_a_nil_its_reason(cast: Cast, impact: str) -> None:
    version = make.version(cast)
    principle, place = make.principles()[0], Constituency.objects.all()[0]
    with pytest.raises(NotNow) as refusal:
        operations.assess(
            actor=cast.actor("analyst"),
            version=version,
            principles={principle.pk: (Alignment.ALIGNED, "")},
            impacts={place.pk: (impact, " ")},
        )
    assert refusal.value.field == f"text_{place.pk}"
    assert not PrincipleAssessment.objects.exists()


@pytest.mark.parametrize("name", ["analyst", "architect"])
def test_analyst_and_architect_assess(cast: Cast, name: str) -> None:
    assert rules.can_assess(cast.actor(name), make.version(cast))


@pytest.mark.parametrize("name", ["chair", "secretariat", "idno", "partner", "observer", "dag", "auditor"])
def test_others_do_not(cast: Cast, name: str) -> None:
    assert not rules.can_assess(cast.actor(name), make.version(cast))


def test_the_latest_version_is_assessed_until_it_is_ready(cast: Cast) -> None:
    first = make.version(cast)
    make.version(cast, first.artefact)
    assert not rules.can_assess(cast.actor("analyst"), first)
    artefact = make.ready(cast, title="Certificate Policy")
    assert not rules.can_assess(cast.actor("analyst"), artefact.versions.get())


# --------------------------------------------------------------------------------------------------------------- ready


def ready(cast: Cast, artefact: object) -> None:
    operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)  # type: ignore[arg-type]


def test_it_is_not_ready_while_an_answer_is_not_validated(cast: Cast) -> None:
    artefact = make.assessed(cast, make.answered(cast, make.resolving(cast)))
    last = Comment.objects.filter(version__artefact=artefact).latest("number")
    proposed(cast, last, Answer.REJECTED, "No.")
    with pytest.raises(NotNow, match="1 of 3 comments have no validated answer"):
        ready(cast, artefact)


def test_it_is_not_ready_while_a_principle_or_a_constituency_is_blank(cast: Cast) -> None:
    artefact = make.assessed(cast, make.answered(cast, make.resolving(cast)))
    make.principles(3)
    Constituency.objects.create(name="Heat Networks", short_name="Heat", position=14, listed_from=cast.at.date())
    with pytest.raises(NotNow, match=r"Not assessed: P-03\. Impact not stated: Heat Networks\."):
        ready(cast, artefact)
    make.assessed(cast, artefact)
    ready(cast, artefact)
    assert make.fresh(artefact).state == State.READY


def test_a_new_version_buries_no_comment_and_is_assessed_anew(cast: Cast) -> None:
    artefact = make.assessed(cast, make.resolving(cast))
    make.version(cast, artefact)
    with pytest.raises(NotNow) as refusal:
        ready(cast, artefact)
    assert "3 of 3 comments" in str(refusal.value)
    assert "Impact not stated" in str(refusal.value)


def test_what_is_retired_is_not_asked_for(cast: Cast) -> None:
    artefact = make.assessed(cast, make.answered(cast, make.resolving(cast)))
    principle = make.principles(3)[2]
    operations.retire(actor=cast.actor("analyst"), entry=principle, reason="Another one says the same.")
    ready(cast, artefact)
    assert make.fresh(artefact).state == State.READY


@pytest.mark.parametrize("name", ["chair", "secretariat", "architect", "idno", "observer"])
def test_the_author_makes_it_ready(cast: Cast, name: str) -> None:
    artefact = make.assessed(cast, make.answered(cast, make.resolving(cast)))
    with pytest.raises(Refused, match="by its author"):
        operations.make_ready(actor=cast.actor(name), artefact=artefact)


# -------------------------------------------------------------------------------------------------------- read models


def test_the_comment_log_tells_each_comment_and_what_became_of_it(cast: Cast) -> None:
    artefact = make.answered(cast, make.resolving(cast))
    first, second, third = queries.comment_log(artefact.versions.get())
    assert (first.number, first.who, first.constituency) == (1, "Member, Large Supplier A", "Large Suppliers")
    assert (first.state, first.answer_label, first.reason) == ("validated", "Clarified", "Clarified in 5.2.")
    assert (second.answer_label, second.proposed_change) == ("Accepted", "20 working days")
    assert third.place == "Section 5.2.1"


def test_an_older_version_says_that_a_constituency_was_not_listed_then(cast: Cast) -> None:
    artefact = make.ready(cast)
    version = artefact.versions.get()
    Constituency.objects.create(name="Heat Networks", short_name="Heat", position=14, listed_from=cast.at.date())
    last = queries.impact_matrix(version)[-1]
    assert (last.constituency, last.label) == ("Heat Networks", "Not listed then")
    changed = make.version(cast, artefact)
    assert queries.impact_matrix(changed)[-1].label == "Not stated"
    assert queries.impact_matrix(version)[-1].label == "Not listed then"


def test_the_principle_matrix_has_every_principle(cast: Cast) -> None:
    version = make.version(cast)
    first, _ = make.principles(2)
    operations.assess(
        actor=cast.actor("analyst"), version=version, principles={first.pk: (Alignment.ALIGNED, "")}, impacts={}
    )
    rows = [(row.reference, row.label) for row in queries.principle_matrix(version, cast.at.date())]
    assert rows == [("P-01", "Aligned"), ("P-02", "Not assessed")]
