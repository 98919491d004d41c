"""Every check of artefacts holds something up: one attempt each that this check alone refuses."""

from datetime import datetime, timedelta

from artefacts import industry, operations, rules
from artefacts.models import Consultation
from artefacts.operations import marking
from artefacts.operations.industry import _confirm
from artefacts.states import Answer, Kind, Marking, Mover, State, Word
from sdwg import clock, workdays
from sdwg.files.plans import Source
from sdwg.members.access import NotNow
from sdwg.members.operations import end_seat
from tests.architecture.refusals import Attempt, allowed, refusal
from tests.artefacts import make
from tests.cast import Cast
from tests.members.test_colleagues import colleague

# ----------------------------------------------------------------------------------------------------------- registers


@refusal(operations.enter, "check_can_enter")
def a_member_enters_nothing(cast: Cast) -> Attempt:
    words, idno = {"text": "Sign it."}, cast.actor("idno")
    return lambda: operations.enter(actor=idno, kind="recommendation", reference="AWG-R-01", words=words)


@refusal(operations.enter, "check_reference")
def nothing_is_called_in_small_letters(cast: Cast) -> Attempt:
    words, analyst = {"text": "Sign it."}, cast.actor("analyst")
    return lambda: operations.enter(actor=analyst, kind="recommendation", reference="r one", words=words)


@refusal(operations.reword, "check_can_change")
def the_secretariat_rewords_nothing(cast: Cast) -> Attempt:
    entry, actor, words = make.recommendation(), cast.actor("secretariat"), {"text": "Other."}
    return lambda: operations.reword(actor=actor, entry=entry, words=words, reason="-")


@refusal(operations.retire, "check_can_change")
def nothing_is_retired_twice(cast: Cast) -> Attempt:
    entry, analyst = make.principles()[0], cast.actor("analyst")
    operations.retire(actor=analyst, entry=entry, reason="Merged.")
    return lambda: operations.retire(actor=analyst, entry=entry, reason="Again.")


@refusal(operations.restore, "check_can_restore")
def what_is_listed_is_not_listed_again(cast: Cast) -> Attempt:
    entry, analyst = make.area(), cast.actor("analyst")
    return lambda: operations.restore(actor=analyst, entry=entry, reason="-")


@refusal(operations.rescope, "check_can_scope")
def the_analyst_puts_nothing_out_of_scope(cast: Cast) -> Attempt:
    entry, analyst = make.area(), cast.actor("analyst")
    return lambda: operations.rescope(actor=analyst, entry=entry, in_scope=False, reason="-")


@refusal(operations.move_area, "check_can_change")
def a_member_moves_no_area(cast: Cast) -> Attempt:
    area, idno = make.area(), cast.actor("idno")
    return lambda: operations.move_area(actor=idno, area=area, by=1)


@refusal(operations.link, "check_can_link")
def procurement_answers_no_recommendation(cast: Cast) -> Attempt:
    version = make.version(cast, kind=Kind.PROCUREMENT, people=["idno"])
    entry, analyst = make.recommendation(), cast.actor("analyst")
    return lambda: operations.link(actor=analyst, artefact=version.artefact, recommendations=[entry], areas=[])


@refusal(operations.link_entry, "check_can_link")
def a_member_links_nothing_of_somebody_else(cast: Cast) -> Attempt:
    artefact, entry, idno = make.registered(cast), make.recommendation(), cast.actor("idno")
    return lambda: operations.link_entry(actor=idno, entry=entry, artefacts=[artefact], among=[artefact])


@refusal("artefacts.views.registers.link_entry", "check_can_link_any")
def an_observer_looks_for_nothing_to_link(cast: Cast) -> Attempt:
    here, client = f"{make.recommendation().get_absolute_url()}artefacts/", cast.client("observer")
    return lambda: allowed(client.get(here))


@refusal(operations.import_recommendations, "check_can_enter")
def a_member_imports_nothing(cast: Cast) -> Attempt:
    rows, idno = [operations.RecommendationRow(2, "AWG-R-01", "Sign it.")], cast.actor("idno")
    source = Source("awg.csv", "0" * 64)
    return lambda: operations.import_recommendations(actor=idno, rows=rows, source=source, seen="")


def _asked(cast: Cast, path: str) -> Attempt:
    client = cast.client("idno")
    return lambda: allowed(client.get(path))


