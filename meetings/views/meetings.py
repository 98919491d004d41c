"""Pages of meetings and agendas."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from artefacts.models import Version
from meetings import operations, queries, rules
from meetings.forms import (
    CancelForm,
    FilePaperForm,
    ItemForm,
    MeetingForm,
    MoveForm,
    OpenForm,
    PostponeForm,
    RestrictForm,
    RestrictMeetingForm,
    ScopeForm,
    SeenForm,
    VersionPaperForm,
    meeting_facts,
)
from meetings.models import Action, AgendaItem, Decision, Meeting, Paper
from meetings.overtaken import as_shown, token
from meetings.queries.meetings import pages_of
from meetings.queries.packs import PackView
from meetings.recipients import recipients
from meetings.states import TO_COME, ItemType, MeetingState, PackState, Scope
from sdwg import clock, dates, panels, workdays
from sdwg.forms import ConfirmForm, Form
from sdwg.members.access import NotNow
from sdwg.members.middleware import Request
from sdwg.members.models import Grant, Role, Seat
from sdwg.screen import Band, Button, Crumb, Fact, Need
from sdwg.web import perform, status

__all__ = [
    "add_file",
    "add_item",
    "add_paper",
    "add_suggested",
    "agenda",
    "cancel",
    "change",
    "change_item",
    "close_meeting",
    "discard",
    "invite",
    "meeting_list",
    "meeting_page",
    "move_item",
    "open_meeting",
    "postpone",
    "reinstate",
    "remove_item",
    "remove_paper",
    "restrict_item",
    "restrict_meeting",
    "schedule",
    "take_back",
    "undo",
]

PER_PAGE = 25


def posted(request: Request) -> QueryDict | None:
    """What a form is bound to: the body of a POST, be it empty, and nothing otherwise."""
    return request.POST if request.method == "POST" else None


OFF = (MeetingState.CANCELLED, MeetingState.DISCARDED)
"""States of a meeting that does not take place, from which there is a way back."""


def load(request: Request, key: str) -> Meeting:
    """The meeting called ``key`` in paths, through the reader's own queryset; 404 for what they may not see."""
    put = Decision.objects.filter(meeting=OuterRef("pk"))
    rows = Meeting.objects.visible_to(request.actor).select_related(
        "presiding__person", "presiding__organisation", "series"
    )
    # each saves the page a costly question when the answer is no
    return by_key(rows.annotate(has_decisions=Exists(put), has_actions=Exists(Action.objects.all())), key)


def by_key(rows: QuerySet[Meeting], key: str) -> Meeting:
    """The one of ``rows`` that is called ``key`` in paths; 404 when none is."""
    number, _, addition = key.partition(".")
    found = rows.filter(number=int(number), ad_hoc=int(addition or 0)).first()
    if found is None or found.key != key:
        raise Http404
    return found


def load_to_arrange(request: Request, key: str) -> Meeting:
    """The same for the pages that arrange it. Raises ``Refused`` for those who see it and do not arrange it."""
    meeting = load(request, key)
    rules.check_can_arrange(request.actor)
    return meeting


def load_item(request: Request, key: str, pk: int) -> AgendaItem:
    """An item of a meeting that they arrange, of which they may read the words."""
    meeting = load_to_arrange(request, key)
    item = AgendaItem.objects.visible_to(request.actor).filter(meeting=meeting, pk=pk).first()
    if item is None:
        raise Http404
    item.meeting = meeting
    return item


def crumbs(meeting: Meeting, *more: str) -> list[Crumb]:
    """The way to a page of a meeting."""
    way = [Crumb("Meetings", reverse("meeting-list"))]
    if not more:
        return [*way, Crumb(meeting.reference)]
    return [*way, Crumb(meeting.reference, meeting.get_absolute_url()), *(Crumb(label) for label in more)]


# ------------------------------------------------------------------------------------------------------------ the lists


