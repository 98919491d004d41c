"""Who may do what to an artefact, and when: pairs of ``check_can_x`` (raises the sentence people see) and ``can_x``.

Rights go with the seat somebody is acting for, not with everything they hold: what is recorded is what was allowed.
``Refused`` says that this person may not; ``NotNow`` that the state, a date or the input does not allow it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Max, Q, QuerySet

from artefacts.models import (
    ENTRIES,
    AnyEntry,
    Artefact,
    Comment,
    CommentQuerySet,
    Consultation,
    DesignPrinciple,
    Disposition,
    ImpactAssessment,
    PrincipleAssessment,
    PublicComment,
    Remarking,
    Scoped,
    ValidationDelegation,
    Version,
    VersionQuerySet,
)
from artefacts.states import (
    DONE_IN_A_VERSION,
    OPEN_TO_ANSWERS,
    OPEN_TO_ASSESSMENT,
    OPEN_TO_LAST_WORDS,
    OPEN_TO_VERSIONS,
    Answer,
    Kind,
    Marking,
    Mover,
    PublicState,
    State,
    Verb,
    in_words,
    move,
)
from sdwg import clock, holds, workdays
from sdwg.members.access import Actor, NotNow, Refused, actor_for, allowed, everybody, only_chair, readers, who_sees
from sdwg.members.models import Constituency, Person, Role, Seat
from sdwg.members.queries import people_of
from sdwg.visitors import CONFIRM_WITHIN

WRITERS = frozenset({Role.ANALYST, Role.ARCHITECT})
"""Programme roles that register, upload and assess."""
AUTHORS = frozenset({Role.ANALYST, Role.ARCHITECT, Role.MEMBER, Role.PARTNER})
"""Roles whose seats can be named as author."""
OWNERS = AUTHORS | {Role.CHAIR}
DELEGATES = frozenset({Role.ANALYST, Role.ARCHITECT})
"""Roles to whose seats the chair can delegate the validation of answers."""
NOT_ON_PROCUREMENT = frozenset({Role.PARTNER, Role.OBSERVER, Role.LIAISON, Role.AUDITOR})
COMMENTERS = frozenset({Role.CHAIR, Role.ANALYST, Role.ARCHITECT, Role.MEMBER, Role.PARTNER})
LABEL = re.compile(r"(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})")
LONGEST_WINDOW = timedelta(days=366)
ENTRY = re.compile(r"[A-Z0-9]+([.-][A-Z0-9]+)*")
"""How an entry of a register is called: AWG-R-01, P-01, DA-03.1."""


# ------------------------------------------------------------------------------------------------- who somebody is here


def acting_role(actor: Actor) -> Role | None:
    """The role ``actor`` is acting in."""
    return actor.role


def acts_for(actor: Actor, seat_id: int) -> bool:
    """Whether ``actor`` is acting for that seat in everything: its holder, or its alternate for a period."""
    return actor.seat_id == seat_id and (actor.alternate is None or not actor.alternate.for_key)


def is_author(actor: Actor, artefact: Artefact) -> bool:
    """Whether ``actor`` is acting for the seat named as author."""
    return acts_for(actor, artefact.author_id)


def is_own(actor: Actor, artefact: Artefact) -> bool:
    """Whether the artefact is the actor's own: they act for the seat of its author or of its owner."""
    return is_author(actor, artefact) or acts_for(actor, artefact.owner_id)


def writes(actor: Actor, artefact: Artefact) -> bool:
    """Whether its text and its assessment are theirs to work on: analyst, architect, or it is their own."""
    role = acting_role(actor)
    return role in WRITERS or (role in AUTHORS and is_own(actor, artefact))


def answers(actor: Actor, artefact: Artefact) -> bool:
    """Whether the comments on it are theirs to answer: it is their own."""
    return acting_role(actor) in AUTHORS and is_own(actor, artefact)


def open_to_versions(artefact: Artefact) -> bool:
    """Whether its state lets a new version in."""
    return artefact.state in OPEN_TO_VERSIONS


def may_withdraw(actor: Actor, artefact: Artefact) -> bool:
    """What ``can_withdraw`` says of an artefact that is known to be visible, without a query."""
    legal = move(artefact.state, State.WITHDRAWN, Mover.CHAIR) is not None
    bound = artefact.state == State.NOT_AGREED and artefact.bound_for_dag
    return acting_role(actor) == Role.CHAIR and legal and not bound


def may_hand_over(actor: Actor, artefact: Artefact) -> bool:
    """What ``can_hand_over`` says of an artefact that was read for ``actor``, without a query."""
    knows = getattr(artefact, "titled", True)
    return acting_role(actor) in {Role.CHAIR, Role.SECRETARIAT} and knows and artefact.state != State.WITHDRAWN


def sees(actor: Actor, artefact: Artefact) -> bool:
    """Whether the envelope is theirs to see."""
    return Artefact.objects.visible_to(actor).filter(pk=artefact.pk).exists()


def reads(actor: Actor, version: Version) -> bool:
    """Whether the content is theirs to read."""
    return Version.objects.visible_to(actor).filter(pk=version.pk).exists()


def latest(artefact: Artefact) -> Version | None:
    """The version uploaded last; ``None`` before the first upload."""
    return artefact.versions.select_related("file").order_by("-order").first()


def open_to_readers_of(version: Version, among: VersionQuerySet, at: datetime) -> list[Version]:
    """Those of ``among``, versions of the same artefact, that everybody who may read ``version`` may read too.

    By everybody's sight today, and never one marked higher. The DAG's liaison, who reads what was submitted alone, does
    not count. ``version`` is open to its own readers. Seven queries for the first hundred people.
    """
    order = list(Marking.values)
    rows: list[Any] = list(among.marked())
    asked: Any = Version.objects.marked().get(pk=version.pk)
    wanted = [asked.pk, *(row.pk for row in rows)]
    people = [actor for actor in everybody(at) if not actor.is_liaison]
    seen = who_sees(lambda actor: Version.objects.visible_to(actor).filter(pk__in=wanted), people)
    readers = [found for found in seen.values() if asked.pk in found]
    return [
        row
        for row in rows
        if order.index(row.marking) <= order.index(asked.marking) and all(row.pk in found for found in readers)
    ]


def _named_to(actor: Actor, artefact: Artefact) -> str:
    """ ", Member, iDNO B": who its author is, to whoever may know; a bare envelope tells nobody."""
    named = Artefact.objects.visible_to(actor).filter(Q(titled=True), pk=artefact.pk).exists()
    return f", {artefact.author.label}" if named else ""


def _demand_sight(actor: Actor, artefact: Artefact) -> None:
    if not sees(actor, artefact):
        raise Refused(f"{artefact} is not open to you.")


def _demand_reading(actor: Actor, version: Version) -> None:
    if not reads(actor, version):
        raise Refused(f"The text of {version.artefact} {version.label} is not open to you.")


# -------------------------------------------------------------------------------------------- registering and uploading


def check_can_register(actor: Actor) -> None:
    """Analysts and architects register anything; members and partners their own."""
    if acting_role(actor) not in AUTHORS or not acts_for(actor, actor.seat_id or 0):
        raise Refused(
            "Artefacts are registered by the business analyst, the architect, or the member or partner who writes them."
        )