@refusal("artefacts.views.importing.import_recommendations", "check_can_enter")
def a_member_opens_no_import(cast: Cast) -> Attempt:
    return _asked(cast, "/recommendations/import/")


@refusal("artefacts.views.importing.import_preview", "check_can_enter")
def a_member_previews_no_import(cast: Cast) -> Attempt:
    return _asked(cast, f"/recommendations/import/{make.table(cast, by='idno').token}/")


@refusal("artefacts.views.importing.import_template", "check_can_enter")
def a_member_takes_no_template(cast: Cast) -> Attempt:
    return _asked(cast, "/recommendations/import/template.xlsx")


# ------------------------------------------------------------------------------------------- registering and uploading


@refusal(operations.register, "check_can_register")
def an_observer_registers_nothing(cast: Cast) -> Attempt:
    return lambda: make.registered(cast, by="observer")


@refusal(operations.register, "check_named_seats")
def a_member_registers_only_their_own(cast: Cast) -> Attempt:
    return lambda: make.registered(cast, by="idno", author="agent")


@refusal(operations.hand_over, "check_can_hand_over")
def the_author_names_no_other(cast: Cast) -> Attempt:
    artefact, seat = make.registered(cast), cast.seat("architect")
    analyst = cast.actor("analyst")
    return lambda: operations.hand_over(actor=analyst, artefact=artefact, author=seat, owner=seat, reason="-")


@refusal(operations.hand_over, "check_can_hold")
def an_observer_writes_nothing(cast: Cast) -> Attempt:
    artefact, seat = make.registered(cast), cast.seat("observer")
    chair = cast.actor("chair")
    return lambda: operations.hand_over(actor=chair, artefact=artefact, author=seat, owner=seat, reason="-")


@refusal(operations.remark, "check_can_remark")
def a_member_marks_nothing(cast: Cast) -> Attempt:
    version, idno = make.version(cast, marking=Marking.GREEN), cast.actor("idno")
    return lambda: operations.remark(actor=idno, version=version, marking=Marking.AMBER, reason="-")


@refusal(marking.wanted_for, "check_readers")
def a_red_version_keeps_its_names(cast: Cast) -> Attempt:
    version, chair = make.version(cast), cast.actor("chair")
    return lambda: operations.remark(actor=chair, version=version, marking=Marking.RED, reason="-")


@refusal(marking.wanted_for, "check_named_people")
def nobody_without_a_seat_reads_it(cast: Cast) -> Attempt:
    version, chair, outsider = make.version(cast), cast.actor("chair"), [cast.person("outsider")]
    return lambda: operations.remark(actor=chair, version=version, marking=Marking.RED, people=outsider, reason="-")


@refusal(operations.settle_remarking, "check_can_settle_remarking")
def nobody_confirms_what_they_proposed(cast: Cast) -> Attempt:
    chair = cast.actor("chair")
    waits = operations.remark(actor=chair, version=make.version(cast), marking=Marking.GREEN, reason="-")
    assert waits
    return lambda: operations.settle_remarking(actor=chair, remarking=waits, confirm=True)


@refusal(operations.settle_remarking, "check_named_people")
def whoever_lost_their_seat_is_not_confirmed_as_a_reader(cast: Cast) -> Attempt:
    version = make.version(cast, marking=Marking.RED, people=["idno"])
    people = [cast.person("idno"), cast.person("agent")]
    waits = operations.remark(
        actor=cast.actor("chair"), version=version, marking=Marking.RED, people=people, reason="-"
    )
    assert waits
    end_seat(
        actor=cast.actor("secretariat"), seat=cast.seat("agent"), last_day=clock.today(cast.at) - timedelta(days=1)
    )
    return lambda: operations.settle_remarking(actor=cast.actor("analyst"), remarking=waits, confirm=True)


@refusal("artefacts.views.marking._preview", "check_can_remark")
def no_second_change_is_shown_while_one_waits(cast: Cast) -> Attempt:
    version = make.version(cast)
    operations.remark(actor=cast.actor("chair"), version=version, marking=Marking.GREEN, reason="-")
    client, here = cast.client("chair"), f"{version.artefact.get_absolute_url()}{version.label}/marking/"
    return lambda: allowed(client.post(here, {"marking": "CLEAR", "reason": "-"}))


@refusal("artefacts.rules.check_named_seats", "check_can_hold")
def an_observer_is_no_author(cast: Cast) -> Attempt:
    return lambda: make.registered(cast, by="analyst", author="observer", owner="analyst")


