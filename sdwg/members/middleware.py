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
from django.urls import Resolver404, resolve

from sdwg import clock
from sdwg.members.access import Actor, actor_for
from sdwg.members.models import Person

Handler = Callable[[HttpRequest], HttpResponse]
SEAT_KEY = "acting_for_seat"
SECOND_FACTOR_KEY = "second_factor"
WITHOUT_SECOND_FACTOR = frozenset({
    "account_logout", "account_reauthenticate",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
})  # fmt: skip
"""Where a password alone leads: to making a second factor, to showing it, and out."""
MAKING = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
HEALTH = ("/healthz", "/readyz")


class Request(HttpRequest):
    """A request as views see it."""

    at: datetime
    actor: Actor
    half_in: bool = False
    """Signed in by a password alone, with the second factor to come: the frame then leads nowhere."""


def loopback_only(handler: Handler) -> Handler:
    """In a demonstration, with its one password, answer nobody but this machine."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.DEMO and request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1", "", None}:
            return HttpResponseForbidden("The demonstration answers on loopback only.", content_type="text/plain")
        return handler(request)

    return middleware


def acting(handler: Handler) -> Handler:
    """Read the clock once and find out who is asking; whoever has no seat, or no second factor, goes no further.

    What is answered to somebody who is signed in is stored by nobody's browser or proxy.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in HEALTH:
            return handler(request)
        known = cast(Request, request)
        known.at = clock.now()
        person = request.user if request.user.is_authenticated else None
        known.actor = actor_for(person, known.at, request.session.get(SEAT_KEY) if person else None)
        if not person:
            return handler(request)
        if not known.actor.may_enter:
            return _out(request)
        response = _with_second_factor(known, person, handler)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(
        request, "You are signed out: you hold no seat in the group today. The secretariat can tell you more."
    )
    return redirect("account_login")


def _with_second_factor(request: Request, person: Person, handler: Handler) -> HttpResponse:
    """Answer whoever signed in with a second factor; anybody else only on the pages that make or ask for one.

    It is this session that must have shown it: another one's authenticator app lets nobody in here.
    """
    if not settings.MFA_REQUIRED or _showed_second_factor(request, person):
        return handler(request)
    view = _view_name(request)
    request.half_in = True
    had_one = is_mfa_enabled(person)
    if view not in WITHOUT_SECOND_FACTOR or (view in MAKING and had_one):
        return redirect("mfa_reauthenticate" if had_one else "mfa_activate_totp")
    response = handler(request)
    made_one = view in MAKING and response.status_code == 302 and not had_one and is_mfa_enabled(person)
    if made_one:
        request.session[SECOND_FACTOR_KEY] = True
    return response


def _view_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return ""


def _showed_second_factor(request: HttpRequest, person: Person) -> bool:
    methods = {record.get("method") for record in get_authentication_records(request, person)}
    return "mfa" in methods or bool(request.session.get(SECOND_FACTOR_KEY))