def can_register(actor: Actor) -> bool:
    return allowed(check_can_register, actor)


def check_named_seats(actor: Actor, kind: str, owner: Seat, author: Seat) -> None:
    """Members and partners name themselves as author; both seats can hold an artefact of this kind."""
    check_can_hold(kind, owner, author, actor.at)
    if acting_role(actor) not in WRITERS and author.pk != actor.seat_id:
        raise NotNow(f"You can register what {actor.label} writes. Name your own seat as author.", "author")


def check_can_hold(kind: str, owner: Seat, author: Seat, at: datetime) -> None:
    """Owner and author hold seats today that can own and write; on procurement support no partner's."""
    current = set(Seat.objects.current(clock.today(at)).filter(pk__in=[owner.pk, author.pk]).values_list("pk"))
    if (author.pk,) not in current or author.role not in AUTHORS:
        raise NotNow("The author is an analyst, an architect, a member or a partner with a seat today.", "author")
    if (owner.pk,) not in current or owner.role not in OWNERS:
        raise NotNow("The owner is the chair or somebody who can be an author, with a seat today.", "owner")
    if kind == Kind.PROCUREMENT and author.role in NOT_ON_PROCUREMENT:
        raise NotNow("Procurement support is not open to partners. Name another author.", "author")
    if kind == Kind.PROCUREMENT and owner.role in NOT_ON_PROCUREMENT:
        raise NotNow("Procurement support is not open to partners. Name another owner.", "owner")


def check_can_hand_over(actor: Actor, artefact: Artefact) -> None:
    """Chair or secretariat name another author or owner, such as the successor of one whose seat ended.

    The secretariat does so where it knows the author: not on the bare envelope of TLP:RED.
    """
    if acting_role(actor) not in {Role.CHAIR, Role.SECRETARIAT}:
        raise Refused("The chair or the secretariat names another author. Ask them.")
    _demand_sight(actor, artefact)
    if not _named_to(actor, artefact):
        raise Refused(f"{artefact} is TLP:RED, so the chair names its author.")
    if artefact.state == State.WITHDRAWN:
        raise NotNow(f"{artefact} is withdrawn: nobody writes it any more.")


def check_may_show_all(actor: Actor, artefact: Artefact, author: Seat) -> None:
    """An author reads every version; one who does not yet is named by the chair, who reads them all."""
    if acting_role(actor) == Role.CHAIR:
        return
    theirs = Version.objects.visible_to(actor_for(author.person, actor.at)).filter(artefact=artefact)
    if theirs.count() != artefact.versions.count():
        raise NotNow(
            f"{author.label} may not read every version of {artefact} today. The chair, who answers for its readers, "
            "names such an author.",
            "author",
        )


def can_hand_over(actor: Actor, artefact: Artefact) -> bool:
    return allowed(check_can_hand_over, actor, artefact)


def check_can_upload(actor: Actor, artefact: Artefact) -> None:
    """Analysts and architects, and whoever acts for the author's or owner's seat; while it is open to new versions."""
    if not writes(actor, artefact):
        raise Refused(
            f"New versions of {artefact} come from its author{_named_to(actor, artefact)}, an analyst or an architect."
        )
    _demand_sight(actor, artefact)
    if artefact.state not in OPEN_TO_VERSIONS:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)}, so its text stays as it is. {_way_to_new_text(artefact)}"
        )
    _not_held(artefact)


def can_upload(actor: Actor, artefact: Artefact) -> bool:
    return allowed(check_can_upload, actor, artefact)


def _way_to_new_text(artefact: Artefact) -> str:
    ways = {
        State.UNDER_DECISION: "The chair adjourns or withdraws the decision first.",
        State.ENDORSED: "The chair takes it back to ready, with a reason, first.",
        State.WITH_DAG: "The chair withdraws the submission first, or the DAG answers.",
        State.NOT_AGREED: "Its author opens it for rework first.",
        State.APPROVED: "Its author opens a new revision first.",
        State.RETURNED: "Its author opens a new revision first.",
        State.WITHDRAWN: "Register a new artefact instead.",
    }
    if artefact.state == State.NOT_AGREED and artefact.bound_for_dag:
        return "Its decision was delegated by the DAG, so the chair escalates it first."
    return ways[State(artefact.state)]


def check_label(artefact: Artefact, label: str) -> None:
    """Two numbers and a point, greater than every label before it."""
    if not LABEL.fullmatch(label):
        raise NotNow("Write the label as two numbers, such as 0.1, 0.2 or 1.0.", "label")
    others = artefact.versions.values_list("label", flat=True)
    last = max(others, key=_parts, default=None)
    if last is not None and _parts(label) <= _parts(last):
        raise NotNow(f"The last version is {last}. Give this one a greater label.", "label")


def _parts(label: str) -> tuple[int, ...]:
    return tuple(int(part) for part in label.split("."))


def next_label(artefact: Artefact) -> str:
    """The label an upload form proposes: 0.1, then one more behind the point."""
    last = max(artefact.versions.values_list("label", flat=True), key=_parts, default=None)
    if last is None:
        return "0.1"
    major, minor = _parts(last)
    return f"{major}.{minor + 1}"


def check_readers(artefact: Artefact, marking: str, people: Iterable[Person], organisations: Iterable[object]) -> None:
    """A marking that is read by name has its names, and no other has any."""
    named, bodies = list(people), list(organisations)
    by_name = marking == Marking.RED or artefact.kind == Kind.PROCUREMENT
    if marking not in Marking.values:
        raise NotNow("Choose one of the five markings.", "marking")
    if by_name and not named:
        sort = "TLP:RED is" if marking == Marking.RED else "Procurement support is"
        raise NotNow(f"{sort} read by named people alone. Name at least one.", "people")
    if named and not by_name:
        raise NotNow("People are named on TLP:RED and on procurement support alone. Leave them out here.", "people")
    if marking == Marking.STRICT and not bodies:
        raise NotNow("TLP:AMBER+STRICT is read by named organisations. Name at least one.", "organisations")
    if bodies and marking != Marking.STRICT:
        raise NotNow("Organisations are named on TLP:AMBER+STRICT alone. Leave them out here.", "organisations")


def check_named_people(artefact: Artefact, people: Iterable[Person], at: datetime) -> None:
    """Who is named holds a seat; on procurement support not one of a partner, observer, liaison or auditor."""
    named = {person.pk: person for person in people}
    seats = Seat.objects.current(clock.today(at)).filter(person__in=named)
    roles: dict[int, set[str]] = {}
    for person_id, role in seats.values_list("person_id", "role"):
        roles.setdefault(person_id, set()).add(role)
    for pk, person in named.items():
        if pk not in roles:
            raise NotNow(f"{person} holds no seat today and cannot be named.", "people")
        if artefact.kind == Kind.PROCUREMENT and roles[pk] <= NOT_ON_PROCUREMENT:
            raise NotNow(f"{person} cannot be named: procurement support is not open to that seat.", "people")


# ----------------------------------------------------------------------------------------------------------- registers


