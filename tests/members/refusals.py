"""Every check of people, seats and alternates holds something up: one attempt each that this check alone refuses."""

from datetime import timedelta

from django.test import override_settings
from django.urls import reverse

from sdwg.members import operations, rules, sheets, views
from sdwg.members.models import Constituency, Person, Role
from sdwg.members.operations import people
from tests.architecture.refusals import Attempt, allowed, refusal
from tests.cast import Cast
from tests.members import make
from tests.members.make import PERIOD, TODAY, TOMORROW

# ---------------------------------------------------------------------------------------------------------- operations


@refusal(operations.make_organisation, "check_can_make_organisation")
def a_name_is_not_listed_twice(cast: Cast) -> Attempt:
    return lambda: operations.make_organisation(actor=cast.actor("secretariat"), name="IDNO B")


@refusal(operations.list_constituency, "check_can_list_constituency")
def a_constituency_is_not_listed_twice(cast: Cast) -> Attempt:
    secretariat = cast.actor("secretariat")
    return lambda: operations.list_constituency(actor=secretariat, name="large suppliers", short_name="Large")


@refusal(operations.move_constituency, "check_can_keep_constituencies")
def the_chair_orders_no_constituencies(cast: Cast) -> Attempt:
    row, chair = Constituency.objects.first(), cast.actor("chair")
    assert row
    return lambda: operations.move_constituency(actor=chair, constituency=row, by=1)


@refusal(operations.retire_constituency, "check_can_retire_constituency")
def a_constituency_with_a_seat_is_not_retired(cast: Cast) -> Attempt:
    row, secretariat = cast.seat("idno").organisation.constituency, cast.actor("secretariat")
    assert row
    return lambda: operations.retire_constituency(actor=secretariat, constituency=row, reason="-")


@refusal(operations.relist_constituency, "check_can_relist_constituency")
def a_listed_constituency_is_not_listed_again(cast: Cast) -> Attempt:
    row, secretariat = Constituency.objects.first(), cast.actor("secretariat")
    assert row
    return lambda: operations.relist_constituency(actor=secretariat, constituency=row)


@refusal(rules.check_can_list_constituency, "check_can_keep_constituencies")
def the_chair_lists_no_constituency(cast: Cast) -> Attempt:
    chair = cast.actor("chair")
    return lambda: operations.list_constituency(actor=chair, name="Heat networks", short_name="Heat")


@refusal(rules.check_can_retire_constituency, "check_can_keep_constituencies")
def the_chair_retires_no_constituency(cast: Cast) -> Attempt:
    row, chair = Constituency.objects.get(short_name="I&C Suppliers"), cast.actor("chair")
    return lambda: operations.retire_constituency(actor=chair, constituency=row, reason="-")


@refusal(rules.check_can_relist_constituency, "check_can_keep_constituencies")
def the_chair_lists_no_constituency_again(cast: Cast) -> Attempt:
    row = Constituency.objects.get(short_name="I&C Suppliers")
    row = operations.retire_constituency(actor=cast.actor("secretariat"), constituency=row, reason="-")
    return lambda: operations.relist_constituency(actor=cast.actor("chair"), constituency=row)


@refusal("sdwg.members.views._constituency_page", "check_can_keep_constituencies")
def the_list_of_constituencies_is_not_everybody_s(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("chair").get("/members/constituencies/"))


@refusal("sdwg.members.views.retire_constituency", "check_can_keep_constituencies")
def nor_is_the_form_that_retires_one(cast: Cast) -> Attempt:
    row = Constituency.objects.get(short_name="I&C Suppliers")
    return lambda: allowed(cast.client("chair").get(f"/members/constituencies/{row.pk}/retire/"))


@refusal(operations.make_person, "check_can_make_person")
def an_address_has_one_account(cast: Cast) -> Attempt:
    return lambda: make.person(cast, address="IDNO@sdwg.example")


@refusal(operations.invite, "check_can_invite")
def whoever_joined_is_not_invited(cast: Cast) -> Attempt:
    who = make.joined(cast)
    return lambda: operations.invite(actor=cast.actor("secretariat"), person=who)


