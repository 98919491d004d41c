"""What a table would do, found by doing it and undoing it: what is shown cannot differ from what happens.

An app that takes in tables says what a row is and carries rows out through the operations of its pages; here is what
all of them share: the lines of a plan, its sums, and the digest by which a confirmation knows what was shown.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sdwg.audit.acts import Doer, act
from sdwg.audit.chain import digest


class Numbered(Protocol):
    """A row of a table, as far as every table's is the same: its number in the sheet."""

    @property
    def number(self) -> int: ...


R = TypeVar("R", bound=Numbered)
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """The file that the rows came from."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Effect:
    """One thing a row does: its kind, the sentence for it, who is told of it by mail, the shape before the sentence."""

    kind: str
    words: str
    told: tuple[str, ...] = ()
    shape: str = "accepted"


@dataclass(frozen=True)
class Line(Generic[R]):
    """What becomes of one row. ``on`` are the ids of what it found, or what that said; 0 or nothing for none."""

    row: R
    effects: tuple[Effect, ...] = ()
    refusal: str = ""
    on: tuple[int | str, ...] = ()


@dataclass(frozen=True)
class Plan(Generic[R]):
    """What a table does: its lines in the order of the table, and who is told.

    ``kinds`` gives the words for each kind of effect, for one and for several of them.
    """

    source: Source
    lines: tuple[Line[R], ...]
    told: tuple[str, ...]
    kinds: Mapping[str, tuple[str, str]]

    @property
    def refused(self) -> list[Line[R]]:
        return [line for line in self.lines if line.refusal]

    @property
    def changing(self) -> list[Line[R]]:
        return [line for line in self.lines if line.effects]

    @property
    def unchanged(self) -> list[Line[R]]:
        return [line for line in self.lines if not line.effects and not line.refusal]

    @property
    def counts(self) -> Counter[str]:
        """How many of each kind of effect."""
        return Counter(effect.kind for line in self.lines for effect in line.effects)

    @property
    def sums(self) -> list[str]:
        """The counts in words: "2 accounts are made"."""
        counts = self.counts
        return [
            f"{counts[kind]} {one if counts[kind] == 1 else many}"
            for kind, (one, many) in self.kinds.items()
            if counts[kind]
        ]

    @property
    def digest(self) -> str:
        """Differs as soon as anything differs that was shown, or that it is about."""
        lines = [
            [line.row.number, [effect.words for effect in line.effects], line.refusal, list(line.on)]
            for line in self.lines
        ]
        return digest([self.source.sha256, lines, list(self.told)])


class _Undone(Exception):
    """Carries an attempt out of the transaction in which it was made."""


def tried(work: Callable[[], T], *, actor: Doer) -> T:
    """What ``work``, done by ``actor``, gives. Nothing of it remains."""
    found: list[T] = []

    @act
    def attempt(*, actor: Doer) -> None:
        found.append(work())
        raise _Undone

    with suppress(_Undone):
        attempt(actor=actor)
    return found[0]