def keeps_registers(actor: Actor) -> bool:
    """Whether the registers of recommendations, principles and design areas are theirs to keep."""
    return acting_role(actor) in WRITERS and acts_for(actor, actor.seat_id or 0)


def _demand_keeper(actor: Actor) -> None:
    if not keeps_registers(actor):
        raise Refused("The registers are kept by the business analyst and the architect. Tell them what is missing.")


def check_can_enter(actor: Actor) -> None:
    """Analyst and architect, who register everything else, enter recommendations, principles and design areas."""
    _demand_keeper(actor)


def check_reference(kind: str, reference: str) -> None:
    """Capitals, figures, points and hyphens, and nobody else's: people say it aloud and it stands in addresses."""
    if not ENTRY.fullmatch(reference) or len(reference) > 20:
        raise NotNow("Write it in capitals and figures, with hyphens or points between, such as AWG-R-01.", "reference")
    if ENTRIES[kind].objects.filter(reference=reference).exists():
        raise NotNow(f"There is a {ENTRIES[kind].called} {reference} already. Choose another reference.", "reference")


def check_can_change(actor: Actor, entry: AnyEntry) -> None:
    """Its keepers reword, move and retire what is not retired."""
    _demand_keeper(actor)
    _not_retired(entry)


def can_change(actor: Actor, entry: AnyEntry) -> bool:
    return allowed(check_can_change, actor, entry)


def check_can_restore(actor: Actor, entry: AnyEntry) -> None:
    """Its keepers take a retirement back."""
    _demand_keeper(actor)
    if entry.retired_on is None:
        raise NotNow(f"{entry.reference} is in the register.")


def can_restore(actor: Actor, entry: AnyEntry) -> bool:
    return allowed(check_can_restore, actor, entry)


def check_can_scope(actor: Actor, entry: AnyEntry) -> None:
    """The chair says what the group does not design, and what it does after all, with a reason (S1)."""
    only_chair(actor, "What is out of scope is said by the chair.")
    if not isinstance(entry, Scoped):
        raise NotNow("A principle has no scope. It is retired when it no longer binds.")
    _not_retired(entry)


def can_scope(actor: Actor, entry: AnyEntry) -> bool:
    return allowed(check_can_scope, actor, entry)


def _not_retired(entry: AnyEntry) -> None:
    if entry.retired_on is not None:
        raise NotNow(f"{entry.reference} is retired. The analyst or the architect lists it again first.")


def check_can_link(actor: Actor, artefact: Artefact) -> None:
    """Whoever writes the artefact says what it answers: analyst, architect, or its own author or owner (R1, S1)."""
    if not writes(actor, artefact):
        raise Refused(
            f"What {artefact} answers is said by its author{_named_to(actor, artefact)}, an analyst or an architect."
        )
    _demand_sight(actor, artefact)
    if artefact.kind == Kind.PROCUREMENT:
        raise NotNow(f"{artefact} supports procurement. Design documents alone answer recommendations.")
    if artefact.state == State.WITHDRAWN:
        raise NotNow(f"{artefact} is withdrawn and answers nothing any more.")


def may_write_artefacts(actor: Actor) -> bool:
    """Whether there can be artefacts that are theirs to work on."""
    return acting_role(actor) in AUTHORS


def check_can_link_any(actor: Actor) -> None:
    """Whoever can write an artefact looks which of theirs answer an entry."""
    if not may_write_artefacts(actor):
        raise Refused("What answers it is said by those who write artefacts: analyst, architect, members, partners.")


def may_link(actor: Actor, artefact: Artefact) -> bool:
    """What ``can_link`` says of an artefact that was read for ``actor``, without a query."""
    return writes(actor, artefact) and artefact.kind == Kind.DESIGN and artefact.state != State.WITHDRAWN


# ------------------------------------------------------------------------------------------------- marking and readers


def check_can_remark(actor: Actor, version: Version) -> None:
    """The chair, or the analyst or architect whose own it is, changes who may read a version; one change at a time."""
    artefact = version.artefact
    role = acting_role(actor)
    if role != Role.CHAIR and not (role in WRITERS and is_own(actor, artefact)):
        raise Refused("Who may read a version is changed by the chair, or by the analyst or architect who writes it.")
    _demand_reading(actor, version)
    if version.remarkings.filter(settled_at__isnull=True).exists():
        raise NotNow(f"A wider marking of {version} waits for its second person. It is confirmed or declined first.")


def can_remark(actor: Actor, version: Version) -> bool:
    return allowed(check_can_remark, actor, version)


def check_can_settle_remarking(actor: Actor, remarking: Remarking, confirm: bool = True) -> None:
    """What the chair proposed the author confirms, what the author proposed the chair; either side may decline it."""
    artefact = remarking.version.artefact
    chairs, writes_it = acting_role(actor) == Role.CHAIR, is_author(actor, artefact)
    second = writes_it if remarking.by_chair else chairs
    if not (chairs or writes_it) or (confirm and not second):
        who = "author" if remarking.by_chair else "chair"
        raise Refused(f"Showing it to more people takes the chair and the author: the {who} confirms this.")
    if confirm and actor.person_id == remarking.proposed_by_id:
        raise Refused("You proposed it, so somebody else confirms it.")
    _demand_reading(actor, remarking.version)
    if remarking.settled_at:
        done = "confirmed" if remarking.confirmed else "declined"
        raise NotNow(f"It was {done} by {remarking.settled_as} already.")


def can_settle_remarking(actor: Actor, remarking: Remarking, confirm: bool = True) -> bool:
    return allowed(check_can_settle_remarking, actor, remarking, confirm)


# -------------------------------------------------------------------------------------------------------- consultations


def check_can_open_consultation(actor: Actor, version: Version) -> None:
    """The chair or the secretariat, on the latest version, once for each version."""
    artefact = version.artefact
    if acting_role(actor) not in {Role.CHAIR, Role.SECRETARIAT}:
        raise Refused("Consultations are opened by the chair or the secretariat.")
    _demand_sight(actor, artefact)
    if artefact.state not in {State.DRAFT, State.IN_CONSULTATION, State.RESOLVING}:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)}. A consultation opens on a draft, or on a new version of one."
        )
    if version.pk != artefact.versions.order_by("-order").values_list("pk", flat=True).first():
        raise NotNow(f"{version.label} is not the latest version. Open the consultation on the latest one.")
    if version.consultations.exists():
        raise NotNow(
            f"{version.label} was consulted on already. The next round needs a new version: its author uploads it."
        )
    _not_held(artefact)


def can_open_consultation(actor: Actor, version: Version | None) -> bool:
    return version is not None and allowed(check_can_open_consultation, actor, version)


def earliest_close(at: datetime) -> date:
    """The first day on which a consultation opened at ``at`` may close without a reason."""
    holidays = workdays.bank_holidays()
    usual = workdays.periods()["consultation"]
    return workdays.add(workdays.effective_day(at, holidays=holidays), usual, holidays=holidays)


