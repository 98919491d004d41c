"""The world of the access table: every kind of person, every kind of object, and the form each address is sent.

Built once for all rows. Builders that need time come first, so that at the last moment what is said to be open is open:
windows, the meeting of today, decisions, proposals.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from unittest.mock import patch

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from artefacts import comment_sheets, industry
from artefacts import operations as artefact_operations
from artefacts import sheets as artefact_sheets
from artefacts.forms import comments_of
from artefacts.forms import rows_of as recommendation_rows
from artefacts.models import Artefact, Comment, Consultation, Disposition
from artefacts.operations import marking
from artefacts.states import Kind, Marking
from meetings import guests
from meetings import operations as meeting_operations
from meetings.calendar import feed_secret
from meetings.models import Decision, Meeting, Objection
from meetings.queries.packs import to_circulate
from sdwg import clock, workdays
from sdwg.audit.acts import Machine, act, record
from sdwg.files import pages, tables
from sdwg.files.models import StagedUpload
from sdwg.files.operations import stage
from sdwg.files.plans import Source
from sdwg.mail.models import OutboxMessage
from sdwg.members import operations as member_operations
from sdwg.members import sheets
from sdwg.members.access import Actor
from sdwg.members.forms import rows_of
from sdwg.members.middleware import SECOND_FACTOR_KEY
from sdwg.members.models import Constituency, Organisation, Person, Role, Seat
from sdwg.overview.operations import adopt_terms
from tests.artefacts import make as artefacts
from tests.cast import SINCE, Cast, gather, make_pdf
from tests.decisions import make as decisions
from tests.escalations import make as escalations
from tests.meetings import make as meetings
from tests.members import make as members

PERSONAS: dict[str, str] = {
    "anonymous": "nobody is signed in",
    "outsider": "an account without seat or nomination",
    "leaver": "a member whose seat ended yesterday",
    "after": "an alternate whose window is over",
    "before": "an alternate who has not accepted and whose window is to come",
    "chair": "Chair",
    "secretariat": "Secretariat",
    "author": "Design Business Analyst, author and owner of every artefact here",
    "architect": "Design Market Architect, a stranger to them",
    "member": "a Member with nothing of their own, who raised the objections",
    "alternate": "in force for the Member of another organisation",
    "named": "a Member who is named on RED, procurement and (by organisation) STRICT",
    "conflicted": "a Member whom a conflict of interest keeps from amber, the open decision and what is submitted",
    "colleague": "reads and drafts for the Member who raised the objections",
    "partner": "Architecture Partner, invited to nothing",
    "observer": "Observer",
    "liaison": "DAG Liaison",
    "auditor": "Auditor",
}
ACCOUNTS = {"author": "analyst", "member": "idno", "named": "agent", "conflicted": "small-supplier", "liaison": "dag"}
"""Where a persona's account in the cast has another name."""

Made = TypeVar("Made")
Data = Callable[[], Mapping[str, Any]]


@dataclass(frozen=True)
class Spot:
    """One address about one object: what stands in its path and query, and what a willing person would send there."""

    path: Mapping[str, Any] = field(default_factory=dict)
    data: Data = dict
    query: str = ""

    def url(self, name: str) -> str:
        return reverse(name, kwargs=dict(self.path)) + self.query


@dataclass
class World:
    """The cast, a session for each persona, and the spots by name of the address and of the object."""

    cast: Cast
    sessions: dict[str, str]
    spots: dict[tuple[str, str], Spot]
    browser: Client = field(default_factory=Client)

    def ask(self, persona: str, method: str, url: str, data: Mapping[str, Any]) -> Any:
        """One request by ``persona``, as if it were their first; whatever it wrote is undone."""
        self.browser.cookies.clear()
        if self.sessions[persona]:
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[persona]
        limits = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}}
        with override_settings(CACHES=limits), transaction.atomic():
            answer = getattr(self.browser, method.lower())(url, data)
            answer.close()
            transaction.set_rollback(True)
        return answer


def kept(blocker: Any, made: Callable[[], Made]) -> Iterator[Made]:
    """What a module's tests share: built once, in a transaction that is undone after the last of them.

    Django closes the connection after each test; here it has to outlive all of them, or the transaction ends with it.
    """
    with blocker.unblock(), patch.object(connection, "close"), transaction.atomic():
        yield made()
        transaction.set_rollback(True)


def build() -> World:
    """The whole world, in the database of the caller's transaction."""
    cast = gather()
    clock.set_now(cast.at)
    past = _things_that_took_time(cast)
    _people(cast)
    spots: dict[tuple[str, str], Spot] = {}
    adding = (
        *(_open_artefacts, _past_artefacts, _actions, _meetings, _decisions, _submissions, _before_this_system),
        *(_conflicts, _members, _pages),
    )
    for add in adding:
        spots |= add(cast, past)
    return World(cast, {name: _session(cast, name) for name in PERSONAS}, spots)


def _session(cast: Cast, persona: str) -> str:
    """The key of a session in which ``persona`` has just shown password and second factor."""
    if persona == "anonymous":
        return ""
    person = cast.person(ACCOUNTS.get(persona, persona))
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[SECOND_FACTOR_KEY] = True
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return str(session.session_key)


def once(**data: Any) -> Data:
    """A form with a ticket of its own each time."""
    return lambda: {"once": str(uuid.uuid4()), **data}


# ------------------------------------------------------------------------------------------------------------- people


def account(cast: Cast, name: str) -> Person:
    person = Person(display_name=name.capitalize(), created_at=cast.at)
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=f"{name}@sdwg.example", primary=True, verified=True)
    cast.people[name] = person
    return person


def _people(cast: Cast) -> None:
    """Those who were, those who will be, and those who stand in."""
    for name in ("leaver", "before", "after"):
        account(cast, name)
    _former_seat(actor=Machine(cast.at), cast=cast)
    now, day = cast.at, timedelta(days=1)
    members.nomination(cast, "grid", "before", (now + 7 * day, now + 14 * day))
    over = members.nomination(cast, "elexon", "after", (now, now + day))
    member_operations.accept_nomination(actor=cast.actor("after"), alternate=over)
    artefacts.pass_to(cast, now + 2 * day)
    added = member_operations.add_colleague(
        actor=cast.actor("idno"), display_name="Colleague", address="colleague@sdwg.example"
    )
    cast.people["colleague"] = added.person
    row = members.nomination(cast, "large-supplier", "alternate", (cast.at, cast.at + 90 * day))
    member_operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)