@refusal(operations.revoke_invitation, "check_can_revoke_invitation")
def a_spent_invitation_is_not_taken_back(cast: Cast) -> Attempt:
    spent = make.invitation(make.joined(cast))
    return lambda: operations.revoke_invitation(actor=cast.actor("secretariat"), invitation=spent)


@refusal(operations.accept_invitation, "check_can_accept_invitation")
def a_guessed_link_leads_nowhere(cast: Cast) -> Attempt:
    return lambda: operations.accept_invitation(secret="guessed", password="x", at=cast.at)


@refusal(people._accept, "check_can_accept_invitation")
def a_link_spent_meanwhile_leads_nowhere(cast: Cast) -> Attempt:
    who = make.joined(cast)
    cast.people["new"] = who
    return lambda: people._accept(actor=cast.actor("new"), invitation=make.invitation(who), password="y" * 12)


@refusal(operations.close_account, "check_can_close_account")
def nobody_closes_their_own_account(cast: Cast) -> Attempt:
    make.second_secretariat(cast)
    return lambda: operations.close_account(
        actor=cast.actor("secretariat"), person=cast.person("secretariat"), reason="Tired"
    )


@refusal(operations.open_account, "check_can_open_account")
def a_member_opens_no_account(cast: Cast) -> Attempt:
    operations.close_account(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Left")
    return lambda: operations.open_account(actor=cast.actor("agent"), person=cast.person("idno"), reason="Please")


@refusal(operations.appoint, "check_can_appoint")
def nobody_makes_a_seat_of_their_own(cast: Cast) -> Attempt:
    return lambda: make.seat(cast, cast.person("secretariat"), Role.OBSERVER, "Observer Body E")


@refusal(operations.confirm_seat, "check_can_confirm_seat")
def the_secretariat_confirms_nothing(cast: Cast) -> Attempt:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    return lambda: operations.confirm_seat(actor=cast.actor("secretariat"), seat=seat)


@refusal(operations.decline_seat, "check_can_decline_seat")
def a_member_declines_nothing(cast: Cast) -> Attempt:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    return lambda: operations.decline_seat(actor=cast.actor("idno"), seat=seat, reason="No")


@refusal(operations.end_seat, "check_can_end_seat")
def a_member_ends_nobodys_seat(cast: Cast) -> Attempt:
    return lambda: operations.end_seat(actor=cast.actor("agent"), seat=cast.seat("idno"), last_day=TODAY)


@refusal(operations.nominate, "check_can_nominate")
def nobody_nominates_for_another(cast: Cast) -> Attempt:
    return lambda: operations.nominate(
        actor=cast.actor("agent"),
        seat=cast.seat("idno"),
        person=cast.person("alternate"),
        window_from=PERIOD[0],
        window_to=PERIOD[1],
    )


@refusal(operations.accept_nomination, "check_can_accept_nomination")
def nobody_accepts_for_another(cast: Cast) -> Attempt:
    row = make.nomination(cast)
    return lambda: operations.accept_nomination(actor=cast.actor("agent"), alternate=row)


@refusal(operations.revoke_nomination, "check_can_revoke_nomination")
def an_outsider_withdraws_nothing(cast: Cast) -> Attempt:
    row = make.nomination(cast)
    return lambda: operations.revoke_nomination(actor=cast.actor("agent"), alternate=row)


# --------------------------------------------------------------------------------------------------- rules within rules


@refusal(rules.check_can_make_person, "check_can_keep_people")
def a_member_makes_no_account(cast: Cast) -> Attempt:
    return lambda: operations.make_person(actor=cast.actor("idno"), display_name="A", address="a@sdwg.example")


@refusal(rules.check_can_make_organisation, "check_can_keep_people")
def a_member_lists_no_organisation(cast: Cast) -> Attempt:
    return lambda: operations.make_organisation(actor=cast.actor("idno"), name="New Body")


@refusal(rules.check_can_invite, "check_can_keep_people")
def a_member_invites_nobody(cast: Cast) -> Attempt:
    who = make.person(cast)
    return lambda: operations.invite(actor=cast.actor("idno"), person=who)


@refusal(rules.check_can_revoke_invitation, "check_can_keep_people")
def a_member_takes_no_invitation_back(cast: Cast) -> Attempt:
    invitation = make.invitation(make.person(cast))
    return lambda: operations.revoke_invitation(actor=cast.actor("idno"), invitation=invitation)


@refusal(rules.check_can_close_account, "check_can_keep_people")
def a_member_closes_no_account(cast: Cast) -> Attempt:
    return lambda: operations.close_account(actor=cast.actor("idno"), person=cast.person("agent"), reason="No")


@refusal(rules.check_can_close_account, "_check_group_stays_whole")
def neither_chair_nor_liaison_is_not_left(cast: Cast) -> Attempt:
    operations.close_account(actor=cast.actor("secretariat"), person=cast.person("dag"), reason="Left")
    chair = cast.person("chair")
    return lambda: operations.close_account(actor=cast.actor("secretariat"), person=chair, reason="Left")


@refusal(rules.check_can_open_account, "check_can_keep_people")
def an_auditor_opens_no_account(cast: Cast) -> Attempt:
    operations.close_account(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Left")
    return lambda: operations.open_account(actor=cast.actor("auditor"), person=cast.person("idno"), reason="Please")


@refusal(operations.redact, "check_can_redact")
def whoever_has_not_left_is_not_redacted(cast: Cast) -> Attempt:
    return lambda: operations.redact(actor=cast.actor("secretariat"), person=cast.person("idno"), reason="Asked")


@refusal(operations.open_account, "check_new_address")
def a_redacted_account_is_not_opened_without_an_address(cast: Cast) -> Attempt:
    who = gone(cast)
    operations.redact(actor=cast.actor("secretariat"), person=who, reason="Asked")
    return lambda: operations.open_account(actor=cast.actor("secretariat"), person=who, reason="Back")


@refusal(rules.check_can_redact, "check_can_keep_people")
def a_member_redacts_nobody(cast: Cast) -> Attempt:
    who = gone(cast)
    return lambda: operations.redact(actor=cast.actor("agent"), person=who, reason="Asked")


@refusal(rules.check_can_make_person, "_check_address_is_free")
def no_two_accounts_have_one_address(cast: Cast) -> Attempt:
    return lambda: make.person(cast, address="idno@sdwg.example")


@refusal(rules.check_new_address, "_check_address_is_free")
def nobody_comes_back_with_an_address_of_another(cast: Cast) -> Attempt:
    who = gone(cast)
    operations.redact(actor=cast.actor("secretariat"), person=who, reason="Asked")
    taken = "agent@sdwg.example"
    return lambda: operations.open_account(actor=cast.actor("secretariat"), person=who, reason="Back", address=taken)


def gone(cast: Cast) -> Person:
    """Somebody whose seat has ended and whose account is closed."""
    secretariat, who = cast.actor("secretariat"), cast.person("idno")
    operations.end_seat(actor=secretariat, seat=cast.seat("idno"), last_day=TODAY - timedelta(days=1))
    operations.close_account(actor=secretariat, person=who, reason="Left")
    return who


@refusal(rules.check_can_appoint, "check_can_keep_people")
def the_chair_appoints_nobody(cast: Cast) -> Attempt:
    return lambda: make.seat(cast, cast.person("outsider"), Role.OBSERVER, "Observer Body E", by="chair")


@refusal(rules.check_can_appoint, "_check_not_held_already")
def a_seat_is_not_held_twice(cast: Cast) -> Attempt:
    return lambda: make.seat(cast, cast.person("observer"), Role.OBSERVER, "Observer Body E")


@refusal(rules.check_can_appoint, "_check_member_seat")
def an_organisation_has_one_member_seat(cast: Cast) -> Attempt:
    return lambda: make.seat(cast, cast.person("outsider"))


@refusal(rules.check_can_appoint, "_check_not_presiding")
def a_deputy_answers_not_for_the_dag_meanwhile(cast: Cast) -> Attempt:
    _deputy(cast, "chair")
    return lambda: make.seat(cast, cast.person("analyst"), Role.LIAISON, "MHHS Programme")


@refusal(rules.check_can_appoint, "check_one_chair")
def a_second_chair_is_not_proposed(cast: Cast) -> Attempt:
    return lambda: make.seat(cast, cast.person("outsider"), Role.CHAIR, "MHHS Programme")


@refusal(rules.check_can_confirm_seat, "_check_may_answer")
def the_chair_does_not_confirm_a_chair(cast: Cast) -> Attempt:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=TODAY)
    seat = make.seat(cast, cast.person("outsider"), Role.CHAIR, "MHHS Programme", valid_from=TOMORROW)
    return lambda: operations.confirm_seat(actor=cast.actor("chair"), seat=seat)


@refusal(rules.check_can_confirm_seat, "check_one_chair")
def a_second_chair_is_not_confirmed(cast: Cast) -> Attempt:
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=TODAY)
    first, second = (
        make.seat(cast, cast.person(name), Role.CHAIR, "MHHS Programme", valid_from=TOMORROW)
        for name in ("outsider", "analyst")
    )
    operations.confirm_seat(actor=cast.actor("dag"), seat=first)
    return lambda: operations.confirm_seat(actor=cast.actor("dag"), seat=second)