def check_closing_day(actor: Actor, closes_on: date, reason_short: str) -> None:
    """A working day ahead, at least the usual period on; less by the chair alone, with a reason."""
    if not clock.today(actor.at) <= closes_on <= clock.today(actor.at) + LONGEST_WINDOW:
        raise NotNow("Choose a day ahead, within a year.", "closes_on")
    if not workdays.is_working(closes_on):
        raise NotNow("That is not a working day. A consultation closes at 17:00 on a working day.", "closes_on")
    if workdays.deadline(closes_on) <= actor.at:
        raise NotNow("17:00 on that day is past. Choose a later day.", "closes_on")
    first = earliest_close(actor.at)
    if closes_on >= first:
        return
    usual = workdays.periods()["consultation"]
    if acting_role(actor) != Role.CHAIR:
        raise NotNow(
            f"A consultation lasts at least {usual} working days: until {first:%A} {first.day} {first:%B}. "
            "Only the chair opens a shorter one.",
            "closes_on",
        )
    if not reason_short.strip():
        raise NotNow(f"This is less than {usual} working days. Say why, for the record.", "reason_short")


def check_invited(version: Version, marking: str, partners: Iterable[Seat]) -> None:
    """Partners can be invited to what is not closed to them by name."""
    for seat in partners:
        if seat.role != Role.PARTNER:
            raise NotNow(f"{seat.label} is no partner and needs no invitation.", "partners")
        if version.artefact.kind == Kind.PROCUREMENT or marking in {Marking.RED, Marking.STRICT}:
            raise NotNow("A partner cannot be invited to a version that is read by name.", "partners")


def check_can_close_consultation(actor: Actor, consultation: Consultation) -> None:
    """The chair closes a window before its time, with a reason."""
    only_chair(actor, "Only the chair closes a consultation before its time.")
    _demand_sight(actor, consultation.version.artefact)
    if not consultation.open_at(actor.at):
        raise NotNow("This consultation is closed already.")


def can_close_consultation(actor: Actor, consultation: Consultation) -> bool:
    return allowed(check_can_close_consultation, actor, consultation)


def check_can_extend(actor: Actor, consultation: Consultation, closes_on: date | None = None) -> None:
    """Chair or secretariat move the close of an open window to a later working day (P3)."""
    if not may_extend(actor):
        raise Refused("Consultations are extended by the chair or the secretariat.")
    _demand_sight(actor, consultation.version.artefact)
    if not consultation.open_at(actor.at):
        raise NotNow(
            f"This consultation closed on {_moment(consultation.ends_at)}. The next round needs a new version."
        )
    if closes_on is None:
        return
    if closes_on > clock.today(consultation.opened_at) + LONGEST_WINDOW:
        raise NotNow("A consultation lasts a year at most.", "closes_on")
    if not workdays.is_working(closes_on):
        raise NotNow("That is not a working day. A consultation closes at 17:00 on a working day.", "closes_on")
    if workdays.deadline(closes_on) <= consultation.closes_at:
        raise NotNow(
            f"It closes on {_moment(consultation.closes_at)} now. Choose a later day; the chair closes one early.",
            "closes_on",
        )


def may_extend(actor: Actor) -> bool:
    """Whether open windows are theirs to extend."""
    return acting_role(actor) in {Role.CHAIR, Role.SECRETARIAT}


def can_extend(actor: Actor, consultation: Consultation) -> bool:
    return allowed(check_can_extend, actor, consultation)


def check_can_respond(actor: Actor, consultation: Consultation) -> None:
    """Chair, analyst, architect, members and their alternates; a partner where it is invited; before it closes.

    What counts is the moment of receipt: neither the artefact's state nor the worker's look changes it (P3, O3).
    """
    version = consultation.version
    role = acting_role(actor)
    if role not in COMMENTERS:
        raise Refused(
            "Comments come from members, their alternates, invited partners, the analyst, architect and chair."
            if role != Role.COLLEAGUE
            else "Colleagues draft comments; the member sends them."
        )
    if role == Role.PARTNER and version.pk not in actor.granted("version"):
        raise Refused("A partner comments on the consultations it is invited to. The secretariat can invite you.")
    _demand_reading(actor, version)
    if not consultation.open_at(actor.at):
        raise NotNow(f"This consultation closed on {_moment(consultation.ends_at)}. Nothing more can be received.")


def can_respond(actor: Actor, consultation: Consultation) -> bool:
    return allowed(check_can_respond, actor, consultation)


def check_can_draft(actor: Actor, consultation: Consultation) -> None:
    """A member, or a colleague of one, drafts a comment of the seat's while the window is open."""
    if not drafting_seat(actor):
        raise Refused("Drafts are written for a Member seat, by its holder or a colleague.")
    _demand_reading(actor, consultation.version)
    if not consultation.open_at(actor.at):
        raise NotNow(f"This consultation closed on {_moment(consultation.ends_at)}. Nothing more can be received.")


def can_draft(actor: Actor, consultation: Consultation) -> bool:
    return allowed(check_can_draft, actor, consultation)


def drafting_seat(actor: Actor) -> int:
    """The id of the Member seat that ``actor`` drafts for; 0 for whoever drafts for none."""
    if actor.seat and actor.seat.role == Role.COLLEAGUE:
        return actor.seat.colleague_of_id or 0
    return actor.member_seat.pk if actor.member_seat else 0


def _moment(when: datetime) -> str:
    local = clock.london(when)
    return f"{local:%A} {local.day} {local:%B} at {local:%H:%M}"


def page_trouble(version: Version, page: int) -> str:
    """Why a comment cannot be on that page; empty for a page that the document has."""
    pages = version.file.pages
    if page >= 1 and (pages is None or page <= pages):
        return ""
    return f"The document has {pages} page{'s'[: pages != 1]}." if pages else "Pages count from 1."


def check_page(version: Version, page: int | None) -> None:
    """A page that the document has."""
    why = "" if page is None else page_trouble(version, page)
    if why:
        raise NotNow(why, "page")


def check_can_fill_in(actor: Actor, consultation: Consultation) -> None:
    """Whoever may comment sends a table of comments; a colleague one whose rows become drafts of the seat's."""
    if acting_role(actor) == Role.COLLEAGUE:
        check_can_draft(actor, consultation)
    else:
        check_can_respond(actor, consultation)


def can_fill_in(actor: Actor, consultation: Consultation) -> bool:
    return allowed(check_can_fill_in, actor, consultation)


def check_no_comment_yet(actor: Actor, consultation: Consultation) -> None:
    """A seat that has commented cannot return that it has no comments."""
    if consultation.comments.standing().filter(seat=actor.seat_id).exists():
        raise NotNow(f"{actor.label} has commented already, which is a response. There is nothing more to return.")


def check_can_withdraw_comment(actor: Actor, comment: Comment) -> None:
    """Whoever acts for the seat that made it, while more could be received (P3, O3)."""
    if comment.seat_id != actor.seat_id:
        raise Refused(f"Comment {comment.number} is another seat’s, which alone changes or withdraws it.")
    check_can_respond(actor, comment.consultation)
    if comment.withdrawn_at:
        raise NotNow(f"Comment {comment.number} is withdrawn already. Make a new one if you have more to say.")


