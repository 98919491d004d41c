"""Pages of series: the plan and its dates, the meetings made of it, and what is done for all of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from meetings import operations, queries, rhythm, rules
from meetings.forms import DatesForm, ProlongForm, SeenForm, SeriesForm, series_facts
from meetings.models import Meeting, Series
from meetings.overtaken import token
from meetings.queries.meetings import listed
from meetings.recipients import recipients
from meetings.states import MeetingState, SeriesState
from meetings.views.meetings import OFF, UNDOING, catch_up, posted, seen_of
from sdwg import dates, workdays
from sdwg.forms import ConfirmForm, Form
from sdwg.members.middleware import Request
from sdwg.screen import Button, Crumb, Fact
from sdwg.web import perform, status

__all__ = [
    "plan_series",
    "series_change",
    "series_dates",
    "series_discard",
    "series_invite",
    "series_page",
    "series_prolong",
    "series_undo",
]


def load_series(request: Request, pk: int) -> Series:
    """The series, through the reader's own queryset; 404 for one that is not there for them."""
    rows = Series.objects.visible_to(request.actor).select_related("presiding__person", "presiding__organisation")
    return get_object_or_404(rows, pk=pk)


def load_plan(request: Request, pk: int) -> Series:
    """The same for the pages that arrange it. Raises ``Refused`` for those who see it and do not arrange it."""
    series = load_series(request, pk)
    rules.check_can_arrange(request.actor)
    return series


def way(series: Series | None, *more: str) -> list[Crumb]:
    """The way to a page of a series."""
    found = [Crumb("Meetings", reverse("meeting-list"))]
    if series:
        found.append(Crumb(series.title, series.get_absolute_url() if more else ""))
    return [*found, *(Crumb(label) for label in more)]


def plan_series(request: Request) -> HttpResponse:
    """A new plan: the next page shows its dates, and nothing is made before they are confirmed."""
    rules.check_can_arrange(request.actor)
    form = SeriesForm(posted(request), at=request.at)

    def work() -> str:
        return operations.plan_series(actor=request.actor, **form.facts()).get_absolute_url()

    return perform(request, form, work) or render(
        request, "meetings/plan.html", {"form": form, "crumbs": way(None, "Plan a series")}, status=status(form)
    )


def series_change(request: Request, pk: int) -> HttpResponse:
    """Change the plan."""
    series = load_plan(request, pk)
    form = SeriesForm(posted(request), at=request.at, initial=series_facts(series) | {"seen": token(series)})

    def work() -> str:
        seen = seen_of(form)
        return operations.change_plan(actor=request.actor, series=series, seen=seen, **form.facts()).get_absolute_url()

    if answer := perform(request, form, work):
        return answer
    catch_up(form, series, series_facts)
    context = {"form": form, "series": series, "crumbs": way(series, "Change the plan")}
    return render(request, "meetings/plan.html", context, status=status(form))


@require_safe
def series_page(request: Request, pk: int) -> HttpResponse:
    """A plan with its dates, which are confirmed here; a series with its meetings."""
    series = load_series(request, pk)
    if series.state == SeriesState.DRAFT:
        return _plan_page(request, series, *_dates_form(request, series))
    rows = listed(request.actor).filter(series=series).select_related("presiding").order_by("starts_at")
    found = list(rows)
    ahead = [row for row in found if row.starts_at > request.at and row.state not in OFF]
    drafts = [row for row in ahead if row.state == MeetingState.DRAFT]
    arranges = rules.arranges(request.actor)
    context = {
        "series": series,
        "crumbs": way(series),
        "months": queries.by_month(row for row in found if row.starts_at > request.at),
        "past": [row for row in reversed(found) if row.starts_at <= request.at],
        "ahead": ahead,
        "drafts": drafts,
        "facts": _facts(series),
        "buttons": _buttons(request, series, ahead, drafts) if arranges else [],
        "may_arrange": arranges,
    }
    return render(request, "meetings/series.html", context)


def _facts(series: Series) -> list[Fact]:
    return [
        Fact("Rhythm", rhythm.in_words(series.rule)),
        Fact("Hours", f"{series.starts:%H:%M}, {series.minutes} minutes, London time all year"),
        Fact("Where", series.place or ("Online" if series.link else "To be announced")),
        Fact("Presides", series.presiding.label if series.presiding else "Whoever acts as the chair that day"),
        Fact("Days off", series.get_off_day_display()),
    ]


def _buttons(request: Request, series: Series, ahead: list[Meeting], drafts: list[Meeting]) -> list[Button]:
    actor, url, found = request.actor, series.get_absolute_url(), []
    if rules.can_invite_series(actor, drafts):
        found.append(Button("Send the invitations", f"{url}invite/"))
    changed = next((row for row in ahead if rules.can_change(actor, row)), None)
    if changed:
        found.append(Button("Change all to come", f"{changed.get_absolute_url()}change/?scope=all"))
    if rules.can_prolong(actor, series):
        found.append(Button("Prolong it", f"{url}prolong/"))
    called = next((row for row in ahead if rules.can_cancel(actor, row)), None)
    if called:
        found.append(Button("Cancel all to come", f"{called.get_absolute_url()}cancel/?scope=all"))
    elif drafts:
        found.append(Button("Discard all to come", f"{drafts[0].get_absolute_url()}discard/?scope=all"))
    if operations.last_change(series):
        found.append(Button("Undo the last change", f"{url}undo/"))
    return found


