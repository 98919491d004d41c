"""Who may change who the group is. Rules are pairs: ``check_can_x`` raises the sentence, ``can_x`` shows the button.

The secretariat keeps people and seats (S3). Nobody touches a seat of their own. A privileged seat takes two people.
"""

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.db.models import Q

from sdwg import clock
from sdwg.members.access import Actor, NotNow, Refused, allowed
from sdwg.members.models import (
    PRIVILEGED_ROLES,
    PROGRAMME_ROLES,
    Alternate,
    Constituency,
    Invitation,
    Organisation,
    Person,
    Role,
    Seat,
)

ONE_DAY = timedelta(days=1)
CONFIRMED_BY = dict.fromkeys(PRIVILEGED_ROLES, Role.CHAIR) | {Role.CHAIR: Role.LIAISON, Role.DEPUTY: Role.LIAISON}
"""Whose confirmation a privileged seat waits for; a deputy's where there is no chair to name one."""
NO_ALTERNATE = frozenset({*PROGRAMME_ROLES, Role.LIAISON, Role.AUDITOR})
"""Roles that state no position, or watch those who do: whoever holds one stands in for nobody."""
NO_DEPUTY = {
    Role.MEMBER: "states positions. Whoever presides states none.",
    Role.COLLEAGUE: "drafts for one that states positions. Whoever presides states none.",
    Role.LIAISON: "answers for the DAG. Whoever presides puts things to it.",
    Role.AUDITOR: "watches what the chair does.",
}
"""Roles that state positions, draft for a seat that does, answer for the DAG or watch: no chair's acts beside them."""


def words(day: date) -> str:
    """ "4 December 2026", as sentences have it."""
    return f"{day:%-d %B %Y}"


def _way_on(actor: Actor, role: Role) -> str:
    """Where to turn: the other seat of one's own, or whoever holds the role."""
    if actor.has(role):
        return "You are acting for another seat: choose the seat to act for, and try again."
    return f"Ask the {role.label}." if role == Role.LIAISON else f"Ask the {role.label.lower()}."


# ----------------------------------------------------------------------------------------------------------- people


def check_can_keep_people(actor: Actor) -> None:
    """People, organisations and invitations are the secretariat's."""
    if not actor.acts_as(Role.SECRETARIAT):
        raise Refused(f"The secretariat keeps the list of people and seats. {_way_on(actor, Role.SECRETARIAT)}")


def can_keep_people(actor: Actor) -> bool:
    return allowed(check_can_keep_people, actor)


def check_can_tend_mail(actor: Actor) -> None:
    """What the program could not send is the secretariat's to see to, and the chair's where that fails."""
    if not actor.acts_as(Role.SECRETARIAT, Role.CHAIR):
        raise Refused(f"The secretariat sees to mail that was not sent. {_way_on(actor, Role.SECRETARIAT)}")


def can_tend_mail(actor: Actor) -> bool:
    return allowed(check_can_tend_mail, actor)


def check_can_make_person(actor: Actor, display_name: str, address: str) -> None:
    """One account an address."""
    check_can_keep_people(actor)
    if not display_name.strip():
        raise NotNow("Give the name by which the group knows this person.", "display_name")
    _check_address_is_free(address)


def _check_address_is_free(address: str) -> None:
    taken = EmailAddress.objects.filter(email__iexact=address).select_related("user").first()
    if taken:
        raise NotNow(f"{taken.user} has this address already. Appoint that account instead.", "address")


def check_can_make_organisation(actor: Actor, name: str, constituency: Constituency | None) -> None:
    """Names are used once, whatever their capitals; a constituency has to be one that is listed today (M4)."""
    check_can_keep_people(actor)
    if Organisation.objects.filter(name__iexact=name.strip()).exists():
        raise NotNow(f"{name.strip()} is in the list already.", "name")
    if constituency and not Constituency.objects.listed(clock.today(actor.at)).filter(pk=constituency.pk).exists():
        raise NotNow(f"{constituency} is not listed today. Choose one that is.", "constituency")


def check_can_keep_constituencies(actor: Actor) -> None:
    """The list of constituencies is the secretariat's (M4)."""
    if not actor.acts_as(Role.SECRETARIAT):
        raise Refused(f"The secretariat keeps the list of constituencies. {_way_on(actor, Role.SECRETARIAT)}")


def can_keep_constituencies(actor: Actor) -> bool:
    return allowed(check_can_keep_constituencies, actor)