def can_withdraw_comment(actor: Actor, comment: Comment) -> bool:
    return allowed(check_can_withdraw_comment, actor, comment)


def check_can_edit_comment(actor: Actor, comment: Comment) -> None:
    """As to withdraw it, and while nobody has answered it: an answer is to the words that were read."""
    check_can_withdraw_comment(actor, comment)
    if Disposition.objects.filter(comment=comment).exists():
        raise NotNow(
            f"Comment {comment.number} has an answer already, so its words stay. Make another comment, or withdraw it."
        )


def can_edit_comment(actor: Actor, comment: Comment) -> bool:
    return allowed(check_can_edit_comment, actor, comment)


# --------------------------------------------------------------------------------------------------- the wider industry


def runs_consultations(actor: Actor) -> bool:
    """Whether consultations are theirs to run: the chair's and the secretariat's."""
    return acting_role(actor) in {Role.CHAIR, Role.SECRETARIAT}


def check_can_be_public(version: Version) -> None:
    """Only a TLP:CLEAR version of a security design is shown to anybody, under a title that is no secret (D2)."""
    artefact = version.artefact
    if artefact.kind != Kind.DESIGN:
        raise NotNow("Procurement support is on no public page.", "public")
    rows: Any = artefact.versions.marked()
    marked = dict(rows.values_list("pk", "marking"))
    if marked[version.pk] != Marking.CLEAR:
        raise NotNow(
            f"Version {version.label} is {Marking(marked[version.pk]).label}. Only a TLP:CLEAR version is open to the "
            "wider industry: its marking is changed first, by chair and author.",
            "public",
        )
    if Marking.RED in marked.values():
        raise NotNow(f"Another version of {artefact} is TLP:RED, so its title is on no public page.", "public")


def check_can_open_to_industry(actor: Actor, consultation: Consultation) -> None:
    """Chair or secretariat put an open consultation on the public pages (D2)."""
    if not runs_consultations(actor):
        raise Refused("Consultations are opened to the wider industry by the chair or the secretariat.")
    _demand_sight(actor, consultation.version.artefact)
    if consultation.public:
        raise NotNow("This consultation is open to the wider industry already.")
    if not consultation.open_at(actor.at):
        raise NotNow(f"This consultation closed on {_moment(consultation.ends_at)}.")
    check_can_be_public(consultation.version)


def check_can_close_to_industry(actor: Actor, consultation: Consultation) -> None:
    """Chair or secretariat take it off the public pages again, at any time, with a reason."""
    if not runs_consultations(actor):
        raise Refused("Consultations are taken off the public pages by the chair or the secretariat.")
    _demand_sight(actor, consultation.version.artefact)
    if not consultation.public:
        raise NotNow("This consultation is on no public page.")


def check_can_send(consultation: Consultation, at: datetime) -> None:
    """Raises ``NotNow`` unless anybody may send a comment at ``at``."""
    if not Consultation.objects.public().open_at(at).filter(pk=consultation.pk).exists():
        raise NotNow("This consultation takes no comments from the wider industry any more.")


def check_can_confirm(comment: PublicComment | None, at: datetime) -> None:
    """Raises ``NotNow`` for a link that was used, is too old, or leads to what is on no public page.

    What was sent before the close is confirmed after it too.
    """
    if comment is None or comment.confirmed_at or comment.sent_at + CONFIRM_WITHIN <= at:
        raise NotNow("This link leads nowhere any more.")
    if not Consultation.objects.public().filter(pk=comment.consultation_id).exists():
        raise NotNow("This link leads nowhere any more.")


def can_confirm(comment: PublicComment | None, at: datetime) -> bool:
    return allowed(check_can_confirm, comment, at)


def confirmable_until(artefact_id: int, at: datetime) -> datetime | None:
    """Until when something sent in time on an artefact can still be confirmed; ``None`` where nothing can.

    Nobody sends anything after the close, so it is never more than ``CONFIRM_WITHIN`` after it. One query.
    """
    rows = PublicComment.objects.filter(confirmed_at__isnull=True, sent_at__gt=at - CONFIRM_WITHIN)
    rows = rows.filter(
        consultation__in=Consultation.objects.public().filter(version__artefact=artefact_id).values("pk")
    )
    last = rows.aggregate(last=Max("sent_at"))["last"]
    return last + CONFIRM_WITHIN if last else None


def reads_held(actor: Actor) -> bool:
    """Whether they read what waits for its release, on versions that they read: chair and secretariat."""
    return actor.is_chair or actor.is_secretariat


def check_can_release(actor: Actor, version: Version) -> None:
    """The secretariat lets others read what the wider industry said, or refuses it.

    The chair does where nobody of the secretariat may read the version: what waits would wait for ever.
    """
    secretariat = "What the wider industry sends is released by the secretariat."
    if not runs_consultations(actor):
        raise Refused(secretariat)
    _demand_reading(actor, version)
    if acting_role(actor) != Role.SECRETARIAT and _secretariat_reads(version, actor.at):
        raise Refused(secretariat)


def can_release(actor: Actor, version: Version) -> bool:
    return allowed(check_can_release, actor, version)


def _secretariat_reads(version: Version, at: datetime) -> bool:
    people = people_of(Role.SECRETARIAT, clock.today(at))
    return bool(readers(lambda actor: Version.objects.visible_to(actor).filter(pk=version.pk), people, at))


def check_can_refuse_public(actor: Actor, comment: PublicComment) -> None:
    """Whoever may release it, while it waits for that."""
    check_can_release(actor, comment.consultation.version)
    if comment.state != PublicState.HELD:
        raise NotNow("This comment does not wait for its release any more.")


def held(artefact_id: int) -> str:
    """The first version of an artefact, by its label, on which the wider industry said what waits for its release.

    Empty where nothing waits. One query.
    """
    rows = PublicComment.objects.held().filter(consultation__version__artefact=artefact_id)
    labels = rows.order_by("consultation__version__order").values_list("consultation__version__label", flat=True)
    return labels.first() or ""


def answers_industry(actor: Actor, artefact: Artefact) -> bool:
    """Whether what came from the wider industry is theirs to answer: as the other comments, and for longer."""
    return answers(actor, artefact) and artefact.state != State.WITHDRAWN


def check_can_answer_public(actor: Actor, comment: PublicComment) -> None:
    """The author (or owner) answers what the wider industry said, in every state: nothing waits for it (D2)."""
    version = comment.consultation.version
    artefact = version.artefact
    if not answers(actor, artefact):
        raise Refused(f"The wider industry is answered by the author{_named_to(actor, artefact)}.")
    _demand_reading(actor, version)
    if comment.state not in {PublicState.WAITING, PublicState.ANSWERED}:
        raise NotNow("This comment is not shown, and needs no answer.")
    if not answers_industry(actor, artefact):
        raise NotNow(f"{artefact} is withdrawn: nobody answers for it any more.")


def check_can_hide_public(actor: Actor, comment: PublicComment) -> None:
    """Chair or secretariat hide abuse, with a reason."""
    if not runs_consultations(actor):
        raise Refused(
            "A comment from the wider industry is hidden by the chair or the secretariat. Tell them of abuse."
        )
    _demand_reading(actor, comment.consultation.version)
    if comment.state not in {PublicState.WAITING, PublicState.ANSWERED}:
        raise NotNow("This comment is shown to nobody as it is.")


