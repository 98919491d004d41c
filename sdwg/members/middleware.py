"""What every request carries: the moment, and who is asking for which seat."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.urls import reverse

from sdwg import clock
from sdwg.members.access import Actor, actor_for
from sdwg.members.models import Person

Handler = Callable[[HttpRequest], HttpResponse]
SEAT_KEY = "acting_for_seat"
SECOND_FACTOR_KEY = "second_factor"
WITHOUT_SECOND_FACTOR = ("/account/", "/static/")
HEALTH = ("/healthz", "/readyz")


class Request(HttpRequest):
    """A request as views see it."""

    at: datetime
    actor: Actor


def loopback_only(handler: Handler) -> Handler:
    """In a demonstration, with its one password, answer nobody but this machine."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.DEMO and request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1", "", None}:
            return HttpResponseForbidden("The demonstration answers on loopback only.", content_type="text/plain")
        return handler(request)

    return middleware


def acting(handler: Handler) -> Handler:
    """Read the clock once and find out who is asking; whoever has no seat, or no second factor, goes no further."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in HEALTH:
            return handler(request)
        known = cast(Request, request)
        known.at = clock.now()
        person = cast(Person, request.user) if request.user.is_authenticated else None
        known.actor = actor_for(person, known.at, request.session.get(SEAT_KEY) if person else None)
        if person and not known.actor.may_enter:
            logout(request)
            messages.info(
                request, "You are signed out: you hold no seat in the group today. The secretariat can tell you more."
            )
            return redirect("account_login")
        if person and settings.MFA_REQUIRED and _lacks_second_factor(request, person):
            return redirect(reverse("mfa_activate_totp"))
        return handler(request)

    return middleware


def _lacks_second_factor(request: HttpRequest, person: Person) -> bool:
    if request.session.get(SECOND_FACTOR_KEY) or request.path.startswith(WITHOUT_SECOND_FACTOR):
        return False
    methods = {record.get("method") for record in get_authentication_records(request)}
    if "mfa" in methods or is_mfa_enabled(person):
        request.session[SECOND_FACTOR_KEY] = True
        return False
    return True
