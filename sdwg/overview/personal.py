"""Everything the program holds about one person, by kind: for them, and for the secretariat that answers for it.

``TRACES`` names every column that refers to a person; a test compares it with the models, so that nothing is left out.
What the reader may not read is counted and dated, and says "restricted" instead of what it is about.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from artefacts.models import Artefact
from escalations.models import PriorApproval, Submission
from meetings.models import Action, Decision, Meeting
from sdwg import dates
from sdwg.audit import verify
from sdwg.audit.models import AuditEvent, AuditRead
from sdwg.mail.models import OutboxMessage
from sdwg.members.access import Actor
from sdwg.members.models import Alternate, Exclusion, Grant, Invitation, Person, Seat
from sdwg.overview import outgoing, trail

READ = "personal-data"
"""The kind of read that the trail keeps when somebody else looks."""
SHOWN = 20
"""Lines of a kind on the page; the file has them all."""
RESTRICTED = "restricted"


@dataclass(frozen=True)
class Trace:
    """A column that refers to a person by number: what they did by it, when, and the page of such things."""

    model: str
    column: str
    words: str
    moment: str
    page: str = ""


LISTED = frozenset({
    "account.EmailAddress.user", "mfa.Authenticator.user", "usersessions.UserSession.user",
    "members.Invitation.person", "mail.OutboxMessage.person", "members.Seat.person", "members.Alternate.person",
    "members.Grant.person", "members.Exclusion.person", "audit.AuditEvent.person", "audit.AuditRead.person",
    "socialaccount.SocialAccount.user",
})  # fmt: skip
"""Columns whose rows are listed one by one."""

TRACES = (
    Trace("artefacts.Artefact", "registered_by", "Artefacts registered", "registered_at", "artefact-list"),
    Trace("artefacts.Version", "uploaded_by", "Versions uploaded", "uploaded_at", "artefact-list"),
    Trace("artefacts.VersionMarking", "set_by", "Markings set", "starts_at", "artefact-list"),
    Trace("artefacts.VersionReader", "person", "Times named as a reader", "starts_at", "artefact-list"),
    Trace("artefacts.VersionReader", "set_by", "Readers named", "starts_at", "artefact-list"),
    Trace("artefacts.Remarking", "proposed_by", "Other markings proposed", "proposed_at", "artefact-list"),
    Trace("artefacts.Remarking", "settled_by", "Other markings settled", "settled_at", "artefact-list"),
    Trace("artefacts.Consultation", "opened_by", "Consultations opened", "opened_at", "consultation-list"),
    Trace("artefacts.DraftComment", "written_by", "Comments drafted", "written_at", "consultation-list"),
    Trace("artefacts.Comment", "person", "Comments made", "received_at", "consultation-list"),
    Trace("artefacts.NilReturn", "person", "Nil returns", "returned_at", "consultation-list"),
    Trace("artefacts.Disposition", "proposed_by", "Answers to comments proposed", "proposed_at", "artefact-list"),
    Trace("artefacts.Disposition", "validated_by", "Answers to comments validated", "validated_at", "artefact-list"),
    Trace("artefacts.Disposition", "contested_by", "Answers to comments contested", "contested_at", "artefact-list"),
    Trace("artefacts.ValidationDelegation", "given_by", "Validation delegated", "given_at", "artefact-list"),
    Trace("artefacts.ValidationDelegation", "ended_by", "Validation taken back", "ended_at", "artefact-list"),
    Trace("artefacts.LastWord", "person", "Last words on answers", "said_at", "artefact-list"),
    Trace("artefacts.PublicComment", "answered_by", "The wider industry answered", "answered_at", "artefact-list"),
    Trace("artefacts.PublicComment", "released_by", "The wider industry released", "released_at", "artefact-list"),
    Trace(
        "artefacts.PublicComment", "hidden_by", "Comments of the wider industry hidden", "hidden_at", "artefact-list"
    ),
    Trace("artefacts.PrincipleAssessment", "assessed_by", "Principles assessed", "assessed_at", "principle-list"),
    Trace("artefacts.ImpactAssessment", "assessed_by", "Impacts assessed", "assessed_at", "artefact-list"),
    Trace("meetings.Meeting", "made_by", "Meetings scheduled", "made_at", "meeting-list"),
    Trace("meetings.Series", "made_by", "Series of meetings planned", "made_at", "meeting-list"),
    Trace("meetings.Attendance", "recorded_by", "Attendance recorded", "recorded_at", "meeting-list"),
    Trace("meetings.CalendarFeed", "person", "Addresses for a calendar", "made_at", "calendar"),
    Trace("meetings.Pack", "ordered_by", "Packs ordered", "ordered_at", "meeting-list"),
    Trace("meetings.Pack", "circulated_by", "Packs circulated", "circulated_at", "meeting-list"),
    Trace("meetings.PackCopy", "person", "Copies of packs", "opened_at", "meeting-list"),
    Trace("meetings.Decision", "opened_by", "Decisions opened", "opened_at", "decision-list"),
    Trace("meetings.Position", "person", "Positions stated", "stated_at", "decision-list"),
    Trace("meetings.Objection", "raised_by", "Objections raised", "raised_at", "decision-list"),
    Trace("meetings.Objection", "answered_by", "Objections answered", "answered_at", "decision-list"),
    Trace("meetings.Determination", "proposed_by", "Findings proposed", "proposed_at", "decision-list"),
    Trace("meetings.Determination", "determined_by", "Findings determined", "determined_at", "decision-list"),
    Trace("meetings.Action", "raised_by", "Actions raised", "raised_at", "action-list"),
    Trace("meetings.ActionUpdate", "person", "Actions updated, changed, closed", "made_at", "action-list"),
    Trace("meetings.Dispute", "person", "Findings disputed", "disputed_at", "decision-list"),
    Trace("escalations.Submission", "made_by", "Submissions made", "made_at", "dag"),
    Trace("escalations.Submission", "submitted_by", "Submissions put to the DAG", "submitted_at", "dag"),
    Trace("escalations.Outcome", "recorded_by", "Outcomes recorded", "recorded_at", "dag"),
    Trace("escalations.Outcome", "confirmed_by", "Outcomes confirmed", "confirmed_at", "dag"),
    Trace("escalations.Condition", "discharged_by", "Conditions accepted", "discharged_at", "dag"),
    Trace("escalations.PriorApproval", "recorded_by", "Earlier approvals recorded", "recorded_at", "dag"),
    Trace("escalations.PriorApproval", "settled_by", "Earlier approvals settled", "settled_at", "dag"),
    Trace("members.Seat", "proposed_by", "Seats of others proposed", "proposed_at", "member-list"),
    Trace("members.Seat", "confirmed_by", "Seats of others confirmed", "confirmed_at", "member-list"),
    Trace("members.Seat", "declined_by", "Seats of others declined", "declined_at", "member-list"),
    Trace("members.Alternate", "nominated_by", "Alternates nominated", "nominated_at", "member-list"),
    Trace("members.Conflict", "person", "Conflicts of interest of their own", "starts_at", "conflict-list"),
    Trace("members.Conflict", "made_by", "Conflicts of interest put on record", "starts_at", "conflict-list"),
    Trace("overview.TermsVersion", "adopted_by", "Terms of Reference adopted", "adopted_at", "terms-of-reference"),
    Trace("sdwg.Numbering", "set_by", "Next numbers set", "set_at"),
    Trace("files.StagedUpload", "person", "Uploads kept for a form", "made_at"),
    Trace("sdwg.Ticket", "person", "Forms sent", "at"),
)


@dataclass(frozen=True)
class Line:
    """One row: when, what it is, and where it can be seen."""

    at: date | datetime | None
    what: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is held: how many, from when to when, and, where they are listed, each (``lines``)."""

    key: str
    name: str
    number: int
    first: date | datetime | None
    last: date | datetime | None
    lines: tuple[Line, ...] = ()
    url: str = ""

    @property
    def shown(self) -> tuple[Line, ...]:
        """The newest, as many as the page shows."""
        return self.lines[:SHOWN]