def check_can_show_public(actor: Actor, comment: PublicComment) -> None:
    """Whoever may hide one shows again what was hidden, with a reason."""
    if not runs_consultations(actor):
        raise Refused("What was hidden is shown again by the chair or the secretariat.")
    _demand_reading(actor, comment.consultation.version)
    if comment.state != PublicState.HIDDEN:
        raise NotNow("This comment is not hidden.")


# --------------------------------------------------------------------------------------------------------- dispositions


def check_can_propose(actor: Actor, comment: Comment) -> None:
    """The author (or owner) proposes, while the artefact is in consultation or resolving comments."""
    artefact = comment.version.artefact
    if not answers(actor, artefact):
        raise Refused(f"Answers are proposed by the author{_named_to(actor, artefact)}.")
    _demand_reading(actor, comment.version)
    if comment.withdrawn_at:
        raise NotNow(f"Comment {comment.number} was withdrawn by the seat that made it, and needs no answer.")
    if artefact.state not in OPEN_TO_ANSWERS:
        raise NotNow(f"{artefact} is {in_words(artefact.state)}. Answers change while its comments are being resolved.")


def can_propose(actor: Actor, comment: Comment) -> bool:
    return allowed(check_can_propose, actor, comment)


def delegation_of(artefact_id: int, at: datetime) -> ValidationDelegation | None:
    """Whom the chair lets validate the answers on an artefact at ``at``. One query."""
    rows = ValidationDelegation.objects.in_force(at).filter(artefact=artefact_id)
    return rows.select_related("seat__organisation", "seat__person").order_by("given_at").last()


def validates(actor: Actor, artefact: Artefact, delegation: ValidationDelegation | None) -> bool:
    """Whether validating its answers is theirs: the chair's, or the seat's of ``delegation``, which is in force.

    Whoever answers the comments themselves is no delegate any more: they became author or owner meanwhile.
    """
    if acting_role(actor) == Role.CHAIR:
        return True
    named = delegation is not None and acts_for(actor, delegation.seat_id)
    return named and acting_role(actor) in DELEGATES and not is_own(actor, artefact)


def _demand_validator(actor: Actor, artefact: Artefact) -> None:
    if not validates(actor, artefact, delegation_of(artefact.pk, actor.at)):
        only_chair(actor, "Answers are validated by the chair, or by whom the chair delegates it to.")


def check_can_delegate(actor: Actor, artefact: Artefact) -> None:
    """The chair, where there is something to read and nobody validates for the chair yet."""
    only_chair(actor, "Validation is delegated by the chair.")
    _demand_sight(actor, artefact)
    if artefact.state == State.WITHDRAWN or latest(artefact) is None:
        raise NotNow(f"There is nothing to validate on {artefact}: it has no version, or is withdrawn.")
    named = delegation_of(artefact.pk, actor.at)
    if named:
        raise NotNow(f"Validation is delegated to {named.seat.label} already. Take that back first.")


def can_delegate(actor: Actor, artefact: Artefact) -> bool:
    return allowed(check_can_delegate, actor, artefact)


def check_delegate(artefact: Artefact, seat: Seat, until: date | None, at: datetime) -> None:
    """An analyst or architect with a seat today who reads the latest version and does not answer the comments."""
    if seat.role not in DELEGATES or not Seat.objects.current(clock.today(at)).filter(pk=seat.pk).exists():
        raise NotNow("Validation is delegated to an analyst or an architect with a seat today.", "seat")
    if seat.pk in {artefact.author_id, artefact.owner_id}:
        raise NotNow(f"{seat.label} answers the comments on {artefact}, so another seat validates.", "seat")
    version = latest(artefact)
    if version and not reads(actor_for(seat.person, at), version):
        raise NotNow(f"{seat.label} may not read version {version.label} today.", "seat")
    if until and until < clock.today(at):
        raise NotNow("That day is over. Choose a later one, or none.", "until")


def check_can_take_back(actor: Actor, artefact: Artefact) -> None:
    """The chair, while somebody validates for the chair."""
    only_chair(actor, "A delegation is taken back by the chair.")
    _demand_sight(actor, artefact)
    if delegation_of(artefact.pk, actor.at) is None:
        raise NotNow(f"Validation on {artefact} is delegated to nobody.")


def check_can_validate(actor: Actor, disposition: Disposition) -> None:
    """The chair, or the chair's delegate, validates what somebody else proposed."""
    artefact = disposition.comment.version.artefact
    _demand_validator(actor, artefact)
    _demand_reading(actor, disposition.comment.version)
    if disposition.proposed_by_id == actor.person_id:
        raise Refused("You proposed this answer, so somebody else validates it.")
    if disposition.comment.withdrawn_at:
        raise NotNow(f"Comment {disposition.comment.number} was withdrawn, so its answer is not needed any more.")
    if artefact.state not in OPEN_TO_ANSWERS:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)}. Answers are validated while its comments are being resolved."
        )


def can_validate(actor: Actor, disposition: Disposition) -> bool:
    return allowed(check_can_validate, actor, disposition)


def check_can_validate_together(actor: Actor, version: Version) -> None:
    """The chair, or the chair's delegate, validates at once what nobody contests and somebody else proposed."""
    _demand_validator(actor, version.artefact)
    _demand_reading(actor, version)
    if version.artefact.state not in OPEN_TO_ANSWERS:
        raise NotNow(
            f"{version.artefact} is {in_words(version.artefact.state)}. Answers are validated while its comments are "
            "being resolved."
        )


def uncontested(actor: Actor, version: Version) -> "QuerySet[Disposition]":
    """The answers on ``version`` that wait for the chair, contested by nobody and proposed by somebody else."""
    waiting = Disposition.objects.filter(
        comment__version=version, comment__withdrawn_at__isnull=True, validated_at__isnull=True
    )
    return waiting.filter(contested_at__isnull=True).exclude(proposed_by=actor.person_id)


def check_can_contest(actor: Actor, disposition: Disposition) -> None:
    """Whoever commented on the version, while the answer waits for the chair and nobody else contests it."""
    comment = disposition.comment
    if acting_role(actor) not in COMMENTERS or not commented(actor, comment.version):
        raise Refused("Answers are contested by those who commented on the version.")
    _demand_reading(actor, comment.version)
    if comment.withdrawn_at:
        raise NotNow(f"Comment {comment.number} was withdrawn, so its answer is not needed any more.")
    artefact = comment.version.artefact
    if artefact.state not in OPEN_TO_ANSWERS or disposition.validated_at:
        raise NotNow(f"The answer to comment {comment.number} stands. Your last word is yours to say.")
    if disposition.contested_at:
        raise NotNow(f"{disposition.contested_as} contests the answer to comment {comment.number} already.")


def commented(actor: Actor, version: Version) -> bool:
    """Whether the seat that ``actor`` acts for commented on the version."""
    return bool(actor.seat_id) and version.comments.filter(seat=actor.seat_id).exists()


