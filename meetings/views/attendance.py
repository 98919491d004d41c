"""Recording who came to a meeting; what each seat has contributed, as a page and as a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from artefacts.states import Marking
from meetings import operations, queries, rules
from meetings.attendance import as_recorded, places
from meetings.forms import AttendanceForm, PeriodForm
from meetings.queries import Contribution
from meetings.spreadsheet import TYPE, workbook
from meetings.views.meetings import crumbs, load_to_arrange, posted
from sdwg import clock, dates
from sdwg.members.middleware import Request
from sdwg.screen import Crumb
from sdwg.web import perform, status

__all__ = ["attendance", "contribution", "contribution_file"]

COUNTED = (
    "Counted are open meetings that were held, consultations that ended and decisions whose positions closed in the "
    "period, each for the seats in force on that day; comments by the day they were received. Objections, "
    "artefacts and actions under way are those of today.",
    "Documents read by named people or organisations alone, procurement support and restricted meetings are left out "
    "for everybody, so that no figure tells who was named; so is what a conflict of interest hides from you.",
)
"""What the figures are, and are not: on the page and in the file."""


def attendance(request: Request, key: str) -> HttpResponse:
    """Who came, seat by seat: recorded in session or afterwards, and corrected."""
    meeting = load_to_arrange(request, key)
    opened = meeting.state in rules.ATTENDED
    found = places(meeting, request.at) if opened else []
    sent = posted(request)
    form = AttendanceForm(sent, places=found, initial={"seen": as_recorded(found)})

    def work() -> str:
        seen = form.cleaned_data["seen"] if "seen" in form.data else None
        form.data = {**request.POST.dict(), "seen": as_recorded(found)}
        done = operations.record_attendance(actor=request.actor, meeting=meeting, marks=form.marks(), seen=seen)
        return f"{done.get_absolute_url()}#attendance"

    return perform(request, form, work) or render(
        request,
        "meetings/attendance.html",
        {
            "meeting": meeting,
            "form": form,
            "crumbs": crumbs(meeting, "Attendance"),
            "opened": opened,
            "consequences": [
                "An alternate counts once, as the seat they stood in for.",
                "What is recorded can be corrected here; what it said before stays in the history.",
            ],
        },
        status=status(form),
    )


@require_safe
def contribution(request: Request) -> HttpResponse:
    """By constituency and seat: attendance, responses, positions and work over a period (S4, S7)."""
    rules.check_can_read_contribution(request.actor)
    form, found = _asked(request)
    asked = f"?since={found.first.isoformat()}&until={found.last.isoformat()}"
    return render(
        request,
        "meetings/contribution.html",
        {
            "form": form,
            "found": found,
            "crumbs": [Crumb("Meetings", reverse("meeting-list")), Crumb("Contribution and attendance")],
            "file": reverse("contribution-file") + asked,
            "counted": COUNTED,
            "period": _said(found),
            "usual": not form.is_bound,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_safe
def contribution_file(request: Request) -> HttpResponse:
    """The same table as a spreadsheet."""
    rules.check_can_read_contribution(request.actor)
    _, found = _asked(request)
    about = (
        f"{Marking.AMBER.label}. Security Design Working Group: contribution and attendance, {_said(found)}",
        f"As {request.actor.label} may see it, {dates.moment(request.at)}, London.",
        *COUNTED,
    )
    answer = HttpResponse(workbook(found, about, request.at), content_type=TYPE)
    name = f"sdwg-contribution-{found.first.isoformat()}-{found.last.isoformat()}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(request: Request) -> tuple[PeriodForm, Contribution]:
    """The period asked for, or the last twelve months, and what was contributed in it."""
    usual = queries.last_twelve_months(clock.today(request.at))
    asked = request.GET if {"since", "until"} & request.GET.keys() else None
    form = PeriodForm(asked, usual=usual)
    return form, queries.contribution(request.actor, *form.period())


def _said(found: Contribution) -> str:
    return f"{found.first:%-d %B %Y} to {found.last:%-d %B %Y}"