@refusal(operations.hand_over, "check_may_show_all")
def the_secretariat_shows_nothing_by_naming_an_author(cast: Cast) -> Attempt:
    body = cast.seat("idno").organisation
    artefact = make.version(cast, marking=Marking.STRICT, organisations=[body]).artefact
    seat, secretariat = cast.seat("agent"), cast.actor("secretariat")
    return lambda: operations.hand_over(actor=secretariat, artefact=artefact, author=seat, owner=seat, reason="-")


@refusal(operations.upload, "check_can_upload")
def a_member_uploads_nothing_of_somebody_else(cast: Cast) -> Attempt:
    artefact = make.registered(cast)
    return lambda: make.version(cast, artefact, by="idno")


@refusal(operations.upload, "check_label")
def labels_only_grow(cast: Cast) -> Attempt:
    artefact = make.version(cast, label="0.2").artefact
    return lambda: make.version(cast, artefact, label="0.1")


@refusal(operations.upload, "check_readers")
def red_names_its_readers(cast: Cast) -> Attempt:
    artefact = make.registered(cast)
    return lambda: make.version(cast, artefact, marking=Marking.RED)


@refusal(operations.upload, "check_named_people")
def nobody_without_a_seat_is_named(cast: Cast) -> Attempt:
    artefact = make.registered(cast)
    return lambda: make.version(cast, artefact, marking=Marking.RED, people=["outsider"])


@refusal(operations.open_revision, "check_can_open_revision")
def nobody_but_the_author_opens_a_revision(cast: Cast) -> Attempt:
    artefact = make.returned(cast)
    return lambda: operations.open_revision(actor=cast.actor("architect"), artefact=artefact)


@refusal(operations.withdraw, "check_can_withdraw")
def the_secretariat_withdraws_nothing(cast: Cast) -> Attempt:
    artefact = make.registered(cast)
    return lambda: operations.withdraw(actor=cast.actor("secretariat"), artefact=artefact, reason="Overtaken.")


# ------------------------------------------------------------------------------------------------------- consultations


@refusal(operations.open_consultation, "check_can_open_consultation")
def the_author_opens_no_consultation(cast: Cast) -> Attempt:
    version = make.version(cast)
    return lambda: make.consultation(cast, version, by="analyst")


@refusal(operations.open_consultation, "check_closing_day")
def the_secretariat_opens_no_short_one(cast: Cast) -> Attempt:
    version = make.version(cast)
    soon = workdays.add(clock.today(cast.at), 9)
    return lambda: operations.open_consultation(actor=cast.actor("secretariat"), version=version, closes_on=soon)


@refusal(operations.open_consultation, "check_invited")
def only_partners_are_invited(cast: Cast) -> Attempt:
    version = make.version(cast)
    day = workdays.add(clock.today(cast.at), 10)
    return lambda: operations.open_consultation(
        actor=cast.actor("chair"), version=version, closes_on=day, partners=[cast.seat("observer")]
    )