def can_contest(actor: Actor, disposition: Disposition) -> bool:
    return allowed(check_can_contest, actor, disposition)


def speaks_for(actor: Actor, seat: Seat) -> bool:
    """Whether a comment of ``seat`` is the actor's to speak of: its own, or one a former Member of theirs made."""
    if actor.seat_id == seat.pk:
        return True
    over = seat.valid_to is not None and seat.valid_to < clock.today(actor.at)
    mine = actor.seat
    both = mine is not None and mine.role == seat.role == Role.MEMBER
    return over and both and mine is not None and mine.organisation_id == seat.organisation_id


def last_word_until(validated_at: datetime, kept: tuple[workdays.Calendar, dict[str, int]] | None = None) -> date:
    """The last day on which the commenter's word is waited for: by default ten working days after the validation.

    ``kept`` is ``workdays.kept()``, for whoever asks of several. One query without it.
    """
    holidays, periods = kept or workdays.kept()
    return workdays.add(
        workdays.effective_day(validated_at, holidays=holidays), periods["last-word"], holidays=holidays
    )


def check_can_say_last_word(actor: Actor, comment: Comment) -> None:
    """Whoever speaks for the commenter's seat, on a validated answer, until the group has decided."""
    if acting_role(actor) not in COMMENTERS or not speaks_for(actor, comment.seat):
        raise Refused(f"The last word on comment {comment.number} is for {comment.acting_as} to say.")
    _demand_reading(actor, comment.version)
    if comment.withdrawn_at:
        raise NotNow(f"Comment {comment.number} was withdrawn, and there is no more to say of it.")
    disposition = Disposition.objects.filter(comment=comment).first()
    if disposition is None or disposition.validated_at is None:
        raise NotNow(f"The answer to comment {comment.number} is not validated yet.")
    artefact = comment.version.artefact
    if artefact.state not in OPEN_TO_LAST_WORDS:
        raise NotNow(f"{artefact} is {in_words(artefact.state)}. Last words are said until the group has decided.")


def can_say_last_word(actor: Actor, comment: Comment) -> bool:
    return allowed(check_can_say_last_word, actor, comment)


def check_can_mark_duplicate(actor: Actor, comment: Comment, of: Comment | None) -> None:
    """Whoever answers the comments says which say the same; never in a chain, never across artefacts."""
    artefact = comment.version.artefact
    if not answers(actor, artefact):
        raise Refused(f"Duplicates are marked by the author{_named_to(actor, artefact)}.")
    _demand_reading(actor, comment.version)
    if comment.withdrawn_at:
        raise NotNow(f"Comment {comment.number} was withdrawn by the seat that made it, and repeats nothing.")
    if artefact.state not in OPEN_TO_ANSWERS:
        raise NotNow(f"{artefact} is {in_words(artefact.state)}. Comments are linked while they are being resolved.")
    if of is None:
        return
    if of.version.artefact_id != artefact.pk or not reads(actor, of.version):
        raise NotNow(f"Choose another comment on {artefact}.", "of")
    if of.pk == comment.pk:
        raise NotNow("A comment is no duplicate of itself.", "of")
    if of.withdrawn_at:
        raise NotNow(f"Comment {of.number} was withdrawn. Choose one that stands.", "of")
    if of.duplicate_of_id:
        raise NotNow(f"Comment {of.number} is a duplicate itself. Choose the one it repeats.", "of")
    if comment.duplicates.standing().exists():
        raise NotNow(f"Others are duplicates of comment {comment.number}. Point them elsewhere first.", "of")


def check_can_resolve_in(actor: Actor, version: Version) -> None:
    """Whoever writes it says which comments a version resolves."""
    artefact = version.artefact
    if not answers(actor, artefact):
        raise Refused(f"What a version resolves is said by the author{_named_to(actor, artefact)}.")
    _demand_reading(actor, version)
    if artefact.state == State.WITHDRAWN:
        raise NotNow(f"{artefact} is withdrawn.")


def can_resolve_in(actor: Actor, version: Version) -> bool:
    return allowed(check_can_resolve_in, actor, version)


def promised(artefact_id: int) -> CommentQuerySet:
    """The comments on any version of an artefact whose validated answer promises another text."""
    rows = Comment.objects.standing().filter(
        version__artefact=artefact_id,
        disposition__validated_at__isnull=False,
        disposition__answer__in=DONE_IN_A_VERSION,
    )
    return rows.select_related("version", "disposition").order_by("version__order", "number")


def work_off(artefact_id: int) -> "QuerySet[Comment]":
    """The comments carried forward that no version resolves yet: its work-off items."""
    return promised(artefact_id).filter(disposition__answer=Answer.CARRIED, resolved_in__isnull=True)


def resolvable_in(actor: Actor, version: Version) -> "QuerySet[Comment]":
    """The comments that ``version`` can resolve: promised on an earlier version, and resolved in no other.

    Only those on versions that ``actor`` reads: an earlier one may be marked for others.
    """
    rows = promised(version.artefact_id).visible_to(actor).filter(version__order__lt=version.order)
    return rows.filter(Q(resolved_in__isnull=True) | Q(resolved_in=version))


# ------------------------------------------------------------------------------------------------- assessment and ready


def check_can_assess(actor: Actor, version: Version) -> None:
    """Analysts, architects, whoever acts for the author's or owner's seat; the latest version, before it is ready."""
    artefact = version.artefact
    if not writes(actor, artefact):
        raise Refused(f"Assessments are made by the author{_named_to(actor, artefact)}, an analyst or an architect.")
    _demand_reading(actor, version)
    if artefact.state not in OPEN_TO_ASSESSMENT:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)}, so its assessment stands. A new version is assessed anew."
        )
    if version.pk != artefact.versions.order_by("-order").values_list("pk", flat=True).first():
        raise NotNow(f"{version.label} is not the latest version. Assess the latest one.")


def can_assess(actor: Actor, version: Version) -> bool:
    return allowed(check_can_assess, actor, version)