def check_can_list_constituency(actor: Actor, name: str, short_name: str) -> None:
    """Both names are used once, retired ones included, whatever their capitals."""
    check_can_keep_constituencies(actor)
    for field, typed in (("name", name.strip()), ("short_name", short_name.strip())):
        if not typed:
            raise NotNow("Give it a name." if field == "name" else "Give it a short name for narrow columns.", field)
        if Constituency.objects.filter(**{f"{field}__iexact": typed}).exists():
            raise NotNow(f"{typed} is in the list already. A retired one is listed again.", field)


def check_can_retire_constituency(actor: Actor, constituency: Constituency, reason: str = "-") -> None:
    """Not while somebody holds a Member seat for it or will."""
    check_can_keep_constituencies(actor)
    if constituency.retired_on:
        raise NotNow(f"{constituency} was retired on {words(constituency.retired_on)}.")
    seats = Seat.objects.standing().members().filter(organisation__constituency=constituency)
    held = seats.overlapping(clock.today(actor.at), None).with_names().first()
    if held:
        raise NotNow(f"{held.person} holds the seat {held.label} for it. End that seat first.")
    if not reason.strip():
        raise NotNow("Say why, for the record.", "reason")


def can_retire_constituency(actor: Actor, constituency: Constituency) -> bool:
    return allowed(check_can_retire_constituency, actor, constituency)


def check_can_relist_constituency(actor: Actor, constituency: Constituency) -> None:
    """Only what is retired comes back."""
    check_can_keep_constituencies(actor)
    if constituency.retired_on is None:
        raise NotNow(f"{constituency} is listed.")


def can_relist_constituency(actor: Actor, constituency: Constituency) -> bool:
    return allowed(check_can_relist_constituency, actor, constituency)


def check_can_invite(actor: Actor, person: Person) -> None:
    """An invitation makes the first password; whoever has one resets it themselves."""
    check_can_keep_people(actor)
    if not person.is_active:
        raise NotNow(f"{person}'s account is closed. Open it again first.")
    if person.has_usable_password():
        raise NotNow(f"{person} has accepted an invitation. A lost password is reset on the sign-in page.")


def can_invite(actor: Actor, person: Person) -> bool:
    return allowed(check_can_invite, actor, person)


def check_can_revoke_invitation(actor: Actor, invitation: Invitation) -> None:
    """Only a link that still leads somewhere can be taken back."""
    check_can_keep_people(actor)
    if not invitation.is_good(actor.at):
        raise NotNow("This invitation has been used, taken back or has run out.")


def can_revoke_invitation(actor: Actor, invitation: Invitation) -> bool:
    return allowed(check_can_revoke_invitation, actor, invitation)


def check_can_accept_invitation(invitation: Invitation | None, at: datetime) -> None:
    """The link is the right; it is good once, for seven days, and not for a closed account."""
    if invitation is None or not invitation.is_good(at) or not invitation.person.is_active:
        raise NotNow("This link is not good any more. Ask the secretariat for a new invitation.")


def check_can_close_account(actor: Actor, person: Person) -> None:
    """The way out at once, whatever seats there are; the group keeps somebody who can let people in."""
    check_can_keep_people(actor)
    if actor.person_id == person.pk:
        raise Refused("Nobody closes an account of their own. Ask another member of the secretariat or the chair.")
    if not person.is_active:
        raise NotNow(f"{person}'s account is closed already.")
    _check_group_stays_whole(Q(person=person), clock.today(actor.at))


def can_close_account(actor: Actor, person: Person) -> bool:
    return allowed(check_can_close_account, actor, person)


def check_can_open_account(actor: Actor, person: Person) -> None:
    """Opened again: the seats that still run count again."""
    check_can_keep_people(actor)
    if person.is_active:
        raise NotNow(f"{person}'s account is open already.")


def can_open_account(actor: Actor, person: Person) -> bool:
    return allowed(check_can_open_account, actor, person)


def needs_address(person: Person) -> bool:
    """Whether there is no address of theirs: their contact details were removed."""
    return not EmailAddress.objects.filter(user=person).exists()


def check_new_address(person: Person, address: str) -> None:
    """Whoever's contact details were removed comes back with an address that nobody has."""
    if not address:
        raise NotNow(f"{person}'s contact details were removed. Give an address for the invitation.", "address")
    _check_address_is_free(address)


