"""Every check of a meeting or a pack holds something up: one attempt each that this check alone refuses."""

from datetime import UTC, date, datetime, time, timedelta

from django.test import RequestFactory

from meetings import guests, operations, rules, views
from meetings.models import Action, Meeting
from meetings.operations.actions import _locked, _made
from meetings.operations.guests import _confirm
from meetings.operations.meetings import timed
from meetings.views.meetings import load_to_arrange
from meetings.views.series import load_plan
from sdwg import clock
from sdwg.members.middleware import Request
from tests.architecture.refusals import Attempt, refusal
from tests.artefacts import make as artefacts
from tests.cast import Cast
from tests.meetings import make
from tests.meetings.make import MORNING, NOON
from tests.members import make as members


@refusal(timed, "check_can_schedule")
def a_member_schedules_nothing(cast: Cast) -> Attempt:
    return lambda: operations.schedule(actor=cast.actor("idno"), starts_at=MORNING, ends_at=NOON)


@refusal(operations.change, "check_can_change")
def a_meeting_with_its_pack_out_is_not_moved(cast: Cast) -> Attempt:
    meeting = make.circulated(cast).meeting
    secretariat = cast.actor("secretariat")
    return lambda: operations.change(actor=secretariat, meeting=meeting, starts_at=MORNING, ends_at=NOON)


@refusal(timed, "check_working_day")
def no_meeting_is_on_christmas_day_by_mistake(cast: Cast) -> Attempt:
    starts = datetime(2026, 12, 25, 10, tzinfo=UTC)
    ends = starts + timedelta(hours=1)
    return lambda: operations.schedule(actor=cast.actor("secretariat"), starts_at=starts, ends_at=ends)


@refusal(timed, "check_presides")
def nobody_presides_whose_seat_has_not_begun(cast: Cast) -> Attempt:
    later = clock.today(MORNING) + timedelta(days=1)
    seat = members.seat(cast, cast.person("outsider"), valid_from=later, why_second="Two licences.")
    times = {"starts_at": MORNING, "ends_at": NOON}
    return lambda: operations.schedule(actor=cast.actor("secretariat"), presiding=seat, **times)


@refusal(operations.postpone, "check_can_postpone")
def what_is_cancelled_is_not_postponed(cast: Cast) -> Attempt:
    meeting, later = make.scheduled(cast), timedelta(days=1)
    times = {"starts_at": MORNING + later, "ends_at": NOON + later}
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="No.")
    return lambda: operations.postpone(actor=cast.actor("chair"), meeting=meeting, reason="Ill.", **times)


