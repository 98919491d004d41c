"""The consolidated log of what was said on versions of an artefact: every comment, what became of it, who had none.

Read for a reader who may read those versions; whoever asks has checked that. Five queries, whatever there is.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from artefacts.models import Artefact, Comment, Consultation, NilReturn, Version
from artefacts.queries.industry import PublicLine, public_comments_on
from artefacts.queries.versions import CommentLine, comment_line, with_answers
from sdwg.members.access import Actor

EACH = 600
"""Letters that take as long to lay out as what every comment has beside its own."""


@dataclass(frozen=True)
class LogLine:
    """One comment, also one that was withdrawn, and the name of its organisation."""

    said: CommentLine
    organisation: str


@dataclass(frozen=True)
class NilLine:
    """A nil return; ``replaced_at`` is when a comment of the same seat took its place, which marks it as withdrawn."""

    who: str
    person: str
    constituency: str
    organisation: str
    returned_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True)
class CommentLog:
    """One version with its consultation, if there was one, and what came back; ``total`` counts all comments on it.

    ``industry`` is what came from the wider industry, which is not among ``comments`` and in no ``total``.
    """

    version: Version
    window: Consultation | None
    comments: tuple[LogLine, ...]
    nil_returns: tuple[NilLine, ...]
    total: int
    industry: tuple[PublicLine, ...] = ()

    @property
    def span(self) -> str:
        """Which comments these are: "all 12", "1 to 70 of 200", or "none"."""
        if len(self.comments) == self.total:
            return f"all {self.total}" if self.total else "none"
        if not self.comments:
            return f"none of {self.total}"
        return f"{self.comments[0].said.number} to {self.comments[-1].said.number} of {self.total}"

    @property
    def marking(self) -> str:
        """That of today, as the version was read."""
        marking: str = vars(self.version)["marking"]
        return marking


def versions_of(actor: Actor, artefact: Artefact) -> list[Version]:
    """The versions of the artefact that ``actor`` may read, the oldest first, marked as of today. One query."""
    rows = list(Version.objects.visible_to(actor).filter(artefact=artefact).order_by("order"))
    for row in rows:
        row.artefact = artefact
    return rows


def comment_logs(versions: Sequence[Version]) -> list[CommentLog]:
    """The log of each of ``versions``, which were read with their marking. Four queries."""
    ids = [version.pk for version in versions]
    windows: dict[int, Consultation] = {}
    for window in Consultation.objects.filter(version__in=ids).order_by("opened_at"):
        windows[window.version_id] = window
    comments: dict[int, list[LogLine]] = {pk: [] for pk in ids}
    for version_id, line in _comments(ids):
        comments[version_id].append(line)
    returned: dict[int, list[NilLine]] = {pk: [] for pk in ids}
    for version_id, nil in _nil_returns(ids):
        returned[version_id].append(nil)
    industry: dict[int, list[PublicLine]] = {pk: [] for pk in ids}
    for version_id, public in public_comments_on(ids):
        industry[version_id].append(public)
    return [
        CommentLog(
            version,
            windows.get(version.pk),
            tuple(comments[version.pk]),
            tuple(returned[version.pk]),
            len(comments[version.pk]),
            tuple(industry[version.pk]),
        )
        for version in versions
    ]


def _comments(versions: Iterable[int]) -> Iterator[tuple[int, LogLine]]:
    rows = with_answers(Comment.objects.filter(version__in=versions)).order_by("version", "number")
    for row in rows.iterator():
        yield row.version_id, LogLine(comment_line(row), row.seat.organisation.name)


def _nil_returns(versions: Iterable[int]) -> Iterator[tuple[int, NilLine]]:
    rows = NilReturn.objects.filter(consultation__version__in=versions).select_related(
        "person", "consultation", "seat__organisation__constituency"
    )
    for row in rows.order_by("returned_at", "pk"):
        body = row.seat.organisation
        place = body.constituency.name if body.constituency else ""
        nil = NilLine(row.acting_as, row.person.display_name, place, body.name, row.returned_at, row.replaced_at)
        yield row.consultation.version_id, nil


def in_parts(logs: Sequence[CommentLog], room: int) -> list[list[CommentLog]]:
    """``logs`` cut into parts that weigh at most ``room`` each, or are of one comment alone.

    What a comment weighs is what it costs to lay out: its letters, and as much again as ``EACH`` letters do.
    Nil returns come with the beginning of their log.
    """
    found: list[list[CommentLog]] = [[]]
    left = room
    for log in logs:
        rest: list[LogLine | PublicLine] = [*log.comments, *log.industry]
        nil = log.nil_returns
        while True:
            taken = list(_fitting(rest, left))
            if rest and not taken and left < room:
                found.append([])
                left = room
                continue
            taken = taken or rest[:1]
            said = tuple(line for line in taken if isinstance(line, LogLine))
            industry = tuple(line for line in taken if isinstance(line, PublicLine))
            found[-1].append(replace(log, comments=said, industry=industry, nil_returns=nil))
            left -= sum(map(_weight, taken))
            rest, nil = rest[len(taken) :], ()
            if not rest:
                break
            found.append([])
            left = room
    return found


def _fitting(lines: Iterable[LogLine | PublicLine], room: int) -> Iterator[LogLine | PublicLine]:
    for line in lines:
        room -= _weight(line)
        if room < 0:
            return
        yield line


def _weight(line: LogLine | PublicLine) -> int:
    if isinstance(line, PublicLine):
        return EACH + sum(map(len, (line.text, line.proposed_change, line.reason, line.hidden_why)))
    row = line.said
    return EACH + sum(map(len, (row.quoted, row.text, row.proposed_change, row.reason, row.word_text)))