def check_can_redact(actor: Actor, person: Person, reason: str = "-") -> None:
    """Contact details go when their person has left for good: the account closed, no seat that runs or is to come."""
    check_can_keep_people(actor)
    if person.is_active:
        raise NotNow(f"{person}'s account is open. Close it first.")
    seats = Seat.objects.standing().filter(person=person).overlapping(clock.today(actor.at), None)
    if held := seats.select_related("organisation").first():
        raise NotNow(f"{person} holds or awaits the seat {held.label}. End that seat first.")
    if needs_address(person):
        raise NotNow(f"{person}'s contact details were removed already.")
    if not reason.strip():
        raise NotNow("Say why, for the record.", "reason")


def can_redact(actor: Actor, person: Person) -> bool:
    return allowed(check_can_redact, actor, person)


# ------------------------------------------------------------------------------------------------------------ seats


def check_can_appoint(actor: Actor, seat: Seat) -> None:
    """Whether ``seat``, not yet saved, may be proposed; the one rule for all roles.

    A seat starts today at the earliest: what was done before was done without it.
    """
    if seat.role == Role.DEPUTY:
        check_can_name_deputy(actor)
    elif seat.role == Role.COLLEAGUE:
        raise Refused("Colleagues are added by the member they read for.")
    else:
        check_can_keep_people(actor)
    if actor.person_id == seat.person_id:
        raise Refused("Nobody makes a seat of their own. Another member of the secretariat appoints you.")
    if not seat.person.is_active:
        raise NotNow(f"{seat.person}'s account is closed. Open it again first.", "person")
    if seat.valid_from < clock.today(actor.at):
        raise NotNow(f"A seat starts today, {words(clock.today(actor.at))}, at the earliest.", "valid_from")
    if seat.valid_to and seat.valid_to < seat.valid_from:
        raise NotNow("The last day comes before the first.", "valid_to")
    _check_not_held_already(seat)
    _check_not_presiding(seat)
    if seat.role == Role.MEMBER:
        _check_member_seat(actor, seat)
    if seat.role == Role.CHAIR:
        check_one_chair(seat)
    if seat.role == Role.DEPUTY:
        check_one_deputy(seat, actor.at)


def check_can_name_deputy(actor: Actor) -> None:
    """The chair names who presides in a time; where the chair's seat is vacant, the secretariat proposes (S2)."""
    if names_deputy(actor):
        return
    if Seat.objects.current(clock.today(actor.at)).filter(role=Role.CHAIR).exists():
        raise Refused(f"The chair names a deputy. {_way_on(actor, Role.CHAIR)}")
    check_can_keep_people(actor)


def can_name_deputy(actor: Actor) -> bool:
    return allowed(check_can_name_deputy, actor)


def names_deputy(actor: Actor) -> bool:
    """Whether ``actor`` acts for the chair's own seat; while there is a deputy too, to name the next or to end one."""
    return actor.alternate is None and actor.seat is not None and actor.seat.role == Role.CHAIR


def check_one_deputy(seat: Seat, at: datetime) -> None:
    """A deputy has a first and a last day, is the only one between them, and states no position meanwhile.

    Nor do they answer for the DAG meanwhile: nobody submits as the chair and records as its liaison.
    """
    if seat.valid_to is None:
        raise NotNow("A deputy is named for a time. Give the last day.", "valid_to")
    others = Seat.objects.standing().filter(role=Role.DEPUTY).exclude(pk=seat.pk)
    if other := others.overlapping(seat.valid_from, seat.valid_to).select_related("person").first():
        assert other.valid_to  # noqa: S101 (no deputy without one)
        raise NotNow(
            f"{other.person} is named deputy until {words(other.valid_to)}. "
            "End that seat first, or start this one on the day after.",
            "valid_from",
        )
    held = Seat.objects.standing().filter(person=seat.person, role__in=NO_DEPUTY).with_names()
    if other := held.overlapping(seat.valid_from, seat.valid_to).first():
        raise NotNow(f"{seat.person} holds the seat {other.label}, which {NO_DEPUTY[Role(other.role)]}", "person")
    standing = Alternate.objects.standing(at).filter(person=seat.person).select_related("person", "seat__organisation")
    if nomination := standing.of_running_seats(clock.today(at)).first():
        raise NotNow(
            f"{nomination.label}: whoever presides states no position. Withdraw that nomination first.", "person"
        )


def _check_not_held_already(seat: Seat) -> None:
    same = Seat.objects.standing().filter(person=seat.person, organisation=seat.organisation, role=seat.role)
    if same.overlapping(seat.valid_from, seat.valid_to).exists():
        raise NotNow(f"{seat.person} holds or awaits this seat already in that time.", "person")