@refusal(operations.discard, "check_can_discard")
def a_meeting_of_which_people_know_is_not_discarded(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    return lambda: operations.discard(actor=cast.actor("chair"), meeting=meeting)


@refusal(operations.take_back, "check_can_take_back")
def a_member_takes_no_draft_back(cast: Cast) -> Attempt:
    meeting = make.draft(cast)
    operations.discard(actor=cast.actor("chair"), meeting=meeting)
    return lambda: operations.take_back(actor=cast.actor("idno"), meeting=meeting)


@refusal(operations.undo, "check_can_undo")
def a_member_undoes_nothing(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="No.")
    return lambda: operations.undo(actor=cast.actor("idno"), thing=meeting)


@refusal(operations.plan_series, "check_can_plan")
def a_member_plans_no_series(cast: Cast) -> Attempt:
    facts = {"title": "x", "rule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;COUNT=2", "first_day": date(2026, 12, 2)}
    return lambda: operations.plan_series(actor=cast.actor("idno"), starts=time(10), minutes=60, **facts)


@refusal(operations.change_plan, "check_can_change_plan")
def a_plan_is_not_changed_once_its_meetings_are_made(cast: Cast) -> Attempt:
    series = make.series(cast)
    return lambda: operations.change_plan(actor=cast.actor("chair"), series=series, title="Other")


@refusal(operations.place_dates, "check_can_change_plan")
def a_member_places_no_dates(cast: Cast) -> Attempt:
    plan = make.plan(cast)
    return lambda: operations.place_dates(actor=cast.actor("idno"), series=plan, where={date(2026, 12, 16): "out"})


@refusal(operations.make_meetings, "check_can_change_plan")
def meetings_of_a_series_are_made_once(cast: Cast) -> Attempt:
    series = make.series(cast)
    return lambda: operations.make_meetings(actor=cast.actor("chair"), series=series)


@refusal(operations.discard_series, "check_can_change_plan")
def a_series_with_meetings_is_not_discarded(cast: Cast) -> Attempt:
    series = make.series(cast)
    return lambda: operations.discard_series(actor=cast.actor("chair"), series=series)


@refusal("meetings.operations.series._possible", "check_days")
def no_plan_begins_in_the_past(cast: Cast) -> Attempt:
    return lambda: make.plan(cast, first_day=date(2026, 11, 4))


@refusal(operations.prolong, "check_can_prolong")
def a_member_prolongs_nothing(cast: Cast) -> Attempt:
    series = make.series(cast)
    return lambda: operations.prolong(actor=cast.actor("idno"), series=series, until=date(2027, 3, 24))


@refusal(operations.prolong, "check_days")
def a_series_is_prolonged_by_two_years_at_most(cast: Cast) -> Attempt:
    series = make.series(cast)
    return lambda: operations.prolong(actor=cast.actor("chair"), series=series, until=date(2028, 12, 20))


@refusal(operations.invite_series, "check_can_invite_series")
def a_member_invites_to_no_series(cast: Cast) -> Attempt:
    series = make.series(cast)
    return lambda: operations.invite_series(actor=cast.actor("idno"), series=series)


@refusal(views.plan_series, "check_can_arrange")
def a_member_sees_no_form_for_a_series(cast: Cast) -> Attempt:
    return lambda: views.plan_series(asked(cast))


@refusal(load_plan, "check_can_arrange")
def a_member_sees_no_page_that_arranges_a_series(cast: Cast) -> Attempt:
    series = make.series(cast, invited=True)
    return lambda: load_plan(asked(cast), series.pk)


@refusal(operations.invite, "check_can_invite")
def a_member_invites_nobody(cast: Cast) -> Attempt:
    meeting = make.draft(cast)
    return lambda: operations.invite(actor=cast.actor("idno"), meeting=meeting)


@refusal(operations.cancel, "check_can_cancel")
def a_member_cancels_nothing(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    return lambda: operations.cancel(actor=cast.actor("idno"), meeting=meeting, reason="No.")


@refusal(operations.reinstate, "check_can_reinstate")
def a_member_takes_no_cancellation_back(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="No.")
    return lambda: operations.reinstate(actor=cast.actor("idno"), meeting=meeting)


@refusal(operations.open_meeting, "check_can_open")
def the_secretariat_opens_no_meeting(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    secretariat = cast.actor("secretariat", MORNING)
    return lambda: operations.open_meeting(actor=secretariat, meeting=meeting, no_pack_reason="Short")


@refusal(operations.close_meeting, "check_can_close")
def the_secretariat_closes_no_meeting(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    operations.open_meeting(actor=cast.actor("chair", MORNING), meeting=meeting, no_pack_reason="Short")
    return lambda: operations.close_meeting(actor=cast.actor("secretariat", NOON), meeting=meeting)


@refusal(operations.add_item, "check_can_add_item")
def a_member_adds_no_item(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    return lambda: operations.add_item(actor=cast.actor("idno"), meeting=meeting, title="Keys", type="discussion")


@refusal(operations.change_item, "check_can_change_item")
def a_member_changes_no_item(cast: Cast) -> Attempt:
    item = make.add_item(cast, make.scheduled(cast), "Keys")
    words = {"title": "Other", "type": "discussion", "objective": "", "lead": "", "minutes": 5}
    return lambda: operations.change_item(actor=cast.actor("idno"), item=item, **words)


@refusal(operations.move_item, "check_can_change_item")
def a_member_moves_no_item(cast: Cast) -> Attempt:
    item = make.add_item(cast, make.scheduled(cast), "Keys")
    return lambda: operations.move_item(actor=cast.actor("idno"), item=item, by=1)


@refusal(operations.remove_item, "check_can_change_item")
def a_member_removes_no_item(cast: Cast) -> Attempt:
    item = make.add_item(cast, make.scheduled(cast), "Keys")
    return lambda: operations.remove_item(actor=cast.actor("idno"), item=item)


@refusal(operations.restrict_item, "check_can_restrict_item")
def the_secretariat_restricts_no_item(cast: Cast) -> Attempt:
    item = make.add_item(cast, make.scheduled(cast), "Keys")
    secretariat = cast.actor("secretariat")
    return lambda: operations.restrict_item(actor=secretariat, item=item, restricted=True, reason="Quiet")


@refusal(operations.add_paper, "check_can_add_paper")
def a_member_adds_no_paper(cast: Cast) -> Attempt:
    item, version = make.add_item(cast, make.scheduled(cast), "Keys"), artefacts.version(cast)
    return lambda: operations.add_paper(actor=cast.actor("idno"), item=item, version=version)


@refusal(operations.remove_paper, "check_can_remove_paper")
def a_member_removes_no_paper(cast: Cast) -> Attempt:
    item = make.add_item(cast, make.scheduled(cast), "Keys", artefacts.version(cast))
    paper = item.papers.get()
    return lambda: operations.remove_paper(actor=cast.actor("idno"), paper=paper)


@refusal(operations.order_pack, "check_can_order_pack")
def a_member_orders_no_pack(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    return lambda: operations.order_pack(actor=cast.actor("idno"), meeting=meeting)


@refusal(operations.circulate, "check_can_circulate")
def a_member_circulates_nothing(cast: Cast) -> Attempt:
    pack = make.pack_built(cast, meeting=make.scheduled(cast))
    return lambda: operations.circulate(actor=cast.actor("idno"), pack=pack)


@refusal(operations.make_copy, "check_can_read_pack")
def a_member_takes_no_copy_before_it_is_circulated(cast: Cast) -> Attempt:
    pack = make.pack_built(cast, meeting=make.scheduled(cast))
    return lambda: operations.make_copy(actor=cast.actor("idno"), pack=pack).unlink()


@refusal(load_to_arrange, "check_can_arrange")
def a_member_sees_no_page_that_arranges(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    return lambda: load_to_arrange(asked(cast, meeting), meeting.key)


@refusal(operations.record_attendance, "check_can_record_attendance")
def a_member_records_no_attendance(cast: Cast) -> Attempt:
    meeting = make.opened(cast)
    return lambda: make.attended(cast, meeting, by="idno", idno="member")


@refusal(operations.record_attendance, "check_marks")
def nobody_comes_for_a_seat_without_having_been_nominated(cast: Cast) -> Attempt:
    meeting, asked = make.opened(cast), members.nomination(cast)
    return lambda: make.attended(cast, meeting, large_supplier=f"alternate-{asked.pk}")


@refusal(views.contribution, "check_can_read_contribution")
def an_observer_reads_nobody_s_contribution(cast: Cast) -> Attempt:
    return lambda: views.contribution(asked(cast, who="observer"))


@refusal(views.contribution_file, "check_can_read_contribution")
def an_observer_takes_no_table_of_it(cast: Cast) -> Attempt:
    return lambda: views.contribution_file(asked(cast, who="observer"))


@refusal(views.schedule, "check_can_arrange")
def a_member_sees_no_form_for_a_meeting(cast: Cast) -> Attempt:
    return lambda: views.schedule(asked(cast))


@refusal(operations.ask, "check_can_ask")
def nobody_asks_to_attend_a_meeting_that_is_off(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="No.")
    return lambda: operations.ask(meeting=meeting, at=cast.at, **make.GUEST)


@refusal(_confirm, "check_can_confirm")
def a_link_that_was_used_confirms_nothing(cast: Cast) -> Attempt:
    guest = make.guest(cast, make.scheduled(cast))
    return lambda: operations.confirm(secret=guests.confirming_secret(guest.nonce), at=cast.at)


@refusal(rules.check_can_confirm, "check_can_ask")
def nobody_confirms_for_a_meeting_that_is_off(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    asked = make.guest_asked(cast, meeting)
    operations.cancel(actor=cast.actor("chair"), meeting=meeting, reason="No.")
    return lambda: operations.confirm(secret=guests.confirming_secret(asked.nonce), at=cast.at)


@refusal(operations.withdraw, "check_can_withdraw")
def a_guest_who_was_refused_does_not_withdraw(cast: Cast) -> Attempt:
    guest = make.guest(cast, make.scheduled(cast))
    operations.refuse_guest(actor=cast.actor("chair"), guest=guest, abuse=False, reason="Full.")
    return lambda: operations.withdraw(actor=guests.visitor(guest, cast.at), guest=guest)


@refusal(operations.refuse_guest, "check_can_refuse_guest")
def the_secretariat_refuses_no_guest_but_for_abuse(cast: Cast) -> Attempt:
    guest = make.guest(cast, make.scheduled(cast))
    secretariat = cast.actor("secretariat")
    return lambda: operations.refuse_guest(actor=secretariat, guest=guest, abuse=False, reason="Full.")


@refusal(operations.restrict_meeting, "check_can_restrict_meeting")
def the_secretariat_restricts_no_meeting(cast: Cast) -> Attempt:
    meeting, stay = make.scheduled(cast), [cast.seat("idno")]
    secretariat = cast.actor("secretariat")
    return lambda: operations.restrict_meeting(actor=secretariat, meeting=meeting, seats=stay, reason="Tender")


@refusal(operations.open_to_all, "check_can_open_to_all")
def an_open_meeting_is_not_opened(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    return lambda: operations.open_to_all(actor=cast.actor("chair"), meeting=meeting, reason="Over")


@refusal(rules.check_can_open_to_all, "check_can_restrict_meeting")
def the_secretariat_opens_no_restricted_meeting(cast: Cast) -> Attempt:
    meeting = make.scheduled(cast)
    operations.restrict_meeting(actor=cast.actor("chair"), meeting=meeting, seats=[cast.seat("idno")], reason="Tender")
    return lambda: operations.open_to_all(actor=cast.actor("secretariat"), meeting=meeting, reason="Over")


def asked(cast: Cast, meeting: Meeting | None = None, who: str = "idno") -> Request:
    """A request of ``who``'s, as far as views that only check and draw need one."""
    request = RequestFactory().get(meeting.get_absolute_url() if meeting else "/")
    request.actor, request.at = cast.actor(who), cast.at  # type: ignore[attr-defined]
    return request  # type: ignore[return-value]


@refusal(operations.end_feed, "check_can_end_feed")
def an_address_that_has_ended_is_not_ended(cast: Cast) -> Attempt:
    operations.make_feed(actor=cast.actor("idno"))
    operations.end_feed(actor=cast.actor("idno"))
    return lambda: operations.end_feed(actor=cast.actor("idno"))


# -------------------------------------------------------------------------------------------------------------- actions


def due(cast: Cast, days: int = 9) -> date:
    return clock.today(cast.at) + timedelta(days=days)


@refusal(operations.raise_action, "check_can_raise_action")
def a_member_raises_no_action(cast: Cast) -> Attempt:
    meeting = make.opened(cast)
    return lambda: make.action(cast, meeting=meeting, by="agent")


@refusal(operations.raise_action, "check_hangs_on")
def an_action_is_of_no_other_meeting_s_item(cast: Cast) -> Attempt:
    item, meeting = make.scheduled(cast).items.all()[0], make.opened(cast)
    return lambda: make.action(cast, meeting=meeting, item=item)


@refusal(_made, "check_owners")
def nobody_owns_no_action(cast: Cast) -> Attempt:
    meeting = make.opened(cast)
    return lambda: operations.raise_action(
        actor=cast.actor("chair"), meeting=meeting, text=make.DO, owners=[cast.seat("observer")], due=due(cast)
    )


@refusal(_made, "check_due")
def no_action_is_due_before_it_is_raised(cast: Cast) -> Attempt:
    meeting = make.opened(cast)
    return lambda: operations.raise_action(
        actor=cast.actor("chair"), meeting=meeting, text=make.DO, owners=[cast.seat("idno")], due=due(cast, -1)
    )


@refusal(_made, "check_owners_read_it")
def nobody_undertakes_what_they_may_not_read(cast: Cast) -> Attempt:
    meeting, version = make.opened(cast), artefacts.version(cast, marking="RED", people=["idno"])
    return lambda: make.action(cast, "agent", meeting=meeting, version=version)


@refusal(operations.bring_action, "check_can_bring_action")
def the_chair_brings_no_action(cast: Cast) -> Attempt:
    return lambda: operations.bring_action(
        actor=cast.actor("chair"), text=make.DO, owners=[cast.seat("idno")], due=due(cast), before="SDWG 9"
    )


@refusal(_locked, "check_can_read_action")
def the_secretariat_withdraws_no_action_that_is_not_its_to_read(cast: Cast) -> Attempt:
    action = make.action(cast, version=artefacts.version(cast, marking="RED", people=["idno"]))
    return lambda: operations.withdraw_action(actor=cast.actor("secretariat"), action=action, reason="No.")


def changed(cast: Cast, action: Action, by: str = "chair", owners: str = "agent", days: int = 9) -> Attempt:
    return lambda: operations.change_action(
        actor=cast.actor(by), action=action, owners=[cast.seat(owners)], due=due(cast, days), reason="No."
    )


@refusal(operations.change_action, "check_can_change_action")
def a_member_changes_no_action(cast: Cast) -> Attempt:
    return changed(cast, make.action(cast), by="idno")


@refusal(operations.change_action, "check_owners")
def an_action_is_given_to_nobody_who_watches(cast: Cast) -> Attempt:
    return changed(cast, make.action(cast), owners="observer")


@refusal(operations.change_action, "check_due")
def an_action_is_not_put_into_the_past(cast: Cast) -> Attempt:
    return changed(cast, make.action(cast), days=-1)


@refusal(operations.change_action, "check_owners_read_it")
def an_action_is_given_to_nobody_who_may_not_read_it(cast: Cast) -> Attempt:
    return changed(cast, make.action(cast, version=artefacts.version(cast, marking="RED", people=["idno"])))


@refusal(operations.update_action, "check_can_update_action")
def a_member_updates_nobody_else_s_action(cast: Cast) -> Attempt:
    action, said = make.action(cast), operations.Evidence("Done.")
    return lambda: operations.update_action(actor=cast.actor("agent"), action=action, evidence=said)


@refusal(operations.propose_closing, "check_can_propose_closing")
def a_member_proposes_to_close_nobody_else_s_action(cast: Cast) -> Attempt:
    action = make.action(cast)
    return lambda: make.proposed(cast, action, by="agent")


@refusal(operations.close_action, "check_can_close_action")
def an_owner_closes_no_action(cast: Cast) -> Attempt:
    action = make.proposed(cast, make.action(cast))
    return lambda: make.closed(cast, action, by="idno")


@refusal(operations.send_action_back, "check_can_send_action_back")
def an_owner_sends_no_action_back(cast: Cast) -> Attempt:
    action = make.proposed(cast, make.action(cast))
    return lambda: operations.send_action_back(actor=cast.actor("idno"), action=action, reason="No.")


def reopened(cast: Cast, by: str, days: int) -> Attempt:
    action = make.closed(cast, make.action(cast))
    return lambda: operations.reopen_action(actor=cast.actor(by), action=action, due=due(cast, days), reason="No.")


@refusal(operations.reopen_action, "check_can_reopen_action")
def an_owner_opens_no_action_again(cast: Cast) -> Attempt:
    return reopened(cast, "idno", 9)


@refusal(operations.reopen_action, "check_due")
def an_action_is_not_opened_again_into_the_past(cast: Cast) -> Attempt:
    return reopened(cast, "chair", -1)


@refusal(operations.withdraw_action, "check_can_withdraw_action")
def an_owner_withdraws_no_action(cast: Cast) -> Attempt:
    action = make.action(cast)
    return lambda: operations.withdraw_action(actor=cast.actor("idno"), action=action, reason="No.")


@refusal(views.action_bring, "check_can_bring_action")
def a_member_sees_no_form_for_an_action_from_before(cast: Cast) -> Attempt:
    return lambda: views.action_bring(asked(cast))
