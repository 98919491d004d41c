"""What the search box looks through: artefacts, documents, comments, decisions, meetings, the DAG, registers, people.

Each source narrows the reader's own queryset, so that rights, ranking and quoting are one question to the database. The
passage of a comment or of a page is content: what is marked TLP:AMBER or above is written down as read, as on a page.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from artefacts import industry
from artefacts.models import (
    Artefact,
    Comment,
    DesignArea,
    DesignPrinciple,
    PublicComment,
    Recommendation,
    Version,
)
from artefacts.states import QUIET, Marking
from escalations.models import Submission
from meetings.models import Action, ActionUpdate, AgendaItem, Decision, Meeting, Objection, Position, Series
from meetings.queries.actions import in_brief
from meetings.rhythm import in_words
from sdwg import clock, search
from sdwg.audit.reads import Reading, note_all
from sdwg.files.models import PageText
from sdwg.members.access import Actor
from sdwg.members.models import Organisation, Person, Seat
from sdwg.members.queries import people_for, seats_for

SHOWN, FIRST = 30, 5
"""Hits of one kind on its own, and of each beside the others."""
REFERENCE = re.compile(r"(?:SDWG[- ])?(ART|DEC|DAG|ACT)[- ]?0*([1-9][0-9]{0,6})", re.IGNORECASE)


@dataclass(frozen=True)
class Hit:
    """One thing that was found: where it is, and the passage with the words in it."""

    title: str
    url: str
    place: str = ""
    passages: Sequence[tuple[str, bool]] = ()
    at: date | datetime | None = None
    marking: str = ""
    reading: Reading | None = None


@dataclass(frozen=True)
class Source:
    """One kind of thing that is found: its index, the rows its reader may see, and what is shown of one."""

    kind: str
    label: str
    index: search.Index
    rows: Callable[[Actor], "QuerySet[Any]"]
    hits: Callable[[Actor, list[Any]], list[Hit]]


@dataclass(frozen=True)
class Found:
    """What one source gave, ``more`` where there is more than is shown."""

    kind: str
    label: str
    hits: list[Hit]
    more: bool


@dataclass(frozen=True)
class Results:
    """Everything that was found for ``text``; ``named`` is what it is the reference of."""

    text: str
    kind: str
    named: list[Hit] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    @property
    def asked(self) -> bool:
        return bool(self.named) or search.asks(self.text)

    @property
    def number(self) -> int:
        return len(self.named) + sum(len(one.hits) for one in self.found)

    @property
    def more(self) -> bool:
        return any(one.more for one in self.found)


def look_for(actor: Actor, text: str, kind: str = "") -> Results:
    """Everything ``actor`` may see in which ``text`` is found; of one ``kind`` alone where it is given.

    One query for each source, two for pages of versions, and one insert for what is written down as read.
    """
    text = text.replace("\0", " ").strip()[: search.LONGEST]  # PostgreSQL takes no NUL, not even to find nothing
    sources = [source for source in SOURCES if kind in ("", source.kind)]
    kind = kind if len(sources) == 1 else ""
    limit = SHOWN if kind else FIRST
    found = [_of(actor, source, text, limit) for source in sources] if search.asks(text) else []
    results = Results(text, kind, _named(actor, text), [one for one in found if one.hits])
    note_all(actor, _read(results), kind="found")
    return results


def _of(actor: Actor, source: Source, text: str, limit: int) -> Found:
    rows = list(search.matching(source.rows(actor), source.index, text)[: limit + 1])
    return Found(source.kind, source.label, source.hits(actor, rows[:limit]), len(rows) > limit)


def _read(results: Results) -> list[Reading]:
    readings = [hit.reading for one in results.found for hit in one.hits if hit.reading]
    return list(dict.fromkeys(readings))


def _reading(version: Any) -> Reading | None:
    """What is written down when a passage of ``version``, read with its marking, is shown; nothing if it is open."""
    if version.marking in QUIET:
        return None
    return Reading(version.audit_key, version.audit_ref, version.sha256)


def _named(actor: Actor, text: str) -> list[Hit]:
    """What is called ``text``: "SDWG-ART-007", "dec 12", "AWG-R-01". One query, or three for a register's reference."""
    found = REFERENCE.fullmatch(text)
    if found:
        return _numbered(actor, found[1].upper(), int(found[2]))
    if "-" not in text or not actor.may_enter:
        return []
    registers = (Recommendation, DesignPrinciple, DesignArea)
    rows = [row for model in registers for row in model._default_manager.filter(reference__iexact=text)]
    return [Hit(f"{row.reference} {row.heading}", row.get_absolute_url()) for row in rows]