@require_POST
def series_dates(request: Request, pk: int) -> HttpResponse:
    """Place the dates of a plan, and make its meetings with the button that says so."""
    series = load_plan(request, pk)
    form, plain = _dates_form(request, series)

    def work() -> str:
        where, seen = form.where(), seen_of(form)
        placed = operations.place_dates(actor=request.actor, series=series, where=where, seen=seen)
        if request.POST.get("act") == "make":
            made = operations.make_meetings(actor=request.actor, series=placed)
            messages.info(request, f"{len(made)} drafts are made, {made[0]} to {made[-1]}. Nobody is invited yet.")
        return series.get_absolute_url()

    if answer := perform(request, form, work):
        return answer
    catch_up(form, series, lambda row: {})
    return _plan_page(request, series, form, plain)


def _dates_form(request: Request, series: Series) -> tuple[DatesForm, list[rhythm.Held]]:
    holidays = workdays.bank_holidays()
    rule = (series.rule, series.first_day, series.off_day)
    plain = rhythm.held_days(*rule, {}, holidays)
    given = {"exceptions": series.exceptions, "holidays": holidays, "initial": {"seen": token(series)}}
    return DatesForm(posted(request), plain=plain, **given), rhythm.held_days(*rule, series.exceptions, holidays)


def _plan_page(request: Request, series: Series, form: DatesForm, held: list[rhythm.Held]) -> HttpResponse:
    """The dates a plan makes, and where each is held; with them its meetings are made."""
    url = series.get_absolute_url()
    buttons = [Button("Change the plan", f"{url}change/"), Button("Discard it", f"{url}discard/")]
    if operations.last_change(series):
        buttons.append(Button("Undo the last change", f"{url}undo/"))
    context = {
        "series": series,
        "crumbs": way(series),
        "form": form,
        "rows": [(row, form[f"on-{row.named}"]) for row in held],
        "count": sum(row.on is not None for row in held),
        "moved": sum(row.moved for row in held),
        "facts": _facts(series),
        "buttons": buttons,
    }
    return render(request, "meetings/dates.html", context, status=status(form))


def series_invite(request: Request, pk: int) -> HttpResponse:
    """Who will be invited to what; then the invitations, once."""
    series = load_plan(request, pk)
    rows = list(series.meetings.filter(state=MeetingState.DRAFT, starts_at__gt=request.at).order_by("starts_at"))
    form = ConfirmForm(posted(request))

    def work() -> str:
        sent = operations.invite_series(actor=request.actor, series=series)
        messages.info(request, f"Everybody is invited to {len(sent)} meetings.")
        return series.get_absolute_url()

    return perform(request, form, work) or render(
        request,
        "meetings/invite_series.html",
        {
            "series": series,
            "crumbs": way(series, "Send the invitations"),
            "form": form,
            "rows": rows,
            "recipients": recipients(rows[0], request.at) if rows else [],
            "consequences": [
                f"{len(rows)} meetings become visible to every seat that may see them.",
                "Each of these people gets one mail with all the dates.",
            ],
        },
        status=status(form),
    )


def series_prolong(request: Request, pk: int) -> HttpResponse:
    """Further meetings, up to a new last day."""
    series = load_plan(request, pk)
    form = ProlongForm(posted(request), initial={"seen": token(series)})

    def work() -> str:
        until, seen = form.cleaned_data["until"], seen_of(form)
        made = operations.prolong(actor=request.actor, series=series, until=until, seen=seen)
        messages.info(request, f"{len(made)} drafts are made, {made[0]} to {made[-1]}. Nobody is invited to them yet.")
        return series.get_absolute_url()

    if answer := perform(request, form, work):
        return answer
    catch_up(form, series, lambda row: {})
    last = series.meetings.order_by("-starts_at").first()
    lead = f"Its last meeting is on {dates.day(last.starts_at)}, as it was made." if last else ""
    return _page(request, series, form, title="Prolong the series", submit="Make the meetings", lead=lead)


def series_discard(request: Request, pk: int) -> HttpResponse:
    """Discard a plan that made nothing."""
    series = load_plan(request, pk)
    form = ConfirmForm(posted(request))

    def work() -> str:
        operations.discard_series(actor=request.actor, series=series)
        return f"{series.get_absolute_url()}undo/"

    consequences = ["It made no meetings, so nothing else changes.", "The next page takes it back."]
    more: dict[str, Any] = {"danger": True, "consequences": consequences}
    return perform(request, form, work) or _page(
        request, series, form, title="Discard the plan", submit="Discard it", **more
    )


def series_undo(request: Request, pk: int) -> HttpResponse:
    """What the last change of the series was, on every meeting it changed; then that is put back."""
    series = load_plan(request, pk)
    event = operations.last_change(series)
    form = SeenForm(posted(request), initial={"seen": event.seq if event else ""})

    def work() -> str:
        done = operations.undo(actor=request.actor, thing=series, seen=seen_of(form))
        messages.info(request, done.words if done.meetings or done.left else "The series is as it was.")
        return series.get_absolute_url()

    return perform(request, form, work) or render(
        request,
        "meetings/undo.html",
        {
            "series": series,
            "crumbs": way(series, "Undo"),
            "form": form,
            "event": event,
            "rows": queries.put_back(event) if event else [],
            "back": series.get_absolute_url(),
            "consequences": UNDOING,
        },
        status=status(form),
    )


def _page(request: Request, series: Series, form: Form, *, title: str, submit: str, **more: Any) -> HttpResponse:
    """A page with one form about one series."""
    context = {
        "series": series,
        "form": form,
        "crumbs": way(series, title),
        "title": title,
        "submit": submit,
        "cancel": series.get_absolute_url(),
        **more,
    }
    return render(request, "meetings/series_form.html", context, status=status(form))