@require_safe
def meeting_list(request: Request) -> HttpResponse:
    """Meetings that come, month by month; series; meetings that were."""
    past = Paginator(queries.past(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    coming = list(queries.upcoming(request.actor))
    return render(
        request,
        "meetings/list.html",
        {
            "coming": coming,
            "months": queries.by_month(coming),
            "past": past,
            "series": queries.series_listed(request.actor),
            "discarded": queries.discarded(request.actor),
            "may_schedule": rules.can_arrange(request.actor),
            "may_read_contribution": rules.can_read_contribution(request.actor),
        },
    )


def schedule(request: Request) -> HttpResponse:
    """A new meeting."""
    rules.check_can_arrange(request.actor)
    form = MeetingForm(posted(request), at=request.at, initial={"day": _usual_day(request)})

    def work() -> str:
        return operations.schedule(actor=request.actor, **form.facts()).get_absolute_url()

    return perform(request, form, work) or render(
        request,
        "meetings/schedule.html",
        {"form": form, "crumbs": [Crumb("Meetings", reverse("meeting-list")), Crumb("Schedule a meeting")]},
        status=status(form),
    )


def _usual_day(request: Request) -> Any:
    """A day that leaves the notice period and a few days to prepare."""
    return workdays.add(clock.today(request.at), workdays.periods()["notice"] + 5)


# ---------------------------------------------------------------------------------------------------------- one meeting


@require_safe
def meeting_page(request: Request, key: str) -> HttpResponse:
    """A meeting: facts, agenda with running times, pack and receipts, and what the apps above and decisions add."""
    meeting = load(request, key)
    view = queries.pack_for(request.actor, meeting)
    out = bool(view and view.pack.circulated_at)
    kept = workdays.kept()
    agenda = queries.agenda(request.actor, meeting, pages_of(view.pack) if view and out else None)
    deadlines = queries.deadlines(meeting, agenda, view.pack if view and out else None, request.at, *kept)
    history = queries.history_of_meeting(request.actor, meeting, [view.pack.pk] if view else [])
    arranges = rules.arranges(request.actor)
    return render(
        request,
        "meetings/meeting.html",
        {
            "meeting": meeting,
            "crumbs": crumbs(meeting),
            "heading": heading(meeting),
            "band": _band(request, meeting, view, queries.pack_by(meeting, *kept)),
            "agenda": agenda,
            "deadlines": deadlines if arranges else [],
            "late": sum(need.status == "late" for need in deadlines),
            "dates": [] if arranges else [Fact(need.label, _done_or_by(need, request.at)) for need in deadlines],
            "view": view,
            "facts": _facts(request, meeting),
            "roll": queries.attendance_of(request.actor, meeting),
            "may_record": rules.can_record_attendance(request.actor, meeting),
            "panels": panels.panels("meeting", request.actor, meeting),
            "history": history.events,
            "may_arrange": arranges,
            "guests": queries.guests_of(request.actor, meeting),
            "buttons": _buttons(request, meeting, undoable=history.undoable),
            "agenda_open": meeting.state in rules.AGENDA_OPEN,
        },
    )


def _done_or_by(need: Need, at: datetime) -> str:
    by = dates.day(need.by, clock.today(at)) if need.by else ""
    return f"{by}, {need.note[:1].lower()}{need.note[1:].rstrip('.')}" if need.status == "done" and need.note else by


def heading(meeting: Meeting) -> str:
    """ "Meeting 14, Wednesday 2 December 2026"."""
    day = dates.whole_moment(meeting.starts_at).partition(",")[0]
    return f"{meeting.title or f'Meeting {meeting.key}'}, {day}"


def _facts(request: Request, meeting: Meeting) -> list[Fact]:
    today = clock.today(request.at)
    when = f"{dates.moment(meeting.starts_at, today)} to {dates.hour(meeting.ends_at)}, London"
    where = meeting.place or ("Online" if meeting.link else "To be announced")
    found = [Fact("When", when), Fact("Where", where)]
    if meeting.link:
        found.append(Fact("Join", "Joining link", meeting.link))
    found.append(Fact("Presides", meeting.presiding.label if meeting.presiding else "Nobody: the seat is vacant"))
    found.append(Fact("Open to", "Named seats" if meeting.restricted else "Every seat, and guests"))
    if meeting.series:
        found.append(Fact("Series", f"{meeting.series}", meeting.series.get_absolute_url()))
    if meeting.moved:
        found.append(Fact("Moved", f"From {dates.day(meeting.rule_day, today)}, the day of the series"))  # type: ignore[arg-type]
    if meeting.restricted:
        found.append(Fact("Restricted", meeting.why_restricted))
    if meeting.no_pack_reason:
        found.append(Fact("No pack", meeting.no_pack_reason))
    if meeting.cancelled_reason:
        found.append(Fact("Cancelled", meeting.cancelled_reason))
    if meeting.opened_at:
        found.append(Fact("Opened", dates.moment(meeting.opened_at, today)))
    if meeting.closed_at:
        found.append(Fact("Closed", dates.moment(meeting.closed_at, today)))
    if request.actor.member_seat and not request.actor.alternate and meeting.state in TO_COME:
        found.append(Fact("Alternate", "Nominate one", f"{reverse('nominate')}?for={meeting.audit_key}"))
    return found


def _buttons(request: Request, meeting: Meeting, *, undoable: bool) -> list[Button]:
    actor, url, found = request.actor, meeting.get_absolute_url(), []
    if not rules.arranges(actor):
        return []
    if rules.can_change(actor, meeting):
        found.append(Button("Change date or place", f"{url}change/"))
    if rules.can_postpone(actor, meeting):
        found.append(Button("Postpone it", f"{url}postpone/"))
    if rules.can_cancel(actor, meeting):
        found.append(Button("Cancel it", f"{url}cancel/"))
    if rules.can_discard(actor, meeting):
        found.append(Button("Discard it", f"{url}discard/"))
    if rules.can_reinstate(actor, meeting):
        found.append(Button("Take the cancellation back", f"{url}reinstate/"))
    if rules.can_take_back(actor, meeting):
        found.append(Button("Make it a draft again", f"{url}take-back/"))
    if rules.can_restrict_meeting(actor, meeting):
        found.append(Button("Change who stays" if meeting.restricted else "Restrict it", f"{url}restrict/"))
    if undoable and meeting.state in {MeetingState.DRAFT, *TO_COME, *OFF}:
        found.append(Button("Undo the last change", f"{url}undo/"))
    return found


def _band(request: Request, meeting: Meeting, view: PackView | None, pack_by: datetime) -> Band | None:
    """Whose move it is. The reader's own first, then the secretariat's or the chair's."""
    actor, url = request.actor, meeting.get_absolute_url()
    if meeting.state == MeetingState.DRAFT:
        button = Button("Send the invitations", f"{url}invite/")
        return Band(
            True, "", "send the invitations", why="Until then only chair and secretariat see it.", primary=button
        )
    if meeting.state == MeetingState.IN_SESSION:
        mine = rules.can_close(actor, meeting)
        close = Button("Close the meeting", f"{url}close/") if mine else None
        return Band(mine, "" if mine else "the chair", "close the meeting when it ends", primary=close)
    if meeting.state not in TO_COME:
        return None
    time_to_open = actor.at >= rules.opens_at(meeting)
    opens = Button("Open the meeting", f"{url}open/") if time_to_open and actor.is_chair else None
    if meeting.state == MeetingState.SCHEDULED:
        return _band_before(request, meeting, view, opens, pack_by)
    if view and view.number and not view.opened_at:
        what = "read the pack"
        read = Button("Read the pack", f"{url}pack/")
        return Band(True, "", what, meeting.starts_at, "The group expects everybody prepared.", read, opens)
    if opens:
        return Band(True, "", "open the meeting", primary=opens)
    return Band(False, "the chair", "open the meeting", meeting.starts_at)


def _band_before(request: Request, meeting: Meeting, view: PackView | None, opens: Button | None, by: datetime) -> Band:
    """The pack is not out yet; it should be by ``by``."""
    if not rules.arranges(request.actor):
        return Band(False, "the secretariat", "circulate the pack", by)
    state = view.pack.state if view else ""
    label = {
        "": "Order the pack",
        PackState.FAILED: "Order it again",
        PackState.BUILT: "Circulate the pack",
    }.get(state, "See the build")
    button = Button(label, f"{meeting.get_absolute_url()}pack/")
    return Band(True, "", "circulate the pack", by, "", button, opens)


def change(request: Request, key: str) -> HttpResponse:
    """When and where it is, and who presides: of this meeting, or of its series from here on."""
    meeting = load_to_arrange(request, key)
    start = {"scope": request.GET.get("scope", Scope.ONE), "seen": token(meeting)}
    form = MeetingForm(posted(request), at=request.at, meeting=meeting, initial=start)

    def work() -> str:
        done = operations.change(actor=request.actor, meeting=meeting, seen=seen_of(form), **form.facts())
        if len(done.meetings) > 1 or done.left:
            messages.info(request, done.words)
        return meeting.get_absolute_url()

    if answer := perform(request, form, work):
        return answer
    catch_up(form, meeting, meeting_facts)
    told = meeting.state == MeetingState.SCHEDULED or meeting.series_id
    return form_page(
        request,
        meeting,
        form,
        title="Change date or place",
        submit="Change it",
        lead=f"{meeting} keeps its number.",
        consequences=[
            *(["Who was invited gets one mail with what is new."] if told else []),
            "It can be undone from the meeting’s page.",
        ],
    )


def seen_of(form: Form) -> str | None:
    """The token that came with a form; nothing for one that was sent without."""
    return form.cleaned_data["seen"] if "seen" in form.data else None


def catch_up(form: Form, row: Any, facts: Callable[[Any], dict[str, Any]]) -> None:
    """Let a refused form show what somebody else changed since it was shown, beside what its own reader changed.

    ``facts`` gives the values of the fields for a row, and for a row of its history. The next press is then about what
    is there now.
    """
    now, sent = token(row), dict(form.data.items())
    if not form.is_bound or sent.get("seen", now) == now:
        return
    was, kept = as_shown(row, sent["seen"]), sent
    if was is not None:
        before, current = facts(was), facts(row.__class__.objects.get(pk=row.pk))
        for name in form.fields.keys() & before.keys():
            field = form.fields[name]
            if not field.has_changed(before[name], field.to_python(kept.get(name)) or ""):
                kept[name] = form[name].field.widget.format_value(current[name]) or ""
    form.data = {**kept, "seen": now}


def invite(request: Request, key: str) -> HttpResponse:
    """Who will be invited; then the invitations, once."""
    meeting = load_to_arrange(request, key)
    form = ConfirmForm(posted(request))

    def work() -> str:
        return operations.invite(actor=request.actor, meeting=meeting).get_absolute_url()

    answer = perform(request, form, work)
    if answer:
        return answer
    return render(
        request,
        "meetings/invite.html",
        {
            "meeting": meeting,
            "crumbs": crumbs(meeting, "Send the invitations"),
            "form": form,
            "recipients": recipients(meeting, request.at),
            "consequences": [f"{meeting} becomes visible to every seat.", "Each of these people gets one mail."],
            "open": meeting.state == MeetingState.DRAFT,
        },
        status=status(form),
    )


def cancel(request: Request, key: str) -> HttpResponse:
    """Cancel with a reason."""
    meeting = load_to_arrange(request, key)
    if request.method != "POST" and not rules.can_cancel(request.actor, meeting):
        messages.info(request, f"{meeting} is {meeting.get_state_display().lower()}, and cannot be cancelled.")
        return redirect(meeting)
    start = {"scope": request.GET.get("scope", Scope.ONE)}
    form = CancelForm(posted(request), of_series=meeting.series_id is not None, initial=start)

    def work() -> str:
        data = form.cleaned_data
        scope = data.get("scope") or Scope.ONE
        done = operations.cancel(actor=request.actor, meeting=meeting, reason=data["reason"], scope=scope)
        if scope != Scope.ONE:
            messages.info(request, done.words)
        return meeting.get_absolute_url()

    return perform(request, form, work) or form_page(
        request,
        meeting,
        form,
        title=f"Cancel {meeting}",
        submit="Cancel it",
        danger=True,
        consequences=[
            "Who was invited gets one mail with the reason.",
            "Nominations of alternates for it are withdrawn.",
            "It can be taken back until it would have started.",
        ],
    )


def postpone(request: Request, key: str) -> HttpResponse:
    """Another time for a meeting to which people are invited, its pack out or not."""
    meeting = load_to_arrange(request, key)
    form = PostponeForm(posted(request), initial=meeting_facts(meeting) | {"seen": token(meeting)})

    def work() -> str:
        reason, seen = form.cleaned_data["reason"], seen_of(form)
        operations.postpone(actor=request.actor, meeting=meeting, reason=reason, seen=seen, **form.times())
        return meeting.get_absolute_url()

    if answer := perform(request, form, work):
        return answer
    catch_up(form, meeting, meeting_facts)
    return form_page(
        request,
        meeting,
        form,
        title=f"Postpone {meeting}",
        submit="Postpone it",
        lead=f"{meeting} keeps its number, and its place in everybody’s calendar moves with it.",
        consequences=[
            "Who was invited gets one mail with the new time and the reason; so do its guests.",
            "A pack that is out stays good.",
            "It can be undone from the meeting’s page.",
        ],
    )


def discard(request: Request, key: str) -> HttpResponse:
    """Discard a draft, or the drafts of its series from here on."""
    meeting = load_to_arrange(request, key)
    start = {"scope": request.GET.get("scope", Scope.ONE)}
    form = ScopeForm(posted(request), of_series=meeting.series_id is not None, initial=start)

    def work() -> str:
        done = operations.discard(actor=request.actor, meeting=meeting, scope=form.given)
        messages.info(request, done.words)
        return meeting.get_absolute_url()

    return perform(request, form, work) or form_page(
        request,
        meeting,
        form,
        title=f"Discard {meeting}",
        submit="Discard it",
        danger=True,
        consequences=[
            "Nobody was invited, so nobody is told.",
            "The number is not given again; it stays findable here, and can be taken back.",
        ],
    )


def take_back(request: Request, key: str) -> HttpResponse:
    """Make a discarded meeting a draft again."""
    meeting = load_to_arrange(request, key)
    form = ConfirmForm(posted(request))

    def work() -> str:
        return operations.take_back(actor=request.actor, meeting=meeting).get_absolute_url()

    return perform(request, form, work) or form_page(
        request, meeting, form, title=f"Take {meeting} back", submit="Make it a draft again"
    )


def undo(request: Request, key: str) -> HttpResponse:
    """What the last change of this meeting was, on every meeting it changed; then that is put back."""
    meeting = load_to_arrange(request, key)
    event = operations.last_change(meeting)
    form = SeenForm(posted(request), initial={"seen": event.seq if event else ""})

    def work() -> str:
        done = operations.undo(actor=request.actor, thing=meeting, seen=seen_of(form))
        messages.info(request, done.words)
        return meeting.get_absolute_url()

    return perform(request, form, work) or render(
        request,
        "meetings/undo.html",
        {
            "meeting": meeting,
            "crumbs": crumbs(meeting, "Undo"),
            "form": form,
            "event": event,
            "rows": queries.put_back(event) if event else [],
            "back": meeting.get_absolute_url(),
            "consequences": UNDOING,
        },
        status=status(form),
    )


UNDOING = (
    "What somebody changed again since, and what has begun, stays as it is.",
    "Who was invited gets one mail with what is true then.",
    "The history keeps both.",
)


def reinstate(request: Request, key: str) -> HttpResponse:
    """Take a cancellation back."""
    meeting = load_to_arrange(request, key)
    form = ConfirmForm(posted(request))

    def work() -> str:
        return operations.reinstate(actor=request.actor, meeting=meeting).get_absolute_url()

    return perform(request, form, work) or form_page(
        request,
        meeting,
        form,
        title=f"{meeting} takes place after all",
        submit="Take the cancellation back",
        consequences=[
            "Everybody who was invited gets a mail.",
            "Members who had nominated an alternate for it nominate again.",
        ],
    )


def restrict_meeting(request: Request, key: str) -> HttpResponse:
    """The chair closes a meeting to all but named seats, changes who stays, or opens it to all again."""
    meeting = load_to_arrange(request, key)
    opens = request.POST.get("restricted") == "no"
    seats = Seat.objects.current(clock.today(request.at)).exclude(role__in=(Role.CHAIR, Role.SECRETARIAT))
    seats = seats.with_names().order_by("role", "organisation__name", "pk")
    stay = _staying(meeting, seats, request.at)
    sent = posted(request)
    of_series = meeting.series_id is not None
    closing = RestrictMeetingForm(None if opens else sent, seats=seats, stay=stay, of_series=of_series)
    opening = RestrictForm(sent if opens else None, initial={"restricted": "no"}, auto_id="id_open_%s")

    def work() -> str:
        if opens:
            operations.open_to_all(actor=request.actor, meeting=meeting, reason=opening.cleaned_data["reason"])
        else:
            data = closing.cleaned_data
            scope = data.get("scope") or Scope.ONE
            given = {"seats": list(data["seats"]), "reason": data["reason"], "scope": scope}
            operations.restrict_meeting(actor=request.actor, meeting=meeting, **given)
        return reverse("meeting", args=[meeting.key])

    form = opening if opens else closing
    context = {
        "meeting": meeting,
        "crumbs": crumbs(meeting, "Restrict it"),
        "form": form,
        "closing": closing,
        "opening": opening if meeting.restricted else None,
        "consequences": [
            "To everybody who does not stay, the meeting, its agenda and its pack are gone at their next request.",
            "Who was invited and does not stay gets one mail, without the reason.",
            "It leaves the public list; the links of its guests end, and they are told.",
        ],
    }
    return perform(request, form, work) or render(request, "meetings/restrict.html", context, status=status(form))


def _staying(meeting: Meeting, seats: Iterable[Seat], at: datetime) -> set[int]:
    """The seats that are ticked: by default all but observers; of a restricted meeting, those that stay now."""
    if not meeting.restricted:
        return {seat.pk for seat in seats if seat.role not in {Role.OBSERVER, Role.COLLEAGUE}}
    named = Grant.objects.in_force(at).filter(on_key=meeting.audit_key, seat__isnull=False)
    return set(named.values_list("seat", flat=True))


def open_meeting(request: Request, key: str) -> HttpResponse:
    """The chair opens the meeting."""
    meeting = load_to_arrange(request, key)
    form = OpenForm(posted(request), with_pack=meeting.state != MeetingState.SCHEDULED)

    def work() -> str:
        reason = form.cleaned_data.get("no_pack_reason", "")
        opened = operations.open_meeting(actor=request.actor, meeting=meeting, no_pack_reason=reason)
        return opened.get_absolute_url()

    return perform(request, form, work) or form_page(
        request,
        meeting,
        form,
        title=f"Open {meeting}",
        submit="Open the meeting",
        consequences=["You preside.", "The meeting is in session from now on; decisions can be determined in it."],
    )


def close_meeting(request: Request, key: str) -> HttpResponse:
    """The chair closes the meeting."""
    meeting = load_to_arrange(request, key)
    form = ConfirmForm(posted(request))

    def work() -> str:
        return operations.close_meeting(actor=request.actor, meeting=meeting).get_absolute_url()

    return perform(request, form, work) or form_page(
        request,
        meeting,
        form,
        title=f"Close {meeting}",
        submit="Close the meeting",
        consequences=["The meeting counts as held. It is not opened again."],
    )


def form_page(request: Request, meeting: Meeting, form: Form, *, title: str, submit: str, **more: Any) -> HttpResponse:
    """A page with one form about one meeting."""
    context = {
        "meeting": meeting,
        "form": form,
        "crumbs": crumbs(meeting, title),
        "title": title,
        "submit": submit,
        "cancel": more.pop("cancel", meeting.get_absolute_url()),
        **more,
    }
    return render(request, "meetings/form.html", context, status=status(form))


# ----------------------------------------------------------------------------------------------------------- the agenda


@require_safe
def agenda(request: Request, key: str) -> HttpResponse:
    """The agenda editor."""
    meeting = load_to_arrange(request, key)
    return _agenda_page(request, meeting, ItemForm())


def _agenda_page(request: Request, meeting: Meeting, form: Form) -> HttpResponse:
    """The editor. ``form`` is the one for a new item, or a button's that was refused."""
    is_open = meeting.state in rules.AGENDA_OPEN
    found = queries.agenda(request.actor, meeting)
    titles = {item.title for item in found.items}
    return render(
        request,
        "meetings/agenda.html",
        {
            "meeting": meeting,
            "crumbs": crumbs(meeting, "Agenda"),
            "agenda": found,
            "review": queries.suggested_review(request.actor, titles) if is_open else None,
            "suggestions": queries.suggestions(request.actor, meeting) if is_open else [],
            "form": form,
            "adding": form if isinstance(form, ItemForm) else ItemForm(),
            "open": is_open,
        },
        status=status(form),
    )


def _agenda(meeting: Meeting, item: AgendaItem | None = None) -> str:
    return reverse("agenda", args=[meeting.key]) + (f"#item-{item.pk}" if item else "")


@require_POST
def add_item(request: Request, key: str) -> HttpResponse:
    """One more item."""
    meeting = load_to_arrange(request, key)
    form = ItemForm(request.POST)

    def work() -> str:
        data = {name: form.cleaned_data[name] for name in ("title", "type", "objective", "lead", "minutes")}
        return _agenda(meeting, operations.add_item(actor=request.actor, meeting=meeting, **data))

    return perform(request, form, work) or _agenda_page(request, meeting, form)


@require_POST
def add_suggested(request: Request, key: str, version: int) -> HttpResponse:
    """A version that is ready becomes an item for decision, with itself as its paper."""
    meeting = load_to_arrange(request, key)
    found = next((row for row in queries.suggestions(request.actor, meeting) if row.version == version), None)
    form = ConfirmForm(request.POST)

    def work() -> str:
        if found is None:
            raise NotNow("That version is on the agenda already, or is no longer ready.")
        item = operations.add_item(
            actor=request.actor,
            meeting=meeting,
            title=found.item_title,
            type=ItemType.DECISION,
            objective="Find whether the group agrees that it goes to the DAG for approval",
            lead="Chair",
            minutes=20,
        )
        operations.add_paper(
            actor=request.actor,
            item=item,
            version=Version.objects.get(pk=version),
            asked="State a position on whether it goes to the DAG",
        )
        return _agenda(meeting, item)

    return perform(request, form, work) or _agenda_page(request, meeting, form)


@require_POST
def move_item(request: Request, key: str, pk: int) -> HttpResponse:
    """Up or down."""
    item = load_item(request, key, pk)
    form = MoveForm(request.POST)

    def work() -> str:
        operations.move_item(actor=request.actor, item=item, by=form.cleaned_data["by"])
        return _agenda(item.meeting, item)

    return perform(request, form, work) or _agenda_page(request, item.meeting, form)


def change_item(request: Request, key: str, pk: int) -> HttpResponse:
    """The words, the kind and the time of an item; its papers."""
    item = load_item(request, key, pk)
    form = ItemForm(posted(request)) if request.method == "POST" else ItemForm.of(item)

    def work() -> str:
        data = {name: form.cleaned_data[name] for name in ("title", "type", "objective", "lead", "minutes")}
        return _agenda(item.meeting, operations.change_item(actor=request.actor, item=item, **data))

    return perform(request, form, work) or _item_page(request, item, form=form)


def _item_page(request: Request, item: AgendaItem, **forms: Form) -> HttpResponse:
    """An item with its three forms: its words, its papers, its restriction. ``form`` is the one that was refused."""
    rows = queries.agenda(request.actor, item.meeting).items
    row = next((row for row in rows if row.pk == item.pk), None)
    if row is None:
        raise Http404
    words = forms.get("form") or ItemForm.of(item)
    context = {
        "meeting": item.meeting,
        "item": row,
        "crumbs": [
            *crumbs(item.meeting, "Agenda")[:-1],
            Crumb("Agenda", _agenda(item.meeting)),
            Crumb(f"Item {row.number}"),
        ],
        "form": next((form for form in forms.values() if form.errors), words),
        "words": words,
        "paper": forms.get("paper") or VersionPaperForm(actor=request.actor, prefix="paper"),
        "file": forms.get("file") or FilePaperForm(actor=request.actor, prefix="file"),
        "may_restrict": rules.can_restrict_item(request.actor, item),
        "restrict": forms.get("restrict") or RestrictForm(prefix="restrict", initial={"restricted": _toggle(item)}),
        "may_change": rules.can_change_item(request.actor, item),
    }
    return render(request, "meetings/item.html", context, status=status(*forms.values()))


def _toggle(item: AgendaItem) -> str:
    return "no" if item.restricted else "yes"


@require_POST
def remove_item(request: Request, key: str, pk: int) -> HttpResponse:
    """Off the agenda."""
    item = load_item(request, key, pk)
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.remove_item(actor=request.actor, item=item)
        return _agenda(item.meeting)

    return perform(request, form, work) or _agenda_page(request, item.meeting, form)


@require_POST
def restrict_item(request: Request, key: str, pk: int) -> HttpResponse:
    """The chair closes an item, or opens it again."""
    item = load_item(request, key, pk)
    form = RestrictForm(request.POST, prefix="restrict")

    def work() -> str:
        data = form.cleaned_data
        operations.restrict_item(actor=request.actor, item=item, restricted=data["restricted"], reason=data["reason"])
        return _agenda(item.meeting, item)

    return perform(request, form, work) or _item_page(request, item, restrict=form)


@require_POST
def add_paper(request: Request, key: str, pk: int) -> HttpResponse:
    """A version as a paper of an item."""
    item = load_item(request, key, pk)
    form = VersionPaperForm(request.POST, actor=request.actor, prefix="paper")

    def work() -> str:
        version = Version.objects.get(pk=form.cleaned_data["version"])
        operations.add_paper(actor=request.actor, item=item, version=version, asked=form.cleaned_data["ask"])
        return _papers(item)

    return perform(request, form, work) or _item_page(request, item, paper=form)


@require_POST
def add_file(request: Request, key: str, pk: int) -> HttpResponse:
    """A file of its own as a paper of an item."""
    item = load_item(request, key, pk)
    form = FilePaperForm(request.POST, request.FILES, actor=request.actor, prefix="file")

    def work() -> str:
        data = form.cleaned_data
        operations.add_paper(
            actor=request.actor,
            item=item,
            stored=data["file"].stored,
            title=data["title"],
            marking=data["marking"],
            asked=data["ask"],
        )
        return _papers(item)

    return perform(request, form, work) or _item_page(request, item, file=form)


def _papers(item: AgendaItem) -> str:
    return reverse("agenda-item", args=[item.meeting.key, item.pk]) + "#papers"


@require_POST
def remove_paper(request: Request, key: str, pk: int, paper: int) -> HttpResponse:
    """A paper off its item."""
    item = load_item(request, key, pk)
    found = Paper.objects.standing().filter(item=item, pk=paper).first()
    if found is None:
        raise Http404
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.remove_paper(actor=request.actor, paper=found)
        return _papers(item)

    return perform(request, form, work) or _item_page(request, item, paper=form)