def _numbered(actor: Actor, kind: str, number: int) -> list[Hit]:
    if kind == "ART":
        row = Artefact.objects.visible_to(actor).numbered(number).first()
        return [Hit(f"{row.reference} {vars(row)['shown_title']}", row.get_absolute_url())] if row else []
    if kind == "DEC":
        decision = Decision.objects.visible_to(actor).filter(number=number).first()
        return [Hit(f"{decision.reference} {decision.question}", decision.get_absolute_url())] if decision else []
    if kind == "ACT":
        action = Action.objects.visible_to(actor).filter(number=number).first()
        return [Hit(f"{action.reference} {in_brief(action.text)}", action.get_absolute_url())] if action else []
    submission = Submission.objects.listed_for(actor).filter(number=number).first()
    return [Hit(submission.reference, submission.get_absolute_url())] if submission else []


# ------------------------------------------------------------------------------------------------------------- sources


def _artefacts(actor: Actor, rows: Iterable[Any]) -> list[Hit]:
    return [
        Hit(
            f"{row.reference} {row.shown_title}",
            row.get_absolute_url(),
            row.get_state_display(),
            at=row.registered_at,
        )
        for row in rows
    ]


def _summaries(actor: Actor) -> "QuerySet[Any]":
    """A summary belongs to whoever reads the latest version, and is marked as that is."""
    latest = Version.objects.filter(artefact=OuterRef("pk")).order_by("-order").values("pk")[:1]
    readable = Version.objects.visible_to(actor).order_by().values("pk")
    found: QuerySet[Any] = _titled(actor).annotate(latest=Subquery(latest)).filter(latest__in=readable)
    return found


def _summary_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    versions = _marked(row.latest for row in rows)
    return [
        Hit(
            f"{row.reference} {row.shown_title}",
            row.get_absolute_url(),
            row.get_state_display(),
            search.passages(row.snippet),
            row.registered_at,
            versions[row.latest].marking,
            _reading(versions[row.latest]),
        )
        for row in rows
    ]


def _pages(actor: Actor) -> "QuerySet[Any]":
    readable = Version.objects.visible_to(actor).order_by().values("file")
    return PageText.objects.filter(of__stored__in=readable)


def _page_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    """A page is of the newest version its reader may read that has these bytes."""
    files = {row.of_id for row in rows}
    versions = Version.objects.visible_to(actor).filter(file__in=files).select_related("artefact")
    newest = {version.file_id: version for version in versions.order_by("uploaded_at")}
    return [_page_hit(row, newest[row.of_id]) for row in rows]


def _page_hit(row: Any, version: Version) -> Hit:
    return Hit(
        f"{version.audit_ref} {version.artefact.title}",
        f"{version.get_absolute_url()}#page-{row.number}",
        f"Page {row.number}",
        search.passages(row.snippet),
        version.uploaded_at,
        vars(version)["marking"],
        _reading(version),
    )


def _comments(actor: Actor) -> "QuerySet[Any]":
    return Comment.objects.standing().visible_to(actor)


def _comment_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    versions = _marked(row.version_id for row in rows)
    found = []
    for row in rows:
        version = versions[row.version_id]
        found.append(
            Hit(
                f"Comment {row.number} on {version.audit_ref}",
                reverse("dispositions", args=[version.artefact.reference, version.label]) + f"#comment-{row.number}",
                row.acting_as,
                search.passages(row.snippet),
                row.received_at,
                vars(version)["marking"],
                _reading(version),
            )
        )
    return found


def _industry(actor: Actor) -> "QuerySet[Any]":
    """What the wider industry said on versions that ``actor`` reads, once released and unless hidden."""
    shown = PublicComment.objects.released().filter(hidden_at__isnull=True)
    shown = shown.annotate(version=F("consultation__version"))
    if not actor.may_enter:
        return shown.none()
    return shown.filter(consultation__version__in=Version.objects.visible_to(actor).order_by().values("pk"))


def _industry_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    versions = _marked(row.version for row in rows)
    found = []
    for row in rows:
        version = versions[row.version]
        there = reverse("dispositions", args=[version.artefact.reference, version.label])
        found.append(
            Hit(
                f"W{row.number} on {version.audit_ref}",
                f"{there}?show=industry#industry-{row.number}",
                industry.who_sent(row),
                search.passages(row.snippet),
                row.sent_at,
                version.marking,
                _reading(version),
            )
        )
    return found


def _marked(ids: Iterable[int | None]) -> dict[int | None, Any]:
    """Versions with their marking and artefact, by id. One query."""
    rows = Version.objects.marked().filter(pk__in={pk for pk in ids if pk}).select_related("artefact")
    return {row.pk: row for row in rows}


