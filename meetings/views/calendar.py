"""Calendars: the two feeds, which programs read, and the page on which one makes or ends one's own address."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from meetings import calendar, operations, queries
from sdwg.forms import ConfirmForm
from sdwg.mail.rendering import absolute
from sdwg.members.middleware import Request
from sdwg.screen import Crumb
from sdwg.web import perform, status

__all__ = ["calendar_end", "calendar_feed", "calendar_page", "public_feed"]

WAIT = 60
"""Seconds after which whoever asked too often may ask again."""


@require_safe
@login_not_required
def public_feed(request: Request) -> HttpResponse:
    """The open meetings to come, as a calendar for anybody: number, hours and place in words."""
    return _feed(request, "SDWG open meetings", queries.public_entries(request.at))


@require_safe
@login_not_required
def calendar_feed(request: Request, secret: str) -> HttpResponse:
    """What one person may see at this moment, for whoever has the address; 404 for one that leads nowhere any more."""
    feed = calendar.by_secret(secret)
    entries = queries.feed_entries(feed, request.at) if feed else None
    if entries is None:
        gone = HttpResponse("There is no calendar here.\n", content_type="text/plain", status=404)
        return _often(request) or _kept_apart(request, gone)
    return _feed(request, "SDWG meetings", entries)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: Request) -> HttpResponse:
    """One's own calendar address, and the button that makes one, or another one in its place."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)

    def work() -> str:
        operations.make_feed(actor=request.actor)
        messages.success(request, "This is your calendar address. Any earlier one leads nowhere now.")
        return reverse("calendar")

    return perform(request, form, work) or _page(request, form)


@require_POST
def calendar_end(request: Request) -> HttpResponse:
    """One's own address leads nowhere any more."""
    form = ConfirmForm(request.POST)

    def work() -> str:
        operations.end_feed(actor=request.actor)
        messages.success(request, "Your calendar address has ended. What a calendar read stays there until it asks.")
        return reverse("calendar")

    return perform(request, form, work) or _page(request, form)


def _page(request: Request, form: ConfirmForm) -> HttpResponse:
    assert request.actor.person  # noqa: S101 (signed in)
    feed = calendar.feed_of(request.actor.person)
    context = {
        "form": form,
        "feed": feed,
        "address": calendar.feed_address(feed) if feed else "",
        "public": absolute(reverse("public-feed")),
        "crumbs": [Crumb("Meetings", reverse("meeting-list")), Crumb("In your calendar")],
    }
    return render(request, "meetings/calendar.html", context, status=status(form))


def _often(request: Request) -> HttpResponse | None:
    """429 when a network asks for calendars, or guesses at them, more often than any calendar program does.

    An answer 304 is not counted: it costs less than the counting.
    """
    answer = ratelimit.consume_or_429(request, action="calendar", limit_get=True)
    if answer is None:
        return None
    answer["Retry-After"] = str(WAIT)
    return _kept_apart(request, answer)


def _feed(request: Request, name: str, entries: list[calendar.Entry]) -> HttpResponse:
    """The calendar, or 304 without rendering it where the asking program has these bytes."""
    tag = calendar.etag(name, entries)
    answer = get_conditional_response(request, etag=tag) or _often(request)
    if answer is None:
        answer = HttpResponse(calendar.render(entries, name=name), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="sdwg.ics"'
    if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS:
        answer["ETag"] = tag
    return _kept_apart(request, answer)


def _kept_apart(request: Request, answer: HttpResponse) -> HttpResponse:
    """Asked for anew each time, shared with nobody, listed nowhere; not kept by the browser of who is signed in."""
    answer["Cache-Control"] = "private, no-store" if request.actor.person else "private, no-cache"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
