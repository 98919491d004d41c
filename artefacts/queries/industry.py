"""What came from the wider industry (D2): for readers of its version; and what anybody sees of a public consultation.

Nothing of the second sort takes an ``Actor``: whoever asks is nobody, and sees what is TLP:CLEAR today.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from artefacts import industry
from artefacts.models import Artefact, Consultation, PublicComment, Version
from artefacts.queries.versions import place_in
from artefacts.states import Answer, CommentType, Marking, PublicState
from sdwg.audit.models import AuditEvent

# ---------------------------------------------------------------------------------------------- for those with a seat


@dataclass(frozen=True)
class PublicLine:
    """One released comment from the wider industry; ``state`` is a value of ``PublicState``. Times are in UTC.

    ``who`` marks its sender as an outsider. A hidden one has neither sender nor words.
    """

    id: int
    number: int
    state: str
    who: str
    organisation: str
    type: str
    page: int | None
    section: str
    text: str
    proposed_change: str
    received_at: datetime
    answer: str = ""
    reason: str = ""
    answered_as: str = ""
    answered_at: datetime | None = None
    hidden_as: str = ""
    hidden_at: datetime | None = None
    hidden_why: str = ""

    @property
    def label(self) -> str:
        return f"W{self.number}"

    @property
    def hidden(self) -> bool:
        return self.hidden_at is not None

    @property
    def type_label(self) -> str:
        return str(CommentType(self.type).label)

    @property
    def answer_label(self) -> str:
        return str(Answer(self.answer).label) if self.answer else ""

    @property
    def place(self) -> str:
        return place_in(self.page, self.section)


def public_comments(version: Version) -> list[PublicLine]:
    """The released comments on the version from the wider industry, by their numbers. One query."""
    return [line for _, line in public_comments_on([version.pk])]


def public_comment(version: Version, number: int) -> PublicComment | None:
    """The released comment W``number`` on the version. One query."""
    rows = PublicComment.objects.filter(consultation__version=version, number=number)
    found = rows.select_related("consultation").first()
    if found:
        found.consultation.version = version
    return found


def public_comments_on(versions: Iterable[int]) -> list[tuple[int, PublicLine]]:
    """The same for several versions, each with its own. One query."""
    rows = PublicComment.objects.released().filter(consultation__version__in=versions)
    rows = rows.select_related("consultation").order_by("consultation__version", "number")
    return [(row.consultation.version_id, public_line(row)) for row in rows]


def public_line(row: PublicComment) -> PublicLine:
    """``row``, which is released, as a line. No query."""
    hidden = row.state == PublicState.HIDDEN
    return PublicLine(
        id=row.pk,
        number=row.number or 0,
        state=str(row.state),
        who=f"Hidden ({industry.MARK})" if hidden else industry.who_sent(row),
        organisation="" if hidden else row.organisation,
        type=row.type,
        page=None if hidden else row.page,
        section="" if hidden else row.section,
        text="" if hidden else row.text,
        proposed_change="" if hidden else row.proposed_change,
        received_at=row.sent_at,
        answer="" if hidden else row.answer,
        reason="" if hidden else row.reason,
        answered_as=row.answered_as,
        answered_at=row.answered_at,
        hidden_as=row.hidden_as,
        hidden_at=row.hidden_at,
        hidden_why=row.hidden_why,
    )


def held_comments(version: Version) -> list[PublicComment]:
    """What was confirmed on the version and is not released, first what waits, then what was refused. One query.

    For chair and secretariat alone.
    """
    rows = PublicComment.objects.filter(
        consultation__version=version, confirmed_at__isnull=False, released_at__isnull=True
    )
    return list(rows.select_related("consultation").order_by(F("hidden_at").asc(nulls_first=True), "sent_at", "pk"))


def unreleased_on(artefact: Artefact) -> str:
    """The label of a version with comments that wait for their release, else with refused ones; empty for neither.

    For chair and secretariat alone. One query.
    """
    rows = PublicComment.objects.filter(confirmed_at__isnull=False, released_at__isnull=True)
    rows = rows.filter(consultation__version__artefact=artefact)
    rows = rows.order_by(F("hidden_at").asc(nulls_first=True), "consultation__version__order")
    return rows.values_list("consultation__version__label", flat=True).first() or ""


def confirmed_comment(version: Version, pk: int) -> PublicComment | None:
    """What was confirmed on the version, released or not, by its id: for chair and secretariat alone. One query."""
    rows = PublicComment.objects.filter(consultation__version=version, confirmed_at__isnull=False, pk=pk)
    found = rows.select_related("consultation").first()
    if found:
        found.consultation.version = version
    return found


UNDOES = {"public-comment.shown": "public-comment.hidden", "public-comment.released": "public-comment.refused"}
"""By the verb of an event, that of the one it takes back."""


def altered_public_comments() -> Iterable[str]:
    """Comments from the wider industry that are not what the trail last says of them, a sentence each.

    For ``verify_audit``: their rows keep no history.
    """
    told: dict[str, dict[str, str]] = defaultdict(dict)
    events = AuditEvent.objects.filter(verb__startswith="public-comment.").order_by("seq")
    for key, verb, note in events.values_list("on_key", "verb", "note"):
        told[key].pop(UNDOES.get(verb, ""), None)
        if verb != "public-comment.shown":
            told[key][verb] = str(note.get("seal", ""))
    rows = PublicComment.objects.filter(confirmed_at__isnull=False)
    for row in rows.select_related("consultation__version__artefact"):
        if told.pop(row.audit_key, {}) != industry.seals(row):
            yield f"{row} says, or was answered, what no event tells of."
    for key in told:
        yield f"The {key} is confirmed by the trail, and no row says so."


# -------------------------------------------------------------------------------------------------------- for anybody


@dataclass(frozen=True)
class PublicConsultation:
    """A consultation as anybody sees it. ``closes_at`` is when it closes, or closed; ``summary`` may be empty.

    ``came`` counts what was released and not hidden, ``hidden`` what was hidden, and ``answered`` has the answers:
    nothing of either while it is open. An answer goes out with its sender's organisation, and without their name.
    """

    reference: str
    title: str
    summary: str
    label: str
    closes_at: datetime
    open: bool
    version: Version
    window: Consultation
    came: int = 0
    hidden: int = 0
    answered: tuple[PublicLine, ...] = ()


def public_consultations(at: datetime) -> list[PublicConsultation]:
    """The consultations that anybody may comment on at ``at``, the first to close first. One query."""
    rows = _with_version(Consultation.objects.public().open_at(at)).order_by("closes_at", "pk")
    return [_seen(row, at) for row in rows]


def public_rounds(reference: str, at: datetime) -> list[PublicConsultation]:
    """The public consultations on the artefact of that reference, the newest first; none for another's. Four queries.

    Its summary is of the latest version: it is shown while that is TLP:CLEAR.
    """
    number = int(reference.rpartition("-")[2])
    windows = _with_version(Consultation.objects.public().filter(version__artefact__number=number))
    rows = [row for row in windows.order_by("-opened_at", "-pk") if row.version.artefact.reference == reference]
    if not rows:
        return []
    versions: Any = Version.objects.marked().filter(artefact=rows[0].version.artefact).order_by("-order")
    last = versions.values_list("marking", flat=True).first()
    summary = rows[0].version.artefact.summary if last == Marking.CLEAR else ""
    over = [row.version_id for row in rows if not row.open_at(at)]
    lines: dict[int, list[PublicLine]] = defaultdict(list)
    for version_id, line in public_comments_on(over):
        lines[version_id].append(line)
    return [_seen(row, at, summary, lines[row.version_id]) for row in rows]


def _with_version(rows: "QuerySet[Consultation]") -> "QuerySet[Consultation]":
    return rows.select_related("version__artefact", "version__file")


def _seen(row: Consultation, at: datetime, summary: str = "", lines: Iterable[PublicLine] = ()) -> PublicConsultation:
    version, came = row.version, list(lines)
    return PublicConsultation(
        reference=version.artefact.reference,
        title=version.artefact.title,
        summary=summary,
        label=version.label,
        closes_at=row.ends_at,
        open=row.open_at(at),
        version=version,
        window=row,
        came=sum(not line.hidden for line in came),
        hidden=sum(line.hidden for line in came),
        answered=tuple(replace(line, who="") for line in came if line.answer),
    )