@refusal(rules.check_can_decline_seat, "_check_may_answer")
def the_liaison_declines_no_auditor(cast: Cast) -> Attempt:
    seat = make.seat(cast, cast.person("outsider"), Role.AUDITOR, "Audit Body F")
    return lambda: operations.decline_seat(actor=cast.actor("dag"), seat=seat, reason="No")


@refusal(rules.check_can_end_seat, "check_may_end_seats")
def the_chair_ends_no_members_seat(cast: Cast) -> Attempt:
    return lambda: operations.end_seat(actor=cast.actor("chair"), seat=cast.seat("idno"), last_day=TODAY)


@refusal(rules.check_can_end_seat, "_check_group_stays_whole")
def the_last_secretariat_is_not_ended(cast: Cast) -> Attempt:
    return lambda: operations.end_seat(actor=cast.actor("chair"), seat=cast.seat("secretariat"), last_day=TODAY)


@refusal(rules.check_can_nominate, "check_can_nominate_for")
def an_observer_has_no_alternate(cast: Cast) -> Attempt:
    return lambda: make.nomination(cast, by="observer")


@refusal(rules.check_can_nominate, "check_can_stand_in")
def a_member_stands_in_for_nobody(cast: Cast) -> Attempt:
    return lambda: make.nomination(cast, to="idno")