def _of_decisions(actor: Actor, rows: list[Any]) -> list[Hit]:
    versions = _marked(row.version_id for row in rows)
    return [
        _decision_hit(
            row, versions.get(row.version_id), f"{row.reference} {row.question}", "", row.snippet, row.closes_at
        )
        for row in rows
    ]


def _decision_hit(decision: Decision, version: Any, title: str, place: str, snippet: str, at: datetime) -> Hit:
    """A passage of a decision is marked as its version is; a free question, and an earlier round, is TLP:AMBER."""
    marking = version.marking if version else Marking.AMBER
    quiet = marking in QUIET and decision.round == 1
    reading = None if quiet else Reading(decision.audit_key, decision.audit_ref, decision.sha256 if version else "")
    return Hit(title, decision.get_absolute_url(), place, search.passages(snippet), at, marking, reading)


def _positions(actor: Actor) -> "QuerySet[Any]":
    decisions = Decision.objects.visible_to(actor).order_by().values("pk")
    return Position.objects.filter(decision__in=decisions).select_related("decision__version")


def _position_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    versions = _marked(row.decision.version_id for row in rows)
    return [
        _decision_hit(
            row.decision,
            versions.get(row.decision.version_id),
            f"{row.acting_as}, {row.get_stance_display().lower()}, on {row.decision.reference}",
            "",
            row.snippet,
            row.stated_at,
        )
        for row in rows
    ]


def _objections(actor: Actor) -> "QuerySet[Any]":
    decisions = Decision.objects.visible_to(actor).order_by().values("pk")
    return Objection.objects.filter(decision__in=decisions).select_related("decision__version")


def _objection_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    versions = _marked(row.decision.version_id for row in rows)
    return [
        _decision_hit(
            row.decision,
            versions.get(row.decision.version_id),
            f"{row.reference} on {row.decision.reference}, {row.raised_as}",
            row.get_state_display(),
            row.snippet,
            row.raised_at,
        )
        for row in rows
    ]


def _actions(actor: Actor) -> "QuerySet[Any]":
    return Action.objects.visible_to(actor).marked()


def _action_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    """A passage of an action is marked as the action is."""
    return [_action_hit(row, row.reference, row.get_state_display(), row.snippet, row.raised_at) for row in rows]


def _action_hit(action: Action, title: str, place: str, snippet: str, at: datetime) -> Hit:
    sha256 = action.version.sha256 if action.version else ""
    reading = None if action.marking in QUIET else Reading(action.audit_key, action.reference, sha256)
    return Hit(title, action.get_absolute_url(), place, search.passages(snippet), at, action.marking, reading)


def _updates(actor: Actor) -> "QuerySet[Any]":
    return ActionUpdate.objects.filter(action__in=Action.objects.visible_to(actor).order_by().values("pk"))


def _update_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    actions = {row.pk: row for row in Action.objects.marked().filter(pk__in={row.action_id for row in rows})}
    found = []
    for row in rows:
        title = f"{row.get_verb_display()}, {actions[row.action_id].reference}"
        found.append(_action_hit(actions[row.action_id], title, row.acting_as, row.snippet, row.made_at))
    return found


def _meeting_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    return [Hit(str(row), row.get_absolute_url(), row.get_state_display(), at=row.starts_at) for row in rows]


def _series_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    return [Hit(row.title, row.get_absolute_url(), in_words(row.rule), at=row.made_at) for row in rows]


def _items(actor: Actor) -> "QuerySet[Any]":
    return AgendaItem.objects.standing().visible_to(actor).select_related("meeting")


def _item_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    return [
        Hit(
            row.title,
            row.meeting.get_absolute_url(),
            f"{row.get_type_display()}, {row.meeting}",
            search.passages(row.snippet),
            row.meeting.starts_at,
        )
        for row in rows
    ]


def _submission_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    versions = _marked(row.version_id for row in rows)
    found = []
    for row in rows:
        version = versions.get(row.version_id)
        marking = version.marking if version else Marking.AMBER
        reading = None if marking in QUIET else Reading(row.audit_key, row.audit_ref, row.version_sha256)
        words = search.passages(row.snippet)
        found.append(
            Hit(row.reference, row.get_absolute_url(), row.get_state_display(), words, row.made_at, marking, reading)
        )
    return found


def _entries(model: Any) -> Callable[[Actor], "QuerySet[Any]"]:
    def rows(actor: Actor) -> "QuerySet[Any]":
        entries: QuerySet[Any] = model._default_manager.all()
        return entries if actor.may_enter else entries.none()

    return rows


def _entry_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    return [
        Hit(
            f"{row.reference} {row.heading}",
            row.get_absolute_url(),
            "Retired" if row.retired_on else "",
            search.passages(row.snippet),
        )
        for row in rows
    ]