@act
def _former_seat(*, actor: Machine, cast: Cast) -> None:
    seat = Seat.objects.create(
        person=cast.person("leaver"),
        organisation=Organisation.objects.get(name="Smart DCC"),
        role=Role.MEMBER,
        valid_from=SINCE,
        valid_to=clock.today(actor.at) - timedelta(days=1),
        proposed_by=cast.person("secretariat"),
        proposed_at=actor.at,
        confirmed_by=cast.person("secretariat"),
        confirmed_at=actor.at,
        why_second="Handed over",
    )
    record("seat.started", on=seat)


# --------------------------------------------------------------------------------------------------- what took its time


@dataclass
class Past:
    """What needed weeks to become what it is."""

    artefacts: dict[str, Artefact] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    submissions: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, Any] = field(default_factory=dict)


def _things_that_took_time(cast: Cast) -> Past:
    past = Past()
    past.submissions["conditional"] = escalations.conditional(cast)
    past.submissions["approved"] = escalations.approved(cast)
    past.submissions["reported"] = escalations.reported(cast).submission
    past.submissions["submitted"] = escalations.submitted(cast)
    escalations.met(cast, past.submissions["submitted"])
    past.decisions["endorsed"] = decisions.consensus(cast)
    past.decisions["not-agreed"] = decisions.no_consensus(cast)
    past.decisions["adjourned"] = decisions.adjourned(cast)
    undisputed = decisions.proposed(cast)
    past.decisions["undisputed"] = undisputed.decision
    artefacts.pass_to(cast, max(cast.at, undisputed.dispute_until))
    past.artefacts["resolving"] = artefacts.resolving(cast)
    past.artefacts["proposed"] = _answers_proposed(cast, artefacts.resolving(cast))
    past.artefacts["assessed"] = artefacts.assessed(cast, artefacts.answered(cast, artefacts.resolving(cast)))
    for name in ("open", "objected", "addressed", "ready", "spare", "closed", "disputable"):
        past.versions[name] = decisions.ready_version(cast)
    past.versions["red"] = decisions.newest(_ready_red(cast))
    for name in ("closed", "disputable"):
        question = decisions.open_decision(cast, on=past.versions[name])
        past.decisions[name] = decisions.closed(cast, question)
    past.meetings["in-session"] = meetings.in_session(cast)
    return past


def _answers_proposed(cast: Cast, artefact: Artefact) -> Artefact:
    for row in Comment.objects.filter(version__artefact=artefact):
        artefact_operations.propose_disposition(
            actor=cast.actor("analyst"), comment=row, answer="clarified", reason="Clarified in 5.2."
        )
    return artefacts.fresh(artefact)


def _ready_red(cast: Cast) -> Artefact:
    """A TLP:RED version that is ready; named is the agent, who returns nil."""
    window = artefacts.consultation(cast, artefacts.version(cast, marking=Marking.RED, people=["agent"]), by="chair")
    artefact_operations.return_nil(actor=cast.actor("agent"), consultation=window)
    artefacts.pass_to(cast, window.closes_at + timedelta(minutes=1))
    artefact_operations.close_due_windows(cast.at)
    artefact = artefacts.assessed(cast, artefacts.fresh(window.version.artefact))
    artefact_operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)
    return artefacts.fresh(artefact)


# ----------------------------------------------------------------------------------------------------------- artefacts