@refusal(operations.close_consultation, "check_can_close_consultation")
def the_secretariat_closes_none_early(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    return lambda: operations.close_consultation(
        actor=cast.actor("secretariat"), consultation=window, reason="All is said."
    )


@refusal(operations.comment, "check_can_respond")
def nothing_is_received_at_the_closing_moment(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    actor = cast.actor("idno", at=window.closes_at)
    return lambda: operations.comment(actor=actor, consultation=window, text="Too late.")


@refusal(operations.comment, "check_page")
def a_comment_is_on_a_page_that_there_is(cast: Cast) -> Attempt:
    window = make.consultation(cast, pages=3)
    return lambda: make.comment(cast, window, page=4)


@refusal(operations.edit_comment, "check_can_edit_comment")
def nobody_changes_the_comment_of_another_seat(cast: Cast) -> Attempt:
    made = make.comment(cast, make.consultation(cast), "idno")
    return lambda: operations.edit_comment(actor=cast.actor("agent"), comment=made, text="Say nothing.")


@refusal(operations.edit_comment, "check_page")
def a_comment_moves_to_no_page_that_there_is_not(cast: Cast) -> Attempt:
    made = make.comment(cast, make.consultation(cast, pages=3), "idno")
    return lambda: operations.edit_comment(actor=cast.actor("idno"), comment=made, text="Say who pays.", page=4)


@refusal(operations.withdraw_comment, "check_can_withdraw_comment")
def nothing_is_withdrawn_at_the_closing_moment(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    made = make.comment(cast, window, "idno")
    actor = cast.actor("idno", at=window.closes_at)
    return lambda: operations.withdraw_comment(actor=actor, comment=made)


@refusal(rules.check_can_withdraw_comment, "check_can_respond")
def nothing_is_taken_back_after_the_close(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    made = make.comment(cast, window, "idno")
    actor = cast.actor("idno", at=window.closes_at)
    return lambda: operations.withdraw_comment(actor=actor, comment=made)


@refusal(rules.check_can_edit_comment, "check_can_withdraw_comment")
def a_comment_is_said_otherwise_by_its_own_seat_alone(cast: Cast) -> Attempt:
    made = make.comment(cast, make.consultation(cast), "idno")
    return lambda: operations.edit_comment(actor=cast.actor("agent"), comment=made, text="Say nothing.")


@refusal(operations.return_nil, "check_can_respond")
def an_observer_returns_nothing(cast: Cast) -> Attempt:
    window = make.consultation(cast, marking=Marking.GREEN)
    return lambda: operations.return_nil(actor=cast.actor("observer"), consultation=window)


@refusal(operations.return_nil, "check_no_comment_yet")
def whoever_commented_returns_no_nil(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    make.comment(cast, window, "idno")
    return lambda: operations.return_nil(actor=cast.actor("idno"), consultation=window)


# ------------------------------------------------------------------------------------------- answers, assessment, ready


@refusal(operations.propose_disposition, "check_can_propose")
def the_commenter_answers_no_comment(cast: Cast) -> Attempt:
    comment = make.comment(cast, make.consultation(cast))
    return lambda: operations.propose_disposition(
        actor=cast.actor("large-supplier"), comment=comment, answer=Answer.ACCEPTED
    )


@refusal(operations.validate_disposition, "check_can_validate")
def the_proposer_validates_nothing(cast: Cast) -> Attempt:
    comment = make.comment(cast, make.consultation(cast))
    analyst = cast.actor("analyst")
    proposed = operations.propose_disposition(actor=analyst, comment=comment, answer=Answer.ACCEPTED)
    return lambda: operations.validate_disposition(actor=analyst, disposition=proposed)


@refusal(operations.delegate_validation, "check_can_delegate")
def the_author_delegates_no_validation(cast: Cast) -> Attempt:
    artefact, seat = make.proposed(cast).version.artefact, cast.seat("architect")
    actor = cast.actor("analyst")
    return lambda: operations.delegate_validation(actor=actor, artefact=artefact, seat=seat, reason="-")


@refusal(operations.delegate_validation, "check_delegate")
def validation_is_delegated_to_no_member(cast: Cast) -> Attempt:
    artefact, seat = make.proposed(cast).version.artefact, cast.seat("idno")
    chair = cast.actor("chair")
    return lambda: operations.delegate_validation(actor=chair, artefact=artefact, seat=seat, reason="-")


@refusal(operations.take_back_validation, "check_can_take_back")
def the_delegate_takes_no_delegation_back(cast: Cast) -> Attempt:
    artefact = make.delegated(cast, make.proposed(cast).version.artefact).artefact
    delegate = cast.actor("architect")
    return lambda: operations.take_back_validation(actor=delegate, artefact=artefact, reason="-")


@refusal(operations.validate_uncontested, "check_can_validate_together")
def the_secretariat_validates_nothing_together(cast: Cast) -> Attempt:
    version = make.proposed(cast).version
    return lambda: operations.validate_uncontested(actor=cast.actor("secretariat"), version=version)


@refusal(operations.contest, "check_can_contest")
def whoever_did_not_comment_contests_nothing(cast: Cast) -> Attempt:
    answer = make.proposed(cast).disposition
    return lambda: operations.contest(actor=cast.actor("grid"), disposition=answer, why="It was not clarified.")


@refusal(operations.say_last_word, "check_can_say_last_word")
def nobody_says_the_last_word_of_another(cast: Cast) -> Attempt:
    comment = make.validated(cast)
    return lambda: operations.say_last_word(actor=cast.actor("idno"), comment=comment, word=Word.SATISFIED)


@refusal(operations.mark_duplicate, "check_can_mark_duplicate")
def a_comment_repeats_none_of_another_artefact(cast: Cast) -> Attempt:
    comment, other = make.comment(cast, make.consultation(cast)), make.comment(cast, make.consultation(cast))
    return lambda: operations.mark_duplicate(actor=cast.actor("analyst"), comment=comment, of=other)


@refusal(operations.resolve_in, "check_can_resolve_in")
def a_member_says_of_no_version_what_it_resolves(cast: Cast) -> Attempt:
    version = make.version(cast)
    return lambda: operations.resolve_in(actor=cast.actor("idno"), version=version, comments=[])


@refusal(operations.extend_consultation, "check_can_extend")
def nothing_is_extended_to_an_earlier_day(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    day, secretariat = clock.today(cast.at), cast.actor("secretariat")
    return lambda: operations.extend_consultation(actor=secretariat, consultation=window, closes_on=day, reason="-")


# --------------------------------------------------------------------------------------------------- the wider industry


@refusal(operations.open_consultation, "check_can_be_public")
def no_green_version_is_opened_to_anybody(cast: Cast) -> Attempt:
    version = make.version(cast, marking=Marking.GREEN)
    day = workdays.add(clock.today(cast.at), 10)
    return lambda: operations.open_consultation(actor=cast.actor("chair"), version=version, closes_on=day, public=True)


@refusal(operations.open_to_industry, "check_can_open_to_industry")
def the_author_opens_nothing_to_the_wider_industry(cast: Cast) -> Attempt:
    window = make.consultation(cast, marking=Marking.CLEAR)
    return lambda: operations.open_to_industry(actor=cast.actor("analyst"), consultation=window)


@refusal(rules.check_can_open_to_industry, "check_can_be_public")
def what_is_not_clear_is_not_put_on_public_pages(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    return lambda: operations.open_to_industry(actor=cast.actor("chair"), consultation=window)


@refusal(operations.close_to_industry, "check_can_close_to_industry")
def the_author_takes_nothing_off_the_public_pages(cast: Cast) -> Attempt:
    window = make.public_window(cast)
    return lambda: operations.close_to_industry(actor=cast.actor("analyst"), consultation=window, reason="-")


@refusal(operations.send_public_comment, "check_can_send")
def nobody_outside_comments_on_what_is_not_public(cast: Cast) -> Attempt:
    window = make.consultation(cast, marking=Marking.CLEAR)
    return lambda: make.sent_in(cast, window)


@refusal(operations.send_public_comment, "check_page")
def nobody_outside_comments_on_a_page_that_there_is_not(cast: Cast) -> Attempt:
    window = make.public_window(cast, pages=3)
    return lambda: make.sent_in(cast, window, page=4)


@refusal(_confirm, "check_can_confirm")
def a_link_that_is_two_days_old_confirms_nothing(cast: Cast) -> Attempt:
    made = make.sent_in(cast, make.public_window(cast))
    secret, late = industry.confirming_secret(made.nonce), cast.at + timedelta(days=2)
    return lambda: operations.confirm_public_comment(secret=secret, at=late)


@refusal(operations.release_public_comments, "check_can_release")
def the_chair_releases_nothing_while_there_is_a_secretariat(cast: Cast) -> Attempt:
    made = make.held_from_industry(cast, make.public_window(cast))
    chair, version = cast.actor("chair"), made.consultation.version
    return lambda: operations.release_public_comments(actor=chair, version=version, comments=[made.pk])


@refusal(operations.refuse_public_comment, "check_can_refuse_public")
def what_is_released_is_not_refused_any_more(cast: Cast) -> Attempt:
    made = make.from_industry(cast, make.public_window(cast))
    return lambda: operations.refuse_public_comment(actor=cast.actor("secretariat"), comment=made, reason="-")


@refusal(rules.check_can_refuse_public, "check_can_release")
def the_author_refuses_nothing(cast: Cast) -> Attempt:
    made = make.held_from_industry(cast, make.public_window(cast))
    return lambda: operations.refuse_public_comment(actor=cast.actor("analyst"), comment=made, reason="-")


@refusal(operations.answer_public_comment, "check_can_answer_public")
def the_chair_answers_no_outsider_for_the_author(cast: Cast) -> Attempt:
    made = make.from_industry(cast, make.public_window(cast))
    return lambda: operations.answer_public_comment(actor=cast.actor("chair"), comment=made, answer=Answer.ACCEPTED)


@refusal(operations.hide_public_comment, "check_can_hide_public")
def the_author_hides_nothing(cast: Cast) -> Attempt:
    made = make.from_industry(cast, make.public_window(cast))
    return lambda: operations.hide_public_comment(actor=cast.actor("analyst"), comment=made, reason="-")


@refusal(operations.show_public_comment, "check_can_show_public")
def the_author_shows_nothing_that_was_hidden(cast: Cast) -> Attempt:
    made = make.from_industry(cast, make.public_window(cast))
    operations.hide_public_comment(actor=cast.actor("chair"), comment=made, reason="Insults.")
    return lambda: operations.show_public_comment(actor=cast.actor("analyst"), comment=made, reason="-")


# ---------------------------------------------------------------------------------------------------------- assessment


@refusal(operations.assess, "check_can_assess")
def a_member_assesses_nothing_of_somebody_else(cast: Cast) -> Attempt:
    version = make.version(cast)
    principle = make.principles()[0]
    return lambda: operations.assess(
        actor=cast.actor("idno"), version=version, principles={principle.pk: ("aligned", "")}, impacts={}
    )


@refusal(operations.make_ready, "check_can_make_ready")
def nothing_is_ready_while_a_cell_is_blank(cast: Cast) -> Attempt:
    artefact = make.answered(cast, make.resolving(cast))
    return lambda: operations.make_ready(actor=cast.actor("analyst"), artefact=artefact)


# -------------------------------------------------------------------------------------------------- for the apps above


@refusal(operations.follow, "check_can_follow")
def no_record_but_an_outcome_approves(cast: Cast) -> Attempt:
    artefact = make.endorsed(cast)
    return lambda: make.followed(cast, artefact, State.APPROVED, Mover.DETERMINATION)


@refusal(operations.approve, "check_can_approve")
def nothing_is_approved_that_is_not_with_the_dag(cast: Cast) -> Attempt:
    artefact = make.endorsed(cast)
    return lambda: make.baseline(cast, artefact)


@refusal(operations.discharge, "check_can_discharge")
def only_conditions_are_discharged(cast: Cast) -> Attempt:
    artefact = make.approved(cast)
    return lambda: operations.discharge(actor=cast.actor("dag"), artefact=artefact, reason="Met.")


@refusal(operations.draft_comment, "check_can_draft")
def an_observer_drafts_nothing(cast: Cast) -> Attempt:
    window = make.consultation(cast, marking="GREEN")
    return lambda: operations.draft_comment(actor=cast.actor("observer"), consultation=window, text="Who pays?")


@refusal(operations.draft_comment, "check_page")
def a_draft_names_a_page_there_is(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    return lambda: operations.draft_comment(actor=cast.actor("idno"), consultation=window, text="Who pays?", page=99)


# -------------------------------------------------------------------------------------------------- tables of comments

ROWS = [operations.CommentRow(5, text="Who pays?")]
TABLE = {"rows": ROWS, "source": Source("comments.csv", "a" * 64)}


def sending(cast: Cast, who: str, window: Consultation, at: datetime | None = None) -> Attempt:
    """A table of one new comment, as it would be confirmed."""
    return lambda: operations.import_comments(
        actor=cast.actor(who, at=at), consultation=window, seen="never shown", **TABLE
    )


@refusal("artefacts.operations.filling_in._carried_out", "check_can_fill_in")
def an_auditor_sends_no_table(cast: Cast) -> Attempt:
    return sending(cast, "auditor", make.consultation(cast))


@refusal("artefacts.rules.check_can_fill_in", "check_can_respond")
def an_observer_sends_no_table(cast: Cast) -> Attempt:
    return sending(cast, "observer", make.consultation(cast, marking=Marking.GREEN))


@refusal("artefacts.rules.check_can_fill_in", "check_can_draft")
def a_colleague_sends_none_once_the_window_is_closed(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    cast.people["reader"] = colleague(cast).person
    return sending(cast, "reader", window, at=window.closes_at)


@refusal("artefacts.operations.filling_in._Commenting.found", "check_can_edit_comment")
def nobody_sends_back_the_comment_of_another_seat(cast: Cast) -> Attempt:
    window = make.consultation(cast)
    make.comment(cast, window, "large-supplier", text="Who pays?", page=None, section="", severity="medium")
    rows = [operations.CommentRow(5, comment=1, text="Who pays?")]
    given = {"consultation": window, "rows": rows, "source": TABLE["source"]}

    def attempt() -> None:
        [line] = operations.preview_comments(actor=cast.actor("idno"), **given).lines
        if line.refusal:
            raise NotNow(line.refusal)

    return attempt