def _check_not_presiding(seat: Seat) -> None:
    """What whoever presides may not hold is not given to a deputy while they are one."""
    if seat.role not in NO_DEPUTY:
        return
    deputies = Seat.objects.standing().filter(role=Role.DEPUTY, person=seat.person)
    if deputies.overlapping(seat.valid_from, seat.valid_to).exists():
        does = NO_DEPUTY[Role(seat.role)]
        raise NotNow(f"{seat.person} is a deputy for the chair in that time. This seat {does}", "person")


def _check_member_seat(actor: Actor, seat: Seat) -> None:
    """One current Member seat an organisation unless it is recorded why (M4); no member stands in for another (S4)."""
    if seat.organisation.constituency is None:
        raise NotNow(
            f"{seat.organisation} belongs to no constituency, so it has no Member seat. Choose another organisation.",
            "organisation",
        )
    today = clock.today(actor.at)
    if not Constituency.objects.listed(today).filter(organisations=seat.organisation).exists():
        raise NotNow(f"{seat.organisation.constituency} is retired. List it again first.", "organisation")
    others = Seat.objects.standing().members().filter(organisation=seat.organisation)
    first = others.overlapping(seat.valid_from, seat.valid_to).select_related("person").first()
    if first and not seat.why_second.strip():
        raise NotNow(
            f"{seat.organisation} has a Member seat in that time, {first.person}'s. "
            "Say why it has a second one, or end that seat first.",
            "why_second",
        )
    standing = Alternate.objects.standing(actor.at).filter(person=seat.person).select_related("seat__organisation")
    if nomination := standing.first():
        raise NotNow(
            f"{nomination.label}: nobody holds a Member seat and stands in for another. "
            "Withdraw that nomination first.",
            "person",
        )


def check_one_chair(seat: Seat) -> None:
    """Exactly one chair on any day (M1): ``seat`` may meet no chair's seat that is in force or will be."""
    confirmed = Seat.objects.filter(role=Role.CHAIR, confirmed_at__isnull=False).exclude(pk=seat.pk)
    other = confirmed.overlapping(seat.valid_from, seat.valid_to).select_related("person").first()
    if other:
        until = f"until {words(other.valid_to)}" if other.valid_to else "without an end"
        raise NotNow(
            f"{other.person} is the chair {until}, and there is one chair at a time. "
            "End that seat first, or start this one on the day after.",
            "valid_from",
        )


def check_can_confirm_seat(actor: Actor, seat: Seat) -> None:
    """The second person of a privileged seat: the chair, for the chair's own the DAG liaison."""
    _check_may_answer(actor, seat)
    if not seat.person.is_active:
        raise NotNow(f"{seat.person}'s account is closed.")
    if seat.valid_to and seat.valid_to < clock.today(actor.at):
        raise NotNow(f"This seat would have ended on {words(seat.valid_to)}. Ask the secretariat to propose it anew.")
    if seat.role == Role.CHAIR:
        check_one_chair(seat)
    if seat.role == Role.DEPUTY and Seat.objects.current(clock.today(actor.at)).filter(role=Role.CHAIR).exists():
        raise NotNow("There is a chair by now, who names a deputy. Decline this seat.")


def can_confirm_seat(actor: Actor, seat: Seat) -> bool:
    return allowed(check_can_confirm_seat, actor, seat)


def check_can_decline_seat(actor: Actor, seat: Seat) -> None:
    """Whoever could confirm may decline instead, and the secretariat may take its proposal back."""
    if not actor.acts_as(Role.SECRETARIAT) or actor.person_id == seat.person_id:
        _check_may_answer(actor, seat)
    elif not seat.is_pending:
        raise NotNow("This seat waits for nobody any more.")


def can_decline_seat(actor: Actor, seat: Seat) -> bool:
    return allowed(check_can_decline_seat, actor, seat)


def _check_may_answer(actor: Actor, seat: Seat) -> None:
    if not seat.is_pending:
        raise NotNow("This seat waits for nobody any more.")
    confirmer = CONFIRMED_BY.get(Role(seat.role), Role.CHAIR)
    if not actor.acts_as(confirmer):
        raise Refused(f"The {confirmer.label} confirms this seat. {_way_on(actor, confirmer)}")
    if actor.person_id == seat.person_id:
        raise Refused("Nobody confirms a seat of their own.")
    if actor.person_id == seat.proposed_by_id:
        raise Refused("Whoever proposed a seat does not confirm it: that takes a second person.")