def _open_artefacts(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    """A window open on a version of every marking, and on a procurement paper; a draft without a window."""
    agent = Organisation.objects.get(name="Supplier Agent A")
    made: dict[str, Any] = {
        "clear": {"marking": Marking.CLEAR},
        "green": {"marking": Marking.GREEN},
        "amber": {"marking": Marking.AMBER},
        "strict": {"marking": Marking.STRICT, "organisations": [agent]},
        "red": {"marking": Marking.RED, "people": ["agent"]},
        "procurement": {"marking": Marking.AMBER, "kind": Kind.PROCUREMENT, "people": ["agent"]},
    }
    spots: dict[tuple[str, str], Spot] = {}
    architect = cast.seat("architect").pk
    handed = {"author": architect, "owner": architect, "reason": "On leave"}
    grid = str(cast.person("grid").public_id)
    marked = once(marking=Marking.RED, people=grid, reason="It names attack paths.")
    for name, how in made.items():
        window = artefacts.consultation(cast, artefacts.version(cast, **how), by="chair")
        artefacts.comment(cast, window, "analyst")
        version = window.version
        of, at = {"ref": version.artefact.reference}, {"ref": version.artefact.reference, "label": version.label}
        past.artefacts[name] = version.artefact
        spots[("artefact", name)] = Spot(of)
        if name == "red":
            spots[("artefact-hand-over", name)] = Spot(of, once(**handed))
        if name in {"red", "procurement"}:
            spots[("artefact-links", name)] = Spot(of, once(recommendations=artefacts.recommendation(1).pk))
        for address in ("version-review", "version-file", "dispositions"):
            spots[(address, name)] = Spot(at)
        spots[("version-changes", name)] = Spot(of)
        spots[("assessment", name)] = Spot(at, once())
        spots[("version-marking", name)] = Spot(at, marked)
        spots[("comment-make", name)] = Spot(
            at, once(text="Say who pays.", type="technical", severity="high", page=1, section="5.2")
        )
        spots[("nil-return", name)] = Spot(at, once())
        spots |= _tables_of_comments(cast, name, of, at)
        spots[("version-outline", name)] = Spot(at)
        spots[("page-words", name)] = Spot({**at, "number": 2})
        spots[("page-image", name)] = Spot({**at, "number": 1, "width": 800})
        pages.image(version.file, 1, 800, at=cast.at)  # once, and not for each who asks: what that writes is undone
        pages.words(version.file, 2)
        pages.outline(version.file)
        spots[("comment-edit", name)] = Spot(
            {**at, "number": 1}, once(text="Say who pays, and when.", type="technical", severity="high", seen="")
        )
        spots[("comment-withdraw", name)] = Spot({**at, "number": 1}, once())
        if name == "amber":
            draft = artefact_operations.draft_comment(actor=cast.actor("idno"), consultation=window, text="Who pays?")
            spots[("draft-discard", name)] = Spot({**at, "pk": draft.pk}, once())
        if name in {"amber", "green"}:
            spots[("draft-make", name)] = Spot(at, once(text="Who pays?", type="technical", severity="high"))
        spots[("consultation-close", name)] = Spot(at, once(reason="Everybody has answered."))
        later = workdays.add(clock.today(window.closes_at), 3)
        spots[("consultation-extend", name)] = Spot(at, once(closes_on=later, reason="A change freeze in between."))
        spots[("version-resolves", name)] = Spot(at, once())
    wider = artefacts.version(cast)
    artefact_operations.remark(
        actor=cast.actor("chair"), version=wider, marking=Marking.GREEN, reason="It is harmless."
    )
    at = {"ref": wider.artefact.reference, "label": wider.label}
    spots[("version-marking", "wider")] = Spot(at, marked)
    waits = wider.remarkings.get()

    def answered() -> dict[str, Any]:
        seen = marking.effect_of(cast.actor("chair"), wider, marking.wanted_in(waits)).digest
        return {**once()(), "remarking": waits.pk, "seen": seen, "reason": "Not yet."}

    spots[("marking-confirm", "wider")] = spots[("marking-decline", "wider")] = Spot(at, answered)
    narrowed = artefacts.version(cast, artefacts.version(cast).artefact, marking=Marking.RED, people=["agent"])
    spots[("version-changes", "narrowed")] = Spot({"ref": narrowed.artefact.reference}, query="?since=0.1&to=0.2")
    spots[("comment-import-preview", "staged")] = _comment_table(cast, past.artefacts["amber"])
    draft = artefacts.version(cast)
    of, at = {"ref": draft.artefact.reference}, {"ref": draft.artefact.reference, "label": draft.label}
    kept = _staged(cast)
    spots[("artefact-upload", "draft")] = Spot(
        of, lambda: {**once(label="0.2", change_note="More", marking=Marking.AMBER)(), "file": kept()}
    )
    spots[("artefact-hand-over", "draft")] = Spot(of, once(**handed))
    spots[("artefact-withdraw", "draft")] = Spot(of, once(reason="Overtaken"))
    spots[("artefact-links", "draft")] = Spot(of, once(recommendations=artefacts.recommendation(1).pk))
    spots |= _registers(cast, draft.artefact)
    last = workdays.add(workdays.effective_day(cast.at), 12)
    spots[("consultation-open", "draft")] = Spot(at, once(closes_on=last.isoformat()))
    return spots | _industry(cast, past)


def _industry(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    """A consultation open to the wider industry, one marked narrower since, others that never were; what was sent."""
    window, narrower = artefacts.public_window(cast), artefacts.public_window(cast)
    chair = cast.actor("chair")
    artefact_operations.remark(
        actor=chair, version=narrower.version, marking=Marking.GREEN, reason="It names attack paths."
    )
    number = artefacts.from_industry(cast, window).number
    waiting = industry.confirming_secret(artefacts.sent_in(cast, window).nonce)
    held = artefacts.held_from_industry(cast, window, text="Waits.").pk
    abuse = artefacts.from_industry(cast, window, text="You are all fools.")
    artefact_operations.hide_public_comment(actor=chair, comment=abuse, reason="An insult.")
    at = {"ref": window.version.artefact.reference, "label": window.version.label}
    answered = {f"w{number}-answer": "accepted"}
    spots = {
        ("consultation-public", "public"): Spot(at, once(reason="A rival bid.")),
        ("public-comment-answer", "confirmed"): Spot({**at, "number": number}, once(**answered)),
        ("public-release", "held"): Spot(at, once(comments=held)),
        ("public-comment-refuse", "held"): Spot({**at, "pk": held}, once(reason="Insults.")),
        ("public-comment-hide", "confirmed"): Spot({**at, "number": number}, once(reason="Insults.")),
        ("public-comment-show", "confirmed"): Spot({**at, "number": number}, once(reason="No insult.")),
        ("public-comment-show", "hidden"): Spot({**at, "number": abuse.number}, once(reason="No insult.")),
        ("public-comment-confirm", "sent"): Spot({"secret": waiting}, once()),
        ("public-comment-confirm", "guessed"): Spot({"secret": "guessed"}, once()),
        ("public-comment-sent", ""): Spot(),
        ("public-comment-confirmed", ""): Spot(),
        ("public-consultations", ""): Spot(),
    }
    shown = {name: past.artefacts[name] for name in ("clear", "amber", "red")}
    shown |= {"public": window.version.artefact, "narrowed": narrower.version.artefact}
    for name, artefact in shown.items():
        of = {"ref": artefact.reference}
        spots[("public-consultation", name)] = Spot(of, once(**artefacts.PUBLIC))
        if name in {"clear", "amber"}:
            spots[("consultation-public", name)] = Spot({**of, "label": "0.1"}, once())
        if name != "amber":
            spots[("public-document", name)] = Spot({**of, "label": "0.1"})
    return spots


TABLES_OF_COMMENTS = {
    "artefact-comments": ("amber", "red"),
    "artefact-comments-file": ("amber", "red"),
    "comment-import": ("amber", "green", "red"),
    "comment-import-template": ("amber", "red"),
    "comments-file": ("amber", "clear", "procurement", "red", "strict"),
    "comments-log": ("amber", "red", "strict"),
}
"""The addresses, and the markings at which each is asked."""


def _tables_of_comments(
    cast: Cast, name: str, of: Mapping[str, Any], at: Mapping[str, Any]
) -> dict[tuple[str, str], Spot]:
    found = {}
    for address, names in TABLES_OF_COMMENTS.items():
        if name in names:
            path = dict(of if address.startswith("artefact-") else at)
            found[(address, name)] = Spot(path | ({"ending": "xlsx"} if address.endswith("-file") else {}), once())
    return found


def _comment_table(cast: Cast, artefact: Artefact) -> Spot:
    """A table of comments that the member has uploaded, and the yes to what it was shown to do."""
    window = Consultation.objects.select_related("version__artefact", "version__file").get(version__artefact=artefact)
    staged = artefacts.comment_table(cast, window)

    def sent() -> dict[str, Any]:
        rows = comments_of(tables.read_laid_out(staged.stored, comment_sheets.LAYOUT), window.version)
        source = Source(staged.name, staged.stored.sha256)
        actor = cast.actor("idno", clock.now())
        plan = artefact_operations.preview_comments(actor=actor, consultation=window, rows=rows, source=source)
        return {**once()(), "seen": plan.digest}

    return Spot({"ref": artefact.reference, "label": "0.1", "token": staged.token}, sent)


def _registers(cast: Cast, artefact: Artefact) -> dict[tuple[str, str], Spot]:
    """One entry of each register, a retired one, and a table of recommendations that waits to be confirmed."""
    entries = {"recommendation": artefacts.recommendation(1), "principle": artefacts.principles(1)[0]}
    entries["area"] = artefacts.area(1)
    retired = artefacts.recommendation(9)
    artefact_operations.retire(actor=cast.actor("analyst"), entry=retired, reason="Merged.")
    staged = artefacts.table(cast)

    def sent() -> dict[str, Any]:
        rows = recommendation_rows(tables.read(staged.stored, artefact_sheets.COLUMNS))
        source = member_operations.Source(staged.name, staged.stored.sha256)
        actor = cast.actor("analyst", clock.now())
        plan = artefact_operations.preview_recommendations(actor=actor, rows=rows, source=source)
        return {**once()(), "seen": plan.digest}

    spots = {
        ("entry-restore", "retired"): Spot({"kind": "recommendation", "ref": retired.reference}, once(reason="Again.")),
        ("area-move", "area"): Spot({"ref": entries["area"].reference}, once(by="1")),
        ("recommendation-import", ""): Spot({}, once()),
        ("recommendation-import-template", ""): Spot(),
        ("recommendation-import-preview", "staged"): Spot({"token": staged.token}, sent),
    }
    for kind, entry in entries.items():
        of = {"kind": kind, "ref": entry.reference}
        spots[("entry", kind)] = Spot(of)
        words = {"title": "Operations", "text": "Watched at all hours.", "source": "Issue 2"}
        spots[("entry-add", kind)] = Spot({"kind": kind}, once(reference="X-01", **words))
        spots[("entry-reword", kind)] = Spot(of, once(reason="Another issue.", **words))
        spots[("entry-retire", kind)] = Spot(of, once(reason="Merged."))
        spots[("register-file", kind)] = Spot({"kind": kind, "ending": "xlsx"})
        if kind == "principle":
            continue
        spots[("entry-scope", kind)] = Spot(of, once(reason="Not ours."))
        spots[("entry-link", kind)] = Spot(of, once(artefacts=artefact.pk))
        spots[("matrix", kind)] = Spot({"kind": kind})
        spots[("matrix-file", kind)] = Spot({"kind": kind, "ending": "xlsx"})
    return spots


def _staged(cast: Cast) -> Callable[[], SimpleUploadedFile]:
    """A small PDF, which is in the store already."""
    content = make_pdf(1, "Access")
    stage(SimpleUploadedFile("kept.pdf", content), name="kept.pdf", person=cast.person("analyst"), at=cast.at)
    return lambda: SimpleUploadedFile("more.pdf", content, "application/pdf")


def _past_artefacts(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    """Artefacts further on their way."""
    approved = past.submissions["approved"].version.artefact
    submitted = past.submissions["submitted"].version
    resolving, proposed = past.artefacts["resolving"], past.artefacts["proposed"]
    answer = Disposition.objects.get(comment__version__artefact=proposed, comment__number=1).proposed_at
    spots = {
        ("artefact-ready", "assessed"): Spot({"ref": past.artefacts["assessed"].reference}, once()),
        ("artefact-revision", "approved"): Spot({"ref": approved.reference}, once()),
        ("artefact", "submitted"): Spot({"ref": submitted.artefact.reference}),
        ("assessment", "resolving"): Spot({"ref": resolving.reference, "label": "0.1"}, once()),
        ("disposition-propose", "resolving"): Spot(
            {"ref": resolving.reference, "label": "0.1", "number": 1},
            once(**{"c1-answer": "clarified", "c1-reason": "Clarified in 5.2."}),
        ),
        ("disposition-validate", "proposed"): Spot(
            {"ref": proposed.reference, "label": "0.1", "number": 1}, once(**{"c1-proposed_at": answer.isoformat()})
        ),
    }
    at = {"ref": proposed.reference, "label": "0.1"}
    spots[("dispositions-validate", "proposed")] = Spot(at, once())
    named = once(seat=cast.seat("architect").pk, reason="The chair is away.")
    spots[("validation-delegate", "proposed")] = Spot({"ref": proposed.reference}, named)
    lent = artefacts.delegated(cast, artefacts.proposed(cast).version.artefact).artefact.reference
    spots[("validation-take-back", "delegated")] = Spot({"ref": lent}, once(reason="Back again."))
    spots[("dispositions-validate", "delegated")] = Spot({"ref": lent, "label": "0.1"}, once())
    spots[("disposition-contest", "proposed")] = Spot({**at, "number": 1}, once(**{"c1-why": "It was not clarified."}))
    said = {"ref": past.artefacts["assessed"].reference, "label": "0.1", "number": 1}
    spots[("last-word", "answered")] = Spot(said, once(**{"c1-word": "satisfied"}))
    first = Comment.objects.get(version__artefact=resolving, number=1)
    same = {"ref": resolving.reference, "label": "0.1", "number": 2}
    spots[("comment-duplicate", "resolving")] = Spot(same, once(**{"c2-of": first.pk}))
    for address in ("version-review", "version-file"):
        spots[(address, "submitted")] = Spot({"ref": submitted.artefact.reference, "label": submitted.label})
    spots[("version-changes", "submitted")] = Spot({"ref": submitted.artefact.reference})
    return spots


# ------------------------------------------------------------------------------------------------------------ meetings


def _meetings(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    secretariat = cast.actor("secretariat")
    draft = meetings.draft(cast)
    planned = meetings.with_agenda(cast, past.versions["ready"], days=1)
    open_item = meetings.add_item(cast, planned, "Open item")
    closed_item = meetings.add_item(cast, planned, "Closed item")
    meeting_operations.restrict_item(
        actor=cast.actor("chair"), item=closed_item, restricted=True, reason="It names a supplier."
    )
    stored = artefacts.stored(cast, words="A file of its own")
    paper = meeting_operations.add_paper(
        actor=secretariat, item=open_item, stored=stored, title="A note", marking=Marking.AMBER, asked=""
    )
    hidden = meeting_operations.add_paper(
        actor=cast.actor("chair"),
        item=closed_item,
        stored=stored,
        title="A quiet note",
        marking=Marking.AMBER,
        asked="",
    )
    built = meetings.pack_built(cast, meeting=meetings.with_agenda(cast, days=2)).meeting
    issued = meetings.circulated(cast, meeting=meetings.with_agenda(cast, days=3)).meeting
    today = meeting_operations.invite(actor=secretariat, meeting=_soon(cast))
    off = meetings.scheduled(cast, days=4)
    meeting_operations.cancel(actor=secretariat, meeting=off, reason="The room is flooded.")
    found = {"draft": draft, "planned": planned, "built": built, "issued": issued, "today": today}
    spots = {("meeting", name): Spot({"key": meeting.key}) for name, meeting in found.items()}
    for name in ("draft", "planned"):
        spots[("agenda", name)] = Spot({"key": found[name].key})
    for name in ("planned", "built", "issued"):
        for address in ("pack", "pack-progress", "pack-file"):
            spots[(address, name)] = Spot({"key": found[name].key})
    key = {"key": planned.key}
    item, closed = {**key, "pk": open_item.pk}, {**key, "pk": closed_item.pk}
    words = once(title="Renamed", type="discussion", minutes=5)
    day = workdays.add(clock.today(cast.at), 30)
    when = {"day": day.isoformat(), "starts": "10:00", "ends": "12:00", "place": "Online"}
    spots |= {
        ("meeting-schedule", ""): Spot({}, once(**when)),
        ("meeting-change", "planned"): Spot(key, once(**when)),
        ("meeting-invite", "draft"): Spot({"key": draft.key}, once()),
        ("meeting-cancel", "planned"): Spot(key, once(reason="Nothing to meet about.")),
        ("meeting-open", "today"): Spot({"key": today.key}, once(no_pack_reason="Called at short notice.")),
        ("meeting-close", "in-session"): Spot({"key": past.meetings["in-session"].key}, once()),
        ("attendance", "in-session"): Spot(
            {"key": past.meetings["in-session"].key}, once(**{f"seat-{cast.seat('idno').pk}": "member"})
        ),
        ("contribution", ""): Spot(),
        ("contribution-file", ""): Spot(),
        ("agenda-add", "planned"): Spot(key, words),
        ("agenda-suggested", "planned"): Spot({**key, "version": past.versions["spare"].pk}, once()),
        ("paper-file", "open-item"): Spot({"pk": paper.pk}),
        ("paper-file", "closed-item"): Spot({"pk": hidden.pk}),
        ("paper-remove", "open-item"): Spot({**item, "paper": paper.pk}, once()),
        ("paper-remove", "closed-item"): Spot({**closed, "paper": hidden.pk}, once()),
        ("pack-order", "planned"): Spot(key, once()),
        ("pack-circulate", "built"): Spot({"key": built.key}, _circulating(cast, built)),
        ("meeting-reinstate", "cancelled"): Spot({"key": off.key}, once()),
    }
    spots |= _guests(cast, planned, off)
    spots |= _series(cast, off, draft, when)
    kept = _staged(cast)
    version = past.versions["open"].pk
    for name, where in (("open-item", item), ("closed-item", closed)):
        spots[("agenda-item", name)] = Spot(where, words)
        spots[("agenda-move", name)] = Spot(where, once(by="-1"))
        spots[("agenda-remove", name)] = Spot(where, once())
        spots[("agenda-restrict", name)] = Spot(where, once(**{"restrict-restricted": "no", "restrict-reason": "Done"}))
        spots[("paper-add", name)] = Spot(where, once(**{"paper-version": version}))
        spots[("file-add", name)] = Spot(
            where,
            lambda: {**once(**{"file-title": "Another note", "file-marking": Marking.AMBER})(), "file-file": kept()},
        )
    return spots


def _actions(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    """Actions at every stage of their lives, of an open meeting; one on TLP:RED, and one of a restricted item."""
    meeting = past.meetings["in-session"]
    due = workdays.add(clock.today(cast.at), 12).isoformat()
    made = {
        "open": meetings.action(cast, meeting=meeting),
        "proposed": meetings.proposed(cast, meetings.action(cast, meeting=meeting)),
        "closed": meetings.closed(cast, meetings.action(cast, meeting=meeting)),
        "on-red": meetings.action(cast, "agent", meeting=meeting, version=past.versions["red"], text="Narrow it"),
    }
    evidence = meeting_operations.Evidence(file=artefacts.stored(cast, words="Evidence"), file_name="Evidence.pdf")
    for name, who in (("open", "idno"), ("on-red", "agent")):
        meeting_operations.update_action(actor=cast.actor(who), action=made[name], evidence=evidence)
    of = {name: {"ref": action.reference} for name, action in made.items()}
    owners = [cast.seat("agent").pk]
    spots = {("action", name): Spot(of[name]) for name in ("open", "on-red")}
    for name in ("open", "on-red"):
        spots |= {
            ("action-update", name): Spot(of[name], once(text="Half of it is there.")),
            ("action-propose", name): Spot(of[name], once(text="Sent on Friday.")),
            ("action-change", name): Spot(of[name], once(owners=owners, due=due, reason="The audit comes first.")),
            ("action-close", name): Spot(of[name], once(text="It is in the minutes.")),
            ("action-withdraw", name): Spot(of[name], once(reason="Overtaken.")),
            ("action-evidence", name): Spot({**of[name], "number": 1}),
        }
    told = {"text": "Write to the AWG", "owners": owners, "due": due}
    return spots | {
        ("action-send-back", "proposed"): Spot(of["proposed"], once(reason="One volume is missing.")),
        ("action-reopen", "closed"): Spot(of["closed"], once(reason="One volume is missing.", due=due)),
        ("action-raise", "in-session"): Spot({"key": meeting.key}, once(**told)),
        ("action-bring", ""): Spot({}, once(**told, before="SDWG 9, 12 March 2026")),
        ("action-list", ""): Spot(),
        ("action-file", "csv"): Spot({"ending": "csv"}),
        ("action-file", "pdf"): Spot({"ending": "pdf"}),
    }


def _guests(cast: Cast, planned: Meeting, off: Meeting) -> dict[tuple[str, str], Spot]:
    """Guests of an open meeting in every state; papers of every kind on its agenda; a meeting closed to most."""
    chair = cast.actor("chair")
    closed = meetings.scheduled(cast, days=5)
    late = meetings.guest(cast, closed)
    stay = [cast.seat("agent"), cast.seat("analyst")]
    meeting_operations.restrict_meeting(actor=chair, meeting=closed, seats=stay, reason="Tender")
    names = ("expected", "withdrawn", "refused")
    people = {name: meetings.guest(cast, planned, address=f"{name}@visitor.example") for name in names}
    meeting_operations.withdraw(actor=guests.visitor(people["withdrawn"], cast.at), guest=people["withdrawn"])
    meeting_operations.refuse_guest(actor=chair, guest=people["refused"], abuse=True, reason="No name.")
    waiting = guests.confirming_secret(meetings.guest_asked(cast, planned, address="new@visitor.example").nonce)
    secrets = {name: guests.personal_secret(row.nonce) for name, row in (people | {"restricted": late}).items()}
    secrets["guessed"] = "guessed"
    spots = {("guest", name): Spot({"secret": secret}) for name, secret in secrets.items()}
    for name in ("expected", "refused", "guessed"):
        spots[("guest-withdraw", name)] = Spot({"secret": secrets[name]}, once())
    for name, secret in (("asked", waiting), ("guessed", "guessed")):
        spots[("guest-confirm", name)] = Spot({"secret": secret}, once())
    for tlp in (Marking.CLEAR, Marking.GREEN, Marking.AMBER, Marking.RED):
        version = artefacts.version(cast, marking=tlp, people=["agent"] if tlp == Marking.RED else [])
        item = meetings.add_item(cast, planned, f"Item {tlp}", version)
        spots[("guest-paper", tlp.lower())] = Spot({"secret": secrets["expected"], "pk": item.papers.get().pk})
    for name, meeting in (("open", planned), ("restricted", closed), ("cancelled", off)):
        spots[("public-meeting", name)] = Spot({"key": meeting.key}, once(**meetings.GUEST))
    restricting = once(restricted="yes", seats=[cast.seat("idno").pk], reason="Tender")
    refusing = once(ground="abuse", reason="A made-up name.")
    return spots | {
        ("meeting", "restricted"): Spot({"key": closed.key}),
        ("meeting-restrict", "open"): Spot({"key": planned.key}, restricting),
        ("meeting-restrict", "restricted"): Spot({"key": closed.key}, once(restricted="no", reason="Over")),
        ("guest-refuse", "expected"): Spot({"key": planned.key, "pk": people["expected"].pk}, refusing),
        ("public-meetings", ""): Spot(),
        ("public-asked", ""): Spot(),
        **_calendars(cast),
        ("public-confirmed", ""): Spot(),
    }


def _calendars(cast: Cast) -> dict[tuple[str, str], Spot]:
    """The feeds of the author, of somebody who ended theirs, of somebody who has left, and of nobody."""
    feeds = {
        "own": meeting_operations.make_feed(actor=cast.actor("analyst")),
        "ended": meeting_operations.make_feed(actor=cast.actor("agent")),
        "left": meeting_operations.make_feed(actor=Actor(cast.at, Person.objects.get(pk=cast.person("leaver").pk))),
    }
    meeting_operations.end_feed(actor=cast.actor("agent"))
    secrets = {name: feed_secret(feed.nonce) for name, feed in feeds.items()} | {"guessed": "guessed"}
    return {("calendar-feed", name): Spot({"secret": secret}) for name, secret in secrets.items()} | {
        ("calendar", ""): Spot({}, once()),
        ("calendar-end", ""): Spot({}, once()),
        ("public-feed", ""): Spot(),
    }


def _series(cast: Cast, off: Meeting, draft: Meeting, when: dict[str, str]) -> dict[tuple[str, str], Spot]:
    """A plan, a series that everybody sees, one whose meetings are closed to most; a draft that was discarded."""
    chair, first = cast.actor("chair"), workdays.add(clock.today(cast.at), 40)
    rule = {"first_day": first, "rule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;COUNT=2"}
    plan, running, closed = meetings.plan(cast, **rule), meetings.series(cast, **rule), meetings.series(cast, **rule)
    one = running.meetings.order_by("number")[0]
    meeting_operations.invite(actor=chair, meeting=one)
    meeting_operations.change(
        actor=chair, meeting=one, starts_at=one.starts_at, ends_at=one.ends_at, place="Room 4", scope="all"
    )
    meeting_operations.invite_series(actor=chair, series=closed)
    stay = [cast.seat("agent"), cast.seat("analyst")]
    meeting_operations.restrict_meeting(
        actor=chair, meeting=closed.meetings.order_by("number")[0], seats=stay, reason="Tender", scope="all"
    )
    gone = meetings.draft(cast, days=6)
    meeting_operations.discard(actor=chair, meeting=gone)
    words = once(
        title="Regular meetings",
        beat="week-1",
        weekday="WE",
        starts="10:00",
        minutes="60",
        first_day=first.isoformat(),
        times="2",
        off_day="next",
    )
    shown = {"plan": plan, "running": running, "restricted": closed}
    later = workdays.add(first, 30).isoformat()
    return {
        **{("series", name): Spot({"pk": series.pk}) for name, series in shown.items()},
        ("series-plan", ""): Spot({}, words),
        ("series-change", "plan"): Spot({"pk": plan.pk}, words),
        ("series-dates", "plan"): Spot({"pk": plan.pk}, once(act="make")),
        ("series-discard", "plan"): Spot({"pk": plan.pk}, once()),
        ("series-invite", "running"): Spot({"pk": running.pk}, once()),
        ("series-prolong", "running"): Spot({"pk": running.pk}, once(until=later)),
        ("series-undo", "running"): Spot({"pk": running.pk}, once()),
        ("meeting", "discarded"): Spot({"key": gone.key}),
        ("meeting-take-back", "discarded"): Spot({"key": gone.key}, once()),
        ("meeting-discard", "draft"): Spot({"key": draft.key}, once()),
        ("meeting-postpone", "planned"): Spot({"key": one.key}, once(**when, reason="The chair is away.")),
        ("meeting-undo", "cancelled"): Spot({"key": off.key}, once()),
    }


def _circulating(cast: Cast, meeting: Meeting) -> Data:
    """What is sent from the page that shows who gets the pack."""
    return lambda: {**once()(), "seen": to_circulate(meeting, meeting.packs.get(), cast.at)[1]}


def _soon(cast: Cast) -> Meeting:
    starts = cast.at + timedelta(minutes=20)
    return meeting_operations.schedule(
        actor=cast.actor("secretariat"), starts_at=starts, ends_at=starts + timedelta(minutes=30), day_off=True
    )


# ----------------------------------------------------------------------------------------------------------- decisions


def _decisions(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    made = {
        name: decisions.open_decision(cast, on=past.versions[name]) for name in ("open", "objected", "addressed", "red")
    }
    decisions.objected(cast, made["objected"])
    decisions.addressed(cast, decisions.objected(cast, made["addressed"]))
    made["disputable"] = decisions.proposed(cast, past.decisions["disputable"]).decision
    made |= {name: past.decisions[name] for name in ("closed", "undisputed", "endorsed", "not-agreed", "adjourned")}
    of = {name: {"ref": decision.reference} for name, decision in made.items()}
    spots = {("decision", name): Spot(of[name]) for name in ("open", "red", "disputable", "endorsed")}
    closes = workdays.add(workdays.effective_day(cast.at), 5).isoformat()
    says = once(stance="support", round=1)
    for name in ("open", "red"):
        spots[("position", name)] = Spot(of[name], says)
        spots[("position-on-behalf", name)] = Spot(
            of[name], once(stance="support", round=1, seat=cast.seat("medium-supplier").pk, text="Told by telephone.")
        )
        spots[("decision-withdraw", name)] = Spot(of[name], once(reason="Asked too early."))
    return spots | {
        ("decision-open", ""): Spot({}, once(version="free", question="Shall we meet monthly?", closes_on=closes)),
        ("decision-close", "open"): Spot(of["open"], once()),
        ("decision-round", "adjourned"): Spot(of["adjourned"], once(closes_on=closes)),
        ("decision-reopen", "endorsed"): Spot(of["endorsed"], once(reason="A clause was missed.")),
        ("objection-address", "objected"): Spot(_objection(made["objected"]), once(answer="Clause 6 now says so.")),
        ("objection-maintain", "addressed"): Spot(_objection(made["addressed"]), once(last_word="It still overlaps.")),
        ("objection-withdraw", "addressed"): Spot(_objection(made["addressed"]), once(stance="live-with")),
        ("finding-propose", "closed"): Spot(of["closed"], once(finding="no-consensus", reasons=decisions.REASONS)),
        ("finding-dispute", "disputable"): Spot(of["disputable"], once(text="We were not heard.")),
        ("determine", "undisputed"): Spot(of["undisputed"], once()),
    }


def _objection(decision: Decision) -> dict[str, Any]:
    return {"ref": decision.reference, "number": Objection.objects.get(decision=decision).number}


def _conflicts(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    """What the conflicted member's organisation is kept from, and the addresses that tell of it."""
    amber = past.artefacts["amber"]
    red = past.versions["red"].artefact
    decision = Decision.objects.get(version=past.versions["open"])
    organisation = cast.seat("small-supplier").organisation
    chair, why = cast.actor("chair"), "A parent company."
    for thing in (amber, decision, past.submissions["submitted"].version.artefact):
        (last,) = meeting_operations.record_conflict(
            actor=chair, thing=thing, organisation=organisation, takes_sight=True, reason=why
        )
    spots: dict[tuple[str, str], Spot] = {
        ("conflict-list", ""): Spot(),
        ("conflict-end", "recorded"): Spot({"pk": last.pk}, once(reason="Sold.")),
    }
    whose = f"organisation-{cast.seat('grid').organisation_id}"
    for name, thing in (("amber", amber), ("red", red), ("open", decision)):
        of = {"ref": thing.reference}
        spots[("conflicts", name)] = Spot(of)
        spots[("conflict-declare", name)] = Spot(of, once(reason=why))
        spots[("conflict-record", name)] = Spot(of, once(whose=whose, takes_sight="on", reason=why))
    return spots


# ---------------------------------------------------------------------------------------------------------- submissions


def _submissions(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    made = past.submissions
    escalations.built(cast, made["submitted"])
    red = escalations.informed(cast, artefacts.version(cast, marking=Marking.RED, people=["agent"]))
    of = {name: {"ref": submission.reference} for name, submission in [*made.items(), ("red", red)]}
    spots = {("submission", name): Spot(of[name]) for name in ("submitted", "approved", "red")}
    for address in ("dossier-file", "dossier-progress"):
        spots[(address, "submitted")] = Spot(of["submitted"])
    day = escalations.fresh(made["submitted"]).dag_meeting.date
    outcome = made["reported"].outcomes.get()
    asked = {"question": escalations.QUESTION, "statement": escalations.STATEMENT, "tabled_for": "correspondence"}
    endorsed, not_agreed = past.decisions["endorsed"].reference, past.decisions["not-agreed"].reference
    return spots | {
        ("submission-make", "endorsed"): Spot({}, once(decision=endorsed, **asked), f"?decision={endorsed}"),
        ("submission-make", "not-agreed"): Spot({}, once(decision=not_agreed, **asked), f"?decision={not_agreed}"),
        ("submission-withdraw", "submitted"): Spot(of["submitted"], once(reason="A clause was missed.")),
        ("dossier-order", "submitted"): Spot(of["submitted"], once()),
        ("outcome-record", "submitted"): Spot(
            of["submitted"], once(result="approved", dag_reference="DAG-D-1", decided_on=day.isoformat())
        ),
        ("outcome-confirm", "reported"): Spot(of["reported"], once(outcome=outcome.pk)),
        ("condition-discharge", "conditional"): Spot({**of["conditional"], "number": 1}, once(evidence="See 5.2.")),
        ("dag-meeting", ""): Spot({"day": day}),
        ("dag-meeting-add", ""): Spot({}, once(date=_no_wednesday(cast).isoformat())),
    }


def _before_this_system(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    """An artefact to be recorded as approved before this system, one that waits, one that waits on TLP:RED."""
    registered = escalations.registered_before(cast)
    waits = escalations.prior(cast)
    red = escalations.registered_before(cast, marking=Marking.RED, people=["agent"])
    closed = escalations.prior(cast, red, covers_both=True)
    told = {"version": registered.pk, "dag_reference": "DAG-2025-18", "decided_on": "2025-11-12"}
    of = {"pk": waits.pk}
    return {
        ("prior-approval", "waiting"): Spot(of),
        ("prior-approval", "red-before"): Spot({"pk": closed.pk}),
        ("prior-approval-record", "registered"): Spot({"ref": registered.artefact.reference}, once(**told)),
        ("prior-approval-confirm", "waiting"): Spot(of, once()),
        ("prior-approval-refuse", "waiting"): Spot(of, once(reason="The minutes say deferred.")),
        ("prior-approval-withdraw", "waiting"): Spot(of, once(reason="The wrong version.")),
        ("opening-balance", ""): Spot(),
        ("search", ""): Spot(query="?q=design"),
        ("number-set", "artefacts"): Spot({"register": "artefacts"}, once(number=900)),
    }


def _no_wednesday(cast: Cast) -> date:
    """A working day on which the DAG does not meet anyway."""
    ahead = (workdays.add(clock.today(cast.at), number) for number in range(40, 50))
    return next(day for day in ahead if day.weekday() != 2)


# -------------------------------------------------------------------------------------------------------------- members


def _members(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    today = clock.today(cast.at)
    pending = members.seat(cast, account(cast, "proposed"), Role.AUDITOR, "Audit Body F", valid_from=today)
    asked = cast.person("before").nominations.get()
    invited = members.person(cast)
    closed = account(cast, "closed")
    member_operations.close_account(actor=cast.actor("secretariat"), person=closed, reason="Left")
    retired = Constituency.objects.get(short_name="I&C Suppliers")
    secretariat = cast.actor("secretariat")
    member_operations.retire_constituency(actor=secretariat, constituency=retired, reason="Merged.")
    listed = Constituency.objects.get(short_name="Meter Administrator")
    grid = cast.seat("grid")
    seat = once(
        person=str(cast.person("outsider").public_id),
        role="observer",
        organisation=cast.seat("observer").organisation_id,
        valid_from=today.isoformat(),
    )
    presides = str(cast.person("architect").public_id)
    deputy = once(person=presides, valid_from=today.isoformat(), valid_to=today.isoformat())
    period = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=9)).isoformat()}
    nominee = str(cast.person("outsider").public_id)
    staged = members.table(cast)
    return {
        ("member-import-preview", "staged"): Spot({"token": staged.token}, _importing(cast, staged)),
        ("member-import", ""): Spot({}, once()),
        ("member-import-template", ""): Spot(),
        ("member-export-csv", ""): Spot(),
        ("member-export-workbook", ""): Spot(),
        ("member", "member"): Spot({"public_id": cast.person("idno").public_id}),
        ("member", "outsider"): Spot({"public_id": cast.person("outsider").public_id}),
        ("member-close", "member"): Spot({"public_id": cast.person("grid").public_id}, once(reason="Left")),
        ("member-open", "closed"): Spot({"public_id": closed.public_id}, once(reason="Came back")),
        ("member-redact", "closed"): Spot({"public_id": closed.public_id}, once(reason="Asked for it")),
        ("person-data", "member"): Spot({"public_id": cast.person("idno").public_id}),
        ("person-data-file", "member"): Spot({"public_id": cast.person("idno").public_id}),
        ("member-invite", "invited"): Spot({"public_id": invited.public_id}, once()),
        ("member-invitation-revoke", "invited"): Spot({"public_id": invited.public_id}, once()),
        ("invitation", "good"): Spot(
            {"secret": members.secret(invited)}, once(password="half-hourly-secret", again="half-hourly-secret")
        ),
        ("invitation", "guessed"): Spot({"secret": "guessed"}, once(password="half-hourly-secret")),
        ("constituency-list", ""): Spot({}, once()),
        ("constituency-move", "listed"): Spot({"pk": listed.pk}, once(by="-1")),
        ("constituency-retire", "listed"): Spot({"pk": listed.pk}, once(reason="Merged.")),
        ("constituency-relist", "retired"): Spot({"pk": retired.pk}, once()),
        ("seat", "member"): Spot({"pk": cast.seat("idno").pk}),
        ("seat", "proposed"): Spot({"pk": pending.pk}),
        ("seat-confirm", "proposed"): Spot({"pk": pending.pk}, once()),
        ("seat-decline", "proposed"): Spot({"pk": pending.pk}, once(reason="Not independent")),
        ("seat-end", "member"): Spot({"pk": grid.pk}, once(last_day=today.isoformat())),
        ("seat-appoint", ""): Spot({}, seat),
        ("deputy-name", ""): Spot({}, deputy),
        ("person-make", ""): Spot({}, once(display_name="Somebody", address="somebody@sdwg.example")),
        ("organisation-make", ""): Spot({}, once(name="Somebody's company")),
        ("colleague-list", ""): Spot({}, once(display_name="Another", address="another@sdwg.example")),
        ("nominate", ""): Spot({}, once(seat=cast.seat("idno").pk, person=nominee, **period)),
        ("nomination", "asked"): Spot({"pk": asked.pk}),
        ("nomination-accept", "asked"): Spot({"pk": asked.pk}, once()),
        ("nomination-revoke", "asked"): Spot({"pk": asked.pk}, once()),
        ("act-for", ""): Spot({}, once(seat=cast.seat("idno").pk)),
    }


def _importing(cast: Cast, staged: StagedUpload) -> Data:
    """What is sent from the page that shows what the table does."""

    def sent() -> dict[str, Any]:
        rows = rows_of(tables.read(staged.stored, sheets.COLUMNS))
        source = member_operations.Source(staged.name, staged.stored.sha256)
        actor = cast.actor("secretariat", clock.now())
        plan = member_operations.preview(actor=actor, rows=rows, source=source)
        return {**once()(), "seen": plan.digest, "invites": "no"}

    return sent


# ---------------------------------------------------------------------------------------------- pages without an object


def _pages(cast: Cast, past: Past) -> dict[tuple[str, str], Spot]:
    spots = {}
    for name, seat in (("of-the-author", cast.seat("analyst").pk), ("of-the-member", cast.seat("idno").pk)):
        data = once(title="Key ceremony", kind=Kind.DESIGN, author=seat, owner=seat)
        spots[("artefact-register", name)] = Spot({}, data)
    for name in (
        "home", "audit", "terms-document", "demo-move-date", "healthz", "readyz", "member-list", "artefact-list",
        "consultation-list", "recommendation-list", "principle-list", "area-list", "meeting-list", "decision-list",
        "dag", "outgoing-mail",
    ):  # fmt: skip
        spots[(name, "")] = Spot({}, once(step="day"))
    words = {"status": "approved", "note": "Approved by the DAG."}
    today = clock.today(cast.at)
    stored = artefacts.stored(cast, words="Terms of Reference")
    adopt_terms(actor=cast.actor("chair"), effective_from=today, stored=stored, **words)
    tomorrow = (today + timedelta(days=1)).isoformat()
    spots[("terms-of-reference", "")] = Spot({}, once(effective_from=tomorrow, **words))
    spots[("terms-file", "second")] = Spot({"number": 2})
    unsent = OutboxMessage.objects.order_by("pk")[0]
    OutboxMessage.objects.filter(pk=unsent.pk).update(quarantined_at=cast.at, last_error="550 No such mailbox")
    for name in ("mail-retry", "mail-leave"):
        spots[(name, "failed")] = Spot({"pk": unsent.pk}, once())
    return spots | _account_pages()


def _account_pages() -> dict[tuple[str, str], Spot]:
    """Sign-in and what belongs to it: another library's pages, each about whoever asks."""
    plain = (
        "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate",
        "account_email", "account_email_verification_sent", "account_change_password", "account_set_password",
        "account_reset_password", "account_confirm_login_code", "account_reset_password_from_key_done",
        "account_reset_password_done", "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp",
        "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
        "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_login_webauthn",
        "usersessions_list", "openid_connect_login", "openid_connect_callback", "socialaccount_connections",
        "socialaccount_login_cancelled",
    )  # fmt: skip
    spots = {(name, ""): Spot() for name in plain}
    return spots | {
        ("account_confirm_email", ""): Spot({"key": "guessed"}),
        ("account_reset_password_from_key", ""): Spot({"uidb36": "1", "key": "guessed"}),
        ("mfa_remove_webauthn", ""): Spot({"pk": 1}),
        ("mfa_edit_webauthn", ""): Spot({"pk": 1}),
    }