@dataclass(frozen=True)
class Report:
    """What is held about ``person``: ``listed`` kinds row by row, ``traces`` of what they did by number and dates."""

    person: Person
    listed: tuple[Kind, ...]
    traces: tuple[Kind, ...]
    earlier: int


def report(actor: Actor, person: Person) -> Report:
    """Everything about ``person``, as ``actor`` may read it. Constant queries: about one for each kind."""
    listed = (
        _kind("addresses", "Mail addresses", _addresses(person)),
        _kind("second-factors", "Second factors", _second_factors(person)),
        _kind("providers", "Providers they sign in at", _providers(person)),
        _kind("sessions", "Where they are signed in", _sessions(person)),
        _kind("invitations", "Invitations", _invitations(person)),
        _kind("seats", "Seats", _seats(person)),
        _kind("nominations", "Nominations, by and of them", _nominations(person)),
        _kind("sight", "What was shown to them, or hidden, by name", _sight(actor, person)),
        _kind("mail", "Mail to them", _mail(actor, person)),
        _kind("account", "What was done to the account", _events(actor, Q(on_key=person.audit_key))),
        _kind("acts", "What they did, in the audit trail", _events(actor, Q(person=person))),
        _kind("reads", "Restricted content they opened", _reads(actor, person)),
        _kind("readers", "Who else opened this report", _readers(person)),
    )
    trail_url = f"{reverse('audit')}?person={person.public_id}" if actor.may_read_trail else ""
    return Report(
        person=person,
        listed=tuple(replace(kind, url=trail_url) if kind.key == "acts" else kind for kind in listed),
        traces=tuple(kind for trace in TRACES if (kind := _trace(trace, person)).number),
        earlier=sum(model._default_manager.filter(history_user=person).count() for model in verify.history_models()),
    )


