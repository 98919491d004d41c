"""Signing in at a provider of OpenID Connect, where settings name one: instead of the password, and of nothing else.

It makes no account and takes nobody's word but the provider's signed one. Whoever is signed in connects it on their
account page; from then on the provider's number for them signs them in, as long as the address it vouches for is the
one the group has of them. The second factor is ours, whatever the provider asked for (docs/decisions/provider.md).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.views import connections, login_cancelled
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from sdwg.members.models import Person

View = Callable[..., HttpResponse]


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """No sign-up; nobody but the person whose confirmed address the provider vouches for; no claims kept."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Raises ``ImmediateHttpResponse``, a page that says why, for everybody else."""
        account = sociallogin.account
        account.extra_data = {}
        if account.pk:
            account.save(update_fields=["extra_data"])
        connecting = sociallogin.state.get("process") == "connect"
        whose = request.user if connecting else sociallogin.user
        if not (isinstance(whose, Person) and whose.pk and vouched_for(sociallogin, whose.address())):
            page = render(request, "socialaccount/refused.html", {"connecting": connecting}, status=403)
            raise ImmediateHttpResponse(page)


def vouched_for(sociallogin: SocialLogin, address: str) -> bool:
    """Whether the provider says, in the signed token, that ``address`` is theirs and was verified."""
    rows = sociallogin.email_addresses
    return bool(address) and any(row.verified is True and row.email.lower() == address.lower() for row in rows)


class Signed(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Reads the signature of every ID token, also of one that came straight from the provider."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        self.did_fetch_access_token = False  # what the library takes for a reason to leave the signature unread
        return super().complete_login(request, app, token, **kwargs)


def configured(view: View) -> View:
    """``view``, where settings name a provider; nowhere to be found otherwise."""

    @login_not_required
    @wraps(view)
    def found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.OIDC_ISSUER:
            raise Http404
        return view(request, *args, **kwargs)

    return found


@configured
@require_POST
@rate_limit(action="login")  # type: ignore[untyped-decorator]
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the provider."""
    answer: HttpResponse = OAuth2LoginView.adapter_view(Signed(request, provider_id))(request)
    return answer


@configured
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider, with its word or without."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(Signed(request, provider_id))(request)
    return answer


connected = configured(connections)
cancelled = configured(login_cancelled)