def check_can_end_seat(actor: Actor, seat: Seat, last_day: date) -> None:
    """The secretariat ends seats; the chair may end the secretariat's, so that nobody sits for ever.

    ``last_day`` is inclusive: yesterday ends the seat at once.
    """
    check_may_end_seats(actor, seat)
    today = clock.today(actor.at)
    if seat.confirmed_at is None or (seat.valid_to and seat.valid_to < today):
        raise NotNow("This seat is not in force and not to come.")
    if last_day < max(today - ONE_DAY, seat.valid_from):
        earliest = max(today - ONE_DAY, seat.valid_from)
        raise NotNow(
            f"Its last day is {words(earliest)} at the earliest. "
            f"To keep {seat.person} out from now on, close the account.",
            "last_day",
        )
    if seat.valid_to and last_day > seat.valid_to:
        raise NotNow(f"It ends on {words(seat.valid_to)} already. A longer time is a new seat.", "last_day")
    _check_group_stays_whole(Q(pk=seat.pk), last_day + ONE_DAY)


def check_may_end_seats(actor: Actor, seat: Seat) -> None:
    """Who may end ``seat``, whatever the day."""
    if actor.person_id == seat.person_id:
        raise Refused("Nobody ends a seat of their own. Ask another member of the secretariat, or the chair.")
    if seat.role == Role.DEPUTY and names_deputy(actor):
        return
    if seat.role == Role.COLLEAGUE and can_have_colleagues(actor) and seat.colleague_of_id == actor.seat_id:
        return
    if not actor.acts_as(Role.SECRETARIAT) and not (actor.acts_as(Role.CHAIR) and seat.role == Role.SECRETARIAT):
        raise Refused("The secretariat ends seats, and the chair those of the secretariat and of a deputy.")


def can_end_seat(actor: Actor, seat: Seat) -> bool:
    return seat.confirmed_at is not None and allowed(check_may_end_seats, actor, seat)


def _check_group_stays_whole(leaving: Q, day: date) -> None:
    """Without a secretariat nobody can appoint; without chair and liaison nobody can confirm. There is no way back."""
    staying = Seat.objects.current(day).filter(person__is_active=True).exclude(leaving)
    before = set(Seat.objects.current(day).filter(person__is_active=True).values_list("role", flat=True))
    after = set(staying.values_list("role", flat=True))
    if Role.SECRETARIAT in before - after:
        raise NotNow(
            "The group would have no secretariat. Appoint the successor first, from the day after.", "last_day"
        )
    if before & {Role.CHAIR, Role.LIAISON} and not after & {Role.CHAIR, Role.LIAISON}:
        raise NotNow(
            "The group would have neither chair nor DAG liaison, and nobody could confirm a new one. "
            "Appoint one of them first.",
            "last_day",
        )


# ------------------------------------------------------------------------------------------------------- colleagues


def check_can_have_colleagues(actor: Actor) -> None:
    """A member adds those of their own organisation who read and draft for their seat (M4)."""
    if actor.member_seat is None or actor.alternate:
        raise Refused("A member adds colleagues for their own seat. Choose your Member seat, if you hold one.")


def can_have_colleagues(actor: Actor) -> bool:
    return allowed(check_can_have_colleagues, actor)


def check_can_add_colleague(actor: Actor, of: Seat, seat: Seat, display_name: str, known: Person | None) -> None:
    """Whether ``seat``, a colleague's of ``of`` and not yet saved, may be added; ``known`` has the address already."""
    today = clock.today(actor.at)
    if known is None and not display_name.strip():
        raise NotNow("Give the name by which the group will know them.", "display_name")
    if known:
        elsewhere = Seat.objects.standing().filter(person=known).overlapping(today, None)
        if not known.is_active or elsewhere.exists():
            raise NotNow("Whoever has this address has a seat, or a closed account. Ask the secretariat.", "address")
    if seat.valid_to and seat.valid_to < today:
        raise NotNow("The last day is past.", "valid_to")
    if of.valid_to and (seat.valid_to is None or seat.valid_to > of.valid_to):
        raise NotNow(f"Your own seat ends on {words(of.valid_to)}: give a last day no later.", "valid_to")


# ------------------------------------------------------------------------------------------------------- alternates


