"""The registers that count, each with what is used and what the next one gets: for the page and for the rules."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Max

from artefacts.models import Artefact
from escalations.models import Submission
from meetings.models import Action, Decision, Meeting
from sdwg.models import Numbering
from sdwg.numbering import after

R = Numbering.Register
Named = Artefact | Decision | Submission | Meeting | Action

KIND: dict[str, Callable[[int], Named]] = {
    R.ARTEFACTS: lambda number: Artefact(number=number),
    R.DECISIONS: lambda number: Decision(number=number),
    R.SUBMISSIONS: lambda number: Submission(number=number),
    R.MEETINGS: lambda number: Meeting(number=number),
    R.ACTIONS: lambda number: Action(number=number),
}
"""What bears the numbers of a register: one with that number, which says how it is called and is never saved."""


@dataclass(frozen=True)
class Count:
    """A register: the greatest number in use (0 for none), what was set by whom, and the number the next one gets."""

    register: Numbering.Register
    last: int
    numbering: Numbering | None

    @property
    def next(self) -> int:
        return after(self.last, self.numbering)

    @property
    def last_reference(self) -> str:
        return self.called(self.last) if self.last else ""

    @property
    def next_reference(self) -> str:
        return self.called(self.next)

    def called(self, number: int) -> str:
        """ "SDWG-ART-012": how the one with that number is called."""
        return KIND[self.register](number).reference


def last_used(register: str) -> int:
    """The greatest number in use; 0 where there is none. One query. An ad hoc meeting bears a regular one's."""
    rows = type(KIND[register](1))._default_manager.order_by()
    return rows.aggregate(last=Max("number"))["last"] or 0


def counts() -> list[Count]:
    """Every register, in the order in which they are shown. A query each, and one for what was set."""
    kept = {row.register: row for row in Numbering.objects.all()}
    return [Count(register, last_used(register), kept.get(register)) for register in R]


def count_of(register: str) -> Count:
    """One register. Two queries."""
    return Count(R(register), last_used(register), Numbering.objects.filter(register=register).first())