@refusal(rules.check_can_nominate, "_check_window")
def a_period_that_is_over_is_refused(cast: Cast) -> Attempt:
    past = (cast.at - timedelta(days=2), cast.at - timedelta(days=1))
    return lambda: make.nomination(cast, window=past)


@refusal(rules.check_can_accept_nomination, "check_nomination_stands")
def a_withdrawn_nomination_is_not_accepted(cast: Cast) -> Attempt:
    row = make.nomination(cast)
    operations.revoke_nomination(actor=cast.actor("large-supplier"), alternate=row)
    return lambda: operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)


@refusal(rules.check_can_accept_nomination, "check_can_stand_in")
def whoever_watches_meanwhile_does_not_accept(cast: Cast) -> Attempt:
    row = make.nomination(cast)
    make.seat(cast, cast.person("alternate"), Role.AUDITOR, "Audit Body F")
    return lambda: operations.accept_nomination(actor=cast.actor("alternate"), alternate=row)


@refusal(rules.check_can_revoke_nomination, "check_nomination_stands")
def a_nomination_is_withdrawn_once(cast: Cast) -> Attempt:
    row = make.nomination(cast)
    operations.revoke_nomination(actor=cast.actor("large-supplier"), alternate=row)
    return lambda: operations.revoke_nomination(actor=cast.actor("large-supplier"), alternate=row)