def check_can_nominate_for(actor: Actor, seat: Seat) -> None:
    """A member nominates who stands in for their own seat (S4); an alternate nominates nobody."""
    if seat.role != Role.MEMBER:
        raise Refused("Alternates stand in for Member seats. Programme roles have none.")
    if actor.person_id is None or seat.person_id != actor.person_id:
        raise Refused("A member nominates their own alternate.")
    if seat.pk not in {own.pk for own in actor.seats}:
        raise NotNow("This seat is not in force today.")
    if seat.pk != actor.seat_id or actor.alternate:
        raise Refused("You are acting for another seat: choose the seat to act for, and try again.")


def check_can_nominate(actor: Actor, alternate: Alternate) -> None:
    """Whether ``alternate``, not yet saved, may be nominated."""
    check_can_nominate_for(actor, alternate.seat)
    if alternate.person_id == actor.person_id:
        raise NotNow("Nominate somebody else: you hold the seat.", "person")
    check_can_stand_in(alternate.person, clock.today(actor.at))
    if alternate.window_from and alternate.window_to:
        _check_window(actor, alternate)
    elif not alternate.for_key:
        raise NotNow("Say from when to when.", "first_day")
    others = Alternate.objects.standing(actor.at).filter(seat=alternate.seat, for_key=alternate.for_key)
    if alternate.for_key:
        if other := others.select_related("person").first():
            raise NotNow(
                f"{other.person} is nominated for {other.for_ref} already. Withdraw that nomination first.", "person"
            )
        return
    meets = others.filter(window_from__lt=alternate.window_to, window_to__gt=alternate.window_from)
    if other := meets.select_related("person").first():
        raise NotNow(f"{other.person} is nominated for part of that time. Withdraw that nomination first.", "first_day")


def _check_window(actor: Actor, alternate: Alternate) -> None:
    assert alternate.window_from  # noqa: S101 (asked by the caller)
    assert alternate.window_to  # noqa: S101
    if alternate.window_to <= alternate.window_from:
        raise NotNow("The last day comes before the first.", "last_day")
    if alternate.window_to <= actor.at:
        raise NotNow("This time is over.", "last_day")
    end = alternate.seat.valid_to
    if end and clock.today(alternate.window_from) > end:
        raise NotNow(f"Your seat ends on {words(end)}.", "first_day")


def check_can_stand_in(person: Person, day: date) -> None:
    """Who can be an alternate: an open account without a Member seat and without a role that states no position."""
    if not person.is_active:
        raise NotNow(f"{person}'s account is closed. Ask the secretariat.", "person")
    held = Seat.objects.standing().filter(person=person).overlapping(day, None)
    for seat in held.select_related("organisation"):
        if seat.role == Role.MEMBER:
            raise NotNow(
                f"{person} holds a Member seat of {seat.organisation} and cannot stand in for another.", "person"
            )
        if seat.role in NO_ALTERNATE:
            raise NotNow(f"{person} is {seat.get_role_display()}, a role that states no position.", "person")


def check_can_accept_nomination(actor: Actor, alternate: Alternate) -> None:
    """The nominated person accepts, while it stands; it counts from then."""
    if actor.person_id is None or actor.person_id != alternate.person_id:
        raise Refused("The nominated person accepts.")
    check_nomination_stands(actor, alternate)
    if alternate.accepted_at:
        raise NotNow("You have accepted this nomination.")
    check_can_stand_in(alternate.person, clock.today(actor.at))


def can_accept_nomination(actor: Actor, alternate: Alternate) -> bool:
    return allowed(check_can_accept_nomination, actor, alternate)


def check_nomination_stands(actor: Actor, alternate: Alternate) -> None:
    """Neither withdrawn nor over, and its seat still runs."""
    if alternate.revoked_at:
        raise NotNow("This nomination was withdrawn.")
    if alternate.window_to and alternate.window_to <= actor.at:
        raise NotNow("This nomination is over.")
    if alternate.seat.valid_to and alternate.seat.valid_to < clock.today(actor.at):
        raise NotNow("The seat it stands in for has ended.")


def check_can_revoke_nomination(actor: Actor, alternate: Alternate) -> None:
    """The member withdraws it, the alternate steps down, or the secretariat puts it right."""
    if not actor.acts_as(Role.SECRETARIAT) and actor.person_id not in {alternate.person_id, alternate.seat.person_id}:
        raise Refused("The member withdraws a nomination, or the alternate steps down.")
    check_nomination_stands(actor, alternate)


def can_revoke_nomination(actor: Actor, alternate: Alternate) -> bool:
    return allowed(check_can_revoke_nomination, actor, alternate)