def as_json(found: Report) -> dict[str, Any]:
    """The whole report for the file: every line, ISO dates, nothing that the page would not say."""
    person = found.person
    return {
        "person": {
            "name": person.display_name,
            "number": str(person.public_id),
            "account": "open" if person.is_active else "closed",
            "made": person.created_at.isoformat(),
        },
        "held": [
            {**_counted(kind), "rows": [_row(line) for line in kind.lines]} for kind in found.listed if kind.number
        ],
        "did": [_counted(kind) for kind in found.traces],
        "earlier states of records they changed": found.earlier,
    }


def _counted(kind: Kind) -> dict[str, Any]:
    first, last = (moment.isoformat() if moment else None for moment in (kind.first, kind.last))
    return {"kind": kind.name, "number": kind.number, "first": first, "last": last}


def _row(line: Line) -> dict[str, Any]:
    told = {"at": line.at.isoformat() if line.at else None, "what": line.what}
    return told | {name: value for name in ("detail", "url") if (value := getattr(line, name))}


def _kind(key: str, name: str, lines: Iterable[Line]) -> Kind:
    """A listed kind, of lines in the order newest first."""
    rows = tuple(lines)
    moments = [line.at for line in rows if line.at]
    return Kind(key, name, len(rows), moments[-1] if moments else None, moments[0] if moments else None, rows)


def _trace(trace: Trace, person: Person) -> Kind:
    rows = apps.get_model(trace.model)._default_manager.filter(**{trace.column: person})
    found = rows.order_by().aggregate(number=Count("pk"), first=Min(trace.moment), last=Max(trace.moment))
    return Kind(f"{trace.model}.{trace.column}", trace.words, **found, url=reverse(trace.page) if trace.page else "")


def _addresses(person: Person) -> Iterable[Line]:
    for row in EmailAddress.objects.filter(user=person).order_by("-primary", "pk"):
        words = ["primary" if row.primary else "second", "confirmed" if row.verified else "not confirmed"]
        yield Line(None, row.email, ", ".join(words))


def _second_factors(person: Person) -> Iterable[Line]:
    for row in Authenticator.objects.filter(user=person).order_by("-created_at", "-pk"):
        used = f"last used {dates.moment(row.last_used_at)}" if row.last_used_at else "not used yet"
        yield Line(row.created_at, str(row.get_type_display()), used)


def _providers(person: Person) -> Iterable[Line]:
    for row in SocialAccount.objects.filter(user=person).order_by("-date_joined", "-pk"):
        yield Line(row.date_joined, f"{row.provider}, as number {row.uid}", f"last used {dates.moment(row.last_login)}")


def _sessions(person: Person) -> Iterable[Line]:
    for row in UserSession.objects.filter(user=person).order_by("-created_at", "-pk"):
        yield Line(row.created_at, f"From {row.ip}", row.user_agent)


def _invitations(person: Person) -> Iterable[Line]:
    for row in Invitation.objects.filter(person=person).order_by("-made_at", "-pk"):
        ended = row.spent_at or row.revoked_at or row.expires_at
        how = "accepted" if row.spent_at else "taken back" if row.revoked_at else "good until"
        yield Line(row.made_at, "Invitation", f"{how} {dates.moment(ended)}")