# --------------------------------------------------------------------------------------------------------------- pages


@refusal(operations.import_people, "check_can_keep_people")
def the_chair_imports_nothing(cast: Cast) -> Attempt:
    source = operations.Source("people.csv", "a" * 64)
    return lambda: operations.import_people(actor=cast.actor("chair"), rows=[], source=source, seen="")


@refusal(sheets.rows, "check_can_keep_people")
def addresses_leave_to_the_secretariat_alone(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("chair").get("/members/export.csv"))


@refusal(views.import_people, "check_can_keep_people")
def a_member_is_shown_no_form_for_tables(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/members/import/"))


@refusal(views.import_template, "check_can_keep_people")
def nor_the_template_for_them(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/members/import/template.xlsx"))


@refusal(views.import_preview, "check_can_keep_people")
def whoever_keeps_people_no_more_is_shown_no_table_of_theirs(cast: Cast) -> Attempt:
    preview = reverse("member-import-preview", args=[make.table(cast, by="idno").token])
    return lambda: allowed(cast.client("idno").get(preview))


@refusal(views.make_person, "check_can_keep_people")
def a_member_is_shown_no_form_for_people(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/members/people/new/"))


@refusal(views.make_organisation, "check_can_keep_people")
def a_member_is_shown_no_form_for_organisations(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/members/organisations/new/"))


@refusal(views.appoint, "check_can_keep_people")
def a_member_is_shown_no_form_for_seats(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/members/seats/new/"))


@refusal(rules.check_can_appoint, "check_can_name_deputy")
def the_secretariat_names_no_deputy_while_there_is_a_chair(cast: Cast) -> Attempt:
    return lambda: _deputy(cast, "secretariat")


@refusal(rules.check_can_appoint, "check_one_deputy")
def there_is_one_deputy_at_a_time(cast: Cast) -> Attempt:
    _deputy(cast, "chair")
    return lambda: _deputy(cast, "chair", "architect")


@refusal(rules.check_can_name_deputy, "check_can_keep_people")
def nobody_but_the_secretariat_proposes_one_while_there_is_no_chair(cast: Cast) -> Attempt:
    yesterday = TODAY - timedelta(days=1)
    operations.end_seat(actor=cast.actor("secretariat"), seat=cast.seat("chair"), last_day=yesterday)
    return lambda: _deputy(cast, "idno")


@refusal(views.name_deputy, "check_can_name_deputy")
def a_member_finds_no_form_that_names_a_deputy(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("idno").get("/members/seats/deputy/"))


def _deputy(cast: Cast, by: str, who: str = "analyst") -> object:
    return operations.name_deputy(
        actor=cast.actor(by), person=cast.person(who), valid_from=TODAY, valid_to=TODAY + timedelta(days=4)
    )


@refusal(operations.add_colleague, "check_can_have_colleagues")
def an_observer_has_no_colleagues(cast: Cast) -> Attempt:
    return lambda: operations.add_colleague(
        actor=cast.actor("observer"), display_name="Reader", address="reader@sdwg.example"
    )


@refusal(operations.add_colleague, "check_can_add_colleague")
def nobody_with_a_seat_is_a_colleague(cast: Cast) -> Attempt:
    return lambda: operations.add_colleague(
        actor=cast.actor("idno"), display_name="Agent", address="agent@sdwg.example"
    )


@refusal(views.colleagues, "check_can_have_colleagues")
def the_chair_finds_no_form_that_adds_one(cast: Cast) -> Attempt:
    return lambda: allowed(cast.client("chair").get("/members/colleagues/"))


@refusal(views.redact, "check_can_keep_people")
def an_auditor_is_shown_no_form_to_redact(cast: Cast) -> Attempt:
    page = f"/members/{gone(cast).public_id}/contact-details/"
    with_password = override_settings(DEMO=True)

    def attempt() -> object:
        with with_password:
            return allowed(cast.client("auditor").get(page))

    return attempt