def _people_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    held: dict[int, list[str]] = {row.pk: [] for row in rows}
    for seat in _seats(actor).filter(person__in=held) if held else []:
        held[seat.person_id].append(seat.label)
    return [Hit(row.display_name, _page_of(row), "; ".join(held[row.pk])) for row in rows]


def _page_of(person: Person) -> str:
    return reverse("member", args=[person.public_id])


def _seats(actor: Actor) -> "QuerySet[Any]":
    """The seats in force that ``actor`` may know of."""
    return seats_for(actor).current(clock.today(actor.at))


def _seat_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    return [
        Hit(f"{row.person}, {row.label}", _page_of(row.person), row.get_discipline_display(), at=row.valid_from)
        for row in rows
    ]


def _organisations(actor: Actor) -> "QuerySet[Any]":
    return Organisation.objects.filter(Exists(_seats(actor).order_by().filter(organisation=OuterRef("pk"))))


def _organisation_hits(actor: Actor, rows: list[Any]) -> list[Hit]:
    """Who holds its seats, the best found organisation first."""
    order = [row.pk for row in rows]
    seats = list(_seats(actor).filter(organisation__in=order)) if order else []
    return _seat_hits(
        actor, sorted(seats, key=lambda seat: (order.index(seat.organisation_id), seat.person.display_name))
    )


def _source(
    kind: str,
    label: str,
    model: Any,
    columns: tuple[str, ...],
    rows: Any,
    hits: Callable[[Actor, list[Any]], list[Hit]],
    part: str = "",
) -> Source:
    return Source(kind, label, search.Index(model._meta.db_table, columns, part), rows, hits)


def _visible(model: Any) -> Callable[[Actor], "QuerySet[Any]"]:
    def rows(actor: Actor) -> "QuerySet[Any]":
        visible: QuerySet[Any] = model.objects.all().visible_to(actor)
        return visible

    return rows


def _titled(actor: Actor) -> "QuerySet[Any]":
    """Artefacts whose title is the reader's to know: the bare envelopes of TLP:RED have none."""
    return Artefact.objects.visible_to(actor).filter(Q(titled=True))


def _decisions(actor: Actor) -> "QuerySet[Any]":
    return Decision.objects.visible_to(actor).select_related("version")


SOURCES: tuple[Source, ...] = (
    _source("artefacts", "Artefacts", Artefact, ("title",), _titled, _artefacts),
    _source("summaries", "In summaries", Artefact, ("summary",), _summaries, _summary_hits, part="summary"),
    _source("text", "In documents", PageText, ("text",), _pages, _page_hits),
    _source(
        "comments", "Comments", Comment, ("text", "proposed_change", "quoted", "section"), _comments, _comment_hits
    ),
    _source(
        "industry",
        "From the wider industry",
        PublicComment,
        ("text", "proposed_change", "section", "organisation"),
        _industry,
        _industry_hits,
    ),
    _source("decisions", "Decisions", Decision, ("question",), _decisions, _of_decisions),
    _source("positions", "Positions", Position, ("text",), _positions, _position_hits),
    _source("objections", "Objections", Objection, ("reason", "would_resolve", "clause"), _objections, _objection_hits),
    _source("actions", "Actions", Action, ("text",), _actions, _action_hits),
    _source("updates", "Updates of actions", ActionUpdate, ("text",), _updates, _update_hits),
    _source("dag", "DAG submissions", Submission, ("question", "statement"), _visible(Submission), _submission_hits),
    _source("meetings", "Meetings", Meeting, ("title",), _visible(Meeting), _meeting_hits),
    _source("series", "Series of meetings", Series, ("title",), _visible(Series), _series_hits),
    _source("items", "Agenda items", AgendaItem, ("title", "objective"), _items, _item_hits),
    _source(
        "recommendations", "Recommendations", Recommendation, ("text", "source"), _entries(Recommendation), _entry_hits
    ),
    _source("principles", "Principles", DesignPrinciple, ("title", "text"), _entries(DesignPrinciple), _entry_hits),
    _source("areas", "Design areas", DesignArea, ("title", "text"), _entries(DesignArea), _entry_hits),
    _source("people", "People", Person, ("display_name",), people_for, _people_hits),
    _source("organisations", "Seats of organisations", Organisation, ("name",), _organisations, _organisation_hits),
    _source("seats", "Seats by role and discipline", Seat, ("role", "discipline"), _seats, _seat_hits),
)
"""Everything that is searched, in the order in which it is shown."""
INDEXES: tuple[search.Index, ...] = tuple(source.index for source in SOURCES)