def _seats(person: Person) -> Iterable[Line]:
    for row in Seat.objects.filter(person=person).with_names().order_by("-proposed_at", "-pk"):
        until = f" to {dates.day(row.valid_to)}" if row.valid_to else ""
        when = f"from {dates.day(row.valid_from)}{until}"
        state = "" if row.confirmed_at else ", declined" if row.declined_at else ", not confirmed yet"
        discipline = f", {row.get_discipline_display().lower()}" if row.discipline else ""
        yield Line(row.proposed_at, row.label, f"{when}{discipline}{state}", reverse("seat", args=[row.pk]))


def _nominations(person: Person) -> Iterable[Line]:
    rows = Alternate.objects.filter(Q(person=person) | Q(seat__person=person))
    for row in rows.select_related("person", "seat__organisation").order_by("-nominated_at", "-pk"):
        answered = "withdrawn" if row.revoked_at else "accepted" if row.accepted_at else "asked"
        detail = f"{row.for_ref or 'for a period'}, {answered}"
        yield Line(row.nominated_at, row.label, detail, reverse("nomination", args=[row.pk]))


def _sight(actor: Actor, person: Person) -> Iterable[Line]:
    rows = [*Grant.objects.filter(person=person), *Exclusion.objects.filter(person=person)]
    open_keys = trail.readable(actor, (row.on_key for row in rows))
    for row in sorted(rows, key=lambda row: row.starts_at, reverse=True):
        what = "Shown to them" if isinstance(row, Grant) else "Hidden from them"
        until = f"until {dates.moment(row.ends_at)}" if row.ends_at else "still"
        yield Line(row.starts_at, what, f"{row.reason if row.on_key in open_keys else RESTRICTED}, {until}")


def _mail(actor: Actor, person: Person) -> Iterable[Line]:
    rows = OutboxMessage.objects.filter(person=person).defer("text", "html").order_by("-queued_at", "-pk")
    for letter in outgoing.letters(actor, rows):
        row = letter.message
        to = f", to {row.address}" if row.address else ""
        yield Line(row.queued_at, letter.subject, f"{row.state.label}{to}")


def _events(actor: Actor, asked: Q) -> Iterable[Line]:
    events = AuditEvent.objects.filter(asked).order_by("-seq")
    found = trail.entries(actor, events, [])
    urls = _urls(entry.event.on_key for entry in found if not entry.restricted)
    for entry in found:
        event = entry.event
        if entry.restricted:
            yield Line(event.at, f"{event.on_ref}, {RESTRICTED}" if event.on_ref else RESTRICTED.capitalize())
        else:
            about = f"{entry.what}: {event.on_ref}" if event.on_ref else entry.what
            yield Line(event.at, about, event.acting_as, urls.get(event.on_key, ""))


LINKED: dict[str, type[Action | Artefact | Decision | Meeting | Submission | PriorApproval]] = {
    "action": Action,
    "artefact": Artefact,
    "decision": Decision,
    "meeting": Meeting,
    "submission": Submission,
    "prior-approval": PriorApproval,
}
"""What has a page of its own under its key."""


def _urls(keys: Iterable[str]) -> dict[str, str]:
    """The pages of ``keys`` ("decision:3"). One query for each kind there is."""
    wanted: dict[str, set[int]] = {}
    for key in keys:
        kind, _, number = key.partition(":")
        if kind in LINKED:
            wanted.setdefault(kind, set()).add(int(number))
    found = {}
    for kind, numbers in wanted.items():
        for row in LINKED[kind]._default_manager.filter(pk__in=numbers):
            found[f"{kind}:{row.pk}"] = row.get_absolute_url()
    return found


def _reads(actor: Actor, person: Person) -> Iterable[Line]:
    rows = list(AuditRead.objects.filter(person=person).order_by("-pk"))
    open_keys = trail.readable(actor, (row.on_key for row in rows))
    for row in rows:
        hidden = "" if row.on_key in open_keys else f", {RESTRICTED}"
        yield Line(row.at, f"{row.on_ref}{hidden}", row.kind)


def _readers(person: Person) -> Iterable[Line]:
    rows = AuditRead.objects.filter(kind=READ, on_key=person.audit_key).select_related("person").order_by("-pk")
    for row in rows:
        yield Line(row.at, str(row.person), row.acting_as)
