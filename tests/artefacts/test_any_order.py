"""Rounds of review in any order: nothing is ready with a blank cell or an undisposed comment, and no comment is lost.

What counts is worked out here a second time, from what was said and when, and by no rule of the program.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from artefacts import operations
from artefacts.models import (
    Artefact,
    Comment,
    Consultation,
    Disposition,
    ImpactAssessment,
    NilReturn,
    PrincipleAssessment,
    Version,
)
from artefacts.states import Alignment, Answer, Impact, State, Word
from sdwg import clock, workdays
from sdwg.audit.verify import breaks
from sdwg.members import operations as members
from sdwg.members.access import NotNow, Refused
from sdwg.members.models import Constituency
from tests.artefacts import make
from tests.cast import Cast

SEATS = ("idno", "agent", "architect")
WHO, WHICH = st.sampled_from(SEATS), st.integers(0, 5)
TEXT, ANSWER = st.sampled_from(["Say who pays.", "Say when."]), st.sampled_from(Answer.values)
ONE = [
    st.tuples(st.just("comment"), WHO, TEXT),
    st.tuples(st.just("comment"), WHO, TEXT),
    st.tuples(st.just("change"), WHO, WHICH, TEXT),
    st.tuples(st.just("withdraw"), WHO, WHICH),
    st.tuples(st.just("nil"), WHO),
    st.tuples(st.just("propose"), WHICH, ANSWER),
    st.tuples(st.just("contest"), WHO, WHICH),
    st.tuples(st.just("validate"), st.sampled_from(["chair", "analyst"]), WHICH),
    st.tuples(st.just("last word"), WHO, WHICH, st.sampled_from(Word.values)),
    st.tuples(st.just("extend"), st.integers(1, 3)),
    st.tuples(st.just("list a constituency")),
]
MANY = [
    st.tuples(st.just("answer all")),
    st.tuples(st.just("validate all")),
    st.tuples(st.just("assess"), st.integers(0, 2)),
    st.tuples(st.just("upload")),
    st.tuples(st.just("consult")),
    st.tuples(st.just("close")),
    st.tuples(st.just("later"), st.sampled_from([1, 15])),
    st.tuples(st.just("ready")),
]
END = st.integers(0, 2).flatmap(
    lambda blank: st.permutations([("close",), ("answer all",), ("validate all",), ("assess", blank)])
)
ROUND = st.just([("upload",), ("consult",), ("comment", "idno", "Say who pays.")])
STEPS = st.lists(
    st.one_of(st.one_of(ONE).map(lambda one: [one]), st.one_of(MANY).map(lambda one: [one]), END, ROUND),
    min_size=6,
    max_size=12,
).map(lambda parts: [step for part in parts for step in part])
STORY: list[tuple[Any, ...]] = [
    *(("comment", "idno", "Say who pays."), ("comment", "agent", "Say when."), ("withdraw", "agent", 1)),
    *(("close",), ("answer all",), ("validate all",), ("assess", 2), ("assess", 0)),
    *(("upload",), ("consult",), ("comment", "agent", "Say when."), ("close",)),
    *(("upload",), ("consult",), ("close",), ("assess", 0)),
    *(("propose", 2, Answer.REJECTED), ("contest", "agent", 2), ("validate", "analyst", 2), ("validate all",)),
    *(("validate", "chair", 2), ("ready",), ("upload",), ("assess", 1)),
]
"""Three rounds, in each of which one thing alone is missing: so that whatever else is tried, this is."""


@dataclass
class Said:
    """A comment as the seat that made it knows it."""

    by: str
    texts: list[str] = field(default_factory=list)
    withdrawn: bool = False


class Review:
    """One artefact, its first window open, and everything that is said of it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        make.principles()
        window = make.consultation(cast)
        self.artefact = window.version.artefact
        self.said: dict[int, Said] = {}
        self.nil: set[tuple[int, int]] = set()
        self.closes = {window.pk: window.closes_at}
        self.state = str(State.IN_CONSULTATION)

    def do(self, step: tuple[Any, ...]) -> None:
        """One step; a refusal is an answer."""
        verb, *given = step
        acts: dict[str, Callable[..., object]] = {
            "comment": self.comment,
            "change": self.change,
            "withdraw": self.withdraw,
            "nil": self.return_nil,
            "propose": self.propose,
            "contest": lambda who, which: operations.contest(
                actor=self.actor(who), disposition=self.one(which).disposition, why="It is not."
            ),
            "validate": lambda who, which: operations.validate_disposition(
                actor=self.actor(who), disposition=self.one(which).disposition
            ),
            "last word": lambda who, which, word: operations.say_last_word(
                actor=self.actor(who), comment=self.one(which), word=word, text="It is not settled."
            ),
            "extend": self.extend,
            "list a constituency": lambda: members.list_constituency(
                actor=self.actor("secretariat"), name="Storage", short_name="Storage"
            ),
            "answer all": self.answer_all,
            "validate all": lambda: [
                operations.validate_uncontested(actor=self.actor("chair"), version=version)
                for version in self.artefact.versions.all()
            ],
            "assess": self.assess,
            "upload": lambda: make.version(self.cast, self.artefact),
            "consult": self.consult,
            "close": self.close,
            "later": lambda days: make.pass_to(self.cast, self.cast.at + timedelta(days=days)),
            "look": lambda: operations.close_due_windows(self.cast.at),
            "ready": lambda: operations.make_ready(actor=self.actor("analyst"), artefact=self.artefact),
        }
        try:
            with transaction.atomic():
                acts[verb](*given)
        except (NotNow, Refused, IndexError, Comment.disposition.RelatedObjectDoesNotExist):
            pass

    def actor(self, name: str) -> Any:
        return self.cast.actor(name)

    def windows(self) -> list[Consultation]:
        return list(Consultation.objects.filter(version__artefact=self.artefact).order_by("-pk"))

    def last(self) -> Version:
        return self.artefact.versions.order_by("-order")[0]

    def one(self, which: int) -> Comment:
        return Comment.objects.select_related("version").order_by("pk")[which]

    # -------------------------------------------------------------------------------------------------------- steps

    def in_time(self, window: int) -> bool:
        return self.cast.at < self.closes[window]

    def comment(self, who: str, text: str) -> None:
        window = self.windows()[0]
        made = make.comment(self.cast, window, who, text=text)
        assert self.in_time(window.pk), "received after the close"
        self.said[made.pk] = Said(who, [text])
        self.nil.discard((window.pk, made.seat_id))

    def change(self, who: str, which: int, text: str) -> None:
        comment = self.one(which)
        operations.edit_comment(actor=self.actor(who), comment=comment, text=text, severity="high", page=1)
        known = self.said[comment.pk]
        assert self.in_time(comment.consultation_id)
        assert known.by == who
        known.texts.append(text)

    def withdraw(self, who: str, which: int) -> None:
        comment = self.one(which)
        operations.withdraw_comment(actor=self.actor(who), comment=comment)
        assert self.in_time(comment.consultation_id)
        assert self.said[comment.pk].by == who
        self.said[comment.pk].withdrawn = True

    def return_nil(self, who: str) -> None:
        window = self.windows()[0]
        returned = operations.return_nil(actor=self.actor(who), consultation=window)
        assert self.in_time(window.pk)
        self.nil.add((window.pk, returned.seat_id))

    def propose(self, which: int, answer: str) -> None:
        operations.propose_disposition(
            actor=self.actor("analyst"), comment=self.one(which), answer=answer, reason="As said."
        )

    def answer_all(self) -> None:
        for comment in Comment.objects.filter(disposition__isnull=True, withdrawn_at__isnull=True):
            operations.propose_disposition(
                actor=self.actor("analyst"), comment=comment, answer=Answer.CLARIFIED, reason="Clarified."
            )

    def assess(self, left_out: int) -> None:
        principles, kinds = make.principles(), list(Constituency.objects.all())
        operations.assess(
            actor=self.actor("analyst"),
            version=self.last(),
            principles={row.pk: (Alignment.ALIGNED, "") for row in principles[left_out == 1 :]},
            impacts={row.pk: (Impact.NIL, "Nothing to build.") for row in kinds[left_out == 2 :]},
        )

    def consult(self) -> None:
        window = make.consultation(self.cast, self.last())
        self.closes[window.pk] = window.closes_at

    def extend(self, days: int) -> None:
        window = self.windows()[0]
        later = workdays.add(clock.today(window.closes_at), days)
        extended = operations.extend_consultation(
            actor=self.actor("secretariat"), consultation=window, closes_on=later, reason="More time."
        )
        assert self.in_time(window.pk)
        self.closes[window.pk] = extended.closes_at

    def close(self) -> None:
        for window in self.windows():
            if self.in_time(window.pk):
                operations.close_consultation(actor=self.actor("chair"), consultation=window, reason="All said.")
                self.closes[window.pk] = self.cast.at

    # ---------------------------------------------------------------------------------------------- what must hold

    def expect(self) -> None:
        rows = Comment.objects.values_list("pk", "text", "withdrawn_at")
        assert {pk: (text, bool(at)) for pk, text, at in rows} == {
            pk: (known.texts[-1], known.withdrawn) for pk, known in self.said.items()
        }
        kept = Comment.history.order_by("history_id").values_list("id", "text")  # type: ignore[attr-defined]
        for pk, known in self.said.items():
            assert set(known.texts) <= {text for of, text in kept if of == pk}, "a former text is gone"
        standing = NilReturn.objects.filter(replaced_at__isnull=True)
        assert set(standing.values_list("consultation", "seat")) == self.nil

        before, self.state = self.state, Artefact.objects.values_list("state", flat=True).get(pk=self.artefact.pk)
        if self.state == State.READY:
            assert self.undisposed() == []
            assert before == State.READY or self.blank() == []
            assert not [pk for pk, until in self.closes.items() if self.cast.at < until], "ready in an open window"

    def undisposed(self) -> list[int]:
        """What was said, not withdrawn, and has no answer that a second person validated."""
        settled = Disposition.objects.filter(validated_at__isnull=False).values_list(
            "comment", "proposed_by", "validated_by"
        )
        done = {comment for comment, first, second in settled if first != second}
        return [pk for pk, known in self.said.items() if not known.withdrawn and pk not in done]

    def blank(self) -> list[str]:
        """The cells of the latest version that nobody filled."""
        last = self.last()
        stated = set(ImpactAssessment.objects.filter(version=last).values_list("constituency__name", flat=True))
        aligned = set(PrincipleAssessment.objects.filter(version=last).values_list("principle__title", flat=True))
        cells = {row.name for row in Constituency.objects.all()} | {row.title for row in make.principles()}
        return sorted(cells - stated - aligned)


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@example(steps=STORY)
def _in_any_order(cast: Cast, reached: list[str], steps: list[tuple[Any, ...]]) -> None:
    at = cast.at
    with transaction.atomic():
        clock.set_now(at)
        review = Review(cast)
        reached.append("")
        for step in steps:
            for one in (step, ("look",), ("ready",)) if step[0] in {"close", "assess", "validate all"} else (step,):
                review.do(one)
                review.expect()
                reached.append(review.state)
        assert list(breaks()) == []
        transaction.set_rollback(True)
    cast.at = at


def test_whatever_the_order(cast: Cast) -> None:
    reached: list[str] = []
    _in_any_order(cast, reached)
    changes = set(pairwise(reached))
    assert (State.RESOLVING, State.READY) in changes, "nothing came so far as to be ready"
    assert (State.READY, State.RESOLVING) in changes, "nothing ready got another version"