@dataclass(frozen=True)
class Readiness:
    """What is met and what is missing before an artefact is ready: three lines, each with its number and its whole.

    ``comments`` counts those on every version, so that a new version buries none. ``held`` says whether anything from
    the wider industry waits for its release, and not how much: until then chair and secretariat alone know.
    """

    comments: int
    answered: int
    validated: int
    principles: int
    blank_principles: tuple[str, ...]
    constituencies: int
    blank_constituencies: tuple[str, ...]
    held: bool

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Each line that is not met, as a sentence."""
        found = []
        if self.validated < self.comments:
            found.append(f"{self.comments - self.validated} of {self.comments} comments have no validated answer.")
        if self.blank_principles:
            found.append(f"Not assessed: {', '.join(self.blank_principles)}.")
        if self.blank_constituencies:
            found.append(f"Impact not stated: {', '.join(self.blank_constituencies)}.")
        if self.held:
            found.append("The secretariat still has to release what came from the wider industry.")
        return tuple(found)


def listed_principles(day: date) -> list[DesignPrinciple]:
    """The principles in force on ``day``."""
    return list(DesignPrinciple.objects.listed(day))


def listed_constituencies(day: date) -> list[Constituency]:
    """The constituencies listed on ``day``, in the order of the Terms of Reference (M4)."""
    return list(Constituency.objects.listed(day))


def readiness(version: Version, at: datetime) -> Readiness:
    """What stands between the artefact of ``version`` and ready at ``at`` (P2, O2). Six queries."""
    comments = Comment.objects.standing().filter(version__artefact=version.artefact_id)
    states = list(comments.values_list("disposition__pk", "disposition__validated_at"))
    today = clock.today(at)
    principles, constituencies = listed_principles(today), listed_constituencies(today)
    assessed = set(PrincipleAssessment.objects.filter(version=version).values_list("principle_id", flat=True))
    stated = set(ImpactAssessment.objects.filter(version=version).values_list("constituency_id", flat=True))
    return Readiness(
        comments=len(states),
        answered=sum(disposition is not None for disposition, _ in states),
        validated=sum(validated is not None for _, validated in states),
        principles=len(principles),
        blank_principles=tuple(row.reference for row in principles if row.pk not in assessed),
        constituencies=len(constituencies),
        blank_constituencies=tuple(row.name for row in constituencies if row.pk not in stated),
        held=bool(held(version.artefact_id)),
    )


def check_can_make_ready(actor: Actor, artefact: Artefact) -> None:
    """The author, when every comment has a validated answer and no cell of the assessment is blank."""
    if acting_role(actor) not in AUTHORS or not is_author(actor, artefact):
        raise Refused(f"{artefact} is made ready by its author{_named_to(actor, artefact)}.")
    version = latest(artefact)
    if artefact.state != State.RESOLVING or version is None:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)}. It becomes ready from resolving comments, after a consultation."
        )
    _demand_reading(actor, version)
    missing = readiness(version, actor.at).missing
    if missing:
        raise NotNow(f"{artefact} is not ready yet. {' '.join(missing)}")


def can_make_ready(actor: Actor, artefact: Artefact) -> bool:
    return allowed(check_can_make_ready, actor, artefact)


# --------------------------------------------------------------------------------------- the rest of an artefact's life


def check_can_open_revision(actor: Actor, artefact: Artefact) -> None:
    """The author, from approved, returned, or not agreed while the DAG is not owed the decision (D3)."""
    if acting_role(actor) not in AUTHORS or not is_author(actor, artefact):
        raise Refused(f"A revision of {artefact} is opened by its author{_named_to(actor, artefact)}.")
    _demand_sight(actor, artefact)
    legal = move(artefact.state, State.DRAFT, Mover.AUTHOR)
    if legal is None or legal.verb != Verb.OPEN_REVISION:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)}. A revision opens once it is approved, returned or not agreed."
        )
    _not_bound(artefact)


def can_open_revision(actor: Actor, artefact: Artefact) -> bool:
    return allowed(check_can_open_revision, actor, artefact)


def check_can_withdraw(actor: Actor, artefact: Artefact) -> None:
    """The chair, before the group has endorsed it, and not while the DAG is owed the decision (D3)."""
    only_chair(actor, "Artefacts are withdrawn by the chair.")
    _demand_sight(actor, artefact)
    if move(artefact.state, State.WITHDRAWN, Mover.CHAIR) is None:
        raise NotNow(f"{artefact} is {in_words(artefact.state)} and cannot be withdrawn from there.")
    _not_bound(artefact)
    _not_held(artefact)


def can_withdraw(actor: Actor, artefact: Artefact) -> bool:
    return allowed(check_can_withdraw, actor, artefact)


def _not_held(artefact: Artefact) -> None:
    """A draft that a record of the apps above waits on stays as it is until that is settled. One query, of a draft."""
    if artefact.state == State.DRAFT:
        why = holds.held("artefact", [artefact.pk])
        if why:
            raise NotNow(why[artefact.pk])


def _not_bound(artefact: Artefact) -> None:
    if artefact.state == State.NOT_AGREED and artefact.bound_for_dag:
        raise NotNow(
            f"The decision on {artefact} was delegated by the DAG and ended without consensus, so the chair escalates "
            "it to the DAG first."
        )


def check_can_follow(artefact: Artefact, to: str, by: str, version: Version | None) -> None:
    """Whether a record made above moves the artefact there. The apps above check who may make that record.

    Approval is none of these moves: it is made by ``approve`` and ``discharge`` alone (D1).
    """
    if to in {State.APPROVED, State.CONDITIONS}:
        raise NotNow(f"{artefact} is approved by an outcome of the DAG and by nothing else.")
    legal = move(artefact.state, to, by)
    if legal is None or legal.verb != Verb.FOLLOW:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)} and cannot become {State(to).label.lower()} from there."
        )
    if version is not None and version.artefact_id != artefact.pk:
        raise NotNow(f"{version} is no version of {artefact}.")
    last = artefact.versions.order_by("-order").values_list("pk", flat=True).first()
    if to == State.UNDER_DECISION and version is not None and version.pk != last:
        raise NotNow(f"{version.label} is not the latest version of {artefact}. Decide on the latest one.")


def check_can_approve(artefact: Artefact, version: Version, *, conditional: bool) -> None:
    """Whether an outcome of the DAG approves that version: the artefact is with the DAG (D1)."""
    to = State.CONDITIONS if conditional else State.APPROVED
    legal = move(artefact.state, to, Mover.OUTCOME)
    if artefact.state != State.WITH_DAG or legal is None or legal.verb != Verb.APPROVE:
        raise NotNow(f"{artefact} is {in_words(artefact.state)}, not with the DAG, so no outcome approves it.")
    if version.artefact_id != artefact.pk:
        raise NotNow(f"{version} is no version of {artefact}.")


def check_never_worked_on(artefact: Artefact, version: Version | None) -> None:
    """Whether ``version`` can have been approved before this system: the latest of a draft, never consulted on here."""
    own_way = "What the group has worked on here goes to the DAG as a submission."
    if Consultation.objects.filter(version__artefact=artefact).exists():
        raise NotNow(f"{artefact} was consulted on here. {own_way}")
    if artefact.state == State.APPROVED:
        raise NotNow(f"{artefact} is approved already.")
    if artefact.state != State.DRAFT or artefact.baselines.exists():
        raise NotNow(f"{artefact} is {in_words(artefact.state)} here, and no fresh draft. {own_way}")
    last = latest(artefact)
    if version is None or last is None:
        raise NotNow(f"{artefact} has no version yet. Its author uploads the approved text first.")
    if version.pk != last.pk:
        raise NotNow(f"{version.label} is not the latest version of {artefact}. Record it on {last.label}.")


def check_can_discharge(artefact: Artefact, version: Version | None) -> None:
    """Whether its last condition can be discharged: it is approved with conditions."""
    legal = move(artefact.state, State.APPROVED, Mover.OUTCOME)
    if legal is None or legal.verb != Verb.DISCHARGE:
        raise NotNow(
            f"{artefact} is {in_words(artefact.state)}; only an approval with conditions has some to discharge."
        )
    if version is not None and version.artefact_id != artefact.pk:
        raise NotNow(f"{version} is no version of {artefact}.")
